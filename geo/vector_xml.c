/* KML and GPX. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "geo/vector_internal.h"
#include "geo/xml_in.h"

#include "base/banned.h"

enum { FIELD_NAME = 256 };

typedef struct kml {
    pv_vector *v;
    pv_xml x;
    int in_placemark;
    char data_name[FIELD_NAME]; /* of the <Data> or <SimpleData> at hand */
    pv_text plain;              /* scratch */
    pv_point *ring;
    size_t cap_ring;
} kml;

/* ---- balloons: HTML to lines ---- */

static int tag_is(const char *s, size_t n, const char *name)
{
    size_t k = strlen(name);
    return n >= k && strncasecmp(s, name, k) == 0 && (n == k || strchr(" \t\r\n/", s[k]) != NULL);
}

/* Lines end at breaks, paragraphs and table rows; the cells of a row are parted by ": ". */
static void add_plain(pv_text *out, const char *html)
{
    static const char *const breaks[] = {"br", "/p", "/tr", "/div", "/li", "/h1", "/h2", "/h3", "/h4"};
    static const struct {
        const char *name, *is;
    } known[] = {{"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    pv_text_reset(out);
    while (*html != '\0') {
        size_t n = strcspn(html, "<&");
        pv_text_add_n(out, html, n);
        html += n;
        const char *end = *html == '<' ? strchr(html, '>') : NULL;
        if (end != NULL) {
            size_t len = (size_t)(end - html) - 1;
            for (size_t k = 0; k < sizeof breaks / sizeof *breaks; k++)
                if (tag_is(html + 1, len, breaks[k])) pv_text_add(out, "\n");
            int cell = tag_is(html + 1, len, "td") || tag_is(html + 1, len, "th");
            if (cell && out->len > 0 && out->data[out->len - 1] != '\n') pv_text_add(out, ": ");
            html = end + 1;
        } else if (*html != '\0') {
            size_t used = 0;
            for (size_t k = 0; *html == '&' && k < sizeof known / sizeof *known && used == 0; k++)
                if (strncmp(html, known[k].name, strlen(known[k].name)) == 0) {
                    pv_text_add(out, known[k].is);
                    used = strlen(known[k].name);
                }
            if (used == 0) pv_text_add_n(out, html, 1);
            html += used > 0 ? used : 1;
        }
    }
}

/* ---- coordinates: "lon,lat[,height]" between blanks ---- */

static pv_status take_coordinates(kml *k, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    const char *s = pv_text_str(&k->x.text);
    *n = 0;
    for (;;) {
        char part[2][40];
        s += strspn(s, " \t\r\n");
        if (*s == '\0') return PV_OK;
        size_t tuple = strcspn(s, " \t\r\n"), a = strcspn(s, ","), b = a < tuple ? strcspn(s + a + 1, ", \t\r\n") : 0;
        pv_point p;
        if (a >= tuple || a >= sizeof part[0] || b == 0 || b >= sizeof part[1]) return pv_xml_refuse(&k->x, err, "coordinates that are none");
        (void)snprintf(part[0], sizeof part[0], "%.*s", (int)a, s);
        (void)snprintf(part[1], sizeof part[1], "%.*s", (int)b, s + a + 1);
        if (!pv_parse_real(part[0], -1e9, 1e9, &p.x) || !pv_parse_real(part[1], -1e9, 1e9, &p.y))
            return pv_xml_refuse(&k->x, err, "coordinates that are none");
        PV_TRY(pv_grow(&k->ring, &k->cap_ring, *n + 1, sizeof *k->ring, "outline", err));
        k->ring[(*n)++] = p;
        s += tuple;
    }
out:
    return st;
}

static pv_status take_shape(kml *k, pv_err *err)
{
    pv_status st = PV_OK;
    const char *around = pv_xml_parent(&k->x);
    size_t n = 0;
    if (strcmp(around, "Point") == 0) {
        PV_TRY(take_coordinates(k, &n, err));
        if (n > 0) PV_TRY(pv_vector_place(k->v, k->ring[0].x, k->ring[0].y, err));
    } else if (strcmp(around, "LinearRing") == 0) {
        PV_TRY(take_coordinates(k, &n, err));
        PV_TRY(pv_vector_ring(k->v, k->ring, n, err));
    }
out:
    return st;
}

/* ---- KML ---- */

static pv_status kml_open(kml *k, pv_err *err)
{
    pv_status st = PV_OK;
    const char *name = pv_xml_name(&k->x);
    if (strcmp(name, "Placemark") == 0) {
        if (k->in_placemark) return pv_xml_refuse(&k->x, err, "a Placemark in a Placemark");
        k->in_placemark = 1;
        PV_TRY(pv_vector_begin(k->v, k->x.line, err));
    } else if (strcmp(name, "Data") == 0 || strcmp(name, "SimpleData") == 0) {
        const char *said = pv_xml_attribute(&k->x, "name");
        if (strlen(said) >= sizeof k->data_name) return pv_xml_refuse(&k->x, err, "a field's name is too long");
        (void)snprintf(k->data_name, sizeof k->data_name, "%s", said);
    }
out:
    return st;
}

static pv_status kml_close(kml *k, pv_err *err)
{
    pv_status st = PV_OK;
    const char *name = pv_xml_name(&k->x), *around = pv_xml_parent(&k->x), *text = pv_text_str(&k->x.text);
    int own = strcmp(around, "Placemark") == 0;
    if (!k->in_placemark) {
        if (strcmp(name, "name") == 0 && strcmp(around, "Folder") == 0) PV_TRY(pv_vector_layer(k->v, text, err));
        return PV_OK;
    }
    if (strcmp(name, "Placemark") == 0) {
        k->in_placemark = 0;
        PV_TRY(pv_vector_end(k->v, err));
    } else if (own && strcmp(name, "name") == 0) {
        PV_TRY(pv_vector_put(k->v, "name", text, err));
    } else if (own && strcmp(name, "description") == 0) {
        add_plain(&k->plain, text);
        PV_TRY(pv_text_status(&k->plain, err));
        PV_TRY(pv_vector_put(k->v, "description", pv_text_str(&k->plain), err));
    } else if (strcmp(name, "SimpleData") == 0 || (strcmp(name, "value") == 0 && strcmp(around, "Data") == 0)) {
        PV_TRY(pv_vector_put(k->v, k->data_name, text, err));
    } else if (strcmp(name, "when") == 0 && strcmp(around, "TimeStamp") == 0) {
        PV_TRY(pv_vector_put(k->v, "time", text, err));
    } else if (strcmp(name, "coordinates") == 0) {
        PV_TRY(take_shape(k, err));
    }
out:
    return st;
}

/* Says where in the file an error of the store lies, if it does not say so itself. */
static pv_status with_line(const pv_xml *x, pv_status st, pv_err *err)
{
    if (st == PV_OK || err == NULL || strncmp(err->text, "line ", 5) == 0) return st;
    return pv_where(err, st, "line %lld", (long long)x->line);
}

pv_status pv_vector_kml(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    kml k = {.v = v};
    pv_xml_event event = PV_XML_END_OF_FILE;
    pv_xml_init(&k.x, text, n);
    PV_TRY(pv_vector_begin_source(v, name, "KML", PV_DATUM_UNSAID, err));
    PV_TRY(pv_xml_next(&k.x, &event, err));
    if (strcmp(pv_xml_name(&k.x), "kml") != 0)
        PV_TRY(pv_fail(err, PV_INPUT, "it is XML, but neither KML nor GPX: its root is <%s>", pv_xml_name(&k.x)));
    while (event != PV_XML_END_OF_FILE) {
        if (event == PV_XML_OPEN) PV_TRY(kml_open(&k, err));
        if (event == PV_XML_CLOSE) PV_TRY(kml_close(&k, err));
        PV_TRY(pv_xml_next(&k.x, &event, err));
    }
out:
    st = with_line(&k.x, st, err);
    pv_xml_release(&k.x);
    pv_text_release(&k.plain);
    pv_free(k.ring);
    return st;
}

/* ---- GPX ---- */

static pv_status gpx_open(pv_vector *v, pv_xml *x, int *in_point, pv_err *err)
{
    pv_status st = PV_OK;
    char lon[40];
    double at[2];
    if (strcmp(pv_xml_name(x), "wpt") != 0) return PV_OK;
    if (*in_point) return pv_xml_refuse(x, err, "a wpt in a wpt");
    *in_point = 1;
    PV_TRY(pv_vector_begin(v, x->line, err));
    (void)snprintf(lon, sizeof lon, "%s", pv_xml_attribute(x, "lon"));
    if (!pv_parse_real(lon, -1e9, 1e9, &at[0]) || !pv_parse_real(pv_xml_attribute(x, "lat"), -1e9, 1e9, &at[1]))
        return pv_xml_refuse(x, err, "a wpt without longitude and latitude");
    PV_TRY(pv_vector_place(v, at[0], at[1], err));
out:
    return st;
}

/* Elements of a waypoint, and whatever programs put into its extensions. */
static pv_status gpx_close(pv_vector *v, pv_xml *x, int *in_point, int was_leaf, pv_err *err)
{
    pv_status st = PV_OK;
    const char *name = pv_xml_name(x);
    if (!*in_point) return PV_OK;
    if (strcmp(name, "wpt") == 0) {
        *in_point = 0;
        return pv_vector_end(v, err);
    }
    if (!was_leaf || strcmp(name, "ele") == 0) return PV_OK;
    int desc = strcmp(pv_xml_parent(x), "wpt") == 0 && (strcmp(name, "desc") == 0 || strcmp(name, "cmt") == 0);
    PV_TRY(pv_vector_put(v, desc ? "description" : name, pv_text_str(&x->text), err));
out:
    return st;
}

pv_status pv_vector_gpx(pv_vector *v, const char *name, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_xml x;
    pv_xml_event event = PV_XML_END_OF_FILE, before = PV_XML_END_OF_FILE;
    int in_point = 0;
    pv_xml_init(&x, text, n);
    PV_TRY(pv_vector_begin_source(v, name, "GPX", PV_DATUM_UNSAID, err));
    PV_TRY(pv_xml_next(&x, &event, err));
    while (event != PV_XML_END_OF_FILE) {
        if (event == PV_XML_OPEN) PV_TRY(gpx_open(v, &x, &in_point, err));
        if (event == PV_XML_CLOSE) PV_TRY(gpx_close(v, &x, &in_point, before == PV_XML_OPEN, err));
        before = event;
        PV_TRY(pv_xml_next(&x, &event, err));
    }
out:
    st = with_line(&x, st, err);
    pv_xml_release(&x);
    return st;
}
