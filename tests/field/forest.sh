#!/usr/bin/env bash
# Forest and savanna without a single poppy, 0.10 m pixels: every hotspot of the shipped colour model is a false alarm. Says how many a square kilometre, and
# the first twenty with their places, so that they can be looked at.
. "$(dirname "$0")/../lib.bash"
need_field
model=${1:-$root/models/shipped/rgb-synthetic.pvm}
if [ ! -e "$model" ]; then
    echo "skipped: no shipped model"
    exit 77
fi
"$papaver" scan "$field"/forest_tiles/*.tif --model "$model" --quiet -o "$work/refused.geojson" 2>/dev/null && code=0 || code=$?
ok "photos of 0.10 m are refused without being asked for" test "$code" -eq 12
"$papaver" scan "$field"/forest_tiles/*.tif --model "$model" --allow-coarse --quiet -o "$work/h.geojson"
ok "with --allow-coarse every one is scanned and marked" test "$(grep -c '"status":"coarse"' "$work/h.geojson")" -eq "$(ls "$field"/forest_tiles/*.tif | wc -l)"
m2=$(grep -oE '"valid_m2":[0-9.]+' "$work/h.geojson" | head -1 | cut -d: -f2)
n=$(grep -c '^{"type":"Feature",' "$work/h.geojson" || true)
awk -v n="$n" -v m2="$m2" 'BEGIN { printf "%d false alarms on %.4f km2: %.0f a km2\n", n, m2 / 1e6, n / m2 * 1e6 }'
grep '^{"type":"Feature",' "$work/h.geojson" | sed -E 's/.*"photo":"([^"]*)".*"lon":([-0-9.]+),"lat":([-0-9.]+),"area_m2":([0-9.]+).*"prob_mean":([0-9.]+).*/\1 \2 \3 \4 m2 \5/' | sed -n '1,20p'
finish
