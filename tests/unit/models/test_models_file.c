#include "models_help.h"

#include <unistd.h>

#include "base/outfile.h"
#include "models/model_file.h"

#include "base/banned.h"

enum { MOST = 8 << 20 };

static void put_bytes(const char *path, const void *data, size_t n)
{
    assert_ok(pv_outfile_put(path, data, n, 1, NULL));
}

static void read_bytes(const char *path, char **data, size_t *n)
{
    assert_ok(pv_file_read(path, MOST, data, n, NULL));
}

static void round_trip_keeps_every_byte(void **state)
{
    (void)state;
    const char *path = "models_file_1.pvm", *again = "models_file_2.pvm";
    char *a = NULL, *b = NULL;
    size_t n = 0, n_2 = 0;
    pv_model *m = test_model(22, 60, 37, 11), *r = NULL;
    memset(m->summary + strlen(m->summary) + 1, 'x', 100); /* what follows the NUL is not part of the text */
    m->seed = 0xFEDCBA9876543210u;
    assert_ok(pv_model_save(m, path, 1, NULL));
    assert_ok(pv_model_load(&r, path, NULL));
    assert_ok(pv_model_save(r, again, 1, NULL));
    read_bytes(path, &a, &n);
    read_bytes(again, &b, &n_2);
    assert_int_equal(n, n_2);
    assert_memory_equal(a, b, n);
    assert_memory_equal(strstr(a, "sha256 ") + 7, m->id, 16);
    assert_string_equal(m->id, r->id);
    assert_string_equal(r->name, "test");
    assert_string_equal(r->summary, "made by a test\nof two lines");
    assert_true(r->seed == m->seed && r->gsd_m == 0.05 && r->n_bands == 2);
    assert_memory_equal(m->leaf, r->leaf, 22 * 37 * 64);
    assert_memory_equal(m->bias, r->bias, 22 * sizeof *r->bias);
    assert_memory_equal(m->tree, r->tree, 37 * sizeof *r->tree);
    assert_memory_equal(m->n_edges, r->n_edges, 60);
    assert_memory_equal(m->is_target, r->is_target, 22);
    assert_int_equal(pv_model_save(m, path, 0, NULL), PV_USAGE);
    (void)unlink(path);
    (void)unlink(again);
    pv_free(a);
    pv_free(b);
    pv_model_free(m);
    pv_model_free(r);
}

/* The bytes as docs/formats/pvm.md says them: a change of the format must be meant. */
static void bytes_are_the_format(void **state)
{
    (void)state;
    const char *path = "models_file_3.pvm";
    static const char card[] =
        "card    \x5b\0\0\0\4\0test\5\0photo\x9a\x99\x99\x99\x99\x99\xa9\x3f\4\0none\x7f\x40\7\0\0\0\0\0\0\0\x1b\0made by a test\nof two lines"
        "\4\0none\x11\0synthetic: \xE7\xBD\x82\xE7\xB2\x9F"
        "bands   \x0c\0\0\0\2\0\3\0red\3\0nir";
    char *a = NULL;
    size_t n = 0;
    pv_model *m = test_model(2, 1, 1, 7);
    assert_ok(pv_model_save(m, path, 1, NULL));
    read_bytes(path, &a, &n);
    assert_memory_equal(a, "papaver-model 1\npayload 0000", 28);
    assert_int_equal(strtol(a + 24, NULL, 10), (long)n - 108);
    assert_memory_equal(a + 106, "\n\n", 2);
    assert_memory_equal(a + 108, card, sizeof card - 1);
    assert_memory_equal(a + n - 128, m->leaf, 128);
    (void)unlink(path);
    pv_free(a);
    pv_model_free(m);
}

