/* The plan: columns bound to bands by name, windows turned into pixels, shared work found once. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "pipeline/blur.h"
#include "pipeline/features_internal.h"
#include "pipeline/features_kernels.h"
#include "pipeline/quality.h"

#include "base/banned.h"

/* Bands that are on offer; name k is at name + k * stride. */
typedef struct offer {
    int n;
    const char *name;
    size_t stride;
} offer;

static const char *offer_name(const offer *o, int k)
{
    return o->name + (size_t)k * o->stride;
}

static int offer_find(const offer *o, const char *name)
{
    for (int k = 0; k < o->n; k++)
        if (strcmp(offer_name(o, k), name) == 0) return k;
    return -1;
}

void pv_feature_plan_free(pv_feature_plan *plan)
{
    if (plan == NULL) return;
    pv_free(plan->stretch);
    pv_free(plan->channel);
    pv_free(plan->plane);
    pv_free(plan->window);
    pv_free(plan->sum);
    pv_free(plan->column);
    pv_free(plan->step);
    pv_free(plan);
}

void pv_feature_plan_halo(const pv_feature_plan *plan, int *halo_x_px, int *halo_y_px)
{
    *halo_x_px = plan->halo_x;
    *halo_y_px = plan->halo_y;
}

int pv_feature_plan_plane(const pv_feature_plan *plan, int band)
{
    for (int k = 0; k < plan->n_bands; k++)
        if (plan->band_index[k] == band) return k;
    return -1;
}

int pv_feature_plan_bands(const pv_feature_plan *plan, const int **band_index)
{
    *band_index = plan->band_index;
    return plan->n_bands;
}

static pv_status refuse_bands(int n, const char (*need)[PV_NAME], const offer *o, pv_err *err)
{
    pv_text text = {0};
    pv_text_add(&text, "the model needs bands:");
    for (int k = 0; k < n; k++) pv_text_addf(&text, "%s %s", k > 0 ? "," : "", need[k]);
    pv_text_add(&text, "; the photo offers:");
    for (int k = 0; k < o->n; k++) pv_text_addf(&text, "%s %s", k > 0 ? "," : "", offer_name(o, k));
    if (o->n == 0) pv_text_add(&text, " none");
    pv_text_add(&text, " (name them with --bands if the photo has them under other names)");
    pv_status st = pv_text_status(&text, err);
    if (st == PV_OK) st = pv_fail(err, PV_MODEL, "%s", pv_text_str(&text));
    pv_text_release(&text);
    return st;
}

/* Binds the needed bands; need[] is sorted, so the plan does not depend on the photo's band order. */
static pv_status bind_bands(pv_feature_plan *plan, int n_columns, const char (*column)[PV_NAME], const offer *o, char (*need)[PV_NAME], pv_err *err)
{
    int n = 0;
    pv_status st = pv_feature_bands_needed(n_columns, column, &n, need, err);
    if (st != PV_OK) return st;
    for (int k = 0; k < n; k++) {
        plan->band_index[k] = offer_find(o, need[k]);
        if (plan->band_index[k] < 0) return refuse_bands(n, (const char(*)[PV_NAME])need, o, err);
    }
    plan->n_bands = n;
    return PV_OK;
}

static int plan_channel_of(pv_feature_plan *plan, const pv_column_name *c, const char (*need)[PV_NAME])
{
    for (int i = 0; i < plan->n_channels; i++)
        if (strcmp(plan->channel[i].base, c->base) == 0) return i;
    pv_plan_channel *ch = &plan->channel[plan->n_channels];
    memcpy(ch->base, c->base, PV_NAME);
    ch->log = c->log;
    ch->kind = c->channel == NULL ? PV_CHANNEL_COPY : c->channel->kind;
    ch->n_bands = pv_column_bands(c);
    for (int k = 0; k < ch->n_bands; k++) {
        const char *name = pv_column_band(c, k);
        while (strcmp(need[ch->band[k]], name) != 0) ch->band[k]++;
    }
    return plan->n_channels++;
}

static int plan_plane_of(pv_feature_plan *plan, int channel, const pv_column_name *c)
{
    for (int i = 0; i < plan->n_planes; i++) {
        const pv_plan_plane *p = &plan->plane[i];
        if (p->channel == channel && p->change == c->change && p->eighth == c->eighth) return i;
    }
    plan->plane[plan->n_planes] = (pv_plan_plane){.channel = channel, .change = c->change, .eighth = c->eighth};
    return plan->n_planes++;
}

