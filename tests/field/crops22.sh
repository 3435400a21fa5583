#!/usr/bin/env bash
# 22 crops on a real trial field, learned on one fold and judged on the other, by the default options: accuracy, macro F1, the yardstick, and five species as single targets.
. "$(dirname "$0")/../lib.bash"
need_field
figure() { grep -oE "\"$2\": *[0-9.]+" "$1" | head -1 | grep -oE '[0-9.]+$'; }
at_least() { awk -v got="${1:-0}" -v want="$2" 'BEGIN { print "got " got ", wanted at least " want; exit !(got >= want) }'; }
photo=$field/crops22/rgb.tif
labels=$field/crops22/labels.geojson
start=$(date +%s)
"$papaver" evaluate --photo "$photo" --labels "$labels" --folds fold --reference --json >"$work/all.json"
took=$(($(date +%s) - start))
grep -oE '"reference":\{.*' "$work/all.json" >"$work/reference.json"
echo "evaluate: $took s, accuracy $(figure "$work/all.json" accuracy), macro F1 $(figure "$work/all.json" macro_f1), kappa $(figure "$work/all.json" kappa);" \
    "OpenCV forest $(figure "$work/reference.json" accuracy), $(figure "$work/reference.json" macro_f1)"
slow=1
if grep -qE 'SANITIZE:STRING=.+' "$build/CMakeCache.txt"; then slow=20; fi
ok "under two minutes" test $took -lt $((120 * slow))
# Two hundred extremely random trees on colours, box windows and colour histograms get 0.587 and 0.544.
ok "accuracy" at_least "$(figure "$work/all.json" accuracy)" 0.62
ok "macro F1" at_least "$(figure "$work/all.json" macro_f1)" 0.58
ok "not below the OpenCV forest on the same columns" at_least "$(figure "$work/all.json" accuracy)" "$(figure "$work/reference.json" accuracy)"

for target in "M blanche" Sarrasin "Féverole" Avoine "R fourrager"; do
    "$papaver" evaluate --photo "$photo" --labels "$labels" --folds fold --target "$target" --json --quiet >"$work/target.json"
    sed -E 's/"folds".*//' "$work/target.json" | grep -oE '"target": *\{.*' >"$work/figures"
    echo "$target: $(head -c 200 "$work/figures")"
    ok "$target: no parcel is missed" grep -qE '"missed": *0[,}]' "$work/figures"
    ok "$target: no other parcel is hit" grep -qE '"false": *0[,}]' "$work/figures"
    figure "$work/figures" f1 >>"$work/f1"
done
ok "mean pixel F1 of the five" at_least "$(awk '{ s += $1 } END { printf "%.4f", s / NR }' "$work/f1")" 0.93
finish
