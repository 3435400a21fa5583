#include "base/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *const names[PV_CPU_PATHS] = {"portable", "avx2", "avx512"};

const char *pv_cpu_name(pv_cpu path)
{
    return names[path];
}

pv_cpu pv_cpu_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi"))
        return PV_CPU_AVX512;
    if (avx2) return PV_CPU_AVX2;
#endif
    return PV_CPU_PORTABLE;
}

pv_cpu pv_cpu_path(void)
{
    static atomic_int chosen = -1;
    int path = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (path >= 0) return (pv_cpu)path;
    const char *wish = getenv("PAPAVER_CPU");
    path = (int)pv_cpu_best();
    for (int k = 0; wish != NULL && k < path; k++)
        if (strcmp(wish, names[k]) == 0) path = k;
    atomic_store_explicit(&chosen, path, memory_order_relaxed);
    return (pv_cpu)path;
}
