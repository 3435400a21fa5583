/* Columns of a terminal: a Chinese character and its marks take two, all else one. The one way to line up a table.
 *
 * Texts are UTF-8; a character that is cut takes one column. Threads: any. */
#ifndef PV_BASE_COLUMNS_H
#define PV_BASE_COLUMNS_H

#include <stddef.h>

#include "base/text.h"

/* 1 when the character at s (not at its NUL) takes two columns; *n is its bytes. */
int pv_is_wide(const char *s, size_t *n);

/* How many columns a text takes. */
int pv_columns(const char *text);

/* Adds a text and blanks up to `columns`: after it, or before it where columns is negative (numbers and their heads). A text that is wider is added
 * whole. */
void pv_text_add_cell(pv_text *out, const char *text, int columns);

#endif
