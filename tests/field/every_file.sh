#!/usr/bin/env bash
# Every real and odd file is told about, and scanned or refused with a sentence; nothing crashes, and no refusal is without a reason. Those that
# a fitting model can read are scanned.
. "$(dirname "$0")/../lib.bash"
need_field
make_fixture
rgb=$work/rgb.pvm
gnr=$work/gnr.pvm
cp "$field/crops22/rgb.tif" "$field/crops22/labels.geojson" "$work"
"$papaver" train --photo "$work/rgb.tif" --labels "$work/labels.geojson" --target "M blanche" -o "$rgb" --quiet
# Green, red and near infrared at 0.10 m: what the multispectral plot has.
"$papaver" train --photo "$fixture/photo.tif" --labels "$fixture/labels.geojson" --target poppy --bands green=2,red=3,nir=4 -o "$gnr" --quiet

fail() {
    failures=$((failures + 1))
    echo "FAILED: $what $(basename "$path"): $1"
}
run() { # ARGS...: one command, its code checked against the contract
    code=0
    timeout 120 "$papaver" "$@" >"$work/out" 2>"$work/err" || code=$?
    checks=$((checks + 1))
    if grep -qE 'Sanitizer|runtime error:' "$work/err"; then fail "a sanitizer report: $(head -c 3000 "$work/err")"; fi
    case $code in
    0) ;;
    11 | 12) if [ "$(head -1 "$work/err" | wc -w)" -lt 6 ]; then fail "a refusal of fewer than six words: $(cat "$work/err")"; fi ;;
    *) fail "exit $code: $(head -c 1500 "$work/err")" ;;
    esac
}
readable() { # the hotspots file is one that others read, and says what became of the photo
    ogrinfo -ro -so -al "$work/h.geojson" >/dev/null 2>"$work/ogr.err" || true
    if [ $code -eq 0 ]; then
        if [ -s "$work/ogr.err" ]; then fail "ogrinfo complains: $(cat "$work/ogr.err")"; fi
        grep -q '"status":"done"' "$work/h.geojson" || fail "the file does not say done"
    elif [ -e "$work/h.geojson" ]; then
        grep -qE '"reason":"[^"]{20,}' "$work/h.geojson" || fail "the file does not say why"
    fi
}
scanned=0
refused=0
for path in "$field"/odd_tiffs/*.tif "$field"/odd_tiffs "$field"/sequoia_plot/*.tif "$field"/rededge_capture/*.tif "$field"/rededge_capture "$field"/drone_rgb/*.tif \
    "$field"/drone_rgb/*.jpg; do
    what=info
    run info "$path"
    what=scan
    rm -f "$work/h.geojson"
    run scan "$path" --model "$rgb" --quiet -o "$work/h.geojson"
    readable
    if [ $code -eq 0 ]; then scanned=$((scanned + 1)); else
        refused=$((refused + 1))
        echo "  refused: $(head -1 "$work/err" | sed "s,$field/,,g; s/^papaver: scan: //" | head -c 260)"
    fi
done
echo "scanned: $scanned; refused with a sentence: $refused"

path=$field/sequoia_plot/ms.tif
what="scan with --bands"
rm -f "$work/h.geojson"
run scan "$path" --model "$gnr" --bands green=1,red=2,rededge=3,nir=4 --quiet -o "$work/h.geojson"
readable
ok "the multispectral plot in degrees is scanned" test $code -eq 0
ok "its undeclared alpha is not ground" awk -v m="$(grep -oE '"nodata_m2":[0-9.]+' "$work/h.geojson" | head -1 | cut -d: -f2)" 'BEGIN { print m; exit !(m > 1) }'
ok "the drone photo at 1.8 cm is scanned" "$papaver" scan "$field/drone_rgb/australia.tif" --model "$rgb" --quiet -o "$work/a.geojson"
finish
