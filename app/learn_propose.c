/* Patches to learn from: photos are scanned by pixel trees that have learned nothing of the place. */
#include <stdio.h>
#include <string.h>

#include "app/learn_school.h"
#include "app/machine.h"
#include "base/mem.h"
#include "pipeline/run.h"

#include "base/banned.h"

enum { MOST_BOX = 1 << 24, PERCENT_SAME = 20 };

/* What the labels say of a patch. *unclear = 1 when it touches a target label and covers none. */
static pv_status pv_judge_patch(pv_school *s, const pv_patch *patch, pv_proposal *row, int *unclear, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_photo *p = &s->ground.at[s->photo];
    int32_t *index = NULL;
    int64_t target = 0, other = 0, best = 0;
    size_t n = (size_t)patch->box.w * (size_t)patch->box.h;
    row->truth = row->plot = -1;
    *unclear = n > MOST_BOX;
    if (*unclear) return PV_OK;
    PV_TRY(pv_alloc(&index, n, sizeof *index, "label pixels", err));
    PV_TRY(pv_labels_burn(p->labels, patch->box, p->grid.fx, p->grid.fy, index, err));
    memset(s->covered, 0, (size_t)p->n_plots * sizeof *s->covered);
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        const int32_t *under = index + (size_t)(r->y - patch->box.y) * (size_t)patch->box.w;
        for (int32_t x = r->x0 - patch->box.x; x < r->x1 - patch->box.x; x++)
            if (under[x] >= 0) s->covered[under[x]]++;
    }
    for (int i = 0; i < p->n_plots; i++) {
        int64_t c = s->covered[i];
        target += p->plot[i].is_target ? c : 0;
        other += p->plot[i].is_target ? 0 : c;
        if (!p->plot[i].is_target || c <= best) continue;
        if (c * 100 >= patch->pixels * PERCENT_SAME || c * 100 >= p->plot[i].pixels * PERCENT_SAME) {
            best = c;
            row->plot = i;
        }
    }
    *unclear = row->plot < 0 && target > 0;
    if (row->plot >= 0)
        row->truth = 1;
    else if (target == 0 && (other * 100 >= patch->pixels * PERCENT_SAME || s->learn->complete))
        row->truth = 0;
out:
    pv_free(index);
    return st;
}

/* Only patches of the fold at work are measured. */
static pv_status pv_in_fold(void *user, const pv_patch *patch, int *wanted, pv_err *err)
{
    const pv_school *s = user;
    int block = 0;
    double x = (double)patch->sum_x / (double)patch->pixels + 0.5, y = (double)patch->sum_y / (double)patch->pixels + 0.5;
    pv_status st = pv_ground_block(&s->ground, &s->ground.at[s->photo], x, y, &block, err);
    *wanted = s->fold < 0 || pv_ground_fold_of(&s->ground, block) == s->fold;
    return st;
}

static pv_status pv_take_proposal(void *user, const pv_patch *patch, const pv_object_look *look, pv_err *err)
{
    pv_status st = PV_OK;
    pv_school *s = user;
    const pv_ground_photo *p = &s->ground.at[s->photo];
    int unclear = 0;
    pv_proposal row = {.photo = s->photo};
    double x = (double)patch->sum_x / (double)patch->pixels + 0.5, y = (double)patch->sum_y / (double)patch->pixels + 0.5;
    if (!look->measured) return PV_OK;
    PV_TRY(pv_ground_block(&s->ground, p, x, y, &row.block, err));
    PV_TRY(pv_judge_patch(s, patch, &row, &unclear, err));
    if (unclear) return PV_OK;
    row.area_m2 = (double)patch->pixels * p->grid.fx * p->grid.fy * pv_place_pixel_area_m2(p->place, x * p->grid.fx, y * p->grid.fy);
    PV_TRY(pv_grow(&s->proposal, &s->cap_proposals, s->rows.n_rows + 1, sizeof *s->proposal, "patches", err));
    s->proposal[s->rows.n_rows] = row;
    PV_TRY(pv_table_add(&s->rows, look->value, row.truth == 1, (int32_t)s->rows.n_rows, row.block, err));
out:
    return st;
}

