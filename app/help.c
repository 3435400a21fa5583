#include "app/help.h"

#include <string.h>

#include "base/columns.h"
#include "base/tr.h"

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
    {16, "stopped by a signal, or the reader of standard output has gone; nothing is half-written"},
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
    if (number) {
        pv_text_add(out, pv_tr(o->unit));
        pv_text_addf(out, ", %.15g", o->low);
        pv_text_add(out, pv_tr(" to "));
        pv_text_addf(out, "%.15g", o->high);
    }
    if (number && o->standard != NULL) pv_text_add(out, "; ");
    if (o->standard == NULL) return;
    pv_text_add(out, pv_tr("default "));
    pv_text_add(out, strchr(o->standard, ' ') != NULL ? pv_tr(o->standard) : o->standard);
}

/* Marks that never begin a line, and those that never end one. */
static int pv_is_mark(const char *s, size_t n, const char *marks)
{
    for (; *marks != '\0'; marks += 3)
        if (n == 3 && memcmp(s, marks, 3) == 0) return 1;
    return 0;
}

/* The piece that a line cannot be broken in: letters up to a blank or a Chinese character, or one of these with its marks. */
static size_t pv_piece(const char *words, int *columns)
{
    static const char closing[] = "，。；：、？！）》”…", opening[] = "（《“";
    static const char *const narrow_closing = "]),.;:", *const narrow_opening = "[(";
    size_t at = 0, n = 0;
    *columns = 0;
    for (int wide, glued = 0, before = -1; words[at] != '\0' && words[at] != ' ' && words[at] != '\n'; at += n, before = wide) {
        wide = pv_is_wide(words + at, &n);
        int closes = wide ? pv_is_mark(words + at, n, closing) : strchr(narrow_closing, words[at]) != NULL;
        if (before >= 0 && (wide || before) && !glued && !closes) break;
        glued = wide ? pv_is_mark(words + at, n, opening) : strchr(narrow_opening, words[at]) != NULL;
        *columns += wide ? 2 : 1;
    }
    return at;
}

/* Adds words wrapped at the width, continuing at column `at`, with `indent` blanks before each further line. */
static void pv_wrap(pv_text *out, const char *words, int at, int indent)
{
    int first = 1, blank = 0;
    while (*words != '\0') {
        int columns;
        size_t n = pv_piece(words, &columns);
        if (!first && at + blank + columns > PV_HELP_WIDTH) {
            pv_text_addf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first && blank) {
            pv_text_add(out, " ");
            at++;
        }
        pv_text_add_n(out, words, n);
        at += columns;
        first = 0;
        words += n;
        if (words[0] == '\n' && words[1] == '\n') {
            pv_text_addf(out, "\n\n%*s", indent, "");
            at = indent;
            first = 1;
        }
        size_t blanks = strspn(words, " \n");
        blank = blanks > 0;
        words += blanks;
    }
    pv_text_add(out, "\n");
}

void pv_help_text(const char *text, pv_text *out)
{
    pv_text paragraph = {0};
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
        pv_text_reset(&paragraph);
        pv_text_add_n(&paragraph, text, n);
        if (n > 0) pv_text_add(out, pv_tr(pv_text_str(&paragraph)));
        if (end != NULL) pv_text_add(out, "\n\n");
        text += n + (end != NULL ? 2 : 0);
    }
    if (paragraph.failed) out->failed = 1;
    pv_text_release(&paragraph);
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
    pv_text_add(&right, pv_tr(o->help));
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
    pv_text text = {0};
    pv_help_text(c->text, &text);
    pv_text_addf(out, "papaver %s: %s\n\n", c->name, pv_tr(c->line));
    pv_text_addf(out, pv_tr("Usage: papaver %s %s%s[options]\n\n"), c->name, c->inputs, c->inputs[0] ? " " : "");
    pv_wrap(out, pv_text_str(&text), 0, 0);
    pv_text_addf(out, "\n%s\n", pv_tr("Options:"));
    for (int i = 0; i < c->n_options; i++) pv_help_option(&c->option[i], out);
    pv_help_option(&pv_option_help, out);
    if (c->example != NULL) pv_text_addf(out, "\n%s\n%s", pv_tr("Example:"), c->example);
    if (text.failed) out->failed = 1;
    pv_text_release(&text);
}

void pv_help_overview(pv_text *out)
{
    int n, code;
    const char *meaning;
    const pv_command *const *c = pv_commands(&n);
    pv_text_addf(out, "%s\n\n%s\n\n%s\n", pv_tr("papaver finds suspected opium-poppy plots in georeferenced drone orthophotos."),
                 pv_tr("Usage: papaver COMMAND [inputs] [options]"), pv_tr("Commands:"));
    for (int i = 0; i < n; i++) pv_text_addf(out, "  %-10s %s\n", c[i]->name, pv_tr(c[i]->line));
    pv_text_addf(out, "\n%s\n\n%s\n",
                 pv_tr("`papaver help COMMAND` or `papaver COMMAND --help` shows a command's options, `papaver --version` the version."),
                 pv_tr("Exit codes:"));
    for (int i = 0; pv_exit_code_row(i, &code, &meaning); i++) pv_text_addf(out, "  %-4d %s\n", code, pv_tr(meaning));
}
