#include "season/lessons.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "season/gpkg_geom.h"
#include "season/lessons_internal.h"
#include "season/plots_internal.h"

#include "base/banned.h"

enum { ORDER_RULED_OUT = 1, ORDER_REGROWN, ORDER_CONFIRMED, ORDER_ERADICATED, ORDER_RECHECKED };

/* A judging finding with what decides between those of one day and of plots that were joined. */
typedef struct saying {
    pv_judging j; /* .plot: the one that stayed */
    int64_t own;  /* the plot as it was found */
    char joined_on[PV_DATE];
    int timed, contested; /* has an instant; another crew or file says the opposite of that day */
    double instant;
    size_t at; /* keeps the order of a day */
} saying;

/* What reading holds. */
typedef struct reading {
    pv_season *season;
    pv_lessons *to;
    size_t n_said, cap_said;
    saying *said; /* sorted by plot, own plot, date, order */
    size_t n, cap;
    pv_judging *judging; /* by plot and date, in the order of the day */
    size_t n_conflicts, cap_conflicts;
    int64_t *conflict; /* plots */
    int64_t quiet_days;
    char target[64], lookalike[64]; /* classes of a crew's own place */
} reading;

void pv_lessons_release(pv_lessons *l)
{
    for (size_t i = 0; l->sight != NULL && i < l->n_sights; i++) pv_free(l->sight[i].outline);
    pv_free(l->sight);
    pv_free(l->photo);
    pv_free(l->plot);
    *l = (pv_lessons){0};
}

/* ---- what findings say ---- */

/* 0: it judges nothing. */
static int judging_of(const pv_finding *f, pv_judging *out)
{
    *out = (pv_judging){.judgement = PV_JUDGED_TARGET};
    switch (f->status) {
    case PV_PLOT_RULED_OUT:
        out->judgement = PV_JUDGED_REFUSED;
        out->order = ORDER_RULED_OUT;
        break;
    case PV_PLOT_REGROWN:
        out->order = ORDER_REGROWN;
        break;
    case PV_PLOT_CONFIRMED:
        out->order = ORDER_CONFIRMED;
        break;
    case PV_PLOT_ERADICATED:
        /* Somebody else removed what no crew has seen: no proof of what it was. */
        if (strcmp(f->verdict, "already_removed") == 0) out->judgement = PV_JUDGED_NOT;
        out->order = ORDER_ERADICATED;
        out->ends = 1;
        break;
    case PV_PLOT_RECHECKED:
        out->judgement = PV_JUDGED_NOT;
        out->order = ORDER_RECHECKED;
        out->ends = 1;
        break;
    default:
        return 0;
    }
    (void)snprintf(out->date, sizeof out->date, "%s", f->date);
    if (out->judgement == PV_JUDGED_REFUSED) (void)snprintf(out->verdict, sizeof out->verdict, "%s", f->verdict);
    (void)snprintf(out->crew, sizeof out->crew, "%s", f->crew[0] != '\0' ? f->crew : f->person1);
    return 1;
}

static int by_order(const pv_judging *p, const pv_judging *q)
{
    if (p->order != q->order) return p->order - q->order;
    int verdict = strcmp(p->verdict, q->verdict);
    return verdict != 0 ? verdict : strcmp(p->crew, q->crew);
}

static int by_own_and_date(const void *a, const void *b)
{
    const saying *p = a, *q = b;
    if (p->j.plot != q->j.plot) return p->j.plot < q->j.plot ? -1 : 1;
    if (p->own != q->own) return p->own < q->own ? -1 : 1;
    int date = strcmp(p->j.date, q->j.date);
    return date != 0 ? date : by_order(&p->j, &q->j);
}

static int by_time(const void *a, const void *b)
{
    const saying *p = a, *q = b;
    if (p->instant < q->instant || p->instant > q->instant) return p->instant < q->instant ? -1 : 1;
    return by_order(&p->j, &q->j);
}

static int by_date(const void *a, const void *b)
{
    const saying *p = a, *q = b;
    int date = strcmp(p->j.date, q->j.date);
    return date != 0 ? date : (p->at > q->at) - (p->at < q->at);
}

