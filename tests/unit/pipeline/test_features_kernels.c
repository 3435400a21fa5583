/* The feature loops: every path that the machine has against a naive reference, at all small lengths, unaligned, at chance and at extreme values;
 * coders against the tables and trees of a model; whole tiles on every path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/trees.h"
#include "pipeline/features_kernels.h"
#include "tests/unit/pipeline/features_scene.h"

#include "base/banned.h"

enum { MOST = PV_BATCH + 64, LENGTHS = 132 };

/* All lengths from 0 to 130, and one batch. */
static size_t length_at(int k)
{
    return k < LENGTHS - 1 ? (size_t)k : PV_BATCH;
}

static uint16_t some(int kind)
{
    if (kind == 0) return (uint16_t)chance(65536);
    if (kind == 1) return (uint16_t)(chance(2) ? 65535 : 0);
    return (uint16_t)(chance(3) * 257 + chance(3));
}

typedef struct rows {
    uint16_t v[5][MOST];
    uint8_t ok[2][MOST];
    uint32_t sum[4][MOST];
    uint64_t square[4][MOST];
    int32_t n[MOST];
    float share[MOST];
} rows;

/* Sums of windows of n chance pixels; the outer corners hold what is needed for the difference to be that, modulo the type. */
static void rows_fill(rows *r, int kind, int largest)
{
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < MOST; i++) {
        uint32_t n = 1 + chance((uint32_t)largest), high = chance(n + 1), a = some(kind), b = some(kind);
        uint32_t s1 = high * a + (n - high) * b;
        uint64_t s2 = (uint64_t)high * a * a + (uint64_t)(n - high) * b * b;
        for (int k = 0; k < 5; k++) r->v[k][i] = some(kind);
        for (int k = 0; k < 2; k++) r->ok[k][i] = (uint8_t)chance(3);
        for (int k = 1; k < 4; k++) {
            r->sum[k][i] = chance(65536) << 16;
            r->square[k][i] = (uint64_t)chance(65536) << 40;
        }
        r->sum[0][i] = s1 + r->sum[1][i] + r->sum[2][i] - r->sum[3][i];
        r->square[0][i] = s2 + r->square[1][i] + r->square[2][i] - r->square[3][i];
        r->n[i] = (int32_t)n;
        r->share[i] = pv_window_share((int)n);
    }
}

static pv_window_row window_of(const rows *r, size_t from)
{
    return (pv_window_row){r->sum[0] + from,    r->sum[1] + from,    r->sum[2] + from,    r->sum[3] + from, r->square[0] + from,
                           r->square[1] + from, r->square[2] + from, r->square[3] + from, r->n + from,      r->share + from};
}

/* Writes n elements of out and nothing else: the rest stays 0xa5. */
static void tail_is_untouched(const void *out, size_t bytes, size_t all)
{
    const uint8_t *b = out;
    for (size_t i = bytes; i < all && i < bytes + 80; i++) assert_int_equal(b[i], 0xa5);
}

static uint16_t out[2][MOST];

static void windows_are_exact(void **state)
{
    (void)state;
    static rows r;
    static uint16_t mean[MOST], sd[MOST];
    for (int t = 0; t < 9; t++) {
        int largest = t % 3 == 2 ? PV_FAST_MEAN : t % 3 == 1 ? PV_FAST_MOMENTS : 25;
        rows_fill(&r, t / 3, largest);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            const pv_feature_kernels *loop = pv_feature_kernels_of((pv_cpu)p);
            for (int k = 0; k < LENGTHS; k++) {
                size_t n = length_at(k), from = (size_t)k % 7;
                pv_window_row w = window_of(&r, from);
                pv_window_slow(&w, n, mean, sd);
                memset(out, 0xa5, sizeof out);
                loop->means(&w, n, out[0]);
                assert_memory_equal(out[0], mean, 2 * n);
                tail_is_untouched(out[0], 2 * n, sizeof out[0]);
                if (largest > PV_FAST_MOMENTS) continue;
                memset(out, 0xa5, sizeof out);
                loop->moments(&w, n, out[0], out[1]);
                assert_memory_equal(out[0], mean, 2 * n);
                assert_memory_equal(out[1], sd, 2 * n);
                tail_is_untouched(out[0], 2 * n, sizeof out[0]);
                tail_is_untouched(out[1], 2 * n, sizeof out[1]);
            }
        }
    }
}

