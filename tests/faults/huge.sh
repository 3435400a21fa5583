#!/usr/bin/env bash
# A photo of 40,000 x 40,000 pixels x 4 bands (sparse, with a small landscape far inside) is scanned in under 1 GiB, and gives the hotspots of
# the small one.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/photo.tif" --codec DEFLATE --frame 40000,40000,20100,30050
start=$(date +%s)
code=0
"$tools/peak_rss" "$work/kib" "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/h.geojson" --prob "$work/p.tif" \
    --radiometry-of "$fixture/photo.tif" || code=$?
echo "exit $code, $(($(date +%s) - start)) s, peak $(($(cat "$work/kib") / 1024)) MiB"
ok "exit 0" test $code -eq 0
limit=1048576
if grep -qE 'SANITIZE:STRING=.+' "$build/CMakeCache.txt"; then limit=$((limit * 8)); fi
ok "under 1 GiB" test "$(cat "$work/kib")" -lt $limit
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/small.geojson"
list() { ogr2ogr -f CSV /vsistdout/ "$1" -select pixels,prob_mean,prob_max,class | sort; }
list "$work/small.geojson" >"$work/small.txt"
list "$work/h.geojson" >"$work/h.txt"
ok "the hotspots of the small photo" diff "$work/small.txt" "$work/h.txt"
finish
