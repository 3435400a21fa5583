/* Patches: drawn masks, a naive flood fill, pushes of any size, and memory that fails. */
#include "pipeline/patches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "pipeline/patches_bits.h"

#include "base/banned.h"

enum { LOW = 100, HIGH = 200, MAX_SIDE = 64, MAX_PATCHES = MAX_SIDE * MAX_SIDE };

typedef struct picture {
    int w, h;
    uint8_t prob[MAX_SIDE * MAX_SIDE], best[MAX_SIDE * MAX_SIDE];
} picture;

/* What came out, whole: the order counts. */
typedef struct found {
    int n;
    pv_patch patch[MAX_PATCHES];
    pv_run run[MAX_PATCHES];
    int64_t n_runs;
    int stop_at; /* the call that fails, -1 = none */
} found;

static found got, want;
static picture pic;

static pv_status keep(void *user, const pv_patch *patch, pv_err *err)
{
    found *f = user;
    if (f->n == f->stop_at) return pv_fail(err, PV_IO, "the sink is full");
    assert_true(f->n < MAX_PATCHES);
    f->patch[f->n] = *patch;
    f->patch[f->n].run = NULL;
    for (int64_t i = 0; i < patch->n_runs; i++) f->run[f->n_runs++] = patch->run[i];
    f->n++;
    return PV_OK;
}

/* '.' quiet, 'o' low, '#' high, '?' not seen. */
static void draw(picture *p, int w, int h, const char *art)
{
    assert_int_equal(strlen(art), (size_t)w * (size_t)h);
    p->w = w;
    p->h = h;
    for (int i = 0; i < w * h; i++) {
        p->prob[i] = art[i] == '#' ? 220 : art[i] == 'o' ? 120 : art[i] == '?' ? 255 : 30;
        p->best[i] = (uint8_t)(art[i] == '?' ? 255 : i % 5);
    }
}

static pv_status scan(const picture *p, const pv_patches_options *o, int rows_at_once, found *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_patches *patches = NULL;
    pv_patches_options options = *o;
    options.width_px = p->w;
    options.sink = keep;
    options.user = f;
    f->n = 0;
    f->n_runs = 0;
    PV_TRY(pv_patches_new(&patches, &options, err));
    for (int y = 0; y < p->h; y += rows_at_once) {
        int n = p->h - y < rows_at_once ? p->h - y : rows_at_once;
        /* A copy of exactly these rows: reading beyond them is an error that a sanitizer sees. */
        uint8_t *prob = malloc((size_t)(n * p->w)), *best = malloc((size_t)(n * p->w));
        memcpy(prob, p->prob + y * p->w, (size_t)(n * p->w));
        memcpy(best, p->best + y * p->w, (size_t)(n * p->w));
        st = pv_patches_push(patches, prob, best, n, err);
        free(prob);
        free(best);
        if (st != PV_OK) goto out;
    }
    PV_TRY(pv_patches_finish(patches, err));
out:
    pv_patches_free(patches);
    return st;
}

static const pv_patches_options plain = {.low = LOW, .high = HIGH};

static int number_of(int w, int h, const char *art)
{
    pv_err err;
    got.stop_at = -1;
    draw(&pic, w, h, art);
    assert_int_equal(scan(&pic, &plain, 1, &got, &err), PV_OK);
    return got.n;
}

