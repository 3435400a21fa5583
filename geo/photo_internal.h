/* What the files geo/photo*.c share. Nobody else includes this. */
#ifndef PV_GEO_PHOTO_INTERNAL_H
#define PV_GEO_PHOTO_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/gate.h"
#include "geo/photo.h"

enum { PV_MAX_FILE_BANDS = PV_MAX_BANDS + 1 };

typedef enum pv_sample { PV_SAMPLE_U8, PV_SAMPLE_U16, PV_SAMPLE_I16, PV_SAMPLE_F32 } pv_sample;
size_t pv_sample_bytes(pv_sample sample);

/* state[h][w] of rectangle r: its part gets `what`; never written wins over damaged, in whatever order they are found. */
void pv_state_mark(pv_rect part, pv_rect r, uint8_t *state, uint8_t what);

/* ---- photo_read_tiff.c: the fast road. One handle, its decoded blocks. owner: one worker */
typedef struct pv_tiff pv_tiff;

/* *out stays NULL (and PV_OK) when libtiff cannot decode this file directly. */
PV_MUST pv_status pv_tiff_open(pv_tiff **out, const char *path, const pv_gate_facts *gate, pv_err *err);
void pv_tiff_free(pv_tiff *t);
void pv_tiff_block_size(const pv_tiff *t, int *w, int *h);
/* once 1: from now on a block whose last pixel was read is not asked for again, and gives its room to the next one. */
void pv_tiff_read_once(pv_tiff *t, int once);
/* As pv_photo_raw(), of some bands of this file. */
PV_MUST pv_status pv_tiff_read(pv_tiff *t, pv_rect r, int n, const int *band, void *out, uint8_t *state, pv_err *err);
/* As pv_photo_expect(); r lies inside the photo. */
void pv_tiff_expect(pv_tiff *t, pv_rect r, int n, const int *band);
/* 1 when all over r a block of one of the bands was never written. r lies inside the photo. */
int pv_tiff_is_empty(pv_tiff *t, pv_rect r, int n, const int *band);

/* ---- photo_read_gdal.c: the other road, and everything that is asked of GDAL. owner: one worker */
typedef struct pv_gdal pv_gdal;

PV_MUST pv_status pv_gdal_open(pv_gdal **out, const char *path, const pv_gate_limits *limits, const pv_gate_facts *gate, pv_err *err);
void pv_gdal_free(pv_gdal *g);
void *pv_gdal_dataset(pv_gdal *g); /* GDALDatasetH, borrowed */
int pv_gdal_has_mask(const pv_gdal *g);
void pv_gdal_block_size(const pv_gdal *g, int *w, int *h);
PV_MUST pv_status pv_gdal_read(pv_gdal *g, pv_rect r, int n, const int *band, pv_sample sample, void *out, uint8_t *state, pv_err *err);
int pv_gdal_is_empty(pv_gdal *g, pv_rect r, int n, const int *band);
/* Pixels of r that the mask hides become PV_PIXEL_NODATA; where the mask itself cannot be read, PV_PIXEL_UNREADABLE. */
PV_MUST pv_status pv_gdal_mask(pv_gdal *g, pv_rect r, uint8_t *state, pv_err *err);

/* ---- One file of a photo. */
typedef struct pv_source {
    char *path; /* owned */
    pv_gate_facts gate;
    pv_tiff *tiff; /* the fast road, or NULL */
    pv_gdal *gdal; /* NULL when neither pixels nor mask come from GDAL */
    int has_mask;
    int block_w, block_h; /* as its road reads it */
} pv_source;

/* How missing pixels are known; indices are those of pv_photo.used. */
typedef struct pv_rules {
    int has_tag[PV_MAX_FILE_BANDS];
    double tag[PV_MAX_FILE_BANDS];
    int tag_any;     /* 1 = one band at its tag is enough; 0 = all tagged bands must be */
    int alpha;       /* index into used, -1 = none */
    int alpha_least; /* an alpha below this is missing: 1, or 128 where JPEG blurred it */
    int collar;      /* 0 none, 1 black, 2 white */
    int tolerance;   /* of the collar: 0, or 8 where JPEG blurred it */
    /* Pixels x < left[y], x >= right[y], y < top[x], y >= bottom[x] belong to the collar. NULL without a collar; owned. */
    int32_t *left, *right, *top, *bottom;
} pv_rules;

