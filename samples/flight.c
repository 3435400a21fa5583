#include "samples/flight.h"

#include <stdio.h>

#include "samples/noise.h"

#include "base/banned.h"

const char *const pv_bandset_name[4] = {"native", "rgb", "ms", "rgbre"};

const char *pv_colour_name(int colour)
{
    static const char *const NAMES[PV_COLOURS] = {"blue", "green", "red", "rededge", "nir"};
    return NAMES[colour];
}

/* What the three kinds of flight differ in. */
typedef struct flight_kind {
    pv_bandset native;
    pv_crs crs;
    int epsg;
    pv_collar collar;
    double gsd_m;
    float full_scale;
    float turn_cos, turn_sin;       /* of the covered rectangle */
    float west, north, east, south; /* its edges, as shares of the landscape */
    float sun_turn, shadow;         /* sun's direction in turns (0 = east, 0.25 = south), metres of shadow a metre */
    float sun[PV_COLOURS], sky[PV_COLOURS];
    float gain[PV_COLOURS], haze[PV_COLOURS];
    float shot, read, blur;
} flight_kind;

static const flight_kind KINDS[3] = {
    /* Morning sun, clear, a small RGB camera: warm light, long shadows to the west. */
    {PV_BANDSET_RGB,
     PV_CRS_GK,
     4544,
     PV_COLLAR_BLACK,
     0.035,
     40000.0F,
     0.99756405F,
     0.06975647F,
     0.015F,
     0.02F,
     0.985F,
     0.98F,
     0.07F,
     1.05F,
     {0.66F, 0.76F, 0.84F, 0.86F, 0.87F},
     {0.30F, 0.24F, 0.20F, 0.17F, 0.15F},
     {1.16F, 1.18F, 1.20F, 1.10F, 1.05F},
     {0.012F, 0.010F, 0.008F, 0.006F, 0.005F},
     0.00035F,
     0.0035F,
     0.09F},
    /* High sun, a multispectral camera without blue: more noise, more blur, a stronger near infrared. */
    {PV_BANDSET_MS,
     PV_CRS_UTM,
     32648,
     PV_COLLAR_NODATA,
     0.05,
     52000.0F,
     1.0F,
     0.0F,
     0.03F,
     0.01F,
     1.0F,
     0.97F,
     0.27F,
     0.45F,
     {0.78F, 0.80F, 0.81F, 0.83F, 0.85F},
     {0.22F, 0.19F, 0.17F, 0.15F, 0.13F},
     {1.00F, 1.02F, 0.98F, 1.00F, 1.04F},
     {0.022F, 0.016F, 0.012F, 0.009F, 0.006F},
     0.00045F,
     0.0050F,
     0.15F},
    /* Thin cloud and haze in the afternoon: soft, blue shadows. */
    {PV_BANDSET_RGBRE,
     PV_CRS_DEGREES,
     4490,
     PV_COLLAR_ALPHA,
     0.04,
     10000.0F,
     0.99969540F,
     -0.02468000F,
     0.01F,
     0.03F,
     0.98F,
     0.99F,
     0.42F,
     0.80F,
     {0.46F, 0.52F, 0.55F, 0.58F, 0.60F},
     {0.50F, 0.45F, 0.41F, 0.38F, 0.36F},
     {0.98F, 0.94F, 0.92F, 0.95F, 0.94F},
     {0.045F, 0.034F, 0.026F, 0.018F, 0.012F},
     0.00030F,
     0.0040F,
     0.12F},
};

static void choose_bands(pv_flight *f, pv_bandset set)
{
    static const int SETS[4][PV_FLIGHT_BANDS] = {
        {0}, {PV_RED, PV_GREEN, PV_BLUE}, {PV_GREEN, PV_RED, PV_REDEDGE, PV_NIR}, {PV_RED, PV_GREEN, PV_BLUE, PV_REDEDGE, PV_NIR}};
    static const int COUNTS[4] = {0, 3, 4, 5};
    f->bandset = set;
    f->n_bands = COUNTS[set];
    for (int k = 0; k < f->n_bands; k++) f->colour[k] = SETS[set][k];
    f->bits = set == PV_BANDSET_RGB ? 8 : 16;
}

/* The photo's frame round the covered rectangle, in the flight's own coordinates. */
static void place_frame(pv_flight *f)
{
    float reach_x = f->half_x * f->turn_cos + f->half_y * (f->turn_sin < 0 ? -f->turn_sin : f->turn_sin);
    float reach_y = f->half_y * f->turn_cos + f->half_x * (f->turn_sin < 0 ? -f->turn_sin : f->turn_sin);
    double x0 = (double)(f->mid_x - reach_x), y0 = (double)(f->mid_y - reach_y), x1 = (double)(f->mid_x + reach_x), y1 = (double)(f->mid_y + reach_y);
    const pv_anchor *a = &f->anchor;
    if (x0 < 0) x0 = 0;
    if (y0 < 0) y0 = 0;
    if (x1 > a->width_m) x1 = a->width_m;
    if (y1 > a->height_m) y1 = a->height_m;
    f->width_px = (int)((x1 - x0) / f->gsd_m);
    f->height_px = (int)((y1 - y0) / f->gsd_m);
    double *g = f->geotransform, east = PV_PLACE_EASTING - a->width_m / 2 + x0, north = PV_PLACE_NORTHING + a->height_m / 2 - y0;
    g[0] = east;
    g[3] = north;
    g[1] = f->gsd_m;
    g[5] = -f->gsd_m;
    if (f->crs == PV_CRS_UTM) {
        g[0] = 500000.0 + (east - 500000.0) * PV_PLACE_UTM_SCALE;
        g[3] = north * PV_PLACE_UTM_SCALE;
    } else if (f->crs == PV_CRS_DEGREES) {
        pv_place_degrees(a, x0, y0, &g[0], &g[3]);
        g[1] = f->gsd_m / 91448.25;
        g[5] = -f->gsd_m / 110940.64;
    }
}

