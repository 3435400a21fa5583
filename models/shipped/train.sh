#!/usr/bin/env bash
# Makes the shipped models again, byte for byte, from synthetic surveys whose seeds the quickstart and the tests do not use.
# Usage: models/shipped/train.sh [WORK FOLDER [BANDSET...]]   (needs a build: PAPAVER_BUILD, default build/release; BANDSET: rgb, ms, rgbre; default all)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${PAPAVER_BUILD:-$root/build/release}
work=${1:-$root/build/shipped}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- rgb ms rgbre
mkdir -p "$work"
work=$(cd "$work" && pwd)

for bandset in "$@"; do
    photos=() labels=() seeds=(101 102) landscapes=two
    # Colour alone tells less of a plant: it needs to have seen more kinds of ground.
    [ "$bandset" = rgb ] && seeds=(101 102 103 104) landscapes=four
    for seed in "${seeds[@]}"; do
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
        --note "Learned on $landscapes made-up landscapes, three flights each, in growth stages from seedling to capsule. How models that were trained in this way do on a flight that was left out: tests/field/RESULTS.md. On real photos: not measured but for false alarms in forest, which are far too many. Known to fail: seedlings, plots of fewer than five plants, shadow edges, garlic and lettuce beds; colour photos alone more than others." \
        --overwrite -o "$root/models/shipped/$bandset-synthetic.pvm"
done
