#include "base/mem.h"
#include "samples/noise.h"
#include "samples/scene.h"

#include "base/banned.h"

enum { SALT_TREE = 53 };

/* What stands near a block; indices into the scene. */
typedef struct near_list {
    size_t *house, *bed;
    size_t n_houses, cap_houses, n_beds, cap_beds;
} near_list;

static PV_MUST pv_status find_near(near_list *l, const pv_scene *s, float x0, float y0, pv_err *err)
{
    pv_status st = PV_OK;
    l->n_houses = 0;
    l->n_beds = 0;
    float margin = 12.0F, x1 = x0 + s->block_w + margin, y1 = y0 + s->block_h + margin;
    for (size_t k = 0; k < s->n_houses; k++) {
        const pv_house *h = &s->house[k];
        if (h->x + h->half_l < x0 - margin || h->x - h->half_l > x1 || h->y + h->half_l < y0 - margin || h->y - h->half_l > y1) continue;
        PV_TRY(pv_grow(&l->house, &l->cap_houses, l->n_houses + 1, sizeof *l->house, "houses of a block", err));
        l->house[l->n_houses++] = k;
    }
    for (size_t k = 0; k < s->n_beds; k++) {
        const pv_bed *b = &s->bed[k];
        if (b->mid_x < x0 - margin || b->mid_x > x1 || b->mid_y < y0 - margin || b->mid_y > y1) continue;
        PV_TRY(pv_grow(&l->bed, &l->cap_beds, l->n_beds + 1, sizeof *l->bed, "beds of a block", err));
        l->bed[l->n_beds++] = k;
    }
out:
    return st;
}

static int tree_fits(const pv_scene *s, const near_list *l, const pv_tree *t)
{
    for (size_t k = 0; k < l->n_houses; k++) {
        const pv_house *h = &s->house[l->house[k]];
        float dx = t->x - h->x, dy = t->y - h->y;
        float a = dx * h->along_x + dy * h->along_y, c = dy * h->along_x - dx * h->along_y;
        if (a < 0) a = -a;
        if (c < 0) c = -c;
        if (a < h->half_l + t->radius * 0.8F && c < h->half_w + t->radius * 0.8F) return 0;
    }
    for (size_t k = 0; k < l->n_beds; k++) {
        const pv_bed *b = &s->bed[l->bed[k]];
        float dx = t->x - b->mid_x, dy = t->y - b->mid_y, reach = b->reach_m * 0.9F + t->radius;
        if (dx * dx + dy * dy < reach * reach) return 0;
    }
    return 1;
}

/* One place of the jittered lattice: a tree or none. */
static int plant_tree(const pv_scene *s, float x, float y, pv_dice *d, pv_tree *t)
{
    pv_ground g;
    pv_scene_ground(s, x, y, &g);
    if (g.cover == PV_COVER_ASPHALT || g.cover == PV_COVER_CONCRETE || g.cover == PV_COVER_WATER) return 0;
    float chance = 0.0F, lush = pv_noise(x / 9.0F, y / 9.0F, s->seed + SALT_TREE);
    if (g.block == PV_BLOCK_FOREST)
        chance = lush < 0.2F ? 0.25F : 0.93F;
    else if (g.block == PV_BLOCK_VILLAGE)
        chance = g.cover == PV_COVER_YARD || g.cover == PV_COVER_GRASS ? 0.09F : 0.02F;
    else if (g.block == PV_BLOCK_MEADOW)
        chance = lush > 0.7F ? 0.4F : 0.04F;
    else
        chance = g.cover == PV_COVER_GRASS ? 0.16F : 0.0F;
    if (pv_throw_real(d, 0.0F, 1.0F) >= chance) return 0;
    *t = (pv_tree){x, y, pv_throw_real(d, 0.9F, 2.3F), 0.0F, PV_M_BROADLEAF, pv_throw(d)};
    if (g.block != PV_BLOCK_FOREST) t->radius *= 0.7F;
    t->height = t->radius * pv_throw_real(d, 1.3F, 2.4F);
    float kind = pv_throw_real(d, 0.0F, 1.0F);
    if (g.block == PV_BLOCK_FOREST)
        t->leaf = kind < 0.3F ? PV_M_CONIFER : PV_M_BROADLEAF;
    else if (kind < 0.18F)
        t->leaf = PV_M_BLOSSOM;
    return 1;
}

pv_status pv_trees_make(pv_scene *s, pv_err *err)
{
    pv_status st = PV_OK;
    near_list near = {0};
    const float step = 2.7F;
    for (int b = 0; b < s->blocks_x * s->blocks_y; b++) {
        int bx = b % s->blocks_x, by = b / s->blocks_x;
        float x0 = (float)bx * s->block_w, y0 = (float)by * s->block_h;
        int nx = (int)(s->block_w / step), ny = (int)(s->block_h / step);
        PV_TRY(find_near(&near, s, x0, y0, err));
        for (int k = 0; k < nx * ny; k++) {
            pv_dice d = {pv_hash3(b, k, s->seed + SALT_TREE), 0};
            float x = x0 + ((float)(k % nx) + pv_throw_real(&d, 0.1F, 0.9F)) * s->block_w / (float)nx;
            float y = y0 + ((float)(k / nx) + pv_throw_real(&d, 0.1F, 0.9F)) * s->block_h / (float)ny;
            pv_tree t;
            if (!plant_tree(s, x, y, &d, &t) || !tree_fits(s, &near, &t)) continue;
            PV_TRY(pv_grow(&s->tree, &s->cap_trees, s->n_trees + 1, sizeof *s->tree, "trees", err));
            s->tree[s->n_trees++] = t;
        }
    }
out:
    pv_free(near.house);
    pv_free(near.bed);
    return st;
}
