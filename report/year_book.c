#include "report/year_book.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "report/html.h"
#include "season/plots.h"

#include "base/banned.h"

enum { MOST_BYTES = 32000, A4 = 9, HEADER_TEXT = 80, SECONDS_A_DAY = 86400 };

void pv_book_keep(pv_book *b, lxw_error error)
{
    if (b->failed == LXW_NO_ERROR) b->failed = error;
}

/* ---- texts ---- */

/* Not in the middle of a character. */
static void cut(pv_text *t, size_t most)
{
    if (t->len <= most) return;
    while (most > 0 && ((unsigned char)t->data[most] & 0xC0) == 0x80) most--;
    t->len = most;
    t->data[most] = '\0';
}

void pv_book_text(pv_book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *format)
{
    pv_text clean = {0};
    pv_plain_add(&clean, text);
    cut(&clean, MOST_BYTES);
    if (clean.failed)
        pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else if (clean.len == 0)
        pv_book_keep(b, worksheet_write_blank(sheet, row, column, format));
    else
        pv_book_keep(b, worksheet_write_string(sheet, row, column, pv_text_str(&clean), format));
    pv_text_release(&clean);
}

int pv_book_width(const char *text)
{
    int width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) width += *at < 0x80 ? 1 : *at >= 0xE0 ? 2 : *at >= 0xC0;
    return width;
}

int pv_book_word(const char *text)
{
    int longest = 2, now = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        now = *at > ' ' && *at < 0x80 ? now + 1 : 0;
        if (now > longest) longest = now;
    }
    return longest;
}

/* ---- formats ---- */

