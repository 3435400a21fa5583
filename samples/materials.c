#include "samples/materials.h"

#include "base/banned.h"

const char *const pv_class_name[PV_CLASSES] = {"none",   "opium_poppy", "corn_poppy", "wheat",  "garlic", "rape",    "lettuce", "other_flower",
                                               "forest", "grass",       "soil",       "shadow", "roof",   "plastic", "road",    "water"};

/* Sources: P = poppy_spectra prior (unconfirmed, see README), canopy values at 470..480, 560, 650, 730, 860 nm; D = derived from P by taking the
 * soil and shade of an open canopy out; E = estimate. */
const pv_material_row pv_material_table[PV_MATERIALS] = {
    /* blue 475, green 560, red 650, rededge 730, nir 860 */
    [PV_M_SOIL] = {{0.115F, 0.175F, 0.235F, 0.280F, 0.330F}, 0.22F, 0.05F, "E"},
    [PV_M_SOIL_WET] = {{0.062F, 0.096F, 0.135F, 0.168F, 0.205F}, 0.22F, 0.05F, "E"},
    [PV_M_STRAW] = {{0.130F, 0.210F, 0.270F, 0.330F, 0.390F}, 0.20F, 0.10F, "E"},
    [PV_M_WHEAT_LEAF] = {{0.034F, 0.086F, 0.046F, 0.270F, 0.470F}, 0.28F, 0.30F, "E"},
    [PV_M_WHEAT_EAR] = {{0.070F, 0.145F, 0.130F, 0.290F, 0.430F}, 0.22F, 0.30F, "E"},
    [PV_M_GARLIC_LEAF] = {{0.049F, 0.102F, 0.059F, 0.280F, 0.430F}, 0.26F, 0.26F, "E"},
    [PV_M_RAPE_LEAF] = {{0.042F, 0.100F, 0.052F, 0.290F, 0.480F}, 0.25F, 0.25F, "E"},
    [PV_M_RAPE_FLOWER] = {{0.055F, 0.340F, 0.310F, 0.430F, 0.520F}, 0.20F, 0.12F, "E"},
    [PV_M_LETTUCE_GREEN] = {{0.062F, 0.190F, 0.092F, 0.370F, 0.540F}, 0.22F, 0.26F, "E"},
    [PV_M_CABBAGE] = {{0.056F, 0.112F, 0.060F, 0.330F, 0.500F}, 0.24F, 0.22F, "E"},
    [PV_M_LETTUCE_RED] = {{0.050F, 0.066F, 0.098F, 0.310F, 0.500F}, 0.24F, 0.28F, "E"},
    [PV_M_GRASS] = {{0.040F, 0.098F, 0.066F, 0.240F, 0.380F}, 0.30F, 0.40F, "E"},
    [PV_M_BROADLEAF] = {{0.026F, 0.068F, 0.034F, 0.240F, 0.430F}, 0.30F, 0.30F, "E"},
    [PV_M_CONIFER] = {{0.022F, 0.042F, 0.027F, 0.150F, 0.290F}, 0.30F, 0.25F, "E"},
    [PV_M_BLOSSOM] = {{0.360F, 0.350F, 0.420F, 0.520F, 0.580F}, 0.25F, 0.20F, "E"},
    [PV_M_GARDEN_LEAF] = {{0.034F, 0.078F, 0.042F, 0.260F, 0.450F}, 0.30F, 0.30F, "E"},
    [PV_M_POPPY_SEEDLING] = {{0.056F, 0.116F, 0.064F, 0.335F, 0.470F}, 0.22F, 0.22F, "D"},
    [PV_M_POPPY_LEAF] = {{0.053F, 0.102F, 0.055F, 0.335F, 0.485F}, 0.24F, 0.20F, "D"},
    [PV_M_POPPY_OLD_LEAF] = {{0.082F, 0.128F, 0.084F, 0.325F, 0.430F}, 0.24F, 0.24F, "P"},
    [PV_M_POPPY_CAPSULE] = {{0.120F, 0.180F, 0.135F, 0.350F, 0.460F}, 0.20F, 0.18F, "D"},
    [PV_M_PETAL_WHITE] = {{0.560F, 0.610F, 0.620F, 0.650F, 0.670F}, 0.16F, 0.04F, "E"},
    [PV_M_PETAL_PINK] = {{0.420F, 0.340F, 0.520F, 0.600F, 0.640F}, 0.18F, 0.14F, "E"},
    [PV_M_PETAL_RED] = {{0.060F, 0.055F, 0.420F, 0.580F, 0.640F}, 0.20F, 0.14F, "E"},
    [PV_M_PETAL_PURPLE] = {{0.260F, 0.140F, 0.330F, 0.560F, 0.630F}, 0.20F, 0.18F, "E"},
    [PV_M_PETAL_BLOTCH] = {{0.070F, 0.045F, 0.095F, 0.360F, 0.520F}, 0.25F, 0.15F, "E"},
    [PV_M_CORN_PETAL] = {{0.034F, 0.045F, 0.410F, 0.560F, 0.620F}, 0.22F, 0.14F, "E"},
    [PV_M_CORN_LEAF] = {{0.040F, 0.092F, 0.050F, 0.270F, 0.430F}, 0.28F, 0.28F, "E"},
    [PV_M_ROSE_RED] = {{0.070F, 0.048F, 0.380F, 0.560F, 0.620F}, 0.24F, 0.18F, "E"},
    [PV_M_FLOWER_PINK] = {{0.390F, 0.270F, 0.500F, 0.580F, 0.620F}, 0.22F, 0.20F, "E"},
    [PV_M_FLOWER_WHITE] = {{0.560F, 0.600F, 0.610F, 0.640F, 0.660F}, 0.18F, 0.05F, "E"},
    [PV_M_FLOWER_YELLOW] = {{0.060F, 0.370F, 0.430F, 0.500F, 0.550F}, 0.20F, 0.12F, "E"},
    [PV_M_ASPHALT] = {{0.090F, 0.102F, 0.112F, 0.120F, 0.128F}, 0.14F, 0.03F, "E"},
    [PV_M_CONCRETE] = {{0.230F, 0.275F, 0.305F, 0.325F, 0.345F}, 0.12F, 0.03F, "E"},
    [PV_M_ROOF_GREY] = {{0.118F, 0.130F, 0.140F, 0.148F, 0.158F}, 0.20F, 0.04F, "E"},
    [PV_M_ROOF_RED] = {{0.075F, 0.098F, 0.290F, 0.335F, 0.360F}, 0.22F, 0.08F, "E"},
    [PV_M_ROOF_BLUE] = {{0.310F, 0.205F, 0.105F, 0.150F, 0.230F}, 0.14F, 0.06F, "E"},
    [PV_M_FILM] = {{0.470F, 0.500F, 0.520F, 0.535F, 0.550F}, 0.26F, 0.03F, "E"},
    [PV_M_GLASS] = {{0.230F, 0.270F, 0.245F, 0.330F, 0.410F}, 0.22F, 0.10F, "E"},
    [PV_M_WATER] = {{0.052F, 0.074F, 0.056F, 0.028F, 0.016F}, 0.14F, 0.08F, "E"},
};
