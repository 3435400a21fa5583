/* Names of object columns, their default list, and their words. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "pipeline/features_internal.h"
#include "pipeline/objects_internal.h"

#include "base/banned.h"

const char *const pv_object_op_name[PV_OBJ_OPS] = {
    "area", "compactness", "fill",    "elongation", "prob_mean", "prob_max", "prob_p10", "prob_p50", "prob_p90", "prob_50", "prob_75", "prob_90",
    "core", "ring_prob",   "ring_50", "ring_seen",  "in",        "ring",     "mean",     "sd",       "p10",      "p90",     "diff",    "contrast"};

int pv_object_column_parse(const char *name, pv_object_op *op, const char **argument)
{
    const char *dot = strchr(name, '.');
    for (int i = 0; i < PV_OBJ_OPS; i++) {
        size_t n = strlen(pv_object_op_name[i]);
        int plain = i < PV_OBJ_PLAIN;
        if (plain ? dot != NULL || strcmp(name, pv_object_op_name[i]) != 0
                  : dot == NULL || (size_t)(dot - name) != n || memcmp(name, pv_object_op_name[i], n) != 0 || dot[1] == '\0')
            continue;
        *op = (pv_object_op)i;
        *argument = plain ? "" : dot + 1;
        return 1;
    }
    return 0;
}

/* ---- words ---- */

/* A channel that is high or low, as an adjective in the comparative; NULL = it is not for crews. One table, so that it can be translated. */
static const struct {
    const char *channel, *high, *low;
} comparatives[] = {
    {"red_share", PV_N("redder"), PV_N("less red")},
    {"green_share", PV_N("greener"), PV_N("less green")},
    {"blue_share", PV_N("bluer"), PV_N("less blue")},
    {"brightness", PV_N("brighter"), PV_N("darker")},
    {"ms_brightness", PV_N("brighter"), PV_N("darker")},
    {"exg", PV_N("greener"), PV_N("less green")},
    {"vari", PV_N("greener"), PV_N("less green")},
    {"saturation", PV_N("stronger in colour"), PV_N("greyer")},
    {"whiteness", PV_N("whiter"), PV_N("less white")},
    {"red_excess", PV_N("redder"), PV_N("less red")},
    {"pink_excess", PV_N("pinker or more purple"), PV_N("less pink")},
    {"hue_red", PV_N("further from red"), PV_N("redder")},
    {"wax", PV_N("more grey-green and waxy"), PV_N("less grey-green")},
    {"green_red", PV_N("greener"), PV_N("redder")},
    {"blue_green", PV_N("bluer"), PV_N("less blue")},
    {"red_blue", PV_N("redder"), PV_N("bluer")},
    {"ndvi", PV_N("leafier"), PV_N("barer")},
    {"gndvi", PV_N("leafier"), PV_N("barer")},
    {"ndre", PV_N("richer in leaf green"), PV_N("poorer in leaf green")},
    {"rededge_position", PV_N("more like young leaves"), PV_N("more like ripe leaves")},
    {"ci_rededge", PV_N("richer in leaf green"), PV_N("poorer in leaf green")},
    {"ms_red_share", PV_N("redder"), PV_N("less red")},
    {"ms_green_share", PV_N("greener"), PV_N("less green")},
    {"ms_nir_share", PV_N("leafier"), PV_N("barer")},
    {"red", PV_N("brighter in red"), PV_N("darker in red")},
    {"green", PV_N("brighter in green"), PV_N("darker in green")},
    {"blue", PV_N("brighter in blue"), PV_N("darker in blue")},
    {"nir", PV_N("brighter in near infrared"), PV_N("darker in near infrared")},
    {"rededge", PV_N("brighter at the red edge"), PV_N("darker at the red edge")},
};

