/* papaver evaluate: how good a model, or a way of learning, is on labels that it has not seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/exam_photos.h"
#include "app/exam_season.h"
#include "app/judge.h"
#include "app/learn.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/say.h"
#include "base/columns.h"
#include "base/mem.h"
#include "base/tr.h"
#include "models/model_file.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"model", 'm', PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL, "judge this model on all labels"},
    {"folds", 'f', PV_OPT_TEXT, 0, "FIELD|photo|N", NULL, 0, 0, NULL,
     "learn without one fold and judge on it, for each fold: a field of the labels or column of the table, each photo, or N random parts of a table"},
    {"from-season", 0, PV_OPT_PATH, 0, "SEASON", NULL, 0, 0, NULL,
     "how often what crews were sent to was what it was taken for, by month, unit and reason, from their findings in this season; no labels are "
     "needed. With --model: of the plots that this model shows in the season's photos"},
    PV_LEARN_OPTIONS,
    {"threshold", 't', PV_OPT_REAL, 0, "probability", "0.5", 0, 1, NULL, "from which probability on a pixel or polygon counts as target"},
    {"reference", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "add the figures of a random forest of OpenCV on the same columns and folds"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object in place of the table"},
};

enum { FOLD_COLUMNS = 12 };

typedef struct pv_exam {
    const pv_args *args;
    pv_learn learn;
    pv_exam_photos photos; /* none for a table */
    int64_t rows;          /* rows of the table, or pixels of the photos */
    pv_model *model;       /* of --model */
    int n_classes;         /* of table and model together */
    char class_name[PV_MAX_CLASSES][PV_NAME];
    uint8_t is_target[PV_MAX_CLASSES];
    int n_targets;
    char target[PV_MAX_CLASSES][PV_NAME];
    pv_scores all, reference;
    pv_scores *fold; /* [learn.table.n_folds] */
    uint8_t *use, *ask;
    int quiet;
} pv_exam;

static void pv_exam_release(pv_exam *e)
{
    for (int f = 0; e->fold != NULL && f < e->learn.table.n_folds; f++) pv_scores_release(&e->fold[f]);
    pv_free(e->fold);
    pv_scores_release(&e->all);
    pv_scores_release(&e->reference);
    pv_model_free(e->model);
    pv_exam_photos_release(&e->photos);
    pv_learn_release(&e->learn);
    pv_free(e->use);
    pv_free(e->ask);
}

static const char (*pv_exam_names(const pv_exam *e))[PV_NAME]
{
    return (const char(*)[PV_NAME])e->class_name;
}

static int pv_exam_class(const pv_exam *e, const char *name)
{
    for (int c = 0; c < e->n_classes; c++)
        if (strcmp(e->class_name[c], name) == 0) return c;
    return -1;
}

/* The table's classes keep their numbers; the model's further classes follow. */
static pv_status pv_exam_classes(pv_exam *e, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &e->learn.table;
    e->n_classes = t->n_classes;
    memcpy(e->class_name, t->class_name, (size_t)t->n_classes * PV_NAME);
    for (int c = 0; e->model != NULL && c < e->model->n_classes; c++) {
        if (pv_exam_class(e, e->model->class_name[c]) >= 0) continue;
        if (e->n_classes == PV_MAX_CLASSES) PV_TRY(pv_fail(err, PV_INPUT, "labels and model have more than %d classes together", PV_MAX_CLASSES));
        memcpy(e->class_name[e->n_classes++], e->model->class_name[c], PV_NAME);
    }
    if (e->model != NULL && !pv_args_has(e->args, "target")) {
        for (int c = 0; c < e->model->n_classes; c++)
            if (e->model->is_target[c]) memcpy(e->target[e->n_targets++], e->model->class_name[c], PV_NAME);
    } else {
        PV_TRY(pv_learn_targets(e->args, e->n_classes, pv_exam_names(e), &e->n_targets, e->target, err));
    }
    if (e->model != NULL) PV_TRY(pv_learn_mark(e->model, e->n_targets, (const char(*)[PV_NAME])e->target, err));
    for (int c = 0; c < e->n_classes; c++)
        for (int i = 0; i < e->n_targets; i++) e->is_target[c] |= strcmp(e->class_name[c], e->target[i]) == 0;
    PV_TRY(pv_scores_init(&e->all, e->n_classes, pv_exam_names(e), err));
    PV_TRY(pv_scores_init(&e->reference, e->n_classes, pv_exam_names(e), err));
    e->all.has_target = e->reference.has_target = e->n_targets > 0;
out:
    return st;
}

