#include "models/model_bytes.h"

#include <string.h>

#include "models/object_stage.h"

#include "base/banned.h"

/* Sections in the order of the file. */
enum { CARD, BANDS, CLASSES, COLUMNS, TREES, LEAVES, SECTIONS };
static const char section_name[SECTIONS][9] = {"card    ", "bands   ", "classes ", "columns ", "trees   ", "leaves  "};

/* Writing. */

void pv_put(pv_text *out, uint64_t v, int bytes)
{
    char b[8];
    for (int i = 0; i < bytes; i++) b[i] = (char)(uint8_t)(v >> (8 * i));
    pv_text_add_n(out, b, (size_t)bytes);
}

void pv_put_text(pv_text *out, const char *s)
{
    size_t n = strlen(s);
    pv_put(out, n, 2);
    pv_text_add_n(out, s, n);
}

void pv_put_real(pv_text *out, double v)
{
    uint64_t bits = 0;
    memcpy(&bits, &v, sizeof bits);
    pv_put(out, bits, 8);
}

static void pv_put_card(const pv_model *m, pv_text *out)
{
    pv_put_text(out, m->name);
    pv_put_text(out, m->kind);
    pv_put_real(out, m->gsd_m);
    pv_put_text(out, m->normalise);
    pv_put(out, (uint64_t)m->threshold_high, 1);
    pv_put(out, (uint64_t)m->threshold_low, 1);
    pv_put(out, m->seed, 8);
    pv_put_text(out, m->summary);
    pv_put_text(out, m->licence);
    pv_put_text(out, m->trained_on);
}

static void pv_put_columns(const pv_model *m, pv_text *out)
{
    pv_put(out, (uint64_t)m->n_columns, 2);
    for (int c = 0; c < m->n_columns; c++) {
        pv_put_text(out, m->column[c]);
        pv_put(out, m->n_edges[c], 1);
        for (int e = 0; e < m->n_edges[c]; e++) pv_put(out, m->edge[c][e], 2);
    }
}

static void pv_put_trees(const pv_model *m, pv_text *out)
{
    pv_put(out, (uint64_t)m->n_trees, 2);
    for (int t = 0; t < m->n_trees; t++) {
        for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
            pv_put(out, m->tree[t].column[d], 2);
            pv_put(out, m->tree[t].threshold[d], 1);
        }
    }
}

static void pv_put_section(const pv_model *m, int section, pv_text *out)
{
    switch (section) {
    case CARD:
        pv_put_card(m, out);
        break;
    case BANDS:
        pv_put(out, (uint64_t)m->n_bands, 2);
        for (int b = 0; b < m->n_bands; b++) pv_put_text(out, m->band[b]);
        break;
    case CLASSES:
        pv_put(out, (uint64_t)m->n_classes, 2);
        for (int k = 0; k < m->n_classes; k++) {
            pv_put_text(out, m->class_name[k]);
            pv_put(out, m->is_target[k], 1);
            pv_put(out, (uint64_t)(int64_t)m->bias[k], 2);
        }
        break;
    case COLUMNS:
        pv_put_columns(m, out);
        break;
    case TREES:
        pv_put_trees(m, out);
        break;
    default:
        pv_text_add_n(out, (const char *)m->leaf, (size_t)m->n_trees * (size_t)m->n_classes * PV_TREE_LEAVES);
        break;
    }
}

size_t pv_section_begin(pv_text *out, const char *name)
{
    size_t head = out->len;
    pv_text_add_n(out, name, PV_SECTION_NAME);
    pv_put(out, 0, 4);
    return head;
}

void pv_section_end(pv_text *out, size_t head)
{
    if (out->failed) return;
    size_t n = out->len - head - PV_SECTION_HEAD;
    for (int i = 0; i < 4; i++) out->data[head + PV_SECTION_NAME + (size_t)i] = (char)(uint8_t)(n >> (8 * i));
}

void pv_core_write(const pv_model *m, pv_text *out)
{
    for (int s = 0; s < SECTIONS; s++) {
        size_t head = pv_section_begin(out, section_name[s]);
        pv_put_section(m, s, out);
        pv_section_end(out, head);
    }
}

int pv_model_version(const pv_model *m)
{
    if (m->gate != NULL) return 4;
    if (m->smooth_m > 0 || m->mid[0] > 0) return 3;
    return m->objects != NULL || m->stages != NULL || m->n_densities > 0 ? 2 : 1;
}

void pv_model_write(const pv_model *m, pv_text *out)
{
    pv_core_write(m, out);
    if (pv_model_version(m) >= 2) pv_parts_write(m, out);
    if (pv_model_version(m) >= 3) pv_light_write(m, out);
    if (pv_model_version(m) >= 4) pv_gate_write(m, out);
}

/* Reading. */

uint64_t pv_take(pv_bytes *b, int bytes)
{
    uint64_t v = 0;
    if (b->short_of || b->end - b->at < bytes) {
        b->short_of = 1;
        return 0;
    }
    for (int i = 0; i < bytes; i++) v |= (uint64_t)b->at[i] << (8 * i);
    b->at += bytes;
    return v;
}

void pv_take_text(pv_bytes *b, char *to, size_t room)
{
    size_t n = (size_t)pv_take(b, 2);
    if (b->short_of || n >= room || (size_t)(b->end - b->at) < n || memchr(b->at, 0, n) != NULL) {
        b->short_of = 1;
        return;
    }
    memcpy(to, b->at, n);
    to[n] = '\0';
    b->at += n;
}

