#include "report/plots_html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "report/html.h"
#include "report/reason_words.h"
#include "season/chip_names.h"
#include "season/form.h"

#include "base/banned.h"

enum { MOST_ROWS = 1000, COLUMNS = 10 };

void pv_html_place(pv_text *out, double lon_deg, double lat_deg)
{
    pv_text_add(out, "<a href=\"geo:");
    pv_text_add_real(out, lat_deg, 7);
    pv_text_add(out, ",");
    pv_text_add_real(out, lon_deg, 7);
    pv_text_add(out, "\">");
    pv_text_add_real(out, lat_deg, 7);
    pv_text_add(out, ", ");
    pv_text_add_real(out, lon_deg, 7);
    pv_text_add(out, "</a>");
}

static void add_dms(pv_text *out, double degrees, const char *plus, const char *minus)
{
    long long s = llround(fabs(degrees) * 360000);
    pv_text_addf(out, "%lld°%02lld′%02lld.%02lld″%s", s / 360000, s / 6000 % 60, s % 6000 / 100, s % 100, degrees < 0 ? minus : plus);
}

void pv_html_dms(pv_text *out, double lon_deg, double lat_deg)
{
    add_dms(out, lat_deg, "N", "S");
    pv_text_add(out, " ");
    add_dms(out, lon_deg, "E", "W");
}

/* Sheets by the plot's fid, and the pictures that there is room for. */
typedef struct extras {
    size_t n;
    const pv_sheet **sheet; /* owned */
    pv_map_pictures *chips;
} extras;

static int by_fid(const void *pa, const void *pb)
{
    const pv_sheet *a = *(const pv_sheet *const *)pa, *b = *(const pv_sheet *const *)pb;
    return a->plot.fid < b->plot.fid ? -1 : a->plot.fid > b->plot.fid;
}

static int find_by_fid(const void *key, const void *element)
{
    const int64_t fid = *(const int64_t *)key, other = (*(const pv_sheet *const *)element)->plot.fid;
    return fid < other ? -1 : fid > other;
}

static pv_status extras_new(extras *x, const pv_sheets *sheets, pv_map_pictures *chips, pv_err *err)
{
    pv_status st = PV_OK;
    x->chips = chips;
    if (sheets == NULL || sheets->n == 0) goto out;
    PV_TRY(pv_alloc(&x->sheet, sheets->n, sizeof *x->sheet, "sheets", err));
    for (size_t i = 0; i < sheets->n; i++) x->sheet[i] = &sheets->at[i];
    x->n = sheets->n;
    qsort(x->sheet, x->n, sizeof *x->sheet, by_fid);
out:
    return st;
}

static const pv_sheet *sheet_of(const extras *x, int64_t fid)
{
    const pv_sheet **at = x->n > 0 ? bsearch(&fid, x->sheet, x->n, sizeof *x->sheet, find_by_fid) : NULL;
    return at != NULL ? *at : NULL;
}

void pv_html_stage(pv_text *out, const char *stage)
{
    static const char *const word[][2] = {{"seedling", "苗期"}, {"bolting", "抽薹期"}, {"bud", "蕾期"}, {"flowering", "花期"}, {"capsule", "蒴果期"}};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        if (strcmp(word[i][0], stage) != 0) continue;
        pv_text_addf(out, "<span lang=\"zh\">%s</span> <small lang=\"en\">%s</small>", word[i][1], stage);
        return;
    }
    pv_html_add(out, stage);
}

