/* Set-up and end of a group of tests that needs GDAL. */
#ifndef PV_TESTS_GEO_GROUP_H
#define PV_TESTS_GEO_GROUP_H

#include "geo/gdal_door.h"

static inline int geo_group_start(void **state)
{
    (void)state;
    pv_err err;
    return pv_geo_start(&err) == PV_OK ? 0 : -1;
}

static inline int geo_group_stop(void **state)
{
    (void)state;
    pv_geo_stop();
    return 0;
}

#endif
