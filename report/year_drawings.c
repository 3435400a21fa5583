#include "report/year_drawings.h"

#include <stdio.h>
#include <string.h>

#include "report/html.h"

#include "base/banned.h"

enum { STAGES = 8, TOP = 14, BOTTOM = 180, MOST_PIECES = 400, MOST_YEARS = 60 };

static const char *const stage_id[STAGES] = {"stage_seedling", "stage_rosette", "stage_bolting", "stage_bud",
                                             "stage_flower",   "stage_capsule", "stage_dry",     "stage_unknown"};

const pv_figures_row *pv_year_total(const pv_figures *t, size_t period)
{
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->row[i].period == period && t->row[i].kind == PV_ROW_TOTAL) return &t->row[i];
    return NULL;
}

double pv_year_real(const pv_figures_row *row, const char *id)
{
    const pv_figure_value *v = row != NULL ? pv_figures_value(row, id) : NULL;
    return v != NULL && v->known ? v->real : 0;
}

static double largest(const pv_figures *t, const char *id)
{
    double most = 0;
    for (size_t p = 0; p < t->period.n; p++) {
        double v = pv_year_real(pv_year_total(t, p), id);
        if (v > most) most = v;
    }
    return most;
}

static const pv_figure *figure(const char *id)
{
    return &pv_figures_list(&(int){0})[pv_figure_at(id)];
}

/* ---- numbers ---- */