/* What a plot is to those who walk. */
static void add_kind(pv_text *out, const pv_night_plot *p)
{
    static const char *const kind[] = {"", "<span lang=\"zh\">常年</span> <small lang=\"en\">permanent</small>",
                                       "<span lang=\"zh\">间歇</span> <small lang=\"en\">intermittent</small>",
                                       "<span lang=\"zh\">弃种</span> <small lang=\"en\">abandoned</small>"};
    if (p->fresh) pv_text_add(out, "<strong><span lang=\"zh\">新</span> <small lang=\"en\">new</small></strong><br>");
    const pv_form_word *status = pv_form_word_of(PV_LIST_STATUS, pv_plot_status_word(p->plot.status));
    const char *strong = p->plot.status == PV_PLOT_REGROWN ? "strong" : "span";
    pv_text_addf(out, "<%s><span lang=\"zh\">%s</span> <small lang=\"en\">%s</small></%s>", strong, status->zh, status->en, strong);
    if (p->plot.kind != PV_KIND_NEW) pv_text_addf(out, "<br>%s", kind[p->plot.kind]);
    if (p->plot.tier == PV_TIER_KNOWN) pv_text_add(out, "<br><span lang=\"zh\">旧地块</span> <small lang=\"en\">known place</small>");
    if (p->plot.shown_again[0] != '\0')
        pv_text_addf(out, "<br><span lang=\"zh\">再现</span> <small lang=\"en\">shown again: %s</small>", p->plot.shown_again);
}

static void add_text(pv_text *out, const pv_json *j, const char *key, const char *before)
{
    char text[512] = "";
    int64_t number = 0;
    pv_json_ref ref = pv_json_member(j, 0, key);
    if (pv_json_copy(j, ref, text, sizeof text)) {
        pv_text_add(out, before);
        pv_html_add(out, text);
    } else if (pv_json_int(j, ref, INT32_MIN, INT32_MAX, &number)) {
        pv_text_addf(out, "%s%lld", before, (long long)number);
    }
}

static void add_units(pv_text *out, const pv_json *j)
{
    static const char *const level[] = {"xian", "xiang", "cun", "lin_chang", "lin_ban", "xiao_ban"};
    pv_json_type border = pv_json_type_of(j, pv_json_member(j, 0, "border"));
    for (size_t k = 0; k < sizeof level / sizeof *level; k++) add_text(out, j, level[k], k > 0 ? " " : "");
    if (border == PV_JSON_NULL) pv_text_add(out, "<span lang=\"zh\">界外</span> <small lang=\"en\">outside of all boundaries</small>");
    if (border == PV_JSON_TRUE) pv_text_add(out, "<br><span lang=\"zh\">界上</span> <small lang=\"en\">on a border: belongs to both</small>");
}

/* What the sheet knows besides. */
static void add_sheet(pv_text *out, const pv_sheet *s)
{
    const pv_form_word *risk = pv_form_word_of(PV_LIST_RISK, pv_risk_code(s->risk));
    if (risk != NULL) pv_text_addf(out, "<br><span lang=\"zh\">级别 %s</span> <small lang=\"en\">risk: %s</small>", risk->zh, risk->en);
    if (s->gk_epsg > 0) {
        pv_text_add(out, " · CGCS2000 X ");
        pv_text_add_real(out, s->gk_northing_m, 1);
        pv_text_add(out, " Y ");
        pv_text_add_real(out, s->gk_easting_m, 1);
        pv_text_addf(out, " <small>(EPSG:%d)</small>", s->gk_epsg);
    }
    for (int i = 0; i < s->n_steps; i++)
        pv_text_addf(out, "%s<span lang=\"zh\">%s</span> <small lang=\"en\">%s</small>", i > 0 ? "; " : "<br>→ ", pv_sheet_step_word(s->step[i], 1),
                     pv_sheet_step_word(s->step[i], 0));
}

/* A picture that is not in the page: where it is. */
static void add_chip_name(pv_text *out, const char *plot, const char *link, const char *name)
{
    pv_text_addf(out,
                 "<span class=\"chip\" id=\"chip-%s\"><span lang=\"zh\">影像图不在本页内，见</span> <small lang=\"en\">its picture is not in this "
                 "page, but in</small> ",
                 plot);
    if (link != NULL)
        pv_text_addf(out, "<a href=\"%s/%s\">chips/%s</a></span>", link, name, name);
    else
        pv_text_addf(out, "chips/%s</span>", name);
}

