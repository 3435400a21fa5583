#!/usr/bin/env bash
# A kit's GeoPackages, project and Shapefile, opened by programs that are not ours: ogrinfo, GDAL's check of GeoPackages, Python's SQLite, xmllint, QGIS where it is installed.
# shellcheck source=tests/lib.bash
. "${PAPAVER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib.bash"
cd "$work"

rows() { # FILE TABLE
    ogrinfo -ro -so "$1" "$2" | sed -n 's/^Feature Count: //p'
}

# Every point of the GeoPackage and of the Shapefile is where lon and lat of its row say, to a centimetre; rows and texts are the same.
cat >agree.py <<'END'
import csv, subprocess, sys
kit, n = sys.argv[1], int(sys.argv[2])
def table(args):
    return list(csv.DictReader(subprocess.run(["ogr2ogr", "-f", "CSV", "/vsistdout/", "-lco", "GEOMETRY=AS_XY", *args], capture_output=True, check=True).stdout.decode("utf-8").splitlines()))
gpkg, shp = table([kit + "/field.gpkg", "plots"]), table([kit + "/shp/plots.shp"])
assert len(gpkg) == len(shp) == n, (len(gpkg), len(shp))
assert len({g["uuid"] for g in gpkg}) == n
for k, (g, s) in enumerate(zip(gpkg, shp)):
    for row in (g, s):
        assert abs(float(row["X"]) - float(row["lon"])) < 5e-8 and abs(float(row["Y"]) - float(row["lat"])) < 5e-8, row
    assert g["id"] == s["id"] and g["visit_order"] == s["visit"] == str(k + 1), (g["id"], s["id"])
    assert g["cun"] == s["cun"] == "上柳村" and g["why"] == s["why"] == "红色花瓣 red petals & <\"'>", s
    assert s["XIAN_DM"] == "062052" and s["LINBAN_DM"] == "0012", s
    assert s["reasons"] == g["reasons"] or (len(s["reasons"].encode()) > 250 and g["reasons"].startswith(s["reasons"])), s["reasons"]
END

gdal_checks=$(/usr/bin/python3 -c "import osgeo_utils.samples.validate_gpkg" 2>/dev/null && echo yes || echo no)
[ "$gdal_checks" = yes ] || echo "left out: GDAL's check of GeoPackages (no python3-gdal)"
check_gpkg() {
    [ "$gdal_checks" = no ] || /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg -k "$1"
}

for n in 0 1 50 5000; do
    ok "a kit of $n plots" "$tools/make_kit" "k$n" "$n" "$([ "$n" = 50 ] && echo full)"
    for t in plots photos; do ok "$n: table $t" test "$(rows "k$n/field.gpkg" $t)" = "$([ $t = plots ] && echo "$n" || echo 0)"; done
    ok "$n: outlines" test "$(rows "k$n/outlines.gpkg" outlines)" = "$((n - n / 7))"
    ok "$n: the Shapefile" test "$(rows "k$n/shp/plots.shp" plots)" = "$n"
    ok "$n: places and texts" python3 agree.py "k$n" "$n"
    for f in field outlines; do ok "$n: $f.gpkg keeps the standard" check_gpkg "k$n/$f.gpkg"; done
    ok "$n: the project is XML" xmllint --noout "k$n/papaver.qgs"
done
ok "places" test "$(rows k50/outlines.gpkg places)" = 2
ok "WGS 84" bash -c 'ogrinfo -ro -so k50/field.gpkg plots | grep -q "ID\[\"EPSG\",4326\]\]" && grep -q GCS_WGS_1984 k50/shp/plots.prj && [ "$(cat k50/shp/plots.cpg)" = UTF-8 ]'
ok "what was shortened is said" bash -c '"$1" lost 3 full | grep -q "field reasons: 3 texts over 254 bytes"' _ "$tools/make_kit"

