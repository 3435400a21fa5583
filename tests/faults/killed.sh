#!/usr/bin/env bash
# A scan that is killed leaves no output or all of it, never a half; a scan that is asked to stop ends with 16; the same command then succeeds.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/photo.tif" --size 2000x1500
mkdir "$work/out"
# exec: the process that gets the signal must be the program, not a shell.
scan() { exec "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --threads 1 --quiet -o "$work/out/h.geojson" --prob "$work/out/p.tif"; }
start=$(date +%s%N)
(scan)
length=$((($(date +%s%N) - start) / 1000000))
echo "an undisturbed scan takes $length ms"
sha256sum "$work"/out/h.geojson "$work"/out/p.tif >"$work/want"
stopped=0
for signal in KILL TERM INT; do
    for share in 2 15 40 60 80 97; do
        rm -rf "$work/out"
        mkdir "$work/out"
        scan >"$work/log" 2>&1 &
        child=$!
        sleep "$(awk -v l=$length -v s=$share 'BEGIN { printf "%.3f", l * s / 100000 }')"
        kill -$signal $child 2>/dev/null || true
        code=0
        wait $child 2>/dev/null || code=$?
        checks=$((checks + 1))
        wrong=
        if [ $code -eq 0 ]; then
            sha256sum --quiet -c "$work/want" >/dev/null 2>&1 || wrong="exit 0 with other bytes"
        else
            case $signal:$code in
            KILL:137) ;;
            # A background job of a script starts with INT ignored; the program may honour that or install its own handler.
            TERM:16 | INT:16) stopped=$((stopped + 1)) ;;
            # Killed before the program had come as far as its first line: there is nothing of it.
            TERM:143 | INT:130) [ -z "$(ls -A "$work/out")" ] || wrong="exit $code with files: $(ls -A "$work/out")" ;;
            *:*) wrong="exit $code after $signal: $(head -c 300 "$work/log")" ;;
            esac
            # The hotspots file is published last: a kill between that and the program's end leaves it, whole.
            if [ -e "$work/out/h.geojson" ]; then
                if [ $signal != KILL ]; then wrong="exit $code, but the hotspots file is there"; fi
                sha256sum --quiet -c "$work/want" >/dev/null 2>&1 || wrong="exit $code with other bytes"
            fi
            if [ $signal != KILL ] && ls -A "$work/out" | grep -q '\.tmp$'; then wrong="a temporary file stayed: $(ls -A "$work/out")"; fi
            if [ -e "$work/out/p.tif" ] && ! gdal_translate -q -of MEM "$work/out/p.tif" /dev/null 2>/dev/null && ! gdalinfo -checksum "$work/out/p.tif" >/dev/null 2>&1; then
                wrong="half a probability picture"
            fi
        fi
        if [ -n "$wrong" ]; then
            failures=$((failures + 1))
            echo "FAILED: $signal at $share %: $wrong"
        fi
    done
done
ok "some scans were stopped in time to say 16" test $stopped -gt 2
rm -rf "$work/out"
mkdir "$work/out"
(scan)
ok "the same command afterwards gives the same bytes" sha256sum --quiet -c "$work/want"
finish
