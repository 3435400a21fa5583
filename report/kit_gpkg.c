#include "report/kit_gpkg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "report/kit_style.h"
#include "report/kit_words.h"

#include "base/banned.h"

void pv_kit_uuid(char out[PV_KIT_UUID], const char *season, const char *plot_id)
{
    uint8_t b[PV_SHA256_BYTES];
    pv_sha256 s;
    pv_sha256_init(&s);
    pv_sha256_add(&s, season, strlen(season) + 1);
    pv_sha256_add(&s, plot_id, strlen(plot_id) + 1);
    pv_sha256_done(&s, b);
    b[6] = (uint8_t)(0x80 | (b[6] & 0x0F));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3F));
    (void)snprintf(out, PV_KIT_UUID, "{%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x}", b[0], b[1], b[2], b[3], b[4], b[5],
                   b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* ---- lists ---- */

static pv_status add_list(pv_vector_out *v, pv_form_list list, pv_err *err)
{
    enum { MOST_WORDS = 32 };
    pv_status st = PV_OK;
    pv_text words[MOST_WORDS] = {0};
    pv_vector_code code[MOST_WORDS] = {0};
    int n = 0;
    const pv_form_word *word = pv_form_words(list, &n);
    if (n > MOST_WORDS) return pv_fail(err, PV_BUG, "list %s is too long", pv_form_list_name(list));
    for (int i = 0; i < n; i++) {
        pv_kit_say(&words[i], PV_SPEECH_BOTH, word[i].zh, word[i].en);
        PV_TRY(pv_text_status(&words[i], err));
        code[i] = (pv_vector_code){word[i].code, pv_text_str(&words[i])};
    }
    PV_TRY(pv_vector_out_list(v, &(pv_vector_list){pv_form_list_name(list), pv_form_list_name(list), (size_t)n, code}, err));
out:
    for (int i = 0; i < MOST_WORDS; i++) pv_text_release(&words[i]);
    return st;
}

/* ---- tables ---- */

/* A file in the making, and what its present table holds on to. */
typedef struct making {
    const pv_kit *kit;
    pv_vector_out *file;
    pv_kit_table table;
    pv_vector_field field[PV_KIT_COLUMNS];
    pv_text title[PV_KIT_COLUMNS];
} making;

static void making_release(making *m)
{
    pv_vector_out_free(m->file);
    for (int i = 0; i < PV_KIT_COLUMNS; i++) pv_text_release(&m->title[i]);
}

static pv_status begin_table(making *m, pv_kit_table_name which, pv_err *err)
{
    static const pv_vector_kind kind[] = {[PV_FIELD_TEXT] = PV_VECTOR_TEXT, [PV_FIELD_INT] = PV_VECTOR_INT, [PV_FIELD_REAL] = PV_VECTOR_REAL};
    pv_status st = PV_OK;
    pv_text title = {0};
    pv_kit_table_read(&m->table, m->kit, which);
    for (int i = 0; i < m->table.n; i++) {
        const pv_kit_column *c = &m->table.column[i];
        pv_kit_say(&m->title[i], PV_SPEECH_BOTH, c->zh, c->en);
        PV_TRY(pv_text_status(&m->title[i], err));
        m->field[i] = (pv_vector_field){.name = c->name,
                                        .title = pv_text_str(&m->title[i]),
                                        /* Times stay as the phone wrote them. */
                                        .kind = c->kind < sizeof kind / sizeof *kind ? kind[c->kind] : PV_VECTOR_TEXT,
                                        .list = c->kind == PV_FIELD_LIST ? pv_form_list_name(c->list) : NULL,
                                        .unique = strcmp(c->name, "uuid") == 0};
    }
    pv_kit_say(&title, PV_SPEECH_BOTH, m->table.zh, m->table.en);
    PV_TRY(pv_text_status(&title, err));
    PV_TRY(pv_vector_out_table(m->file, &(pv_vector_table){m->table.name, pv_text_str(&title), m->table.about, m->table.shape, m->table.n, m->field},
                               err));
out:
    pv_text_release(&title);
    return st;
}

static pv_status begin_file(making *m, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    m->kit = kit;
    PV_TRY(pv_vector_out_new(&m->file, PV_VECTOR_GPKG, kit->date, err));
    for (pv_form_list list = 0; list < PV_FORM_LISTS; list++)
        if (list != PV_LIST_HOW_SEEN || kit->audit[0] != '\0') PV_TRY(add_list(m->file, list, err));
out:
    return st;
}

/* ---- styles ---- */

enum {
    STYLE_CATALOG = 0,
    STYLE_SCHEMA,
    STYLE_TABLE,
    STYLE_GEOMETRY,
    STYLE_NAME,
    STYLE_QML,
    STYLE_SLD,
    STYLE_DEFAULT,
    STYLE_ABOUT,
    STYLE_OWNER,
    STYLE_TIME,
    STYLE_FIELDS
};

static pv_status add_style(pv_vector_out *v, const pv_kit *kit, pv_kit_table_name which, pv_kit_speech speech, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kit_table *table = NULL;
    pv_text qml = {0}, time = {0};
    PV_TRY(pv_alloc(&table, 1, sizeof *table, "table", err));
    pv_kit_table_read(table, kit, which);
    pv_kit_style_qml(&qml, table, which, speech);
    pv_text_addf(&time, "%sT00:00:00.000Z", kit->date);
    PV_TRY(pv_text_status(&qml, err));
    PV_TRY(pv_text_status(&time, err));
    pv_vector_out_begin(v);
    /* QGIS asks for empty ones. */
    pv_vector_out_text(v, STYLE_CATALOG, "");
    pv_vector_out_text(v, STYLE_SCHEMA, "");
    pv_vector_out_text(v, STYLE_TABLE, table->name);
    pv_vector_out_text(v, STYLE_GEOMETRY, table->shape == PV_VECTOR_NO_SHAPE ? "" : "geom");
    pv_vector_out_text(v, STYLE_NAME, speech == PV_SPEECH_ZH ? table->zh : table->en);
    pv_vector_out_text(v, STYLE_QML, pv_text_str(&qml));
    pv_vector_out_int(v, STYLE_DEFAULT, speech == PV_SPEECH_ZH);
    pv_vector_out_text(v, STYLE_ABOUT, speech == PV_SPEECH_ZH ? "papaver 中文" : "papaver English");
    pv_vector_out_text(v, STYLE_OWNER, "papaver");
    pv_vector_out_text(v, STYLE_TIME, pv_text_str(&time));
    PV_TRY(pv_vector_out_end(v, err));
out:
    pv_free(table);
    pv_text_release(&qml);
    pv_text_release(&time);
    return st;
}

/* The table that QGIS looks into when a layer is opened without a project: the first of a layer's styles is its default. */
static pv_status add_styles(pv_vector_out *v, const pv_kit *kit, const pv_kit_table_name *which, int n, pv_err *err)
{
    static const pv_vector_field field[STYLE_FIELDS] = {
        [STYLE_CATALOG] = {.name = "f_table_catalog"},
        [STYLE_SCHEMA] = {.name = "f_table_schema"},
        [STYLE_TABLE] = {.name = "f_table_name"},
        [STYLE_GEOMETRY] = {.name = "f_geometry_column"},
        [STYLE_NAME] = {.name = "styleName"},
        [STYLE_QML] = {.name = "styleQML"},
        [STYLE_SLD] = {.name = "styleSLD"},
        [STYLE_DEFAULT] = {.name = "useAsDefault", .kind = PV_VECTOR_INT},
        [STYLE_ABOUT] = {.name = "description"},
        [STYLE_OWNER] = {.name = "owner"},
        [STYLE_TIME] = {.name = "update_time"},
    };
    pv_status st = PV_OK;
    PV_TRY(pv_vector_out_table(v, &(pv_vector_table){"layer_styles", "layer_styles", "QGIS", PV_VECTOR_NO_SHAPE, STYLE_FIELDS, field}, err));
    for (int i = 0; i < n; i++)
        for (pv_kit_speech speech = PV_SPEECH_ZH; speech <= PV_SPEECH_EN; speech++) PV_TRY(add_style(v, kit, which[i], speech, err));
out:
    return st;
}

/* ---- field.gpkg ---- */

void pv_kit_fact_of(pv_text *out, const pv_kit_column *c, const pv_kit *kit, size_t stop)
{
    static const char *const in_words[] = {"next", "kind", "stage"};
    int n = 0, words = 0;
    const pv_kit_fact *fact = &pv_kit_facts(kit, &n)[c->fact];
    for (size_t i = 0; i < sizeof in_words / sizeof *in_words; i++) words |= strcmp(c->name, in_words[i]) == 0;
    (words ? pv_kit_fact_words : pv_kit_fact_add)(out, kit, stop, fact);
}

pv_status pv_kit_set_fact(pv_vector_out *v, int field, const pv_kit_column *c, const pv_kit *kit, size_t stop, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text value = {0};
    int64_t number;
    double real;
    pv_kit_fact_of(&value, c, kit, stop);
    PV_TRY(pv_text_status(&value, err));
    if (c->kind == PV_FIELD_INT) {
        if (pv_parse_int(pv_text_str(&value), INT64_MIN, INT64_MAX, &number)) pv_vector_out_int(v, field, number);
    } else if (c->kind == PV_FIELD_REAL) {
        if (pv_parse_real(pv_text_str(&value), -1e15, 1e15, &real)) pv_vector_out_real(v, field, real);
    } else if (value.len > 0) {
        pv_vector_out_text(v, field, pv_text_str(&value));
    }
out:
    pv_text_release(&value);
    return st;
}

void pv_kit_set_point(pv_vector_out *v, double lon_deg, double lat_deg)
{
    pv_vector_out_point(v, round(lon_deg * 1e7) / 1e7, round(lat_deg * 1e7) / 1e7);
}

static pv_status add_plots(making *m, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(begin_table(m, PV_KIT_PLOTS, err));
    for (size_t i = 0; i < kit->n; i++) {
        const pv_sheet *s = kit->stop[i].sheet;
        char uuid[PV_KIT_UUID];
        pv_kit_uuid(uuid, kit->season, s->plot.id);
        pv_vector_out_begin(m->file);
        pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "uuid"), uuid);
        for (int k = 0; k < m->table.n; k++)
            if (m->table.column[k].fact >= 0) PV_TRY(pv_kit_set_fact(m->file, k, &m->table.column[k], kit, i, err));
        pv_kit_set_point(m->file, s->plot.lon_deg, s->plot.lat_deg);
        PV_TRY(pv_vector_out_end(m->file, err));
    }
