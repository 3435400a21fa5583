/* Which plot a row speaks of, and whether its position is shifted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "geo/gcj02.h"
#include "geo/geodesic.h"
#include "season/returns_internal.h"

#include "base/banned.h"

static const double PV_FAR_M = 200;      /* of the id's plot: doubtful */
static const double PV_OFF_POINT_M = 30; /* of an audit's point, likewise: it must not be moved, and a phone is 10 m wrong and more in a forest */
static const double PV_ALIKE_M = 20;     /* an offset that is a shift's */
static const double PV_UNSHIFTED = 100;  /* metres from the plot that a crew's own position may have */
enum { PV_ROWS_FOR_A_SHIFT = 3 };

/* In the plane that touches the middle of the two: right to a thousandth for some kilometres. */
static void offset_of(double lon1, double lat1, double lon2, double lat2, double *east_m, double *north_m)
{
    double m[2];
    pv_metres_per_degree((lat1 + lat2) / 2, m);
    *east_m = (lon2 - lon1) * m[0];
    *north_m = (lat2 - lat1) * m[1];
}

double pv_return_metres(double lon1, double lat1, double lon2, double lat2)
{
    double e, n;
    offset_of(lon1, lat1, lon2, lat2, &e, &n);
    return hypot(e, n);
}

static void set_plot(pv_return_row *row, int64_t plot, const char *id, double lon, double lat, pv_return_how how)
{
    row->plot = plot;
    row->plot_lon = lon;
    row->plot_lat = lat;
    row->line.how = how;
    (void)snprintf(row->line.plot, sizeof row->line.plot, "%s", id);
}

pv_status pv_return_by_id(pv_return_row *row, pv_season *s, const char *today, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot p;
    int found = 0;
    if (row->id[0] == '\0') return PV_OK;
    if (row->id[0] == 'S') return pv_return_point(row, s, err);
    PV_TRY(pv_plots_find(s, row->id, today, &p, &found, err));
    if (found)
        set_plot(row, p.fid, p.id, p.lon_deg, p.lat_deg, PV_RETURN_BY_ID);
    else if (row->id_in_name)
        row->id[0] = '\0';
    else if (row->says && row->line.outcome != PV_RETURN_REFUSED)
        pv_return_not_taken(row, PV_RETURN_DOUBTFUL, "there is no plot %.20s in this season", row->id);
out:
    return st;
}

/* ---- the datum ---- */

/* Does its id say where it is? */
static int is_placed(const pv_return_row *row)
{
    return row->plot != 0 || row->point != 0;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, rising);
    return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

typedef struct offsets {
    size_t n;
    double east_m, north_m; /* medians */
    double off[3];          /* their distance from what each datum would give, metres; by pv_datum - 1 */
    double shift[3];        /* how long that is */
} offsets;

/* Medians of how far the rows with ids lie from their plots, and of where each datum would put them. */
static pv_status measure(offsets *o, const pv_return_row *row, size_t n, pv_err *err)
{
    typedef void shift_of(double, double, double *, double *);
    static shift_of *const shift[] = {NULL, pv_gcj02_from_wgs84, pv_bd09_from_wgs84};
    pv_status st = PV_OK;
    double *v[2] = {NULL, NULL}, e, no;
    PV_TRY(pv_alloc(&v[0], n, sizeof *v[0], "offsets", err));
    PV_TRY(pv_alloc(&v[1], n, sizeof *v[1], "offsets", err));
    *o = (offsets){.n = 0};
    for (int k = 0; k < 3; k++) {
        o->n = 0;
        double sum_e = 0, sum_n = 0;
        for (size_t i = 0; i < n; i++) {
            if (!is_placed(&row[i]) || !row[i].has_place || row[i].r->datum != PV_DATUM_UNSAID) continue;
            double lon = row[i].plot_lon, lat = row[i].plot_lat;
            if (shift[k] != NULL) shift[k](lon, lat, &lon, &lat);
            offset_of(lon, lat, row[i].lon_deg, row[i].lat_deg, &v[0][o->n], &v[1][o->n]);
            offset_of(row[i].plot_lon, row[i].plot_lat, lon, lat, &e, &no);
            sum_e += e;
            sum_n += no;
            o->n++;
        }
        if (o->n == 0) break;
        double me = median(v[0], o->n), mn = median(v[1], o->n);
        o->off[k] = hypot(me, mn);
        o->shift[k] = hypot(sum_e, sum_n) / (double)o->n;
    }
out:
    pv_free(v[0]);
    pv_free(v[1]);
    return st;
}

