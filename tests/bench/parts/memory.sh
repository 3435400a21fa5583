# Peak memory of a scan as the photo grows (the middle 512 rows are landscape, over the whole width; the rest was never written), and what a small photo costs.
under() { if [ "$1" -lt "$2" ]; then echo met; else echo not met; fi; }

peak_case() { # SIDE
    local file from to kib
    file=$(input ms "$1" DEFLATE tiles --rows 512)
    from=$EPOCHREALTIME
    "$tools/peak_rss" "$work/kib" "$papaver" scan "$file" --quiet --overwrite -o "$work/h.geojson"
    to=$EPOCHREALTIME
    kib=$(cat "$work/kib")
    add_row "memory $1² sparse" "papaver scan" "$(nproc)" "$(mega "$1")" 1 "$(seconds "$from" "$to")"
    note "peak memory at $1 × $1 (sparse, ms): $((kib / 1024)) MiB; first bar < 1024: $(under "$kib" 1048576); bar < 512: $(under "$kib" 524288)"
}

small_case() { # NUMBER SIDE
    local dir=$data/small-$1-$2 source mpx
    source=$(survey ms)
    if [ "$(find "$dir" -name '*.tif' 2>/dev/null | wc -l)" -ne "$1" ] || [ "$bench/make_input" -nt "$dir" ]; then
        rm -rf "$dir"
        mkdir -p "$dir"
        "$bench/make_input" "$source" "$dir" --size "$2x$2" --codec DEFLATE --shift 3 --small "$1"
    fi
    mpx=$(awk -v n="$1" -v side="$2" 'BEGIN { print n * side * side / 1e6 }')
    # Against the same number of pixels in one photo: what is left is the cost of a photo.
    local whole_px
    whole_px=$(awk -v m="$mpx" 'BEGIN { printf "%d", sqrt(m) * 1000 }')
    local whole
    whole=$(input ms "$whole_px" DEFLATE tiles)
    contender "papaver scan, one photo" 1 "$(mega "$whole_px")" "$papaver" scan "$whole" --threads 1 --quiet --overwrite -o "$work/h.geojson"
    contender "papaver scan, $1 photos" 1 "$mpx" "$papaver" scan "$dir"/small-*.tif --threads 1 --quiet --overwrite -o "$work/h.geojson"
    race "$1 photos of $2²" "$((rounds < 3 ? rounds : 3))"
    awk -F '\t' -v case="$1 photos of $2²" -v photos="$1" '
        $1 == case { if ($2 ~ /one photo$/) one[$5] = $6 / $4; else many[$5] = $6; mpx = $4 }
        END { for (k in many) { v = (many[k] - one[k] * mpx) / photos * 1000; if (n++ == 0 || v < least) least = v; if (n == 1 || v > most) most = v }
              printf "- a small photo costs %.1f to %.1f ms more than its pixels in one large photo would (%d photos); bar < 20 ms: %s\n", least, most, photos,
                  most < 20 ? "met" : "not met" }' "$rows" >>"$notes"
}

case $size in
quick) sides='10000 31744' photos=100 ;;
*) sides='10000 31744 100000' photos=1000 ;;
esac
if [ -n "$side" ]; then sides=$side photos=20; fi
for one in $sides; do peak_case "$one"; done
small_case $photos 256
