/* Asking the trees with AVX-512 VBMI: a byte compare a level gives the leaf's index of 64 rows, one permutation of bytes a class reads the leaf from a register. */
#include "models/trees_internal.h"

#if defined(__AVX512VBMI__) && defined(__AVX512BW__) && defined(__AVX512VL__)

#include <immintrin.h>

#include "models/trees_turn.h"

#include "base/banned.h"

/* Sums of a block of 64 rows in 32 lanes of 16 bits: all = even row + 256 * odd row modulo 2^16, odd = odd row. */
typedef struct pv_pair_sum {
    __m512i all, odd;
} pv_pair_sum;

PV_INLINE void pv_index(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t blocks, __m512i *index, int levels)
{
    __m512i threshold[PV_TREE_MAX_DEPTH];
    const uint8_t *c[PV_TREE_MAX_DEPTH];
    for (int d = 0; d < levels; d++) {
        threshold[d] = _mm512_set1_epi32((int)tree->threshold[d]);
        c[d] = code[tree->slot[d]];
    }
    for (size_t b = 0; b < blocks; b++) {
        __m512i leaf = _mm512_setzero_si512();
        for (int d = 0; d < levels; d++) {
            __mmask64 above = _mm512_cmpgt_epu8_mask(_mm512_load_si512(c[d] + b * PV_BLOCK), threshold[d]);
            leaf = _mm512_mask_add_epi8(leaf, above, leaf, _mm512_set1_epi8((char)(1 << d)));
        }
        index[b] = leaf;
    }
}

static void pv_index_tree(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t blocks, __m512i *index)
{
    switch (tree->levels) {
    case 0:
        pv_index(tree, code, blocks, index, 0);
        break;
    case 1:
        pv_index(tree, code, blocks, index, 1);
        break;
    case 2:
        pv_index(tree, code, blocks, index, 2);
        break;
    case 3:
        pv_index(tree, code, blocks, index, 3);
        break;
    case 4:
        pv_index(tree, code, blocks, index, 4);
        break;
    case 5:
        pv_index(tree, code, blocks, index, 5);
        break;
    default:
        pv_index(tree, code, blocks, index, 6);
        break;
    }
}

/* Leaves of one class: those of the next tree are `step` bytes further. */
PV_INLINE void pv_add(const uint8_t *leaf, size_t step, __m512i (*index)[PV_PACKET / PV_BLOCK], size_t blocks, pv_pair_sum *sum, int trees)
{
    __m512i table[PV_TREE_GROUP];
    for (int t = 0; t < trees; t++) table[t] = _mm512_load_si512(leaf + (size_t)t * step);
    for (size_t b = 0; b < blocks; b++) {
        __m512i s = _mm512_permutexvar_epi8(index[0][b], table[0]);
        for (int t = 1; t < trees; t++) s = _mm512_add_epi8(s, _mm512_permutexvar_epi8(index[t][b], table[t]));
        sum[b].all = _mm512_add_epi16(sum[b].all, s);
        sum[b].odd = _mm512_add_epi16(sum[b].odd, _mm512_srli_epi16(s, 8));
    }
}

static void pv_add_group(const uint8_t *leaf, size_t step, __m512i (*index)[PV_PACKET / PV_BLOCK], size_t blocks, pv_pair_sum *sum, int trees)
{
    switch (trees) {
    case 1:
        pv_add(leaf, step, index, blocks, sum, 1);
        break;
    case 2:
        pv_add(leaf, step, index, blocks, sum, 2);
        break;
    case 3:
        pv_add(leaf, step, index, blocks, sum, 3);
        break;
    case 4:
        pv_add(leaf, step, index, blocks, sum, 4);
        break;
    case 5:
        pv_add(leaf, step, index, blocks, sum, 5);
        break;
    case 6:
        pv_add(leaf, step, index, blocks, sum, 6);
        break;
    case 7:
        pv_add(leaf, step, index, blocks, sum, 7);
        break;
    default:
        pv_add(leaf, step, index, blocks, sum, 8);
        break;
    }
}

