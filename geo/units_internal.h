/* What the files of boundaries share. Nobody else includes this, but the fuzz target and the unit test of records. */
#ifndef PV_GEO_UNITS_INTERNAL_H
#define PV_GEO_UNITS_INTERNAL_H

#include "base/lines.h"
#include "geo/units.h"

/* ---- units_words.c: texts that are kept once; equal texts have equal addresses */
typedef struct pv_words {
    char **block;
    size_t n_blocks, cap_blocks, used; /* bytes of the last block */
    const char **slot;                 /* [n_slots], NULL = free */
    size_t n_slots, n;
} pv_words;

/* *out: the kept copy. */
PV_MUST pv_status pv_words_keep(pv_words *w, const char *text, const char **out, pv_err *err);
void pv_words_release(pv_words *w);

/* ---- units_fields.c: what a record says it is */
enum { PV_UNIT_CODE = 33, PV_UNIT_NAME = 97, PV_UNIT_KEY = 640 };

typedef enum pv_unit_said { PV_SAYS_NOTHING = 0, PV_SAYS_CODE, PV_SAYS_NAME, PV_SAYS_EITHER, PV_SAYS_LEVEL } pv_unit_said;

/* What a field of that name means; level PV_UNIT_LEVELS = the record's own code or name. */
typedef struct pv_unit_field {
    pv_unit_said says;
    pv_unit_level level;
} pv_unit_field;

typedef struct pv_unit_record {
    char code[PV_UNIT_LEVELS + 1][PV_UNIT_CODE]; /* [PV_UNIT_LEVELS]: the record's own, of a level that is found later */
    char name[PV_UNIT_LEVELS + 1][PV_UNIT_NAME];
    char level_word[32];
    pv_unit_level level;                   /* after settling */
    char key[PV_UNIT_LEVELS][PV_UNIT_KEY]; /* after settling; "" = the record does not name that level */
    int cut;                               /* a text was longer than there is room */
} pv_unit_record;

pv_unit_field pv_unit_field_of(const char *field_name);
/* Takes in one field. text: UTF-8, cleaned here. is_number: it was a whole number, leading zeros are put back. What is filled already stays. */
void pv_unit_record_put(pv_unit_record *r, pv_unit_field field, const char *text, int is_number);
/* Finds level and keys. number: makes the key of an area without any name its own. */
void pv_unit_record_settle(pv_unit_record *r, int64_t number);
/* Trims, drops control and invisible characters; 1 = it was cut at size - 1 bytes. Bytes that are not UTF-8 become '?'. */
int pv_unit_text_clean(char *out, size_t size, const char *text);
/* The province of a GB/T 2260 code ("62" -> "甘肃省"), or NULL. */
const char *pv_province_name(const char *code);

/* ---- the list */
typedef struct pv_unit_row { /* one record with its outline */
    pv_unit_level level;
    const char *code[PV_UNIT_LEVELS], *name[PV_UNIT_LEVELS], *key[PV_UNIT_LEVELS];
    uint32_t unit[PV_UNIT_LEVELS]; /* the unit of each level that it is a part of, UINT32_MAX = none; after ready */
    pv_area area;
} pv_unit_row;

/* A box of the search tree over rows. Leaves hold rows first..first + n - 1 of `order`, others nodes. */
typedef struct pv_unit_box {
    double x0, y0, x1, y1;
    uint32_t first, n;
} pv_unit_box;

struct pv_units {
    pv_words words;
    pv_unit_row *row;
    size_t n_rows, cap_rows;
    pv_unit *unit; /* [n_units] */
    size_t n_units;
    uint32_t *member;     /* rows of units, one unit after the other */
    size_t *member_start; /* [n_units + 1] */
    uint32_t *order;      /* [n_rows] rows as the leaves of the tree hold them */
    pv_unit_box *box;     /* the tree: leaves first, the root last */
    size_t n_boxes, n_leaves;
    pv_lines report;
    pv_units_facts facts;
    int64_t nameless;
};

PV_MUST pv_status pv_units_say(pv_units *u, pv_err *err, const char *fmt, ...) PV_PRINTF(3, 4);
/* Takes the area over (it is the zero object then). */
PV_MUST pv_status pv_units_add_record(pv_units *u, pv_unit_record *record, pv_area *area, pv_err *err);

/* ---- units_cells.c */

/* A grid on a transform from longitude and latitude that stays the caller's. */
PV_MUST pv_status pv_unit_grid_on(pv_unit_grid **out, const pv_units *u, pv_transform *transform, double cell_m, pv_err *err);

/* ---- units_index.c */
PV_MUST pv_status pv_units_index(pv_units *u, pv_err *err);

/* ---- units_repair.c: outlines */

/* Polygons as they come: rings, some of them holes; degrees. */
typedef struct pv_rough {
    pv_point *point;
    size_t *ring_end;    /* one past a ring's last point */
    size_t *polygon_end; /* one past a polygon's last ring */
    size_t n_points, n_rings, n_polygons, cap_points, cap_rings, cap_polygons;
    int unclosed;    /* rings whose ends did not meet */
    int short_rings; /* rings of fewer than three different points, not taken */
} pv_rough;

typedef struct pv_mended {
    int repaired;  /* 1 = the outline was not valid, or a ring was open or too short */
    double change; /* |area after - before| / before, 0..; of unrepaired ones 0 */
    char why[200]; /* what was wrong, or why it cannot be used */
} pv_mended;

void pv_rough_clear(pv_rough *r);
void pv_rough_release(pv_rough *r);
/* Closes it, drops doubled points; the ring belongs to the polygon that pv_rough_polygon() ends. */
PV_MUST pv_status pv_rough_ring(pv_rough *r, const pv_point *p, size_t n, pv_err *err);
PV_MUST pv_status pv_rough_polygon(pv_rough *r, pv_err *err);
/* Valid polygons into *out (ready); *usable = 0 when nothing with an area is left, mended.why says why. */
PV_MUST pv_status pv_rough_mend(const pv_rough *r, pv_area *out, pv_mended *mended, int *usable, pv_err *err);

#endif
