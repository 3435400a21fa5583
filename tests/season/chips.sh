#!/usr/bin/env bash
# One plot, one file (一斑一档): the same block, flown again on another day under the same name, has hotspots of the same ids; each sight keeps its own picture, and who shows a date shows its picture.
. "$(dirname "$0")/../lib.bash"
make_fixture
cd "$work"
"$papaver" init s --name chips >/dev/null 2>&1
printf 'settle_s = 0\ndisk_reserve_mib = 1\ndisk_low_mib = 0\nmodel = %s\n' "$fixture/model.pvm" >>s/season.conf
"$tools/make_photo" photo.tif --size 300x260
fly() { # DATE: the block, flown on that day
    mkdir -p s/inbox
    gdal_translate -q -co TILED=YES -mo "TIFFTAG_DATETIME=${1//-/:} 10:00:00" photo.tif "s/inbox/block.tif" >/dev/null
    "$papaver" night s --date "$1" >"night-$1.log" 2>&1
}
names() { find s/chips -name "[0-9a-f]*-*.$1" -printf '%f\n' | sort; }

ok "the first flight" fly 2026-05-10
names jpg >first
ok "has pictures" [ -s first ]
(cd s/chips && xargs sha256sum) <first >first.sha
rm -f s/inbox/block.tif
ok "the second flight" fly 2026-05-20
names jpg >both
ok "hotspots of the same ids" [ "$(sed 's/-.*//' both | sort | uniq -d | wc -l)" -gt 0 ]
ok "each keeps its own" [ "$(wc -l <both)" -eq $((2 * $(wc -l <first))) ]
ok "the earlier ones are untouched" bash -c 'cd s/chips && sha256sum --quiet -c ../../first.sha'
ok "and so are their pixels" [ "$(names tif | wc -l)" -eq "$(wc -l <both)" ]
ok "the night names files that are there" bash -c 'grep -o "\"chip\":\"[^\"]*\"" s/out/latest/hotspots.geojson | cut -d\" -f4 | while read -r f; do [ -e "s/chips/$f" ] || exit 1; done; grep -q "\"chip\":\"[0-9a-f]*-" s/out/latest/hotspots.geojson'

# A plot's file has them all, by day.
"$papaver" plots s --json --date 2026-05-21 >plots.json
id=$(grep -o '"id":"P[0-9A-Z]*"' plots.json | head -n 1 | cut -d'"' -f4)
LC_ALL=C "$papaver" plots s --id "$id" --date 2026-05-21 >words
ok "both days" [ "$(grep -c 'picture 2026-05-[12]0: chips/' words)" -ge 2 ]
"$papaver" plots s --id "$id" --json --date 2026-05-21 >one.json
python3 - one.json s >judge <<'PY'
import json, os, sys
plot = json.load(open(sys.argv[1]))["plots"][0]
days = [p["day"] for p in plot["pictures"]]
assert days == sorted(days) and {"2026-05-10", "2026-05-20"} <= set(days), days
assert all(os.path.exists(os.path.join(sys.argv[2], p["file"])) for p in plot["pictures"])
PY
ok "in JSON too" [ ! -s judge ]

# What shows the plot's last day shows that day's picture; an old season's file is found where there is no other.
ok "a kit" "$papaver" export s -o kits --by all --date 2026-05-21
ok "its folders have one mode" [ "$(find kits -mindepth 1 -type d -printf '%m\n' | sort -u)" = 750 ]
hotspot=$(python3 -c 'import json,sys; p=[p for p in json.load(open("plots.json"))["plots"] if p["id"]==sys.argv[1]][0]; print(p["hotspot"])' "$id")
later=$(grep "^$hotspot-" both | sort -t- -k2n | tail -n 1)
ok "the kit's picture is of the last day" cmp "s/chips/$later" kits/*/chips/"$hotspot.jpg"
mv "s/chips/$later" "s/chips/$hotspot.jpg"
ok "a kit of an old season" "$papaver" export s -o old --by all --date 2026-05-21
ok "has its picture" cmp "s/chips/$hotspot.jpg" old/*/chips/"$hotspot.jpg"
mv "s/chips/$hotspot.jpg" "s/chips/$later"

# The pixels take no more than was allowed; pictures for the phone stay, and nothing is deleted.
echo 'chips_mib = 0' >>s/season.conf
rm -f s/inbox/block.tif
ok "the third flight" fly 2026-05-25
ok "pictures of all three" [ "$(names jpg | wc -l)" -eq $((3 * $(wc -l <first))) ]
ok "pixels of two" [ "$(names tif | wc -l)" -eq $((2 * $(wc -l <first))) ]
ok "that is said" grep -q 'chips_mib' night-2026-05-25.log
finish
