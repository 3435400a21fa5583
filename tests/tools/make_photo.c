/* Makes the photo of the invariance and fault tests: a small landscape with suspected plots of every awkward shape at known places.
 *
 *   make_photo OUT.tif [--size WxH] [--codec NONE|LZW|DEFLATE|ZSTD] [--layout tiles|strips] [--interleave pixel|band] [--order 0123]
 *              [--crop X,Y,W,H]
 *              [--frame W,H,X,Y] [--seed N] [--labels OUT.geojson] [--truth OUT.geojson]
 *
 * Bands are blue green red nir, UInt16 reflectance x 10000, named by their descriptions, in the order that --order gives (digits of 0 to 3).
 * A pixel depends on its place and the seed alone, so that --crop gives exactly a part of the whole; --frame lays it into a larger, sparse
 * file at X, Y. --labels writes polygons for training, --truth the drawn plots; both in WGS 84. No-data is 0: a corner of the photo is cut off. 0.10 m pixels, EPSG:32648. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/banned.h"

enum { BANDS = 4 };
enum { SOIL, WHEAT, TREES, ROOF, POPPY, CLASSES };

static const char *const class_name[CLASSES] = {"soil", "wheat", "trees", "roof", "poppy"};
/* blue green red nir, reflectance x 10000 */
static const int colour[CLASSES][BANDS] = {
    {900, 1300, 1700, 2400}, {400, 900, 500, 4200}, {250, 500, 300, 3200}, {1500, 1400, 2600, 2700}, {1700, 1100, 3100, 3900}};
static const double east0 = 400000, north0 = 2900000, gsd = 0.10;

typedef struct shape {
    char kind; /* 'r' rectangle, 'o' ring, '\\' one-pixel-wide diagonal steps, 's' spiral, 'd' checkerboard that touches at corners only */
    int x, y, w, h;
} shape;

/* For a photo of at least 700 x 500; further copies of the first rows of shapes repeat every 700 x 500 pixels. */
static const shape drawn[] = {
    {'r', 20, 20, 30, 24},     /* inside one tile */
    {'r', 88, 90, 40, 30},     /* over the corner of tiles of 100 */
    {'r', 40, 240, 300, 34},   /* wider than a tile of 256 */
    {'r', 560, 30, 26, 330},   /* higher than a strip */
    {'o', 220, 40, 90, 90},    /* a ring with a hole */
    {'o', 240, 60, 50, 50},    /* a ring inside the ring */
    {'\\', 360, 60, 120, 120}, /* corners only */
    {'s', 380, 300, 130, 130}, /* a spiral */
    {'d', 60, 340, 40, 40},    /* corners only, many */
    {'r', 0, 420, 18, 30},     /* cut by the photo's left edge */
    {'r', 250, 470, 60, 30},   /* cut by the lower edge of a photo of 500 rows */
    {'r', 670, 100, 30, 40},   /* cut by the right edge of a photo of 700 columns */
    {'r', 640, 440, 50, 50},   /* beside the cut-off corner */
    {'r', 150, 160, 6, 6},     /* 0.36 m2 */
    {'r', 180, 160, 4, 4},     /* 0.16 m2: below the default minimum */
    {'r', 200, 200, 2, 2},
};

typedef struct job {
    const char *out, *codec, *layout, *interleave, *order, *labels, *truth;
    int w, h, crop[4], frame[4];
    uint32_t seed;
} job;

static void die(const char *what)
{
    (void)fprintf(stderr, "make_photo: %s %s\n", what, CPLGetLastErrorMsg());
    exit(1);
}

static uint32_t mix(uint32_t x, uint32_t y, uint32_t z)
{
    uint32_t v = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ z * 0xC2B2AE3Du;
    v ^= v >> 15;
    v *= 0x2C1B3C6Du;
    v ^= v >> 12;
    v *= 0x297A2D39u;
    return v ^ v >> 15;
}

static int in_spiral(int dx, int dy, int side)
{
    /* Square spiral: rings of 5 pixels with gaps of 5, each ring opened and joined to the next at its upper left. */
    int to_edge = dx < dy ? dx : dy;
    if (side - 1 - dx < to_edge) to_edge = side - 1 - dx;
    if (side - 1 - dy < to_edge) to_edge = side - 1 - dy;
    int ring = to_edge / 5;
    int gate = dx >= ring / 2 * 10 && dx < ring / 2 * 10 + 5 && dy >= ring / 2 * 10 + 5 && dy < ring / 2 * 10 + 10;
    return ring % 2 == 0 ? !(gate && ring > 0) : gate;
}