/* Random folds of a table: rows of each class are dealt in a drawn order, so that every fold has its share of every class. */
typedef struct pv_lot {
    int class_id;
    uint64_t lot;
    size_t row;
} pv_lot;

static int pv_by_class_and_lot(const void *a, const void *b)
{
    const pv_lot *p = a, *q = b;
    if (p->class_id != q->class_id) return p->class_id - q->class_id;
    if (p->lot != q->lot) return p->lot < q->lot ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

static pv_status pv_random_folds(pv_table *t, int n, uint64_t seed, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lot *lot = NULL;
    int id;
    char name[16];
    PV_TRY(pv_alloc(&lot, t->n_rows, sizeof *lot, "folds", err));
    for (int f = 0; f < n; f++) {
        (void)snprintf(name, sizeof name, "%03d", f + 1);
        PV_TRY(pv_table_fold(t, name, &id, err));
    }
    for (size_t i = 0; i < t->n_rows; i++) lot[i] = (pv_lot){t->class_id[i], pv_mix(seed, i), i};
    qsort(lot, t->n_rows, sizeof *lot, pv_by_class_and_lot);
    for (size_t i = 0; i < t->n_rows; i++) t->fold[lot[i].row] = (int32_t)(i % (size_t)n);
out:
    pv_free(lot);
    return st;
}

static pv_status pv_exam_gather(pv_exam *e, pv_err *err)
{
    pv_status st = PV_OK;
    const char *folds = pv_args_text(e->args, "folds"), *model = pv_args_text(e->args, "model");
    int64_t n = 0;
    int random = folds != NULL && pv_args_has(e->args, "table") && pv_parse_int(folds, 2, 100, &n);
    if ((folds != NULL) == (model != NULL))
        PV_TRY(pv_fail(err, PV_USAGE, "give either --model M, or --folds FIELD to learn without each fold in turn"));
    if (model != NULL && pv_args_has(e->args, "reference"))
        PV_TRY(pv_fail(err, PV_USAGE, "--reference learns on folds; it needs --folds, not --model"));
    if (model != NULL) PV_TRY(pv_model_load(&e->model, model, err));
    if (e->model != NULL && (strcmp(e->model->kind, "table") == 0) != pv_args_has(e->args, "table"))
        PV_TRY(strcmp(e->model->kind, "table") == 0
                   ? pv_fail(err, PV_MODEL, "%s was learned from a table; judge it on one: --table", model)
                   : pv_fail(err, PV_MODEL, "%s was learned from photos; judge it on such: --photo and --labels", model));
    pv_learn_wish wish = {.model = e->model, .names_only = e->model != NULL && !pv_args_has(e->args, "table")};
    wish.fold_by_photo = folds != NULL && strcmp(folds, "photo") == 0 && !pv_args_has(e->args, "table");
    wish.fold_field = wish.fold_by_photo || random ? NULL : folds;
    PV_TRY(pv_learn_gather(&e->learn, e->args, &wish, err));
    e->rows = (int64_t)e->learn.table.n_rows;
    if (random) PV_TRY(pv_random_folds(&e->learn.table, (int)n, (uint64_t)pv_args_int(e->args, "seed"), err));
    if (folds != NULL && e->learn.table.n_folds == 1)
        PV_TRY(pv_fail(err, PV_INPUT, "--folds %s: there is only one fold; two or more are needed", folds));
    if (folds != NULL && e->learn.table.n_folds < 1) PV_TRY(pv_fail(err, PV_INPUT, "--folds %s: there are no folds; two or more are needed", folds));
    for (size_t i = 0; i < e->learn.report.n && !e->quiet; i++) pv_note("note: %s", pv_lines_words(&e->learn.report, i));
    PV_TRY(pv_alloc(&e->use, e->learn.table.n_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&e->ask, e->learn.table.n_rows, 1, "rows", err));
    PV_TRY(pv_alloc(&e->fold, (size_t)e->learn.table.n_folds, sizeof *e->fold, "folds", err));
    PV_TRY(pv_exam_classes(e, err));
    if (e->learn.photos.n > 0) PV_TRY(pv_exam_photos_init(&e->photos, &e->learn, &wish, e->n_classes, pv_exam_names(e), err));
out:
    return st;
}

static int pv_exam_stop(void *user, int done, int total)
{
    (void)user;
    (void)done;
    (void)total;
    return atomic_load(pv_stop_flag()) != 0;
}

static pv_status pv_exam_judge(pv_exam *e, pv_judge *j, pv_err *err)
{
    return pv_judge_init(j, e->n_classes, pv_exam_names(e), e->n_targets > 0 ? e->is_target : NULL, pv_args_real(e->args, "threshold"),
                         e->learn.n_groups, err);
}

/* The labels of a fold (-1 = all) by a model, added to the scores of all. *scores is the caller's to release. */
static pv_status pv_exam_ask(pv_exam *e, const pv_model *m, int fold, pv_scores *scores, pv_err *err)
{
    pv_status st = PV_OK;
    pv_judge j = {0};
    int class_of[PV_MAX_CLASSES];
    for (int c = 0; c < m->n_classes; c++) class_of[c] = pv_exam_class(e, m->class_name[c]);
    PV_TRY(pv_exam_judge(e, &j, err));
    if (e->photos.n > 0)
        PV_TRY(pv_exam_photos_judge(&e->photos, &j, fold, m, class_of, err));
    else
        PV_TRY(pv_judge_model(&j, &e->learn.table, e->ask, m, class_of, err));
    pv_judge_close(&j);
    pv_scores_merge(&e->all, &j.scores);
    *scores = j.scores;
    j.scores = (pv_scores){0};
out:
    pv_judge_release(&j);
    return st;
}

static pv_status pv_exam_reference(pv_exam *e, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &e->learn.table;
    pv_reference_forest *forest = NULL;
    pv_judge j = {0};
    size_t *row = NULL, n = 0;
    pv_reference_options o = {.n_trees = 100, .max_depth = 12, .min_samples = 5, .seed = (uint64_t)pv_args_int(e->args, "seed")};
    PV_TRY(pv_alloc(&row, t->n_rows, sizeof *row, "rows", err));
    for (size_t i = 0; i < t->n_rows; i++)
        if (e->use[i]) row[n++] = i;
    PV_TRY(pv_reference_train(&forest, (const uint16_t *const *)t->value, t->n_columns, t->class_id, row, n, t->n_classes, &o, err));
    PV_TRY(pv_exam_judge(e, &j, err));
    PV_TRY(pv_judge_reference(&j, t, e->ask, forest, err));
    pv_judge_close(&j);
    pv_scores_merge(&e->reference, &j.scores);
out:
    pv_reference_free(forest);
    pv_judge_release(&j);
    pv_free(row);
    return st;
}

static pv_status pv_exam_fold(pv_exam *e, int fold, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &e->learn.table;
    pv_model *m = NULL;
    double start = pv_clock();
    size_t used = 0, asked = 0;
    uint64_t seed = (uint64_t)pv_args_int(e->args, "seed");
    pv_train_options o = pv_learn_train_options(e->args);
    o.class_weight = e->learn.class_weight;
    o.progress = pv_exam_stop;
    pv_learn_few_rows(&e->learn, e->args, &o);
    PV_TRY(pv_learn_sample(&e->learn, fold, pv_args_int(e->args, "max-per-label"), seed, e->use, err));
    for (size_t i = 0; i < t->n_rows; i++) {
        e->ask[i] = t->fold[i] == fold;
        used += e->use[i];
        asked += e->ask[i];
    }
    PV_TRY(pv_train(&m, t, e->use, &o, err));
    pv_learn_fill(&e->learn, "fold", seed, m);
    if (e->n_targets > 0) PV_TRY(pv_learn_mark(m, e->n_targets, (const char(*)[PV_NAME])e->target, err));
    PV_TRY(pv_exam_ask(e, m, fold, &e->fold[fold], err));
    if (pv_args_has(e->args, "reference")) PV_TRY(pv_exam_reference(e, err));
    if (!e->quiet) pv_note("fold %s: learned from %zu rows, judged on %zu, %.1f s", t->fold_name[fold], used, asked, pv_clock() - start);
out:
    pv_model_free(m);
    return pv_where(err, st, "fold %s", t->fold_name[fold]);
}

static pv_status pv_exam_model(pv_exam *e, pv_err *err)
{
    pv_scores scores = {0};
    memset(e->ask, 1, e->learn.table.n_rows);
    pv_status st = pv_exam_ask(e, e->model, -1, &scores, err);
    pv_scores_release(&scores);
    if (st != PV_OK || e->photos.n == 0) return st;
    e->rows = e->photos.pixels;
    return e->rows > 0 ? PV_OK : pv_learn_no_pixel(&e->learn, err);
}

static void pv_exam_json(const pv_exam *e, pv_text *out)
{
    pv_text_add(out, "{");
    pv_scores_json(&e->all, out);
    pv_text_add(out, ",\"folds\":[");
    for (int f = 0; e->model == NULL && f < e->learn.table.n_folds; f++) {
        pv_text_addf(out, "%s{\"fold\":", f > 0 ? "," : "");
        pv_text_add_json(out, e->learn.table.fold_name[f]);
        pv_text_add(out, ",");
        pv_scores_json(&e->fold[f], out);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
    if (pv_args_has(e->args, "reference")) {
        pv_text_add(out, ",\"reference\":{");
        pv_scores_json(&e->reference, out);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "}\n");
}

static void pv_fold_heads(pv_text *out)
{
    static const char *const head[] = {PV_N("rows"), PV_N("accuracy"), PV_N("macro F1"), "kappa"};
    pv_text_add(out, "\n");
    pv_text_add_cell(out, pv_tr("fold"), FOLD_COLUMNS);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        pv_text_add(out, i == 0 ? " " : "  ");
        pv_text_add_cell(out, pv_tr(head[i]), i == 0 ? -9 : -8);
    }
    pv_text_add(out, "\n");
}

static void pv_exam_words(const pv_exam *e, pv_text *out)
{
    const pv_table *t = &e->learn.table;
    pv_text_addf(out, pv_tr("%s: %lld rows, %d columns, %d classes\n\n"), pv_text_str(&e->learn.sources_local), (long long)e->rows, t->n_columns,
                 e->n_classes);
    pv_scores_print(&e->all, out);
    if (e->model == NULL) pv_fold_heads(out);
    for (int f = 0; e->model == NULL && f < t->n_folds; f++) {
        int64_t rows = 0;
        for (int c = 0; c < e->n_classes; c++) rows += pv_scores_class(&e->fold[f], c).support;
        pv_text_add_cell(out, t->fold_name[f], FOLD_COLUMNS);
        pv_text_addf(out, " %9lld  %8s  %8s  %8s\n", (long long)rows, pv_real(pv_scores_accuracy(&e->fold[f]), 6).text,
                     pv_real(pv_scores_macro_f1(&e->fold[f]), 6).text, pv_real(pv_scores_kappa(&e->fold[f]), 6).text);
    }
    if (!pv_args_has(e->args, "reference")) return;
    pv_text_add(out, pv_tr("\nyardstick: a random forest of OpenCV (100 trees, depth 12) on the same columns and folds, each pixel for itself\n\n"));
    pv_scores_print(&e->reference, out);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_exam *e = NULL;
    pv_text out = {0};
    (void)pv_stop_flag();
    if (pv_args_has(args, "from-season")) return pv_exam_season(args, err);
    PV_TRY(pv_alloc(&e, 1, sizeof *e, "exam", err));
    e->args = args;
    e->quiet = pv_args_has(args, "quiet");
    PV_TRY(pv_exam_gather(e, err));
    for (int f = 0; e->model == NULL && f < e->learn.table.n_folds; f++) PV_TRY(pv_exam_fold(e, f, err));
    if (e->model != NULL) PV_TRY(pv_exam_model(e, err));
    if (pv_args_has(args, "json"))
        pv_exam_json(e, &out);
    else
        pv_exam_words(e, &out);
    PV_TRY(pv_say(&out, err));
out:
    pv_text_release(&out);
    if (e != NULL) pv_exam_release(e);
    pv_free(e);
    return st;
}

const pv_command pv_command_evaluate = {
    .name = "evaluate",
    .line = "how good a model, or a way of learning, is",
    .inputs = "",
    .min_inputs = 0,
    .max_inputs = 0,
    .text =
        "Judges a model on labels (--model), or learns without each fold in turn and judges on it (--folds). Learning takes at most --max-per-label "
        "pixels of a label; judging takes all. A polygon is right when the class of the highest mean probability over its pixels is its own; a "
        "target "
        "polygon is hit when its mean target probability reaches the threshold.",
    .example = "  papaver evaluate --photo rgb.tif --labels labels.geojson --folds fold --target opium_poppy\n"
               "  papaver evaluate --table spectra.csv --folds 5 --reference --json\n"
               "  papaver evaluate --from-season 2026\n"
               "  papaver evaluate --from-season 2026 --model next.pvm\n",
    PV_OPTIONS(options),
    .run = run,
};
