/* Boundaries as text and files, read and asked: what the tests of units share. */
#ifndef PV_TESTS_UNITS_FIXTURE_H
#define PV_TESTS_UNITS_FIXTURE_H

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

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/gdal_door.h"
#include "geo/units.h"
#include "geo/units_internal.h"

#include "base/banned.h"

static char folder[64];

static inline int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/papaver-units-XXXXXX");
    if (mkdtemp(folder) == NULL) return 1;
    return pv_geo_start(NULL) != PV_OK;
}

static inline int teardown(void **state)
{
    char command[128];
    (void)state;
    pv_geo_stop();
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0;
}

/* ---- GeoJSON by hand ---- */

static inline void start(pv_text *t, const char *crs)
{
    pv_text_reset(t);
    pv_text_add(t, "{\"type\":\"FeatureCollection\",");
    if (crs != NULL) pv_text_addf(t, "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"%s\"}},", crs);
    pv_text_add(t, "\"features\":[");
}

static inline void add(pv_text *t, const char *properties, const char *geometry)
{
    if (t->data[t->len - 1] != '[') pv_text_add(t, ",\n");
    pv_text_addf(t, "{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":%s}", properties, geometry);
}

static inline void add_box(pv_text *t, const char *properties, double x, double y, double w, double h)
{
    char g[512];
    (void)snprintf(g, sizeof g, "{\"type\":\"Polygon\",\"coordinates\":[[[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f]]]}", x, y, x + w,
                   y, x + w, y + h, x, y + h, x, y);
    add(t, properties, g);
}

static inline pv_status try_read(pv_units **out, pv_text *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_units *u = NULL;
    pv_text_add(t, "]}");
    PV_TRY(pv_units_new(&u, err));
    PV_TRY(pv_units_add_bytes(u, "u.geojson", (const uint8_t *)t->data, t->len, err));
    PV_TRY(pv_units_ready(u, err));
    *out = u;
    u = NULL;
out:
    pv_units_free(u);
    return st;
}

static inline pv_units *read_text(pv_text *t)
{
    pv_units *u = NULL;
    pv_err err = {0};
    if (try_read(&u, t, &err) != PV_OK) fail_msg("%s", err.text);
    return u;
}

static inline int says(const pv_units *u, const char *words)
{
    for (int i = 0; i < pv_units_report_count(u); i++)
        if (strstr(pv_units_report_at(u, i), words) != NULL) return 1;
    return 0;
}

#endif
