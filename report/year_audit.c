#include "report/year_audit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/year_drawings.h"

#include "base/banned.h"

/* Columns of the block of strata. */
enum {
    NAME = 0,
    AREA,
    MAPPED,
    CELLS,
    DRAWN,
    ANSWERED,
    UNREACHABLE,
    OPEN,
    BOTH, /* answers by class of the map and of the reference */
    WRONG,
    MISSED,
    NEITHER,
    BOTH_M2, /* their share of the stratum's area */
    WRONG_M2,
    MISSED_M2,
    NEITHER_M2,
    VARIANCE, /* of the area of poppy, m2 squared */
    IF_NONE,
    IF_ALL,
    COLUMNS
};
enum { HEADER_POINTS = 80, NAME_WIDTH = 20, AREA_WIDTH = 12, COUNT_WIDTH = 9, LINE_POINTS = 15, FORMULA = 160 };

static const char *const head[COLUMNS][2] = {{"stratum", "层"},
                                             {"area\n(m2)", "面积\n（平方米）"},
                                             {"poppy on the map\n(m2)", "图上罂粟\n（平方米）"},
                                             {"squares", "方格"},
                                             {"points", "核查点"},
                                             {"answered", "已答"},
                                             {"not reached", "无法到达"},
                                             {"not answered yet", "未答"},
                                             {"on the map and there", "图上有、实有"},
                                             {"on the map, not there", "图上有、实无"},
                                             {"not on the map, there", "图上无、实有"},
                                             {"neither", "都没有"},
                                             {"on the map and there\n(m2)", "图上有、实有\n（平方米）"},
                                             {"on the map, not there\n(m2)", "图上有、实无\n（平方米）"},
                                             {"not on the map, there\n(m2)", "图上无、实有\n（平方米）"},
                                             {"neither\n(m2)", "都没有\n（平方米）"},
                                             {"variance of the area of poppy", "罂粟面积的方差"},
                                             {"poppy if none of the missing had any\n(m2)", "无应答全无罂粟\n（平方米）"},
                                             {"poppy if all of the missing had some\n(m2)", "无应答全有罂粟\n（平方米）"}};

int pv_year_has_audit(const pv_figures *t)
{
    for (size_t i = 0; i < t->period.n; i++)
        if (pv_figures_audit(t, i) != NULL) return 1;
    return 0;
}

const pv_figures_note *pv_year_no_audit(const pv_figures *t)
{
    for (size_t i = 0; i < t->n_notes; i++)
        if (strcmp(t->note[i].code, "audit_none") == 0) return &t->note[i];
    return NULL;
}

/* ---- numbers, as a spreadsheet works them out ---- */

typedef struct block {
    pv_book *b;
    lxw_worksheet *sheet;
    const pv_audit_estimate *e;
    const pv_figures_row *row; /* the period's total */
    lxw_row_t first, total;    /* rows of the first stratum and of the sums */
    double sum[COLUMNS];
    lxw_row_t at; /* the next row */
} block;

static void stratum_of(const pv_audit_estimate *e, int h, double v[COLUMNS])
{
    const pv_audit_tally *t = &e->stratum[h];
    const double m[4] = {(double)t->count[0][0], (double)t->count[0][1], (double)t->count[1][0], (double)t->count[1][1]};
    memset(v, 0, COLUMNS * sizeof *v);
    v[AREA] = (double)e->frame[h].area_e6 / 1e6;
    v[MAPPED] = (double)e->frame[h].mapped_e6 / 1e6;
    v[CELLS] = (double)e->frame[h].units;
    v[DRAWN] = (double)t->drawn;
    v[ANSWERED] = (double)t->answered;
    v[UNREACHABLE] = (double)t->unreachable;
    v[OPEN] = (double)t->open;
    for (int k = 0; k < 4; k++) {
        v[BOTH + k] = m[k];
        v[BOTH_M2 + k] = v[ANSWERED] > 0 ? v[AREA] * m[k] / v[ANSWERED] : 0;
    }
    const double p = v[ANSWERED] > 0 ? (m[0] + m[2]) / v[ANSWERED] : 0;
    v[VARIANCE] = v[ANSWERED] > 1 ? v[AREA] * v[AREA] * p * (1 - p) / (v[ANSWERED] - 1) : 0;
    v[IF_NONE] = v[DRAWN] > 0 ? v[AREA] * (m[0] + m[2]) / v[DRAWN] : 0;
    v[IF_ALL] = v[DRAWN] > 0 ? v[AREA] * (m[0] + m[2] + v[UNREACHABLE] + v[OPEN]) / v[DRAWN] : 0;
}