static pv_status plan_window_of(pv_feature_plan *plan, int64_t dm, double gsd_x_m, double gsd_y_m, int *window, pv_err *err)
{
    pv_plan_window w = {pv_window_half(dm, gsd_x_m), pv_window_half(dm, gsd_y_m)};
    if (w.hx > PV_MAX_HALF || w.hy > PV_MAX_HALF)
        return pv_fail(err, PV_MODEL, "a window of %.4g m is %d pixels of %.4g m; the most is %d: use a coarser working GSD", (double)dm / 1e4,
                       2 * pv_max(w.hx, w.hy) + 1, w.hx > w.hy ? gsd_x_m : gsd_y_m, 2 * PV_MAX_HALF + 1);
    *window = 0;
    while (*window < plan->n_windows && (plan->window[*window].hx != w.hx || plan->window[*window].hy != w.hy)) ++*window;
    if (*window == plan->n_windows) plan->window[plan->n_windows++] = w;
    return PV_OK;
}

/* The sum of (plane, window), made if it is not there. */
static pv_plan_sum *plan_sum_of(pv_feature_plan *plan, int plane, int window)
{
    for (int i = 0; i < plan->n_sums; i++)
        if (plan->sum[i].plane == plane && plan->sum[i].window == window) return &plan->sum[i];
    plan->sum[plan->n_sums] = (pv_plan_sum){plane, window, 0, 0, -1};
    return &plan->sum[plan->n_sums++];
}

static int plan_slot_of(pv_feature_plan *plan, int plane, int window)
{
    int used = 0;
    for (int i = 0; i < plan->n_sums; i++) used += plan->sum[i].plane == plane && plan->sum[i].slot >= 0;
    pv_plan_sum *s = plan_sum_of(plan, plane, window);
    s->want_mean = 1;
    if (s->slot < 0) s->slot = used++;
    plan->n_slots = pv_max(plan->n_slots, used);
    return s->slot;
}

static pv_status plan_column(pv_feature_plan *plan, const char *name, const char (*need)[PV_NAME], double gsd_x_m, double gsd_y_m, pv_err *err)
{
    pv_column_name c = {0};
    pv_status st = pv_column_parse(&c, name, err);
    if (st != PV_OK) return st;
    pv_plan_column *col = &plan->column[plan->n_columns];
    *col = (pv_plan_column){0, c.op, {-1, -1}, {-1, -1}};
    col->plane = plan_plane_of(plan, plan_channel_of(plan, &c, need), &c);
    if (c.op != PV_OP_POINT && !(gsd_x_m > 0.0 && gsd_y_m > 0.0))
        return pv_fail(err, PV_MODEL, "column \"%s\" needs a window in metres, but there is no ground size of a pixel here (a table of spectra?)",
                       name);
    for (int k = 0; k < 2 && c.window_dm[k] > 0; k++) {
        st = plan_window_of(plan, c.window_dm[k], gsd_x_m, gsd_y_m, &col->window[k], err);
        if (st != PV_OK) return pv_where(err, st, "column \"%s\"", name);
        int more = c.change == PV_CHANGE_EDGE;
        plan->halo_x = pv_max(plan->halo_x, plan->window[col->window[k]].hx + more);
        plan->halo_y = pv_max(plan->halo_y, plan->window[col->window[k]].hy + more);
    }
    if (c.op == PV_OP_MEAN) plan_sum_of(plan, col->plane, col->window[0])->want_mean = 1;
    if (c.op == PV_OP_SD) plan_sum_of(plan, col->plane, col->window[0])->want_sd = 1;
    for (int k = 0; k < 2 && c.op == PV_OP_DIFF; k++) col->slot[k] = plan_slot_of(plan, col->plane, col->window[k]);
    plan->n_columns++;
    return PV_OK;
}

/* v between the points (a, to_a) and (b, to_b), and beyond; floor, at least 0. */
static int64_t on_the_line(int64_t v, int64_t a, int64_t to_a, int64_t b, int64_t to_b)
{
    int64_t num = (v - a) * (to_b - to_a) + to_a * (b - a);
    return num < 0 ? 0 : num / (b - a);
}

