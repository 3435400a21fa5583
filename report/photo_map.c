#include "report/photo_map.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geo/place.h"
#include "report/look.h"
#include "vision/picture.h"

#include "base/banned.h"

enum { SIDE = PV_MAP_IMAGE_SIDE, EDGE_POINTS = 64, NODE_PX = 16, VALUES = 65536 };

static const double earth_m = 6378137, pi = 3.14159265358979323846, most_lat = 85.05;

/* The photo in small. */
typedef struct small_photo {
    const pv_photo_facts *facts;
    pv_look look;
    int x_px, y_px, w, h; /* photo pixels in a small pixel; small pixels */
    uint16_t *mean[3];    /* [h][w] of the look's bands; owned */
    uint8_t *there;       /* [h][w] 1 = some of its cells are valid; owned */
} small_photo;

/* The map's picture: pixel (x, y)'s outer corner is at west_m + x * step_m, north_m - y * step_m. */
typedef struct map_frame {
    double west_m, north_m, step_m;
    int w, h;
} map_frame;

/* ---- the photo in small ---- */

static void small_release(small_photo *s)
{
    for (int k = 0; k < 3; k++) pv_free(s->mean[k]);
    pv_free(s->there);
}

static pv_status small_make(small_photo *s, const pv_small *from, const pv_photo_facts *facts, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)from->w * (size_t)from->h;
    *s = (small_photo){
        .facts = facts, .look = pv_look_natural(facts), .x_px = from->side * from->fx, .y_px = from->side * from->fy, .w = from->w, .h = from->h};
    PV_TRY(pv_alloc(&s->there, n, 1, "photo in small", err));
    for (int k = 0; k < 3; k++) PV_TRY(pv_alloc(&s->mean[k], n, sizeof *s->mean[k], "photo in small", err));
    for (size_t i = 0; i < n; i++) {
        s->there[i] = from->n[i] > 0;
        for (int k = 0; k < 3 && s->there[i]; k++) s->mean[k][i] = (uint16_t)(from->sum[k][i] / from->n[i]);
    }
out:
    return st;
}

pv_status pv_photo_map_small(pv_small **out, const pv_photo_facts *facts, int fx, int fy, pv_err *err)
{
    pv_look look = pv_look_natural(facts);
    return pv_small_new(out, facts, fx, fy, look.band, SIDE, err);
}

/* The 2nd and 98th percentile of a band of the small photo. */
static pv_status small_range(const small_photo *s, int k, uint16_t *low, uint16_t *high, pv_err *err)
{
    int64_t *count = NULL, n = 0, sum = 0;
    size_t pixels = (size_t)s->w * (size_t)s->h;
    pv_status st = pv_alloc(&count, VALUES, sizeof *count, "photo in small", err);
    if (st != PV_OK) return st;
    for (size_t i = 0; i < pixels; i++) {
        if (!s->there[i]) continue;
        count[s->mean[k][i]]++;
        n++;
    }
    *low = 0;
    *high = VALUES - 1;
    for (int v = 0; v < VALUES && n > 0; v++) {
        if (sum * 50 <= n) *low = (uint16_t)v;
        sum += count[v];
        if (sum * 50 >= n * 49) {
            *high = (uint16_t)v;
            break;
        }
    }
    pv_free(count);
    return PV_OK;
}

/* Means become 0..255 of the picture's channels, in place. */
static pv_status small_colour(small_photo *s, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t low[3], high[3];
    uint8_t rgb[3];
    for (int k = 0; k < 3; k++) PV_TRY(small_range(s, k, &low[k], &high[k], err));
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        int v[3];
        if (!s->there[i]) continue;
        for (int k = 0; k < 3; k++) v[k] = pv_look_stretch(s->mean[k][i], low[k], high[k]);
        pv_look_mix(s->look.how, v, rgb);
        for (int k = 0; k < 3; k++) s->mean[k][i] = rgb[k];
    }
out:
    return st;
}

/* ---- the map ---- */

static double lon_of(double x_m)
{
    return x_m / earth_m * 180 / pi;
}

static double lat_of(double y_m)
{
    return (2 * atan(exp(y_m / earth_m)) - pi / 2) * 180 / pi;
}

/* Where the photo's frame lies, in metres of Web Mercator: its edges, point by point. */
static pv_status frame_of(map_frame *out, const small_photo *s, pv_place *place, pv_err *err)
{
    pv_status st = PV_OK;
    double box[4] = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL}, w = s->facts->width_px, h = s->facts->height_px, lat_sum = 0;
    for (int k = 0; k < 4 * EDGE_POINTS; k++) {
        double t = (double)(k % EDGE_POINTS) / EDGE_POINTS, lon = 0, lat = 0;
        int side = k / EDGE_POINTS;
        double x = side == 0 ? t * w : side == 1 ? w : side == 2 ? w - t * w : 0, y = side == 0 ? 0 : side == 1 ? t * h : side == 2 ? h : h - t * h;
        PV_TRY(pv_place_lonlat(place, x, y, &lon, &lat, err));
        if (fabs(lat) > most_lat) PV_TRY(pv_fail(err, PV_INPUT, "the photo lies too near to a pole for a picture in Web Mercator"));
        double mx = lon * pi / 180 * earth_m, my = log(tan(pi / 4 + lat * pi / 360)) * earth_m;
        box[0] = fmin(box[0], mx);
        box[1] = fmin(box[1], my);
        box[2] = fmax(box[2], mx);
        box[3] = fmax(box[3], my);
        lat_sum += lat;
    }
    double wide = box[2] - box[0], high = box[3] - box[1], scale = cos(lat_sum / (4 * EDGE_POINTS) * pi / 180);
    double own = fmin(s->facts->gsd_x_m * s->x_px, s->facts->gsd_y_m * s->y_px) / scale;
    out->step_m = fmax(fmax(wide, high) / SIDE, own);
    if (!(out->step_m > 0) || wide > earth_m) PV_TRY(pv_fail(err, PV_INPUT, "the photo has no place for a picture in Web Mercator"));
    out->west_m = box[0];
    out->north_m = box[3];
    out->w = pv_min(pv_max((int)ceil(wide / out->step_m - 1e-6), 1), SIDE);
    out->h = pv_min(pv_max((int)ceil(high / out->step_m - 1e-6), 1), SIDE);
