/* The feature loops for AVX2. */
#include "pipeline/features_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "pipeline/features_kernels_text.h"

#include "base/banned.h"

/* Questions of one level of the heap, from its left end on, as signed words in 16 bytes a register, twice. */
typedef struct levels {
    __m256i key[6][4];
    __m256i code[4];
} levels;

static inline __m256i twice(const void *p)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(p));
}

static void levels_load(levels *l, const pv_coder *c)
{
    __m256i sign = _mm256_set1_epi16(INT16_MIN);
    for (int k = 0; k < c->levels; k++) {
        uint16_t key[32] = {0};
        memcpy(key, c->heap + (1 << k), sizeof *key << k);
        for (int part = 0; part < 4; part++) l->key[k][part] = _mm256_xor_si256(twice(key + 8 * part), sign);
    }
    uint8_t code[64];
    for (int k = 0; k < 64; k++) code[k] = c->heap_code[((1 << c->levels) + k) % 64];
    for (int part = 0; part < 4; part++) l->code[part] = twice(code + 16 * part);
}

/* Of 16, 32 or 64 bytes, the one at each byte of `at`. */
static inline __m256i look_up(const __m256i *table, int parts, __m256i at)
{
    __m256i low = _mm256_shuffle_epi8(table[0], at), bit4 = _mm256_slli_epi16(at, 3);
    if (parts == 1) return low;
    low = _mm256_blendv_epi8(low, _mm256_shuffle_epi8(table[1], at), bit4);
    if (parts == 2) return low;
    __m256i high = _mm256_blendv_epi8(_mm256_shuffle_epi8(table[2], at), _mm256_shuffle_epi8(table[3], at), bit4);
    return _mm256_blendv_epi8(low, high, _mm256_slli_epi16(at, 2));
}

/* Number of keys that each of 16 values passes, twice (in both bytes of its word, times 2). */
static inline __m256i go_down(__m256i v, const levels *l, int n_levels)
{
    __m256i step = _mm256_set1_epi16(0x0202), second = _mm256_set1_epi16(0x0100), at = _mm256_setzero_si256();
    for (int k = 0; k < n_levels; k++) {
        __m256i key = look_up(l->key[k], k < 4 ? 1 : k < 5 ? 2 : 4, _mm256_or_si256(at, second));
        at = _mm256_add_epi16(_mm256_add_epi16(at, at), _mm256_and_si256(_mm256_cmpgt_epi16(v, key), step));
    }
    return at;
}

static inline __attribute__((always_inline)) void codes_32(const levels *l, const uint16_t *v, uint8_t *code, int n_levels)
{
    __m256i sign = _mm256_set1_epi16(INT16_MIN), byte = _mm256_set1_epi16(0x00ff);
    __m256i a = go_down(_mm256_xor_si256(_mm256_loadu_si256((const void *)v), sign), l, n_levels);
    __m256i b = go_down(_mm256_xor_si256(_mm256_loadu_si256((const void *)(v + 16)), sign), l, n_levels);
    a = _mm256_srli_epi16(_mm256_and_si256(a, byte), 1);
    b = _mm256_srli_epi16(_mm256_and_si256(b, byte), 1);
    __m256i rank = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
    _mm256_storeu_si256((void *)code, look_up(l->code, n_levels < 5 ? 1 : n_levels < 6 ? 2 : 4, rank));
}

static inline __attribute__((always_inline)) void codes_of(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code, int n_levels)
{
    levels l;
    uint16_t last[32] = {0};
    uint8_t out[32];
    size_t i = 0;
    levels_load(&l, c);
    for (; i + 32 <= n; i += 32) codes_32(&l, v + i, code + i, n_levels);
    if (i == n) return;
    memcpy(last, v + i, (n - i) * sizeof *v);
    codes_32(&l, last, out, n_levels);
    memcpy(code + i, out, n - i);
}

static void codes(const pv_coder *c, const uint16_t *v, size_t n, uint8_t *code)
{
    switch (c->n == 0 ? -1 : c->levels) {
    case -1:
        memset(code, c->code[0], n);
        break;
    case 1:
    case 2:
        codes_by_buckets(c, v, n, code);
        break;
    case 3:
        codes_of(c, v, n, code, 3);
        break;
    case 4:
        codes_of(c, v, n, code, 4);
        break;
    case 5:
        codes_of(c, v, n, code, 5);
        break;
    case 6:
        codes_of(c, v, n, code, 6);
        break;
    default:
        codes_by_buckets(c, v, n, code);
    }
}

const pv_feature_kernels pv_feature_kernels_avx2 = PV_FEATURE_KERNELS(stretch_row, sum_row, square_row, codes, pick_bytes);
#endif
