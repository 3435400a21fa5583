#include "pipeline/smooth.h"

#include <string.h>

#include "base/mem.h"
#include "models/trees.h"
#include "pipeline/smooth_paths.h"

#include "base/banned.h"

/* The trees answer with the classes of a pixel side by side, in whole groups of so many. */
enum {
    GROUP = 8,
    MAX_WINDOW = 65536 /* pixels: sums of shares stay below 2^32 */,
    NARROW = PV_SMOOTH_GIVEN /* pixels of a row that is not asked alone */
};

/* Rows are planes of classes, kept in rings. Column x of the photo is at x - core.x + 2 hx + 1 in a row of shares (the first is always empty) and at
 * x - core.x + hx in a row of windows. The y-th row of ask is row y modulo ask_ring, the y-th of mid is row y modulo mid_ring; mid is core grown by one window half. */
struct pv_smooth {
    const pv_model *model;
    const pv_smooth_path *path;
    int hx, hy, w, h;          /* w, h: the working image */
    size_t stride;             /* classes rounded up to whole groups */
    size_t pitch, mid_pitch;   /* elements of a row of a plane, of the core at work */
    size_t ask_ring, mid_ring; /* rows */
    int16_t *score;            /* [n_classes][PV_BATCH] */
    uint16_t *share;           /* [PV_BATCH + PV_SMOOTH_BLOCK][stride] as the trees give them */
    uint16_t *row;             /* [NARROW + PV_SMOOTH_BLOCK][stride] of one row of many */
    uint16_t *plane;           /* [ask_ring][n_classes][pitch] shares; what lies outside of ask is zero */
    uint16_t *none;            /* [n_classes][pitch] zeros */
    uint8_t *some;             /* [ask_ring] 1 = a pixel of the row was asked; else its plane means nothing */
    uint32_t *col;             /* [n_classes][pitch] sums of the rows of the window */
    uint16_t *mean;            /* [mid_ring][pairs of classes][mid_pitch] */
    uint16_t *purity;          /* [mid_ring][mid_pitch] */
    uint16_t *answer;          /* [mid_ring][mid_pitch] */
    uint32_t *sum;             /* [mid_ring][n_classes][mid_pitch], for a sink only */
    uint16_t *taken, *which;   /* [mid_pitch] of one row of the core */
    uint32_t *out;             /* [core.w][stride], for a sink only */
};

/* A run over one tile. */
typedef struct smooth_run {
    pv_smooth *s;
    pv_rect core, mid, ask;
    const uint8_t *code, *why;
    const uint16_t *given; /* shares of the upper left pixel of ask, rows given_row elements apart; NULL = the trees are asked */
    size_t given_row;
    uint8_t *prob, *best;
    pv_smooth_sink sink;
    void *user;
    int ask_rows, mid_rows;    /* that are done */
    int live;                  /* rows of col that were asked */
    int asked_from, asked_end; /* rows of a narrow tile that share has */
} smooth_run;

/* Elements of the arrays. */
typedef struct smooth_sizes {
    size_t stride, pitch, mid_pitch, ask_ring, mid_ring, n, pairs;
} smooth_sizes;

static smooth_sizes sizes_of(const pv_model *m, int hx, int hy, int max_core_w)
{
    smooth_sizes z = {.n = (size_t)m->n_classes, .ask_ring = 2 * (size_t)hy + 2, .mid_ring = 2 * (size_t)hy + 1};
    z.pairs = (z.n + 1) / 2;
    z.stride = (z.n + GROUP - 1) / GROUP * GROUP;
    z.pitch = (size_t)max_core_w + 4 * (size_t)hx + 1 + 2 * PV_SMOOTH_BLOCK;
    z.mid_pitch = (size_t)max_core_w + 2 * (size_t)hx + 2 * PV_SMOOTH_BLOCK;
    return z;
}

