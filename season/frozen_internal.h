/* What the files of frozen years share. Nobody else includes this. */
#ifndef PV_SEASON_FROZEN_INTERNAL_H
#define PV_SEASON_FROZEN_INTERNAL_H

#include "season/frozen.h"

/* frozen_draws.c: members "draws" and "answers" of year.json, with a comma before each. */
PV_MUST pv_status pv_frozen_draws_json(pv_text *out, pv_season *s, const pv_period *p, pv_err *err);
/* Draws of the period and answers to their points that are behind `links` links of the chain, a line each; adds to *lines. */
PV_MUST pv_status pv_frozen_draws_came_in(pv_text *out, pv_season *s, const pv_period *p, int64_t links, int64_t *lines, pv_err *err);

#endif