uint16_t pv_light_mid(const pv_radiometry *r, int band)
{
    int64_t dark = r->dark[band], bright = r->bright[band], mid = r->mid[band];
    int64_t to = bright > dark ? on_the_line(mid, dark, PV_STRETCH_DARK, bright, PV_STRETCH_BRIGHT) : mid;
    return (uint16_t)(to <= PV_STRETCH_DARK ? PV_STRETCH_DARK + 1 : to >= PV_STRETCH_BRIGHT ? PV_STRETCH_BRIGHT - 1 : to);
}

static pv_line line_through(int32_t a, int32_t to_a, int32_t b, int32_t to_b)
{
    return (pv_line){a, to_a, to_b - to_a, b - a};
}

void pv_stretch_bytes(pv_stretch *s)
{
    uint16_t value[256];
    for (int k = 0; k < 256; k++) value[k] = (uint16_t)(257 * k);
    pv_feature_kernels_portable.stretch_row(s, value, 256, s->of_byte);
}

/* Each band so that dark becomes PV_STRETCH_DARK, bright PV_STRETCH_BRIGHT and, where there is one, the median mid[k]; floor, held in 0..65535. */
static pv_status plan_stretch(pv_feature_plan *plan, const pv_radiometry *r, const uint16_t *mid, pv_err *err)
{
    pv_status st = pv_alloc(&plan->stretch, (size_t)plan->n_bands, sizeof *plan->stretch, "band stretch", err);
    if (st != PV_OK) return st;
    for (int k = 0; k < plan->n_bands; k++) {
        int32_t dark = r->dark[plan->band_index[k]], bright = r->bright[plan->band_index[k]], middle = r->mid[plan->band_index[k]];
        pv_line high = bright <= dark ? (pv_line){0, 0, 1, 1} : line_through(dark, PV_STRETCH_DARK, bright, PV_STRETCH_BRIGHT);
        plan->stretch[k] = (pv_stretch){.low = high, .high = high};
        if (mid[k] > 0 && dark < middle && middle < bright)
            plan->stretch[k] = (pv_stretch){.middle = middle,
                                            .low = line_through(dark, PV_STRETCH_DARK, middle, mid[k]),
                                            .high = line_through(middle, mid[k], bright, PV_STRETCH_BRIGHT)};
        pv_stretch_bytes(&plan->stretch[k]);
    }
    return PV_OK;
}

/* The model's medians in the order of the plan's bands; 0 = none. */
static pv_status find_mids(const pv_light *light, int n_bands, const char (*need)[PV_NAME], uint16_t mid[PV_MAX_BANDS], pv_err *err)
{
    memset(mid, 0, PV_MAX_BANDS * sizeof *mid);
    if (strcmp(light->rule, "median") != 0) return PV_OK;
    for (int k = 0; k < n_bands; k++) {
        for (int b = 0; b < light->n_bands; b++)
            if (strcmp(light->band[b], need[k]) == 0) mid[k] = light->mid[b];
        if (mid[k] <= PV_STRETCH_DARK || mid[k] >= PV_STRETCH_BRIGHT)
            return pv_fail(err, PV_MODEL, "the rule 'median' knows no median of band %s", need[k]);
    }
    return PV_OK;
}

pv_light pv_model_light(const pv_model *m)
{
    return (pv_light){m->normalise, m->n_bands, (const char(*)[PV_NAME])m->band, m->mid};
}

static pv_status plan_new(pv_feature_plan **out, int n_columns, const char (*column)[PV_NAME], const offer *o, double gsd_x_m, double gsd_y_m,
                          const pv_radiometry *stretch, const pv_light *light, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t mid[PV_MAX_BANDS];
    pv_feature_plan *plan = NULL;
    char need[PV_MAX_BANDS][PV_NAME] = {{0}};
    if (n_columns < 1 || n_columns > PV_MAX_COLUMNS)
        return pv_fail(err, PV_MODEL, "a model of %d columns: there must be 1 to %d", n_columns, PV_MAX_COLUMNS);
    size_t n = (size_t)n_columns;
    PV_TRY(pv_alloc(&plan, 1, sizeof *plan, "feature plan", err));
    PV_TRY(pv_alloc(&plan->channel, n, sizeof *plan->channel, "feature plan", err));
    PV_TRY(pv_alloc(&plan->plane, n, sizeof *plan->plane, "feature plan", err));
    PV_TRY(pv_alloc(&plan->window, 2 * n, sizeof *plan->window, "feature plan", err));
    PV_TRY(pv_alloc(&plan->sum, 2 * n, sizeof *plan->sum, "feature plan", err));
    PV_TRY(pv_alloc(&plan->column, n, sizeof *plan->column, "feature plan", err));
    PV_TRY(pv_alloc(&plan->step, 4 * n, sizeof *plan->step, "feature plan", err)); /* a channel and two sums a column at most, and itself */
    PV_TRY(bind_bands(plan, n_columns, column, o, need, err));
    for (int i = 0; i < n_columns; i++) PV_TRY(plan_column(plan, column[i], (const char(*)[PV_NAME])need, gsd_x_m, gsd_y_m, err));
    pv_plan_rows(plan);
    pv_plan_steps(plan);
    if (gsd_x_m > 0.0 && gsd_y_m > 0.0) {
        /* The light around a pixel is judged on the same planes, and its blur. */
        plan->halo_x = pv_max(plan->halo_x, pv_max(PV_BLUR_REACH, pv_quality_half(gsd_x_m)));
        plan->halo_y = pv_max(plan->halo_y, pv_max(PV_BLUR_REACH, pv_quality_half(gsd_y_m)));
    }
    if (stretch != NULL) {
        PV_TRY(find_mids(light, plan->n_bands, (const char(*)[PV_NAME])need, mid, err));
        PV_TRY(plan_stretch(plan, stretch, mid, err));
    }
    *out = plan;
    plan = NULL;
out:
    pv_feature_plan_free(plan);
    return st;
}

