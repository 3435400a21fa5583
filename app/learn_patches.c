/* Object trees: taught on proposed patches, judged on blocks of ground that they have not seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn_school.h"
#include "base/mem.h"
#include "models/trees.h"

#include "base/banned.h"

enum { FEWEST = 8 };

static pv_status pv_train_objects(const pv_school *s, const uint8_t *use, pv_model **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    pv_train_options o = pv_learn_train_options(s->args);
    o.n_trees = 120;
    o.depth = 3;
    o.learning_rate = 0.08;
    o.l2 = 10;
    o.row_share = 0.7;
    o.column_share = 0.25;
    o.class_balance = 0.5;
    o.progress = pv_school_stop;
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

pv_status pv_school_codes(pv_school *s, const pv_model *m, int block, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *code = NULL;
    int16_t *score = NULL;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    size_t n = s->rows.n_rows;
    int mean = pv_object_mean_column(m), from_column = 0;
    PV_TRY(pv_table_code(&s->rows, m, &code, err));
    PV_TRY(pv_alloc(&score, 2 * PV_BATCH, sizeof *score, "scores", err));
    while (mean >= 0 && strcmp(s->rows.column[from_column], m->column[mean]) != 0) from_column++;
    for (size_t from = 0; from < n; from += PV_BATCH) {
        size_t rows = n - from < PV_BATCH ? n - from : PV_BATCH;
        for (int c = 0; c < m->n_columns; c++) at[c] = code + (size_t)c * n + from;
        pv_trees_score(m, at, rows, score);
        for (size_t i = 0; i < rows; i++)
            if (block < 0 || s->proposal[from + i].block == block)
                s->proposal[from + i].code = pv_object_code(score, i, mean < 0 ? 32768 : s->rows.value[from_column][from + i]);
    }
out:
    pv_free(code);
    pv_free(score);
    return st;
}

/* Codes 0..254 of the rows of a block by trees that have not seen it, nor a patch that is left out. */
static pv_status pv_score_block(pv_school *s, int block, const uint8_t *left_out, uint8_t *use, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    for (size_t i = 0; i < s->rows.n_rows; i++) use[i] = s->proposal[i].block != block && !left_out[i];
    PV_TRY(pv_train_objects(s, use, &m, err));
    PV_TRY(pv_school_codes(s, m, block, err));
out:
    pv_model_free(m);
    return st;
}

/* 1 when each class occurs often enough outside every block. */
static int pv_blocks_suffice(const pv_school *s)
{
    for (int b = 0; b < s->ground.n_blocks; b++) {
        int64_t count[2] = {0};
        for (size_t i = 0; i < s->rows.n_rows; i++) count[s->rows.class_id[i]] += s->proposal[i].block != b;
        if (count[0] < FEWEST || count[1] < FEWEST) return 0;
    }
    return s->ground.n_blocks > 1;
}

static int pv_by_code(const void *a, const void *b)
{
    return (int)*(const uint8_t *)a - (int)*(const uint8_t *)b;
}

/* Patches that no label covers and that look more like targets than a quarter of the targets do: nothing is learned from them. */
static pv_status pv_leave_out(const pv_school *s, uint8_t *left_out, size_t *n_out, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *code = NULL;
    size_t n = 0;
    PV_TRY(pv_alloc(&code, s->rows.n_rows, 1, "scores", err));
    for (size_t i = 0; i < s->rows.n_rows; i++)
        if (s->proposal[i].truth == 1) code[n++] = s->proposal[i].code;
    qsort(code, n, 1, pv_by_code);
    for (size_t i = 0; i < s->rows.n_rows; i++) {
        left_out[i] = s->proposal[i].truth < 0 && s->proposal[i].code >= code[n / 4];
        *n_out += left_out[i];
    }
out:
    pv_free(code);
    return st;
}

static pv_status pv_score_all(pv_school *s, uint8_t *left_out, size_t *n_out, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *use = NULL;
    PV_TRY(pv_alloc(&use, s->rows.n_rows, 1, "rows", err));
    for (int b = 0; b < s->ground.n_blocks; b++) PV_TRY(pv_score_block(s, b, left_out, use, err));
    PV_TRY(pv_leave_out(s, left_out, n_out, err));
    for (int b = 0; b<s->ground.n_blocks && * n_out> 0; b++) PV_TRY(pv_score_block(s, b, left_out, use, err));
out:
    pv_free(use);
    return st;
}

/* ---- threshold, calibration, figures ---- */

