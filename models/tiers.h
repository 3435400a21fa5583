/* Legal tiers: which rule a plot falls under, from a data file (models/data/legal_tiers.csv), never from code.
 *
 * The file is a CSV with comments; its header says what the columns are. Threads: read-only after reading. Errors: PV_INPUT with line numbers, PV_IO,
 * PV_NOMEM. */
#ifndef PV_MODELS_TIERS_H
#define PV_MODELS_TIERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum pv_tier_measure { PV_TIER_PLANTS = 0, PV_TIER_UNSPROUTED, PV_TIER_REPLANTED } pv_tier_measure;

typedef struct pv_tier {
    char region[16]; /* "CN" */
    char name[32];   /* "500-2999", for files and filters */
    int rank;        /* the highest that applies wins */
    pv_tier_measure measure;
    double from, below;        /* from <= value < below; below is infinite when the file leaves it open */
    char since[11], until[11]; /* "2026-01-01": the rule holds from since, and before until; "" = open */
    char law[96], article[96], words[128];
    int confirmed; /* 0 = the file says that nobody has confirmed the article */
} pv_tier;

typedef struct pv_tiers {
    size_t n;
    pv_tier *at; /* [n], owned */
} pv_tiers;

/* The zero object is empty and releasable. */
PV_MUST pv_status pv_tiers_read(pv_tiers *out, const char *path, pv_err *err);
PV_MUST pv_status pv_tiers_parse(pv_tiers *out, const char *data, size_t n, pv_err *err);
void pv_tiers_release(pv_tiers *t);

/* What is known of a plot. plants_low <= plants <= plants_high; negative = unknown. */
typedef struct pv_tier_plot {
    const char *region; /* NULL = that of the file's first row */
    double plants_low, plants, plants_high;
    double area_m2;
    const char *stage; /* "unsprouted", "seedling", ... ; NULL or "" = unknown. Area counts for "unsprouted" only */
    int replanted;     /* 1 = grown again after it was dealt with */
    const char *date;  /* of the photo, "2026-05-18" or longer; NULL or "" = the rules without an end */
} pv_tier_plot;

/* Tiers of the best count and of both ends of its interval; NULL = no tier applies. Borrowed from the table. */
typedef struct pv_tier_answer {
    const pv_tier *low, *tier, *high;
} pv_tier_answer;

pv_tier_answer pv_tiers_find(const pv_tiers *t, const pv_tier_plot *plot);

/* For the property `tier` of a hotspot: "500-2999", or "under-500..500-2999" when the interval reaches into another tier; "" when none applies. */
void pv_tier_name(const pv_tier_answer *a, char *out, size_t size);

#endif
