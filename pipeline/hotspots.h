/* Hotspots: patches with a place on the Earth, and the file hotspots.geojson (docs/formats/hotspots.md).
 *
 * A hotspot's text is made once, when its patch closes, and kept; the file is sorted and written at the end, whole or not at all. Merging
 * shards keeps those texts byte for byte. Reals have a fixed number of decimals; nothing depends on the locale.
 * Threads: the sink's thread. Errors: PV_NOMEM, PV_IO, PV_INPUT (merge: a part is not ours, or is there twice). */
#ifndef PV_PIPELINE_HOTSPOTS_H
#define PV_PIPELINE_HOTSPOTS_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "models/model.h"
#include "pipeline/outline.h"
#include "pipeline/patches.h"
#include "pipeline/tile.h"

/* Ground that was looked at, in 1e-4 m2 so that sums are exact. valid + nodata + unreadable + unusable = the photo's frame. */
typedef struct pv_coverage {
    int64_t valid_e4, nodata_e4, unreadable_e4, unusable_e4;
} pv_coverage;

/* One photo of a run, as it stands in the file's list. */
typedef struct pv_photo_record {
    char name[256];
    char path_name[256]; /* file name with ending */
    char sha256[65];
    int ok; /* 0 = refused: reason says why; coverage is zero */
    char reason[PV_ERR_TEXT];
    char status[16]; /* "done" or a status word */
    double gsd_m;
    char taken_at[32];
    pv_coverage coverage;
    int64_t n_hotspots;
} pv_photo_record;

typedef struct pv_hotspot {
    char id[17];                /* stable: from the photo's name and place, the model and the patch's first pixel; same on a re-run */
    int photo;                  /* index into the list of photos */
    double prob_mean, prob_max; /* 0..1 */
    double area_m2;
    double bbox[4]; /* west south east north, degrees, as printed */
    char *json;     /* the whole Feature, one line, owned */
} pv_hotspot;

typedef struct pv_hotspots {
    size_t n, cap;
    pv_hotspot *at;
    size_t n_photos, cap_photos;
    pv_photo_record *photo;
} pv_hotspots;

void pv_hotspots_release(pv_hotspots *h);
/* Takes away all hotspots from index n on: a photo that failed leaves nothing behind. */
void pv_hotspots_cut(pv_hotspots *h, size_t n);

/* What stays the same for all patches of a photo while they are placed. All borrowed. */
typedef struct pv_hotspot_context {
    const pv_photo_facts *facts;
    const pv_work_grid *grid;
    const pv_model *model;
    pv_place *place;
    double min_area_m2;
    int photo; /* index in pv_hotspots.photo */
} pv_hotspot_context;

/* Places a patch and appends it, unless its ground area is below min_area_m2 (*kept = 0). */
PV_MUST pv_status pv_hotspots_add(pv_hotspots *h, const pv_hotspot_context *c, const pv_patch *patch, int *kept, pv_err *err);

/* What a run says of itself in the file. */
typedef struct pv_run_facts {
    const char *version; /* "papaver 0.1.0" */
    char run_id[17];     /* from photos, options and model: the same on a re-run */
    char model_id[17];
    char model_name[PV_NAME];
    int shard, shards; /* 1, 1 for a whole run */
    double seconds;    /* < 0 = null: a wall time would make two equal runs differ (docs/notes) */
    int threshold_high, threshold_low;
    double min_area_m2;
} pv_run_facts;

/* Sorts (photos by name; hotspots by falling prob_mean, then prob_max, area, id) and prints the whole file. */
PV_MUST pv_status pv_hotspots_print(pv_hotspots *h, const pv_run_facts *run, pv_text *out, pv_err *err);

/* Joins shards to the bytes that one run would have written. parts: n texts of files that pv_hotspots_print() made, part_name for messages.
 * Missing shards are named in `missing` ("2, 5"), empty when complete. PV_INPUT when parts disagree on model or options. */
PV_MUST pv_status pv_hotspots_merge(pv_text *out, int n, const char *const *part, const char *const *part_name, pv_text *missing, pv_err *err);

#endif
