/* Rows under labels, from a photo and labels in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pipeline/gather.h"

#include "fake_photo.h"

#include "base/banned.h"

/* Labels that are boxes of photo pixels. */
struct pv_labels {
    int n;
    pv_label label[8];
    int burns;
};

int pv_labels_count(const pv_labels *labels)
{
    return labels->n;
}

const pv_label *pv_labels_at(const pv_labels *labels, int i)
{
    return &labels->label[i];
}

pv_status pv_labels_burn(pv_labels *labels, pv_rect rect_work, int fx, int fy, int32_t *index, pv_err *err)
{
    (void)err;
    labels->burns++;
    for (int i = 0; i < rect_work.w * rect_work.h; i++) {
        int cx = (rect_work.x + i % rect_work.w) * fx + fx / 2, cy = (rect_work.y + i / rect_work.w) * fy + fy / 2, hits = 0;
        index[i] = -1;
        for (int k = 0; k < labels->n; k++) {
            if (!pv_rect_contains(labels->label[k].box_px, (pv_rect){cx, cy, 1, 1})) continue;
            index[i] = ++hits > 1 ? -2 : k;
        }
    }
    return PV_OK;
}

enum { W = 1100, H = 700, N_COLUMNS = 2 };
static const char columns[N_COLUMNS][PV_NAME] = {"place_x", "place_y_mean_0.30m"};
static uint16_t *place_x, *place_y;
static uint8_t *valid;

