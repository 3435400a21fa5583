#include "season/returns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "season/plots_internal.h"
#include "season/returns_internal.h"

#include "base/banned.h"

/* A finding of this call. */
typedef struct recorded {
    int64_t root, fid;
    pv_return_row *row;
    int slot; /* of row->line.status */
} recorded;

/* One call. */
typedef struct work {
    pv_returns *out;
    pv_season *s;
    const pv_return_options *options;
    int n_files;
    const char *const *path;
    pv_vector **v;    /* [n_files] NULL = not read */
    pv_import *batch; /* [n_files] fid 0 = none yet */
    int *begun;       /* [n_files] 1 = by this call */
    size_t n, cap;
    pv_return_row *row;
    pv_finding scratch; /* of the row at hand */
    pv_said *said;
    size_t n_recorded, cap_recorded;
    recorded *recorded;
    int64_t newest; /* plot that was there before */
    int64_t newest_finding;
    pv_known_plots known;
    int64_t made;    /* newest one that this call made */
    size_t numbered; /* rows so far */
    int writes;      /* something was added */
} work;

const char *pv_return_outcome_word(pv_return_outcome outcome)
{
    static const char *const word[] = {PV_N("unchecked"), PV_N("same"),     PV_N("added"),  PV_N("late"),
                                       PV_N("conflict"),  PV_N("doubtful"), PV_N("refused")};
    return word[outcome];
}

const char *pv_return_how_word(pv_return_how how)
{
    static const char *const word[] = {"", "id", "distance", "new_place"};
    return word[how];
}

void pv_returns_release(pv_returns *r)
{
    pv_lines_release(&r->said);
    pv_free(r->at);
    pv_free(r->source);
    *r = (pv_returns){.n = 0};
}

/* ---- files ---- */

static pv_status add_source(work *w, const char *file, const char *format, pv_err *err)
{
    pv_status st = PV_OK;
    pv_returns *o = w->out;
    PV_TRY(pv_grow(&o->source, &o->cap_sources, o->n_sources + 1, sizeof *o->source, "files", err));
    pv_return_source *s = &o->source[o->n_sources++];
    *s = (pv_return_source){.known_by = "", .shift_m = -1};
    (void)snprintf(s->file, sizeof s->file, "%s", file);
    (void)snprintf(s->format, sizeof s->format, "%s", format);
out:
    return st;
}

static pv_status read_file(work *w, int i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_err why = {0};
    st = pv_vector_read(&w->v[i], w->path[i], NULL, &why);
    if (st == PV_INPUT || st == PV_IO) {
        PV_TRY(add_source(w, w->path[i], "", err));
        w->out->source[w->out->n_sources - 1].refused = why;
        w->out->refused_files++;
        return PV_OK;
    }
    if (st != PV_OK) PV_TRY(pv_pass(err, st, &why));
    for (size_t k = 0; k < pv_vector_reports(w->v[i]); k++)
        PV_TRY(pv_lines_add(&w->out->said, pv_vector_report_at(w->v[i], k), pv_vector_report_words(w->v[i], k), err));
    w->out->refused_files += (int64_t)pv_vector_refused(w->v[i]);
out:
    return st;
}

static pv_status add_row(work *w, int file, size_t source, const pv_vector_record *r, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_vector *v = w->v[file];
    PV_TRY(pv_grow(&w->row, &w->cap, w->n + 1, sizeof *w->row, "rows", err));
    pv_return_row *row = &w->row[w->n];
    *row = (pv_return_row){.v = v, .r = r, .file = (size_t)file, .source = source, .number = w->numbered++};
    row->has_place = r->has_place;
    row->lon_deg = r->lon_deg;
    row->lat_deg = r->lat_deg;
    row->line.line = r->line;
    row->line.off_m = -1;
    (void)snprintf(row->line.file, sizeof row->line.file, "%s", pv_vector_source_at(v, r->source)->name);
    row->f = &w->scratch;
    if (w->options->kind == PV_RETURN_FINDINGS) {
        pv_return_read(row, w->options);
        row->counts = row->f->plants_counted >= 0 || row->f->plants_removed >= 0;
    } else {
        row->says = 1;
    }
    row->f = NULL;
    w->n++;
out:
    return st;
}

