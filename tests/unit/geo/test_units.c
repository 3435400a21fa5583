/* Boundaries: what records say they are, repair, coordinate systems, places on borders. */
#include "units_fixture.h"

#include "base/banned.h"

/* ---- what records are ---- */

static void levels_and_codes(void **state)
{
    (void)state;
    static const struct {
        const char *properties;
        pv_unit_level level;
        const char *key, *code, *name;
    } c[] = {
        {"\"SHENG\":62,\"XIAN\":620522,\"XIANG\":1,\"CUN\":7", PV_CUN, "620522001007", "007", ""},
        {"\"SHENG\":\"62\",\"XIAN\":\"620522\",\"XIANG\":\"001\",\"CUN\":\"008\",\"NAME\":\"上柳村\"", PV_CUN, "620522001008", "008", "上柳村"},
        {"\"xian\":\"620522\",\"lin_chang\":\"柳湾林场\",\"lin_ban\":12.0", PV_LIN_BAN, "620522/柳湾林场/0012", "0012", ""},
        {"\"XIAN\":\"620522\",\"LIN_CHANG\":\"柳湾林场\",\"LIN_BAN\":\"0012\",\"XIAO_BAN\":3", PV_XIAO_BAN, "620522/柳湾林场/0012/000003", "000003",
         ""},
        {"\"XIAN\":\"620522\",\"XIANG\":\"101\",\"LIN_CHANG\":\"0\",\"LIN_BAN\":5,\"XIAO_BAN\":0", PV_LIN_BAN, "620522101/0005", "0005", ""},
        {"\"adcode\":620102,\"name\":\"城关区\",\"level\":\"district\"", PV_XIAN, "620102", "620102", "城关区"},
        {"\"PAC\":\"620522101000\",\"NAME\":\"柳湾镇\"", PV_XIANG, "620522101", "620522101000", "柳湾镇"},
        {"\"XZQDM\":\"62\",\"XZQMC\":\"甘肃省\"", PV_SHENG, "62", "62", "甘肃省"},
        {"\"name\":\"雲林縣麥寮鄉\"", PV_XIANG, "雲林縣麥寮鄉", "", "雲林縣麥寮鄉"},
        {"\"name\":\"台北縣三重市\"", PV_XIANG, "台北縣三重市", "", "台北縣三重市"},
        {"\"name\":\"清水镇(海)\"", PV_XIANG, "清水镇(海)", "", "清水镇(海)"},
        {"\"省\":\"甘肃省\",\"县\":\"秦安县\",\"乡镇\":\"兴丰镇\",\"村名\":\"下湾\"", PV_CUN, "甘肃省/秦安县/兴丰镇/下湾", "", "下湾"},
        {"\"林班号\":\"7\",\"小班号\":\"21\"", PV_XIAO_BAN, "7/21", "21", ""},
        {"\"XIAN\":\"620522\",\"NAME\":\"陇城镇\"", PV_XIANG, "620522/陇城镇", "", "陇城镇"},
        {"\"XIAN\":\"620522\",\"XIANG\":\"105\",\"CUN\":\"201\",\"NAME\":\"陇城镇\"", PV_CUN, "620522105201", "201", ""},
        {"\"NAME\":\"莲花山自然保护区\",\"XIAN\":\"620522\"", PV_UNIT_OTHER, "莲花山自然保护区", "", "莲花山自然保护区"},
        {"\"remark\":\"x\"", PV_UNIT_OTHER, "#0", "", ""},
        {"\"NAME\":\"  a\\u200b\\u0007b\\n c  \"", PV_UNIT_OTHER, "ab  c", "", "ab  c"},
    };
    enum { N = sizeof c / sizeof c[0] };
    pv_text t = {0};
    /* Each in a file of its own: OGR gives all values of a field one type. */
    for (int i = 0; i < N; i++) {
        start(&t, NULL);
        add_box(&t, c[i].properties, 105, 35, 0.5, 0.5);
        pv_units *u = read_text(&t);
        const pv_unit *unit = NULL;
        for (size_t k = 0; k < pv_units_count(u); k++)
            if (!pv_units_at(u, k)->derived) unit = pv_units_at(u, k);
        assert_non_null(unit);
        if (unit->level != c[i].level || strcmp(unit->key, c[i].key) != 0)
            fail_msg("%s is %s %s", c[i].properties, pv_unit_level_word(unit->level), unit->key);
        assert_string_equal(unit->code[unit->level], c[i].code);
        assert_string_equal(unit->name[unit->level], c[i].name);
        assert_int_equal(unit->n_parts, 1);
        pv_units_free(u);
    }
    pv_text_release(&t);
}

