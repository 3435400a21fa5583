#!/usr/bin/env bash
# A season on a small disk of many sizes: exit 13 that names the path and what is needed, last night's page stays, and after space was made the night ends with the bytes of
# one that had room. The same with too few inodes; and seasons, inboxes and folders that may not be written or read.
#   PAPAVER_FAULT_DISKS  sizes (default 20)
if [ -z "${PAPAVER_FAULT_MOUNTS:-}" ]; then
    # Mounts of our own, seen by nobody else.
    for how in "unshare -m" "unshare -rm"; do
        if $how true 2>/dev/null; then PAPAVER_FAULT_MOUNTS=1 exec $how bash "$0" "$@"; fi
    done
    echo "skipped: neither root nor user namespaces, so no small disk can be mounted"
    exit 77
fi
. "$(dirname "$0")/night.bash"
sizes=${PAPAVER_FAULT_DISKS:-20}
disk=$work/disk
mkdir "$disk" "$work/inbox"
mount -t tmpfs -o size=64m papaver-test "$disk" 2>/dev/null || { echo "skipped: no tmpfs can be mounted"; exit 77; }
season=$disk/season
trap 'umount "$season/inbox" 2>/dev/null || true; umount -l "$disk" 2>/dev/null || true; rm -rf "$work"' EXIT

# The words go to another disk than the night's.
night() {
    local code=0
    LD_PRELOAD=$fault "$papaver" night "$1" --date "$2" >"$work/words" 2>&1 || code=$?
    return $code
}
yesterday_is_whole() { (cd "$season/out/$yesterday" && sha256sum --quiet --strict -c "$work/yesterday"); }

