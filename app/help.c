#include "app/help.h"

#include <string.h>

#include "base/banned.h"

enum { PV_HELP_WIDTH = 100, PV_HELP_COLUMN = 30 };

static const struct {
    int code;
    const char *meaning;
} pv_codes[] = {
    {0, "done"},
    {10, "some inputs were refused, all others are done and recorded"},
    {2, "the command line is wrong"},
    {11, "the content of an input is wrong"},
    {12, "the model does not fit"},
    {13, "disk or network"},
    {14, "somebody else holds the season"},
    {15, "memory"},
    {16, "stopped by a signal, nothing is half-written"},
    {70, "an error of papaver itself"},
};

int pv_exit_code_row(int i, int *code, const char **meaning)
{
    if (i < 0 || i >= (int)(sizeof pv_codes / sizeof pv_codes[0])) return 0;
    *code = pv_codes[i].code;
    *meaning = pv_codes[i].meaning;
    return 1;
}

const char *pv_option_value_word(const pv_option *o)
{
    switch (o->kind) {
    case PV_OPT_FLAG:
        return "";
    case PV_OPT_INT:
        return "N";
    case PV_OPT_REAL:
        return "X";
    case PV_OPT_CHOICE:
        return o->choices;
    default:
        return o->unit != NULL ? o->unit : "TEXT";
    }
}

void pv_option_facts(const pv_option *o, pv_text *out)
{
    int number = o->kind == PV_OPT_INT || o->kind == PV_OPT_REAL;
    if (number) pv_text_addf(out, "%s, %.15g to %.15g", o->unit, o->low, o->high);
    if (number && o->standard != NULL) pv_text_add(out, "; ");
    if (o->standard != NULL) pv_text_addf(out, "default %s", o->standard);
}

/* Adds words wrapped at the width, continuing at column `at`, with `indent` blanks before each further line. */
static void pv_wrap(pv_text *out, const char *words, int at, int indent)
{
    int first = 1;
    while (*words != '\0') {
        size_t n = strcspn(words, " \n");
        if (!first && at + 1 + (int)n > PV_HELP_WIDTH) {
            pv_text_addf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            pv_text_add(out, " ");
            at++;
        }
        pv_text_add_n(out, words, n);
        at += (int)n;
        first = 0;
        words += n;
        if (words[0] == '\n' && words[1] == '\n') {
            pv_text_addf(out, "\n\n%*s", indent, "");
            at = indent;
            first = 1;
        }
        words += strspn(words, " \n");
    }
    pv_text_add(out, "\n");
}

static void pv_help_option(const pv_option *o, pv_text *out)
{
    pv_text left = {0}, right = {0};
    const char *word = pv_option_value_word(o);
    if (o->letter != 0)
        pv_text_addf(&left, "  -%c, --%s", o->letter, o->name);
    else
        pv_text_addf(&left, "      --%s", o->name);
    if (word[0] != '\0') pv_text_addf(&left, " %s%s", word, o->many ? "..." : "");
    pv_text_add(&right, o->help);
    pv_text before = {0};
    pv_option_facts(o, &before);
    if (before.len > 0) pv_text_addf(&right, " [%s]", pv_text_str(&before));
    pv_text_add(out, pv_text_str(&left));
    if ((int)left.len + 2 > PV_HELP_COLUMN)
        pv_text_addf(out, "\n%*s", PV_HELP_COLUMN, "");
    else
        pv_text_addf(out, "%*s", PV_HELP_COLUMN - (int)left.len, "");
    pv_wrap(out, pv_text_str(&right), PV_HELP_COLUMN, PV_HELP_COLUMN);
    if (left.failed || right.failed || before.failed) out->failed = 1;
    pv_text_release(&left);
    pv_text_release(&right);
    pv_text_release(&before);
}

void pv_help_command(const pv_command *c, pv_text *out)
{
    pv_text_addf(out, "papaver %s: %s\n\nUsage: papaver %s %s%s[options]\n\n", c->name, c->line, c->name, c->inputs, c->inputs[0] ? " " : "");
    pv_wrap(out, c->text, 0, 0);
    pv_text_add(out, "\nOptions:\n");
    for (int i = 0; i < c->n_options; i++) pv_help_option(&c->option[i], out);
    pv_help_option(&pv_option_help, out);
    if (c->example != NULL) pv_text_addf(out, "\nExample:\n%s", c->example);
}

void pv_help_overview(pv_text *out)
{
    int n, code;
    const char *meaning;
    const pv_command *const *c = pv_commands(&n);
    pv_text_add(out, "papaver finds suspected opium-poppy plots in georeferenced drone orthophotos.\n\n"
                     "Usage: papaver COMMAND [inputs] [options]\n\nCommands:\n");
    for (int i = 0; i < n; i++) pv_text_addf(out, "  %-10s %s\n", c[i]->name, c[i]->line);
    pv_text_add(out, "\n`papaver help COMMAND` or `papaver COMMAND --help` shows a command's options, `papaver --version` the version.\n"
                     "\nExit codes:\n");
    for (int i = 0; pv_exit_code_row(i, &code, &meaning); i++) pv_text_addf(out, "  %-4d %s\n", code, meaning);
}
