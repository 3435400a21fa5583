/* What people saw at the points of a draw, and the estimate that follows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "season/audit_internal.h"
#include "season/plots_internal.h"

#include "base/banned.h"

/* ---- answers ---- */

/* PV_AUDIT_*; -1 = it could not be reached; -2 = no class at all. */
static int class_of(const char *verdict)
{
    static const char *const other[] = {"corn_poppy", "other_crop", "wild_plant", "bare_or_artifact", "not_found"};
    if (strcmp(verdict, "confirmed_poppy") == 0 || strcmp(verdict, "already_removed") == 0) return PV_AUDIT_POPPY;
    for (size_t k = 0; k < sizeof other / sizeof *other; k++)
        if (strcmp(verdict, other[k]) == 0) return PV_AUDIT_OTHER;
    return strcmp(verdict, "unreachable") == 0 ? -1 : -2;
}

static pv_status check(const pv_audit_answer *a, pv_err *err)
{
    if (class_of(a->verdict) == -2) return pv_fail(err, PV_INPUT, "'%.31s' is no class of the reference", a->verdict);
    if (!pv_date_valid(a->date)) return pv_fail(err, PV_INPUT, "'%.40s' is no date; write it as 2026-05-31", a->date);
    if (a->person1[0] == '\0' && a->person2[0] == '\0' && a->crew[0] == '\0') return pv_fail(err, PV_INPUT, "nobody is named who saw it");
    if (a->how_seen[0] != '\0' && pv_form_word_of(PV_LIST_HOW_SEEN, a->how_seen) == NULL)
        return pv_fail(err, PV_INPUT, "'%.31s' is no way of seeing", a->how_seen);
    return PV_OK;
}

/* Names of files, photos and where somebody stood do not count: the same answer in three formats is one. */
static void key_of(const pv_audit_answer *a, char hex[PV_SHA256_HEX])
{
    const char *const text[] = {a->verdict, a->how_seen, a->date, a->at, a->crew, a->person1, a->person2, a->note};
    char line[64];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(line, sizeof line, "answer\n%lld\n", (long long)a->point);
    pv_sha256_init(&h);
    pv_sha256_add(&h, line, (size_t)n);
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) pv_sha256_add(&h, text[k], strlen(text[k]) + 1);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
}

