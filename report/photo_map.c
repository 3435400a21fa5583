#include "report/photo_map.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geo/place.h"
#include "report/look.h"
#include "vision/picture.h"

#include "base/banned.h"

enum { SIDE = PV_MAP_IMAGE_SIDE, CHUNK = 1024, EDGE_POINTS = 64, NODE_PX = 16, VALUES = 65536 };

static const double earth_m = 6378137, pi = 3.14159265358979323846, most_lat = 85.05;

/* The photo in small. */
typedef struct small_photo {
    const pv_photo_facts *facts;
    pv_look look;
    int f, w, h;       /* photo pixels in a small pixel; small pixels */
    uint16_t *mean[3]; /* [h][w] of the look's bands; owned */
    uint8_t *there;    /* [h][w] 1 = some of its pixels are valid; owned */
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

/* rect: what bands and valid cover. */
static void small_pixel(small_photo *s, int sx, int sy, pv_rect rect, const uint16_t *bands, const uint8_t *valid)
{
    pv_rect cell = pv_rect_intersect((pv_rect){sx * s->f, sy * s->f, s->f, s->f}, rect);
    size_t plane = (size_t)rect.w * (size_t)rect.h, to = (size_t)sy * (size_t)s->w + (size_t)sx;
    uint64_t sum[3] = {0}, n = 0;
    for (int y = cell.y; y < cell.y + cell.h; y++) {
        size_t row = (size_t)(y - rect.y) * (size_t)rect.w;
        for (int x = cell.x; x < cell.x + cell.w; x++) {
            size_t i = row + (size_t)(x - rect.x);
            if (valid[i] != PV_PIXEL_VALID) continue;
            n++;
            for (size_t k = 0; k < 3; k++) sum[k] += bands[k * plane + i];
        }
    }
    s->there[to] = n > 0;
    for (int k = 0; k < 3 && n > 0; k++) s->mean[k][to] = (uint16_t)(sum[k] / n);
}

/* Pieces follow the photo's blocks, so that no block is decoded many times. */
static pv_status small_fill(small_photo *s, pv_photo *photo, const atomic_int *stop, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_photo_facts *p = s->facts;
    uint16_t *bands = NULL;
    uint8_t *valid = NULL;
    int f = s->f, wide = p->block_w_px >= p->width_px;
    int step_x = wide ? s->w * f : pv_max(1, CHUNK / f) * f, step_y = wide ? pv_max(1, 64 / f) * f : step_x;
    PV_TRY(pv_alloc(&bands, (size_t)step_x * (size_t)step_y, 3 * sizeof *bands, "photo in small", err));
    PV_TRY(pv_alloc(&valid, (size_t)step_x * (size_t)step_y, 1, "photo in small", err));
    for (int y = 0; y < p->height_px; y += step_y) {
        for (int x = 0; x < p->width_px; x += step_x) {
            if (stop != NULL && atomic_load(stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped while the photo was made small"));
            pv_rect rect = pv_rect_intersect((pv_rect){x, y, step_x, step_y}, (pv_rect){0, 0, p->width_px, p->height_px});
            if (pv_photo_is_empty(photo, rect)) continue;
            PV_TRY(pv_photo_read(photo, rect, 3, s->look.band, bands, valid, err));
            for (int sy = rect.y / f; sy * f < rect.y + rect.h; sy++)
                for (int sx = rect.x / f; sx * f < rect.x + rect.w; sx++) small_pixel(s, sx, sy, rect, bands, valid);
        }
    }
out:
    pv_free(bands);
    pv_free(valid);
    return st;
}

static pv_status small_make(small_photo *s, pv_photo *photo, const atomic_int *stop, pv_err *err)
{
    pv_status st = PV_OK;
    s->facts = pv_photo_facts_of(photo);
    s->look = pv_look_natural(s->facts);
    s->f = (pv_max(s->facts->width_px, s->facts->height_px) + SIDE - 1) / SIDE;
    s->w = (s->facts->width_px + s->f - 1) / s->f;
    s->h = (s->facts->height_px + s->f - 1) / s->f;
    size_t n = (size_t)s->w * (size_t)s->h;
    for (int k = 0; k < 3; k++) PV_TRY(pv_alloc(&s->mean[k], n, sizeof *s->mean[k], "photo in small", err));
    PV_TRY(pv_alloc(&s->there, n, 1, "photo in small", err));
    PV_TRY(small_fill(s, photo, stop, err));
out:
    return st;
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
    double own = fmin(s->facts->gsd_x_m, s->facts->gsd_y_m) * s->f / scale;
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
    xy[0] /= s->f;
    xy[1] /= s->f;
    return isfinite(xy[0]) && isfinite(xy[1]) && fabs(xy[0]) < 1e6 && fabs(xy[1]) < 1e6;
}

/* The colour at (x, y) in small pixels: bilinear between the middles of those that are there; black outside of the photo. */
static void colour_at(const small_photo *s, double x, double y, uint8_t rgb[3])
{
    double w_in = (double)s->facts->width_px / s->f, h_in = (double)s->facts->height_px / s->f, sum[3] = {0}, weight = 0;
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

pv_status pv_photo_map(pv_photo *photo, const atomic_int *stop, uint8_t **jpeg, size_t *n, pv_map_image *image, pv_err *err)
{
    pv_status st = PV_OK;
    small_photo s = {.f = 1};
    map_frame m = {0};
    pv_picture to = {0};
    pv_place *place = pv_photo_place(photo);
    int size[2] = {0};
    if (place == NULL) return pv_fail(err, PV_INPUT, "the photo has no place");
    PV_TRY(small_make(&s, photo, stop, err));
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

int64_t pv_photo_map_bytes(const pv_photo_facts *facts)
{
    int wide = facts->block_w_px >= facts->width_px, f = pv_max(facts->width_px, facts->height_px) / SIDE + 1;
    int64_t chunk = wide ? ((int64_t)facts->width_px + f) * pv_max(64, f) : (int64_t)pv_max(CHUNK, f) * pv_max(CHUNK, f);
    return chunk * 7 + (int64_t)SIDE * SIDE * (7 + 3 + 3 + 4);
}
