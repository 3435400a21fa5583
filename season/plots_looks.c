/* Which photos looked at a plot without seeing it. */
#include <stdlib.h>

#include "season/plots_internal.h"

#include "base/mem.h"

#include "base/banned.h"

typedef struct look_pair {
    int64_t photo, plot;
} look_pair;

/* At a photo's coverage. */
typedef struct look_statements {
    pv_stmt *coverage, *near_photo, *near_plot, *keep_box, *place, *look;
} look_statements;

static void free_statements(look_statements *q)
{
    pv_stmt_free(q->coverage);
    pv_stmt_free(q->near_photo);
    pv_stmt_free(q->near_plot);
    pv_stmt_free(q->keep_box);
    pv_stmt_free(q->place);
    pv_stmt_free(q->look);
}

static pv_status prepare(look_statements *q, pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&q->coverage, db, "SELECT c.cells,p.day FROM coverage c JOIN photos p ON p.fid=c.photo WHERE c.photo=?", err));
    PV_TRY(pv_stmt_new(&q->near_photo, db,
                       "SELECT p.fid,p.lon,p.lat FROM plots_box b JOIN plots p ON p.fid=b.fid"
                       " WHERE b.west<=?3 AND b.east>=?1 AND b.south<=?4 AND b.north>=?2 AND p.merged_into IS NULL",
                       err));
    PV_TRY(pv_stmt_new(&q->near_plot, db, "SELECT fid FROM photos_box WHERE west<=?3 AND east>=?1 AND south<=?4 AND north>=?2", err));
    PV_TRY(pv_stmt_new(&q->keep_box, db, "INSERT OR REPLACE INTO photos_box(west,south,east,north,fid) VALUES(?1,?2,?3,?4,?5)", err));
    PV_TRY(pv_stmt_new(&q->place, db, "SELECT lon,lat FROM plots WHERE fid=? AND merged_into IS NULL", err));
    PV_TRY(pv_stmt_new(&q->look, db, "INSERT INTO looks(plot,photo,date,seen) VALUES(?,?,?,0) ON CONFLICT DO NOTHING", err));
out:
    return st;
}

static pv_status look_at(pv_plots_work *w, const look_statements *q, int64_t plot, double lon_deg, double lat_deg, int64_t photo, pv_err *err)
{
    pv_status st = PV_OK;
    int seen = 0;
    PV_TRY(w->ground->seen(w->ground->self, lon_deg, lat_deg, &seen, err));
    if (!seen) goto out;
    pv_stmt_int(q->look, 1, plot);
    pv_stmt_int(q->look, 2, photo);
    pv_stmt_text(q->look, 3, pv_row_text(q->coverage, 1));
    PV_TRY(pv_stmt_run(q->look, err));
    PV_TRY(pv_fids_add(&w->touched, plot, err));
out:
    return st;
}

/* Opens a photo's coverage; *there = 0: it has none. The statement stays at its row as long as it is open. */
static pv_status open_photo(pv_plots_work *w, const look_statements *q, int64_t photo, double box[4], int *there, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    pv_stmt_int(q->coverage, 1, photo);
    PV_TRY(pv_stmt_step(q->coverage, there, err));
    if (!*there) goto out;
    const void *cells = pv_row_blob(q->coverage, 0, &n);
    PV_TRY(pv_where(err, w->ground->open(w->ground->self, cells, n, box, err), "coverage of photo %lld", (long long)photo));
out:
    return st;
}

static void close_photo(pv_plots_work *w, const look_statements *q)
{
    w->ground->close(w->ground->self);
    pv_stmt_reset(q->coverage);
}

/* A new photo and all plots. */
static pv_status look_down(pv_plots_work *w, const look_statements *q, int64_t photo, pv_err *err)
{
    pv_status st = PV_OK;
    double box[4];
    int there = 0, row = 0;
    PV_TRY(open_photo(w, q, photo, box, &there, err));
    if (!there) goto out;
    pv_box_bind(q->keep_box, 1, box);
    pv_stmt_int(q->keep_box, 5, photo);
    PV_TRY(pv_stmt_run(q->keep_box, err));
    pv_box_bind(q->near_photo, 1, box);
    PV_TRY(pv_stmt_step(q->near_photo, &row, err));
    while (row) {
        PV_TRY(look_at(w, q, pv_row_int(q->near_photo, 0), pv_row_real(q->near_photo, 1), pv_row_real(q->near_photo, 2), photo, err));
        PV_TRY(pv_stmt_step(q->near_photo, &row, err));
    }
out:
    pv_stmt_reset(q->near_photo);
    close_photo(w, q);
    return st;
}

static int by_photo(const void *a, const void *b)
{
    const look_pair *p = a, *q = b;
    if (p->photo != q->photo) return p->photo < q->photo ? -1 : 1;
    return p->plot < q->plot ? -1 : p->plot > q->plot;
}

/* Photos of earlier updates whose box a new plot's point lies in. */
static pv_status find_pairs(pv_plots_work *w, const look_statements *q, look_pair **out, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t cap = 0;
    for (size_t i = 0; i < w->made.n; i++) {
        int row = 0;
        pv_stmt_int(q->place, 1, w->made.at[i]);
        PV_TRY(pv_stmt_step(q->place, &row, err));
        if (!row) continue;
        const double lon = pv_row_real(q->place, 0), lat = pv_row_real(q->place, 1), box[4] = {lon, lat, lon, lat};
        pv_stmt_reset(q->place);
        pv_box_bind(q->near_plot, 1, box);
        PV_TRY(pv_stmt_step(q->near_plot, &row, err));
        while (row) {
            int64_t photo = pv_row_int(q->near_plot, 0);
            if (!pv_fids_has(&w->photos, photo)) {
                PV_TRY(pv_grow(out, &cap, *n + 1, sizeof **out, "looks", err));
                (*out)[(*n)++] = (look_pair){photo, w->made.at[i]};
            }
            PV_TRY(pv_stmt_step(q->near_plot, &row, err));
        }
    }
    if (*n > 1) qsort(*out, *n, sizeof **out, by_photo);
out:
    pv_stmt_reset(q->near_plot);
    return st;
}

/* A photo of before and n new plots. */
static pv_status look_back(pv_plots_work *w, const look_statements *q, const look_pair *pair, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    double box[4];
    int there = 0, row = 0;
    PV_TRY(open_photo(w, q, pair->photo, box, &there, err));
    for (size_t i = 0; i < n && there; i++) {
        pv_stmt_int(q->place, 1, pair[i].plot);
        PV_TRY(pv_stmt_step(q->place, &row, err));
        const double lon = pv_row_real(q->place, 0), lat = pv_row_real(q->place, 1);
        pv_stmt_reset(q->place);
        PV_TRY(look_at(w, q, pair[i].plot, lon, lat, pair->photo, err));
    }
out:
    close_photo(w, q);
    return st;
}

pv_status pv_plots_look(pv_plots_work *w, pv_err *err)
{
    pv_status st = PV_OK;
    look_statements q = {NULL, NULL, NULL, NULL, NULL, NULL};
    look_pair *pairs = NULL;
    size_t n = 0;
    if (w->ground == NULL) return PV_OK;
    PV_TRY(prepare(&q, w->s->db, err));
    for (size_t i = 0; i < w->photos.n; i++) PV_TRY(look_down(w, &q, w->photos.at[i], err));
    PV_TRY(find_pairs(w, &q, &pairs, &n, err));
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && pairs[i + k].photo == pairs[i].photo;) k++;
        PV_TRY(look_back(w, &q, pairs + i, k, err));
    }
out:
    free_statements(&q);
    pv_free(pairs);
    return st;
}
