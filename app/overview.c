#include "app/overview.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "geo/place.h"
#include "report/chip.h"
#include "vision/picture.h"

#include "base/banned.h"

enum { PV_SMALL_SIDE = 900, PV_FOOT = 56, PV_MARK = 16, PV_CHUNK = 1024 };

static const pv_colour pv_strong = {255, 0, 200}, pv_white = {255, 255, 255}, pv_dark = {24, 24, 24};

/* What is needed while one picture is made. */
typedef struct pv_canvas {
    pv_picture picture;
    pv_photo *photo;
    const pv_photo_facts *facts;
    pv_place *place;
    int shrink, grow;      /* photo pixels in a picture pixel, or picture pixels in a photo pixel */
    int w, h;              /* of the photo's part of the picture */
    int channel[3];        /* band indices shown as red, green, blue */
    double at[2], back[4]; /* lon/lat of the photo's centre, and the inverse of the map there: pixels by degree */
} pv_canvas;

/* Natural colours where there are any, else the usual false ones, else what there is. */
static void pv_canvas_channels(pv_canvas *c)
{
    static const char *const natural[3] = {"red", "green", "blue"}, *const other[3] = {"nir", "red", "green"};
    for (int k = 0; k < 3; k++) c->channel[k] = pv_photo_find_band(c->facts, natural[k]);
    if (c->channel[0] >= 0 && c->channel[1] >= 0 && c->channel[2] >= 0) return;
    for (int k = 0; k < 3; k++) c->channel[k] = pv_photo_find_band(c->facts, other[k]);
    if (c->channel[0] >= 0 && c->channel[1] >= 0 && c->channel[2] >= 0) return;
    for (int k = 0; k < 3; k++) c->channel[k] = c->facts->n_bands >= 3 ? k : 0;
}

static uint8_t pv_stretch(uint32_t value, uint16_t dark, uint16_t bright)
{
    if (value <= dark) return 0;
    if (value >= bright) return 255;
    return (uint8_t)((value - dark) * 255u / (uint32_t)(bright - dark));
}

/* One picture pixel: the mean of the valid photo pixels of its block. rect is what bands and valid cover. */
static void pv_canvas_pixel(const pv_canvas *c, pv_rect rect, pv_rect block, const uint16_t *bands, const uint8_t *valid, uint8_t *rgb)
{
    uint64_t sum[3] = {0}, n = 0, holes = 0;
    size_t plane = (size_t)rect.w * (size_t)rect.h;
    for (int y = block.y; y < block.y + block.h; y++) {
        size_t row = (size_t)(y - rect.y) * (size_t)rect.w - (size_t)rect.x;
        for (int x = block.x; x < block.x + block.w; x++) {
            size_t i = row + (size_t)x;
            holes += valid[i] == PV_PIXEL_UNREADABLE;
            if (valid[i] != PV_PIXEL_VALID) continue;
            n++;
            for (size_t k = 0; k < 3; k++) sum[k] += bands[k * plane + i];
        }
    }
    const pv_radiometry *r = &c->facts->radiometry;
    for (int k = 0; k < 3; k++) {
        int b = c->channel[k];
        rgb[k] = n > 0 ? pv_stretch((uint32_t)(sum[k] / n), r->dark[b], r->bright[b]) : holes > 0 ? (uint8_t)(k == 1 ? 0 : 120) : 40;
    }
}

/* Fills the picture's part that rect (whole blocks of shrink pixels) covers. */
static pv_status pv_canvas_part(pv_canvas *c, pv_rect rect, uint16_t *bands, uint8_t *valid, pv_err *err)
{
    pv_status st = pv_photo_read(c->photo, rect, 3, c->channel, bands, valid, err);
    if (st != PV_OK) return st;
    int f = c->shrink;
    for (int y = rect.y; y < rect.y + rect.h; y += f) {
        for (int x = rect.x; x < rect.x + rect.w; x += f) {
            pv_rect block = pv_rect_intersect((pv_rect){x, y, f, f}, rect);
            size_t at = (size_t)(y / f) * (size_t)c->picture.w + (size_t)(x / f);
            pv_canvas_pixel(c, rect, block, bands, valid, c->picture.rgb + 3 * at);
        }
    }
    return PV_OK;
}

