#include "app/scan_job.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cage.h"
#include "app/chips.h"
#include "app/data_find.h"
#include "app/gate_options.h"
#include "app/machine.h"
#include "app/outputs.h"
#include "app/overview.h"
#include "app/say.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "models/model_file.h"
#include "models/trees.h"
#include "pipeline/drift.h"
#include "vision/picture.h"

#include "base/banned.h"

static int pv_ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n > m && pv_same_word(path + n - m, ending);
}

/* FILE.tif (coverage: FILE.pvc, overview: FILE.jpg) for one photo, a folder otherwise. */
static pv_status pv_names_a_folder(const pv_scan_job *job, const char *option, const char *path, int *folder, pv_err *err)
{
    size_t n = strlen(path);
    int file = strcmp(option, "coverage") == 0   ? pv_ends_with(path, ".pvc")
               : strcmp(option, "overview") == 0 ? pv_ends_with(path, ".jpg")
                                                 : pv_ends_with(path, ".tif") || pv_ends_with(path, ".tiff");
    *folder = pv_is_folder(path) || n == 0 || path[n - 1] == '/' || !file;
    if (!*folder && job->list.n > 1)
        return pv_fail(err, PV_USAGE, "--%s: %s is one file, but there are %d photos; name a folder", option, path, job->list.n);
    return *folder ? pv_folder_make(path, err) : PV_OK;
}

static pv_status pv_outputs_check(pv_scan_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text name = {0};
    int prob_folder = 0, class_folder = 0, coverage_folder = 0, overview_folder = 0;
    if (job->json && strcmp(job->out_path, "-") == 0)
        PV_TRY(pv_fail(err, PV_USAGE, "--json and -o - both want standard output; give the hotspots a file"));
    PV_TRY(pv_output_check(job->args, job->out_path, err));
    if (job->prob != NULL) PV_TRY(pv_names_a_folder(job, "prob", job->prob, &prob_folder, err));
    if (job->class_out != NULL) PV_TRY(pv_names_a_folder(job, "class", job->class_out, &class_folder, err));
    if (job->coverage != NULL) PV_TRY(pv_names_a_folder(job, "coverage", job->coverage, &coverage_folder, err));
    if (job->overview != NULL) PV_TRY(pv_names_a_folder(job, "overview", job->overview, &overview_folder, err));
    if (job->picture_folder != NULL) PV_TRY(pv_folder_make(job->picture_folder, err));
    if (job->chips != NULL) PV_TRY(pv_folder_make(job->chips, err));
    for (int i = 0; i < job->list.n; i++) {
        const char *photo = job->list.at[i].name;
        const struct {
            const char *where, *what;
            int folder;
        } output[] = {{job->prob, "prob.tif", prob_folder},
                      {job->class_out, "class.tif", class_folder},
                      {job->coverage, "coverage.pvc", coverage_folder},
                      {job->picture_folder, "overview.png", 1},
                      {job->overview, "overview.jpg", overview_folder}};
        int taken = 0;
        for (size_t k = 0; k < sizeof output / sizeof output[0] && job->list.at[i].mine; k++) {
            if (output[k].where == NULL) continue;
            PV_TRY(pv_scan_output_name(&name, output[k].where, output[k].folder, photo, output[k].what, err));
            PV_TRY(pv_output_check(job->args, pv_text_str(&name), err));
            for (size_t j = 0; j < k; j++)
                taken = taken || (output[j].where != NULL && !output[j].folder && strcmp(output[j].where, pv_text_str(&name)) == 0);
            if (taken || strcmp(pv_text_str(&name), job->out_path) == 0)
                PV_TRY(pv_fail(err, PV_USAGE, "%s is named for two outputs; give each its own file", pv_text_str(&name)));
        }
        if (job->overview == NULL || !job->list.at[i].mine) continue;
        PV_TRY(pv_scan_sidecar_name(&name, err));
        PV_TRY(pv_output_check(job->args, pv_text_str(&name), err));
        if (strcmp(pv_text_str(&name), job->out_path) == 0)
            PV_TRY(pv_fail(err, PV_USAGE, "%s is named for two outputs; give each its own file", pv_text_str(&name)));
    }
    job->many = prob_folder | class_folder << 1 | coverage_folder << 2 | overview_folder << 3;
out:
    pv_text_release(&name);
    return st;
}

