/* The parts of a page with a map: one file that needs no network, readable without script, Chinese and English.
 *
 * A page is pv_page_head(), sections of plain HTML, pv_page_map() among them, and pv_page_tail(). What stands in plain HTML can be read and printed without script; the script adds the map, a list
 * that can be filtered and sorted, one language at a time, and patrol sheets for printing (report/map.js, map_list.js). Lists of class "plain" are hidden while the script's own stands for them.
 * The policy of the page (Content-Security-Policy) lets nothing be loaded and runs only these scripts and styles, named by their hashes; pictures are data: URIs.
 * The same facts give the same bytes. Threads: any. Errors: PV_NOMEM; PV_IO (a picture cannot be read); PV_INPUT (an outline is none). */
#ifndef PV_REPORT_MAP_PAGE_H
#define PV_REPORT_MAP_PAGE_H

#include "report/map_pictures.h"
#include "season/gaps.h"
#include "season/photo_places.h"
#include "season/plots_night.h"
#include "season/sheets.h"

/* All borrowed; pointers may be NULL: nothing is known of that. */
typedef struct pv_map_facts {
    const char *season, *date, *lang; /* lang: "zh" or "en", what the page begins with */
    const pv_sheets *sheets;
    const pv_night_plots *plots; /* which plots are new, and seen in the last night */
    const pv_gaps *gaps;
    const pv_units *units;
    const pv_photo_places *photos;
    pv_map_pictures *chips;    /* used up by the list of plots, which comes first */
    pv_map_pictures *pictures; /* for reduced photos */
} pv_map_facts;

/* How many plots the map and the script's list have at most, the riskiest; the page says how many more there are. */
enum { PV_MAP_MOST_PLOTS = 10000 };

/* From <!DOCTYPE> to <body>, with the title. lang as above. */
void pv_page_head(pv_text *out, const char *title, const char *lang);
/* The map, its filter and list: empty until the script fills them. */
void pv_page_map(pv_text *out);
/* The data, the script, </html>. */
PV_MUST pv_status pv_page_tail(pv_text *out, pv_map_facts *facts, pv_err *err);

/* map_data.c: the data of the script, JSON. */
PV_MUST pv_status pv_map_data(pv_text *out, const pv_map_facts *facts, pv_err *err);

#endif
