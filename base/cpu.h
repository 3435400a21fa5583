/* Which instructions the hot loops may use. A kernel has one portable C path and, where it pays, paths for AVX2 and for AVX-512 with VBMI; all of them give the same bytes,
 * and a test runs all that the machine has.
 *
 * The choice is made once, at the first call: the best that the processor and the system offer, or less when the environment variable PAPAVER_CPU says
 * `portable`, `avx2` or `avx512` (more than the machine has is not taken; other words are ignored). Threads: any. */
#ifndef PV_BASE_CPU_H
#define PV_BASE_CPU_H

typedef enum pv_cpu {
    PV_CPU_PORTABLE = 0, /* what every machine of the target has */
    PV_CPU_AVX2,         /* AVX2 */
    PV_CPU_AVX512,       /* AVX-512 F, BW, VL and VBMI; AVX2 too */
    PV_CPU_PATHS
} pv_cpu;

/* The path to take. */
pv_cpu pv_cpu_path(void);
/* The best that the machine has, whatever the environment says. */
pv_cpu pv_cpu_best(void);
/* "portable", "avx2", "avx512". */
const char *pv_cpu_name(pv_cpu path);

#endif