/* How a stored value becomes uint16. */
typedef struct pv_scale {
    uint64_t multiplier; /* integers: (value * multiplier + 32768) >> 16 */
    double factor;       /* floats */
} pv_scale;

/* Multipliers of bytes, and of values that fill 16 bits: these stay what they are. */
#define PV_SCALE_BYTES (UINT64_C(257) << 16)
#define PV_SCALE_NONE  (UINT64_C(1) << 16)

/* A stored integer, not negative, in uint16. */
static inline uint16_t pv_scaled(uint64_t multiplier, uint64_t v)
{
    uint64_t scaled = (v * multiplier + 32768) >> 16;
    return (uint16_t)(scaled > 65535 ? 65535 : scaled);
}

/* A band of the photo that is read: the data bands first, in the order of facts.band, then the alpha band if there is one. */
typedef struct pv_used {
    int source; /* index into pv_photo.source */
    int band;   /* 0-based band of that file */
} pv_used;

/* The pixels of a photo, or their means over cells, all decoded once, when it is sampled. Shared by the clones: written by those that sample, read-only when `whole` is set. */
typedef struct pv_kept {
    int fx, fy, w, h;     /* pixels of a cell; cells of the photo */
    int piece_w, piece_h; /* pixels of a piece in which it is read */
    int64_t bytes;        /* as pv_photo_keeps() says; 0 = let go */
    uint64_t multiplier;  /* by which cells larger than a pixel were scaled, guessed */
    uint16_t *band;       /* [n_bands][h][w] stored integers, 0 where not valid; scaled if `scaled`. NULL = let go */
    uint8_t *raw;         /* in place of band, of floats: [n_used][h][w] as stored */
    uint8_t *state;       /* [h][w], the rules are applied */
    int whole;            /* 1 = all are there, and in one state */
    int scaled;
} pv_kept;

struct pv_photo {
    pv_photo_facts facts;
    pv_gate_limits limits;
    pv_road road; /* as asked for */
    pv_sample sample;
    int n_sources;
    pv_source source[PV_MAX_FILE_BANDS];
    int n_used;
    pv_used used[PV_MAX_FILE_BANDS];
    pv_rules rules;
    pv_scale scale;
    double tagged_scale; /* full scale in the file's own words, 0 = it says nothing */
    int sampled;         /* 1 = facts.radiometry and scale are there */
    int once;            /* pv_photo_read_once() */
    pv_kept *kept;       /* NULL = pixels are decoded each time */
    int is_clone;        /* 1 = kept belongs to another */
    pv_place *place;     /* owned; NULL = a clone, or a photo without a place */
    /* scratch of one piece */
    uint8_t *raw, *state;
    size_t raw_cap, state_cap;
    /* of one row of cells, or of a chunk of them, scaled */
    uint16_t *cell_band;
    uint8_t *cell_valid;
    size_t cell_band_cap, cell_valid_cap;
};

/* ---- photo.c */
/* All used bands of a piece inside the photo as stored: p->raw [n_used][h][w], p->state [h][w]. Rules are not applied. */
PV_MUST pv_status pv_photo_raw(pv_photo *p, pv_rect piece, pv_err *err);
/* 1 when the piece has nothing to read. */
int pv_photo_nothing(pv_photo *p, pv_rect piece);

/* ---- photo_open.c */
/* Passes the gate and opens both roads. need_gdal 0: GDAL is left out where neither pixels nor mask need it (a clone). */
PV_MUST pv_status pv_source_open(pv_source *s, const char *path, const pv_gate_limits *limits, pv_road road, int need_gdal, pv_err *err);
void pv_source_release(pv_source *s);

/* ---- photo_bands.c: names, no-data tags and alpha as the files declare them: fills used, rules, facts.band */
/* "how" of a last band that --bands leaves out, until it is known whether it is an alpha. */
#define PV_LEFT_OUT "left out"
PV_MUST pv_status pv_photo_name_bands(pv_photo *p, const char *bands_option, pv_err *err);