static lxw_format *format_of(const block *k, int column, int is_total)
{
    const int decimals = column == AREA || column == MAPPED || column >= BOTH_M2 ? 1 : 0;
    return k->b->number[is_total ? PV_LOOK_TOTAL : PV_LOOK_PLAIN][decimals];
}

static void put_formula(block *k, int column, const char *formula, double value, lxw_format *format)
{
    pv_book_keep(k->b, worksheet_write_formula_num(k->sheet, k->at, (lxw_col_t)column, formula, format, value));
}

/* Which cells of a stratum are formulas of the others; r is its row as people count. */
static int formula_of(char out[FORMULA], int column, unsigned r)
{
    const char c = (char)('I' + column - BOTH_M2);
    if (column == ANSWERED) return snprintf(out, FORMULA, "=SUM(I%u:L%u)", r, r);
    if (column == OPEN) return snprintf(out, FORMULA, "=E%u-F%u-G%u", r, r, r);
    if (column >= BOTH_M2 && column <= NEITHER_M2) return snprintf(out, FORMULA, "=IF(F%u=0,0,B%u*%c%u/F%u)", r, r, c, r, r);
    if (column == VARIANCE)
        return snprintf(out, FORMULA, "=IF(F%u<2,0,B%u*B%u*((I%u+K%u)/F%u)*(1-(I%u+K%u)/F%u)/(F%u-1))", r, r, r, r, r, r, r, r, r, r);
    if (column == IF_NONE) return snprintf(out, FORMULA, "=IF(E%u=0,0,B%u*(I%u+K%u)/E%u)", r, r, r, r, r);
    if (column == IF_ALL) return snprintf(out, FORMULA, "=IF(E%u=0,0,B%u*(I%u+K%u+G%u+H%u)/E%u)", r, r, r, r, r, r, r);
    return 0;
}

static void write_stratum(block *k, int h)
{
    double v[COLUMNS];
    char formula[FORMULA];
    stratum_of(k->e, h, v);
    pv_book_text(k->b, k->sheet, k->at, NAME, k->b->zh ? pv_stratum_zh((pv_stratum)h) : pv_stratum_word((pv_stratum)h), k->b->name[PV_LOOK_PLAIN][0]);
    for (int c = AREA; c < COLUMNS; c++) {
        k->sum[c] += v[c];
        if (formula_of(formula, c, k->at + 1) > 0)
            put_formula(k, c, formula, v[c], format_of(k, c, 0));
        else
            pv_book_keep(k->b, worksheet_write_number(k->sheet, k->at, (lxw_col_t)c, v[c], format_of(k, c, 0)));
    }
    k->at++;
}

static void write_strata(block *k)
{
    char formula[FORMULA];
    pv_book_keep(k->b, worksheet_set_row(k->sheet, k->at, HEADER_POINTS, NULL));
    for (int c = 0; c < COLUMNS; c++) pv_book_keep(k->b, worksheet_write_string(k->sheet, k->at, (lxw_col_t)c, head[c][k->b->zh], k->b->header));
    k->first = ++k->at;
    for (int h = 0; h < PV_STRATA; h++)
        if (k->e->frame[h].units > 0) write_stratum(k, h);
    k->total = k->at;
    pv_book_text(k->b, k->sheet, k->at, NAME, k->b->zh ? "合计" : "total", k->b->name[PV_LOOK_TOTAL][0]);
    for (int c = AREA; c < COLUMNS; c++) {
        (void)snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'A' + c, k->first + 1, 'A' + c, k->total);
        put_formula(k, c, formula, k->sum[c], format_of(k, c, 1));
    }
    k->at += 2;
}

/* ---- figures ---- */

/* The matrix in square metres, and its sums. */
static void write_matrix(block *k)
{
    static const char *const words[][2] = {{"on the map \\ there", "图上＼实有"}, {"poppy", "罂粟"}, {"other", "其他"}, {"total", "合计"}};
    const unsigned t = k->total + 1;
    char formula[FORMULA];
    for (int c = 0; c < 4; c++) pv_book_text(k->b, k->sheet, k->at, (lxw_col_t)c, words[c][k->b->zh], k->b->header);
    const unsigned r = ++k->at + 1;
    for (int row = 0; row < 3; row++, k->at++) {
        lxw_format *format = k->b->number[row < 2 ? PV_LOOK_PLAIN : PV_LOOK_TOTAL][1];
        double sum = 0;
        pv_book_text(k->b, k->sheet, k->at, NAME, words[row + 1][k->b->zh], k->b->name[row < 2 ? PV_LOOK_PLAIN : PV_LOOK_TOTAL][0]);
        for (int c = 0; c < 2; c++) {
            const double value = row < 2 ? k->sum[BOTH_M2 + 2 * row + c] : k->sum[BOTH_M2 + c] + k->sum[MISSED_M2 + c];
            if (row < 2)
                (void)snprintf(formula, sizeof formula, "=%c%u", 'A' + BOTH_M2 + 2 * row + c, t);
            else
                (void)snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'B' + c, r, 'B' + c, r + 1);
            put_formula(k, 1 + c, formula, value, format);
            sum += value;
        }
        (void)snprintf(formula, sizeof formula, "=SUM(B%u:C%u)", k->at + 1, k->at + 1);
        put_formula(k, 3, formula, sum, format);
    }
    k->at++;
}

