/* Where kits are made and how they come to their place: in a hidden folder beside it, renamed when all of them are whole.
 *
 * One export at a time in a folder (PV_BUSY). What one that was killed left behind is cleared by the next. Threads: main thread. Errors: PV_IO, PV_USAGE, PV_BUSY, PV_NOMEM. */
#ifndef PV_APP_EXPORT_PLACE_H
#define PV_APP_EXPORT_PLACE_H

#include "base/err.h"
#include "base/text.h"
#include "report/kit.h"

typedef struct pv_export_place {
    pv_text folder, tmp; /* FOLDER and FOLDER/.tmp-export */
    int lock_fd;
    int made; /* 1 = tmp is ours */
} pv_export_place;

/* Makes FOLDER (its parent must be there) and an empty hidden folder in it. */
PV_MUST pv_status pv_export_open(pv_export_place *p, const char *folder, pv_err *err);
/* Nothing of that kit's name is there, or overwrite is 1. */
PV_MUST pv_status pv_export_check(const pv_export_place *p, const pv_kit *kit, int overwrite, pv_err *err);
/* Writes the kit into the hidden folder; zip = 1: with its ZIP. */
PV_MUST pv_status pv_export_make(const pv_export_place *p, pv_kit *kit, unsigned formats, const char *chips, int zip, pv_err *err);
/* Renames it to its place; what stood there goes. */
PV_MUST pv_status pv_export_publish(const pv_export_place *p, const pv_kit *kit, int zip, pv_err *err);
/* The places are on the disk. */
PV_MUST pv_status pv_export_sync(const pv_export_place *p, pv_err *err);
/* Clears the hidden folder. */
void pv_export_close(pv_export_place *p);

#endif
