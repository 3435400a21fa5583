/* bad_photos FOLDER GOOD.tif OUTSIDE.tif: photos that cannot be used, one of each kind, into FOLDER; prints their names. GOOD is cut and disguised, OUTSIDE is what the
 * files in disguise point to. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/banned.h"

enum { MOST_TAGS = 24 };

static const char *folder;

static void die(const char *what)
{
    fprintf(stderr, "bad_photos: %s: %s\n", what, strerror(errno));
    exit(1);
}

static char *path_of(const char *name)
{
    static char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    puts(name);
    return path;
}

static void put(const char *name, const void *data, size_t n)
{
    FILE *f = fopen(path_of(name), "wb");
    if (f == NULL || (n > 0 && fwrite(data, 1, n, f) != n) || fclose(f) != 0) die(name);
}

/* ---- TIFF by hand ---- */

typedef struct tiff {
    uint8_t data[4096];
    uint32_t n_tags;
    uint32_t tag[MOST_TAGS][4]; /* number, type, count, value */
    uint32_t next;              /* offset of the next directory */
} tiff;

static void add_tag(tiff *t, uint32_t number, uint32_t type, uint32_t count, uint32_t value)
{
    uint32_t at = t->n_tags;
    while (at > 0 && t->tag[at - 1][0] > number) {
        memcpy(t->tag[at], t->tag[at - 1], sizeof t->tag[at]);
        at--;
    }
    const uint32_t tag[4] = {number, type, count, value};
    memcpy(t->tag[at], tag, sizeof tag);
    t->n_tags++;
}

static void set_tag(tiff *t, uint32_t number, uint32_t count, uint32_t value)
{
    for (uint32_t i = 0; i < t->n_tags; i++)
        if (t->tag[i][0] == number) {
            t->tag[i][2] = count;
            t->tag[i][3] = value;
        }
}

/* A grey photo of 64 x 48 pixels of 8 bits in one strip at 1024. */
static tiff plain(void)
{
    tiff t = {.n_tags = 0};
    const uint32_t tag[][4] = {{256, 4, 1, 64},  {257, 4, 1, 48}, {258, 3, 1, 8},  {259, 3, 1, 1},      {262, 3, 1, 1},
                               {273, 4, 1, 512}, {277, 3, 1, 1},  {278, 4, 1, 48}, {279, 4, 1, 64 * 48}};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) add_tag(&t, tag[i][0], tag[i][1], tag[i][2], tag[i][3]);
    for (size_t i = 512; i < sizeof t.data; i++) t.data[i] = (uint8_t)(i * 37);
    return t;
}

static void put_number(uint8_t *to, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
}

static void put_tiff(const char *name, tiff t)
{
    memcpy(t.data, "II*\0", 4);
    put_number(t.data + 4, 8, 4);
    put_number(t.data + 8, t.n_tags, 2);
    for (uint32_t i = 0; i < t.n_tags; i++) {
        uint8_t *e = t.data + 10 + i * 12;
        put_number(e, t.tag[i][0], 2);
        put_number(e + 2, t.tag[i][1], 2);
        put_number(e + 4, t.tag[i][2], 4);
        put_number(e + 8, t.tag[i][3], 4);
    }
    put_number(t.data + 10 + t.n_tags * 12, t.next, 4);
    put(name, t.data, sizeof t.data);
}

