#include "report/kit_words.h"

#include <stddef.h>
#include <string.h>

#include "report/html.h"
#include "report/reason_words.h"

#include "base/banned.h"

/* How a fact is found in a sheet: a text, number or flag at an offset, or by its own rule. */
enum { AT_TEXT = 0, AT_INT64, AT_INT, AT_REAL, BY_RULE };
enum {
    RULE_ORDER = 0,
    RULE_LEG,
    RULE_STATUS,
    RULE_RISK,
    RULE_KIND,
    RULE_AREA_MU,
    RULE_LON,
    RULE_LAT,
    RULE_GK_E,
    RULE_GK_N,
    RULE_WHY,
    RULE_REASONS,
    RULE_STEPS,
    RULE_CHIP,
    RULE_AUDIT,
    RULE_UNIT,
};

#define AT(field) ((int)offsetof(pv_sheet, field))
#define TEXT      PV_FACT_TEXT, 0, AT_TEXT
#define DATE      PV_FACT_DATE, 0, AT_TEXT
#define WORDS     PV_FACT_TEXT, 0, BY_RULE
#define COUNT     PV_FACT_INT, 0, AT_INT64
#define NUMBER    PV_FACT_INT, 0, AT_INT
#define REAL(d)   PV_FACT_REAL, d, AT_REAL
#define RULE(d)   PV_FACT_REAL, d, BY_RULE
#define VISIT_FACTS                                                                                                                                  \
    {"id", "id", "编号", "plot", TEXT, AT(plot.id), 1},                                                                                              \
        {"visit_order", "visit", "踏查次序", "order of visit", PV_FACT_INT, 0, BY_RULE, RULE_ORDER, 1},                                              \
    {                                                                                                                                                \
        "leg_m", "leg_m", "距上一点 m", "from the stop before, m", RULE(0), RULE_LEG, 1                                                              \
    }
#define PLACE_FACTS                                                                                                                                  \
    {"sheng", "sheng", "省", "province", TEXT, AT(place[PV_SHENG]), 0}, {"shi", "shi", "市", "prefecture", TEXT, AT(place[PV_SHI]), 0},              \
        {"xian", "xian", "县", "county", TEXT, AT(place[PV_XIAN]), 1}, {"xiang", "xiang", "乡镇", "township", TEXT, AT(place[PV_XIANG]), 1},         \
        {"cun", "cun", "村", "village", TEXT, AT(place[PV_CUN]), 1},                                                                                 \
        {"lin_chang", "lin_chang", "林场", "forest farm", TEXT, AT(place[PV_LIN_CHANG]), 1},                                                         \
        {"lin_ban", "lin_ban", "林班", "compartment", TEXT, AT(place[PV_LIN_BAN]), 1},                                                               \
        {"xiao_ban", "xiao_ban", "小班", "sub-compartment", TEXT, AT(place[PV_XIAO_BAN]), 1},                                                        \
        {"cun_code", "cun_code", "村代码", "village's code", TEXT, AT(place_code[PV_CUN]), 0},                                                       \
        {"on_border", "border", "在界上", "on a border", NUMBER, AT(on_border), 0},                                                                  \
        {"lon", "lon", "经度 WGS 84", "longitude, WGS 84", RULE(7), RULE_LON, 1},                                                                    \
        {"lat", "lat", "纬度 WGS 84", "latitude, WGS 84", RULE(7), RULE_LAT, 1},                                                                     \
        {"gk_epsg", "gk_epsg", "高斯投影 EPSG", "Gauss-Krüger EPSG", NUMBER, AT(gk_epsg), 1},                                                        \
        {"gk_easting_m", "gk_e", "横坐标 m", "easting, m", RULE(2), RULE_GK_E, 1},                                                                   \
    {                                                                                                                                                \
        "gk_northing_m", "gk_n", "纵坐标 m", "northing, m", RULE(2), RULE_GK_N, 1                                                                    \
    }
