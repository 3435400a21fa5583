/* The first byte chooses a table or a remark, the rest is what a crew wrote: a row is read, refused with words, or says nothing; what it says is in the form's bounds. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "season/form.h"
#include "season/plots_internal.h"
#include "season/returns_internal.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const pv_return_row *row)
{
    const pv_finding *f = row->f;
    const char *const text[] = {f->crew, f->person1, f->person2, f->reviewer, f->note, f->photos, row->line.said, row->line.why};
    if (row->line.outcome == PV_RETURN_REFUSED && row->says && row->line.why[0] == '\0') abort();
    if (row->line.outcome == PV_RETURN_REFUSED) return;
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (!pv_utf8_valid(text[i], strlen(text[i]))) abort();
    if (f->verdict[0] != '\0' && pv_form_word_of(PV_LIST_VERDICT, f->verdict) == NULL) abort();
    if (f->disposal[0] != '\0' && pv_form_word_of(PV_LIST_DISPOSAL, f->disposal) == NULL) abort();
    if (f->date[0] != '\0' && !pv_date_valid(f->date)) abort();
    if (row->says && f->date[0] == '\0') abort();
    if (f->plants_counted < -1 || f->plants_counted > 100000000 || !(f->sample_m2 >= -1 && f->sample_m2 <= 1e6)) abort();
    if (row->id[0] != '\0' && strlen(row->id) != PV_PLOT_ID - 1) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_return_options options = {.date = size > 0 && data[0] & 2 ? "2026-05-20" : NULL};
    pv_vector *v = NULL;
    char date[PV_DATE], at[40], text[128];
    if (size == 0) return 0;
    (void)memcpy(text, data, size < 127 ? size : 127);
    text[size < 127 ? size : 127] = '\0';
    if (pv_return_time(text, date, at) && !pv_date_valid(date)) abort();
    if (pv_vector_read_bytes(&v, data[0] & 1 ? "f.csv" : "f.txt", data + 1, size - 1, NULL, NULL) != PV_OK) return 0;
    for (size_t i = 0; i < pv_vector_count(v); i++) {
        static pv_return_row row;
        static pv_finding f;
        pv_context c;
        row = (pv_return_row){.v = v, .r = pv_vector_at(v, i), .f = &f, .has_place = pv_vector_at(v, i)->has_place};
        pv_return_read(&row, &options);
        check(&row);
        row.line.outcome = PV_RETURN_UNCHECKED;
        pv_return_context_read(&row, &options, &c);
        if (!pv_utf8_valid(c.who, strlen(c.who)) || !pv_utf8_valid(c.text, strlen(c.text))) abort();
    }
    pv_vector_free(v);
    return 0;
}
