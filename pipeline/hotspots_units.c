#include "pipeline/hotspots_units.h"

#include "base/banned.h"

static void pv_add_unit(pv_text *t, pv_unit_level level, const char *label)
{
    pv_text_addf(t, "\"%s\":", pv_unit_level_word(level));
    pv_text_add_json(t, label[0] != '\0' ? label : NULL);
    pv_text_add(t, ",");
}

pv_status pv_hotspot_units(pv_text *t, const pv_units *units, const pv_area *plot, double lon_deg, double lat_deg, int *outside, pv_err *err)
{
    static const pv_unit_level shown[] = {PV_SHENG, PV_XIAN, PV_XIANG, PV_CUN, PV_LIN_CHANG, PV_LIN_BAN};
    pv_status st = PV_OK;
    pv_unit_hits hits = {0};
    pv_unit_place place = {.outside = 1};
    if (units != NULL) {
        if (plot->n_rings > 0)
            PV_TRY(pv_units_at_plot(units, plot, &hits, err));
        else
            PV_TRY(pv_units_at_point(units, lon_deg, lat_deg, &hits, err));
        pv_units_describe(units, &hits, &place);
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) pv_add_unit(t, shown[i], place.label[shown[i]]);
    if (units != NULL) {
        pv_add_unit(t, PV_XIAO_BAN, place.label[PV_XIAO_BAN]);
        pv_text_addf(t, "\"border\":%s,", place.outside ? "null" : place.on_border ? "true" : "false");
    }
    *outside = place.outside;
out:
    pv_unit_hits_release(&hits);
    return st;
}
