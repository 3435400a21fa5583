/* A scene as one flight sees it: its light falls on the objects, and a point has a colour and a class.
 *
 * pv_view_make() sorts the objects (with their shadows under this light) into cells of 4 m, so that looking costs the same in a garden and in a
 * square kilometre. Threads: a view is read-only once made. Errors: PV_NOMEM. */
#ifndef PV_SAMPLES_LOOK_H
#define PV_SAMPLES_LOOK_H

#include "base/err.h"
#include "samples/scene.h"

typedef struct pv_light {
    float sun_x, sun_y;    /* unit vector on the ground towards the sun */
    float shadow;          /* metres of shadow a metre of height */
    float sun[PV_COLOURS]; /* direct light on the ground, 1 = a white sheet is as bright as its reflectance together with sky */
    float sky[PV_COLOURS]; /* light that reaches shadows too */
    uint32_t day;          /* which flowers are open */
} pv_light;

typedef struct pv_view {
    const pv_scene *scene; /* borrowed */
    pv_light light;
    int cells_x, cells_y;
    uint32_t *first; /* [cells_x * cells_y + 1] into ref; owned */
    uint32_t *ref;   /* owned */
} pv_view;

typedef struct pv_look {
    float colour[PV_COLOURS]; /* reflectance times light */
    float lit;                /* share of direct light, 0..1 */
    pv_class class_code;
} pv_look;

PV_MUST pv_status pv_view_make(pv_view *out, const pv_scene *scene, const pv_light *light, pv_err *err);
void pv_view_release(pv_view *v);

/* What is seen at the n points of one pixel (n <= 16); the ground parcel is looked up once, at the first. */
void pv_view_look(const pv_view *v, int n, const float *x, const float *y, pv_look *look);

/* For look.c. Sets colour from the table; bright and pigment are -1..1 of the material's own amplitudes. */
void pv_paint(pv_look *look, pv_material m, float bright, float pigment);
/* Ground cover at a point. */
void pv_look_ground(const pv_scene *s, const pv_ground *g, float x, float y, pv_look *look);
/* The plants of a bed over what is there; 1 = something grows at the point. */
int pv_look_bed(const pv_scene *s, const pv_bed *b, uint32_t day, float x, float y, pv_look *look);

#endif
