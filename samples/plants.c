#include "samples/look.h"
#include "samples/noise.h"

#include "base/banned.h"

/* How many open flowers, by chance (of 100): none, one, two. */
static const uint8_t OPEN_FLOWERS[PV_STAGES][2] = {{100, 100}, {100, 100}, {90, 99}, {38, 82}, {92, 99}};

typedef struct pv_blooms {
    int n;
    float small, large; /* radius, metres */
    float spread;       /* of their places, in plant radii */
    float blotch;       /* radius of the dark base, in flower radii; 0 = none */
} pv_blooms;

static pv_blooms blooms_of(const pv_bed *b, const pv_plant *p, uint32_t day)
{
    uint32_t h = pv_hash3((int32_t)p->salt, (int32_t)day, 17U);
    if (b->plant_class == PV_CORN_POPPY) return (pv_blooms){(int)(h % 4U), 0.024F, 0.040F, 0.9F, (h & 64U) ? 0.3F : 0.0F};
    if (b->plant_class == PV_OTHER_FLOWER) return (pv_blooms){2 + (int)(h % 5U), 0.024F, 0.050F, 0.95F, 0.0F};
    uint32_t c = h % 100U;
    int n = c < OPEN_FLOWERS[b->stage][0] ? 0 : c < OPEN_FLOWERS[b->stage][1] ? 1 : 2;
    float blotch = p->petal == PV_M_PETAL_WHITE ? 0.0F : p->petal == PV_M_PETAL_PINK ? ((p->salt & 1U) ? 0.34F : 0.0F) : 0.42F;
    return (pv_blooms){n, 0.042F, 0.068F, 0.75F, blotch};
}

/* A petal, the blotch or the young capsule of an open flower; 1 = the point is on it. */
static int look_bloom(const pv_plant *p, const pv_blooms *f, float dx, float dy, uint32_t day, pv_look *look)
{
    for (int k = 0; k < f->n; k++) {
        uint32_t h = pv_hash3((int32_t)p->salt, k, 29U + day);
        float ux, uy, off = p->radius * f->spread * pv_unit(h * 2891336453U + 3U);
        pv_direction(pv_unit(h), &ux, &uy);
        float r = pv_mix(f->small, f->large, pv_unit(h * 747796405U + 1U)), ex = dx - ux * off, ey = dy - uy * off;
        float d = (ex * ex + ey * ey) / (r * r);
        if (d > 1.3F) continue;
        float crumple = pv_noise(ex * 45.0F, ey * 45.0F, h);
        if (d > 0.7F + 0.6F * crumple) continue;
        float middle = f->blotch * f->blotch;
        if (d < 0.03F && f->small > 0.04F)
            pv_paint(look, PV_M_POPPY_CAPSULE, 0.0F, 0.0F);
        else if (d < middle)
            pv_paint(look, PV_M_PETAL_BLOTCH, 0.0F, 0.0F);
        else
            pv_paint(look, p->petal, 2.4F * (crumple - 0.5F) + 1.2F * (pv_unit(h * 31U) - 0.5F), 2.0F * pv_unit(h * 37U) - 1.0F);
        return 1;
    }
    return 0;
}

static int look_capsule(const pv_bed *b, const pv_plant *p, float dx, float dy, pv_look *look)
{
    int n = b->stage == PV_CAPSULE ? 2 : b->stage == PV_FLOWERING ? 1 : 0;
    if (b->plant_class != PV_OPIUM_POPPY) n = 0;
    for (int k = 0; k < n; k++) {
        uint32_t h = pv_hash3((int32_t)p->salt, k, 91U);
        float ex = dx - (pv_unit(h) - 0.5F) * p->radius * 1.2F, ey = dy - (pv_unit(h * 747796405U) - 0.5F) * p->radius * 1.2F;
        float r = 0.014F + 0.010F * pv_unit(h * 31U);
        if (ex * ex + ey * ey > r * r) continue;
        pv_paint(look, PV_M_POPPY_CAPSULE, 1.0F - 2.0F * (ex * ex + ey * ey) / (r * r), 0.0F);
        return 1;
    }
    return 0;
}

static pv_material leaf_of(const pv_bed *b)
{
    if (b->plant_class == PV_CORN_POPPY) return PV_M_CORN_LEAF;
    if (b->plant_class == PV_OTHER_FLOWER) return PV_M_GARDEN_LEAF;
    return b->stage == PV_SEEDLING ? PV_M_POPPY_SEEDLING : b->stage == PV_CAPSULE ? PV_M_POPPY_OLD_LEAF : PV_M_POPPY_LEAF;
}

int pv_look_bed(const pv_scene *s, const pv_bed *b, uint32_t day, float x, float y, pv_look *look)
{
    int seen = 0;
    float best = 0.0F;
    for (size_t k = 0; k < b->n_plants; k++) {
        const pv_plant *p = &s->plant[b->first_plant + k];
        float dx = x - p->x, dy = y - p->y, d2 = dx * dx + dy * dy, reach = p->radius * 1.35F + 0.07F;
        if (d2 > reach * reach) continue;
        pv_blooms f = blooms_of(b, p, day);
        if ((f.n && look_bloom(p, &f, dx, dy, day, look)) || look_capsule(b, p, dx, dy, look)) return 1;
        float a = (dx * p->along_x + dy * p->along_y) / 1.12F, c = (dy * p->along_x - dx * p->along_y) * 1.12F;
        float lobe = pv_noise(a * 26.0F + 3.0F, c * 26.0F, p->salt), depth = 0.35F + 1.25F * lobe - (a * a + c * c) / (p->radius * p->radius);
        if (depth <= best) continue; /* the higher leaf hides the lower */
        best = depth;
        seen = 1;
        float vein = pv_noise(a * 60.0F, c * 60.0F, p->salt + 1);
        pv_paint(look, leaf_of(b), 2.3F * (depth - 0.6F) + 2.2F * (vein - 0.5F), 1.4F * (pv_unit(p->salt) - 0.5F) + 0.6F * (lobe - 0.5F));
    }
    return seen;
}
