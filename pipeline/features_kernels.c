#include "pipeline/features_kernels.h"

#include "base/banned.h"

const pv_feature_kernels *pv_feature_kernels_of(pv_cpu path)
{
#if defined(__x86_64__)
    if (path == PV_CPU_AVX512) return &pv_feature_kernels_avx512;
    if (path == PV_CPU_AVX2) return &pv_feature_kernels_avx2;
#endif
    (void)path;
    return &pv_feature_kernels_portable;
}
