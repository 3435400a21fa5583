/* One row as a crew filled it in: fields of the form, and remarks where the app has no fields. */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/tr.h"
#include "season/form.h"
#include "season/plots_internal.h"
#include "season/returns_internal.h"

#include "base/banned.h"

/* ---- times ---- */

/* seconds since 1970 in the season's zone; timed 0: only the day. */
static int time_put(int64_t seconds, int timed, char date[PV_DATE], char at[40])
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (seconds < 946684800 || seconds >= 4102444800) return 0; /* 2000 to 2099 */
    pv_date_of(days, date);
    at[0] = '\0';
    if (timed) (void)snprintf(at, 40, "%sT%02d:%02d:%02d+08:00", date, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    return 1;
}

/* A number of at most `most` digits; -1 = none. Steps over it. */
static int digits(const char **s, int most)
{
    int v = 0, n = 0;
    while (n < most && **s >= '0' && **s <= '9') {
        v = v * 10 + (*(*s)++ - '0');
        n++;
    }
    return n > 0 ? v : -1;
}

static void step_over(const char **s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strncmp(*s, *words, strlen(*words)) == 0) {
            *s += strlen(*words);
            return;
        }
}

/* "+08:00", "+0800", "+08", "Z"; minutes east; 480 where nothing is said; -10000 = nonsense. */
static int zone_of(const char *s)
{
    s += strspn(s, " ");
    if (*s == '\0') return 480;
    if ((*s == 'Z' || *s == 'z') && s[1 + strspn(s + 1, " ")] == '\0') return 0;
    int sign = *s == '+' ? 1 : *s == '-' ? -1 : 0;
    if (sign == 0) return -10000;
    s++;
    int h = digits(&s, 2);
    if (*s == ':') s++;
    int m = *s != '\0' ? digits(&s, 2) : 0;
    return h >= 0 && h <= 14 && m >= 0 && m < 60 && s[strspn(s, " ")] == '\0' ? sign * (h * 60 + m) : -10000;
}

static int serial_time(const char *text, char date[PV_DATE], char at[40])
{
    double v;
    if (!pv_parse_real(text, 36526, 73050, &v)) return 0; /* 2000 to 2099, counted from 1899-12-30 */
    double day = floor(v);
    int64_t seconds = (int64_t)llround((v - day) * 86400);
    return time_put(((int64_t)day - 25569) * 86400 + seconds, seconds > 0, date, at);
}

int pv_return_time(const char *text, char date[PV_DATE], char at[40])
{
    static const char *const year[] = {"-", "/", ".", "年", NULL}, *const month[] = {"-", "/", ".", "月", NULL}, *const day[] = {"日", "号", NULL};
    static const char *const hour[] = {":", "：", "时", "点", NULL}, *const minute[] = {":", "：", "分", NULL}, *const second[] = {"秒", NULL};
    const char *s = text + strspn(text, " \t");
    char made[40];
    if (serial_time(s, date, at)) return 1;
    int y = digits(&s, 4), timed = 0, h = 0, min = 0, sec = 0, zone = 480;
    step_over(&s, year);
    int m = digits(&s, 2);
    step_over(&s, month);
    int d = digits(&s, 2);
    step_over(&s, day);
    if (y < 2000 || m < 1 || m > 12 || d < 1) return 0;
    (void)snprintf(made, sizeof made, "%04d-%02d-%02d", y, m, d);
    if (!pv_date_valid(made)) return 0;
    if (*s == 'T' || *s == 't') s++;
    s += strspn(s, " ");
    if (*s >= '0' && *s <= '9') {
        timed = 1;
        h = digits(&s, 2);
        step_over(&s, hour);
        min = digits(&s, 2);
        step_over(&s, minute);
        if (*s >= '0' && *s <= '9') sec = digits(&s, 2);
        step_over(&s, second);
        if (*s == '.') s += 1 + strspn(s + 1, "0123456789");
        zone = zone_of(s);
        if (h > 23 || min < 0 || min > 59 || sec < 0 || sec > 60 || zone == -10000) return 0;
    } else if (*s != '\0') {
        return 0;
    }
    int64_t seconds = pv_date_number(made) * 86400 + (timed ? h * 3600 + min * 60 + sec + (480 - zone) * 60 : 0);
    return time_put(seconds, timed, date, at);
}

