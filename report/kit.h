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
#include "season/audit.h"
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

enum { PV_FLIGHT_POINTS = 64 };

/* An area to be flown again: a convex ring, counter-clockwise, not closed; around gaps and plots that lie near each other. */
typedef struct pv_kit_flight {
    size_t n;
    double lon_deg[PV_FLIGHT_POINTS], lat_deg[PV_FLIGHT_POINTS];
    double area_m2;  /* of the ring */
    int gaps, plots; /* how many of each are in it */
} pv_kit_flight;

/* A photo in small to look at under the plots: maps/photo-<photo>.jpg in the kit's folder, in Web Mercator, black where there is nothing. */
typedef struct pv_kit_map {
    int64_t photo;
    double west, south, east, north; /* of its outer edges, degrees */
    int width_px, height_px;
    int there; /* set by pv_kit_maps() */
} pv_kit_map;

/* Texts are UTF-8, "" = not known. Borrows the sheets. */
typedef struct pv_kit {
    char season[PV_CONF_TEXT], date[PV_DATE];
    char folder[PV_KIT_NAME]; /* ASCII, safe as a file name: "2026-05-20-620522101201" */
    char by[16];              /* a level's word ("cun"), "crew" or "all" */
    char code[64];            /* of the unit; "" = it has none */
    char name[PV_KIT_TEXT];   /* what people read: "柳湾镇 上柳村"; of a crew: its name */
    char audit
        [PV_AUDIT_NAME]; /* its points are those of this audit sample (season/audit.h), and it tells nothing of what the map says of them; "" = plots */
    double audit_unit_m2; /* the square around a point that is looked at */
    int outside;          /* 1 = the plots that lie in no unit of that level */
    size_t n;             /* 0 is fine */
    pv_kit_stop *stop;    /* [n] in the order of visit; owned by whoever made the kit */
    double route_m;       /* all legs */
    pv_kit_place control; /* to check by eye that the map is not shifted */
    pv_kit_place access;  /* where the visit begins */
    double unseen_m2;     /* its ground that was not seen; < 0: nobody knows */
    size_t n_flights;
    pv_kit_flight *flight;             /* [n_flights] with plots first, then the largest; owned by whoever made the kit */
    double height_m;                   /* of flights, above the take-off point */
    int overlap_along, overlap_across; /* of photos, percent */
    size_t n_border, n_unseen;         /* plots on a border of units of its level; areas to fly that are not in a file of their own */
    size_t n_maps;
    pv_kit_map *map;       /* [n_maps] by photo; owned by whoever made the kit; 0 is fine */
    const pv_units *units; /* boundaries, borrowed; NULL = none */
    const char *version;   /* "papaver 0.1.0" */
} pv_kit;

/* Formats, as bits. */
enum {
    PV_KIT_KMZ = 1,
    PV_KIT_GPX = 2,
    PV_KIT_GEOJSON = 4,
    PV_KIT_CSV = 8,
    PV_KIT_OVITAL = 16,
    PV_KIT_GPKG = 32,
    PV_KIT_SHP = 64,
    PV_KIT_FLIGHT = 128,
    PV_KIT_CHIPS = 256,
    PV_KIT_USUAL = 511,
    PV_KIT_GCJ02 = 512 /* only when somebody asks for it */
};

/* All files of these formats and README.txt into folder, which is there and empty; chips are copied from `chips` (NULL: there are none), and has_chip is set. */
PV_MUST pv_status pv_kit_write(const char *folder, pv_kit *kit, unsigned formats, const char *chips, pv_err *err);
/* The folder's files as one ZIP, below a folder of the kit's name. */
PV_MUST pv_status pv_kit_zip(const char *folder, const pv_kit *kit, const char *path, pv_err *err);

#endif
