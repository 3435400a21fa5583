/* Asking the trees with AVX2: leaves of a class lie in up to four registers of 16; a shuffle of bytes reads from one of them and gives 0 for rows whose leaf
 * lies in another, so the four are simply added. Many classes at once are cheaper by rows of leaves. */
#include "models/trees_internal.h"

#if defined(__AVX2__)

#include <immintrin.h>

#include "models/trees_rows.h"
#include "models/trees_share.h"

#include "base/banned.h"

/* From so many classes on rows of leaves win. */
enum { HALF = 32, HALVES = PV_PACKET / HALF, QUARTERS = 4, QUARTER = 16, ROWS_FROM = 7 };

/* Where to look in each quarter for a block of 32 rows; bit 7 = not here. */
typedef __m256i pv_places[HALVES][QUARTERS];

/* Sums of a block of 32 rows in 16 lanes: all = even row + 256 * odd row modulo 2^16, odd = odd row. */
typedef struct pv_half_sum {
    __m256i all, odd;
} pv_half_sum;

/* Codes and thresholds have bit 7 changed, for AVX2 compares signed bytes. */
PV_INLINE void pv_index(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t halves, pv_places place, int levels)
{
    __m256i threshold[PV_TREE_MAX_DEPTH];
    const uint8_t *c[PV_TREE_MAX_DEPTH];
    for (int d = 0; d < levels; d++) {
        threshold[d] = _mm256_set1_epi32((int)(tree->threshold[d] ^ 0x80808080u));
        c[d] = code[tree->slot[d]];
    }
    for (size_t b = 0; b < halves; b++) {
        __m256i leaf = _mm256_setzero_si256();
        for (int d = 0; d < levels; d++) {
            __m256i above = _mm256_cmpgt_epi8(_mm256_load_si256((const __m256i *)(const void *)(c[d] + b * HALF)), threshold[d]);
            leaf = _mm256_or_si256(leaf, _mm256_and_si256(above, _mm256_set1_epi8((char)(1 << d))));
        }
        for (int q = 0; q < QUARTERS; q++)
            place[b][q] = _mm256_add_epi8(_mm256_xor_si256(leaf, _mm256_set1_epi8((char)(q * QUARTER))), _mm256_set1_epi8(0x80 - QUARTER));
    }
}

static void pv_index_tree(const pv_ready_tree *tree, const uint8_t (*code)[PV_PACKET], size_t halves, pv_places place)
{
    switch (tree->levels) {
    case 0:
        pv_index(tree, code, halves, place, 0);
        break;
    case 1:
        pv_index(tree, code, halves, place, 1);
        break;
    case 2:
        pv_index(tree, code, halves, place, 2);
        break;
    case 3:
        pv_index(tree, code, halves, place, 3);
        break;
    case 4:
        pv_index(tree, code, halves, place, 4);
        break;
    case 5:
        pv_index(tree, code, halves, place, 5);
        break;
    default:
        pv_index(tree, code, halves, place, 6);
        break;
    }
}

/* Leaves of one class of one or two trees; those of the second are `step` bytes further. bytes: sums of the trees of this group that came before. */
PV_INLINE void pv_add(const uint8_t *leaf, size_t step, pv_places *place, size_t halves, __m256i *bytes, int trees, int quarters)
{
    __m256i table[2][QUARTERS];
    for (int t = 0; t < trees; t++)
        for (int q = 0; q < quarters; q++)
            table[t][q] =
                _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)(leaf + (size_t)t * step + (size_t)(q * QUARTER))));
    for (size_t b = 0; b < halves; b++) {
        __m256i s = bytes[b];
        for (int t = 0; t < trees; t++)
            for (int q = 0; q < quarters; q++) s = _mm256_add_epi8(s, _mm256_shuffle_epi8(table[t][q], place[t][b][q]));
        bytes[b] = s;
    }
}

/* quarters: that the deepest tree has. */
static void pv_add_group(const uint8_t *leaf, size_t step, pv_places *place, size_t halves, pv_half_sum *sum, int trees, int quarters)
{
    __m256i bytes[HALVES];
    memset(bytes, 0, sizeof bytes);
    for (int t = 0; t < trees; t += 2, leaf += 2 * step) {
        if (trees - t == 1 && quarters == 1) pv_add(leaf, step, place + t, halves, bytes, 1, 1);
        if (trees - t == 1 && quarters > 1) pv_add(leaf, step, place + t, halves, bytes, 1, 4);
        if (trees - t > 1 && quarters == 1) pv_add(leaf, step, place + t, halves, bytes, 2, 1);
        if (trees - t > 1 && quarters > 1) pv_add(leaf, step, place + t, halves, bytes, 2, 4);
    }
    for (size_t b = 0; b < halves; b++) {
        sum[b].all = _mm256_add_epi16(sum[b].all, bytes[b]);
        sum[b].odd = _mm256_add_epi16(sum[b].odd, _mm256_srli_epi16(bytes[b], 8));
    }
}

/* 32 scores of one class in the order of rows, of which n are wanted. */
static void pv_put_scores(const pv_half_sum *sum, uint16_t base, size_t n, int16_t *score)
{
    __m256i add = _mm256_set1_epi16((short)base), out[2];
    __m256i odd = _mm256_add_epi16(sum->odd, add);
    __m256i even = _mm256_add_epi16(_mm256_sub_epi16(sum->all, _mm256_slli_epi16(sum->odd, 8)), add);
    __m256i low = _mm256_unpacklo_epi16(even, odd), high = _mm256_unpackhi_epi16(even, odd);
    out[0] = _mm256_permute2x128_si256(low, high, 0x20);
    out[1] = _mm256_permute2x128_si256(low, high, 0x31);
    memcpy(score, out, (n < HALF ? n : HALF) * sizeof *score);
}

static void pv_few_classes(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    const struct pv_trees_ready *r = m->ready;
    _Alignas(64) uint8_t packet[PV_MAX_COLUMNS][PV_PACKET];
    pv_places place[PV_TREE_GROUP];
    pv_half_sum sum[ROWS_FROM][HALVES];
    size_t classes = (size_t)m->n_classes, step = classes * PV_TREE_LEAVES;
    for (size_t from = 0; from < n; from += PV_PACKET) {
        size_t rows = n - from < PV_PACKET ? n - from : PV_PACKET, halves = (rows + HALF - 1) / HALF;
        (void)pv_packet_codes(r, code, from, rows, 0x80, packet);
        memset(sum, 0, classes * sizeof sum[0]);
        for (int g = 0; g < r->n_groups; g++) {
            int first = r->first[g], trees = r->first[g + 1] - first, deep = 0;
            for (int t = 0; t < trees; t++) {
                const pv_ready_tree *tree = &r->tree[first + t];
                pv_index_tree(tree, (const uint8_t(*)[PV_PACKET])packet, halves, place[t]);
                deep |= tree->levels > 4;
            }
            for (size_t k = 0; k < classes; k++)
                pv_add_group(r->leaf + (size_t)first * step + k * PV_TREE_LEAVES, step, place, halves, sum[k], trees, deep ? QUARTERS : 1);
        }
        for (size_t k = 0; k < classes; k++)
            for (size_t b = 0; b < halves; b++) pv_put_scores(&sum[k][b], r->base[k], rows - b * HALF, score + k * PV_BATCH + from + b * HALF);
    }
}

void pv_score_avx2(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    if (m->n_classes < ROWS_FROM)
        pv_few_classes(m, code, n, score);
    else
        pv_rows_score(m, code, n, score);
}

void pv_share_avx2(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    pv_rows_share(m, score, n, stride, share);
}

#endif
