#!/usr/bin/env bash
# A night of many small photos, some of them bad in all the ways that we could think of, laid down in shuffled order: the good ones are done, with the same words as when scanned
# outside of a season; the bad ones are named with a reason; the exit code is 10; nothing outside of the season is read or written. Workers that crash, hang, flood or lie cost
# their photo alone.
#   PAPAVER_FAULT_PHOTOS  good photos (default 190)
. "$(dirname "$0")/night.bash"
n_good=${PAPAVER_FAULT_PHOTOS:-190}
season=$work/season
new_season "$season"
sed -i '/^threads = 1/d' "$season/season.conf"
printf 'threads = 1\ntime_base_s = 5\n' >>"$season/season.conf"
mkdir "$work/good" "$work/bad" "$work/outside" "$work/tmp" "$work/good/flight 1" "$work/good/flight 2"
export TMPDIR=$work/tmp

# ---- good ones, some with odd names, some in two folders under the same name; the first pieces are many photos of few kinds, cut elsewhere ----
names=("newline
in name.tif" "quote'\"<script>alert(1)<.tif" "中文 照片.tif" "-rf.tif" "a=b&c;d|e\$(f)\`g\`.tif" "UPPER.TIF" "$(printf 'n%.0s' $(seq 251)).tif" "flight 1/same.tif" "flight 2/same.tif" "a.b.c.tiff")
for name in "${names[@]}"; do photo "$work/good/$name" $((RANDOM % 9999)) 300x200; done
for ((k = ${#names[@]}; k < n_good; k++)); do photo "$work/good/g$(printf %04d "$k").tif" $k $((k % 4 > 0 ? 160 : 400))x$((k % 4 > 0 ? 120 : 300)); done
# ---- bad ones ----
photo "$work/outside/secret.tif" 1
cp "$work/outside/secret.tif" "$work/whole.tif"
"$tools/bad_photos" "$work/bad" "$work/whole.tif" "$work/outside/secret.tif" >"$work/bad.names" 2>"$work/bad.log" || { cat "$work/bad.log"; exit 1; }
echo x >"$work/bad/folder.tif/not a photo.docx"
for kind in crash hang slow flood killed abort mute rubbish; do
    photo "$work/bad/$kind-w.tif" $((${#kind} * 31)) 40x30
    echo "$kind-w.tif" >>"$work/bad.names"
done
cp "$work/whole.tif" "$work/bad/copying.tif.part"
echo "copying.tif.part" >>"$work/bad.names"
printf 'x' >"$work/bad/$(printf 'latin-\xe9.tif')"
cp "$work/bad/cut-half.tif" "$work/bad/cut-today.tif"
echo "cut-today.tif" >>"$work/bad.names"
find "$work/bad" -type f ! -name cut-today.tif -exec touch -h -d '3 days ago' {} +
# A worker that crashes only at first is done the gentle way, and a photo that is there twice is done once.
photo "$work/good/once-crash-x.tif" 4711
photo "$work/good/once-hang-y.tif" 4712
cp "$work/good/g0010.tif" "$work/bad/z-twin.tif"
n_good=$((n_good + 2))
n_bad=$(wc -l <"$work/bad.names")

# ---- the night ----
mkdir "$season/inbox/flight 1" "$season/inbox/flight 2"
(cd "$work" && find good bad -mindepth 1 -maxdepth 2 \( -path 'good/*' -a ! -type d -o -path 'bad/*' -a ! -path 'bad/*/*' \) -print0) | shuf -z --random-source="$papaver" |
    while IFS= read -r -d '' file; do cp -a "$work/$file" "$season/inbox/${file#*/}"; done
(cd "$work/outside" && sha256sum ./*; stat -c '%n %Y %X' ./*) >"$work/outside.before" 2>&1
code=0
PV_FAULT_WHO=both PV_FAULT_TRACE=$work/trace PV_FAULT_WATCH=$work/outside night "$season" 2026-05-01 || code=$?
ok "the exit code is 10, not $code: $(tail -n 2 "$season.words")" test $code -eq 10
page=$season/out/latest/index.html
json=$season/out/latest/hotspots.geojson

# ---- the bad ones ----
ok "at least 40 kinds of bad photos" test "$n_bad" -ge 40
while IFS= read -r name; do
    row=$(grep -F "<tr><td>$name</td><td>" "$page" | head -n 1 || true)
    ok "$name is named as not seen: $row" grep -qE '不能使用|已隔离|部分损坏|无可判读|等待|分辨率不足' <<<"$row"
    ok "$name has a reason: $row" grep -qE '<td>([^<]{8,}|<span lang="zh">[^<]{4,}</span> <small lang="en">[^<]{8,}</small>)</td></tr>$' <<<"$row"
done < <(grep -v '^one-pixel.tif$' "$work/bad.names") # small, and a photo
ok "a name that is not UTF-8 is told of" grep -q 'a name that is not UTF-8' "$page"
ok "the page has its own three scripts and none that a name brought" test "$(grep -io '<script' "$page" | wc -l)" -eq 3
for kind in crash hang slow flood killed abort mute rubbish; do
    ok "$kind-w.tif is in quarantine" test -n "$(find "$season/quarantine" -name "*-$kind-w.tif")"
    ok "with a reason" test -n "$(find "$season/quarantine" -name "*-$kind-w.tif.reason.txt" -size +20c)"
    ok "and a log" test -n "$(find "$season/log" -name "*-$kind-w.tif.log")"
    ok "after two workers" test "$(awk '$1 == "START" && $3 == "scan"' "$work/trace" | grep -c -- "/$kind-w.tif$")" -eq 2
done
ok "the hanging one is said to hang" grep -q 'hang-w.tif.*hung' "$page"
ok "the twin is not done twice" grep -q 'z-twin.tif.*the same bytes as g0010.tif' <(sed 's/<[^>]*>/ /g' "$page" "$season.words")
ok "all good ones are done" test "$(grep -c '"status":"done"' <(grep -v -e one-pixel.tif -e only-nan.tif "$json"))" -eq $n_good

# ---- the good ones, scanned outside of the season ----
# Names identify photos in one file: the one that is there under the same name in another folder is scanned by itself.
scan_alone() { # OUT FIND-EXPRESSION...
    local out=$1
    shift
    (cd "$work/good" && find . -type f "$@" -print0 | sort -z | xargs -0 "$papaver" scan --quiet --model "$fixture/model.pvm" --threads 1 --chips "${out%.geojson}.chips" -o "$out" --) >"$work/alone.log" 2>&1
}
ok "scanning outside of the season" scan_alone "$work/alone.geojson" ! -path '*flight 2*'
ok "and the one of the same name" scan_alone "$work/alone2.geojson" -path '*flight 2*'
properties() { cat "$@" | { grep -o '"properties":{.*}' || true; } | sed 's/},*$//; s/,$//; s/}$//' | sort; }
properties "$work/alone.geojson" "$work/alone2.geojson" >"$work/alone.properties"
# A night adds the photo's file and the plot behind each, and the photo's number to the picture's name.
properties "$json" | sed -E 's/"chip":"([0-9a-f]{16})-[0-9]+\.jpg"/"chip":"\1.jpg"/' | sed 's/,"file":"\(\\.\|[^"\\]\)*","plot":\("[0-9A-Z]*"\|null\)$//' >"$work/night.properties"
ok "there are hotspots" test "$(wc -l <"$work/night.properties")" -gt $((n_good / 3))
ok "each hotspot has the same words as outside of the season" same_file "$work/alone.properties" "$work/night.properties"
for alone in alone alone2; do (cd "$work/$alone.chips" && find . -type f -printf '%f\0' | xargs -0 -r sha256sum --); done | sort >"$work/alone.pictures"
(cd "$season/chips" && sha256sum -- [0-9a-f]*-[0-9]*.*) | sed -E 's/-[0-9]+(\....)$/\1/' | grep -Ff <(sed -E 's/^.* //' "$work/alone.pictures") | sort >"$work/night.pictures"
ok "and the same pictures, of each sight its own" same_file "$work/alone.pictures" "$work/night.pictures"
for name in "${names[@]:0:4}" g0011.tif g0012.tif once-crash-x.tif; do
    rm -f "$work/one.geojson"
    "$papaver" scan "$work/good/$name" --quiet --model "$fixture/model.pvm" -o "$work/one.geojson" >/dev/null 2>&1 || true
    hash=$(sha256sum <"$work/good/$name" | cut -d' ' -f1)
    ok "$name alone: the same hash and hotspots" grep -q "\"sha256\":\"$hash\".*\"hotspots\":$(grep -c '"type": *"Feature"' "$work/one.geojson")," "$json"
done

# ---- outside ----
(cd "$work/outside" && sha256sum ./*; stat -c '%n %Y %X' ./*) >"$work/outside.after" 2>&1
ok "nothing outside was changed" cmp -s <(grep -v ' [0-9]* [0-9]*$' "$work/outside.before") <(grep -v ' [0-9]* [0-9]*$' "$work/outside.after")
ok "nothing outside was opened: $(grep ^SEEN "$work/trace" | head -n 2)" test -z "$(grep ^SEEN "$work/trace")"
ok "no temporary files outside" test -z "$(ls -A "$work/tmp")"
ok "nothing of /etc/passwd came in" test -z "$(grep -rl 'root:x:0' "$season")"
ok "nothing lies about" test -z "$(tidy "$season")"
code=0
night "$season" 2026-05-01 || code=$?
ok "once more: nothing is new, 0, not $code" test $code -eq 0
ok "and says so" grep -q 'nothing is new' "$season.words"
finish