static const pv_kit_fact facts[] = {
    VISIT_FACTS,
    {"status", "status", "状态", "status", WORDS, RULE_STATUS, 1},
    {"status_date", "stat_date", "状态日期", "status since", DATE, AT(plot.status_date), 1},
    {"risk", "risk", "风险等级", "risk", WORDS, RULE_RISK, 1},
    {"points", "points", "优先分", "points of priority", REAL(1), AT(points), 1},
    {"reasons", "reasons", "优先理由", "why so urgent", WORDS, RULE_REASONS, 1},
    {"next", "next", "下一步", "next steps", WORDS, RULE_STEPS, 1},
    {"assigned_to", "assigned", "派发给", "assigned to", TEXT, AT(crew), 1},
    {"due", "due", "期限", "due", DATE, AT(due), 1},
    {"overdue_days", "overdue", "逾期天数", "days overdue", NUMBER, AT(overdue_days), 0},
    {"area_m2", "area_m2", "面积 m²", "area, m2", REAL(2), AT(plot.area_m2), 1},
    {"area_mu", "area_mu", "面积 亩", "area, mu", RULE(4), RULE_AREA_MU, 0},
    {"plants_low", "plants_lo", "估算株数 下限", "plants, at least", REAL(0), AT(plants_low), 0},
    {"plants", "plants", "估算株数", "plants, estimate", REAL(0), AT(plants), 1},
    {"plants_high", "plants_hi", "估算株数 上限", "plants, at most", REAL(0), AT(plants_high), 0},
    {"tier", "tier", "法定档次", "legal tier", TEXT, AT(tier), 1},
    {"prob", "prob", "概率", "probability", REAL(3), AT(plot.prob), 1},
    {"class", "class", "类别", "class", TEXT, AT(plot.class_name), 1},
    {"stage", "stage", "判读生长期", "stage in the photo", TEXT, AT(plot.stage), 1},
    {"capsules_from", "capsules", "蒴果期起", "capsules from", DATE, AT(plot.capsules_from), 1},
    {"why", "why", "影像依据", "what speaks for it", WORDS, RULE_WHY, 1},
    {"kind", "kind", "地块类型", "kind of plot", WORDS, RULE_KIND, 1},
    {"first_seen", "first_seen", "首次发现", "first seen", DATE, AT(plot.first_seen), 1},
    {"last_seen", "last_seen", "最近发现", "last seen", DATE, AT(plot.last_seen), 1},
    {"last_looked", "last_look", "最近飞到", "last looked at", DATE, AT(plot.last_looked), 0},
    {"times_seen", "n_seen", "发现次数", "times seen", COUNT, AT(plot.times_seen), 0},
    {"times_looked", "n_looked", "飞到次数", "times looked at", COUNT, AT(plot.times_looked), 0},
    PLACE_FACTS,
    {"photo", "photo", "照片", "photo", TEXT, AT(photo_name), 1},
    {"taken_at", "taken_at", "拍摄时间", "taken at", TEXT, AT(taken_at), 1},
    {"gsd_m", "gsd_m", "地面分辨率 m", "size of a pixel, m", REAL(4), AT(gsd_m), 0},
    {"model", "model", "模型", "model", TEXT, AT(model), 0},
    {"former", "former", "曾用编号", "former numbers", TEXT, AT(former), 0},
    {"hotspot", "hotspot", "影像图斑号", "hotspot", TEXT, AT(hotspot_id), 0},
    {"chip", "chip", "影像图", "picture", WORDS, RULE_CHIP, 0},
};

/* Nothing here may tell which stratum a point is from. */
static const pv_kit_fact audit_facts[] = {
    VISIT_FACTS,
    {"audit", "audit", "抽样核查点", "audit sample", WORDS, RULE_AUDIT, 1},
    {"unit_m2", "unit_m2", "查看范围 m²", "square to look at, m2", RULE(2), RULE_UNIT, 1},
    PLACE_FACTS,
};

static int is_audit(const pv_kit *kit)
{
    return kit != NULL && kit->audit[0] != '\0';
}

const pv_kit_fact *pv_kit_facts(const pv_kit *kit, int *n)
{
    *n = (int)(is_audit(kit) ? sizeof audit_facts / sizeof *audit_facts : sizeof facts / sizeof *facts);
    return is_audit(kit) ? audit_facts : facts;
}

const pv_form_field *pv_kit_form(const pv_kit *kit, int *n)
{
    return is_audit(kit) ? pv_form_audit_fields(n) : pv_form_fields(n);
}

static void add_joined(pv_text *out, const char *text, const char *between, int *n)
{
    if (text[0] == '\0') return;
    if ((*n)++ > 0) pv_text_add(out, between);
    pv_text_add(out, text);
}

static void add_number(pv_text *out, double v, int decimals, int known)
{
    if (known) pv_text_add_real(out, v, decimals);
}

