# Shared by the scripts about kits that come back: sourced after lib.bash, in the work folder. Makes a season of 12 places and a kit of it, and the answers of a crew: every kind, and a place of its own 5 km away.
export PYTHONDONTWRITEBYTECODE=1
fill=$root/tests/tools/fill_kit.py
season=$work/season

# Crews' own places are plots enough; 12 of them, 330 m apart.
"$papaver" init "$season" 2>/dev/null
python3 -c "
print('lon,lat,verdict,visit_time,crew,person1')
for i in range(12): print('%.6f,%.6f,confirmed_poppy,2026-05-01,first,somebody' % (105.70 + 0.0036 * (i % 4), 34.90 + 0.003 * (i // 4)))" >seed.csv
ok "the places" "$papaver" import "$season" seed.csv --datum wgs84
ok "a kit" "$papaver" export "$season" -o kits --by all --all --date 2026-05-10
kit=$work/kits/2026-05-10-all

cat >kit_answers.py <<'PY'
import json, sqlite3
def ids_of(season): return [r[0] for r in sqlite3.connect(season + "/season.gpkg").execute("SELECT id FROM plots ORDER BY lat, lon")]
visit = {"visit_time": "2026-05-20 09:12", "crew": "柳湾二组", "person1": "王五", "person2": "赵六"}
new = [{**visit, "lon": 105.75, "lat": 34.95, "verdict": "confirmed_poppy", "plants_counted": "3"}]
def answers_of(ids, note, last):
    return {
        ids[0]: {**visit, "verdict": "confirmed_poppy", "plants_counted": "12", "sample_m2": "1.5", "stage_seen": "capsule", "disposal": "eradicated", "method": "pulled", "plants_removed": "12",
                 "eradicated_at": "2026-05-20 10:30", "note": note},
        ids[1]: {**visit, "verdict": "other_crop"},
        ids[2]: {**visit, "verdict": "unreachable", "note": "悬崖"},
        ids[3]: {**visit, "verdict": "not_found"},
        ids[4]: {**visit, "verdict": "already_removed"},
        ids[5]: last,
    }
PY
# All of the ledger, as SQL.
dump() { python3 -c 'import sqlite3,sys; print("\n".join(str(r) for r in sqlite3.connect(sys.argv[1] + "/season.gpkg").iterdump()))' "$1"; }
# t: a copy of the season that takes files in.
fresh() { rm -rf "$work/t" && cp -r "$season" "$work/t"; }
take() { # EXIT FILE...: into t
    local want=$1
    shift
    "$papaver" import "$work/t" "$@" >out.txt 2>&1
    [ $? = "$want" ] || { cat out.txt; return 1; }
}
