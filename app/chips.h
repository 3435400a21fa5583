/* Pictures of the hotspots of one photo: DIR/<hotspot id>.jpg (report/chip.h) and DIR/<hotspot id>.tif (geo/photo_crop.h).
 *
 * In groups, in the order of their places, so that no ground is asked about twice; those of a group by several workers. The bytes depend on no number of threads. A file that is there with
 * the same bytes stays; another one is replaced with `overwrite` only.
 * Called by the main thread. Errors: PV_USAGE (exists), PV_IO, PV_NOMEM, PV_STOPPED. */
#ifndef PV_APP_CHIPS_H
#define PV_APP_CHIPS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/photo.h"
#include "models/model.h"
#include "pipeline/hotspots.h"

typedef struct pv_chips {
    const char *folder;
    const pv_hotspots *hotspots;
    int photo; /* index in hotspots->photo */
    const pv_model *model;
    int allow_coarse;
    int overwrite;
    int threads;            /* >= 1; fewer are used where the memory does not do for all of them */
    int64_t memory_bytes;   /* 0 = no limit */
    const atomic_int *stop; /* may be NULL */
} pv_chips;

/* photo: the handle that was scanned, with its place. */
PV_MUST pv_status pv_chips_write(const pv_chips *c, pv_photo *photo, pv_err *err);

/* Refuses (PV_NOMEM) when memory_bytes (0 = no limit) do not do for it; *workers = how many of `threads` workers they do for, at least 1. */
PV_MUST pv_status pv_chips_plan(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int64_t memory_bytes, int threads, int *workers,
                                pv_err *err);

#endif
