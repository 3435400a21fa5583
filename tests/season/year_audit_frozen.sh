#!/usr/bin/env bash
# A frozen year holds its audit sample: draw, answers and figures; a late answer makes an erratum that names it.
. "$(dirname "$0")/week.bash"
export PYTHONDONTWRITEBYTECODE=1
here=$root/tests/season
cd "$work"
aide() { python3 "$here/year_audit.py" "$@"; }
stats() { "$papaver" stats "$season" "$@"; }
says() { # WORDS COMMAND...: exit 0 and the words
    local words=$1
    shift
    "$@" >"$work/said" 2>&1 && grep -q -e "$words" "$work/said" || { cat "$work/said"; return 1; }
}
"$build/samples/papaver-samples" -o "$survey" --size 48 --seed 5 --flights 2 --bandset rgb >/dev/null
mkdir -p "$pool"
crop 1 0 0 5 5 a1 12 09:05:00
season=$work/season
new_season "$season"
bring "$season" a1.tif a1
night "$season" 2026-05-13 0
"$papaver" sample "$season" --n 240 --rare 60 --near 1 --seed 4711 --date 2026-06-02 >/dev/null
aide answers "$season" 1 first.csv 5 9
"$papaver" import "$season" first.csv --datum wgs84 >/dev/null 2>&1
ok "the year is frozen with its draw" says "version 1 is frozen" stats 2026 --freeze
stats 2026 --format json >live.json
v1=$season/years/2026-v1
ok "year.json has the figures, the draw and its answers" python3 -c "
import json, sys
y, live = (json.load(open(f)) for f in sys.argv[1:3])
assert y['tables']['total'] == live
assert [d['draw'] for d in y['draws']] == ['1'] and y['draws'][0]['photos'] == 1, y['draws']
v = live['periods'][0]['rows'][0]['values']
assert len(y['answers']) == v['audit_answered'] + v['audit_unreachable'] and v['audit_open'] > 10, v
" "$v1/year.json" live.json
ok "by hand" aide truth "$season" 1 live.json 2026
ok "it verifies" says "every one the same" stats --verify
aide answers "$season" 1 late.csv
"$papaver" import "$season" late.csv --datum wgs84 >/dev/null 2>&1
ok "late answers are named" says "since then [1-9][0-9]* figures changed" stats --verify
ok "version 2" says "version 2 is frozen" stats 2026 --freeze
v2=$season/years/2026-v2
ok "the erratum has the area" grep -q '"total","合计","罂粟面积（抽样校正） area of poppy, adjusted (audit_area_m2)",[0-9.]*,[0-9.]*,-\?[0-9.]*' "$v2/errata.csv"
ok "and the answers that were missing" bash -c 'grep "(audit_open)" "$1" | grep -q ",2[0-9],0,-2[0-9]"' _ "$v2/errata.csv"
ok "what came in is named" grep -qE "^audit sample: draw 1, point S[0-9A-Z]{6}, [a-z_]+ on 2026-12-[0-9]{2}, 抽查组, from late.csv$" "$v2/came_in.txt"
ok "so many" bash -c '[ "$(grep -c "^audit sample" "$1")" = "$(python3 -c "import json,sys; print(json.load(open(sys.argv[1]))[\"periods\"][0][\"rows\"][0][\"values\"][\"audit_open\"])" "$2")" ]' _ "$v2/came_in.txt" live.json
ok "both verify" bash -c '[ "$("$1" stats "$2" --verify | grep -c "every one the same")" -eq 2 ]' _ "$papaver" "$season"
ok "the next year has none" says "there is no audit sample" stats 2027
finish
