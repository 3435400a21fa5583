/* Places that crews found by themselves, in photos that looked there and showed nothing: where they surely lie. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/geodesic.h"
#include "season/lessons_internal.h"

#include "base/banned.h"

enum { CORNERS = 16 };
static const double PI = 3.14159265358979323846;

/* The most accurate finding with a place, and the smallest area that people measured. */
static const char place_sql[] =
    "SELECT (SELECT min(area_measured_m2) FROM findings WHERE plot=?1 AND area_measured_m2>0),lon,lat,gnss_accuracy_m FROM findings"
    " WHERE plot=?1 AND lon IS NOT NULL AND lat IS NOT NULL AND gnss_accuracy_m>=0 ORDER BY gnss_accuracy_m,date,key LIMIT 1";

pv_status pv_lesson_place_read(pv_lesson_place *out, pv_season *s, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    *out = (pv_lesson_place){.radius_m = 0};
    PV_TRY(pv_stmt_new(&q, s->db, place_sql, err));
    pv_stmt_int(q, 1, plot);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row || pv_row_is_null(q, 0)) goto out;
    out->lon_deg = pv_row_real(q, 1);
    out->lat_deg = pv_row_real(q, 2);
    double radius = sqrt(pv_row_real(q, 0) / PI) - pv_row_real(q, 3);
    out->radius_m = radius >= PV_LESSON_PLACE_M ? radius : 0;
out:
    pv_stmt_free(q);
    return st;
}

void pv_lesson_place_outline(const pv_lesson_place *p, pv_text *out)
{
    double m[2];
    pv_metres_per_degree(p->lat_deg, m);
    pv_text_add(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[");
    for (int i = 0; i <= CORNERS; i++) {
        double turn = 2 * PI * (i % CORNERS) / CORNERS;
        pv_text_add(out, i > 0 ? ",[" : "[");
        pv_text_add_real(out, p->lon_deg + p->radius_m * cos(turn) / m[0], 9);
        pv_text_add(out, ",");
        pv_text_add_real(out, p->lat_deg + p->radius_m * sin(turn) / m[1], 9);
        pv_text_add(out, "]");
    }
    pv_text_add(out, "]]]}");
}

/* The first column of the first row; "" = there is none. */
static pv_status one_text(char out[64], pv_season *s, const char *sql, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, sql, err));
    PV_TRY(pv_stmt_step(q, &row, err));
    (void)snprintf(out, 64, "%s", row ? pv_row_text(q, 0) : "");
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_lesson_place_classes(char target[64], char lookalike[64], pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(one_text(target, s, "SELECT class FROM hotspots WHERE class<>'' GROUP BY class ORDER BY count(*) DESC,class LIMIT 1", err));
    PV_TRY(
        one_text(lookalike, s,
                 "SELECT json_extract(properties,'$.lookalike') x FROM hotspots WHERE json_valid(properties) AND x<>'' GROUP BY x ORDER BY count(*)"
                 " DESC,x LIMIT 1",
                 err));
out:
    return st;
}
