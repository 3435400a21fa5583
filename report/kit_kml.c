/* KML 2.2 (OGC 07-147r2) and the KMZ around it. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "geo/gcj02.h"
#include "geo/zip.h"
#include "report/kit_files.h"
#include "report/kit_words.h"

#include "base/banned.h"

static void add_header(pv_text *out, const pv_kit *kit, const char *note)
{
    pv_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n<name>");
    pv_kit_xml(out, kit->name);
    pv_text_addf(out, " %s</name>\n<open>1</open>\n<description>", kit->date);
    pv_kit_xml(out, kit->season);
    pv_text_addf(out, "; %s; %s</description>\n", note, kit->version);
}

static void add_styles(pv_text *out)
{
    for (int s = 0; s <= PV_PLOT_REGROWN; s++) {
        const char *word = pv_plot_status_word((pv_plot_status)s);
        pv_text_addf(out,
                     "<Style id=\"%s\"><IconStyle><scale>1</scale><Icon><href>files/%s.png</href></Icon></IconStyle>"
                     "<LabelStyle><scale>0.8</scale></LabelStyle><BalloonStyle><text>$[description]</text></BalloonStyle></Style>\n",
                     word, word);
    }
    pv_text_add(out,
                "<Style id=\"outline\"><LineStyle><color>ff0000ff</color><width>2</width></LineStyle><PolyStyle><fill>0</fill></PolyStyle></Style>\n"
                "<Style id=\"route\"><LineStyle><color>ffc06515</color><width>3</width></LineStyle></Style>\n");
}

static void add_schema(pv_text *out, const pv_kit *kit)
{
    static const char *const type[] = {"string", "int", "double", "string"};
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text_add(out, "<Schema name=\"plot\" id=\"plot\">\n");
    for (int i = 0; i < n; i++)
        pv_text_addf(out, "<SimpleField type=\"%s\" name=\"%s\"><displayName>%s %s</displayName></SimpleField>\n", type[f[i].kind], f[i].name,
                     f[i].zh, f[i].en);
    const pv_form_field *g = pv_kit_form(kit, &n);
    for (int i = 0; i < n; i++)
        pv_text_addf(out, "<SimpleField type=\"string\" name=\"%s\"><displayName>%s %s</displayName></SimpleField>\n", g[i].name, g[i].zh, g[i].en);
    pv_text_add(out, "</Schema>\n");
}

/* HTML in a CDATA section; no text in it can end it, as '>' is written as an entity. */
static void add_balloon(pv_text *out, const pv_kit *kit, size_t i)
{
    const pv_sheet *s = kit->stop[i].sheet;
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text value = {0};
    pv_text_addf(out, "<description><![CDATA[<h3>%zu. %s</h3>", i + 1, s->plot.id);
    if (kit->stop[i].has_chip) pv_text_addf(out, "<img src=\"files/%s.jpg\" alt=\"%s\" width=\"100%%\"><br>", s->hotspot_id, s->plot.id);
    pv_text_add(out, "<table>");
    for (int k = 1; k < n; k++) {
        pv_text_reset(&value);
        if (f[k].shown) pv_kit_fact_words(&value, kit, i, &f[k]);
        if (value.failed) out->failed = 1;
        if (value.len == 0) continue;
        pv_text_addf(out, "<tr><td>%s<br><small>%s</small></td><td>", f[k].zh, f[k].en);
        pv_kit_xml(out, pv_text_str(&value));
        pv_text_add(out, "</td></tr>");
    }
    pv_text_add(out, "</table>]]></description>\n");
    pv_text_release(&value);
}

static void add_data(pv_text *out, const pv_kit *kit, size_t i)
{
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text value = {0};
    pv_text_add(out, "<ExtendedData><SchemaData schemaUrl=\"#plot\">\n");
    for (int k = 0; k < n; k++) {
        pv_text_reset(&value);
        pv_kit_fact_add(&value, kit, i, &f[k]);
        if (value.failed) out->failed = 1;
        if (value.len == 0) continue;
        pv_text_addf(out, "<SimpleData name=\"%s\">", f[k].name);
        pv_kit_xml(out, pv_text_str(&value));
        pv_text_add(out, "</SimpleData>\n");
    }
    pv_text_add(out, "</SchemaData></ExtendedData>\n");
    pv_text_release(&value);
}

static void add_point(pv_text *out, double lon_deg, double lat_deg)
{
    pv_text_add(out, "<Point><coordinates>");
    pv_kit_lonlat(out, lon_deg, lat_deg);
    pv_text_add(out, "</coordinates></Point>");
}