out:
    return st;
}

static pv_status write_field(const char *folder, const pv_kit *kit, pv_err *err)
{
    static const pv_kit_table_name styled[] = {PV_KIT_PLOTS, PV_KIT_PHOTOS};
    pv_status st = PV_OK;
    making *m = NULL;
    PV_TRY(pv_alloc(&m, 1, sizeof *m, "field.gpkg", err));
    PV_TRY(begin_file(m, kit, err));
    PV_TRY(add_plots(m, kit, err));
    PV_TRY(begin_table(m, PV_KIT_PHOTOS, err));
    PV_TRY(add_styles(m->file, kit, styled, 2, err));
    PV_TRY(pv_vector_out_write(m->file, folder, "field", err));
out:
    if (m != NULL) making_release(m);
    pv_free(m);
    return st;
}

/* ---- outlines.gpkg ---- */

static pv_status add_outlines(making *m, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(begin_table(m, PV_KIT_OUTLINES, err));
    for (size_t i = 0; i < kit->n; i++) {
        const pv_sheet *s = kit->stop[i].sheet;
        if (s->outline == NULL) continue;
        pv_vector_out_begin(m->file);
        pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "id"), s->plot.id);
        pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "status"), pv_plot_status_word(s->plot.status));
        pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "risk"), pv_risk_code(s->risk));
        if (s->plot.area_m2 >= 0) pv_vector_out_real(m->file, pv_kit_column_of(&m->table, "area_m2"), s->plot.area_m2);
        pv_vector_out_geojson(m->file, s->outline);
        PV_TRY(pv_where(err, pv_vector_out_end(m->file, err), "plot %s", s->plot.id));
    }
