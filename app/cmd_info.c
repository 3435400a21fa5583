/* papaver info: facts of a photo, a model, a season, a hotspots file, a coverage file or boundaries, in words or as JSON. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/info.h"
#include "app/learn_gate.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/say.h"
#include "base/columns.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "geo/cells.h"
#include "models/model_file.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"plan", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "of a photo: the memory that a scan would take at the most"},
    {"drift", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "of a photo: how different it is from what the model learned from, and in which columns"},
    {"model", 'm', PV_OPT_PATH, 0, "FILE", "the shipped model that fits the bands", 0, 0, NULL, "the model of --plan and --drift"},
    {"threads", 'j', PV_OPT_INT, 0, "threads", "SLURM_CPUS_PER_TASK or the processors there are", 1, 1024, NULL, "workers of the plan"},
    {"tile", 0, PV_OPT_INT, 0, "pixels", "about 512, whole blocks of the photo", 32, 1000000, NULL, "side of a tile of the plan"},
    {"bands", 'b', PV_OPT_TEXT, 0, "NAME=K,...", NULL, 0, 0, NULL, "which band is which, as red=1,green=2,nir=4, where a photo leaves a doubt"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object: {\"files\":[...]}"},
};

enum { PV_NAME_COLUMNS = 14 };
static const size_t PV_HOTSPOTS_BYTES = (size_t)1 << 30;

static void pv_info_name(pv_text *out, const char *name)
{
    pv_text_add(out, "  ");
    pv_text_add_cell(out, pv_tr(name), PV_NAME_COLUMNS);
    pv_text_add(out, " ");
}

void pv_info_line(pv_text *out, const char *name, const char *fmt, ...)
{
    char value[PV_ERR_TEXT + 256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(value, sizeof value, pv_tr(fmt), args);
    va_end(args);
    pv_tr_tail(value, sizeof value);
    pv_info_name(out, name);
    pv_text_addf(out, "%s\n", value);
}

/* What the model knows beyond pixels. */
static void pv_parts_words(const pv_model *m, pv_text *out)
{
    pv_text list = {0};
    const pv_object_stage *o = m->objects;
    if (o == NULL)
        pv_info_line(out, "object stage", "none: pixels alone decide");
    else
        pv_info_line(out, "object stage", "%d trees on %d columns of patches; kept from probability %.4f on", o->trees->n_trees, o->trees->n_columns,
                     o->probability_e4[o->keep_code] / 1e4);
    if (m->gate != NULL) pv_gate_words(m->gate, &list);
    if (m->gate != NULL) pv_info_line(out, "early decision", "%s", pv_text_str(&list));
    if (m->gate == NULL && strcmp(m->kind, "photo") == 0) pv_info_line(out, "early decision", "none: every pixel gets the full answer");
    pv_text_reset(&list);
    for (int k = 0; m->stages != NULL && k < m->stages->n_classes; k++) pv_text_addf(&list, "%s%s", k > 0 ? " " : "", m->stages->class_name[k]);
    if (m->stages != NULL) pv_info_line(out, "growth stages", "%s", pv_text_str(&list));
    for (int i = 0; i < m->n_densities; i++) {
        const pv_density *d = &m->density[i];
        pv_info_line(out, "plants on 1 m2", "%.1f (%.1f to %.1f) %s, from %d plots", d->per_m2_e3[1] / 1e3, d->per_m2_e3[0] / 1e3,
                     d->per_m2_e3[2] / 1e3, d->stage[0] != '\0' ? d->stage : pv_tr("in all stages"), d->plots);
    }
    pv_text_release(&list);
}

static void pv_recall_json(const char *name, pv_early_recall r, pv_text *out)
{
    pv_text_addf(out, ",\"%s\":{\"all\":%u,\"kept\":%u}", name, r.all, r.kept);
}

static void pv_gate_json(const pv_early_gate *g, pv_text *out)
{
    if (g == NULL) {
        pv_text_add(out, ",\"gate\":null");
        return;
    }
    pv_text_addf(out, ",\"gate\":{\"trees\":%d,\"columns\":%d,\"threshold\":%d,\"threshold_low\":%d", g->trees->n_trees, g->trees->n_columns,
                 g->threshold, g->least_low);
    pv_recall_json("pixels", g->pixels, out);
    pv_recall_json("labelled", g->labelled, out);
    pv_recall_json("patches", g->patches, out);
    pv_recall_json("ground", g->ground, out);
    pv_text_add(out, "}");
}

