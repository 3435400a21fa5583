/* GeoJSON (RFC 7946): the plots as points, with all facts and the empty form. */
#include <math.h>

#include "report/kit_files.h"
#include "report/kit_words.h"

#include "base/banned.h"

static void add_value(pv_text *out, const pv_kit_fact *f, const pv_text *value)
{
    if (value->len == 0)
        pv_text_add(out, "null");
    else if (f->kind == PV_FACT_INT || f->kind == PV_FACT_REAL)
        pv_text_add(out, pv_text_str(value));
    else
        pv_text_add_json(out, pv_text_str(value));
}

static void add_feature(pv_text *out, const pv_kit *kit, size_t i)
{
    const pv_plot *p = &kit->stop[i].sheet->plot;
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text value = {0};
    pv_text_addf(out, "%s{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[", i > 0 ? ",\n" : "\n", p->id);
    pv_kit_lonlat(out, p->lon_deg, p->lat_deg);
    pv_text_add(out, "]},\"properties\":{");
    for (int k = 0; k < n; k++) {
        pv_text_reset(&value);
        pv_kit_fact_add(&value, kit, i, &f[k]);
        if (value.failed) out->failed = 1;
        pv_text_addf(out, "%s\"%s\":", k > 0 ? "," : "", f[k].name);
        add_value(out, &f[k], &value);
    }
    const pv_form_field *g = pv_kit_form(kit, &n);
    for (int k = 0; k < n; k++) pv_text_addf(out, ",\"%s\":null", g[k].name);
    pv_text_add(out, "}}");
    pv_text_release(&value);
}

static void add_box(pv_text *out, const pv_kit *kit)
{
    double west = 180, south = 90, east = -180, north = -90;
    if (kit->n == 0) return;
    for (size_t i = 0; i < kit->n; i++) {
        const pv_plot *p = &kit->stop[i].sheet->plot;
        west = fmin(west, p->lon_deg);
        east = fmax(east, p->lon_deg);
        south = fmin(south, p->lat_deg);
        north = fmax(north, p->lat_deg);
    }
    pv_text_add(out, "\"bbox\":[");
    pv_kit_lonlat(out, west, south);
    pv_text_add(out, ",");
    pv_kit_lonlat(out, east, north);
    pv_text_add(out, "],");
}

static void add_landmark(pv_text *out, const char *key, const pv_kit_place *p)
{
    pv_text_addf(out, ",\"%s\":", key);
    if (!p->known) {
        pv_text_add(out, "null");
        return;
    }
    pv_text_add(out, "{\"lon\":");
    pv_text_add_real(out, p->lon_deg, 7);
    pv_text_add(out, ",\"lat\":");
    pv_text_add_real(out, p->lat_deg, 7);
    pv_text_add(out, ",\"name\":");
    pv_text_add_json(out, p->name);
    pv_text_add(out, "}");
}

pv_status pv_kit_geojson(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    pv_text_add(&out, "{\"type\":\"FeatureCollection\",");
    add_box(&out, kit);
    pv_text_add(&out, "\n\"papaver\":{\"version\":");
    pv_text_add_json(&out, kit->version);
    pv_text_add(&out, ",\"season\":");
    pv_text_add_json(&out, kit->season);
    pv_text_addf(&out, ",\"date\":\"%s\",\"by\":\"%s\",\"code\":", kit->date, kit->by);
    pv_text_add_json(&out, kit->code);
    pv_text_add(&out, ",\"name\":");
    pv_text_add_json(&out, kit->name);
    if (kit->audit[0] != '\0') {
        pv_text_add(&out, ",\"audit\":");
        pv_text_add_json(&out, kit->audit);
    }
    pv_text_add(&out, ",\"route_m\":");
    pv_text_add_real(&out, kit->route_m, 1);
    add_landmark(&out, "access_point", &kit->access);
    add_landmark(&out, "control_point", &kit->control);
    pv_text_add(&out, "},\n\"features\":[");
    for (size_t i = 0; i < kit->n; i++) add_feature(&out, kit, i);
    pv_text_add(&out, "\n]}\n");
    PV_TRY(pv_kit_put(folder, "plots.geojson", &out, err));
out:
    pv_text_release(&out);
    return st;
}
