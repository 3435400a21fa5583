/* The sheet: what printing a run and merging shards have in common. Both fill it, one function prints it, so they cannot drift apart.
 *
 * Whole numbers only: what was parsed from a file prints as it stood there. Texts of photos and features are slices of bytes that somebody else
 * owns; names are compared as their JSON strings stand in the file, without the quotes. Internal to pipeline/. */
#ifndef PV_PIPELINE_HOTSPOTS_SHEET_H
#define PV_PIPELINE_HOTSPOTS_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "pipeline/hotspots.h"

typedef struct pv_slice {
    const char *at; /* borrowed */
    size_t n;
} pv_slice;

typedef struct pv_sheet_photo {
    pv_slice json; /* the whole object */
    pv_slice name, file, sha256, model_id;
    pv_coverage coverage;
    int64_t hotspots;
    size_t from; /* index in pv_hotspots.photo, or the part that it comes from */
} pv_sheet_photo;

typedef struct pv_sheet_feature {
    pv_slice json;
    pv_slice id;
    int64_t prob_e4; /* -1 = null */
    int64_t mean_e4, max_e4, area_e3;
    int64_t bbox_e7[4];
    size_t from; /* index in pv_hotspots.at */
} pv_sheet_feature;

/* What all parts of one run share. Plain value. */
typedef struct pv_sheet_head {
    char version[128];
    char model_id[PV_MODEL_ID];
    char model_name[PV_NAME];
    int threshold_high, threshold_low; /* 0 = null: each photo's model has its own */
    int keep_e4;                       /* -1 = null: no object stage, or each photo's model has its own threshold */
    int64_t min_area_e6;
    char radiometry_of[256];
} pv_sheet_head;

typedef struct pv_sheet {
    pv_sheet_head head;
    int shard, shards;   /* 1, 1 = whole; shard 0 = some are missing */
    const char *missing; /* "2,5" when shard is 0; borrowed */
    int64_t seconds_e3;  /* < 0 = null */
    pv_sheet_photo *photo;
    size_t n_photos, cap_photos;
    pv_sheet_feature *feature;
    size_t n_features, cap_features;
    int units_known, with_units; /* merging: a feature was seen; it has the members of boundaries */
} pv_sheet;

/* Releases the arrays, not the texts that they point at. */
void pv_sheet_release(pv_sheet *s);

/* Three ways, as strcmp. */
int pv_slice_compare(pv_slice a, pv_slice b);

/* Photos by name, file, hash; features by falling prob (null last), mean, maximum, area, then id and text. */
void pv_sheet_sort(pv_sheet *s);

/* Of a sorted sheet. */
void pv_sheet_run_id(char id[17], const pv_sheet *s);
PV_MUST pv_status pv_sheet_print(const pv_sheet *s, pv_text *out, pv_err *err);

/* value rounded half away from zero to a whole number of 10^-decimals, limited to what fits. */
int64_t pv_sheet_fixed(double value, int decimals);

#endif
