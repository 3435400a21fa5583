#include "report/kit_maps.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "report/kit_gpkg.h"

#include "base/banned.h"

#define MERCATOR_RADIUS_M 6378137.0

enum { MOST_PICTURE = 4 << 20, MOST_SIDE = 1 << 14 };

double pv_mercator_x_m(double lon_deg)
{
    return MERCATOR_RADIUS_M * lon_deg * (M_PI / 180);
}

double pv_mercator_y_m(double lat_deg)
{
    return MERCATOR_RADIUS_M * log(tan(M_PI / 4 + lat_deg * (M_PI / 360)));
}

/* A world file: the size of a pixel and the centre of the first one. */
static void add_world(pv_text *out, const pv_kit_map *m)
{
    double west = pv_mercator_x_m(m->west), north = pv_mercator_y_m(m->north);
    double dx = (pv_mercator_x_m(m->east) - west) / m->width_px, dy = (north - pv_mercator_y_m(m->south)) / m->height_px;
    const double line[] = {dx, 0, 0, -dy, west + dx / 2, north - dy / 2};
    for (int i = 0; i < 6; i++) {
        pv_text_add_real(out, line[i], 9);
        pv_text_add(out, "\n");
    }
}

static int is_sound(const pv_kit_map *m)
{
    return m->west < m->east && m->south < m->north && fabs(m->south) < 89 && fabs(m->north) < 89 && m->width_px > 0 && m->height_px > 0 &&
           m->width_px < MOST_SIDE && m->height_px < MOST_SIDE;
}

static pv_status copy_map(const char *folder, const char *chips, pv_kit_map *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text from = {0}, to = {0}, world = {0}, beside = {0};
    char *data = NULL;
    size_t n = 0;
    struct stat s;
    pv_text_addf(&from, "%s/photo-%lld.jpg", chips, (long long)m->photo);
    pv_text_addf(&to, "%s/maps/photo-%lld.jpg", folder, (long long)m->photo);
    pv_text_addf(&beside, "%s/maps/photo-%lld.jgw", folder, (long long)m->photo);
    add_world(&world, m);
    PV_TRY(pv_text_status(&from, err));
    PV_TRY(pv_text_status(&to, err));
    PV_TRY(pv_text_status(&beside, err));
    PV_TRY(pv_text_status(&world, err));
    if (stat(pv_text_str(&from), &s) != 0 || !S_ISREG(s.st_mode) || s.st_size > MOST_PICTURE) goto out;
    PV_TRY(pv_file_read(pv_text_str(&from), MOST_PICTURE, &data, &n, err));
    PV_TRY(pv_outfile_put(pv_text_str(&to), data, n, 0, err));
    PV_TRY(pv_outfile_put(pv_text_str(&beside), world.data, world.len, 0, err));
    m->there = 1;
out:
    pv_free(data);
    pv_text_release(&from);
    pv_text_release(&to);
    pv_text_release(&world);
    pv_text_release(&beside);
    return st;
}

pv_status pv_kit_maps(const char *folder, pv_kit *kit, const char *chips, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    for (size_t i = 0; i < kit->n_maps; i++) kit->map[i].there = 0;
    if (kit->n_maps == 0 || chips == NULL) return PV_OK;
    pv_text_addf(&path, "%s/maps", folder);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_folder_make(pv_text_str(&path), err));
    for (size_t i = 0; i < kit->n_maps; i++)
        if (is_sound(&kit->map[i])) PV_TRY(copy_map(folder, chips, &kit->map[i], err));
    /* Goes only when no picture was there. */
    (void)rmdir(pv_text_str(&path));
out:
    pv_text_release(&path);
    return st;
}
