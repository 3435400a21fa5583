#include "app/exam_taught.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/machine.h"
#include "app/models_find.h"
#include "base/mem.h"
#include "geo/labels.h"
#include "models/model_file.h"
#include "pipeline/run.h"

#include "base/banned.h"

enum { MOST_BOX = 1 << 24 };

/* One call. */
typedef struct desk {
    pv_exam_taught *to;
    const pv_args *args;
    pv_lessons *l;
    const char *folder;
    uint8_t *learned, *asked, *shown; /* [l->n_plots] */
} desk;

void pv_exam_taught_release(pv_exam_taught *t)
{
    pv_model_free(t->model);
    pv_lines_release(&t->left_out);
    *t = (pv_exam_taught){.photos = 0};
}

/* The days of findings that the model's card names for a season of this name. */
static void read_card(pv_exam_taught *t, const char *season)
{
    static const char found[] = ", found from ";
    pv_text words = {0};
    pv_text_addf(&words, "findings of season %s: ", season);
    for (const char *p = strstr(t->model->summary, pv_text_str(&words)); p != NULL; p = strstr(p + 1, pv_text_str(&words))) {
        const char *at = strstr(p, found);
        char from[PV_DATE], to[PV_DATE];
        if (at == NULL || sscanf(at + sizeof found - 1, "%10s to %10s", from, to) != 2) continue;
        if (t->from[0] == '\0' || strcmp(from, t->from) < 0) memcpy(t->from, from, PV_DATE);
        if (strcmp(to, t->to) > 0) memcpy(t->to, to, PV_DATE);
    }
    pv_text_release(&words);
}

/* ---- one photo ---- */

/* The outlines of the photo's judged sights; the class of each is the sight's number. */
static pv_status sights_of(const desk *d, size_t photo, pv_text *out, int *n, pv_err *err)
{
    *n = 0;
    pv_text_add(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < d->l->n_sights; i++) {
        const pv_lesson_sight *s = &d->l->sight[i];
        if (s->photo != photo || d->learned[s->plot]) continue;
        pv_text_addf(out, "%s{\"type\":\"Feature\",\"properties\":{\"class\":\"%zu\"},\"geometry\":%s}", (*n)++ > 0 ? "," : "", i, s->outline);
    }
    pv_text_add(out, "]}");
    return pv_text_status(out, err);
}

static pv_status hotspots_of(const pv_hotspots *h, pv_text *out, pv_err *err)
{
    pv_text_add(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < h->n; i++) pv_text_addf(out, "%s%s", i > 0 ? "," : "", h->at[i].json);
    pv_text_add(out, "]}");
    return pv_text_status(out, err);
}

/* 1 = a hotspot covers a pixel of the label. */
static pv_status is_covered(pv_labels *sights, int label, pv_labels *spots, int *covered, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect box = pv_labels_at(sights, label)->box_px;
    size_t n = (size_t)box.w * (size_t)box.h;
    int32_t *own = NULL, *spot = NULL;
    *covered = 0;
    if (box.w <= 0 || box.h <= 0 || n > MOST_BOX) return PV_OK;
    PV_TRY(pv_alloc(&own, n, sizeof *own, "label pixels", err));
    PV_TRY(pv_alloc(&spot, n, sizeof *spot, "label pixels", err));
    PV_TRY(pv_labels_burn(sights, box, 1, 1, own, err));
    PV_TRY(pv_labels_burn(spots, box, 1, 1, spot, err));
    for (size_t i = 0; i < n && !*covered; i++) *covered = own[i] == label && spot[i] != -1;
out:
    pv_free(own);
    pv_free(spot);
    return st;
}

static pv_status compare(desk *d, const char *sights_text, const pv_hotspots *h, const pv_photo_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_labels *sights = NULL, *spots = NULL;
    pv_text text = {0};
    PV_TRY(pv_labels_open(&sights, "findings", &(pv_label_options){.geojson = sights_text}, f, err));
    PV_TRY(hotspots_of(h, &text, err));
    if (h->n > 0) PV_TRY(pv_labels_open(&spots, "hotspots", &(pv_label_options){.geojson = pv_text_str(&text), .class_field = "id"}, f, err));
    for (int k = 0; k < pv_labels_count(sights); k++) {
        size_t plot = d->l->sight[strtoul(pv_labels_at(sights, k)->class_name, NULL, 10)].plot;
        int covered = 0;
        if (spots != NULL) PV_TRY(is_covered(sights, k, spots, &covered, err));
        d->asked[plot] = 1;
        d->shown[plot] |= covered != 0;
    }
out:
    pv_labels_free(sights);
    pv_labels_free(spots);
    pv_text_release(&text);
    return st;
}

