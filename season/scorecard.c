/* The scorecard of units: each column by itself, ranked by itself; nothing is weighed against anything else. */
#include <stdlib.h>

#include "base/mem.h"
#include "season/certificates.h"
#include "season/figures_internal.h"

#include "base/banned.h"

static const pv_card_words words[PV_CARD_COLUMNS] = {
    {"cover_rate", "踏查率（%）", "share seen, %", 2, 1},
    {"suspected", "疑似图斑（处）", "suspected plots", 0, 0},
    {"check_rate", "核查率（%）", "share checked, %", 2, 1},
    {"confirmed", "确认（处）", "confirmed", 0, 0},
    {"eradicated", "铲除（处）", "eradicated", 0, 1},
    {"eradication_rate", "铲除率（%）", "share eradicated, %", 2, 1},
    {"days_eradication_median", "发现至铲除天数中位", "days from find to eradication, median", 0, 0},
    {"days_eradication_p90", "发现至铲除天数九成", "days from find to eradication, 90 %", 0, 0},
    {"regrown", "复种（处）", "regrown", 0, 0},
    {"open", "未了（处）", "open", 0, 0},
    {"certificate", "无毒林区证书", "zero-find certificate", 0, 1},
};

const pv_card_words *pv_card_word(pv_card_column column)
{
    return &words[column];
}

static int64_t count_of(const pv_figures_row *row, const char *id)
{
    const pv_figure_value *v = pv_figures_value(row, id);
    return v->known ? v->count : 0;
}

static void fill(pv_card *card, const pv_certificates *c, const pv_certificate *of)
{
    const pv_figures_row *row = &c->table.row[of->row];
    for (int k = 0; k < PV_CARD_OPEN; k++) {
        const pv_figure_value *v = pv_figures_value(row, words[k].id);
        card->column[k] = (pv_card_value){.known = v->known, .value = v->known ? v->count : 0};
    }
    int64_t open = count_of(row, "unchecked") + count_of(row, "unreachable") + count_of(row, "confirmed") - count_of(row, "eradicated") +
                   count_of(row, "open_before");
    card->column[PV_CARD_OPEN] = (pv_card_value){.known = 1, .value = open};
    card->column[PV_CARD_CERTIFICATE] = (pv_card_value){.known = 1, .value = of->issued};
}

typedef struct ranked {
    size_t card;
    int64_t value; /* larger is better */
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *p = a, *q = b;
    return p->value > q->value ? -1 : p->value < q->value;
}

static void rank(pv_card *card, size_t n, int k, ranked *r)
{
    size_t some = 0;
    for (size_t i = 0; i < n; i++)
        if (card[i].column[k].known) r[some++] = (ranked){i, words[k].most ? card[i].column[k].value : -card[i].column[k].value};
    if (some > 1) qsort(r, some, sizeof *r, by_value);
    for (size_t i = 0; i < some; i++)
        card[r[i].card].column[k].rank = i > 0 && r[i].value == r[i - 1].value ? card[r[i - 1].card].column[k].rank : i + 1;
}

pv_status pv_scorecard_make(pv_card **out, const pv_certificates *c, pv_err *err)
{
    pv_status st = PV_OK;
    pv_card *card = NULL;
    ranked *r = NULL;
    PV_TRY(pv_alloc(&card, c->n, sizeof *card, "scorecard", err));
    PV_TRY(pv_alloc(&r, c->n, sizeof *r, "scorecard", err));
    for (size_t i = 0; i < c->n; i++) fill(&card[i], c, &c->at[i]);
    for (int k = 0; k < PV_CARD_COLUMNS; k++) rank(card, c->n, k, r);
    *out = card;
    card = NULL;
out:
    pv_free(card);
    pv_free(r);
    return st;
}

/* ---- files ---- */