static int pv_code(double share)
{
    int code = (int)(share * PV_PROB_MAX + 0.5);
    return code < 1 ? 1 : code;
}

/* Of a model, or as the user said; the low threshold keeps the model's proportion to the high one. */
static void pv_thresholds(const pv_args *args, const pv_model *m, int *high_out, int *low_out)
{
    int high = pv_max(1, m->threshold_high), low = pv_max(1, m->threshold_low);
    *high_out = high;
    *low_out = pv_min(low, high);
    if (!pv_args_has(args, "threshold")) return;
    *high_out = pv_code(pv_args_real(args, "threshold"));
    *low_out = pv_min(pv_max(1, (*high_out * low + high / 2) / high), *high_out);
}

static pv_status pv_model_settle(pv_scan_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    const char *path = pv_args_text(job->args, "model");
    if (path == NULL) {
        PV_TRY(pv_models_find(&job->found, err));
        job->found.allow_coarse = job->options.allow_coarse;
        if (job->found.n == 0) PV_TRY(pv_fail(err, PV_MODEL, "no model was found in %s; name one with --model", job->found.where));
        return PV_OK;
    }
    PV_TRY(pv_model_load(&job->own, path, err));
    job->model = job->own;
    if (strcmp(job->model->kind, "photo") != 0)
        PV_TRY(pv_fail(err, PV_MODEL, "model '%s' was learned from a table of spectra; scanning needs one that was learned from photos",
                       job->model->name));
    memcpy(job->run.model_id, job->model->id, sizeof job->run.model_id);
    memcpy(job->run.model_name, job->model->name, sizeof job->run.model_name);
    pv_thresholds(job->args, job->model, &job->run.threshold_high, &job->run.threshold_low);
    const pv_object_stage *o = job->model->objects;
    job->run.has_keep = o != NULL;
    if (o != NULL) job->run.keep_e4 = job->options.keep_e4 >= 0 ? job->options.keep_e4 : o->probability_e4[o->keep_code];
out:
    return st;
}

/* The named model, or the shipped one that fits the photo best. */
static pv_status pv_model_for(pv_scan_job *job, int i, const pv_photo_facts *f, pv_photo_record *r, pv_scan_options *o, pv_err *err)
{
    size_t chosen = 0;
    const pv_model *m = job->model;
    if (m == NULL) {
        pv_status st = pv_models_choose(&job->found, f, &chosen, err);
        if (st != PV_OK) return st;
        m = job->found.at[chosen].model;
    }
    job->used[i] = m;
    memcpy(r->model_id, m->id, sizeof r->model_id);
    memcpy(r->model_name, m->name, sizeof r->model_name);
    pv_thresholds(job->args, m, &o->threshold_high, &o->threshold_low);
    int workers = 0;
    return job->chips != NULL ? pv_chips_plan(f, m, o->allow_coarse, o->memory_bytes, o->threads, &workers, err) : PV_OK;
}

/* Sheets of one mosaic share the radiometric state of one of them. */
static pv_status pv_sheet_state(pv_scan_job *job, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo *photo = NULL;
    PV_TRY(pv_photo_open(&photo, path, &job->photo_options, err));
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    PV_TRY(pv_alloc(&job->sheet_band, (size_t)f->n_bands, sizeof *job->sheet_band, "band names", err));
    for (int b = 0; b < f->n_bands; b++) memcpy(job->sheet_band[b], f->band[b].name, PV_BAND_NAME);
    job->sheet_bands = f->n_bands;
    job->sheet_state = f->radiometry;
    job->photo_options.radiometry = &job->sheet_state;
out:
    pv_photo_free(photo);
    return pv_where(err, st, "--radiometry-of");
}

static void pv_job_progress(void *user, int64_t done_px, int64_t total_px)
{
    pv_scan_job *job = user;
    pv_progress_at(&job->progress, total_px > 0 ? job->piece_mega * ((double)done_px / (double)total_px) : 0);
}

/* The photo is hashed while it is scanned. */
static pv_status pv_job_hash(void *user, int n, int of, pv_err *err)
{
    const pv_scan_job *job = user;
    (void)n;
    return pv_photo_hash_add(job->hash, job->hash_bytes / of + 1, err);
}