/* Which plot it is about, and when. */
static pv_status finding_facts(pv_stmt *q, int64_t fid, int64_t *plot, saying *s, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q, 1, fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row) PV_TRY(pv_fail(err, PV_BUG, "there is no finding %lld", (long long)fid));
    *plot = pv_row_int(q, 0);
    (void)snprintf(s->joined_on, sizeof s->joined_on, "%s", pv_row_text(q, 1));
    s->timed = !pv_row_is_null(q, 2);
    s->instant = pv_row_real(q, 2);
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_reset(q);
    return st;
}

static const char facts_sql[] =
    "SELECT coalesce(p.merged_into,p.fid),coalesce(p.merged_on,'')," PV_SQL_INSTANT " FROM findings f JOIN plots p ON p.fid=f.plot WHERE f.fid=?1";

static pv_status read_findings(reading *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *w = NULL;
    pv_finding *f = NULL;
    pv_stmt *q = NULL;
    int more = 0;
    PV_TRY(pv_alloc(&f, 1, sizeof *f, "finding", err));
    PV_TRY(pv_stmt_new(&q, r->season->db, facts_sql, err));
    PV_TRY(pv_findings_list(&w, r->season, 0, err));
    for (;;) {
        saying s = {.own = 0};
        int64_t plot = 0;
        PV_TRY(pv_findings_next(w, f, &more, err));
        if (!more) break;
        int judges = judging_of(f, &s.j);
        if (!f->conflict && !judges) continue;
        PV_TRY(finding_facts(q, f->fid, &plot, &s, err));
        if (f->conflict) {
            PV_TRY(pv_grow(&r->conflict, &r->cap_conflicts, r->n_conflicts + 1, sizeof *r->conflict, "conflicts", err));
            r->conflict[r->n_conflicts++] = plot;
            continue;
        }
        s.j.plot = plot;
        s.own = f->plot;
        s.contested = f->contested;
        PV_TRY(pv_grow(&r->said, &r->cap_said, r->n_said + 1, sizeof *r->said, "findings", err));
        r->said[r->n_said++] = s;
    }
    if (r->n_said > 0) qsort(r->said, r->n_said, sizeof *r->said, by_own_and_date);
out:
    pv_findings_walk_free(w);
    pv_stmt_free(q);
    pv_free(f);
    return st;
}

/* ---- one day, and plots that were joined ---- */

/* Of n sayings of one plot and day, which of the two judgements counts (NOT: a target); the n_later ones behind are of its later days. Puts them into the order of the day. */
static pv_judgement side_of_day(saying *s, size_t n, size_t n_later)
{
    int timed = 1, contested = 0;
    for (size_t i = 0; i < n; i++) {
        timed = timed && s[i].timed;
        contested = contested || s[i].contested;
    }
    if (timed) qsort(s, n, sizeof *s, by_time);
    for (size_t i = n; contested && i < n + n_later; i++)
        if (s[i].j.judgement != PV_JUDGED_NOT) return s[i].j.judgement;
    return contested ? PV_JUDGED_TARGET : s[n - 1].j.judgement;
}

/* Leaves of each day of one plot's n sayings those that agree with what stands. Returns how many are left, at the front. */
static size_t settle_days(saying *s, size_t n)
{
    size_t left = 0;
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && strcmp(s[i + k].j.date, s[i].j.date) == 0;) k++;
        pv_judgement side = side_of_day(&s[i], k, n - i - k), other = side == PV_JUDGED_REFUSED ? PV_JUDGED_TARGET : PV_JUDGED_REFUSED;
        for (size_t m = i; m < i + k; m++)
            if (s[m].j.judgement != other) s[left++] = s[m];
    }
    return left;
}

static int says(const saying *s, size_t n, int64_t own, int same, pv_judgement judgement)
{
    for (size_t i = 0; i < n; i++)
        if ((s[i].own == own) == same && s[i].j.judgement == judgement) return 1;
    return 0;
}

/* 1 = plots that were joined into this one were judged differently. */
static int is_split(const saying *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].j.judgement == PV_JUDGED_REFUSED && says(s, n, s[i].own, 0, PV_JUDGED_TARGET)) return 1;
    return 0;
}

