/* A page of `papaver report` over plots that do not exist: page_made_up PLOTS OUT.html [CHIPS [UNITS.geojson [ROOM]]].
 *
 * Texts that come from outside in a real season are attempts to become markup or script here. CHIPS: a folder of pictures, of which each plot has <its hotspot's id>.jpg and each of
 * three photos photo-<1..3>.jpg. UNITS "": none. ROOM: bytes of pictures of plots that the page takes in; of the
 * others it names the files. The same arguments give the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/gdal_door.h"
#include "report/ground_pages.h"
#include "report/plots_html.h"
#include "report/season_page.h"
#include "season/gpkg_geom.h"

#include "base/banned.h"

enum { PHOTOS = 3 };

static const double west = 105.60, south = 34.80;
static const char evil[] = "</script><img src=x onerror=\"alert(1)\"><!-- '&\" \xE2\x80\xA8";

static void text(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

static pv_status made_up(pv_sheet *s, int i, int n, pv_err *err)
{
    static const char *const town[] = {"柳湾镇", "石坪镇", "石坪镇 / 柳湾镇"}, *const village[] = {"上柳村", "下柳村", "石咀村", "沟门村",
                                                                                                   "王家塬村"};
    static const char *const stage[] = {"bud", "flowering", "capsule", ""};
    char outline[512];
    int side = 1;
    while (side * side < n) side++;
    pv_plot *p = &s->plot;
    const double step = side > 20 ? 0.001 : 0.004;
    p->fid = i + 1;
    (void)snprintf(p->id, sizeof p->id, "P%06u", (unsigned)(i + 1) % 1000000U);
    p->status = (pv_plot_status)(i % 9);
    p->kind = (pv_plot_kind)(i % 4);
    p->tier = p->status == PV_PLOT_REGROWN ? PV_TIER_REGROWN : PV_TIER_SUSPECTED;
    p->lon_deg = west + i % side * step + i % 7 * 0.0001;
    p->lat_deg = south + i / side * step + i % 5 * 0.0001;
    p->area_m2 = 0.5 + i * 7 % 300;
    p->prob = 0.3 + i * 13 % 70 / 100.0;
    p->times_seen = 1 + i % 3;
    p->times_looked = 3;
    text(p->first_seen, sizeof p->first_seen, "2026-05-12");
    (void)snprintf(p->last_seen, sizeof p->last_seen, "2026-05-%02d", 12 + i % 15);
    text(p->stage, sizeof p->stage, stage[i % 4]);
    (void)snprintf(s->hotspot_id, sizeof s->hotspot_id, "%016x", i + 1);
    text(s->photo_name, sizeof s->photo_name, i == 0 ? evil : "flight-1.tif");
    text(s->place[PV_XIAN], sizeof s->place[PV_XIAN], "秦安县");
    text(s->place[PV_XIANG], sizeof s->place[PV_XIANG], town[i % 3]);
    text(s->place[PV_CUN], sizeof s->place[PV_CUN], i == 0 ? evil : village[i % 5]);
    text(s->crew, sizeof s->crew, i == 0 ? evil : i % 4 == 0 ? "一组" : "");
    s->gk_epsg = 4544;
    s->gk_easting_m = 555000.1 + i;
    s->gk_northing_m = 3852000.2 + i;
    s->plants_low = 1 + i % 200;
    s->plants_high = 9 + i % 400;
    s->risk = (pv_risk)(i * 4 / (n > 0 ? n : 1));
    s->points = 100 - 100.0 * i / (n > 0 ? n : 1);
    s->n_reasons = 2;
    s->reason[0] = (pv_sheet_reason){.code = "tier", .points = 20.5, .zh = "达到刑事立案株数", .en = "as many plants as a criminal case needs"};
    s->reason[1] = (pv_sheet_reason){.code = "capsule", .points = 12, .zh = "12 天后可割", .en = "12 days to capsules"};
    text(s->why[0], sizeof s->why[0], i == 0 ? evil : "redder than its neighbours");
    s->plants_counted = s->plants_removed = i % 9 == 5 ? 12 : -1;
    s->ladder = i % 10 == 3;
    s->overdue_days = i % 10 == 3 ? 5 : 0;
    text(s->due, sizeof s->due, i % 10 == 3 ? "2026-05-20" : "");
    const double w = p->lon_deg - 1e-5, e = p->lon_deg + 1e-5, so = p->lat_deg - 1e-5, no = p->lat_deg + 1e-5;
    (void)snprintf(outline, sizeof outline,
                   "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]]}", w, so, e, so, e,
                   no, w, no, w, so);
    return pv_strdup(&s->outline, outline, err);
}

static pv_status photo(pv_photo_place *p, int k, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text blob = {0};
    *p = (pv_photo_place){.fid = k + 1, .state = PV_PHOTO_DONE, .hotspots = 3, .valid_e4 = 123456789, .has_overview = 1};
    p->west = west + k * 0.008 - 0.001;
    p->east = p->west + 0.01;
    p->south = south - 0.001;
    p->north = p->south + 0.02;
    text(p->file, sizeof p->file, k == 0 ? evil : k == 1 ? "f1/a1.tif" : "第三架次/c1.tif");
    text(p->status, sizeof p->status, k == 1 ? "damaged" : "done");
    text(p->day, sizeof p->day, "2026-05-12");
    text(p->reason, sizeof p->reason, k == 1 ? evil : "");
    const double ring[5][2] = {{p->west + 0.0005, p->south},
                               {p->east, p->south + 0.001},
                               {p->east - 0.0005, p->north},
                               {p->west, p->north - 0.001},
                               {p->west + 0.0005, p->south}};
    PV_TRY(pv_geom_ring(&blob, 5, ring, err));
    PV_TRY(pv_plot_outline_read(&p->outline, blob.data, blob.len, err));
out:
    pv_text_release(&blob);
    return st;
}

/* The plain list has the same plots as the sheets. */
static pv_status list(pv_night_plots *plots, const pv_sheets *sheets, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&plots->at, sheets->n, sizeof *plots->at, "plots", err));
    for (size_t i = 0; i < sheets->n; i++) {
        plots->at[i] = (pv_night_plot){.plot = sheets->at[i].plot, .fresh = i % 5 == 0};
        PV_TRY(pv_strdup(&plots->at[i].properties,
                         i == 0 ? "{\"cun\":\"</script><b>\",\"why\":[\"<!-- x\"]}" : "{\"plants_low\":2,\"plants_high\":9}", err));
        plots->n++;
    }
