/* Neighbouring years over the ground that both saw. */
#include <stdio.h>
#include <string.h>

#include "report/html.h"
#include "report/year_drawings.h"

#include "base/banned.h"

enum { TOP = 18, BOTTOM = 180, SIDES = 4, LEGEND_X = 36, LEGEND_STEP = 17, SHORT_FROM = 5 };

static const double km2_e6 = 1e12;

/* Plots a square kilometre; < 0: there is no ground. */
static double density(int64_t plots, int64_t area_e6)
{
    return area_e6 > 0 ? (double)plots * km2_e6 / (double)area_e6 : -1;
}

/* The columns of a pair: common ground of a, of b, the rest of a, of b. */
static void densities(const pv_common_pair *p, double out[SIDES])
{
    out[0] = density(p->a.confirmed, p->common_e6);
    out[1] = density(p->b.confirmed, p->common_e6);
    out[2] = density(p->a.apart, p->a.apart_e6);
    out[3] = density(p->b.apart, p->b.apart_e6);
}

/* ---- numbers ---- */

static void head(pv_text *out, const char *const words[][2], size_t n)
{
    pv_text_add(out, "<details><summary>");
    pv_both(out, "图中的数", "the numbers of this drawing");
    pv_text_add(out, "</summary>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
    for (size_t k = 0; k < n; k++) {
        pv_text_add(out, "<th scope=\"col\">");
        pv_both(out, words[k][0], words[k][1]);
        pv_text_add(out, "</th>");
    }
    pv_text_add(out, "</tr></thead><tbody>\n");
}

static void row_name(pv_text *out, const pv_common_pair *p)
{
    pv_text_add(out, "<tr><th scope=\"row\">");
    pv_html_add(out, p->a.period.text);
    pv_text_add(out, " → ");
    pv_html_add(out, p->b.period.text);
    pv_text_add(out, "</th>");
}

static void count(pv_text *out, int64_t n)
{
    pv_text_addf(out, "<td>%lld</td>", (long long)n);
}

static void mu(pv_text *out, int64_t mu_e4)
{
    pv_text_add(out, "<td>");
    pv_text_add_fixed(out, mu_e4, 4);
    pv_text_add(out, "</td>");
}

/* A dash where there is no ground. */
static void per_km2(pv_text *out, int64_t plots, int64_t area_e6)
{
    pv_text_add(out, "<td>");
    if (area_e6 > 0)
        pv_text_add_real(out, density(plots, area_e6), 4);
    else
        pv_text_add(out, "–");
    pv_text_add(out, "</td>");
}

static void foot(pv_text *out)
{
    pv_text_add(out, "</tbody></table></div></details>\n</figure>\n");
}

static void common_numbers(pv_text *out, const pv_common *c)
{
    static const char *const words[][2] = {{"相邻两年", "years"},
                                           {"两年都看清（亩）", "seen in both (mu)"},
                                           {"其上确认：前一年", "confirmed there, earlier year"},
                                           {"后一年", "later year"},
                                           {"每平方公里：前一年", "a km2, earlier year"},
                                           {"后一年", "later year"},
                                           {"仅前一年看清（亩）", "seen in the earlier only (mu)"},
                                           {"其上确认", "confirmed there"},
                                           {"每平方公里", "a km2"},
                                           {"仅后一年看清（亩）", "seen in the later only (mu)"},
                                           {"其上确认", "confirmed there"},
                                           {"每平方公里", "a km2"}};
    head(out, words, sizeof words / sizeof *words);
    for (size_t k = 0; k < c->n; k++) {
        const pv_common_pair *p = &c->at[k];
        row_name(out, p);
        mu(out, p->common_mu_e4);
        count(out, p->a.confirmed);
        count(out, p->b.confirmed);
        per_km2(out, p->a.confirmed, p->common_e6);
        per_km2(out, p->b.confirmed, p->common_e6);
        mu(out, p->a.apart_mu_e4);
        count(out, p->a.apart);
        per_km2(out, p->a.apart, p->a.apart_e6);
        mu(out, p->b.apart_mu_e4);
        count(out, p->b.apart);
        per_km2(out, p->b.apart, p->b.apart_e6);
        pv_text_add(out, "</tr>\n");
    }
    foot(out);
}

static void change_numbers(pv_text *out, const pv_common *c)
{
    static const char *const words[][2] = {
        {"相邻两年", "years"},   {"常年（两年都确认）", "confirmed in both"}, {"新增", "new"},
        {"消失", "gone"},        {"后一年复种", "regrown in the later"},      {"疑似：前一年", "suspected, earlier year"},
        {"后一年", "later year"}};
    head(out, words, sizeof words / sizeof *words);
    for (size_t k = 0; k < c->n; k++) {
        const pv_common_pair *p = &c->at[k];
        row_name(out, p);
        count(out, p->both);
        count(out, p->fresh);
        count(out, p->gone);
        count(out, p->regrown);
        count(out, p->a.suspected);
        count(out, p->b.suspected);
        pv_text_add(out, "</tr>\n");
    }
    foot(out);
}

/* ---- columns ---- */

/* "2025/2026" under a group; of many "25/26". */
static void pair_labels(pv_text *out, const pv_svg_frame *f, const pv_common *c)
{
    for (size_t k = 0; k < c->n; k++) {
        char words[48];
        const char *a = c->at[k].a.period.text, *b = c->at[k].b.period.text;
        const size_t cut = c->n > SHORT_FROM && strlen(a) == 4 && strlen(b) == 4 ? 2 : 0;
        (void)snprintf(words, sizeof words, "%.20s/%.20s", a + cut, b + cut);
        pv_svg_text(out, pv_svg_x(f, (double)k + 0.5), f->bottom + 14, "middle", "", words, words);
    }
}

static void column(pv_text *out, const pv_svg_frame *f, size_t pair, int side, double v, int decimals, const char *fill)
{
    pv_text words = {0};
    const double wide = (f->right - f->left) / (double)f->n, w = wide / (SIDES + 1) < 28 ? wide / (SIDES + 1) : 28,
                 x = pv_svg_x(f, (double)pair + 0.5) + (side - SIDES / 2.0) * w;
    if (v > 0) pv_svg_rect(out, x, pv_svg_y(f, v), w * 0.9, f->bottom - pv_svg_y(f, v), fill);
    if (v < 0)
        pv_text_add(&words, "–");
    else
        pv_text_add_real(&words, v, v < 100 ? decimals : 0);
    if (w >= 5.0 * (double)words.len) pv_svg_text(out, x + w * 0.45, pv_svg_y(f, v > 0 ? v : 0) - 3, "middle", "s", pv_text_str(&words), pv_text_str(&words));
    if (words.failed) out->failed = 1;
    pv_text_release(&words);
}

static void legend(pv_text *out, const char *id, const int fill_of[SIDES], const char *const words[SIDES][2])
{
    for (int k = 0; k < SIDES; k++) {
        char fill[32];
        const double x = LEGEND_X + k % 2 * 190, y = BOTTOM + 36 + k / 2 * LEGEND_STEP;
        (void)snprintf(fill, sizeof fill, "url(#%s-%d)", id, fill_of[k]);
        pv_svg_rect(out, x, y - 9, 14, 10, fill);
        pv_svg_text(out, x + 18, y, "start", "", words[k][0], words[k][1]);
    }
}

/* Four columns a pair: value(pair)[side] times `scale`. */
static void columns(pv_text *out, const char *id, const pv_common *c, void (*value)(const pv_common_pair *, double[SIDES]), double scale,
                    int decimals, const int fill_of[SIDES])
{
    double most = 1, v[SIDES];
    for (size_t k = 0; k < c->n; k++) {
        value(&c->at[k], v);
        for (int s = 0; s < SIDES; s++) most = v[s] * scale > most ? v[s] * scale : most;
    }
    pv_svg_fills(out, id);
    pv_svg_frame f = pv_svg_frame_draw(out, TOP, BOTTOM, most, c->n);
    for (size_t k = 0; k < c->n; k++) {
        value(&c->at[k], v);
        for (int s = 0; s < SIDES; s++) {
            char fill[32];
            (void)snprintf(fill, sizeof fill, "url(#%s-%d)", id, fill_of[s]);
            column(out, &f, k, s, v[s] * scale, decimals, fill);
        }
    }
    pair_labels(out, &f, c);
}

/* Is there ground, and are there years to compare? */
static int is_there(const pv_common *c)
{
    int64_t plots = 0, ground = 0;
    for (size_t k = 0; c != NULL && k < c->n; k++) {
        plots += c->at[k].a.suspected + c->at[k].b.suspected + c->at[k].a.apart + c->at[k].b.apart;
        ground += c->at[k].common_e6;
    }
    return plots > 0 && ground > 0;
}

void pv_year_draw_common(pv_text *out, const pv_year *year)
{
    static const int fill_of[SIDES] = {1, 5, 7, 6};
    static const char *const words[SIDES][2] = {{"前一年，两年都看清的地面", "earlier year, ground of both"},
                                                {"后一年，同一地面", "later year, the same ground"},
                                                {"前一年，其余地面", "earlier year, other ground"},
                                                {"后一年，其余地面", "later year, other ground"}};
    static const char
        zh[] = "相邻两年每平方公里确认图斑。前两柱只算两年都看清的地面，可以相比；后两柱是只有一年看清的地面，不作对比。",
        en[] =
            "Confirmed plots on ground of two neighbouring years. The first two columns are of ground that both years saw, and may be compared; the "
            "other two are of ground that one of them saw alone, and are compared with nothing.";
    double most = 0, v[SIDES];
    const pv_common *c = year->common;
    if (!is_there(c)) return;
    for (size_t k = 0; k < c->n; k++) {
        densities(&c->at[k], v);
        for (int s = 0; s < SIDES; s++) most = v[s] > most ? v[s] : most;
    }
    const int is_rare = most < 4;
    pv_svg_begin(out, "common", BOTTOM + 60,
                 is_rare ? (pv_svg_words){"逐年同口径：每百平方公里确认图斑", "Year on year over common ground: confirmed plots a 100 km2"}
                         : (pv_svg_words){"逐年同口径：每平方公里确认图斑", "Year on year over common ground: confirmed plots a km2"},
                 (pv_svg_words){zh, en});
    columns(out, "common", c, densities, is_rare ? 100 : 1, 1, fill_of);
    legend(out, "common", fill_of, words);
    pv_svg_end(out);
    common_numbers(out, c);
}

static void changes(const pv_common_pair *p, double out[SIDES])
{
    const int64_t n[SIDES] = {p->both, p->fresh, p->gone, p->regrown};
    for (int s = 0; s < SIDES; s++) out[s] = p->common_e6 > 0 ? (double)n[s] : -1;
}

void pv_year_draw_changes(pv_text *out, const pv_year *year)
{
    static const int fill_of[SIDES] = {2, 5, 7, 4};
    static const char *const words[SIDES][2] = {{"常年：两年都确认", "confirmed in both years"},
                                                {"新增：只后一年确认", "new: in the later year only"},
                                                {"消失：只前一年确认", "gone: in the earlier year only"},
                                                {"复种：铲除后又长出", "regrown: there again after eradication"}};
    const pv_common *c = year->common;
    if (!is_there(c)) return;
    pv_svg_begin(out, "changes", BOTTOM + 60,
                 (pv_svg_words){"逐年同口径：常年、新增、消失、复种", "Year on year over common ground: staying, new, gone, regrown"},
                 (pv_svg_words){"处，只算两年都看清的地面。复种的也计在其余各类中（确认的计入常年或新增）。",
                                "Plots, on ground that both years saw. Regrown ones stand among the others too, as far as they are confirmed."});
    columns(out, "changes", c, changes, 1, 0, fill_of);
    legend(out, "changes", fill_of, words);
    pv_svg_end(out);
    change_numbers(out, c);
}
