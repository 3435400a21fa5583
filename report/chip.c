#include "report/chip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geo/raster_out.h"
#include "report/look.h"

#include "base/banned.h"

enum { VIEW = PV_CHIP_VIEW_PX, VIEW_PIXELS = VIEW * VIEW, UNKNOWN = 255 };

static const pv_colour white = {255, 255, 255}, dark = {24, 24, 24}, rim = {0, 0, 0}, line = {0, 230, 255};
static const uint8_t nothing_grey = 40, unknown_grey = 96;

/* A piece of a photo in the pixels of a view. */
typedef struct ground {
    const pv_photo_facts *facts;
    int n, band[PV_LOOK_BANDS];
    uint8_t *value[PV_LOOK_BANDS]; /* [VIEW][VIEW] stretched; owned */
    uint8_t *state;                /* [VIEW][VIEW] PV_PIXEL_*; owned */
} ground;

double pv_scale_bar_m(double most_m)
{
    if (!(most_m > 0) || !isfinite(most_m)) return 0;
    double ten = pow(10, floor(log10(most_m)));
    return most_m >= 5 * ten ? 5 * ten : most_m >= 2 * ten ? 2 * ten : ten;
}

/* ---- the ground ---- */

static void ground_release(ground *g)
{
    for (int k = 0; k < PV_LOOK_BANDS; k++) pv_free(g->value[k]);
    pv_free(g->state);
}

static int ground_index(const ground *g, int band)
{
    for (int k = 0; k < g->n; k++)
        if (g->band[k] == band) return k;
    return -1;
}

static void ground_want(ground *g, const pv_look *l)
{
    for (int k = 0; k < 3; k++)
        if (ground_index(g, l->band[k]) < 0) g->band[g->n++] = l->band[k];
}

/* One pixel of the views: the mean of the valid photo pixels under it. cell: in pixels of the piece. */
static void ground_pixel(ground *g, size_t to, pv_rect cell, const uint16_t *bands, const uint8_t *valid, size_t row, size_t plane)
{
    uint64_t sum[PV_LOOK_BANDS] = {0}, n = 0, holes = 0;
    for (int y = cell.y; y < cell.y + cell.h; y++) {
        for (int x = cell.x; x < cell.x + cell.w; x++) {
            size_t i = (size_t)y * row + (size_t)x;
            holes += valid[i] == PV_PIXEL_UNREADABLE;
            if (valid[i] != PV_PIXEL_VALID) continue;
            n++;
            for (int k = 0; k < g->n; k++) sum[k] += bands[(size_t)k * plane + i];
        }
    }
    const pv_radiometry *r = &g->facts->radiometry;
    g->state[to] = n > 0 ? PV_PIXEL_VALID : holes > 0 ? PV_PIXEL_UNREADABLE : PV_PIXEL_NODATA;
    for (int k = 0; k < g->n && n > 0; k++) g->value[k][to] = pv_look_stretch((uint32_t)(sum[k] / n), r->dark[g->band[k]], r->bright[g->band[k]]);
}

/* Pixels of a piece of `n` that pixel `at` of a view shows. */
static void span_of(int at, int n, int *from, int *count)
{
    *from = (int)((int64_t)at * n / VIEW);
    *count = pv_max((int)((int64_t)(at + 1) * n / VIEW) - *from, 1);
}

static pv_status ground_read(ground *g, pv_photo *photo, pv_rect rect, pv_err *err)
{
    pv_status st = PV_OK;
    uint16_t *bands = NULL;
    uint8_t *valid = NULL;
    size_t row = (size_t)rect.w, plane = row * (size_t)rect.h;
    PV_TRY(pv_alloc(&bands, plane * (size_t)g->n, sizeof *bands, "picture of a place", err));
    PV_TRY(pv_alloc(&valid, plane, 1, "picture of a place", err));
    PV_TRY(pv_alloc(&g->state, VIEW_PIXELS, 1, "picture of a place", err));
    for (int k = 0; k < g->n; k++) PV_TRY(pv_alloc(&g->value[k], VIEW_PIXELS, 1, "picture of a place", err));
    PV_TRY(pv_photo_read(photo, rect, g->n, g->band, bands, valid, err));
    for (int y = 0; y < VIEW; y++) {
        for (int x = 0; x < VIEW; x++) {
            pv_rect cell;
            span_of(x, rect.w, &cell.x, &cell.w);
            span_of(y, rect.h, &cell.y, &cell.h);
            ground_pixel(g, (size_t)y * VIEW + (size_t)x, cell, bands, valid, row, plane);
        }
    }
out:
    pv_free(bands);
    pv_free(valid);
    return st;
}

