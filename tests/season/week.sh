#!/usr/bin/env bash
# A week of nights over one sample survey: three flights in three coordinate systems, cut into photos that overlap by 30 %, some ground flown twice; one photo comes half-copied first, one is
# damaged, one comes twice, one is too coarse, one out of focus, one no photo at all, one night brings nothing. What the season then says of ground and plots is worked out once more from
# single photos by week.py. The same photos in another order, and all in one night, give the same.
. "$(dirname "$0")/week.bash"
make_week --size 48 --seed 5 --flights 3 --bandset rgb
mkdir "$work/own" "$work/nights"
for picture in "$pool"/*.tif; do
    name=$(basename "$picture" .tif) code=0
    (cd "$pool" && "$papaver" scan "$name.tif" --quiet --allow-coarse -o "$work/own/$name.geojson" --class "$work/own/$name.class.tif" >/dev/null 2>&1) || code=$?
    ok "$name is scanned alone (exit $code)" [ $code -eq "$([ "$name" = b2 ] && echo 10 || echo 0)" ]
done

# Is in the page of a night.
page() { grep -qF -- "$2" "$work/nights/2026-05-$1/index.html"; }
not_page() { ! page "$@"; }

week=(12:0 13:10 14:0 15:0 16:10 17:0 18:0)
new_season "$work/one"
for n in "${week[@]}"; do
    date=2026-05-${n%:*}
    bring_night "$work/one" "$date" sort
    night "$work/one" "$date" "${n#*:}"
    if [ "$date" = 2026-05-15 ]; then
        ok "a night without photos says so" grep -q "nothing is new" "$work/one.$date.words"
        ok "and leaves yesterday's page" diff -r "$work/one/out/latest/" "$work/nights/2026-05-14"
    else
        cp -rL "$work/one/out/latest" "$work/nights/$date"
        ok "$date: hashes" bash -c 'cd "$1" && sha256sum --quiet --strict -c SHA256SUMS' _ "$work/nights/$date"
    fi
done
mapfile -t nights < <(cut -d, -f1 "$work/plan.csv" | grep ^2 | sort -u)
# Its lines are told as they are.
if ! python3 "$root/tests/season/week.py" "$papaver" "$work" "$work/one" "${nights[@]}" >"$work/week.log" 2>&1; then failures=$((failures + 1)); fi
checks=$((checks + 1))
cut -c1-1000 "$work/week.log" | head -60

# What was not used is named, and what came of it.
ok "half-copied: named" page 12 "f1/a4.tif"
ok "half-copied: waits" grep -qE 'f1/a4.tif</td><td><span lang="zh">等待' "$work/nights/2026-05-12/index.html"
ok "whole the next night" grep -qE 'f1/a4.tif</td><td><span lang="zh">完成' "$work/nights/2026-05-13/index.html"
ok "the same photo once more" grep -qE 'f2/again a1.tif</td><td><span lang="zh">重复' "$work/nights/2026-05-13/index.html"
ok "damaged" grep -qE 'f2/b2.tif</td><td><span lang="zh">部分损坏' "$work/nights/2026-05-13/index.html"
ok "damaged: in red" page 13 'class="bad"'
ok "no photo: named, without markup of its own" grep -qE 'f4/notes &amp; &lt;b&gt;.tif</td><td><span lang="zh">不能使用' "$work/nights/2026-05-16/index.html"
ok "no photo: its name is not markup" not_page 16 "<b>.tif"
ok "too coarse" grep -qE 'f5/e1.tif</td><td><span lang="zh">分辨率不足' "$work/nights/2026-05-17/index.html"
ok "ground too coarse and out of focus: in red" grep -qE 'class="bad".*not all was seen' "$work/nights/2026-05-17/index.html"
ok "and how much" page 17 "mu are blurred"
ok "all was seen: no red" not_page 14 'class="bad"'
# Numbers of plots stay: whoever wrote one down finds it in every later page, also when it has become a part of another.
seen_ids=
for date in "${nights[@]}"; do
    for id in $seen_ids; do ok "$id is still there on $date" grep -qE "<tr id=\"$id\">|was also</span>:[ P0-9A-Z]* $id" "$work/nights/$date/index.html"; done
    seen_ids="$seen_ids $(grep -oE '<tr id="P[0-9A-Z]{6}">' "$work/nights/$date/index.html" | cut -d'"' -f2 | tr '\n' ' ')"
done
ok "there are plots" [ "$(wc -w <<<"$seen_ids")" -gt 20 ]
ok "some were joined" page 18 "was also</span>: P"

# Files that others open.
for date in "${nights[@]}"; do
    for file in hotspots gaps; do ok "$date: GDAL reads $file.geojson" ogrinfo -q -so "$work/nights/$date/$file.geojson"; done
done
if command -v node >/dev/null && [ -d "$root/build/npm/node_modules/@placemarkio/check-geojson" ]; then
    cat >"$root/build/npm/week.mjs" <<'J'
import { readFileSync } from 'node:fs';
import { check } from '@placemarkio/check-geojson';
for (const file of process.argv.slice(2)) check(readFileSync(file, 'utf8'));
J
    ok "the validator of GeoJSON accepts hotspots and gaps" node "$root/build/npm/week.mjs" "$work"/nights/*/hotspots.geojson "$work"/nights/*/gaps.geojson
else
    echo "left out: no check-geojson in build/npm"
fi
ok "the ledger has its layers" bash -c 'for l in photos hotspots plots; do ogrinfo -ro -so "$1" $l | grep -q "ID\[\"EPSG\",4326\]\]$" || exit 1; done' _ "$work/one/season.gpkg"
invalid() {
    ogr2ogr -f CSV /vsistdout/ "$1" -dialect sqlite -sql "SELECT sum(n) n FROM (SELECT count(*) n FROM photos WHERE geom IS NOT NULL AND ST_IsValid(geom)<>1
        UNION ALL SELECT count(*) FROM hotspots WHERE geom IS NULL OR ST_IsValid(geom)<>1 UNION ALL SELECT count(*) FROM plots WHERE (geom IS NULL)<>(merged_into IS NOT NULL) OR (geom IS NOT NULL AND ST_IsValid(geom)<>1))" | tail -1 | tr -d '",'
}
ok "its geometries are valid" [ "$(invalid "$work/one/season.gpkg")" = 0 ]
if /usr/bin/python3 -c "import osgeo_utils.samples.validate_gpkg" 2>/dev/null; then
    cp "$work/one/season.gpkg" "$work/check.gpkg"
    ok "GDAL's check of GeoPackages" /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg -k "$work/check.gpkg"
fi

# The same photos, put into the inbox in another order.
new_season "$work/two"
for n in "${week[@]}"; do
    bring_night "$work/two" "2026-05-${n%:*}" "sort -r"
    night "$work/two" "2026-05-${n%:*}" "${n#*:}"
done
ok "in another order: the same pages, byte for byte" diff -r "$work/one/out" "$work/two/out" -x metrics.prom
# All of them in one night.
new_season "$work/all"
for date in "${nights[@]}"; do bring_night "$work/all" "$date" sort; done
night "$work/all" 2026-05-18 10
ok "all in one night: the same coverage" cmp "$work/one/out/latest/coverage.json" "$work/all/out/latest/coverage.json"
ok "all in one night: the same gaps" cmp "$work/one/out/latest/gaps.geojson" "$work/all/out/latest/gaps.geojson"
for season in one two all; do python3 "$root/tests/season/week_plots.py" "$work/$season/season.gpkg" >"$work/$season.plots"; done
ok "in another order: the same plots" cmp "$work/one.plots" "$work/two.plots"
ok "all in one night: the same plots, with the same numbers" cmp "$work/one.plots" "$work/all.plots"
for season in one two all; do ok "the ledger proves itself: $season" "$papaver" stats "$work/$season" --verify; done
finish