static void settle(pv_return_source *source, pv_datum datum, const char *known_by)
{
    source->datum = datum;
    source->known_by = known_by;
}

static void ask_for(char text[PV_ERR_TEXT], const char *sentence)
{
    size_t n = strlen(text);
    (void)snprintf(text + n, PV_ERR_TEXT - n, "%s", sentence);
}

static void ask(pv_return_source *source, const char *fmt, ...) PV_PRINTF(2, 3);
static void ask(pv_return_source *source, const char *fmt, ...)
{
    static const char sentence[] = PV_N("; say in which datum it is: --datum wgs84 or --datum gcj02 (maps of 奥维, 高德), --datum bd09 (百度)");
    pv_err *r = &source->refused;
    va_list args;
    va_start(args, fmt);
    (void)pv_failv(r, PV_INPUT, fmt, args);
    va_end(args);
    ask_for(r->text, sentence);
    if (r->local[0] != '\0') ask_for(r->local, pv_tr(sentence));
}

/* Rows that their position places. */
static size_t placed_rows(const pv_return_row *row, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += row[i].says && row[i].line.outcome != PV_RETURN_REFUSED && !is_placed(&row[i]) && row[i].has_place && row[i].r->datum == PV_DATUM_UNSAID;
    return k;
}

static void decide(pv_return_source *source, const offsets *o, size_t placed, pv_datum said)
{
    static const char *const datum[] = {"WGS 84", "GCJ-02", "BD-09"};
    int shifted = o->n > 0 && o->off[0] > PV_UNSHIFTED;
    for (int k = 1; shifted && k < 3; k++) {
        if (o->off[k] > PV_ALIKE_M || o->shift[k] < 100) continue;
        if (o->n >= PV_ROWS_FOR_A_SHIFT) {
            settle(source, (pv_datum)(k + 1), PV_N("detected"));
        } else if (o->n == 1) {
            ask(source, "1 of its places with ids is off by %.0f m, as %s would be, which is too few to tell", o->off[0], datum[k]);
        } else {
            ask(source, "%zu of its places with ids are off by %.0f m, as %s would be, which is too few to tell", o->n, o->off[0], datum[k]);
        }
        return;
    }
    if (said != PV_DATUM_UNSAID)
        settle(source, said, PV_N("said"));
    else if (shifted && (placed > 0 || o->n >= PV_ROWS_FOR_A_SHIFT))
        ask(source, "its places lie off those of their plots, and not as a known shift would put them");
    else if (o->n > 0)
        settle(source, PV_DATUM_WGS84, PV_N("detected"));
    else if (placed > 0)
        ask(source, "nothing in it says whether its places are shifted, as those that map apps export are");
    else
        settle(source, PV_DATUM_WGS84, PV_N("assumed"));
}

static void unshift(pv_return_row *row, pv_datum datum)
{
    if (!row->has_place) return;
    if (datum == PV_DATUM_GCJ02) pv_wgs84_from_gcj02(row->lon_deg, row->lat_deg, &row->lon_deg, &row->lat_deg);
    if (datum == PV_DATUM_BD09) pv_wgs84_from_bd09(row->lon_deg, row->lat_deg, &row->lon_deg, &row->lat_deg);
}

