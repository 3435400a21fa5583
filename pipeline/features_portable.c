/* The feature loops for every machine. */
#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

const pv_feature_kernels pv_feature_kernels_portable = PV_FEATURE_KERNELS(stretch_row, sum_row, square_row, codes_by_buckets, pick_bytes);