static void check_sums(const pv_feature_kernels *loop, const rows *r, size_t from, size_t n)
{
    static uint32_t sum[MOST];
    static uint64_t square[MOST];
    uint32_t s = 0;
    uint64_t q = 0;
    memset(sum, 0xa5, sizeof sum);
    memset(square, 0xa5, sizeof square);
    loop->sum_row(r->v[0] + from, n, r->sum[1] + from, sum + 1);
    loop->square_row(r->v[0] + from, n, r->square[1] + from, square + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t v = r->v[0][from + i];
        s += (uint32_t)v;
        q += v * v;
        assert_int_equal(sum[i + 1], (uint32_t)(s + r->sum[1][from + i]));
        assert_true(square[i + 1] == q + r->square[1][from + i]);
    }
    tail_is_untouched(sum, 4 * n + 4, sizeof sum);
    tail_is_untouched(square, 8 * n + 8, sizeof square);
}

static void check_edges(const pv_feature_kernels *loop, const rows *r, size_t from, size_t n)
{
    const uint16_t *v = r->v[0] + from, *down = r->v[1] + from;
    const uint8_t *ok = r->ok[0] + from, *below = r->ok[1] + from;
    if (n == 0) return;
    memset(out, 0xa5, sizeof out);
    loop->edge_row(v, down, ok, below, n, out[0]);
    for (size_t i = 0; i < n; i++) {
        int a = i + 1 < n && ok[i + 1] == 1 ? abs(v[i + 1] - v[i]) : 0, b = below[i] == 1 ? abs(down[i] - v[i]) : 0;
        assert_int_equal(out[0][i], ok[i] == 1 ? (a + b) / 2 : 0);
    }
    tail_is_untouched(out[0], 2 * n, sizeof out[0]);
}

static void check_extremes(const pv_feature_kernels *loop, const rows *r, size_t from, size_t n)
{
    memset(out, 0xa5, sizeof out);
    memcpy(out[0], r->v[0] + from, 2 * n);
    loop->most_of_rows(r->v[1] + from, n, out[0]);
    loop->differences(r->v[0] + from, r->v[1] + from, n, out[1]);
    for (size_t i = 0; i < n; i++) {
        int a = r->v[0][from + i], b = r->v[1][from + i];
        assert_int_equal(out[0][i], a > b ? a : b);
        assert_int_equal(out[1][i], (65536 + a - b) / 2);
    }
    tail_is_untouched(out[0], 2 * n, sizeof out[0]);
    tail_is_untouched(out[1], 2 * n, sizeof out[1]);
    for (int width = 3; width < 40 && n > 0; width += 2) {
        size_t all = n + (size_t)width - 1;
        if (from + all > MOST) return;
        memset(out, 0xa5, sizeof out);
        memcpy(out[0], r->v[2] + from, 2 * all);
        loop->most_along(out[0], n, width);
        for (size_t i = 0; i < n; i++) {
            uint16_t most = 0;
            for (int k = 0; k < width; k++) most = r->v[2][from + i + (size_t)k] > most ? r->v[2][from + i + (size_t)k] : most;
            assert_int_equal(out[0][i], most);
        }
        tail_is_untouched(out[0], 2 * all, sizeof out[0]);
    }
}

static void rows_are_exact(void **state)
{
    (void)state;
    static rows r;
    for (int kind = 0; kind < 3; kind++) {
        rows_fill(&r, kind, 9);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            for (int k = 0; k < LENGTHS; k++) {
                check_sums(pv_feature_kernels_of((pv_cpu)p), &r, (size_t)k % 7, length_at(k));
                check_edges(pv_feature_kernels_of((pv_cpu)p), &r, (size_t)k % 7, length_at(k));
                check_extremes(pv_feature_kernels_of((pv_cpu)p), &r, (size_t)k % 7, length_at(k));
            }
        }
    }
}

/* The portable loops are held to the formulas by test_features; here the others to them. */
static void channels_are_the_same_on_all_paths(void **state)
{
    (void)state;
    static rows r;
    for (int t = 0; t < 60; t++) {
        rows_fill(&r, t % 3, 9);
        for (int c = 0; c < (int)PV_CHANNELS; c++) {
            for (int p = 1; p <= (int)pv_cpu_best(); p++) {
                size_t n = t < 3 ? PV_BATCH : chance(131), from = chance(9);
                const uint16_t *const band[] = {r.v[0] + from, r.v[1] + from, r.v[2] + from, r.v[3] + from, r.v[4] + from};
                memset(out, 0xa5, sizeof out);
                pv_feature_kernels_of(PV_CPU_PORTABLE)->channel[c](band, n, out[0]);
                pv_feature_kernels_of((pv_cpu)p)->channel[c](band, n, out[1]);
                assert_memory_equal(out[0], out[1], sizeof out[0]);
                tail_is_untouched(out[1], 2 * n, sizeof out[1]);
            }
        }
    }
}

