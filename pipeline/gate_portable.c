/* The loops of the early decision for every machine, and the choice of a path. */
#define PV_GATE_LOOPS pv_gate_loops_portable
#include "pipeline/gate_loops_text.h"

#include "base/banned.h"

const pv_gate_loops *pv_gate_loops_of(pv_cpu path)
{
#if defined(__x86_64__)
    if (path == PV_CPU_AVX512) return &pv_gate_loops_avx512;
    if (path == PV_CPU_AVX2) return &pv_gate_loops_avx2;
#endif
    (void)path;
    return &pv_gate_loops_portable;
}