static void pv_job_options(pv_scan_job *job, const pv_args *args)
{
    const char *road = pv_args_text(args, "road");
    job->args = args;
    job->quiet = pv_args_has(args, "quiet");
    job->json = pv_args_has(args, "json");
    job->overwrite = pv_args_has(args, "overwrite");
    job->timings = pv_args_has(args, "timings");
    job->out_path = pv_args_text(args, "output");
    job->prob = pv_args_text(args, "prob");
    job->class_out = pv_args_text(args, "class");
    job->coverage = pv_args_text(args, "coverage");
    job->picture_folder = pv_args_text(args, "picture");
    job->chips = pv_args_text(args, "chips");
    job->overview = pv_args_text(args, "overview");
    job->options.chips = job->chips != NULL;
    job->limits = pv_gate_limits_given(args);
    job->photo_options.limits = &job->limits;
    job->photo_options.bands = pv_args_text(args, "bands");
    job->photo_options.road = strcmp(road, "libtiff") == 0 ? PV_ROAD_LIBTIFF : strcmp(road, "gdal") == 0 ? PV_ROAD_GDAL : PV_ROAD_AUTO;
    job->options.threads = pv_args_has(args, "threads") ? (int)pv_args_int(args, "threads") : pv_threads_default();
    job->options.tile_px = pv_args_has(args, "tile") ? (int)pv_args_int(args, "tile") : 0;
    job->options.memory_bytes = pv_args_has(args, "memory") ? pv_args_int(args, "memory") << 20 : 0;
    job->options.min_area_m2 = pv_args_real(args, "min-area");
    job->options.keep_e4 = pv_args_has(args, "object-threshold") ? (int)(pv_args_real(args, "object-threshold") * PV_ONE_E4 + 0.5) : -1;
    job->options.overwrite = job->overwrite;
    job->options.no_gate = pv_args_has(args, "no-gate");
    job->options.allow_coarse = pv_args_has(args, "allow-coarse");
    job->options.stop = pv_stop_flag();
    job->options.progress = pv_job_progress;
    job->options.aside = pv_job_hash;
    job->options.user = job;
}

/* Legal tiers and the calendar of stages. Without a file its properties stay null; a file with a mistake is an error. */
static pv_status pv_tables_read(pv_scan_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    char path[4096];
    if (pv_data_find("legal_tiers.csv", path, sizeof path, NULL) == PV_OK) {
        PV_TRY(pv_tiers_read(&job->tiers, path, err));
        job->options.tiers = &job->tiers;
    }
    if (pv_data_find("stage_calendar.csv", path, sizeof path, NULL) == PV_OK) {
        PV_TRY(pv_calendar_read(&job->calendar, path, err));
        job->options.calendar = &job->calendar;
    }
out:
    return st;
}

/* What was wrong with boundaries is said before the work; `papaver info` lists all of it. */
static pv_status pv_units_take(pv_scan_job *job, pv_err *err)
{
    enum { MOST_SAID = 10 };
    pv_status st = PV_OK;
    int n = pv_args_count(job->args, "units");
    if (n == 0) return PV_OK;
    PV_TRY(pv_units_new(&job->units, err));
    for (int i = 0; i < n; i++) PV_TRY(pv_units_add_file(job->units, pv_args_at(job->args, "units", i), err));
    PV_TRY(pv_units_ready(job->units, err));
    job->options.units = job->units;
    int lines = pv_units_report_count(job->units);
    for (int i = 0; i < lines && i < MOST_SAID && !job->quiet; i++) pv_note("boundaries: %s", pv_units_report_words(job->units, i));
    if (lines > MOST_SAID && !job->quiet) pv_note("boundaries: %d more such lines; `papaver info` of the files shows all", lines - MOST_SAID);
out:
    return st;
}