static void long_and_broken_texts(void **state)
{
    (void)state;
    pv_unit_record r;
    char text[400];
    memset(&r, 0, sizeof r);
    for (int i = 0; i < 130; i++) memcpy(text + 3 * i, "林", 3);
    text[390] = '\0';
    pv_unit_record_put(&r, pv_unit_field_of("NAME"), text, 0);
    assert_int_equal(r.cut, 1);
    assert_int_equal(strlen(r.name[PV_UNIT_LEVELS]), 96);
    memset(&r, 0, sizeof r);
    pv_unit_record_put(&r, pv_unit_field_of("Xiang_Name"), "a\xff\xc3(b", 0);
    assert_string_equal(r.name[PV_XIANG], "a?"
                                          "?(b");
    assert_int_equal(pv_unit_field_of("MIAN_JI").says, PV_SAYS_NOTHING);
    assert_int_equal(pv_unit_field_of("XIANG_MC").level, PV_XIANG);
    assert_int_equal(pv_unit_field_of("XIAN_DM").says, PV_SAYS_CODE);
    assert_string_equal(pv_province_name("620000"), "甘肃省");
    assert_null(pv_province_name("99"));
}

static void upper_levels_are_put_together(void **state)
{
    (void)state;
    pv_text t = {0};
    start(&t, NULL);
    add_box(&t, "\"XIAN\":\"620522\",\"XIANG\":\"101\",\"CUN\":\"1\",\"LIN_BAN\":1,\"XIAO_BAN\":1", 105, 35, 0.01, 0.01);
    add_box(&t, "\"XIAN\":\"620522\",\"XIANG\":\"101\",\"CUN\":\"1\",\"LIN_BAN\":1,\"XIAO_BAN\":2", 105.01, 35, 0.01, 0.01);
    add_box(&t, "\"XIAN\":\"620522\",\"XIANG\":\"102\",\"CUN\":\"1\",\"LIN_BAN\":1,\"XIAO_BAN\":1", 105.02, 35, 0.01, 0.01);
    /* A second record of the same sub-compartment. */
    add_box(&t, "\"XIAN\":\"620522\",\"XIANG\":\"102\",\"CUN\":\"1\",\"LIN_BAN\":1,\"XIAO_BAN\":1", 105.05, 35, 0.01, 0.01);
    pv_units *u = read_text(&t);
    pv_units_facts f = pv_units_facts_of(u);
    static const int64_t want[PV_UNIT_LEVELS] = {1, 1, 1, 2, 2, 0, 2, 3, 0};
    for (int l = 0; l < PV_UNIT_LEVELS; l++) {
        assert_int_equal(f.units[l], want[l]);
        assert_int_equal(f.derived[l], want[l] > 0 && l != PV_XIAO_BAN);
    }
    pv_unit_hits h = {0};
    pv_unit_place place;
    assert_int_equal(pv_units_at_point(u, 105.055, 35.005, &h, NULL), PV_OK);
    assert_int_equal(h.n, 7);
    assert_int_equal(pv_units_at_point(u, 105.01, 35.005, &h, NULL), PV_OK);
    pv_units_describe(u, &h, &place);
    assert_int_equal(place.on_border, 1);
    assert_string_equal(place.label[PV_XIAO_BAN], "000001 / 000002");
    assert_string_equal(place.label[PV_LIN_BAN], "0001");
    assert_string_equal(place.label[PV_SHENG], "甘肃省");
    pv_unit_hits_release(&h);
    pv_units_free(u);
    pv_text_release(&t);
}

/* ---- repair ---- */

