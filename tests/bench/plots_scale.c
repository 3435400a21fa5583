/* How long the memory of plots takes in a large season: plots_scale FOLDER [PLOTS].
 *
 * Makes a season in FOLDER (which must not be there) whose PLOTS places (default 100000) lie 20 m apart, each shown by one hotspot of three flights; photos of 50 x 50 places see
 * all of their ground. Then a night of 500 hotspots more, half of them on old places, and the lists. Prints seconds and the peak of memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "geo/cells_shape.h"
#include "geo/gdal_door.h"
#include "season/findings.h"
#include "season/gpkg_geom.h"
#include "season/plots.h"
#include "season/season_ground.h"
#include "season/sheets.h"

#include "base/banned.h"

enum { PHOTO_SIDE = 50, FLIGHTS = 3, MORE = 500 };

static const double west = 105.0, south = 34.0, step_deg = 0.0002, half_deg = 0.00001;

static const pv_cell_grid grid = {4544, 1};

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double cpu_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static long peak_mib(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    return r.ru_maxrss / 1024;
}

typedef struct filler {
    pv_season *s;
    pv_night night;
    pv_stmt *photo, *spot;
    pv_cell_globe *globe;
    int64_t hotspots;
} filler;

/* All cells of a box are seen. */
static pv_status add_ground(filler *f, int64_t photo, const double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    pv_cells *cells = NULL;
    pv_text bytes = {0};
    double i[2] = {0, 0}, j[2] = {0, 0};
    for (int k = 0; k < 2; k++)
        if (!pv_cell_globe_cell(f->globe, box[2 * k], box[2 * k + 1], &i[k], &j[k])) PV_TRY(pv_fail(err, PV_BUG, "no place on the grid"));
    PV_TRY(pv_cells_new(&cells, &grid, err));
    for (int32_t y = (int32_t)j[0]; y < (int32_t)j[1]; y++) PV_TRY(pv_cells_set(cells, y, (int32_t)i[0], (int32_t)i[1], PV_CELL_SEEN, err));
    PV_TRY(pv_cells_finish(cells, err));
    PV_TRY(pv_cells_encode(cells, &bytes, err));
    PV_TRY(pv_ground_take(f->s, photo, bytes.data, bytes.len, err));
out:
    pv_cells_free(cells);
    pv_text_release(&bytes);
    return st;
}

static pv_status add_photo(filler *f, int flight, int k, const double box[4], int64_t *fid, pv_err *err)
{
    pv_status st = PV_OK;
    char file[64], taken[32];
    (void)snprintf(file, sizeof file, "%d/%06d.tif", flight, k);
    (void)snprintf(taken, sizeof taken, "2026-0%d-10T10:00:00", 4 + flight % 5);
    pv_stmt_int(f->photo, 1, f->night.id);
    pv_stmt_text(f->photo, 2, file);
    pv_stmt_text(f->photo, 3, taken);
    PV_TRY(pv_stmt_run(f->photo, err));
    *fid = pv_sql_last_id(f->s->db);
    PV_TRY(add_ground(f, *fid, box, err));
out:
    return st;
}

static pv_status add_spot(filler *f, int64_t photo, double lon, double lat, pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {.n = 0};
    pv_text json = {0}, geom = {0};
    char id[32];
    double box[4];
    const double w = lon - half_deg, e = lon + half_deg, s = lat - half_deg, n = lat + half_deg;
    (void)snprintf(id, sizeof id, "%016llx", (unsigned long long)f->hotspots++);
    pv_text_addf(&json, "{\"type\":\"Polygon\",\"coordinates\":[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]}", w, s, e, s, e, n, w,
                 n, w, s);
    PV_TRY(pv_json_parse(&j, pv_text_str(&json), json.len, -1, err));
    PV_TRY(pv_geom_polygons(&geom, &j, 0, box, err));
    pv_stmt_blob(f->spot, 1, geom.data, geom.len);
    pv_stmt_int(f->spot, 2, photo);
    pv_stmt_text(f->spot, 3, id);
    pv_stmt_real(f->spot, 4, lon);
    pv_stmt_real(f->spot, 5, lat);
    pv_stmt_real(f->spot, 6, (double)(f->hotspots * 7919 % 10000) / 10000);
    PV_TRY(pv_stmt_run(f->spot, err));
out:
    pv_json_release(&j);
    pv_text_release(&json);
    pv_text_release(&geom);
    return st;
}

