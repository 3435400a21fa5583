#include "samples/survey.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "samples/render.h"

#include "base/banned.h"

pv_survey_options pv_survey_options_default(void)
{
    return (pv_survey_options){.size_m = 160.0, .seed = 1, .plots = PV_PLOTS_ALL, .flights = 3};
}

static PV_MUST pv_status join(pv_text *path, const pv_survey_options *o, const char *name, pv_err *err)
{
    pv_text_reset(path);
    pv_text_addf(path, "%s/%s", o->folder, name);
    return pv_text_status(path, err);
}

static PV_MUST pv_status make_folder(const char *path, pv_err *err)
{
    struct stat s;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode))) return PV_OK;
    return pv_fail(err, PV_IO, "folder %s cannot be made: %s", path, errno == EEXIST ? "a file of that name is in the way" : strerror(errno));
}

static PV_MUST pv_status make_folders(const pv_survey_options *o, pv_err *err)
{
    static const char *const NAMES[4] = {"photos", "truth", "labels", "units"};
    pv_status st = PV_OK;
    pv_text path = {0};
    PV_TRY(make_folder(o->folder, err));
    for (int k = 0; k < 4; k++) {
        PV_TRY(join(&path, o, NAMES[k], err));
        PV_TRY(make_folder(pv_text_str(&path), err));
    }
out:
    pv_text_release(&path);
    return st;
}

pv_status pv_survey_put(const pv_survey_options *o, const char *name, const pv_text *text, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    PV_TRY(pv_text_status(text, err));
    PV_TRY(join(&path, o, name, err));
    PV_TRY(pv_outfile_put(pv_text_str(&path), pv_text_str(text), text->len, o->overwrite, err));
out:
    pv_text_release(&path);
    return st;
}

void pv_survey_add_place(pv_text *t, const pv_anchor *a, double x_m, double y_m)
{
    double lon, lat;
    pv_place_degrees(a, x_m, y_m, &lon, &lat);
    pv_text_add(t, "[");
    pv_text_add_real(t, lon, 9);
    pv_text_add(t, ",");
    pv_text_add_real(t, lat, 9);
    pv_text_add(t, "]");
}

static void index_flight(pv_text *t, const pv_flight *f)
{
    char date[64]; /* 2026:05:12 09:05:00 -> 2026-05-12T09:05:00 */
    memcpy(date, f->date, sizeof date);
    date[4] = '-';
    date[7] = '-';
    date[10] = 'T';
    pv_text_addf(t, "{\"name\":\"%s\",\"photo\":\"photos/%s.tif\",\"classes\":\"truth/classes-%s.tif\",\"labels\":\"labels/%s.geojson\",", f->name,
                 f->name, f->name, f->name);
    pv_text_addf(t, "\"bandset\":\"%s\",\"bands\":[", pv_bandset_name[f->bandset]);
    for (int b = 0; b < f->n_bands; b++) pv_text_addf(t, "%s\"%s\"", b ? "," : "", pv_colour_name(f->colour[b]));
    pv_text_addf(t, "],\"gsd_m\":");
    pv_text_add_real(t, f->gsd_m, 3);
    pv_text_addf(t, ",\"date\":\"%s\",\"crs\":\"EPSG:%d\",\"width_px\":%d,\"height_px\":%d}", date, f->epsg, f->width_px, f->height_px);
}

static PV_MUST pv_status write_index(const pv_survey_options *o, const pv_scene *s, const pv_flight *flight, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text t = {0};
    pv_text_addf(&t, "{\"made_by\":\"papaver-samples\",\"synthetic\":true,\"seed\":%u,\"size_m\":[", o->seed);
    pv_text_add_real(&t, s->anchor.width_m, 2);
    pv_text_add(&t, ",");
    pv_text_add_real(&t, s->anchor.height_m, 2);
    pv_text_addf(&t, "],\n\"plots\":%zu,\"truth\":{\"plots\":\"truth/plots.geojson\",\"plants\":\"truth/plants.csv\"},\n", s->n_plots);
    pv_text_add(&t, "\"classes\":[");
    for (int k = 1; k < PV_CLASSES; k++) pv_text_addf(&t, "%s\"%s\"", k > 1 ? "," : "", pv_class_name[k]);
    pv_text_add(
        &t, "],\n\"units\":[\"units/counties.geojson\",\"units/townships.geojson\",\"units/villages.geojson\",\"units/compartments.geojson\"],\n");
    pv_text_add(&t, "\"flights\":[\n");
    for (int k = 0; k < o->flights; k++) {
        index_flight(&t, &flight[k]);
        pv_text_add(&t, k + 1 < o->flights ? ",\n" : "\n]}\n");
    }
    st = pv_survey_put(o, "survey.json", &t, err);
    pv_text_release(&t);
    return st;
}

static PV_MUST pv_status fly(const pv_survey_options *o, const pv_scene *s, const pv_flight *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_view view = {0};
    pv_text photo = {0}, classes = {0};
    char name[64];
    PV_TRY(pv_view_make(&view, s, &f->light, err));
    (void)snprintf(name, sizeof name, "photos/%s.tif", f->name);
    PV_TRY(join(&photo, o, name, err));
    (void)snprintf(name, sizeof name, "truth/classes-%s.tif", f->name);
    PV_TRY(join(&classes, o, name, err));
    PV_TRY(pv_labels_write(o, &view, f, err));
    PV_TRY(pv_render(&view, f, pv_text_str(&photo), pv_text_str(&classes), o->threads, o->overwrite, err));
out:
    pv_text_release(&photo);
    pv_text_release(&classes);
    pv_view_release(&view);
    return pv_where(err, st, "%s", f->name);
}

pv_status pv_survey_make(const pv_survey_options *o, pv_survey_facts *facts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_scene s = {0};
    pv_flight flight[PV_FLIGHTS_MOST];
    PV_TRY(pv_scene_make(&s, o->size_m, o->seed, o->plots, err));
    for (int k = 0; k < o->flights; k++) pv_flight_make(&flight[k], k, &s, o->bandset, o->gsd_m);
    PV_TRY(make_folders(o, err));
    PV_TRY(pv_truth_write(o, &s, flight, err));
    PV_TRY(pv_units_write(o, &s, err));
    for (int k = 0; k < o->flights; k++) PV_TRY(fly(o, &s, &flight[k], err));
    PV_TRY(write_index(o, &s, flight, err)); /* last: an index says that all is there */
    *facts = (pv_survey_facts){s.n_plots, 0, s.n_beds - s.n_plots};
    for (size_t k = 0; k < s.n_plots; k++) facts->n_plants += s.bed[k].n_plants;
out:
    pv_scene_release(&s);
    return st;
}
