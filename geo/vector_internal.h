/* What the readers of vector_in.h share. Inside geo/ only. */
#ifndef PV_GEO_VECTOR_INTERNAL_H
#define PV_GEO_VECTOR_INTERNAL_H

#include "base/lines.h"
#include "base/sha256.h"
#include "geo/area.h"
#include "geo/vector_in.h"
#include "geo/zip_in.h"

typedef struct pv_vector_text { /* of pv_vector.text */
    size_t name, value;
} pv_vector_text;

enum { PV_VECTOR_SEEN = 4096 };

struct pv_vector {
    pv_vector_limits limits;
    pv_text text;                /* all names and values, each with its NUL; one that repeats stands there once, mostly */
    size_t seen[PV_VECTOR_SEEN]; /* where a text with this hash was put last */
    pv_vector_text *field;
    size_t n_fields, cap_fields;
    pv_vector_record *record; /* layer is an offset until it is asked for */
    size_t *layer_at;         /* [n] of text */
    size_t n, cap, cap_layers;
    struct {
        size_t name;
        const char *format;
        pv_datum datum;
    } * source;
    pv_vector_source *shown; /* as source; made when reading is over */
    size_t n_sources, cap_sources, cap_shown;
    size_t name_from; /* where in a source's name what was asked for begins: folders above it say nothing */
    pv_sha256 sum;    /* of all that was read */
    char sha256[PV_SHA256_HEX];
    size_t *child; /* [n_children] records with parent and path, by source and parent, then in their order */
    size_t n_children, cap_children;
    char *zip_data; /* the ZIP that was read, for its pictures */
    pv_unzip zip;
    size_t *picture; /* [n_pictures] members */
    size_t n_pictures, cap_pictures;
    pv_lines report;
    size_t n_refused;
    /* the record at work */
    int open;
    pv_area shape; /* its rings, degrees */
    size_t layer;  /* text of the layer at work */
};

/* A file in memory; data NULL = it is not there. */
typedef struct pv_vector_bytes {
    char *data;
    size_t n;
} pv_vector_bytes;

/* A new source; its records follow. */
PV_MUST pv_status pv_vector_begin_source(pv_vector *v, const char *name, const char *format, pv_datum datum, pv_err *err);
PV_MUST pv_status pv_vector_layer(pv_vector *v, const char *name, pv_err *err);

/* A record: begun, filled, ended. What is not ended is taken back by the next beginning. */
PV_MUST pv_status pv_vector_begin(pv_vector *v, int64_t line, pv_err *err);
/* Control characters become blanks, blanks around a value are dropped, an empty one is no field. PV_INPUT: too long, too many. */
PV_MUST pv_status pv_vector_put(pv_vector *v, const char *name, const char *value, pv_err *err);
/* Degrees; PV_INPUT: no place on the Earth. */
PV_MUST pv_status pv_vector_place(pv_vector *v, double lon_deg, double lat_deg, pv_err *err);
/* Rings of polygons, even-odd, degrees; the record's place becomes a point inside them. */
PV_MUST pv_status pv_vector_ring(pv_vector *v, const pv_point *p, size_t n, pv_err *err);
void pv_vector_says(pv_vector *v, pv_datum datum);
/* Ends it; a record without fields and place is dropped. */
PV_MUST pv_status pv_vector_end(pv_vector *v, pv_err *err);

/* How far it was, to go back to when a file is refused. */
typedef struct pv_vector_mark {
    size_t records, fields, sources, text;
} pv_vector_mark;
pv_vector_mark pv_vector_marked(const pv_vector *v);
void pv_vector_back(pv_vector *v, pv_vector_mark m);

/* Finds the children, when all texts have their place. */
PV_MUST pv_status pv_vector_sort_children(pv_vector *v, pv_err *err);

/* A line of the report, counted: a file that is refused; a row or feature that is left out. name: of the file. */
PV_MUST pv_status pv_vector_refuse(pv_vector *v, const char *name, const pv_err *why, pv_err *err);
PV_MUST pv_status pv_vector_leave_out(pv_vector *v, const char *name, const pv_err *why, pv_err *err);

/* The readers; each begins its source. text: UTF-8. */
PV_MUST pv_status pv_vector_csv(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err);
PV_MUST pv_status pv_vector_kml(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err);
PV_MUST pv_status pv_vector_gpx(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err);
PV_MUST pv_status pv_vector_geojson(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err);
PV_MUST pv_status pv_vector_xlsx(pv_vector *v, const char *name, const pv_unzip *z, pv_err *err);
PV_MUST pv_status pv_vector_gpkg(pv_vector *v, const char *name, char *data, size_t n, pv_err *err); /* data is changed */
/* part: .shp, .dbf, .shx, .prj in this order. */
enum { PV_SHP_PARTS = 4 };
PV_MUST pv_status pv_vector_shp(pv_vector *v, const char *name, const pv_vector_bytes part[PV_SHP_PARTS], pv_err *err);

/* Columns of a table: where a row's place stands. */
typedef struct pv_vector_columns {
    size_t n, cap;
    char **name;  /* [n] owned */
    int lon, lat; /* -1 = none */
} pv_vector_columns;
void pv_vector_columns_release(pv_vector_columns *c);
PV_MUST pv_status pv_vector_columns_add(pv_vector_columns *c, const char *name, pv_err *err);
/* One row of n cells as a record; cells may be "". */
PV_MUST pv_status pv_vector_row(pv_vector *v, const pv_vector_columns *c, int64_t line, size_t n, const char *const *cell, pv_err *err);

#endif
