/* Icons of 32 x 32 pixels: each status has a shape of its own, so that they can be told apart without their colours. */
#include <stdint.h>
#include <stdlib.h>

#include "report/kit_files.h"

#include "base/banned.h"

enum { SIDE = 32, ROW = SIDE + 1, RAW = SIDE * ROW };
enum { CLEAR = 0, EDGE, INSIDE };

typedef enum shape { CIRCLE = 0, BARRED, RING, SQUARE, FRAME, DIAMOND, UP, DOWN, CROSS } shape;

static const struct {
    shape shape;
    uint8_t rgb[3];
} look[] = {
    [PV_PLOT_RULED_OUT] = {CROSS, {0x75, 0x75, 0x75}},  [PV_PLOT_SUSPECTED] = {CIRCLE, {0xF5, 0x7C, 0x00}},
    [PV_PLOT_UNREACHABLE] = {DOWN, {0x6A, 0x1B, 0x9A}}, [PV_PLOT_DISPATCHED] = {BARRED, {0x15, 0x65, 0xC0}},
    [PV_PLOT_CHECKING] = {RING, {0x15, 0x65, 0xC0}},    [PV_PLOT_CONFIRMED] = {UP, {0xC6, 0x28, 0x28}},
    [PV_PLOT_RECHECKED] = {FRAME, {0x2E, 0x7D, 0x32}},  [PV_PLOT_ERADICATED] = {SQUARE, {0x2E, 0x7D, 0x32}},
    [PV_PLOT_REGROWN] = {DIAMOND, {0xC6, 0x28, 0x28}},
};

/* How far a point, in half pixels from the middle, is out of the shape: <= 0 inside. Whole numbers only. */
static int beyond(shape s, int x, int y)
{
    int ax = abs(x), ay = abs(y), far = ax > ay ? ax : ay;
    switch (s) {
    case CIRCLE:
        return x * x + y * y - 23 * 23;
    case RING:
        return x * x + y * y < 11 * 11 ? 1 : x * x + y * y - 23 * 23;
    case BARRED:
        return ax < 14 && ay < 5 ? 1 : x * x + y * y - 23 * 23;
    case FRAME:
        return far < 10 ? 1 : far - 20;
    case SQUARE:
        return far - 20;
    case DIAMOND:
        return ax + ay - 28;
    case UP:
        return 2 * ax > y + 25 || y > 19;
    case DOWN:
        return 2 * ax > 25 - y || y < -19;
    default:
        return abs(ax - ay) > 8 || far > 21;
    }
}

static int pixel(shape s, int px, int py)
{
    int x = 2 * px - SIDE + 1, y = 2 * py - SIDE + 1, edge = CLEAR;
    if (beyond(s, x, y) <= 0) return INSIDE;
    for (int dy = -4; dy <= 4; dy += 2)
        for (int dx = -4; dx <= 4; dx += 2)
            if (beyond(s, x + dx, y + dy) <= 0) edge = EDGE;
    return edge;
}

static void add_u32(pv_text *out, uint32_t v)
{
    const char b[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
    pv_text_add_n(out, b, sizeof b);
}

static void add_chunk(pv_text *out, const char kind[5], const void *data, size_t n)
{
    add_u32(out, (uint32_t)n);
    size_t from = out->len;
    pv_text_add_n(out, kind, 4);
    if (n > 0) pv_text_add_n(out, data, n);
    if (out->failed) return;
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = from; i < out->len; i++) {
        crc ^= (uint8_t)out->data[i];
        for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    add_u32(out, ~crc);
}

/* One stored block of zlib's format. */
static size_t wrap(uint8_t *z, const uint8_t *raw)
{
    uint32_t a = 1, b = 0;
    size_t n = 0;
    const uint8_t head[] = {0x78, 0x01, 0x01, RAW & 0xFF, RAW >> 8, (uint8_t) ~(RAW & 0xFF), (uint8_t) ~(RAW >> 8)};
    for (size_t i = 0; i < sizeof head; i++) z[n++] = head[i];
    for (size_t i = 0; i < RAW; i++) {
        z[n++] = raw[i];
        a = (a + raw[i]) % 65521;
        b = (b + a) % 65521;
    }
    const uint8_t tail[] = {(uint8_t)(b >> 8), (uint8_t)b, (uint8_t)(a >> 8), (uint8_t)a};
    for (size_t i = 0; i < sizeof tail; i++) z[n++] = tail[i];
    return n;
}

void pv_kit_icon(pv_text *out, pv_plot_status status)
{
    static const uint8_t head[13] = {0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 3, 0, 0, 0};
    const uint8_t *c = look[status].rgb;
    const uint8_t colours[9] = {0, 0, 0, 255, 255, 255, c[0], c[1], c[2]}, alpha[3] = {0, 255, 255};
    uint8_t raw[RAW], z[RAW + 16];
    for (int y = 0; y < SIDE; y++) {
        raw[y * ROW] = 0;
        for (int x = 0; x < SIDE; x++) raw[y * ROW + 1 + x] = (uint8_t)pixel(look[status].shape, x, y);
    }
    pv_text_add_n(out, "\x89PNG\r\n\x1A\n", 8);
    add_chunk(out, "IHDR", head, sizeof head);
    add_chunk(out, "PLTE", colours, sizeof colours);
    add_chunk(out, "tRNS", alpha, sizeof alpha);
    add_chunk(out, "IDAT", z, wrap(z, raw));
    add_chunk(out, "IEND", NULL, 0);
}
