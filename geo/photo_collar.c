/* Undeclared collars: black or white regions that reach in from the borders. Found once, over the whole file, so that no tile can see it differently:
 * for each row the pure run from its left and right end, for each column from its top and bottom. */
#include <string.h>

#include "base/mem.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

enum { PV_BLACK = 1, PV_WHITE = 2, PV_BLACK_CORNER = 32, PV_WHITE_CORNER = 64 };

typedef struct pv_sweep {
    pv_photo *p;
    int cell_w, cell_h, across, down;
    uint8_t *pure;
    size_t cap;
} pv_sweep;

void pv_collar_release(pv_rules *rules)
{
    pv_free(rules->left);
    pv_free(rules->right);
    pv_free(rules->top);
    pv_free(rules->bottom);
    rules->left = rules->right = rules->top = rules->bottom = NULL;
}

static pv_status pv_collar_room(pv_rules *rules, int width, int height, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_alloc(&rules->left, (size_t)height, sizeof(int32_t), "collar", err));
    PV_TRY(pv_alloc(&rules->right, (size_t)height, sizeof(int32_t), "collar", err));
    PV_TRY(pv_alloc(&rules->top, (size_t)width, sizeof(int32_t), "collar", err));
    PV_TRY(pv_alloc(&rules->bottom, (size_t)width, sizeof(int32_t), "collar", err));
out:
    if (st != PV_OK) pv_collar_release(rules);
    return st;
}

pv_status pv_collar_copy(pv_rules *to, const pv_rules *from, int width, int height, pv_err *err)
{
    pv_status st = pv_collar_room(to, width, height, err);
    if (st != PV_OK) return st;
    memcpy(to->left, from->left, (size_t)height * sizeof(int32_t));
    memcpy(to->right, from->right, (size_t)height * sizeof(int32_t));
    memcpy(to->top, from->top, (size_t)width * sizeof(int32_t));
    memcpy(to->bottom, from->bottom, (size_t)width * sizeof(int32_t));
    return PV_OK;
}

/* Reads a cell; sweep->pure is then [r.h][r.w]. */
static pv_status pv_sweep_cell(pv_sweep *s, pv_rect r, pv_err *err)
{
    size_t n = (size_t)r.w * (size_t)r.h;
    pv_status st = pv_grow(&s->pure, &s->cap, n, 1, "collar", err);
    if (st != PV_OK) return st;
    if (pv_photo_nothing(s->p, r)) {
        memset(s->pure, 1, n);
        return PV_OK;
    }
    st = pv_photo_raw(s->p, r, err);
    if (st == PV_OK) pv_valid_pure(s->p, r, s->p->rules.collar, s->p->rules.tolerance, s->pure);
    return st;
}

static pv_rect pv_sweep_rect(const pv_sweep *s, int cx, int cy)
{
    return pv_rect_intersect((pv_rect){cx * s->cell_w, cy * s->cell_h, s->cell_w, s->cell_h},
                             (pv_rect){0, 0, s->p->facts.width_px, s->p->facts.height_px});
}

/* From both ends of each row inwards, as far as a run goes. */
static pv_status pv_sweep_rows(pv_sweep *s, pv_err *err)
{
    pv_rules *rules = &s->p->rules;
    pv_status st = PV_OK;
    for (int cy = 0; cy < s->down; cy++) {
        int alive = 1;
        for (int cx = 0; cx < s->across && alive; cx++) {
            pv_rect r = pv_sweep_rect(s, cx, cy);
            PV_TRY(pv_sweep_cell(s, r, err));
            alive = 0;
            for (int y = 0; y < r.h; y++) {
                int32_t *left = &rules->left[r.y + y];
                while (*left >= r.x && *left < r.x + r.w && s->pure[y * (ptrdiff_t)r.w + *left - r.x]) ++*left;
                alive |= *left == r.x + r.w;
            }
        }
        alive = 1;
        for (int cx = s->across - 1; cx >= 0 && alive; cx--) {
            pv_rect r = pv_sweep_rect(s, cx, cy);
            PV_TRY(pv_sweep_cell(s, r, err));
            alive = 0;
            for (int y = 0; y < r.h; y++) {
                int32_t *right = &rules->right[r.y + y];
                while (*right > r.x && *right <= r.x + r.w && s->pure[y * (ptrdiff_t)r.w + *right - 1 - r.x]) --*right;
                alive |= *right == r.x;
            }
        }
    }
out:
    return st;
}

