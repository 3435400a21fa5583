#!/usr/bin/env bash
# Thirty nights: the supervisor's memory is flat, no descriptor is left open, the ledger grows by the same for each night; and a night of many photos takes no more than one of few.
#   PAPAVER_FAULT_NIGHTS  nights (default 30)
. "$(dirname "$0")/night.bash"
nights=${PAPAVER_FAULT_NIGHTS:-30}
season=$work/season
new_season "$season"
end_of() { awk -v w="$1" '$1 == w { n = $2 } END { print n }' "$work/trace"; }

measured() { # DATE PHOTO...: a night with these; appends "rss-kib descriptors ledger-bytes"
    local date=$1 code=0
    shift
    mv "$@" "$season/inbox/"
    rm -f "$work/trace"
    PV_FAULT_TRACE=$work/trace night "$season" "$date" || code=$?
    [ $code -eq 0 ] || { failures=$((failures + 1)); echo "FAILED: the night of $date ends with $code: $(tail -n 1 "$season.words")"; }
    echo "$(end_of RSS) $(end_of DESCRIPTORS) $(stat -c %s "$season/season.gpkg")" >>"$work/measured"
    rm -rf "${season:?}"/inbox/*
}
day() { date -u -d "2026-03-01 + $1 days" +%F; }

for ((k = 0; k < nights; k++)); do
    photo "$work/n$k.tif" $((k + 1)) 400x300
    measured "$(day $k)" "$work/n$k.tif"
done
column() { awk -v c="$1" -v from="$2" -v to="$3" 'NR >= from && NR <= to { print $c }' "$work/measured"; }
# The first nights are not counted: the ledger has not the size yet that its cache has.
early=$(column 1 3 7 | sort -n | tail -n 1)
late=$(column 1 $((nights - 4)) $nights | sort -n | tail -n 1)
ok "memory is flat: $early KiB in the first nights, $late KiB in the last" test "$late" -le $((early + early / 50 + 512))
ok "descriptors are not leaked: $(column 2 1 99999 | sort -u | tr '\n' ' ')" test "$(column 2 1 99999 | sort -u | wc -l)" -eq 1
third=$((nights / 3))
first=$(($(column 3 $((2 * third)) $((2 * third))) - $(column 3 $third $third)))
second=$(($(column 3 $((3 * third)) $((3 * third))) - $(column 3 $((2 * third)) $((2 * third)))))
ok "the ledger grows by the same: $first bytes, then $second" test "$second" -le $((first + first / 4 + 8192))
ok "every night has its page" test "$(find "$season/out" -maxdepth 1 -name '2*' | wc -l)" -eq "$nights"
ok "nothing lies about" test -z "$(tidy "$season")"

# Many photos in one night: what a photo leaves in memory until the end is its lines of the page.
for ((k = 0; k < 40; k++)); do photo "$work/m$k.tif" $((500 + k)); done
measured "$(day $((nights + 1)))" "$work"/m?.tif
few=$(tail -n 1 "$work/measured")
measured "$(day $((nights + 2)))" "$work"/m??.tif
many=$(tail -n 1 "$work/measured")
ok "30 photos take little more than 10: $few, $many" test "${many%% *}" -le $((${few%% *} + 1500))
ok "and as many descriptors" test "$(cut -d' ' -f2 <<<"$few")" = "$(cut -d' ' -f2 <<<"$many")"
echo "peak resident KiB of the supervisor: night 1 $(column 1 1 1), night $nights $(column 1 $nights $nights); ledger $((first / third)) bytes a night"
finish