static void damage_is_refused(void **state)
{
    (void)state;
    const char *path = "models_file_4.pvm";
    pv_err err = {0};
    char *a = NULL;
    size_t n = 0;
    int by_hash = 0;
    pv_model *m = test_model(3, 4, 5, 1), *r = NULL;
    assert_ok(pv_model_save(m, path, 1, NULL));
    read_bytes(path, &a, &n);
    for (uint64_t i = 0; i < 2000; i++) {
        size_t at = test_hash(i) % n;
        char was = a[at];
        a[at] = (char)(a[at] ^ (char)(1u << (test_hash(i + 5000) % 8)));
        assert_int_equal(pv_model_parse(&r, a, n, 1, &err), PV_MODEL);
        by_hash += strstr(err.text, "do not match its own checksum") != NULL;
        a[at] = was;
    }
    assert_true(by_hash > 1900); /* the others hit the first line */
    for (size_t cut = 0; cut < n; cut++) assert_int_equal(pv_model_parse(&r, a, cut, 1, &err), PV_MODEL);
    assert_null(r);
    a[200] ^= 1;
    put_bytes(path, a, n);
    assert_int_equal(pv_model_load(&r, path, &err), PV_MODEL);
    assert_string_equal(err.text, "models_file_4.pvm: the model's bytes do not match its own checksum: copy it again");
    a[14] = '5';
    put_bytes(path, a, n);
    assert_int_equal(pv_model_load(&r, path, &err), PV_MODEL);
    assert_says(err, "of version 5 and this program reads versions 1 to 4");
    put_bytes(path, "II*\0", 4);
    assert_int_equal(pv_model_load(&r, path, &err), PV_MODEL);
    assert_says(err, "not a model file");
    (void)unlink(path);
    assert_int_equal(pv_model_load(&r, path, &err), PV_IO);
    pv_free(a);
    pv_model_free(m);
}

/* The parser itself stands any bytes: what it accepts passes the check, what it refuses has a reason. */
static void parser_stands_any_bytes(void **state)
{
    (void)state;
    const char *path = "models_file_5.pvm";
    char *a = NULL, *b = NULL;
    size_t n = 0;
    int taken = 0;
    pv_model *m = test_model(3, 4, 5, 1);
    assert_ok(pv_model_save(m, path, 1, NULL));
    read_bytes(path, &a, &n);
    for (uint64_t i = 0; i < 6000; i++) {
        pv_err err = {0};
        pv_model *r = NULL;
        size_t cut = i % 7 == 0 ? test_hash(i + 3) % (n + 1) : n;
        assert_ok(pv_alloc(&b, cut, 1, "copy", NULL)); /* of the exact size, for the address sanitizer */
        memcpy(b, a, cut);
        for (uint64_t j = 0; j < 1 + i % 5 && cut > 0; j++) {
            size_t at = test_hash(i * 10 + j) % (i % 2 ? cut : cut < 500 ? cut : 500);
            b[at] = (char)test_hash(i * 77 + j);
        }
        pv_status st = pv_model_parse(&r, b, cut, 0, &err);
        if (st == PV_OK) {
            assert_ok(pv_model_check(r, &err));
            taken++;
        } else {
            assert_int_equal(st, PV_MODEL);
            assert_int_not_equal(err.text[0], 0);
            assert_null(r);
        }
        pv_model_free(r);
        pv_free(b);
    }
    assert_true(taken > 100);
    (void)unlink(path);
    pv_free(a);
    pv_model_free(m);
}

#define REFUSED(change, words)                                                                                                                       \
    do {                                                                                                                                             \
        pv_model *m = test_model(3, 2, 4, 2);                                                                                                        \
        change;                                                                                                                                      \
        assert_int_equal(pv_model_check(m, &err), PV_MODEL);                                                                                         \
        assert_says(err, words);                                                                                                                     \
        assert_int_equal(pv_model_save(m, "models_file_never.pvm", 1, NULL), PV_MODEL);                                                              \
        assert_int_not_equal(access("models_file_never.pvm", F_OK), 0);                                                                              \
        pv_model_free(m);                                                                                                                            \
    } while (0)

