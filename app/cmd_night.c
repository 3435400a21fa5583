/* papaver night: everything new in the inbox, with nobody there. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/cage.h"
#include "app/command.h"
#include "app/day.h"
#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "base/mem.h"
#include "season/plots.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "today's date", 0, 0, NULL, "the night's date; a night that was cut short keeps its own"},
};

/* The night's date, from the option or the clock (local time). */
static pv_status night_date(const pv_args *args, char date[PV_DATE], double *now_s, pv_err *err)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return pv_fail(err, PV_BUG, "there is no clock");
    *now_s = (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
    return pv_day_or_today(date, args, "date", err);
}

/* Space that is given back when the report is written. */
static pv_status keep_reserve(const pv_season *s, pv_text *path, pv_err *err)
{
    pv_status st = PV_OK;
    int fd = -1, failed = 0;
    int64_t bytes = pv_conf_int(s->conf, PV_SET_DISK_RESERVE_MIB) << 20;
    PV_TRY(pv_season_path(s, path, "work/reserve", err));
    if (bytes == 0) goto out;
    fd = open(pv_text_str(path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    failed = fd < 0 ? 1 : posix_fallocate(fd, 0, bytes);
    if (failed) {
        (void)unlink(pv_text_str(path));
        PV_TRY(
            pv_fail(err, PV_IO, "%s: there is no room for the %lld MiB of disk_reserve_mib; make room", pv_text_str(path), (long long)(bytes >> 20)));
    }
out:
    if (fd >= 0) (void)close(fd);
    return st;
}

/* Tells the log how far the kernel holds workers to what they may do; a night is not lost for want of a cage. */
static pv_status try_cage(const pv_conf *conf, int *can, pv_err *err)
{
    pv_status st = PV_OK;
    pv_err said = {.status = PV_OK};
    int holds = 1;
    *can = 0;
    if (strcmp(pv_conf_text(conf, PV_SET_WORKER_CAGE), "off") == 0)
        (void)pv_fail(&said, PV_INPUT, "off by worker_cage");
    else
        PV_TRY(pv_cage_try(&said, can, &holds, err));
    if (*can && !holds)
        pv_note("cage of the workers: BROKEN: %s", pv_err_words(&said));
    else
        pv_note("cage of the workers: %s", pv_err_words(&said));
out:
    return st;
}

static void night_release(pv_night_job *job)
{
    pv_season_close(job->season);
    pv_free(job->item);
    pv_free(job->waiting);
}

static pv_status night_outcome(const pv_night_job *job, const char *folder, pv_err *err)
{
    if (folder == NULL) {
        pv_note("nothing is new in %s/inbox: nothing was done", job->season->folder);
        return PV_OK;
    }
    pv_note("published: %s/out/%s", job->season->folder, folder);
    if (job->bad == 0) return PV_OK;
    return pv_fail(err, job->good > 0 ? PV_PARTIAL : PV_INPUT,
                   "%lld of tonight's photos could not be used, or not all of them; %s/out/latest/index.html names them", (long long)job->bad,
                   job->season->folder);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_job job = {.args = args, .stop = pv_stop_flag()};
    pv_text reserve = {0};
    double started_s = pv_clock();
    char date[11], *folder = NULL;
    PV_TRY(night_date(args, date, &job.now_s, err));
    if (!pv_program_file(job.program, sizeof job.program)) PV_TRY(pv_fail(err, PV_BUG, "the program does not know where it is"));
    PV_TRY(pv_season_open(&job.season, args->input[0], 1, err));
    PV_TRY(keep_reserve(job.season, &reserve, err));
    PV_TRY(try_cage(job.season->conf, &job.caged, err));
    PV_TRY(pv_night_open(job.season, date, &job.night, err));
    PV_TRY(pv_night_list(&job, err));
    PV_TRY(pv_night_check(&job, err));
    PV_TRY(pv_night_photos(&job, err));
    PV_TRY(pv_plots_update(job.season, &job.night, err));
    (void)unlink(pv_text_str(&reserve));
    PV_TRY(pv_night_publish(&job, &folder, err));
    PV_TRY(pv_sql_settle(job.season->db, err));
    PV_TRY(night_outcome(&job, folder, err));
out:
    if (reserve.len > 0) (void)unlink(pv_text_str(&reserve));
    if (job.season != NULL) pv_night_metrics(&job, started_s, st);
    night_release(&job);
    pv_text_release(&reserve);
    pv_free(folder);
    return st;
}

const pv_command pv_command_night = {
    .name = "night",
    .line = "everything new in a season's inbox, unattended",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text = "Scans what is new in SEASON/inbox, each photo in a process of its own, takes the results into the ledger and publishes "
            "out/<date>-<run>/ with index.html and hotspots.geojson; "
            "out/latest points to it. Files that are still being copied wait for the next night. A photo that cannot be used costs only itself: it "
            "is named, and the exit code is 10.\n\n"
            "It may be stopped, killed or run out of disk at any moment: the same command goes on where it was, and ends with the same files as a "
            "night that was never "
            "disturbed. A second night on the same season leaves at once with exit code 14.",
    .example = "  papaver night /data/2026\n",
    PV_OPTIONS(options),
    .run = run,
};
