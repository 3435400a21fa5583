/* What the files of `papaver night` share. Not for other commands.
 *
 * A night: take the lock, list the inbox, let a child check what is new, give each photo to a worker of its own, take the results into the ledger, publish. At every instant the process may
 * be killed: what is in the ledger is done, what is in work/ is used again, the rest is done once more. This process parses no photo. */
#ifndef PV_APP_NIGHT_H
#define PV_APP_NIGHT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "app/child.h"
#include "app/options.h"
#include "season/overviews.h"
#include "season/photos.h"

/* A file, or folder, of the inbox that is not in the ledger yet, or whose work is not done. */
typedef struct pv_night_item {
    pv_photo_entry entry; /* id 0 = not in the ledger */
    int is_folder;        /* a scene, or a folder to look into */
    int settled;          /* 0 = it may still be written */
    int verdict;          /* of night_check.c */
    char reason[512];     /* of a verdict against it */
} pv_night_item;

/* A file that was not taken in tonight, and why; the page names it. */
typedef struct pv_night_waiting {
    char file[1024];
    char reason[512];
    int never; /* 1 = it does not become a photo by waiting: a link, a pipe, a folder that may not be read */
} pv_night_waiting;

typedef struct pv_night_job {
    const pv_args *args;
    pv_season *season;
    pv_night night;
    const atomic_int *stop;
    char program[4096]; /* this program */
    int caged;          /* 1 = children work in a cage (app/cage.h) */
    double now_s;       /* seconds since 1970, once for all files */
    size_t n_items, cap_items;
    pv_night_item *item; /* sorted by file */
    size_t n_waiting, cap_waiting;
    pv_night_waiting *waiting; /* sorted by file */
    int64_t strangers;         /* files that are no photos */
    int chips_counted;         /* 1 = chips_bytes is known */
    int64_t chips_bytes;       /* that the GeoTIFFs of chips/ take */
    int64_t bad, good;         /* photos of the night, after publishing: refused, quarantined, damaged or not done; all others */
    int64_t hotspots, seen_e4; /* of the night, after publishing; 1e-4 m2 */
} pv_night_job;

/* night_inbox.c: fills item and waiting. Errors: PV_IO (the inbox cannot be read). */
PV_MUST pv_status pv_night_list(pv_night_job *job, pv_err *err);
/* night_check.c: lets a child look at the items that are not in the ledger: refused ones are ended, half-copied ones wait, the others are entered. */
PV_MUST pv_status pv_night_check(pv_night_job *job, pv_err *err);
/* night_check.c: of a photo with as many bytes as one that was done the hash is asked for; the same bytes are not scanned again. */
PV_MUST pv_status pv_night_same(pv_night_job *job, size_t item, pv_err *err);
/* Ends a photo as SAME when one with these bytes was done before. */
PV_MUST pv_status pv_night_end_as_same(pv_night_job *job, pv_photo_entry *e, const char *sha256, pv_err *err);
/* night_photo.c: gives all items of state NEW to workers. Errors: PV_IO (disk), PV_STOPPED. */
PV_MUST pv_status pv_night_photos(pv_night_job *job, pv_err *err);
/* night_chips.c: moves the pictures that the worker of a photo left in its folder into SEASON/chips, before the ledger knows of them: whoever is killed in between does the rest the next
 * night. GeoTIFFs that go beyond chips_mib stay where they are. image: the bounds of the photo in small; width_px 0 = there is none. Errors: PV_IO. */
#define PV_NIGHT_CHIPS    "chips"
#define PV_NIGHT_OVERVIEW "overview"
PV_MUST pv_status pv_night_take_chips(pv_night_job *job, const pv_photo_entry *e, const char *folder, const pv_worker_result *r,
                                      pv_map_image *image, pv_err *err);
/* night_publish.c: writes and publishes the night. *folder (in out/, yours): NULL when there was nothing to say. */
PV_MUST pv_status pv_night_publish(pv_night_job *job, char **folder, pv_err *err);

/* night_metrics.c: outcome of the night for Prometheus; a failure to write it is only told. started_s: pv_clock() at the beginning. */
void pv_night_metrics(const pv_night_job *job, double started_s, pv_status outcome);

PV_MUST pv_status pv_night_wait(pv_night_job *job, const char *file, const char *reason, pv_err *err);
/* Looks into a folder of the inbox (file "" = the inbox itself): as_photos 1 = its TIFFs are photos, not a scene. */
PV_MUST pv_status pv_night_look_into(pv_night_job *job, const char *file, int as_photos, pv_err *err);
/* Moves a photo that workers died of out of the inbox, with a file that says why; one that cannot be moved stays. */
PV_MUST pv_status pv_night_put_aside(pv_night_job *job, const pv_photo_entry *e, pv_err *err);
/* When a file was changed, in nanoseconds since 1970. */
int64_t pv_night_changed_ns(const struct stat *s);

/* night_clear.c: removes a folder with all that is in it, or all folders below parent whose names begin so. What cannot be removed stays. */
void pv_night_clear_folder(const char *folder);
void pv_night_clear_folders(const char *parent, const char *beginning);
/* The temporaries of files in a folder that were never ended. */
void pv_night_clear_temporaries(const char *folder);

#endif
