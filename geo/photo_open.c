#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/mem.h"
#include "geo/bands.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_JPEG = 7, PV_JPEG_TOLERANCE = 8, PV_JPEG_ALPHA = 128 };

void pv_source_release(pv_source *s)
{
    pv_tiff_free(s->tiff);
    pv_gdal_free(s->gdal);
    pv_free(s->path);
    *s = (pv_source){0};
}

pv_status pv_source_open(pv_source *s, const char *path, const pv_gate_limits *limits, pv_road road, int need_gdal, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_gate_check(path, limits, &s->gate, err));
    PV_TRY(pv_strdup(&s->path, path, err));
    if (road != PV_ROAD_GDAL) PV_TRY(pv_tiff_open(&s->tiff, path, &s->gate, err));
    if (s->tiff == NULL && road == PV_ROAD_LIBTIFF)
        PV_TRY(pv_fail(err, PV_INPUT, "libtiff cannot decode this kind of file directly; leave the road to the program"));
    if (need_gdal || s->tiff == NULL) PV_TRY(pv_gdal_open(&s->gdal, path, limits, &s->gate, err));
    s->has_mask = s->gdal != NULL && pv_gdal_has_mask(s->gdal);
    if (s->tiff != NULL)
        pv_tiff_block_size(s->tiff, &s->block_w, &s->block_h);
    else
        pv_gdal_block_size(s->gdal, &s->block_w, &s->block_h);
out:
    return st;
}

static pv_status pv_open_folder(pv_photo *p, const char *path, pv_road road, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scene *scene = NULL;
    PV_TRY(pv_alloc(&scene, 1, sizeof *scene, "folder", err));
    PV_TRY(pv_scene_find(scene, path, err));
    for (int i = 0; i < scene->n && i < PV_MAX_BANDS; i++) {
        const char *name = pv_path_name(scene->path[i]);
        p->n_sources = i + 1;
        PV_TRY(pv_where(err, pv_source_open(&p->source[i], scene->path[i], &p->limits, road, 1, err), "%s", name));
        if (p->source[i].gate.bands != 1)
            PV_TRY(pv_fail(err, PV_INPUT, "%s has %d bands; in a folder each file must hold one band", name, p->source[i].gate.bands));
    }
    if (p->n_sources == 0) PV_TRY(pv_fail(err, PV_INPUT, "the folder holds no band files"));
out:
    pv_free(scene);
    return st;
}

/* Files of one photo must lie on each other, pixel by pixel. */
static pv_status pv_open_agree(const pv_photo *p, pv_err *err)
{
    pv_gdal_watch watch;
    pv_status st = PV_OK;
    const pv_source *a = &p->source[0];
    pv_gdal_begin(&watch);
    for (int i = 1; i < p->n_sources && st == PV_OK; i++) {
        const pv_source *b = &p->source[i];
        double ga[6] = {0}, gb[6] = {0};
        const char *what = NULL;
        int has_a = GDALGetGeoTransform(pv_gdal_dataset(a->gdal), ga) == CE_None,
            has_b = GDALGetGeoTransform(pv_gdal_dataset(b->gdal), gb) == CE_None;
        OGRSpatialReferenceH sa = GDALGetSpatialRef(pv_gdal_dataset(a->gdal)), sb = GDALGetSpatialRef(pv_gdal_dataset(b->gdal));
        double pixel = fmax(fmax(fabs(ga[1]), fabs(ga[2])), fmax(fabs(ga[4]), fabs(ga[5])));
        if (a->gate.width_px != b->gate.width_px || a->gate.height_px != b->gate.height_px)
            what = "size";
        else if (a->gate.bits != b->gate.bits || a->gate.sample_format != b->gate.sample_format)
            what = "sample type";
        else if (has_a != has_b)
            what = "geotransform";
        else if ((sa == NULL) != (sb == NULL) || (sa != NULL && !OSRIsSame(sa, sb)))
            what = "coordinate reference system";
        for (int k = 0; what == NULL && k < 6; k++) {
            /* A hundredth of a pixel, at the far corner too. */
            double reach = k == 0 || k == 3 ? 1 : (double)(a->gate.width_px + a->gate.height_px);
            if (fabs(ga[k] - gb[k]) * reach > 0.01 * pixel) what = "geotransform";
        }
        if (what != NULL)
            st = pv_fail(err, PV_INPUT, "%s and %s differ in %s; the bands of one folder must lie on each other, export them together",
                         pv_path_name(a->path), pv_path_name(b->path), what);
    }
    (void)pv_gdal_end_quiet(&watch, 1);
    return st;
}

static pv_sample pv_sample_of(const pv_gate_facts *g)
{
    if (g->bits == 32) return PV_SAMPLE_F32;
    if (g->bits == 8) return PV_SAMPLE_U8;
    return g->sample_format == 2 ? PV_SAMPLE_I16 : PV_SAMPLE_U16;
}

static void pv_open_name(pv_photo_facts *f, const char *path, int is_folder)
{
    char room[1024];
    (void)snprintf(f->path, sizeof f->path, "%s", path);
    (void)snprintf(room, sizeof room, "%s", path);
    for (size_t n = strlen(room); n > 1 && room[n - 1] == '/'; n--) room[n - 1] = '\0';
    const char *name = pv_path_name(room), *dot = strrchr(name, '.');
    int n = dot != NULL && dot != name && !is_folder ? (int)(dot - name) : (int)strlen(name);
    (void)snprintf(f->name, sizeof f->name, "%.*s", n, name);
}

