/* What a certificate needs and has, in words. */
#include <string.h>

#include "season/certificates.h"
#include "season/figures_internal.h"
#include "season/ground_sum.h"

#include "base/banned.h"

static const pv_need_words words[PV_NEEDS] = {{"cover", "适查期踏查率", "share of ground seen on suitable days"},
                                              {"days", "适查期内有影像的日期", "suitable days with photos"},
                                              {"plots", "无确认、复种、期前未了的图斑", "no plot confirmed, regrown or open from before"},
                                              {"checked", "疑似图斑全部核查", "every suspected plot checked"},
                                              {"limit", "检出下限", "detection limit"}};

const pv_need_words *pv_need_word(pv_need need)
{
    return &words[need];
}

void pv_need_required(pv_text *out, const pv_certificates *c, pv_need need, int zh)
{
    switch (need) {
    case PV_NEED_COVER:
        pv_text_add(out, zh ? "不低于 " : "at least ");
        pv_text_add_real(out, c->cover_percent, 2);
        pv_text_add(out, zh ? "%" : " %");
        break;
    case PV_NEED_DAYS:
        pv_text_addf(out, zh ? "不少于 %lld 天" : "at least %lld", (long long)c->days);
        break;
    case PV_NEED_PLOTS:
        pv_text_add(out, zh ? "均为 0 处" : "0 of each");
        break;
    case PV_NEED_CHECKED:
        pv_text_add(out, zh ? "未核查、无法到达、记录矛盾均为 0 处" : "0 unchecked, not reached or in conflict");
        break;
    default:
        pv_text_add(out, zh ? "不大于 " : "at most ");
        pv_text_add_real(out, c->most_limit_m2, 4);
        pv_text_add(out, " m²");
    }
}

static long long count_of(const pv_certificates *c, const pv_certificate *of, const char *id)
{
    const pv_figure_value *v = pv_figures_value(&c->table.row[of->row], id);
    return v->known ? (long long)v->count : 0;
}

static void add_cover(pv_text *out, const pv_certificate *of, int zh)
{
    int64_t unseen = of->charge_mu_e4 > of->seen_mu_e4 ? of->charge_mu_e4 - of->seen_mu_e4 : 0;
    if (of->charge_mu_e4 <= 0) {
        pv_text_add(out, zh ? "不明（台账中没有影像覆盖）" : "not known (the ledger has no ground of photos)");
        return;
    }
    pv_text_add_fixed(out, pv_ground_share_e2(of->seen_mu_e4, of->charge_mu_e4), 2);
    pv_text_add(out, zh ? "%（责任面积 " : " % (of ");
    pv_text_add_fixed(out, of->charge_mu_e4, 4);
    pv_text_add(out, zh ? " 亩，看清 " : " mu seen ");
    pv_text_add_fixed(out, of->seen_mu_e4, 4);
    pv_text_add(out, zh ? " 亩，未看清 " : " mu, not seen ");
    pv_text_add_fixed(out, unseen, 4);
    pv_text_add(out, zh ? " 亩）" : " mu)");
}

static void add_days(pv_text *out, const pv_certificate *of, int zh)
{
    pv_text_addf(out, zh ? "%zu 天" : "%zu", of->n_days);
    for (size_t i = 0; i < of->n_days; i++) pv_text_addf(out, "%s%s", i > 0 ? (zh ? "、" : ", ") : zh ? "：" : ": ", of->day[i]);
}

static void add_checked(pv_text *out, const pv_certificates *c, const pv_certificate *of, int zh)
{
    pv_text_addf(out,
                 zh ? "疑似 %lld 处，已核查 %lld 处；未核查 %lld 处，无法到达 %lld 处，记录矛盾 %lld 处"
                    : "%lld suspected, %lld checked; %lld unchecked, %lld not reached, %lld in conflict",
                 count_of(c, of, "suspected"), count_of(c, of, "checked"), count_of(c, of, "unchecked"), count_of(c, of, "unreachable"),
                 count_of(c, of, "conflicts"));
    for (size_t i = 0; i < of->n_checkers; i++)
        pv_text_addf(out, "%s%s", i > 0 ? (zh ? "、" : ", ") : zh ? "；核查人：" : "; checked by ", of->checker[i]);
}

static void add_limit(pv_text *out, const pv_certificates *c, const pv_certificate *of, int zh)
{
    if (of->limit_m2 > 0)
        pv_text_add_real(out, of->limit_m2, 4);
    else
        pv_text_add(out, zh ? "不明" : "not known");
    pv_text_add(out, of->limit_m2 > 0 ? " m²" : "");
    pv_text_add(out, zh ? "（查找的最小图斑 " : " (smallest patch that is looked for ");
    pv_text_add_real(out, c->min_area_m2, 4);
    pv_text_add(out, zh ? " m²，最粗影像的像元" : " m², coarsest photo ");
    if (of->gsd_m > 0) {
        pv_text_add(out, zh ? " " : "");
        pv_text_add_real(out, of->gsd_m, 3);
        pv_text_add(out, zh ? " m）" : " m a pixel)");
    } else {
        pv_text_add(out, zh ? "不明）" : "not known)");
    }
}

void pv_need_there(pv_text *out, const pv_certificates *c, const pv_certificate *of, pv_need need, int zh)
{
    switch (need) {
    case PV_NEED_COVER:
        add_cover(out, of, zh);
        break;
    case PV_NEED_DAYS:
        add_days(out, of, zh);
        break;
    case PV_NEED_PLOTS:
        pv_text_addf(out, zh ? "确认 %lld 处，复种 %lld 处，期前未了 %lld 处" : "%lld confirmed, %lld regrown, %lld open from before",
                     count_of(c, of, "confirmed"), count_of(c, of, "regrown"), count_of(c, of, "open_before"));
        break;
    case PV_NEED_CHECKED:
        add_checked(out, c, of, zh);
        break;
    default:
        add_limit(out, c, of, zh);
    }
}

