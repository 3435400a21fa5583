/* The audit sample in a table: which draw is a period's, its figures, and what is said of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/figures_internal.h"

#include "base/banned.h"

static const double m2_per_mu = 10000.0 / 15;

const pv_audit_estimate *pv_figures_audit(const pv_figures *t, size_t period)
{
    return t->audit != NULL && t->audit[period].name[0] != '\0' ? &t->audit[period] : NULL;
}

/* ---- figures ---- */

static void put_count(pv_figures_row *row, int k, int64_t count)
{
    row->value[k] = (pv_figure_value){.known = 1, .count = count, .real = (double)count};
}

/* In units of its last decimal rounded by `to` (floor, round, ceil), after what doubles add at the end is gone. */
static void put_real(pv_figures_row *row, int k, double real, double (*to)(double))
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4};
    const double s = scale[pv_figures_list(&(int){0})[k].decimals];
    if (!isfinite(real)) return;
    row->value[k] = (pv_figure_value){.known = 1, .real = to(round(real * s * 1e6) / 1e6) / s};
}

/* A share, its low end and its high end in percent: never more than is known. */
static void put_share(pv_figures_row *row, int k, const pv_estimated *e)
{
    if (isnan(e->value)) return;
    put_real(row, k, 100 * e->value, floor);
    put_real(row, k + 1, 100 * e->low, floor);
    put_real(row, k + 2, 100 * e->high, ceil);
}

static void put_figures(pv_figures_row *row, const pv_audit_estimate *e, int64_t photos)
{
    const pv_class_estimate *p = &e->figures.at[PV_AUDIT_POPPY];
    const int64_t missing = e->all.unreachable + e->all.open;
    row->value[FIG_audit_draw] = (pv_figure_value){.known = 1, .text = e->name};
    put_count(row, FIG_audit_date, pv_date_number(e->date));
    put_count(row, FIG_audit_photos, photos);
    put_count(row, FIG_audit_points, e->all.drawn);
    put_count(row, FIG_audit_answered, e->all.answered);
    put_count(row, FIG_audit_missing, missing);
    put_count(row, FIG_audit_unreachable, e->all.unreachable);
    put_count(row, FIG_audit_open, e->all.open);
    const int64_t e2 = pv_ground_share_e2(missing, e->all.drawn);
    if (e->all.drawn > 0) row->value[FIG_audit_non_response] = (pv_figure_value){.known = 1, .count = e2, .real = (double)e2 / 100};
    put_real(row, FIG_audit_ground_mu, e->area_m2 / m2_per_mu, round);
    put_real(row, FIG_audit_mapped_m2, e->mapped_m2, round);
    put_real(row, FIG_audit_area_m2, p->area.value, round);
    put_real(row, FIG_audit_area_low_m2, p->area.low, round);
    put_real(row, FIG_audit_area_high_m2, p->area.high, round);
    put_real(row, FIG_audit_if_none_m2, e->if_none_m2, round);
    put_real(row, FIG_audit_if_all_m2, e->if_all_m2, round);
    put_share(row, FIG_audit_users, &p->users);
    put_share(row, FIG_audit_producers, &p->producers);
    put_share(row, FIG_audit_overall, &e->figures.overall);
}

void pv_figures_put_audit(pv_figures *t, pv_figures_row *total, pv_audit_estimate *e, int64_t photos)
{
    pv_audit_estimate *own = &t->audit[total->period];
    pv_audit_estimate_release(own);
    *own = *e;
    *e = (pv_audit_estimate){.unit_m2 = 0};
    put_figures(total, own, photos);
}

/* Of two draws of a period: is b the one whose figures stand in the table? Draws come in the order in which they were made. */
static int is_better(const pv_audit_estimate *a, int64_t photos_a, const pv_audit_estimate *b, int64_t photos_b)
{
    if (a->known != b->known) return b->known;
    return photos_b >= photos_a;
}

pv_status pv_fig_audit(pv_figures_source *f, pv_figures *t, size_t period, pv_figures_row *total, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_estimate e = {.unit_m2 = 0}, best = {.unit_m2 = 0};
    const pv_period *p = &t->period.at[period];
    int64_t photos = 0;
    for (size_t i = 0; t->audit != NULL && i < f->draws.n; i++) {
        const pv_audit_days *d = &f->draws.at[i];
        if (!pv_audit_is_of(d, p->from, p->to)) continue;
        PV_TRY(pv_audit_estimate_so_far(&e, f->s, d->name, err));
        if (best.name[0] == '\0' || is_better(&best, photos, &e, d->photos)) {
            pv_audit_estimate_release(&best);
            best = e;
            e = (pv_audit_estimate){.unit_m2 = 0};
            photos = d->photos;
        }
        pv_audit_estimate_release(&e);
    }
    if (best.name[0] != '\0') pv_figures_put_audit(t, total, &best, photos);
out:
    pv_audit_estimate_release(&e);
    pv_audit_estimate_release(&best);
    return st;
}

