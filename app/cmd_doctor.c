/* papaver doctor: is this machine ready? */
#include "app/command.h"
#include "app/doctor_season.h"
#include "app/machine.h"
#include "app/models_find.h"
#include "app/options.h"
#include "app/say.h"
#include "base/columns.h"
#include "base/tr.h"
#include "geo/gdal_door.h"
#include "vision/picture.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object"},
};

enum { NAME_COLUMNS = 10 };

static void pv_fact_name(pv_text *out, const char *name)
{
    pv_text_add_cell(out, pv_tr(name), NAME_COLUMNS);
    pv_text_add(out, " ");
}

static void pv_findings_words(const pv_findings *f, pv_text *out)
{
    for (int i = 0; i < f->n; i++) {
        pv_fact_name(out, f->at[i].what);
        pv_text_addf(out, "%s%s\n", f->at[i].bad ? pv_tr("WRONG: ") : "", pv_err_words(&f->at[i].said));
    }
}

static void pv_findings_json(const pv_findings *f, pv_text *out)
{
    pv_text_add(out, ",\"season\":[");
    for (int i = 0; i < f->n; i++) {
        pv_text_addf(out, "%s{\"what\":\"%s\",\"ok\":%s,\"words\":", i > 0 ? "," : "", f->at[i].what, f->at[i].bad ? "false" : "true");
        pv_text_add_json(out, f->at[i].said.text);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
}

static void pv_doctor_words(const pv_found_models *f, const char *folder, int64_t disk, pv_text *out)
{
    pv_fact_name(out, PV_N("version"));
    pv_text_addf(out, "%s\n", PV_VERSION_TEXT);
    pv_fact_name(out, PV_N("libraries"));
    pv_text_addf(out, "%s, %s\n", pv_geo_versions(), pv_vision_version());
    pv_fact_name(out, PV_N("threads"));
    pv_text_addf(out, "%d\n", pv_threads_default());
    pv_fact_name(out, PV_N("free disk"));
    pv_text_addf(out, pv_tr("%s GiB in %s\n"), disk >= 0 ? pv_real((double)disk / 1073741824.0, 1).text : "?", folder);
    pv_fact_name(out, PV_N("models"));
    pv_text_addf(out, pv_tr("looked for in %s\n"), f->where);
    for (size_t i = 0; i < f->n; i++) {
        const pv_model *m = f->at[i].model;
        pv_fact_name(out, "");
        if (m == NULL) {
            pv_text_addf(out, pv_tr("%s: cannot be used: %s\n"), f->at[i].path, pv_err_words(&f->at[i].reason));
            continue;
        }
        pv_text_addf(out, pv_tr("%s: %s (%s), bands"), f->at[i].path, m->name, m->id);
        for (int b = 0; b < m->n_bands; b++) pv_text_addf(out, " %s", m->band[b]);
        pv_text_add(out, "\n");
    }
    if (f->n == 0) pv_text_addf(out, "           %s\n", pv_tr("none found: name one with --model, or learn one with `papaver train`"));
}

static void pv_doctor_json(const pv_found_models *f, const char *folder, int64_t disk, pv_text *out)
{
    pv_text_addf(out, "{\"version\":\"%s\",\"libraries\":", PV_VERSION_TEXT);
    pv_text_add_json(out, pv_geo_versions());
    pv_text_addf(out, ",\"opencv\":\"%s\",\"threads\":%d,\"folder\":", pv_vision_version(), pv_threads_default());
    pv_text_add_json(out, folder);
    pv_text_addf(out, ",\"free_bytes\":%lld,\"models\":[", (long long)disk);
    for (size_t i = 0; i < f->n; i++) {
        const pv_model *m = f->at[i].model;
        pv_text_addf(out, "%s{\"path\":", i > 0 ? "," : "");
        pv_text_add_json(out, f->at[i].path);
        pv_text_add(out, ",\"name\":");
        pv_text_add_json(out, m != NULL ? m->name : NULL);
        pv_text_add(out, ",\"id\":");
        pv_text_add_json(out, m != NULL ? m->id : NULL);
        pv_text_add(out, ",\"reason\":");
        pv_text_add_json(out, m != NULL ? NULL : f->at[i].reason.text);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_found_models found = {0};
    pv_findings findings = {.n = 0};
    pv_text out = {0};
    const char *folder = args->n_inputs > 0 ? args->input[0] : ".";
    int64_t disk = pv_disk_free(folder);
    if (disk < 0) PV_TRY(pv_fail(err, PV_IO, "%s: its free space cannot be asked for; is it there?", folder));
    if (pv_is_season(folder)) PV_TRY(pv_doctor_season(folder, &findings, err));
    PV_TRY(pv_models_find(&found, err));
    if (pv_args_has(args, "json")) {
        pv_doctor_json(&found, folder, disk, &out);
        if (findings.n > 0) pv_findings_json(&findings, &out);
        pv_text_add(&out, "}\n");
    } else {
        pv_doctor_words(&found, folder, disk, &out);
        pv_findings_words(&findings, &out);
    }
    PV_TRY(pv_say(&out, err));
    if (findings.bad > 0)
        PV_TRY(pv_fail(err, PV_INPUT, "%d of %d things that a night needs are wrong; they are marked above", findings.bad, findings.n));
out:
    pv_models_release(&found);
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_doctor = {
    .name = "doctor",
    .line = "is this machine, is this season ready?",
    .inputs = "[FOLDER]",
    .min_inputs = 0,
    .max_inputs = 1,
    .text = "Says what papaver finds on this machine. FOLDER is where outputs are to be written (default: the current one). When it is a season, "
            "everything that a night needs is looked at: settings, ledger, rights, disk, memory, models, tables, boundaries, and whether a worker "
            "can be started; the exit code is 11 when "
            "something is wrong.",
    .example = "  papaver doctor /data/2026\n",
    PV_OPTIONS(options),
    .run = run,
};
