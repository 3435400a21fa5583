/* For tests of what crews send back: the library started and ended, and files read that must be taken. */
#ifndef PV_TESTS_VECTOR_TAKER_H
#define PV_TESTS_VECTOR_TAKER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "geo/gdal_door.h"
#include "geo/vector_in.h"

static int setup(void **state)
{
    (void)state;
    return pv_geo_start(NULL) != PV_OK;
}

static int teardown(void **state)
{
    (void)state;
    pv_geo_stop();
    return 0;
}

static pv_vector *take(const char *name, const void *data, size_t n)
{
    pv_vector *v = NULL;
    pv_err err = {0};
    if (pv_vector_read_bytes(&v, name, data, n, NULL, &err) != PV_OK) fail_msg("%s: %s", name, err.text);
    return v;
}

static pv_vector *take_text(const char *name, const char *text)
{
    return take(name, text, strlen(text));
}

static pv_vector *take_path(const char *path)
{
    pv_vector *v = NULL;
    pv_err err = {0};
    if (pv_vector_read(&v, path, NULL, &err) != PV_OK) fail_msg("%s", err.text);
    return v;
}

#endif
