#!/usr/bin/env bash
# Bytes of a photo overwritten, in its head and all over it: refused, scanned, or scanned in part with the hole in coverage; never a crash.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/whole.tif" --codec DEFLATE --size 300x260
size=$(stat -c %s "$work/whole.tif")
seed=${FLIP_SEED:-7}
for k in $(seq 1 "${FLIPS:-60}"); do
    cp "$work/whole.tif" "$work/photo.tif"
    for _ in 1 2 3; do
        seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
        if [ $((k % 2)) -eq 0 ]; then at=$((seed % 400)); else at=$((seed % size)); fi
        seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
        printf "\\x$(printf %02x $(((seed >> 8) & 255)))" | dd of="$work/photo.tif" bs=1 seek=$at conv=notrunc status=none
    done
    rm -f "$work/h.geojson"
    code=0
    timeout 60 "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/h.geojson" >"$work/out" 2>"$work/err" || code=$?
    checks=$((checks + 1))
    case $code in
    0 | 11 | 12) ;;
    10) # scanned with holes: the file must say so
        if ! grep -qE '"unreadable_m2":[0-9]*[1-9]' "$work/h.geojson"; then
            failures=$((failures + 1))
            echo "FAILED: flip $k: partial, and nothing is said to be unreadable"
        fi
        ;;
    *)
        failures=$((failures + 1))
        echo "FAILED: flip $k: exit $code: $(head -c 500 "$work/err")"
        cp "$work/photo.tif" "$build/tests/flip-$k.tif"
        ;;
    esac
done
finish
