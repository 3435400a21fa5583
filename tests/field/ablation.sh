#!/usr/bin/env bash
# What each group of columns, the evening out of light, the neighbours and the object stage are worth, and what they cost.
#   tests/field/ablation.sh                     checks of this script on a tiny survey (what ctest runs)
#   tests/field/ablation.sh PART [OPTION...]    prints one Markdown table for each part; PART is crops, surveys, objects or all
#     crops     the real crops of PAPAVER_FIELD_DATA, learned on one fold and judged on the other, by the default options
#     surveys   sample surveys, each flight judged by what was learned from the two others
#     objects   the same flights scanned for plots, with and without the object stage (tests/field/detection.sh long --same)
#     --bandsets "LIST"   of surveys and objects (default "rgb ms")
#     --seeds A,B         landscapes of surveys (any number) and objects (two) (default 331,332: development landscapes)
#     --size METRES       width of a landscape (default 100)
#     --other-ground      surveys: each landscape judged by what was learned from the others, in place of the flights; no scan speed
#     --draws "LIST"      values of --seed of training for crops; figures are their means (default "1 2 3")
#     --learn "OPTIONS"   of evaluate and train for surveys and objects (default "--trees 60 --max-per-label 600 --gsd 0.05")
#     --rows REGEX        only the rows whose name fits, and the first (default all)
#     --out FOLDER        keeps surveys and figures there (default: <build>/tests/ablation); surveys that are there are used again
# All papaver processes run with one thread; times are processor seconds and want a quiet machine. PAPAVER_BUILD should be a release build.
. "$(dirname "$0")/../lib.bash"
samples=$build/samples/papaver-samples
TIMEFORMAT='%U %S'

# NAME|columns that the row leaves out. Each default column is in one group of channels; each column with a window is in one of the kinds of window.
channels=(
    "the bands themselves|^(blue|green|red|rededge|nir)$"
    "brightness|^(ms_)?brightness(_|$)"
    "opponent colours|^opp_"
    "shares of colour|_share$"
    "hue, saturation|^(hue_red|saturation)$"
    "petals: red, pink, white|^(red_excess|pink_excess|whiteness)(_|$)"
    "waxy grey-green|^wax$"
    "greenness: green_red, ndvi, gndvi|^(green_red|g?ndvi)(_|$)"
    "red edge|^(ndre|rededge_[a-z]+|red_well)(_|$)"
)
windows=(
    "means in windows|_mean_"
    "texture: deviations|_sd_"
    "texture: edges|_edge_"
    "largest values|_max_"
    "contrasts to the surroundings|_diff_"
)
# Others that overlap these; SMALLEST and LARGEST stand for window sides.
mixed=(
    "together: shares, hue, saturation, waxy, green_red, gndvi|_share$|^(hue_red|saturation|wax|green_red|gndvi)$"
    "all texture|_(sd|edge)_"
    "smallest windows (3 pixels)|_(mean|sd)_SMALLEST$"
    "largest windows (9 pixels)|_(mean|sd|edge)_LARGEST$"
    "all windows|_[0-9.]+m$"
    "all but the bands themselves|^(?!(blue|green|red|rededge|nir)$)"
)
# NAME|options in place of the default ones.
options=(
    "light as it is: \`--normalise none\`|--normalise none"
    "light by dark and bright ends: \`--normalise percentile\`|--normalise percentile"
    "each pixel alone: \`--smooth 1\`|--smooth 1"
)
first="nothing (default)"

sides() { # FILE: sides of the windows of means, smallest first
    grep -oE '_mean_[0-9.]+m$' "$1" | sed 's/_mean_//' | sort -nu
}

# default_columns FILE OPTION...: the default list, one a line, as train learns from it with these options.
default_columns() {
    local file=$1
    shift
    "$papaver" train "$@" --no-objects --no-gate -j1 --quiet -o "$work/list.pvm" --columns-out "$file" --overwrite
}