/* %s is the comparative, or the class. */
static const struct {
    pv_object_op op;
    const char *high, *low;
} sentences[] = {
    {PV_OBJ_AREA, PV_N("it is large"), PV_N("it is small")},
    {PV_OBJ_COMPACTNESS, PV_N("it is compact"), PV_N("its outline is ragged")},
    {PV_OBJ_FILL, PV_N("it is a filled patch"), PV_N("it is full of gaps")},
    {PV_OBJ_ELONGATION, PV_N("it is about as wide as long"), PV_N("it is long and narrow")},
    {PV_OBJ_PROB_MEAN, PV_N("most of it looks like the plant"), PV_N("only parts of it look like the plant")},
    {PV_OBJ_PROB_MAX, PV_N("its best spot looks very much like the plant"), PV_N("no spot looks quite like the plant")},
    {PV_OBJ_PROB_P10, PV_N("even its edges look like the plant"), PV_N("its edges fade out")},
    {PV_OBJ_PROB_P50, PV_N("most of it looks like the plant"), PV_N("only parts of it look like the plant")},
    {PV_OBJ_PROB_P90, PV_N("its best spots look very much like the plant"), PV_N("no spot looks quite like the plant")},
    {PV_OBJ_PROB_50, PV_N("most of it looks like the plant"), PV_N("only parts of it look like the plant")},
    {PV_OBJ_PROB_75, PV_N("much of it looks very much like the plant"), PV_N("little of it looks very much like the plant")},
    {PV_OBJ_PROB_90, PV_N("much of it looks very much like the plant"), PV_N("little of it looks very much like the plant")},
    {PV_OBJ_CORE, PV_N("a large core looks like the plant"), PV_N("its core is small")},
    {PV_OBJ_RING_PROB, PV_N("similar plants stand around it"), PV_N("nothing around it looks like the plant")},
    {PV_OBJ_RING_50, PV_N("similar plants stand around it"), PV_N("nothing around it looks like the plant")},
    {PV_OBJ_IN, PV_N("parts of it look like %s"), PV_N("hardly any %s in it")},
    {PV_OBJ_RING, PV_N("it stands among %s"), PV_N("no %s around it")},
    {PV_OBJ_MEAN, PV_N("it is %s than most"), PV_N("it is %s than most")},
    {PV_OBJ_SD, PV_N("spots in it are much %s than others"), PV_N("it is even, no spots are %s")},
    {PV_OBJ_P10, PV_N("its least spots are %s than most"), PV_N("its least spots are %s than most")},
    {PV_OBJ_P90, PV_N("its petals or best spots are %s than most"), PV_N("its petals or best spots are %s than most")},
    {PV_OBJ_DIFF, PV_N("it is %s than the plants around"), PV_N("it is %s than the plants around")},
    {PV_OBJ_CONTRAST, PV_N("its petals or best spots are %s than those around"), PV_N("its petals or best spots are %s than those around")},
};

int pv_object_family(const char *name)
{
    pv_object_op op;
    const char *argument;
    int family = PV_OBJ_OPS;
    if (!pv_object_column_parse(name, &op, &argument)) return -1;
    if (op >= PV_OBJ_PROB_MEAN && op <= PV_OBJ_CORE) return PV_OBJ_PROB_MEAN;
    if (op == PV_OBJ_RING_PROB || op == PV_OBJ_RING_50) return PV_OBJ_RING_PROB;
    if (op < PV_OBJ_MEAN) return op;
    for (size_t i = 0; i < sizeof comparatives / sizeof *comparatives; i++)
        if (strcmp(comparatives[i].channel, argument) == 0) family = PV_OBJ_OPS + 1 + (int)i;
    return family;
}

/* Fills the %s of one of our own sentences; the argument comes with `_` for blanks. */
static void pv_fill_sentence(const char *sentence, const char *argument, char out[PV_WHY])
{
    size_t n = 0;
    for (const char *s = sentence; *s != '\0' && n + 1 < PV_WHY; s++) {
        if (s[0] != '%' || s[1] != 's') {
            out[n++] = *s;
            continue;
        }
        for (const char *a = argument; *a != '\0' && n + 1 < PV_WHY; a++) out[n++] = *a == '_' ? ' ' : *a;
        s++;
    }
    out[n] = '\0';
    /* A class's name may be cut: never within a character. */
    while (n > 0 && !pv_utf8_valid(out, n)) out[--n] = '\0';
}

