/* chip_truth PHOTO.tif PROB.tif CHIPS/<id>: exit 0 when the chip says what the photo and the probability picture say: <id>.tif has the photo's pixels, CRS and, to a millimetre, its place;
 * the right third of <id>.jpg has the colours of the probabilities there, but for outline and JPEG. Needs a photo that is larger than the chip, in metres. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "geo/raster_out.h"
#include "report/chip.h"

#include "base/banned.h"

enum { VIEW = PV_CHIP_VIEW_PX };

typedef struct raster {
    GDALDatasetH ds;
    double gt[6];
    int w, h, n;
} raster;

static int raster_open(raster *r, const char *path)
{
    r->ds = GDALOpen(path, GA_ReadOnly);
    if (r->ds == NULL) return 0;
    (void)GDALGetGeoTransform(r->ds, r->gt);
    r->w = GDALGetRasterXSize(r->ds);
    r->h = GDALGetRasterYSize(r->ds);
    r->n = GDALGetRasterCount(r->ds);
    return 1;
}

/* Where the chip begins in the photo; 0 = not on a pixel, to a millimetre, or the grids differ. */
static int offset_of(const raster *photo, const raster *chip, int at[2])
{
    double inverse[6], x = 0, y = 0, back_x = 0, back_y = 0;
    for (int k = 1; k < 6; k++)
        if (k != 3 && fabs(photo->gt[k] - chip->gt[k]) > 1e-12) return 0;
    if (!GDALInvGeoTransform((double *)photo->gt, inverse)) return 0;
    GDALApplyGeoTransform(inverse, chip->gt[0], chip->gt[3], &x, &y);
    at[0] = (int)lround(x);
    at[1] = (int)lround(y);
    GDALApplyGeoTransform((double *)photo->gt, at[0], at[1], &back_x, &back_y);
    return hypot(back_x - chip->gt[0], back_y - chip->gt[3]) < 1e-3;
}

static long long pixels_differ(const raster *photo, const raster *chip, const int at[2])
{
    size_t n = (size_t)chip->w * (size_t)chip->h;
    double *a = CPLMalloc(n * sizeof *a), *b = CPLMalloc(n * sizeof *b);
    long long differ = 0;
    for (int k = 1; k <= photo->n; k++) {
        if (GDALRasterIO(GDALGetRasterBand(photo->ds, k), GF_Read, at[0], at[1], chip->w, chip->h, a, chip->w, chip->h, GDT_Float64, 0, 0) !=
                CE_None ||
            GDALRasterIO(GDALGetRasterBand(chip->ds, k), GF_Read, 0, 0, chip->w, chip->h, b, chip->w, chip->h, GDT_Float64, 0, 0) != CE_None)
            differ++;
        for (size_t i = 0; i < n; i++) differ += memcmp(a + i, b + i, sizeof *a) != 0;
    }
    CPLFree(a);
    CPLFree(b);
    return differ;
}

/* Most pixels of the view of probabilities, low and high ones apart, have the right colour; black and cyan is the outline. */
static int colours_agree(const raster *photo, const raster *prob, const raster *chip, const raster *jpeg, const int at[2])
{
    int fx = (int)lround(prob->gt[1] / photo->gt[1]), fy = (int)lround(prob->gt[5] / photo->gt[5]), left = 3 * PV_CHIP_GAP_PX + 2 * VIEW;
    uint8_t *rgb = CPLMalloc(3 * (size_t)VIEW * VIEW), *code = CPLMalloc((size_t)prob->w * (size_t)prob->h);
    double good[2] = {0}, all[2] = {0};
    int ok =
        jpeg->w == PV_CHIP_W_PX && jpeg->h == PV_CHIP_H_PX &&
        GDALDatasetRasterIO(jpeg->ds, GF_Read, left, PV_CHIP_HEAD_PX, VIEW, VIEW, rgb, VIEW, VIEW, GDT_Byte, 3, NULL, 3, 3 * VIEW, 1) == CE_None &&
        GDALRasterIO(GDALGetRasterBand(prob->ds, 1), GF_Read, 0, 0, prob->w, prob->h, code, prob->w, prob->h, GDT_Byte, 0, 0) == CE_None;
    for (int y = 0; y < VIEW && ok; y++) {
        for (int x = 0; x < VIEW; x++) {
            int px = (at[0] + (2 * x + 1) * chip->w / (2 * VIEW)) / fx, py = (at[1] + (2 * y + 1) * chip->h / (2 * VIEW)) / fy, near = 1;
            uint8_t c = code[(size_t)py * (size_t)prob->w + (size_t)px], want[3] = {96, 96, 96};
            if (c < 255) pv_raster_ramp(c, want);
            if (rgb[3 * (y * VIEW + x)] < 88) continue;
            for (int k = 0; k < 3; k++) near = near && abs(rgb[3 * (y * VIEW + x) + k] - want[k]) <= 40;
            all[c >= 190 && c < 255]++;
            good[c >= 190 && c < 255] += near;
        }
    }
    CPLFree(rgb);
    CPLFree(code);
    printf("colours: %.4f of %.0f low ones, %.4f of %.0f high ones\n", good[0] / fmax(all[0], 1), all[0], good[1] / fmax(all[1], 1), all[1]);
    return ok && good[0] >= 0.93 * all[0] && (all[1] < 1000 || good[1] >= 0.6 * all[1]);
}

int main(int argc, char **argv)
{
    raster photo = {0}, prob = {0}, chip = {0}, jpeg = {0};
    char path[2][4096];
    int at[2];
    GDALAllRegister();
    if (argc != 4) return 2;
    (void)snprintf(path[0], sizeof path[0], "%s.tif", argv[3]);
    (void)snprintf(path[1], sizeof path[1], "%s.jpg", argv[3]);
    if (!raster_open(&photo, argv[1]) || !raster_open(&prob, argv[2]) || !raster_open(&chip, path[0]) || !raster_open(&jpeg, path[1])) return 2;
    OGRSpatialReferenceH a = GDALGetSpatialRef(photo.ds), b = GDALGetSpatialRef(chip.ds);
    int same_crs = a != NULL && b != NULL && OSRIsSame(a, b);
    if (!same_crs || chip.n < photo.n || !offset_of(&photo, &chip, at)) {
        printf("%s: another CRS, place or number of bands\n", path[0]);
        return 1;
    }
    long long differ = pixels_differ(&photo, &chip, at);
    printf("%s: %d x %d at %d,%d: %lld values differ\n", path[0], chip.w, chip.h, at[0], at[1], differ);
    if (differ != 0) return 1;
    /* A picture that was made smaller is not looked at. */
    return jpeg.w < PV_CHIP_W_PX || colours_agree(&photo, &prob, &chip, &jpeg, at) ? 0 : 1;
}