/* Rows of photos of bytes, whole and with one value of another kind in them, as those of any photo. */
static void check_bytes(const pv_stretch *s)
{
    enum { N = 300 };
    uint16_t value[N], want[N], got[N + 4];
    for (int p = 0; p <= (int)pv_cpu_best(); p++) {
        for (size_t n = 0; n <= N; n += 1 + chance(40)) {
            for (size_t k = 0; k < N; k++) value[k] = (uint16_t)(257 * chance(256));
            if (n > 0 && n % 3 == 0) value[chance((uint32_t)n)] = (uint16_t)chance(65536);
            pv_feature_kernels_portable.stretch_row(s, value, n, want);
            memset(got, 0xa5, sizeof got);
            pv_feature_kernels_of((pv_cpu)p)->stretch_row(s, value, n, got);
            assert_memory_equal(got, want, n * sizeof *got);
            assert_int_equal(got[n], 0xa5a5);
        }
    }
}

/* All values on lines of all kinds, against 64-bit integers. */
static void stretches_are_lines(void **state)
{
    (void)state;
    static uint16_t value[65536], got[65536];
    for (int k = 0; k < 65536; k++) value[k] = (uint16_t)k;
    for (int t = 0; t < 60; t++) {
        int32_t a = (int32_t)chance(t % 3 ? 65000 : 30), b = a + 1 + (int32_t)chance(t % 2 ? 4 : (uint32_t)(65535 - a)),
                to_b = 3278 + (int32_t)chance(49000);
        pv_stretch s = {.middle = b, .low = {a, 3277, to_b - 3277, b - a}, .high = {b, to_b, 52428 - to_b, 1 + (int32_t)chance(t % 4 ? 65535 : 3)}};
        pv_stretch_bytes(&s);
        check_bytes(&s);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            pv_feature_kernels_of((pv_cpu)p)->stretch_row(&s, value, 65536, got);
            for (int v = 0; v < 65536; v++) {
                const pv_line *l = v < b ? &s.low : &s.high;
                int64_t num = (int64_t)(v - l->from) * l->rise + (int64_t)l->to * l->run, due = num < 0 ? 0 : num / l->run;
                if (got[v] != (due > 65535 ? 65535 : due)) fail_msg("path %d: %d becomes %d, should be %d", p, v, got[v], (int)due);
            }
        }
    }
}

/* Which of some bytes are picked, and where the next row goes on. */
static void picks_leave_no_gaps(void **state)
{
    (void)state;
    uint8_t wanted[PV_PICK_W], from[PV_PICK_W], to[PV_PICK_W + PV_PICK_BLOCK];
    for (int t = 0; t < 400; t++) {
        pv_pick pick;
        size_t w = 1 + chance(PV_PICK_W), n = 0, first = w;
        memset(from, 0xa5, sizeof from);
        for (size_t x = 0; x < w; x++) {
            wanted[x] = (uint8_t)(t % 5 == 0 ? t % 2 : chance(8) < (uint32_t)(t % 8));
            if (wanted[x] && first == w) first = x;
        }
        pv_pick_make(&pick, wanted, w);
        for (size_t x = 0; first + x < w; x++) from[x] = (uint8_t)chance(256);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            memset(to, 0x5a, sizeof to);
            pv_feature_kernels_of((pv_cpu)p)->pick(from, &pick, to);
            n = 0;
            for (size_t x = first; x < w; x++) {
                if (!wanted[x]) continue;
                size_t block = (x - first) / PV_PICK_BLOCK;
                assert_int_equal(to[n++], from[x - first]);
                assert_true(block < pick.blocks && pick.count[block] > 0);
            }
            assert_int_equal(pick.n, n);
            for (size_t k = n + PV_PICK_BLOCK - 1; k < sizeof to; k++) assert_int_equal(to[k], 0x5a);
        }
    }
}

