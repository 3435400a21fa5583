/* Which hotspots are one plot. */
#include <stdio.h>
#include <string.h>

#include "season/gpkg_geom.h"
#include "season/plots_internal.h"

#include "base/mem.h"
#include "base/sha256.h"

#include "base/banned.h"

/* A new hotspot, or a plot of the ledger that one of them meets. */
typedef struct node {
    int64_t fid;
    size_t parent; /* of the same set, never later in the list */
    int is_plot;
    /* Of the first node of a set: */
    int64_t plot; /* what becomes of the set; 0 = not known yet */
    char first_seen[PV_DATE];
} node;

/* Nodes in their order, hotspots first, and a table (open addressing) to find them by their number. */
typedef struct node_set {
    size_t n, cap;
    node *at;
    size_t slots; /* a power of two, more than twice n; 0 = none yet */
    size_t *slot; /* index + 1; 0 = free */
} node_set;

static void free_nodes(node_set *s)
{
    pv_free(s->at);
    pv_free(s->slot);
}

/* Where a node is, or the free slot for it. */
static size_t slot_of(const node_set *s, int is_plot, int64_t fid)
{
    uint64_t h = ((uint64_t)fid * 2 + (uint64_t)is_plot) * 0x9E3779B97F4A7C15u;
    size_t k = (size_t)(h >> 20) & (s->slots - 1);
    while (s->slot[k] != 0 && (s->at[s->slot[k] - 1].fid != fid || s->at[s->slot[k] - 1].is_plot != is_plot)) k = (k + 1) & (s->slots - 1);
    return k;
}

static pv_status more_slots(node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    size_t *slot = NULL, slots = s->slots > 0 ? 2 * s->slots : 1024;
    PV_TRY(pv_alloc(&slot, slots, sizeof *slot, "table of hotspots", err));
    pv_free(s->slot);
    s->slot = slot;
    s->slots = slots;
    for (size_t i = 0; i < s->n; i++) s->slot[slot_of(s, s->at[i].is_plot, s->at[i].fid)] = i + 1;
out:
    return st;
}

/* Its index; it is added when it is not there. */
static pv_status add_node(node_set *s, int is_plot, int64_t fid, size_t *index, pv_err *err)
{
    pv_status st = PV_OK;
    if (2 * (s->n + 1) >= s->slots) PV_TRY(more_slots(s, err));
    size_t k = slot_of(s, is_plot, fid);
    if (s->slot[k] == 0) {
        PV_TRY(pv_grow(&s->at, &s->cap, s->n + 1, sizeof *s->at, "hotspots", err));
        s->at[s->n] = (node){.fid = fid, .is_plot = is_plot, .parent = s->n};
        s->slot[k] = ++s->n;
    }
    *index = s->slot[k] - 1;
out:
    return st;
}

static size_t first_of(node_set *s, size_t i)
{
    while (s->at[i].parent != i) {
        s->at[i].parent = s->at[s->at[i].parent].parent;
        i = s->at[i].parent;
    }
    return i;
}

static void unite(node_set *s, size_t a, size_t b)
{
    a = first_of(s, a);
    b = first_of(s, b);
    if (a < b)
        s->at[b].parent = a;
    else
        s->at[a].parent = b;
}

