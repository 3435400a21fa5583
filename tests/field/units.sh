#!/usr/bin/env bash
# Real boundaries: every polygon that can be repaired is used and the rest is named; a point lies in a unit exactly where GEOS says so, of features as OGR reads
# them and makes valid by itself, at 10,000 random points and corners of each file.
# tests/field/units.sh [POINTS [SEED]]   (default 10000 1)
. "$(dirname "$0")/../lib.bash"
need_field
points=${1:-10000}
seed=${2:-1}
info() { # FILE NAME: a number of what `papaver info --json` says
    "$papaver" info --json "$field/units/$1.geojson" | grep -oE "\"$2\":[0-9]+" | head -1 | grep -oE '[0-9]+$'
}
is() { # FILE NAME NUMBER
    ok "$1: $2 is $3, not $(info "$1" "$2")" [ "$(info "$1" "$2")" = "$3" ]
}
for file in "$field"/units/*.geojson; do
    name=$(basename "$file" .geojson)
    "$tools/units_agree" "$file" "$points" "$seed" >"$work/$name.txt" 2>"$work/$name.err" || true
    echo "$name: $(cat "$work/$name.txt" "$work/$name.err")"
    ok "$name: all $points points as GEOS says" grep -qE "^$points points, [1-9][0-9]* inside, 0 differ$" "$work/$name.txt"
    "$papaver" info --json "$file" >"$work/$name.json"
    # Whatever is left out is named with its feature.
    ok "$name: what is left out is named" [ "$(grep -oE 'feature [0-9]+ \([^"]*left out"' "$work/$name.json" | wc -l)" = "$(info "$name" left_out)" ]
    ok "$name: what is repaired is named" [ "$(grep -oE 'feature [0-9]+ \([^"]*: repaired \(' "$work/$name.json" | wc -l)" = "$(info "$name" repaired)" ]
done
# 86 counties, 9 of them invalid by GEOS.
is counties_gansu records 86
is counties_gansu used 86
is counties_gansu repaired 9
is counties_gansu xian 86
# 378 townships: 19 have no geometry, all others are used.
is towns records 378
is towns used 359
is towns left_out 19
ok "towns: no reason but a missing geometry" [ "$(grep -oE 'no geometry; left out' "$work/towns.json" | wc -l)" = 19 ]
finish
