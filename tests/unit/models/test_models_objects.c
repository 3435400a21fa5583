/* Object stage, stages and densities: round trip, damage, calibration and quantiles against counts made by hand. */
#include "models_help.h"

#include <unistd.h>

#include "base/outfile.h"
#include "models/model_file.h"
#include "models/object_teach.h"

#include "base/banned.h"

static void as_part(pv_model *m, const char *kind)
{
    (void)snprintf(m->kind, sizeof m->kind, "%s", kind);
    m->gsd_m = 0;
}

/* A model with all three parts. */
static pv_model *whole_model(void)
{
    pv_model *m = test_model(3, 6, 5, 1), *trees = test_model(2, 4, 3, 2);
    as_part(trees, "object");
    (void)snprintf(trees->class_name[0], PV_NAME, "false");
    (void)snprintf(trees->class_name[1], PV_NAME, "target");
    trees->is_target[0] = 0;
    trees->is_target[1] = 1;
    assert_ok(pv_object_stage_new(&m->objects, trees, NULL));
    m->objects->keep_code = 123;
    for (int i = 0; i < PV_OBJECT_CODES; i++) m->objects->probability_e4[i] = (uint16_t)(i * 39);
    for (int c = 0; c < 4; c++) m->objects->range[c] = (pv_object_range){(uint16_t)c, (uint16_t)(c + 10), (uint16_t)(c + 1000)};
    for (int c = 0; c <= 4; c++) m->objects->novelty_e4[c] = (uint16_t)(c * 2500);
    m->stages = test_model(5, 3, 2, 3); /* its columns are the first of the model's */
    as_part(m->stages, "stage");
    m->n_densities = 2;
    m->density[0] = (pv_density){.plots = 40, .per_m2_e3 = {5000, 12000, 30000}};
    m->density[1] = (pv_density){.stage = "bud", .plots = 11, .per_m2_e3 = {1, 2, 4000000000u}};
    return m;
}

static pv_early_gate *gate_of(void)
{
    pv_early_gate *g = NULL;
    pv_model *trees = test_model(2, 3, 4, 9); /* its columns are the first of the model's */
    as_part(trees, "gate");
    (void)snprintf(trees->class_name[0], PV_NAME, "closed");
    (void)snprintf(trees->class_name[1], PV_NAME, "open");
    assert_ok(pv_early_gate_new(&g, trees, NULL));
    g->threshold = 90;
    g->least_low = 64;
    g->pixels = (pv_early_recall){1000, 999};
    g->labelled = (pv_early_recall){100, 100};
    g->patches = (pv_early_recall){10, 9};
    g->ground = (pv_early_recall){4000000000u, 100};
    return g;
}

/* The oldest version that holds a model, and back. */
static void round_trip(pv_model *m, char version)
{
    const char *path = "models_objects_1.pvm", *again = "models_objects_2.pvm";
    char *a = NULL, *b = NULL;
    size_t n = 0, n_2 = 0;
    pv_model *r = NULL;
    assert_ok(pv_model_save(m, path, 1, NULL));
    assert_ok(pv_model_load(&r, path, NULL));
    assert_ok(pv_model_save(r, again, 1, NULL));
    assert_ok(pv_file_read(path, 8 << 20, &a, &n, NULL));
    assert_ok(pv_file_read(again, 8 << 20, &b, &n_2, NULL));
    assert_memory_equal(a, "papaver-model ", 14);
    assert_int_equal(a[14], version);
    assert_true(r->smooth_m == m->smooth_m);
    assert_memory_equal(r->mid, m->mid, sizeof r->mid);
    assert_int_equal(n, n_2);
    assert_memory_equal(a, b, n);
    assert_true(r->objects->keep_code == 123 && r->objects->probability_e4[254] == 254 * 39 && r->objects->range[3].high == 1003);
    assert_memory_equal(r->objects->trees->leaf, m->objects->trees->leaf, 2 * 3 * 64);
    assert_memory_equal(r->stages->tree, m->stages->tree, 2 * sizeof *r->stages->tree);
    assert_memory_equal(r->density, m->density, sizeof r->density);
    (void)unlink(path);
    (void)unlink(again);
    pv_free(a);
    pv_free(b);
    pv_model_free(r);
}

