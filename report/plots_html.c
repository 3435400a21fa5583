#include "report/plots_html.h"

#include <string.h>

#include "base/json.h"
#include "report/html.h"
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

void pv_html_stage(pv_text *out, const char *stage)
{
    static const char *const word[][2] = {{"seedling", "苗期"}, {"bolting", "抽薹期"}, {"bud", "蕾期"}, {"flowering", "花期"}, {"capsule", "蒴果期"}};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        if (strcmp(word[i][0], stage) != 0) continue;
        pv_text_addf(out, "%s <small>%s</small>", word[i][1], stage);
        return;
    }
    pv_html_add(out, stage);
}

/* What a plot is to those who walk. */
static void add_kind(pv_text *out, const pv_night_plot *p)
{
    static const char *const kind[] = {"", "常年 <small>permanent</small>", "间歇 <small>intermittent</small>", "弃种 <small>abandoned</small>"};
    if (p->fresh) pv_text_add(out, "<strong>新</strong> <small>new</small><br>");
    const pv_form_word *status = pv_form_word_of(PV_LIST_STATUS, pv_plot_status_word(p->plot.status));
    const char *strong = p->plot.status == PV_PLOT_REGROWN ? "strong" : "span";
    pv_text_addf(out, "<%s>%s <small>%s</small></%s>", strong, status->zh, status->en, strong);
    if (p->plot.kind != PV_KIND_NEW) pv_text_addf(out, "<br>%s", kind[p->plot.kind]);
    if (p->plot.tier == PV_TIER_KNOWN) pv_text_add(out, "<br>旧地块 <small>known place</small>");
    if (p->plot.shown_again[0] != '\0') pv_text_addf(out, "<br>再现 <small>shown again: %s</small>", p->plot.shown_again);
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
    if (border == PV_JSON_NULL) pv_text_add(out, "界外 <small>outside of all boundaries</small>");
    if (border == PV_JSON_TRUE) pv_text_add(out, "<br>界上 <small>on a border: belongs to both</small>");
}

/* Units and reasons are long: a line of their own under the plot's. */
static void add_details(pv_text *out, const pv_json *j)
{
    pv_json_ref why = pv_json_member(j, 0, "why");
    char text[128];
    int n = 0;
    pv_text_addf(out, "<tr class=\"more\"><td></td><td colspan=\"%d\">", COLUMNS - 1);
    add_units(out, j);
    pv_text_add(out, "<br><small>");
    for (pv_json_ref e = pv_json_first(j, why); e >= 0; e = pv_json_after(j, why, e)) {
        if (!pv_json_copy(j, e, text, sizeof text)) continue;
        pv_text_add(out, n++ > 0 ? "; " : "依据 why: ");
        pv_html_add(out, text);
    }
    pv_text_add(out, "</small></td></tr>\n");
}

static pv_status add_plot(pv_text *out, size_t number, const pv_night_plot *p, pv_err *err)
{
    const pv_plot *t = &p->plot;
    pv_json j = {0};
    pv_status st = p->properties != NULL ? pv_json_parse(&j, p->properties, strlen(p->properties), -1, err) : PV_INPUT;
    if (st != PV_OK && st != PV_INPUT) return st;
    int known = st == PV_OK;
    pv_text_addf(out, "<tr id=\"%s\"><td class=\"n\">%zu</td><td>%s", t->id, number, t->id);
    if (p->former != NULL) pv_text_addf(out, "<br><small>原 was also: %s</small>", p->former);
    pv_text_add(out, "</td><td>");
    add_kind(out, p);
    pv_text_add(out, "</td><td>");
    pv_html_place(out, t->lon_deg, t->lat_deg);
    pv_text_add(out, "</td><td class=\"n\" data-k=\"概率 \">");
    pv_text_add_real(out, t->prob, 2);
    pv_text_add(out, "</td><td class=\"n\" data-k=\"m² \">");
    pv_text_add_real(out, t->area_m2, 2);
    pv_text_add(out, "</td><td class=\"n d\" data-k=\"株 \">");
    if (known) {
        add_text(out, &j, "plants_low", "");
        add_text(out, &j, "plants_high", "–");
    }
    pv_text_add(out, "</td><td>");
    pv_html_stage(out, t->stage);
    if (t->capsules_from[0] != '\0') pv_text_addf(out, "<br><small class=\"d\">%s 起可割</small>", t->capsules_from);
    pv_text_addf(out, "</td><td class=\"d\">%s<br>%s</td><td class=\"n d\" data-k=\"见/看 \">%lld / %lld</td></tr>\n", t->first_seen, t->last_seen,
                 (long long)t->times_seen, (long long)t->times_looked);
    if (known) add_details(out, &j);
    pv_json_release(&j);
    return PV_OK;
}