static void plot_judge(pv_judged_plot *p, const pv_judging *j, size_t n);

/* Of the plot that stayed, and from after the day on which they were joined. */
static int is_after(const saying *s, const char *joined_on)
{
    return s->own == s->j.plot && strcmp(s->j.date, joined_on) > 0;
}

/* What stands for a plot whose n sayings differ: that of the graver of the plots it was joined from. Nothing that they said up to that day may be learned from. */
static size_t join(saying *s, size_t n)
{
    saying joined = {.j = {.plot = s[0].j.plot, .ends = 1}};
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(s[i].joined_on, joined.j.date) > 0) memcpy(joined.j.date, s[i].joined_on, sizeof joined.j.date);
    pv_judged_plot graver = {.fid = 0};
    for (size_t i = 0, k; i < n; i += k) {
        pv_judged_plot p = {.fid = 0};
        for (k = 0; i + k < n && s[i + k].own == s[i].own; k++)
            if (!is_after(&s[i + k], joined.j.date)) plot_judge(&p, &s[i + k].j, 1);
        int better = graver.judgement == PV_JUDGED_NOT || (graver.judgement == PV_JUDGED_REFUSED && p.judgement == PV_JUDGED_TARGET);
        if (p.judgement != PV_JUDGED_NOT && better) graver = p;
    }
    joined.j.joined = graver.judgement;
    memcpy(joined.j.joined_on, graver.date, sizeof joined.j.joined_on);
    memcpy(joined.j.verdict, graver.verdict, sizeof joined.j.verdict);
    memcpy(joined.j.crew, graver.crew, sizeof joined.j.crew);
    for (size_t i = 0; i < n; i++)
        if (is_after(&s[i], joined.j.date)) s[left++] = s[i];
    /* There is room: of two plots that differ one did not stay. */
    memmove(&s[1], &s[0], left * sizeof *s);
    s[0] = joined;
    return left + 1;
}

/* The sayings of one plot that stayed: n, sorted by own plot. Returns how many are left, by date. */
static size_t settle_plot(saying *s, size_t n)
{
    size_t left = 0;
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && s[i + k].own == s[i].own;) k++;
        size_t some = settle_days(&s[i], k);
        memmove(&s[left], &s[i], some * sizeof *s);
        left += some;
    }
    if (is_split(s, left)) left = join(s, left);
    return left;
}

static pv_status settle(reading *r, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0, k; i < r->n_said; i += k) {
        for (k = 1; i + k < r->n_said && r->said[i + k].j.plot == r->said[i].j.plot;) k++;
        size_t left = settle_plot(&r->said[i], k);
        for (size_t m = 0; m < left; m++) r->said[i + m].at = m;
        qsort(&r->said[i], left, sizeof *r->said, by_date);
        PV_TRY(pv_grow(&r->judging, &r->cap, r->n + left, sizeof *r->judging, "findings", err));
        for (size_t m = 0; m < left; m++) r->judging[r->n++] = r->said[i + m].j;
    }
out:
    return st;
}

static int within_days(const char *a, const char *b, int64_t days)
{
    if (!pv_date_valid(a) || !pv_date_valid(b)) return 0;
    int64_t apart = pv_date_number(a) - pv_date_number(b);
    return (apart < 0 ? -apart : apart) <= days;
}

pv_judgement pv_sight_judge(const pv_judging *j, size_t n, const char *day, int64_t quiet_days)
{
    size_t next = 0;
    while (next < n && strcmp(j[next].date, day) < 0) next++;
    const pv_judging *before = next > 0 ? &j[next - 1] : NULL, *after = next < n ? &j[next] : NULL;
    if (after == NULL && before != NULL) {
        if (before->ends) return PV_JUDGED_NOT;
        return before->judgement == PV_JUDGED_REFUSED && !within_days(before->date, day, quiet_days) ? PV_JUDGED_NOT : before->judgement;
    }
    if (after == NULL) return PV_JUDGED_NOT;
    /* What was a target before and is refused after, or the reverse, changed on a day that nobody knows. */
    if (before != NULL && !before->ends && before->judgement != after->judgement) return PV_JUDGED_NOT;
    if (after->judgement == PV_JUDGED_REFUSED && !within_days(after->date, day, quiet_days)) return PV_JUDGED_NOT;
    return after->judgement;
}

