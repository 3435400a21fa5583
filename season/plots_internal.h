/* What the files of plots share. Nobody else includes this. */
#ifndef PV_SEASON_PLOTS_INTERNAL_H
#define PV_SEASON_PLOTS_INTERNAL_H

#include "season/outlines.h"
#include "season/plots.h"

/* Numbers of rows: as they come, or sorted and each once after pv_fids_sort(). */
typedef struct pv_fids {
    size_t n, cap;
    int64_t *at; /* owned */
} pv_fids;

PV_MUST pv_status pv_fids_add(pv_fids *f, int64_t fid, pv_err *err);
void pv_fids_sort(pv_fids *f);
int pv_fids_has(const pv_fids *f, int64_t fid); /* of sorted ones */
void pv_fids_release(pv_fids *f);

/* One update. */
typedef struct pv_plots_work {
    pv_season *s;
    double near_m;
    pv_fids photos;  /* new ones, sorted */
    pv_fids made;    /* plots, in the order in which they were made */
    pv_fids touched; /* plots whose rows have to be worked out again */
    pv_fids shown;   /* those of them that got hotspots */
} pv_plots_work;

/* In this order, in one transaction. */
PV_MUST pv_status pv_plots_take_photos(pv_plots_work *w, pv_err *err); /* gives the new photos their day */
PV_MUST pv_status pv_plots_join(pv_plots_work *w, pv_err *err);        /* gives hotspots their plot */
PV_MUST pv_status pv_plots_look(pv_plots_work *w, pv_err *err);        /* looks that did not see */
PV_MUST pv_status pv_plots_refresh(pv_plots_work *w, pv_err *err);     /* all that follows from hotspots and looks */
PV_MUST pv_status pv_plots_split(pv_plots_work *w, pv_err *err);
PV_MUST pv_status pv_plots_refresh_cells(pv_plots_work *w, pv_err *err);

/* Sights and looks day by day. The zero object is the beginning; days come in order. */
typedef struct pv_plot_days {
    char first_seen[PV_DATE], last_seen[PV_DATE], last_looked[PV_DATE];
    int64_t times_seen, times_looked;
    int years;     /* with a sight */
    int months;    /* with a sight, since the last miss */
    int long_run;  /* 1 = there were three such months */
    int missed;    /* looks since the last sight, in the year of the last look */
    int miss_year; /* that year */
    int missing;   /* 1 = missed since the last sight */
    int came_back; /* 1 = missed between two sights */
} pv_plot_days;

void pv_plot_days_add(pv_plot_days *d, const char *date, int seen);
pv_plot_kind pv_plot_days_kind(const pv_plot_days *d);
int pv_crop_year(const char *date);
int pv_date_valid(const char *date); /* YYYY-MM-DD and a day of the calendar */

/* Boxes in the ledger: units of 1e-7 degrees, outwards. */
void pv_box_bind(pv_stmt *q, int at, const double box[4]);

/* "SELECT ... FROM plots p", to which callers add WHERE and ORDER BY; ?1 is a date. pv_plot_row() reads the row at hand. */
extern const char pv_plot_select[];
void pv_plot_row(pv_stmt *q, pv_plot *out);
/* PV_BUG when there is none. Its urgency and priority are those of no date. */
PV_MUST pv_status pv_plot_get(pv_season *s, int64_t fid, pv_plot *out, pv_err *err);

#endif
