#!/usr/bin/env bash
# What crews found teaches: plots of a night are judged by the truth, told by month and reason, and learned from; what is gone or in doubt is named.
. "$(dirname "$0")/week.bash"
two_flights
bring "$season" valley/b1.tif b1
night "$season" 2026-05-13 0

code() { "$@" >"$work/code.out" 2>&1 && echo 0 || echo $?; }
base=(--photo "$survey/photos/flight-1.tif" --labels "$survey/labels/flight-1.geojson" --target opium_poppy)
small=(--trees 2 --max-per-label 60 --no-gate --no-objects --quiet)
ok "nobody has judged yet: refused" [ "$(code "$papaver" evaluate --from-season "$season")" = 11 ]
ok "and says so" grep -q "nobody has judged a plot yet" "$work/code.out"
ok "nothing to learn from: refused" [ "$(code "$papaver" train --from-season "$season" "${base[@]}" -o "$work/no.pvm")" = 11 ]
ok "findings alone are no base" [ "$(code "$papaver" train --from-season "$season" -o "$work/no.pvm")" = 2 ]

python3 "$root/tests/season/teach.py" "$tools/plot_set" "$season" "$survey" 1 2026-05-14 >"$work/walked"
# One of them is a field of lettuce after all, so that there is one of each kind.
last=$(grep ' confirmed$' "$work/walked" | tail -1 | cut -d' ' -f1)
"$tools/plot_set" "$season" "$last" ruled_out 2026-06-02 other_crop >/dev/null
confirmed=$(($(grep -c ' confirmed$' "$work/walked") - 1)) refused=$(($(grep -vc ' confirmed$' "$work/walked") + 1))
ok "some were walked to: $confirmed and $refused" [ "$confirmed" -ge 1 ]
"$papaver" evaluate --from-season "$season" --json >"$work/e.json"
ok "precision" grep -q "\"all\":{\"confirmed\":$confirmed,\"refused\":$refused,\"precision\":" "$work/e.json"
ok "by month" grep -qE '"month":\[\{"name":"2026-05",.*\{"name":"2026-06","confirmed":0,"refused":1,' "$work/e.json"
ok "by township" grep -qE '"xiang":\[\{"name":"[^"]+","confirmed"' "$work/e.json"
ok "by reason" grep -q '{"verdict":"other_crop","refused":' "$work/e.json"
"$papaver" evaluate --from-season "$season" >"$work/e.txt"
ok "in words" grep -qE "^ +[0-9]+  other crop$" "$work/e.txt"
ok "not together with labels" [ "$(code "$papaver" evaluate --from-season "$season" --folds photo)" = 2 ]

ok "learned from" "$papaver" train --from-season "$season" "${base[@]}" "${small[@]}" -o "$work/one.pvm"
"$papaver" info "$work/one.pvm" >"$work/info"
ok "the card says who found what" grep -q "findings of season 柳湾: $confirmed plots confirmed, $refused refused (.*other_crop 1.*), found from 2026-05-14 to 2026-06-02" "$work/info"
ok "and how many photos" grep -q "2 photos of a season" "$work/info"
ok "the same bytes again" bash -c '"$@" && cmp "$0/one.pvm" "$0/two.pvm"' "$work" "$papaver" train --from-season "$season" "${base[@]}" "${small[@]}" --threads 1 --name one -o "$work/two.pvm"
# The model of the nights named no look-alike for one that was refused: the model that is gone on from names its own nearest.
read -r unnamed reason < <(grep -vE " (confirmed|corn_poppy)$" "$work/walked")
python3 - "$season" "$unnamed" "$root/tests/season" <<'P'
import sqlite3, sys
sys.path.insert(0, sys.argv[3])
from ledger_writer import prepare
ledger = prepare(sqlite3.connect(sys.argv[1] + "/season.gpkg"))
for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
    ledger.create_function(name, 1, lambda geom: 0)
ledger.execute("UPDATE hotspots SET properties=json_set(properties,'$.lookalike',NULL) WHERE plot=(SELECT fid FROM plots WHERE id=?)", (sys.argv[2],))
ledger.commit()
P
rows_of() { awk -v class="$1" '$2 == class && $1 ~ /^[0-9]+$/ { n = $1 } END { print n + 0 }' "$2"; }
# Going on from a model keeps its object stage, and tells from where on a patch is kept.
"$papaver" train --from-season "$season" --from "$root/models/shipped/rgb-synthetic.pvm" "${base[@]}" --trees 2 --max-per-label 60 --no-gate -o "$work/on.pvm" >"$work/on.txt" 2>/dev/null
ok "going on: the threshold is never lower" bash -c 'read -r now before < <(sed -nE "s/^patches are kept from code ([0-9]+) on \(before: ([0-9]+)\).*/\1 \2/p" "$1"); echo "$now $before"; [ "$now" -ge "$before" ] && [ "$before" -gt 0 ]' _ "$work/on.txt"
ok "going on: no new class" [ -n "$reason" -a "$(rows_of "$reason" "$work/on.txt")" = 0 ]
# A given model over the same findings: that of the nights shows what was judged; one that learned from them is not judged on them.
shipped=$root/models/shipped/rgb-synthetic.pvm
"$papaver" evaluate --from-season "$season" --model "$shipped" --json >"$work/m.json"
ok "the model of the nights shows all that was judged" grep -q "\"all\":{\"confirmed\":$confirmed,\"refused\":$refused,.*\"photos\":2,\"confirmed_not_shown\":0,\"refused_not_shown\":0," "$work/m.json"
ok "in words, what is not known" bash -c '"$1" evaluate --from-season "$2" --model "$3" | grep -q "card names no findings"' _ "$papaver" "$season" "$shipped"
ok "nothing is held out for one that learned from all" [ "$(code "$papaver" evaluate --from-season "$season" --model "$work/one.pvm")" = 11 ]
ok "and says so" grep -q "$((confirmed + refused)) plots were judged on the days that it learned from" "$work/code.out"
"$tools/plot_set" "$season" "$last" ruled_out 2026-06-09 corn_poppy >/dev/null
first=$(grep ' confirmed$' "$work/walked" | head -1 | cut -d' ' -f1)
"$tools/plot_set" "$season" "$first" ruled_out 2026-06-09 corn_poppy >/dev/null
"$papaver" evaluate --from-season "$season" --model "$work/one.pvm" --json >"$work/o.json"
ok "what was judged later is" grep -qE '"all":\{"confirmed":0,"refused":[01],.*"learned":\{"plots":[0-9]+,"from":"2026-05-14","to":"2026-06-02"\}' "$work/o.json"
rm "$season/inbox/valley/b1.tif"
"$papaver" train --from-season "$season" "${base[@]}" --trees 2 --max-per-label 60 --no-gate --no-objects -o "$work/three.pvm" >"$work/three.txt" 2>/dev/null
ok "a photo that is gone is named" grep -q "^valley/b1.tif: it is gone from the inbox" "$work/three.txt"
printf x >>"$season/inbox/a1.tif"
ok "no photo is left: refused" [ "$(code "$papaver" train --from-season "$season" "${base[@]}" -o "$work/no.pvm")" = 11 ]
ok "what became another file is named" grep -q "a1.tif: it has another size" "$work/code.out"
ok "nothing was written" [ ! -e "$work/no.pvm" ]
finish