/* ---- plots ---- */

static void text_member(const pv_json *j, const char *name, char *out, size_t size)
{
    if (!pv_json_copy(j, pv_json_member(j, 0, name), out, size)) out[0] = '\0';
}

static pv_status plot_units(pv_judged_plot *p, const char *properties, pv_err *err)
{
    pv_json j = {0};
    if (properties[0] == '\0') return PV_OK;
    pv_status st = pv_json_parse(&j, properties, strlen(properties), 1, err);
    if (st == PV_OK) {
        text_member(&j, "xiang", p->xiang, sizeof p->xiang);
        text_member(&j, "cun", p->cun, sizeof p->cun);
        text_member(&j, "lin_ban", p->lin_ban, sizeof p->lin_ban);
    }
    pv_json_release(&j);
    return pv_where(err, st, "a hotspot's properties");
}

static pv_status plot_facts(pv_stmt *q, pv_judged_plot *p, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    pv_stmt_int(q, 1, p->fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row) PV_TRY(pv_fail(err, PV_INPUT, "the ledger has findings of a plot that it does not have (%lld)", (long long)p->fid));
    (void)snprintf(p->id, sizeof p->id, "%s", pv_row_text(q, 0));
    p->times_seen = pv_row_int(q, 1);
    p->looked_before = pv_row_int(q, 2);
    PV_TRY(plot_units(p, pv_row_text(q, 3), err));
    if (pv_row_int(q, 4) == 1 && p->times_seen == 0) p->place = PV_PLACE_UNSEEN;
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_reset(q);
    return st;
}

/* What is known of the plot at the end, and since when. */
static void plot_judge(pv_judged_plot *p, const pv_judging *j, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pv_judgement judgement = j[i].joined != PV_JUDGED_NOT ? j[i].joined : j[i].judgement;
        if (judgement == PV_JUDGED_NOT || judgement == p->judgement) continue;
        p->judgement = judgement;
        memcpy(p->date, j[i].joined != PV_JUDGED_NOT ? j[i].joined_on : j[i].date, sizeof p->date);
        memcpy(p->verdict, j[i].verdict, sizeof p->verdict);
        memcpy(p->crew, j[i].crew, sizeof p->crew);
    }
}

static int is_conflict(const reading *r, int64_t plot)
{
    for (size_t i = 0; i < r->n_conflicts; i++)
        if (r->conflict[i] == plot) return 1;
    return 0;
}

static pv_status add_plot(reading *r, pv_stmt *q, int64_t plot, const pv_judging *j, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lessons *l = r->to;
    pv_judged_plot p = {.fid = plot, .conflict = is_conflict(r, plot)};
    if (!p.conflict) plot_judge(&p, j, n);
    if (!p.conflict && p.judgement == PV_JUDGED_NOT) return PV_OK;
    PV_TRY(plot_facts(q, &p, err));
    PV_TRY(pv_grow(&l->plot, &l->cap_plots, l->n_plots + 1, sizeof *l->plot, "plots", err));
    l->plot[l->n_plots++] = p;
out:
    return st;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const pv_judged_plot *)a)->id, ((const pv_judged_plot *)b)->id);
}

static int has_plot(const pv_lessons *l, int64_t fid)
{
    for (size_t i = 0; i < l->n_plots; i++)
        if (l->plot[i].fid == fid) return 1;
    return 0;
}

