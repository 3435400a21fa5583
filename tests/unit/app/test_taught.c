/* What train takes from a season: the newest photos of those that are there. */
#include <errno.h>
#include <sys/stat.h>

#include "app/taught.h"
#include "season/findings.h"
#include "tests/unit/season/ledger.h"

#include "base/banned.h"

enum { GONE = 5, OLDER = 3, PHOTOS = GONE + PV_TAUGHT_PHOTOS + OLDER };

/* One plot, seen once a day by a photo of one byte; the newest ones are not in the inbox. */
static void fill(ledger *l)
{
    ledger_night(l, "2026-05-12");
    for (int i = 0; i < PHOTOS; i++) {
        char file[32], taken[32], id[17], path[128];
        (void)snprintf(file, sizeof file, "%03d.tif", i);
        (void)snprintf(taken, sizeof taken, "2026-%02d-%02dT09:00:00", 1 + i / 28, 1 + i % 28);
        (void)snprintf(id, sizeof id, "%016d", i);
        ledger_spot spot = {ledger_photo(l, file, taken, NULL), id, 0, 0, 2, 2, 0.9, NULL, NULL};
        ledger_add_spot(l, &spot);
        if (i >= PHOTOS - GONE) continue;
        (void)snprintf(path, sizeof path, "%s/inbox/%s", l->folder, file);
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fputc('x', f), 'x');
        assert_int_equal(fclose(f), 0);
    }
    ledger_update(l);
}

static int has_line(const pv_lines *lines, const char *part)
{
    for (size_t i = 0; i < lines->n; i++)
        if (strstr(lines->at[i].text, part) != NULL) return 1;
    return 0;
}

static void test_newest(void **state)
{
    (void)state;
    ledger l = {.s = NULL};
    pv_err err = {.text = ""};
    pv_finding f;
    pv_finding_outcome outcome;
    pv_taught t = {0};
    char inbox[128];
    ledger_open(&l);
    (void)snprintf(inbox, sizeof inbox, "%s/inbox", l.folder);
    assert_true(mkdir(inbox, 0750) == 0 || errno == EEXIST);
    fill(&l);
    pv_plot p = ledger_plot_of(&l, "0000000000000000", "2026-12-30");
    pv_finding_clear(&f);
    f.plot = p.fid;
    f.status = PV_PLOT_CONFIRMED;
    (void)snprintf(f.date, sizeof f.date, "2026-12-30");
    (void)snprintf(f.person1, sizeof f.person1, "王某");
    pv_finding_key(&f, p.id);
    ledger_ok(pv_findings_add(l.s, &f, &outcome, &err), &err);
    ledger_ok(pv_taught_read(&t, l.folder, &err), &err);
    assert_int_equal(t.n, PV_TAUGHT_PHOTOS);
    assert_string_equal(t.at[0].file, "003.tif");
    assert_true(has_line(&t.left_out, "gone from the inbox"));
    assert_true(has_line(&t.left_out, "there are newer photos enough"));
    pv_taught_release(&t);
    ledger_close(&l);
}

static void test_reasons(void **state)
{
    (void)state;
    assert_true(pv_taught_is_reason("other_crop"));
    assert_true(pv_taught_is_reason("refused"));
    assert_false(pv_taught_is_reason("lettuce"));
    assert_false(pv_taught_is_reason(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_newest), cmocka_unit_test(test_reasons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
