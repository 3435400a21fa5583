#!/usr/bin/env bash
# Every real and odd file is told about and scanned, or refused with a sentence; nothing crashes, and no refusal is without a reason.
. "$(dirname "$0")/../lib.bash"
need_field
mkdir "$work/models"
# A model that asks for red, green, blue only, and works at the photo's own GSD as far as the program allows.
cp "$field/crops22/rgb.tif" "$field/crops22/labels.geojson" "$work/models"
"$papaver" train --photo "$work/models/rgb.tif" --labels "$work/models/labels.geojson" --target "M blanche" -o "$work/models/m.pvm" --quiet
scanned=0
refused=0
for path in "$field"/odd_tiffs/*.tif "$field"/odd_tiffs "$field"/sequoia_plot/*.tif "$field"/rededge_capture/*.tif "$field"/rededge_capture "$field"/drone_rgb/*.tif \
    "$field"/drone_rgb/*.jpg; do
    for what in info scan; do
        code=0
        if [ $what = info ]; then
            timeout 120 "$papaver" info "$path" >"$work/out" 2>"$work/err" || code=$?
        else
            rm -f "$work/h.geojson"
            timeout 120 "$papaver" scan "$path" --model "$work/models/m.pvm" --quiet -o "$work/h.geojson" >"$work/out" 2>"$work/err" || code=$?
        fi
        checks=$((checks + 1))
        wrong=
        case $code in
        0)
            if [ $what = scan ]; then
                scanned=$((scanned + 1))
                ogrinfo -ro -so -al "$work/h.geojson" >/dev/null 2>"$work/ogr.err" || wrong="ogrinfo refuses the file"
                [ ! -s "$work/ogr.err" ] || wrong="ogrinfo complains: $(cat "$work/ogr.err")"
            fi
            ;;
        11 | 12)
            refused=$((refused + 1))
            [ "$(wc -w <"$work/err")" -ge 6 ] || wrong="a refusal of fewer than six words: $(cat "$work/err")"
            [ ! -e "$work/h.geojson" ] || [ $what = info ] || wrong="refused, but there is a file"
            [ $what = scan ] || echo "  info: $(tail -1 "$work/err" | head -c 220)"
            [ $what = info ] || echo "  scan: $(tail -1 "$work/err" | head -c 220)"
            ;;
        *) wrong="exit $code: $(head -c 1500 "$work/err")" ;;
        esac
        if grep -qE 'Sanitizer|runtime error:' "$work/err"; then wrong="a sanitizer report: $(head -c 3000 "$work/err")"; fi
        if [ -n "$wrong" ]; then
            failures=$((failures + 1))
            echo "FAILED: $what $(basename "$path"): $wrong"
        fi
    done
done
echo "scans: $scanned; refusals with a sentence: $refused"
finish
