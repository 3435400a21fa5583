#!/usr/bin/env bash
# The audit sample in the year's tables: the same figures in every format as a program of another hand finds them in the ledger; half answered, of another year, two draws, none.
. "$(dirname "$0")/../lib.bash"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
here=$root/tests/season
cd "$work"
aide() { python3 "$here/year_audit.py" "$@"; }
stats() { "$papaver" stats "$season" "$@"; }
says() { # WORDS COMMAND...: exit 0 and the words
    local words=$1
    shift
    "$@" >"$work/said" 2>&1 && grep -q -e "$words" "$work/said" || { cat "$work/said"; return 1; }
}
formats() { # WHAT PERIOD: all formats of a period by township say the same (the page, which takes longest, when it has all answers)
    rm -f t.*
    stats "$2" --by xiang --format json >t.json
    stats "$2" --by xiang --lang zh >t.txt
    stats "$2" --by xiang --lang zh -o t.csv 2>t.err
    stats "$2" --by xiang --lang zh -o t.xlsx
    [ "$1" = answered ] && stats "$2" --by xiang --lang zh -o t.html
    ok "every format: $1" aide files t.json t.csv t.xlsx t.html t.txt
}

# Two made-up years; draw 1 is of 2018.
season=$work/years
"$papaver" init "$season" --name years 2>/dev/null
python3 "$here/stats_make.py" "$season" 80 2 7 >/dev/null
formats "no draw at all" 2018
ok "what makes one is said" grep -q -- "papaver sample SEASON --from 2018-01-01 --to 2018-12-31 --n 300 -o FOLDER" t.txt
ok "beside a CSV on stderr" grep -q -- "papaver sample SEASON --from 2018-01-01" t.err
ok "draw 1" "$papaver" sample "$season" --from 2018-01-01 --to 2018-12-31 --n 260 --rare 40 --seed 7 --date 2018-12-20
stats 2017..2018 --each year --format json >all.json
ok "a draw that nobody answered" aide truth "$season" 1 all.json 2018
stats 2018 --lang zh >t.txt
ok "its stratum is named" grep -q "还不能估计面积：“高度疑似”层只有0个答案" t.txt
aide answers "$season" 1 half.csv 1 2
ok "half of the answers" says "added" "$papaver" import "$season" half.csv --datum wgs84
stats 2017..2018 --each year --format json >all.json
ok "half answered" aide truth "$season" 1 all.json 2018
stats 2018 --lang zh >t.txt
ok "that it is preliminary is said" grep -q "130个点未答，结果是初步的" t.txt
aide answers "$season" 1 rest.csv
ok "all answers" says "added" "$papaver" import "$season" rest.csv --datum wgs84
stats 2017..2018 --each year --format json >all.json
ok "answered" aide truth "$season" 1 all.json 2018
formats "answered" 2018
ok "none of another year" says "Draws of other days: 1 (photos of 2018" stats 2017
# A second draw of the same year, without answers and with; and one of all years.
ok "draw second" "$papaver" sample "$season" --name second --from 2018-01-01 --n 120 --rare 20 --seed 8 --date 2018-12-22
ok "the answered one stands" says "another draw, second (2018-12-22, [0-9]* photos, 120 points, 0 answered)" stats 2018 --lang en
aide answers "$season" second second.csv
"$papaver" import "$season" second.csv --datum wgs84 >/dev/null 2>&1
stats 2018 --format json >t.json
ok "then the last one" aide truth "$season" second t.json 2018
ok "and the first is told" says "another draw, 1 (2018-12-20, [0-9]* photos, 260 points, 244 answered).*area of poppy [0-9.]* m2 (95 %" stats 2018 --lang en
ok "draw whole" "$papaver" sample "$season" --name whole --n 100 --rare 20 --seed 9 --date 2018-12-23
stats 2017..2018 --format json >t.json
ok "a cycle has its own while it is answered by others only" says "another draw, whole" stats 2017..2018 --lang en
finish
