/* The channel table: one row a channel. The formulas' loops are in features_kernels_text.h. */
#include <string.h>

#include "pipeline/features_internal.h"

#include "base/banned.h"

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
    {"red_share", "65535 red/(red+green+blue)", TRIO("red", "green", "blue"), PV_CHANNEL_SHARE3, 0},
    {"green_share", "65535 green/(red+green+blue)", TRIO("green", "red", "blue"), PV_CHANNEL_SHARE3, 0},
    {"blue_share", "65535 blue/(red+green+blue)", TRIO("blue", "red", "green"), PV_CHANNEL_SHARE3, 0},
    {"brightness", "(red+green+blue)/3", RGB, PV_CHANNEL_MEAN3, 0},
    {"exg", "32768 + (2 green-red-blue)/4: green over soil", TRIO("green", "red", "blue"), PV_CHANNEL_EXCESS, 0},
    {"vari", ND "(green-red)/(green+red-blue), held in -1..1", TRIO("green", "red", "blue"), PV_CHANNEL_VARI, 0},
    {"hue", "turn of the colour circle: 0 red, 21845 green, 43690 blue; circular, no windows", RGB, PV_CHANNEL_HUE, 1},
    {"hue_red", "distance of the hue from red: 0 red, 65535 cyan, grey 32768", RGB, PV_CHANNEL_HUE_RED, 0},
    {"saturation", "65535 (max-min)/max", RGB, PV_CHANNEL_SATURATION, 0},
    {"value", "max(red, green, blue)", RGB, PV_CHANNEL_LARGEST, 0},
    {"whiteness", "min(red, green, blue): white petals", RGB, PV_CHANNEL_SMALLEST, 0},
    {"chroma", "max-min of red, green, blue", RGB, PV_CHANNEL_CHROMA, 0},
    {"red_excess", "32768 + (red-max(green, blue))/2: red petals", RGB, PV_CHANNEL_OVER_OTHERS, 0},
    {"pink_excess", "32768 + (min(red, blue)-green)/2: pink and purple petals", TRIO("red", "blue", "green"), PV_CHANNEL_BOTH_OVER, 0},
    {"green_red", ND "(green-red)/(green+red)", PAIR("green", "red"), PV_CHANNEL_ND, 0},
    {"blue_green", ND "(blue-green)/(blue+green)", PAIR("blue", "green"), PV_CHANNEL_ND, 0},
    {"red_blue", ND "(red-blue)/(red+blue)", PAIR("red", "blue"), PV_CHANNEL_ND, 0},
    {"wax", "65535 blue/(blue+green) x min/max: grey-green waxy leaves", RGB, PV_CHANNEL_WAX, 0},
    {"opp_red_green", "32768 + (red-green)/2", PAIR("red", "green"), PV_CHANNEL_DIFFERENCE, 0},
    {"opp_blue_yellow", "32768 + (2 blue-red-green)/4", TRIO("blue", "red", "green"), PV_CHANNEL_EXCESS, 0},
    {"ndvi", ND "(nir-red)/(nir+red)", PAIR("nir", "red"), PV_CHANNEL_ND, 0},
    {"gndvi", ND "(nir-green)/(nir+green)", PAIR("nir", "green"), PV_CHANNEL_ND, 0},
    {"ndre", ND "(nir-rededge)/(nir+rededge)", PAIR("nir", "rededge"), PV_CHANNEL_ND, 0},
    {"rededge_red", ND "(rededge-red)/(rededge+red)", PAIR("rededge", "red"), PV_CHANNEL_ND, 0},
    {"rededge_green", ND "(rededge-green)/(rededge+green)", PAIR("rededge", "green"), PV_CHANNEL_ND, 0},
    {"ci_rededge", "8192 nir/rededge, at most 65535", PAIR("nir", "rededge"), PV_CHANNEL_RATIO, 0},
    {"nir_green", "8192 nir/green, at most 65535", PAIR("nir", "green"), PV_CHANNEL_RATIO, 0},
    {"rededge_slope", "32768 + (nir-red)/2", PAIR("nir", "red"), PV_CHANNEL_DIFFERENCE, 0},
    {"rededge_position", "65535 (rededge-red)/(nir-red), held in 0..1", TRIO("red", "rededge", "nir"), PV_CHANNEL_POSITION, 0},
    {"rededge_bend", "32768 + (2 rededge-red-nir)/4", TRIO("rededge", "red", "nir"), PV_CHANNEL_EXCESS, 0},
    {"red_well", ND "(2 red-green-rededge)/(2 red+green+rededge)", TRIO("red", "green", "rededge"), PV_CHANNEL_WELL, 0},
    {"ms_brightness", "(green+red+rededge+nir)/4", 4, {"green", "red", "rededge", "nir"}, PV_CHANNEL_MEAN4, 0},
    {"ms_green_share", "65535 green/(green+red+rededge+nir)", 4, {"green", "red", "rededge", "nir"}, PV_CHANNEL_SHARE4, 0},
    {"ms_red_share", "65535 red/(green+red+rededge+nir)", 4, {"red", "green", "rededge", "nir"}, PV_CHANNEL_SHARE4, 0},
    {"ms_rededge_share", "65535 rededge/(green+red+rededge+nir)", 4, {"rededge", "green", "red", "nir"}, PV_CHANNEL_SHARE4, 0},
    {"ms_nir_share", "65535 nir/(green+red+rededge+nir)", 4, {"nir", "green", "red", "rededge"}, PV_CHANNEL_SHARE4, 0},
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