/* Our number beside the formula, or alone where a spreadsheet would show another one. */
static void write_value(block *k, int column, const char *id, const char *formula, double theirs)
{
    const pv_figure *f = &pv_figures_list(&(int){0})[pv_figure_at(id)];
    const pv_figure_value *v = pv_figures_value(k->row, id);
    lxw_format *format = k->b->number[PV_LOOK_PLAIN][f->decimals];
    const double scale = pow(10, f->decimals);
    if (!v->known)
        pv_book_text(k->b, k->sheet, k->at, (lxw_col_t)column, "–", k->b->name[PV_LOOK_PLAIN][0]);
    else if (formula != NULL && round(theirs * scale) == round(v->real * scale) && fabs(theirs * scale - floor(theirs * scale) - 0.5) > 1e-6)
        put_formula(k, column, formula, theirs, format);
    else
        pv_book_keep(k->b, worksheet_write_number(k->sheet, k->at, (lxw_col_t)column, v->real, format));
}

static double cut(double share)
{
    return trunc(round(share * 10000 * 1e6) / 1e6) / 100;
}

typedef struct line {
    const char *id, *low, *high; /* figures; NULL = none */
    const char *formula;
    double theirs;
} line;

/* Olofsson's interval stands behind that of the area. */
static void write_line(block *k, const line *l, const char *plain, double plain_is)
{
    const pv_figure *f = &pv_figures_list(&(int){0})[pv_figure_at(l->id)];
    const char *name = k->b->zh ? f->zh : f->en;
    pv_book_keep(k->b, worksheet_set_row(k->sheet, k->at, LINE_POINTS * ((pv_book_width(name) + NAME_WIDTH - 3) / (NAME_WIDTH - 2)), NULL));
    pv_book_text(k->b, k->sheet, k->at, 0, name, k->b->wrapped);
    write_value(k, 1, l->id, l->formula, l->theirs);
    for (int c = 0; c < 2; c++) {
        const char *id = c == 0 ? l->low : l->high;
        if (id != NULL)
            write_value(k, 2 + c, id, NULL, 0);
        else
            pv_book_keep(k->b, worksheet_write_blank(k->sheet, k->at, (lxw_col_t)(2 + c), k->b->number[PV_LOOK_PLAIN][0]));
    }
    if (plain != NULL && k->e->known)
        put_formula(k, 4, plain, plain_is, k->b->number[PV_LOOK_PLAIN][1]);
    else
        pv_book_keep(k->b, worksheet_write_blank(k->sheet, k->at, 4, k->b->number[PV_LOOK_PLAIN][0]));
    pv_book_text(k->b, k->sheet, k->at, 5, k->b->zh ? f->unit_zh : f->unit_en, k->b->name[PV_LOOK_PLAIN][0]);
    k->at++;
}

