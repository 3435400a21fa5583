#!/usr/bin/env bash
# One run, 1, 3 or 7 shards merged in any order, and any order of the photos on the command line: the same bytes.
. "$(dirname "$0")/../lib.bash"
make_fixture
mkdir "$work/photos"
for k in 1 2 3 4 5 6 7 8; do "$tools/make_photo" "$work/photos/flight-$k.tif" --size 280x270 --seed $k --codec DEFLATE; done
"$papaver" scan "$work"/photos/*.tif --model "$fixture/model.pvm" --quiet -o "$work/one.geojson"
ok "the run has hotspots" grep -q '"Feature"' "$work/one.geojson"
# shellcheck disable=SC2046
"$papaver" scan $(ls -r "$work"/photos/*.tif) --model "$fixture/model.pvm" --quiet -o "$work/reversed.geojson"
ok "photos in another order" same_file "$work/one.geojson" "$work/reversed.geojson"
for shards in 1 3 7 11; do
    rm -rf "$work/parts"
    mkdir "$work/parts"
    for ((k = 1; k <= shards; k++)); do
        "$papaver" scan "$work"/photos/*.tif --model "$fixture/model.pvm" --quiet --shard $k/$shards -o "$work/parts/$k.geojson"
    done
    rm -f "$work/merged.geojson"
    "$papaver" merge "$work"/parts/*.geojson -o "$work/merged.geojson"
    ok "$shards shards" same_file "$work/one.geojson" "$work/merged.geojson"
    # shellcheck disable=SC2046
    "$papaver" merge $(ls -r "$work"/parts/*.geojson) -o "$work/merged.geojson" --overwrite
    ok "$shards shards, merged backwards" same_file "$work/one.geojson" "$work/merged.geojson"
done
finish
