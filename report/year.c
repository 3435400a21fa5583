#include "report/year.h"

#include <string.h>

#include "base/banned.h"

/* A part begins with the figure of that id, and with each group. */
static const struct {
    const char *id, *zh, *en;
} part_begins[] = {{"photos", "投入", "effort"},
                   {"suspected", "发现：核查", "finds, checked"},
                   {"suspected_ha", "发现：面积株数", "finds, area and plants"},
                   {"stage_seedling", "发现：生长期规模", "finds, stage and size"},
                   {"eradicated", "处置：铲除", "action, eradication"},
                   {"days_check_median", "处置：时效复查", "action, days and rechecks"},
                   {"unseen_mu", "质量", "quality"}};

enum { BEGINS = sizeof part_begins / sizeof part_begins[0] };

static int begins(const pv_figure *list, int k)
{
    for (int i = 0; i < BEGINS; i++)
        if (strcmp(part_begins[i].id, list[k].id) == 0) return i;
    return -1;
}

int pv_year_parts(pv_year_part out[PV_YEAR_PARTS])
{
    int n_figures = 0, n = 0;
    const pv_figure *list = pv_figures_list(&n_figures);
    for (int k = 0; k < n_figures && list[k].group != PV_GROUP_AUDIT; k++) {
        int i = begins(list, k);
        int is_new = k == 0 || list[k].group != list[k - 1].group || i >= 0;
        if (is_new && n < PV_YEAR_PARTS) {
            out[n++] = (pv_year_part){.first = k,
                                      .zh = i >= 0 ? part_begins[i].zh : pv_figure_group_word(list[k].group, 1),
                                      .en = i >= 0 ? part_begins[i].en : pv_figure_group_word(list[k].group, 0)};
        }
        out[n - 1].end = k + 1;
    }
    return n;
}

const char *pv_year_date(const pv_figures *t)
{
    const char *last = "1980-01-01";
    for (size_t i = 0; i < t->period.n; i++)
        if (i == 0 || strcmp(t->period.at[i].to, last) > 0) last = t->period.at[i].to;
    return last;
}

void pv_year_periods(pv_text *out, const pv_figures *t, int zh)
{
    const size_t n = t->period.n;
    if (n == 0) return;
    pv_text_add(out, zh ? t->period.at[0].zh : t->period.at[0].en);
    if (n > 1) pv_text_addf(out, "%s%s", zh ? " 至 " : " to ", zh ? t->period.at[n - 1].zh : t->period.at[n - 1].en);
}

const char *pv_year_by(pv_figures_by by, int zh)
{
    static const char *const word[PV_FIGURES_BYS][2] = {{"total", "合计"},         {"province", "省"},        {"prefecture", "市"},
                                                        {"county", "县"},          {"township", "乡镇"},      {"village", "村"},
                                                        {"forest farm", "林场"},   {"compartment", "林班"},   {"crew", "核查组"},
                                                        {"outcome", "结果与原因"}, {"growth stage", "生长期"}};
    return word[by][zh != 0];
}