/* What is ours was read before; from here on photos are opened. */
static pv_status pv_scan_cage(const pv_args *args, pv_err *err)
{
    static const char *const outputs[] = {"output", "prob", "class", "coverage", "picture", "chips", "overview"};
    if (pv_args_has(args, "radiometry-of"))
        return pv_fail(err, PV_USAGE, "--cage and --radiometry-of do not go together: the photo of --radiometry-of could not be read");
    /* What draws lies where the cage lets nothing be read. */
    if (pv_args_has(args, "picture") || pv_args_has(args, "chips") || pv_args_has(args, "overview")) {
        pv_status st = pv_vision_load(err);
        if (st != PV_OK) return st;
    }
    return pv_cage_enter_for(args, sizeof outputs / sizeof *outputs, outputs, err);
}

pv_status pv_scan_job_start(pv_scan_job *job, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    int shard = 1, shards = 1;
    const char *text = pv_args_text(args, "shard");
    job->start_s = pv_clock();
    pv_job_options(job, args);
    if (job->out_path == NULL) PV_TRY(pv_fail(err, PV_USAGE, "-o FILE is missing: where shall the hotspots go? (- is standard output)"));
    if (text != NULL) PV_TRY(pv_shard_parse(text, &shard, &shards, err));
    PV_TRY(pv_photo_list_new(&job->list, args->n_inputs, args->input, shard, shards, err));
    PV_TRY(pv_alloc(&job->bad, (size_t)job->list.n, sizeof *job->bad, "list of photos", err));
    PV_TRY(pv_alloc(&job->used, (size_t)job->list.n, sizeof *job->used, "list of photos", err));
    PV_TRY(pv_alloc(&job->state, (size_t)job->list.n, sizeof *job->state, "list of photos", err));
    PV_TRY(pv_outputs_check(job, err));
    if (pv_args_has(args, "coverage-grid")) {
        PV_TRY(pv_where(err, pv_cell_grid_parse(&job->options.cell_grid, pv_args_text(args, "coverage-grid"), err), "--coverage-grid"));
        if (pv_cell_grid_check(&job->options.cell_grid, err) != PV_OK) PV_TRY(pv_where(err, PV_USAGE, "--coverage-grid"));
    }
    PV_TRY(pv_model_settle(job, err));
    PV_TRY(pv_tables_read(job, err));
    PV_TRY(pv_units_take(job, err));
    if (pv_args_has(args, "cage")) PV_TRY(pv_scan_cage(args, err));
    if (pv_args_has(args, "radiometry-of")) PV_TRY(pv_sheet_state(job, pv_args_text(args, "radiometry-of"), err));
    job->run.version = PV_VERSION_TEXT;
    job->run.shard = shard;
    job->run.shards = shards;
    job->run.min_area_m2 = job->options.min_area_m2;
    if (pv_args_has(args, "radiometry-of")) pv_photo_name_of(pv_args_text(args, "radiometry-of"), job->run.radiometry_of);
    pv_progress_start(&job->progress, job->quiet, pv_photo_list_mega(&job->list, &job->limits), "Mpx");
out:
    return st;
}

/* The photo's bands must be those of the photo whose state is shared. */
static pv_status pv_sheet_check(const pv_scan_job *job, const pv_photo_facts *f, pv_err *err)
{
    int same = f->n_bands == job->sheet_bands;
    if (job->sheet_band == NULL) return PV_OK;
    for (int b = 0; b < f->n_bands && same; b++) same = strcmp(f->band[b].name, job->sheet_band[b]) == 0;
    if (same) return PV_OK;
    return pv_fail(err, PV_INPUT, "its bands are not those of the photo named by --radiometry-of, in the same order");
}

/* The smallest patch that can be expected has as many pixels as the smallest one that the model was made for. */
static pv_status pv_coarse_note(pv_scan_job *job, const pv_model *model, const pv_photo_facts *f, pv_photo_record *r, pv_err *err)
{
    pv_work_grid grid;
    int coarse = 0;
    if (!job->options.allow_coarse) return PV_OK;
    pv_status st = pv_work_grid_any(&grid, f, model->gsd_m, &coarse, err);
    if (st != PV_OK || !coarse) return st;
    double times = grid.gsd_x_m * grid.gsd_y_m / (model->gsd_m * model->gsd_m);
    (void)snprintf(r->status, sizeof r->status, "coarse");
    (void)snprintf(r->reason, sizeof r->reason,
                   "its pixels are %.3g x %.3g m and the model was made for %.3g m: patches below about %.2f m2 cannot be expected, and more of what "
                   "is found is false",
                   grid.gsd_x_m, grid.gsd_y_m, model->gsd_m, fmax(job->options.min_area_m2, 0.25) * times);
    job->coarse++;
    return PV_OK;
}