/* ---- files ---- */

static void add_need(pv_text *out, const pv_certificates *c, const pv_certificate *of, pv_need need)
{
    static const char *const name[2][2] = {{"required_en", "there_en"}, {"required_zh", "there_zh"}};
    pv_text text = {0};
    pv_text_addf(out, "\"%s\":{\"met\":%s", words[need].id, of->met[need] ? "true" : "false");
    for (int k = 0; k < 4; k++) {
        pv_text_reset(&text);
        if (k % 2 == 0)
            pv_need_required(&text, c, need, k / 2);
        else
            pv_need_there(&text, c, of, need, k / 2);
        pv_text_addf(out, ",\"%s\":", name[k / 2][k % 2]);
        pv_text_add_json(out, pv_text_str(&text));
    }
    pv_text_add(out, "}");
    if (text.failed) out->failed = 1;
    pv_text_release(&text);
}

static void add_real(pv_text *out, const char *name, double v, int decimals)
{
    pv_text_addf(out, ",\"%s\":", name);
    if (v > 0)
        pv_text_add_real(out, v, decimals);
    else
        pv_text_add(out, "null");
}

static void add_certificate(pv_text *out, const pv_certificates *c, const pv_certificate *of)
{
    const pv_figures_row *row = &c->table.row[of->row];
    pv_fig_json_names(out, row->key, row->zh, row->en, row->path);
    pv_text_addf(out, ",\"issued\":%s,\"charge_mu\":", of->issued ? "true" : "false");
    pv_text_add_fixed(out, of->charge_mu_e4, 4);
    pv_text_add(out, ",\"seen_suitable_mu\":");
    pv_text_add_fixed(out, of->seen_mu_e4, 4);
    add_real(out, "gsd_m", of->gsd_m, 4);
    add_real(out, "limit_m2", of->limit_m2, 4);
    pv_text_add(out, ",\"days\":[");
    for (size_t i = 0; i < of->n_days; i++) pv_text_addf(out, "%s\"%s\"", i > 0 ? "," : "", of->day[i]);
    pv_text_add(out, "],\"checkers\":[");
    for (size_t i = 0; i < of->n_checkers; i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_json(out, of->checker[i]);
    }
    pv_text_add(out, "],\"needs\":{");
    for (int k = 0; k < PV_NEEDS; k++) {
        if (k > 0) pv_text_add(out, ",");
        add_need(out, c, of, (pv_need)k);
    }
    pv_text_add(out, "}}");
}

void pv_certificates_json(pv_text *out, const pv_certificates *c)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, c->table.season);
    pv_text_add(out, ",\"period\":");
    pv_text_add_json(out, p->text);
    pv_text_addf(out, ",\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\",\"suitable\":[", p->from, p->to, pv_figures_by_word(c->table.by));
    for (size_t i = 0; i < c->suitable.n; i++)
        pv_text_addf(out, "%s{\"from\":\"%s\",\"to\":\"%s\"}", i > 0 ? "," : "", c->suitable.at[i].from, c->suitable.at[i].to);
    pv_text_addf(out, "],\"head\":\"%s\",\"links\":%lld,\"issued\":%zu,\"units\":[", c->head, (long long)c->links, c->n_issued);
    for (size_t i = 0; i < c->n; i++) {
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        add_certificate(out, c, &c->at[i]);
    }
    pv_text_add(out, "\n]}\n");
}

void pv_certificates_say(pv_text *out, const pv_certificates *c, int zh)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_addf(out,
                 zh ? "%s %s（%s 至 %s）无毒林区证书：%zu 个单位中 %zu 个可以出具。\n"
                    : "%s, %s (%s to %s): of %zu units %zu earn a zero-find certificate.\n",
                 c->table.season, zh ? p->zh : p->en, p->from, p->to, c->n, c->n_issued);
    pv_text_add(out, zh ? "适查期：" : "Suitable days: ");
    for (size_t i = 0; i < c->suitable.n; i++)
        pv_text_addf(out, "%s%s %s %s", i > 0 ? (zh ? "、" : ", ") : "", c->suitable.at[i].from, zh ? "至" : "to", c->suitable.at[i].to);
    pv_text_add(out, c->suitable.n > 0 ? "\n" : zh ? "期内没有\n" : "none in the period\n");
    for (size_t i = 0; i < c->n; i++) {
        const pv_certificate *of = &c->at[i];
        pv_text_addf(out, zh ? "%s：%s\n" : "%s: %s\n", c->table.row[of->row].path,
                     of->issued ? (zh ? "可以出具" : "issued")
                     : zh       ? "尚不能出具"
                                : "not issued");
        for (int k = 0; k < PV_NEEDS; k++) {
            if (of->met[k] && !of->issued) continue;
            pv_text_addf(out, zh ? "  %s：" : "  %s: ", zh ? words[k].zh : words[k].en);
            pv_need_there(out, c, of, (pv_need)k, zh);
            pv_text_add(out, zh ? "；要求" : "; required ");
            pv_need_required(out, c, (pv_need)k, zh);
            pv_text_add(out, "\n");
        }
    }
    pv_text_addf(out, zh ? "台账链首：%s（%lld 条）\n" : "Head of the ledger's chain: %s (%lld links)\n", c->head, (long long)c->links);
}
