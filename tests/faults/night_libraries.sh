#!/usr/bin/env bash
# The supervisor runs out of memory inside of a library that it asks for places (PROJ, GDAL, GEOS), which may throw bad_alloc through C and so abort the night. Whatever becomes of it: no exit
# of 0 or 10 with other bytes, nothing published is touched, and the next night (the service begins one anew after an abort) ends with the bytes of an undisturbed one.
#   PAPAVER_FAULT_LIBRARIES  allocations of these libraries that fail (default 24; "all")
. "$(dirname "$0")/night.bash"
most=${PAPAVER_FAULT_LIBRARIES:-24}
names=libproj,libgdal,libgeos,libstdc++

# Yesterday one photo, in a township; today's photos are scanned, and the last one's result lies there to be taken in.
new_season "$work/whole"
{
    printf '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"XIAN":"620522","XIANG":"101","XIANG_NAME":"甲镇"},"geometry":{"type":"Polygon",'
    printf '"coordinates":[[[103.998,26.215],[103.9992,26.215],[103.9992,26.217],[103.998,26.217],[103.998,26.215]]]}}]}'
} >"$work/towns.geojson"
echo "boundaries = $work/towns.geojson" >>"$work/whole/season.conf"
photo "$work/whole/inbox/a.tif" 1
ok "yesterday" night "$work/whole" 2026-05-01
photo "$work/whole/inbox/z.tif" 1 400x300
yesterday=$(readlink "$work/whole/out/latest")
(cd "$work/whole/out/$yesterday" && sha256sum ./*) >"$work/yesterday"

cp -a "$work/whole" "$work/want"
PV_FAULT_BELOW=$work/want PV_FAULT_CALLS=open PV_FAULT_TRACE=$work/trace night "$work/want" 2026-05-02
says "$work/want" "$work/want.says"
at=$(awk '$1 == "CALL" && $4 ~ /work\/[0-9]+\/hotspots.geojson$/ { n = $2 } END { print n }' "$work/trace")
code=0
PV_FAULT_BELOW=$work/whole PV_FAULT_CALLS=open PV_FAULT_AT=$at PV_FAULT_ERROR=EIO night "$work/whole" 2026-05-02 || code=$?
ok "a night that cannot read a result ends with 13, not $code" test $code -eq 13
rm -f "$work/trace"
cp -a "$work/whole" "$work/counted"
PV_FAULT_BELOW=$work/counted PV_FAULT_CALLS=none PV_FAULT_TRACE=$work/trace PV_FAULT_MALLOC_OF=$names night "$work/counted" 2026-05-02
all=$(awk '$1 == "MALLOCS" { print $2 }' "$work/trace")
echo "$all allocations of $names"
ok "the libraries are asked, $all times" test "$all" -gt 100
[ "$most" != all ] && [ "$most" -lt "$all" ] || most=$all

one_case() { # SEASON AT MODE: prints what is wrong; how it ended goes to SEASON.codes
    local season=$1 code=0
    rm -rf "$season"
    cp -a "$work/whole" "$season"
    PV_FAULT_BELOW=$season PV_FAULT_CALLS=none PV_FAULT_MALLOC_OF=$names PV_FAULT_MALLOC_AT=$2 PV_FAULT_MALLOC_MODE=$3 night "$season" 2026-05-02 2>/dev/null || code=$?
    echo "$code" >>"$1.codes"
    case $code in
    0) says "$season" "$season.says" && cmp "$work/want.says" "$season.says" ;;
    11 | 13 | 15) grep -q '^papaver: night: ' "$season.words" || echo "exit $code without words" ;;
    134 | 139) ;;
    *) echo "exit $code: $(tail -n 1 "$season.words")" ;;
    esac
    (cd "$season/out/$yesterday" && sha256sum --quiet --strict -c "$work/yesterday") || echo "yesterday's files were changed"
    whole "$season" || echo "a published folder is not whole"
    code=0
    night "$season" 2026-05-02 || code=$?
    [ $code -eq 0 ] || echo "the next night ends with $code"
    says "$season" "$season.says"
    cmp "$work/want.says" "$season.says" || diff "$work/want.says" "$season.says" | cut -c1-200 | head -n 10
    tidy "$season"
}

lane() {
    local season=$work/lane$1 k n=0 at mode
    for ((k = $1; k < most; k += lanes)); do
        at=$((1 + k * all / most)) mode=once
        [ $((k % 5)) -ne 3 ] || mode=on
        n=$((n + 1))
        one_case "$season" $at $mode >"$season.wrong" 2>&1 </dev/null || true
        [ -s "$season.wrong" ] || continue
        {
            echo "FAILED: allocation $at, $mode"
            head -c 1500 "$season.wrong"
        } | tee -a "$work/$1.wrong" >&2
    done
    echo $n >"$work/$1.cases"
}
in_lanes lane
echo "ended with: $(cat "$work"/lane*.codes | sort | uniq -c | awk '{ printf "%s%s x %s", (NR > 1 ? ", " : ""), $1, $2 }')"
finish
