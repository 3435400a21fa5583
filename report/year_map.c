/* Maps of units shaded by a rate: equirectangular at the middle latitude, outlines thinned to what is drawn. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "report/html.h"
#include "report/map_shapes.h"
#include "report/year_drawings.h"
#include "report/year_map.h"

#include "base/banned.h"

static const double metres_a_degree = 111320, pi = 3.14159265358979323846;
static const char *const shade[PV_SVG_SHADES] = {"#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"}; /* viridis: its greys fall evenly */
enum { MAP_TOP = 4, MOST_HEIGHT = 520, LEAST_HEIGHT = 140, LABEL_ROWS = 9 };

/* ---- where ---- */

static int is_of_map(const pv_year_map *m, size_t row)
{
    return m->table->row[row].kind == PV_ROW_UNIT && m->table->row[row].level == m->level && m->table->row[row].period == 0;
}

static size_t unit_of(const pv_year_map *m, const char *key)
{
    for (size_t i = 0; i < pv_units_count(m->units); i++)
        if (pv_units_at(m->units, i)->level == m->level && strcmp(pv_units_at(m->units, i)->key, key) == 0) return i;
    return SIZE_MAX;
}

void pv_year_map_aim(pv_year_map *m, const double box[4])
{
    m->west = box[0];
    m->north = box[3];
    m->shrink = cos((box[3] + box[1]) / 2 * pi / 180);
    const double wide = fmax((box[2] - box[0]) * m->shrink, 1e-6), high = fmax(box[3] - box[1], 1e-6);
    m->scale = fmin((PV_SVG_WIDTH - 8) / wide, (MOST_HEIGHT - 2 * MAP_TOP) / high);
    m->height = fmax(high * m->scale + 2 * MAP_TOP, LEAST_HEIGHT);
    /* What is narrow stands in the middle. */
    m->west -= (PV_SVG_WIDTH / m->scale - wide) / 2 / m->shrink;
    m->north += (m->height / m->scale - high) / 2;
}

pv_status pv_year_map_join(pv_year_map *m, double box[4], size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    *n = 0;
    PV_TRY(pv_alloc(&m->row, pv_units_count(m->units), sizeof *m->row, "map", err));
    for (size_t i = 0; i < pv_units_count(m->units); i++) m->row[i] = SIZE_MAX;
    for (size_t r = 0; r < m->table->n_rows; r++) {
        size_t i = is_of_map(m, r) ? unit_of(m, m->table->row[r].key) : SIZE_MAX;
        if (i == SIZE_MAX) continue;
        const pv_unit *u = pv_units_at(m->units, i);
        m->row[i] = r;
        (*n)++;
        box[0] = fmin(box[0], u->x0);
        box[1] = fmin(box[1], u->y0);
        box[2] = fmax(box[2], u->x1);
        box[3] = fmax(box[3], u->y1);
    }
out:
    return st;
}

double pv_year_map_x(const pv_year_map *m, double lon)
{
    return (lon - m->west) * m->shrink * m->scale;
}

double pv_year_map_y(const pv_year_map *m, double lat)
{
    return (m->north - lat) * m->scale;
}

/* ---- outlines ---- */

static pv_status add_ring(pv_text *out, const pv_year_map *m, const pv_point *p, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    unsigned char *keep = NULL;
    size_t kept = 0, drawn = 0;
    if (n < 3) return PV_OK;
    PV_TRY(pv_alloc(&keep, n, 1, "outline", err));
    PV_TRY(pv_map_thin(p, n, 0.35 / m->scale * metres_a_degree, keep, &kept, err));
    for (size_t i = 0; i < n && kept >= 3; i++) {
        if (!keep[i]) continue;
        pv_text_add(out, drawn++ == 0 ? "M" : "L");
        pv_svg_number(out, pv_year_map_x(m, p[i].x));
        pv_text_add(out, " ");
        pv_svg_number(out, pv_year_map_y(m, p[i].y));
    }
    if (drawn > 0) pv_text_add(out, "Z");
out:
    pv_free(keep);
    return st;
}

