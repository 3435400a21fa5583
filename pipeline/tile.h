/* A tile goes forward only: aim, read, features, codes, trees, mean of the neighbours' probabilities. Nobody keeps a pointer to it after the call.
 *
 * All rectangles are in working pixels: a photo finer than the model's working GSD is averaged by whole factors fx, fy first. A working
 * pixel is valid when at least half of its photo pixels are; its value is their mean, rounded half up: exact, whatever the tiling. */
#ifndef PV_PIPELINE_TILE_H
#define PV_PIPELINE_TILE_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"
#include "models/model.h"
#include "pipeline/features.h"
#include "pipeline/features_code.h"
#include "pipeline/smooth.h"

/* How a photo becomes working pixels. Plain value. */
typedef struct pv_work_grid {
    int fx, fy;              /* photo pixels in a working pixel, >= 1 */
    int w, h;                /* working pixels of the photo; the last column and row may be partly outside */
    double gsd_x_m, gsd_y_m; /* of a working pixel */
} pv_work_grid;

/* The grid of a photo for a working GSD (0 = the photo's own pixels). PV_MODEL when the photo is more than 1.5 times coarser than gsd_m. */
PV_MUST pv_status pv_work_grid_of(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, pv_err *err);
/* The same for a photo however coarse: its own pixels are the working pixels then, and *coarse is 1 (0 = the photo is fine enough). */
PV_MUST pv_status pv_work_grid_any(pv_work_grid *out, const pv_photo_facts *facts, double gsd_m, int *coarse, pv_err *err);

/* Working pixels on either side of the middle of the window over which a model averages; 0 without one, or with model NULL. */
void pv_tile_half(const pv_model *model, const pv_work_grid *grid, int *x, int *y);

/* owner: one worker, from pv_tile_new to pv_tile_free; never shared */
typedef struct pv_tile {
    pv_rect core; /* pixels this tile answers for; cores of one photo cover it without overlap */
    pv_rect
        ask; /* core grown by twice the half of the model's window, clipped to the working image: where the trees are asked; core without a model */
    pv_rect read;   /* ask grown by the halo, clipped to the working image: what was really read */
    uint16_t *band; /* [n plan bands][read.h][read.w] */
    uint8_t *valid; /* [read.h][read.w], PV_PIXEL_*; written by the reader only */
    uint8_t *code;  /* [n_columns][ask.h][ask.w] of the coders, defined where valid */
    uint8_t *why;   /* [ask.h][ask.w] 0 = the trees are asked, else why not: PV_BEST_* */
    uint8_t *prob;  /* [core.h][core.w], P(target) * 254 rounded; 255 = unknown */
    uint8_t *best;  /* [core.h][core.w], class index; 255 = no data, 254 = unreadable, 253 = unusable */
    /* scratch */
    uint16_t *photo_band;
    uint8_t *photo_valid;
    const pv_coder *coder; /* [n_columns] borrowed from the runner: the same for all workers */
    pv_smooth *smooth;
    uint32_t *quality;  /* for pv_quality_mark() */
    uint8_t *dim;       /* [ask.h][ask.w] what it marked */
    int half_x, half_y; /* its window */
    int grow_x, grow_y; /* working pixels from core to ask */
    int any_usable;
    pv_feature_scratch *features;
    int max_w, max_h;
} pv_tile;

enum { PV_BEST_NODATA = 255, PV_BEST_UNREADABLE = 254, PV_BEST_UNUSABLE = 253 };

/* The valid plane from the left end of row y of a rectangle of the tile, core or ask, on. */
static inline const uint8_t *pv_tile_valid_row(const pv_tile *t, pv_rect of, int y)
{
    return t->valid + (size_t)(of.y - t->read.y + y) * (size_t)t->read.w + (of.x - t->read.x);
}

/* max_w, max_h: the largest core. model may be NULL (training: no code, prob, best). coder as above; NULL with model NULL, or for a tile that is read, marked and given to
 * others by pv_tile_take(), but never asked. */
PV_MUST pv_status pv_tile_new(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_coder *coder,
                              int max_w, int max_h, pv_err *err);
void pv_tile_free(pv_tile *tile);
/* Pixels of the largest ask of such a tile. */
int64_t pv_tile_asked(const pv_work_grid *grid, const pv_model *model, int max_w, int max_h);
int64_t pv_tile_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int max_w, int max_h);
/* The same of a tile without a coder. */
int64_t pv_tile_marked_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int max_w, int max_h);

/* Aims at core and reads bands and valid through the worker's own photo handle. */
PV_MUST pv_status pv_tile_read(pv_tile *tile, pv_rect core, pv_photo *photo, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err);
/* Aims at core, which lies in the core of a tile that was read, and takes bands and valid from there: the same as reading it. */
void pv_tile_take(pv_tile *tile, pv_rect core, const pv_tile *from, const pv_feature_plan *plan, const pv_work_grid *grid);
/* The light alone: fills why, best (0 or why the pixel is unknown) and prob (unknown). */
void pv_tile_mark(pv_tile *tile, const pv_feature_plan *plan);
/* Light and features to codes: fills why, best (0 or why the pixel is unknown), prob (unknown) and code. */
void pv_tile_features(pv_tile *tile, const pv_feature_plan *plan);
/* The same with the columns, of ask, given to another sink, which must fill code for pv_tile_ask(). */
void pv_tile_features_to(pv_tile *tile, const pv_feature_plan *plan, pv_feature_sink sink, void *user);
/* The sink of pv_tile_features(), whose user is the tile: fills one row of code. */
void pv_tile_code_row(void *tile, int column, int y, const uint16_t *values);
/* Codes to prob and best by the model of pv_tile_new(), after pv_tile_features(). model: that of pv_tile_new(). */
void pv_tile_ask(pv_tile *tile);
/* The same, and after each row of the core its class probabilities to a sink (not NULL), when any pixel of the tile was asked. */
void pv_tile_ask_to(pv_tile *tile, pv_smooth_sink sink, void *user);

#endif
