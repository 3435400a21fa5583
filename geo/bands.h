/* Which band is which: by name, never by luck.
 *
 * Sources in order: the --bands option, band descriptions, metadata (MicaSense and DJI XMP: band name, central wavelength), file names of a
 * folder's members (result_NIR.tif), colour interpretation. Names become lower-case canonical words (blue green red rededge nir swir lwir,
 * "red edge" and "RE" alike); what nothing names is "band<k>".
 * Threads: any. Errors: PV_USAGE for a wrong --bands text, PV_INPUT for two bands of one name. */
#ifndef PV_GEO_BANDS_H
#define PV_GEO_BANDS_H

#include "base/err.h"
#include "geo/photo.h"

/* What a file says of one of its bands; NULL or "" where it says nothing. Borrowed. */
typedef struct pv_band_hint {
    const char *description;
    const char *metadata_name; /* BandName of XMP or of band metadata */
    double wavelength_nm;      /* 0 = unknown */
    const char *file_name;     /* of a folder's member, else NULL */
    const char *colour;        /* GDAL's colour interpretation: "Red" "Gray" "Alpha" "Undefined" ... */
} pv_band_hint;

/* Names n file bands. is_alpha[k] = 1 where colour "Alpha", a description like "alpha" or "mask", or "alpha" in --bands says that it is no data band
 * (its name is "alpha"); a declared alpha that --bands leaves out stays alpha, one that --bands names otherwise becomes data. Colour interpretation
 * names bands only where it contradicts no stronger source anywhere in the file.
 * band[k].file_band is k + 1. Bands that --bands leaves out of its list are unnamed only if the option is NULL; else they are left out: skip[k] = 1. */
PV_MUST pv_status pv_bands_name(int n, const pv_band_hint *hint, const char *bands_option, pv_band *band, int *is_alpha, int *skip, pv_err *err);

/* What an XMP packet of one capture says (MicaSense Camera:, DJI drone-dji:). Never fails: what is not there stays empty. Fuzzed. */
typedef struct pv_xmp {
    char band_name[PV_BAND_NAME];
    double wavelength_nm;
    char taken_at[32]; /* ISO 8601 or "" */
} pv_xmp;
void pv_xmp_read(const char *packet, pv_xmp *out);

/* The canonical word for a band name as people write it ("NIR", "near infrared", "Red edge", "band_1_red"), or "" when it names none. */
void pv_band_canonical(const char *text, char out[PV_BAND_NAME]);

/* A folder of one-band TIFFs of one scene: DJI Terra (result_Blue.tif ...; result.tif, the RGB picture, is left aside) or MicaSense
 * (IMG_0000_1.tif ...). Files sorted by name; other files are ignored. PV_INPUT when the folder is none of these, says what was found. */
typedef struct pv_scene {
    int n;
    char path[PV_MAX_BANDS][1024];
} pv_scene;
PV_MUST pv_status pv_scene_find(pv_scene *out, const char *folder, pv_err *err);

#endif