static void check_refuses(void **state)
{
    (void)state;
    pv_err err = {0};
    REFUSED(m->n_classes = 1, "1 classes");
    REFUSED(m->n_bands = 17, "17 bands");
    REFUSED(m->is_target[1] = 2, "class 2");
    REFUSED(m->threshold_low = 200, "thresholds");
    REFUSED(m->threshold_high = 255, "thresholds");
    REFUSED(m->name[0] = '\0', "name");
    REFUSED(memcpy(m->name, "\xC3\xA9", 3), "ASCII");
    REFUSED(memset(m->kind, 'x', sizeof m->kind), "kind");
    REFUSED(m->normalise[0] = '\0', "normalisation");
    REFUSED(m->summary[3] = '\x1b', "summary");
    REFUSED(memcpy(m->licence, "\xC2\x9B", 3), "licence");
    REFUSED(memset(m->trained_on, 'x', sizeof m->trained_on), "training data");
    REFUSED(m->gsd_m = 0, "pixel size");
    REFUSED(m->gsd_m = -1, "pixel size");
    REFUSED(memset(&m->gsd_m, 0xFF, sizeof m->gsd_m), "pixel size");
    REFUSED(memcpy(m->band[1], "red", 4), "band 'red' is there twice");
    REFUSED(memcpy(m->class_name[2], "class 0", 8), "class 'class 0' is there twice");
    REFUSED(m->class_name[2][0] = '\0', "class 3");
    REFUSED(memcpy(m->column[1], "\xFF", 2), "column 2");
    REFUSED((m->n_edges[1] = 2, m->edge[1][0] = 9, m->edge[1][1] = 9), "do not rise");
    REFUSED(m->tree[3].column[5] = 2, "tree 4 asks for column 3 of 2");
    REFUSED(m->bias[1] = 32767, "leave 16 bits");
    REFUSED(m->bias[1] = -32768, "leave 16 bits");
}

static void targets_are_named(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_model *m = test_model(4, 1, 1, 1);
    assert_ok(pv_model_set_targets(m, 2, (const char *const[]){"class 3", "class 1"}, &err));
    assert_memory_equal(m->is_target, ((uint8_t[]){0, 1, 0, 1}), 4);
    assert_int_equal(pv_model_set_targets(m, 1, (const char *const[]){"poppy"}, &err), PV_USAGE);
    assert_string_equal(err.text, "there is no class 'poppy' to hunt; the classes are: class 0, class 1, class 2, class 3");
    assert_memory_equal(m->is_target, ((uint8_t[]){0, 1, 0, 1}), 4);
    assert_int_equal(pv_model_find_class(m, "class 2"), 2);
    assert_int_equal(pv_model_find_class(m, "class"), -1);
    pv_model_free(m);
    m = NULL;
    assert_int_equal(pv_model_new(&m, 65, 1, 1, &err), PV_MODEL);
    assert_int_equal(pv_model_new(&m, 2, 257, 1, &err), PV_MODEL);
    assert_int_equal(pv_model_new(&m, 2, 1, 251, &err), PV_MODEL);
    assert_null(m);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const char *path = "models_file_6.pvm";
    pv_model *m = test_model(3, 4, 5, 1);
    for (int persistent = 0; persistent < 2; persistent++) {
        pv_status st = PV_NOMEM;
        for (long k = 0; st != PV_OK; k++) {
            pv_err err = {0};
            pv_model *r = NULL;
            (void)unlink(path);
            pv_mem_fail_at(k, persistent);
            st = pv_model_save(m, path, 0, &err);
            if (st == PV_OK) st = pv_model_load(&r, path, &err);
            pv_mem_fail_at(-1, 0);
            if (st != PV_OK) {
                assert_int_equal(st, PV_NOMEM);
                assert_int_not_equal(err.text[0], 0);
                assert_null(r);
            }
            pv_model_free(r);
            assert_true(k < 1000);
        }
    }
    (void)unlink(path);
    pv_model_free(m);
}

static void full_disk_is_said(void **state)
{
    (void)state;
    pv_err err = {0};
    pv_model *m = test_model(3, 4, 5, 1);
    assert_int_equal(pv_model_save(m, "no/such/folder/m.pvm", 1, &err), PV_IO);
    assert_says(err, "no/such/folder/m.pvm");
    assert_string_equal(m->id, "");
    pv_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip_keeps_every_byte), cmocka_unit_test(bytes_are_the_format), cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(parser_stands_any_bytes),     cmocka_unit_test(check_refuses),        cmocka_unit_test(targets_are_named),
        cmocka_unit_test(every_allocation_may_fail),   cmocka_unit_test(full_disk_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
