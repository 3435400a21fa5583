/* The stage calendar: when poppies are in which stage where, and how many days are left until capsules can be lanced; from a data file
 * (models/data/stage_calendar.csv), never from code.
 *
 * Threads: read-only after reading. Errors: PV_INPUT with line numbers, PV_IO, PV_NOMEM. */
#ifndef PV_MODELS_CALENDAR_H
#define PV_MODELS_CALENDAR_H

#include <stddef.h>

#include "base/err.h"

typedef struct pv_season_row {
    char region[32], stage[32];
    double lat_from, lat_below, alt_from_m, alt_below_m; /* infinite where the file leaves them open */
    int from, to;                                        /* month * 100 + day, both inside; from > to goes over the new year */
    int days_low, days_high;                             /* from this stage to capsules that can be lanced */
    int estimate;                                        /* 1 = a reading of reports, not a record */
} pv_season_row;

typedef struct pv_calendar {
    size_t n;
    pv_season_row *at; /* [n], owned */
} pv_calendar;

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_calendar_read(pv_calendar *out, const char *path, pv_err *err);
PV_MUST pv_status pv_calendar_parse(pv_calendar *out, const char *data, size_t n, pv_err *err);
void pv_calendar_release(pv_calendar *c);

typedef struct pv_calendar_plot {
    const char *region; /* NULL = wherever the latitude and altitude lie */
    double lat_deg;
    double alt_m;      /* NAN = unknown: the rows of all altitudes count */
    const char *date;  /* of the photo, "2026-05-18" or longer; NULL or "" = unknown */
    const char *stage; /* "flowering"; NULL or "" = unknown: the stages that the date allows */
} pv_calendar_plot;

typedef struct pv_calendar_answer {
    int in_season;                 /* 1 = the date lies in a window of the stage (of any stage when unknown), 0 = it does not, -1 = not known */
    int days_low, days, days_high; /* until capsules can be lanced; -1 = not known */
    int estimate;                  /* 1 = one of the rows used is marked as an estimate */
    const pv_season_row *row;      /* the first row used, for its region; NULL = none. Borrowed */
} pv_calendar_answer;

pv_calendar_answer pv_calendar_find(const pv_calendar *c, const pv_calendar_plot *plot);

#endif
