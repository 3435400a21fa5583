#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/units_internal.h"

#include "base/banned.h"

enum { PV_FIELD_NAME = 64 };

const char *pv_unit_level_word(pv_unit_level level)
{
    static const char *const word[PV_UNIT_LEVELS] = {"sheng", "shi", "xian", "xiang", "cun", "lin_chang", "lin_ban", "xiao_ban", "other"};
    return level < PV_UNIT_LEVELS ? word[level] : "other";
}

const char *pv_unit_level_zh(pv_unit_level level)
{
    static const char *const word[PV_UNIT_LEVELS] = {"省", "市", "县", "乡镇", "村", "林场", "林班", "小班", "其他"};
    return word[level];
}

/* GB/T 2260, the first two digits. */
const char *pv_province_name(const char *code)
{
    static const struct {
        int code;
        const char *name;
    } province[] = {{11, "北京市"},           {12, "天津市"}, {13, "河北省"},         {14, "山西省"},        {15, "内蒙古自治区"},
                    {21, "辽宁省"},           {22, "吉林省"}, {23, "黑龙江省"},       {31, "上海市"},        {32, "江苏省"},
                    {33, "浙江省"},           {34, "安徽省"}, {35, "福建省"},         {36, "江西省"},        {37, "山东省"},
                    {41, "河南省"},           {42, "湖北省"}, {43, "湖南省"},         {44, "广东省"},        {45, "广西壮族自治区"},
                    {46, "海南省"},           {50, "重庆市"}, {51, "四川省"},         {52, "贵州省"},        {53, "云南省"},
                    {54, "西藏自治区"},       {61, "陕西省"}, {62, "甘肃省"},         {63, "青海省"},        {64, "宁夏回族自治区"},
                    {65, "新疆维吾尔自治区"}, {71, "台湾省"}, {81, "香港特别行政区"}, {82, "澳门特别行政区"}};
    if (code[0] < '0' || code[0] > '9' || code[1] < '0' || code[1] > '9') return NULL;
    int number = (code[0] - '0') * 10 + code[1] - '0';
    for (size_t i = 0; i < sizeof province / sizeof province[0]; i++)
        if (province[i].code == number) return province[i].name;
    return NULL;
}

/* ---- names of fields ---- */

/* What a level is called in fields, in capitals and without '_', '-' and blanks. */
static const struct {
    const char *word;
    pv_unit_level level;
} pv_level_words[] = {{"SHENG", PV_SHENG},
                      {"省", PV_SHENG},
                      {"省份", PV_SHENG},
                      {"省级", PV_SHENG},
                      {"PROVINCE", PV_SHENG},
                      {"PROV", PV_SHENG},
                      {"SHI", PV_SHI},
                      {"市", PV_SHI},
                      {"地市", PV_SHI},
                      {"地级市", PV_SHI},
                      {"市州", PV_SHI},
                      {"CITY", PV_SHI},
                      {"PREFECTURE", PV_SHI},
                      {"XIAN", PV_XIAN},
                      {"县", PV_XIAN},
                      {"縣", PV_XIAN},
                      {"区县", PV_XIAN},
                      {"县区", PV_XIAN},
                      {"县市区", PV_XIAN},
                      {"COUNTY", PV_XIAN},
                      {"DISTRICT", PV_XIAN},
                      {"QUXIAN", PV_XIAN},
                      {"XIANG", PV_XIANG},
                      {"乡", PV_XIANG},
                      {"鄉", PV_XIANG},
                      {"镇", PV_XIANG},
                      {"鎮", PV_XIANG},
                      {"乡镇", PV_XIANG},
                      {"鄉鎮", PV_XIANG},
                      {"街道", PV_XIANG},
                      {"乡镇街道", PV_XIANG},
                      {"XIANGZHEN", PV_XIANG},
                      {"ZHEN", PV_XIANG},
                      {"TOWN", PV_XIANG},
                      {"TOWNSHIP", PV_XIANG},
                      {"STREET", PV_XIANG},
                      {"CUN", PV_CUN},
                      {"村", PV_CUN},
                      {"行政村", PV_CUN},
                      {"村委会", PV_CUN},
                      {"XINGZHENGCUN", PV_CUN},
                      {"VILLAGE", PV_CUN},
                      {"LINCHANG", PV_LIN_CHANG},
                      {"林场", PV_LIN_CHANG},
                      {"林場", PV_LIN_CHANG},
                      {"国有林场", PV_LIN_CHANG},
                      {"LINBAN", PV_LIN_BAN},
                      {"林班", PV_LIN_BAN},
                      {"LBH", PV_LIN_BAN},
                      {"COMPARTMENT", PV_LIN_BAN},
                      {"XIAOBAN", PV_XIAO_BAN},
                      {"小班", PV_XIAO_BAN},
                      {"XBH", PV_XIAO_BAN},
                      {"SUBCOMPARTMENT", PV_XIAO_BAN}};

