/* The survey that ships: sameness, truth that agrees with itself, boundaries that tile, and words for wrong options. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/text.h"
#include "samples/noise.h"
#include "samples/survey.h"

#define FIRST "samples-first"

static const char *const FILES[15] = {"survey.json",
                                      "photos/flight-1.tif",
                                      "photos/flight-2.tif",
                                      "photos/flight-3.tif",
                                      "truth/classes-flight-1.tif",
                                      "truth/classes-flight-2.tif",
                                      "truth/classes-flight-3.tif",
                                      "truth/plots.geojson",
                                      "truth/plants.csv",
                                      "labels/flight-1.geojson",
                                      "labels/flight-2.geojson",
                                      "labels/flight-3.geojson",
                                      "units/counties.geojson",
                                      "units/townships.geojson",
                                      "units/compartments.geojson"};

static pv_survey_options tiny(const char *folder)
{
    pv_survey_options o = pv_survey_options_default();
    o.folder = folder;
    o.size_m = 48.0;
    o.seed = 5;
    o.overwrite = 1;
    return o;
}

static int make_first(void **state)
{
    pv_err err = {0};
    pv_survey_facts facts = {0};
    pv_survey_options o = tiny(FIRST);
    (void)state;
    GDALAllRegister();
    o.threads = 1;
    if (pv_survey_make(&o, &facts, &err) == PV_OK) return 0;
    print_error("%s\n", err.text);
    return 1;
}

static void hash_of(const char *folder, const char *file, char hex[PV_SHA256_HEX])
{
    char path[256];
    pv_err err = {0};
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    assert_int_equal(pv_sha256_file(path, hex, &err), PV_OK);
}

static void same_bytes_twice_and_for_two_threads(void **state)
{
    pv_err err = {0};
    pv_survey_facts facts = {0};
    pv_survey_options o = tiny("samples-second");
    (void)state;
    o.threads = 2;
    assert_int_equal(pv_survey_make(&o, &facts, &err), PV_OK);
    for (size_t k = 0; k < sizeof FILES / sizeof FILES[0]; k++) {
        char a[PV_SHA256_HEX], b[PV_SHA256_HEX];
        hash_of(FIRST, FILES[k], a);
        hash_of("samples-second", FILES[k], b);
        assert_string_equal(a, b);
    }
}

static void another_seed_is_another_landscape(void **state)
{
    pv_err err = {0};
    pv_scene a = {0}, b = {0};
    (void)state;
    assert_int_equal(pv_scene_make(&a, 60.0, 1, PV_PLOTS_ALL, &err), PV_OK);
    assert_int_equal(pv_scene_make(&b, 60.0, 2, PV_PLOTS_ALL, &err), PV_OK);
    assert_true(a.bed[0].mid_x < b.bed[0].mid_x || a.bed[0].mid_x > b.bed[0].mid_x);
    pv_scene_release(&a);
    pv_scene_release(&b);
}

static void default_landscape_has_enough_plots(void **state)
{
    pv_err err = {0};
    (void)state;
    for (uint32_t seed = 1; seed <= 6; seed++) {
        pv_scene s = {0};
        int stages[PV_STAGES] = {0}, few = 0;
        assert_int_equal(pv_scene_make(&s, 160.0, seed, PV_PLOTS_ALL, &err), PV_OK);
        assert_true(s.n_plots >= 24);
        for (size_t k = 0; k < s.n_plots; k++) {
            assert_in_range(s.bed[k].n_plants, 1, 250);
            few += s.bed[k].n_plants < 5;
            double density = (double)s.bed[k].n_plants / (double)s.bed[k].area_m2;
            assert_true(density >= 9.99 && density <= 30.01);
            stages[s.bed[k].stage]++;
        }
        for (int k = 0; k < PV_STAGES; k++) assert_true(stages[k] > 0);
        assert_in_range(few, 2, 6);
        pv_scene_release(&s);
    }
}

static void outlines_have_their_area_and_their_plants(void **state)
{
    pv_err err = {0};
    pv_scene s = {0};
    (void)state;
    assert_int_equal(pv_scene_make(&s, 160.0, 3, PV_PLOTS_ALL, &err), PV_OK);
    for (size_t k = 0; k < s.n_beds; k++) {
        const pv_bed *b = &s.bed[k];
        double twice = 0;
        for (int i = 0, j = PV_BED_CORNERS - 1; i < PV_BED_CORNERS; j = i++)
            twice += ((double)b->corner_x[i] - (double)b->mid_x) * ((double)b->corner_y[j] - (double)b->mid_y) -
                     ((double)b->corner_x[j] - (double)b->mid_x) * ((double)b->corner_y[i] - (double)b->mid_y);
        assert_true(fabs(twice / 2 - (double)b->area_m2) < 0.01 * (double)b->area_m2); /* positive: counter-clockwise on the map */
        for (size_t i = 0; i < b->n_plants; i++) assert_true(pv_bed_contains(b, s.plant[b->first_plant + i].x, s.plant[b->first_plant + i].y));
        for (size_t i = 0; i < k; i++) assert_true(hypot((double)(s.bed[i].mid_x - b->mid_x), (double)(s.bed[i].mid_y - b->mid_y)) > 0.3);
    }
    pv_scene_release(&s);
}

