/* papaver scan: photos in, hotspots out. */
#include "app/command.h"
#include "app/gate_options.h"
#include "app/options.h"
#include "app/say.h"
#include "app/scan_job.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL, "the hotspots file (GeoJSON) to write; - is standard output"},
    {"model", 'm', PV_OPT_PATH, 0, "FILE", "the shipped model that fits the bands", 0, 0, NULL, "the model to ask"},
    {"threshold", 't', PV_OPT_REAL, 0, "probability", "from the model", 0, 1, NULL, "a patch needs one pixel of at least this probability"},
    {"object-threshold", 0, PV_OPT_REAL, 0, "probability", "from the model", 0, 1, NULL,
     "a patch is kept from this probability (prob) on; 0 = all that the pixels propose; without an object stage it does nothing"},
    {"min-area", 'a', PV_OPT_REAL, 0, "m2", "0.25", 0, 1e6, NULL, "patches of a smaller ground area are left out"},
    {"no-gate", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL,
     "ask the whole model about every pixel; otherwise its early decision, where it has one, leaves out ground that it is sure of (`papaver info "
     "MODEL` says what that loses)"},
    {"allow-coarse", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL,
     "scan photos too coarse for the model by their own pixels, marked as coarse with the smallest patch to expect; otherwise they are refused"},
    {"prob", 'p', PV_OPT_PATH, 0, "FILE.tif|DIR", NULL, 0, 0, NULL,
     "write the probability picture (0..254, 255 = not seen), of the whole model everywhere; a folder for several photos"},
    {"class", 'c', PV_OPT_PATH, 0, "FILE.tif|DIR", NULL, 0, 0, NULL, "write the picture of best classes; a folder for several photos"},
    {"coverage", 0, PV_OPT_PATH, 0, "FILE.pvc|DIR", NULL, 0, 0, NULL,
     "write which cells of ground were seen, and why others were not (`papaver info` reads it); a folder for several photos"},
    {"coverage-grid", 0, PV_OPT_TEXT, 0, "EPSG[,CELL_M]", "the 3-degree CGCS2000 zone of the photo (elsewhere UTM), 1 m", 0, 0, NULL,
     "the grid of --coverage: a projected CRS in metres, and the side of a cell (0.1 to 20 m)"},
    {"picture", 0, PV_OPT_PATH, 0, "DIR", NULL, 0, 0, NULL, "write an overview PNG of each photo with the hotspots drawn over it"},
    {"chips", 0, PV_OPT_PATH, 0, "DIR", NULL, 0, 0, NULL,
     "write for each hotspot a picture for the phone (natural colour, false colour, probability) and its pixels as a small GeoTIFF: <id>.jpg and <id>.tif"},
    {"overview", 0, PV_OPT_PATH, 0, "FILE.jpg|DIR", NULL, 0, 0, NULL,
     "write the photo in small for web maps (Web Mercator, at most 1600 pixels a side), with its bounds in FILE.json; a folder for several photos"},
    {"units", 'u', PV_OPT_PATH, 2, "FILE", NULL, 0, 0, NULL,
     "boundaries (GeoJSON, GeoPackage, Shapefile, KML): each hotspot gets its county, township, village, forest farm and compartment; may be "
     "repeated"},
    {"bands", 'b', PV_OPT_TEXT, 0, "NAME=K,...", NULL, 0, 0, NULL, "which band is which, as red=1,green=2,nir=4, where a photo leaves a doubt"},
    {"radiometry-of", 0, PV_OPT_PATH, 0, "PHOTO", NULL, 0, 0, NULL, "sheets of one mosaic: all share the radiometric state of this photo"},
    {"threads", 'j', PV_OPT_INT, 0, "threads", "SLURM_CPUS_PER_TASK or the processors there are", 1, 1024, NULL, "workers; never changes the result"},
    {"tile", 0, PV_OPT_INT, 0, "pixels", "about 512, whole blocks of the photo", 32, 1000000, NULL, "side of a tile; never changes the result"},
    {"memory", 0, PV_OPT_INT, 0, "MiB", "no limit", 16, 1 << 24, NULL, "refuse a photo before the start when its plan needs more"},
    PV_GATE_OPTIONS,
    {"shard", 0, PV_OPT_TEXT, 0, "K/N", "1/1", 0, 0, NULL,
     "scan only the K-th of N parts of the photos, dealt by sorted name; `papaver merge` joins the parts"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace outputs that exist"},
    {"timings", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "write the wall seconds into the file; equal runs then differ in their bytes"},
    {"road", 0, PV_OPT_CHOICE, 0, NULL, "auto", 0, 0, "auto|libtiff|gdal", "how pixels are read; for tests, never changes the result"},
    {"quiet", 'q', PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "no progress and no closing words, errors only"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object about the run on standard output"},
};

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scan_job job = {0};
    pv_text words = {0};
    PV_TRY(pv_scan_job_start(&job, args, err));
    PV_TRY(pv_scan_job_run(&job, err));
    PV_TRY(pv_scan_job_write(&job, err));
    pv_status outcome = pv_scan_job_outcome(&job, err);
    if (job.json) {
        pv_scan_summary_json(&job, outcome, &words);
        PV_TRY(pv_say(&words, err));
    } else if (!job.quiet) {
        pv_scan_summary_words(&job, &words);
        PV_TRY(pv_text_status(&words, err));
        pv_note("%s", pv_text_str(&words));
    }
    st = outcome;
out:
    pv_text_release(&words);
    pv_scan_job_release(&job);
    return st;
}

const pv_command pv_command_scan = {
    .name = "scan",
    .line = "photos in, hotspots out",
    .inputs = "PHOTO...",
    .min_inputs = 1,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Looks for suspected plots in georeferenced photos and writes them as GeoJSON, sorted by falling probability. A PHOTO is a GeoTIFF, or a "
            "folder of one-band TIFFs of one scene (DJI Terra, MicaSense).\n\nA photo that cannot be used costs only itself: it is listed with "
            "its reason in the file and on standard error, and the exit code is 10 (11 when no photo could be used, 12 when the model fits none). "
            "The file says how much ground was looked at and how much was not. The same photos, model and options give the same bytes, for any "
            "number of threads, tile size and number of shards.",
    .example = "  papaver scan flight-0412.tif -o hotspots.geojson --picture maps\n"
               "  papaver scan night/*.tif -o part-2.geojson --shard 2/7\n",
    PV_OPTIONS(options),
    .run = run,
};
