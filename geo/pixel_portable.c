/* The loops over pixels for every machine, and the choice of a path. */
#define PV_PIXEL_LOOPS pv_pixel_loops_portable
#include "geo/pixel_loops_text.h"

#include "base/banned.h"

const pv_pixel_loops *pv_pixel_loops_of(pv_cpu path)
{
#if defined(__x86_64__)
    if (path == PV_CPU_AVX512) return &pv_pixel_loops_avx512;
    if (path == PV_CPU_AVX2) return &pv_pixel_loops_avx2;
#endif
    (void)path;
    return &pv_pixel_loops_portable;
}
