#!/usr/bin/env bash
# Zero-find certificates and scorecards of made-up villages: what is issued and why not, in every format; the pages load nothing and run nothing.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
cd "$work"
"$papaver" init years --name "<b>2017" 2>/dev/null
python3 "$root/tests/season/stats_make.py" years 60 1 7 >/dev/null
python3 -c 'import sqlite3; db = sqlite3.connect("years/season.gpkg"); db.execute("UPDATE photos SET gsd_m=0.05"); db.commit()'
stats() { "$papaver" stats years "$@"; }
stats 2017 --certificate --lang zh >none.txt
ok "by default nobody has seen enough" grep -q '：100 个单位中 0 个可以出具。' none.txt
ok "how much is missing is said" grep -q '  适查期踏查率：0\.54%（责任面积 17[0-9.]* 亩，看清 98\.[0-9]* 亩，未看清 178[0-9.]* 亩）；要求不低于 95\.00%$' none.txt
printf 'certificate_cover_percent = 0.5\ncertificate_days = 1\n' >>years/season.conf
for format in text json html; do stats 2017 --certificate --format $format --lang zh >"c.$format"; done
for format in text json html csv; do stats 2017 --scorecard --format $format --lang en >"k.$format"; done
# Each condition once more, from the table of the same period and the ledger.
cat >truth.py <<'P'
import csv, io, json, subprocess, sys
papaver = sys.argv[1]
c = json.load(open("c.json"))
table = json.loads(subprocess.run([papaver, "stats", "years", "2017", "--by", "cun", "--format", "json"], check=True, capture_output=True).stdout)
row = {r["key"]: r["values"] for r in table["periods"][0]["rows"] if r["level"] == "cun"}
assert len(row) == len(c["units"]) == 100 and c["suitable"] == [{"from": "2017-04-10", "to": "2017-08-31"}], c["suitable"]
issued = 0
for u in c["units"]:
    v, met = row[u["key"]], {k: n["met"] for k, n in u["needs"].items()}
    assert u["seen_suitable_mu"] <= v["seen_mu"] and u["charge_mu"] == v["charge_mu"]
    assert met["cover"] == (100 * u["seen_suitable_mu"] >= 0.5 * u["charge_mu"]), u
    assert met["days"] == (len(u["days"]) >= 1) and all("2017-04-10" <= d <= "2017-08-31" for d in u["days"])
    assert met["plots"] == (v["confirmed"] + v["regrown"] + v["open_before"] == 0), u
    assert met["checked"] == (v["unchecked"] + v["unreachable"] + v["conflicts"] == 0), u
    assert u["issued"] == all(met.values())
    assert not v["ruled_out"] or u["checkers"], u
    issued += u["issued"]
assert issued == c["issued"] > 0 and len(c["head"]) == 64
assert [u["path"] for u in c["units"]] == sorted(u["path"] for u in c["units"])
cards = list(csv.DictReader(io.StringIO(open("k.csv", encoding="utf-8-sig", newline="").read())))
most = {"cover_rate": 1, "suspected": 0, "check_rate": 1, "confirmed": 0, "eradicated": 1, "eradication_rate": 1, "days_eradication_median": 0, "days_eradication_p90": 0, "regrown": 0, "open": 0, "certificate": 1}
for name, high in most.items():
    values = [(float(r[name]), int(r[name + "_rank"])) for r in cards if r[name] != ""]
    for x, rank in values:
        assert rank == 1 + sum(y > x if high else y < x for y, _ in values), (name, x, rank)
    if name in row[cards[0]["key"]]:
        for r in cards: assert (r[name] == "") == (row[r["key"]][name] is None) and (r[name] == "" or float(r[name]) == row[r["key"]][name]), (name, r)
for r in cards:
    v = row[r["key"]]
    assert int(r["open"]) == v["unchecked"] + v["unreachable"] + v["confirmed"] - v["eradicated"] + v["open_before"]
open("issued", "w").write(str(issued))
P
ok "every condition and rank, worked out once more" python3 truth.py "$papaver"
ok "the page has as many certificates" [ "$(grep -c '<h1><span lang="zh">无毒林区证书' c.html)" = "$(cat issued)" ]
ok "and says of the others that they are not issued" [ "$(grep -c '<h1><span lang="zh">尚不能出具' c.html)" = $((100 - $(cat issued))) ]
ok "with a place for two signatures each" [ "$(grep -c 'class="signs"' c.html)" = "$(cat issued)" ]
ok "names are text" grep -q '&lt;b&gt;2017' c.html
ok "nothing is loaded or run" bash -c '! grep -qE "<script|<img|<link|https?:|<b>2017| style=| on[a-z]+=" c.html k.html'
ok "a strict policy" grep -q "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-[^']*'\"" c.html
ok "the policy names the styles" python3 - <<'P'
import base64, hashlib, re
for name in ("c.html", "k.html"):
    page = open(name, encoding="utf-8").read()
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    assert "'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'" in page
P
stats 2017 --certificate --lang zh -o again.html
ok "a file by its name, the same bytes" cmp again.html c.html
if python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import browser; sys.exit(browser.program() is None)' "$root/tests/page"; then
    mv c.html c.zh.html
    mv k.html k.en.html
    stats 2017 --certificate --lang en -o c.en.html
    stats 2017 --scorecard --lang zh -o k.zh.html
    axe=$root/build/npm-axe/node_modules/axe-core/axe.min.js
    checks=$((checks + 1))
    python3 "$root/tests/season/year_cards.py" . "$(cat issued)" "$([ -e "$axe" ] && echo "$axe")" "${PICTURES:-}" || failures=$((failures + 1))
else
    echo "no chromium: the pages are not opened"
fi
ok "forest farms too" bash -c '"$1" stats years 2017 --certificate --by lin_chang --lang en | grep -q "of 4 units"' _ "$papaver"
finish
