#!/usr/bin/env bash
# The photo cut in two, with an overlap wider than any window: inside each half the probabilities are those of the whole, and so are the
# hotspots. Each half is read with the light of the whole (--radiometry-of). Names, ids and the last digit of areas follow the file and its
# frame, so places, pixels and probabilities are compared.
. "$(dirname "$0")/../lib.bash"
make_fixture
# The photo has no plot across column 350; the halves overlap by 60 columns on each side of it.
"$tools/make_photo" "$work/left.tif" --crop 0,0,410,500
"$tools/make_photo" "$work/right.tif" --crop 290,0,410,500
scan() { "$papaver" scan "$1" --model "$fixture/model.pvm" --quiet -o "$work/$2.geojson" --prob "$work/$2.prob.tif" --radiometry-of "$fixture/photo.tif"; }
scan "$fixture/photo.tif" whole
scan "$work/left.tif" left
scan "$work/right.tif" right
part() { gdal_translate -q -srcwin "$3" 0 "$4" 500 "$work/$1.prob.tif" "$work/$2.tif"; }
part whole whole-left 0 350
part left left-inside 0 350
part whole whole-right 350 350
part right right-inside 60 350
ok "probabilities, left" "$tools/same_pixels" "$work/whole-left.tif" "$work/left-inside.tif"
ok "probabilities, right" "$tools/same_pixels" "$work/whole-right.tif" "$work/right-inside.tif"

# The longitude of column 350 at both ends of the photo differs by far less than the gap around it.
middle=$(gdaltransform -s_srs EPSG:32648 -t_srs OGC:CRS84 -output_xy <<<"400035 2899975" | cut -d' ' -f1)
list() { # FILE WHERE: pixels and probabilities of the hotspots on one side, sorted
    ogr2ogr -f CSV /vsistdout/ "$work/$1.geojson" -select pixels,prob_mean,prob_max,class,cut_by_edge -where "lon $2 $middle" | sort
}
list whole "<" >"$work/whole-left.txt"
list left "<" >"$work/left.txt"
list whole ">" >"$work/whole-right.txt"
list right ">" >"$work/right.txt"
ok "there are hotspots on the left" test "$(wc -l <"$work/left.txt")" -gt 3
ok "there are hotspots on the right" test "$(wc -l <"$work/right.txt")" -gt 3
ok "hotspots, left" diff "$work/whole-left.txt" "$work/left.txt"
ok "hotspots, right" diff "$work/whole-right.txt" "$work/right.txt"
finish
