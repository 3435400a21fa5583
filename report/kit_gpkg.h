/* A kit's files for QGIS, QField, Mergin Maps and other geographic information systems.
 *
 * pv_kit_gpkg: FOLDER/field.gpkg, what the crew fills in: plots (a point, its facts, the form's fields with their lists) and photos (by the plot's uuid);
 *              FOLDER/outlines.gpkg, to be looked at: outlines, control point and access point. Both with styles in Chinese and English.
 * pv_kit_qgs:  FOLDER/papaver.qgs, the QField project of these two, with relative paths and without anything from a network.
 * pv_kit_shp:  FOLDER/shp/plots.{shp,shx,dbf,prj,cpg}, the same facts and form under names of at most ten characters. Texts over 254 bytes are shortened before a character;
 *              a line about each such field is added to lost (may be NULL), for the README.
 * pv_kit_maps: FOLDER/maps/photo-<photo>.jpg, copied from the folder `chips` of the season, and .jgw, which says where it lies; a picture that is not there, or is larger than
 *              4 MiB, is left out. Before the project, which shows those that are there.
 * A place that a crew found is a row of plots without an id. FOLDER exists; none of the files does. The same kit gives the same bytes.
 * Threads: one at a time. Errors: PV_NOMEM, PV_IO with the path, PV_USAGE (a file exists), PV_INPUT (an outline that is none). */
#ifndef PV_REPORT_KIT_GPKG_H
#define PV_REPORT_KIT_GPKG_H

#include "report/kit.h"

PV_MUST pv_status pv_kit_gpkg(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_maps(const char *folder, pv_kit *kit, const char *chips, pv_err *err);
PV_MUST pv_status pv_kit_qgs(const char *folder, const pv_kit *kit, pv_err *err);
PV_MUST pv_status pv_kit_shp(const char *folder, const pv_kit *kit, pv_text *lost, pv_err *err);

/* The key of a plot's row: an RFC 4122 version 8 UUID in braces from the season's name and the plot's id. */
enum { PV_KIT_UUID = 39 };
void pv_kit_uuid(char out[PV_KIT_UUID], const char *season, const char *plot_id);

#endif