static void pv_parts_json(const pv_model *m, pv_text *out)
{
    pv_text_add(out, ",\"object_stage\":");
    if (m->objects == NULL) {
        pv_text_add(out, "null");
    } else {
        pv_text_addf(out, "{\"trees\":%d,\"columns\":%d,\"threshold\":", m->objects->trees->n_trees, m->objects->trees->n_columns);
        pv_text_add_fixed(out, m->objects->probability_e4[m->objects->keep_code], 4);
        pv_text_add(out, "}");
    }
    pv_gate_json(m->gate, out);
    pv_text_add(out, ",\"stages\":[");
    for (int k = 0; m->stages != NULL && k < m->stages->n_classes; k++) {
        if (k > 0) pv_text_add(out, ",");
        pv_text_add_json(out, m->stages->class_name[k]);
    }
    pv_text_add(out, "],\"densities\":[");
    for (int i = 0; i < m->n_densities; i++) {
        pv_text_add(out, i > 0 ? ",{\"stage\":" : "{\"stage\":");
        pv_text_add_json(out, m->density[i].stage[0] != '\0' ? m->density[i].stage : NULL);
        pv_text_addf(out, ",\"plots\":%d,\"per_m2\":[", m->density[i].plots);
        for (int k = 0; k < 3; k++) {
            if (k > 0) pv_text_add(out, ",");
            pv_text_add_fixed(out, m->density[i].per_m2_e3[k], 3);
        }
        pv_text_add(out, "]}");
    }
    pv_text_add(out, "]");
}

static void pv_model_words(const char *path, const pv_model *m, pv_text *out)
{
    pv_text list = {0};
    if (strncmp(m->trained_on, "synthetic", 9) == 0) pv_text_add(out, pv_tr("SYNTHETIC: this model has never seen a real photo\n"));
    pv_text_addf(out, pv_tr("%s: model %s\n"), path, m->name);
    pv_info_line(out, "id", "%s", m->id);
    if (strcmp(m->kind, "table") == 0)
        pv_info_line(out, "kind", "learned from a table of spectra");
    else
        pv_info_line(out, "kind", "learned from photos");
    for (int b = 0; b < m->n_bands; b++) pv_text_addf(&list, "%s%s", b > 0 ? " " : "", m->band[b]);
    pv_info_line(out, "bands", "%s", pv_text_str(&list));
    if (m->gsd_m > 0) pv_info_line(out, "working GSD", "%.6g m", m->gsd_m);
    pv_info_line(out, "normalise", "%s", m->normalise);
    if (m->smooth_m > 0) pv_info_line(out, "averaged", "class probabilities, over squares of %.6g m", m->smooth_m);
    pv_info_line(out, "trees", "%d on %d columns", m->n_trees, m->n_columns);
    pv_info_line(out, "thresholds", "%.3f to start a patch, %.3f to grow it", m->threshold_high / 254.0, m->threshold_low / 254.0);
    pv_parts_words(m, out);
    for (int c = 0; c < m->n_classes; c++) pv_info_line(out, "class", "%s%s", m->class_name[c], m->is_target[c] ? pv_tr("   (target)") : "");
    pv_info_line(out, "trained on", "%s", m->trained_on);
    pv_info_line(out, "licence", "%s", m->licence);
    pv_info_name(out, PV_N("summary"));
    pv_text_addf(out, "%s\n", m->summary);
    pv_text_release(&list);
}

/* Names as a JSON array. */
static void pv_names_json(const char *key, int n, const char (*name)[PV_NAME], pv_text *out)
{
    pv_text_addf(out, ",\"%s\":[", key);
    for (int i = 0; i < n; i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_json(out, name[i]);
    }
    pv_text_add(out, "]");
}