static void add_list(pv_text *out, const pv_sheet *s, int rule)
{
    int n = 0;
    for (int i = 0; rule == RULE_WHY && i < 3; i++) {
        pv_text zh = {0};
        add_joined(out, pv_reason_zh(s->why[i], &zh) ? pv_text_str(&zh) : s->why[i], "; ", &n);
        if (zh.failed) out->failed = 1;
        pv_text_release(&zh);
    }
    for (int i = 0; rule == RULE_REASONS && i < s->n_reasons; i++) add_joined(out, s->reason[i].zh, "; ", &n);
    for (int i = 0; rule == RULE_STEPS && i < s->n_steps; i++) add_joined(out, s->step[i], " ", &n);
}

static void add_by_rule(pv_text *out, const pv_kit *kit, size_t i, const pv_kit_fact *f)
{
    const pv_kit_stop *stop = &kit->stop[i];
    const pv_sheet *s = stop->sheet;
    switch (f->from) {
    case RULE_ORDER:
        pv_text_addf(out, "%zu", i + 1);
        return;
    case RULE_LEG:
        pv_text_add_real(out, stop->leg_m, f->decimals);
        return;
    case RULE_STATUS:
        pv_text_add(out, pv_plot_status_word(s->plot.status));
        return;
    case RULE_RISK:
        pv_text_add(out, pv_risk_code(s->risk));
        return;
    case RULE_KIND:
        pv_text_add(out, pv_plot_kind_word(s->plot.kind));
        return;
    case RULE_AREA_MU:
        add_number(out, s->plot.area_m2 * 3 / 2000, f->decimals, s->plot.area_m2 >= 0);
        return;
    case RULE_LON:
        pv_text_add_real(out, s->plot.lon_deg, f->decimals);
        return;
    case RULE_LAT:
        pv_text_add_real(out, s->plot.lat_deg, f->decimals);
        return;
    case RULE_GK_E:
        add_number(out, s->gk_easting_m, f->decimals, s->gk_epsg != 0);
        return;
    case RULE_GK_N:
        add_number(out, s->gk_northing_m, f->decimals, s->gk_epsg != 0);
        return;
    case RULE_AUDIT:
        pv_text_add(out, kit->audit);
        return;
    case RULE_UNIT:
        pv_text_add_real(out, kit->audit_unit_m2, f->decimals);
        return;
    case RULE_CHIP:
        if (stop->has_chip) pv_text_addf(out, "chips/%s.jpg", s->hotspot_id);
        return;
    default:
        add_list(out, s, f->from);
    }
}

void pv_kit_fact_add(pv_text *out, const pv_kit *kit, size_t stop, const pv_kit_fact *fact)
{
    const char *at = (const char *)kit->stop[stop].sheet + fact->from;
    switch (fact->where) {
    case AT_TEXT:
        pv_text_add(out, at);
        return;
    case AT_INT64:
        if (*(const int64_t *)(const void *)at >= 0) pv_text_addf(out, "%lld", (long long)*(const int64_t *)(const void *)at);
        return;
    case AT_INT:
        if (fact->from != AT(gk_epsg) || kit->stop[stop].sheet->gk_epsg != 0) pv_text_addf(out, "%d", *(const int *)(const void *)at);
        return;
    case AT_REAL:
        add_number(out, *(const double *)(const void *)at, fact->decimals, *(const double *)(const void *)at >= 0);
        return;
    default:
        add_by_rule(out, kit, stop, fact);
    }
}

static void add_both(pv_text *out, pv_form_list list, const char *code)
{
    const pv_form_word *w = pv_form_word_of(list, code);
    if (w == NULL)
        pv_text_add(out, code);
    else
        pv_text_addf(out, "%s %s", w->zh, w->en);
}

/* The photo's stages are those of the form but for one word. */
static void add_stage(pv_text *out, const char *stage)
{
    if (stage[0] != '\0') add_both(out, PV_LIST_GROWTH, strcmp(stage, "flowering") == 0 ? "flower" : stage);
}

static void add_steps(pv_text *out, const pv_sheet *s)
{
    for (int i = 0; i < s->n_steps; i++)
        pv_text_addf(out, "%s%s %s", i > 0 ? "; " : "", pv_sheet_step_word(s->step[i], 1), pv_sheet_step_word(s->step[i], 0));
}

static void add_reasons(pv_text *out, const pv_sheet *s)
{
    for (int i = 0; i < s->n_reasons; i++) {
        pv_text_addf(out, "%s%s %s +", i > 0 ? "; " : "", s->reason[i].zh, s->reason[i].en);
        pv_text_add_real(out, s->reason[i].points, 1);
    }
}

