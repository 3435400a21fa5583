#!/usr/bin/env bash
# From a night to kits: by village with a plot on the border, outside of all, everything in one; dispatched only when it is said; whole or not at all.
. "$(dirname "$0")/week.bash"
command -v unzip >/dev/null || { echo "skipped: no unzip"; exit 77; }
mkdir -p "$pool"
cd "$work"
"$build/samples/papaver-samples" -o "$survey" --size 48 --seed 5 --flights 2 --bandset rgb >/dev/null
crop 1 0 0 5 5 a1 12 09:05:00
crop 2 5 0 9 10 b1 13 11:12:00
season=$work/season kits=$work/kits
new_season "$season"
bring "$season" a1.tif a1
bring "$season" b1.tif b1
night "$season" 2026-05-13 0
export_() { "$papaver" export "$season" --date 2026-05-20 "$@"; }
# value FILE EXPRESSION: Python's words about a JSON file in d.
value() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

ok "everything in one kit" export_ -o "$kits" --by all
all=$kits/2026-05-20-all
n=$(value "$all/plots.geojson" 'len(d["features"])')
ok "there are plots: $n" [ "$n" -ge 2 ]
ok "photos lie under the plots" bash -c '[ -s "$1/maps/photo-1.jpg" ] && [ -s "$1/maps/photo-1.jgw" ] && grep -q "<datasource>./maps/photo-1.jpg" "$1/papaver.qgs"' _ "$all"
ok "the ZIP is the folder" bash -c 'mkdir "$2/z" && unzip -q "$1.zip" -d "$2/z" && diff -r "$1" "$2/z/2026-05-20-all"' _ "$all" "$work"
ok "nothing else is left" [ "$(ls -A "$kits" | tr '\n' ' ')" = "2026-05-20-all 2026-05-20-all.zip " ]
ok "kits are not replaced unasked" bash -c '"$@" >/dev/null 2>log; [ $? = 2 ] && grep -q overwrite log' _ "$papaver" export "$season" -o "$kits" --date 2026-05-20 --by all
cp -r "$all" "$work/first"
ok "replaced when asked" export_ -o "$kits" --by all --overwrite
ok "the same bytes" diff -r "$all" "$work/first"
ok "the README says what was not seen" grep -qE '死角\):[0-9]*[1-9][0-9.]* 亩' "$all/README.txt"
ok "nothing was dispatched" [ "$(value "$all/plots.geojson" 'sum(f["properties"]["status"]=="dispatched" for f in d["features"])')" = 0 ]
ok "the page's plots are the kit's" diff <(value "$all/plots.geojson" '"\n".join(sorted(f["id"] for f in d["features"]))') <(grep -oE '<tr id="P[0-9A-Z]{6}"' "$season/out/latest/index.html" | cut -d'"' -f2 | sort)

