/* Growth stages of pixels, and how densely plants stand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn_school.h"
#include "base/mem.h"

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

/* The table of pixels again, with stages for classes and only rows that have one: values are borrowed, so it is not released as a whole. */
pv_status pv_school_stages(pv_school *s, pv_err *err)
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
    o.depth = 3; /* of few plots, and many pixels of each: deeper trees learn the plots */
    o.progress = pv_school_stop;
    PV_TRY(pv_train(&m, &t, use, &o, err));
    (void)snprintf(m->name, sizeof m->name, "%s", s->model->name);
    (void)snprintf(m->kind, sizeof m->kind, "stage");
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    m->seed = s->model->seed;
    PV_TRY(pv_lines_addf(s->report, err, "growth stages: %zu pixels of %d stages", rows, n));
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
    const double low = d->per_m2_e3[0] / 1e3, middle = d->per_m2_e3[1] / 1e3, high = d->per_m2_e3[2] / 1e3;
    if (stage[0] != '\0')
        PV_TRY(
            pv_lines_addf(s->report, err, "plants on 1 m2, %s (%zu plots, %zu places): %.3f to %.3f to %.3f", stage, n, places, low, middle, high));
    else
        PV_TRY(
            pv_lines_addf(s->report, err, "plants on 1 m2, all stages (%zu plots, %zu places): %.3f to %.3f to %.3f", n, places, low, middle, high));
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
