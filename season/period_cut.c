/* A period cut into 旬, months, quarters, years or rounds. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/period_internal.h"

#include "base/banned.h"

enum { MOST_PIECES = 4000 };

static const char *const words[PV_EACH_COUNT] = {"", "xun", "month", "quarter", "year", "round"};

const char *pv_period_each_word(pv_period_each each)
{
    return words[each];
}

pv_period_each pv_period_each_of(const char *word)
{
    for (int k = 1; k < PV_EACH_COUNT; k++)
        if (strcmp(words[k], word) == 0) return (pv_period_each)k;
    return PV_EACH_NONE;
}

void pv_periods_release(pv_periods *p)
{
    pv_free(p->at);
    *p = (pv_periods){.n = 0};
}

pv_status pv_periods_add(pv_periods *out, const pv_period *p, pv_err *err)
{
    pv_status st = PV_OK;
    if (out->n >= MOST_PIECES) PV_TRY(pv_fail(err, PV_USAGE, "%s: that makes more than %d periods", p->text, (int)MOST_PIECES));
    PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "periods", err));
    out->at[out->n++] = *p;
out:
    return st;
}

/* The whole piece that a day lies in. */
static void piece_of(pv_period *out, const pv_conf *conf, const char *day, pv_period_each each)
{
    int year = 0, month = 0, date = 0;
    (void)sscanf(day, "%d-%d-%d", &year, &month, &date);
    switch (each) {
    case PV_EACH_XUN:
        pv_period_of_xun(out, year, month, date <= 10 ? 1 : date <= 20 ? 2 : 3);
        break;
    case PV_EACH_MONTH:
        pv_period_of_months(out, PV_PERIOD_MONTH, year, month);
        break;
    case PV_EACH_QUARTER:
        pv_period_of_months(out, PV_PERIOD_QUARTER, year, (month + 2) / 3);
        break;
    default:
        pv_period_of_year(out, conf, year);
        if (strcmp(out->to, day) < 0) pv_period_of_year(out, conf, year + 1);
    }
}

static pv_status cut_days(pv_periods *out, const pv_conf *conf, const pv_period *p, pv_period_each each, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE];
    memcpy(day, p->from, PV_DATE);
    while (strcmp(day, p->to) <= 0) {
        pv_period piece;
        piece_of(&piece, conf, day, each);
        int cut = strcmp(piece.from, p->from) < 0 || strcmp(piece.to, p->to) > 0;
        pv_period rest = piece;
        if (cut) pv_period_of_dates(&rest, strcmp(piece.from, p->from) < 0 ? p->from : piece.from, strcmp(piece.to, p->to) > 0 ? p->to : piece.to);
        PV_TRY(pv_periods_add(out, &rest, err));
        pv_date_of(pv_date_number(piece.to) + 1, day);
    }
out:
    return st;
}

static pv_status cut_rounds(pv_periods *out, const pv_conf *conf, const pv_period *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_campaign *c = NULL;
    size_t before = out->n;
    int n = 0;
    PV_TRY(pv_alloc(&c, PV_CAMPAIGNS, sizeof *c, "campaigns", err));
    PV_TRY(pv_campaigns_read(c, &n, conf, err));
    for (int k = 0; k < n; k++) {
        if (p->kind == PV_PERIOD_CAMPAIGN && strcmp(p->text, c[k].name) != 0) continue;
        for (int r = 1; r <= c[k].n_rounds; r++) {
            pv_period round;
            pv_period_of_round(&round, &c[k], r);
            if (strcmp(round.from, p->from) >= 0 && strcmp(round.from, p->to) <= 0) PV_TRY(pv_periods_add(out, &round, err));
        }
    }
    if (out->n == before) PV_TRY(pv_fail(err, PV_USAGE, "%s: no round of a campaign of season.conf begins in it", p->text));
out:
    pv_free(c);
    return st;
}

pv_status pv_period_cut(pv_periods *out, const pv_conf *conf, const pv_period *p, pv_period_each each, pv_err *err)
{
    if (each == PV_EACH_NONE) return pv_periods_add(out, p, err);
    return each == PV_EACH_ROUND ? cut_rounds(out, conf, p, err) : cut_days(out, conf, p, each, err);
}

pv_status pv_period_where(pv_periods *out, const pv_period *p, pv_day_suits *suits, void *with, pv_err *err)
{
    pv_status st = PV_OK;
    char day[PV_DATE], from[PV_DATE] = "", last[PV_DATE] = "";
    const int64_t end = pv_date_number(p->to) + 1;
    for (int64_t k = pv_date_number(p->from); k <= end; k++) {
        pv_date_of(k, day);
        int suitable = k < end && suits(with, day);
        if (suitable && from[0] == '\0') memcpy(from, day, sizeof from);
        if (!suitable && from[0] != '\0') {
            pv_period run;
            pv_period_of_dates(&run, from, last);
            PV_TRY(pv_periods_add(out, &run, err));
            from[0] = '\0';
        }
        memcpy(last, day, sizeof last);
    }
out:
    return st;
}
