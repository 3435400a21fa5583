/* The memory of plots (疑似图斑): one identity for a place over overlapping photos, flights and years. docs/notes/0025-plots.md says why the rules are as they are.
 *
 * Dates are those of photos (the first ten characters of taken_at; without one, the night's), YYYY-MM-DD. A day is what counts: all photos of one day are one look and,
 * when one of them shows the plot, one sight. A year is a crop year, September to August, named by its end: what is sown in autumn is harvested in the next.
 *
 * Identity. Two hotspots belong together when their outlines overlap, touch or come as near as same_plot_m (season.conf); a plot is what hangs together through any number
 *   of such pairs. So the order of photos does not matter, nor how they are spread over nights, as long as nights follow the dates.
 *   A hotspot that meets no plot makes a new one; it gives the plot its id and its point, which stay. One that meets several joins them: a plot of an earlier
 *   update stays before one of this, then the one that was seen first, then the one that was made first; the others point to it (merged_into) and hand over their hotspots, their sights
 *   and their findings. Looks that did not see are those at the plot's own point.
 * Split. Separate hotspots of a later day stay one plot while each comes as near as same_plot_m to any outline that the plot ever had. One that does not is a plot of its own:
 *   a crew must be sent there separately. If it lies within the convex hull of the plot's outlines of earlier days, grown by same_plot_m, it is noted as split from it
 *   (split_from; of several, the one that was seen first): ground that an old plot surrounds.
 * Looks. A photo looked at a plot when it shows it, or when the cell of ground at the plot's point is in state seen in the photo (ground.h). Photos of earlier nights count
 *   for plots that are found later.
 * Figures are those of the last day on which it was seen. Area: the largest sum of one photo; where that photo's outline is cut by its edge, the union of the day's outlines.
 *   Probability: the highest (prob; where the model has none, prob_mean). Class, stage and capsules_from (the day's date + days_to_capsule) are that hotspot's.
 * Kind, of plots and of cells of 100 m (the sights and looks of all their plots that are not ruled out):
 *   abandoned     looked at on two days or more after the last sight, all in the year of the last look, and not seen;
 *   permanent     else, seen in two years, or on days of three different months with no look between them that missed it;
 *   intermittent  else, missed between two sights;
 *   new           else.
 * Status: what findings say (findings.h) and what photos showed since. Then the two rules of photos:
 * Quiet. A plot that was ruled out is not shown until quiet_until (date + quiet_days), unless a hotspot of a later day has a probability of quiet_prob (0 when no photo had shown the plot) + quiet_change
 *   or more, or another class: then it is suspected again, and shown_again says why ("probability", "class", "expired").
 * Re-growth (复种). A sight later than the date on which it was eradicated or rechecked makes it regrown; nothing but a new finding of that plot ends it.
 *
 * Each call that writes is one transaction, all or nothing. Threads: the season's owner. Errors: as sql.h; PV_USAGE: there is no such plot, or a date is none. */
#ifndef PV_SEASON_PLOTS_H
#define PV_SEASON_PLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "season/photos.h"
#include "season/store.h"

enum { PV_PLOT_ID = 8, PV_DATE = 11 };

/* Graver ones later: of plots that are joined the graver status stays. */
typedef enum pv_plot_status {
    PV_PLOT_RULED_OUT = 0,
    PV_PLOT_SUSPECTED,
    PV_PLOT_UNREACHABLE,
    PV_PLOT_DISPATCHED,
    PV_PLOT_CHECKING, /* a crew is on its way, or was there and is not sure */
    PV_PLOT_CONFIRMED,
    PV_PLOT_RECHECKED, /* after it was eradicated, and nothing was there */
    PV_PLOT_ERADICATED,
    PV_PLOT_REGROWN
} pv_plot_status;

typedef enum pv_plot_kind { PV_KIND_NEW = 0, PV_KIND_PERMANENT, PV_KIND_INTERMITTENT, PV_KIND_ABANDONED } pv_plot_kind;