static void outlines_are_repaired(void **state)
{
    (void)state;
    static const struct {
        const char *name, *geometry, *why; /* why NULL = as it is; "-" = left out */
        double in_x, in_y, out_x, out_y;
    } c[] = {
        {"open", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4]]]}", "open ring", 2, 2, 5, 5},
        {"bow", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}", "area changed", 3, 2, 2, 3},
        {"hole first", "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2],[1,2],[1,1]],[[0,0],[4,0],[4,4],[0,4],[0,0]]]}", "repaired", 3, 3,
         1.5, 1.5},
        {"hole", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0,4],[4,4],[4,0],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]}", NULL, 3, 3, 1.5, 1.5},
        {"doubled", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0,0],[4,0],[4,4],[4,4],[0,4],[0,0],[0,0]]]}", NULL, 2, 2, 5, 5},
        {"height", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0,7],[4,0,8],[4,4,9],[0,4,1],[0,0,7]]]}", NULL, 2, 2, 5, 5},
        {"twice", "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[0,0],[4,0],[4,4],[0,4],[0,0]]]]}", "repaired", 2,
         2, 5, 5},
        {"overlap", "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[3,3],[6,3],[6,6],[3,6],[3,3]]]]}", "repaired",
         3.5, 3.5, 1, 5},
        {"spike", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[8,4],[4,4],[0,4],[0,0]]]}", "repaired", 2, 2, 6, 4},
        {"collection",
         "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]},{\"type\":"
         "\"Point\","
         "\"coordinates\":[9,9]}]}",
         "lines or points", 2, 2, 9, 9},
        {"line", "{\"type\":\"LineString\",\"coordinates\":[[0,0],[4,4]]}", "-", 0, 0, 2, 2},
        {"nothing", "null", "-", 0, 0, 2, 2},
        {"flat", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,4],[0,0],[0,0]]]}", "-", 0, 0, 2, 2},
        {"empty", "{\"type\":\"Polygon\",\"coordinates\":[]}", "-", 0, 0, 2, 2},
        {"far", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,1e400],[0,4],[0,0]]]}", "-", 0, 0, 2, 2},
    };
    pv_text t = {0};
    pv_unit_hits h = {0};
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        char name[64];
        start(&t, NULL);
        (void)snprintf(name, sizeof name, "\"name\":\"%s\"", c[i].name);
        add(&t, name, c[i].geometry);
        add_box(&t, "\"name\":\"other place\"", 50, 50, 1, 1);
        pv_units *u = read_text(&t);
        int gone = c[i].why != NULL && c[i].why[0] == '-';
        pv_units_facts f = pv_units_facts_of(u);
        assert_int_equal(f.left_out, gone);
        assert_int_equal(f.records, 2);
        if (!gone) {
            assert_int_equal(pv_units_at_point(u, c[i].in_x, c[i].in_y, &h, NULL), PV_OK);
            if (h.n != 1) fail_msg("%s: its inside is not in it", c[i].name);
        }
        assert_int_equal(pv_units_at_point(u, c[i].out_x, c[i].out_y, &h, NULL), PV_OK);
        if (h.n != 0) fail_msg("%s: its outside is in it", c[i].name);
        if (c[i].why == NULL)
            assert_int_equal(pv_units_report_count(u), 0);
        else if (!says(u, gone ? "left out" : c[i].why) || !says(u, c[i].name))
            fail_msg("%s: the report does not say so: %s", c[i].name, pv_units_report_count(u) > 0 ? pv_units_report_at(u, 0) : "nothing");
        pv_units_free(u);
    }
    pv_unit_hits_release(&h);
    pv_text_release(&t);
}

/* ---- coordinate systems ---- */

