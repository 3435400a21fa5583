/* out/<date>-<run>/: made beside its place, synced, and renamed to it; then out/latest points to it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "app/machine.h"
#include "app/night.h"
#include "app/night_stages.h"
#include "app/season_units.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "report/ground_pages.h"
#include "report/night_geojson.h"
#include "report/night_page.h"
#include "report/plots_html.h"

#include "base/banned.h"

/* Files of a published night, in the order in which they are listed. */
typedef struct edition {
    char folder[64]; /* <date>-<run> */
    pv_text out, tmp, final, sums;
    size_t n_listed; /* bytes of sums that its list of hashes has: all but the list's own line */
} edition;

static void edition_release(edition *e)
{
    pv_text_release(&e->out);
    pv_text_release(&e->tmp);
    pv_text_release(&e->final);
    pv_text_release(&e->sums);
}

static pv_status put(edition *e, const char *name, const pv_text *content, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    char hex[PV_SHA256_HEX];
    PV_TRY(pv_text_status(content, err));
    pv_text_addf(&path, "%s/%s", pv_text_str(&e->tmp), name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(content), content->len, 1, err));
    pv_sha256_init(&h);
    pv_sha256_add(&h, pv_text_str(content), content->len);
    pv_sha256_done(&h, digest);
    pv_sha256_hex(digest, hex);
    pv_text_addf(&e->sums, "%s  %s\n", hex, name);
    PV_TRY(pv_text_status(&e->sums, err));
out:
    pv_text_release(&path);
    return st;
}

/* ---- content ---- */

/* What the page is made of, read from the ledger. */
typedef struct content {
    pv_units *units;
    pv_ground_report ground, tonight;
    pv_gaps gaps;
    pv_night_plots plots;
    pv_sheets sheets;
    pv_photo_places photos;
    pv_text chips; /* the folder of pictures */
} content;

static void content_release(content *c)
{
    pv_text_release(&c->chips);
    pv_photo_places_release(&c->photos);
    pv_sheets_release(&c->sheets);
    pv_night_plots_release(&c->plots);
    pv_gaps_release(&c->gaps);
    pv_ground_report_release(&c->ground);
    pv_ground_report_release(&c->tonight);
    pv_units_free(c->units);
}

static pv_status content_read(content *c, pv_night_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = job->season;
    PV_TRY(pv_season_units(&c->units, s, err));
    PV_TRY(pv_ground_report_make(&c->ground, s, 0, c->units, err));
    PV_TRY(pv_ground_report_make(&c->tonight, s, job->night.id, NULL, err));
    PV_TRY(pv_gaps_find(&c->gaps, &c->ground, c->units, pv_conf_real(s->conf, PV_SET_GAP_MIN_M2), err));
    PV_TRY(pv_night_plots_read(&c->plots, s, &job->night, err));
    PV_TRY(pv_sheets_read(&c->sheets, s, job->night.date, PV_SHEETS_SHOWN, c->units, err));
    PV_TRY(pv_photo_places_read(&c->photos, s, err));
    PV_TRY(pv_season_path(s, &c->chips, "chips", err));
out:
    return st;
}

static pv_status put_ground(const content *c, edition *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    pv_gaps_geojson(&text, &c->ground, &c->gaps);
    PV_TRY(put(e, "gaps.geojson", &text, err));
    pv_text_reset(&text);
    pv_text_add(&text, "{");
    pv_ground_json(&text, &c->ground, c->units, &c->gaps);
    pv_text_add(&text, "}\n");
    PV_TRY(put(e, "coverage.json", &text, err));
out:
    pv_text_release(&text);
    return st;
}

/* Bytes of pictures in the page: base64 makes four of three, and the space that is kept for the report must hold them with the rest of it. */
static size_t picture_bytes(const pv_season *s)
{
    const size_t most = (size_t)24 << 20, reserve = (size_t)pv_conf_int(s->conf, PV_SET_DISK_RESERVE_MIB) << 20;
    return reserve == 0 || reserve / 8 * 3 > most ? most : reserve / 8 * 3;
}

static pv_status waiting_files(pv_night_job *job, pv_night_page_facts *facts, const char ***list, int **never, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(list, 2 * job->n_waiting, sizeof **list, "list of files", err));
    PV_TRY(pv_alloc(never, job->n_waiting, sizeof **never, "list of files", err));
    for (size_t i = 0; i < job->n_waiting; i++) {
        (*list)[i] = job->waiting[i].file;
        (*list)[job->n_waiting + i] = job->waiting[i].reason;
        (*never)[i] = job->waiting[i].never;
    }
    facts->n_waiting = job->n_waiting;
    facts->waiting_file = *list;
    facts->waiting_reason = *list + job->n_waiting;
    facts->waiting_never = *never;
out:
    return st;
}

