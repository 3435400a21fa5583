/* A georeferenced photo: what it is, and its pixels.
 *
 * A photo is one GeoTIFF/BigTIFF, or a folder of one-band TIFFs of one scene (DJI Terra `result_*.tif`, MicaSense by metadata).
 * Opening passes the gate (geo/gate.h), names the bands, decides how missing pixels are known, and takes the radiometric sample: a fixed choice of squares, so that
 * the same pixels always give the same state.
 *
 * Two roads give the same pixels: libtiff reads blocks directly where it can (the fast road); GDAL reads the rest. Overviews are ignored.
 *
 * Threads: a pv_photo belongs to one worker. Open once, then pv_photo_clone() for every other worker (no second sample pass).
 * Ownership: pv_photo_free() releases everything; pv_photo_facts() is borrowed until then.
 * Errors: PV_INPUT when the file is refused (the text says what, and what to do), PV_IO when it cannot be read at all, PV_NOMEM. */
#ifndef PV_GEO_PHOTO_H
#define PV_GEO_PHOTO_H

#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "base/text.h"
#include "geo/gate.h"
#include "geo/place.h"

enum { PV_MAX_BANDS = 16, PV_BAND_NAME = 32, PV_FACT_TEXT = 160 };

typedef struct pv_photo pv_photo;

/* What a pixel is; the values of the valid plane that pv_photo_read() writes. */
enum {
    PV_PIXEL_NODATA = 0,    /* no-data tag, alpha, mask, non-finite, collar, never-written block, outside the photo */
    PV_PIXEL_VALID = 1,     /* all bands usable */
    PV_PIXEL_UNREADABLE = 2 /* its block is damaged: a hole in coverage, never "no poppy" */
};

typedef enum pv_road { PV_ROAD_AUTO = 0, PV_ROAD_LIBTIFF, PV_ROAD_GDAL } pv_road;

typedef struct pv_band {
    char name[PV_BAND_NAME]; /* blue green red rededge nir ...; "band7" when nothing names it */
    char how[48];            /* what named it: "--bands", "description", "metadata", "file name", "colour interpretation", "unnamed" */
    double wavelength_nm;    /* 0 = not known */
    int file_band;           /* 1-based band of the file (or of the sorted folder) */
} pv_band;

/* Radiometric state: how stored values become the uint16 that everything else sees, and where the photo's dark and bright ends lie.
 * uint16 = min(65535, (value * multiplier) / 65536 rounded) for integers; float values times 65535 / full_scale, rounded, clamped. */
typedef struct pv_radiometry {
    double full_scale;             /* stored value that becomes 65535: 255, 4095, 10000, 65535, 1.0, ... */
    uint16_t dark[PV_MAX_BANDS];   /* 1st percentile of valid sampled pixels, per data band, in uint16 units */
    uint16_t mid[PV_MAX_BANDS];    /* median */
    uint16_t bright[PV_MAX_BANDS]; /* 99th percentile */
    int64_t n_sampled;             /* valid pixels in the sample; 0 = none (dark, mid, bright are 0) */
} pv_radiometry;

typedef struct pv_photo_facts {
    char path[1024];
    char name[256]; /* file or folder name without path and ending: the photo's name in every output */
    int width_px, height_px;
    int n_bands; /* data bands only: alpha and masks are not bands */
    pv_band band[PV_MAX_BANDS];
    char sample_type[16]; /* "UInt8" "UInt16" "Float32" */
    char codec[16];       /* "NONE" "LZW" "DEFLATE" "ZSTD" "JPEG" ... */
    char layout[64];      /* "tiled 256x256, pixel-interleaved" */
    int block_w_px, block_h_px;
    char road[16];          /* "libtiff" or "GDAL" */
    double geotransform[6]; /* GDAL's: pixel corner (x, y) to CRS coordinates */
    char *crs_wkt;          /* WKT2; owned by the photo */
    char crs_name[PV_FACT_TEXT];
    int epsg;                      /* 0 = none */
    double gsd_x_m, gsd_y_m;       /* ground size of a pixel at the photo's centre, along its rows and columns, > 0 */
    char taken_at[32];             /* ISO 8601 ("2026-04-11" or with time and zone), "" when the file does not say */
    char valid_rule[PV_FACT_TEXT]; /* how missing pixels are known: "no-data tag 0 in all bands", "undeclared alpha in band 5", ... */
    int n_file_bands;              /* bands in the file, alpha included */
    int sample_bytes;              /* of a stored value */
    pv_radiometry radiometry;
    double missing_blocks; /* share of blocks never written, 0..1 */
    int n_warnings;
    char warning[8][PV_FACT_TEXT];       /* words for the operator; not errors */
    char warning_local[8][PV_FACT_TEXT]; /* the same in the reader's language (base/tr.h); "" when that is English */
} pv_photo_facts;

