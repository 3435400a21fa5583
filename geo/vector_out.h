/* Vector files for other people's programs: a GeoPackage with tables, coded values and titles, or a Shapefile.
 *
 * OGR makes them in memory; their bytes are then written by pv_outfile, so that a full disk is an error. The same calls with the same date give the same bytes.
 * Coordinates are WGS 84 degrees, EPSG:4326, longitude first. Texts are UTF-8. Threads: one owner; errors: PV_NOMEM, PV_IO with the path, PV_USAGE (exists), PV_INPUT (a geometry
 * that is none), PV_BUG (a field that the format cannot have). */
#ifndef PV_GEO_VECTOR_OUT_H
#define PV_GEO_VECTOR_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum pv_vector_format {
    PV_VECTOR_GPKG = 0, /* GeoPackage 1.2: any number of tables */
    PV_VECTOR_SHP       /* Shapefile: one table; names of at most ten ASCII characters, texts of at most 254 bytes; .shp .shx .dbf .prj .cpg */
} pv_vector_format;

typedef enum pv_vector_kind { PV_VECTOR_TEXT = 0, PV_VECTOR_INT, PV_VECTOR_REAL } pv_vector_kind;
typedef enum pv_vector_shape { PV_VECTOR_NO_SHAPE = 0, PV_VECTOR_POINT, PV_VECTOR_MULTIPOLYGON, PV_VECTOR_MULTILINE } pv_vector_shape;

typedef struct pv_vector_code {
    const char *code, *words;
} pv_vector_code;

/* Values to choose from: a coded field domain of a GeoPackage (its extension "schema"). */
typedef struct pv_vector_list {
    const char *name, *title;
    size_t n;
    const pv_vector_code *code;
} pv_vector_list;

typedef struct pv_vector_field {
    const char *name;
    const char *title; /* what people see; NULL = the name. Only in a GeoPackage with lists */
    pv_vector_kind kind;
    int width;        /* of texts: most bytes, 0 = no limit (GeoPackage). Of numbers in a Shapefile: characters with sign and point */
    int decimals;     /* of reals in a Shapefile */
    const char *list; /* name of the list that it is chosen from, or NULL. GeoPackage only */
    int unique;       /* 1 = no two rows have the same. GeoPackage only */
} pv_vector_field;

typedef struct pv_vector_table {
    const char *name, *title, *about; /* about: a sentence */
    pv_vector_shape shape;
    int n_fields;
    const pv_vector_field *field; /* borrowed until the next table or the end */
} pv_vector_table;

typedef struct pv_vector_out pv_vector_out;

/* date: YYYY-MM-DD, what the file says about its last change. */
PV_MUST pv_status pv_vector_out_new(pv_vector_out **out, pv_vector_format format, const char *date, pv_err *err);
void pv_vector_out_free(pv_vector_out *v); /* NULL is fine */

/* Before the tables that use it. */
PV_MUST pv_status pv_vector_out_list(pv_vector_out *v, const pv_vector_list *list, pv_err *err);
/* The table that the rows after it go to. Its texts are borrowed for the call, its fields until the next table or the end. */
PV_MUST pv_status pv_vector_out_table(pv_vector_out *v, const pv_vector_table *table, pv_err *err);

/* One row: begin, set what is known, end. What is not set is null. The first failure is kept and told by pv_vector_out_end(). */
void pv_vector_out_begin(pv_vector_out *v);
void pv_vector_out_text(pv_vector_out *v, int field,
                        const char *text); /* NULL = null; not UTF-8: U+FFFD; too long for the width: shortened before a character */
void pv_vector_out_int(pv_vector_out *v, int field, int64_t value);
void pv_vector_out_real(pv_vector_out *v, int field, double value); /* not finite = null */
void pv_vector_out_point(pv_vector_out *v, double lon_deg, double lat_deg);
void pv_vector_out_geojson(pv_vector_out *v, const char *geometry); /* a geometry that fits the table: (Multi)Polygon or (Multi)LineString */
PV_MUST pv_status pv_vector_out_end(pv_vector_out *v, pv_err *err);
/* How many texts of a field of the present table were shortened. */
size_t pv_vector_out_shortened(const pv_vector_out *v, int field);

/* FOLDER/NAME.gpkg, or FOLDER/NAME.shp and its companions, which must not be there. Opens it again before writing and counts the rows of every table. The object is only to be freed then. */
PV_MUST pv_status pv_vector_out_write(pv_vector_out *v, const char *folder, const char *name, pv_err *err);

#endif
