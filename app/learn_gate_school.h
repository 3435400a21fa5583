/* What the files of learning an early decision share. Not for other files.
 *
 * learn_gate.c asks the model, gathers rows and learns trees; learn_gate_levels.c finds what each gate would keep on ground that it has not seen, and from that the threshold and the
 * figures. Threads: main thread. Errors: as learn.h. */
#ifndef PV_APP_LEARN_GATE_SCHOOL_H
#define PV_APP_LEARN_GATE_SCHOOL_H

#include "app/learn_gate.h"
#include "models/train.h"
#include "pipeline/tile.h"
#include "pipeline/tile_gate.h"

/* FOLD_CELL: pixels that lie in one block of ground. */
enum { PV_GATE_TILE = 512, PV_GATE_FOLD_CELL = 32, PV_GATE_FOLD_CELLS = PV_GATE_TILE / PV_GATE_FOLD_CELL, PV_GATE_FOLDS = 5, PV_GATE_LEVELS = 256 };

/* What the model says of a pixel: at least its low threshold, near it, or far below. */
typedef enum pv_gate_pixel { PV_GATE_PIXEL_OPEN = 0, PV_GATE_PIXEL_HARD, PV_GATE_PIXEL_EASY, PV_GATE_PIXEL_KINDS } pv_gate_pixel;

/* One tile to look at, and what the model says there. */
typedef struct pv_gate_look {
    int photo;
    pv_rect core;
    uint8_t *prob;                                         /* [core.h][core.w] */
    uint8_t fold[PV_GATE_FOLD_CELLS * PV_GATE_FOLD_CELLS]; /* of the block of ground */
} pv_gate_look;

/* By the level at which the gate would open them. */
typedef struct pv_gate_levels {
    int64_t pixels[PV_GATE_LEVELS], labelled[PV_GATE_LEVELS], patches[PV_GATE_LEVELS], ground[PV_GATE_LEVELS];
} pv_gate_levels;

typedef struct pv_gate_school {
    pv_model *model;
    const pv_labelled_list *photos;
    pv_train_options train;
    pv_lines *report;
    int n_looks;
    pv_gate_look *look;
    int64_t count[PV_GATE_PIXEL_KINDS];  /* pixels */
    uint64_t share[PV_GATE_PIXEL_KINDS]; /* that are taken, in 2^-32 */
    pv_table rows;
    pv_gate_levels found[PV_GATE_FOLDS]; /* by gates that have not seen the fold */
    pv_early_gate *gates[PV_GATE_FOLDS];
    /* of the photo at work */
    int photo;
    pv_work_grid grid;
    pv_feature_plan *plan;
    pv_coder *coder;
    pv_tile *tile;
    pv_gate_plan *gate_plan[PV_GATE_FOLDS];
    pv_tile_gate *gate[PV_GATE_FOLDS];
    int fold; /* at work */
    /* of the tile at work */
    const pv_gate_look *at;
    const uint8_t *level;
    uint32_t *pick; /* [PV_GATE_TILE * PV_GATE_TILE] */
    size_t row_pick[PV_GATE_TILE + 1];
    uint16_t *value; /* [picks][n_columns] */
    size_t cap_value;
    int32_t *label; /* [PV_GATE_TILE * PV_GATE_TILE] */
} pv_gate_school;

void pv_gate_photo_close(pv_gate_school *s);
/* Photo i, its tile for these columns of the model; asked: 1 = the model will be asked. */
PV_MUST pv_status pv_gate_photo_open(pv_gate_school *s, int i, int n_columns, const char (*column)[PV_NAME], int asked, pv_err *err);
int pv_gate_fold_at(const pv_gate_look *l, int x, int y);
pv_gate_pixel pv_gate_kind_of(const pv_gate_school *s, uint8_t prob);

/* Fills found. */
PV_MUST pv_status pv_gate_find_levels(pv_gate_school *s, pv_err *err);
void pv_gate_close_gates(pv_gate_school *s);
/* Threshold and figures of the model's gate; takes it away, and says so, when too much ground would stay open. */
PV_MUST pv_status pv_gate_settle(pv_gate_school *s, pv_err *err);

#endif
