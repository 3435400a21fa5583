#!/usr/bin/env bash
# The power fails while a night is at work. The calls of one night and its workers that change files are recorded (strace), and from them the folders are built that a disk may hold after a
# power cut at any instant: only what was synced is sure (power_states.py says what else may be). In each the published folders are whole, `latest` points to one, the ledger opens, no photo
# is lost; the same command goes on and ends with the bytes of a night that was never disturbed. Once with each of the two journals of the ledger.
#   PAPAVER_FAULT_CUTS     instants of each recorded night (default 10; "all": after every call)
#   PAPAVER_FAULT_CHOICES  states of an instant (default 2: an extreme one and a random one; from 4 on the four extremes and random ones)
#   PAPAVER_FAULT_JOURNALS wal, rollback or both (default)
#   PAPAVER_FAULT_SEED     of the random ones (default 1)
# The longer run: PAPAVER_FAULT_CUTS=all PAPAVER_FAULT_CHOICES=8 tests/faults/power_loss.sh
PAPAVER_FAULT_WORKERS=1 # calls of one process after the other are told apart more easily
. "$(dirname "$0")/night.bash"
cuts=${PAPAVER_FAULT_CUTS:-10}
choices=${PAPAVER_FAULT_CHOICES:-2}
seed=${PAPAVER_FAULT_SEED:-1}
journals=${PAPAVER_FAULT_JOURNALS:-wal rollback}
[ "$cuts" != all ] || cuts=1000000
if ! strace -f -o /dev/null true 2>/dev/null; then
    echo "skipped: strace is not here, or may not trace"
    exit 77
fi
calls=openat,open,creat,close,read,readv,lseek,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink
calls=$calls,symlinkat,mkdir,mkdirat,fsync,fdatasync,sync_file_range,msync,mmap,copy_file_range,sendfile,sync,syncfs,io_uring_setup

# Yesterday one photo was done; today bring the same one again, one that is no photo, one that workers die of, half a one, and a new one.
make_before() { # SEASON JOURNAL
    new_season "$1"
    echo "journal = $2" >>"$1/season.conf"
    photo "$1/inbox/a.tif" 1
    ok "yesterday" night "$1" 2026-05-01
    cp "$1/inbox/a.tif" "$1/inbox/b.tif"
    echo "no photo" >"$1/inbox/c.tif"
    photo "$1/inbox/mute-d.tif" 2 40x30
    photo "$1/inbox/z.tif" 1 400x300
    cp "$1/inbox/z.tif" "$1/inbox/z.tif.part"
}

# All that is to be the same in the end, with the photos and where they lie.
leaves() { # SEASON OUT
    says "$1" "$2"
    (cd "$1" && find inbox quarantine -type f -print0 | sort -z | xargs -0 sha256sum) >>"$2"
}

