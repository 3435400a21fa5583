#include "app/sample_words.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "season/form.h"

#include "base/banned.h"

static const double M2_PER_MU = 10000.0 / 15;

/* "1234.5 m² (1.8518 mu, 0.1235 ha)" */
typedef struct area_text {
    char text[192];
} area_text;

static area_text area(double m2)
{
    area_text a;
    (void)snprintf(a.text, sizeof a.text, pv_tr("%s m² (%s mu, %s ha)"), pv_real(m2, 1).text, pv_real(m2 / M2_PER_MU, 4).text,
                   pv_real(m2 / 10000, 4).text);
    return a;
}

static const char *stratum_name(pv_stratum h)
{
    return pv_tr_zh() ? pv_stratum_zh(h) : pv_stratum_word(h);
}

static double m2_of(int64_t e6)
{
    return (double)e6 / 1e6;
}

/* ---- a draw ---- */

/* Standard error of the overall accuracy, which is that of poppy's share too, if strata are as expected. */
static double expected_error(const pv_audit_draw *d)
{
    double v = 0, area = 0;
    for (int h = 0; h < PV_STRATA; h++) area += m2_of(d->stratum[h].area_e6);
    for (int h = 0; h < PV_STRATA; h++) {
        double w = m2_of(d->stratum[h].area_e6) / area, p = d->design.expected[h];
        if (d->stratum[h].n > 0) v += w * w * p * (1 - p) / (double)d->stratum[h].n;
    }
    return sqrt(v);
}

/* What may still be in the background when none of its points shows a poppy. */
static double hidden_m2(const pv_audit_draw *d)
{
    const pv_audit_stratum *b = &d->stratum[PV_STRATUM_BACKGROUND];
    double low, high;
    if (b->n == 0) return 0;
    pv_share_limits(0, b->n, b->units, &low, &high);
    return high * m2_of(b->area_e6);
}

static double area_of(const pv_audit_draw *d)
{
    double m2 = 0;
    for (int h = 0; h < PV_STRATA; h++) m2 += m2_of(d->stratum[h].area_e6);
    return m2;
}

void pv_sample_draw_words(pv_text *out, const pv_audit_draw *d, const pv_kits *kits, int dry)
{
    pv_text_addf(out, pv_tr("draw\t%s\t%s\nseed\t%llu\n"), dry ? "-" : d->name, d->date, (unsigned long long)d->design.seed);
    pv_text_addf(out, "%s\n", pv_tr("stratum\tcells\tm2\tm2 on the map\texpected\tpoints"));
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_stratum *t = &d->stratum[h];
        pv_text_addf(out, "%s\t%lld\t%s\t%s\t%s\t%lld\n", stratum_name((pv_stratum)h), (long long)t->units, pv_real(m2_of(t->area_e6), 1).text,
                     pv_real(m2_of(t->mapped_e6), 1).text, pv_real(d->design.expected[h], 6).text, (long long)t->n);
    }
    pv_text_addf(out,
                 pv_tr("%zu points; if strata are as expected, the area of poppies will be known to ± %s (one standard error of the overall "
                       "accuracy: %s)\n"),
                 d->n, area(1.96 * expected_error(d) * area_of(d)).text, pv_real(expected_error(d), 6).text);
    pv_text_addf(out, pv_tr("if no background point shows a poppy, up to %s may still be there\n"), area(hidden_m2(d)).text);
    if (d->unseen_e6 > 0)
        pv_text_addf(out, pv_tr("on the map, but on ground that was not clearly seen, and so in no stratum: %s\n"), area(m2_of(d->unseen_e6)).text);
    for (size_t i = 0; i < kits->n; i++) pv_text_addf(out, pv_tr("%s\t%zu points\t%s\n"), kits->at[i].folder, kits->at[i].n, kits->at[i].name);
    if (dry) pv_text_addf(out, "%s\n", pv_tr("nothing was drawn (--dry-run)"));
}

static void add_number(pv_text *out, const char *name, double value, int decimals)
{
    pv_text_addf(out, ",\"%s\":", name);
    pv_text_add_real(out, value, decimals);
}

static void add_day(pv_text *out, const char *name, const char *day)
{
    pv_text_addf(out, ",\"%s\":", name);
    pv_text_add_json(out, day[0] != '\0' ? day : NULL);
}

void pv_sample_draw_json(pv_text *out, const pv_audit_draw *d, const pv_kits *kits, int zip, int dry)
{
    pv_text_add(out, "{\"draw\":");
    pv_text_add_json(out, dry ? NULL : d->name);
    pv_text_addf(out, ",\"date\":\"%s\",\"seed\":%llu,\"points\":%zu", d->date, (unsigned long long)d->design.seed, d->n);
    add_day(out, "from", d->design.from);
    add_day(out, "to", d->design.to);
    add_number(out, "unit_m2", d->grid.cell_m * d->grid.cell_m, 6);
    add_number(out, "mapped_unseen_m2", m2_of(d->unseen_e6), 1);
    add_number(out, "expected_se_overall", expected_error(d), 9);
    add_number(out, "expected_ci_m2", 1.96 * expected_error(d) * area_of(d), 1);
    add_number(out, "hidden_m2", hidden_m2(d), 1);
    pv_text_add(out, ",\"strata\":[");
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_stratum *t = &d->stratum[h];
        pv_text_addf(out, "%s{\"name\":\"%s\",\"cells\":%lld", h > 0 ? "," : "", pv_stratum_word((pv_stratum)h), (long long)t->units);
        add_number(out, "area_m2", m2_of(t->area_e6), 6);
        add_number(out, "mapped_m2", m2_of(t->mapped_e6), 6);
        add_number(out, "expected", d->design.expected[h], 9);
        pv_text_addf(out, ",\"points\":%lld}", (long long)t->n);
    }
    pv_text_add(out, "],\"kits\":[");
    for (size_t i = 0; i < kits->n; i++) {
        pv_text_addf(out, "%s{\"folder\":\"%s\",\"zip\":", i > 0 ? "," : "", kits->at[i].folder);
        pv_text_addf(out, zip ? "\"%s.zip\"" : "null", kits->at[i].folder);
        pv_text_addf(out, ",\"points\":%zu}", kits->at[i].n);
    }
    pv_text_add(out, "]}\n");
}

