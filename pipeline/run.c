#include "pipeline/run.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "geo/place.h"
#include "geo/raster_out.h"
#include "models/trees.h"
#include "pipeline/coverage_rows.h"
#include "pipeline/drift.h"
#include "pipeline/objects_list.h"
#include "pipeline/tile.h"
#include "pipeline/tile_classify.h"

#include "base/banned.h"

enum {
    PV_TILE_DEFAULT = 512,
    PV_TILE_SMALLEST = 64,
    PV_RASTER_ROWS = 256,       /* rows that a raster writer keeps */
    PV_FIXED_BYTES = 224 << 20, /* GDAL's cache 64 MiB, runs of open patches 128 MiB, the program itself: the most they take */
    PV_BLOCKS_BYTES = 32 << 20, /* decoded blocks that a photo handle keeps */
    PV_LIST_BYTES = 128 << 20,  /* closed patches that wait for the object stage */
    PV_RING_BYTES_MAX = 256 << 20
};

/* Rows of whole photo width, one strip of tiles high; there are exactly two. Workers write disjoint columns; after the barrier read-only. */
typedef struct pv_strip {
    uint8_t *prob; /* [tile_h][grid.w], as pv_tile.prob */
    uint8_t *best; /* [tile_h][grid.w], as pv_tile.best */
    uint8_t *seen; /* [tile_h][grid.w] prob as patches see it; NULL = as it is */
} pv_strip;

/* The first failure by tile number, so that the message cannot depend on timing. Written under the lock, failed_strip read by all. */
typedef struct pv_failure {
    omp_lock_t lock;
    atomic_int failed_strip; /* INT_MAX = none */
    int64_t tile;
    pv_status status;
    pv_err err;
} pv_failure;

typedef struct pv_scan {
    const pv_photo_facts *facts;
    const pv_model *model;
    const pv_scan_options *options;
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_coder *coder;    /* [n_columns] read-only while workers run */
    pv_gate_plan *gate; /* NULL = none */
    pv_classify_plan classify;
    int tile_w, tile_h, n_across, n_strips, threads;
    /* one a worker */
    pv_photo **photo;           /* [threads]; [0] is the caller's */
    pv_tile **tile;             /* [threads] */
    pv_classifier **classifier; /* [threads] */
    pv_drift_counts *drift;     /* [threads]; empty while proposing */
    pv_scan_seconds *worker_seconds;
    pv_strip ring[2];
    /* the object stage; object_plan NULL = there is none and patches become hotspots at once */
    pv_object_plan *object_plan;
    pv_object_worker **object_worker; /* [threads] */
    pv_object_list list;
    int16_t *object_scratch;
    int n_object_columns;
    const char (*object_column)[PV_NAME]; /* borrowed */
    pv_object_wish wish;
    pv_object_sink propose; /* NULL = scanning */
    void *propose_user;
    /* the sink's */
    pv_place *place;
    pv_patches *patches;
    pv_raster_out *prob_out, *class_out;
    pv_coverage_rows coverage;
    pv_hotspot_context context;
    pv_hotspots *hotspots;
    pv_scan_seconds sink_seconds;
    int64_t n_kept;
    pv_failure failure;
} pv_scan;

