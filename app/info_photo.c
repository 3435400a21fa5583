#include "app/info.h"

#include <math.h>
#include <string.h>

#include "app/machine.h"
#include "app/models_find.h"
#include "base/tr.h"
#include "geo/gate.h"
#include "geo/photo.h"
#include "models/model_file.h"
#include "pipeline/drift.h"
#include "pipeline/run.h"
#include "report/reason_words.h"

#include "base/banned.h"

typedef struct pv_photo_info {
    const char *path;
    pv_photo *photo;
    const pv_photo_facts *facts;
    int has_gate;
    pv_gate_facts gate;
    pv_found_models models;
    pv_model *named; /* of --model */
    int plan;        /* 1 = wanted and there */
    int64_t plan_bytes;
    const pv_model *plan_model;
    int plan_threads;
    int has_drift;
    pv_drift drift;
    const pv_model *drift_model;
} pv_photo_info;

static void pv_photo_info_release(pv_photo_info *i)
{
    pv_photo_free(i->photo);
    pv_models_release(&i->models);
    pv_model_free(i->named);
    pv_drift_release(&i->drift);
}

/* The model that a scan would take. */
static pv_status pv_photo_model(pv_photo_info *i, const pv_args *args, const pv_model **model, pv_err *err)
{
    pv_status st = PV_OK;
    size_t chosen = 0;
    const char *path = pv_args_text(args, "model");
    if (path != NULL) {
        if (i->named == NULL) PV_TRY(pv_model_load(&i->named, path, err));
        *model = i->named;
    } else {
        PV_TRY(pv_models_choose(&i->models, i->facts, &chosen, err));
        *model = i->models.at[chosen].model;
    }
out:
    return st;
}

static pv_status pv_photo_drift(pv_photo_info *i, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_photo_model(i, args, &i->drift_model, err));
    if (strcmp(i->drift_model->kind, "photo") != 0)
        PV_TRY(pv_fail(err, PV_MODEL, "model '%s' was learned from a table of spectra, not from photos", i->drift_model->name));
    PV_TRY(pv_drift_photo(&i->drift, i->photo, i->drift_model, err));
    i->has_drift = 1;
out:
    return pv_where(err, st, "--drift");
}

static void pv_photo_drift_words(const pv_photo_info *i, pv_text *out)
{
    const pv_drift *d = &i->drift;
    pv_info_line(out, "drift", "%s (index %.2f over %d columns and %lld pixels, model %s)", pv_tr(pv_drift_words(d)), d->index, d->judged,
                 (long long)d->pixels, i->drift_model->name);
    for (int k = 0; k < d->n && k < 3 && d->at[k].index >= 0; k++)
        pv_info_line(out, "", "%-28s index %.2f; %.0f %% below and %.0f %% above nearly all that training saw",
                     i->drift_model->column[d->at[k].column], d->at[k].index, d->at[k].below * 100, d->at[k].above * 100);
}

static void pv_photo_drift_json(const pv_photo_info *i, pv_text *out)
{
    const pv_drift *d = &i->drift;
    pv_text_add(out, ",\"drift\":{\"words\":");
    pv_text_add_json(out, pv_drift_words(d));
    pv_text_add(out, ",\"index\":");
    pv_text_add_real(out, d->index < 0 ? NAN : d->index, 4);
    pv_text_add(out, ",\"model\":");
    pv_text_add_json(out, i->drift_model->name);
    pv_text_add(out, ",\"columns\":[");
    for (int k = 0; k < d->n && d->at[k].index >= 0; k++) {
        pv_text_addf(out, "%s{\"name\":", k > 0 ? "," : "");
        pv_text_add_json(out, i->drift_model->column[d->at[k].column]);
        pv_text_add(out, ",\"index\":");
        pv_text_add_real(out, d->at[k].index, 4);
        pv_text_add(out, ",\"below\":");
        pv_text_add_real(out, d->at[k].below, 4);
        pv_text_add(out, ",\"above\":");
        pv_text_add_real(out, d->at[k].above, 4);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]}");
}

