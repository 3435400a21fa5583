/* detection NAME=SURVEY:FLIGHT:HOTSPOTS.geojson...: scans of sample surveys against their truth.
 *
 * Prints a Markdown table, one row for each case and one for all together, and then one JSON line for each case.
 * - Only plots that the flight shows count (property `flights`). The judged plots are in flower and have at least 5 plants; other stages apart.
 * - A plot is found when a hotspot lies within 0.3 m of it. A hotspot within 0.3 m of any true plot is right, whatever that plot's stage or size.
 * - Precision: plots found / (plots found + false hotspots), so that many pieces of one plot do not flatter it.
 * - recall@P85: the recall of the longest list from the top whose precision is at least 0.85; the mean over the cases that have judged plots.
 * - Area: hotspots of one plot together against the plot's area, as the median error and the median share. Plants: is the true number within the sums of plants_low and plants_high?
 * - Stage: of each found plot that has a stage said, the stage of its largest hotspot; how many are right, and the mean confidence of those that are right and of those that are wrong.
 * - A false hotspot is what the truth raster has most of under it.
 * A flight that shows no plot (papaver-samples --plots 0) is said on stderr: of such a case only the false hotspots mean something. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>

#include "tests/tools/shapes.h"
#include "tests/tools/truth_raster.h"

#include "base/banned.h"

enum { STAGES = 5, LEAST_PLANTS = 5, TOP = 15 };
static const double near_m = 0.3;
static const char *const stage_name[STAGES] = {"seedling", "bolting", "bud", "flowering", "capsule"};

typedef struct plot {
    OGRGeometryH shape; /* metres */
    int stage, plants, id;
    int visible, found, n_hotspots;
    double area_m2, found_m2, low, high; /* low < 0: no count */
    int said;                            /* stage of the largest hotspot, -1 = none */
    double conf, largest_m2;             /* of that hotspot */
} plot;

typedef struct hotspot {
    OGRGeometryH degrees, shape;
    double area_m2, low, high, conf;
    int stage; /* as said, -1 = none */
    int owner; /* plot or -1 */
} hotspot;

typedef struct values {
    double *at; /* [n], owned */
    int n;
} values;

typedef struct figures {
    double hectares;
    int found[STAGES], total[STAGES], small_found, small_total; /* small: fewer than 5 plants, any stage */
    int any_found, hotspots, pieces, bad, bad_in_top, first_bad;
    int by_class[TRUTH_CLASSES];
    double recall_p85;             /* of one case, 0 without judged plots; of all together the sum */
    int judged_cases;              /* with judged plots, which alone have a recall */
    values area_error, area_share; /* of judged plots: |found - true| / true, found / true */
    values spread;                 /* of plots with an interval: plants_high / plants_low */
    int counted, held;             /* plots with an interval, and those whose truth lies in it */
    int staged, stage_right;       /* plots whose stage was said, and rightly */
    double conf_right, conf_wrong; /* sums of the confidence */
} figures;

static truth_classes classes; /* of the last case */

/* The number of a stage, -1 = it is none. */
static int stage_of(const char *name)
{
    int s = STAGES - 1;
    while (s >= 0 && strcmp(name, stage_name[s]) != 0) s--;
    return s;
}

static plot *read_plots(const char *survey, const char *flight, shape_origin *origin, int *n)
{
    char path[1024];
    GDALDatasetH file;
    (void)snprintf(path, sizeof path, "%s/truth/plots.geojson", survey);
    OGRLayerH layer = shapes_open(path, &file);
    if (layer == NULL) truth_die("cannot be read", path);
    int most = (int)OGR_L_GetFeatureCount(layer, 1);
    plot *p = CPLCalloc((size_t)most + 1, sizeof *p);
    *n = 0;
    for (OGRFeatureH f = OGR_L_GetNextFeature(layer); f != NULL && *n < most; f = OGR_L_GetNextFeature(layer)) {
        plot *q = &p[(*n)++];
        q->stage = stage_of(shapes_text(f, "stage", ""));
        if (q->stage < 0) truth_die("a plot has no stage", path);
        q->said = -1;
        q->id = (int)shapes_real(f, "id", 0);
        q->plants = (int)shapes_real(f, "plants", 0);
        q->area_m2 = shapes_real(f, "area_m2", 0);
        q->visible = shapes_listed(shapes_text(f, "flights", ""), flight);
        q->shape = shapes_metres(OGR_F_GetGeometryRef(f), origin);
        OGR_F_Destroy(f);
    }
    GDALClose(file);
    return p;
}

