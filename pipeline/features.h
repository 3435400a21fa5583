/* Features: what is computed from the bands before the trees are asked. Integers only.
 *
 * A channel is a point function of the bands of one pixel, in uint16 (one row of one table in features_table.c: name, unit, bands needed, function).
 * A column is a channel, alone or over a square window given in metres:
 *     ndvi                  the value itself
 *     ndvi_mean_0.50m       mean over the valid pixels of the window
 *     ndvi_sd_0.50m         standard deviation (population), floor of the exact root
 *     ndvi_diff_0.30m_1.50m 32768 + (mean over the first - mean over the second) / 2: contrast to the surroundings
 *     ndvi_max_0.50m        largest value (ndvi_min_0.50m: smallest)
 *     ndvi_edge_0.50m       mean of half the sum of the differences to the right and the lower valid neighbour: texture
 *     ndvi_share3of8_0.50m  65535 * share of the pixels whose value lies in the third eighth of 0..65535: local histogram
 *     log(2nir-rededge-red) sum of whole multiples (up to 999) of logarithms of up to five bands; windows go over it like over a channel
 * All divisions are cut to the integer below. A name that is no channel is a band of that name. No window over a circular channel (hue).
 *
 * A window of w metres has 2 h + 1 working pixels, h = max(1, floor(w / (2 GSD) + 1e-6)), at most 127, by the GSD along x and along y; it is
 * clipped at the photo's edge and counts valid pixels only. So a column's value depends on the photo and the place alone, never on tiles or threads.
 *
 * Normalisation (model.normalise): "none", or "percentile": each band is stretched so that the photo's dark and bright ends
 * (pv_radiometry) meet 3277 (5 %) and 52428 (80 %) before any channel is computed; floor, held in 0..65535; a band whose bright end is not above
 * its dark end stays as it is. "median": the same in two pieces that meet where the photo's median becomes the model's (model.mid: what "percentile" makes of
 * the medians of the training photos, on the average), so that plants under another light look as they did; as "percentile" where the photo's median is not between its ends.
 *
 * Threads: a plan is read-only after making; scratch belongs to one worker. Errors: PV_MODEL when a column's bands are not in the photo (both lists). */
#ifndef PV_PIPELINE_FEATURES_H
#define PV_PIPELINE_FEATURES_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "base/text.h"
#include "geo/photo.h"
#include "models/model.h"
#include "models/table.h"

typedef struct pv_feature_plan pv_feature_plan;
typedef struct pv_feature_scratch pv_feature_scratch;

/* How light is evened out. Plain value, all borrowed. */
typedef struct pv_light {
    const char *rule; /* "none", "percentile" or "median" */
    int n_bands;      /* for "median": names and medians, 3278..52427 */
    const char (*band)[PV_NAME];
    const uint16_t *mid;
} pv_light;

pv_light pv_model_light(const pv_model *m);
/* What "percentile" makes of the median of one of the photo's bands, for pv_model.mid. */
uint16_t pv_light_mid(const pv_radiometry *r, int band);

/* For a photo: bands are bound by name to facts->band. gsd_x_m, gsd_y_m: of a working pixel (photo GSD times the averaging factor). */
PV_MUST pv_status pv_feature_plan_new(pv_feature_plan **out, int n_columns, const char (*column)[PV_NAME], const pv_light *light,
                                      const pv_photo_facts *facts, double gsd_x_m, double gsd_y_m, pv_err *err);
/* For a table of spectra: only columns without windows; band names given. values are uint16. */
PV_MUST pv_status pv_feature_plan_new_for_bands(pv_feature_plan **out, int n_columns, const char (*column)[PV_NAME], int n_bands,
                                                const char (*band)[PV_NAME], pv_err *err);
/* Makes a plan compute from the planes that are read for another one of the same photo, grid and light, which has all of its bands and at least its halo. */
PV_MUST pv_status pv_feature_plan_share(pv_feature_plan *plan, const pv_feature_plan *with, pv_err *err);
void pv_feature_plan_free(pv_feature_plan *plan);

/* Working pixels that must be read around a core, for the columns and for pv_quality_mark(). */
void pv_feature_plan_halo(const pv_feature_plan *plan, int *halo_x_px, int *halo_y_px);
/* Bands to read: n and their indices in facts->band, in the order in which pv_features_compute() expects the planes. Borrowed. */
int pv_feature_plan_bands(const pv_feature_plan *plan, const int **band_index);
/* Which of these is a band of facts->band, or -1. */
int pv_feature_plan_plane(const pv_feature_plan *plan, int band);

