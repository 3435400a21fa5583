/* What a photo is, and which photos are refused with which words. */
#include <math.h>
#include <sys/stat.h>

#include "tests/unit/geo/photo_maker.h"

#include "base/sha256.h"

#include "base/banned.h"

static maker plain(const char *name)
{
    return (maker){.path = maker_path(name), .w = 120, .h = 90, .n = 3, .type = GDT_Byte, .value = maker_u8, .options = "PHOTOMETRIC=RGB"};
}

static double maker_even(int x, int y, int band)
{
    (void)x, (void)y, (void)band;
    return 90;
}

static void photo_hash(const pv_photo *p, int64_t at_a_time, char hex[65])
{
    pv_photo_hash *h = NULL;
    assert_int_equal(pv_photo_hash_new(&h, p, NULL), PV_OK);
    for (int64_t done = 0; done < pv_photo_bytes(p) / 2; done += at_a_time) assert_int_equal(pv_photo_hash_add(h, at_a_time, NULL), PV_OK);
    assert_int_equal(pv_photo_hash_end(h, hex, NULL), PV_OK);
    pv_photo_hash_free(h);
}

static void refused(const char *path, const pv_photo_options *opt, pv_status want, const char *word)
{
    pv_err err = {0};
    pv_photo *p = NULL;
    assert_int_equal(pv_photo_open(&p, path, opt, &err), want);
    assert_null(p);
    if (strstr(err.text, word) == NULL) fail_msg("'%s' is not in: %s", word, err.text);
}

static void photos_without_a_place_are_refused(void **state)
{
    static const double none[6] = {0}, coarse[6] = {500000, 3, 0, 3900000, 0, -3}, flat[6] = {500000, 0.05, 0.05, 3900000, 0.05, 0.05};
    static const double fine[6] = {500000, 0.0005, 0, 3900000, 0, -0.0005};
    const struct {
        int epsg, gcps;
        const double *gt;
        const char *word;
    } cases[] = {{-1, 0, NULL, "no coordinate reference system"},
                 {0, 0, none, "no geotransform"},
                 {0, 0, coarse, "3.001 x 3.001 m"},
                 {0, 0, fine, "0.0005"},
                 {0, 0, flat, "singular"},
                 {0, 1, NULL, "rectify"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        maker m = plain("unplaced.tif");
        m.epsg = cases[i].epsg, m.gt = cases[i].gt, m.gcps = cases[i].gcps;
        maker_write(&m);
        refused(m.path, NULL, PV_INPUT, cases[i].word);
        pv_photo *p = maker_open(m.path, &(pv_photo_options){.allow_unplaced = 1});
        const pv_photo_facts *f = pv_photo_facts_of(p);
        assert_int_equal(f->n_warnings, 1);
        assert_non_null(strstr(f->warning[0], "not placed"));
        assert_int_equal(f->n_bands, 3);
        pv_photo_free(p);
    }
}

static void beside(const char *name, const char *text)
{
    FILE *f = fopen(maker_path(name), "w");
    assert_non_null(f);
    if (text[0] == '@') { /* the ESRI text of an EPSG code, after an empty line as gdalsrsinfo prints it */
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        char *wkt = NULL;
        assert_int_equal(OSRImportFromEPSG(srs, (int)strtol(text + 1, NULL, 10)), OGRERR_NONE);
        assert_int_equal(OSRMorphToESRI(srs), OGRERR_NONE);
        assert_int_equal(OSRExportToWkt(srs, &wkt), OGRERR_NONE);
        (void)fprintf(f, "\n%s\n", wkt);
        CPLFree(wkt);
        OSRDestroySpatialReference(srs);
    } else {
        (void)fputs(text, f);
    }
    assert_int_equal(fclose(f), 0);
}

/* A stale .tfw or .prj from another export is a trap: it is said, and the place inside the TIFF counts. */
static void sidecars_are_checked(void **state)
{
    static const char same[] = "0.05\n0\n0\n-0.05\n500000.025\n3899999.975\n", corner[] = "0.05\n0\n0\n-0.05\n500000\n3900000\n";
    const struct {
        const char *tfw, *prj, *word; /* of the only warning; NULL = none */
    } cases[] = {{same, "@32648", NULL},
                 {corner, "@32648", NULL},
                 {"0.05\n0\n0\n-0.05\n500300.025\n3899999.975\n", "@32648", "6000 pixels elsewhere"},
                 {"0.06\n0\n0\n-0.05\n500000.025\n3899999.975\n", "@32648", "pixels elsewhere"},
                 {"not a world file", "@32648", "not a world file"},
                 {same, "@32649", "another CRS"},
                 {same, "@4490", "another CRS"},
                 {same, "rubbish", NULL}};
    (void)state;
    maker m = plain("beside.tif");
    maker_write(&m);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        beside("beside.tfw", cases[i].tfw);
        beside("beside.prj", cases[i].prj);
        pv_photo *p = maker_open(maker_path("beside.tif"), NULL);
        const pv_photo_facts *f = pv_photo_facts_of(p);
        if (f->n_warnings != (cases[i].word != NULL)) fail_msg("case %zu: %d warnings: %s", i, f->n_warnings, f->warning[0]);
        if (cases[i].word != NULL) assert_non_null(strstr(f->warning[0], cases[i].word));
        assert_int_equal(f->epsg, 32648);
        assert_true(fabs(f->geotransform[0] - 500000) < 1e-9);
        pv_photo_free(p);
    }
    /* Where the TIFF says nothing, they are honoured. */
    static const double none[6] = {0};
    maker bare = plain("bare.tif");
    bare.epsg = -1, bare.gt = none;
    maker_write(&bare);
    beside("bare.tfw", same);
    beside("bare.prj", "@32648");
    pv_photo *p = maker_open(maker_path("bare.tif"), NULL);
    assert_true(fabs(pv_photo_facts_of(p)->geotransform[0] - 500000) < 1e-9);
    assert_int_equal(pv_photo_facts_of(p)->n_warnings, 1);
    pv_photo_free(p);
}