static hotspot *read_hotspots(const char *path, shape_origin *origin, int *n)
{
    GDALDatasetH file;
    OGRLayerH layer = shapes_open(path, &file);
    if (layer == NULL) truth_die("cannot be read", path);
    int most = (int)OGR_L_GetFeatureCount(layer, 1);
    hotspot *h = CPLCalloc((size_t)most + 1, sizeof *h);
    *n = 0;
    for (OGRFeatureH f = OGR_L_GetNextFeature(layer); f != NULL && *n < most; f = OGR_L_GetNextFeature(layer)) {
        hotspot *q = &h[(*n)++];
        q->area_m2 = shapes_real(f, "area_m2", 0);
        q->low = shapes_real(f, "plants_low", -1);
        q->high = shapes_real(f, "plants_high", -1);
        q->conf = shapes_real(f, "stage_conf", 0);
        q->stage = stage_of(shapes_text(f, "stage", ""));
        q->degrees = OGR_G_Clone(OGR_F_GetGeometryRef(f));
        q->shape = shapes_metres(q->degrees, origin);
        OGR_F_Destroy(f);
    }
    GDALClose(file);
    return h;
}

/* Further apart than any distance that counts, by their boxes alone. */
static int far_apart(const OGREnvelope *a, const OGREnvelope *b)
{
    return a->MinX > b->MaxX + near_m || b->MinX > a->MaxX + near_m || a->MinY > b->MaxY + near_m || b->MinY > a->MaxY + near_m;
}

/* Gives every hotspot to the plot that it shares most with, or to the nearest one in reach. */
static void match(plot *p, int n_plots, hotspot *h, int n_hotspots)
{
    for (int i = 0; i < n_hotspots; i++) {
        double best = -1;
        h[i].owner = -1;
        OGREnvelope mine, theirs;
        OGR_G_GetEnvelope(h[i].shape, &mine);
        for (int k = 0; k < n_plots; k++) {
            OGR_G_GetEnvelope(p[k].shape, &theirs);
            if (far_apart(&mine, &theirs)) continue;
            double away = OGR_G_Distance(h[i].shape, p[k].shape);
            if (away > near_m) continue;
            p[k].found = 1;
            OGRGeometryH both = away > 0 ? NULL : OGR_G_Intersection(h[i].shape, p[k].shape);
            double shared = both == NULL ? 0 : OGR_G_Area(both);
            if (both != NULL) OGR_G_DestroyGeometry(both);
            if (shared <= best) continue;
            best = shared;
            h[i].owner = k;
        }
        if (h[i].owner < 0) continue;
        plot *q = &p[h[i].owner];
        q->found_m2 += h[i].area_m2;
        q->low = q->n_hotspots == 0 ? h[i].low : q->low < 0 || h[i].low < 0 ? -1 : q->low + h[i].low;
        q->high = q->n_hotspots == 0 ? h[i].high : q->high + h[i].high;
        q->n_hotspots++;
        if (h[i].area_m2 <= q->largest_m2) continue;
        q->largest_m2 = h[i].area_m2;
        q->said = h[i].stage;
        q->conf = h[i].conf;
    }
}

/* ---- figures ---- */

