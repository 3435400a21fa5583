/* The channel table: one row a channel.
 *
 * Quotients of integers below 2^52 go through one IEEE double division and are cut to the integer below. That is the exact integer quotient:
 * a/b is either an integer (then the division is exact) or at least 1/b away from the next one, and 1/b is more than the rounding of a
 * quotient whose numerator is below 2^52. Compilers turn these loops into vector code, which they cannot do with integer division. */
#include <string.h>

#include "pipeline/features_internal.h"

#include "base/banned.h"

/* floor(num / den); 0 <= num < 2^52, 0 < den, quotient < 2^31. */
static inline uint16_t quotient(double num, double den)
{
    return (uint16_t)(int32_t)(num / den);
}

static inline int max3(int a, int b, int c)
{
    int m = a > b ? a : b;
    return m > c ? m : c;
}

static inline int min3(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

void pv_channel_copy(const uint16_t *const *band, size_t n, uint16_t *out)
{
    memcpy(out, band[0], n * sizeof *out);
}

/* (a - b) / (a + b) as floor((32768 (a + b) + 32767 (a - b)) / (a + b)) */
static void nd(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) {
        int s = a[i] + b[i], d = a[i] - b[i];
        double num = 32768.0 * s + 32767.0 * d;
        out[i] = quotient(s == 0 ? 32768.0 : num, s == 0 ? 1.0 : s);
    }
}

static void share3(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int s = a[i] + b[i] + c[i];
        out[i] = quotient(s == 0 ? 21845.0 : 65535.0 * a[i], s == 0 ? 1.0 : s);
    }
}

static void share4(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2], *restrict d = band[3];
    for (size_t i = 0; i < n; i++) {
        int s = a[i] + b[i] + c[i] + d[i];
        out[i] = quotient(s == 0 ? 16383.0 : 65535.0 * a[i], s == 0 ? 1.0 : s);
    }
}

/* 8192 a / b, at most 65535; 0/0 is 1. */
static void ratio(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) {
        int den = b[i] == 0 ? 1 : b[i];
        int num = b[i] == 0 && a[i] == 0 ? 1 : a[i];
        double q = 8192.0 * num / den;
        out[i] = (uint16_t)(int32_t)(q > 65535.0 ? 65535.0 : q);
    }
}

static void mean3(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((a[i] + b[i] + c[i]) / 3);
}

static void mean4(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2], *restrict d = band[3];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((a[i] + b[i] + c[i] + d[i]) / 4);
}

static void difference(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + a[i] - b[i]) / 2);
}

/* 2a - b - c, quartered */
static void excess(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((131072 + 2 * a[i] - b[i] - c[i]) / 4);
}

/* (a - b) / (a + b - c) held within -1..1; middle where the denominator is not positive */
static void vari(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int s = a[i] + b[i] - c[i], d = a[i] - b[i];
        int den = s > 0 ? s : 1, top = d > den ? den : d, held = top < -den ? -den : top;
        double num = 32768.0 * den + 32767.0 * (s > 0 ? held : 0);
        out[i] = quotient(num, den);
    }
}

/* Of red, green, blue: 0 red, 21845 green, 43690 blue; greys are 0. */
static inline int hue_of(int r, int g, int b)
{
    int top = max3(r, g, b), d = top - min3(r, g, b);
    int in_r = -(top == r), in_g = -(top == g) & ~in_r; /* masks: no jump that data decides */
    int turn = (in_r & (g - b)) | (in_g & (2 * d + b - r)) | (~(in_r | in_g) & (4 * d + r - g));
    turn += 6 * d & -(turn < 0);
    return (int)(65536.0 * turn / (d == 0 ? 1.0 : 6.0 * d));
}

static void hue(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)hue_of(r[i], g[i], b[i]);
}

static void hue_red(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict red = band[0], *restrict green = band[1], *restrict blue = band[2];
    for (size_t i = 0; i < n; i++) {
        int r = red[i], g = green[i], b = blue[i], h = hue_of(r, g, b);
        int away = h > 32768 ? 2 * (65536 - h) : 2 * h;
        int held = away > 65535 ? 65535 : away;
        out[i] = (uint16_t)((r ^ g) | (g ^ b) ? held : PV_MIDDLE);
    }
}

static void saturation(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        int top = max3(r[i], g[i], b[i]), low = min3(r[i], g[i], b[i]);
        out[i] = quotient(top == 0 ? 32768.0 : 65535.0 * (top - low), top == 0 ? 1.0 : top);
    }
}

static void largest(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)max3(r[i], g[i], b[i]);
}

static void smallest(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)min3(r[i], g[i], b[i]);
}

