/* Which hotspots are one plot. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/gpkg_geom.h"
#include "season/plots_internal.h"

#include "base/mem.h"

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

/* A new hotspot near the place of a crew that has none. */
typedef struct crew_pair {
    int64_t place;
    size_t spot; /* index of its node */
    char day[PV_DATE];
    double apart_m;
} crew_pair;

typedef struct near_finder {
    pv_stmt *geom, *near, *keep_box, *crews;
    pv_plot_outline mine, other;
    size_t n, cap;
    crew_pair *pair;
} near_finder;

static void free_finder(near_finder *f)
{
    pv_stmt_free(f->geom);
    pv_stmt_free(f->near);
    pv_stmt_free(f->keep_box);
    pv_stmt_free(f->crews);
    pv_free(f->pair);
    pv_plot_outline_release(&f->mine);
    pv_plot_outline_release(&f->other);
}

static pv_status prepare_finder(near_finder *f, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&f->geom, db, "SELECT h.geom,p.day FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.fid=?", err));
    PV_TRY(pv_stmt_new(&f->crews, db,
                       "SELECT p.fid,p.lon,p.lat,NOT EXISTS(SELECT 1 FROM hotspots h WHERE h.plot=p.fid) FROM plots_box b JOIN plots p ON p.fid=b.fid"
                       " WHERE b.west<=?3 AND b.east>=?1 AND b.south<=?4 AND b.north>=?2 AND p.origin='crew' AND p.merged_into IS NULL",
                       err));
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

/* The places of crews near hotspot i, whose outline is at hand. */
static pv_status meet_crews(near_finder *f, const pv_plots_work *w, node_set *s, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    double grown[4];
    int row = 0;
    pv_plot_outline_grow_box(f->mine.box, fmax(w->near_m, w->crew_m), grown);
    pv_box_bind(f->crews, 1, grown);
    PV_TRY(pv_stmt_step(f->crews, &row, err));
    while (row) {
        double apart_m = pv_plot_outline_apart_m(&f->mine, pv_row_real(f->crews, 1), pv_row_real(f->crews, 2));
        size_t place = 0;
        if (apart_m <= w->near_m) {
            PV_TRY(add_node(s, 1, pv_row_int(f->crews, 0), &place, err));
            unite(s, i, place);
        } else if (apart_m <= w->crew_m && pv_row_int(f->crews, 3) == 1) {
            PV_TRY(pv_grow(&f->pair, &f->cap, f->n + 1, sizeof *f->pair, "places of crews", err));
            crew_pair *p = &f->pair[f->n++];
            *p = (crew_pair){.place = pv_row_int(f->crews, 0), .spot = i, .apart_m = apart_m};
            (void)snprintf(p->day, sizeof p->day, "%s", pv_row_text(f->geom, 1));
        }
        PV_TRY(pv_stmt_step(f->crews, &row, err));
    }
out:
    pv_stmt_reset(f->crews);
    return st;
}

static int by_day_and_distance(const void *a, const void *b)
{
    const crew_pair *p = a, *q = b;
    int order = strcmp(p->day, q->day);
    if (order != 0) return order;
    if (p->apart_m != q->apart_m) return p->apart_m < q->apart_m ? -1 : 1;
    if (p->place != q->place) return p->place < q->place ? -1 : 1;
    return p->spot < q->spot ? -1 : p->spot > q->spot;
}

/* Gives places of crews their hotspots: a set that is no plot yet, of the first day, the nearest. */
static pv_status adopt(near_finder *f, node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    uint8_t *is_taken = NULL; /* [nodes] of the first node of a set: it is a plot */
    if (f->n == 0) return PV_OK;
    qsort(f->pair, f->n, sizeof *f->pair, by_day_and_distance);
    PV_TRY(pv_alloc(&is_taken, s->n + f->n, 1, "sets of hotspots", err));
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].is_plot) is_taken[first_of(s, i)] = 1;
    for (size_t k = 0; k < f->n; k++) {
        size_t place = 0, n = s->n, set = first_of(s, f->pair[k].spot);
        if (is_taken[set]) continue;
        PV_TRY(add_node(s, 1, f->pair[k].place, &place, err));
        if (s->n == n) continue; /* it has hotspots now */
        unite(s, set, place);
        is_taken[first_of(s, set)] = 1;
    }
out:
    pv_free(is_taken);
    return st;
}

