/* Rectangles of pixels. x right, y down; w, h >= 0; the pixel (x + w, y + h) is outside. */
#ifndef PV_BASE_RECT_H
#define PV_BASE_RECT_H

typedef struct pv_rect {
    int x, y, w, h;
} pv_rect;

static inline int pv_min(int a, int b)
{
    return a < b ? a : b;
}

static inline int pv_max(int a, int b)
{
    return a > b ? a : b;
}

/* The common part; {0,0,0,0} when there is none. */
static inline pv_rect pv_rect_intersect(pv_rect a, pv_rect b)
{
    int x0 = pv_max(a.x, b.x), y0 = pv_max(a.y, b.y);
    int x1 = pv_min(a.x + a.w, b.x + b.w), y1 = pv_min(a.y + a.h, b.y + b.h);
    if (x1 <= x0 || y1 <= y0) return (pv_rect){0, 0, 0, 0};
    return (pv_rect){x0, y0, x1 - x0, y1 - y0};
}

/* Grown by dx pixels left and right, dy above and below. */
static inline pv_rect pv_rect_grow(pv_rect r, int dx, int dy)
{
    return (pv_rect){r.x - dx, r.y - dy, r.w + 2 * dx, r.h + 2 * dy};
}

static inline int pv_rect_contains(pv_rect outer, pv_rect inner)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h;
}

#endif
