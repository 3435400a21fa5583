/* Where a patch ends: at half of its plateau. */
#include <string.h>

#include "base/mem.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

enum { PLATEAU_PERCENT = 50 };

/* The level that 50 % of the seen pixels do not exceed. */
static int pv_plateau(const pv_object_sums *s)
{
    int64_t sum = 0;
    for (int i = 0; i < 255; i++) {
        sum += s->prob[i];
        if (sum > 0 && sum * 100 >= s->n * PLATEAU_PERCENT) return i;
    }
    return 0;
}

static void pv_trim_add(pv_patch *p, const uint8_t *prob, int32_t y, int32_t x0, int32_t x1, pv_run *run)
{
    int32_t right = p->box.x + p->box.w;
    if (p->n_runs == 0) {
        p->box = (pv_rect){x0, y, x1 - x0, 1};
    } else {
        right = x1 > right ? x1 : right;
        p->box.x = x0 < p->box.x ? x0 : p->box.x;
        p->box.w = right - p->box.x;
        p->box.h = y - p->box.y + 1;
    }
    for (int32_t x = x0; x < x1; x++) {
        p->pixels++;
        p->sum_x += x;
        p->sum_y += y;
        p->sum_prob += prob[x - x0];
    }
    run[p->n_runs++] = (pv_run){y, x0, x1};
}

/* Stretches of at least `half`: counted when run is NULL, else added to the patch. */
static int64_t pv_trim_runs(const pv_object_worker *w, const pv_patch *patch, int half, pv_patch *out, pv_run *run)
{
    pv_rect v = w->window;
    int64_t n = 0;
    for (int64_t i = 0; i < patch->n_runs; i++) {
        const pv_run *r = &patch->run[i];
        const uint8_t *prob = w->prob + (size_t)(r->y - v.y) * (size_t)v.w;
        for (int32_t x = r->x0; x < r->x1;) {
            int32_t from = x;
            while (x < r->x1 && prob[x - v.x] >= half) x++;
            if (x > from && run != NULL) pv_trim_add(out, prob + (from - v.x), r->y, from, x, run);
            n += x > from;
            if (x == from) x++;
        }
    }
    return n;
}

pv_status pv_object_trim(const pv_object_worker *w, pv_patch *patch, pv_run **out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_run *run = NULL;
    pv_patch trimmed = *patch;
    int half = (pv_plateau(&w->sums[0]) + 1) / 2;
    int64_t n = pv_trim_runs(w, patch, half, NULL, NULL);
    *out = NULL;
    if (n == 0) return PV_OK;
    PV_TRY(pv_alloc(&run, (size_t)n, sizeof *run, "a patch's runs", err));
    trimmed.pixels = trimmed.sum_x = trimmed.sum_y = trimmed.sum_prob = trimmed.n_runs = 0;
    (void)pv_trim_runs(w, patch, half, &trimmed, run);
    trimmed.run = run;
    trimmed.grown_pixels = patch->pixels;
    *patch = trimmed;
    *out = run;
out:
    return st;
}