typedef struct pv_photo_options {
    const char *bands;               /* "red=1,green=2,..." settles a doubt; NULL = find out */
    const pv_radiometry *radiometry; /* use this state in place of the photo's own (sheets of one mosaic); NULL = own. Borrowed. */
    const pv_gate_limits *limits; /* of the gate; NULL = the documented ones; no more than PV_MAX_BANDS bands in any case. Borrowed while opening */
    pv_road road;                 /* AUTO but for tests and benchmarks */
    int sample_later;             /* 1 = the sample is left to the caller: pv_photo_sample_settle() */
    int allow_unplaced;           /* 1 = a photo without CRS or geotransform is opened too (for `info`): epsg 0, gsd 0 and a warning */
} pv_photo_options;

/* Opens and examines. opt may be NULL (all zero). On success *out is yours. */
PV_MUST pv_status pv_photo_open(pv_photo **out, const char *path, const pv_photo_options *opt, pv_err *err);
/* A further handle on the same photo for another worker; the state is copied, not sampled again. src may be in use by its own worker only
 * between calls: clone before the parallel region. */
PV_MUST pv_status pv_photo_clone(pv_photo **out, const pv_photo *src, pv_err *err);
void pv_photo_free(pv_photo *photo); /* NULL is fine */

const pv_photo_facts *pv_photo_facts_of(const pv_photo *photo);

/* Where its pixels are. Borrowed, for one thread at a time; NULL = the photo is not placed, or a clone. */
pv_place *pv_photo_place(const pv_photo *photo);

/* Index of a band by name in facts->band, or -1. */
int pv_photo_find_band(const pv_photo_facts *facts, const char *name);

/* Reads a rectangle. bands: [n_bands][rect.h][rect.w] of the data bands band_index[0..n_bands-1] (indices into facts->band), scaled to
 * uint16; 0 where the pixel is not valid. valid: [rect.h][rect.w] of PV_PIXEL_*; decided from all of the photo's bands, whatever subset is
 * asked for. The rectangle may reach outside the photo: those pixels are PV_PIXEL_NODATA. A damaged block is no error: its pixels are
 * PV_PIXEL_UNREADABLE. Called by: the owning worker. */
PV_MUST pv_status pv_photo_read(pv_photo *photo, pv_rect rect, int n_bands, const int *band_index, uint16_t *bands, uint8_t *valid, pv_err *err);

/* Where the pixels of a rectangle go, when that is a part of something larger: pixel (x, y) of band k at band[k * plane + y * row + x], valid[y * row + x]. */
typedef struct pv_planes {
    uint16_t *band;
    uint8_t *valid;
    size_t row, plane;
} pv_planes;
PV_MUST pv_status pv_photo_read_to(pv_photo *photo, pv_rect rect, int n_bands, const int *band_index, pv_planes to, pv_err *err);

/* Cells of fx x fy photo pixels (1 to 255) averaged to one; cell (x, y) has the pixels from (fx x, fy y) on. A cell is valid when at least half of its pixels are, those outside
 * the photo counted as not valid; its value is the mean of these, rounded half up: exact, whatever rectangles are read. Else it is 0, and PV_PIXEL_UNREADABLE if one of
 * its pixels is, or PV_PIXEL_NODATA. cells: a rectangle of cells inside the photo; to, bands and errors as pv_photo_read_to(). */
PV_MUST pv_status pv_photo_read_cells(pv_photo *photo, pv_rect cells, int fx, int fy, int n_bands, const int *band_index, pv_planes to, pv_err *err);
/* What a handle holds for it at the most. */
int64_t pv_photo_cells_bytes(const pv_photo_facts *facts, int fx, int fy, int n_bands);

