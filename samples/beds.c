#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "samples/noise.h"
#include "samples/scene.h"

#include "base/banned.h"

const char *const pv_stage_name[PV_STAGES] = {"seedling", "bolting", "bud", "flowering", "capsule"};
const char *const pv_setting_name[PV_SETTINGS] = {"behind house", "clearing", "forest edge", "in wheat", "in garlic", "in garden"};

enum { SALT_BED = 71, TRIES = 4000 };

/* Plants of a site as the press reports them (median 52); the shares of stages. */
static const uint8_t SITE_PLANTS[20] = {5, 8, 10, 12, 18, 26, 27, 28, 35, 45, 52, 56, 64, 77, 78, 100, 148, 158, 231, 250};
static const uint8_t SITE_STAGE[20] = {3, 0, 3, 1, 3, 4, 2, 3, 1, 0, 3, 4, 2, 3, 3, 1, 2, 0, 4, 3};
static const uint8_t SITE_SETTING[12] = {PV_BEHIND_HOUSE, PV_CLEARING, PV_IN_WHEAT, PV_FOREST_EDGE, PV_IN_GARLIC, PV_BEHIND_HOUSE,
                                         PV_IN_GARDEN,    PV_CLEARING, PV_IN_WHEAT, PV_FOREST_EDGE, PV_IN_GARLIC, PV_IN_GARDEN};
static const float PLANT_RADIUS[PV_STAGES][2] = {{0.05F, 0.09F}, {0.11F, 0.17F}, {0.12F, 0.18F}, {0.12F, 0.19F}, {0.10F, 0.16F}};

int pv_bed_contains(const pv_bed *b, float x, float y)
{
    int in = 0;
    for (int i = 0, j = PV_BED_CORNERS - 1; i < PV_BED_CORNERS; j = i++) {
        float xi = b->corner_x[i], yi = b->corner_y[i], xj = b->corner_x[j], yj = b->corner_y[j];
        if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) in = !in;
    }
    return in;
}

/* A rounded, uneven outline of the wanted area round (mid_x, mid_y). */
static void draw_bed(pv_bed *b, float area_m2, float longer, pv_dice *d)
{
    float ax, ay, twice = 0.0F, far = 0.0F;
    pv_direction(pv_throw_real(d, 0.0F, 1.0F), &ax, &ay);
    for (int k = 0; k < PV_BED_CORNERS; k++) {
        float ux, uy, r = pv_throw_real(d, 0.86F, 1.14F);
        pv_direction(1.0F - (float)k / (float)PV_BED_CORNERS, &ux, &uy); /* y to the south: falling angles are counter-clockwise on the map */
        float m = (ux < 0 ? -ux : ux) > (uy < 0 ? -uy : uy) ? (ux < 0 ? -ux : ux) : (uy < 0 ? -uy : uy);
        r *= 0.85F + 0.15F / m; /* between a circle and a square */
        float a = ux * r * longer, c = uy * r / longer;
        b->corner_x[k] = a * ax - c * ay;
        b->corner_y[k] = a * ay + c * ax;
    }
    for (int i = 0, j = PV_BED_CORNERS - 1; i < PV_BED_CORNERS; j = i++) twice += b->corner_x[j] * b->corner_y[i] - b->corner_x[i] * b->corner_y[j];
    float scale = sqrtf(area_m2 / (0.5F * (twice < 0 ? -twice : twice)));
    for (int k = 0; k < PV_BED_CORNERS; k++) {
        b->corner_x[k] *= scale;
        b->corner_y[k] *= scale;
        float r = b->corner_x[k] * b->corner_x[k] + b->corner_y[k] * b->corner_y[k];
        if (r > far) far = r;
        b->corner_x[k] += b->mid_x;
        b->corner_y[k] += b->mid_y;
    }
    b->area_m2 = area_m2;
    b->reach_m = sqrtf(far) + 0.25F;
}

