/* How large everything is, before the start. */
#include "pipeline/run_internal.h"

#include "base/banned.h"

enum {
    TILE_DEFAULT = 512,
    TILE_MOST = 768, /* by default, where whole blocks make no smaller one */
    TILE_SMALLEST = 64,
    RASTER_ROWS = 256,       /* rows that a raster writer keeps */
    FIXED_BYTES = 224 << 20, /* GDAL's cache 64 MiB, runs of open patches 128 MiB, the program itself: the most they take */
    BLOCKS_BYTES = 32 << 20, /* decoded blocks that a photo handle keeps */
    LIST_BYTES = 128 << 20,  /* closed patches that wait for the object stage */
    RING_BYTES_MOST = 256 << 20,
    KEEP_BYTES = 256 << 20,    /* of a photo, or of its cells, so small that it is decoded once */
    KEEP_FROM_BYTES = 1 << 30, /* of memory */
    AHEAD_BYTES = 288 << 20,   /* that the pixels read ahead may take while patches are measured from them */
    STEP_BYTES = 8 << 20       /* a thread, of one step of a photo too wide for that: about three tiles for each */
};

/* What may be kept of the photo. */
static pv_keep keep_of(const pv_scan *s)
{
    int64_t memory = s->options->memory_bytes;
    return pv_photo_keeps(s->facts, s->grid.fx, s->grid.fy, memory == 0 || memory >= KEEP_FROM_BYTES ? KEEP_BYTES : 0);
}

int64_t pv_scan_bytes(const pv_scan *s)
{
    int core_w = 0, core_h = 0;
    int64_t w = s->grid.w, tables = (int64_t)s->model->n_columns * (int64_t)sizeof(pv_coder);
    pv_ahead_core_size(&s->shape, &core_w, &core_h);
    int gated = s->classify.gate != NULL;
    int64_t rasters = ((s->options->prob_path != NULL) + (s->options->class_path != NULL)) * w * RASTER_ROWS * 2;
    int64_t objects = s->object_plan != NULL ? s->threads * pv_object_worker_bytes(s->object_plan) + tables + LIST_BYTES : 0;
    int64_t ground = s->propose == NULL ? pv_ground_bytes(&s->grid, s->facts, s->options->cells != NULL ? &s->options->cell_grid : NULL) : 0;
    int64_t tile = pv_tile_guest_bytes(s->plan, &s->grid, s->model, !gated, core_w, core_h);
    int64_t cells = pv_photo_cells_bytes(s->facts, s->grid.fx, s->grid.fy, s->shape.n_bands);
    int64_t workers = s->threads * (tile + pv_classifier_bytes(&s->classify, core_w, core_h) + BLOCKS_BYTES + cells);
    int64_t small = s->options->small != NULL ? pv_small_bytes(s->options->small) : 0;
    return small + workers + s->keep.bytes + pv_ahead_bytes(&s->shape) + pv_scan_strips_bytes(s) + tables + rasters + objects + ground + FIXED_BYTES;
}

/* The multiple of whole blocks that comes nearest to the default from below. */
static int default_side(int block_px, int factor)
{
    int whole = block_px > 0 ? pv_ahead_whole_blocks(block_px, factor) : 1;
    return whole > TILE_MOST ? TILE_DEFAULT : whole > TILE_DEFAULT ? whole : TILE_DEFAULT / whole * whole;
}

/* The plan for units of this size. Pixels read ahead take what makes a scan fast, or, where that is too much, what keeps the workers busy, or what it cannot do without. */
static int64_t try_size(pv_scan *s, int w, int h)
{
    int64_t step = s->threads * (int64_t)STEP_BYTES, ahead[3] = {AHEAD_BYTES, 2 * step, 0}, need = 0;
    for (int k = 0; k < 3; k++) {
        s->shape = pv_ahead_plan(s->plan, &s->grid, s->model, s->facts, w, h, ahead[k], step);
        if (s->lent) s->shape = pv_ahead_lent(s->shape);
        need = pv_scan_bytes(s);
        if (s->options->memory_bytes == 0 || need <= s->options->memory_bytes) break;
    }
    return need;
}

/* Bytes that grow with the width of the photo. */
static int64_t row_bytes(const pv_scan *s)
{
    return pv_scan_strips_bytes(s) + (s->shape.part_rows > 0 ? pv_ahead_bytes(&s->shape) : 0);
}

