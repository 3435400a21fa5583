#!/usr/bin/env bash
# The file size limit as a small disk: exit 13 with the path, no output, no temporary, an older output untouched.
. "$(dirname "$0")/../lib.bash"
make_fixture
mkdir "$work/out"
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/want.geojson" --prob "$work/want.tif" --coverage "$work/want.pvc" --coverage-grid 32648,0.1
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/want-chips.geojson" --chips "$work/want-chips" --overview "$work/want.jpg"
need=$((($(stat -c %s "$work/want.geojson") + $(stat -c %s "$work/want.tif")) / 1024))
echo old >"$work/old.geojson"
for kib in 0 1 2 4 8 16 $((need / 2)) $((need * 2 + 64)); do
    for what in hotspots prob coverage chips; do
        # Chips are many files: two limits say enough.
        if [ $what = chips ] && [ "$kib" != 16 ] && [ "$kib" -le "$need" ]; then continue; fi
        rm -rf "$work/out"
        mkdir "$work/out"
        cp "$work/old.geojson" "$work/out/h.geojson"
        extra=
        if [ $what = prob ]; then extra="--prob $work/out/p.tif"; fi
        if [ $what = coverage ]; then extra="--coverage $work/out/c.pvc --coverage-grid 32648,0.1"; fi
        if [ $what = chips ]; then extra="--chips $work/out/chips --overview $work/out/p.jpg"; fi
        want=$work/want.geojson
        if [ $what = chips ]; then want=$work/want-chips.geojson; fi
        # Through a pipe: the limit would stop the log as well.
        set +o pipefail
        # shellcheck disable=SC2086
        (ulimit -f "$kib"; trap '' XFSZ; exec "$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet --overwrite -o "$work/out/h.geojson" $extra) \
            2>&1 | cat >"$work/log"
        code=${PIPESTATUS[0]}
        set -o pipefail
        checks=$((checks + 1))
        wrong=
        case $code in
        0) cmp -s "$want" "$work/out/h.geojson" || wrong="exit 0, but other bytes" ;;
        13)
            cmp -s "$work/old.geojson" "$work/out/h.geojson" || wrong="the old file is gone"
            grep -q "$work/out" "$work/log" || wrong="the message names no path: $(cat "$work/log")"
            ;;
        *) wrong="exit $code: $(head -c 300 "$work/log")" ;;
        esac
        # Cells are whole or absent, whatever became of the hotspots.
        if [ -e "$work/out/c.pvc" ]; then cmp -s "$work/want.pvc" "$work/out/c.pvc" || wrong="half a coverage file"; fi
        if [ $what = coverage ] && [ "$code" = 0 ] && [ ! -e "$work/out/c.pvc" ]; then wrong="exit 0 without a coverage file"; fi
        for file in "$work"/out/chips/* "$work"/out/p.j*; do
            [ -e "$file" ] || continue
            case $file in
            */chips/*) cmp -s "$file" "$work/want-chips/${file##*/}" || wrong="half a chip" ;;
            *) cmp -s "$file" "$work/want.${file##*.}" || wrong="half an overview" ;;
            esac
        done
        if [ $what = chips ] && [ "$code" = 0 ]; then diff -r "$work/want-chips" "$work/out/chips" >/dev/null || wrong="exit 0 without all chips"; fi
        if ls -AR "$work/out" | grep -q '\.tmp$'; then wrong="a temporary file stayed"; fi
        if [ -n "$wrong" ]; then
            failures=$((failures + 1))
            echo "FAILED: limit of $kib KiB, $what: $wrong"
        fi
    done
done
finish
