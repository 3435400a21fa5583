#!/usr/bin/env bash
# The whole proof, from a fresh clone: installs what is missing, builds, tests, and says in the end what passed.
#   tests/run.sh          all
#   tests/run.sh quick    dev build and its tests only
# FUZZ_SECONDS (default 10): seconds for each fuzz target.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
mode=${1:-all}
case $mode in all | quick) ;; *)
    echo "tests/run.sh [quick]" >&2
    exit 2
    ;;
esac
export LC_ALL=C.UTF-8
unset LANGUAGE # it would choose the language of messages in this locale too
jobs=$(nproc)
started=$(date +%s)
summary=()
failed=0

step() { # NAME COMMAND...
    local name=$1 from code=0
    shift
    from=$(date +%s)
    echo
    echo "=== $name"
    "$@" || code=$?
    local took=$(($(date +%s) - from))
    if [ $code -eq 0 ]; then
        summary+=("$(printf 'passed  %4d s  %s' $took "$name")")
    else
        summary+=("$(printf 'FAILED  %4d s  %s' $took "$name")")
        failed=1
    fi
    return $code
}

build() { # PRESET TARGET...: quiet unless it fails
    local preset=$1
    shift
    mkdir -p "build/$preset"
    cmake --preset "$preset" >"build/$preset/configure.log" 2>&1 || { cat "build/$preset/configure.log"; return 1; }
    cmake --build "build/$preset" -j"$jobs" ${@:+--target "$@"} >"build/$preset/build.log" 2>&1 || { grep -E -A12 'error|FAILED' "build/$preset/build.log" | head -100; return 1; }
    echo "built: build/$preset"
}

run_tests() { # PRESET CTEST-ARGS...
    local preset=$1
    shift
    ctest --test-dir "build/$preset" --output-on-failure -j"$jobs" "$@"
}

validator() { # npm's GeoJSON validator, where npm and network (or its cache) are there; its test says so when not
    [ -d build/npm/node_modules/@placemarkio/check-geojson ] && return 0
    command -v npm >/dev/null 2>&1 || { echo "no npm: the outside GeoJSON validator is left out"; return 0; }
    mkdir -p build/npm
    printf '{"private": true}\n' >build/npm/package.json
    timeout 120 npm install --no-save --prefer-offline --no-audit --no-fund --prefix build/npm @placemarkio/check-geojson@0.1.14 >build/npm/install.log 2>&1 ||
        echo "npm could not install the outside GeoJSON validator; it is left out"
    return 0
}

axe() { # what checks pages for people who cannot see or use a mouse; a folder of its own, because npm takes away what it was not asked for
    [ -d build/npm-axe/node_modules/axe-core ] && return 0
    command -v npm >/dev/null 2>&1 || { echo "no npm: axe-core is left out"; return 0; }
    mkdir -p build/npm-axe
    printf '{"private": true}\n' >build/npm-axe/package.json
    timeout 120 npm install --no-save --prefer-offline --no-audit --no-fund --prefix build/npm-axe axe-core@4.10.2 >build/npm-axe/install.log 2>&1 || echo "npm could not install axe-core; it is left out"
    return 0
}

schemas() { # the official schemas of KML 2.2 and GPX 1.1, out of a Debian package that has them; nothing is installed, and tests/season/kits.sh says so where they are not there
    [ -f build/schemas/ogckml22.xsd ] && return 0
    mkdir -p build/schemas
    (cd build/schemas && timeout 120 apt-get download pytrainer && dpkg-deb --fsys-tarfile pytrainer_*.deb | tar -x --strip-components=5 --wildcards './usr/share/pytrainer/schemas/*.xsd') \
        >build/schemas/download.log 2>&1 || echo "the official schemas of KML and GPX could not be fetched; they are left out"
    return 0
}

finish() {
    echo
    echo "=== summary ($(($(date +%s) - started)) s)"
    printf '%s\n' "${summary[@]}"
    if [ $failed -eq 0 ]; then echo "all passed"; else echo "there are failures"; fi
    exit $failed
}

step "packages" deploy/install-packages.sh build test || finish
step "outside validator" validator
step "axe-core" axe
step "schemas of KML and GPX" schemas
step "dev: build without warnings" build dev || finish
step "dev: unit, cli, invariance, faults, season, field, layers, seeds" run_tests dev
[ "$mode" = all ] || finish
step "asan: build" build asan && {
    step "asan: unit, cli, seeds" run_tests asan -L 'unit|cli|fuzz'
    step "asan: photos with flipped bytes, real and odd files" run_tests asan -R 'faults_flipped|field_every_file'
}
step "tsan: build" build tsan && step "tsan: training and scanning with threads" run_tests tsan -R 'models_train|cli_train|cli_scan|invariance_threads|invariance_chips|invariance_truth|test_ahead'
step "fuzz: ${FUZZ_SECONDS:-10} s each" bash tests/fuzz/run.sh "${FUZZ_SECONDS:-10}"
finish
