/* The text of the loops in pixel_loops.h: each path's file includes it once and gives PV_PIXEL_LOOPS its name. Loops of a known number of bands or of a known factor are
 * what compilers turn into vectors, so the usual ones are inlined with it. */
#include <string.h>

#include "geo/photo.h"
#include "geo/pixel_loops.h"

#define PV_INLINE static inline __attribute__((always_inline))

#define PV_PART(name, T)                                                                                                                             \
    PV_INLINE void name##_of(const T *restrict from, size_t bands, size_t n, T *restrict to, size_t plane)                                           \
    {                                                                                                                                                \
        for (size_t k = 0; k < bands; k++)                                                                                                           \
            for (size_t x = 0; x < n; x++) to[k * plane + x] = from[x * bands + k];                                                                  \
    }                                                                                                                                                \
    PV_INLINE void name##_three(const T *restrict from, size_t n, T *restrict a, T *restrict b, T *restrict c)                                       \
    {                                                                                                                                                \
        for (size_t x = 0; x < n; x++) a[x] = from[3 * x], b[x] = from[3 * x + 1], c[x] = from[3 * x + 2];                                           \
    }                                                                                                                                                \
    PV_INLINE void name##_four(const T *restrict from, size_t n, T *restrict a, T *restrict b, T *restrict c, T *restrict d)                         \
    {                                                                                                                                                \
        for (size_t x = 0; x < n; x++) a[x] = from[4 * x], b[x] = from[4 * x + 1], c[x] = from[4 * x + 2], d[x] = from[4 * x + 3];                   \
    }                                                                                                                                                \
    static void name(const T *from, size_t bands, size_t n, T *to, size_t plane)                                                                     \
    {                                                                                                                                                \
        if (bands == 3)                                                                                                                              \
            name##_three(from, n, to, to + plane, to + 2 * plane);                                                                                   \
        else if (bands == 4)                                                                                                                         \
            name##_four(from, n, to, to + plane, to + 2 * plane, to + 3 * plane);                                                                    \
        else                                                                                                                                         \
            name##_of(from, bands, n, to, plane);                                                                                                    \
    }

PV_PART(part_bytes, uint8_t)
PV_PART(part_words, uint16_t)

/* A pixel is loaded, added and stored as one vector of 4, 8 or 16 bytes, at the most twice as large as the pixel. What is stored behind the pixel falls on the next one,
 * which was loaded before. */
#define PV_UNDO(name, T, bytes)                                                                                                                      \
    PV_INLINE void name(uint8_t *row, size_t n, size_t pixel_bytes)                                                                                  \
    {                                                                                                                                                \
        typedef T vector __attribute__((vector_size(bytes)));                                                                                        \
        vector sum = {0}, next = {0};                                                                                                                \
        size_t whole = n > 2 ? n - 2 : 0;                                                                                                            \
        if (whole > 0) memcpy(&next, row, bytes);                                                                                                    \
        for (size_t x = 0; x < whole; x++, row += pixel_bytes) {                                                                                     \
            sum += next;                                                                                                                             \
            memcpy(&next, row + pixel_bytes, bytes);                                                                                                 \
            memcpy(row, &sum, bytes);                                                                                                                \
        }                                                                                                                                            \
        for (size_t x = whole; x < n; x++, row += pixel_bytes) {                                                                                     \
            vector last = {0};                                                                                                                       \
            memcpy(&last, x == whole && whole > 0 ? (const void *)&next : row, pixel_bytes);                                                         \
            sum += last;                                                                                                                             \
            memcpy(row, &sum, pixel_bytes);                                                                                                          \
        }                                                                                                                                            \
    }

PV_UNDO(undo_bytes4, uint8_t, 4)
PV_UNDO(undo_bytes8, uint8_t, 8)
PV_UNDO(undo_bytes16, uint8_t, 16)
PV_UNDO(undo_words4, uint16_t, 4)
PV_UNDO(undo_words8, uint16_t, 8)
PV_UNDO(undo_words16, uint16_t, 16)

