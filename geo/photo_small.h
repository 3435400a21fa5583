/* A photo in small, for pictures of the whole of it: sums of squares of its cells (pv_photo_read_cells()), added up part by part while somebody reads the photo anyway, or read for it.
 *
 * Square (x, y) has the cells from (side x, side y) on; in the last column and row it may have fewer. Sums are of integers: the same whoever adds what, in whatever order.
 * Owner: whoever made it. Threads: parts may be added by any threads at the same time; the rest by the owner, before and after. */
#ifndef PV_GEO_PHOTO_SMALL_H
#define PV_GEO_PHOTO_SMALL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"

enum { PV_SMALL_BANDS = 3 };

typedef struct pv_small {
    int fx, fy;                    /* photo pixels of a cell */
    int cells_w, cells_h;          /* cells of the photo */
    int side;                      /* cells of a square */
    int w, h;                      /* squares */
    int band[PV_SMALL_BANDS];      /* indices into facts->band */
    uint32_t *sum[PV_SMALL_BANDS]; /* [h][w] of the valid cells; owned */
    uint32_t *n;                   /* [h][w] valid cells; owned */
    int whole;                     /* 1 = all of the photo was added: said by whoever added it */
} pv_small;

/* Squares so large that there are at most `most` along either side of the photo: of cells of fx x fy photo pixels, or, where that would make fewer than there can be, of single
 * pixels. Fails: PV_INPUT when a square would have more than 255 cells along a side. */
PV_MUST pv_status pv_small_new(pv_small **out, const pv_photo_facts *facts, int fx, int fy, const int band[PV_SMALL_BANDS], int most, pv_err *err);
void pv_small_free(pv_small *s); /* NULL is fine */
int64_t pv_small_bytes(const pv_small *s);

/* Adds a rectangle of cells: pixel (x, y) of band k, 0 where it is not valid, at band[k][y * band_row + x], valid[y * valid_row + x]. Each cell once. */
void pv_small_add(pv_small *s, pv_rect cells, const uint16_t *const band[PV_SMALL_BANDS], size_t band_row, const uint8_t *valid, size_t valid_row);

/* Reads all of a photo to which nothing was added yet, block by block. stop: non-zero = stop soon (PV_STOPPED); may be NULL. Errors as pv_photo_read_cells(). */
PV_MUST pv_status pv_small_read(pv_small *s, pv_photo *photo, const atomic_int *stop, pv_err *err);

#endif
