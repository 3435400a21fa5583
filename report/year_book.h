/* A workbook while it is written: formats, texts, page set-up. Inside report/ only.
 *
 * Rows of a sheet are written from the first to the last, each once (libxlsxwriter keeps one in memory). What fails is remembered; ask pv_book_close().
 * Threads: one owner. Errors: PV_IO, PV_NOMEM, PV_BUG. */
#ifndef PV_REPORT_YEAR_BOOK_H
#define PV_REPORT_YEAR_BOOK_H

#include <stdint.h>

#include <xlsxwriter.h>

#include "base/err.h"
#include "base/text.h"

typedef enum pv_book_look { PV_LOOK_PLAIN = 0, PV_LOOK_PARENT, PV_LOOK_TOTAL, PV_LOOK_CORRECTION, PV_BOOK_LOOKS } pv_book_look;
enum { PV_BOOK_DECIMALS = 5, PV_BOOK_DEPTHS = 8 };

typedef struct pv_book {
    lxw_workbook *workbook;
    int zh;
    char *tmp_path; /* owned */
    lxw_format *number[PV_BOOK_LOOKS][PV_BOOK_DECIMALS], *date[PV_BOOK_LOOKS], *name[PV_BOOK_LOOKS][PV_BOOK_DEPTHS];
    lxw_format *title, *header, *text, *wrapped;
    lxw_error failed; /* the first */
} pv_book;

/* date: when the file says that it was made. */
PV_MUST pv_status pv_book_open(pv_book *b, const char *path, int overwrite, int zh, const char *title, const char *version, const char *date,
                               pv_err *err);
/* Writes the file and puts it in its place. */
PV_MUST pv_status pv_book_close(pv_book *b, const char *path, pv_err *err);
void pv_book_release(pv_book *b);

/* A4 landscape, as wide as a page, the first `repeated` rows on each page, frozen with the first `columns`; header with the texts, footer with version, page and date. */
lxw_worksheet *pv_book_sheet(pv_book *b, const char *name, const char *season, const char *period, int repeated, int columns);
void pv_book_footer(pv_book *b, lxw_worksheet *sheet, const char *version, const char *date);

void pv_book_keep(pv_book *b, lxw_error error);
/* Text, cut to what a cell holds; "" leaves the cell empty, with its look. */
void pv_book_text(pv_book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *format);
/* Its width in characters of a line: CJK characters have two. */
int pv_book_width(const char *text);
/* Of a text that may break: its longest word of Latin letters, or two for CJK. */
int pv_book_word(const char *text);

#endif