/* Pixel rows know their label, the label its fold. */
static void pv_rows_fold(pv_school *s)
{
    const pv_table *t = &s->learn->table;
    for (size_t i = 0; i < t->n_rows; i++) {
        int at = 0;
        while (at + 1 < s->ground.n && t->group[i] >= s->ground.at[at + 1].first_group) at++;
        const pv_ground_photo *p = &s->ground.at[at];
        int32_t plot = t->group[i] - p->first_group;
        s->fold_of[i] = (uint8_t)(plot >= 0 && plot < p->n_plots ? p->plot[plot].fold : 0);
    }
}

/* 1 when the rows to use are of more than one class: the labels of a small survey may all lie in one fold. */
static int pv_use_suffices(const pv_school *s)
{
    const pv_table *t = &s->learn->table;
    int first = -1;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (!s->use[i]) continue;
        if (first < 0) first = t->class_id[i];
        if (t->class_id[i] != first) return 1;
    }
    return 0;
}

static pv_scan_options pv_propose_options(int threads)
{
    return (pv_scan_options){.threads = threads,
                             .threshold_high = PV_PROPOSE_HIGH,
                             .threshold_low = PV_PROPOSE_LOW,
                             .min_area_m2 = 0.25,
                             .keep_e4 = -1,
                             .stop = pv_stop_flag()};
}

static pv_status pv_propose_photo(pv_school *s, const pv_model *m, const pv_scan_options *scan, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_photo *p = &s->ground.at[s->photo];
    pv_free(s->covered);
    s->covered = NULL;
    PV_TRY(pv_alloc(&s->covered, (size_t)p->n_plots, sizeof *s->covered, "labels", err));
    PV_TRY(pv_scan_propose(p->photo, m, scan, s->rows.n_columns, (const char(*)[PV_NAME])s->rows.column, pv_in_fold, pv_take_proposal, s, err));
out:
    return st;
}

/* Pixel trees without the fold propose in it; nothing when too little is left to learn them from. */
static pv_status pv_propose_fold(pv_school *s, int fold, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &s->learn->table;
    pv_model *m = NULL;
    pv_train_options o = pv_learn_train_options(s->args);
    pv_scan_options scan = pv_propose_options(o.threads);
    o.progress = pv_school_stop;
    o.class_weight = s->learn->class_weight;
    for (size_t i = 0; i < t->n_rows; i++) s->use[i] = s->fold_of[i] != fold;
    if (!pv_use_suffices(s)) return PV_OK;
    PV_TRY(pv_train(&m, t, s->use, &o, err));
    pv_learn_fill(s->learn, "fold", s->model->seed, m);
    memcpy(m->is_target, s->model->is_target, (size_t)m->n_classes);
    s->fold = fold;
    for (s->photo = 0; s->photo < s->ground.n; s->photo++) {
        if (pv_ground_shows(&s->ground, &s->ground.at[s->photo], fold)) PV_TRY(pv_propose_photo(s, m, &scan, err));
    }
out:
    pv_model_free(m);
    return st;
}

/* No rows yet: the columns, the two classes, and a fold for each block. */
static pv_status pv_rows_init(pv_school *s, int n, const char (*column)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    int id = 0;
    PV_TRY(pv_table_init(&s->rows, n, column, err));
    PV_TRY(pv_table_class(&s->rows, "false", &id, err));
    PV_TRY(pv_table_class(&s->rows, "target", &id, err));
    for (int b = 0; b < s->ground.n_blocks; b++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", b);
        PV_TRY(pv_table_fold(&s->rows, name, &id, err));
    }
out:
    return st;
}

pv_status pv_school_propose(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    char(*column)[PV_NAME] = NULL;
    int n = 0;
    size_t pixel_rows = s->learn->table.n_rows;
    PV_TRY(pv_object_default_columns(s->model, &n, &column, err));
    PV_TRY(pv_rows_init(s, n, (const char(*)[PV_NAME])column, err));
    PV_TRY(pv_alloc(&s->use, pixel_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&s->fold_of, pixel_rows, 1, "rows", err));
    pv_rows_fold(s);
    for (int f = 0; f < s->ground.n_folds; f++) PV_TRY(pv_propose_fold(s, f, err));
out:
    pv_free(column);
    return st;
}

pv_status pv_school_propose_known(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *trees = s->model->objects->trees;
    pv_scan_options scan = pv_propose_options(pv_learn_train_options(s->args).threads);
    PV_TRY(pv_rows_init(s, trees->n_columns, (const char(*)[PV_NAME])trees->column, err));
    s->fold = -1;
    for (s->photo = 0; s->photo < s->ground.n; s->photo++) PV_TRY(pv_propose_photo(s, s->model, &scan, err));
out:
    return st;
}
