/* What `papaver info` says about a file of boundaries. */
#include <inttypes.h>
#include <string.h>

#include "app/info.h"
#include "base/mem.h"
#include "base/tr.h"
#include "geo/units.h"

#include "base/banned.h"

static int pv_ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n > m && pv_same_word(path + n - m, ending);
}

int pv_is_boundaries(const char *path, const char head[64])
{
    static const char shapefile[] = {0, 0, 0x27, 0x0A};
    if (memcmp(head, "SQLite format 3", 15) == 0 || memcmp(head, shapefile, sizeof shapefile) == 0) return 1;
    if (memcmp(head, "PK\003\004", 4) == 0) return pv_ends_in(path, ".kmz");
    return head[strspn(head, " \t\r\n\xEF\xBB\xBF")] == '<' && (strstr(head, "<kml") != NULL || pv_ends_in(path, ".kml"));
}

static void pv_units_words(const char *path, const pv_units *u, pv_text *out)
{
    pv_units_facts f = pv_units_facts_of(u);
    pv_text_addf(out, pv_tr("%s: boundaries\n"), path);
    const char *layers = f.layers == 1 ? pv_tr("layer") : pv_tr("layers");
    pv_info_line(out, "records", "%lld in %lld %s: %lld used, %lld of them repaired (%lld with another area), %lld left out", (long long)f.records,
                 (long long)f.layers, layers, (long long)f.used, (long long)f.repaired, (long long)f.changed, (long long)f.left_out);
    for (int l = 0; l < PV_UNIT_LEVELS; l++)
        if (f.units[l] > 0)
            pv_info_line(out, pv_tr_zh() ? pv_unit_level_zh((pv_unit_level)l) : pv_unit_level_word((pv_unit_level)l), "%lld%s", (long long)f.units[l],
                         f.derived[l] ? pv_tr(", put together from finer ones") : "");
    pv_info_line(out, "extent", "lon %.6f to %.6f, lat %.6f to %.6f", f.west_deg, f.east_deg, f.south_deg, f.north_deg);
    for (int i = 0; i < pv_units_report_count(u); i++) pv_info_line(out, "note", "%s", pv_units_report_words(u, i));
}

static void pv_units_json(const char *path, const pv_units *u, pv_text *out)
{
    pv_units_facts f = pv_units_facts_of(u);
    pv_text_add(out, "{\"kind\":\"boundaries\",\"path\":");
    pv_text_add_json(out, path);
    pv_text_addf(out,
                 ",\"layers\":%" PRId64 ",\"records\":%" PRId64 ",\"used\":%" PRId64 ",\"repaired\":%" PRId64 ",\"changed\":%" PRId64
                 ",\"left_out\":%" PRId64 ",\"units\":{",
                 f.layers, f.records, f.used, f.repaired, f.changed, f.left_out);
    for (int l = 0; l < PV_UNIT_LEVELS; l++)
        pv_text_addf(out, "%s\"%s\":%" PRId64, l > 0 ? "," : "", pv_unit_level_word((pv_unit_level)l), f.units[l]);
    pv_text_add(out, "},\"derived\":[");
    for (int l = 0, n = 0; l < PV_UNIT_LEVELS; l++)
        if (f.derived[l]) pv_text_addf(out, "%s\"%s\"", n++ > 0 ? "," : "", pv_unit_level_word((pv_unit_level)l));
    pv_text_add(out, "],\"extent\":[");
    const double box[4] = {f.west_deg, f.south_deg, f.east_deg, f.north_deg};
    for (int k = 0; k < 4; k++) {
        if (k > 0) pv_text_add(out, ",");
        pv_text_add_real(out, box[k], 7);
    }
    pv_text_add(out, "],\"report\":[");
    for (int i = 0; i < pv_units_report_count(u); i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_json(out, pv_units_report_at(u, i));
    }
    pv_text_add(out, "]}");
}

pv_status pv_info_units(const char *path, int json, pv_text *out, pv_err *err)
{
    pv_units *u = NULL;
    pv_status st = pv_units_open(&u, 1, &path, err);
    if (st == PV_OK && json) pv_units_json(path, u, out);
    if (st == PV_OK && !json) pv_units_words(path, u, out);
    pv_units_free(u);
    return st;
}