static pv_status read_plots(reading *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(
        &q, r->season->db,
        "SELECT p.id,p.times_seen,(SELECT count(DISTINCT l.date) FROM looks l WHERE l.plot=p.fid AND l.date<=min(coalesce(p.found_on,'9999'),"
        "coalesce((SELECT min(f.date) FROM findings f WHERE f.plot=p.fid),'9999'))),h.properties,p.origin='crew'"
        " FROM plots p LEFT JOIN hotspots h ON h.fid=p.hotspot WHERE p.fid=?1",
        err));
    for (size_t i = 0, n; i < r->n; i += n) {
        for (n = 1; i + n < r->n && r->judging[i + n].plot == r->judging[i].plot;) n++;
        PV_TRY(add_plot(r, q, r->judging[i].plot, &r->judging[i], n, err));
    }
    /* Plots of which nothing but the conflict is known. */
    for (size_t i = 0; i < r->n_conflicts; i++)
        if (!has_plot(r->to, r->conflict[i])) PV_TRY(add_plot(r, q, r->conflict[i], NULL, 0, err));
    if (r->to->n_plots > 0) qsort(r->to->plot, r->to->n_plots, sizeof *r->to->plot, by_id);
out:
    pv_stmt_free(q);
    return st;
}

/* ---- sights ---- */

static pv_status add_photo(pv_lessons *l, pv_stmt *q, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lesson_photo p = {.fid = pv_row_int(q, 0), .bytes = pv_row_int(q, 8)};
    if (l->n_photos > 0 && l->photo[l->n_photos - 1].fid == p.fid) return PV_OK;
    (void)snprintf(p.file, sizeof p.file, "%s", pv_row_text(q, 1));
    (void)snprintf(p.day, sizeof p.day, "%s", pv_row_text(q, 2));
    PV_TRY(pv_grow(&l->photo, &l->cap_photos, l->n_photos + 1, sizeof *l->photo, "photos", err));
    l->photo[l->n_photos++] = p;
out:
    return st;
}

static pv_status add_sight(pv_lessons *l, pv_stmt *q, pv_lesson_sight *s, pv_text *outline, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_text_status(outline, err));
    PV_TRY(pv_strdup(&s->outline, pv_text_str(outline), err));
    PV_TRY(add_photo(l, q, err));
    s->photo = l->n_photos - 1;
    PV_TRY(pv_grow(&l->sight, &l->cap_sights, l->n_sights + 1, sizeof *l->sight, "sights", err));
    l->sight[l->n_sights++] = *s;
    s->outline = NULL;
out:
    pv_free(s->outline);
    return st;
}

static pv_status add_hotspot(pv_lessons *l, pv_stmt *q, size_t plot, pv_judgement judgement, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lesson_sight s = {.plot = plot, .judgement = judgement};
    pv_text outline = {0};
    pv_json j = {0};
    size_t n = 0;
    const char *properties = pv_row_text(q, 6);
    (void)snprintf(s.hotspot, sizeof s.hotspot, "%s", pv_row_text(q, 3));
    (void)snprintf(s.class_name, sizeof s.class_name, "%s", pv_row_text(q, 5));
    PV_TRY(pv_where(err, pv_json_parse(&j, properties, strlen(properties), 1, err), "hotspot %s", s.hotspot));
    text_member(&j, "lookalike", s.lookalike, sizeof s.lookalike);
    const void *geom = pv_row_blob(q, 4, &n);
    PV_TRY(pv_geom_to_geojson(&outline, geom, n, err));
    PV_TRY(add_sight(l, q, &s, &outline, err));
out:
    pv_json_release(&j);
    pv_text_release(&outline);
    return st;
}

/* The judging findings of a plot; *n = 0: none. */
static const pv_judging *judging_at(const reading *r, int64_t plot, size_t *n)
{
    size_t i = 0;
    while (i < r->n && r->judging[i].plot != plot) i++;
    for (*n = 0; i + *n < r->n && r->judging[i + *n].plot == plot;) (*n)++;
    return r->judging + i;
}

static int by_fid(const void *a, const void *b)
{
    const pv_judged_plot *const *p = a, *const *q = b;
    return ((*p)->fid > (*q)->fid) - ((*p)->fid < (*q)->fid);
}

/* 1 = a finding that judges was made near that day. */
static int is_near(const pv_judging *j, size_t n, const char *day)
{
    for (size_t i = 0; i < n; i++)
        if (j[i].judgement != PV_JUDGED_NOT && within_days(j[i].date, day, PV_LESSON_PLACE_DAYS)) return 1;
    return 0;
}

