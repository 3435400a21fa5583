/* Operations between coordinate systems that were looked up before. For transform.c and gdal_door.c.
 *
 * To ask PROJ's database for all operations between two systems takes 60 ms, as long as a small photo; photos of one night mostly share their system. The answers of
 * the last eight pairs are kept for the whole process, and each transform gets a copy of its own of the one operation that fits its point, the same as
 * from a fresh question. Threads: any; who finds what is kept in use by another asks PROJ afresh. */
#ifndef PV_GEO_TRANSFORM_KEPT_H
#define PV_GEO_TRANSFORM_KEPT_H

#include <proj.h>

#include "base/err.h"

/* A context without network and words. Yours (proj_context_destroy). */
PV_MUST pv_status pv_proj_context(PJ_CONTEXT **out, pv_err *err);
/* *starved becomes 1 as soon as PROJ says on this context that it had no memory (its numbers do not tell that from a CRS it does not know); NULL: nobody listens any more. */
void pv_proj_listen(PJ_CONTEXT *ctx, int *starved);
/* Ends the listening: PV_NOMEM when starved, also after a success, which may have lost candidates; else st. ctx may be NULL. */
PV_MUST pv_status pv_proj_verdict(PJ_CONTEXT *ctx, pv_status st, int starved, pv_err *err);
/* Text of any kind to a CRS. Yours (proj_destroy). Errors: PV_INPUT. */
PV_MUST pv_status pv_proj_crs(PJ_CONTEXT *ctx, const char *text, PJ **out, pv_err *err);

/* *out: the operation that PROJ takes for the point at_x, at_y of the source, in ctx, yours (proj_destroy); with axes in traditional order. Where the point has no image:
 * all candidates as one. Errors: PV_INPUT, PV_NOMEM. */
PV_MUST pv_status pv_kept_operation(PJ_CONTEXT *ctx, const char *src_crs, const char *dst_crs, double at_x, double at_y, PJ **out, pv_err *err);
/* Lets go of all that is kept. */
void pv_kept_forget(void);

#endif
