/* How QGIS, QField and Mergin Maps show a table of a kit: symbols, labels, forms with lists, in the XML of QGIS 3.22, for a project's layer and for a GeoPackage's layer_styles.
 *
 * Threads: any. */
#ifndef PV_REPORT_KIT_STYLE_H
#define PV_REPORT_KIT_STYLE_H

#include "report/kit_tables.h"

/* The relation of photos to plots in the project. */
#define PV_KIT_RELATION "plot_photos"

/* The elements inside <maplayer> or <qgis>. project: 1 = with the photos of a plot in its form. */
void pv_kit_style_add(pv_text *xml, const pv_kit_table *table, pv_kit_table_name which, pv_kit_speech speech, int project);
/* A whole QML document. */
void pv_kit_style_qml(pv_text *xml, const pv_kit_table *table, pv_kit_table_name which, pv_kit_speech speech);

#endif
