# Whole scans (the shipped model that fits, all its columns, hotspots written) against merely reading the same file.

scan_case() { # BANDSET BYTES-A-PIXEL SIDE CODEC LAYOUT FIRST-BAR BAR
    local file case mpx threads
    file=$(input "$1" "$3" "$4" "$5")
    mpx=$(mega "$3")
    case="$1 $3² $4 $5, $(compression "$file" "$2" "$3"):1"
    for threads in 1 2; do
        contender "papaver scan" $threads "$mpx" "$papaver" scan "$file" --threads $threads --quiet --overwrite -o "$work/h.geojson"
        contender "GDAL decode" $threads "$mpx" "$bench/decode" gdal "$file" $threads
        contender "libtiff decode" $threads "$mpx" "$bench/decode" libtiff "$file" $threads
    done
    contender "gdal_translate ENVI" 1 "$mpx" gdal_translate -q -of ENVI "$file" "$work/envi"
    race "$case"
    rm -f "$work"/envi*
    for threads in 1 2; do
        compare "$case" "papaver scan" $threads "GDAL decode" $threads "$6" "$7"
        compare "$case" "papaver scan" $threads "libtiff decode" $threads
    done
    compare "$case" "papaver scan" 2 "gdal_translate ENVI" 1 1 0.5
    compare "$case" "papaver scan" 2 "papaver scan" 1 1/1.9 1/1.95
}

# ms: four bands of UInt16; ms8: four of UInt8; rgb: three of UInt8; soft: less noise, so that there is less to decode. No case may be worse than 6 times its own decode; tiled
# DEFLATE and LZW have bars of their own.
headline() { # SIDE
    scan_case ms 8 "$1" DEFLATE tiles 4 2
    scan_case ms-soft 8 "$1" DEFLATE tiles 4 2
    scan_case ms 8 "$1" LZW tiles 4 2
    scan_case ms8-soft 4 "$1" DEFLATE tiles 4 2
    scan_case rgb 3 "$1" DEFLATE tiles 4 2
}

headline "$usual_px"
if [ "$size" = quick ]; then
    scan_case ms 8 "$usual_px" NONE tiles 6 ''
    scan_case ms 8 "$usual_px" DEFLATE strips 6 ''
    scan_case rgb 3 "$usual_px" JPEG tiles 6 ''
else
    for layout in tiles strips; do
        for codec in NONE ZSTD; do
            scan_case ms 8 "$usual_px" $codec $layout 6 ''
            scan_case rgb 3 "$usual_px" $codec $layout 6 ''
        done
        for codec in LZW JPEG; do scan_case rgb 3 "$usual_px" $codec $layout 6 ''; done
    done
    for codec in DEFLATE LZW; do scan_case ms 8 "$usual_px" $codec strips 6 ''; done
    scan_case rgb 3 "$usual_px" DEFLATE strips 6 ''
    scan_case rgb-soft 3 "$usual_px" DEFLATE tiles 4 2
    [ -z "$large_px" ] || headline "$large_px"
fi
