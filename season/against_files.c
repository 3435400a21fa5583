#include <string.h>

#include "season/against.h"
#include "season/figures_internal.h"

#include "base/banned.h"

static const pv_against_words words[PV_AGAINST_COLUMNS] = {
    {"common_mu", "两期均看清面积（亩）", "ground seen in both, mu", 4},
    {"a_only_mu", "仅{a}看清面积（亩）", "ground seen in {a} only, mu", 4},
    {"b_only_mu", "仅{b}看清面积（亩）", "ground seen in {b} only, mu", 4},
    {"a_suspected", "同口径疑似：{a}（处）", "common ground, suspected in {a}", 0},
    {"b_suspected", "同口径疑似：{b}（处）", "common ground, suspected in {b}", 0},
    {"a_confirmed", "同口径确认：{a}（处）", "common ground, confirmed in {a}", 0},
    {"b_confirmed", "同口径确认：{b}（处）", "common ground, confirmed in {b}", 0},
    {"both_confirmed", "常年（处）", "confirmed in both", 0},
    {"new_confirmed", "新增（处）", "new in {b}", 0},
    {"gone_confirmed", "消失（处）", "gone since {a}", 0},
    {"regrown", "{b}复种（处）", "regrown in {b}", 0},
    {"a_plants_counted", "同口径清点株数：{a}", "common ground, plants counted in {a}", 0},
    {"b_plants_counted", "同口径清点株数：{b}", "common ground, plants counted in {b}", 0},
    {"a_eradicated", "同口径铲除：{a}（处）", "common ground, eradicated in {a}", 0},
    {"b_eradicated", "同口径铲除：{b}（处）", "common ground, eradicated in {b}", 0},
    {"a_apart", "其余地面确认：{a}（处）", "other ground, confirmed in {a}", 0},
    {"b_apart", "其余地面确认：{b}（处）", "other ground, confirmed in {b}", 0},
};

const pv_against_words *pv_against_word(pv_against_column c)
{
    return &words[c];
}

static void add_name(pv_text *out, const pv_against *t, const char *name, int zh)
{
    for (; *name != '\0'; name++) {
        const pv_period *p = strncmp(name, "{a}", 3) == 0 ? &t->a : strncmp(name, "{b}", 3) == 0 ? &t->b : NULL;
        if (p == NULL)
            pv_text_add_n(out, name, 1);
        else
            pv_text_add(out, zh ? p->zh : p->en);
        if (p != NULL) name += 2;
    }
}

static void add_value(pv_text *out, const pv_against_row *r, int c)
{
    if (r->value[c] >= 0) pv_text_add_fixed(out, r->value[c], words[c].decimals);
}

void pv_against_csv(pv_text *out, const pv_against *t, int zh)
{
    pv_text name = {0};
    pv_text_add(out, zh ? "\xEF\xBB\xBF代码,名称,路径" : "\xEF\xBB\xBFkey,name,path");
    for (int c = 0; c < PV_AGAINST_COLUMNS; c++) {
        pv_text_add(out, ",");
        pv_text_reset(&name);
        if (zh)
            add_name(&name, t, words[c].zh, 1);
        else
            pv_text_add(&name, words[c].id);
        pv_text_add_csv(out, pv_text_str(&name));
    }
    pv_text_add(out, "\r\n");
    for (size_t i = 0; i < t->n; i++) {
        const pv_against_row *r = &t->row[i];
        pv_text_add_csv(out, r->key);
        pv_text_add(out, ",");
        pv_text_add_csv(out, zh ? r->zh : r->en);
        pv_text_add(out, ",");
        pv_text_add_csv(out, r->path);
        for (int c = 0; c < PV_AGAINST_COLUMNS; c++) {
            pv_text_add(out, ",");
            add_value(out, r, c);
        }
        pv_text_add(out, "\r\n");
    }
    if (name.failed) out->failed = 1;
    pv_text_release(&name);
}

