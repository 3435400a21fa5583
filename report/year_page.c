#include "report/year_page.h"

#include <string.h>

#include "base/sha256.h"
#include "report/html.h"
#include "report/map_assets.h"
#include "report/map_pictures.h"
#include "report/year_audit.h"
#include "report/year_drawings.h"

#include "base/banned.h"

enum { TURNED_ROWS = 4, MOST_AUDITS = 8, COLUMNS = 8, MOST_ROWS = 2000, MOST_BORDERS = 500 };

/* ---- head ---- */

static void add_head(pv_text *out, const pv_year *year, const char *periods)
{
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&h);
    pv_sha256_add(&h, pv_asset_year, pv_asset_year_n);
    pv_sha256_done(&h, digest);
    pv_text_addf(out,
                 "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
                 "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-",
                 year->zh ? "zh" : "en");
    pv_base64_add(out, digest, sizeof digest);
    pv_text_add(
        out,
        "'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<style>");
    pv_text_add_n(out, (const char *)pv_asset_year, pv_asset_year_n);
    pv_text_add(out, "</style>\n<title>");
    pv_html_add(out, year->table->season);
    pv_text_add(out, " · ");
    pv_html_add(out, periods);
    pv_text_addf(
        out,
        "</title>\n</head>\n<body>\n<input class=\"speak\" type=\"radio\" name=\"speak\" id=\"speak-zh\" aria-label=\"中文\"%s>\n"
        "<input class=\"speak\" type=\"radio\" name=\"speak\" id=\"speak-en\" aria-label=\"English\"%s>\n"
        "<div class=\"bar\"><label for=\"speak-zh\" lang=\"zh\">中文</label><label for=\"speak-en\" lang=\"en\">English</label></div>\n<main>\n",
        year->zh ? " checked" : "", year->zh ? "" : " checked");
}

static void add_period(pv_text *out, const pv_period *p)
{
    pv_both(out, p->zh, p->en);
}

/* Both texts, which are empty again; what failed is kept. */
static void add_both(pv_text *out, pv_text *zh, pv_text *en)
{
    pv_both(out, pv_text_str(zh), pv_text_str(en));
    if (zh->failed || en->failed) out->failed = 1;
    pv_text_reset(zh);
    pv_text_reset(en);
}

static void add_summary(pv_text *out, const pv_year *year, pv_text *zh, pv_text *en)
{
    const pv_figures *t = year->table;
    pv_text_reset(zh);
    pv_text_reset(en);
    pv_year_periods(zh, t, 1);
    pv_year_periods(en, t, 0);
    pv_text_add(out, "<h1>");
    pv_html_add(out, t->season);
    pv_text_add(out, " · ");
    pv_both(out, "禁种铲毒统计", "poppy survey statistics");
    pv_text_add(out, "</h1>\n<p class=\"facts\">");
    add_both(out, zh, en);
    if (t->period.n == 1) pv_text_addf(out, " (%s – %s)", t->period.at[0].from, t->period.at[0].to);
    if (t->by != PV_BY_NOTHING) {
        pv_text_add(out, " · ");
        pv_both(out, "按", "by ");
        pv_both(out, pv_year_by(t->by, 1), pv_year_by(t->by, 0));
    }
    pv_text_add(out, "</p>\n<div class=\"summary\">\n");
    for (size_t p = 0; p < t->period.n; p++) {
        const pv_figures_row *row = pv_year_total(t, p);
        if (row == NULL) continue;
        pv_figures_sentence(zh, t, row, 1);
        pv_figures_sentence(en, t, row, 0);
        pv_text_add(out, "<p>");
        add_both(out, zh, en);
        pv_text_add(out, "</p>\n");
        if (pv_figures_audit(t, p) == NULL) continue;
        pv_figures_audit_sentence(zh, t, p, 1);
        pv_figures_audit_sentence(en, t, p, 0);
        pv_text_add(out, "<p>");
        add_both(out, zh, en);
        pv_text_add(out, "</p>\n");
    }
    pv_text_add(out, "</div>\n");
}