/* Northern ground with a southern zone's label: the numbers are fine, the place is a sea. */
static void a_place_abroad_is_said(void **state)
{
    (void)state;
    maker m = plain("abroad.tif");
    m.epsg = 32748;
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    const pv_photo_facts *f = pv_photo_facts_of(p);
    assert_int_equal(f->n_warnings, 1);
    assert_non_null(strstr(f->warning[0], "outside China"));
    pv_photo_free(p);
}

/* Of opening, of clones, and of the other road; never more bands than a photo can have. */
static void limits_can_be_given(void **state)
{
    (void)state;
    maker m = plain("limits.tif");
    maker_write(&m);
    pv_gate_limits low = pv_gate_limits_default(), high = low;
    low.max_side_px = 119;
    refused(m.path, &(pv_photo_options){.limits = &low}, PV_INPUT, "the limit of 119 a side");
    low = high;
    low.max_bands = 1;
    refused(m.path, &(pv_photo_options){.limits = &low, .road = PV_ROAD_GDAL}, PV_INPUT, "at most 1 data bands");
    maker even = plain("even.tif");
    even.w = even.h = 1024, even.value = maker_even, even.options = "PHOTOMETRIC=RGB TILED=YES BLOCKXSIZE=1024 BLOCKYSIZE=1024 COMPRESS=ZSTD";
    maker_write(&even);
    refused(even.path, NULL, PV_INPUT, "no photo does");
    high.max_ratio = 1e6;
    high.max_bands = 64;
    pv_photo *clone = NULL, *p = maker_open(even.path, &(pv_photo_options){.limits = &high});
    assert_int_equal(pv_photo_clone(&clone, p, NULL), PV_OK);
    pv_photo_free(clone);
    pv_photo_free(p);
    maker many = plain("many.tif");
    many.n = 18, many.options = "PHOTOMETRIC=MINISBLACK";
    maker_write(&many);
    refused(many.path, &(pv_photo_options){.limits = &high}, PV_INPUT, "at most 16 data bands");
}

