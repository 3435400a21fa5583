/* All events of a ledger, one pass a table. Nothing that follows depends on row numbers: plots are sorted by id, findings by day and key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "season/figures_internal.h"

#include "base/mem.h"

#include "base/banned.h"

int32_t pv_fig_day(const char *date)
{
    char day[PV_DATE];
    (void)snprintf(day, sizeof day, "%.10s", date);
    return pv_date_valid(day) ? (int32_t)pv_date_number(day) : PV_NO_DAY;
}

/* ---- words ---- */

static int by_text(const void *key, const void *at)
{
    return strcmp(key, *(const char *const *)at);
}

int32_t pv_fig_word(const pv_fig_words *w, const char *text)
{
    char **at = text[0] != '\0' && w->n > 0 ? bsearch(text, w->at, w->n, sizeof *w->at, by_text) : NULL;
    return at != NULL ? (int32_t)(at - w->at) : -1;
}

static const char folder_sql[] = "rtrim(file,replace(file,'/',''))"; /* up to the last '/' */

/* Which words there are already: places in the list of words + 1, by their hash; 0 = free. */
typedef struct word_set {
    size_t n; /* a power of two, or 0 */
    uint32_t *slot;
} word_set;

static uint32_t *slot_of(const word_set *s, const pv_fig_words *w, const char *text)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a */
    for (const char *at = text; *at != '\0'; at++) h = (h ^ (uint8_t)*at) * 1099511628211U;
    size_t i = (size_t)(h ^ h >> 32) & (s->n - 1);
    while (s->slot[i] != 0 && strcmp(w->at[s->slot[i] - 1], text) != 0) i = (i + 1) & (s->n - 1);
    return &s->slot[i];
}

static pv_status add_word(pv_fig_words *w, word_set *s, const char *text, pv_err *err)
{
    pv_status st = PV_OK;
    if (2 * (w->n + 1) > s->n) {
        size_t n = s->n > 0 ? 2 * s->n : 256;
        pv_free(s->slot);
        s->slot = NULL;
        s->n = 0;
        PV_TRY(pv_alloc(&s->slot, n, sizeof *s->slot, "words", err));
        s->n = n;
        for (size_t i = 0; i < w->n; i++) *slot_of(s, w, w->at[i]) = (uint32_t)i + 1;
    }
    uint32_t *slot = slot_of(s, w, text);
    if (*slot != 0) return PV_OK;
    PV_TRY(pv_grow(&w->at, &w->cap, w->n + 1, sizeof *w->at, "words", err));
    PV_TRY(pv_strdup(&w->at[w->n], text, err));
    *slot = (uint32_t)++w->n;
out:
    return st;
}

static int by_word(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of the n columns of a query. */
static pv_status add_words(pv_figures_source *f, word_set *s, const char *sql, int n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, f->s->db, sql, err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        for (int k = 0; k < n; k++) {
            const char *text = pv_row_text(q, k);
            if (text[0] != '\0') PV_TRY(add_word(&f->words, s, text, err));
        }
    }
out:
    pv_stmt_free(q);
    return st;
}

static pv_status read_words(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    word_set s = {.n = 0};
    char sql[128];
    PV_TRY(add_words(f, &s, "SELECT crew,person1,source,class,CASE WHEN status='ruled_out' THEN note END FROM findings", 5, err));
    (void)snprintf(sql, sizeof sql, "SELECT model,%s FROM photos", folder_sql);
    PV_TRY(add_words(f, &s, sql, 2, err));
    if (f->words.n > 1) qsort(f->words.at, f->words.n, sizeof *f->words.at, by_word);
out:
    pv_free(s.slot);
    return st;
}

/* Place in a list of the form; -1 = none. */
static int8_t listed(pv_form_list list, const char *code)
{
    int n = 0;
    const pv_form_word *w = pv_form_words(list, &n);
    for (int k = 0; k < n; k++)
        if (strcmp(w[k].code, code) == 0) return (int8_t)k;
    return -1;
}

/* ---- plots ---- */

static int by_fid(const void *a, const void *b)
{
    const pv_fig_number *p = a, *q = b;
    return p->fid < q->fid ? -1 : p->fid > q->fid;
}

size_t pv_fig_plot_of(const pv_figures_source *f, int64_t fid)
{
    pv_fig_number key = {.fid = fid};
    const pv_fig_number *at = f->n_today > 0 ? bsearch(&key, f->number, f->n_today, sizeof key, by_fid) : NULL;
    return at != NULL ? at->at : SIZE_MAX;
}

