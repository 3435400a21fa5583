#include "season/form.h"

#include <string.h>
#include <strings.h>

#include "base/banned.h"

enum { MOST_WORD = 256 };

static const pv_form_word verdict[] = {
    {"unchecked", "未核查", "not checked"},
    {"confirmed_poppy", "确认罂粟", "opium poppy"},
    {"corn_poppy", "虞美人等观赏罂粟", "ornamental poppy"},
    {"other_crop", "其他作物", "other crop"},
    {"wild_plant", "野生植物", "wild plant"},
    {"bare_or_artifact", "裸地或影像误差", "bare ground or image fault"},
    {"already_removed", "已铲除", "already removed"},
    {"unreachable", "无法到达", "could not be reached"},
    {"not_found", "未找到", "nothing found"},
};
static const pv_form_word disposal[] = {
    {"none", "未处置", "none"},
    {"eradicated", "已铲除", "eradicated"},
    {"reported", "已移交公安", "handed to the police"},
    {"sampled", "取样", "sampled"},
};
static const pv_form_word growth[] = {
    {"seedling", "苗期", "seedling"}, {"rosette", "莲座期", "rosette"}, {"bolting", "抽薹期", "bolting"}, {"bud", "蕾期", "bud"},
    {"flower", "花期", "flowering"},  {"capsule", "蒴果期", "capsule"}, {"dry", "枯熟期", "dry"},
};
static const pv_form_word method[] = {
    {"pulled", "人工拔除", "pulled by hand"},
    {"machine", "机械铲除", "by machine"},
    {"self", "自行铲除", "by the grower"},
    {"ordered", "责令铲除", "by the grower on order"},
};
static const pv_form_word area_method[] = {
    {"paced", "步测", "paced"},
    {"gnss", "卫星定位", "satellite positions"},
    {"tape", "皮尺", "tape"},
    {"drawn", "图上勾绘", "drawn on the map"},
};
static const pv_form_word status[] = {
    {"suspected", "疑似", "suspected"},     {"dispatched", "已派发", "dispatched"},   {"checking", "辨识中", "being checked"},
    {"confirmed", "确认", "confirmed"},     {"ruled_out", "排除", "ruled out"},       {"unreachable", "无法到达", "could not be reached"},
    {"eradicated", "已铲除", "eradicated"}, {"rechecked", "已复查", "checked again"}, {"regrown", "复种", "regrown"},
};
static const pv_form_word risk[] = {{"extreme", "极端", "extreme"}, {"high", "高", "high"}, {"middle", "中", "middle"}, {"low", "低", "low"}};
static const pv_form_word how_seen[] = {
    {"on_site", "到点查看", "at the point"},
    {"near_by", "近处目视", "from near by"},
    {"drone", "无人机近看", "by drone"},
    {"image", "影像判读", "in an image"},
};

#define LIST(name, words)                                                                                                                            \
    {                                                                                                                                                \
        name, words, (int)(sizeof words / sizeof *words)                                                                                             \
    }
static const struct {
    const char *name;
    const pv_form_word *word;
    int n;
} lists[PV_FORM_LISTS] = {
    LIST("verdict", verdict),         LIST("disposal", disposal),  LIST("growth", growth), LIST("method", method),
    LIST("area_method", area_method), LIST("plot_status", status), LIST("risk", risk),     LIST("how_seen", how_seen),
};

