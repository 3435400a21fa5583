/* Pixel after pixel to class after class, for paths with AVX2: 16 pixels of 8 classes at a time. */
#ifndef PV_PIPELINE_SMOOTH_TURN_H
#define PV_PIPELINE_SMOOTH_TURN_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Eight classes of the pixels i and i + 8. */
static inline __m256i pv_smooth_two(const uint16_t *share, size_t stride, size_t i)
{
    __m128i low = _mm_loadu_si128((const __m128i *)(share + i * stride)), high = _mm_loadu_si128((const __m128i *)(share + (i + 8) * stride));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

static inline void pv_smooth_turn_block(const uint16_t *share, size_t stride, int n_classes, uint16_t *plane, size_t pitch)
{
    __m256i a[8], b[8];
    for (size_t i = 0; i < 8; i++) a[i] = pv_smooth_two(share, stride, i);
    for (int i = 0; i < 4; i++) {
        b[i] = _mm256_unpacklo_epi16(a[2 * i], a[2 * i + 1]);
        b[4 + i] = _mm256_unpackhi_epi16(a[2 * i], a[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_epi32(b[i], b[i + 1]);
        a[i + 1] = _mm256_unpackhi_epi32(b[i], b[i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        b[4 * i] = _mm256_unpacklo_epi64(a[4 * i], a[4 * i + 2]);
        b[4 * i + 1] = _mm256_unpackhi_epi64(a[4 * i], a[4 * i + 2]);
        b[4 * i + 2] = _mm256_unpacklo_epi64(a[4 * i + 1], a[4 * i + 3]);
        b[4 * i + 3] = _mm256_unpackhi_epi64(a[4 * i + 1], a[4 * i + 3]);
    }
    for (int k = 0; k < n_classes && k < 8; k++) _mm256_storeu_si256((__m256i *)(plane + (size_t)k * pitch), b[k]);
}

static void pv_smooth_turn(const uint16_t *share, size_t stride, size_t n, int n_classes, uint16_t *plane, size_t pitch)
{
    for (size_t i = 0; i < n; i += 16)
        for (int k = 0; k < n_classes; k += 8)
            pv_smooth_turn_block(share + i * stride + k, stride, n_classes - k, plane + (size_t)k * pitch + i, pitch);
}

#endif