static pv_status prepare(filler *f, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_stmt_new(&f->photo, f->s->db, "INSERT INTO photos(night,file,sha256,taken_at,bytes,changed_ns,state) VALUES(?1,?2,?2,?3,1,1,'done')",
                       err));
    PV_TRY(pv_cell_globe_new(&f->globe, &grid, 500000, 3763000, err));
    PV_TRY(pv_stmt_new(&f->spot, f->s->db,
                       "INSERT INTO hotspots(geom,photo,id,lon,lat,area_m2,prob,prob_mean,prob_max,class,properties)"
                       " VALUES(?1,?2,?3,?4,?5,4,?6,0.5,1,'poppy','{\"cut_by_edge\":false,\"days_to_capsule\":20}')",
                       err));
out:
    return st;
}

/* Every `each`-th place of a square of side x side, moved by so many degrees. */
static pv_status fly(filler *f, int flight, int side, int each, double moved_deg, pv_err *err)
{
    pv_status st = PV_OK;
    int k = 0;
    char date[16];
    int64_t photo = 0;
    (void)snprintf(date, sizeof date, "2026-0%d-10", 4 + flight);
    PV_TRY(pv_night_open(f->s, date, &f->night, err));
    PV_TRY(pv_sql_begin(f->s->db, err));
    for (int y = 0; y < side; y += PHOTO_SIDE)
        for (int x = 0; x < side; x += PHOTO_SIDE) {
            const double box[4] = {west + (x - 0.5) * step_deg, south + (y - 0.5) * step_deg, west + (x + PHOTO_SIDE + 0.5) * step_deg,
                                   south + (y + PHOTO_SIDE + 0.5) * step_deg};
            PV_TRY(add_photo(f, flight, k++, box, &photo, err));
            for (int i = 0; i < PHOTO_SIDE * PHOTO_SIDE; i++) {
                int column = x + i % PHOTO_SIDE, row = y + i / PHOTO_SIDE;
                if (column >= side || row >= side || (row * side + column) % each != 0) continue;
                PV_TRY(add_spot(f, photo, west + column * step_deg + moved_deg, south + row * step_deg, err));
            }
        }
    PV_TRY(pv_sql_commit(f->s->db, err));
out:
    return st;
}

static pv_status update(filler *f, const char *what, pv_err *err)
{
    pv_status st = PV_OK;
    double t = seconds(), cpu = cpu_seconds();
    PV_TRY(pv_plots_update(f->s, &f->night, err));
    printf("%s: %.2f s (%.2f of the processor), peak %ld MiB\n", what, seconds() - t, cpu_seconds() - cpu, peak_mib());
    PV_TRY(pv_night_end(f->s, &f->night, "run", "folder", err));
out:
    return st;
}

static pv_status list(filler *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plots_walk *w = NULL;
    pv_plot p = {.fid = 0};
    int more = 1, n = 0;
    double t = seconds(), first = 0;
    PV_TRY(pv_plots_list(&w, f->s, "2026-08-01", err));
    for (; more; n += more) {
        PV_TRY(pv_plots_next(w, &p, &more, err));
        if (n == 0) first = seconds() - t;
    }
    printf("list of %d plots: %.2f s, the first after %.2f s, peak %ld MiB\n", n, seconds() - t, first, peak_mib());
    t = seconds();
    PV_TRY(pv_plots_find(f->s, p.id, "2026-08-01", &p, &more, err));
    printf("one plot by its id: %.4f s\n", seconds() - t);
out:
    pv_plots_walk_free(w);
    return st;
}