/* ---- ids ---- */

int pv_return_id_like(const char *s, size_t n, char out[64])
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (strchr(" -_\t", s[i]) != NULL && s[i] != '\0') continue;
        if (!isalnum((unsigned char)s[i]) || k >= PV_PLOT_ID - 1) return 0;
        out[k++] = (char)toupper((unsigned char)s[i]);
    }
    out[k] = '\0';
    return k == PV_PLOT_ID - 1 && (out[0] == 'P' || out[0] == 'S');
}

/* "12 P0AB12C", "P0AB12C 柳湾": the word of a name that is like an id. */
static void id_of_name(const char *name, char out[64])
{
    while (*name != '\0') {
        size_t n = 0;
        while (isalnum((unsigned char)name[n])) n++;
        if (n == PV_PLOT_ID - 1 && pv_return_id_like(name, n, out)) return;
        name += n > 0 ? n : 1;
    }
    out[0] = '\0';
}

/* A text that is cut keeps whole characters. */
static void cut_whole(char *text)
{
    for (size_t n = strlen(text); n > 0 && !pv_utf8_valid(text, n); n--) text[n - 1] = '\0';
}

static void find_id(pv_return_row *row)
{
    static const char *const id[] = {"id", "编号", "图斑编号", "图斑号", "plot", "plot_id", "TBH"}, *const name[] = {"name", "名称", "title"};
    for (size_t k = 0; k < sizeof id / sizeof *id && row->id[0] == '\0'; k++) {
        const char *text = pv_vector_field(row->v, row->r, id[k]);
        if (text == NULL) continue;
        if (row->line.said[0] == '\0') (void)snprintf(row->line.said, sizeof row->line.said, "%s", text);
        if (!pv_return_id_like(text, strlen(text), row->id)) row->id[0] = '\0';
    }
    for (size_t k = 0; k < sizeof name / sizeof *name && row->id[0] == '\0'; k++) {
        const char *text = pv_vector_field(row->v, row->r, name[k]);
        if (text == NULL) continue;
        if (row->line.said[0] == '\0') (void)snprintf(row->line.said, sizeof row->line.said, "%s", text);
        id_of_name(text, row->id);
        row->id_in_name = row->id[0] != '\0';
    }
    cut_whole(row->line.said);
    if (row->id[0] != '\0') (void)snprintf(row->line.said, sizeof row->line.said, "%s", row->id);
}

/* ---- values ---- */

void pv_return_not_taken_as(pv_return_row *row, pv_return_outcome outcome, const pv_err *why)
{
    pv_return_line *l = &row->line;
    l->outcome = outcome;
    (void)snprintf(l->why, sizeof l->why, "%.*s", (int)sizeof l->why - 1, why->text);
    (void)snprintf(l->why_local, sizeof l->why_local, "%.*s", (int)sizeof l->why_local - 1, why->local);
    cut_whole(l->why);
    cut_whole(l->why_local);
}

void pv_return_not_taken(pv_return_row *row, pv_return_outcome outcome, const char *fmt, ...)
{
    pv_err why;
    va_list args;
    va_start(args, fmt);
    (void)pv_failv(&why, PV_INPUT, fmt, args);
    va_end(args);
    pv_return_not_taken_as(row, outcome, &why);
}

static void refuse(pv_return_row *row, const char *field, const char *value, const char *why)
{
    if (row->line.outcome == PV_RETURN_REFUSED) return;
    pv_return_not_taken(row, PV_RETURN_REFUSED, "%s '%.60s': %s", field, value, why);
}