static void add_plot(pv_text *out, const pv_kit *kit, size_t i)
{
    const pv_plot *p = &kit->stop[i].sheet->plot;
    pv_text line = {0};
    pv_text_addf(out, "<Placemark id=\"%s\">\n<name>", p->id);
    pv_kit_stop_name(out, kit, i);
    pv_text_add(out, "</name>\n<Snippet maxLines=\"1\">");
    pv_kit_stop_line(&line, kit, i);
    if (line.failed) out->failed = 1;
    pv_kit_xml(out, pv_text_str(&line));
    pv_text_add(out, "</Snippet>\n");
    add_balloon(out, kit, i);
    pv_text_addf(out, "<styleUrl>#%s</styleUrl>\n", pv_plot_status_word(p->status));
    add_data(out, kit, i);
    add_point(out, p->lon_deg, p->lat_deg);
    pv_text_add(out, "\n</Placemark>\n");
    pv_text_release(&line);
}

/* ---- outlines ---- */

static void add_ring(pv_text *out, const pv_json *j, pv_json_ref ring)
{
    pv_text_add(out, "<LinearRing><coordinates>");
    for (pv_json_ref p = pv_json_first(j, ring); p >= 0; p = pv_json_after(j, ring, p)) {
        double lon = 0, lat = 0;
        pv_json_ref x = pv_json_first(j, p);
        if (!pv_json_real(j, x, -180, 180, &lon) || !pv_json_real(j, pv_json_after(j, p, x), -90, 90, &lat)) continue;
        pv_kit_lonlat(out, lon, lat);
        pv_text_add(out, " ");
    }
    pv_text_add(out, "</coordinates></LinearRing>");
}

static void add_polygon(pv_text *out, const pv_json *j, pv_json_ref polygon)
{
    int n = 0;
    pv_text_add(out, "<Polygon><tessellate>1</tessellate>");
    for (pv_json_ref r = pv_json_first(j, polygon); r >= 0; r = pv_json_after(j, polygon, r), n++) {
        pv_text_add(out, n == 0 ? "<outerBoundaryIs>" : "<innerBoundaryIs>");
        add_ring(out, j, r);
        pv_text_add(out, n == 0 ? "</outerBoundaryIs>" : "</innerBoundaryIs>");
    }
    pv_text_add(out, "</Polygon>");
}

static void add_outline(pv_text *out, const pv_sheet *s)
{
    pv_json j = {.n = 0};
    if (s->outline == NULL) return;
    pv_status st = pv_json_parse(&j, s->outline, strlen(s->outline), -1, NULL);
    if (st == PV_NOMEM) out->failed = 1;
    if (st != PV_OK) return;
    pv_json_ref polygons = pv_json_member(&j, 0, "coordinates");
    pv_text_addf(out, "<Placemark>\n<name>%s</name>\n<styleUrl>#outline</styleUrl>\n<MultiGeometry>", s->plot.id);
    for (pv_json_ref p = pv_json_first(&j, polygons); p >= 0; p = pv_json_after(&j, polygons, p)) add_polygon(out, &j, p);
    pv_text_add(out, "</MultiGeometry>\n</Placemark>\n");
    pv_json_release(&j);
}

/* ---- folders ---- */

static const char *village(const pv_kit *kit, size_t i)
{
    static const pv_unit_level level[] = {PV_CUN, PV_LIN_BAN, PV_LIN_CHANG, PV_XIANG, PV_XIAN};
    for (size_t k = 0; k < sizeof level / sizeof *level; k++)
        if (kit->stop[i].sheet->place[level[k]][0] != '\0') return kit->stop[i].sheet->place[level[k]];
    return "";
}

static void add_villages(pv_text *out, const pv_kit *kit)
{
    for (size_t i = 0; i < kit->n; i++) {
        const char *name = village(kit, i);
        size_t before = 0;
        while (before < i && strcmp(village(kit, before), name) != 0) before++;
        if (before < i) continue;
        pv_text_add(out, "<Folder>\n<name>");
        pv_kit_xml(out, name[0] != '\0' ? name : "未划入村 no village");
        pv_text_add(out, "</name>\n");
        for (size_t k = i; k < kit->n; k++)
            if (strcmp(village(kit, k), name) == 0) add_plot(out, kit, k);
        pv_text_add(out, "</Folder>\n");
    }
}

static void add_place(pv_text *out, const pv_kit_place *p, const char *what)
{
    if (!p->known) return;
    pv_text_addf(out, "<Placemark>\n<name>%s ", what);
    pv_kit_xml(out, p->name);
    pv_text_add(out, "</name>\n");
    add_point(out, p->lon_deg, p->lat_deg);
    pv_text_add(out, "\n</Placemark>\n");
}

