/* What the files of the object stage share. Not for other rooms. */
#ifndef PV_PIPELINE_OBJECTS_INTERNAL_H
#define PV_PIPELINE_OBJECTS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "pipeline/objects.h"

enum { PV_OBJECT_TILE = 384, PV_MAX_OBJECT_CHANNELS = 32 };

/* What is asked of a patch. The order of those without an argument is that of their names in objects_columns.c. */
typedef enum pv_object_op {
    PV_OBJ_AREA = 0,
    PV_OBJ_COMPACTNESS,
    PV_OBJ_FILL,
    PV_OBJ_ELONGATION,
    PV_OBJ_PROB_MEAN,
    PV_OBJ_PROB_MAX,
    PV_OBJ_PROB_P10,
    PV_OBJ_PROB_P50,
    PV_OBJ_PROB_P90,
    PV_OBJ_PROB_50,
    PV_OBJ_PROB_75,
    PV_OBJ_PROB_90,
    PV_OBJ_CORE,
    PV_OBJ_RING_PROB,
    PV_OBJ_RING_50,
    PV_OBJ_RING_SEEN,
    PV_OBJ_PLAIN, /* how many have no argument */
    PV_OBJ_IN = PV_OBJ_PLAIN,
    PV_OBJ_RING,
    PV_OBJ_MEAN,
    PV_OBJ_SD,
    PV_OBJ_P10,
    PV_OBJ_P90,
    PV_OBJ_DIFF,
    PV_OBJ_CONTRAST,
    PV_OBJ_OPS
} pv_object_op;

extern const char *const pv_object_op_name[PV_OBJ_OPS];

/* Splits "mean.ndvi" into op and argument (borrowed from name; "" for plain ones). 1 = understood. */
int pv_object_column_parse(const char *name, pv_object_op *op, const char **argument);

/* Columns that say much the same: one number for the probabilities, one for the ring's, one for classes inside and around, one a channel, else one each. */
int pv_object_family(const char *name);

typedef struct pv_object_column {
    pv_object_op op;
    int at; /* class of the pixel model, or channel */
} pv_object_column;

struct pv_object_plan {
    const pv_model *pixels;
    const pv_photo_facts *facts;
    const pv_work_grid *grid;
    pv_feature_plan *features; /* the pixel model's columns, then the channels that are not among them */
    pv_coder *coder;           /* [pixels->n_columns] */
    pv_coder *stage_coder;     /* [stages->n_columns] or NULL */
    int *stage_column;         /* [pixels->n_columns] column of the stage trees, -1 = none */
    int *channel_of;           /* [features' columns] channel that is kept raw, -1 = none */
    int n_channels, n_features;
    int n_columns;
    pv_object_column *column;
    int ring_x, ring_y; /* pixels */
    int tile_w, tile_h;
    size_t window_px; /* of the largest window that is measured */
};

/* Sums over a patch (0) and its ring (1). */
typedef struct pv_object_sums {
    int64_t n;   /* seen pixels */
    int64_t all; /* seen or not */
    int64_t best[PV_MAX_CLASSES];
    int64_t prob[256]; /* histogram */
    int64_t sum[PV_MAX_OBJECT_CHANNELS];
    int64_t squares[PV_MAX_OBJECT_CHANNELS];    /* of a patch; 0 of a ring */
    uint32_t hist[PV_MAX_OBJECT_CHANNELS][256]; /* of value >> 8 */
} pv_object_sums;

/* Shape from runs and mask. */
typedef struct pv_object_shape {
    int64_t perimeter;                     /* pixel sides between the patch and the rest */
    int64_t moment_x, moment_y, moment_xy; /* sums of squares and products about the whole middle */
} pv_object_shape;

struct pv_object_worker {
    const pv_object_plan *plan;
    pv_tile *tile;
    uint8_t *mask;        /* [window] 0 outside, 1 ring, 2 patch */
    uint8_t *prob;        /* [window] of the patch's seen pixels and of its ring's, as pv_tile.prob; 0 elsewhere */
    uint8_t *stage_code;  /* [stages->n_columns][tile->ask], defined in box; or NULL */
    uint16_t *raw;        /* [n_channels][tile->ask], defined in rows of the core */
    int16_t *stage_score; /* [stages->n_classes][PV_BATCH] */
    pv_object_sums *sums; /* [2] */
    pv_object_shape shape;
    pv_rect window;
    pv_rect box;          /* of the patch */
    pv_rect ready;        /* the tile's core while it holds all of pv_object_ready(); else empty */
    const pv_rect *boxes; /* [n_boxes] where stages may be asked, while columns are made */
    size_t n_boxes;
    int64_t *stage_sum; /* of the look that is being filled */
};

/* The patch's box and its ring. */
pv_rect pv_object_window(const pv_object_plan *p, pv_rect box);
/* The smallest rectangle around both. */
pv_rect pv_object_hull(pv_rect a, pv_rect b);

/* Columns from sums. */
void pv_object_values(const pv_object_worker *w, const pv_patch *patch, uint16_t *value);

#endif