/* visit_time and eradicated_at: RFC 3339 with zone, or as the phone writes it; a date alone is taken too. */
static const pv_form_field fields[] = {
    {"verdict", "verdict", "核查结果", "verdict", PV_FIELD_LIST, PV_LIST_VERDICT, 0, 0, 0},
    {"visit_time", "visit_time", "核查时间", "time of visit", PV_FIELD_TIME, 0, 0, 0, 0},
    {"crew", "crew", "核查组", "crew", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"person1", "person1", "核查人一", "first signature", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"person2", "person2", "核查人二", "second signature", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"plants_counted", "plants_cnt", "清点株数", "plants counted", PV_FIELD_INT, 0, 0, 0, 1e8},
    {"sample_m2", "sample_m2", "样方面积 m²", "sample plot, m2", PV_FIELD_REAL, 0, 0, 0, 1e6},
    {"sample_plants", "sample_pl", "样方株数", "plants in the sample plot", PV_FIELD_INT, 0, 0, 0, 1e8},
    {"area_measured_m2", "area_meas", "实测面积 m²", "area measured, m2", PV_FIELD_REAL, 0, 0, 0, 1e8},
    {"area_method", "area_meth", "测量方法", "measured by", PV_FIELD_LIST, PV_LIST_AREA_METHOD, 0, 0, 0},
    {"stage_seen", "stage_seen", "所见生长期", "stage seen", PV_FIELD_LIST, PV_LIST_GROWTH, 0, 0, 0},
    {"disposal", "disposal", "处置", "what was done", PV_FIELD_LIST, PV_LIST_DISPOSAL, 0, 0, 0},
    {"method", "method", "铲除方式", "eradicated how", PV_FIELD_LIST, PV_LIST_METHOD, 0, 0, 0},
    {"plants_removed", "plants_rem", "铲除株数", "plants removed", PV_FIELD_INT, 0, 0, 0, 1e8},
    {"eradicated_at", "erad_at", "铲除时间", "time of eradication", PV_FIELD_TIME, 0, 0, 0, 0},
    {"gnss_accuracy_m", "gnss_acc_m", "定位精度 m", "accuracy of the position, m", PV_FIELD_REAL, 0, 0, 0, 1e5},
    {"reviewer", "reviewer", "复查人", "reviewer", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"note", "note", "备注", "note", PV_FIELD_TEXT, 0, 1000, 0, 0},
};

/* Of an audit point. The reference class is the verdict on the square of ground around it. */
static const pv_form_field audit_fields[] = {
    {"verdict", "verdict", "参考类别", "reference class", PV_FIELD_LIST, PV_LIST_VERDICT, 0, 0, 0},
    {"how_seen", "how_seen", "查看方式", "how it was seen", PV_FIELD_LIST, PV_LIST_HOW_SEEN, 0, 0, 0},
    {"visit_time", "visit_time", "核查时间", "time of visit", PV_FIELD_TIME, 0, 0, 0, 0},
    {"crew", "crew", "核查组", "crew", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"person1", "person1", "核查人一", "first signature", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"person2", "person2", "核查人二", "second signature", PV_FIELD_TEXT, 0, 120, 0, 0},
    {"gnss_accuracy_m", "gnss_acc_m", "定位精度 m", "accuracy of the position, m", PV_FIELD_REAL, 0, 0, 0, 1e5},
    {"note", "note", "备注", "note", PV_FIELD_TEXT, 0, 1000, 0, 0},
};

const char *pv_form_list_name(pv_form_list list)
{
    return lists[list].name;
}

const pv_form_word *pv_form_words(pv_form_list list, int *n)
{
    *n = lists[list].n;
    return lists[list].word;
}

const pv_form_word *pv_form_word_of(pv_form_list list, const char *code)
{
    for (int i = 0; i < lists[list].n; i++)
        if (strcmp(lists[list].word[i].code, code) == 0) return &lists[list].word[i];
    return NULL;
}

/* text without blanks around it, into out; 0 when it is longer than any word. */
static int tidy(char out[MOST_WORD], const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL) n--;
    if (n >= MOST_WORD) return 0;
    memcpy(out, text, n);
    out[n] = '\0';
    return n > 0;
}

const pv_form_word *pv_form_word_read(pv_form_list list, const char *text)
{
    char word[MOST_WORD];
    if (!tidy(word, text)) return NULL;
    for (int i = 0; i < lists[list].n; i++) {
        const pv_form_word *w = &lists[list].word[i];
        if (strcasecmp(w->code, word) == 0 || strcmp(w->zh, word) == 0 || strcasecmp(w->en, word) == 0) return w;
    }
    return NULL;
}

const pv_form_field *pv_form_fields(int *n)
{
    *n = (int)(sizeof fields / sizeof *fields);
    return fields;
}

const pv_form_field *pv_form_audit_fields(int *n)
{
    *n = (int)(sizeof audit_fields / sizeof *audit_fields);
    return audit_fields;
}

static const pv_form_field *find(const pv_form_field *field, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        const pv_form_field *f = &field[i];
        if (strcasecmp(f->name, word) == 0 || strcasecmp(f->shp_name, word) == 0 || strcmp(f->zh, word) == 0 || strcasecmp(f->en, word) == 0)
            return f;
    }
    return NULL;
}

const pv_form_field *pv_form_field_read(const char *name)
{
    char word[MOST_WORD];
    if (!tidy(word, name)) return NULL;
    const pv_form_field *f = find(fields, sizeof fields / sizeof *fields, word);
    return f != NULL ? f : find(audit_fields, sizeof audit_fields / sizeof *audit_fields, word);
}
