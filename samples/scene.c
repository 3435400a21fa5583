#include "samples/scene.h"

#include "base/mem.h"
#include "samples/noise.h"

#include "base/banned.h"

enum { SALT_WARP = 11, SALT_BLOCK = 23, SALT_PARCEL = 37, SALT_HOUSE = 41 };

/* Of every 4 x 3 blocks: three of forest, two of village, ... so that a default landscape holds every class. */
static const uint8_t MIX[12] = {PV_BLOCK_FOREST, PV_BLOCK_FOREST, PV_BLOCK_FOREST,  PV_BLOCK_VILLAGE, PV_BLOCK_VILLAGE,    PV_BLOCK_WHEAT,
                                PV_BLOCK_WHEAT,  PV_BLOCK_GARLIC, PV_BLOCK_LETTUCE, PV_BLOCK_RAPE,    PV_BLOCK_GREENHOUSE, PV_BLOCK_MEADOW};

static const pv_cover STRIPS[8][4] = {
    [PV_BLOCK_FOREST] = {PV_COVER_LITTER, PV_COVER_LITTER, PV_COVER_LITTER, PV_COVER_LITTER},
    [PV_BLOCK_VILLAGE] = {PV_COVER_YARD, PV_COVER_YARD, PV_COVER_YARD, PV_COVER_YARD},
    [PV_BLOCK_WHEAT] = {PV_COVER_WHEAT, PV_COVER_WHEAT, PV_COVER_SOIL, PV_COVER_WHEAT},
    [PV_BLOCK_GARLIC] = {PV_COVER_GARLIC, PV_COVER_WHEAT, PV_COVER_GARLIC, PV_COVER_FILM},
    [PV_BLOCK_RAPE] = {PV_COVER_RAPE, PV_COVER_WHEAT, PV_COVER_RAPE, PV_COVER_LETTUCE},
    [PV_BLOCK_LETTUCE] = {PV_COVER_LETTUCE, PV_COVER_SOIL, PV_COVER_FILM, PV_COVER_GARLIC},
    [PV_BLOCK_GREENHOUSE] = {PV_COVER_SOIL, PV_COVER_SOIL, PV_COVER_FILM, PV_COVER_LETTUCE},
    [PV_BLOCK_MEADOW] = {PV_COVER_GRASS, PV_COVER_GRASS, PV_COVER_GRASS, PV_COVER_GRASS},
};
static const pv_cover GARDEN[8] = {PV_COVER_SOIL,  PV_COVER_LETTUCE, PV_COVER_GARLIC, PV_COVER_GRASS,
                                   PV_COVER_GRASS, PV_COVER_FLOWERS, PV_COVER_GARLIC, PV_COVER_LETTUCE};

void pv_scene_release(pv_scene *s)
{
    pv_free(s->block);
    pv_free(s->house);
    pv_free(s->tree);
    pv_free(s->bed);
    pv_free(s->plant);
    *s = (pv_scene){0};
}

/* Deals the mix over every group of 4 x 3 blocks; forest goes where a smooth field is high, so that it hangs together. */
static void deal_blocks(pv_scene *s)
{
    for (int gy = 0; gy < s->blocks_y; gy += 3) {
        for (int gx = 0; gx < s->blocks_x; gx += 4) {
            pv_dice d = {pv_hash3(gx, gy, s->seed + SALT_BLOCK), 0};
            uint8_t order[12];
            float hill[12];
            for (int k = 0; k < 12; k++) {
                order[k] = (uint8_t)k;
                hill[k] = pv_noise((float)(gx + k % 4) * 0.37F, (float)(gy + k / 4) * 0.37F, s->seed + SALT_BLOCK) + pv_throw_real(&d, 0.0F, 0.08F);
            }
            for (int k = 1; k < 12; k++) {
                for (int m = k; m > 0 && hill[order[m]] > hill[order[m - 1]]; m--) {
                    uint8_t swap = order[m];
                    order[m] = order[m - 1];
                    order[m - 1] = swap;
                }
            }
            for (int k = 11; k > 3; k--) {
                int m = 3 + pv_throw_below(&d, k - 2);
                uint8_t swap = order[k];
                order[k] = order[m];
                order[m] = swap;
            }
            for (int k = 0; k < 12; k++) {
                int bx = gx + order[k] % 4, by = gy + order[k] / 4;
                if (bx < s->blocks_x && by < s->blocks_y) s->block[by * s->blocks_x + bx] = MIX[k];
            }
        }
    }
}