/* May this bed lie here, by what the ground is and what stands near? */
static int setting_fits(const pv_scene *s, pv_setting setting, float x, float y)
{
    pv_ground g;
    pv_scene_ground(s, x, y, &g);
    if (g.edge_m < 0.5F) return 0;
    switch (setting) {
    case PV_CLEARING:
        return g.block == PV_BLOCK_FOREST && g.edge_m > 1.0F;
    case PV_IN_WHEAT:
        return g.cover == PV_COVER_WHEAT;
    case PV_IN_GARLIC:
        return g.cover == PV_COVER_GARLIC;
    case PV_IN_GARDEN:
        return g.block == PV_BLOCK_VILLAGE && g.cover != PV_COVER_YARD && g.cover <= PV_COVER_FLOWERS;
    case PV_FOREST_EDGE:
        break;
    case PV_BEHIND_HOUSE:
        return g.block == PV_BLOCK_VILLAGE;
    case PV_SETTINGS:
        break;
    }
    /* Forest edge: no forest here, but forest within four metres. */
    if (g.block == PV_BLOCK_FOREST || g.cover == PV_COVER_ASPHALT || g.cover == PV_COVER_CONCRETE || g.cover == PV_COVER_WATER) return 0;
    for (int k = 0; k < 4; k++) {
        pv_ground n;
        pv_scene_ground(s, x + (k == 0 ? 4.0F : k == 1 ? -4.0F : 0.0F), y + (k == 2 ? 4.0F : k == 3 ? -4.0F : 0.0F), &n);
        if (n.block == PV_BLOCK_FOREST) return 1;
    }
    return 0;
}

static int bed_free(const pv_scene *s, float x, float y, float reach)
{
    float margin = (float)s->anchor.width_m * 0.03F;
    margin = (margin < 4.0F ? margin : 4.0F) + reach;
    if (x < margin || y < margin || x > (float)s->anchor.width_m - margin || y > (float)s->anchor.height_m - margin) return 0;
    for (size_t k = 0; k < s->n_beds; k++) {
        float dx = x - s->bed[k].mid_x, dy = y - s->bed[k].mid_y, apart = reach + s->bed[k].reach_m + 0.8F;
        if (dx * dx + dy * dy < apart * apart) return 0;
    }
    for (size_t k = 0; k < s->n_houses; k++) {
        const pv_house *h = &s->house[k];
        float dx = x - h->x, dy = y - h->y;
        float a = dx * h->along_x + dy * h->along_y, c = dy * h->along_x - dx * h->along_y;
        if (a < 0) a = -a;
        if (c < 0) c = -c;
        if (a < h->half_l + reach && c < h->half_w + reach) return 0;
    }
    return 1;
}

/* Plants as far from each other as the room allows. */
static PV_MUST pv_status place_plants(pv_scene *s, pv_bed *b, const float radius[2], float mixed, pv_dice *d, pv_err *err)
{
    static const pv_material PETALS[4] = {PV_M_PETAL_WHITE, PV_M_PETAL_PINK, PV_M_PETAL_RED, PV_M_PETAL_PURPLE};
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&s->plant, &s->cap_plants, s->n_plants + b->n_plants, sizeof *s->plant, "plants", err));
    pv_plant *plant = s->plant + s->n_plants;
    float apart = 0.85F * sqrtf(b->area_m2 / (float)b->n_plants);
    for (size_t n = 0, tries = 0; n < b->n_plants; tries++) {
        float x = pv_throw_real(d, b->mid_x - b->reach_m, b->mid_x + b->reach_m), y = pv_throw_real(d, b->mid_y - b->reach_m, b->mid_y + b->reach_m);
        if (tries % 64 == 63) apart *= 0.96F;
        /* Inside, and half a plant away from the outline, so that the leaves just reach it. */
        float ox = x - b->mid_x, oy = y - b->mid_y, far = sqrtf(ox * ox + oy * oy),
              out = 1.0F + 0.5F * (radius[0] + radius[1]) * 0.8F / (far + 0.02F);
        if (!pv_bed_contains(b, b->mid_x + ox * out, b->mid_y + oy * out) || !pv_bed_contains(b, x, y)) continue;
        int ok = 1;
        for (size_t k = 0; k < n && ok; k++) {
            float dx = x - plant[k].x, dy = y - plant[k].y;
            ok = dx * dx + dy * dy >= apart * apart;
        }
        if (!ok) continue;
        pv_plant *p = &plant[n++];
        *p = (pv_plant){x, y, pv_throw_real(d, radius[0], radius[1]), 0, 0, pv_throw(d), b->petal};
        pv_direction(pv_throw_real(d, 0.0F, 1.0F), &p->along_x, &p->along_y);
        if (b->plant_class == PV_OPIUM_POPPY && pv_throw_real(d, 0.0F, 1.0F) < mixed) p->petal = PETALS[pv_throw_below(d, 4)];
    }
    b->first_plant = s->n_plants;
    s->n_plants += b->n_plants;
out:
    return st;
}

/* A place to try: anywhere, or a few steps behind some house. */
static void propose(const pv_scene *s, pv_bed *b, pv_dice *d)
{
    b->mid_x = pv_throw_real(d, 0.0F, (float)s->anchor.width_m);
    b->mid_y = pv_throw_real(d, 0.0F, (float)s->anchor.height_m);
    if (b->setting != PV_BEHIND_HOUSE || s->n_houses == 0) return;
    const pv_house *h = &s->house[pv_throw_below(d, (int)s->n_houses)];
    b->mid_x = h->x + pv_throw_real(d, -1.0F, 1.0F) * h->half_l;
    b->mid_y = h->y + h->half_w + pv_throw_real(d, 0.8F, 7.0F);
}

