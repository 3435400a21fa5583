#include "pipeline/coverage_rows.h"

#include <math.h>

#include "base/banned.h"

enum { PV_SEGMENT = 256 };

void pv_coverage_rows_init(pv_coverage_rows *c, const pv_place *place, const pv_work_grid *grid, const pv_photo_facts *facts)
{
    *c = (pv_coverage_rows){.place = place, .grid = grid, .photo_w_px = facts->width_px, .photo_h_px = facts->height_px};
}

/* Photo pixels along one axis in the working pixels k0 <= k < k1: the last one may hang over the photo's edge. */
static int pv_photo_span(int k0, int k1, int factor, int photo_px)
{
    return pv_min(k1 * factor, photo_px) - pv_min(k0 * factor, photo_px);
}

static void pv_segment_add(pv_coverage_rows *c, const uint8_t *best, int row, int x0, int x1)
{
    const pv_work_grid *g = c->grid;
    int n[4] = {0, 0, 0, 0}; /* saturated, dark, unreadable, no-data */
    for (int x = x0; x < x1; x++) {
        n[0] += best[x] == PV_BEST_SATURATED;
        n[1] += best[x] == PV_BEST_DARK;
        n[2] += best[x] == PV_BEST_UNREADABLE;
        n[3] += best[x] == PV_BEST_NODATA;
    }
    int span_w = pv_photo_span(x0, x1, g->fx, c->photo_w_px);
    int span_h = pv_photo_span(row, row + 1, g->fy, c->photo_h_px);
    double area = pv_place_pixel_area_m2(c->place, x0 * (double)g->fx + span_w / 2.0, row * (double)g->fy + span_h / 2.0);
    /* Every working pixel of the segment stands for the same ground, also where the last one is cut by the photo's edge. */
    double each = area * span_w * span_h / (x1 - x0);
    c->saturated_m2 += n[0] * each;
    c->dark_m2 += n[1] * each;
    c->unreadable_m2 += n[2] * each;
    c->nodata_m2 += n[3] * each;
    c->valid_m2 += (x1 - x0 - n[0] - n[1] - n[2] - n[3]) * each;
}

void pv_coverage_rows_push(pv_coverage_rows *c, const uint8_t *best, int n_rows)
{
    int w = c->grid->w;
    for (int i = 0; i < n_rows; i++, c->next_row++)
        for (int x = 0; x < w; x += PV_SEGMENT) pv_segment_add(c, best + (size_t)i * (size_t)w, c->next_row, x, pv_min(x + PV_SEGMENT, w));
}

void pv_coverage_rows_blurred(pv_coverage_rows *c, pv_rect rect, int64_t n)
{
    const pv_work_grid *g = c->grid;
    int span_w = pv_photo_span(rect.x, rect.x + rect.w, g->fx, c->photo_w_px), span_h = pv_photo_span(rect.y, rect.y + rect.h, g->fy, c->photo_h_px);
    double area = pv_place_pixel_area_m2(c->place, rect.x * (double)g->fx + span_w / 2.0, rect.y * (double)g->fy + span_h / 2.0);
    c->blurred_m2 += area * span_w * span_h / ((double)rect.w * rect.h) * (double)n;
}

pv_coverage pv_coverage_rows_sum(const pv_coverage_rows *c)
{
    pv_coverage s = {.valid_e4 = llround(c->valid_m2 * 1e4),
                     .nodata_e4 = llround(c->nodata_m2 * 1e4),
                     .unreadable_e4 = llround(c->unreadable_m2 * 1e4),
                     .dark_e4 = llround(c->dark_m2 * 1e4),
                     .saturated_e4 = llround(c->saturated_m2 * 1e4)};
    s.unusable_e4 = s.dark_e4 + s.saturated_e4;
    s.coarse_e4 = c->coarse ? s.valid_e4 : 0;
    int64_t blurred_e4 = llround(c->blurred_m2 * 1e4);
    s.blurred_e4 = c->coarse ? 0 : blurred_e4 < s.valid_e4 ? blurred_e4 : s.valid_e4;
    return s;
}
