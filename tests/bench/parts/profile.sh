# Where the seconds of a scan go: the stages as scan --json tells them. CPU seconds summed over workers; patches and write are the sink's, wall is the clock's.
profile_case() { # BANDSET
    local file stage round from
    file=$(input "$1" "$usual_px" DEFLATE tiles)
    for ((round = 1; round <= rounds; round++)); do
        from=$EPOCHREALTIME
        "$papaver" scan "$file" --threads 2 --timings --json --quiet --overwrite -o "$work/h.geojson" >"$work/scan-$1-$round.json"
        add_row "$1 $usual_px² DEFLATE tiles, stages" "whole process" 2 "$(mega "$usual_px")" "$round" "$(awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f", b - a }')"
        for stage in $(sed -E 's/.*"seconds":\{([^}]*)\}.*/\1/; s/"([a-z_]+)":[^,]*,?/\1 /g' "$work/scan-$1-$round.json"); do
            add_row "$1 $usual_px² DEFLATE tiles, stages" "stage: $stage" 2 "$(mega "$usual_px")" "$round" "$(json_number "$stage" "$work/scan-$1-$round.json")"
        done
    done
    grep -q '"exit":0' "$work/scan-$1-1.json"
}
profile_case ms
profile_case rgb
