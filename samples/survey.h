/* The whole survey: landscape, flights, truth, labels, boundaries and the index, into one folder.
 *
 * Threads: one caller. Errors: PV_USAGE (options, files that exist), PV_IO, PV_NOMEM. */
#ifndef PV_SAMPLES_SURVEY_H
#define PV_SAMPLES_SURVEY_H

#include "base/err.h"
#include "base/text.h"
#include "samples/flight.h"
#include "samples/scene.h"

typedef struct pv_survey_options {
    const char *folder; /* made when it is not there */
    double size_m;      /* width of the landscape; its height is three quarters */
    uint32_t seed;
    double gsd_m; /* of a pixel of all flights; 0 = each kind's own, 0.035 to 0.05 */
    int plots;    /* of opium poppy, 0 .. as many as the size and the seed give; PV_PLOTS_ALL = those */
    int flights;  /* 1 .. PV_FLIGHTS_MOST */
    int threads;  /* 0 = as many as there are */
    int overwrite;
    pv_bandset bandset;
} pv_survey_options;

pv_survey_options pv_survey_options_default(void);

typedef struct pv_survey_facts { /* what was made, for the last line on the screen */
    size_t n_plots, n_plants, n_lookalikes;
} pv_survey_facts;

PV_MUST pv_status pv_survey_make(const pv_survey_options *options, pv_survey_facts *facts, pv_err *err);

/* For survey.c, one file each. `name` is the file's place inside the folder. */
PV_MUST pv_status pv_survey_put(const pv_survey_options *o, const char *name, const pv_text *text, pv_err *err);
PV_MUST pv_status pv_truth_write(const pv_survey_options *o, const pv_scene *s, const pv_flight *flight, pv_err *err);
PV_MUST pv_status pv_labels_write(const pv_survey_options *o, const pv_view *view, const pv_flight *flight, pv_err *err);
PV_MUST pv_status pv_units_write(const pv_survey_options *o, const pv_scene *s, pv_err *err);

/* Adds "[lon,lat]" of a place in the landscape, 9 decimals. */
void pv_survey_add_place(pv_text *t, const pv_anchor *a, double x_m, double y_m);

#endif