static void strangers_are_refused(void **state)
{
    (void)state;
    refused("/nowhere/photo.tif", NULL, PV_IO, "photo.tif: cannot be opened");
    const char *vrt = maker_path("evil.tif");
    FILE *f = fopen(vrt, "w");
    assert_non_null(f);
    (void)fputs("<VRTDataset rasterXSize=\"9\" rasterYSize=\"9\"/>", f);
    assert_int_equal(fclose(f), 0);
    refused(vrt, NULL, PV_INPUT, "VRT");
    maker m = plain("complex.tif");
    m.type = GDT_CFloat32;
    m.options = NULL;
    maker_write(&m);
    refused(m.path, NULL, PV_INPUT, "complex");
    m.type = GDT_Float64;
    maker_write(&m);
    refused(m.path, NULL, PV_INPUT, "Float32");
}

static void turned_photos_and_degrees_have_a_gsd(void **state)
{
    const double c = 0.04 * cos(0.5), s = 0.04 * sin(0.5), turned[6] = {500000, c, s, 3900000, s, -c};
    const double degrees[6] = {104, 1e-6, 0, 35, 0, -0.8e-6};
    (void)state;
    maker m = plain("turned.tif");
    m.gt = turned;
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    assert_true(fabs(pv_photo_facts_of(p)->gsd_x_m - 0.04) < 0.0001 && fabs(pv_photo_facts_of(p)->gsd_y_m - 0.04) < 0.0001);
    assert_int_equal(pv_photo_facts_of(p)->epsg, 32648);
    pv_photo_free(p);
    m.gt = degrees;
    m.epsg = 4490;
    maker_write(&m);
    p = maker_open(m.path, NULL);
    assert_true(fabs(pv_photo_facts_of(p)->gsd_x_m - 0.0913) < 0.0005 && fabs(pv_photo_facts_of(p)->gsd_y_m - 0.0888) < 0.0005);
    assert_int_equal(pv_photo_facts_of(p)->epsg, 4490);
    pv_photo_free(p);
}

static double scale_max;
static double scaled(int x, int y, int band)
{
    return floor((double)(maker_noise(x, y, band) % 1000) / 999.0 * scale_max * 4096) / 4096;
}

static void full_scales_are_found(void **state)
{
    const struct {
        GDALDataType type;
        double max, want;
    } cases[] = {{GDT_UInt16, 4095, 4095},    {GDT_UInt16, 3000, 10000},  {GDT_UInt16, 9000, 10000},  {GDT_UInt16, 16383, 16383},
                 {GDT_UInt16, 30000, 32768},  {GDT_UInt16, 60000, 65535}, {GDT_Int16, 8000, 10000},   {GDT_Float32, 0.8, 1},
                 {GDT_Float32, 1.8, 2},       {GDT_Float32, 255, 255},    {GDT_Float32, 7000, 10000}, {GDT_Byte, 100, 255},
                 {GDT_Float32, 65000, 65535}, {GDT_Int16, 30000, 32767}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        maker m = plain("scale.tif");
        m.type = cases[i].type, m.value = scaled, scale_max = cases[i].max;
        m.options = NULL;
        maker_write(&m);
        pv_photo *p = maker_open(m.path, NULL);
        const pv_radiometry *r = &pv_photo_facts_of(p)->radiometry;
        if (r->full_scale != cases[i].want) fail_msg("largest %g: full scale %g, not %g", cases[i].max, r->full_scale, cases[i].want);
        assert_int_equal(r->n_sampled, 120 * 90);
        double mid = cases[i].max / cases[i].want * 65535 / 2;
        assert_true(fabs(r->mid[0] - mid) < mid * 0.05 && r->dark[0] < r->mid[0] / 20 && r->bright[0] > r->mid[0] * 1.8);
        pv_photo_free(p);
    }
}

