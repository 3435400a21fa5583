/* A tile goes forward only: aim, read, features, codes, trees, mean of the neighbours' probabilities. Nobody keeps a pointer to it after the call.
 *
 * All rectangles are in working pixels (pipeline/work.h). */
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
#include "pipeline/work.h"

/* Working pixels on either side of the middle of the window over which a model averages; 0 without one, or with model NULL. */
void pv_tile_half(const pv_model *model, const pv_work_grid *grid, int *x, int *y);

/* owner: one worker, from pv_tile_new to pv_tile_free; never shared */
typedef struct pv_tile {
    pv_rect core; /* pixels this tile answers for; cores of one photo cover it without overlap */
    pv_rect
        ask; /* core grown by twice the half of the model's window (four times, in a tile that is never asked), clipped to the working image: where the trees are asked; core without a model */
    pv_rect read;   /* ask grown by the halo, clipped to the working image: what was really read */
    pv_pixels at;   /* the pixels of read, wherever they are */
    pv_pixels lit;  /* the same in even light, where somebody has made them: lit.lit */
    uint16_t *band; /* [n plan bands][read.h][read.w] when they are its own; NULL in a guest */
    uint8_t *valid; /* [read.h][read.w], PV_PIXEL_*, likewise */
    uint8_t *code;  /* [n_columns][ask.h][ask.w] of the coders, defined where valid */
    uint8_t *why;   /* [ask.h][ask.w] 0 = the trees are asked, else why not: PV_BEST_* */
    uint8_t *prob;  /* [core.h][core.w], P(target) * 254 rounded; 255 = unknown */
    uint8_t *best;  /* [core.h][core.w], class index; PV_BEST_* where the pixel was not judged */
    /* scratch */
    const pv_coder *coder; /* [n_columns] borrowed from the runner: the same for all workers */
    pv_smooth *smooth;
    int is_never_asked; /* 1 = has no coder though there is a model: marking it evens out its light */
    uint16_t *light;    /* of lit, when it is its own */
    uint32_t *quality;  /* for pv_quality_mark() */
    uint8_t *dim;       /* [ask.h][ask.w] what it marked */
    int half_x, half_y; /* its window */
    int grow_x, grow_y; /* working pixels from core to ask */
    int any_usable;
    pv_feature_scratch *features;
    int max_w, max_h;
} pv_tile;

/* Why a pixel was not judged. PV_BEST_UNUSABLE: the least of them, all from there on are such. */
enum { PV_BEST_NODATA = 255, PV_BEST_UNREADABLE = 254, PV_BEST_DARK = 253, PV_BEST_SATURATED = 252, PV_BEST_UNUSABLE = PV_BEST_SATURATED };

/* The valid plane from the left end of row y of a rectangle of the tile, core or ask, on. */
static inline const uint8_t *pv_tile_valid_row(const pv_tile *t, pv_rect of, int y)
{
    return t->at.valid + (size_t)(of.y - t->read.y + y) * t->at.valid_row + (of.x - t->read.x);
}

/* What columns are computed from. */
static inline const pv_pixels *pv_tile_pixels(const pv_tile *t)
{
    return t->lit.lit ? &t->lit : &t->at;
}

/* max_w, max_h: the largest core. model may be NULL (training: no code, prob, best). coder as above; NULL with model NULL, or for a tile that is read, marked and given to
 * others by pv_tile_take(), but never asked. */
PV_MUST pv_status pv_tile_new(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_coder *coder,
                              int max_w, int max_h, pv_err *err);
/* The same of a tile without planes of its own, for pv_tile_take() and pv_ahead_take() alone. */
PV_MUST pv_status pv_tile_new_guest(pv_tile **out, const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model,
                                    const pv_coder *coder, int max_w, int max_h, pv_err *err);
void pv_tile_free(pv_tile *tile);
/* Pixels of the largest ask of such a tile. */
int64_t pv_tile_asked(const pv_work_grid *grid, const pv_model *model, int max_w, int max_h);
int64_t pv_tile_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int max_w, int max_h);
/* The same of a guest; asked 0: without a coder, though there is a model. */
int64_t pv_tile_guest_bytes(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int asked, int max_w, int max_h);

/* Aims at core: core, ask and read. Who aims fills band and valid, or says where the pixels are. */
void pv_tile_aim(pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid);
/* Working pixels from the core of a tile of any kind to the rim of what it reads. */
void pv_tile_reach(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, int *x, int *y);
/* Aims at core and reads bands and valid through the worker's own photo handle. */
PV_MUST pv_status pv_tile_read(pv_tile *tile, pv_rect core, pv_photo *photo, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err);
/* Where the pixels of a tile come from: aims it at core and fills band and valid. As pv_tile_read(), whose user is the pv_photo. */
typedef pv_status (*pv_tile_source)(void *user, pv_tile *tile, pv_rect core, const pv_feature_plan *plan, const pv_work_grid *grid, pv_err *err);
/* Aims at core, which lies in the core of a tile that was read, and looks at the pixels there, until that tile is aimed again: the same as reading it. */
void pv_tile_take(pv_tile *tile, pv_rect core, const pv_tile *from, const pv_feature_plan *plan, const pv_work_grid *grid);
/* What is known before any column: fills why, best (0 or why the pixel is unknown) and prob (unknown). */
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
