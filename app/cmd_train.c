/* papaver train: a model from labelled photos or a table of spectra. */
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/judge.h"
#include "app/learn.h"
#include "app/learn_gate.h"
#include "app/learn_objects.h"
#include "app/learn_school.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/progress.h"
#include "app/say.h"
#include "base/columns.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "models/model_file.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FILE.pvm", NULL, 0, 0, NULL, "the model file to write"},
    PV_LEARN_OPTIONS,
    PV_OBJECT_OPTIONS,
    {"no-gate", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "learn no early decision: scans ask the whole model about every pixel"},
    {"from", 0, PV_OPT_PATH, 0, "MODEL.pvm", NULL, 0, 0, NULL,
     "go on from this model with few new labels: its columns, classes and trees are kept, and further trees (40 at a rate of 0.03 unless --trees and "
     "--rate say otherwise; at most 250 in all) learned"},
    {"from-season", 0, PV_OPT_PATH, 0, "SEASON", NULL, 0, 0, NULL,
     "learn from what crews found in this season too: confirmed plots as targets, refused ones as what they were taken for, in the photos of its "
     "inbox that showed them"},
    {"name", 0, PV_OPT_TEXT, 0, "NAME", "the output's name", 0, 0, NULL, "the model's name"},
    {"licence", 0, PV_OPT_TEXT, 0, "TEXT", NULL, 0, 0, NULL, "the licence of the photos and labels, kept in the model"},
    {"note", 0, PV_OPT_TEXT, 0, "TEXT", NULL, 0, 0, NULL, "a sentence that is kept in the model's summary"},
    {"synthetic", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "say in the model that its photos were made by a program"},
    {"columns-out", 0, PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL,
     "write the columns that were learned from, one a line, to be changed and given to --columns; the model keeps those that a tree asks for"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace the model when it exists, and FILE of --columns-out"},
};

typedef struct pv_lesson {
    pv_learn learn;
    pv_taught taught; /* of --from-season */
    pv_model *model;
    pv_model *from; /* of --from */
    pv_judge fit;
    uint8_t *use;
    int64_t used; /* rows learned from */
    int depth;    /* of the trees */
    int n_targets;
    char target[PV_MAX_CLASSES][PV_NAME];
    double start_s, learn_s;
    pv_lines objects; /* what the second stage learned */
    pv_progress progress;
} pv_lesson;

static void pv_lesson_release(pv_lesson *l)
{
    pv_judge_release(&l->fit);
    pv_model_free(l->model);
    pv_model_free(l->from);
    pv_learn_release(&l->learn);
    pv_taught_release(&l->taught);
    pv_free(l->use);
    pv_lines_release(&l->objects);
}

/* ASCII letters, digits, dot, dash and underscore of --name or of the output's name. */
static void pv_model_name(const pv_args *args, char out[PV_NAME])
{
    const char *name = pv_args_has(args, "name") ? pv_args_text(args, "name") : pv_path_name(pv_args_text(args, "output"));
    size_t n = strlen(name), used = 0;
    if (!pv_args_has(args, "name") && n > 4 && strcmp(name + n - 4, ".pvm") == 0) n -= 4;
    for (size_t i = 0; i < n && used + 1 < PV_NAME; i++) {
        char c = name[i];
        int plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        out[used++] = plain ? c : '-';
    }
    out[used] = '\0';
}

static int pv_lesson_tree(void *user, int done, int total)
{
    pv_lesson *l = user;
    (void)total;
    pv_progress_at(&l->progress, done);
    return atomic_load(pv_stop_flag()) != 0;
}

static void pv_class_counts(const pv_lesson *l, int64_t count[PV_MAX_CLASSES])
{
    for (size_t i = 0; i < l->learn.table.n_rows; i++)
        if (l->use[i]) count[l->learn.table.class_id[i]]++;
}

