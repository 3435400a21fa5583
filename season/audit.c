#include "season/audit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/cells_shape.h"
#include "season/audit_internal.h"
#include "season/gpkg_geom.h"
#include "season/plots_internal.h"

#include "base/banned.h"

static const char *const strata_words[PV_STRATA][2] = {{"likely", "高度疑似"}, {"borderline", "边缘疑似"}, {"near", "邻近"}, {"background", "背景"}};
static const char *const class_words[PV_AUDIT_CLASSES] = {"poppy", "other"};
static const char *const allocation_words[] = {"fixed", "neyman"};

const char *pv_stratum_word(pv_stratum s)
{
    return strata_words[s][0];
}

const char *pv_stratum_zh(pv_stratum s)
{
    return strata_words[s][1];
}

pv_audit_design pv_audit_design_usual(void)
{
    return (pv_audit_design){.likely_from = 0.5, .near_m = 10, .expected = {0.7, 0.3, 0.005, 0.0001}, .rare = 75};
}

void pv_audit_draw_release(pv_audit_draw *d)
{
    pv_free(d->point);
    *d = (pv_audit_draw){.fid = 0};
}

/* ---- what may be asked for ---- */

static int is_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < PV_AUDIT_NAME && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static pv_status check_design(const pv_audit_design *d, pv_err *err)
{
    const char *const day[] = {d->from, d->to};
    for (int k = 0; k < 2; k++)
        if (day[k][0] != '\0' && !pv_date_valid(day[k])) return pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", day[k]);
    if (d->from[0] != '\0' && d->to[0] != '\0' && strcmp(d->from, d->to) > 0) return pv_fail(err, PV_USAGE, "the first day is after the last");
    if (!(d->likely_from >= 0 && d->likely_from <= 1)) return pv_fail(err, PV_USAGE, "a probability is 0 to 1");
    if (!(d->near_m >= 0 && d->near_m <= 1000)) return pv_fail(err, PV_USAGE, "near is 0 to 1000 m");
    if (d->n < 0 || d->n > PV_AUDIT_MOST) return pv_fail(err, PV_USAGE, "a draw has at most %d points", (int)PV_AUDIT_MOST);
    if (d->n == 0 && !(d->target > 0)) return pv_fail(err, PV_USAGE, "say how many points, or which standard error is to be reached");
    return PV_OK;
}

/* ---- keeping ---- */

