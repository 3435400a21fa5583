#!/usr/bin/env bash
# Truth beside invariance: the drawn plots are found at their places, none beside them, with the right area; an error made everywhere alike
# is seen here only.
. "$(dirname "$0")/../lib.bash"
make_fixture
"$papaver" scan "$fixture/photo.tif" --model "$fixture/model.pvm" --quiet -o "$work/h.geojson"
"$tools/plots_found" --margin 0.2 "$fixture/truth.geojson" "$work/h.geojson" | tee "$work/found"
# 16 drawn; two are below 0.25 m2.
ok "at least 14 of 16 plots" awk '/^true plots found/ { found = $4 } END { exit !(found >= 14) }' "$work/found"
ok "no false alarm" grep -q 'false alarms: 0$' "$work/found"
area() { # X Y (photo pixels of a place inside): area of the hotspot over it
    local at
    at=$(gdaltransform -s_srs EPSG:32648 -t_srs OGC:CRS84 -output_xy <<<"$(awk -v x="$1" -v y="$2" 'BEGIN { printf "%.3f %.3f", 400000 + x * 0.1, 2900000 - y * 0.1 }')")
    ogrinfo -ro -al -q -spat "${at% *}" "${at#* }" "${at% *}" "${at#* }" "$work/h.geojson" | sed -n 's/^ *area_m2 (Real) = //p' | head -1
}
near() { awk -v got="$1" -v want="$2" -v share="$3" 'BEGIN { print "area " got " m2, expected " want; exit !(got > want * (1 - share) && got < want * (1 + share)) }'; }
ok "area of the plot wider than a tile: 300 x 34 pixels" near "$(area 190 257)" 102 0.08
ok "area of the plot higher than a strip: 26 x 330 pixels" near "$(area 573 195)" 85.8 0.10
ok "area of the plot over four tiles' corner: 40 x 30 pixels" near "$(area 108 105)" 12 0.20
ok "area of the ring without its hole" near "$(area 223 85)" "$(awk 'BEGIN { print 3.14159 / 4 * (90 * 90 - 74 * 74) * 0.01 }')" 0.25
finish
