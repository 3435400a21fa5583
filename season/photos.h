/* The ledger's photos: what was taken in, with what came of it. Every photo of every night stands here once for each of its versions (file, size, time of change).
 *
 * Each call is one transaction, or part of the one that is open. Threads: the season's owner. Errors: as sql.h. */
#ifndef PV_SEASON_PHOTOS_H
#define PV_SEASON_PHOTOS_H

#include <stddef.h>
#include <stdint.h>

#include "season/overviews.h"
#include "season/store.h"
#include "season/worker_result.h"

typedef enum pv_photo_state {
    PV_PHOTO_NEW = 0,     /* waits for a worker */
    PV_PHOTO_DONE,        /* its result is in the ledger; status says "done", "damaged" or "coarse" */
    PV_PHOTO_REFUSED,     /* it cannot be used: reason */
    PV_PHOTO_QUARANTINED, /* workers died of it: reason */
    PV_PHOTO_SAME         /* a photo of the same bytes was done before: reason names it */
} pv_photo_state;

/* The state of a word of the ledger. */
pv_photo_state pv_photo_state_of(const char *word);

/* It was done whole, and not one of its pixels could be judged. status, valid_e4: as in the ledger. */
int pv_photo_is_blank(pv_photo_state state, const char *status, int64_t valid_e4);
/* It was not looked at in full, and is no repetition of one that was. */
int pv_photo_is_bad(pv_photo_state state, const char *status, int64_t valid_e4);

/* A file of the inbox: its path below it. */
typedef struct pv_photo_file {
    char file[1024];
    int64_t bytes, changed_ns;
} pv_photo_file;

typedef struct pv_photo_entry {
    int64_t id;
    pv_photo_file file;
    pv_photo_state state;
    int attempts; /* workers that died of it */
} pv_photo_entry;

typedef struct pv_night {
    int64_t id;
    char date[11]; /* YYYY-MM-DD on which it began */
} pv_night;

/* A night as the ledger has it. */
typedef struct pv_night_row {
    pv_night night;
    char state[16];                     /* "open", "published" */
    char run[32], folder[PV_CONF_TEXT]; /* "" while it is open */
} pv_night_row;

/* The last one that was begun; *there 0 = there was none, and out is empty. */
PV_MUST pv_status pv_night_last(pv_sql *db, pv_night_row *out, int *there, pv_err *err);
/* The night that was not ended, or a new one of that date. */
PV_MUST pv_status pv_night_open(pv_season *s, const char *date, pv_night *out, pv_err *err);
/* Ends it: published as `folder` with that run id; both NULL: there was nothing to publish. */
PV_MUST pv_status pv_night_end(pv_season *s, const pv_night *n, const char *run, const char *folder, pv_err *err);

/* *was = 1: a night of that date has its page already. */
PV_MUST pv_status pv_night_was_published(pv_season *s, const char *date, int *was, pv_err *err);

/* found = 0: this version of the file was never seen. */
PV_MUST pv_status pv_photos_find(pv_season *s, const pv_photo_file *file, pv_photo_entry *out, int *found, pv_err *err);
PV_MUST pv_status pv_photos_add(pv_season *s, const pv_night *n, const pv_photo_file *file, pv_photo_entry *out, pv_err *err);
/* The hash of a done photo of as many bytes, if any: perhaps it is the same photo once more. "" = none. */
PV_MUST pv_status pv_photos_same_size(pv_season *s, const pv_photo_file *file, char sha256[65], pv_err *err);

/* The file of a done photo with these bytes; "" = there is none. */
PV_MUST pv_status pv_photos_of_hash(pv_season *s, const char *sha256, char *file, size_t size, pv_err *err);

/* One more worker died of it. */
PV_MUST pv_status pv_photos_failed(pv_season *s, pv_photo_entry *e, const char *reason, pv_err *err);
/* A photo that waits belongs to this night from now on, also when it was left over from another. */
PV_MUST pv_status pv_photos_adopt(pv_season *s, const pv_night *n, const pv_photo_entry *e, pv_err *err);
/* Why it is in its state; "" = the ledger does not say. */
PV_MUST pv_status pv_photos_reason(pv_season *s, const pv_photo_entry *e, char *out, size_t size, pv_err *err);
/* REFUSED, QUARANTINED or SAME; NEW: it could not be done, and waits. */
PV_MUST pv_status pv_photos_end(pv_season *s, pv_photo_entry *e, pv_photo_state state, const char *reason, pv_err *err);
/* Takes a worker's result in: the photo's figures, its hotspots and its cells of ground, all or nothing. cells: the coverage file that the worker wrote; NULL: there is none.
 * overview: where the photo in small lies; NULL or width_px 0: there is none. */
PV_MUST pv_status pv_photos_take(pv_season *s, pv_photo_entry *e, const pv_worker_result *r, const void *cells, size_t n_cells,
                                 const pv_map_image *overview, pv_err *err);

#endif