/* n <= 64 scores of one class in the order of rows. */
static void pv_put_scores(const pv_pair_sum *sum, uint16_t base, size_t n, int16_t *score)
{
    __m512i add = _mm512_set1_epi16((short)base);
    __m512i odd = _mm512_add_epi16(sum->odd, add);
    __m512i even = _mm512_add_epi16(_mm512_sub_epi16(sum->all, _mm512_slli_epi16(sum->odd, 8)), add);
    __m512i low = _mm512_unpacklo_epi16(even, odd), high = _mm512_unpackhi_epi16(even, odd);
    __m512i first = _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high);
    __m512i second = _mm512_permutex2var_epi64(low, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), high);
    if (n == PV_BLOCK) {
        _mm512_storeu_si512(score, first);
        _mm512_storeu_si512(score + 32, second);
    } else {
        uint64_t rows = (1ull << n) - 1;
        _mm512_mask_storeu_epi16(score, (__mmask32)rows, first);
        _mm512_mask_storeu_epi16(score + 32, (__mmask32)(rows >> 32), second);
    }
}

void pv_score_avx512(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    const struct pv_trees_ready *r = m->ready;
    _Alignas(64) uint8_t packet[PV_MAX_COLUMNS][PV_PACKET];
    __m512i index[PV_TREE_GROUP][PV_PACKET / PV_BLOCK];
    pv_pair_sum sum[PV_MAX_CLASSES][PV_PACKET / PV_BLOCK];
    size_t classes = (size_t)m->n_classes, step = classes * PV_TREE_LEAVES;
    for (size_t from = 0; from < n; from += PV_PACKET) {
        size_t rows = n - from < PV_PACKET ? n - from : PV_PACKET;
        size_t blocks = pv_packet_codes(r, code, from, rows, 0, packet);
        memset(sum, 0, classes * sizeof sum[0]);
        for (int g = 0; g < r->n_groups; g++) {
            int first = r->first[g], trees = r->first[g + 1] - first;
            for (int t = 0; t < trees; t++) pv_index_tree(&r->tree[first + t], (const uint8_t(*)[PV_PACKET])packet, blocks, index[t]);
            for (size_t k = 0; k < classes; k++)
                pv_add_group(r->leaf + (size_t)first * step + k * PV_TREE_LEAVES, step, index, blocks, sum[k], trees);
        }
        for (size_t k = 0; k < classes; k++)
            for (size_t b = 0; b < blocks; b++) {
                size_t left = rows - b * PV_BLOCK;
                pv_put_scores(&sum[k][b], r->base[k], left < PV_BLOCK ? left : PV_BLOCK, score + k * PV_BATCH + from + b * PV_BLOCK);
            }
    }
}

/* e of 32 rows from d <= PV_EXP_ZERO, in doubles: rows 0, 2 .. 14; 1, 3 .. 15; 16, 18 .. 30; 17, 19 .. 31. */
PV_INLINE void pv_exp_32(const uint32_t *exp_of, __m512i d, __m512d e[4])
{
    __m512i even = _mm512_i32gather_epi32(_mm512_and_si512(d, _mm512_set1_epi32(0xffff)), exp_of, 4);
    __m512i odd = _mm512_i32gather_epi32(_mm512_srli_epi32(d, 16), exp_of, 4);
    e[0] = _mm512_cvtepu32_pd(_mm512_castsi512_si256(even));
    e[1] = _mm512_cvtepu32_pd(_mm512_castsi512_si256(odd));
    e[2] = _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(even, 1));
    e[3] = _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(odd, 1));
}

