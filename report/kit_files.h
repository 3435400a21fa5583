/* The files of a kit, each written whole into its folder, for report/kit.c. Threads and errors as in kit.h. */
#ifndef PV_REPORT_KIT_FILES_H
#define PV_REPORT_KIT_FILES_H

#include "report/kit.h"

/* plots.kmz: doc.kml, icons and pictures in one folder `files`. Pictures are taken from <folder>/chips. */
PV_MUST pv_status pv_kit_kmz(const char *folder, const pv_kit *kit, pv_err *err);
/* The KML in it; pictures and icons by relative names. */
void pv_kit_kml(pv_text *out, const pv_kit *kit);
/* plots_GCJ02.kml: points only, shifted as Chinese map apps shift them; for nothing else. */
PV_MUST pv_status pv_kit_gcj02(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_gpx(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_geojson(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_csv(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_ovital(const char *folder, const pv_kit *kit, pv_err *err);
/* lost: lines about what had to be shortened, Chinese and English; "" = nothing. */
PV_MUST pv_status pv_kit_readme(const char *folder, const pv_kit *kit, unsigned formats, const char *lost, pv_err *err);

/* An icon for a status: a PNG of 32 x 32 pixels, drawn by the program; the same bytes each time. */
void pv_kit_icon(pv_text *out, pv_plot_status status);

/* <folder>/<name> with that content. */
PV_MUST pv_status pv_kit_put(const char *folder, const char *name, const pv_text *content, pv_err *err);

#endif
