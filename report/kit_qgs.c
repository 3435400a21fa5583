#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "report/html.h"
#include "report/kit_gpkg.h"
#include "report/kit_maps.h"
#include "report/kit_style.h"

#include "base/banned.h"

/* A project of QGIS 3.22 without a document type (its address would be the only one in the file), and with what readers of all later versions need. */

/* Around the plots on the first map. */
#define MARGIN_M 200.0

static const char *const layer_id[PV_KIT_TABLES] = {"papaver_plots", "papaver_photos", "papaver_outlines", "papaver_places", "papaver_borders"};

/* ---- extent ---- */

typedef struct extent {
    double west, south, east, north; /* Web Mercator metres */
} extent;

static void reach(extent *e, double lon_deg, double lat_deg)
{
    double x = pv_mercator_x_m(lon_deg), y = pv_mercator_y_m(lat_deg);
    e->west = fmin(e->west, x);
    e->east = fmax(e->east, x);
    e->south = fmin(e->south, y);
    e->north = fmax(e->north, y);
}

static extent extent_of(const pv_kit *kit)
{
    extent e = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < kit->n; i++) reach(&e, kit->stop[i].sheet->plot.lon_deg, kit->stop[i].sheet->plot.lat_deg);
    if (kit->n == 0 && kit->control.known) reach(&e, kit->control.lon_deg, kit->control.lat_deg);
    if (kit->n == 0 && kit->access.known) reach(&e, kit->access.lon_deg, kit->access.lat_deg);
    if (!(e.west <= e.east)) {
        /* China. */
        reach(&e, 73, 18);
        reach(&e, 135, 54);
    }
    return (extent){e.west - MARGIN_M, e.south - MARGIN_M, e.east + MARGIN_M, e.north + MARGIN_M};
}

static void element(pv_text *xml, const char *name, double value)
{
    pv_text_addf(xml, "<%s>", name);
    pv_text_add_real(xml, value, 2);
    pv_text_addf(xml, "</%s>", name);
}

static void add_extent(pv_text *xml, extent e)
{
    pv_text_add(xml, "<extent>");
    element(xml, "xmin", e.west);
    element(xml, "ymin", e.south);
    element(xml, "xmax", e.east);
    element(xml, "ymax", e.north);
    pv_text_add(xml, "</extent>");
}

/* QGIS takes a project's system from its code only when a definition is there too. */
static void add_wgs84(pv_text *xml)
{
    pv_text_add(xml, "<spatialrefsys><proj4>+proj=longlat +datum=WGS84 +no_defs</proj4><srid>4326</srid><authid>EPSG:4326</authid><description>WGS "
                     "84</description>"
                     "<geographicflag>true</geographicflag></spatialrefsys>");
}

static void add_mercator(pv_text *xml)
{
    pv_text_add(xml, "<spatialrefsys><proj4>+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext "
                     "+no_defs</proj4>"
                     "<srid>3857</srid><authid>EPSG:3857</authid><description>WGS 84 / "
                     "Pseudo-Mercator</description><geographicflag>false</geographicflag></spatialrefsys>");
}

/* ---- layers ---- */

static void add_layer_name(pv_text *xml, const pv_kit_table *t)
{
    pv_text name = {0};
    pv_kit_say(&name, PV_SPEECH_BOTH, t->zh, t->en);
    pv_html_add(xml, pv_text_str(&name));
    if (name.failed) xml->failed = 1;
    pv_text_release(&name);
}

static void add_tree_layer(pv_text *xml, const pv_kit_table *t, pv_kit_table_name which)
{
    pv_text_addf(xml, "<layer-tree-layer id=\"%s\" checked=\"Qt::Checked\" expanded=\"1\" providerKey=\"ogr\" source=\"./%s|layername=%s\" name=\"",
                 layer_id[which], t->file, t->name);
    add_layer_name(xml, t);
    pv_text_add(xml, "\"/>\n");
}

/* Where QField puts a photo: an expression in JSON. */
static void add_naming(pv_text *xml, const char *key, const char *ending)
{
    pv_text json = {0};
    pv_text_addf(&json, "{\"path\": \"'DCIM/' || format_date(now(),'yyyyMMdd-HHmmss-zzz') || '%s'\"}", ending);
    pv_text_addf(xml, "<Option type=\"QString\" name=\"QFieldSync/%s\" value=\"", key);
    pv_html_add(xml, pv_text_str(&json));
    pv_text_add(xml, "\"/>");
    if (json.failed) xml->failed = 1;
    pv_text_release(&json);
}