static pv_status add_table(pv_text *out, const pv_night_plots *plots, int walk, pv_err *err)
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
            pv_text_add(out, "<div class=\"wide\"><table class=\"plots\">\n<tr><th class=\"n\">序号</th><th>图斑号 <small>id</small></th><th>类别 "
                             "<small>kind</small></th><th>纬度, 经度 <small>WGS "
                             "84</small></th><th class=\"n\">概率 <small>probability</small></th><th class=\"n\">m²</th><th class=\"n\">株 "
                             "<small>plants</small></th><th>生长期 "
                             "<small>stage</small></th><th>首次, 末次发现 <small>first, last seen</small></th><th class=\"n\">见 / 看 <small>seen / "
                             "looked</small></th></tr>\n");
        pv_status st = add_plot(out, ++number, p, err);
        if (st != PV_OK) return st;
    }
    if (number > 0) pv_text_add(out, "</table></div>\n");
    if (number == 0) pv_text_add(out, "<p>无。<small>None.</small></p>\n");
    if (left > 0) pv_text_addf(out, "<p><small>%zu more stand in the ledger.</small></p>\n", left);
    return PV_OK;
}

/* So that nobody forgets what is not shown. */
static void add_quiet(pv_text *out, const pv_night_plots *plots)
{
    if (plots->n_quiet == 0) return;
    pv_text_add(out, "<h2>静默的误报 <small>false alarms that stay quiet, the next to end first</small></h2>\n<div class=\"wide\"><table>\n"
                     "<tr><th>图斑号 <small>id</small></th><th>纬度, 经度 <small>WGS 84</small></th><th>排除日期 <small>ruled out on</small></th>"
                     "<th>静默至 <small>quiet until</small></th><th>原因 <small>reason</small></th></tr>\n");
    for (size_t i = 0; i < plots->n_quiet && i < MOST_ROWS; i++) {
        const pv_plot *t = &plots->quiet[i];
        pv_text_addf(out, "<tr><td>%s</td><td>", t->id);
        pv_html_place(out, t->lon_deg, t->lat_deg);
        pv_text_addf(out, "</td><td class=\"d\">%s</td><td class=\"d\">%s</td><td>", t->quiet_from, t->quiet_until);
        pv_html_add(out, t->quiet_reason);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (plots->n_quiet > MOST_ROWS) pv_text_addf(out, "<p><small>%zu more stand in the ledger.</small></p>\n", plots->n_quiet - MOST_ROWS);
}

pv_status pv_plots_html(pv_text *out, const pv_night_plots *plots, pv_err *err)
{
    size_t walk = 0, fresh = 0, tonight = 0, regrown = 0;
    for (size_t i = 0; i < plots->n; i++) {
        walk += plots->at[i].plot.tier <= PV_TIER_SUSPECTED;
        regrown += plots->at[i].plot.tier == PV_TIER_REGROWN;
        fresh += plots->at[i].fresh != 0;
        tonight += plots->at[i].tonight != 0;
    }
    pv_text_add(out, "<h2>疑似图斑 <small>suspected plots, the most urgent first</small></h2>\n");
    pv_text_addf(out,
                 "<p>本夜新增 %zu 处,本夜看见 %zu 处,待踏查共 %zu 处;已排除而静默 %zu 处。<small>%zu new since the night before, %zu seen tonight, "
                 "%zu to walk to in all; %zu were ruled out and stay "
                 "quiet.</small></p>\n",
                 fresh, tonight, walk, plots->n_quiet, fresh, tonight, walk, plots->n_quiet);
    if (regrown > 0)
        pv_text_addf(out, "<p class=\"bad\">复种 %zu 处 <small>planted again after eradication: the first of the list</small></p>\n", regrown);
    pv_status st = add_table(out, plots, 1, err);
    if (st == PV_OK && walk < plots->n) {
        pv_text_add(out, "<h2>未再看见或已铲除 <small>not seen at the last look, or done</small></h2>\n");
        st = add_table(out, plots, 0, err);
    }
    if (st == PV_OK) add_quiet(out, plots);
    return st;
}
