#!/usr/bin/env bash
# A kit comes back: filled in as a crew would in each format, shifted where an app shifts it, in any order, twice, half of it damaged. The ledger must say what the crew said, and say it once.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
cd "$work"
# shellcheck source=tests/season/returned_kit.bash
. "$root/tests/season/returned_kit.bash"

cat >answers.py <<'PY'
import json, sys
from kit_answers import *
ids = ids_of(sys.argv[1])
answers = answers_of(ids, "沟边; \"三\"株,在石头后", {"verdict": "unchecked"})
json.dump({"answers": answers, "new": new, "photos": {ids[0]: ["DCIM/p1.jpg"]}}, open("all.json", "w"))
json.dump({"answers": {}, "new": new}, open("new.json", "w"))
for k, part in enumerate((ids[:2], ids[2:4], ids[4:6])): json.dump({"answers": {i: answers[i] for i in part}, "new": new if k == 0 else []}, open("part%d.json" % k, "w"))
PY
python3 answers.py "$season"

# What the ledger says of this crew, without the numbers of rows and names of files.
said() { # SEASON
    python3 - "$1" <<'PY'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1] + "/season.gpkg").execute("""SELECT p.origin, round(p.lon, 5), round(p.lat, 5), f.status, f.date, f.at, f.crew, f.person1, f.person2, f.verdict, f.disposal, f.method, f.stage,
    f.plants_counted, f.plants_removed, f.sample_m2, f.note FROM findings f JOIN plots p ON p.fid=f.plot WHERE f.crew='柳湾二组' ORDER BY 2, 3, 4"""): print(row)
PY
}
file_of() { # KIT FORMAT
    case $2 in
    gpkg) echo "$1/field.gpkg" ;;
    shp) echo "$1/shp/plots.shp" ;;
    *) echo "$1/plots.$2" ;;
    esac
}
filled() { # FOLDER FORMAT ANSWERS [gcj02]: a copy of the kit
    rm -rf "$1"
    cp -r "$kit" "$1"
    python3 "$fill" "$1" "$2" "$3" ${4:+"$4"}
}

filled k gpkg all.json
fresh
ok "the GeoPackage" take 0 k/field.gpkg
said t >want.txt
ok "seven findings" [ "$(wc -l <want.txt)" = 7 ]
ok "every answer" bash -c 'for s in confirmed eradicated ruled_out unreachable; do grep -q "'"'"'$s'"'"'" want.txt || exit 1; done; grep -q "沟边; \"三\"株,在石头后" want.txt'
ok "a photo" bash -c 'ls t/evidence/*.jpg && grep -q "1 photo" out.txt'
ok "the new place" grep -q "^('crew', 105.75, 34.95, 'confirmed'" want.txt

# Each format says the same, plain and shifted, and a second time nothing.
for format in shp geojson csv kmz gpkg; do
    for shift in "" gcj02; do
        filled k $format all.json $shift
        fresh
        ok "$format $shift" take 0 "$(file_of k $format)"
        ok "$format $shift: the same findings" diff <(said t) want.txt
        ok "$format $shift: its datum" grep -q "datum ${shift:-wgs84}" out.txt
        dump t >before.sql
        ok "$format $shift: twice" take 0 "$(file_of k $format)"
        ok "$format $shift: adds nothing" diff -q <(dump t) before.sql
    done
done
filled k gpx new.json gcj02
fresh
ok "gpx" take 0 k/plots.gpx
ok "gpx: the new place" grep -q "^('crew', 105.75, 34.95, 'confirmed'" <(said t)

# Six formats one after the other into one season, each other one shifted: the first brings it all.
fresh
take 0 "$(file_of k gpx)" || true
for format in kmz csv geojson shp gpkg; do
    filled "k_$format" $format all.json "$([ $format = csv ] || [ $format = kmz ] && echo gcj02)"
    ok "then $format" take 0 "$(file_of "k_$format" $format)"
done
ok "all of them say it once" diff <(said t | grep -v "'crew', 105.75") <(grep -v "'crew', 105.75" want.txt)

# A kit's parts in different formats from three phones, in any order, in one call or in three, whole or as a ZIP, with damaged ones between.
filled a shp part0.json
filled b csv part1.json gcj02
filled c kmz part2.json
(cd c && zip -qr ../c.zip .)
head -c $(($(stat -c %s c.zip) / 2)) c.zip >half.zip
head -c 4000 a/field.gpkg >half.gpkg
printf 'PK\003\004' >half.kmz
for order in "a/shp b/plots.csv c.zip" "c.zip b/plots.csv a/shp" "b/plots.csv half.zip a/shp half.gpkg c.zip half.kmz"; do
    fresh
    # shellcheck disable=SC2086
    ok "together: $order" take "$(case $order in *half*) echo 10 ;; *) echo 0 ;; esac)" $order
    ok "together: $order: the ledger" diff <(said t) want.txt
    case $order in *half*) for f in half.zip half.gpkg half.kmz; do ok "named: $f" grep -q "^$f: refused" out.txt; done ;; esac
    fresh
    for f in $order; do ok "alone: $f" take "$(case $f in half*) echo 11 ;; *) echo 0 ;; esac)" "$f"; done
    ok "one after the other: $order: the ledger" diff <(said t) want.txt
done
ok "statuses" bash -c 'python3 -c "
import sqlite3
n = dict(sqlite3.connect(\"t/season.gpkg\").execute(\"SELECT status, count(*) FROM plots GROUP BY status\").fetchall())
assert n == {\"eradicated\": 2, \"ruled_out\": 2, \"confirmed\": 9}, n"'

# What cannot be known is asked for: two rows with ids are too few to tell a shift, and none say nothing.
python3 -c "
import json
d = json.load(open('part1.json')); json.dump({'answers': {}, 'new': json.load(open('new.json'))['new']}, open('lone.json', 'w'))"
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open("b/plots.csv", encoding="utf-8-sig")))
for name, keep in (("two.csv", [r for r in rows if r["verdict"]]), ("none.csv", [dict(r, id="") for r in rows if r["verdict"]])):
    out = csv.DictWriter(open(name, "w", encoding="utf-8"), rows[0].keys()); out.writeheader(); out.writerows(keep)
PY
fresh
ok "two shifted rows are too few" bash -c '"$1" import t two.csv >out.txt 2>&1; [ $? = 11 ] && grep -q "too few" out.txt' _ "$papaver"
ok "rows without ids" bash -c '"$1" import t none.csv >out.txt 2>&1; [ $? = 11 ] && grep -q -- --datum out.txt' _ "$papaver"
ok "the answer is taken" take 0 two.csv --datum gcj02
ok "two findings" [ "$(said t | wc -l)" = 2 ]
ok "also without ids, by distance" take 0 none.csv --datum gcj02
ok "and adds nothing" [ "$(said t | wc -l)" = 2 ]
dump t >before.sql
filled k gpkg all.json
ok "a dry run" take 0 k/field.gpkg --dry-run
ok "writes nothing" diff -q <(dump t) before.sql
ok "no photo is kept by it" [ ! -e t/evidence ]
ok "the ledger proves itself" "$papaver" stats t --verify
finish
