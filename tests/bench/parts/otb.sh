# The Orfeo Toolbox on the same pixels: 12 features and a random forest of 100 trees of depth 10, and its ImageClassifier alone on the bands. OTB learns from
# the survey's own labels (not timed), and uses both cores.
if [ "$install" = 1 ]; then "$here/install_otb.sh" || true; fi
if ! command -v otbcli_ImageClassifier >/dev/null 2>&1; then
    skip otb "otb-bin is not installed (tests/bench/install_otb.sh, or --install, gets it from Debian's packages)"
    return 0
fi
export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=2 OTB_MAX_RAM_HINT=2048 OTB_LOGGER_LEVEL=WARNING
export OTB_APPLICATION_PATH=${OTB_APPLICATION_PATH:-$(dirname "$(find /usr/lib -name 'otbapp_BandMathX.so' | head -1)")}

# The bands are green red rededge nir. Nine features of a pixel; then mean and variance in windows of 7 of red, and the mean of nir.
nine='im1b1; im1b2; im1b3; im1b4; (im1b4-im1b2)/(im1b4+im1b2+1); (im1b4-im1b3)/(im1b4+im1b3+1)'
nine="$nine; (im1b1-im1b2)/(im1b1+im1b2+1); im1b2/(im1b1+1); im1b4/(im1b1+1)"
features() { # PHOTO OUT
    otbcli_BandMathX -il "$1" -exp "$nine" -out "$work/otb-nine.tif" float &&
        otbcli_LocalStatisticExtraction -in "$1" -channel 2 -radius 3 -out "$work/otb-red.tif" float &&
        otbcli_LocalStatisticExtraction -in "$1" -channel 4 -radius 3 -out "$work/otb-nir.tif" float &&
        otbcli_BandMathX -il "$work/otb-nine.tif" "$work/otb-red.tif" "$work/otb-nir.tif" -exp 'im1; im2b1; im2b2; im3b1' -out "$2" float
}
learn() { # IMAGE MODEL
    otbcli_TrainImagesClassifier -io.il "$1" -io.vd "$work/labels.shp" -sample.vfn code -sample.mt 1000 -sample.mv 0 -sample.vtr 0 -classifier rf \
        -classifier.rf.nbtrees 100 -classifier.rf.max 10 -classifier.rf.acc 0 -rand 1 -io.out "$2"
}
classify() { otbcli_ImageClassifier -in "$1" -model "$2" -out "$work/otb-class.tif" uint8; }
chain() { features "$1" "$work/otb-features.tif" && classify "$work/otb-features.tif" "$2"; }

if [ -n "$side" ]; then piece_px=$side; elif [ "$size" = quick ]; then piece_px=1024; else piece_px=5000; fi
learn_photo=$work/otb-survey.tif
gdal_translate -q -ot Byte -scale 0 65535 0 255 "$(survey ms)" "$learn_photo"
labels=$(dirname "$(dirname "$(survey ms)")")/labels/flight-1.geojson
layer=$(ogrinfo -q -ro "$labels" | sed -nE '1s/^1: ([^ ]+).*/\1/p')
ogr2ogr -f 'ESRI Shapefile' -t_srs EPSG:4544 "$work/labels.shp" "$labels" -dialect sqlite \
    -sql "SELECT geometry, (SELECT count(DISTINCT other.class) FROM \"$layer\" other WHERE other.class <= own.class) AS code FROM \"$layer\" own"
say "  OTB learns"
learn_both() { features "$learn_photo" "$work/otb-learn.tif" && learn "$work/otb-learn.tif" "$work/chain.rf" && learn "$learn_photo" "$work/bands.rf"; }
if ! learn_both >"$work/otb.log" 2>&1; then
    tail -20 "$work/otb.log" >&2
    return 1
fi
note "OTB's forest: $(stat -c %s "$work/chain.rf") bytes for 12 features, $(stat -c %s "$work/bands.rf") for 4 bands"
otb_rounds=$rounds
if [ "$size" = quick ] && [ $otb_rounds -gt 1 ]; then otb_rounds=1; elif [ $otb_rounds -gt 3 ]; then otb_rounds=3; fi

otb_case() { # KIND: scanned by papaver's shipped model, and by the forests that OTB has learned on the dense landscape
    local photo mpx case
    [[ $1 == *"$only" ]] || return 0
    photo=$(input "$1" "$piece_px" DEFLATE tiles)
    mpx=$(mega "$piece_px")
    case="$1 $piece_px² DEFLATE tiles"
    contender "papaver scan (otb)" 2 "$mpx" "$papaver" scan "$photo" --threads 2 --quiet --overwrite -o "$work/h.geojson"
    contender "OTB chain" 2 "$mpx" chain "$photo" "$work/chain.rf"
    contender "OTB ImageClassifier on bands" 2 "$mpx" classify "$photo" "$work/bands.rf"
    race "$case" $otb_rounds
    compare "$case" "papaver scan (otb)" 2 "OTB chain" 2 1/200 1/500
    compare "$case" "papaver scan (otb)" 2 "OTB ImageClassifier on bands" 2 1/120 1/300
}
otb_case ms8-soft
otb_case ms8-soft-usual
otb_case ms8-soft-fine
