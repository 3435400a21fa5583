#include "app/learn_objects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn_ground.h"
#include "app/machine.h"
#include "app/say.h"
#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/run.h"

#include "base/banned.h"

enum { PROPOSE_HIGH = 89, PROPOSE_LOW = 64, FEWEST = 8, BINS = 5, MOST_BOX = 1 << 24, FEWEST_PLOTS = 10, PERCENT_SAME = 20 };

/* One proposed patch that became a row. */
typedef struct pv_proposal {
    int photo, plot; /* the target label that it covers, plot -1 = none */
    int fold;
    double area_m2;
    uint8_t code; /* of object trees that have not seen its fold */
} pv_proposal;

typedef struct pv_school {
    pv_model *model;
    const pv_learn *learn;
    const pv_args *args;
    pv_ground ground;
    pv_table rows;
    size_t cap_proposals;
    pv_proposal *proposal; /* [rows.n_rows] */
    uint8_t *use;          /* [pixel rows] */
    uint8_t *fold_of;      /* [pixel rows] */
    int64_t *covered;      /* scratch of a patch: pixels by label */
    int fold, photo;       /* at work */
    int keep_code;
    pv_text *report;
} pv_school;

static int pv_stop_asked(void *user, int done, int total)
{
    (void)user;
    (void)done;
    (void)total;
    return atomic_load(pv_stop_flag()) != 0;
}

/* ---- proposals ---- */

/* What the labels say of a patch: 1 = target (*plot is its label), 0 = false, -1 = nothing can be said. */
static pv_status pv_judge_patch(pv_school *s, const pv_patch *patch, int *truth, int *plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground_photo *p = &s->ground.at[s->photo];
    int32_t *index = NULL;
    int64_t target = 0, other = 0, best = 0;
    size_t n = (size_t)patch->box.w * (size_t)patch->box.h;
    *truth = *plot = -1;
    if (n > MOST_BOX) return PV_OK;
    PV_TRY(pv_alloc(&index, n, sizeof *index, "label pixels", err));
    PV_TRY(pv_labels_burn(p->labels, patch->box, p->grid.fx, p->grid.fy, index, err));
    memset(s->covered, 0, (size_t)p->n_plots * sizeof *s->covered);
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        const int32_t *row = index + (size_t)(r->y - patch->box.y) * (size_t)patch->box.w;
        for (int32_t x = r->x0 - patch->box.x; x < r->x1 - patch->box.x; x++)
            if (row[x] >= 0) s->covered[row[x]]++;
    }
    for (int i = 0; i < p->n_plots; i++) {
        int64_t c = s->covered[i];
        target += p->plot[i].is_target ? c : 0;
        other += p->plot[i].is_target ? 0 : c;
        if (!p->plot[i].is_target || c <= best) continue;
        if (c * 100 >= patch->pixels * PERCENT_SAME || c * 100 >= p->plot[i].pixels * PERCENT_SAME) {
            best = c;
            *plot = i;
        }
    }
    if (*plot >= 0)
        *truth = 1;
    else if (target == 0 && (other * 100 >= patch->pixels * PERCENT_SAME || s->learn->complete))
        *truth = 0;
out:
    pv_free(index);
    return st;
}

