/* Object columns bound to a pixel model and a photo; one worker's room. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/features.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

static const double RING_M = 1.0;

void pv_object_plan_free(pv_object_plan *p)
{
    if (p == NULL) return;
    pv_feature_plan_free(p->features);
    pv_free(p->coder);
    pv_free(p->stage_coder);
    pv_free(p->stage_column);
    pv_free(p->channel_of);
    pv_free(p->column);
    pv_free(p);
}

static int pv_ring_px(double gsd_m)
{
    double n = floor(RING_M / gsd_m + 1e-6);
    return n < 1 ? 1 : n > PV_OBJECT_WINDOW / 4 ? PV_OBJECT_WINDOW / 4 : (int)n;
}

/* The channel's number, added to the feature columns when it is new. name: [PV_MAX_COLUMNS] feature columns. */
static pv_status pv_plan_channel_of(pv_object_plan *p, char (*name)[PV_NAME], const char *channel, int *at, pv_err *err)
{
    int k = 0;
    while (k < p->n_features && strcmp(name[k], channel) != 0) k++;
    if (k == p->n_features) {
        if (k == PV_MAX_COLUMNS) return pv_fail(err, PV_MODEL, "there is no room for channel '%s' of the object stage", channel);
        memcpy(name[k], channel, strlen(channel) + 1);
        p->channel_of[p->n_features++] = -1;
    }
    if (p->channel_of[k] < 0) {
        if (p->n_channels == PV_MAX_OBJECT_CHANNELS)
            return pv_fail(err, PV_MODEL, "the object stage asks for more than %d channels", (int)PV_MAX_OBJECT_CHANNELS);
        p->channel_of[k] = p->n_channels++;
    }
    *at = p->channel_of[k];
    return PV_OK;
}

static pv_status pv_bind_column(pv_object_plan *p, char (*name)[PV_NAME], const char *column, pv_object_column *to, pv_err *err)
{
    const char *argument = "";
    if (!pv_object_column_parse(column, &to->op, &argument)) return pv_fail(err, PV_MODEL, "'%s' is no column of patches", column);
    if (to->op < PV_OBJ_PLAIN) return PV_OK;
    if (to->op >= PV_OBJ_MEAN) return pv_plan_channel_of(p, name, argument, &to->at, err);
    to->at = pv_model_find_class(p->pixels, argument);
    if (to->at < 0) return pv_fail(err, PV_MODEL, "object column '%s': the model has no such class", column);
    return PV_OK;
}

static pv_status pv_plan_tables(pv_object_plan *p, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = p->pixels, *s = m->stages;
    PV_TRY(pv_alloc(&p->coder, (size_t)m->n_columns, sizeof *p->coder, "codes of columns", err));
    for (int c = 0; c < m->n_columns; c++) pv_coder_make(&p->coder[c], m, c);
    PV_TRY(pv_alloc(&p->stage_column, (size_t)m->n_columns, sizeof *p->stage_column, "stage columns", err));
    for (int c = 0; c < m->n_columns; c++) p->stage_column[c] = -1;
    if (s == NULL) goto out;
    PV_TRY(pv_alloc(&p->stage_coder, (size_t)s->n_columns, sizeof *p->stage_coder, "codes of columns", err));
    for (int c = 0; c < s->n_columns; c++) {
        pv_coder_make(&p->stage_coder[c], s, c);
        for (int k = 0; k < m->n_columns; k++)
            if (strcmp(m->column[k], s->column[c]) == 0) p->stage_column[k] = c;
    }
out:
    return st;
}

pv_status pv_object_plan_new(pv_object_plan **out, const pv_model *pixels, int n_columns, const char (*column)[PV_NAME], const pv_photo_facts *facts,
                             const pv_work_grid *grid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_object_plan *p = NULL;
    char(*name)[PV_NAME] = NULL;
    pv_light light = pv_model_light(pixels);
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "object plan", err));
    PV_TRY(pv_alloc(&name, PV_MAX_COLUMNS, sizeof *name, "object plan", err));
    PV_TRY(pv_alloc(&p->channel_of, PV_MAX_COLUMNS, sizeof *p->channel_of, "object plan", err));
    PV_TRY(pv_alloc(&p->column, (size_t)n_columns, sizeof *p->column, "object plan", err));
    p->pixels = pixels;
    p->facts = facts;
    p->grid = grid;
    p->n_columns = n_columns;
    p->n_features = pixels->n_columns;
    memcpy(name, pixels->column, (size_t)pixels->n_columns * sizeof *name);
    for (int c = 0; c < pixels->n_columns; c++) p->channel_of[c] = -1;
    for (int c = 0; c < n_columns; c++) PV_TRY(pv_bind_column(p, name, column[c], &p->column[c], err));
    PV_TRY(pv_feature_plan_new(&p->features, p->n_features, (const char(*)[PV_NAME])name, &light, facts, grid->gsd_x_m, grid->gsd_y_m, err));
    PV_TRY(pv_plan_tables(p, err));
    p->ring_x = pv_ring_px(grid->gsd_x_m);
    p->ring_y = pv_ring_px(grid->gsd_y_m);
    p->tile_w = pv_min(PV_OBJECT_TILE, grid->w);
    p->tile_h = pv_min(PV_OBJECT_TILE, grid->h);
    p->window_px = (size_t)pv_min(PV_OBJECT_WINDOW, grid->w) * (size_t)pv_min(PV_OBJECT_WINDOW, grid->h);
    *out = p;
    p = NULL;