/* Parts may overlap or share edges: all edges first, then all insides over them, so that only the unit's own border stays. */
pv_status pv_year_map_outline(pv_text *out, const pv_year_map *m, size_t unit, const char *fill, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    const size_t n = pv_units_at(m->units, unit)->n_parts;
    for (int inside = 0; inside < 2; inside++) {
        for (size_t k = 0; k < n; k++) {
            const pv_area *a = pv_unit_part(m->units, unit, k);
            pv_text_reset(&path);
            for (size_t r = 0, first = 0; r < a->n_rings; first = a->end[r++])
                if (a->end[r] - first > 3) PV_TRY(add_ring(&path, m, a->point + first, a->end[r] - first - 1, err));
            PV_TRY(pv_text_status(&path, err));
            if (path.len == 0) continue;
            if (inside)
                pv_text_addf(out, "<path fill=\"%s\" fill-rule=\"evenodd\" stroke=\"%s\" stroke-width=\".8\" d=\"", fill, n == 1 ? "#333" : fill);
            else if (n > 1)
                pv_text_add(out, "<path fill=\"none\" stroke=\"#333\" stroke-width=\"2.2\" d=\"");
            else
                continue;
            pv_text_add(out, pv_text_str(&path));
            pv_text_add(out, "\"/>");
        }
    }
    pv_text_add(out, "\n");
out:
    pv_text_release(&path);
    return st;
}

/* ---- labels ---- */

/* The middle of the widest piece of some rows through a unit, rather near its middle than near its ends; *wide in view box units. */
static pv_status label_place(const pv_year_map *m, size_t unit, double *x, double *y, double *wide, pv_err *err)
{
    pv_status st = PV_OK;
    pv_crossings c = {.n = 0};
    const pv_unit *u = pv_units_at(m->units, unit);
    double best = 0;
    *wide = 0;
    for (size_t k = 0; k < u->n_parts; k++) {
        const pv_area *a = pv_unit_part(m->units, unit, k);
        for (int i = 1; i <= LABEL_ROWS; i++) {
            const double lat = a->y0 + (a->y1 - a->y0) * i / (LABEL_ROWS + 1);
            const double favour = 1 - 0.7 * fabs(2 * lat - u->y0 - u->y1) / fmax(u->y1 - u->y0, 1e-9);
            PV_TRY(pv_area_row(a, lat, &c, err));
            for (size_t k2 = 0; k2 + 1 < c.n; k2 += 2) {
                const double w = pv_year_map_x(m, c.at[k2 + 1]) - pv_year_map_x(m, c.at[k2]);
                if (w * favour <= best) continue;
                best = w * favour;
                *wide = w;
                *x = (pv_year_map_x(m, c.at[k2]) + pv_year_map_x(m, c.at[k2 + 1])) / 2;
                *y = pv_year_map_y(m, lat);
            }
        }
    }
out:
    pv_crossings_release(&c);
    return st;
}

/* About as wide as it is drawn with letters of 11. */
static double text_width(const char *text)
{
    double w = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) w += *at < 0x80 ? 6.2 : *at >= 0xC0 ? 11 : 0;
    return w;
}

static pv_status add_label(pv_text *out, const pv_year_map *m, size_t unit, const char *id, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text value = {0};
    double x = 0, y = 0, wide = 0;
    const char *name = pv_unit_label(pv_units_at(m->units, unit));
    const pv_unit *u = pv_units_at(m->units, unit);
    const double high = (u->y1 - u->y0) * m->scale;
    PV_TRY(label_place(m, unit, &x, &y, &wide, err));
    pv_figure_print(&value, &pv_figures_list(&(int){0})[pv_figure_at(id)], pv_figures_value(&m->table->row[m->row[unit]], id));
    PV_TRY(pv_text_status(&value, err));
    const char *number = value.len > 0 ? pv_text_str(&value) : "–";
    const int named = wide > text_width(name) * 0.95 && high > 30;
    if (named) pv_svg_text(out, x, y - 3, "middle", "h", name, name);
    if (wide > text_width(number) * 0.9 && high > 11) pv_svg_text(out, x, named ? y + 11 : y + 4, "middle", named ? "h" : "s h", number, number);
out:
    pv_text_release(&value);
    return st;
}

static const char *fill_of(const pv_figure_value *v, const char *unknown)
{
    if (!v->known) return unknown;
    const int k = v->real >= 100 ? 4 : (int)(v->real / 25);
    return shade[k < 0 ? 0 : k];
}

