#include "samples/look.h"

#include "base/mem.h"
#include "samples/noise.h"

#include "base/banned.h"

#define CELL_M 4.0F

enum { REF_HOUSE = 0, REF_TREE, REF_BED, REF_SHIFT = 2 };

typedef struct span { /* cells that an object touches */
    int x0, y0, x1, y1;
} span;

void pv_view_release(pv_view *v)
{
    pv_free(v->first);
    pv_free(v->ref);
    *v = (pv_view){0};
}

static span cells_of(const pv_view *v, float x0, float y0, float x1, float y1)
{
    span c = {pv_floor(x0 / CELL_M), pv_floor(y0 / CELL_M), pv_floor(x1 / CELL_M), pv_floor(y1 / CELL_M)};
    if (c.x0 < 0) c.x0 = 0;
    if (c.y0 < 0) c.y0 = 0;
    if (c.x1 >= v->cells_x) c.x1 = v->cells_x - 1;
    if (c.y1 >= v->cells_y) c.y1 = v->cells_y - 1;
    return c;
}

/* An upright thing of this reach and height, together with its shadow. */
static span cells_of_tall(const pv_view *v, float x, float y, float reach, float height)
{
    float sx = -v->light.sun_x * v->light.shadow * height, sy = -v->light.sun_y * v->light.shadow * height;
    return cells_of(v, x - reach + (sx < 0 ? sx : 0), y - reach + (sy < 0 ? sy : 0), x + reach + (sx > 0 ? sx : 0), y + reach + (sy > 0 ? sy : 0));
}

/* First pass counts into first[cell + 1], second pass writes. */
static void sort_in(pv_view *v, span c, uint32_t ref, uint32_t *next)
{
    for (int cy = c.y0; cy <= c.y1; cy++) {
        for (int cx = c.x0; cx <= c.x1; cx++) {
            size_t cell = (size_t)cy * (size_t)v->cells_x + (size_t)cx;
            if (next)
                v->ref[next[cell]++] = ref;
            else
                v->first[cell + 1]++;
        }
    }
}

static void sort_all(pv_view *v, uint32_t *next)
{
    const pv_scene *s = v->scene;
    for (size_t k = 0; k < s->n_houses; k++) {
        const pv_house *h = &s->house[k];
        sort_in(v, cells_of_tall(v, h->x, h->y, h->half_l + h->half_w, h->height), (uint32_t)k << REF_SHIFT | REF_HOUSE, next);
    }
    for (size_t k = 0; k < s->n_trees; k++) {
        const pv_tree *t = &s->tree[k];
        sort_in(v, cells_of_tall(v, t->x, t->y, t->radius * 1.2F, t->height), (uint32_t)k << REF_SHIFT | REF_TREE, next);
    }
    for (size_t k = 0; k < s->n_beds; k++) {
        const pv_bed *b = &s->bed[k];
        float r = b->reach_m;
        sort_in(v, cells_of(v, b->mid_x - r, b->mid_y - r, b->mid_x + r, b->mid_y + r), (uint32_t)k << REF_SHIFT | REF_BED, next);
    }
}

pv_status pv_view_make(pv_view *out, const pv_scene *scene, const pv_light *light, pv_err *err)
{
    pv_status st = PV_OK;
    pv_view v = {.scene = scene, .light = *light};
    uint32_t *next = NULL;
    v.cells_x = (int)(scene->anchor.width_m / (double)CELL_M) + 1;
    v.cells_y = (int)(scene->anchor.height_m / (double)CELL_M) + 1;
    size_t n = (size_t)v.cells_x * (size_t)v.cells_y;
    PV_TRY(pv_alloc(&v.first, n + 1, sizeof *v.first, "cells of a view", err));
    sort_all(&v, NULL);
    for (size_t k = 0; k < n; k++) v.first[k + 1] += v.first[k];
    PV_TRY(pv_alloc(&v.ref, v.first[n], sizeof *v.ref, "objects of a view", err));
    PV_TRY(pv_alloc(&next, n, sizeof *next, "cells of a view", err));
    for (size_t k = 0; k < n; k++) next[k] = v.first[k];
    sort_all(&v, next);
    *out = v;
    v = (pv_view){0};
out:
    pv_free(next);
    pv_view_release(&v);
    return st;
}

