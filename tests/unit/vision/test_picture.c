/* truth: what is drawn is there, what is outside is left alone; faults: no memory, wrong sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "vision/picture.h"

#include "base/banned.h"

static const uint8_t *at(const pv_picture *p, int x, int y)
{
    return p->rgb + 3 * ((size_t)y * (size_t)p->w + (size_t)x);
}

static void assert_colour(const pv_picture *p, int x, int y, int r, int g, int b)
{
    assert_int_equal(at(p, x, y)[0], r);
    assert_int_equal(at(p, x, y)[1], g);
    assert_int_equal(at(p, x, y)[2], b);
}

static void test_box(void **state)
{
    (void)state;
    pv_picture p = {0};
    pv_err err;
    assert_int_equal(pv_picture_new(&p, 20, 10, &err), PV_OK);
    assert_int_equal(pv_picture_box(&p, 5, 2, 3, 4, (pv_colour){10, 20, 30}, &err), PV_OK);
    assert_colour(&p, 5, 2, 10, 20, 30);
    assert_colour(&p, 7, 5, 10, 20, 30);
    assert_colour(&p, 8, 5, 0, 0, 0);
    assert_colour(&p, 7, 6, 0, 0, 0);
    assert_int_equal(pv_picture_box(&p, -5, -5, 100, 7, (pv_colour){1, 2, 3}, &err), PV_OK);
    assert_colour(&p, 0, 0, 1, 2, 3);
    assert_colour(&p, 19, 1, 1, 2, 3);
    assert_int_equal(pv_picture_box(&p, 100, 100, 5, 5, (pv_colour){9, 9, 9}, &err), PV_OK);
    pv_picture_release(&p);
}

static void test_resize(void **state)
{
    (void)state;
    pv_picture p = {0}, half = {0}, twice = {0};
    pv_err err;
    assert_int_equal(pv_picture_new(&p, 4, 4, &err), PV_OK);
    assert_int_equal(pv_picture_box(&p, 0, 0, 1, 2, (pv_colour){100, 200, 40}, &err), PV_OK);
    assert_int_equal(pv_picture_resize(&half, &p, 2, 2, &err), PV_OK);
    assert_colour(&half, 0, 0, 50, 100, 20);
    assert_colour(&half, 1, 1, 0, 0, 0);
    assert_int_equal(pv_picture_resize(&twice, &p, 8, 8, &err), PV_OK);
    assert_colour(&twice, 1, 3, 100, 200, 40);
    assert_colour(&twice, 2, 3, 0, 0, 0);
    pv_picture_release(&p);
    pv_picture_release(&half);
    pv_picture_release(&twice);
}

/* An antialiased line of one pixel is not quite its own colour in the middle. */
static void test_ring(void **state)
{
    (void)state;
    pv_picture p = {0};
    pv_err err;
    const double square[] = {10.5, 10.5, 30.5, 10.5, 30.5, 30.5, 10.5, 30.5};
    const double far_away[] = {-1e300, 5, 1e300, 5, 20, 1e18};
    assert_int_equal(pv_picture_new(&p, 40, 40, &err), PV_OK);
    assert_int_equal(pv_picture_ring(&p, square, 4, (pv_colour){255, 0, 255}, 1, &err), PV_OK);
    assert_true(at(&p, 20, 10)[0] > 200 && at(&p, 20, 10)[1] < 30);
    assert_true(at(&p, 10, 20)[0] > 200 && at(&p, 10, 20)[1] < 30);
    assert_true(at(&p, 30, 25)[0] > 200 && at(&p, 30, 25)[1] < 30);
    assert_colour(&p, 20, 20, 0, 0, 0);
    assert_int_equal(pv_picture_ring(&p, far_away, 3, (pv_colour){1, 1, 1}, 2, &err), PV_OK);
    assert_int_equal(pv_picture_ring(&p, square, 0, (pv_colour){1, 1, 1}, 2, &err), PV_OK);
    pv_picture_release(&p);
}

