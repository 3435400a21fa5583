/* The photos and labels of an evaluation: labels are judged by the road that scanning takes, smoothing and light included.
 *
 * Threads: main thread. Errors: PV_INPUT, PV_IO, PV_MODEL, PV_NOMEM. */
#ifndef PV_APP_EXAM_PHOTOS_H
#define PV_APP_EXAM_PHOTOS_H

#include "app/judge.h"
#include "app/learn.h"

typedef struct pv_exam_photo {
    const pv_labelled *from; /* borrowed from pv_learn */
    int *class_id;           /* [labels] the judge's number of a label's class */
    int *fold;               /* [labels] fold of the table, -1 = none */
    uint8_t *ask;            /* [labels] scratch */
} pv_exam_photo;

typedef struct pv_exam_photos {
    int n;
    pv_exam_photo *at;
    int64_t pixels; /* valid pixels that were asked about so far, also those that scanning would call unknown and that are not judged */
} pv_exam_photos;

/* What pv_learn_gather() has opened, with the same wish; l must live as long. class_name: the judge's classes. */
PV_MUST pv_status pv_exam_photos_init(pv_exam_photos *out, const pv_learn *l, const pv_learn_wish *wish, int n_classes,
                                      const char (*class_name)[PV_NAME], pv_err *err);
void pv_exam_photos_release(pv_exam_photos *e);

/* Judges the labels of a fold (-1 = all) by a model. class_of[c] is the judge's number of the model's class c. */
PV_MUST pv_status pv_exam_photos_judge(pv_exam_photos *e, pv_judge *j, int fold, const pv_model *m, const int *class_of, pv_err *err);

#endif
