/* What a scan leaves of a photo for people: pictures of its hotspots, and the photo in small. */
#include <string.h>

#include "app/chips.h"
#include "app/say.h"
#include "app/scan_job.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "report/photo_map.h"

#include "base/banned.h"

pv_status pv_scan_output_name(pv_text *out, const char *where, int folder, const char *photo, const char *what, pv_err *err)
{
    pv_text_reset(out);
    pv_text_add(out, where);
    if (folder) pv_text_addf(out, "%s%s_%s", where[strlen(where) - 1] == '/' ? "" : "/", photo, what);
    return pv_text_status(out, err);
}

pv_status pv_scan_sidecar_name(pv_text *name, pv_err *err)
{
    static const char ending[] = ".json";
    pv_text made = {0};
    size_t stem = name->len - strlen(".jpg");
    pv_text_add_n(&made, pv_text_str(name), stem);
    pv_text_add(&made, ending);
    pv_status st = pv_text_status(&made, err);
    if (st == PV_OK) {
        pv_text_release(name);
        *name = made;
        return PV_OK;
    }
    pv_text_release(&made);
    return st;
}

/* A photo of which no overview can be made is scanned all the same. */
static pv_status no_overview(const pv_scan_job *job, int i, pv_status st, const pv_err *why, pv_err *err)
{
    if (st != PV_INPUT) return pv_pass(err, st, why);
    pv_note("%s: note: no overview: %s", job->list.at[i].path, pv_err_words(why));
    return PV_OK;
}

pv_status pv_scan_view_small(const pv_scan_job *job, int i, const pv_photo_facts *facts, pv_small **small, pv_err *err)
{
    pv_work_grid grid;
    pv_err why;
    int coarse = 0;
    if (job->overview == NULL || pv_work_grid_any(&grid, facts, job->used[i]->gsd_m, &coarse, NULL) != PV_OK) return PV_OK;
    pv_status st = pv_photo_map_small(small, facts, grid.fx, grid.fy, &why);
    return st == PV_OK ? st : no_overview(job, i, st, &why, err);
}

/* The bounds last: who finds them finds the picture too. */
static pv_status write_overview(const pv_scan_job *job, int i, pv_photo *photo, pv_small *small, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, bounds = {0};
    pv_map_image image = {0};
    uint8_t *jpeg = NULL;
    size_t n = 0;
    pv_err why;
    st = pv_photo_map(photo, small, job->options.stop, &jpeg, &n, &image, &why);
    if (st != PV_OK) return no_overview(job, i, st, &why, err);
    PV_TRY(pv_scan_output_name(&path, job->overview, job->many & 8, job->list.at[i].name, "overview.jpg", err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), jpeg, n, job->overwrite, err));
    PV_TRY(pv_scan_sidecar_name(&path, err));
    pv_map_image_print(&bounds, &image);
    PV_TRY(pv_text_status(&bounds, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), bounds.data, bounds.len, job->overwrite, err));
out:
    pv_free(jpeg);
    pv_text_release(&path);
    pv_text_release(&bounds);
    return st;
}

pv_status pv_scan_views(const pv_scan_job *job, int i, int record, pv_photo *photo, pv_small *small, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_chips chips = {.folder = job->chips,
                            .hotspots = &job->hotspots,
                            .photo = record,
                            .model = job->used[i],
                            .allow_coarse = job->options.allow_coarse,
                            .overwrite = job->overwrite,
                            .threads = job->options.threads,
                            .memory_bytes = job->options.memory_bytes,
                            .stop = job->options.stop};
    if (job->chips != NULL) PV_TRY(pv_chips_write(&chips, photo, err));
    if (small != NULL) PV_TRY(write_overview(job, i, photo, small, err));
out:
    return st;
}
