#!/usr/bin/env bash
# From a night to an area with an interval: a draw, its blind kit, a crew that knows the truth, its answers in three formats, and the estimate. What a crew chose by itself never gets in, and a draw never changes.
. "$(dirname "$0")/week.bash"
command -v gdaltransform >/dev/null || { echo "skipped: no gdaltransform"; exit 77; }
mkdir -p "$pool"
cd "$work"
export PYTHONDONTWRITEBYTECODE=1
fill=$root/tests/tools/fill_kit.py
aide() { python3 "$root/tests/season/sample.py" "$work" "$@"; }
dump() { "$tools/ledger_dump" "$1/season.gpkg" | sha256sum; }
count() { python3 -c 'import sqlite3,sys; print(sqlite3.connect(sys.argv[1] + "/season.gpkg").execute(sys.argv[2]).fetchone()[0])' "$1" "$2"; }
ends() { # EXIT WORDS COMMAND...: with that code, and these words in what it says
    local want=$1 words=$2 code=0
    shift 2
    "$@" >"$work/words.txt" 2>&1 || code=$?
    [ "$code" = "$want" ] && grep -qE -- "$words" "$work/words.txt" || { echo "exit $code"; cat "$work/words.txt"; return 1; }
}
"$build/samples/papaver-samples" -o "$survey" --size 48 --seed 5 --flights 2 --bandset rgb >/dev/null
crop 1 0 0 5 5 a1 12 09:05:00
crop 2 5 0 9 10 b1 13 11:12:00
season=$work/season
new_season "$season"
bring "$season" a1.tif a1
bring "$season" b1.tif b1
night "$season" 2026-05-13 0
draw() { # SEASON OPTIONS
    local s=$1
    shift
    "$papaver" sample "$s" --n 300 --rare 60 --near 1 --date 2026-06-02 "$@"
}

before=$(dump "$season")
ok "a dry run" ends 0 "nothing was drawn" draw "$season" --dry-run
ok "a kit that cannot be made" ends 13 . draw "$season" --seed 4711 -o "$work/none/kits"
ok "neither draws anything" [ "$before" = "$(dump "$season")" ]
ok "a draw and its kit" draw "$season" --seed 4711 -o "$work/kits"
kit=$work/kits/2026-06-02-sample-1-all
ok "300 points" [ "$(count "$season" "SELECT count(*) FROM sample_points")" = 300 ]
ok "weights make the ground" [ "$(count "$season" "SELECT abs((SELECT sum(weight_m2) FROM sample_points)-(SELECT sum(area_e6)/1e6 FROM sample_strata))<1e-6")" = 1 ]
ok "four strata" [ "$(count "$season" "SELECT count(DISTINCT stratum) FROM sample_points")" = 4 ]
ok "the kit is marked" grep -q 抽样核查点 "$kit/README.txt"
ok "every format" bash -c 'for f in field.gpkg papaver.qgs plots.kmz plots.gpx plots.csv plots.geojson plots_ovital.txt shp/plots.shp maps/photo-1.jpg; do [ -s "$1/$f" ] || { echo "$f"; exit 1; }; done' _ "$kit"
unzip -qo "$kit/plots.kmz" -d "$work/kmz"
ok "it tells nothing of strata" bash -c '! grep -raqE "likely|borderline|stratum|高度疑似|边缘疑似|map_class|inclusion|weight_m2" "$1/plots.csv" "$1/plots.geojson" "$1/plots.gpx" "$1/plots_ovital.txt" "$1/field.gpkg" "$2/doc.kml"' _ "$kit" "$work/kmz"
ok "the form asks how it was seen" bash -c 'head -1 "$1/plots.csv" | grep -q ",verdict,how_seen,visit_time,crew,person1,person2,gnss_accuracy_m,note"' _ "$kit"