int64_t pv_smooth_bytes(const pv_model *m, int hx, int hy, int max_core_w)
{
    smooth_sizes z = sizes_of(m, hx, hy, max_core_w);
    size_t batch = 2 * z.n * PV_BATCH + 2 * z.stride * (PV_BATCH + NARROW + 2 * PV_SMOOTH_BLOCK);
    size_t rows = z.n * z.pitch * (2 * z.ask_ring + 6) + z.ask_ring, mid = z.mid_ring * z.mid_pitch * (2 * z.pairs + 4 + 4 * z.n);
    return (int64_t)(sizeof(pv_smooth) + batch + rows + mid + 4 * z.mid_pitch + 4 * (size_t)max_core_w * z.stride);
}

pv_status pv_smooth_new(pv_smooth **out, const pv_model *model, int hx, int hy, int max_core_w, int w, int h, pv_err *err)
{
    pv_status st = PV_OK;
    static const char *const what = "class probabilities";
    pv_smooth *s = NULL;
    if ((2 * (int64_t)hx + 1) * (2 * (int64_t)hy + 1) > MAX_WINDOW)
        return pv_fail(err, PV_BUG, "probabilities cannot be averaged over %d x %d pixels", 2 * hx + 1, 2 * hy + 1);
    smooth_sizes z = sizes_of(model, hx, hy, max_core_w);
    PV_TRY(pv_alloc(&s, 1, sizeof *s, what, err));
    *s = (pv_smooth){.model = model, .hx = hx, .hy = hy, .w = w, .h = h};
    s->path = pv_smooth_path_of(pv_cpu_path());
    s->stride = z.stride;
    s->ask_ring = z.ask_ring;
    s->mid_ring = z.mid_ring;
    PV_TRY(pv_alloc(&s->score, z.n * PV_BATCH, sizeof *s->score, what, err));
    PV_TRY(pv_alloc(&s->share, z.stride * (PV_BATCH + PV_SMOOTH_BLOCK), sizeof *s->share, what, err));
    PV_TRY(pv_alloc(&s->row, z.stride * (NARROW + PV_SMOOTH_BLOCK), sizeof *s->row, what, err));
    PV_TRY(pv_alloc(&s->plane, z.ask_ring * z.n * z.pitch, sizeof *s->plane, what, err));
    PV_TRY(pv_alloc(&s->none, z.n * z.pitch, sizeof *s->none, what, err));
    PV_TRY(pv_alloc(&s->some, z.ask_ring, sizeof *s->some, what, err));
    PV_TRY(pv_alloc(&s->col, z.n * z.pitch, sizeof *s->col, what, err));
    PV_TRY(pv_alloc(&s->mean, z.mid_ring * z.pairs * z.mid_pitch, sizeof *s->mean, what, err));
    PV_TRY(pv_alloc(&s->purity, z.mid_ring * z.mid_pitch, sizeof *s->purity, what, err));
    PV_TRY(pv_alloc(&s->answer, z.mid_ring * z.mid_pitch, sizeof *s->answer, what, err));
    PV_TRY(pv_alloc(&s->sum, z.mid_ring * z.n * z.mid_pitch, sizeof *s->sum, what, err));
    PV_TRY(pv_alloc(&s->taken, z.mid_pitch, sizeof *s->taken, what, err));
    PV_TRY(pv_alloc(&s->which, z.mid_pitch, sizeof *s->which, what, err));
    PV_TRY(pv_alloc(&s->out, (size_t)max_core_w * z.stride, sizeof *s->out, what, err));
    *out = s;
    s = NULL;
out:
    pv_smooth_free(s);
    return st;
}

void pv_smooth_free(pv_smooth *s)
{
    if (s == NULL) return;
    pv_free(s->score);
    pv_free(s->share);
    pv_free(s->row);
    pv_free(s->plane);
    pv_free(s->none);
    pv_free(s->some);
    pv_free(s->col);
    pv_free(s->mean);
    pv_free(s->purity);
    pv_free(s->answer);
    pv_free(s->sum);
    pv_free(s->taken);
    pv_free(s->which);
    pv_free(s->out);
    pv_free(s);
}

const pv_smooth_path *pv_smooth_path_of(pv_cpu cpu)
{
#if defined(__x86_64__)
    if (cpu == PV_CPU_AVX512) return &pv_smooth_avx512;
    if (cpu == PV_CPU_AVX2) return &pv_smooth_avx2;
#endif
    (void)cpu;
    return &pv_smooth_portable;
}

