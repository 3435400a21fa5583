/* The feature loops for every machine. */
#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

const pv_feature_kernels pv_feature_kernels_portable = {
    .channel = PV_CHANNEL_LOOPS,
    .stretch_row = stretch_row,
    .sum_row = sum_row,
    .square_row = square_row,
    .means = means,
    .moments = moments,
    .edge_row = edge_row,
    .differences = differences,
    .most_of_rows = most_of_rows,
    .most_along = most_along,
    .codes = codes_by_buckets,
};