static int judged(const plot *p)
{
    return p->visible && p->stage == 3 && p->plants >= LEAST_PLANTS;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void keep(values *v, double x)
{
    v->at = CPLRealloc(v->at, (size_t)(v->n + 1) * sizeof *v->at);
    v->at[v->n++] = x;
}

static void count_plots(figures *f, const plot *p, int n)
{
    for (int k = 0; k < n; k++) {
        if (!p[k].visible) continue;
        f->any_found += p[k].found;
        if (p[k].said >= 0) {
            int right = p[k].said == p[k].stage;
            f->staged++;
            f->stage_right += right;
            *(right ? &f->conf_right : &f->conf_wrong) += p[k].conf;
        }
        if (p[k].plants < LEAST_PLANTS) {
            f->small_total++;
            f->small_found += p[k].found;
            continue;
        }
        f->total[p[k].stage]++;
        f->found[p[k].stage] += p[k].found;
        if (p[k].n_hotspots == 0) continue;
        if (p[k].low >= 0) {
            f->counted++;
            f->held += p[k].plants >= p[k].low && p[k].plants <= p[k].high;
            keep(&f->spread, p[k].high / fmax(p[k].low, 1));
        }
        if (!judged(&p[k])) continue;
        keep(&f->area_error, fabs(p[k].found_m2 - p[k].area_m2) / p[k].area_m2);
        keep(&f->area_share, p[k].found_m2 / p[k].area_m2);
    }
}

/* Walks the list from the top, as a crew would. */
static void count_hotspots(figures *f, const plot *p, int n_plots, const hotspot *h, int n, const truth_raster *g)
{
    int *seen = CPLCalloc((size_t)n_plots + 1, sizeof *seen);
    int plots = 0, hit = 0, all = 0;
    for (int k = 0; k < n_plots; k++) all += judged(&p[k]);
    f->hotspots = n;
    f->judged_cases = all > 0;
    for (int i = 0; i < n; i++) {
        int owner = h[i].owner;
        if (owner >= 0) {
            f->pieces += seen[owner];
            plots += !seen[owner];
            hit += !seen[owner] && judged(&p[owner]);
            seen[owner] = 1;
        } else {
            f->by_class[truth_class_under(g, h[i].degrees)]++;
            f->bad++;
            f->bad_in_top += i < TOP;
            if (f->first_bad == 0) f->first_bad = i + 1;
        }
        if (plots >= 0.85 * (plots + f->bad) && all > 0) f->recall_p85 = fmax(f->recall_p85, (double)hit / all);
    }
    CPLFree(seen);
}

static double valid_hectares(const char *path)
{
    char *text = truth_slurp(path);
    const char *at = strstr(text, "\"valid_m2\":");
    double m2 = at == NULL ? 0 : CPLAtof(at + 11);
    CPLFree(text);
    return m2 / 1e4;
}

static figures measure(const char *survey, const char *flight, const char *path)
{
    figures f = {0};
    int n_plots, n_hotspots;
    shape_origin origin = {0};
    truth_raster g;
    truth_open(&g, survey, flight);
    classes = g.classes;
    plot *p = read_plots(survey, flight, &origin, &n_plots);
    hotspot *h = read_hotspots(path, &origin, &n_hotspots);
    f.hectares = valid_hectares(path);
    match(p, n_plots, h, n_hotspots);
    count_plots(&f, p, n_plots);
    count_hotspots(&f, p, n_plots, h, n_hotspots, &g);
    int shown = 0;
    for (int k = 0; k < n_plots; k++) shown += p[k].visible;
    if (shown == 0) (void)fprintf(stderr, "%s: %s shows no plot of opium poppy: no recall, and precision says nothing\n", survey, flight);
    for (int k = 0; k < n_plots; k++)
        if (judged(&p[k]) && !p[k].found)
            (void)fprintf(stderr, "missed: %s plot %d, %d plants, %.2f m2\n", flight, p[k].id, p[k].plants, p[k].area_m2);
    for (int k = 0; k < n_plots; k++) OGR_G_DestroyGeometry(p[k].shape);
    for (int i = 0; i < n_hotspots; i++) {
        OGR_G_DestroyGeometry(h[i].shape);
        OGR_G_DestroyGeometry(h[i].degrees);
    }
    CPLFree(p);
    CPLFree(h);
    truth_close(&g);
    return f;
}

static void add(figures *to, const figures *f)
{
    to->hectares += f->hectares;
    for (int s = 0; s < STAGES; s++) {
        to->found[s] += f->found[s];
        to->total[s] += f->total[s];
    }
    for (int c = 0; c < TRUTH_CLASSES; c++) to->by_class[c] += f->by_class[c];
    to->small_found += f->small_found;
    to->small_total += f->small_total;
    to->any_found += f->any_found;
    to->hotspots += f->hotspots;
    to->pieces += f->pieces;
    to->bad += f->bad;
    to->bad_in_top += f->bad_in_top;
    to->recall_p85 += f->recall_p85;
    to->judged_cases += f->judged_cases;
    to->counted += f->counted;
    to->held += f->held;
    to->staged += f->staged;
    to->stage_right += f->stage_right;
    to->conf_right += f->conf_right;
    to->conf_wrong += f->conf_wrong;
    for (int i = 0; i < f->area_error.n; i++) keep(&to->area_error, f->area_error.at[i]);
    for (int i = 0; i < f->area_share.n; i++) keep(&to->area_share, f->area_share.at[i]);
    for (int i = 0; i < f->spread.n; i++) keep(&to->spread, f->spread.at[i]);
}

static double median(values *v)
{
    if (v->n == 0) return NAN;
    qsort(v->at, (size_t)v->n, sizeof *v->at, by_size);
    return (v->at[(v->n - 1) / 2] + v->at[v->n / 2]) / 2;
}

static void drop(figures *f)
{
    CPLFree(f->area_error.at);
    CPLFree(f->area_share.at);
    CPLFree(f->spread.at);
}

static double ratio(int a, int b)
{
    return b > 0 ? (double)a / b : NAN;
}

static double mean_recall_p85(const figures *f)
{
    return f->judged_cases > 0 ? f->recall_p85 / f->judged_cases : NAN;
}

static void print_real(const char *before, double v, int decimals, const char *none, const char *after)
{
    if (isnan(v))
        (void)printf("%s%s%s", before, none, after);
    else
        (void)printf("%s%.*f%s", before, decimals, v, after);
}

/* The commonest classes of false hotspots, at most four. */
static void print_bad(const figures *f)
{
    int left[TRUTH_CLASSES];
    memcpy(left, f->by_class, sizeof left);
    for (int k = 0; k < 4; k++) {
        int best = 0;
        for (int c = 1; c < classes.n; c++)
            if (left[c] > left[best]) best = c;
        if (left[best] == 0) break;
        (void)printf("%s%s %d", k > 0 ? ", " : "", classes.name[best], left[best]);
        left[best] = 0;
    }
}

static void print_row(const char *name, figures *f, int cases)
{
    (void)printf("| %s | %d/%d", name, f->found[3], f->total[3]);
    print_real(" | ", ratio(f->found[3], f->total[3]), 3, "–", "");
    print_real(" | ", ratio(f->any_found, f->any_found + f->bad), 3, "–", "");
    print_real(" | ", mean_recall_p85(f), 3, "–", "");
    (void)printf(" | %d/%d %d/%d %d/%d %d/%d | %d/%d", f->found[0], f->total[0], f->found[1], f->total[1], f->found[2], f->total[2], f->found[4],
                 f->total[4], f->small_found, f->small_total);
    (void)printf(" | %d | %.1f | %.1f | ", f->bad, f->hectares > 0 ? f->bad / f->hectares : 0, (double)f->bad_in_top / cases);
    print_bad(f);
    print_real(" | ", median(&f->area_error) * 100, 0, "–", " %");
    print_real(" | ", median(&f->area_share), 2, "–", "");
    print_real(" | ", ratio(f->held, f->counted) * 100, 0, "–", "");
    print_real(" | ", median(&f->spread), 1, "–", "");
    (void)printf(" | %d/%d", f->stage_right, f->staged);
    print_real(" | ", f->stage_right > 0 ? f->conf_right / f->stage_right : NAN, 2, "–", "");
    print_real(" ", f->staged > f->stage_right ? f->conf_wrong / (f->staged - f->stage_right) : NAN, 2, "–", " |\n");
}

static void print_json(const char *name, figures *f)
{
    (void)printf("{\"case\":\"%s\",\"hectares\":%.4f,\"flowering\":{\"found\":%d,\"total\":%d", name, f->hectares, f->found[3], f->total[3]);
    print_real(",\"recall\":", ratio(f->found[3], f->total[3]), 4, "null", "");
    print_real("},\"precision\":", ratio(f->any_found, f->any_found + f->bad), 4, "null", "");
    print_real(",\"recall_at_precision_0.85\":", mean_recall_p85(f), 4, "null", ",\"stages\":{");
    for (int s = 0; s < STAGES; s++) (void)printf("%s\"%s\":{\"found\":%d,\"total\":%d}", s > 0 ? "," : "", stage_name[s], f->found[s], f->total[s]);
    (void)printf("},\"fewer_than_5_plants\":{\"found\":%d,\"total\":%d},\"hotspots\":%d,\"further_pieces\":%d,\"false\":%d", f->small_found,
                 f->small_total, f->hotspots, f->pieces, f->bad);
    (void)printf(",\"false_per_hectare\":%.3f,\"false_in_top_15\":%d,\"first_false\":%d,\"false_classes\":{",
                 f->hectares > 0 ? f->bad / f->hectares : 0, f->bad_in_top, f->first_bad);
    for (int c = 0, any = 0; c < classes.n; c++) {
        if (f->by_class[c] == 0) continue;
        (void)printf("%s\"%s\":%d", any ? "," : "", classes.name[c], f->by_class[c]);
        any = 1;
    }
    print_real("},\"median_area_error\":", median(&f->area_error), 4, "null", "");
    print_real(",\"median_area_share\":", median(&f->area_share), 4, "null", "");
    (void)printf(",\"plant_intervals\":{\"plots\":%d,\"hold_the_truth\":%d", f->counted, f->held);
    print_real(",\"median_high_over_low\":", median(&f->spread), 2, "null", "");
    (void)printf("},\"stage_said\":{\"plots\":%d,\"right\":%d", f->staged, f->stage_right);
    print_real(",\"mean_confidence_right\":", f->stage_right > 0 ? f->conf_right / f->stage_right : NAN, 4, "null", "");
    print_real(",\"mean_confidence_wrong\":", f->staged > f->stage_right ? f->conf_wrong / (f->staged - f->stage_right) : NAN, 4, "null", "}}\n");
}

int main(int argc, char **argv)
{
    GDALAllRegister();
    figures *f = CPLCalloc((size_t)argc + 1, sizeof *f), all = {0};
    if (argc < 2) {
        (void)fprintf(stderr, "detection NAME=SURVEY:FLIGHT:HOTSPOTS.geojson...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        char *survey = strchr(argv[i], '='), *flight = survey == NULL ? NULL : strchr(survey, ':'),
             *path = flight == NULL ? NULL : strchr(flight + 1, ':');
        if (path == NULL) truth_die("is not NAME=SURVEY:FLIGHT:HOTSPOTS", argv[i]);
        *survey++ = *flight++ = *path++ = '\0';
        f[i] = measure(survey, flight, path);
        add(&all, &f[i]);
    }
    (void)printf(
        "| case | flowering found | recall | precision | recall@P85 | seedling bolting bud capsule | < 5 plants | false | false/ha | of the top 15 "
        "| what they are | area error | area / true | intervals hold %% "
        "| high / low | stage right | confidence right, wrong |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 1; i < argc; i++) print_row(argv[i], &f[i], 1);
    if (argc > 2) print_row("all", &all, argc - 1);
    for (int i = 1; i < argc; i++) {
        print_json(argv[i], &f[i]);
        drop(&f[i]);
    }
    drop(&all);
    CPLFree(f);
    GDALDestroyDriverManager();
    return 0;
}
