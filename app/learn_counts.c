/* Growth stages of pixels, what their votes are worth, and how densely plants stand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn_school.h"
#include "base/mem.h"
#include "models/trees.h"

#include "base/banned.h"

enum { FEWEST_PLACES = 5 };

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

/* The table of pixels again, with stages for classes: values are borrowed, so it is not released as a whole. */
typedef struct pv_staged {
    pv_table t;
    uint8_t *all; /* rows that have a stage */
    uint8_t *use;
    int64_t *votes; /* [labels][stages] shares, by trees that have not seen the label's fold */
    int16_t *stage; /* [labels] true stage, -1 = none */
} pv_staged;

static pv_status pv_train_stages(const pv_school *s, const pv_table *t, const uint8_t *use, pv_model **out, pv_err *err)
{
    pv_train_options o = pv_learn_train_options(s->args);
    o.n_trees = 80;
    o.depth = 3; /* few plots, and many pixels of each: deeper trees learn the plots */
    o.progress = pv_school_stop;
    return pv_train(out, t, use, &o, err);
}

/* Trees without the fold vote on its labels. */
static pv_status pv_vote_fold(const pv_school *s, pv_staged *g, int fold, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    uint8_t *code = NULL;
    int16_t *score = NULL;
    uint16_t share[PV_MAX_CLASSES];
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    size_t n = g->t.n_rows;
    int first = -1, several = 0;
    for (size_t i = 0; i < n; i++) {
        g->use[i] = g->all[i] && s->fold_of[i] != fold;
        if (!g->use[i]) continue;
        if (first < 0) first = g->t.class_id[i];
        several |= g->t.class_id[i] != first;
    }
    if (!several) return PV_OK;
    PV_TRY(pv_train_stages(s, &g->t, g->use, &m, err));
    PV_TRY(pv_table_code(&g->t, m, &code, err));
    PV_TRY(pv_alloc(&score, (size_t)m->n_classes * PV_BATCH, sizeof *score, "scores", err));
    for (size_t from = 0; from < n; from += PV_BATCH) {
        size_t rows = n - from < PV_BATCH ? n - from : PV_BATCH;
        for (int c = 0; c < m->n_columns; c++) at[c] = code + (size_t)c * n + from;
        pv_trees_score(m, at, rows, score);
        for (size_t i = 0; i < rows; i++) {
            if (!g->all[from + i] || s->fold_of[from + i] != fold) continue;
            pv_trees_decide(m, score, i, NULL, NULL, share);
            for (int k = 0; k < m->n_classes; k++) g->votes[g->t.group[from + i] * g->t.n_classes + k] += share[k];
        }
    }
out:
    pv_free(code);
    pv_free(score);
    pv_model_free(m);
    return st;
}

/* What a share of votes is worth: labels judged by trees that have not seen their ground. Labels are few, so that the shares themselves are believed as if
 * two labels at each of ten levels had agreed with them. */
static pv_status pv_weigh_votes(pv_school *s, const pv_staged *g, pv_err *err)
{
    enum { LEVELS = 10, OWN = 5, GIVEN = 10, MOST = PV_OBJECT_CODES - 1 };
    pv_status st = PV_OK;
    uint8_t *code = NULL, *truth = NULL;
    size_t n = 0, labels = 0, right = 0;
    int stages = g->t.n_classes;
    PV_TRY(pv_alloc(&code, (size_t)s->learn->n_groups * OWN + LEVELS * GIVEN, 1, "votes", err));
    PV_TRY(pv_alloc(&truth, (size_t)s->learn->n_groups * OWN + LEVELS * GIVEN, 1, "votes", err));
    for (int32_t i = 0; i < s->learn->n_groups; i++) {
        const int64_t *v = g->votes + (size_t)i * (size_t)stages;
        int64_t all = 0;
        int best = 0;
        for (int k = 0; k < stages; k++) {
            all += v[k];
            if (v[k] > v[best]) best = k;
        }
        if (all == 0) continue;
        labels++;
        right += best == g->stage[i];
        for (int k = 0; k < OWN; k++, n++) {
            code[n] = (uint8_t)((2 * v[best] * MOST + all) / (2 * all));
            truth[n] = best == g->stage[i];
        }
    }
    for (int l = 1; l <= LEVELS && labels > 0; l++)
        for (int k = 0; k < GIVEN; k++, n++) {
            code[n] = (uint8_t)(l * MOST / LEVELS);
            truth[n] = k < l * GIVEN / LEVELS;
        }
    if (labels > 0) {
        PV_TRY(pv_calibrate(s->model->stage_conf_e4, n, code, truth, err));
        pv_text_addf(s->report, "growth stages of %zu labels on ground not learned from: %zu right\n", labels, right);
    }
out:
    pv_free(code);
    pv_free(truth);
    return st;
}

