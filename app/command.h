/* What people type, as data. Help, man pages, shell completion and the parser are all made from these tables.
 *
 * To add a command:
 *   1. write app/cmd_<name>.c with a `static const pv_option` table, a function `run` and one `const pv_command pv_command_<name>`;
 *   2. declare it below and add its row to the table in commands.c;
 *   3. add the file to app/CMakeLists.txt;
 *   4. add what it promises to tests/cli.
 * Rules for options: a long name; numbers have a unit, a default and a range; the help text is one sentence without its full stop.
 * Threads: main thread only. */
#ifndef PV_APP_COMMAND_H
#define PV_APP_COMMAND_H

#include <stddef.h>

#include "base/err.h"

typedef struct pv_args pv_args; /* app/options.h */

typedef enum pv_option_kind { PV_OPT_FLAG = 0, PV_OPT_INT, PV_OPT_REAL, PV_OPT_TEXT, PV_OPT_PATH, PV_OPT_CHOICE } pv_option_kind;

typedef struct pv_option {
    const char *name; /* long name without dashes */
    char letter;      /* short name, 0 = none */
    pv_option_kind kind;
    int many;             /* 1 = takes one or more values and may be repeated; 2 = takes one value and may be repeated */
    const char *unit;     /* numbers: the unit ("m2", "pixels"); texts and paths: the word that help shows ("FILE", "DIR") */
    const char *standard; /* the default: a number, a word, or words for people ("from the model"); NULL = nothing */
    double low, high;     /* numbers: the range, both ends allowed */
    const char *choices;  /* PV_OPT_CHOICE: "auto|libtiff|gdal" */
    const char *help;
} pv_option;

typedef struct pv_command {
    const char *name;
    const char *line;   /* one line, without a full stop */
    const char *inputs; /* the positional arguments as help shows them: "PHOTO..." or "" */
    int min_inputs, max_inputs;
    const char *text;    /* a paragraph or more, separated by empty lines; wrapped when shown */
    const char *example; /* lines that can be typed */
    const pv_option *option;
    int n_options;
    pv_status (*run)(const pv_args *args, pv_err *err);
} pv_command;

enum { PV_ANY_NUMBER = 1 << 20 };

#define PV_OPTIONS(table) .option = (table), .n_options = (int)(sizeof(table) / sizeof((table)[0]))

extern const pv_command pv_command_scan, pv_command_train, pv_command_evaluate, pv_command_merge, pv_command_init, pv_command_night, pv_command_check,
    pv_command_coverage, pv_command_stats, pv_command_plots, pv_command_export, pv_command_import, pv_command_report, pv_command_info,
    pv_command_doctor, pv_command_help;

/* All commands in the order in which help lists them. */
const pv_command *const *pv_commands(int *n);
/* NULL when there is none of that name. */
const pv_command *pv_command_find(const char *name);

/* The option that every command has: --help. */
extern const pv_option pv_option_help;

#define PV_VERSION_TEXT "papaver " PV_VERSION

/* The whole program: parses, runs, prints the error line. Returns the exit code. */
int pv_app_run(int argc, char **argv);

#endif