/* The rows of one source, with their plots and in WGS 84; those of one that is refused are dropped. */
static pv_status take_source(work *w, int file, size_t k, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_vector *v = w->v[file];
    const pv_vector_source *from = pv_vector_source_at(v, k);
    size_t first = w->n, at = w->out->n_sources;
    PV_TRY(add_source(w, from->name, from->format, err));
    for (size_t i = 0; i < pv_vector_count(v); i++) {
        const pv_vector_record *r = pv_vector_at(v, i);
        /* Photos of a row, not a row of its own. */
        if (r->source != k || (pv_vector_field(v, r, "parent") != NULL && pv_vector_field(v, r, "path") != NULL)) continue;
        PV_TRY(add_row(w, file, at, r, err));
        if (w->options->kind == PV_RETURN_FINDINGS) PV_TRY(pv_return_by_id(&w->row[w->n - 1], w->s, w->options->today, err));
    }
    pv_return_source *source = &w->out->source[at];
    source->rows = (int64_t)(w->n - first);
    if (w->options->kind == PV_RETURN_FINDINGS) pv_return_refuse_chosen(&w->row[first], w->n - first);
    PV_TRY(pv_return_settle_datum(source, &w->row[first], w->n - first, w->options, from->datum, err));
    size_t kept = first;
    for (size_t i = first; i < w->n; i++) {
        if (w->row[i].says) w->row[kept++] = w->row[i];
    }
    source->unchecked = (int64_t)(w->n - kept);
    w->n = kept;
    if (source->refused.status != PV_OK) {
        w->out->refused_files++;
        w->n = first;
    } else {
        w->out->count[PV_RETURN_UNCHECKED] += source->unchecked;
    }
out:
    return st;
}

/* ---- what a row becomes ---- */

/* The batch of the row's file: that of an earlier call that took the same bytes in, or one that begins now. */
static pv_status batch_of(work *w, const pv_return_row *row, int64_t *batch, pv_err *err)
{
    pv_status st = PV_OK;
    pv_import *b = &w->batch[row->file];
    const pv_vector_source *source = pv_vector_source_at(row->v, row->r->source);
    int known = 0;
    if (b->fid == 0) {
        PV_TRY(pv_imports_known(w->s, pv_vector_sha256(row->v), b, &known, err));
        if (!known) {
            *b = (pv_import){.fid = 0};
            (void)snprintf(b->file, sizeof b->file, "%.255s", w->path[row->file]);
            (void)snprintf(b->sha256, sizeof b->sha256, "%s", pv_vector_sha256(row->v));
            (void)snprintf(b->format, sizeof b->format, "%s", source->format);
            (void)snprintf(b->datum, sizeof b->datum, "%s", pv_datum_word(w->out->source[row->source].datum));
            (void)snprintf(b->date, sizeof b->date, "%s", w->options->today);
            PV_TRY(pv_imports_add(w->s, b, err));
            w->begun[row->file] = 1;
        }
    }
    *batch = b->fid;
out:
    return st;
}

/* What became of the rows of each batch that began here. */
static pv_status end_batches(work *w, pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < w->n_files; i++) {
        pv_import *b = &w->batch[i];
        int64_t *count[PV_RETURN_OUTCOMES] = {NULL, &b->same, &b->added, &b->late, &b->conflicts, &b->refused, &b->refused};
        if (!w->begun[i]) continue;
        for (size_t k = 0; k < w->n; k++) {
            const pv_return_row *row = &w->row[k];
            if (row->file != (size_t)i) continue;
            b->records++;
            if (count[row->line.outcome] != NULL) ++*count[row->line.outcome];
            b->new_places += row->makes_place;
        }
        PV_TRY(pv_imports_end(w->s, b, err));
    }
out:
    return st;
}

/* The step that an answer is by itself; what stood there before makes it another one when findings are read (season/findings.h). */
static pv_plot_status step_of(const char *verdict)
{
    if (strcmp(verdict, "confirmed_poppy") == 0) return PV_PLOT_CONFIRMED;
    if (strcmp(verdict, "unreachable") == 0) return PV_PLOT_UNREACHABLE;
    return strcmp(verdict, "already_removed") == 0 ? PV_PLOT_ERADICATED : PV_PLOT_RULED_OUT;
}

