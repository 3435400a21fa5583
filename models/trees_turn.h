/* From the rows of a class side by side to the classes of a row side by side. */
#ifndef PV_MODELS_TREES_TURN_H
#define PV_MODELS_TREES_TURN_H

#include "models/trees_internal.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define PV_INLINE static inline __attribute__((always_inline))

enum { PV_SHARE_ROWS = 32 };

#if defined(__SSE2__)

/* Eight rows of eight classes. */
PV_INLINE void pv_turn_8(const uint16_t (*from)[PV_SHARE_ROWS], size_t at, __m128i row[8])
{
    __m128i a[8], b[8];
    for (int k = 0; k < 8; k++) a[k] = _mm_load_si128((const __m128i *)(const void *)&from[k][at]);
    for (int k = 0; k < 4; k++) {
        b[2 * k] = _mm_unpacklo_epi16(a[2 * k], a[2 * k + 1]);
        b[2 * k + 1] = _mm_unpackhi_epi16(a[2 * k], a[2 * k + 1]);
    }
    for (int h = 0; h < 2; h++) {
        a[4 * h] = _mm_unpacklo_epi32(b[4 * h], b[4 * h + 2]);
        a[4 * h + 1] = _mm_unpackhi_epi32(b[4 * h], b[4 * h + 2]);
        a[4 * h + 2] = _mm_unpacklo_epi32(b[4 * h + 1], b[4 * h + 3]);
        a[4 * h + 3] = _mm_unpackhi_epi32(b[4 * h + 1], b[4 * h + 3]);
    }
    for (int i = 0; i < 4; i++) {
        row[2 * i] = _mm_unpacklo_epi64(a[i], a[4 + i]);
        row[2 * i + 1] = _mm_unpackhi_epi64(a[i], a[4 + i]);
    }
}
#else
PV_INLINE void pv_turn_8(const uint16_t (*from)[PV_SHARE_ROWS], size_t at, uint16_t row[8][8])
{
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < 8; k++) row[i][k] = from[k][at + i];
}
#endif

/* n <= PV_SHARE_ROWS rows; from[k] is 0 from the last class up to a multiple of 8. */
static inline void pv_put_shares(const uint16_t (*from)[PV_SHARE_ROWS], size_t classes, size_t n, size_t stride, uint16_t *share)
{
#if defined(__SSE2__)
    __m128i row[8];
#else
    uint16_t row[8][8];
#endif
    size_t end = (classes + 7) / 8 * 8;
    for (size_t k = 0; k < classes; k += 8) {
        size_t wide = stride - k < 8 ? stride - k : 8;
        for (size_t h = 0; h < n; h += 8) {
            pv_turn_8(from + k, h, row);
            for (size_t i = 0; i < 8 && h + i < n; i++) {
                uint16_t *to = share + (h + i) * stride + k;
                if (wide == 8)
                    memcpy(to, &row[i], 8 * sizeof *to);
                else
                    memcpy(to, &row[i], wide * sizeof *to);
            }
        }
    }
    for (size_t i = 0; i < n && stride > end; i++) memset(share + i * stride + end, 0, (stride - end) * sizeof *share);
}

#endif
