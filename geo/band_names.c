#include "geo/band_names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "geo/bands.h"

#include "base/banned.h"

enum { PV_WORDS = 32, PV_WORD = 24 };

/* A text cut into lower-case ASCII words and numbers; Chinese band words appear as their canonical English ones. */
typedef struct pv_words {
    int n;
    char word[PV_WORDS][PV_WORD];
} pv_words;

/* Longest first: a longer word must not be taken for the shorter one inside it. "?" marks what is a colour word but not a decided band. */
static const struct {
    const char *text, *word;
} pv_chinese[] = {
    {"短波红外", "swir"}, {"近红外", "nir"}, {"热红外", "lwir"}, {"红外", "?"},     {"红边", "rededge"},
    {"蓝", "blue"},       {"绿", "green"},   {"红", "red"},      {"透明", "alpha"},
};

static const struct {
    const char *first, *second, *band;
} pv_band_words[] = {
    {"blue", NULL, "blue"},
    {"green", NULL, "green"},
    {"red", "edge", "rededge"},
    {"red", "re", "rededge"},
    {"red", NULL, "red"},
    {"rededge", NULL, "rededge"},
    {"re", NULL, "rededge"},
    {"near", "infrared", "nir"},
    {"near", "ir", "nir"},
    {"near", "infra", "nir"},
    {"nearinfrared", NULL, "nir"},
    {"nearir", NULL, "nir"},
    {"nir", NULL, "nir"},
    {"short", "wave", "swir"},
    {"shortwave", NULL, "swir"},
    {"swir", NULL, "swir"},
    {"long", "wave", "lwir"},
    {"longwave", NULL, "lwir"},
    {"thermal", NULL, "lwir"},
    {"lwir", NULL, "lwir"},
    {"tir", NULL, "lwir"},
    {"blu", NULL, "blue"},
    {"grn", NULL, "green"},
    /* Products made of several bands, and colours that are no band: naming one would be luck. */
    {"ndvi", NULL, "?"},
    {"ndre", NULL, "?"},
    {"gndvi", NULL, "?"},
    {"rgb", NULL, "?"},
    {"index", NULL, "?"},
    {"ratio", NULL, "?"},
    {"?", NULL, "?"},
};

static size_t pv_chinese_at(const char *s, const char **word)
{
    for (size_t i = 0; i < sizeof pv_chinese / sizeof pv_chinese[0]; i++) {
        size_t len = strlen(pv_chinese[i].text);
        if (strncmp(s, pv_chinese[i].text, len) == 0) {
            *word = pv_chinese[i].word;
            return len;
        }
    }
    return 0;
}

static int pv_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int pv_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes one run of letters, or one number with its decimals. */
static size_t pv_word_take(const char *s, char *word)
{
    size_t len = 0, kept = 0;
    int digits = pv_is_digit(s[0]);
    for (; digits ? pv_is_digit(s[len]) || (s[len] == '.' && pv_is_digit(s[len + 1])) : pv_is_letter(s[len]); len++)
        if (kept + 1 < PV_WORD) word[kept++] = (char)tolower((unsigned char)s[len]);
    word[kept] = '\0';
    return len;
}

static void pv_words_cut(const char *text, pv_words *out)
{
    memset(out, 0, sizeof *out);
    while (*text != '\0' && out->n < PV_WORDS) {
        const char *word = NULL;
        size_t len = pv_chinese_at(text, &word);
        if (len > 0) {
            (void)snprintf(out->word[out->n++], PV_WORD, "%s", word);
        } else if (pv_is_letter(*text) || pv_is_digit(*text)) {
            len = pv_word_take(text, out->word[out->n++]);
        } else {
            len = 1;
        }
        text += len;
    }
}

static const char *pv_band_at(const pv_words *w, int i, int *used)
{
    for (size_t k = 0; k < sizeof pv_band_words / sizeof pv_band_words[0]; k++) {
        if (strcmp(w->word[i], pv_band_words[k].first) != 0) continue;
        if (pv_band_words[k].second != NULL && (i + 1 >= w->n || strcmp(w->word[i + 1], pv_band_words[k].second) != 0)) continue;
        *used = pv_band_words[k].second != NULL ? 2 : 1;
        return pv_band_words[k].band;
    }
    *used = 1;
    return NULL;
}

/* A single letter names a band only alone ("R") or in DJI's file names (..._MS_R). */
static const char *pv_band_letter(const pv_words *w)
{
    if (w->n == 0 || w->word[w->n - 1][1] != '\0') return "";
    if (w->n > 1 && strcmp(w->word[w->n - 2], "ms") != 0) return "";
    switch (w->word[w->n - 1][0]) {
    case 'b':
        return "blue";
    case 'g':
        return "green";
    case 'r':
        return "red";
    default:
        return "";
    }
}

static double pv_words_nm(const pv_words *w)
{
    double nm = 0;
    for (int i = 0; i + 1 < w->n; i++)
        if (strcmp(w->word[i + 1], "nm") == 0 && pv_parse_real(w->word[i], 300, 20000, &nm)) return nm;
    return 0;
}

const char *pv_band_of_wavelength(double nm)
{
    if (nm >= 440 && nm <= 510) return "blue";
    if (nm >= 520 && nm <= 600) return "green";
    if (nm >= 620 && nm <= 690) return "red";
    if (nm >= 695 && nm <= 755) return "rededge";
    if (nm >= 760 && nm <= 950) return "nir";
    if (nm >= 1000 && nm <= 2500) return "swir";
    if (nm >= 7000 && nm <= 20000) return "lwir";
    return "";
}

double pv_band_wavelength_in(const char *text)
{
    pv_words w;
    pv_words_cut(text, &w);
    double nm = pv_words_nm(&w);
    if (nm > 0) return nm;
    for (int i = 0, used = 1; i < w.n; i += used) {
        if (pv_band_at(&w, i, &used) == NULL || i + used >= w.n) continue;
        const char *next = w.word[i + used];
        if (strlen(next) >= 3 && pv_parse_real(next, 350, 1100, &nm)) return nm;
    }
    return 0;
}

int pv_band_is_alpha_word(const char *text)
{
    pv_words w;
    pv_words_cut(text, &w);
    int alpha = 0, used = 1;
    for (int i = 0; i < w.n; i += used) {
        if (pv_band_at(&w, i, &used) != NULL) return 0;
        alpha |= strcmp(w.word[i], "alpha") == 0 || strcmp(w.word[i], "mask") == 0;
    }
    return alpha;
}

void pv_band_canonical(const char *text, char out[PV_BAND_NAME])
{
    pv_words w;
    const char *found = NULL;
    int clash = 0;
    pv_words_cut(text, &w);
    for (int i = 0, used = 1; i < w.n; i += used) {
        const char *band = pv_band_at(&w, i, &used);
        if (band == NULL) continue;
        clash |= band[0] == '?' || (found != NULL && strcmp(found, band) != 0);
        found = band;
    }
    if (clash) found = "";
    if (found == NULL) found = pv_band_letter(&w);
    if (found[0] == '\0' && !clash) found = pv_band_of_wavelength(pv_words_nm(&w));
    (void)snprintf(out, PV_BAND_NAME, "%s", found);
}