static void add_period(pv_text *out, const char *name, const pv_period *p)
{
    pv_text_addf(out, ",\"%s\":{\"period\":", name);
    pv_text_add_json(out, p->text);
    pv_text_addf(out, ",\"from\":\"%s\",\"to\":\"%s\"}", p->from, p->to);
}

void pv_against_json(pv_text *out, const pv_against *t)
{
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, t->season);
    add_period(out, "a", &t->a);
    add_period(out, "b", &t->b);
    pv_text_add(out, ",\"rows\":[");
    for (size_t i = 0; i < t->n; i++) {
        const pv_against_row *r = &t->row[i];
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        pv_fig_json_names(out, r->key, r->zh, r->en, r->path);
        for (int c = 0; c < PV_AGAINST_COLUMNS; c++) {
            pv_text_addf(out, ",\"%s\":", words[c].id);
            if (r->value[c] < 0) pv_text_add(out, "null");
            add_value(out, r, c);
        }
        pv_text_add(out, "}");
    }
    pv_text_add(out, "\n]}\n");
}

/* ---- for people ---- */

static void add_mu(pv_text *out, int64_t mu_e4, int zh)
{
    if (mu_e4 < 0)
        pv_text_add(out, zh ? "面积不明" : "an unknown area");
    else {
        pv_text_add_fixed(out, mu_e4, 4);
        pv_text_add(out, zh ? "亩" : " mu");
    }
}

static void add_sentence(pv_text *out, const pv_against *t, const pv_against_row *r, int zh)
{
    const int64_t *v = r->value;
    const char *a = zh ? t->a.zh : t->a.en, *b = zh ? t->b.zh : t->b.en;
    pv_text_addf(out, zh ? "%s与%s同口径对比：两期均看清" : "%s against %s: ground seen in both ", b, a);
    add_mu(out, v[PV_AGAINST_COMMON_MU], zh);
    pv_text_addf(
        out,
        zh ? "，其上确认%lld处（%s为%lld处）：常年%lld处，新增%lld处，消失%lld处，复种%lld处；清点%lld株（%s为%lld株），铲除%lld处（%s为%lld处）。"
           : "; confirmed there %lld (%s: %lld): %lld in both, %lld new, %lld gone, %lld regrown; %lld plants counted (%s: %lld), %lld eradicated "
             "(%s: %lld). ",
        (long long)v[PV_AGAINST_B_CONFIRMED], a, (long long)v[PV_AGAINST_A_CONFIRMED], (long long)v[PV_AGAINST_BOTH], (long long)v[PV_AGAINST_NEW],
        (long long)v[PV_AGAINST_GONE], (long long)v[PV_AGAINST_REGROWN], (long long)v[PV_AGAINST_B_PLANTS], a, (long long)v[PV_AGAINST_A_PLANTS],
        (long long)v[PV_AGAINST_B_ERADICATED], a, (long long)v[PV_AGAINST_A_ERADICATED]);
    pv_text_addf(out, zh ? "另：仅%s看清" : "Apart: seen in %s only ", a);
    add_mu(out, v[PV_AGAINST_A_MU], zh);
    pv_text_addf(out, zh ? "、确认%lld处，仅%s看清" : ", confirmed %lld; seen in %s only ", (long long)v[PV_AGAINST_A_APART], b);
    add_mu(out, v[PV_AGAINST_B_MU], zh);
    pv_text_addf(out, zh ? "、确认%lld处，不作对比。\n" : ", confirmed %lld; not compared.\n", (long long)v[PV_AGAINST_B_APART]);
}

void pv_against_say(pv_text *out, const pv_against *t, int zh)
{
    for (size_t i = 0; i < t->n; i++) {
        const pv_against_row *r = &t->row[i];
        if (i > 0) pv_text_addf(out, zh ? "%s：" : "%s: ", r->path[0] != '\0' ? r->path : zh ? r->zh : r->en);
        add_sentence(out, t, r, zh);
    }
}
