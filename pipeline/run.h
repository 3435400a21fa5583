/* A photo becomes hotspots: the runner. The only file of pipeline/ that knows threads (OpenMP) is run.c.
 *
 * The photo is walked in steps (pipeline/ahead.h): workers read a step, then compute its tiles, while one thread hands the rows that are finished to the ordered sink; then they look again
 * at the patches that closed. The disk fetches the next step meanwhile. Every block is decoded once; two barriers a step, no lock a tile.
 * A model's early decision (pipeline/tile_gate.h) is used unless no_gate says otherwise or threshold_low is below what it was learned for. Rasters hold the full answers
 * all the same, so they cost the time of a scan without it; patches see the early decision, so hotspots do not depend on which rasters are wanted.
 * What fails for memory or an internal error fails the photo; a damaged block is a recorded hole.
 * Called by the main thread. Errors: PV_INPUT, PV_MODEL, PV_IO, PV_NOMEM, PV_STOPPED. */
#ifndef PV_PIPELINE_RUN_H
#define PV_PIPELINE_RUN_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/cells.h"
#include "geo/photo.h"
#include "geo/photo_small.h"
#include "models/model.h"
#include "pipeline/hotspots.h"
#include "pipeline/objects.h"

typedef struct pv_scan_options {
    int threads; /* >= 1 */
    int tile_px; /* side of a unit of reading and, less its rim, of a tile, in working pixels: 32..8192 or more: whole image; 0 = about 512, whole blocks */
    int64_t memory_bytes;              /* 0 = no limit; the plan is checked before the start */
    int threshold_high, threshold_low; /* 1..254 */
    double min_area_m2;
    int keep_e4;      /* patches of a lower object probability (1/10000) are left out; < 0 = as the model says. Without an object stage: all stay */
    int no_gate;      /* 1 = the model's early decision is not used: every pixel gets the full answer */
    int allow_coarse; /* 1 = a photo too coarse for the model is scanned by its own pixels; 0 = it is refused */
    const pv_tiers *tiers;       /* NULL = hotspots have no tier */
    const pv_calendar *calendar; /* NULL = no days to capsule */
    const pv_units *units;       /* NULL = hotspots name no county, village, compartment */
    const char *prob_path;       /* NULL = none */
    const char *class_path;
    int chips; /* 1 = the caller makes pictures of the hotspots: property chip of each is <id>.jpg */
    int overwrite;
    pv_small *
        small; /* NULL = none; else the photo in small is added up while the photo is read, where its cells are working pixels and its bands are read: whole is 1 then */
    pv_cells **cells;                                                /* NULL = not wanted; else the photo's cells of ground, yours after success */
    pv_cell_grid cell_grid;                                          /* of cells; epsg 0 = the usual one at the photo's middle */
    const atomic_int *stop;                                          /* non-zero = stop soon (PV_STOPPED); may be NULL */
    void (*progress)(void *user, int64_t done_px, int64_t total_px); /* from one thread at a time; may be NULL */
    /* Work of the caller that is done beside the scan, in n of `of` equal pieces one after the other, by one thread at a time; may be NULL. Its failure fails the photo. */
    pv_status (*aside)(void *user, int n, int of, pv_err *err);
    void *user;
} pv_scan_options;

typedef struct pv_scan_seconds {
    double read, gate, features, trees, objects, patches, write; /* CPU seconds summed over workers; patches and write: of the sink */
    double waiting;                                              /* of workers for each other, by the clock, summed */
    double wall;
} pv_scan_seconds;

/* Bytes that a scan of this photo would take at the most: threads x tile + what is read at a time + strips + model tables + writers + what is kept of the
 * photo. *keep is that, for pv_photo_keep(); nothing of a photo with which it would be more than the memory that the options give. */
PV_MUST pv_status pv_scan_plan(const pv_photo_facts *facts, const pv_model *m, const pv_scan_options *o, pv_keep *keep, int64_t *bytes, pv_err *err);

/* Takes the sample of a photo that was opened with sample_later; nothing when it is there. Adds its CPU seconds, which are those of reading, to *seconds. */
PV_MUST pv_status pv_scan_sample(pv_photo *photo, int threads, double *seconds, pv_err *err);

/* Work in pieces 0..n-1 by at most so many workers, each piece once, begun in rising order; worker: 0..workers-1, its own of whatever the pieces use. Returns the failure of the first
 * piece that fails, whatever the threads; pieces after it may be left out. */
typedef pv_status (*pv_piece_work)(void *user, int worker, int piece, pv_err *err);
PV_MUST pv_status pv_pieces_run(int n, int workers, pv_piece_work work, void *user, pv_err *err);

/* Scans one photo with a model whose bands it has. Appends hotspots and fills coverage of h->photo[photo_index]. */
PV_MUST pv_status pv_scan_photo(pv_photo *photo, const pv_model *m, const pv_scan_options *o, pv_hotspots *h, int photo_index,
                                pv_scan_seconds *seconds, pv_err *err);

/* Called in the order in which patches close; everything is borrowed during the call. */
typedef pv_status (*pv_object_sink)(void *user, const pv_patch *patch, const pv_object_look *look, pv_err *err);

/* Which patches are measured: called as each closes. */
typedef pv_status (*pv_object_wish)(void *user, const pv_patch *patch, int *wanted, pv_err *err);

/* What training learns from: the wanted ones of the patches that the pixel trees propose in a photo, measured in the given object columns. No hotspots, no files: of
 * the options threads, tile, memory, thresholds, min_area_m2 and stop are used. */
PV_MUST pv_status pv_scan_propose(pv_photo *photo, const pv_model *m, const pv_scan_options *o, int n_columns, const char (*column)[PV_NAME],
                                  pv_object_wish wish, pv_object_sink sink, void *user, pv_err *err);

#endif
