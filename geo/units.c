#include "geo/units.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/units_internal.h"

#include "base/banned.h"

/* One row as a part of one unit. */
typedef struct pv_unit_link {
    const char *key;
    uint32_t row, level;
} pv_unit_link;

pv_status pv_units_new(pv_units **out, pv_err *err)
{
    pv_units *u = NULL;
    pv_status st = pv_alloc(&u, 1, sizeof *u, "boundaries", err);
    if (st != PV_OK) return st;
    u->facts.west_deg = u->facts.south_deg = INFINITY;
    u->facts.east_deg = u->facts.north_deg = -INFINITY;
    *out = u;
    return PV_OK;
}

void pv_units_free(pv_units *u)
{
    if (u == NULL) return;
    for (size_t i = 0; i < u->n_rows; i++) pv_area_release(&u->row[i].area);
    for (size_t i = 0; i < u->n_report; i++) pv_free(u->report[i]);
    pv_words_release(&u->words);
    pv_free(u->row);
    pv_free(u->unit);
    pv_free(u->member);
    pv_free(u->member_start);
    pv_free(u->order);
    pv_free(u->box);
    pv_free(u->report);
    pv_free(u);
}

pv_status pv_units_say(pv_units *u, pv_err *err, const char *fmt, ...)
{
    char line[PV_ERR_TEXT];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    pv_status st = pv_grow(&u->report, &u->cap_report, u->n_report + 1, sizeof *u->report, "report on boundaries", err);
    if (st == PV_OK) st = pv_strdup(&u->report[u->n_report], line, err);
    if (st == PV_OK) u->n_report++;
    return st;
}

pv_status pv_units_add_record(pv_units *u, pv_unit_record *record, pv_area *area, pv_err *err)
{
    pv_status st = PV_OK;
    if (u->n_rows >= UINT32_MAX / (PV_UNIT_LEVELS + 1)) PV_TRY(pv_fail(err, PV_INPUT, "more boundaries than can be numbered"));
    PV_TRY(pv_grow(&u->row, &u->cap_rows, u->n_rows + 1, sizeof *u->row, "boundaries", err));
    pv_unit_record_settle(record, u->nameless++);
    pv_unit_row *row = &u->row[u->n_rows];
    row->level = record->level;
    for (int l = 0; l < PV_UNIT_LEVELS; l++) {
        /* What is finer than the record's own level names it no longer. */
        int mine = l <= (int)record->level;
        PV_TRY(pv_words_keep(&u->words, mine ? record->code[l] : "", &row->code[l], err));
        PV_TRY(pv_words_keep(&u->words, mine ? record->name[l] : "", &row->name[l], err));
        PV_TRY(pv_words_keep(&u->words, mine ? record->key[l] : "", &row->key[l], err));
        row->unit[l] = UINT32_MAX;
    }
    row->area = *area;
    *area = (pv_area){0};
    u->n_rows++;
    u->facts.used++;
    u->facts.west_deg = fmin(u->facts.west_deg, row->area.x0);
    u->facts.south_deg = fmin(u->facts.south_deg, row->area.y0);
    u->facts.east_deg = fmax(u->facts.east_deg, row->area.x1);
    u->facts.north_deg = fmax(u->facts.north_deg, row->area.y1);
out:
    return st;
}

/* ---- rows become units ---- */

