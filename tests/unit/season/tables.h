/* Settings, units and tables of a season that tests fill by hand. */
#ifndef PV_TESTS_TABLES_H
#define PV_TESTS_TABLES_H

#include <math.h>

#include "base/mem.h"
#include "season/figures.h"
#include "season/imports.h"
#include "tests/unit/season/ledger.h"

/* Lines of season.conf in place of what was set. */
static inline void tables_settings(ledger *l, const char *lines)
{
    pv_err err = {.text = ""};
    pv_text file = {0};
    pv_conf *conf = NULL;
    ledger_ok(pv_alloc(&conf, 1, sizeof *conf, "settings", &err), &err);
    pv_text_addf(&file, "name = test\n%s", lines);
    ledger_ok(pv_conf_parse(conf, "season.conf", pv_text_str(&file), file.len, &err), &err);
    *l->s->conf = *conf;
    pv_free(conf);
    pv_text_release(&file);
}

/* GeoJSON features with commas between them, which it releases; epsg 0: WGS 84. */
static inline pv_units *tables_units(pv_text *features, int epsg)
{
    pv_err err = {.text = ""};
    pv_units *u = NULL;
    pv_text t = {0};
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",");
    if (epsg != 0) pv_text_addf(&t, "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:%d\"}},", epsg);
    pv_text_addf(&t, "\"features\":[%s]}", pv_text_str(features));
    ledger_ok(pv_geo_start(&err), &err);
    ledger_ok(pv_units_new(&u, &err), &err);
    ledger_ok(pv_units_add_bytes(u, "u.geojson", (const uint8_t *)t.data, t.len, &err), &err);
    ledger_ok(pv_units_ready(u, &err), &err);
    pv_text_release(&t);
    pv_text_release(features);
    return u;
}

/* A rectangle in metres of ledger.h as a feature. */
static inline void tables_unit(pv_text *out, const char *properties, double x0, double y0, double x1, double y1)
{
    const double ring[] = {x0, y0, x1, y0, x1, y1, x0, y1};
    pv_text_addf(out, "%s{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[", out->len > 0 ? "," : "",
                 properties);
    ledger_ring(out, ring, 4);
    pv_text_add(out, "]}}");
}

/* An entry of the forest register at the ledger's corner. */
static inline void tables_register(ledger *l, const char *date, const char *who, const char *text)
{
    pv_err err = {.text = ""};
    pv_context c = {.kind = PV_CONTEXT_REGISTER, .lon_deg = ledger_lon, .lat_deg = ledger_lat};
    int added = 0;
    (void)snprintf(c.date, sizeof c.date, "%s", date);
    (void)snprintf(c.who, sizeof c.who, "%s", who);
    (void)snprintf(c.text, sizeof c.text, "%s", text);
    ledger_ok(pv_context_add(l->s, &c, &added, &err), &err);
}

/* The table of one period, checked. */
static inline pv_figures tables_make(ledger *l, const char *period, pv_figures_by by, const pv_units *units)
{
    pv_err err = {.text = ""};
    pv_figures t = {.n = 0};
    pv_figures_source *f = NULL;
    pv_periods periods = {.n = 0};
    pv_period p;
    ledger_ok(pv_period_read(&p, l->s->conf, period, &err), &err);
    ledger_ok(pv_figures_source_new(&f, l->s, units, &err), &err);
    pv_figures_narrow(f, &p);
    ledger_ok(pv_periods_add(&periods, &p, &err), &err);
    ledger_ok(pv_figures_make(&t, f, &periods, by, &err), &err);
    ledger_ok(pv_figures_check(&t, &err), &err);
    pv_periods_release(&periods);
    pv_figures_source_free(f);
    return t;
}

typedef struct wanted_value {
    const char *id;
    double value; /* NAN: does not apply */
} wanted_value;

static inline void tables_check_row(const pv_figures_row *row, const wanted_value *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const pv_figure_value *v = pv_figures_value(row, w[i].id);
        assert_non_null(v);
        if (isnan(w[i].value) ? v->known : !v->known || fabs(v->real - w[i].value) > 1e-9)
            fail_msg("%s %s is %.4f (known %d), not %.4f", row->en, w[i].id, v->real, v->known, w[i].value);
    }
}
#define CHECK_ROW(row, ...)                                                                                                                          \
    tables_check_row(row, (const wanted_value[]){__VA_ARGS__}, sizeof((const wanted_value[]){__VA_ARGS__}) / sizeof(wanted_value))

#endif
