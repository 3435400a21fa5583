/* Pieces of drawings as SVG within a page. Inside report/ only.
 *
 * Units are those of the view box: 420 across, so that letters of 11 are read on a phone of 360 pixels. Words stand there in both languages (lang="zh", lang="en"); the page's style shows one.
 * Threads: any. What fails is remembered by the text. */
#ifndef PV_REPORT_YEAR_SVG_H
#define PV_REPORT_YEAR_SVG_H

#include "report/html.h"

enum { PV_SVG_WIDTH = 420, PV_SVG_FILLS = 8, PV_SVG_SHADES = 5 };

typedef struct pv_svg_words {
    const char *zh, *en;
} pv_svg_words;

/* <figure><figcaption>..</figcaption> and the head of its drawing, with title and description for those who do not see it. id: of the page, ASCII. */
void pv_svg_begin(pv_text *out, const char *id, double height, pv_svg_words title, pv_svg_words about);
/* The end of the drawing; the figure goes on. */
void pv_svg_end(pv_text *out);
/* Patterns pN-0.. of eight fills that differ in colour (Okabe and Ito) and in hatching. */
void pv_svg_fills(pv_text *out, const char *id);

/* anchor: "start", "middle" or "end"; style: "", "s" (small), "h" (with a white edge), "s h". */
void pv_svg_text(pv_text *out, double x, double y, const char *anchor, const char *style, const char *zh, const char *en);
/* fill: a colour, or "url(#id-N)". */
void pv_svg_rect(pv_text *out, double x, double y, double w, double h, const char *fill);
void pv_svg_line(pv_text *out, double x1, double y1, double x2, double y2, const char *stroke);
/* "12.3": a number of a drawing. */
void pv_svg_number(pv_text *out, double v);

/* A frame for columns over an axis from 0: lines and numbers at round steps. */
typedef struct pv_svg_frame {
    double left, top, right, bottom; /* of the plot */
    double most;                     /* the value at the top, >= what was asked for */
    size_t n;                        /* columns */
} pv_svg_frame;
pv_svg_frame pv_svg_frame_draw(pv_text *out, double top, double bottom, double most, size_t n);
double pv_svg_x(const pv_svg_frame *f, double column); /* column i's middle is at i + 0.5 */
double pv_svg_y(const pv_svg_frame *f, double value);

#endif