/* The look-alikes and the plots that stay: the same beds of the same plants. */
static void same_bed(const pv_scene *a, const pv_bed *x, const pv_scene *b, const pv_bed *y)
{
    pv_bed moved = *y;
    moved.first_plant = x->first_plant;
    assert_memory_equal(x, &moved, sizeof moved);
    assert_memory_equal(a->plant + x->first_plant, b->plant + y->first_plant, x->n_plants * sizeof *a->plant);
}

static void fewer_plots_leave_the_rest_as_it_is(void **state)
{
    static const int WANTED[6] = {0, 1, 7, 8, 9, 20};
    pv_err err = {0};
    pv_scene all = {0}, whole = {0};
    (void)state;
    assert_int_equal(pv_scene_make(&all, 160.0, 3, PV_PLOTS_ALL, &err), PV_OK);
    size_t few_at = 0; /* the first place of few plants */
    while (few_at < all.n_plots && all.bed[few_at].n_plants >= 5) few_at++;
    for (int k = 0; k < 6; k++) {
        pv_scene s = {0};
        size_t n = (size_t)WANTED[k], few = n / 8, trees = 0, plants = 0;
        assert_int_equal(pv_scene_make(&s, 160.0, 3, WANTED[k], &err), PV_OK);
        assert_int_equal(s.n_plots, n);
        assert_int_equal(s.n_beds - s.n_plots, all.n_beds - all.n_plots);
        for (size_t i = 0; i < n; i++) same_bed(&s, &s.bed[i], &all, &all.bed[i < n - few ? i : few_at + i - (n - few)]);
        for (size_t i = n; i < s.n_beds; i++) same_bed(&s, &s.bed[i], &all, &all.bed[i + all.n_plots - n]);
        for (size_t i = 0; i < s.n_beds; i++) plants += s.bed[i].n_plants;
        assert_int_equal(s.n_plants, plants);
        assert_int_equal(s.n_houses, all.n_houses);
        assert_memory_equal(s.house, all.house, s.n_houses * sizeof *s.house);
        for (size_t i = 0; i < s.n_trees && trees < all.n_trees; i++) trees += memcmp(&s.tree[i], &all.tree[trees], sizeof *s.tree) == 0;
        assert_int_equal(trees, all.n_trees); /* they all stand; the others grow where plots were */
        assert_true(n > 0 || s.n_trees > all.n_trees);
        pv_scene_release(&s);
    }
    assert_int_equal(pv_scene_make(&whole, 160.0, 3, (int)all.n_plots, &err), PV_OK);
    assert_int_equal(whole.n_beds, all.n_beds);
    assert_memory_equal(whole.bed, all.bed, all.n_beds * sizeof *all.bed);
    pv_scene_release(&whole);
    assert_int_equal(pv_scene_make(&whole, 160.0, 3, (int)all.n_plots + 1, &err), PV_USAGE);
    assert_non_null(strstr(err.text, "too many"));
    assert_null(whole.block);
    pv_scene_release(&all);
}