static void systems_are_transformed_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *crs;
        double x, y, size;
        const char *words; /* NULL = accepted */
    } c[] = {
        {NULL, 105.0, 35.0, 0.01, NULL},
        {"urn:ogc:def:crs:EPSG::4490", 105.0, 35.0, 0.01, NULL},
        {"urn:ogc:def:crs:EPSG::4544", 500000, 3874593, 900, NULL},          /* CGCS2000, meridian 105, no zone in front */
        {"urn:ogc:def:crs:EPSG::4523", 35500000, 3874593, 900, NULL},        /* zone 35 in front */
        {"urn:ogc:def:crs:EPSG::32648", 500000, 3873043.2, 900, NULL},       /* UTM 48 */
        {"urn:ogc:def:crs:EPSG::4544", 35500000, 3874593, 900, "EPSG:4523"}, /* the prefix is not expected */
        {"urn:ogc:def:crs:EPSG::4523", 500000, 3874593, 900, "EPSG:4544"},
        {"urn:ogc:def:crs:EPSG::4544", 3874593, 500000, 900, "swapped"},
        {"urn:ogc:def:crs:EPSG::4544", 105.0, 35.0, 0.01, "degrees"},
        {"urn:ogc:def:crs:EPSG::4490", 35.0, 105.0, 0.01, "swapped"},
        {NULL, 35.0, 105.0, 0.01, "swapped"},
        {NULL, 500000, 3874593, 900, "no degrees"},
    };
    pv_text t = {0};
    pv_err err;
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        pv_units *u = NULL;
        start(&t, c[i].crs);
        add_box(&t, "\"XIAN\":\"620522\"", c[i].x, c[i].y, c[i].size, c[i].size);
        err = (pv_err){0};
        pv_status st = try_read(&u, &t, &err);
        if (c[i].words != NULL) {
            if (st != PV_INPUT || strstr(err.text, c[i].words) == NULL) fail_msg("case %zu: %d %s", i, (int)st, err.text);
            continue;
        }
        if (st != PV_OK) fail_msg("case %zu: %s", i, err.text);
        const pv_area *a = pv_unit_part(u, pv_units_count(u) - 1, 0);
        if (fabs(a->point[0].x - 105) > 1e-6 || fabs(a->point[0].y - 35) > 2e-5) fail_msg("case %zu: %.8f %.8f", i, a->point[0].x, a->point[0].y);
        /* Long edges of projected files are divided. */
        assert_int_equal(a->n_points > 5, c[i].size > 1);
        pv_units_free(u);
    }
    pv_text_release(&t);
}

/* Unbounded, the pieces of such edges go round the Earth by the thousand, and repairing them takes all memory. */
static void endless_edges_are_left_out(void **state)
{
    (void)state;
    static const char *const north[] = {"3876204234593", "1e300", "9874593", "3875593"}; /* the last is right */
    pv_text t = {0};
    for (size_t i = 0; i < 4; i++) {
        char outline[200];
        (void)snprintf(outline, sizeof outline,
                       "{\"type\":\"Polygon\",\"coordinates\":[[[500000,3874593],[501000,%s],[501000,3874593],[500000,3874593]]]}", north[i]);
        start(&t, "urn:ogc:def:crs:EPSG::4544");
        add(&t, "\"name\":\"slip\"", outline);
        add_box(&t, "\"name\":\"other place\"", 500000, 3874593, 900, 900);
        add_box(&t, "\"name\":\"third place\"", 502000, 3874593, 900, 900);
        pv_units *u = read_text(&t);
        int right = i == 3;
        assert_int_equal(pv_units_facts_of(u).left_out, !right);
        if (!right && !says(u, "a digit too many") && !says(u, "no place on the Earth")) fail_msg("%s: %s", north[i], pv_units_report_at(u, 0));
        assert_int_equal(pv_units_count(u), right ? 3 : 2);
        pv_units_free(u);
    }
    pv_text_release(&t);
}

/* ---- Shapefiles and GeoPackages ---- */

