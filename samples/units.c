#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "samples/noise.h"
#include "samples/survey.h"

#include "base/banned.h"

/* Boundaries are ranges of cells of one crooked lattice, and neighbours share its nodes digit for digit: no gap, no overlap. */
enum { CELLS_X = 8, CELLS_Y = 6, SALT_UNITS = 307 };

typedef struct lattice {
    double x[CELLS_Y + 1][CELLS_X + 1], y[CELLS_Y + 1][CELLS_X + 1]; /* metres; the rim is 15 m outside the landscape */
    const pv_anchor *anchor;
} lattice;

typedef struct range { /* cells x0..x1-1, y0..y1-1 */
    int x0, y0, x1, y1;
} range;

typedef struct village {
    const char *code, *name; /* CUN */
    int township;
    range cells;
} village;

static const struct {
    const char *code, *name;
    range cells;
} COUNTIES[2] = {{"620522", "秦安县", {0, 0, 4, CELLS_Y}}, {"620521", "清水县", {4, 0, CELLS_X, CELLS_Y}}};

static const struct {
    const char *code, *name;
    int county;
    range cells;
} TOWNSHIPS[3] = {
    {"101", "柳湾镇", 0, {0, 0, 4, CELLS_Y}}, {"102", "石坪镇", 1, {4, 0, CELLS_X, 3}}, {"203", "杨家岔乡", 1, {4, 3, CELLS_X, CELLS_Y}}};

static const village VILLAGES[6] = {{"201", "上柳村", 0, {0, 0, 4, 3}}, {"202", "下柳村", 0, {0, 3, 4, CELLS_Y}}, {"203", "石坪村", 1, {4, 0, 6, 3}},
                                    {"204", "梁上村", 1, {6, 0, 8, 3}}, {"205", "杨家岔村", 2, {4, 3, 6, 6}},     {"206", "沟门村", 2, {6, 3, 8, 6}}};

static const char *const FARMS[2] = {"柳湾林场", "石坪林场"};

static void make_lattice(lattice *l, const pv_scene *s)
{
    double w = s->anchor.width_m + 30.0, h = s->anchor.height_m + 30.0;
    l->anchor = &s->anchor;
    for (int j = 0; j <= CELLS_Y; j++) {
        for (int i = 0; i <= CELLS_X; i++) {
            double jx = i == 0 || i == CELLS_X ? 0.0 : (double)pv_unit(pv_hash3(i, j, s->seed + SALT_UNITS)) - 0.5;
            double jy = j == 0 || j == CELLS_Y ? 0.0 : (double)pv_unit(pv_hash3(i, j, s->seed + SALT_UNITS + 1)) - 0.5;
            l->x[j][i] = w * ((double)i + 0.5 * jx) / CELLS_X - 15.0;
            l->y[j][i] = h * ((double)j + 0.5 * jy) / CELLS_Y - 15.0;
        }
    }
}

/* Counter-clockwise: down the west, along the south, up the east, back along the north. */
static void add_range(pv_text *t, const lattice *l, range r)
{
    pv_text_add(t, "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int j = r.y0; j < r.y1; j++) {
        pv_survey_add_place(t, l->anchor, l->x[j][r.x0], l->y[j][r.x0]);
        pv_text_add(t, ",");
    }
    for (int i = r.x0; i < r.x1; i++) {
        pv_survey_add_place(t, l->anchor, l->x[r.y1][i], l->y[r.y1][i]);
        pv_text_add(t, ",");
    }
    for (int j = r.y1; j > r.y0; j--) {
        pv_survey_add_place(t, l->anchor, l->x[j][r.x1], l->y[j][r.x1]);
        pv_text_add(t, ",");
    }
    for (int i = r.x1; i >= r.x0; i--) {
        pv_survey_add_place(t, l->anchor, l->x[r.y0][i], l->y[r.y0][i]);
        if (i > r.x0) pv_text_add(t, ",");
    }
    pv_text_add(t, "]]}}");
}

