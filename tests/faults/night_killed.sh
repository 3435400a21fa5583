#!/usr/bin/env bash
# Nights that are killed at random instants (the supervisor alone, a worker alone, all of them), again and again until they end: what is published and the ledger are those of an
# undisturbed night that looks at one photo at a time, at most the photos in hand are done once more, nothing is left lying about. Then SIGTERM, and two nights at once.
#   PAPAVER_FAULT_KILLS  kills (default 200)
#   PAPAVER_FAULT_SEED   of the random instants (default 1)
. "$(dirname "$0")/night.bash"
most_kills=${PAPAVER_FAULT_KILLS:-200}
seed=${PAPAVER_FAULT_SEED:-1}

template=$work/template
new_season "$template"
for k in 1 2 3 4; do photo "$template/inbox/p$k.tif" $k 300x200; done
photo "$template/inbox/a.tif" 1 300x200
mkdir "$template/inbox/flight"
photo "$template/inbox/flight/b.tif" 6
echo "no photo" >"$template/inbox/q.tif"
photo "$template/inbox/mute-r.tif" 7 40x30
photo "$template/inbox/p3 twin.tif" 3 300x200
cp -a "$template" "$work/want"
sed -i 's/^workers = .*/workers = 1/' "$work/want/season.conf"
start=$(date +%s%N)
code=0
night "$work/want" 2026-05-01 || code=$?
length=$((($(date +%s%N) - start) / 1000000))
echo "an undisturbed night takes $length ms"
ok "an undisturbed night ends with 10, not $code" test $code -eq 10
says "$work/want" "$work/want.says"
ok "an undisturbed night leaves nothing lying about" test -z "$(tidy "$work/want")"

pause() { sleep "$(awk -v ms="$1" 'BEGIN { printf "%.3f", ms / 1000 }')"; }
children() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
is_there() { kill -0 "$1" 2>/dev/null; }
# Whether a process of this group is left that is not a zombie.
group_lives() {
    local stat
    for stat in /proc/[0-9]*/stat; do
        awk -v g="$1" '{ sub(/.*\) /, "") } $3 == g && $1 != "Z" && $1 != "X" { found = 1 } END { exit !found }' "$stat" 2>/dev/null && return 0
    done
    return 1
}

# In a group of its own, so that all of it can be killed; $pid is the supervisor.
begin_night() { # SEASON
    LD_PRELOAD=$fault PV_FAULT_WHO=worker PV_FAULT_TRACE=$1.trace setsid "$papaver" night "$1" --date 2026-05-01 >>"$1.words" 2>&1 &
    pid=$!
}

# Photos that the ledger says are done, as lines "path".
done_photos() { # SEASON
    rm -rf "$1.copy"
    mkdir "$1.copy"
    cp "$1"/season.gpkg* "$1.copy"
    "$tools/ledger_dump" "$1.copy/season.gpkg" | sed -n "s|^photos:.* file='\([^']*\)'.* state='done'.*|$1/inbox/\1|p" | sort
}

one_season() { # SEASON MOST: prints what is wrong; $kills is the number of kills
    local season=$1 most=$2 code how worker former=/dev/null nights=0 harmed="" name
    kills=0
    rm -rf "$season" "$season".*
    cp -a "$template" "$season"
    sed -i "s/^workers = .*/workers = $((RANDOM % 3 + 1))/" "$season/season.conf"
    : >"$season.done"
    while :; do
        nights=$((nights + 1))
        if [ $nights -gt 300 ]; then
            echo "it does not end"
            return
        fi
        : >"$season.trace"
        begin_night "$season"
        while [ $kills -lt "$most" ] && is_there $pid; do
            pause $((RANDOM % (length * 2 / 5)))
            is_there $pid || break
            how=$((RANDOM % 3))
            case $how in
            0) kill -9 $pid 2>/dev/null && kills=$((kills + 1)) && break ;;
            1) kill -9 -- -$pid 2>/dev/null && kills=$((kills + 1)) && break ;;
            2) # A worker, and each photo's once: it is tried once more, and the second death would be its own.
                worker=$(children $pid) || true
                [ -n "$worker" ] || continue
                name=$(tr '\0' '\n' 2>/dev/null <"/proc/${worker%% *}/cmdline" | tail -n 1) || continue
                # Between fork and exec it has no words of its own yet: whose photo would be harmed is not known.
                case $name in "$season"/inbox/*) ;; *) continue ;; esac
                case "$harmed" in *"|$name|"*) continue ;; esac
                case $name in */mute-*) continue ;; esac
                if kill -9 "${worker%% *}" 2>/dev/null; then
                    harmed="$harmed|$name|"
                    kills=$((kills + 1))
                fi
                ;;
            esac
        done
        code=0
        wait $pid 2>/dev/null || code=$?
        for name in 1 2 3 4 5 6 7 8 9 10; do
            group_lives $pid || break
            sleep 0.1
        done
        ! group_lives $pid || echo "a worker outlived the supervisor"
        whole "$season" || echo "a published folder is not whole"
        # None of those that were done before this night was given to a worker.
        awk '$1 == "START" && $3 == "scan" { print $4 }' "$season.trace" | sort -u >"$season.started"
        comm -12 "$season.done" "$season.started" | sed 's/$/ was done already, and scanned again/'
        done_photos "$season" >"$season.done"
        case $code in
        0 | 10) break ;;
        137) ;;
        *) echo "exit $code: $(tail -n 1 "$season.words")" ;;
        esac
    done
    says "$season" "$season.says"
    cmp -s "$work/want.says" "$season.says" || {
        echo "harmed: $harmed"
        diff "$work/want.says" "$season.says" | grep '^[<>] photos:' | cut -c1-400 | head -n 8
        diff "$work/want.says" "$season.says" | cut -c1-200 | head -n 20
    }
    tidy "$season"
}