static pv_status put_page(pv_night_job *job, const pv_night_summary *sum, const content *c, edition *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0}, stages = {0}, list_of_plots = {0}, ground = {0};
    const char **list = NULL;
    int *never = NULL;
    const size_t most = picture_bytes(job->season);
    pv_map_pictures small = {.folder = pv_text_str(&c->chips), .link = "../../chips", .left = most / 2}, large = {.folder = pv_text_str(&c->chips), .left = most - most / 2};
    pv_map_facts map = {.season = sum->name,
                        .date = job->night.date,
                        .lang = "zh",
                        .sheets = &c->sheets,
                        .plots = &c->plots,
                        .gaps = &c->gaps,
                        .units = c->units,
                        .photos = &c->photos,
                        .chips = &small,
                        .pictures = &large};
    PV_TRY(pv_night_stages(&stages, sum, err));
    PV_TRY(pv_text_status(&stages, err));
    PV_TRY(pv_plots_html(&list_of_plots, &c->plots, &c->sheets, &small, err));
    PV_TRY(pv_text_status(&list_of_plots, err));
    pv_ground_html(&ground, &c->ground, c->units, &c->gaps);
    PV_TRY(pv_text_status(&ground, err));
    pv_night_page_facts facts = {.version = PV_VERSION_TEXT,
                                 .strangers = job->strangers,
                                 .min_area_m2 = pv_conf_real(job->season->conf, PV_SET_MIN_AREA_M2),
                                 .blurred_e4 = (c->tonight.all.state_e6[PV_CELL_BLURRED] + 50) / 100,
                                 .coarse_e4 = (c->tonight.all.state_e6[PV_CELL_COARSE] + 50) / 100,
                                 .plots = pv_text_str(&list_of_plots),
                                 .stages = pv_text_str(&stages),
                                 .ground = pv_text_str(&ground),
                                 .map = &map};
    PV_TRY(waiting_files(job, &facts, &list, &never, err));
    PV_TRY(pv_night_page(&text, sum, &facts, err));
    PV_TRY(put(e, "index.html", &text, err));
out:
    pv_free(list);
    pv_free(never);
    pv_text_release(&text);
    pv_text_release(&stages);
    pv_text_release(&list_of_plots);
    pv_text_release(&ground);
    return st;
}

static pv_status put_files(pv_night_job *job, const pv_night_summary *sum, edition *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0}, sums = {0};
    content c = {.units = NULL};
    PV_TRY(pv_night_geojson(&text, sum, PV_VERSION_TEXT, err));
    PV_TRY(put(e, "hotspots.geojson", &text, err));
    PV_TRY(content_read(&c, job, err));
    PV_TRY(put_ground(&c, e, err));
    PV_TRY(put_page(job, sum, &c, e, err));
    pv_text_add(&sums, pv_text_str(&e->sums));
    e->n_listed = e->sums.len;
    PV_TRY(put(e, "SHA256SUMS", &sums, err));
out:
    content_release(&c);
    pv_text_release(&text);
    pv_text_release(&sums);
    return st;
}

/* ---- into its place ---- */

/* *same = 1 when this very night was published before this process was killed: its list of hashes is the same. */
static pv_status is_there(const edition *e, const char *path, int *same, pv_err *err)
{
    enum { MOST = 1 << 20 };
    pv_status st = PV_OK;
    pv_text sums = {0};
    char *text = NULL;
    size_t n = 0;
    *same = 0;
    pv_text_addf(&sums, "%s/SHA256SUMS", path);
    PV_TRY(pv_text_status(&sums, err));
    if (access(pv_text_str(&sums), F_OK) != 0) goto out;
    PV_TRY(pv_file_read(pv_text_str(&sums), MOST, &text, &n, err));
    *same = n == e->n_listed && memcmp(pv_text_str(&e->sums), text, n) == 0;
out:
    pv_free(text);
    pv_text_release(&sums);
    return st;
}

static pv_status point_latest(const edition *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text latest = {0}, tmp = {0};
    pv_text_addf(&latest, "%s/latest", pv_text_str(&e->out));
    pv_text_addf(&tmp, "%s/.latest.tmp", pv_text_str(&e->out));
    PV_TRY(pv_text_status(&latest, err));
    PV_TRY(pv_text_status(&tmp, err));
    (void)unlink(pv_text_str(&tmp));
    if (symlink(e->folder, pv_text_str(&tmp)) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&tmp), strerror(errno)));
    if (rename(pv_text_str(&tmp), pv_text_str(&latest)) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: rename: %s", pv_text_str(&latest), strerror(errno)));
    PV_TRY(pv_folder_sync(pv_text_str(&e->out), err));
out:
    pv_text_release(&latest);
    pv_text_release(&tmp);
    return st;
}

