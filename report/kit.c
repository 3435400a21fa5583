#include "report/kit.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "geo/zip.h"
#include "report/kit_files.h"
#include "report/kit_gpkg.h"
#include "report/wpml.h"
#include "season/chip_names.h"

#include "base/banned.h"

/* Larger ones are none of ours. */
enum { MOST_CHIP = 1 << 20 };

pv_status pv_kit_put(const char *folder, const char *name, const pv_text *content, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    PV_TRY(pv_text_status(content, err));
    pv_text_addf(&path, "%s/%s", folder, name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(content), content->len, 0, err));
out:
    pv_text_release(&path);
    return st;
}

static pv_status copy_chip(const char *folder, const char *chips, pv_kit_stop *stop, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text from = {0}, to = {0};
    char *data = NULL;
    size_t n = 0;
    char name[PV_CHIP_NAME];
    stop->has_chip = pv_chip_find(name, chips, stop->sheet->hotspot_id, stop->sheet->photo);
    if (!stop->has_chip) goto out;
    pv_text_addf(&from, "%s/%s", chips, name);
    pv_text_addf(&to, "%s/chips/%s.jpg", folder, stop->sheet->hotspot_id);
    PV_TRY(pv_text_status(&from, err));
    PV_TRY(pv_text_status(&to, err));
    PV_TRY(pv_file_read(pv_text_str(&from), MOST_CHIP, &data, &n, err));
    PV_TRY(pv_outfile_put(pv_text_str(&to), data, n, 0, err));
out:
    pv_free(data);
    pv_text_release(&from);
    pv_text_release(&to);
    return st;
}

/* The folder chips/ is there only when there is a chip. */
static pv_status copy_chips(const char *folder, pv_kit *kit, const char *chips, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    pv_text_addf(&path, "%s/chips", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_folder_make(pv_text_str(&path), err));
    for (size_t i = 0; i < kit->n; i++)
        if (kit->stop[i].sheet->hotspot_id[0] != '\0') PV_TRY(copy_chip(folder, chips, &kit->stop[i], err));
    (void)rmdir(pv_text_str(&path));
out:
    pv_text_release(&path);
    return st;
}

pv_status pv_kit_write(const char *folder, pv_kit *kit, unsigned formats, const char *chips, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text lost = {0};
    for (size_t i = 0; i < kit->n; i++) kit->stop[i].has_chip = 0;
    if (chips != NULL && (formats & PV_KIT_CHIPS)) PV_TRY(copy_chips(folder, kit, chips, err));
    if (formats & PV_KIT_KMZ) PV_TRY(pv_kit_kmz(folder, kit, err));
    if (formats & PV_KIT_GCJ02) PV_TRY(pv_kit_gcj02(folder, kit, err));
    if (formats & PV_KIT_GPX) PV_TRY(pv_kit_gpx(folder, kit, err));
    if (formats & PV_KIT_GEOJSON) PV_TRY(pv_kit_geojson(folder, kit, err));
    if (formats & PV_KIT_CSV) PV_TRY(pv_kit_csv(folder, kit, err));
    if (formats & PV_KIT_OVITAL) PV_TRY(pv_kit_ovital(folder, kit, err));
    if (formats & PV_KIT_GPKG) {
        PV_TRY(pv_kit_gpkg(folder, kit, err));
        PV_TRY(pv_kit_maps(folder, kit, chips, err));
        PV_TRY(pv_kit_qgs(folder, kit, err));
    }
    if (formats & PV_KIT_SHP) PV_TRY(pv_kit_shp(folder, kit, &lost, err));
    if (formats & PV_KIT_FLIGHT) PV_TRY(pv_kit_flights(folder, kit, err));
    PV_TRY(pv_text_status(&lost, err));
    PV_TRY(pv_kit_readme(folder, kit, formats, pv_text_str(&lost), err));
out:
    pv_text_release(&lost);
    return pv_where(err, st, "%s", kit->folder);
}

/* ---- as one ZIP ---- */

typedef struct names {
    char **at; /* relative to the kit's folder; owned */
    size_t n, cap;
} names;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All files below folder/part, in any order. */
static pv_status list(names *out, const char *folder, const char *part, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, name = {0};
    struct stat s;
    DIR *d = NULL;
    pv_text_addf(&path, "%s/%s", folder, part);
    PV_TRY(pv_text_status(&path, err));
    d = opendir(pv_text_str(&path));
    if (d == NULL) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.') continue;
        pv_text_reset(&name);
        pv_text_addf(&name, "%s%s%s", part, part[0] != '\0' ? "/" : "", e->d_name);
        pv_text_reset(&path);
        pv_text_addf(&path, "%s/%s", folder, pv_text_str(&name));
        PV_TRY(pv_text_status(&path, err));
        if (stat(pv_text_str(&path), &s) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno)));
        if (S_ISDIR(s.st_mode)) {
            PV_TRY(list(out, folder, pv_text_str(&name), err));
            continue;
        }
        PV_TRY(pv_grow(&out->at, &out->cap, out->n + 1, sizeof *out->at, "list of files", err));
        PV_TRY(pv_strdup(&out->at[out->n], pv_text_str(&name), err));
        out->n++;
    }
out:
    if (d != NULL) closedir(d);
    pv_text_release(&path);
    pv_text_release(&name);
    return st;
}

pv_status pv_kit_zip(const char *folder, const pv_kit *kit, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    pv_zip *z = NULL;
    names all = {.n = 0};
    pv_text from = {0}, name = {0};
    PV_TRY(list(&all, folder, "", err));
    if (all.n > 1) qsort(all.at, all.n, sizeof *all.at, by_name);
    PV_TRY(pv_zip_new(&z, kit->date, err));
    for (size_t i = 0; i < all.n; i++) {
        pv_text_reset(&from);
        pv_text_reset(&name);
        pv_text_addf(&from, "%s/%s", folder, all.at[i]);
        pv_text_addf(&name, "%s/%s", kit->folder, all.at[i]);
        PV_TRY(pv_text_status(&from, err));
        PV_TRY(pv_text_status(&name, err));
        PV_TRY(pv_zip_add_file(z, pv_text_str(&name), pv_text_str(&from), err));
    }
    PV_TRY(pv_zip_write(z, path, 0, err));
out:
    for (size_t i = 0; i < all.n; i++) pv_free(all.at[i]);
    pv_free(all.at);
    pv_zip_free(z);
    pv_text_release(&from);
    pv_text_release(&name);
    return st;
}
