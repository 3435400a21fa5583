/* The form that crews fill in: its fields and the words that they choose from, in one table for kits, projects, pages and the reading of returns.
 *
 * Every value has a stable code (what files hold), a Chinese and an English word (what people see). A reader takes any of the three, whatever the case.
 * Threads: any. All texts are static UTF-8. */
#ifndef PV_SEASON_FORM_H
#define PV_SEASON_FORM_H

typedef enum pv_form_list {
    PV_LIST_VERDICT = 0, /* what was there 核查结果 */
    PV_LIST_DISPOSAL,    /* what was done 处置 */
    PV_LIST_GROWTH,      /* growth stage 生长期 */
    PV_LIST_METHOD,      /* how it was eradicated 铲除方式 */
    PV_LIST_AREA_METHOD, /* how the area was measured */
    PV_LIST_STATUS,      /* of a plot 状态: the words of pv_plot_status_word() */
    PV_LIST_RISK,        /* 极端 高 中 低 */
    PV_LIST_HOW_SEEN,    /* of an audit point: how it was seen 查看方式 */
    PV_FORM_LISTS
} pv_form_list;

typedef struct pv_form_word {
    const char *code, *zh, *en;
} pv_form_word;

/* "verdict", "disposal", ...: the name of the list in a GeoPackage. */
const char *pv_form_list_name(pv_form_list list);
/* The list's words; *n = how many. */
const pv_form_word *pv_form_words(pv_form_list list, int *n);
/* The word of a code; NULL = there is none. */
const pv_form_word *pv_form_word_of(pv_form_list list, const char *code);
/* What a person or a program wrote, a code, a Chinese or an English word, blanks around it dropped; NULL = none of the list. */
const pv_form_word *pv_form_word_read(pv_form_list list, const char *text);

typedef enum pv_form_kind { PV_FIELD_TEXT = 0, PV_FIELD_INT, PV_FIELD_REAL, PV_FIELD_TIME, PV_FIELD_LIST } pv_form_kind;

typedef struct pv_form_field {
    const char *name;     /* "plants_counted": GeoPackage, GeoJSON, CSV, KML */
    const char *shp_name; /* at most ten characters */
    const char *zh, *en;  /* what people see */
    pv_form_kind kind;
    pv_form_list list; /* of PV_FIELD_LIST */
    int width;         /* of texts: most bytes; 0 = none */
    double low, high;  /* of numbers, ends included */
} pv_form_field;

/* The fields of the form, in its order; *n = how many. */
const pv_form_field *pv_form_fields(int *n);
/* Those of the points of an audit sample (抽样核查点): what the reference class is, how it was seen, who saw it. */
const pv_form_field *pv_form_audit_fields(int *n);
/* Of either form, by name or shp_name or either label, whatever the case; NULL = no field of the form. */
const pv_form_field *pv_form_field_read(const char *name);

#endif