void pv_scorecard_csv(pv_text *out, const pv_certificates *c, const pv_card *card, int zh)
{
    pv_text_add(out, zh ? "\xEF\xBB\xBF代码,名称,路径" : "\xEF\xBB\xBFkey,name,path");
    for (int k = 0; k < PV_CARD_COLUMNS; k++) {
        const char *name = zh ? words[k].zh : words[k].id;
        pv_text_addf(out, zh ? ",%s,%s名次" : ",%s,%s_rank", name, name);
    }
    pv_text_add(out, "\r\n");
    for (size_t i = 0; i < c->n; i++) {
        const pv_figures_row *row = &c->table.row[c->at[i].row];
        const char *const text[] = {row->key, zh ? row->zh : row->en, row->path};
        for (int k = 0; k < 3; k++) {
            if (k > 0) pv_text_add(out, ",");
            pv_text_add_csv(out, text[k]);
        }
        for (int k = 0; k < PV_CARD_COLUMNS; k++) {
            const pv_card_value *v = &card[i].column[k];
            pv_text_add(out, ",");
            if (v->known) pv_text_add_fixed(out, v->value, words[k].decimals);
            pv_text_add(out, ",");
            if (v->known) pv_text_addf(out, "%zu", v->rank);
        }
        pv_text_add(out, "\r\n");
    }
}

void pv_scorecard_json(pv_text *out, const pv_certificates *c, const pv_card *card)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, c->table.season);
    pv_text_add(out, ",\"period\":");
    pv_text_add_json(out, p->text);
    pv_text_addf(out, ",\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\",\"columns\":[", p->from, p->to, pv_figures_by_word(c->table.by));
    for (int k = 0; k < PV_CARD_COLUMNS; k++)
        pv_text_addf(out, "%s{\"id\":\"%s\",\"zh\":\"%s\",\"en\":\"%s\",\"best\":\"%s\"}", k > 0 ? "," : "", words[k].id, words[k].zh, words[k].en,
                     words[k].most ? "most" : "fewest");
    pv_text_addf(out, "],\"head\":\"%s\",\"units\":[", c->head);
    for (size_t i = 0; i < c->n; i++) {
        const pv_figures_row *row = &c->table.row[c->at[i].row];
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        pv_fig_json_names(out, row->key, row->zh, row->en, row->path);
        for (int k = 0; k < PV_CARD_COLUMNS; k++) {
            const pv_card_value *v = &card[i].column[k];
            pv_text_addf(out, ",\"%s\":", words[k].id);
            if (v->known)
                pv_text_add_fixed(out, v->value, words[k].decimals);
            else
                pv_text_add(out, "null");
            pv_text_addf(out, ",\"%s_rank\":", words[k].id);
            if (v->known)
                pv_text_addf(out, "%zu", v->rank);
            else
                pv_text_add(out, "null");
        }
        pv_text_add(out, "}");
    }
    pv_text_add(out, "\n]}\n");
}

void pv_scorecard_say(pv_text *out, const pv_certificates *c, const pv_card *card, int zh)
{
    const pv_period *p = &c->table.period.at[0];
    pv_text_addf(out,
                 zh ? "%s %s（%s 至 %s）单位台账，%zu 个单位；括号内为该列名次，1 为最好，并列同名次。\n"
                    : "%s, %s (%s to %s): scorecard of %zu units; in brackets the rank in that column, 1 is best, ties share it.\n",
                 c->table.season, zh ? p->zh : p->en, p->from, p->to, c->n);
    for (size_t i = 0; i < c->n; i++) {
        pv_text_addf(out, zh ? "%s：" : "%s: ", c->table.row[c->at[i].row].path);
        for (int k = 0; k < PV_CARD_COLUMNS; k++) {
            const pv_card_value *v = &card[i].column[k];
            pv_text_addf(out, "%s%s ", k > 0 ? (zh ? "，" : ", ") : "", zh ? words[k].zh : words[k].en);
            if (!v->known)
                pv_text_add(out, zh ? "—" : "-");
            else if (k == PV_CARD_CERTIFICATE)
                pv_text_add(out, v->value ? (zh ? "可以出具" : "yes") : zh ? "尚不能出具" : "no");
            else
                pv_text_add_fixed(out, v->value, words[k].decimals);
            if (v->known) pv_text_addf(out, zh ? "（%zu）" : " (%zu)", v->rank);
        }
        pv_text_add(out, "\n");
    }
}