/* A model of one column with `edges` edges of which trees ask at most `asked`; kind as in some(). */
static pv_model *model_of(int edges, int asked, int kind)
{
    pv_model *m = NULL;
    int n_trees = asked / PV_TREE_MAX_DEPTH + 1;
    assert_int_equal(pv_model_new(&m, 2, 2, n_trees, NULL), PV_OK);
    m->n_edges[0] = m->n_edges[1] = (uint8_t)edges;
    int dense = 65536 / (edges + 1);
    for (int e = 0, at = kind == 0 ? 0 : 1; e < edges; e++) {
        m->edge[0][e] = (uint16_t)(e == edges - 1 && kind == 0 ? 65535 : at);
        at += kind == 2 ? 1 : 1 + (int)chance((uint32_t)dense);
    }
    for (int t = 0; t < n_trees; t++)
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            int used = PV_TREE_MAX_DEPTH * t + d < asked;
            m->tree[t].column[d] = (uint16_t)(used ? 0 : 1);
            m->tree[t].threshold[d] = (uint8_t)(used ? (asked >= edges ? PV_TREE_MAX_DEPTH * t + d : (int)chance(256)) : 7);
        }
    return m;
}

static void check_coder(const pv_model *m, const pv_coder *c, const uint16_t *value, size_t n)
{
    static uint8_t table[65536], code[65536 + 8];
    pv_model_code_table(m, 0, table);
    for (int p = 0; p <= (int)pv_cpu_best(); p++) {
        memset(code, 0xa5, sizeof code);
        pv_feature_kernels_of((pv_cpu)p)->codes(c, value, n, code);
        for (size_t i = 0; i < n; i++) {
            int due = 0; /* the smallest code with the same answers */
            for (int t = 0; t < m->n_trees; t++)
                for (int d = 0; d < PV_TREE_MAX_DEPTH; d++)
                    if (m->tree[t].column[d] == 0 && table[value[i]] > m->tree[t].threshold[d] && m->tree[t].threshold[d] + 1 > due)
                        due = m->tree[t].threshold[d] + 1;
            if (code[i] != due) fail_msg("%s: code of %d is %d, should be %d", pv_cpu_name((pv_cpu)p), value[i], code[i], due);
        }
        tail_is_untouched(code, n, sizeof code);
    }
}

static void coders_answer_as_the_tables_do(void **state)
{
    (void)state;
    static const int asked[] = {0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 255, 600};
    static uint16_t value[65536];
    for (int k = 0; k < 65536; k++) value[k] = (uint16_t)k;
    for (size_t a = 0; a < sizeof asked / sizeof asked[0]; a++) {
        for (int kind = 0; kind < 3; kind++) {
            pv_model *m = model_of(kind == 1 ? 100 : 255, asked[a], kind);
            pv_coder c;
            pv_coder_make(&c, m, 0);
            for (int k = 0; k < LENGTHS - 1; k++) check_coder(m, &c, value + chance(65000), length_at(k));
            for (int e = 0; e < m->n_edges[0]; e++)
                if (m->edge[0][e] > 20) check_coder(m, &c, value + m->edge[0][e] - 20, m->edge[0][e] < 65500 ? 40 : 21);
            pv_model_free(m);
        }
    }
}

static void tiles_are_the_same_on_all_paths(void **state)
{
    (void)state;
    static const char column[][PV_NAME] = {"ndvi_mean_0.30m", "ndvi_sd_0.50m",       "exg_edge_0.50m", "exg_max_0.70m", "wax",
                                           "nir_sd_9.00m",    "red_diff_0.30m_1.50m"};
    enum { N = sizeof column / sizeof column[0], SIDE = 90 };
    static uint16_t plane[PV_CPU_PATHS][N][SIDE * SIDE];
    pv_photo_facts f;
    facts_fill(&f);
    for (int holes = 0; holes < 40; holes += 20) {
        scene s;
        scene_make(&s, SIDE, SIDE, holes);
        pv_feature_plan *plan = plan_of(N, column, "none", &f);
        for (int p = 0; p <= (int)pv_cpu_best(); p++) {
            answers a = {.w = SIDE};
            for (int c = 0; c < N; c++) a.plane[c] = plane[p][c];
            run_tiled_by(pv_feature_kernels_of((pv_cpu)p), &s, plan, 50, 33, &a);
            assert_memory_equal(plane[p], plane[0], sizeof plane[p]);
        }
        pv_feature_plan_free(plan);
        scene_drop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_leave_no_gaps),
        cmocka_unit_test(windows_are_exact),
        cmocka_unit_test(rows_are_exact),
        cmocka_unit_test(channels_are_the_same_on_all_paths),
        cmocka_unit_test(stretches_are_lines),
        cmocka_unit_test(coders_answer_as_the_tables_do),
        cmocka_unit_test(tiles_are_the_same_on_all_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