/* One or two findings. Figures stand in the one that they belong to, so that no sum counts them twice. */
static int split(const pv_return_row *row, pv_finding out[2])
{
    int n = 0;
    if (row->f->verdict[0] != '\0') {
        pv_finding f = *row->f;
        f.status = step_of(f.verdict);
        if (row->eradicated) {
            f.disposal[0] = f.method[0] = '\0';
            f.plants_removed = -1;
        }
        out[n++] = f;
    }
    if (row->eradicated && !(n == 1 && out[0].status == PV_PLOT_ERADICATED)) {
        pv_finding f = *row->f;
        f.status = PV_PLOT_ERADICATED;
        if (row->gone_date[0] != '\0') {
            memcpy(f.date, row->gone_date, PV_DATE);
            memcpy(f.at, row->gone_at, sizeof f.at);
        }
        if (n == 1) {
            f.plants_counted = f.sample_plants = -1;
            f.sample_m2 = f.area_measured_m2 = -1;
            f.stage[0] = f.area_method[0] = f.note[0] = f.photos[0] = '\0';
        }
        out[n++] = f;
    } else if (row->eradicated) {
        out[0].plants_removed = row->f->plants_removed;
        memcpy(out[0].method, row->f->method, sizeof out[0].method);
        memcpy(out[0].disposal, row->f->disposal, sizeof out[0].disposal);
    }
    return n;
}

static void worsen(pv_return_line *line, pv_return_outcome outcome)
{
    if (outcome > line->outcome) line->outcome = outcome;
}

/* One finding, or photos of one that says it already. What becomes of it is known when all rows are in. *new_of: the plot of one that is new. */
static pv_status add_finding(work *w, pv_return_row *row, pv_finding *f, int64_t *new_of, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t there = 0, root = row->plot;
    int same = 0;
    PV_TRY(pv_said_find(w->said, f, root, &there, err));
    worsen(&row->line, PV_RETURN_SAME);
    if (there == 0 || f->photos[0] != '\0') PV_TRY(batch_of(w, row, &f->import, err));
    if (there != 0) {
        PV_TRY(pv_finding_photos_add(w->s, there, f, &f->photos_added, err));
    } else {
        pv_finding_key(f, row->line.plot);
        PV_TRY(pv_findings_record(w->s, f, &root, &same, err));
        if (!same) {
            PV_TRY(pv_grow(&w->recorded, &w->cap_recorded, w->n_recorded + 1, sizeof *w->recorded, "findings", err));
            w->recorded[w->n_recorded++] = (recorded){root, f->fid, row, row->line.n_status};
            row->line.status[row->line.n_status++] = f->status;
            *new_of = root;
        }
    }
    if (f->photos_added > 0) worsen(&row->line, PV_RETURN_ADDED);
    if (f->photos_added > 0 || (there == 0 && !same)) w->writes = 1;
out:
    return st;
}

static pv_status add_findings(work *w, pv_return_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    pv_finding f[2];
    int64_t new_of[2] = {0, 0};
    int64_t plot = row->plot; /* the finding stays with the plot that the crew named */
    if (row->line.how == PV_RETURN_BY_ID) PV_TRY(pv_plots_number(w->s, row->id, &plot, err));
    int n = split(row, f);
    row->line.n_status = 0;
    for (int i = 0; i < n; i++) {
        f[i].plot = plot;
        f[i].has_place = row->has_place;
        f[i].lon_deg = row->lon_deg;
        f[i].lat_deg = row->lat_deg;
        (void)snprintf(f[i].source, sizeof f[i].source, "%s", row->line.file);
        PV_TRY(add_finding(w, row, &f[i], &new_of[i], err));
    }
    for (int i = 0; i < n; i++)
        if (new_of[i] != 0) PV_TRY(pv_said_add(w->said, &f[i], new_of[i], err));
out:
    return st;
}

static int by_root(const void *a, const void *b)
{
    const recorded *x = a, *y = b;
    if (x->root != y->root) return x->root < y->root ? -1 : 1;
    return (x->fid > y->fid) - (x->fid < y->fid);
}

/* n findings of one plot; those that were there before this call may decide, too. */
static void tell_outcomes(const work *w, const recorded *of, size_t n, const pv_life *life)
{
    int by_new = life->decides >= 0 && life->at[life->decides].fid > w->newest_finding;
    for (size_t i = 0; i < n; i++) {
        const pv_step *step = pv_step_find(life->steps.at, life->steps.n, of[i].fid);
        if (step == NULL) continue;
        of[i].row->line.status[of[i].slot] = step->status;
        worsen(&of[i].row->line, step->conflict ? PV_RETURN_CONFLICT : by_new ? PV_RETURN_ADDED : PV_RETURN_LATE);
    }
}

/* What follows for the plots, each once. */
static pv_status settle_plots(work *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_life life = {.n = 0};
    recorded *at = w->recorded;
    if (w->n_recorded > 0) qsort(at, w->n_recorded, sizeof *at, by_root);
    for (size_t i = 0, k; i < w->n_recorded; i += k) {
        for (k = 1; i + k < w->n_recorded && at[i + k].root == at[i].root;) k++;
        PV_TRY(pv_findings_settle(w->s, at[i].root, &life, err));
        tell_outcomes(w, &at[i], k, &life);
    }
out:
    pv_life_release(&life);
    return st;
}

