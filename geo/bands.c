#include "geo/bands.h"
#include "base/tr.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "geo/band_names.h"

#include "base/banned.h"

static const char *pv_or_empty(const char *s)
{
    return s != NULL ? s : "";
}

static int pv_colour_is_alpha(const pv_band_hint *hint)
{
    return pv_same_word(pv_or_empty(hint->colour), "Alpha");
}

static void pv_band_set(pv_band *b, const char *name, const char *how)
{
    (void)snprintf(b->name, sizeof b->name, "%s", name);
    (void)snprintf(b->how, sizeof b->how, "%s", how);
}

static void pv_band_unnamed(pv_band *b)
{
    (void)snprintf(b->name, sizeof b->name, "band%d", b->file_band);
    (void)snprintf(b->how, sizeof b->how, "unnamed");
}

static void pv_band_start(int n, const pv_band_hint *hint, pv_band *band, int *is_alpha, int *skip)
{
    for (int k = 0; k < n; k++) {
        band[k] = (pv_band){.file_band = k + 1, .wavelength_nm = hint[k].wavelength_nm};
        if (band[k].wavelength_nm <= 0) band[k].wavelength_nm = pv_band_wavelength_in(pv_or_empty(hint[k].description));
        is_alpha[k] = pv_colour_is_alpha(&hint[k]);
        skip[k] = 0;
    }
}

/* ---- --bands ---- */

/* Reads one "name=number". */
static pv_status pv_item_read(const char *item, int n, char name[PV_BAND_NAME], int *number, pv_err *err)
{
    int64_t v = 0;
    const char *equals = strchr(item, '=');
    if (equals == NULL) return pv_fail(err, PV_USAGE, "--bands: '%s' is not of the form name=number, as in red=1,green=2,nir=4", item);
    const char *text = item, *end = equals;
    while (isspace((unsigned char)*text)) text++;
    while (end > text && isspace((unsigned char)end[-1])) end--;
    if (!pv_parse_int(equals + 1, -1000000, 1000000, &v)) return pv_fail(err, PV_USAGE, "--bands: '%s': '%s' is not a band number", item, equals + 1);
    if (v < 1 || v > n) return pv_fail(err, PV_USAGE, "--bands: '%s': the photo has %d band%s, numbered from 1", item, n, n == 1 ? "" : "s");
    size_t len = (size_t)(end - text);
    if (len == 0 || len >= PV_BAND_NAME) return pv_fail(err, PV_USAGE, "--bands: '%s': a band name has 1 to %d bytes", item, PV_BAND_NAME - 1);
    char raw[PV_BAND_NAME] = {0};
    memcpy(raw, text, len);
    pv_band_canonical(raw, name);
    if (name[0] == '\0') {
        for (size_t i = 0; i < len; i++) {
            raw[i] = (char)tolower((unsigned char)raw[i]);
            if (!isalnum((unsigned char)raw[i]) && raw[i] != '_')
                return pv_fail(err, PV_USAGE, "--bands: '%s': a band name is made of letters, digits and '_'", item);
        }
        memcpy(name, raw, sizeof raw);
    }
    *number = (int)v;
    return PV_OK;
}

static pv_status pv_item_apply(const char *item, int n, pv_band *band, int *is_alpha, int *skip, pv_err *err)
{
    pv_status st = PV_OK;
    char text[128], name[PV_BAND_NAME] = {0};
    int number = 0;
    (void)snprintf(text, sizeof text, "%s", item);
    PV_TRY(pv_item_read(text, n, name, &number, err));
    int k = number - 1, alpha = strcmp(name, "alpha") == 0;
    if (!skip[k]) PV_TRY(pv_fail(err, PV_USAGE, "--bands: '%s': band %d was named '%s' before", item, number, band[k].name));
    for (int i = 0; i < n; i++)
        if (!skip[i] && strcmp(band[i].name, name) == 0)
            PV_TRY(pv_fail(err, PV_USAGE, "--bands: '%s': '%s' was given to band %d before", item, name, i + 1));
    pv_band_set(&band[k], name, "--bands");
    is_alpha[k] = alpha;
    skip[k] = 0;
out:
    return st;
}

