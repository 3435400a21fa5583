#include "app/taught.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/tr.h"
#include "season/form.h"
#include "season/lessons.h"

#include "base/banned.h"

void pv_taught_release(pv_taught *t)
{
    for (size_t i = 0; t->at != NULL && i < t->n; i++) {
        pv_free(t->at[i].file);
        pv_free(t->at[i].path);
        pv_free(t->at[i].name);
        pv_free(t->at[i].geojson);
    }
    pv_free(t->at);
    pv_text_release(&t->card);
    pv_text_release(&t->card_local);
    pv_lines_release(&t->left_out);
    *t = (pv_taught){0};
}

static pv_status leave_out_plot(pv_taught *t, const pv_judged_plot *p, pv_err *err)
{
    pv_status st = PV_OK;
    if (p->conflict) PV_TRY(pv_lines_addf(&t->left_out, err, "%s: its findings contradict each other", p->id));
    if (p->place == PV_PLACE_ROUGH)
        PV_TRY(pv_lines_addf(
            &t->left_out, err,
            "%s: a crew's own place: its position is too rough for its area, or its area or the accuracy of its position is not said", p->id));
    if (p->place == PV_PLACE_UNSEEN)
        PV_TRY(pv_lines_addf(&t->left_out, err, "%s: a crew's own place: no photo of the days about its finding looked there", p->id));
out:
    return st;
}

/* ---- labels ---- */

static const char no_reason[] = "refused";

int pv_taught_is_reason(const char *class_name)
{
    return strcmp(class_name, no_reason) == 0 || pv_form_word_of(PV_LIST_VERDICT, class_name) != NULL;
}

static const char *class_of(const pv_lesson_sight *s, const pv_judged_plot *p)
{
    if (s->judgement == PV_JUDGED_TARGET) return s->class_name;
    return s->lookalike[0] != '\0' ? s->lookalike : p->verdict[0] != '\0' ? p->verdict : no_reason;
}

static pv_status labels_of(pv_taught_photo *to, const pv_lessons *l, size_t photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    int n = 0;
    pv_text_add(&text, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < l->n_sights; i++) {
        const pv_lesson_sight *s = &l->sight[i];
        if (s->photo != photo) continue;
        pv_text_addf(&text, "%s{\"type\":\"Feature\",\"id\":%d,\"properties\":{\"class\":", n > 0 ? "," : "", n + 1);
        pv_text_add_json(&text, class_of(s, &l->plot[s->plot]));
        pv_text_addf(&text, "},\"geometry\":%s}", s->outline);
        n++;
    }
    pv_text_add(&text, "]}");
    PV_TRY(pv_text_status(&text, err));
    PV_TRY(pv_strdup(&to->geojson, pv_text_str(&text), err));
out:
    pv_text_release(&text);
    return st;
}

/* 1 = the photo is still the one that was taken in; else it is left out. */
static pv_status check_photo(pv_taught *t, const pv_lesson_photo *photo, const char *folder, uint8_t *there, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    struct stat now;
    *there = 0;
    pv_text_addf(&path, "%s/inbox/%s", folder, photo->file);
    PV_TRY(pv_text_status(&path, err));
    if (stat(pv_text_str(&path), &now) != 0)
        PV_TRY(pv_lines_addf(&t->left_out, err, "%s: it is gone from the inbox; what it showed teaches nothing", photo->file));
    else if (S_ISREG(now.st_mode) && now.st_size != photo->bytes)
        PV_TRY(pv_lines_addf(&t->left_out, err, "%s: it has another size than the photo that was taken in; what that showed teaches nothing",
                             photo->file));
    else
        *there = 1;
out:
    pv_text_release(&path);
    return st;
}

static pv_status take_photo(pv_taught *t, const pv_lessons *l, size_t photo, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_taught_photo p = {0};
    pv_text path = {0}, name = {0};
    const char *file = l->photo[photo].file;
    pv_text_addf(&path, "%s/inbox/%s", folder, file);
    pv_text_addf(&name, "findings of %s", file);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_text_status(&name, err));
    PV_TRY(pv_strdup(&p.file, file, err));
    PV_TRY(pv_strdup(&p.path, pv_text_str(&path), err));
    PV_TRY(pv_strdup(&p.name, pv_text_str(&name), err));
    PV_TRY(labels_of(&p, l, photo, err));
    t->at[t->n++] = p;
    p = (pv_taught_photo){0};
out:
    pv_free(p.file);
    pv_free(p.path);
    pv_free(p.name);
    pv_text_release(&path);
    pv_text_release(&name);
    return st;
}

/* ---- the newest ---- */

typedef struct by_day {
    const pv_lesson_photo *photo;
    size_t at;
} by_day;

static int newest_first(const void *a, const void *b)
{
    const by_day *p = a, *q = b;
    int day = strcmp(q->photo->day, p->photo->day);
    return day != 0 ? day : (p->at > q->at) - (p->at < q->at);
}

/* wanted[i] = 1 for the newest photos of those that are there. */
static pv_status choose(pv_taught *t, const pv_lessons *l, const char *folder, uint8_t *wanted, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    by_day *order = NULL;
    PV_TRY(pv_alloc(&order, l->n_photos, sizeof *order, "photos", err));
    for (size_t i = 0; i < l->n_photos; i++) order[i] = (by_day){&l->photo[i], i};
    if (l->n_photos > 0) qsort(order, l->n_photos, sizeof *order, newest_first);
    for (size_t i = 0; i < l->n_photos; i++) {
        uint8_t *there = &wanted[order[i].at];
        if (n < PV_TAUGHT_PHOTOS)
            PV_TRY(check_photo(t, order[i].photo, folder, there, err));
        else
            PV_TRY(pv_lines_addf(&t->left_out, err, "%s: there are newer photos enough", order[i].photo->file));
        n += *there;
    }
out:
    pv_free(order);
    return st;
}

