#!/usr/bin/env bash
# The file size limit as a small disk: exit 13 with the path, no output, no temporary, an older output untouched.
. "$(dirname "$0")/../lib.bash"
make_fixture
mkdir "$work/out"
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/want.geojson" --prob "$work/want.tif" --coverage "$work/want.pvc" --coverage-grid 32648,0.1
need=$((($(stat -c %s "$work/want.geojson") + $(stat -c %s "$work/want.tif")) / 1024))
echo old >"$work/old.geojson"
for kib in 0 1 2 4 8 16 $((need / 2)) $((need * 2 + 64)); do
    for what in hotspots prob coverage; do
        rm -rf "$work/out"
        mkdir "$work/out"
        cp "$work/old.geojson" "$work/out/h.geojson"
        extra=
        if [ $what = prob ]; then extra="--prob $work/out/p.tif"; fi
        if [ $what = coverage ]; then extra="--coverage $work/out/c.pvc --coverage-grid 32648,0.1"; fi
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
        0) cmp -s "$work/want.geojson" "$work/out/h.geojson" || wrong="exit 0, but other bytes" ;;
        13)
            cmp -s "$work/old.geojson" "$work/out/h.geojson" || wrong="the old file is gone"
            grep -q "$work/out" "$work/log" || wrong="the message names no path: $(cat "$work/log")"
            ;;
        *) wrong="exit $code: $(head -c 300 "$work/log")" ;;
        esac
        # Cells are whole or absent, whatever became of the hotspots.
        if [ -e "$work/out/c.pvc" ]; then cmp -s "$work/want.pvc" "$work/out/c.pvc" || wrong="half a coverage file"; fi
        if [ $what = coverage ] && [ "$code" = 0 ] && [ ! -e "$work/out/c.pvc" ]; then wrong="exit 0 without a coverage file"; fi
        if ls -A "$work/out" | grep -q '\.tmp$'; then wrong="a temporary file stayed"; fi
        if [ -n "$wrong" ]; then
            failures=$((failures + 1))
            echo "FAILED: limit of $kib KiB, $what: $wrong"
        fi
    done
done
finish