static pv_status pv_sweep_columns(pv_sweep *s, pv_err *err)
{
    pv_rules *rules = &s->p->rules;
    pv_status st = PV_OK;
    for (int cx = 0; cx < s->across; cx++) {
        int alive = 1;
        for (int cy = 0; cy < s->down && alive; cy++) {
            pv_rect r = pv_sweep_rect(s, cx, cy);
            PV_TRY(pv_sweep_cell(s, r, err));
            alive = 0;
            for (int x = 0; x < r.w; x++) {
                int32_t *top = &rules->top[r.x + x];
                while (*top >= r.y && *top < r.y + r.h && s->pure[(*top - r.y) * (ptrdiff_t)r.w + x]) ++*top;
                alive |= *top == r.y + r.h;
            }
        }
        alive = 1;
        for (int cy = s->down - 1; cy >= 0 && alive; cy--) {
            pv_rect r = pv_sweep_rect(s, cx, cy);
            PV_TRY(pv_sweep_cell(s, r, err));
            alive = 0;
            for (int x = 0; x < r.w; x++) {
                int32_t *bottom = &rules->bottom[r.x + x];
                while (*bottom > r.y && *bottom <= r.y + r.h && s->pure[(*bottom - 1 - r.y) * (ptrdiff_t)r.w + x]) --*bottom;
                alive |= *bottom == r.y;
            }
        }
    }
out:
    return st;
}

/* How many of the four corners are pure. A corner that was never written is no evidence. */
static pv_status pv_collar_corners(pv_sweep *s, int colour, int side, int *n, pv_err *err)
{
    int width = s->p->facts.width_px, height = s->p->facts.height_px;
    int w = pv_min(side, width / 4), h = pv_min(side, height / 4);
    *n = 0;
    if (w < 4 || h < 4) return PV_OK;
    for (int corner = 0; corner < 4; corner++) {
        pv_rect r = {(corner & 1) != 0 ? width - w : 0, (corner & 2) != 0 ? height - h : 0, w, h};
        if (pv_photo_nothing(s->p, r)) continue;
        s->p->rules.collar = colour;
        pv_status st = pv_sweep_cell(s, r, err);
        if (st != PV_OK) return st;
        int pure = 1;
        for (int i = 0; i < w * h; i++) pure &= s->pure[i];
        *n += pure;
    }
    return PV_OK;
}

pv_status pv_collar_find(pv_photo *p, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sweep s = {.p = p};
    int black = 0, white = 0, width = p->facts.width_px, height = p->facts.height_px;
    PV_TRY(pv_collar_corners(&s, PV_BLACK, PV_BLACK_CORNER, &black, err));
    if (p->sample == PV_SAMPLE_U8 || p->sample == PV_SAMPLE_U16) PV_TRY(pv_collar_corners(&s, PV_WHITE, PV_WHITE_CORNER, &white, err));
    p->rules.collar = black == 0 && white == 0 ? 0 : white > black ? PV_WHITE : PV_BLACK;
    if (p->rules.collar == 0) goto out;
    if (black > 0 && white > 0)
        pv_photo_warn(&p->facts, "some corners are black and some are white; only %s counts as missing", white > black ? "white" : "black");
    PV_TRY(pv_collar_room(&p->rules, width, height, err));
    for (int y = 0; y < height; y++) p->rules.right[y] = width;
    for (int x = 0; x < width; x++) p->rules.bottom[x] = height;
    s.cell_w = p->source[0].block_w;
    s.cell_h = p->source[0].block_h;
    if (s.cell_h < 64) s.cell_h *= 64 / s.cell_h;
    s.across = (width + s.cell_w - 1) / s.cell_w;
    s.down = (height + s.cell_h - 1) / s.cell_h;
    PV_TRY(pv_sweep_rows(&s, err));
    PV_TRY(pv_sweep_columns(&s, err));
out:
    pv_free(s.pure);
    return st;
}
