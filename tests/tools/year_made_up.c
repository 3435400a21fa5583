/* The year's files over a table that does not exist: year_made_up UNITS.geojson PREFIX.
 *
 * Writes PREFIX.zh.xlsx, PREFIX.en.xlsx, PREFIX.html (by township, two counties), PREFIX-xun.zh.xlsx and PREFIX-xun.html (one row a 旬), and PREFIX.json, PREFIX-xun.json: what must stand in
 * them. Names that come from outside are attempts to become a formula or markup. The same arguments give the same bytes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/gdal_door.h"
#include "report/year_page.h"
#include "report/year_xlsx.h"

#include "base/banned.h"

static uint32_t noise(uint32_t a, uint32_t b)
{
    uint32_t h = a * 2654435761u ^ (b + 0x9E3779B9u) * 2246822519u;
    h ^= h >> 15;
    h *= 2654435761u;
    return h ^ h >> 13;
}

static int has_parts(const pv_figure *f)
{
    return f->parts[0] != '\0';
}

static int adds_up(const pv_figure *f)
{
    return f->kind == PV_FIGURE_COUNT || f->kind == PV_FIGURE_SUM;
}

static void set(pv_figure_value *v, double real)
{
    *v = (pv_figure_value){.known = 1, .count = llround(real), .real = real};
}

/* What follows from other figures of the row: sums of parts from the inside out, then shares. */
static void settle(pv_figures_row *row, const pv_figure *list, int n)
{
    for (int again = 0; again < 4; again++)
        for (int k = 0; k < n; k++) {
            double sum = 0;
            if (!has_parts(&list[k]) || list[k].group == PV_GROUP_AUDIT) continue;
            for (const char *at = list[k].parts; *at != '\0' && *at != ';';) {
                char id[64] = {0};
                size_t len = strcspn(at, " ;");
                memcpy(id, at, len < sizeof id ? len : sizeof id - 1);
                sum += row->value[pv_figure_at(id)].real;
                at += len + (at[len] == ' ');
            }
            set(&row->value[k], sum);
        }
    for (int k = 0; k < n; k++) {
        if (list[k].kind != PV_FIGURE_RATIO || list[k].group == PV_GROUP_AUDIT) continue;
        const double of = row->value[pv_figure_at(list[k].of)].real, per = row->value[pv_figure_at(list[k].per)].real;
        row->value[k] = (pv_figure_value){.real = NAN};
        if (per > 0) set(&row->value[k], floor(round(of * 1e4) * 10000 / round(per * 1e4) + 1e-9) / 100);
    }
}

static void fill(pv_figures_row *row, const pv_figure *list, int n, uint32_t seed)
{
    for (int k = 0; k < n; k++) {
        const uint32_t h = noise(seed, (uint32_t)k);
        row->value[k] = (pv_figure_value){.real = NAN};
        if (list[k].group == PV_GROUP_AUDIT) continue;
        if (list[k].kind == PV_FIGURE_DATE)
            set(&row->value[k], 20500 + h % 200);
        else if (list[k].kind == PV_FIGURE_SUM)
            set(&row->value[k], (double)(h % 40000000) / 1e4);
        else
            set(&row->value[k], h % 12);
        if (!adds_up(&list[k]) && h % 7 == 0) row->value[k] = (pv_figure_value){.real = NAN};
        if (strcmp(list[k].id, "drones") == 0) row->value[k] = (pv_figure_value){.real = NAN};
    }
    settle(row, list, n);
}