/* How QField treats the layer. */
static void add_custom_properties(pv_text *xml, const pv_kit *kit, pv_kit_table_name which)
{
    pv_text_add(xml, "<customproperties><Option type=\"Map\"><Option type=\"QString\" name=\"QFieldSync/action\" value=\"no_action\"/>"
                     "<Option type=\"QString\" name=\"QFieldSync/cloud_action\" value=\"no_action\"/>");
    if (which == PV_KIT_PHOTOS) {
        add_naming(xml, "attachment_naming", ".{extension}");
        add_naming(xml, "photo_naming", ".jpg");
    }
    /* Points of an audit are neither moved nor added. */
    if (which >= PV_KIT_OUTLINES || (which == PV_KIT_PLOTS && kit->audit[0] != '\0'))
        pv_text_add(xml, "<Option type=\"bool\" name=\"QFieldSync/is_geometry_locked\" value=\"true\"/>");
    pv_text_add(xml, "</Option></customproperties>\n");
}

static void add_layer(pv_text *xml, const pv_kit *kit, const pv_kit_table *t, pv_kit_table_name which)
{
    static const char *const geometry[] = {"No geometry", "Point", "Polygon", "Line"}, *const wkb[] = {"NoGeometry", "Point", "MultiPolygon",
                                                                                                       "MultiLineString"};
    pv_text_addf(xml,
                 "<maplayer type=\"vector\" geometry=\"%s\" wkbType=\"%s\" readOnly=\"%d\" labelsEnabled=\"%d\" hasScaleBasedVisibilityFlag=\"0\" "
                 "simplifyDrawingHints=\"0\" "
                 "styleCategories=\"AllStyleCategories\">\n",
                 geometry[t->shape], wkb[t->shape], which >= PV_KIT_OUTLINES, which == PV_KIT_PLOTS || which == PV_KIT_PLACES);
    pv_text_addf(xml, "<id>%s</id><datasource>./%s|layername=%s</datasource><layername>", layer_id[which], t->file, t->name);
    add_layer_name(xml, t);
    pv_text_add(xml, "</layername><srs>");
    if (t->shape != PV_VECTOR_NO_SHAPE) add_wgs84(xml);
    pv_text_add(xml, "</srs><provider encoding=\"UTF-8\">ogr</provider>\n"
                     "<flags><Identifiable>1</Identifiable><Removable>0</Removable><Searchable>1</Searchable><Private>0</Private></flags>\n");
    add_custom_properties(xml, kit, which);
    pv_kit_style_add(xml, t, which, PV_SPEECH_BOTH, 1);
    pv_text_add(xml, "</maplayer>\n");
}

/* ---- pictures under the plots ---- */

static void add_tree_maps(pv_text *xml, const pv_kit *kit)
{
    pv_text_add(xml, "<layer-tree-group name=\"底图 photos from the air\" checked=\"Qt::Checked\" expanded=\"0\">\n");
    for (size_t i = 0; i < kit->n_maps; i++) {
        long long photo = (long long)kit->map[i].photo;
        if (kit->map[i].there)
            pv_text_addf(xml,
                         "<layer-tree-layer id=\"papaver_map_%lld\" checked=\"Qt::Checked\" expanded=\"0\" providerKey=\"gdal\" "
                         "source=\"./maps/photo-%lld.jpg\" "
                         "name=\"photo-%lld\"/>\n",
                         photo, photo, photo);
    }
    pv_text_add(xml, "</layer-tree-group>\n");
}

static void add_map(pv_text *xml, long long photo)
{
    pv_text_addf(xml,
                 "<maplayer type=\"raster\" hasScaleBasedVisibilityFlag=\"0\" styleCategories=\"AllStyleCategories\"><id>papaver_map_%lld</id>"
                 "<datasource>./maps/photo-%lld.jpg</datasource><layername>photo-%lld</layername><srs>",
                 photo, photo, photo);
    add_mercator(xml);
    /* Black is where the photo does not reach. */
    pv_text_add(
        xml,
        "</srs><provider>gdal</provider>\n<pipe><rasterrenderer type=\"multibandcolor\" opacity=\"1\" alphaBand=\"-1\" redBand=\"1\" greenBand=\"2\" "
        "blueBand=\"3\">"
        "<rasterTransparency><threeValuePixelList><pixelListEntry red=\"0\" green=\"0\" blue=\"0\" percentTransparent=\"100\"/></threeValuePixelList>"
        "</rasterTransparency></rasterrenderer></pipe></maplayer>\n");
}

/* ---- project ---- */

static void add_head(pv_text *xml, const pv_kit *kit)
{
    pv_text title = {0};
    pv_text_addf(&title, "%s %s %s", kit->season, kit->name, kit->date);
    pv_text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qgis version=\"3.22.16\" projectname=\"");
    pv_html_add(xml, pv_text_str(&title));
    pv_text_add(xml, "\">\n<homePath path=\"\"/><title>");
    pv_html_add(xml, pv_text_str(&title));
    pv_text_add(xml, "</title><autotransaction active=\"0\"/><evaluateDefaultValues active=\"0\"/><trust active=\"0\"/>\n<projectCrs>");
    add_mercator(xml);
    pv_text_add(xml, "</projectCrs>\n");
    if (title.failed) xml->failed = 1;
    pv_text_release(&title);
}

