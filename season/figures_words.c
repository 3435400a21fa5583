/* The bureau's paragraph, after the wording of 阿夏 and 迭部, and the table for a terminal. */
#include <math.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/banned.h"

static int64_t count_of(const pv_figures_row *row, int k)
{
    return row->value[k].known ? row->value[k].count : 0;
}

static void add_count(pv_text *out, const pv_figures_row *row, int k)
{
    pv_text_addf(out, "%lld", (long long)count_of(row, k));
}

/* Areas of 100 mu and more in whole mu, others with two decimals. */
static void add_mu(pv_text *out, const pv_figures_row *row, int k)
{
    double v = row->value[k].known ? row->value[k].real : 0;
    pv_text_add_real(out, v, v >= 100 ? 0 : 2);
}

static void add_rate(pv_text *out, const pv_figures_row *row, int k, const char *before, const char *behind)
{
    if (!row->value[k].known) return;
    pv_text_add(out, before);
    pv_text_add_real(out, row->value[k].real, 2);
    pv_text_add(out, behind);
}

/* ---- 中文 ---- */

static void effort_zh(pv_text *out, const pv_figures_row *row)
{
    if (count_of(row, FIG_lin_ban) > 0) pv_text_addf(out, "共计%lld个林班，", (long long)count_of(row, FIG_lin_ban));
    pv_text_add(out, "航测面积");
    add_mu(out, row, FIG_flown_mu);
    pv_text_add(out, "亩（重复计");
    add_mu(out, row, FIG_flown_repeated_mu);
    pv_text_add(out, "亩次）");
    add_rate(out, row, FIG_cover_rate, "，踏查率", "%");
    pv_text_addf(out, "，出动人员%lld人次、车辆%lld台次、无人机%lld架次；", (long long)count_of(row, FIG_people),
                 (long long)count_of(row, FIG_vehicles),
                 (long long)(count_of(row, FIG_drones) > 0 ? count_of(row, FIG_drones) : count_of(row, FIG_flights)));
}

static void finds_zh(pv_text *out, const pv_figures_row *row)
{
    if (count_of(row, FIG_suspected) == 0) {
        pv_text_add(out, "未发现有种植毒品原植物和可疑地块");
        return;
    }
    pv_text_add(out, "疑似图斑");
    add_count(out, row, FIG_suspected);
    pv_text_add(out, "处，已核查");
    add_count(out, row, FIG_checked);
    pv_text_add(out, "处");
    add_rate(out, row, FIG_check_rate, "（核查率", "%）");
    if (count_of(row, FIG_confirmed) == 0) {
        pv_text_add(out, "，未发现种植毒品原植物");
    } else {
        pv_text_addf(out, "，确认%lld处", (long long)count_of(row, FIG_confirmed));
        if (count_of(row, FIG_plots_counted) > 0) pv_text_addf(out, "%lld株", (long long)count_of(row, FIG_plants_counted));
        if (count_of(row, FIG_plots_estimated) > 0)
            pv_text_addf(out, "（估算%lld–%lld株）", (long long)count_of(row, FIG_plants_low), (long long)count_of(row, FIG_plants_high));
        pv_text_addf(out, "，铲除%lld处%lld株", (long long)count_of(row, FIG_eradicated), (long long)count_of(row, FIG_plants_removed));
        add_rate(out, row, FIG_eradication_rate, "（铲除率", "%）");
    }
    pv_text_addf(out, "，排除%lld处，无法到达%lld处，未核查%lld处", (long long)count_of(row, FIG_ruled_out),
                 (long long)count_of(row, FIG_unreachable), (long long)count_of(row, FIG_unchecked));
}

static void sentence_zh(pv_text *out, const pv_figures *t, const pv_figures_row *row)
{
    const pv_period *p = &t->period.at[row->period];
    pv_text_add(out, p->zh);
    if (p->kind == PV_PERIOD_ROUND) pv_text_add(out, "集中踏查");
    if (row->kind != PV_ROW_TOTAL) pv_text_addf(out, "，%s", row->path[0] != '\0' ? row->path : row->zh);
    pv_text_add(out, "：");
    if (row->value[FIG_flown_mu].known) effort_zh(out, row);
    finds_zh(out, row);
    if (row->value[FIG_unseen_mu].known) {
        pv_text_add(out, "，未覆盖");
        add_mu(out, row, FIG_unseen_mu);
        pv_text_add(out, "亩（死角清单附后）");
    }
    pv_text_add(out, "。");
}

/* ---- English ---- */