void pv_object_phrase(const char *column, int high, char out[PV_WHY])
{
    pv_object_op op;
    const char *argument, *word = NULL;
    out[0] = '\0';
    if (!pv_object_column_parse(column, &op, &argument)) return;
    word = argument;
    if (op >= PV_OBJ_MEAN) {
        word = NULL;
        for (size_t i = 0; i < sizeof comparatives / sizeof *comparatives; i++)
            if (strcmp(comparatives[i].channel, argument) == 0) word = high || op == PV_OBJ_SD ? comparatives[i].high : comparatives[i].low;
        if (word == NULL) return;
    }
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].op == op) pv_fill_sentence(high ? sentences[i].high : sentences[i].low, word, out);
}

/* ---- the default list ---- */

static const char *const default_channels[] = {"red_share", "green_share", "blue_share",       "brightness",    "exg",          "saturation",
                                               "whiteness", "red_excess",  "pink_excess",      "wax",           "green_red",    "ndvi",
                                               "gndvi",     "ndre",        "rededge_position", "ms_brightness", "ms_red_share", "ms_green_share"};

/* Levels of a channel (mean, p10, p90) are another flight's light as much as the plant: the pixel trees know them, and patches learned from them did
 * worse under new light. */
static const pv_object_op relative[] = {PV_OBJ_SD, PV_OBJ_DIFF, PV_OBJ_CONTRAST};

static int pv_channel_fits(const pv_model *m, const pv_channel *c)
{
    for (int k = 0; k < c->n_bands; k++) {
        int there = 0;
        for (int b = 0; b < m->n_bands; b++) there |= strcmp(m->band[b], c->band[k]) == 0;
        if (!there) return 0;
    }
    return 1;
}

static int pv_is_column(const pv_model *m, const char *name)
{
    for (int c = 0; c < m->n_columns; c++)
        if (strcmp(m->column[c], name) == 0) return 1;
    return 0;
}

/* Appends op.argument; a name that does not fit is left out. */
static void pv_list_add(char (*column)[PV_NAME], int *n, pv_object_op op, const char *argument)
{
    char name[3 * PV_NAME];
    int len = snprintf(name, sizeof name, "%s%s%s", pv_object_op_name[op], argument[0] != '\0' ? "." : "", argument);
    if (len > 0 && len < PV_NAME && *n < PV_MAX_COLUMNS) memcpy(column[(*n)++], name, (size_t)len + 1);
}

pv_status pv_object_default_columns(const pv_model *pixels, int *n_columns, char (**column)[PV_NAME], pv_err *err)
{
    char(*list)[PV_NAME] = NULL;
    int n = 0, room = PV_MAX_COLUMNS - pixels->n_columns;
    pv_status st = pv_alloc(&list, PV_MAX_COLUMNS, sizeof *list, "object columns", err);
    if (st != PV_OK) return st;
    for (int op = 0; op < PV_OBJ_PLAIN; op++) pv_list_add(list, &n, (pv_object_op)op, "");
    for (size_t i = 0; i < sizeof default_channels / sizeof *default_channels; i++) {
        const pv_channel *c = pv_channel_find(default_channels[i]);
        if (c == NULL || !pv_channel_fits(pixels, c)) continue;
        if (!pv_is_column(pixels, c->name) && room-- <= 0) continue;
        for (size_t k = 0; k < sizeof relative / sizeof *relative; k++) pv_list_add(list, &n, relative[k], c->name);
    }
    for (int c = 0; c < pixels->n_classes; c++) {
        pv_list_add(list, &n, PV_OBJ_IN, pixels->class_name[c]);
        pv_list_add(list, &n, PV_OBJ_RING, pixels->class_name[c]);
    }
    *n_columns = n;
    *column = list;
    return PV_OK;
}
