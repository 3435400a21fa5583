/* Everything that a night needs, looked at beforehand.
 *
 * Threads: main thread. Errors: PV_NOMEM; what is found wrong is a finding, not an error. */
#ifndef PV_APP_DOCTOR_SEASON_H
#define PV_APP_DOCTOR_SEASON_H

#include "base/err.h"
#include "base/text.h"

typedef struct pv_finding {
    int bad;
    char what[64];
    pv_err said; /* its words in both languages; the status means nothing */
} pv_finding;

enum { PV_MOST_FINDINGS = 64 };

typedef struct pv_findings {
    int n, bad;
    pv_finding at[PV_MOST_FINDINGS];
} pv_findings;

/* 1 when the folder is, or was meant to be, a season. */
int pv_is_season(const char *folder);
PV_MUST pv_status pv_doctor_season(const char *folder, pv_findings *out, pv_err *err);

#endif