/* ---- the views ---- */

/* Brightness of a view in 256ths: a piece in the shade, or beside bright film, is lifted until its brightest fiftieth is white, at most threefold; hues stay. */
static int view_gain(const pv_picture *view, const ground *g)
{
    enum { MOST = 3 * 256 };
    int64_t count[256] = {0}, n = 0, above = 0;
    int v = 255;
    for (size_t i = 0; i < VIEW_PIXELS; i++) {
        const uint8_t *rgb = view->rgb + 3 * i;
        if (g->state[i] != PV_PIXEL_VALID) continue;
        count[pv_max(rgb[0], pv_max(rgb[1], rgb[2]))]++;
        n++;
    }
    for (; v > 1 && (above + count[v]) * 50 <= n; v--) above += count[v];
    return pv_min(255 * 256 / v, MOST);
}

static void view_of_bands(pv_picture *to, const ground *g, const pv_look *l)
{
    int from[3];
    for (int k = 0; k < 3; k++) from[k] = ground_index(g, l->band[k]);
    for (size_t i = 0; i < VIEW_PIXELS; i++) {
        uint8_t *rgb = to->rgb + 3 * i;
        const int v[3] = {g->value[from[0]][i], g->value[from[1]][i], g->value[from[2]][i]};
        if (g->state[i] == PV_PIXEL_VALID)
            pv_look_mix(l->how, v, rgb);
        else
            for (int k = 0; k < 3; k++) rgb[k] = g->state[i] == PV_PIXEL_NODATA ? nothing_grey : k == 1 ? 0 : 120;
    }
    int gain = l->how == PV_MIX_EXCESS ? 256 : view_gain(to, g);
    for (size_t i = 0; i < VIEW_PIXELS; i++)
        for (size_t k = 3 * i; k < 3 * i + 3 && g->state[i] == PV_PIXEL_VALID; k++) to->rgb[k] = (uint8_t)pv_min(to->rgb[k] * gain / 256, 255);
}

static void view_of_prob(pv_picture *to, const pv_chip *c)
{
    size_t cells = (size_t)(c->rect.w / c->fx);
    uint8_t colour[UNKNOWN + 1][3];
    for (int i = 0; i < UNKNOWN; i++) pv_raster_ramp(i, colour[i]);
    memset(colour[UNKNOWN], unknown_grey, 3);
    for (int y = 0; y < VIEW; y++) {
        for (int x = 0; x < VIEW; x++) {
            size_t cx = (size_t)((2 * (int64_t)x + 1) * c->rect.w / (2 * VIEW)) / (size_t)c->fx;
            size_t cy = (size_t)((2 * (int64_t)y + 1) * c->rect.h / (2 * VIEW)) / (size_t)c->fy;
            memcpy(to->rgb + 3 * ((size_t)y * VIEW + (size_t)x), colour[c->prob[cy * cells + cx]], 3);
        }
    }
}

/* 1 = a ring cannot leave a mark in a view, however thick its line is. */
static int is_outside(const double *xy, size_t n)
{
    enum { RIM = 8 };
    double x0 = HUGE_VAL, y0 = HUGE_VAL, x1 = -HUGE_VAL, y1 = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        x0 = fmin(x0, xy[2 * i]);
        x1 = fmax(x1, xy[2 * i]);
        y0 = fmin(y0, xy[2 * i + 1]);
        y1 = fmax(y1, xy[2 * i + 1]);
    }
    return x1 < -RIM || y1 < -RIM || x0 > VIEW + RIM || y0 > VIEW + RIM;
}

