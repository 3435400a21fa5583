#include "report/year_xlsx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "report/year_audit.h"
#include "report/year_book.h"
#include "report/year_cells.h"

#include "base/banned.h"

enum { HEAD_ROWS = 2, MOST_COLUMNS = 256, MOST_LINES = 1000000, MOST_FORMULA = 8000, EXCEL_EPOCH = 25569, LINE_POINTS = 15 };

/* Where a figure stands. */
typedef struct place {
    int part;
    lxw_col_t column;
} place;

typedef struct sheets {
    const pv_year *year;
    pv_book book;
    pv_year_lines lines;
    const pv_figure *list;
    int n_figures, n_parts;
    pv_year_part part[PV_YEAR_PARTS];
    place at[MOST_COLUMNS]; /* of each figure */
    int named, lead;        /* column of the row's name and its level behind the period's, -1 = none; columns before the figures */
    pv_text title, periods;
} sheets;

static const char *words(const sheets *s, const char *zh, const char *en)
{
    return s->year->zh ? zh : en;
}

static const char *part_name(const sheets *s, int part)
{
    return words(s, s->part[part].zh, s->part[part].en);
}

/* Empties a text; what failed is kept. */
static void fresh(sheets *s, pv_text *text)
{
    if (text->failed) pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    pv_text_reset(text);
}

/* ---- formulas ---- */

static void add_cell(pv_text *out, const sheets *s, int from_part, size_t line, int figure)
{
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    const place *p = &s->at[figure];
    lxw_rowcol_to_cell(cell, (lxw_row_t)(line + HEAD_ROWS), p->column);
    if (p->part != from_part) pv_text_addf(out, "'%s'!", part_name(s, p->part));
    pv_text_add(out, cell);
}

/* Lines directly below in runs: SUM(C5:C7,C9,C12:C14). */
static void add_below(pv_text *out, const sheets *s, size_t line, int figure)
{
    const pv_year_line *l = s->lines.line;
    const int part = s->at[figure].part;
    size_t end = l[line].end, runs = 0;
    pv_text_add(out, "=SUM(");
    for (size_t i = line + 1; i < end; i++) {
        size_t first = i;
        if (l[i].above != line) continue;
        while (i + 1 < end && l[i + 1].above == line) i++;
        if (runs++ > 0) pv_text_add(out, runs % 200 == 0 ? ")+SUM(" : ",");
        add_cell(out, s, part, first, figure);
        if (i > first) {
            pv_text_add(out, ":");
            add_cell(out, s, part, i, figure);
        }
    }
    pv_text_add(out, ")");
}

static void add_parts(pv_text *out, const sheets *s, size_t line, int figure)
{
    int part[64];
    const int n = pv_year_figure_parts(figure, part, 64);
    for (int i = 0; i < n; i++) {
        pv_text_add(out, i > 0 ? "+" : "=");
        add_cell(out, s, s->at[figure].part, line, part[i]);
    }
}

/* Cut to two decimals of a percent, in whole numbers: 100*x would make 28.999999 of 29. */
static void add_share(pv_text *out, const sheets *s, size_t line, int figure)
{
    const int of = pv_figure_at(s->list[figure].of), per = pv_figure_at(s->list[figure].per), part = s->at[figure].part;
    pv_text_add(out, "=IF(");
    add_cell(out, s, part, line, per);
    pv_text_add(out, "=0,\"\",TRUNC(ROUND(");
    add_cell(out, s, part, line, of);
    pv_text_add(out, "*10000/");
    add_cell(out, s, part, line, per);
    pv_text_add(out, ",6))/100)");
}

/* ---- cells ---- */

static pv_book_look look_of(const sheets *s, size_t line)
{
    const pv_year_line *l = &s->lines.line[line];
    if (l->is_correction) return PV_LOOK_CORRECTION;
    if (s->year->table->row[l->row].kind == PV_ROW_TOTAL) return s->named < 0 ? PV_LOOK_PLAIN : PV_LOOK_TOTAL;
    return l->n_below > 0 ? PV_LOOK_PARENT : PV_LOOK_PLAIN;
}

