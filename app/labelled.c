#include "app/labelled.h"

#include <stdio.h>
#include <string.h>

#include "app/photo_list.h"
#include "base/mem.h"

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
