/* The picture for people: a photo in small, brightened, with the hotspots drawn over it and numbered by rank.
 *
 * Threads: main thread. Errors: PV_INPUT (the photo), PV_IO, PV_USAGE (exists), PV_NOMEM, PV_STOPPED. */
#ifndef PV_APP_OVERVIEW_H
#define PV_APP_OVERVIEW_H

#include <stdatomic.h>

#include "base/err.h"
#include "geo/photo.h"
#include "pipeline/hotspots.h"

enum { PV_OVERVIEW_SIDE = 2000 };

typedef struct pv_overview {
    const pv_hotspots *hotspots; /* sorted by rank (pv_hotspots_print) */
    int photo;                   /* index in hotspots->photo */
    const char *model_name;
    const char *path; /* of the PNG */
    int overwrite;
    const atomic_int *stop; /* may be NULL */
} pv_overview;

PV_MUST pv_status pv_overview_write(const pv_overview *o, pv_photo *photo, pv_err *err);

#endif
