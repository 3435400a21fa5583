/* What the map and other pages need, compiled in from files (cmake/embed.cmake): the page needs no network, and the program no files of its own. */
#ifndef PV_REPORT_MAP_ASSETS_H
#define PV_REPORT_MAP_ASSETS_H

#include <stddef.h>

/* Leaflet (Debian's libjs-leaflet) and report/map*.js; Leaflet's styles without their pictures and report/map.css; report/map.html; Leaflet's licence;
 * report/year.css; report/cards.css. */
extern const unsigned char pv_asset_script[], pv_asset_style[], pv_asset_body[], pv_asset_licence[], pv_asset_year[], pv_asset_cards[];
extern const size_t pv_asset_script_n, pv_asset_style_n, pv_asset_body_n, pv_asset_licence_n, pv_asset_year_n, pv_asset_cards_n;

#endif
