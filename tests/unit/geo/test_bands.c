/* Band names: what people and programs write, and what must not be guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/text.h"
#include "geo/band_names.h"
#include "geo/bands.h"

#include "base/banned.h"

static void test_words(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"Red", "red"},
        {"RED", "red"},
        {" green ", "green"},
        {"Blue-444", "blue"},
        {"Red edge", "rededge"},
        {"RedEdge", "rededge"},
        {"Rededge", "rededge"},
        {"red_edge", "rededge"},
        {"Red-Edge-740", "rededge"},
        {"RE", "rededge"},
        {"REG", ""},
        {"NIR", "nir"},
        {"nir_reflectance", "nir"},
        {"near infrared", "nir"},
        {"Near-Infrared (NIR)", "nir"},
        {"NearInfrared", "nir"},
        {"Band 1 - Red", "red"},
        {"band_1_red", "red"},
        {"B4 Red", "red"},
        {"Surface Reflectance - Near Infrared", "nir"},
        {"Green-531", "green"},
        {"LWIR", "lwir"},
        {"thermal", "lwir"},
        {"SWIR 1", "swir"},
        {"560 nm", "green"},
        {"Band 3 (668.2nm)", "red"},
        {"717nm", "rededge"},
        {"842 nm", "nir"},
        {"R", "red"},
        {"g", "green"},
        {"B", "blue"},
        {"DJI_20230412_0001_MS_G", "green"},
        {"DJI_20230412_0001_MS_RE", "rededge"},
        {"DJI_20230412_0001_MS_NIR", "nir"},
        {"红", "red"},
        {"绿波段", "green"},
        {"蓝光", "blue"},
        {"红边", "rededge"},
        {"近红外", "nir"},
        {"短波红外", "swir"},
        {"热红外", "lwir"},
        /* Not to be guessed. */
        {"", ""},
        {"Band 1", ""},
        {"Gray", ""},
        {"Undefined", ""},
        {"Alpha", ""},
        {"infrared", ""},
        {"红外", ""},
        {"RGB", ""},
        {"red green blue", ""},
        {"NDVI", ""},
        {"(NIR-Red)/(NIR+Red)", ""},
        {"redness", ""},
        {"reduced", ""},
        {"greenhouse", ""},
        {"Plan B", ""},
        {"site_R", ""},
        {"610 nm", ""},
        {"\xff\xfe", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char got[PV_BAND_NAME];
        pv_band_canonical(table[i][0], got);
        if (strcmp(got, table[i][1]) != 0) fail_msg("'%s' became '%s', expected '%s'", table[i][0], got, table[i][1]);
    }
}

static void test_wavelengths(void **state)
{
    (void)state;
    static const struct {
        double nm;
        const char *name;
    } table[] = {{439.9, ""},  {440, "blue"}, {475, "blue"}, {510, "blue"},  {515, ""},        {520, "green"},   {600, "green"},
                 {610, ""},    {620, "red"},  {690, "red"},  {692, ""},      {695, "rededge"}, {755, "rededge"}, {757, ""},
                 {760, "nir"}, {950, "nir"},  {951, ""},     {7000, "lwir"}, {12000, "lwir"},  {0, ""}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) assert_string_equal(pv_band_of_wavelength(table[i].nm), table[i].name);
    assert_true(pv_band_wavelength_in("Blue-444") == 444);
    assert_true(pv_band_wavelength_in("Band 3 (668.2 nm)") == 668.2);
    assert_true(pv_band_wavelength_in("Band 3") == 0);
}

/* Names bands and compares with "name/how name/how ..."; "+" before a name marks alpha, "-" a skipped band. */
static void expect_names(int n, const pv_band_hint *hint, const char *option, const char *expected)
{
    pv_band band[PV_MAX_BANDS + 1];
    int is_alpha[PV_MAX_BANDS + 1], skip[PV_MAX_BANDS + 1];
    pv_err err = {0};
    pv_text got = {0};
    if (pv_bands_name(n, hint, option, band, is_alpha, skip, &err) != PV_OK) fail_msg("%s", err.text);
    for (int k = 0; k < n; k++) {
        assert_int_equal(band[k].file_band, k + 1);
        pv_text_addf(&got, "%s%s%s%s/%s", k > 0 ? " " : "", is_alpha[k] ? "+" : "", skip[k] ? "-" : "", band[k].name, band[k].how);
    }
    assert_string_equal(pv_text_str(&got), expected);
    pv_text_release(&got);
}

