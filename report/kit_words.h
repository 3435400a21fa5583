/* The facts of a plot that a kit tells, in one table for all of its formats: the same names in KML, GeoJSON, CSV, GeoPackage; what crews fill in is in season/form.h.
 *
 * Threads: any. */
#ifndef PV_REPORT_KIT_WORDS_H
#define PV_REPORT_KIT_WORDS_H

#include "report/kit.h"
#include "season/form.h"

typedef enum pv_fact_kind { PV_FACT_TEXT = 0, PV_FACT_INT, PV_FACT_REAL, PV_FACT_DATE } pv_fact_kind;

typedef struct pv_kit_fact {
    const char *name;     /* "area_m2" */
    const char *shp_name; /* at most ten characters */
    const char *zh, *en;  /* what people see */
    pv_fact_kind kind;
    int decimals;    /* of reals */
    int where, from; /* how it is found; for kit_words.c */
    int shown;       /* 1 = in balloons and descriptions for people too */
} pv_kit_fact;

/* Of a kit of plots (or NULL), or of an audit sample, whose points have only facts that say where they are. In the order of the columns, `id` first; *n = how many. Static. */
const pv_kit_fact *pv_kit_facts(const pv_kit *kit, int *n);
/* The form of such a kit. */
const pv_form_field *pv_kit_form(const pv_kit *kit, int *n);

/* The value as plain text: codes and numbers with a decimal point; nothing when it is not known. */
void pv_kit_fact_add(pv_text *out, const pv_kit *kit, size_t stop, const pv_kit_fact *fact);
/* The same in words for people: of codes "确认 confirmed". */
void pv_kit_fact_words(pv_text *out, const pv_kit *kit, size_t stop, const pv_kit_fact *fact);

/* Coordinates with 7 decimals: "105.6700000,34.8600000". */
void pv_kit_lonlat(pv_text *out, double lon_deg, double lat_deg);
/* "3 P0AB12C": order and id, ASCII, at most 14 characters as long as there are no more than 999999 plots. */
void pv_kit_stop_name(pv_text *out, const pv_kit *kit, size_t stop);
/* What a person reads in one line: "疑似 高 2.3 m² 花期; 正在辨识..."; without line breaks. */
void pv_kit_stop_line(pv_text *out, const pv_kit *kit, size_t stop);
/* Where it is in words: "秦安县 柳湾镇 上柳村". */
void pv_kit_stop_place(pv_text *out, const pv_kit *kit, size_t stop);

/* Text in XML: as pv_html_add(), and without the characters that XML 1.0 forbids. */
void pv_kit_xml(pv_text *out, const char *text);

#endif
