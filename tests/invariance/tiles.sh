#!/usr/bin/env bash
# The same bytes for any tile size, number of threads and memory limit: hotspots, probability and class pictures.
. "$(dirname "$0")/../lib.bash"
make_fixture
scan() { # NAME ARGS...
    local name=$1
    shift
    "$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/$name.geojson" --prob "$work/$name.prob.tif" --class "$work/$name.class.tif" "$@"
}
# What a refused plan says would do: then rows of tiles are walked in segments.
least() {
    scan refused "$@" --memory 16 2>&1 | grep -o '[0-9]* MiB would' | grep -o '^[0-9]*'
    rm -f "$work"/refused.*
}
scan reference --tile 256 --threads 1
ok "the reference has hotspots" grep -q '"Feature"' "$work/reference.geojson"
for how in "--tile 64 --threads 1" "--tile 100 --threads 1" "--tile 1000 --threads 1" "--tile 8192 --threads 1" "--tile 32 --threads 2" \
    "--tile 64 --threads 2" "--tile 100 --threads 8" "--tile 256 --threads 8" "--tile 1000 --threads 2" "--threads 8" "--threads 1 --tile 128 --memory 512" \
    "--threads 1 --tile 32 --memory $(least --threads 1 --tile 32)" "--threads 2 --tile 100 --memory $(least --threads 2 --tile 100)"; do
    # shellcheck disable=SC2086
    scan other $how
    ok "hotspots: $how" same_file "$work/reference.geojson" "$work/other.geojson"
    ok "probabilities: $how" same_file "$work/reference.prob.tif" "$work/other.prob.tif"
    ok "classes: $how" same_file "$work/reference.class.tif" "$work/other.class.tif"
    rm -f "$work"/other.*
done
finish