void pv_kit_fact_words(pv_text *out, const pv_kit *kit, size_t stop, const pv_kit_fact *fact)
{
    static const char *const kind[] = {"新 new", "常年 permanent", "间歇 intermittent", "弃种 abandoned"};
    const pv_sheet *s = kit->stop[stop].sheet;
    if (fact->where == AT_TEXT && fact->from == AT(plot.stage)) {
        add_stage(out, s->plot.stage);
    } else if (fact->where != BY_RULE) {
        pv_kit_fact_add(out, kit, stop, fact);
    } else if (fact->from == RULE_STATUS) {
        add_both(out, PV_LIST_STATUS, pv_plot_status_word(s->plot.status));
    } else if (fact->from == RULE_RISK) {
        add_both(out, PV_LIST_RISK, pv_risk_code(s->risk));
    } else if (fact->from == RULE_KIND) {
        pv_text_add(out, kind[s->plot.kind]);
    } else if (fact->from == RULE_STEPS) {
        add_steps(out, s);
    } else if (fact->from == RULE_REASONS) {
        add_reasons(out, s);
    } else {
        pv_kit_fact_add(out, kit, stop, fact);
    }
}

void pv_kit_lonlat(pv_text *out, double lon_deg, double lat_deg)
{
    pv_text_add_real(out, lon_deg, 7);
    pv_text_add(out, ",");
    pv_text_add_real(out, lat_deg, 7);
}

void pv_kit_stop_name(pv_text *out, const pv_kit *kit, size_t stop)
{
    pv_text_addf(out, "%zu %s", stop + 1, kit->stop[stop].sheet->plot.id);
}

void pv_kit_stop_place(pv_text *out, const pv_kit *kit, size_t stop)
{
    static const pv_unit_level level[] = {PV_XIAN, PV_XIANG, PV_CUN, PV_LIN_CHANG, PV_LIN_BAN, PV_XIAO_BAN};
    int n = 0;
    for (size_t k = 0; k < sizeof level / sizeof *level; k++) add_joined(out, kit->stop[stop].sheet->place[level[k]], " ", &n);
}

void pv_kit_stop_line(pv_text *out, const pv_kit *kit, size_t stop)
{
    const pv_sheet *s = kit->stop[stop].sheet;
    const pv_form_word *status = pv_form_word_of(PV_LIST_STATUS, pv_plot_status_word(s->plot.status));
    const pv_form_word *risk = pv_form_word_of(PV_LIST_RISK, pv_risk_code(s->risk));
    if (is_audit(kit)) {
        pv_text_add(out, "抽样核查点,查看 ");
        pv_text_add_real(out, kit->audit_unit_m2, 2);
        pv_text_add(out, " m² 内有无罂粟 (audit point: is there any poppy in this square?)");
        return;
    }
    pv_text_addf(out, "%s, 风险%s", status->zh, risk->zh);
    if (s->plot.area_m2 >= 0) {
        pv_text_add(out, ", ");
        pv_text_add_real(out, s->plot.area_m2, 2);
        pv_text_add(out, " m²");
    }
    if (s->plants >= 0) {
        pv_text_add(out, ", 约");
        pv_text_add_real(out, s->plants, 0);
        pv_text_add(out, "株");
    }
    if (s->plot.stage[0] != '\0') {
        pv_text_add(out, ", ");
        add_stage(out, s->plot.stage);
    }
    if (s->due[0] != '\0') pv_text_addf(out, ", 期限 %s", s->due);
    pv_text_addf(out, " (%s, %s risk)", status->en, risk->en);
}

void pv_kit_xml(pv_text *out, const char *text)
{
    /* U+FFFE and U+FFFF are UTF-8, but no characters of XML. */
    for (const char *at = text; *at != '\0';) {
        const char *bad = strstr(at, "\xEF\xBF\xBE");
        const char *worse = strstr(at, "\xEF\xBF\xBF");
        if (bad == NULL || (worse != NULL && worse < bad)) bad = worse;
        if (bad == NULL) {
            pv_html_add(out, at);
            return;
        }
        pv_text part = {0};
        pv_text_add_n(&part, at, (size_t)(bad - at));
        if (part.failed) out->failed = 1;
        pv_html_add(out, pv_text_str(&part));
        pv_text_release(&part);
        at = bad + 3;
    }
}