static pv_status add_chip(pv_text *out, const char *plot, const pv_sheet *s, pv_map_pictures *chips, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text uri = {0};
    char name[PV_CHIP_NAME];
    int there = 0;
    if (chips == NULL || chips->folder == NULL || !pv_chip_find(name, chips->folder, s->hotspot_id, s->photo)) goto out;
    PV_TRY(pv_map_picture(&uri, chips, name, &there, err));
    PV_TRY(pv_text_status(&uri, err));
    if (there)
        pv_text_addf(out,
                     "<img class=\"chip\" id=\"chip-%s\" loading=\"lazy\" alt=\"%s: 自然色, 假彩色, 概率 natural colour, false colour, probability\" "
                     "src=\"%s\">",
                     plot, plot, pv_text_str(&uri));
    else
        add_chip_name(out, plot, chips->link, name);
out:
    pv_text_release(&uri);
    return st;
}

/* Units, reasons and pictures are long: a line of their own under the plot's. */
static pv_status add_details(pv_text *out, const pv_plot *t, const pv_json *j, const extras *x, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_sheet *s = sheet_of(x, t->fid);
    pv_json_ref why = pv_json_member(j, 0, "why");
    char text[128];
    int n = 0;
    pv_text_addf(out, "<tr class=\"more\"><td></td><td colspan=\"%d\">", COLUMNS - 1);
    add_units(out, j);
    pv_text_add(out, "<br><small>");
    for (pv_json_ref e = pv_json_first(j, why); e >= 0; e = pv_json_after(j, why, e)) {
        if (!pv_json_copy(j, e, text, sizeof text)) continue;
        pv_text_add(out, n++ > 0 ? "; " : "<span lang=\"zh\">影像依据</span> <span lang=\"en\">why</span>: ");
        pv_html_reason(out, text);
    }
    pv_text_add(out, "</small><br>");
    pv_html_dms(out, t->lon_deg, t->lat_deg);
    if (s != NULL) add_sheet(out, s);
    if (s != NULL) PV_TRY(add_chip(out, t->id, s, x->chips, err));
    pv_text_add(out, "<div class=\"hand\"><span lang=\"zh\">☐ 确认 ☐ 排除 ☐ 无法到达 · 株数 ______ · m² ______ · 签名 __________ __________</span> "
                     "<small lang=\"en\">confirmed, ruled out, "
                     "could not be reached; plants; m²; two signatures</small></div></td></tr>\n");
out:
    return st;
}

static pv_status add_plot(pv_text *out, size_t number, const pv_night_plot *p, const extras *x, pv_err *err)
{
    const pv_plot *t = &p->plot;
    pv_json j = {0};
    pv_status st = p->properties != NULL ? pv_json_parse(&j, p->properties, strlen(p->properties), -1, err) : PV_INPUT;
    if (st != PV_OK && st != PV_INPUT) return st;
    int known = st == PV_OK;
    pv_text_addf(out, "<tr id=\"%s\"><td class=\"n\">%zu</td><td>%s", t->id, number, t->id);
    if (p->former != NULL) pv_text_addf(out, "<br><small><span lang=\"zh\">原</span> <span lang=\"en\">was also</span>: %s</small>", p->former);
    pv_text_add(out, "</td><td>");
    add_kind(out, p);
    pv_text_add(out, "</td><td>");
    pv_html_place(out, t->lon_deg, t->lat_deg);
    pv_text_add(out, "</td><td class=\"n\" data-k=\"p \">");
    if (t->prob >= 0) pv_text_add_real(out, t->prob, 2);
    pv_text_add(out, "</td><td class=\"n\" data-k=\"m² \">");
    if (t->area_m2 >= 0) pv_text_add_real(out, t->area_m2, 2);
    pv_text_add(out, "</td><td class=\"n d\" data-k=\"株 \">");
    if (known) {
        add_text(out, &j, "plants_low", "");
        add_text(out, &j, "plants_high", "–");
    }
    pv_text_add(out, "</td><td>");
    pv_html_stage(out, t->stage);
    if (t->capsules_from[0] != '\0')
        pv_text_addf(out, "<br><small class=\"d\"><span lang=\"zh\">%s 起可割</span><span lang=\"en\">capsules from %s</span></small>",
                     t->capsules_from, t->capsules_from);
    pv_text_addf(out, "</td><td class=\"d\">%s<br>%s</td><td class=\"n d\" data-k=\"见/看 \">%lld / %lld</td></tr>\n", t->first_seen, t->last_seen,
                 (long long)t->times_seen, (long long)t->times_looked);
    st = known || sheet_of(x, t->fid) != NULL ? add_details(out, t, &j, x, err) : PV_OK;
    pv_json_release(&j);
    return st;
}