static void write_layer(GDALDatasetH ds, const char *name, int epsg, const char *encoding, const char *field, const char *value, double x, double y,
                        double size)
{
    char option[64];
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    if (epsg > 0) {
        assert_int_equal(OSRImportFromEPSG(srs, epsg), OGRERR_NONE);
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    (void)snprintf(option, sizeof option, "ENCODING=%s", encoding != NULL ? encoding : "");
    char *options[] = {option, NULL};
    OGRLayerH layer = GDALDatasetCreateLayer(ds, name, epsg > 0 ? srs : NULL, wkbPolygon, encoding != NULL ? (char **)options : NULL);
    assert_non_null(layer);
    OGRFieldDefnH text = OGR_Fld_Create(field, OFTString), number = OGR_Fld_Create("XIAN", OFTReal);
    OGR_Fld_SetWidth(text, 40);
    OGR_Fld_SetWidth(number, 10);
    OGR_Fld_SetPrecision(number, 2);
    assert_int_equal(OGR_L_CreateField(layer, text, 1), OGRERR_NONE);
    assert_int_equal(OGR_L_CreateField(layer, number, 1), OGRERR_NONE);
    OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(f, 0, value);
    OGR_F_SetFieldDouble(f, 1, 620522);
    char wkt[256];
    (void)snprintf(wkt, sizeof wkt, "POLYGON((%f %f,%f %f,%f %f,%f %f,%f %f))", x, y, x, y + size, x + size, y + size, x + size, y, x, y);
    char *at = wkt;
    OGRGeometryH g = NULL;
    assert_int_equal(OGR_G_CreateFromWkt(&at, NULL, &g), OGRERR_NONE);
    OGR_F_SetGeometryDirectly(f, g);
    assert_int_equal(OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    OGR_F_Destroy(f);
    OGR_Fld_Destroy(text);
    OGR_Fld_Destroy(number);
    OSRDestroySpatialReference(srs);
}

static pv_units *read_files(int n, const char *const *path)
{
    pv_units *u = NULL;
    pv_err err = {0};
    if (pv_units_open(&u, n, path, &err) != PV_OK) fail_msg("%s", err.text);
    return u;
}

static void shapefiles_with_any_encoding(void **state)
{
    (void)state;
    static const char gbk[] = "\xc1\xf8\xcd\xe5\xd5\xf2"; /* 柳湾镇 */
    static const struct {
        const char *name, *encoding, *value;
        int drop_cpg;
    } c[] = {{"utf8", "UTF-8", "柳湾镇", 0},
             {"gbk", "CP936", "柳湾镇", 0},
             {"page", "CP936", "柳湾镇", 1},
             {"raw", "", gbk, 1},
             {"latin", "ISO-8859-1", NULL, 0}};
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        char path[128], cpg[128];
        (void)snprintf(path, sizeof path, "%s/%s.shp", folder, c[i].name);
        (void)snprintf(cpg, sizeof cpg, "%s/%s.cpg", folder, c[i].name);
        GDALDatasetH ds = GDALCreate(GDALGetDriverByName("ESRI Shapefile"), path, 0, 0, 0, GDT_Unknown, NULL);
        /* As a table that says Latin-1 and holds GBK. */
        write_layer(ds, c[i].name, 4490, c[i].encoding, "XIANG", c[i].value != NULL ? c[i].value : "\xc3\x81\xc3\xb8\xc3\x8d\xc3\xa5\xc3\x95\xc3\xb2",
                    105, 35, 0.1);
        GDALClose(ds);
        if (c[i].drop_cpg) (void)unlink(cpg);
        const char *list[] = {path};
        pv_units *u = read_files(1, list);
        const pv_unit *unit = pv_units_at(u, pv_units_count(u) - 1);
        assert_int_equal(unit->level, PV_XIANG);
        if (strcmp(pv_unit_label(unit), "柳湾镇") != 0) fail_msg("%s: %s", c[i].name, pv_unit_label(unit));
        assert_string_equal(unit->code[PV_XIAN], "620522");
        pv_units_free(u);
    }
}

static void files_and_layers_side_by_side(void **state)
{
    (void)state;
    char gpkg[128], shp[128];
    (void)snprintf(gpkg, sizeof gpkg, "%s/all.gpkg", folder);
    (void)snprintf(shp, sizeof shp, "%s/bare.shp", folder);
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName("GPKG"), gpkg, 0, 0, 0, GDT_Unknown, NULL);
    write_layer(ds, "villages", 4490, NULL, "CUN", "上柳村", 105, 35, 0.1);
    write_layer(ds, "farms", 4544, NULL, "LIN_CHANG", "柳湾林场", 500000, 3875608, 4000);
    GDALClose(ds);
    ds = GDALCreate(GDALGetDriverByName("ESRI Shapefile"), shp, 0, 0, 0, GDT_Unknown, NULL);
    write_layer(ds, "bare", 0, "UTF-8", "NAME", "秦安县", 104, 34, 2);
    GDALClose(ds);
    const char *list[] = {gpkg, shp};
    pv_units *u = read_files(2, list);
    pv_unit_hits h = {0};
    pv_unit_place place;
    assert_int_equal(pv_units_at_point(u, 105.02, 35.02, &h, NULL), PV_OK);
    pv_units_describe(u, &h, &place);
    assert_string_equal(place.label[PV_CUN], "上柳村");
    assert_string_equal(place.label[PV_LIN_CHANG], "柳湾林场");
    assert_string_equal(place.label[PV_XIAN], "秦安县");
    assert_int_equal(place.on_border, 0);
    assert_int_equal(pv_units_at_point(u, 100, 35, &h, NULL), PV_OK);
    pv_units_describe(u, &h, &place);
    assert_int_equal(place.outside, 1);
    pv_unit_hits_release(&h);
    pv_units_free(u);
}

/* ---- plots ---- */