/* With the words that the form has, in the reader's language. */
static void refuse_word(pv_return_row *row, const pv_form_field *field, const char *value)
{
    int n = 0;
    pv_err why[2]; /* in English, and as a Chinese reader sees it */
    const pv_form_word *word = pv_form_words(field->list, &n);
    if (row->line.outcome == PV_RETURN_REFUSED) return;
    for (int zh = 0; zh < 2; zh++) {
        pv_text all = {0};
        for (int k = 0; k < n; k++) pv_text_addf(&all, "%s%s", k == 0 ? "" : zh ? "、" : ", ", zh ? word[k].zh : word[k].en);
        (void)pv_fail(&why[zh], PV_INPUT, "%s '%.60s': is no word of the form, which has: %s", field->name, value, pv_text_str(&all));
        pv_text_release(&all);
    }
    if (pv_tr_zh()) memcpy(why[0].local, why[1].local, sizeof why[0].local);
    pv_return_not_taken_as(row, PV_RETURN_REFUSED, &why[0]);
}

/* Words that people write where the form has another one. */
static const char *verdict_alias(const char *text)
{
    static const char *const alias[][2] = {
        {"确认", "confirmed_poppy"},  {"罂粟", "confirmed_poppy"},  {"confirmed", "confirmed_poppy"}, {"虞美人", "corn_poppy"},
        {"菜地", "other_crop"},       {"其他花", "wild_plant"},     {"裸地", "bare_or_artifact"},     {"皆伐迹地", "bare_or_artifact"},
        {"建筑", "bare_or_artifact"}, {"误差", "bare_or_artifact"},
    };
    for (size_t i = 0; i < sizeof alias / sizeof *alias; i++)
        if (strcasecmp(alias[i][0], text) == 0) return alias[i][1];
    return NULL;
}

static const char *word_of(const pv_form_field *field, const char *text)
{
    const pv_form_word *w = pv_form_word_read(field->list, text);
    if (w != NULL) return w->code;
    return field->list == PV_LIST_VERDICT ? verdict_alias(text) : NULL;
}

/* "12", "12.0", "12株", "3.5 m²". */
static int number_of(const char *text, double low, double high, double *out)
{
    static const char *const unit[] = {"株", "m²", "m2", "㎡", "平方米", "m"};
    char word[64];
    size_t n = strlen(text);
    if (n >= sizeof word) return 0;
    memcpy(word, text, n + 1);
    for (size_t k = 0; k < sizeof unit / sizeof *unit; k++) {
        size_t len = strlen(unit[k]);
        if (n > len && strcmp(word + n - len, unit[k]) == 0) {
            word[n - len] = '\0';
            break;
        }
    }
    return pv_parse_real(word, low, high, out);
}

typedef struct place_of {
    const char *name;
    char *text;
    size_t size;
    int64_t *whole;
    double *real;
} place_of;

static void take_time(pv_return_row *row, const pv_form_field *field, const char *text)
{
    int gone = strcmp(field->name, "eradicated_at") == 0;
    char *date = gone ? row->gone_date : row->f->date, *at = gone ? row->gone_at : row->f->at;
    if (date[0] == '\0' && !pv_return_time(text, date, at))
        refuse(row, field->name, text, PV_N("is no day or time; write it as 2026-05-31 or 2026-05-31 09:30"));
}

