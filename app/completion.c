/* Shell completion from the command table; zsh shows what words mean in the reader's language. */
#include <string.h>

#include "app/help.h"
#include "base/tr.h"

#include "base/banned.h"

/* Choices as a list of words. */
static void pv_words(pv_text *out, const char *choices)
{
    for (; *choices != '\0'; choices++) pv_text_add_n(out, *choices == '|' ? " " : choices, 1);
}

static void pv_bash_command(pv_text *out, const pv_command *c)
{
    pv_text_addf(out, "    %s)\n        case \"$previous\" in\n", c->name);
    for (int i = 0; i < c->n_options; i++) {
        const pv_option *o = &c->option[i];
        if (o->kind == PV_OPT_FLAG) continue;
        pv_text_addf(out, "        --%s", o->name);
        if (o->letter != 0) pv_text_addf(out, "|-%c", o->letter);
        pv_text_add(out, ") ");
        if (o->kind == PV_OPT_PATH)
            pv_text_add(out, "COMPREPLY=($(compgen -f -- \"$word\"))");
        else if (o->kind == PV_OPT_CHOICE) {
            pv_text_add(out, "COMPREPLY=($(compgen -W \"");
            pv_words(out, o->choices);
            pv_text_add(out, "\" -- \"$word\"))");
        } else
            pv_text_add(out, "COMPREPLY=()");
        pv_text_add(out, "; return ;;\n");
    }
    pv_text_add(out, "        esac\n        options=\"--help");
    for (int i = 0; i < c->n_options; i++) pv_text_addf(out, " --%s", c->option[i].name);
    pv_text_add(out, "\" ;;\n");
}

static void pv_bash(pv_text *out)
{
    int n;
    const pv_command *const *c = pv_commands(&n);
    pv_text_add(out, "# bash completion for papaver; made by `papaver help --completion bash`\n_papaver()\n{\n"
                     "    local word=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" options=\"\"\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W \"--version --help");
    for (int i = 0; i < n; i++) pv_text_addf(out, " %s", c[i]->name);
    pv_text_add(out, "\" -- \"$word\"))\n        return\n    fi\n    case \"${COMP_WORDS[1]}\" in\n");
    for (int i = 0; i < n; i++) pv_bash_command(out, c[i]);
    pv_text_add(out, "    esac\n    case \"$word\" in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                     "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n    esac\n}\ncomplete -o filenames -F _papaver papaver\n");
}

/* Text inside a single-quoted _arguments specification. */
static void pv_zsh_text(pv_text *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\'')
            pv_text_add(out, "'\\''");
        else {
            if (*s == '[' || *s == ']' || *s == ':' || *s == '\\') pv_text_add(out, "\\");
            pv_text_add_n(out, s, 1);
        }
    }
}

static void pv_zsh_option(pv_text *out, const pv_option *o)
{
    pv_text_addf(out, " \\\n            '%s--%s[", o->many ? "*" : "", o->name);
    pv_zsh_text(out, pv_tr(o->help));
    pv_text_add(out, "]");
    if (o->kind != PV_OPT_FLAG) {
        pv_text_add(out, ":");
        pv_zsh_text(out, o->kind == PV_OPT_CHOICE ? o->name : pv_option_value_word(o));
        pv_text_add(out, ":");
        if (o->kind == PV_OPT_PATH) pv_text_add(out, "_files");
        if (o->kind == PV_OPT_CHOICE) {
            pv_text_add(out, "(");
            pv_words(out, o->choices);
            pv_text_add(out, ")");
        }
    }
    pv_text_add(out, "'");
}

static void pv_zsh(pv_text *out)
{
    int n;
    const pv_command *const *c = pv_commands(&n);
    pv_text_add(out, "#compdef papaver\n# zsh completion for papaver; made by `papaver help --completion zsh`\n_papaver()\n{\n    local -a commands\n"
                     "    commands=(\n");
    for (int i = 0; i < n; i++) {
        pv_text_addf(out, "        '%s:", c[i]->name);
        pv_zsh_text(out, pv_tr(c[i]->line));
        pv_text_add(out, "'\n");
    }
    pv_text_add(out, "    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
                     "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n");
    for (int i = 0; i < n; i++) {
        pv_text_addf(out, "    %s)\n        _arguments", c[i]->name);
        for (int k = 0; k < c[i]->n_options; k++) pv_zsh_option(out, &c[i]->option[k]);
        pv_zsh_option(out, &pv_option_help);
        pv_text_add(out, " \\\n            '*:file:_files' ;;\n");
    }
    pv_text_add(out, "    esac\n}\ncompdef _papaver papaver\n");
}

void pv_completion(const char *shell, pv_text *out)
{
    if (strcmp(shell, "zsh") == 0)
        pv_zsh(out);
    else
        pv_bash(out);
}
