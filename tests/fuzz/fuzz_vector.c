/* The first byte chooses an ending, the rest is the file: what crews send back. What is given must be whole; what is refused says why. With OGR behind a good GeoPackage. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/gdal_door.h"
#include "geo/vector_in.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const pv_vector *v)
{
    for (size_t i = 0; i < pv_vector_count(v); i++) {
        const pv_vector_record *r = pv_vector_at(v, i);
        if (r->source >= pv_vector_sources(v) || !pv_utf8_valid(r->layer, strlen(r->layer))) abort();
        if (r->has_place && !(fabs(r->lon_deg) <= 180 && fabs(r->lat_deg) <= 90)) abort();
        if (!(r->area_m2 >= 0 || r->area_m2 == -1)) abort();
        for (size_t k = 0; k < r->n; k++) {
            const char *name = pv_vector_field_name(v, r, k), *text = pv_vector_field_text(v, r, k);
            if (name[0] == '\0' || text[0] == '\0' || !pv_utf8_valid(name, strlen(name)) || !pv_utf8_valid(text, strlen(text))) abort();
        }
    }
    for (size_t i = 0; i < pv_vector_reports(v); i++)
        if (pv_vector_report_at(v, i)[0] == '\0') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const name[] = {"f.kml", "f.gpx", "f.geojson", "f.csv", "f.txt", "f.kmz", "f.xlsx", "f.gpkg"};
    static int started = 0;
    pv_vector_limits limits = pv_vector_limits_default();
    pv_vector *v = NULL;
    pv_err err = {0};
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    if (size == 0) return 0;
    limits.total_bytes = limits.file_bytes = (size_t)8 << 20;
    limits.records = 1000;
    pv_status st = pv_vector_read_bytes(&v, name[data[0] % 8], data + 1, size - 1, &limits, &err);
    if (st == PV_OK)
        check(v);
    else if (err.text[0] == '\0' || (st != PV_INPUT && st != PV_NOMEM))
        abort();
    pv_vector_free(v);
    return 0;
}
