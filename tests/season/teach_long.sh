#!/usr/bin/env bash
# Do the findings of a season's first half help its second half? tests/season/teach_long.sh [WORK FOLDER [BANDSET [BASE SEEDS [FIRST SEEDS [SECOND SEEDS]]]]]: seeds of sample surveys, separated by commas.
# A bureau's first model is learned from two flights of each base survey. The season's first half are nights over the ground of the first seeds (all three flights, so one light more than the model
# knows), each survey moved two kilometres to the north of the one before; all that is shown is walked to, and the truth answers. The model is learned anew with these findings, and both are judged on
# the ground of the second seeds, which neither has seen. A WORK FOLDER/old.pvm that is there is the first model. TEACH_SIZE: of the surveys, m (120); TEACH_FLIGHTS: of the base surveys ("1 2"). Figures: docs/notes/0034-findings-teach.md.
. "$(dirname "$0")/../lib.bash"
/usr/bin/python3 -c "from osgeo import gdal" 2>/dev/null || { echo "skipped: no GDAL for /usr/bin/python3"; exit 77; }
bandset=${2:-rgb} size=${TEACH_SIZE:-120}
IFS=, read -ra base <<<"${3:-101,102}"
IFS=, read -ra first <<<"${4:-511,512,513}"
IFS=, read -ra second <<<"${5:-521,522,523}"
[ $# -gt 0 ] && { mkdir -p "$1"; keep=$(cd "$1" && pwd); } || keep=$work

for seed in "${base[@]}" "${first[@]}" "${second[@]}"; do
    [ -f "$keep/$bandset-$seed/survey.json" ] || "$build/samples/papaver-samples" -o "$keep/$bandset-$seed" --seed "$seed" --bandset "$bandset" --size "$size" --flights 3 --overwrite >/dev/null
done
photos=() labels=()
for seed in "${base[@]}"; do
    for flight in ${TEACH_FLIGHTS:-1 2}; do
        ln -sf "$keep/$bandset-$seed/photos/flight-$flight.tif" "$keep/sample-$bandset-$seed-$flight.tif"
        photos+=("$keep/sample-$bandset-$seed-$flight.tif")
        labels+=("$keep/$bandset-$seed/labels/flight-$flight.geojson")
    done
done
options=(--photo "${photos[@]}" --labels "${labels[@]}" --target opium_poppy --gsd 0.05 --quiet --overwrite)
[ -f "$keep/old.pvm" ] || "$papaver" train "${options[@]}" -o "$keep/old.pvm"

season=$keep/season
rm -rf "$season"
"$papaver" init "$season" --name teach >/dev/null 2>&1
printf 'settle_s = 0\ndisk_reserve_mib = 1\ndisk_low_mib = 0\nmodel = %s\n' "$keep/old.pvm" >>"$season/season.conf"
cat >"$work/move.py" <<'P'
import sys
from osgeo import gdal, osr
gdal.UseExceptions()
path, north = sys.argv[1], float(sys.argv[2])
photo = gdal.Open(path, gdal.GA_Update)
crs = osr.SpatialReference(wkt=photo.GetProjection())
wgs = osr.SpatialReference()
wgs.ImportFromEPSG(4326)
for c in (crs, wgs):
    c.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
to, back = osr.CoordinateTransformation(wgs, crs), osr.CoordinateTransformation(crs, wgs)
g = list(photo.GetGeoTransform())
lon, lat, _ = back.TransformPoint(g[0], g[3])
g[0], g[3], _ = to.TransformPoint(lon, lat + north)
photo.SetGeoTransform(g)
P
for n in "${!first[@]}"; do
    north=$(awk -v n="$n" 'BEGIN { printf "%.2f", n * 0.02 }')
    for flight in 1 2 3; do
        mkdir -p "$season/inbox/${first[n]}"
        cp "$keep/$bandset-${first[n]}/photos/flight-$flight.tif" "$season/inbox/${first[n]}/sample-${first[n]}-$flight.tif"
        /usr/bin/python3 "$work/move.py" "$season/inbox/${first[n]}/sample-${first[n]}-$flight.tif" "$north"
    done
done
"$papaver" night "$season" --date 2026-05-16 >/dev/null 2>"$work/night.txt" || { tail "$work/night.txt"; exit 1; }
for n in "${!first[@]}"; do
    python3 "$root/tests/season/teach.py" "$tools/plot_set" "$season" "$keep/$bandset-${first[n]}" 1 2026-05-17 "$(awk -v n="$n" 'BEGIN { printf "%.2f", n * 0.02 }')" >>"$work/walked"
done
"$papaver" evaluate --from-season "$season"
"$papaver" train "${options[@]}" --from "$keep/old.pvm" --from-season "$season" -o "$keep/new.pvm"
cases=()
for seed in "${second[@]}"; do
    for flight in 1 2 3; do
        for model in old new; do
            photo=$keep/$bandset-$seed/photos/flight-$flight.tif
            "$papaver" scan "$photo" --quiet --overwrite --model "$keep/$model.pvm" -o "$keep/$model-own-$bandset-$seed-$flight.geojson"
            "$papaver" scan "$photo" --quiet --overwrite --model "$keep/$model.pvm" --object-threshold 0.02 -o "$keep/$model-low-$bandset-$seed-$flight.geojson"
        done
        cases+=("$keep/$bandset-$seed:$flight")
    done
done
python3 "$root/tests/season/teach_judge.py" "$keep" "${cases[@]}"
