/* Files that were taken in (batches), and what they brought besides findings: the forest-entry register (入山登记) and tip-offs (线索).
 *
 * All of it is only added to; triggers refuse to change or delete what stands there. Each call that writes is part of the open transaction, or one of its own.
 * Texts are UTF-8, "" = nothing was said. Dates are local days, YYYY-MM-DD. Threads: the season's owner. Errors: as sql.h; PV_INPUT: an entry that says nothing possible. */
#ifndef PV_SEASON_IMPORTS_H
#define PV_SEASON_IMPORTS_H

#include "season/plots.h"

/* Plain value. */
typedef struct pv_import {
    int64_t fid; /* of the ledger; 0 = not in it yet */
    char file[256], sha256[65], format[32], datum[32], date[PV_DATE];
    int64_t records; /* of the file: what follows adds up to it */
    int64_t added, same, late, conflicts, new_places, refused;
} pv_import;

/* *known = 1: a file of these bytes was taken in; then out (may be NULL) says when and what came of it. */
PV_MUST pv_status pv_imports_known(pv_season *s, const char *sha256, pv_import *out, int *known, pv_err *err);
/* Begins a batch: b->fid is set, so that findings can name it. Its counts follow with pv_imports_end(), in the same transaction. PV_INPUT: these bytes were taken in before. */
PV_MUST pv_status pv_imports_add(pv_season *s, pv_import *b, pv_err *err);
PV_MUST pv_status pv_imports_end(pv_season *s, const pv_import *b, pv_err *err);

typedef enum pv_context_kind { PV_CONTEXT_REGISTER = 0, PV_CONTEXT_TIP_OFF } pv_context_kind;

/* Plain value. Who was where, or what somebody told; never a proof. */
typedef struct pv_context {
    int64_t fid;
    pv_context_kind kind;
    double lon_deg, lat_deg;    /* WGS 84 */
    char date[PV_DATE], at[40]; /* the day, and the time where it is known */
    char who[128], text[1024], source[256];
    int64_t import; /* 0 = none */
} pv_context;

typedef struct pv_contexts {
    size_t n, cap;
    pv_context *at; /* by latitude, then longitude, then order of adding; owned */
} pv_contexts;

/* *added = 0: the same entry stands there (kind, place to 6 decimals, day, time, who and text are the same). */
PV_MUST pv_status pv_context_add(pv_season *s, const pv_context *c, int *added, pv_err *err);
/* Of the days from..to, both included; "" = open. */
PV_MUST pv_status pv_contexts_read(pv_contexts *out, pv_season *s, const char *from, const char *to, pv_err *err);
void pv_contexts_release(pv_contexts *c);

/* "register", "tip_off": as in the ledger. Static. */
const char *pv_context_word(pv_context_kind kind);

#endif
