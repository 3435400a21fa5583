#!/usr/bin/env bash
# tests/fuzz/run.sh [SECONDS [RUNS [TARGET...]]]: builds the fuzz targets and runs each (or those named, without "fuzz_") for SECONDS (default 10) or RUNS
# runs, whichever ends first, from seeds and from what earlier runs kept in build/fuzz/corpus. A crash leaves its input in build/fuzz/crashes and fails.
# A million runs each: tests/fuzz/run.sh 36000 1000000 gate model conf result cells outlines units units_mend units_file
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-10}
runs=${2:--1}
shift $(($# < 2 ? $# : 2))
cd "$root"
cmake --preset fuzz >/dev/null
cmake --build build/fuzz -j"$(nproc)" >build/fuzz/build.log 2>&1 || { tail -50 build/fuzz/build.log; exit 1; }
mkdir -p build/fuzz/crashes
failed=0
ran=0
# Freed memory is kept from use for 1 MiB only, and no block remembers who asked for it: the usual 256 MiB and stacks, touched again and again, take more time than they find faults
# (GEOS asks for thousands of blocks a run). A finding is run again without these options, and then tells all.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1:quarantine_size_mb=1:malloc_context_size=0
# Where a few records say it all, long inputs only take time.
most_bytes() {
    case $1 in
    fuzz_outlines) echo 160 ;;
    fuzz_units) echo 256 ;;
    fuzz_units_mend) echo 32 ;;
    fuzz_units_file) echo 4096 ;;
    fuzz_cells) echo 400 ;;
    *) echo 65536 ;;
    esac
}
names=("${@/#/fuzz_}")
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do names+=("$(basename "$source" .c)"); done
fi
for name in "${names[@]}"; do
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    bash tests/fuzz/make_seeds.sh "$name" "build/fuzz/seeds/$name"
    log=build/fuzz/$name.log
    ran=$((ran + 1))
    if "build/fuzz/tests/fuzz/$name" -max_total_time="$seconds" -runs="$runs" -max_len="$(most_bytes "$name")" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/crashes/$name-" "$corpus" "build/fuzz/seeds/$name" >"$log" 2>&1; then
        printf '%-28s %12s runs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    else
        printf '%-28s FAILED\n' "$name"
        tail -40 "$log"
        failed=1
    fi
done
echo "fuzz: $ran targets, $seconds s each"
exit $failed