static void start(pv_text *t, const char *name)
{
    pv_text_reset(t);
    pv_text_addf(t, "{\"type\":\"FeatureCollection\",\"name\":\"%s\",\"features\":[\n", name);
}

static void add_feature(pv_text *t, int first)
{
    pv_text_addf(t, "%s{\"type\":\"Feature\",\"properties\":{\"SHENG\":\"62\"", first ? "" : ",\n");
}

static void add_county(pv_text *t, int county)
{
    pv_text_addf(t, ",\"XIAN\":\"%s\",\"XIAN_NAME\":\"%s\"", COUNTIES[county].code, COUNTIES[county].name);
}

static void add_township(pv_text *t, int town)
{
    add_county(t, TOWNSHIPS[town].county);
    pv_text_addf(t, ",\"XIANG\":\"%s\",\"XIANG_NAME\":\"%s\"", TOWNSHIPS[town].code, TOWNSHIPS[town].name);
}

static void add_village(pv_text *t, int k)
{
    add_township(t, VILLAGES[k].township);
    pv_text_addf(t, ",\"CUN\":\"%s\",\"CUN_NAME\":\"%s\"", VILLAGES[k].code, VILLAGES[k].name);
}

/* One sub-compartment a cell; a compartment is two by two cells, numbered within its forest farm. */
static void add_compartments(pv_text *t, const lattice *l)
{
    for (int c = 0; c < CELLS_X * CELLS_Y; c++) {
        int i = c % CELLS_X, j = c / CELLS_X, farm = i >= 4;
        int compartment = (j / 2) * 2 + (i % 4) / 2 + 1, sub = (j % 2) * 2 + i % 2 + 1;
        for (int k = 0; k < 6; k++) {
            const range *r = &VILLAGES[k].cells;
            if (i < r->x0 || i >= r->x1 || j < r->y0 || j >= r->y1) continue;
            add_feature(t, c == 0);
            add_village(t, k);
        }
        pv_text_addf(t, ",\"LIN_CHANG\":\"%s\",\"LIN_BAN\":\"%04d\",\"XIAO_BAN\":\"%06d\"},", FARMS[farm], compartment, sub);
        add_range(t, l, (range){i, j, i + 1, j + 1});
    }
}

pv_status pv_units_write(const pv_survey_options *o, const pv_scene *s, pv_err *err)
{
    static const char *const END = "\n]}\n";
    pv_status st = PV_OK;
    pv_text t = {0};
    lattice l;
    make_lattice(&l, s);
    start(&t, "counties");
    for (int k = 0; k < 2; k++) {
        add_feature(&t, k == 0);
        add_county(&t, k);
        pv_text_addf(&t, ",\"adcode\":\"%s\",\"name\":\"%s\"},", COUNTIES[k].code, COUNTIES[k].name);
        add_range(&t, &l, COUNTIES[k].cells);
    }
    pv_text_add(&t, END);
    PV_TRY(pv_survey_put(o, "units/counties.geojson", &t, err));
    start(&t, "townships");
    for (int k = 0; k < 3; k++) {
        add_feature(&t, k == 0);
        add_township(&t, k);
        pv_text_addf(&t, ",\"name\":\"%s\"},", TOWNSHIPS[k].name);
        add_range(&t, &l, TOWNSHIPS[k].cells);
    }
    pv_text_add(&t, END);
    PV_TRY(pv_survey_put(o, "units/townships.geojson", &t, err));
    start(&t, "villages");
    for (int k = 0; k < 6; k++) {
        add_feature(&t, k == 0);
        add_village(&t, k);
        pv_text_addf(&t, ",\"name\":\"%s\"},", VILLAGES[k].name);
        add_range(&t, &l, VILLAGES[k].cells);
    }
    pv_text_add(&t, END);
    PV_TRY(pv_survey_put(o, "units/villages.geojson", &t, err));
    start(&t, "compartments");
    add_compartments(&t, &l);
    pv_text_add(&t, END);
    PV_TRY(pv_survey_put(o, "units/compartments.geojson", &t, err));
out:
    pv_text_release(&t);
    return st;
}
