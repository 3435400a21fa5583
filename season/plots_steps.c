/* What each finding is in the light of the others of its plot, whatever order they came in: answers of crews become steps, and contradictions are found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "season/plots_internal.h"

#include "base/banned.h"

/* What a plot, or a part of one that was joined later, had come to before a day. */
typedef struct part {
    int64_t plot;
    char merged_on[PV_DATE], last_day[PV_DATE]; /* of its last verdict */
    int ever_gone, last_gone, taken_in;
} part;

typedef struct parts {
    size_t n, cap;
    part *at; /* [0] is the plot that stayed */
} parts;

int pv_verdict_rules_out(const char *verdict)
{
    static const char *const code[] = {"corn_poppy", "other_crop", "wild_plant", "bare_or_artifact", "not_found"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (strcmp(code[i], verdict) == 0) return 1;
    return 0;
}

/* What the row of the ledger says by itself. An older papaver wrote down the step that an answer had become when it came in. */
static pv_answer answer_of(pv_plot_status *status, const char *verdict, const char *disposal, int by_import)
{
    pv_plot_status said = *status;
    int found = said == PV_PLOT_REGROWN && by_import && strcmp(verdict, "confirmed_poppy") == 0;
    if (said == PV_PLOT_CONFIRMED || found) {
        *status = PV_PLOT_CONFIRMED;
        return PV_ANSWER_FOUND;
    }
    if (!by_import) return PV_ANSWER_NO;
    if ((said == PV_PLOT_RULED_OUT || said == PV_PLOT_RECHECKED) && pv_verdict_rules_out(verdict)) {
        *status = PV_PLOT_RULED_OUT;
        return PV_ANSWER_NOTHING;
    }
    if ((said == PV_PLOT_ERADICATED || said == PV_PLOT_RECHECKED) && strcmp(verdict, "already_removed") == 0 && strcmp(disposal, "eradicated") != 0) {
        *status = PV_PLOT_ERADICATED;
        return PV_ANSWER_REMOVED;
    }
    return PV_ANSWER_NO;
}

static uint64_t who_of(const char *crew, const char *source)
{
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    uint64_t who;
    pv_sha256_init(&h);
    pv_sha256_add(&h, crew, strlen(crew) + 1);
    pv_sha256_add(&h, source, strlen(source));
    pv_sha256_done(&h, digest);
    memcpy(&who, digest, sizeof who);
    return who;
}

void pv_step_read(pv_stmt *q, pv_step *out)
{
    *out = (pv_step){.fid = pv_row_int(q, 0), .plot = pv_row_int(q, 1), .root = pv_row_int(q, 2)};
    (void)snprintf(out->merged_on, sizeof out->merged_on, "%s", pv_row_text(q, 3));
    out->status = pv_plot_status_of(pv_row_text(q, 4));
    (void)snprintf(out->date, sizeof out->date, "%s", pv_row_text(q, 5));
    char verdict[32];
    (void)snprintf(verdict, sizeof verdict, "%s", pv_row_text(q, 6));
    out->answer = answer_of(&out->status, verdict, pv_row_text(q, 7), !pv_row_is_null(q, 8));
    char crew[128];
    (void)snprintf(crew, sizeof crew, "%s", pv_row_text(q, 9));
    out->who = who_of(crew, pv_row_text(q, 10));
}

int64_t pv_step_own(const pv_step *s)
{
    return s->merged_on[0] != '\0' && strcmp(s->date, s->merged_on) > 0 ? s->root : s->plot;
}

/* ---- answers become steps ---- */

static pv_status part_of(parts *p, const pv_step *s, int64_t own, part **out, pv_err *err)
{
    pv_status st = PV_OK;
    size_t i = 0;
    while (i < p->n && p->at[i].plot != own) i++;
    if (i == p->n) {
        PV_TRY(pv_grow(&p->at, &p->cap, p->n + 1, sizeof *p->at, "parts of a plot", err));
        p->at[p->n++] = (part){.plot = own};
        if (own != s->root) memcpy(p->at[i].merged_on, s->merged_on, PV_DATE);
    }
    *out = &p->at[i];
out:
    return st;
}

/* From the day after they were joined on a part's past is that of the plot. */
static void take_in(parts *p, const char *day)
{
    part *root = &p->at[0];
    for (size_t i = 1; i < p->n; i++) {
        part *q = &p->at[i];
        if (q->taken_in || q->merged_on[0] == '\0' || strcmp(q->merged_on, day) >= 0) continue;
        int later = strcmp(q->last_day, root->last_day);
        q->taken_in = 1;
        root->ever_gone |= q->ever_gone;
        root->last_gone = later > 0 ? q->last_gone : root->last_gone | (later == 0 && q->last_gone);
        if (later > 0) memcpy(root->last_day, q->last_day, PV_DATE);
    }
}

static pv_plot_status step_of(const pv_step *s, const part *p)
{
    if (s->answer == PV_ANSWER_FOUND && p->ever_gone) return PV_PLOT_REGROWN;
    if (s->answer == PV_ANSWER_NOTHING && p->ever_gone) return PV_PLOT_RECHECKED;
    if (s->answer == PV_ANSWER_REMOVED && p->last_gone) return PV_PLOT_RECHECKED;
    return s->status;
}

/* n findings of one day: all of them look back at the days before. */
static pv_status step_day(parts *p, pv_step *s, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    part *q = NULL;
    take_in(p, s->date);
    for (size_t i = 0; i < n; i++) {
        PV_TRY(part_of(p, &s[i], pv_step_own(&s[i]), &q, err));
        s[i].status = step_of(&s[i], q);
    }
    for (size_t i = 0; i < n; i++) {
        if (!pv_life_is_verdict(s[i].status)) continue;
        PV_TRY(part_of(p, &s[i], pv_step_own(&s[i]), &q, err));
        if (strcmp(q->last_day, s->date) != 0) q->last_gone = 0;
        memcpy(q->last_day, s->date, PV_DATE);
        q->last_gone |= pv_life_is_gone(s[i].status);
    }
    for (size_t i = 0; i < n; i++) {
        if (!pv_life_is_gone(s[i].status)) continue;
        PV_TRY(part_of(p, &s[i], pv_step_own(&s[i]), &q, err));
        q->ever_gone = 1;
    }
out:
    return st;
}

/* ---- contradictions ---- */

/* Who said something of a kind on a day: nobody, one, or several. */
typedef struct side {
    int some, several;
    uint64_t who;
} side;

enum { SIDE_RULED_OUT, SIDE_POSITIVE, SIDE_RECHECKED, SIDE_REGROWN, SIDES };

static int is_positive(pv_plot_status status)
{
    return status == PV_PLOT_CONFIRMED || status == PV_PLOT_ERADICATED || status == PV_PLOT_REGROWN;
}

static void hear(side *s, uint64_t who)
{
    s->several |= s->some && s->who != who;
    s->some = 1;
    s->who = who;
}

/* 1 = somebody else said that, too: another crew or another file. */
static int another(const side *s, uint64_t who)
{
    return s->some && (s->several || s->who != who);
}

static void hear_all(side side_of[SIDES], const pv_step *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].status == PV_PLOT_RULED_OUT) hear(&side_of[SIDE_RULED_OUT], s[i].who);
        if (is_positive(s[i].status)) hear(&side_of[SIDE_POSITIVE], s[i].who);
        if (s[i].status == PV_PLOT_RECHECKED) hear(&side_of[SIDE_RECHECKED], s[i].who);
        if (s[i].status == PV_PLOT_REGROWN) hear(&side_of[SIDE_REGROWN], s[i].who);
    }
}

