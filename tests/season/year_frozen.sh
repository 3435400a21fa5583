#!/usr/bin/env bash
# A year is frozen, verified, corrected by a late return, carried to another machine, and tampered with: what is whole is called whole, what was changed is found and named.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
cd "$work"
season=$work/season
"$papaver" init "$season" 2>/dev/null
cat >town.geojson <<'JSON'
{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"XIAN":"620522","XIANG":"101","NAME":"柳湾镇"},"geometry":{"type":"Polygon","coordinates":[[[105.6,34.8],[105.9,34.8],[105.9,35.0],[105.6,35.0],[105.6,34.8]]]}}]}
JSON
echo "boundaries = $work/town.geojson" >>"$season/season.conf"
answers() { # NAME LON VERDICT DATE PLANTS
    printf 'lon,lat,verdict,visit_time,crew,person1,plants_counted\n%s,34.9,%s,%s,二组,王五,%s\n' "$2" "$3" "$4" "$5" >"$1.csv"
    "$papaver" import "$season" "$1.csv" --datum wgs84 >/dev/null 2>&1
}
says() { # WORDS COMMAND...: exit 0 and the words
    local words=$1
    shift
    "$@" >"$work/said" 2>&1 && grep -q -e "$words" "$work/said" || { cat "$work/said"; return 1; }
}
fails() { # CODE WORDS COMMAND...
    local code=0 due=$1 words=$2
    shift 2
    "$@" >"$work/said" 2>&1 || code=$?
    [ $code -eq "$due" ] && grep -q -e "$words" "$work/said" || { echo "exit $code"; cat "$work/said"; return 1; }
}
for i in 1 2 3 4; do answers "find$i" "105.7$i" confirmed_poppy 2026-05-0$i 1$i; done
answers find5 105.77 confirmed_poppy 2026-05-05 9
answers other 105.77 other_crop 2026-05-09 ""

ok "nothing was frozen" says "no year was frozen yet" "$papaver" stats "$season" --verify
mkdir -p "$season/years/2026-v1/left" # by a freeze that was ended before the ledger knew of it
ok "the year is frozen" says "version 1 is frozen" "$papaver" stats "$season" 2026 --freeze
v1=$season/years/2026-v1
ok "what was left is gone" test ! -e "$v1/left"
ok "all files are there" bash -c 'cd "$1" && ls season.gpkg season.conf boundaries/1/town.geojson year.json stats_zh.csv stats_en.csv stats_xiang_zh.csv SHA256SUMS' _ "$v1"
ok "sha256sum agrees" bash -c 'cd "$1" && sha256sum --quiet -c SHA256SUMS' _ "$v1"
ok "year.json names plots, findings and files" python3 -c "
import json, sys
y = json.load(open(sys.argv[1]))
assert len(y['plots']) == 5 and len(y['findings']) == 6 and len(y['imports']) == 6, y
assert y['tables']['total']['periods'][0]['rows'][0]['values']['confirmed'] == 4
assert [r['zh'] for r in y['tables']['xiang']['periods'][0]['rows']].count('柳湾镇') == 1
" "$v1/year.json"
ok "it verifies" says "every one the same" "$papaver" stats "$season" --verify
ok "twice says that it stands" says "version 1 stands" "$papaver" stats "$season" 2026 --freeze
ok "and makes nothing" test ! -e "$season/years/2026-v2"
ok "other years are not there" fails 2 "never frozen" "$papaver" stats "$season" 2025 --verify

# A return of May comes in after the year was handed in; one of next year changes nothing.
answers next 105.78 confirmed_poppy 2027-05-09 5
ok "next year's find changes nothing" bash -c '! "$1" stats "$2" --verify | grep "since then"' _ "$papaver" "$season"
answers late 105.79 confirmed_poppy 2026-05-20 30
ok "a late return is named" says "since then [1-9][0-9]* figures changed" "$papaver" stats "$season" --verify
ok "version 2" says "version 2 is frozen" "$papaver" stats "$season" 2026 --freeze
v2=$season/years/2026-v2
ok "the erratum has the cells" grep -q '"total","合计","确认.*(confirmed)",4,5,1' "$v2/errata.csv"
ok "and by township" grep -q '"xiang",".*柳湾镇","确认.*(confirmed)",4,5,1' "$v2/errata.csv"
ok "and what came in" grep -q 'finding: plot P.*confirmed on 2026-05-20.*from late.csv' "$v2/came_in.txt"
ok "nothing of the next year" bash -c '! grep -q 2027 "$1"' _ "$v2/came_in.txt"
ok "both verify" bash -c '[ "$("$1" stats "$2" --verify | grep -c "every one the same")" -eq 2 ]' _ "$papaver" "$season"

# On another machine: the folder alone, where the boundaries of the season are not.
cp -r "$v2" "$work/carried"
mv "$work/town.geojson" "$work/gone.geojson"
ok "a carried year verifies" says "every one the same" "$papaver" stats "$work/carried" --verify
mv "$work/gone.geojson" "$work/town.geojson"

# Tampering: one byte each.
change() { # FILE OLD NEW: the first of these bytes
    python3 - "$@" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
old, new = sys.argv[2].encode(), sys.argv[3].encode()
assert len(old) == len(new) and old in data, "not there"
open(sys.argv[1], "wb").write(data.replace(old, new, 1))
PY
}
cp -r "$season" "$work/sound"
back() { rm -rf "$work/season" && cp -r "$work/sound" "$work/season"; }
ok "a byte of the ledger" change "$season/season.gpkg" "王五" "王六"
ok "is found" fails 11 "FAULT findings" "$papaver" stats "$season" --verify
ok "and nothing is frozen on it" fails 11 "nothing was frozen" "$papaver" stats "$season" 2027 --freeze
back
ok "a byte of the frozen ledger" change "$v1/season.gpkg" "王五" "王六"
ok "is found too" fails 11 "FAULT season.gpkg: it was changed" "$papaver" stats "$season" --verify
back
ok "a figure" change "$v1/year.json" '"confirmed":4' '"confirmed":3'
ok "is found and worked out again" fails 11 "FAULT year.json: worked out again" "$papaver" stats "$season" --verify
ok "by itself, too" fails 11 "FAULT year.json" "$papaver" stats "$v1" --verify
back
rm -r "$v1"
ok "a version that is gone is named" fails 11 "FAULT .*2026-v1" "$papaver" stats "$season" --verify
back
ok "usage" fails 2 "one period" "$papaver" stats "$season" --freeze
ok "usage: two steps" fails 2 "two steps" "$papaver" stats "$season" 2026 --freeze --verify
ok "usage: nothing else" fails 2 "does nothing with" "$papaver" stats "$season" 2026 --freeze --by xiang
finish
