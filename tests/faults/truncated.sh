#!/usr/bin/env bash
# Photos cut short at 20 lengths for each codec: refused (11), or done in part (10) with the ground that could not be read; never clean.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/whole.geojson"
for codec in NONE LZW DEFLATE ZSTD; do
    for layout in tiles strips; do
        "$tools/make_photo" "$work/whole.tif" --codec $codec --layout $layout
        size=$(stat -c %s "$work/whole.tif")
        for k in $(seq 0 19); do
            head -c $((size * k / 20)) "$work/whole.tif" >"$work/photo.tif"
            rm -f "$work/h.geojson"
            code=0
            "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/h.geojson" >"$work/out" 2>"$work/err" || code=$?
            checks=$((checks + 1))
            unseen=$(grep -oE '"unreadable_m2": *[0-9.]+' "$work/h.geojson" 2>/dev/null | head -1 | grep -oE '[0-9.]+$' || true)
            case $code in
            11) if [ ! -s "$work/err" ]; then failures=$((failures + 1)); echo "FAILED: $codec $layout $k/20: refused without words"; fi ;;
            10) if [ -z "$unseen" ] || ! awk -v u="$unseen" 'BEGIN { exit !(u > 0) }'; then
                failures=$((failures + 1))
                echo "FAILED: $codec $layout $k/20: partial, and nothing is said to be unreadable"
            fi ;;
            *)
                failures=$((failures + 1))
                echo "FAILED: $codec $layout $k/20: exit $code: $(head -c 300 "$work/err")"
                ;;
            esac
        done
    done
done
finish
