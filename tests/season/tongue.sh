#!/usr/bin/env bash
# Every command in Chinese over a small season and its photos: nothing that a person reads is an English sentence, and what machines read is the same bytes in both languages.
# shellcheck source=tests/lib.bash
. "$(dirname "$0")/../lib.bash"
for command in python3 msgfmt; do command -v "$command" >/dev/null || { echo "skipped: no $command"; exit 77; }; done
make_fixture
export PAPAVER_LOCALE=$build/locale
cd "$work"
# Names with a digit in them are names to the checker.
cp "$fixture/photo.tif" f1.tif
cp "$fixture/labels.geojson" l1.geojson
"$papaver" train --smooth 5 --photo f1.tif --labels l1.geojson --target poppy --trees 40 --max-per-label 300 --no-gate --no-objects --name m1 -o m1.pvm --quiet
printf 'hello' >text.tif
head -c 20000 f1.tif >half.tif
zh() { LC_ALL=zh_CN.UTF-8 "$papaver" "$@"; }

# chinese WHAT CODE COMMAND...: it ends with CODE; what it says is kept for the checker, which reads all of it at the end.
said=0
mkdir said
chinese() {
    local code=0 what=$1 due=$2
    shift 2
    said=$((said + 1))
    LC_ALL=zh_CN.UTF-8 "$papaver" "$@" >"said/$(printf %03d $said)-$what" 2>&1 </dev/null || code=$?
    [ "$code" = "$due" ] || { echo "$what: exit $code"; cat "said/$(printf %03d $said)-$what"; return 1; }
}
# same COMMAND...: the same bytes on stdout in both languages.
same() {
    "$papaver" "$@" >"$work/en.out" 2>/dev/null || true
    zh "$@" >"$work/zh.out" 2>/dev/null || true
    [ -s "$work/en.out" ] && cmp "$work/en.out" "$work/zh.out"
}
check=$root/tests/season/tongue.py
mkdir try
printf '3 个图斑 were refused\n' >try/1-x
ok "the checker sees an English sentence" bash -c '! python3 "$1" try/1-x' _ "$check"
printf '确认\trefused\n' >try/1-x
ok "and a heading" bash -c '! python3 "$1" try/1-x' _ "$check"
printf 'papaver: [input] scan: P0AB12C 模型 m1 (0123456789abcdef), f1.tif，--folds, `papaver train`，12 MiB\n' >try/1-x
ok "not names" python3 "$check" try/1-x
printf '      --smooth N  which is not translated\n' >try/1-help
ok "and a sentence of a help page" bash -c '! python3 "$1" try/1-help' _ "$check"

# ---- photos and models ----
for c in scan train evaluate init night plots export import report coverage stats sample merge check info doctor help; do
    ok "help $c" chinese help 0 help $c
    ok "man $c" chinese help 0 help --man $c