# Two villages with a common border through the first plot, and nothing about the last one.
python3 - "$all/plots.geojson" "$work/villages.geojson" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
p = sorted(f["geometry"]["coordinates"] for f in d["features"])
border, south, north = p[0][0], min(y for x, y in p) - 0.01, max(y for x, y in p) + 0.01
east = (p[-1][0] + p[-2][0]) / 2
def box(a, b): return {"type": "Polygon", "coordinates": [[[a, south], [b, south], [b, north], [a, north], [a, south]]]}
def unit(code, name, a, b): return {"type": "Feature", "properties": {"xiang": "柳湾镇", "xiang_code": "620522101", "cun": name, "cun_code": code}, "geometry": box(a, b)}
json.dump({"type": "FeatureCollection", "features": [unit("620522101201", "上柳村", border - 0.02, border), unit("620522101202", "下柳村", border, east)]}, open(sys.argv[2], "w"))
PY
cp "$work/villages.geojson" "$season/"
sed -i '/^boundaries/d' "$season/season.conf"
printf 'boundaries = villages.geojson\ncontrol_points = 105.6 34.8 学校旗杆\n' >>"$season/season.conf"
ok "by village" bash -c '"$@" >words.json' _ "$papaver" export "$season" -o "$work/by" --date 2026-05-20 --json --access 105.6,34.8,村部 --formats kmz,geojson
ok "by village, with flights" export_ -o "$work/by2" --by cun --formats csv,flight
ok "three kits" [ "$(value "$work/words.json" '[k["folder"] for k in d["kits"]]')" = "['2026-05-20-620522101201', '2026-05-20-620522101202', '2026-05-20-outside']" ]
ok "the border's plot is in both" [ "$(value "$work/words.json" '[k["on_border"] for k in d["kits"]]')" = "[1, 1, 0]" ]
ok "none is lost" [ "$(value "$work/words.json" 'sum(k["plots"] for k in d["kits"]) - 1 == d["plots"] == '"$n")" = True ]
ok "names are Chinese" [ "$(value "$work/words.json" 'd["kits"][0]["name"]')" = "柳湾镇 上柳村" ]
ok "only what was asked for" [ "$(ls "$work/by/2026-05-20-outside" | tr '\n' ' ')" = "README.txt plots.geojson plots.kmz " ]
if schema_of kml >/dev/null && command -v xmllint >/dev/null; then
    for kit in "$work"/by/*/; do
        unzip -q -o "$kit/plots.kmz" doc.kml -d "$work/kml"
        ok "$(basename "$kit"): KML, OGC's schema" official kml "$work/kml/doc.kml"
    done
fi
# All of the village that no photo shows, to the square metre; the coverage command adds it up for itself.
"$papaver" coverage "$season" --json >coverage.json
ok "the README says what was not seen of the village" grep -q "死角):$(value coverage.json '"%.2f" % next((u["ground_m2"] - u["seen_m2"]) * 3 / 2000 for u in d["units"] if u["name"] == "上柳村")') 亩" "$work/by2/2026-05-20-620522101201/README.txt"
ok "the README says so" grep -q '1 个在界上' "$work/by/2026-05-20-620522101201/README.txt"
ok "the control point of season.conf" grep -q '校核点: 学校旗杆' "$work/by/2026-05-20-620522101201/README.txt"
ok "one village" bash -c '"$@" >/dev/null && [ "$(ls -A one)" = 2026-05-20-620522101202 ]' _ "$papaver" export "$season" -o "$work/one" --date 2026-05-20 --unit 下柳村 --no-zip --formats csv

# Handed over: the ledger knows it, once.
before=$("$tools/ledger_dump" "$season/season.gpkg" | sha256sum)
ok "a usage error dispatches nothing" bash -c '! "$@" 2>/dev/null' _ "$papaver" export "$season" -o "$work/by" --date 2026-05-20 --formats kmz,geojson --crew 一组
ok "the ledger is as it was" [ "$before" = "$("$tools/ledger_dump" "$season/season.gpkg" | sha256sum)" ]
ok "dispatched" bash -c '"$@" >words.json' _ "$papaver" export "$season" -o "$work/crew" --date 2026-05-20 --by all --crew 一组 --due 2026-05-22 --person 张三 --formats geojson --json
ok "all of them" [ "$(value "$work/words.json" 'd["dispatched"]')" = "$n" ]
ok "the kit says it" [ "$(value "$work/crew/2026-05-20-all/plots.geojson" '{(f["properties"]["status"], f["properties"]["assigned_to"], f["properties"]["due"]) for f in d["features"]}')" = "{('dispatched', '一组', '2026-05-22')}" ]
ok "once more changes nothing" bash -c '"$@" >words.json' _ "$papaver" export "$season" -o "$work/crew" --date 2026-05-20 --by all --crew 一组 --due 2026-05-22 --person 张三 --formats geojson --json --overwrite
ok "none is new" [ "$(value "$work/words.json" 'd["dispatched"]')" = 0 ]
ok "by crew" bash -c '"$@" >words.json' _ "$papaver" export "$season" -o "$work/crews" --date 2026-05-20 --by crew --formats geojson --json
ok "that crew's kit" [ "$(value "$work/words.json" '[k["name"] for k in d["kits"]]')" = "['一组']" ]

# A kit made anew hides no delay, what could not be reached is flown again, and what another crew had is told.
hand() { "$papaver" export "$season" -o "$work/late" --by all --formats geojson,flight --json --overwrite "$@" >words.json; }
says() { value "$work/words.json" '[d[k] for k in ("dispatched", "taken_over", "still_dispatched", "to_fly_again")]'; }
one=$(value "$all/plots.geojson" 'd["features"][0]["id"]')
ok "to the same crew, for its maps" hand --date 2026-06-30 --crew 一组
ok "none is dispatched anew" [ "$(says)" = "[0, 0, $n, 0]" ]
ok "they are as late as they were" [ "$(value "$work/late/2026-06-30-all/plots.geojson" '{f["properties"]["due"] for f in d["features"]}')" = "{'2026-05-22'}" ]
ok "another date, when it is said" hand --date 2026-06-30 --crew 一组 --due 2026-07-05
ok "dispatched until then" [ "$(says)" = "[$n, 0, 0, 0]" ]
ok "one cannot be reached" "$papaver" plots "$season" --id "$one" --set unreachable --date 2026-07-06 --crew 一组
ok "a kit for nobody" hand --date 2026-07-08
flights=$(value "$work/words.json" 'd["kits"][0]["flights"]')
ok "a flight is planned: $flights" [ "$flights" -ge 1 ]
ok "to another crew" hand --date 2026-07-08 --crew 三组
ok "all that can be reached are taken over" [ "$(says)" = "[$((n - 1)), $((n - 1)), 0, 1]" ]
ok "the flight is still planned" [ "$(value "$work/words.json" 'd["kits"][0]["flights"]')" = "$flights" ]
ok "and waits for its photos" [ "$(value "$work/late/2026-07-08-all/plots.geojson" '[f["properties"]["status"] for f in d["features"] if f["id"] == "'"$one"'"]')" = "['unreachable']" ]

# An export that was killed between moving the old kit aside and putting the new one in its place.
mkdir "$kits/.tmp-export"
mv "$all" "$kits/.tmp-export/2026-05-20-all.old"
ok "another export there" export_ -o "$kits" --unit 下柳村 --by cun --no-zip --formats csv
ok "the old kit is back" diff -r "$all" "$work/first"
rm -r "$kits/2026-05-20-620522101202"

# Places where nothing can be made, and a full disk at any point: an error with the path, and nothing half-made.
printf x >"$work/file"
ok "no folder" bash -c '"$@" 2>log; [ $? = 13 ] && grep -q file log' _ "$papaver" export "$season" -o "$work/file" --date 2026-05-20
ok "no parent" bash -c '"$@" 2>log; [ $? = 13 ] && grep -q nowhere log' _ "$papaver" export "$season" -o "$work/nowhere/kits" --date 2026-05-20
for kib in 0 8 100; do
    set +o pipefail
    (ulimit -f "$kib"; trap '' XFSZ; exec "$papaver" export "$season" -o "$kits" --by all --date 2026-05-20 --overwrite --crew 二组) 2>&1 | cat >"$work/log"
    code=${PIPESTATUS[0]}
    set -o pipefail
    ok "limit of $kib KiB: exit 13, not $code: $(head -c 200 "$work/log")" [ "$code" = 13 ]
    ok "limit of $kib KiB: the old kit stays" diff -r "$all" "$work/first"
    ok "limit of $kib KiB: nothing half-made" [ "$(ls -A "$kits" | tr '\n' ' ')" = "2026-05-20-all 2026-05-20-all.zip " ]
done
ok "nobody was given to the second crew" bash -c '! "$1" "$2" | grep -q 二组' _ "$tools/ledger_dump" "$season/season.gpkg"
finish