/* A text of the card, cut at a whole character when it is too long. */
static void pv_card_text(char out[PV_MODEL_TEXT], const char *text)
{
    size_t n = strlen(text);
    if (n >= PV_MODEL_TEXT)
        for (n = PV_MODEL_TEXT - 1; n > 0 && (text[n] & 0xC0) == 0x80;) n--;
    memcpy(out, text, n);
    out[n] = '\0';
}

/* The texts of the model's card: facts, no praise. */
static void pv_lesson_texts(pv_lesson *l, const pv_args *args)
{
    pv_model *m = l->model;
    const pv_table *t = &l->learn.table;
    int64_t count[PV_MAX_CLASSES] = {0};
    pv_text s = {0};
    pv_class_counts(l, count);
    int synthetic = pv_args_has(args, "synthetic") || l->learn.sample_photos;
    if (l->from != NULL) pv_text_addf(&s, "%s; then ", l->from->trained_on); /* it says first whether it is synthetic */
    pv_text_addf(&s, "%s%s", synthetic ? "synthetic: " : "", pv_text_str(&l->learn.sources));
    pv_card_text(m->trained_on, pv_text_str(&s));
    pv_card_text(m->licence, pv_args_has(args, "licence") ? pv_args_text(args, "licence") : "not stated");
    pv_text_reset(&s);
    if (l->from != NULL) pv_text_addf(&s, "continued from %s (%s), %d trees; then ", l->from->name, l->from->id, l->from->n_trees);
    pv_text_addf(&s, "%lld rows of %d classes (", (long long)l->used, t->n_classes);
    for (int c = 0; c < t->n_classes; c++) pv_text_addf(&s, "%s%s %lld", c > 0 ? ", " : "", t->class_name[c], (long long)count[c]);
    pv_text_addf(&s,
                 "); %d trees of depth %d on %d of %d columns (no tree asks for the others); seed %llu; accuracy on the training rows themselves ",
                 m->n_trees, l->depth, m->n_columns, t->n_columns, (unsigned long long)m->seed);
    pv_text_add_real(&s, pv_scores_accuracy(&l->fit.scores), 3);
    pv_text_add(&s, "; not validated on other labels: `papaver evaluate --folds` does that");
    for (size_t i = 0; i < l->objects.n; i++) pv_text_addf(&s, "%s%s\n", i == 0 ? "\n" : "", l->objects.at[i].text);
    if (pv_args_has(args, "note")) pv_text_addf(&s, "%s%s", l->objects.n > 0 ? "" : ". ", pv_args_text(args, "note"));
    pv_card_text(m->summary, pv_text_str(&s));
    pv_text_release(&s);
}

/* Few labels are many pixels of few plants: going on takes small steps, so that what the model knew is bent and not forgotten. */
static void pv_lesson_gently(const pv_lesson *l, const pv_args *args, pv_train_options *o)
{
    o->from = l->from;
    if (l->from == NULL) return;
    o->l2 = 100;
    if (!pv_args_has(args, "trees")) o->n_trees = 40;
    if (!pv_args_has(args, "rate")) o->learning_rate = 0.03;
}

/* Few labels of plots teach neither patches nor growth stages: both, and the densities, stay those of the model that is gone on from, as long as the
 * same classes are hunted. */
static pv_status pv_lesson_inherit(pv_lesson *l, const pv_args *args, pv_err *err)
{
    pv_model *to = l->model, *from = l->from;
    if (from->objects == NULL && from->stages == NULL) return PV_OK;
    if (pv_args_has(args, "no-objects")) return pv_lines_addf(&l->objects, err, "no object stage: --no-objects");
    int same = 1;
    for (int k = 0; k < to->n_classes && same; k++) {
        int old = pv_model_find_class(from, to->class_name[k]);
        same = to->is_target[k] == (old >= 0 && from->is_target[old]);
    }
    if (!same) return pv_lines_addf(&l->objects, err, "no object stage: other classes are hunted than by the model that is gone on from");
    to->objects = from->objects;
    to->stages = from->stages;
    to->n_densities = from->n_densities;
    memcpy(to->density, from->density, sizeof to->density);
    from->objects = NULL;
    from->stages = NULL;
    return pv_lines_addf(&l->objects, err, "object stage, growth stages and plants are judged as by %s (%s); the new labels taught pixels alone",
                         from->name, from->id);
}

