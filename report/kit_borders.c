#include <math.h>

#include "report/kit_tables.h"

#include "base/banned.h"

/* How far around the plots boundaries are given, in degrees: about two kilometres from north to south. */
#define AROUND_DEG 0.02

typedef struct box {
    double west, south, east, north;
} box;

static box box_of(const pv_kit *kit)
{
    box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < kit->n; i++) {
        const pv_plot *p = &kit->stop[i].sheet->plot;
        b = (box){fmin(b.west, p->lon_deg), fmin(b.south, p->lat_deg), fmax(b.east, p->lon_deg), fmax(b.north, p->lat_deg)};
    }
    return (box){b.west - AROUND_DEG, b.south - AROUND_DEG, b.east + AROUND_DEG, b.north + AROUND_DEG};
}

/* Counties and above are too large for a phone; what is put together from finer units has no outline but theirs. */
static int is_near(const pv_unit *u, const box *b)
{
    return !u->derived && u->level >= PV_XIANG && u->level <= PV_XIAO_BAN && u->x0 <= b->east && u->x1 >= b->west && u->y0 <= b->north &&
           u->y1 >= b->south;
}

/* All rings as lines: what is in and what is out need not be known for a line. */
static void add_lines(pv_text *out, const pv_kit *kit, size_t unit)
{
    int rings = 0;
    pv_text_add(out, "{\"type\":\"MultiLineString\",\"coordinates\":[");
    for (size_t k = 0; k < pv_units_at(kit->units, unit)->n_parts; k++) {
        const pv_area *a = pv_unit_part(kit->units, unit, k);
        for (size_t r = 0, i = 0; r < a->n_rings; r++) {
            pv_text_add(out, rings++ > 0 ? ",[" : "[");
            for (size_t first = i; i < a->end[r]; i++) {
                pv_text_add(out, i > first ? ",[" : "[");
                pv_text_add_real(out, a->point[i].x, 7);
                pv_text_add(out, ",");
                pv_text_add_real(out, a->point[i].y, 7);
                pv_text_add(out, "]");
            }
            pv_text_add(out, "]");
        }
    }
    pv_text_add(out, "]}");
}

pv_status pv_kit_add_borders(pv_vector_out *v, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text lines = {0};
    box b = box_of(kit);
    if (kit->units == NULL) return PV_OK;
    for (size_t i = 0; i < pv_units_count(kit->units); i++) {
        const pv_unit *u = pv_units_at(kit->units, i);
        if (!is_near(u, &b)) continue;
        pv_text_reset(&lines);
        add_lines(&lines, kit, i);
        PV_TRY(pv_text_status(&lines, err));
        pv_vector_out_begin(v);
        pv_vector_out_text(v, 0, pv_unit_level_word(u->level));
        pv_vector_out_text(v, 1, u->code[u->level]);
        pv_vector_out_text(v, 2, pv_unit_label(u));
        pv_vector_out_geojson(v, pv_text_str(&lines));
        PV_TRY(pv_where(err, pv_vector_out_end(v, err), "boundary of %s", pv_unit_label(u)));
    }
out:
    pv_text_release(&lines);
    return st;
}
