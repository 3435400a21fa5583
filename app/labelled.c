#include "app/labelled.h"

#include <stdio.h>
#include <string.h>

#include "app/photo_list.h"
#include "base/mem.h"
#include "pipeline/gather.h"

#include "base/banned.h"

void pv_labelled_release(pv_labelled_list *l)
{
    for (int i = 0; l->at != NULL && i < l->n; i++) {
        pv_labels_free(l->at[i].labels);
        pv_photo_free(l->at[i].photo);
    }
    pv_free(l->at);
    *l = (pv_labelled_list){0};
}

pv_status pv_labelled_open(pv_labelled_list *out, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_options options = {.bands = pv_args_text(args, "bands")};
    pv_photo_list names = {0};
    pv_labelled_list l = {.n = pv_args_count(args, "photo")};
    int n_labels = pv_args_count(args, "labels");
    const char **path = NULL;
    if (l.n == 0) return PV_OK;
    if (n_labels != 1 && n_labels != l.n)
        PV_TRY(pv_fail(err, PV_USAGE, "--labels: %d files for %d photos; give one for each photo in the same order, or one for all", n_labels, l.n));
    PV_TRY(pv_alloc(&path, (size_t)l.n, sizeof *path, "photos", err));
    PV_TRY(pv_alloc(&l.at, (size_t)l.n, sizeof *l.at, "photos", err));
    for (int i = 0; i < l.n; i++) path[i] = pv_args_at(args, "photo", i);
    /* Two photos of one name would be one fold: the list refuses them. */
    PV_TRY(pv_photo_list_new(&names, l.n, path, 1, 1, err));
    for (int i = 0; i < l.n; i++) PV_TRY(pv_photo_open(&l.at[i].photo, path[i], &options, err));
    *out = l;
    l = (pv_labelled_list){0};
out:
    pv_photo_list_release(&names);
    pv_free(path);
    pv_labelled_release(&l);
    return st;
}

pv_status pv_labelled_add(pv_labelled_list *l, const pv_args *args, const pv_taught_photo *taught, pv_labelled_fits fits, const void *user,
                          pv_err *why, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_options options = {.bands = pv_args_text(args, "bands")};
    pv_labelled *all = NULL;
    pv_photo *photo = NULL;
    *why = (pv_err){.status = PV_OK};
    st = pv_photo_open(&photo, taught->path, &options, why);
    if (st == PV_NOMEM) return pv_where(err, st, "%s", taught->file);
    if (st != PV_OK) return PV_OK;
    if (!fits(user, pv_photo_facts_of(photo), why)) goto out;
    PV_TRY(pv_alloc(&all, (size_t)l->n + 1, sizeof *all, "photos", err));
    if (l->n > 0) memcpy(all, l->at, (size_t)l->n * sizeof *all);
    all[l->n] = (pv_labelled){.photo = photo, .taught = taught};
    photo = NULL;
    pv_free(l->at);
    l->at = all;
    l->n++;
out:
    pv_photo_free(photo);
    return st;
}

const char *pv_labelled_path(const pv_labelled_list *l, const pv_args *args, int i)
{
    if (l->at[i].taught != NULL) return l->at[i].taught->name;
    return pv_args_at(args, "labels", pv_args_count(args, "labels") == 1 ? 0 : i);
}

pv_status pv_labelled_read(pv_labelled_list *l, int i, const pv_args *args, const char *fold_field, pv_err *err)
{
    const pv_photo_facts *f = pv_photo_facts_of(l->at[i].photo);
    pv_label_options o = {.class_field = pv_args_text(args, "class-field"),
                          .fold_field = fold_field,
                          .stage_field = pv_args_has(args, "stage-field") ? pv_args_text(args, "stage-field") : NULL,
                          .plants_field = pv_args_has(args, "plants-field") ? pv_args_text(args, "plants-field") : NULL,
                          .point_radius_m = pv_args_has(args, "point-radius") ? pv_args_real(args, "point-radius") : 0};
    if (l->at[i].taught != NULL) o = (pv_label_options){.geojson = l->at[i].taught->geojson};
    return pv_where(err, pv_labels_open(&l->at[i].labels, pv_labelled_path(l, args, i), &o, f, err), "%s", f->name);
}

/* Sums of the probabilities of classes, in 1/65536, by label. */
typedef struct pv_nearest {
    int n_classes;
    uint64_t *sum; /* [labels][n_classes] */
} pv_nearest;

static void pv_nearest_pixel(void *user, int32_t label, uint8_t prob, uint8_t best, const uint32_t *share)
{
    pv_nearest *near = user;
    uint64_t total = 0, *sum = near->sum + (size_t)label * (size_t)near->n_classes;
    (void)prob;
    (void)best;
    for (int k = 0; k < near->n_classes; k++) total += share[k];
    for (int k = 0; k < near->n_classes && total > 0; k++) sum[k] += ((uint64_t)share[k] << 16) / total;
}

pv_status pv_labelled_nearest(pv_labelled *p, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)pv_labels_count(p->labels);
    pv_nearest near = {.n_classes = m->n_classes};
    uint8_t *ask = NULL;
    int64_t pixels = 0, asked = 0;
    PV_TRY(pv_alloc(&ask, n, 1, "labels", err));
    for (size_t i = 0; i < n; i++) {
        const char *name = pv_labels_at(p->labels, (int)i)->class_name;
        ask[i] = pv_model_find_class(m, name) < 0 && pv_taught_is_reason(name);
        asked += ask[i];
    }
    if (asked == 0) goto out;
    PV_TRY(pv_alloc(&near.sum, n * (size_t)m->n_classes, sizeof *near.sum, "probabilities", err));
    PV_TRY(pv_ask_labels(p->photo, p->labels, m, ask, pv_nearest_pixel, &near, &pixels, err));
    for (size_t i = 0; i < n; i++) {
        const uint64_t *sum = near.sum + i * (size_t)m->n_classes;
        int best = -1;
        for (int k = 0; k < m->n_classes && ask[i]; k++)
            if (!m->is_target[k] && sum[k] > 0 && (best < 0 || sum[k] > sum[best])) best = k;
        if (best >= 0) pv_labels_rename(p->labels, (int)i, m->class_name[best]);
    }
out:
    pv_free(ask);
    pv_free(near.sum);
    return st;
}