static void test_drawn_masks(void **state)
{
    (void)state;
    assert_int_equal(number_of(4, 3, "............"), 0);
    assert_int_equal(number_of(4, 3, "############"), 1);
    assert_int_equal(got.patch[0].pixels, 12);
    assert_int_equal(got.patch[0].sum_prob, 12 * 220);
    assert_int_equal(number_of(3, 3, "....#...."), 1);
    assert_int_equal(got.patch[0].pixels, 1);
    assert_int_equal(got.patch[0].cut_by_edge, 0);
    assert_int_equal(got.patch[0].sum_x, 1);
    assert_int_equal(got.patch[0].sum_y, 1);
    assert_int_equal(number_of(4, 2, "#...#..."), 1);
    assert_int_equal(number_of(4, 2, "#....#.."), 1); /* a corner joins */
    assert_int_equal(number_of(4, 2, ".#..#..."), 1); /* the other diagonal */
    assert_int_equal(number_of(4, 2, "#.....#."), 2);
    assert_int_equal(number_of(5, 5, "#######..##.#.##...######"), 1);                         /* a ring, and a dot that touches it by a corner */
    assert_int_equal(number_of(7, 7, "########.....##.....##..#..##.....##.....########"), 2); /* a ring and a dot apart */
    assert_int_equal(got.patch[0].pixels, 1);                                                  /* the dot closes first */
    assert_int_equal(got.patch[1].pixels, 24);
    assert_int_equal(number_of(5, 3, "#...##...######"), 1);       /* U: joins late */
    assert_int_equal(number_of(7, 3, "#.#.#.##.#.#.########"), 1); /* comb */
    assert_int_equal(number_of(7, 3, "########.#.#.##.#.#.#"), 1); /* comb, teeth down */
    assert_int_equal(number_of(4, 4, "#.#..#.##.#..#.#"), 1);      /* checkerboard */
    assert_int_equal(number_of(1, 5, "#.###"), 2);
    assert_int_equal(number_of(5, 1, "#.###"), 2);
    assert_int_equal(number_of(9, 9,
                               "#########"
                               "........#"
                               "#######.#"
                               "#.....#.#"
                               "#.###.#.#"
                               "#.#...#.#"
                               "#.#####.#"
                               "#.......#"
                               "#########"),
                     1); /* spiral */
}

static void test_order_and_statistics(void **state)
{
    (void)state;
    /* b closes before a, although a begins first; c and d close on the same row, c first by its first pixel. */
    assert_int_equal(number_of(8, 5,
                               "#....#.."
                               "#.#..#.."
                               "#...##.."
                               "#......."
                               "..#.#..#"),
                     6);
    assert_int_equal(got.patch[0].first_y, 1);
    assert_int_equal(got.patch[0].first_x, 2);
    assert_int_equal(got.patch[1].first_x, 5);
    assert_int_equal(got.patch[1].pixels, 4);
    assert_int_equal(got.patch[1].sum_x, 5 + 5 + 4 + 5);
    assert_int_equal(got.patch[1].sum_y, 0 + 1 + 2 + 2);
    assert_int_equal(got.patch[1].box.x, 4);
    assert_int_equal(got.patch[1].box.w, 2);
    assert_int_equal(got.patch[1].box.h, 3);
    assert_int_equal(got.patch[2].first_x, 0);
    assert_int_equal(got.patch[2].cut_by_edge, 1);
    assert_int_equal(got.patch[3].first_x, 2);
    /* Classes are i % 5 of the pixel's number: 5, 13, 20, 21. */
    assert_int_equal(got.patch[1].class_pixels[0], 2);
    assert_int_equal(got.patch[1].class_pixels[3], 1);
    assert_int_equal(got.patch[1].class_pixels[1], 1);
}

static void test_hysteresis(void **state)
{
    (void)state;
    assert_int_equal(number_of(5, 1, "ooooo"), 0);
    assert_int_equal(number_of(5, 1, "oo#oo"), 1);
    assert_int_equal(got.patch[0].pixels, 5);
    assert_int_equal(got.patch[0].max_prob, 220);
    assert_int_equal(number_of(5, 3, "o...oo...ooooo#"), 1);
    assert_int_equal(number_of(5, 3, "o.#.oo...o....."), 1);
    assert_int_equal(got.patch[0].pixels, 1);
    draw(&pic, 3, 1, "...");
    pic.prob[0] = LOW;
    pic.prob[1] = HIGH;
    pic.prob[2] = LOW - 1;
    assert_int_equal(scan(&pic, &plain, 1, &got, NULL), PV_OK);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.patch[0].pixels, 2);
    pic.prob[1] = HIGH - 1;
    assert_int_equal(scan(&pic, &plain, 1, &got, NULL), PV_OK);
    assert_int_equal(got.n, 0);
    /* Not seen is not high. */
    assert_int_equal(number_of(3, 1, "o?o"), 0);
}

