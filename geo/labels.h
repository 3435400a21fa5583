/* Labels: polygons (or points) with a class, drawn by people over a photo.
 *
 * Read through OGR from GeoJSON, GeoPackage, Shapefile or KML; reprojected to the photo's CRS and kept in photo pixels.
 * Bad labels are named, never dropped in silence: pv_labels_report() lists them (outside the photo, empty, invalid, no class, other CRS
 * without a transform). Overlapping labels: the pixel belongs to none and is counted. A point is a disc of a radius in metres, or one work pixel.
 * Threads: read-only after opening, but pv_labels_burn() belongs to one thread at a time. Errors: PV_INPUT, PV_IO, PV_NOMEM. */
#ifndef PV_GEO_LABELS_H
#define PV_GEO_LABELS_H

#include <stdint.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/rect.h"
#include "geo/photo.h"

typedef struct pv_labels pv_labels;

typedef struct pv_label {
    char class_name[64];
    char fold[64];  /* "" when no fold field was asked for */
    char stage[32]; /* growth stage as the labels say it ("flowering"); "" = unknown */
    int64_t plants; /* counted by people; -1 = unknown */
    int64_t fid;    /* the feature's id in its file */
    pv_rect box_px; /* bounding box in photo pixels, clipped to the photo */
} pv_label;

typedef struct pv_label_options {
    const char *class_field;  /* NULL = "class" */
    const char *fold_field;   /* NULL = none */
    const char *stage_field;  /* NULL = "stage" where there is one; a named field must be there */
    const char *plants_field; /* NULL = "plants" where there is one; a named field must be there */
    const char *geojson;      /* read from this text; path is then only its name in messages. NULL = from the file */
    double point_radius_m;    /* a point label is a disc of this radius (at least the pixel that it lies in); 0 = one work pixel */
} pv_label_options;

/* Fails with PV_INPUT when a field that is needed is absent (lists the fields that there are) or when no label at all lies in the photo. */
PV_MUST pv_status pv_labels_open(pv_labels **out, const char *path, const pv_label_options *options, const pv_photo_facts *photo, pv_err *err);
void pv_labels_free(pv_labels *labels);

int pv_labels_count(const pv_labels *labels);
const pv_label *pv_labels_at(const pv_labels *labels, int i);
/* Gives label i another class, cut at 63 bytes. */
void pv_labels_rename(pv_labels *labels, int i, const char *class_name);

/* Lines for the operator about labels that were not used or not used whole ("feature 12: outside the photo"). Borrowed. */
const pv_lines *pv_labels_report(const pv_labels *labels);

/* Burns label indices into index[rect_work.h][rect_work.w]: label i where the centre of the work pixel lies in exactly one label, -1
 * elsewhere, -2 where labels overlap. A work pixel is fx x fy photo pixels; rect_work counts work pixels. A point label is one work pixel, or
 * the pixels whose centres are in its disc and the one that it lies in. */
PV_MUST pv_status pv_labels_burn(pv_labels *labels, pv_rect rect_work, int fx, int fy, int32_t *index, pv_err *err);

#endif
