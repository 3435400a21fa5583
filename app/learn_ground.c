#include "app/learn_ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

enum { MOST_FOLDS = 4, LABELS_OF_BLOCK = 2, MOST_BURN = 1 << 26 };

void pv_ground_release(pv_ground *g)
{
    for (int i = 0; g->at != NULL && i < g->n; i++) {
        pv_ground_photo *p = &g->at[i];
        pv_place_free(p->place);
        pv_free(p->plot);
    }
    pv_free(g->at);
    *g = (pv_ground){0};
}

static pv_status pv_ground_bounds(pv_ground_photo *p, pv_err *err)
{
    const pv_photo_facts *f = pv_photo_facts_of(p->photo);
    p->west = INFINITY;
    p->east = -INFINITY;
    for (int k = 0; k < 4; k++) {
        double lon = 0, lat = 0;
        pv_status st = pv_place_lonlat(p->place, k & 1 ? f->width_px : 0, k & 2 ? f->height_px : 0, &lon, &lat, err);
        if (st != PV_OK) return st;
        p->west = fmin(p->west, lon);
        p->east = fmax(p->east, lon);
    }
    return PV_OK;
}

/* Pixels of every label: burnt one by one in its own box. */
static pv_status pv_plot_pixels(pv_ground_photo *p, int i, pv_err *err)
{
    pv_status st = PV_OK;
    int32_t *index = NULL;
    pv_rect b = pv_labels_at(p->labels, i)->box_px;
    int x0 = b.x / p->grid.fx, y0 = b.y / p->grid.fy;
    pv_rect box = {x0, y0, (b.x + b.w - 1) / p->grid.fx - x0 + 1, (b.y + b.h - 1) / p->grid.fy - y0 + 1};
    int64_t n = (int64_t)box.w * box.h;
    if (n > MOST_BURN) return PV_OK;
    PV_TRY(pv_alloc(&index, (size_t)n, sizeof *index, "label pixels", err));
    PV_TRY(pv_labels_burn(p->labels, box, p->grid.fx, p->grid.fy, index, err));
    for (int64_t k = 0; k < n; k++) p->plot[i].pixels += index[k] == i;
out:
    pv_free(index);
    return st;
}

static pv_status pv_ground_plots(pv_ground_photo *p, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    p->n_plots = pv_labels_count(p->labels);
    PV_TRY(pv_alloc(&p->plot, (size_t)p->n_plots, sizeof *p->plot, "labels", err));
    for (int i = 0; i < p->n_plots; i++) {
        pv_plot *plot = &p->plot[i];
        const pv_label *label = pv_labels_at(p->labels, i);
        int class_id = pv_model_find_class(m, label->class_name);
        plot->is_target = class_id >= 0 && m->is_target[class_id];
        plot->stage = label->stage;
        plot->plants = label->plants > 0 && label->plants <= 1000000 ? (int32_t)label->plants : 0;
        PV_TRY(pv_plot_pixels(p, i, err));
    }
out:
    return st;
}

static pv_status pv_plot_middle(pv_ground_photo *p, int i, pv_err *err)
{
    pv_rect b = pv_labels_at(p->labels, i)->box_px;
    return pv_place_lonlat(p->place, b.x + b.w / 2.0, b.y + b.h / 2.0, &p->plot[i].lon, &p->plot[i].lat, err);
}

static pv_status pv_ground_photo_init(pv_ground_photo *p, const pv_labelled *from, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    p->photo = from->photo;
    p->labels = from->labels;
    p->first_group = from->first_group;
    const pv_photo_facts *f = pv_photo_facts_of(p->photo);
    PV_TRY(pv_work_grid_of(&p->grid, f, m->gsd_m, err));
    PV_TRY(pv_place_new(&p->place, f->crs_wkt, f->geotransform, f->width_px, f->height_px, err));
    PV_TRY(pv_ground_bounds(p, err));
    PV_TRY(pv_ground_plots(p, m, err));
    for (int k = 0; k < p->n_plots; k++) PV_TRY(pv_plot_middle(p, k, err));
out:
    return st;
}