/* A row over others: their sum less what lies in two of them. */
static void gather(pv_figures_row *row, const pv_figures_row *below, size_t n_below, int depth, const pv_figure *list, int n, uint32_t seed)
{
    fill(row, list, n, seed);
    for (int k = 0; k < n; k++) {
        double sum = 0;
        if (!adds_up(&list[k]) || has_parts(&list[k]) || !row->value[k].known) continue;
        for (size_t i = 0; i < n_below; i++) sum += below[i].depth == depth + 1 ? below[i].value[k].real : 0;
        if (list[k].group == PV_GROUP_FINDS && list[k].kind == PV_FIGURE_COUNT && noise(seed, 1000u + (uint32_t)k) % 3 == 0 && sum >= 2) sum -= 2;
        set(&row->value[k], sum);
    }
    settle(row, list, n);
}

static pv_status name_row(pv_figures_row *row, const char *key, const char *zh, const char *en, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_strdup(&row->key, key, err));
    PV_TRY(pv_strdup(&row->zh, zh, err));
    PV_TRY(pv_strdup(&row->en, en, err));
    PV_TRY(pv_strdup(&row->path, path, err));
out:
    return st;
}

static pv_status new_row(pv_figures *t, pv_row_kind kind, int depth, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&t->row, &t->cap_rows, t->n_rows + 1, sizeof *t->row, "rows", err));
    t->row[t->n_rows] = (pv_figures_row){.kind = kind, .depth = depth, .period = t->period.n - 1, .level = PV_UNIT_OTHER};
    PV_TRY(pv_alloc(&t->row[t->n_rows].value, (size_t)t->n, sizeof(pv_figure_value), "figures", err));
    t->n_rows++;
out:
    return st;
}

static pv_status note(pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_grow(&t->note, &t->cap_notes, 1, sizeof *t->note, "notes", err));
    t->note[0].code = "models";
    t->n_notes = 1;
    PV_TRY(pv_strdup(&t->note[0].zh, "=模型 <b>a&b</b>", err));
    PV_TRY(pv_strdup(&t->note[0].en, "=models <b>a&b</b>", err));
    PV_TRY(pv_grow(&t->border, &t->cap_borders, 1, sizeof *t->border, "borders", err));
    (void)snprintf(t->border[0].plot, sizeof t->border[0].plot, "P0AB12C");
    t->border[0].n_units = 2;
    t->n_borders = 1;
    PV_TRY(pv_strdup(&t->border[0].units, "秦安县/=1+1镇 | 秦安县/<柳&湾>镇", err));
out:
    return st;
}

static pv_status period(pv_periods *list, pv_period_kind kind, const char *from, const char *to, pv_err *err)
{
    pv_period p = {.kind = kind};
    (void)snprintf(p.from, sizeof p.from, "%s", from);
    (void)snprintf(p.to, sizeof p.to, "%s", to);
    const int digits = kind == PV_PERIOD_YEAR ? 4 : 10;
    (void)snprintf(p.text, sizeof p.text, "%.*s", digits, from);
    (void)snprintf(p.zh, sizeof p.zh, "%.*s%s", digits, from, digits == 4 ? "年" : " 起");
    (void)snprintf(p.en, sizeof p.en, "%s%.*s", digits == 4 ? "" : "from ", digits, from);
    return pv_periods_add(list, &p, err);
}

