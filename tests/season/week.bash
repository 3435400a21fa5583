# Shared by the scripts about a week of nights: sourced, never run. Photos of a week over one sample survey, and the nights that take them in.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.bash"
for command in python3 ogr2ogr gdalwarp gdal_translate gdal_rasterize; do
    command -v "$command" >/dev/null || { echo "skipped: no $command"; exit 77; }
done
survey=$work/survey pool=$work/pool

# crop FLIGHT X0 Y0 X1 Y1 NAME DAY TIME [OPTIONS]: a part of a flight, in tenths of its width and height, taken on that day of May. Photos that share an edge of the plan overlap by 30 % of their
# width: X and Y are widened on both sides where they do not end at the flight's own edge.
crop() {
    local flight=$survey/photos/flight-$1.tif name=$6 day=$7 time=$8 size w h window
    size=$(gdalinfo "$flight" | sed -nE 's/^Size is ([0-9]+), ([0-9]+)$/\1 \2/p')
    w=${size% *} h=${size#* }
    window=$(awk -v w="$w" -v h="$h" -v x0="$2" -v y0="$3" -v x1="$4" -v y1="$5" 'BEGIN {
        dx = (x1 - x0) * 0.176; dy = (y1 - y0) * 0.176
        if (x0 > 0) x0 -= dx; if (y0 > 0) y0 -= dy; if (x1 < 10) x1 += dx; if (y1 < 10) y1 += dy
        a = int(x0 * w / 10); b = int(y0 * h / 10); printf "%d %d %d %d", a, b, int(x1 * w / 10) - a, int(y1 * h / 10) - b }')
    shift 8
    # shellcheck disable=SC2086
    gdal_translate -q -srcwin $window -co COMPRESS=DEFLATE -co TILED=YES -co BLOCKXSIZE=256 -co BLOCKYSIZE=256 -mo "TIFFTAG_DATETIME=2026:05:$day $time" "$@" "$flight" "$pool/$name.tif"
    rm -f "$pool/$name.tif.aux.xml"
}

# spot FILE X0 Y0 X1 Y1 VALUE: burns a rectangle, in pixels from the upper left corner, into all three bands.
spot() {
    local at
    at=$(gdalinfo "$1" | sed -nE 's/^(Origin|Pixel Size) = \((.*)\)$/\2/p' | paste -sd, | awk -F, -v x0="$2" -v y0="$3" -v x1="$4" -v y1="$5" '{
        a = $1 + x0 * $3; b = $2 + y0 * $4; c = $1 + x1 * $3; d = $2 + y1 * $4
        printf "[[[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f]]]", a, b, c, b, c, d, a, d, a, b }')
    printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4544"}},"features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":%s}}]}' "$at" >"$work/spot.geojson"
    gdal_rasterize -q -b 1 -b 2 -b 3 -burn "$6" -burn "$6" -burn "$6" "$work/spot.geojson" "$1"
}

# damage FILE: bytes in the middle that no codec can read.
damage() {
    local bytes
    bytes=$(stat -c %s "$1")
    head -c 3000 /dev/zero | tr '\0' '\377' | dd of="$1" bs=1 seek=$((bytes / 2)) conv=notrunc status=none
}

# The photos of the week in $pool, each made once: NAME.tif, and where it lies in the inbox in plan.csv (night, file, name).
make_week() { # OPTIONS OF papaver-samples
    mkdir -p "$pool"
    "$build/samples/papaver-samples" -o "$survey" "$@" >/dev/null
    # Flight 1 on 12 May: four photos of all but the east. Flight 2 on the 13th, one photo with bytes that cannot be read; flight 3 on the 14th.
    crop 1 0 0 5 5 a1 12 09:05:00
    crop 1 5 0 8 5 a2 12 09:05:20
    crop 1 0 5 5 10 a3 12 09:05:40
    crop 1 5 5 8 10 a4 12 09:06:00
    crop 2 0 0 5 10 b1 13 11:12:00
    crop 2 5 0 9 10 b2 13 11:12:20
    damage "$pool/b2.tif"
    crop 3 0 0 5 10 c1 14 13:19:00
    crop 3 5 0 8 10 c2 14 13:19:20
    # Ground once more on the 16th, in other photos, and the east with deep shade and light that burns out.
    crop 1 0 0 4 10 d1 16 09:10:00
    crop 1 4 0 7 10 d2 16 09:10:20
    spot "$pool/d2.tif" 100 100 300 260 1
    crop 1 9 0 10 6 d3 16 09:10:40
    spot "$pool/d3.tif" 20 100 150 330 1
    spot "$pool/d3.tif" 30 420 140 640 255
    # On the 17th one too coarse, and one out of focus.
    crop 2 0 0 10 4 e1 17 11:00:00 -outsize 25% 25% -r average
    crop 1 8 7 10 10 e0 17 11:05:00
    "$tools/blur_photo" "$pool/e0.tif" "$pool/e2.tif" 4
    gdal_edit_date "$pool/e2.tif" "2026:05:17 11:05:00"
    crop 3 3 0 7 10 f1 18 13:30:00
    rm -f "$pool/e0.tif" "$pool"/*.aux.xml
    cat >"$work/plan.csv" <<'CSV'
night,file,name
2026-05-12,f1/a1.tif,a1
2026-05-12,f1/a2.tif,a2
2026-05-12,f1/a3.tif,a3
2026-05-13,f1/a4.tif,a4
2026-05-13,f2/b1.tif,b1
2026-05-13,f2/b2.tif,b2
2026-05-14,第三架次/c1.tif,c1
2026-05-14,第三架次/c2.tif,c2
2026-05-16,f4/d1.tif,d1
2026-05-16,f4/d2.tif,d2
2026-05-16,f4/d3.tif,d3
2026-05-17,f5/e1.tif,e1
2026-05-17,f5/e2.tif,e2
2026-05-18,f6/f1.tif,f1
CSV
}

# gdal_edit_date FILE DATE: blur_photo keeps no tags.
gdal_edit_date() {
    gdal_translate -q -co COMPRESS=DEFLATE -co TILED=YES -mo "TIFFTAG_DATETIME=$2" "$1" "$1.tmp.tif"
    mv "$1.tmp.tif" "$1"
}

# new_season FOLDER
new_season() {
    "$papaver" init "$1" --name 柳湾 >/dev/null 2>&1
    cp -r "$survey/units" "$1/units"
    cat >>"$1/season.conf" <<'CONF'
settle_s = 0
disk_reserve_mib = 1
disk_low_mib = 0
allow_coarse = yes
gap_min_m2 = 3
boundaries = units/counties.geojson, units/townships.geojson, units/villages.geojson, units/compartments.geojson
CONF
}

# bring SEASON FILE NAME: a photo arrives in the inbox.
bring() {
    mkdir -p "$(dirname "$1/inbox/$2")"
    cp "$pool/$3.tif" "$1/inbox/$2"
}

# of_night NIGHT: its lines of the plan.
of_night() { grep "^$1," "$work/plan.csv"; }

# night SEASON DATE WANTED: one night that ends with that exit code.
night() {
    local code=0
    "$papaver" night "$1" --date "$2" >"$1.$2.words" 2>&1 || code=$?
    checks=$((checks + 1))
    [ "$code" -eq "$3" ] && return 0
    failures=$((failures + 1))
    echo "FAILED: night of $2: exit $code, not $3"
    tail -20 "$1.$2.words"
}

# What comes besides good photos: b4 half of a4 on the first evening, a1 once more under another name, a text.
bring_night() { # SEASON NIGHT ORDER (sort or sort -r)
    local line file name
    for line in $(of_night "$2" | $3); do
        IFS=, read -r _ file name <<<"$line"
        bring "$1" "$file" "$name"
    done
    case $2 in
    2026-05-12) head -c $(($(stat -c %s "$pool/a4.tif") * 6 / 10)) "$pool/a4.tif" >"$1/inbox/f1/a4.tif" ;;
    2026-05-13) cp "$pool/a1.tif" "$1/inbox/f2/again a1.tif" ;;
    2026-05-16) printf 'no photo, <b>only</b> words\n' >"$1/inbox/f4/notes & <b>.tif" ;;
    esac
}

# two_flights: a small survey of two flights in the pool (a1 of 12 May, b1 of 13 May), and a season with a1 in its inbox.
two_flights() {
    mkdir -p "$pool"
    "$build/samples/papaver-samples" -o "$survey" --size 48 --seed 5 --flights 2 --bandset rgb >/dev/null
    crop 1 0 0 5 5 a1 12 09:05:00
    crop 2 0 0 5 10 b1 13 11:12:00
    season=$work/season
    new_season "$season"
    bring "$season" a1.tif a1
}
