/* Ground by cells: which state each square of ground has in a photo.
 *
 * The grid is that of one projected CRS in metres. Cell (i, j) covers easting [i c, (i + 1) c) and northing [j c, (j + 1) c); j grows northwards. Cells are kept
 * in blocks of 256 x 256, of which only those exist that hold something; block (bx, by) has the cells 256 bx <= i < 256 (bx + 1), 256 by <= j < 256 (by + 1). The rows
 * of a block are runs of one state, sorted, not touching where the state is the same; what lies between runs is PV_CELL_NONE. Blocks are in order of by, then bx.
 * The file (docs/formats/coverage.md) has one form only for the same cells: encoding what was decoded gives the same bytes.
 *
 * Threads: one owner at a time. Errors: PV_INPUT (a file or a grid is wrong), PV_NOMEM, PV_BUG (a cell beyond the grid's limits). */
#ifndef PV_GEO_CELLS_H
#define PV_GEO_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"
#include "base/text.h"

enum {
    PV_CELL_NONE = 0, /* not in the photo */
    PV_CELL_SEEN,
    PV_CELL_NODATA,
    PV_CELL_UNREADABLE,
    PV_CELL_DARK,
    PV_CELL_SATURATED,
    PV_CELL_BLURRED,
    PV_CELL_COARSE, /* the photo's pixels are too coarse for the model */
    PV_CELL_STATES
};

enum {
    PV_CELL_BLOCK = 256,    /* cells on a side of a block */
    PV_CELL_MOST = 1 << 30, /* i and j lie in [-PV_CELL_MOST, PV_CELL_MOST) */
    PV_CELL_MM_LEAST = 100,
    PV_CELL_MM_MOST = 20000,
    PV_CELL_FILE_BLOCKS = 1 << 17, /* that a file may have, and runs: memory for a hostile one stays below 400 MiB */
    PV_CELL_FILE_RUNS = 1 << 25
};

/* epsg: a projected CRS in metres. cell_m: 0.1 to 20, whole millimetres. */
typedef struct pv_cell_grid {
    int epsg;
    double cell_m;
} pv_cell_grid;

/* The usual grid of 1 m at a place: the 3-degree Gauss-Kruger zone of CGCS2000 without zone prefix (EPSG 4534 to 4554) in the rectangle of China, else the UTM zone of
 * WGS 84. lon -180..180, lat -80..84. */
pv_cell_grid pv_cell_grid_at(double lon_deg, double lat_deg);
/* "4544", "EPSG:4544" or "4544,0.5". Only the numbers are checked. PV_USAGE. */
PV_MUST pv_status pv_cell_grid_parse(pv_cell_grid *out, const char *text, pv_err *err);
/* PV_INPUT unless the CRS is there, is projected and in metres. */
PV_MUST pv_status pv_cell_grid_check(const pv_cell_grid *grid, pv_err *err);
/* PV_INPUT when the place lies more than 10 degrees beyond the area that the CRS is for: a projection still answers there, with nonsense. */
PV_MUST pv_status pv_cell_grid_reaches(const pv_cell_grid *grid, double lon_deg, double lat_deg, pv_err *err);
int pv_cell_grid_equal(const pv_cell_grid *a, const pv_cell_grid *b);
int pv_cell_grid_mm(const pv_cell_grid *grid);

/* A state's name: "seen" "nodata" "unreadable" "dark" "saturated" "blurred" "coarse"; "none" for PV_CELL_NONE and all others. Static. */
const char *pv_cell_word(int state);
/* Which of two states counts where photos overlap: the lower rank. seen 0, blurred, coarse, saturated, dark, unreadable, no-data, none 7. */
int pv_cell_rank(int state);

/* Cells x0 <= x < x1 of a row of a block, 0..256. */
typedef struct pv_cell_run {
    uint16_t x0, x1;
    uint8_t state;
} pv_cell_run;

