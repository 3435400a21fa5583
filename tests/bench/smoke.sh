#!/usr/bin/env bash
# The bench's scripts still run: two parts on a tiny photo, with the figures in their tables. Says nothing about speed.
. "$(dirname "$0")/../lib.bash"
export PAPAVER_BUILD=$build PAPAVER_BENCH_DATA=$work/data
bench() { bash "$root/tests/bench/run.sh" "$@" >"$work/report" 2>"$work/words" || { cat "$work/words"; return 1; }; }
ok "profile" bench --quick --rounds 1 --side 300 profile
ok "a row of a stage" grep -qE '^\| ms 300² DEFLATE tiles, stages \| stage: trees \| 2 \| [0-9.]+ \|' "$work/report"
ok "the machine is named" grep -qE 'cores, .* GiB, Linux' "$work/report"
ok "memory" bench --quick --rounds 1 --side 700 memory
ok "peak memory" grep -qE '^- peak memory at 700 × 700 .*: [0-9]+ MiB' "$work/report"
wrong() { ! bench "$@"; }
ok "wrong arguments are refused" wrong --quick nonsense
finish
