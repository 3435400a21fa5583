/* The records of vector_in.h as they are made and asked for. */
#include <geodesic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/tr.h"
#include "geo/vector_internal.h"

#include "base/banned.h"

enum { MOST_REPORT = 2000, COLUMN_NAME = 1024 };

/* Bounds what a file of repetitions can make of few bytes. */
static pv_status room_for(const pv_vector *v, size_t n, pv_err *err)
{
    if (n + 1 <= v->limits.total_bytes && v->text.len <= v->limits.total_bytes - n - 1) return PV_OK;
    return pv_fail(err, PV_INPUT, "its texts have more than %zu bytes", v->limits.total_bytes);
}

static pv_status keep_text(pv_vector *v, const char *s, size_t n, size_t *at, pv_err *err)
{
    pv_status st = room_for(v, n, err);
    if (st != PV_OK) return st;
    *at = v->text.len;
    pv_text_add_n(&v->text, s, n);
    pv_text_add_n(&v->text, "", 1);
    return pv_text_status(&v->text, err);
}

pv_vector_mark pv_vector_marked(const pv_vector *v)
{
    return (pv_vector_mark){.records = v->n, .fields = v->n_fields, .sources = v->n_sources, .text = v->text.len};
}

void pv_vector_back(pv_vector *v, pv_vector_mark m)
{
    v->n = m.records;
    v->n_fields = m.fields;
    v->n_sources = m.sources;
    v->text.len = m.text;
}

pv_status pv_vector_refuse(pv_vector *v, const char *name, const pv_err *why, pv_err *err)
{
    pv_err said = *why;
    (void)pv_where(&said, PV_INPUT, "%s", name);
    v->n_refused++;
    return v->report.n < MOST_REPORT ? pv_lines_add(&v->report, said.text, said.local, err) : PV_OK;
}

pv_status pv_vector_leave_out(pv_vector *v, const char *name, const pv_err *why, pv_err *err)
{
    pv_err said;
    (void)pv_fail(&said, PV_INPUT, "%.900s: left out", why->text);
    if (why->local[0] != '\0') (void)snprintf(said.local, sizeof said.local, pv_tr("%.900s: left out"), why->local);
    return pv_vector_refuse(v, name, &said, err);
}

pv_status pv_vector_begin_source(pv_vector *v, const char *name, const char *format, pv_datum datum, pv_err *err)
{
    pv_status st = PV_OK;
    size_t at;
    PV_TRY(pv_grow(&v->source, &v->cap_sources, v->n_sources + 1, sizeof *v->source, "files", err));
    PV_TRY(keep_text(v, name, strlen(name), &at, err));
    v->source[v->n_sources].name = at;
    v->source[v->n_sources].format = format;
    v->source[v->n_sources++].datum = datum;
    PV_TRY(pv_vector_layer(v, "", err));
out:
    return st;
}

/* A value as records have it: no control characters, no blanks around it. */
static void tidy_from(pv_text *t, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < t->len; i++) {
        uint8_t c = (uint8_t)t->data[i];
        if (c == '\r') continue;
        t->data[to++] = (c < 0x20 && c != '\n') || c == 0x7F ? ' ' : (char)c;
    }
    while (to > from && (t->data[to - 1] == ' ' || t->data[to - 1] == '\n')) to--;
    size_t skip = 0;
    while (from + skip < to && (t->data[from + skip] == ' ' || t->data[from + skip] == '\n')) skip++;
    memmove(t->data + from, t->data + from + skip, to - from - skip);
    t->len = to - skip;
    t->data[t->len] = '\0';
}

/* The text of len bytes that was put at *at is taken back where the same one stands already: columns' names, shared strings. */
static void share(pv_vector *v, size_t *at, size_t len)
{
    const char *s = v->text.data;
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < len; i++) hash = (hash ^ (uint8_t)s[*at + i]) * UINT64_C(1099511628211);
    size_t *seen = &v->seen[(hash ^ hash >> 32) % PV_VECTOR_SEEN];
    /* What stands there may have been taken back since; the bytes decide. */
    if (*seen + len < *at && memcmp(s + *seen, s + *at, len + 1) == 0) {
        v->text.len = *at;
        *at = *seen;
    } else {
        *seen = *at;
    }
}

static pv_status keep_tidy(pv_vector *v, const char *s, size_t *at, size_t *len, pv_err *err)
{
    pv_status st = room_for(v, strlen(s), err);
    if (st != PV_OK) return st;
    *at = v->text.len;
    pv_text_add(&v->text, s);
    st = pv_text_status(&v->text, err);
    if (st != PV_OK) return st;
    if (v->text.data != NULL) tidy_from(&v->text, *at);
    *len = v->text.len - *at;
    pv_text_add_n(&v->text, "", 1);
    st = pv_text_status(&v->text, err);
    if (st == PV_OK) share(v, at, *len);
    return st;
}