static int pv_by_real(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* Cuts the sorted longitudes into blocks of as many labels each. One plot in several photos lies at nearly one longitude, so a cut moves to the widest
 * gap within a quarter of a block. */
static void pv_ground_cut(pv_ground *g, const double *lon, size_t n)
{
    size_t blocks = n / LABELS_OF_BLOCK < PV_GROUND_BLOCKS_MOST ? n / LABELS_OF_BLOCK : PV_GROUND_BLOCKS_MOST;
    g->n_blocks = 1;
    for (size_t k = 1; k < blocks; k++) {
        size_t want = k * n / blocks, reach = n / blocks / 4 + 1, best = want;
        for (size_t i = want > reach ? want - reach : 1; i <= want + reach && i < n; i++)
            if (lon[i] - lon[i - 1] > lon[best] - lon[best - 1]) best = i;
        double cut = (lon[best] + lon[best - 1]) / 2;
        if (g->n_blocks == 1 || cut > g->block_lon[g->n_blocks - 2]) g->block_lon[g->n_blocks++ - 1] = cut;
    }
}

static pv_status pv_ground_split(pv_ground *g, pv_err *err)
{
    pv_status st = PV_OK;
    double *lon = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < g->n; i++) {
        for (int k = 0; k < g->at[i].n_plots; k++) {
            if (!g->at[i].plot[k].is_target) continue;
            PV_TRY(pv_grow(&lon, &cap, n + 1, sizeof *lon, "labels", err));
            lon[n++] = g->at[i].plot[k].lon;
        }
    }
    if (n > 0) qsort(lon, n, sizeof *lon, pv_by_real);
    pv_ground_cut(g, lon, n);
    g->n_folds = pv_min(g->n_blocks, MOST_FOLDS);
out:
    pv_free(lon);
    return st;
}

void pv_ground_places(pv_ground *g)
{
    static const double same_deg = 2e-5;
    int n = 0;
    for (int i = 0; i < g->n; i++) {
        for (int k = 0; k < g->at[i].n_plots; k++) {
            pv_plot *mine = &g->at[i].plot[k];
            mine->place = -1;
            if (!mine->is_target) continue;
            for (int j = 0; j <= i && mine->place < 0; j++) {
                int end = j < i ? g->at[j].n_plots : k;
                for (int m = 0; m < end && mine->place < 0; m++) {
                    const pv_plot *other = &g->at[j].plot[m];
                    if (other->is_target && fabs(other->lon - mine->lon) <= same_deg && fabs(other->lat - mine->lat) <= same_deg)
                        mine->place = other->place;
                }
            }
            if (mine->place < 0) mine->place = n++;
        }
    }
    g->n_places = n;
}

static int pv_block_at(const pv_ground *g, double lon)
{
    int k = 0;
    while (k + 1 < g->n_blocks && lon >= g->block_lon[k]) k++;
    return k;
}

pv_status pv_ground_block(const pv_ground *g, const pv_ground_photo *p, double x, double y, int *block, pv_err *err)
{
    double lon = 0, lat = 0;
    pv_status st = pv_place_lonlat(p->place, x * p->grid.fx, y * p->grid.fy, &lon, &lat, err);
    *block = pv_block_at(g, lon);
    return st;
}

int pv_ground_fold_of(const pv_ground *g, int block)
{
    return block * g->n_folds / g->n_blocks;
}

int pv_ground_shows(const pv_ground *g, const pv_ground_photo *p, int fold)
{
    return pv_ground_fold_of(g, pv_block_at(g, p->west)) <= fold && fold <= pv_ground_fold_of(g, pv_block_at(g, p->east));
}

pv_status pv_ground_init(pv_ground *out, const pv_learn *l, const pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_ground g = {.n = l->photos.n};
    PV_TRY(pv_alloc(&g.at, (size_t)g.n, sizeof *g.at, "photos", err));
    for (int i = 0; i < g.n; i++) PV_TRY(pv_ground_photo_init(&g.at[i], &l->photos.at[i], m, err));
    PV_TRY(pv_ground_split(&g, err));
    pv_ground_places(&g);
    for (int i = 0; i < g.n; i++) {
        for (int k = 0; k < g.at[i].n_plots; k++) {
            pv_plot *plot = &g.at[i].plot[k];
            plot->fold = pv_ground_fold_of(&g, pv_block_at(&g, plot->lon));
        }
    }
    *out = g;
    g = (pv_ground){0};
out:
    pv_ground_release(&g);
    return st;
}
