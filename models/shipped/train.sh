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
    # Three flights of the first survey, each left out in turn: the figures of the card.
    figures=$("$build/app/papaver" evaluate --photo "${photos[@]:0:3}" --labels "${labels[@]:0:3}" --folds photo --target opium_poppy --gsd 0.05 \
        --max-per-label 1000 --seed 1 --quiet --json | grep -o '"target":{"pixel":{[^}]*},"polygons":{[^}]*}}' | head -n 1)
    "$build/app/papaver" train --photo "${photos[@]}" --labels "${labels[@]}" --target opium_poppy --gsd 0.05 --seed 1 --synthetic \
        --name "$bandset-synthetic" --licence "synthetic data made by papaver-samples; free to use" \
        --note "Validated by leaving out one flight of three in turn (pixels; label polygons by mean probability): ${figures#*:}. On real photos: not measured. Known to fail: many false patches at shadow edges, in lettuce, wheat gaps and flower beds; seedlings among vegetables are missed." \
        --overwrite -o "$root/models/shipped/$bandset-synthetic.pvm"
done
