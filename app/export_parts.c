#include "app/export_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/overviews.h"

#include "base/banned.h"

/* "105.67<between>34.86<between>name" */
static int read_place(pv_kit_place *out, const char *text, char between)
{
    char number[2][32];
    const char *at = text;
    *out = (pv_kit_place){.known = 1};
    for (int i = 0; i < 2; i++) {
        const char *end = strchr(at, between);
        size_t n = end != NULL ? (size_t)(end - at) : strlen(at);
        if (n == 0 || n >= sizeof number[i]) return 0;
        memcpy(number[i], at, n);
        number[i][n] = '\0';
        at += n + (end != NULL);
        while (between == ' ' && *at == ' ') at++;
    }
    if (strlen(at) >= sizeof out->name || !pv_utf8_valid(at, strlen(at))) return 0;
    (void)snprintf(out->name, sizeof out->name, "%s", at);
    return pv_parse_real(number[0], -180, 180, &out->lon_deg) && pv_parse_real(number[1], -90, 90, &out->lat_deg);
}

pv_status pv_export_read_places(pv_kit_place out[PV_EXPORT_PLACES], size_t *n, const pv_args *args, const pv_season *s, const char *option,
                                pv_set set, pv_err *err)
{
    char part[PV_CONF_TEXT];
    const char *text = pv_args_text(args, option);
    *n = 0;
    if (text != NULL) {
        if (!read_place(&out[(*n)++], text, ',')) return pv_fail(err, PV_USAGE, "--%s %s: it is LON,LAT[,NAME] in degrees", option, text);
        return PV_OK;
    }
    for (int k = 0; *n < PV_EXPORT_PLACES && pv_conf_part(s->conf, set, k, part, sizeof part); k++)
        if (!read_place(&out[(*n)++], part, ' '))
            return pv_fail(err, PV_INPUT, "season.conf: %s_points: '%s': it is longitude, latitude and a name, with blanks between them", option,
                           part);
    return PV_OK;
}

/* The photo's picture for the map, once; a photo that has none is left out. */
static pv_status add_map(pv_season *s, pv_kit *kit, size_t *cap, int64_t photo, pv_err *err)
{
    pv_status st = PV_OK;
    pv_map_image image;
    size_t at = 0;
    while (at < kit->n_maps && kit->map[at].photo < photo) at++;
    if (photo == 0 || (at < kit->n_maps && kit->map[at].photo == photo)) return PV_OK;
    PV_TRY(pv_overviews_find(s, photo, &image, err));
    if (image.width_px == 0) return PV_OK;
    PV_TRY(pv_grow(&kit->map, cap, kit->n_maps + 1, sizeof *kit->map, "maps", err));
    memmove(&kit->map[at + 1], &kit->map[at], (kit->n_maps++ - at) * sizeof *kit->map);
    kit->map[at] = (pv_kit_map){photo, image.west, image.south, image.east, image.north, image.width_px, image.height_px, 0};
out:
    return st;
}

pv_status pv_export_add_maps(pv_kits *kits, pv_season *s, const pv_units *units, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < kits->n; i++) {
        pv_kit *kit = &kits->at[i];
        size_t cap = 0;
        kit->units = units;
        for (size_t k = 0; k < kit->n; k++) PV_TRY(add_map(s, kit, &cap, kit->stop[k].sheet->photo, err));
    }
out:
    return st;
}
