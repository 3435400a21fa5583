#include "models/train.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "models/names.h"
#include "models/train_internal.h"
#include "models/trees.h"

#include "base/banned.h"

/* A thread must have so many additions a question to do: on a busy machine waiting for a sleeping thread costs more than doing its work. */
enum { ROWS_AT_ONCE = 4096, MOST_BIAS = 767, WORK_PER_THREAD = 1 << 18 };

pv_train_options pv_train_options_default(void)
{
    return (pv_train_options){.n_trees = 150,
                              .depth = 6,
                              .learning_rate = 0.1,
                              .l2 = 3,
                              .row_share = 0.5,
                              .column_share = 0.1,
                              .class_balance = 0,
                              .copies = 0,
                              .copy_move = 0.3,
                              .seed = 1,
                              .threads = 1};
}

/* Everything that learning holds. */
typedef struct pv_school {
    const pv_table *table;
    const pv_train_options *o;
    pv_origin origin; /* of learn's rows */
    pv_learn learn;
    pv_sample sample;
    int threads;
    pv_hist *hist;    /* [threads] */
    uint32_t **count; /* [threads][65536] */
    uint8_t **lut;    /* [threads][65536] */
    int64_t class_rows[PV_MAX_CLASSES];
    pv_split split[PV_MAX_COLUMNS];
    pv_model *model;
    int old_trees, new_trees;
} pv_school;

static void pv_school_release(pv_school *s)
{
    for (int t = 0; t < s->threads; t++) {
        if (s->hist != NULL) {
            pv_free(s->hist[t].sum);
            pv_free(s->hist[t].weight);
            pv_free(s->hist[t].gain);
        }
        if (s->count != NULL) pv_free(s->count[t]);
        if (s->lut != NULL) pv_free(s->lut[t]);
    }
    pv_free(s->hist);
    pv_free(s->count);
    pv_free(s->lut);
    pv_origin_release(&s->origin);
    pv_free(s->learn.code);
    pv_free(s->learn.class_id);
    pv_free(s->learn.score);
    pv_free(s->sample.row);
    pv_free(s->sample.place);
    pv_free(s->sample.weight);
    pv_free(s->sample.grad);
    pv_free(s->sample.hess);
    pv_free(s->sample.row_2);
    pv_free(s->sample.place_2);
    pv_free(s->sample.weight_2);
    pv_free(s->sample.grad_2);
    pv_model_free(s->model);
}

static int pv_share_fine(double share)
{
    return share > 0 && share <= 1;
}

static pv_status pv_train_options_check(const pv_train_options *o, const pv_table *t, pv_err *err)
{
    if (o->n_trees < 1 || o->n_trees > PV_MAX_TREES)
        return pv_fail(err, PV_USAGE, "%d trees: between 1 and %d are possible", o->n_trees, (int)PV_MAX_TREES);
    if (o->depth < 1 || o->depth > PV_TREE_MAX_DEPTH)
        return pv_fail(err, PV_USAGE, "trees of depth %d: between 1 and %d are possible", o->depth, (int)PV_TREE_MAX_DEPTH);
    if (!pv_share_fine(o->learning_rate)) return pv_fail(err, PV_USAGE, "the learning rate must be above 0 and at most 1");
    if (!pv_share_fine(o->row_share)) return pv_fail(err, PV_USAGE, "the share of rows must be above 0 and at most 1");
    if (!pv_share_fine(o->column_share)) return pv_fail(err, PV_USAGE, "the share of columns must be above 0 and at most 1");
    if (!(o->class_balance >= 0 && o->class_balance <= 1)) return pv_fail(err, PV_USAGE, "the class balance must be between 0 and 1");
    if (!(o->l2 >= 0 && o->l2 <= 1e6)) return pv_fail(err, PV_USAGE, "the leaf regularisation must be between 0 and 1000000");
    if (o->copies < 0 || o->copies > 100) return pv_fail(err, PV_USAGE, "%d copies of a row: between 0 and 100 are possible", o->copies);
    if (!(o->copy_move >= 0 && o->copy_move <= 1)) return pv_fail(err, PV_USAGE, "copies must be moved by a share between 0 and 1");
    if (o->threads < 1 || o->threads > 1024) return pv_fail(err, PV_USAGE, "%d threads: between 1 and 1024 are possible", o->threads);
    for (int k = 0; o->class_weight != NULL && k < t->n_classes; k++)
        if (!(o->class_weight[k] >= 1e-3 && o->class_weight[k] <= 1e3))
            return pv_fail(err, PV_USAGE, "the weight of class '%s' must be between 0.001 and 1000", t->class_name[k]);
    return PV_OK;
}