domain() { # NAME VALUES: a list of so many, in both languages
    ogrinfo -ro k50/field.gpkg -fielddomain "$1" >domain.txt
    [ "$(grep -c '^    [a-z_]*: ' domain.txt)" = "$2" ] && [ "$(grep -cP '^    [a-z_]+: \p{Han}+.* [a-z]' domain.txt)" = "$2" ]
}
ok "list verdict" domain verdict 9
ok "list disposal" domain disposal 4
ok "list growth" domain growth 7
ok "list method" domain method 4
ok "list area_method" domain area_method 4
ok "list plot_status" domain plot_status 9
ok "list risk" domain risk 4
ok "columns have lists" bash -c 'ogrinfo -ro -so k50/field.gpkg plots | grep -q "^verdict: String.*domain name=verdict"'
ok "columns have titles" python3 -c "
import sqlite3
db = sqlite3.connect('file:k50/field.gpkg?mode=ro', uri=True)
assert dict(db.execute(\"SELECT column_name, title FROM gpkg_data_columns WHERE table_name='plots'\"))['plants_counted'] == '清点株数 plants counted'
assert {r[0] for r in db.execute('SELECT DISTINCT last_change FROM gpkg_contents')} == {'2026-05-20T00:00:00.000Z'}
import xml.etree.ElementTree as ET
styles = db.execute('SELECT f_table_name, f_table_schema, styleName, useAsDefault, styleQML FROM layer_styles').fetchall()
assert [s[:4] for s in styles] == [('plots', '', '图斑', 1), ('plots', '', 'plots', 0), ('photos', '', '照片', 1), ('photos', '', 'photos', 0)], styles
for s in styles: assert ET.fromstring(s[4]).tag == 'qgis' and 'http' not in s[4]
"

# Nothing of a project leads out of its folder.
ok "no address in the project" bash -c '! grep -il "http\|ftp:\|www\|type=wms\|type=xyz\|postgres" k*/papaver.qgs'
ok "its paths are relative" bash -c '[ "$(grep -o "<datasource>[^<]*" k50/papaver.qgs | sort)" = "$(printf "<datasource>./%s\n" "field.gpkg|layername=photos" "field.gpkg|layername=plots" "outlines.gpkg|layername=borders" "outlines.gpkg|layername=outlines" "outlines.gpkg|layername=places" | sort)" ]'

# The same bytes at another time, in another zone.
sleep 1.1
ok "once more" env TZ=Asia/Shanghai "$tools/make_kit" again 50 full
ok "the same bytes" diff -r k50 again

# A photo under the plots; one that is not there is left out.
mkdir chips
gdal_create -q -of GTiff -outsize 200 180 -bands 3 -burn 90 -burn 120 -burn 60 chips/a.tif
gdal_translate -q -of JPEG chips/a.tif chips/photo-7.jpg
ok "a kit with a map" "$tools/make_kit" map 50 full chips
ok "its pictures" test "$(cd map/maps && echo *)" = "photo-7.jgw photo-7.jpg"
corners() { # of the picture, in degrees
    gdalinfo -json -nomd map/maps/photo-7.jpg | python3 -c "import json, sys
c = json.load(sys.stdin)['cornerCoordinates']
print(*c['lowerLeft']); print(*c['upperRight'])" | gdaltransform -s_srs EPSG:3857 -t_srs EPSG:4326 -output_xy | awk '{printf "%.7f %.7f ", $1, $2}'
}
ok "it lies where it should" test "$(corners)" = "105.6650000 34.8550000 105.6850000 34.8700000 "
ok "the project has it" test "$(grep -o '<datasource>./maps/[^<]*' map/papaver.qgs)" = "<datasource>./maps/photo-7.jpg"

# Boundaries near the plots, not those far away, and no county.
python3 - <<'END'
import json
def unit(x, y, d, **fields):
    ring = [[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]
    return {"type": "Feature", "properties": fields, "geometry": {"type": "Polygon", "coordinates": [ring]}}
json.dump({"type": "FeatureCollection", "features": [unit(105.6, 34.8, 0.1, CUN_NAME="上柳村", CUN_DM="620522101201"), unit(105.7, 34.8, 0.1, CUN_NAME="下柳村", CUN_DM="620522101202"),
    unit(106.5, 34.8, 0.1, CUN_NAME="远村", CUN_DM="620522101203"), unit(105, 34, 2, XIAN_NAME="秦安县", XIAN_DM="620522")]}, open("units.geojson", "w"))
END
ok "a kit with boundaries" "$tools/make_kit" borders 50 full chips units.geojson
ok "boundaries" test "$(ogr2ogr -f CSV /vsistdout/ borders/outlines.gpkg borders -select level,code,name | tr -d '\r"' | tail -n +2 | tr '\n' ' ')" = "cun,620522101201,上柳村 cun,620522101202,下柳村 "
ok "they are lines" bash -c 'ogrinfo -ro -so borders/outlines.gpkg borders | grep -q "^Geometry: Multi Line String"'
ok "boundaries keep the standard" check_gpkg borders/outlines.gpkg

# As a crew fills it in.
ids=($(ogr2ogr -f CSV /vsistdout/ k50/field.gpkg -sql "SELECT id FROM plots LIMIT 2" | tail -n +2 | tr -d '"\r'))
cat >said.json <<END
{"answers": {"${ids[0]}": {"verdict": "confirmed_poppy", "plants_counted": 52, "sample_m2": 1.5, "crew": "一组", "note": "村民说 \"<&'"}, "${ids[1]}": {"verdict": "corn_poppy"}},
 "new": [{"lon": 105.7, "lat": 34.9, "verdict": "confirmed_poppy"}], "photos": {"${ids[0]}": ["DCIM/a.jpg"]}}
END
for format in gpkg shp; do ok "fill in $format" python3 "$root/tests/tools/fill_kit.py" again "$format" said.json; done
ok "a filled GeoPackage keeps the standard" check_gpkg again/field.gpkg
said() { # FILE FIELD
    [ "$(rows "$1" plots)" = 51 ] && ogr2ogr -f CSV /vsistdout/ "$1" plots -where "id = '${ids[0]}'" -select "verdict,$2,note" | tr -d '\r' | grep -qxE "confirmed_poppy,.?52.?,\"村民说 \"\"<&'\"" &&
        [ "$(ogr2ogr -f CSV /vsistdout/ "$1" plots -where "id IS NULL OR id = ''" -select verdict -lco GEOMETRY=AS_XY | tr -d '\r' | tail -1)" = "105.7,34.9,confirmed_poppy" ]
}
ok "answers in the GeoPackage" said again/field.gpkg plants_counted
ok "answers in the Shapefile" said again/shp/plots.shp plants_cnt
ok "its photo" test "$(rows again/field.gpkg photos)" = 1 -a -s again/DCIM/a.jpg

# Disks and folders that do not take it.
limited() { # KIB FOLDER: no file may be larger
    (
        trap '' XFSZ
        ulimit -f "$1"
        "$tools/make_kit" "$2" 50
    )
}
"$tools/make_kit" k50p 50
for kib in 8 100 200; do
    set +e
    limited "$kib" "full$kib" 2>full.txt
    code=$?
    set -e
    ok "a disk of $kib KiB a file is told" bash -c '[ "$1" = 13 ] && grep -q "full$2/.*File too large" full.txt' _ "$code" "$kib"
    ok "nothing half-written after $kib KiB" bash -c 'for f in $(cd "$1" && find . -type f); do cmp -s "$1/$f" "k50p/$f" || exit 1; done' _ "full$kib"
done
set +e
"$tools/make_kit" no/such/folder 1 2>none.txt
code=$?
set -e
ok "no folder" bash -c '[ "$1" = 13 ] && grep -q no/such none.txt' _ "$code"

if /usr/bin/python3 -c "import qgis.core" 2>/dev/null; then
    for k in k0 borders; do ok "QGIS works with kit $k" env XDG_RUNTIME_DIR="$work" HOME="$work" /usr/bin/python3 "$root/tests/season/kit_qgis.py" $k $([ $k = borders ] && echo 50 7 || echo 0); done
else
    echo "left out: no QGIS here (python3-qgis)"
fi
finish
