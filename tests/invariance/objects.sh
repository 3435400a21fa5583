#!/usr/bin/env bash
# With an object stage and growth stages: the same bytes for any tile size, number of threads and shards, and the same model for any number of threads; a model that goes on from it keeps the stages.
. "$(dirname "$0")/../lib.bash"
samples=${papaver%/app/papaver}/samples/papaver-samples
"$samples" -o "$work/survey" --size 110 --seed 5 --bandset rgb --flights 2 >"$work/survey.log"
# The labels of people, and every plot with its plants: together they are complete.
plots() { sed -E 's/"properties":\{"id"/"properties":{"class":"opium_poppy","id"/' "$work/survey/truth/plots.geojson" | grep '"Feature"' | sed 's/,$//'; }
others() { grep '"Feature"' "$work/survey/labels/flight-$1.geojson" | grep -v '"class":"opium_poppy"' | sed 's/,$//'; }
for f in 1 2; do
    { echo '{"type":"FeatureCollection","features":['; { plots; others "$f"; } | sed '$!s/$/,/'; echo ']}'; } >"$work/labels-$f.geojson"
done
learn() { # OUT ARGS...
    local out=$1
    shift
    "$papaver" train --photo "$work/survey/photos/flight-1.tif" "$work/survey/photos/flight-2.tif" --labels "$work/labels-1.geojson" \
        "$work/labels-2.geojson" --complete --gsd 0.1 --max-per-label 60 --trees 12 --smooth 3 --name same -o "$out" "$@" >"$out.log" 2>&1 || cat "$out.log"
}
learn "$work/one.pvm" --threads 1
learn "$work/two.pvm" --threads 2
ok "the model has an object stage" grep -q "object stage, on [0-9]* patches" "$work/one.pvm.log"
ok "the same model for two threads" same_file "$work/one.pvm" "$work/two.pvm"
scan() { # NAME ARGS...
    local name=$1
    shift
    "$papaver" scan "$work"/survey/photos/flight-*.tif --model "$work/one.pvm" --quiet --overwrite -o "$work/$name.geojson" "$@"
}
scan reference --tile 256 --threads 1
ok "the reference has probabilities" grep -q '"prob":0' "$work/reference.geojson"
ok "the reference has reasons" grep -q '"why":\["' "$work/reference.geojson"
ok "the reference has stages" grep -q '"stage":"' "$work/reference.geojson"
for how in "--tile 64 --threads 2" "--tile 8192 --threads 8"; do
    # shellcheck disable=SC2086
    scan other $how
    ok "hotspots: $how" same_file "$work/reference.geojson" "$work/other.geojson"
done
for k in 1 2; do scan "part-$k" --shard "$k/2"; done
"$papaver" merge "$work/part-1.geojson" "$work/part-2.geojson" -o "$work/merged.geojson" >"$work/merge.log" || cat "$work/merge.log"
ok "two shards merged" same_file "$work/reference.geojson" "$work/merged.geojson"
go_on() { # NAME ARGS...
    local name=$1
    shift
    "$papaver" train --from "$work/one.pvm" --photo "$work/survey/photos/flight-2.tif" --labels "$work/labels-2.geojson" --trees 2 --max-per-label 20 \
        -o "$work/$name.pvm" "$@" >"$work/$name.log" 2>&1 || cat "$work/$name.log"
}
go_on on
ok "a model that goes on keeps the object stage" grep -q '^object stage, growth stages and plants are judged as by same (' "$work/on.log"
"$papaver" scan "$work/survey/photos/flight-1.tif" --model "$work/on.pvm" --quiet -o "$work/on.geojson"
ok "its hotspots have probabilities, stages and plants" grep -qE '"prob":0.*"stage":"[a-z]+".*"plants":[0-9]' "$work/on.geojson"
go_on bare --no-objects
ok "but not with --no-objects" grep -q '^no object stage: --no-objects' "$work/bare.log"
go_on other --target corn_poppy
ok "nor when other classes are hunted" grep -q '^no object stage: other classes are hunted' "$work/other.log"
ok "such a model judges by pixels" grep -q 'object stage *none' <("$papaver" info "$work/other.pvm")
finish
