#include "report/kit_tables.h"

#include <string.h>

#include "report/kit_words.h"

#include "base/banned.h"

/* QGIS gives a new row its key and the phone's time; papaver gives the plots theirs. */
#define NEW_UUID "uuid()"
#define NOW      "format_date(now(),'yyyy-MM-ddTHH:mm:ss')"

static const pv_kit_column uuid = {"uuid", NULL, "内部编码", "key", PV_FIELD_TEXT, 0, PV_LOOK_HIDDEN, -1, 0, 0, 0, 0, 0, NEW_UUID, NULL};

static const pv_kit_column photos[] = {
    {"uuid", NULL, "内部编码", "key", PV_FIELD_TEXT, 0, PV_LOOK_HIDDEN, -1, 0, 0, 0, 0, 0, NEW_UUID, NULL},
    {"parent", NULL, "图斑编码", "key of the plot", PV_FIELD_TEXT, 0, PV_LOOK_HIDDEN, -1, 1, 0, 0, 0, 0, NULL, NULL},
    {"path", NULL, "照片", "photo", PV_FIELD_TEXT, 0, PV_LOOK_PICTURE, -1, 1, 0, 0, 0, 0, NULL, NULL},
    {"taken_at", NULL, "拍摄时间", "taken at", PV_FIELD_TIME, 0, PV_LOOK_LINE, -1, 1, 0, 0, 0, 0, NOW, NULL},
    {"note", NULL, "备注", "note", PV_FIELD_TEXT, 0, PV_LOOK_LINES, -1, 1, 1000, 0, 0, 0, NULL, NULL},
};
static const pv_kit_column outlines[] = {
    {"id", NULL, "编号", "id", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"status", NULL, "状态", "status", PV_FIELD_LIST, PV_LIST_STATUS, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"risk", NULL, "风险", "risk", PV_FIELD_LIST, PV_LIST_RISK, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"area_m2", NULL, "面积 m²", "area, m2", PV_FIELD_REAL, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
};
static const pv_kit_column places[] = {
    {"kind", NULL, "类别", "kind", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"name", NULL, "名称", "name", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
};
static const pv_kit_column borders[] = {
    {"level", NULL, "级别", "level", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"code", NULL, "代码", "code", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
    {"name", NULL, "名称", "name", PV_FIELD_TEXT, 0, PV_LOOK_LINE, -1, 0, 0, 0, 0, 0, NULL, NULL},
};

static void add(pv_kit_table *t, const pv_kit_column *c, size_t n)
{
    for (size_t i = 0; i < n && t->n < PV_KIT_COLUMNS; i++) t->column[t->n++] = c[i];
}

/* Codes that the form has words for are chosen from its lists. */
static void add_facts(pv_kit_table *t, const pv_kit *kit)
{
    static const pv_form_kind kind[] = {
        [PV_FACT_TEXT] = PV_FIELD_TEXT, [PV_FACT_DATE] = PV_FIELD_TEXT, [PV_FACT_INT] = PV_FIELD_INT, [PV_FACT_REAL] = PV_FIELD_REAL};
    int n = 0;
    const pv_kit_fact *fact = pv_kit_facts(kit, &n);
    for (int i = 0; i < n; i++) {
        const pv_kit_fact *f = &fact[i];
        pv_kit_column c = {
            .name = f->name, .shp_name = f->shp_name, .zh = f->zh, .en = f->en, .kind = kind[f->kind], .decimals = f->decimals, .fact = i};
        if (!f->shown) c.look = PV_LOOK_HIDDEN;
        if (strcmp(c.name, "reasons") == 0 || strcmp(c.name, "why") == 0 || strcmp(c.name, "next") == 0) c.look = PV_LOOK_LINES;
        if (strcmp(c.name, "chip") == 0) c.look = PV_LOOK_PICTURE;
        if (strcmp(c.name, "status") == 0) c.kind = PV_FIELD_LIST, c.list = PV_LIST_STATUS;
        if (strcmp(c.name, "risk") == 0) c.kind = PV_FIELD_LIST, c.list = PV_LIST_RISK;
        add(t, &c, 1);
    }
}

/* What papaver import refuses a row without. */
#define CHECKED(name) "coalesce(\"verdict\",'unchecked') = 'unchecked' OR length(trim(\"" name "\")) > 0"

static void add_form(pv_kit_table *t, const pv_kit *kit)
{
    int n = 0;
    const pv_form_field *field = pv_kit_form(kit, &n);
    for (int i = 0; i < n; i++) {
        const pv_form_field *f = &field[i];
        pv_kit_column c = {.name = f->name,
                           .shp_name = f->shp_name,
                           .zh = f->zh,
                           .en = f->en,
                           .kind = f->kind,
                           .list = f->list,
                           .look = f->width > 254 ? PV_LOOK_LINES : PV_LOOK_LINE,
                           .fact = -1,
                           .editable = 1,
                           .width = f->width,
                           .low = f->low,
                           .high = f->high};
        if (strcmp(c.name, "visit_time") == 0) c.begin = NOW, c.asks = CHECKED("visit_time");
        if (strcmp(c.name, "person1") == 0) c.asks = CHECKED("person1");
        add(t, &c, 1);
    }
}

void pv_kit_table_read(pv_kit_table *t, const pv_kit *kit, pv_kit_table_name which)
{
    static const pv_kit_table head[PV_KIT_TABLES] = {
        {.name = "plots",
         .zh = "图斑",
         .en = "plots",
         .about = "疑似图斑:核查结果填在这里 plots to check: fill in what was found",
         .file = "field.gpkg",
         .shape = PV_VECTOR_POINT},
        {.name = "photos",
         .zh = "照片",
         .en = "photos",
         .about = "现场照片,文件在 DCIM 文件夹 photos of plots, files in folder DCIM",
         .file = "field.gpkg"},
        {.name = "outlines",
         .zh = "图斑轮廓",
         .en = "outlines",
         .about = "影像上的轮廓 outlines in the photo",
         .file = "outlines.gpkg",
         .shape = PV_VECTOR_MULTIPOLYGON},
        {.name = "places",
         .zh = "校核点",
         .en = "places",
         .about = "校核点和起点 control point and access point",
         .file = "outlines.gpkg",
         .shape = PV_VECTOR_POINT},
        {.name = "borders",
         .zh = "界线",
         .en = "boundaries",
         .about = "乡镇、村、林场、林班、小班界线 boundaries",
         .file = "outlines.gpkg",
         .shape = PV_VECTOR_MULTILINE},
    };
    static const pv_kit_table audit = {.name = "plots",
                                       .zh = "抽样核查点",
                                       .en = "audit points",
                                       .about = "抽样核查点:每一点都要填,不得增删或移动 audit points: answer each; none is added, moved or left out",
                                       .file = "field.gpkg",
                                       .shape = PV_VECTOR_POINT};
    *t = which == PV_KIT_PLOTS && kit != NULL && kit->audit[0] != '\0' ? audit : head[which];
    if (which == PV_KIT_PLOTS) {
        add(t, &uuid, 1);
        add_facts(t, kit);
        add_form(t, kit);
    }
    if (which == PV_KIT_PHOTOS) add(t, photos, sizeof photos / sizeof *photos);
    if (which == PV_KIT_OUTLINES) add(t, outlines, sizeof outlines / sizeof *outlines);
    if (which == PV_KIT_PLACES) add(t, places, sizeof places / sizeof *places);
    if (which == PV_KIT_BORDERS) add(t, borders, sizeof borders / sizeof *borders);
}

int pv_kit_column_of(const pv_kit_table *t, const char *name)
{
    for (int i = 0; i < t->n; i++)
        if (strcmp(t->column[i].name, name) == 0) return i;
    return -1;
}

void pv_kit_say(pv_text *out, pv_kit_speech speech, const char *zh, const char *en)
{
    if (speech != PV_SPEECH_EN) pv_text_add(out, zh);
    if (speech == PV_SPEECH_BOTH && strcmp(zh, en) != 0) pv_text_add(out, " ");
    if (speech == PV_SPEECH_EN || (speech == PV_SPEECH_BOTH && strcmp(zh, en) != 0)) pv_text_add(out, en);
}
