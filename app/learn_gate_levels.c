/* What gates keep on ground that they have not seen. */
#include <math.h>

#include "app/learn_gate_school.h"
#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/patches.h"

#include "base/banned.h"

enum { PATCH_DM2 = 25 /* the smallest patch that counts, in 0.01 m2 */ };

/* A patch that the model would propose, as far as it lies in one tile: the level of its pixel of the high threshold that opens first. */
static pv_status take_patch(void *user, const pv_patch *patch, pv_err *err)
{
    pv_gate_school *s = user;
    const pv_gate_look *l = s->at;
    int best = 0;
    (void)err;
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        for (int32_t x = r->x0; x < r->x1; x++) {
            size_t at = (size_t)r->y * (size_t)l->core.w + (size_t)x;
            if (l->prob[at] >= s->model->threshold_high) best = pv_max(best, s->level[at]);
        }
    }
    if (patch->n_runs > 0 && pv_gate_fold_at(l, patch->first_x, patch->first_y) == s->fold) s->found[s->fold].patches[best]++;
    return PV_OK;
}

static pv_status level_patches(pv_gate_school *s, const pv_gate_look *l, pv_err *err)
{
    pv_status st = PV_OK;
    pv_patches *p = NULL;
    double pixels = PATCH_DM2 * 0.01 / (s->grid.gsd_x_m * s->grid.gsd_y_m);
    pv_patches_options o = {.width_px = l->core.w,
                            .low = pv_max(1, s->model->threshold_low),
                            .high = pv_max(1, s->model->threshold_high),
                            .min_pixels = (int64_t)ceil(fmin(fmax(pixels, 1), 1e9)),
                            .sink = take_patch,
                            .user = s};
    PV_TRY(pv_patches_new(&p, &o, err));
    PV_TRY(pv_patches_push(p, l->prob, NULL, l->core.h, err));
    PV_TRY(pv_patches_finish(p, err));
out:
    pv_patches_free(p);
    return st;
}

static int is_target_label(const pv_gate_school *s, int32_t label)
{
    if (label < 0) return 0;
    int k = pv_model_find_class(s->model, pv_labels_at(s->photos->at[s->photo].labels, label)->class_name);
    return k >= 0 && s->model->is_target[k];
}

static int has_fold(const pv_gate_look *l, int fold)
{
    for (int y = 0; y < l->core.h; y += PV_GATE_FOLD_CELL)
        for (int x = 0; x < l->core.w; x += PV_GATE_FOLD_CELL)
            if (pv_gate_fold_at(l, x, y) == fold) return 1;
    return 0;
}

/* What lies in the fold at work, by the levels of its gate. */
static pv_status level_tile(pv_gate_school *s, const pv_gate_look *l, pv_err *err)
{
    pv_status st = PV_OK;
    int labelled = s->photos->at[l->photo].labels != NULL;
    pv_gate_levels *f = &s->found[s->fold];
    for (int y = 0; y < l->core.h; y++) {
        for (int x = 0; x < l->core.w; x++) {
            size_t at = (size_t)y * (size_t)l->core.w + (size_t)x;
            if (l->prob[at] == PV_PROB_UNKNOWN || pv_gate_fold_at(l, x, y) != s->fold) continue;
            f->ground[s->level[at]]++;
            if (pv_gate_kind_of(s, l->prob[at]) != PV_GATE_PIXEL_OPEN) continue;
            f->pixels[s->level[at]]++;
            if (labelled && is_target_label(s, s->label[at])) f->labelled[s->level[at]]++;
        }
    }
    PV_TRY(level_patches(s, l, err));
out:
    return st;
}

void pv_gate_close_gates(pv_gate_school *s)
{
    for (int f = 0; f < PV_GATE_FOLDS; f++) {
        pv_tile_gate_free(s->gate[f]);
        pv_gate_plan_free(s->gate_plan[f]);
        s->gate[f] = NULL;
        s->gate_plan[f] = NULL;
    }
}

/* The photo, and the gates of all folds for it. */
static pv_status open_gates(pv_gate_school *s, int photo, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    pv_gate_close_gates(s);
    PV_TRY(pv_gate_photo_open(s, photo, m->n_columns, (const char(*)[PV_NAME])m->column, 0, err));
    for (int f = 0; f < PV_GATE_FOLDS; f++) {
        PV_TRY(pv_gate_plan_new(&s->gate_plan[f], m, s->gates[f], s->plan, pv_photo_facts_of(s->photos->at[photo].photo), &s->grid, err));
        PV_TRY(pv_tile_gate_new(&s->gate[f], s->gate_plan[f], PV_GATE_TILE, PV_GATE_TILE, err));
    }
out:
    return st;
}