static void pv_model_json(const char *path, const pv_model *m, pv_text *out)
{
    const struct {
        const char *key, *text;
    } words[] = {{"path", path},
                 {"id", m->id},
                 {"name", m->name},
                 {"model_kind", m->kind},
                 {"normalise", m->normalise},
                 {"trained_on", m->trained_on},
                 {"licence", m->licence},
                 {"summary", m->summary}};
    int first = 1;
    pv_text_add(out, "{\"kind\":\"model\"");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        pv_text_addf(out, ",\"%s\":", words[i].key);
        pv_text_add_json(out, words[i].text);
    }
    pv_names_json("bands", m->n_bands, (const char(*)[PV_NAME])m->band, out);
    pv_names_json("classes", m->n_classes, (const char(*)[PV_NAME])m->class_name, out);
    pv_names_json("columns", m->n_columns, (const char(*)[PV_NAME])m->column, out);
    pv_text_add(out, ",\"targets\":[");
    for (int c = 0; c < m->n_classes; c++) {
        if (!m->is_target[c]) continue;
        if (!first) pv_text_add(out, ",");
        pv_text_add_json(out, m->class_name[c]);
        first = 0;
    }
    pv_text_addf(out, "],\"trees\":%d,\"synthetic\":%s,\"gsd_m\":", m->n_trees, strncmp(m->trained_on, "synthetic", 9) == 0 ? "true" : "false");
    pv_text_add_real(out, m->gsd_m, 6);
    pv_text_add(out, ",\"smooth_m\":");
    pv_text_add_real(out, m->smooth_m, 6);
    pv_parts_json(m, out);
    pv_text_addf(out, ",\"threshold_high\":%d,\"threshold_low\":%d}", m->threshold_high, m->threshold_low);
}

static pv_status pv_info_model(const char *path, int json, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    PV_TRY(pv_model_load(&m, path, err));
    if (json)
        pv_model_json(path, m, out);
    else
        pv_model_words(path, m, out);
out:
    pv_model_free(m);
    return st;
}

/* One line for each plain member of an object; inner objects and lists are shown as they stand when they are short. */
static void pv_members_words(const pv_json *j, pv_json_ref object, const char *const *name, size_t n, pv_text *out)
{
    char text[256];
    for (size_t i = 0; i < n; i++) {
        pv_json_ref value = pv_json_member(j, object, name[i]);
        size_t bytes = 0;
        const char *slice = pv_json_slice(j, value, &bytes);
        if (pv_json_copy(j, value, text, sizeof text))
            pv_info_line(out, name[i], "%s", text);
        else if (slice != NULL)
            pv_info_line(out, name[i], "%.*s", (int)(bytes < 900 ? bytes : 900), slice);
    }
}

static pv_status pv_info_hotspots(const char *path, int json, pv_text *out, pv_err *err)
{
    static const char *const facts[] = {"version",          "run",         "model",   "shard",   "threshold", "threshold_low",
                                        "object_threshold", "min_area_m2", "seconds", "coverage"};
    pv_status st = PV_OK;
    pv_json j = {0};
    char *data = NULL;
    size_t n = 0, count = 0, bytes = 0;
    PV_TRY(pv_file_read(path, PV_HOTSPOTS_BYTES, &data, &n, err));
    PV_TRY(pv_json_parse(&j, data, n, 4, err));
    pv_json_ref ours = pv_json_member(&j, 0, "papaver"), features = pv_json_member(&j, 0, "features");
    if (ours < 0 && features >= 0) {
        pv_json_release(&j);
        pv_free(data);
        return pv_info_units(path, json, out, err);
    }
    if (ours < 0 || features < 0)
        PV_TRY(pv_fail(err, PV_INPUT, "%s: this is JSON, but no hotspots file of papaver (it has no member 'papaver')", path));
    for (pv_json_ref f = pv_json_first(&j, features); f >= 0; f = pv_json_after(&j, features, f)) count++;
    if (json) {
        const char *slice = pv_json_slice(&j, ours, &bytes);
        pv_text_add(out, "{\"kind\":\"hotspots\",\"path\":");
        pv_text_add_json(out, path);
        pv_text_addf(out, ",\"hotspots\":%zu,\"papaver\":", count);
        pv_text_add_n(out, slice, bytes);
        pv_text_add(out, "}");
    } else {
        pv_text_addf(out, pv_tr("%s: %zu hotspots\n"), path, count);
        pv_members_words(&j, ours, facts, sizeof facts / sizeof facts[0], out);
        pv_json_ref photos = pv_json_member(&j, ours, "photos");
        for (pv_json_ref p = pv_json_first(&j, photos); p >= 0; p = pv_json_after(&j, photos, p)) {
            char name[256] = "", status[32] = "", reason[512] = "";
            (void)pv_json_copy(&j, pv_json_member(&j, p, "name"), name, sizeof name);
            (void)pv_json_copy(&j, pv_json_member(&j, p, "status"), status, sizeof status);
            (void)pv_json_copy(&j, pv_json_member(&j, p, "reason"), reason, sizeof reason);
            pv_info_line(out, "photo", "%s: %s%s%s", name, pv_tr(status), reason[0] != '\0' ? ": " : "", reason);
        }
    }
out:
    pv_json_release(&j);
    pv_free(data);
    return pv_where(err, st, "%s", path);
}

