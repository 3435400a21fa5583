#include "app/chips.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/photo_crop.h"
#include "pipeline/prob_map.h"
#include "report/chip.h"

#include "base/banned.h"

enum { BAND_ROWS = 128, PHOTO_BYTES = 96 << 20 /* a photo handle, GDAL's cache and the program itself */ };

/* A hotspot, and where the piece of the photo begins that shows it: in which band of rows, and where in it. */
typedef struct chip_place {
    size_t hotspot;
    int band, x;
} chip_place;

/* What stays the same for all pictures of a photo. */
typedef struct chip_job {
    const pv_chips *c;
    pv_photo *photo;
    const pv_photo_facts *facts;
    pv_prob_map *map;
    const pv_work_grid *grid;
} chip_job;

/* Bands of rows rise as the map of probabilities wants it; along them from left to right, so that blocks are still decoded. */
static int by_place(const void *a, const void *b)
{
    const chip_place *x = a, *y = b;
    if (x->band != y->band) return x->band < y->band ? -1 : 1;
    if (x->x != y->x) return x->x < y->x ? -1 : 1;
    return x->hotspot < y->hotspot ? -1 : 1;
}

static pv_status chips_list(const chip_job *job, chip_place **list, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_hotspots *h = job->c->hotspots;
    pv_chip_outline outline = {0};
    chip_place *at = NULL;
    int whole = 0;
    *n = 0;
    PV_TRY(pv_alloc(&at, h->n, sizeof *at, "pictures of places", err));
    for (size_t i = 0; i < h->n; i++) {
        if (h->at[i].photo != job->c->photo) continue;
        PV_TRY(pv_chip_outline_read(&outline, h->at[i].json, pv_photo_place(job->photo), err));
        pv_rect rect = pv_chip_rect(job->facts, &outline, job->grid->fx, job->grid->fy, &whole);
        at[*n] = (chip_place){i, pv_max(rect.y, 0) / (BAND_ROWS * job->grid->fy), rect.x};
        (*n)++;
        pv_chip_outline_release(&outline);
    }
    if (*n > 0) qsort(at, *n, sizeof *at, by_place);
    *list = at;
    at = NULL;
out:
    pv_chip_outline_release(&outline);
    pv_free(at);
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

/* A step to the north in photo pixels, at the middle of the piece. */
static pv_status chip_north(const chip_job *job, pv_chip *chip, pv_err *err)
{
    static const double step_deg = 1e-5;
    pv_place *place = pv_photo_place(job->photo);
    double x = chip->rect.x + chip->rect.w / 2.0, y = chip->rect.y + chip->rect.h / 2.0, lon = 0, lat = 0, nx = 0, ny = 0;
    pv_status st = pv_place_lonlat(place, x, y, &lon, &lat, err);
    if (st != PV_OK || !pv_place_pixel(place, lon, lat + step_deg, &nx, &ny)) return st;
    chip->north_x = nx - x;
    chip->north_y = ny - y;
    return PV_OK;
}

static pv_status chip_write(const chip_job *job, const pv_hotspot *h, pv_err *err)
{
    pv_status st = PV_OK;
    pv_chip_outline outline = {0};
    pv_picture picture = {0};
    uint8_t *prob = NULL, *jpeg = NULL, *tiff = NULL;
    size_t n_jpeg = 0, n_tiff = 0;
    int whole = 0, fx = job->grid->fx, fy = job->grid->fy;
    PV_TRY(pv_chip_outline_read(&outline, h->json, pv_photo_place(job->photo), err));
    pv_chip chip = {.rect = pv_chip_rect(job->facts, &outline, fx, fy, &whole),
                    .fx = fx,
                    .fy = fy,
                    .outline = &outline,
                    .id = h->id,
                    .taken_at = job->facts->taken_at,
                    .area_m2 = h->area_m2,
                    .probability = h->prob};
    pv_rect work = {chip.rect.x / fx, chip.rect.y / fy, chip.rect.w / fx, chip.rect.h / fy};
    PV_TRY(pv_alloc(&prob, (size_t)work.w * (size_t)work.h, 1, "picture of a place", err));
    PV_TRY(pv_prob_map_read(job->map, work, prob, err));
    chip.prob = prob;
    PV_TRY(chip_north(job, &chip, err));
    PV_TRY(pv_chip_draw(&picture, job->photo, &chip, err));
    PV_TRY(pv_picture_jpeg(&picture, PV_CHIP_BYTES, &jpeg, &n_jpeg, NULL, err));
    pv_rect inside = pv_rect_intersect(chip.rect, (pv_rect){0, 0, job->facts->width_px, job->facts->height_px});
    PV_TRY(pv_photo_crop(job->photo, inside, &tiff, &n_tiff, err));
    PV_TRY(chip_put(job, h->id, ".tif", tiff, n_tiff, err));
    PV_TRY(chip_put(job, h->id, ".jpg", jpeg, n_jpeg, err));
out:
    pv_chip_outline_release(&outline);
    pv_picture_release(&picture);
    pv_free(prob);
    pv_free(jpeg);
    pv_free(tiff);
    return pv_where(err, st, "chip of hotspot %s", h->id);
}

pv_status pv_chips_write(const pv_chips *c, pv_photo *photo, pv_err *err)
{
    pv_status st = PV_OK;
    chip_job job = {.c = c, .photo = photo, .facts = pv_photo_facts_of(photo)};
    chip_place *list = NULL;
    size_t n = 0;
    if (c->hotspots->photo[c->photo].n_hotspots == 0) return PV_OK;
    PV_TRY(pv_prob_map_new(&job.map, photo, c->model, c->allow_coarse, err));
    job.grid = pv_prob_map_grid(job.map);
    PV_TRY(chips_list(&job, &list, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (c->stop != NULL && atomic_load(c->stop)) PV_TRY(pv_fail(err, PV_STOPPED, "stopped while pictures of hotspots were made"));
        PV_TRY(chip_write(&job, &c->hotspots->at[list[i].hotspot], err));
    }
out:
    pv_free(list);
    pv_prob_map_free(job.map);
    return st;
}

pv_status pv_chips_plan(const pv_photo_facts *facts, const pv_model *model, int allow_coarse, int64_t memory_bytes, pv_err *err)
{
    int64_t bytes = 0;
    if (memory_bytes == 0) return PV_OK;
    pv_status st = pv_prob_map_bytes(facts, model, allow_coarse, PV_CHIP_MOST_PX, &bytes, err);
    if (st != PV_OK) return st;
    bytes += PHOTO_BYTES + pv_chip_bytes(facts) + pv_photo_crop_bytes(facts, (int64_t)PV_CHIP_MOST_PX * PV_CHIP_MOST_PX);
    if (bytes <= memory_bytes) return PV_OK;
    return pv_fail(err, PV_NOMEM, "%lld MiB of memory do not do for --chips; %lld MiB would", (long long)(memory_bytes >> 20),
                   (long long)((bytes >> 20) + 1));
}
