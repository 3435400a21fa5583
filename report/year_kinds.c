/* Permanence of places: a map of cells of 100 m by kind. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "report/html.h"
#include "report/year_drawings.h"
#include "report/year_map.h"

#include "base/banned.h"

/* A mark stands for the cells of a square of so many units of the view box. */
enum { MARK = 9, LEGEND = 40, MOST_ACROSS = PV_SVG_WIDTH / MARK + 2, MOST_DOWN = 80 };

/* In the order in which they hide each other: of several in a square the first is drawn. */
static const struct {
    pv_plot_kind kind;
    const char *zh, *en, *fill, *means_zh, *means_en;
} kinds[PV_PLOT_KINDS] = {
    {PV_KIND_PERMANENT, "常年", "permanent", "#D55E00", "两个年度都见到，或在三个不同月份见到、其间没有漏看一次",
     "seen in two years, or in three different months without a look between that missed it"},
    {PV_KIND_INTERMITTENT, "间歇", "intermittent", "#E69F00", "不是常年，两次见到之间有看而未见",
     "not permanent, and missed by a look between two sights"},
    {PV_KIND_NEW, "新出现", "new", "#56B4E9", "见到过，以上都不是", "seen, and none of the others"},
    {PV_KIND_ABANDONED, "弃种", "abandoned", "#FFFFFF", "最后一次见到之后，同一年度内又看了两天以上都未见",
     "after the last sight looked at on two days or more of one year, and not seen"},
};

typedef struct kinds_map {
    pv_year_map m;
    const pv_permanence *p;
    int shown[MOST_DOWN][MOST_ACROSS]; /* 1 + place in kinds[]; 0 = nothing */
    int64_t (*of_unit)[PV_PLOT_KINDS]; /* [units + 1]: the last: in none of the level */
} kinds_map;

static int order_of(pv_plot_kind kind)
{
    int k = 0;
    while (kinds[k].kind != kind) k++;
    return k;
}

/* Each shape has its colour and its outline, so that no colour alone says anything. */
static void mark(pv_text *out, int k, double x, double y)
{
    static const char *const shape[PV_PLOT_KINDS] = {"M-3.6 -3.6h7.2v7.2h-7.2z", "M0 -4.2L4.2 3.6H-4.2z",
                                                     "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z", "M-3.3 -3.3L3.3 3.3M-3.3 3.3L3.3 -3.3"};
    pv_text_add(out, "<path transform=\"translate(");
    pv_svg_number(out, x);
    pv_text_add(out, " ");
    pv_svg_number(out, y);
    pv_text_addf(out, ")\" fill=\"%s\" stroke=\"#111\" stroke-width=\"%s\" d=\"%s\"/>\n", kinds[k].fill,
                 kinds[k].kind == PV_KIND_ABANDONED ? "1.4" : ".7", shape[k]);
}

static pv_status gather(kinds_map *k, pv_err *err)
{
    pv_status st = PV_OK;
    pv_unit_hits hits = {.n = 0};
    const size_t n = k->m.units != NULL ? pv_units_count(k->m.units) : 0;
    PV_TRY(pv_alloc(&k->of_unit, n + 1, sizeof *k->of_unit, "units", err));
    for (size_t i = 0; i < k->p->n; i++) {
        const pv_permanence_cell *c = &k->p->at[i];
        const int across = (int)(pv_year_map_x(&k->m, c->lon_deg) / MARK), down = (int)(pv_year_map_y(&k->m, c->lat_deg) / MARK),
                  kind = order_of(c->kind);
        if (across >= 0 && across < MOST_ACROSS && down >= 0 && down < MOST_DOWN &&
            (k->shown[down][across] == 0 || k->shown[down][across] > kind + 1))
            k->shown[down][across] = kind + 1;
        size_t unit = n;
        if (n > 0) PV_TRY(pv_units_at_point(k->m.units, c->lon_deg, c->lat_deg, &hits, err));
        for (size_t h = 0; n > 0 && h < hits.n && unit == n; h++)
            if (k->m.row[hits.at[h].unit] != SIZE_MAX) unit = hits.at[h].unit;
        k->of_unit[unit][kind]++;
    }
out:
    pv_unit_hits_release(&hits);
    return st;
}

/* ---- numbers ---- */

static void numbers_row(pv_text *out, const char *zh, const char *en, const int64_t n[PV_PLOT_KINDS])
{
    pv_text_add(out, "<tr><th scope=\"row\">");
    pv_both(out, zh, en);
    pv_text_add(out, "</th>");
    for (int k = 0; k < PV_PLOT_KINDS; k++) pv_text_addf(out, "<td>%lld</td>", (long long)n[k]);
    pv_text_add(out, "</tr>\n");
}

