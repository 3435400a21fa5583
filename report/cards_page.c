#include "report/cards_page.h"

#include <string.h>

#include "report/html.h"
#include "report/map_assets.h"

#include "base/banned.h"

static void begin(pv_text *out, const pv_certificates *c, const char *zh, const char *en, const char *lang, const char *class_name)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_addf(out,
                 "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
                 "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src",
                 lang);
    pv_html_hash(out, pv_asset_cards, pv_asset_cards_n);
    pv_text_add(
        out,
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<style>");
    pv_text_add_n(out, (const char *)pv_asset_cards, pv_asset_cards_n);
    pv_text_add(out, "</style>\n<title>");
    pv_html_add(out, c->table.season);
    pv_text_add(out, " ");
    pv_html_add(out, strcmp(lang, "zh") == 0 ? p->zh : p->en);
    pv_text_addf(out, " %s</title>\n</head>\n<body class=\"%s\">\n<main>\n", strcmp(lang, "zh") == 0 ? zh : en, class_name);
}

static void end(pv_text *out, const char *version)
{
    pv_text_addf(out, "<p class=\"small list\">%s</p>\n</main>\n</body>\n</html>\n", version);
}

/* ---- certificates ---- */

static void begin_fact(pv_text *out, const char *zh, const char *en)
{
    pv_text_add(out, "<tr><th scope=\"row\">");
    pv_both(out, zh, en);
    pv_text_add(out, "</th><td>");
}

static void end_fact(pv_text *out)
{
    pv_text_add(out, "</td></tr>\n");
}

static void add_facts(pv_text *out, const pv_certificates *c, const pv_certificate *of)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_add(out, "<table class=\"facts\">\n");
    begin_fact(out, "季", "season");
    pv_html_add(out, c->table.season);
    end_fact(out);
    begin_fact(out, "期间", "period");
    pv_both(out, p->zh, p->en);
    pv_text_addf(out, " <small>%s – %s</small>", p->from, p->to);
    end_fact(out);
    begin_fact(out, "责任面积", "area in charge");
    pv_text_add_fixed(out, of->charge_mu_e4, 4);
    pv_text_add(out, " 亩 (mu) = ");
    pv_text_add_fixed(out, (of->charge_mu_e4 + 7) / 15, 4);
    pv_text_add(out, " 公顷 (ha)");
    end_fact(out);
    begin_fact(out, "适查期", "suitable days: plants can be told from above");
    for (size_t i = 0; i < c->suitable.n; i++) pv_text_addf(out, "%s%s – %s", i > 0 ? "、" : "", c->suitable.at[i].from, c->suitable.at[i].to);
    if (c->suitable.n == 0) pv_text_add(out, "—");
    end_fact(out);
    begin_fact(out, "台账链首", "head of the ledger's chain");
    pv_text_addf(out, "<span class=\"hash\">%s</span> <small>(%lld)</small>", c->head, (long long)c->links);
    end_fact(out);
    pv_text_add(out, "</table>\n");
}

static void add_need_text(pv_text *out, const pv_certificates *c, const pv_certificate *of, pv_need need, int there)
{
    pv_text zh = {0}, en = {0};
    if (there) {
        pv_need_there(&zh, c, of, need, 1);
        pv_need_there(&en, c, of, need, 0);
    } else {
        pv_need_required(&zh, c, need, 1);
        pv_need_required(&en, c, need, 0);
    }
    pv_both(out, pv_text_str(&zh), pv_text_str(&en));
    if (zh.failed || en.failed) out->failed = 1;
    pv_text_release(&zh);
    pv_text_release(&en);
}