void pv_smooth_use(pv_smooth *s, pv_cpu cpu)
{
    s->path = pv_smooth_path_of(cpu);
}

static size_t count_asked(const uint8_t *why, size_t n)
{
    size_t asked = 0;
    for (size_t i = 0; i < n; i++) asked += why[i] == 0;
    return asked;
}

/* Shares of n pixels of one row, which it may change and PV_SMOOTH_BLOCK more, into a row of planes; returns 0, and leaves zeros, when none of them is asked. */
static int turn_batch(const pv_smooth *s, uint16_t *share, const uint8_t *why, size_t n, uint16_t *plane)
{
    size_t asked = count_asked(why, n), stride = s->stride, n_classes = (size_t)s->model->n_classes;
    if (asked == 0) {
        for (size_t k = 0; k < n_classes; k++) memset(plane + k * s->pitch, 0, n * sizeof *plane);
        return 0;
    }
    for (size_t i = 0; i < n && asked < n; i++)
        if (why[i] != 0) memset(share + i * stride, 0, stride * sizeof *share);
    memset(share + n * stride, 0, PV_SMOOTH_BLOCK * stride * sizeof *share);
    s->path->turn(share, stride, n, s->model->n_classes, plane, s->pitch);
    return 1;
}

/* Asks the trees about n pixels from `from` on, in the order of ask's rows, when any of them is to be asked. */
static void ask_trees(const smooth_run *r, size_t from, size_t n)
{
    pv_smooth *s = r->s;
    const uint8_t *at[PV_MAX_COLUMNS] = {NULL};
    size_t plane = (size_t)r->ask.w * (size_t)r->ask.h;
    if (count_asked(r->why + from, n) == 0) return;
    for (int c = 0; c < s->model->n_columns; c++) at[c] = r->code + (size_t)c * plane + from;
    pv_trees_score(s->model, at, n, s->score);
    pv_trees_share(s->model, s->score, n, s->stride, s->share);
}

static uint16_t *plane_row(const pv_smooth *s, int y)
{
    return s->plane + (size_t)y % s->ask_ring * (size_t)s->model->n_classes * s->pitch;
}

static int row_is_some(const pv_smooth *s, int y)
{
    return s->some[(size_t)y % s->ask_ring];
}

/* A row of a narrow tile: as many rows as fill a batch are asked at once, for a few pixels cost the trees as much as a packet. */
static int narrow_row(smooth_run *r, int y, uint16_t *to)
{
    pv_smooth *s = r->s;
    size_t w = (size_t)r->ask.w;
    if (y >= r->asked_end) {
        r->asked_from = y;
        r->asked_end = pv_min(r->ask.h, y + (int)(PV_BATCH / w));
        ask_trees(r, (size_t)y * w, (size_t)(r->asked_end - y) * w);
    }
    memcpy(s->row, s->share + (size_t)(y - r->asked_from) * w * s->stride, w * s->stride * sizeof *s->row);
    return turn_batch(s, s->row, r->why + (size_t)y * w, w, to);
}

/* A row of shares that somebody else has got from the trees; they mean nothing where why is not 0. */
static int given_row(smooth_run *r, int y, uint16_t *to)
{
    pv_smooth *s = r->s;
    size_t w = (size_t)r->ask.w;
    const uint8_t *why = r->why + (size_t)y * w;
    if (count_asked(why, w) > 0) memcpy(s->row, r->given + (size_t)y * r->given_row, w * s->stride * sizeof *s->row);
    return turn_batch(s, s->row, why, w, to);
}

/* The next row of ask: asks the trees. */
static void next_ask_row(smooth_run *r)
{
    pv_smooth *s = r->s;
    int y = r->ask_rows++, some = 0;
    size_t w = (size_t)r->ask.w, row = (size_t)y * w;
    uint16_t *to = plane_row(s, y) + (r->ask.x - r->core.x + 2 * s->hx + 1);
    if (r->given != NULL)
        some = given_row(r, y, to);
    else if (w <= NARROW)
        some = narrow_row(r, y, to);
    for (size_t x = 0; x < w && w > NARROW && r->given == NULL; x += PV_BATCH) {
        size_t n = w - x < PV_BATCH ? w - x : PV_BATCH;
        ask_trees(r, row + x, n);
        some |= turn_batch(s, s->share, r->why + row + x, n, to + x);
    }
    s->some[(size_t)y % s->ask_ring] = (uint8_t)some;
}