static pv_status pv_bands_by_option(int n, const char *option, pv_band *band, int *is_alpha, int *skip, pv_err *err)
{
    pv_status st = PV_OK;
    int n_data = 0;
    for (int k = 0; k < n; k++) skip[k] = 1;
    for (const char *at = option;; at++) {
        size_t len = strcspn(at, ",");
        char item[100];
        if (strspn(at, " \t") >= len) PV_TRY(pv_fail(err, PV_USAGE, "--bands: '%s' has an empty item; write red=1,green=2,nir=4", option));
        if (len >= sizeof item) PV_TRY(pv_fail(err, PV_USAGE, "--bands: '%.40s...' is too long for name=number", at));
        memcpy(item, at, len);
        item[len] = '\0';
        PV_TRY(pv_item_apply(item, n, band, is_alpha, skip, err));
        at += len;
        if (*at == '\0') break;
    }
    for (int k = 0; k < n; k++) {
        /* A declared alpha that the list leaves out still says which pixels are missing. */
        if (skip[k] && is_alpha[k]) {
            skip[k] = 0;
            pv_band_set(&band[k], "alpha", PV_N("colour interpretation"));
        } else if (skip[k]) {
            pv_band_unnamed(&band[k]);
        }
        n_data += !skip[k] && !is_alpha[k];
    }
    if (n_data == 0) PV_TRY(pv_fail(err, PV_USAGE, "--bands: '%s' names no data band", option));
out:
    return st;
}

/* ---- what the file says ---- */

/* Everything but colour interpretation, strongest first. */
static void pv_band_by_words(const pv_band_hint *hint, pv_band *b, int *is_alpha)
{
    char name[PV_BAND_NAME];
    pv_band_canonical(pv_or_empty(hint->description), name);
    if (name[0] != '\0') {
        pv_band_set(b, name, PV_N("description"));
        *is_alpha = 0;
        return;
    }
    if (pv_band_is_alpha_word(pv_or_empty(hint->description))) *is_alpha = 1;
    if (*is_alpha) return;
    pv_band_canonical(pv_or_empty(hint->metadata_name), name);
    if (name[0] == '\0') (void)snprintf(name, sizeof name, "%s", pv_band_of_wavelength(hint->wavelength_nm));
    if (name[0] != '\0') {
        pv_band_set(b, name, PV_N("metadata"));
        return;
    }
    char stem[256];
    (void)snprintf(stem, sizeof stem, "%s", pv_path_name(pv_or_empty(hint->file_name)));
    char *dot = strrchr(stem, '.');
    if (dot != NULL) *dot = '\0';
    pv_band_canonical(stem, name);
    if (name[0] != '\0') pv_band_set(b, name, PV_N("file name"));
}

/* Where words and colours contradict each other anywhere, the colours are a display setting and name nothing. */
static int pv_colours_trusted(int n, const pv_band_hint *hint, const pv_band *band)
{
    char name[PV_BAND_NAME];
    for (int k = 0; k < n; k++) {
        pv_band_canonical(pv_or_empty(hint[k].colour), name);
        if (name[0] != '\0' && band[k].name[0] != '\0' && strcmp(name, band[k].name) != 0) return 0;
        for (int i = 0; name[0] != '\0' && i < n; i++)
            if (i != k && strcmp(name, band[i].name) == 0) return 0;
    }
    return 1;
}

static pv_status pv_bands_unique(int n, const pv_band *band, const int *is_alpha, pv_err *err)
{
    for (int k = 0; k < n; k++)
        for (int i = 0; i < k; i++)
            if (!is_alpha[i] && !is_alpha[k] && strcmp(band[i].name, band[k].name) == 0)
                return pv_fail(
                    err, PV_INPUT,
                    "bands %d and %d are both '%s' (by %s and %s); choose with --bands, for example --bands %s=%d,... listing every band to use",
                    i + 1, k + 1, band[k].name, band[i].how, band[k].how, band[k].name, i + 1);
    return PV_OK;
}

static pv_status pv_bands_by_file(int n, const pv_band_hint *hint, pv_band *band, int *is_alpha, pv_err *err)
{
    char name[PV_BAND_NAME];
    for (int k = 0; k < n; k++) pv_band_by_words(&hint[k], &band[k], &is_alpha[k]);
    int trusted = pv_colours_trusted(n, hint, band);
    for (int k = 0; k < n; k++) {
        if (band[k].name[0] != '\0') continue;
        pv_band_canonical(pv_or_empty(hint[k].colour), name);
        if (is_alpha[k]) {
            pv_band_set(&band[k], "alpha", pv_colour_is_alpha(&hint[k]) ? PV_N("colour interpretation") : PV_N("description"));
        } else if (trusted && name[0] != '\0') {
            pv_band_set(&band[k], name, PV_N("colour interpretation"));
        } else {
            pv_band_unnamed(&band[k]);
        }
    }
    return pv_bands_unique(n, band, is_alpha, err);
}

pv_status pv_bands_name(int n, const pv_band_hint *hint, const char *bands_option, pv_band *band, int *is_alpha, int *skip, pv_err *err)
{
    pv_band_start(n, hint, band, is_alpha, skip);
    if (bands_option != NULL) return pv_bands_by_option(n, bands_option, band, is_alpha, skip, err);
    return pv_bands_by_file(n, hint, band, is_alpha, err);
}
