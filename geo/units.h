/* Boundaries as bureaus have them: provinces, counties, townships, villages, forest farms, compartments (林班) and sub-compartments (小班).
 *
 * Read from any number of files (GeoJSON, GeoPackage, Shapefile, KML) with any number of layers; docs/formats/units.md says which fields are understood. A record's
 * level is the finest one that it names. Records that name the same unit are its parts. Where no file has records of a level of its own, its units
 * are put together from the finer records that name them ("derived"). Hierarchies may overlap: a place has units of every level that reaches it.
 * Coordinates are WGS 84 degrees (CGCS2000 is taken as identical), longitude before latitude. Outlines are repaired; nothing is left out in silence: the report names it.
 * A place on a border belongs to both sides.
 * Threads: read-only after pv_units_ready(). Errors: PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_GEO_UNITS_H
#define PV_GEO_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/area.h"

typedef enum pv_unit_level {
    PV_SHENG = 0,  /* province 省 */
    PV_SHI,        /* prefecture 市 */
    PV_XIAN,       /* county 县 */
    PV_XIANG,      /* township 乡镇 */
    PV_CUN,        /* village 村 */
    PV_LIN_CHANG,  /* forest farm 林场 */
    PV_LIN_BAN,    /* compartment 林班 */
    PV_XIAO_BAN,   /* sub-compartment 小班 */
    PV_UNIT_OTHER, /* an area that names no level */
    PV_UNIT_LEVELS
} pv_unit_level;

/* "sheng", "shi", "xian", "xiang", "cun", "lin_chang", "lin_ban", "xiao_ban", "other". */
const char *pv_unit_level_word(pv_unit_level level);
const char *pv_unit_level_zh(pv_unit_level level); /* 省 … 小班, 其他 */

typedef struct pv_units pv_units;

/* All texts are UTF-8 without control characters, never NULL, "" = not known; they live as long as the units. */
typedef struct pv_unit {
    pv_unit_level level;
    const char *key;                  /* tells it from all others of its level; the same for the same fields, whatever the file: "620522101" */
    const char *code[PV_UNIT_LEVELS]; /* of its own level and of those above that its record carries; codes are text: "0012" */
    const char *name[PV_UNIT_LEVELS];
    int derived;           /* 1 = put together from finer records */
    size_t n_parts;        /* records that make it up, >= 1 */
    double x0, y0, x1, y1; /* bounds, degrees */
} pv_unit;

/* What was read. */
typedef struct pv_units_facts {
    int64_t files, layers, records; /* records: of all layers */
    int64_t used, repaired, left_out;
    int64_t changed;                                 /* of the repaired: those whose area changed by more than 0.1 % */
    int64_t units[PV_UNIT_LEVELS];                   /* by level */
    int derived[PV_UNIT_LEVELS];                     /* 1 = the level's units were put together */
    double west_deg, south_deg, east_deg, north_deg; /* of all that is used; west > east: nothing */
} pv_units_facts;

PV_MUST pv_status pv_units_new(pv_units **out, pv_err *err);
void pv_units_free(pv_units *u);

/* Adds a file. PV_INPUT when it cannot be read, when a layer has no CRS and its numbers are no degrees (with what to do), or when not one of its
 * records can be used; what was added before stays. */
PV_MUST pv_status pv_units_add_file(pv_units *u, const char *path, pv_err *err);
/* The same of a file whose n bytes are in memory; name for messages. */
PV_MUST pv_status pv_units_add_bytes(pv_units *u, const char *name, const uint8_t *data, size_t n, pv_err *err);
/* Groups records into units, sorted by level, then key, and indexes them. Call it once, after the last file. */
PV_MUST pv_status pv_units_ready(pv_units *u, pv_err *err);

/* The three above for n files. */
PV_MUST pv_status pv_units_open(pv_units **out, int n, const char *const *path, pv_err *err);

size_t pv_units_count(const pv_units *u);
const pv_unit *pv_units_at(const pv_units *u, size_t i);
/* Its name, else its code, else its key: what people read. */
const char *pv_unit_label(const pv_unit *unit);
pv_units_facts pv_units_facts_of(const pv_units *u);

/* The unit of that level that the first record of a unit names as its own; SIZE_MAX = none. */
size_t pv_unit_above(const pv_units *u, size_t unit, pv_unit_level level);

/* The outline of part k of a unit, 0 <= k < n_parts; parts of a unit may overlap. Borrowed. */
const pv_area *pv_unit_part(const pv_units *u, size_t unit, size_t k);

