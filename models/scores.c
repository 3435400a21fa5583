#include "models/scores.h"

#include <inttypes.h>
#include <string.h>

#include "base/columns.h"
#include "base/mem.h"
#include "base/rect.h"
#include "base/tr.h"

#include "base/banned.h"

pv_status pv_scores_init(pv_scores *s, int n_classes, const char (*class_name)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    pv_scores fresh = {.n_classes = n_classes};
    size_t n = (size_t)n_classes;
    PV_TRY(pv_alloc(&fresh.class_name, n, sizeof *fresh.class_name, "class names", err));
    PV_TRY(pv_alloc(&fresh.confusion, n * n, sizeof *fresh.confusion, "a confusion matrix", err));
    if (n > 0) memcpy(fresh.class_name, class_name, n * sizeof *fresh.class_name);
    *s = fresh;
    fresh = (pv_scores){0};
out:
    pv_scores_release(&fresh);
    return st;
}

void pv_scores_release(pv_scores *s)
{
    pv_free(s->class_name);
    pv_free(s->confusion);
    *s = (pv_scores){0};
}

void pv_scores_add(pv_scores *s, int reference, int predicted, int64_t n)
{
    s->confusion[reference * s->n_classes + predicted] += n;
}

void pv_scores_merge(pv_scores *s, const pv_scores *other)
{
    for (int i = 0; i < s->n_classes * s->n_classes; i++) s->confusion[i] += other->confusion[i];
    s->polygons_total += other->polygons_total;
    s->polygons_correct += other->polygons_correct;
    s->has_target |= other->has_target;
    s->target_tp += other->target_tp;
    s->target_fp += other->target_fp;
    s->target_fn += other->target_fn;
    s->target_hit += other->target_hit;
    s->target_missed += other->target_missed;
    s->target_false += other->target_false;
}