static void chroma(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)(max3(r[i], g[i], b[i]) - min3(r[i], g[i], b[i]));
}

/* a over the larger of the others: red petals */
static void over_others(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + a[i] - (b[i] > c[i] ? b[i] : c[i])) / 2);
}

/* the smaller of a and b over c: pink and purple petals have red and blue over green */
static void both_over(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) out[i] = (uint16_t)((65536 + (a[i] < b[i] ? a[i] : b[i]) - c[i]) / 2);
}

/* b / (b + g) x min / max: high for grey-green leaves with a waxy bloom */
static void wax(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict r = band[0], *restrict g = band[1], *restrict b = band[2];
    for (size_t i = 0; i < n; i++) {
        int top = max3(r[i], g[i], b[i]), low = min3(r[i], g[i], b[i]), s = b[i] + g[i];
        double den = (double)s * top, num = 65535.0 * b[i] * low;
        out[i] = quotient(den == 0.0 ? 32768.0 : num, den == 0.0 ? 1.0 : den);
    }
}

/* (b - a) / (c - a) held within 0..1: where on the way from red to nir the red edge stands; middle where nir is not above red */
static void position(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int span = c[i] - a[i], d = b[i] - a[i], low = d < 0 ? 0 : d, held = low > span ? span : low;
        int den = span > 0 ? span : 1;
        double num = 65535.0 * held;
        out[i] = quotient(span > 0 ? num : 32768.0, den);
    }
}

/* (2a - b - c) / (2a + b + c) */
static void well(const uint16_t *const *band, size_t n, uint16_t *restrict out)
{
    const uint16_t *restrict a = band[0], *restrict b = band[1], *restrict c = band[2];
    for (size_t i = 0; i < n; i++) {
        int s = 2 * a[i] + b[i] + c[i], d = 2 * a[i] - b[i] - c[i];
        double num = 32768.0 * s + 32767.0 * d;
        out[i] = quotient(s == 0 ? 32768.0 : num, s == 0 ? 1.0 : s);
    }
}

#define ND "32768 + 32767 x "
#define RGB                                                                                                                                          \
    3,                                                                                                                                               \
    {                                                                                                                                                \
        "red", "green", "blue", NULL                                                                                                                 \
    }
#define PAIR(a, b)                                                                                                                                   \
    2,                                                                                                                                               \
    {                                                                                                                                                \
        a, b, NULL, NULL                                                                                                                             \
    }
#define TRIO(a, b, c)                                                                                                                                \
    3,                                                                                                                                               \
    {                                                                                                                                                \
        a, b, c, NULL                                                                                                                                \
    }

