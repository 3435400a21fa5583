#!/usr/bin/env bash
# Makes the shipped models again, byte for byte, from synthetic surveys whose seeds the quickstart and the tests do not use.
# Usage: models/shipped/train.sh [WORK FOLDER]   (needs a build: PAPAVER_BUILD, default build/release)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${PAPAVER_BUILD:-$root/build/release}
work=${1:-$root/build/shipped}
mkdir -p "$work"

for bandset in rgb ms rgbre; do
    photos=() labels=()
    for seed in 101 102; do
        survey=$work/$bandset-$seed
        [ -f "$survey/survey.json" ] || "$build/samples/papaver-samples" -o "$survey" --seed "$seed" --bandset "$bandset" --overwrite
        for flight in 1 2 3; do
            # Photos of two surveys must not share a name.
            ln -sf "$survey/photos/flight-$flight.tif" "$work/sample-$bandset-$seed-$flight.tif"
            photos+=("$work/sample-$bandset-$seed-$flight.tif")
            labels+=("$survey/labels/flight-$flight.geojson")
        done
    done
    "$build/app/papaver" train --photo "${photos[@]}" --labels "${labels[@]}" --target opium_poppy --gsd 0.05 --seed 1 --synthetic \
        --name "$bandset-synthetic" --licence "synthetic data made by papaver-samples; free to use" \
        --note "$(cat "$root/models/shipped/$bandset.note")" --overwrite -o "$root/models/shipped/$bandset-synthetic.pvm"
done