pv_status pv_feature_plan_new(pv_feature_plan **out, int n_columns, const char (*column)[PV_NAME], const pv_light *light, const pv_photo_facts *facts,
                              double gsd_x_m, double gsd_y_m, pv_err *err)
{
    int stretch = strcmp(light->rule, "percentile") == 0 || strcmp(light->rule, "median") == 0;
    if (!stretch && strcmp(light->rule, "none") != 0)
        return pv_fail(err, PV_MODEL, "unknown normalisation \"%.40s\": this papaver knows none, percentile and median", light->rule);
    if (!(isfinite(gsd_x_m) && isfinite(gsd_y_m) && gsd_x_m >= 0.0 && gsd_y_m >= 0.0))
        return pv_fail(err, PV_MODEL, "the ground size of a pixel must be a positive number of metres, not %g x %g", gsd_x_m, gsd_y_m);
    offer o = {facts->n_bands, facts->band[0].name, sizeof facts->band[0]};
    return plan_new(out, n_columns, column, &o, gsd_x_m, gsd_y_m, stretch ? &facts->radiometry : NULL, light, err);
}

pv_status pv_feature_plan_share(pv_feature_plan *plan, const pv_feature_plan *with, pv_err *err)
{
    int to[PV_MAX_BANDS] = {0};
    pv_stretch *stretch = NULL;
    for (int k = 0; k < plan->n_bands; k++) {
        while (to[k] < with->n_bands && with->band_index[to[k]] != plan->band_index[k]) to[k]++;
        if (to[k] == with->n_bands) return pv_fail(err, PV_BUG, "a plan shares the planes of one that lacks a band");
    }
    if (with->halo_x < plan->halo_x || with->halo_y < plan->halo_y) return pv_fail(err, PV_BUG, "a plan shares the planes of one that reads less");
    if (with->stretch != NULL) {
        pv_status st = pv_alloc(&stretch, (size_t)with->n_bands, sizeof *stretch, "band stretch", err);
        if (st != PV_OK) return st;
        memcpy(stretch, with->stretch, (size_t)with->n_bands * sizeof *stretch);
    }
    pv_free(plan->stretch);
    plan->stretch = stretch;
    for (int i = 0; i < plan->n_channels; i++)
        for (int k = 0; k < plan->channel[i].n_bands; k++) plan->channel[i].band[k] = to[plan->channel[i].band[k]];
    plan->n_bands = with->n_bands;
    memcpy(plan->band_index, with->band_index, sizeof plan->band_index);
    plan->halo_x = with->halo_x;
    plan->halo_y = with->halo_y;
    return PV_OK;
}

void pv_feature_plan_lit(pv_feature_plan *plan)
{
    pv_free(plan->stretch);
    plan->stretch = NULL;
}

pv_status pv_feature_plan_new_for_bands(pv_feature_plan **out, int n_columns, const char (*column)[PV_NAME], int n_bands, const char (*band)[PV_NAME],
                                        pv_err *err)
{
    offer o = {n_bands, n_bands > 0 ? band[0] : "", PV_NAME};
    return plan_new(out, n_columns, column, &o, 0.0, 0.0, NULL, NULL, err);
}
