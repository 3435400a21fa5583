# Shared by the scripts of tests/: sourced, never run. Sets root, build, papaver, tools; makes a work folder that goes away at the end.
set -euo pipefail
export LC_ALL=C.UTF-8
unset LANGUAGE # it would choose the language of messages in this locale too
root=${PAPAVER_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
build=${PAPAVER_BUILD:-$root/build/dev}
papaver=$build/app/papaver
tools=$build/tests/tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
field=${PAPAVER_FIELD_DATA:-$root/../shared/data}
checks=0
failures=0

need_field() {
    if [ ! -d "$field" ]; then
        echo "skipped: no field data"
        exit 77
    fi
}

ok() { # WHAT COMMAND...: counts a check
    local what=$1
    shift
    checks=$((checks + 1))
    if ! "$@" >"$work/ok.log" 2>&1; then
        failures=$((failures + 1))
        echo "FAILED: $what"
        head -c 2000 "$work/ok.log"
    fi
}

finish() {
    echo "$(basename "$0" .sh): $checks checks, $failures failed"
    [ "$failures" -eq 0 ]
}

# The model of the synthetic photo, trained once for this build of papaver; in $fixture: photo.tif labels.geojson truth.geojson model.pvm
fixture=$build/tests/fixture
make_fixture() {
    mkdir -p "$fixture"
    exec 9>"$fixture/lock"
    flock 9
    if [ ! -e "$fixture/model.pvm" ] || [ "$papaver" -nt "$fixture/model.pvm" ] || [ "$tools/make_photo" -nt "$fixture/model.pvm" ]; then
        rm -f "$fixture/model.pvm"
        "$tools/make_photo" "$fixture/photo.tif" --labels "$fixture/labels.geojson" --truth "$fixture/truth.geojson"
        # Its smallest plots have 5 x 6 pixels: the usual window of 7 is wider than they are.
        "$papaver" train --smooth 5 --photo "$fixture/photo.tif" --labels "$fixture/labels.geojson" --target poppy -o "$fixture/model.pvm" --quiet >"$fixture/train.log" 2>&1 ||
            { cat "$fixture/train.log"; exit 1; }
    fi
    flock -u 9
    exec 9>&-
}

# same_file A B: byte equality, with a word on where they differ.
same_file() {
    cmp "$1" "$2"
}

# plain FILE PHOTO...: the hotspots file without what follows from the bytes of the photo files: their hashes and the run's id.
plain() {
    local file=$1 photo script
    shift
    script='s/"run(_id)?": *"[0-9a-f]{16}"/"run\1":"RUN"/g'
    for photo in "$@"; do script="$script;s/$(sha256sum "$photo" | cut -d' ' -f1)/SHA-OF-THE-PHOTO/g"; done
    sed -E "$script" "$file"
}

# official kml|gpx FILE: the file is valid by the official schema (OGC's KML 2.2, TopoGrafix's GPX 1.1), which is not part of the project. Where it is: PAPAVER_KML_XSD and PAPAVER_GPX_XSD (the
# schema, or the folder that it is in; ogckml22.xsd needs atom-author-link.xsd and xAL.xsd beside it), else where tests/run.sh put that of Debian's package pytrainer. Without it nothing is checked.
schema_of() { # kml|gpx: prints its path; fails when there is none
    local given name
    case $1 in
    kml) given=${PAPAVER_KML_XSD:-} ;;
    gpx) given=${PAPAVER_GPX_XSD:-} ;;
    esac
    given=${given:-$root/build/schemas}
    if [ -f "$given" ]; then
        echo "$given"
        return 0
    fi
    for name in ogckml22.xsd gpx.xsd Topografix_gpx11.xsd; do
        case $1:$name in kml:gpx.xsd | kml:Topo* | gpx:ogc*) continue ;; esac
        if [ -f "$given/$name" ]; then
            echo "$given/$name"
            return 0
        fi
    done
    return 1
}
official() { xmllint --noout --nonet --schema "$(schema_of "$1")" "$2"; }
say_schemas() { # once a script
    local kind
    for kind in kml gpx; do
        if schema_of $kind >/dev/null; then echo "official $kind schema: $(schema_of $kind)"; else echo "skipped: no official $kind schema (PAPAVER_${kind^^}_XSD, or tests/run.sh)"; fi
    done
}
