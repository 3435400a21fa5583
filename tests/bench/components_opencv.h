/* OpenCV's side of `components`, behind a C door. Masks are [h][w], 0 or 255. Each returns 1, or 0 when OpenCV refused. */
#ifndef PV_BENCH_COMPONENTS_OPENCV_H
#define PV_BENCH_COMPONENTS_OPENCV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens and closes the mask by 3 x 3, in place: what people do to a mask before they count. */
int cv_clean(uint8_t *mask, int w, int h);

/* connectedComponentsWithStats, 8 neighbours, the default algorithm. *seconds: of that call alone. */
int cv_components(const uint8_t *mask, int w, int h, int threads, int64_t *components, int64_t *pixels, double *seconds);

#ifdef __cplusplus
}
#endif

#endif
