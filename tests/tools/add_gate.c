/* add_gate MODEL.pvm OUT.pvm PHOTO[:LABELS.geojson]...: learns the early decision of a model from photos, as `papaver train` does at its end, and writes the model with it.
 * For comparing gates of one model; the model's own trees and thresholds stay. */
#include <stdio.h>
#include <string.h>

#include "app/learn_gate.h"
#include "base/mem.h"
#include "geo/gdal_door.h"
#include "models/model_file.h"

#include "base/banned.h"

static pv_status open_photo(pv_labelled *to, char *arg, pv_err *err)
{
    pv_status st = PV_OK;
    char *labels = strchr(arg, ':');
    if (labels != NULL) *labels++ = '\0';
    PV_TRY(pv_photo_open(&to->photo, arg, NULL, err));
    pv_label_options o = {.class_field = "class"};
    if (labels != NULL) PV_TRY(pv_labels_open(&to->labels, labels, &o, pv_photo_facts_of(to->photo), err));
out:
    return st;
}

static pv_status work(int argc, char **argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    pv_labelled_list photos = {.n = argc - 3};
    pv_lines report = {.n = 0};
    PV_TRY(pv_geo_start(err));
    PV_TRY(pv_model_load(&m, argv[1], err));
    PV_TRY(pv_alloc(&photos.at, (size_t)photos.n, sizeof *photos.at, "photos", err));
    for (int i = 0; i < photos.n; i++) PV_TRY(open_photo(&photos.at[i], argv[3 + i], err));
    PV_TRY(pv_learn_gate(m, &photos, 1, &report, err));
    PV_TRY(pv_model_save(m, argv[2], 1, err));
    for (size_t i = 0; i < report.n; i++) (void)printf("%s\n", report.at[i].text);
out:
    pv_labelled_release(&photos);
    pv_lines_release(&report);
    pv_model_free(m);
    return st;
}

int main(int argc, char **argv)
{
    pv_err err = {.status = PV_OK};
    if (argc < 4) {
        (void)fprintf(stderr, "usage: add_gate MODEL.pvm OUT.pvm PHOTO[:LABELS]...\n");
        return 2;
    }
    if (work(argc, argv, &err) == PV_OK) return 0;
    (void)fprintf(stderr, "add_gate: %s\n", err.text);
    return 1;
}
