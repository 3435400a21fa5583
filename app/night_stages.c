#include "app/night_stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/stages.h"
#include "base/mem.h"

#include "base/banned.h"

/* Photos of one day. */
typedef struct day {
    char date[11];
    int photos;
    double south, north; /* degrees */
} day;

static pv_status days_of(const pv_night_summary *sum, day **out, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    size_t cap = 0;
    for (size_t i = 0; i < sum->n_photos; i++) {
        const pv_summary_photo *p = &sum->photo[i];
        size_t k = 0;
        if (p->state != PV_PHOTO_DONE || !p->placed || strlen(p->taken_at) < 10) continue;
        while (k < *n && strncmp((*out)[k].date, p->taken_at, 10) != 0) k++;
        if (k == *n) {
            PV_TRY(pv_grow(out, &cap, *n + 1, sizeof **out, "days", err));
            day *d = &(*out)[(*n)++];
            *d = (day){.south = p->box[1], .north = p->box[3]};
            (void)snprintf(d->date, sizeof d->date, "%.10s", p->taken_at);
        }
        day *d = &(*out)[k];
        d->photos++;
        d->south = fmin(d->south, p->box[1]);
        d->north = fmax(d->north, p->box[3]);
    }
out:
    return st;
}

static void add_day(pv_text *out, const pv_calendar *c, const day *d)
{
    int some = 0, clear = 0;
    unsigned now = pv_stages_at(c, (d->south + d->north) / 2, d->date);
    pv_text_addf(out, "<li>%s (%d <span lang=\"zh\">张</span> <small lang=\"en\">photos</small>): ", d->date, d->photos);
    for (int k = 0; k < PV_STAGES; k++) {
        if ((now >> k & 1) == 0) continue;
        pv_text_addf(out, "%s%s", some ? "、" : "", pv_stage_zh(k));
        some = 1;
        clear |= k >= PV_STAGE_CLEAR;
    }
    if (!some)
        pv_text_add(
            out,
            "<strong><span lang=\"zh\">不在生长期</span></strong> <small lang=\"en\">out of season: that nothing was found means little</small>");
    else if (clear)
        pv_text_add(out, " <small lang=\"en\">plants can be told from above now</small>");
    else
        pv_text_add(out, " <strong><span lang=\"zh\">植株尚小</span></strong> <small lang=\"en\">plants are small yet: that nothing was found means "
                         "little; fly again</small>");
    pv_text_add(out, "</li>\n");
}

pv_status pv_night_stages(pv_text *out, const pv_night_summary *sum, pv_err *err)
{
    pv_status st = PV_OK;
    pv_calendar calendar = {0};
    day *d = NULL;
    size_t n = 0;
    PV_TRY(days_of(sum, &d, &n, err));
    if (n == 0) goto out;
    st = pv_stages_read(&calendar, err);
    if (st == PV_INPUT || st == PV_IO) { /* no calendar: no lines; a mistake in it is the doctor's matter */
        st = PV_OK;
        goto out;
    }
    if (st != PV_OK) goto out;
    pv_text_add(out, "<p><span lang=\"zh\">拍摄日期的生长期</span> <small lang=\"en\">growth stages at the dates of the photos, by the calendar of "
                     "stages</small></p>\n<ul>\n");
    for (size_t i = 0; i < n; i++) add_day(out, &calendar, &d[i]);
    pv_text_add(out, "</ul>\n");
out:
    pv_calendar_release(&calendar);
    pv_free(d);
    return st;
}
