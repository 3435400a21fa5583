#include "geo/vector_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "geo/gdal_door.h"

#include "base/banned.h"

enum { MOST_FIELDS = 96, MOST_TABLES = 8, MOST_NAME = 64, SHP_NAME = 10, SHP_TEXT = 254, EPSG_WGS84 = 4326 };

struct pv_vector_out {
    pv_vector_format format;
    GDALDatasetH set;
    char memory[64]; /* its folder in GDAL's memory */
    char path[96];
    char date[16], stamp[32];
    int n_lists, n_tables;
    struct {
        char name[MOST_NAME];
        GIntBig rows;
    } table[MOST_TABLES];
    /* Of the last table. */
    const pv_vector_field *field;
    size_t shortened[MOST_FIELDS];
    OGRLayerH layer;
    OGRFeatureH row;
    pv_status row_status;
    pv_err row_err;
};

/* What the drivers would take from the clock, only for calls between the two. */
static void hold_clock(const pv_vector_out *v)
{
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", v->stamp);
}

static void let_clock(void)
{
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NULL);
}

static int open_set(pv_vector_out *v)
{
    GDALDriverH driver = GDALGetDriverByName(v->format == PV_VECTOR_GPKG ? "GPKG" : "ESRI Shapefile");
    char **options = v->format == PV_VECTOR_GPKG ? CSLSetNameValue(NULL, "VERSION", "1.2") : NULL;
    hold_clock(v);
    if (driver != NULL) v->set = GDALCreate(driver, v->path, 0, 0, 0, GDT_Unknown, options);
    let_clock();
    CSLDestroy(options);
    return v->set != NULL;
}

pv_status pv_vector_out_new(pv_vector_out **out, pv_vector_format format, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector_out *v = NULL;
    pv_gdal_watch watch;
    PV_TRY(pv_alloc(&v, 1, sizeof *v, "vector file", err));
    v->format = format;
    (void)snprintf(v->date, sizeof v->date, "%.10s", date);
    (void)snprintf(v->stamp, sizeof v->stamp, "%.10sT00:00:00.000Z", date);
    (void)snprintf(v->memory, sizeof v->memory, "/vsimem/papaver-out-%p", (void *)v);
    (void)snprintf(v->path, sizeof v->path, "%s/out.%s", v->memory, format == PV_VECTOR_GPKG ? "gpkg" : "shp");
    pv_gdal_begin(&watch);
    PV_TRY(pv_gdal_end(&watch, open_set(v), PV_NOMEM, "a vector file in memory", err));
    *out = v;
    v = NULL;
out:
    pv_vector_out_free(v);
    return st;
}

static void close_set(pv_vector_out *v)
{
    if (v->row != NULL) OGR_F_Destroy(v->row);
    v->row = NULL;
    v->layer = NULL;
    hold_clock(v);
    if (v->set != NULL) GDALClose(v->set);
    let_clock();
    v->set = NULL;
}

void pv_vector_out_free(pv_vector_out *v)
{
    if (v == NULL) return;
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    close_set(v);
    (void)VSIRmdirRecursive(v->memory);
    (void)pv_gdal_end_quiet(&watch, 1);
    pv_free(v);
}

pv_status pv_vector_out_list(pv_vector_out *v, const pv_vector_list *list, pv_err *err)
{
    pv_status st = PV_OK;
    OGRCodedValue *value = NULL;
    OGRFieldDomainH domain = NULL;
    pv_gdal_watch watch;
    char *why = NULL;
    if (v->format != PV_VECTOR_GPKG) return pv_fail(err, PV_BUG, "a Shapefile has no lists");
    /* One more than there are values: the array ends with a null. */
    PV_TRY(pv_alloc(&value, list->n + 1, sizeof *value, "coded values", err));
    for (size_t i = 0; i < list->n; i++) {
        value[i].pszCode = (char *)list->code[i].code;
        value[i].pszValue = (char *)list->code[i].words;
    }
    pv_gdal_begin(&watch);
    domain = OGR_CodedFldDomain_Create(list->name, list->title, OFTString, OFSTNone, value);
    int ok = domain != NULL && GDALDatasetAddFieldDomain(v->set, domain, &why);
    st = pv_gdal_end(&watch, ok, PV_NOMEM, list->name, err);
    OGR_FldDomain_Destroy(domain);
    v->n_lists++;
    CPLFree(why);
out:
    pv_free(value);
    return st;
}

