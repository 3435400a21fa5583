/* A season with four plots, and files that come back to it. */
#ifndef PV_TESTS_DESK_H
#define PV_TESTS_DESK_H

#include "base/outfile.h"
#include "season/returns.h"
#include "tests/unit/season/ledger.h"

typedef struct desk {
    ledger l;
    char file[128];
    pv_returns r;
    pv_return_options o;
} desk;

static const double LON = 105.7, LAT = 34.9;

static inline void add_plot(desk *d, int n, const char *id, double east_m, double north_m)
{
    char sql[400];
    (void)snprintf(sql, sizeof sql, "INSERT INTO plots(fid,id,origin,found_on,lon,lat) VALUES(%d,'%s','crew','2026-05-01',%.9f,%.9f)", n, id,
                   LON + east_m / ledger_m_lon, LAT + north_m / ledger_m_lat);
    ledger_run(&d->l, sql);
}

static inline void desk_open(desk *d)
{
    memset(d, 0, sizeof *d);
    ledger_open(&d->l);
    d->o.today = "2026-06-01";
    add_plot(d, 1, "P000001", 0, 0);
    add_plot(d, 2, "P000002", 100, 0);
    add_plot(d, 3, "P000003", 112, 0);
    add_plot(d, 4, "P000004", 500, 500);
}

static inline void desk_close(desk *d)
{
    pv_returns_release(&d->r);
    ledger_close(&d->l);
}

static inline pv_status take_file(desk *d, const char *name, const char *text, pv_err *err)
{
    const char *path[1] = {d->file};
    pv_returns_release(&d->r);
    (void)snprintf(d->file, sizeof d->file, "%s/%s", d->l.folder, name);
    pv_status st = pv_outfile_put(d->file, text, strlen(text), 1, err);
    return st == PV_OK ? pv_returns_take(&d->r, d->l.s, 1, path, &d->o, err) : st;
}

static inline void take(desk *d, const char *name, const char *text)
{
    pv_err err = {.text = ""};
    ledger_ok(take_file(d, name, text, &err), &err);
}

static inline void outcome(const desk *d, size_t row, pv_return_outcome want, const char *plot, const char *words)
{
    assert_true(row < d->r.n);
    const pv_return_line *l = &d->r.at[row];
    if (l->outcome != want) fail_msg("row %zu is %s (%s), not %s", row, pv_return_outcome_word(l->outcome), l->why, pv_return_outcome_word(want));
    assert_string_equal(l->plot, plot);
    if (words != NULL && strstr(l->why, words) == NULL) fail_msg("'%s' does not say '%s'", l->why, words);
}

/* How many findings of a plot are this step in the light of the others, with this answer of this crew. */
static inline int steps_of(desk *d, int64_t plot, pv_plot_status status, const char *verdict, const char *crew)
{
    pv_err err = {.text = ""};
    pv_findings_walk *w = NULL;
    pv_finding f;
    int more = 1, n = 0;
    ledger_ok(pv_findings_list(&w, d->l.s, plot, &err), &err);
    for (ledger_ok(pv_findings_next(w, &f, &more, &err), &err); more; ledger_ok(pv_findings_next(w, &f, &more, &err), &err))
        n += f.status == status && strcmp(f.verdict, verdict) == 0 && strcmp(f.crew, crew) == 0;
    pv_findings_walk_free(w);
    return n;
}

static inline void status_is(desk *d, int plot, const char *status)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM plots WHERE fid=%d AND status='%s'", plot, status);
    if (ledger_number(&d->l, sql) != 1) fail_msg("plot %d is not %s", plot, status);
}

#define HEAD "id,lon,lat,verdict,visit_time,crew,person1,disposal,plants_counted,plants_removed,eradicated_at,note\n"

/* A row at metres from the corner, shifted by f when that is given. */
static inline void add_row(char *text, size_t size, const char *id, double east_m, double north_m, void (*f)(double, double, double *, double *),
                           const char *rest)
{
    double lon = LON + east_m / ledger_m_lon, lat = LAT + north_m / ledger_m_lat;
    if (f != NULL) f(lon, lat, &lon, &lat);
    (void)snprintf(text + strlen(text), size - strlen(text), "%s,%.8f,%.8f,%s\n", id, lon, lat, rest);
}

#endif