/* Counties with their townships as the boundaries have them, what lies outside, the total. */
static pv_status by_township(pv_figures *t, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figure *list = pv_figures_list(&t->n);
    pv_text path = {0};
    t->by = PV_BY_UNIT_XIANG;
    (void)snprintf(t->season, sizeof t->season, "秦安 <2026> & 迭部");
    PV_TRY(period(&t->period, PV_PERIOD_YEAR, "2026-01-01", "2026-12-31", err));
    PV_TRY(new_row(t, PV_ROW_TOTAL, 0, err));
    PV_TRY(name_row(&t->row[0], "", "合计", "total", "", err));
    for (size_t c = 0; c < pv_units_count(units); c++) {
        const pv_unit *county = pv_units_at(units, c);
        if (county->level != PV_XIAN) continue;
        size_t at = t->n_rows;
        PV_TRY(new_row(t, PV_ROW_UNIT, 1, err));
        t->row[at].level = PV_XIAN;
        PV_TRY(name_row(&t->row[at], county->key, pv_unit_label(county), pv_unit_label(county), pv_unit_label(county), err));
        for (size_t i = 0; i < pv_units_count(units); i++) {
            const pv_unit *u = pv_units_at(units, i);
            if (u->level != PV_XIANG || strcmp(u->name[PV_XIAN], county->name[PV_XIAN]) != 0) continue;
            PV_TRY(new_row(t, PV_ROW_UNIT, 2, err));
            pv_figures_row *row = &t->row[t->n_rows - 1];
            row->level = PV_XIANG;
            pv_text_reset(&path);
            pv_text_addf(&path, "%s/%s", pv_unit_label(county), pv_unit_label(u));
            PV_TRY(name_row(row, u->key, pv_unit_label(u), pv_unit_label(u), pv_text_str(&path), err));
            fill(row, list, t->n, (uint32_t)i);
        }
        gather(&t->row[at], &t->row[at + 1], t->n_rows - at - 1, 1, list, t->n, 500u + (uint32_t)c);
    }
    PV_TRY(new_row(t, PV_ROW_OUTSIDE, 1, err));
    PV_TRY(name_row(&t->row[t->n_rows - 1], "", "不在任何单位内", "outside of all units", "", err));
    fill(&t->row[t->n_rows - 1], list, t->n, 77);
    gather(&t->row[0], &t->row[1], t->n_rows - 1, 0, list, t->n, 900);
    PV_TRY(note(t, err));
out:
    pv_text_release(&path);
    return st;
}

/* A draw of four strata with answers that miss some. hard: one stratum has too few, so that nothing is known of the area. */
static pv_status audit(pv_figures *t, size_t row, const char *name, int hard, pv_err *err)
{
    static const int64_t units[PV_STRATA] = {412, 230, 90315, 12345678}, drawn[PV_STRATA] = {75, 75, 75, 150},
                         count[PV_STRATA][4] = {{58, 11, 0, 0}, {9, 14, 12, 38}, {0, 0, 3, 70}, {0, 0, 0, 141}};
    pv_status st = PV_OK;
    pv_audit_estimate e = {.date = "2026-11-02", .unit_m2 = 1};
    (void)snprintf(e.name, sizeof e.name, "%s", name);
    for (int h = 0; h < PV_STRATA; h++) {
        const int64_t mapped = h == 0 ? units[h] : h == 1 ? 70 : 0;
        e.frame[h] =
            (pv_audit_stratum){units[h], units[h] * 1000000 - 12345 * (h + 1), mapped * 1000000 - (mapped > 0 ? 12345 * (h + 1) : 0), drawn[h]};
        pv_audit_tally *s = &e.stratum[h];
        s->drawn = drawn[h];
        for (int k = 0; k < 4 && !(hard && h == 0); k++) {
            s->count[k / 2][k % 2] = count[h][k];
            s->answered += count[h][k];
        }
        s->unreachable = (s->drawn - s->answered) / 2;
        s->open = s->drawn - s->answered - s->unreachable;
        e.all.drawn += s->drawn;
        e.all.answered += s->answered;
        e.all.unreachable += s->unreachable;
        e.all.open += s->open;
        for (int k = 0; k < 4; k++) e.all.count[k / 2][k % 2] += s->count[k / 2][k % 2];
    }
    PV_TRY(pv_audit_work_out(&e, err));
    if (t->audit == NULL) PV_TRY(pv_alloc(&t->audit, t->period.n, sizeof *t->audit, "audits", err));
    pv_figures_put_audit(t, &t->row[row], &e, 9);
out:
    pv_audit_estimate_release(&e);
    return st;
}