static void write_formula(sheets *s, lxw_worksheet *sheet, size_t line, int figure, lxw_format *format, pv_text *text)
{
    const pv_year_cell *c = pv_year_cell_at(&s->lines, line, figure);
    const lxw_row_t row = (lxw_row_t)(line + HEAD_ROWS);
    const lxw_col_t column = s->at[figure].column;
    fresh(s, text);
    if (c->how == PV_CELL_BELOW)
        add_below(text, s, line, figure);
    else if (c->how == PV_CELL_PARTS)
        add_parts(text, s, line, figure);
    else
        add_share(text, s, line, figure);
    if (text->failed)
        pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else if (text->len > MOST_FORMULA)
        pv_book_keep(&s->book, worksheet_write_number(sheet, row, column, c->value, format));
    else if (c->known)
        pv_book_keep(&s->book, worksheet_write_formula_num(sheet, row, column, text->data, format, c->value));
    else
        pv_book_keep(&s->book, worksheet_write_formula_str(sheet, row, column, text->data, format, ""));
}

static void write_cell(sheets *s, lxw_worksheet *sheet, size_t line, int figure, pv_text *text)
{
    const pv_year_cell *c = pv_year_cell_at(&s->lines, line, figure);
    const pv_book_look look = look_of(s, line);
    const lxw_row_t row = (lxw_row_t)(line + HEAD_ROWS);
    const lxw_col_t column = s->at[figure].column;
    lxw_format *format = s->book.number[look][s->list[figure].decimals];
    switch (c->how) {
    case PV_CELL_UNKNOWN:
        pv_book_keep(&s->book, worksheet_write_blank(sheet, row, column, format));
        break;
    case PV_CELL_NUMBER:
        pv_book_keep(&s->book, worksheet_write_number(sheet, row, column, c->value, format));
        break;
    case PV_CELL_DATE:
        pv_book_keep(&s->book, worksheet_write_number(sheet, row, column, c->value + EXCEL_EPOCH, s->book.date[look]));
        break;
    default:
        write_formula(s, sheet, line, figure, format, text);
    }
}

static const char *line_name(const sheets *s, size_t line)
{
    const pv_figures_row *row = &s->year->table->row[s->lines.line[line].row];
    if (s->lines.line[line].is_correction) return words(s, "更正（见附注）", "correction (see notes)");
    return words(s, row->zh, row->en);
}

static const char *line_level(const sheets *s, size_t line)
{
    const pv_year_line *l = &s->lines.line[line];
    const pv_figures_row *row = &s->year->table->row[l->row];
    if (l->is_correction) return words(s, "更正", "correction");
    if (row->kind == PV_ROW_UNIT && row->level <= PV_LIN_BAN) return pv_year_by((pv_figures_by)(PV_BY_UNIT_SHENG + row->level), s->year->zh);
    return pv_figures_row_word(s->year->table, row, s->year->zh);
}

static const char *line_period(const sheets *s, size_t line)
{
    const pv_period *p = &s->year->table->period.at[s->year->table->row[s->lines.line[line].row].period];
    return words(s, p->zh, p->en);
}

static void write_lead(sheets *s, lxw_worksheet *sheet, size_t line)
{
    const pv_year_line *l = &s->lines.line[line];
    const pv_book_look look = look_of(s, line);
    const lxw_row_t at = (lxw_row_t)(line + HEAD_ROWS);
    const int depth = s->year->table->row[l->row].depth + l->is_correction;
    if (s->named != 0) pv_book_text(&s->book, sheet, at, 0, line_period(s, line), s->book.name[look][0]);
    if (s->named < 0) return;
    pv_book_text(&s->book, sheet, at, (lxw_col_t)s->named, line_name(s, line),
                 s->book.name[look][depth < PV_BOOK_DEPTHS ? depth : PV_BOOK_DEPTHS - 1]);
    pv_book_text(&s->book, sheet, at, (lxw_col_t)(s->named + 1), line_level(s, line), s->book.name[look][0]);
}

/* ---- columns ---- */

/* "核查率" and, in a line of its own, "（%）". */
static void header_of(pv_text *out, const sheets *s, int figure)
{
    const pv_figure *f = &s->list[figure];
    pv_text_add(out, words(s, f->zh, f->en));
    if (f->kind != PV_FIGURE_DATE) pv_text_addf(out, "\n%s%s%s", words(s, "（", "("), words(s, f->unit_zh, f->unit_en), words(s, "）", ")"));
}

