/* The photos of a command line: named, sorted, dealt to shards.
 *
 * A photo's name (file or folder name without path and ending) identifies it in every output, so two photos of one name are refused.
 * Sorted by name, bytewise: the order on the command line never matters. Threads: main thread. Errors: PV_USAGE, PV_NOMEM. */
#ifndef PV_APP_PHOTO_LIST_H
#define PV_APP_PHOTO_LIST_H

#include "base/err.h"
#include "geo/gate.h"

typedef struct pv_listed_photo {
    const char *path; /* borrowed from the command line */
    char name[256];
    int mine;    /* 1 = this shard's */
    double mega; /* million pixels, 0 when the header does not say */
} pv_listed_photo;

typedef struct pv_photo_list {
    int n;
    pv_listed_photo *at;
} pv_photo_list;

/* shard 1 of 1 takes all. */
PV_MUST pv_status pv_photo_list_new(pv_photo_list *out, int n, const char *const *path, int shard, int shards, pv_err *err);
void pv_photo_list_release(pv_photo_list *list);

/* The name of a photo by its path. */
void pv_photo_name_of(const char *path, char out[256]);
/* The file or folder name with its ending. */
void pv_photo_file_of(const char *path, char out[256]);

/* Looks into the headers of this shard's photos (cheap) for their sizes; returns the sum of those within the limits, or 0 when one is not known. */
double pv_photo_list_mega(pv_photo_list *list, const pv_gate_limits *limits);

#endif