done
ok "help" chinese help 0 help
ok "man" chinese help 0 help --man
ok "zsh" chinese help 0 help --completion zsh
ok "check" chinese check 10 check f1.tif text.tif half.tif .  --hash
ok "scan" chinese scan 10 scan f1.tif text.tif --model m1.pvm --units l1.geojson -o spots.geojson
for k in 1 2; do "$papaver" scan f1.tif --model m1.pvm --shard $k/3 -o part$k.geojson 2>/dev/null || true; done
ok "merge" chinese merge 10 merge part1.geojson part2.geojson -o all.geojson
ok "merge of strange files" chinese merge 11 merge part1.geojson l1.geojson -o none.geojson
ok "info" chinese info 0 info f1.tif m1.pvm spots.geojson l1.geojson --plan --drift --model m1.pvm
ok "doctor" chinese doctor 0 doctor
cat >odd.geojson <<'JSON'
{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"poppy","stage":"abcdefghijklmnopqrstuvwxyzabcdefghijkl","plants":"x"},"geometry":{"type":"Point","coordinates":[0,0]}},
{"type":"Feature","properties":{"class":"poppy"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}},{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[0,0]}}]}
JSON
python3 - <<'PY'
import json
a, b = json.load(open("l1.geojson")), json.load(open("odd.geojson"))
a["features"] += b["features"]
json.dump(a, open("odd.geojson", "w"))
PY
learn=(--target poppy --smooth 5 --trees 4 --max-per-label 200 --seed 3)
ok "train" chinese train 0 train --photo f1.tif --labels odd.geojson "${learn[@]}" --no-gate -o m2.pvm
"$papaver" train --photo f1.tif --labels odd.geojson "${learn[@]}" --no-gate --name m2 -o m3.pvm >/dev/null 2>&1
ok "the model and its card are the same bytes" cmp m2.pvm m3.pvm
ok "going on from a model" chinese train 0 train --from m2.pvm --photo f1.tif --labels l1.geojson --trees 2 -o m4.pvm
ok "evaluate a model" chinese evaluate 0 evaluate --model m1.pvm --photo f1.tif --labels odd.geojson
ok "no fold" chinese evaluate 11 evaluate --folds photo --photo f1.tif --labels l1.geojson --target poppy
printf 'class,red,nir\n%s' "$(for i in 1 2 3 4 5 6 7 8; do printf 'poppy,0.%d,0.4\nwheat,0.1,0.%d\n' $i $i; done)" >spectra.csv
ok "evaluate a table" chinese evaluate 0 evaluate --table spectra.csv --folds 2 --reference --target poppy
ok "train from a table" chinese train 0 train --table spectra.csv --target poppy -o m5.pvm
ok "a model of another kind" chinese evaluate 12 evaluate --model m5.pvm --photo f1.tif --labels l1.geojson
ok "evaluate --json" same evaluate --model m1.pvm --photo f1.tif --labels l1.geojson --json
ok "check --json" same check f1.tif text.tif half.tif --json
ok "info --json" same info f1.tif m1.pvm --json

# ---- a s1 ----
ok "init" chinese init 0 init s1 --name 柳湾
cat >towns.py <<'PY'
import json, subprocess, sys
corners = json.loads(subprocess.run(["gdalinfo", "-json", "f1.tif"], capture_output=True, check=True).stdout)["wgs84Extent"]["coordinates"][0]
x, y = [c[0] for c in corners], [c[1] for c in corners]
w, e, s, n = min(x) - 1e-4, max(x) + 1e-4, min(y) - 1e-4, max(y) + 1e-4
m = (w + e) / 2
def unit(code, name, a, b):
    return {"type": "Feature", "properties": {"XIAN": "620522", "XIANG": code, "NAME": name}, "geometry": {"type": "Polygon", "coordinates": [[[a, s], [b, s], [b, n], [a, n], [a, s]]]}}