/* The record's own code and name. */
static const char *const pv_own_codes[] = {"ADCODE", "CODE",       "PAC",          "XZQDM",  "XZDM", "DM",
                                           "代码",   "行政区代码", "行政区划代码", "GBCODE", "GB",   "ZLDWDM"};
static const char *const pv_own_names[] = {"NAME", "XZQMC", "XZMC", "MC", "名称", "名字", "MINGCHENG", "ZLDWMC", "DWMC", "行政区名称", "TITLE"};

/* A level's word with one of these behind it. */
static const struct {
    const char *ending;
    pv_unit_said says;
} pv_endings[] = {{"NAME", PV_SAYS_NAME}, {"MINGCHENG", PV_SAYS_NAME}, {"MC", PV_SAYS_NAME},   {"名称", PV_SAYS_NAME}, {"名", PV_SAYS_NAME},
                  {"CODE", PV_SAYS_CODE}, {"DAIMA", PV_SAYS_CODE},     {"DM", PV_SAYS_CODE},   {"BM", PV_SAYS_CODE},   {"BH", PV_SAYS_CODE},
                  {"HAO", PV_SAYS_CODE},  {"代码", PV_SAYS_CODE},      {"编码", PV_SAYS_CODE}, {"编号", PV_SAYS_CODE}, {"号", PV_SAYS_CODE}};

static int pv_is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0) return 1;
    return 0;
}

static int pv_level_of_word(const char *word, size_t n, pv_unit_level *level)
{
    for (size_t i = 0; i < sizeof pv_level_words / sizeof pv_level_words[0]; i++) {
        if (strlen(pv_level_words[i].word) != n || memcmp(pv_level_words[i].word, word, n) != 0) continue;
        *level = pv_level_words[i].level;
        return 1;
    }
    return 0;
}