/* The name that was given, else the first number that is free. */
static pv_status settle_name(pv_season *s, const char *name, char out[PV_AUDIT_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int taken = 1;
    if (name != NULL && !is_name(name))
        PV_TRY(pv_fail(err, PV_USAGE, "'%.60s': a draw's name is letters, digits, - and _, at most %d", name, (int)PV_AUDIT_NAME - 1));
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT 1 FROM samples WHERE name=?1", err));
    for (int k = 1; taken; k++) {
        (void)snprintf(out, PV_AUDIT_NAME, "%d", k);
        if (name != NULL) (void)snprintf(out, PV_AUDIT_NAME, "%s", name);
        pv_stmt_text(q, 1, out);
        PV_TRY(pv_stmt_step(q, &taken, err));
        pv_stmt_reset(q);
        if (taken && name != NULL)
            PV_TRY(pv_fail(err, PV_USAGE, "there is a draw '%s' already, and a draw is never changed; give another name", name));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status put_draw(pv_season *s, pv_audit_draw *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char text[64];
    int64_t strata = 0;
    for (int h = 0; h < PV_STRATA; h++) strata += d->stratum[h].units > 0;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "INSERT INTO samples(name,date,seed,from_day,to_day,likely_from,near_m,target,allocation,rare,grid,unseen_e6,strata,points)"
                       " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                       err));
    pv_stmt_text(q, 1, d->name);
    pv_stmt_text(q, 2, d->date);
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)d->design.seed);
    pv_stmt_text(q, 3, text);
    pv_stmt_text_or_null(q, 4, d->design.from);
    pv_stmt_text_or_null(q, 5, d->design.to);
    pv_stmt_real(q, 6, d->design.likely_from);
    pv_stmt_real(q, 7, d->design.near_m);
    if (d->design.target > 0)
        pv_stmt_real(q, 8, d->design.target);
    else
        pv_stmt_null(q, 8);
    pv_stmt_text(q, 9, allocation_words[d->design.allocation]);
    pv_stmt_int(q, 10, d->design.rare);
    (void)snprintf(text, sizeof text, "%d,%d.%03d", d->grid.epsg, pv_cell_grid_mm(&d->grid) / 1000, pv_cell_grid_mm(&d->grid) % 1000);
    pv_stmt_text(q, 11, text);
    pv_stmt_int(q, 12, d->unseen_e6);
    pv_stmt_int(q, 13, strata);
    pv_stmt_int(q, 14, (int64_t)d->n);
    PV_TRY(pv_stmt_run(q, err));
    d->fid = pv_sql_last_id(s->db);
out:
    pv_stmt_free(q);
    return st;
}

static pv_status put_strata(pv_season *s, const pv_audit_draw *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    PV_TRY(pv_stmt_new(&q, s->db, "INSERT INTO sample_strata(sample,stratum,units,area_e6,mapped_e6,expected,points) VALUES(?,?,?,?,?,?,?)", err));
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_stratum *t = &d->stratum[h];
        if (t->units == 0) continue;
        pv_stmt_int(q, 1, d->fid);
        pv_stmt_text(q, 2, pv_stratum_word((pv_stratum)h));
        pv_stmt_int(q, 3, t->units);
        pv_stmt_int(q, 4, t->area_e6);
        pv_stmt_int(q, 5, t->mapped_e6);
        pv_stmt_real(q, 6, d->design.expected[h]);
        pv_stmt_int(q, 7, t->n);
        PV_TRY(pv_stmt_run(q, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status put_points(pv_season *s, const pv_audit_draw *d, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_text geom = {0};
    PV_TRY(pv_stmt_new(&q, s->db,
                       "INSERT INTO sample_points(geom,sample,id,cell_i,cell_j,lon,lat,stratum,map_class,inclusion,weight_m2,number) "
                       "VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                       err));
    for (size_t k = 0; k < d->n; k++) {
        pv_audit_point *p = &d->point[k];
        pv_text_reset(&geom);
        PV_TRY(pv_geom_point(&geom, p->lon_deg, p->lat_deg, err));
        pv_stmt_blob(q, 1, geom.data, geom.len);
        pv_stmt_int(q, 2, d->fid);
        pv_stmt_text(q, 3, p->id);
        pv_stmt_int(q, 4, p->i);
        pv_stmt_int(q, 5, p->j);
        pv_stmt_real(q, 6, p->lon_deg);
        pv_stmt_real(q, 7, p->lat_deg);
        pv_stmt_text(q, 8, pv_stratum_word(p->stratum));
        pv_stmt_text(q, 9, class_words[p->map_class]);
        pv_stmt_real(q, 10, p->inclusion);
        pv_stmt_real(q, 11, p->weight_m2);
        pv_stmt_int(q, 12, (int64_t)k + 1);
        PV_TRY(pv_stmt_run(q, err));
        p->fid = pv_sql_last_id(s->db);
    }
out:
    pv_stmt_free(q);
    pv_text_release(&geom);
    return st;
}

/* ---- drawing ---- */

static pv_status allocate(pv_audit_draw *d, pv_err *err)
{
    pv_status st = PV_OK;
    double area[PV_STRATA];
    int64_t units[PV_STRATA], n[PV_STRATA], least = 0;
    for (int h = 0; h < PV_STRATA; h++) {
        least += d->stratum[h].units < d->design.rare ? d->stratum[h].units : d->design.rare;
        area[h] = (double)d->stratum[h].area_e6 / 1e6;
        units[h] = d->stratum[h].units;
    }
    if (d->design.n == 0) {
        PV_TRY(pv_sample_size(PV_STRATA, area, d->design.expected, d->design.target, &d->design.n, err));
        /* What is so rare takes few points for the overall accuracy, and says nothing by them. */
        if (d->design.n < least) d->design.n = least;
    }
    if (d->design.n > PV_AUDIT_MOST)
        PV_TRY(pv_fail(err, PV_USAGE, "a standard error of %g takes %lld points, and a draw has at most %d", d->design.target, (long long)d->design.n,
                       (int)PV_AUDIT_MOST));
    PV_TRY(pv_sample_allocate(PV_STRATA, area, units, d->design.expected, d->design.n, d->design.rare, d->design.allocation, n, err));
    for (int h = 0; h < PV_STRATA; h++) {
        d->stratum[h].n = n[h];
        d->n += (size_t)n[h];
    }
out:
    return st;
}

static int by_id(const void *a, const void *b)
{
    const pv_audit_point *x = a, *y = b;
    return strcmp(x->id, y->id);
}

/* An id that no point of the ledger has, nor one of this draw so far. */
static pv_status name_point(pv_stmt *taken, const pv_audit_draw *d, size_t k, const char *season, pv_err *err)
{
    pv_status st = PV_OK;
    char first[PV_AUDIT_NAME + 64];
    int again = 1;
    pv_audit_point *p = &d->point[k];
    (void)snprintf(first, sizeof first, "%s %d %d", d->name, p->i, p->j);
    for (int attempt = 0; again; attempt++) {
        pv_id_make(p->id, 'S', "sample", season, first, attempt);
        pv_stmt_text(taken, 1, p->id);
        PV_TRY(pv_stmt_step(taken, &again, err));
        pv_stmt_reset(taken);
        for (size_t o = 0; o < k && !again; o++) again = strcmp(d->point[o].id, p->id) == 0;
    }
out:
    return st;
}

static pv_status take_points(pv_audit_draw *d, const pv_audit_frame *f, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_globe *globe = NULL;
    pv_stmt *taken = NULL;
    size_t k = 0;
    PV_TRY(pv_alloc(&d->point, d->n, sizeof *d->point, "points", err));
    PV_TRY(pv_stmt_new(&taken, s->db, "SELECT 1 FROM sample_points WHERE id=?1", err));
    for (int h = 0; h < PV_STRATA; h++) {
        const pv_audit_stratum *t = &d->stratum[h];
        for (int64_t m = 0; m < t->n; m++, k++) {
            const pv_audit_cell *c = &f->best[h][m];
            pv_audit_point *p = &d->point[k];
            *p = (pv_audit_point){.i = c->i, .j = c->j, .stratum = (pv_stratum)h, .map_class = c->map_class};
            p->inclusion = (double)t->n / (double)t->units;
            p->weight_m2 = (double)t->area_e6 / 1e6 / (double)t->n;
            if (globe == NULL) PV_TRY(pv_cell_globe_new(&globe, &d->grid, c->i, c->j, err));
            PV_TRY(pv_cell_globe_lonlat(globe, c->i + 0.5, c->j + 0.5, &p->lon_deg, &p->lat_deg, err));
            PV_TRY(name_point(taken, d, k, pv_conf_text(s->conf, PV_SET_NAME), err));
        }
    }
    qsort(d->point, d->n, sizeof *d->point, by_id);
out:
    pv_cell_globe_free(globe);
    pv_stmt_free(taken);
    return st;
}

pv_status pv_audit_make(pv_audit_draw *out, pv_season *s, const char *name, const char *date, const pv_audit_design *design, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_draw d = {.design = *design};
    pv_audit_frame f = {.unseen_e6 = 0};
    int mine = !pv_sql_is_open(s->db);
    PV_TRY(check_design(design, err));
    if (!pv_date_valid(date)) PV_TRY(pv_fail(err, PV_USAGE, "'%.40s' is no date; write it as 2026-05-31", date));
    (void)snprintf(d.date, sizeof d.date, "%s", date);
    if (mine) PV_TRY(pv_sql_begin(s->db, err));
    PV_TRY(settle_name(s, name, d.name, err));
    PV_TRY(pv_audit_frame_make(&f, s, design, err));
    d.grid = f.grid;
    d.unseen_e6 = f.unseen_e6;
    memcpy(d.stratum, f.stratum, sizeof d.stratum);
    PV_TRY(allocate(&d, err));
    PV_TRY(take_points(&d, &f, s, err));
    d.design.n = (int64_t)d.n;
    PV_TRY(put_draw(s, &d, err));
    PV_TRY(put_strata(s, &d, err));
    PV_TRY(put_points(s, &d, err));
    if (mine) PV_TRY(pv_sql_commit(s->db, err));
    *out = d;
    d = (pv_audit_draw){.fid = 0};
out:
    if (st != PV_OK && mine) pv_sql_rollback(s->db);
    pv_audit_frame_release(&f);
    pv_audit_draw_release(&d);
    return st;
}

/* ---- reading ---- */

static int word_in(const char *word, const char *const *words, int n)
{
    for (int k = 0; k < n; k++)
        if (strcmp(word, words[k]) == 0) return k;
    return 0;
}

static pv_stratum stratum_of(const char *word)
{
    for (int h = 0; h < PV_STRATA; h++)
        if (strcmp(word, strata_words[h][0]) == 0) return (pv_stratum)h;
    return PV_STRATUM_BACKGROUND;
}

static pv_status read_draw(pv_audit_draw *d, pv_season *s, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db,
                       "SELECT fid,name,date,seed,from_day,to_day,likely_from,near_m,target,allocation,rare,grid,unseen_e6,points FROM samples"
                       " WHERE ?1 IS NULL OR name=?1 ORDER BY fid DESC LIMIT 1",
                       err));
    if (name != NULL)
        pv_stmt_text(q, 1, name);
    else
        pv_stmt_null(q, 1);
    PV_TRY(pv_stmt_step(q, &row, err));
    if (!row && name != NULL) PV_TRY(pv_fail(err, PV_USAGE, "there is no draw '%.60s' in this season", name));
    if (!row) PV_TRY(pv_fail(err, PV_USAGE, "no sample was drawn in this season yet: papaver sample SEASON --n N draws one"));
    d->fid = pv_row_int(q, 0);
    (void)snprintf(d->name, sizeof d->name, "%s", pv_row_text(q, 1));
    (void)snprintf(d->date, sizeof d->date, "%s", pv_row_text(q, 2));
    d->design.seed = strtoull(pv_row_text(q, 3), NULL, 10);
    (void)snprintf(d->design.from, sizeof d->design.from, "%s", pv_row_text(q, 4));
    (void)snprintf(d->design.to, sizeof d->design.to, "%s", pv_row_text(q, 5));
    d->design.likely_from = pv_row_real(q, 6);
    d->design.near_m = pv_row_real(q, 7);
    d->design.target = pv_row_real(q, 8);
    d->design.allocation = (pv_allocation)word_in(pv_row_text(q, 9), allocation_words, 2);
    d->design.rare = pv_row_int(q, 10);
    PV_TRY(pv_cell_grid_parse(&d->grid, pv_row_text(q, 11), err));
    d->unseen_e6 = pv_row_int(q, 12);
    d->design.n = pv_row_int(q, 13);
    PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}

static pv_status read_strata(pv_audit_draw *d, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT stratum,units,area_e6,mapped_e6,expected,points FROM sample_strata WHERE sample=?1", err));
    pv_stmt_int(q, 1, d->fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        pv_stratum h = stratum_of(pv_row_text(q, 0));
        d->stratum[h] = (pv_audit_stratum){pv_row_int(q, 1), pv_row_int(q, 2), pv_row_int(q, 3), pv_row_int(q, 5)};
        d->design.expected[h] = pv_row_real(q, 4);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

#define POINT_COLUMNS "fid,id,cell_i,cell_j,lon,lat,stratum,map_class,inclusion,weight_m2"

static void point_row(pv_stmt *q, pv_audit_point *p)
{
    *p = (pv_audit_point){.fid = pv_row_int(q, 0),
                          .i = (int32_t)pv_row_int(q, 2),
                          .j = (int32_t)pv_row_int(q, 3),
                          .lon_deg = pv_row_real(q, 4),
                          .lat_deg = pv_row_real(q, 5),
                          .stratum = stratum_of(pv_row_text(q, 6)),
                          .map_class = word_in(pv_row_text(q, 7), class_words, PV_AUDIT_CLASSES),
                          .inclusion = pv_row_real(q, 8),
                          .weight_m2 = pv_row_real(q, 9)};
    (void)snprintf(p->id, sizeof p->id, "%s", pv_row_text(q, 1));
}

pv_status pv_audit_read(pv_audit_draw *out, pv_season *s, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_draw d = {.fid = 0};
    pv_stmt *q = NULL;
    int row = 0;
    size_t cap = 0;
    PV_TRY(read_draw(&d, s, name, err));
    PV_TRY(read_strata(&d, s, err));
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT " POINT_COLUMNS " FROM sample_points WHERE sample=?1 ORDER BY id", err));
    pv_stmt_int(q, 1, d.fid);
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(pv_grow(&d.point, &cap, d.n + 1, sizeof *d.point, "points", err));
        point_row(q, &d.point[d.n++]);
        PV_TRY(pv_stmt_step(q, &row, err));
    }
    *out = d;
    d = (pv_audit_draw){.fid = 0};
out:
    pv_stmt_free(q);
    pv_audit_draw_release(&d);
    return st;
}

pv_status pv_audit_point_find(pv_season *s, const char *id, pv_audit_point *out, int *found, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char tidy[PV_PLOT_ID];
    pv_id_tidy(tidy, id);
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT " POINT_COLUMNS " FROM sample_points WHERE id=?1", err));
    pv_stmt_text(q, 1, tidy);
    PV_TRY(pv_stmt_step(q, found, err));
    if (*found) point_row(q, out);
    if (*found) PV_TRY(pv_row_check(q, err));
out:
    pv_stmt_free(q);
    return st;
}
