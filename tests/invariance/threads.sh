#!/usr/bin/env bash
# Many threads on many small tiles, again and again: the same bytes. Under ThreadSanitizer this is where a race shows itself.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/photo.tif" --size 420x300 --codec DEFLATE
scan() { "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/$1.geojson" --prob "$work/$1.tif" --overwrite --threads "$2" --tile "$3"; }
scan reference 1 512
for threads in 2 3 4 8; do
    for tile in 32 48 64; do
        ok "a scan with $threads threads" scan other $threads $tile
        ok "hotspots: $threads threads, tiles of $tile" same_file "$work/reference.geojson" "$work/other.geojson"
        ok "probabilities: $threads threads, tiles of $tile" same_file "$work/reference.tif" "$work/other.tif"
    done
done
finish
