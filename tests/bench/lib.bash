# Shared by run.sh and the parts of the bench: sourced, never run. Contenders of a case are timed as whole processes, in turn, round by round.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C.UTF-8
export GDAL_PAM_ENABLED=NO

say() { printf '%s\n' "$*" >&2; }

# contender WHAT THREADS MPX COMMAND...: one more for the case; its output goes to a log that is shown when it fails.
contenders=()
contender() {
    local words
    words=$(printf '%q ' "${@:4}")
    contenders+=("$1"$'\t'"$2"$'\t'"$3"$'\t'"$words")
}

# race CASE [ROUNDS]: times the contenders in turn after one uncounted round of all (which also warms the file), then forgets them. A line of $rows for each
# run: case, what, threads, megapixels, round, wall seconds, CPU seconds.
race() {
    local case=$1 n=${2:-$rounds} round line what threads mpx command from to TIMEFORMAT='%3U %3S'
    for ((round = n == 1 ? 1 : 0; round <= n; round++)); do
        for line in "${contenders[@]}"; do
            IFS=$'\t' read -r what threads mpx command <<<"$line"
            from=$EPOCHREALTIME
            { time eval "$command" >"$work/contender.log" 2>&1; } 2>"$work/cpu" || {
                say "bench: $case: $what failed:"
                tail -5 "$work/contender.log" >&2
                return 1
            }
            to=$EPOCHREALTIME
            [ "$round" -eq 0 ] || add_row "$case" "$what" "$threads" "$mpx" "$round" "$(seconds "$from" "$to")" "$(awk '{ print $1 + $2 }' "$work/cpu")"
        done
    done
    say "  $case"
    contenders=()
}

add_row() { # CASE WHAT THREADS MPX ROUND SECONDS [CPU-SECONDS]
    (IFS=$'\t'; printf '%s\n' "$*") >>"$rows"
}

# compare CASE WHAT THREADS OTHER THREADS [FIRST-BAR BAR]: asks for the ratio of seconds a pixel, WHAT's by OTHER's, the median over rounds. Bars are the
# largest ratios that are wanted; fractions as 1/200.
compare() {
    (IFS=$'\t'; printf '%s\n' "$1"$'\t'"$2"$'\t'"$3"$'\t'"$4"$'\t'"$5"$'\t'"${6:-}"$'\t'"${7:-}") >>"$wanted"
}

# A figure that is no race: one line for the report.
note() { printf '%s\n' "- $*" >>"$notes"; }

# skip PART REASON: says why a part did not run; run.sh then ends with 77.
skip() {
    say "skipped: $1: $2"
    printf '%s\n' "- **$1 skipped**: $2" >>"$notes"
    touch "$work/skipped"
}

# The surveys that every input is made of, and the inputs. Kept between runs, made again when the program that makes them is newer. GROUND, of surveys and
# inputs: nothing = dense, -usual = one plot, -noplots = none, -fine = dense, with pixels of 2 cm (see run.sh).
survey() { # BANDSET[GROUND]: prints the photo
    local dir=$data/survey-$1-$survey_m options=()
    case $1 in
    *-usual) options=(--plots 1) ;;
    *-noplots) options=(--plots 0) ;;
    *-fine) options=(--gsd 0.02) ;;
    esac
    if [ ! -f "$dir/survey.json" ] || [ "$samples" -nt "$dir/survey.json" ]; then
        "$samples" -o "$dir" --size "$survey_m" --flights 1 --bandset "${1%%-*}" --seed 7 "${options[@]}" --overwrite >&2
    fi
    echo "$dir/photos/flight-1.tif"
}

# KIND is BANDSET[-soft][GROUND]. ms: green red rededge nir, UInt16 of 13 bits; ms8: UInt8; rgb: three of UInt8; -soft: the same with less noise.
input() { # KIND SIDE CODEC LAYOUT [OPTION...]: prints the file
    local source file=$data/$1-$2-$3-$4 options=("${@:5}") bandset=${1%%-*} ground=''
    case $1 in *-usual | *-noplots | *-fine) ground=-${1##*-} ;; esac
    source=$(survey "${bandset%8}$ground")
    [ $# -le 4 ] || file=$file$(printf '%s' "${@:5}")
    file=$file.tif
    case $1 in ms8*) options+=(--bytes 1) ;; ms*) options+=(--shift 3) ;; esac
    case $1 in *-soft*) options+=(--soft 2) ;; esac
    if [ ! -f "$file" ] || [ "$source" -nt "$file" ] || [ "$bench/make_input" -nt "$file" ]; then
        say "  making $(basename "$file")"
        "$bench/make_input" "$source" "$file.tmp" --size "$2x$2" --codec "$3" --layout "$4" "${options[@]}" >&2
        mv "$file.tmp" "$file"
    fi
    echo "$file"
}

mega() { awk -v side="$1" 'BEGIN { print side * side / 1e6 }'; }

# Of a square photo, in the plane of its own coordinates, which are metres
hectares() { # FILE SIDE
    gdalinfo "$1" | awk -F '[(,]' -v side="$2" '/^Pixel Size/ { printf "%.2f", (side * $2) ^ 2 / 1e4 }'
}

# compression FILE BYTES-A-PIXEL SIDE: uncompressed by stored bytes
compression() { awk -v n="$(stat -c %s "$1")" -v p="$2" -v side="$3" 'BEGIN { printf "%.2f", side * side * p / n }'; }

# Value of a number in the one JSON object that scan --json prints.
json_number() { # NAME FILE
    sed -nE 's/.*"'"$1"'":(-?[0-9.]+).*/\1/p' "$2" | head -1
}

# The tables of $rows as Markdown, and with CSV set, lines for results.csv.
report() {
    awk -F '\t' -v wanted="$wanted" -v csv="${csv:-}" -v date="$(date -u +%F)" -v commit="$commit" -v machine="$machine" -f "$here/report.awk" "$rows"
}

processor() { sed -nE 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1; }
peer() { echo "$1 $(dpkg-query -W -f='${Version}' "$2" 2>/dev/null || echo "not there")"; }
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.6f", to - from }'; } # FROM TO: of $EPOCHREALTIME
