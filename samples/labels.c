#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "samples/noise.h"
#include "samples/survey.h"

#include "base/banned.h"

enum { CORNERS = 10, PROBES = 48, PER_CLASS = 14, SALT_LABEL = 211 };

/* A hand-drawn polygon: what people click, rough and a little inside. */
typedef struct drawn {
    float x[PV_BED_CORNERS], y[PV_BED_CORNERS];
    int n;
    float mid_x, mid_y, reach_m;
    pv_class class_code;
    int stage;     /* of opium poppies, else -1 */
    size_t plants; /* of opium poppies, else 0 */
} drawn;

typedef struct sketch {
    drawn *at; /* owned */
    size_t n, cap;
    const pv_view *view;
    const pv_flight *flight;
    pv_dice dice;
} sketch;

static int apart(const sketch *k, float x, float y, float reach)
{
    for (size_t i = 0; i < k->n; i++) {
        float dx = x - k->at[i].mid_x, dy = y - k->at[i].mid_y, d = reach + k->at[i].reach_m + 0.2F;
        if (dx * dx + dy * dy < d * d) return 0;
    }
    return 1;
}

static pv_class class_at(const sketch *k, float x, float y)
{
    pv_look look;
    if (!pv_flight_sees(k->flight, x, y)) return PV_CLASS_NONE;
    pv_view_look(k->view, 1, &x, &y, &look);
    return look.class_code;
}

static PV_MUST pv_status keep(sketch *k, const drawn *d, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&k->at, &k->cap, k->n + 1, sizeof *k->at, "labels", err));
    k->at[k->n++] = *d;
out:
    return st;
}

/* Beds that people labelled: their outline, drawn a hand's breadth inside and shaky. */
static PV_MUST pv_status draw_beds(sketch *k, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_scene *s = k->view->scene;
    for (size_t i = 0; i < s->n_beds; i++) {
        const pv_bed *b = &s->bed[i];
        float inner = sqrtf(b->area_m2), shrink = 1.0F - 0.16F / (inner + 0.3F);
        drawn d = {.n = PV_BED_CORNERS, .mid_x = b->mid_x, .mid_y = b->mid_y, .reach_m = b->reach_m, .class_code = b->plant_class, .stage = -1};
        int whole = 1;
        if (!b->labelled) continue;
        if (b->plant_class == PV_OPIUM_POPPY) {
            d.stage = (int)b->stage;
            d.plants = b->n_plants;
        }
        for (int c = 0; c < PV_BED_CORNERS; c++) {
            float shake = 0.03F * (inner < 1.0F ? inner : 1.0F);
            d.x[c] = b->mid_x + (b->corner_x[c] - b->mid_x) * shrink + pv_throw_real(&k->dice, -shake, shake);
            d.y[c] = b->mid_y + (b->corner_y[c] - b->mid_y) * shrink + pv_throw_real(&k->dice, -shake, shake);
            whole &= class_at(k, d.x[c], d.y[c]) == b->plant_class; /* under a crown nobody draws */
        }
        if (whole) PV_TRY(keep(k, &d, err));
    }
out:
    return st;
}

/* Tries one polygon of the class; *done = 1 when it was drawn. */
static PV_MUST pv_status draw_blob(sketch *k, pv_class class_code, float radius, int *done, pv_err *err)
{
    const pv_anchor *a = &k->view->scene->anchor;
    float x = pv_throw_real(&k->dice, 0.0F, (float)a->width_m), y = pv_throw_real(&k->dice, 0.0F, (float)a->height_m);
    if (class_at(k, x, y) != class_code) return PV_OK;
    for (; radius > 0.25F; radius *= 0.7F) {
        if (!apart(k, x, y, radius)) continue;
        int good = 1;
        for (int p = 0; p < PROBES && good; p++) {
            float ux, uy, r = radius * 1.02F * sqrtf((float)(p + 1) / (float)PROBES);
            pv_direction(pv_frac((float)p * 0.618034F), &ux, &uy);
            good = class_at(k, x + ux * r, y + uy * r) == class_code;
        }
        if (!good) continue;
        drawn d = {.n = CORNERS, .mid_x = x, .mid_y = y, .reach_m = radius, .class_code = class_code, .stage = -1};
        for (int c = 0; c < CORNERS; c++) {
            float ux, uy, r = radius * pv_throw_real(&k->dice, 0.75F, 1.0F);
            pv_direction(1.0F - (float)c / (float)CORNERS, &ux, &uy);
            d.x[c] = x + ux * r;
            d.y[c] = y + uy * r;
        }
        *done = 1;
        return keep(k, &d, err);
    }
    return PV_OK;
}

static void add_drawn(pv_text *t, const sketch *k, size_t i)
{
    const drawn *d = &k->at[i];
    pv_text_addf(t, "%s{\"type\":\"Feature\",\"id\":%zu,\"properties\":{\"class\":\"%s\",\"stage\":", i ? ",\n" : "", i + 1,
                 pv_class_name[d->class_code]);
    pv_text_add_json(t, d->stage < 0 ? NULL : pv_stage_name[d->stage]);
    if (d->plants > 0)
        pv_text_addf(t, ",\"plants\":%zu", d->plants);
    else
        pv_text_add(t, ",\"plants\":null");
    pv_text_addf(t, ",\"fold\":\"%s\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[", k->flight->name);
    for (int c = 0; c <= d->n; c++) {
        if (c) pv_text_add(t, ",");
        pv_survey_add_place(t, &k->view->scene->anchor, (double)d->x[c % d->n], (double)d->y[c % d->n]);
    }
    pv_text_add(t, "]]}}");
}

pv_status pv_labels_write(const pv_survey_options *o, const pv_view *view, const pv_flight *flight, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    char name[64];
    sketch k = {.view = view, .flight = flight, .dice = {pv_hash3(flight->number, 3, view->scene->seed + SALT_LABEL), 0}};
    double share = view->scene->anchor.width_m * view->scene->anchor.height_m / 19200.0;
    int wanted = share < 1.0 ? PER_CLASS : share > 20.0 ? 20 * PER_CLASS : (int)(PER_CLASS * share);
    PV_TRY(draw_beds(&k, err));
    for (int c = PV_WHEAT; c < PV_CLASSES; c++) {
        float radius = c == PV_SHADOW || c == PV_OTHER_FLOWER ? 1.0F : 2.6F;
        for (int tries = 0, n = 0; n < wanted && tries < wanted * 150; tries++) {
            int done = 0;
            PV_TRY(draw_blob(&k, (pv_class)c, radius, &done, err));
            n += done;
        }
    }
    pv_text_addf(&t, "{\"type\":\"FeatureCollection\",\"name\":\"%s\",\"features\":[\n", flight->name);
    for (size_t i = 0; i < k.n; i++) add_drawn(&t, &k, i);
    pv_text_add(&t, "\n]}\n");
    (void)snprintf(name, sizeof name, "labels/%s.geojson", flight->name);
    PV_TRY(pv_survey_put(o, name, &t, err));
out:
    pv_text_release(&t);
    pv_free(k.at);
    return st;
}
