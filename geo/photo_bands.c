#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gdal.h>

#include "geo/bands.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

/* A band of a file, before it is known what it is. */
typedef struct pv_file_band {
    pv_used from;
    GDALRasterBandH handle;
    pv_xmp xmp; /* of a folder's member */
} pv_file_band;

static int pv_list_file_bands(pv_photo *p, pv_file_band *list)
{
    int n = 0;
    for (int s = 0; s < p->n_sources; s++) {
        GDALDatasetH ds = pv_gdal_dataset(p->source[s].gdal);
        for (int b = 0; b < p->source[s].gate.bands && n < PV_MAX_FILE_BANDS; b++) {
            list[n] = (pv_file_band){.from = {.source = s, .band = b}, .handle = GDALGetRasterBand(ds, b + 1)};
            char **packet = p->n_sources > 1 ? GDALGetMetadata(ds, "xml:XMP") : NULL;
            if (packet != NULL && packet[0] != NULL) pv_xmp_read(packet[0], &list[n].xmp);
            n++;
        }
    }
    return n;
}

static double pv_hint_wavelength(const pv_file_band *b)
{
    static const struct {
        const char *item;
        double to_nm;
    } key[] = {{"wavelength_nm", 1}, {"WAVELENGTH_NM", 1},     {"wavelength", 1},
               {"WAVELENGTH", 1},    {"CentralWavelength", 1}, {"CENTRAL_WAVELENGTH_UM", 1000}};
    double value = 0;
    if (b->xmp.wavelength_nm > 0) return b->xmp.wavelength_nm;
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++) {
        const char *text = GDALGetMetadataItem(b->handle, key[i].item, NULL);
        if (text == NULL) text = GDALGetMetadataItem(b->handle, key[i].item, "IMAGERY");
        if (text == NULL || !pv_parse_real(text, 0.1, 20000, &value)) continue;
        value *= key[i].to_nm;
        return value < 20 ? value * 1000 : value; /* 0.56: micrometres */
    }
    return 0;
}

static void pv_hint_of(const pv_photo *p, const pv_file_band *b, pv_band_hint *hint)
{
    *hint = (pv_band_hint){.description = GDALGetDescription(b->handle), .wavelength_nm = pv_hint_wavelength(b)};
    hint->metadata_name = b->xmp.band_name[0] != '\0' ? b->xmp.band_name : GDALGetMetadataItem(b->handle, "BandName", NULL);
    if (hint->metadata_name == NULL) hint->metadata_name = GDALGetMetadataItem(b->handle, "BAND_NAME", NULL);
    hint->file_name = p->n_sources > 1 ? pv_path_name(p->source[b->from.source].path) : NULL;
    hint->colour = GDALGetColorInterpretationName(GDALGetRasterColorInterpretation(b->handle));
}

/* A no-data tag that the sample type can hold. */
static void pv_rule_tag(pv_photo *p, const pv_file_band *b, int used)
{
    int has = 0;
    double tag = GDALGetRasterNoDataValue(b->handle, &has);
    double least = p->sample == PV_SAMPLE_I16 ? -32768 : 0, most = p->sample == PV_SAMPLE_U8 ? 255 : p->sample == PV_SAMPLE_I16 ? 32767 : 65535;
    if (!has || isnan(tag)) return;
    if (p->sample != PV_SAMPLE_F32 && (tag < least || tag > most || tag != floor(tag))) {
        if (used == 0)
            pv_photo_warn(&p->facts, "the no-data tag %.9g does not fit %s samples and is not used", tag,
                          p->sample == PV_SAMPLE_U8 ? "UInt8" : "16-bit");
        return;
    }
    p->rules.has_tag[used] = 1;
    p->rules.tag[used] = tag;
    /* No reflectance is negative: one such band spoils the pixel. 0 or 255 may well occur in one band of a good pixel. */
    if (p->sample == PV_SAMPLE_F32 || tag < 0) p->rules.tag_any = 1;
}

/* --bands names the data bands; a last band that it leaves out may still be the alpha that nobody declared. It is kept until that is known. */
static void pv_keep_candidate(pv_photo *p, int n, const int *skip, const int *is_alpha, const pv_file_band *last, pv_status st)
{
    if (st != PV_OK || !skip[n - 1] || p->n_sources > 1 || p->facts.n_bands == 0 || p->facts.n_bands == PV_MAX_BANDS) return;
    for (int k = 0; k < n; k++)
        if (is_alpha[k]) return;
    pv_band *band = &p->facts.band[p->facts.n_bands];
    *band = (pv_band){.file_band = n};
    (void)snprintf(band->how, sizeof band->how, "%s", PV_LEFT_OUT);
    p->used[p->facts.n_bands++] = last->from;
}

pv_status pv_photo_name_bands(pv_photo *p, const char *bands_option, pv_err *err)
{
    pv_file_band list[PV_MAX_FILE_BANDS];
    pv_band_hint hint[PV_MAX_FILE_BANDS];
    pv_band band[PV_MAX_FILE_BANDS] = {0};
    int is_alpha[PV_MAX_FILE_BANDS] = {0}, skip[PV_MAX_FILE_BANDS] = {0};
    pv_gdal_watch watch;
    pv_gdal_begin(&watch);
    int n = pv_list_file_bands(p, list);
    for (int k = 0; k < n; k++) pv_hint_of(p, &list[k], &hint[k]);
    pv_status st = pv_bands_name(n, hint, bands_option, band, is_alpha, skip, err);
    p->facts.n_file_bands = n;
    p->facts.n_bands = 0;
    for (int k = 0; st == PV_OK && k < n; k++) {
        if (is_alpha[k] || skip[k]) continue;
        if (p->facts.n_bands == PV_MAX_BANDS) {
            st = pv_fail(err, PV_INPUT, "more than %d data bands; name the ones to use with --bands, or say which one is alpha", PV_MAX_BANDS);
            break;
        }
        pv_rule_tag(p, &list[k], p->facts.n_bands);
        p->used[p->facts.n_bands] = list[k].from;
        p->facts.band[p->facts.n_bands++] = band[k];
    }
    pv_keep_candidate(p, n, skip, is_alpha, &list[n - 1], st);
    p->n_used = p->facts.n_bands;
    p->rules.alpha = -1;
    for (int k = 0; st == PV_OK && k < n && p->rules.alpha < 0; k++) {
        if (!is_alpha[k] || p->n_used == PV_MAX_FILE_BANDS) continue;
        p->rules.alpha = p->n_used;
        p->used[p->n_used++] = list[k].from;
    }
    if (st == PV_OK && p->facts.n_bands == 0) st = pv_fail(err, PV_INPUT, "it has no data band");
    (void)pv_gdal_end_quiet(&watch, 1);
    return st;
}
