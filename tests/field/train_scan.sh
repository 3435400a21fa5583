#!/usr/bin/env bash
# Train on one half of a real field, scan the whole: the hotspots lie on the parcels of the target, in both halves.
. "$(dirname "$0")/../lib.bash"
need_field
cp "$field/crops22/rgb.tif" "$field/crops22/labels.geojson" "$work"
chmod u+w "$work"/*
ogr2ogr -f GeoJSON "$work/fold0.geojson" "$work/labels.geojson" -where "fold = 0" 2>/dev/null
ogr2ogr -f GeoJSON -t_srs OGC:CRS84 "$work/target.geojson" "$work/labels.geojson" -where "class = 'M blanche'" 2>/dev/null
ogr2ogr -f GeoJSON -t_srs OGC:CRS84 "$work/target1.geojson" "$work/labels.geojson" -where "class = 'M blanche' AND fold = 1" 2>/dev/null
"$papaver" train --photo "$work/rgb.tif" --labels "$work/fold0.geojson" --target "M blanche" -o "$work/m.pvm" --quiet
"$papaver" scan "$work/rgb.tif" --model "$work/m.pvm" --quiet -o "$work/h.geojson"
echo "all parcels of the target:"
"$tools/plots_found" --margin 2 "$work/target.geojson" "$work/h.geojson" | tee "$work/all"
echo "those of the unseen fold:"
"$tools/plots_found" --margin 2 "$work/target1.geojson" "$work/h.geojson" | tee "$work/unseen"
every() { awk '/^true plots found/ { exit !($4 == $6 + 0 && $6 > 0) }' "$1"; }
ok "every parcel of the target is found" every "$work/all"
ok "also in the fold that was not learned from" every "$work/unseen"
finish