static void a_given_state_is_taken(void **state)
{
    static uint16_t bands[3];
    static uint8_t valid[1];
    pv_radiometry given = {.full_scale = 510, .dark = {1, 2, 3}, .n_sampled = 5};
    (void)state;
    maker m = plain("given.tif");
    maker_write(&m);
    pv_photo *p = maker_open(m.path, &(pv_photo_options){.radiometry = &given});
    assert_memory_equal(&pv_photo_facts_of(p)->radiometry, &given, sizeof given);
    maker_read(p, (pv_rect){7, 7, 1, 1}, bands, valid);
    assert_int_equal(bands[0], (int)(maker_u8(7, 7, 0) * 128.5 + 0.5));
    pv_photo_free(p);
}

static void facts_name_the_photo(void **state)
{
    char hex[65], want[65];
    pv_text json = {0};
    (void)state;
    maker m = plain("flight 0412.tif");
    m.options = "PHOTOMETRIC=RGB TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32 COMPRESS=DEFLATE";
    GDALDatasetH ds = maker_begin(&m);
    assert_int_equal(GDALSetMetadataItem(ds, "TIFFTAG_DATETIME", "2026:04:11 10:20:30", NULL), CE_None);
    maker_fill(ds, &m, (pv_rect){0, 0, m.w, m.h});
    GDALClose(ds);
    pv_photo *p = maker_open(m.path, NULL);
    const pv_photo_facts *f = pv_photo_facts_of(p);
    assert_string_equal(f->name, "flight 0412");
    assert_string_equal(f->taken_at, "2026-04-11T10:20:30");
    assert_string_equal(f->codec, "DEFLATE");
    assert_string_equal(f->layout, "tiled 64x32, pixel-interleaved");
    assert_int_equal(pv_photo_find_band(f, "green"), 1);
    assert_int_equal(pv_photo_find_band(f, "nir"), -1);
    photo_hash(p, 1000, hex);
    assert_int_equal(pv_sha256_file(m.path, want, NULL), PV_OK);
    assert_string_equal(hex, want);
    pv_photo_facts_json(f, &json);
    static const char *const parts[] = {"\"name\":\"flight 0412\",",
                                        "\"geotransform\":[500000.000000000,0.050000000,",
                                        "\"epsg\":32648,",
                                        "\"taken_at\":\"2026-04-11T10:20:30\"",
                                        "{\"name\":\"red\",\"how\":\"colour interpretation\",",
                                        "\"full_scale\":255.000,\"n_sampled\":10800,",
                                        "\"warnings\":[]"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(pv_text_str(&json), parts[i]) == NULL) fail_msg("%s is not in %s", parts[i], pv_text_str(&json));
    pv_text_release(&json);
    pv_photo_free(p);
}

static void bands_can_be_named_and_left_out(void **state)
{
    static uint16_t bands[2 * 4];
    static uint8_t valid[4];
    (void)state;
    maker m = plain("named.tif");
    m.n = 5;
    m.options = "PHOTOMETRIC=MINISBLACK ALPHA=NO";
    maker_write(&m);
    pv_photo *p = maker_open(m.path, &(pv_photo_options){.bands = "nir=4,red=2"});
    const pv_photo_facts *f = pv_photo_facts_of(p);
    assert_int_equal(f->n_bands, 2);
    int order[2] = {pv_photo_find_band(f, "nir"), pv_photo_find_band(f, "red")};
    assert_int_equal(pv_photo_read(p, (pv_rect){10, 20, 4, 1}, 2, order, bands, valid, NULL), PV_OK);
    assert_int_equal(bands[0], maker_u8(10, 20, 3) * 257);
    assert_int_equal(bands[4], maker_u8(10, 20, 1) * 257);
    int wrong = 2;
    assert_int_equal(pv_photo_read(p, (pv_rect){0, 0, 1, 1}, 1, &wrong, bands, valid, NULL), PV_BUG);
    pv_photo_free(p);
}

static double band_of_file[5];
static double one_band(int x, int y, int band)
{
    return band_of_file[band] + maker_u8(x, y, band);
}

