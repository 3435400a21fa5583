/* A season: a folder with its settings and its ledger, season.gpkg.
 *
 * The ledger is a GeoPackage 1.3 (QGIS opens photos, hotspots, plots and nights from it) that only this program writes. Whoever writes holds the lock of the season: the
 * kernel's lock on season.lock, which ends with its process, so that none is ever left over. Readers need no lock.
 * Threads: one owner. Errors: PV_INPUT (not a season, damaged, settings wrong, made by a newer program), PV_BUSY (another process holds it; its number is named),
 * PV_IO, PV_NOMEM. */
#ifndef PV_SEASON_STORE_H
#define PV_SEASON_STORE_H

#include "base/err.h"
#include "base/text.h"
#include "season/conf.h"
#include "season/sql.h"

/* The ledger: its version, and how a GeoPackage 1.3 names itself (application_id, user_version). */
enum { PV_SEASON_SCHEMA = 3, PV_GPKG_ID = 0x47504B47, PV_GPKG_VERSION = 10300 };

typedef struct pv_season {
    char *folder; /* owned, without '/' at its end */
    pv_conf *conf;
    pv_sql *db;
    int lock_fd; /* -1: opened for reading */
} pv_season;

/* Makes the folder with inbox/ chips/ out/ quarantine/ log/ work/, season.conf and an empty season.gpkg. A folder that is there may be empty or hold an inbox/ only. */
PV_MUST pv_status pv_season_make(const char *folder, const char *name, pv_err *err);

PV_MUST pv_status pv_season_open(pv_season **out, const char *folder, int write, pv_err *err);
void pv_season_close(pv_season *s); /* NULL is fine */

/* out = <folder>/<part>, replacing its content. */
PV_MUST pv_status pv_season_path(const pv_season *s, pv_text *out, const char *part, pv_err *err);

/* Statements that make an empty ledger: for pv_season_make() and tests. */
PV_MUST pv_status pv_store_create(pv_sql *db, pv_err *err);
PV_MUST pv_status pv_store_check(pv_sql *db, const char *path, pv_err *err);

#endif