static double pv_clock(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- sizes ---- */

static int64_t pv_scan_bytes(const pv_scan *s, int tile_w, int tile_h)
{
    int64_t w = s->grid.w;
    int64_t ring = (s->classify.gate != NULL && s->classify.full ? 6 : 4) * w * tile_h;
    int64_t tables = (int64_t)s->model->n_columns * (int64_t)sizeof(pv_coder);
    int64_t rasters = ((s->options->prob_path != NULL) + (s->options->class_path != NULL)) * w * PV_RASTER_ROWS * 2;
    int64_t objects = s->object_plan != NULL ? s->threads * pv_object_worker_bytes(s->object_plan) + tables + PV_LIST_BYTES : 0;
    int64_t tile = s->classify.gate != NULL && !s->classify.full ? pv_tile_marked_bytes(s->plan, &s->grid, s->model, tile_w, tile_h)
                                                                 : pv_tile_bytes(s->plan, &s->grid, s->model, tile_w, tile_h);
    return s->threads * (tile + pv_classifier_bytes(&s->classify, tile_w, tile_h) + PV_BLOCKS_BYTES) + ring + tables + rasters + objects +
           PV_FIXED_BYTES;
}

/* The default tile follows the photo's blocks; it shrinks until the plan fits the memory, because no result depends on it. */
static pv_status pv_scan_size(pv_scan *s, pv_err *err)
{
    const pv_scan_options *o = s->options;
    int side = o->tile_px > 0 ? o->tile_px : PV_TILE_DEFAULT;
    int tile_w = side, tile_h = side;
    if (o->tile_px == 0) {
        int block_w = s->facts->block_w_px / s->grid.fx, block_h = s->facts->block_h_px / s->grid.fy;
        if (block_w > 0 && block_w <= side && s->facts->block_w_px % s->grid.fx == 0) tile_w = side / block_w * block_w;
        if (block_h > 0 && block_h <= side && s->facts->block_h_px % s->grid.fy == 0) tile_h = side / block_h * block_h;
        while (tile_h > PV_TILE_SMALLEST && (int64_t)4 * s->grid.w * tile_h > PV_RING_BYTES_MAX) tile_h = pv_max(tile_h / 2, PV_TILE_SMALLEST);
    }
    tile_w = pv_min(tile_w, s->grid.w);
    tile_h = pv_min(tile_h, s->grid.h);
    while (o->tile_px == 0 && o->memory_bytes > 0 && pv_scan_bytes(s, tile_w, tile_h) > o->memory_bytes &&
           (tile_w > PV_TILE_SMALLEST || tile_h > PV_TILE_SMALLEST)) {
        tile_w = pv_min(tile_w, pv_max(tile_w / 2, PV_TILE_SMALLEST));
        tile_h = pv_min(tile_h, pv_max(tile_h / 2, PV_TILE_SMALLEST));
    }
    s->tile_w = tile_w;
    s->tile_h = tile_h;
    s->n_across = (s->grid.w + tile_w - 1) / tile_w;
    s->n_strips = (s->grid.h + tile_h - 1) / tile_h;
    int64_t need = pv_scan_bytes(s, tile_w, tile_h);
    if (o->memory_bytes > 0 && need > o->memory_bytes)
        return pv_fail(err, PV_NOMEM, "%lld MiB of memory do not do for %d threads and tiles of %d x %d; %lld MiB would (or fewer --threads)",
                       (long long)(o->memory_bytes >> 20), s->threads, tile_w, tile_h, (long long)((need >> 20) + 1));
    return PV_OK;
}

static pv_status pv_scan_plan_gate(pv_scan *s, pv_err *err)
{
    const pv_model *m = s->model;
    const pv_scan_options *o = s->options;
    s->classify = (pv_classify_plan){.model = m, .features = s->plan, .grid = &s->grid, .drift = s->propose == NULL};
    if (m->gate == NULL || o->no_gate || o->threshold_low < m->gate->least_low) return PV_OK;
    s->classify.full = o->prob_path != NULL || o->class_path != NULL;
    pv_status st = pv_gate_plan_new(&s->gate, m, m->gate, s->plan, s->facts, &s->grid, err);
    s->classify.gate = s->gate;
    return st;
}

static pv_status pv_scan_prepare(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    pv_light light = pv_model_light(m);
    s->threads = pv_max(s->options->threads, 1);
    int coarse = 0;
    if (s->options->allow_coarse)
        PV_TRY(pv_work_grid_any(&s->grid, s->facts, m->gsd_m, &coarse, err));
    else
        PV_TRY(pv_work_grid_of(&s->grid, s->facts, m->gsd_m, err));
    PV_TRY(pv_feature_plan_new(&s->plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, s->facts, s->grid.gsd_x_m, s->grid.gsd_y_m, err));
    PV_TRY(pv_scan_plan_gate(s, err));
    if (s->propose == NULL && m->objects != NULL) {
        s->n_object_columns = m->objects->trees->n_columns;
        s->object_column = (const char(*)[PV_NAME])m->objects->trees->column;
    }
    if (s->propose != NULL || m->objects != NULL || m->stages != NULL)
        PV_TRY(pv_object_plan_new(&s->object_plan, m, s->n_object_columns, s->object_column, s->facts, &s->grid, err));
    s->list.n_columns = s->n_object_columns;
    PV_TRY(pv_scan_size(s, err));
out:
    return st;
}

pv_status pv_scan_plan(const pv_photo_facts *facts, const pv_model *m, const pv_scan_options *o, int64_t *bytes, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scan s = {.facts = facts, .model = m, .options = o};
    PV_TRY(pv_scan_prepare(&s, err));
    *bytes = pv_scan_bytes(&s, s.tile_w, s.tile_h);
out:
    pv_object_plan_free(s.object_plan);
    pv_gate_plan_free(s.gate);
    pv_feature_plan_free(s.plan);
    return st;
}

/* ---- making and releasing ---- */

static pv_status pv_scan_keep_patch(void *user, const pv_patch *patch, pv_err *err)
{
    pv_scan *s = user;
    pv_status st = PV_OK;
    int kept = 0, wanted = 1;
    if (s->propose != NULL) PV_TRY(s->wish(s->propose_user, patch, &wanted, err));
    if (s->object_plan != NULL) {
        if (wanted) PV_TRY(pv_object_list_add(&s->list, patch, err));
        goto out;
    }
    PV_TRY(pv_hotspots_add(s->hotspots, &s->context, patch, &kept, err));
    s->n_kept += kept;
out:
    return st;
}

static pv_status pv_scan_open_rasters(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    const pv_scan_options *o = s->options;
    const char **names = NULL;
    pv_raster_spec spec = {.width_px = s->grid.w, .height_px = s->grid.h, .fx = s->grid.fx, .fy = s->grid.fy, .nodata = PV_PROB_UNKNOWN};
    if (o->prob_path != NULL) {
        spec.description = "probability of the target x 254; 255 = not seen";
        PV_TRY(pv_raster_out_open(&s->prob_out, o->prob_path, s->facts, &spec, o->overwrite, err));
    }
    if (o->class_path != NULL) {
        PV_TRY(pv_alloc(&names, (size_t)m->n_classes, sizeof *names, "class names", err));
        for (int k = 0; k < m->n_classes; k++) names[k] = m->class_name[k];
        spec.description = "class; 255 = not seen";
        spec.n_classes = m->n_classes;
        spec.class_name = names;
        PV_TRY(pv_raster_out_open(&s->class_out, o->class_path, s->facts, &spec, o->overwrite, err));
    }
out:
    pv_free(names);
    return st;
}

static pv_status pv_scan_make_sink(pv_scan *s, int photo_index, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_scan_options *o = s->options;
    PV_TRY(pv_place_new(&s->place, s->facts->crs_wkt, s->facts->geotransform, s->facts->width_px, s->facts->height_px, err));
    pv_coverage_rows_init(&s->coverage, s->place, &s->grid, s->facts);
    s->context = (pv_hotspot_context){.facts = s->facts,
                                      .grid = &s->grid,
                                      .model = s->model,
                                      .place = s->place,
                                      .tiers = o->tiers,
                                      .calendar = o->calendar,
                                      .min_area_m2 = o->min_area_m2,
                                      .photo = photo_index};
    /* A first sieve well below the minimum area; the exact test is on the ellipsoid, when the patch is placed. */
    double pixel_m2 = s->grid.gsd_x_m * s->grid.gsd_y_m;
    pv_patches_options p = {.width_px = s->grid.w,
                            .low = o->threshold_low,
                            .high = o->threshold_high,
                            .min_pixels = (int64_t)floor(0.5 * o->min_area_m2 / pixel_m2),
                            .sink = pv_scan_keep_patch,
                            .user = s};
    if (p.min_pixels < 1) p.min_pixels = 1;
    PV_TRY(pv_patches_new(&s->patches, &p, err));
    PV_TRY(pv_scan_open_rasters(s, err));
out:
    return st;
}

static pv_status pv_scan_make_workers(pv_scan *s, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    size_t n = (size_t)s->threads;
    PV_TRY(pv_alloc(&s->coder, (size_t)m->n_columns, sizeof *s->coder, "codes of columns", err));
    for (int c = 0; c < m->n_columns; c++) pv_coder_make(&s->coder[c], m, c);
    s->classify.coder = s->coder;
    PV_TRY(pv_alloc(&s->classifier, n, sizeof *s->classifier, "workers", err));
    PV_TRY(pv_alloc(&s->photo, n, sizeof *s->photo, "workers", err));
    PV_TRY(pv_alloc(&s->tile, n, sizeof *s->tile, "workers", err));
    PV_TRY(pv_alloc(&s->drift, n, sizeof *s->drift, "workers", err));
    PV_TRY(pv_alloc(&s->worker_seconds, n, sizeof *s->worker_seconds, "workers", err));
    PV_TRY(pv_alloc(&s->object_worker, n, sizeof *s->object_worker, "workers", err));
    PV_TRY(pv_alloc(&s->object_scratch, PV_OBJECT_SCRATCH, sizeof *s->object_scratch, "workers", err));
    for (int k = 0; k < s->threads; k++) {
        if (s->object_plan != NULL) PV_TRY(pv_object_worker_new(&s->object_worker[k], s->object_plan, err));
        if (s->propose == NULL) PV_TRY(pv_drift_counts_init(&s->drift[k], m->n_columns, err));
        s->photo[k] = k == 0 ? photo : NULL;
        if (k > 0) PV_TRY(pv_photo_clone(&s->photo[k], photo, err));
        PV_TRY(pv_tile_new(&s->tile[k], s->plan, &s->grid, m, pv_classify_coder(&s->classify), s->tile_w, s->tile_h, err));
        PV_TRY(pv_classifier_new(&s->classifier[k], &s->classify, s->tile_w, s->tile_h, err));
    }
    for (int k = 0; k < 2; k++) {
        PV_TRY(pv_alloc(&s->ring[k].prob, (size_t)s->tile_h, (size_t)s->grid.w, "strip", err));
        PV_TRY(pv_alloc(&s->ring[k].best, (size_t)s->tile_h, (size_t)s->grid.w, "strip", err));
        if (s->gate != NULL && s->classify.full) PV_TRY(pv_alloc(&s->ring[k].seen, (size_t)s->tile_h, (size_t)s->grid.w, "strip", err));
    }
out:
    return st;
}

static void pv_scan_release(pv_scan *s)
{
    for (int k = 0; k < s->threads; k++) {
        if (s->object_worker != NULL) pv_object_worker_free(s->object_worker[k]);
        if (s->tile != NULL) pv_tile_free(s->tile[k]);
        if (s->classifier != NULL) pv_classifier_free(s->classifier[k]);
        if (s->drift != NULL) pv_drift_counts_release(&s->drift[k]);
        if (s->photo != NULL && k > 0) pv_photo_free(s->photo[k]);
    }
    for (int k = 0; k < 2; k++) {
        pv_free(s->ring[k].prob);
        pv_free(s->ring[k].best);
        pv_free(s->ring[k].seen);
    }
    pv_free(s->object_worker);
    pv_free(s->object_scratch);
    pv_object_list_release(&s->list);
    pv_object_plan_free(s->object_plan);
    pv_free(s->tile);
    pv_free(s->classifier);
    pv_free(s->drift);
    pv_free(s->photo);
    pv_free(s->worker_seconds);
    pv_free(s->coder);
    pv_raster_out_free(s->prob_out);
    pv_raster_out_free(s->class_out);
    pv_patches_free(s->patches);
    pv_place_free(s->place);
    pv_gate_plan_free(s->gate);
    pv_feature_plan_free(s->plan);
}

/* ---- the workers ---- */

/* Called by: any worker, on its own tile and photo handle. Writes its own columns of the strip only. */
static pv_status pv_scan_tile(pv_scan *s, int worker, int strip, int across, pv_err *err)
{
    pv_status st = PV_OK;
    pv_tile *tile = s->tile[worker];
    pv_scan_seconds *sec = &s->worker_seconds[worker];
    pv_strip *out = &s->ring[strip % 2];
    pv_rect core = {across * s->tile_w, strip * s->tile_h, s->tile_w, s->tile_h};
    core = pv_rect_intersect(core, (pv_rect){0, 0, s->grid.w, s->grid.h});
    if (s->options->stop != NULL && atomic_load_explicit(s->options->stop, memory_order_relaxed))
        return pv_fail(err, PV_STOPPED, "stopped by a signal");
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    PV_TRY(pv_where(err, pv_tile_read(tile, core, s->photo[worker], s->plan, &s->grid, err), "tile %d,%d", across, strip));
    double t1 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    pv_classify_seconds spent = {0};
    pv_tile_classify(s->classifier[worker], tile, s->propose == NULL ? &s->drift[worker] : NULL, &spent);
    for (int y = 0; y < core.h; y++) {
        size_t from = (size_t)y * (size_t)core.w, to = (size_t)y * (size_t)s->grid.w + (size_t)core.x;
        memcpy(out->prob + to, tile->prob + from, (size_t)core.w);
        memcpy(out->best + to, tile->best + from, (size_t)core.w);
        if (out->seen != NULL) memcpy(out->seen + to, pv_classifier_gated(s->classifier[worker], tile, y), (size_t)core.w);
    }
    sec->read += t1 - t0;
    sec->gate += spent.gate;
    sec->features += spent.features;
    sec->trees += spent.trees;
out:
    return st;
}

static void pv_failure_note(pv_failure *f, int64_t tile, int strip, pv_status st, const pv_err *err)
{
    omp_set_lock(&f->lock);
    if (f->status == PV_OK || tile < f->tile) {
        f->tile = tile;
        f->status = st;
        f->err = *err;
        if (strip < atomic_load(&f->failed_strip)) atomic_store(&f->failed_strip, strip);
    }
    omp_unset_lock(&f->lock);
}

/* ---- the sink: one thread at a time, strips in order ---- */

static pv_status pv_scan_sink(pv_scan *s, int strip, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_strip *r = &s->ring[strip % 2];
    int rows = pv_min(s->tile_h, s->grid.h - strip * s->tile_h);
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    pv_coverage_rows_push(&s->coverage, r->best, rows);
    PV_TRY(pv_patches_push(s->patches, r->seen != NULL ? r->seen : r->prob, r->best, rows, err));
    double t1 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    if (s->prob_out != NULL) PV_TRY(pv_raster_out_rows(s->prob_out, r->prob, rows, err));
    if (s->class_out != NULL) PV_TRY(pv_raster_out_rows(s->class_out, r->best, rows, err));
    s->sink_seconds.patches += t1 - t0;
    s->sink_seconds.write += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t1;
    if (s->options->progress != NULL) {
        int64_t done = (int64_t)pv_min((strip + 1) * s->tile_h, s->grid.h) * s->grid.w;
        s->options->progress(s->options->user, done * s->grid.fx * s->grid.fy, (int64_t)s->facts->width_px * s->facts->height_px);
    }
out:
    return st;
}

/* ---- the object stage: all workers measure, one hands over in order ---- */

static pv_status pv_scan_deliver(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    int keep_e4 = s->options->keep_e4, keep_code = s->model->objects != NULL ? s->model->objects->keep_code : 0;
    for (size_t i = 0; i < s->list.n; i++) {
        const pv_object_item *item = &s->list.at[i];
        pv_verdict verdict;
        int kept = 0;
        if (s->propose != NULL) {
            PV_TRY(s->propose(s->propose_user, &item->patch, &item->look, err));
            continue;
        }
        PV_TRY(pv_object_decide(&verdict, s->model, &item->look, s->object_scratch, err));
        if (verdict.code >= 0 && (keep_e4 >= 0 ? verdict.prob_e4 < keep_e4 : verdict.code < keep_code)) continue;
        PV_TRY(pv_hotspots_add_judged(s->hotspots, &s->context, &item->patch, &verdict, &kept, err));
        s->n_kept += kept;
    }
    pv_object_list_clear(&s->list);
out:
    return st;
}

static pv_status pv_scan_measure(pv_scan *s, int worker, pv_object_item *item, pv_err *err)
{
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    if (s->options->stop != NULL && atomic_load_explicit(s->options->stop, memory_order_relaxed))
        return pv_fail(err, PV_STOPPED, "stopped by a signal");
    pv_status st = pv_object_measure(s->object_worker[worker], s->photo[worker], &item->patch, &item->look, err);
    if (st == PV_OK && item->look.measured) {
        const pv_run *former = item->patch.run;
        pv_run *run = NULL;
        st = pv_object_trim(s->object_worker[worker], &item->patch, &run, err);
        pv_object_item_take(item, run, former);
    }
    s->worker_seconds[worker].objects += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
    return st;
}

/* Called by all threads of the team, between two sinks, when the list is full and at the end. Patches are independent and each writes its own
 * item, so when this happens changes nothing. */
static void pv_scan_objects(pv_scan *s, int worker, int strip, int last)
{
    pv_err err = {PV_OK, ""};
    int go = 0;
    int64_t after = (int64_t)(strip + 1) * s->n_across;
    if (s->object_plan == NULL) return;
#pragma omp single copyprivate(go)
    go = (last || pv_object_list_full(&s->list)) && atomic_load(&s->failure.failed_strip) == INT32_MAX;
    if (!go) return;
#pragma omp for schedule(dynamic)
    for (size_t i = 0; i < s->list.n; i++) {
        pv_status st = pv_scan_measure(s, worker, &s->list.at[i], &err);
        if (st != PV_OK) pv_failure_note(&s->failure, after + (int64_t)i, strip, st, &err);
    }
#pragma omp single
    {
        pv_status st = s->failure.status == PV_OK ? pv_scan_deliver(s, &err) : PV_OK;
        if (st != PV_OK) pv_failure_note(&s->failure, after, strip, st, &err);
    }
}

/* Every thread walks every strip to the end: leaving the loop early would hang the team. A failing strip is still tried whole, later ones are
 * passed over. */
static void pv_scan_strips(pv_scan *s)
{
#pragma omp parallel num_threads(s->threads)
    {
        pv_err err = {PV_OK, ""};
        int worker = omp_get_thread_num();
        for (int strip = 0; strip < s->n_strips; strip++) {
#pragma omp for schedule(dynamic)
            for (int across = 0; across < s->n_across; across++) {
                if (strip > atomic_load(&s->failure.failed_strip)) continue;
                pv_status st = pv_scan_tile(s, worker, strip, across, &err);
                if (st != PV_OK) pv_failure_note(&s->failure, (int64_t)strip * s->n_across + across, strip, st, &err);
            }
            pv_scan_objects(s, worker, strip, 0);
#pragma omp single nowait
            {
                if (strip < atomic_load(&s->failure.failed_strip)) {
                    pv_status st = pv_scan_sink(s, strip, &err);
                    if (st != PV_OK) pv_failure_note(&s->failure, (int64_t)strip * s->n_across, strip, st, &err);
                }
            }
        }
#pragma omp barrier
#pragma omp single
        {
            pv_status st = s->failure.status == PV_OK ? pv_patches_finish(s->patches, &err) : PV_OK;
            if (st != PV_OK) pv_failure_note(&s->failure, (int64_t)s->n_strips * s->n_across, s->n_strips, st, &err);
        }
        pv_scan_objects(s, worker, s->n_strips, 1);
    }
}

static pv_status pv_scan_finish(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    if (s->failure.status != PV_OK) {
        if (err != NULL) *err = s->failure.err;
        return s->failure.status;
    }
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    if (s->prob_out != NULL) PV_TRY(pv_raster_out_commit(s->prob_out, err));
    if (s->class_out != NULL) PV_TRY(pv_raster_out_commit(s->class_out, err));
    s->sink_seconds.write += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
out:
    return st;
}

static pv_status pv_scan_drift(pv_scan *s, pv_photo_record *r, pv_err *err)
{
    pv_drift drift = {0};
    for (int k = 1; k < s->threads; k++) pv_drift_counts_add(&s->drift[0], &s->drift[k]);
    pv_status st = pv_drift_of(&drift, &s->drift[0], s->model, err);
    if (st != PV_OK) return st;
    r->drift_e2 = drift.index < 0 ? -1 : (int)floor(fmin(drift.index, 1e6) * 100 + 0.5);
    pv_drift_release(&drift);
    return PV_OK;
}

pv_status pv_scan_photo(pv_photo *photo, const pv_model *m, const pv_scan_options *o, pv_hotspots *h, int photo_index, pv_scan_seconds *seconds,
                        pv_err *err)
{
    pv_status st = PV_OK;
    double start = pv_clock(CLOCK_MONOTONIC);
    pv_scan s = {.facts = pv_photo_facts_of(photo), .model = m, .options = o, .hotspots = h};
    omp_init_lock(&s.failure.lock);
    atomic_init(&s.failure.failed_strip, INT32_MAX);
    PV_TRY(pv_scan_prepare(&s, err));
    PV_TRY(pv_scan_make_sink(&s, photo_index, err));
    PV_TRY(pv_scan_make_workers(&s, photo, err));
    pv_scan_strips(&s);
    PV_TRY(pv_scan_finish(&s, err));
    PV_TRY(pv_scan_drift(&s, &h->photo[photo_index], err));
    h->photo[photo_index].coverage = pv_coverage_rows_sum(&s.coverage);
    h->photo[photo_index].n_hotspots = s.n_kept;
    *seconds = s.sink_seconds;
    for (int k = 0; k < s.threads; k++) {
        seconds->read += s.worker_seconds[k].read;
        seconds->gate += s.worker_seconds[k].gate;
        seconds->features += s.worker_seconds[k].features;
        seconds->trees += s.worker_seconds[k].trees;
        seconds->objects += s.worker_seconds[k].objects;
    }
    seconds->wall = pv_clock(CLOCK_MONOTONIC) - start;
out:
    if (st != PV_OK) pv_hotspots_drop(h, photo_index);
    pv_scan_release(&s);
    omp_destroy_lock(&s.failure.lock);
    return st;
}

pv_status pv_scan_propose(pv_photo *photo, const pv_model *m, const pv_scan_options *o, int n_columns, const char (*column)[PV_NAME],
                          pv_object_wish wish, pv_object_sink sink, void *user, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scan s = {.facts = pv_photo_facts_of(photo),
                 .model = m,
                 .options = o,
                 .n_object_columns = n_columns,
                 .object_column = column,
                 .wish = wish,
                 .propose = sink,
                 .propose_user = user};
    omp_init_lock(&s.failure.lock);
    atomic_init(&s.failure.failed_strip, INT32_MAX);
    PV_TRY(pv_scan_prepare(&s, err));
    PV_TRY(pv_scan_make_sink(&s, 0, err));
    PV_TRY(pv_scan_make_workers(&s, photo, err));
    pv_scan_strips(&s);
    PV_TRY(pv_scan_finish(&s, err));
out:
    pv_scan_release(&s);
    omp_destroy_lock(&s.failure.lock);
    return st;
}