/* The memory that a scan would take. */
static pv_status pv_photo_plan(pv_photo_info *i, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_keep keep;
    PV_TRY(pv_photo_model(i, args, &i->plan_model, err));
    pv_scan_options o = {.threads = pv_args_has(args, "threads") ? (int)pv_args_int(args, "threads") : pv_threads_default(),
                         .tile_px = pv_args_has(args, "tile") ? (int)pv_args_int(args, "tile") : 0,
                         .threshold_high = pv_max(1, i->plan_model->threshold_high),
                         .threshold_low = pv_max(1, i->plan_model->threshold_low),
                         .min_area_m2 = 0.25};
    PV_TRY(pv_scan_plan(i->facts, i->plan_model, &o, &keep, &i->plan_bytes, err));
    i->plan = 1;
    i->plan_threads = o.threads;
out:
    return pv_where(err, st, "--plan");
}

static void pv_photo_models_words(const pv_photo_info *i, pv_text *out)
{
    pv_err reason;
    for (size_t k = 0; k < i->models.n; k++) {
        const pv_found_model *f = &i->models.at[k];
        if (f->model == NULL)
            pv_info_line(out, "model", "%s cannot be used: %s", pv_path_name(f->path), pv_err_words(&f->reason));
        else if (pv_model_fits(f->model, i->facts, &reason))
            pv_info_line(out, "model", "%s (%s) fits", f->model->name, f->model->id);
        else
            pv_info_line(out, "model", "%s (%s) does not fit: %s", f->model->name, f->model->id, pv_err_words(&reason));
    }
    if (i->models.n == 0) pv_info_line(out, "model", "no shipped model was found in %s", i->models.where);
}

static void pv_photo_gate_words(const pv_gate_facts *g, pv_text *out)
{
    pv_info_line(out, "file", "%s, %lld bytes, %d samples of %d bits, compression %d", g->big_tiff ? "BigTIFF" : "TIFF", (long long)g->file_bytes,
                 g->bands, g->bits, g->compression);
    pv_info_line(out, "blocks", "%lld of %lld x %lld pixels, %lld never written, %lld past the end of the file", (long long)g->n_blocks,
                 (long long)g->block_w_px, (long long)g->block_h_px, (long long)g->missing_blocks, (long long)g->blocks_past_end);
}

static void pv_photo_bands_words(const pv_photo_facts *f, pv_text *out)
{
    for (int b = 0; b < f->n_bands; b++) {
        const pv_band *band = &f->band[b];
        int known = strcmp(band->how, "unnamed") != 0;
        pv_text wave = {0}, how = {0};
        if (band->wavelength_nm > 0) pv_text_addf(&wave, ", %.4g nm", band->wavelength_nm);
        pv_info_line(out, "band", "%-10s file band %d, %s%s%s; dark %u, middle %u, bright %u", band->name, band->file_band,
                     known ? pv_tr("named by ") : "", known ? pv_reason_words(band->how, &how) : pv_tr("unnamed: say what it is with --bands"),
                     pv_text_str(&wave), f->radiometry.dark[b], f->radiometry.mid[b], f->radiometry.bright[b]);
        pv_text_release(&wave);
        pv_text_release(&how);
    }
}