static void expect_refusal(int n, const pv_band_hint *hint, const char *option, pv_status st, const char *part)
{
    pv_band band[PV_MAX_BANDS + 1];
    int is_alpha[PV_MAX_BANDS + 1], skip[PV_MAX_BANDS + 1];
    pv_err err = {0};
    assert_int_equal(pv_bands_name(n, hint, option, band, is_alpha, skip, &err), st);
    if (strstr(err.text, part) == NULL) fail_msg("'%s' is not in '%s'", part, err.text);
}

static const pv_band_hint RGBA[4] = {{.colour = "Red"}, {.colour = "Green"}, {.colour = "Blue"}, {.colour = "Alpha"}};
static const pv_band_hint FIVE[5] = {
    {.colour = "Gray"}, {.colour = "Undefined"}, {.colour = "Undefined"}, {.colour = "Undefined"}, {.colour = "Undefined"}};

static void test_sources(void **state)
{
    (void)state;
    expect_names(3, RGBA, NULL, "red/colour interpretation green/colour interpretation blue/colour interpretation");
    expect_names(4, RGBA, NULL, "red/colour interpretation green/colour interpretation blue/colour interpretation +alpha/colour interpretation");
    expect_names(5, FIVE, NULL, "band1/unnamed band2/unnamed band3/unnamed band4/unnamed band5/unnamed");
    const pv_band_hint micasense[5] = {{.metadata_name = "Blue", .wavelength_nm = 475, .file_name = "IMG_0000_1.tif", .colour = "Gray"},
                                       {.metadata_name = "Green", .wavelength_nm = 560, .file_name = "IMG_0000_2.tif", .colour = "Gray"},
                                       {.metadata_name = "Red", .wavelength_nm = 668, .file_name = "IMG_0000_3.tif", .colour = "Gray"},
                                       {.metadata_name = "NIR", .wavelength_nm = 840, .file_name = "IMG_0000_4.tif", .colour = "Gray"},
                                       {.metadata_name = "Red edge", .wavelength_nm = 717, .file_name = "IMG_0000_5.tif", .colour = "Gray"}};
    expect_names(5, micasense, NULL, "blue/metadata green/metadata red/metadata nir/metadata rededge/metadata");
    const pv_band_hint terra[2] = {{.file_name = "/a b/result_NIR.tif", .colour = "Gray"}, {.file_name = "result_RedEdge.tif", .colour = "Gray"}};
    expect_names(2, terra, NULL, "nir/file name rededge/file name");
    const pv_band_hint waves[2] = {{.wavelength_nm = 560}, {.wavelength_nm = 842}};
    expect_names(2, waves, NULL, "green/metadata nir/metadata");
    const pv_band_hint strongest[1] = {{.description = "红边", .metadata_name = "NIR", .file_name = "result_Red.tif", .colour = "Blue"}};
    expect_names(1, strongest, NULL, "rededge/description");
    const pv_band_hint rgbn[4] = {{.colour = "Red"}, {.colour = "Green"}, {.colour = "Blue"}, {.description = "NIR", .colour = "Undefined"}};
    expect_names(4, rgbn, NULL, "red/colour interpretation green/colour interpretation blue/colour interpretation nir/description");
    /* A description outweighs a wrongly declared alpha, and a described mask is one. */
    const pv_band_hint odd[3] = {
        {.description = "Green"}, {.description = "NIR", .colour = "Alpha"}, {.description = "Alpha mask", .colour = "Undefined"}};
    expect_names(3, odd, NULL, "green/description nir/description +alpha/description");
}

/* Green, red, rededge, nir stored with a "RGB" label: the label is for display. */
static void test_colours_that_contradict(void **state)
{
    (void)state;
    const pv_band_hint hint[4] = {
        {.description = "green", .colour = "Red"}, {.colour = "Green"}, {.colour = "Blue"}, {.description = "nir", .colour = "Undefined"}};
    expect_names(4, hint, NULL, "green/description band2/unnamed band3/unnamed nir/description");
    const pv_band_hint twice[2] = {{.description = "red", .colour = "Undefined"}, {.colour = "Red"}};
    expect_names(2, twice, NULL, "red/description band2/unnamed");
}

