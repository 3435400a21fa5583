#include "samples/render.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/mem.h"
#include "samples/noise.h"
#include "samples/write_geotiff.h"

#include "base/banned.h"

enum { LOOKS = 4 };

typedef struct strip {   /* one of two */
    void *photo;         /* [file bands][rows][width], uint8_t or uint16_t */
    uint8_t *class_code; /* [rows][width] */
    int y0, rows;
} strip;

typedef struct job {
    const pv_view *view;
    const pv_flight *flight;
    pv_tiff *photo, *classes;
    int file_bands;
    float *light; /* [n_bands][PV_TIFF_ROWS + 2][width]: what comes to the camera, with a row more above and below */
    strip ring[2];
} job;

static void job_release(job *j)
{
    pv_tiff_free(j->photo);
    pv_tiff_free(j->classes);
    pv_free(j->light);
    for (int k = 0; k < 2; k++) {
        pv_free(j->ring[k].photo);
        pv_free(j->ring[k].class_code);
    }
    *j = (job){0};
}

/* The class that most looks agree on; the first of equals. */
static uint8_t most(const pv_look *look)
{
    int best = 0, votes = 0;
    for (int a = 0; a < LOOKS; a++) {
        int n = 0;
        for (int b = 0; b < LOOKS; b++) n += look[a].class_code == look[b].class_code;
        if (n > votes) {
            votes = n;
            best = a;
        }
    }
    return (uint8_t)look[best].class_code;
}

/* One row of looks into the light planes; row -1 and row `rows` are there for the blur. */
static void look_row(const job *j, const strip *s, int row)
{
    const pv_flight *f = j->flight;
    size_t w = (size_t)f->width_px, plane = (size_t)(PV_TIFF_ROWS + 2) * w;
    float *light = j->light + (size_t)(row + 1) * w;
    uint8_t *class_code = row >= 0 && row < s->rows ? s->class_code + (size_t)row * w : NULL;
    for (size_t x = 0; x < w; x++) {
        double mx, my;
        float px[LOOKS], py[LOOKS];
        pv_look look[LOOKS];
        pv_flight_point(f, (double)x + 0.5, (double)(s->y0 + row) + 0.5, &mx, &my);
        if (!pv_flight_sees(f, (float)mx, (float)my)) {
            for (int b = 0; b < f->n_bands; b++) light[(size_t)b * plane + x] = -1.0F;
            if (class_code) class_code[x] = PV_CLASS_NONE;
            continue;
        }
        float quarter = 0.25F * (float)f->gsd_m;
        for (int k = 0; k < LOOKS; k++) {
            px[k] = (float)mx + ((k & 1) ? quarter : -quarter);
            py[k] = (float)my + ((k & 2) ? quarter : -quarter);
        }
        pv_view_look(j->view, LOOKS, px, py, look);
        float seam = 1.0F + 0.10F * (pv_noise((float)mx / 41.0F, (float)my / 41.0F, f->salt + 3) - 0.5F);
        for (int b = 0; b < f->n_bands; b++) {
            float sum = 0.0F;
            for (int k = 0; k < LOOKS; k++) sum += look[k].colour[f->colour[b]];
            light[(size_t)b * plane + x] = sum * seam * (1.0F / (float)LOOKS);
        }
        if (class_code) class_code[x] = most(look);
    }
}

/* Blur among what is seen: an unseen neighbour counts as the pixel itself. */
static float blurred(const float *p, size_t w, size_t x, float weight)
{
    float sum = 0.0F, self = p[x];
    for (int dy = -1; dy <= 1; dy++) {
        const float *q = dy < 0 ? p - w : dy > 0 ? p + w : p;
        float left = x > 0 ? q[x - 1] : self, middle = q[x], right = x + 1 < w ? q[x + 1] : self;
        left = left < 0 ? self : left;
        middle = middle < 0 ? self : middle;
        right = right < 0 ? self : right;
        sum += (dy ? weight : 1.0F - 2.0F * weight) * (weight * (left + right) + (1.0F - 2.0F * weight) * middle);
    }
    return sum;
}

static void expose_row(const job *j, const strip *s, int row)
{
    const pv_flight *f = j->flight;
    size_t w = (size_t)f->width_px, out_plane = (size_t)s->rows * w, at = (size_t)row * w;
    uint8_t *p8 = s->photo;
    uint16_t *p16 = s->photo;
    for (int b = 0; b < j->file_bands; b++) {
        int alpha = b == f->n_bands, c = alpha ? 0 : f->colour[b];
        const float *light = j->light + (alpha ? 0 : (size_t)b) * (size_t)(PV_TIFF_ROWS + 2) * w + (size_t)(row + 1) * w;
        size_t to = (size_t)b * out_plane + at;
        uint16_t unseen = f->collar == PV_COLLAR_NODATA && f->bits == 16 ? 65535 : 0;
        for (size_t x = 0; x < w; x++) {
            float stored = (float)unseen;
            if (alpha) {
                stored = light[x] < 0 ? 0.0F : f->bits == 8 ? 255.0F : 65535.0F;
            } else if (light[x] >= 0) {
                float v = blurred(light, w, x, f->blur) * f->gain[c] + f->haze[c];
                uint32_t h = pv_hash3((int32_t)x, s->y0 + row, f->salt + 17U * (uint32_t)c);
                v += sqrtf(f->shot[c] * v + f->read[c] * f->read[c]) * pv_bell(h);
                if (v < 0.0F) v = 0.0F;
                stored = f->bits == 8 ? 255.0F * (1.12F * sqrtf(v) - 0.12F * v) + 0.5F : f->full_scale * v + 0.5F;
                stored = pv_clamp(stored, 1.0F, f->bits == 8 ? 255.0F : 65534.0F);
            }
            if (f->bits == 8)
                p8[to + x] = (uint8_t)stored;
            else
                p16[to + x] = (uint16_t)stored;
        }
    }
}