out:
    pv_object_plan_free(p);
    pv_free(name);
    return st;
}

pv_rect pv_object_window(const pv_object_plan *p, pv_rect box)
{
    return pv_rect_intersect(pv_rect_grow(box, p->ring_x, p->ring_y), (pv_rect){0, 0, p->grid->w, p->grid->h});
}

pv_rect pv_object_hull(pv_rect a, pv_rect b)
{
    int x0 = pv_min(a.x, b.x), y0 = pv_min(a.y, b.y), x1 = pv_max(a.x + a.w, b.x + b.w), y1 = pv_max(a.y + a.h, b.y + b.h);
    return (pv_rect){x0, y0, x1 - x0, y1 - y0};
}

/* In about nanoseconds: trees and windows where the model is asked, channels and sums where bands are read, and rows. */
int64_t pv_object_price(const pv_object_plan *p, pv_rect box)
{
    pv_rect v = pv_object_window(p, box);
    int sx = 0, sy = 0, hx = 0, hy = 0;
    if (v.w > p->tile_w || v.h > p->tile_h) return -1;
    pv_tile_half(p->pixels, p->grid, &sx, &sy);
    pv_feature_plan_halo(p->features, &hx, &hy);
    int64_t w = v.w + 4 * sx, h = v.h + 4 * sy;
    return 70 * w * h + 20 * (w + 2 * hx) * (h + 2 * hy) + 1500 * h + 2000;
}

int64_t pv_object_worker_bytes(const pv_object_plan *p)
{
    int64_t tile = pv_tile_asked(p->grid, p->pixels, p->tile_w, p->tile_h);
    int64_t stage = p->pixels->stages != NULL ? tile * p->pixels->stages->n_columns + 2 * PV_BATCH * PV_MAX_CLASSES : 0;
    return pv_tile_bytes(p->features, p->grid, p->pixels, p->tile_w, p->tile_h) + 2 * (int64_t)p->window_px + 2 * tile * p->n_channels + stage +
           2 * (int64_t)sizeof(pv_object_sums);
}

pv_status pv_object_worker_new(pv_object_worker **out, const pv_object_plan *plan, pv_err *err)
{
    pv_status st = PV_OK;
    pv_object_worker *w = NULL;
    const pv_model *s = plan->pixels->stages;
    size_t tile = (size_t)pv_tile_asked(plan->grid, plan->pixels, plan->tile_w, plan->tile_h);
    PV_TRY(pv_alloc(&w, 1, sizeof *w, "object worker", err));
    w->plan = plan;
    PV_TRY(pv_tile_new(&w->tile, plan->features, plan->grid, plan->pixels, plan->coder, plan->tile_w, plan->tile_h, err));
    PV_TRY(pv_alloc(&w->mask, plan->window_px, 1, "object window", err));
    PV_TRY(pv_alloc(&w->prob, plan->window_px, 1, "object window", err));
    PV_TRY(pv_alloc(&w->raw, (size_t)plan->n_channels * tile, sizeof *w->raw, "object channels", err));
    PV_TRY(pv_alloc(&w->sums, 2, sizeof *w->sums, "object sums", err));
    if (s != NULL) {
        PV_TRY(pv_alloc(&w->stage_code, (size_t)s->n_columns * tile, 1, "stage codes", err));
        PV_TRY(pv_alloc(&w->stage_score, (size_t)s->n_classes * PV_BATCH, sizeof *w->stage_score, "stage scores", err));
    }
    *out = w;
    w = NULL;
out:
    pv_object_worker_free(w);
    return st;
}

void pv_object_worker_free(pv_object_worker *w)
{
    if (w == NULL) return;
    pv_tile_free(w->tile);
    pv_free(w->mask);
    pv_free(w->prob);
    pv_free(w->stage_code);
    pv_free(w->raw);
    pv_free(w->stage_score);
    pv_free(w->sums);
    pv_free(w);
}
