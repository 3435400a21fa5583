# Shared by the scripts about nights: sourced, never run.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.bash"
fault=$tools/fault.so
if [ ! -e "$fault" ]; then
    echo "skipped: a build with sanitizers has no library of faults"
    exit 77
fi
make_fixture
lanes=${PAPAVER_FAULT_LANES:-$(nproc)}

# new_season FOLDER: empty, with settings that suit small photos and a hurry; photos are scanned side by side but in a night of PAPAVER_FAULT_WORKERS=1.
new_season() {
    "$papaver" init "$1" --name Test --quiet 2>/dev/null || "$papaver" init "$1" --name Test >/dev/null 2>&1
    cat >>"$1/season.conf" <<CONF
model = $fixture/model.pvm
settle_s = 0
disk_reserve_mib = 1
disk_low_mib = 0
threads = 1
workers = ${PAPAVER_FAULT_WORKERS:-3}
CONF
}

# photo FILE SEED [SIZE]: a small good one.
photo() { "$tools/make_photo" "$1" --size "${3:-200x150}" --codec DEFLATE --seed "$2"; }

# Workers behave as the names of their photos say; other faults only where they are asked for.
export PV_FAULT_NAMES=1

# night SEASON DATE: one night; its exit code.
night() { LD_PRELOAD=$fault "$papaver" night "$1" --date "$2" >"$1.words" 2>&1; }

# What a season says: published files and pictures byte for byte, links, and the ledger; metrics.prom has times in it, and one that could not be ended is cleared by the next night.
says() { # SEASON OUT
    (cd "$1/out" && find . ! -name '*metrics.prom*' -printf '%y %p %l\n' | sort && find . -type f ! -name '*metrics.prom*' -print0 | sort -z | xargs -0 -r sha256sum) >"$2"
    (cd "$1/chips" && find . -printf '%y %p\n' | sort && find . -type f -print0 | sort -z | xargs -0 -r sha256sum) >>"$2"
    "$tools/ledger_dump" "$1/season.gpkg" >>"$2"
}

# tidy SEASON: nothing is left lying about; prints what is.
tidy() {
    find "$1/work" -mindepth 1
    find "$1/out" "$1/quarantine" -mindepth 1 -name '.*'
    find "$1" -maxdepth 1 -name '.*' -mindepth 1
}

# whole SEASON: every published folder is as its SHA256SUMS says, and latest points to one.
whole() {
    local folder
    for folder in "$1"/out/2*; do
        [ -d "$folder" ] || continue
        (cd "$folder" && sha256sum --quiet --strict -c SHA256SUMS) || return 1
    done
    [ ! -L "$1/out/latest" ] || [ -e "$1/out/latest/index.html" ]
}

# in_lanes FUNCTION: runs FUNCTION LANE for lanes 0, 1, ... at once; each writes what went wrong to $work/LANE.wrong and its number of cases to $work/LANE.cases.
in_lanes() {
    local lane pids=() pid code
    for ((lane = 0; lane < lanes; lane++)); do
        : >"$work/$lane.wrong"
        echo 0 >"$work/$lane.cases"
        "$1" "$lane" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || { code=$?; failures=$((failures + 1)); echo "FAILED: a lane ended with $code"; }
    done
    for ((lane = 0; lane < lanes; lane++)); do
        checks=$((checks + $(cat "$work/$lane.cases")))
        failures=$((failures + $(grep -c ^FAILED "$work/$lane.wrong" || true)))
        head -n 60 "$work/$lane.wrong"
    done
}