static void effort_en(pv_text *out, const pv_figures_row *row)
{
    if (count_of(row, FIG_lin_ban) > 0) pv_text_addf(out, "%lld compartments, ", (long long)count_of(row, FIG_lin_ban));
    add_mu(out, row, FIG_flown_mu);
    pv_text_add(out, " mu flown (");
    add_mu(out, row, FIG_flown_repeated_mu);
    pv_text_add(out, " mu with repetitions)");
    add_rate(out, row, FIG_cover_rate, ", ", " % of the area in charge seen");
    pv_text_addf(out, ", people %lld, vehicles %lld, drones %lld; ", (long long)count_of(row, FIG_people), (long long)count_of(row, FIG_vehicles),
                 (long long)(count_of(row, FIG_drones) > 0 ? count_of(row, FIG_drones) : count_of(row, FIG_flights)));
}

static void finds_en(pv_text *out, const pv_figures_row *row)
{
    if (count_of(row, FIG_suspected) == 0) {
        pv_text_add(out, "no poppies and no suspected plots were found");
        return;
    }
    pv_text_addf(out, "suspected plots %lld, checked %lld", (long long)count_of(row, FIG_suspected), (long long)count_of(row, FIG_checked));
    add_rate(out, row, FIG_check_rate, " (", " %)");
    if (count_of(row, FIG_confirmed) == 0) {
        pv_text_add(out, ", no poppies were found");
    } else {
        pv_text_addf(out, ", confirmed %lld", (long long)count_of(row, FIG_confirmed));
        if (count_of(row, FIG_plots_counted) > 0) pv_text_addf(out, " with %lld plants", (long long)count_of(row, FIG_plants_counted));
        if (count_of(row, FIG_plots_estimated) > 0)
            pv_text_addf(out, " (estimated %lld to %lld)", (long long)count_of(row, FIG_plants_low), (long long)count_of(row, FIG_plants_high));
        pv_text_addf(out, ", eradicated %lld with %lld plants", (long long)count_of(row, FIG_eradicated),
                     (long long)count_of(row, FIG_plants_removed));
        add_rate(out, row, FIG_eradication_rate, " (", " %)");
    }
    pv_text_addf(out, ", ruled out %lld, not reached %lld, not checked %lld", (long long)count_of(row, FIG_ruled_out),
                 (long long)count_of(row, FIG_unreachable), (long long)count_of(row, FIG_unchecked));
}

static void sentence_en(pv_text *out, const pv_figures *t, const pv_figures_row *row)
{
    pv_text_add(out, t->period.at[row->period].en);
    if (row->kind != PV_ROW_TOTAL) pv_text_addf(out, ", %s", row->path[0] != '\0' && row->kind == PV_ROW_UNIT ? row->path : row->en);
    pv_text_add(out, ": ");
    if (row->value[FIG_flown_mu].known) effort_en(out, row);
    finds_en(out, row);
    if (row->value[FIG_unseen_mu].known) {
        pv_text_add(out, ", not seen ");
        add_mu(out, row, FIG_unseen_mu);
        pv_text_add(out, " mu (see the list of gaps)");
    }
    pv_text_add(out, ".");
}

void pv_figures_sentence(pv_text *out, const pv_figures *t, const pv_figures_row *row, int zh)
{
    if (zh)
        sentence_zh(out, t, row);
    else
        sentence_en(out, t, row);
}

/* ---- for a terminal ---- */

static void add_lists(pv_text *out, const pv_figures *t, size_t period, int zh)
{
    for (size_t i = 0; i < t->n_borders; i++)
        if (t->border[i].period == period) pv_text_addf(out, "%s %s: %s\n", zh ? "跨界" : "on a border", t->border[i].plot, t->border[i].units);
    for (size_t i = 0; i < t->n_notes; i++)
        if (t->note[i].period == period) pv_text_addf(out, "%s%s\n", zh ? "注：" : "note: ", zh ? t->note[i].zh : t->note[i].en);
}

void pv_figures_words(pv_text *out, const pv_figures *t, int zh)
{
    size_t i = 0;
    for (size_t k = 0; k < t->period.n; k++) {
        for (; i < t->n_rows && t->row[i].period == k; i++) {
            pv_figures_sentence(out, t, &t->row[i], zh);
            pv_text_add(out, "\n");
            if (t->row[i].kind != PV_ROW_TOTAL || pv_figures_audit(t, k) == NULL) continue;
            pv_figures_audit_sentence(out, t, k, zh);
            pv_text_add(out, "\n");
        }
        add_lists(out, t, k, zh);
    }
}