static PV_MUST pv_status write_strip(const job *j, const strip *s, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_tiff_rows(j->photo, s->photo, s->rows, err));
    PV_TRY(pv_tiff_rows(j->classes, s->class_code, s->rows, err));
out:
    return st;
}

/* Every thread walks every strip; one of them writes a finished strip while the others look at the next. */
static pv_status run_strips(job *j, int threads, pv_err *err)
{
    pv_status st = PV_OK;
    int h = j->flight->height_px, n = (h + PV_TIFF_ROWS - 1) / PV_TIFF_ROWS;
#pragma omp parallel num_threads(threads)
    for (int k = 0; k < n; k++) {
        strip s = j->ring[k % 2];
        s.y0 = k * PV_TIFF_ROWS;
        s.rows = h - s.y0 < PV_TIFF_ROWS ? h - s.y0 : PV_TIFF_ROWS;
#pragma omp for schedule(dynamic, 4)
        for (int row = -1; row <= s.rows; row++) look_row(j, &s, row);
#pragma omp for schedule(dynamic, 8)
        for (int row = 0; row < s.rows; row++) expose_row(j, &s, row);
#pragma omp single nowait
        {
            if (st == PV_OK) st = write_strip(j, &s, err);
        }
    }
    return st;
}

static PV_MUST pv_status open_files(job *j, const char *photo_path, const char *class_path, int overwrite, pv_err *err)
{
    static const char *const CLASS_BAND[1] = {"class"};
    pv_status st = PV_OK;
    const pv_flight *f = j->flight;
    const char *names[PV_FLIGHT_BANDS + 1];
    for (int b = 0; b < f->n_bands; b++) names[b] = pv_colour_name(f->colour[b]);
    names[f->n_bands] = "alpha";
    pv_tiff_spec spec = {.width_px = f->width_px,
                         .height_px = f->height_px,
                         .n_bands = j->file_bands,
                         .bits = f->bits,
                         .layout = (pv_tiff_layout)(f->number % 3),
                         .alpha = f->collar == PV_COLLAR_ALPHA,
                         .nodata = -1,
                         .epsg = f->epsg,
                         .date = f->date,
                         .band_name = names,
                         .rgb = f->bandset != PV_BANDSET_MS};
    memcpy(spec.geotransform, f->geotransform, sizeof spec.geotransform);
    if (f->collar == PV_COLLAR_NODATA) spec.nodata = f->bits == 16 ? 65535 : 0;
    PV_TRY(pv_tiff_open(&j->photo, photo_path, &spec, overwrite, err));
    spec.n_bands = 1;
    spec.bits = 8;
    spec.layout = PV_TIFF_DEFLATE_TILED;
    spec.alpha = 0;
    spec.nodata = PV_CLASS_NONE;
    spec.band_name = CLASS_BAND;
    spec.rgb = 0;
    PV_TRY(pv_tiff_open(&j->classes, class_path, &spec, overwrite, err));
out:
    return st;
}

pv_status pv_render(const pv_view *view, const pv_flight *flight, const char *photo_path, const char *class_path, int threads, int overwrite,
                    pv_err *err)
{
    pv_status st = PV_OK;
    job j = {.view = view, .flight = flight};
    size_t w = (size_t)flight->width_px;
    j.file_bands = flight->n_bands + (flight->collar == PV_COLLAR_ALPHA);
    PV_TRY(pv_alloc(&j.light, (size_t)flight->n_bands * (PV_TIFF_ROWS + 2) * w, sizeof(float), "rows of light", err));
    for (int k = 0; k < 2; k++) {
        PV_TRY(pv_alloc(&j.ring[k].photo, (size_t)j.file_bands * PV_TIFF_ROWS * w, (size_t)flight->bits / 8, "rows of a photo", err));
        PV_TRY(pv_alloc(&j.ring[k].class_code, PV_TIFF_ROWS * w, 1, "rows of classes", err));
    }
    PV_TRY(open_files(&j, photo_path, class_path, overwrite, err));
    PV_TRY(run_strips(&j, threads > 0 ? threads : omp_get_max_threads(), err));
    PV_TRY(pv_tiff_commit(j.photo, err));
    PV_TRY(pv_tiff_commit(j.classes, err));
out:
    job_release(&j);
    return st;
}
