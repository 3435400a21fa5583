#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "report/kit_gpkg.h"
#include "report/kit_tables.h"
#include "report/kit_words.h"

#include "base/banned.h"

enum { MOST_COLUMNS = PV_KIT_COLUMNS + PV_UNIT_LEVELS, WIDE_TEXT = 254, DATE_TEXT = 10, CODE_TEXT = 32, WIDE_NUMBER = 14 };

/* Codes of units under the names that boundaries come with (docs/formats/units.md): text, so that a leading zero stays. */
static const struct {
    const char *name;
    pv_unit_level level;
} codes[] = {
    {"SHENG_DM", PV_SHENG},       {"XIAN_DM", PV_XIAN},      {"XIANG_DM", PV_XIANG},      {"CUN_DM", PV_CUN},
    {"LINCHANGDM", PV_LIN_CHANG}, {"LINBAN_DM", PV_LIN_BAN}, {"XIAOBAN_DM", PV_XIAO_BAN},
};

typedef struct shp {
    pv_vector_out *file;
    pv_kit_table table;
    int n;
    pv_vector_field field[MOST_COLUMNS];
    int column[MOST_COLUMNS]; /* of the table; < 0: -1 - index of codes[] */
} shp;

static pv_vector_field field_of(const pv_kit_column *c)
{
    pv_vector_field f = {.name = c->shp_name, .kind = PV_VECTOR_TEXT, .width = WIDE_TEXT};
    if (c->kind == PV_FIELD_INT || c->kind == PV_FIELD_REAL) {
        f.kind = c->kind == PV_FIELD_INT ? PV_VECTOR_INT : PV_VECTOR_REAL;
        f.width = WIDE_NUMBER;
        f.decimals = c->kind == PV_FIELD_INT ? 0 : c->fact >= 0 ? c->decimals : 2;
    } else if (c->kind == PV_FIELD_LIST || c->kind == PV_FIELD_TIME) {
        f.width = CODE_TEXT;
    } else if (c->width > 0 && c->width < WIDE_TEXT) {
        f.width = c->width;
    }
    return f;
}

static void choose_columns(shp *s)
{
    for (int i = 0; i < s->table.n; i++) {
        if (s->table.column[i].shp_name == NULL) continue;
        s->field[s->n] = field_of(&s->table.column[i]);
        s->column[s->n++] = i;
        if (strcmp(s->table.column[i].name, "xiao_ban") != 0) continue;
        for (int k = 0; k < (int)(sizeof codes / sizeof *codes); k++) {
            s->field[s->n] = (pv_vector_field){.name = codes[k].name, .kind = PV_VECTOR_TEXT, .width = CODE_TEXT};
            s->column[s->n++] = -1 - k;
        }
    }
}

static int is_text_fact(const shp *s, int field)
{
    const pv_kit_column *c = s->column[field] < 0 ? NULL : &s->table.column[s->column[field]];
    return c != NULL && c->fact >= 0 && s->field[field].kind == PV_VECTOR_TEXT;
}

/* Texts that crews do not write are as wide as the longest of the kit: a Shapefile stores every blank. */
static pv_status measure(shp *s, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text value = {0};
    for (int i = 0; i < s->n; i++) {
        size_t most = DATE_TEXT;
        if (!is_text_fact(s, i)) continue;
        for (size_t k = 0; k < kit->n; k++) {
            pv_text_reset(&value);
            pv_kit_fact_of(&value, &s->table.column[s->column[i]], kit, k);
            PV_TRY(pv_text_status(&value, err));
            if (value.len > most) most = value.len;
        }
        s->field[i].width = most > WIDE_TEXT ? WIDE_TEXT : (int)most;
    }
out:
    pv_text_release(&value);
    return st;
}

static pv_status add_plot(shp *s, const pv_kit *kit, size_t stop, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_sheet *sheet = kit->stop[stop].sheet;
    pv_vector_out_begin(s->file);
    for (int i = 0; i < s->n; i++) {
        if (s->column[i] < 0)
            pv_vector_out_text(s->file, i, sheet->place_code[codes[-1 - s->column[i]].level]);
        else if (s->table.column[s->column[i]].fact >= 0)
            PV_TRY(pv_kit_set_fact(s->file, i, &s->table.column[s->column[i]], kit, stop, err));
    }
    pv_kit_set_point(s->file, sheet->plot.lon_deg, sheet->plot.lat_deg);
    PV_TRY(pv_vector_out_end(s->file, err));
out:
    return st;
}

static pv_status tell_lost(const shp *s, pv_text *lost, pv_err *err)
{
    for (int i = 0; i < s->n; i++) {
        size_t n = pv_vector_out_shortened(s->file, i);
        if (n == 0) continue;
        pv_text_addf(lost, "shp/plots: 字段 %s 有 %zu 条超过 %d 字节,已截短;全文见 plots.csv\n", s->field[i].name, n, s->field[i].width);
        pv_text_addf(lost, "shp/plots: field %s: %zu texts over %d bytes were shortened; plots.csv has them whole\n", s->field[i].name, n,
                     s->field[i].width);
    }
    return pv_text_status(lost, err);
}

pv_status pv_kit_shp(const char *folder, const pv_kit *kit, pv_text *lost, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    shp *s = NULL;
    PV_TRY(pv_alloc(&s, 1, sizeof *s, "shapefile", err));
    pv_text_addf(&path, "%s/shp", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_folder_make(pv_text_str(&path), err));
    pv_kit_table_read(&s->table, kit, PV_KIT_PLOTS);
    choose_columns(s);
    PV_TRY(measure(s, kit, err));
    PV_TRY(pv_vector_out_new(&s->file, PV_VECTOR_SHP, kit->date, err));
    PV_TRY(pv_vector_out_table(s->file, &(pv_vector_table){"plots", "", "", PV_VECTOR_POINT, s->n, s->field}, err));
    for (size_t i = 0; i < kit->n; i++) PV_TRY(add_plot(s, kit, i, err));
    if (lost != NULL) PV_TRY(tell_lost(s, lost, err));
    PV_TRY(pv_vector_out_write(s->file, pv_text_str(&path), "plots", err));
out:
    if (s != NULL) pv_vector_out_free(s->file);
    pv_free(s);
    pv_text_release(&path);
    return st;
}
