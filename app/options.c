#include "app/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#include "base/banned.h"

const pv_option pv_option_help = {.name = "help", .letter = 'h', .kind = PV_OPT_FLAG, .help = "show this help"};

static const pv_option *pv_option_find(const pv_command *c, const char *name, size_t n)
{
    for (int i = 0; i < c->n_options; i++)
        if (strlen(c->option[i].name) == n && memcmp(c->option[i].name, name, n) == 0) return &c->option[i];
    return n == 4 && memcmp(name, "help", 4) == 0 ? &pv_option_help : NULL;
}

static const pv_option *pv_option_letter(const pv_command *c, char letter)
{
    for (int i = 0; i < c->n_options; i++)
        if (c->option[i].letter != 0 && c->option[i].letter == letter) return &c->option[i];
    return letter == pv_option_help.letter ? &pv_option_help : NULL;
}

enum { PV_WORD_MAX = 48 };

/* Edits (insert, delete, replace, swap of neighbours counts two) between two words. */
static int pv_word_distance(const char *a, const char *b)
{
    int row[PV_WORD_MAX + 1];
    int na = (int)strnlen(a, PV_WORD_MAX), nb = (int)strnlen(b, PV_WORD_MAX);
    for (int j = 0; j <= nb; j++) row[j] = j;
    for (int i = 1; i <= na; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int change = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            int best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < best ? change : best;
        }
    }
    return row[nb];
}

const char *pv_nearest_word(const char *word, int n, const char *const *candidates)
{
    const char *best = NULL;
    int best_cost = (int)(strnlen(word, PV_WORD_MAX) / 3) + 2;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(word);
        int cost = pv_word_distance(word, candidates[i]);
        if (len >= 2 && strncmp(word, candidates[i], len) == 0) cost = 0;
        if (cost < best_cost) {
            best_cost = cost;
            best = candidates[i];
        }
    }
    return best;
}

static pv_status pv_unknown_option(const pv_command *c, const char *arg, const char *name, pv_err *err)
{
    const char *names[64] = {"help"};
    int n = 1;
    char word[PV_WORD_MAX];
    (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(name, "="), name);
    for (int i = 0; i < c->n_options && n < 64; i++) names[n++] = c->option[i].name;
    const char *near = pv_nearest_word(word, n, names);
    if (near != NULL) return pv_fail(err, PV_USAGE, "there is no option '%s'; did you mean --%s?", arg, near);
    return pv_fail(err, PV_USAGE, "there is no option '%s'; `papaver help %s` lists them", arg, c->name);
}

/* "m2" and nothing are the units that may be missing in a sentence. */
static const char *pv_unit_words(const pv_option *o)
{
    return o->unit != NULL ? o->unit : "";
}

static pv_status pv_value_check(pv_given *g, pv_err *err)
{
    const pv_option *o = g->option;
    switch (o->kind) {
    case PV_OPT_INT:
        if (!pv_parse_int(g->text, (int64_t)o->low, (int64_t)o->high, &g->integer))
            return pv_fail(err, PV_USAGE, "--%s: '%s' is not a whole number from %.15g to %.15g (%s)", o->name, g->text, o->low, o->high,
                           pv_unit_words(o));
        g->real = (double)g->integer;
        return PV_OK;
    case PV_OPT_REAL:
        if (!pv_parse_real(g->text, o->low, o->high, &g->real))
            return pv_fail(err, PV_USAGE, "--%s: '%s' is not a number from %.15g to %.15g (%s)", o->name, g->text, o->low, o->high, pv_unit_words(o));
        return PV_OK;
    case PV_OPT_CHOICE:
        for (const char *p = o->choices; *p != '\0';) {
            size_t n = strcspn(p, "|");
            if (strlen(g->text) == n && memcmp(p, g->text, n) == 0) return PV_OK;
            p += n + (p[n] == '|');
        }
        return pv_fail(err, PV_USAGE, "--%s: '%s' is none of %s", o->name, g->text, o->choices);
    default:
        if (g->text != NULL && g->text[0] == '\0') return pv_fail(err, PV_USAGE, "--%s: the value is empty", o->name);
        return PV_OK;
    }
}