/* NULL when a field cannot be in the format, with its name. */
static const char *unfit_field(pv_vector_format format, const pv_vector_table *t)
{
    if (t->n_fields > MOST_FIELDS) return "too many";
    for (int i = 0; i < t->n_fields && format == PV_VECTOR_SHP; i++) {
        const pv_vector_field *f = &t->field[i];
        if (strlen(f->name) > SHP_NAME || f->width < 1 || f->width > SHP_TEXT) return f->name;
    }
    return NULL;
}

static int add_fields(OGRLayerH layer, pv_vector_format format, const pv_vector_table *t)
{
    int ok = 1;
    for (int i = 0; ok && i < t->n_fields; i++) {
        const pv_vector_field *f = &t->field[i];
        OGRFieldDefnH defn = OGR_Fld_Create(f->name, f->kind == PV_VECTOR_TEXT ? OFTString : f->kind == PV_VECTOR_INT ? OFTInteger64 : OFTReal);
        if (format == PV_VECTOR_SHP) {
            OGR_Fld_SetWidth(defn, f->width);
            if (f->kind == PV_VECTOR_REAL) OGR_Fld_SetPrecision(defn, f->decimals);
        } else {
            if (f->list != NULL) OGR_Fld_SetDomainName(defn, f->list);
            OGR_Fld_SetUnique(defn, f->unique);
        }
        ok = OGR_L_CreateField(layer, defn, 0) == OGRERR_NONE;
        OGR_Fld_Destroy(defn);
    }
    return ok;
}

static OGRLayerH make_layer(pv_vector_out *v, const pv_vector_table *t)
{
    static const OGRwkbGeometryType type[] = {wkbNone, wkbPoint, wkbMultiPolygon, wkbMultiLineString};
    OGRLayerH layer = NULL;
    OGRSpatialReferenceH crs = NULL;
    char **options = NULL;
    if (v->format == PV_VECTOR_GPKG) {
        options = CSLSetNameValue(options, "FID", "fid");
        options = CSLSetNameValue(options, "GEOMETRY_NAME", "geom");
        options = CSLSetNameValue(options, "IDENTIFIER", t->title);
        options = CSLSetNameValue(options, "DESCRIPTION", t->about);
        /* Without its triggers any SQLite program can change a row. */
        options = CSLSetNameValue(options, "SPATIAL_INDEX", "NO");
    } else {
        options = CSLSetNameValue(options, "ENCODING", "UTF-8");
        options = CSLSetNameValue(options, "DBF_DATE_LAST_UPDATE", v->date);
    }
    if (t->shape != PV_VECTOR_NO_SHAPE) {
        crs = OSRNewSpatialReference(NULL);
        if (OSRImportFromEPSG(crs, EPSG_WGS84) != OGRERR_NONE) goto out;
        OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    layer = GDALDatasetCreateLayer(v->set, v->format == PV_VECTOR_GPKG ? t->name : "out", crs, type[t->shape], options);
out:
    if (crs != NULL) OSRRelease(crs);
    CSLDestroy(options);
    return layer;
}

/* ---- titles ---- */

static void add_sql_text(pv_text *sql, const char *text)
{
    pv_text_add(sql, "'");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'') pv_text_add(sql, "'");
        pv_text_add_n(sql, p, 1);
    }
    pv_text_add(sql, "'");
}

/* OGR 3.6 writes a row about a column only when it has a list, and never its title. A column's other name is unique in the whole file: the first table has it. */
static void add_title_sql(pv_text *sql, const char *table, const pv_vector_field *f)
{
    pv_text_add(sql, "INSERT INTO gpkg_data_columns(table_name,column_name,title,name) SELECT ");
    add_sql_text(sql, table);
    pv_text_add(sql, ",");
    add_sql_text(sql, f->name);
    pv_text_add(sql, ",t,CASE WHEN EXISTS(SELECT 1 FROM gpkg_data_columns WHERE name=t) THEN NULL ELSE t END FROM (SELECT ");
    add_sql_text(sql, f->title);
    pv_text_add(sql, " t) WHERE 1 ON CONFLICT(table_name,column_name) DO UPDATE SET name=excluded.name,title=excluded.title");
}

static pv_status add_title(pv_vector_out *v, const char *table, const pv_vector_field *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text sql = {0};
    pv_gdal_watch watch;
    add_title_sql(&sql, table, f);
    PV_TRY(pv_text_status(&sql, err));
    pv_gdal_begin(&watch);
    OGRLayerH answer = GDALDatasetExecuteSQL(v->set, pv_text_str(&sql), NULL, NULL);
    if (answer != NULL) GDALDatasetReleaseResultSet(v->set, answer);
    PV_TRY(pv_gdal_end(&watch, 1, PV_BUG, f->name, err));
out:
    pv_text_release(&sql);
    return st;
}