/* The first that says a field counts. */
static void take_field(pv_return_row *row, const pv_form_field *field, const char *text)
{
    pv_finding *f = row->f;
    double v;
    const place_of places[] = {
        {"verdict", f->verdict, sizeof f->verdict, NULL, NULL},
        {"crew", f->crew, sizeof f->crew, NULL, NULL},
        {"person1", f->person1, sizeof f->person1, NULL, NULL},
        {"person2", f->person2, sizeof f->person2, NULL, NULL},
        {"plants_counted", NULL, 0, &f->plants_counted, NULL},
        {"sample_m2", NULL, 0, NULL, &f->sample_m2},
        {"sample_plants", NULL, 0, &f->sample_plants, NULL},
        {"area_measured_m2", NULL, 0, NULL, &f->area_measured_m2},
        {"area_method", f->area_method, sizeof f->area_method, NULL, NULL},
        {"stage_seen", f->stage, sizeof f->stage, NULL, NULL},
        {"disposal", f->disposal, sizeof f->disposal, NULL, NULL},
        {"method", f->method, sizeof f->method, NULL, NULL},
        {"plants_removed", NULL, 0, &f->plants_removed, NULL},
        {"gnss_accuracy_m", NULL, 0, NULL, &f->gnss_accuracy_m},
        {"reviewer", f->reviewer, sizeof f->reviewer, NULL, NULL},
        {"note", f->note, sizeof f->note, NULL, NULL},
        {"how_seen", row->how_seen, sizeof row->how_seen, NULL, NULL},
    };
    if (field->kind == PV_FIELD_TIME) {
        take_time(row, field, text);
        return;
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const place_of *p = &places[i];
        if (strcmp(p->name, field->name) != 0) continue;
        const char *code = field->kind == PV_FIELD_LIST ? word_of(field, text) : text;
        if (p->text != NULL && p->text[0] != '\0') return;
        /* As an empty one: another field or a remark may hold the answer. */
        if (p->text == f->verdict && code != NULL && strcmp(code, "unchecked") == 0) return;
        if (code == NULL) {
            refuse_word(row, field, text);
            row->says = row->says || p->text == f->verdict || p->text == f->disposal;
        } else if (p->text != NULL && strlen(code) >= p->size) {
            refuse(row, field->name, text, PV_N("is too long"));
        } else if (p->text != NULL) {
            (void)snprintf(p->text, p->size, "%s", code);
        } else if (!number_of(text, field->low, field->high, &v) || (p->whole != NULL && v != floor(v))) {
            refuse(row, field->name, text, p->whole != NULL ? PV_N("is no whole number that can be") : PV_N("is no number that can be"));
        } else if (p->whole != NULL && *p->whole < 0) {
            *p->whole = (int64_t)v;
        } else if (p->real != NULL && *p->real < 0) {
            *p->real = v;
        }
    }
}

/* Names between ';', '|' or line breaks; what does not fit is left out. */
static void add_photos(pv_return_row *row, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n;|"), from = strspn(text, " "), used = strlen(row->f->photos);
        if (n > from && used + (n - from) + 2 <= sizeof row->f->photos)
            (void)snprintf(row->f->photos + used, sizeof row->f->photos - used, "%s%.*s", used > 0 ? "\n" : "", (int)(n - from), text + from);
        text += n + (text[n] != '\0');
    }
}

/* ---- remarks ---- */

/* A word by itself in a remark: a verdict, what was done, or "12株". 1 = it is one of these. */
static int take_word(pv_return_row *row, const char *word)
{
    static const char *const field[] = {"verdict", "disposal", "stage_seen", "method"};
    double plants;
    size_t n = strlen(word);
    for (size_t k = 0; k < sizeof field / sizeof *field; k++) {
        const pv_form_field *f = pv_form_field_read(field[k]);
        const char *has[] = {row->f->verdict, row->f->disposal, row->f->stage, row->f->method};
        if (has[k][0] != '\0' || word_of(f, word) == NULL) continue;
        take_field(row, f, word);
        return 1;
    }
    if (n > 3 && strcmp(word + n - 3, "株") == 0 && number_of(word, 0, 1e8, &plants) && row->f->plants_counted < 0) {
        take_field(row, pv_form_field_read("plants_counted"), word);
        return 1;
    }
    return 0;
}

