#include "app/chips.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/photo_crop.h"
#include "pipeline/prob_map.h"
#include "pipeline/run.h"
#include "report/chip.h"
#include "vision/picture.h"

#include "base/banned.h"

enum {
    PHOTO_BYTES = 96 << 20,  /* a photo handle, GDAL's cache and the program itself */
    HANDLE_BYTES = 32 << 20, /* decoded blocks that each further photo handle keeps */
    GROUP_CHIPS = 8,         /* pictures that are made between two questions to the model, for each worker */
    GROUP_SQUARES = 1024     /* that are asked of the model at a time; of a single picture all that it needs */
};

/* A hotspot, and where the piece of the photo lies that shows it. */
typedef struct chip_place {
    size_t hotspot;
    int band; /* row of the model's squares in which it begins */
    pv_rect rect;
    double north_x, north_y; /* a step to the north in photo pixels, at the middle of the piece */
    pv_chip_outline outline; /* owned */
} chip_place;

/* What stays the same for all pictures of a photo. */
typedef struct chip_job {
    const pv_chips *c;
    const pv_photo_facts *facts;
    int workers;
    pv_photo **photo; /* [workers]; [0] is the caller's */
    pv_prob_map *map;
    const pv_work_grid *grid;
    size_t n;
    chip_place *at;          /* [n] from top to bottom */
    const chip_place *group; /* those that are being made */
} chip_job;

/* Bands of rows rise as the map of probabilities wants it; along them from left to right, so that blocks are still decoded. */
static int by_place(const void *a, const void *b)
{
    const chip_place *x = a, *y = b;
    if (x->band != y->band) return x->band < y->band ? -1 : 1;
    if (x->rect.x != y->rect.x) return x->rect.x < y->rect.x ? -1 : 1;
    return x->hotspot < y->hotspot ? -1 : 1;
}

static pv_status chip_north(chip_place *at, pv_place *place, pv_err *err)
{
    static const double step_deg = 1e-5;
    double x = at->rect.x + at->rect.w / 2.0, y = at->rect.y + at->rect.h / 2.0, lon = 0, lat = 0, nx = 0, ny = 0;
    pv_status st = pv_place_lonlat(place, x, y, &lon, &lat, err);
    if (st != PV_OK || !pv_place_pixel(place, lon, lat + step_deg, &nx, &ny)) return st;
    at->north_x = nx - x;
    at->north_y = ny - y;
    return PV_OK;
}

static pv_status chips_list(chip_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_hotspots *h = job->c->hotspots;
    pv_place *place = pv_photo_place(job->photo[0]);
    int whole = 0;
    PV_TRY(pv_alloc(&job->at, h->n, sizeof *job->at, "pictures of places", err));
    for (size_t i = 0; i < h->n; i++) {
        chip_place *at = &job->at[job->n];
        if (h->at[i].photo != job->c->photo) continue;
        PV_TRY(pv_chip_outline_read(&at->outline, h->at[i].json, place, err));
        job->n++;
        at->hotspot = i;
        at->rect = pv_chip_rect(job->facts, &at->outline, job->grid->fx, job->grid->fy, &whole);
        at->band = pv_max(at->rect.y, 0) / (PV_PROB_SQUARE * job->grid->fy);
        PV_TRY(chip_north(at, place, err));
    }
    if (job->n > 0) qsort(job->at, job->n, sizeof *job->at, by_place);
out:
    return st;
}

/* 1 = the file is there with these bytes. */
static int is_there(const char *path, const void *data, size_t n)
{
    char *former = NULL;
    size_t n_former = 0;
    int same = pv_file_read(path, n, &former, &n_former, NULL) == PV_OK && n_former == n && memcmp(former, data, n) == 0;
    pv_free(former);
    return same;
}

static pv_status chip_put(const chip_job *job, const char *id, const char *ending, const uint8_t *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    const char *folder = job->c->folder;
    pv_text_addf(&path, "%s%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", id, ending);
    PV_TRY(pv_text_status(&path, err));
    if (!is_there(pv_text_str(&path), data, n)) PV_TRY(pv_outfile_put(pv_text_str(&path), data, n, job->c->overwrite, err));
out:
    pv_text_release(&path);
    return st;
}

static pv_rect chip_work(const chip_job *job, const chip_place *at)
{
    int fx = job->grid->fx, fy = job->grid->fy;
    return (pv_rect){at->rect.x / fx, at->rect.y / fy, at->rect.w / fx, at->rect.h / fy};
}

