/* What a scan works with: made before the start, released after the end. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/run_internal.h"

#include "base/banned.h"

static pv_status pv_scan_keep_patch(void *user, const pv_patch *patch, pv_err *err)
{
    pv_scan *s = user;
    pv_status st = PV_OK;
    int kept = 0, wanted = 1;
    if (s->propose != NULL) PV_TRY(s->wish(s->propose_user, patch, &wanted, err));
    if (s->object_plan != NULL) {
        if (wanted) PV_TRY(pv_object_list_add(&s->list, patch, err));
        goto out;
    }
    PV_TRY(pv_hotspots_add(s->hotspots, &s->context, patch, &kept, err));
    s->n_kept += kept;
out:
    return st;
}

static pv_status pv_scan_open_rasters(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    const pv_scan_options *o = s->options;
    const char **names = NULL;
    pv_raster_spec spec = {.width_px = s->grid.w, .height_px = s->grid.h, .fx = s->grid.fx, .fy = s->grid.fy, .nodata = PV_PROB_UNKNOWN};
    if (o->prob_path != NULL) {
        spec.description = "probability of the target x 254; 255 = not seen";
        PV_TRY(pv_raster_out_open(&s->prob_out, o->prob_path, s->facts, &spec, o->overwrite, err));
    }
    if (o->class_path != NULL) {
        PV_TRY(pv_alloc(&names, (size_t)m->n_classes, sizeof *names, "class names", err));
        for (int k = 0; k < m->n_classes; k++) names[k] = m->class_name[k];
        spec.description = "class; 255 = not seen";
        spec.n_classes = m->n_classes;
        spec.class_name = names;
        PV_TRY(pv_raster_out_open(&s->class_out, o->class_path, s->facts, &spec, o->overwrite, err));
    }
out:
    pv_free(names);
    return st;
}

/* Which plane shows blur best: green, else the first. */
static int pv_scan_blur_band(const pv_scan *s)
{
    return pv_max(0, pv_feature_plan_plane(s->plan, pv_photo_find_band(s->facts, "green")));
}

static pv_status pv_scan_make_ground(pv_scan *s, pv_err *err)
{
    pv_status st = PV_OK;
    const int *index = NULL;
    const pv_scan_options *o = s->options;
    s->blur_band = pv_scan_blur_band(s);
    if (s->propose == NULL && pv_feature_plan_bands(s->plan, &index) > 0) PV_TRY(pv_blur_new(&s->blur, &s->grid, err));
    const pv_ground_wish wish = {.place = s->place,
                                 .grid = &s->grid,
                                 .facts = s->facts,
                                 .blur = s->blur,
                                 .coarse = s->coarse,
                                 .cells = s->propose == NULL && o->cells != NULL ? &o->cell_grid : NULL};
    PV_TRY(pv_ground_new(&s->ground, &wish, err));
out:
    return st;
}

static pv_status pv_scan_make_sink(pv_scan *s, const pv_photo *photo, int photo_index, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_scan_options *o = s->options;
    s->place = pv_photo_place(photo);
    if (s->place == NULL) PV_TRY(pv_fail(err, PV_BUG, "a scan needs the photo's first handle, and a photo that has a place"));
    PV_TRY(pv_scan_make_ground(s, err));
    s->context = (pv_hotspot_context){.facts = s->facts,
                                      .grid = &s->grid,
                                      .model = s->model,
                                      .place = s->place,
                                      .tiers = o->tiers,
                                      .calendar = o->calendar,
                                      .units = o->units,
                                      .min_area_m2 = o->min_area_m2,
                                      .photo = photo_index,
                                      .chips = s->options->chips};
    /* What cannot reach the minimum area, were all of it as large as the photo's largest pixel, is not even measured; the exact test is on the ellipsoid, when the patch is
     * placed. Training is shown smaller ones. */
    double cell_m2 = pv_place_largest_area_m2(s->place) * s->grid.fx * s->grid.fy;
    double least = s->propose != NULL ? 0.5 * o->min_area_m2 / (s->grid.gsd_x_m * s->grid.gsd_y_m) : o->min_area_m2 / cell_m2;
    pv_patches_options p = {.width_px = s->grid.w,
                            .low = o->threshold_low,
                            .high = o->threshold_high,
                            .min_pixels = (int64_t)floor(least),
                            .sink = pv_scan_keep_patch,
                            .user = s};
    if (p.min_pixels < 1) p.min_pixels = 1;
    PV_TRY(pv_patches_new(&s->patches, &p, err));
    PV_TRY(pv_scan_open_rasters(s, err));
out:
    return st;
}

