#!/usr/bin/env bash
# The page with its map in a real browser, headless, with the network off: 0, 1, 50 and 5,000 plots at phone and desktop width; page_check.py says what is asked of it. axe-core is taken from
# build/npm-axe where tests/run.sh could install it.
. "$(dirname "$0")/../lib.bash"
for command in python3 gdal_translate; do command -v $command >/dev/null || { echo "skipped: no $command"; exit 77; }; done
python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import browser; sys.exit(browser.program() is None)' "$root/tests/page" || { echo "skipped: no chromium"; exit 77; }

# Pictures: a chip for each of 50 plots, and three reduced photos.
mkdir "$work/chips"
python3 - "$work" <<'P'
import sys
for name, w, h in (("chip", 480, 160), ("photo", 500, 1000)):
    with open(sys.argv[1] + "/" + name + ".ppm", "wb") as f:
        f.write(b"P6\n%d %d\n255\n" % (w, h))
        f.write(bytes(v for y in range(h) for x in range(w) for v in (x // 2 % 255, (x // 30 + y // 30) % 2 * 120 + 60, y % 255)))
P
for name in chip photo; do gdal_translate -q -of JPEG -co QUALITY=60 "$work/$name.ppm" "$work/$name.jpg"; done
for i in $(seq 1 50); do cp "$work/chip.jpg" "$work/chips/$(printf %016x "$i").jpg"; done
for i in 1 2 3; do cp "$work/photo.jpg" "$work/chips/photo-$i.jpg"; done

for n in 0 1 50 5000; do ok "a page of $n plots" "$tools/page_made_up" "$n" "$work/p$n.html" "$work/chips"; done
"$tools/page_made_up" 50 "$work/again.html" "$work/chips" >/dev/null
ok "a page with room for few pictures" "$tools/page_made_up" 50 "$work/few.html" "$work/chips" "" "$((3 * $(stat -c %s "$work/chip.jpg")))"
ok "the same facts give the same bytes" cmp "$work/p50.html" "$work/again.html"
ok "5,000 plots weigh less than 8 MiB" [ "$(stat -c %s "$work/p5000.html")" -lt 8388608 ]
# A copy of which the script was changed: the page does not run it, and shows its plain lists.
sed "s/mostMarks = 200/mostMarks = 201/" "$work/p50.html" >"$work/changed.html"
axe=$root/build/npm-axe/node_modules/axe-core/axe.min.js
checks=$((checks + 1))
if ! python3 "$root/tests/page/page_check.py" "$work" "$([ -e "$axe" ] && echo "$axe")"; then failures=$((failures + 1)); fi
finish
