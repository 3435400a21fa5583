/* A picture in memory, its bands and holes, and the columns of a plan on it: for the tests of features. Include after cmocka.h. */
#ifndef PV_TESTS_FEATURES_SCENE_H
#define PV_TESTS_FEATURES_SCENE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/features_kernels.h"

enum { RED = 0, GREEN, BLUE, REDEDGE, NIR, N_BANDS, SCENE_COLUMNS = 32 };
static const char *const band_names[N_BANDS] = {"red", "green", "blue", "rededge", "nir"};

static uint64_t rng = 1;

static inline uint32_t chance(uint32_t n)
{
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

static inline void facts_fill(pv_photo_facts *f)
{
    memset(f, 0, sizeof *f);
    f->n_bands = N_BANDS;
    for (int k = 0; k < N_BANDS; k++) memcpy(f->band[k].name, band_names[k], strlen(band_names[k]));
    f->gsd_x_m = 0.1;
    f->gsd_y_m = 0.07;
}

static inline pv_feature_plan *plan_of(int n, const char (*column)[PV_NAME], const char *normalise, const pv_photo_facts *f)
{
    pv_feature_plan *plan = NULL;
    pv_err err = {0};
    if (pv_feature_plan_new(&plan, n, column, &(pv_light){.rule = normalise}, f, f->gsd_x_m, f->gsd_y_m, &err) != PV_OK) fail_msg("%s", err.text);
    return plan;
}

typedef struct scene {
    int w, h;
    uint16_t *band[N_BANDS];
    uint8_t *valid;
} scene;

static inline void scene_make(scene *s, int w, int h, int holes)
{
    s->w = w;
    s->h = h;
    s->valid = calloc((size_t)(w * h), 1);
    for (int b = 0; b < N_BANDS; b++) s->band[b] = calloc((size_t)(w * h), 2);
    for (int i = 0; i < w * h; i++) {
        s->valid[i] = (uint8_t)(holes && chance(100) < (uint32_t)holes ? 2 * chance(2) : 1);
        for (int b = 0; b < N_BANDS && s->valid[i] == 1; b++)
            s->band[b][i] = (uint16_t)(chance(10) == 0 ? 65535 : chance(10) == 0 ? 0 : chance(65536));
    }
}

static inline void scene_drop(scene *s)
{
    free(s->valid);
    for (int b = 0; b < N_BANDS; b++) free(s->band[b]);
}

typedef struct answers {
    uint16_t *plane[SCENE_COLUMNS]; /* whole picture */
    int w;
    pv_rect core;
    int calls[SCENE_COLUMNS];
} answers;

static inline void keep(void *user, int column, int y, const uint16_t *values)
{
    answers *a = user;
    a->calls[column]++;
    memcpy(a->plane[column] + (a->core.y + y) * a->w + a->core.x, values, (size_t)a->core.w * 2);
}

/* All columns of the scene by tiles of tw x th, with the loops of one path. */
static inline void run_tiled_by(const pv_feature_kernels *loop, const scene *s, const pv_feature_plan *plan, int tw, int th, answers *a)
{
    const int *index = NULL;
    int n = pv_feature_plan_bands(plan, &index), hx = 0, hy = 0;
    pv_feature_plan_halo(plan, &hx, &hy);
    pv_feature_scratch *scratch = NULL;
    assert_int_equal(pv_feature_scratch_new(&scratch, plan, tw, th, NULL), PV_OK);
    for (int y = 0; y < s->h; y += th) {
        for (int x = 0; x < s->w; x += tw) {
            a->core = (pv_rect){x, y, pv_min(tw, s->w - x), pv_min(th, s->h - y)};
            pv_rect read = pv_rect_intersect(pv_rect_grow(a->core, hx, hy), (pv_rect){0, 0, s->w, s->h});
            uint16_t *bands = malloc((size_t)(n * read.w * read.h) * 2);
            uint8_t *valid = malloc((size_t)(read.w * read.h));
            for (int j = 0; j < read.h; j++) {
                size_t from = (size_t)((read.y + j) * s->w + read.x);
                memcpy(valid + j * read.w, s->valid + from, (size_t)read.w);
                for (int b = 0; b < n; b++) memcpy(bands + (b * read.h + j) * read.w, s->band[index[b]] + from, (size_t)read.w * 2);
            }
            pv_features_compute_by(loop, plan, scratch, a->core, read, bands, valid, keep, a);
            free(bands);
            free(valid);
        }
    }
    pv_feature_scratch_free(scratch);
}

static inline void run_tiled(const scene *s, const pv_feature_plan *plan, int tw, int th, answers *a)
{
    run_tiled_by(pv_feature_kernels_of(pv_cpu_path()), s, plan, tw, th, a);
}

#endif
