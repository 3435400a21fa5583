/* season.conf: the settings of a season, from one table, which is also their documentation.
 *
 * A line is `name = value`; `#` begins a comment; blank lines are fine. UTF-8, at most 64 KiB. A name that is not there has its default. Refused with the line's
 * number: unknown names, names that stand twice, values of the wrong kind or out of range.
 * Threads: read-only after reading. Errors: PV_INPUT ("season.conf: line 7: ..."), PV_IO, PV_NOMEM. */
#ifndef PV_SEASON_CONF_H
#define PV_SEASON_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

/* In the order of the table. */
typedef enum pv_set {
    PV_SET_NAME = 0,
    PV_SET_MODEL,
    PV_SET_MIN_AREA_M2,
    PV_SET_OBJECT_THRESHOLD,
    PV_SET_ALLOW_COARSE,
    PV_SET_CHIPS,
    PV_SET_CHIPS_MIB,
    PV_SET_BOUNDARIES,
    PV_SET_GRID_EPSG,
    PV_SET_COVERAGE_CELL_M,
    PV_SET_GAP_MIN_M2,
    PV_SET_SAME_PLOT_M,
    PV_SET_MATCH_M,
    PV_SET_QUIET_DAYS,
    PV_SET_QUIET_CHANGE,
    PV_SET_CREW_PLACE_M,
    PV_SET_WEIGHT_TIER,
    PV_SET_WEIGHT_CAPSULE,
    PV_SET_WEIGHT_PROBABILITY,
    PV_SET_WEIGHT_REGROWN,
    PV_SET_WEIGHT_KNOWN,
    PV_SET_WEIGHT_FOREST_EDGE,
    PV_SET_WEIGHT_BORDER,
    PV_SET_WEIGHT_ACCESS,
    PV_SET_WEIGHT_TIP_OFF,
    PV_SET_WEIGHT_REGISTER,
    PV_SET_EXTREME_FROM,
    PV_SET_HIGH_FROM,
    PV_SET_MIDDLE_FROM,
    PV_SET_FOREST_EDGE_M,
    PV_SET_BORDER_M,
    PV_SET_ACCESS_POINTS,
    PV_SET_CONTROL_POINTS,
    PV_SET_ACCESS_M,
    PV_SET_CONTEXT_M,
    PV_SET_CONTEXT_DAYS,
    PV_SET_DUE_EXTREME_DAYS,
    PV_SET_DUE_HIGH_DAYS,
    PV_SET_DUE_MIDDLE_DAYS,
    PV_SET_DUE_LOW_DAYS,
    PV_SET_DUE_ERADICATION_DAYS,
    PV_SET_DUE_RECHECK_DAYS,
    PV_SET_REMIND_LETTER_DAYS,
    PV_SET_REMIND_ORDER_DAYS,
    PV_SET_REMIND_ADVICE_DAYS,
    PV_SET_SEASON_YEAR_FROM,
    PV_SET_CAMPAIGNS,
    PV_SET_CERTIFICATE_COVER_PERCENT,
    PV_SET_CERTIFICATE_DAYS,
    PV_SET_CERTIFICATE_LIMIT_M2,
    PV_SET_SETTLE_S,
    PV_SET_HALF_COPIED_H,
    PV_SET_MAX_SIDE_PX,
    PV_SET_MAX_MEGAPIXELS,
    PV_SET_MAX_BANDS,
    PV_SET_MAX_BLOCK_MIB,
    PV_SET_MAX_RATIO,
    PV_SET_WORKER_CAGE,
    PV_SET_THREADS,
    PV_SET_WORKERS,
    PV_SET_MEMORY_MIB,
    PV_SET_ADDRESS_SPACE_MIB,
    PV_SET_TIME_BASE_S,
    PV_SET_TIME_PER_GB_S,
    PV_SET_FILE_MIB,
    PV_SET_DISK_RESERVE_MIB,
    PV_SET_DISK_LOW_MIB,
    PV_SET_JOURNAL,
    PV_SET_COUNT
} pv_set;

enum { PV_CONF_TEXT = 1024 };

typedef struct pv_conf_value {
    int given; /* 1 = it stood in the file */
    int64_t integer;
    double real;             /* of whole numbers too */
    char text[PV_CONF_TEXT]; /* as it stood, without blanks around it */
} pv_conf_value;

/* Plain value, large: not for the stack of small threads. */
typedef struct pv_conf {
    pv_conf_value at[PV_SET_COUNT];
} pv_conf;

/* All defaults. */
void pv_conf_default(pv_conf *out);
/* name stands in messages. */
PV_MUST pv_status pv_conf_parse(pv_conf *out, const char *name, const char *text, size_t n, pv_err *err);
PV_MUST pv_status pv_conf_read(pv_conf *out, const char *path, pv_err *err);

int64_t pv_conf_int(const pv_conf *c, pv_set which);
double pv_conf_real(const pv_conf *c, pv_set which);
const char *pv_conf_text(const pv_conf *c, pv_set which); /* "" = nothing */
int pv_conf_yes(const pv_conf *c, pv_set which);
/* The k-th of a list separated by commas, blanks dropped; 0 when there is none or it does not fit. */
int pv_conf_part(const pv_conf *c, pv_set which, int k, char *out, size_t size);

/* The documented file that `papaver init` writes: every setting with its unit, default, range and purpose, commented out. season: its name. */
void pv_conf_print(pv_text *out, const char *season);

#endif