static pv_status write_titles(pv_vector_out *v, const pv_vector_table *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gdal_watch watch;
    /* OGR makes a table only when it has to. */
    pv_gdal_begin(&watch);
    hold_clock(v);
    GDALFlushCache(v->set);
    let_clock();
    PV_TRY(pv_gdal_end(&watch, 1, PV_NOMEM, t->name, err));
    for (int i = 0; i < t->n_fields; i++)
        if (t->field[i].title != NULL) PV_TRY(add_title(v, t->name, &t->field[i], err));
out:
    return st;
}

pv_status pv_vector_out_table(pv_vector_out *v, const pv_vector_table *t, pv_err *err)
{
    pv_gdal_watch watch;
    const char *unfit = unfit_field(v->format, t);
    if (unfit != NULL) return pv_fail(err, PV_BUG, "table %s: field %s does not fit the format", t->name, unfit);
    if (v->n_tables >= (v->format == PV_VECTOR_GPKG ? (int)MOST_TABLES : 1) || strlen(t->name) >= MOST_NAME)
        return pv_fail(err, PV_BUG, "table %s is one too many", t->name);
    pv_gdal_begin(&watch);
    hold_clock(v);
    v->layer = make_layer(v, t);
    int ok = v->layer != NULL && add_fields(v->layer, v->format, t);
    let_clock();
    pv_status st = pv_gdal_end(&watch, ok, PV_NOMEM, t->name, err);
    if (st != PV_OK) return st;
    memset(v->shortened, 0, sizeof v->shortened);
    (void)snprintf(v->table[v->n_tables].name, MOST_NAME, "%s", t->name);
    v->n_tables++;
    v->field = t->field;
    /* The table of titles comes with the lists. */
    return v->n_lists > 0 ? write_titles(v, t, err) : PV_OK;
}

/* ---- rows ---- */

static void row_fails(pv_vector_out *v, pv_status st, const char *what)
{
    if (v->row_status == PV_OK) v->row_status = pv_fail(&v->row_err, st, "%s", what);
}

void pv_vector_out_begin(pv_vector_out *v)
{
    if (v->row != NULL) OGR_F_Destroy(v->row);
    v->row_status = PV_OK;
    v->row = OGR_F_Create(OGR_L_GetLayerDefn(v->layer));
    if (v->row == NULL) row_fails(v, PV_NOMEM, "no memory for a row");
}

/* Bytes of text that fit, whole characters only. */
static size_t fitting(const char *text, size_t most)
{
    size_t n = strlen(text);
    if (n <= most) return n;
    n = most;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    return n;
}

/* Bytes of the character at s; 0 = it is none. */
static size_t character(const char *s)
{
    for (size_t n = 1; n <= 4 && s[n - 1] != '\0'; n++)
        if (pv_utf8_valid(s, n)) return n;
    return 0;
}

static void add_repaired(pv_text *out, const char *text)
{
    while (*text != '\0') {
        size_t n = character(text);
        if (n > 0)
            pv_text_add_n(out, text, n);
        else
            pv_text_add(out, "\xEF\xBF\xBD");
        text += n > 0 ? n : 1;
    }
}

void pv_vector_out_text(pv_vector_out *v, int field, const char *text)
{
    pv_text sound = {0}, part = {0};
    if (v->row == NULL || text == NULL) return;
    if (!pv_utf8_valid(text, strlen(text))) {
        add_repaired(&sound, text);
        text = pv_text_str(&sound);
    }
    size_t n = v->field[field].width > 0 ? fitting(text, (size_t)v->field[field].width) : strlen(text);
    if (text[n] != '\0') {
        v->shortened[field]++;
        pv_text_add_n(&part, text, n);
        text = pv_text_str(&part);
    }
    if (sound.failed || part.failed) row_fails(v, PV_NOMEM, "no memory for a text");
    OGR_F_SetFieldString(v->row, field, text);
    pv_text_release(&sound);
    pv_text_release(&part);
}

void pv_vector_out_int(pv_vector_out *v, int field, int64_t value)
{
    if (v->row != NULL) OGR_F_SetFieldInteger64(v->row, field, value);
}

