#include "pipeline/run.h"

#include <math.h>
#include <omp.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/run_internal.h"

#include "base/banned.h"

static double pv_clock(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- failures ---- */

/* What a step does, in the order of the work. */
typedef enum pv_work_kind { PV_WORK_READ, PV_WORK_TILE, PV_WORK_OBJECT, PV_WORK_SINK } pv_work_kind;

static int64_t pv_work_place(int step, pv_work_kind kind, size_t item)
{
    return (int64_t)(step + 1) << 32 | (int64_t)kind << 28 | (int64_t)(item & 0xFFFFFFF);
}

static void pv_failure_note(pv_failure *f, int step, pv_work_kind kind, size_t item, pv_status st, const pv_err *err)
{
    int64_t at = pv_work_place(step, kind, item);
#pragma omp critical(pv_failure)
    if (at < atomic_load(&f->at)) {
        f->status = st;
        f->err = *err;
        atomic_store(&f->at, at);
    }
}

/* Did anything fail before work of this kind of this step began? */
static int pv_failed_before(const pv_scan *s, int step, pv_work_kind kind)
{
    return atomic_load(&s->failure.at) < pv_work_place(step, kind, 0);
}

static pv_status pv_scan_stopped(const pv_scan *s, pv_err *err)
{
    if (s->options->stop == NULL || !atomic_load_explicit(s->options->stop, memory_order_relaxed)) return PV_OK;
    return pv_fail(err, PV_STOPPED, "stopped by a signal");
}

/* ---- the workers ---- */

/* Called by: any worker, on its own tile. Writes its own columns of the strip only. */
static pv_status pv_scan_tile(pv_scan *s, int worker, int step, int k, pv_err *err)
{
    pv_tile *tile = s->tile[worker];
    pv_scan_seconds *sec = &s->worker_seconds[worker];
    pv_classify_seconds spent = {0};
    pv_rect core = pv_ahead_core(&s->shape, step, k);
    pv_status st = pv_scan_stopped(s, err);
    if (st != PV_OK || core.w == 0 || core.h == 0) return st;
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    if (pv_ahead_nothing(s->ahead, step, core)) {
        pv_scan_strip_put(s, step, core, NULL, NULL);
        sec->read += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
        return PV_OK;
    }
    pv_tile_aim(tile, core, s->plan, &s->grid);
    pv_ahead_take(s->ahead, step, tile);
    double t1 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    pv_tile_classify(s->classifier[worker], tile, s->propose == NULL ? &s->drift[worker] : NULL, &spent);
    const pv_pixels *at = &tile->at;
    if (s->blur != NULL) pv_blur_add(s->blur, core, tile->read, at->band[s->blur_band], at->band_row, at->valid, at->valid_row);
    pv_scan_strip_put(s, step, core, tile, pv_classifier_full(s->classifier[worker]));
    sec->read += t1 - t0;
    sec->gate += spent.gate;
    sec->features += spent.features;
    sec->trees += spent.trees;
    return PV_OK;
}

/* What was read goes into the photo in small, too. */
static void pv_scan_small(pv_scan *s, int step, int part)
{
    pv_small *small = s->small;
    pv_rect r;
    pv_pixels at;
    if (small != NULL && pv_ahead_part(s->ahead, step, part, PV_SMALL_BANDS, small->band, &r, &at))
        pv_small_add(small, r, at.band, at.band_row, at.valid, at.valid_row);
}

static pv_status pv_scan_read(pv_scan *s, int worker, int step, int part, pv_err *err)
{
    pv_status st = pv_scan_stopped(s, err);
    if (st != PV_OK) return st;
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    st = pv_ahead_read(s->ahead, step, part, s->photo[worker], err);
    if (st == PV_OK) pv_scan_small(s, step, part);
    s->worker_seconds[worker].read += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
    return st;
}

/* ---- the sink: one thread at a time, rows of tiles in order ---- */

static pv_status pv_scan_sink(pv_scan *s, int row, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_strip *r = pv_scan_strip_whole(s, row);
    int y0 = 0, rows = 0;
    pv_ahead_core_rows(&s->shape, row, &y0, &rows);
    if (rows == 0) return PV_OK;
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    PV_TRY(pv_ground_push(s->ground, r->best, rows, err));
    PV_TRY(pv_patches_push(s->patches, r->prob, r->best, rows, err));
    double t1 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    if (s->prob_out != NULL) PV_TRY(pv_raster_out_rows(s->prob_out, r->full_prob != NULL ? r->full_prob : r->prob, rows, err));
    if (s->class_out != NULL) PV_TRY(pv_raster_out_rows(s->class_out, r->full_best != NULL ? r->full_best : r->best, rows, err));
    s->sink_seconds.patches += t1 - t0;
    s->sink_seconds.write += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t1;
    if (s->options->progress != NULL) {
        int64_t done = (int64_t)(y0 + rows) * s->grid.w;
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

typedef struct pv_scan_pixels {
    const pv_scan *scan;
    pv_photo *photo;
    int step; /* that was worked off */
} pv_scan_pixels;

/* From what was read ahead, when it is still there; else from the photo. */
static pv_status pv_scan_fetch(void *user, pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err)
{
    const pv_scan_pixels *from = user;
    const int *index = NULL;
    int n_bands = pv_feature_plan_bands(plan, &index);
    pv_tile_aim(tile, core, plan, grid);
    if (pv_ahead_fetch(from->scan->ahead, from->step, n_bands, index, tile)) return PV_OK;
    return pv_tile_read(tile, core, from->photo, plan, grid, err);
}

static pv_status pv_scan_measure(pv_object_worker *w, pv_scan_pixels *from, pv_object_item *item, pv_err *err)
{
    pv_status st = pv_scan_stopped(from->scan, err);
    if (st == PV_OK) st = pv_object_measure(w, pv_scan_fetch, from, &item->patch, &item->look, err);
    if (st == PV_OK && item->look.measured) {
        const pv_run *former = item->patch.run;
        pv_run *run = NULL;
        st = pv_object_trim(w, &item->patch, &run, err);
        pv_object_item_take(item, run, former);
    }
    return st;
}

/* Patches that lie together, by one look at their pixels. */
static void pv_scan_group(pv_scan *s, int worker, int step, pv_object_group group)
{
    pv_err err = {.status = PV_OK};
    pv_scan_pixels from = {s, s->photo[worker], step};
    const pv_object_place *place = s->list.order + group.first;
    pv_rect box[PV_OBJECT_GROUP];
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    pv_status st = pv_scan_stopped(s, &err);
    if (st == PV_OK && s->object_worker[worker] == NULL) st = pv_object_worker_new(&s->object_worker[worker], s->object_plan, &err);
    for (size_t k = 0; k < group.n; k++) box[k] = s->list.at[place[k].item].patch.box;
    if (st == PV_OK) st = pv_object_ready(s->object_worker[worker], pv_scan_fetch, &from, box, group.n > 1 ? group.n : 0, &err);
    if (st != PV_OK) pv_failure_note(&s->failure, step, PV_WORK_OBJECT, place->item, st, &err);
    for (size_t k = 0; k < group.n && st == PV_OK; k++) {
        st = pv_scan_measure(s->object_worker[worker], &from, &s->list.at[place[k].item], &err);
        if (st != PV_OK) pv_failure_note(&s->failure, step, PV_WORK_OBJECT, place[k].item, st, &err);
    }
    s->worker_seconds[worker].objects += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
}

/* Called by all threads of the team, between two sinks: where whole rows of pixels are kept after each, else when the list is full, and at the end. Patches are independent and
 * each writes its own item, so when this happens changes nothing; those that lie together are measured by one worker, which has their blocks. */
static void pv_scan_objects(pv_scan *s, int worker, int step, int last)
{
    pv_err err = {.status = PV_OK};
    int go = 0, at_hand = s->shape.segments == 1; /* the patches' pixels */
    if (s->object_plan == NULL) return;
#pragma omp single copyprivate(go)
    {
        go = (last || (at_hand && !s->shape.lent) || pv_object_list_full(&s->list)) && s->list.n > 0 && s->failure.status == PV_OK;
        if (go) {
            pv_status st = pv_object_list_order(&s->list, s->object_plan, at_hand, &err);
            if (st != PV_OK) pv_failure_note(&s->failure, step, PV_WORK_OBJECT, 0, st, &err);
            go = st == PV_OK;
        }
    }
    if (!go) return;
    size_t chunk = at_hand ? 1 : s->list.n_groups / (8 * (size_t)s->threads) + 1;
#pragma omp for schedule(dynamic, chunk)
    for (size_t k = 0; k < s->list.n_groups; k++) pv_scan_group(s, worker, step, s->list.group[k]);
#pragma omp single
    {
        pv_status st = s->failure.status == PV_OK ? pv_scan_deliver(s, &err) : PV_OK;
        if (st != PV_OK) pv_failure_note(&s->failure, step, PV_WORK_SINK, 0, st, &err);
    }
}

/* ---- the walk ---- */

/* What one thread does while the others work on a step: the sink of the row of tiles that the step before has ended, and what the caller wants done. */
static void pv_scan_beside(pv_scan *s, int step)
{
    pv_err err = {.status = PV_OK};
    pv_status st = PV_OK;
    int steps = pv_ahead_steps(&s->shape);
    if (pv_failed_before(s, step, PV_WORK_READ)) return;
    pv_scan_strips_settle(s, step);
    if (step > 0 && pv_ahead_ends_row(&s->shape, step - 1)) st = pv_scan_sink(s, pv_ahead_row(&s->shape, step - 1), &err);
    if (st == PV_OK && step == steps) st = pv_patches_finish(s->patches, &err);
    if (st == PV_OK && s->options->aside != NULL && step < steps) st = s->options->aside(s->options->user, step + 1, steps, &err);
    if (st != PV_OK) pv_failure_note(&s->failure, step - 1, PV_WORK_SINK, 0, st, &err);
}

static void pv_scan_task(pv_scan *s, int worker, int step, pv_work_kind kind, int item)
{
    pv_err err = {.status = PV_OK};
    if (pv_failed_before(s, step, kind)) return;
    pv_status st = kind == PV_WORK_READ ? pv_scan_read(s, worker, step, item, &err) : pv_scan_tile(s, worker, step, item, &err);
    if (st != PV_OK) pv_failure_note(&s->failure, step, kind, (size_t)item, st, &err);
}

static void pv_scan_wait(pv_scan *s, int worker)
{
    double from = pv_clock(CLOCK_MONOTONIC);
#pragma omp barrier
    s->worker_seconds[worker].waiting += pv_clock(CLOCK_MONOTONIC) - from;
}

/* Every thread walks every step to the end: leaving the loop early would hang the team. Of the kind of work that fails in a step all is tried, what comes later is passed over. */
static void pv_scan_walk(pv_scan *s)
{
    int steps = pv_ahead_steps(&s->shape);
#pragma omp parallel num_threads(s->threads)
    {
        int worker = omp_get_thread_num();
        for (int step = 0; step <= steps; step++) {
            int parts = step < steps ? pv_ahead_parts(&s->shape, step) : 0, tiles = step < steps ? pv_ahead_tiles(&s->shape, step) : 0;
#pragma omp for schedule(dynamic) nowait
            for (int part = 0; part < parts; part++) pv_scan_task(s, worker, step, PV_WORK_READ, part);
            pv_scan_wait(s, worker);
#pragma omp single nowait
            pv_scan_beside(s, step);
#pragma omp for schedule(dynamic) nowait
            for (int tile = 0; tile < tiles; tile++) pv_scan_task(s, worker, step, PV_WORK_TILE, tile);
            pv_scan_wait(s, worker);
            pv_scan_objects(s, worker, step, step == steps);
        }
    }
}

/* ---- work in pieces ---- */

pv_status pv_pieces_run(int n, int workers, pv_piece_work work, void *user, pv_err *err)
{
    atomic_int failed; /* the first piece that failed; n = none */
    pv_status status = PV_OK;
    pv_err first = {.status = PV_OK};
    atomic_init(&failed, n);
#pragma omp parallel for num_threads(pv_max(1, pv_min(workers, n))) schedule(dynamic)
    for (int piece = 0; piece < n; piece++) {
        pv_err why = {.status = PV_OK};
        if (piece > atomic_load(&failed)) continue;
        pv_status st = work(user, omp_get_thread_num(), piece, &why);
        if (st == PV_OK) continue;
#pragma omp critical(pv_piece_failed)
        if (piece < atomic_load(&failed)) {
            atomic_store(&failed, piece);
            status = st;
            first = why;
        }
    }
    if (status != PV_OK && err != NULL) *err = first;
    return status;
}

/* ---- the sample ---- */

typedef struct pv_sampler {
    pv_photo *photo;
    pv_sample_counts *counts;
    double seconds;
    int failed; /* the piece, -1 = none */
    pv_status status;
    pv_err err;
} pv_sampler;

static void pv_sample_piece(pv_sampler *w, int piece)
{
    if (w->failed >= 0) return;
    double t0 = pv_clock(CLOCK_THREAD_CPUTIME_ID);
    w->status = pv_photo_sample_count(w->photo, piece, &w->counts, &w->err);
    w->seconds += pv_clock(CLOCK_THREAD_CPUTIME_ID) - t0;
    if (w->status != PV_OK) w->failed = piece;
}

pv_status pv_scan_sample(pv_photo *photo, int threads, double *seconds, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sampler *w = NULL;
    const pv_sampler *bad = NULL;
    pv_sample_counts *all = NULL; /* of the worker that has the others' added */
    int n = pv_photo_sample_pieces(photo), n_workers = pv_max(1, pv_min(threads, n)), chunk = pv_photo_sample_together(photo);
    if (n == 0) return PV_OK;
    PV_TRY(pv_alloc(&w, (size_t)n_workers, sizeof *w, "sample", err));
    for (int k = 0; k < n_workers; k++) {
        w[k].failed = -1;
        if (k == 0)
            w[k].photo = photo;
        else
            PV_TRY(pv_photo_clone(&w[k].photo, photo, err));
    }
#pragma omp parallel for num_threads(n_workers) schedule(dynamic, chunk)
    for (int piece = 0; piece < n; piece++) pv_sample_piece(&w[omp_get_thread_num()], piece);
    for (int k = 0; k < n_workers; k++) {
        *seconds += w[k].seconds;
        if (w[k].failed >= 0 && (bad == NULL || w[k].failed < bad->failed)) bad = &w[k];
        if (w[k].counts == NULL) continue; /* nothing was left for this worker */
        if (all == NULL)
            all = w[k].counts;
        else
            pv_sample_counts_add(all, w[k].counts);
    }
    if (bad != NULL) {
        if (err != NULL) *err = bad->err;
        PV_TRY(bad->status);
    }
    PV_TRY(pv_photo_sample_settle(photo, all, err));
out:
    for (int k = 0; w != NULL && k < n_workers; k++) {
        pv_sample_counts_free(w[k].counts);
        if (k > 0) pv_photo_free(w[k].photo);
    }
    pv_free(w);
    return st;
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
    pv_scan s = {.facts = pv_photo_facts_of(photo), .model = m, .options = o, .hotspots = h, .source = photo};
    atomic_init(&s.failure.at, INT64_MAX);
    PV_TRY(pv_scan_prepare(&s, err));
    PV_TRY(pv_scan_make(&s, photo, photo_index, err));
    pv_scan_walk(&s);
    PV_TRY(pv_scan_finish(&s, err));
    PV_TRY(pv_scan_drift(&s, &h->photo[photo_index], err));
    PV_TRY(pv_ground_finish(s.ground, &h->photo[photo_index].coverage, o->cells, err));
    h->photo[photo_index].n_hotspots = s.n_kept;
    if (s.small != NULL) s.small->whole = 1;
    *seconds = s.sink_seconds;
    for (int k = 0; k < s.threads; k++) {
        seconds->read += s.worker_seconds[k].read;
        seconds->gate += s.worker_seconds[k].gate;
        seconds->features += s.worker_seconds[k].features;
        seconds->trees += s.worker_seconds[k].trees;
        seconds->objects += s.worker_seconds[k].objects;
        seconds->waiting += s.worker_seconds[k].waiting;
    }
    seconds->wall = pv_clock(CLOCK_MONOTONIC) - start;
out:
    if (st != PV_OK) pv_hotspots_drop(h, photo_index);
    pv_scan_release(&s);
    return st;
}

pv_status pv_scan_propose(pv_photo *photo, const pv_model *m, const pv_scan_options *o, int n_columns, const char (*column)[PV_NAME],
                          pv_object_wish wish, pv_object_sink sink, void *user, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scan s = {.facts = pv_photo_facts_of(photo),
                 .source = photo,
                 .model = m,
                 .options = o,
                 .n_object_columns = n_columns,
                 .object_column = column,
                 .wish = wish,
                 .propose = sink,
                 .propose_user = user};
    atomic_init(&s.failure.at, INT64_MAX);
    PV_TRY(pv_scan_prepare(&s, err));
    PV_TRY(pv_scan_make(&s, photo, 0, err));
    pv_scan_walk(&s);
    PV_TRY(pv_scan_finish(&s, err));
out:
    pv_scan_release(&s);
    return st;
}
