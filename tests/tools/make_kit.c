/* make_kit FOLDER N [full [CHIPS [UNITS]]]: the GeoPackages, the project and the Shapefile of a kit of N made-up plots, without a season. FOLDER is made.
 * full: with control point, access point and texts longer than a Shapefile takes. What was shortened is said on stdout.
 * CHIPS: a folder with photo-7.jpg, for a map between 105.665, 34.855 and 105.685, 34.87 of 200 x 180 pixels; there is another one in the kit, photo 8, that has no picture.
 * UNITS: a file of boundaries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "report/kit_gpkg.h"

#include "base/banned.h"

static void make_sheet(pv_sheet *s, int i, int full)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static const pv_plot_status status[] = {PV_PLOT_SUSPECTED, PV_PLOT_DISPATCHED, PV_PLOT_CONFIRMED, PV_PLOT_ERADICATED, PV_PLOT_REGROWN};
    unsigned code = (unsigned)i * 7919u + 12345u;
    s->plot.id[0] = 'P';
    for (int k = 6; k >= 1; k--, code /= 32) s->plot.id[k] = letters[code % 32];
    s->plot.lon_deg = 105.67 + (i % 71) * 0.00113377;
    s->plot.lat_deg = 34.86 + (i / 71) * 0.00091113; /* NOLINT: rows of 71 */
    s->plot.status = status[i % 5];
    s->plot.area_m2 = 0.25 + i % 40 * 0.37;
    s->plot.prob = 0.5 + (i % 50) * 0.01;
    (void)snprintf(s->plot.class_name, sizeof s->plot.class_name, "poppy");
    (void)snprintf(s->plot.stage, sizeof s->plot.stage, "flowering");
    (void)snprintf(s->plot.first_seen, sizeof s->plot.first_seen, "2026-05-12");
    s->risk = (pv_risk)(i % PV_RISKS);
    s->points = 99 - i % 90;
    (void)snprintf(s->hotspot_id, sizeof s->hotspot_id, "%016x", (unsigned)i);
    (void)snprintf(s->place[PV_XIANG], PV_SHEET_LABEL, "%s", i % 3 == 0 ? "石坪镇 / 柳湾镇" : "柳湾镇");
    (void)snprintf(s->place[PV_CUN], PV_SHEET_LABEL, "上柳村");
    (void)snprintf(s->place_code[PV_XIAN], sizeof s->place_code[0], "062052");
    (void)snprintf(s->place_code[PV_LIN_BAN], sizeof s->place_code[0], "0012");
    (void)snprintf(s->why[0], sizeof s->why[0], "红色花瓣 red petals & <\"'>");
    s->plants = 20 + i;
    s->plants_low = 10;
    s->plants_high = 40 + i * 2;
    s->gk_epsg = 4544;
    s->gk_easting_m = 561234.56;
    s->gk_northing_m = 3859876.54;
    s->n_reasons = full ? PV_SHEET_REASONS : 1;
    for (int k = 0; k < s->n_reasons; k++)
        for (int n = 0; n < (full ? 10 : 1); n++) (void)snprintf(s->reason[k].zh + 12 * n, sizeof s->reason[k].zh - 12 * (size_t)n, "法定档次");
    char outline[400];
    double x = s->plot.lon_deg, y = s->plot.lat_deg, d = 1e-5;
    (void)snprintf(outline, sizeof outline,
                   "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]]}", x - d, y - d,
                   x + d, y - d, x + d, y + d, x - d, y + d, x - d, y - d);
    if (i % 7 != 6 && pv_strdup(&s->outline, outline, NULL) != PV_OK) exit(1);
}

static pv_status make_kit(const char *folder, int n, int full, const char *chips, const char *units, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheet *sheet = NULL;
    pv_text lost = {0};
    pv_units *borders = NULL;
    pv_kit kit = {.by = "cun", .code = "620522101201", .name = "柳湾镇 上柳村", .n = (size_t)n, .version = "papaver"};
    (void)snprintf(kit.season, sizeof kit.season, "秦安 2026 <&>");
    (void)snprintf(kit.date, sizeof kit.date, "2026-05-20");
    if (full) kit.control = (pv_kit_place){1, 105.6712345, 34.8612345, "村委会旗杆"};
    if (full) kit.access = (pv_kit_place){1, 105.6698765, 34.8598765, "桥头"};
    pv_kit_map map[] = {{7, 105.665, 34.855, 105.685, 34.87, 200, 180, 0}, {8, 105.685, 34.855, 105.705, 34.87, 200, 180, 0}};
    if (chips != NULL) kit.map = map, kit.n_maps = 2;
    if (units != NULL) PV_TRY(pv_units_open(&borders, 1, &units, err));
    kit.units = borders;
    if (mkdir(folder, 0750) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", folder, strerror(errno)));
    PV_TRY(pv_alloc(&sheet, (size_t)n, sizeof *sheet, "sheets", err));
    PV_TRY(pv_alloc(&kit.stop, (size_t)n, sizeof *kit.stop, "stops", err));
    for (int i = 0; i < n; i++) {
        make_sheet(&sheet[i], i, full);
        kit.stop[i] = (pv_kit_stop){&sheet[i], i * 10.0, i % 2 == 0};
    }
    PV_TRY(pv_kit_gpkg(folder, &kit, err));
    PV_TRY(pv_kit_maps(folder, &kit, chips, err));
    PV_TRY(pv_kit_qgs(folder, &kit, err));
    PV_TRY(pv_kit_shp(folder, &kit, &lost, err));
    (void)fputs(pv_text_str(&lost), stdout);
out:
    for (int i = 0; sheet != NULL && i < n; i++) pv_free(sheet[i].outline);
    pv_free(sheet);
    pv_free(kit.stop);
    pv_units_free(borders);
    pv_text_release(&lost);
    return st;
}

int main(int argc, char **argv)
{
    pv_err err = {0};
    int64_t n = 0;
    if (argc < 3 || !pv_parse_int(argv[2], 0, 100000, &n)) {
        (void)fprintf(stderr, "usage: make_kit FOLDER N [full]\n");
        return 2;
    }
    pv_status st = pv_geo_start(&err);
    if (st == PV_OK) st = make_kit(argv[1], (int)n, argc > 3 && argv[3][0] != '\0', argc > 4 ? argv[4] : NULL, argc > 5 ? argv[5] : NULL, &err);
    if (st != PV_OK) (void)fprintf(stderr, "make_kit: %s\n", err.text);
    pv_geo_stop();
    return pv_exit_code(st);
}
