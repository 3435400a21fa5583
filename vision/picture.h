/* Pictures for people: resize, draw, write PNG and JPEG. The C door of OpenCV, which is loaded with the first picture; no exception leaves it.
 *
 * A picture is 8-bit RGB, [h][w][3]. Threads: the first call of a process is by one thread (pv_vision_load() will do), then any, one picture each; OpenCV's own threads are switched off.
 * Errors: PV_IO (the module with OpenCV is not there), PV_NOMEM, PV_BUG (OpenCV refused our arguments, with its own sentence). */
#ifndef PV_VISION_PICTURE_H
#define PV_VISION_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pv_picture {
    int w, h;
    uint8_t *rgb; /* [h][w][3], owned */
} pv_picture;

typedef struct pv_colour {
    uint8_t r, g, b;
} pv_colour;

/* "OpenCV 4.6.0" for `papaver doctor`, or that it is not there; static text. */
const char *pv_vision_version(void);
/* Loads the module now: for who may not read files later, or draws with several threads. Errors: PV_IO. */
PV_MUST pv_status pv_vision_load(pv_err *err);

PV_MUST pv_status pv_picture_new(pv_picture *p, int w, int h, pv_err *err);
void pv_picture_release(pv_picture *p);

/* Area-averaged (smaller) or nearest (larger) copy. */
PV_MUST pv_status pv_picture_resize(pv_picture *out, const pv_picture *in, int w, int h, pv_err *err);

/* A closed line through n points, x,y pairs in pixels of the picture, antialiased; parts outside are clipped. */
PV_MUST pv_status pv_picture_ring(pv_picture *p, const double *xy, int n, pv_colour colour, int thickness_px, pv_err *err);
/* ASCII text, baseline at x, y; with a dark rim so that it reads on any ground. */
PV_MUST pv_status pv_picture_text(pv_picture *p, int x, int y, const char *ascii, double size_px, pv_colour colour, pv_err *err);
/* A filled rectangle. */
PV_MUST pv_status pv_picture_box(pv_picture *p, int x, int y, int w, int h, pv_colour colour, pv_err *err);

/* PNG bytes; you now own *data (pv_free). The caller writes them (base/outfile.h), so that a full disk is noticed. */
PV_MUST pv_status pv_picture_png(const pv_picture *p, uint8_t **data, size_t *n, pv_err *err);
/* JPEG bytes likewise, at most most_bytes: of quality 88 and then lower ones, and when none of them is small enough the same again of a picture of four fifths of the
 * side, and so on. size_px (may be NULL): width and height that it has then. PV_BUG when not even a small picture fits. */
PV_MUST pv_status pv_picture_jpeg(const pv_picture *p, size_t most_bytes, uint8_t **data, size_t *n, int size_px[2], pv_err *err);

#ifdef __cplusplus
}
#endif

#endif
