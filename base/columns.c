#include "base/columns.h"

#include <stdlib.h>

#include "base/banned.h"

int pv_is_wide(const char *s, size_t *n)
{
    unsigned char c = (unsigned char)s[0];
    *n = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < *n; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80) *n = i;
    if (*n < 3) return 0;
    unsigned code = *n == 4 ? 0x20000 : (c & 0xFU) << 12 | ((unsigned char)s[1] & 0x3FU) << 6 | ((unsigned char)s[2] & 0x3FU);
    return code >= 0x2E80 && (code < 0xD7A4 || (code >= 0xF900 && code < 0xFB00) || (code >= 0xFE30 && code < 0xFE70) ||
                              (code >= 0xFF00 && code < 0xFF61) || code >= 0x20000);
}

int pv_columns(const char *text)
{
    int columns = 0;
    for (size_t n = 0; *text != '\0'; text += n) columns += pv_is_wide(text, &n) ? 2 : 1;
    return columns;
}

void pv_text_add_cell(pv_text *out, const char *text, int columns)
{
    int blanks = abs(columns) - pv_columns(text);
    if (blanks < 0) blanks = 0;
    if (columns < 0) pv_text_addf(out, "%*s", blanks, "");
    pv_text_add(out, text);
    if (columns > 0) pv_text_addf(out, "%*s", blanks, "");
}
