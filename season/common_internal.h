/* What comparisons of periods share. Nobody else includes this. */
#ifndef PV_SEASON_COMMON_INTERNAL_H
#define PV_SEASON_COMMON_INTERNAL_H

#include "season/common.h"
#include "season/figures_internal.h"

/* seen [f->n_plots]: bit k is set when a photo of period k shows the ground at the plot's place in state seen; 0 of plots without ground. At most PV_COMMON_PERIODS periods. */
PV_MUST pv_status pv_common_seen(pv_figures_source *f, const pv_periods *periods, uint32_t *seen, pv_err *err);

#endif