static const pv_channel table[] = {
    {"red_share", "65535 red/(red+green+blue)", TRIO("red", "green", "blue"), share3, 0},
    {"green_share", "65535 green/(red+green+blue)", TRIO("green", "red", "blue"), share3, 0},
    {"blue_share", "65535 blue/(red+green+blue)", TRIO("blue", "red", "green"), share3, 0},
    {"brightness", "(red+green+blue)/3", RGB, mean3, 0},
    {"exg", "32768 + (2 green-red-blue)/4: green over soil", TRIO("green", "red", "blue"), excess, 0},
    {"vari", ND "(green-red)/(green+red-blue), held in -1..1", TRIO("green", "red", "blue"), vari, 0},
    {"hue", "turn of the colour circle: 0 red, 21845 green, 43690 blue; circular, no windows", RGB, hue, 1},
    {"hue_red", "distance of the hue from red: 0 red, 65535 cyan, grey 32768", RGB, hue_red, 0},
    {"saturation", "65535 (max-min)/max", RGB, saturation, 0},
    {"value", "max(red, green, blue)", RGB, largest, 0},
    {"whiteness", "min(red, green, blue): white petals", RGB, smallest, 0},
    {"chroma", "max-min of red, green, blue", RGB, chroma, 0},
    {"red_excess", "32768 + (red-max(green, blue))/2: red petals", RGB, over_others, 0},
    {"pink_excess", "32768 + (min(red, blue)-green)/2: pink and purple petals", TRIO("red", "blue", "green"), both_over, 0},
    {"green_red", ND "(green-red)/(green+red)", PAIR("green", "red"), nd, 0},
    {"blue_green", ND "(blue-green)/(blue+green)", PAIR("blue", "green"), nd, 0},
    {"red_blue", ND "(red-blue)/(red+blue)", PAIR("red", "blue"), nd, 0},
    {"wax", "65535 blue/(blue+green) x min/max: grey-green waxy leaves", RGB, wax, 0},
    {"opp_red_green", "32768 + (red-green)/2", PAIR("red", "green"), difference, 0},
    {"opp_blue_yellow", "32768 + (2 blue-red-green)/4", TRIO("blue", "red", "green"), excess, 0},
    {"ndvi", ND "(nir-red)/(nir+red)", PAIR("nir", "red"), nd, 0},
    {"gndvi", ND "(nir-green)/(nir+green)", PAIR("nir", "green"), nd, 0},
    {"ndre", ND "(nir-rededge)/(nir+rededge)", PAIR("nir", "rededge"), nd, 0},
    {"rededge_red", ND "(rededge-red)/(rededge+red)", PAIR("rededge", "red"), nd, 0},
    {"rededge_green", ND "(rededge-green)/(rededge+green)", PAIR("rededge", "green"), nd, 0},
    {"ci_rededge", "8192 nir/rededge, at most 65535", PAIR("nir", "rededge"), ratio, 0},
    {"nir_green", "8192 nir/green, at most 65535", PAIR("nir", "green"), ratio, 0},
    {"rededge_slope", "32768 + (nir-red)/2", PAIR("nir", "red"), difference, 0},
    {"rededge_position", "65535 (rededge-red)/(nir-red), held in 0..1", TRIO("red", "rededge", "nir"), position, 0},
    {"rededge_bend", "32768 + (2 rededge-red-nir)/4", TRIO("rededge", "red", "nir"), excess, 0},
    {"red_well", ND "(2 red-green-rededge)/(2 red+green+rededge)", TRIO("red", "green", "rededge"), well, 0},
    {"ms_brightness", "(green+red+rededge+nir)/4", 4, {"green", "red", "rededge", "nir"}, mean4, 0},
    {"ms_green_share", "65535 green/(green+red+rededge+nir)", 4, {"green", "red", "rededge", "nir"}, share4, 0},
    {"ms_red_share", "65535 red/(green+red+rededge+nir)", 4, {"red", "green", "rededge", "nir"}, share4, 0},
    {"ms_rededge_share", "65535 rededge/(green+red+rededge+nir)", 4, {"rededge", "green", "red", "nir"}, share4, 0},
    {"ms_nir_share", "65535 nir/(green+red+rededge+nir)", 4, {"nir", "green", "red", "rededge"}, share4, 0},
};

const pv_channel *pv_channel_at(int i)
{
    return i >= 0 && (size_t)i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}

const pv_channel *pv_channel_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].name, name) == 0) return &table[i];
    return NULL;
}

static void print_bands(const pv_channel *c, pv_text *out)
{
    pv_text words = {0};
    for (int k = 0; k < c->n_bands; k++) {
        if (k > 0) pv_text_add(&words, " ");
        pv_text_add(&words, c->band[k]);
    }
    pv_text_addf(out, "  %-17s %-24s %s\n", c->name, pv_text_str(&words), c->formula);
    if (words.failed) out->failed = 1;
    pv_text_release(&words);
}

void pv_feature_table_print(pv_text *out)
{
    pv_text_add(out, "Channels: values 0..65535, computed from bands that are scaled to 0..65535; quotients are cut to the integer below.\n");
    pv_text_addf(out, "  %-17s %-24s %s\n", "name", "bands", "value");
    pv_text_addf(out, "  %-17s %-24s %s\n", "<band>", "the band of that name", "the band itself");
    for (int i = 0; pv_channel_at(i) != NULL; i++) print_bands(pv_channel_at(i), out);
    pv_text_addf(out, "  %-17s %-24s %s\n", "log(2nir-red ...)", "up to 5 bands, each with",
                 "sum of multiples of log2(band+1); 0 and 65535 are its smallest and");
    pv_text_addf(out, "  %-17s %-24s %s\n", "", "a factor up to 999", "largest possible values; the default columns of tables have some");
    pv_text_add(out, "\nColumns: a channel alone, or over a square window of the given side (metres, 1 to 4 decimals):\n"
                     "  <channel>                      the value itself\n"
                     "  <channel>_mean_0.50m           mean of the window's valid pixels\n"
                     "  <channel>_sd_0.50m             standard deviation\n"
                     "  <channel>_max_0.50m            largest value\n"
                     "  <channel>_min_0.50m            smallest value\n"
                     "  <channel>_edge_0.50m           mean of half the sum of the differences to the right and the lower neighbour: texture\n"
                     "  <channel>_share3of8_0.50m      share of the pixels whose value lies in the third eighth of 0..65535\n"
                     "  <channel>_diff_0.30m_1.50m     32768 + (mean over the first - mean over the second)/2: contrast to the surroundings\n");
}
