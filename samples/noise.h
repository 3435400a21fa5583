/* Chance that is the same on every machine: integer hashes and the noise made of them.
 *
 * Only + - * / and sqrt of IEEE floats are used, never libm functions that may differ in the last bit. Nothing here has state but pv_dice,
 * which its owner carries. Threads: any. */
#ifndef PV_SAMPLES_NOISE_H
#define PV_SAMPLES_NOISE_H

#include <stdint.h>

static inline uint32_t pv_hash3(int32_t x, int32_t y, uint32_t salt)
{
    uint32_t h = (uint32_t)x * 0x8da6b343U ^ (uint32_t)y * 0xd8163841U ^ salt * 0xcb1ab31fU;
    h ^= h >> 16;
    h *= 0x7feb352dU;
    h ^= h >> 15;
    h *= 0x846ca68bU;
    h ^= h >> 16;
    return h;
}

/* A hash as a real in [0, 1). */
static inline float pv_unit(uint32_t h)
{
    return (float)(h >> 8) * (1.0F / 16777216.0F);
}

static inline int32_t pv_floor(float v)
{
    int32_t i = (int32_t)v;
    return (float)i > v ? i - 1 : i;
}

/* The part after the point, in [0, 1). */
static inline float pv_frac(float v)
{
    return v - (float)pv_floor(v);
}

static inline float pv_mix(float a, float b, float t)
{
    return a + (b - a) * t;
}

static inline float pv_clamp(float v, float lo, float hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* 0 below a, 1 above b, smooth between. */
static inline float pv_step(float a, float b, float v)
{
    float t = pv_clamp((v - a) / (b - a), 0.0F, 1.0F);
    return t * t * (3.0F - 2.0F * t);
}

/* Smooth noise in [0, 1) with one cell a unit. */
static inline float pv_noise(float x, float y, uint32_t salt)
{
    int32_t ix = pv_floor(x), iy = pv_floor(y);
    float fx = x - (float)ix, fy = y - (float)iy;
    fx = fx * fx * (3.0F - 2.0F * fx);
    fy = fy * fy * (3.0F - 2.0F * fy);
    float a = pv_unit(pv_hash3(ix, iy, salt)), b = pv_unit(pv_hash3(ix + 1, iy, salt));
    float c = pv_unit(pv_hash3(ix, iy + 1, salt)), d = pv_unit(pv_hash3(ix + 1, iy + 1, salt));
    return pv_mix(pv_mix(a, b, fx), pv_mix(c, d, fx), fy);
}

/* Two octaves, in [0, 1). */
static inline float pv_noise2(float x, float y, uint32_t salt)
{
    return 0.65F * pv_noise(x, y, salt) + 0.35F * pv_noise(x * 2.3F, y * 2.3F, salt + 7919U);
}

/* About normal, mean 0, deviation 1, from one hash: the sum of its four bytes. */
static inline float pv_bell(uint32_t h)
{
    float sum = (float)((h & 255U) + ((h >> 8) & 255U) + ((h >> 16) & 255U) + (h >> 24));
    return (sum - 510.0F) * (1.0F / 147.8F);
}

/* A direction without sine and cosine: t goes once round the circle in 1, from (1, 0) over (0, 1); t >= -0.1. */
static inline void pv_direction(float t, float *dx, float *dy)
{
    float q = t * 4.0F + 0.5F;
    int side = pv_floor(q) & 3;
    float s = (q - (float)pv_floor(q)) * 0.41421356F * 2.0F - 0.41421356F; /* about the tangent of half the angle from the side's middle */
    float c = (1.0F - s * s) / (1.0F + s * s), n = 2.0F * s / (1.0F + s * s);
    *dx = side == 0 ? c : side == 1 ? -n : side == 2 ? -c : n;
    *dy = side == 0 ? n : side == 1 ? c : side == 2 ? -n : -c;
}

/* A row of throws: the same start gives the same row. */
typedef struct pv_dice {
    uint32_t salt;
    int32_t throws;
} pv_dice;

static inline uint32_t pv_throw(pv_dice *d)
{
    return pv_hash3(d->throws++, 0x51ED, d->salt);
}

/* A real in [lo, hi). */
static inline float pv_throw_real(pv_dice *d, float lo, float hi)
{
    return lo + (hi - lo) * pv_unit(pv_throw(d));
}

/* A whole number 0 .. n-1. */
static inline int pv_throw_below(pv_dice *d, int n)
{
    return (int)(((uint64_t)pv_throw(d) * (uint64_t)n) >> 32);
}

#endif
