/* What a worker left behind: the hotspots file of one photo (docs/formats/hotspots.md), read as strictly as a stranger's.
 *
 * Threads: one owner. Errors: PV_INPUT (not such a file, not of one photo, a figure out of range), PV_NOMEM. */
#ifndef PV_SEASON_WORKER_RESULT_H
#define PV_SEASON_WORKER_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum { PV_RESULT_NAME = 256, PV_RESULT_STATUS = 32, PV_RESULT_HOTSPOT_ID = 17 };

typedef struct pv_result_hotspot {
    char id[PV_RESULT_HOTSPOT_ID];
    pv_json_ref geometry, properties; /* in pv_worker_result.json */
    double lon_deg, lat_deg, area_m2;
    double prob; /* 0..1; < 0 = null */
    double prob_mean, prob_max;
    char class_name[64], stage[64]; /* "" = null */
} pv_result_hotspot;

typedef struct pv_worker_result {
    pv_json json;
    char name[PV_RESULT_NAME], file[PV_RESULT_NAME];
    char sha256[65];                                         /* "" = null */
    char status[PV_RESULT_STATUS];                           /* "done", "damaged", "coarse"; else the photo was refused */
    char reason[1024];                                       /* "" = null */
    char taken_at[32], model[64];                            /* "" = null */
    double gsd_m;                                            /* 0 = null */
    int64_t valid_e4, nodata_e4, unreadable_e4, unusable_e4; /* 1e-4 m2 */
    int64_t blurred_e4, coarse_e4;                           /* parts of valid_e4 */
    size_t n;
    pv_result_hotspot *at; /* [n] in the file's order */
} pv_worker_result;

/* text is borrowed until the release. */
PV_MUST pv_status pv_worker_result_read(pv_worker_result *out, const char *text, size_t n, pv_err *err);
void pv_worker_result_release(pv_worker_result *r);
/* 1 when the photo's ground was looked at. */
int pv_worker_result_looked(const pv_worker_result *r);

#endif
