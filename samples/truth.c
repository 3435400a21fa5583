#include <string.h>

#include "samples/survey.h"

#include "base/banned.h"

static void add_ring(pv_text *t, const pv_anchor *a, const pv_bed *b)
{
    pv_text_add(t, "{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int k = 0; k <= PV_BED_CORNERS; k++) {
        int c = k % PV_BED_CORNERS;
        if (k) pv_text_add(t, ",");
        pv_survey_add_place(t, a, (double)b->corner_x[c], (double)b->corner_y[c]);
    }
    pv_text_add(t, "]]}");
}

/* A flight sees a plot when nine of ten of its plants lie in the mosaic. */
static int seen(const pv_scene *s, const pv_bed *b, const pv_flight *f)
{
    size_t n = 0;
    for (size_t k = 0; k < b->n_plants; k++) {
        const pv_plant *p = &s->plant[b->first_plant + k];
        n += (size_t)pv_flight_sees(f, p->x, p->y);
    }
    return n * 10 >= b->n_plants * 9;
}

static const char *petal_name(pv_material m)
{
    return m == PV_M_PETAL_WHITE ? "white" : m == PV_M_PETAL_PINK ? "pink" : m == PV_M_PETAL_RED ? "red" : "purple";
}

static PV_MUST pv_status write_plots(const pv_survey_options *o, const pv_scene *s, const pv_flight *flight, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    pv_text_add(&t, "{\"type\":\"FeatureCollection\",\"name\":\"plots\",\"features\":[\n");
    for (size_t k = 0; k < s->n_plots; k++) {
        const pv_bed *b = &s->bed[k];
        int any = 0;
        pv_text_addf(&t, "%s{\"type\":\"Feature\",\"id\":%zu,\"properties\":{\"id\":%zu,\"plants\":%zu,\"stage\":\"%s\",\"colour\":\"%s\",",
                     k ? ",\n" : "", k + 1, k + 1, b->n_plants, pv_stage_name[b->stage], petal_name(b->petal));
        pv_text_addf(&t, "\"setting\":\"%s\",\"area_m2\":", pv_setting_name[b->setting]);
        pv_text_add_real(&t, (double)b->area_m2 * PV_PLACE_AREA, 3);
        pv_text_addf(&t, ",\"labelled\":%s,\"flights\":\"", b->labelled ? "true" : "false");
        for (int f = 0; f < o->flights; f++) {
            if (!seen(s, b, &flight[f])) continue;
            pv_text_addf(&t, "%s%s", any ? "," : "", flight[f].name);
            any = 1;
        }
        pv_text_add(&t, "\"},\"geometry\":");
        add_ring(&t, &s->anchor, b);
        pv_text_add(&t, "}");
    }
    pv_text_add(&t, "\n]}\n");
    st = pv_survey_put(o, "truth/plots.geojson", &t, err);
    pv_text_release(&t);
    return st;
}

static PV_MUST pv_status write_plants(const pv_survey_options *o, const pv_scene *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    pv_text_add(&t, "plot,lon,lat,stage,colour,radius_m\n");
    for (size_t k = 0; k < s->n_plots; k++) {
        const pv_bed *b = &s->bed[k];
        for (size_t i = 0; i < b->n_plants; i++) {
            const pv_plant *p = &s->plant[b->first_plant + i];
            double lon, lat;
            pv_place_degrees(&s->anchor, (double)p->x, (double)p->y, &lon, &lat);
            pv_text_addf(&t, "%zu,", k + 1);
            pv_text_add_real(&t, lon, 9);
            pv_text_add(&t, ",");
            pv_text_add_real(&t, lat, 9);
            pv_text_addf(&t, ",%s,%s,", pv_stage_name[b->stage], petal_name(p->petal));
            pv_text_add_real(&t, (double)p->radius, 3);
            pv_text_add(&t, "\n");
        }
    }
    st = pv_survey_put(o, "truth/plants.csv", &t, err);
    pv_text_release(&t);
    return st;
}

pv_status pv_truth_write(const pv_survey_options *o, const pv_scene *s, const pv_flight *flight, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(write_plots(o, s, flight, err));
    PV_TRY(write_plants(o, s, err));
out:
    return st;
}
