/* The command line, parsed by a command's table of options.
 *
 * Options may stand anywhere; `--` ends them; `--name value`, `--name=value`, `-o value` and `-ovalue` are the same thing.
 * Texts are borrowed from argv. Threads: main thread only. Errors: PV_USAGE that names the option, what is wrong and the nearest name. */
#ifndef PV_APP_OPTIONS_H
#define PV_APP_OPTIONS_H

#include <stdint.h>

#include "app/command.h"
#include "base/err.h"

typedef struct pv_given {
    const pv_option *option;
    const char *text; /* NULL for a flag */
    int64_t integer;  /* PV_OPT_INT */
    double real;      /* PV_OPT_INT and PV_OPT_REAL */
} pv_given;

struct pv_args {
    const pv_command *command;
    int help; /* --help was given: nothing else was checked */
    int n_inputs, n_given;
    const char **input; /* [n_inputs] */
    pv_given *given;    /* [n_given] in the order of the command line */
};

/* argv[0..argc-1] are the words after the command's name. */
PV_MUST pv_status pv_args_parse(pv_args *out, const pv_command *command, int argc, const char *const *argv, pv_err *err);
void pv_args_release(pv_args *args);

/* By long name; a name that is not in the command's table is our own mistake (assert). */
int pv_args_has(const pv_args *args, const char *name);
/* The given text, or the default when it is a word of the table's choices or a text that can be used; NULL when neither. */
const char *pv_args_text(const pv_args *args, const char *name);
/* The given number, or the default of the table, which must be a number then. */
int64_t pv_args_int(const pv_args *args, const char *name);
double pv_args_real(const pv_args *args, const char *name);
/* How many values were given, and the k-th of them. */
int pv_args_count(const pv_args *args, const char *name);
const char *pv_args_at(const pv_args *args, const char *name, int k);

/* The candidate that a mistyped word most probably means, or NULL when none is near. */
const char *pv_nearest_word(const char *word, int n, const char *const *candidates);

/* "K/N" with 1 <= K <= N <= 100000. */
PV_MUST pv_status pv_shard_parse(const char *text, int *shard, int *shards, pv_err *err);

/* The k-th part (from 0) of a text separated by commas into out; 0 when there is none. Blanks around it are dropped; a backslash keeps a comma. */
int pv_list_part(const char *text, int k, char *out, size_t size);

#endif
