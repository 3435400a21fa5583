#include "samples/look.h"
#include "samples/noise.h"

#include "base/banned.h"

/* Signed noise in [-1, 1). */
static float swing(float x, float y, uint32_t salt)
{
    return 2.0F * pv_noise(x, y, salt) - 1.0F;
}

void pv_paint(pv_look *look, pv_material m, float bright, float pigment)
{
    static const float WEIGHT[PV_COLOURS] = {0.70F, 0.55F, 1.00F, 0.25F, -0.15F};
    const pv_material_row *row = &pv_material_table[m];
    float b = 1.0F + bright * row->bright, p = pigment * row->pigment;
    for (int k = 0; k < PV_COLOURS; k++) look->colour[k] = row->colour[k] * b * (1.0F - p * WEIGHT[k]);
}

/* Bare soil with clods and furrows; used under everything that grows. */
static void look_soil(float across, float x, float y, uint32_t salt, float damp, pv_look *look)
{
    float clod = swing(x * 11.0F, y * 11.0F, salt) * 0.6F + swing(x * 2.1F, y * 2.1F, salt + 1) * 0.6F;
    float furrow = pv_frac(across / 0.45F) - 0.5F;
    furrow = furrow < 0 ? -furrow : furrow;
    int wet = damp + 0.35F * swing(x / 3.0F, y / 3.0F, salt + 2) + 0.45F * clod > 0.8F;
    pv_paint(look, wet ? PV_M_SOIL_WET : PV_M_SOIL, clod + 1.6F * (furrow - 0.25F), 0.0F);
    look->class_code = PV_SOIL;
}

static void look_wheat(const pv_ground *g, float across, float x, float y, pv_look *look)
{
    float vigour = pv_noise2(x / 6.0F, y / 6.0F, g->salt), fine = pv_noise(x * 17.0F, y * 17.0F, g->salt + 1);
    float row = pv_frac(across / 0.2F) - 0.5F;
    row = row < 0 ? -row : row;
    float wheel = pv_frac(across / 9.0F + 0.3F) * 9.0F;
    int track = (wheel > 0.0F && wheel < 0.3F) || (wheel > 1.7F && wheel < 2.0F);
    float ripe = pv_unit(g->salt) * 0.5F + pv_noise(x / 14.0F, y / 14.0F, g->salt + 2) * 0.4F;
    look_soil(across, x, y, g->salt + 3, 0.5F, look);
    if (row + 0.45F * (fine - 0.5F) < 0.22F + 0.24F * vigour && !track) {
        float shade = 2.2F * fine - 1.2F - row;
        if (fine > 0.95F - 0.8F * ripe)
            pv_paint(look, PV_M_WHEAT_EAR, shade, 0.6F - ripe * 2.0F);
        else
            pv_paint(look, PV_M_WHEAT_LEAF, shade, 1.6F * (vigour - 0.5F));
    } else {
        for (int k = 0; k < PV_COLOURS; k++) look->colour[k] *= 0.62F;
    }
    look->class_code = PV_WHEAT;
}

/* One plant a cell of a lattice along the rows: how deep inside it the point is (1 = middle, <= 0 = outside), and its hash. */
static float lattice(float along, float across, float step_along, float step_across, float radius, uint32_t salt, uint32_t *plant)
{
    int32_t ka = pv_floor(along / step_along), kc = pv_floor(across / step_across);
    uint32_t h = pv_hash3(ka, kc, salt);
    float a = along - ((float)ka + 0.5F + 0.22F * (pv_unit(h) - 0.5F)) * step_along;
    float c = across - ((float)kc + 0.5F + 0.16F * (pv_unit(h * 747796405U + 1U) - 0.5F)) * step_across;
    float r = radius * (0.75F + 0.4F * pv_unit(h * 2891336453U + 7U));
    *plant = h;
    return 1.0F - (a * a + c * c) / (r * r);
}

static void look_garlic(const pv_ground *g, float along, float across, float x, float y, pv_look *look)
{
    uint32_t h;
    float fine = pv_noise(x * 30.0F, y * 30.0F, g->salt), vigour = pv_noise2(x / 5.0F, y / 5.0F, g->salt + 1);
    look_soil(across, x, y, g->salt + 3, 0.4F, look);
    if ((g->salt & 3U) == 0 && pv_frac(across / 1.1F) < 0.8F) pv_paint(look, PV_M_FILM, swing(x * 3.0F, y * 3.0F, g->salt) - 0.9F, 0.0F);
    float in = lattice(along, across, 0.14F, 0.2F, 0.11F + 0.03F * vigour, g->salt + 5, &h);
    if (in + 1.5F * (fine - 0.5F) > 0.15F && pv_unit(h * 3U) > 0.04F)
        pv_paint(look, PV_M_GARLIC_LEAF, 2.4F * (fine - 0.55F), 2.0F * (vigour - 0.5F) + 0.6F * (pv_unit(h) - 0.5F));
    look->class_code = PV_GARLIC;
}

