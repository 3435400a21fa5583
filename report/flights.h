/* Which ground is to be flown again: around gaps and plots, those that lie near each other in one area.
 *
 * Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_FLIGHTS_H
#define PV_REPORT_FLIGHTS_H

#include "report/kit.h"
#include "season/gaps.h"

enum { PV_MOST_FLIGHTS = 20 };

/* Sets the kit's flights: of the gaps with mine[i] != 0 (mine NULL: of all; gaps NULL: of none) and of its plots whose next step is to fly again. The largest
 * PV_MOST_FLIGHTS areas of at most 25 km2 (those with plots first) get a file; the others are counted in n_unseen. */
PV_MUST pv_status pv_flights_find(pv_kit *kit, const pv_gaps *gaps, const unsigned char *mine, pv_err *err);

#endif
