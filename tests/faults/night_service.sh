#!/usr/bin/env bash
# deploy/'s unit and timer under systemd itself, which boots in namespaces of its own on a copy of this machine's root folder that goes away with it: the hardened service runs a night, its
# journal tells of it, 10 counts as success, a second start finds nothing new, an aborted night begins again by itself, one that is stopped goes on at the next start. Asks for root, overlayfs and
# systemd; skipped elsewhere.
. "$(dirname "$0")/night.bash"
unset PV_FAULT_NAMES
systemd=/lib/systemd/systemd
[ "$(id -u)" -eq 0 ] && [ -x "$systemd" ] || { echo "skipped: not root, or no systemd"; exit 77; }

new=$work/root
over=$work/over
mkdir "$new" "$over" "$work/install"
DESTDIR=$work/install cmake --install "$build" --prefix /usr >/dev/null
cat >"$work/boot.sh" <<'BOOT'
set -e
source=$1 work=$2
new=$work/root over=$work/over
mount --make-rprivate /
mount -t tmpfs tmpfs "$over"
mkdir "$over/upper" "$over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$over/upper,workdir=$over/work" "$new"
cp -a "$work/install/." "$new/"
cp "$source"/deploy/papaver-night@.* "$new/etc/systemd/system/"
mkdir "$new/before"
mount --bind "$work" "$new/before"
mount -t proc proc "$new/proc"
mount -t sysfs -o ro sysfs "$new/sys"
for folder in run tmp sys/fs/cgroup; do mount -t tmpfs tmpfs "$new/$folder"; done
mount --rbind /dev "$new/dev"
# A hierarchy of systemd's own: the first form of control groups is enough, and can be made in a namespace everywhere.
mkdir "$new/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$new/sys/fs/cgroup/systemd"
chroot "$new" useradd --system --home-dir /var/lib/papaver --create-home papaver
# Not a mere chroot: in one the kernel makes no namespaces of users, which PrivateUsers= asks for.
cd "$new"
mkdir old
pivot_root . old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'umount -l /old; exec /lib/systemd/systemd --system --unit=basic.target --log-target=null'
BOOT
unshare --mount --pid --fork --ipc --uts --net --kill-child=KILL bash "$work/boot.sh" "$root" "$work" >"$work/boot.log" 2>&1 </dev/null &
outer=$!
trap 'kill -KILL $outer 2>/dev/null || true; wait $outer 2>/dev/null || true; rm -rf "$work"' EXIT

inner= # systemd's number as we see it
inside() { nsenter -t "$inner" --mount --pid --ipc --uts --net --root --wd timeout 300 "$@"; }
for ((i = 0; i < 600; i++)); do
    kill -0 "$outer" 2>/dev/null || break
    inner=$(pgrep -P "$outer" -f "^$systemd" || true)
    [ -z "$inner" ] || ! inside systemctl is-system-running >"$work/state" 2>/dev/null || break
    sleep 0.2
done
if [ "$(cat "$work/state" 2>/dev/null)" != running ]; then
    echo "skipped: systemd does not boot here: $(tail -n 1 "$work/boot.log") $(cat "$work/state" 2>/dev/null)"
    exit 77
fi
unit=papaver-night@2026
season=/var/lib/papaver/2026
season() { inside runuser -u papaver -- "$@"; }
journal() { inside journalctl --no-pager -q -o cat -u "$unit" >"$work/journal" && tail -n 40 "$work/journal"; }
says_result() { [ "$(inside systemctl show -P "$1" "$unit.service")" = "$2" ]; }
# wait_for PROPERTY VALUE: up to two minutes.
wait_for() {
    for ((i = 0; i < 600; i++)); do
        ! says_result "$1" "$2" || return 0
        sleep 0.2
    done
    return 1
}
told() { journal >/dev/null && grep -q "$1" "$work/journal"; }

