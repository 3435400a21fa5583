/* Frozen years (年度定稿): figures that were handed in, with all that is needed to work them out again.
 *
 * A frozen year is a folder SEASON/years/<period>-v<version>/ that is a season by itself: the ledger as it was (season.gpkg, a whole copy), season.conf, the boundaries (boundaries/<k>/), and beside them
 * the tables. Its SHA256SUMS names every file; a row of `freezes` in the ledger, append-only and a link of the chain, keeps the hash of SHA256SUMS, the number of links and the head at that
 * moment. So a year can be worked out again on any machine that has the folder, and the ledger of today shows whether it still begins with what was frozen.
 * Threads: the season's owner. Errors: as sql.h; PV_IO; PV_INPUT: a file of boundaries that is not there. */
#ifndef PV_SEASON_FREEZES_H
#define PV_SEASON_FREEZES_H

#include "base/sha256.h"
#include "season/chain.h"
#include "season/plots.h"
#include "season/store.h"

enum { PV_FREEZE_PERIOD = 192 };

/* Plain value. */
typedef struct pv_freeze {
    int64_t fid;
    char period[PV_FREEZE_PERIOD]; /* as it can be typed: "2026" */
    char from[PV_DATE], to[PV_DATE];
    int version;        /* 1, 2, … of that period */
    char date[PV_DATE]; /* on which it was frozen */
    int64_t links;      /* of the chain then, and its head */
    char head[PV_SHA256_HEX];
    char sums[PV_SHA256_HEX]; /* SHA-256 of SHA256SUMS */
    char program[64];         /* that made it */
    char folder[256];         /* within the season: "years/2026-v1" */
} pv_freeze;

/* All of a period, or of the ledger (period NULL), in the order in which they were made. */
typedef struct pv_freezes {
    size_t n, cap;
    pv_freeze *at;
} pv_freezes;
PV_MUST pv_status pv_freezes_read(pv_freezes *out, pv_season *s, const char *period, pv_err *err);
void pv_freezes_release(pv_freezes *f);

/* Adds the row, in a transaction of its own; sets fid. The folder is in place already. */
PV_MUST pv_status pv_freeze_add(pv_season *s, pv_freeze *f, pv_err *err);

/* Fills folder (there, empty) with season.gpkg, season.conf and boundaries/, all on the disk. No transaction is open. */
PV_MUST pv_status pv_freeze_copy(const pv_season *s, const char *folder, pv_err *err);

/* *is = 1: the ledger's chain has that head after its first `links` links. */
PV_MUST pv_status pv_freeze_begins(pv_sql *db, int64_t links, const char *head, int *is, pv_err *err);

/* Writes SHA256SUMS over all files below folder, in the order of their names, and syncs it; sums: its own hash. A file of that name that is there is replaced. */
PV_MUST pv_status pv_freeze_seal(const char *folder, char sums[PV_SHA256_HEX], pv_err *err);
/* Each file against SHA256SUMS, and SHA256SUMS against sums: what is changed, missing or in excess goes to say(). */
PV_MUST pv_status pv_freeze_unseal(const char *folder, const char *sums, pv_chain_fault *say, void *with, int64_t *faults, pv_err *err);

#endif
