#!/usr/bin/env bash
# The long versions of all faults of nights, for a release: hours. Uses build/dev, or the build that PAPAVER_BUILD names.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
failed=0
one() { # SCRIPT
    echo "=== $1"
    bash "./$1.sh" || [ $? -eq 77 ] || failed=1
}
export PAPAVER_FAULT_KILLS=2000 PAPAVER_FAULT_CALLS=all PAPAVER_FAULT_TAKING=all PAPAVER_FAULT_OWN=all PAPAVER_FAULT_MALLOCS=4000 PAPAVER_FAULT_DISKS=200 PAPAVER_FAULT_PHOTOS=950 PAPAVER_FAULT_NIGHTS=120 PAPAVER_FAULT_CUTS=all PAPAVER_FAULT_CHOICES=8 \
    PAPAVER_FAULT_LIBRARIES=2000
for script in night_killed night_calls night_disk night_batch night_memory night_libraries night_cage power_loss; do one $script; done
exit $failed