static pv_status list_hotspots(pv_plots_work *w, node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    size_t index = 0;
    PV_TRY(pv_stmt_new(&q, w->s->db,
                       "SELECT h.fid FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot IS NULL AND p.day IS NOT NULL"
                       " ORDER BY p.day,p.file,h.id,p.sha256,h.fid",
                       err));
    PV_TRY(pv_stmt_step(q, &row, err));
    while (row) {
        PV_TRY(add_node(s, 0, pv_row_int(q, 0), &index, err));
        PV_TRY(pv_stmt_step(q, &row, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

typedef struct near_finder {
    pv_stmt *geom, *near, *keep_box;
    pv_plot_outline mine, other;
} near_finder;

static void free_finder(near_finder *f)
{
    pv_stmt_free(f->geom);
    pv_stmt_free(f->near);
    pv_stmt_free(f->keep_box);
    pv_plot_outline_release(&f->mine);
    pv_plot_outline_release(&f->other);
}

static pv_status prepare_finder(near_finder *f, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&f->geom, db, "SELECT geom FROM hotspots WHERE fid=?", err));
    PV_TRY(pv_stmt_new(&f->near, db,
                       "SELECT h.fid,h.plot,h.geom FROM hotspots_box b JOIN hotspots h ON h.fid=b.fid"
                       " WHERE b.west<=?3 AND b.east>=?1 AND b.south<=?4 AND b.north>=?2",
                       err));
    PV_TRY(pv_stmt_new(&f->keep_box, db, "INSERT INTO hotspots_box(west,south,east,north,fid) VALUES(?1,?2,?3,?4,?5)", err));
out:
    return st;
}

/* The candidate of the row at hand. */
static pv_status meet(near_finder *f, node_set *s, size_t i, double near_m, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0, other = 0;
    int near = 0, is_plot = !pv_row_is_null(f->near, 1);
    PV_TRY(add_node(s, is_plot, pv_row_int(f->near, is_plot ? 1 : 0), &other, err));
    if (first_of(s, other) == first_of(s, i)) goto out;
    const void *blob = pv_row_blob(f->near, 2, &n);
    PV_TRY(pv_where(err, pv_plot_outline_read(&f->other, blob, n, err), "hotspot %lld", (long long)pv_row_int(f->near, 0)));
    PV_TRY(pv_plot_outline_near(&f->mine, &f->other, near_m, &near, err));
    if (near) unite(s, i, other);
out:
    return st;
}

/* Unites hotspot i with all that is near it: hotspots of the ledger and those before it. */
static pv_status meet_all(near_finder *f, node_set *s, size_t i, double near_m, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    size_t n = 0;
    double grown[4];
    pv_stmt_int(f->geom, 1, s->at[i].fid);
    PV_TRY(pv_stmt_step(f->geom, &row, err));
    const void *blob = pv_row_blob(f->geom, 0, &n);
    PV_TRY(pv_where(err, pv_plot_outline_read(&f->mine, blob, n, err), "hotspot %lld", (long long)s->at[i].fid));
    pv_plot_outline_grow_box(f->mine.box, near_m, grown);
    pv_box_bind(f->near, 1, grown);
    PV_TRY(pv_stmt_step(f->near, &row, err));
    while (row) {
        PV_TRY(meet(f, s, i, near_m, err));
        PV_TRY(pv_stmt_step(f->near, &row, err));
    }
    pv_box_bind(f->keep_box, 1, f->mine.box);
    pv_stmt_int(f->keep_box, 5, s->at[i].fid);
    PV_TRY(pv_stmt_run(f->keep_box, err));
out:
    pv_stmt_reset(f->geom);
    pv_stmt_reset(f->near);
    return st;
}

/* The id of a plot by its first hotspot: 30 bits of a hash. */
static void make_id(char out[PV_PLOT_ID], const char *season, const char *hotspot, int attempt)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's: no I L O U */
    char text[PV_CONF_TEXT + 128];
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256 h;
    int n = snprintf(text, sizeof text, "plot\n%s\n%s\n%d\n", season, hotspot, attempt);
    pv_sha256_init(&h);
    pv_sha256_add(&h, text, (size_t)n);
    pv_sha256_done(&h, digest);
    uint32_t bits = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
    out[0] = 'P';
    for (int i = 0; i < 6; i++) out[1 + i] = letters[bits >> (27 - 5 * i) & 31];
    out[7] = '\0';
}

typedef struct plot_maker {
    pv_stmt *spot, *taken, *put, *box;
} plot_maker;

static void free_maker(plot_maker *m)
{
    pv_stmt_free(m->spot);
    pv_stmt_free(m->taken);
    pv_stmt_free(m->put);
    pv_stmt_free(m->box);
}

static pv_status prepare_maker(plot_maker *m, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&m->spot, db, "SELECT id,lon,lat FROM hotspots WHERE fid=?", err));
    PV_TRY(pv_stmt_new(&m->taken, db, "SELECT 1 FROM plots WHERE id=?", err));
    PV_TRY(pv_stmt_new(&m->put, db, "INSERT INTO plots(geom,id,lon,lat) VALUES(?,?,?,?)", err));
    PV_TRY(pv_stmt_new(&m->box, db, "INSERT INTO plots_box(west,south,east,north,fid) VALUES(?1,?2,?3,?4,?5)", err));