static pv_status make_place(work *w, pv_return_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int there = 0;
    PV_TRY(pv_findings_new_place(w->s, row->lon_deg, row->lat_deg, row->f->date, &row->plot, err));
    PV_TRY(pv_stmt_new(&q, w->s->db, "SELECT id FROM plots WHERE fid=?1", err));
    pv_stmt_int(q, 1, row->plot);
    PV_TRY(pv_stmt_step(q, &there, err));
    (void)snprintf(row->line.plot, sizeof row->line.plot, "%s", there ? pv_row_text(q, 0) : "");
    row->line.how = row->plot > w->newest ? PV_RETURN_NEW_PLACE : PV_RETURN_BY_DISTANCE;
    /* What the crew drew is its measure of the place. */
    if (row->r->area_m2 > 0 && row->f->area_measured_m2 < 0) {
        row->f->area_measured_m2 = row->r->area_m2;
        (void)snprintf(row->f->area_method, sizeof row->f->area_method, "drawn");
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status take_answer(work *w, pv_return_row *row, pv_err *err)
{
    static const pv_return_outcome is[] = {PV_RETURN_ADDED, PV_RETURN_SAME, PV_RETURN_LATE, PV_RETURN_CONFLICT};
    pv_status st = PV_OK;
    pv_finding_outcome outcome = PV_FINDING_SAME;
    PV_TRY(pv_return_evidence(row, w->s, w->path[row->file], w->options->dry_run, err));
    w->out->evidence += row->line.photos;
    PV_TRY(batch_of(w, row, &row->f->import, err));
    PV_TRY(pv_return_answer(row, w->s, &outcome, err));
    if (outcome != PV_FINDING_SAME) w->writes = 1;
    worsen(&row->line, is[outcome]);
out:
    return st;
}

/* The row's plot and findings; what goes wrong with them is the row's own. */
static pv_status take_row(work *w, pv_return_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    pv_return_row again = {.v = row->v, .r = row->r, .f = &w->scratch};
    pv_return_read(&again, w->options);
    row->f = &w->scratch;
    if (row->point != 0) return take_answer(w, row, err);
    int confirms = strcmp(row->f->verdict, "confirmed_poppy") == 0 || row->eradicated;
    pv_return_by_distance(row, &w->known, pv_conf_real(w->s->conf, PV_SET_MATCH_M));
    if (row->line.outcome == PV_RETURN_DOUBTFUL) goto out;
    if (row->plot == 0 && !row->has_place) {
        pv_return_not_taken(row, PV_RETURN_DOUBTFUL, "it has neither the id of a plot nor a place");
        goto out;
    }
    if (row->plot == 0 && !confirms) {
        pv_return_not_taken(row, PV_RETURN_DOUBTFUL, "no plot is near its place, and only a confirmed find makes a new one");
        goto out;
    }
    PV_TRY(pv_return_evidence(row, w->s, w->path[row->file], w->options->dry_run, err));
    w->out->evidence += row->line.photos;
    if (row->plot == 0) PV_TRY(make_place(w, row, err));
    PV_TRY(add_findings(w, row, err));
    if (row->plot > w->newest && row->plot > w->made) {
        w->made = row->plot;
        row->makes_place = 1;
        w->out->new_places++;
        w->writes = 1;
    }
out:
    row->f = NULL;
    return st;
}

/* An entry of the register, or a tip-off. */
static pv_status take_context(work *w, pv_return_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    pv_context c;
    int added = 0;
    pv_return_context_read(row, w->options, &c);
    if (row->line.outcome == PV_RETURN_REFUSED) return PV_OK;
    PV_TRY(batch_of(w, row, &c.import, err));
    PV_TRY(pv_context_add(w->s, &c, &added, err));
    row->line.outcome = added ? PV_RETURN_ADDED : PV_RETURN_SAME;
    w->out->context_added += added;
    if (added) w->writes = 1;
out:
    return st;
}

static pv_status take_row_alone(work *w, pv_return_row *row, pv_err *err)
{
    pv_status st = PV_OK;
    pv_err why = {0};
    if (!row->says || row->line.outcome == PV_RETURN_REFUSED || row->line.outcome == PV_RETURN_DOUBTFUL) return PV_OK;
    int wrote = w->writes, begun = w->begun[row->file];
    size_t n_recorded = w->n_recorded;
    pv_import batch = w->batch[row->file];
    PV_TRY(pv_sql_exec(w->s->db, "SAVEPOINT one_row", err));
    st = w->options->kind == PV_RETURN_FINDINGS ? take_row(w, row, &why) : take_context(w, row, &why);
    if (st == PV_INPUT) {
        PV_TRY(pv_sql_exec(w->s->db, "ROLLBACK TO one_row", err));
        w->writes = wrote;
        w->n_recorded = n_recorded;
        w->begun[row->file] = begun;
        w->batch[row->file] = batch;
        pv_return_not_taken_as(row, PV_RETURN_REFUSED, &why);
        row->line.n_status = 0;
        if (row->plot > w->newest) {
            row->line.plot[0] = '\0';
            row->line.how = PV_RETURN_NOT;
        }
    } else if (st != PV_OK) {
        PV_TRY(pv_pass(err, st, &why));
    }
    PV_TRY(pv_sql_exec(w->s->db, "RELEASE one_row", err));
out:
    return st;
}

/* ---- the call ---- */

/* By day and time; a row without a time comes first. Equal ones as they were given. */
static int by_time(const void *a, const void *b)
{
    const pv_return_row *x = a, *y = b;
    int c = strcmp(x->line.date, y->line.date);
    if (c == 0) c = strcmp(x->at, y->at);
    return c != 0 ? c : (x->number > y->number) - (x->number < y->number);
}

static int by_number(const void *a, const void *b)
{
    const pv_return_row *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static pv_status list_rows(work *w, pv_err *err)
{
    pv_status st = PV_OK;
    pv_returns *o = w->out;
    if (w->n > 0) qsort(w->row, w->n, sizeof *w->row, by_number);
    for (size_t i = 0; i < w->n; i++) {
        o->count[w->row[i].line.outcome]++;
        PV_TRY(pv_grow(&o->at, &o->cap, o->n + 1, sizeof *o->at, "rows", err));
        o->at[o->n++] = w->row[i].line;
    }
out:
    return st;
}

static pv_status take_all(work *w, pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < w->n_files; i++) PV_TRY(read_file(w, i, err));
    PV_TRY(pv_sql_begin(w->s->db, err));
    PV_TRY(pv_sql_number(w->s->db, "SELECT coalesce(max(fid),0) FROM plots", &w->newest, err));
    PV_TRY(pv_sql_number(w->s->db, "SELECT coalesce(max(fid),0) FROM findings", &w->newest_finding, err));
    PV_TRY(pv_known_plots_read(&w->known, w->s, err));
    for (int i = 0; i < w->n_files; i++)
        for (size_t k = 0; w->v[i] != NULL && k < pv_vector_sources(w->v[i]); k++) PV_TRY(take_source(w, i, k, err));
    if (w->n > 0) qsort(w->row, w->n, sizeof *w->row, by_time);
    for (size_t i = 0; i < w->n; i++) PV_TRY(take_row_alone(w, &w->row[i], err));
    PV_TRY(settle_plots(w, err));
    PV_TRY(end_batches(w, err));
    PV_TRY(list_rows(w, err));
    if (w->writes && !w->options->dry_run)
        PV_TRY(pv_sql_commit(w->s->db, err));
    else
        pv_sql_rollback(w->s->db);
out:
    if (st != PV_OK) pv_sql_rollback(w->s->db);
    return st;
}

pv_status pv_returns_take(pv_returns *out, pv_season *s, int n, const char *const *path, const pv_return_options *options, pv_err *err)
{
    pv_status st = PV_OK;
    pv_returns made = {.n = 0};
    work w = {.out = &made, .s = s, .options = options, .n_files = n, .path = path};
    PV_TRY(pv_said_new(&w.said, s, err));
    PV_TRY(pv_alloc(&w.v, (size_t)n, sizeof(pv_vector *), "files", err));
    PV_TRY(pv_alloc(&w.batch, (size_t)n, sizeof *w.batch, "files", err));
    PV_TRY(pv_alloc(&w.begun, (size_t)n, sizeof *w.begun, "files", err));
    PV_TRY(take_all(&w, err));
    *out = made;
    made = (pv_returns){.n = 0};
out:
    for (int i = 0; w.v != NULL && i < n; i++) pv_vector_free(w.v[i]);
    pv_free(w.v);
    pv_free(w.batch);
    pv_free(w.begun);
    pv_free(w.row);
    pv_free(w.recorded);
    pv_said_free(w.said);
    pv_known_plots_release(&w.known);
    pv_returns_release(&made);
    return st;
}