/* Is it there; is the opposite? */
static pv_status look(pv_season *s, const pv_audit_answer *a, const char *key, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    *outcome = PV_FINDING_ADDED;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT key,verdict FROM sample_answers WHERE point=?1", err));
    pv_stmt_int(q, 1, a->point);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        int mine = class_of(a->verdict), there = class_of(pv_row_text(q, 1));
        if (strcmp(pv_row_text(q, 0), key) == 0) {
            *outcome = PV_FINDING_SAME;
            break;
        }
        if (mine >= 0 && there >= 0 && mine != there) *outcome = PV_FINDING_CONFLICT;
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status put(pv_season *s, const pv_audit_answer *a, const char *key, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    const char *const text[] = {a->how_seen, a->date, a->at, a->crew, a->person1, a->person2, a->photos, a->note, a->source};
    PV_TRY(
        pv_stmt_new(&q, s->db,
                    "INSERT INTO sample_answers(point,key,verdict,how_seen,date,at,crew,person1,person2,photos,note,source,gnss_accuracy_m,lon,lat,"
                    "import) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    err));
    pv_stmt_int(q, 1, a->point);
    pv_stmt_text(q, 2, key);
    pv_stmt_text(q, 3, a->verdict);
    for (int k = 0; k < 9; k++) pv_stmt_text_or_null(q, 4 + k, text[k]);
    if (a->gnss_accuracy_m >= 0) pv_stmt_real(q, 13, a->gnss_accuracy_m);
    if (a->has_place) pv_stmt_real(q, 14, a->lon_deg);
    if (a->has_place) pv_stmt_real(q, 15, a->lat_deg);
    if (a->import != 0) pv_stmt_int(q, 16, a->import);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_audit_answer_add(pv_season *s, const pv_audit_answer *a, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    char key[PV_SHA256_HEX];
    PV_TRY(check(a, err));
    key_of(a, key);
    PV_TRY(look(s, a, key, outcome, err));
    if (*outcome != PV_FINDING_SAME) PV_TRY(put(s, a, key, err));
out:
    return st;
}

/* ---- what counts at a point ---- */

/* Of a point's answers. */
typedef struct reply {
    int decided, class_of; /* 1 = it has a class */
    int unreachable, conflict, imprecise;
    int seen_both; /* bits of classes that were said */
    char how_seen[32];
} reply;

/* Answers come with the weakest first, so that the last one decides. */
static void take(reply *r, const pv_audit_answer *a, double unit_m)
{
    int c = class_of(a->verdict);
    if (c < 0) {
        r->unreachable |= c == -1;
        return;
    }
    r->decided = 1;
    r->class_of = c;
    r->seen_both |= 1 << c;
    r->conflict = r->seen_both == 3;
    r->imprecise = a->gnss_accuracy_m > unit_m;
    (void)snprintf(r->how_seen, sizeof r->how_seen, "%s", a->how_seen);
}

/* By day, then instant where all of that day say one, else as texts; of the same time poppy is the last, then by key, so that no order of import matters. */
static const char answers_of[] =
    "SELECT verdict,how_seen,gnss_accuracy_m FROM sample_answers f WHERE point=?1 ORDER BY date,CASE WHEN EXISTS(SELECT 1 FROM sample_answers g "
    "WHERE "
    "g.point=f.point AND g.date=f.date AND g.at IS NULL) THEN 0 ELSE julianday(at) END,verdict IN('confirmed_poppy','already_removed'),key";

static pv_status read_reply(pv_stmt *q, const pv_audit_point *p, double unit_m, reply *r, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_answer a;
    int row = 0;
    *r = (reply){.decided = 0};
    pv_stmt_int(q, 1, p->fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        a = (pv_audit_answer){.gnss_accuracy_m = pv_row_is_null(q, 2) ? -1 : pv_row_real(q, 2)};
        (void)snprintf(a.verdict, sizeof a.verdict, "%s", pv_row_text(q, 0));
        (void)snprintf(a.how_seen, sizeof a.how_seen, "%s", pv_row_text(q, 1));
        take(r, &a, unit_m);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    return st;
}

static pv_status count_point(pv_audit_estimate *e, const pv_audit_point *p, const reply *r, pv_err *err)
{
    pv_status st = PV_OK;
    int n = 0, how = 0;
    pv_audit_tally *tally[] = {&e->stratum[p->stratum], &e->all};
    for (int k = 0; k < 2; k++) {
        tally[k]->drawn++;
        tally[k]->answered += r->decided;
        tally[k]->unreachable += !r->decided && r->unreachable;
        tally[k]->open += !r->decided && !r->unreachable;
        if (r->decided) tally[k]->count[p->map_class][r->class_of]++;
    }
    e->conflicts += r->conflict;
    if (!r->decided) goto out;
    e->imprecise += r->imprecise;
    const pv_form_word *word = pv_form_words(PV_LIST_HOW_SEEN, &n);
    while (how < n && strcmp(word[how].code, r->how_seen) != 0) how++;
    e->by_how_seen[how < n ? how : PV_AUDIT_HOW - 1]++;
    if (r->class_of == PV_AUDIT_POPPY && p->map_class != PV_AUDIT_POPPY) {
        PV_TRY(pv_grow(&e->omitted, &e->cap_omitted, e->n_omitted + 1, sizeof *e->omitted, "points", err));
        e->omitted[e->n_omitted++] = *p;
    }
out:
    return st;
}

/* ---- the estimate ---- */

static void unknown(pv_audit_estimate *e, const pv_err *why)
{
    const pv_estimated none = {NAN, NAN, NAN, NAN, NAN, NAN};
    e->why = *why;
    e->figures.overall = none;
    for (int k = 0; k < PV_AUDIT_CLASSES; k++) e->figures.at[k] = (pv_class_estimate){.area = none, .users = none, .producers = none};
    e->if_none_m2 = e->if_all_m2 = NAN;
}

pv_status pv_audit_work_out(pv_audit_estimate *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_err inner = {.status = PV_OK};
    const char *name[PV_STRATA];
    double area[PV_STRATA], mapped[PV_STRATA][PV_AUDIT_CLASSES];
    int64_t units[PV_STRATA], count[PV_STRATA][PV_AUDIT_CLASSES][PV_AUDIT_CLASSES];
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_stratum *f = &e->frame[h];
        name[h] = pv_stratum_word((pv_stratum)h);
        area[h] = (double)f->area_e6 / 1e6;
        mapped[h][PV_AUDIT_POPPY] = (double)f->mapped_e6 / 1e6;
        mapped[h][PV_AUDIT_OTHER] = (double)(f->area_e6 - f->mapped_e6) / 1e6;
        units[h] = f->units;
        memcpy(count[h], e->stratum[h].count, sizeof count[h]);
        e->area_m2 += area[h];
        e->mapped_m2 += mapped[h][PV_AUDIT_POPPY];
    }
    const pv_survey survey = {PV_STRATA, PV_AUDIT_CLASSES, name, area, units, &count[0][0][0], &mapped[0][0]};
    st = pv_estimate_make(&e->figures, &survey, &inner);
    e->known = st == PV_OK;
    if (!e->known) {
        unknown(e, &inner);
        if (st == PV_INPUT) return PV_OK;
        if (err != NULL) *err = inner;
        return st;
    }
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_tally *t = &e->stratum[h];
        if (t->drawn == 0) continue;
        double one = area[h] / (double)t->drawn, poppy = (double)(t->count[0][PV_AUDIT_POPPY] + t->count[1][PV_AUDIT_POPPY]);
        e->if_none_m2 += one * poppy;
        e->if_all_m2 += one * (poppy + (double)(t->drawn - t->answered));
    }
    return st;
}

pv_status pv_audit_estimate_so_far(pv_audit_estimate *out, pv_season *s, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_draw d = {.fid = 0};
    pv_audit_estimate e = {.unit_m2 = 0};
    pv_stmt *q = NULL;
    reply r;
    PV_TRY(pv_audit_read(&d, s, name, err));
    (void)snprintf(e.name, sizeof e.name, "%s", d.name);
    (void)snprintf(e.date, sizeof e.date, "%s", d.date);
    (void)snprintf(e.from, sizeof e.from, "%s", d.design.from);
    (void)snprintf(e.to, sizeof e.to, "%s", d.design.to);
    e.unit_m2 = d.grid.cell_m * d.grid.cell_m;
    e.unseen_m2 = (double)d.unseen_e6 / 1e6;
    memcpy(e.frame, d.stratum, sizeof e.frame);
    PV_TRY(pv_stmt_new(&q, s->db, answers_of, err));
    for (size_t k = 0; k < d.n; k++) {
        PV_TRY(read_reply(q, &d.point[k], d.grid.cell_m, &r, err));
        PV_TRY(count_point(&e, &d.point[k], &r, err));
    }
    PV_TRY(pv_where(err, pv_audit_work_out(&e, err), "draw %s", d.name));
    *out = e;
    e = (pv_audit_estimate){.unit_m2 = 0};
out:
    pv_stmt_free(q);
    pv_audit_draw_release(&d);
    pv_audit_estimate_release(&e);
    return st;
}

pv_status pv_audit_estimate_make(pv_audit_estimate *out, pv_season *s, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_estimate e = {.unit_m2 = 0};
    PV_TRY(pv_audit_estimate_so_far(&e, s, name, err));
    if (!e.known) PV_TRY(pv_where(err, pv_pass(err, PV_INPUT, &e.why), "draw %s", e.name));
    *out = e;
    e = (pv_audit_estimate){.unit_m2 = 0};
out:
    pv_audit_estimate_release(&e);
    return st;
}

void pv_audit_estimate_release(pv_audit_estimate *e)
{
    pv_free(e->omitted);
    *e = (pv_audit_estimate){.unit_m2 = 0};
}