pv_status pv_gate_find_levels(pv_gate_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < s->n_looks; i++) {
        const pv_gate_look *l = &s->look[i];
        pv_labels *labels = s->photos->at[l->photo].labels;
        if (s->tile == NULL || s->photo != l->photo) PV_TRY(open_gates(s, l->photo, err));
        s->at = l;
        PV_TRY(pv_tile_read(s->tile, l->core, s->photos->at[l->photo].photo, s->plan, &s->grid, err));
        pv_tile_mark(s->tile, s->plan);
        if (labels != NULL) PV_TRY(pv_labels_burn(labels, l->core, s->grid.fx, s->grid.fy, s->label, err));
        for (s->fold = 0; s->fold < PV_GATE_FOLDS; s->fold++) {
            if (!has_fold(l, s->fold)) continue;
            s->level = pv_tile_gate_level(s->gate[s->fold], s->tile);
            PV_TRY(level_tile(s, l, err));
        }
    }
out:
    return st;
}

static pv_early_recall recall_of(const int64_t *by_level, int threshold)
{
    int64_t all = 0, kept = 0;
    for (int k = 0; k < PV_GATE_LEVELS; k++) {
        all += by_level[k];
        kept += k >= threshold ? by_level[k] : 0;
    }
    return (pv_early_recall){.all = (uint32_t)all, .kept = (uint32_t)kept};
}

/* The largest threshold, at least 1, by which this share stays. */
static int threshold_for(const int64_t *by_level, int share_e4)
{
    int t = PV_GATE_LEVELS - 1;
    for (; t > 1; t--) {
        pv_early_recall r = recall_of(by_level, t);
        if ((int64_t)r.kept * 10000 >= (int64_t)r.all * share_e4) break;
    }
    return t;
}

static void add_levels(pv_gate_levels *to, const pv_gate_levels *from)
{
    for (int k = 0; k < PV_GATE_LEVELS; k++) {
        to->pixels[k] += from->pixels[k];
        to->labelled[k] += from->labelled[k];
        to->patches[k] += from->patches[k];
        to->ground[k] += from->ground[k];
    }
}

/* From the levels of all folds but one (-1 = of all). */
static int choose_threshold(const pv_gate_school *s, int but)
{
    pv_gate_levels all = {0};
    for (int f = 0; f < PV_GATE_FOLDS; f++)
        if (f != but) add_levels(&all, &s->found[f]);
    int t = pv_min(threshold_for(all.pixels, PV_GATE_PIXELS_E4), threshold_for(all.patches, PV_GATE_PATCHES_E4));
    t = pv_min(t, threshold_for(all.labelled, PV_GATE_LABELLED_E4));
    return pv_max(1, t);
}

static void add_recall(pv_early_recall *to, const int64_t *by_level, int threshold)
{
    pv_early_recall r = recall_of(by_level, threshold);
    to->all += r.all;
    to->kept += r.kept;
}

pv_status pv_gate_settle(pv_gate_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_early_gate *g = s->model->gate;
    g->threshold = choose_threshold(s, -1);
    for (int f = 0; f < PV_GATE_FOLDS; f++) {
        int t = choose_threshold(s, f);
        add_recall(&g->pixels, s->found[f].pixels, t);
        add_recall(&g->labelled, s->found[f].labelled, t);
        add_recall(&g->patches, s->found[f].patches, t);
        add_recall(&g->ground, s->found[f].ground, t);
    }
    if ((int64_t)g->ground.kept * 100 <= (int64_t)g->ground.all * PV_GATE_MOST_OPEN_PERCENT) return PV_OK;
    PV_TRY(
        pv_lines_addf(s->report, err, "no gate: %d %% of the ground would stay open", (int)((int64_t)g->ground.kept * 100 / (int64_t)g->ground.all)));
    pv_early_gate_free(g);
    s->model->gate = NULL;
out:
    return st;
}

static double percent(pv_early_recall r)
{
    return r.all > 0 ? 100.0 * r.kept / r.all : 0;
}

/* One sentence in both languages: a model's card takes the English one. */
static void say_kept(const pv_early_gate *g, pv_err *said)
{
    (void)pv_fail(
        said, PV_INPUT,
        "keeps %s %% of %u pixels of probability %.3f and more, %s %% of %u of them in target labels, %s %% of %u proposed patches; %s %% of "
        "the ground stays open",
        pv_real(percent(g->pixels), 2).text, g->pixels.all, g->least_low / 254.0, pv_real(percent(g->labelled), 2).text, g->labelled.all,
        pv_real(percent(g->patches), 2).text, g->patches.all, pv_real(percent(g->ground), 1).text);
}

void pv_gate_words(const pv_early_gate *g, pv_text *out)
{
    pv_err said;
    say_kept(g, &said);
    pv_text_add(out, pv_err_words(&said));
}

pv_status pv_gate_report(const pv_early_gate *g, pv_lines *report, pv_err *err)
{
    pv_err said;
    say_kept(g, &said);
    (void)pv_where(&said, PV_INPUT, "gate (%d trees on %d columns, threshold %d), on ground that it has not seen", g->trees->n_trees,
                   g->trees->n_columns, g->threshold);
    return pv_lines_add_err(report, &said, err);
}
