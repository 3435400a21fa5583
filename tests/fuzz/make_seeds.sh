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
    head -c 32 /dev/zero
}
block_full() { le 4 2300 14800; le 1 255; le 2 1; le 1 0 255 1; }
block_rows() {
    le 4 2301 14800
    le 1 9; le 2 0
    le 1 99; le 2 3; le 1 0 99 1 100 100 4 200 255 1
    le 1 99; le 2 2; le 1 0 99 1 101 255 2
    le 1 45; le 2 0
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
case $name in
*cells*)
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
    for model in "$root"/models/shipped/*.pvm; do
        # The whole of a small one only: a seed should be quick to run.
        if [ -e "$model" ] && [ "$(stat -c %s "$model")" -lt 65536 ]; then cp "$model" .; elif [ -e "$model" ]; then head -c 16384 "$model" >"$(basename "$model")"; fi
    done
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