lane() {
    local season=$work/lane$1 total=0 n=0
    # What is watched may be gone the next moment: what is wrong is said by one_season, not by the first command that finds nothing.
    set +e
    RANDOM=$((seed * 100 + $1))
    while [ $total -lt $(((most_kills + lanes - 1) / lanes)) ]; do
        one_season "$season" 25 >"$season-wrong" 2>/dev/null
        total=$((total + kills))
        n=$((n + 1))
        [ -s "$season-wrong" ] || continue
        {
            echo "FAILED: lane $1, season $n after $kills kills (seed $seed)"
            head -c 4000 "$season-wrong"
        } >>"$work/$1.wrong"
    done
    echo $total >"$work/$1.cases"
    echo "lane $1: $total kills in $n seasons"
}
in_lanes lane

# ---- a stop is asked for ----
# A night that is over before the signal comes is no case; a busy machine has more of these.
stopped=0
for k in $(seq 1 24); do
    [ $stopped -lt 6 ] || break
    season=$work/term
    rm -rf "$season" "$season".*
    cp -a "$template" "$season"
    begin_night "$season"
    pause $((length * (k % 8) / 10))
    start=$(date +%s%N)
    [ -d /proc/$pid ] && ! grep -q ' Z ' /proc/$pid/stat 2>/dev/null || { wait $pid || true; continue; }
    if [ $((k % 2)) -eq 0 ]; then kill -TERM $pid 2>/dev/null || true; else kill -TERM -- -$pid 2>/dev/null || true; fi
    code=0
    wait $pid || code=$?
    took=$((($(date +%s%N) - start) / 1000000))
    if [ $code -eq 10 ] && [ $took -lt 200 ]; then continue; fi
    # The signal came before the program: nothing was begun.
    if [ $code -eq 143 ] && diff -r "$template" "$season" >/dev/null; then continue; fi
    stopped=$((stopped + 1))
    ok "SIGTERM: exit 16, not $code, within 5 s, not $took ms: $(tail -n 1 "$season.words")" test $code -eq 16 -a $took -lt 5000
    code=0
    night "$season" 2026-05-01 || code=$?
    says "$season" "$season.says"
    ok "after SIGTERM the next night ends with 10, not $code" test $code -eq 10
    ok "after SIGTERM the same bytes" same_file "$work/want.says" "$season.says"
    ok "after SIGTERM nothing lies about" test -z "$(tidy "$season")"
done
ok "some nights were stopped in time, $stopped" test $stopped -ge 3

# ---- two at once ----
season=$work/two
new_season "$season"
photo "$season/inbox/hang-a.tif" 1
begin_night "$season"
first=$pid
for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -n "$(ls "$season/work" | grep -v reserve)" ] && break
    sleep 0.2
done
start=$(date +%s%N)
code=0
night "$season" 2026-05-01 || code=$?
took=$((($(date +%s%N) - start) / 1000000))
ok "a second night ends with 14, not $code, at once, not after $took ms" test $code -eq 14 -a $took -lt 2000
ok "and names the first" grep -q "process $first is at work" "$season.words"
kill -TERM $first
code=0
wait $first || code=$?
ok "a worker that does not listen is ended with the night: 16, not $code" test $code -eq 16
ok "and is gone" test -z "$(group_lives $first && echo lives)"
finish