static pv_status read_plots(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, f->s->db,
                       "SELECT fid,id,coalesce(merged_into,fid),merged_on,CASE WHEN origin='crew' THEN found_on "
                       "END,lon,lat,last_seen,area_m2,hotspot,stage,capsules_from FROM "
                       "plots ORDER BY id",
                       err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->plot, &f->cap_plots, f->n_plots + 1, sizeof *f->plot, "plots", err));
        pv_fig_plot *p = &f->plot[f->n_plots++];
        *p = (pv_fig_plot){.fid = pv_row_int(q, 0), .root = (size_t)pv_row_int(q, 2), .known_from = INT32_MIN, .known_to = INT32_MAX};
        p->holder = p->fid;
        (void)snprintf(p->id, sizeof p->id, "%s", pv_row_text(q, 1));
        p->merged_on = pv_fig_day(pv_row_text(q, 3));
        p->found_on = pv_fig_day(pv_row_text(q, 4));
        p->lon_deg = pv_row_real(q, 5);
        p->lat_deg = pv_row_real(q, 6);
        p->last_seen = pv_fig_day(pv_row_text(q, 7));
        p->area_m2 = pv_row_is_null(q, 8) ? -1 : pv_row_real(q, 8);
        p->hotspot = pv_row_int(q, 9);
        p->stage = listed(PV_LIST_GROWTH, pv_row_text(q, 10));
        p->capsules_from = pv_fig_day(pv_row_text(q, 11));
    }
    f->n_today = f->n_plots;
    PV_TRY(pv_alloc(&f->number, f->n_plots, sizeof *f->number, "plots", err));
    for (size_t i = 0; i < f->n_plots; i++) f->number[i] = (pv_fig_number){f->plot[i].fid, i};
    if (f->n_plots > 0) qsort(f->number, f->n_plots, sizeof *f->number, by_fid);
    for (size_t i = 0; i < f->n_plots; i++) {
        f->plot[i].root = pv_fig_plot_of(f, (int64_t)f->plot[i].root);
        if (f->plot[i].root == SIZE_MAX) PV_TRY(pv_fail(err, PV_INPUT, "plot %s is a part of one that the ledger does not have", f->plot[i].id));
    }
out:
    pv_stmt_free(q);
    return st;
}

/* ---- findings ---- */

static double real_or_none(const pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_real(q, at);
}

static int64_t count_or_none(const pv_stmt *q, int at)
{
    return pv_row_is_null(q, at) ? -1 : pv_row_int(q, at);
}

static void read_finding(pv_figures_source *f, pv_stmt *q, pv_fig_finding *g)
{
    *g = (pv_fig_finding){.plot = pv_fig_plot_of(f, pv_row_int(q, 0)), .day = pv_fig_day(pv_row_text(q, 2))};
    g->status = pv_plot_status_of(pv_row_text(q, 1));
    (void)snprintf(g->key, sizeof g->key, "%s", pv_row_text(q, 3));
    g->has_instant = !pv_row_is_null(q, 4);
    g->instant = pv_row_real(q, 4);
    g->prob = real_or_none(q, 5);
    g->class_name = pv_fig_word(&f->words, pv_row_text(q, 6));
    g->verdict = listed(PV_LIST_VERDICT, pv_row_text(q, 7));
    g->note = g->status == PV_PLOT_RULED_OUT && g->verdict < 0 ? pv_fig_word(&f->words, pv_row_text(q, 8)) : -1;
    g->crew = pv_fig_word(&f->words, pv_row_text(q, 9));
    g->who = g->crew >= 0 ? g->crew : pv_fig_word(&f->words, pv_row_text(q, 10));
    g->source = pv_fig_word(&f->words, pv_row_text(q, 11));
    g->stage = listed(PV_LIST_GROWTH, pv_row_text(q, 12));
    g->method = listed(PV_LIST_METHOD, pv_row_text(q, 13));
    g->counted = count_or_none(q, 14);
    g->removed = count_or_none(q, 15);
    g->sample_plants = count_or_none(q, 16);
    g->sample_m2 = real_or_none(q, 17);
    g->area_m2 = real_or_none(q, 18);
}

static int by_root_and_day(const void *a, const void *b)
{
    const pv_fig_finding *p = a, *q = b;
    if (p->root != q->root) return p->root < q->root ? -1 : 1;
    if (p->day != q->day) return p->day < q->day ? -1 : 1;
    return strcmp(p->key, q->key);
}

