#include "app/night_worker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/machine.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "season/season_ground.h"

#include "base/banned.h"

enum { MOST_WORDS = 48 + PV_GATE_WORDS + 2 * PV_NIGHT_UNITS, STDOUT_BYTES = 1 << 20 };

void pv_night_worker_free(pv_night_worker *p)
{
    if (p == NULL) return;
    pv_child_release(&p->child);
    pv_text_release(&p->folder);
    pv_text_release(&p->photo);
    pv_text_release(&p->result);
    pv_text_release(&p->ground);
    for (int k = 0; k < PV_NIGHT_UNITS; k++) pv_text_release(&p->units[k]);
    pv_text_release(&p->job);
    pv_text_release(&p->log);
    pv_text_release(&p->chips);
    pv_text_release(&p->overview);
    pv_free(p);
}

void pv_night_flat_name(const char *file, char *out, size_t size)
{
    size_t n = strlen(file), from = n < 200 ? 0 : n - 200;
    while (((unsigned char)file[from] & 0xC0) == 0x80) from++;
    (void)snprintf(out, size, "%s", file + from);
    for (char *c = out; *c != '\0'; c++)
        if (*c == '/') *c = '_';
}

static pv_status worker_paths(pv_night_worker *p, pv_err *err)
{
    pv_status st = PV_OK;
    char part[1400], name[256];
    const pv_season *s = p->night->season;
    (void)snprintf(part, sizeof part, "work/%lld", (long long)p->e->id);
    PV_TRY(pv_season_path(s, &p->folder, part, err));
    (void)snprintf(part, sizeof part, "inbox/%s", p->e->file.file);
    PV_TRY(pv_season_path(s, &p->photo, part, err));
    pv_night_flat_name(p->e->file.file, name, sizeof name);
    (void)snprintf(part, sizeof part, "log/%lld-%s.log", (long long)p->e->id, name);
    PV_TRY(pv_season_path(s, &p->log, part, err));
    pv_text_addf(&p->result, "%s/hotspots.geojson", pv_text_str(&p->folder));
    pv_text_addf(&p->ground, "%s/coverage.pvc", pv_text_str(&p->folder));
    pv_text_addf(&p->job, "%s/job.txt", pv_text_str(&p->folder));
    pv_text_addf(&p->chips, "%s/%s", pv_text_str(&p->folder), PV_NIGHT_CHIPS);
    pv_text_addf(&p->overview, "%s/%s.jpg", pv_text_str(&p->folder), PV_NIGHT_OVERVIEW);
    PV_TRY(pv_text_status(&p->chips, err));
    PV_TRY(pv_text_status(&p->overview, err));
    PV_TRY(pv_text_status(&p->ground, err));
    PV_TRY(pv_text_status(&p->result, err));
    PV_TRY(pv_text_status(&p->job, err));
out:
    return st;
}

/* The season's grid, once it has one, and its boundaries. */
static pv_status worker_ground(pv_night_worker *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = p->night->season;
    pv_cell_grid grid = {0};
    char part[PV_CONF_TEXT];
    int known = 0;
    PV_TRY(pv_ground_grid(s, &grid, &known, err));
    if (known) (void)snprintf(p->grid, sizeof p->grid, "%d,%d.%03d", grid.epsg, pv_cell_grid_mm(&grid) / 1000, pv_cell_grid_mm(&grid) % 1000);
    for (int k = 0; k < PV_NIGHT_UNITS && pv_conf_part(s->conf, PV_SET_BOUNDARIES, k, part, sizeof part); k++, p->n_units++) {
        if (part[0] == '/')
            pv_text_add(&p->units[k], part);
        else
            PV_TRY(pv_season_path(s, &p->units[k], part, err));
        PV_TRY(pv_text_status(&p->units[k], err));
    }
out:
    return st;
}

/* What the work is of: a result that was left behind is used again only when this is the same. */
static pv_status worker_facts(const pv_night_worker *p, pv_text *out, pv_err *err)
{
    const pv_conf *c = p->night->season->conf;
    const pv_set what[] = {PV_SET_MODEL,          PV_SET_MIN_AREA_M2, PV_SET_OBJECT_THRESHOLD, PV_SET_ALLOW_COARSE,
                           PV_SET_BOUNDARIES,     PV_SET_GRID_EPSG,   PV_SET_COVERAGE_CELL_M,  PV_SET_MAX_SIDE_PX,
                           PV_SET_MAX_MEGAPIXELS, PV_SET_MAX_BANDS,   PV_SET_MAX_BLOCK_MIB,    PV_SET_MAX_RATIO,
                           PV_SET_CHIPS};
    pv_text_addf(out, "%s\n%s\n%lld %lld\n%s\n", PV_VERSION_TEXT, p->e->file.file, (long long)p->e->file.bytes, (long long)p->e->file.changed_ns,
                 p->grid);
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) pv_text_addf(out, "%s\n", pv_conf_text(c, what[i]));
    return pv_text_status(out, err);
}