static pv_status pv_take_proposal(void *user, const pv_patch *patch, const pv_object_look *look, pv_err *err)
{
    pv_status st = PV_OK;
    pv_school *s = user;
    const pv_ground_photo *p = &s->ground.at[s->photo];
    int truth = -1, fold = 0;
    pv_proposal row = {.photo = s->photo};
    double x = (double)patch->sum_x / (double)patch->pixels + 0.5, y = (double)patch->sum_y / (double)patch->pixels + 0.5;
    if (!look->measured) return PV_OK;
    PV_TRY(pv_ground_fold(&s->ground, p, x, y, &fold, err));
    if (fold != s->fold) return PV_OK;
    PV_TRY(pv_judge_patch(s, patch, &truth, &row.plot, err));
    if (truth < 0) return PV_OK;
    row.fold = fold;
    row.area_m2 = (double)patch->pixels * p->grid.fx * p->grid.fy * pv_place_pixel_area_m2(p->place, x * p->grid.fx, y * p->grid.fy);
    PV_TRY(pv_grow(&s->proposal, &s->cap_proposals, s->rows.n_rows + 1, sizeof *s->proposal, "patches", err));
    s->proposal[s->rows.n_rows] = row;
    PV_TRY(pv_table_add(&s->rows, look->value, truth, (int32_t)s->rows.n_rows, fold, err));
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

/* Pixel trees without the fold propose in it; nothing when too little is left to learn them from. */
static pv_status pv_propose_fold(pv_school *s, int fold, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &s->learn->table;
    pv_model *m = NULL;
    pv_train_options o = pv_learn_train_options(s->args);
    pv_scan_options scan = {.threads = o.threads,
                            .threshold_high = PROPOSE_HIGH,
                            .threshold_low = PROPOSE_LOW,
                            .min_area_m2 = 0.25,
                            .keep_e4 = -1,
                            .stop = pv_stop_flag()};
    o.progress = pv_stop_asked;
    o.class_weight = s->learn->class_weight;
    for (size_t i = 0; i < t->n_rows; i++) s->use[i] = s->fold_of[i] != fold;
    if (!pv_use_suffices(s)) return PV_OK;
    PV_TRY(pv_train(&m, t, s->use, &o, err));
    pv_learn_fill(s->learn, "fold", s->model->seed, m);
    memcpy(m->is_target, s->model->is_target, (size_t)m->n_classes);
    s->fold = fold;
    for (s->photo = 0; s->photo < s->ground.n; s->photo++) {
        pv_ground_photo *p = &s->ground.at[s->photo];
        if (p->fold >= 0 && p->fold != fold) continue;
        pv_free(s->covered);
        s->covered = NULL;
        PV_TRY(pv_alloc(&s->covered, (size_t)p->n_plots, sizeof *s->covered, "labels", err));
        PV_TRY(pv_scan_propose(p->photo, m, &scan, s->rows.n_columns, (const char(*)[PV_NAME])s->rows.column, pv_take_proposal, s, err));
    }
out:
    pv_model_free(m);
    return st;
}

static pv_status pv_propose_all(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    char(*column)[PV_NAME] = NULL;
    int n = 0, id = 0;
    size_t pixel_rows = s->learn->table.n_rows;
    PV_TRY(pv_object_default_columns(s->model, &n, &column, err));
    PV_TRY(pv_table_init(&s->rows, n, (const char(*)[PV_NAME])column, err));
    PV_TRY(pv_table_class(&s->rows, "false", &id, err));
    PV_TRY(pv_table_class(&s->rows, "target", &id, err));
    PV_TRY(pv_alloc(&s->use, pixel_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&s->fold_of, pixel_rows, 1, "rows", err));
    pv_rows_fold(s);
    for (int f = 0; f < s->ground.n_folds; f++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", f);
        PV_TRY(pv_table_fold(&s->rows, name, &id, err));
        PV_TRY(pv_propose_fold(s, f, err));
    }
out:
    pv_free(column);
    return st;
}

/* ---- object trees ---- */

static pv_status pv_train_objects(const pv_school *s, const uint8_t *use, pv_model **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    pv_train_options o = pv_learn_train_options(s->args);
    o.n_trees = 120;
    o.depth = 4;
    o.learning_rate = 0.08;
    o.row_share = 0.7;
    o.column_share = 0.25;
    o.class_balance = 0.5;
    o.progress = pv_stop_asked;
    PV_TRY(pv_train(&m, &s->rows, use, &o, err));
    (void)snprintf(m->name, sizeof m->name, "%s", s->model->name);
    (void)snprintf(m->kind, sizeof m->kind, "object");
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    m->is_target[PV_OBJECT_TARGET] = 1;
    m->seed = s->model->seed;
    *out = m;
    m = NULL;
out:
    pv_model_free(m);
    return st;
}

/* Codes 0..254 of the rows of a fold by trees that have not seen it. */
static pv_status pv_score_fold(pv_school *s, int fold, uint8_t *use, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    uint8_t *code = NULL;
    int16_t *score = NULL;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    size_t n = s->rows.n_rows;
    for (size_t i = 0; i < n; i++) use[i] = s->proposal[i].fold != fold;
    PV_TRY(pv_train_objects(s, use, &m, err));
    PV_TRY(pv_table_code(&s->rows, m, &code, err));
    PV_TRY(pv_alloc(&score, 2 * PV_BATCH, sizeof *score, "scores", err));
    for (size_t from = 0; from < n; from += PV_BATCH) {
        size_t rows = n - from < PV_BATCH ? n - from : PV_BATCH;
        for (int c = 0; c < m->n_columns; c++) at[c] = code + (size_t)c * n + from;
        pv_trees_score(m, at, rows, score);
        for (size_t i = 0; i < rows; i++)
            if (!use[from + i]) s->proposal[from + i].code = pv_object_code(score, i);
    }
out:
    pv_free(code);
    pv_free(score);
    pv_model_free(m);
    return st;
}

/* 1 when each class occurs outside every fold. */
static int pv_folds_suffice(const pv_school *s)
{
    for (int f = 0; f < s->ground.n_folds; f++) {
        int64_t count[2] = {0};
        for (size_t i = 0; i < s->rows.n_rows; i++) count[s->rows.class_id[i]] += s->proposal[i].fold != f;
        if (count[0] < FEWEST || count[1] < FEWEST) return 0;
    }
    return 1;
}

/* The highest code at which 97 % of the target labels that were proposed at all keep a patch. */
static pv_status pv_find_threshold(pv_school *s, int *labels, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t at[PV_OBJECT_CODES] = {0}, n = 0, kept = 0;
    int16_t *best = NULL;
    for (int p = 0; p < s->ground.n; p++) {
        int plots = s->ground.at[p].n_plots;
        pv_free(best);
        best = NULL;
        PV_TRY(pv_alloc(&best, (size_t)plots, sizeof *best, "labels", err));
        for (size_t i = 0; i < s->rows.n_rows; i++) {
            const pv_proposal *r = &s->proposal[i];
            if (r->photo == p && r->plot >= 0 && best[r->plot] < r->code + 1) best[r->plot] = (int16_t)(r->code + 1);
        }
        for (int k = 0; k < plots; k++) {
            if (best[k] == 0) continue;
            at[best[k] - 1]++;
            n++;
        }
    }
    s->keep_code = PV_OBJECT_CODES - 1;
    for (kept = at[s->keep_code]; s->keep_code > 0 && kept * 100 < n * 97;) kept += at[--s->keep_code];
    *labels = (int)n;
out:
    pv_free(best);
    return st;
}

static void pv_report_objects(const pv_school *s, const pv_object_stage *o, int labels)
{
    int64_t n[BINS] = {0}, hits[BINS] = {0}, sum_e4[BINS] = {0}, kept[2] = {0}, all[2] = {0};
    double brier = 0;
    for (size_t i = 0; i < s->rows.n_rows; i++) {
        int truth = s->rows.class_id[i], e4 = o->probability_e4[s->proposal[i].code], bin = pv_min(e4 * BINS / PV_ONE_E4, BINS - 1);
        double miss = e4 / 1e4 - truth;
        brier += miss * miss;
        n[bin]++;
        hits[bin] += truth;
        sum_e4[bin] += e4;
        all[truth]++;
        kept[truth] += s->proposal[i].code >= o->keep_code;
    }
    pv_text_addf(s->report,
                 "object stage, on patches of unseen ground (%d folds): %lld target patches of %d labels and %lld false ones; from probability ",
                 s->ground.n_folds, (long long)all[1], labels, (long long)all[0]);
    pv_text_add_real(s->report, o->probability_e4[o->keep_code] / 1e4, 3);
    pv_text_addf(s->report, " on %lld target and %lld false ones stay; Brier ", (long long)kept[1], (long long)kept[0]);
    pv_text_add_real(s->report, brier / (double)s->rows.n_rows, 4);
    pv_text_add(s->report, "; said/true (patches)");
    for (int b = 0; b < BINS; b++) {
        if (n[b] == 0) continue;
        pv_text_add(s->report, " ");
        pv_text_add_real(s->report, (double)sum_e4[b] / 1e4 / (double)n[b], 2);
        pv_text_add(s->report, "/");
        pv_text_add_real(s->report, (double)hits[b] / (double)n[b], 2);
        pv_text_addf(s->report, " (%lld)", (long long)n[b]);
    }
    pv_text_add(s->report, "\n");
}

static pv_status pv_calibrate_objects(const pv_school *s, pv_object_stage *o, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *code = NULL, *truth = NULL;
    size_t n = s->rows.n_rows;
    PV_TRY(pv_alloc(&code, n, 1, "scores", err));
    PV_TRY(pv_alloc(&truth, n, 1, "scores", err));
    for (size_t i = 0; i < n; i++) {
        code[i] = s->proposal[i].code;
        truth[i] = (uint8_t)s->rows.class_id[i];
    }
    PV_TRY(pv_calibrate(o->probability_e4, n, code, truth, err));
out:
    pv_free(code);
    pv_free(truth);
    return st;
}

static pv_status pv_teach_objects(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *trees = NULL;
    pv_object_stage *o = NULL;
    uint8_t *use = NULL;
    int labels = 0;
    if (!pv_folds_suffice(s)) {
        pv_text_addf(s->report,
                     "no object stage: %zu patches of unseen ground are too few of one kind (labels that name every plot help: --complete)\n",
                     s->rows.n_rows);
        return PV_OK;
    }
    PV_TRY(pv_alloc(&use, s->rows.n_rows, 1, "rows", err));
    for (int f = 0; f < s->ground.n_folds; f++) PV_TRY(pv_score_fold(s, f, use, err));
    PV_TRY(pv_find_threshold(s, &labels, err));
    PV_TRY(pv_train_objects(s, NULL, &trees, err));
    st = pv_object_stage_new(&o, trees, err);
    trees = NULL;
    if (st != PV_OK) goto out;
    PV_TRY(pv_calibrate_objects(s, o, err));
    PV_TRY(pv_object_stage_learn_range(o, &s->rows, err));
    o->keep_code = s->keep_code;
    pv_report_objects(s, o, labels);
    s->model->objects = o;
    s->model->threshold_high = PROPOSE_HIGH;
    s->model->threshold_low = PROPOSE_LOW;
    o = NULL;
out:
    pv_free(use);
    pv_object_stage_free(o);
    return st;
}

/* ---- growth stages ---- */

static const char *pv_stage_of_row(const pv_school *s, size_t row)
{
    int32_t group = s->learn->table.group[row];
    for (int i = 0; i < s->ground.n; i++) {
        const pv_ground_photo *p = &s->ground.at[i];
        if (group >= p->first_group && group < p->first_group + p->n_plots && p->plot[group - p->first_group].is_target)
            return p->plot[group - p->first_group].stage;
    }
    return "";
}

static int pv_by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The stages that there are, sorted, and use[i] = 1 for the rows that have one. */
static pv_status pv_find_stages(const pv_school *s, uint8_t *use, char (*name)[PV_NAME], int *n, size_t *rows, pv_err *err)
{
    for (size_t i = 0; i < s->learn->table.n_rows; i++) {
        const char *stage = pv_stage_of_row(s, i);
        int k = 0;
        if (stage[0] == '\0') continue;
        while (k < *n && strcmp(name[k], stage) != 0) k++;
        if (k == PV_MAX_CLASSES) return pv_fail(err, PV_INPUT, "more than %d growth stages", (int)PV_MAX_CLASSES);
        if (k == *n) memcpy(name[(*n)++], stage, strlen(stage) + 1);
        use[i] = 1;
        (*rows)++;
    }
    qsort(name, (size_t)*n, sizeof *name, pv_by_name);
    return PV_OK;
}

/* The table of pixels again, with stages for classes and only rows that have one: values are borrowed, so it is not released as a whole. */
static pv_status pv_teach_stages(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_table t = s->learn->table;
    pv_model *m = NULL;
    uint8_t *use = NULL;
    int16_t *class_id = NULL;
    char(*name)[PV_NAME] = NULL;
    size_t rows = 0;
    int n = 0;
    PV_TRY(pv_alloc(&use, t.n_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&class_id, t.n_rows, sizeof *class_id, "rows", err));
    PV_TRY(pv_alloc(&name, PV_MAX_CLASSES, sizeof *name, "stages", err));
    PV_TRY(pv_find_stages(s, use, name, &n, &rows, err));
    for (size_t i = 0; i < t.n_rows; i++)
        while (use[i] && strcmp(name[class_id[i]], pv_stage_of_row(s, i)) != 0) class_id[i]++;
    if (n < 2) goto out;
    t.class_id = class_id;
    t.class_name = name;
    t.n_classes = n;
    pv_train_options o = pv_learn_train_options(s->args);
    o.n_trees = 80;
    o.progress = pv_stop_asked;
    PV_TRY(pv_train(&m, &t, use, &o, err));
    (void)snprintf(m->name, sizeof m->name, "%s", s->model->name);
    (void)snprintf(m->kind, sizeof m->kind, "stage");
    (void)snprintf(m->normalise, sizeof m->normalise, "%s", s->model->normalise);
    m->seed = s->model->seed;
    pv_text_addf(s->report, "growth stages: %zu pixels of %d stages\n", rows, n);
    s->model->stages = m;
    m = NULL;
out:
    pv_model_free(m);
    pv_free(use);
    pv_free(class_id);
    pv_free(name);
    return st;
}

/* ---- densities ---- */

/* Plants on a square metre of all kept patches of one label, in 1/1000; 0 = not known. */
static uint32_t pv_plot_density(const pv_school *s, int photo, int plot)
{
    double area = 0;
    const pv_plot *p = &s->ground.at[photo].plot[plot];
    if (!p->is_target || p->plants == 0) return 0;
    for (size_t i = 0; i < s->rows.n_rows; i++) {
        const pv_proposal *r = &s->proposal[i];
        if (r->photo == photo && r->plot == plot && r->code >= s->keep_code) area += r->area_m2;
    }
    return area > 0 ? (uint32_t)fmin(floor(p->plants * 1e3 / area + 0.5), 1e9) : 0;
}

/* Of the plots of one stage ("" = all). */
static pv_status pv_teach_density(pv_school *s, const char *stage, size_t fewest, pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t *ratio = NULL;
    size_t n = 0, cap = 0;
    for (int p = 0; p < s->ground.n; p++) {
        for (int k = 0; k < s->ground.at[p].n_plots; k++) {
            uint32_t d = pv_plot_density(s, p, k);
            if (d == 0 || (stage[0] != '\0' && strcmp(stage, s->ground.at[p].plot[k].stage) != 0)) continue;
            PV_TRY(pv_grow(&ratio, &cap, n + 1, sizeof *ratio, "densities", err));
            ratio[n++] = d;
        }
    }
    if (n < fewest || s->model->n_densities == PV_MAX_DENSITIES) goto out;
    pv_density *d = &s->model->density[s->model->n_densities++];
    memcpy(d->stage, stage, strlen(stage) + 1);
    d->plots = (int)n;
    pv_density_quantiles(n, ratio, d->per_m2_e3);
    pv_text_addf(s->report, "plants on 1 m2, %s (%zu plots): ", stage[0] != '\0' ? stage : "all stages", n);
    for (int k = 0; k < 3; k++) {
        if (k > 0) pv_text_add(s->report, k == 1 ? " to " : " to ");
        pv_text_add_fixed(s->report, d->per_m2_e3[k], 3);
    }
    pv_text_add(s->report, "\n");
out:
    pv_free(ratio);
    return st;
}

static pv_status pv_teach_densities(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_teach_density(s, "", FEWEST_PLOTS, err));
    if (s->model->stages == NULL) goto out;
    for (int k = 0; k < s->model->stages->n_classes; k++) PV_TRY(pv_teach_density(s, s->model->stages->class_name[k], FEWEST_PLOTS, err));
out:
    return st;
}

pv_status pv_learn_objects(pv_model *m, const pv_learn *l, const pv_args *args, pv_text *report, pv_err *err)
{
    pv_status st = PV_OK;
    pv_school s = {.model = m, .learn = l, .args = args, .report = report};
    PV_TRY(pv_ground_open(&s.ground, l, m, args, err));
    PV_TRY(pv_propose_all(&s, err));
    PV_TRY(pv_teach_objects(&s, err));
    PV_TRY(pv_teach_stages(&s, err));
    if (m->objects != NULL) PV_TRY(pv_teach_densities(&s, err));
out:
    pv_table_release(&s.rows);
    pv_free(s.proposal);
    pv_free(s.use);
    pv_free(s.fold_of);
    pv_free(s.covered);
    pv_ground_release(&s.ground);
    return pv_where(err, st, "object stage");
}