# leave_out LIST REGEX FILE: what is left of a list; fails where nothing is left out, or nothing left.
leave_out() {
    local regex=$2
    regex=${regex//SMALLEST/$(sides "$1" | head -1)}
    regex=${regex//LARGEST/$(sides "$1" | tail -1)}
    grep -vP -- "$regex" "$1" >"$3" && ! cmp -s "$1" "$3"
}

# figures ROW CASE COLUMNS SECONDS UNITS FILE.json: one line of $runs, in this order: row, case, columns, scan speed, processor seconds; accuracy, macro F1,
# target F1, target labels hit, missed, false, labels right, labels; then what differences are paired over: the F1 of each class (UNITS = classes) or the
# target F1 of each fold (folds).
figures() {
    sed 's/"folds":\[/\n&/; s/{"fold":/\n&/g' "$6" | awk -v row="$1" -v case="$2" -v columns="$3" -v speed="$speed" -v seconds="$4" -v units="$5" '
        function value(text, name,    at) { at = match(text, "\"" name "\":[0-9.]+"); return at ? substr(text, at + length(name) + 3, RLENGTH - length(name) - 3) : "-" }
        function target(text) { return substr(text, index(text, "\"target\":{")) }
        NR == 1 {
            all = substr($0, index($0, "\"accuracy\":"))
            line = row "|" case "|" columns "|" speed "|" seconds "|" value(all, "accuracy") "|" value(all, "macro_f1") "|" value(target(all), "f1") "|" \
                value(target(all), "hit") "|" value(target(all), "missed") "|" value(target(all), "false") "|" value(all, "correct") "|" value(all, "total") "|"
            if (units == "classes") { n = split($0, part, /"f1":/); for (i = 2; i <= n; i++) if (index(part[i - 1], "\"support\"")) list = list " " part[i] + 0 }
        }
        /^\{"fold"/ && units == "folds" { list = list " " value(target($0), "f1") }
        END { print line substr(list, 2) }' >>"$runs"
}

# judge ROW CASE COLUMNS UNITS OPTION...: one run of evaluate, with its processor seconds.
judge() {
    local row=$1 case=$2 columns=$3 units=$4
    shift 4
    { time "$papaver" evaluate "$@" --json --quiet -j1 >"$work/figures.json"; } 2>"$work/time"
    figures "$row" "$case" "$columns" "$(awk 'END { print $1 + $2 }' "$work/time")" "$units" "$work/figures.json"
}

# each_row FUNCTION LIST: calls FUNCTION NAME COLUMNS OPTION... for each row that the default list LIST has something of.
each_row() {
    local call=$1 list=$2 row name rest count
    count=$(wc -l <"$list")
    "$call" "$first" "$count"
    for row in "${channels[@]}" "${windows[@]}" "${mixed[@]}"; do
        name=${row%%|*} rest=${row#*|}
        if ! [[ $name =~ $rows ]] || ! leave_out "$list" "$rest" "$work/left"; then continue; fi
        "$call" "$name" "$(wc -l <"$work/left")" --columns "$work/left"
    done
    for row in "${options[@]}"; do
        name=${row%%|*} rest=${row#*|}
        [[ $name =~ $rows ]] || continue
        # shellcheck disable=SC2086
        "$call" "$name" "$count" $rest
    done
}

crops_row() { # NAME COLUMNS OPTION...
    local name=$1 columns=$2 draw
    shift 2
    for draw in $draws; do judge "$name" crops22 "$columns" classes "${crops[@]}" --folds fold --seed "$draw" "$@"; done
}

crops_part() {
    need_field
    crops=(--photo "$field/crops22/rgb.tif" --labels "$field/crops22/labels.geojson")
    runs=$out/crops.runs
    : >"$runs"
    default_columns "$work/list" "${crops[@]}" --target "M blanche"
    each_row crops_row "$work/list"
    crops_table "$runs"
}

# Differences are paired: for each species over the mean of the draws; the error is that of the mean of the species' differences.
crops_table() {
    echo "| left out | columns | accuracy | macro F1: mean (least to most of the draws) | macro F1 against the default | parcels right | learning and judging, s |"
    echo "|---|---|---|---|---|---|---|"
    awk -F'|' -v first="$first" '
        !($1 in n) { order[++rows] = $1; least[$1] = $7; most[$1] = $7 }
        {
            n[$1]++; columns[$1] = $3; seconds[$1, n[$1]] = $5; accuracy[$1] += $6; macro[$1] += $7; right[$1] += $12; total = $13
            if ($7 < least[$1]) least[$1] = $7
            if ($7 > most[$1]) most[$1] = $7
            units = split($14, f, " ")
            for (k = 1; k <= units; k++) unit[$1, k] += f[k]
        }
        function median(row,    i, j, t, v) {
            for (i = 1; i <= n[row]; i++) v[i] = seconds[row, i]
            for (i = 2; i <= n[row]; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
            return v[int((n[row] + 1) / 2)]
        }
        END {
            for (r = 1; r <= rows; r++) {
                row = order[r]; s = 0; q = 0
                for (k = 1; k <= units; k++) { d = unit[row, k] / n[row] - unit[first, k] / n[first]; s += d; q += d * d }
                against = row == first ? "–" : sprintf("%+.3f ± %.3f", s / units, sqrt((q - s * s / units) / (units - 1) / units))
                printf "| %s | %d | %.3f | %.3f (%.3f to %.3f) | %s | %.1f of %d | %.1f |\n", row, columns[row], accuracy[row] / n[row], macro[row] / n[row], \
                    least[row], most[row], against, right[row] / n[row], total, median(row)
            }
        }' "$1"
}

survey() { # BANDSET SEED: makes it once; sets $made. Photos of two surveys must not share a name.
    local flight
    made=$out/$1-$2-$size
    [ -f "$made/survey.json" ] || "$samples" -o "$made" --seed "$2" --size "$size" --bandset "$1" --threads 1 --overwrite >/dev/null
    for flight in 1 2 3; do
        ln -sf "$made/photos/flight-$flight.tif" "$made/$2-$flight.tif"
        sed "s/\"fold\":\"[^\"]*\"/\"fold\":\"$2\"/" "$made/labels/flight-$flight.geojson" >"$made/ground-$flight.geojson"
    done
}

# scan_speed OPTION...: sets $speed, Mpx/s of a scan of the third flight of the last survey, the median of three; the model has learned from the first.
scan_speed() {
    local pixels _
    # shellcheck disable=SC2086
    "$papaver" train --photo "$made/photos/flight-1.tif" --labels "$made/labels/flight-1.geojson" --target opium_poppy $learn "$@" --no-objects -j1 --quiet \
        -o "$work/speed.pvm" --overwrite
    pixels=$("$papaver" info --json "$made/photos/flight-3.tif" | grep -oE '"(width|height)[a-z_]*": *[0-9]+' | grep -oE '[0-9]+$' | head -2 | paste -sd'*')
    : >"$work/times"
    for _ in 1 2 3; do
        { time "$papaver" scan "$made/photos/flight-3.tif" --model "$work/speed.pvm" -o "$work/speed.geojson" --overwrite --quiet -j1; } 2>>"$work/times"
    done
    speed=$(awk '{ print $1 + $2 }' "$work/times" | sort -n | sed -n 2p | awk -v pixels=$((pixels)) '{ printf "%.2f", pixels / 1e6 / ($1 + 1e-9) }')
}

survey_row() { # NAME COLUMNS OPTION...
    local name=$1 columns=$2 seed photos=() labels=() flight
    shift 2
    if [ -z "$ground" ]; then
        survey "$bandset" "${seeds%%,*}"
        scan_speed "$@"
    fi
    for seed in ${seeds//,/ }; do
        survey "$bandset" "$seed"
        if [ -n "$ground" ]; then
            for flight in 1 2 3; do photos+=("$made/$seed-$flight.tif") labels+=("$made/ground-$flight.geojson"); done
        else
            # shellcheck disable=SC2086
            judge "$name" "$seed" "$columns" folds --photo "$made"/photos/flight-[123].tif --labels "$made"/labels/flight-[123].geojson --folds photo \
                --target opium_poppy $learn "$@"
        fi
    done
    # shellcheck disable=SC2086
    [ -z "$ground" ] || judge "$name" ground "$columns" folds --photo "${photos[@]}" --labels "${labels[@]}" --folds fold --target opium_poppy $learn "$@"
}

surveys_part() {
    local chance=("chance: \`--seed 2\`|--seed 2" "chance: \`--seed 3\`|--seed 3")
    options=("${chance[@]}" "${options[@]}")
    for bandset in $bandsets; do
        runs=$out/surveys-$bandset${ground:+-ground}.runs
        : >"$runs"
        survey "$bandset" "${seeds%%,*}"
        # shellcheck disable=SC2086
        default_columns "$work/list" --photo "$made/photos/flight-1.tif" --labels "$made/labels/flight-1.geojson" --target opium_poppy $learn
        each_row survey_row "$work/list"
    done
    surveys_table
}

# Differences are paired over the folds of all landscapes.
surveys_table() {
    echo "| bands | left out | columns | accuracy | target F1 | target labels hit, missed, false | target F1 of the folds against the default | scan, Mpx/s |"
    echo "|---|---|---|---|---|---|---|---|"
    for bandset in $bandsets; do
        awk -F'|' -v first="$first" -v bandset="$bandset" '
            !($1 in n) { order[++rows] = $1 }
            {
                n[$1]++; columns[$1] = $3; speed[$1] = $4; comma = n[$1] > 1 ? ", " : ""
                accuracy[$1] = accuracy[$1] comma sprintf("%.3f", $6); f1[$1] = f1[$1] comma sprintf("%.3f", $8)
                hit[$1] += $9; missed[$1] += $10; wrong[$1] += $11
                parts = split($14, f, " ")
                for (k = 1; k <= parts; k++) unit[$1, ++units[$1]] = f[k]
            }
            END {
                for (r = 1; r <= rows; r++) {
                    row = order[r]; s = 0; q = 0; m = units[row]
                    for (k = 1; k <= m; k++) { d = unit[row, k] - unit[first, k]; s += d; q += d * d }
                    against = row == first ? "–" : sprintf("%+.3f ± %.3f", s / m, m > 1 ? sqrt((q - s * s / m) / (m - 1) / m) : 0)
                    printf "| %s | %s | %d | %s | %s | %d, %d, %d | %s | %s |\n", bandset, row, columns[row], accuracy[row], f1[row], hit[row], missed[row], wrong[row], against, speed[row]
                }
            }' "$out/surveys-$bandset${ground:+-ground}.runs"
    done
}

# The last row of the table of detection.sh is that of all cases together.
objects_part() {
    local bandset stage
    for bandset in $bandsets; do
        for stage in "" --no-objects; do
            bash "$root/tests/field/detection.sh" long --same --bandset "$bandset" --seeds "$seeds" --size "$size" --train "$learn -j1 $stage" --scan "-j1" --out "$out" >"$work/detection"
            cp "$work/detection" "$out/objects-$bandset${stage:+-none}.txt"
            [ -n "$stage" ] || [ "$bandset" != "${bandsets%% *}" ] || grep '^|' "$work/detection" | head -2 | sed '1s/^/| bands, object stage /; 2s/^/|---/'
            grep '^|' "$work/detection" | tail -1 | sed "s/^/| $bandset, ${stage:-with object stage} /"
        done
    done
}

# Is each default column of each set of bands in one group of channels, and each with a window in one kind of window? Does each row leave out something?
check_groups() { # LIST BANDSET
    local row
    for row in "${channels[@]}"; do grep -P -- "${row#*|}" "$1" || true; done | sort >"$work/found"
    ok "$2: each column is in one group of channels" diff "$work/found" <(sort "$1")
    for row in "${windows[@]}"; do grep -P -- "${row#*|}" "$1" || true; done | sort >"$work/found"
    ok "$2: each column with a window is in one kind of window" diff "$work/found" <(grep '[0-9]m$' "$1" | sort)
    for row in "${channels[@]}" "${windows[@]}" "${mixed[@]}"; do
        if leave_out "$1" "${row#*|}" "$work/left"; then echo "$row" >>"$work/used"; fi
    done
}

# shellcheck disable=SC2086,SC2016
check() {
    local row bandset
    size=40 seeds=5 out=$work bandsets=rgbre learn="--trees 5 --max-per-label 50 --gsd 0.05" rows="^(red edge|chance: .*2.)$"
    for bandset in rgb ms rgbre; do
        survey $bandset 5
        default_columns "$work/list-$bandset" --photo "$made/photos/flight-1.tif" --labels "$made/labels/flight-1.geojson" --target opium_poppy $learn
        check_groups "$work/list-$bandset" $bandset
    done
    for row in "${channels[@]}" "${windows[@]}" "${mixed[@]}"; do ok "some set of bands has something of: $row" grep -qxF -- "$row" "$work/used"; done
    surveys_part | tee "$work/table"
    ok "the table has its rows" test "$(grep -cE '^\| rgbre \| (nothing|red edge|chance)' "$work/table")" -eq 3
    ok "a row that leaves something out has fewer columns" awk -F'|' '/nothing/ { all = $4 } /red edge/ { less = $4 } END { exit !(less > 0 && less < all) }' "$work/table"
    ok "all figures are there" test "$(grep -cE '^\| rgbre .*\| [0-9]+ \| [01]\.[0-9]{3} \| [01]\.[0-9]{3} \| [0-9]+, [0-9]+, [0-9]+ \| .* \| [0-9]+\.[0-9]{2} \|$' "$work/table")" -eq 3
    # The list that rows are made from must be that of evaluate.
    survey rgbre 5
    runs=$work/same.runs
    judge a 5 0 folds --photo "$made"/photos/flight-[123].tif --labels "$made"/labels/flight-[123].geojson --folds photo --target opium_poppy $learn
    cp "$work/figures.json" "$work/default.json"
    judge b 5 0 folds --photo "$made"/photos/flight-[123].tif --labels "$made"/labels/flight-[123].geojson --folds photo --target opium_poppy $learn --columns "$work/list-rgbre"
    ok "the list is the default list of evaluate" cmp "$work/default.json" "$work/figures.json"
    finish
}

bandsets="rgb ms"
seeds=331,332
size=100
ground=
speed=-
draws="1 2 3"
learn="--trees 60 --max-per-label 600 --gsd 0.05"
rows=.
if [ $# -eq 0 ]; then
    check
    exit
fi
part=$1
shift
out=$build/tests/ablation
while [ $# -gt 0 ]; do
    case $1 in
    --other-ground)
        ground=1
        shift
        continue
        ;;
    --bandsets) bandsets=${2-} ;;
    --seeds) seeds=${2-} ;;
    --size) size=${2-} ;;
    --draws) draws=${2-} ;;
    --learn) learn=${2-} ;;
    --rows) rows=${2-} ;;
    --out) out=${2-} ;;
    *)
        echo "ablation.sh: unknown option: $1" >&2
        exit 2
        ;;
    esac
    if [ $# -lt 2 ]; then
        echo "ablation.sh: no value: $1" >&2
        exit 2
    fi
    shift 2
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
case $part in
crops) crops_part ;;
surveys) surveys_part ;;
objects) objects_part ;;
all)
    crops_part
    echo
    surveys_part
    echo
    objects_part
    ;;
*)
    echo "ablation.sh: unknown part: $part" >&2
    exit 2
    ;;
esac