/* Moves col on by one row of mid, whose middle is the row `at` of ask. */
static void move_down(smooth_run *r, int at)
{
    pv_smooth *s = r->s;
    size_t n = (size_t)s->model->n_classes * s->pitch;
    const uint16_t *gone = s->none;
    int y = at - s->hy - 1;
    if (y >= 0 && row_is_some(s, y)) {
        gone = plane_row(s, y);
        r->live--;
    }
    while (r->ask_rows < r->ask.h && r->ask_rows <= at + s->hy) {
        y = r->ask_rows;
        next_ask_row(r);
        if (!row_is_some(s, y)) continue;
        s->path->add(s->col, plane_row(s, y), gone, n);
        gone = s->none;
        r->live++;
    }
    if (gone != s->none) s->path->add(s->col, s->none, gone, n);
}

/* The next row of mid. A window whose middle is outside of the photo has no purity: nobody takes it. */
static void next_mid_row(smooth_run *r)
{
    pv_smooth *s = r->s;
    int y = r->mid_rows++, n_classes = s->model->n_classes;
    size_t slot = (size_t)y % s->mid_ring, pairs = ((size_t)n_classes + 1) / 2, width = (size_t)r->core.w + 2 * (size_t)s->hx;
    uint16_t *purity = s->purity + slot * s->mid_pitch, *answer = s->answer + slot * s->mid_pitch;
    move_down(r, r->mid.y - r->ask.y + y);
    if (r->live == 0) {
        memset(purity, 0, s->mid_pitch * sizeof *purity);
        memset(answer, 0, s->mid_pitch * sizeof *answer);
        return;
    }
    pv_smooth_row row = {.n_classes = n_classes, .hx = s->hx, .is_target = s->model->is_target, .width = width};
    row.pitch = s->pitch;
    row.mid_pitch = s->mid_pitch;
    row.col = s->col;
    row.mean = s->mean + slot * pairs * s->mid_pitch;
    row.purity = purity;
    row.answer = answer;
    row.sum = r->sink != NULL ? s->sum + slot * (size_t)n_classes * s->mid_pitch : NULL;
    s->path->means(&row);
    size_t left = (size_t)(r->mid.x - (r->core.x - s->hx)), right = left + (size_t)r->mid.w;
    memset(purity, 0, left * sizeof *purity);
    memset(purity + right, 0, (s->mid_pitch - right) * sizeof *purity);
}

/* Where the nine windows of a row of pixels are: row of mid, and columns from the middle one. */
typedef struct nine {
    size_t slot[PV_SMOOTH_WINDOWS], x[PV_SMOOTH_WINDOWS];
} nine;

/* The middle first, then by rows; the middle again in place of those that are not there, for it cannot win over itself. */
static nine windows_of(const smooth_run *r, int y)
{
    const pv_smooth *s = r->s;
    int my = r->core.y - r->mid.y + y, n = 1;
    nine at;
    for (int i = 0; i < PV_SMOOTH_WINDOWS; i++) {
        at.slot[i] = (size_t)my % s->mid_ring;
        at.x[i] = (size_t)s->hx;
    }
    for (int dy = -s->hy; dy <= s->hy; dy += pv_max(1, s->hy)) {
        for (int dx = -s->hx; dx <= s->hx; dx += pv_max(1, s->hx)) {
            if ((dx == 0 && dy == 0) || my + dy < 0 || my + dy >= r->mid.h) continue;
            at.slot[n] = (size_t)(my + dy) % s->mid_ring;
            at.x[n++] = (size_t)(s->hx + dx);
        }
    }
    return at;
}