/* Pictures of plots that have no row: the list of the map shows them. */
static pv_status add_rest(pv_text *out, const pv_night_plots *plots, int walk, const extras *x, pv_err *err)
{
    pv_status st = PV_OK;
    size_t number = 0;
    pv_text_add(out, "<div hidden>\n");
    for (size_t i = 0; i < plots->n; i++) {
        const pv_plot *t = &plots->at[i].plot;
        if ((t->tier <= PV_TIER_SUSPECTED) != walk || ++number <= MOST_ROWS) continue;
        const pv_sheet *s = sheet_of(x, t->fid);
        if (s != NULL) PV_TRY(add_chip(out, t->id, s, x->chips, err));
    }
    pv_text_add(out, "</div>\n");
out:
    return st;
}

static pv_status add_table(pv_text *out, const pv_night_plots *plots, int walk, const extras *x, pv_err *err)
{
    size_t number = 0, left = 0;
    for (size_t i = 0; i < plots->n; i++) {
        const pv_night_plot *p = &plots->at[i];
        if ((p->plot.tier <= PV_TIER_SUSPECTED) != walk) continue;
        if (number == MOST_ROWS) {
            left++;
            continue;
        }
        if (number == 0)
            pv_text_add(
                out,
                "<div class=\"wide\" tabindex=\"0\"><table class=\"plots\">\n<tr class=\"head\"><th class=\"n\"><span lang=\"zh\">序号</span> <small "
                "lang=\"en\">no.</small></th><th><span lang=\"zh\">图斑号</span> <small lang=\"en\">id</small></th><th><span lang=\"zh\">类别</span> "
                "<small lang=\"en\">kind</small></th><th><span lang=\"zh\">纬度, 经度</span> <small lang=\"en\">WGS "
                "84</small></th><th class=\"n\"><span lang=\"zh\">概率</span> <small lang=\"en\">probability</small></th><th class=\"n\">m²</th><th "
                "class=\"n\"><span lang=\"zh\">株</span> "
                "<small lang=\"en\">plants</small></th><th><span lang=\"zh\">生长期</span> "
                "<small lang=\"en\">stage</small></th><th><span lang=\"zh\">首次, 末次发现</span> <small lang=\"en\">first, last "
                "seen</small></th><th class=\"n\"><span lang=\"zh\">见 / 看</span> <small lang=\"en\">seen / "
                "looked</small></th></tr>\n");
        pv_status st = add_plot(out, ++number, p, x, err);
        if (st != PV_OK) return st;
    }
    if (number > 0) pv_text_add(out, "</table></div>\n");
    if (number == 0) pv_text_add(out, "<p><span lang=\"zh\">无。</span><small lang=\"en\">None.</small></p>\n");
    if (left > 0)
        pv_text_addf(out,
                     "<p><small><span lang=\"zh\">另有 %zu 处在台账中。</span><span lang=\"en\">%zu more stand in the ledger.</span></small></p>\n",
                     left, left);
    return left > 0 ? add_rest(out, plots, walk, x, err) : PV_OK;
}