double pv_take_real(pv_bytes *b)
{
    uint64_t bits = pv_take(b, 8);
    double v = 0;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static int16_t pv_take_i16(pv_bytes *b)
{
    int v = (int)pv_take(b, 2);
    return (int16_t)(v >= 32768 ? v - 65536 : v);
}

static void pv_take_card(pv_bytes *b, pv_model *m)
{
    pv_take_text(b, m->name, sizeof m->name);
    pv_take_text(b, m->kind, sizeof m->kind);
    m->gsd_m = pv_take_real(b);
    pv_take_text(b, m->normalise, sizeof m->normalise);
    m->threshold_high = (int)pv_take(b, 1);
    m->threshold_low = (int)pv_take(b, 1);
    m->seed = pv_take(b, 8);
    pv_take_text(b, m->summary, sizeof m->summary);
    pv_take_text(b, m->licence, sizeof m->licence);
    pv_take_text(b, m->trained_on, sizeof m->trained_on);
}

static void pv_take_columns(pv_bytes *b, pv_model *m)
{
    for (int c = 0; c < m->n_columns && !b->short_of; c++) {
        pv_take_text(b, m->column[c], sizeof m->column[c]);
        m->n_edges[c] = (uint8_t)pv_take(b, 1);
        for (int e = 0; e < m->n_edges[c]; e++) m->edge[c][e] = (uint16_t)pv_take(b, 2);
    }
}

static void pv_take_section(pv_bytes *b, int section, pv_model *m)
{
    switch (section) {
    case CARD:
        pv_take_card(b, m);
        break;
    case BANDS:
        for (int i = 0; i < m->n_bands && !b->short_of; i++) pv_take_text(b, m->band[i], sizeof m->band[i]);
        break;
    case CLASSES:
        for (int k = 0; k < m->n_classes && !b->short_of; k++) {
            pv_take_text(b, m->class_name[k], sizeof m->class_name[k]);
            m->is_target[k] = (uint8_t)pv_take(b, 1);
            m->bias[k] = pv_take_i16(b);
        }
        break;
    case COLUMNS:
        pv_take_columns(b, m);
        break;
    case TREES:
        for (int t = 0; t < m->n_trees && !b->short_of; t++) {
            for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
                m->tree[t].column[d] = (uint16_t)pv_take(b, 2);
                m->tree[t].threshold[d] = (uint8_t)pv_take(b, 1);
            }
        }
        break;
    default: {
        size_t n = (size_t)m->n_trees * (size_t)m->n_classes * PV_TREE_LEAVES;
        b->short_of = (size_t)(b->end - b->at) < n;
        if (b->short_of) return;
        memcpy(m->leaf, b->at, n);
        b->at += n;
        break;
    }
    }
}

pv_status pv_section_cut(pv_bytes *all, const char *name, pv_bytes *section, pv_err *err)
{
    if (all->end - all->at < PV_SECTION_HEAD) return pv_fail(err, PV_MODEL, "the model ends before its section '%.8s'", name);
    if (memcmp(all->at, name, PV_SECTION_NAME) != 0) return pv_fail(err, PV_MODEL, "the model has an unknown section where '%.8s' should be", name);
    all->at += PV_SECTION_NAME;
    size_t size = (size_t)pv_take(all, 4);
    if ((size_t)(all->end - all->at) < size) return pv_fail(err, PV_MODEL, "the model ends within its section '%.8s'", name);
    *section = (pv_bytes){all->at, all->at + size, 0};
    all->at += size;
    return PV_OK;
}

pv_status pv_core_read(pv_model **out, pv_bytes *all, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    pv_bytes section[SECTIONS];
    for (int s = 0; s < SECTIONS; s++) PV_TRY(pv_section_cut(all, section_name[s], &section[s], err));
    int n_bands = (int)pv_take(&section[BANDS], 2), n_classes = (int)pv_take(&section[CLASSES], 2);
    int n_columns = (int)pv_take(&section[COLUMNS], 2), n_trees = (int)pv_take(&section[TREES], 2);
    if (n_bands > 16) PV_TRY(pv_fail(err, PV_MODEL, "%d bands: a model has at most 16", n_bands));
    PV_TRY(pv_model_new(&m, n_classes, n_columns, n_trees, err));
    m->n_bands = n_bands;
    for (int s = 0; s < SECTIONS; s++) {
        pv_take_section(&section[s], s, m);
        if (section[s].short_of || section[s].at != section[s].end)
            PV_TRY(pv_fail(err, PV_MODEL, "the section '%.8s' of the model is not as long as it says", section_name[s]));
    }
    *out = m;
    m = NULL;
out:
    pv_model_free(m);
    return st;
}

pv_status pv_model_read(pv_model **out, const uint8_t *data, size_t n, int version, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    pv_bytes all = {data, data + n, 0};
    PV_TRY(pv_core_read(&m, &all, err));
    if (version >= 2) PV_TRY(pv_parts_read(m, &all, err));
    if (version >= 3) PV_TRY(pv_light_read(m, &all, err));
    if (version >= 4) PV_TRY(pv_gate_read(m, &all, err));
    if (all.at != all.end) PV_TRY(pv_fail(err, PV_MODEL, "the model has bytes after its last section"));
    if (strcmp(m->kind, "photo") != 0 && strcmp(m->kind, "table") != 0)
        PV_TRY(pv_fail(err, PV_MODEL, "the model's kind is neither 'photo' nor 'table'"));
    *out = m;
    m = NULL;
out:
    pv_model_free(m);
    return st;
}
