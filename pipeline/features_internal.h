/* What the files of the feature stage share. Not for other rooms. */
#ifndef PV_PIPELINE_FEATURES_INTERNAL_H
#define PV_PIPELINE_FEATURES_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "pipeline/features.h"
#include "pipeline/features_code.h"

enum { PV_CHANNEL_BANDS = 5, PV_MAX_HALF = 127, PV_MIDDLE = 32768, PV_STRETCH_DARK = 3277, PV_STRETCH_BRIGHT = 52428 };

/* Channel of n pixels from the planes band[0..], in the order of the row's bands. */
typedef void (*pv_channel_fn)(const uint16_t *const *band, size_t n, uint16_t *out);

/* The formulas; their loops are in features_kernels_text.h. */
typedef enum pv_channel_kind {
    PV_CHANNEL_COPY = 0,
    PV_CHANNEL_ND,
    PV_CHANNEL_SHARE3,
    PV_CHANNEL_SHARE4,
    PV_CHANNEL_RATIO,
    PV_CHANNEL_MEAN3,
    PV_CHANNEL_MEAN4,
    PV_CHANNEL_DIFFERENCE,
    PV_CHANNEL_EXCESS,
    PV_CHANNEL_VARI,
    PV_CHANNEL_HUE,
    PV_CHANNEL_HUE_RED,
    PV_CHANNEL_SATURATION,
    PV_CHANNEL_LARGEST,
    PV_CHANNEL_SMALLEST,
    PV_CHANNEL_CHROMA,
    PV_CHANNEL_OVER_OTHERS,
    PV_CHANNEL_BOTH_OVER,
    PV_CHANNEL_WAX,
    PV_CHANNEL_POSITION,
    PV_CHANNEL_WELL,
    PV_CHANNELS
} pv_channel_kind;