static int pv_link_order(const void *a, const void *b)
{
    const pv_unit_link *p = a, *q = b;
    if (p->level != q->level) return p->level < q->level ? -1 : 1;
    int order = p->key == q->key ? 0 : strcmp(p->key, q->key);
    return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

/* Each row is a part of its own unit and of those above it whose level no row has. */
static size_t pv_links_make(const pv_units *u, const int direct[PV_UNIT_LEVELS], pv_unit_link *link)
{
    size_t n = 0;
    for (size_t i = 0; i < u->n_rows; i++) {
        const pv_unit_row *row = &u->row[i];
        for (int l = 0; l <= (int)row->level; l++) {
            if (row->key[l][0] == '\0' || (l < (int)row->level && direct[l])) continue;
            if (link != NULL) link[n] = (pv_unit_link){row->key[l], (uint32_t)i, (uint32_t)l};
            n++;
        }
    }
    return n;
}

/* Texts and bounds from all parts; the first that says something is heard. */
static void pv_unit_take(pv_unit *unit, const pv_unit_row *row)
{
    for (int l = 0; l <= (int)unit->level; l++) {
        if (unit->n_parts == 0 || (unit->code[l][0] == '\0' && row->code[l][0] != '\0')) unit->code[l] = row->code[l];
        if (unit->n_parts == 0 || (unit->name[l][0] == '\0' && row->name[l][0] != '\0')) unit->name[l] = row->name[l];
    }
    for (int l = (int)unit->level + 1; l < PV_UNIT_LEVELS; l++) unit->code[l] = unit->name[l] = "";
    int first = unit->n_parts == 0;
    unit->x0 = first ? row->area.x0 : fmin(unit->x0, row->area.x0);
    unit->y0 = first ? row->area.y0 : fmin(unit->y0, row->area.y0);
    unit->x1 = first ? row->area.x1 : fmax(unit->x1, row->area.x1);
    unit->y1 = first ? row->area.y1 : fmax(unit->y1, row->area.y1);
    unit->n_parts++;
}

static pv_status pv_units_group(pv_units *u, const pv_unit_link *link, size_t n, const int direct[PV_UNIT_LEVELS], pv_err *err)
{
    pv_status st = PV_OK;
    size_t n_units = 0;
    for (size_t i = 0; i < n; i++) n_units += i == 0 || link[i].level != link[i - 1].level || link[i].key != link[i - 1].key;
    PV_TRY(pv_alloc(&u->unit, n_units, sizeof *u->unit, "units", err));
    PV_TRY(pv_alloc(&u->member, n, sizeof *u->member, "units", err));
    PV_TRY(pv_alloc(&u->member_start, n_units + 1, sizeof *u->member_start, "units", err));
    for (size_t i = 0; i < n; i++) {
        const pv_unit_link *k = &link[i];
        if (i == 0 || k->level != link[i - 1].level || k->key != link[i - 1].key) {
            u->member_start[u->n_units] = i;
            u->unit[u->n_units++] = (pv_unit){.level = (pv_unit_level)k->level, .key = k->key, .derived = !direct[k->level]};
            u->facts.units[k->level]++;
            u->facts.derived[k->level] = !direct[k->level];
        }
        pv_unit_take(&u->unit[u->n_units - 1], &u->row[k->row]);
        u->row[k->row].unit[k->level] = (uint32_t)(u->n_units - 1);
        u->member[i] = k->row;
    }
    u->member_start[u->n_units] = n;
out:
    return st;
}

pv_status pv_units_ready(pv_units *u, pv_err *err)
{
    pv_status st = PV_OK;
    int direct[PV_UNIT_LEVELS] = {0};
    pv_unit_link *link = NULL;
    for (size_t i = 0; i < u->n_rows; i++) direct[u->row[i].level] = 1;
    size_t n = pv_links_make(u, direct, NULL);
    PV_TRY(pv_alloc(&link, n, sizeof *link, "units", err));
    (void)pv_links_make(u, direct, link);
    if (n > 0) qsort(link, n, sizeof *link, pv_link_order);
    PV_TRY(pv_units_group(u, link, n, direct, err));
    PV_TRY(pv_units_index(u, err));
out:
    pv_free(link);
    return st;
}

/* ---- questions ---- */

size_t pv_units_count(const pv_units *u)
{
    return u->n_units;
}

const pv_unit *pv_units_at(const pv_units *u, size_t i)
{
    return &u->unit[i];
}

const char *pv_unit_label(const pv_unit *unit)
{
    const char *name = unit->name[unit->level], *code = unit->code[unit->level];
    return name[0] != '\0' ? name : code[0] != '\0' ? code : unit->key;
}

pv_units_facts pv_units_facts_of(const pv_units *u)
{
    return u->facts;
}

size_t pv_unit_above(const pv_units *u, size_t unit, pv_unit_level level)
{
    uint32_t at = u->row[u->member[u->member_start[unit]]].unit[level];
    return at != UINT32_MAX ? at : SIZE_MAX;
}

const pv_area *pv_unit_part(const pv_units *u, size_t unit, size_t k)
{
    return &u->row[u->member[u->member_start[unit] + k]].area;
}

int pv_units_report_count(const pv_units *u)
{
    return (int)u->n_report;
}

const char *pv_units_report_at(const pv_units *u, int i)
{
    return u->report[i];
}