static void add_tail(pv_text *xml, const pv_kit *kit, extent e)
{
    pv_text_add(xml, "<layerorder>");
    static const pv_kit_table_name order[] = {PV_KIT_PLACES, PV_KIT_PLOTS, PV_KIT_OUTLINES, PV_KIT_BORDERS, PV_KIT_PHOTOS};
    for (int i = 0; i < PV_KIT_TABLES; i++) pv_text_addf(xml, "<layer id=\"%s\"/>", layer_id[order[i]]);
    for (size_t i = 0; i < kit->n_maps; i++)
        if (kit->map[i].there) pv_text_addf(xml, "<layer id=\"papaver_map_%lld\"/>", (long long)kit->map[i].photo);
    pv_text_add(
        xml,
        "</layerorder>\n<properties><Paths><Absolute type=\"bool\">false</Absolute></Paths><SpatialRefSys><ProjectionsEnabled "
        "type=\"int\">1</ProjectionsEnabled>"
        "</SpatialRefSys><Measurement><AreaUnits type=\"QString\">m2</AreaUnits><DistanceUnits type=\"QString\">meters</DistanceUnits></Measurement>"
        "<PAL><ShowingAllLabels type=\"bool\">false</ShowingAllLabels></PAL></properties>\n"
        "<ProjectViewSettings UseProjectScales=\"0\" rotation=\"0\"><Scales/><DefaultViewExtent");
    const struct {
        const char *name;
        double value;
    } side[] = {{"xmin", e.west}, {"ymin", e.south}, {"xmax", e.east}, {"ymax", e.north}};
    for (int i = 0; i < 4; i++) {
        pv_text_addf(xml, " %s=\"", side[i].name);
        pv_text_add_real(xml, side[i].value, 2);
        pv_text_add(xml, "\"");
    }
    pv_text_add(xml, ">");
    add_mercator(xml);
    pv_text_add(xml, "</DefaultViewExtent></ProjectViewSettings>\n</qgis>\n");
}

static void add_project(pv_text *xml, const pv_kit *kit, const pv_kit_table *table)
{
    static const pv_kit_table_name top_down[] = {PV_KIT_PLACES, PV_KIT_PLOTS, PV_KIT_OUTLINES, PV_KIT_BORDERS, PV_KIT_PHOTOS};
    extent e = extent_of(kit);
    add_head(xml, kit);
    pv_text_add(xml, "<layer-tree-group>\n");
    for (int i = 0; i < PV_KIT_TABLES; i++) add_tree_layer(xml, &table[top_down[i]], top_down[i]);
    add_tree_maps(xml, kit);
    pv_text_add(xml, "</layer-tree-group>\n<relations><relation id=\"" PV_KIT_RELATION "\" name=\"照片 photos\" strength=\"Composition\"");
    pv_text_addf(
        xml,
        " referencedLayer=\"%s\" referencingLayer=\"%s\"><fieldRef referencedField=\"uuid\" referencingField=\"parent\"/></relation></relations>\n",
        layer_id[PV_KIT_PLOTS], layer_id[PV_KIT_PHOTOS]);
    pv_text_add(xml, "<mapcanvas name=\"theMapCanvas\" annotationsVisible=\"1\"><units>meters</units>");
    add_extent(xml, e);
    pv_text_add(xml, "<rotation>0</rotation><destinationsrs>");
    add_mercator(xml);
    pv_text_add(xml, "</destinationsrs><rendermaptile>0</rendermaptile></mapcanvas>\n<projectlayers>\n");
    for (int i = 0; i < PV_KIT_TABLES; i++) add_layer(xml, kit, &table[i], (pv_kit_table_name)i);
    for (size_t i = 0; i < kit->n_maps; i++)
        if (kit->map[i].there) add_map(xml, (long long)kit->map[i].photo);
    pv_text_add(xml, "</projectlayers>\n");
    add_tail(xml, kit, e);
}

pv_status pv_kit_qgs(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kit_table *table = NULL;
    pv_text xml = {0}, path = {0};
    PV_TRY(pv_alloc(&table, PV_KIT_TABLES, sizeof *table, "tables", err));
    for (int i = 0; i < PV_KIT_TABLES; i++) pv_kit_table_read(&table[i], kit, (pv_kit_table_name)i);
    add_project(&xml, kit, table);
    pv_text_addf(&path, "%s/papaver.qgs", folder);
    PV_TRY(pv_text_status(&xml, err));
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), xml.data, xml.len, 0, err));
out:
    pv_free(table);
    pv_text_release(&xml);
    pv_text_release(&path);
    return st;
}
