/* The yardstick: a random forest trained by OpenCV (Breiman 2001) on the same columns and rows as our own trees, for `evaluate --reference`.
 *
 * Never used to decide about a hotspot and never saved. Threads: any, one forest each. Errors: PV_IO (the module with OpenCV is not there), PV_NOMEM, PV_BUG. */
#ifndef PV_VISION_REFERENCE_FOREST_H
#define PV_VISION_REFERENCE_FOREST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pv_reference_forest pv_reference_forest;

typedef struct pv_reference_options {
    int n_trees;     /* 100 */
    int max_depth;   /* 12 */
    int min_samples; /* 5 */
    uint64_t seed;
} pv_reference_options;

/* value: [n_columns] arrays of n_rows uint16 (column-major, as pv_table.value); row[0..n_used-1] are the rows to learn from. */
PV_MUST pv_status pv_reference_train(pv_reference_forest **out, const uint16_t *const *value, int n_columns, const int16_t *class_id,
                                     const size_t *row, size_t n_used, int n_classes, const pv_reference_options *options, pv_err *err);
/* share: [n_asked][n_classes] of tree votes, 0..1; rows given as in training. */
PV_MUST pv_status pv_reference_ask(const pv_reference_forest *forest, const uint16_t *const *value, const size_t *row, size_t n_asked, float *share,
                                   pv_err *err);
void pv_reference_free(pv_reference_forest *forest);

#ifdef __cplusplus
}
#endif

#endif