static pv_status pv_args_add(pv_args *a, const pv_option *o, const char *text, pv_err *err)
{
    pv_given g = {.option = o, .text = text};
    if (o == &pv_option_help) {
        a->help = 1;
        return PV_OK;
    }
    for (int i = 0; i < a->n_given && !o->many && o->kind != PV_OPT_FLAG; i++)
        if (a->given[i].option == o) return pv_fail(err, PV_USAGE, "--%s is given twice", o->name);
    pv_status st = o->kind == PV_OPT_FLAG ? PV_OK : pv_value_check(&g, err);
    if (st == PV_OK) a->given[a->n_given++] = g;
    return st;
}

/* A word that can be an option's value although it stands alone: no option, or "-", or a negative number. */
static int pv_is_value(const char *word, const pv_option *o)
{
    double number;
    if (word[0] != '-' || word[1] == '\0') return 1;
    return (o->kind == PV_OPT_INT || o->kind == PV_OPT_REAL) && pv_parse_real(word, -1e300, 1e300, &number);
}

/* Takes the option at argv[*i] with its values; *i moves to the last word taken. */
static pv_status pv_args_option(pv_args *a, int argc, const char *const *argv, int *i, pv_err *err)
{
    const char *arg = argv[*i], *value = NULL;
    const pv_option *o = NULL;
    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        o = pv_option_find(a->command, arg + 2, n);
        if (arg[2 + n] == '=') value = arg + 2 + n + 1;
    } else {
        o = pv_option_letter(a->command, arg[1]);
        if (arg[2] != '\0') value = arg + 2;
    }
    if (o == NULL) return pv_unknown_option(a->command, arg, arg + (arg[1] == '-' ? 2 : 1), err);
    if (o->kind == PV_OPT_FLAG) {
        if (value != NULL) return pv_fail(err, PV_USAGE, "--%s takes no value, '%s' was given", o->name, value);
        return pv_args_add(a, o, NULL, err);
    }
    pv_status st = PV_OK;
    if (value == NULL && (*i + 1 >= argc || !pv_is_value(argv[*i + 1], o)))
        return pv_fail(err, PV_USAGE, "--%s needs a value (%s)", o->name, o->choices != NULL ? o->choices : pv_unit_words(o));
    if (value == NULL) value = argv[++*i];
    PV_TRY(pv_args_add(a, o, value, err));
    while (o->many == 1 && *i + 1 < argc && pv_is_value(argv[*i + 1], o)) PV_TRY(pv_args_add(a, o, argv[++*i], err));
out:
    return st;
}

static pv_status pv_inputs_check(const pv_args *a, pv_err *err)
{
    const pv_command *c = a->command;
    if (a->n_inputs < c->min_inputs) return pv_fail(err, PV_USAGE, "%s is missing; usage: papaver %s %s", c->inputs, c->name, c->inputs);
    if (a->n_inputs > c->max_inputs) {
        if (c->max_inputs == 0) return pv_fail(err, PV_USAGE, "'%s' is not expected here; `papaver help %s` shows the usage", a->input[0], c->name);
        return pv_fail(err, PV_USAGE, "'%s' is one too many; usage: papaver %s %s", a->input[c->max_inputs], c->name, c->inputs);
    }
    return PV_OK;
}

pv_status pv_args_parse(pv_args *out, const pv_command *command, int argc, const char *const *argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_args a = {.command = command};
    int only_inputs = 0;
    PV_TRY(pv_alloc(&a.input, (size_t)argc, sizeof *a.input, "command line", err));
    PV_TRY(pv_alloc(&a.given, (size_t)argc, sizeof *a.given, "command line", err));
    for (int i = 0; i < argc; i++) {
        if (!only_inputs && strcmp(argv[i], "--") == 0)
            only_inputs = 1;
        else if (only_inputs || argv[i][0] != '-' || argv[i][1] == '\0')
            a.input[a.n_inputs++] = argv[i];
        else
            PV_TRY(pv_args_option(&a, argc, argv, &i, err));
    }
    if (!a.help) PV_TRY(pv_inputs_check(&a, err));
    *out = a;
    a = (pv_args){0};
out:
    pv_args_release(&a);
    return st;
}

