# Whole scans (the shipped model that fits, all its columns, hotspots written) against merely reading the same file.

scan_case() { # KIND BYTES-A-PIXEL SIDE CODEC LAYOUT FIRST-BAR BAR
    local file case mpx threads
    [[ $1 == *"$only" ]] || return 0
    file=$(input "$1" "$3" "$4" "$5")
    mpx=$(mega "$3")
    case="$1 $3² $4 $5, $(compression "$file" "$2" "$3"):1"
    for threads in 1 2; do
        contender "papaver scan" $threads "$mpx" "$papaver" scan "$file" --threads $threads --quiet --overwrite -o "$work/h.geojson"
        contender "GDAL decode" $threads "$mpx" "$bench/decode" gdal "$file" $threads
        contender "libtiff decode" $threads "$mpx" "$bench/decode" libtiff "$file" $threads
    done
    race "$case"
    # Alone: the file that it writes goes to the disk, and its memory back to the system, while others would be timed.
    contender "gdal_translate ENVI" 1 "$mpx" gdal_translate -q -of ENVI "$file" "$work/envi"
    race "$case"
    rm -f "$work"/envi*
    [ "$4 $5" != "DEFLATE tiles" ] || note "$case: $(grep -c '^{"type":"Feature"' "$work/h.geojson" || true) hotspots, on $(hectares "$file" "$3") ha"
    for threads in 1 2; do
        compare "$case" "papaver scan" $threads "GDAL decode" $threads "$6" "$7"
        compare "$case" "papaver scan" $threads "libtiff decode" $threads
    done
    compare "$case" "papaver scan" 2 "gdal_translate ENVI" 1 1 0.5
    compare "$case" "papaver scan" 2 "papaver scan" 1 1/1.9 1/1.95
}

# The same photo of the dense landscape and of the usual one, which is beside it in the report.
scan_both() { # as scan_case
    scan_case "$@"
    scan_case "$1-usual" "${@:2}"
}

# ms: four bands of UInt16; ms8: four of UInt8; rgb: three of UInt8; soft: less noise, so that there is less to decode. No case may be worse than 6 times its own decode; tiled
# DEFLATE and LZW have bars of their own.
headline() { # SIDE scan_case|scan_both
    "$2" ms 8 "$1" DEFLATE tiles 4 2
    scan_case ms-soft 8 "$1" DEFLATE tiles 4 2
    "$2" ms 8 "$1" LZW tiles 4 2
    scan_case ms8-soft 4 "$1" DEFLATE tiles 4 2
    "$2" rgb 3 "$1" DEFLATE tiles 4 2
}

headline "$photo_px" scan_both
scan_case ms-fine 8 "$photo_px" DEFLATE tiles 4 2
scan_case ms-fine 8 "$photo_px" LZW tiles 4 2
scan_case ms8-soft-fine 4 "$photo_px" DEFLATE tiles 4 2
scan_case rgb-fine 3 "$photo_px" DEFLATE tiles 4 2
if [ "$size" = quick ]; then
    scan_both ms 8 "$photo_px" NONE tiles 6 ''
    scan_case ms 8 "$photo_px" DEFLATE strips 6 ''
    scan_case rgb 3 "$photo_px" JPEG tiles 6 ''
else
    for layout in tiles strips; do
        if [ $layout = tiles ]; then ours=scan_both; else ours=scan_case; fi
        $ours ms 8 "$photo_px" NONE $layout 6 ''
        $ours rgb 3 "$photo_px" NONE $layout 6 ''
        $ours rgb 3 "$photo_px" LZW $layout 6 ''
        scan_case ms 8 "$photo_px" ZSTD $layout 6 ''
        scan_case rgb 3 "$photo_px" ZSTD $layout 6 ''
        scan_case rgb 3 "$photo_px" JPEG $layout 6 ''
    done
    for codec in DEFLATE LZW; do scan_case ms 8 "$photo_px" $codec strips 6 ''; done
    scan_case rgb 3 "$photo_px" DEFLATE strips 6 ''
    scan_case rgb-soft 3 "$photo_px" DEFLATE tiles 4 2
    for codec in NONE ZSTD; do
        scan_case ms-fine 8 "$photo_px" $codec tiles 6 ''
        scan_case rgb-fine 3 "$photo_px" $codec tiles 6 ''
    done
    scan_case rgb-fine 3 "$photo_px" JPEG tiles 6 ''
    scan_case ms-fine 8 "$photo_px" DEFLATE strips 6 ''
    [ -z "$large_px" ] || headline "$large_px" scan_case
fi