/* The default tile follows the photo's blocks; it shrinks until the plan fits the memory, because no result depends on it. */
static pv_status settle_size(pv_scan *s, pv_err *err)
{
    const pv_scan_options *o = s->options;
    int w = o->tile_px, h = o->tile_px;
    if (o->tile_px == 0) {
        w = default_side(s->facts->block_w_px, s->grid.fx);
        h = default_side(s->facts->block_h_px, s->grid.fy);
    }
    int64_t need = try_size(s, w, h);
    if (s->source == NULL && o->memory_bytes > 0 && need > o->memory_bytes && s->keep.bytes > 0) {
        s->keep.bytes = 0;
        s->lent = 0;
        need = try_size(s, w, h);
    }
    while (o->tile_px == 0 && h > TILE_SMALLEST && row_bytes(s) > RING_BYTES_MOST) {
        h = pv_max(h / 2, TILE_SMALLEST);
        need = try_size(s, w, h);
    }
    while (o->tile_px == 0 && o->memory_bytes > 0 && need > o->memory_bytes && (w > TILE_SMALLEST || h > TILE_SMALLEST)) {
        w = pv_max(pv_min(w, s->grid.w) / 2, TILE_SMALLEST);
        h = pv_max(pv_min(h, s->grid.h) / 2, TILE_SMALLEST);
        need = try_size(s, w, h);
    }
    if (o->memory_bytes > 0 && need > o->memory_bytes)
        return pv_fail(err, PV_NOMEM, "%lld MiB of memory do not do for %d threads and tiles of %d x %d; %lld MiB would (or fewer --threads)",
                       (long long)(o->memory_bytes >> 20), s->threads, s->shape.unit_w, s->shape.unit_h, (long long)((need >> 20) + 1));
    return PV_OK;
}

static pv_status plan_gate(pv_scan *s, pv_err *err)
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

/* The photo in small, if it is made of what is read. */
static pv_small *small_of(const pv_scan *s)
{
    pv_small *small = s->options->small;
    if (small == NULL || small->fx != s->grid.fx || small->fy != s->grid.fy) return NULL;
    for (int k = 0; k < PV_SMALL_BANDS; k++)
        if (pv_feature_plan_plane(s->plan, small->band[k]) < 0) return NULL;
    return small;
}

pv_status pv_scan_prepare(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    pv_light light = pv_model_light(m);
    s->threads = pv_max(s->options->threads, 1);
    if (s->options->allow_coarse)
        PV_TRY(pv_work_grid_any(&s->grid, s->facts, m->gsd_m, &s->coarse, err));
    else
        PV_TRY(pv_work_grid_of(&s->grid, s->facts, m->gsd_m, err));
    s->keep = s->source != NULL ? pv_photo_kept(s->source) : keep_of(s);
    s->lent = s->source != NULL ? pv_photo_lends(s->source, s->grid.fx, s->grid.fy)
                                : s->keep.bytes > 0 && s->keep.fx == s->grid.fx && s->keep.fy == s->grid.fy && s->facts->sample_bytes <= 2;
    PV_TRY(pv_feature_plan_new(&s->plan, m->n_columns, (const char(*)[PV_NAME])m->column, &light, s->facts, s->grid.gsd_x_m, s->grid.gsd_y_m, err));
    s->small = small_of(s);
    PV_TRY(plan_gate(s, err));
    if (s->propose == NULL && m->objects != NULL) {
        s->n_object_columns = m->objects->trees->n_columns;
        s->object_column = (const char(*)[PV_NAME])m->objects->trees->column;
    }
    if (s->propose != NULL || m->objects != NULL || m->stages != NULL)
        PV_TRY(pv_object_plan_new(&s->object_plan, m, s->n_object_columns, s->object_column, s->facts, &s->grid, err));
    s->list.n_columns = s->n_object_columns;
    PV_TRY(settle_size(s, err));
out:
    return st;
}

void pv_scan_unprepare(pv_scan *s)
{
    pv_object_plan_free(s->object_plan);
    pv_gate_plan_free(s->gate);
    pv_feature_plan_free(s->plan);
}

pv_status pv_scan_plan(const pv_photo_facts *facts, const pv_model *m, const pv_scan_options *o, pv_keep *keep, int64_t *bytes, pv_err *err)
{
    pv_scan s = {.facts = facts, .model = m, .options = o};
    pv_status st = pv_scan_prepare(&s, err);
    if (st == PV_OK) *bytes = pv_scan_bytes(&s);
    if (st == PV_OK) *keep = s.keep;
    pv_scan_unprepare(&s);
    return st;
}