/* A photo that looked at a crew's own place and did not show it. */
static pv_status add_place(reading *r, pv_stmt *q, pv_judged_plot *p, const pv_judging *j, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lessons *l = r->to;
    pv_lesson_sight s = {.plot = (size_t)(p - l->plot)};
    pv_lesson_place place;
    pv_text outline = {0};
    if (p->place == PV_PLACE_ROUGH || r->target[0] == '\0') return PV_OK;
    s.judgement = pv_sight_judge(j, n, pv_row_text(q, 2), r->quiet_days);
    if (s.judgement == PV_JUDGED_NOT || !is_near(j, n, pv_row_text(q, 2))) return PV_OK;
    PV_TRY(pv_lesson_place_read(&place, r->season, p->fid, err));
    p->place = place.radius_m > 0 ? PV_PLACE_TEACHES : PV_PLACE_ROUGH;
    if (place.radius_m <= 0) goto out;
    memcpy(s.class_name, r->target, sizeof s.class_name);
    memcpy(s.lookalike, r->lookalike, sizeof s.lookalike);
    pv_lesson_place_outline(&place, &outline);
    PV_TRY(add_sight(l, q, &s, &outline, err));
out:
    pv_text_release(&outline);
    return st;
}

static pv_status read_sights(reading *r, pv_judged_plot **known, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_lessons *l = r->to;
    int row = 0;
    PV_TRY(pv_lesson_place_classes(r->target, r->lookalike, r->season, err));
    PV_TRY(pv_stmt_new(&q, r->season->db,
                       "SELECT p.fid,p.file,p.day,h.id,h.geom,h.class,h.properties,h.plot,p.bytes,0 FROM hotspots h JOIN photos p ON p.fid=h.photo"
                       " WHERE h.plot IS NOT NULL AND p.state='done' AND p.day IS NOT NULL UNION ALL "
                       "SELECT p.fid,p.file,p.day,'',NULL,'','',o.fid,p.bytes,1 FROM plots o JOIN looks k ON k.plot=o.fid JOIN photos p ON "
                       "p.fid=k.photo WHERE o.origin='crew' AND o.times_seen=0 AND o.merged_into IS NULL AND k.seen=0 AND p.state='done'"
                       " AND p.day IS NOT NULL ORDER BY 2,1,4,8",
                       err));
    for (;;) {
        pv_judged_plot key = {0}, *at = &key, **hit;
        size_t n = 0;
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        key.fid = pv_row_int(q, 7);
        hit = bsearch(&at, known, l->n_plots, sizeof *known, by_fid);
        if (hit == NULL || (*hit)->conflict) continue;
        const pv_judging *j = judging_at(r, key.fid, &n);
        if (pv_row_int(q, 9) == 1) {
            PV_TRY(add_place(r, q, *hit, j, n, err));
            continue;
        }
        pv_judgement judgement = pv_sight_judge(j, n, pv_row_text(q, 2), r->quiet_days);
        l->untaught += judgement == PV_JUDGED_NOT;
        if (judgement != PV_JUDGED_NOT) PV_TRY(add_hotspot(l, q, (size_t)(*hit - l->plot), judgement, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_lessons_read(pv_lessons *out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lessons l = {0};
    reading r = {.season = s, .to = &l, .quiet_days = pv_conf_int(s->conf, PV_SET_QUIET_DAYS)};
    pv_judged_plot **known = NULL;
    (void)snprintf(l.season, sizeof l.season, "%s", pv_conf_text(s->conf, PV_SET_NAME));
    PV_TRY(read_findings(&r, err));
    PV_TRY(settle(&r, err));
    PV_TRY(read_plots(&r, err));
    PV_TRY(pv_alloc(&known, l.n_plots, sizeof *known, "plots", err));
    for (size_t i = 0; i < l.n_plots; i++) known[i] = &l.plot[i];
    if (l.n_plots > 0) qsort(known, l.n_plots, sizeof *known, by_fid);
    PV_TRY(read_sights(&r, known, err));
    *out = l;
    l = (pv_lessons){0};
out:
    pv_free(known);
    pv_free(r.said);
    pv_free(r.judging);
    pv_free(r.conflict);
    pv_lessons_release(&l);
    return pv_where(err, st, "findings");
}