/* Pieces follow the photo's blocks, so that no block is decoded many times. */
static pv_status pv_canvas_fill(pv_canvas *c, const atomic_int *stop, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t *bands = NULL;
    uint8_t *valid = NULL;
    const pv_photo_facts *p = c->facts;
    int f = c->shrink, wide = p->block_w_px >= p->width_px;
    int step_x = wide ? (p->width_px + f - 1) / f * f : pv_max(1, PV_CHUNK / f) * f;
    int step_y = wide ? pv_max(1, pv_max(64, pv_min(p->block_h_px, 512)) / f) * f : step_x;
    PV_TRY(pv_alloc(&bands, (size_t)step_x * (size_t)step_y, 3 * sizeof *bands, "overview", err));
    PV_TRY(pv_alloc(&valid, (size_t)step_x * (size_t)step_y, 1, "overview", err));
    for (int y = 0; y < p->height_px; y += step_y) {
        for (int x = 0; x < p->width_px; x += step_x) {
            if (stop != NULL && atomic_load(stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped while the picture was made"));
            pv_rect rect = pv_rect_intersect((pv_rect){x, y, step_x, step_y}, (pv_rect){0, 0, p->width_px, p->height_px});
            PV_TRY(pv_canvas_part(c, rect, bands, valid, err));
        }
    }
out:
    pv_free(bands);
    pv_free(valid);
    return st;
}

/* The map from pixels to degrees is nearly affine over a photo: its inverse at the centre, then a few steps for each point. */
static pv_status pv_canvas_aim(pv_canvas *c, pv_err *err)
{
    pv_status st = PV_OK;
    double x = c->facts->width_px / 2.0, y = c->facts->height_px / 2.0, right[2], below[2];
    PV_TRY(pv_place_lonlat(c->place, x, y, &c->at[0], &c->at[1], err));
    PV_TRY(pv_place_lonlat(c->place, x + 1, y, &right[0], &right[1], err));
    PV_TRY(pv_place_lonlat(c->place, x, y + 1, &below[0], &below[1], err));
    double a = right[0] - c->at[0], b = below[0] - c->at[0], d = right[1] - c->at[1], e = below[1] - c->at[1], det = a * e - b * d;
    if (!(fabs(det) > 0)) PV_TRY(pv_fail(err, PV_INPUT, "the photo's place cannot be turned round"));
    c->back[0] = e / det;
    c->back[1] = -b / det;
    c->back[2] = -d / det;
    c->back[3] = a / det;
out:
    return st;
}

/* xy in pixels of the picture. */
static pv_status pv_canvas_point(pv_canvas *c, double lon, double lat, double xy[2], pv_err *err)
{
    pv_status st = PV_OK;
    double x = c->facts->width_px / 2.0, y = c->facts->height_px / 2.0, dlon = lon - c->at[0], dlat = lat - c->at[1];
    for (int i = 0; i < 12; i++) {
        double dx = c->back[0] * dlon + c->back[1] * dlat, dy = c->back[2] * dlon + c->back[3] * dlat, now[2];
        x += dx;
        y += dy;
        if (fabs(dx) < 0.05 && fabs(dy) < 0.05) break;
        PV_TRY(pv_place_lonlat(c->place, x, y, &now[0], &now[1], err));
        dlon = lon - now[0];
        dlat = lat - now[1];
    }
    xy[0] = x * c->grow / c->shrink;
    xy[1] = y * c->grow / c->shrink;
out:
    return st;
}

/* Draws one ring of coordinates and widens box (x0 y0 x1 y1). thick 0 = a hole: thin, and only when it is not small. */
static pv_status pv_canvas_ring(pv_canvas *c, const pv_json *j, pv_json_ref ring, int thick, double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    double *xy = NULL, own[4] = {1e9, 1e9, -1e9, -1e9};
    size_t n = 0, most = 0;
    for (pv_json_ref p = pv_json_first(j, ring); p >= 0; p = pv_json_after(j, ring, p)) most++;
    if (most == 0 || most > 10000000) return PV_OK;
    PV_TRY(pv_alloc(&xy, most, 2 * sizeof *xy, "outline", err));
    for (pv_json_ref p = pv_json_first(j, ring); p >= 0; p = pv_json_after(j, ring, p)) {
        pv_json_ref lon_ref = pv_json_first(j, p);
        double lon, lat;
        if (lon_ref < 0 || !pv_json_real(j, lon_ref, -360, 360, &lon) || !pv_json_real(j, pv_json_after(j, p, lon_ref), -90, 90, &lat)) continue;
        PV_TRY(pv_canvas_point(c, lon, lat, xy + 2 * n, err));
        own[0] = fmin(own[0], xy[2 * n]);
        own[1] = fmin(own[1], xy[2 * n + 1]);
        own[2] = fmax(own[2], xy[2 * n]);
        own[3] = fmax(own[3], xy[2 * n + 1]);
        n++;
    }
    /* Small holes would only hide what is inside the outline. */
    if (thick > 0 || own[2] - own[0] > PV_MARK || own[3] - own[1] > PV_MARK)
        PV_TRY(pv_picture_ring(&c->picture, xy, (int)n, pv_strong, pv_max(1, thick), err));
    box[0] = fmin(box[0], own[0]);
    box[1] = fmin(box[1], own[1]);
    box[2] = fmax(box[2], own[2]);
    box[3] = fmax(box[3], own[3]);
out:
    pv_free(xy);
    return st;
}

static pv_status pv_canvas_polygon(pv_canvas *c, const pv_json *j, pv_json_ref rings, int thick, double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    for (pv_json_ref r = pv_json_first(j, rings); r >= 0 && st == PV_OK; r = pv_json_after(j, rings, r))
        st = pv_canvas_ring(c, j, r, thick, box, err);
    return st;
}

/* A polygon's rings, or those of all polygons of a multipolygon. */
static pv_status pv_canvas_outline(pv_canvas *c, const char *feature, int thick, double box[4], pv_err *err)
{
    pv_status st = PV_OK;
    pv_json j = {0};
    char type[32];
    PV_TRY(pv_json_parse(&j, feature, strlen(feature), -1, err));
    pv_json_ref geometry = pv_json_member(&j, 0, "geometry"), parts = pv_json_member(&j, geometry, "coordinates");
    if (!pv_json_copy(&j, pv_json_member(&j, geometry, "type"), type, sizeof type)) PV_TRY(pv_fail(err, PV_BUG, "a hotspot has no outline"));
    if (strcmp(type, "Polygon") == 0) {
        PV_TRY(pv_canvas_polygon(c, &j, parts, thick, box, err));
    } else {
        for (pv_json_ref p = pv_json_first(&j, parts); p >= 0; p = pv_json_after(&j, parts, p)) PV_TRY(pv_canvas_polygon(c, &j, p, thick, box, err));
    }
out:
    pv_json_release(&j);
    return st;
}

static pv_status pv_canvas_hotspot(pv_canvas *c, const char *feature, size_t rank, pv_err *err)
{
    pv_status st = PV_OK;
    double box[4] = {1e9, 1e9, -1e9, -1e9}, size = fmin(20, fmax(11, c->w / 90.0));
    char number[24];
    PV_TRY(pv_canvas_outline(c, feature, c->w >= 1200 ? 2 : 1, box, err));
    if (box[0] > box[2]) goto out;
    double x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2, half = PV_MARK / 2.0;
    if (box[2] - box[0] < PV_MARK && box[3] - box[1] < PV_MARK) {
        double mark[] = {x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half};
        PV_TRY(pv_picture_ring(&c->picture, mark, 4, pv_strong, 1, err));
        box[2] = x + half;
        box[1] = y - half;
    }
    (void)snprintf(number, sizeof number, "%zu", rank);
    int left = (int)fmin(fmax(box[2] + 2, 0), c->w - size * (double)strlen(number)), base = (int)fmin(fmax(box[1] + size / 2, size), c->h - 2);
    PV_TRY(pv_picture_text(&c->picture, left, base, number, size, pv_white, err));
out:
    return st;
}

/* OpenCV's letters are ASCII only. */
static void pv_ascii(char *s)
{
    char *to = s;
    for (; *s != '\0'; s++) {
        if ((*s & 0xC0) == 0x80) continue;
        *to++ = (char)((*s & 0x80) != 0 || *s < ' ' ? '?' : *s);
    }
    *to = '\0';
}

/* Scale bar and legend below the photo. */
static pv_status pv_canvas_foot(pv_canvas *c, const pv_overview *o, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    char line[256], length[32];
    double gsd = c->facts->gsd_x_m * c->shrink / c->grow, bar_m = pv_scale_bar_m(gsd * c->w / 4);
    int bar_px = gsd > 0 ? (int)lround(bar_m / gsd) : 0;
    PV_TRY(pv_picture_box(&c->picture, 0, c->h, c->w, PV_FOOT, pv_dark, err));
    if (bar_px > 0) {
        PV_TRY(pv_picture_box(&c->picture, 8, c->h + 12, bar_px, 5, pv_white, err));
        (void)snprintf(length, sizeof length, bar_m >= 1000 ? "%.4g km" : "%.4g m", bar_m >= 1000 ? bar_m / 1000 : bar_m);
        PV_TRY(pv_picture_text(&c->picture, bar_px + 14, c->h + 20, length, 11, pv_white, err));
    }
    (void)snprintf(line, sizeof line, "%.80s: %zu suspected %s (outlined, numbered by rank); model %.60s", c->facts->name, n,
                   n == 1 ? "plot" : "plots", o->model_name);
    pv_ascii(line);
    double size = fmin(12, fmax(6, c->w / (0.95 * (double)strlen(line))));
    PV_TRY(pv_picture_text(&c->picture, 8, c->h + PV_FOOT - 12, line, size, pv_white, err));
out:
    return st;
}

/* The photo in small, on a picture with room for the foot. */
static pv_status pv_canvas_start(pv_canvas *c, const pv_overview *o, pv_err *err)
{
    pv_status st = PV_OK;
    pv_picture big = {0};
    int side = pv_max(c->facts->width_px, c->facts->height_px);
    c->shrink = (side + PV_OVERVIEW_SIDE - 1) / PV_OVERVIEW_SIDE;
    c->grow = c->shrink > 1 ? 1 : pv_max(1, PV_SMALL_SIDE / side + (side < PV_SMALL_SIDE));
    c->w = (c->facts->width_px + c->shrink - 1) / c->shrink;
    c->h = (c->facts->height_px + c->shrink - 1) / c->shrink;
    pv_canvas_channels(c);
    PV_TRY(pv_picture_new(&c->picture, c->w, c->h, err));
    PV_TRY(pv_canvas_fill(c, o->stop, err));
    if (c->grow > 1) {
        PV_TRY(pv_picture_resize(&big, &c->picture, c->w * c->grow, c->h * c->grow, err));
        pv_picture_release(&c->picture);
        c->picture = big;
        big = (pv_picture){0};
        c->w *= c->grow;
        c->h *= c->grow;
    }
    PV_TRY(pv_picture_new(&big, c->w, c->h + PV_FOOT, err));
    memcpy(big.rgb, c->picture.rgb, (size_t)c->w * (size_t)c->h * 3);
    pv_picture_release(&c->picture);
    c->picture = big;
    big = (pv_picture){0};
out:
    pv_picture_release(&big);
    return st;
}

pv_status pv_overview_write(const pv_overview *o, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_canvas c = {.photo = photo, .facts = pv_photo_facts_of(photo)};
    uint8_t *png = NULL;
    size_t n_png = 0, n = 0;
    PV_TRY(pv_place_new(&c.place, c.facts->crs_wkt, c.facts->geotransform, c.facts->width_px, c.facts->height_px, err));
    PV_TRY(pv_canvas_aim(&c, err));
    PV_TRY(pv_canvas_start(&c, o, err));
    /* The best ranks are drawn last, so that they lie on top. */
    for (size_t i = o->hotspots->n; i-- > 0;) {
        if (o->hotspots->at[i].photo != o->photo) continue;
        PV_TRY(pv_canvas_hotspot(&c, o->hotspots->at[i].json, i + 1, err));
        n++;
    }
    PV_TRY(pv_canvas_foot(&c, o, n, err));
    PV_TRY(pv_picture_png(&c.picture, &png, &n_png, err));
    PV_TRY(pv_outfile_put(o->path, png, n_png, o->overwrite, err));
out:
    pv_free(png);
    pv_picture_release(&c.picture);
    pv_place_free(c.place);
    return st;
}
