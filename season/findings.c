#include "season/findings.h"

#include <stdio.h>
#include <string.h>

#include "season/form.h"
#include "season/plots_internal.h"

#include "base/mem.h"
#include "base/sha256.h"

#include "base/banned.h"

void pv_finding_clear(pv_finding *f)
{
    *f = (pv_finding){
        .plants_counted = -1, .plants_removed = -1, .sample_plants = -1, .sample_m2 = -1, .area_measured_m2 = -1, .gnss_accuracy_m = -1, .prob = -1};
}

/* Texts of a finding in the order of the table and of the key. */
typedef struct text_field {
    char *at;
    size_t size;
} text_field;

enum { TEXTS = 14, IN_KEY = 12, FIRST_TEXT = 4 };

static void texts_of(pv_finding *f, text_field out[TEXTS])
{
    const text_field field[TEXTS] = {
        {f->at, sizeof f->at},
        {f->crew, sizeof f->crew},
        {f->person1, sizeof f->person1},
        {f->person2, sizeof f->person2},
        {f->reviewer, sizeof f->reviewer},
        {f->verdict, sizeof f->verdict},
        {f->disposal, sizeof f->disposal},
        {f->stage, sizeof f->stage},
        {f->method, sizeof f->method},
        {f->area_method, sizeof f->area_method},
        {f->due, sizeof f->due},
        {f->note, sizeof f->note},
        {f->photos, sizeof f->photos},
        {f->source, sizeof f->source},
    };
    memcpy(out, field, sizeof field);
}

static void hash_of(const pv_finding *f, const char *plot_id, char hex[PV_SHA256_HEX])
{
    pv_finding copy = *f;
    text_field text[TEXTS];
    char line[128];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(line, sizeof line, "finding\n%.31s\n%s\n%s\n", plot_id, pv_plot_status_word(f->status), f->date);
    pv_sha256_init(&h);
    pv_sha256_add(&h, line, (size_t)n);
    texts_of(&copy, text);
    for (int i = 0; i < IN_KEY; i++) pv_sha256_add(&h, text[i].at, strlen(text[i].at) + 1);
    n = snprintf(line, sizeof line, "%lld %lld %lld %lld %lld\n", (long long)f->plants_counted, (long long)f->plants_removed,
                 (long long)f->sample_plants, (long long)(f->sample_m2 * 1000 + 0.5), (long long)(f->area_measured_m2 * 1000 + 0.5));
    pv_sha256_add(&h, line, (size_t)n);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
}

void pv_finding_key(pv_finding *f, const char *plot_id)
{
    hash_of(f, plot_id, f->key);
}

static pv_status check(const pv_finding *f, pv_err *err)
{
    if (!pv_date_valid(f->date)) return pv_fail(err, PV_INPUT, "'%.40s' is no date; write it as 2026-05-31", f->date);
    if (f->due[0] != '\0' && !pv_date_valid(f->due)) return pv_fail(err, PV_INPUT, "'%.40s' is no date to be due at; write it as 2026-05-31", f->due);
    if (strlen(f->key) != PV_SHA256_HEX - 1) return pv_fail(err, PV_BUG, "a finding has no key");
    return PV_OK;
}

