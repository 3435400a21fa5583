#include "report/ground_pages.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "report/html.h"
#include "report/plots_html.h"

#include "base/banned.h"

enum { PAGE_UNITS = 200, PAGE_GAPS = 50 };

/* 1e-6 m2 to 1e-4 m2, rounded half up. */
static int64_t e4(int64_t area_e6)
{
    return (area_e6 + 50) / 100;
}

static int64_t not_judged_e6(const pv_ground_sum *s)
{
    return s->state_e6[PV_CELL_UNREADABLE] + s->state_e6[PV_CELL_DARK] + s->state_e6[PV_CELL_SATURATED] + s->state_e6[PV_CELL_BLURRED] +
           s->state_e6[PV_CELL_COARSE];
}

static int64_t not_flown_e6(const pv_ground_sum *s)
{
    return s->state_e6[PV_CELL_NONE] + s->state_e6[PV_CELL_NODATA];
}

static int64_t rate_e2(const pv_ground_sum *s)
{
    return pv_ground_share_e2(s->state_e6[PV_CELL_SEEN], s->ground_e6);
}

/* ---- words ---- */

static void add_words_line(pv_text *out, const char *level, const char *label, const pv_ground_sum *s)
{
    pv_text_addf(out, "%s\t%s\t", level, label);
    pv_html_mu(out, e4(s->ground_e6));
    pv_text_add(out, "\t");
    pv_html_mu(out, e4(s->state_e6[PV_CELL_SEEN]));
    pv_text_add(out, "\t");
    pv_text_add_fixed(out, rate_e2(s), 2);
    pv_text_add(out, "\t");
    pv_html_mu(out, e4(s->repeated_e6));
    pv_text_add(out, "\t");
    pv_html_mu(out, e4(not_judged_e6(s)));
    pv_text_add(out, "\t");
    pv_html_mu(out, e4(not_flown_e6(s)));
    pv_text_add(out, "\n");
}

void pv_ground_words(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps)
{
    if (!r->known) {
        pv_text_addf(out, "%s\n", pv_tr("no ground has been looked at yet"));
        return;
    }
    pv_text_addf(out, "%s\n", pv_tr("level\tunit\tground (mu)\tseen once\tseen %\tseen, repeated\tnot judged\tnot flown"));
    add_words_line(out, pv_tr("photos"), pv_tr("all"), &r->all);
    for (size_t i = 0; i < r->n_units; i++) {
        const pv_unit *u = pv_units_at(units, i);
        add_words_line(out, pv_tr_zh() ? pv_unit_level_zh(u->level) : pv_unit_level_word(u->level), pv_unit_label(u), &r->unit[i]);
    }
    pv_text_addf(out, pv_tr("gaps: %zu listed, %lld smaller ones\n"), gaps->n, (long long)gaps->n_small);
}

/* ---- JSON ---- */

static void add_member(pv_text *out, const char *key, int64_t area_e6)
{
    pv_text_addf(out, ",\"%s_m2\":", key);
    pv_text_add_fixed(out, area_e6, 6);
}

static void add_sum_json(pv_text *out, const pv_ground_sum *s)
{
    pv_text_add(out, "\"ground_m2\":");
    pv_text_add_fixed(out, s->ground_e6, 6);
    for (int k = PV_CELL_SEEN; k < PV_CELL_STATES; k++) add_member(out, pv_cell_word(k), s->state_e6[k]);
    add_member(out, "not_shown", s->state_e6[PV_CELL_NONE]);
    add_member(out, "seen_repeated", s->repeated_e6);
    pv_text_add(out, ",\"seen_percent\":");
    pv_text_add_fixed(out, rate_e2(s), 2);
}