/* Where it goes: its own name, or that with a number when another content stands there, which is never touched. *there = 1: it stands there already. */
static pv_status find_place(edition *e, const char *name, int *there, pv_err *err)
{
    enum { MOST_TRIES = 1000 };
    pv_status st = PV_OK;
    *there = 0;
    for (int k = 1; k < MOST_TRIES; k++) {
        (void)snprintf(e->folder, sizeof e->folder, k > 1 ? "%s-%d" : "%s", name, k);
        pv_text_reset(&e->final);
        pv_text_addf(&e->final, "%s/%s", pv_text_str(&e->out), e->folder);
        PV_TRY(pv_text_status(&e->final, err));
        if (!pv_is_folder(pv_text_str(&e->final))) goto out;
        PV_TRY(is_there(e, pv_text_str(&e->final), there, err));
        if (*there) goto out;
    }
    PV_TRY(pv_fail(err, PV_BUG, "%s/%s was published a thousand times", pv_text_str(&e->out), name));
out:
    return st;
}

static pv_status move_in(edition *e, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    int there = 0;
    PV_TRY(pv_folder_sync(pv_text_str(&e->tmp), err));
    PV_TRY(find_place(e, name, &there, err));
    if (there)
        pv_night_clear_folder(pv_text_str(&e->tmp));
    else if (rename(pv_text_str(&e->tmp), pv_text_str(&e->final)) != 0)
        PV_TRY(pv_fail(err, PV_IO, "%s: rename: %s", pv_text_str(&e->final), strerror(errno)));
    PV_TRY(pv_folder_sync(pv_text_str(&e->out), err));
    PV_TRY(point_latest(e, err));
out:
    return st;
}

static pv_status make_edition(pv_night_job *job, const pv_night_summary *sum, edition *e, pv_err *err)
{
    pv_status st = PV_OK;
    char name[sizeof e->folder - 8];
    (void)snprintf(name, sizeof name, "%s-%s", sum->night.date, sum->run);
    PV_TRY(pv_season_path(job->season, &e->out, "out", err));
    pv_text_addf(&e->tmp, "%s/.tmp-%s", pv_text_str(&e->out), name);
    PV_TRY(pv_text_status(&e->tmp, err));
    pv_night_clear_folders(pv_text_str(&e->out), ".tmp-");
    PV_TRY(pv_folder_make(pv_text_str(&e->tmp), err));
    PV_TRY(put_files(job, sum, e, err));
    PV_TRY(move_in(e, name, err));
out:
    if (st != PV_OK && e->tmp.len > 0) pv_night_clear_folder(pv_text_str(&e->tmp));
    return st;
}

/* What the page tells besides the ledger, as lines that the run's id is of: another page is another run. */
static pv_status other_facts(const pv_night_job *job, pv_text *out, pv_err *err)
{
    pv_text_addf(out, "%s\n%lld\n%.17g\n", PV_VERSION_TEXT, (long long)job->strangers, pv_conf_real(job->season->conf, PV_SET_MIN_AREA_M2));
    for (size_t i = 0; i < job->n_waiting; i++)
        pv_text_addf(out, "%s\n%s\n%d\n", job->waiting[i].file, job->waiting[i].reason, job->waiting[i].never);
    return pv_text_status(out, err);
}

static void count_photos(pv_night_job *job, const pv_night_summary *sum)
{
    job->bad = sum->count[PV_PHOTO_REFUSED] + sum->count[PV_PHOTO_QUARANTINED] + sum->count[PV_PHOTO_NEW] + sum->damaged + sum->blank;
    job->good = sum->count[PV_PHOTO_DONE] + sum->count[PV_PHOTO_SAME] - sum->damaged - sum->blank;
    for (size_t i = 0; i < job->n_waiting; i++) job->bad += job->waiting[i].never;
}

pv_status pv_night_publish(pv_night_job *job, char **folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_summary sum = {.n_photos = 0};
    edition e = {.folder = ""};
    pv_text facts = {0};
    int told = 0;
    *folder = NULL;
    PV_TRY(other_facts(job, &facts, err));
    const char *lines = pv_text_str(&facts);
    PV_TRY(pv_night_summary_read(job->season, &job->night, 1, &lines, &sum, err));
    PV_TRY(pv_night_was_published(job->season, job->night.date, &told, err));
    if (sum.n_photos == 0 && (job->n_waiting == 0 || told)) {
        PV_TRY(pv_night_end(job->season, &job->night, NULL, NULL, err));
        goto out;
    }
    PV_TRY(make_edition(job, &sum, &e, err));
    count_photos(job, &sum);
    job->hotspots = (int64_t)sum.n_hotspots;
    job->seen_e4 = pv_night_seen_e4(&sum);
    PV_TRY(pv_night_end(job->season, &job->night, sum.run, e.folder, err));
    PV_TRY(pv_strdup(folder, e.folder, err));
out:
    pv_text_release(&facts);
    pv_night_summary_release(&sum);
    edition_release(&e);
    return st;
}
