/* A table as CSV and as JSON. */
#include <string.h>

#include "season/figures_internal.h"

#include "base/banned.h"

void pv_figure_print(pv_text *out, const pv_figure *f, const pv_figure_value *v)
{
    char date[PV_DATE];
    if (!v->known) return;
    if (f->kind == PV_FIGURE_DATE) {
        pv_date_of(v->count, date);
        pv_text_add(out, date);
    } else if (f->kind == PV_FIGURE_TEXT) {
        pv_text_add(out, v->text);
    } else if (f->kind == PV_FIGURE_SUM || f->kind == PV_FIGURE_RATIO || f->kind == PV_FIGURE_ESTIMATE) {
        pv_text_add_real(out, v->real, f->decimals);
    } else {
        pv_text_add_fixed(out, v->count, 0);
    }
}

const char *pv_figures_row_word(const pv_figures *t, const pv_figures_row *row, int zh)
{
    static const char *const kind[][2] = {{"total", "合计"}, {"unit", "单位"}, {"outside", "单位外"}};
    if (row->kind == PV_ROW_UNIT) return zh ? pv_unit_level_zh(row->level) : pv_unit_level_word(row->level);
    if (row->kind != PV_ROW_GROUP) return kind[row->kind][zh != 0];
    if (!zh) return pv_figures_by_word(t->by);
    return t->by == PV_BY_CREW ? "核查组" : t->by == PV_BY_REASON ? "结果" : "生长期";
}

void pv_fig_json_names(pv_text *out, const char *key, const char *zh, const char *en, const char *path)
{
    const char *const name[] = {"{\"key\":", ",\"zh\":", ",\"en\":", ",\"path\":"}, *const text[] = {key, zh, en, path};
    for (int k = 0; k < 4; k++) {
        pv_text_add(out, name[k]);
        pv_text_add_json(out, text[k]);
    }
}

static void add_header(pv_text *out, const pv_figures *t, int zh)
{
    static const char *const fixed[][2] = {{"period", "时段"}, {"from", "起"},   {"to", "止"},     {"level", "级别"},
                                           {"key", "代码"},    {"name", "名称"}, {"path", "路径"}, {"border", "跨界图斑（处）"}};
    const pv_figure *f = pv_figures_list(&(int){0});
    pv_text_add(out, "\xEF\xBB\xBF");
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) pv_text_addf(out, "%s%s", k > 0 ? "," : "", fixed[k][zh != 0]);
    for (int k = 0; k < t->n; k++) {
        if (zh)
            pv_text_addf(out, ",\"%s（%s）\"", f[k].zh, f[k].unit_zh);
        else
            pv_text_addf(out, ",%s", f[k].id);
    }
    pv_text_add(out, "\r\n");
}

void pv_figures_csv(pv_text *out, const pv_figures *t, int zh)
{
    const pv_figure *f = pv_figures_list(&(int){0});
    add_header(out, t, zh);
    for (size_t i = 0; i < t->n_rows; i++) {
        const pv_figures_row *row = &t->row[i];
        const pv_period *p = &t->period.at[row->period];
        pv_text_add_csv(out, zh ? p->zh : p->text);
        pv_text_addf(out, ",%s,%s,%s,", p->from, p->to, pv_figures_row_word(t, row, zh));
        pv_text_add_csv(out, row->key);
        pv_text_add(out, ",");
        pv_text_add_csv(out, zh ? row->zh : row->en);
        pv_text_add(out, ",");
        pv_text_add_csv(out, row->path);
        pv_text_addf(out, ",%lld", (long long)row->border);
        for (int k = 0; k < t->n; k++) {
            pv_text_add(out, ",");
            if (f[k].kind == PV_FIGURE_TEXT && row->value[k].known)
                pv_text_add_csv(out, row->value[k].text);
            else
                pv_figure_print(out, &f[k], &row->value[k]);
        }
        pv_text_add(out, "\r\n");
    }
}

/* ---- JSON ---- */

static void member(pv_text *out, const char *before, const char *name, const char *text)
{
    pv_text_addf(out, "%s\"%s\":", before, name);
    pv_text_add_json(out, text);
}

static void add_definitions(pv_text *out)
{
    static const char *const kind[] = {"count", "sum", "ratio", "order", "date", "estimate", "text"};
    int n = 0;
    const pv_figure *f = pv_figures_list(&n);
    for (int k = 0; k < n; k++) {
        member(out, k > 0 ? ",\n{" : "\n{", "id", f[k].id);
        member(out, ",", "group", pv_figure_group_word(f[k].group, 0));
        member(out, ",", "kind", kind[f[k].kind]);
        pv_text_addf(out, ",\"decimals\":%d", f[k].decimals);
        member(out, ",", "zh", f[k].zh);
        member(out, ",", "en", f[k].en);
        member(out, ",", "unit_zh", f[k].unit_zh);
        member(out, ",", "unit_en", f[k].unit_en);
        member(out, ",", "of", f[k].of[0] != '\0' ? f[k].of : NULL);
        member(out, ",", "per", f[k].per[0] != '\0' ? f[k].per : NULL);
        member(out, ",", "parts", f[k].parts[0] != '\0' ? f[k].parts : NULL);
        member(out, ",", "zh_means", f[k].zh_means);
        member(out, ",", "en_means", f[k].en_means);
        pv_text_add(out, "}");
    }
}