static lxw_format *new_format(pv_book *b)
{
    lxw_format *f = workbook_add_format(b->workbook);
    if (f == NULL) {
        pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    format_set_font_name(f, b->zh ? "宋体" : "Arial");
    format_set_font_size(f, 10);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static lxw_format *cell_format(pv_book *b, pv_book_look look)
{
    lxw_format *f = new_format(b);
    if (f == NULL) return NULL;
    format_set_border(f, LXW_BORDER_THIN);
    format_set_border_color(f, 0xB0B0B0);
    if (look == PV_LOOK_PARENT || look == PV_LOOK_TOTAL) format_set_bold(f);
    if (look == PV_LOOK_TOTAL) format_set_bg_color(f, 0xE8EEF4);
    if (look == PV_LOOK_CORRECTION) {
        format_set_italic(f);
        format_set_font_color(f, 0x555555);
    }
    return f;
}

static void make_formats(pv_book *b)
{
    static const char *const number[PV_BOOK_DECIMALS] = {"#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"};
    for (int look = 0; look < PV_BOOK_LOOKS; look++) {
        for (int k = 0; k < PV_BOOK_DECIMALS; k++)
            if ((b->number[look][k] = cell_format(b, (pv_book_look)look)) != NULL) format_set_num_format(b->number[look][k], number[k]);
        if ((b->date[look] = cell_format(b, (pv_book_look)look)) != NULL) format_set_num_format(b->date[look], "yyyy-mm-dd");
        for (int k = 0; k < PV_BOOK_DEPTHS; k++)
            if ((b->name[look][k] = cell_format(b, (pv_book_look)look)) != NULL && k > 1) format_set_indent(b->name[look][k], (uint8_t)(k - 1));
    }
    if ((b->title = new_format(b)) != NULL) {
        format_set_bold(b->title);
        format_set_font_size(b->title, 14);
    }
    if ((b->header = cell_format(b, PV_LOOK_PARENT)) != NULL) {
        format_set_bg_color(b->header, 0xD0DFEC);
        format_set_text_wrap(b->header);
        format_set_align(b->header, LXW_ALIGN_CENTER);
        format_set_align(b->header, LXW_ALIGN_VERTICAL_CENTER);
    }
    b->text = new_format(b);
    if ((b->wrapped = cell_format(b, PV_LOOK_PLAIN)) != NULL) format_set_text_wrap(b->wrapped);
}

/* ---- the file ---- */

static pv_status status_of(lxw_error error, const char *path, pv_err *err)
{
    if (error == LXW_NO_ERROR) return PV_OK;
    if (error == LXW_ERROR_MEMORY_MALLOC_FAILED) return pv_fail(err, PV_NOMEM, "no memory for the workbook");
    if (error >= LXW_ERROR_CREATING_XLSX_FILE && error <= LXW_ERROR_ZIP_CLOSE)
        return pv_fail(err, PV_IO, "%s: %s (%s)", path, lxw_strerror(error), errno != 0 ? strerror(errno) : "disk full?");
    return pv_fail(err, PV_BUG, "%s: %s", path, lxw_strerror(error));
}

pv_status pv_book_open(pv_book *b, const char *path, int overwrite, int zh, const char *title, const char *version, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text author = {0}, folder = {0};
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    *b = (pv_book){.zh = zh};
    PV_TRY(pv_outfile_reserve(path, overwrite, &b->tmp_path, err));
    pv_text_add_n(&folder, b->tmp_path, (size_t)(pv_path_name(b->tmp_path) - b->tmp_path));
    if (folder.len == 0) pv_text_add(&folder, ".");
    pv_text_addf(&author, "papaver %s", version);
    PV_TRY(pv_text_status(&folder, err));
    PV_TRY(pv_text_status(&author, err));
    options.tmpdir = folder.data;
    b->workbook = workbook_new_opt(b->tmp_path, &options);
    if (b->workbook == NULL) PV_TRY(pv_fail(err, PV_NOMEM, "no memory for the workbook"));
    lxw_doc_properties properties = {
        .title = (char *)(uintptr_t)title, .author = author.data, .created = (time_t)pv_date_number(date) * SECONDS_A_DAY};
    pv_book_keep(b, workbook_set_properties(b->workbook, &properties));
    make_formats(b);
out:
    pv_text_release(&author);
    pv_text_release(&folder);
    return st;
}

pv_status pv_book_close(pv_book *b, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(status_of(b->failed, path, err));
    errno = 0;
    lxw_error error = workbook_close(b->workbook);
    b->workbook = NULL;
    PV_TRY(status_of(error, path, err));
    PV_TRY(pv_outfile_publish(b->tmp_path, path, err));
    pv_free(b->tmp_path);
    b->tmp_path = NULL;
out:
    return st;
}

void pv_book_release(pv_book *b)
{
    lxw_workbook_free(b->workbook);
    if (b->tmp_path != NULL) (void)unlink(b->tmp_path);
    pv_free(b->tmp_path);
    *b = (pv_book){.zh = 0};
}

/* ---- sheets ---- */

/* Headers and footers have '&' for commands. */
static void add_part(pv_text *out, const char *where, const char *text)
{
    pv_text clean = {0};
    size_t doubled = 0;
    for (const char *at = text; *at != '\0'; at++) doubled += *at == '&';
    pv_plain_add(&clean, text);
    cut(&clean, doubled < HEADER_TEXT / 2 ? HEADER_TEXT - doubled : HEADER_TEXT / 2);
    pv_text_add(out, where);
    for (const char *at = pv_text_str(&clean); *at != '\0'; at++) pv_text_add_n(out, *at == '&' ? "&&" : at, *at == '&' ? 2 : 1);
    if (clean.failed) out->failed = 1;
    pv_text_release(&clean);
}

lxw_worksheet *pv_book_sheet(pv_book *b, const char *name, const char *season, const char *period, int repeated, int columns)
{
    pv_text header = {0};
    lxw_worksheet *s = workbook_add_worksheet(b->workbook, name);
    if (s == NULL) {
        pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    worksheet_set_landscape(s);
    worksheet_set_paper(s, A4);
    worksheet_fit_to_pages(s, 1, 0);
    worksheet_set_margins(s, 0.4, 0.4, 0.7, 0.7);
    if (repeated > 0) {
        pv_book_keep(b, worksheet_repeat_rows(s, 0, (lxw_row_t)(repeated - 1)));
        worksheet_freeze_panes(s, (lxw_row_t)repeated, (lxw_col_t)columns);
    }
    add_part(&header, "&L", season);
    add_part(&header, "&C", name);
    add_part(&header, "&R", period);
    if (header.failed)
        pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else
        pv_book_keep(b, worksheet_set_header(s, header.data));
    pv_text_release(&header);
    return s;
}

void pv_book_footer(pv_book *b, lxw_worksheet *sheet, const char *version, const char *date)
{
    pv_text footer = {0};
    add_part(&footer, "&Lpapaver ", version);
    pv_text_add(&footer, b->zh ? "&C第 &P 页，共 &N 页" : "&Cpage &P of &N");
    add_part(&footer, "&R", date);
    if (footer.failed)
        pv_book_keep(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else
        pv_book_keep(b, worksheet_set_footer(sheet, footer.data));
    pv_text_release(&footer);
}