static void by_hand(void)
{
    tiff t = plain();
    set_tag(&t, 273, 1, 4000000);
    put_tiff("offset-beyond-end.tif", t);
    t = plain();
    set_tag(&t, 256, 1, 2147483647);
    set_tag(&t, 257, 1, 2147483647);
    put_tiff("absurd-size.tif", t);
    t = plain();
    set_tag(&t, 256, 1, 0);
    put_tiff("no-width.tif", t);
    t = plain();
    set_tag(&t, 277, 1, 65529);
    put_tiff("many-bands.tif", t);
    t = plain();
    t.next = 8;
    put_tiff("directory-loop.tif", t);
    t = plain();
    set_tag(&t, 259, 1, 34712);
    put_tiff("unknown-compression.tif", t);
    t = plain();
    set_tag(&t, 256, 1, 60000);
    set_tag(&t, 257, 1, 60000);
    set_tag(&t, 278, 1, 60000);
    set_tag(&t, 259, 1, 8);
    put_tiff("bomb-one-strip.tif", t);
    t = plain(); /* a million blocks, all in the same place */
    set_tag(&t, 256, 1, 100000);
    set_tag(&t, 257, 1, 100000);
    set_tag(&t, 278, 1, 1000);
    set_tag(&t, 259, 1, 8);
    set_tag(&t, 273, 100, 600);
    set_tag(&t, 279, 100, 600);
    put_tiff("bomb-ratio.tif", t);
    t = plain();
    set_tag(&t, 273, 4000000000u, 512);
    put_tiff("many-offsets.tif", t);
    t = plain();
    set_tag(&t, 258, 1, 3);
    put_tiff("three-bits.tif", t);
    put_tiff("no-place.tif", plain());
    uint8_t header[8] = {'I', 'I', '*', 0, 0xF0, 0xFF, 0xFF, 0x7F};
    put("directory-beyond-end.tif", header, sizeof header);
    uint8_t big[16] = {'I', 'I', 43, 0, 8, 0, 0, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
    put("bigtiff-beyond-end.tif", big, sizeof big);
}

/* ---- by GDAL ---- */

typedef struct kind {
    const char *name, *option;
    int bands, epsg; /* 0 = none */
    GDALDataType type;
    double east, gsd; /* gsd 0 = no georeference */
    int side;
} kind;

static void with_gdal(const kind *k)
{
    char *options[] = {(char *)k->option, NULL};
    GDALDatasetH file =
        GDALCreate(GDALGetDriverByName("GTiff"), path_of(k->name), k->side, k->side, k->bands, k->type, k->option != NULL ? options : NULL);
    if (file == NULL) die(k->name);
    if (k->gsd > 0) {
        double place[6] = {k->east, k->gsd, 0, 2900000, 0, -k->gsd};
        (void)GDALSetGeoTransform(file, place);
    }
    if (k->epsg > 0) {
        char *wkt = NULL;
        OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
        if (OSRImportFromEPSG(crs, k->epsg) != OGRERR_NONE || OSRExportToWkt(crs, &wkt) != OGRERR_NONE) die(k->name);
        (void)GDALSetProjection(file, wkt);
        CPLFree(wkt);
        OSRDestroySpatialReference(crs);
    }
    static const char *const named[] = {"blue", "green", "red", "nir"};
    for (int b = 1; b <= k->bands; b++) {
        GDALRasterBandH band = GDALGetRasterBand(file, b);
        if (k->bands == 4) GDALSetDescription(band, named[b - 1]);
        double value = strcmp(k->name, "only-nan.tif") == 0 ? CPLAtof("nan") : 1000 + 100 * b;
        if (strcmp(k->name, "colour-table.tif") == 0) {
            GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
            const GDALColorEntry red = {255, 0, 0, 255};
            GDALSetColorEntry(table, 1, &red);
            (void)GDALSetRasterColorTable(band, table);
            GDALDestroyColorTable(table);
            value = 1;
        }
        (void)GDALFillRaster(band, value, 0);
    }
    GDALClose(file);
}

static void by_gdal(const char *good)
{
    const kind kinds[] = {{"no-crs.tif", NULL, 4, 0, GDT_UInt16, 400000, 0.1, 64},
                          {"no-georeference.tif", NULL, 4, 32648, GDT_UInt16, 0, 0, 64},
                          {"wrong-crs.tif", NULL, 4, 4326, GDT_UInt16, 400000, 0.1, 64},
                          {"far-off.tif", NULL, 4, 32648, GDT_UInt16, 9e9, 0.1, 64},
                          {"one-band.tif", NULL, 1, 32648, GDT_UInt16, 400000, 0.1, 64},
                          {"two-bands.tif", NULL, 2, 32648, GDT_Byte, 400000, 0.1, 64},
                          {"too-coarse.tif", NULL, 4, 32648, GDT_UInt16, 400000, 30, 64},
                          {"only-nan.tif", NULL, 4, 32648, GDT_Float32, 400000, 0.1, 64},
                          {"colour-table.tif", NULL, 1, 32648, GDT_Byte, 400000, 0.1, 64},
                          {"cmyk.tif", "PHOTOMETRIC=CMYK", 4, 32648, GDT_Byte, 400000, 0.1, 64},
                          {"complex.tif", NULL, 4, 32648, GDT_CFloat32, 400000, 0.1, 64},
                          {"one-pixel.tif", NULL, 4, 32648, GDT_UInt16, 400000, 0.1, 1},
                          {"seventeen-bands.tif", NULL, 17, 32648, GDT_Byte, 400000, 0.1, 64}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) with_gdal(&kinds[i]);
    const char *const other[][2] = {{"JPEG", "a-jpeg.tif"}, {"PNG", "a-png.tif"}};
    GDALDatasetH source = GDALOpen(good, GA_ReadOnly);
    for (int i = 0; i < 2; i++) {
        GDALDriverH driver = GDALGetDriverByName(other[i][0]);
        if (driver == NULL || source == NULL) continue;
        GDALDriverH memory = GDALGetDriverByName("MEM");
        GDALDatasetH grey = GDALCreate(memory, "", 64, 64, 1, GDT_Byte, NULL);
        GDALDatasetH copy = GDALCreateCopy(driver, path_of(other[i][1]), grey, 0, NULL, NULL, NULL);
        GDALClose(copy);
        GDALClose(grey);
    }
    GDALClose(source);
}

/* ---- from a good one ---- */

static void cut(const char *good)
{
    static uint8_t data[1 << 22];
    FILE *f = fopen(good, "rb");
    size_t n = f != NULL ? fread(data, 1, sizeof data, f) : 0;
    if (f == NULL || n < 1000) die(good);
    (void)fclose(f);
    put("cut-4.tif", data, 4);
    put("cut-100.tif", data, 100);
    put("cut-half.tif", data, n / 2);
    put("cut-end.tif", data, n - 200);
    data[0] = data[1] = 'M';
    put("other-byte-order.tif", data, n);
    memcpy(data, "PK\3\4", 4);
    put("a-zip.tif", data, n);
}

static void disguised(const char *outside)
{
    char text[8192];
    int n =
        snprintf(text, sizeof text,
                 "<VRTDataset rasterXSize=\"200\" rasterYSize=\"150\"><SRS>EPSG:32648</SRS><GeoTransform>400000,0.1,0,2900000,0,-0.1</GeoTransform>"
                 "<VRTRasterBand dataType=\"UInt16\" band=\"1\"><SimpleSource><SourceFilename>%s</SourceFilename><SourceBand>1</SourceBand>"
                 "</SimpleSource></VRTRasterBand></VRTDataset>",
                 outside);
    put("vrt-file.tif", text, (size_t)n);
    n = snprintf(text, sizeof text,
                 "<VRTDataset rasterXSize=\"100\" rasterYSize=\"10\"><VRTRasterBand dataType=\"Byte\" band=\"1\" subClass=\"VRTRawRasterBand\">"
                 "<SourceFilename>/etc/passwd</SourceFilename></VRTRasterBand></VRTDataset>");
    put("vrt-passwd.tif", text, (size_t)n);
    n = snprintf(text, sizeof text,
                 "<VRTDataset rasterXSize=\"100\" rasterYSize=\"10\"><VRTRasterBand dataType=\"Byte\" band=\"1\"><SimpleSource>"
                 "<SourceFilename>/vsicurl/http://127.0.0.1:9/x.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>");
    put("vrt-net.tif", text, (size_t)n);
    n = snprintf(text, sizeof text, "<GDAL_WMS><Service name=\"TMS\"><ServerUrl>http://127.0.0.1:9/${z}</ServerUrl></Service></GDAL_WMS>");
    put("wms.tif", text, (size_t)n);
    if (symlink(outside, path_of("link.tif")) != 0 || mkfifo(path_of("pipe.tif"), 0644) != 0 || mkdir(path_of("folder.tif"), 0755) != 0) die("link");
}

int main(int argc, char **argv)
{
    static const char zeros[4096], words[] = "this is no photo\n";
    if (argc != 4) return 2;
    folder = argv[1];
    GDALAllRegister();
    put("empty.tif", "", 0);
    put("zeros.tif", zeros, sizeof zeros);
    put("words.tif", words, strlen(words));
    by_hand();
    by_gdal(argv[2]);
    cut(argv[2]);
    disguised(argv[3]);
    return 0;
}