out:
    return st;
}

static pv_status make_plot(pv_plots_work *w, plot_maker *m, int64_t spot, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text geom = {0};
    char id[PV_PLOT_ID], hotspot[64];
    int row = 0, taken = 1;
    pv_stmt_int(m->spot, 1, spot);
    PV_TRY(pv_stmt_step(m->spot, &row, err));
    double lon = pv_row_real(m->spot, 1), lat = pv_row_real(m->spot, 2);
    (void)snprintf(hotspot, sizeof hotspot, "%s", pv_row_text(m->spot, 0));
    pv_stmt_reset(m->spot);
    for (int attempt = 0; taken; attempt++) {
        make_id(id, pv_conf_text(w->s->conf, PV_SET_NAME), hotspot, attempt);
        pv_stmt_text(m->taken, 1, id);
        PV_TRY(pv_stmt_step(m->taken, &taken, err));
        pv_stmt_reset(m->taken);
    }
    PV_TRY(pv_geom_point(&geom, lon, lat, err));
    pv_stmt_blob(m->put, 1, geom.data, geom.len);
    pv_stmt_text(m->put, 2, id);
    pv_stmt_real(m->put, 3, lon);
    pv_stmt_real(m->put, 4, lat);
    PV_TRY(pv_stmt_run(m->put, err));
    *fid = pv_sql_last_id(w->s->db);
    pv_box_bind(m->box, 1, (const double[4]){lon, lat, lon, lat});
    pv_stmt_int(m->box, 5, *fid);
    PV_TRY(pv_stmt_run(m->box, err));
    PV_TRY(pv_fids_add(&w->made, *fid, err));
out:
    pv_text_release(&geom);
    return st;
}

/* Which plot of the ledger each set stays: the one that was seen first, then the one that was made first. */
static pv_status choose_plots(pv_plots_work *w, node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, w->s->db, "SELECT first_seen FROM plots WHERE fid=?", err));
    for (size_t i = 0; i < s->n; i++) {
        if (!s->at[i].is_plot) continue;
        node *to = &s->at[first_of(s, i)];
        pv_stmt_int(q, 1, s->at[i].fid);
        PV_TRY(pv_stmt_step(q, &row, err));
        const char *first_seen = pv_row_text(q, 0);
        int order = strcmp(first_seen, to->first_seen);
        if (to->plot == 0 || order < 0 || (order == 0 && s->at[i].fid < to->plot)) {
            to->plot = s->at[i].fid;
            (void)snprintf(to->first_seen, sizeof to->first_seen, "%s", first_seen);
        }
        pv_stmt_reset(q);
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status give_plots(pv_plots_work *w, node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    plot_maker m = {.spot = NULL};
    pv_stmt *give = NULL, *sight = NULL;
    PV_TRY(prepare_maker(&m, w->s->db, err));
    PV_TRY(pv_stmt_new(&give, w->s->db, "UPDATE hotspots SET plot=?2 WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&sight, w->s->db,
                       "INSERT INTO looks(plot,photo,date,seen) SELECT ?2,p.fid,p.day,1 FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.fid=?1"
                       " ON CONFLICT DO UPDATE SET seen=1",
                       err));
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].is_plot) continue;
        node *to = &s->at[first_of(s, i)];
        if (to->plot == 0) PV_TRY(make_plot(w, &m, s->at[i].fid, &to->plot, err));
        pv_stmt_int(give, 1, s->at[i].fid);
        pv_stmt_int(give, 2, to->plot);
        PV_TRY(pv_stmt_run(give, err));
        pv_stmt_int(sight, 1, s->at[i].fid);
        pv_stmt_int(sight, 2, to->plot);
        PV_TRY(pv_stmt_run(sight, err));
        PV_TRY(pv_fids_add(&w->touched, to->plot, err));
        PV_TRY(pv_fids_add(&w->shown, to->plot, err));
    }
