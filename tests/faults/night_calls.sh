#!/usr/bin/env bash
# A night in which the n-th system call or allocation of the supervisor fails: it never says 0 or 10 unless all is there, never touches what was published before, never
# crashes, and the next night ends with the bytes of one that was never disturbed.
#   PAPAVER_FAULT_CALLS   injected failures of calls (default 500; "all": every index with every error)
#   PAPAVER_FAULT_TAKING  allocations of our own text that fail in taking in and publishing (default 300; "all")
#   PAPAVER_FAULT_OWN     allocations of our own text that fail while photos are scanned (default 40; "all")
#   PAPAVER_FAULT_MALLOCS allocations of all libraries that fail (default 30; "all")
. "$(dirname "$0")/night.bash"
most_calls=${PAPAVER_FAULT_CALLS:-500}
most_taking=${PAPAVER_FAULT_TAKING:-300}
most_own=${PAPAVER_FAULT_OWN:-40}
most_mallocs=${PAPAVER_FAULT_MALLOCS:-30}

# Yesterday one photo was done; today bring the same one again, one that is no photo, one that workers die of, half a one, and a new one.
new_season "$work/whole"
photo "$work/whole/inbox/a.tif" 1
ok "yesterday" night "$work/whole" 2026-05-01
cp "$work/whole/inbox/a.tif" "$work/whole/inbox/b.tif"
echo "no photo" >"$work/whole/inbox/c.tif"
photo "$work/whole/inbox/mute-d.tif" 2 40x30
photo "$work/whole/inbox/z.tif" 1 400x300
cp "$work/whole/inbox/z.tif" "$work/whole/inbox/z.tif.part"
yesterday=$(readlink "$work/whole/out/latest")
(cd "$work/whole/out/$yesterday" && sha256sum ./*) >"$work/yesterday"

# traced TEMPLATE CALLS MALLOC_OF: a night that notes its calls.
traced() {
    local code=0
    rm -rf "$work/traced" "$work/trace"
    cp -a "$work/$1" "$work/traced"
    PV_FAULT_BELOW=$work/traced PV_FAULT_CALLS=$2 PV_FAULT_TRACE=$work/trace PV_FAULT_MALLOC_OF=$3 night "$work/traced" 2026-05-02 || code=$?
    ok "a night of the $1 season ends with 10, not $code" test $code -eq 10
}
mallocs() { awk '$1 == "MALLOCS" { print $2 }' "$work/trace"; }

# The same night, stopped when the last worker's result lies there and is not in the ledger: most calls without most of the time.
traced whole open own
says "$work/traced" "$work/want"
at=$(awk '$1 == "CALL" && $4 ~ /work\/[0-9]+\/hotspots.geojson$/ { n = $2 } END { print n }' "$work/trace")
cp -a "$work/whole" "$work/late"
code=0
PV_FAULT_BELOW=$work/late PV_FAULT_CALLS=open PV_FAULT_AT=$at PV_FAULT_MODE=on PV_FAULT_ERROR=EIO night "$work/late" 2026-05-02 || code=$?
ok "a night that cannot read a result ends with 13, not $code" test $code -eq 13

# ---- the cases: TEMPLATE CALLS AT MODE ERROR MALLOC_AT MALLOC_OF CALL ----
errors_of() {
    case $1 in
    open) echo ENOSPC EIO EROFS EMFILE EINTR ;;
    read | pread) echo EIO EINTR SHORT ;;
    write | pwrite) echo ENOSPC EIO EINTR SHORT EDQUOT ;;
    fsync | fdatasync) echo EIO ENOSPC EINTR ;;
    rename | mkdir | symlink) echo ENOSPC EIO EROFS ;;
    unlink) echo EIO EROFS ;;
    mmap) echo ENOMEM EIO ;;
    posix_fallocate) echo ENOSPC EINTR EROFS ;;
    *) echo EIO EINTR ;;
    esac
}
evenly() { # FILE MOST
    local n
    n=$(wc -l <"$1")
    if [ "$2" = all ] || [ "$n" -le "$2" ]; then cat "$1"; else awk -v n="$n" -v m="$2" 'int(NR * m / n) != int((NR - 1) * m / n)' "$1"; fi
}
part() { if [ "$1" = all ]; then echo all; else echo $(($1 * $2 / 100)); fi; } # NUMBER PERCENT
list_calls() { # TEMPLATE
    local word n call error
    while read -r word n call _; do
        [ "$word" = CALL ] || continue
        for error in $(errors_of "$call"); do
            echo "$1 - $n once $error 0 own $call"
            [ "$error" = EINTR ] || echo "$1 - $n on $error 0 own $call"
        done
    done <"$work/trace"
}
list_mallocs() { # TEMPLATE OF NUMBER
    awk -v t="$1" -v of="$2" -v n="$3" 'BEGIN {
        for (k = 1; k <= n; k++) {
            print t, "none 0 once EIO", k, of, "malloc"
            if (k % 8 == 3) print t, "none 0 once EIO", k, of "-on malloc"
        }
    }'
}
for template in whole late; do
    traced $template "" own
    says "$work/traced" "$work/says"
    ok "the $template season says the same" same_file "$work/want" "$work/says"
    ok "the library of faults sees the calls" test "$(grep -c ^CALL "$work/trace")" -gt 100
    list_calls $template >"$work/calls.$template"
    list_mallocs $template own "$(mallocs)" >"$work/own.$template"
    traced $template none all
    list_mallocs $template all "$(mallocs)" >"$work/all.$template"
    ok "and the allocations" test "$(wc -l <"$work/own.$template")" -gt 50 -a "$(wc -l <"$work/all.$template")" -gt "$(wc -l <"$work/own.$template")"
done
{
    evenly "$work/calls.late" "$(part "$most_calls" 80)"
    evenly "$work/calls.whole" "$(part "$most_calls" 20)"
    evenly "$work/own.late" "$most_taking"
    evenly "$work/own.whole" "$most_own"
    evenly "$work/all.late" "$(part "$most_mallocs" 80)"
    evenly "$work/all.whole" "$(part "$most_mallocs" 20)"
} >"$work/cases"
wc -l "$work"/{calls,own,all}.* "$work/cases" | sed "s|$work/||"

same_says() { # SEASON
    says "$1" "$1.says"
    cmp -s "$work/want" "$1.says" || diff "$work/want" "$1.says" | cut -c1-200 | head -n 20
}

one_case() { # SEASON TEMPLATE CALLS AT MODE ERROR MALLOC_AT MALLOC_OF CALL: prints what is wrong
    local season=$1 template=$2 calls=$3 at=$4 mode=$5 error=$6 malloc_at=$7 of=$8 call=$9 code=0 malloc_mode=once
    [ "$calls" != - ] || calls=
    case $of in *-on) malloc_mode=on ;; esac
    rm -rf "$season"
    cp -a "$work/$template" "$season"
    PV_FAULT_BELOW=$season PV_FAULT_CALLS=$calls PV_FAULT_AT=$at PV_FAULT_MODE=$mode PV_FAULT_ERROR=$error PV_FAULT_MALLOC_AT=$malloc_at \
        PV_FAULT_MALLOC_MODE=$malloc_mode PV_FAULT_MALLOC_OF=${of%-on} night "$season" 2026-05-02 2>/dev/null || code=$?
    cp "$season.words" "$season.first"
    case $code in
    10) same_says "$season" ;;
    13 | 15) grep -q '^papaver: night: ' "$season.words" || echo "exit $code without words" ;;
    # A ledger that is read wrongly looks damaged; without memory other libraries may abort, crash, or take it for a fault of the input.
    *) case $code:$call:$of in
        11:malloc:all*) ;;
        11:*:own) grep -q 'season.gpkg.*malformed' "$season.words" || echo "exit $code" ;;
        134:malloc:all* | 139:malloc:all*) ;;
        *) echo "exit $code" ;;
        esac ;;
    esac
    (cd "$season/out/$yesterday" && sha256sum --quiet --strict -c "$work/yesterday") || echo "yesterday's files were changed"
    whole "$season" || echo "a published folder is not whole"
    # A night that ended well in spite of it, or for want of memory, says little more when it is told once more: every fifth.
    if [ "$template:${of%-on}:$call" = late:own:malloc ] && [ $((malloc_at % 5)) -ne 0 ]; then return; fi
    code=0
    night "$season" 2026-05-02 || code=$?
    case $code in 0 | 10) ;; *) echo "the next night ends with $code" ;; esac
    same_says "$season"
    tidy "$season"
}

lane() {
    local season=$work/lane$1 n=0 template calls at mode error malloc_at of call
    awk -v l="$1" -v n="$lanes" 'NR % n == l' "$work/cases" >"$work/$1.list"
    while read -r template calls at mode error malloc_at of call; do
        n=$((n + 1))
        one_case "$season" "$template" "$calls" "$at" "$mode" "$error" "$malloc_at" "$of" "$call" >"$season.wrong" 2>&1 </dev/null || true
        [ -s "$season.wrong" ] || continue
        {
            echo "FAILED: $template season, $call: call $at $mode $error, allocation $malloc_at of $of"
            head -c 1500 "$season.wrong"
            sed 's/^/    said: /' "$season.first" | tail -n 3
        } | tee -a "$work/$1.wrong" >&2
    done <"$work/$1.list"
    echo $n >"$work/$1.cases"
}
in_lanes lane
finish
