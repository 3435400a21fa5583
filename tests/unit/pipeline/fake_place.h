/* A place made of six numbers, for tests that want to know the answer: it stands in for geo/place.c. */
#ifndef FAKE_PLACE_H
#define FAKE_PLACE_H

#include "geo/place.h"

struct pv_place {
    double lon[3], lat[3];         /* at 0,0; per pixel to the right; per pixel down */
    double area_m2, area_slope_m2; /* of a pixel at 0,0; more per pixel to the right and down */
    int fails;
};

pv_status pv_place_lonlat(pv_place *p, double x_px, double y_px, double *lon_deg, double *lat_deg, pv_err *err)
{
    if (p->fails) return pv_fail(err, PV_INPUT, "the point has no place");
    *lon_deg = p->lon[0] + x_px * p->lon[1] + y_px * p->lon[2];
    if (*lon_deg > 180.0 && *lon_deg < 190.0) *lon_deg -= 360.0; /* as a real transform does it; 200 stays wrong */
    *lat_deg = p->lat[0] + x_px * p->lat[1] + y_px * p->lat[2];
    return PV_OK;
}

double pv_place_pixel_area_m2(const pv_place *p, double x_px, double y_px)
{
    return p->area_m2 + p->area_slope_m2 * (x_px + y_px);
}

#endif