pv_status pv_return_settle_datum(pv_return_source *source, pv_return_row *row, size_t n, const pv_return_options *options, pv_datum said, pv_err *err)
{
    pv_status st = PV_OK;
    offsets o = {.n = 0};
    PV_TRY(measure(&o, row, n, err));
    source->shift_m = o.n > 0 ? o.off[0] : -1;
    if (options->datum != PV_DATUM_UNSAID)
        settle(source, options->datum, PV_N("given"));
    else if (options->kind != PV_RETURN_FINDINGS)
        settle(source, said != PV_DATUM_UNSAID ? said : PV_DATUM_WGS84, said != PV_DATUM_UNSAID ? "said" : "assumed");
    else if (said == PV_DATUM_GCJ02 || said == PV_DATUM_BD09)
        settle(source, said, PV_N("said"));
    else
        decide(source, &o, placed_rows(row, n), said);
    if (source->refused.status != PV_OK) goto out;
    for (size_t i = 0; i < n; i++) {
        int own = options->datum == PV_DATUM_UNSAID && row[i].r->datum != PV_DATUM_UNSAID;
        unshift(&row[i], own ? row[i].r->datum : source->datum);
        if (!is_placed(&row[i]) || !row[i].has_place) continue;
        row[i].line.off_m = pv_return_metres(row[i].plot_lon, row[i].plot_lat, row[i].lon_deg, row[i].lat_deg);
        if (row[i].line.off_m > (row[i].point != 0 ? PV_OFF_POINT_M : PV_FAR_M) && row[i].says && row[i].line.outcome != PV_RETURN_REFUSED) {
            if (row[i].point != 0)
                pv_return_not_taken(&row[i], PV_RETURN_DOUBTFUL, "its place is %.0f m from point %s: a wrong id, or shifted coordinates (--datum)",
                                    row[i].line.off_m, row[i].line.plot);
            else
                pv_return_not_taken(&row[i], PV_RETURN_DOUBTFUL, "its place is %.0f m from plot %s: a wrong id, or shifted coordinates (--datum)",
                                    row[i].line.off_m, row[i].line.plot);
        }
    }
out:
    return st;
}

/* ---- by distance ---- */

static int by_latitude(const void *a, const void *b)
{
    const pv_known_plot *x = a, *y = b;
    if (x->lat_deg != y->lat_deg) return x->lat_deg < y->lat_deg ? -1 : 1;
    return (x->fid > y->fid) - (x->fid < y->fid);
}

void pv_known_plots_release(pv_known_plots *k)
{
    pv_free(k->at);
    *k = (pv_known_plots){.n = 0};
}

pv_status pv_known_plots_read(pv_known_plots *out, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_known_plots k = {.n = 0};
    pv_stmt *q = NULL;
    int more = 0;
    PV_TRY(pv_stmt_new(&q, s->db, "SELECT fid,id,lon,lat FROM plots WHERE merged_into IS NULL", err));
    PV_TRY(pv_stmt_step(q, &more, err));
    while (more) {
        PV_TRY(pv_grow(&k.at, &k.cap, k.n + 1, sizeof *k.at, "plots", err));
        pv_known_plot *p = &k.at[k.n++];
        *p = (pv_known_plot){.fid = pv_row_int(q, 0), .lon_deg = pv_row_real(q, 2), .lat_deg = pv_row_real(q, 3)};
        (void)snprintf(p->id, sizeof p->id, "%s", pv_row_text(q, 1));
        PV_TRY(pv_stmt_step(q, &more, err));
    }
    if (k.n > 0) qsort(k.at, k.n, sizeof *k.at, by_latitude);
    *out = k;
    k = (pv_known_plots){.n = 0};
out:
    pv_stmt_free(q);
    pv_known_plots_release(&k);
    return st;
}

/* The first plot that lies as far north as lat. */
static size_t first_from(const pv_known_plots *k, double lat)
{
    size_t low = 0, high = k->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (k->at[mid].lat_deg < lat)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void pv_return_by_distance(pv_return_row *row, const pv_known_plots *known, double match_m)
{
    const pv_known_plot *best[2] = {NULL, NULL};
    double near[2] = {1e9, 1e9}, high = (2 * match_m + 1) / 110574.0;
    if (!row->has_place || row->plot != 0) return;
    for (size_t i = first_from(known, row->lat_deg - high); i < known->n && known->at[i].lat_deg <= row->lat_deg + high; i++) {
        double d = pv_return_metres(known->at[i].lon_deg, known->at[i].lat_deg, row->lon_deg, row->lat_deg);
        int first = d < near[0];
        if (first) {
            near[1] = near[0];
            best[1] = best[0];
        }
        if (first || d < near[1]) {
            near[!first] = d;
            best[!first] = &known->at[i];
        }
    }
    if (best[0] == NULL || near[0] > match_m) return;
    if (best[1] != NULL && near[1] <= 2 * near[0]) {
        pv_return_not_taken(row, PV_RETURN_DOUBTFUL, "two plots are near: %s at %.1f m and %s at %.1f m; give the id", best[0]->id, near[0],
                            best[1]->id, near[1]);
    } else {
        set_plot(row, best[0]->fid, best[0]->id, best[0]->lon_deg, best[0]->lat_deg, PV_RETURN_BY_DISTANCE);
        row->line.off_m = near[0];
    }
}