static void write_folder(const char *folder, int odd_one)
{
    static const char *const name[] = {"Blue", "Green", "NIR", "Red", "RedEdge"};
    char path[256];
    for (int k = 0; k < 5; k++) {
        (void)snprintf(path, sizeof path, "%s/result_%s.tif", folder, name[k]);
        band_of_file[0] = 1000 * k;
        maker m = {.path = path, .w = 120, .h = 90, .n = 1, .type = GDT_UInt16, .value = one_band, .nodata = "0"};
        m.options = k % 2 == 0 ? "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32" : "COMPRESS=LZW";
        if (k == odd_one) m.w = 121;
        maker_write(&m);
    }
}

static void a_folder_of_bands_is_one_photo(void **state)
{
    static uint16_t bands[5 * 120 * 90];
    static uint8_t valid[120 * 90];
    static const char *const name[] = {"blue", "green", "nir", "red", "rededge"};
    char folder[128], hex[65];
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/scene", maker_folder());
    assert_int_equal(mkdir(folder, 0700), 0);
    write_folder(folder, -1);
    for (int road = 1; road <= 2; road++) {
        pv_photo *p = maker_open(folder, &(pv_photo_options){.road = (pv_road)road});
        const pv_photo_facts *f = pv_photo_facts_of(p);
        assert_int_equal(f->n_bands, 5);
        assert_string_equal(f->name, "scene");
        assert_true(f->radiometry.full_scale == 10000);
        maker_read(p, (pv_rect){0, 0, 120, 90}, bands, valid);
        for (int k = 0; k < 5; k++) {
            int b = pv_photo_find_band(f, name[k]);
            assert_in_range(b, 0, 4);
            for (int i = 0; i < 120 * 90; i += 7) {
                double v = 1000 * k + maker_u8(i % 120, i / 120, 0);
                assert_int_equal(bands[(size_t)b * 120 * 90 + (size_t)i], (int)(((uint64_t)v * 429490 + 32768) >> 16));
            }
        }
        photo_hash(p, 1 << 20, hex);
        pv_photo_free(p);
    }
    write_folder(folder, 3);
    refused(folder, NULL, PV_INPUT, "differ in size");
}

static void every_failing_allocation_is_survived(void **state)
{
    static uint16_t bands[3 * 120 * 90];
    static uint8_t valid[120 * 90];
    static const int all[3] = {0, 1, 2};
    (void)state;
    maker m = plain("memory.tif");
    m.options = "PHOTOMETRIC=RGB TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64";
    maker_write(&m);
    for (int road = 1; road <= 2; road++) {
        long k = 0;
        for (pv_status st = PV_NOMEM; st != PV_OK && k < 500; k++) {
            pv_photo *p = NULL, *clone = NULL;
            pv_err err = {0};
            pv_mem_fail_at(k, 0);
            st = pv_photo_open(&p, m.path, &(pv_photo_options){.road = (pv_road)road}, &err);
            if (st == PV_OK) st = pv_photo_clone(&clone, p, &err);
            if (st == PV_OK) st = pv_photo_read(clone, (pv_rect){0, 0, 120, 90}, 3, all, bands, valid, &err);
            pv_mem_fail_at(-1, 0);
            if (st != PV_OK) {
                assert_int_equal(st, PV_NOMEM);
                assert_true(err.text[0] != '\0');
            }
            pv_photo_free(clone);
            pv_photo_free(p);
        }
        assert_in_range(k, 8, 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_without_a_place_are_refused),
        cmocka_unit_test(sidecars_are_checked),
        cmocka_unit_test(limits_can_be_given),
        cmocka_unit_test(strangers_are_refused),
        cmocka_unit_test(a_place_abroad_is_said),
        cmocka_unit_test(turned_photos_and_degrees_have_a_gsd),
        cmocka_unit_test(full_scales_are_found),
        cmocka_unit_test(a_given_state_is_taken),
        cmocka_unit_test(facts_name_the_photo),
        cmocka_unit_test(bands_can_be_named_and_left_out),
        cmocka_unit_test(a_folder_of_bands_is_one_photo),
        cmocka_unit_test(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
