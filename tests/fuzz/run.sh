#!/usr/bin/env bash
# tests/fuzz/run.sh [SECONDS]: builds the fuzz targets and runs each for SECONDS (default 10), from seeds and from what earlier runs kept
# in build/fuzz/corpus. A crash leaves its input in build/fuzz/crashes and fails.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-10}
cd "$root"
cmake --preset fuzz >/dev/null
cmake --build build/fuzz -j"$(nproc)" >build/fuzz/build.log 2>&1 || { tail -50 build/fuzz/build.log; exit 1; }
mkdir -p build/fuzz/crashes
failed=0
ran=0
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
for source in tests/fuzz/fuzz_*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    bash tests/fuzz/make_seeds.sh "$name" "build/fuzz/seeds/$name"
    log=build/fuzz/$name.log
    ran=$((ran + 1))
    if "build/fuzz/tests/fuzz/$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
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
