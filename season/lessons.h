/* What a season's findings teach: which plots people judged, and which sights of them (hotspots of single photos) may be learned from.
 *
 * A finding judges a plot when it says that it is a target (confirmed, eradicated, or regrown as a person saw it) or that it is not (ruled out: refused); recheck says that it is gone. The
 * night's own findings, dispatches, and verdicts that leave it open (unchecked, already removed, unreachable) judge nothing. Two that contradict each other teach nothing
 * until a later one settles it (season/findings.h). Within a day only what agrees with the verdict that stands counts; of a contradiction that was settled, what agrees with what settled it.
 * Findings count for the plot that stayed when plots were joined. Had they been judged differently, the graver verdict stands for the plot, and sights up to that day teach nothing.
 * A sight of day d is judged by the first judging finding of that day or later: somebody stood there afterwards. Without one, by the last before it: what was confirmed stays a target until it
 * is eradicated or gone, what was refused stays refused. A refusal speaks for the season's quiet_days before and after its date. Nothing is learned from a sight after the plot was eradicated or gone
 * that nobody judged since, nor from one between a target and a refusal.
 *
 * A place that a crew found by itself and no photo showed teaches by the photos that looked at it (a missed plot, or ground that was refused), of days at most PV_LESSON_PLACE_DAYS from the finding
 * that judges it. Its label is what lies in the plot however far its position is off: a disc round the crew's most accurate position, of the radius of a disc of the measured area (the smallest that
 * people gave), less that accuracy. One of less than PV_LESSON_PLACE_M, or without an area or accuracy, teaches nothing (`place` says so). It has the class of most hotspots of the
 * season, or where it was refused the look-alike that most of them name; a season without hotspots has no class for it.
 *
 * Plain data in a fixed order: plots by id, photos by file, sights by photo and hotspot id. Texts "" where nothing is known. The zero object is empty and releasable.
 * Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_LESSONS_H
#define PV_SEASON_LESSONS_H

#include "season/findings.h"

typedef enum pv_judgement { PV_JUDGED_NOT = 0, PV_JUDGED_TARGET, PV_JUDGED_REFUSED } pv_judgement;

enum { PV_LESSON_PLACE_DAYS = 15 };
#define PV_LESSON_PLACE_M 0.25

/* Of a crew's own place that no photo showed: what becomes of it. */
typedef enum pv_place_use { PV_PLACE_NOT = 0, PV_PLACE_TEACHES, PV_PLACE_ROUGH, PV_PLACE_UNSEEN } pv_place_use;

typedef struct pv_judged_plot {
    int64_t fid;
    char id[PV_PLOT_ID];
    pv_judgement judgement; /* of the last finding that judges; NOT while findings are in conflict */
    int conflict;           /* 1 = findings contradict each other */
    char date[PV_DATE];     /* local day of the finding that first said so without a contrary one since */
    char verdict[32];       /* why it was refused: a code of PV_LIST_VERDICT; "" = only words were given */
    char crew[128];         /* or the first signature */
    int64_t times_seen;     /* days of photos */
    pv_place_use place;     /* ROUGH: not precise enough; UNSEEN: no photo of those days looked there */
    int64_t
        looked_before; /* days of photos that looked at it up to the day on which people first found it; of plots that photos never showed: the model missed it */
    char xiang[96], cun[96], lin_ban[96]; /* of the hotspot that stands for it, where boundaries were given */
} pv_judged_plot;

typedef struct pv_lesson_sight {
    size_t plot, photo;                 /* indices */
    char hotspot[PV_RESULT_HOTSPOT_ID]; /* "" = the model showed nothing there */
    pv_judgement judgement;
    char class_name[64], lookalike[64]; /* as the model said: its best class, and the nearest one that is no target */
    char *outline;                      /* GeoJSON MultiPolygon, WGS 84; owned */
} pv_lesson_sight;

typedef struct pv_lesson_photo {
    int64_t fid;
    char file[1024]; /* below SEASON/inbox */
    int64_t bytes;   /* of that file when it was taken in */
    char day[PV_DATE];
} pv_lesson_photo;

typedef struct pv_lessons {
    char season[PV_CONF_TEXT]; /* its name */
    size_t n_plots, cap_plots;
    pv_judged_plot *plot;
    size_t n_photos, cap_photos;
    pv_lesson_photo *photo; /* that show a sight to learn from */
    size_t n_sights, cap_sights;
    pv_lesson_sight *sight;
    int64_t untaught; /* sights of judged plots on days that no finding fits */
} pv_lessons;

PV_MUST pv_status pv_lessons_read(pv_lessons *out, pv_season *s, pv_err *err);
void pv_lessons_release(pv_lessons *l);

/* One judging finding of a plot, for pv_sight_judge(). */
typedef struct pv_judging {
    int64_t plot;
    int order; /* within a day */
    char date[PV_DATE];
    pv_judgement judgement; /* NOT: it is gone */
    int ends;               /* 1 = nothing stands there any more after this day */
    char verdict[32], crew[128];
    pv_judgement joined; /* not NOT: this entry stands for plots that were joined by then and judged differently: what the joined plot is taken for */
    char joined_on[PV_DATE]; /* and since when */
} pv_judging;

/* Of a sight on `day`, by the n judging findings of its plot, sorted by date and order. */
pv_judgement pv_sight_judge(const pv_judging *j, size_t n, const char *day, int64_t quiet_days);

#endif