void pv_night_worker_forget(const pv_night_worker *p)
{
    pv_night_clear_folder(pv_text_str(&p->folder));
}

/* Makes the work folder; sees whether the result of this very work lies there. */
static pv_status prepare(pv_night_worker *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text facts = {0};
    char *former = NULL;
    size_t n = 0;
    p->ready = 0;
    PV_TRY(worker_facts(p, &facts, err));
    PV_TRY(pv_folder_make(pv_text_str(&p->folder), err));
    int same = access(pv_text_str(&p->job), F_OK) == 0 && pv_file_read(pv_text_str(&p->job), 1 << 20, &former, &n, NULL) == PV_OK && n == facts.len &&
               memcmp(former, facts.data, n) == 0;
    if (same) {
        p->ready = access(pv_text_str(&p->result), F_OK) == 0;
        goto out;
    }
    (void)unlink(pv_text_str(&p->result));
    (void)unlink(pv_text_str(&p->ground));
    PV_TRY(pv_outfile_put(pv_text_str(&p->job), facts.data, facts.len, 1, err));
out:
    pv_free(former);
    pv_text_release(&facts);
    return st;
}

/* ---- the worker ---- */

static void put_number(pv_night_worker *p, const char **argv, int *n, const char *option, int at, double value)
{
    (void)snprintf(p->number[at], sizeof p->number[at], "%.12g", value);
    argv[(*n)++] = option;
    argv[(*n)++] = p->number[at];
}

static void worker_words(pv_night_worker *p, const char **argv, int threads)
{
    const pv_conf *c = p->night->season->conf;
    int n = 0, gentle = p->e->attempts > 0;
    argv[n++] = p->night->program;
    argv[n++] = "scan";
    argv[n++] = "--quiet";
    argv[n++] = "--json";
    argv[n++] = "--overwrite";
    argv[n++] = "--output";
    argv[n++] = pv_text_str(&p->result);
    put_number(p, argv, &n, "--memory", 0, pv_conf_real(c, PV_SET_MEMORY_MIB));
    put_number(p, argv, &n, "--min-area", 1, pv_conf_real(c, PV_SET_MIN_AREA_M2));
    n += pv_gate_words_of(c, p->limit, argv + n);
    if (strcmp(pv_conf_text(c, PV_SET_OBJECT_THRESHOLD), "model") != 0)
        put_number(p, argv, &n, "--object-threshold", 2, pv_conf_real(c, PV_SET_OBJECT_THRESHOLD));
    put_number(p, argv, &n, "--threads", 3, gentle ? 1 : threads);
    if (gentle) {
        argv[n++] = "--tile";
        argv[n++] = "256";
    }
    if (strcmp(pv_conf_text(c, PV_SET_MODEL), "auto") != 0) {
        argv[n++] = "--model";
        argv[n++] = pv_conf_text(c, PV_SET_MODEL);
    }
    if (pv_conf_yes(c, PV_SET_ALLOW_COARSE)) argv[n++] = "--allow-coarse";
    if (pv_conf_yes(c, PV_SET_CHIPS)) {
        argv[n++] = "--chips";
        argv[n++] = pv_text_str(&p->chips);
        argv[n++] = "--overview";
        argv[n++] = pv_text_str(&p->overview);
    }
    argv[n++] = "--coverage";
    argv[n++] = pv_text_str(&p->ground);
    if (p->grid[0] != '\0') {
        argv[n++] = "--coverage-grid";
        argv[n++] = p->grid;
    }
    for (int k = 0; k < p->n_units; k++) {
        argv[n++] = "--units";
        argv[n++] = pv_text_str(&p->units[k]);
    }
    if (p->night->caged) argv[n++] = "--cage";
    argv[n++] = "--";
    argv[n++] = pv_text_str(&p->photo);
    argv[n] = NULL;
}

