/* A table of spectra as rows for learning. Private to learn.c. */
#ifndef PV_APP_LEARN_TABLE_H
#define PV_APP_LEARN_TABLE_H

#include "app/learn.h"

PV_MUST pv_status pv_learn_spectra(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, pv_err *err);

/* The factor from a table's values to uint16, by its largest value: shares of 1, percent, or ten-thousandths (1.0 reflectance = 50000). */
double pv_spectra_scale(double largest);

/* The columns of --columns, of the wish's model, or the default ones, with the bands that they need. Fills column, n_columns, band, n_bands. */
PV_MUST pv_status pv_learn_columns(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, int n_bands, const char (*band)[PV_NAME],
                                   pv_err *err);

#endif
