#!/usr/bin/env bash
# The cells of a photo: the same bytes for any tile, thread, layout of the file and codec; their areas are those of the photo's pixels; without --coverage nothing else changes.
. "$(dirname "$0")/../lib.bash"
make_fixture
scan() { # NAME PHOTO ARGS...
    local name=$1 photo=$2
    shift 2
    "$papaver" scan "$photo" --model "$fixture/model.pvm" --quiet -o "$work/$name.geojson" --coverage "$work/$name.pvc" "$@"
}
coverage() { "$papaver" info --json "$work/$1.pvc" | sed -E 's/"(path|sha256)":"[^"]*"//g'; }
for grid in "" "--coverage-grid 4543,0.5" "--coverage-grid EPSG:32648,2"; do
    # shellcheck disable=SC2086
    scan reference "$fixture/photo.tif" --tile 256 --threads 1 $grid --overwrite
    ok "cells were seen $grid" bash -c '"$1" info "$2" | grep -qE "seen +[1-9][0-9]* cells"' _ "$papaver" "$work/reference.pvc"
    for how in "--tile 64 --threads 1" "--tile 100 --threads 2" "--tile 1000 --threads 2" "--tile 8192 --threads 1" "--threads 8" "--threads 2 --memory 512" "--no-gate"; do
        # shellcheck disable=SC2086
        scan other "$fixture/photo.tif" $how $grid
        ok "cells: $how $grid" same_file "$work/reference.pvc" "$work/other.pvc"
        rm -f "$work"/other.*
    done
    for layout in strips tiles; do
        for codec in NONE DEFLATE; do
            "$tools/make_photo" "$work/photo.tif" --codec $codec --layout $layout
            # shellcheck disable=SC2086
            scan other "$work/photo.tif" $grid
            ok "cells: $codec $layout $grid" cmp <(coverage reference) <(coverage other)
            rm -f "$work"/other.* "$work/photo.tif"
        done
    done
done
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/plain.geojson"
ok "hotspots do not depend on --coverage" same_file "$work/reference.geojson" "$work/plain.geojson"
# Ground that is blurred in a part of the photo: hotspots as if nobody had looked, coverage the same for any tile.
"$tools/blur_photo" "$fixture/photo.tif" "$work/blurred.tif" 2.5 --box 0,0,320,5000
scan soft "$work/blurred.tif" --tile 256 --threads 1
ok "blurred cells" bash -c '"$1" info "$2" | grep -qE "blurred +[1-9][0-9]{2,} cells"' _ "$papaver" "$work/soft.pvc"
ok "and sharp ones" bash -c '"$1" info "$2" | grep -qE "seen +[1-9][0-9]{2,} cells"' _ "$papaver" "$work/soft.pvc"
ok "blurred square metres" grep -qE '"blurred_m2":[1-9][0-9]{2,}\.' "$work/soft.geojson"
for how in "--tile 64 --threads 2" "--tile 100 --threads 1" "--tile 8192 --threads 1" "--threads 8" "--no-gate --tile 333"; do
    # shellcheck disable=SC2086
    scan other "$work/blurred.tif" $how
    ok "blurred cells: $how" same_file "$work/soft.pvc" "$work/other.pvc"
    ok "blurred areas: $how" cmp <(grep -oE '"coverage":[^}]*' "$work/soft.geojson") <(grep -oE '"coverage":[^}]*' "$work/other.geojson")
    rm -f "$work"/other.*
done
# The ground of the cells is the ground of the pixels, but for the rim.
scan fine "$fixture/photo.tif" --coverage-grid 32648,0.1
by_cells=$("$papaver" info --json "$work/fine.pvc" | grep -oE '"(seen|blurred)":\{"cells":[0-9]+,"m2":[0-9.]+' | sed 's/.*://' | awk '{s += $1} END {print s}')
by_pixels=$(grep -oE '"valid_m2":[0-9.]+' "$work/fine.geojson" | head -1 | sed 's/.*://')
ok "areas agree: $by_cells m2 of cells, $by_pixels m2 of pixels" awk -v a="$by_cells" -v b="$by_pixels" 'BEGIN {exit !(a > b * 0.9999 && a < b * 1.0001)}'
finish