pv_unit_field pv_unit_field_of(const char *field_name)
{
    char word[PV_FIELD_NAME];
    size_t n = 0;
    pv_unit_field f = {PV_SAYS_NOTHING, PV_UNIT_LEVELS};
    for (const char *p = field_name; *p != '\0'; p++) {
        if (*p == '_' || *p == '-' || *p == ' ') continue;
        if (n + 1 >= sizeof word) return f;
        word[n++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    word[n] = '\0';
    if (strcmp(word, "LEVEL") == 0) f.says = PV_SAYS_LEVEL;
    if (pv_is_one_of(word, pv_own_codes, sizeof pv_own_codes / sizeof pv_own_codes[0])) f.says = PV_SAYS_CODE;
    if (pv_is_one_of(word, pv_own_names, sizeof pv_own_names / sizeof pv_own_names[0])) f.says = PV_SAYS_NAME;
    if (f.says != PV_SAYS_NOTHING) return f;
    if (pv_level_of_word(word, n, &f.level)) {
        f.says = PV_SAYS_EITHER;
        return f;
    }
    for (size_t i = 0; i < sizeof pv_endings / sizeof pv_endings[0]; i++) {
        size_t end = strlen(pv_endings[i].ending);
        if (n <= end || strcmp(word + n - end, pv_endings[i].ending) != 0 || !pv_level_of_word(word, n - end, &f.level)) continue;
        f.says = pv_endings[i].says;
        return f;
    }
    return f;
}

/* ---- texts ---- */

/* One character of UTF-8 or, of a byte that is none, one byte; *point is its number or -1. */
static size_t pv_one_character(const char *s, int32_t *point)
{
    const uint8_t *p = (const uint8_t *)s;
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (!(strnlen(s, n) == n && pv_utf8_valid(s, n))) {
        *point = -1;
        return 1;
    }
    *point = n == 1 ? p[0] : p[0] & (0x7F >> n);
    for (size_t i = 1; i < n; i++) *point = *point << 6 | (p[i] & 0x3F);
    return n;
}

static int pv_is_invisible(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB);
}

static int pv_is_blank(int32_t c)
{
    return c == ' ' || c == 0xA0 || c == 0x3000;
}

int pv_unit_text_clean(char *out, size_t size, const char *text)
{
    size_t n = 0, last = 0;
    int32_t c = 0;
    for (size_t len = 0; *text != '\0'; text += len) {
        len = pv_one_character(text, &c);
        if (c >= 0 && pv_is_blank(c) && n == 0) continue;
        int line = c == '\n' || c == '\t' || c == '\r';
        if (c >= 0 && pv_is_invisible(c) && !line) continue;
        if (line && n == 0) continue;
        const char *from = c < 0 ? "?" : line ? " " : text;
        size_t bytes = c < 0 || line ? 1 : len;
        if (n + bytes >= size) {
            out[last] = '\0';
            return 1;
        }
        memcpy(out + n, from, bytes);
        n += bytes;
        if (!line && !pv_is_blank(c)) last = n;
    }
    out[last] = '\0';
    return 0;
}

static int pv_all_digits(const char *s)
{
    return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* Letters, digits and signs of ASCII are a code, everything else a name. */
static int pv_looks_like_code(const char *s)
{
    int digits = 0;
    for (; *s != '\0'; s++) {
        if ((uint8_t)*s >= 0x80 || *s == ' ') return 0;
        digits += *s >= '0' && *s <= '9';
    }
    return digits > 0;
}

/* A number lost its leading zeros on the way. Lengths of GB/T 2260, GB/T 10114 and of the forestry schema. */
static int pv_code_length(pv_unit_level level, size_t n)
{
    switch (level) {
    case PV_SHENG:
        return 2;
    case PV_SHI:
        return n <= 2 ? 2 : 4;
    case PV_XIAN:
        return n <= 3 ? 3 : 6;
    case PV_XIANG:
        return n <= 3 ? 3 : 9;
    case PV_CUN:
        return n <= 3 ? 3 : 12;
    case PV_LIN_BAN:
        return 4;
    case PV_XIAO_BAN:
        return 6;
    default:
        return 0;
    }
}

void pv_unit_record_put(pv_unit_record *r, pv_unit_field field, const char *text, int is_number)
{
    char clean[PV_UNIT_NAME], padded[PV_UNIT_NAME + 16];
    pv_unit_level level = field.level;
    if (field.says == PV_SAYS_NOTHING || level > PV_UNIT_LEVELS) return;
    r->cut |= pv_unit_text_clean(clean, sizeof clean, text);
    /* Zeros alone stand for "none" in tables of forestry. */
    if (clean[strspn(clean, "0")] == '\0') return;
    if (field.says == PV_SAYS_LEVEL) {
        (void)snprintf(r->level_word, sizeof r->level_word, "%.31s", clean);
        return;
    }
    int code = field.says == PV_SAYS_CODE || (field.says == PV_SAYS_EITHER && pv_looks_like_code(clean));
    if (!code) {
        if (r->name[level][0] == '\0') memcpy(r->name[level], clean, sizeof clean);
        return;
    }
    size_t n = strlen(clean), want = (size_t)(is_number ? pv_code_length(level, n) : 0);
    size_t zeros = want > n ? want - n : 0;
    (void)snprintf(padded, sizeof padded, "%.*s%s", (int)zeros, "000000000000", clean);
    if (r->code[level][0] == '\0') r->cut |= pv_unit_text_clean(r->code[level], sizeof r->code[level], padded);
}

/* ---- the level ---- */

/* Levels by digits of administrative codes; PV_UNIT_LEVELS = none. */
static pv_unit_level pv_level_of_code(const char *code)
{
    size_t n = strlen(code);
    if (!pv_all_digits(code) || pv_province_name(code) == NULL) return PV_UNIT_LEVELS;
    if (n == 12) {
        if (strcmp(code + 9, "000") != 0) return PV_CUN;
        n = 9;
    }
    if (n == 9) {
        if (strncmp(code + 6, "000", 3) != 0) return PV_XIANG;
        n = 6;
    }
    if (n == 6) return strncmp(code + 2, "0000", 4) == 0 ? PV_SHENG : strncmp(code + 4, "00", 2) == 0 ? PV_SHI : PV_XIAN;
    return n == 2 ? PV_SHENG : n == 4 ? PV_SHI : PV_UNIT_LEVELS;
}

static int pv_ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n > m && strcmp(s + n - m, end) == 0;
}

/* Without what stands in brackets at its end: "清水镇(海)". */
static void pv_without_bracket(char out[PV_UNIT_NAME], const char *name)
{
    (void)snprintf(out, PV_UNIT_NAME, "%s", name);
    int wide = pv_ends_with(out, "）");
    char *open = wide ? strstr(out, "（") : pv_ends_with(out, ")") ? strchr(out, '(') : NULL;
    if (open != NULL && open > out) *open = '\0';
}

/* The longest endings first. */
static pv_unit_level pv_level_of_name(const char *whole)
{
    char name[PV_UNIT_NAME];
    static const struct {
        const char *end;
        pv_unit_level level;
    } endings[] = {{"保护区", PV_UNIT_OTHER},
                   {"林区", PV_UNIT_OTHER},
                   {"景区", PV_UNIT_OTHER},
                   {"园区", PV_UNIT_OTHER},
                   {"开发区", PV_UNIT_OTHER},
                   {"特别行政区", PV_SHENG},
                   {"自治区", PV_SHENG},
                   {"自治州", PV_SHI},
                   {"自治县", PV_XIAN},
                   {"自治旗", PV_XIAN},
                   {"地区", PV_SHI},
                   {"街道", PV_XIANG},
                   {"社区", PV_CUN},
                   {"嘎查", PV_CUN},
                   {"村委会", PV_CUN},
                   {"林场", PV_LIN_CHANG},
                   {"林場", PV_LIN_CHANG},
                   {"林班", PV_LIN_BAN},
                   {"小班", PV_XIAO_BAN},
                   {"省", PV_SHENG},
                   {"市", PV_SHI},
                   {"盟", PV_SHI},
                   {"县", PV_XIAN},
                   {"縣", PV_XIAN},
                   {"区", PV_XIAN},
                   {"區", PV_XIAN},
                   {"旗", PV_XIAN},
                   {"乡", PV_XIANG},
                   {"鄉", PV_XIANG},
                   {"镇", PV_XIANG},
                   {"鎮", PV_XIANG},
                   {"苏木", PV_XIANG},
                   {"村", PV_CUN}};
    pv_without_bracket(name, whole);
    /* What stands behind a county's name is a part of it: "台北縣三重市". */
    if ((pv_ends_with(name, "市") || pv_ends_with(name, "區") || pv_ends_with(name, "区")) &&
        (strstr(name, "縣") != NULL || strstr(name, "县") != NULL))
        return PV_XIANG;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (pv_ends_with(name, endings[i].end)) return endings[i].level;
    return PV_UNIT_LEVELS;
}

static pv_unit_level pv_level_of_level_word(const char *word)
{
    static const struct {
        const char *word;
        pv_unit_level level;
    } words[] = {{"province", PV_SHENG}, {"city", PV_SHI},   {"district", PV_XIAN},  {"county", PV_XIAN},
                 {"street", PV_XIANG},   {"town", PV_XIANG}, {"township", PV_XIANG}, {"village", PV_CUN}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (pv_same_word(word, words[i].word)) return words[i].level;
    return PV_UNIT_LEVELS;
}

static pv_unit_level pv_finest_filled(const pv_unit_record *r)
{
    for (int l = PV_XIAO_BAN; l >= PV_SHENG; l--)
        if (r->code[l][0] != '\0' || r->name[l][0] != '\0') return (pv_unit_level)l;
    return PV_UNIT_LEVELS;
}

static void pv_fill(pv_unit_record *r, pv_unit_level level, const char *code, const char *name)
{
    if (r->code[level][0] == '\0') memcpy(r->code[level], code, sizeof r->code[level]);
    if (r->name[level][0] == '\0') memcpy(r->name[level], name, sizeof r->name[level]);
}

/* The name may stand above already: "NAME" of a village layer can be its township's. */
static int pv_names_another(const pv_unit_record *r, pv_unit_level level)
{
    for (int l = PV_SHENG; l < PV_UNIT_OTHER; l++)
        if (l != (int)level && strcmp(r->name[l], r->name[PV_UNIT_LEVELS]) == 0) return 1;
    return 0;
}

static void pv_level_settle(pv_unit_record *r)
{
    const char *code = r->code[PV_UNIT_LEVELS], *name = r->name[PV_UNIT_LEVELS];
    pv_unit_level filled = pv_finest_filled(r), own = pv_level_of_level_word(r->level_word);
    if (own == PV_UNIT_LEVELS) own = pv_level_of_code(code);
    if (own == PV_UNIT_LEVELS) own = pv_level_of_name(name);
    if (code[0] == '\0' && name[0] == '\0') own = PV_UNIT_LEVELS;
    if (own == PV_UNIT_LEVELS) own = filled == PV_UNIT_LEVELS ? PV_UNIT_OTHER : filled;
    if (filled == PV_UNIT_LEVELS || own > filled || !pv_names_another(r, own)) pv_fill(r, own, code, name);
    r->level = filled == PV_UNIT_LEVELS || own > filled ? own : filled;
}

/* ---- keys ---- */

/* The first n digits of an administrative code, or 0. */
static int pv_prefix(char *out, const char *code, size_t n)
{
    if (!pv_all_digits(code) || strlen(code) < n) return 0;
    memcpy(out, code, n);
    out[n] = '\0';
    return 1;
}

/* A finer code says the coarser ones. */
static void pv_codes_from_finer(pv_unit_record *r)
{
    static const struct {
        pv_unit_level from, to;
        size_t digits;
    } step[] = {{PV_CUN, PV_XIANG, 9}, {PV_XIANG, PV_XIAN, 6}, {PV_XIAN, PV_SHI, 4}, {PV_SHI, PV_SHENG, 2}, {PV_XIAN, PV_SHENG, 2}};
    static const size_t whole[] = {2, 4, 6, 9, 12};
    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        const char *code = r->code[step[i].from];
        if (r->code[step[i].to][0] == '\0' && strlen(code) >= whole[step[i].from] && pv_province_name(code) != NULL)
            (void)pv_prefix(r->code[step[i].to], code, step[i].digits);
    }
    const char *province = pv_province_name(r->code[PV_SHENG]);
    if (r->name[PV_SHENG][0] == '\0' && province != NULL) (void)snprintf(r->name[PV_SHENG], PV_UNIT_NAME, "%s", province);
}

static void pv_key_join(char out[PV_UNIT_KEY], const char *above, const char *id)
{
    (void)snprintf(out, PV_UNIT_KEY, "%.500s%s%.120s", above, above[0] != '\0' ? "/" : "", id);
}

static const char *pv_id_of(const pv_unit_record *r, pv_unit_level level)
{
    return r->code[level][0] != '\0' ? r->code[level] : r->name[level];
}

/* The finest key of the levels from..to - 1. */
static const char *pv_key_above(const pv_unit_record *r, int to)
{
    for (int l = to - 1; l >= PV_SHENG; l--)
        if (r->key[l][0] != '\0') return r->key[l];
    return "";
}

/* Administrative keys are whole codes where they can be put together: XIAN 620522 and XIANG 101 are 620522101. */
static void pv_admin_keys(pv_unit_record *r)
{
    static const size_t digits[] = {2, 4, 6, 9, 12};
    for (int l = PV_SHENG; l <= PV_CUN; l++) {
        const char *id = pv_id_of(r, (pv_unit_level)l), *above = l > PV_XIAN ? r->key[l - 1] : "";
        char joined[PV_UNIT_CODE + 16];
        if (id[0] == '\0' || pv_prefix(r->key[l], id, digits[l])) continue;
        if (l > PV_XIAN && pv_all_digits(id) && strlen(id) == 3 && pv_all_digits(above) && strlen(above) == digits[l - 1]) {
            (void)snprintf(joined, sizeof joined, "%.12s%.3s", above, id);
            (void)snprintf(r->key[l], PV_UNIT_KEY, "%s", joined);
        } else {
            pv_key_join(r->key[l], pv_key_above(r, l), id);
        }
    }
}

/* Compartments are numbered within their forest farm, else within the finest place that is known; sub-compartments within their compartment. */
static void pv_forest_keys(pv_unit_record *r)
{
    const char *place = pv_key_above(r, PV_LIN_CHANG);
    const char *id = pv_id_of(r, PV_LIN_CHANG);
    /* A farm reaches over townships and villages, not over counties. */
    if (id[0] != '\0') pv_key_join(r->key[PV_LIN_CHANG], pv_key_above(r, PV_XIANG), id);
    if (id[0] != '\0') place = r->key[PV_LIN_CHANG];
    id = pv_id_of(r, PV_LIN_BAN);
    if (id[0] != '\0') pv_key_join(r->key[PV_LIN_BAN], place, id);
    if (id[0] != '\0') place = r->key[PV_LIN_BAN];
    id = pv_id_of(r, PV_XIAO_BAN);
    if (id[0] != '\0') pv_key_join(r->key[PV_XIAO_BAN], place, id);
}

void pv_unit_record_settle(pv_unit_record *r, int64_t number)
{
    pv_level_settle(r);
    pv_codes_from_finer(r);
    pv_admin_keys(r);
    pv_forest_keys(r);
    const char *id = pv_id_of(r, PV_UNIT_OTHER);
    if (id[0] != '\0') (void)snprintf(r->key[PV_UNIT_OTHER], PV_UNIT_KEY, "%s", id);
    if (r->key[r->level][0] == '\0') (void)snprintf(r->key[r->level], PV_UNIT_KEY, "#%lld", (long long)number);
}
