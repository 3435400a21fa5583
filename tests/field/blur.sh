#!/usr/bin/env bash
# Real photos are not called blurred in the main, and are when they are blurred: shares of their squares by tests/tools/blur_figures.
. "$(dirname "$0")/../lib.bash"
need_field
share() { # PHOTO MODEL: "blurred squares"; squares with pixels only
    "$tools/blur_figures" "$1" "$root/models/shipped/$2-synthetic.pvm" 2>/dev/null | awk '$6 > 0 {n++; b += $11} END {print b + 0, n + 0}'
}
total() { # FACTOR PHOTO...: sums over photos, blurred by FACTOR pixels first
    local sigma=$1 photo model all=0 blurred=0 b n
    shift
    for photo in "$@"; do
        [ -e "$photo" ] || continue
        model=rgb
        case $photo in *sequoia*) model=ms ;; esac
        if [ "$sigma" != 0 ]; then
            "$tools/blur_photo" "$photo" "$work/blurred.tif" "$sigma" 2>/dev/null || continue
            photo=$work/blurred.tif
        fi
        read -r b n < <(share "$photo" $model)
        blurred=$((blurred + b))
        all=$((all + n))
        rm -f "$work/blurred.tif"
    done
    echo "$blurred of $all"
}
below() { awk -v b="$1" -v n="$3" -v most="$4" 'BEGIN {exit !(n > 0 && b <= most * n)}'; }
above() { awk -v b="$1" -v n="$3" -v least="$4" 'BEGIN {exit !(n > 0 && b >= least * n)}'; }
forest=("$field"/forest_tiles/*.tif)
others=("$field"/drone_rgb/australia.tif "$field"/crops22/rgb.tif "$field"/sequoia_plot/ms.tif)
sharp=$(total 0 "${forest[@]}")
echo "forest tiles: $sharp squares blurred"
# shellcheck disable=SC2086
ok "forest tiles: $sharp" below $sharp 0.03
sharp=$(total 0 "${others[@]}")
echo "other photos: $sharp squares blurred"
# shellcheck disable=SC2086
ok "other photos: $sharp" below $sharp 0.03
for sigma in 1 1.5 2 3; do
    soft=$(total $sigma "${forest[@]:0:8}")
    echo "forest tiles, Gaussian of $sigma pixels: $soft squares blurred"
    # shellcheck disable=SC2086
    if [ $sigma = 2 ] || [ $sigma = 3 ]; then ok "forest tiles, Gaussian of $sigma pixels: $soft" above $soft 0.8; fi
done
finish
