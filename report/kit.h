/* A kit: all files that a crew needs for the plots of one unit, in one folder and as one ZIP. docs/formats/kits.md says what is in them.
 *
 * Each writer makes its files in a folder that is there and empty of them, from the same list of plots; the same kit gives the same bytes.
 * Coordinates are WGS 84 degrees with 7 decimals (about 1 cm) except where a name says otherwise.
 * Threads: any, one kit at a time. Errors: PV_NOMEM, PV_IO with the path. */
#ifndef PV_REPORT_KIT_H
#define PV_REPORT_KIT_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "season/gaps.h"
#include "season/sheets.h"

enum { PV_KIT_NAME = 192, PV_KIT_TEXT = 256 };

/* A place that people know by sight; known 0: none was given. */
typedef struct pv_kit_place {
    int known;
    double lon_deg, lat_deg;
    char name[PV_KIT_TEXT]; /* "" = without a name */
} pv_kit_place;

/* A plot in the order of visit, from 1: its number is its place in the list + 1. */
typedef struct pv_kit_stop {
    const pv_sheet *sheet; /* borrowed */
    double leg_m;          /* straight line on the ellipsoid from the stop before, of the first from the access point; 0 without one */
    int has_chip;          /* chips/<hotspot id>.jpg is in the kit's folder */
} pv_kit_stop;

/* Texts are UTF-8, "" = not known. Borrows the sheets and gaps. */
typedef struct pv_kit {
    char season[PV_CONF_TEXT], date[PV_DATE];
    char folder[PV_KIT_NAME]; /* ASCII, safe as a file name: "2026-05-20-620522101201" */
    char by[16];              /* a level's word ("cun"), "crew" or "all" */
    char code[64];            /* of the unit; "" = it has none */
    char name[PV_KIT_TEXT];   /* what people read: "柳湾镇 上柳村"; of a crew: its name */
    int outside;              /* 1 = the plots that lie in no unit of that level */
    size_t n;                 /* 0 is fine */
    pv_kit_stop *stop;        /* [n] in the order of visit; owned by whoever made the kit */
    double route_m;           /* all legs */
    pv_kit_place control;     /* to check by eye that the map is not shifted */
    pv_kit_place access;      /* where the visit begins */
    const pv_gaps *gaps;      /* NULL = none to fly */
    const char *version;      /* "papaver 0.1.0" */
} pv_kit;

#endif
