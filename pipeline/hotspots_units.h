/* The units of a hotspot as members of its properties. Internal to pipeline/. */
#ifndef PV_PIPELINE_HOTSPOTS_UNITS_H
#define PV_PIPELINE_HOTSPOTS_UNITS_H

#include "base/text.h"
#include "geo/units.h"

/* Adds "sheng":...,"lin_ban":..., and with units "xiao_ban":...,"border":..., each with its comma. plot: the outline in degrees; lon, lat: a point inside, used when the
 * outline has no extent. units NULL: all null. *outside = 1 when it lies in no unit. */
PV_MUST pv_status pv_hotspot_units(pv_text *t, const pv_units *units, const pv_area *plot, double lon_deg, double lat_deg, int *outside, pv_err *err);

#endif
