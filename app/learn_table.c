#include "app/learn_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "geo/bands.h"
#include "models/table_csv.h"
#include "pipeline/features.h"

#include "base/banned.h"

double pv_spectra_scale(double largest)
{
    return largest <= 1.5 ? 50000.0 : largest <= 150 ? 500.0 : largest <= 13107 ? 5.0 : 1.0;
}

/* The columns of a table that are bands: name and place. */
typedef struct pv_table_bands {
    int n;
    char name[PV_MAX_MODEL_BANDS][PV_NAME];
    int at[PV_MAX_MODEL_BANDS];
} pv_table_bands;

static int pv_spectra_find(const pv_spectra *s, const char *name)
{
    for (int b = 0; b < s->n_bands; b++)
        if (strcmp(s->band[b], name) == 0) return b;
    return -1;
}

static pv_status pv_bands_add(pv_table_bands *b, const char *name, int at, pv_err *err)
{
    for (int i = 0; i < b->n; i++)
        if (strcmp(b->name[i], name) == 0)
            return pv_fail(err, PV_INPUT, "two columns are band '%s'; name the right one with --bands %s=COLUMN", name, name);
    if (b->n == PV_MAX_MODEL_BANDS)
        return pv_fail(err, PV_INPUT, "there are more than %d bands; choose some with --bands NAME=COLUMN,...", PV_MAX_MODEL_BANDS);
    if (strlen(name) >= PV_NAME) return pv_fail(err, PV_INPUT, "band name '%.20s...' is longer than %d bytes", name, PV_NAME - 1);
    memcpy(b->name[b->n], name, strlen(name) + 1);
    b->at[b->n++] = at;
    return PV_OK;
}

/* "red=B04,nir=B08": only the named columns are bands then. */
static pv_status pv_bands_by_option(pv_table_bands *b, const pv_spectra *s, const char *option, pv_err *err)
{
    char part[2 * PV_NAME], word[PV_BAND_NAME];
    for (int k = 0; pv_list_part(option, k, part, sizeof part); k++) {
        char *equals = strchr(part, '=');
        if (equals == NULL) return pv_fail(err, PV_USAGE, "--bands: '%s' is not NAME=COLUMN", part);
        *equals = '\0';
        int at = pv_spectra_find(s, equals + 1);
        if (at < 0) return pv_fail(err, PV_USAGE, "--bands: the table has no column '%s'", equals + 1);
        pv_band_canonical(part, word);
        pv_status st = pv_bands_add(b, word[0] != '\0' ? word : part, at, err);
        if (st != PV_OK) return st;
    }
    return b->n > 0 ? PV_OK : pv_fail(err, PV_USAGE, "--bands names no column");
}

static pv_status pv_bands_of_table(pv_table_bands *b, const pv_spectra *s, const char *option, pv_err *err)
{
    char word[PV_BAND_NAME];
    if (option != NULL) return pv_bands_by_option(b, s, option, err);
    for (int k = 0; k < s->n_bands; k++) {
        pv_band_canonical(s->band[k], word);
        if (word[0] == '\0') continue;
        pv_status st = pv_bands_add(b, word, k, err);
        if (st != PV_OK) return st;
    }
    if (b->n > 0) return PV_OK;
    return pv_fail(err, PV_INPUT, "no column has the name of a band (blue, green, red, rededge, nir ...); name them with --bands NAME=COLUMN,...");
}

static pv_status pv_spectra_rows(pv_learn *l, const pv_spectra *s, const pv_table_bands *b, pv_err *err)
{
    pv_status st = PV_OK;
    pv_feature_plan *plan = NULL;
    const int *index = NULL;
    uint16_t value[PV_MAX_MODEL_BANDS], column[PV_MAX_COLUMNS];
    double largest = 0;
    PV_TRY(pv_feature_plan_new_for_bands(&plan, l->n_columns, (const char(*)[PV_NAME])l->column, b->n, (const char(*)[PV_NAME])b->name, err));
    int n = pv_feature_plan_bands(plan, &index);
    for (size_t i = 0; i < s->n_rows; i++)
        for (int k = 0; k < b->n; k++) largest = fmax(largest, s->value[i * (size_t)s->n_bands + (size_t)b->at[k]]);
    double scale = pv_spectra_scale(largest);
    for (size_t i = 0; i < s->n_rows; i++) {
        int class_id = 0, fold = -1;
        for (int k = 0; k < n; k++) {
            double v = s->value[i * (size_t)s->n_bands + (size_t)b->at[index[k]]] * scale;
            value[k] = (uint16_t)(v > 0 ? fmin(v + 0.5, 65535) : 0);
        }
        pv_features_point(plan, value, column);
        PV_TRY(pv_table_class(&l->table, s->class_name[i], &class_id, err));
        if (s->fold[i][0] != '\0') PV_TRY(pv_table_fold(&l->table, s->fold[i], &fold, err));
        PV_TRY(pv_table_add(&l->table, column, class_id, -1, fold, err));
    }
out:
    pv_feature_plan_free(plan);
    return st;
}

pv_status pv_learn_spectra(pv_learn *l, const pv_args *args, const pv_learn_wish *wish, pv_err *err)
{
    pv_status st = PV_OK;
    pv_spectra s = {0};
    pv_table_bands b = {0};
    const char *path = pv_args_text(args, "table");
    (void)snprintf(l->kind, sizeof l->kind, "table");
    (void)snprintf(l->normalise, sizeof l->normalise, "none");
    PV_TRY(pv_spectra_read(&s, path, pv_args_text(args, "class-field"), wish->fold_field, err));
    PV_TRY(pv_bands_of_table(&b, &s, pv_args_text(args, "bands"), err));
    PV_TRY(pv_learn_columns(l, args, wish, b.n, (const char(*)[PV_NAME])b.name, err));
    PV_TRY(pv_table_init(&l->table, l->n_columns, (const char(*)[PV_NAME])l->column, err));
    PV_TRY(pv_spectra_rows(l, &s, &b, err));
    pv_text_addf(&l->sources, "table %s (%zu spectra)", pv_path_name(path), s.n_rows);
    pv_text_addf(&l->sources_local, pv_tr("table %s (%zu spectra)"), pv_path_name(path), s.n_rows);
out:
    pv_spectra_release(&s);
    return st;
}