/* A line of a remark without a label. */
static void take_loose(pv_return_row *row, const char *line)
{
    static const char *const marks[] = {" ", "\t", ",", ";", "，", "；", "。", "、", NULL};
    char word[128];
    size_t n = 0;
    int known = 0;
    for (const char *s = line;;) {
        size_t skip = *s == '\0';
        for (const char *const *m = marks; *m != NULL && skip == 0; m++)
            if (strncmp(s, *m, strlen(*m)) == 0) skip = strlen(*m);
        if (skip == 0) {
            if (n + 1 < sizeof word) word[n++] = *s;
            s++;
            continue;
        }
        word[n] = '\0';
        if (n > 0) known += take_word(row, word);
        n = 0;
        if (*s == '\0') break;
        s += skip;
    }
    if (known > 0 && row->f->note[0] == '\0' && strlen(line) < sizeof row->f->note) (void)snprintf(row->f->note, sizeof row->f->note, "%s", line);
}

/* The form's field whose label the text begins with, as in "核查结果: 确认罂粟", "verdict=confirmed_poppy"; the label ends at the first of these marks. label (not NULL) gets it, *value
 * what follows; *value NULL = there is no label. */
static const pv_form_field *label_of(const char *text, char label[128], const char **value)
{
    static const char *const marks[] = {"：", ":", "=", "\t"};
    const char *end = NULL;
    size_t mark = 0;
    *value = NULL;
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
        const char *at = strstr(text, marks[k]);
        if (at == NULL || (end != NULL && at >= end)) continue;
        end = at;
        mark = strlen(marks[k]);
    }
    if (end == NULL || end - text >= 128) return NULL;
    (void)snprintf(label, 128, "%.*s", (int)(end - text), text);
    *value = end + mark + strspn(end + mark, " \t");
    return pv_form_field_read(label);
}

static void take_piece(pv_return_row *row, const char *piece, int loose)
{
    char label[128] = "";
    const char *value;
    const pv_form_field *field = label_of(piece, label, &value);
    if (value == NULL && loose) take_loose(row, piece);
    if (value == NULL) return;
    if (field != NULL && *value != '\0')
        take_field(row, field, value);
    else if (strcmp(label, "photos") == 0 || strcmp(label, "照片") == 0)
        add_photos(row, value);
}

/* A line is one piece, or several with labels: "verdict=confirmed_poppy; crew=甲组". A semicolon within a text stays there. */
static void take_remark_line(pv_return_row *row, char *line, int loose)
{
    static const char *const marks[] = {";", "；"};
    char label[128] = "";
    const char *value;
    char *piece = line;
    for (char *s = line; *s != '\0'; s++)
        for (size_t k = 0; k < 2; k++) {
            size_t n = strlen(marks[k]);
            if (strncmp(s, marks[k], n) != 0) continue;
            char *next = s + n + strspn(s + n, " \t");
            if (label_of(next, label, &value) == NULL && strncmp(label, "photos", 7) != 0) continue;
            *s = '\0';
            take_piece(row, piece, loose);
            piece = next;
            s = next - 1;
            break;
        }
    take_piece(row, piece, loose);
}

/* papaver's own remarks speak of the risk; in them and in what is left of them words like 已铲除 are its own, and only labelled fields are read. */
static void take_remark(pv_return_row *row, const char *text)
{
    char line[1200];
    int loose = strstr(text, "风险") == NULL && strstr(text, "risk") == NULL;
    while (*text != '\0') {
        size_t n = strcspn(text, "\n"), from = strspn(text, " \t");
        size_t len = n > from ? n - from : 0;
        if (len > 0 && len < sizeof line) {
            memcpy(line, text + from, len);
            line[len] = '\0';
            while (len > 0 && strchr(" \t", line[len - 1]) != NULL) line[--len] = '\0';
            take_remark_line(row, line, loose);
        }
        text += n + (text[n] == '\n');
    }
}

