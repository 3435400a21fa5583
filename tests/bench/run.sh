#!/usr/bin/env bash
# Compares papaver with its peers on this machine, side by side, and prints medians and ratios as Markdown.
#   tests/bench/run.sh [--quick | --full] [--rounds N] [--side PX] [--only ENDING] [--keep] [--install] [PART...]
# PART (default all of them):
#   scan      whole scans against pure decoding by GDAL and libtiff and against gdal_translate to ENVI: codecs, layouts, bands, sizes
#   otb       whole scan against the chain of the Orfeo Toolbox (12 features, 100 trees) and its ImageClassifier alone
#   opencv    components and their statistics against OpenCV's
#   xgboost   our trees against XGBoost's
#   memory    peak memory from 0.1 to 10 gigapixels; 1,000 small photos: with what is found in them, and what a photo costs by itself
#   profile   seconds of each stage of a scan
# The landscapes that the photos show, all of seed 7 (photos mirror its middle, so that their densities are not its own):
#   dense     kinds ms, ms8, rgb: as papaver-samples makes it, 17 plots on 1.08 ha (16 a ha); 44 in a photo of 4000 x 4000 (22 a ha).
#   usual     kinds with -usual: the same landscape with 1 of these plots (0.9 a ha); 2 in a photo of 4000 x 4000 (1.0 a ha). Closer to a night's work, and
#             still far more than a county has, where a few plots on tens of km2 are found (below 0.01 a ha).
#   noplots   kinds with -noplots: the same without any plot; part memory asks there what a photo costs by itself.
#   fine      kinds with -fine: dense, in pixels of 2 cm, the ground sampling distance of a station's night; the shipped models average 2 x 2 of them. All other kinds
#             have pixels of 3.5 cm, which nothing averages: 4 times as many working pixels for each pixel that is decoded.
#   other     --quick takes 0.27 ha with 4 plots (15 a ha; usual: 3.7), --side up to 512 takes 0.12 ha (33 and 8.3). Crops, houses and
#             the beds of look-alikes (15, or 14 a ha) are the same in all three: a scan looks at patches again on all of them.
# --quick: small photos, three rounds; --full: photos of 20,000 x 20,000. --rounds N: counted runs of each (default 5). --side PX: another size of photo. --only ENDING: of parts scan and otb the
# kinds alone that end in it (-fine).
# --keep appends the figures to tests/bench/results.csv: for releases, on a machine that does nothing else. --install lets apt install the peer of part otb.
# PAPAVER_BUILD: a build that is there; else the preset "bench" is built. PAPAVER_BENCH_DATA: where inputs are kept (default build/bench-data; up to 30 GB with --full).
# Exit: 0 all that was asked for ran, 77 a part was skipped (the report says why), 2 wrong arguments, 1 something failed.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
root=$(cd "$here/../.." && pwd)
size=normal rounds='' side='' only='' keep=0 install=0 parts=()
while [ $# -gt 0 ]; do
    case $1 in
    --quick | --full) size=${1#--} ;;
    --rounds) rounds=${2:?}; shift ;;
    --side) side=${2:?}; shift ;;
    --only) only=${2:?}; shift ;;
    --keep) keep=1 ;;
    --install) install=1 ;;
    scan | otb | opencv | xgboost | memory | profile) parts+=("$1") ;;
    *)
        sed -n '3,27s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done
for number in "${rounds:-1}" "${side:-1}"; do
    case $number in *[!0-9]* | 0*) say "bench: --rounds and --side take whole numbers from 1 on"; exit 2 ;; esac
done
[ ${#parts[@]} -gt 0 ] || parts=(scan otb opencv xgboost memory profile)
case $size in
quick) photo_px=2048 large_px='' survey_m=60 ;;
normal) photo_px=4000 large_px=10000 survey_m=120 ;;
full) photo_px=10000 large_px=20000 survey_m=120 ;;
esac
: "${rounds:=$([ $size = quick ] && echo 3 || echo 5)}"
if [ -n "$side" ]; then
    photo_px=$side large_px=''
    if [ "$side" -le 512 ]; then survey_m=40; fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows=$work/rows wanted=$work/wanted notes=$work/notes
touch "$rows" "$wanted" "$notes"

if [ -n "${PAPAVER_BUILD:-}" ]; then
    build=$PAPAVER_BUILD
else
    build=$root/build/bench
    mkdir -p "$build"
    say "building $build"
    { cd "$root" && cmake --preset bench && cmake --build build/bench -j"$(nproc)"; } >"$build/bench-build.log" 2>&1 ||
        { tail -30 "$build/bench-build.log" >&2; exit 1; }
fi
papaver=$build/app/papaver samples=$build/samples/papaver-samples bench=$build/tests/bench tools=$build/tests/tools
for program in "$papaver" "$samples" "$bench/make_input" "$bench/decode" "$tools/peak_rss"; do
    [ -x "$program" ] || { say "bench: $program is not built (PAPAVER_BENCH)"; exit 1; }
done
data=${PAPAVER_BENCH_DATA:-$root/build/bench-data}
mkdir -p "$data"
commit=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
machine="$(processor), $(nproc) cores, $(uname -sr)"
load_before=$(cut -d' ' -f1 /proc/loadavg)

failed=0
for part in "${parts[@]}"; do
    say "part $part"
    # In a shell of its own: a part that fails costs only itself. Not after "||", which would switch errors off inside.
    set +e
    (set -e; . "$here/parts/$part.sh")
    code=$?
    set -e
    if [ $code -ne 0 ]; then
        say "FAILED: part $part"
        echo "- **$part FAILED**" >>"$notes"
        failed=1
    fi
done

echo "## papaver bench, $(date -u +'%F %H:%M') UTC, commit $commit, $size"
echo
echo "$machine, $(free -g | awk '/^Mem/ { print $2 }') GiB, load $load_before before and $(cut -d' ' -f1 /proc/loadavg) after; $rounds rounds, interleaved, files warm."
awk -v load="$load_before" -v cores="$(nproc)" 'BEGIN { if (load > 0.25 * cores) print "**Busy machine: other work ran at the same time. Trust the ratios at most, and those of CPU seconds before those of the clock.**" }'
echo "$(peer GDAL libgdal32), $(peer libtiff libtiff6), $(peer OpenCV libopencv-imgproc406), $(peer OTB otb-bin), $(peer XGBoost libxgboost0), $(peer libdeflate libdeflate0),"
echo "$(peer zstd libzstd1)."
echo
if [ $keep -eq 1 ] && [ $failed -eq 0 ]; then csv=$here/results.csv; fi
report
echo
cat "$notes"
if [ $failed -ne 0 ]; then exit 1; fi
if [ -e "$work/skipped" ]; then exit 77; fi
