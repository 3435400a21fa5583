/* What labels are made of; shared by labels.c (the list), label_read.c (OGR) and label_burn.c (pixels). */
#ifndef PV_GEO_LABELS_INTERNAL_H
#define PV_GEO_LABELS_INTERNAL_H

#include <stddef.h>

#include "geo/labels.h"
#include "geo/transform.h"

/* Points of a ring, or the single points of a point label, in photo pixels. A ring closes itself. */
typedef struct pv_ring {
    size_t first; /* in pv_labels.point */
    size_t n;
    int is_points;
} pv_ring;

typedef struct pv_shape {
    size_t first_ring, n_rings;
    double x0, y0, x1, y1; /* bounds, photo pixels */
} pv_shape;

/* A run of pixels [x0, x1) of row y inside one label. */
typedef struct pv_span {
    int64_t y, x0, x1;
    size_t label;
} pv_span;

struct pv_labels {
    int width_px, height_px;
    double radius_x_px, radius_y_px; /* of the disc of a point, photo pixels; 0 = one work pixel */
    size_t n, cap_label, cap_shape;
    pv_label *label;
    pv_shape *shape; /* as label */
    pv_ring *ring;
    size_t n_rings, cap_rings;
    pv_point *point;
    size_t n_points, cap_points;
    pv_lines report;
    /* Scratch of one burn; kept because a scan burns thousands of windows. */
    pv_span *span;
    size_t n_spans, cap_spans;
};

/* label_read.c: fills the list from a file, sorted, boxes set; features that cannot be used are reported. */
PV_MUST pv_status pv_labels_read(pv_labels *labels, const char *path, const pv_label_options *options, const pv_photo_facts *photo, pv_err *err);

/* label_burn.c: for every label its pixels in the photo and how many of them lie in other labels too; [n] each. */
PV_MUST pv_status pv_labels_overlaps(pv_labels *labels, int64_t *pixels, int64_t *shared, pv_err *err);

#endif