static void pv_photo_words(const pv_photo_info *i, pv_text *out)
{
    const pv_photo_facts *f = i->facts;
    pv_text words = {0};
    pv_text_addf(out, pv_tr("%s: photo %s\n"), i->path, f->name);
    pv_info_line(out, "size", "%d x %d pixels, %d data bands of %d in the file, %s", f->width_px, f->height_px, f->n_bands, f->n_file_bands,
                 f->sample_type);
    pv_info_line(out, "layout", "%s, %s, read through %s", pv_reason_words(f->layout, &words), f->codec, f->road);
    if (i->has_gate) pv_photo_gate_words(&i->gate, out);
    if (f->gsd_x_m > 0)
        pv_info_line(out, "ground pixel", "%.4g x %.4g m, frame %.4g ha", f->gsd_x_m, f->gsd_y_m,
                     f->gsd_x_m * f->gsd_y_m * f->width_px * f->height_px / 1e4);
    if (f->epsg > 0)
        pv_info_line(out, "place", "%s (EPSG:%d)", f->crs_name, f->epsg);
    else
        pv_info_line(out, "place", "%s", f->crs_name[0] != '\0' ? f->crs_name : pv_tr("unknown"));
    pv_info_line(out, "taken at", "%s", f->taken_at[0] != '\0' ? f->taken_at : pv_tr("the file does not say"));
    pv_info_line(out, "missing", "%s", pv_reason_words(f->valid_rule, &words));
    pv_info_line(out, "full scale", "%.10g", f->radiometry.full_scale);
    pv_photo_bands_words(f, out);
    for (int w = 0; w < f->n_warnings; w++) pv_info_line(out, "note", "%s", f->warning_local[w][0] != '\0' ? f->warning_local[w] : f->warning[w]);
    pv_photo_models_words(i, out);
    if (i->has_drift) pv_photo_drift_words(i, out);
    if (i->plan)
        pv_info_line(out, "memory", "%.1f MiB at the most with model %s and %d threads", (double)i->plan_bytes / 1048576.0, i->plan_model->name,
                     i->plan_threads);
    pv_text_release(&words);
}

static void pv_photo_json(const pv_photo_info *i, pv_text *out)
{
    const pv_gate_facts *g = &i->gate;
    pv_text_add(out, "{\"kind\":\"photo\",\"path\":");
    pv_text_add_json(out, i->path);
    pv_text_add(out, ",");
    pv_photo_facts_json(i->facts, out);
    if (i->has_gate)
        pv_text_addf(out,
                     ",\"file\":{\"bigtiff\":%s,\"bytes\":%lld,\"samples\":%d,\"bits\":%d,\"compression\":%d,\"blocks\":%lld,\"missing_blocks\":%lld,"
                     "\"blocks_past_end\":%lld}",
                     g->big_tiff ? "true" : "false", (long long)g->file_bytes, g->bands, g->bits, g->compression, (long long)g->n_blocks,
                     (long long)g->missing_blocks, (long long)g->blocks_past_end);
    pv_text_add(out, ",\"models\":[");
    for (size_t k = 0; k < i->models.n; k++) {
        const pv_found_model *f = &i->models.at[k];
        pv_err reason = {.status = PV_OK};
        int fits = f->model != NULL && pv_model_fits(f->model, i->facts, &reason);
        pv_text_addf(out, "%s{\"name\":", k > 0 ? "," : "");
        pv_text_add_json(out, f->model != NULL ? f->model->name : pv_path_name(f->path));
        pv_text_addf(out, ",\"fits\":%s,\"reason\":", fits ? "true" : "false");
        pv_text_add_json(out, fits ? NULL : f->model != NULL ? reason.text : f->reason.text);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
    if (i->has_drift) pv_photo_drift_json(i, out);
    if (i->plan) {
        pv_text_addf(out, ",\"plan\":{\"bytes\":%lld,\"threads\":%d,\"model\":", (long long)i->plan_bytes, i->plan_threads);
        pv_text_add_json(out, i->plan_model->name);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "}");
}

pv_status pv_info_photo(const pv_args *args, const char *path, int json, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_info i = {.path = path};
    pv_gate_limits limits = pv_gate_limits_default();
    pv_photo_options options = {.bands = pv_args_text(args, "bands"), .allow_unplaced = 1};
    PV_TRY(pv_photo_open(&i.photo, path, &options, err));
    i.facts = pv_photo_facts_of(i.photo);
    i.has_gate = !pv_is_folder(path) && pv_gate_check(path, &limits, &i.gate, NULL) == PV_OK;
    PV_TRY(pv_models_find(&i.models, err));
    if (pv_args_has(args, "drift")) PV_TRY(pv_photo_drift(&i, args, err));
    if (pv_args_has(args, "plan")) PV_TRY(pv_photo_plan(&i, args, err));
    if (json)
        pv_photo_json(&i, out);
    else
        pv_photo_words(&i, out);
out:
    pv_photo_info_release(&i);
    return st;
}