static void add_route(pv_text *out, const pv_kit *kit)
{
    pv_text_add(out, "<Folder>\n<name>路线 route</name>\n");
    if (kit->n + (size_t)kit->access.known > 1) {
        pv_text_add(out, "<Placemark>\n<name>到访次序 order of visit, ");
        pv_text_add_real(out, kit->route_m, 0);
        pv_text_add(out, " m</name>\n<styleUrl>#route</styleUrl>\n<LineString><tessellate>1</tessellate><coordinates>");
        if (kit->access.known) pv_kit_lonlat(out, kit->access.lon_deg, kit->access.lat_deg);
        for (size_t i = 0; i < kit->n; i++) {
            if (i > 0 || kit->access.known) pv_text_add(out, " ");
            pv_kit_lonlat(out, kit->stop[i].sheet->plot.lon_deg, kit->stop[i].sheet->plot.lat_deg);
        }
        pv_text_add(out, "</coordinates></LineString>\n</Placemark>\n");
    }
    add_place(out, &kit->access, "起点 access");
    add_place(out, &kit->control, "校核点 control point");
    pv_text_add(out, "</Folder>\n");
}

void pv_kit_kml(pv_text *out, const pv_kit *kit)
{
    add_header(out, kit, "WGS 84");
    add_styles(out);
    add_schema(out, kit);
    add_villages(out, kit);
    pv_text_add(out, "<Folder>\n<name>轮廓 outlines</name>\n");
    for (size_t i = 0; i < kit->n; i++) add_outline(out, kit->stop[i].sheet);
    pv_text_add(out, "</Folder>\n");
    add_route(out, kit);
    pv_text_add(out, "</Document>\n</kml>\n");
}

static pv_status add_pictures(pv_zip *z, const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text icon = {0}, path = {0};
    char name[64];
    for (int s = 0; s <= PV_PLOT_REGROWN; s++) {
        pv_text_reset(&icon);
        pv_kit_icon(&icon, (pv_plot_status)s);
        PV_TRY(pv_text_status(&icon, err));
        (void)snprintf(name, sizeof name, "files/%s.png", pv_plot_status_word((pv_plot_status)s));
        PV_TRY(pv_zip_add_bytes(z, name, icon.data, icon.len, err));
    }
    for (size_t i = 0; i < kit->n; i++) {
        if (!kit->stop[i].has_chip) continue;
        pv_text_reset(&path);
        pv_text_addf(&path, "%s/chips/%s.jpg", folder, kit->stop[i].sheet->hotspot_id);
        PV_TRY(pv_text_status(&path, err));
        (void)snprintf(name, sizeof name, "files/%s.jpg", kit->stop[i].sheet->hotspot_id);
        PV_TRY(pv_zip_add_file(z, name, pv_text_str(&path), err));
    }
out:
    pv_text_release(&icon);
    pv_text_release(&path);
    return st;
}

pv_status pv_kit_kmz(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_zip *z = NULL;
    pv_text kml = {0}, path = {0};
    pv_kit_kml(&kml, kit);
    PV_TRY(pv_text_status(&kml, err));
    PV_TRY(pv_zip_new(&z, kit->date, err));
    PV_TRY(pv_zip_add_bytes(z, "doc.kml", kml.data, kml.len, err));
    PV_TRY(add_pictures(z, folder, kit, err));
    pv_text_addf(&path, "%s/plots.kmz", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_zip_write(z, pv_text_str(&path), 0, err));
out:
    pv_zip_free(z);
    pv_text_release(&kml);
    pv_text_release(&path);
    return st;
}

pv_status pv_kit_gcj02(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0}, line = {0};
    add_header(&out, kit,
               "坐标为 GCJ-02,已偏移,不可用于测量 / coordinates are GCJ-02, shifted by hundreds of metres: only for apps that show GCJ-02");
    for (size_t i = 0; i < kit->n; i++) {
        const pv_plot *p = &kit->stop[i].sheet->plot;
        double lon = 0, lat = 0;
        pv_gcj02_from_wgs84(p->lon_deg, p->lat_deg, &lon, &lat);
        pv_text_add(&out, "<Placemark>\n<name>");
        pv_kit_stop_name(&out, kit, i);
        pv_text_add(&out, " GCJ-02</name>\n<description>");
        pv_text_reset(&line);
        pv_kit_stop_line(&line, kit, i);
        PV_TRY(pv_text_status(&line, err));
        pv_kit_xml(&out, pv_text_str(&line));
        pv_text_addf(&out,
                     "</description>\n<ExtendedData><Data name=\"id\"><value>%s</value></Data><Data name=\"datum\"><value>gcj02</value></Data>"
                     "</ExtendedData>\n",
                     p->id);
        add_point(&out, lon, lat);
        pv_text_add(&out, "\n</Placemark>\n");
    }
    pv_text_add(&out, "</Document>\n</kml>\n");
    PV_TRY(pv_kit_put(folder, "plots_GCJ02.kml", &out, err));
out:
    pv_text_release(&out);
    pv_text_release(&line);
    return st;
}
