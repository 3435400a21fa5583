/* out/metrics.prom: how the last night ended, for Prometheus' textfile collector. */
#include <stdio.h>
#include <time.h>

#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "base/outfile.h"

#include "base/banned.h"

static void add(pv_text *out, const char *name, const char *help, double value)
{
    pv_text_addf(out, "# HELP papaver_%s %s\n# TYPE papaver_%s gauge\npapaver_%s ", name, help, name, name);
    pv_text_add_real(out, value, 3);
    pv_text_add(out, "\n");
}

void pv_night_metrics(const pv_night_job *job, double started_s, pv_status outcome)
{
    pv_text out = {0}, path = {0};
    pv_err err;
    struct timespec now = {0};
    int64_t free_bytes = pv_disk_free(job->season->folder);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    add(&out, "night_end_timestamp_seconds", "When the last night ended.", (double)now.tv_sec);
    add(&out, "night_seconds", "How long it took.", pv_clock() - started_s);
    add(&out, "night_exit_code", "Its exit code: 0 done, 10 some photos could not be used.", pv_exit_code(outcome));
    add(&out, "night_photos_good", "Its photos that were looked at in full, or before.", (double)job->good);
    add(&out, "night_photos_bad", "Its photos that were refused, put aside or damaged.", (double)job->bad);
    add(&out, "night_files_waiting", "Files of the inbox that wait for the next night.", (double)job->n_waiting);
    add(&out, "night_hotspots", "Suspected patches that it found.", (double)job->hotspots);
    add(&out, "night_seen_square_metres", "Ground that it saw, photo by photo.", (double)job->seen_e4 * 1e-4);
    add(&out, "season_free_bytes", "Free space where the season lies.", (double)free_bytes);
    if (pv_season_path(job->season, &path, "out/metrics.prom", &err) != PV_OK || pv_text_status(&out, &err) != PV_OK ||
        pv_outfile_put(pv_text_str(&path), out.data, out.len, 1, &err) != PV_OK)
        pv_note("no metrics: %s", pv_err_words(&err));
    pv_text_release(&out);
    pv_text_release(&path);
}
