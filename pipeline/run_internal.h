/* What the files of the runner share. Nobody else includes this. */
#ifndef PV_PIPELINE_RUN_INTERNAL_H
#define PV_PIPELINE_RUN_INTERNAL_H

#include <stdatomic.h>
#include <stdint.h>

#include "geo/place.h"
#include "geo/raster_out.h"
#include "pipeline/ahead.h"
#include "pipeline/drift.h"
#include "pipeline/ground.h"
#include "pipeline/objects_list.h"
#include "pipeline/run.h"
#include "pipeline/tile.h"
#include "pipeline/tile_classify.h"

/* A row of cores. Workers write disjoint columns; after the barrier read-only. */
typedef struct pv_strip {
    int w;                          /* columns, from the photo's left edge on */
    uint8_t *prob;                  /* [core rows][w], as pv_tile.prob */
    uint8_t *best;                  /* [core rows][w], as pv_tile.best */
    uint8_t *full_prob, *full_best; /* [core rows][w] what rasters hold; NULL = the two above */
} pv_strip;

/* The first failure in the order of the work, so that the message cannot depend on timing. Written under the runner's lock, `at` read by all. */
typedef struct pv_failure {
    _Atomic int64_t at; /* its place in the order; INT64_MAX = none */
    pv_status status;
    pv_err err;
} pv_failure;

typedef struct pv_scan {
    const pv_photo_facts *facts;
    const pv_photo *source; /* the photo; NULL = sizes are wanted, and nothing is scanned */
    const pv_model *model;
    const pv_scan_options *options;
    pv_work_grid grid;
    int coarse; /* 1 = the photo is too coarse for the model */
    pv_feature_plan *plan;
    pv_keep keep;    /* what is kept of the photo */
    int lent;        /* 1 = the photo lends its working pixels */
    pv_small *small; /* NULL = none, or what is read is not what it is made of */
    pv_ahead_shape shape;
    pv_ahead *ahead;
    pv_gate_plan *gate; /* NULL = none */
    pv_classify_plan classify;
    pv_coder *coder; /* [n_columns] read-only while workers run */
    int threads;
    /* one a worker */
    pv_photo **photo;           /* [threads]; [0] is the caller's */
    pv_tile **tile;             /* [threads] */
    pv_classifier **classifier; /* [threads] */
    pv_drift_counts *drift;     /* [threads]; empty while proposing */
    pv_scan_seconds *worker_seconds;
    pv_blur *blur;    /* NULL while proposing */
    int blur_band;    /* plane of a tile that it looks at */
    pv_strip ring[2]; /* run_strips.c */
    /* the object stage; object_plan NULL = there is none and patches become hotspots at once */
    pv_object_plan *object_plan;
    pv_object_worker **object_worker; /* [threads], made when the first patch is measured */
    pv_object_list list;
    int16_t *object_scratch;
    int n_object_columns;
    const char (*object_column)[PV_NAME]; /* borrowed */
    pv_object_wish wish;
    pv_object_sink propose; /* NULL = scanning */
    void *propose_user;
    /* the sink's */
    pv_place *place; /* the photo's */
    pv_patches *patches;
    pv_raster_out *prob_out, *class_out;
    pv_ground *ground;
    pv_hotspot_context context;
    pv_hotspots *hotspots;
    pv_scan_seconds sink_seconds;
    int64_t n_kept;
    pv_failure failure;
} pv_scan;

/* ---- run_size.c: grid, plans and sizes, before anything is allocated. Fails where the memory that was given does not do. */
PV_MUST pv_status pv_scan_prepare(pv_scan *s, pv_err *err);
/* Bytes that the scan takes at the most. */
int64_t pv_scan_bytes(const pv_scan *s);
void pv_scan_unprepare(pv_scan *s);

/* ---- run_strips.c: rows of cores on their way to the sink. Where a row is one segment there are two whole ones that change places; where it has more the sink is through with a row
 * before the second segment of the next begins, so one is enough, and the first segment's cores wait in a narrow one. */
int64_t pv_scan_strips_bytes(const pv_scan *s);
PV_MUST pv_status pv_scan_strips_new(pv_scan *s, pv_err *err);
void pv_scan_strips_release(pv_scan *s);
/* Where the sink finds a row. */
const pv_strip *pv_scan_strip_whole(const pv_scan *s, int row);
/* A tile's answer into its strip; from NULL: there is no pixel. full NULL = rasters hold the same. Called by: any worker. */
void pv_scan_strip_put(const pv_scan *s, int step, pv_rect core, const pv_tile *from, const pv_tile *full);
/* Beside step `step`, when the sink is through with what it was given before: what waits takes its place. */
void pv_scan_strips_settle(const pv_scan *s, int step);

/* ---- run_make.c: what a scan works with */
PV_MUST pv_status pv_scan_make(pv_scan *s, pv_photo *photo, int photo_index, pv_err *err);
void pv_scan_release(pv_scan *s);

#endif