static void plot_box(pv_area *a, double x, double y, double w, double h)
{
    const pv_point p[] = {{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}};
    pv_area_release(a);
    assert_int_equal(pv_area_add_ring(a, p, 4, NULL), PV_OK);
    assert_int_equal(pv_area_ready(a, NULL), PV_OK);
}

static void plots_on_borders(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_area plot = {0};
    pv_unit_hits h = {0};
    pv_unit_place place;
    start(&t, NULL);
    add_box(&t, "\"XIANG\":\"甲镇\"", 105, 35, 0.5, 1);
    add_box(&t, "\"XIANG\":\"乙镇\"", 105.5, 35, 0.5, 1);
    add_box(&t, "\"name\":\"莲花山保护区\"", 105.2, 35.2, 0.5, 0.5);
    pv_units *u = read_text(&t);
    plot_box(&plot, 105.1, 35.1, 1e-4, 1e-4);
    assert_int_equal(pv_units_at_plot(u, &plot, &h, NULL), PV_OK);
    pv_units_describe(u, &h, &place);
    assert_string_equal(place.label[PV_XIANG], "甲镇");
    assert_int_equal(place.on_border, 0);
    assert_true(h.at[0].share == 1);
    plot_box(&plot, 105.49975, 35.3, 1e-3, 1e-4);
    assert_int_equal(pv_units_at_plot(u, &plot, &h, NULL), PV_OK);
    pv_units_describe(u, &h, &place);
    assert_string_equal(place.label[PV_XIANG], "乙镇 / 甲镇");
    assert_string_equal(place.label[PV_UNIT_OTHER], "莲花山保护区");
    assert_int_equal(place.on_border, 1);
    assert_int_equal(h.n, 3);
    for (size_t i = 0; i < h.n; i++) {
        double want = strcmp(pv_unit_label(pv_units_at(u, h.at[i].unit)), "甲镇") == 0   ? 0.25
                      : strcmp(pv_unit_label(pv_units_at(u, h.at[i].unit)), "乙镇") == 0 ? 0.75
                                                                                         : 1;
        assert_true(fabs(h.at[i].share - want) < 0.01);
    }
    /* It only touches the border: both sides. */
    plot_box(&plot, 105.5, 35.1, 1e-3, 1e-4);
    assert_int_equal(pv_units_at_plot(u, &plot, &h, NULL), PV_OK);
    assert_int_equal(h.n, 2);
    plot_box(&plot, 107, 35.1, 1e-3, 1e-4);
    assert_int_equal(pv_units_at_plot(u, &plot, &h, NULL), PV_OK);
    assert_int_equal(h.n, 0);
    pv_area_release(&plot);
    pv_unit_hits_release(&h);
    pv_units_free(u);
    pv_text_release(&t);
}

/* ---- faults ---- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    pv_text t = {0};
    pv_err err;
    start(&t, "urn:ogc:def:crs:EPSG::4544");
    add_box(&t, "\"XIAN\":\"620522\",\"XIANG\":\"101\"", 500000, 3874593, 900, 900);
    add(&t, "\"XIAN\":\"620522\",\"XIANG\":\"102\"",
        "{\"type\":\"Polygon\",\"coordinates\":[[[500000,3874000],[500400,3874400],[500400,3874000],[500000,3874400],[500000,3874000]]]}");
    size_t length = t.len;
    for (long k = 0;; k++) {
        pv_units *u = NULL;
        t.len = length;
        t.data[length] = '\0';
        err = (pv_err){0};
        pv_mem_fail_at(k, 0);
        pv_status st = try_read(&u, &t, &err);
        pv_mem_fail_at(-1, 0);
        pv_units_free(u);
        if (st == PV_OK) {
            assert_in_range(k, 20, 500);
            break;
        }
        assert_int_equal(st, PV_NOMEM);
        assert_true(err.text[0] != '\0');
    }
    pv_text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels_and_codes),
                                       cmocka_unit_test(long_and_broken_texts),
                                       cmocka_unit_test(upper_levels_are_put_together),
                                       cmocka_unit_test(outlines_are_repaired),
                                       cmocka_unit_test(systems_are_transformed_or_refused),
                                       cmocka_unit_test(endless_edges_are_left_out),
                                       cmocka_unit_test(shapefiles_with_any_encoding),
                                       cmocka_unit_test(files_and_layers_side_by_side),
                                       cmocka_unit_test(plots_on_borders),
                                       cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
