#!/usr/bin/env bash
# po/update.sh [BUILD]: brings po/*.po up to the messages of the source (BUILD: a build folder, default build/dev, whose po_tables is built first).
# po/update.sh --check [BUILD]: changes nothing; 1 when a message has no translation, one is doubtful (fuzzy), or a format does not agree.
# What is new stands in the .po with an empty msgstr: translate it there. The words of a bureau: the glossary at the head of zh_CN.po.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
check=0
if [ "${1:-}" = --check ]; then check=1; shift; fi
build=$(realpath "${1:-$root/build/dev}")
for tool in xgettext msgmerge msgfmt msgattrib; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: install gettext"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$check" = 0 ]; then cmake --build "$build" --target po_tables; fi
mkdir "$work/po"
"$build/po/po_tables" >"$work/po/tables.c"

cd "$root"
# Keywords are the functions that are given a format, with its place among their arguments; `find` is that of the doctor, `wrong` that of
# coverage files; reasons that such functions are given as they are get translated behind a colon.
find app base geo models pipeline report season vision \( -name '*.c' -o -name '*.cpp' \) | LC_ALL=C sort >"$work/files"
xgettext --from-code=UTF-8 --language=C --no-location --no-wrap --sort-output --keyword \
    --keyword=pv_fail:3 --keyword=pv_failv:3 --keyword=pv_where:3 --keyword=pv_note:1 --keyword=pv_say_error:1 --keyword=find:4 --keyword=pv_refuse:3 --keyword=pv_xml_refuse:3 --keyword=wrong:2 --keyword=pv_photo_warn:2 --keyword=pv_units_say:3 \
    --keyword=pv_tr:1 --keyword=PV_N:1 \
    --flag=pv_fail:3:c-format --flag=pv_where:3:c-format --flag=pv_note:1:c-format --flag=pv_say_error:1:c-format --flag=find:4:c-format --flag=pv_photo_warn:2:c-format --flag=pv_units_say:3:c-format \
    --package-name=papaver --output="$work/all.pot" --files-from="$work/files" "$work/po/tables.c" 2>"$work/words" || { cat "$work/words"; exit 1; }
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d; /^"Report-Msgid-Bugs-To/d' "$work/all.pot"
# Formats without words ("%s: %s") are the same in every language.
awk 'BEGIN { RS = ""; ORS = "\n\n" } {
    id = $0; sub(/^(#[^\n]*\n)*msgid /, "", id); sub(/\nmsgstr .*/, "", id)
    gsub(/%[-+ 0#]*[0-9.*]*(<PRI[a-zA-Z0-9]*>|(ll|l|z|h)*[a-zA-Z])/, "", id)
    if (NR == 1 || id ~ /[A-Za-z]/) print
}' "$work/all.pot" >"$work/papaver.pot"

for po in "$here"/*.po; do
    if [ "$check" = 0 ]; then
        msgmerge --quiet --no-fuzzy-matching --no-wrap --sort-output --no-location "$po" "$work/papaver.pot" >"$work/new.po"
        msgattrib --no-obsolete --no-wrap "$work/new.po" >"$po"
    fi
    msgfmt --check-format --check-domain --output-file=/dev/null "$po"
    msgcmp "$po" "$work/papaver.pot"
    unused=$(msgcomm --more-than=1 --no-wrap "$po" "$work/papaver.pot" | grep -c '^msgid' || true)
    all=$(grep -c '^msgid' "$po")
    fuzzy=$(msgattrib --only-fuzzy "$po" | grep -c '^msgid' || true)
    echo "$(basename "$po"): $((all - 1)) messages, $((all - unused)) of them no longer in the source, $fuzzy doubtful"
    [ "$unused" = "$all" ] && [ "$fuzzy" = 0 ]
done
