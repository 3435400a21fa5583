#!/usr/bin/env bash
# OpenCV is loaded with the first picture and not before: an installed program without papaver-pictures.so scans, and says what is missing when it is asked for a picture.
set -euo pipefail
: "${PAPAVER_BUILD:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

if readelf -d "$PAPAVER_BUILD/app/papaver" | grep -q 'NEEDED.*opencv'; then fail "papaver is linked to OpenCV, which costs each process 30 ms"; fi
cmake --install "$PAPAVER_BUILD" --prefix "$work/i" >/dev/null
papaver=$work/i/bin/papaver
module=$(find "$work/i" -name papaver-pictures.so)
[ -n "$module" ] || fail "the module is not installed"
"$papaver" doctor >"$work/with" || true
grep -q 'OpenCV [0-9]' "$work/with" || fail "the installed program does not find its module"

"$PAPAVER_BUILD/samples/papaver-samples" -o "$work/s" --size 40 --flights 1 --seed 3 >/dev/null 2>&1
rm "$module"
"$papaver" doctor >"$work/without" || true
grep -q 'no OpenCV' "$work/without" || fail "doctor does not say that the module is missing"
"$papaver" scan "$work"/s/photos/*.tif -o "$work/h.geojson" --quiet || fail "a scan needs the module"
code=0
"$papaver" scan "$work"/s/photos/*.tif -o "$work/o.geojson" --overview "$work/o.jpg" --quiet 2>"$work/err" || code=$?
[ $code -eq 13 ] || fail "a picture without the module ends with $code"
grep -q 'papaver-pictures.so' "$work/err" || fail "the error does not name the module"
echo "pictures_module: all as it should be"