/* What was said becomes the step that it is. */
static pv_status settle_findings(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    pv_steps steps = {.n = 0};
    PV_TRY(pv_stmt_new(&q, f->s->db, "SELECT " PV_SQL_STEP " FROM findings f JOIN plots p ON p.fid=f.plot", err));
    PV_TRY(pv_steps_read(&steps, q, err));
    for (size_t i = 0; i < f->n_findings; i++) {
        const pv_step *step = pv_step_find(steps.at, steps.n, f->finding[i].fid);
        if (step != NULL) f->finding[i].status = step->status;
    }
out:
    pv_stmt_free(q);
    pv_free(steps.at);
    return st;
}

static pv_status read_findings(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(
        &q, f->s->db,
        "SELECT f.plot,f.status,f.date,f.key," PV_SQL_INSTANT
        ",f.prob,f.class,f.verdict,f.note,f.crew,f.person1,f.source,f.stage,f.method,f.plants_counted,f.plants_removed,f.sample_plants,f.sample_m2,"
        "f.area_measured_m2,f.fid FROM findings f",
        err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->finding, &f->cap_findings, f->n_findings + 1, sizeof *f->finding, "findings", err));
        read_finding(f, q, &f->finding[f->n_findings]);
        pv_fig_finding *g = &f->finding[f->n_findings];
        if (g->plot == SIZE_MAX || g->day == PV_NO_DAY) continue;
        g->root = f->plot[g->plot].root;
        g->merged_on = f->plot[g->plot].merged_on;
        g->fid = pv_row_int(q, 19);
        f->n_findings++;
    }
    PV_TRY(settle_findings(f, err));
    if (f->n_findings > 0) qsort(f->finding, f->n_findings, sizeof *f->finding, by_root_and_day);
    for (size_t i = 0; i < f->n_findings; i++) {
        pv_fig_plot *p = &f->plot[f->finding[i].root];
        if (p->n_findings++ == 0) p->finding = i;
    }
out:
    pv_stmt_free(q);
    return st;
}

/* ---- sights ---- */

static int by_plot_and_day(const void *a, const void *b)
{
    const pv_fig_sight *p = a, *q = b;
    if (p->plot != q->plot) return p->plot < q->plot ? -1 : 1;
    if (p->day != q->day) return p->day < q->day ? -1 : 1;
    if (p->prob != q->prob) return p->prob > q->prob ? -1 : 1;
    if (p->spot_m2 != q->spot_m2) return p->spot_m2 > q->spot_m2 ? -1 : 1;
    return strcmp(p->spot_id, q->spot_id);
}

/* The first stands for a plot and day, by the rule of plots_last_day.c. */
void pv_fig_join_sights(pv_figures_source *f, size_t from)
{
    size_t n = from;
    if (f->n_sights > from) qsort(f->sight + from, f->n_sights - from, sizeof *f->sight, by_plot_and_day);
    for (size_t i = from; i < f->n_sights; i++) {
        pv_fig_sight *g = &f->sight[i];
        if (n > from && f->sight[n - 1].plot == g->plot && f->sight[n - 1].day == g->day) {
            f->sight[n - 1].n++;
            continue;
        }
        f->sight[n] = *g;
        pv_fig_plot *p = &f->plot[g->plot];
        if (p->n_sights++ == 0) p->sight = n;
        n++;
    }
    f->n_sights = n;
}

int pv_fig_read_sight(const pv_figures_source *f, pv_stmt *q, pv_fig_sight *out)
{
    *out = (pv_fig_sight){.plot = pv_fig_plot_of(f, pv_row_int(q, 0)), .day = pv_fig_day(pv_row_text(q, 1)), .n = 1, .hotspot = pv_row_int(q, 2)};
    out->prob = pv_row_real(q, 3);
    out->spot_m2 = pv_row_real(q, 4);
    out->own = 1;
    out->stage = listed(PV_LIST_GROWTH, pv_row_text(q, 6));
    out->capsules_from = PV_NO_DAY;
    (void)snprintf(out->spot_id, sizeof out->spot_id, "%s", pv_row_text(q, 5));
    return out->plot != SIZE_MAX && out->day != PV_NO_DAY;
}

static pv_status read_sights(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(
        &q, f->s->db,
        "SELECT h.plot,p.day,h.fid,coalesce(h.prob,h.prob_mean),h.area_m2,h.id,h.stage FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE "
        "h.plot IS NOT NULL AND"
        " p.day IS NOT NULL",
        err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->sight, &f->cap_sights, f->n_sights + 1, sizeof *f->sight, "sights", err));
        pv_fig_sight *g = &f->sight[f->n_sights];
        if (!pv_fig_read_sight(f, q, g)) continue;
        g->own = f->plot[g->plot].root == g->plot;
        g->plot = f->plot[g->plot].root;
        f->n_sights++;
    }
    pv_fig_join_sights(f, 0);
