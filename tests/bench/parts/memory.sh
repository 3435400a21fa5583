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

# Photos of 256 x 256 in a folder, made again when what makes them is newer.
small_photos() { # DIR NUMBER SOURCE OPTION...
    if [ "$(find "$1" -name '*.tif' 2>/dev/null | wc -l)" -ne "$2" ] || [ "$bench/make_input" -nt "$1" ] || [ "$3" -nt "$1" ]; then
        rm -rf "$1"
        mkdir -p "$1"
        "$bench/make_input" "$3" "$1" --size 256x256 --codec DEFLATE --shift 3 "${@:4}"
    fi
}

# Anywhere on the dense landscape, against as many pixels in one photo of it: a photo's own cost and what is found in it, together. A small photo's light is
# evened out by itself, so that other patches are found in it than in a large one.
small_case() { # NUMBER
    local dir=$data/small-$1-256 source mpx whole_px whole case="$1 photos of 256²"
    source=$(survey ms)
    small_photos "$dir" "$1" "$source" --small "$1"
    mpx=$(awk -v n="$1" 'BEGIN { print n * 65536 / 1e6 }')
    whole_px=$(awk -v m="$mpx" 'BEGIN { printf "%d", sqrt(m) * 1000 }')
    whole=$(input ms "$whole_px" DEFLATE tiles)
    contender "papaver scan, one photo" 1 "$(mega "$whole_px")" "$papaver" scan "$whole" --threads 1 --quiet --overwrite -o "$work/h.geojson"
    contender "papaver scan, $1 photos" 1 "$mpx" "$papaver" scan "$dir"/small-*.tif --threads 1 --quiet --overwrite -o "$work/h.geojson"
    race "$case" "$small_rounds"
    awk -F '\t' -v case="$case" -v photos="$1" '
        $1 == case { if ($2 ~ /one photo$/) one[$5] = $6 / $4; else many[$5] = $6; mpx = $4 }
        END { for (k in many) { v = (many[k] - one[k] * mpx) / photos * 1000; if (n++ == 0 || v < least) least = v; if (n == 1 || v > most) most = v }
              printf "- a small photo of the dense landscape, what is found in it too, costs %.1f to %.1f ms more than its pixels in one large photo would (%d photos); bar < 20 ms: %s\n",
                  least, most, photos, most < 20 ? "met" : "not met" }' "$rows" >>"$notes"
}

# Ground without plots, the very same pixels as one mosaic and as the photos that it falls into. Of the seconds that the photos cost more, those in stages
# that work on pixels and patches are content (a small photo has another light and more rim), the rest is what a photo costs by itself: opening, reading, light,
# hash, places.
timed() { # CASE WHAT MPX ROUND PHOTO...: two rows, all and content; none in round 0, which warms the files
    local said=$work/said.json from to stage content=0
    from=$EPOCHREALTIME
    "$papaver" scan "${@:5}" --threads 1 --timings --json --quiet --overwrite -o "$work/h.geojson" >"$said"
    to=$EPOCHREALTIME
    json_number hotspots "$said" >"$work/hotspots-${2##* }"
    [ "$4" -gt 0 ] || return 0
    for stage in gate features trees objects patches write; do content="$content $(json_number $stage "$said")"; done
    add_row "$1" "$2" 1 "$3" "$4" "$(seconds "$from" "$to")"
    add_row "$1" "$2: content" 1 "$3" "$4" "$(awk '{ for (i = 1; i <= NF; i++) s += $i; print s }' <<<"$content")"
}

alone_case() { # GRID
    local photos=$(($1 * $1)) mosaic_px=$(($1 * 256)) dir=$data/small-noplots-$1x$1-256 source mosaic round mpx case
    source=$(survey ms-noplots)
    small_photos "$dir" $photos "$source" --grid "$1"
    mosaic=$(input ms-noplots $mosaic_px DEFLATE tiles)
    mpx=$(mega $mosaic_px)
    case="$photos photos of 256², noplots"
    for ((round = small_rounds == 1 ? 1 : 0; round <= small_rounds; round++)); do
        timed "$case" "papaver scan, one mosaic" "$mpx" $round "$mosaic"
        timed "$case" "papaver scan, $photos photos" "$mpx" $round "$dir"/small-*.tif
    done
    say "  $case"
    awk -F '\t' -v case="$case" -v photos=$photos -v here="$(cat "$work/hotspots-photos")" -v there="$(cat "$work/hotspots-mosaic")" '
        function range(v, what) { if (!(what in least) || v < least[what]) least[what] = v; if (!(what in most) || v > most[what]) most[what] = v }
        $1 == case { sign = $2 ~ /mosaic/ ? -1 : 1; rounds[$5]; if ($2 ~ /content$/) content[$5] += sign * $6; else all[$5] += sign * $6 }
        END { for (k in rounds) {
                  range(all[k] / photos * 1000, "all"); range(content[k] / photos * 1000, "content"); range((all[k] - content[k]) / photos * 1000, "start") }
              printf "- a small photo without plots costs %.1f to %.1f ms more than its pixels in the mosaic of %d photos: start %.1f to %.1f ms, content %.1f to %.1f ms (%d hotspots, in the mosaic %d); bar for the start < 20 ms: %s\n",
                  least["all"], most["all"], photos, least["start"], most["start"], least["content"], most["content"], here, there, most["start"] < 20 ? "met" : "not met" }' "$rows" >>"$notes"
}

case $size in
quick) sides='10000 31744' photos=100 grid=10 ;;
*) sides='10000 31744 100000' photos=1000 grid=32 ;;
esac
if [ -n "$side" ]; then sides=$side photos=20 grid=4; fi
small_rounds=$((rounds < 3 ? rounds : 3))
for one in $sides; do peak_case "$one"; done
small_case $photos
alone_case $grid