/* Four pairs of five years; one without common ground. */
static pv_status common_years(pv_common *c, const pv_figures *years, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&c->at, years->period.n - 1, sizeof *c->at, "years", err));
    c->n = years->period.n - 1;
    for (size_t k = 0; k < c->n; k++) {
        pv_common_pair *p = &c->at[k];
        const int64_t e6 = k == 1 ? 0 : 21000000 + (int64_t)k * 3300000;
        *p = (pv_common_pair){
            .known = 1, .common_e6 = e6 * 1000000, .common_mu_e4 = e6 * 15, .both = k == 1 ? 0 : 31, .fresh = k == 1 ? 0 : 12 + (int64_t)k};
        p->gone = k == 1 ? 0 : 45 - 9 * (int64_t)k;
        p->regrown = k == 1 ? 0 : 4;
        p->a = (pv_common_side){years->period.at[k], p->both + p->gone + 20, p->both + p->gone, 14, 9000000000000, 135000000};
        p->b = (pv_common_side){years->period.at[k + 1], p->both + p->fresh + 20, p->both + p->fresh, 21, 15500000000000, 232500000};
    }
out:
    return st;
}

/* Squares of all kinds, most in clumps, some in no unit. */
static pv_status permanence(pv_permanence *p, pv_err *err)
{
    pv_status st = PV_OK;
    (void)snprintf(p->to, sizeof p->to, "2026-12-31");
    for (uint32_t i = 0; i < 260; i++) {
        PV_TRY(pv_grow(&p->at, &p->cap, p->n + 1, sizeof *p->at, "cells", err));
        const double u = noise(71, i) % 1000 / 1000.0, v = noise(72, i) % 1000 / 1000.0, clump = noise(73, i % 9) % 1000 / 1000.0;
        pv_permanence_cell *c = &p->at[p->n++];
        *c = (pv_permanence_cell){.kind = (pv_plot_kind)(noise(74, i) % 9 / 3 + (i % 40 == 0)), .plots = 1};
        c->lon_deg = 105.38 + 0.63 * (i % 5 == 0 ? u : clump * 0.9 + 0.06 * u);
        c->lat_deg = 34.79 + 0.19 * (i % 5 == 0 ? v : noise(75, i % 9) % 1000 / 1100.0 + 0.08 * v);
        p->of_kind[c->kind]++;
    }
out:
    return st;
}

typedef enum made_kind { MADE_XUN, MADE_GROWING, MADE_YEARS } made_kind;

/* Totals only: 24 旬 from March on, the same growing, or five years. */
static pv_status by_time(pv_figures *t, made_kind kind, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_figure *list = pv_figures_list(&t->n);
    const int once = pv_figure_at("flown_mu"), repeated = pv_figure_at("flown_repeated_mu");
    double ground = 0, ground_repeated = 0;
    (void)snprintf(t->season, sizeof t->season, "秦安 <2026> & 迭部");
    for (int i = 0; i < (kind == MADE_YEARS ? 5 : 24); i++) {
        char from[64], to[64];
        const int is_year = kind == MADE_YEARS, year = is_year ? 2022 + i : 2026, month = is_year ? 1 : 3 + i / 3;
        (void)snprintf(from, sizeof from, "%04d-%02d-%02d", year, month, is_year ? 1 : 1 + i % 3 * 10);
        (void)snprintf(to, sizeof to, "%04d-%02d-%02d", year, is_year ? 12 : month, is_year ? 31 : 10 + i % 3 * 9);
        PV_TRY(period(&t->period, is_year ? PV_PERIOD_YEAR : PV_PERIOD_XUN, kind == MADE_GROWING ? "2026-03-01" : from, to, err));
        PV_TRY(new_row(t, PV_ROW_TOTAL, 0, err));
        PV_TRY(name_row(&t->row[t->n_rows - 1], "", "合计", "total", "", err));
        fill(&t->row[t->n_rows - 1], list, t->n, 3000u + (uint32_t)i);
        ground_repeated += noise(4, (uint32_t)i) % 900;
        ground += noise(4, (uint32_t)i) % 900 * (i < 8 ? 0.95 : 0.3);
        if (kind == MADE_GROWING) {
            set(&t->row[t->n_rows - 1].value[once], ground);
            set(&t->row[t->n_rows - 1].value[repeated], ground_repeated);
        }
    }
out:
    return st;
}