static pv_status scan(desk *d, pv_photo *photo, const char *sights_text, pv_err *err)
{
    pv_status st = PV_OK;
    pv_hotspots h = {.n = 0};
    pv_scan_seconds seconds = {0};
    pv_photo_record record = {.ok = 1};
    int index = 0;
    const pv_model *m = d->to->model;
    int high = pv_max(1, m->threshold_high);
    pv_scan_options o = {.threads = pv_threads_default(),
                         .threshold_high = high,
                         .threshold_low = pv_min(pv_max(1, m->threshold_low), high),
                         .min_area_m2 = 0.25,
                         .keep_e4 = -1,
                         .stop = pv_stop_flag()};
    (void)snprintf(record.name, sizeof record.name, "%s", pv_photo_facts_of(photo)->name);
    PV_TRY(pv_hotspots_add_photo(&h, &record, &index, err));
    PV_TRY(pv_scan_photo(photo, m, &o, &h, index, &seconds, err));
    PV_TRY(compare(d, sights_text, &h, pv_photo_facts_of(photo), err));
    d->to->photos++;
out:
    pv_hotspots_release(&h);
    return st;
}

/* A photo that cannot be asked is named and left out. */
static pv_status ask_photo(desk *d, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_lesson_photo *p = &d->l->photo[i];
    pv_text path = {0}, sights = {0};
    pv_photo *photo = NULL;
    pv_photo_options options = {.bands = pv_args_text(d->args, "bands")};
    struct stat now;
    pv_err why = {.status = PV_OK};
    int n = 0;
    pv_text_addf(&path, "%s/inbox/%s", d->folder, p->file);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(sights_of(d, i, &sights, &n, err));
    if (n == 0) goto out;
    if (stat(pv_text_str(&path), &now) != 0 || (S_ISREG(now.st_mode) && now.st_size != p->bytes)) {
        (void)pv_fail(&why, PV_INPUT, "it is gone from the inbox, or another file now");
    } else if ((st = pv_photo_open(&photo, pv_text_str(&path), &options, &why)) != PV_OK) {
        if (st == PV_NOMEM) PV_TRY(pv_pass(err, st, &why));
        st = PV_OK;
    } else if (pv_model_fits(d->to->model, pv_photo_facts_of(photo), &why)) {
        PV_TRY(scan(d, photo, pv_text_str(&sights), err));
    }
    if (why.status != PV_OK) {
        (void)pv_where(&why, why.status, "%s: left out", p->file);
        PV_TRY(pv_lines_add_err(&d->to->left_out, &why, err));
    }
out:
    pv_photo_free(photo);
    pv_text_release(&path);
    pv_text_release(&sights);
    return pv_where(err, st, "%s", p->file);
}

/* ---- all of them ---- */

static void settle(desk *d)
{
    for (size_t i = 0; i < d->l->n_plots; i++) {
        pv_judged_plot *p = &d->l->plot[i];
        int confirmed = p->judgement == PV_JUDGED_TARGET;
        if (p->judgement == PV_JUDGED_NOT) continue;
        d->to->learned += d->learned[i];
        d->to->unasked += !d->learned[i] && !d->asked[i];
        if (!d->asked[i]) p->judgement = PV_JUDGED_NOT;
        if (!d->asked[i]) continue;
        p->times_seen = d->shown[i];
        d->to->confirmed_not += confirmed && !d->shown[i];
        d->to->refused_not += !confirmed && !d->shown[i];
    }
}

pv_status pv_exam_taught_judge(pv_exam_taught *out, const pv_args *args, pv_lessons *l, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_exam_taught t = {.photos = 0};
    desk d = {.to = &t, .args = args, .l = l, .folder = folder};
    PV_TRY(pv_model_load(&t.model, pv_args_text(args, "model"), err));
    if (strcmp(t.model->kind, "photo") != 0)
        PV_TRY(pv_fail(err, PV_MODEL, "%s was learned from a table of spectra; photos need one that was learned from photos",
                       pv_args_text(args, "model")));
    read_card(&t, l->season);
    PV_TRY(pv_alloc(&d.learned, l->n_plots, 1, "plots", err));
    PV_TRY(pv_alloc(&d.asked, l->n_plots, 1, "plots", err));
    PV_TRY(pv_alloc(&d.shown, l->n_plots, 1, "plots", err));
    for (size_t i = 0; i < l->n_plots; i++)
        d.learned[i] = t.from[0] != '\0' && strcmp(l->plot[i].date, t.from) >= 0 && strcmp(l->plot[i].date, t.to) <= 0;
    for (size_t i = 0; i < l->n_photos; i++) PV_TRY(ask_photo(&d, i, err));
    settle(&d);
    if (t.photos == 0)
        PV_TRY(
            pv_lines_after(err,
                           pv_fail(err, PV_INPUT, "no photo to judge the model on is left; %lld plots were judged on the days that it learned from",
                                   (long long)t.learned),
                           &t.left_out));
    *out = t;
    t = (pv_exam_taught){.photos = 0};
out:
    pv_free(d.learned);
    pv_free(d.asked);
    pv_free(d.shown);
    pv_exam_taught_release(&t);
    return st;
}