/* Its own fields, and the rows of a table of photos that name it as their parent. */
static void find_photos(pv_return_row *row)
{
    static const char *const name[] = {"photos", "照片", "evidence", "photo1", "photo2", "photo3", "photo4", "photo5", "照片1", "照片2", "照片3"};
    const char *uuid = pv_vector_field(row->v, row->r, "uuid");
    for (size_t k = 0; k < sizeof name / sizeof *name; k++) {
        const char *text = pv_vector_field(row->v, row->r, name[k]);
        if (text != NULL) add_photos(row, text);
    }
    const size_t *child = NULL;
    size_t n = uuid != NULL ? pv_vector_children(row->v, row->r->source, uuid, &child) : 0;
    for (size_t i = 0; i < n; i++) add_photos(row, pv_vector_field(row->v, pv_vector_at(row->v, child[i]), "path"));
}

/* ---- the row ---- */

/* Does it say anything? An answer that is missing beside figures is a mistake, not silence. */
static void judge_says(pv_return_row *row)
{
    pv_finding *f = row->f;
    int done = strcmp(f->disposal, "eradicated") == 0, answered = f->verdict[0] != '\0';
    if (strcmp(f->disposal, "none") == 0) f->disposal[0] = '\0';
    int figures = f->plants_counted >= 0 || f->plants_removed >= 0 || f->method[0] != '\0' || f->disposal[0] != '\0' || row->gone_date[0] != '\0';
    row->eradicated = done;
    row->says = row->says || answered || done || (figures && !answered);
    if (!row->says) {
        row->line.outcome = PV_RETURN_UNCHECKED;
        return;
    }
    if (row->line.outcome == PV_RETURN_REFUSED) return;
    if (!answered && !done) refuse(row, "verdict", "", PV_N("is missing, though other fields are filled in"));
}

void pv_return_read(pv_return_row *row, const pv_return_options *options)
{
    static const char *const remark[] = {"description", "desc", "cmt", "remark", "备注说明"}, *const when[] = {"time", "when", "核查日期",
                                                                                                               "visit_date"};
    pv_finding_clear(row->f);
    find_id(row);
    for (size_t k = 0; k < row->r->n; k++) {
        const pv_form_field *field = pv_form_field_read(pv_vector_field_name(row->v, row->r, k));
        if (field != NULL) take_field(row, field, pv_vector_field_text(row->v, row->r, k));
    }
    for (size_t k = 0; k < row->r->n; k++)
        for (size_t i = 0; i < sizeof remark / sizeof *remark; i++)
            if (strcasecmp(pv_vector_field_name(row->v, row->r, k), remark[i]) == 0) take_remark(row, pv_vector_field_text(row->v, row->r, k));
    judge_says(row);
    if (!row->says) return;
    for (size_t k = 0; k < sizeof when / sizeof *when && row->f->date[0] == '\0'; k++) {
        const char *text = pv_vector_field(row->v, row->r, when[k]);
        if (text != NULL) (void)pv_return_time(text, row->f->date, row->f->at);
    }
    if (row->f->date[0] == '\0' && row->eradicated && row->f->verdict[0] == '\0') memcpy(row->f->date, row->gone_date, PV_DATE);
    if (row->f->date[0] == '\0' && options->date != NULL) (void)snprintf(row->f->date, PV_DATE, "%s", options->date);
    if (row->f->date[0] == '\0') refuse(row, "visit_time", "", PV_N("is missing; give the day with --date"));
    if (row->f->crew[0] == '\0' && options->crew != NULL) (void)snprintf(row->f->crew, sizeof row->f->crew, "%s", options->crew);
    memcpy(row->line.date, row->f->date, PV_DATE);
    memcpy(row->at, row->f->at, sizeof row->at);
    find_photos(row);
}

/* ---- sameness ---- */

int pv_return_text_is_said(const char *text, const char *there)
{
    size_t n = strlen(text);
    return n == 0 || strcmp(text, there) == 0 || (n >= 80 && strlen(there) >= n && memcmp(text, there, n) == 0);
}

int pv_return_number_is_said(double v, double there)
{
    return v < 0 || (there >= 0 && fabs(v - there) < 0.0011 + 1e-9 * fabs(v));
}