# The photos taken in the other order, by one thread, and the draw with another number of threads: the same points.
new_season "$work/other"
bring "$work/other" first.tif b1
OMP_NUM_THREADS=1 night "$work/other" 2026-05-13 0
bring "$work/other" second.tif a1
night "$work/other" 2026-05-14 0
points() { python3 -c 'import sqlite3,sys
for r in sqlite3.connect(sys.argv[1] + "/season.gpkg").execute("SELECT id,cell_i,cell_j,stratum,map_class,inclusion,weight_m2 FROM sample_points ORDER BY id"): print(r)' "$1"; }
OMP_NUM_THREADS=1 draw "$work/other" --seed 4711 >/dev/null
ok "the same seed draws the same points" diff <(points "$season") <(points "$work/other")

# Answers: in three formats, one of them shifted, twice.
aide crew "$kit" answers.json
aide truth "$season" >truth.json
cp -r "$season" "$work/empty"
filled() { # FOLDER FORMAT ANSWERS [gcj02]
    rm -rf "$1"
    cp -r "$kit" "$1"
    python3 "$fill" "$1" "$2" "$3" ${4:+"$4"}
}
ok "before there are answers" ends 11 "stratum likely: it has 0 answers" "$papaver" sample "$season" --estimate
filled g gpkg answers.json
ok "they come back" ends 0 "300 added" "$papaver" import "$season" g/field.gpkg
ok "no finding comes of them" [ "$(count "$season" "SELECT count(*) FROM findings")" = 0 ]
before=$(dump "$season")
filled c csv answers.json gcj02
filled s shp answers.json
ok "twice" ends 0 "300 same" "$papaver" import "$season" g/field.gpkg
ok "as a shifted table" ends 0 "300 same" "$papaver" import "$season" c/plots.csv
ok "as a Shapefile" ends 0 "300 same" "$papaver" import "$season" s/shp/plots.shp
ok "nothing is new" [ "$before" = "$(dump "$season")" ]
ok "the estimate" bash -c '"$1" sample "$2" --estimate --json >estimate.json && "$1" sample "$2" --estimate 1 >estimate.txt' _ "$papaver" "$season"
ok "covers the truth" aide judge estimate.json truth.json
aide judge estimate.json truth.json | head -1 || true
ok "in words" bash -c 'grep -q "^poppy, estimated" estimate.txt && grep -q "^user.s accuracy" estimate.txt && grep -q " at the point 300," estimate.txt'
ok "what the map missed is named" bash -c '[ "$(grep -c "missed by the map: S" estimate.txt)" = "$(python3 -c "import json; print(len(json.load(open(\"estimate.json\"))[\"missed\"]))")" ]'

# Non-response is told, and nobody takes another's place.
aide crew "$kit" some.json unreachable 10
cp -r "$work/empty" "$work/some"
filled u gpkg some.json
ok "some could not be reached" ends 0 "300 added" "$papaver" import "$work/some" u/field.gpkg
ok "it is told" ends 0 "30 could not be reached, 0 not answered yet" "$papaver" sample "$work/some" --estimate
ok "their estimate" bash -c '"$1" sample "$2" --estimate --json >some_estimate.json' _ "$papaver" "$work/some"
ok "covers the truth too" aide judge some_estimate.json truth.json

# What a crew chose: a place of its own among the points, an id that nobody drew, a point that was moved.
python3 - answers.json chosen.json <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
keep = dict(list(d["answers"].items())[:40])
new = {**next(iter(keep.values())), "lon": 105.6725, "lat": 34.8576, "verdict": "confirmed_poppy"}
json.dump({"answers": keep, "new": [new]}, open(sys.argv[2], "w"))
PY
cp -r "$work/empty" "$work/chosen"
filled x gpkg chosen.json
ok "a place of its own is refused" ends 10 "a place that the crew chose cannot enter an audit sample" "$papaver" import "$work/chosen" x/field.gpkg
ok "the points are taken" [ "$(count "$work/chosen" "SELECT count(*) FROM sample_answers")" = 40 ]
ok "no plot came of it" [ "$(count "$work/chosen" "SELECT count(*) FROM plots WHERE origin='crew'")" = 0 ]
filled y csv answers.json
python3 - y/plots.csv invented.csv moved.csv <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig")))[:5]
def save(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        out = csv.DictWriter(f, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
save(sys.argv[2], [{**rows[0], "id": "S000000"}])
save(sys.argv[3], [{**rows[1], "lon": "%.7f" % (float(rows[1]["lon"]) + 0.0005)}] + rows[2:])
PY
ok "an id that nobody drew" ends 11 "S000000: refused: point of an audit sample: no draw of this season has this point" "$papaver" import "$work/chosen" invented.csv
cp -r "$work/empty" "$work/moved"
ok "a point that was moved" ends 10 "doubtful: its place is 4[0-9] m from point S" "$papaver" import "$work/moved" moved.csv
ok "the three others" [ "$(count "$work/moved" "SELECT count(*) FROM sample_answers")" = 3 ]

# A draw stays as it is; another one is another one.
ok "a draw is not changed" ends 2 "never changed" "$papaver" sample "$season" 1 --n 400 -o "$work/again"
ok "nor its name taken" ends 2 "never changed" draw "$season" --name 1
ok "its kit once more" "$papaver" sample "$season" 1 -o "$work/again" --date 2026-06-02
ok "the same bytes" bash -c 'diff -r "$1" "$2"' _ "$kit" "$work/again/2026-06-02-sample-1-all"
ok "a second draw" ends 0 "draw	2" draw "$season" --seed 5 --allocation neyman
ok "has its own answers" ends 11 "draw 2: stratum likely: it has 0 answers" "$papaver" sample "$season" --estimate
ok "the first has its own still" bash -c '"$1" sample "$2" --estimate 1 --json | cmp - estimate.json' _ "$papaver" "$season"
ok "by village" bash -c '"$1" sample "$2" 1 -o "$3" --by cun --date 2026-06-02 --no-zip >/dev/null && [ "$(ls "$3" | wc -l)" -ge 2 ]' _ "$papaver" "$season" "$work/villages"
finish
