/* What the files of the feature stage share. Not for other rooms. */
#ifndef PV_PIPELINE_FEATURES_INTERNAL_H
#define PV_PIPELINE_FEATURES_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "pipeline/features.h"

enum { PV_CHANNEL_BANDS = 5, PV_MAX_HALF = 127, PV_MIDDLE = 32768, PV_STRETCH_DARK = 3277, PV_STRETCH_BRIGHT = 52428 };

/* Channel of n pixels from the planes band[0..], in the order of the row's bands. */
typedef void (*pv_channel_fn)(const uint16_t *const *band, size_t n, uint16_t *out);

/* One row of the channel table. Static, immutable. */
typedef struct pv_channel {
    const char *name;
    const char *formula; /* of real numbers, and what the ends of 0..65535 mean */
    int n_bands;
    const char *band[PV_CHANNEL_BANDS]; /* in the order of fn */
    pv_channel_fn fn;
    int circular; /* 1 = 65535 is next to 0: no window may be laid over it */
} pv_channel;

const pv_channel *pv_channel_find(const char *name); /* NULL = none */
const pv_channel *pv_channel_at(int i);              /* NULL past the end */
/* The sum of whole multiples of logarithms of bands, written log(3nir-2rededge-red). Plain value. */
typedef struct pv_log_sum {
    int n;
    char band[PV_CHANNEL_BANDS][PV_BAND_NAME];
    int16_t times[PV_CHANNEL_BANDS]; /* -999..999, not 0 */
} pv_log_sum;

int pv_log_sum_is(const char *name);                     /* 1 = begins like one: no band has such a name */
int pv_log_sum_parse(pv_log_sum *out, const char *name); /* 1 = understood, all of it; otherwise *out is left alone */
/* With L(v) = floor(2048 log2(v + 1)): 65535 where the sum of times x L is the largest possible one, 0 where it is the smallest. */
void pv_log_sum_compute(const pv_log_sum *s, const uint16_t *const *band, size_t n, uint16_t *out);
/* Names of at most `room` fixed directions through blue, green, red, rededge and nir, as far as they are there, evenly drawn in the room where
 * neighbouring bands of leaves vary alike; returns how many. None for fewer than two such bands. */
int pv_log_sum_directions(int n_bands, const char (*band)[PV_NAME], char (*name)[PV_NAME], int room);

void pv_channel_copy(const uint16_t *const *band, size_t n, uint16_t *out);

typedef enum pv_column_op { PV_OP_POINT = 0, PV_OP_MEAN, PV_OP_SD, PV_OP_DIFF, PV_OP_MAX, PV_OP_MIN } pv_column_op;
/* What is done to a channel's plane before the window: nothing, neighbour differences, or "is it in the k-th eighth?" */
typedef enum pv_column_change { PV_CHANGE_NONE = 0, PV_CHANGE_EDGE, PV_CHANGE_SHARE } pv_column_change;

/* A column's name, understood. Plain value. */
typedef struct pv_column_name {
    char base[PV_NAME];        /* channel or band */
    const pv_channel *channel; /* NULL = base is a band or a sum of logarithms */
    pv_log_sum log;            /* log.n = 0: none */
    pv_column_op op;
    pv_column_change change;
    int eighth;           /* 1..8 for PV_CHANGE_SHARE */
    int64_t window_dm[2]; /* in 0.1 mm; 0 = none */
} pv_column_name;

PV_MUST pv_status pv_column_parse(pv_column_name *out, const char *name, pv_err *err);
/* The bands that it is computed from: how many, and the k-th. Borrowed. */
int pv_column_bands(const pv_column_name *c);
const char *pv_column_band(const pv_column_name *c, int k);
/* Pixels on either side of the centre: max(1, floor(w / (2 gsd))). */
int pv_window_half(int64_t window_dm, double gsd_m);