out:
    return st;
}

/* Small pixels at a node of the map's lattice; 0 = it has none. */
static int node_at(const small_photo *s, const map_frame *m, pv_place *place, int nx, int ny, double xy[2])
{
    double lon = lon_of(m->west_m + nx * NODE_PX * m->step_m), lat = lat_of(m->north_m - ny * NODE_PX * m->step_m);
    if (!pv_place_pixel(place, lon, lat, &xy[0], &xy[1])) return 0;
    xy[0] /= s->x_px;
    xy[1] /= s->y_px;
    return isfinite(xy[0]) && isfinite(xy[1]) && fabs(xy[0]) < 1e6 && fabs(xy[1]) < 1e6;
}

/* The colour at (x, y) in small pixels: bilinear between the middles of those that are there; black outside of the photo. */
static void colour_at(const small_photo *s, double x, double y, uint8_t rgb[3])
{
    double w_in = (double)s->facts->width_px / s->x_px, h_in = (double)s->facts->height_px / s->y_px, sum[3] = {0}, weight = 0;
    if (!(x >= 0) || !(y >= 0) || x >= w_in || y >= h_in) return;
    int x0 = (int)floor(x - 0.5), y0 = (int)floor(y - 0.5);
    double ax = x - 0.5 - x0, ay = y - 0.5 - y0;
    for (int k = 0; k < 4; k++) {
        int px = pv_min(pv_max(x0 + (k & 1), 0), s->w - 1), py = pv_min(pv_max(y0 + (k >> 1), 0), s->h - 1);
        size_t i = (size_t)py * (size_t)s->w + (size_t)px;
        double a = ((k & 1) != 0 ? ax : 1 - ax) * (k >> 1 != 0 ? ay : 1 - ay);
        if (!s->there[i]) continue;
        weight += a;
        for (int c = 0; c < 3; c++) sum[c] += a * s->mean[c][i];
    }
    if (weight < 0.5) return;
    for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)floor(fmin(sum[c] / weight, 255) + 0.5);
}

/* The photo's pixel is worked out at the corners of squares of the map and is bilinear in them. */
static void map_square(pv_picture *to, const small_photo *s, const map_frame *m, pv_place *place, int nx, int ny)
{
    double at[4][2];
    int ok = 1;
    for (int k = 0; k < 4; k++) ok = node_at(s, m, place, nx + (k & 1), ny + (k >> 1), at[k]) && ok;
    if (!ok) return;
    for (int y = ny * NODE_PX; y < pv_min((ny + 1) * NODE_PX, m->h); y++) {
        for (int x = nx * NODE_PX; x < pv_min((nx + 1) * NODE_PX, m->w); x++) {
            double ax = (x + 0.5) / NODE_PX - nx, ay = (y + 0.5) / NODE_PX - ny, xy[2];
            for (int c = 0; c < 2; c++) xy[c] = (1 - ay) * ((1 - ax) * at[0][c] + ax * at[1][c]) + ay * ((1 - ax) * at[2][c] + ax * at[3][c]);
            colour_at(s, xy[0], xy[1], to->rgb + 3 * ((size_t)y * (size_t)m->w + (size_t)x));
        }
    }
}

pv_status pv_photo_map(pv_photo *photo, pv_small *small, const atomic_int *stop, uint8_t **jpeg, size_t *n, pv_map_image *image, pv_err *err)
{
    pv_status st = PV_OK;
    small_photo s = {.w = 0};
    map_frame m = {0};
    pv_picture to = {0};
    pv_place *place = pv_photo_place(photo);
    int size[2] = {0};
    if (place == NULL) return pv_fail(err, PV_INPUT, "the photo has no place");
    if (!small->whole) PV_TRY(pv_small_read(small, photo, stop, err));
    PV_TRY(small_make(&s, small, pv_photo_facts_of(photo), err));
    PV_TRY(small_colour(&s, err));
    PV_TRY(frame_of(&m, &s, place, err));
    PV_TRY(pv_picture_new(&to, m.w, m.h, err));
    for (int ny = 0; ny * NODE_PX < m.h; ny++)
        for (int nx = 0; nx * NODE_PX < m.w; nx++) map_square(&to, &s, &m, place, nx, ny);
    PV_TRY(pv_picture_jpeg(&to, PV_PHOTO_MAP_BYTES, jpeg, n, size, err));
    *image = (pv_map_image){.west = lon_of(m.west_m),
                            .north = lat_of(m.north_m),
                            .east = lon_of(m.west_m + m.w * m.step_m),
                            .south = lat_of(m.north_m - m.h * m.step_m),
                            .width_px = size[0],
                            .height_px = size[1]};
out:
    small_release(&s);
    pv_picture_release(&to);
    return st;
}