/* n findings of a plot's last day with a verdict. */
static void find_conflicts(pv_step *s, size_t n)
{
    side of[SIDES] = {{0}};
    hear_all(of, s, n);
    for (size_t i = 0; i < n; i++) {
        pv_plot_status is = s[i].status;
        s[i].conflict =
            (is == PV_PLOT_RULED_OUT && another(&of[SIDE_POSITIVE], s[i].who)) || (is_positive(is) && another(&of[SIDE_RULED_OUT], s[i].who)) ||
            (is == PV_PLOT_RECHECKED && another(&of[SIDE_REGROWN], s[i].who)) || (is == PV_PLOT_REGROWN && another(&of[SIDE_RECHECKED], s[i].who));
    }
}

/* n findings of one day and plot, as they were given. */
static void find_contested(pv_step *s, size_t n)
{
    side of[SIDES] = {{0}};
    hear_all(of, s, n);
    for (size_t i = 0; i < n; i++)
        s[i].contested = (s[i].status == PV_PLOT_RULED_OUT && another(&of[SIDE_POSITIVE], s[i].who)) ||
                         (is_positive(s[i].status) && another(&of[SIDE_RULED_OUT], s[i].who));
}

/* ---- all findings ---- */

static int by_root_day_plot(const void *a, const void *b)
{
    const pv_step *x = a, *y = b;
    if (x->root != y->root) return x->root < y->root ? -1 : 1;
    int day = strcmp(x->date, y->date);
    if (day != 0) return day;
    if (x->plot != y->plot) return x->plot < y->plot ? -1 : 1;
    return (x->fid > y->fid) - (x->fid < y->fid);
}

static int by_fid(const void *a, const void *b)
{
    const pv_step *x = a, *y = b;
    return (x->fid > y->fid) - (x->fid < y->fid);
}

static pv_status settle_root(pv_step *s, size_t n, parts *p, pv_err *err)
{
    pv_status st = PV_OK;
    size_t last = 0, last_n = 0;
    part *root = NULL;
    p->n = 0;
    PV_TRY(part_of(p, s, s->root, &root, err));
    for (size_t i = 0, k; i < n; i += k) {
        int verdicts = 0;
        for (k = 1; i + k < n && strcmp(s[i + k].date, s[i].date) == 0;) k++;
        PV_TRY(step_day(p, &s[i], k, err));
        for (size_t m = i, same; m < i + k; m += same) {
            for (same = 1; m + same < i + k && s[m + same].plot == s[m].plot;) same++;
            find_contested(&s[m], same);
        }
        for (size_t m = i; m < i + k; m++) verdicts |= pv_life_is_verdict(s[m].status);
        if (!verdicts) continue;
        last = i;
        last_n = k;
    }
    find_conflicts(&s[last], last_n);
out:
    return st;
}

pv_status pv_steps_settle(pv_step *s, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    parts p = {.n = 0};
    if (n > 0) qsort(s, n, sizeof *s, by_root_day_plot);
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && s[i + k].root == s[i].root;) k++;
        PV_TRY(settle_root(&s[i], k, &p, err));
    }
    if (n > 0) qsort(s, n, sizeof *s, by_fid);
out:
    pv_free(p.at);
    return st;
}

const pv_step *pv_step_find(const pv_step *s, size_t n, int64_t fid)
{
    pv_step key = {.fid = fid};
    return n > 0 ? bsearch(&key, s, n, sizeof *s, by_fid) : NULL;
}

pv_status pv_steps_read(pv_steps *out, pv_stmt *q, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    out->n = 0;
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "findings", err));
        pv_step_read(q, &out->at[out->n++]);
        PV_TRY(pv_row_check(q, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    PV_TRY(pv_steps_settle(out->at, out->n, err));
out:
    pv_stmt_reset(q);
    return st;
}
