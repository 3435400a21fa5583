#!/usr/bin/env bash
# DJI Terra calls the folder of every flight `results`: three flights of one name, two of them over the same ground pixel by pixel. Nothing of one takes the place of another: hotspots, plots,
# pictures, the page, kits, flights.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
command -v gdal_translate >/dev/null || { echo "skipped: no gdal_translate"; exit 77; }
cd "$work"
make_fixture
split() { # FOLDER OPTION...: a photo as a folder of bands
    local k=0 name to=$1
    shift
    mkdir -p "$to"
    for name in Blue Green Red NIR; do
        k=$((k + 1))
        gdal_translate -q -b $k "$@" "$fixture/photo.tif" "$to/result_$name.tif"
    done
}
"$papaver" init s 2>/dev/null
sed -i "s/^#settle_s.*/settle_s = 0/; s,^#model .*,model = $fixture/model.pvm," s/season.conf
split s/inbox/f1/results
split s/inbox/f2/results -mo NOTE=two
split s/inbox/f3/results -a_ullr 400300 2900000 400370 2899950
ok "a scan refuses two photos of one name, and says which" bash -c '"$1" scan s/inbox/f1/results s/inbox/f3/results --model "$2" -o both.geojson 2>words; [ $? = 2 ] && grep -q "f1/results and s/inbox/f3/results have the same name" words && [ ! -e both.geojson ]' \
    _ "$papaver" "$fixture/model.pvm"
ok "a night takes all" "$papaver" night s --date 2026-05-12
"$papaver" export s -o kits --by all --all --date 2026-05-13 >/dev/null 2>&1
"$papaver" stats s 2026 --format json >stats.json
cat >truth.py <<'P'
import glob, json, os
night = json.load(open("s/out/latest/hotspots.geojson"))
photos = night["papaver"]["photos"]
assert [(p["file"], p["name"]) for p in photos] == [("f%d/results" % k, "results") for k in (1, 2, 3)], photos
of = {}
for f in night["features"]: of.setdefault(f["properties"]["file"], []).append(f["properties"])
ids = {k: {p["id"] for p in v} for k, v in of.items()}
plots = {k: {p["plot"] for p in v} for k, v in of.items()}
assert len(ids["f1/results"]) == len(of["f1/results"]) > 10 and ids["f1/results"] == ids["f2/results"]
assert not ids["f1/results"] & ids["f3/results"] and len(ids["f3/results"]) == len(ids["f1/results"])
assert plots["f1/results"] == plots["f2/results"] and not plots["f1/results"] & plots["f3/results"]
# A picture of each hotspot, none for two: its name ends in the photo's number.
chips = [os.path.basename(c) for c in glob.glob("s/chips/*.jpg") if not os.path.basename(c).startswith("photo-")]
assert len(chips) == len(night["features"]) == len(set(chips)), (len(chips), len(night["features"]))
assert len(glob.glob("s/chips/photo-*.jpg")) == 3
page = open("s/out/latest/index.html", encoding="utf-8").read()
assert all("f%d/results" % k in page for k in (1, 2, 3))
kit = glob.glob("kits/*-all")[0]
listed = json.load(open(kit + "/plots.geojson"))["features"]
shown = [f["properties"].get("chip") for f in listed]
assert len(listed) == len(plots["f1/results"] | plots["f3/results"])
files = glob.glob(kit + "/chips/*.jpg")
assert len(files) == len(listed), (len(files), len(listed))
assert len({open(f, "rb").read() for f in files}) > 1
values = json.load(open("stats.json"))["periods"][0]["rows"][0]["values"]
assert values["photos"] == 3 and values["flights"] == 3, values
P
ok "nothing takes another's place" python3 truth.py
finish
