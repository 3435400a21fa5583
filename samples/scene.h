/* One landscape as objects in metres: ground parcels, houses, trees and beds of plants placed one by one.
 *
 * A scene is made from a seed, a size and a number of plots only; flights look at it (look.h) but never change it. Coordinates as in place.h. Memory grows with
 * the area (about 100 kB a hectare); time too. Threads: read-only once made. Errors: PV_USAGE, PV_NOMEM. */
#ifndef PV_SAMPLES_SCENE_H
#define PV_SAMPLES_SCENE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "samples/materials.h"
#include "samples/place.h"

typedef enum pv_block_kind {
    PV_BLOCK_FOREST = 0,
    PV_BLOCK_VILLAGE,
    PV_BLOCK_WHEAT,
    PV_BLOCK_GARLIC,
    PV_BLOCK_RAPE,
    PV_BLOCK_LETTUCE,
    PV_BLOCK_GREENHOUSE,
    PV_BLOCK_MEADOW
} pv_block_kind;

typedef enum pv_cover { /* what grows or lies on a parcel */
                        PV_COVER_WHEAT = 0,
                        PV_COVER_GARLIC,
                        PV_COVER_RAPE,
                        PV_COVER_LETTUCE,
                        PV_COVER_GRASS,
                        PV_COVER_LITTER, /* forest floor */
                        PV_COVER_SOIL,
                        PV_COVER_FILM,
                        PV_COVER_FLOWERS, /* a flower garden */
                        PV_COVER_YARD,
                        PV_COVER_ASPHALT,
                        PV_COVER_CONCRETE,
                        PV_COVER_WATER
} pv_cover;

typedef struct pv_ground { /* the ground at one point */
    pv_cover cover;
    pv_block_kind block;
    uint32_t salt;          /* of the parcel */
    float along_x, along_y; /* unit vector of its rows */
    float edge_m;           /* to the parcel's edge */
} pv_ground;

typedef struct pv_house {
    float x, y, along_x, along_y, half_l, half_w, height; /* metres; along = unit vector of the ridge */
    pv_material roof;                                     /* PV_M_FILM, PV_M_GLASS = greenhouse */
    uint32_t salt;
} pv_house;

typedef struct pv_tree {
    float x, y, radius, height; /* metres */
    pv_material leaf;
    uint32_t salt;
} pv_tree;

typedef enum pv_stage { PV_SEEDLING = 0, PV_BOLTING, PV_BUD, PV_FLOWERING, PV_CAPSULE, PV_STAGES } pv_stage;
extern const char *const pv_stage_name[PV_STAGES];

typedef enum pv_setting { PV_BEHIND_HOUSE = 0, PV_CLEARING, PV_FOREST_EDGE, PV_IN_WHEAT, PV_IN_GARLIC, PV_IN_GARDEN, PV_SETTINGS } pv_setting;
extern const char *const pv_setting_name[PV_SETTINGS];

typedef struct pv_plant {
    float x, y, radius;     /* metres */
    float along_x, along_y; /* its longer axis */
    uint32_t salt;
    pv_material petal;
} pv_plant;

enum { PV_BED_CORNERS = 16 };

/* A plot of opium poppies, or a bed of plants that look like them. */
typedef struct pv_bed {
    pv_class plant_class; /* PV_OPIUM_POPPY, PV_CORN_POPPY or PV_OTHER_FLOWER */
    pv_stage stage;       /* of opium poppies */
    pv_setting setting;
    pv_material petal;                                        /* of most plants */
    float corner_x[PV_BED_CORNERS], corner_y[PV_BED_CORNERS]; /* counter-clockwise on the map (y to the south) */
    float mid_x, mid_y, reach_m;                              /* all of it, plants too, lies within reach_m of the middle */
    float area_m2;                                            /* of the polygon, in the plane */
    int weeded;                                               /* 1 = bare soil between the plants, else the crop goes on */
    int labelled;                                             /* 1 = people drew a training label on it */
    uint32_t salt;
    size_t first_plant, n_plants;
} pv_bed;

typedef struct pv_scene {
    uint32_t seed;
    pv_anchor anchor;
    int blocks_x, blocks_y;
    float block_w, block_h; /* metres */
    uint8_t *block;         /* [blocks_y][blocks_x] of pv_block_kind; owned, like all below */
    pv_house *house;
    size_t n_houses, cap_houses;
    pv_tree *tree;
    size_t n_trees, cap_trees;
    pv_bed *bed; /* the plots of opium poppy first */
    size_t n_beds, cap_beds, n_plots;
    pv_plant *plant;
    size_t n_plants, cap_plants;
} pv_scene;

enum { PV_PLOTS_ALL = -1 };

/* width_m 40..20000; the height is three quarters of it. plots: so many plots of opium poppy, 0 to all that the size and the seed give, or PV_PLOTS_ALL.
 * Houses, parcels, look-alikes and the plots that stay are the same for any number; where a plot is left out, the ground goes on and trees stand as round about.
 * More plots than there are: PV_USAGE. */
PV_MUST pv_status pv_scene_make(pv_scene *out, double width_m, uint32_t seed, int plots, pv_err *err);
void pv_scene_release(pv_scene *s);

void pv_scene_ground(const pv_scene *s, float x, float y, pv_ground *g);

/* 1 when the point lies inside the bed's polygon. */
int pv_bed_contains(const pv_bed *b, float x, float y);

/* For scene.c: the beds, after the houses; then the trees, which keep clear of both. */
PV_MUST pv_status pv_beds_make(pv_scene *s, int plots, pv_err *err);
PV_MUST pv_status pv_trees_make(pv_scene *s, pv_err *err);

#endif
