#include "base/lines.h"

#include "base/mem.h"

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