static pv_status pv_pairs_of(const pv_school *s, pv_pair **out, pv_err *err)
{
    pv_pair *pair = NULL;
    pv_status st = pv_alloc(&pair, s->rows.n_rows, sizeof *pair, "patches", err);
    if (st != PV_OK) return st;
    for (size_t i = 0; i < s->rows.n_rows; i++) {
        const pv_proposal *r = &s->proposal[i];
        const pv_ground_photo *p = &s->ground.at[r->photo];
        pair[i] = (pv_pair){.code = r->code, .truth = (int8_t)r->truth, .label = -1, .block = r->block};
        if (r->truth != 1) continue;
        pair[i].label = p->first_group + r->plot;
        pair[i].firm = strcmp(p->plot[r->plot].stage, "flowering") == 0 && (p->plot[r->plot].plants == 0 || p->plot[r->plot].plants >= 5);
    }
    *out = pair;
    return PV_OK;
}

/* Threshold and calibration of each block from all others, judged on it. */
static pv_status pv_cross_fit(const pv_school *s, const pv_pair *pair, pv_reliability *r, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = s->rows.n_rows;
    for (int b = 0; b < s->ground.n_blocks; b++) {
        uint16_t probability_e4[PV_OBJECT_CODES];
        int keep = 0, labelled = pv_pairs_labelled_e4(n, pair, b);
        PV_TRY(pv_pairs_calibrate(probability_e4, n, pair, labelled, b, err));
        PV_TRY(pv_pairs_threshold(&keep, n, pair, b, err));
        pv_reliability_add(r, n, pair, b, probability_e4, keep, labelled);
    }
out:
    return st;
}

/* "0.10/0.08 (12) 0.20/0.21 (7)": what was said of patches, how many of them were true, and how many there were. */
static void pv_reliability_figures(const pv_reliability *r, pv_text *out)
{
    for (int b = 0; b < PV_RELIABILITY_BINS; b++) {
        double n = (double)r->bin[b].patches;
        if (r->bin[b].patches == 0) continue;
        pv_text_addf(out, "%s%s/%s (%lld)", out->len > 0 ? " " : "", pv_real(r->bin[b].said / n, 2).text, pv_real(r->bin[b].found / n, 2).text,
                     (long long)r->bin[b].patches);
    }
}

static pv_status pv_report_objects(const pv_school *s, const pv_object_stage *o, const pv_reliability *r, int labelled_e4, size_t n_out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text bins = {0};
    pv_reliability_figures(r, &bins);
    PV_TRY(pv_text_status(&bins, err));
    PV_TRY(
        pv_lines_addf(s->report, err,
                      "object stage, on %lld patches proposed on unseen ground: %lld cover target labels, about %.4f of the targets are labelled "
                      "(%zu patches look too much like targets to be taken for false); kept from probability %.4f on; in blocks that chose neither "
                      "threshold nor calibration %lld stay, %lld of them of labels; Brier about %s; said/true (patches) %s",
                      (long long)r->patches, (long long)r->targets, labelled_e4 / 1e4, n_out, o->probability_e4[o->keep_code] / 1e4,
                      (long long)r->kept, (long long)r->targets_kept, pv_real(fmax(r->squares, 0) / (double)r->patches, 4).text, pv_text_str(&bins)));
out:
    pv_text_release(&bins);
    return st;
}

static pv_status pv_teach(pv_school *s, pv_object_stage **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *trees = NULL;
    pv_object_stage *o = NULL;
    pv_pair *pair = NULL;
    uint8_t *use = NULL, *left_out = NULL;
    size_t n = s->rows.n_rows, n_out = 0;
    pv_reliability r = {0};
    PV_TRY(pv_alloc(&use, n, 1, "rows", err));
    PV_TRY(pv_alloc(&left_out, n, 1, "rows", err));
    PV_TRY(pv_score_all(s, left_out, &n_out, err));
    PV_TRY(pv_pairs_of(s, &pair, err));
    for (size_t i = 0; i < n; i++) use[i] = !left_out[i];
    PV_TRY(pv_train_objects(s, use, &trees, err));
    st = pv_object_stage_new(&o, trees, err);
    if (st != PV_OK) goto out;
    int labelled = pv_pairs_labelled_e4(n, pair, -1);
    PV_TRY(pv_pairs_calibrate(o->probability_e4, n, pair, labelled, -1, err));
    PV_TRY(pv_pairs_threshold(&o->keep_code, n, pair, -1, err));
    PV_TRY(pv_object_stage_learn_range(o, &s->rows, err));
    PV_TRY(pv_cross_fit(s, pair, &r, err));
    PV_TRY(pv_report_objects(s, o, &r, labelled, n_out, err));
    *out = o;
    o = NULL;
out:
    pv_free(use);
    pv_free(left_out);
    pv_free(pair);
    pv_object_stage_free(o);
    return st;
}

pv_status pv_school_patches(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    if (!pv_blocks_suffice(s))
        return pv_lines_addf(s->report, err, "no object stage: %zu patches of unseen ground are too few of one kind", s->rows.n_rows);
    PV_TRY(pv_teach(s, &s->model->objects, err));
    s->keep_code = s->model->objects->keep_code;
    s->model->threshold_high = PV_PROPOSE_HIGH;
    s->model->threshold_low = PV_PROPOSE_LOW;
out:
    return st;
}
