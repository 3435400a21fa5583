#!/usr/bin/env bash
# Pictures of hotspots by many workers: the same bytes for any number of threads and any memory, here with some that lie over each other. Under ThreadSanitizer this is where a race shows itself.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/photo.tif" --size 420x300 --codec DEFLATE
scan() { # NAME THREADS OPTIONS...
    local name=$1 threads=$2
    shift 2
    "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --threshold 0.3 --min-area 0.01 --quiet -o "$work/$name.geojson" --chips "$work/$name" --threads "$threads" "$@"
}
ok "one thread" scan reference 1
# Groups of pictures follow each other, whatever the number of workers.
ok "there are many" [ "$(find "$work/reference" -name '*.jpg' | wc -l)" -gt 8 ]
for threads in 2 8; do
    ok "$threads threads" scan "t$threads" "$threads"
    ok "pictures: $threads threads" diff -r "$work/reference" "$work/t$threads"
done
# The least memory that does for pictures lets one worker make them.
least=$("$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" -o "$work/x.geojson" --chips "$work/x" --memory 64 2>&1 | sed -n 's/.*; \([0-9]*\) MiB would.*/\1/p' || true)
ok "what it needs is said" [ -n "$least" ]
ok "little memory" scan little 8 --tile 64 --memory "$((least + 400))"
ok "pictures: little memory" diff -r "$work/reference" "$work/little"
# Of several that cannot be written the first is named, whoever comes to it.
for f in "$work/t2"/*.jpg; do echo other >"$f"; done
first=
for threads in 1 2 8; do
    said=$("$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --threshold 0.3 --min-area 0.01 --quiet -o "$work/y.geojson" --chips "$work/t2" --threads "$threads" 2>&1 >/dev/null || true)
    ok "$threads threads: the failure is told" grep -q 'exists already' <<<"$said"
    ok "$threads threads: of the same picture" [ "${first:=$said}" = "$said" ]
done
finish