/* Which crop of a field block, and how far from the strip's edge. */
static void ground_strip(uint32_t salt, float lx, float ly, float w, float h, pv_ground *g)
{
    int n = 2 + (int)(salt % 3U), across = (salt >> 8) & 1;
    float size = (across ? w : h) / (float)n, q = (across ? lx : ly) / size;
    int k = pv_floor(q);
    float edge = (q - (float)k) * size;
    if (edge > size / 2) edge = size - edge;
    if (edge < g->edge_m) g->edge_m = edge;
    g->cover = STRIPS[g->block][k & 3];
    g->salt = pv_hash3(k, 3, salt);
    float lean = (pv_unit(g->salt) - 0.5F) * 0.04F;
    pv_direction((across ? 0.25F : 0.0F) + lean + 1.0F, &g->along_x, &g->along_y);
}

/* A village block: a yard with the houses in its northern part, small beds behind. */
static void ground_village(uint32_t salt, float lx, float ly, float h, pv_ground *g)
{
    if (ly < 0.42F * h) {
        g->cover = PV_COVER_YARD;
        return;
    }
    float bed_w = 4.0F + (float)(salt % 3U), bed_h = 3.4F + (float)((salt >> 4) % 3U);
    float qx = lx / bed_w, qy = ly / bed_h;
    int kx = pv_floor(qx), ky = pv_floor(qy);
    g->salt = pv_hash3(kx, ky, salt);
    g->cover = GARDEN[g->salt & 7U];
    float ex = (qx - (float)kx) * bed_w, ey = (qy - (float)ky) * bed_h;
    if (ex > bed_w / 2) ex = bed_w - ex;
    if (ey > bed_h / 2) ey = bed_h - ey;
    float edge = ex < ey ? ex : ey;
    if (edge < g->edge_m) g->edge_m = edge;
    pv_direction(1.0F + 0.25F * (float)((g->salt >> 9) & 1U) + (pv_unit(g->salt) - 0.5F) * 0.03F, &g->along_x, &g->along_y);
}

/* Roads lie on some of the lines between blocks; 1 = the point is on one. */
static int ground_road(const pv_scene *s, int line_x, float dx, int line_y, float dy, pv_ground *g)
{
    if (line_x > 0 && line_x < s->blocks_x && line_x % 2 == 0 && dx < 2.1F) {
        g->cover = PV_COVER_ASPHALT;
        g->edge_m = 2.1F - dx;
        g->along_x = 0.0F;
        g->along_y = 1.0F;
        return 1;
    }
    if (line_y > 0 && line_y < s->blocks_y && dy < 1.3F && pv_hash3(line_y, 5, s->seed) % 3U != 0) {
        g->cover = PV_COVER_CONCRETE;
        g->edge_m = 1.3F - dy;
        g->along_x = 1.0F;
        g->along_y = 0.0F;
        return 1;
    }
    return 0;
}

void pv_scene_ground(const pv_scene *s, float x, float y, pv_ground *g)
{
    float wx = x + 5.0F * (pv_noise(x / 37.0F, y / 37.0F, s->seed + SALT_WARP) - 0.5F);
    float wy = y + 5.0F * (pv_noise(x / 33.0F, y / 33.0F, s->seed + SALT_WARP + 1) - 0.5F);
    float w = s->block_w, h = s->block_h;
    int bx = pv_floor(wx / w), by = pv_floor(wy / h);
    bx = bx < 0 ? 0 : bx >= s->blocks_x ? s->blocks_x - 1 : bx;
    by = by < 0 ? 0 : by >= s->blocks_y ? s->blocks_y - 1 : by;
    float lx = wx - (float)bx * w, ly = wy - (float)by * h;
    float dx = lx < w / 2 ? lx : w - lx, dy = ly < h / 2 ? ly : h - ly;
    uint32_t salt = pv_hash3(bx, by, s->seed + SALT_PARCEL);
    *g = (pv_ground){PV_COVER_GRASS, (pv_block_kind)s->block[by * s->blocks_x + bx], salt, 1.0F, 0.0F, dx < dy ? dx : dy};
    if (ground_road(s, lx < w / 2 ? bx : bx + 1, dx, ly < h / 2 ? by : by + 1, dy, g)) return;
    if (g->block == PV_BLOCK_VILLAGE) {
        ground_village(salt, lx, ly, h, g);
    } else if (g->block == PV_BLOCK_MEADOW) {
        float ex = (lx - 0.5F * w) / (0.34F * w), ey = (ly - 0.52F * h) / (0.27F * h);
        float inside = ex * ex + ey * ey + 0.5F * (pv_noise(x / 4.0F, y / 4.0F, salt) - 0.5F);
        if (inside < 1.0F)
            g->cover = PV_COVER_WATER;
        else if (inside < 1.12F)
            g->cover = PV_COVER_SOIL;
    } else {
        ground_strip(salt, lx, ly, w, h, g);
    }
    /* Balks between parcels, ragged. */
    float balk = 0.25F + 0.5F * pv_noise(x / 1.3F, y / 1.3F, s->seed + SALT_PARCEL);
    if (g->edge_m < balk && g->cover != PV_COVER_WATER && g->cover != PV_COVER_YARD && g->cover != PV_COVER_LITTER)
        g->cover = (g->salt & 64U) ? PV_COVER_GRASS : PV_COVER_SOIL;
}

