# Components with statistics: pipeline/patches.h against connectedComponentsWithStats, on the mask of a scan's probabilities.
if [ ! -x "$bench/components" ]; then
    skip opencv "the program components is not built (PAPAVER_BENCH)"
    return 0
fi
mask_px=$((photo_px * 2))
photo=$(input ms "$photo_px" DEFLATE tiles)
"$papaver" scan "$photo" --quiet --overwrite -o "$work/h.geojson" --prob "$work/prob.tif"
"$bench/components" "$work/prob.tif" $mask_px 64 "$rounds" >"$work/components"
case="mask $mask_px², $(sed -n 's/^# //p' "$work/components")"
grep -v '^#' "$work/components" | awk -F '\t' -v OFS='\t' -v case="$case" -v mpx="$(mega $mask_px)" '{ print case, $1, $2, mpx, ++round[$1, $2], $3 }' >>"$rows"
compare "$case" "papaver patches" 1 "OpenCV components" 1 1/20 1/50
compare "$case" "papaver patches" 1 "OpenCV components" 2