static void test_option(void **state)
{
    (void)state;
    expect_names(5, FIVE, "green=1,red=2,rededge=3,nir=4,alpha=5", "green/--bands red/--bands rededge/--bands nir/--bands +alpha/--bands");
    expect_names(5, FIVE, " NIR = 4 , Red edge=3", "-band1/unnamed -band2/unnamed rededge/--bands nir/--bands -band5/unnamed");
    expect_names(5, FIVE, "红=2,canopy_height=5", "-band1/unnamed red/--bands -band3/unnamed -band4/unnamed canopy_height/--bands");
    expect_names(4, RGBA, "blue=1,green=2,red=3", "blue/--bands green/--bands red/--bands +alpha/colour interpretation");
    expect_names(4, RGBA, "red=1,green=2,blue=3,nir=4", "red/--bands green/--bands blue/--bands nir/--bands");
    static const char *const bad[][2] = {
        {"red=9", "has 5 bands"},
        {"red=0", "'red=0'"},
        {"red=1,green", "'green' is not of the form"},
        {"red=1,green=two", "'two' is not a band number"},
        {"red=1,green=1", "band 1 was named 'red' before"},
        {"red=1,RED=2", "'red' was given to band 1 before"},
        {"red=1,,green=2", "empty item"},
        {"", "empty item"},
        {"red=1,", "empty item"},
        {"=1", "a band name has"},
        {"a/b=1", "letters, digits"},
        {"alpha=5", "names no data band"},
        {"red=1,alpha=2,Alpha=3", "given to band 2 before"},
        {"red=99999999999999999999", "not a band number"},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz=1", "a band name has"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) expect_refusal(5, FIVE, bad[i][0], PV_USAGE, bad[i][1]);
    char longer[400];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    expect_refusal(5, FIVE, longer, PV_USAGE, "too long");
}

static void test_twins(void **state)
{
    (void)state;
    const pv_band_hint dual[3] = {{.description = "Blue-444"}, {.description = "Green"}, {.description = "Blue"}};
    expect_refusal(3, dual, NULL, PV_INPUT, "bands 1 and 3 are both 'blue'");
    expect_names(3, dual, "blue=3,green=2", "-band1/unnamed green/--bands blue/--bands");
}

static void test_xmp(void **state)
{
    (void)state;
    pv_xmp x;
    pv_xmp_read("<rdf:Description xmlns:Camera=\"http://pix4d.com/1.0\">\n <Camera:BandName>Red edge</Camera:BandName>\n"
                " <Camera:CentralWavelength>717</Camera:CentralWavelength></rdf:Description>",
                &x);
    assert_string_equal(x.band_name, "Red edge");
    assert_true(x.wavelength_nm == 717);
    assert_string_equal(x.taken_at, "");
    pv_xmp_read("<rdf:Description drone-dji:BandName=\"NIR\" drone-dji:BandFreq=\"860(+/-26)nm\" xmp:CreateDate=\"2023-04-12T10:11:12+08:00\"/>", &x);
    assert_string_equal(x.band_name, "NIR");
    assert_true(x.wavelength_nm == 860);
    assert_string_equal(x.taken_at, "2023-04-12T10:11:12+08:00");
    pv_xmp_read("<Camera:BandName><rdf:Seq><rdf:li>Green</rdf:li></rdf:Seq></Camera:BandName><exif:DateTimeOriginal>2017:10:19 "
                "20:40:39</exif:DateTimeOriginal>",
                &x);
    assert_string_equal(x.band_name, "Green");
    assert_string_equal(x.taken_at, "2017-10-19T20:40:39");
    /* A picture of three bands has no one name. */
    pv_xmp_read("<Camera:BandName> <rdf:Seq> <rdf:li>Red</rdf:li><rdf:li>Green</rdf:li></rdf:Seq></Camera:BandName>", &x);
    assert_string_equal(x.band_name, "");
    static const char *const nothing[] = {"",
                                          "<Camera:BandName",
                                          "<Camera:BandName>",
                                          "<Camera:BandName>Red",
                                          "x:BandName=\"",
                                          "x:BandName=",
                                          "MyBandName=\"Red\"",
                                          "x:BandName=\"\"",
                                          "<Camera:BandName></Camera:BandName>",
                                          "x:CentralWavelength=\"-5\" x:CreateDate=\"yesterday, or so, or 5\"",
                                          "x:BandName=\"\xff\xff\"",
                                          "x:CreateDate='0000-00-00T00:00:00'"};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        pv_xmp_read(nothing[i], &x);
        if (x.band_name[0] != '\0' || x.wavelength_nm != 0 || x.taken_at[0] != '\0')
            fail_msg("'%s' gave '%s' %g '%s'", nothing[i], x.band_name, x.wavelength_nm, x.taken_at);
    }
    pv_xmp_read(NULL, &x);
    assert_string_equal(x.band_name, "");
}

/* ---- folders ---- */

static char folder[64];

static void folder_make(const char *const *names)
{
    (void)snprintf(folder, sizeof folder, "scene-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (; *names != NULL; names++) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", folder, *names);
        assert_int_equal(pv_outfile_put(path, "", 0, 0, NULL), PV_OK);
    }
}

