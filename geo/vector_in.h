/* What came back from phones and offices, as plain records: any vector or table file, whatever made it.
 *
 * GeoPackage, Shapefile (its .shp with what lies beside it, a folder, or zipped), KML and KMZ (also .ovkml, .ovkmz), GPX, GeoJSON, CSV and other separated text (comma, semicolon, tab), XLSX,
 * and the text of 奥维 (name, longitude, latitude, height, remark). Texts that are no UTF-8 are read as GB18030; a ZIP is read member by member.
 * A record has fields by name, as UTF-8 without control characters but line breaks, and perhaps a place; of a polygon that is a point inside it. Values are what stands in the file: no formula is
 * evaluated, no entity, view or trigger followed.
 * Before anything is parsed a gate looks at it: sizes, what a ZIP would unpack to, names with `..` or '/', ZIPs in ZIPs, XML with DOCTYPE or ENTITY, the tables of an SQLite file
 * (sqlite_gate.h). A file that is refused names the reason and gives nothing; of a ZIP each member for itself is given or refused (pv_vector_report_at()).
 * Places are degrees, as the file gives them: a shift (GCJ-02) is said, not undone. Projected systems are turned into WGS 84 where they are declared.
 * Threads: one owner. Errors: PV_INPUT (what is wrong, with file, line and what to do), PV_IO, PV_NOMEM. */
#ifndef PV_GEO_VECTOR_IN_H
#define PV_GEO_VECTOR_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

typedef enum pv_datum {
    PV_DATUM_UNSAID = 0,
    PV_DATUM_WGS84, /* or CGCS2000, which is taken as the same */
    PV_DATUM_GCJ02,
    PV_DATUM_BD09
} pv_datum;

/* "wgs84", "cgcs2000", "gcj02", "bd09", whatever the case, with or without '-'; 0 = none of them. */
int pv_datum_read(const char *text, pv_datum *out);
/* "unsaid", "wgs84", "gcj02", "bd09". Static. */
const char *pv_datum_word(pv_datum datum);

enum { PV_VECTOR_FORMAT = 16 };

/* One file, or one member of a ZIP. Borrowed texts. */
typedef struct pv_vector_source {
    const char *name;   /* "back.zip/plots.shp": for people */
    const char *format; /* "GPKG", "SHP", "KML", "GPX", "GeoJSON", "CSV", "XLSX", "Ovital"; static */
    pv_datum
        datum; /* said by the format or its declaration: WGS84 of GPKG, SHP with .prj, GeoJSON; GCJ02 of .ovkml, .ovkmz, and of *_GCJ02* where the format has no CRS, or of what holds them; else UNSAID */
} pv_vector_source;

typedef struct pv_vector_record {
    size_t source;     /* of pv_vector_source_at() */
    const char *layer; /* table, sheet or folder; "" = none. Borrowed */
    int64_t line;      /* line of a text, row of a sheet, else the number of the feature from 1 on */
    int has_place;
    double lon_deg, lat_deg;
    pv_datum datum;  /* said by the record itself: a flag or a column; else that of its source */
    double area_m2;  /* of its polygons on the ellipsoid, as the file gives them; < 0: it has none */
    size_t first, n; /* fields */
} pv_vector_record;

typedef struct pv_vector pv_vector;

/* Limits of the gate. */
typedef struct pv_vector_limits {
    size_t file_bytes;  /* 256 MiB: a file, and each member of a ZIP */
    size_t total_bytes; /* 512 MiB: what a ZIP unpacks to */
    int64_t members;    /* 5,000 */
    int64_t ratio;      /* 200 times its size, for members above 1 MiB */
    int64_t records;    /* 200,000 */
    int64_t fields;     /* 512 of a record */
    size_t text_bytes;  /* 64 KiB a value; longer ones are refused */
} pv_vector_limits;
pv_vector_limits pv_vector_limits_default(void);

/* A file, or a folder of them (its files in the order of their names, folders in it up to three deep). */
PV_MUST pv_status pv_vector_read(pv_vector **out, const char *path, const pv_vector_limits *limits, pv_err *err);
/* The same of a file whose n bytes are in memory. name decides with its ending where the bytes do not. */
PV_MUST pv_status pv_vector_read_bytes(pv_vector **out, const char *name, const void *data, size_t n, const pv_vector_limits *limits, pv_err *err);
void pv_vector_free(pv_vector *v); /* NULL is fine */

/* SHA-256, hex, of the bytes that were read: of one file its own, of several one after the other. */
const char *pv_vector_sha256(const pv_vector *v);
size_t pv_vector_count(const pv_vector *v);
const pv_vector_record *pv_vector_at(const pv_vector *v, size_t i);
size_t pv_vector_sources(const pv_vector *v);
const pv_vector_source *pv_vector_source_at(const pv_vector *v, size_t i);
/* Field k < record->n of a record; texts borrowed. */
const char *pv_vector_field_name(const pv_vector *v, const pv_vector_record *r, size_t k);
const char *pv_vector_field_text(const pv_vector *v, const pv_vector_record *r, size_t k);
/* The first field of that name, whatever the case; NULL = there is none. */
const char *pv_vector_field(const pv_vector *v, const pv_vector_record *r, const char *name);

/* Records of a table of attachments (fields `parent` and `path`) in this source whose parent is this text: their numbers, in their order; returns how many. Borrowed. */
size_t pv_vector_children(const pv_vector *v, size_t source, const char *parent, const size_t **at);

/* Pictures that came along in a ZIP (.jpg .jpeg .png .heic): "DCIM/p1.jpg"; the name is borrowed, the n bytes are yours (pv_free). */
size_t pv_vector_pictures(const pv_vector *v);
const char *pv_vector_picture_name(const pv_vector *v, size_t i);
PV_MUST pv_status pv_vector_picture_take(const pv_vector *v, size_t i, char **data, size_t *n, pv_err *err);

/* What was refused or left out ("back.zip/a.kml: line 3: ..."). */
size_t pv_vector_reports(const pv_vector *v);
const char *pv_vector_report_at(const pv_vector *v, size_t i);
/* The same in the reader's language (base/tr.h). */
const char *pv_vector_report_words(const pv_vector *v, size_t i);
/* How many files, members or rows were refused; each stands in the report. */
size_t pv_vector_refused(const pv_vector *v);

#endif