void pv_ground_json(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps)
{
    if (!r->known) {
        pv_text_add(out, "\"grid\":null");
        return;
    }
    pv_text_addf(out, "\"grid\":{\"epsg\":%d,\"cell_mm\":%d},\"ground\":{", r->grid.epsg, pv_cell_grid_mm(&r->grid));
    add_sum_json(out, &r->all);
    pv_text_add(out, "},\"units\":[");
    for (size_t i = 0; i < r->n_units; i++) {
        const pv_unit *u = pv_units_at(units, i);
        pv_text_addf(out, "%s{\"level\":\"%s\",\"key\":", i > 0 ? "," : "", pv_unit_level_word(u->level));
        pv_text_add_json(out, u->key);
        pv_text_add(out, ",\"name\":");
        pv_text_add_json(out, pv_unit_label(u));
        pv_text_add(out, ",");
        add_sum_json(out, &r->unit[i]);
        pv_text_add(out, "}");
    }
    int64_t listed = 0;
    for (size_t i = 0; i < gaps->n; i++) listed += gaps->at[i].area_e6;
    pv_text_addf(out, "],\"gaps\":{\"listed\":%zu,\"listed_m2\":", gaps->n);
    pv_text_add_fixed(out, listed, 6);
    pv_text_addf(out, ",\"small\":%lld,\"small_m2\":", (long long)gaps->n_small);
    pv_text_add_fixed(out, gaps->small_e6, 6);
    pv_text_add(out, "}");
}

/* ---- page ---- */

static void add_cell(pv_text *out, int64_t area_e6)
{
    pv_text_add(out, "<td class=\"n\">");
    pv_html_mu(out, e4(area_e6));
    pv_text_add(out, "</td>");
}

static void add_page_line(pv_text *out, const char *level, const char *label, const pv_ground_sum *s, int rate)
{
    pv_text_addf(out, "<tr><td>%s</td><td>", level);
    pv_html_add(out, label);
    pv_text_add(out, "</td>");
    add_cell(out, s->ground_e6);
    add_cell(out, s->state_e6[PV_CELL_SEEN]);
    pv_text_add(out, "<td class=\"n\">");
    if (rate) pv_text_add_fixed(out, rate_e2(s), 2);
    pv_text_add(out, "</td>");
    add_cell(out, s->repeated_e6);
    add_cell(out, not_judged_e6(s));
    add_cell(out, not_flown_e6(s));
    pv_text_add(out, "</tr>\n");
}