static int digits_of(const sheets *s, int figure)
{
    double most = 0;
    int n = 1;
    if (s->list[figure].kind == PV_FIGURE_DATE) return 10;
    for (size_t i = 0; i < s->lines.n; i++) {
        const pv_year_cell *c = pv_year_cell_at(&s->lines, i, figure);
        double v = c->known ? fabs(c->value) * (c->value < 0 ? 10 : 1) : 0;
        if (v > most) most = v;
    }
    for (double v = most; v >= 10; v /= 10) n++;
    return n + (n - 1) / 3 + (s->list[figure].decimals > 0 ? s->list[figure].decimals + 1 : 0);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Names of figures break into three lines or so; the unit has one. *lines: what a header takes. */
static int figure_width(const sheets *s, int figure, int *lines)
{
    const char *name = words(s, s->list[figure].zh, s->list[figure].en);
    const int wide = pv_book_width(name), unit = pv_book_width(words(s, s->list[figure].unit_zh, s->list[figure].unit_en));
    const int width = larger(larger(digits_of(s, figure) + 2, larger(pv_book_word(name), unit + 2) + 2), larger((wide + 2) / 3 + 2, 6));
    *lines = (wide + width - 3) / (width - 2) + (s->year->zh ? 1 : 2);
    return width;
}

static void write_lead_header(sheets *s, lxw_worksheet *sheet, int column, const char *words_of_it, const char *(*text)(const sheets *, size_t),
                              int indent)
{
    int width = pv_book_width(words_of_it) + 4;
    for (size_t i = 0; i < s->lines.n; i++) {
        const int depth = s->year->table->row[s->lines.line[i].row].depth + s->lines.line[i].is_correction;
        width = larger(width, pv_book_width(text(s, i)) + 2 + (indent && depth > 1 ? 2 * (depth - 1) : 0));
    }
    pv_book_keep(&s->book, worksheet_set_column(sheet, (lxw_col_t)column, (lxw_col_t)column, width < 48 ? width : 48, NULL));
    pv_book_text(&s->book, sheet, 1, (lxw_col_t)column, words_of_it, s->book.header);
}

static void write_lead_headers(sheets *s, lxw_worksheet *sheet)
{
    const pv_figures_by by = s->year->table->by;
    if (s->named != 0) write_lead_header(s, sheet, 0, words(s, "时期", "period"), line_period, 0);
    if (s->named < 0) return;
    write_lead_header(s, sheet, s->named, by > PV_BY_UNIT_LIN_BAN ? pv_year_by(by, s->year->zh) : words(s, "单位", "unit"), line_name, 1);
    write_lead_header(s, sheet, s->named + 1, words(s, "级别", "level"), line_level, 0);
}

static void write_headers(sheets *s, lxw_worksheet *sheet, int part, pv_text *text)
{
    int most = 2;
    fresh(s, text);
    pv_text_addf(text, "%s　%s", pv_text_str(&s->title), part_name(s, part));
    pv_book_keep(&s->book, worksheet_set_row(sheet, 0, 24, NULL));
    pv_book_text(&s->book, sheet, 0, 0, pv_text_str(text), s->book.title);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            pv_book_keep(&s->book, worksheet_set_row(sheet, 1, most * LINE_POINTS + 4, NULL));
            write_lead_headers(s, sheet);
        }
        for (int k = s->part[part].first; k < s->part[part].end; k++) {
            int lines = 0;
            int width = figure_width(s, k, &lines);
            most = larger(most, lines);
            if (pass == 0) continue;
            pv_book_keep(&s->book, worksheet_set_column(sheet, s->at[k].column, s->at[k].column, width, NULL));
            fresh(s, text);
            header_of(text, s, k);
            pv_book_keep(&s->book, worksheet_write_string(sheet, 1, s->at[k].column, pv_text_str(text), s->book.header));
        }
    }
}