json.dump({"type": "FeatureCollection", "features": [unit("101", "柳湾镇", w, m), unit("102", "桃湾镇", m, e)]}, open("towns.geojson", "w"))
PY
python3 towns.py
sed -i "s/^#settle_s.*/settle_s = 0/; s,^#model.*,model = $work/m1.pvm," s1/season.conf
echo "boundaries = $work/towns.geojson" >>s1/season.conf
ok "doctor of a season" chinese doctor 0 doctor s1
ok "nothing was seen yet" chinese coverage 0 coverage s1
ok "a night without photos" chinese night 0 night s1 --date 2026-05-11
ok "nothing to judge" chinese evaluate 11 evaluate --from-season s1
cp f1.tif text.tif s1/inbox/
printf x >s1/inbox/more.tif.part
ok "night" chinese night 10 night s1 --date 2026-05-12
ok "coverage" chinese coverage 0 coverage s1 --gaps gaps.geojson
ok "plots" chinese plots 0 plots s1
mapfile -t plots < <("$papaver" plots s1 --json | python3 -c 'import json,sys; [print(p["id"]) for p in json.load(sys.stdin)["plots"]]')
ok "there are plots: ${#plots[@]}" [ "${#plots[@]}" -ge 3 ]
{
    echo id,verdict,visit_time,crew,person1,person2,plants_counted,disposal,note
    echo "${plots[0]},confirmed_poppy,2026-05-13,一组,张三,李四,12,,"
    echo "${plots[1]},other_crop,2026-05-13,一组,张三,李四,,,"
    echo "${plots[2]},confirmed_poppy,2026-05-13,一组,张三,李四,many,,"
    echo "P999999,other_crop,2026-05-13,一组,张三,李四,,,"
} >back.csv
ok "export" chinese export 0 export s1 -o kits --by xiang --date 2026-05-13 --crew 一组 --due 2026-05-20
ok "import, tried" chinese import 10 import s1 back.csv --dry-run
ok "import" chinese import 10 import s1 back.csv
ok "import again" chinese import 10 import s1 back.csv
ok "a plot" chinese plots 0 plots s1 --id "${plots[0]}"
ok "overdue" chinese plots 0 plots s1 --overdue --date 2026-07-01
ok "report" chinese report 0 report s1 --date 2026-05-14 -o page.html
ok "info of a season" chinese info 0 info s1
ok "what crews found" chinese evaluate 0 evaluate --from-season s1
ok "what a model shows of it" chinese evaluate 0 evaluate --from-season s1 --model m1.pvm
ok "learning from it" chinese train 0 train --from-season s1 --photo f1.tif --labels l1.geojson "${learn[@]}" --no-objects --no-gate -o m6.pvm
ok "sample, tried" chinese sample 0 sample s1 --n 40 --rare 10 --seed 5 --date 2026-05-14 --dry-run
ok "sample" chinese sample 0 sample s1 --n 40 --rare 10 --seed 5 --date 2026-05-14 -o audit
ok "no answers yet" chinese sample 11 sample s1 --estimate
python3 - s1 audit.csv <<'PY'
import sqlite3, sys
out = open(sys.argv[2], "w")
print("id,verdict,how_seen,visit_time,person1", file=out)
for i, (point, kind) in enumerate(sqlite3.connect(sys.argv[1] + "/season.gpkg").execute("SELECT id,map_class FROM sample_points ORDER BY id")):
    print(f"{point},{'unreachable' if i == 3 else 'confirmed_poppy' if kind == 'poppy' else 'not_found'},on_site,2026-05-15,张三", file=out)
PY
ok "answers" chinese import 0 import s1 audit.csv
ok "estimate" chinese sample 0 sample s1 --estimate
for by in xiang crew reason stage; do ok "stats by $by" chinese stats 0 stats s1 2026 --by $by; done
ok "certificates" chinese stats 0 stats s1 2026 --certificate --by xiang
ok "scorecard" chinese stats 0 stats s1 2026 --scorecard --by xiang
ok "against" chinese stats 0 stats s1 2026 --against 2025
ok "nothing frozen" chinese stats 0 stats s1 --verify
ok "freeze" chinese stats 0 stats s1 2026 --freeze
ok "freeze again" chinese stats 0 stats s1 2026 --freeze
ok "verify" chinese stats 0 stats s1 --verify
ok "verify by itself" chinese stats 0 stats s1/years/2026-v1 --verify
cp -r s1 c1
python3 - c1 <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/season.gpkg")
for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name IN ('findings','chain')").fetchall():
    db.execute(f'DROP TRIGGER "{name}"')
db.execute("UPDATE findings SET plants_counted=99 WHERE fid=1")
db.execute("DELETE FROM chain WHERE fid=3")
db.commit()
PY
echo x >>c1/years/2026-v1/stats_zh.csv
ok "verify what was changed" chinese stats 11 stats c1 --verify
same_json() { same "$@" --json; }
for c in "plots s1" "coverage s1" "sample s1 --estimate" "info s1" "evaluate --from-season s1" "evaluate --from-season s1 --model m1.pvm"; do
    # shellcheck disable=SC2086
    ok "$c --json" same_json $c
done
ok "stats as JSON" same stats s1 2026 --by xiang --format json
ok "in English nothing is Chinese but names" bash -c 'for c in "sample s1 --estimate" "evaluate --from-season s1" "stats s1 --verify" "info s1"; do "$1" $c; done | sed "s/柳湾镇\|桃湾镇\|柳湾\|一组//g" >english; ! grep -P "\p{Han}" english' _ "$papaver"
ok "nothing that was said is English" python3 "$check" said/*
finish
