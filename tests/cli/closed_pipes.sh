#!/usr/bin/env bash
# Standard output is a pipe that nobody reads: every command ends with 16 and says nothing of it, and what it was to write elsewhere is written.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
cd "$work"
make_fixture
closed() { # EXIT COMMAND...: its standard output has no reader, from the beginning on
    python3 - "$@" <<'P'
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
p = subprocess.run(sys.argv[2:], stdout=write, stderr=write if os.environ.get("ALL") else subprocess.PIPE, stdin=subprocess.DEVNULL)
words = (p.stderr or b"").decode()
print("exit", p.returncode, words)
sys.exit(p.returncode != int(sys.argv[1]) or "reader" in words or "ipe" in words or "standard output" in words)
P
}
season=$work/season
"$papaver" init "$season" 2>/dev/null
printf 'lon,lat,verdict,visit_time,crew,person1\n105.7,34.9,confirmed_poppy,2026-05-01,first,somebody\n' >seed.csv
"$papaver" import "$season" seed.csv --datum wgs84 >/dev/null
printf 'lon,lat,verdict,visit_time,crew,person1\n105.8,34.9,confirmed_poppy,2026-05-02,first,somebody\n' >more.csv
ok "--version" closed 16 "$papaver" --version
ok "--help" closed 16 "$papaver" --help
commands=$("$papaver" help | sed -nE 's/^  ([a-z]+) +[A-Z a-z].*/\1/p' | sort -u)
ok "commands are known" [ "$(wc -w <<<"$commands")" -ge 17 ]
for name in $commands; do ok "help $name" closed 16 "$papaver" help "$name"; done
for words in "help" "help --man" "help --completion bash" "help features" "doctor" "doctor $season" "plots $season" "plots $season --json" "coverage $season --json" \
    "stats $season" "stats $season 2026 --format csv" "stats $season 2026 --format json" "stats $season 2026 --format html" "stats $season --verify" "stats $season 2026 --freeze" "info $season" \
    "import $season more.csv --datum wgs84" "info $fixture/photo.tif" "info $fixture/model.pvm --json" "check $fixture/photo.tif" "report $season --date 2026-05-03 -o -" \
    "scan $fixture/photo.tif --model $fixture/model.pvm -o - --quiet" "scan $fixture/photo.tif --model $fixture/model.pvm -o scan.geojson --json --quiet" \
    "merge scan.geojson -o -" "evaluate --photo $fixture/photo.tif --labels $fixture/labels.geojson --target poppy --model $fixture/model.pvm --json --quiet" "export $season -o kits --by all --all --json --date 2026-05-03"; do
    # shellcheck disable=SC2086
    ok "$words" closed 16 "$papaver" $words
done
ok "the scan's file is there and whole" python3 -c 'import json; json.load(open("scan.geojson"))'
ok "what was imported is there" [ "$("$papaver" plots "$season" --json | grep -o '"id":"P' | wc -l)" = 2 ]
ok "what was frozen is there, and whole" "$papaver" stats "$season" --verify
# The usual way, where the reader goes when it has what it wanted: a long text.
codes=$(set +e; "$papaver" stats "$season" 2026 --each xun --format json 2>words.txt | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}")
ok "head: 0 or 16, $codes" [ "$codes" = 16 -o "$codes" = 0 ]
ok "and quiet" [ ! -s words.txt ]
# A night goes on and publishes although nobody reads its words.
echo "model = $fixture/model.pvm" >>"$season/season.conf"
mkdir -p "$season/inbox/f"
cp "$fixture/photo.tif" "$season/inbox/f/"
touch -d '1 hour ago' "$season/inbox/f/photo.tif"
touch "$season/inbox/f/photo.tif.done"
ok "a night" env ALL=1 bash -c "$(declare -f closed); closed \"\$@\"" _ 0 "$papaver" night "$season" --date 2026-05-04
ok "is published" [ -e "$season/out/latest/index.html" ]
finish