/* Scratch for tiles of at most core_w x core_h (+ halo). */
PV_MUST pv_status pv_feature_scratch_new(pv_feature_scratch **out, const pv_feature_plan *plan, int core_w, int core_h, pv_err *err);
void pv_feature_scratch_free(pv_feature_scratch *scratch);
/* Bytes that scratch of that size takes: part of the memory plan. */
int64_t pv_feature_scratch_bytes(const pv_feature_plan *plan, int core_w, int core_h);

/* Called by a worker after each column of each row y of the core, rows from top to bottom: values[core.w] in raw units, defined where valid; borrowed during
 * the call. */
typedef void (*pv_feature_sink)(void *user, int column, int y, const uint16_t *values);

/* Computes all columns of a tile, row by row. bands: [n plan bands][read.h][read.w], valid: [read.h][read.w] of PV_PIXEL_*;
 * read is core grown by the halo and clipped to the working image, both in working pixels. */
void pv_features_compute(const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read, const uint16_t *bands,
                         const uint8_t *valid, pv_feature_sink sink, void *user);

/* Where the pixels of a rectangle are that somebody else holds: pixel (x, y), counted from its upper left corner, is at y * band_row + x of each band and at
 * y * valid_row + x of the valid plane. Plain value, all borrowed. */
typedef struct pv_pixels {
    const uint16_t *band[PV_MAX_BANDS]; /* in plan order */
    const uint8_t *valid;
    size_t band_row, valid_row; /* elements */
    int lit;                    /* 1 = the light of the bands is evened out */
    int whole;                  /* 1 = it is known that all pixels are valid */
} pv_pixels;

/* Of planes without gaps: bands [n_bands][h][w], valid [h][w]. */
pv_pixels pv_pixels_of(const uint16_t *bands, const uint8_t *valid, int n_bands, int w, int h);
/* The same pixels from (x, y) on. */
pv_pixels pv_pixels_from(const pv_pixels *p, int x, int y);
/* 1 = all of w x h pixels are valid. */
int pv_pixels_are_whole(const pv_pixels *p, int w, int h);
/* Evens out the light of w x h pixels once for all that are computed from them: to is [n plan bands][h][w], not written where the plan leaves bands as they are. The valid plane is p's. */
pv_pixels pv_features_light(const pv_feature_plan *plan, const pv_pixels *p, int w, int h, uint16_t *to);
/* Elements of `to` for n pixels. */
size_t pv_features_light_size(const pv_feature_plan *plan, size_t n);
/* The plan will be given pixels in even light only, and its scratch needs no room for it. */
void pv_feature_plan_lit(pv_feature_plan *plan);

/* As pv_features_compute(), from pixels of read wherever they are, for some rows y of the core alone: those with (y + from) % every == 0. */
typedef struct pv_row_choice {
    int from, every;
} pv_row_choice;
void pv_features_compute_rows(const pv_feature_plan *plan, pv_feature_scratch *scratch, pv_rect core, pv_rect read, const pv_pixels *pixels,
                              pv_row_choice rows, pv_feature_sink sink, void *user);

/* Point columns of one spectrum: band_values[plan bands] in plan order, out[n_columns]. */
void pv_features_point(const pv_feature_plan *plan, const uint16_t *band_values, uint16_t *out);

/* The columns that training uses by default for these bands: *column is [*n_columns] names, yours (pv_free). Windows are odd numbers of
 * working pixels of gsd_m, written in metres; gsd_m = 0 (tables of spectra): point columns only, and fixed directions of logarithms of bands. */
PV_MUST pv_status pv_feature_default_columns(int n_bands, const char (*band)[PV_NAME], double gsd_m, int *n_columns, char (**column)[PV_NAME],
                                             pv_err *err);

/* The band names that a list of columns needs, sorted, without doubles: band[16], *n_bands. PV_MODEL for an unknown column. */
PV_MUST pv_status pv_feature_bands_needed(int n_columns, const char (*column)[PV_NAME], int *n_bands, char (*band)[PV_NAME], pv_err *err);

/* The whole channel table as aligned text, for `papaver help features`. */
void pv_feature_table_print(pv_text *out);

#endif