/* One row of the channel table. Static, immutable. */
typedef struct pv_channel {
    const char *name;
    const char *formula; /* of real numbers, and what the ends of 0..65535 mean */
    int n_bands;
    const char *band[PV_CHANNEL_BANDS]; /* in the order of the formula */
    pv_channel_kind kind;
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

/* A line through (from, to) with slope rise / run: floor, held in 0..65535. */
typedef struct pv_line {
    int32_t from, to, rise, run; /* run > 0, rise >= 0, to in 0..65535 */
} pv_line;

/* How one band is stretched: along low below `middle`, else along high. */
typedef struct pv_stretch {
    int32_t middle;
    pv_line low, high;
    uint16_t of_byte[256]; /* where 257 times a byte goes: all values of a photo of bytes */
} pv_stretch;

/* Fills of_byte from the lines. */
void pv_stretch_bytes(pv_stretch *s);

/* A ring of rows, and what finds a row's place in it without dividing. */
typedef struct pv_ring {
    int n;
    uint32_t share; /* 2^32 / n, rounded up */
} pv_ring;

static inline pv_ring pv_ring_of(int n)
{
    return (pv_ring){n, n > 1 ? (uint32_t)(UINT32_MAX / (uint32_t)n + 1) : 0};
}

/* r modulo n; n <= 256. Below 2^24 the product is above r / n by less than r / 2^32 <= 1 / n, too little to reach the next integer. */
static inline size_t pv_ring_slot(pv_ring ring, int r)
{
    if (r >= 1 << 24) return (size_t)(r % ring.n);
    return (size_t)(r - (int)((uint64_t)r * ring.share >> 32) * ring.n) * (ring.n > 1);
}

typedef struct pv_plan_channel {
    char base[PV_NAME];
    pv_channel_kind kind; /* unless log.n > 0 */
    pv_log_sum log;
    int n_bands;
    int band[PV_CHANNEL_BANDS]; /* plan bands */
    int ahead;                  /* rows below the centre that its columns need */
    int behind;                 /* rows above it that are kept */
    size_t row_at;              /* its first row of pv_feature_scratch.row */
    pv_ring rows;
    int first_plane; /* with sums, -1 = none */
} pv_plan_channel;

/* One plane of integers that windows are laid over. */
typedef struct pv_plan_plane {
    int channel;
    pv_column_change change;
    int eighth;
    int half_y;               /* of its largest window; 0 = it has no sums */
    int squares;              /* 1 = deviations are wanted */
    int next;                 /* the next one with sums of the same channel, -1 = none */
    pv_ring rows;             /* of sums */
    size_t sum_at, square_at; /* its first row of pv_feature_scratch.sum and square */
} pv_plan_plane;

typedef struct pv_plan_window {
    int hx, hy; /* pixels on either side, 1..PV_MAX_HALF */
} pv_plan_window;

/* Sums of one plane over one window: made once for all columns that need them. */
typedef struct pv_plan_sum {
    int plane, window;
    int want_mean, want_sd;
    int slot; /* mean row that is kept for differences, -1 = not kept */
} pv_plan_sum;

typedef struct pv_plan_column {
    int plane;
    pv_column_op op;
    int window[2]; /* -1 = none */
    int slot[2];   /* for PV_OP_DIFF */
} pv_plan_column;

/* What is done for each row of a tile, in this order. */
typedef enum pv_step_kind { PV_STEP_FEED = 0, PV_STEP_SUM, PV_STEP_MEAN, PV_STEP_SD, PV_STEP_POINT, PV_STEP_DIFF, PV_STEP_MOST } pv_step_kind;
typedef struct pv_plan_step {
    pv_step_kind kind;
    int index; /* FEED: channel; SUM: sum; else the column that goes to the sink */
} pv_plan_step;

struct pv_feature_plan {
    int n_bands;
    int band_index[PV_MAX_BANDS]; /* into facts->band */
    pv_stretch *stretch;          /* [n_bands], NULL = bands as they come */
    int n_channels, n_planes, n_windows, n_sums, n_columns, n_steps;
    pv_plan_channel *channel; /* all arrays owned */
    pv_plan_plane *plane;
    pv_plan_window *window;
    pv_plan_sum *sum;
    pv_plan_column *column;
    pv_plan_step *step;
    int n_slots; /* the most that one plane needs */
    int halo_x, halo_y;
    int half_x, half_y;                       /* of the largest window */
    size_t n_rows, n_sum_rows, n_square_rows; /* of all rings */
};

/* Buffers of one worker: one block, cut by scratch_layout(). Rings: row r of a tile's read rectangle is at (r - first row) modulo the ring's length. */
struct pv_feature_scratch {
    int max_core_w, max_core_h, max_read_w, max_read_h;
    size_t margin, sum_stride; /* elements before and in a summed row: zeros before it, its last sum after it */
    size_t row_stride;         /* >= max_read_w */
    uint16_t *stretched;       /* [n_bands][read] or NULL */
    uint16_t *row;             /* [n_rows][row_stride] channels, 0 where not valid */
    uint32_t *sum;             /* [n_sum_rows][sum_stride] planes summed from the top left corner, modulo 2^32 */
    uint64_t *square;          /* [n_square_rows][sum_stride] squares likewise */
    uint32_t *count;           /* [2 half_y + 2][sum_stride] valid pixels likewise */
    uint16_t *changed;         /* [row_stride] */
    uint16_t *mean;            /* [n_slots + 1][max_core_w]; the last one is not kept */
    uint16_t *sd;              /* [max_core_w] */
    uint16_t *out;             /* [max_core_w] */
    uint16_t *most;            /* with margins */
    int32_t *n;                /* [n_windows][max_core_w] valid pixels of the windows of this row, at least 1 */
    float *share;              /* [n_windows][max_core_w] pv_window_share() of these */
    void *block;
};

/* Sizes of the rings; the steps of a row. When all columns are there. */
void pv_plan_rows(pv_feature_plan *plan);
void pv_plan_steps(pv_feature_plan *plan);

/* Means and deviations (NULL: none) of a row of windows of any size. */
typedef struct pv_window_row pv_window_row;
void pv_window_slow(const pv_window_row *r, size_t w, uint16_t *mean, uint16_t *sd);
/* floor(sqrt(n * s2 - s1 * s1) / n) for any window of up to 255 x 255 pixels. */
uint16_t pv_window_sd(uint64_t n, uint64_t s1, uint64_t s2);

#endif