static pv_child_limits worker_limits(const pv_night_worker *p, int threads, int beside)
{
    const pv_conf *c = p->night->season->conf;
    int64_t space = pv_conf_int(c, PV_SET_ADDRESS_SPACE_MIB);
    if (space == 0) space = 2 * pv_conf_int(c, PV_SET_MEMORY_MIB) + 4096;
    return (pv_child_limits){
        .address_bytes = space << 20,
        .file_bytes = pv_conf_int(c, PV_SET_FILE_MIB) << 20,
        .seconds = beside * (pv_conf_real(c, PV_SET_TIME_BASE_S) + pv_conf_real(c, PV_SET_TIME_PER_GB_S) * (double)p->e->file.bytes * 1e-9),
        .threads = threads,
        .stdout_bytes = STDOUT_BYTES};
}

static pv_status enough_disk(const pv_night_job *job, pv_err *err)
{
    int64_t there = pv_disk_free(job->season->folder), low = pv_conf_int(job->season->conf, PV_SET_DISK_LOW_MIB) << 20;
    if (there < 0 || there >= low) return PV_OK;
    return pv_fail(err, PV_IO, "%s: %lld MiB are free and disk_low_mib asks for %lld; make room, the next night goes on", job->season->folder,
                   (long long)(there >> 20), (long long)(low >> 20));
}

int pv_night_worker_listed(const pv_night_worker *p)
{
    struct stat s;
    if (lstat(pv_text_str(&p->photo), &s) != 0) return 0;
    return S_ISDIR(s.st_mode) || (s.st_size == p->e->file.bytes && pv_night_changed_ns(&s) == p->e->file.changed_ns);
}

pv_status pv_night_worker_new(pv_night_worker **out, pv_night_job *job, pv_photo_entry *e, pv_err *err)
{
    pv_status st = PV_OK;
    pv_night_worker *p = NULL;
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "worker", err));
    p->night = job;
    p->e = e;
    PV_TRY(worker_paths(p, err));
    PV_TRY(worker_ground(p, err));
    *out = p;
    p = NULL;
out:
    pv_night_worker_free(p);
    return st;
}

pv_status pv_night_worker_start(pv_night_worker *p, int threads, int beside, pv_err *err)
{
    pv_status st = PV_OK;
    const char *argv[MOST_WORDS];
    pv_child_release(&p->child);
    PV_TRY(prepare(p, err));
    if (p->ready || !pv_night_worker_listed(p)) goto out;
    PV_TRY(enough_disk(p->night, err));
    pv_child_limits limits = worker_limits(p, threads, beside);
    worker_words(p, argv, threads);
    PV_TRY(pv_child_start(&p->child, argv, &limits, pv_text_str(&p->log), err));
out:
    return st;
}

pv_status pv_night_worker_wait(pv_night_worker *const *w, int n, int *dead, char *words, size_t size, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_night_worker *p = w[0];
    const pv_child_end *end = &p->child.end;
    pv_child *child[PV_CHILDREN];
    pv_text why = {0};
    int n_children = 0;
    *dead = 0;
    if (p->child.program == NULL) return PV_OK;
    for (int k = 0; k < n; k++)
        if (w[k]->child.runs || k == 0) child[n_children++] = &w[k]->child;
    PV_TRY(pv_child_wait(child, n_children, p->night->stop, err));
    /* A worker that was too slow or wrote too much was asked to end by us, and may end well-behaved. */
    int asked = end->timed_out || end->flooded;
    if (end->stopped || (end->code == pv_exit_code(PV_STOPPED) && !asked)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal"));
    if (end->code == pv_exit_code(PV_IO))
        PV_TRY(pv_fail(err, PV_IO, "%s: the worker could not write its result, or not read what it needs; see %s", p->e->file.file,
                       pv_text_str(&p->log)));
    *dead = access(pv_text_str(&p->result), F_OK) != 0;
    if (*dead && errno != ENOENT) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&p->result), strerror(errno)));
    if (!*dead) goto out;
    /* The signal may have been for all of us, and it may not have been ready for it. */
    if (atomic_load(p->night->stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped by a signal"));
    pv_child_words(end, &p->child.limits, &why);
    PV_TRY(pv_text_status(&why, err));
    (void)snprintf(words, size, PV_N("the worker %s; its words: log/%s"), pv_text_str(&why), pv_path_name(pv_text_str(&p->log)));
out:
    pv_text_release(&why);
    return st;
}