/* So that nobody forgets what is not shown. */
static void add_quiet(pv_text *out, const pv_night_plots *plots)
{
    if (plots->n_quiet == 0) return;
    pv_text_add(out, "<h2><span lang=\"zh\">已屏蔽的误报</span> <small lang=\"en\">false alarms that stay quiet, the next to end "
                     "first</small></h2>\n<div class=\"wide\" tabindex=\"0\"><table>\n"
                     "<tr><th><span lang=\"zh\">图斑号</span> <small lang=\"en\">id</small></th><th><span lang=\"zh\">纬度, 经度</span> <small "
                     "lang=\"en\">WGS 84</small></th><th><span lang=\"zh\">排除日期</span> <small lang=\"en\">ruled out on</small></th>"
                     "<th><span lang=\"zh\">屏蔽至</span> <small lang=\"en\">quiet until</small></th><th><span lang=\"zh\">原因</span> <small "
                     "lang=\"en\">reason</small></th></tr>\n");
    for (size_t i = 0; i < plots->n_quiet && i < MOST_ROWS; i++) {
        const pv_plot *t = &plots->quiet[i];
        pv_text_addf(out, "<tr><td>%s</td><td>", t->id);
        pv_html_place(out, t->lon_deg, t->lat_deg);
        pv_text_addf(out, "</td><td class=\"d\">%s</td><td class=\"d\">%s</td><td>", t->quiet_from, t->quiet_until);
        pv_html_add(out, t->quiet_reason);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (plots->n_quiet > MOST_ROWS)
        pv_text_addf(out,
                     "<p><small><span lang=\"zh\">另有 %zu 处在台账中。</span><span lang=\"en\">%zu more stand in the ledger.</span></small></p>\n",
                     plots->n_quiet - MOST_ROWS, plots->n_quiet - MOST_ROWS);
}

pv_status pv_plots_html(pv_text *out, const pv_night_plots *plots, const pv_sheets *sheets, pv_map_pictures *chips, pv_err *err)
{
    extras x = {.n = 0};
    size_t walk = 0, fresh = 0, tonight = 0, regrown = 0;
    for (size_t i = 0; i < plots->n; i++) {
        walk += plots->at[i].plot.tier <= PV_TIER_SUSPECTED;
        regrown += plots->at[i].plot.tier == PV_TIER_REGROWN;
        fresh += plots->at[i].fresh != 0;
        tonight += plots->at[i].tonight != 0;
    }
    pv_text_add(out, "<h2><span lang=\"zh\">疑似图斑</span> <small lang=\"en\">suspected plots, the most urgent first</small></h2>\n");
    pv_text_addf(out,
                 "<p><span lang=\"zh\">本夜新增 %zu 处,本夜看见 %zu 处,待踏查共 %zu 处;已排除并屏蔽 %zu 处。</span><small lang=\"en\">%zu new since "
                 "the night before, %zu seen tonight, "
                 "%zu to walk to in all; %zu were ruled out and stay "
                 "quiet.</small></p>\n",
                 fresh, tonight, walk, plots->n_quiet, fresh, tonight, walk, plots->n_quiet);
    if (regrown > 0)
        pv_text_addf(out,
                     "<p class=\"bad\"><span lang=\"zh\">复种 %zu 处</span> <small lang=\"en\">%zu planted again after eradication: the first of the "
                     "list</small></p>\n",
                     regrown, regrown);
    pv_status st = extras_new(&x, sheets, chips, err);
    pv_text_add(out, "<div class=\"plain\">\n");
    if (st == PV_OK) st = add_table(out, plots, 1, &x, err);
    if (st == PV_OK && walk < plots->n) {
        pv_text_add(out, "<h2><span lang=\"zh\">未再看见或已铲除</span> <small lang=\"en\">not seen at the last look, or done</small></h2>\n");
        st = add_table(out, plots, 0, &x, err);
    }
    pv_text_add(out, "</div>\n");
    if (st == PV_OK) add_quiet(out, plots);
    pv_free(x.sheet);
    return st;
}
