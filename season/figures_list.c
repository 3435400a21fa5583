/* The texts of figures. */
#include <string.h>

#include "season/figures_internal.h"

#include "base/banned.h"

#define FIGURE(id, group, kind, decimals, zh, en, unit_zh, unit_en, of, per, parts, zh_means, en_means)                                              \
    {#id, PV_GROUP_##group, PV_FIGURE_##kind, decimals, zh, en, unit_zh, unit_en, of, per, parts, zh_means, en_means},
static const pv_figure list[] = {PV_FIGURE_TABLE(FIGURE)};

const pv_figure *pv_figures_list(int *n)
{
    *n = PV_FIGS;
    return list;
}

int pv_figure_at(const char *id)
{
    for (int k = 0; k < PV_FIGS; k++)
        if (strcmp(list[k].id, id) == 0) return k;
    return -1;
}

const char *pv_figure_group_word(pv_figure_group group, int zh)
{
    static const char *const word[PV_FIGURE_GROUPS][2] = {
        {"effort", "投入"}, {"finds", "发现"}, {"action", "处置"}, {"quality", "质量"}, {"audit", "抽样核查"}};
    return word[group][zh != 0];
}

static const char *const by_word[PV_FIGURES_BYS] = {"", "sheng", "shi", "xian", "xiang", "cun", "lin_chang", "lin_ban", "crew", "reason", "stage"};

const char *pv_figures_by_word(pv_figures_by by)
{
    return by_word[by];
}

pv_figures_by pv_figures_by_of(const char *word)
{
    for (int k = 1; k < PV_FIGURES_BYS; k++)
        if (strcmp(by_word[k], word) == 0) return (pv_figures_by)k;
    return PV_FIGURES_BYS;
}

const pv_figure_value *pv_figures_value(const pv_figures_row *row, const char *id)
{
    int k = pv_figure_at(id);
    return k >= 0 ? &row->value[k] : NULL;
}
