#!/bin/sh
# Installs what papaver needs: deploy/install-packages.sh [build] [test]     (default: build)
# Does nothing, and needs neither network nor rights, when everything is there. Root, or a user with sudo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
groups=${*:-build}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "install-packages: this is not a Debian system; install the counterparts of deploy/packages.txt by hand" >&2
    exit 1
fi

missing=
for group in $groups; do
    names=$(awk -v want="[$group]" '/^\[/ { on = ($0 == want); found += on; next } on { sub(/#.*/, ""); if ($1 != "") print $1 } END { exit !found }' \
        "$here/packages.txt") || { echo "install-packages: no group [$group] in deploy/packages.txt" >&2; exit 2; }
    for name in $names; do
        # "|| true": dpkg-query exits 1 for a name that it has never seen.
        state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null || true)
        case $state in
        ?i*) ;;
        *) missing="$missing $name" ;;
        esac
    done
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "install-packages: these packages are missing, and there is neither root nor sudo to install them:" >&2
        echo "   $missing" >&2
        echo "ask an administrator to run:  apt-get install$missing" >&2
        exit 1
    fi
    as_root="sudo env"
fi

echo "install-packages: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# A package list from an old image may name versions that are gone; without network the install may still work from the cache.
$as_root ${as_root:+DEBIAN_FRONTEND=noninteractive} apt-get update -qq || echo "install-packages: the package lists could not be updated; trying with the old ones" >&2
# shellcheck disable=SC2086 # a list of words on purpose
$as_root ${as_root:+DEBIAN_FRONTEND=noninteractive} apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
    echo "install-packages: apt-get could not install:$missing" >&2
    exit 1
}