static void add_needs(pv_text *out, const pv_certificates *c, const pv_certificate *of)
{
    pv_text_add(out, "<table class=\"needs\">\n<thead><tr><th scope=\"col\">");
    pv_both(out, "条件", "condition");
    pv_text_add(out, "</th><th scope=\"col\">");
    pv_both(out, "要求", "required");
    pv_text_add(out, "</th><th scope=\"col\">");
    pv_both(out, "实际", "there is");
    pv_text_add(out, "</th><th scope=\"col\">");
    pv_both(out, "符合", "met");
    pv_text_add(out, "</th></tr></thead>\n<tbody>\n");
    for (int k = 0; k < PV_NEEDS; k++) {
        pv_text_add(out, "<tr><th scope=\"row\">");
        pv_both(out, pv_need_word((pv_need)k)->zh, pv_need_word((pv_need)k)->en);
        pv_text_add(out, "</th><td>");
        add_need_text(out, c, of, (pv_need)k, 0);
        pv_text_add(out, "</td><td>");
        add_need_text(out, c, of, (pv_need)k, 1);
        pv_text_addf(out, "</td><td class=\"y%s\">", of->met[k] ? "" : " no");
        pv_both(out, of->met[k] ? "✓ 是" : "✗ 否", of->met[k] ? "yes" : "no");
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</tbody>\n</table>\n");
}

static void add_missing(pv_text *out, const pv_certificates *c, const pv_certificate *of)
{
    pv_text zh = {0}, en = {0};
    pv_text_add(out, "<div class=\"bad\"><strong>");
    pv_both(out, "尚缺：", "missing:");
    pv_text_add(out, "</strong>\n<ul>\n");
    for (int k = 0; k < PV_NEEDS; k++) {
        if (of->met[k]) continue;
        pv_text_reset(&zh);
        pv_text_reset(&en);
        pv_text_addf(&zh, "%s：", pv_need_word((pv_need)k)->zh);
        pv_text_addf(&en, "%s: ", pv_need_word((pv_need)k)->en);
        pv_need_there(&zh, c, of, (pv_need)k, 1);
        pv_need_there(&en, c, of, (pv_need)k, 0);
        pv_text_add(out, "<li>");
        pv_both(out, pv_text_str(&zh), pv_text_str(&en));
        pv_text_add(out, "</li>\n");
    }
    pv_text_add(out, "</ul></div>\n");
    if (zh.failed || en.failed) out->failed = 1;
    pv_text_release(&zh);
    pv_text_release(&en);
}

static void add_statement(pv_text *out)
{
    pv_text_add(out, "<p class=\"good\">");
    pv_both(out, "上述期间内，本单位地面按下列条件踏查，未发现罂粟；疑似图斑均经核查排除。",
             "In this period the ground of this unit was looked at under the conditions below and no opium poppy was found; every suspected plot was "
             "checked and ruled out.");
    pv_text_add(out, "</p>\n");
}

static void add_card(pv_text *out, const pv_certificates *c, size_t i)
{
    const pv_certificate *of = &c->at[i];
    const pv_figures_row *row = &c->table.row[of->row];
    pv_text_addf(out, "<section class=\"card\" id=\"c%zu\">\n<h1>", i + 1);
    if (of->issued)
        pv_both(out, "无毒林区证书", "Zero-find certificate");
    else
        pv_both(out, "尚不能出具", "Zero-find certificate: not issued yet");
    pv_text_add(out, "</h1>\n<p class=\"unit\"><strong>");
    pv_html_add(out, row->path[0] != '\0' ? row->path : row->zh);
    pv_text_add(out, "</strong></p>\n");
    if (of->issued)
        add_statement(out);
    else
        add_missing(out, c, of);
    pv_text_add(out, "<h2>");
    pv_both(out, "依据", "what it rests on");
    pv_text_add(out, "</h2>\n");
    add_facts(out, c, of);
    pv_text_add(out, "<h2>");
    pv_both(out, "条件", "conditions");
    pv_text_add(out, "</h2>\n");
    add_needs(out, c, of);
    pv_text_add(out, "<p class=\"small\">");
    pv_both(out, "小于检出下限的、未看清地面上的、被遮挡的植株不在此证明之内。",
             "Plants below the detection limit, on ground that was not seen, or under cover are no part of this.");
    pv_text_add(out, "</p>\n");
    if (of->issued) {
        pv_text_add(out, "<div class=\"signs\"><div>");
        pv_both(out, "出具人（签名、盖章）　日期", "issued by (signature, seal), date");
        pv_text_add(out, "</div><div>");
        pv_both(out, "复核人（签名、盖章）　日期", "reviewed by (signature, seal), date");
        pv_text_add(out, "</div></div>\n");
    }
    pv_text_add(out, "</section>\n");
}

void pv_certificates_page(pv_text *out, const pv_certificates *c, const char *version, const char *lang)
{
    begin(out, c, "无毒林区证书", "zero-find certificates", lang, "cards");
    pv_text_addf(out,
                 "<p class=\"list\"><span lang=\"zh\">%zu 个单位，可以出具 %zu 份；每份一页，打印为 A4。</span><span lang=\"en\">%zu units, %zu "
                 "certificates; each prints on a page of A4.</span></p>\n",
                 c->n, c->n_issued, c->n, c->n_issued);
    for (size_t i = 0; i < c->n; i++) add_card(out, c, i);
    end(out, version);
}

/* ---- scorecard ---- */

static void add_value(pv_text *out, const pv_card_value *v, int k)
{
    pv_text_add(out, "<td class=\"n\">");
    if (!v->known)
        pv_text_add(out, "—");
    else if (k == PV_CARD_CERTIFICATE)
        pv_text_add(out, v->value ? "✓ 是 yes" : "✗ 否 no");
    else
        pv_text_add_fixed(out, v->value, pv_card_word((pv_card_column)k)->decimals);
    if (v->known) pv_text_addf(out, " <small class=\"rank\">(%zu)</small>", v->rank);
    pv_text_add(out, "</td>");
}

void pv_scorecard_page(pv_text *out, const pv_certificates *c, const pv_card *card, const char *version, const char *lang)
{
    const pv_period *p = &c->table.period.at[0];
    begin(out, c, "单位台账", "scorecard", lang, "sheet");
    pv_text_add(out, "<h1>");
    pv_html_add(out, c->table.season);
    pv_text_add(out, " ");
    pv_both(out, p->zh, p->en);
    pv_text_addf(out,
                 "</h1>\n<p><span lang=\"zh\">%s 至 %s。括号内为该列名次：1 为最好，并列同名次；▲ 多者为先，▼ 少者为先。各列互不加权。</span><span "
                 "lang=\"en\">%s to %s. In brackets the rank in that column: 1 is best, ties share it; ▲ most first, ▼ fewest first. No column is "
                 "weighed against another.</span></p>\n<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">",
                 p->from, p->to, p->from, p->to);
    pv_both(out, "单位", "unit");
    pv_text_add(out, "</th>");
    for (int k = 0; k < PV_CARD_COLUMNS; k++) {
        const pv_card_words *w = pv_card_word((pv_card_column)k);
        pv_text_add(out, "<th scope=\"col\">");
        pv_both(out, w->zh, w->en);
        pv_text_addf(out, " %s</th>", w->most ? "▲" : "▼");
    }
    pv_text_add(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < c->n; i++) {
        const pv_figures_row *row = &c->table.row[c->at[i].row];
        pv_text_add(out, "<tr><th scope=\"row\">");
        pv_html_add(out, row->path[0] != '\0' ? row->path : row->zh);
        pv_text_add(out, "</th>");
        for (int k = 0; k < PV_CARD_COLUMNS; k++) add_value(out, &card[i].column[k], k);
        pv_text_add(out, "</tr>\n");
    }
    pv_text_addf(out, "</tbody>\n</table></div>\n<p class=\"small\">");
    pv_both(out, "未了 = 未核查 + 无法到达 + 确认未铲 + 期前未了；其余各列定义见统计说明。台账链首",
             "open = not checked + not reached + confirmed and not eradicated + open from before; for the others see the definitions of the "
             "statistics. Head of the ledger's chain");
    pv_text_addf(out, " <span class=\"hash\">%s</span></p>\n", c->head);
    end(out, version);
}