/* ---- words ---- */

static void add(pv_text *out, const pv_figures_row *row, int k)
{
    pv_figure_print(out, &pv_figures_list(&(int){0})[k], &row->value[k]);
}

static void add_m2(pv_text *out, const pv_figures_row *row, int k, int zh)
{
    add(out, row, k);
    pv_text_add(out, zh ? "平方米" : " m2");
}

static void add_share(pv_text *out, const pv_figures_row *row, int k, int zh)
{
    const pv_figure *f = &pv_figures_list(&(int){0})[k];
    pv_text_addf(out, zh ? "%s" : "%s ", zh ? f->zh : f->en);
    if (!row->value[k].known) {
        pv_text_add(out, zh ? "不明" : "not known");
        return;
    }
    add(out, row, k);
    pv_text_add(out, zh ? "%（" : " % (");
    add(out, row, k + 1);
    pv_text_add(out, zh ? "至" : " to ");
    add(out, row, k + 2);
    pv_text_add(out, zh ? "）" : ")");
}

static void add_draw(pv_text *out, const pv_figures_row *row, int zh)
{
    pv_text_add(out, zh ? "抽样核查" : "audit sample ");
    add(out, row, FIG_audit_draw);
    pv_text_add(out, zh ? "（" : " (");
    add(out, row, FIG_audit_date);
    pv_text_addf(out,
                 zh ? "抽取，用本期%lld张照片中的%lld张，%lld个点，已答%lld个，无应答率"
                    : ", of the period's %lld photos from %lld, %lld points, %lld answered, non-response ",
                 (long long)row->value[FIG_photos].count, (long long)row->value[FIG_audit_photos].count,
                 (long long)row->value[FIG_audit_points].count, (long long)row->value[FIG_audit_answered].count);
    add(out, row, FIG_audit_non_response);
    pv_text_add(out, zh ? "%）：" : " %): ");
}

/* Which stratum has too few answers. */
static void add_unknown(pv_text *out, const pv_audit_estimate *e, int zh)
{
    int h = 0;
    while (h + 1 < PV_STRATA && (e->frame[h].units == 0 || e->stratum[h].answered >= 2)) h++;
    pv_text_addf(
        out, zh ? "还不能估计面积：“%s”层只有%lld个答案，至少要2个。" : "no area can be estimated yet: stratum %s has %lld answers, and it takes 2.",
        zh ? pv_stratum_zh((pv_stratum)h) : pv_stratum_word((pv_stratum)h), (long long)e->stratum[h].answered);
}

static void add_missing(pv_text *out, const pv_figures_row *row, int zh)
{
    if (row->value[FIG_audit_missing].count == 0) return;
    if (row->value[FIG_audit_open].count > 0)
        pv_text_addf(out, zh ? "还有%lld个点未答，结果是初步的。" : " %lld points are not answered yet: this is preliminary.",
                     (long long)row->value[FIG_audit_open].count);
    pv_text_add(out, zh ? "无应答的点若全无罂粟，面积为" : " If none of the points without an answer had poppy, the area would be ");
    add_m2(out, row, FIG_audit_if_none_m2, zh);
    pv_text_add(out, zh ? "，若全有，为" : ", if all had, ");
    add_m2(out, row, FIG_audit_if_all_m2, zh);
    pv_text_add(out, zh ? "。" : ".");
}

static const pv_figures_row *total_of(const pv_figures *t, size_t period)
{
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->row[i].period == period && t->row[i].kind == PV_ROW_TOTAL) return &t->row[i];
    return NULL;
}

void pv_figures_audit_sentence(pv_text *out, const pv_figures *t, size_t period, int zh)
{
    const pv_audit_estimate *e = pv_figures_audit(t, period);
    const pv_figures_row *row = e != NULL ? total_of(t, period) : NULL;
    if (row == NULL) return;
    add_draw(out, row, zh);
    if (!e->known) {
        add_unknown(out, e, zh);
        return;
    }
    pv_text_add(out, zh ? "看清的" : "on ");
    add(out, row, FIG_audit_ground_mu);
    pv_text_add(out, zh ? "亩地面上，图上罂粟" : " mu of ground seen the map has ");
    add_m2(out, row, FIG_audit_mapped_m2, zh);
    pv_text_add(out, zh ? "，校正后的罂粟面积" : " of poppy; the adjusted area of poppy is ");
    add_m2(out, row, FIG_audit_area_m2, zh);
    pv_text_add(out, zh ? "（" : " (");
    pv_text_add_real(out, e->figures.at[PV_AUDIT_POPPY].area.value / m2_per_mu, 4);
    pv_text_add(out, zh ? "亩），95%置信区间" : " mu), 95 % interval ");
    add(out, row, FIG_audit_area_low_m2);
    pv_text_add(out, zh ? "至" : " to ");
    add_m2(out, row, FIG_audit_area_high_m2, zh);
    pv_text_add(out, zh ? "；" : "; ");
    add_share(out, row, FIG_audit_users, zh);
    pv_text_add(out, zh ? "，" : ", ");
    add_share(out, row, FIG_audit_producers, zh);
    pv_text_add(out, zh ? "，" : ", ");
    add_share(out, row, FIG_audit_overall, zh);
    pv_text_add(out, zh ? "。" : ".");
    add_missing(out, row, zh);
}