static void add_gaps(pv_text *out, const pv_gaps *gaps)
{
    pv_text_add(out, "<h2><span lang=\"zh\">死角清单</span> <small lang=\"en\">gaps: ground that was not seen, the largest first</small></h2>\n");
    if (gaps->n == 0) {
        pv_text_add(out, "<p><span lang=\"zh\">无。</span><small lang=\"en\">None that is large enough to be listed.</small></p>\n");
        return;
    }
    pv_text_add(
        out, "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th class=\"n\"><span lang=\"zh\">序号</span> <small lang=\"en\">no.</small></th><th "
             "class=\"n\"><span lang=\"zh\">亩</span> <small lang=\"en\">mu</small></th><th><span lang=\"zh\">原因</span> "
             "<small lang=\"en\">why</small></th><th><span lang=\"zh\">纬度, 经度</span> <small lang=\"en\">WGS "
             "84</small></th><th><span lang=\"zh\">所在</span> <small lang=\"en\">where</small></th></tr>\n");
    for (size_t i = 0; i < gaps->n && i < PAGE_GAPS; i++) {
        const pv_gap *g = &gaps->at[i];
        pv_text_addf(out, "<tr><td class=\"n\">%zu</td>", i + 1);
        add_cell(out, g->area_e6);
        pv_text_add(out, g->flown ? "<td><span lang=\"zh\">无法判读</span> <small lang=\"en\">could not be judged</small></td><td>"
                                  : "<td><span lang=\"zh\">未航摄</span> <small lang=\"en\">not flown</small></td><td>");
        pv_html_place(out, g->lon_deg, g->lat_deg);
        pv_text_add(out, "</td><td>");
        pv_html_add(out, g->units);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_addf(out,
                 "</table></div>\n<p><small><span lang=\"zh\">共 %zu 处;另有 %lld 处较小的只计数。</span><span lang=\"en\">%zu gaps; %lld smaller "
                 "ones are counted, not listed.</span></small></p>\n",
                 gaps->n, (long long)gaps->n_small, gaps->n, (long long)gaps->n_small);
}

void pv_ground_html(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps)
{
    if (!r->known) return;
    pv_text_add(out, "<h2><span lang=\"zh\">覆盖</span> <small lang=\"en\">coverage of the season: each square metre once</small></h2>\n<div "
                     "class=\"wide\" tabindex=\"0\"><table>\n<tr><th><span lang=\"zh\">级别</span> <small lang=\"en\">level</small></th><th><span "
                     "lang=\"zh\">单位</span> <small lang=\"en\">unit</small></th>"
                     "<th class=\"n\"><span lang=\"zh\">面积 亩</span> <small lang=\"en\">ground</small></th><th class=\"n\"><span lang=\"zh\">看过 "
                     "亩</span> <small lang=\"en\">seen</small></th><th class=\"n\"><span lang=\"zh\">踏查率 %</span> "
                     "<small lang=\"en\">seen, %</small></th><th class=\"n\"><span lang=\"zh\">亩次</span> "
                     "<small lang=\"en\">repeated</small></th><th class=\"n\"><span lang=\"zh\">无法判读</span> <small lang=\"en\">not "
                     "judged</small></th><th class=\"n\"><span lang=\"zh\">未航摄</span> <small lang=\"en\">not "
                     "flown</small></th></tr>\n");
    add_page_line(out, "", "照片 photos", &r->all, 0);
    for (size_t i = 0; i < r->n_units && i < PAGE_UNITS; i++) {
        const pv_unit *u = pv_units_at(units, i);
        add_page_line(out, pv_unit_level_zh(u->level), pv_unit_label(u), &r->unit[i], 1);
    }
    pv_text_add(out, "</table></div>\n");
    if (r->n_units > PAGE_UNITS)
        pv_text_addf(out,
                     "<p><small><span lang=\"zh\">前 %d 个,共 %zu 个单位;全部见 papaver coverage。</span><span lang=\"en\">The first %d of %zu "
                     "units; `papaver coverage` lists all.</span></small></p>\n",
                     (int)PAGE_UNITS, r->n_units, (int)PAGE_UNITS, r->n_units);
    add_gaps(out, gaps);
}

/* ---- GeoJSON ---- */

void pv_gaps_geojson(pv_text *out, const pv_ground_report *r, const pv_gaps *gaps)
{
    pv_text_add(out, "{\"type\":\"FeatureCollection\",\n\"papaver\":{");
    if (r->known) pv_text_addf(out, "\"epsg\":%d,\"cell_mm\":%d,", r->grid.epsg, pv_cell_grid_mm(&r->grid));
    pv_text_addf(out, "\"small\":%lld,\"small_m2\":", (long long)gaps->n_small);
    pv_text_add_fixed(out, gaps->small_e6, 6);
    pv_text_add(out, "},\n\"features\":[");
    for (size_t i = 0; i < gaps->n; i++) {
        const pv_gap *g = &gaps->at[i];
        pv_text_addf(out, "%s{\"type\":\"Feature\",\"geometry\":", i > 0 ? ",\n" : "\n");
        pv_text_add(out, g->geometry);
        pv_text_addf(out, ",\"properties\":{\"number\":%zu,\"why\":\"%s\",\"cells\":%lld,\"area_m2\":", i + 1, g->flown ? "not_judged" : "not_flown",
                     (long long)g->cells);
        pv_text_add_fixed(out, g->area_e6, 6);
        pv_text_add(out, ",\"lon\":");
        pv_text_add_real(out, g->lon_deg, 7);
        pv_text_add(out, ",\"lat\":");
        pv_text_add_real(out, g->lat_deg, 7);
        pv_text_add(out, ",\"units\":");
        pv_text_add_json(out, g->units[0] != '\0' ? g->units : NULL);
        pv_text_add(out, "}}");
    }
    pv_text_add(out, "\n]}\n");
}