/* ---- photo_cells.c */
static inline int pv_cells_across(int size_px, int factor)
{
    return size_px / factor + (size_px % factor != 0);
}
/* A row of w cells from the fy rows of pixels that begin at `from`. */
void pv_cells_row(pv_planes from, int fx, int fy, int n_bands, int w, pv_planes to);

/* ---- photo_kept.c */
void pv_kept_free(pv_kept *kept);
/* Puts a piece that was read by pv_photo_raw() and to which the rules were applied, or nothing was there to read, into its place. */
PV_MUST pv_status pv_kept_put(pv_photo *p, pv_rect piece, int nothing, pv_err *err);
/* When all is there and the scale is known. */
void pv_kept_settle(pv_photo *p);
/* p->raw and p->state of a piece of floats. */
void pv_kept_get(pv_photo *p, pv_rect piece);
/* As pv_photo_read_cells() of a part inside the photo, 1; 0 = these cells of bands are not kept. */
int pv_kept_read(const pv_photo *p, pv_rect part, int fx, int fy, int n_bands, const int *band_index, pv_planes to);

/* ---- photo_valid.c */
/* Applies the rules to p->state of a piece read by pv_photo_raw(). */
void pv_valid_apply(pv_photo *p, pv_rect piece);
/* pure[i] = 1 where all data bands of the piece are black (or white), or the pixel was never written. */
void pv_valid_pure(const pv_photo *p, pv_rect piece, int colour, int tolerance, uint8_t *pure);
/* Stored values of one used band of the piece to uint16, its rows from the first on to rows `stride` apart; 0 where not valid. */
void pv_valid_scale(const pv_photo *p, pv_rect piece, int used, int first, int rows, uint16_t *out, ptrdiff_t stride);
pv_scale pv_scale_of(pv_sample sample, double full_scale);
/* Writes facts.valid_rule. */
void pv_valid_words(pv_photo *p, const char *alpha_how);

/* ---- photo_collar.c */
PV_MUST pv_status pv_collar_find(pv_photo *p, pv_err *err);
PV_MUST pv_status pv_collar_copy(pv_rules *to, const pv_rules *from, int width, int height, pv_err *err);
void pv_collar_release(pv_rules *rules);

/* ---- photo_sample.c */
enum { PV_SAMPLE_CELL = 512 /* of whose multiple is the width of the pieces in which a photo is read that is kept, or the photo's */ };
/* Such a piece, so that a block lies in one piece if it is not very large, and cells of fy rows do. */
void pv_sample_piece_size(const pv_photo_facts *f, int fy, int *w, int *h);
/* The full scale of what lies in the middle of the photo. */
PV_MUST pv_status pv_sample_guess(pv_photo *p, double *full_scale, pv_err *err);
/* 1 for a photo that may be kept. */
int pv_sample_is_small(const pv_photo_facts *facts);
/* 1 in *is_alpha when the last used band holds only 0 and the largest value in the sample. */
PV_MUST pv_status pv_sample_alpha(pv_photo *p, int *is_alpha, pv_err *err);
/* Fills facts.radiometry and p->scale. */
PV_MUST pv_status pv_sample_radiometry(pv_photo *p, pv_err *err);

/* ---- photo_place.c: where the photo is, when it was taken */
PV_MUST pv_status pv_photo_locate(pv_photo *p, int allow_unplaced, pv_err *err);
void pv_photo_taken_at(pv_photo *p);

/* ---- photo_sidecar.c: .tfw and .prj */
void *pv_sidecar_prj(const char *path); /* the CRS of the .prj file beside a TIFF (OGRSpatialReferenceH, yours), or NULL */
/* Warns where the sidecars contradict the place that was taken from the TIFF. crs_is_own 0: its CRS came from the .prj itself. */
void pv_sidecar_check(pv_photo *p, int crs_is_own);

/* ---- photo_facts.c */
void pv_photo_warn(pv_photo_facts *facts, const char *fmt, ...) PV_PRINTF(2, 3);
void pv_photo_describe(pv_photo *p); /* codec, layout, road, sample type, blocks */

#endif
