#!/usr/bin/env bash
# tests/fuzz/make_seeds.sh TARGET FOLDER: writes the tiny seeds of one fuzz target; all made here, nothing is kept as a binary file.
set -euo pipefail
name=$1
folder=$2
root=${PAPAVER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
mkdir -p "$folder"
cd "$folder"
# Little-endian bytes: le SIZE VALUE...
le() {
    local size=$1 value i
    shift
    for value in "$@"; do
        for ((i = 0; i < size; i++)); do printf "\\x$(printf %02x $(((value >> (8 * i)) & 255)))"; done
    done
}
# tiff W H BANDS BITS COMPRESSION: a TIFF of one strip.
tiff() {
    local w=$1 h=$2 bands=$3 bits=$4 compression=$5
    printf 'II*\0'
    le 4 8
    le 2 9
    le 2 256 4; le 4 1 "$w"
    le 2 257 4; le 4 1 "$h"
    le 2 258 3; le 4 1 "$bits"
    le 2 259 3; le 4 1 "$compression"
    le 2 262 3; le 4 1 1
    le 2 273 4; le 4 1 122
    le 2 277 3; le 4 1 "$bands"
    le 2 278 4; le 4 1 "$h"
    le 2 279 4; le 4 1 $((w * h * bands * bits / 8))
    le 4 0
    head -c $((w * h * bands * bits / 8)) /dev/zero | tr '\0' 'a'
}
# bigtiff: one 16 x 16 tile.
bigtiff() {
    printf 'II+\0'
    le 2 8 0
    le 8 16
    le 8 9
    le 2 256 4; le 8 1 16
    le 2 257 4; le 8 1 16
    le 2 258 3; le 8 1 8
    le 2 259 3; le 8 1 1
    le 2 277 3; le 8 1 1
    le 2 322 3; le 8 1 16
    le 2 323 3; le 8 1 16
    le 2 324 16; le 8 1 212
    le 2 325 16; le 8 1 256
    le 8 0
    head -c 256 /dev/zero
}
# cells BLOCKS...: a coverage file; every block is what `block` writes.
cells() {
    printf 'papaver cells 1\n'
    le 4 4544 1000
    head -c 32 /dev/zero
    le 4 $#
    for block in "$@"; do $block; done
    head -c 31 /dev/zero
    printf j # and join them
}
block_full() { le 4 2300 14800; le 1 255; le 2 1; le 1 0 255 1; }
block_rows() {
    le 4 2301 14800
    le 1 9; le 2 0
    le 1 99; le 2 3; le 1 0 99 1 100 100 4 200 255 1
    le 1 99; le 2 2; le 1 0 99 1 101 255 2
    le 1 45; le 2 0
}
# A model file whose checksum is wrong: sections of a small model by docs/formats/pvm.md.
words() { le 2 ${#1}; printf '%s' "$1"; }
section() {
    cat >section.tmp
    printf '%-8s' "$1"
    le 4 "$(stat -c %s section.tmp)"
    cat section.tmp
    rm section.tmp
}
pvm_head() { printf 'papaver-model %d\npayload %010d\nsha256 %064d\n\n' "$1" 0 0; }
# core NAME KIND GSD RULE BAND COLUMN CLASS CLASS...: the six sections with one tree; GSD as the bits of a double; BAND may be empty.
core() {
    local name=$1 kind=$2 gsd=$3 rule=$4 band=$5 column=$6
    shift 6
    { words "$name"; words "$kind"; le 8 "$gsd"; words "$rule"; le 1 128 100; le 8 1; words s; words l; words t; } >card.part
    { if [ -n "$band" ]; then le 2 1; words "$band"; else le 2 0; fi; } >bands.part
    { le 2 $#; target=0; for class in "$@"; do words "$class"; le 1 "$target"; le 2 5; target=1; done; } >classes.part
    { le 2 1; words "$column"; le 1 3; le 2 10 20 30; } >columns.part
    { le 2 1; for level in 0 1 2 255 255 255; do le 2 0; le 1 "$level"; done; } >trees.part
    head -c $((64 * $#)) /dev/zero | tr '\0' '\3' >leaves.part
    for part in card bands classes columns trees leaves; do section "$part" <"$part.part"; done
    rm ./*.part
}
table_model() { pvm_head 1; core t table 0 none red ndvi wheat poppy; }
# An object stage, growth stages, densities, what is done with light, and an early decision. GSD: 0.05 m.
photo_model() {
    local gsd=4587366580439587226
    pvm_head 4
    core p photo $gsd median red ndvi_mean_0.50m wheat poppy
    core o object 0 none '' area false target >inner
    { cat inner; le 1 100; head -c 510 /dev/zero; le 2 1 2 3 100 200; } | section objects
    core s stage 0 none '' ndvi_mean_0.50m young old >inner
    section stages <inner
    { le 2 1; words ''; le 4 3 1000 2000 3000; } | section density
    le 8 "$gsd" | section smooth
    le 2 500 | section light
    core g gate 0 none '' ndvi_mean_0.50m closed open >inner
    { cat inner; le 1 100 50; le 4 10 9 10 9 10 9 10 9; } | section gate
    rm inner
}
xmp() {
    printf '<?xpacket begin=""?><x:xmpmeta><rdf:RDF><rdf:Description Camera:BandName="%s" Camera:CentralWavelength="%s" xmp:CreateDate="%s">' "$1" "$2" "$3"
    printf '<Camera:BandName><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></Camera:BandName></rdf:Description></rdf:RDF></x:xmpmeta>' "$1"
}
spectra() {
    local s=$1
    printf 'class%sgreen%sred%snir%sfold\nPapaver somniferum%s0.1%s0.2%s0.5%sa\nwheat%s0.2%s0.1%s4.5e-1%sb\n' "$s" "$s" "$s" "$s" "$s" "$s" "$s" "$s" "$s" "$s" "$s" "$s"
}
geojson() {
    printf '{"type":"FeatureCollection","bbox":[100.1,25.1,100.2,25.2],"papaver":{"version":"papaver 0.1.0","run":"0123456789abcdef","shard":1,"shards":1,'
    printf '"photos":[{"name":"a","sha256":"00"}]},"features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":'
    printf '[[[100.1,25.1],[100.2,25.1],[100.2,25.2],[100.1,25.1]]]},"properties":{"id":"x","prob_mean":0.5,"name":"\\u7f42\\n","n":null,"l":[true,false,-1e-3]}}]}\n'
}
# Returns of crews, each with the byte of its ending before it, and small SQLite files with the length of their log.
returns() {
    python3 - "$1" <<'PYTHON'
import io, os, sqlite3, struct, sys, zipfile
def put(name, data): open(name, "wb").write(data)
def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in members.items(): z.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_kml", ".kml"), text)
    return out.getvalue()
kml = """<kml><Document><Folder><name>v</name><Placemark><name>P0AB12C</name><description><![CDATA[<b>a</b><br/>&nbsp;x]]></description><ExtendedData><Data name="id">
<value>P0AB12C</value></Data><SchemaData><SimpleData name="verdict">\u7f42 &amp; &#x7f42;</SimpleData></SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing>
<coordinates>105,35,0 105.1,35 105.1,35.1 105,35</coordinates></LinearRing></outerBoundaryIs></Polygon><Point><coordinates>105.7,34.9</coordinates></Point></Placemark></Folder></Document></kml>"""
sheet = '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>lon</t></is></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
if os.path.exists("seed.gpkg"): os.remove("seed.gpkg")
db = sqlite3.connect("seed.gpkg")
db.executescript("PRAGMA page_size=512; CREATE TABLE a(b,c); CREATE TABLE long(x %s); CREATE VIRTUAL TABLE r USING rtree(id,w,e); CREATE VIEW v AS SELECT 1; INSERT INTO a VALUES(1,2)" % " ".join("TEXT" for i in range(300)))
db.commit()
db.close()
plain = open("seed.gpkg", "rb").read()
os.remove("seed.gpkg")
if sys.argv[1] == "gate":
    put("plain.sqlite", b"\0\0" + plain)
    wal = struct.pack(">8I", 0x377f0682, 3007000, 512, 0, 1, 2, 3, 4) + bytes(24) + bytes(512)
    put("log.sqlite", struct.pack(">H", len(wal)) + plain + wal)
elif sys.argv[1] == "xml":
    put("a.kml", kml.encode())
    put("sheet.xml", sheet.encode())
else:
    put("kml", b"\0" + kml.encode())
    put("gpx", b"\1" + b"<gpx><wpt lat='34.9' lon='105.7'><name>P0AB12C</name><extensions><x:y>1</x:y></extensions></wpt></gpx>")
    put("json", b"\2" + b'{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2],[3,2],[3,4],[1,2]]]]},"properties":{"id":"P0AB12C","n":1,"l":["a"]}}]}')
    put("csv", b"\3" + 'id;lon;lat;"note"\nP0AB12C;105.7;34.9;"a ""b"""\n'.encode("gb18030"))
    put("txt", b"\4" + "g P0AB12C 105.7 34.9 0 确认\nb,x,1,2\n".encode())
    put("kmz", b"\5" + zipped(doc_kml=kml, **{"p.jpg": "x"}))
    put("xlsx", b"\6" + zipped(xl__workbook_xml="<workbook/>", xl__sharedStrings_xml="<sst><si><t>id</t></si></sst>", xl__worksheets__sheet1_xml=sheet))
    put("gpkg", b"\7" + plain)
PYTHON
}
case $name in
*returns*)
    printf '\1id,verdict,visit_time,plants_counted,disposal,note,photos,person1\nP0AB12C,确认罂粟,2026-05-20 09:12,12株,已铲除,a;b,DCIM/a.jpg;b.jpg,x\np0 ab12c,weeds,46162.5,x,,,,\n' >table.csv
    printf '\2g P0AB12C 105.7 34.9 0 核查结果：未找到；核查时间=2026年5月20日; crew: a\nx 1 2 0 其他作物,12株\n' >remark.txt
    ;;
*sqlite_gate*) returns gate ;;
*_xml*) returns xml ;;
*vector*) returns all ;;
*cells*)
    cells >nothing.pvc
    cells >none.pvc
    cells block_full >full.pvc
    cells block_full block_rows >two.pvc
    cells block_rows block_full >order.pvc
    ;;
*gate* | *tiff* | *photo*)
    tiff 8 8 1 8 1 >grey.tif
    tiff 4 4 3 16 5 >lzw.tif
    tiff 65535 65535 4 16 8 2>/dev/null | head -c 4096 >bomb.tif || true
    bigtiff >big.tif
    ;;
*conf*)
    printf '# words\nname = x\nmin_area_m2 = 0.5 # why\nboundaries = a.shp, b.gpkg\n' >usual.conf
    ;;
*overview*)
    printf '{"crs":"EPSG:3857","west":105.671862895,"south":34.857177534,"east":105.673182431,"north":34.857996221,"width_px":1148,"height_px":868}\n' >usual.json
    ;;
*result*)
    printf '{"papaver":{"photos":[{"name":"a","file":"a.tif","sha256":null,"model":null,"status":"done","reason":null,"gsd_m":0.0350,"taken_at":null,"hotspots":1,' >one.geojson
    printf '"coverage":{"valid_m2":1.0000,"nodata_m2":0.0000,"unreadable_m2":0.0000,"unusable_m2":0.0000,"blurred_m2":0.2500,"coarse_m2":0.0000}}]},"features":[{"geometry":{"type":"Polygon","coordinates":' >>one.geojson
    printf '[[[1,2],[3,2],[3,4],[1,2]]]},"properties":{"id":"5570ccd8faf97b15","photo":"a","lon":1,"lat":2,"area_m2":2.5,"prob":null,"prob_mean":0.5,"prob_max":0.9,' >>one.geojson
    printf '"class":"p","stage":null}}]}' >>one.geojson
    # A ring that is closed by another zero.
    sed 's/\[\[\[1,2\],\[3,2\],\[3,4\],\[1,2\]\]\]/[[[0,2],[3,2],[3,4],[-0.0,2]]]/' one.geojson >zeros.geojson
    ;;
*xmp*)
    xmp "Red edge" 717 2026-04-11T09:30:00+08:00 >rededge.xmp
    xmp "NIR" "840,842" "" >nir.xmp
    ;;
*csv* | *spectra*)
    spectra , >comma.csv
    spectra ';' >semicolon.csv
    spectra "$(printf '\t')" >tab.csv
    printf '\xef\xbb\xbfclass,red\r\n"a ""b"",\nc",1\r\n' >quoted.csv
    ;;
*tiers* | *calendar*)
    cp "$root"/models/data/*.csv .
    printf "region,tier\n\"a \"\"b\"\"\",c\n" >quoted.csv
    ;;
*band*)
    printf 'red=1,green=2,blue=3,alpha=4' >option.txt
    printf 'Near Infrared' >nir.txt
    printf 'Band_5 (Red-Edge 717nm)' >rededge.txt
    ;;
*column* | *feature*)
    printf 'ndvi_mean_0.50m' >mean.txt
    printf 'ndvi_diff_0.30m_1.50m' >diff.txt
    printf 'red_sd_0.15m' >sd.txt
    ;;
*model* | *pvm*)
    printf 'papaver model 1\npayload 16\nsha256 %064d\n0123456789abcdef' 0 >short.pvm
    table_model >table.pvm
    photo_model >photo.pvm
    ;;
*units_file*)
    polygon() { printf '{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[%s]}}' "$1" "$2"; }
    { printf '{"type":"FeatureCollection","features":['; polygon '"XIAN":"620522","XIANG":1,"NAME":"柳湾镇"' '[[0,0],[1,0],[1,1],[0,1]]'; printf ','
        polygon '"XIAN":620522,"LIN_CHANG":"a","LIN_BAN":2' '[[0,0],[2,2],[2,0],[0,2],[0,0]],[[1,1],[1.5,1],[1,1.5],[1,1]]'; printf ']}'; } >two.geojson
    { printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4544"}},"features":['
        polygon '"adcode":620102,"level":"district"' '[[500000,3874593],[501000,3874593],[501000,3875593],[500000,3874593]]'; printf ']}'; } >metres.geojson
    sed 's/\[501000,3875593\]/[501000,3876204234593]/' metres.geojson >digits.geojson # an edge a hundred thousand times round the Earth
    ;;
*units_mend*)
    # A square; a bow tie and a hole that leaves its polygon; two polygons that overlap; a triangle of raw doubles.
    printf '\0\4\0\0\10\0\10\10\0\10' >square.bin
    printf '\1\4\0\0\10\10\10\0\0\10\4\2\2\20\2\20\4\2\4' >tie.bin
    printf '\0\4\0\0\10\0\10\10\0\10\0\5\4\4\14\4\14\14\4\14\4\4' >overlap.bin
    printf '\0\3\377\0\0\0\0\0\0\360\077\0\10\0\0\10' >raw.bin
    ;;
*units*)
    printf '\2XIAN\000620522\0\0NAME\000x\0\0\1\5\0\0\10\0\10\10\0\10\0\0\1LIN_BAN\00012\0\1\2\4\0\0\10\10\10\0\0\10\4\1\1\2\1\2\2\1\2' >records.bin
    ;;
*outlines*)
    # Two squares that touch, two rings in two polygons, and a geometry of the ledger.
    printf '\0\0\0\1\0\0\10\0\10\10\0\10\0\1\10\0\20\0\20\10\10\10' >touch.bin
    printf '\320\11\5\1\0\0\40\0\40\40\0\40\1\2\2\10\2\10\10\2\10\0\1\60\0\70\0\70\10\60\10\0\0\4\4\4\4\4\4' >holes.bin
    printf '\30\0\0\0\0\0\0\0\0\56\376\377\377\357\1' >least.bin # a longitude of 2e-321
    { printf 'GP\0\3'; le 4 4326; head -c 32 /dev/zero; printf '\1'; le 4 6 1; printf '\1'; le 4 3 1 4; head -c 64 /dev/zero; } >flat.gp
    { printf 'GP\0\3'; le 4 4326; head -c 32 /dev/zero; printf '\1'; le 4 6 1; printf '\1'; le 4 3 1 4
        # 0 0, 1 0, 1 1, 0 0
        le 8 0 0 4607182418800017408 0 4607182418800017408 4607182418800017408 0 0; } >triangle.gp
    ;;
*option* | *args*)
    printf 'scan\0a.tif\0-o\0h.geojson\0--min-area\0000.25\0--bands=red=1' >scan.txt
    printf 'train\0--table\0t.csv\0--folds\0fold\0--target\0a,b' >train.txt
    ;;
*)
    geojson >hotspots.geojson
    printf '{"a":[1,-2.5e3,"\\ud83c\\udf3a",null,true,{}]}' >mixed.json
    ;;
esac
printf '' >empty
printf '\0' >nul