/* Last of all, for it learns what the whole model says. */
static pv_status pv_lesson_gate(pv_lesson *l, const pv_args *args, const pv_train_options *o, pv_err *err)
{
    if (!pv_args_has(args, "no-gate")) return pv_learn_gate(l->model, &l->learn.photos, o->threads, &l->objects, err);
    return pv_lines_addf(&l->objects, err, "no gate: --no-gate");
}

static pv_status pv_lesson_learn(pv_lesson *l, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &l->learn.table;
    int class_of[PV_MAX_CLASSES];
    char name[PV_NAME];
    uint64_t seed = (uint64_t)pv_args_int(args, "seed");
    pv_train_options o = pv_learn_train_options(args);
    o.class_weight = l->learn.class_weight;
    o.progress = pv_lesson_tree;
    o.user = l;
    pv_learn_few_rows(&l->learn, args, &o);
    pv_lesson_gently(l, args, &o);
    l->depth = o.depth;
    PV_TRY(pv_alloc(&l->use, t->n_rows, 1, "rows to learn from", err));
    PV_TRY(pv_learn_sample(&l->learn, -1, 0, seed, l->use, err));
    for (size_t i = 0; i < t->n_rows; i++) l->used += l->use[i];
    pv_progress_start(&l->progress, pv_args_has(args, "quiet"), o.n_trees, "trees");
    pv_progress_piece(&l->progress, "learning");
    st = pv_train(&l->model, t, l->use, &o, err);
    pv_progress_clear(&l->progress);
    if (st != PV_OK) goto out;
    pv_model_name(args, name);
    pv_learn_fill(&l->learn, name, seed, l->model);
    PV_TRY(pv_learn_mark(l->model, l->n_targets, (const char(*)[PV_NAME])l->target, err));
    if (l->from != NULL) {
        l->model->threshold_high = l->from->threshold_high;
        l->model->threshold_low = l->from->threshold_low;
    }
    for (int c = 0; c < t->n_classes; c++) class_of[c] = c;
    PV_TRY(pv_judge_init(&l->fit, t->n_classes, (const char(*)[PV_NAME])t->class_name, l->model->is_target, 0.5, l->learn.n_groups, err));
    PV_TRY(pv_judge_model(&l->fit, t, l->use, l->model, class_of, err));
    pv_judge_close(&l->fit);
    if (l->from != NULL) {
        PV_TRY(pv_lesson_inherit(l, args, err));
        if (l->taught.n > 0 && l->model->objects != NULL) PV_TRY(pv_learn_keep(l->model, l->from, &l->learn, args, &l->objects, err));
    } else if (strcmp(l->model->kind, "photo") == 0 && !pv_args_has(args, "no-objects"))
        PV_TRY(pv_learn_objects(l->model, &l->learn, args, &l->objects, err));
    PV_TRY(pv_model_drop_unused(l->model, err));
    if (strcmp(l->model->kind, "photo") == 0) PV_TRY(pv_lesson_gate(l, args, &o, err));
    pv_lesson_texts(l, args);
out:
    return st;
}

