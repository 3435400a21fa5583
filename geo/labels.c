#include "geo/labels.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/labels_internal.h"

#include "base/banned.h"

void pv_labels_free(pv_labels *labels)
{
    if (labels == NULL) return;
    pv_lines_release(&labels->report);
    pv_free(labels->label);
    pv_free(labels->shape);
    pv_free(labels->ring);
    pv_free(labels->point);
    pv_free(labels->span);
    pv_free(labels);
}

static pv_status pv_labels_say_overlaps(pv_labels *labels, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t *pixels = NULL, *shared = NULL;
    PV_TRY(pv_alloc(&pixels, labels->n, sizeof *pixels, "label overlaps", err));
    PV_TRY(pv_alloc(&shared, labels->n, sizeof *shared, "label overlaps", err));
    PV_TRY(pv_labels_overlaps(labels, pixels, shared, err));
    for (size_t i = 0; i < labels->n; i++) {
        const pv_label *l = &labels->label[i];
        if (pixels[i] == 0)
            PV_TRY(pv_lines_addf(&labels->report, err, "feature %" PRId64 " ('%s'): covers no pixel centre", l->fid, l->class_name));
        else if (shared[i] > 0)
            PV_TRY(pv_lines_addf(&labels->report, err,
                                 "feature %" PRId64 " ('%s'): %" PRId64 " of its %" PRId64 " pixels lie in other labels too and are not used", l->fid,
                                 l->class_name, shared[i], pixels[i]));
    }
out:
    pv_free(pixels);
    pv_free(shared);
    return st;
}

/* A disc of metres in pixels; a photo without a ground pixel has no discs. */
static double pv_radius_px(double radius_m, double gsd_m)
{
    return radius_m > 0 && gsd_m > 0 ? radius_m / gsd_m : 0;
}

pv_status pv_labels_open(pv_labels **out, const char *path, const pv_label_options *options, const pv_photo_facts *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_labels *labels = NULL;
    PV_TRY(pv_alloc(&labels, 1, sizeof *labels, "labels", err));
    labels->width_px = photo->width_px;
    labels->height_px = photo->height_px;
    labels->radius_x_px = pv_radius_px(options->point_radius_m, photo->gsd_x_m);
    labels->radius_y_px = pv_radius_px(options->point_radius_m, photo->gsd_y_m);
    PV_TRY(pv_labels_read(labels, path, options, photo, err));
    PV_TRY(pv_labels_say_overlaps(labels, err));
    *out = labels;
    labels = NULL;
out:
    pv_labels_free(labels);
    return pv_where(err, st, "%s", pv_path_name(path));
}

int pv_labels_count(const pv_labels *labels)
{
    return (int)labels->n;
}

const pv_label *pv_labels_at(const pv_labels *labels, int i)
{
    return &labels->label[i];
}

void pv_labels_rename(pv_labels *labels, int i, const char *class_name)
{
    (void)snprintf(labels->label[i].class_name, sizeof labels->label[i].class_name, "%s", class_name);
}

const pv_lines *pv_labels_report(const pv_labels *labels)
{
    return &labels->report;
}
