# One core: 100 trees of depth 6 on 12 columns, ours for three classes, and XGBoost's. The bar is a time a tree, so the 100 trees of two classes count.
if [ ! -x "$bench/trees_xgboost" ]; then
    skip xgboost "the library is not there (Debian: libxgboost-dev), or came after the build was configured"
    return 0
fi
"$bench/trees_xgboost" "$rounds" >"$work/xgboost"
case="$(sed -n 's/^# //p' "$work/xgboost")"
grep -v '^#' "$work/xgboost" | awk -F '\t' -v OFS='\t' -v case="$case" '{ print case, $1, $2, $3, ++round[$1, $2], $4 }' >>"$rows"
compare "$case" "papaver trees, 3 classes" 1 "XGBoost, 2 classes (100 trees)" 1 1/100 1/200
compare "$case" "papaver trees, 3 classes" 1 "XGBoost, 3 classes (300 trees)" 1
awk -F '\t' -v case="$case" '$1 == case { s[$2] += $6; n[$2]++; mpx = $4; trees[$2] = $2 ~ /300/ ? 300 : 100 }
    END { for (k in s) printf "- %s: %.3f ns a pixel and tree (mean)\n", k, s[k] / n[k] / mpx / trees[k] * 1000 }' "$rows" | sort >>"$notes"