static lxw_worksheet *new_sheet(sheets *s, const char *name, int repeated, int columns)
{
    lxw_worksheet *sheet = pv_book_sheet(&s->book, name, s->year->table->season, pv_text_str(&s->periods), repeated, columns);
    if (sheet != NULL) pv_book_footer(&s->book, sheet, s->year->version, pv_year_date(s->year->table));
    return sheet;
}

/* A row of corrections without one in this part. */
static int is_empty(const sheets *s, size_t line, const pv_year_part *p)
{
    if (!s->lines.line[line].is_correction) return 0;
    for (int k = p->first; k < p->end; k++)
        if (pv_year_cell_at(&s->lines, line, k)->known) return 0;
    return 1;
}

static void write_part(sheets *s, int part)
{
    lxw_row_col_options hidden = {.hidden = LXW_TRUE};
    pv_text text = {0};
    const pv_year_part *p = &s->part[part];
    lxw_worksheet *sheet = new_sheet(s, part_name(s, part), HEAD_ROWS, s->lead);
    if (sheet == NULL) return;
    write_headers(s, sheet, part, &text);
    for (size_t line = 0; line < s->lines.n; line++) {
        if (is_empty(s, line, p))
            pv_book_keep(&s->book, worksheet_set_row_opt(sheet, (lxw_row_t)(line + HEAD_ROWS), LXW_DEF_ROW_HEIGHT, NULL, &hidden));
        write_lead(s, sheet, line);
        for (int k = p->first; k < p->end; k++) write_cell(s, sheet, line, k, &text);
    }
    pv_book_keep(&s->book, worksheet_autofilter(sheet, 1, 0, (lxw_row_t)(s->lines.n + 1), (lxw_col_t)(s->lead + p->end - p->first - 1)));
    if (text.failed) pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    pv_text_release(&text);
}

/* ---- sheets of words ---- */

/* A sheet of words while it is written. */
typedef struct word_sheet {
    lxw_worksheet *sheet;
    lxw_row_t row;
    int n;
    const int *width;
} word_sheet;

static word_sheet new_words(sheets *s, const char *name, int repeated, int n, const int *width)
{
    word_sheet w = {.sheet = new_sheet(s, name, repeated, 0), .n = n, .width = width};
    for (int k = 0; k < n && w.sheet != NULL; k++) pv_book_keep(&s->book, worksheet_set_column(w.sheet, (lxw_col_t)k, (lxw_col_t)k, width[k], NULL));
    return w;
}

/* As high as its texts need: not every program works that out when it opens a file. */
static void write_row(sheets *s, word_sheet *w, const char *const *text, lxw_format *format)
{
    int lines = 1;
    for (int k = 0; k < w->n; k++) lines = larger(lines, (pv_book_width(text[k]) + w->width[k] - 3) / (w->width[k] - 2));
    pv_book_keep(&s->book, worksheet_set_row(w->sheet, w->row, (lines < 27 ? lines : 27) * LINE_POINTS, NULL));
    for (int k = 0; k < w->n; k++) pv_book_text(&s->book, w->sheet, w->row, (lxw_col_t)k, text[k], format);
    w->row++;
}

static void write_summary(sheets *s)
{
    const pv_figures *t = s->year->table;
    pv_text text = {0};
    word_sheet w = new_words(s, words(s, "摘要", "summary"), HEAD_ROWS, 2, (const int[]){24, 110});
    if (w.sheet == NULL) return;
    pv_book_keep(&s->book, worksheet_set_row(w.sheet, 0, 24, NULL));
    pv_book_text(&s->book, w.sheet, w.row++, 0, pv_text_str(&s->title), s->book.title);
    write_row(s, &w, (const char *const[]){words(s, "时期", "period"), words(s, "摘要", "summary")}, s->book.header);
    for (size_t i = 0; i < t->n_rows; i++) {
        const pv_period *p = &t->period.at[t->row[i].period];
        if (t->row[i].kind != PV_ROW_TOTAL) continue;
        fresh(s, &text);
        pv_figures_sentence(&text, t, &t->row[i], s->year->zh);
        write_row(s, &w, (const char *const[]){words(s, p->zh, p->en), pv_text_str(&text)}, s->book.wrapped);
        if (pv_figures_audit(t, t->row[i].period) == NULL) continue;
        fresh(s, &text);
        pv_figures_audit_sentence(&text, t, t->row[i].period, s->year->zh);
        write_row(s, &w, (const char *const[]){words(s, "抽样核查", "audit sample"), pv_text_str(&text)}, s->book.wrapped);
    }
    const pv_figures_note *none = pv_year_no_audit(t);
    if (none != NULL) write_row(s, &w, (const char *const[]){words(s, "抽样核查", "audit sample"), words(s, none->zh, none->en)}, s->book.wrapped);
    if (text.failed) pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    pv_text_release(&text);
}

