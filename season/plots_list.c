/* Plots as values: one by its id, and lists in the order of the page. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

static const char *const status_word[] = {"ruled_out", "suspected", "unreachable", "dispatched", "checking",
                                          "confirmed", "rechecked", "eradicated",  "regrown"};
static const char *const kind_word[] = {"new", "permanent", "intermittent", "abandoned"};

const char *pv_plot_status_word(pv_plot_status status)
{
    return status_word[status];
}

const char *pv_plot_kind_word(pv_plot_kind kind)
{
    return kind_word[kind];
}

#define TIER                                                                                                                                         \
    "CASE WHEN p.status='regrown' THEN 0 WHEN p.status IN('eradicated','rechecked') THEN 4 WHEN p.last_looked>p.last_seen THEN 3"                    \
    " WHEN p.status='confirmed' OR p.eradicated_on IS NOT NULL OR p.kind='permanent' THEN 1 ELSE 2 END"
/* Capsules within a week, or for long: 1; in 60 days or more: 0.5; when that is not known: 0.75. */
#define URGENCY "CASE WHEN p.capsules_from IS NULL THEN 0.75 ELSE 1-0.5*min(max(julianday(p.capsules_from)-julianday(?1)-7,0),53)/53.0 END"

const char pv_plot_select[] = "SELECT p.fid,p.id,p.status,p.status_date,p.eradicated_on,p.kind,p.first_seen,p.last_seen,p.last_looked,p.times_seen,"
                              "p.times_looked,p.lon,p.lat,p.area_m2,p.prob,p.class,p.stage,p.capsules_from,p.hotspot,p.split_from,p.quiet_from,"
                              "p.quiet_until,p.quiet_reason,p.shown_again,p.quiet_prob," TIER "," URGENCY ",p.origin='crew',p.found_on FROM plots p ";

static int word_index(const char *const *words, int n, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0) return i;
    return 0;
}

pv_plot_status pv_plot_status_of(const char *word)
{
    return (pv_plot_status)word_index(status_word, PV_PLOT_REGROWN + 1, word);
}

void pv_plot_row(pv_stmt *q, pv_plot *out)
{
    pv_plot p = {.fid = pv_row_int(q, 0), .times_seen = pv_row_int(q, 9), .times_looked = pv_row_int(q, 10), .lon_deg = pv_row_real(q, 11)};
    const struct {
        int column;
        char *to;
        size_t size;
    } text[] = {{1, p.id, sizeof p.id},
                {3, p.status_date, PV_DATE},
                {4, p.eradicated_on, PV_DATE},
                {6, p.first_seen, PV_DATE},
                {7, p.last_seen, PV_DATE},
                {8, p.last_looked, PV_DATE},
                {15, p.class_name, sizeof p.class_name},
                {16, p.stage, sizeof p.stage},
                {17, p.capsules_from, PV_DATE},
                {20, p.quiet_from, PV_DATE},
                {21, p.quiet_until, PV_DATE},
                {22, p.quiet_reason, sizeof p.quiet_reason},
                {23, p.shown_again, sizeof p.shown_again},
                {28, p.found_on, PV_DATE}};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) (void)snprintf(text[i].to, text[i].size, "%s", pv_row_text(q, text[i].column));
    p.status = pv_plot_status_of(pv_row_text(q, 2));
    p.kind = (pv_plot_kind)word_index(kind_word, PV_KIND_ABANDONED + 1, pv_row_text(q, 5));
    p.lat_deg = pv_row_real(q, 12);
    p.area_m2 = pv_row_is_null(q, 13) ? -1 : pv_row_real(q, 13);
    p.prob = pv_row_is_null(q, 14) ? -1 : pv_row_real(q, 14);
    p.hotspot = pv_row_int(q, 18);
    p.split_from = pv_row_int(q, 19);
    p.quiet_prob = pv_row_real(q, 24);
    p.tier = (pv_plot_tier)pv_row_int(q, 25);
    p.urgency = pv_row_real(q, 26);
    p.by_crew = (int)pv_row_int(q, 27);
    p.priority = fmax(0, p.prob) * p.urgency;
    *out = p;
}