static void add_row(pv_text *out, const pv_figures *t, const pv_figures_row *row)
{
    const pv_figure *f = pv_figures_list(&(int){0});
    member(out, "{", "level", pv_figures_row_word(t, row, 0));
    pv_text_addf(out, ",\"depth\":%d", row->depth);
    member(out, ",", "key", row->key[0] != '\0' ? row->key : NULL);
    member(out, ",", "zh", row->zh);
    member(out, ",", "en", row->en);
    member(out, ",", "path", row->path[0] != '\0' ? row->path : NULL);
    pv_text_addf(out, ",\"border\":%lld,\"values\":{", (long long)row->border);
    for (int k = 0; k < t->n; k++) {
        const pv_figure_value *v = &row->value[k];
        const char *quote = (f[k].kind == PV_FIGURE_DATE || f[k].kind == PV_FIGURE_TEXT) && v->known ? "\"" : "";
        pv_text_addf(out, "%s\"%s\":%s", k > 0 ? "," : "", f[k].id, v->known ? quote : "null");
        pv_figure_print(out, &f[k], v);
        pv_text_add(out, quote);
    }
    pv_text_add(out, "},\"summary\":{");
    pv_text text = {0};
    for (int zh = 1; zh >= 0; zh--) {
        pv_text_reset(&text);
        pv_figures_sentence(&text, t, row, zh);
        member(out, zh ? "" : ",", zh ? "zh" : "en", pv_text_str(&text));
        if (text.failed) out->failed = 1;
    }
    pv_text_add(out, "}}");
    pv_text_release(&text);
}

static void add_audit(pv_text *out, const pv_figures *t, size_t period)
{
    const pv_audit_estimate *e = pv_figures_audit(t, period);
    pv_text text = {0};
    if (e == NULL) {
        pv_text_add(out, "null");
        return;
    }
    for (int zh = 1; zh >= 0; zh--) {
        pv_text_reset(&text);
        pv_figures_audit_sentence(&text, t, period, zh);
        member(out, zh ? "{" : ",", zh ? "zh" : "en", pv_text_str(&text));
        if (text.failed) out->failed = 1;
    }
    pv_text_add(out, ",\"estimate\":");
    pv_audit_estimate_json(out, e);
    pv_text_add(out, "}");
    pv_text_release(&text);
}

static void add_lists(pv_text *out, const pv_figures *t, size_t period)
{
    int some = 0;
    pv_text_add(out, "],\"borders\":[");
    for (size_t i = 0; i < t->n_borders; i++) {
        if (t->border[i].period != period) continue;
        member(out, some++ > 0 ? ",\n{" : "\n{", "plot", t->border[i].plot);
        pv_text_addf(out, ",\"n_units\":%d", t->border[i].n_units);
        member(out, ",", "units", t->border[i].units);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "],\"notes\":[");
    some = 0;
    for (size_t i = 0; i < t->n_notes; i++) {
        if (t->note[i].period != period) continue;
        member(out, some++ > 0 ? ",\n{" : "\n{", "code", t->note[i].code);
        member(out, ",", "zh", t->note[i].zh);
        member(out, ",", "en", t->note[i].en);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "],\"audit\":");
    add_audit(out, t, period);
    pv_text_add(out, "}");
}

void pv_figures_json(pv_text *out, const pv_figures *t)
{
    size_t i = 0;
    member(out, "{", "season", t->season);
    member(out, ",", "by", t->by != PV_BY_NOTHING ? pv_figures_by_word(t->by) : NULL);
    pv_text_add(out, ",\"figures\":[");
    add_definitions(out);
    pv_text_add(out, "],\n\"periods\":[");
    for (size_t k = 0; k < t->period.n; k++) {
        const pv_period *p = &t->period.at[k];
        member(out, k > 0 ? ",\n{" : "\n{", "period", p->text);
        member(out, ",", "from", p->from);
        member(out, ",", "to", p->to);
        member(out, ",", "zh", p->zh);
        member(out, ",", "en", p->en);
        pv_text_add(out, ",\"rows\":[");
        for (int some = 0; i < t->n_rows && t->row[i].period == k; i++, some = 1) {
            pv_text_add(out, some ? ",\n" : "\n");
            add_row(out, t, &t->row[i]);
        }
        add_lists(out, t, k);
    }
    pv_text_add(out, "\n]}\n");
}