static void test_edges(void **state)
{
    (void)state;
    static const char *const cut[] = {"?........", ".?.......", "..?......", "...?.....", ".....?...", "......?..", ".......?.", "........?"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        /* 5 x 5 with the unseen pixel in one of the eight places around the one in the middle. */
        char art[26] = ".........................";
        for (int k = 0; k < 9; k++) art[(1 + k / 3) * 5 + 1 + k % 3] = cut[i][k];
        art[12] = '#';
        assert_int_equal(number_of(5, 5, art), 1);
        assert_int_equal(got.patch[0].cut_by_edge, 1);
    }
    assert_int_equal(number_of(5, 5, "?...?.......#.......?...?"), 1);
    assert_int_equal(got.patch[0].cut_by_edge, 0);
    static const char *const frame[] = {"#........", "..#......", "......#..", "........#", ".#.......", "...#.....", ".....#...", ".......#."};
    for (size_t i = 0; i < sizeof frame / sizeof *frame; i++) {
        assert_int_equal(number_of(3, 3, frame[i]), 1);
        assert_int_equal(got.patch[0].cut_by_edge, 1);
    }
}

/* ---- the naive truth ---- */

static int in(const picture *p, int i)
{
    return p->prob[i] >= LOW && p->prob[i] < 255;
}

static int closes_before(const pv_patch *a, const pv_patch *b)
{
    int ya = a->box.y + a->box.h, yb = b->box.y + b->box.h;
    if (ya != yb) return ya < yb;
    return a->first_y != b->first_y ? a->first_y < b->first_y : a->first_x < b->first_x;
}

static void flood_one(const picture *p, int start, int *label, int name, pv_patch *out)
{
    static int stack[MAX_SIDE * MAX_SIDE];
    int n = 0, x1 = 0, y1 = 0;
    *out = (pv_patch){.first_x = start % p->w, .first_y = start / p->w, .box = {MAX_SIDE, MAX_SIDE, 0, 0}};
    stack[n++] = start;
    label[start] = name;
    while (n > 0) {
        int i = stack[--n], x = i % p->w, y = i / p->w;
        out->pixels++;
        out->sum_x += x;
        out->sum_y += y;
        out->sum_prob += p->prob[i];
        out->class_pixels[p->best[i]]++;
        out->max_prob = p->prob[i] > out->max_prob ? p->prob[i] : out->max_prob;
        out->box.x = pv_min(out->box.x, x);
        out->box.y = pv_min(out->box.y, y);
        x1 = pv_max(x1, x + 1);
        y1 = pv_max(y1, y + 1);
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                int u = x + dx, v = y + dy, k = v * p->w + u;
                if (u < 0 || v < 0 || u >= p->w || v >= p->h || p->prob[k] == 255) {
                    out->cut_by_edge = 1;
                } else if (in(p, k) && label[k] == 0) {
                    label[k] = name;
                    stack[n++] = k;
                }
            }
    }
    out->box.w = x1 - out->box.x;
    out->box.h = y1 - out->box.y;
}

static void runs_of(const picture *p, const int *label, int name, found *f, pv_patch *patch)
{
    for (int y = 0; y < p->h; y++)
        for (int x = 0; x < p->w; x++) {
            if (label[y * p->w + x] != name) continue;
            pv_run r = {y, x, x};
            while (r.x1 < p->w && label[y * p->w + r.x1] == name) r.x1++;
            f->run[f->n_runs++] = r;
            patch->n_runs++;
            x = r.x1;
        }
}

static void flood(const picture *p, found *f)
{
    static int label[MAX_SIDE * MAX_SIDE];
    static int name_of[MAX_PATCHES];
    int name = 0;
    memset(label, 0, sizeof label);
    f->n = 0;
    f->n_runs = 0;
    for (int i = 0; i < p->w * p->h; i++) {
        if (!in(p, i) || label[i] != 0) continue;
        pv_patch patch;
        flood_one(p, i, label, ++name, &patch);
        if (patch.max_prob < HIGH) continue;
        int k = f->n++;
        for (; k > 0 && closes_before(&patch, &f->patch[k - 1]); k--) {
            f->patch[k] = f->patch[k - 1];
            name_of[k] = name_of[k - 1];
        }
        f->patch[k] = patch;
        name_of[k] = name;
    }
    for (int k = 0; k < f->n; k++) runs_of(p, label, name_of[k], f, &f->patch[k]);
}

