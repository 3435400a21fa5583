/* The loops over pixels for AVX-512. */
#if defined(__x86_64__)
#define PV_PIXEL_LOOPS pv_pixel_loops_avx512
#include "geo/pixel_loops_text.h"
#endif

#include "base/banned.h"
