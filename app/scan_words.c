/* What a scan says at its end, to people and to machines. */
#include <stdio.h>
#include <string.h>

#include "app/scan_job.h"
#include "base/tr.h"
#include "pipeline/drift.h"

#include "base/banned.h"

pv_status pv_scan_job_outcome(const pv_scan_job *job, pv_err *err)
{
    int mine = 0, bad = 0, for_model = 0, for_memory = 0, for_usage = 0;
    for (int i = 0; i < job->list.n; i++) {
        mine += job->list.at[i].mine;
        bad += job->bad[i] != PV_OK;
        for_model += job->bad[i] == PV_MODEL;
        for_memory += job->bad[i] == PV_NOMEM;
        for_usage += job->bad[i] == PV_USAGE;
    }
    if (bad == 0 && job->damaged > 0)
        return pv_fail(err, PV_PARTIAL, "%d of %d photos are damaged: what could be read of them is done, the rest is counted as not seen",
                       job->damaged, mine);
    if (bad == 0) return PV_OK;
    if (bad < mine) return pv_fail(err, PV_PARTIAL, "%d of %d photos were refused; the others are done", bad, mine);
    pv_status st = for_model == bad ? PV_MODEL : for_memory == bad ? PV_NOMEM : for_usage == bad ? PV_USAGE : PV_INPUT;
    if (bad == 1) return pv_fail(err, st, "the photo was refused; nothing was scanned");
    return pv_fail(err, st, "all photos were refused; nothing was scanned");
}

static pv_coverage pv_coverage_sum(const pv_hotspots *h)
{
    pv_coverage sum = {0};
    for (size_t i = 0; i < h->n_photos; i++) {
        for (int k = 0; k < PV_COVERAGE_FIGURES; k++) *pv_coverage_e4(&sum, k) += pv_coverage_of(&h->photo[i].coverage, k);
    }
    return sum;
}

static size_t pv_outside_count(const pv_hotspots *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) n += h->at[i].outside != 0;
    return n;
}

static void pv_summary_seconds(const pv_scan_seconds *s, pv_text *out)
{
    const struct {
        const char *name;
        double value;
    } stage[] = {{"read", s->read},       {"gate", s->gate},   {"features", s->features}, {"trees", s->trees}, {"objects", s->objects},
                 {"patches", s->patches}, {"write", s->write}, {"waiting", s->waiting},   {"wall", s->wall}};
    pv_text_add(out, "\"seconds\":{");
    for (size_t i = 0; i < sizeof stage / sizeof stage[0]; i++) {
        pv_text_addf(out, "%s\"%s\":", i > 0 ? "," : "", stage[i].name);
        pv_text_add_real(out, stage[i].value, 3);
    }
    pv_text_add(out, "}");
}

/* Each model that was asked, once, in the order of the photos: as JSON objects, or "model a (id), b (id); ". */
static void pv_models_said(const pv_hotspots *h, int json, pv_text *out)
{
    int said = 0;
    for (size_t i = 0; i < h->n_photos; i++) {
        const pv_photo_record *r = &h->photo[i];
        int again = r->model_id[0] == '\0';
        for (size_t k = 0; k < i && !again; k++) again = strcmp(h->photo[k].model_id, r->model_id) == 0;
        if (again) continue;
        if (json) {
            pv_text_addf(out, "%s{\"id\":\"%s\",\"name\":", said > 0 ? "," : "", r->model_id);
            pv_text_add_json(out, r->model_name);
            pv_text_add(out, "}");
        } else {
            pv_text_addf(out, "%s%s (%s)", said > 0 ? ", " : pv_tr("model "), r->model_name, r->model_id);
        }
        said++;
    }
    if (said > 0 && !json) pv_text_add(out, "; ");
}

/* Photos with a reason: refused ones (ok 0), or those that were scanned with a reservation, damaged or coarse (ok 1). */
static void pv_photos_said(const pv_hotspots *h, int ok, pv_text *out)
{
    const char *between = "";
    for (size_t i = 0; i < h->n_photos; i++) {
        const pv_photo_record *r = &h->photo[i];
        if (r->ok != ok || (ok && r->reason[0] == '\0')) continue;
        pv_text_addf(out, "%s{\"photo\":", between);
        pv_text_add_json(out, r->name);
        pv_text_addf(out, ",\"status\":\"%s\",\"reason\":", r->status);
        pv_text_add_json(out, r->reason);
        pv_text_add(out, "}");
        between = ",";
    }
}