static void pv_lesson_report(const pv_lesson *l, const char *path, pv_text *out)
{
    const pv_table *t = &l->learn.table;
    int64_t count[PV_MAX_CLASSES] = {0};
    pv_class_counts(l, count);
    pv_class_score target = pv_scores_target(&l->fit.scores);
    pv_text_addf(out, pv_tr("%s: model %s (%s)\n"), path, l->model->name, l->model->id);
    pv_text_addf(out, pv_tr("learned from %s: %lld rows, %d of %d columns kept"), pv_text_str(&l->learn.sources_local), (long long)l->used,
                 l->model->n_columns, t->n_columns);
    if (l->model->gsd_m > 0) pv_text_addf(out, pv_tr(", working GSD %s m"), pv_real(l->model->gsd_m, 4).text);
    pv_text_add(out, "\n\n  ");
    pv_text_add_cell(out, pv_tr("rows"), 8);
    pv_text_addf(out, " %s\n", pv_tr("class"));
    for (int c = 0; c < t->n_classes; c++)
        pv_text_addf(out, "  %-8lld %s%s\n", (long long)count[c], t->class_name[c], l->model->is_target[c] ? pv_tr("   (target)") : "");
    if (l->learn.report.n > 0) pv_text_addf(out, "\n%s\n", pv_tr("labels not used, or not whole:"));
    for (size_t i = 0; i < l->learn.report.n; i++) pv_text_addf(out, "%s\n", pv_lines_words(&l->learn.report, i));
    pv_text_addf(out, pv_tr("\non the training rows themselves (always better than on new photos): accuracy %s, target precision %s, recall %s\n"),
                 pv_real(pv_scores_accuracy(&l->fit.scores), 3).text, pv_real(target.precision, 3).text, pv_real(target.recall, 3).text);
    for (size_t i = 0; i < l->objects.n; i++) pv_text_addf(out, "%s%s\n", i == 0 ? "\n" : "", pv_lines_words(&l->objects, i));
    if (l->objects.n > 0) pv_text_add(out, "\n");
    pv_text_addf(out, pv_tr("%s seconds\n"), pv_real(pv_clock() - l->start_s, 1).text);
}

/* The model to go on from, and its classes in the table, also those that the new labels do not have. */
static pv_status pv_lesson_from(pv_lesson *l, const pv_args *args, pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    const char *path = pv_args_text(args, "from");
    PV_TRY(pv_model_load(&l->from, path, err));
    if ((strcmp(l->from->kind, "table") == 0) != pv_args_has(args, "table"))
        PV_TRY(strcmp(l->from->kind, "table") == 0
                   ? pv_fail(err, PV_MODEL, "%s was learned from a table; go on with one: --table", path)
                   : pv_fail(err, PV_MODEL, "%s was learned from photos; go on with such: --photo and --labels", path));
    wish->model = l->from;
out:
    return st;
}

/* What crews found, told first in the card's part on objects: it is what the model was learned anew for. */
static pv_status pv_lesson_season(pv_lesson *l, const pv_args *args, pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    if (!pv_args_has(args, "photo"))
        PV_TRY(pv_fail(err, PV_USAGE,
                       "--from-season: findings alone know only what the last model took for plants, and a model that learns from nothing else "
                       "forgets the rest; give labels "
                       "beside them with --photo P... --labels L..."));
    PV_TRY(pv_taught_read(&l->taught, pv_args_text(args, "from-season"), err));
    wish->taught = &l->taught;
    PV_TRY(pv_lines_add(&l->objects, pv_text_str(&l->taught.card), pv_text_str(&l->taught.card_local), err));
out:
    return st;
}

static pv_status pv_lesson_from_classes(pv_lesson *l, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    int id = 0;
    for (int c = 0; c < l->from->n_classes; c++) PV_TRY(pv_table_class(&l->learn.table, l->from->class_name[c], &id, err));
    PV_TRY(pv_table_sort_names(&l->learn.table, err));
    PV_TRY(pv_learn_weights(&l->learn, args, err));
out:
    return st;
}

/* Without --target those of the model that is continued. */
static int pv_lesson_from_targets(pv_lesson *l, const pv_args *args)
{
    if (l->from == NULL || pv_args_has(args, "target")) return 0;
    for (int c = 0; c < l->from->n_classes; c++)
        if (l->from->is_target[c]) memcpy(l->target[l->n_targets++], l->from->class_name[c], PV_NAME);
    return l->n_targets > 0;
}