record() { # JOURNAL
    local to=$work/$1 code=0
    mkdir "$to"
    make_before "$to/before" "$1"
    cp -a "$to/before" "$to/now"
    (cd "$to/before/inbox" && sha256sum ./*) | sed 's| \./| |' >"$to/photos"
    (cd "$to/before/out" && find . -path './2*' -type f -print0 | sort -z | xargs -0 sha256sum) >"$to/yesterday"
    strace -f --seccomp-bpf -y -xx -s 1000000000 -o "$to/trace" -e trace="$calls" -E LD_PRELOAD="$fault" \
        "$papaver" night "$to/now" --date 2026-05-02 >"$to/words" 2>&1 || code=$?
    ok "the recorded night ends with 10, not $code" test $code -eq 10
    leaves "$to/now" "$to/want"
    tail -n 1 "$to/words"
    readlink "$to/now/out/latest" >"$to/published"
    python3 "$here/power_states.py" "$to/trace" "$to/before" "$to/now" "$to" list 0 0 0 0 >"$to/calls"
    ok "the $1 trace has its calls" test "$(wc -l <"$to/calls")" -gt 200
    ok "and its syncs" test "$(grep -c sync "$to/calls")" -gt 40
    echo "$1: $(wc -l <"$to/calls") calls that change files, $(grep -c 'sync ' "$to/calls") of them syncs"
}
here=$(dirname "$0")

# look JOURNAL SEASON WHEN: the folder as the disk has it, before anybody mends it; prints what is wrong.
look() {
    local from=$work/$1 season=$2 file hash
    whole "$season" || echo "a published folder is not whole, or latest points nowhere"
    [ -L "$season/out/latest" ] || echo "latest is gone"
    (cd "$season/out" && sha256sum --quiet --strict -c "$from/yesterday") || echo "yesterday's files were changed"
    [ "$3" != end ] || [ "$(readlink "$season/out/latest")" = "$(cat "$from/published")" ] || echo "the night had ended, and its page is gone"
    while read -r hash file; do
        { sha256sum "$season/inbox/$file" "$season"/quarantine/*-"$file" 2>/dev/null || true; } | grep "^$hash" >/dev/null || echo "$file is lost"
    done <"$from/photos"
    rm -rf "$season.copy"
    mkdir "$season.copy"
    cp "$season"/season.gpkg* "$season.copy"
    "$tools/ledger_dump" "$season.copy/season.gpkg" >"$season.ledger" || echo "the ledger does not open"
    grep -q '^integrity: ok$' "$season.ledger" || echo "the ledger is damaged"
}

one_state() { # JOURNAL SEASON WHEN: prints what is wrong
    local from=$work/$1 season=$2 code=0
    look "$1" "$season" "$3"
    night "$season" 2026-05-02 || code=$?
    case $code in
    10) ;;
    0) grep -q 'nothing is new' "$season.words" || echo "exit 0, though photos could not be used" ;;
    *) echo "exit $code: $(tail -n 1 "$season.words")" ;;
    esac
    leaves "$season" "$season.says"
    cmp -s "$from/want" "$season.says" || diff "$from/want" "$season.says" | cut -c1-200 | head -n 20
    tidy "$season"
}

lane() {
    local n=0 at choice when words journal season states
    for journal in $journals; do
        season=$work/$journal/lane$1/now
        mkdir "$work/$journal/lane$1"
        coproc states { exec python3 "$here/power_states.py" "$work/$journal/trace" "$work/$journal/before" "$work/$journal/now" "$work/$journal/lane$1" "$1" "$lanes" "$cuts" "$choices" "$seed"; }
        local pid=$states_PID in=${states[0]} out=${states[1]}
        while echo next >&"$out" && read -r at choice when words <&"$in" && [ "$at" != end ]; do
            n=$((n + 1))
            one_state "$journal" "$season" "$when" >"$season.wrong" 2>&1 </dev/null || true
            [ -s "$season.wrong" ] || continue
            {
                echo "FAILED: journal $journal, cut after $at calls, choice $choice of seed $seed: $words"
                head -c 2000 "$season.wrong"
            } | tee -a "$work/$1.wrong" >&2
        done
        [ "$at" = end ] || echo "FAILED: the states of $journal ended too early" >>"$work/$1.wrong"
        exec {out}>&-
        wait "$pid" || true
    done
    echo $n >"$work/$1.cases"
    echo "lane $1: $n states"
}
for journal in $journals; do record "$journal"; done

# The test itself: of a night that syncs nothing but its ledger, states are found that are wrong.
forgetful() {
    local from=$work/$1 at choice when words wrong=0
    mkdir "$from/lost"
    grep -v ' fsync(' "$from/trace" >"$from/lost/trace"
    coproc states { exec python3 "$here/power_states.py" "$from/lost/trace" "$from/before" "$from/now" "$from/lost" 0 1 4 2 1; }
    local pid=$states_PID in=${states[0]} out=${states[1]}
    while echo next >&"$out" && read -r at choice when words <&"$in" && [ "$at" != end ]; do
        look "$1" "$from/lost/now" "$when" >"$from/lost/wrong" 2>&1 || true
        [ ! -s "$from/lost/wrong" ] || wrong=$((wrong + 1))
    done
    exec {out}>&-
    wait "$pid" || true
    ok "a night without its syncs is found out" test $wrong -gt 0
}
forgetful "${journals%% *}"
in_lanes lane
echo "seed $seed"
finish
