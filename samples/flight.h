/* Flights: when, with what camera and light, over which part of the landscape, and in which coordinates the mosaic comes.
 *
 * A flight is a plain value made from its number. Photo pixels: (0, 0) = outer corner of the first pixel, as in GDAL. Threads: any. */
#ifndef PV_SAMPLES_FLIGHT_H
#define PV_SAMPLES_FLIGHT_H

#include "samples/look.h"

enum { PV_FLIGHTS_MOST = 9, PV_FLIGHT_BANDS = 5 };

typedef enum pv_bandset { PV_BANDSET_NATIVE = 0, PV_BANDSET_RGB, PV_BANDSET_MS, PV_BANDSET_RGBRE } pv_bandset;
extern const char *const pv_bandset_name[4]; /* "native" "rgb" "ms" "rgbre" */

typedef enum pv_crs { PV_CRS_GK = 0, PV_CRS_UTM, PV_CRS_DEGREES } pv_crs; /* EPSG:4544, EPSG:32648, EPSG:4490 */

typedef enum pv_collar { PV_COLLAR_BLACK = 0, PV_COLLAR_NODATA, PV_COLLAR_ALPHA } pv_collar;

typedef struct pv_flight {
    int number;    /* from 0; also chooses layout and codec */
    char name[24]; /* "flight-1" */
    char date[64]; /* TIFFTAG_DATETIME: "2026:05:18 10:12:00" */
    pv_bandset bandset;
    int n_bands, colour[PV_FLIGHT_BANDS]; /* PV_BLUE .. PV_NIR of each photo band */
    int bits;                             /* 8 = tone curve of a camera; 16 = linear */
    float full_scale;                     /* 16 bit: stored value of 1 */
    pv_crs crs;
    int epsg;
    pv_collar collar;
    double gsd_m;
    int width_px, height_px;
    double geotransform[6];
    pv_anchor anchor;
    float turn_cos, turn_sin, mid_x, mid_y, half_x, half_y; /* covered ground: a turned rectangle, metres */
    float hole_x, hole_y, hole_m;                           /* a hole in it; radius 0 = none */
    uint32_t salt;
    pv_light light;
    float gain[PV_COLOURS], haze[PV_COLOURS];
    float shot[PV_COLOURS], read[PV_COLOURS]; /* noise: variance = shot * signal + read * read */
    float blur;                               /* weight of each neighbour along a row and a column, 0..0.3 */
} pv_flight;

/* number 0 .. PV_FLIGHTS_MOST - 1; gsd_m: of a pixel, 0 = as the flight's kind has it. */
void pv_flight_make(pv_flight *out, int number, const pv_scene *scene, pv_bandset bandset, double gsd_m);

/* Photo pixel to landscape metres. */
void pv_flight_point(const pv_flight *f, double x_px, double y_px, double *x_m, double *y_m);

/* 1 when the mosaic shows the ground here. */
int pv_flight_sees(const pv_flight *f, float x_m, float y_m);

/* "red", "rededge", ... */
const char *pv_colour_name(int colour);

#endif