/* Pixels of 4 and 8 bytes by name: with a known step that is a vector's size the loop takes half the time. */
static void undo_differences(uint8_t *row, size_t n, size_t pixel_bytes, size_t sample_bytes)
{
    if (sample_bytes == 1 && pixel_bytes == 4)
        undo_bytes4(row, n, 4);
    else if (sample_bytes == 1 && pixel_bytes < 4)
        undo_bytes4(row, n, pixel_bytes);
    else if (sample_bytes == 1 && pixel_bytes <= 8)
        undo_bytes8(row, n, pixel_bytes);
    else if (sample_bytes == 1)
        undo_bytes16(row, n, pixel_bytes);
    else if (pixel_bytes == 8)
        undo_words8(row, n, 8);
    else if (pixel_bytes <= 4)
        undo_words4(row, n, pixel_bytes);
    else if (pixel_bytes < 8)
        undo_words8(row, n, pixel_bytes);
    else
        undo_words16(row, n, pixel_bytes);
}

static void scale_bytes(const uint8_t *restrict v, const uint8_t *restrict valid, size_t n, uint16_t *restrict to)
{
    for (size_t i = 0; i < n; i++) to[i] = (uint16_t)((v[i] | v[i] << 8) & -(valid[i] == PV_PIXEL_VALID));
}

/* A multiplier in halves of 16 bits, of which processors multiply many at a time. */
typedef struct halves {
    uint16_t a, b;
    uint16_t most; /* above it the quotient is above 65535 */
} halves;

PV_INLINE halves halves_of(uint64_t multiplier)
{
    uint64_t largest = (UINT32_MAX - UINT64_C(32768)) / multiplier;
    return (halves){(uint16_t)(multiplier >> 16), (uint16_t)multiplier, (uint16_t)(largest > 65535 ? 65535 : largest)};
}

/* v (65536 a + b) + 32768, divided by 65536 */
PV_INLINE uint16_t scaled(halves m, uint16_t v)
{
    uint16_t whole = (uint16_t)((uint32_t)v * m.a), high = (uint16_t)((uint32_t)v * m.b >> 16), half = (uint16_t)((uint32_t)v * m.b) >> 15;
    uint16_t q = (uint16_t)(whole + high + half);
    return v > m.most ? 65535 : q;
}

static void scale_words(uint64_t multiplier, uint16_t top, const uint16_t *restrict v, const uint8_t *restrict valid, size_t n, uint16_t *restrict to)
{
    halves m = halves_of(multiplier);
    for (size_t i = 0; i < n; i++) {
        uint16_t is_there = valid[i] == PV_PIXEL_VALID, q = scaled(m, v[i]);
        to[i] = v[i] <= top ? (uint16_t)(q & -is_there) : 0;
    }
}

static void rescale(uint64_t multiplier, size_t n, uint16_t *restrict v)
{
    halves m = halves_of(multiplier);
    for (size_t i = 0; i < n; i++) v[i] = scaled(m, v[i]);
}

static int are_valid(const uint8_t *valid, size_t n)
{
    uint8_t other = 0;
    for (size_t i = 0; i < n; i++) other |= valid[i] ^ PV_PIXEL_VALID;
    return other == 0;
}

PV_INLINE void means_of(const uint16_t *restrict from, size_t row, size_t n, size_t fx, size_t fy, uint16_t *restrict to)
{
    const uint32_t cell = (uint32_t)(fx * fy);
    for (size_t x = 0; x < n; x++) {
        uint32_t sum = 0;
        for (size_t y = 0; y < fy; y++)
            for (size_t i = 0; i < fx; i++) sum += from[y * row + x * fx + i];
        to[x] = (uint16_t)((2 * sum + cell) / (2 * cell));
    }
}

static void means(const uint16_t *from, size_t row, size_t n, size_t fx, size_t fy, uint16_t *to)
{
    if (fx == 2 && fy == 2)
        means_of(from, row, n, 2, 2, to);
    else if (fx == 3 && fy == 3)
        means_of(from, row, n, 3, 3, to);
    else
        means_of(from, row, n, fx, fy, to);
}

const pv_pixel_loops PV_PIXEL_LOOPS = {part_bytes, part_words, undo_differences, scale_bytes, scale_words, rescale, are_valid, means};
