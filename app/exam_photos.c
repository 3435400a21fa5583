#include "app/exam_photos.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/gather.h"

#include "base/banned.h"

void pv_exam_photos_release(pv_exam_photos *e)
{
    for (int i = 0; e->at != NULL && i < e->n; i++) {
        pv_exam_photo *p = &e->at[i];
        pv_free(p->class_id);
        pv_free(p->fold);
        pv_free(p->ask);
    }
    pv_free(e->at);
    *e = (pv_exam_photos){0};
}

static int pv_index_of(const char *name, int n, const char (*list)[PV_NAME])
{
    for (int i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0) return i;
    return -1;
}

static pv_status pv_exam_photo_init(pv_exam_photo *p, const pv_labelled *from, const pv_table *t, const pv_learn_wish *wish, int n_classes,
                                    const char (*class_name)[PV_NAME], pv_err *err)
{
    pv_status st = PV_OK;
    int n = pv_labels_count(from->labels);
    p->from = from;
    PV_TRY(pv_alloc(&p->class_id, (size_t)n, sizeof *p->class_id, "labels", err));
    PV_TRY(pv_alloc(&p->fold, (size_t)n, sizeof *p->fold, "labels", err));
    PV_TRY(pv_alloc(&p->ask, (size_t)n, 1, "labels", err));
    for (int k = 0; k < n; k++) {
        const pv_label *label = pv_labels_at(from->labels, k);
        const char *fold = wish->fold_by_photo ? pv_photo_facts_of(from->photo)->name : label->fold;
        p->class_id[k] = pv_index_of(label->class_name, n_classes, class_name);
        p->fold[k] = pv_index_of(fold, t->n_folds, (const char(*)[PV_NAME])t->fold_name);
    }
out:
    return st;
}

pv_status pv_exam_photos_init(pv_exam_photos *out, const pv_learn *l, const pv_learn_wish *wish, int n_classes, const char (*class_name)[PV_NAME],
                              pv_err *err)
{
    pv_status st = PV_OK;
    pv_exam_photos e = {.n = l->photos.n};
    PV_TRY(pv_alloc(&e.at, (size_t)e.n, sizeof *e.at, "photos", err));
    for (int i = 0; i < e.n; i++) PV_TRY(pv_exam_photo_init(&e.at[i], &l->photos.at[i], &l->table, wish, n_classes, class_name, err));
    *out = e;
    e = (pv_exam_photos){0};
out:
    pv_exam_photos_release(&e);
    return st;
}

/* What an answer needs to reach the judge. */
typedef struct pv_exam_answer {
    pv_judge *judge;
    const pv_exam_photo *photo;
    const pv_model *model;
    const int *class_of;
} pv_exam_answer;

static void pv_take_answer(void *user, int32_t label, uint8_t prob, uint8_t best, const uint32_t *sum)
{
    const pv_exam_answer *a = user;
    double share[PV_MAX_CLASSES] = {0}, all = 0;
    for (int k = 0; k < a->model->n_classes; k++) all += sum[k];
    for (int k = 0; k < a->model->n_classes; k++) share[a->class_of[k]] = sum[k] / all;
    pv_judge_row(a->judge, a->photo->class_id[label], a->photo->from->first_group + label, a->class_of[best], share, prob / (double)PV_PROB_MAX);
}

pv_status pv_exam_photos_judge(pv_exam_photos *e, pv_judge *j, int fold, const pv_model *m, const int *class_of, pv_err *err)
{
    for (int i = 0; i < e->n; i++) {
        pv_exam_photo *p = &e->at[i];
        pv_exam_answer answer = {j, p, m, class_of};
        int any = 0;
        for (int k = 0; k < pv_labels_count(p->from->labels); k++) {
            p->ask[k] = p->class_id[k] >= 0 && (fold < 0 || p->fold[k] == fold);
            any |= p->ask[k];
        }
        if (!any) continue;
        pv_status st = pv_ask_labels(p->from->photo, p->from->labels, m, p->ask, pv_take_answer, &answer, &e->pixels, err);
        if (st != PV_OK) return st;
    }
    return PV_OK;
}