static pv_status pv_scan_make_workers(pv_scan *s, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_model *m = s->model;
    size_t n = (size_t)s->threads;
    int core_w = 0, core_h = 0;
    pv_ahead_core_size(&s->shape, &core_w, &core_h);
    PV_TRY(pv_ahead_new(&s->ahead, &s->shape, s->plan, &s->grid, photo, err));
    PV_TRY(pv_alloc(&s->coder, (size_t)m->n_columns, sizeof *s->coder, "codes of columns", err));
    for (int c = 0; c < m->n_columns; c++) pv_coder_make(&s->coder[c], m, c);
    PV_TRY(pv_alloc(&s->photo, n, sizeof *s->photo, "workers", err));
    s->classify.coder = s->coder;
    PV_TRY(pv_alloc(&s->classifier, n, sizeof *s->classifier, "workers", err));
    PV_TRY(pv_alloc(&s->tile, n, sizeof *s->tile, "workers", err));
    PV_TRY(pv_alloc(&s->drift, n, sizeof *s->drift, "workers", err));
    PV_TRY(pv_alloc(&s->worker_seconds, n, sizeof *s->worker_seconds, "workers", err));
    PV_TRY(pv_alloc(&s->object_worker, n, sizeof *s->object_worker, "workers", err));
    PV_TRY(pv_alloc(&s->object_scratch, PV_OBJECT_SCRATCH, sizeof *s->object_scratch, "workers", err));
    for (int k = 0; k < s->threads; k++) {
        if (s->propose == NULL) PV_TRY(pv_drift_counts_init(&s->drift[k], m->n_columns, err));
        s->photo[k] = k == 0 ? photo : NULL;
        if (k > 0) PV_TRY(pv_photo_clone(&s->photo[k], photo, err));
        PV_TRY(pv_tile_new_guest(&s->tile[k], s->plan, &s->grid, m, pv_classify_coder(&s->classify), core_w, core_h, err));
        PV_TRY(pv_classifier_new(&s->classifier[k], &s->classify, core_w, core_h, err));
    }
    PV_TRY(pv_scan_strips_new(s, err));
out:
    return st;
}

pv_status pv_scan_make(pv_scan *s, pv_photo *photo, int photo_index, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_scan_make_sink(s, photo, photo_index, err));
    PV_TRY(pv_scan_make_workers(s, photo, err));
out:
    return st;
}

void pv_scan_release(pv_scan *s)
{
    for (int k = 0; k < s->threads; k++) {
        if (s->object_worker != NULL) pv_object_worker_free(s->object_worker[k]);
        if (s->tile != NULL) pv_tile_free(s->tile[k]);
        if (s->classifier != NULL) pv_classifier_free(s->classifier[k]);
        if (s->drift != NULL) pv_drift_counts_release(&s->drift[k]);
        if (s->photo != NULL && k > 0) pv_photo_free(s->photo[k]);
    }
    pv_scan_strips_release(s);
    pv_free(s->object_worker);
    pv_free(s->object_scratch);
    pv_object_list_release(&s->list);
    pv_free(s->tile);
    pv_free(s->classifier);
    pv_free(s->drift);
    pv_free(s->photo);
    pv_free(s->worker_seconds);
    pv_free(s->coder);
    pv_raster_out_free(s->prob_out);
    pv_raster_out_free(s->class_out);
    pv_patches_free(s->patches);
    pv_ground_free(s->ground);
    pv_blur_free(s->blur);
    pv_ahead_free(s->ahead);
    pv_scan_unprepare(s);
}
