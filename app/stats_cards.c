#include "app/stats_cards.h"

#include "app/season_units.h"
#include "app/stages.h"
#include "base/mem.h"
#include "report/cards_page.h"

#include "base/banned.h"

typedef struct ground_of {
    pv_calendar calendar;
    double lat_deg[3]; /* south, middle, north of the boundaries */
} ground_of;

/* A day suits when it does at the southern and the northern end too: what holds for one may not hold for the other. */
static int suits(void *with, const char *day)
{
    const ground_of *g = with;
    for (int k = 0; k < 3; k++)
        if (!pv_stages_clear(&g->calendar, g->lat_deg[k], day)) return 0;
    return 1;
}

static pv_status suitable_days(pv_periods *out, const pv_units *units, const pv_period *p, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_units_facts facts = pv_units_facts_of(units);
    ground_of g = {.lat_deg = {facts.south_deg, (facts.south_deg + facts.north_deg) / 2, facts.north_deg}};
    PV_TRY(pv_stages_read(&g.calendar, err));
    PV_TRY(pv_period_where(out, p, suits, &g, err));
out:
    pv_calendar_release(&g.calendar);
    return st;
}

static pv_status choose_level(const pv_args *args, const pv_units *units, pv_figures_by *by, pv_err *err)
{
    const char *what = pv_args_has(args, "scorecard") ? "scorecard" : "certificate";
    if (units == NULL) return pv_fail(err, PV_USAGE, "--%s: season.conf names no boundaries; it is by units", what);
    *by = pv_args_has(args, "by") ? pv_figures_by_of(pv_args_text(args, "by")) : pv_certificates_level(units);
    if (*by == PV_BY_NOTHING)
        return pv_fail(err, PV_USAGE, "--%s: the boundaries have no villages, townships or forest farms; name a level with --by", what);
    if (*by < PV_BY_UNIT_XIANG || *by > PV_BY_UNIT_LIN_BAN)
        return pv_fail(err, PV_USAGE, "--%s --by %s: it takes xiang, cun, lin_chang or lin_ban", what, pv_figures_by_word(*by));
    return PV_OK;
}

static pv_status write_cards(const pv_certificates *c, int scorecard, pv_stats_format format, int zh, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_card *card = NULL;
    if (scorecard) PV_TRY(pv_scorecard_make(&card, c, err));
    switch (format) {
    case PV_STATS_HTML:
        if (scorecard)
            pv_scorecard_page(out, c, card, PV_VERSION, zh ? "zh" : "en");
        else
            pv_certificates_page(out, c, PV_VERSION, zh ? "zh" : "en");
        break;
    case PV_STATS_JSON:
        if (scorecard)
            pv_scorecard_json(out, c, card);
        else
            pv_certificates_json(out, c);
        break;
    case PV_STATS_CSV:
        pv_scorecard_csv(out, c, card, zh);
        break;
    default:
        if (scorecard)
            pv_scorecard_say(out, c, card, zh);
        else
            pv_certificates_say(out, c, zh);
    }
out:
    pv_free(card);
    return st;
}

pv_status pv_stats_cards(const pv_args *args, pv_stats_format format, int zh, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_units *units = NULL;
    pv_figures_source *source = NULL;
    pv_periods suitable = {.n = 0};
    pv_certificates c = {.n = 0};
    pv_period p;
    pv_figures_by by = PV_BY_NOTHING;
    const int scorecard = pv_args_has(args, "scorecard");
    if (format == PV_STATS_XLSX)
        PV_TRY(pv_fail(err, PV_USAGE, "certificates and scorecards are written as text, json or html, scorecards as csv too"));
    if (format == PV_STATS_CSV && !scorecard) PV_TRY(pv_fail(err, PV_USAGE, "--certificate is written as text, json or html"));
    if (args->n_inputs != 2)
        PV_TRY(pv_fail(err, PV_USAGE, "--%s is of one period, such as `papaver stats %s 2026 --%s`", scorecard ? "scorecard" : "certificate",
                       args->input[0], scorecard ? "scorecard" : "certificate"));
    PV_TRY(pv_season_open(&s, args->input[0], 0, err));
    PV_TRY(pv_period_read(&p, s->conf, args->input[1], err));
    PV_TRY(pv_season_units(&units, s, err));
    PV_TRY(choose_level(args, units, &by, err));
    PV_TRY(pv_figures_source_new(&source, s, units, err));
    pv_figures_narrow(source, &p);
    PV_TRY(suitable_days(&suitable, units, &p, err));
    PV_TRY(pv_certificates_make(&c, source, &p, by, &suitable, err));
    PV_TRY(write_cards(&c, scorecard, format, zh, out, err));
out:
    pv_certificates_release(&c);
    pv_periods_release(&suitable);
    pv_figures_source_free(source);
    pv_units_free(units);
    pv_season_close(s);
    return st;
}
