/* What `papaver info` says about each kind of file. Private to cmd_info.c and the files info_*.c. Errors: as the reader of the file. */
#ifndef PV_APP_INFO_H
#define PV_APP_INFO_H

#include "app/options.h"
#include "base/text.h"

/* One fact a line, in the reader's language: "  name            value". name and fmt are English and messages for po/. */
void pv_info_line(pv_text *out, const char *name, const char *fmt, ...) PV_PRINTF(3, 4);

/* Facts of a photo, of its header, of the shipped models that fit and, with --plan, of the memory that a scan would take. */
PV_MUST pv_status pv_info_photo(const pv_args *args, const char *path, int json, pv_text *out, pv_err *err);

/* Nights, photos, hotspots, plots and grid of a season: its folder or its ledger. *is_one = 0: it is none, and nothing was said. */
PV_MUST pv_status pv_info_season(const char *path, int json, int *is_one, pv_text *out, pv_err *err);
/* Grid, extent, cells and true areas by state of a coverage file (geo/cells.h). */
PV_MUST pv_status pv_info_cells(const char *path, int json, pv_text *out, pv_err *err);
/* 1 = the file with these first 63 bytes is a GeoPackage, a Shapefile or KML. */
int pv_is_boundaries(const char *path, const char head[64]);
/* Units by level, what was repaired and left out, extent. */
PV_MUST pv_status pv_info_units(const char *path, int json, pv_text *out, pv_err *err);

#endif
