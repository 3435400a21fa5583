/* The sections of version 2: object stage, growth stages, densities; an empty section is a part that the model does not have. Those of version 3: what is done with light and
 * with neighbours. That of version 4: the early decision. */
#include <string.h>

#include "models/model_bytes.h"

#include "base/banned.h"

static const char OBJECTS[] = "objects ", STAGES[] = "stages  ", DENSITY[] = "density ", SMOOTH[] = "smooth  ", LIGHT[] = "light   ",
                  GATE[] = "gate    ";

static void pv_put_objects(const pv_object_stage *o, pv_text *out)
{
    pv_core_write(o->trees, out);
    pv_put(out, (uint64_t)o->keep_code, 1);
    for (int i = 0; i < PV_OBJECT_CODES; i++) pv_put(out, o->probability_e4[i], 2);
    for (int c = 0; c < o->trees->n_columns; c++) {
        pv_put(out, o->range[c].low, 2);
        pv_put(out, o->range[c].median, 2);
        pv_put(out, o->range[c].high, 2);
    }
    for (int c = 0; c <= o->trees->n_columns; c++) pv_put(out, o->novelty_e4[c], 2);
}

void pv_parts_write(const pv_model *m, pv_text *out)
{
    size_t head = pv_section_begin(out, OBJECTS);
    if (m->objects != NULL) pv_put_objects(m->objects, out);
    pv_section_end(out, head);
    head = pv_section_begin(out, STAGES);
    if (m->stages != NULL) pv_core_write(m->stages, out);
    pv_section_end(out, head);
    head = pv_section_begin(out, DENSITY);
    if (m->n_densities > 0) pv_put(out, (uint64_t)m->n_densities, 2);
    for (int i = 0; i < m->n_densities; i++) {
        const pv_density *d = &m->density[i];
        pv_put_text(out, d->stage);
        pv_put(out, (uint64_t)d->plots, 4);
        for (int k = 0; k < 3; k++) pv_put(out, d->per_m2_e3[k], 4);
    }
    pv_section_end(out, head);
}

static pv_status pv_whole(const pv_bytes *b, const char *name, pv_err *err)
{
    if (!b->short_of && b->at == b->end) return PV_OK;
    return pv_fail(err, PV_MODEL, "the section '%.8s' of the model is not as long as it says", name);
}

static pv_status pv_take_objects(pv_object_stage **out, pv_bytes *b, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *trees = NULL;
    pv_object_stage *o = NULL;
    PV_TRY(pv_core_read(&trees, b, err));
    PV_TRY(pv_object_stage_new(&o, trees, err));
    o->keep_code = (int)pv_take(b, 1);
    for (int i = 0; i < PV_OBJECT_CODES; i++) o->probability_e4[i] = (uint16_t)pv_take(b, 2);
    for (int c = 0; c < o->trees->n_columns; c++) {
        o->range[c].low = (uint16_t)pv_take(b, 2);
        o->range[c].median = (uint16_t)pv_take(b, 2);
        o->range[c].high = (uint16_t)pv_take(b, 2);
    }
    for (int c = 0; c <= o->trees->n_columns; c++) o->novelty_e4[c] = (uint16_t)pv_take(b, 2);
    PV_TRY(pv_whole(b, OBJECTS, err));
    *out = o;
    o = NULL;
out:
    pv_object_stage_free(o);
    return st;
}

static pv_status pv_take_densities(pv_model *m, pv_bytes *b, pv_err *err)
{
    int n = (int)pv_take(b, 2);
    if (n < 1 || n > PV_MAX_DENSITIES) return pv_fail(err, PV_MODEL, "%d densities of plants: 1 to %d are possible", n, (int)PV_MAX_DENSITIES);
    for (int i = 0; i < n && !b->short_of; i++) {
        pv_density *d = &m->density[i];
        pv_take_text(b, d->stage, sizeof d->stage);
        d->plots = (int)(pv_take(b, 4) & INT32_MAX);
        for (int k = 0; k < 3; k++) d->per_m2_e3[k] = (uint32_t)pv_take(b, 4);
    }
    m->n_densities = n;
    return pv_whole(b, DENSITY, err);
}

pv_status pv_parts_read(pv_model *m, pv_bytes *all, pv_err *err)
{
    pv_status st = PV_OK;
    pv_bytes section;
    PV_TRY(pv_section_cut(all, OBJECTS, &section, err));
    if (section.at != section.end) PV_TRY(pv_take_objects(&m->objects, &section, err));
    PV_TRY(pv_section_cut(all, STAGES, &section, err));
    if (section.at != section.end) {
        PV_TRY(pv_core_read(&m->stages, &section, err));
        PV_TRY(pv_whole(&section, STAGES, err));
    }
    PV_TRY(pv_section_cut(all, DENSITY, &section, err));
    if (section.at != section.end) PV_TRY(pv_take_densities(m, &section, err));
out:
    return st;
}

void pv_light_write(const pv_model *m, pv_text *out)
{
    size_t head = pv_section_begin(out, SMOOTH);
    pv_put_real(out, m->smooth_m);
    pv_section_end(out, head);
    head = pv_section_begin(out, LIGHT);
    for (int b = 0; b < m->n_bands; b++) pv_put(out, m->mid[b], 2);
    pv_section_end(out, head);
}

pv_status pv_light_read(pv_model *m, pv_bytes *all, pv_err *err)
{
    pv_status st = PV_OK;
    pv_bytes section;
    PV_TRY(pv_section_cut(all, SMOOTH, &section, err));
    m->smooth_m = pv_take_real(&section);
    PV_TRY(pv_whole(&section, SMOOTH, err));
    PV_TRY(pv_section_cut(all, LIGHT, &section, err));
    for (int b = 0; b < m->n_bands; b++) m->mid[b] = (uint16_t)pv_take(&section, 2);
    PV_TRY(pv_whole(&section, LIGHT, err));
out:
    return st;
}

static void pv_put_recall(pv_early_recall r, pv_text *out)
{
    pv_put(out, r.all, 4);
    pv_put(out, r.kept, 4);
}

static pv_early_recall pv_take_recall(pv_bytes *b)
{
    pv_early_recall r = {.all = (uint32_t)pv_take(b, 4)};
    r.kept = (uint32_t)pv_take(b, 4);
    return r;
}

void pv_gate_write(const pv_model *m, pv_text *out)
{
    size_t head = pv_section_begin(out, GATE);
    pv_core_write(m->gate->trees, out);
    pv_put(out, (uint64_t)m->gate->threshold, 1);
    pv_put(out, (uint64_t)m->gate->least_low, 1);
    pv_put_recall(m->gate->pixels, out);
    pv_put_recall(m->gate->labelled, out);
    pv_put_recall(m->gate->patches, out);
    pv_put_recall(m->gate->ground, out);
    pv_section_end(out, head);
}

pv_status pv_gate_read(pv_model *m, pv_bytes *all, pv_err *err)
{
    pv_status st = PV_OK;
    pv_bytes section;
    pv_model *trees = NULL;
    PV_TRY(pv_section_cut(all, GATE, &section, err));
    PV_TRY(pv_core_read(&trees, &section, err));
    PV_TRY(pv_early_gate_new(&m->gate, trees, err));
    m->gate->threshold = (int)pv_take(&section, 1);
    m->gate->least_low = (int)pv_take(&section, 1);
    m->gate->pixels = pv_take_recall(&section);
    m->gate->labelled = pv_take_recall(&section);
    m->gate->patches = pv_take_recall(&section);
    m->gate->ground = pv_take_recall(&section);
    PV_TRY(pv_whole(&section, GATE, err));
out:
    return st;
}