static int pv_hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static pv_status pv_coverage_write(const pv_scan_job *job, const pv_listed_photo *listed, const char sha256[65], pv_cells *cells, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, bytes = {0};
    uint8_t sha[PV_SHA256_BYTES];
    for (int k = 0; k < PV_SHA256_BYTES; k++) sha[k] = (uint8_t)(pv_hex_digit(sha256[2 * k]) << 4 | pv_hex_digit(sha256[2 * k + 1]));
    pv_cells_set_photo(cells, sha);
    PV_TRY(pv_scan_output_name(&path, job->coverage, job->many & 4, listed->name, "coverage.pvc", err));
    PV_TRY(pv_cells_encode(cells, &bytes, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), bytes.data, bytes.len, job->overwrite, err));
out:
    pv_text_release(&path);
    pv_text_release(&bytes);
    return st;
}

/* What the photo's model will look at is kept while the photo is sampled, where it is not too much. A photo that has no model, or too little memory, is refused later. */
static pv_status pv_keep_cells(const pv_scan_job *job, pv_photo *photo, pv_err *err)
{
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    const pv_model *m = job->model;
    pv_scan_options o = job->options;
    pv_keep keep;
    size_t chosen = 0;
    int64_t bytes = 0;
    if (m == NULL && pv_models_choose(&job->found, f, &chosen, NULL) == PV_OK) m = job->found.at[chosen].model;
    if (m == NULL) return PV_OK;
    pv_thresholds(job->args, m, &o.threshold_high, &o.threshold_low);
    return pv_scan_plan(f, m, &o, &keep, &bytes, NULL) == PV_OK ? pv_photo_keep(photo, keep, err) : PV_OK;
}

/* *fatal = 1 when the failure is not the photo's. */
static pv_status pv_scan_one(pv_scan_job *job, int i, int record, int *fatal, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_listed_photo *listed = &job->list.at[i];
    pv_photo *photo = NULL;
    pv_scan_options options = job->options;
    pv_scan_seconds s = {0};
    pv_photo_options opening = job->photo_options;
    pv_text prob = {0}, best = {0};
    pv_cells *cells = NULL;
    pv_small *small = NULL;
    opening.sample_later = 1;
    PV_TRY(pv_photo_open(&photo, listed->path, &opening, err));
    PV_TRY(pv_keep_cells(job, photo, err));
    PV_TRY(pv_where(err, pv_scan_sample(photo, options.threads, &job->seconds.read, err), "%s", pv_path_name(listed->path)));
    const pv_photo_facts *f = pv_photo_facts_of(photo);
    pv_photo_record *r = &job->hotspots.photo[record];
    r->gsd_m = f->gsd_x_m > f->gsd_y_m ? f->gsd_x_m : f->gsd_y_m;
    memcpy(r->taken_at, f->taken_at, sizeof r->taken_at);
    job->state[i] = f->radiometry;
    job->piece_mega = (double)f->width_px * (double)f->height_px * 1e-6;
    for (int w = 0; w < f->n_warnings && !job->quiet; w++) {
        pv_progress_clear(&job->progress);
        pv_note("%s: note: %s", listed->path, f->warning_local[w][0] != '\0' ? f->warning_local[w] : f->warning[w]);
    }
    PV_TRY(pv_sheet_check(job, f, err));
    PV_TRY(pv_photo_hash_new(&job->hash, photo, err));
    job->hash_bytes = pv_photo_bytes(photo);
    PV_TRY(pv_model_for(job, i, f, r, &options, err));
    if (job->prob != NULL) PV_TRY(pv_scan_output_name(&prob, job->prob, job->many & 1, listed->name, "prob.tif", err));
    if (job->class_out != NULL) PV_TRY(pv_scan_output_name(&best, job->class_out, job->many & 2, listed->name, "class.tif", err));
    options.prob_path = job->prob != NULL ? pv_text_str(&prob) : NULL;
    options.class_path = job->class_out != NULL ? pv_text_str(&best) : NULL;
    options.cells = job->coverage != NULL ? &cells : NULL;
    PV_TRY(pv_scan_view_small(job, i, f, &small, err));
    options.small = small;
    *fatal = 1;
    st = pv_scan_photo(photo, job->used[i], &options, &job->hotspots, record, &s, err);
    *fatal = st == PV_IO || st == PV_STOPPED || st == PV_BUG || st == PV_USAGE;
    if (st != PV_OK) goto out;
    PV_TRY(pv_photo_hash_end(job->hash, r->sha256, err));
    if (cells != NULL) st = pv_coverage_write(job, listed, r->sha256, cells, err);
    if (st == PV_OK) st = pv_scan_views(job, i, record, photo, small, err);
    *fatal = st == PV_IO || st == PV_STOPPED || st == PV_BUG || st == PV_USAGE;
    if (st != PV_OK) goto out;
    PV_TRY(pv_coarse_note(job, job->used[i], f, r, err));
    job->seconds.read += s.read;
    job->seconds.gate += s.gate;
    job->seconds.features += s.features;
    job->seconds.trees += s.trees;
    job->seconds.objects += s.objects;
    job->seconds.patches += s.patches;
    job->seconds.write += s.write;
    job->seconds.waiting += s.waiting;
    job->mega += job->piece_mega;
out:
    pv_photo_hash_free(job->hash);
    job->hash = NULL;
    pv_photo_free(photo);
    pv_cells_free(cells);
    pv_small_free(small);
    pv_text_release(&prob);
    pv_text_release(&best);
    return st;
}

