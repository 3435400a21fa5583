/* Plots near Qin'an that no photo showed, with everything that a sheet can say, and words that are hard to write: for tests of kits. */
#ifndef PV_TESTS_KIT_FIXTURE_H
#define PV_TESTS_KIT_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "report/kit_sort.h"

static const double fixture_lon = 105.67, fixture_lat = 34.86;

static inline uint64_t fixture_next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static inline pv_status fixture_sheet(pv_sheet *s, size_t i, uint64_t *seed, pv_err *err)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    pv_status st = PV_OK;
    pv_text outline = {0};
    double x = fixture_lon + (double)(fixture_next(seed) % 1000000) * 1e-7, y = fixture_lat + (double)(fixture_next(seed) % 1000000) * 1e-7;
    *s =
        (pv_sheet){.plot = {.fid = (int64_t)i + 1, .status = (pv_plot_status)(i % (PV_PLOT_REGROWN + 1)), .lon_deg = x, .lat_deg = y, .prob = 0.875}};
    s->plot.id[0] = 'P';
    for (size_t k = 0, n = i; k < 6; k++, n /= 32) s->plot.id[6 - k] = alphabet[n % 32];
    (void)snprintf(s->plot.status_date, PV_DATE, "2026-05-12");
    (void)snprintf(s->plot.first_seen, PV_DATE, "2026-05-12");
    (void)snprintf(s->plot.last_seen, PV_DATE, "2026-05-14");
    (void)snprintf(s->plot.class_name, sizeof s->plot.class_name, "poppy");
    (void)snprintf(s->plot.stage, sizeof s->plot.stage, i % 3 == 0 ? "flowering" : "bolting");
    s->plot.area_m2 = 0.25 + (double)(i % 40);
    s->plot.times_seen = 2;
    (void)snprintf(s->hotspot_id, sizeof s->hotspot_id, "%016zx", i);
    (void)snprintf(s->photo_name, sizeof s->photo_name, "飞行 <1> & \"二\" ]]>.tif");
    (void)snprintf(s->taken_at, sizeof s->taken_at, "2026-05-14T09:05:00");
    s->gsd_m = 0.05;
    (void)snprintf(s->place[PV_XIAN], PV_SHEET_LABEL, "秦安县");
    (void)snprintf(s->place[PV_CUN], PV_SHEET_LABEL, i % 4 == 0 ? "上柳村" : i % 4 == 1 ? "=下柳村,\"东\"" : i % 4 == 2 ? "西沟 & 北沟" : "");
    s->gk_epsg = 4544;
    s->gk_easting_m = 561267.25;
    s->gk_northing_m = 3859266.5;
    s->plants_low = s->plants = s->plants_high = i % 5 == 0 ? -1 : 52;
    (void)snprintf(s->why[0], sizeof s->why[0], "-1 比周围红, 像花");
    s->risk = (pv_risk)(i % PV_RISKS);
    s->points = 61.5;
    (void)snprintf(s->crew, sizeof s->crew, "%s", i % 2 ? "一组" : "");
    if (i % 7 == 0) s->step[s->n_steps++] = "fly_again";
    for (int k = 0; k < 5; k++)
        pv_text_addf(&outline, "%s[%.7f,%.7f]", k == 0 ? "{\"type\":\"MultiPolygon\",\"coordinates\":[[[" : ",",
                     x + (k == 1 || k == 2 ? 2e-5 : -2e-5), y + (k == 2 || k == 3 ? 2e-5 : -2e-5));
    pv_text_add(&outline, "]]]}");
    PV_TRY(pv_text_status(&outline, err));
    PV_TRY(pv_strdup(&s->outline, pv_text_str(&outline), err));
out:
    pv_text_release(&outline);
    return st;
}

/* n plots, the same ones each time. Release with fixture_release(). */
static inline pv_status fixture_sheets(pv_sheets *out, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    uint64_t seed = 7;
    *out = (pv_sheets){.date = "2026-05-20", .season = "秦安 2026 <春>"};
    PV_TRY(pv_alloc(&out->at, n, sizeof *out->at, "sheets", err));
    out->cap = n;
    for (; out->n < n; out->n++) PV_TRY(fixture_sheet(&out->at[out->n], out->n, &seed, err));
out:
    return st;
}

static inline void fixture_release(pv_sheets *s)
{
    for (size_t i = 0; i < s->n; i++) pv_free(s->at[i].outline);
    pv_free(s->at);
    *s = (pv_sheets){.n = 0};
}

#endif