static void round_trip_keeps_the_parts(void **state)
{
    (void)state;
    pv_model *m = whole_model();
    round_trip(m, '2');
    m->smooth_m = 7 * m->gsd_m;
    round_trip(m, '3');
    m->smooth_m = 0;
    (void)snprintf(m->normalise, sizeof m->normalise, "median");
    for (int b = 0; b < m->n_bands; b++) m->mid[b] = (uint16_t)(5000 + b);
    round_trip(m, '3');
    m->mid[m->n_bands - 1] = 0;
    assert_int_equal(pv_model_check(m, NULL), PV_MODEL);
    pv_model_free(m);
}

static void round_trip_keeps_the_gate(void **state)
{
    (void)state;
    const char *path = "models_objects_3.pvm";
    pv_model *m = whole_model(), *r = NULL;
    m->gate = gate_of();
    round_trip(m, '4');
    assert_ok(pv_model_save(m, path, 1, NULL));
    assert_ok(pv_model_load(&r, path, NULL));
    assert_true(r->gate->threshold == 90 && r->gate->least_low == 64 && r->gate->patches.kept == 9 && r->gate->ground.all == 4000000000u);
    assert_memory_equal(r->gate->trees->leaf, m->gate->trees->leaf, 4 * 2 * 64);
    assert_non_null(r->gate->trees->ready);
    pv_model_free(r);
    pv_model_free(m);
    m = test_model(3, 6, 5, 1); /* no other part */
    m->gate = gate_of();
    assert_ok(pv_model_save(m, path, 1, NULL));
    assert_ok(pv_model_load(&r, path, NULL));
    assert_true(r->gate != NULL && r->objects == NULL && r->stages == NULL);
    (void)unlink(path);
    pv_model_free(r);
    pv_model_free(m);
}

static void only_a_sane_gate_is_taken(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_model *m = test_model(3, 6, 5, 1);
    m->gate = gate_of();
    pv_early_gate *g = m->gate;
    assert_ok(pv_model_check(m, &err));
    const struct {
        int *at, bad;
    } number[] = {{&g->threshold, 0}, {&g->threshold, 256}, {&g->least_low, 0}, {&g->least_low, 255}};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        int was = *number[i].at;
        *number[i].at = number[i].bad;
        assert_int_equal(pv_model_check(m, &err), PV_MODEL);
        *number[i].at = was;
    }
    g->patches.kept = 11;
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "more than there was");
    g->patches.kept = 10;
    (void)snprintf(g->trees->column[1], PV_NAME, "unheard_of");
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "unheard_of");
    memcpy(g->trees->column[1], m->column[1], PV_NAME);
    (void)snprintf(g->trees->class_name[1], PV_NAME, "ajar");
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "do not tell 'closed' from 'open'");
    (void)snprintf(g->trees->class_name[1], PV_NAME, "open");
    (void)snprintf(m->kind, sizeof m->kind, "table");
    m->gsd_m = 0;
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    pv_model_free(m);
}

/* 128 + (open - closed) / 4, cut down and held. */
static void evidence_by_hand(void **state)
{
    (void)state;
    static int16_t score[2 * PV_BATCH];
    uint8_t e[6];
    const int open[6] = {0, 3, -1, 508, -512, 32767}, want[6] = {128, 128, 127, 255, 0, 255};
    for (int i = 0; i < 6; i++) {
        score[i] = i == 5 ? -32768 : 7;
        score[PV_BATCH + i] = (int16_t)(i == 5 ? open[i] : open[i] + 7);
    }
    pv_early_gate_evidence(score, 6, e);
    for (int i = 0; i < 6; i++) assert_int_equal(e[i], want[i]);
}

static void only_a_sane_window_is_averaged_over(void **state)
{
    (void)state;
    const double bad[] = {-1, 0.5, 129, 1e300};
    pv_model *m = test_model(3, 6, 5, 1);
    pv_err err = {0};
    m->smooth_m = m->gsd_m;
    assert_ok(pv_model_check(m, &err));
    for (int i = 0; i < 4; i++) {
        m->smooth_m = bad[i] * m->gsd_m;
        assert_int_equal(pv_model_check(m, &err), PV_MODEL);
        assert_says(err, "averages probabilities over");
    }
    as_part(m, "object");
    m->smooth_m = 0.1;
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    pv_model_free(m);
}

