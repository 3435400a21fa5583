/* Rough outlines of a boundary into valid ones, and what the repair says of them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "geo/gdal_door.h"
#include "tests/fuzz/units_input.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Closed rings of points that lie on them and in the bounds; its own outline again is taken as it stands. */
static void check_area(const pv_area *a)
{
    if (a->n_rings == 0 || !(a->x0 < a->x1) || !(a->y0 < a->y1)) abort();
    for (size_t r = 0; r < a->n_rings; r++) {
        size_t first = r > 0 ? a->end[r - 1] : 0, last = a->end[r] - 1U;
        if (last < first + 3 || a->point[first].x != a->point[last].x || a->point[first].y != a->point[last].y) abort();
        for (size_t i = first; i <= last; i++) {
            const pv_point *p = &a->point[i];
            if (!(p->x >= a->x0 && p->x <= a->x1 && p->y >= a->y0 && p->y <= a->y1)) abort();
            if (pv_area_side(a, p->x, p->y) != 0) abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started = 0;
    input in = {data, size};
    pv_rough rough = {0};
    pv_area area = {0};
    pv_mended mended;
    pv_err err = {0};
    pv_point p[32];
    int usable = 0;
    if (!started && pv_geo_start(NULL) != PV_OK) abort();
    started = 1;
    while (in.left > 0) {
        for (int rings = 1 + byte(&in) % 3; rings > 0; rings--)
            if (pv_rough_ring(&rough, p, ring(&in, p), NULL) != PV_OK) abort();
        if (pv_rough_polygon(&rough, NULL) != PV_OK) abort();
    }
    if (pv_rough_mend(&rough, &area, &mended, &usable, &err) != PV_OK && err.text[0] == '\0') abort();
    if (usable) check_area(&area);
    if ((!usable || mended.repaired) && err.text[0] == '\0' && mended.why[0] == '\0') abort();
    if (!(mended.change >= 0)) abort();
    if (usable && !mended.repaired && area.n_rings != rough.n_rings) abort();
    pv_area_release(&area);
    pv_rough_release(&rough);
    return 0;
}