typedef struct pv_plan_channel {
    char base[PV_NAME];
    pv_channel_fn fn; /* NULL = log */
    pv_log_sum log;
    int n_bands;
    int band[PV_CHANNEL_BANDS]; /* plan bands */
} pv_plan_channel;

/* One plane of integers that windows are laid over. */
typedef struct pv_plan_plane {
    int channel;
    pv_column_change change;
    int eighth;
} pv_plan_plane;

typedef struct pv_plan_window {
    int hx, hy; /* pixels on either side, 1..PV_MAX_HALF */
} pv_plan_window;

/* Sums of one plane over one window: made once for all columns that need them. */
typedef struct pv_plan_sum {
    int plane, window;
    int want_mean, want_sd;
    int slot; /* mean plane that is kept for differences, -1 = not kept */
} pv_plan_sum;

typedef struct pv_plan_column {
    int plane;
    pv_column_op op;
    int window[2]; /* -1 = none */
    int slot[2];   /* for PV_OP_DIFF */
} pv_plan_column;

struct pv_feature_plan {
    int n_bands;
    int band_index[PV_MAX_BANDS]; /* into facts->band */
    uint16_t *stretch;            /* [n_bands][65536], NULL = bands as they come */
    int n_channels, n_planes, n_windows, n_sums, n_columns;
    pv_plan_channel *channel; /* all arrays owned; planes are sorted by channel */
    pv_plan_plane *plane;
    pv_plan_window *window;
    pv_plan_sum *sum;
    pv_plan_column *column;
    int n_slots; /* the most that one plane needs */
    int halo_x, halo_y;
    int any_change; /* 1 = a second plane is needed for edges or shares */
};

/* Buffers of one worker: one block, cut by pv_scratch_layout(). */
struct pv_feature_scratch {
    int max_core_w, max_core_h, max_read_w, max_read_h;
    uint16_t *stretched; /* [n_bands][read] or NULL */
    uint16_t *channel;   /* [read], 0 where not valid (after masking) */
    uint16_t *changed;   /* [read] or NULL */
    uint16_t *mean;      /* [n_slots + 1][core]; the last one is not kept */
    uint16_t *out;       /* [core] */
    uint16_t *count;     /* [n_windows][core] valid pixels of the window, when there are holes */
    uint64_t *col2;      /* column sums of squares, with margins */
    uint32_t *col1;      /* column sums, with margins */
    double *row_sum;     /* [core.w] exact integers */
    double *row_square;  /* [core.w] */
    double *row_count;   /* [core.w] */
    uint16_t *row_max;   /* with margins */
    void *block;
};

/* A tile as the window functions see it: planes of read.w x read.h, the core at (x0, y0) inside. */
typedef struct pv_window_frame {
    int read_w, read_h, x0, y0, w, h;
    int has_holes; /* 1 = some pixel of read is not valid: counts come from scratch->count */
} pv_window_frame;

/* count[h][w]: valid pixels in each window; valid[read_h][read_w] of PV_PIXEL_*. */
void pv_window_count(const pv_window_frame *f, pv_plan_window win, const uint8_t *valid, pv_feature_scratch *s, uint16_t *count);
/* mean and sd (each may be NULL): [h][w]. plane is 0 where not valid. count is NULL when there are no holes. */
void pv_window_sums(const pv_window_frame *f, pv_plan_window win, const uint16_t *plane, const uint16_t *count, pv_feature_scratch *s, uint16_t *mean,
                    uint16_t *sd);
/* out[h][w]: the largest value of plane in the window; flip 65535 turns it into the smallest (plane must be 65535 where not valid). */
void pv_window_max(const pv_window_frame *f, pv_plan_window win, const uint16_t *plane, uint16_t flip, pv_feature_scratch *s, uint16_t *out);
/* floor(sqrt(n * s2 - s1 * s1) / n) for any window of up to 255 x 255 pixels. */
uint16_t pv_window_sd(uint64_t n, uint64_t s1, uint64_t s2);

#endif