/* Lines for the operator: what was repaired, left out or read with a doubt ("v.shp: layer v: feature 12 (上柳村): no geometry, left out"). */
int pv_units_report_count(const pv_units *u);
const char *pv_units_report_at(const pv_units *u, int i);
/* The same in the reader's language (base/tr.h). */
const char *pv_units_report_words(const pv_units *u, int i);

/* ---- where is a place ---- */

typedef struct pv_unit_hit {
    uint32_t unit; /* index of pv_units_at() */
    double share;  /* of the plot's area, 0..1; of a point 1. 0 for a plot that only touches the unit's border */
} pv_unit_hit;

typedef struct pv_unit_hits {
    pv_unit_hit *at; /* [n] in the order of units; owned */
    size_t n, cap;
} pv_unit_hits;

void pv_unit_hits_release(pv_unit_hits *h);

/* All units that hold the point, borders included. What out held before is replaced; its memory is used again. */
PV_MUST pv_status pv_units_at_point(const pv_units *u, double lon_deg, double lat_deg, pv_unit_hits *out, pv_err *err);
/* All units that a plot touches. */
PV_MUST pv_status pv_units_at_plot(const pv_units *u, const pv_area *plot, pv_unit_hits *out, pv_err *err);
/* The same, with share 1 of all units that have ground of the plot and 0 of those that it only touches: what asks no more is answered in a fraction of the time. */
PV_MUST pv_status pv_units_with_plot(const pv_units *u, const pv_area *plot, pv_unit_hits *out, pv_err *err);
/* The one or the other: of a plot with rings, which it makes ready, those that it touches; of one without, those that hold the point. */
PV_MUST pv_status pv_units_at_place(const pv_units *u, pv_area *plot, double lon_deg, double lat_deg, pv_unit_hits *out, pv_err *err);

enum { PV_UNIT_WORDS = 512 };

/* What people read about a plot's place. */
typedef struct pv_unit_place {
    char label[PV_UNIT_LEVELS][PV_UNIT_WORDS]; /* "柳湾镇", on a border "石坪镇 / 柳湾镇" by falling share; "" = no unit of that level */
    int outside;                               /* 1 = no unit at all */
    int on_border;                             /* 1 = more than one unit of one level (PV_UNIT_OTHER does not count) */
} pv_unit_place;

/* A level without a unit there is filled from what the records of the finer units there say. */
void pv_units_describe(const pv_units *u, const pv_unit_hits *hits, pv_unit_place *out);

/* ---- which cells of a grid ---- */

/* A grid of square cells in a projected CRS: cell (i, j) covers eastings [i c, (i + 1) c) and northings [j c, (j + 1) c). Borrows the units. Threads: one owner. */
typedef struct pv_unit_grid pv_unit_grid;

/* One unit on a grid. It has the cells whose centres lie in it, by the half-open rule of geo/area.h: neighbours with a common edge share no cell and lose none. Edges
 * longer than 200 m are divided before they are transformed, so that they stay where they are. Does not need its grid any longer. Threads: one owner. */
typedef struct pv_unit_cells pv_unit_cells;

typedef struct pv_cell_interval { /* cells i0 <= i < i1 */
    int64_t i0, i1;
} pv_cell_interval;

typedef struct pv_cell_intervals {
    pv_cell_interval *at; /* [n] rising, apart from each other; owned */
    size_t n, cap;
} pv_cell_intervals;

/* crs: "EPSG:4545" or WKT. PV_INPUT when it cannot be used. */
PV_MUST pv_status pv_unit_grid_new(pv_unit_grid **out, const pv_units *u, const char *crs, double cell_m, pv_err *err);
void pv_unit_grid_free(pv_unit_grid *g);

/* Fails with PV_INPUT when the unit has no place in the grid's CRS. */
PV_MUST pv_status pv_unit_cells_new(pv_unit_cells **out, pv_unit_grid *grid, size_t unit, pv_err *err);
void pv_unit_cells_free(pv_unit_cells *c);
/* Rows j0 <= j < j1 can hold cells of it. */
void pv_unit_cells_rows(const pv_unit_cells *c, int64_t *j0, int64_t *j1);
PV_MUST pv_status pv_unit_cells_row(pv_unit_cells *c, int64_t j, pv_cell_intervals *out, pv_err *err);
void pv_cell_intervals_release(pv_cell_intervals *r);

#endif