/* Any byte changed or cut: refused with words, or a model that passes the check. */
static void any_damage_is_stood(void **state)
{
    (void)state;
    const char *path = "models_objects_3.pvm";
    char *a = NULL, *b = NULL;
    size_t n = 0;
    int taken = 0;
    pv_model *m = whole_model();
    m->gate = gate_of();
    assert_ok(pv_model_save(m, path, 1, NULL));
    assert_ok(pv_file_read(path, 8 << 20, &a, &n, NULL));
    for (uint64_t i = 0; i < 6000; i++) {
        pv_err err = {0};
        pv_model *r = NULL;
        size_t cut = i % 7 == 0 ? test_hash(i + 3) % (n + 1) : n;
        assert_ok(pv_alloc(&b, cut, 1, "copy", NULL)); /* of the exact size, for the address sanitizer */
        memcpy(b, a, cut);
        if (i % 7 != 0) b[108 + test_hash(i) % (n - 108)] ^= (char)(1 + test_hash(i + 9) % 255);
        if (pv_model_parse(&r, b, cut, 0, &err) == PV_OK) {
            taken++;
            assert_ok(pv_model_check(r, NULL));
        } else {
            assert_true(err.text[0] != '\0');
        }
        pv_model_free(r);
        pv_free(b);
    }
    assert_true(taken > 100);
    (void)unlink(path);
    pv_free(a);
    pv_model_free(m);
}

static void no_memory_leaks_nothing(void **state)
{
    (void)state;
    const char *path = "models_objects_4.pvm";
    pv_model *m = whole_model(), *r = NULL;
    pv_status st = PV_NOMEM;
    m->gate = gate_of();
    assert_ok(pv_model_save(m, path, 1, NULL));
    for (long k = 0; st == PV_NOMEM && k < 200; k++) {
        pv_mem_fail_at(k, 0);
        st = pv_model_load(&r, path, NULL);
        pv_mem_fail_at(-1, 0);
    }
    assert_ok(st);
    (void)unlink(path);
    pv_model_free(r);
    pv_model_free(m);
}

static void wrong_parts_are_refused(void **state)
{
    (void)state;
    pv_err err;
    pv_model *m = whole_model();
    assert_ok(pv_model_check(m, &err));
    m->objects->probability_e4[100] = 0;
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "probabilities fall");
    m->objects->probability_e4[100] = 3900;
    (void)snprintf(m->stages->column[1], PV_NAME, "strange");
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "column 'strange'");
    (void)snprintf(m->stages->column[1], PV_NAME, "column_001");
    m->density[1].stage[0] = '\0';
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "twice");
    m->density[1].per_m2_e3[0] = 9;
    assert_int_equal(pv_model_check(m, &err), PV_MODEL);
    assert_says(err, "upside down");
    pv_model_free(m);
}

/* 100 pairs at code 50, 20 of them true; 100 at 200, 90 true; 50 at 100 with fewer hits than at 50: pooled with them. */
static void calibration_is_isotonic(void **state)
{
    (void)state;
    enum { N = 250 };
    uint8_t code[N], truth[N];
    uint16_t p[PV_OBJECT_CODES];
    for (int i = 0; i < N; i++) {
        code[i] = (uint8_t)(i < 100 ? 50 : i < 200 ? 200 : 100);
        truth[i] = i < 100 ? i < 20 : i < 200 ? i < 190 : i < 205;
    }
    assert_ok(pv_calibrate(p, N, code, truth, NULL));
    /* pooled: 25 of 150, overall 115 of 250, two pairs more: (25 + 2 x 0.46) / 152; and (90 + 0.92) / 102. Middles: 66.67 and 200. */
    assert_int_equal(p[0], 1705);
    assert_int_equal(p[66], 1705);
    assert_int_equal(p[200], 8914);
    assert_int_equal(p[254], 8914);
    assert_in_range(p[133], 5275, 5330);
    for (int c = 1; c < PV_OBJECT_CODES; c++) assert_true(p[c] >= p[c - 1]);
    assert_ok(pv_calibrate(p, 0, code, truth, NULL));
    assert_true(p[0] == 0 && p[127] == 5000 && p[254] == 10000);
}

static void quantiles_are_on_the_safe_side(void **state)
{
    (void)state;
    uint32_t v[99], q[3];
    for (uint32_t i = 0; i < 99; i++) v[i] = 99 - i;
    pv_density_quantiles(99, v, q);
    assert_true(q[0] == 5 && q[1] == 50 && q[2] == 95);
    for (uint32_t i = 0; i < 10; i++) v[i] = i + 1;
    pv_density_quantiles(10, v, q); /* too few for 5 %: the whole range */
    assert_true(q[0] == 1 && q[1] == 6 && q[2] == 10);
}

