/* Help, man pages and shell completion, printed from the command table: help in the reader's language (base/tr.h), the rest in English.
 * Threads: any. */
#ifndef PV_APP_HELP_H
#define PV_APP_HELP_H

#include "app/command.h"
#include "base/text.h"

/* The overview of all commands. */
void pv_help_overview(pv_text *out);
void pv_help_command(const pv_command *command, pv_text *out);
void pv_man_command(const pv_command *command, pv_text *out);
/* The page papaver(1) itself. */
void pv_man_overview(pv_text *out);
/* shell: "bash" or "zsh". */
void pv_completion(const char *shell, pv_text *out);

/* How many columns of a terminal a text takes: a Chinese character two. */
int pv_columns(const char *text);
/* What stands after the option's name: "N", "FILE", "auto|gdal"; "" for a flag. */
const char *pv_option_value_word(const pv_option *o);
/* "m2, 0 to 1000000; default 0.25": unit, range, default as far as there are any; in English. */
void pv_option_facts(const pv_option *o, pv_text *out);
/* The exit codes, one a row; meanings are English. */
int pv_exit_code_row(int i, int *code, const char **meaning);

#endif
