/* A plan to fly again, for DJI Pilot 2 and FlightHub 2: WPML 1.0.2, one survey area (mapping2d) each file.
 *
 * After https://developer.dji.com/doc/cloud-api-tutorial/en/api-reference/dji-wpml/ . Each file has the template (area, overlap, height: what Pilot makes its lines from) and
 * lines made from it here: to and fro along the area's longest side, each photo's ground wide enough for the narrower, multispectral camera of a Mavic 3M.
 * Coordinates are WGS 84, heights above the take-off point; whoever flies must look at terrain and airspace first.
 * Threads: any. Errors: PV_NOMEM, PV_IO. */
#ifndef PV_REPORT_WPML_H
#define PV_REPORT_WPML_H

#include "report/kit.h"

/* For the kit's flights (kit.h): flight.kmz of the first area, flight_02.kmz, ... of the others. */
PV_MUST pv_status pv_kit_flights(const char *folder, const pv_kit *kit, pv_err *err);
/* "flight.kmz", "flight_02.kmz": of area i. */
void pv_kit_flight_name(char out[32], size_t i);

#endif
