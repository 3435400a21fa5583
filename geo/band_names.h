/* Words and wavelengths of bands: the vocabulary behind geo/bands.h. Threads: any. */
#ifndef PV_GEO_BAND_NAMES_H
#define PV_GEO_BAND_NAMES_H

/* The canonical word for a centre wavelength, "" when none fits (or wavelength_nm is 0). Static text. */
const char *pv_band_of_wavelength(double wavelength_nm);

/* A wavelength written in a band's text ("Blue-444", "Band 3 (668.2 nm)"), or 0. */
double pv_band_wavelength_in(const char *text);

/* 1 when the text says that the band is a mask and no data ("alpha", "Alpha channel", "mask"). */
int pv_band_is_alpha_word(const char *text);

#endif
