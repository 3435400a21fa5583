#!/usr/bin/env bash
# From a fresh clone to a map: installs what is missing (apt, once), builds a release, makes the sample survey, scans its flights with the shipped
# models that fit their bands, and says where the results are and how many of the true plots were found.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
out=build/quickstart
started=$(date +%s)

say() { printf '%s\n' "$*"; }
quiet() { # LOG COMMAND...: shows the log when the command fails
    local log=$1
    shift
    "$@" >"$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }
}

say "1 of 4  packages"
deploy/install-packages.sh build
say "2 of 4  build"
mkdir -p "$out"
quiet "$out/configure.log" cmake --preset release
quiet "$out/build.log" cmake --build build/release -j"$(nproc)"
say "3 of 4  the sample survey (synthetic: drawn by samples/, see samples/README.md)"
rm -rf "$out/survey" "$out/results"
quiet "$out/survey.log" build/release/samples/papaver-samples -o "$out/survey"
say "4 of 4  scan"
# The flights carry different cameras: each photo gets the shipped model that fits its bands.
mkdir -p "$out/results"
build/release/app/papaver scan "$out"/survey/photos/*.tif -o "$out/results/hotspots.geojson" --prob "$out/results/probability" --picture "$out/results/map" --overwrite

say
say "hotspots file         $root/$out/results/hotspots.geojson"
for file in "$out"/results/probability/*; do say "probability picture   $root/$file"; done
for file in "$out"/results/map/*; do say "map picture           $root/$file"; done
say
build/release/tests/tools/plots_found "$out/survey/truth/plots.geojson" "$out/results/hotspots.geojson" | tail -1
say "The survey, and what the shipped models learned from, are both made by a program: this shows that the road works, not how many real plots would be found."
say "$(($(date +%s) - started)) seconds"