static void test_text(void **state)
{
    (void)state;
    pv_picture p = {0};
    pv_err err;
    int bright = 0;
    assert_int_equal(pv_picture_new(&p, 100, 40, &err), PV_OK);
    assert_int_equal(pv_picture_box(&p, 0, 0, 100, 40, (pv_colour){90, 90, 90}, &err), PV_OK);
    assert_int_equal(pv_picture_text(&p, 5, 30, "poppy 12", 14, (pv_colour){255, 255, 0}, &err), PV_OK);
    for (int i = 0; i < 100 * 40; i++) bright += p.rgb[3 * i] > 200 && p.rgb[3 * i + 2] < 60;
    assert_true(bright > 30);
    assert_colour(&p, 99, 39, 90, 90, 90);
    pv_picture_release(&p);
}

static void test_png(void **state)
{
    (void)state;
    pv_picture p = {0};
    pv_err err;
    uint8_t *data = NULL;
    size_t n = 0;
    assert_int_equal(pv_picture_new(&p, 300, 7, &err), PV_OK);
    assert_int_equal(pv_picture_png(&p, &data, &n, &err), PV_OK);
    assert_true(n > 33);
    assert_memory_equal(data, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(data + 16, "\0\0\x01\x2c\0\0\0\x07", 8);
    pv_free(data);
    pv_picture_release(&p);
}

static void test_faults(void **state)
{
    (void)state;
    pv_picture p = {0}, q = {0};
    uint8_t *data = NULL;
    size_t n = 0;
    pv_err err = {0};
    assert_int_equal(pv_picture_new(&p, 0, 5, &err), PV_BUG);
    assert_int_equal(pv_picture_new(&p, 5, 1 << 20, &err), PV_BUG);
    assert_non_null(strstr(err.text, "1048576"));
    pv_picture_release(&p);
    assert_int_equal(pv_picture_new(&p, 8, 8, &err), PV_OK);
    pv_mem_fail_at(0, 0);
    assert_int_equal(pv_picture_resize(&q, &p, 4, 4, &err), PV_NOMEM);
    assert_null(q.rgb);
    pv_mem_fail_at(0, 0);
    assert_int_equal(pv_picture_png(&p, &data, &n, &err), PV_NOMEM);
    assert_null(data);
    pv_mem_fail_at(-1, 0);
    /* An empty picture is our own mistake: OpenCV throws, and we say so in words. */
    pv_picture none = {0};
    assert_int_equal(pv_picture_png(&none, &data, &n, &err), PV_BUG);
    assert_non_null(strstr(err.text, "OpenCV"));
    pv_picture_release(&p);
}

static void test_jpeg(void **state)
{
    (void)state;
    pv_picture p = {0};
    pv_err err;
    uint8_t *data = NULL, *again = NULL;
    size_t n = 0, n_again = 0;
    int size[2] = {0};
    assert_int_equal(pv_picture_new(&p, 300, 200, &err), PV_OK);
    uint32_t noise = 1;
    for (size_t i = 0; i < 300 * 200 * 3; i++) p.rgb[i] = (uint8_t)((noise = noise * 1664525u + 1013904223u) >> 24);
    assert_int_equal(pv_picture_jpeg(&p, 1 << 20, &data, &n, size, &err), PV_OK);
    assert_true(n > 100 && data[0] == 0xFF && data[1] == 0xD8 && size[0] == 300 && size[1] == 200);
    /* Less of it: first of lower quality, then smaller. */
    assert_int_equal(pv_picture_jpeg(&p, n - 1, &again, &n_again, size, &err), PV_OK);
    assert_true(n_again < n && size[0] == 300);
    pv_free(again);
    assert_int_equal(pv_picture_jpeg(&p, 9000, &again, &n_again, size, &err), PV_OK);
    assert_true(n_again <= 9000 && size[0] < 300 && size[0] >= 100 && size[1] < 200);
    pv_free(again);
    assert_int_equal(pv_picture_jpeg(&p, 1 << 20, &again, &n_again, NULL, &err), PV_OK);
    assert_int_equal(n, n_again);
    assert_memory_equal(data, again, n);
    pv_free(again);
    again = NULL;
    assert_int_equal(pv_picture_jpeg(&p, 10, &again, &n_again, NULL, &err), PV_BUG);
    assert_null(again);
    pv_free(data);
    pv_picture_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_box),   cmocka_unit_test(test_jpeg), cmocka_unit_test(test_resize),
                                       cmocka_unit_test(test_ring),  cmocka_unit_test(test_text), cmocka_unit_test(test_png),
                                       cmocka_unit_test(test_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