static pv_status pv_school_rows(pv_school *s, const uint8_t *use, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_table *t = s->table;
    int classes = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) n += use == NULL || use[i] != 0;
    if (n == 0) PV_TRY(pv_fail(err, PV_INPUT, "there are no labelled rows to learn from"));
    size_t all = n * (size_t)(1 + s->o->copies);
    if (all > UINT32_MAX / 2) PV_TRY(pv_fail(err, PV_INPUT, "%zu rows are too many to learn from: take fewer pixels a label", n));
    PV_TRY(pv_alloc(&s->origin.row, n, sizeof *s->origin.row, "training rows", err));
    PV_TRY(pv_alloc(&s->learn.class_id, all, 1, "training rows", err));
    n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (use != NULL && use[i] == 0) continue;
        s->origin.row[n] = i;
        s->learn.class_id[n++] = (uint8_t)t->class_id[i];
        s->class_rows[t->class_id[i]] += 1 + s->o->copies;
    }
    s->learn.n_rows = all;
    s->origin.n_real = s->origin.n = n;
    for (size_t i = n; i < all; i++) s->learn.class_id[i] = s->learn.class_id[i - n];
    PV_TRY(pv_origin_copy(&s->origin, s->o->copies, s->o->copy_move, s->o->seed, s->learn.class_id, t->n_classes, err));
    for (int k = 0; k < t->n_classes; k++) classes += s->class_rows[k] > 0;
    if (classes < 2)
        PV_TRY(pv_fail(err, PV_INPUT, "the rows are all of one class: learning needs at least two, label something that is not the target too"));
out:
    return st;
}

/* More rows for one tree do not make it better, only slower. */
static double pv_row_share(const pv_school *s)
{
    double most = (double)PV_MOST_DRAWN / (double)s->learn.n_rows;
    return s->o->row_share < most ? s->o->row_share : most;
}

static pv_status pv_school_room(pv_school *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_learn *l = &s->learn;
    pv_sample *p = &s->sample;
    l->n_columns = s->table->n_columns;
    l->n_classes = s->table->n_classes;
    l->groups = (l->n_classes + PV_LEARN_LANES - 1) / PV_LEARN_LANES;
    l->width = l->groups * PV_LEARN_LANES;
    size_t n = l->n_rows, wide = (size_t)l->width * sizeof(int32_t);
    double work = pv_row_share(s) * s->o->column_share * (double)n * (double)l->n_columns * (double)l->groups;
    s->threads = work / WORK_PER_THREAD < s->o->threads ? 1 + (int)(work / WORK_PER_THREAD) : s->o->threads;
    size_t threads = (size_t)s->threads;
    PV_TRY(pv_alloc(&l->code, n, (size_t)l->n_columns, "codes of the training rows", err));
    PV_TRY(pv_alloc(&l->score, n, wide / 2, "scores of the training rows", err));
    PV_TRY(pv_alloc(&p->row, n, sizeof *p->row, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->place, n, sizeof *p->place, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->weight, n, sizeof *p->weight, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->grad, n, wide, "gradients", err));
    PV_TRY(pv_alloc(&p->hess, n, wide, "gradients", err));
    PV_TRY(pv_alloc(&p->row_2, n, sizeof *p->row, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->place_2, n, sizeof *p->place, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->weight_2, n, sizeof *p->weight, "a sample of rows", err));
    PV_TRY(pv_alloc(&p->grad_2, n, wide, "gradients", err));
    PV_TRY(pv_alloc(&s->hist, threads, sizeof *s->hist, "histograms", err));
    PV_TRY(pv_alloc(&s->count, threads, sizeof *s->count, "counts of values", err));
    PV_TRY(pv_alloc(&s->lut, threads, sizeof *s->lut, "code tables", err));
    for (int t = 0; t < s->threads; t++) {
        PV_TRY(pv_alloc(&s->hist[t].sum, PV_LEARN_BINS, wide, "histograms", err));
        PV_TRY(pv_alloc(&s->hist[t].weight, PV_LEARN_BINS, sizeof(int64_t), "histograms", err));
        PV_TRY(pv_alloc(&s->hist[t].gain, PV_LEARN_BINS, sizeof(double), "histograms", err));
        PV_TRY(pv_alloc(&s->count[t], 65536, sizeof(uint32_t), "counts of values", err));
        PV_TRY(pv_alloc(&s->lut[t], 65536, 1, "code tables", err));
    }
    s->old_trees = s->o->from != NULL ? s->o->from->n_trees : 0;
    s->new_trees = s->o->n_trees <= PV_MAX_TREES - s->old_trees ? s->o->n_trees : PV_MAX_TREES - s->old_trees;
    if (s->new_trees < 1) PV_TRY(pv_fail(err, PV_MODEL, "the model to continue from has %d trees already: no more are possible", s->old_trees));
    PV_TRY(pv_model_new(&s->model, l->n_classes, l->n_columns, s->old_trees + s->new_trees, err));
out:
    return st;
}

