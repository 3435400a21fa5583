#!/usr/bin/env bash
# The year's tables of a large made-up season, as Markdown: seconds of the processor, of the clock, and peak memory of each.
#   tests/bench/year.sh [--keep DIR] [--only REGEX] [PLOTS [YEARS]]    (default 100000 10; making the season takes minutes)
# --keep DIR: the season and the outputs stay there, and a season that is there already is taken. --only REGEX: cases whose name matches. PAPAVER: the program, default build/release/app/papaver.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
papaver=${PAPAVER:-$root/build/release/app/papaver}
keep="" only=. plots=100000 years=10
while [ $# -gt 0 ]; do
    case $1 in
        --keep) keep=$2; shift 2 ;;
        --only) only=$2; shift 2 ;;
        -*) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
        *) plots=$1; years=${2:-10}; break ;;
    esac
done
[ -x /usr/bin/time ] || { echo "year.sh: /usr/bin/time is missing (Debian: time)" >&2; exit 2; }
work=${keep:-$(mktemp -d)}
[ -n "$keep" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work/out"
season=$work/$plots-$years
export PYTHONDONTWRITEBYTECODE=1 PAPAVER_PROOF=1
if [ ! -e "$season" ]; then
    "$papaver" init "$season" --name years 2>/dev/null
    python3 "$root/tests/season/stats_make.py" "$season" "$plots" "$years" >&2
fi

# run NAME EXTENSION ARGUMENT...: `papaver ARGUMENT...` with its output in out/NAME.EXTENSION.
run() {
    local name=$1 out=$work/out/$1.$2 code=0
    shift 2
    [[ $name =~ $only ]] || return 0
    rm -f "$out"
    case $out in
        *.xlsx) /usr/bin/time -o "$work/time" -f '%U %S %e %M' "$papaver" "$@" -o "$out" >"$work/words" 2>&1 || code=$? ;;
        *) /usr/bin/time -o "$work/time" -f '%U %S %e %M' "$papaver" "$@" >"$out" 2>"$work/words" || code=$? ;;
    esac
    tail -1 "$work/time" | awk -v name="$name" -v code=$code '{ printf "| %s | %.1f | %.1f | %d |%s\n", name, $1 + $2, $3, $4 / 1024, code ? " code " code : "" }'
}

stats=(stats "$season")
echo "$plots plots, $years years; $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
printf '| table | processor, s | clock, s | peak, MiB |\n|---|---|---|---|\n'
run text txt "${stats[@]}" all --lang zh
run csv csv "${stats[@]}" all --format csv
run json json "${stats[@]}" all --format json
for by in sheng xian xiang cun lin_chang lin_ban crew reason stage; do run "by-$by" csv "${stats[@]}" all --by $by --format csv; done
run year-cun csv "${stats[@]}" all --each year --by cun --format csv
run month-cun json "${stats[@]}" all --each month --by cun --format json
run xun csv "${stats[@]}" all --each xun --format csv
run xun-xiang csv "${stats[@]}" all --each xun --by xiang --format csv
run xlsx-year-xiang xlsx "${stats[@]}" all --each year --by xiang --lang zh
run xlsx-cun xlsx "${stats[@]}" all --by cun --lang zh
run html-all html "${stats[@]}" all --format html
run html-year-xiang html "${stats[@]}" all --each year --by xiang --format html
run html-one-cun html "${stats[@]}" 2018 --by cun --format html
run against json "${stats[@]}" 2019 --against 2018 --by cun --format json
run certificate-cun json "${stats[@]}" 2018 --certificate --by cun --format json
run scorecard-cun csv "${stats[@]}" all --scorecard --by cun --format csv
run coverage json coverage "$season" --json
# What writes into the ledger has a copy of it.
rm -rf "$work/copy"
cp -r "$season" "$work/copy"
run sample txt sample "$work/copy" -n 400 --seed 1
run freeze txt stats "$work/copy" 2018 --freeze
run verify txt stats "$work/copy" --verify