void pv_scan_summary_json(const pv_scan_job *job, pv_status outcome, pv_text *out)
{
    const pv_hotspots *h = &job->hotspots;
    pv_coverage c = pv_coverage_sum(h);
    pv_text_addf(out, "{\"version\":\"%s\",\"run\":\"%s\",\"models\":[", PV_VERSION_TEXT, job->run.run_id);
    pv_models_said(h, 1, out);
    pv_text_addf(out, "],\"shard\":\"%d/%d\",\"hotspots\":%zu,\"photos\":%zu,\"refused\":[", job->run.shard, job->run.shards, h->n, h->n_photos);
    pv_photos_said(h, 0, out);
    pv_text_add(out, "],\"noted\":[");
    pv_photos_said(h, 1, out);
    pv_text_add(out, "],\"strange\":[");
    const char *between = "";
    for (size_t i = 0; i < h->n_photos; i++) {
        if (!h->photo[i].ok || !pv_drift_is_large(h->photo[i].drift_e2 * 0.01)) continue;
        pv_text_add(out, between);
        pv_text_add_json(out, h->photo[i].name);
        between = ",";
    }
    pv_text_add(out, "],\"coverage\":{");
    for (int k = 0; k < PV_COVERAGE_FIGURES; k++) {
        pv_text_addf(out, "%s\"%s\":", k > 0 ? "," : "", pv_coverage_figures[k].name);
        pv_text_add_fixed(out, pv_coverage_of(&c, k), 4);
    }
    pv_text_add(out, "},");
    if (job->units != NULL) pv_text_addf(out, "\"outside_units\":%zu,", pv_outside_count(h));
    pv_summary_seconds(&job->seconds, out);
    pv_text_add(out, ",\"mpx_per_s\":");
    pv_text_add_real(out, job->seconds.wall > 0 ? job->mega / job->seconds.wall : 0, 3);
    pv_text_addf(out, ",\"exit\":%d}\n", pv_exit_code(outcome));
}

/* An area behind the words that lead to it. */
static void pv_hectares_said(pv_text *out, const char *words, int64_t area_e4)
{
    pv_text_add(out, pv_tr(words));
    pv_text_add_real(out, (double)area_e4 * 1e-8, 2);
}

void pv_scan_summary_words(const pv_scan_job *job, pv_text *out)
{
    const pv_hotspots *h = &job->hotspots;
    pv_coverage c = pv_coverage_sum(h);
    size_t done = 0;
    for (size_t i = 0; i < h->n_photos; i++) done += h->photo[i].ok != 0;
    pv_text_addf(out, h->n == 1 ? pv_tr("%zu hotspot in ") : pv_tr("%zu hotspots in "), h->n);
    if (done < h->n_photos)
        pv_text_addf(out, h->n_photos == 1 ? pv_tr("%zu of %zu photo; ") : pv_tr("%zu of %zu photos; "), done, h->n_photos);
    else
        pv_text_addf(out, done == 1 ? pv_tr("%zu photo; ") : pv_tr("%zu photos; "), done);
    pv_models_said(h, 0, out);
    pv_hectares_said(out, PV_N("looked at "), c.valid_e4);
    pv_hectares_said(out, PV_N(" ha, not seen: "), c.nodata_e4);
    pv_hectares_said(out, PV_N(" ha no data, "), c.unreadable_e4);
    pv_hectares_said(out, PV_N(" ha unreadable, "), c.unusable_e4);
    if (c.blurred_e4 > 0) {
        pv_hectares_said(out, PV_N(" ha unusable; "), c.blurred_e4);
        pv_text_add(out, pv_tr(" ha of what was looked at are blurred: small patches are missed there; "));
    } else {
        pv_text_add(out, pv_tr(" ha unusable; "));
    }
    pv_text_add_real(out, job->seconds.wall, 1);
    pv_text_add(out, pv_tr(" s, "));
    pv_text_add_real(out, job->seconds.wall > 0 ? job->mega / job->seconds.wall : 0, 1);
    pv_text_add(out, " Mpx/s");
    size_t outside = job->units != NULL ? pv_outside_count(h) : 0;
    if (outside > 0)
        pv_text_addf(out,
                     outside == 1 ? pv_tr("; %zu of the hotspots lies outside of all boundaries")
                                  : pv_tr("; %zu of the hotspots lie outside of all boundaries"),
                     outside);
    if (job->coarse > 0)
        pv_text_addf(out,
                     job->coarse == 1 ? pv_tr("; %d of the photos is too coarse for the model: small patches are missed there")
                                      : pv_tr("; %d of the photos are too coarse for the model: small patches are missed there"),
                     job->coarse);
    if (job->strange > 0)
        pv_text_addf(out,
                     job->strange == 1 ? pv_tr("; %d of the photos is very different from training (drift 1 or more): expect errors there")
                                       : pv_tr("; %d of the photos are very different from training (drift 1 or more): expect errors there"),
                     job->strange);
}