/* ---- the card ---- */

static void count_reasons(const pv_lessons *l, int local, pv_text *out)
{
    int n = 0, written = 0;
    const pv_form_word *word = pv_form_words(PV_LIST_VERDICT, &n);
    for (int k = 0; k <= n; k++) {
        int64_t count = 0;
        for (size_t i = 0; i < l->n_plots; i++)
            count += l->plot[i].judgement == PV_JUDGED_REFUSED &&
                     (k < n ? strcmp(l->plot[i].verdict, word[k].code) == 0 : pv_form_word_of(PV_LIST_VERDICT, l->plot[i].verdict) == NULL);
        const char *name = k == n ? pv_tr_if(local, PV_N("no code")) : local && pv_tr_zh() ? word[k].zh : word[k].code;
        if (count > 0) pv_text_addf(out, "%s%s %lld", written++ > 0 ? ", " : "", name, (long long)count);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static pv_status add_crews(const pv_lessons *l, int local, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    const char **crew = NULL;
    size_t n = 0, written = 0;
    PV_TRY(pv_alloc(&crew, l->n_plots, sizeof *crew, "crews", err));
    for (size_t i = 0; i < l->n_plots; i++)
        if (l->plot[i].judgement != PV_JUDGED_NOT && l->plot[i].crew[0] != '\0') crew[n++] = l->plot[i].crew;
    if (n > 0) qsort(crew, n, sizeof *crew, by_text);
    for (size_t i = 0; i < n && written < 12; i++)
        if (i == 0 || strcmp(crew[i], crew[i - 1]) != 0) pv_text_addf(out, "%s%s", written++ > 0 ? ", " : pv_tr_if(local, PV_N(" by ")), crew[i]);
out:
    pv_free(crew);
    return st;
}

/* app/exam_taught.c reads the English one again. */
static pv_status write_card(pv_text *card, const pv_lessons *l, int local, pv_err *err)
{
    pv_status st = PV_OK;
    const char *first = NULL, *last = NULL;
    int64_t count[3] = {0}, conflicts = 0;
    for (size_t i = 0; i < l->n_plots; i++) {
        const pv_judged_plot *p = &l->plot[i];
        count[p->judgement]++;
        conflicts += p->conflict;
        if (p->judgement == PV_JUDGED_NOT) continue;
        if (first == NULL || strcmp(p->date, first) < 0) first = p->date;
        if (last == NULL || strcmp(p->date, last) > 0) last = p->date;
    }
    pv_text_addf(card, pv_tr_if(local, PV_N("findings of season %s: %lld plots confirmed, %lld refused")), l->season,
                 (long long)count[PV_JUDGED_TARGET], (long long)count[PV_JUDGED_REFUSED]);
    if (count[PV_JUDGED_REFUSED] > 0) {
        pv_text_add(card, " (");
        count_reasons(l, local, card);
        pv_text_add(card, ")");
    }
    if (first != NULL) pv_text_addf(card, pv_tr_if(local, PV_N(", found from %s to %s")), first, last);
    PV_TRY(add_crews(l, local, card, err));
    if (conflicts > 0) pv_text_addf(card, pv_tr_if(local, PV_N("; %lld more are in conflict and teach nothing")), (long long)conflicts);
    PV_TRY(pv_text_status(card, err));
out:
    return st;
}

pv_status pv_taught_read(pv_taught *out, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_taught t = {0};
    pv_season *s = NULL;
    pv_lessons l = {0};
    uint8_t *wanted = NULL;
    PV_TRY(pv_season_open(&s, folder, 0, err));
    PV_TRY(pv_lessons_read(&l, s, err));
    if (l.n_sights == 0)
        PV_TRY(pv_fail(err, PV_INPUT,
                       "%s: it has nothing to learn from: %zu plots were judged by people, and no photo shows one of them on a day that fits", folder,
                       l.n_plots));
    PV_TRY(pv_alloc(&wanted, l.n_photos, 1, "photos", err));
    PV_TRY(pv_alloc(&t.at, l.n_photos, sizeof *t.at, "photos", err));
    PV_TRY(choose(&t, &l, s->folder, wanted, err));
    for (size_t i = 0; i < l.n_photos; i++)
        if (wanted[i]) PV_TRY(take_photo(&t, &l, i, s->folder, err));
    for (size_t i = 0; i < l.n_plots; i++) PV_TRY(leave_out_plot(&t, &l.plot[i], err));
    PV_TRY(write_card(&t.card, &l, 0, err));
    if (pv_tr_on()) PV_TRY(write_card(&t.card_local, &l, 1, err));
    if (t.n == 0) PV_TRY(pv_lines_after(err, pv_fail(err, PV_INPUT, "%s: no photo to learn from is left", folder), &t.left_out));
    *out = t;
    t = (pv_taught){0};
out:
    pv_free(wanted);
    pv_lessons_release(&l);
    pv_season_close(s);
    pv_taught_release(&t);
    return st;
}
