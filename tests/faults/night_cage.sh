#!/usr/bin/env bash
# The cage of the workers: a night in it leaves the bytes of one without; what a worker tries in it is refused; it holds under the filter of calls of deploy/'s service too; where the
# kernel, or a filter around us, does not let us have it, the night goes on without it and says so.
. "$(dirname "$0")/night.bash"

# Photos by both ways of reading: deflate, JPEG of three bands by GDAL with a .tfw and .prj beside it, a scene folder, one that is no photo; two threads.
new_season "$work/before"
sed -i 's/^threads = 1$/threads = 2/' "$work/before/season.conf"
echo "secret" >"$work/secret"
photo "$work/before/inbox/a.tif" 1
photo "$work/before/inbox/z.tif" 1 400x300
echo "no photo" >"$work/before/inbox/c.tif"
mkdir "$work/before/inbox/scene"
for k in 1 2 3 4; do
    gdal_translate -q -b $k "$work/before/inbox/z.tif" "$work/before/inbox/scene/result_$(echo Red Green Blue NIR | cut -d' ' -f$k).tif"
done
gdal_translate -q -co TFW=YES -co PROFILE=BASELINE -co INTERLEAVE=PIXEL "$work/before/inbox/z.tif" "$work/before/inbox/beside.tif"
gdalsrsinfo -o wkt1 "$work/before/inbox/z.tif" >"$work/before/inbox/beside.prj"
rm -f "$work"/before/inbox/*.aux.xml "$work"/before/inbox/scene/*.aux.xml

one_night() { # NAME WORDS OF COMMAND...: the exit code in $code
    local season=$work/$1
    shift
    cp -a "$work/before" "$season"
    code=0
    "$@" "$papaver" night "$season" --date 2026-05-01 >"$season.words" 2>&1 || code=$?
    says "$season" "$season.says"
}

one_night free env PV_FAULT_NAMES=0
can=$("$papaver" doctor "$work/free" 2>/dev/null | sed -n 's/^cage *//p')
echo "cage: $can"
ok "doctor speaks of the cage" test -n "$can"
ok "and so does the night" grep -qF "cage of the workers: $can" "$work/free.words"
ok "the night ends with 10, not $code" test $code -eq 10
echo "worker_cage = off" >>"$work/before/season.conf"
one_night bare env PV_FAULT_NAMES=0
ok "without a cage the night says so" grep -q "cage of the workers: off" "$work/bare.words"
ok "doctor too" bash -c "'$papaver' doctor '$work/bare' 2>/dev/null | grep -q '^cage *off'"
ok "the same bytes in the cage and without it" same_file "$work/bare.says" "$work/free.says"
ok "photos were looked at: $(grep -c ': done, ' "$work/free.words")" test "$(grep -c ': done, ' "$work/free.words")" -ge 3

# Tables of PROJ that lie somewhere else are still found.
mkdir "$work/proj"
cp "$(dirname "$(find /usr/share/proj -name proj.db)")"/proj.db "$work/proj/"
cp "$work/before/inbox/z.tif" "$work/z.tif"
mkdir "$work/result"
"$papaver" scan --quiet --model "$fixture/model.pvm" "$work/z.tif" -o "$work/want.geojson"
ok "a scan in a cage with tables of its own" env PROJ_DATA="$work/proj" "$papaver" scan --cage --quiet --model "$fixture/model.pvm" "$work/z.tif" -o "$work/result/z.geojson"
ok "finds the same" same_file "$work/want.geojson" "$work/result/z.geojson"

# What a worker tries at its end, with the cage off and on.
spied() { LD_PRELOAD=$fault PV_FAULT_WHO=worker PV_FAULT_TRACE=$work/$1.trace PV_FAULT_SPY=$work/secret one_night "$1" env; }
spied escaped
ok "a worker without a cage can read, write, and open sockets" test "$(grep -cE '^ESCAPED [0-9]+ (read|write|socket|program) ' "$work/escaped.trace")" -gt 11
rm -f "$work/secret.new"
sed -i '/^worker_cage/d' "$work/before/season.conf"
spied held
case $can in
*"files by Landlock"*)
    ok "no file outside is read" test -z "$(grep -E '^ESCAPED [0-9]+ read' "$work/held.trace")"
    ok "none is made" test -z "$(grep -E '^ESCAPED [0-9]+ write' "$work/held.trace")" -a ! -e "$work/secret.new"
    ;;
*) echo "skipped: files: $can" ;;
esac
case $can in
*"calls by seccomp"*)
    ok "no socket, no program" test -z "$(grep -E '^ESCAPED [0-9]+ (socket|program)' "$work/held.trace")"
    ok "all of them tried: $(grep -c ^HELD "$work/held.trace")" test "$(grep -c '^HELD [0-9]* socket' "$work/held.trace")" -ge 3
    ;;
*) echo "skipped: calls: $can" ;;
esac

# Under the filter of the service; and under one that kills whoever asks for a cage.
service=$root/deploy/papaver-night@.service
names_of() { # WORDS OF SystemCallFilter=: names of calls, one a line
    local word
    for word in "$@"; do
        case $word in
        @*) names_of $(systemd-analyze syscall-filter "$word" | sed -n 's/^ \+\([-@a-z0-9_]\+\)$/\1/p') ;;
        *) echo "$word" ;;
        esac
    done
}
if command -v systemd-analyze >/dev/null; then
    mapfile -t given < <(sed -n 's/^SystemCallFilter=//p' "$service" | grep -v '^~' | tr ' ' '\n')
    mapfile -t taken < <(sed -n 's/^SystemCallFilter=~//p' "$service" | tr ' ' '\n')
    names_of "${given[@]}" | sort -u >"$work/given"
    names_of "${taken[@]}" | sort -u >"$work/taken"
    # The service is a user's; only for root SQLite hands files over.
    { comm -23 "$work/given" "$work/taken"; names_of @default; [ "$(id -u)" -ne 0 ] || echo fchown; } | sort -u >"$work/service.names"
    ok "the service lets calls through: $(wc -l <"$work/service.names")" test "$(wc -l <"$work/service.names")" -gt 150
    one_night service "$tools/under_filter" "$work/service.names"
    ok "in the service the night ends with 10, not $code" test $code -eq 10
    ok "in the service it is caged" grep -qF "cage of the workers: $can" "$work/service.words"
    ok "and leaves the same" same_file "$work/bare.says" "$work/service.says"
    grep -v -E '^(landlock_.*|seccomp)$' "$work/service.names" >"$work/none.names"
    one_night none "$tools/under_filter" "$work/none.names"
    ok "where nobody may ask for a cage the night ends with 10, not $code" test $code -eq 10
    ok "and says so" grep -q "cage of the workers: it cannot be entered here" "$work/none.words"
    ok "and leaves the same" same_file "$work/bare.says" "$work/none.says"
else
    echo "skipped: systemd-analyze is not here, so what the service lets through is not known"
fi
finish