out:
    pv_stmt_free(q);
    return st;
}

/* ---- photos ---- */

static pv_status read_photos(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    char sql[256];
    int row = 0;
    (void)snprintf(sql, sizeof sql, "SELECT day,model,%s,fid FROM photos WHERE state='done' AND day IS NOT NULL ORDER BY file,fid", folder_sql);
    PV_TRY(pv_stmt_new(&q, f->s->db, sql, err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->photo, &f->cap_photos, f->n_photos + 1, sizeof *f->photo, "photos", err));
        pv_fig_photo *p = &f->photo[f->n_photos++];
        *p = (pv_fig_photo){.day = pv_fig_day(pv_row_text(q, 0))};
        p->model = pv_fig_word(&f->words, pv_row_text(q, 1));
        p->folder = pv_fig_word(&f->words, pv_row_text(q, 2));
        p->fid = pv_row_int(q, 3);
    }
out:
    pv_stmt_free(q);
    return st;
}

/* ---- the register ---- */

/* The number in front of any of these words, the first that is found in their order; -1 = none. */
static int64_t stated(const char *text, const char *const *word)
{
    for (; *word != NULL; word++)
        for (const char *at = strstr(text, *word); at != NULL; at = strstr(at + 1, *word)) {
            const char *s = at;
            int64_t v = 0, scale = 1;
            while (s > text && s[-1] == ' ') s--;
            const char *end = s;
            while (s > text && ((s[-1] >= '0' && s[-1] <= '9') || (s[-1] == ',' && s < end)) && end - s < 12) {
                s--;
                if (*s == ',') continue;
                v += (*s - '0') * scale;
                scale *= 10;
            }
            if (scale > 1) return v;
        }
    return -1;
}

void pv_fig_register(const char *text, const char *who, int64_t *people, int64_t *vehicles, int64_t *drones)
{
    static const char *const a[] = {"人次", "人", "people", "persons", "person", NULL}, *const b[] = {"台次", "辆次", "台", "辆", "vehicle", NULL},
                             *const c[] = {"架次", "架", "drone", NULL}, *const between[] = {"、", ",", "，", ";", "；", NULL};
    *people = stated(text, a);
    *vehicles = stated(text, b);
    *drones = stated(text, c);
    /* Names count where the text states no number: the end of each begins the next. */
    for (int64_t n = 0; *people<0; *people = n> 0 ? n : 1) {
        int some = 0;
        for (const char *s = who; *s != '\0';) {
            size_t skip = 0;
            for (const char *const *m = between; *m != NULL && skip == 0; m++)
                if (strncmp(s, *m, strlen(*m)) == 0) skip = strlen(*m);
            if (skip == 0 && *s != ' ' && !some) n += some = 1;
            if (skip > 0) some = 0;
            s += skip > 0 ? skip : 1;
        }
    }
    if (*vehicles < 0) *vehicles = 0;
    if (*drones < 0) *drones = 0;
}

static pv_status read_register(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_stmt *q = NULL;
    int row = 0;
    PV_TRY(pv_stmt_new(&q, f->s->db, "SELECT date,text,who,lon,lat FROM context WHERE kind='register' ORDER BY date,key", err));
    for (;;) {
        PV_TRY(pv_stmt_step(q, &row, err));
        if (!row) break;
        PV_TRY(pv_grow(&f->entry, &f->cap_entries, f->n_entries + 1, sizeof *f->entry, "register", err));
        pv_fig_entry *e = &f->entry[f->n_entries++];
        *e = (pv_fig_entry){.day = pv_fig_day(pv_row_text(q, 0))};
        char text[1024];
        (void)snprintf(text, sizeof text, "%s", pv_row_text(q, 1));
        pv_fig_register(text, pv_row_text(q, 2), &e->people, &e->vehicles, &e->drones);
        PV_TRY(pv_fig_place_point(f, pv_row_real(q, 3), pv_row_real(q, 4), &e->place, &e->n_place, err));
    }
out:
    pv_stmt_free(q);
    return st;
}

pv_status pv_fig_read(pv_figures_source *f, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(read_words(f, err));
    PV_TRY(read_plots(f, err));
    PV_TRY(read_findings(f, err));
    PV_TRY(read_sights(f, err));
    PV_TRY(pv_fig_joined(f, err));
    PV_TRY(read_photos(f, err));
    PV_TRY(read_register(f, err));
out:
    return st;
}