out:
    return st;
}

static pv_status add_place(making *m, const pv_kit_place *p, const char *kind, pv_err *err)
{
    if (!p->known) return PV_OK;
    pv_vector_out_begin(m->file);
    pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "kind"), kind);
    pv_vector_out_text(m->file, pv_kit_column_of(&m->table, "name"), p->name);
    pv_kit_set_point(m->file, p->lon_deg, p->lat_deg);
    return pv_vector_out_end(m->file, err);
}

static pv_status write_outlines(const char *folder, const pv_kit *kit, pv_err *err)
{
    static const pv_kit_table_name styled[] = {PV_KIT_OUTLINES, PV_KIT_PLACES, PV_KIT_BORDERS};
    pv_status st = PV_OK;
    making *m = NULL;
    PV_TRY(pv_alloc(&m, 1, sizeof *m, "outlines.gpkg", err));
    PV_TRY(begin_file(m, kit, err));
    PV_TRY(add_outlines(m, kit, err));
    PV_TRY(begin_table(m, PV_KIT_PLACES, err));
    PV_TRY(add_place(m, &kit->control, "control", err));
    PV_TRY(add_place(m, &kit->access, "access", err));
    PV_TRY(begin_table(m, PV_KIT_BORDERS, err));
    PV_TRY(pv_kit_add_borders(m->file, kit, err));
    PV_TRY(add_styles(m->file, kit, styled, 3, err));
    PV_TRY(pv_vector_out_write(m->file, folder, "outlines", err));
out:
    if (m != NULL) making_release(m);
    pv_free(m);
    return st;
}

pv_status pv_kit_gpkg(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(write_field(folder, kit, err));
    PV_TRY(write_outlines(folder, kit, err));
out:
    return st;
}