/* Finds room for the bed and places it; *placed = 0 when the landscape has none. */
static PV_MUST pv_status settle(pv_scene *s, pv_bed *b, float area_m2, const float radius[2], pv_dice *d, int *placed, pv_err *err)
{
    pv_status st = PV_OK;
    float longer = b->setting == PV_IN_GARLIC || b->setting == PV_IN_WHEAT ? pv_throw_real(d, 1.0F, 1.7F) : pv_throw_real(d, 1.0F, 1.35F);
    float mixed = pv_throw_real(d, 0.0F, 1.0F) < 0.3F ? 0.6F : 0.08F;
    *placed = 0;
    for (int k = 0; k < TRIES && !*placed; k++) {
        if (k > TRIES / 2) b->setting = (pv_setting)pv_throw_below(d, PV_SETTINGS);
        propose(s, b, d);
        if (!setting_fits(s, b->setting, b->mid_x, b->mid_y)) continue;
        pv_dice shape = {b->salt, 0};
        draw_bed(b, area_m2, longer, &shape);
        *placed = bed_free(s, b->mid_x, b->mid_y, b->reach_m);
    }
    if (!*placed) goto out;
    PV_TRY(pv_grow(&s->bed, &s->cap_beds, s->n_beds + 1, sizeof *s->bed, "beds", err));
    PV_TRY(place_plants(s, b, radius, mixed, d, err));
    s->bed[s->n_beds++] = *b;
out:
    return st;
}

static PV_MUST pv_status settle_plot(pv_scene *s, int k, pv_err *err)
{
    static const pv_material PETALS[20] = {PV_M_PETAL_WHITE, PV_M_PETAL_RED,   PV_M_PETAL_PINK,   PV_M_PETAL_WHITE,  PV_M_PETAL_PURPLE,
                                           PV_M_PETAL_WHITE, PV_M_PETAL_RED,   PV_M_PETAL_PINK,   PV_M_PETAL_PURPLE, PV_M_PETAL_WHITE,
                                           PV_M_PETAL_RED,   PV_M_PETAL_WHITE, PV_M_PETAL_PURPLE, PV_M_PETAL_PINK,   PV_M_PETAL_WHITE,
                                           PV_M_PETAL_RED,   PV_M_PETAL_WHITE, PV_M_PETAL_PINK,   PV_M_PETAL_PURPLE, PV_M_PETAL_RED};
    pv_dice d = {pv_hash3(k, 1, s->seed + SALT_BED), 0};
    pv_bed b = {0};
    /* Walking the lists by steps that share no factor with them deals every combination in turn. */
    int start = (int)(s->seed % 20U);
    b.plant_class = PV_OPIUM_POPPY;
    b.stage = (pv_stage)SITE_STAGE[(start + k) % 20];
    b.setting = (pv_setting)SITE_SETTING[(start + k * 5) % 12];
    b.petal = PETALS[(start + k * 3 + k / 20) % 20];
    b.salt = pv_throw(&d);
    b.weeded = pv_throw_below(&d, 4) != 0;
    b.labelled = pv_throw_below(&d, 2);
    int plants = SITE_PLANTS[(start + k * 7 + k / 20) % 20] + pv_throw_below(&d, 5) - 2;
    b.n_plants = (size_t)(plants < 5 ? 5 : plants > 250 ? 250 : plants);
    float density = pv_throw_real(&d, 10.0F, 30.0F);
    int placed = 0;
    return settle(s, &b, (float)b.n_plants / density, PLANT_RADIUS[b.stage], &d, &placed, err);
}

/* One to four plants that were left standing or came up by themselves, looser than in a plot. */
static PV_MUST pv_status settle_few(pv_scene *s, int k, pv_err *err)
{
    static const pv_material PETALS[4] = {PV_M_PETAL_RED, PV_M_PETAL_WHITE, PV_M_PETAL_PINK, PV_M_PETAL_PURPLE};
    pv_dice d = {pv_hash3(k, 3, s->seed + SALT_BED), 0};
    pv_bed b = {0};
    b.plant_class = PV_OPIUM_POPPY;
    b.stage = (pv_stage)SITE_STAGE[((int)(s->seed % 20U) + k * 9) % 20];
    b.setting = (pv_setting)pv_throw_below(&d, PV_SETTINGS);
    b.petal = PETALS[pv_throw_below(&d, 4)];
    b.salt = pv_throw(&d);
    b.weeded = pv_throw_below(&d, 4) == 0;
    b.labelled = pv_throw_below(&d, 2);
    b.n_plants = 1 + (size_t)pv_throw_below(&d, 4);
    float density = pv_throw_real(&d, 10.0F, 16.0F);
    int placed = 0;
    return settle(s, &b, (float)b.n_plants / density, PLANT_RADIUS[b.stage], &d, &placed, err);
}