static pv_status view_outline(pv_picture *to, const pv_chip *c, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_chip_outline *o = c->outline;
    double *xy = NULL;
    PV_TRY(pv_alloc(&xy, o->n, 2 * sizeof *xy, "outline", err));
    for (size_t i = 0; i < o->n; i++) {
        xy[2 * i] = (o->xy[2 * i] - c->rect.x) * VIEW / c->rect.w;
        xy[2 * i + 1] = (o->xy[2 * i + 1] - c->rect.y) * VIEW / c->rect.h;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t r = 0, from = 0; r < o->n_rings; from = o->end[r++]) {
            if (is_outside(xy + 2 * from, o->end[r] - from)) continue;
            PV_TRY(pv_picture_ring(to, xy + 2 * from, (int)(o->end[r] - from), pass == 0 ? rim : line, pass == 0 ? 3 : 1, err));
        }
    }
out:
    pv_free(xy);
    return st;
}

static void paste(pv_picture *to, const pv_picture *view, int x, int y)
{
    for (int r = 0; r < view->h; r++)
        memcpy(to->rgb + 3 * ((size_t)(y + r) * (size_t)to->w + (size_t)x), view->rgb + 3 * (size_t)r * (size_t)view->w, 3 * (size_t)view->w);
}

static int view_x(int k)
{
    return PV_CHIP_GAP_PX + k * (VIEW + PV_CHIP_GAP_PX);
}

/* ---- head and foot ---- */

static pv_status draw_head(pv_picture *p, const pv_chip *c, const pv_look *natural, const pv_look *other, int whole, pv_err *err)
{
    pv_status st = PV_OK;
    char text[200], prob[32] = "";
    char day[32];
    (void)snprintf(day, sizeof day, "%.16s", c->taken_at[0] != '\0' ? c->taken_at : "date not known");
    for (char *t = day; *t != '\0'; t++)
        if (*t == 'T') *t = ' ';
    if (c->probability >= 0) (void)snprintf(prob, sizeof prob, "   prob %.2f", c->probability);
    (void)snprintf(text, sizeof text, "%.16s   %s   %.2f m2%s%s", c->id, c->taken_at[0] != '\0' ? day : "date not known", c->area_m2, prob,
                   whole ? "" : "   (a part of it)");
    PV_TRY(pv_picture_text(p, PV_CHIP_GAP_PX, 20, text, 13, white, err));
    PV_TRY(pv_picture_text(p, view_x(0), PV_CHIP_HEAD_PX - 7, natural->words, 9, white, err));
    PV_TRY(pv_picture_text(p, view_x(1), PV_CHIP_HEAD_PX - 7, other->words, 9, white, err));
    PV_TRY(pv_picture_text(p, view_x(2), PV_CHIP_HEAD_PX - 7, "PROBABILITY", 9, white, err));
out:
    return st;
}

static pv_status draw_bar(pv_picture *p, double ground_m, pv_err *err)
{
    pv_status st = PV_OK;
    char text[32];
    double bar_m = pv_scale_bar_m(ground_m / 2.5);
    int px = (int)lround(bar_m * VIEW / ground_m), y = PV_CHIP_H_PX - PV_CHIP_FOOT_PX + 12;
    PV_TRY(pv_picture_box(p, view_x(0), y, px, 6, white, err));
    (void)snprintf(text, sizeof text, "%.4g m", bar_m);
    PV_TRY(pv_picture_text(p, view_x(0) + px + 8, y + 9, text, 11, white, err));
out:
    return st;
}

/* gx, gy: metres to the north, along the rows and columns of the view. */
static pv_status draw_north(pv_picture *p, double gx, double gy, pv_err *err)
{
    pv_status st = PV_OK;
    double n = hypot(gx, gy), x = view_x(1) + 16, y = PV_CHIP_H_PX - PV_CHIP_FOOT_PX / 2.0, r = 14;
    if (!(n > 0)) return PV_OK;
    double ux = gx / n, uy = gy / n;
    const double shaft[] = {x - r * ux, y - r * uy, x + r * ux, y + r * uy};
    const double head[] = {x + r * ux, y + r * uy, x + 3 * ux - 6 * uy, y + 3 * uy + 6 * ux, x + 3 * ux + 6 * uy, y + 3 * uy - 6 * ux};
    PV_TRY(pv_picture_ring(p, shaft, 2, white, 2, err));
    PV_TRY(pv_picture_ring(p, head, 3, white, 2, err));
    PV_TRY(pv_picture_text(p, view_x(1) + 36, (int)y + 5, "N", 11, white, err));
out:
    return st;
}

