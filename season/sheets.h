/* All that is known about a plot, for people: one sheet a plot (一斑一档), for kits, pages and tables.
 *
 * Plain values; texts are "" and numbers < 0 when not known. Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_SHEETS_H
#define PV_SEASON_SHEETS_H

#include "geo/units.h"
#include "season/findings.h"
#include "season/worker_result.h"

typedef enum pv_risk { PV_RISK_EXTREME = 0, PV_RISK_HIGH, PV_RISK_MIDDLE, PV_RISK_LOW, PV_RISKS } pv_risk;

enum { PV_SHEET_REASONS = 8, PV_SHEET_STEPS = 6, PV_SHEET_LABEL = 96 };

/* A reason for the priority: what it is ("tier", "capsule", "probability", "regrown", "known", "forest_edge", "border", "access", "tip_off", "register"), how many points it gave (of the
 * weight in season.conf), and its words. */
typedef struct pv_sheet_reason {
    const char *code; /* static */
    double points;
    char zh[128], en[128];
} pv_sheet_reason;

typedef struct pv_sheet {
    pv_plot plot;
    char hotspot_id[PV_RESULT_HOTSPOT_ID]; /* of the hotspot that stands for it: chips/<hotspot_id>.jpg, .tif; "" = a crew's own place */
    int64_t photo;                         /* fid of that hotspot's photo */
    char photo_name[PV_RESULT_NAME], taken_at[32], model[64];
    double gsd_m;
    char former[128];                           /* ids of plots that were merged into it, separated by blanks */
    char place[PV_UNIT_LEVELS][PV_SHEET_LABEL]; /* "柳湾镇", on a border "石坪镇 / 柳湾镇" */
    char place_code[PV_UNIT_LEVELS][32];        /* code of the unit with the largest share */
    int outside, on_border;                     /* as in geo/units.h; 0 without boundaries */
    int gk_epsg;                                /* CGCS2000 / 3-degree Gauss-Krüger, CM ...: 4534..4554; 0 = not in its area */
    double gk_easting_m, gk_northing_m;
    double plants_low, plants, plants_high;
    char tier[64];    /* legal tier of the estimated plants */
    char why[3][160]; /* what spoke for it in the photo */
    int regrown;      /* 1 = after its last eradication something was seen or found there again: a tier of its own */
    pv_risk
        risk; /* extreme when it is regrown, low where nobody must go or it only has to be checked again, else by its points and the thresholds of season.conf */
    double points; /* 0..100, in steps of 0.1: the sum of its reasons; 0 where there are none, as above */
    int n_reasons;
    pv_sheet_reason reason[PV_SHEET_REASONS];  /* the weightiest first */
    int64_t findings, conflicts;               /* records; of these in an open conflict */
    int64_t plants_counted, plants_removed;    /* as people last said; never an estimate */
    char visited_on[PV_DATE], visited_by[128]; /* of the last verdict of a crew */
    char crew[128], dispatched_on[PV_DATE];    /* of the last dispatch */
    char due[PV_DATE];                         /* when its check, its eradication or its check by another team is due */
    int recheck;                               /* 1 = eradicated, and no other team has checked it since */
    int ladder;                                /* 0 in time or no due date, 1 提示函, 2 督办单, 3 建议书 */
    int overdue_days;                          /* at the sheets' date; 0 = not overdue */
    int n_steps;
    const char *step[PV_SHEET_STEPS]; /* what comes next: codes of pv_sheet_step_word() */
    char *outline;                    /* GeoJSON MultiPolygon geometry, WGS 84; owned; NULL = a point only */
    char *properties;                 /* JSON object of the hotspot; owned; NULL = none */
} pv_sheet;

typedef struct pv_sheets {
    char date[PV_DATE], season[PV_CONF_TEXT];
    size_t n, cap;
    pv_sheet *at; /* by risk, falling points, id */
} pv_sheets;

/* Whose sheets. */
typedef enum pv_sheets_which {
    PV_SHEETS_SHOWN = 0, /* all but the quiet ones */
    PV_SHEETS_OPEN,      /* of these where somebody must go: neither quiet nor eradicated and checked again by another team, or in conflict */
    PV_SHEETS_ALL        /* quiet ones too */
} pv_sheets_which;

/* units NULL: without places. */
PV_MUST pv_status pv_sheets_read(pv_sheets *out, pv_season *s, const char *date, pv_sheets_which which, const pv_units *units, pv_err *err);
/* The sheet of one plot, quiet or not: out->n is 1. A plot that was merged: of the one that it belongs to. */
PV_MUST pv_status pv_sheets_read_plot(pv_sheets *out, pv_season *s, const char *date, int64_t plot, const pv_units *units, pv_err *err);
void pv_sheets_release(pv_sheets *sh);

/* When a plot of that risk that is dispatched on that date is due. */
void pv_sheet_due(const pv_season *s, pv_risk risk, const char *date, char due[PV_DATE]);

/* "extreme": a code of PV_LIST_RISK. */
const char *pv_risk_code(pv_risk risk);
/* Of a step's code: "缺第二人签名" / "a second signature is missing". Codes: settle_conflict, remind_letter, remind_order, remind_advice, dispatch, check, fly_again, eradicate,
 * recheck_other_team, second_signature, evidence_photo, count_plants. Static. */
const char *pv_sheet_step_word(const char *code, int zh);

#endif