static PV_MUST pv_status settle_lookalike(pv_scene *s, int k, pv_err *err)
{
    static const pv_setting CORN[4] = {PV_IN_WHEAT, PV_IN_GARDEN, PV_IN_WHEAT, PV_FOREST_EDGE};
    static const pv_material OTHER[6] = {PV_M_ROSE_RED, PV_M_FLOWER_WHITE, PV_M_FLOWER_PINK, PV_M_ROSE_RED, PV_M_FLOWER_PINK, PV_M_FLOWER_WHITE};
    static const float SMALL[2] = {0.07F, 0.13F}, BUSH[2] = {0.13F, 0.26F};
    pv_dice d = {pv_hash3(k, 2, s->seed + SALT_BED), 0};
    pv_bed b = {0};
    int corn = k % 2 == 0;
    b.plant_class = corn ? PV_CORN_POPPY : PV_OTHER_FLOWER;
    b.stage = PV_FLOWERING;
    b.setting = corn ? CORN[(k / 2) % 4] : (k / 2) % 3 == 2 ? PV_BEHIND_HOUSE : PV_IN_GARDEN;
    b.petal = corn ? PV_M_CORN_PETAL : OTHER[(k / 2) % 6];
    b.salt = pv_throw(&d);
    b.weeded = !corn && pv_throw_below(&d, 3) != 0;
    b.labelled = pv_throw_below(&d, 2);
    b.n_plants = 8 + (size_t)pv_throw_below(&d, corn ? 90 : 50);
    float density = corn ? pv_throw_real(&d, 12.0F, 34.0F) : pv_throw_real(&d, 6.0F, 14.0F);
    int placed = 0;
    return settle(s, &b, (float)b.n_plants / density, corn ? SMALL : BUSH, &d, &placed, err);
}

/* Takes beds first .. end - 1 out, with their plants, which lie together. */
static void take_out(pv_scene *s, size_t first, size_t end)
{
    if (first == end) return;
    size_t from = s->bed[first].first_plant, to = s->bed[end - 1].first_plant + s->bed[end - 1].n_plants;
    memmove(s->plant + from, s->plant + to, (s->n_plants - to) * sizeof *s->plant);
    memmove(s->bed + first, s->bed + end, (s->n_beds - end) * sizeof *s->bed);
    s->n_plants -= to - from;
    s->n_beds -= end - first;
    s->n_plots -= end - first;
    for (size_t k = first; k < s->n_beds; k++) s->bed[k].first_plant -= to - from;
}

/* Leaves `plots` plots, one in eight of them a place of few plants, as in the whole landscape. The first n_sites plots are no such places. */
static PV_MUST pv_status thin_out(pv_scene *s, size_t n_sites, int plots, pv_err *err)
{
    size_t wanted = plots < 0 ? s->n_plots : (size_t)plots, n_few = s->n_plots - n_sites;
    if (wanted > s->n_plots)
        return pv_fail(err, PV_USAGE,
                       "%d plots of opium poppy are too many: a landscape of %.0f m x %.0f m has %zu with this seed, a larger one has more", plots,
                       s->anchor.width_m, s->anchor.height_m, s->n_plots);
    size_t few = wanted / 8 < n_few ? wanted / 8 : n_few;
    if (wanted - few > n_sites) few = wanted - n_sites;
    take_out(s, n_sites + few, s->n_plots);
    take_out(s, wanted - few, n_sites);
    return PV_OK;
}

pv_status pv_beds_make(pv_scene *s, int plots, pv_err *err)
{
    pv_status st = PV_OK;
    double area = s->anchor.width_m * s->anchor.height_m;
    int n = (int)(area / 19200.0 * 28.0);
    if (n < 4) n = 4;
    for (int k = 0; k < n; k++) PV_TRY(settle_plot(s, k, err));
    size_t n_sites = s->n_beds;
    for (int k = 0; k < n / 7; k++) PV_TRY(settle_few(s, k, err));
    s->n_plots = s->n_beds;
    for (int k = 0; k < n; k++) PV_TRY(settle_lookalike(s, k, err));
    /* Not before: what stays must not move when there are fewer plots to keep clear of. */
    PV_TRY(thin_out(s, n_sites, plots, err));
out:
    return st;
}
