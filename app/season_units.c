#include "app/season_units.h"

#include <stdio.h>

#include "geo/gdal_door.h"

#include "base/banned.h"

pv_status pv_season_units(pv_units **out, const pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_units *u = NULL;
    char part[PV_CONF_TEXT], path[6000];
    PV_TRY(pv_geo_start(err));
    for (int k = 0; pv_conf_part(s->conf, PV_SET_BOUNDARIES, k, part, sizeof part); k++) {
        (void)snprintf(path, sizeof path, "%s%s%s", part[0] == '/' ? "" : s->folder, part[0] == '/' ? "" : "/", part);
        if (u == NULL) PV_TRY(pv_units_new(&u, err));
        PV_TRY(pv_units_add_file(u, path, err));
    }
    if (u != NULL) PV_TRY(pv_units_ready(u, err));
    *out = u;
    u = NULL;
out:
    pv_units_free(u);
    return pv_where(err, st, "boundaries");
}