static void write_audit(sheets *s)
{
    pv_text text = {0};
    const char *name = words(s, "抽样核查", "audit sample");
    lxw_worksheet *sheet = pv_year_has_audit(s->year->table) ? new_sheet(s, name, 1, 1) : NULL;
    if (sheet == NULL) return;
    pv_text_addf(&text, "%s　%s", pv_text_str(&s->title), name);
    pv_book_keep(&s->book, worksheet_set_row(sheet, 0, 24, NULL));
    pv_book_text(&s->book, sheet, 0, 0, pv_text_str(&text), s->book.title);
    pv_year_audit_sheet(&s->book, sheet, s->year->table, 1);
    fresh(s, &text);
    pv_text_release(&text);
}

static void formula_words(pv_text *out, const sheets *s, int figure)
{
    const pv_figure *f = &s->list[figure];
    int part[64];
    const int n = pv_year_figure_parts(figure, part, 64), of = pv_figure_at(f->of), per = pv_figure_at(f->per);
    if (f->kind == PV_FIGURE_RATIO && of >= 0 && per >= 0)
        pv_text_addf(out, "100 × %s ÷ %s%s", words(s, s->list[of].zh, s->list[of].en), words(s, s->list[per].zh, s->list[per].en),
                     words(s, "，截去两位小数以后", ", cut to two decimals"));
    for (int k = 0; k < n; k++) pv_text_addf(out, "%s%s", k > 0 ? " + " : "", words(s, s->list[part[k]].zh, s->list[part[k]].en));
}

static void write_definitions(sheets *s)
{
    pv_text text = {0};
    word_sheet w = new_words(s, words(s, "指标说明", "definitions"), 1, 6, (const int[]){8, 26, 10, 24, 42, 80});
    if (w.sheet == NULL) return;
    write_row(s, &w,
              s->year->zh ? (const char *const[]){"组", "指标", "单位", "代号", "怎样算", "含义"}
                          : (const char *const[]){"group", "figure", "unit", "id", "how it adds up", "what it counts"},
              s->book.header);
    for (int k = 0; k < s->n_figures; k++) {
        const pv_figure *f = &s->list[k];
        fresh(s, &text);
        formula_words(&text, s, k);
        write_row(s, &w,
                  (const char *const[]){pv_figure_group_word(f->group, s->year->zh), words(s, f->zh, f->en), words(s, f->unit_zh, f->unit_en), f->id,
                                        pv_text_str(&text), words(s, f->zh_means, f->en_means)},
                  s->book.wrapped);
    }
    pv_book_keep(&s->book, worksheet_autofilter(w.sheet, 0, 0, w.row - 1, 5));
    if (text.failed) pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    pv_text_release(&text);
}

static void write_about(sheets *s, word_sheet *w)
{
    static const char *const about[][2] = {
        {"比率、由其他指标相加的指标、有下级的行都是公式，旁存本程序算出的数；公式算不出同一个数的单元格直接写数。",
         "Shares, figures that are the sum of others and rows with rows below them are formulas, with our number kept beside; a cell whose formula "
         "would not give our number holds the number itself."},
        {"“更正”行 = 上一行 − "
         "其下各行之和：跨界图斑在各单位各计一次（负数），不在任何下级单位内的计入上级（正数），株数取整。各行连同“更正”行相加即得上一行。",
         "A row \"correction\" is the row above it less the rows below: a plot on a border counts in each unit (below 0), what lies in no unit below "
         "counts above only (above 0), and plants are rounded. All rows with the correction add up to the row above."},
        {"比率一律截去两位小数以后的部分，不进位：100.00 表示全部。", "Shares are cut, not rounded, to two decimals: 100.00 is said only of all."}};
    for (size_t k = 0; k < sizeof about / sizeof *about; k++)
        write_row(s, w, (const char *const[]){words(s, "说明", "about"), "", about[k][s->year->zh ? 0 : 1]}, s->book.wrapped);
    if (s->year->chain[0] != '\0') write_row(s, w, (const char *const[]){words(s, "台账链首", "chain head"), "", s->year->chain}, s->book.wrapped);
}