static int in_shape(const shape *s, int x, int y)
{
    int dx = x - s->x, dy = y - s->y;
    if (dx < 0 || dy < 0 || dx >= s->w || dy >= s->h) return 0;
    switch (s->kind) {
    case 'o': {
        int ax = 2 * dx + 1 - s->w, ay = 2 * dy + 1 - s->h, far = ax * ax + ay * ay;
        return far <= s->w * s->w && far > (s->w - 16) * (s->w - 16);
    }
    case '\\':
        return dx / 4 == dy / 4;
    case 'd':
        return (dx / 5 + dy / 5) % 2 == 0;
    case 's':
        return in_spiral(dx, dy, s->w);
    default:
        return 1;
    }
}

static int class_at(int x, int y)
{
    int px = x % 700, py = y % 500;
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
        if (in_shape(&drawn[i], px, py)) return POPPY;
    if (px >= 600 && px < 660 && py >= 380 && py < 430) return ROOF;
    if (px >= 400 && px < 540 && py >= 20 && py < 50) return ROOF;
    if (px < 350 && py < 200) return WHEAT;
    return px + 2 * py > 1100 ? TREES : SOIL;
}

/* The cut-off corner, as a mosaic's frame has it: the lower right of the whole photo. */
static int is_missing(const job *j, int x, int y)
{
    return (j->w - x) + (j->h - y) < 60;
}

static uint16_t value_at(const job *j, int x, int y, int band)
{
    if (is_missing(j, x, y)) return 0;
    int c = class_at(x, y);
    int noise = (int)(mix((uint32_t)x, (uint32_t)y, j->seed * 8u + (uint32_t)band) % 241) - 120;
    int light = (int)(mix((uint32_t)(x / 8), (uint32_t)(y / 8), j->seed * 8u + 5u) % 17) - 8; /* percent, the same in all bands */
    int v = colour[c][band] * (100 + light) / 100 + noise;
    return (uint16_t)(v < 1 ? 1 : v);
}

static void write_photo(const job *j, OGRSpatialReferenceH srs)
{
    static const char *const name[BANDS] = {"blue", "green", "red", "nir"};
    char **options = CSLSetNameValue(NULL, "COMPRESS", j->codec);
    if (strcmp(j->layout, "tiles") == 0) {
        options = CSLSetNameValue(options, "TILED", "YES");
        options = CSLSetNameValue(options, "BLOCKXSIZE", "128");
        options = CSLSetNameValue(options, "BLOCKYSIZE", "128");
    } else {
        options = CSLSetNameValue(options, "BLOCKYSIZE", "13");
    }
    options = CSLSetNameValue(options, "INTERLEAVE", strcmp(j->interleave, "band") == 0 ? "BAND" : "PIXEL");
    options = CSLSetNameValue(options, "PHOTOMETRIC", "MINISBLACK");
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GTiff"), j->out, j->frame[0], j->frame[1], BANDS, GDT_UInt16, options);
    CSLDestroy(options);
    if (file == NULL) die("cannot create the photo:");
    double place[6] = {east0 + (j->crop[0] - j->frame[2]) * gsd, gsd, 0, north0 - (j->crop[1] - j->frame[3]) * gsd, 0, -gsd};
    if (GDALSetGeoTransform(file, place) != CE_None || GDALSetSpatialRef(file, srs) != CE_None) die("cannot place the photo:");
    if (GDALSetMetadataItem(file, "TIFFTAG_DATETIME", "2026:04:11 10:00:00", NULL) != CE_None) die("cannot date the photo:");
    uint16_t *row = CPLMalloc((size_t)j->crop[2] * sizeof *row);
    for (int b = 0; b < BANDS; b++) {
        GDALRasterBandH band = GDALGetRasterBand(file, b + 1);
        int what = j->order[b] - '0';
        GDALSetDescription(band, name[what]);
        if (GDALSetRasterNoDataValue(band, 0) != CE_None) die("cannot set no-data:");
        for (int y = 0; y < j->crop[3]; y++) {
            for (int x = 0; x < j->crop[2]; x++) row[x] = value_at(j, j->crop[0] + x, j->crop[1] + y, what);
            if (GDALRasterIO(band, GF_Write, j->frame[2], j->frame[3] + y, j->crop[2], 1, row, j->crop[2], 1, GDT_UInt16, 0, 0) != CE_None)
                die("cannot write the photo:");
        }
    }
    CPLFree(row);
    GDALClose(file);
}

static void add_box(OGRLayerH layer, const char *name, const char *fold, int x, int y, int w, int h)
{
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing), polygon = OGR_G_CreateGeometry(wkbPolygon);
    const int corner[5][2] = {{x, y}, {x, y + h}, {x + w, y + h}, {x + w, y}, {x, y}};
    for (int i = 0; i < 5; i++) OGR_G_AddPoint_2D(ring, east0 + corner[i][0] * gsd, north0 - corner[i][1] * gsd);
    (void)OGR_G_AddGeometryDirectly(polygon, ring);
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(feature, OGR_F_GetFieldIndex(feature, "class"), name);
    OGR_F_SetFieldString(feature, OGR_F_GetFieldIndex(feature, "fold"), fold);
    (void)OGR_F_SetGeometryDirectly(feature, polygon);
    if (OGR_L_CreateFeature(layer, feature) != OGRERR_NONE) die("cannot write a polygon:");
    OGR_F_Destroy(feature);
}

