/* A photo in metres and labels as files for it: what the tests of labels share. */
#ifndef PV_TESTS_LABELS_FIXTURE_H
#define PV_TESTS_LABELS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <gdal_utils.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "geo/gdal_door.h"
#include "geo/labels.h"
#include "geo/place.h"

#include "base/banned.h"

enum { W = 300, H = 200 };

static char *wkt_of(int epsg)
{
    char *wkt = NULL;
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRImportFromEPSG(srs, epsg), OGRERR_NONE);
    assert_int_equal(OSRExportToWkt(srs, &wkt), OGRERR_NONE);
    OSRDestroySpatialReference(srs);
    return wkt;
}

static pv_photo_facts photo; /* 300 x 200 pixels of 0.1 m; pixel (x, y) is at 500000 + x / 10, 3400000 - y / 10 */

static inline int setup(void **state)
{
    (void)state;
    if (pv_geo_start(NULL) != PV_OK) return 1;
    photo = (pv_photo_facts){.width_px = W, .height_px = H, .gsd_x_m = 0.1, .gsd_y_m = 0.1, .geotransform = {500000, 0.1, 0, 3400000, 0, -0.1}};
    photo.crs_wkt = wkt_of(4547);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    CPLFree(photo.crs_wkt);
    pv_geo_stop();
    return 0;
}

/* One feature whose coordinates are photo pixels; rings end with -1, parts are separated by -2. */
static inline void add_feature(pv_text *t, const char *class_name, const char *fold, const double *xy)
{
    if (t->len == 0)
        pv_text_add(
            t, "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4547\"}},\"features\":[");
    else
        pv_text_add(t, ",\n");
    pv_text_add(t, "{\"type\":\"Feature\",\"properties\":{\"class\":");
    pv_text_add_json(t, class_name);
    pv_text_add(t, ",\"fold\":");
    pv_text_add_json(t, fold);
    pv_text_add(t, "},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[");
    const char *comma = "";
    for (; *xy != -3; xy++) {
        if (*xy == -1 || *xy == -2) {
            pv_text_add(t, *xy == -1 ? "],[" : "]],[[");
            comma = "";
            continue;
        }
        pv_text_addf(t, "%s[%.9f,%.9f]", comma, 500000 + xy[0] / 10, 3400000 - xy[1] / 10);
        comma = ",";
        xy++;
    }
    pv_text_add(t, "]]]}}");
}

static inline void add_raw(pv_text *t, const char *properties, const char *geometry)
{
    if (t->len == 0)
        pv_text_add(
            t, "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4547\"}},\"features\":[");
    else
        pv_text_add(t, ",\n");
    pv_text_addf(t, "{\"type\":\"Feature\",\"properties\":%s,\"geometry\":", properties);
    pv_text_add(t, geometry);
    pv_text_add(t, "}");
}

static inline void write_labels(pv_text *t, const char *path)
{
    pv_text_add(t, "]}");
    assert_int_equal(pv_text_status(t, NULL), PV_OK);
    assert_int_equal(pv_outfile_put(path, t->data, t->len, 1, NULL), PV_OK);
    pv_text_release(t);
}

static inline pv_labels *open_labels(const char *path, const char *fold)
{
    pv_labels *l = NULL;
    pv_err err = {0};
    if (pv_labels_open(&l, path, &(pv_label_options){.fold_field = fold}, &photo, &err) != PV_OK) fail_msg("%s", err.text);
    return l;
}

static inline int32_t *burn(pv_labels *l, pv_rect r, int fx, int fy)
{
    int32_t *index = NULL;
    assert_int_equal(pv_alloc(&index, (size_t)(r.w * r.h), sizeof *index, "plane", NULL), PV_OK);
    assert_int_equal(pv_labels_burn(l, r, fx, fy, index, NULL), PV_OK);
    return index;
}

static inline int report_has(const pv_labels *l, const char *part)
{
    for (size_t i = 0; i < pv_labels_report(l)->n; i++)
        if (strstr(pv_labels_report(l)->at[i].text, part) != NULL) return 1;
    return 0;
}

/* ---- truth ---- */

#endif