void pv_vector_out_real(pv_vector_out *v, int field, double value)
{
    if (v->row != NULL && isfinite(value)) OGR_F_SetFieldDouble(v->row, field, value);
}

void pv_vector_out_point(pv_vector_out *v, double lon_deg, double lat_deg)
{
    if (v->row == NULL) return;
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, lon_deg, lat_deg);
    if (OGR_F_SetGeometryDirectly(v->row, point) != OGRERR_NONE) row_fails(v, PV_BUG, "the point does not fit the table");
}

void pv_vector_out_geojson(pv_vector_out *v, const char *geometry)
{
    if (v->row == NULL) return;
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    OGRGeometryH g = OGR_G_CreateGeometryFromJson(geometry);
    OGRwkbGeometryType type = g != NULL ? wkbFlatten(OGR_G_GetGeometryType(g)) : wkbUnknown, want = OGR_L_GetGeomType(v->layer);
    int fits = want == wkbMultiPolygon ? type == wkbPolygon || type == want : want == wkbMultiLineString && (type == wkbLineString || type == want);
    int ok = pv_gdal_end_quiet(&watch, fits);
    if (!ok) row_fails(v, PV_INPUT, "an outline is none");
    if (ok && type == wkbPolygon) g = OGR_G_ForceToMultiPolygon(g);
    if (ok && type == wkbLineString) g = OGR_G_ForceToMultiLineString(g);
    if (ok) OGR_G_FlattenTo2D(g);
    if (ok && OGR_F_SetGeometry(v->row, g) != OGRERR_NONE) row_fails(v, PV_BUG, "the outline does not fit the table");
    if (g != NULL) OGR_G_DestroyGeometry(g);
}

pv_status pv_vector_out_end(pv_vector_out *v, pv_err *err)
{
    pv_gdal_watch watch;
    if (v->row_status != PV_OK) return pv_pass(err, v->row_status, &v->row_err);
    pv_gdal_begin(&watch);
    hold_clock(v);
    OGRErr code = OGR_L_CreateFeature(v->layer, v->row);
    let_clock();
    OGR_F_Destroy(v->row);
    v->row = NULL;
    v->table[v->n_tables - 1].rows++;
    return pv_gdal_end(&watch, code == OGRERR_NONE, PV_NOMEM, v->table[v->n_tables - 1].name, err);
}

size_t pv_vector_out_shortened(const pv_vector_out *v, int field)
{
    return v->shortened[field];
}

/* ---- the file ---- */

/* Every table is there again with all its rows. */
static int reads_back(const pv_vector_out *v)
{
    GDALDatasetH set = GDALOpenEx(v->path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    int ok = set != NULL;
    for (int t = 0; ok && t < v->n_tables; t++) {
        OGRLayerH layer = v->format == PV_VECTOR_GPKG ? GDALDatasetGetLayerByName(set, v->table[t].name) : GDALDatasetGetLayer(set, 0);
        ok = layer != NULL && OGR_L_GetFeatureCount(layer, 1) == v->table[t].rows;
    }
    if (set != NULL) GDALClose(set);
    return ok;
}

static pv_status put_bytes(const pv_vector_out *v, const char *extension, const char *folder, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text from = {0}, to = {0};
    vsi_l_offset n = 0;
    pv_text_addf(&from, "%s/out.%s", v->memory, extension);
    pv_text_addf(&to, "%s/%s.%s", folder, name, extension);
    PV_TRY(pv_text_status(&from, err));
    PV_TRY(pv_text_status(&to, err));
    const GByte *data = VSIGetMemFileBuffer(pv_text_str(&from), &n, 0);
    if (data == NULL) PV_TRY(pv_fail(err, PV_BUG, "%s: was not made", pv_text_str(&to)));
    PV_TRY(pv_outfile_put(pv_text_str(&to), data, (size_t)n, 0, err));
out:
    pv_text_release(&from);
    pv_text_release(&to);
    return st;
}

pv_status pv_vector_out_write(pv_vector_out *v, const char *folder, const char *name, pv_err *err)
{
    static const char *const gpkg[] = {"gpkg", NULL}, *const shp[] = {"shp", "shx", "dbf", "prj", "cpg", NULL};
    pv_status st = PV_OK;
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    close_set(v);
    PV_TRY(pv_gdal_end(&watch, reads_back(v), PV_NOMEM, name, err));
    for (const char *const *extension = v->format == PV_VECTOR_GPKG ? gpkg : shp; *extension != NULL; extension++)
        PV_TRY(put_bytes(v, *extension, folder, name, err));
out:
    return st;
}