/* Draws of uniform densities, as many as there are places, each seen twice: the interval holds the next one. */
static void few_places_hold_the_next_one(void **state)
{
    (void)state;
    uint64_t dice = 1;
    for (size_t places = 5; places <= 60; places += 5) {
        int held = 0, tries = 2000;
        for (int t = 0; t < tries; t++) {
            uint32_t v[121], q[3];
            for (size_t i = 0; i <= places; i++) {
                dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                v[i] = 10000 + (uint32_t)(dice >> 33) % 20000;
            }
            uint32_t next = v[places];
            for (size_t i = 0; i < places; i++) v[places + i] = v[i];
            pv_density_interval(2 * places, v, places, q);
            assert_true(q[0] <= q[1] && q[1] <= q[2]);
            held += q[0] <= next && next <= q[2];
        }
        assert_in_range(held * 100 / tries, 86, 97);
    }
}

static void a_stray_density_moves_little(void **state)
{
    (void)state;
    uint32_t v[8] = {15000, 16000, 17000, 18000, 19000, 20000, 21000, 90000}, q[3];
    pv_density_interval(8, v, 8, q);
    assert_in_range(q[1], 17000, 20500);
    assert_true(q[2] < 40000 && q[0] > 9000);
    uint32_t same[6] = {7000, 7000, 7000, 7000, 7000, 7000};
    pv_density_interval(6, same, 6, q);
    for (int k = 0; k < 3; k++) assert_in_range(q[k], 6995, 7000);
    uint32_t far[4] = {1, 1, UINT32_MAX, UINT32_MAX};
    pv_density_interval(4, far, 2, q);
    assert_true(q[0] == 1 && q[0] <= q[1] && q[1] <= q[2]);
}

static void novelty_counts_columns_out_of_range(void **state)
{
    (void)state;
    pv_table t = {0};
    pv_model *m = whole_model();
    int id = 0;
    char names[4][PV_NAME];
    for (int c = 0; c < 4; c++) memcpy(names[c], m->objects->trees->column[c], PV_NAME);
    assert_ok(pv_table_init(&t, 4, NAMES(names), NULL));
    assert_ok(pv_table_class(&t, "x", &id, NULL));
    for (int i = 0; i < 1000; i++) {
        uint16_t v[4] = {(uint16_t)i, (uint16_t)(1000 - i), (uint16_t)(i * 7 % 1000), 500};
        assert_ok(pv_table_add(&t, v, 0, -1, -1, NULL));
    }
    assert_ok(pv_object_stage_learn_range(m->objects, &t, NULL));
    assert_ok(pv_object_stage_check(m->objects, NULL));
    assert_true(m->objects->range[0].low == 10 && m->objects->range[0].median == 500 && m->objects->range[0].high == 989);
    const uint16_t known[4] = {500, 500, 500, 500}, strange[4] = {60000, 60000, 60000, 1};
    assert_int_equal(pv_object_novelty_e4(m->objects, known), 0);
    assert_int_equal(pv_object_novelty_e4(m->objects, strange), 10000);
    pv_table_release(&t);
    pv_model_free(m);
}

static void code_leans_on_the_mean(void **state)
{
    (void)state;
    int16_t score[2 * PV_BATCH] = {0};
    score[PV_BATCH + 3] = 120;
    assert_int_equal(pv_object_code(score, 3, 32768), 127 + 9);
    assert_int_equal(pv_object_code(score, 3, 32768 + 1024), 127 + 10);
    assert_int_equal(pv_object_code(score, 3, 0), 127 + 9 - 32);
    score[3] = 32767;
    score[PV_BATCH + 3] = -32768;
    assert_int_equal(pv_object_code(score, 3, 65535), 0);
    score[3] = -32768;
    score[PV_BATCH + 3] = 32767;
    assert_int_equal(pv_object_code(score, 3, 0), 254);
}

/* Ten labels in blocks 0..4, two each: the first in flower at code 200 (label 0: 120), the second a seedling at code 90. At each of those codes as many
 * patches that no label covers, 300 of these at code 20. */
