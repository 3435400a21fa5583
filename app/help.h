/* Help, man pages and shell completion, printed from the command table in the reader's language (base/tr.h). Words that are typed stay as they are.
 * Threads: any. */
#ifndef PV_APP_HELP_H
#define PV_APP_HELP_H

#include "app/command.h"
#include "base/text.h"

/* The overview of all commands. */
void pv_help_overview(pv_text *out);
void pv_help_command(const pv_command *command, pv_text *out);
void pv_man_command(const pv_command *command, pv_text *out);
/* A command's text, its paragraphs translated. */
void pv_help_text(const char *text, pv_text *out);
/* The page papaver(1) itself. */
void pv_man_overview(pv_text *out);
/* shell: "bash" or "zsh". */
void pv_completion(const char *shell, pv_text *out);

/* What stands after the option's name: "N", "FILE", "auto|gdal"; "" for a flag. */
const char *pv_option_value_word(const pv_option *o);
/* "m2, 0 to 1000000; default 0.25": unit, range, default as far as there are any. */
void pv_option_facts(const pv_option *o, pv_text *out);
/* The exit codes, one a row; meanings are English messages. */
int pv_exit_code_row(int i, int *code, const char **meaning);

#endif
