#include "app/learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn_table.h"
#include "app/machine.h"
#include "app/models_find.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "geo/labels.h"
#include "geo/photo.h"
#include "pipeline/features.h"
#include "pipeline/gather.h"
#include "pipeline/work.h"

#include "base/banned.h"

uint64_t pv_mix(uint64_t a, uint64_t b)
{
    uint64_t z = a * UINT64_C(0x9E3779B97F4A7C15) + b + UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void pv_learn_release(pv_learn *l)
{
    pv_table_release(&l->table);
    pv_free(l->column);
    pv_labelled_release(&l->photos);
    pv_text_release(&l->sources);
    pv_text_release(&l->sources_local);
    pv_lines_release(&l->report);
    *l = (pv_learn){0};
}

/* One name a line; blank lines and lines that start with # are skipped. */
static pv_status pv_columns_read(pv_learn *l, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    size_t n = 0, cap = 0;
    PV_TRY(pv_file_read(path, 1 << 20, &data, &n, err));
    for (char *line = data; *line != '\0';) {
        size_t len = strcspn(line, "\n"), keep = len;
        while (keep > 0 && strchr(" \t\r", line[keep - 1]) != NULL) keep--;
        size_t skip = strspn(line, " \t");
        if (keep > skip && line[skip] != '#') {
            if (keep - skip >= PV_NAME || l->n_columns >= PV_MAX_COLUMNS)
                PV_TRY(pv_fail(err, PV_INPUT, "%s: more than %d columns, or a name of more than %d bytes", path, PV_MAX_COLUMNS, PV_NAME - 1));
            PV_TRY(pv_grow(&l->column, &cap, (size_t)l->n_columns + 1, sizeof *l->column, "columns", err));
            memcpy(l->column[l->n_columns++], line + skip, keep - skip);
        }
        line += len + (line[len] == '\n');
    }
    if (l->n_columns == 0) PV_TRY(pv_fail(err, PV_INPUT, "%s: there is no column in it", path));
out:
    pv_free(data);
    return st;
}

pv_status pv_learn_columns(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, int n_bands, const char (*band)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    const char *columns = pv_args_text(args, "columns");
    if (wish->model != NULL) {
        PV_TRY(pv_alloc(&l->column, (size_t)wish->model->n_columns, sizeof *l->column, "columns", err));
        memcpy(l->column, wish->model->column, (size_t)wish->model->n_columns * sizeof *l->column);
        l->n_columns = wish->model->n_columns;
    } else if (strcmp(columns, "default") != 0) {
        PV_TRY(pv_columns_read(l, columns, err));
    } else {
        PV_TRY(pv_feature_default_columns(n_bands, band, l->gsd_m, &l->n_columns, &l->column, err));
    }
    PV_TRY(pv_feature_bands_needed(l->n_columns, (const char(*)[PV_NAME])l->column, &l->n_bands, l->band, err));
out:
    return st;
}

static int pv_by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The bands that all photos have, sorted. */
static int pv_common_bands(const pv_labelled_list *o, char (*band)[PV_NAME])
{
    int n = 0;
    const pv_photo_facts *first = pv_photo_facts_of(o->at[0].photo);
    for (int b = 0; b < first->n_bands && n < PV_MAX_MODEL_BANDS; b++) {
        int all = 1;
        for (int i = 1; i < o->n; i++) all = all && pv_photo_find_band(pv_photo_facts_of(o->at[i].photo), first->band[b].name) >= 0;
        if (all) (void)snprintf(band[n++], PV_NAME, "%s", first->band[b].name);
    }
    qsort(band, (size_t)n, PV_NAME, pv_by_text);
    return n;
}

static double pv_coarsest_gsd(const pv_labelled_list *o)
{
    double gsd = 0;
    for (int i = 0; i < o->n; i++) {
        const pv_photo_facts *f = pv_photo_facts_of(o->at[i].photo);
        gsd = fmax(gsd, sqrt(f->gsd_x_m * f->gsd_y_m));
    }
    return gsd;
}

/* Who asks a model later needs no rows: the classes of the labels, and their numbers. */
static pv_status pv_learn_names(pv_learn *l, const pv_labels *labels, pv_err *err)
{
    int n = pv_labels_count(labels), id = 0;
    if (n > INT32_MAX - l->n_groups) return pv_fail(err, PV_INPUT, "more labels than can be numbered");
    for (int i = 0; i < n; i++) {
        const pv_label *label = pv_labels_at(labels, i);
        pv_status st = pv_table_class(&l->table, label->class_name, &id, err);
        if (st != PV_OK) return pv_where(err, st, "label %lld", (long long)label->fid);
    }
    l->n_groups += n;
    return PV_OK;
}

static pv_status pv_learn_photo(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, int i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_labelled *p = &l->photos.at[i];
    pv_gather_options o = {.gsd_m = l->gsd_m,
                           .light = {l->normalise, l->n_bands, (const char(*)[PV_NAME])l->band, l->mid},
                           .max_per_label = wish->max_per_label,
                           .seed = (uint64_t)pv_args_int(args, "seed"),
                           .fold_by_photo = wish->fold_by_photo};
    PV_TRY(pv_labelled_read(&l->photos, i, args, wish->fold_field, err));
    if (p->taught != NULL && wish->model != NULL) PV_TRY(pv_labelled_nearest(p, wish->model, err));
    PV_TRY(pv_lines_add_all(&l->report, p->taught != NULL ? p->taught->file : pv_path_name(pv_labelled_path(&l->photos, args, i)),
                            pv_labels_report(p->labels), err));
    p->first_group = l->n_groups;
    if (wish->names_only)
        PV_TRY(pv_where(err, pv_learn_names(l, p->labels, err), "%s", pv_photo_facts_of(p->photo)->name));
    else
        PV_TRY(pv_gather_photo(&l->table, p->photo, p->labels, &o, &l->n_groups, err));
out:
    return st;
}

static pv_status pv_learn_smooth(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, pv_err *err)
{
    int64_t pixels = pv_args_int(args, "smooth");
    if (pixels % 2 == 0)
        return pv_fail(err, PV_USAGE, "--smooth %lld: the square has a pixel in its middle, so the number is odd", (long long)pixels);
    l->smooth_m = wish->model != NULL ? wish->model->smooth_m : pixels > 1 ? (double)pixels * l->gsd_m : 0;
    return PV_OK;
}

/* The medians to which the rule "median" brings a photo: the means over the training photos, or the model's. */
static void pv_learn_mids(pv_learn *l, const pv_learn_wish *wish, const pv_labelled_list *o)
{
    if (strcmp(l->normalise, "median") != 0) return;
    if (wish->model != NULL) {
        memcpy(l->mid, wish->model->mid, sizeof l->mid);
        return;
    }
    for (int b = 0; b < l->n_bands; b++) {
        int sum = 0;
        for (int i = 0; i < o->n; i++) {
            const pv_photo_facts *f = pv_photo_facts_of(o->at[i].photo);
            sum += pv_light_mid(&f->radiometry, pv_photo_find_band(f, l->band[b]));
        }
        l->mid[b] = (uint16_t)(sum / o->n);
    }
}

static pv_status pv_learn_settle(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, const pv_labelled_list *o, pv_err *err)
{
    pv_status st = PV_OK;
    char band[PV_MAX_MODEL_BANDS][PV_NAME] = {{0}};
    int n = pv_common_bands(o, band);
    if (n == 0) PV_TRY(pv_fail(err, PV_INPUT, "the photos have no band in common"));
    l->gsd_m = wish->model != NULL ? wish->model->gsd_m : pv_args_has(args, "gsd") ? pv_args_real(args, "gsd") : pv_coarsest_gsd(o);
    (void)snprintf(l->normalise, sizeof l->normalise, "%s", wish->model != NULL ? wish->model->normalise : pv_args_text(args, "normalise"));
    PV_TRY(pv_learn_smooth(l, args, wish, err));
    PV_TRY(pv_learn_columns(l, args, wish, n, (const char(*)[PV_NAME])band, err));
    pv_learn_mids(l, wish, o);
    PV_TRY(pv_table_init(&l->table, l->n_columns, (const char(*)[PV_NAME])l->column, err));
out:
    return st;
}

/* What a season's photo must be like to be learned from beside --photo, or by the model that is gone on from. */
typedef struct pv_taught_wish {
    const pv_model *model;
    int n_bands;
    char band[PV_MAX_MODEL_BANDS][PV_NAME];
    double gsd_m;
} pv_taught_wish;

static int pv_taught_fits(const void *user, const pv_photo_facts *f, pv_err *why)
{
    const pv_taught_wish *w = user;
    pv_work_grid grid;
    if (w->model != NULL) return pv_model_fits(w->model, f, why);
    for (int b = 0; b < w->n_bands; b++) {
        if (pv_photo_find_band(f, w->band[b]) >= 0) continue;
        return pv_fail(why, PV_MODEL, "it has no band %s, which the photos of --photo have", w->band[b]) == PV_OK;
    }
    return pv_work_grid_of(&grid, f, w->gsd_m, why) == PV_OK;
}

/* Photos of a season that cannot be learned from are named like labels that cannot. */
static pv_status pv_learn_taught(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_taught *t = wish->taught;
    pv_err why;
    pv_taught_wish w = {.model = wish->model};
    if (w.model == NULL) {
        w.n_bands = pv_common_bands(&l->photos, w.band);
        w.gsd_m = pv_args_has(args, "gsd") ? pv_args_real(args, "gsd") : pv_coarsest_gsd(&l->photos);
    }
    for (size_t i = 0; i < t->n; i++) {
        PV_TRY(pv_labelled_add(&l->photos, args, &t->at[i], pv_taught_fits, &w, &why, err));
        if (why.status == PV_OK) continue;
        (void)pv_where(&why, why.status, "%s: left out", t->at[i].file);
        PV_TRY(pv_lines_add_err(&l->report, &why, err));
    }
    PV_TRY(pv_lines_add_all(&l->report, "", &t->left_out, err));
    if (l->photos.n == 0) PV_TRY(pv_lines_after(err, pv_fail(err, PV_INPUT, "no photo of the season can be learned from"), &l->report));
out:
    return st;
}

static void pv_add_names(pv_text *out, int n, const pv_labelled_list *photos)
{
    for (int i = 0; i < n; i++) pv_text_addf(out, "%s%s", i > 0 ? ", " : "", pv_photo_facts_of(photos->at[i].photo)->name);
}

/* The first n photos are those of --photo, the others a season's. */
static void pv_learn_sources(const pv_learn *l, const pv_args *args, int n, int local, pv_text *out)
{
    int n_labels = pv_args_count(args, "labels"), taught = l->photos.n - n;
    if (n > 0) {
        pv_text_addf(out, n == 1 ? pv_tr_if(local, PV_N("%d photo (")) : pv_tr_if(local, PV_N("%d photos (")), n);
        pv_add_names(out, n, &l->photos);
        pv_text_add(out, pv_tr_if(local, PV_N("), labels")));
    }
    for (int i = 0; i < n_labels; i++) pv_text_addf(out, " %s", pv_path_name(pv_args_at(args, "labels", i)));
    if (taught > 0 && n > 0) pv_text_add(out, "; ");
    if (taught > 0)
        pv_text_addf(out,
                     taught == 1 ? pv_tr_if(local, PV_N("%d photo of a season, labels from its findings"))
                                 : pv_tr_if(local, PV_N("%d photos of a season, labels from its findings")),
                     taught);
}

static pv_status pv_learn_photos(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    (void)snprintf(l->kind, sizeof l->kind, "photo");
    PV_TRY(pv_labelled_open(&l->photos, args, err));
    int n = l->photos.n;
    if (wish->taught != NULL) PV_TRY(pv_learn_taught(l, args, wish, err));
    PV_TRY(pv_learn_settle(l, args, wish, &l->photos, err));
    for (int i = 0; i < l->photos.n; i++) PV_TRY(pv_learn_photo(l, args, wish, i, err));
    l->sample_photos = 1;
    for (int i = 0; i < l->photos.n; i++)
        if (strncmp(pv_photo_facts_of(l->photos.at[i].photo)->name, "sample", 6) != 0) l->sample_photos = 0;
    pv_learn_sources(l, args, n, 0, &l->sources);
    pv_learn_sources(l, args, n, 1, &l->sources_local);
out:
    return st;
}

static pv_status pv_no_such_class(const char *what, int n_classes, const char (*class_name)[PV_NAME], pv_err *err)
{
    pv_text list = {0};
    for (int c = 0; c < n_classes; c++) pv_text_addf(&list, "%s%s", c > 0 ? ", " : "", class_name[c]);
    pv_status st = pv_fail(err, PV_USAGE, "%s; the classes are: %s", what, pv_text_str(&list));
    pv_text_release(&list);
    return st;
}

/* "shadow=2,water=0.5" */
pv_status pv_learn_weights(pv_learn *l, const pv_args *args, pv_err *err)
{
    char part[PV_NAME + 32];
    const char *list = pv_args_text(args, "class-weight");
    for (int c = 0; c < PV_MAX_CLASSES; c++) l->class_weight[c] = 1;
    if (!pv_args_has(args, "class-weight")) return PV_OK;
    for (int k = 0; pv_list_part(list, k, part, sizeof part); k++) {
        char *value = strrchr(part, '=');
        int class_id = -1;
        double weight = 0;
        if (value == NULL || !pv_parse_real(value + 1, 1e-3, 1e3, &weight))
            return pv_fail(err, PV_USAGE, "--class-weight: '%s' is not NAME=X with X from 0.001 to 1000", part);
        *value = '\0';
        for (int c = 0; c < l->table.n_classes; c++)
            if (strcmp(l->table.class_name[c], part) == 0) class_id = c;
        if (class_id < 0) {
            char what[2 * PV_NAME + 64];
            (void)snprintf(what, sizeof what, "--class-weight: there is no class '%s'", part);
            return pv_no_such_class(what, l->table.n_classes, (const char(*)[PV_NAME])l->table.class_name, err);
        }
        l->class_weight[class_id] = weight;
    }
    return PV_OK;
}

pv_status pv_learn_no_pixel(const pv_learn *l, pv_err *err)
{
    return pv_lines_after(err, pv_fail(err, PV_INPUT, "no labelled pixel was found"), &l->report);
}

pv_status pv_learn_gather(pv_learn *out, const pv_args *args, const pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    pv_learn l = {0};
    int photos = pv_args_has(args, "photo"), labels = pv_args_has(args, "labels"), table = pv_args_has(args, "table");
    if (table ? photos || labels : photos != labels || (!photos && wish->taught == NULL))
        PV_TRY(pv_fail(err, PV_USAGE, "give either --photo P... with --labels L..., or --table T.csv"));
    if (table && wish->taught != NULL) PV_TRY(pv_fail(err, PV_USAGE, "findings are learned from photos, not together with a --table of spectra"));
    if (table)
        PV_TRY(pv_learn_spectra(&l, args, wish, err));
    else
        PV_TRY(pv_learn_photos(&l, args, wish, err));
    if (l.table.n_rows == 0 && !wish->names_only) PV_TRY(pv_learn_no_pixel(&l, err));
    PV_TRY(pv_table_sort_names(&l.table, err));
    l.complete = pv_args_has(args, "complete");
    PV_TRY(pv_learn_weights(&l, args, err));
    PV_TRY(pv_text_status(&l.sources, err));
    PV_TRY(pv_text_status(&l.sources_local, err));
    *out = l;
    l = (pv_learn){0};
out:
    pv_learn_release(&l);
    return st;
}

pv_train_options pv_learn_train_options(const pv_args *args)
{
    pv_train_options o = pv_train_options_default();
    o.n_trees = (int)pv_args_int(args, "trees");
    o.depth = (int)pv_args_int(args, "depth");
    o.learning_rate = pv_args_real(args, "rate");
    o.class_balance = pv_args_real(args, "balance");
    o.seed = (uint64_t)pv_args_int(args, "seed");
    o.threads = pv_args_has(args, "threads") ? (int)pv_args_int(args, "threads") : pv_threads_default();
    return o;
}

void pv_learn_few_rows(const pv_learn *l, const pv_args *args, pv_train_options *o)
{
    if (strcmp(l->kind, "table") != 0 || l->table.n_rows > PV_FEW_ROWS) return;
    o->copies = 12;
    o->copy_move = 0.4;
    o->l2 = 10;
    if (!pv_args_has(args, "depth")) o->depth = 3;
    if (!pv_args_has(args, "rate")) o->learning_rate = 0.07;
}

static int pv_has_class(int n_classes, const char (*class_name)[PV_NAME], const char *name)
{
    for (int c = 0; c < n_classes; c++)
        if (strcmp(class_name[c], name) == 0) return 1;
    return 0;
}

pv_status pv_learn_targets(const pv_args *args, int n_classes, const char (*class_name)[PV_NAME], int *n, char (*name)[PV_NAME], pv_err *err)
{
    static const char *const usual[] = {"opium_poppy", "poppy"};
    char what[160];
    *n = 0;
    if (!pv_args_has(args, "target")) {
        for (int k = 0; k < 2 && *n == 0; k++)
            if (pv_has_class(n_classes, class_name, usual[k])) (void)snprintf(name[(*n)++], PV_NAME, "%s", usual[k]);
        return PV_OK;
    }
    const char *list = pv_args_text(args, "target");
    while (*n < PV_MAX_CLASSES && pv_list_part(list, *n, name[*n], PV_NAME)) {
        if (!pv_has_class(n_classes, class_name, name[*n])) {
            (void)snprintf(what, sizeof what, "--target: there is no class '%s'", name[*n]);
            return pv_no_such_class(what, n_classes, class_name, err);
        }
        (*n)++;
    }
    return *n > 0 ? PV_OK : pv_no_such_class("--target names no class", n_classes, class_name, err);
}

pv_status pv_learn_mark(pv_model *m, int n, const char (*name)[PV_NAME], pv_err *err)
{
    const char *pointer[PV_MAX_CLASSES];
    for (int i = 0; i < n; i++) pointer[i] = name[i];
    return pv_model_set_targets(m, n, pointer, err);
}

typedef struct pv_drawn {
    int32_t group;
    uint64_t lot;
    size_t row;
} pv_drawn;

static int pv_by_lot(const void *a, const void *b)
{
    const pv_drawn *p = a, *q = b;
    if (p->group != q->group) return p->group < q->group ? -1 : 1;
    if (p->lot != q->lot) return p->lot < q->lot ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

pv_status pv_learn_sample(const pv_learn *l, int32_t fold, int64_t max_per_label, uint64_t seed, uint8_t *use, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &l->table;
    pv_drawn *drawn = NULL;
    size_t n = 0;
    PV_TRY(pv_alloc(&drawn, t->n_rows, sizeof *drawn, "drawn rows", err));
    for (size_t i = 0; i < t->n_rows; i++) {
        int in = fold < 0 || t->fold[i] != fold;
        use[i] = (uint8_t)(in && (max_per_label == 0 || t->group[i] < 0));
        if (in && !use[i]) drawn[n++] = (pv_drawn){t->group[i], pv_mix(seed, i), i};
    }
    qsort(drawn, n, sizeof *drawn, pv_by_lot);
    int64_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        taken = i > 0 && drawn[i].group == drawn[i - 1].group ? taken + 1 : 0;
        if (taken < max_per_label) use[drawn[i].row] = 1;
    }
out:
    pv_free(drawn);
    return st;
}

void pv_learn_fill(const pv_learn *l, const char *name, uint64_t seed, pv_model *m)
{
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    (void)snprintf(m->kind, sizeof m->kind, "%s", l->kind);
    (void)snprintf(m->normalise, sizeof m->normalise, "%s", l->normalise);
    m->n_bands = l->n_bands;
    memcpy(m->band, l->band, sizeof m->band);
    memcpy(m->mid, l->mid, sizeof m->mid);
    m->gsd_m = l->gsd_m;
    m->smooth_m = l->smooth_m;
    m->seed = seed;
    m->threshold_high = 127;
    m->threshold_low = 64;
}
