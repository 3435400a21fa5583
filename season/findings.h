/* The life of a plot: what crews found and offices did, each an added record that is never altered (核查记录).
 *
 *   疑似 suspected → 已派发 dispatched → 辨识中 checking → 确认 confirmed / 排除 ruled out / 无法到达 unreachable → 已铲除 eradicated → 复查 rechecked → 复种 regrown
 *
 * A finding says that on a date a plot came into a status, who says so, and by what evidence. The ledger's findings are only added to (triggers refuse UPDATE and DELETE).
 * The plot's status is worked out from all of its findings and what photos showed since (plots.h), so that the order in which they are added does not matter:
 *   1. The verdict of the latest day decides (suspected, confirmed, ruled_out, eradicated, rechecked, regrown); within a day the latest time when all of them have one, else the later step of
 *      suspected, ruled_out, regrown, confirmed, eradicated, rechecked. Of two that contradict each other (below) the graver one.
 *      What is confirmed after a day on which it was eradicated or rechecked has regrown.
 *   2. Then the photos: a sight after it was eradicated or rechecked makes it regrown; a false alarm is suspected again when its silence ends.
 *   3. Of a plot that is suspected or regrown then, the last of dispatched, checking, unreachable from that day on says where the check stands. These never undo a verdict: a confirmed
 *      plot that is dispatched to be eradicated stays confirmed.
 * What became of a finding that is added:
 *   SAME      the same finding (pv_finding.key, with the id of the plot or of one that was merged with it) stands in the ledger: nothing is done;
 *   ADDED     it is recorded, and it decides the plot's status;
 *   LATE      it is recorded, and another one decides: of a later day, or a verdict;
 *   CONFLICT  it is recorded and contradicts what another crew or file says of that day (confirmed, eradicated or regrown against ruled_out; regrown against rechecked): the graver status
 *             of the two stands, and both are listed as a conflict until a verdict of a later day settles it.
 * What must be given: confirmed and eradicated: at least one person (two signatures are asked for: fewer are listed as a next step); ruled out: a verdict code that says so, or a note.
 * Dates are local days of the season, YYYY-MM-DD; times RFC 3339 with zone.
 * Threads: the season's owner. Errors: as sql.h; PV_INPUT: a finding that says nothing possible, with what is wrong. */
#ifndef PV_SEASON_FINDINGS_H
#define PV_SEASON_FINDINGS_H

#include "season/plots.h"

typedef enum pv_finding_outcome {
    PV_FINDING_ADDED = 0,
    PV_FINDING_SAME,
    PV_FINDING_LATE,
    PV_FINDING_CONFLICT,
    PV_FINDING_OUTCOMES
} pv_finding_outcome;

/* Plain value. Texts are "" and numbers < 0 when nothing was said. Codes are those of season/form.h. */
typedef struct pv_finding {
    int64_t fid;                /* of the ledger; 0 = not in it yet */
    int64_t plot;               /* that it was given for, perhaps merged since */
    pv_plot_status status;      /* that the plot comes into; read from the ledger: in the light of the findings of days before */
    char key[65];               /* tells it from all others: SHA-256, hex, of what it says (pv_finding_key()) */
    char date[PV_DATE], at[40]; /* the local day, and the time where it is known */
    char crew[128], person1[128], person2[128], reviewer[128];
    char verdict[32], disposal[32], stage[32], method[32], area_method[32];
    int64_t plants_counted, plants_removed, sample_plants;
    double sample_m2, area_measured_m2, gnss_accuracy_m;
    int has_place;
    double lon_deg, lat_deg; /* where the crew stood, WGS 84 */
    char due[PV_DATE];       /* of a dispatch */
    char photos[4096];       /* its photos, separated by '\n': files that are kept (evidence/...), then names of which no picture came */
    int64_t photos_added;    /* records of photos that pv_findings_add() made, of a finding that is there too */
    char note[1024];
    char source[256]; /* the file it came from, or "export", "papaver" */
    int64_t import;   /* batch (season/imports.h); 0 = none */
    double prob;      /* ruled out: how probable it was in what they had in hand, 0..1; < 0: as on its last day up to that date */
    int conflict;     /* 1 = in conflict with another one of that day */
    int contested;    /* 1 = the same of its own plot, settled by a later verdict or not */
} pv_finding;

/* Nothing said: numbers -1. */
void pv_finding_clear(pv_finding *f);
/* Sets f->key from the plot's id and what it says. Names of files, batches and where the crew stood do not count, reals to 3 decimals, so that one return in three formats is one finding. */
void pv_finding_key(pv_finding *f, const char *plot_id);

/* Part of the open transaction, or one of its own. f->plot and f->key are set; f->plot may be one that was merged: the finding
 * stays with it, and counts for the plot that it is a part of. f->fid and f->conflict are set by it. The plots' kinds, cells and quiet rules follow as in plots.h. */
PV_MUST pv_status pv_findings_add(pv_season *s, pv_finding *f, pv_finding_outcome *outcome, pv_err *err);

/* A place that a crew found by itself: a plot without a hotspot (origin 'crew'), suspected since that date. *fid: its number. Within the season's same_plot_m of a
 * crew's earlier place, or within a plot's outlines: that plot. */
PV_MUST pv_status pv_findings_new_place(pv_season *s, double lon_deg, double lat_deg, const char *date, int64_t *fid, pv_err *err);

/* All findings of a plot (and of those merged into it) by date, time of day and step; plot 0: of the whole ledger. */
typedef struct pv_findings_walk pv_findings_walk;
PV_MUST pv_status pv_findings_list(pv_findings_walk **out, pv_season *s, int64_t plot, pv_err *err);
PV_MUST pv_status pv_findings_next(pv_findings_walk *w, pv_finding *out, int *more, pv_err *err);
void pv_findings_walk_free(pv_findings_walk *w); /* NULL is fine */

#endif