static void numbers_head(pv_text *out, const pv_year_numbers *n)
{
    pv_text_add(out, "<details><summary>");
    pv_both(out, "图中的数", "the numbers of this drawing");
    pv_text_add(out, "</summary>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">");
    if (n->by_period)
        pv_both(out, "时期", "period");
    else
        pv_both(out, "单位", "unit");
    pv_text_add(out, "</th>");
    for (int k = 0; k < n->n; k++) {
        const pv_figure *f = figure(n->id[k]);
        pv_text_add(out, "<th scope=\"col\">");
        pv_both(out, f->zh, f->en);
        pv_text_add(out, " <span class=\"unit\">");
        pv_both(out, f->unit_zh, f->unit_en);
        pv_text_add(out, "</span></th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
}

void pv_year_numbers_table(pv_text *out, const pv_year_numbers *n)
{
    const pv_figures *t = n->table;
    numbers_head(out, n);
    for (size_t i = 0; i < t->n_rows; i++) {
        const pv_figures_row *row = &t->row[i];
        const pv_period *p = &t->period.at[row->period];
        if (n->by_period ? row->kind != PV_ROW_TOTAL : row->kind != PV_ROW_UNIT || row->level != n->level) continue;
        pv_text_add(out, "<tr><th scope=\"row\">");
        pv_both(out, n->by_period ? p->zh : row->path, n->by_period ? p->en : row->path);
        pv_text_add(out, "</th>");
        for (int k = 0; k < n->n; k++) {
            pv_text_add(out, "<td>");
            pv_figure_print(out, figure(n->id[k]), pv_figures_value(row, n->id[k]));
            pv_text_add(out, "</td>");
        }
        pv_text_add(out, "</tr>\n");
    }
    pv_text_add(out, "</tbody></table></div></details>\n</figure>\n");
}

/* ---- columns of time ---- */

/* Under a column: the month where one begins, else the day, where there is room. */
static void time_labels(pv_text *out, const pv_svg_frame *f, const pv_figures *t)
{
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const size_t last = t->period.n - 1;
    const int several = strncmp(t->period.at[0].from, t->period.at[last].from, 4) != 0;
    double free_from = 0;
    char before[8] = "";
    for (size_t p = 0; p < t->period.n; p++) {
        const pv_period *at = &t->period.at[p];
        const int m = (at->from[5] - '0') * 10 + at->from[6] - '0';
        const double x = pv_svg_x(f, (double)p + 0.5);
        char zh[24], en[24];
        if (strncmp(before, at->from, 7) == 0) continue;
        (void)snprintf(before, sizeof before, "%.7s", at->from);
        const int is_year = at->kind == PV_PERIOD_YEAR || (several && m == 1 && at->kind != PV_PERIOD_QUARTER);
        if (is_year || at->kind == PV_PERIOD_QUARTER || m < 1 || m > 12) {
            (void)snprintf(zh, sizeof zh, "%.*s", is_year ? 4 : 7, at->kind == PV_PERIOD_YEAR ? at->text : at->from);
            (void)snprintf(en, sizeof en, "%s", zh);
        } else {
            (void)snprintf(zh, sizeof zh, "%d月", m);
            (void)snprintf(en, sizeof en, "%s", month[m - 1]);
        }
        if (x < free_from) continue;
        pv_svg_text(out, x, f->bottom + 14, "middle", "", zh, en);
        free_from = x + (at->kind == PV_PERIOD_MONTH || at->kind == PV_PERIOD_XUN ? 30 : 48);
    }
}

static void stage_legend(pv_text *out, double y)
{
    for (int k = 0; k < STAGES; k++) {
        char fill[32];
        const double x = 36 + k % 4 * 95, row = y + k / 4 * 17;
        (void)snprintf(fill, sizeof fill, "url(#stage-%d)", k);
        pv_svg_rect(out, x, row - 9, 14, 10, fill);
        pv_svg_text(out, x + 18, row, "start", "", figure(stage_id[k])->zh, figure(stage_id[k])->en);
    }
}

void pv_year_draw_stages(pv_text *out, const pv_year *year)
{
    const pv_figures *t = year->pieces;
    const char *const ids[] = {"suspected", "confirmed",    "stage_seedling", "stage_rosette", "stage_bolting",
                               "stage_bud", "stage_flower", "stage_capsule",  "stage_dry",     "stage_unknown"};
    if (t == NULL || t->period.n < 2 || t->period.n > MOST_PIECES) return;
    pv_svg_begin(
        out, "stages", BOTTOM + 60, (pv_svg_words){"各时段确认图斑，按生长期", "Confirmed plots of each period, by growth stage"},
        (pv_svg_words){
            "处。一处图斑在几个时段内都有发现或记录的，各时段各计一次，故各柱之和可大于全期。",
            "Plots. One that was seen or spoken of in several periods counts in each, so that the columns may add up to more than the whole."});
    pv_svg_fills(out, "stage");
    pv_svg_frame f = pv_svg_frame_draw(out, TOP, BOTTOM, largest(t, "confirmed"), t->period.n);
    const double wide = (f.right - f.left) / (double)t->period.n, w = wide * 0.8 < 34 ? wide * 0.8 : 34;
    for (size_t p = 0; p < t->period.n; p++) {
        const pv_figures_row *row = pv_year_total(t, p);
        double sum = 0;
        for (int k = 0; k < STAGES; k++) {
            char fill[32];
            const double v = pv_year_real(row, stage_id[k]);
            if (v <= 0) continue;
            (void)snprintf(fill, sizeof fill, "url(#stage-%d)", k);
            pv_svg_rect(out, pv_svg_x(&f, (double)p + 0.5) - w / 2, pv_svg_y(&f, sum + v), w, pv_svg_y(&f, sum) - pv_svg_y(&f, sum + v), fill);
            sum += v;
        }
    }
    time_labels(out, &f, t);
    stage_legend(out, BOTTOM + 36);
    pv_svg_end(out);
    pv_year_numbers_table(out, &(pv_year_numbers){.table = t, .n = 10, .id = ids, .by_period = 1});
}

/* ---- ground ---- */

/* A line through the ends of periods, with marks where they are not too many. */
static void ground_line(pv_text *out, const pv_svg_frame *f, const pv_figures *t, const char *id, int dashed)
{
    pv_text_addf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"", dashed ? "#D55E00" : "#0072B2",
                 dashed ? " stroke-dasharray=\"6 3\"" : "");
    pv_svg_number(out, f->left);
    pv_text_add(out, ",");
    pv_svg_number(out, f->bottom);
    for (size_t p = 0; p < t->period.n; p++) {
        pv_text_add(out, " ");
        pv_svg_number(out, pv_svg_x(f, (double)p + 1));
        pv_text_add(out, ",");
        pv_svg_number(out, pv_svg_y(f, pv_year_real(pv_year_total(t, p), id)));
    }
    pv_text_add(out, "\"/>\n");
}

static void ground_legend(pv_text *out, double y)
{
    pv_text_addf(out, "<path d=\"M36 %.0fh26\" stroke=\"#0072B2\" stroke-width=\"2\"/>\n", y - 4);
    pv_svg_text(out, 66, y, "start", "", "飞行面积（亩，每平方米一次）", "area flown (mu, each square metre once)");
    pv_text_addf(out, "<path d=\"M36 %.0fh26\" stroke=\"#D55E00\" stroke-width=\"2\" stroke-dasharray=\"6 3\"/>\n", y + 13);
    pv_svg_text(out, 66, y + 17, "start", "", "累计飞行面积（亩次，每张照片一次）", "area flown, repeated (mu, once a photo)");
}

void pv_year_draw_coverage(pv_text *out, const pv_year *year)
{
    static const char *const ids[] = {"flown_mu", "flown_repeated_mu", "cover_rate"};
    const pv_figures *t = year->growing;
    if (t == NULL || t->period.n < 2 || t->period.n > MOST_PIECES) return;
    double once = largest(t, "flown_mu"), repeated = largest(t, "flown_repeated_mu");
    pv_svg_begin(out, "ground", BOTTOM + 60, (pv_svg_words){"从期初累计的飞行面积", "Area flown since the first day"},
                 (pv_svg_words){"亩。实线：看清的地面每平方米只计一次；虚线：每张照片各计一次。",
                                "Mu. Solid: ground that photos saw, each square metre once; dashed: once for each photo."});
    pv_svg_frame f = pv_svg_frame_draw(out, TOP, BOTTOM, once > repeated ? once : repeated, t->period.n);
    ground_line(out, &f, t, "flown_repeated_mu", 1);
    ground_line(out, &f, t, "flown_mu", 0);
    time_labels(out, &f, year->pieces != NULL ? year->pieces : t);
    ground_legend(out, BOTTOM + 36);
    pv_svg_end(out);
    pv_year_numbers_table(out, &(pv_year_numbers){.table = t, .n = 3, .id = ids, .by_period = 1});
}

/* ---- years ---- */

static void year_column(pv_text *out, const pv_svg_frame *f, const pv_figures *t, size_t p, int k, const char *id, const char *fill)
{
    char words[32];
    const double wide = (f->right - f->left) / (double)t->period.n, w = wide / 4 < 30 ? wide / 4 : 30, v = pv_year_real(pv_year_total(t, p), id),
                 x = pv_svg_x(f, (double)p + 0.5) + (k - 1.5) * w;
    if (v > 0) pv_svg_rect(out, x, pv_svg_y(f, v), w * 0.9, f->bottom - pv_svg_y(f, v), fill);
    (void)snprintf(words, sizeof words, "%.0f", v);
    if (w >= 14 || (w >= 8 && strlen(words) < 3)) pv_svg_text(out, x + w * 0.45, pv_svg_y(f, v) - 3, "middle", "s", words, words);
}

void pv_year_draw_years(pv_text *out, const pv_year *year)
{
    static const char *const ids[] = {"suspected", "confirmed", "eradicated", "cover_rate", "flown_mu", "plants_counted"};
    static const int fill_of[] = {1, 5, 0};
    const pv_figures *t = year->years;
    if (t == NULL || t->period.n < 2 || t->period.n > MOST_YEARS) return;
    pv_svg_begin(out, "years", BOTTOM + 44, (pv_svg_words){"逐年比较", "Year by year"},
                 (pv_svg_words){"处。各年看过的地面不同，踏查率在下表中；高低之差不只是种植多少之差。",
                                "Plots. The ground that was seen differs from year to year (its share is in the table below): a difference is not "
                                "only one of planting."});
    pv_svg_fills(out, "year");
    pv_svg_frame f = pv_svg_frame_draw(out, TOP + 4, BOTTOM, largest(t, "suspected"), t->period.n);
    for (size_t p = 0; p < t->period.n; p++) {
        const pv_period *at = &t->period.at[p];
        for (int k = 0; k < 3; k++) {
            char fill[32];
            (void)snprintf(fill, sizeof fill, "url(#year-%d)", fill_of[k]);
            year_column(out, &f, t, p, k, ids[k], fill);
        }
        const int step = t->period.n > 10 ? (int)(t->period.n / 10) + 1 : 1;
        if (p % (size_t)step == 0) pv_svg_text(out, pv_svg_x(&f, (double)p + 0.5), BOTTOM + 14, "middle", "", at->text, at->text);
    }
    for (int k = 0; k < 3; k++) {
        char fill[32];
        (void)snprintf(fill, sizeof fill, "url(#year-%d)", fill_of[k]);
        pv_svg_rect(out, 36 + k * 125, BOTTOM + 27, 14, 10, fill);
        pv_svg_text(out, 54 + k * 125, BOTTOM + 36, "start", "", figure(ids[k])->zh, figure(ids[k])->en);
    }
    pv_svg_end(out);
    pv_year_numbers_table(out, &(pv_year_numbers){.table = t, .n = 6, .id = ids, .by_period = 1});
}
