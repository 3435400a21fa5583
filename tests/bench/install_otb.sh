#!/bin/sh
# Installs the Orfeo Toolbox from Debian's packages, for the bench alone: papaver never uses it. Does nothing when it is there. Root, or a user with sudo.
set -eu
if command -v otbcli_ImageClassifier >/dev/null 2>&1; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "install_otb: not a Debian system; install otb-bin by hand" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "install_otb: neither root nor sudo; ask for: apt-get install otb-bin" >&2; exit 1; }
    as_root="sudo env DEBIAN_FRONTEND=noninteractive"
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq || echo "install_otb: the package lists could not be updated; trying with the old ones" >&2
$as_root apt-get install -y -qq --no-install-recommends otb-bin >/dev/null || { echo "install_otb: apt-get could not install otb-bin" >&2; exit 1; }