static void numbers(pv_text *out, const kinds_map *k)
{
    const size_t n = k->m.units != NULL ? pv_units_count(k->m.units) : 0;
    int64_t all[PV_PLOT_KINDS] = {0};
    pv_text_add(out, "<details><summary>");
    pv_both(out, "图中的数", "the numbers of this drawing");
    pv_text_add(out, "</summary>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">");
    pv_both(out, "方格数（100 米见方）", "squares of 100 m");
    pv_text_add(out, "</th>");
    for (int i = 0; i < PV_PLOT_KINDS; i++) {
        all[i] = k->p->of_kind[kinds[i].kind];
        pv_text_add(out, "<th scope=\"col\">");
        pv_both(out, kinds[i].zh, kinds[i].en);
        pv_text_add(out, "</th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
    numbers_row(out, "合计", "total", all);
    for (size_t u = 0; u <= n && n > 0; u++) {
        const int64_t *of = k->of_unit[u];
        if (of[0] + of[1] + of[2] + of[3] == 0) continue;
        const char *name = u < n ? k->m.table->row[k->m.row[u]].path : NULL;
        numbers_row(out, u < n ? name : "不在任何单位内", u < n ? name : "outside of all units", of);
    }
    pv_text_add(out, "</tbody></table></div></details>\n</figure>\n");
}

/* ---- the drawing ---- */

static void legend(pv_text *out, const kinds_map *k)
{
    for (int i = 0; i < PV_PLOT_KINDS; i++) {
        char zh[48], en[48];
        const double x = 12 + i * 104, y = k->m.height + 16;
        (void)snprintf(zh, sizeof zh, "%s %lld", kinds[i].zh, (long long)k->p->of_kind[kinds[i].kind]);
        (void)snprintf(en, sizeof en, "%s %lld", kinds[i].en, (long long)k->p->of_kind[kinds[i].kind]);
        mark(out, i, x, y - 4);
        pv_svg_text(out, x + 9, y, "start", "", zh, en);
    }
}

static void definitions(pv_text *out)
{
    pv_text_add(out, "<ul class=\"notes\">\n");
    for (int i = 0; i < PV_PLOT_KINDS; i++) {
        pv_text_add(out, "<li>");
        pv_both(out, kinds[i].zh, kinds[i].en);
        pv_both(out, "：", ": ");
        pv_both(out, kinds[i].means_zh, kinds[i].means_en);
        pv_text_add(out, "</li>\n");
    }
    pv_text_add(out, "<li>");
    pv_both(out, "年度自九月至次年八月。方格合计其中所有被照片拍到、未被排除的图斑，先按弃种，再按常年、间歇、新出现判定。",
            "Years are crop years, September to August. A square takes all of its plots that photos showed and people have not ruled out; abandoned "
            "is asked first, then permanent, intermittent, new.");
    pv_text_add(out, "</li>\n</ul>\n");
}

static pv_status draw(pv_text *out, kinds_map *k, pv_err *err)
{
    pv_status st = PV_OK;
    char zh[160], en[200];
    (void)snprintf(zh, sizeof zh, "到%s为止，100 米见方的方格。相邻方格落在一处的，画四类中排在前面的一类；数字是方格数。", k->p->to);
    (void)snprintf(en, sizeof en,
                   "Squares of 100 m as known on %s. Where several fall on one mark, the first of the four kinds is drawn; numbers are squares.",
                   k->p->to);
    pv_svg_begin(out, "kinds", k->m.height + LEGEND, (pv_svg_words){"地块常年性", "Permanence of places"}, (pv_svg_words){zh, en});
    for (size_t i = 0; k->m.units != NULL && i < pv_units_count(k->m.units); i++)
        if (k->m.row[i] != SIZE_MAX) PV_TRY(pv_year_map_outline(out, &k->m, i, "#f4f4f4", err));
    for (int down = 0; down < MOST_DOWN; down++)
        for (int across = 0; across < MOST_ACROSS; across++)
            if (k->shown[down][across] > 0) mark(out, k->shown[down][across] - 1, (across + 0.5) * MARK, (down + 0.5) * MARK);
    legend(out, k);
    pv_svg_end(out);
    definitions(out);
    numbers(out, k);
out:
    return st;
}

pv_status pv_year_draw_kinds(pv_text *out, const pv_year *year, pv_err *err)
{
    pv_status st = PV_OK;
    kinds_map *k = NULL;
    double box[4] = {180, 90, -180, -90};
    size_t n = 0;
    if (year->kinds == NULL || year->kinds->n == 0) return PV_OK;
    PV_TRY(pv_alloc(&k, 1, sizeof *k, "map", err));
    k->p = year->kinds;
    k->m.table = year->places;
    if (year->units != NULL && year->places != NULL && pv_year_map_level(year->places, &k->m.level)) {
        k->m.units = year->units;
        PV_TRY(pv_year_map_join(&k->m, box, &n, err));
        if (n > PV_YEAR_MAP_UNITS) k->m.units = NULL;
    }
    for (size_t i = 0; i < k->p->n; i++) {
        box[0] = fmin(box[0], k->p->at[i].lon_deg);
        box[1] = fmin(box[1], k->p->at[i].lat_deg);
        box[2] = fmax(box[2], k->p->at[i].lon_deg);
        box[3] = fmax(box[3], k->p->at[i].lat_deg);
    }
    pv_year_map_aim(&k->m, box);
    PV_TRY(gather(k, err));
    PV_TRY(draw(out, k, err));
out:
    if (k != NULL) {
        pv_free(k->m.row);
        pv_free(k->of_unit);
    }
    pv_free(k);
    return st;
}