static void write_polygons(const char *path, OGRSpatialReferenceH srs, int truth)
{
    static const struct {
        int what, x, y, w, h;
        const char *fold;
    } label[] = {{POPPY, 50, 244, 130, 26, "a"}, {POPPY, 200, 244, 130, 26, "b"}, {POPPY, 562, 50, 22, 130, "a"}, {POPPY, 562, 200, 22, 130, "b"},
                 {WHEAT, 10, 130, 60, 60, "a"},  {WHEAT, 330, 10, 18, 90, "b"},   {SOIL, 150, 290, 90, 110, "a"}, {SOIL, 400, 200, 90, 60, "b"},
                 {ROOF, 605, 385, 50, 18, "a"},  {ROOF, 405, 25, 90, 20, "b"},    {TREES, 590, 440, 40, 50, "a"}, {TREES, 450, 460, 60, 30, "b"}};
    (void)remove(path);
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GeoJSON"), path, 0, 0, 0, GDT_Unknown, NULL);
    if (file == NULL) die("cannot create the polygons:");
    char **options = CSLSetNameValue(NULL, "RFC7946", "YES");
    OGRLayerH layer = GDALDatasetCreateLayer(file, "polygons", srs, wkbPolygon, options);
    CSLDestroy(options);
    if (layer == NULL) die("cannot create the layer:");
    static const char *const field[] = {"class", "fold"};
    for (int i = 0; i < 2; i++) {
        OGRFieldDefnH f = OGR_Fld_Create(field[i], OFTString);
        if (OGR_L_CreateField(layer, f, 1) != OGRERR_NONE) die("cannot create a field:");
        OGR_Fld_Destroy(f);
    }
    if (truth)
        for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
            add_box(layer, class_name[POPPY], "", drawn[i].x, drawn[i].y, drawn[i].w, drawn[i].h);
    else
        for (size_t i = 0; i < sizeof label / sizeof label[0]; i++)
            add_box(layer, class_name[label[i].what], label[i].fold, label[i].x, label[i].y, label[i].w, label[i].h);
    GDALClose(file);
}

static void read_options(job *j, int argc, char **argv)
{
    int cropped = 0;
    for (int i = 2; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--size") == 0) {
            if (sscanf(value, "%dx%d", &j->w, &j->h) != 2) die("--size WxH");
        } else if (strcmp(name, "--crop") == 0) {
            cropped = 1;
            if (sscanf(value, "%d,%d,%d,%d", &j->crop[0], &j->crop[1], &j->crop[2], &j->crop[3]) != 4) die("--crop X,Y,W,H");
        } else if (strcmp(name, "--frame") == 0) {
            if (sscanf(value, "%d,%d,%d,%d", &j->frame[0], &j->frame[1], &j->frame[2], &j->frame[3]) != 4) die("--frame W,H,X,Y");
        } else if (strcmp(name, "--seed") == 0) {
            j->seed = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(name, "--codec") == 0) {
            j->codec = value;
        } else if (strcmp(name, "--layout") == 0) {
            j->layout = value;
        } else if (strcmp(name, "--interleave") == 0) {
            j->interleave = value;
        } else if (strcmp(name, "--order") == 0 && strlen(value) == BANDS && strspn(value, "0123") == BANDS) {
            j->order = value;
        } else if (strcmp(name, "--labels") == 0) {
            j->labels = value;
        } else if (strcmp(name, "--truth") == 0) {
            j->truth = value;
        } else {
            die("unknown option:");
        }
    }
    if (!cropped) {
        j->crop[2] = j->w;
        j->crop[3] = j->h;
    }
    if (j->frame[0] == 0) {
        j->frame[0] = j->crop[2];
        j->frame[1] = j->crop[3];
    }
}

int main(int argc, char **argv)
{
    job j = {.codec = "NONE", .layout = "tiles", .interleave = "pixel", .order = "0123", .w = 700, .h = 500, .seed = 1};
    if (argc < 2) die("make_photo OUT.tif [options]");
    j.out = argv[1];
    read_options(&j, argc, argv);
    GDALAllRegister();
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    if (OSRImportFromEPSG(srs, 32648) != OGRERR_NONE) die("no EPSG:32648:");
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    write_photo(&j, srs);
    if (j.labels != NULL) write_polygons(j.labels, srs, 0);
    if (j.truth != NULL) write_polygons(j.truth, srs, 1);
    OSRDestroySpatialReference(srs);
    GDALDestroyDriverManager();
    return 0;
}