static void look_rape(const pv_ground *g, float x, float y, pv_look *look)
{
    float bloom = pv_noise2(x / 4.0F, y / 4.0F, g->salt), fine = pv_noise(x * 16.0F, y * 16.0F, g->salt + 1);
    if (fine < 0.22F + 0.75F * bloom)
        pv_paint(look, PV_M_RAPE_FLOWER, 2.0F * swing(x * 28.0F, y * 28.0F, g->salt + 2) * 0.5F, bloom - 0.5F);
    else
        pv_paint(look, PV_M_RAPE_LEAF, 2.0F * fine - 1.6F, swing(x, y, g->salt + 3));
    look->class_code = PV_RAPE;
}

static void look_lettuce(const pv_ground *g, float along, float across, float x, float y, pv_look *look)
{
    uint32_t h;
    float fine = pv_noise(x * 34.0F, y * 34.0F, g->salt), vigour = pv_noise2(x / 5.0F, y / 5.0F, g->salt + 1);
    look_soil(across, x, y, g->salt + 3, 0.75F, look);
    if (pv_frac(across / 1.4F) < 0.82F) {
        float in = lattice(along, across, 0.3F, 0.28F, 0.11F + 0.05F * vigour, g->salt + 5, &h);
        uint32_t sort = pv_hash3(pv_floor(across / 1.4F), 3, g->salt) & 7U;
        pv_material leaf = sort < 2 ? PV_M_LETTUCE_RED : sort < 5 ? PV_M_CABBAGE : PV_M_LETTUCE_GREEN;
        if (in + 0.9F * (fine - 0.5F) > 0.1F && pv_unit(h * 3U) > 0.05F)
            pv_paint(look, leaf, 0.9F * in + 1.6F * (fine - 0.7F), 1.4F * (pv_unit(h) - 0.5F));
    }
    look->class_code = PV_LETTUCE;
}

static void look_grass(const pv_ground *g, float x, float y, int litter, uint32_t salt, pv_look *look)
{
    float fine = pv_noise(x * 19.0F, y * 19.0F, salt), tuft = pv_noise2(x * 1.4F, y * 1.4F, salt + 1), dry = pv_noise2(x / 7.0F, y / 7.0F, salt + 2);
    float bare = dry * 0.5F + tuft * 0.5F;
    look->class_code = PV_GRASS;
    if (bare + 0.3F * (fine - 0.5F) > (litter ? 0.52F : 0.72F)) {
        pv_paint(look, litter ? PV_M_SOIL_WET : PV_M_SOIL, 2.0F * fine - 1.0F, 0.0F);
    } else if (fine * 0.5F + dry * 0.6F > 0.66F) {
        pv_paint(look, PV_M_STRAW, 2.2F * (tuft - 0.5F), 0.0F);
    } else {
        pv_paint(look, PV_M_GRASS, 1.6F * (fine - 0.6F) + 1.2F * (tuft - 0.5F), 1.4F * (0.5F - dry));
    }
    /* Dandelions and daisies. */
    int32_t cx = pv_floor(x / 0.21F), cy = pv_floor(y / 0.21F);
    uint32_t h = pv_hash3(cx, cy, salt + 9);
    if (litter || (h & 31U) != 0 || tuft < 0.55F) return;
    float dx = x / 0.21F - (float)cx - 0.5F, dy = y / 0.21F - (float)cy - 0.5F;
    if (dx * dx + dy * dy < 0.022F) pv_paint(look, (g->salt >> 5) & 1U ? PV_M_FLOWER_YELLOW : PV_M_FLOWER_WHITE, 0.0F, 0.0F);
}

static void look_flowers(const pv_ground *g, float x, float y, pv_look *look)
{
    static const pv_material KINDS[8] = {PV_M_ROSE_RED,      PV_M_FLOWER_PINK, PV_M_FLOWER_WHITE, PV_M_FLOWER_YELLOW,
                                         PV_M_FLOWER_YELLOW, PV_M_ROSE_RED,    PV_M_FLOWER_PINK,  PV_M_FLOWER_WHITE};
    float fine = pv_noise(x * 15.0F, y * 15.0F, g->salt), tuft = pv_noise2(x * 2.0F, y * 2.0F, g->salt + 1);
    uint32_t h;
    look->class_code = PV_OTHER_FLOWER;
    if (tuft + 0.4F * (fine - 0.5F) > 0.7F)
        look_soil(x, x, y, g->salt + 3, 0.6F, look);
    else
        pv_paint(look, PV_M_GARDEN_LEAF, 2.0F * (fine - 0.6F), 1.8F * (tuft - 0.5F));
    float in = lattice(x, y, 0.13F, 0.13F, 0.045F, g->salt + 7, &h);
    uint32_t kind = pv_hash3(pv_floor(x / 1.3F), pv_floor(y / 1.3F), g->salt) & 7U;
    if (in > 0.0F && (h & 7U) < 3U) pv_paint(look, KINDS[kind], 2.0F * (fine - 0.5F), pv_unit(h) - 0.5F);
    look->class_code = PV_OTHER_FLOWER;
}

