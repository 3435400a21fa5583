#!/usr/bin/env bash
# A photo finer than the model's pixels, and its overview, which is added up while it is read: the same bytes for any number of threads, tiles, memory (pixels kept or read in steps) and layout.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$tools/make_photo" "$work/coarse.tif" --size 1000x700
gdal_translate -q -outsize 200% 200% -r cubic -co TILED=YES -co COMPRESS=DEFLATE -co PREDICTOR=2 "$work/coarse.tif" "$work/photo.tif"
scan() { # NAME OPTIONS...
    local name=$1
    shift
    "$papaver" scan "$work/photo.tif" --model "$fixture/model.pvm" --threshold 0.3 --min-area 0.01 --quiet -o "$work/$name.geojson" --overview "$work/$name.jpg" --overwrite "$@"
}
ok "one thread" scan reference --threads 1
ok "it finds something" grep -q '"id"' "$work/reference.geojson"
ok "the overview has a working pixel for a pixel" grep -Eq '"width_px": ?(99[0-9]|10[0-9][0-9])' "$work/reference.json"
# With less than 1 GiB no pixels are kept.
for options in "--threads 2" "--threads 8 --tile 64" "--threads 1 --tile 200" "--threads 2 --memory 1000" "--threads 3 --tile 64 --memory 1000" "--threads 16 --memory 1100"; do
    # shellcheck disable=SC2086 # several words
    ok "a scan with $options" scan other $options
    ok "hotspots: $options" same_file "$work/reference.geojson" "$work/other.geojson"
    ok "overview: $options" same_file "$work/reference.jpg" "$work/other.jpg"
    ok "its bounds: $options" same_file "$work/reference.json" "$work/other.json"
done
cp "$work/photo.tif" "$work/tiles.tif"
gdal_translate -q -co COMPRESS=LZW -co PREDICTOR=2 -co BLOCKYSIZE=5 "$work/tiles.tif" "$work/photo.tif"
for options in "--threads 2" "--threads 2 --memory 1000"; do
    # shellcheck disable=SC2086
    ok "strips: a scan with $options" scan strips $options
    ok "strips: overview with $options" same_file "$work/reference.jpg" "$work/strips.jpg"
done
finish