/* Ranks and hashes of columns by name, weights and first scores by class. */
static void pv_school_start(pv_school *s)
{
    pv_learn *l = &s->learn;
    pv_model *m = s->model;
    double weight[PV_MAX_CLASSES], prior[PV_MAX_CLASSES], sum = 0, low = 1e9, high = -1e9;
    for (int c = 0; c < l->n_columns; c++) {
        int at = c;
        for (; at > 0 && strcmp(s->table->column[c], s->table->column[l->rank[at - 1]]) < 0; at--) l->rank[at] = l->rank[at - 1];
        l->rank[at] = c;
        l->column_hash[c] = s->o->seed;
        for (const char *p = s->table->column[c]; *p != '\0'; p++) l->column_hash[c] = pv_learn_hash(l->column_hash[c], 1, (unsigned char)*p);
    }
    for (int k = 0; k < l->n_classes; k++) {
        double n = (double)s->class_rows[k];
        weight[k] = n > 0 ? pow((double)l->n_rows / ((double)l->n_classes * n), s->o->class_balance) : 1;
        if (s->o->class_weight != NULL) weight[k] *= s->o->class_weight[k];
        sum += weight[k] * n;
    }
    for (int k = 0; k < l->n_classes; k++) {
        double w = round(PV_WEIGHT_ONE * weight[k] * (double)l->n_rows / sum);
        l->weight[k] = (int64_t)(w < 1 ? 1 : w > 1e6 ? 1e6 : w);
        /* A class without rows counts as half a row. */
        prior[k] = 128 * log(weight[k] * (s->class_rows[k] > 0 ? (double)s->class_rows[k] : 0.5));
        low = prior[k] < low ? prior[k] : low;
        high = prior[k] > high ? prior[k] : high;
    }
    for (int k = 0; k < l->n_classes; k++) {
        double b = round(prior[k] - (low + high) / 2);
        m->bias[k] = (int16_t)(b < -MOST_BIAS ? -MOST_BIAS : b > MOST_BIAS ? MOST_BIAS : b);
    }
}

/* Scores before the first new tree, for the rows from..to. */
static void pv_school_scores(const pv_school *s, size_t from, size_t to)
{
    const pv_learn *l = &s->learn;
    for (size_t i = from; i < to; i++)
        for (int k = 0; k < l->n_classes; k++) l->score[i * (size_t)l->width + (size_t)k] = s->model->bias[k];
    for (int t = 0; t < s->old_trees; t++) pv_learn_add(l, s->model, t, from, to);
}

/* Edges and codes of one column, with one thread's scratch. */
static void pv_school_code(pv_school *s, int column, uint32_t *count, uint8_t *lut)
{
    const uint16_t *value = s->table->value[column];
    uint8_t *code = s->learn.code + (size_t)column * s->learn.n_rows;
    if (s->o->from == NULL) {
        memset(count, 0, 65536 * sizeof *count);
        for (size_t i = 0; i < s->learn.n_rows; i++) count[pv_origin_value(&s->origin, value, i)]++;
        s->model->n_edges[column] = (uint8_t)pv_edges_find(count, s->model->edge[column]);
    }
    pv_model_code_table(s->model, column, lut);
    for (size_t i = 0; i < s->learn.n_rows; i++) code[i] = lut[pv_origin_value(&s->origin, value, i)];
}

