#!/usr/bin/env bash
# hotspots.geojson passes a validator written by others: npm's @placemarkio/check-geojson. tests/run.sh installs it into build/npm.
. "$(dirname "$0")/../lib.bash"
if ! command -v node >/dev/null || [ ! -d "$root/build/npm/node_modules/@placemarkio/check-geojson" ]; then
    echo "skipped: no check-geojson in build/npm (tests/run.sh installs it where npm and network are)"
    exit 77
fi
make_fixture
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" -o "$work/h.geojson" --quiet
cat >"$root/build/npm/check.mjs" <<'J'
import { readFileSync } from 'node:fs';
import { check } from '@placemarkio/check-geojson';
for (const file of process.argv.slice(2)) {
    const found = check(readFileSync(file, 'utf8'));
    if (found.type !== 'FeatureCollection' || found.features.length === 0) throw new Error('no features in ' + file);
    console.log(found.features.length + ' features');
}
J
ok "the validator accepts the file" node "$root/build/npm/check.mjs" "$work/h.geojson"
# The validator itself can fail: a ring that is not closed.
sed -E '0,/\]\]\]/s/,\[[^]]*\]\]\]/]]/' "$work/h.geojson" >"$work/broken.geojson"
if node "$root/build/npm/check.mjs" "$work/broken.geojson" >/dev/null 2>&1; then
    echo "FAILED: the validator accepted a broken file"
    exit 1
fi
finish
