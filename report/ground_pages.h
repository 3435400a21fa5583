/* Seen and unseen ground for people: tables by unit, the list of gaps.
 *
 * 踏查率 is the share of a unit's ground that was seen. Threads: any. Errors: PV_NOMEM. */
#ifndef PV_REPORT_GROUND_PAGES_H
#define PV_REPORT_GROUND_PAGES_H

#include "base/err.h"
#include "base/text.h"
#include "season/gaps.h"

/* Tables for a terminal: one line a unit, by level; areas in mu with four decimals. units may be NULL. */
void pv_ground_words(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps);
/* Members of a JSON object, without braces: "grid", "ground", "units", "gaps" (counts and areas, no outlines). */
void pv_ground_json(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps);
/* Sections of the morning page: ground by unit, and the first of the gaps. */
void pv_ground_html(pv_text *out, const pv_ground_report *r, const pv_units *units, const pv_gaps *gaps);
/* gaps.geojson: a FeatureCollection, the largest first. */
void pv_gaps_geojson(pv_text *out, const pv_ground_report *r, const pv_gaps *gaps);

#endif