/* The columns that may be asked at this level, in the order of their names; at least one that can be asked. */
static int pv_school_choose(const pv_school *s, int tree, int level, int *chosen)
{
    int n = 0;
    uint64_t stream = (uint64_t)(tree * PV_TREE_MAX_DEPTH + level) + 2;
    for (int all = 0; all < 2 && n == 0; all++) {
        for (int r = 0; r < s->learn.n_columns; r++) {
            int c = s->learn.rank[r];
            if (s->model->n_edges[c] == 0) continue;
            if (all || s->o->column_share >= 1 || pv_learn_draw(s->o->column_share, pv_learn_hash(s->learn.column_hash[c], stream, 0)))
                chosen[n++] = c;
        }
    }
    return n;
}

static void pv_school_part(pv_school *s, int level, int column, int threshold)
{
    pv_sample *p = &s->sample;
    const uint8_t *code = s->learn.code + (size_t)column * s->learn.n_rows;
    pv_leaf_range child[PV_TREE_LEAVES];
    int n = p->n_ranges;
#pragma omp parallel for schedule(dynamic, 1) num_threads(s->threads)
    for (int i = 0; i < n; i++) {
        pv_leaf_range r = p->range[i];
        size_t middle = pv_sample_part(p, &s->learn, r, code, threshold);
        child[2 * i] = (pv_leaf_range){r.begin, middle, r.leaf};
        child[2 * i + 1] = (pv_leaf_range){middle, r.end, r.leaf | 1 << level};
    }
    memcpy(p->range, child, (size_t)(2 * n) * sizeof *child);
    p->n_ranges = 2 * n;
    pv_sample_turn(p);
}

/* One question: the best over the chosen columns, the first by name on a tie. Returns 0 when nothing can be asked. */
static int pv_school_ask(pv_school *s, int tree, int level)
{
    int chosen[PV_MAX_COLUMNS];
    int n = pv_school_choose(s, tree, level, chosen);
    int best = 0;
    pv_tree *t = &s->model->tree[tree];
    if (n == 0) return 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(s->threads)
    for (int i = 0; i < n; i++) {
        const uint8_t *code = s->learn.code + (size_t)chosen[i] * s->learn.n_rows;
        s->split[i] = pv_hist_best(&s->hist[omp_get_thread_num()], &s->learn, &s->sample, code, s->model->n_edges[chosen[i]], s->o->l2);
    }
    for (int i = 1; i < n; i++)
        if (s->split[i].gain > s->split[best].gain) best = i;
    t->column[level] = (uint16_t)chosen[best];
    t->threshold[level] = (uint8_t)s->split[best].threshold;
    pv_school_part(s, level, chosen[best], s->split[best].threshold);
    return 1;
}