static void same(const found *a, const found *b, int runs_too)
{
    assert_int_equal(a->n, b->n);
    for (int i = 0; i < a->n; i++) {
        pv_patch u = a->patch[i], v = b->patch[i];
        u.run = v.run = NULL;
        if (!runs_too) u.n_runs = v.n_runs = 0;
        assert_memory_equal(&u.box, &v.box, sizeof u.box);
        assert_memory_equal(u.class_pixels, v.class_pixels, sizeof u.class_pixels);
        assert_true(u.pixels == v.pixels && u.sum_x == v.sum_x && u.sum_y == v.sum_y && u.sum_prob == v.sum_prob);
        assert_true(u.max_prob == v.max_prob && u.first_x == v.first_x && u.first_y == v.first_y && u.n_runs == v.n_runs);
        assert_int_equal(u.cut_by_edge, v.cut_by_edge);
    }
    if (!runs_too) return;
    assert_true(a->n_runs == b->n_runs);
    assert_memory_equal(a->run, b->run, (size_t)a->n_runs * sizeof *a->run);
}

static uint32_t dice_state;

static uint32_t dice(uint32_t sides)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)dice_state * sides) >> 32);
}

static void throw_picture(picture *p, uint32_t seed)
{
    dice_state = seed * 2654435761u + 7;
    p->w = 1 + (int)dice(seed % 7 == 0 ? MAX_SIDE : 12);
    p->h = 1 + (int)dice(seed % 7 == 0 ? MAX_SIDE : 12);
    uint32_t density = 1 + dice(99), unseen = dice(3) == 0 ? dice(20) : 0, high = 1 + dice(100);
    for (int i = 0; i < p->w * p->h; i++) {
        int loud = dice(100) < density;
        p->prob[i] = (uint8_t)(!loud ? dice(LOW) : dice(100) < high ? HIGH + dice(55) : LOW + dice(HIGH - LOW));
        p->best[i] = (uint8_t)dice(64);
        if (dice(100) < unseen) p->prob[i] = p->best[i] = 255;
    }
}

static void test_against_flood_fill(void **state)
{
    (void)state;
    pv_err err;
    got.stop_at = -1;
    for (uint32_t seed = 0; seed < 6000; seed++) {
        throw_picture(&pic, seed);
        flood(&pic, &want);
        for (int rows = 1; rows <= pic.h; rows += 1 + (int)dice(5)) {
            assert_int_equal(scan(&pic, &plain, rows, &got, &err), PV_OK);
            same(&got, &want, 1);
        }
    }
}

static void test_salt_noise(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        dice_state = seed;
        pic.w = pic.h = MAX_SIDE;
        for (int i = 0; i < pic.w * pic.h; i++) {
            pic.prob[i] = dice(100) < 5 ? 250 : 0;
            pic.best[i] = 1;
        }
        flood(&pic, &want);
        assert_int_equal(scan(&pic, &plain, 7, &got, NULL), PV_OK);
        same(&got, &want, 1);
    }
}

/* Sums stay exact when runs are lost, and who loses them does not depend on the pushes. */
static void test_run_limits(void **state)
{
    (void)state;
    static found other;
    int lost = 0, kept = 0;
    got.stop_at = other.stop_at = -1;
    for (uint32_t seed = 0; seed < 2000; seed++) {
        throw_picture(&pic, seed);
        flood(&pic, &want);
        pv_patches_options o = plain;
        if (seed % 2 == 0) o.max_runs = 1 + (int)dice(6);
        if (seed % 3 == 0) o.max_open_runs = 1 + (int)dice(12);
        assert_int_equal(scan(&pic, &o, 1, &got, NULL), PV_OK);
        same(&got, &want, 0);
        for (int i = 0; i < got.n; i++) {
            assert_true(got.patch[i].n_runs == 0 || got.patch[i].n_runs == want.patch[i].n_runs);
            if (seed % 2 == 0) assert_true(got.patch[i].n_runs <= o.max_runs);
            if (seed % 6 == 2 || seed % 6 == 4) assert_true((want.patch[i].n_runs > o.max_runs) == (got.patch[i].n_runs == 0));
            lost += got.patch[i].n_runs == 0;
            kept += got.patch[i].n_runs != 0;
        }
        assert_int_equal(scan(&pic, &o, 1 + (int)dice(20), &other, NULL), PV_OK);
        same(&got, &other, 1);
    }
    assert_true(lost > 100 && kept > 100);
    /* Of two the larger one loses. */
    draw(&pic, 5, 4, "#...##...##....#....");
    pv_patches_options o = plain;
    o.max_open_runs = 4;
    assert_int_equal(scan(&pic, &o, 1, &got, NULL), PV_OK);
    assert_int_equal(got.n, 2);
    assert_true(got.patch[0].pixels == 2 && got.patch[0].n_runs == 2);
    assert_true(got.patch[1].pixels == 4 && got.patch[1].n_runs == 0);
}