static void look_hard(const pv_ground *g, float along, float x, float y, pv_look *look)
{
    float grain = swing(x * 9.0F, y * 9.0F, g->salt), stain = swing(x / 2.3F, y / 2.3F, g->salt + 1);
    look->class_code = PV_ROAD;
    if (g->cover == PV_COVER_ASPHALT) {
        pv_paint(look, PV_M_ASPHALT, 0.5F * grain + 0.7F * stain, 0.0F);
        if (g->edge_m > 2.03F && pv_frac(along / 3.0F) < 0.45F) pv_paint(look, PV_M_FLOWER_WHITE, -0.8F, 0.0F);
    } else if (g->cover == PV_COVER_CONCRETE) {
        float slab = pv_frac(along / 4.0F);
        pv_paint(look, PV_M_CONCRETE, 0.5F * grain + stain - (slab < 0.015F ? 3.0F : 0.0F), 0.0F);
    } else if (stain + 0.7F * grain > 0.3F) {
        look_grass(g, x, y, 0, g->salt + 21, look);
    } else if (stain + 0.2F * grain > -0.35F) {
        look_soil(x, x, y, g->salt + 3, 0.2F, look);
    } else {
        pv_paint(look, PV_M_CONCRETE, 0.6F * grain + 0.6F * stain, 0.0F);
    }
}

/* Single corn poppies blow in everywhere. */
static void look_strays(const pv_scene *s, float x, float y, pv_look *look)
{
    int32_t cx = pv_floor(x / 0.4F), cy = pv_floor(y / 0.4F);
    uint32_t h = pv_hash3(cx, cy, s->seed + 131);
    if ((h & 7U) != 0 || pv_noise(x / 6.0F, y / 6.0F, s->seed + 137) < 0.66F) return;
    float dx = x - ((float)cx + 0.2F + 0.6F * pv_unit(h)) * 0.4F, dy = y - ((float)cy + 0.2F + 0.6F * pv_unit(h * 747796405U)) * 0.4F;
    float r = 0.026F + 0.016F * pv_unit(h * 277803737U);
    if (dx * dx + dy * dy > r * r) return;
    pv_paint(look, PV_M_CORN_PETAL, 2.0F * pv_unit(h * 31U) - 1.0F, pv_unit(h * 37U) - 0.5F);
    look->class_code = PV_CORN_POPPY;
}

void pv_look_ground(const pv_scene *s, const pv_ground *g, float x, float y, pv_look *look)
{
    float along = x * g->along_x + y * g->along_y, across = y * g->along_x - x * g->along_y;
    look->lit = 1.0F;
    switch (g->cover) {
    case PV_COVER_WHEAT:
        look_wheat(g, across, x, y, look);
        break;
    case PV_COVER_GARLIC:
        look_garlic(g, along, across, x, y, look);
        break;
    case PV_COVER_RAPE:
        look_rape(g, x, y, look);
        break;
    case PV_COVER_LETTUCE:
        look_lettuce(g, along, across, x, y, look);
        break;
    case PV_COVER_GRASS:
        look_grass(g, x, y, 0, s->seed + 5, look);
        break;
    case PV_COVER_LITTER:
        look_grass(g, x, y, 1, s->seed + 6, look);
        break;
    case PV_COVER_SOIL:
        look_soil(across, x, y, g->salt, 0.35F, look);
        break;
    case PV_COVER_FILM:
        if (pv_frac(across / 1.3F) < 0.74F)
            pv_paint(look, PV_M_FILM, swing(x * 5.0F, y * 5.0F, g->salt) + 0.6F * swing(x, y, g->salt), 0.0F);
        else
            look_soil(across, x, y, g->salt, 0.3F, look);
        look->class_code = PV_PLASTIC;
        break;
    case PV_COVER_FLOWERS:
        look_flowers(g, x, y, look);
        break;
    case PV_COVER_WATER:
        pv_paint(look, PV_M_WATER, swing(x / 2.0F, y / 2.0F, g->salt) + 0.5F * swing(x * 3.0F, y * 7.0F, g->salt),
                 swing(x / 5.0F, y / 5.0F, g->salt));
        look->class_code = PV_WATER;
        break;
    case PV_COVER_YARD:
    case PV_COVER_ASPHALT:
    case PV_COVER_CONCRETE:
        look_hard(g, along, x, y, look);
        break;
    }
    if (g->cover == PV_COVER_WHEAT || g->cover == PV_COVER_GRASS || g->cover == PV_COVER_RAPE) look_strays(s, x, y, look);
}
