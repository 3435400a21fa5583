/* Man pages in troff (man macros) from the command table, in the reader's language. */
#include <string.h>

#include "app/help.h"
#include "base/tr.h"

#include "base/banned.h"

/* Text of a man page: backslashes and dashes are escaped, a line never starts with a control character. */
static void pv_troff(pv_text *out, const char *s)
{
    int start = 1;
    for (; *s != '\0'; s++) {
        if (s[0] == '\n' && s[1] == '\n') {
            pv_text_add(out, "\n.PP\n");
            s++;
            start = 1;
            continue;
        }
        if (start && (*s == '.' || *s == '\'')) pv_text_add(out, "\\&");
        if (*s == '\\')
            pv_text_add(out, "\\e");
        else if (*s == '-')
            pv_text_add(out, "\\-");
        else
            pv_text_add_n(out, s, 1);
        start = *s == '\n';
    }
}

static void section(pv_text *out, const char *name)
{
    pv_text_addf(out, ".SH %s\n", name);
}

static void pv_troff_option(pv_text *out, const pv_option *o)
{
    const char *word = pv_option_value_word(o);
    pv_text facts = {0};
    pv_text_add(out, ".TP\n");
    if (o->letter != 0) pv_text_addf(out, "\\fB\\-%c\\fR, ", o->letter);
    pv_text_add(out, "\\fB\\-\\-");
    pv_troff(out, o->name);
    pv_text_add(out, "\\fR");
    if (word[0] != '\0') {
        pv_text_add(out, " \\fI");
        pv_troff(out, word);
        pv_text_addf(out, "%s\\fR", o->many ? "..." : "");
    }
    pv_text_add(out, "\n");
    pv_troff(out, pv_tr(o->help));
    pv_option_facts(o, &facts);
    if (facts.len > 0) {
        pv_text_add(out, "\n(");
        pv_troff(out, pv_text_str(&facts));
        pv_text_add(out, ")");
    }
    pv_text_add(out, "\n");
    if (facts.failed) out->failed = 1;
    pv_text_release(&facts);
}

static void pv_troff_exit_codes(pv_text *out)
{
    int code;
    const char *meaning;
    section(out, pv_tr("EXIT STATUS"));
    for (int i = 0; pv_exit_code_row(i, &code, &meaning); i++) pv_text_addf(out, ".TP\n\\fB%d\\fR\n%s\n", code, pv_tr(meaning));
}

void pv_man_command(const pv_command *c, pv_text *out)
{
    pv_text text = {0};
    pv_help_text(c->text, &text);
    pv_text_addf(out, ".TH PAPAVER\\-%s 1 \"\" \"%s\" \"%s\"\n", c->name, PV_VERSION_TEXT, pv_tr("papaver manual"));
    section(out, pv_tr("NAME"));
    pv_text_addf(out, "papaver\\-%s \\- ", c->name);
    pv_troff(out, pv_tr(c->line));
    pv_text_add(out, "\n");
    section(out, pv_tr("SYNOPSIS"));
    pv_text_addf(out, "\\fBpapaver %s\\fR \\fI", c->name);
    pv_troff(out, c->inputs);
    pv_text_addf(out, "\\fR %s\n", pv_tr("[options]"));
    section(out, pv_tr("DESCRIPTION"));
    pv_troff(out, pv_text_str(&text));
    pv_text_add(out, "\n");
    section(out, pv_tr("OPTIONS"));
    for (int i = 0; i < c->n_options; i++) pv_troff_option(out, &c->option[i]);
    pv_troff_option(out, &pv_option_help);
    if (c->example != NULL) {
        section(out, pv_tr("EXAMPLES"));
        pv_text_add(out, ".nf\n");
        pv_troff(out, c->example);
        pv_text_add(out, ".fi\n");
    }
    pv_troff_exit_codes(out);
    section(out, pv_tr("SEE ALSO"));
    pv_text_add(out, ".BR papaver (1)\n");
    if (text.failed) out->failed = 1;
    pv_text_release(&text);
}

void pv_man_overview(pv_text *out)
{
    int n;
    const pv_command *const *c = pv_commands(&n);
    pv_text_addf(out, ".TH PAPAVER 1 \"\" \"%s\" \"%s\"\n", PV_VERSION_TEXT, pv_tr("papaver manual"));
    section(out, pv_tr("NAME"));
    pv_text_add(out, "papaver \\- ");
    pv_troff(out, pv_tr("finds suspected opium-poppy plots in drone orthophotos"));
    pv_text_add(out, "\n");
    section(out, pv_tr("SYNOPSIS"));
    pv_text_addf(out, "\\fBpapaver\\fR \\fICOMMAND\\fR %s\n", pv_tr("[inputs] [options]"));
    section(out, pv_tr("COMMANDS"));
    for (int i = 0; i < n; i++) {
        pv_text_addf(out, ".TP\n\\fBpapaver\\-%s\\fR(1)\n", c[i]->name);
        pv_troff(out, pv_tr(c[i]->line));
        pv_text_add(out, "\n");
    }
    pv_troff_exit_codes(out);
}
