#!/usr/bin/env bash
# papaver stats on made-up years: the same table for any order of rows, figures as a program of another hand finds them, and a document that tells of each.
. "$(dirname "$0")/../lib.bash"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
here=$root/tests/season
make() { # NAME [SHUFFLE]
    "$papaver" init "$work/$1" --name years 2>/dev/null
    if [ $# -gt 1 ]; then export PAPAVER_SHUFFLE=$2; else unset PAPAVER_SHUFFLE; fi
    python3 "$here/stats_make.py" "$work/$1" 250 3 7 >"$work/$1.log"
}
make a
make b 1
make c 2
for arguments in "all --by cun" "all --each month" "all --by crew --each year" "all --by reason" "2018 --by lin_ban" "百日攻坚 --each round --by stage"; do
    for season in a b c; do
        # shellcheck disable=SC2086
        "$papaver" stats "$work/$season" $arguments --format csv --lang en >"$work/$season.csv" 2>"$work/words" || cat "$work/words"
    done
    ok "something is there: $arguments" [ "$(wc -l <"$work/a.csv")" -gt 1 ]
    ok "any order of rows: $arguments" cmp "$work/a.csv" "$work/b.csv"
    ok "another order: $arguments" cmp "$work/a.csv" "$work/c.csv"
done
for period in 2017 2018 2019 2017..2019 2018Q2 2018-05 2018-05-x2; do
    "$papaver" stats "$work/b" "$period" --format json >"$work/t.json"
    ok "found by another program: $period" python3 "$here/stats_truth.py" "$work/b" "$work/t.json"
done
ok "the document tells of each figure" python3 "$here/stats_truth.py" --document "$root/docs/formats/stats.md" "$work/t.json"
finish