/* Ground far from every plot looks the same without them, and none looks like a plot. */
static void freed_ground_is_ordinary_ground(void **state)
{
    pv_err err = {0};
    pv_scene all = {0}, none = {0};
    pv_view before = {0}, after = {0};
    pv_flight f;
    long poppies = 0, far = 0;
    (void)state;
    assert_int_equal(pv_scene_make(&all, 80.0, 3, PV_PLOTS_ALL, &err), PV_OK);
    assert_int_equal(pv_scene_make(&none, 80.0, 3, 0, &err), PV_OK);
    pv_flight_make(&f, 0, &all, PV_BANDSET_MS, 0);
    assert_int_equal(pv_view_make(&before, &all, &f.light, &err), PV_OK);
    assert_int_equal(pv_view_make(&after, &none, &f.light, &err), PV_OK);
    for (int k = 0; k < 320 * 240; k++) {
        float x = 0.25F * (float)(k % 320), y = 0.25F * (float)(k / 320); // NOLINT(bugprone-integer-division): rows and columns of a lattice
        pv_look a, b;
        int apart = 1;
        pv_view_look(&before, 1, &x, &y, &a);
        pv_view_look(&after, 1, &x, &y, &b);
        assert_int_not_equal(b.class_code, PV_OPIUM_POPPY);
        poppies += a.class_code == PV_OPIUM_POPPY;
        /* Trees grow where plots were, and their shadows reach as far as that. */
        for (size_t i = 0; i < all.n_plots && apart; i++) apart = hypot((double)(x - all.bed[i].mid_x), (double)(y - all.bed[i].mid_y)) > 15.0;
        far += apart;
        if (!apart) continue;
        assert_int_equal(a.class_code, b.class_code);
        assert_memory_equal(a.colour, b.colour, sizeof a.colour);
    }
    assert_true(poppies > 20 && far > 1000);
    pv_view_release(&before);
    pv_view_release(&after);
    pv_scene_release(&all);
    pv_scene_release(&none);
}

static OGRLayerH open_layer(GDALDatasetH *file, const char *path)
{
    *file = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    assert_non_null(*file);
    return GDALDatasetGetLayer(*file, 0);
}

static void plots_file_agrees_with_plants_file(void **state)
{
    GDALDatasetH file;
    OGRLayerH layer = open_layer(&file, FIRST "/truth/plots.geojson");
    OGRFeatureH f;
    int plots = 0, plants = 0, lines = 0;
    (void)state;
    while ((f = OGR_L_GetNextFeature(layer))) {
        char line[256];
        int n = 0, id = OGR_F_GetFieldAsInteger(f, OGR_F_GetFieldIndex(f, "id")), want = OGR_F_GetFieldAsInteger(f, OGR_F_GetFieldIndex(f, "plants"));
        FILE *csv = fopen(FIRST "/truth/plants.csv", "r");
        assert_non_null(csv);
        assert_true(OGR_G_IsValid(OGR_F_GetGeometryRef(f)));
        lines = 0;
        while (fgets(line, sizeof line, csv)) {
            char *end = NULL;
            long plot = strtol(line, &end, 10);
            if (end == line) continue;
            lines++;
            if (plot != id) continue;
            OGRGeometryH p = OGR_G_CreateGeometry(wkbPoint);
            double lon = strtod(end + 1, &end), lat = strtod(end + 1, &end);
            OGR_G_SetPoint_2D(p, 0, lon, lat);
            assert_true(OGR_G_Contains(OGR_F_GetGeometryRef(f), p));
            OGR_G_DestroyGeometry(p);
            n++;
        }
        (void)fclose(csv);
        assert_int_equal(n, want);
        plots++;
        plants += n;
        OGR_F_Destroy(f);
    }
    assert_true(plots >= 4);
    assert_int_equal(plants, lines);
    GDALClose(file);
}