/* The kind of a file by its first bytes; everything unknown goes to the reader of photos, which says best what is wrong. */
static pv_status pv_info_file(const pv_args *args, const char *path, int json, pv_text *out, pv_err *err)
{
    char head[64] = "";
    int is_season = 0;
    static const char model[] = "papaver-model", database[] = "SQLite format 3";
    if (!pv_is_folder(path)) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
        ssize_t n = read(fd, head, sizeof head - 1);
        (void)close(fd);
        if (n < 0) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
        if (n == 0) return pv_fail(err, PV_INPUT, "%s: the file is empty", path);
    }
    if (memcmp(head, model, sizeof model - 1) == 0) return pv_info_model(path, json, out, err);
    if (pv_cells_is_file(head, sizeof head)) return pv_info_cells(path, json, out, err);
    if (head[strspn(head, " \t\r\n\xEF\xBB\xBF")] == '{') return pv_info_hotspots(path, json, out, err);
    if (pv_is_folder(path) || memcmp(head, database, sizeof database - 1) == 0) {
        pv_status st = pv_info_season(path, json, &is_season, out, err);
        if (st != PV_OK || is_season) return st;
    }
    if (pv_is_boundaries(path, head)) return pv_info_units(path, json, out, err);
    return pv_info_photo(args, path, json, out, err);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK, worst = PV_OK;
    pv_text out = {0};
    int json = pv_args_has(args, "json"), good = 0;
    if (json) pv_text_add(&out, "{\"files\":[");
    for (int i = 0; i < args->n_inputs; i++) {
        pv_err why = {0};
        size_t before = out.len;
        if (good > 0) pv_text_add(&out, json ? "," : "\n");
        pv_status one = pv_info_file(args, args->input[i], json, &out, &why);
        good += one == PV_OK;
        if (one == PV_OK) continue;
        if (args->n_inputs == 1) PV_TRY(pv_pass(err, one, &why));
        out.len = before;
        if (out.data != NULL) out.data[before] = '\0';
        worst = worst == PV_OK ? one : worst;
        (void)pv_where(&why, one, "info");
        pv_say_failure(&why);
    }
    pv_text_add(&out, json ? "]}\n" : "");
    PV_TRY(pv_say(&out, err));
    if (worst != PV_OK && good > 0) PV_TRY(pv_fail(err, PV_PARTIAL, "%d of %d files were refused", args->n_inputs - good, args->n_inputs));
    if (worst != PV_OK) PV_TRY(pv_fail(err, worst, "no file could be used"));
out:
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_info = {
    .name = "info",
    .line = "facts of a photo, a model, a season, hotspots, coverage or boundaries",
    .inputs = "FILE...",
    .min_inputs = 1,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Says what a file is, by its content: a photo (size, place, bands and how they were named, how missing pixels are known, which shipped "
            "models "
            "fit), a model (its card), a season or its ledger (nights, photos, plots, grid), a hotspots file (run, model, coverage), a coverage file "
            "(grid, extent, cells and m2 by state) or boundaries "
            "(units by level, what was "
            "repaired or left out). A photo without a place is shown too.",
    .example = "  papaver info flight-0412.tif --plan\n  papaver info mine.pvm\n",
    PV_OPTIONS(options),
    .run = run,
};
