#include "report/year_svg.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

#include "base/banned.h"

void pv_svg_number(pv_text *out, double v)
{
    pv_text_add_real(out, v, 1);
}

static void attribute(pv_text *out, const char *name, double v)
{
    pv_text_addf(out, " %s=\"", name);
    pv_svg_number(out, v);
    pv_text_add(out, "\"");
}

void pv_svg_begin(pv_text *out, const char *id, double height, pv_svg_words title, pv_svg_words about)
{
    pv_text_add(out, "<figure>\n<figcaption>");
    pv_both(out, title.zh, title.en);
    pv_text_add(out, "</figcaption>\n<p>");
    pv_both(out, about.zh, about.en);
    pv_text_addf(out, "</p>\n<svg viewBox=\"0 0 %d ", (int)PV_SVG_WIDTH);
    pv_svg_number(out, height);
    pv_text_addf(out, "\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"%s-title\">", id, id,
                 id);
    pv_html_add(out, title.zh);
    pv_text_add(out, " · ");
    pv_html_add(out, title.en);
    pv_text_addf(out, "</title>\n<desc id=\"%s-desc\">", id);
    pv_html_add(out, about.zh);
    pv_text_add(out, " ");
    pv_html_add(out, about.en);
    pv_text_add(out, "</desc>\n");
}

void pv_svg_end(pv_text *out)
{
    pv_text_add(out, "</svg>\n");
}

void pv_svg_fills(pv_text *out, const char *id)
{
    static const char *const colour[PV_SVG_FILLS] = {"#009E73", "#56B4E9", "#0072B2", "#F0E442", "#CC79A7", "#D55E00", "#E69F00", "#BBBBBB"};
    static const char *const hatch[PV_SVG_FILLS] = {"M0 3H6",
                                                    "",
                                                    "M0 6L6 0M-1 1L1 -1M5 7L7 5",
                                                    "M3 0V6",
                                                    "M3 3h.1M0 0h.1M6 6h.1M0 6h.1M6 0h.1",
                                                    "M0 0L6 6M-1 5L1 7M5 -1L7 1",
                                                    "M0 3H6M3 0V6",
                                                    "M0 0L6 6M0 6L6 0"};
    pv_text_add(out, "<defs>");
    for (int k = 0; k < PV_SVG_FILLS; k++)
        pv_text_addf(
            out,
            "<pattern id=\"%s-%d\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"%s\"/><path "
            "d=\"%s\" stroke=\"#000\" stroke-opacity=\".55\" stroke-width=\"%s\" stroke-linecap=\"round\" fill=\"none\"/></pattern>",
            id, k, colour[k], hatch[k], k == 4 ? "2" : ".8");
    pv_text_add(out, "</defs>\n");
}

static void one_text(pv_text *out, double x, double y, const char *anchor, const char *style, const char *lang, const char *text)
{
    if (text[0] == '\0') return;
    pv_text_add(out, "<text");
    attribute(out, "x", x);
    attribute(out, "y", y);
    if (strcmp(anchor, "start") != 0) pv_text_addf(out, " text-anchor=\"%s\"", anchor);
    if (style[0] != '\0') pv_text_addf(out, " class=\"%s\"", style);
    if (lang != NULL) pv_text_addf(out, " lang=\"%s\"", lang);
    pv_text_add(out, ">");
    pv_html_add(out, text);
    pv_text_add(out, "</text>\n");
}

void pv_svg_text(pv_text *out, double x, double y, const char *anchor, const char *style, const char *zh, const char *en)
{
    if (strcmp(zh, en) == 0) {
        one_text(out, x, y, anchor, style, NULL, zh);
        return;
    }
    one_text(out, x, y, anchor, style, "zh", zh);
    one_text(out, x, y, anchor, style, "en", en);
}

void pv_svg_rect(pv_text *out, double x, double y, double w, double h, const char *fill)
{
    pv_text_add(out, "<rect");
    attribute(out, "x", x);
    attribute(out, "y", y);
    attribute(out, "width", w);
    attribute(out, "height", h);
    pv_text_addf(out, " fill=\"%s\" stroke=\"#333\" stroke-width=\".6\"/>\n", fill);
}

void pv_svg_line(pv_text *out, double x1, double y1, double x2, double y2, const char *stroke)
{
    pv_text_add(out, "<line");
    attribute(out, "x1", x1);
    attribute(out, "y1", y1);
    attribute(out, "x2", x2);
    attribute(out, "y2", y2);
    pv_text_addf(out, " stroke=\"%s\"/>\n", stroke);
}

/* ---- the frame ---- */

/* 1, 2 or 5 times a power of ten, so that about four steps reach `most`; whole numbers only. */
static double step_for(double most)
{
    double step = 1, next[] = {2, 2.5, 2};
    for (int k = 0; step * 5 < most; k++) step *= next[k % 3];
    return step;
}

/* "1.2万", "12k" where numbers are long. */
static void tick_words(pv_text *zh, pv_text *en, double v)
{
    pv_text_reset(zh);
    pv_text_reset(en);
    pv_text_add_real(zh, v >= 10000 ? v / 10000 : v, v >= 10000 && fmod(v, 10000) > 0 ? 1 : 0);
    if (v >= 10000) pv_text_add(zh, "万");
    pv_text_add_real(en, v >= 1e6 ? v / 1e6 : v >= 10000 ? v / 1000 : v, v >= 1e6 && fmod(v, 1e6) > 0 ? 1 : 0);
    if (v >= 10000) pv_text_add(en, v >= 1e6 ? "M" : "k");
}

pv_svg_frame pv_svg_frame_draw(pv_text *out, double top, double bottom, double most, size_t n)
{
    const double step = step_for(most > 0 ? most : 1);
    pv_svg_frame f = {.left = 36, .top = top, .right = PV_SVG_WIDTH - 6, .bottom = bottom, .most = ceil((most > 0 ? most : 1) / step) * step, .n = n};
    pv_text zh = {0}, en = {0};
    for (double v = 0; v < f.most + step / 2; v += step) {
        tick_words(&zh, &en, v);
        pv_svg_line(out, f.left, pv_svg_y(&f, v), f.right, pv_svg_y(&f, v), v > 0 ? "#ccc" : "#333");
        pv_svg_text(out, f.left - 4, pv_svg_y(&f, v) + 4, "end", "", pv_text_str(&zh), pv_text_str(&en));
        if (zh.failed || en.failed) out->failed = 1;
    }
    pv_text_release(&zh);
    pv_text_release(&en);
    return f;
}

double pv_svg_x(const pv_svg_frame *f, double column)
{
    return f->left + (f->right - f->left) * column / (f->n > 0 ? (double)f->n : 1);
}

double pv_svg_y(const pv_svg_frame *f, double value)
{
    return f->bottom - (f->bottom - f->top) * value / f->most;
}
