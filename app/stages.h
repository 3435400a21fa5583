/* The stages of the stage calendar in their order, and which of them poppies can be in somewhere on a day.
 *
 * Threads: main thread. Errors: PV_IO (no calendar, with the folders that were looked into), PV_INPUT (a mistake in it), PV_NOMEM. */
#ifndef PV_APP_STAGES_H
#define PV_APP_STAGES_H

#include "models/calendar.h"

/* From PV_STAGE_CLEAR (bud) on plants stand out from above. */
enum { PV_STAGES = 5, PV_STAGE_CLEAR = 2 };

/* "苗期", ...; static. */
const char *pv_stage_zh(int stage);

/* The bureau's calendar, else the shipped one. */
PV_MUST pv_status pv_stages_read(pv_calendar *out, pv_err *err);
/* Bit k: stage k is possible there on that day (YYYY-MM-DD), at any altitude. */
unsigned pv_stages_at(const pv_calendar *c, double lat_deg, const char *day);
/* 1 = plants can be told from above then. */
int pv_stages_clear(const pv_calendar *c, double lat_deg, const char *day);

#endif
