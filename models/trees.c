#include "models/trees.h"

#include <string.h>

#include "base/banned.h"

/* Trees are asked eight at a time for eight classes at a time: eight int16 are one register on every machine we know. */
enum { LANES = 8, TREES = 8, GROUPS = (PV_MAX_CLASSES + LANES - 1) / LANES, BLOCK = 64 };
typedef int16_t pv_lanes __attribute__((vector_size(16)));

/* exp(-a) for a = 0..21 as whole[a] / 2^shift[a], and exp(-b / 128) * 2^31 for b = 0..127, rounded to nearest, from 60 decimal digits. Their product, rounded
 * once more, is within one unit of the truth and never rises with d. */
static const uint32_t whole[22] = {2147483648u, 3160060337u, 2325042462u, 3421341286u, 2517282241u, 3704225536u, 2725416841u, 4010499297u,
                                   2950760481u, 2171048233u, 3194736043u, 2350555420u, 3458884058u, 2544904669u, 3744872430u, 2755323153u,
                                   4054506967u, 2983139515u, 2194871395u, 3229792249u, 2376348336u, 3496838791u};
static const uint8_t shift[22] = {31, 33, 34, 36, 37, 39, 40, 42, 43, 44, 46, 47, 49, 50, 52, 53, 55, 56, 57, 59, 60, 62};
static const uint32_t part[128] = {
    2147483648u, 2130771798u, 2114190000u, 2097737243u, 2081412522u, 2065214841u, 2049143212u, 2033196653u, 2017374191u, 2001674861u, 1986097703u,
    1970641768u, 1955306112u, 1940089800u, 1924991901u, 1910011495u, 1895147668u, 1880399512u, 1865766126u, 1851246619u, 1836840104u, 1822545701u,
    1808362538u, 1794289749u, 1780326475u, 1766471864u, 1752725071u, 1739085257u, 1725551588u, 1712123239u, 1698799390u, 1685579228u, 1672461947u,
    1659446745u, 1646532828u, 1633719407u, 1621005702u, 1608390936u, 1595874338u, 1583455145u, 1571132600u, 1558905949u, 1546774447u, 1534737352u,
    1522793931u, 1510943455u, 1499185200u, 1487518448u, 1475942488u, 1464456612u, 1453060120u, 1441752317u, 1430532511u, 1419400019u, 1408354160u,
    1397394261u, 1386519653u, 1375729671u, 1365023658u, 1354400960u, 1343860928u, 1333402919u, 1323026295u, 1312730423u, 1302514674u, 1292378424u,
    1282321055u, 1272341954u, 1262440510u, 1252616120u, 1242868184u, 1233196107u, 1223599299u, 1214077174u, 1204629150u, 1195254652u, 1185953106u,
    1176723946u, 1167566608u, 1158480532u, 1149465165u, 1140519956u, 1131644360u, 1122837833u, 1114099840u, 1105429846u, 1096827323u, 1088291745u,
    1079822591u, 1071419345u, 1063081494u, 1054808528u, 1046599943u, 1038455238u, 1030373915u, 1022355481u, 1014399448u, 1006505329u, 998672642u,
    990900910u,  983189658u,  975538415u,  967946715u,  960414094u,  952940092u,  945524254u,  938166125u,  930865259u,  923621208u,  916433531u,
    909301788u,  902225546u,  895204371u,  888237835u,  881325513u,  874466984u,  867661828u,  860909630u,  854209978u,  847562463u,  840966680u,
    834422225u,  827928700u,  821485708u,  815092855u,  808749752u,  802456012u,  796211249u,
};

uint32_t pv_softmax_exp(int d)
{
    if (d >= 2816) return 0;
    int a = d >> 7;
    return (uint32_t)(((uint64_t)whole[a] * part[d & 127] + (1ull << (shift[a] - 1))) >> shift[a]);
}

/* index[i] = the leaf of row i. Whole blocks have a constant length so that the compiler uses its widest compares. */
static void pv_tree_index(const pv_tree *tree, const uint8_t *const *code, size_t n, uint8_t *restrict index)
{
    memset(index, 0, n);
    for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) {
        const uint8_t *restrict c = code[tree->column[d]];
        uint8_t threshold = tree->threshold[d];
        uint8_t bit = (uint8_t)(1u << d);
        size_t i = 0;
        if (threshold == 255) continue;
        for (; i + BLOCK <= n; i += BLOCK)
            for (size_t j = 0; j < BLOCK; j++) index[i + j] = (uint8_t)(index[i + j] | (c[i + j] > threshold ? bit : 0));
        for (; i < n; i++) index[i] = (uint8_t)(index[i] | (c[i] > threshold ? bit : 0));
    }
}