out:
    free_maker(&m);
    pv_stmt_free(give);
    pv_stmt_free(sight);
    return st;
}

/* The graver status stays, of equal ones the later; so does the last eradication. */
static pv_status take_status(pv_plots_work *w, int64_t from, int64_t to, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_plot a, b;
    PV_TRY(pv_plot_get(w->s, from, &a, err));
    PV_TRY(pv_plot_get(w->s, to, &b, err));
    PV_TRY(pv_stmt_new(&q, w->s->db,
                       "UPDATE plots AS t SET (status,status_date,quiet_from,quiet_until,quiet_prob,quiet_class,quiet_reason,shown_again)="
                       "(SELECT f.status,f.status_date,f.quiet_from,f.quiet_until,f.quiet_prob,f.quiet_class,f.quiet_reason,f.shown_again"
                       " FROM plots f WHERE f.fid=?3),"
                       "eradicated_on=(SELECT max(e.eradicated_on) FROM plots e WHERE e.fid IN(?1,?2)) WHERE t.fid=?2",
                       err));
    pv_stmt_int(q, 1, from);
    pv_stmt_int(q, 2, to);
    pv_stmt_int(q, 3, a.status > b.status || (a.status == b.status && strcmp(a.status_date, b.status_date) > 0) ? from : to);
    PV_TRY(pv_stmt_run(q, err));
out:
    pv_stmt_free(q);
    return st;
}

/* What a merged plot (?1) hands over to the one that stays (?2). Its own row stays as it was, without a place on the map. */
static const struct {
    const char *sql;
    int values;
} hand_over[] = {
    {"UPDATE hotspots SET plot=?2 WHERE plot=?1", 2},
    {"INSERT INTO looks(plot,photo,date,seen) SELECT ?2,photo,date,1 FROM looks WHERE plot=?1 AND seen=1 ON CONFLICT DO UPDATE SET seen=1", 2},
    {"DELETE FROM looks WHERE plot=?1", 1},
    {"UPDATE plots SET merged_into=?2 WHERE merged_into=?1", 2},
    {"UPDATE plots SET split_from=nullif(?2,fid) WHERE split_from=?1", 2},
    {"UPDATE plots SET merged_into=?2,geom=NULL WHERE fid=?1", 2},
    {"DELETE FROM plots_box WHERE fid=?1", 1},
};

static pv_status merge_plots(pv_plots_work *w, node_set *s, pv_err *err)
{
    enum { STEPS = sizeof hand_over / sizeof *hand_over };
    pv_status st = PV_OK;
    pv_stmt *q[STEPS] = {NULL};
    for (int k = 0; k < STEPS; k++) PV_TRY(pv_stmt_new(&q[k], w->s->db, hand_over[k].sql, err));
    for (size_t i = 0; i < s->n; i++) {
        int64_t from = s->at[i].fid, to = s->at[first_of(s, i)].plot;
        if (!s->at[i].is_plot || from == to) continue;
        PV_TRY(take_status(w, from, to, err));
        for (int k = 0; k < STEPS; k++) {
            pv_stmt_int(q[k], 1, from);
            if (hand_over[k].values == 2) pv_stmt_int(q[k], 2, to);
            PV_TRY(pv_stmt_run(q[k], err));
        }
        PV_TRY(pv_fids_add(&w->touched, from, err));
        PV_TRY(pv_fids_add(&w->touched, to, err));
        PV_TRY(pv_fids_add(&w->shown, to, err));
    }
out:
    for (int k = 0; k < STEPS; k++) pv_stmt_free(q[k]);
    return st;
}

pv_status pv_plots_join(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    node_set s = {.n = 0};
    near_finder f = {.geom = NULL};
    PV_TRY(list_hotspots(w, &s, err));
    size_t n = s.n;
    PV_TRY(prepare_finder(&f, w->s->db, err));
    for (size_t i = 0; i < n; i++) PV_TRY(meet_all(&f, &s, i, w->near_m, err));
    PV_TRY(choose_plots(w, &s, err));
    PV_TRY(give_plots(w, &s, err));
    PV_TRY(merge_plots(w, &s, err));
out:
    free_nodes(&s);
    free_finder(&f);
    return st;
}
