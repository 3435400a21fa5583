#!/usr/bin/env bash
# A kit comes back as GPX, XLSX, KML and the text of Ovital: filled in by programs that are not ours (Python's own library, GDAL's writers), plain and shifted, in any order, twice, half of the files damaged.
# The ledger must say what the crew said, once, and every damaged file must be named.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
cd "$work"
export CPL_LOG=/dev/null
# shellcheck source=tests/season/returned_kit.bash
. "$root/tests/season/returned_kit.bash"

cat >answers.py <<'PY'
import json, sys
from kit_answers import *
ids = ids_of(sys.argv[1])
answers = answers_of(ids, "沟边; 三株,在石头后", {**visit, "verdict": "corn_poppy"})
def put(name, some, places): json.dump({"answers": {i: answers[i] for i in some}, "new": places}, open(name, "w"))
put("all.json", ids[:6], new)
for k in range(3): put("part%d.json" % k, ids[2 * k:2 * k + 2], new if k == 1 else [])
PY
python3 answers.py "$season"

said() { # SEASON: what the ledger says of this crew, without the numbers of rows and names of files
    python3 - "$1" <<'PY'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1] + "/season.gpkg").execute("""SELECT p.origin, round(p.lon, 5), round(p.lat, 5), p.status, p.status_date, f.status, f.date, f.at, f.crew, f.person1, f.person2, f.verdict,
    f.disposal, f.method, f.stage, f.plants_counted, f.plants_removed, f.sample_m2, f.note FROM findings f JOIN plots p ON p.fid=f.plot WHERE f.crew='柳湾二组' ORDER BY 2, 3, 6"""): print(row)
PY
}

# make WAY ANSWERS OUT [gcj02]: a file OUT.ENDING as that way gives it; prints its name
make() {
    local k=$work/k format=$1
    case $1 in ogr-xlsx) format=csv ;; ogr-*) format=geojson ;; ovital-g) format=ovital ;; esac
    rm -rf "$k"
    cp -r "$kit" "$k"
    python3 "$fill" "$k" "$format" "$2" ${4:+"$4"} || exit 1
    case $1 in
    gpx) cp "$k/plots.gpx" "$3.gpx" && echo "$3.gpx" ;;
    xlsx) cp "$k/plots.xlsx" "$3.xlsx" && echo "$3.xlsx" ;;
    ovital) cp "$k/plots_ovital.txt" "$3.txt" && echo "$3.txt" ;;
    ovital-g) sed 's/^/g /' "$k/plots_ovital.txt" >"$3.txt" && echo "$3.txt" ;;
    ogr-gpx) ogr2ogr -f GPX "$3.gpx" "$k/plots.geojson" -dsco GPX_USE_EXTENSIONS=YES -nlt POINT -nln waypoints >&2 && echo "$3.gpx" ;;
    ogr-kml) ogr2ogr -f KML "$3.kml" "$k/plots.geojson" >&2 && echo "$3.kml" ;;
    ogr-libkml) ogr2ogr -f LIBKML "$3.kml" "$k/plots.geojson" >&2 && echo "$3.kml" ;;
    ogr-xlsx) ogr2ogr -f XLSX "$3.xlsx" "$k/plots.csv" >&2 && echo "$3.xlsx" ;;
    esac
}

rm -rf g && cp -r "$kit" g && python3 "$fill" g gpkg all.json
fresh
ok "the GeoPackage, to compare with" take 0 g/field.gpkg
said t >want.txt
ok "eight findings" [ "$(wc -l <want.txt)" = 8 ]

# Each way says the same, and a second time nothing.
for way in gpx xlsx ovital ovital-g ogr-gpx ogr-kml ogr-libkml ogr-xlsx; do
    for shift in "" gcj02; do
        [ "$way$shift" != ovital-g ] || continue
        rm -f one.*
        file=$(make $way all.json one $shift)
        fresh
        ok "$way $shift" take 0 "$file"
        ok "$way $shift: the same findings" diff <(said t) want.txt
        [ -z "$shift" ] || continue
        dump t >before.sql
        ok "$way: twice" take 0 "$file"
        ok "$way: adds nothing" diff -q <(dump t) before.sql
    done
