/* Hotspots: patches with a place on the Earth, and the file hotspots.geojson (docs/formats/hotspots.md says what every member means).
 *
 * A hotspot's text is made once, when its patch closes, and kept; the file is sorted and written at the end, whole or not at all. Merging
 * shards keeps those texts byte for byte. Reals have a fixed number of decimals; nothing depends on the locale.
 * Threads: the sink's thread. Errors: PV_NOMEM, PV_IO, PV_INPUT (merge: a part is not ours, or is there twice). */
#ifndef PV_PIPELINE_HOTSPOTS_H
#define PV_PIPELINE_HOTSPOTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "geo/units.h"
#include "models/calendar.h"
#include "models/model.h"
#include "models/tiers.h"
#include "pipeline/objects.h"
#include "pipeline/outline.h"
#include "pipeline/patches.h"
#include "pipeline/tile.h"

/* Ground that was looked at, in 1e-4 m2 so that sums are exact. valid + nodata + unreadable + unusable = the photo's frame. Of what is unusable, and of what is valid: */
typedef struct pv_coverage {
    int64_t valid_e4, nodata_e4, unreadable_e4, unusable_e4; /* unusable = dark + saturated */
    int64_t dark_e4, saturated_e4;
    int64_t blurred_e4, coarse_e4; /* seen, but too blurred or too coarse for small patches: parts of valid, no pixel in both */
} pv_coverage;

/* Its figures by name, in the order of the file. */
enum { PV_COVERAGE_FIGURES = 8 };
typedef struct pv_coverage_figure {
    const char *name; /* "valid_m2" */
    size_t at;        /* offset of its int64_t in pv_coverage */
} pv_coverage_figure;
extern const pv_coverage_figure pv_coverage_figures[PV_COVERAGE_FIGURES];
static inline int64_t *pv_coverage_e4(pv_coverage *c, int k)
{
    return (int64_t *)(void *)((char *)c + pv_coverage_figures[k].at);
}
static inline int64_t pv_coverage_of(const pv_coverage *c, int k)
{
    return *(const int64_t *)(const void *)((const char *)c + pv_coverage_figures[k].at);
}

/* One photo of a run, as it stands in the file's list. */
typedef struct pv_photo_record {
    char name[256];
    char path_name[256]; /* file name with ending */
    char sha256[65];
    int ok; /* 0 = refused: reason says why; coverage is zero */
    char reason[PV_ERR_TEXT];
    char model_id[PV_MODEL_ID]; /* the model that was asked; "" = none (refused) */
    char model_name[PV_NAME];
    char status[16]; /* "done" or a status word */
    double gsd_m;
    char taken_at[32];
    int drift_e2; /* index of pipeline/drift.h x 100; 0 or more, -1 = not known */
    pv_coverage coverage;
    int64_t n_hotspots;
} pv_photo_record;

typedef struct pv_hotspot {
    char id[17];                /* stable: from the photo's name and place, the model and the patch's first pixel; same on a re-run */
    int photo;                  /* index into the list of photos */
    double prob;                /* calibrated object probability, 0..1, as printed; < 0 = null */
    double prob_mean, prob_max; /* 0..1, rounded as printed: sorting by them is sorting by the text */
    double area_m2;             /* as printed */
    double bbox[4];             /* west south east north, degrees, as printed */
    int outside;                /* 1 = boundaries were given and it lies in none of them */
    char *json;                 /* the whole Feature, one line, owned */
} pv_hotspot;

typedef struct pv_hotspots {
    size_t n, cap;
    pv_hotspot *at;
    size_t n_photos, cap_photos;
    pv_photo_record *photo;
} pv_hotspots;

void pv_hotspots_release(pv_hotspots *h);

/* Appends a photo (coverage zero until it is scanned, n_hotspots 0); *index is what pv_hotspot_context.photo wants. */
PV_MUST pv_status pv_hotspots_add_photo(pv_hotspots *h, const pv_photo_record *record, int *index, pv_err *err);
/* Takes back all hotspots of a photo that failed half-way. */
void pv_hotspots_drop(pv_hotspots *h, int photo);

