#!/usr/bin/env bash
# Few labels of a new flight: going on from a model that was learned elsewhere against that model alone and against the few labels alone, judged on the
# other half of the flight. tests/field/warm_start.sh MODEL.pvm SURVEY FLIGHT prints three lines; without arguments (ctest) a small case is made and checked.
. "$(dirname "$0")/../lib.bash"
samples=$build/samples/papaver-samples
small=
if [ $# -lt 3 ]; then
    small="--trees 40 --max-per-label 400"
    for seed in 303 302; do "$samples" -o "$work/$seed" --seed "$seed" --size 100 --bandset ms --flights 3 >/dev/null; done
    # shellcheck disable=SC2086
    "$papaver" train --photo "$work"/303/photos/flight-[12].tif --labels "$work"/303/labels/flight-[12].geojson --target opium_poppy --gsd 0.05 $small \
        -o "$work/elsewhere.pvm" --quiet
    set -- "$work/elsewhere.pvm" "$work/302" flight-3
fi
model=$1
photo=$2/photos/$3.tif
labels=$2/labels/$3.geojson
layer=$3
middle=$(ogrinfo -ro -so -al "$labels" 2>/dev/null | awk -F'[(,) ]+' '/^Extent/ { printf "%.7f", ($2 + $5) / 2 }')
ogr2ogr -f GeoJSON "$work/west.geojson" "$labels" -spat -180 -90 "$(awk -v m="$middle" 'BEGIN { printf "%.7f", m - 0.00005 }')" 90 2>/dev/null
ogr2ogr -f GeoJSON "$work/east.geojson" "$labels" -spat "$(awk -v m="$middle" 'BEGIN { printf "%.7f", m + 0.00002 }')" -90 180 90 2>/dev/null
ogr2ogr -f GeoJSON "$work/few.geojson" "$work/west.geojson" -dialect sqlite -sql "select * from \"$layer\" where rowid % 3 = 0 or (class = 'opium_poppy' and rowid % 2 = 0)" 2>/dev/null
few=$(grep -c '"type": "Feature",' "$work/few.geojson")
gsd=$("$papaver" info --json "$model" | grep -oE '"gsd_m":[0-9.]+' | cut -d: -f2) # the same working pixels for all
# shellcheck disable=SC2086
"$papaver" train --photo "$photo" --labels "$work/few.geojson" --target opium_poppy --gsd "$gsd" $small -o "$work/few.pvm" --quiet
"$papaver" train --photo "$photo" --labels "$work/few.geojson" --from "$model" -o "$work/on.pvm" --quiet
judge() { # NAME MODEL
    "$papaver" evaluate --photo "$photo" --labels "$work/east.geojson" --model "$2" --target opium_poppy --json --quiet >"$work/$1.json"
    echo "$1: accuracy $(grep -oE '"accuracy":[0-9.]+' "$work/$1.json" | cut -d: -f2), macro F1 $(grep -oE '"macro_f1":[0-9.]+' "$work/$1.json" | cut -d: -f2), target F1 $(target "$1")"
}
target() { grep -oE '"target":\{"pixel":\{[^}]*' "$work/$1.json" | grep -oE '"f1":[0-9.]+' | cut -d: -f2; }
echo "$few labels of one half, judged on the other half:"
judge elsewhere "$model"
judge few "$work/few.pvm"
judge on "$work/on.pvm"
[ -n "$small" ] || exit 0
ok "going on is better than the few labels alone" awk -v a="$(target on)" -v b="$(target few)" 'BEGIN { print a, b; exit !(a > b) }'
ok "going on is better than the old model alone" awk -v a="$(target on)" -v b="$(target elsewhere)" 'BEGIN { print a, b; exit !(a > b) }'
finish