static void test_min_pixels(void **state)
{
    (void)state;
    pv_patches_options o = plain;
    o.min_pixels = 3;
    draw(&pic, 8, 1, "##.###.#");
    assert_int_equal(scan(&pic, &o, 1, &got, NULL), PV_OK);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.patch[0].pixels, 3);
}

static void test_without_classes(void **state)
{
    (void)state;
    static const uint8_t prob[] = {250, 250, 0, 250};
    pv_patches *p = NULL;
    pv_patches_options o = {.width_px = 4, .low = 1, .high = 254, .sink = keep, .user = &got};
    got.n = 0;
    got.n_runs = 0;
    o.high = 250;
    assert_int_equal(pv_patches_new(&p, &o, NULL), PV_OK);
    assert_int_equal(pv_patches_push(p, prob, NULL, 1, NULL), PV_OK);
    assert_int_equal(pv_patches_finish(p, NULL), PV_OK);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.patch[0].class_pixels[0], 0);
    pv_patches_free(p);
}

static void test_memory_follows_what_is_open(void **state)
{
    (void)state;
    enum { W = 2000, H = 3000 };
    static uint8_t row[W];
    pv_patches *p = NULL;
    pv_patches_options o = plain;
    int64_t early = 0;
    o.width_px = W;
    o.high = 254;
    o.sink = keep;
    o.user = &got;
    assert_int_equal(pv_patches_new(&p, &o, NULL), PV_OK);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) row[x] = dice(100) < 5 ? 250 : 0;
        assert_int_equal(pv_patches_push(p, row, NULL, 1, NULL), PV_OK);
        if (y == 300) early = pv_patches_open_bytes(p);
    }
    assert_true(pv_patches_open_bytes(p) <= 2 * early);
    assert_true(early < 2000000);
    pv_patches_free(p);
}

static void test_sink_failure_comes_through(void **state)
{
    (void)state;
    pv_err err = {0};
    draw(&pic, 5, 3, "#.#.#..........");
    got.stop_at = 1;
    assert_int_equal(scan(&pic, &plain, 1, &got, &err), PV_IO);
    assert_string_equal(err.text, "the sink is full");
    assert_int_equal(got.n, 1);
    draw(&pic, 5, 1, "#.#.#");
    assert_int_equal(scan(&pic, &plain, 1, &got, &err), PV_IO);
    got.stop_at = -1;
    static const uint8_t row[2] = {250, 0};
    pv_patches *p = NULL;
    pv_patches_options o = {.width_px = 2, .low = 1, .high = 1, .sink = keep, .user = &got};
    got.n = got.stop_at = 0;
    assert_int_equal(pv_patches_new(&p, &o, &err), PV_OK);
    assert_int_equal(pv_patches_push(p, row, NULL, 1, &err), PV_OK);
    assert_int_equal(pv_patches_finish(p, &err), PV_IO);
    assert_int_equal(pv_patches_push(p, row, NULL, 1, &err), PV_BUG);
    assert_int_equal(pv_patches_finish(p, &err), PV_BUG);
    pv_patches_free(p);
    got.stop_at = -1;
}