/* What stays the same for all patches of a photo while they are placed. All borrowed. */
typedef struct pv_hotspot_context {
    const pv_photo_facts *facts;
    const pv_work_grid *grid;
    const pv_model *model;
    pv_place *place;
    const pv_tiers *tiers;       /* NULL = none */
    const pv_calendar *calendar; /* NULL = none */
    const pv_units *units;       /* boundaries; NULL = none: their properties are null */
    double min_area_m2;
    int photo; /* index in pv_hotspots.photo */
    int chips; /* 1 = property chip is <id>.jpg; 0 = null */
} pv_hotspot_context;

/* Places a patch and appends it, unless its ground area (before its edge was trimmed, so that a small plot is not lost for it) is below min_area_m2 (*kept = 0). Counts it in the photo's n_hotspots.
 * The area is the sum over its pixels (working pixels at the photo's right and lower edge count as far as they are inside). A patch without runs or with
 * more than a million corners gets its bounding box as geometry and says so ("outline":"box"); its pixels and probabilities stay exact.
 * PV_INPUT when the patch crosses the 180th meridian: such photos must be cut there. */
PV_MUST pv_status pv_hotspots_add(pv_hotspots *h, const pv_hotspot_context *c, const pv_patch *patch, int *kept, pv_err *err);

/* The same with the object stage's verdict; NULL = there is none. */
PV_MUST pv_status pv_hotspots_add_judged(pv_hotspots *h, const pv_hotspot_context *c, const pv_patch *patch, const pv_verdict *verdict, int *kept,
                                         pv_err *err);

/* What a run says of itself in the file. */
typedef struct pv_run_facts {
    const char *version; /* "papaver 0.1.0" */
    char run_id[17];     /* for callers that show it: pv_run_id(). Printing and merging find it themselves */
    char model_id[17];   /* "" = none was named: each photo has the model that fits it, see its record */
    char model_name[PV_NAME];
    int shard, shards;                 /* 1, 1 for a whole run */
    double seconds;                    /* < 0 = null: a wall time would make two equal runs differ (docs/notes) */
    int threshold_high, threshold_low; /* 0 = those of each photo's model */
    int has_keep;                      /* 1 = all photos share the object threshold keep_e4, 0..10000 */
    int keep_e4;
    double min_area_m2;
    char radiometry_of[256]; /* name of the photo whose radiometric state all share, "" = each its own */
} pv_run_facts;

/* The first 16 hex digits of the SHA-256 of model id, thresholds, smallest area, shared radiometric state and the names and hashes of all photos, sorted: the same on a re-run and
 * for merged shards, whatever the order. Of a shard: of its own photos. */
PV_MUST pv_status pv_run_id(char id[17], const pv_run_facts *run, size_t n_photos, const pv_photo_record *photo, pv_err *err);

/* Sorts (photos by name; hotspots by falling prob (null last), then prob_mean, prob_max, area, id) and prints the whole file into out, whose
 * former content is replaced. pv_hotspot.photo follows its photo. */
PV_MUST pv_status pv_hotspots_print(pv_hotspots *h, const pv_run_facts *run, pv_text *out, pv_err *err);

/* Joins shards to the bytes that one run would have written. parts: n texts of files that pv_hotspots_print() made, part_name for messages.
 * Missing shards are named in `missing` ("2, 5"), empty when complete; the file then says so too ("shard":{"index":null,"of":7,"missing":[2,5]}).
 * PV_INPUT, with the part's name, when a part is damaged or not ours, is there twice, has a photo that another part has too, or disagrees with the first
 * part on version, model or options. Times are summed, or null when one is. */
PV_MUST pv_status pv_hotspots_merge(pv_text *out, int n, const char *const *part, const char *const *part_name, pv_text *missing, pv_err *err);

#endif
