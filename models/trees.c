#include "models/trees.h"

#include <string.h>

#include "models/trees_internal.h"
#include "models/trees_rows.h"
#include "models/trees_share.h"

#include "base/banned.h"

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

/* As the model defines it, from a model that nobody has prepared. */
static void pv_score_plain(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < m->n_classes; k++) score[(size_t)k * PV_BATCH + i] = m->bias[k];
        for (int t = 0; t < m->n_trees; t++) {
            const pv_tree *tree = &m->tree[t];
            const int8_t *leaf = m->leaf + (size_t)t * (size_t)m->n_classes * PV_TREE_LEAVES;
            for (int d = 0; d < PV_TREE_MAX_DEPTH; d++) leaf += (code[tree->column[d]][i] > tree->threshold[d]) << d;
            for (size_t k = 0; k < (size_t)m->n_classes; k++)
                score[k * PV_BATCH + i] = (int16_t)(uint16_t)(score[k * PV_BATCH + i] + leaf[k * PV_TREE_LEAVES]);
        }
    }
}

void pv_score_portable(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    pv_rows_score(m, code, n, score);
}

void pv_trees_score_by(pv_cpu path, const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
#if defined(__x86_64__)
    static pv_score_path *const by[PV_CPU_PATHS] = {pv_score_portable, pv_score_avx2, pv_score_avx512};
    by[path](m, code, n, score);
#else
    (void)path;
    pv_score_portable(m, code, n, score);
#endif
}

void pv_trees_score(const pv_model *m, const uint8_t *const *code, size_t n, int16_t *score)
{
    if (m->ready != NULL)
        pv_trees_score_by(pv_cpu_path(), m, code, n, score);
    else
        pv_score_plain(m, code, n, score);
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

static void pv_share_plain(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
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

void pv_share_portable(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    pv_rows_share(m, score, n, stride, share);
}

void pv_trees_share_by(pv_cpu path, const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
#if defined(__x86_64__)
    static pv_share_path *const by[PV_CPU_PATHS] = {pv_share_portable, pv_share_avx2, pv_share_avx512};
    by[path](m, score, n, stride, share);
#else
    (void)path;
    pv_share_portable(m, score, n, stride, share);
#endif
}

void pv_trees_share(const pv_model *m, const int16_t *score, size_t n, size_t stride, uint16_t *share)
{
    if (m->ready != NULL)
        pv_trees_share_by(pv_cpu_path(), m, score, n, stride, share);
    else
        pv_share_plain(m, score, n, stride, share);
}