/* Verdicts that rule a plot out. */
static int rules_out(const char *verdict)
{
    static const char *const code[] = {"corn_poppy", "other_crop", "wild_plant", "bare_or_artifact", "not_found"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (strcmp(code[i], verdict) == 0) return 1;
    return 0;
}

static pv_status check_evidence(const pv_finding *f, pv_err *err)
{
    int nobody = f->person1[0] == '\0' && f->person2[0] == '\0';
    if (f->status == PV_PLOT_CONFIRMED && nobody) return pv_fail(err, PV_INPUT, "nobody signed that it is confirmed");
    if (f->status == PV_PLOT_ERADICATED && nobody) return pv_fail(err, PV_INPUT, "nobody signed that it is eradicated");
    if (f->status == PV_PLOT_RULED_OUT && !rules_out(f->verdict) && f->note[0] == '\0')
        return pv_fail(err, PV_INPUT, "it is ruled out without a reason");
    return PV_OK;
}

/* *root: the plot that f->plot is a part of now; *same = 1: the finding is there, under its id or that of a plot merged into it. */
static pv_status find_same(pv_season *s, const pv_finding *f, int64_t *root, int *same, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL, *known = NULL;
    int row = 0;
    char key[PV_SHA256_HEX];
    *same = 0;
    PV_TRY(pv_stmt_new(&known, s->db, "SELECT 1 FROM findings WHERE key=?1", err));
    PV_TRY(pv_stmt_new(
        &q, s->db,
        "SELECT p.id,r.fid FROM plots m JOIN plots r ON r.fid=coalesce(m.merged_into,m.fid) JOIN plots p ON p.fid=r.fid OR p.merged_into=r.fid"
        " WHERE m.fid=?1",
        err));
    pv_stmt_text(known, 1, f->key);
    PV_TRY(pv_stmt_step(known, same, err));
    pv_stmt_reset(known);
    pv_stmt_int(q, 1, f->plot);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row) PV_TRY(pv_fail(err, PV_USAGE, "there is no plot %lld", (long long)f->plot));
    *root = pv_row_int(q, 1);
    while (row && !*same) {
        hash_of(f, pv_row_text(q, 0), key);
        pv_stmt_text(known, 1, key);
        PV_TRY(pv_stmt_step(known, same, err));
        pv_stmt_reset(known);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    pv_stmt_free(known);
    return st;
}

/* What the plot was when it was ruled out: of the last day up to then, else as it stands. */
static pv_status figures_of(pv_season *s, const pv_finding *f, int64_t root, double *prob, char class_name[64], pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(
        &q, s->db,
        "SELECT coalesce(h.prob,h.prob_mean),h.class,1,p.day,h.area_m2,h.id FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=?1 AND"
        " p.day<=?2 UNION ALL SELECT prob,class,0,'',0,'' FROM plots WHERE fid=?1 ORDER BY 3 DESC,4 DESC,1 DESC,5 DESC,6 LIMIT 1",
        err));
    pv_stmt_int(q, 1, root);
    pv_stmt_text(q, 2, f->date);
    PV_TRY(pv_stmt_step(q, &row, err));
    *prob = f->prob >= 0 ? f->prob : row && !pv_row_is_null(q, 0) ? pv_row_real(q, 0) : -1;
    (void)snprintf(class_name, 64, "%s", row ? pv_row_text(q, 1) : "");
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

static void bind_int(pv_stmt *q, int at, int64_t v)
{
    if (v < 0)
        pv_stmt_null(q, at);
    else
        pv_stmt_int(q, at, v);
}

static void bind_real(pv_stmt *q, int at, double v)
{
    if (v < 0)
        pv_stmt_null(q, at);
    else
        pv_stmt_real(q, at, v);
}

static pv_status insert(pv_season *s, pv_finding *f, int64_t root, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    text_field text[TEXTS];
    double prob = -1;
    char class_name[64] = "";
    if (f->status == PV_PLOT_RULED_OUT) PV_TRY(figures_of(s, f, root, &prob, class_name, err));
    PV_TRY(pv_stmt_new(
        &q, s->db,
        "INSERT INTO findings(plot,key,status,date,at,crew,person1,person2,reviewer,verdict,disposal,stage,method,area_method,due,note,photos,"
        "source,plants_counted,plants_removed,sample_plants,sample_m2,area_measured_m2,gnss_accuracy_m,lon,lat,import,prob,class)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        err));
    pv_stmt_int(q, 1, f->plot);
    pv_stmt_text(q, 2, f->key);
    pv_stmt_text(q, 3, pv_plot_status_word(f->status));
    pv_stmt_text(q, 4, f->date);
    texts_of(f, text);
    for (int i = 0; i < TEXTS; i++) pv_stmt_text_or_null(q, 5 + i, text[i].at);
    bind_int(q, 19, f->plants_counted);
    bind_int(q, 20, f->plants_removed);
    bind_int(q, 21, f->sample_plants);
    bind_real(q, 22, f->sample_m2);
    bind_real(q, 23, f->area_measured_m2);
    bind_real(q, 24, f->gnss_accuracy_m);
    if (f->has_place) {
        pv_stmt_real(q, 25, f->lon_deg);
        pv_stmt_real(q, 26, f->lat_deg);
    }
    if (f->import > 0) pv_stmt_int(q, 27, f->import);
    bind_real(q, 28, prob);
    pv_stmt_text_or_null(q, 29, class_name);
    PV_TRY(pv_stmt_run(q, err));
    f->fid = pv_sql_last_id(s->db);
out:
    pv_stmt_free(q);
    return st;
}

static pv_status is_ruled_out(pv_season *s, int64_t plot, int *ruled_out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT 1 FROM plots WHERE fid=?1 AND status='ruled_out'", err));
    pv_stmt_int(q, 1, plot);
    PV_TRY(pv_stmt_step(q, ruled_out, err));
out:
    pv_stmt_free(q);
    return st;
}

/* The plot's status with the new finding, and what became of that. Plots that are ruled out do not count for the kinds of cells: these follow when that changes. */
static pv_status settle(pv_season *s, pv_finding *f, int64_t root, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    pv_life_questions *q = NULL;
    pv_life life = {.n = 0};
    char night[PV_DATE];
    int before = 0, after = 0;
    PV_TRY(pv_plots_last_night(s, night, err));
    PV_TRY(is_ruled_out(s, root, &before, err));
    PV_TRY(pv_life_new(&q, s, night, err));
    PV_TRY(pv_life_settle(q, &life, root, err));
    *outcome = PV_FINDING_LATE;
    for (size_t i = 0; i < life.n; i++) {
        if (life.at[i].fid != f->fid) continue;
        f->conflict = life.at[i].conflict;
        if (f->conflict)
            *outcome = PV_FINDING_CONFLICT;
        else if (life.decides == (long)i)
            *outcome = PV_FINDING_ADDED;
    }
    PV_TRY(is_ruled_out(s, root, &after, err));
    if (before != after) PV_TRY(pv_plots_settle(s, root, 0, err));
out:
    pv_life_release(&life);
    pv_life_free(q);
    return st;
}

static pv_status put_in(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t root = 0;
    int same = 0;
    PV_TRY(find_same(s, f, &root, &same, err));
    *outcome = PV_FINDING_SAME;
    if (same) goto out;
    PV_TRY(insert(s, f, root, err));
    PV_TRY(settle(s, f, root, outcome, err));
out:
    return st;
}

/* It was gone, and that is told late: what was looked for in vain since then were checks that found none. Each is said once more as what it was; nothing is taken back. */
static pv_status recheck_later(pv_season *s, const pv_finding *gone, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *walk = NULL;
    pv_finding *later = NULL;
    pv_stmt *q = NULL;
    size_t n = 0, cap = 0;
    int more = 1, row = 0;
    PV_TRY(pv_findings_list(&walk, s, gone->plot, err));
    for (;;) {
        PV_TRY(pv_grow(&later, &cap, n + 1, sizeof *later, "findings", err));
        PV_TRY(pv_findings_next(walk, &later[n], &more, err));
        if (!more) break;
        n += later[n].status == PV_PLOT_RULED_OUT && later[n].verdict[0] != '\0' && strcmp(later[n].date, gone->date) > 0;
    }
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT id FROM plots WHERE fid=?1", err));
    for (size_t i = 0; i < n; i++) {
        pv_finding_outcome outcome;
        later[i].status = PV_PLOT_RECHECKED;
        (void)snprintf(later[i].source, sizeof later[i].source, "papaver");
        pv_stmt_int(q, 1, later[i].plot);
        PV_TRY(pv_stmt_step(q, &row, err));
        pv_finding_key(&later[i], pv_row_text(q, 0));
        pv_stmt_reset(q);
        PV_TRY(put_in(s, &later[i], &outcome, err));
    }
out:
    pv_stmt_free(q);
    pv_findings_walk_free(walk);
    pv_free(later);
    return st;
}

pv_status pv_findings_put(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    int mine = !pv_sql_is_open(s->db);
    pv_finding it = *f;
    PV_TRY(check(f, err));
    if (mine) PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(put_in(s, &it, outcome, err));
    if (*outcome != PV_FINDING_SAME && pv_life_is_gone(it.status)) PV_TRY(recheck_later(s, &it, err));
    if (mine) PV_TRY(pv_sql_commit(s->db, err));
    *f = it;
out:
    if (st != PV_OK && mine) pv_sql_rollback(s->db);
    return st;
}

pv_status pv_findings_add(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = check_evidence(f, err);
    return st == PV_OK ? pv_findings_put(s, f, outcome, err) : st;
}

pv_status pv_findings_new_place(pv_season *s, double lon_deg, double lat_deg, const char *date, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    int mine = !pv_sql_is_open(s->db);
    int64_t plot = 0;
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_INPUT, "'%.40s' is no date; write it as 2026-05-31", date));
    if (!(lon_deg >= -180 && lon_deg <= 180 && lat_deg >= -90 && lat_deg <= 90)) PV_TRY(pv_fail(err, PV_INPUT, "a place is not on the Earth"));
    if (mine) PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(pv_plots_put_crew(s, lon_deg, lat_deg, date, &plot, err));
    PV_TRY(pv_plots_settle(s, plot, 1, err));
    if (mine) PV_TRY(pv_sql_commit(s->db, err));
    *fid = plot;
out:
    if (st != PV_OK && mine) pv_sql_rollback(s->db);
    return st;
}

/* ---- reading ---- */

struct pv_findings_walk {
    pv_stmt *q;
};

pv_status pv_findings_list(pv_findings_walk **out, pv_season *s, int64_t plot, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *w = NULL;
    pv_text sql = {0};
    PV_TRY(pv_alloc(&w, 1, sizeof *w, "list of findings", err));
    pv_text_add(&sql,
                "SELECT f.plot,f.key,f.status,f.date,f.at,f.crew,f.person1,f.person2,f.reviewer,f.verdict,f.disposal,f.stage,f.method,f.area_method,"
                "f.due,f.note,f.photos,f.source,f.plants_counted,f.plants_removed,f.sample_plants,f.sample_m2,f.area_measured_m2,"
                "f.gnss_accuracy_m,f.lon,f.lat,f.import,f.prob,f.fid," PV_SQL_CONFLICT " FROM findings f");
    if (plot != 0)
        pv_text_add(&sql,
                    " WHERE f.plot IN(SELECT coalesce(merged_into,fid) FROM plots WHERE fid=?1 UNION ALL SELECT r.fid FROM plots m JOIN plots r ON"
                    " r.merged_into=coalesce(m.merged_into,m.fid) WHERE m.fid=?1)");
    pv_text_add(&sql, " ORDER BY f.date,f.fid");
    PV_TRY(pv_text_status(&sql, err));
    PV_TRY(pv_stmt_new(&w->q, s->db, pv_text_str(&sql), err));
    if (plot != 0) pv_stmt_int(w->q, 1, plot);
    *out = w;
    w = NULL;
out:
    pv_text_release(&sql);
    pv_findings_walk_free(w);
    return st;
}

void pv_findings_again(pv_findings_walk *w, int64_t plot)
{
    pv_stmt_reset(w->q);
    pv_stmt_int(w->q, 1, plot);
}

static int64_t int_or_none(pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_int(q, at);
}

static double real_or_none(pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_real(q, at);
}

static void read_row(pv_stmt *q, pv_finding *f)
{
    text_field text[TEXTS];
    pv_finding_clear(f);
    f->plot = pv_row_int(q, 0);
    (void)snprintf(f->key, sizeof f->key, "%s", pv_row_text(q, 1));
    f->status = pv_plot_status_of(pv_row_text(q, 2));
    (void)snprintf(f->date, sizeof f->date, "%s", pv_row_text(q, 3));
    texts_of(f, text);
    for (int i = 0; i < TEXTS; i++) (void)snprintf(text[i].at, text[i].size, "%s", pv_row_text(q, FIRST_TEXT + i));
    f->plants_counted = int_or_none(q, 18);
    f->plants_removed = int_or_none(q, 19);
    f->sample_plants = int_or_none(q, 20);
    f->sample_m2 = real_or_none(q, 21);
    f->area_measured_m2 = real_or_none(q, 22);
    f->gnss_accuracy_m = real_or_none(q, 23);
    f->has_place = !pv_row_is_null(q, 24) && !pv_row_is_null(q, 25);
    f->lon_deg = pv_row_real(q, 24);
    f->lat_deg = pv_row_real(q, 25);
    f->import = pv_row_int(q, 26);
    f->prob = real_or_none(q, 27);
    f->fid = pv_row_int(q, 28);
    f->conflict = (int)pv_row_int(q, 29);
}

pv_status pv_findings_next(pv_findings_walk *w, pv_finding *out, int *more, pv_err *err)
{
    pv_status st = pv_stmt_step(w->q, more, err);
    if (st == PV_OK && *more) read_row(w->q, out);
    return st;
}

void pv_findings_walk_free(pv_findings_walk *w)
{
    if (w == NULL) return;
    pv_stmt_free(w->q);
    pv_free(w);
}
