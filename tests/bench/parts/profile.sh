# Where the seconds of a scan go: the stages as scan --json tells them. CPU seconds summed over workers; patches and write are the sink's, wall is the clock's.
profile_case() { # KIND
    local file stage round from to said
    file=$(input "$1" "$photo_px" DEFLATE tiles)
    for ((round = 1; round <= rounds; round++)); do
        said=$work/scan-$1-$round.json
        from=$EPOCHREALTIME
        "$papaver" scan "$file" --threads 2 --timings --json --quiet --overwrite -o "$work/h.geojson" >"$said"
        to=$EPOCHREALTIME
        add_row "$1 $photo_px² DEFLATE tiles, stages" "whole process" 2 "$(mega "$photo_px")" "$round" "$(seconds "$from" "$to")"
        for stage in $(sed -E 's/.*"seconds":\{([^}]*)\}.*/\1/; s/"([a-z_]+)":[^,]*,?/\1 /g' "$said"); do
            add_row "$1 $photo_px² DEFLATE tiles, stages" "stage: $stage" 2 "$(mega "$photo_px")" "$round" "$(json_number "$stage" "$said")"
        done
    done
    grep -q '"exit":0' "$work/scan-$1-1.json"
}
for kind in ms ms-usual ms-fine rgb rgb-usual rgb-fine; do profile_case $kind; done