static void test_options_are_checked(void **state)
{
    (void)state;
    pv_patches *p = NULL;
    pv_err err = {0};
    pv_patches_options bad[] = {{.width_px = 0, .low = 1, .high = 2, .sink = keep},
                                {.width_px = 1, .low = 0, .high = 2, .sink = keep},
                                {.width_px = 1, .low = 3, .high = 2, .sink = keep},
                                {.width_px = 1, .low = 1, .high = 255, .sink = keep},
                                {.width_px = 1, .low = 1, .high = 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(pv_patches_new(&p, &bad[i], &err), PV_BUG);
        assert_true(strlen(err.text) > 10 && p == NULL);
    }
    pv_patches_free(NULL);
}

static void test_memory_that_fails(void **state)
{
    (void)state;
    pv_err err = {0};
    for (uint32_t seed = 3; seed < 40; seed += 4) {
        throw_picture(&pic, seed * 7);
        flood(&pic, &want);
        long k = 0;
        for (;; k++) {
            pv_mem_fail_at(k, seed % 2);
            pv_status st = scan(&pic, &plain, 3, &got, &err);
            pv_mem_fail_at(-1, 0);
            if (st == PV_OK) break;
            assert_int_equal(st, PV_NOMEM);
            assert_true(strlen(err.text) > 0);
        }
        same(&got, &want, 1);
        assert_true(k >= 3);
    }
}

static uint32_t draw_lot(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* Rows of exactly w bytes: reading beyond them is an error that a sanitizer sees. Values near the thresholds, and all of one kind. */
static void check_row(const pv_bits_kernels *k, size_t w, int low, uint32_t *state)
{
    static const int near[] = {0, 1, 254, 255};
    uint8_t *prob = malloc(w);
    uint64_t loud[8];
    int kind = (int)(draw_lot(state) % 4), unseen = 0;
    for (size_t x = 0; x < w; x++) {
        int v = kind == 0   ? (int)(draw_lot(state) % 256)
                : kind == 1 ? near[draw_lot(state) % 4]
                : kind == 2 ? low + (int)(draw_lot(state) % 3) - 1
                            : (draw_lot(state) % 40 == 0 ? 255 : 0);
        prob[x] = (uint8_t)(v > 255 ? 255 : v);
        unseen |= prob[x] == 255;
    }
    memset(loud, 0x5a, sizeof loud);
    assert_int_equal(k->row(prob, prob, w, (uint8_t)low, loud), unseen);
    for (size_t x = 0; x < (w + 63) / 64 * 64; x++) {
        int loud_here = x < w && prob[x] >= low && prob[x] < 255;
        if ((int)(loud[x / 64] >> x % 64 & 1) != loud_here) fail_msg("pixel %zu of %zu, low %d", x, w, low);
    }
    for (size_t from = 0; from < w; from += 1 + draw_lot(state) % 20) {
        size_t n = 1 + draw_lot(state) % (uint32_t)(w - from);
        int64_t sum = 0;
        uint8_t max = 7, top = 0;
        for (size_t i = from; i < from + n; i++) {
            sum += prob[i];
            top = prob[i] > top ? prob[i] : top;
        }
        assert_int_equal(k->sum(prob + from, n, w - from, &max), sum);
        assert_int_equal(max, top);
    }
    free(prob);
}

static void test_paths_agree(void **state)
{
    (void)state;
    uint32_t seed = 5;
    static const int lows[] = {1, 2, 100, 127, 128, 129, 253, 254};
    for (int path = 0; path <= (int)pv_cpu_best(); path++)
        for (size_t w = 1; w <= 512; w += w < 140 ? 1 : 31)
            for (size_t i = 0; i < sizeof lows / sizeof lows[0]; i++) check_row(pv_bits_of((pv_cpu)path), w, lows[i], &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_agree),
        cmocka_unit_test(test_drawn_masks),
        cmocka_unit_test(test_order_and_statistics),
        cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_against_flood_fill),
        cmocka_unit_test(test_salt_noise),
        cmocka_unit_test(test_run_limits),
        cmocka_unit_test(test_min_pixels),
        cmocka_unit_test(test_without_classes),
        cmocka_unit_test(test_memory_follows_what_is_open),
        cmocka_unit_test(test_sink_failure_comes_through),
        cmocka_unit_test(test_options_are_checked),
        cmocka_unit_test(test_memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