/* Bands that say where a pixel is, so that a row tells where it comes from. */
static int set_up(void **state)
{
    (void)state;
    place_x = malloc(sizeof *place_x * W * H);
    place_y = malloc(sizeof *place_y * W * H);
    valid = malloc((size_t)W * H);
    for (int i = 0; i < W * H; i++) {
        place_x[i] = (uint16_t)(i % W);
        place_y[i] = (uint16_t)(i / W);
        valid[i] = i % 7 == 0 ? PV_PIXEL_NODATA : PV_PIXEL_VALID;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(place_x);
    free(place_y);
    free(valid);
    return 0;
}

static void photo_make(pv_photo *p)
{
    memset(p, 0, sizeof *p);
    p->facts = (pv_photo_facts){
        .width_px = W, .height_px = H, .block_w_px = 64, .block_h_px = 64, .n_bands = 2, .gsd_x_m = 0.1, .gsd_y_m = 0.1, .name = "flight-1"};
    memcpy(p->facts.band[0].name, "place_x", 8);
    memcpy(p->facts.band[1].name, "place_y", 8);
    p->band[0] = place_x;
    p->band[1] = place_y;
    p->valid = valid;
}

/* Across a tile's seam, overlapping, far away, in a hole's stripe. */
static void labels_make(pv_labels *l)
{
    *l = (pv_labels){.n = 4,
                     .label = {{.class_name = "poppy", .fold = "b", .fid = 11, .box_px = {500, 500, 30, 20}},
                               {.class_name = "wheat", .fold = "a", .fid = 12, .box_px = {525, 505, 60, 40}},
                               {.class_name = "poppy", .fold = "a", .fid = 13, .box_px = {1090, 690, 10, 10}},
                               {.class_name = "nothing", .fold = "", .fid = 14, .box_px = {7, 0, 1, 1}}}};
    valid[7] = PV_PIXEL_NODATA;
}

static void table_make(pv_table *t)
{
    memset(t, 0, sizeof *t);
    assert_int_equal(pv_table_init(t, N_COLUMNS, columns, NULL), PV_OK);
}

static int in_label(const pv_labels *l, int k, int x, int y)
{
    return pv_rect_contains(l->label[k].box_px, (pv_rect){x, y, 1, 1});
}

static void every_labelled_valid_pixel_is_a_row_once(void **state)
{
    (void)state;
    pv_photo p;
    pv_labels l;
    pv_table t;
    pv_err err = {0};
    int32_t next = 5;
    photo_make(&p);
    labels_make(&l);
    table_make(&t);
    pv_gather_options o = {.light = {.rule = "none"}};
    if (pv_gather_photo(&t, &p, &l, &o, &next, &err) != PV_OK) fail_msg("%s", err.text);
    assert_int_equal(next, 9);
    size_t expected = 0;
    for (int i = 0; i < W * H; i++) {
        int hits = 0;
        for (int k = 0; k < l.n; k++) hits += in_label(&l, k, i % W, i / W);
        expected += hits == 1 && valid[i] == PV_PIXEL_VALID;
    }
    assert_int_equal(t.n_rows, expected);
    uint8_t *seen = calloc((size_t)W * H, 1);
    for (size_t i = 0; i < t.n_rows; i++) {
        /* the mean of y over 3 x 3 with holes is y or next to it: find the row's pixel among these */
        int x = t.value[0][i], k = t.group[i] - 5, y = t.value[1][i];
        if (y + 1 < H && !in_label(&l, k, x, y)) y++;
        assert_true(k >= 0 && k < 3 && in_label(&l, k, x, y));
        assert_string_equal(t.class_name[t.class_id[i]], l.label[k].class_name);
        assert_string_equal(t.fold_name[t.fold[i]], l.label[k].fold);
        seen[y * W + x]++;
    }
    free(seen);
    assert_int_equal(t.n_classes, 2); /* "nothing" has no valid pixel */
    assert_int_equal(l.burns, 5);     /* of 6 tiles one has no label near; that one is never looked at */
    pv_table_release(&t);
}

static void at_most_so_many_of_a_label(void **state)
{
    (void)state;
    pv_photo p;
    pv_labels l;
    photo_make(&p);
    labels_make(&l);
    uint64_t sum[3] = {0};
    for (int round = 0; round < 3; round++) {
        pv_table t;
        int32_t next = 0;
        int64_t of[4] = {0};
        table_make(&t);
        pv_gather_options o = {.light = {.rule = "none"}, .max_per_label = 50, .seed = round == 2 ? 9 : 4, .fold_by_photo = 1};
        assert_int_equal(pv_gather_photo(&t, &p, &l, &o, &next, NULL), PV_OK);
        for (size_t i = 0; i < t.n_rows; i++) {
            of[t.group[i]]++;
            sum[round] = sum[round] * 31 + t.value[0][i];
            assert_string_equal(t.fold_name[t.fold[i]], "flight-1");
        }
        for (int k = 0; k < 3; k++) assert_true(of[k] <= 50 && of[k] > 30); /* one pixel in seven is not valid */
        pv_table_release(&t);
    }
    assert_true(sum[0] == sum[1] && sum[1] != sum[2]);
}

/* With averaging, rows come from working pixels: x is the mean of its cell. */
static void working_pixels_are_gathered(void **state)
{
    (void)state;
    pv_photo p;
    pv_labels l;
    pv_table t;
    int32_t next = 0;
    photo_make(&p);
    labels_make(&l);
    memset(valid, PV_PIXEL_VALID, (size_t)W * H);
    l.n = 1;
    table_make(&t);
    pv_gather_options o = {.gsd_m = 0.2, .light = {.rule = "none"}};
    assert_int_equal(pv_gather_photo(&t, &p, &l, &o, &next, NULL), PV_OK);
    assert_int_equal(t.n_rows, 15 * 10);
    for (size_t i = 0; i < t.n_rows; i++) assert_int_equal(t.value[0][i] % 2, 1); /* 500.5 is 501 */
    pv_table_release(&t);
}

static void failures_say_where(void **state)
{
    (void)state;
    pv_photo p;
    pv_labels l;
    pv_table t;
    pv_err err = {0};
    int32_t next = 3;
    photo_make(&p);
    labels_make(&l);
    pv_gather_options o = {.light = {.rule = "none"}, .max_per_label = 5};
    table_make(&t);
    p.fail = 1;
    assert_int_equal(pv_gather_photo(&t, &p, &l, &o, &next, &err), PV_IO);
    assert_string_equal(err.text, "flight-1: tile at 0,0: the disk is gone");
    assert_int_equal(next, 3);
    p.fail = 0;
    next = INT32_MAX - 1;
    assert_int_equal(pv_gather_photo(&t, &p, &l, &o, &next, &err), PV_INPUT);
    p.facts.gsd_x_m = 99.0;
    o.gsd_m = 0.1;
    next = 0;
    assert_int_equal(pv_gather_photo(&t, &p, &l, &o, &next, &err), PV_MODEL);
    pv_table_release(&t);
    photo_make(&p);
    l.label[2].box_px = (pv_rect){520, 500, 10, 10};
    o.gsd_m = 0.0;
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        table_make(&t);
        memset(&err, 0, sizeof err);
        next = 0;
        pv_mem_fail_at(k, 0);
        st = pv_gather_photo(&t, &p, &l, &o, &next, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && err.text[0] != '\0' && next == 0));
        assert_true(k < 200);
        pv_table_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_labelled_valid_pixel_is_a_row_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(at_most_so_many_of_a_label, set_up, tear_down),
        cmocka_unit_test_setup_teardown(working_pixels_are_gathered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failures_say_where, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
