#!/usr/bin/env bash
# The bench's scripts still run: a part on a tiny photo, the programs that read, and the report of rows whose medians are known. Says nothing about speed.
. "$(dirname "$0")/../lib.bash"
here=$root/tests/bench
export PAPAVER_BUILD=$build PAPAVER_BENCH_DATA=$work/data
bench() { bash "$here/run.sh" "$@" >"$work/report" 2>"$work/words" || { cat "$work/words"; return 1; }; }
refused() { local code=0; bash "$here/run.sh" "$@" >/dev/null 2>&1 || code=$?; [ $code -eq 2 ]; }
ok "profile" bench --quick --rounds 1 --side 200 profile
ok "a row of the usual landscape" grep -qE '^\| ms-usual 200² DEFLATE tiles, stages \| stage: trees \| 2 \| [0-9.]+ \|' "$work/report"
ok "a row of a stage" grep -qE '^\| ms 200² DEFLATE tiles, stages \| stage: trees \| 2 \| [0-9.]+ \|' "$work/report"
ok "the machine is named" grep -qE 'cores, Linux .* GiB' "$work/report"
ok "a word that is no part is refused" refused --quick nonsense
ok "rounds must be a number" refused --rounds many profile

all_pixels() { "$build/tests/bench/decode" "$1" "$work/data/ms-200-DEFLATE-tiles.tif" 2 | grep '^40000 pixels'; }
ok "GDAL reads all pixels" all_pixels gdal
ok "libtiff reads all pixels" all_pixels libtiff

plots() { [ "$(grep -c '"type":"Feature",' "$work/data/survey-$1-40/truth/plots.geojson")" -eq "$2" ]; }
ok "memory and small photos" bench --quick --rounds 2 --side 200 memory
ok "rows of a photo's own cost" grep -qE '^\| 16 photos of 256², noplots \| papaver scan, 16 photos: content \| 1 \| [0-9.]+ \|' "$work/report"
ok "start and content" grep -qE '^- a small photo without plots costs .* start -?[0-9.]+ to -?[0-9.]+ ms, content .* hotspots, in the mosaic [0-9]+\)' "$work/report"
ok "both kinds of small photos" grep -q '^- a small photo of the dense landscape.*(20 photos)' "$work/report"
ok "dense" plots ms 4
ok "usual" plots ms-usual 1
ok "no plots" plots ms-noplots 0
mosaic_of_cells() {
    gdalbuildvrt -q "$work/cells.vrt" "$work"/data/small-noplots-4x4-256/*.tif
    gdal_translate -q -of ENVI -co INTERLEAVE=BSQ "$work/cells.vrt" "$work/cells"
    gdal_translate -q -of ENVI -co INTERLEAVE=BSQ "$work/data/ms-noplots-1024-DEFLATE-tiles.tif" "$work/mosaic"
    cmp "$work/cells" "$work/mosaic"
}
ok "the small photos are the mosaic" mosaic_of_cells

# Medians of 3 and 4 rounds, the ratio round by round, a bar that is met and one that is not, and a name with a comma in the CSV.
printf 'a, b\tours\t1\t2\t%s\n' $'1\t0.5\t1' $'2\t0.1\t1' $'3\t0.3\t2' >"$work/rows"
printf 'a, b\ttheirs\t1\t4\t%s\n' $'1\t2\t8' $'2\t1\t8' $'3\t1.8\t8' $'4\t1.6\t8' >>"$work/rows"
printf 'a, b\tours\t1\ttheirs\t1\t1/3\t1/10\n' >"$work/wanted"
awk -F '\t' -v wanted="$work/wanted" -v csv="$work/csv" -v date=D -v commit=C -v machine=M -f "$here/report.awk" "$work/rows" >"$work/table"
ok "median of three" grep -qF '| a, b | ours | 1 | 0.300 | 0.100 to 0.500 | 6.667 | 1.000 |' "$work/table"
ok "median of four" grep -qF '| a, b | theirs | 1 | 1.700 | 1.000 to 2.000 | 2.353 | 8.000 |' "$work/table"
ok "the ratio and its bars" grep -qF '| a, b | ours | 1 | theirs, 1 thread | 0.33 (1/3.00) | ≤ 1/3: met | ≤ 1/10: not met | 0.25 (1/4.00) |' "$work/table"
ok "a ratio in the CSV" grep -qxF 'D,C,M,"a, b",ours,1,0.3,6.667,"theirs, 1 thread",0.333333' "$work/csv"
ok "the CSV has the columns of its head" test "$(head -1 "$here/results.csv")" = date,version,machine,case,what,threads,median_s,mpx_per_s,ratio_to,ratio
finish
