#!/usr/bin/env bash
# tests/fuzz/seeds.sh PROGRAM: replays every seed of PROGRAM's target, and each of them cut short, through the plain build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bash "$here/make_seeds.sh" "$(basename "$program")" "$work/seeds"
for seed in "$work"/seeds/*; do
    size=$(stat -c %s "$seed")
    for part in 1 2 3 4 5 6 7; do
        head -c $((size * part / 8)) "$seed" >"$work/seeds/$(basename "$seed").cut$part"
    done
done
"$program" "$work"/seeds/*
