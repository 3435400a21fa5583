#include "geo/transform_kept.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { PV_KEPT = 8 };

/* Candidates of one pair. src NULL = free. */
typedef struct pv_kept {
    char *src, *dst;
    PJ_CONTEXT *ctx;
    PJ *all;
    long used; /* when it was asked last */
} pv_kept;

static atomic_flag taken = ATOMIC_FLAG_INIT; /* whoever sets it may use the two below */
static pv_kept kept[PV_KEPT];
static long now;

/* PROJ would print to stderr; what it says is asked for by errno instead. Only for want of memory it has no number of its own: data points to an int that becomes 1, or is NULL. */
static void pv_proj_hear(void *data, int level, const char *text)
{
    int *starved = data;
    (void)level;
    if (starved != NULL && text != NULL && (strstr(text, "bad_alloc") != NULL || strstr(text, "out of memory") != NULL)) *starved = 1;
}

void pv_proj_listen(PJ_CONTEXT *ctx, int *starved)
{
    proj_log_func(ctx, starved, pv_proj_hear);
}

pv_status pv_proj_verdict(PJ_CONTEXT *ctx, pv_status st, int starved, pv_err *err)
{
    if (ctx != NULL) pv_proj_listen(ctx, NULL);
    return starved && st != PV_NOMEM ? pv_fail(err, PV_NOMEM, "PROJ: no memory to work out coordinates") : st;
}

pv_status pv_proj_context(PJ_CONTEXT **out, pv_err *err)
{
    PJ_CONTEXT *ctx = proj_context_create();
    if (ctx == NULL) return pv_fail(err, PV_NOMEM, "PROJ: no memory for a context");
    (void)proj_log_level(ctx, PJ_LOG_ERROR);
    pv_proj_listen(ctx, NULL);
    (void)proj_context_set_enable_network(ctx, 0);
    *out = ctx;
    return PV_OK;
}

pv_status pv_proj_crs(PJ_CONTEXT *ctx, const char *text, PJ **out, pv_err *err)
{
    PJ *crs = text != NULL && text[0] != '\0' ? proj_create(ctx, text) : NULL;
    if (crs == NULL) {
        int code = proj_context_errno(ctx);
        return pv_fail(err, PV_INPUT, "the coordinate reference system cannot be read: %s",
                       code != 0 ? proj_context_errno_string(ctx, code) : "no text");
    }
    if (!proj_is_crs(crs)) {
        proj_destroy(crs);
        return pv_fail(err, PV_INPUT, "the coordinate reference system is none: '%.60s'", text);
    }
    *out = crs;
    return PV_OK;
}

static void pv_kept_release(pv_kept *k)
{
    pv_free(k->src);
    pv_free(k->dst);
    proj_destroy(k->all);
    if (k->ctx != NULL) proj_context_destroy(k->ctx);
    *k = (pv_kept){0};
}

/* 1 when a plain CRS, geographic or projected, stands on that geographic one. */
static int pv_stands_on(PJ_CONTEXT *ctx, const PJ *crs, const char *authority, const char *code)
{
    PJ_TYPE type = proj_get_type(crs);
    if (type != PJ_TYPE_PROJECTED_CRS && type != PJ_TYPE_GEOGRAPHIC_2D_CRS) return 0;
    PJ *base = proj_crs_get_geodetic_crs(ctx, crs),
       *known = base != NULL ? proj_create_from_database(ctx, authority, code, PJ_CATEGORY_CRS, 0, NULL) : NULL;
    int same = known != NULL && strcmp(proj_get_name(base), proj_get_name(known)) == 0 &&
               proj_is_equivalent_to_with_ctx(ctx, base, known, PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS);
    proj_destroy(known);
    proj_destroy(base);
    return same;
}

/* From CGCS2000, which nearly every photo of this country is in, no operation to WGS 84 is published, and PROJ looks for ways over every third system, for 40 ms and in vain. The
 * one answer that is left, both taken for the same, comes at once when it is not asked to look. NULL = it is another pair, or there is another answer: ask for all. */
