#!/usr/bin/env bash
# The same photo in other files: strips and tiles, codecs, interleaving, order of bands, a BigTIFF, a file that the fast road cannot read.
# The file's hash and the run's id follow the bytes of the file and are masked; all else must be the same byte for byte.
. "$(dirname "$0")/../lib.bash"
make_fixture
reference=
variant() { # NAME SIZE MAKE_PHOTO-ARGS...
    local name=$1 size=$2
    shift 2
    mkdir -p "$work/$name"
    "$tools/make_photo" "$work/$name/photo.tif" --size "$size" "$@"
    compare "$name"
}
compare() { # NAME SCAN-ARGS...: of the photo in $work/NAME
    local name=$1
    shift
    "$papaver" scan "$work/$name/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/$name/h.geojson" --prob "$work/$name/prob.tif" "$@"
    plain "$work/$name/h.geojson" "$work/$name/photo.tif" >"$work/$name/plain"
    if [ -z "$reference" ]; then
        reference=$work/$name
        ok "the reference has hotspots" grep -q '"Feature"' "$reference/h.geojson"
    else
        ok "$name: hotspots" same_file "$reference/plain" "$work/$name/plain"
        ok "$name: probabilities, pixels" "$tools/same_pixels" "$reference/prob.tif" "$work/$name/prob.tif"
        ok "$name: probabilities, bytes" same_file "$reference/prob.tif" "$work/$name/prob.tif"
    fi
}
variant none-tiles 700x500
for codec in LZW DEFLATE ZSTD; do variant "$codec-tiles" 700x500 --codec $codec; done
for codec in NONE LZW DEFLATE ZSTD; do variant "$codec-strips" 700x500 --codec $codec --layout strips; done
variant band-interleaved 700x500 --interleave band
variant band-interleaved-strips 700x500 --interleave band --layout strips --codec DEFLATE
for order in 3210 1302 2031; do variant "bands-$order" 700x500 --order $order; done
variant bands-shuffled-zstd 700x500 --order 2301 --codec ZSTD --layout strips --interleave band

# Translated by others: BigTIFF, predictor, other blocks, a rare codec.
for options in "BIGTIFF=YES" "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES" "COMPRESS=LZMA" "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=64"; do
    name=translated-${options//[^A-Za-z0-9]/-}
    mkdir -p "$work/$name"
    # shellcheck disable=SC2046
    if gdal_translate -q $(printf -- '-co %s ' $options) "$fixture/photo.tif" "$work/$name/photo.tif" 2>/dev/null; then compare "$name"; fi
    rm -f "$work/$name/photo.tif.aux.xml"
done

# Both roads, told to: libtiff and GDAL.
cp -r "$work/none-tiles" "$work/road"
for road in libtiff gdal; do
    rm -f "$work/road"/h.geojson "$work/road"/prob.tif
    compare road --road $road
done

# Larger than any sample that is taken to judge the light: the file's layout must not change what is sampled.
reference=
variant large-tiles 2300x1700
variant large-strips 2300x1700 --layout strips --codec LZW
variant large-bands 2300x1700 --interleave band --order 3120 --codec DEFLATE
finish