/* A block that is read. Plain value; the runs are borrowed until the cells change. Row y (0 = southernmost) has the runs run[row[y]] to run[row[y + 1] - 1]. */
typedef struct pv_cell_block {
    int32_t bx, by;
    const uint32_t *row; /* [257] */
    const pv_cell_run *run;
} pv_cell_block;

/* The block column or row that a cell's i or j lies in. */
static inline int64_t pv_cell_block_of(int64_t cell)
{
    return (cell >= 0 ? cell : cell - (PV_CELL_BLOCK - 1)) / PV_CELL_BLOCK;
}

typedef struct pv_cells pv_cells;

PV_MUST pv_status pv_cells_new(pv_cells **out, const pv_cell_grid *grid, pv_err *err);
void pv_cells_free(pv_cells *cells); /* NULL is fine */
pv_cell_grid pv_cells_grid(const pv_cells *cells);

/* Of the photo's file; all zero = not known. */
void pv_cells_set_photo(pv_cells *cells, const uint8_t sha256[PV_SHA256_BYTES]);
const uint8_t *pv_cells_photo(const pv_cells *cells);

/* The cells i0 <= i < i1 of row j get a state, whatever they had. PV_BUG beyond the grid's limits. */
PV_MUST pv_status pv_cells_set(pv_cells *cells, int32_t j, int32_t i0, int32_t i1, int state, pv_err *err);
/* Blocks that were not written since the call before become runs (64 KiB less each). Never changes what is there; call it now and then while writing. */
PV_MUST pv_status pv_cells_settle(pv_cells *cells, pv_err *err);
/* Ends writing: all blocks become runs, empty ones go. To be called before anything below; writing on is fine, and wants another call. */
PV_MUST pv_status pv_cells_finish(pv_cells *cells, pv_err *err);

size_t pv_cells_blocks(const pv_cells *cells);
pv_cell_block pv_cells_block(const pv_cells *cells, size_t k);
/* The block at bx, by: 1, or 0 when there is none. */
int pv_cells_find(const pv_cells *cells, int32_t bx, int32_t by, pv_cell_block *out);
/* A copy of a block as it stands; the cells must not have it yet. */
PV_MUST pv_status pv_cells_add_block(pv_cells *cells, const pv_cell_block *block, pv_err *err);
/* State of one cell. */
int pv_cells_at(const pv_cells *cells, int32_t i, int32_t j);
/* How many cells have each state but PV_CELL_NONE. */
void pv_cells_count(const pv_cells *cells, int64_t count[PV_CELL_STATES]);
/* The cells i0 <= i < i1, j0 <= j < j1 are the smallest rectangle with all that is there: 1, or 0 = there is nothing. */
int pv_cells_extent(const pv_cells *cells, int32_t *i0, int32_t *j0, int32_t *i1, int32_t *j1);

/* Replaces the content of out (bytes, not text) by the file's. PV_INPUT when that would be more than a file may have. */
PV_MUST pv_status pv_cells_encode(const pv_cells *cells, pv_text *out, pv_err *err);
/* check = 0: the checksum is not looked at (fuzzing). On success *out is yours. Every wrong byte is PV_INPUT with its offset. */
PV_MUST pv_status pv_cells_decode(pv_cells **out, const void *data, size_t n, int check, pv_err *err);
/* One block alone, as it stands in a file (a season keeps blocks). decode: all n bytes must be the block; *owner is yours (pv_cell_block_release), out borrows from it. */
void pv_cell_block_encode(const pv_cell_block *block, pv_text *out);
typedef struct pv_cell_block_owned {
    uint32_t *row;
    pv_cell_run *run;
} pv_cell_block_owned;
PV_MUST pv_status pv_cell_block_decode(pv_cell_block *out, pv_cell_block_owned *owner, const void *data, size_t n, pv_err *err);
void pv_cell_block_release(pv_cell_block_owned *owner);
/* 1 when a file begins as ours does. */
int pv_cells_is_file(const void *head, size_t n);

#endif