static void pv_school_grow(pv_school *s, int tree)
{
    pv_sample *p = &s->sample;
    pv_learn *l = &s->learn;
    pv_model *m = s->model;
    /* l2 is in rows: what so many rows at equal probabilities would bend. */
    double bend = (double)(l->n_classes - 1) / ((double)l->n_classes * (double)l->n_classes);
    pv_sample_draw(p, l, s->o->seed, tree, pv_row_share(s));
    int blocks = (int)((p->n + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
#pragma omp parallel for schedule(static) num_threads(s->threads)
    for (int b = 0; b < blocks; b++) {
        size_t from = (size_t)b * ROWS_AT_ONCE, to = from + ROWS_AT_ONCE;
        pv_sample_gradients(p, l, from, to < p->n ? to : p->n);
    }
    for (int level = 0; level < s->o->depth; level++)
        if (!pv_school_ask(s, tree, level)) break;
#pragma omp parallel for schedule(dynamic, 1) num_threads(s->threads)
    for (int i = 0; i < p->n_ranges; i++) {
        int8_t value[PV_MAX_CLASSES];
        pv_sample_leaf(p, l, p->range[i], s->o->learning_rate, s->o->l2 * bend, value);
        /* Going on with labels that do not have a class says nothing against it: its scores stay. */
        for (int k = 0; s->o->from != NULL && k < l->n_classes; k++)
            if (s->class_rows[k] == 0) value[k] = 0;
        for (int k = 0; k < l->n_classes; k++)
            m->leaf[((size_t)tree * (size_t)l->n_classes + (size_t)k) * PV_TREE_LEAVES + (size_t)p->range[i].leaf] = value[k];
    }
    blocks = (int)((l->n_rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
#pragma omp parallel for schedule(static) num_threads(s->threads)
    for (int b = 0; b < blocks; b++) {
        size_t from = (size_t)b * ROWS_AT_ONCE, to = from + ROWS_AT_ONCE;
        pv_learn_add(l, m, tree, from, to < l->n_rows ? to : l->n_rows);
    }
}

static void pv_school_names(pv_school *s)
{
    pv_model *m = s->model;
    memcpy(m->class_name, s->table->class_name, (size_t)m->n_classes * sizeof *m->class_name);
    memcpy(m->column, s->table->column, (size_t)m->n_columns * sizeof *m->column);
    (void)snprintf(m->name, sizeof m->name, "unnamed");
    (void)snprintf(m->kind, sizeof m->kind, "table");
    (void)snprintf(m->normalise, sizeof m->normalise, "none");
    m->threshold_high = 127;
    m->threshold_low = 64;
    m->seed = s->o->seed;
}

pv_status pv_train(pv_model **out, const pv_table *table, const uint8_t *use, const pv_train_options *options, pv_err *err)
{
    pv_status st = PV_OK;
    pv_school s = {.table = table, .o = options};
    PV_TRY(pv_train_options_check(options, table, err));
    PV_TRY(pv_school_rows(&s, use, err));
    PV_TRY(pv_school_room(&s, err));
    pv_school_names(&s);
    pv_school_start(&s);
    if (options->from != NULL) PV_TRY(pv_model_continue(s.model, options->from, err));
#pragma omp parallel for schedule(dynamic, 1) num_threads(s.threads)
    for (int c = 0; c < s.learn.n_columns; c++) pv_school_code(&s, c, s.count[omp_get_thread_num()], s.lut[omp_get_thread_num()]);
    int blocks = (int)((s.learn.n_rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
#pragma omp parallel for schedule(static) num_threads(s.threads)
    for (int b = 0; b < blocks; b++) {
        size_t from = (size_t)b * ROWS_AT_ONCE, to = from + ROWS_AT_ONCE;
        pv_school_scores(&s, from, to < s.learn.n_rows ? to : s.learn.n_rows);
    }
    for (int t = 0; t < s.new_trees; t++) {
        pv_school_grow(&s, s.old_trees + t);
        if (options->progress != NULL && options->progress(options->user, t + 1, s.new_trees) != 0)
            PV_TRY(pv_fail(err, PV_STOPPED, "stopped after %d of %d trees", t + 1, s.new_trees));
    }
    PV_TRY(pv_model_identify(s.model, err));
    PV_TRY(pv_trees_prepare(s.model, err));
    *out = s.model;
    s.model = NULL;
out:
    pv_school_release(&s);
    return st;
}

static pv_status pv_code_misfit(const pv_table *t, const pv_model *m, const char *missing, pv_err *err)
{
    pv_text need = {0}, have = {0};
    pv_names_list(&need, m->n_columns, (const char(*)[PV_NAME])m->column);
    pv_names_list(&have, t->n_columns, (const char(*)[PV_NAME])t->column);
    pv_status st = pv_fail(err, PV_MODEL, "the table has no column '%s'; the model needs: %s; the table has: %s", missing, pv_text_str(&need),
                           pv_text_str(&have));
    pv_text_release(&need);
    pv_text_release(&have);
    return st;
}

pv_status pv_table_code(const pv_table *table, const pv_model *m, uint8_t **code, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *codes = NULL, *lut = NULL;
    PV_TRY(pv_alloc(&codes, table->n_rows, (size_t)m->n_columns, "codes of a table", err));
    PV_TRY(pv_alloc(&lut, 65536, 1, "a code table", err));
    for (int c = 0; c < m->n_columns; c++) {
        int from = 0;
        while (from < table->n_columns && strcmp(table->column[from], m->column[c]) != 0) from++;
        if (from == table->n_columns) PV_TRY(pv_code_misfit(table, m, m->column[c], err));
        pv_model_code_table(m, c, lut);
        for (size_t i = 0; i < table->n_rows; i++) codes[(size_t)c * table->n_rows + i] = lut[table->value[from][i]];
    }
    *code = codes;
    codes = NULL;
out:
    pv_free(lut);
    pv_free(codes);
    return st;
}
