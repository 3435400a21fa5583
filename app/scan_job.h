/* The scan of the photos of one command line (or of one shard of them), from the arguments to the files.
 *
 * A bad photo costs only itself: it is recorded with its reason. Threads: main thread; the runner has its own.
 * Errors: what ends the whole run: PV_USAGE, PV_MODEL (no model at all), PV_IO (an output), PV_STOPPED, PV_BUG. */
#ifndef PV_APP_SCAN_JOB_H
#define PV_APP_SCAN_JOB_H

#include <stdatomic.h>

#include "app/models_find.h"
#include "app/options.h"
#include "app/photo_list.h"
#include "app/progress.h"
#include "geo/gate.h"
#include "models/model.h"
#include "pipeline/hotspots.h"
#include "pipeline/run.h"

typedef struct pv_scan_job {
    const pv_args *args;
    int quiet, json, overwrite, timings;
    const char *out_path, *prob, *class_out, *coverage, *picture_folder, *chips, *overview; /* NULL = not wanted */
    int many; /* bits 0 to 3: prob, class, coverage and overview name folders */
    pv_photo_list list;
    pv_found_models found;
    pv_model *own;         /* loaded for --model */
    const pv_model *model; /* own, or NULL: each photo has the found one that fits it */
    const pv_model **used; /* [list.n] the model of each photo; NULL while refused. Borrowed from the two above */
    pv_photo_options photo_options;
    pv_gate_limits limits;
    pv_radiometry sheet_state; /* --radiometry-of */
    char (*sheet_band)[PV_BAND_NAME];
    int sheet_bands;
    pv_scan_options options;
    pv_tiers tiers;
    pv_calendar calendar;
    pv_units *units; /* --units, or NULL */
    pv_hotspots hotspots;
    int damaged;          /* photos that were scanned with holes */
    int coarse;           /* photos that were scanned though they are too coarse */
    int strange;          /* photos that are very different from what their model learned from */
    pv_status *bad;       /* [list.n] why a photo of the list was refused, PV_OK otherwise */
    pv_radiometry *state; /* [list.n] kept for the pictures */
    pv_run_facts run;
    pv_scan_seconds seconds;
    double start_s, mega; /* clock at the start; million pixels scanned */
    double piece_mega;    /* of the photo at work */
    pv_photo_hash *hash;  /* of the photo at work */
    int64_t hash_bytes;   /* what it takes in at a time */
    pv_progress progress;
} pv_scan_job;

PV_MUST pv_status pv_scan_job_start(pv_scan_job *job, const pv_args *args, pv_err *err);
PV_MUST pv_status pv_scan_job_run(pv_scan_job *job, pv_err *err);
/* Sorts, draws the pictures, writes hotspots.geojson last. */
PV_MUST pv_status pv_scan_job_write(pv_scan_job *job, pv_err *err);
void pv_scan_job_release(pv_scan_job *job);

/* scan_views.c: what is made of a photo after its scan: chips of its hotspots, and the photo in small. record: index in hotspots.photo; small: NULL = no overview. */
PV_MUST pv_status pv_scan_views(const pv_scan_job *job, int i, int record, pv_photo *photo, pv_small *small, pv_err *err);
/* The photo in small that the scan fills; stays NULL when no overview is wanted, or can be made of this photo, which a note says. */
PV_MUST pv_status pv_scan_view_small(const pv_scan_job *job, int i, const pv_photo_facts *facts, pv_small **small, pv_err *err);
/* <where>/<photo>_<what> in a folder, or where itself. */
PV_MUST pv_status pv_scan_output_name(pv_text *out, const char *where, int folder, const char *photo, const char *what, pv_err *err);
/* The sidecar of an overview: name ends in .jpg and then in .json. */
PV_MUST pv_status pv_scan_sidecar_name(pv_text *name, pv_err *err);

/* The outcome: PV_OK, PV_PARTIAL, or, when all photos were refused, PV_INPUT, or the one reason that they share: PV_MODEL,
 * PV_NOMEM, PV_USAGE (--bands). */
PV_MUST pv_status pv_scan_job_outcome(const pv_scan_job *job, pv_err *err);

/* One JSON object about the run, and the same for people in a few lines. */
void pv_scan_summary_json(const pv_scan_job *job, pv_status outcome, pv_text *out);
void pv_scan_summary_words(const pv_scan_job *job, pv_text *out);

#endif