/* Sums of the windows that were taken, for the sink. */
static void give_row(const smooth_run *r, int y, const nine *at, const uint8_t *why)
{
    const pv_smooth *s = r->s;
    size_t n = (size_t)s->model->n_classes;
    memset(s->out, 0, (size_t)r->core.w * s->stride * sizeof *s->out);
    for (size_t x = 0; x < (size_t)r->core.w; x++) {
        if (why[x] != 0) continue;
        size_t w = s->which[x];
        const uint32_t *sum = s->sum + at->slot[w] * n * s->mid_pitch + at->x[w] + x;
        for (size_t k = 0; k < n; k++) s->out[x * s->stride + k] = sum[k * s->mid_pitch];
    }
    r->sink(r->user, y, s->out, s->stride);
}

/* One row of the core, when the rows of mid around it are done. */
static void choose_row(smooth_run *r, int y)
{
    pv_smooth *s = r->s;
    int ask_y = r->core.y - r->ask.y + y;
    size_t w = (size_t)r->core.w, pairs = ((size_t)s->model->n_classes + 1) / 2;
    const uint8_t *why = r->why + (size_t)ask_y * (size_t)r->ask.w + (r->core.x - r->ask.x);
    uint8_t *prob = r->prob + (size_t)y * w, *best = r->best + (size_t)y * w;
    nine at = windows_of(r, y);
    if (row_is_some(s, ask_y)) {
        pv_smooth_choice c = {.n_classes = s->model->n_classes, .width = w, .pitch = s->pitch, .mid_pitch = s->mid_pitch};
        c.share = plane_row(s, ask_y) + 2 * s->hx + 1;
        c.taken = s->taken;
        c.which = s->which;
        for (int i = 0; i < PV_SMOOTH_WINDOWS; i++) {
            c.mean[i] = s->mean + at.slot[i] * pairs * s->mid_pitch + at.x[i];
            c.purity[i] = s->purity + at.slot[i] * s->mid_pitch + at.x[i];
            c.answer[i] = s->answer + at.slot[i] * s->mid_pitch + at.x[i];
        }
        s->path->choose(&c);
        for (size_t x = 0; x < w; x++) {
            best[x] = why[x] == 0 ? (uint8_t)s->taken[x] : best[x];
            prob[x] = why[x] == 0 ? (uint8_t)(s->taken[x] >> 8) : prob[x];
        }
    }
    if (r->sink != NULL) give_row(r, y, &at, why);
}

static void run(smooth_run *r)
{
    pv_smooth *s = r->s;
    smooth_sizes z = sizes_of(s->model, s->hx, s->hy, r->core.w); /* rows of a narrow core are short */
    s->pitch = z.pitch;
    s->mid_pitch = z.mid_pitch;
    size_t n = z.n * z.pitch;
    r->mid = pv_rect_intersect(pv_rect_grow(r->core, s->hx, s->hy), (pv_rect){0, 0, s->w, s->h});
    memset(s->plane, 0, s->ask_ring * n * sizeof *s->plane);
    memset(s->col, 0, n * sizeof *s->col);
    for (int y = 0; y < r->core.h; y++) {
        while (r->mid_rows < r->mid.h && r->mid_rows <= r->core.y - r->mid.y + y + s->hy) next_mid_row(r);
        choose_row(r, y);
    }
}

void pv_smooth_run(pv_smooth *s, pv_rect core, pv_rect ask, const uint8_t *code, const uint8_t *why, uint8_t *prob, uint8_t *best,
                   pv_smooth_sink sink, void *user)
{
    run(&(smooth_run){.s = s, .core = core, .ask = ask, .code = code, .why = why, .prob = prob, .best = best, .sink = sink, .user = user});
}

size_t pv_smooth_stride(const pv_model *m)
{
    return sizes_of(m, 0, 0, 1).stride;
}

void pv_smooth_run_given(pv_smooth *s, pv_rect core, pv_rect ask, const uint16_t *share, size_t share_row, const uint8_t *why, uint8_t *prob,
                         uint8_t *best)
{
    run(&(smooth_run){.s = s, .core = core, .ask = ask, .given = share, .given_row = share_row, .why = why, .prob = prob, .best = best});
}
