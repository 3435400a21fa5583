/* GPX 1.1: a waypoint for each plot, and a route through them in the order of visit. */
#include "report/kit_files.h"
#include "report/kit_words.h"

#include "base/banned.h"

static void add_place(pv_text *out, const char *element, double lon_deg, double lat_deg)
{
    pv_text_addf(out, "<%s lat=\"", element);
    pv_text_add_real(out, lat_deg, 7);
    pv_text_add(out, "\" lon=\"");
    pv_text_add_real(out, lon_deg, 7);
    pv_text_add(out, "\">");
}

static const char *colour(pv_plot_status status)
{
    switch (status) {
    case PV_PLOT_CONFIRMED:
    case PV_PLOT_REGROWN:
        return "#C62828";
    case PV_PLOT_ERADICATED:
    case PV_PLOT_RECHECKED:
        return "#2E7D32";
    case PV_PLOT_DISPATCHED:
    case PV_PLOT_CHECKING:
        return "#1565C0";
    case PV_PLOT_UNREACHABLE:
        return "#6A1B9A";
    case PV_PLOT_RULED_OUT:
        return "#757575";
    default:
        return "#F57C00";
    }
}

/* What is known, a line for each fact: "状态 status: 疑似 suspected". */
static void add_facts(pv_text *out, const pv_kit *kit, size_t i)
{
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text value = {0};
    for (int k = 0; k < n; k++) {
        pv_text_reset(&value);
        if (f[k].shown) pv_kit_fact_words(&value, kit, i, &f[k]);
        if (value.failed) out->failed = 1;
        if (value.len == 0) continue;
        pv_text_addf(out, "%s %s: ", f[k].zh, f[k].en);
        pv_kit_xml(out, pv_text_str(&value));
        pv_text_add(out, "\n");
    }
    pv_text_release(&value);
}

static void add_waypoint(pv_text *out, const pv_kit *kit, size_t i)
{
    const pv_plot *p = &kit->stop[i].sheet->plot;
    pv_text line = {0};
    pv_kit_stop_line(&line, kit, i);
    if (line.failed) out->failed = 1;
    add_place(out, "wpt", p->lon_deg, p->lat_deg);
    pv_text_add(out, "\n<name>");
    pv_kit_stop_name(out, kit, i);
    pv_text_add(out, "</name>\n<cmt>");
    pv_kit_xml(out, pv_text_str(&line));
    pv_text_add(out, "</cmt>\n<desc>");
    add_facts(out, kit, i);
    pv_text_addf(out, "</desc>\n<src>%s</src>\n<sym>Flag, Red</sym>\n<type>%s</type>\n", kit->version,
                 kit->audit[0] != '\0' ? "audit" : pv_plot_status_word(p->status));
    pv_text_addf(out,
                 "<extensions><osmand:color>%s</osmand:color><osmand:icon>special_flag</osmand:icon><osmand:background>circle</osmand:background>"
                 "</extensions>\n</wpt>\n",
                 colour(p->status));
    pv_text_release(&line);
}

static void add_known(pv_text *out, const pv_kit_place *p, const char *name, const char *what)
{
    if (!p->known) return;
    add_place(out, "wpt", p->lon_deg, p->lat_deg);
    pv_text_addf(out, "\n<name>%s</name>\n<desc>%s ", name, what);
    pv_kit_xml(out, p->name);
    pv_text_add(out, "</desc>\n<type>landmark</type>\n</wpt>\n");
}

static void add_route(pv_text *out, const pv_kit *kit)
{
    if (kit->n + (size_t)kit->access.known < 2) return;
    pv_text_add(out, "<rte>\n<name>VISIT</name>\n<desc>踏查次序 order of visit, ");
    pv_text_add_real(out, kit->route_m, 0);
    pv_text_add(out, " m (straight lines 直线)</desc>\n");
    if (kit->access.known) {
        add_place(out, "rtept", kit->access.lon_deg, kit->access.lat_deg);
        pv_text_add(out, "<name>ACCESS</name></rtept>\n");
    }
    for (size_t i = 0; i < kit->n; i++) {
        add_place(out, "rtept", kit->stop[i].sheet->plot.lon_deg, kit->stop[i].sheet->plot.lat_deg);
        pv_text_add(out, "<name>");
        pv_kit_stop_name(out, kit, i);
        pv_text_add(out, "</name></rtept>\n");
    }
    pv_text_add(out, "</rte>\n");
}

pv_status pv_kit_gpx(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    pv_text_addf(&out,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"%s\" xmlns=\"http://www.topografix.com/GPX/1/1\" "
                 "xmlns:osmand=\"https://osmand.net/docs/technical/osmand-file-formats/osmand-gpx\">\n<metadata>\n<name>",
                 kit->version);
    pv_kit_xml(&out, kit->name);
    pv_text_addf(&out, " %s</name>\n<desc>", kit->date);
    pv_kit_xml(&out, kit->season);
    pv_text_add(&out, "; WGS 84</desc>\n</metadata>\n");
    add_known(&out, &kit->access, "ACCESS", "起点 access");
    add_known(&out, &kit->control, "CONTROL", "校核点 control point");
    for (size_t i = 0; i < kit->n; i++) add_waypoint(&out, kit, i);
    add_route(&out, kit);
    pv_text_add(&out, "</gpx>\n");
    PV_TRY(pv_kit_put(folder, "plots.gpx", &out, err));
out:
    pv_text_release(&out);
    return st;
}