static void write_figures(block *k)
{
    static const char *const words[][2] = {{"figure", "指标"},           {"value", "值"}, {"95 % low", "95% 下限"}, {"95 % high", "95% 上限"},
                                           {"Olofsson ±", "Olofsson ±"}, {"unit", "单位"}};
    const double *s = k->sum;
    const unsigned t = k->total + 1;
    char f[8][FORMULA], plain[FORMULA];
    (void)snprintf(f[0], FORMULA, "=C%u", t);
    (void)snprintf(f[1], FORMULA, "=M%u+O%u", t, t);
    (void)snprintf(f[2], FORMULA, "=R%u", t);
    (void)snprintf(f[3], FORMULA, "=S%u", t);
    (void)snprintf(f[4], FORMULA, "=TRUNC(ROUND(M%u/(M%u+N%u)*10000,6))/100", t, t, t);
    (void)snprintf(f[5], FORMULA, "=TRUNC(ROUND(M%u/(M%u+O%u)*10000,6))/100", t, t, t);
    (void)snprintf(f[6], FORMULA, "=TRUNC(ROUND((M%u+P%u)/B%u*10000,6))/100", t, t, t);
    (void)snprintf(f[7], FORMULA, "=TRUNC(ROUND((E%u-F%u)*10000/E%u,6))/100", t, t, t);
    (void)snprintf(plain, sizeof plain, "=1.96*SQRT(Q%u)", t);
    const line l[] = {{"audit_mapped_m2", NULL, NULL, f[0], s[MAPPED]},
                      {"audit_area_m2", "audit_area_low_m2", "audit_area_high_m2", f[1], s[BOTH_M2] + s[MISSED_M2]},
                      {"audit_if_none_m2", NULL, NULL, f[2], s[IF_NONE]},
                      {"audit_if_all_m2", NULL, NULL, f[3], s[IF_ALL]},
                      {"audit_users", "audit_users_low", "audit_users_high", f[4], cut(s[BOTH_M2] / (s[BOTH_M2] + s[WRONG_M2]))},
                      {"audit_producers", "audit_producers_low", "audit_producers_high", f[5], cut(s[BOTH_M2] / (s[BOTH_M2] + s[MISSED_M2]))},
                      {"audit_overall", "audit_overall_low", "audit_overall_high", f[6], cut((s[BOTH_M2] + s[NEITHER_M2]) / s[AREA])},
                      {"audit_non_response", NULL, NULL, f[7], cut((s[DRAWN] - s[ANSWERED]) / s[DRAWN])}};
    for (int c = 0; c < 6; c++) pv_book_text(k->b, k->sheet, k->at, (lxw_col_t)c, words[c][k->b->zh], k->b->header);
    k->at++;
    for (size_t i = 0; i < sizeof l / sizeof *l; i++) write_line(k, &l[i], i == 1 ? plain : NULL, 1.96 * sqrt(s[VARIANCE]));
    k->at += 2;
}

void pv_year_audit_sheet(pv_book *b, lxw_worksheet *sheet, const pv_figures *t, lxw_row_t first)
{
    pv_text text = {0};
    block k = {.b = b, .sheet = sheet, .at = first};
    pv_book_keep(b, worksheet_set_column(sheet, 0, 0, NAME_WIDTH, NULL));
    pv_book_keep(b, worksheet_set_column(sheet, AREA, DRAWN, AREA_WIDTH, NULL));
    pv_book_keep(b, worksheet_set_column(sheet, ANSWERED, NEITHER, COUNT_WIDTH, NULL));
    pv_book_keep(b, worksheet_set_column(sheet, BOTH_M2, COLUMNS - 1, AREA_WIDTH, NULL));
    for (size_t i = 0; i < t->period.n; i++) {
        const pv_period *p = &t->period.at[i];
        k.e = pv_figures_audit(t, i);
        k.row = pv_year_total(t, i);
        if (k.e == NULL || k.row == NULL) continue;
        memset(k.sum, 0, sizeof k.sum);
        pv_text_reset(&text);
        pv_text_addf(&text, b->zh ? "%s　抽样%s，%s抽取" : "%s: draw %s of %s", b->zh ? p->zh : p->en, k.e->name, k.e->date);
        if (text.failed) pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        pv_book_text(b, sheet, k.at++, 0, pv_text_str(&text), b->title);
        write_strata(&k);
        if (k.e->known) write_matrix(&k);
        write_figures(&k);
    }
    pv_text_release(&text);
}

/* ---- the page ---- */

void pv_year_audit_strata(pv_text *out, const pv_audit_estimate *e)
{
    pv_text_add(out, "<div class=\"wide\" tabindex=\"0\"><table><caption>");
    pv_both(out, "各层的答案", "answers by stratum");
    pv_text_add(out, "</caption>\n<thead><tr>");
    for (int c = 0; c <= NEITHER; c++) {
        if (c == CELLS) continue;
        pv_text_add(out, "<th scope=\"col\">");
        pv_both(out, head[c][1], head[c][0]);
        pv_text_add(out, "</th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
    double sum[COLUMNS] = {0};
    for (int h = 0; h <= PV_STRATA; h++) {
        double v[COLUMNS];
        if (h < PV_STRATA && e->frame[h].units == 0) continue;
        if (h < PV_STRATA) stratum_of(e, h, v);
        pv_text_add(out, h < PV_STRATA ? "<tr><th scope=\"row\">" : "<tr class=\"total\"><th scope=\"row\">");
        pv_both(out, h < PV_STRATA ? pv_stratum_zh((pv_stratum)h) : "合计", h < PV_STRATA ? pv_stratum_word((pv_stratum)h) : "total");
        pv_text_add(out, "</th>");
        for (int c = AREA; c <= NEITHER; c++) {
            if (h < PV_STRATA) sum[c] += v[c];
            if (c == CELLS) continue;
            pv_text_add(out, "<td>");
            pv_text_add_real(out, h < PV_STRATA ? v[c] : sum[c], c <= MAPPED ? 1 : 0);
            pv_text_add(out, "</td>");
        }
        pv_text_add(out, "</tr>\n");
    }
    pv_text_add(out, "</tbody></table></div>\n");
}
