#!/usr/bin/env bash
# What crews found: a false alarm stays quiet over the next nights until its time is over, and is listed; a plot that was eradicated and is seen again stands on top as regrown.
. "$(dirname "$0")/week.bash"
mkdir -p "$pool"
"$build/samples/papaver-samples" -o "$survey" --size 48 --seed 5 --flights 2 --bandset rgb >/dev/null
crop 1 0 0 5 5 a1 12 09:05:00
crop 2 0 0 5 10 b1 13 11:12:00
crop 1 0 0 4 10 d1 16 09:10:00
season=$work/season page=$work/season/out/latest/index.html
new_season "$season"
printf 'quiet_days = 3\n' >>"$season/season.conf"
listed() { grep -oE '<tr id="P[0-9A-Z]{6}">' "$page" | cut -d'"' -f2; }
bring "$season" a1.tif a1
night "$season" 2026-05-12 0
mapfile -t before < <(listed)
ok "two plots to begin with: ${before[*]}" [ ${#before[@]} -ge 2 ]
# The second is a false alarm, the first is pulled up; both on the day of the flight.
alarm=${before[1]} poppies=${before[0]}
ok "ruled out" grep -q "^$alarm ruled_out 2026-05-15$" <("$tools/plot_set" "$season" "$alarm" ruled_out 2026-05-12 'roses <red>')
ok "eradicated" grep -q "^$poppies eradicated" <("$tools/plot_set" "$season" "$poppies" eradicated 2026-05-12)
ok "there is no plot of that number" bash -c '! "$1" "$2" P000000 confirmed 2026-05-12' _ "$tools/plot_set" "$season"

bring "$season" b1.tif b1
night "$season" 2026-05-13 0
row() { python3 "$root/tests/season/week_plots.py" "$season/season.gpkg" | grep "'$1'"; }
ok "both were seen again: $alarm" grep -qF "('b1.tif', '2026-05-13', 1)" <(row "$alarm")
ok "both were seen again: $poppies" grep -qF "('b1.tif', '2026-05-13', 1)" <(row "$poppies")
ok "the false alarm stays quiet" bash -c '! grep -q "<tr id=\"$1\">" "$2"' _ "$alarm" "$page"
ok "and is listed with its end and reason" bash -c 'sed "1,/已屏蔽的误报/d" "$2" | grep -q "<tr><td>$1</td>.*2026-05-12.*2026-05-15.*roses &lt;red&gt;"' _ "$alarm" "$page"
ok "the page counts it" grep -q "1 were ruled out and stay quiet" "$page"
ok "regrown, on top" [ "$(listed | head -1)" = "$poppies" ]
ok "regrown, in words" grep -qE "<tr id=\"$poppies\">.*<strong><span lang=\"zh\">复种</span> <small lang=\"en\">regrown</small></strong>" "$page"
ok "regrown, in red above the list" bash -c 'grep -n "class=\"bad\"><span lang=\"zh\">复种 1 处" "$1"' _ "$page"
ok "its hotspots stay in hotspots.geojson" grep -q '"photo":"b1"' "$season/out/latest/hotspots.geojson"

# The silence has ended.
bring "$season" d1.tif d1
night "$season" 2026-05-16 0
ok "shown again after its time" grep -qE "<tr id=\"$alarm\">.*shown again: expired" "$page"
ok "still on top" [ "$(listed | head -1)" = "$poppies" ]
# Nothing new: nothing happens.
cp -rL "$season/out/latest" "$work/last"
night "$season" 2026-05-17 0
ok "a night without photos leaves the page" diff -r "$work/last" "$season/out/latest/"
finish