void pv_args_release(pv_args *args)
{
    pv_free(args->input);
    pv_free(args->given);
    *args = (pv_args){0};
}

/* The k-th value given for the option, or NULL. */
static const pv_given *pv_args_find(const pv_args *args, const char *name, int k, const pv_option **option)
{
    const pv_option *o = pv_option_find(args->command, name, strlen(name));
    assert(o != NULL);
    if (option != NULL) *option = o;
    for (int i = 0; i < args->n_given; i++)
        if (args->given[i].option == o && k-- == 0) return &args->given[i];
    return NULL;
}

int pv_args_has(const pv_args *args, const char *name)
{
    return pv_args_find(args, name, 0, NULL) != NULL;
}

const char *pv_args_text(const pv_args *args, const char *name)
{
    const pv_option *o;
    const pv_given *g = pv_args_find(args, name, 0, &o);
    if (g != NULL) return g->text;
    return o->standard != NULL && strchr(o->standard, ' ') == NULL ? o->standard : NULL;
}

int64_t pv_args_int(const pv_args *args, const char *name)
{
    const pv_option *o;
    int64_t standard = 0;
    const pv_given *g = pv_args_find(args, name, 0, &o);
    assert(o->kind == PV_OPT_INT);
    if (g != NULL) return g->integer;
    int ok = pv_parse_int(o->standard, (int64_t)o->low, (int64_t)o->high, &standard);
    assert(ok);
    (void)ok;
    return standard;
}

double pv_args_real(const pv_args *args, const char *name)
{
    const pv_option *o;
    double standard = 0;
    const pv_given *g = pv_args_find(args, name, 0, &o);
    assert(o->kind == PV_OPT_REAL);
    if (g != NULL) return g->real;
    int ok = pv_parse_real(o->standard, o->low, o->high, &standard);
    assert(ok);
    (void)ok;
    return standard;
}

int pv_args_count(const pv_args *args, const char *name)
{
    int n = 0;
    while (pv_args_find(args, name, n, NULL) != NULL) n++;
    return n;
}

const char *pv_args_at(const pv_args *args, const char *name, int k)
{
    const pv_given *g = pv_args_find(args, name, k, NULL);
    return g != NULL ? g->text : NULL;
}

pv_status pv_shard_parse(const char *text, int *shard, int *shards, pv_err *err)
{
    char first[16] = "";
    int64_t k = 0, n = 0;
    size_t slash = strcspn(text, "/");
    if (text[slash] == '/' && slash < sizeof first) {
        memcpy(first, text, slash);
        if (pv_parse_int(first, 1, 100000, &k) && pv_parse_int(text + slash + 1, 1, 100000, &n) && k <= n) {
            *shard = (int)k;
            *shards = (int)n;
            return PV_OK;
        }
    }
    return pv_fail(err, PV_USAGE, "--shard: '%s' is not K/N with 1 <= K <= N <= 100000, as in 2/7", text);
}

int pv_list_part(const char *text, int k, char *out, size_t size)
{
    size_t used = 0, last = 0;
    for (; *text != '\0' && k > 0; text++) {
        if (*text == '\\' && text[1] == ',')
            text++;
        else if (*text == ',')
            k--;
    }
    if (k > 0 || size == 0) return 0;
    while (*text == ' ') text++;
    for (; *text != '\0' && *text != ','; text++) {
        if (*text == '\\' && text[1] == ',') text++;
        if (used + 1 >= size) break;
        out[used++] = *text;
        if (*text != ' ') last = used;
    }
    out[last] = '\0';
    return last > 0;
}