static pv_status pv_teach_stages(pv_school *s, pv_staged *g, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    for (int f = 0; f < s->ground.n_folds; f++) PV_TRY(pv_vote_fold(s, g, f, err));
    PV_TRY(pv_weigh_votes(s, g, err));
    PV_TRY(pv_train_stages(s, &g->t, g->all, &m, err));
    (void)snprintf(m->name, sizeof m->name, "%s", s->model->name);
    (void)snprintf(m->kind, sizeof m->kind, "stage");
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    m->seed = s->model->seed;
    s->model->stages = m;
out:
    return st;
}

pv_status pv_school_stages(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_staged g = {.t = s->learn->table};
    int16_t *class_id = NULL;
    char(*name)[PV_NAME] = NULL;
    size_t rows = 0, labels = (size_t)s->learn->n_groups;
    int n = 0;
    PV_TRY(pv_alloc(&g.all, g.t.n_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&g.use, g.t.n_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&g.votes, labels * PV_MAX_CLASSES, sizeof *g.votes, "votes", err));
    PV_TRY(pv_alloc(&g.stage, labels, sizeof *g.stage, "votes", err));
    PV_TRY(pv_alloc(&class_id, g.t.n_rows, sizeof *class_id, "rows", err));
    PV_TRY(pv_alloc(&name, PV_MAX_CLASSES, sizeof *name, "stages", err));
    PV_TRY(pv_find_stages(s, g.all, name, &n, &rows, err));
    if (n < 2) goto out;
    for (size_t i = 0; i < g.t.n_rows; i++) {
        while (g.all[i] && strcmp(name[class_id[i]], pv_stage_of_row(s, i)) != 0) class_id[i]++;
        if (g.all[i]) g.stage[g.t.group[i]] = class_id[i];
    }
    g.t.class_id = class_id;
    g.t.class_name = name;
    g.t.n_classes = n;
    pv_text_addf(s->report, "growth stages: %zu pixels of %d stages\n", rows, n);
    PV_TRY(pv_teach_stages(s, &g, err));
out:
    pv_free(g.all);
    pv_free(g.use);
    pv_free(g.votes);
    pv_free(g.stage);
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
static pv_status pv_teach_density(pv_school *s, const char *stage, pv_err *err)
{
    pv_status st = PV_OK;
    uint32_t *ratio = NULL;
    uint8_t *seen = NULL;
    size_t n = 0, cap = 0, places = 0;
    PV_TRY(pv_alloc(&seen, (size_t)s->ground.n_places, 1, "places", err));
    for (int p = 0; p < s->ground.n; p++) {
        for (int k = 0; k < s->ground.at[p].n_plots; k++) {
            uint32_t d = pv_plot_density(s, p, k);
            if (d == 0 || (stage[0] != '\0' && strcmp(stage, s->ground.at[p].plot[k].stage) != 0)) continue;
            PV_TRY(pv_grow(&ratio, &cap, n + 1, sizeof *ratio, "densities", err));
            ratio[n++] = d;
            places += !seen[s->ground.at[p].plot[k].place];
            seen[s->ground.at[p].plot[k].place] = 1;
        }
    }
    if (places < FEWEST_PLACES || s->model->n_densities == PV_MAX_DENSITIES) goto out;
    pv_density *d = &s->model->density[s->model->n_densities++];
    memcpy(d->stage, stage, strlen(stage) + 1);
    d->plots = (int)n;
    pv_density_interval(n, ratio, places, d->per_m2_e3);
    pv_text_addf(s->report, "plants on 1 m2, %s (%zu plots, %zu places): ", stage[0] != '\0' ? stage : "all stages", n, places);
    for (int k = 0; k < 3; k++) {
        if (k > 0) pv_text_add(s->report, k == 1 ? " to " : " to ");
        pv_text_add_fixed(s->report, d->per_m2_e3[k], 3);
    }
    pv_text_add(s->report, "\n");
out:
    pv_free(ratio);
    pv_free(seen);
    return st;
}

pv_status pv_school_densities(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_teach_density(s, "", err));
    if (s->model->stages == NULL) goto out;
    for (int k = 0; k < s->model->stages->n_classes; k++) PV_TRY(pv_teach_density(s, s->model->stages->class_name[k], err));
out:
    return st;
}