static pv_status draw_foot(pv_picture *p, const pv_chip *c, const pv_photo_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    char text[96];
    double w_m = c->rect.w * f->gsd_x_m, h_m = c->rect.h * f->gsd_y_m;
    int y = PV_CHIP_H_PX - PV_CHIP_FOOT_PX + 10, x = view_x(2) + 16;
    PV_TRY(draw_bar(p, w_m, err));
    PV_TRY(draw_north(p, c->north_x * f->gsd_x_m, c->north_y * f->gsd_y_m, err));
    (void)snprintf(text, sizeof text, "%.1f x %.1f m, pixel %.3g cm", w_m, h_m, 100 * fmax(f->gsd_x_m, f->gsd_y_m));
    PV_TRY(pv_picture_text(p, view_x(1) + 62, y + 12, text, 10, white, err));
    PV_TRY(pv_picture_text(p, view_x(2), y + 12, "0", 10, white, err));
    PV_TRY(pv_picture_text(p, x + 260, y + 12, "1", 10, white, err));
    for (int i = 0; i < 255; i++) {
        uint8_t rgb[3];
        pv_raster_ramp(i, rgb);
        PV_TRY(pv_picture_box(p, x + i, y, 1, 14, (pv_colour){rgb[0], rgb[1], rgb[2]}, err));
    }
out:
    return st;
}

static int is_whole(const pv_chip *c)
{
    const double *b = c->outline->box;
    return b[0] >= c->rect.x && b[1] >= c->rect.y && b[2] <= c->rect.x + c->rect.w && b[3] <= c->rect.y + c->rect.h;
}

pv_status pv_chip_draw(pv_picture *out, pv_photo *photo, const pv_chip *c, pv_err *err)
{
    pv_status st = PV_OK;
    ground g = {.facts = pv_photo_facts_of(photo)};
    pv_look natural = pv_look_natural(g.facts), other = pv_look_false(g.facts);
    pv_picture p = {0}, view = {0};
    if (c->rect.w < 1 || c->rect.h < 1 || c->rect.w % c->fx != 0 || c->rect.h % c->fy != 0)
        return pv_fail(err, PV_BUG, "a piece of %d x %d pixels cannot be drawn", c->rect.w, c->rect.h);
    ground_want(&g, &natural);
    ground_want(&g, &other);
    PV_TRY(ground_read(&g, photo, c->rect, err));
    PV_TRY(pv_picture_new(&p, PV_CHIP_W_PX, PV_CHIP_H_PX, err));
    PV_TRY(pv_picture_box(&p, 0, 0, p.w, p.h, dark, err));
    PV_TRY(pv_picture_new(&view, VIEW, VIEW, err));
    for (int k = 0; k < 3; k++) {
        if (k < 2)
            view_of_bands(&view, &g, k == 0 ? &natural : &other);
        else
            view_of_prob(&view, c);
        PV_TRY(view_outline(&view, c, err));
        paste(&p, &view, view_x(k), PV_CHIP_HEAD_PX);
    }
    PV_TRY(draw_head(&p, c, &natural, &other, is_whole(c), err));
    PV_TRY(draw_foot(&p, c, g.facts, err));
    *out = p;
    p = (pv_picture){0};
out:
    ground_release(&g);
    pv_picture_release(&p);
    pv_picture_release(&view);
    return st;
}

int64_t pv_chip_bytes(const pv_photo_facts *facts)
{
    int64_t piece = (int64_t)PV_CHIP_MOST_PX * PV_CHIP_MOST_PX, pixels = (int64_t)PV_CHIP_W_PX * PV_CHIP_H_PX;
    return piece * (2 * pv_min(PV_LOOK_BANDS, facts->n_bands) + 1) + 12 * pixels + (PV_LOOK_BANDS + 1) * VIEW_PIXELS;
}