/* The leaves of one tree for eight classes, side by side: to[leaf] holds the eight. */
static void pv_tree_widen(const pv_model *m, int tree, int group, pv_lanes *to)
{
    for (int k = 0; k < LANES; k++) {
        int class_id = group * LANES + k;
        const int8_t *leaf = m->leaf + ((size_t)tree * (size_t)m->n_classes + (size_t)class_id) * PV_TREE_LEAVES;
        if (tree < m->n_trees && class_id < m->n_classes)
            for (int i = 0; i < PV_TREE_LEAVES; i++) to[i][k] = leaf[i];
        else
            for (int i = 0; i < PV_TREE_LEAVES; i++) to[i][k] = 0;
    }
}

void pv_trees_score(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    pv_lanes sum[GROUPS][PV_BATCH];
    pv_lanes leaf[TREES][PV_TREE_LEAVES];
    uint8_t index[TREES][PV_BATCH];
    int groups = (m->n_classes + LANES - 1) / LANES;
    for (int g = 0; g < groups; g++) {
        pv_lanes bias = {0};
        for (int k = 0; k < LANES && g * LANES + k < m->n_classes; k++) bias[k] = m->bias[g * LANES + k];
        for (size_t i = 0; i < n; i++) sum[g][i] = bias;
    }
    memset(index, 0, sizeof index);
    for (int first = 0; first < m->n_trees; first += TREES) {
        for (int t = 0; t < TREES && first + t < m->n_trees; t++) pv_tree_index(&m->tree[first + t], code, n, index[t]);
        for (int g = 0; g < groups; g++) {
            for (int t = 0; t < TREES; t++) pv_tree_widen(m, first + t, g, leaf[t]);
            for (size_t i = 0; i < n; i++) {
                pv_lanes a = leaf[0][index[0][i]] + leaf[1][index[1][i]];
                pv_lanes b = leaf[2][index[2][i]] + leaf[3][index[3][i]];
                pv_lanes c = leaf[4][index[4][i]] + leaf[5][index[5][i]];
                pv_lanes d = leaf[6][index[6][i]] + leaf[7][index[7][i]];
                sum[g][i] += (a + b) + (c + d);
            }
        }
    }
    for (int k = 0; k < m->n_classes; k++)
        for (size_t i = 0; i < n; i++) score[(size_t)k * PV_BATCH + i] = sum[k / LANES][i][k % LANES];
}

void pv_trees_decide(const pv_model *m, const int16_t *score, size_t i, uint8_t *prob_target, uint8_t *best_class, uint16_t *class_prob)
{
    uint32_t e[PV_MAX_CLASSES];
    uint64_t all = 0, target = 0;
    int best = 0;
    for (int k = 1; k < m->n_classes; k++)
        if (score[(size_t)k * PV_BATCH + i] > score[(size_t)best * PV_BATCH + i]) best = k;
    if (best_class != NULL) *best_class = (uint8_t)best;
    if (prob_target == NULL && class_prob == NULL) return;
    int top = score[(size_t)best * PV_BATCH + i];
    for (int k = 0; k < m->n_classes; k++) {
        e[k] = pv_softmax_exp(top - score[(size_t)k * PV_BATCH + i]);
        all += e[k];
        if (m->is_target[k]) target += e[k];
    }
    if (prob_target != NULL) *prob_target = (uint8_t)((2 * PV_PROB_MAX * target + all) / (2 * all));
    for (int k = 0; class_prob != NULL && k < m->n_classes; k++) class_prob[k] = (uint16_t)((2 * 65535ull * e[k] + all) / (2 * all));
}

void pv_trees_share(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t e[PV_MAX_CLASSES];
        uint16_t *to = share + i * stride;
        uint64_t all = 0;
        int top = score[i];
        for (int k = 1; k < m->n_classes; k++) top = score[(size_t)k * PV_BATCH + i] > top ? score[(size_t)k * PV_BATCH + i] : top;
        for (int k = 0; k < m->n_classes; k++) {
            e[k] = pv_softmax_exp(top - score[(size_t)k * PV_BATCH + i]);
            all += e[k];
        }
        double one = 65535.0 / (double)all;
        for (int k = 0; k < m->n_classes; k++) to[k] = (uint16_t)(int32_t)(e[k] * one);
        for (size_t k = (size_t)m->n_classes; k < stride; k++) to[k] = 0;
    }
}