/* ---- tables ---- */

static void add_row_name(pv_text *out, const pv_figures *t, const pv_figures_row *row)
{
    if (t->period.n > 1) add_period(out, &t->period.at[row->period]);
    if (t->period.n > 1 && t->by != PV_BY_NOTHING) pv_text_add(out, " · ");
    if (t->period.n == 1 || t->by != PV_BY_NOTHING) pv_both(out, row->zh, row->en);
}

static void add_figure_name(pv_text *out, const pv_figure *list, int k)
{
    const pv_figure *f = &list[k];
    pv_both(out, f->zh, f->en);
    if (f->kind != PV_FIGURE_DATE) {
        pv_text_add(out, " <span class=\"unit\">");
        pv_both(out, f->unit_zh, f->unit_en);
        pv_text_add(out, "</span>");
    }
    pv_text_addf(out, " <sup><a href=\"#d%d\">%d</a></sup>", k + 1, k + 1);
}

static void add_value(pv_text *out, const pv_figure *f, const pv_figure_value *v)
{
    pv_text_add(out, "<td>");
    if (v->known)
        pv_figure_print(out, f, v);
    else
        pv_text_add(out, "–");
    pv_text_add(out, "</td>");
}

static void add_caption(pv_text *out, const pv_year_part *part)
{
    pv_text_add(out, "<div class=\"wide\" tabindex=\"0\"><table><caption>");
    pv_both(out, part->zh, part->en);
    pv_text_add(out, "</caption>\n<thead><tr><th scope=\"col\">");
}