/* A finding of every twentieth plot, one batch, and all sheets before and after. */
static pv_status live(filler *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets sh = {.n = 0};
    pv_finding_outcome outcome;
    int n = 0;
    double t = seconds();
    PV_TRY(pv_sheets_read(&sh, f->s, "2026-08-01", PV_SHEETS_SHOWN, NULL, err));
    printf("%zu sheets: %.2f s, peak %ld MiB\n", sh.n, seconds() - t, peak_mib());
    t = seconds();
    PV_TRY(pv_sql_begin(f->s->db, err));
    for (size_t i = 0; i < sh.n; i += 20, n++) {
        pv_finding g;
        pv_finding_clear(&g);
        g.plot = sh.at[i].plot.fid;
        g.status = n % 2 == 0 ? PV_PLOT_CONFIRMED : PV_PLOT_DISPATCHED;
        (void)snprintf(g.date, sizeof g.date, "2026-08-02");
        (void)snprintf(g.person1, sizeof g.person1, "A");
        pv_finding_key(&g, sh.at[i].plot.id);
        PV_TRY(pv_findings_add(f->s, &g, &outcome, err));
    }
    PV_TRY(pv_sql_commit(f->s->db, err));
    printf("%d findings in one batch: %.2f s\n", n, seconds() - t);
    pv_sheets_release(&sh);
    t = seconds();
    PV_TRY(pv_sheets_read(&sh, f->s, "2026-08-03", PV_SHEETS_SHOWN, NULL, err));
    printf("%zu sheets with them: %.2f s\n", sh.n, seconds() - t);
out:
    pv_sql_rollback(f->s->db);
    pv_sheets_release(&sh);
    return st;
}

int main(int argc, char **argv)
{
    pv_status st = PV_OK;
    pv_err err = {.text = ""};
    filler f = {.s = NULL};
    long plots = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
    int side = 1;
    if (argc < 2 || plots < 1) {
        fprintf(stderr, "usage: plots_scale FOLDER [PLOTS]\n");
        return 2;
    }
    while ((long)side * side < plots) side++;
    PV_TRY(pv_geo_start(&err));
    PV_TRY(pv_season_make(argv[1], "scale", &err));
    PV_TRY(pv_season_open(&f.s, argv[1], 1, &err));
    PV_TRY(prepare(&f, &err));
    for (int flight = 0; flight < FLIGHTS; flight++) {
        PV_TRY(fly(&f, flight, side, 1, 0, &err));
        PV_TRY(update(&f, "a flight over all plots", &err));
    }
    int each = side * side / (MORE / 2);
    PV_TRY(fly(&f, FLIGHTS, side, each > 0 ? each : 1, 0, &err));                /* on old places, where the others are missed */
    PV_TRY(fly(&f, FLIGHTS + 5, side, each > 0 ? each : 1, step_deg / 2, &err)); /* between them */
    PV_TRY(update(&f, "a night of 500 hotspots, all plots looked at", &err));
    PV_TRY(pv_night_open(f.s, "2026-08-02", &f.night, &err));
    int64_t photo = 0;
    PV_TRY(pv_sql_begin(f.s->db, &err));
    PV_TRY(add_photo(&f, FLIGHTS + 10, 0, (const double[4]){west, south, west + 40 * step_deg, south + 40 * step_deg}, &photo, &err));
    for (int i = 0; i < MORE; i++) PV_TRY(add_spot(&f, photo, west + i % 25 * step_deg, south + i / 25 * step_deg + (i % 2) * step_deg / 2, &err));
    PV_TRY(pv_sql_commit(f.s->db, &err));
    PV_TRY(update(&f, "a night of one photo with 500 hotspots", &err));
    PV_TRY(pv_night_open(f.s, "2026-08-03", &f.night, &err));
    PV_TRY(update(&f, "nothing new", &err));
    PV_TRY(list(&f, &err));
    PV_TRY(live(&f, &err));
out:
    if (st != PV_OK) fprintf(stderr, "plots_scale: %s\n", err.text);
    pv_stmt_free(f.photo);
    pv_cell_globe_free(f.globe);
    pv_stmt_free(f.spot);
    pv_season_close(f.s);
    return pv_exit_code(st);
}