/* Unites hotspot i with all that is near it: hotspots of the ledger and those before it. */
static pv_status meet_all(near_finder *f, const pv_plots_work *w, node_set *s, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    int row = 0;
    size_t n = 0;
    double grown[4];
    pv_stmt_int(f->geom, 1, s->at[i].fid);
    PV_TRY(pv_stmt_step(f->geom, &row, err));
    const void *blob = pv_row_blob(f->geom, 0, &n);
    PV_TRY(pv_where(err, pv_plot_outline_read(&f->mine, blob, n, err), "hotspot %lld", (long long)s->at[i].fid));
    pv_plot_outline_grow_box(f->mine.box, w->near_m, grown);
    pv_box_bind(f->near, 1, grown);
    PV_TRY(pv_stmt_step(f->near, &row, err));
    while (row) {
        PV_TRY(meet(f, s, i, w->near_m, err));
        PV_TRY(pv_stmt_step(f->near, &row, err));
    }
    PV_TRY(meet_crews(f, w, s, i, err));
    pv_box_bind(f->keep_box, 1, f->mine.box);
    pv_stmt_int(f->keep_box, 5, s->at[i].fid);
    PV_TRY(pv_stmt_run(f->keep_box, err));
out:
    pv_stmt_reset(f->geom);
    pv_stmt_reset(f->near);
    return st;
}

static pv_status make_plot(pv_plots_work *w, pv_stmt *spot, int64_t hotspot, int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_birth b = {.origin = "photo"};
    int row = 0;
    pv_stmt_int(spot, 1, hotspot);
    PV_TRY(pv_stmt_step(spot, &row, err));
    b.lon_deg = pv_row_real(spot, 1);
    b.lat_deg = pv_row_real(spot, 2);
    (void)snprintf(b.first, sizeof b.first, "%s", pv_row_text(spot, 0));
    pv_stmt_reset(spot);
    PV_TRY(pv_plot_make(w->maker, &b, fid, err));
    PV_TRY(pv_fids_add(&w->made, *fid, err));
out:
    return st;
}

/* Which plot of the ledger each set stays: the one that was seen first, then the one that was made first. */
static pv_status choose_plots(pv_plots_work *w, node_set *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, w->s->db, "SELECT coalesce(min(first_seen,found_on),first_seen,found_on,'') FROM plots WHERE fid=?", err));
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
    pv_stmt *give = NULL, *sight = NULL, *spot = NULL;
    PV_TRY(pv_plot_maker_new(&w->maker, w->s, err));
    PV_TRY(pv_stmt_new(&spot, w->s->db, "SELECT id,lon,lat FROM hotspots WHERE fid=?", err));
    PV_TRY(pv_stmt_new(&give, w->s->db, "UPDATE hotspots SET plot=?2 WHERE fid=?1", err));
    PV_TRY(pv_stmt_new(&sight, w->s->db,
                       "INSERT INTO looks(plot,photo,date,seen) SELECT ?2,p.fid,p.day,1 FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.fid=?1"
                       " ON CONFLICT DO UPDATE SET seen=1",
                       err));
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].is_plot) continue;
        node *to = &s->at[first_of(s, i)];
        if (to->plot == 0) PV_TRY(make_plot(w, spot, s->at[i].fid, &to->plot, err));
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
    pv_plot_maker_free(w->maker);
    w->maker = NULL;
    pv_stmt_free(spot);
    pv_stmt_free(give);
    pv_stmt_free(sight);
    return st;
}

/* What a merged plot (?1) hands over to the one that stays (?2). Its own row stays as it was, without a place on the map. */
static const struct {
    const char *sql;
    int values; /* the third: the night's date */
} hand_over[] = {
    {"INSERT INTO joins(part,plot,date) VALUES(?1,?2,?3)", 3},
    {"UPDATE hotspots SET plot=?2,part=coalesce(part,?1) WHERE plot=?1", 2},
    {"INSERT INTO looks(plot,photo,date,seen) SELECT ?2,photo,date,1 FROM looks WHERE plot=?1 AND seen=1 ON CONFLICT DO UPDATE SET seen=1", 2},
    {"DELETE FROM looks WHERE plot=?1", 1},
    {"UPDATE plots SET merged_into=?2,merged_on=?3 WHERE merged_into=?1", 3},
    {"UPDATE plots SET split_from=nullif(?2,fid) WHERE split_from=?1", 2},
    {"UPDATE plots SET merged_into=?2,merged_on=?3,geom=NULL WHERE fid=?1", 3},
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
        for (int k = 0; k < STEPS; k++) {
            pv_stmt_int(q[k], 1, from);
            if (hand_over[k].values >= 2) pv_stmt_int(q[k], 2, to);
            if (hand_over[k].values >= 3) pv_stmt_text(q[k], 3, w->date);
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
    for (size_t i = 0; i < n; i++) PV_TRY(meet_all(&f, w, &s, i, err));
    PV_TRY(adopt(&f, &s, err));
    PV_TRY(choose_plots(w, &s, err));
    PV_TRY(give_plots(w, &s, err));
    PV_TRY(merge_plots(w, &s, err));
out:
    free_nodes(&s);
    free_finder(&f);
    return st;
}
