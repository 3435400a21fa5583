/* What a season's findings give to learning: photos of its inbox with labels made from the outlines of judged plots (season/lessons.h).
 *
 * A sight of a target has the class that the model gave it, one that was refused its look-alike as the model named it (hotspot property `lookalike`), so that a class which is
 * known grows instead of a new one that would be learned from a few patches (docs/notes/0034); without one, the verdict's code, in place of which a model
 * that is gone on from names its own nearest (pv_labelled_nearest() of labelled.h). A season without findings or photos to learn
 * from is an error that says what is there. Photos that are gone, or have another size than when they were taken in, are named and left out, and of more than PV_TAUGHT_PHOTOS the older ones.
 * Threads: main thread. Errors: as season/sql.h; PV_INPUT: nothing to learn from. */
#ifndef PV_APP_TAUGHT_H
#define PV_APP_TAUGHT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/text.h"

enum { PV_TAUGHT_PHOTOS = 200 };

typedef struct pv_taught_photo {
    char *file; /* below the inbox */
    char *path;
    char *name;    /* "findings of FILE" */
    char *geojson; /* its labels: a FeatureCollection */
} pv_taught_photo;

/* The zero object is empty and releasable. */
typedef struct pv_taught {
    size_t n;
    pv_taught_photo *at; /* [n] by file; owned */
    pv_text card;        /* one sentence for the model's card: season, plots, reasons, dates, who; photos are not in it */
    pv_text card_local;  /* the same in the reader's language; "" = that is English */
    pv_lines left_out;   /* photos and plots, with the reason */
} pv_taught;

/* folder: of the season, which is only read. */
PV_MUST pv_status pv_taught_read(pv_taught *out, const char *folder, pv_err *err);
void pv_taught_release(pv_taught *t);
/* 1 = the class of a label that was refused and has no look-alike: a verdict's code, or what stands for none. */
int pv_taught_is_reason(const char *class_name);

#endif
