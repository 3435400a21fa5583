/* The sums of blur of a photo, a line for each square of about 8 m (pipeline/blur.h):
 *
 *   blur_figures PHOTO MODEL.pvm
 *
 * column row; along rows: differences at 1, 2, 4 working pixels (root of the mean square, 16 bits) and pixels; the same down columns; 1 = blurred. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo.h"
#include "models/model_file.h"
#include "pipeline/blur.h"
#include "pipeline/work.h"

#include "base/banned.h"

static pv_status figures(const char *path, const char *model, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo *photo = NULL;
    pv_model *m = NULL;
    pv_blur *b = NULL;
    pv_work_grid grid;
    uint16_t *v = NULL;
    uint8_t *ok = NULL;
    int coarse = 0;
    PV_TRY(pv_photo_open(&photo, path, NULL, err));
    PV_TRY(pv_model_load(&m, model, err));
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    PV_TRY(pv_work_grid_any(&grid, f, m->gsd_m, &coarse, err));
    int rows = pv_blur_side(grid.gsd_y_m), green = pv_photo_find_band(f, "green"), band = green < 0 ? 0 : green;
    PV_TRY(pv_blur_new(&b, &grid, err));
    PV_TRY(pv_alloc(&v, (size_t)grid.w * (size_t)(rows + PV_BLUR_REACH), sizeof *v, "rows", err));
    PV_TRY(pv_alloc(&ok, (size_t)grid.w * (size_t)(rows + PV_BLUR_REACH), 1, "rows", err));
    for (int y = 0; y < grid.h; y += rows) {
        pv_rect whole = {0, 0, grid.w, grid.h}, core = pv_rect_intersect((pv_rect){0, y, grid.w, rows}, whole);
        pv_rect read = pv_rect_intersect((pv_rect){0, y, grid.w, rows + PV_BLUR_REACH}, whole);
        const pv_planes to = {v, ok, (size_t)grid.w, (size_t)grid.w * (size_t)read.h};
        PV_TRY(pv_photo_read_cells(photo, read, grid.fx, grid.fy, 1, &band, to, err));
        pv_blur_add(b, core, read, v, (size_t)grid.w, ok, (size_t)grid.w);
    }
    for (int row = 0; row < pv_blur_down(b); row++)
        for (int column = 0; column < pv_blur_across(b); column++) {
            pv_blur_sums s[2];
            pv_blur_sums_of(b, column, row, s);
            (void)printf("%d %d", column, row);
            for (int way = 0; way < 2; way++) {
                for (int k = 0; k < 3; k++) (void)printf(" %.1f", s[way].n > 0 ? 16 * sqrt((double)s[way].lag[k] / (double)s[way].n) : 0);
                (void)printf(" %lld", (long long)s[way].n);
            }
            (void)printf(" %d\n", pv_blur_at(b, column, row));
        }
out:
    pv_free(v);
    pv_free(ok);
    pv_blur_free(b);
    pv_model_free(m);
    pv_photo_free(photo);
    return st;
}

int main(int argc, char **argv)
{
    pv_err err;
    if (argc != 3) {
        (void)fprintf(stderr, "blur_figures PHOTO MODEL.pvm\n");
        return 2;
    }
    if (pv_geo_start(&err) == PV_OK && figures(argv[1], argv[2], &err) == PV_OK) return 0;
    (void)fprintf(stderr, "blur_figures: %s\n", err.text);
    return 1;
}