/* A photo with unreadable blocks is done, but not clean: it is named and the run is partial. */
static void pv_damage_note(pv_scan_job *job, int i, pv_photo_record *r)
{
    if (r->coverage.unreadable_e4 == 0) return;
    pv_err why;
    (void)pv_fail(&why, PV_PARTIAL, "%.2f m2 could not be read: the file is damaged or half-copied; copy it again",
                  (double)r->coverage.unreadable_e4 * 1e-4);
    (void)snprintf(r->status, sizeof r->status, "damaged");
    (void)snprintf(r->reason, sizeof r->reason, "%s", why.text);
    job->damaged++;
    pv_progress_clear(&job->progress);
    (void)pv_where(&why, PV_PARTIAL, "scan: %s", job->list.at[i].path);
    pv_say_failure(&why);
}

/* Such a photo is done, and its list is worth little: the operator is told. */
static void pv_drift_note(pv_scan_job *job, int i, const pv_photo_record *r)
{
    if (!pv_drift_is_large(r->drift_e2 * 0.01)) return;
    job->strange++;
    if (job->quiet) return;
    pv_progress_clear(&job->progress);
    pv_note("%s: note: very different from what model %s learned from (drift %.2f): expect errors, its probabilities mean little (`papaver info "
            "--drift` says in what)",
            job->list.at[i].path, r->model_name, r->drift_e2 * 0.01);
}

static pv_status pv_scan_listed(pv_scan_job *job, int i, pv_err *err)
{
    pv_hotspots *h = &job->hotspots;
    const pv_listed_photo *listed = &job->list.at[i];
    pv_photo_record record = {.ok = 1};
    pv_err why = {0};
    char line[PV_ERR_TEXT];
    size_t before = h->n;
    int fatal = 0, index = 0;
    memcpy(record.name, listed->name, sizeof record.name);
    pv_photo_file_of(listed->path, record.path_name);
    (void)snprintf(record.status, sizeof record.status, "done");
    pv_status st = pv_hotspots_add_photo(h, &record, &index, err);
    if (st != PV_OK) return st;
    job->piece_mega = listed->mega;
    pv_progress_piece(&job->progress, listed->name);
    st = pv_scan_one(job, i, index, &fatal, &why);
    if (st == PV_OK) {
        pv_damage_note(job, i, &h->photo[index]);
        pv_drift_note(job, i, &h->photo[index]);
        if (h->n - before == 1)
            (void)snprintf(line, sizeof line, pv_tr("%s: 1 hotspot"), listed->name);
        else
            (void)snprintf(line, sizeof line, pv_tr("%s: %zu hotspots"), listed->name, h->n - before);
        pv_progress_end_piece(&job->progress, job->piece_mega, line);
        return PV_OK;
    }
    if (fatal) return pv_pass(err, pv_where(&why, st, "%s", listed->path), &why);
    /* Recorded without the folder it lay in: the same photo elsewhere gives the same file. */
    pv_hotspots_drop(h, index);
    pv_photo_record *r = &h->photo[index];
    r->coverage = (pv_coverage){0};
    r->ok = 0;
    r->model_id[0] = '\0';
    size_t n = strlen(listed->path);
    const char *reason = strncmp(why.text, listed->path, n) == 0 && why.text[n] == ':' ? why.text + n + 1 + strspn(why.text + n + 1, " ") : why.text;
    (void)snprintf(r->reason, sizeof r->reason, "%s", reason);
    (void)snprintf(r->status, sizeof r->status, "%s", pv_status_word(st));
    job->bad[i] = st;
    pv_progress_end_piece(&job->progress, listed->mega, NULL);
    pv_progress_clear(&job->progress);
    /* The path is said once. */
    (void)(reason == why.text ? pv_where(&why, st, "scan: %s", listed->path) : pv_where(&why, st, "scan"));
    pv_say_failure(&why);
    return PV_OK;
}

