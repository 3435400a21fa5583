#!/usr/bin/env bash
# The early decision: the same bytes for any tile, thread and processor path, whichever rasters are wanted; rasters are the whole model's; off is off.
. "$(dirname "$0")/../lib.bash"
make_fixture
scan() { # NAME ARGS...
    local name=$1
    shift
    "$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/$name.geojson" "$@"
}
ok "the model decides early" bash -c '"$1" info "$2" | grep -q "early decision.*keeps"' _ "$papaver" "$fixture/model.pvm"
scan reference --tile 256 --threads 1
ok "the reference has hotspots" grep -q '"Feature"' "$work/reference.geojson"
for how in "--tile 64 --threads 1" "--tile 100 --threads 2" "--tile 512 --threads 8" "--tile 8192 --threads 1" "--threads 2 --memory 512"; do
    # shellcheck disable=SC2086
    scan other $how
    ok "hotspots: $how" same_file "$work/reference.geojson" "$work/other.geojson"
    rm -f "$work"/other.*
done
for cpu in portable avx2 avx512; do
    PAPAVER_CPU=$cpu scan other
    ok "hotspots: $cpu" same_file "$work/reference.geojson" "$work/other.geojson"
    rm -f "$work"/other.*
done
scan raster --tile 100 --prob "$work/prob.tif" --class "$work/class.tif"
ok "hotspots do not depend on rasters" same_file "$work/reference.geojson" "$work/raster.geojson"
scan one --class "$work/class-2.tif"
ok "nor on which" same_file "$work/reference.geojson" "$work/one.geojson"
scan off --no-gate --prob "$work/prob-off.tif" --class "$work/class-off.tif"
ok "the probability raster is the whole model's" same_file "$work/prob.tif" "$work/prob-off.tif"
ok "the class raster is the whole model's" same_file "$work/class.tif" "$work/class-off.tif"
"$papaver" train --smooth 5 --photo "$fixture/photo.tif" --labels "$fixture/labels.geojson" --target poppy --no-gate --name model -o "$work/none.pvm" --quiet
ok "a model without a gate says so" bash -c '"$1" info "$2" | grep -q "early decision.*none"' _ "$papaver" "$work/none.pvm"
"$papaver" scan "$fixture/photo.tif" --model "$work/none.pvm" --quiet -o "$work/none.geojson"
without_model() { sed -E 's/"(model(_id)?|id|run)": *"[0-9a-z-]*"//g; s/"[0-9a-f]{16}"//g' "$1"; }
ok "its trees are the same: a scan without the gate gives its hotspots" cmp <(without_model "$work/off.geojson") <(without_model "$work/none.geojson")
low() { "$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet --threshold 0.2 -o "$work/$1.geojson" "${@:2}"; }
low low
low low-off --no-gate
ok "below the threshold that it was learned for it is off" same_file "$work/low.geojson" "$work/low-off.geojson"
finish