/* once 1: until this is said with 0, blocks are read from their first row to their last and then not asked for again: their room is used for the next one. It changes
 * nothing but memory and time. */
void pv_photo_read_once(pv_photo *photo, int once);

/* Says that a rectangle will be read soon: the system is asked to fetch its bytes from the disk beside other work, where libtiff reads them. It changes nothing but time. What
 * lies outside the photo is passed over. Called by: the owning worker. */
void pv_photo_expect(pv_photo *photo, pv_rect rect);

/* What is kept of a photo while it is sampled, so that its blocks are decoded once: its cells, or, of up to 2^24 pixels, these. bytes 0 = nothing, as of larger photos
 * that are not compressed. */
typedef struct pv_keep {
    int fx, fy;
    int64_t bytes;
} pv_keep;
/* What can be kept for cells of fx x fy in most_bytes. */
pv_keep pv_photo_keeps(const pv_photo_facts *facts, int fx, int fy, int64_t most_bytes);
/* Makes room for it in a photo that was opened with sample_later, before it is cloned or a piece is counted; of one that is sampled nothing is kept. */
PV_MUST pv_status pv_photo_keep(pv_photo *photo, pv_keep keep, pv_err *err);
/* What it keeps now. */
pv_keep pv_photo_kept(const pv_photo *photo);

/* Cells (fx = fy = 1: pixels) without copying, of a photo that keeps them. pv_photo_lends() 1 = it can be done. pv_photo_lend() says where band `band` (index into
 * facts->band) and the valid plane are, in rows of all cells across; borrowed from the photo. They are those of pv_photo_read_cells() after pv_photo_lend_rows() for all rows of
 * cells: each row once; by any threads, on the photo or its clones. Whoever reads pixels of a photo that lends them reads the file again. */
int pv_photo_lends(const pv_photo *photo, int fx, int fy);
void pv_photo_lend(pv_photo *photo, int band, const uint16_t **pixels, const uint8_t **valid);
void pv_photo_lend_rows(pv_photo *photo, int y, int h);

/* 1 when every block under the rectangle was never written (sparse file): nothing to read, all PV_PIXEL_NODATA. Cheap. */
int pv_photo_is_empty(pv_photo *photo, pv_rect rect);

/* The radiometric sample of a photo that was opened with sample_later, which several workers may take: each counts pieces, on its own clone, into its own counts
 * (made when *counts is NULL; yours), one adds them up and settles the photo that was opened. Only then facts.radiometry is there and pixels can be read. */
typedef struct pv_sample_counts pv_sample_counts;
int pv_photo_sample_pieces(const pv_photo *photo); /* 0 = the sample is there */
/* How many pieces in a row one worker had better take, because blocks that are larger than a piece lie under several. */
int pv_photo_sample_together(const pv_photo *photo);
PV_MUST pv_status pv_photo_sample_count(pv_photo *photo, int piece, pv_sample_counts **counts, pv_err *err);
void pv_sample_counts_add(pv_sample_counts *to, const pv_sample_counts *from);
PV_MUST pv_status pv_photo_sample_settle(pv_photo *photo, const pv_sample_counts *counts, pv_err *err);
void pv_sample_counts_free(pv_sample_counts *counts); /* NULL is fine */

/* SHA-256 of the file's bytes; of a folder: of the concatenated "<hex>  <file name>\n" lines of its sorted members. In pieces, so that it can be done beside other
 * work. Independent of the photo once made; one owner. */
typedef struct pv_photo_hash pv_photo_hash;
PV_MUST pv_status pv_photo_hash_new(pv_photo_hash **out, const pv_photo *photo, pv_err *err);
/* About so many bytes more; nothing when all are in. */
PV_MUST pv_status pv_photo_hash_add(pv_photo_hash *h, int64_t bytes, pv_err *err);
/* The rest, and the answer. */
PV_MUST pv_status pv_photo_hash_end(pv_photo_hash *h, char hex[65], pv_err *err);
void pv_photo_hash_free(pv_photo_hash *h);     /* NULL is fine */
int64_t pv_photo_bytes(const pv_photo *photo); /* of its files */

/* The facts as the members of a JSON object (no braces), for `papaver info --json`. */
void pv_photo_facts_json(const pv_photo_facts *facts, pv_text *out);

#endif