/* ---- an estimate ---- */

static void add_share(pv_text *out, const char *name, const pv_estimated *f)
{
    if (isnan(f->value))
        pv_text_addf(out, pv_tr("%s\tnone: no answer speaks of it\n"), name);
    else
        pv_text_addf(out, "%s\t%s\t95 %% %s – %s\tOlofsson ± %s\n", name, pv_real(f->value, 4).text, pv_real(f->low, 4).text,
                     pv_real(f->high, 4).text, pv_real(1.96 * f->se, 4).text);
}

static void add_strata(pv_text *out, const pv_audit_estimate *e)
{
    pv_text_addf(out, "%s\n", pv_tr("stratum\tm2\tpoints\tanswered\tunreachable\topen\tpoppy on both\tfalse\tmissed\ton neither"));
    for (int h = 0; h <= PV_STRATA; h++) {
        const pv_audit_tally *t = h < PV_STRATA ? &e->stratum[h] : &e->all;
        pv_text_addf(out, "%s\t%s", h < PV_STRATA ? stratum_name((pv_stratum)h) : pv_tr("all"),
                     pv_real(h < PV_STRATA ? m2_of(e->frame[h].area_e6) : e->area_m2, 1).text);
        pv_text_addf(out, "\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\n", (long long)t->drawn, (long long)t->answered,
                     (long long)t->unreachable, (long long)t->open, (long long)t->count[0][0], (long long)t->count[0][1], (long long)t->count[1][0],
                     (long long)t->count[1][1]);
    }
}

static void add_missing(pv_text *out, const pv_audit_estimate *e)
{
    int64_t missing = e->all.drawn - e->all.answered;
    if (missing > 0)
        pv_text_addf(out,
                     pv_tr("%lld points have no class (%lld could not be reached, %lld not answered yet): none is replaced, the others of their "
                           "strata stand for them; if none of them had poppies the area would be %s, if all had %s\n"),
                     (long long)missing, (long long)e->all.unreachable, (long long)e->all.open, area(e->if_none_m2).text, area(e->if_all_m2).text);
    if (e->conflicts > 0) pv_text_addf(out, pv_tr("%lld points have answers of both classes: the latest counts\n"), (long long)e->conflicts);
    if (e->imprecise > 0)
        pv_text_addf(out, pv_tr("%lld points were answered with a position that is less precise than the square is wide\n"), (long long)e->imprecise);
}

static void add_how_seen(pv_text *out, const pv_audit_estimate *e)
{
    int n = 0;
    const pv_form_word *word = pv_form_words(PV_LIST_HOW_SEEN, &n);
    pv_text_add(out, pv_tr("how seen:"));
    for (int k = 0; k < n; k++) pv_text_addf(out, " %s %lld,", pv_tr_zh() ? word[k].zh : word[k].en, (long long)e->by_how_seen[k]);
    pv_text_addf(out, pv_tr(" not said %lld\n"), (long long)e->by_how_seen[PV_AUDIT_HOW - 1]);
}

void pv_sample_estimate_words(pv_text *out, const pv_audit_estimate *e)
{
    const pv_class_estimate *p = &e->figures.at[PV_AUDIT_POPPY];
    pv_text_addf(out, pv_tr("draw\t%s\t%s"), e->name, e->date);
    if (e->from[0] != '\0' || e->to[0] != '\0') pv_text_addf(out, pv_tr("\tphotos of %s..%s"), e->from, e->to);
    pv_text_addf(out, pv_tr("\nground seen\t%s\npoppy on the map\t%s\npoppy, estimated\t%s\n"), area(e->area_m2).text, area(e->mapped_m2).text,
                 area(p->area.value).text);
    pv_text_addf(out, "  95 %%\t%s\n  –\t%s\n  Olofsson ±\t%s\n", area(p->area.low).text, area(p->area.high).text, area(1.96 * p->area.se).text);
    add_share(out, pv_tr("user's accuracy"), &p->users);
    add_share(out, pv_tr("producer's accuracy"), &p->producers);
    add_share(out, pv_tr("overall accuracy"), &e->figures.overall);
    add_strata(out, e);
    add_how_seen(out, e);
    add_missing(out, e);
    if (e->unseen_m2 > 0)
        pv_text_addf(out, pv_tr("on the map, but on ground that was not clearly seen, and in no figure above: %s\n"), area(e->unseen_m2).text);
    for (size_t k = 0; k < e->n_omitted; k++)
        pv_text_addf(out, pv_tr("missed by the map: %s %s %s; report it as a place of its own, so that somebody goes there\n"), e->omitted[k].id,
                     pv_real(e->omitted[k].lon_deg, 7).text, pv_real(e->omitted[k].lat_deg, 7).text);
}