/* ---- notes ---- */

/* A draw of the period whose figures are not those of the table: nobody shall choose among draws unseen. */
static pv_status note_other(const pv_figures_source *f, pv_figures *t, size_t period, const pv_audit_days *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_estimate e = {.unit_m2 = 0};
    pv_text text[2] = {{0}, {0}};
    PV_TRY(pv_audit_estimate_so_far(&e, f->s, d->name, err));
    const pv_estimated *area = &e.figures.at[PV_AUDIT_POPPY].area;
    for (int zh = 0; zh < 2; zh++) {
        pv_text *out = &text[zh];
        pv_text_addf(out,
                     zh ? "本期另有抽样%s（%s抽取，%lld张照片，%lld个点，已答%lld个），不在上面的数中："
                        : "the period has another draw, %s (%s, %lld photos, %lld points, %lld answered), which is not in these figures: ",
                     e.name, e.date, (long long)d->photos, (long long)e.all.drawn, (long long)e.all.answered);
        if (!e.known) {
            add_unknown(out, &e, zh);
            continue;
        }
        pv_text_add(out, zh ? "罂粟面积" : "area of poppy ");
        pv_text_add_real(out, area->value, 1);
        pv_text_add(out, zh ? "平方米（95%：" : " m2 (95 %: ");
        pv_text_add_real(out, area->low, 1);
        pv_text_add(out, zh ? "至" : " to ");
        pv_text_add_real(out, area->high, 1);
        pv_text_add(out, zh ? "）" : ")");
    }
    for (int zh = 0; zh < 2; zh++) PV_TRY(pv_text_status(&text[zh], err));
    PV_TRY(pv_fig_note(t, period, "audit_other", pv_text_str(&text[1]), pv_text_str(&text[0]), err));
out:
    for (int zh = 0; zh < 2; zh++) pv_text_release(&text[zh]);
    pv_audit_estimate_release(&e);
    return st;
}

/* No period has a draw: how one is made, and which there are of other days. */
static pv_status note_none(const pv_figures_source *f, pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_period *p = &t->period.at[0], *last = &t->period.at[t->period.n - 1];
    pv_text text[2] = {{0}, {0}};
    for (int zh = 0; zh < 2; zh++) {
        pv_text *out = &text[zh];
        pv_text_addf(out,
                     zh ? "没有抽样核查，罂粟面积没有置信区间。抽取核查点：papaver sample SEASON --from %s --to %s --n 300 -o FOLDER"
                        : "there is no audit sample, so the area of poppy has no interval; this draws one: papaver sample SEASON --from %s --to %s "
                          "--n 300 -o FOLDER",
                     p->from, last->to);
        if (f->draws.n > 0) pv_text_add(out, zh ? "。台账中其他日期的抽样：" : ". Draws of other days:");
        for (size_t i = 0; i < f->draws.n; i++) {
            const pv_audit_days *d = &f->draws.at[i];
            pv_text_addf(out, zh ? "%s%s（%s至%s的照片）" : "%s %s (photos of %s to %s)", i == 0 ? "" : zh ? "、" : ",", d->name, d->first, d->last);
        }
        PV_TRY(pv_text_status(out, err));
    }
    PV_TRY(pv_fig_note(t, 0, "audit_none", pv_text_str(&text[1]), pv_text_str(&text[0]), err));
out:
    for (int zh = 0; zh < 2; zh++) pv_text_release(&text[zh]);
    return st;
}

pv_status pv_fig_audit_notes(const pv_figures_source *f, pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    size_t some = 0;
    if (t->audit == NULL) return PV_OK;
    for (size_t k = 0; k < t->period.n; k++) {
        const pv_audit_estimate *e = pv_figures_audit(t, k);
        some += e != NULL;
        for (size_t i = 0; e != NULL && i < f->draws.n; i++) {
            const pv_audit_days *d = &f->draws.at[i];
            if (!pv_audit_is_of(d, t->period.at[k].from, t->period.at[k].to) || strcmp(d->name, e->name) == 0) continue;
            PV_TRY(note_other(f, t, k, d, err));
        }
    }
    if (some == 0 && t->period.n > 0) PV_TRY(note_none(f, t, err));
out:
    return st;
}
