/* What the files of lessons share. Nobody else includes this. */
#ifndef PV_SEASON_LESSONS_INTERNAL_H
#define PV_SEASON_LESSONS_INTERNAL_H

#include "base/text.h"
#include "season/lessons.h"

/* A disc that lies within the plot, if that is as round as its area says and its position as good as the crew's instrument says. */
typedef struct pv_lesson_place {
    double lon_deg, lat_deg, radius_m; /* radius 0: too rough, or its area or accuracy is not known */
} pv_lesson_place;

PV_MUST pv_status pv_lesson_place_read(pv_lesson_place *out, pv_season *s, int64_t plot, pv_err *err);
void pv_lesson_place_outline(const pv_lesson_place *p, pv_text *out);
/* The class that most hotspots of the season have, and the look-alike that most of them name; "" = there are none. */
PV_MUST pv_status pv_lesson_place_classes(char target[64], char lookalike[64], pv_season *s, pv_err *err);

#endif