/* The products e * one, cut to integers < 2^16: 2^52 is added with rounding towards zero, so that the lowest bits are the integer. Four to a 64-bit lane. */
PV_INLINE __m512i pv_cut_32(const __m512d e[4], const __m512d one[4])
{
    const __m512d magic = _mm512_set1_pd(4503599627370496.0);
    __m512i v[4];
    for (int q = 0; q < 4; q++)
        v[q] = _mm512_castpd_si512(_mm512_add_round_pd(_mm512_mul_pd(e[q], one[q]), magic, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
    __m512i high = _mm512_or_si512(_mm512_slli_epi64(v[2], 32), _mm512_slli_epi64(v[3], 48));
    __m512i low = _mm512_or_si512(_mm512_and_si512(v[0], _mm512_set1_epi64(0xffff)), _mm512_slli_epi64(v[1], 16));
    return _mm512_or_si512(low, high);
}

/* Eight classes of 32 rows as pv_cut_32() gives them, to rows; `wide` classes of n rows are wanted. */
PV_INLINE void pv_put_8(const __m512i c[8], size_t n, size_t wide, size_t stride, uint16_t *share)
{
    static const uint8_t row_of[8] = {0, 1, 16, 17, 2, 3, 18, 19};
    __m512i a[8], b[8];
    for (int k = 0; k < 4; k++) {
        a[2 * k] = _mm512_unpacklo_epi16(c[2 * k], c[2 * k + 1]);
        a[2 * k + 1] = _mm512_unpackhi_epi16(c[2 * k], c[2 * k + 1]);
    }
    for (int h = 0; h < 2; h++) {
        b[4 * h] = _mm512_unpacklo_epi32(a[4 * h], a[4 * h + 2]);
        b[4 * h + 1] = _mm512_unpackhi_epi32(a[4 * h], a[4 * h + 2]);
        b[4 * h + 2] = _mm512_unpacklo_epi32(a[4 * h + 1], a[4 * h + 3]);
        b[4 * h + 3] = _mm512_unpackhi_epi32(a[4 * h + 1], a[4 * h + 3]);
    }
    for (int i = 0; i < 4; i++) {
        a[2 * i] = _mm512_unpacklo_epi64(b[i], b[4 + i]);
        a[2 * i + 1] = _mm512_unpackhi_epi64(b[i], b[4 + i]);
    }
    if (n == PV_SHARE_ROWS && wide == 8) {
        for (int i = 0; i < 8; i++) {
            uint16_t *to = share + row_of[i] * stride;
            _mm_storeu_si128((__m128i *)(void *)to, _mm512_castsi512_si128(a[i]));
            _mm_storeu_si128((__m128i *)(void *)(to + 4 * stride), _mm512_extracti32x4_epi32(a[i], 1));
            _mm_storeu_si128((__m128i *)(void *)(to + 8 * stride), _mm512_extracti32x4_epi32(a[i], 2));
            _mm_storeu_si128((__m128i *)(void *)(to + 12 * stride), _mm512_extracti32x4_epi32(a[i], 3));
        }
        return;
    }
    for (int i = 0; i < 8; i++)
        for (size_t q = 0; q < 4; q++)
            if (row_of[i] + 4 * q < n) memcpy(share + (row_of[i] + 4 * q) * stride, (const uint8_t *)&a[i] + 16 * q, wide * sizeof *share);
}

void pv_share_avx512(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    const uint32_t *exp_of = m->ready->exp_of;
    const __m512i zero_from = _mm512_set1_epi16(PV_EXP_ZERO);
    size_t classes = (size_t)m->n_classes;
    __m512d e[PV_MAX_CLASSES][4];
    for (size_t i = 0; i < n; i += PV_SHARE_ROWS) {
        size_t rows = n - i < PV_SHARE_ROWS ? n - i : PV_SHARE_ROWS;
        __mmask32 ask = (__mmask32)((1ull << rows) - 1);
        __m512i top = _mm512_maskz_loadu_epi16(ask, score + i);
        __m512d one[4];
        for (int q = 0; q < 4; q++) one[q] = _mm512_setzero_pd();
        for (size_t k = 1; k < classes; k++) top = _mm512_max_epi16(top, _mm512_maskz_loadu_epi16(ask, score + k * PV_BATCH + i));
        for (size_t k = 0; k < classes; k++) {
            __m512i d = _mm512_sub_epi16(top, _mm512_maskz_loadu_epi16(ask, score + k * PV_BATCH + i));
            pv_exp_32(exp_of, _mm512_min_epu16(d, zero_from), e[k]);
            for (int q = 0; q < 4; q++) one[q] = _mm512_add_pd(one[q], e[k][q]);
        }
        for (int q = 0; q < 4; q++) one[q] = _mm512_div_pd(_mm512_set1_pd(65535.0), one[q]);
        for (size_t k = 0; k < stride; k += 8) {
            __m512i c[8];
            for (size_t j = 0; j < 8; j++) c[j] = k + j < classes ? pv_cut_32(e[k + j], one) : _mm512_setzero_si512();
            pv_put_8(c, rows, stride - k < 8 ? stride - k : 8, stride, share + i * stride + k);
        }
    }
}

#endif