pv_status pv_vector_layer(pv_vector *v, const char *name, pv_err *err)
{
    size_t len;
    if (strlen(name) > v->limits.text_bytes) return pv_fail(err, PV_INPUT, "a layer's name is too long");
    return keep_tidy(v, name, &v->layer, &len, err);
}

pv_status pv_vector_begin(pv_vector *v, int64_t line, pv_err *err)
{
    pv_status st = PV_OK;
    if ((int64_t)v->n >= v->limits.records) return pv_fail(err, PV_INPUT, "more than %lld records", (long long)v->limits.records);
    PV_TRY(pv_grow(&v->record, &v->cap, v->n + 1, sizeof *v->record, "records", err));
    PV_TRY(pv_grow(&v->layer_at, &v->cap_layers, v->n + 1, sizeof *v->layer_at, "records", err));
    if (v->open) v->n_fields = v->record[v->n].first;
    v->record[v->n] = (pv_vector_record){.source = v->n_sources - 1, .line = line, .area_m2 = -1, .first = v->n_fields};
    v->layer_at[v->n] = v->layer;
    v->open = 1;
    pv_area_release(&v->shape);
out:
    return st;
}

pv_status pv_vector_put(pv_vector *v, const char *name, const char *value, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector_record *r = &v->record[v->n];
    pv_vector_text f;
    size_t n_name, n_value, was = v->text.len;
    if (strlen(value) > v->limits.text_bytes || strlen(name) > v->limits.text_bytes)
        return pv_fail(err, PV_INPUT, "%lld: a text of %zu bytes", (long long)r->line, strlen(value));
    PV_TRY(keep_tidy(v, name, &f.name, &n_name, err));
    PV_TRY(keep_tidy(v, value, &f.value, &n_value, err));
    if (n_name == 0 || n_value == 0) {
        v->text.len = was;
        return PV_OK;
    }
    if ((int64_t)r->n >= v->limits.fields)
        return pv_fail(err, PV_INPUT, "%lld: more than %lld fields", (long long)r->line, (long long)v->limits.fields);
    PV_TRY(pv_grow(&v->field, &v->cap_fields, v->n_fields + 1, sizeof *v->field, "fields", err));
    v->field[v->n_fields++] = f;
    r->n++;
out:
    return st;
}

pv_status pv_vector_place(pv_vector *v, double lon_deg, double lat_deg, pv_err *err)
{
    pv_vector_record *r = &v->record[v->n];
    if (!(fabs(lon_deg) <= 180 && fabs(lat_deg) <= 90))
        return pv_fail(err, PV_INPUT, "longitude %.6f, latitude %.6f: no place on the Earth; longitude stands before latitude, in degrees", lon_deg,
                       lat_deg);
    if (r->has_place) return PV_OK;
    r->has_place = 1;
    r->lon_deg = lon_deg;
    r->lat_deg = lat_deg;
    return PV_OK;
}

void pv_vector_says(pv_vector *v, pv_datum datum)
{
    v->record[v->n].datum = datum;
}

pv_status pv_vector_ring(pv_vector *v, const pv_point *p, size_t n, pv_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs(p[i].x) <= 180 && fabs(p[i].y) <= 90))
            return pv_fail(err, PV_INPUT, "an outline with longitude %.6f, latitude %.6f: no place on the Earth", p[i].x, p[i].y);
    return pv_area_add_ring(&v->shape, p, n, err);
}

/* The middle of the widest part of a row through the outline: the row in the middle of its height, or another where that meets nothing. */
static pv_status inner_point(const pv_area *a, double *x, double *y, int *found, pv_err *err)
{
    static const double height[] = {0.5, 0.3819660113, 0.6180339887, 0.25, 0.75, 0.1, 0.9};
    pv_status st = PV_OK;
    pv_crossings c = {0};
    *found = 0;
    for (size_t k = 0; k < sizeof height / sizeof *height && !*found; k++) {
        double row = a->y0 + (a->y1 - a->y0) * height[k], best = 0;
        PV_TRY(pv_area_row(a, row, &c, err));
        for (size_t i = 0; i + 1 < c.n; i += 2)
            if (c.at[i + 1] - c.at[i] > best) {
                best = c.at[i + 1] - c.at[i];
                *x = (c.at[i] + c.at[i + 1]) / 2;
                *y = row;
                *found = 1;
            }
    }
out:
    pv_crossings_release(&c);
    return st;
}

