/* How the two halves of this room meet. OpenCV and the libraries that it brings take a third of what a process costs before main(), and a scan draws nothing; so they are linked to a
 * module of their own, papaver-pictures.so, which door.c loads with the first picture or forest. Only files of vision/ include this. */
#ifndef PV_VISION_PLUG_H
#define PV_VISION_PLUG_H

#include <stdarg.h>

#include "vision/picture.h"
#include "vision/reference_forest.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the module takes from the program: base/ is there once. */
typedef struct pv_vision_host {
    pv_status (*failv)(pv_err *err, pv_status st, const char *fmt, va_list args);
    pv_status (*alloc)(void *out, size_t n, size_t size, const char *what, pv_err *err);
    void (*release)(void *p);
} pv_vision_host;

/* What the program takes from the module: functions of picture.h and reference_forest.h. */
typedef struct pv_vision_plug {
    const char *version;
    pv_status (*resize)(pv_picture *out, const pv_picture *in, int w, int h, pv_err *err);
    pv_status (*ring)(pv_picture *p, const double *xy, int n, pv_colour colour, int thickness_px, pv_err *err);
    pv_status (*text)(pv_picture *p, int x, int y, const char *ascii, double size_px, pv_colour colour, pv_err *err);
    pv_status (*box)(pv_picture *p, int x, int y, int w, int h, pv_colour colour, pv_err *err);
    pv_status (*png)(const pv_picture *p, uint8_t **data, size_t *n, pv_err *err);
    pv_status (*jpeg)(const pv_picture *p, size_t most_bytes, uint8_t **data, size_t *n, int size_px[2], pv_err *err);
    pv_status (*train)(pv_reference_forest **out, const uint16_t *const *value, int n_columns, const int16_t *class_id, const size_t *row,
                       size_t n_used, int n_classes, const pv_reference_options *options, pv_err *err);
    pv_status (*ask)(const pv_reference_forest *forest, const uint16_t *const *value, const size_t *row, size_t n_asked, float *share, pv_err *err);
    void (*forest_free)(pv_reference_forest *forest);
} pv_vision_plug;

/* The module's only symbol: switches OpenCV's own threads and its words on stderr off. May be called again. host is kept. */
#define PV_VISION_PLUG_IN "pv_vision_plug_in"
__attribute__((visibility("default"))) const pv_vision_plug *pv_vision_plug_in(const pv_vision_host *host);
typedef const pv_vision_plug *pv_vision_plug_in_function(const pv_vision_host *host);

#ifdef __cplusplus
}
#endif

#endif