pv_status pv_scan_job_run(pv_scan_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    for (int i = 0; i < job->list.n && st == PV_OK; i++) {
        if (!job->list.at[i].mine) continue;
        if (atomic_load(job->options.stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal; nothing was written"));
        PV_TRY(pv_scan_listed(job, i, err));
    }
out:
    pv_progress_clear(&job->progress);
    job->seconds.wall = pv_clock() - job->start_s;
    return st;
}

static int pv_record_of(const pv_hotspots *h, const char *name)
{
    for (size_t r = 0; r < h->n_photos; r++)
        if (strcmp(h->photo[r].name, name) == 0) return (int)r;
    return -1;
}

static pv_status pv_picture_of(const pv_scan_job *job, int i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo *photo = NULL;
    pv_text path = {0};
    pv_photo_options options = job->photo_options;
    options.radiometry = &job->state[i];
    PV_TRY(pv_scan_output_name(&path, job->picture_folder, 1, job->list.at[i].name, "overview.png", err));
    PV_TRY(pv_photo_open(&photo, job->list.at[i].path, &options, err));
    pv_overview o = {.hotspots = &job->hotspots,
                     .photo = pv_record_of(&job->hotspots, job->list.at[i].name),
                     .model_name = job->used[i]->name,
                     .path = pv_text_str(&path),
                     .overwrite = job->overwrite,
                     .stop = job->options.stop};
    PV_TRY(pv_overview_write(&o, photo, err));
out:
    pv_photo_free(photo);
    pv_text_release(&path);
    return pv_where(err, st, "%s: picture", job->list.at[i].path);
}

pv_status pv_scan_job_write(pv_scan_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text file = {0};
    job->run.seconds = job->timings ? pv_clock() - job->start_s : -1;
    PV_TRY(pv_run_id(job->run.run_id, &job->run, job->hotspots.n_photos, job->hotspots.photo, err));
    PV_TRY(pv_hotspots_print(&job->hotspots, &job->run, &file, err));
    for (int i = 0; i < job->list.n && job->picture_folder != NULL; i++)
        if (job->list.at[i].mine && job->bad[i] == PV_OK) PV_TRY(pv_picture_of(job, i, err));
    if (atomic_load(job->options.stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal; %s was not written", job->out_path));
    PV_TRY(pv_outfile_put(job->out_path, file.data, file.len, job->overwrite, err));
    job->seconds.wall = pv_clock() - job->start_s;
out:
    pv_text_release(&file);
    return st;
}

void pv_scan_job_release(pv_scan_job *job)
{
    pv_tiers_release(&job->tiers);
    pv_calendar_release(&job->calendar);
    pv_units_free(job->units);
    pv_photo_list_release(&job->list);
    pv_models_release(&job->found);
    pv_model_free(job->own);
    pv_hotspots_release(&job->hotspots);
    pv_free(job->sheet_band);
    pv_free(job->bad);
    pv_free(job->used);
    pv_free(job->state);
    *job = (pv_scan_job){0};
}
