#!/usr/bin/env bash
# po/update.sh [BUILD]: brings po/*.po, and report/reason_table.h, up to the messages of the source (BUILD: a build folder, default build/dev, whose po_tables is built first).
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
# The classes of the shipped models, as what speaks for a hotspot names them: with blanks.
printf 'PV_N("%s")\n' 'opium poppy' 'corn poppy' forest garlic grass lettuce 'other flower' plastic rape road roof shadow soil water wheat >"$work/po/classes.c"

cd "$root"
find app base geo models pipeline report season vision \( -name '*.c' -o -name '*.cpp' -o -name '*.h' \) | LC_ALL=C sort >"$work/files"
# Keywords are the functions that are given a format (PV_PRINTF says in which argument), but those whose words go into files; and
# functions that are given a reason without arguments, which is translated behind a colon.
xargs grep -hE 'PV_PRINTF\([0-9]' <"$work/files" | sed -nE \
    -e 's/.*PV_PRINTF\(([0-9]+), [0-9]+\) ([a-z_]+)\(.*/\2:\1/p' -e 't' -e 's/^[^(]*[ *]([a-z_]+)\(.*PV_PRINTF\(([0-9]+),.*/\1:\2/p' |
    grep -vE '^(pv_text_addf|pv_tiff_warning|pv_line|pv_say_plain|pv_err_write|pv_err_place):' | sort -u >"$work/formats"
grep -q '^pv_fail:3$' "$work/formats" && grep -q '^find:4$' "$work/formats"
mapfile -t keywords < <(sed -E 's/.*/--keyword=&\n--flag=&:c-format/' "$work/formats")
keywords+=(--keyword=pv_tr:1 --keyword=PV_N:1 --keyword=pv_leave_out:3 --keyword=pv_refuse:3 --keyword=pv_xml_refuse:3 --keyword=wrong:2)
xgettext --from-code=UTF-8 --language=C --no-location --no-wrap --sort-output --keyword "${keywords[@]}" \
    --package-name=papaver --output="$work/all.pot" --files-from="$work/files" "$work/po/tables.c" "$work/po/classes.c" 2>"$work/words" || { cat "$work/words"; exit 1; }
# The names of pv_info_line and of what doctor looks at; a function is one keyword in a pass.
xgettext --from-code=UTF-8 --language=C --no-location --no-wrap --sort-output --join-existing --keyword --keyword=pv_info_line:2 \
    --keyword=find:3 --keyword=note:3 --keyword=note_at:2 --output="$work/all.pot" app/cmd_info.c app/info_*.c app/doctor_season.c 2>>"$work/words"
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d; /^"Report-Msgid-Bugs-To/d' "$work/all.pot"
# Formats without words ("%s: %s") are the same in every language.
awk 'BEGIN { RS = ""; ORS = "\n\n" } {
    id = $0; sub(/^(#[^\n]*\n)*msgid /, "", id); sub(/\nmsgstr .*/, "", id)
    gsub(/%[-+ 0#]*[0-9.*]*(<PRI[a-zA-Z0-9]*>|(ll|l|z|h)*[a-zA-Z])/, "", id)
    if (NR == 1 || id ~ /[A-Za-z]/) print
}' "$work/all.pot" >"$work/papaver.pot"

# What a photo can be refused for, or wait for, or be put aside for, and what speaks for a hotspot, as a table of pages (report/reason_words.h).
reasons() {
    xgettext --from-code=UTF-8 --language=C --no-location --no-wrap --sort-output --keyword "${keywords[@]}" --output="$work/reasons.pot" \
        geo/photo*.c geo/place_refuse.c geo/scene.c geo/bands.c geo/gate*.c geo/gdal_door.c pipeline/run.c report/night_page.c \
        pipeline/objects_columns.c "$work/po/classes.c" app/child.c app/models_find.c app/night_check.c app/night_inbox.c app/night_photo.c app/night_worker.c app/scan_job.c 2>"$work/words" || { cat "$work/words"; return 1; }
    sed -i 's/charset=CHARSET/charset=UTF-8/' "$work/reasons.pot"
    printf '%s\n' '/* Made by po/update.sh: messages that become reasons of photos, and their Chinese. Inside reason_words.c only. */' '#ifndef PV_REPORT_REASON_TABLE_H' \
        '#define PV_REPORT_REASON_TABLE_H' '' 'typedef struct pv_reason {' '    const char *en, *zh; /* formats */' '} pv_reason;' '' '// clang-format off' \
        'static const pv_reason pv_reasons[] = {'
    msgcomm --more-than=1 --no-wrap --sort-output "$here/zh_CN.po" "$work/reasons.pot" | awk '
        /^msgid "/ { id = substr($0, 7) }
        /^msgstr "/ && id != "\"\"" && id !~ /^"(--|scan)/ { print "    {" id ", " substr($0, 8) "}," }'
    printf '%s\n' '};' '// clang-format on' '' '#endif'
}

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
reasons >"$work/reason_table.h"
if [ "$check" = 0 ]; then cp "$work/reason_table.h" report/reason_table.h; fi
cmp report/reason_table.h "$work/reason_table.h"