# Photos lie on another disk: the small one is for what the night writes.
new_season "$season"
photo "$season/inbox/a.tif" 1 400x300
ok "yesterday" night "$season" 2026-05-01
rm "$season/inbox/a.tif"
for k in 2 3 4; do photo "$work/inbox/p$k.tif" $k 400x300; done
echo "no photo" >"$work/inbox/q.tif"
yesterday=$(readlink "$season/out/latest")
(cd "$season/out/$yesterday" && sha256sum ./*) >"$work/yesterday"
cp -a "$season" "$work/template"

used() { df --output="$1" -k "$disk" | tail -n 1 | tr -d ' '; }
lay() { # OPTIONS: the season of the template on a disk with these options
    rm -rf "$season"
    mount -o remount,size=64m,nr_inodes=100000 "$disk"
    cp -a "$work/template" "$season"
    mount --bind "$work/inbox" "$season/inbox"
    mount -o "remount,$1" "$disk"
}
lift() { umount "$season/inbox"; }

lay size=64m
before=$(used used)
code=0
night "$season" 2026-05-02 || code=$?
ok "with room it ends with 10, not $code" test $code -eq 10
says "$season" "$work/want"
# What stays, and the reserve, which is there before anything else is written.
need=$(($(used used) - before + 1024))
lift
echo "the night needs about $need KiB"

full=0
short=0
one_disk() { # WHAT: the night on the disk as it is, and again with room
    local code=0 wrong=""
    night "$season" 2026-05-02 || code=$?
    case $code in
    10) full=$((full + 1)) ;;
    13)
        short=$((short + 1))
        grep -q "$disk" "$work/words" || wrong="exit 13 names no path: $(tail -n 2 "$work/words")"
        ;;
    *) wrong="exit $code: $(tail -n 2 "$work/words")" ;;
    esac
    yesterday_is_whole || wrong="$wrong; yesterday's page was changed"
    whole "$season" || wrong="$wrong; a published folder is not whole"
    [ $code -eq 10 ] || [ "$(readlink "$season/out/latest")" = "$yesterday" ] || echo "    $1: exit $code after it was published"
    mount -o remount,size=64m,nr_inodes=100000 "$disk"
    code=0
    night "$season" 2026-05-02 || code=$?
    case $code in 0 | 10) ;; *) wrong="$wrong; with room: exit $code: $(tail -n 1 "$work/words")" ;; esac
    says "$season" "$work/says"
    cmp -s "$work/want" "$work/says" || wrong="$wrong; with room: other bytes"
    [ -z "$(tidy "$season")" ] || wrong="$wrong; left: $(tidy "$season")"
    checks=$((checks + 1))
    [ -z "$wrong" ] || { failures=$((failures + 1)); echo "FAILED: $1: $wrong"; }
}
for ((k = 0; k < sizes; k++)); do
    # The log of the ledger and the photo in hand come on top of what stays.
    size=$((before + need * 2 * k / (sizes - 1)))
    # tmpfs takes whole pages.
    lay "size=$(((size + 3) / 4 * 4))k"
    one_disk "a disk of $size KiB"
    lift
done
ok "some disks were too small ($short) and some were not ($full)" test $short -gt $((sizes / 4)) -a $full -gt 0
for spare in 0 1 2 3 4 6 8 12; do
    lay size=64m
    mount -o "remount,nr_inodes=$(($(used iused) + spare))" "$disk"
    one_disk "a disk with $spare inodes to spare"
    lift
done

# ---- disk_low_mib says what is needed ----
lay size=64m
sed -i 's/^disk_low_mib = 0/disk_low_mib = 1000/' "$season/season.conf"
code=0
night "$season" 2026-05-02 || code=$?
ok "too little to begin a photo: 13, not $code" test $code -eq 13
ok "it says how much there is and how much it takes" grep -qE '[0-9]+ MiB are free and disk_low_mib asks for 1000' "$work/words"
lift

# ---- rights ----
lay size=64m
mount -o remount,ro "$disk"
code=0
night "$season" 2026-05-02 || code=$?
ok "a season that may not be written: 13, not $code" test $code -eq 13
ok "it names the path" grep -q "$season" "$work/words"
mount -o remount,rw "$disk"
mount -o remount,bind,ro "$season/inbox"
code=0
night "$season" 2026-05-02 || code=$?
mount -o remount,bind,rw "$season/inbox" || true
says "$season" "$work/says"
ok "an inbox that may not be written does no harm: 10, not $code" test $code -eq 10
ok "with the same bytes" same_file "$work/want" "$work/says"
lift

# Rights mean nothing to root: as nobody, with a copy of the program and the model where nobody may read them.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
    lay size=64m
    lift
    mkdir -m 0755 "$work/nobody"
    install -m 0755 "$papaver" "$work/nobody"
    install -m 0644 "$fixture/model.pvm" "$work/nobody"
    cp "$work/inbox"/*.tif "$season/inbox"
    mkdir "$season/inbox/shut" "$season/inbox/locked"
    cp "$work/inbox/p2.tif" "$season/inbox/shut/s.tif"
    cp "$work/inbox/p3.tif" "$season/inbox/locked/l.tif"
    sed -i "s|^model = .*|model = $work/nobody/model.pvm|" "$season/season.conf"
    chmod 0755 "$work" "$disk"
    chown -R 65534:65534 "$season"
    chmod 0600 "$season/inbox/shut"
    chmod 0000 "$season/inbox/locked" "$season/inbox/p4.tif"
    as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$work/nobody/papaver" night "$season" --date "$1" >"$work/words" 2>&1; }
    code=0
    as_nobody 2026-05-02 || code=$?
    ok "a folder without rights and a photo that may not be read cost themselves: 10, not $code: $(tail -n 1 "$work/words")" test $code -eq 10
    for name in shut/s.tif locked p4.tif; do ok "$name is named in the page" grep -q "<td>$name</td>" "$season/out/latest/index.html"; done
    ok "the others are done" grep -q '"file":"p2.tif","name":"p2","sha256":"' "$season/out/latest/hotspots.geojson"
    chmod 0500 "$season/out"
    touch "$season/inbox/p2.tif"
    cp "$work/inbox/p3.tif" "$season/inbox/p2.tif"
    latest=$(readlink "$season/out/latest")
    code=0
    as_nobody 2026-05-03 || code=$?
    ok "a folder out/ that may not be written: 13, not $code" test $code -eq 13
    ok "and latest stays" test "$(readlink "$season/out/latest")" = "$latest"
    chmod 0000 "$season/inbox"
    code=0
    as_nobody 2026-05-03 || code=$?
    ok "an inbox that may not be read: 13, not $code" test $code -eq 13
    ok "it names the path" grep -q "$season/inbox" "$work/words"
    chmod 0700 "$season/inbox" "$season/out"
    code=0
    as_nobody 2026-05-03 || code=$?
    ok "with rights it goes on: 0 or 10, not $code" test $code -eq 0 -o $code -eq 10
else
    echo "not root, or no setpriv: folders without rights were left out"
fi
finish
