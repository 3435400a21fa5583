/* Pixels read ahead of the computation, so that every block of the photo is decoded once.
 *
 * The working image is read in units of whole blocks. A step is a segment of one row of units; steps go from left to right, then down: it is read, its tiles are computed, then the next
 * is read into another buffer. A tile ends `reach` pixels before its unit does, because that is how far it looks: so it needs its own unit, and of what was read before only 2 reach
 * columns on the left (from the buffer of the step before) and 2 reach rows above (from the row before; where rows have segments, kept over the whole width). Memory does not depend on
 * the size of the photo but for those rows, and for whole rows as long as these are few bytes. A small photo that is kept in memory lends its pixels: then tiles look at them there, and
 * only their scale is settled, before the first step.
 *
 *     cut of reading   0     unit        2 unit        ...  size        tile k answers for the pixels from core cut k to core cut k + 1; there are
 *     cut of cores     0     unit-reach  2 unit-reach  ...  size        as many as units. The first is smaller, the last larger, some may be empty.
 *
 * Threads: within a step, parts may be read, then tiles taken and patches fetched by any worker at the same time, each part and tile once; before what is read is looked at, and before the
 * next step is read, the caller puts a barrier. */
#ifndef PV_PIPELINE_AHEAD_H
#define PV_PIPELINE_AHEAD_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"
#include "pipeline/features.h"
#include "pipeline/tile.h"
#include "pipeline/work.h"

/* How a photo is walked. Plain value, made by pv_ahead_plan(). */
typedef struct pv_ahead_shape {
    int w, h;                  /* the working image */
    int unit_w, unit_h;        /* of reading, working pixels */
    int reach_x, reach_y;      /* pv_tile_reach() */
    int across, down;          /* units */
    int per_segment, segments; /* units of a segment (the last may have fewer); segments of a row */
    int kept;                  /* steps whose pixels are there at a time, 2 or 3 */
    int part_rows;             /* > 0: the photo has strips, and a step is read in pieces of so many rows; 0: in units */
    int n_bands;               /* planes that are read */
    int lent;                  /* 1 = the photo lends its pixels: nothing is read, and all is there from the first step on */
} pv_ahead_shape;

/* unit_w, unit_h: wanted, at least 1. bytes: the most that all buffers shall take; where whole rows of units fit, a row is one segment, and patches that closed in the row before find
 * their pixels: with three rows nearly all, with two those that do not reach far above that row. step_bytes: the most of one buffer where not even two rows fit; then more does not help but
 * to keep workers busy. Whatever is given, there are two buffers, and a segment has at least one unit, of a photo of strips the whole row. */
pv_ahead_shape pv_ahead_plan(const pv_feature_plan *plan, const pv_work_grid *grid, const pv_model *model, const pv_photo_facts *facts, int unit_w,
                             int unit_h, int64_t bytes, int64_t step_bytes);
/* The same walk over a photo that lends its pixels. */
pv_ahead_shape pv_ahead_lent(pv_ahead_shape shape);
/* The least number of working pixels that are whole blocks of the photo; factor: photo pixels in one. */
int pv_ahead_whole_blocks(int block_px, int factor);
int64_t pv_ahead_bytes(const pv_ahead_shape *shape);

/* The largest core, and the rows of the highest row of cores. */
void pv_ahead_core_size(const pv_ahead_shape *s, int *w, int *h);
/* Rows of cores of unit row `row`: *y, *h. h may be 0. */
void pv_ahead_core_rows(const pv_ahead_shape *s, int row, int *y, int *h);

static inline int pv_ahead_steps(const pv_ahead_shape *s)
{
    return s->segments * s->down;
}
/* Unit row of a step; and 1 when it is the last of its row. */
static inline int pv_ahead_row(const pv_ahead_shape *s, int step)
{
    return step / s->segments;
}
static inline int pv_ahead_ends_row(const pv_ahead_shape *s, int step)
{
    return step % s->segments == s->segments - 1;
}
/* Tiles of a step, and the core of one of them, which may be empty. */
int pv_ahead_tiles(const pv_ahead_shape *s, int step);
pv_rect pv_ahead_core(const pv_ahead_shape *s, int step, int tile);
/* Pieces in which a step is read; may be 0. */
int pv_ahead_parts(const pv_ahead_shape *s, int step);

typedef struct pv_ahead pv_ahead;

/* shape, grid and plan are borrowed; photo, too, if it lends its pixels, else it is not looked at. */
PV_MUST pv_status pv_ahead_new(pv_ahead **out, const pv_ahead_shape *shape, const pv_feature_plan *plan, const pv_work_grid *grid, pv_photo *photo,
                               pv_err *err);
void pv_ahead_free(pv_ahead *a);

/* Called by: a worker with its own photo handle. Errors: those of pv_photo_read(). */
PV_MUST pv_status pv_ahead_read(pv_ahead *a, int step, int part, pv_photo *photo, pv_err *err);
/* The working pixels that a part of a step has brought, for n_bands bands index[], until the step's buffer is read into again: 1. 0 = one of the bands is not read. Called by who read it. */
int pv_ahead_part(const pv_ahead *a, int step, int part, int n_bands, const int *index, pv_rect *rect, pv_pixels *at);
/* 1 when no pixel of the core is there: nothing to compute, all PV_PIXEL_NODATA. */
int pv_ahead_nothing(const pv_ahead *a, int step, pv_rect core);
/* Lets a tile that was aimed at a core of this step look at its pixels there, until the step's buffer is read into again. */
void pv_ahead_take(const pv_ahead *a, int step, pv_tile *tile);
/* The same of a tile with planes of its own that was aimed anywhere, for n_bands bands index[], when all that it reads is there after step `step` was worked off and before the
 * next is read: 1. What lies in several buffers is put together in the tile's planes. 0 = it must be read from the photo. */
int pv_ahead_fetch(const pv_ahead *a, int step, int n_bands, const int *index, pv_tile *tile);

#endif