static void add_legend(pv_text *out, double y, const char *unknown)
{
    static const char *const word[PV_SVG_SHADES] = {"0–25 %", "25–50 %", "50–75 %", "75–<100 %", "100 %"};
    static const int at[PV_SVG_SHADES + 1] = {6, 66, 134, 202, 286, 344}; /* the words are of different length */
    for (int k = 0; k < PV_SVG_SHADES; k++) {
        pv_svg_rect(out, at[k], y - 9, 12, 10, shade[k]);
        pv_svg_text(out, at[k] + 15, y, "start", "s", word[k], word[k]);
    }
    pv_svg_rect(out, at[PV_SVG_SHADES], y - 9, 12, 10, unknown);
    pv_svg_text(out, at[PV_SVG_SHADES] + 15, y, "start", "s", "无数", "none");
}

static pv_status draw(pv_text *out, const pv_year_map *m, const char *id, const char *dom_id, pv_svg_words title, pv_svg_words about, pv_err *err)
{
    pv_status st = PV_OK;
    char unknown[32];
    (void)snprintf(unknown, sizeof unknown, "url(#%s-none)", dom_id);
    pv_svg_begin(out, dom_id, m->height + 18, title, about);
    pv_text_addf(
        out,
        "<defs><pattern id=\"%s-none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/><path "
        "d=\"M0 6L6 0M-1 1L1 -1M5 7L7 5\" stroke=\"#777\" fill=\"none\"/></pattern></defs>\n",
        dom_id);
    for (size_t i = 0; i < pv_units_count(m->units); i++)
        if (m->row[i] != SIZE_MAX) PV_TRY(pv_year_map_outline(out, m, i, fill_of(pv_figures_value(&m->table->row[m->row[i]], id), unknown), err));
    for (size_t i = 0; i < pv_units_count(m->units); i++)
        if (m->row[i] != SIZE_MAX) PV_TRY(add_label(out, m, i, id, err));
    add_legend(out, m->height + 14, unknown);
    pv_svg_end(out);
out:
    return st;
}

int pv_year_map_level(const pv_figures *t, pv_unit_level *level)
{
    int some = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->row[i].kind == PV_ROW_UNIT && (!some || t->row[i].level > *level)) {
            *level = t->row[i].level;
            some = 1;
        }
    return some;
}

pv_status pv_year_draw_maps(pv_text *out, const pv_year *year, pv_err *err)
{
    static const char *const seen[] = {"cover_rate", "seen_mu", "charge_mu"}, *const gone[] = {"eradication_rate", "eradicated", "confirmed"};
    pv_status st = PV_OK;
    pv_year_map m = {.units = year->units, .table = year->places};
    double box[4] = {180, 90, -180, -90};
    size_t n = 0;
    if (m.units == NULL || m.table == NULL || !pv_year_map_level(m.table, &m.level)) return PV_OK;
    PV_TRY(pv_year_map_join(&m, box, &n, err));
    if (n == 0 || n > PV_YEAR_MAP_UNITS) goto out;
    pv_year_map_aim(&m, box);
    pv_text_add(out, "<div class=\"two\">\n");
    PV_TRY(draw(out, &m, seen[0], "map-seen", (pv_svg_words){"踏查率", "Share of ground seen"},
                (pv_svg_words){"%。颜色越深，看清的比例越高；数字即比例。", "Percent. The darker, the more of it was seen; numbers are the shares."},
                err));
    pv_year_numbers_table(out, &(pv_year_numbers){.table = m.table, .n = 3, .id = seen, .level = m.level});
    PV_TRY(draw(out, &m, gone[0], "map-gone", (pv_svg_words){"铲除率", "Share of confirmed plots eradicated"},
                (pv_svg_words){"%。颜色越深，铲除的比例越高；斜线：没有确认的图斑。",
                               "Percent. The darker, the more was eradicated; hatched: no confirmed plot."},
                err));
    pv_year_numbers_table(out, &(pv_year_numbers){.table = m.table, .n = 3, .id = gone, .level = m.level});
    pv_text_add(out, "</div>\n");
out:
    pv_free(m.row);
    return st;
}
