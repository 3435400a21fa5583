#!/usr/bin/env bash
# Detection on sample surveys, measured against their truth: trained on two flights of one landscape, tested on the third flight of another one (other
# ground, light, pixel size and noise).
#   tests/field/detection.sh                 one small case, with checks (what ctest runs)
#   tests/field/detection.sh long [OPTION...]  every flight in turn, for each of two landscapes; prints a Markdown table and one JSON line a case
#     --bandset SET     rgb, ms or rgbre (default ms)
#     --seeds A,B       the two landscapes (default 201,202); what is tested on A was learned from B, and the other way round
#     --same            the plain case: tested on the flight left out of the landscape that was learned from
#     --flights LIST    the flights to test (default "1 2 3")
#     --second C        learn from the two flights of a third landscape too
#     --size METRES     width of a landscape (default 160)
#     --train "OPTIONS" --scan "OPTIONS"   further options of papaver train and papaver scan
#     --out FOLDER      keeps surveys, models and hotspots there (default: <build>/tests/detection); surveys that are there are used again
. "$(dirname "$0")/../lib.bash"
samples=$build/samples/papaver-samples

survey() { # SEED: makes it once; sets $made
    made=$out/$bandset-$1-$size
    [ -f "$made/survey.json" ] || "$samples" -o "$made" --seed "$1" --size "$size" --bandset "$bandset" --overwrite >/dev/null
}

learn() { # MODEL FLIGHT SEED...: from all flights but FLIGHT of each landscape
    local model=$1 leave=$2 seed flight photos=() labels=()
    shift 2
    for seed in "$@"; do
        survey "$seed"
        for flight in 1 2 3; do
            [ "$flight" = "$leave" ] && continue
            # Photos of two surveys must not share a name.
            ln -sf "$made/photos/flight-$flight.tif" "$out/sample-$bandset-$seed-$size-$flight.tif"
            photos+=("$out/sample-$bandset-$seed-$size-$flight.tif")
            labels+=("$made/labels/flight-$flight.geojson")
        done
    done
    # shellcheck disable=SC2086
    "$papaver" train --photo "${photos[@]}" --labels "${labels[@]}" --target opium_poppy $train -o "$model" --overwrite --quiet
}

# try NAME FLIGHT TEST-SEED LEARN-SEED...: adds the case to $cases
try() {
    local name=$1 flight=$2 test=$3
    shift 3
    learn "$out/$name.pvm" "$flight" "$@"
    survey "$test"
    # shellcheck disable=SC2086
    "$papaver" scan "$made/photos/flight-$flight.tif" --model "$out/$name.pvm" $scan -o "$out/$name.geojson" --overwrite --quiet
    cases+=("$name=$made:flight-$flight:$out/$name.geojson")
}

cases=()
train=
scan=
second=
same=
flights="1 2 3"
bandset=ms
if [ "${1:-short}" = long ]; then
    shift
    size=160
    seeds=201,202
    out=$build/tests/detection
    while [ $# -gt 1 ] || [ "${1:-}" = --same ]; do
        case $1 in
        --same)
            same=1
            shift
            continue
            ;;
        --flights) flights=$2 ;;
        --bandset) bandset=$2 ;;
        --seeds) seeds=$2 ;;
        --second) second=$2 ;;
        --size) size=$2 ;;
        --train) train=$2 ;;
        --scan) scan=$2 ;;
        --out) out=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    if [ $# -gt 0 ]; then
        echo "detection.sh: unknown option, or no value: $1" >&2
        exit 2
    fi
    mkdir -p "$out"
    out=$(cd "$out" && pwd)
    a=${seeds%,*}
    b=${seeds#*,}
    from_a=${same:+$a} from_b=${same:+$b}
    from_a=${from_a:-$b} from_b=${from_b:-$a}
    for flight in $flights; do
        # shellcheck disable=SC2086
        try "$bandset-$a-flight-$flight" "$flight" "$a" "$from_a" $second
        # shellcheck disable=SC2086
        try "$bandset-$b-flight-$flight" "$flight" "$b" "$from_b" $second
    done
    "$tools/detection" "${cases[@]}"
    exit 0
fi

size=100
out=$work
# Pixel trees alone: one landscape of four plots in flower is too little to learn a second stage from that holds on another one (it found two of them here).
train="--trees 40 --max-per-label 400 --gsd 0.05 --no-objects"
try small 3 302 303
"$tools/detection" "${cases[@]}" | tee "$work/figures"
figure() { tail -1 "$work/figures" | grep -oE "\"$1\":[0-9.]+" | head -1 | cut -d: -f2; }
at_least() { awk -v got="${1:-0}" -v want="$2" 'BEGIN { print "got " got ", wanted at least " want; exit !(got >= want) }'; }
ok "there are plots in flower in the small survey" at_least "$(figure total)" 2
# One of the four has 0.20 m2, less than the default --min-area.
ok "plots in flower are found" at_least "$(figure recall)" 0.75
ok "they are found before many false alarms" at_least "$(figure recall_at_precision_0.85)" 0.7

# The judge itself: hotspots that are the true plots are all right; the same plots far away are all false and found nowhere.
survey 302
plots=$made/truth/plots.geojson
seen=$(grep -c '"flights":"[^"]*flight-3' "$plots")
judge() { "$tools/detection" "x=$made:flight-3:$1" 2>/dev/null | tail -1; }
judge "$plots" | tee "$work/same.json"
ok "the truth finds all of itself" grep -q '"false":0,' "$work/same.json"
ok "every plot that the flight shows is found" test "$(grep -oE '"(seedling|bolting|bud|flowering|capsule|fewer_than_5_plants)":\{"found":[0-9]+' "$work/same.json" | sed 1d | awk -F: '{ n += $NF } END { print n }')" -eq "$seen"
sed -E 's/\[105\.([0-9]+),/[105.9\1,/g' "$plots" >"$work/moved.geojson"
judge "$work/moved.geojson" | tee "$work/moved.json"
ok "nothing is found far away" grep -q '"flowering":{"found":0,' "$work/moved.json"
ok "what is found far away is false" grep -q "\"hotspots\":$(grep -c '"type":"Feature",' "$plots"),\"further_pieces\":0,\"false\":$(grep -c '"type":"Feature",' "$plots")" "$work/moved.json"
finish