static pv_status chip_write(const chip_job *job, const chip_place *at, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_picture picture = {0};
    uint8_t *prob = NULL, *jpeg = NULL, *tiff = NULL;
    size_t n_jpeg = 0, n_tiff = 0;
    const pv_hotspot *h = &job->c->hotspots->at[at->hotspot];
    pv_rect work = chip_work(job, at), inside = pv_rect_intersect(at->rect, (pv_rect){0, 0, job->facts->width_px, job->facts->height_px});
    PV_TRY(pv_alloc(&prob, (size_t)work.w * (size_t)work.h, 1, "picture of a place", err));
    pv_prob_map_read(job->map, work, prob);
    const pv_chip chip = {.rect = at->rect,
                          .fx = job->grid->fx,
                          .fy = job->grid->fy,
                          .prob = prob,
                          .outline = &at->outline,
                          .north_x = at->north_x,
                          .north_y = at->north_y,
                          .id = h->id,
                          .taken_at = job->facts->taken_at,
                          .area_m2 = h->area_m2,
                          .probability = h->prob};
    PV_TRY(pv_chip_draw(&picture, photo, &chip, err));
    PV_TRY(pv_picture_jpeg(&picture, PV_CHIP_BYTES, &jpeg, &n_jpeg, NULL, err));
    PV_TRY(pv_photo_crop(photo, inside, &tiff, &n_tiff, err));
    PV_TRY(chip_put(job, h->id, ".tif", tiff, n_tiff, err));
    PV_TRY(chip_put(job, h->id, ".jpg", jpeg, n_jpeg, err));
out:
    pv_picture_release(&picture);
    pv_free(prob);
    pv_free(jpeg);
    pv_free(tiff);
    return pv_where(err, st, "chip of hotspot %s", h->id);
}

static pv_status chip_piece(void *user, int worker, int piece, pv_err *err)
{
    const chip_job *job = user;
    if (job->c->stop != NULL && atomic_load(job->c->stop)) return pv_fail(err, PV_STOPPED, "stopped while pictures of hotspots were made");
    return chip_write(job, &job->group[piece], job->photo[worker], err);
}

/* How many pictures from `from` on are made together. */
static size_t group_of(const chip_job *job, size_t from)
{
    size_t n = 0, most = (size_t)(GROUP_CHIPS * job->workers);
    int64_t squares = 0;
    for (; from + n < job->n && n < most; n++) {
        squares += pv_prob_map_squares(job->map, chip_work(job, &job->at[from + n]));
        if (n > 0 && squares > GROUP_SQUARES) break;
    }
    return n;
}

static pv_status chips_make(chip_job *job, pv_err *err)
{
    pv_status st = PV_OK;
    pv_rect *work = NULL;
    PV_TRY(pv_vision_load(err)); /* by one thread */
    PV_TRY(pv_alloc(&work, (size_t)(GROUP_CHIPS * job->workers), sizeof *work, "pictures of places", err));
    for (size_t from = 0, n = 0; from < job->n; from += n) {
        n = group_of(job, from);
        job->group = job->at + from;
        for (size_t i = 0; i < n; i++) work[i] = chip_work(job, &job->group[i]);
        PV_TRY(pv_prob_map_ask(job->map, work, n, err));
        PV_TRY(pv_pieces_run((int)n, job->workers, chip_piece, job, err));
    }
out:
    pv_free(work);
    return st;
}

pv_status pv_chips_write(const pv_chips *c, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    chip_job job = {.c = c, .facts = pv_photo_facts_of(photo)};
    int64_t n = c->hotspots->photo[c->photo].n_hotspots;
    if (n == 0) return PV_OK;
    PV_TRY(pv_chips_plan(job.facts, c->model, c->allow_coarse, c->memory_bytes, n < c->threads ? (int)n : c->threads, &job.workers, err));
    PV_TRY(pv_alloc(&job.photo, (size_t)job.workers, sizeof(pv_photo *), "pictures of places", err));
    job.photo[0] = photo;
    for (int k = 1; k < job.workers; k++) PV_TRY(pv_photo_clone(&job.photo[k], photo, err));
    PV_TRY(pv_prob_map_new(&job.map, job.photo, job.workers, c->model, c->allow_coarse, err));
    job.grid = pv_prob_map_grid(job.map);
    PV_TRY(chips_list(&job, err));
    PV_TRY(chips_make(&job, err));
out:
    for (size_t i = 0; i < job.n; i++) pv_chip_outline_release(&job.at[i].outline);
    pv_free(job.at);
    pv_prob_map_free(job.map);
    for (int k = 1; job.photo != NULL && k < job.workers; k++) pv_photo_free(job.photo[k]);
    pv_free(job.photo);
    return st;
}

pv_status pv_chips_plan(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int64_t memory_bytes, int threads, int *workers,
                        pv_err *err)
{
    int64_t bytes = 0, worker = 0;
    *workers = threads;
    if (memory_bytes == 0) return PV_OK;
    pv_status st = pv_prob_map_bytes(facts, model, allow_coarse, PV_CHIP_MOST_PX, &bytes, &worker, err);
    if (st != PV_OK) return st;
    bytes += PHOTO_BYTES - HANDLE_BYTES + (int64_t)GROUP_SQUARES * PV_PROB_SQUARE_BYTES;
    worker += HANDLE_BYTES + pv_chip_bytes(facts) + pv_photo_crop_bytes(facts, (int64_t)PV_CHIP_MOST_PX * PV_CHIP_MOST_PX);
    if (bytes + worker > memory_bytes)
        return pv_fail(err, PV_NOMEM, "%lld MiB of memory do not do for --chips; %lld MiB would", (long long)(memory_bytes >> 20),
                       (long long)(((bytes + worker) >> 20) + 1));
    int64_t fit = (memory_bytes - bytes) / worker;
    *workers = fit < threads ? (int)fit : threads;
    return PV_OK;
}