done

# Parts from three phones with damaged ones between: cut off, with wrong bytes, no ZIP any more.
damage() {
    python3 - "$@" <<'PY'
import random, sys
data = bytearray(open(sys.argv[1], "rb").read())
r = random.Random(7)
if sys.argv[3] == "cut": data = data[:len(data) * 2 // 3]
elif sys.argv[3] == "bytes":
    for _ in range(40): data[r.randrange(len(data) // 10, len(data))] = r.choice(b"\0\x01<>\xff")
else: data[-22:] = b"PK\5\6" + bytes(r.randrange(256) for _ in range(18))
open(sys.argv[2], "wb").write(data)
PY
}
a=$(make ovital part0.json a gcj02) b=$(make xlsx part1.json b) c=$(make ogr-libkml part2.json c gcj02)
(mkdir z && cp "$c" z/ && cd z && zip -qr ../c.zip .)
damage "$b" bad1.xlsx zip
damage c.zip bad2.zip cut
damage "$c" bad3.kml cut
make gpx part2.json whole >/dev/null
damage whole.gpx bad4.gpx bytes
for order in "$a $b c.zip" "c.zip bad1.xlsx $b bad2.zip $a bad3.kml" "bad4.gpx $b bad3.kml $a bad1.xlsx c.zip bad2.zip"; do
    fresh
    # shellcheck disable=SC2086
    ok "together: $order" take "$(case $order in *bad*) echo 10 ;; *) echo 0 ;; esac)" $order
    ok "together: $order: the ledger" diff <(said t) want.txt
    for f in $order; do case $f in bad*) ok "named: $f" grep -q "^$f: refused" out.txt ;; esac done
    dump t >before.sql
    # shellcheck disable=SC2086
    ok "again: $order" take "$(case $order in *bad*) echo 10 ;; *) echo 0 ;; esac)" $order
    ok "again: $order: nothing" diff -q <(dump t) before.sql
    fresh
    for f in $order; do ok "alone: $f" take "$(case $f in bad*) echo 11 ;; *) echo 0 ;; esac)" "$f"; done
    ok "one after the other: $order: the ledger" diff <(said t) want.txt
done

# The pictures of a kit that first came without them.
plot=$(python3 -c "
import json
d = json.load(open('all.json'))
first = next(iter(d['answers']))
json.dump({**d, 'photos': {first: ['DCIM/p1.jpg']}}, open('pictures.json', 'w'))
print(first)")
rm -rf g && cp -r "$kit" g && python3 "$fill" g gpkg pictures.json
mkdir bare && cp g/field.gpkg bare/
(cd g && zip -qr ../back.zip .)
for order in "bare/field.gpkg back.zip g" "back.zip bare/field.gpkg" "g bare/field.gpkg back.zip"; do
    fresh
    for f in $order; do ok "pictures: $f" take 0 "$f"; done
    ok "pictures: $order: the ledger" diff <(said t) want.txt
    ok "pictures: $order: named by their finding" grep -q "photo evidence/[0-9a-f]*\.jpg" <("$papaver" plots t --id "$plot")
    ok "pictures: $order: one record" [ "$(python3 -c 'import sqlite3; print(sqlite3.connect("t/season.gpkg").execute("SELECT count(*) FROM evidence WHERE file<>\"\"").fetchone()[0])')" = 1 ]
    ok "pictures: $order: no photo is missing" bash -c '! "$1" plots t --id "$2" | grep -q "DCIM/p1.jpg"' _ "$papaver" "$plot"
done
ok "the ledger proves itself" "$papaver" stats t --verify
finish