out:
    return st;
}

typedef struct made {
    pv_sheets sheets;
    pv_night_plots plots;
    pv_photo_places photos;
    pv_photo_place photo[PHOTOS];
    pv_units *units;
} made;

static pv_status fill(made *m, int n, const char *units, pv_err *err)
{
    pv_status st = PV_OK;
    text(m->sheets.date, sizeof m->sheets.date, "2026-05-28");
    text(m->sheets.season, sizeof m->sheets.season, evil);
    PV_TRY(pv_alloc(&m->sheets.at, (size_t)n, sizeof *m->sheets.at, "sheets", err));
    for (int i = 0; i < n; i++) {
        PV_TRY(made_up(&m->sheets.at[i], i, n, err));
        m->sheets.n++;
    }
    PV_TRY(list(&m->plots, &m->sheets, err));
    m->photos = (pv_photo_places){.at = m->photo};
    for (int k = 0; n > 0 && k < PHOTOS; k++) {
        PV_TRY(photo(&m->photo[k], k, err));
        m->photos.n++;
    }
    if (units != NULL) PV_TRY(pv_units_open(&m->units, 1, &units, err));
out:
    return st;
}

static pv_status page(made *m, const char *chips, size_t room, const char *path, pv_err *err)
{
    static char corner[] = "{\"type\":\"Polygon\",\"coordinates\":[[[105.6,34.81],[105.604,34.81],[105.604,34.813],[105.6,34.813],[105.6,34.81]]]}";
    pv_status st = PV_OK;
    pv_text plots = {0}, ground = {0}, out = {0};
    pv_gap gap[2] = {{.flown = 0, .area_e6 = 121000000000, .lon_deg = 105.602, .lat_deg = 34.812, .geometry = corner},
                     {.flown = 1, .area_e6 = 5000000, .lon_deg = 105.602, .lat_deg = 34.802, .geometry = corner}};
    pv_gaps gaps = {.n = m->photos.n > 0 ? 2 : 0, .at = gap};
    pv_ground_report report = {.known = 1};
    pv_map_pictures small = {.folder = chips, .link = "chips", .left = room}, large = {.folder = chips, .left = 16 << 20};
    text(gap[0].units, sizeof gap[0].units, evil);
    report.all.ground_e6 = report.all.state_e6[PV_CELL_SEEN] = 1000000000000;
    report.all.state_e6[PV_CELL_DARK] = 5000000;
    PV_TRY(pv_plots_html(&plots, &m->plots, &m->sheets, &small, err));
    pv_ground_html(&ground, &report, NULL, &gaps);
    pv_map_facts facts = {.season = m->sheets.season,
                          .date = m->sheets.date,
                          .lang = "zh",
                          .sheets = &m->sheets,
                          .plots = &m->plots,
                          .gaps = &gaps,
                          .units = m->units,
                          .photos = &m->photos,
                          .chips = &small,
                          .pictures = &large};
    pv_season_page_facts f = {
        .version = "papaver", .ground = &report, .plots = pv_text_str(&plots), .ground_html = pv_text_str(&ground), .map = &facts};
    PV_TRY(pv_season_page(&out, &f, err));
    PV_TRY(pv_outfile_put(path, out.data, out.len, 1, err));
out:
    pv_text_release(&plots);
    pv_text_release(&ground);
    pv_text_release(&out);
    return st;
}

int main(int argc, char **argv)
{
    pv_status st = PV_OK;
    pv_err err = {.text = ""};
    made m = {.units = NULL};
    struct timespec a, b;
    if (argc < 3) {
        fprintf(stderr, "usage: page_made_up PLOTS OUT.html [CHIPS [UNITS.geojson [ROOM]]]\n");
        return 2;
    }
    PV_TRY(pv_geo_start(&err));
    PV_TRY(fill(&m, (int)strtol(argv[1], NULL, 10), argc > 4 && argv[4][0] != '\0' ? argv[4] : NULL, &err));
    (void)clock_gettime(CLOCK_MONOTONIC, &a);
    PV_TRY(page(&m, argc > 3 ? argv[3] : NULL, argc > 5 ? (size_t)strtol(argv[5], NULL, 10) : (size_t)8 << 20, argv[2], &err));
    (void)clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%s: %.2f s\n", argv[2], (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
out:
    if (st != PV_OK) fprintf(stderr, "page_made_up: %s\n", err.text);
    for (size_t i = 0; i < m.photos.n; i++) pv_plot_outline_release(&m.photo[i].outline);
    for (size_t i = 0; i < m.sheets.n; i++) pv_free(m.sheets.at[i].outline);
    pv_free(m.sheets.at);
    pv_night_plots_release(&m.plots);
    pv_units_free(m.units);
    return pv_exit_code(st);
}
