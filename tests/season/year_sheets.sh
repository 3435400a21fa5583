#!/usr/bin/env bash
# The year's files as people open them: XLSX recalculated by LibreOffice (where it is installed) from files of which the numbers beside formulas were taken away, and the page in a headless
# browser; over a table that does not exist (tests/tools/year_made_up). year_sheets.py says what is asked of them. axe-core is taken from build/npm-axe where tests/run.sh could install it.
. "$(dirname "$0")/../lib.bash"
for command in python3 unzip xmllint; do command -v $command >/dev/null || { echo "skipped: no $command"; exit 77; }; done
python3 "$root/tests/season/year_sheets.py" units "$work/units.geojson"
ok "the files are written" "$tools/year_made_up" "$work/units.geojson" "$work/a"
ok "once more, another day and place" env TZ=Asia/Shanghai "$tools/year_made_up" "$work/units.geojson" "$work/b"
for end in .zh.xlsx .en.xlsx -xun.zh.xlsx .html -xun.html; do ok "the same bytes: $end" cmp "$work/a$end" "$work/b$end"; done
for end in .zh.xlsx .en.xlsx -xun.zh.xlsx; do
    mkdir -p "$work/x$end"
    ok "a ZIP file: $end" unzip -q -d "$work/x$end" "$work/a$end"
    while read -r part; do ok "well-formed: $end $part" xmllint --noout "$part"; done < <(find "$work/x$end" -type f)
done
checks=$((checks + 1))
python3 "$root/tests/season/year_sheets.py" cells "$work" || failures=$((failures + 1))

if command -v soffice >/dev/null; then
    checks=$((checks + 1))
    python3 "$root/tests/season/year_sheets.py" recalculate "$work" || failures=$((failures + 1))
else
    echo "no LibreOffice (libreoffice-calc): formulas are not recalculated"
fi
if python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import browser; sys.exit(browser.program() is None)' "$root/tests/page"; then
    axe=$root/build/npm-axe/node_modules/axe-core/axe.min.js
    checks=$((checks + 1))
    python3 "$root/tests/season/year_sheets.py" page "$work" "$([ -e "$axe" ] && echo "$axe")" || failures=$((failures + 1))
else
    echo "no chromium: the page is not opened"
fi
finish