static void write_notes(sheets *s)
{
    const pv_figures *t = s->year->table;
    pv_text text = {0};
    word_sheet w = new_words(s, words(s, "附注", "notes"), 1, 3, (const int[]){16, 24, 100});
    if (w.sheet == NULL) return;
    write_row(s, &w, s->year->zh ? (const char *const[]){"类别", "时期", "内容"} : (const char *const[]){"kind", "period", "what"}, s->book.header);
    write_about(s, &w);
    for (size_t i = 0; i < t->n_notes; i++) {
        const pv_period *p = &t->period.at[t->note[i].period];
        write_row(s, &w, (const char *const[]){words(s, "附注", t->note[i].code), words(s, p->zh, p->en), words(s, t->note[i].zh, t->note[i].en)},
                  s->book.wrapped);
    }
    for (size_t i = 0; i < t->n_borders; i++) {
        const pv_period *p = &t->period.at[t->border[i].period];
        fresh(s, &text);
        pv_text_addf(&text, "%s: %s", t->border[i].plot, t->border[i].units);
        write_row(s, &w, (const char *const[]){words(s, "跨界图斑", "plot on a border"), words(s, p->zh, p->en), pv_text_str(&text)},
                  s->book.wrapped);
    }
    if (text.failed) pv_book_keep(&s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    pv_text_release(&text);
}

/* ---- the file ---- */

static pv_status prepare(sheets *s, pv_err *err)
{
    pv_status st = PV_OK;
    s->list = pv_figures_list(&s->n_figures);
    s->n_parts = pv_year_parts(s->part);
    s->named = s->year->table->by == PV_BY_NOTHING ? -1 : s->year->table->period.n > 1 ? 1 : 0;
    s->lead = s->named < 0 ? 1 : s->named + 2;
    if (s->n_figures > MOST_COLUMNS) PV_TRY(pv_fail(err, PV_BUG, "more than %d figures", (int)MOST_COLUMNS));
    for (int p = 0; p < s->n_parts; p++)
        for (int k = s->part[p].first; k < s->part[p].end; k++) s->at[k] = (place){p, (lxw_col_t)(s->lead + k - s->part[p].first)};
    PV_TRY(pv_year_lines_make(&s->lines, s->year->table, err));
    if (s->lines.n + s->year->table->n_borders + s->year->table->n_notes > MOST_LINES)
        PV_TRY(pv_fail(err, PV_USAGE, "a sheet has room for %d rows: take fewer periods, a higher level, or CSV", (int)MOST_LINES));
    pv_year_periods(&s->periods, s->year->table, s->year->zh);
    PV_TRY(pv_text_status(&s->periods, err));
    pv_text_addf(&s->title, "%s　%s　%s", s->year->table->season, pv_text_str(&s->periods), words(s, "禁种铲毒统计表", "poppy survey statistics"));
    PV_TRY(pv_text_status(&s->title, err));
out:
    return st;
}

pv_status pv_year_xlsx(const pv_year *year, const char *path, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    sheets s = {.year = year};
    PV_TRY(prepare(&s, err));
    PV_TRY(pv_book_open(&s.book, path, overwrite, year->zh, pv_text_str(&s.title), year->version, pv_year_date(year->table), err));
    write_summary(&s);
    for (int p = 0; p < s.n_parts; p++) write_part(&s, p);
    write_audit(&s);
    write_definitions(&s);
    write_notes(&s);
    PV_TRY(pv_book_close(&s.book, path, err));
out:
    pv_book_release(&s.book);
    pv_year_lines_release(&s.lines);
    pv_text_release(&s.title);
    pv_text_release(&s.periods);
    return st;
}