/* Even-odd, of ring e alone. */
static int ring_holds(const pv_area *a, size_t e, pv_point at)
{
    int inside = 0;
    for (size_t j = e > 0 ? a->end[e - 1] : 0; j + 1 < a->end[e]; j++) {
        pv_point u = a->point[j], w = a->point[j + 1];
        if ((u.y <= at.y) != (w.y <= at.y)) inside ^= u.x + (at.y - u.y) * (w.x - u.x) / (w.y - u.y) < at.x;
    }
    return inside;
}

/* Rings inside an odd number of others are holes. */
static double ground_m2(const pv_area *a)
{
    struct geod_geodesic g;
    double sum = 0;
    geod_init(&g, 6378137.0, 1 / 298.257223563);
    for (size_t k = 0; k < a->n_rings; k++) {
        size_t from = k > 0 ? a->end[k - 1] : 0;
        struct geod_polygon p;
        double area = 0;
        int inside = 0;
        geod_polygon_init(&p, 0);
        for (size_t i = from; i + 1 < a->end[k]; i++) geod_polygon_addpoint(&g, &p, a->point[i].y, a->point[i].x);
        (void)geod_polygon_compute(&g, &p, 0, 1, &area, NULL);
        for (size_t e = 0; e < a->n_rings; e++) inside ^= e != k && ring_holds(a, e, a->point[from]);
        sum += inside ? -fabs(area) : fabs(area);
    }
    return sum;
}

enum { MOST_RINGS_FOR_AREA = 64 };

static pv_status end_shape(pv_vector *v, pv_vector_record *r, pv_err *err)
{
    pv_status st = PV_OK;
    int found = 0;
    double x = 0, y = 0;
    PV_TRY(pv_area_ready(&v->shape, err));
    PV_TRY(inner_point(&v->shape, &x, &y, &found, err));
    if (!found) {
        x = v->shape.point[0].x;
        y = v->shape.point[0].y;
    }
    r->has_place = 0;
    PV_TRY(pv_vector_place(v, x, y, err));
    if (found && v->shape.n_rings <= MOST_RINGS_FOR_AREA && v->shape.n_points < 100000) r->area_m2 = fmax(ground_m2(&v->shape), 0);
out:
    return st;
}

pv_status pv_vector_end(pv_vector *v, pv_err *err)
{
    pv_status st = PV_OK;
    pv_vector_record *r = &v->record[v->n];
    const char *said = pv_vector_field(v, r, "datum");
    if (said == NULL) said = pv_vector_field(v, r, "坐标系");
    if (said != NULL && r->datum == PV_DATUM_UNSAID) (void)pv_datum_read(said, &r->datum);
    if (v->shape.n_rings > 0) PV_TRY(end_shape(v, r, err));
    v->open = 0;
    if (r->n > 0 || r->has_place) v->n++;
out:
    return st;
}

/* ---- tables ---- */

void pv_vector_columns_release(pv_vector_columns *c)
{
    for (size_t i = 0; i < c->n; i++) pv_free(c->name[i]);
    pv_free(c->name);
    *c = (pv_vector_columns){.lon = -1, .lat = -1};
}

static int is_one_of(const char *name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(name, *words) == 0) return 1;
    return 0;
}

pv_status pv_vector_columns_add(pv_vector_columns *c, const char *name, pv_err *err)
{
    static const char *const lon[] = {"lon", "lng", "long", "longitude", "lon_deg", "x", "经度", "东经", NULL};
    static const char *const lat[] = {"lat", "latitude", "lat_deg", "y", "纬度", "北纬", NULL};
    pv_status st = PV_OK;
    char *mine = NULL;
    name += strspn(name, " \t\r\n");
    if (strlen(name) > COLUMN_NAME) PV_TRY(pv_fail(err, PV_INPUT, "a column's name has %zu bytes; at most %d can be", strlen(name), COLUMN_NAME));
    PV_TRY(pv_strdup(&mine, name, err));
    for (size_t n = strlen(mine); n > 0 && strchr(" \t\r\n", mine[n - 1]) != NULL; n--) mine[n - 1] = '\0';
    PV_TRY(pv_grow(&c->name, &c->cap, c->n + 1, sizeof *c->name, "columns", err));
    if (c->lon < 0 && is_one_of(mine, lon)) c->lon = (int)c->n;
    if (c->lat < 0 && is_one_of(mine, lat)) c->lat = (int)c->n;
    c->name[c->n++] = mine;
    mine = NULL;
out:
    pv_free(mine);
    return st;
}

