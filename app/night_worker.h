/* A photo of a night at work: `papaver scan` in a process of its own, under the season's limits.
 *
 * Threads: main thread. Errors: PV_IO (disk, a program that cannot be started), PV_STOPPED, PV_NOMEM; that a worker died is no error. */
#ifndef PV_APP_NIGHT_WORKER_H
#define PV_APP_NIGHT_WORKER_H

#include "app/child.h"
#include "app/gate_options.h"
#include "app/night.h"

enum { PV_NIGHT_UNITS = 64 };

typedef struct pv_night_worker {
    pv_night_job *night;
    pv_photo_entry *e;
    pv_text folder, photo, result, ground, job, log, chips,
        overview; /* paths: work/<id>, the photo, its hotspots and cells, what the work is of, the worker's words, pictures */
    pv_text units[PV_NIGHT_UNITS];
    int n_units;
    char number[4][32], limit[PV_GATE_NUMBERS][32], grid[48]; /* "" = the photo's place decides */
    int ready;                                                /* 1 = the result of this very work lies there */
    pv_child child;                                           /* none when nothing was to be done */
} pv_night_worker;

/* A photo's name without folders, for log/ and quarantine/. */
void pv_night_flat_name(const char *file, char *out, size_t size);

/* job and e are borrowed. On success *out is yours. */
PV_MUST pv_status pv_night_worker_new(pv_night_worker **out, pv_night_job *job, pv_photo_entry *e, pv_err *err);
/* Ends its process. NULL is fine. */
void pv_night_worker_free(pv_night_worker *w);
/* 1 = the photo in the inbox is the one that was listed; of a folder only that it is there. */
int pv_night_worker_listed(const pv_night_worker *w);
/* Starts its process on so many threads, while up to `beside` of them share the machine; none when its result is there, or its photo is not as listed. After a former
 * attempt it works gently: on one thread. */
PV_MUST pv_status pv_night_worker_start(pv_night_worker *w, int threads, int beside, pv_err *err);
/* Waits for the first of n. *dead = 1 when it died, with words about it; else its result lies there. A stop ends all. */
PV_MUST pv_status pv_night_worker_wait(pv_night_worker *const *w, int n, int *dead, char *words, size_t size, pv_err *err);
/* Removes what it left. */
void pv_night_worker_forget(const pv_night_worker *w);

#endif
