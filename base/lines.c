#include "base/lines.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#include "base/banned.h"

pv_status pv_lines_add(pv_lines *lines, const char *text, const char *local, pv_err *err)
{
    pv_status st = PV_OK;
    pv_line line = {NULL, NULL};
    PV_TRY(pv_grow(&lines->at, &lines->cap, lines->n + 1, sizeof *lines->at, "report", err));
    PV_TRY(pv_strdup(&line.text, text, err));
    if (local != NULL && local[0] != '\0') PV_TRY(pv_strdup(&line.local, local, err));
    lines->at[lines->n++] = line;
    line = (pv_line){NULL, NULL};
out:
    pv_free(line.text);
    pv_free(line.local);
    return st;
}

pv_status pv_lines_addf(pv_lines *lines, pv_err *err, const char *fmt, ...)
{
    pv_err line = {.status = PV_OK};
    va_list args;
    va_start(args, fmt);
    (void)pv_failv(&line, PV_INPUT, fmt, args);
    va_end(args);
    return pv_lines_add(lines, line.text, line.local, err);
}

pv_status pv_lines_add_err(pv_lines *lines, const pv_err *why, pv_err *err)
{
    return pv_lines_add(lines, why->text, why->local, err);
}

pv_status pv_lines_add_all(pv_lines *lines, const char *where, const pv_lines *from, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0}, local = {0};
    const char *colon = where[0] != '\0' ? ": " : "";
    for (size_t i = 0; i < from->n; i++) {
        pv_text_reset(&text);
        pv_text_reset(&local);
        pv_text_addf(&text, "%s%s%s", where, colon, from->at[i].text);
        if (from->at[i].local != NULL) pv_text_addf(&local, "%s%s%s", where, colon, from->at[i].local);
        PV_TRY(pv_text_status(&text, err));
        PV_TRY(pv_text_status(&local, err));
        PV_TRY(pv_lines_add(lines, pv_text_str(&text), pv_text_str(&local), err));
    }
out:
    pv_text_release(&text);
    pv_text_release(&local);
    return st;
}

static void put_after(char text[PV_ERR_TEXT], const pv_lines *lines, int local)
{
    pv_text all = {0};
    pv_err cut = {.status = PV_OK};
    pv_text_add(&all, text);
    for (size_t i = 0; i < lines->n; i++) pv_text_addf(&all, "%s%s", i > 0 ? "; " : ": ", local ? pv_lines_words(lines, i) : lines->at[i].text);
    if (!all.failed) {
        (void)pv_fail(&cut, PV_INPUT, "%s", pv_text_str(&all));
        memcpy(text, cut.text, PV_ERR_TEXT);
    }
    pv_text_release(&all);
}

pv_status pv_lines_after(pv_err *err, pv_status st, const pv_lines *lines)
{
    if (err == NULL || lines->n == 0) return st;
    put_after(err->text, lines, 0);
    if (err->local[0] != '\0') put_after(err->local, lines, 1);
    return st;
}

const char *pv_lines_words(const pv_lines *lines, size_t i)
{
    const pv_line *l = &lines->at[i];
    return l->local != NULL ? l->local : l->text;
}

void pv_lines_release(pv_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        pv_free(lines->at[i].text);
        pv_free(lines->at[i].local);
    }
    pv_free(lines->at);
    *lines = (pv_lines){.n = 0};
}
