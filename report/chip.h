/* The picture of one place: natural colours, false colours and probability side by side, with outline, scale bar, north arrow, id and date.
 *
 * A view shows a square of ground, along the rows of the photo; what lies outside of the photo is dark. Brightness as the whole photo's (geo/photo.h), lifted where the piece is dark. Without blue the
 * natural view is made of what there is, and its caption says so; without nir the middle view is one of red edge, or of how much a pixel exceeds the others in red, green and blue.
 * Probabilities have the colours of scan --prob; grey = unknown. Texts are ASCII. Threads: the photo's owner. Errors: PV_IO, PV_NOMEM, PV_INPUT, PV_BUG. */
#ifndef PV_REPORT_CHIP_H
#define PV_REPORT_CHIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "geo/photo.h"
#include "geo/place.h"
#include "vision/picture.h"

enum {
    PV_CHIP_VIEW_PX = 320, /* side of a view */
    PV_CHIP_GAP_PX = 6,
    PV_CHIP_HEAD_PX = 48,
    PV_CHIP_FOOT_PX = 36,
    PV_CHIP_W_PX = 3 * PV_CHIP_VIEW_PX + 4 * PV_CHIP_GAP_PX,
    PV_CHIP_H_PX = PV_CHIP_HEAD_PX + PV_CHIP_VIEW_PX + PV_CHIP_FOOT_PX,
    PV_CHIP_BYTES = 60000,  /* of the JPEG */
    PV_CHIP_MOST_PX = 1536, /* side of the piece of a photo, and what it takes of ground:
                                the outline and 5 m around it, 14 to 60 m */
    PV_CHIP_LEAST_M = 14,
    PV_CHIP_MOST_M = 60,
    PV_CHIP_AROUND_M = 5
};

/* The outline of a hotspot in photo pixels. */
typedef struct pv_chip_outline {
    double *xy; /* [n][2] all rings one after the other; owned */
    size_t n, cap;
    size_t *end; /* [n_rings] where each ring ends in xy; owned */
    size_t n_rings, cap_rings;
    double box[4];   /* x0 y0 x1 y1 */
    double point[2]; /* its lon, lat: surely inside */
} pv_chip_outline;

/* feature: the hotspot's GeoJSON. A point without a pixel is left out. PV_BUG when it is no hotspot of ours. */
PV_MUST pv_status pv_chip_outline_read(pv_chip_outline *out, const char *feature, pv_place *place, pv_err *err);
void pv_chip_outline_release(pv_chip_outline *o);

typedef struct pv_chip {
    pv_rect rect;        /* photo pixels that the views show, whole working pixels; may reach outside of the photo */
    int fx, fy;          /* photo pixels in a working pixel */
    const uint8_t *prob; /* [rect.h / fy][rect.w / fx], 255 = unknown */
    const pv_chip_outline *outline;
    double north_x, north_y;     /* a step to the north in photo pixels, of any length */
    const char *id, *taken_at;   /* taken_at "" = not known */
    double area_m2, probability; /* probability < 0 = not known */
} pv_chip;

/* The piece of a photo that shows an outline: square on the ground, inside the photo where that is large enough. In whole working pixels of fx x fy. *whole = 0 when the outline does not
 * fit: then it is a piece around the hotspot's point. */
pv_rect pv_chip_rect(const pv_photo_facts *facts, const pv_chip_outline *outline, int fx, int fy, int *whole);

PV_MUST pv_status pv_chip_draw(pv_picture *out, pv_photo *photo, const pv_chip *chip, pv_err *err);

/* The length of a scale bar: 1, 2 or 5 times a power of ten, at most `most_m`; 0 when there is none. */
double pv_scale_bar_m(double most_m);

/* Bytes of memory that drawing takes at the most. */
int64_t pv_chip_bytes(const pv_photo_facts *facts);

#endif