void pv_flight_make(pv_flight *out, int number, const pv_scene *scene, pv_bandset bandset, double gsd_m)
{
    const flight_kind *k = &KINDS[number % 3];
    int round = number / 3; /* a second and third round fly on other days at other hours */
    float w = (float)scene->anchor.width_m, h = (float)scene->anchor.height_m;
    pv_flight f = {.number = number,
                   .crs = k->crs,
                   .epsg = k->epsg,
                   .collar = k->collar,
                   .gsd_m = gsd_m > 0 ? gsd_m : k->gsd_m,
                   .full_scale = k->full_scale,
                   .anchor = scene->anchor,
                   .turn_cos = k->turn_cos,
                   .turn_sin = k->turn_sin,
                   .blur = k->blur};
    (void)snprintf(f.name, sizeof f.name, "flight-%d", number + 1);
    (void)snprintf(f.date, sizeof f.date, "2026:05:%02d %02d:%02d:00", 12 + number, 9 + 2 * (number % 3), 7 * (number % 3) + 5);
    choose_bands(&f, bandset == PV_BANDSET_NATIVE ? k->native : bandset);
    f.mid_x = 0.5F * (k->west + k->east) * w;
    f.mid_y = 0.5F * (k->north + k->south) * h;
    f.half_x = 0.5F * (k->east - k->west) * w;
    f.half_y = 0.5F * (k->south - k->north) * h;
    if (f.collar == PV_COLLAR_ALPHA) {
        f.hole_x = 0.71F * w;
        f.hole_y = 0.93F * h;
        f.hole_m = w < 100.0F ? 0.01F * w : 1.5F;
    }
    f.salt = pv_hash3(number, 7, scene->seed + 1009);
    pv_direction(k->sun_turn + 0.05F * (float)round, &f.light.sun_x, &f.light.sun_y);
    f.light.shadow = k->shadow * (1.0F + 0.15F * (float)round);
    f.light.day = (uint32_t)number;
    for (int c = 0; c < PV_COLOURS; c++) {
        f.light.sun[c] = k->sun[c];
        f.light.sky[c] = k->sky[c];
        f.gain[c] = k->gain[c] * (1.0F - 0.06F * (float)round);
        f.haze[c] = k->haze[c] * (1.0F + 0.3F * (float)round);
        f.shot[c] = k->shot * (c == PV_BLUE ? 1.5F : 1.0F);
        f.read[c] = k->read * (c == PV_BLUE ? 1.3F : 1.0F);
    }
    place_frame(&f);
    *out = f;
}

void pv_flight_point(const pv_flight *f, double x_px, double y_px, double *x_m, double *y_m)
{
    const double *g = f->geotransform;
    double east = g[0] + x_px * g[1], north = g[3] + y_px * g[5];
    if (f->crs == PV_CRS_DEGREES) {
        pv_place_metres(&f->anchor, east, north, x_m, y_m);
        return;
    }
    if (f->crs == PV_CRS_UTM) {
        east = 500000.0 + (east - 500000.0) / PV_PLACE_UTM_SCALE;
        north /= PV_PLACE_UTM_SCALE;
    }
    *x_m = east - PV_PLACE_EASTING + f->anchor.width_m / 2;
    *y_m = PV_PLACE_NORTHING + f->anchor.height_m / 2 - north;
}

int pv_flight_sees(const pv_flight *f, float x_m, float y_m)
{
    float dx = x_m - f->mid_x, dy = y_m - f->mid_y;
    float a = dx * f->turn_cos + dy * f->turn_sin, c = dy * f->turn_cos - dx * f->turn_sin;
    a = f->half_x - (a < 0 ? -a : a);
    c = f->half_y - (c < 0 ? -c : c);
    float edge = a < c ? a : c, hx = x_m - f->hole_x, hy = y_m - f->hole_y;
    if (edge <= 0.0F || hx * hx + hy * hy < f->hole_m * f->hole_m) return 0;
    if (edge > 1.3F) return 1;
    /* The edge of a mosaic goes in steps. */
    float step = (float)pv_floor(pv_noise(x_m / 2.1F, y_m / 2.1F, f->salt) * 5.0F) * 0.25F;
    return edge > step;
}
