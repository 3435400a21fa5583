/* The loops of the early decision for AVX-512. */
#if defined(__x86_64__)
#define PV_GATE_LOOPS pv_gate_loops_avx512
#include "pipeline/gate_loops_text.h"
#endif

#include "base/banned.h"