static PJ *pv_kept_direct(PJ_CONTEXT *ctx, const PJ *src, const PJ *dst)
{
    PJ *one = NULL;
    PJ_OPERATION_FACTORY_CONTEXT *how = NULL;
    PJ_OBJ_LIST *ways = NULL;
    if (!pv_stands_on(ctx, src, "EPSG", "4490") || (!pv_stands_on(ctx, dst, "EPSG", "4326") && !pv_stands_on(ctx, dst, "OGC", "CRS84"))) return NULL;
    how = proj_create_operation_factory_context(ctx, NULL);
    if (how == NULL) return NULL;
    proj_operation_factory_context_set_spatial_criterion(ctx, how, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(ctx, how, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    proj_operation_factory_context_set_allow_use_intermediate_crs(ctx, how, PROJ_INTERMEDIATE_CRS_USE_NEVER);
    ways = proj_create_operations(ctx, src, dst, how);
    if (ways != NULL && proj_list_get_count(ways) == 1) one = proj_list_get(ctx, ways, 0);
    if (one != NULL && !proj_coordoperation_has_ballpark_transformation(ctx, one)) {
        proj_destroy(one);
        one = NULL;
    }
    proj_list_destroy(ways);
    proj_operation_factory_context_destroy(how);
    return one;
}

/* Asks PROJ's database. */
static pv_status pv_kept_make(pv_kept *out, const char *src_crs, const char *dst_crs, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kept k = {0};
    int starved = 0;
    PJ *src = NULL, *dst = NULL, *any = NULL;
    PV_TRY(pv_proj_context(&k.ctx, err));
    pv_proj_listen(k.ctx, &starved);
    PV_TRY(pv_proj_crs(k.ctx, src_crs, &src, err));
    PV_TRY(pv_proj_crs(k.ctx, dst_crs, &dst, err));
    any = pv_kept_direct(k.ctx, src, dst);
    if (any == NULL) any = proj_create_crs_to_crs_from_pj(k.ctx, src, dst, NULL, NULL);
    if (any != NULL) k.all = proj_normalize_for_visualization(k.ctx, any);
    if (k.all == NULL)
        PV_TRY(pv_fail(err, PV_INPUT, "no transform leads from '%s' to '%s'", proj_get_name(src) != NULL ? proj_get_name(src) : "unnamed",
                       proj_get_name(dst) != NULL ? proj_get_name(dst) : "unnamed"));
    PV_TRY(pv_proj_verdict(k.ctx, PV_OK, starved, err));
    PV_TRY(pv_strdup(&k.src, src_crs, err));
    PV_TRY(pv_strdup(&k.dst, dst_crs, err));
    *out = k;
    k = (pv_kept){0};
out:
    if (st != PV_OK) st = pv_proj_verdict(k.ctx, st, starved, err);
    proj_destroy(any);
    proj_destroy(src);
    proj_destroy(dst);
    pv_kept_release(&k);
    return st;
}

/* The pair's place among those that are kept; who was not asked for the longest time makes room. */
static pv_status pv_kept_find(const char *src_crs, const char *dst_crs, pv_kept **out, pv_err *err)
{
    pv_kept *old = &kept[0], made = {0};
    *out = NULL;
    for (int i = 0; i < PV_KEPT && src_crs != NULL && *out == NULL; i++) {
        if (kept[i].src != NULL && strcmp(kept[i].src, src_crs) == 0 && strcmp(kept[i].dst, dst_crs) == 0) *out = &kept[i];
        if (kept[i].used < old->used) old = &kept[i];
    }
    if (*out == NULL) {
        pv_status st = pv_kept_make(&made, src_crs, dst_crs, err);
        if (st != PV_OK) return st;
        pv_kept_release(old);
        *old = made;
        *out = old;
    }
    (*out)->used = ++now;
    return PV_OK;
}

/* Where PROJ holds several operations it picks one a point. NULL = the point has no image. */
static PJ *pv_kept_at(PJ *all, double x, double y)
{
    (void)proj_errno_reset(all);
    PJ_COORD c = proj_trans(all, PJ_FWD, proj_coord(x, y, 0, HUGE_VAL));
    if (proj_errno(all) != 0 || !isfinite(c.xy.x) || !isfinite(c.xy.y)) return NULL;
    return proj_trans_get_last_used_operation(all);
}

pv_status pv_kept_operation(PJ_CONTEXT *ctx, const char *src_crs, const char *dst_crs, double at_x, double at_y, PJ **out, pv_err *err)
{
    pv_kept *k = NULL, own = {0};
    int mine = !atomic_flag_test_and_set(&taken);
    pv_status st = mine ? pv_kept_find(src_crs, dst_crs, &k, err) : pv_kept_make(&own, src_crs, dst_crs, err);
    if (st == PV_OK) {
        if (!mine) k = &own;
        PJ *one = pv_kept_at(k->all, at_x, at_y);
        *out = proj_clone(ctx, one != NULL ? one : k->all);
        if (*out == NULL) st = pv_fail(err, PV_NOMEM, "PROJ: no memory for a transform");
        proj_destroy(one);
    }
    if (mine) atomic_flag_clear(&taken);
    pv_kept_release(&own);
    return st;
}

void pv_kept_forget(void)
{
    if (atomic_flag_test_and_set(&taken)) return;
    for (int i = 0; i < PV_KEPT; i++) pv_kept_release(&kept[i]);
    atomic_flag_clear(&taken);
}