/* A scale in the file's own words: value x scale = reflectance. 0 = it says nothing. */
static double pv_open_tagged_scale(const pv_photo *p)
{
    pv_gdal_watch watch;
    int has = 0;
    pv_gdal_begin(&watch);
    double scale = GDALGetRasterScale(GDALGetRasterBand(pv_gdal_dataset(p->source[0].gdal), 1), &has);
    (void)pv_gdal_end_quiet(&watch, 1);
    if (p->sample == PV_SAMPLE_U8 || !has || !(scale > 0) || scale >= 0.01 || scale < 1e-5) return 0;
    return 1 / scale;
}

/* The last band may be an alpha that nobody declared. */
static pv_status pv_open_hidden_alpha(pv_photo *p, int *found, pv_err *err)
{
    pv_photo_facts *f = &p->facts;
    *found = 0;
    if (p->rules.alpha >= 0 || f->n_bands < 2 || p->n_sources > 1) return PV_OK;
    int left_out = strcmp(f->band[f->n_bands - 1].how, PV_LEFT_OUT) == 0;
    if (!left_out && strcmp(f->band[f->n_bands - 1].how, "unnamed") != 0) return PV_OK;
    pv_status st = pv_sample_alpha(p, found, err);
    if (st != PV_OK || (!*found && !left_out)) return st;
    f->n_bands--;
    f->band[f->n_bands] = (pv_band){0};
    if (!*found) {
        p->n_used--;
        return PV_OK;
    }
    p->rules.alpha = f->n_bands;
    p->rules.has_tag[f->n_bands] = 0;
    return PV_OK;
}

static pv_status pv_open_valid(pv_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    int hidden = 0, declared = 0, jpeg = p->source[0].gate.compression == PV_JPEG;
    p->rules.alpha_least = jpeg ? PV_JPEG_ALPHA : 1;
    p->rules.tolerance = jpeg ? PV_JPEG_TOLERANCE : 0;
    PV_TRY(pv_open_hidden_alpha(p, &hidden, err));
    for (int k = 0; k < p->facts.n_bands; k++) declared |= p->rules.has_tag[k];
    for (int s = 0; s < p->n_sources; s++) declared |= p->source[s].has_mask;
    if (!declared && p->rules.alpha < 0) PV_TRY(pv_collar_find(p, err));
    pv_valid_words(p, hidden ? "undeclared alpha" : "alpha");
out:
    return st;
}

static pv_status pv_open_sample(pv_photo *p, const pv_photo_options *opt, pv_err *err)
{
    const pv_radiometry *given = opt->radiometry;
    if (given != NULL) {
        if (!(given->full_scale > 0) || !isfinite(given->full_scale)) return pv_fail(err, PV_BUG, "a radiometric state without a full scale");
        p->facts.radiometry = *given;
        p->scale = pv_scale_of(p->sample, given->full_scale);
        p->sampled = 1;
        return PV_OK;
    }
    p->tagged_scale = pv_open_tagged_scale(p);
    return opt->sample_later ? PV_OK : pv_sample_radiometry(p, err);
}

static pv_status pv_photo_build(pv_photo *p, const char *path, const pv_photo_options *opt, pv_err *err)
{
    struct stat info;
    pv_status st = PV_OK;
    int is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    if (strlen(path) >= sizeof p->facts.path) PV_TRY(pv_fail(err, PV_USAGE, "the path is longer than %zu bytes", sizeof p->facts.path - 1));
    pv_open_name(&p->facts, path, is_folder);
    p->limits = opt->limits != NULL ? *opt->limits : pv_gate_limits_default();
    p->limits.max_bands = pv_min(p->limits.max_bands, PV_MAX_BANDS);
    p->road = opt->road;
    if (is_folder) {
        PV_TRY(pv_open_folder(p, path, opt->road, err));
    } else {
        p->n_sources = 1;
        PV_TRY(pv_source_open(&p->source[0], path, &p->limits, opt->road, 1, err));
    }
    p->facts.width_px = (int)p->source[0].gate.width_px;
    p->facts.height_px = (int)p->source[0].gate.height_px;
    p->sample = pv_sample_of(&p->source[0].gate);
    PV_TRY(pv_open_agree(p, err));
    PV_TRY(pv_photo_locate(p, opt->allow_unplaced, err));
    PV_TRY(pv_photo_name_bands(p, opt->bands, err));
    pv_photo_describe(p);
    pv_photo_taken_at(p);
    PV_TRY(pv_open_valid(p, err));
    PV_TRY(pv_open_sample(p, opt, err));
out:
    return st;
}

/* What only opening needed: GDAL, where it reads neither pixels nor a mask. */
static void pv_photo_settle(pv_photo *p)
{
    for (int i = 0; i < p->n_sources; i++) {
        pv_source *s = &p->source[i];
        if (s->tiff == NULL || s->has_mask) continue;
        pv_gdal_free(s->gdal);
        s->gdal = NULL;
    }
}

pv_status pv_photo_open(pv_photo **out, const char *path, const pv_photo_options *opt, pv_err *err)
{
    static const pv_photo_options none;
    pv_status st = PV_OK;
    pv_photo *p = NULL;
    PV_TRY(pv_alloc(&p, 1, sizeof *p, "photo", err));
    PV_TRY(pv_photo_build(p, path, opt != NULL ? opt : &none, err));
    pv_photo_settle(p);
    *out = p;
    p = NULL;
out:
    pv_photo_free(p);
    return pv_where(err, st, "%s", pv_path_name(path));
}