static PV_MUST pv_status add_house(pv_scene *s, const pv_house *h, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&s->house, &s->cap_houses, s->n_houses + 1, sizeof *s->house, "houses", err));
    s->house[s->n_houses++] = *h;
out:
    return st;
}

/* Houses stand in a row; greenhouses fill their block. */
static PV_MUST pv_status build_block(pv_scene *s, int bx, int by, pv_err *err)
{
    static const pv_material ROOFS[6] = {PV_M_ROOF_GREY, PV_M_ROOF_GREY, PV_M_ROOF_RED, PV_M_ROOF_RED, PV_M_ROOF_BLUE, PV_M_CONCRETE};
    pv_status st = PV_OK;
    pv_block_kind kind = (pv_block_kind)s->block[by * s->blocks_x + bx];
    if (kind != PV_BLOCK_VILLAGE && kind != PV_BLOCK_GREENHOUSE) return PV_OK;
    pv_dice d = {pv_hash3(bx, by, s->seed + SALT_HOUSE), 0};
    int village = kind == PV_BLOCK_VILLAGE;
    int n = village ? (s->block_w > 30.0F ? 3 : 1) : (s->block_h > 30.0F ? 4 : 1);
    float x0 = (float)bx * s->block_w, y0 = (float)by * s->block_h;
    for (int k = 0; k < n; k++) {
        pv_house h = {0};
        pv_direction(1.0F + pv_throw_real(&d, -0.012F, 0.012F), &h.along_x, &h.along_y);
        h.salt = pv_throw(&d);
        if (village) {
            h.x = x0 + s->block_w * ((float)k + 0.5F) / (float)n + pv_throw_real(&d, -0.6F, 0.6F);
            h.y = y0 + s->block_h * 0.22F + pv_throw_real(&d, -0.8F, 0.8F);
            h.half_l = pv_throw_real(&d, 3.2F, 5.2F) * (s->block_w < 30.0F ? 0.6F : 1.0F);
            h.half_w = pv_throw_real(&d, 2.2F, 3.2F) * (s->block_w < 30.0F ? 0.6F : 1.0F);
            h.height = pv_throw_real(&d, 2.8F, 5.5F);
            h.roof = ROOFS[pv_throw_below(&d, 6)];
        } else {
            h.x = x0 + s->block_w * 0.5F;
            h.y = y0 + s->block_h * ((float)k + 0.5F) / (float)(n + 1);
            h.half_l = s->block_w * pv_throw_real(&d, 0.30F, 0.40F);
            h.half_w = pv_throw_real(&d, 1.6F, 2.6F);
            h.height = 1.8F;
            h.roof = pv_throw_below(&d, 3) == 0 ? PV_M_GLASS : PV_M_FILM;
        }
        PV_TRY(add_house(s, &h, err));
    }
out:
    return st;
}

pv_status pv_scene_make(pv_scene *out, double width_m, uint32_t seed, int plots, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scene s = {0};
    s.seed = pv_hash3((int32_t)seed, 1, 99U);
    s.anchor = (pv_anchor){width_m, width_m * 0.75};
    s.blocks_x = width_m < 180.0 ? 4 : (int)(width_m / 40.0);
    s.blocks_y = width_m < 180.0 ? 3 : (int)(s.anchor.height_m / 40.0);
    s.block_w = (float)(s.anchor.width_m / s.blocks_x);
    s.block_h = (float)(s.anchor.height_m / s.blocks_y);
    PV_TRY(pv_alloc(&s.block, (size_t)s.blocks_x * (size_t)s.blocks_y, 1, "landscape blocks", err));
    deal_blocks(&s);
    for (int by = 0; by < s.blocks_y; by++) {
        for (int bx = 0; bx < s.blocks_x; bx++) PV_TRY(build_block(&s, bx, by, err));
    }
    PV_TRY(pv_beds_make(&s, plots, err));
    PV_TRY(pv_trees_make(&s, err));
    *out = s;
    s = (pv_scene){0};
out:
    pv_scene_release(&s);
    return st;
}