static int look_house(const pv_house *h, const pv_light *l, float x, float y, pv_look *look)
{
    float dx = x - h->x, dy = y - h->y;
    float a = dx * h->along_x + dy * h->along_y, c = dy * h->along_x - dx * h->along_y;
    if (a > h->half_l || a < -h->half_l || c > h->half_w || c < -h->half_w) return 0;
    float grain = 2.0F * pv_noise(x * 4.0F, y * 4.0F, h->salt) - 1.0F;
    int arch = h->roof == PV_M_FILM || h->roof == PV_M_GLASS;
    float facing = l->sun_y * h->along_x - l->sun_x * h->along_y; /* of the side where c grows */
    float slope = arch ? c / h->half_w : c > 0 ? 0.8F : -0.8F;
    float line = arch ? (pv_frac(a / 1.2F) < 0.06F ? -2.0F : 0.0F) : (pv_frac(c / 0.24F) < 0.25F ? -0.7F : 0.15F);
    if (h->roof == PV_M_CONCRETE) {
        slope = 0.0F;
        line = a > h->half_l - 0.25F || a < 0.25F - h->half_l || c > h->half_w - 0.25F || c < 0.25F - h->half_w ? 1.0F : -0.4F;
    }
    pv_paint(look, h->roof, 0.6F * grain + line, grain * 0.5F);
    look->lit = pv_clamp(1.0F + 0.45F * slope * facing, 0.25F, 1.3F);
    look->class_code = arch ? PV_PLASTIC : PV_ROOF;
    return 1;
}

static int house_shades(const pv_house *h, const pv_light *l, float x, float y)
{
    float dx = x - h->x, dy = y - h->y, t0 = 0.0F, t1 = l->shadow * h->height;
    float p[2] = {dx * h->along_x + dy * h->along_y, dy * h->along_x - dx * h->along_y};
    float q[2] = {l->sun_x * h->along_x + l->sun_y * h->along_y, l->sun_y * h->along_x - l->sun_x * h->along_y};
    float half[2] = {h->half_l, h->half_w};
    for (int k = 0; k < 2; k++) {
        if (q[k] < 1e-5F && q[k] > -1e-5F) {
            if (p[k] > half[k] || p[k] < -half[k]) return 0;
            continue;
        }
        float a = (-half[k] - p[k]) / q[k], b = (half[k] - p[k]) / q[k];
        if (a > b) {
            float swap = a;
            a = b;
            b = swap;
        }
        if (a > t0) t0 = a;
        if (b < t1) t1 = b;
    }
    return t0 < t1;
}

/* Height of the crown over the point (0 = not over it). */
static float crown_height(const pv_tree *t, float x, float y, float ragged)
{
    float dx = x - t->x, dy = y - t->y, r = t->radius * (0.86F + 0.28F * ragged), d = (dx * dx + dy * dy) / (r * r);
    return d >= 1.0F ? 0.0F : t->height * (1.0F - 0.6F * d);
}

static void look_tree(const pv_tree *t, const pv_light *l, float x, float y, pv_look *look)
{
    float dx = (x - t->x) / t->radius, dy = (y - t->y) / t->radius;
    float leaf = pv_noise(x * 9.0F, y * 9.0F, t->salt), twig = pv_noise(x * 26.0F, y * 26.0F, t->salt + 1);
    float facing = dx * l->sun_x + dy * l->sun_y;
    pv_material m = t->leaf == PV_M_BLOSSOM && leaf + 0.5F * twig < 0.6F ? PV_M_BROADLEAF : t->leaf;
    pv_paint(look, m, 1.7F * (leaf - 0.5F) + 1.6F * (twig - 0.5F), 1.8F * (pv_unit(t->salt) - 0.5F));
    look->lit = pv_clamp(0.72F + 0.45F * facing + 1.0F * (leaf - 0.5F), 0.05F, 1.15F);
    look->class_code = PV_FOREST;
}