/* Share of the pixels inside labels whose class in the class picture is the label's. */
static void labels_agree_with_class_picture(void **state)
{
    (void)state;
    for (int flight = 1; flight <= 3; flight++) {
        char path[128];
        GDALDatasetH labels;
        double g[6], inverse[6];
        long good = 0, all = 0;
        OGRFeatureH f;
        (void)snprintf(path, sizeof path, FIRST "/truth/classes-flight-%d.tif", flight);
        GDALDatasetH raster = GDALOpen(path, GA_ReadOnly);
        assert_non_null(raster);
        (void)GDALGetGeoTransform(raster, g);
        assert_true(GDALInvGeoTransform(g, inverse));
        (void)snprintf(path, sizeof path, FIRST "/labels/flight-%d.geojson", flight);
        OGRLayerH layer = open_layer(&labels, path);
        OGRSpatialReferenceH wgs = OSRNewSpatialReference(NULL), crs = OSRNewSpatialReference(GDALGetProjectionRef(raster));
        (void)OSRImportFromEPSG(wgs, 4326);
        OSRSetAxisMappingStrategy(wgs, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
        OGRCoordinateTransformationH to = OCTNewCoordinateTransformation(wgs, crs);
        while ((f = OGR_L_GetNextFeature(layer))) {
            const char *name = OGR_F_GetFieldAsString(f, OGR_F_GetFieldIndex(f, "class"));
            OGRGeometryH shape = OGR_F_GetGeometryRef(f);
            OGREnvelope e;
            int want = 0;
            for (int k = 1; k < PV_CLASSES; k++) want = strcmp(name, pv_class_name[k]) == 0 ? k : want;
            assert_true(want > 0);
            int plants = OGR_F_GetFieldAsInteger(f, OGR_F_GetFieldIndex(f, "plants")); /* null reads as 0 */
            assert_true(want == PV_OPIUM_POPPY ? plants >= 1 && plants <= 250 : plants == 0);
            assert_int_equal(OGR_G_Transform(shape, to), OGRERR_NONE);
            OGR_G_GetEnvelope(shape, &e);
            for (int k = 0; k < 400; k++) {
                double x = e.MinX + (e.MaxX - e.MinX) * (k % 20 + 0.5) / 20, y = e.MinY + (e.MaxY - e.MinY) * (k / 20 + 0.5) / 20, px, py;
                uint8_t code = 0;
                GDALApplyGeoTransform(inverse, x, y, &px, &py);
                OGRGeometryH p = OGR_G_CreateGeometry(wkbPoint);
                GDALApplyGeoTransform(g, floor(px) + 0.5, floor(py) + 0.5, &x, &y);
                OGR_G_SetPoint_2D(p, 0, x, y);
                if (OGR_G_Contains(shape, p)) {
                    assert_int_equal(GDALRasterIO(GDALGetRasterBand(raster, 1), GF_Read, (int)px, (int)py, 1, 1, &code, 1, 1, GDT_Byte, 0, 0),
                                     CE_None);
                    all++;
                    good += code == want;
                }
                OGR_G_DestroyGeometry(p);
            }
            OGR_F_Destroy(f);
        }
        print_message("flight-%d: %ld of %ld label pixels agree\n", flight, good, all);
        assert_true(all > 1000 && (double)good >= 0.95 * (double)all);
        OCTDestroyCoordinateTransformation(to);
        OSRDestroySpatialReference(wgs);
        OSRDestroySpatialReference(crs);
        GDALClose(labels);
        GDALClose(raster);
    }
}

static void boundaries_tile_without_gaps(void **state)
{
    static const char *const LEVELS[4] = {"counties", "townships", "villages", "compartments"};
    static const int COUNTS[4] = {2, 3, 6, 48};
    OGRGeometryH first = NULL;
    (void)state;
    for (int k = 0; k < 4; k++) {
        char path[128];
        GDALDatasetH file;
        OGRFeatureH f;
        double sum = 0;
        int n = 0;
        OGRGeometryH whole = OGR_G_CreateGeometry(wkbPolygon);
        (void)snprintf(path, sizeof path, FIRST "/units/%s.geojson", LEVELS[k]);
        OGRLayerH layer = open_layer(&file, path);
        while ((f = OGR_L_GetNextFeature(layer))) {
            OGRGeometryH shape = OGR_F_GetGeometryRef(f), more;
            assert_true(OGR_G_IsValid(shape));
            assert_string_equal(OGR_F_GetFieldAsString(f, OGR_F_GetFieldIndex(f, "SHENG")), "62");
            sum += OGR_G_Area(shape);
            more = OGR_G_Union(whole, shape);
            OGR_G_DestroyGeometry(whole);
            whole = more;
            n++;
            OGR_F_Destroy(f);
        }
        assert_int_equal(n, COUNTS[k]);
        assert_string_equal(OGR_G_GetGeometryName(whole), "POLYGON"); /* in one piece */
        assert_int_equal(OGR_G_GetGeometryCount(whole), 1);           /* no hole */
        assert_true(fabs(sum - OGR_G_Area(whole)) < 1e-9 * sum);      /* no overlap */
        if (first) {
            OGRGeometryH rest = OGR_G_SymDifference(first, whole);
            assert_true(OGR_G_Area(rest) < 1e-9 * sum);
            OGR_G_DestroyGeometry(rest);
            OGR_G_DestroyGeometry(whole);
        } else {
            first = whole;
        }
        GDALClose(file);
    }
    OGR_G_DestroyGeometry(first);
}

/* The polynomials against PROJ itself. */
static void places_agree_with_proj(void **state)
{
    pv_anchor a = {4000.0, 3000.0};
    OGRSpatialReferenceH wgs = OSRNewSpatialReference(NULL), gk = OSRNewSpatialReference(NULL);
    (void)state;
    (void)OSRImportFromEPSG(wgs, 4490);
    (void)OSRImportFromEPSG(gk, 4544);
    OSRSetAxisMappingStrategy(wgs, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(gk, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH to = OCTNewCoordinateTransformation(wgs, gk);
    for (int k = 0; k < 25; k++) {
        double x = 1000.0 * (k % 5), y = 750.0 * (k / 5), lon, lat, bx, by; // NOLINT(bugprone-integer-division): rows and columns of a lattice
        pv_place_degrees(&a, x, y, &lon, &lat);
        pv_place_metres(&a, lon, lat, &bx, &by);
        assert_true(hypot(bx - x, by - y) < 1e-4);
        assert_true(OCTTransform(to, 1, &lon, &lat, NULL));
        assert_true(hypot(lon - PV_PLACE_EASTING + 2000.0 - x, PV_PLACE_NORTHING + 1500.0 - lat - y) < 1e-4);
    }
    OCTDestroyCoordinateTransformation(to);
    OSRDestroySpatialReference(wgs);
    OSRDestroySpatialReference(gk);
}

static void directions_have_length_one(void **state)
{
    (void)state;
    for (int k = 0; k <= 200; k++) {
        float x, y;
        pv_direction((float)k / 100.0F - 0.1F, &x, &y);
        assert_true(fabs(hypot((double)x, (double)y) - 1.0) < 1e-5);
        if (k == 10 || k == 110) assert_true(fabs((double)x - 1.0) < 1e-3);
        if (k == 35) assert_true(fabs((double)y - 1.0) < 1e-3);
    }
}

/* Runs the program with these arguments; its exit code, and what it said on stderr. */
static int run(const char *arguments, char *words, size_t n)
{
    char command[1024];
    (void)snprintf(command, sizeof command, "'%s' %s 2>&1 >/dev/null", PAPAVER_SAMPLES, arguments);
    FILE *p = popen(command, "r"); // NOLINT(cert-env33-c,bugprone-command-processor): a fixed test command
    assert_non_null(p);
    size_t got = fread(words, 1, n - 1, p);
    words[got] = 0;
    return WEXITSTATUS(pclose(p));
}

static void wrong_options_get_words(void **state)
{
    static const char *const WRONG[13][2] = {
        {"", "-o DIR is missing"},
        {"-o", "needs a value"},
        {"-o x --size 12", "--size takes metres from 40 to 12000, not '12'"},
        {"-o x --size nan", "--size"},
        {"-o x --seed -1", "--seed takes a whole number from 0"},
        {"-o x --plots -1", "--plots takes a whole number from 0 to 1000000, not '-1'"},
        {"-o x --plots few", "--plots takes a whole number"},
        {"-o x --size 48 --seed 5 --plots 5", "5 plots of opium poppy are too many: a landscape of 48 m x 36 m has 4"},
        {"-o x --flights 10", "--flights takes a whole number from 1 to 9"},
        {"-o x --threads many", "--threads"},
        {"-o x --bandset blue", "--bandset is native, rgb, ms or rgbre, not 'blue'"},
        {"-o x --colour", "unknown option '--colour'"},
        {"-o x y", "unknown argument 'y'"}};
    char words[512];
    (void)state;
    for (size_t k = 0; k < 13; k++) {
        assert_int_equal(run(WRONG[k][0], words, sizeof words), 2);
        assert_non_null(strstr(words, WRONG[k][1]));
    }
    assert_int_equal(run("--help", words, sizeof words), 0);
    assert_int_equal(run("-o " FIRST " --size 48", words, sizeof words), 2); /* there already */
    assert_non_null(strstr(words, FIRST "/truth/plots.geojson"));
    assert_int_equal(run("-o /dev/null/x", words, sizeof words), 13);
}

static void every_allocation_may_fail(void **state)
{
    pv_err err = {0};
    pv_status st = PV_NOMEM;
    (void)state;
    for (long k = 0; st != PV_OK; k++) {
        pv_scene s = {0};
        pv_mem_fail_at(k, 0);
        st = pv_scene_make(&s, 40.0, 9, PV_PLOTS_ALL, &err);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && err.text[0] && !s.block));
        pv_scene_release(&s);
        assert_true(k < 1000);
    }
}

static void band_sets_are_as_asked(void **state)
{
    static const int BANDS[4] = {0, 3, 4, 5};
    pv_err err = {0};
    pv_scene s = {0};
    (void)state;
    assert_int_equal(pv_scene_make(&s, 40.0, 9, PV_PLOTS_ALL, &err), PV_OK);
    for (int set = 1; set < 4; set++) {
        for (int n = 0; n < PV_FLIGHTS_MOST; n++) {
            pv_flight f;
            pv_flight_make(&f, n, &s, (pv_bandset)set, 0);
            assert_int_equal(f.n_bands, BANDS[set]);
            assert_int_equal(f.bits, set == PV_BANDSET_RGB ? 8 : 16);
            assert_true(f.width_px > 0 && f.height_px > 0);
            pv_flight fine;
            pv_flight_make(&fine, n, &s, (pv_bandset)set, 0.02); /* the same ground in other pixels */
            assert_true(fine.gsd_m == 0.02 && f.gsd_m > 0.03);
            assert_true(fabs(fine.width_px * 0.02 - f.width_px * f.gsd_m) < f.gsd_m && fabs(fine.height_px * 0.02 - f.height_px * f.gsd_m) < f.gsd_m);
            assert_true(fabs(fine.geotransform[1] / f.geotransform[1] - 0.02 / f.gsd_m) < 1e-9);
        }
    }
    pv_scene_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_twice_and_for_two_threads),
        cmocka_unit_test(another_seed_is_another_landscape),
        cmocka_unit_test(default_landscape_has_enough_plots),
        cmocka_unit_test(outlines_have_their_area_and_their_plants),
        cmocka_unit_test(fewer_plots_leave_the_rest_as_it_is),
        cmocka_unit_test(freed_ground_is_ordinary_ground),
        cmocka_unit_test(plots_file_agrees_with_plants_file),
        cmocka_unit_test(labels_agree_with_class_picture),
        cmocka_unit_test(boundaries_tile_without_gaps),
        cmocka_unit_test(places_agree_with_proj),
        cmocka_unit_test(directions_have_length_one),
        cmocka_unit_test(wrong_options_get_words),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(band_sets_are_as_asked),
    };
    return cmocka_run_group_tests(tests, make_first, NULL);
}
