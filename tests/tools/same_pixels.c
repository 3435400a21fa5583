/* same_pixels A.tif B.tif: exit 0 when both rasters have the same size, place and pixels, whatever their files look like. */
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>

#include "base/banned.h"

int main(int argc, char **argv)
{
    GDALAllRegister();
    GDALDatasetH a = argc == 3 ? GDALOpen(argv[1], GA_ReadOnly) : NULL, b = argc == 3 ? GDALOpen(argv[2], GA_ReadOnly) : NULL;
    if (a == NULL || b == NULL) return 2;
    int w = GDALGetRasterXSize(a), h = GDALGetRasterYSize(a), n = GDALGetRasterCount(a);
    double place_a[6] = {0}, place_b[6] = {0};
    (void)GDALGetGeoTransform(a, place_a);
    (void)GDALGetGeoTransform(b, place_b);
    if (w != GDALGetRasterXSize(b) || h != GDALGetRasterYSize(b) || n != GDALGetRasterCount(b) || memcmp(place_a, place_b, sizeof place_a) != 0) {
        (void)printf("size, bands or place differ\n");
        return 1;
    }
    size_t row = (size_t)w * sizeof(double);
    double *pa = CPLMalloc(row), *pb = CPLMalloc(row);
    long long differ = 0;
    for (int k = 1; k <= n; k++)
        for (int y = 0; y < h; y++) {
            if (GDALRasterIO(GDALGetRasterBand(a, k), GF_Read, 0, y, w, 1, pa, w, 1, GDT_Float64, 0, 0) != CE_None) return 2;
            if (GDALRasterIO(GDALGetRasterBand(b, k), GF_Read, 0, y, w, 1, pb, w, 1, GDT_Float64, 0, 0) != CE_None) return 2;
            for (int x = 0; x < w; x++) differ += memcmp(pa + x, pb + x, sizeof *pa) != 0;
        }
    CPLFree(pa);
    CPLFree(pb);
    GDALClose(a);
    GDALClose(b);
    if (differ > 0) (void)printf("%lld values differ\n", differ);
    return differ > 0;
}