static int tree_shades(const pv_tree *t, const pv_light *l, float x, float y, float ragged)
{
    float low = l->shadow * t->height * 0.25F, high = l->shadow * t->height * 0.85F;
    float dx = x - t->x, dy = y - t->y, q = -(dx * l->sun_x + dy * l->sun_y);
    q = pv_clamp(q, low, high);
    float ex = dx + q * l->sun_x, ey = dy + q * l->sun_y, r = t->radius * (0.75F + 0.3F * ragged);
    return ex * ex + ey * ey < r * r;
}

/* Everything that stands in the cell, over the ground that is already in look. */
static void look_point(const pv_view *v, const uint32_t *ref, size_t n, const pv_ground *g, float x, float y, pv_look *look)
{
    const pv_scene *s = v->scene;
    float ragged = 0.5F, high = 0.0F;
    const pv_tree *top = NULL;
    const pv_bed *bed = NULL;
    int shaded = 0, grows = 0;
    if (n > 0) ragged = pv_noise(x * 2.2F, y * 2.2F, s->seed + 61);
    for (size_t k = 0; k < n; k++) {
        uint32_t kind = ref[k] & 3U, i = ref[k] >> REF_SHIFT;
        if (kind == REF_HOUSE) {
            if (look_house(&s->house[i], &v->light, x, y, look)) return;
            if (!shaded) shaded = house_shades(&s->house[i], &v->light, x, y);
        } else if (kind == REF_TREE) {
            float h = crown_height(&s->tree[i], x, y, ragged);
            if (h > high) {
                high = h;
                top = &s->tree[i];
            }
            if (!shaded) shaded = tree_shades(&s->tree[i], &v->light, x, y, ragged);
        } else {
            const pv_bed *b = &s->bed[i];
            float dx = x - b->mid_x, dy = y - b->mid_y;
            if (dx * dx + dy * dy < b->reach_m * b->reach_m) bed = b;
        }
    }
    if (top) {
        look_tree(top, &v->light, x, y, look);
        return;
    }
    int inside = bed && pv_bed_contains(bed, x, y);
    pv_ground under = *g;
    if (inside && bed->weeded) under.cover = PV_COVER_SOIL;
    pv_look_ground(s, &under, x, y, look);
    if (bed) grows = pv_look_bed(s, bed, v->light.day, x, y, look);
    if (inside && !grows && bed->weeded) {
        for (int k = 0; k < PV_COLOURS; k++) look->colour[k] *= 0.7F; /* under leaves it is darker */
    }
    if (shaded) {
        look->lit = 0.0F;
        if (look->class_code != PV_WATER) look->class_code = PV_SHADOW;
    }
    if (inside) look->class_code = bed->plant_class;
}

void pv_view_look(const pv_view *v, int n, const float *x, const float *y, pv_look *look)
{
    pv_ground g;
    pv_scene_ground(v->scene, x[0], y[0], &g);
    int cx = pv_floor(x[0] / CELL_M), cy = pv_floor(y[0] / CELL_M);
    size_t from = 0, to = 0;
    if (cx >= 0 && cy >= 0 && cx < v->cells_x && cy < v->cells_y) {
        size_t cell = (size_t)cy * (size_t)v->cells_x + (size_t)cx;
        from = v->first[cell];
        to = v->first[cell + 1];
    }
    for (int k = 0; k < n; k++) {
        look_point(v, v->ref + from, to - from, &g, x[k], y[k], &look[k]);
        for (int c = 0; c < PV_COLOURS; c++) look[k].colour[c] *= v->light.sky[c] + v->light.sun[c] * look[k].lit;
    }
}
