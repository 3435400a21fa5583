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
            if (!has_parts(&list[k])) continue;
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
        if (list[k].kind != PV_FIGURE_RATIO) continue;
        const double of = row->value[pv_figure_at(list[k].of)].real, per = row->value[pv_figure_at(list[k].per)].real;
        row->value[k] = (pv_figure_value){.real = NAN};
        if (per > 0) set(&row->value[k], floor(round(of * 1e4) * 10000 / round(per * 1e4) + 1e-9) / 100);
    }
}

static void fill(pv_figures_row *row, const pv_figure *list, int n, uint32_t seed)
{
    for (int k = 0; k < n; k++) {
        const uint32_t h = noise(seed, (uint32_t)k);
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
    pv_text out = {0};
    PV_TRY(pv_units_open(&units, 1, &units_path, err));
    PV_TRY(by_township(&t, units, err));
    PV_TRY(by_time(&xun, MADE_XUN, err));
    PV_TRY(by_time(&growing, MADE_GROWING, err));
    PV_TRY(by_time(&years, MADE_YEARS, err));
    pv_year y = {.version = "0.0-<made up>",
                 .table = &t,
                 .zh = 1,
                 .chain = "sha256:0123 <&>",
                 .places = &t,
                 .pieces = &xun,
                 .growing = &growing,
                 .years = &years,
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