static void folder_remove(const char *const *names)
{
    for (; *names != NULL; names++) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", folder, *names);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void expect_scene(const char *const *names, const char *expected)
{
    pv_scene *scene = NULL;
    pv_text got = {0};
    pv_err err = {0};
    folder_make(names);
    assert_int_equal(pv_alloc(&scene, 1, sizeof *scene, "scene", NULL), PV_OK);
    pv_status st = pv_scene_find(scene, folder, &err);
    folder_remove(names);
    if (st != PV_OK) fail_msg("%s", err.text);
    for (int i = 0; i < scene->n; i++) pv_text_addf(&got, "%s%s", i > 0 ? " " : "", pv_path_name(scene->path[i]));
    assert_string_equal(pv_text_str(&got), expected);
    pv_text_release(&got);
    pv_free(scene);
}

static void expect_no_scene(const char *const *names, const char *part)
{
    pv_scene *scene = NULL;
    pv_err err = {0};
    folder_make(names);
    assert_int_equal(pv_alloc(&scene, 1, sizeof *scene, "scene", NULL), PV_OK);
    pv_status st = pv_scene_find(scene, folder, &err);
    folder_remove(names);
    pv_free(scene);
    assert_int_equal(st, PV_INPUT);
    if (strstr(err.text, part) == NULL) fail_msg("'%s' is not in '%s'", part, err.text);
}

static void test_scenes(void **state)
{
    (void)state;
    expect_scene((const char *const[]){"result.tif", "result_Blue.tif", "result_Green.tif", "result_NIR.tif", "result_Red.tif", "result_RedEdge.tif",
                                       "result_NDVI.tif", "dsm.tif", "result_Red.tfw", "notes.txt", NULL},
                 "result_Blue.tif result_Green.tif result_NIR.tif result_Red.tif result_RedEdge.tif");
    expect_scene((const char *const[]){"IMG_0000_5.tif", "IMG_0000_1.tif", "IMG_0000_2.tif", "IMG_0000_4.tif", "IMG_0000_3.tif", "log.dat", NULL},
                 "IMG_0000_1.tif IMG_0000_2.tif IMG_0000_3.tif IMG_0000_4.tif IMG_0000_5.tif");
    expect_scene((const char *const[]){"a_reflectance_green.TIF", "a_reflectance_red_edge.tiff", "a_reflectance_nir.tif", NULL},
                 "a_reflectance_green.TIF a_reflectance_nir.tif a_reflectance_red_edge.tiff");
    expect_no_scene((const char *const[]){"IMG_0000_1.tif", "IMG_0000_2.tif", "IMG_0001_1.tif", "IMG_0001_2.tif", NULL},
                    "2 captures of single frames (IMG_0000, IMG_0001)");
    expect_no_scene((const char *const[]){"a_red.tif", "a_nir.tif", "b_red.tif", "b_nir.tif", NULL}, "2 scenes (a, b)");
    expect_no_scene((const char *const[]){"a_red.tif", "a_Red.tiff", NULL}, "both band 'red'");
    expect_no_scene((const char *const[]){"flight.tif", "other.tif", NULL}, "TIFFs found: flight.tif, other.tif");
    expect_no_scene((const char *const[]){NULL}, "TIFFs found: none");
    pv_scene *scene = NULL;
    assert_int_equal(pv_alloc(&scene, 1, sizeof *scene, "scene", NULL), PV_OK);
    assert_int_equal(pv_scene_find(scene, "no-such-folder", NULL), PV_IO);
    pv_free(scene);
}

static void test_memory_faults(void **state)
{
    (void)state;
    const char *const names[] = {"result_Blue.tif", "result_Green.tif", NULL};
    pv_scene *scene = NULL;
    folder_make(names);
    assert_int_equal(pv_alloc(&scene, 1, sizeof *scene, "scene", NULL), PV_OK);
    pv_status st = PV_NOMEM;
    for (long k = 0; st != PV_OK; k++) {
        assert_true(k < 100);
        pv_mem_fail_at(k, 0);
        st = pv_scene_find(scene, folder, NULL);
        pv_mem_fail_at(-1, 0);
        assert_true(st == PV_OK || (st == PV_NOMEM && scene->n == 0));
    }
    assert_int_equal(scene->n, 2);
    pv_free(scene);
    folder_remove(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),         cmocka_unit_test(test_wavelengths),
        cmocka_unit_test(test_sources),       cmocka_unit_test(test_colours_that_contradict),
        cmocka_unit_test(test_option),        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_xmp),           cmocka_unit_test(test_scenes),
        cmocka_unit_test(test_memory_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
