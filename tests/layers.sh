#!/usr/bin/env bash
# The house as a law: who may include whom (arrows), which file opens which library (doors), and a few habits.
#   tests/layers.sh              checks the tree
#   tests/layers.sh --self-test  plants one violation of each kind in a copy and demands that it is caught
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rooms="base geo vision models pipeline season report app"

# Files of the rooms that are there, with the given endings.
files() { # FOLDER ENDING...
    local folder=$1 room ending
    shift
    for room in $rooms samples; do
        for ending in "$@"; do
            for file in "$folder/$room"/*."$ending"; do
                if [ -e "$file" ]; then echo "${file#"$folder"/}"; fi
            done
        done
    done
}

check() { # FOLDER: prints violations, one a line
    cd "$1"
    # shellcheck disable=SC2046
    awk '
        BEGIN {
            may["base"] = " base "
            may["geo"] = " geo base "
            may["vision"] = " vision base "
            may["models"] = " models base "
            may["pipeline"] = " pipeline geo vision models base "
            may["season"] = " season geo base "
            may["report"] = " report season geo vision base "
            may["app"] = " app report season pipeline geo vision models base "
            may["samples"] = " samples app report season pipeline geo vision models base "
        }
        function leave() {
            if (file ~ /\.c$/ && last != "base/banned.h") print file ": habit: base/banned.h must be the last include"
            if (lines > 600) print file ": habit: more than 600 lines"
        }
        FNR == 1 {
            if (file != "") leave()
            file = FILENAME
            last = ""
            room = file
            sub(/\/.*/, "", room)
        }
        { lines = FNR }
        END { leave() }
        /^[ \t]*#[ \t]*include/ {
            name = $0
            sub(/^[^<"]*[<"]/, "", name)
            sub(/[>"].*/, "", name)
            last = name
            from = name
            if (from ~ /\// && sub(/\/.*/, "", from) && (from in may) && index(may[room], " " from " ") == 0)
                print FILENAME ":" FNR ": arrow: " room "/ may not include " name
            if (name ~ /^(gdal|ogr|cpl|osr|proj|geodesic|tiff|xtiffio|geotiff)[a-z_0-9]*\.h/ && room != "geo" && FILENAME != "samples/write_geotiff.c")
                print FILENAME ":" FNR ": door: " name " belongs to geo/"
            if (name ~ /^opencv2?\// && FILENAME !~ /^vision\/[a-z_0-9]+\.(cpp|hpp)$/) print FILENAME ":" FNR ": door: " name " belongs to C++ files of vision/"
            if (name ~ /^sqlite3/ && room != "season") print FILENAME ":" FNR ": door: " name " belongs to season/"
            if (name ~ /^xlsxwriter/ && room != "report") print FILENAME ":" FNR ": door: " name " belongs to report/"
            if (name ~ /^zip\.h/ && FILENAME != "geo/zip.c") print FILENAME ":" FNR ": door: " name " belongs to geo/zip.c"
            if (name ~ /^seccomp\.h/ && FILENAME != "app/cage.c") print FILENAME ":" FNR ": door: " name " belongs to app/cage.c"
            if (name ~ /^nettle\// && FILENAME != "base/sha256.h") print FILENAME ":" FNR ": door: " name " belongs to base/sha256.h"
            if (name ~ /^(pthread|threads)\.h/) print FILENAME ":" FNR ": door: threads are OpenMP in models/train.c and pipeline/run.c"
        }
        (/^[ \t]*#[ \t]*include[ \t]*<omp\.h>/ || /^[ \t]*#[ \t]*pragma[ \t]+omp/) &&
            FILENAME !~ /^(models\/train|pipeline\/run|samples\/render)\.c$/ { print FILENAME ":" FNR ": door: OpenMP belongs to models/train.c and pipeline/run.c" }
        /(^|[^A-Za-z_])(OSR|OCT)[A-Z][A-Za-z0-9]*\(/ && FILENAME !~ /^geo\/(place[a-z_]*|labels?[a-z_]*|units_read|vector_[a-z_]*|transform|gdal_door|photo[a-z_]*)\.c$/ && FILENAME != "samples/write_geotiff.c" {
            print FILENAME ":" FNR ": door: coordinate systems belong to the files of places, labels, boundaries, vector files and photos in geo/"
        }
        /(^|[^A-Za-z_])((exit|abort|_exit|v?printf|puts|perror)\(|v?fprintf\((stderr|stdout)|fputs\([^;]*(stderr|stdout)\))/ && room !~ /^(app|samples)$/ && $0 !~ /^[ \t]*(\/\*|\*|\/\/)/ {
            print FILENAME ":" FNR ": habit: a library room never prints and never exits"
        }
    ' $(files . c h cpp hpp)
    files . c h cpp hpp | grep -v '^samples/' | sed 's,.*/,,' | sort | uniq -d | sed 's/$/: habit: two rooms have a file of this name/'
}

self_test() {
    local work caught=0 planted=0
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    plant() { # WORDS FILE TEXT
        local words=$1 file=$2 text=$3
        rm -rf "$work/tree"
        mkdir -p "$work/tree"
        for room in $rooms samples; do
            mkdir -p "$work/tree/$room"
            cp "$root/$room"/*.[ch] "$root/$room"/*.[ch]pp "$work/tree/$room/" 2>/dev/null || true
        done
        printf '%s\n' "$text" >"$work/tree/$file"
        planted=$((planted + 1))
        if (check "$work/tree") | grep -F "$file" | grep -qF "$words" || { [ "$words" = "two rooms" ] && (check "$work/tree") | grep -qF "$words"; }; then
            caught=$((caught + 1))
        else
            echo "not caught: '$words' planted in $file"
        fi
    }
    local end='#include "base/banned.h"'
    plant "arrow: geo/" geo/planted.c "#include \"pipeline/run.h\"
$end"
    plant "arrow: base/" base/planted.h '#include "geo/photo.h"'
    plant "arrow: vision/" vision/planted.cpp '#include "geo/photo.h"'
    plant "arrow: models/" models/planted.c "  #  include \"vision/picture.h\"
$end"
    plant "arrow: pipeline/" pipeline/planted.c "#include \"season/store.h\"
$end"
    plant "arrow: season/" season/planted.c "#include \"models/model.h\"
$end"
    plant "arrow: report/" report/planted.c "#include \"pipeline/run.h\"
$end"
    plant "arrow: models/" models/planted.c "#include \"app/command.h\"
$end"
    plant "belongs to geo/" pipeline/planted.c "#include <gdal.h>
$end"
    plant "belongs to base/sha256.h" geo/planted.c "#include <nettle/sha1.h>
$end"
    plant "belongs to geo/" app/planted.c "#include <ogr_api.h>
$end"
    plant "belongs to geo/" models/planted.c "#include <tiffio.h>
$end"
    plant "belongs to geo/" season/planted.c "#include <proj.h>
$end"
    plant "belongs to C++ files of vision/" vision/planted.c "#include <opencv2/core.hpp>
$end"
    plant "belongs to C++ files of vision/" geo/planted.cpp "#include <opencv2/core.hpp>"
    plant "belongs to season/" geo/planted.c "#include <sqlite3.h>
$end"
    plant "belongs to report/" app/planted.c "#include <xlsxwriter.h>
$end"
    plant "belongs to app/cage.c" app/planted.c "#include <seccomp.h>
$end"
    plant "OpenMP" pipeline/planted.c "$end
#pragma omp parallel for"
    plant "OpenMP" geo/planted.c "#include <omp.h>
$end"
    plant "threads are OpenMP" app/planted.c "#include <pthread.h>
$end"
    plant "coordinate systems" pipeline/planted.c "$end
void f(void) { OSRNewSpatialReference(NULL); }"
    plant "never prints" models/planted.c "$end
void f(void) { printf(\"x\"); }"
    plant "never prints" base/planted.c "$end
void f(void) { (void)fprintf(stderr, \"x\"); }"
    plant "last include" geo/planted.c "$end
#include <stdio.h>"
    plant "last include" geo/planted.c "int a;"
    plant "600 lines" base/planted.h "$(seq 601 | sed 's,.*,/* & */,')"
    plant "two rooms" geo/err.h "/* a twin */"
    echo "layers: $caught of $planted planted violations caught"
    [ "$caught" -eq "$planted" ]
}

if [ "${1:-}" = --self-test ]; then
    self_test
    exit
fi
found=$(check "$root")
if [ -n "$found" ]; then
    echo "$found"
    echo "layers: $(echo "$found" | wc -l) violations"
    exit 1
fi
echo "layers: $(cd "$root" && files . c h cpp hpp | wc -l) files keep the house's rules"
