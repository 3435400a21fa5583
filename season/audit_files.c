/* An estimate as JSON, and which photos a draw was drawn from. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/audit_internal.h"

#include "base/banned.h"

/* ---- JSON ---- */

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

static void add_figure(pv_text *out, const char *name, const pv_estimated *f, int decimals)
{
    pv_text_addf(out, ",\"%s\":{\"value\":", name);
    pv_text_add_real(out, f->value, decimals);
    add_number(out, "low", f->low, decimals);
    add_number(out, "high", f->high, decimals);
    add_number(out, "se", f->se, decimals);
    add_number(out, "plain_low", f->plain_low, decimals);
    add_number(out, "plain_high", f->plain_high, decimals);
    pv_text_add(out, "}");
}

static void add_tally(pv_text *out, const pv_audit_tally *t)
{
    pv_text_addf(out, "\"drawn\":%lld,\"answered\":%lld,\"unreachable\":%lld,\"open\":%lld,\"matrix\":[[%lld,%lld],[%lld,%lld]]", (long long)t->drawn,
                 (long long)t->answered, (long long)t->unreachable, (long long)t->open, (long long)t->count[0][0], (long long)t->count[0][1],
                 (long long)t->count[1][0], (long long)t->count[1][1]);
}

static void add_strata_json(pv_text *out, const pv_audit_estimate *e)
{
    pv_text_add(out, ",\"all\":{");
    add_tally(out, &e->all);
    pv_text_add(out, "},\"strata\":[");
    for (int h = 0; h < PV_STRATA; h++) {
        pv_text_addf(out, "%s{\"name\":\"%s\",\"cells\":%lld", h > 0 ? "," : "", pv_stratum_word((pv_stratum)h), (long long)e->frame[h].units);
        add_number(out, "area_m2", (double)e->frame[h].area_e6 / 1e6, 6);
        add_number(out, "mapped_m2", (double)e->frame[h].mapped_e6 / 1e6, 6);
        pv_text_add(out, ",");
        add_tally(out, &e->stratum[h]);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
}

void pv_audit_estimate_json(pv_text *out, const pv_audit_estimate *e)
{
    static const char *const name[] = {"poppy", "other"};
    pv_text_add(out, "{\"draw\":");
    pv_text_add_json(out, e->name);
    pv_text_addf(out, ",\"date\":\"%s\"", e->date);
    add_day(out, "from", e->from);
    add_day(out, "to", e->to);
    add_number(out, "unit_m2", e->unit_m2, 6);
    add_number(out, "area_m2", e->area_m2, 6);
    add_number(out, "mapped_m2", e->mapped_m2, 6);
    add_number(out, "mapped_unseen_m2", e->unseen_m2, 6);
    add_figure(out, "overall", &e->figures.overall, 9);
    for (int k = 0; k < PV_AUDIT_CLASSES; k++) {
        pv_text_addf(out, ",\"%s\":{\"mapped\":%lld,\"reference\":%lld", name[k], (long long)e->figures.at[k].mapped,
                     (long long)e->figures.at[k].reference);
        add_figure(out, "area_m2", &e->figures.at[k].area, 3);
        add_figure(out, "users", &e->figures.at[k].users, 9);
        add_figure(out, "producers", &e->figures.at[k].producers, 9);
        pv_text_add(out, "}");
    }
    add_strata_json(out, e);
    add_number(out, "if_no_missing_is_poppy_m2", e->if_none_m2, 3);
    add_number(out, "if_all_missing_are_poppy_m2", e->if_all_m2, 3);
    pv_text_addf(out, ",\"conflicts\":%lld,\"imprecise\":%lld,\"missed\":[", (long long)e->conflicts, (long long)e->imprecise);
    for (size_t k = 0; k < e->n_omitted; k++) {
        pv_text_addf(out, "%s{\"id\":\"%s\"", k > 0 ? "," : "", e->omitted[k].id);
        add_number(out, "lon", e->omitted[k].lon_deg, 7);
        add_number(out, "lat", e->omitted[k].lat_deg, 7);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]}");
}

/* ---- photos of draws ---- */

void pv_audit_days_release(pv_audit_days_list *l)
{
    pv_free(l->at);
    *l = (pv_audit_days_list){.n = 0};
}

int pv_audit_is_of(const pv_audit_days *d, const char *from, const char *to)
{
    return d->photos > 0 && strcmp(d->first, from) >= 0 && strcmp(d->last, to) <= 0;
}

/* The ledger's chain tells what was there when a draw was made; a photo that it does not know was there when it was taken before. */
static const char photos_of_draws[] =
    "SELECT s.name,s.date,count(d.day),min(d.day),max(d.day) FROM samples s LEFT JOIN (SELECT " PV_AUDIT_DAY " AS day,(SELECT min(c.fid) FROM chain c"
    " WHERE c.name='photos' AND c.row=p.fid) AS link FROM photos p WHERE p.state='done') d ON (s.from_day IS NULL OR d.day>=s.from_day) AND"
    " (s.to_day IS NULL OR d.day<=s.to_day) AND coalesce(d.link<(SELECT min(c.fid) FROM chain c WHERE c.name='samples' AND "
    "c.row=s.fid),d.day<=s.date)"
    " GROUP BY s.fid ORDER BY s.fid";

pv_status pv_audit_days_read(pv_audit_days_list *out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_days_list l = {.n = 0};
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, photos_of_draws, err));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&l.at, &l.cap, l.n + 1, sizeof *l.at, "draws", err));
        pv_audit_days *d = &l.at[l.n++];
        *d = (pv_audit_days){.photos = pv_row_int(q, 2)};
        (void)snprintf(d->name, sizeof d->name, "%s", pv_row_text(q, 0));
        (void)snprintf(d->date, sizeof d->date, "%s", pv_row_text(q, 1));
        (void)snprintf(d->first, sizeof d->first, "%s", pv_row_text(q, 3));
        (void)snprintf(d->last, sizeof d->last, "%s", pv_row_text(q, 4));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    *out = l;
    l = (pv_audit_days_list){.n = 0};
out:
    pv_stmt_free(q);
    pv_audit_days_release(&l);
    return st;
}
