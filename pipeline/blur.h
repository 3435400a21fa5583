/* Blur: ground whose finest details at the model's working size are missing.
 *
 * The working image is divided into squares of about 8 m, anchored at its first pixel. In every square, on some of its rows, the squared differences of pixels 1, 2 and 4 working
 * pixels apart are added up, along rows and down columns apart, in one band (green, else the first that the model reads): e1, e2, e4. Details that are there make e2 - e1 about as large as
 * e4 - e2; where they are blurred, differences grow with the square of the distance and e2 - e1 sinks to a quarter of it. Noise cancels out. A square is blurred when e2 - e1 < 0.45 (e4 - e2)
 * along rows and down columns, and has texture that could show it at all in both: smooth ground (water, bare soil) is not called blurred. docs/notes/0024-blur.md has the rule and its figures.
 * Integer sums: nothing depends on tiles or threads. Blur concerns coverage only, never hotspots.
 *
 * Threads: pv_blur_add() by any worker at the same time; the rest by one thread, about rows whose tiles are all added. */
#ifndef PV_PIPELINE_BLUR_H
#define PV_PIPELINE_BLUR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rect.h"
#include "pipeline/work.h"

enum { PV_BLUR_REACH = 4 /* working pixels right of and below a pixel that it is compared with */ };

/* Working pixels of a side of a square, at least 64. */
int pv_blur_side(double gsd_m);

/* Sums of a square along one direction: of squared differences at 1, 2 and 4 pixels (values / 16), and how many pixels. */
typedef struct pv_blur_sums {
    int64_t lag[3], n;
} pv_blur_sums;

/* The rule, for one direction: 1 = texture is there and it is blurred. A square is blurred when both directions are. */
int pv_blur_is(const pv_blur_sums *s);

typedef struct pv_blur pv_blur;

PV_MUST pv_status pv_blur_new(pv_blur **out, const pv_work_grid *grid, pv_err *err);
void pv_blur_free(pv_blur *b); /* NULL is fine */
int64_t pv_blur_bytes(const pv_work_grid *grid);

/* The pixels of a core; read: the rectangle that value and valid (PV_PIXEL_*) begin at, rows value_row and valid_row apart, which reaches PV_BLUR_REACH further than the core to the right and
 * below where the image goes on. Every pixel of the image must be added once. */
void pv_blur_add(pv_blur *b, pv_rect core, pv_rect read, const uint16_t *value, size_t value_row, const uint8_t *valid, size_t valid_row);

/* Squares across and down, and one of them in working pixels. */
int pv_blur_across(const pv_blur *b);
int pv_blur_down(const pv_blur *b);
pv_rect pv_blur_square(const pv_blur *b, int column, int row);
/* The sums of a square: along rows, down columns. */
void pv_blur_sums_of(const pv_blur *b, int column, int row, pv_blur_sums out[2]);
int pv_blur_at(const pv_blur *b, int column, int row);

#endif