/* In the order of the page. */
typedef enum pv_plot_tier {
    PV_TIER_REGROWN = 0, /* and seen at its last look, as in the next two */
    PV_TIER_KNOWN,       /* confirmed or once eradicated, permanent, or seen in an earlier year */
    PV_TIER_SUSPECTED,
    PV_TIER_MISSED, /* not seen at its last look */
    PV_TIER_DONE    /* eradicated or rechecked, and not seen since */
} pv_plot_tier;

/* Plain value. Texts are "" and dates "" when there is none. */
typedef struct pv_plot {
    int64_t fid;
    char id[PV_PLOT_ID]; /* P and six characters of 0-9 A-Z without I L O U */
    pv_plot_status status;
    char status_date[PV_DATE], eradicated_on[PV_DATE];
    pv_plot_kind kind;
    char first_seen[PV_DATE], last_seen[PV_DATE], last_looked[PV_DATE];
    int64_t times_seen, times_looked; /* days */
    double lon_deg, lat_deg;          /* inside its first hotspot */
    double area_m2, prob;             /* < 0: not known */
    char class_name[64], stage[64], capsules_from[PV_DATE];
    int64_t hotspot;    /* fid of the hotspot that stands for it: the most probable of the last day */
    int64_t split_from; /* fid; 0 = none */
    char quiet_from[PV_DATE], quiet_until[PV_DATE], quiet_reason[256], shown_again[16];
    double quiet_prob;
    int by_crew;            /* 1 = a crew found it by itself; it may have no hotspot: then it has no figures and no days of photos */
    char found_on[PV_DATE]; /* the date on which the crew did */
    pv_plot_tier tier;
    double urgency, priority; /* 0.5..1 and prob x urgency, at the date of the walk */
} pv_plot;

/* Takes all photos that are done and were not taken in yet into the memory. Once at the end of a night, before publishing; called again it changes nothing. */
PV_MUST pv_status pv_plots_update(pv_season *s, const pv_night *n, pv_err *err);

/* What a person typed or said ("p0ab 12c", O for 0, I and L for 1); a plot that was merged gives the one it belongs to. found = 0: there is none. */
PV_MUST pv_status pv_plots_find(pv_season *s, const char *id, const char *date, pv_plot *out, int *found, pv_err *err);
/* A false alarm, found on that date: a finding by an office. prob: how probable it was, 0..1; < 0: as on its last day up to that date. */
PV_MUST pv_status pv_plots_rule_out(pv_season *s, const char *id, const char *reason, const char *date, double prob, pv_err *err);
/* What an office records on that date, without evidence: a finding; not for PV_PLOT_RULED_OUT. */
PV_MUST pv_status pv_plots_set_status(pv_season *s, const char *id, pv_plot_status status, const char *date, pv_err *err);

/* Plots in the order of the page: by tier, falling priority, id. Those that are shown at that date, or the quiet ones by the date of their end. */
typedef struct pv_plots_walk pv_plots_walk;
PV_MUST pv_status pv_plots_list(pv_plots_walk **out, pv_season *s, const char *date, pv_err *err);
PV_MUST pv_status pv_plots_quiet_list(pv_plots_walk **out, pv_season *s, const char *date, pv_err *err);
PV_MUST pv_status pv_plots_next(pv_plots_walk *w, pv_plot *out, int *more, pv_err *err); /* *more = 0: the end */
void pv_plots_walk_free(pv_plots_walk *w);                                               /* NULL is fine */

/* "suspected", "permanent": as in the ledger. Static. */
const char *pv_plot_status_word(pv_plot_status status);
const char *pv_plot_kind_word(pv_plot_kind kind);

/* Days since 1970-01-01 of a valid date YYYY-MM-DD, and back. */
int pv_date_valid(const char *date); /* YYYY-MM-DD and a day of the calendar */
int64_t pv_date_number(const char *date);
void pv_date_of(int64_t number, char out[PV_DATE]);

#endif