pv_status pv_vector_row(pv_vector *v, const pv_vector_columns *c, int64_t line, size_t n, const char *const *cell, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_vector_begin(v, line, err));
    for (size_t i = 0; i < n && i < c->n; i++) PV_TRY(pv_vector_put(v, c->name[i], cell[i], err));
    if (c->lon >= 0 && c->lat >= 0 && (size_t)c->lon < n && (size_t)c->lat < n) {
        const char *lon = cell[c->lon], *lat = cell[c->lat];
        double x, y;
        int blank = lon[strspn(lon, " \t\r\n")] == '\0' && lat[strspn(lat, " \t\r\n")] == '\0';
        if (!blank && (!pv_parse_real(lon, -1e9, 1e9, &x) || !pv_parse_real(lat, -1e9, 1e9, &y)))
            PV_TRY(pv_fail(err, PV_INPUT, "its place ('%.40s', '%.40s') is no degrees", lon, lat));
        if (!blank) PV_TRY(pv_vector_place(v, x, y, err));
    }
    if (v->record[v->n].n > 0) PV_TRY(pv_vector_end(v, err));
out:
    return pv_where(err, st, "line %lld", (long long)line);
}

/* ---- asking ---- */

const char *pv_vector_sha256(const pv_vector *v)
{
    return v->sha256;
}

size_t pv_vector_count(const pv_vector *v)
{
    return v->n;
}

const pv_vector_record *pv_vector_at(const pv_vector *v, size_t i)
{
    return &v->record[i];
}

size_t pv_vector_sources(const pv_vector *v)
{
    return v->n_sources;
}

const pv_vector_source *pv_vector_source_at(const pv_vector *v, size_t i)
{
    return &v->shown[i];
}

const char *pv_vector_field_name(const pv_vector *v, const pv_vector_record *r, size_t k)
{
    return v->text.data + v->field[r->first + k].name;
}

const char *pv_vector_field_text(const pv_vector *v, const pv_vector_record *r, size_t k)
{
    return v->text.data + v->field[r->first + k].value;
}

const char *pv_vector_field(const pv_vector *v, const pv_vector_record *r, const char *name)
{
    for (size_t k = 0; k < r->n; k++)
        if (strcasecmp(pv_vector_field_name(v, r, k), name) == 0) return pv_vector_field_text(v, r, k);
    return NULL;
}

static int child_order(const pv_vector *v, size_t record, size_t source, const char *parent)
{
    const pv_vector_record *r = &v->record[record];
    if (r->source != source) return r->source < source ? -1 : 1;
    return strcmp(pv_vector_field(v, r, "parent"), parent);
}

static int by_parent(const void *a, const void *b, void *of)
{
    const pv_vector *v = of;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = child_order(v, x, v->record[y].source, pv_vector_field(v, &v->record[y], "parent"));
    return order != 0 ? order : (x > y) - (x < y);
}

pv_status pv_vector_sort_children(pv_vector *v, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < v->n; i++) {
        if (pv_vector_field(v, &v->record[i], "parent") == NULL || pv_vector_field(v, &v->record[i], "path") == NULL) continue;
        PV_TRY(pv_grow(&v->child, &v->cap_children, v->n_children + 1, sizeof *v->child, "photos", err));
        v->child[v->n_children++] = i;
    }
    if (v->n_children > 0) qsort_r(v->child, v->n_children, sizeof *v->child, by_parent, v);
out:
    return st;
}

size_t pv_vector_children(const pv_vector *v, size_t source, const char *parent, const size_t **at)
{
    size_t low = 0, high = v->n_children, n = 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (child_order(v, v->child[mid], source, parent) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    while (low + n < v->n_children && child_order(v, v->child[low + n], source, parent) == 0) n++;
    *at = n > 0 ? v->child + low : NULL;
    return n;
}

size_t pv_vector_pictures(const pv_vector *v)
{
    return v->n_pictures;
}

const char *pv_vector_picture_name(const pv_vector *v, size_t i)
{
    return v->zip.member[v->picture[i]].name;
}

pv_status pv_vector_picture_take(const pv_vector *v, size_t i, char **data, size_t *n, pv_err *err)
{
    pv_status st = pv_unzip_take(&v->zip, v->picture[i], data, err);
    if (st == PV_OK) *n = v->zip.member[v->picture[i]].size;
    return st;
}

size_t pv_vector_reports(const pv_vector *v)
{
    return v->report.n;
}

const char *pv_vector_report_at(const pv_vector *v, size_t i)
{
    return v->report.at[i].text;
}

const char *pv_vector_report_words(const pv_vector *v, size_t i)
{
    return pv_lines_words(&v->report, i);
}

size_t pv_vector_refused(const pv_vector *v)
{
    return v->n_refused;
}

void pv_vector_free(pv_vector *v)
{
    if (v == NULL) return;
    pv_area_release(&v->shape);
    pv_text_release(&v->text);
    pv_lines_release(&v->report);
    pv_free(v->picture);
    pv_free(v->child);
    pv_unzip_release(&v->zip);
    pv_free(v->zip_data);
    pv_free(v->source);
    pv_free(v->shown);
    pv_free(v->record);
    pv_free(v->layer_at);
    pv_free(v->field);
    pv_free(v);
}
