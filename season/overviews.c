#include "season/overviews.h"

#include <string.h>

#include "base/json.h"

#include "base/banned.h"

static const char web_mercator[] = "EPSG:3857";
static const double most_lat = 85.06;

void pv_map_image_print(pv_text *out, const pv_map_image *image)
{
    const struct {
        const char *name;
        double value;
    } side[] = {{"west", image->west}, {"south", image->south}, {"east", image->east}, {"north", image->north}};
    pv_text_addf(out, "{\"crs\":\"%s\"", web_mercator);
    for (size_t i = 0; i < sizeof side / sizeof *side; i++) {
        pv_text_addf(out, ",\"%s\":", side[i].name);
        pv_text_add_real(out, side[i].value, 9);
    }
    pv_text_addf(out, ",\"width_px\":%d,\"height_px\":%d}\n", image->width_px, image->height_px);
}

pv_status pv_map_image_read(pv_map_image *out, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {0};
    pv_map_image m = {0};
    char crs[16] = "";
    int64_t w = 0, h = 0;
    PV_TRY(pv_json_parse(&j, text, n, 1, err));
    int ok = pv_json_copy(&j, pv_json_member(&j, 0, "crs"), crs, sizeof crs) && strcmp(crs, web_mercator) == 0 &&
             pv_json_real(&j, pv_json_member(&j, 0, "west"), -180, 180, &m.west) &&
             pv_json_real(&j, pv_json_member(&j, 0, "east"), -180, 180, &m.east) &&
             pv_json_real(&j, pv_json_member(&j, 0, "south"), -most_lat, most_lat, &m.south) &&
             pv_json_real(&j, pv_json_member(&j, 0, "north"), -most_lat, most_lat, &m.north) && m.west < m.east && m.south < m.north &&
             pv_json_int(&j, pv_json_member(&j, 0, "width_px"), 1, PV_MAP_IMAGE_SIDE, &w) &&
             pv_json_int(&j, pv_json_member(&j, 0, "height_px"), 1, PV_MAP_IMAGE_SIDE, &h);
    if (!ok) PV_TRY(pv_fail(err, PV_INPUT, "the bounds of the photo's picture are not as they should be"));
    m.width_px = (int)w;
    m.height_px = (int)h;
    *out = m;
out:
    pv_json_release(&j);
    return st;
}

pv_status pv_overviews_take(pv_season *s, int64_t photo, const pv_map_image *image, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT OR REPLACE INTO overviews(photo,west,south,east,north,width_px,height_px) VALUES(?,?,?,?,?,?,?)", err));
    pv_stmt_int(q, 1, photo);
    pv_stmt_real(q, 2, image->west);
    pv_stmt_real(q, 3, image->south);
    pv_stmt_real(q, 4, image->east);
    pv_stmt_real(q, 5, image->north);
    pv_stmt_int(q, 6, image->width_px);
    pv_stmt_int(q, 7, image->height_px);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_overviews_find(pv_season *s, int64_t photo, pv_map_image *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_map_image m = {0};
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT west,south,east,north,width_px,height_px FROM overviews WHERE photo=?", err));
    pv_stmt_int(q, 1, photo);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (row) {
        m = (pv_map_image){pv_row_real(q, 0), pv_row_real(q, 1), pv_row_real(q, 2), pv_row_real(q, 3), (int)pv_row_int(q, 4), (int)pv_row_int(q, 5)};
        PV_TRY(pv_row_check(q, err));
    }
    *out = m;
out:
    pv_stmt_free(q);
    return st;
}
