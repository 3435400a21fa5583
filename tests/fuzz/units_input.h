/* Bytes of a fuzzer read as outlines, for the targets of boundaries. */
#ifndef PV_FUZZ_UNITS_INPUT_H
#define PV_FUZZ_UNITS_INPUT_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "geo/units_internal.h"

#include "base/banned.h"

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t byte(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

/* Degrees: steps of a fine grid (about 100 m) find crossings and borders, steps of a coarse one large outlines, raw doubles the odd ones. */
static double number(input *in)
{
    uint8_t raw[8];
    double v;
    uint8_t kind = byte(in);
    if (kind < 224) return (double)(kind % 32) / 1024;
    if (kind != 255) return (double)(kind % 32) / 8;
    for (int i = 0; i < 8; i++) raw[i] = byte(in);
    memcpy(&v, raw, sizeof v);
    return isfinite(v) && fabs(v) <= 90 ? v : 0.5;
}

/* One ring of at most 31 points into p. */
static size_t ring(input *in, pv_point p[32])
{
    size_t n = byte(in) % 32;
    for (size_t i = 0; i < n; i++) {
        p[i].x = number(in);
        p[i].y = number(in);
    }
    return n;
}

#endif
