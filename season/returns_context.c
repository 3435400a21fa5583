/* The forest-entry register (who, when, where) and tip-offs: context of plots, never findings. */
#include <stdio.h>
#include <string.h>

#include "season/imports.h"
#include "season/returns_internal.h"

#include "base/banned.h"

/* The first field of these names; "" = none. */
static const char *first_of(const pv_return_row *row, const char *const *name)
{
    for (; *name != NULL; name++) {
        const char *text = pv_vector_field(row->v, row->r, *name);
        if (text != NULL) return text;
    }
    return "";
}

/* A text that does not fit ends at a whole character. */
static void put(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
    for (size_t n = strlen(out); n > 0 && !pv_utf8_valid(out, n); n--) out[n - 1] = '\0';
}

void pv_return_context_read(pv_return_row *row, const pv_return_options *options, pv_context *c)
{
    static const char *const who[] = {"who", "姓名", "登记人", "人员", "入山人员", "举报人", "person", "name", "名称", "crew", NULL};
    static const char *const when[] = {"when", "time", "date", "时间", "日期", "入山时间", "登记时间", "举报时间", "visit_time", "核查时间", NULL};
    static const char *const what[] = {"text", "事由", "线索", "内容", "线索内容", "入山事由", "purpose", "note", "备注", "description", NULL};
    const char *day = first_of(row, when);
    *c = (pv_context){.kind = options->kind == PV_RETURN_REGISTER ? PV_CONTEXT_REGISTER : PV_CONTEXT_TIP_OFF};
    put(c->who, sizeof c->who, first_of(row, who));
    put(c->text, sizeof c->text, first_of(row, what));
    put(c->source, sizeof c->source, row->line.file);
    put(row->line.said, sizeof row->line.said, c->who[0] != '\0' ? c->who : c->text);
    c->lon_deg = row->lon_deg;
    c->lat_deg = row->lat_deg;
    if (day[0] == '\0' && options->date != NULL) day = options->date;
    if (!row->has_place)
        pv_return_not_taken(row, PV_RETURN_REFUSED, "it has no place: longitude and latitude");
    else if (day[0] == '\0')
        pv_return_not_taken(row, PV_RETURN_REFUSED, "it has no day; give it with --date");
    else if (!pv_return_time(day, c->date, c->at))
        pv_return_not_taken(row, PV_RETURN_REFUSED, "its day is none; write it as 2026-05-31 or 2026-05-31 09:30");
    memcpy(row->line.date, c->date, PV_DATE);
}
