#include "report/night_geojson.h"

#include <stdio.h>
#include <string.h>

#include "season/chip_names.h"

#include "base/banned.h"

static void add_coverage(pv_text *out, const int64_t e4[6])
{
    static const char *const key[6] = {
        "{\"valid_m2\":", ",\"nodata_m2\":", ",\"unreadable_m2\":", ",\"unusable_m2\":", ",\"blurred_m2\":", ",\"coarse_m2\":"};
    for (int k = 0; k < 6; k++) {
        pv_text_add(out, key[k]);
        pv_text_add_fixed(out, e4[k], 4);
    }
    pv_text_add(out, "}");
}

static void add_or_null(pv_text *out, const char *key, const char *text)
{
    pv_text_addf(out, ",\"%s\":", key);
    pv_text_add_json(out, text[0] != '\0' ? text : NULL);
}

static void add_photo(pv_text *out, const pv_summary_photo *p)
{
    static const char *const state[] = {"new", "done", "refused", "quarantined", "same"};
    pv_text_add(out, "{\"file\":");
    pv_text_add_json(out, p->file);
    add_or_null(out, "name", p->name);
    add_or_null(out, "sha256", p->sha256);
    add_or_null(out, "model", p->model);
    add_or_null(out, "status", p->status[0] != '\0' ? p->status : state[p->state]);
    add_or_null(out, "reason", p->reason);
    add_or_null(out, "taken_at", p->taken_at);
    pv_text_add(out, ",\"gsd_m\":");
    if (p->gsd_m > 0)
        pv_text_add_real(out, p->gsd_m, 4);
    else
        pv_text_add(out, "null");
    pv_text_addf(out, ",\"hotspots\":%lld,\"coverage\":", (long long)p->hotspots);
    add_coverage(out, (const int64_t[]){p->valid_e4, p->nodata_e4, p->unreadable_e4, p->unusable_e4, p->blurred_e4, p->coarse_e4});
    pv_text_add(out, "}");
}

/* The worker's properties without the last brace; the picture has the name that it has in the season. */
static void add_properties(pv_text *out, const pv_summary_hotspot *h, int64_t photo)
{
    char name[PV_CHIP_NAME], before[PV_CHIP_NAME + 16];
    const char *p = h->properties;
    pv_chip_name(name, h->id, photo, ".jpg");
    (void)snprintf(before, sizeof before, "\"chip\":\"%s.jpg\"", h->id);
    const char *at = strstr(p, before);
    if (at != NULL) {
        pv_text_add_n(out, p, (size_t)(at - p));
        pv_text_addf(out, "\"chip\":\"%s\"", name);
        p = at + strlen(before);
    }
    pv_text_add_n(out, p, strlen(p) - 1);
}

pv_status pv_night_geojson(pv_text *out, const pv_night_summary *sum, const char *version, pv_err *err)
{
    pv_text_add(out, "{\"type\":\"FeatureCollection\",\n\"papaver\":{\"version\":");
    pv_text_add_json(out, version);
    pv_text_addf(out, ",\"run\":\"%s\",\"night\":\"%s\",\"season\":", sum->run, sum->night.date);
    pv_text_add_json(out, sum->name);
    pv_text_add(out, ",\n\"coverage\":");
    add_coverage(out, (const int64_t[]){sum->valid_e4, sum->nodata_e4, sum->unreadable_e4, sum->unusable_e4, sum->blurred_e4, sum->coarse_e4});
    pv_text_add(out, ",\n\"photos\":[");
    for (size_t i = 0; i < sum->n_photos; i++) {
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        add_photo(out, &sum->photo[i]);
    }
    pv_text_add(out, "\n]},\n\"features\":[");
    for (size_t i = 0; i < sum->n_hotspots; i++) {
        const pv_summary_hotspot *h = &sum->hotspot[i];
        pv_text_addf(out, "%s{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":", i > 0 ? ",\n" : "\n", h->id);
        pv_text_add(out, h->geometry);
        pv_text_add(out, ",\"properties\":");
        /* The worker's properties, and behind them what only the night knows: photos of two folders may have one name, and even one georeference. */
        add_properties(out, h, sum->photo[h->photo].id);
        pv_text_add(out, ",\"file\":");
        pv_text_add_json(out, sum->photo[h->photo].file);
        pv_text_add(out, ",\"plot\":");
        pv_text_add_json(out, h->plot[0] != '\0' ? h->plot : NULL);
        pv_text_add(out, "}}");
    }
    pv_text_add(out, "\n]}\n");
    return pv_text_status(out, err);
}