/* "SELECT ... FROM plots p" and what follows it. */
static pv_status select_plots(pv_stmt **out, pv_season *s, const char *rest, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text sql = {0};
    pv_text_add(&sql, pv_plot_select);
    pv_text_add(&sql, rest);
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(out, s->db, pv_text_str(&sql), err));
out:
    pv_text_release(&sql);
    return st;
}

pv_status pv_plot_get(pv_season *s, int64_t fid, pv_plot *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(select_plots(&q, s, "WHERE p.fid=?2", err));
    pv_stmt_int(q, 2, fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row) PV_TRY(pv_fail(err, PV_BUG, "there is no plot %lld", (long long)fid));
    pv_plot_row(q, out);
out:
    pv_stmt_free(q);
    return st;
}

/* What was typed, as ids are written. "" when it cannot be one. */
void pv_id_tidy(char out[PV_PLOT_ID], const char *text)
{
    int n = 0;
    for (; *text != '\0'; text++) {
        int c = toupper((unsigned char)*text);
        if (c == ' ' || c == '-') continue;
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (n == PV_PLOT_ID - 1) {
            n = 0;
            break;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
}

pv_status pv_plots_find(pv_season *s, const char *id, const char *date, pv_plot *out, int *found, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char tidy[PV_PLOT_ID];
    pv_id_tidy(tidy, id);
    PV_TRY(select_plots(&q, s, "WHERE p.fid=(SELECT coalesce(m.merged_into,m.fid) FROM plots m WHERE m.id=?2)", err));
    pv_stmt_text(q, 1, date);
    pv_stmt_text(q, 2, tidy);
    PV_TRY(pv_stmt_step(q, found, err));
    if (*found) pv_plot_row(q, out);
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_plots_number(pv_season *s, const char *id, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char tidy[PV_PLOT_ID];
    int row = 0;
    pv_id_tidy(tidy, id);
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT fid FROM plots WHERE id=?1", err));
    pv_stmt_text(q, 1, tidy);
    PV_TRY(pv_stmt_step(q, &row, err));
    *fid = row ? pv_row_int(q, 0) : 0;
out:
    pv_stmt_free(q);
    return st;
}

struct pv_plots_walk {
    pv_stmt *order, *plot; /* numbers in order; only these are sorted */
    char date[PV_DATE];
};

static pv_status new_walk(pv_plots_walk **out, pv_season *s, const char *date, const char *order, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plots_walk *w = NULL;
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", date));
    PV_TRY(pv_alloc(&w, 1, sizeof *w, "list of plots", err));
    (void)snprintf(w->date, sizeof w->date, "%s", date);
    PV_TRY(pv_stmt_new(&w->order, s->db, order, err));
    pv_stmt_text(w->order, 1, date);
    PV_TRY(select_plots(&w->plot, s, "WHERE p.fid=?2", err));
    pv_stmt_text(w->plot, 1, date);
    *out = w;
    w = NULL;
out:
    pv_plots_walk_free(w);
    return st;
}

pv_status pv_plots_list(pv_plots_walk **out, pv_season *s, const char *date, pv_err *err)
{
    return new_walk(out, s, date,
                    "SELECT p.fid FROM plots p WHERE p.merged_into IS NULL AND NOT(p.status='ruled_out' AND p.quiet_until>=?1)"
                    " ORDER BY " TIER ",p.prob*(" URGENCY ") DESC,p.id",
                    err);
}

pv_status pv_plots_quiet_list(pv_plots_walk **out, pv_season *s, const char *date, pv_err *err)
{
    return new_walk(
        out, s, date,
        "SELECT p.fid FROM plots p WHERE p.merged_into IS NULL AND p.status='ruled_out' AND p.quiet_until>=?1 ORDER BY p.quiet_until,p.id", err);
}

pv_status pv_plots_next(pv_plots_walk *w, pv_plot *out, int *more, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_step(w->order, more, err));
    if (!*more) goto out;
    pv_stmt_int(w->plot, 2, pv_row_int(w->order, 0));
    PV_TRY(pv_stmt_step(w->plot, more, err));
    pv_plot_row(w->plot, out);
    pv_stmt_reset(w->plot);
out:
    return st;
}

void pv_plots_walk_free(pv_plots_walk *w)
{
    if (w == NULL) return;
    pv_stmt_free(w->order);
    pv_stmt_free(w->plot);
    pv_free(w);
}
