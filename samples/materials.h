/* What things are made of: one table of reflectances, and the classes that truth and labels use.
 *
 * Reflectance is 0..1 at the five band centres of PV_BLUE .. PV_NIR. The table's source column is printed in samples/README.md; "estimate" means
 * that no measurement stands behind the digits. Threads: read-only. */
#ifndef PV_SAMPLES_MATERIALS_H
#define PV_SAMPLES_MATERIALS_H

#include <stdint.h>

enum { PV_BLUE = 0, PV_GREEN, PV_RED, PV_REDEDGE, PV_NIR, PV_COLOURS }; /* 475, 560, 650, 730, 860 nm */

typedef enum pv_class {
    PV_CLASS_NONE = 0, /* not seen */
    PV_OPIUM_POPPY,
    PV_CORN_POPPY,
    PV_WHEAT,
    PV_GARLIC,
    PV_RAPE,
    PV_LETTUCE,
    PV_OTHER_FLOWER,
    PV_FOREST,
    PV_GRASS,
    PV_SOIL,
    PV_SHADOW,
    PV_ROOF,
    PV_PLASTIC,
    PV_ROAD,
    PV_WATER,
    PV_CLASSES
} pv_class;

extern const char *const pv_class_name[PV_CLASSES];

typedef enum pv_material {
    PV_M_SOIL = 0,
    PV_M_SOIL_WET,
    PV_M_STRAW,
    PV_M_WHEAT_LEAF,
    PV_M_WHEAT_EAR,
    PV_M_GARLIC_LEAF,
    PV_M_RAPE_LEAF,
    PV_M_RAPE_FLOWER,
    PV_M_LETTUCE_GREEN,
    PV_M_LETTUCE_RED,
    PV_M_CABBAGE, /* waxy like poppy leaves; counted as lettuce */
    PV_M_GRASS,
    PV_M_BROADLEAF,
    PV_M_CONIFER,
    PV_M_BLOSSOM,
    PV_M_GARDEN_LEAF,
    PV_M_POPPY_SEEDLING,
    PV_M_POPPY_LEAF,
    PV_M_POPPY_OLD_LEAF,
    PV_M_POPPY_CAPSULE,
    PV_M_PETAL_WHITE,
    PV_M_PETAL_PINK,
    PV_M_PETAL_RED,
    PV_M_PETAL_PURPLE,
    PV_M_PETAL_BLOTCH,
    PV_M_CORN_PETAL,
    PV_M_CORN_LEAF,
    PV_M_ROSE_RED,
    PV_M_FLOWER_PINK,
    PV_M_FLOWER_WHITE,
    PV_M_FLOWER_YELLOW,
    PV_M_ASPHALT,
    PV_M_CONCRETE,
    PV_M_ROOF_GREY,
    PV_M_ROOF_RED,
    PV_M_ROOF_BLUE,
    PV_M_FILM,
    PV_M_GLASS,
    PV_M_WATER,
    PV_MATERIALS
} pv_material;

typedef struct pv_material_row {
    float colour[PV_COLOURS];
    float bright;   /* amplitude of brightness within the material: 0.2 = plus or minus 20 % at the noise's ends */
    float pigment;  /* amplitude of chlorophyll (or pigment): more of it darkens blue, green and red and the foot of the red edge */
    char source[8]; /* a key of the list in README.md */
} pv_material_row;

extern const pv_material_row pv_material_table[PV_MATERIALS];

#endif
