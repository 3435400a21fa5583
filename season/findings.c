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

/* Texts of a finding in the order of the key. */
enum { KEY_TEXTS = 12 };

static void hash_of(const pv_finding *f, const char *plot_id, char hex[PV_SHA256_HEX])
{
    const char *const text[KEY_TEXTS] = {f->at,       f->crew,  f->person1, f->person2,     f->reviewer, f->verdict,
                                         f->disposal, f->stage, f->method,  f->area_method, f->due,      f->note};
    /* Beside the answer of a crew the same words of an office are another finding: they stand as they are. */
    int by_hand = f->import <= 0 && f->verdict[0] != '\0' && (f->status == PV_PLOT_RULED_OUT || f->status == PV_PLOT_ERADICATED);
    char line[128];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(line, sizeof line, "%s\n%.31s\n%s\n%s\n", by_hand ? "by hand" : "finding", plot_id, pv_plot_status_word(f->status), f->date);
    pv_sha256_init(&h);
    pv_sha256_add(&h, line, (size_t)n);
    for (int i = 0; i < KEY_TEXTS; i++) pv_sha256_add(&h, text[i], strlen(text[i]) + 1);
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

static pv_status check_evidence(const pv_finding *f, pv_err *err)
{
    int nobody = f->person1[0] == '\0' && f->person2[0] == '\0';
    if (f->status == PV_PLOT_CONFIRMED && nobody) return pv_fail(err, PV_INPUT, "nobody signed that it is confirmed");
    if (f->status == PV_PLOT_ERADICATED && nobody) return pv_fail(err, PV_INPUT, "nobody signed that it is eradicated");
    if (f->status == PV_PLOT_RULED_OUT && !pv_verdict_rules_out(f->verdict) && f->note[0] == '\0')
        return pv_fail(err, PV_INPUT, "it is ruled out without a reason");
    return PV_OK;
}

/* *root: the plot that f->plot is a part of now; *same: the finding that is there, under its id or that of a plot merged into it; 0 = none is. */
static pv_status find_same(pv_season *s, const pv_finding *f, int64_t *root, int64_t *same, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL, *known = NULL;
    int row = 0;
    char key[PV_SHA256_HEX];
    *same = 0;
    PV_TRY(pv_stmt_new(&known, s->db, "SELECT coalesce(max(fid),0) FROM findings WHERE key=?1", err));
    PV_TRY(pv_stmt_new(
        &q, s->db,
        "SELECT p.id,r.fid FROM plots m JOIN plots r ON r.fid=coalesce(m.merged_into,m.fid) JOIN plots p ON p.fid=r.fid OR p.merged_into=r.fid"
        " WHERE m.fid=?1",
        err));
    pv_stmt_text(known, 1, f->key);
    PV_TRY(pv_stmt_step(known, &row, err));
    *same = pv_row_int(known, 0);
    pv_stmt_reset(known);
    pv_stmt_int(q, 1, f->plot);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row) PV_TRY(pv_fail(err, PV_USAGE, "there is no plot %lld", (long long)f->plot));
    *root = pv_row_int(q, 1);
    while (row && *same == 0) {
        hash_of(f, pv_row_text(q, 0), key);
        pv_stmt_text(known, 1, key);
        PV_TRY(pv_stmt_step(known, &row, err));
        *same = pv_row_int(known, 0);
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
    const char *const text[] = {f->at,       f->crew,  f->person1, f->person2,     f->reviewer, f->verdict,
                                f->disposal, f->stage, f->method,  f->area_method, f->due,      f->note};
    double prob = -1;
    char class_name[64] = "";
    if (f->status == PV_PLOT_RULED_OUT) PV_TRY(figures_of(s, f, root, &prob, class_name, err));
    PV_TRY(
        pv_stmt_new(&q, s->db,
                    "INSERT INTO findings(plot,key,status,date,at,crew,person1,person2,reviewer,verdict,disposal,stage,method,area_method,due,note,"
                    "source,plants_counted,plants_removed,sample_plants,sample_m2,area_measured_m2,gnss_accuracy_m,lon,lat,import,prob,class)"
                    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    err));
    pv_stmt_int(q, 1, f->plot);
    pv_stmt_text(q, 2, f->key);
    pv_stmt_text(q, 3, pv_plot_status_word(f->status));
    pv_stmt_text(q, 4, f->date);
    for (int i = 0; i < (int)(sizeof text / sizeof *text); i++) pv_stmt_text_or_null(q, 5 + i, text[i]);
    pv_stmt_text_or_null(q, 17, f->source);
    bind_int(q, 18, f->plants_counted);
    bind_int(q, 19, f->plants_removed);
    bind_int(q, 20, f->sample_plants);
    bind_real(q, 21, f->sample_m2);
    bind_real(q, 22, f->area_measured_m2);
    bind_real(q, 23, f->gnss_accuracy_m);
    if (f->has_place) {
        pv_stmt_real(q, 24, f->lon_deg);
        pv_stmt_real(q, 25, f->lat_deg);
    }
    if (f->import > 0) pv_stmt_int(q, 26, f->import);
    bind_real(q, 27, prob);
    pv_stmt_text_or_null(q, 28, class_name);
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

/* Plots that are ruled out do not count for the kinds of cells: these follow when that changes. */
pv_status pv_findings_settle(pv_season *s, int64_t root, pv_life *life, pv_err *err)
{
    pv_status st = PV_OK;
    pv_life_questions *q = NULL;
    char night[PV_DATE];
    int before = 0, after = 0;
    PV_TRY(pv_plots_last_night(s, night, err));
    PV_TRY(is_ruled_out(s, root, &before, err));
    PV_TRY(pv_life_new(&q, s, night, err));
    PV_TRY(pv_life_settle(q, life, root, err));
    PV_TRY(is_ruled_out(s, root, &after, err));
    if (before != after) PV_TRY(pv_plots_settle(s, root, 0, err));
out:
    pv_life_free(q);
    return st;
}

static pv_finding_outcome outcome_of(const pv_life *life, pv_finding *f)
{
    for (size_t i = 0; i < life->n; i++) {
        if (life->at[i].fid != f->fid) continue;
        f->conflict = life->at[i].conflict;
        if (f->conflict) return PV_FINDING_CONFLICT;
        if (life->decides == (long)i) return PV_FINDING_ADDED;
    }
    return PV_FINDING_LATE;
}

static pv_status record(pv_season *s, pv_finding *f, int64_t *root, int *same, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t there = 0;
    PV_TRY(check(f, err));
    PV_TRY(find_same(s, f, root, &there, err));
    *same = there != 0;
    if (*same)
        f->fid = there;
    else
        PV_TRY(insert(s, f, *root, err));
    PV_TRY(pv_finding_photos_add(s, f->fid, f, &f->photos_added, err));
out:
    return st;
}

pv_status pv_findings_record(pv_season *s, pv_finding *f, int64_t *root, int *same, pv_err *err)
{
    pv_status st = check_evidence(f, err);
    return st == PV_OK ? record(s, f, root, same, err) : st;
}

pv_status pv_findings_put(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err)
{
    pv_status st = PV_OK;
    int mine = !pv_sql_is_open(s->db), same = 0;
    int64_t root = 0;
    pv_finding it = *f;
    pv_life life = {.n = 0};
    if (mine) PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(record(s, &it, &root, &same, err));
    if (!same) PV_TRY(pv_findings_settle(s, root, &life, err));
    *outcome = same ? PV_FINDING_SAME : outcome_of(&life, &it);
    if (mine) PV_TRY(pv_sql_commit(s->db, err));
    *f = it;
out:
    if (st != PV_OK && mine) pv_sql_rollback(s->db);
    pv_life_release(&life);
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