static double pv_ratio(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static pv_class_score pv_class_score_of(int64_t tp, int64_t fp, int64_t fn)
{
    pv_class_score c = {.support = tp + fn, .precision = pv_ratio(tp, tp + fp), .recall = pv_ratio(tp, tp + fn)};
    c.f1 = pv_ratio(2 * tp, 2 * tp + fp + fn);
    return c;
}

static int64_t pv_row_sum(const pv_scores *s, int reference)
{
    int64_t n = 0;
    for (int k = 0; k < s->n_classes; k++) n += s->confusion[reference * s->n_classes + k];
    return n;
}

static int64_t pv_column_sum(const pv_scores *s, int predicted)
{
    int64_t n = 0;
    for (int k = 0; k < s->n_classes; k++) n += s->confusion[k * s->n_classes + predicted];
    return n;
}

pv_class_score pv_scores_class(const pv_scores *s, int class_id)
{
    int64_t tp = s->confusion[class_id * s->n_classes + class_id];
    return pv_class_score_of(tp, pv_column_sum(s, class_id) - tp, pv_row_sum(s, class_id) - tp);
}

pv_class_score pv_scores_target(const pv_scores *s)
{
    return pv_class_score_of(s->target_tp, s->target_fp, s->target_fn);
}

static int64_t pv_all(const pv_scores *s)
{
    int64_t n = 0;
    for (int i = 0; i < s->n_classes * s->n_classes; i++) n += s->confusion[i];
    return n;
}

double pv_scores_accuracy(const pv_scores *s)
{
    int64_t right = 0;
    for (int k = 0; k < s->n_classes; k++) right += s->confusion[k * s->n_classes + k];
    return pv_ratio(right, pv_all(s));
}

double pv_scores_macro_f1(const pv_scores *s)
{
    double sum = 0;
    int n = 0;
    for (int k = 0; k < s->n_classes; k++) {
        pv_class_score c = pv_scores_class(s, k);
        if (c.support == 0) continue;
        sum += c.f1;
        n++;
    }
    return n > 0 ? sum / n : 0;
}

double pv_scores_kappa(const pv_scores *s)
{
    double all = (double)pv_all(s), chance = 0;
    if (all <= 0) return 0;
    for (int k = 0; k < s->n_classes; k++) chance += (double)pv_row_sum(s, k) / all * ((double)pv_column_sum(s, k) / all);
    return chance < 1 ? (pv_scores_accuracy(s) - chance) / (1 - chance) : 0;
}

static void pv_json_real(pv_text *out, const char *name, double v)
{
    pv_text_add_json(out, name);
    pv_text_add(out, ":");
    pv_text_add_real(out, v, 6);
}

static void pv_json_class(pv_text *out, pv_class_score c)
{
    pv_json_real(out, "precision", c.precision);
    pv_text_add(out, ",");
    pv_json_real(out, "recall", c.recall);
    pv_text_add(out, ",");
    pv_json_real(out, "f1", c.f1);
    pv_text_add(out, "}");
}

void pv_scores_json(const pv_scores *s, pv_text *out)
{
    pv_text_add(out, "\"classes\":[");
    for (int k = 0; k < s->n_classes; k++) {
        pv_class_score c = pv_scores_class(s, k);
        pv_text_add(out, k > 0 ? ",{\"name\":" : "{\"name\":");
        pv_text_add_json(out, s->class_name[k]);
        pv_text_addf(out, ",\"support\":%" PRId64 ",", c.support);
        pv_json_class(out, c);
    }
    pv_text_add(out, "],");
    pv_json_real(out, "accuracy", pv_scores_accuracy(s));
    pv_text_add(out, ",");
    pv_json_real(out, "macro_f1", pv_scores_macro_f1(s));
    pv_text_add(out, ",");
    pv_json_real(out, "kappa", pv_scores_kappa(s));
    pv_text_addf(out, ",\"polygons\":{\"total\":%" PRId64 ",\"correct\":%" PRId64 "}", s->polygons_total, s->polygons_correct);
    if (!s->has_target) return;
    pv_text_add(out, ",\"target\":{\"pixel\":{");
    pv_json_class(out, pv_scores_target(s));
    pv_text_addf(out, ",\"polygons\":{\"hit\":%" PRId64 ",\"missed\":%" PRId64 ",\"false\":%" PRId64 "}}", s->target_hit, s->target_missed,
                 s->target_false);
}

/* A line of the table: the name, and the figures right under their heads. */
static void pv_print_line(pv_text *out, const char *name, int width, pv_class_score c)
{
    pv_text_add_cell(out, name, width);
    pv_text_addf(out, "  %10" PRId64 "  %9s  %9s  %9s\n", c.support, pv_real(c.precision, 3).text, pv_real(c.recall, 3).text, pv_real(c.f1, 3).text);
}

static void pv_print_heads(pv_text *out, int width)
{
    static const char *const head[] = {PV_N("support"), PV_N("precision"), PV_N("recall"), "F1"};
    pv_text_add_cell(out, pv_tr("class"), width);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        pv_text_add(out, "  ");
        pv_text_add_cell(out, pv_tr(head[i]), i == 0 ? -10 : -9);
    }
    pv_text_add(out, "\n");
}

void pv_scores_print(const pv_scores *s, pv_text *out)
{
    int width = pv_max(6, pv_columns(pv_tr("target")));
    for (int k = 0; k < s->n_classes; k++) width = pv_max(width, pv_columns(s->class_name[k]));
    pv_print_heads(out, width);
    for (int k = 0; k < s->n_classes; k++) pv_print_line(out, s->class_name[k], width, pv_scores_class(s, k));
    if (s->has_target) pv_print_line(out, pv_tr("target"), width, pv_scores_target(s));
    pv_text_addf(out, pv_tr("accuracy %s, macro F1 %s, kappa %s\n"), pv_real(pv_scores_accuracy(s), 3).text, pv_real(pv_scores_macro_f1(s), 3).text,
                 pv_real(pv_scores_kappa(s), 3).text);
    if (s->polygons_total > 0) pv_text_addf(out, pv_tr("label polygons right: %" PRId64 " of %" PRId64 "\n"), s->polygons_correct, s->polygons_total);
    if (s->has_target)
        pv_text_addf(out, pv_tr("target polygons: %" PRId64 " hit, %" PRId64 " missed, %" PRId64 " false\n"), s->target_hit, s->target_missed,
                     s->target_false);
}
