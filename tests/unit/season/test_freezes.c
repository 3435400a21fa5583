/* Frozen years: the copy is a season by itself, its seal finds what was changed, and the ledger still begins with it. */
#include "tests/unit/season/ledger.h"

#include "base/mem.h"
#include "base/outfile.h"
#include "season/chain.h"
#include "season/freezes.h"

#include "base/banned.h"

static void keep_all(void *with, const pv_err *fault)
{
    pv_text_addf(with, "%s\n", fault->text);
}

/* A command with the folder in place of every @. */
static void shell(const char *words, const char *folder)
{
    pv_text command = {0};
    for (; *words != '\0'; words++) {
        if (*words == '@')
            pv_text_add(&command, folder);
        else
            pv_text_add_n(&command, words, 1);
    }
    if (system(pv_text_str(&command)) != 0) fail_msg("%s", pv_text_str(&command));
    pv_text_release(&command);
}

typedef struct frozen {
    ledger l;
    char folder[128];
    pv_freeze f;
} frozen;

static void freeze(frozen *z)
{
    pv_err err = {.text = ""};
    static const char text[] = "{\"type\":\"FeatureCollection\",\"features\":[]}";
    char path[128];
    ledger_open(&z->l);
    pv_season_close(z->l.s);
    (void)snprintf(path, sizeof path, "%s/units.geojson", z->l.folder);
    ledger_ok(pv_outfile_put(path, text, sizeof text - 1, 0, &err), &err);
    shell("cp @/units.geojson @/units.qmd", z->l.folder);
    shell("printf '# settings\\n  boundaries=units.geojson\\nsame_plot_m = 4\\n' > @/season.conf", z->l.folder);
    ledger_ok(pv_season_open(&z->l.s, z->l.folder, 1, &err), &err);
    ledger_night(&z->l, "2026-05-01");
    (void)ledger_photo(&z->l, "a.tif", "2026-05-01T10:00:00+08:00", NULL);
    z->f = (pv_freeze){
        .period = "2026", .from = "2026-01-01", .to = "2026-12-31", .version = 1, .date = "2026-11-22", .program = "papaver", .folder = "2026-v1"};
    (void)snprintf(z->folder, sizeof z->folder, "%s/2026-v1", z->l.folder);
    shell("mkdir @", z->folder);
    ledger_ok(pv_chain_head(z->l.s->db, z->f.head, &z->f.links, &err), &err);
    ledger_ok(pv_freeze_copy(z->l.s, z->folder, &err), &err);
    ledger_ok(pv_freeze_seal(z->folder, z->f.sums, &err), &err);
    ledger_ok(pv_freeze_add(z->l.s, &z->f, &err), &err);
}

static void the_copy_is_a_season(void **state)
{
    (void)state;
    frozen z = {.l = {.s = NULL}};
    pv_err err = {.text = ""};
    pv_season *copy = NULL;
    pv_text words = {0};
    int64_t faults = 0, links = 0;
    char head[PV_SHA256_HEX], part[PV_CONF_TEXT];
    freeze(&z);
    ledger_ok(pv_season_open(&copy, z.folder, 0, &err), &err);
    ledger_ok(pv_chain_verify(copy->db, keep_all, &words, &faults, &err), &err);
    if (faults != 0) fail_msg("%s", pv_text_str(&words));
    ledger_ok(pv_chain_head(copy->db, head, &links, &err), &err);
    assert_string_equal(head, z.f.head);
    assert_int_equal(links, z.f.links);
    assert_true(pv_conf_real(copy->conf, PV_SET_SAME_PLOT_M) == 4);
    assert_int_equal(pv_conf_part(copy->conf, PV_SET_BOUNDARIES, 0, part, sizeof part), 1);
    assert_string_equal(part, "boundaries/1/units.geojson");
    pv_season_close(copy);
    shell("cd @ && cmp -s ../units.geojson boundaries/1/units.geojson && test -f boundaries/1/units.qmd && sha256sum --quiet -c SHA256SUMS",
          z.folder);
    pv_text_release(&words);
    ledger_close(&z.l);
}

static void the_ledger_begins_with_it(void **state)
{
    (void)state;
    frozen z = {.l = {.s = NULL}};
    pv_err err = {.text = ""};
    pv_freezes all = {.n = 0};
    int is = 0;
    freeze(&z);
    (void)ledger_photo(&z.l, "b.tif", "2026-05-02T10:00:00+08:00", NULL);
    ledger_ok(pv_freezes_read(&all, z.l.s, "2026", &err), &err);
    assert_int_equal(all.n, 1);
    assert_memory_equal(&all.at[0], &z.f, sizeof z.f);
    ledger_ok(pv_freeze_begins(z.l.s->db, z.f.links, z.f.head, &is, &err), &err);
    assert_int_equal(is, 1);
    ledger_ok(pv_freeze_begins(z.l.s->db, z.f.links + 1, z.f.head, &is, &err), &err);
    assert_int_equal(is, 0);
    pv_freezes_release(&all);
    ledger_ok(pv_freezes_read(&all, z.l.s, "2025", &err), &err);
    assert_int_equal(all.n, 0);
    /* One row a version, and none is changed. */
    assert_int_not_equal(pv_freeze_add(z.l.s, &z.f, &err), PV_OK);
    assert_int_not_equal(pv_sql_exec(z.l.s->db, "UPDATE freezes SET sums='0'", &err), PV_OK);
    ledger_close(&z.l);
}

static void the_seal_finds_what_changed(void **state)
{
    (void)state;
    static const struct {
        const char *command, *words; /* words NULL = nothing */
    } c[] = {
        {"true @", NULL},
        {"printf x | dd of=@/season.gpkg bs=1 seek=9000 conv=notrunc status=none", "season.gpkg: it was changed\n"},
        {"echo >> @/season.conf", "season.conf: it was changed\n"},
        {"rm @/boundaries/1/units.qmd", "boundaries/1/units.qmd: it is missing\n"},
        {"echo > @/boundaries/more", "boundaries/more: it was not there when the year was frozen\n"},
        {"cd @ && sed -i /units.qmd/d SHA256SUMS && rm boundaries/1/units.qmd", "SHA256SUMS: it was changed\n"},
        {"echo junk > @/SHA256SUMS", "SHA256SUMS: it was changed\n"},
    };
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        frozen z = {.l = {.s = NULL}};
        pv_err err = {.text = ""};
        pv_text words = {0};
        int64_t faults = 0;
        freeze(&z);
        shell(c[i].command, z.folder);
        ledger_ok(pv_freeze_unseal(z.folder, z.f.sums, keep_all, &words, &faults, &err), &err);
        assert_int_equal(faults > 0, c[i].words != NULL);
        if (c[i].words != NULL && strncmp(pv_text_str(&words), c[i].words, strlen(c[i].words)) != 0)
            fail_msg("%s: %s", c[i].command, pv_text_str(&words));
        pv_text_release(&words);
        ledger_close(&z.l);
    }
}

static void boundaries_that_are_gone_are_named(void **state)
{
    (void)state;
    frozen z = {.l = {.s = NULL}};
    pv_err err = {.text = ""};
    freeze(&z);
    shell("rm @/units.geojson && mkdir @/again", z.l.folder);
    char again[128];
    (void)snprintf(again, sizeof again, "%s/again", z.l.folder);
    assert_int_equal(pv_freeze_copy(z.l.s, again, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "units.geojson"));
    ledger_close(&z.l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_copy_is_a_season), cmocka_unit_test(the_ledger_begins_with_it),
                                       cmocka_unit_test(the_seal_finds_what_changed), cmocka_unit_test(boundaries_that_are_gone_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