static pv_status put(const char *prefix, const char *end, const pv_text *text, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    pv_text_addf(&path, "%s%s", prefix, end);
    PV_TRY(pv_text_status(text, err));
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), text->data, text->len, 1, err));
out:
    pv_text_release(&path);
    return st;
}

static pv_status put_xlsx(const char *prefix, const char *end, const pv_year *year, int zh, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    pv_year y = *year;
    y.zh = zh;
    pv_text_addf(&path, "%s%s", prefix, end);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_year_xlsx(&y, pv_text_str(&path), 1, err));
out:
    pv_text_release(&path);
    return st;
}

static pv_status write_all(const char *units_path, const char *prefix, pv_err *err)
{
    pv_status st = PV_OK;
    pv_units *units = NULL;
    pv_figures t = {.n = 0}, xun = {.n = 0}, growing = {.n = 0}, years = {.n = 0};
    pv_common common = {.n = 0};
    pv_permanence kinds = {.n = 0};
    pv_text out = {0};
    PV_TRY(pv_units_open(&units, 1, &units_path, err));
    PV_TRY(by_township(&t, units, err));
    PV_TRY(by_time(&xun, MADE_XUN, err));
    PV_TRY(by_time(&growing, MADE_GROWING, err));
    PV_TRY(by_time(&years, MADE_YEARS, err));
    PV_TRY(common_years(&common, &years, err));
    PV_TRY(permanence(&kinds, err));
    PV_TRY(audit(&t, 0, "autumn", 0, err));
    PV_TRY(audit(&xun, 3, "1", 0, err));
    PV_TRY(audit(&xun, 7, "2", 1, err));
    pv_year y = {.version = "0.0-<made up>",
                 .table = &t,
                 .zh = 1,
                 .chain = "sha256:0123 <&>",
                 .places = &t,
                 .pieces = &xun,
                 .growing = &growing,
                 .years = &years,
                 .common = &common,
                 .kinds = &kinds,
                 .units = units};
    PV_TRY(put_xlsx(prefix, ".zh.xlsx", &y, 1, err));
    PV_TRY(put_xlsx(prefix, ".en.xlsx", &y, 0, err));
    PV_TRY(pv_year_page(&out, &y, err));
    PV_TRY(put(prefix, ".html", &out, err));
    pv_text_reset(&out);
    pv_figures_json(&out, &t);
    PV_TRY(put(prefix, ".json", &out, err));
    y.table = &xun;
    PV_TRY(put_xlsx(prefix, "-xun.zh.xlsx", &y, 1, err));
    pv_text_reset(&out);
    PV_TRY(pv_year_page(&out, &y, err));
    PV_TRY(put(prefix, "-xun.html", &out, err));
    pv_text_reset(&out);
    pv_figures_json(&out, &xun);
    PV_TRY(put(prefix, "-xun.json", &out, err));
out:
    pv_figures_release(&t);
    pv_figures_release(&xun);
    pv_figures_release(&growing);
    pv_figures_release(&years);
    pv_common_release(&common);
    pv_permanence_release(&kinds);
    pv_units_free(units);
    pv_text_release(&out);
    return st;
}

int main(int argc, char **argv)
{
    pv_err err = {.status = PV_OK};
    if (argc != 3) {
        (void)fprintf(stderr, "usage: year_made_up UNITS.geojson PREFIX\n");
        return 2;
    }
    if (pv_geo_start(&err) == PV_OK && write_all(argv[1], argv[2], &err) == PV_OK) return 0;
    (void)fprintf(stderr, "%s\n", err.text);
    return 1;
}