/* A line a figure: of few rows. */
static void add_turned(pv_text *out, const pv_figures *t, const pv_figure *list, const pv_year_part *part, const pv_figures_row *const *row, size_t n)
{
    add_caption(out, part);
    pv_both(out, "指标", "figure");
    pv_text_add(out, "</th>");
    for (size_t i = 0; i < n; i++) {
        pv_text_add(out, "<th scope=\"col\">");
        add_row_name(out, t, row[i]);
        pv_text_add(out, "</th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
    for (int k = part->first; k < part->end; k++) {
        pv_text_add(out, "<tr><th scope=\"row\">");
        add_figure_name(out, list, k);
        pv_text_add(out, "</th>");
        for (size_t i = 0; i < n; i++) add_value(out, &list[k], &row[i]->value[k]);
        pv_text_add(out, "</tr>\n");
    }
    pv_text_add(out, "</tbody></table></div>\n");
}

/* A line a row, as many figures as a page of paper has room for. */
static void add_table(pv_text *out, const pv_figures *t, const pv_figure *list, const pv_year_part *part, int first, int end)
{
    add_caption(out, part);
    if (t->by == PV_BY_NOTHING)
        pv_both(out, "时期", "period");
    else
        pv_both(out, pv_year_by(t->by, 1), pv_year_by(t->by, 0));
    pv_text_add(out, "</th>");
    for (int k = first; k < end; k++) {
        pv_text_add(out, "<th scope=\"col\">");
        add_figure_name(out, list, k);
        pv_text_add(out, "</th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < t->n_rows && i < MOST_ROWS; i++) {
        const pv_figures_row *row = &t->row[i];
        pv_text_addf(out, "<tr%s><th scope=\"row\"", row->kind == PV_ROW_TOTAL && t->by != PV_BY_NOTHING ? " class=\"total\"" : "");
        if (row->depth > 1) pv_text_addf(out, " class=\"d%d\"", row->depth < 6 ? row->depth : 6);
        pv_text_add(out, ">");
        add_row_name(out, t, row);
        pv_text_add(out, "</th>");
        for (int k = first; k < end; k++) add_value(out, &list[k], &row->value[k]);
        pv_text_add(out, "</tr>\n");
    }
    pv_text_add(out, "</tbody></table></div>\n");
}

static void add_definitions(pv_text *out, const pv_figure *list, const pv_year_part *part)
{
    pv_text_addf(out, "<ol class=\"notes\" start=\"%d\">\n", part->first + 1);
    for (int k = part->first; k < part->end; k++) {
        pv_text_addf(out, "<li id=\"d%d\">", k + 1);
        pv_both(out, list[k].zh, list[k].en);
        pv_both(out, "：", ": ");
        pv_both(out, list[k].zh_means, list[k].en_means);
        pv_text_add(out, "</li>\n");
    }
    pv_text_add(out, "</ol>\n");
}

static void add_parts(pv_text *out, const pv_year *year)
{
    const pv_figures *t = year->table;
    pv_year_part part[PV_YEAR_PARTS];
    const pv_figure *list = pv_figures_list(&(int){0});
    const int n = pv_year_parts(part);
    const pv_figures_row *row[TURNED_ROWS];
    for (size_t i = 0; i < t->n_rows && i < TURNED_ROWS; i++) row[i] = &t->row[i];
    for (int p = 0; p < n; p++) {
        const int wide = part[p].end - part[p].first, tables = (wide + COLUMNS - 1) / COLUMNS, each = (wide + tables - 1) / tables;
        pv_text_add(out, "<section><h2>");
        pv_both(out, part[p].zh, part[p].en);
        pv_text_add(out, "</h2>\n");
        if (t->n_rows <= TURNED_ROWS)
            add_turned(out, t, list, &part[p], row, t->n_rows);
        else
            for (int k = part[p].first; k < part[p].end; k += each)
                add_table(out, t, list, &part[p], k, k + each < part[p].end ? k + each : part[p].end);
        if (t->n_rows > TURNED_ROWS && t->n_rows > MOST_ROWS) {
            pv_text_add(out, "<p>");
            pv_both(out, "其余各行见 CSV 或 XLSX。", "The other rows stand in CSV and XLSX.");
            pv_text_add(out, "</p>\n");
        }
        add_definitions(out, list, &part[p]);
        pv_text_add(out, "</section>\n");
    }
}

/* ---- the audit sample ---- */

static void add_audit(pv_text *out, const pv_figures *t)
{
    int n_figures = 0;
    const pv_figure *list = pv_figures_list(&n_figures);
    pv_year_part part = {.end = n_figures, .zh = "抽样核查", .en = "audit sample"};
    const pv_figures_row *row[MOST_AUDITS];
    size_t n = 0;
    while (list[part.first].group != PV_GROUP_AUDIT) part.first++;
    for (size_t p = 0; p < t->period.n && n < MOST_AUDITS; p++)
        if (pv_figures_audit(t, p) != NULL && pv_year_total(t, p) != NULL) row[n++] = pv_year_total(t, p);
    const pv_figures_note *none = pv_year_no_audit(t);
    if (n == 0 && none == NULL) return;
    pv_text_add(out, "<section id=\"audit\"><h2>");
    pv_both(out, "抽样核查：有置信区间的面积", "Audit sample: area with an interval");
    pv_text_add(out, "</h2>\n");
    if (n == 0) {
        pv_text_add(out, "<p>");
        pv_both(out, none->zh, none->en);
        pv_text_add(out, "</p>\n</section>\n");
        return;
    }
    add_turned(out, t, list, &part, row, n);
    for (size_t i = 0; i < n; i++) {
        if (n > 1) {
            pv_text_add(out, "<p>");
            add_row_name(out, t, row[i]);
            pv_text_add(out, "</p>\n");
        }
        pv_year_audit_strata(out, pv_figures_audit(t, row[i]->period));
    }
    add_definitions(out, list, &part);
    pv_text_add(out, "</section>\n");
}

/* ---- notes ---- */

static void add_borders(pv_text *out, const pv_figures *t)
{
    if (t->n_borders == 0) return;
    pv_text_add(out, "<section><h2>");
    pv_both(out, "跨界图斑", "Plots on borders");
    pv_text_add(out, "</h2>\n<p>");
    pv_both(out, "在各单位各计一次，合计中只计一次。", "They count in each unit, and once in the total.");
    pv_text_add(out, "</p>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">");
    pv_both(out, "图斑", "plot");
    pv_text_add(out, "</th><th scope=\"col\">");
    pv_both(out, "时期", "period");
    pv_text_add(out, "</th><th scope=\"col\">");
    pv_both(out, "单位", "units");
    pv_text_add(out, "</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < t->n_borders && i < MOST_BORDERS; i++) {
        pv_text_add(out, "<tr><th scope=\"row\">");
        pv_html_add(out, t->border[i].plot);
        pv_text_add(out, "</th><td class=\"t\">");
        add_period(out, &t->period.at[t->border[i].period]);
        pv_text_add(out, "</td><td class=\"t\">");
        pv_html_add(out, t->border[i].units);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</tbody></table></div>\n");
    if (t->n_borders > MOST_BORDERS) {
        pv_text_add(out, "<p>");
        pv_both(out, "其余见 JSON 或 XLSX。", "The others stand in JSON and XLSX.");
        pv_text_add(out, "</p>\n");
    }
    pv_text_add(out, "</section>\n");
}

static void add_notes(pv_text *out, const pv_year *year)
{
    const pv_figures *t = year->table;
    pv_text_add(out, "<section><h2>");
    pv_both(out, "附注", "Notes");
    pv_text_add(out, "</h2>\n<ul class=\"notes\">\n");
    for (size_t i = 0; i < t->n_notes; i++) {
        pv_text_add(out, "<li>");
        if (t->period.n > 1) {
            add_period(out, &t->period.at[t->note[i].period]);
            pv_both(out, "：", ": ");
        }
        pv_both(out, t->note[i].zh, t->note[i].en);
        pv_text_add(out, "</li>\n");
    }
    pv_text_add(out, "<li>");
    pv_both(out, "比率截去两位小数以后的部分，不进位；“–”表示不适用或不明。",
            "Shares are cut, not rounded, to two decimals; a dash says that a figure does not apply or is not known.");
    pv_text_add(out, "</li>\n");
    if (year->chain[0] != '\0') {
        pv_text_add(out, "<li>");
        pv_both(out, "台账链首：", "Head of the ledger's chain: ");
        pv_html_add(out, year->chain);
        pv_text_add(out, "</li>\n");
    }
    pv_text_add(out, "<li>papaver ");
    pv_html_add(out, year->version);
    pv_text_add(out, "</li>\n</ul></section>\n");
}

pv_status pv_year_page(pv_text *out, const pv_year *year, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text zh = {0}, en = {0};
    pv_year_periods(&zh, year->table, year->zh);
    PV_TRY(pv_text_status(&zh, err));
    add_head(out, year, pv_text_str(&zh));
    add_summary(out, year, &zh, &en);
    PV_TRY(pv_text_status(&zh, err));
    PV_TRY(pv_text_status(&en, err));
    PV_TRY(pv_year_draw_maps(out, year, err));
    pv_text_add(out, "<div class=\"two\">\n");
    pv_year_draw_stages(out, year);
    pv_year_draw_coverage(out, year);
    pv_year_draw_years(out, year);
    pv_year_draw_common(out, year);
    pv_year_draw_changes(out, year);
    PV_TRY(pv_year_draw_kinds(out, year, err));
    pv_text_add(out, "</div>\n");
    add_parts(out, year);
    add_audit(out, year->table);
    add_borders(out, year->table);
    add_notes(out, year);
    pv_text_add(out, "</main>\n</body>\n</html>\n");
    PV_TRY(pv_text_status(out, err));
out:
    pv_text_release(&zh);
    pv_text_release(&en);
    return st;
}
