#!/usr/bin/env bash
# Kits of 0, 1 and 500 plots: every file opens with another program and says the same, Chinese and all; the same bytes each time, in any zone and language; chips are in it.
. "$(dirname "$0")/../lib.bash"
for command in python3 ogr2ogr ogrinfo xmllint unzip; do
    command -v "$command" >/dev/null || { echo "skipped: no $command"; exit 77; }
done
kit() { "$tools/kit_whole" "$@"; }
cd "$work"
mkdir chips
printf 'a picture' >chips/0000000000000000.jpg
valid() { xmllint --noout --nonet --relaxng "$root/tests/season/schema/$1.rng" "$2"; }
layers() { ogrinfo -ro -so -al "$1" >info 2>&1 && grep -q '^Layer name' info && ! grep -E 'ERROR|Warning' info; }
say_schemas
for n in 0 1 500; do
    ok "$n plots" kit "k$n" "$n" chips
    ok "$n: its files agree" python3 "$root/tests/season/kits.py" "k$n" "$n"
    unzip -q -o "k$n/plots.kmz" doc.kml
    ok "$n: KML is valid" valid kml doc.kml
    ok "$n: shifted KML is valid" valid kml "k$n/plots_GCJ02.kml"
    ok "$n: GPX is valid" valid gpx "k$n/plots.gpx"
    if schema_of kml >/dev/null; then
        ok "$n: KML, OGC's schema" official kml doc.kml
        ok "$n: shifted KML, OGC's schema" official kml "k$n/plots_GCJ02.kml"
    fi
    if schema_of gpx >/dev/null; then ok "$n: GPX, TopoGrafix's schema" official gpx "k$n/plots.gpx"; fi
    for file in plots.gpx plots.csv field.gpkg outlines.gpkg shp/plots.shp; do ok "$n: ogrinfo opens $file" layers "k$n/$file"; done
    if [ "$n" -gt 0 ]; then
        for file in plots.kmz plots.geojson plots_GCJ02.kml; do ok "$n: ogrinfo opens $file" layers "k$n/$file"; done
    fi
    ok "$n: unzip is content" unzip -tq "k$n.zip"
    ok "$n: so is Python" python3 -m zipfile -t "k$n.zip"
    mkdir "out$n"
    unzip -q "k$n.zip" -d "out$n"
    ok "$n: the ZIP is the folder" diff -r "k$n" "out$n/2026-05-20-all"
    ok "$n: the README names the control point and the access point" grep -q '学校旗杆  105.6710000,34.8610000' "k$n/README.txt"
done
# Another time, zone and language.
mkdir again
(cd again && TZ=America/New_York LC_ALL=C kit k500 500 ../chips)
ok "the same bytes again" diff -r k500 again/k500
ok "the same ZIP again" cmp k500.zip again/k500.zip
ok "a chip in the folder" cmp chips/0000000000000000.jpg k500/chips/0000000000000000.jpg
ok "a chip in the KMZ" bash -c '[ "$(unzip -p k500/plots.kmz files/0000000000000000.jpg)" = "a picture" ]'
ok "a balloon shows it" bash -c 'unzip -p k500/plots.kmz doc.kml | grep -q "src=\"files/0000000000000000.jpg\""'
ok "plots without a chip name none" [ "$(unzip -p k500/plots.kmz doc.kml | grep -c 'src="files/')" = 1 ]
# The rules bite.
sed 's/<name>/<nam>/; s,</name>,</nam>,' doc.kml >broken.kml
ok "a broken KML is found" bash -c '! xmllint --noout --relaxng "$1" broken.kml' _ "$root/tests/season/schema/kml.rng"
if schema_of kml >/dev/null; then
    sed 's,<styleUrl>[^<]*</styleUrl>,,; s,<Point>,<styleUrl>#new</styleUrl><Point>,' doc.kml | sed 's,</Placemark>,<name>late</name></Placemark>,' >broken.kml
    ok "OGC's schema bites" bash -c '! xmllint --noout --nonet --schema "$1" broken.kml' _ "$(schema_of kml)"
fi
if schema_of gpx >/dev/null; then
    sed 's,<wpt ,<wpt height="1" ,' k1/plots.gpx >broken.gpx
    ok "TopoGrafix's schema bites" bash -c '! xmllint --noout --nonet --schema "$1" broken.gpx' _ "$(schema_of gpx)"
fi
# A disk that is full at any point: the path is named, and it is an error.
for kib in 0 1 8 64 200; do
    checks=$((checks + 1))
    rm -rf small small.zip
    set +o pipefail
    (ulimit -f "$kib"; trap '' XFSZ; exec "$tools/kit_whole" small 500) 2>&1 | cat >log
    code=${PIPESTATUS[0]}
    set -o pipefail
    if [ "$code" != 13 ] || ! grep -q small log; then
        failures=$((failures + 1))
        echo "FAILED: limit of $kib KiB: exit $code: $(head -c 300 log)"
    fi
done
finish