season papaver init $season --name Test >"$work/init.log" 2>&1
cp "$fixture/model.pvm" "$fault" "$work/"
inside install -o papaver -g papaver /before/model.pvm $season/
inside cp /before/fault.so /usr/lib/papaver/
printf '%s\n' "model = $season/model.pvm" 'settle_s = 0' 'disk_reserve_mib = 1' 'disk_low_mib = 0' | inside tee -a $season/season.conf >/dev/null
photo "$work/a.tif" 1
photo "$work/hang-d.tif" 2 400x300
photo "$work/hang-e.tif" 3 400x300
echo "no photo" >"$work/c.tif"
give() { inside install -o papaver -g papaver "/before/$1" "$season/inbox/"; }
give a.tif
give c.tif

man=no
[ ! -x /usr/bin/man ] || man=yes
ok "systemd has nothing to say against the unit" inside systemd-analyze verify --man=$man "/etc/systemd/system/papaver-night@.service" "/etc/systemd/system/papaver-night@.timer"
ok "the timer can be enabled" inside systemctl enable --now --quiet "$unit.timer"
inside systemctl list-timers --no-pager >"$work/timers"
ok "and it stands at half past ten" grep -q "22:[3-5][0-9]:.*$unit.timer" "$work/timers"
ok "a night with one file that is no photo is a success" inside systemctl start "$unit.service"
journal
ok "it ended with 10" says_result ExecMainStatus 10
ok "for systemd that is success" says_result Result success
ok "the journal has the doctor's words" told '^cage '
ok "the cage of the workers works under the service's filter" test "$(grep -c 'cage of the workers: .*calls by seccomp' "$work/journal")" -ge 1
ok "the photo was looked at" told 'a.tif: done, '
ok "the page is there" inside test -e $season/out/latest/index.html
ok "as papaver's own" test "$(inside stat -L -c %U:%a $season/out/latest)" = papaver:750
ok "and names the bad one" inside grep -q 'c\.tif' $season/out/latest/index.html

ok "a second start" inside systemctl start "$unit.service"
ok "has nothing to do and says so" told 'nothing is new'
ok "and ends with 0" says_result ExecMainStatus 0

# hold PHOTO: a night that waits in the worker of that photo.
inside mkdir -p "/run/systemd/system/$unit.service.d"
hold() {
    printf '%s\n' '[Service]' 'RestartSec=1' 'Environment=LD_PRELOAD=/usr/lib/papaver/fault.so PV_FAULT_NAMES=1' | inside tee "/run/systemd/system/$unit.service.d/hold.conf" >/dev/null
    inside systemctl daemon-reload
    give "$1"
    inside systemctl start --no-block "$unit.service"
    for ((i = 0; i < 300; i++)); do
        ! inside pgrep -f "[p]apaver scan.*$1" >/dev/null || return 0
        sleep 0.2
    done
    return 1
}
let_go() {
    inside rm "/run/systemd/system/$unit.service.d/hold.conf"
    inside systemctl daemon-reload
}

ok "a night is at work" hold hang-d.tif
let_go
main=$(inside systemctl show -P MainPID "$unit.service")
ok "a night that aborts" inside kill -ABRT "$main"
restarted() { [ "$(inside systemctl show -P NRestarts "$unit.service")" -ge 1 ]; }
for ((i = 0; i < 900; i++)); do
    ! restarted || break
    sleep 0.2
done
ok "begins again by itself" restarted
ok "and comes to its end" wait_for ActiveState inactive
ok "with the photo in hand looked at" told 'hang-d.tif: done, '

ok "another night is at work" hold hang-e.tif
let_go
ok "it can be stopped" inside systemctl stop "$unit.service"
ok "nothing of it is left" bash -c "! nsenter -t $inner --pid --mount --root pgrep -u papaver papaver"
ok "the next start" inside systemctl start "$unit.service"
ok "does what was left" told 'hang-e.tif: done, '
inside cp -a $season /before/season
ok "all published folders are whole" whole "$work/season"
[ "$failures" -eq 0 ] || journal
finish