static pv_status pv_lesson_targets(pv_lesson *l, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = &l->learn.table;
    pv_text list = {0};
    if (pv_lesson_from_targets(l, args)) return PV_OK;
    PV_TRY(pv_learn_targets(args, t->n_classes, (const char(*)[PV_NAME])t->class_name, &l->n_targets, l->target, err));
    for (int c = 0; c < t->n_classes; c++) pv_text_addf(&list, "%s%s", c > 0 ? ", " : "", t->class_name[c]);
    if (l->n_targets == 0)
        PV_TRY(pv_fail(err, PV_USAGE, "there is no class opium_poppy or poppy; name the classes to hunt with --target; the classes are: %s",
                       pv_text_str(&list)));
out:
    pv_text_release(&list);
    return st;
}

static pv_status pv_lesson_columns(const pv_lesson *l, const pv_args *args, pv_err *err)
{
    pv_text text = {0};
    const char *path = pv_args_text(args, "columns-out");
    if (path == NULL) return PV_OK;
    for (int c = 0; c < l->learn.n_columns; c++) pv_text_addf(&text, "%s\n", l->learn.column[c]);
    pv_status st = pv_text_status(&text, err);
    if (st == PV_OK) st = pv_outfile_put(path, text.data, text.len, pv_args_has(args, "overwrite"), err);
    pv_text_release(&text);
    return st;
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lesson *l = NULL;
    pv_text words = {0};
    const char *path = pv_args_text(args, "output");
    pv_learn_wish wish = {.max_per_label = pv_args_int(args, "max-per-label")};
    if (path == NULL) return pv_fail(err, PV_USAGE, "-o FILE.pvm is missing: where shall the model go?");
    (void)pv_stop_flag();
    PV_TRY(pv_output_check(args, path, err));
    if (pv_args_has(args, "columns-out")) PV_TRY(pv_output_check(args, pv_args_text(args, "columns-out"), err));
    PV_TRY(pv_alloc(&l, 1, sizeof *l, "lesson", err));
    l->start_s = pv_clock();
    if (pv_args_has(args, "from")) PV_TRY(pv_lesson_from(l, args, &wish, err));
    if (pv_args_has(args, "from-season")) PV_TRY(pv_lesson_season(l, args, &wish, err));
    PV_TRY(pv_learn_gather(&l->learn, args, &wish, err));
    if (l->from != NULL) PV_TRY(pv_lesson_from_classes(l, args, err));
    PV_TRY(pv_lesson_targets(l, args, err));
    PV_TRY(pv_lesson_learn(l, args, err));
    PV_TRY(pv_model_save(l->model, path, pv_args_has(args, "overwrite"), err));
    PV_TRY(pv_lesson_columns(l, args, err));
    if (pv_args_has(args, "quiet")) goto out;
    pv_lesson_report(l, path, &words);
    PV_TRY(pv_say(&words, err));
out:
    pv_text_release(&words);
    if (l != NULL) pv_lesson_release(l);
    pv_free(l);
    return st;
}

const pv_command pv_command_train = {
    .name = "train",
    .line = "a model from labelled photos or a table of spectra",
    .inputs = "",
    .min_inputs = 0,
    .max_inputs = 0,
    .text = "Learns boosted trees from the pixels under labels, by the same road that scanning takes, and writes a model file. The same rows, "
            "options and seed give the same bytes, for any number of threads. Labels that could not be used are listed.",
    .example = "  papaver train --photo a.tif b.tif --labels fields.geojson --target opium_poppy -o mine.pvm\n"
               "  papaver train --from shipped.pvm --photo new.tif --labels few.geojson --trees 40 -o ours.pvm\n"
               "  papaver train --from mine.pvm --from-season 2026 --photo a.tif b.tif --labels fields.geojson -o mine2.pvm\n"
               "  papaver train --table spectra.csv --target opium_poppy -o spectra.pvm\n",
    PV_OPTIONS(options),
    .run = run,
};
