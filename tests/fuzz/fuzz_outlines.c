/* Outlines of plots. Bytes that begin with "GP" are a geometry as it might stand in the ledger; others are two outlines that are well formed, however odd.
 *
 * Bytes are refused with words and leave nothing behind, or can be asked everything. Whatever the outlines are: nearness does not depend on the order of the two and grows
 * with the distance, a hull holds its points, the share of a union lies between that of copies and that of strangers. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "season/gpkg_geom.h"
#include "season/outlines.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    const uint8_t *at;
    size_t left;
    double lon, lat, step; /* of small whole numbers */
} input;

static uint8_t byte(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

/* Steps of a fine grid find touching edges, raw doubles find the odd ones. */
static double number(input *in, double origin, double most)
{
    uint8_t raw[8], kind = byte(in);
    double v;
    if (kind != 255) return origin + (kind % 64) * in->step;
    for (int i = 0; i < 8; i++) raw[i] = byte(in);
    memcpy(&v, raw, sizeof v);
    return fabs(v) <= most ? v : origin;
}

static void put(pv_text *out, uint64_t v, int bytes)
{
    char raw[8];
    for (int i = 0; i < bytes; i++) raw[i] = (char)(v >> (8 * i) & 255);
    pv_text_add_n(out, raw, (size_t)bytes);
}

static void put_wkb(pv_text *out, uint64_t type, uint64_t parts)
{
    put(out, 1, 1);
    put(out, type, 4);
    put(out, parts, 4);
}

static void put_ring(pv_text *out, input *in)
{
    size_t n = 3 + byte(in) % 8;
    double p[11][2];
    for (size_t i = 0; i < n; i++) {
        p[i][0] = number(in, in->lon, 180);
        p[i][1] = number(in, in->lat, 90);
    }
    memcpy(p[n], p[0], sizeof p[0]);
    put(out, n + 1, 4);
    for (size_t i = 0; i <= n; i++) {
        uint64_t bits[2];
        memcpy(bits, p[i], sizeof bits);
        put(out, bits[0], 8);
        put(out, bits[1], 8);
    }
}

/* A geometry of the ledger. */
static void put_outline(pv_text *out, input *in)
{
    uint8_t shape = byte(in);
    uint64_t polygons = 1 + shape % 2;
    pv_text_add_n(out, "GP\0\3", 4);
    put(out, 4326, 4);
    for (int i = 0; i < 4; i++) put(out, 0, 8);
    put_wkb(out, 6, polygons);
    for (uint64_t k = 0; k < polygons; k++) {
        uint64_t rings = 1 + (shape >> (2 + k) & 1);
        put_wkb(out, 3, rings);
        for (uint64_t r = 0; r < rings; r++) put_ring(out, in);
    }
}

static int is_near(const pv_plot_outline *a, const pv_plot_outline *b, double within_m)
{
    int one = -1, other = -1;
    if (pv_plot_outline_near(a, b, within_m, &one, NULL) != PV_OK || pv_plot_outline_near(b, a, within_m, &other, NULL) != PV_OK) abort();
    if (one != other) abort();
    return one;
}

static int is_within(const pv_plot_outline *o, const pv_plot_outline *area, double within_m)
{
    int within = -1;
    if (pv_plot_outline_within(o, area, within_m, &within, NULL) != PV_OK) abort();
    return within;
}

static double share_of(const pv_plot_outline *o, size_t n)
{
    double share = -1;
    if (pv_plot_outline_union_share_by(o, n, 24, &share, NULL) != PV_OK) abort();
    if (!(share > 0 && share <= 1)) abort();
    return share;
}

/* The outline as text and back has as many points. */
static void check_text(const pv_plot_outline *o, const pv_text *blob)
{
    pv_text geojson = {0}, again = {0};
    pv_json json = {0};
    pv_plot_outline back = {.n_rings = 0};
    double box[4];
    if (pv_geom_to_geojson(&geojson, blob->data, blob->len, NULL) != PV_OK) abort();
    if (pv_json_parse(&json, geojson.data, geojson.len, 16, NULL) != PV_OK) abort();
    if (pv_geom_polygons(&again, &json, 0, box, NULL) != PV_OK) abort();
    if (pv_plot_outline_read(&back, again.data, again.len, NULL) != PV_OK) abort();
    if (back.n_points != o->n_points || back.n_rings != o->n_rings) abort();
    pv_plot_outline_release(&back);
    pv_json_release(&json);
    pv_text_release(&again);
    pv_text_release(&geojson);
}

static void check_pair(const pv_plot_outline pair[2], double within_m)
{
    pv_plot_outline hull = {.n_rings = 0};
    const pv_plot_outline *a = &pair[0], *b = &pair[1];
    double grown[4];
    pv_plot_outline_grow_box(a->box, within_m, grown);
    if (!(grown[0] <= a->box[0] && grown[1] <= a->box[1] && grown[2] >= a->box[2] && grown[3] >= a->box[3])) abort();
    if (!is_near(a, a, within_m) || !is_within(a, a, 0.001)) abort();
    if (is_near(a, b, within_m) && !is_near(a, b, within_m * 2 + 0.001)) abort();
    if (pv_plot_outline_hull(&hull, pair, 2, NULL) != PV_OK) abort();
    if (!is_within(a, &hull, 0.01) || !is_within(b, &hull, 0.01) || !is_near(a, &hull, 0.01)) abort();
    pv_plot_outline_release(&hull);
}

static void check_shares(const pv_plot_outline pair[2])
{
    const pv_plot_outline same[2] = {pair[0], pair[0]};
    double two = share_of(pair, 2);
    if (share_of(pair, 1) != 1 || two < 0.5 - 1e-6) abort();
    double twin = share_of(same, 2);
    if (twin != 1 && fabs(twin - 0.5) > 1e-6) abort(); /* 1: it is flat */
    if ((pair[0].box[2] < pair[1].box[0] || pair[0].box[3] < pair[1].box[1]) && two < 1 - 1e-6) abort();
}

static void any_bytes(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    pv_plot_outline pair[2] = {{.n_rings = 0}, {.n_rings = 0}};
    if (pv_plot_outline_read(&pair[0], data, size, &err) != PV_OK) {
        if (err.text[0] == '\0' || pair[0].n_rings != 0 || pair[0].n_points != 0) abort();
    } else if (pair[0].n_points <= 200) {
        if (pv_plot_outline_read(&pair[1], data, size, NULL) != PV_OK) abort();
        check_pair(pair, 1.5);
        check_shares(pair);
    }
    pv_plot_outline_release(&pair[0]);
    pv_plot_outline_release(&pair[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double step[4] = {1e-7, 1e-6, 1e-4, 0.5}, lat[4] = {0, 35, -67.5, 58};
    pv_plot_outline pair[2] = {{.n_rings = 0}, {.n_rings = 0}};
    if (size > 1 && data[0] == 'G' && data[1] == 'P') {
        any_bytes(data, size);
        return 0;
    }
    input in = {.at = data, .left = size};
    uint8_t how = byte(&in), where = byte(&in);
    in.step = step[how & 3];
    in.lat = lat[how >> 2 & 3];
    in.lon = where % 8 * 20;
    for (int i = 0; i < 2; i++) {
        pv_text blob = {0};
        put_outline(&blob, &in);
        if (pv_text_status(&blob, NULL) != PV_OK || pv_plot_outline_read(&pair[i], blob.data, blob.len, NULL) != PV_OK) abort();
        if (how >> 6 == 1) check_text(&pair[i], &blob);
        pv_text_release(&blob);
    }
    check_pair(pair, (where >> 3) * 0.75);
    if (how & 32) check_shares(pair);
    pv_plot_outline_release(&pair[0]);
    pv_plot_outline_release(&pair[1]);
    return 0;
}
