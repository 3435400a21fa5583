#!/usr/bin/env bash
# The life of a plot, by hand: findings in any order, conflicts, the ladder of reminders, next steps, what stands in the GeoPackage.
. "$(dirname "$0")/week.bash"
two_flights
night "$season" 2026-05-12 0
plots() { LANG=C "$papaver" plots "$season" "$@" 2>"$work/words"; }
# is ID NAME VALUE [DATE]: a figure of a plot, as JSON has it.
is() {
    plots --json --id "$1" --date "${4:-2026-05-12}" >"$work/sheet.json"
    ok "$2 of $1 is $3" grep -qF "\"$2\":$3," "$work/sheet.json"
}
plots --date 2026-05-12 >"$work/list"
mapfile -t ids < <(tail -n +2 "$work/list" | cut -f1)
ok "two plots to begin with" [ ${#ids[@]} -ge 2 ]
one=${ids[0]} two=${ids[1]}
ok "sorted by points" bash -c 'tail -n +2 "$1" | cut -f3 | sort -rn -c' _ "$work/list"
ok "reasons with their points" grep -qE $'probability 0\\.[0-9]{2} [0-9.]+' "$work/list"
ok "the place is named" bash -c 'tail -n +2 "$1" | cut -f9 | grep -q .' _ "$work/list"
ok "in Chinese when the environment says so" grep -q $'^编号\t风险' <(LC_ALL=zh_CN.UTF-8 "$papaver" plots "$season" --date 2026-05-12)
is "$one" next '["dispatch"]'
is "$one" status '"suspected"'

# Dispatched, overdue, seen by a crew.
ok "dispatched" plots --id "$one" --set dispatched --crew 一组 --due 2026-05-14 --date 2026-05-12
ok "said to be recorded" grep -q "$one, dispatched on 2026-05-12: it was recorded" "$work/words"
ok "twice is once" plots --id "$one" --set dispatched --crew 一组 --due 2026-05-14 --date 2026-05-12
ok "and said so" grep -q "nothing was done" "$work/words"
is "$one" findings 1
is "$one" next '["check"]' 2026-05-14
is "$one" next '["remind_letter","check"]' 2026-05-15
is "$one" ladder 2 2026-05-18
is "$one" overdue_days 8 2026-05-22
is "$one" next '["remind_advice","check"]' 2026-05-22
ok "listed as overdue" grep -q "^$one" <(plots --overdue --date 2026-05-22)
ok "the other is not" bash -c '! grep -q "^$1" <<<"$2"' _ "$two" "$(plots --overdue --date 2026-05-22)"
code=0; plots --id "$one" --set confirmed --date 2026-05-20 || code=$?
ok "nobody confirms without a name" [ "$code" -eq 11 ]
ok "and that is said" grep -q "nobody signed" "$work/words"
ok "confirmed" plots --id "$one" --set confirmed --crew 一组 --person 张三 --plants 520 --date 2026-05-20
is "$one" next '["eradicate","second_signature","evidence_photo"]' 2026-05-20
is "$one" plants_counted 520
ok "eradicated" plots --id "$one" --set eradicated --crew 一组 --person 张三 --person 李四 --plants 520 --method pulled --evidence 1.jpg --date 2026-05-21
is "$one" next '["recheck_other_team"]' 2026-05-21
ok "checked again by the same crew" plots --id "$one" --set rechecked --crew 一组 --person 赵六 --date 2026-05-22
is "$one" next '["recheck_other_team"]' 2026-05-22
ok "checked again by another one" plots --id "$one" --set rechecked --crew 二组 --person 赵六 --date 2026-05-23
is "$one" next '[]' 2026-05-23
ok "nobody must go there" bash -c '! grep -q "^$1" <<<"$2"' _ "$one" "$(plots --open --date 2026-05-23)"
ok "a late one" plots --id "$one" --set unreachable --date 2026-05-13
ok "is said to be late" grep -q "another finding, or a photo since, decides" "$work/words"
is "$one" status '"rechecked"'

# The other: contradicting, then settled; then quiet.
ok "ruled out" plots --id "$two" --set ruled_out --reason 虞美人等观赏罂粟 --crew 一组 --date 2026-05-20
is "$two" status '"ruled_out"'
ok "confirmed by another crew" plots --id "$two" --set confirmed --crew 二组 --person 王五 --date 2026-05-20
ok "a conflict is said" grep -q "contradicts" "$work/words"
is "$two" status '"confirmed"'
is "$two" conflicts 2
ok "settled" plots --id "$two" --set ruled_out --reason "看过了: 是月季" --crew 办公室 --date 2026-05-21
is "$two" conflicts 0 2026-05-21
is "$two" quiet_reason '"看过了: 是月季"'
ok "quiet ones are not listed" bash -c '! grep -q "^$1" <<<"$2"' _ "$two" "$(plots --date 2026-05-21)"
ok "but with --all" grep -q "^$two" <(plots --all --date 2026-05-21)
plots --id "$two" --date 2026-05-21 >"$work/sheet"
ok "the whole history" [ "$(sed '1,/^history/d' "$work/sheet" | wc -l)" -eq 3 ]
ok "in order, with verdicts" grep -q '^  2026-05-20 ruled out; verdict ornamental poppy; crew 一组' "$work/sheet"
ok "small letters and blanks in ids" grep -q "^$two" <(plots --id "$(tr A-Z a-z <<<"$two" | sed 's/^\(...\)/\1 /')" --date 2026-05-21)
for bad in "--set confirmed" "--reason x" "--id P000000" "--set eradicated --id $one --id $two" "--date 2026-02-30" "--set dispatched --id $one --due soon"; do
    code=0
    # shellcheck disable=SC2086
    plots $bad || code=$?
    ok "refused: $bad ($code)" grep -qx -e 2 -e 11 <<<"$code"
done

# A sight after the recheck makes it regrown; the tables are there for others.
bring "$season" b1.tif b1
night "$season" 2026-05-25 0
is "$one" status '"rechecked"' 2026-05-25 # flown on the 13th
ok "QGIS finds the findings and the register" bash -c 'ogrinfo -q "$1" | grep -q findings && ogrinfo -q "$1" | grep -q "context (Point)"' _ "$season/season.gpkg"
ok "as many as were said" grep -q "Feature Count: 9" <(ogrinfo -so "$season/season.gpkg" findings)
cat >"$work/take.py" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for sql in ("DELETE FROM findings", "UPDATE findings SET status='confirmed'", "DELETE FROM imports WHERE 0"):
    try:
        db.execute(sql)
        refused = False
    except sqlite3.IntegrityError:
        refused = True
    if refused != ("imports" not in sql):
        sys.exit(sql)
PY
ok "and none can be changed or taken away" python3 "$work/take.py" "$season/season.gpkg"
ok "the ledger proves itself" "$papaver" stats "$season" --verify
finish