static size_t made_pairs(pv_pair *pair)
{
    size_t n = 0;
    for (int32_t k = 0; k < 10; k++) {
        int firm = k % 2 == 0;
        uint8_t code = (uint8_t)(k == 0 ? 120 : firm ? 200 : 90);
        pair[n++] = (pv_pair){.code = code, .truth = 1, .firm = (uint8_t)firm, .label = k, .block = k / 2};
        pair[n++] = (pv_pair){.code = code, .truth = -1, .label = -1, .block = k / 2};
    }
    for (int i = 0; i < 300; i++) pair[n++] = (pv_pair){.code = 20, .truth = -1, .label = -1, .block = i % 5};
    return n;
}

static void threshold_is_fixed_unless_labels_stay_below(void **state)
{
    (void)state;
    pv_pair pair[400];
    int keep = -1;
    size_t n = made_pairs(pair);
    assert_ok(pv_pairs_threshold(&keep, n, pair, -1, NULL)); /* seedlings at 90 do not lower it */
    assert_int_equal(keep, 116);
    pair[0].code = 80;
    assert_ok(pv_pairs_threshold(&keep, n, pair, -1, NULL)); /* nor does one of five in flower */
    assert_int_equal(keep, 116);
    for (size_t i = 0; i < n; i++)
        if (pair[i].label == 2) pair[i].code = 100;
    assert_ok(pv_pairs_threshold(&keep, n, pair, -1, NULL)); /* two of five do: four are kept */
    assert_int_equal(keep, 100);
    pair[n++] = (pv_pair){.code = 130, .truth = 1, .firm = 1, .label = 2, .block = 4};
    assert_ok(pv_pairs_threshold(&keep, n, pair, -1, NULL)); /* a label counts by its best patch */
    assert_int_equal(keep, 116);
    assert_ok(pv_pairs_threshold(&keep, n, pair, 4, NULL)); /* without the block of that patch and of a plot at 200 */
    assert_int_equal(keep, 80);
    for (size_t i = 0; i < n; i++) pair[i].firm = 0;
    assert_ok(pv_pairs_threshold(&keep, n, pair, -1, NULL)); /* none in flower: eight of ten labels */
    assert_int_equal(keep, 90);
    assert_ok(pv_pairs_threshold(&keep, 0, pair, -1, NULL));
    assert_int_equal(keep, 116);
}

static void calibration_counts_targets_without_label(void **state)
{
    (void)state;
    pv_pair pair[400];
    uint16_t p[PV_OBJECT_CODES];
    pv_reliability r = {0};
    size_t n = made_pairs(pair);
    assert_ok(pv_pairs_calibrate(p, n, pair, 5000, -1, NULL));
    assert_true(p[20] < 100);
    assert_in_range(p[200], 8000, 10000); /* every second patch has a label: all are targets, but for the pull to the mean */
    for (int b = 0; b < 5; b++) pv_reliability_add(&r, n, pair, b, p, 100, 5000);
    assert_true(r.patches == 320 && r.kept == 10 && r.targets == 10 && r.targets_kept == 5);
    assert_float_equal(r.true_targets, 20, 1e-9);
    assert_true(r.squares / (double)r.patches < 0.02);
    for (size_t i = 0; i < n; i++)
        if (pair[i].truth < 0) pair[i].truth = 0;
    assert_int_equal(pv_pairs_labelled_e4(n, pair, -1), 10000); /* all truths are known */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip_keeps_the_parts),
                                       cmocka_unit_test(round_trip_keeps_the_gate),
                                       cmocka_unit_test(only_a_sane_gate_is_taken),
                                       cmocka_unit_test(evidence_by_hand),
                                       cmocka_unit_test(only_a_sane_window_is_averaged_over),
                                       cmocka_unit_test(any_damage_is_stood),
                                       cmocka_unit_test(no_memory_leaks_nothing),
                                       cmocka_unit_test(wrong_parts_are_refused),
                                       cmocka_unit_test(calibration_is_isotonic),
                                       cmocka_unit_test(code_leans_on_the_mean),
                                       cmocka_unit_test(threshold_is_fixed_unless_labels_stay_below),
                                       cmocka_unit_test(calibration_counts_targets_without_label),
                                       cmocka_unit_test(quantiles_are_on_the_safe_side),
                                       cmocka_unit_test(few_places_hold_the_next_one),
                                       cmocka_unit_test(a_stray_density_moves_little),
                                       cmocka_unit_test(few_places_hold_the_next_one),
                                       cmocka_unit_test(a_stray_density_moves_little),
                                       cmocka_unit_test(novelty_counts_columns_out_of_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
