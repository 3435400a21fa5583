/* The table of commands, and the way from argv to one of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/help.h"
#include "app/options.h"
#include "app/say.h"

#include "base/banned.h"

static const pv_command *const pv_table_of_commands[] = {
    &pv_command_scan,   &pv_command_train,  &pv_command_evaluate, &pv_command_init,     &pv_command_night, &pv_command_plots,
    &pv_command_export, &pv_command_import, &pv_command_report,   &pv_command_coverage, &pv_command_stats, &pv_command_sample, &pv_command_merge,
    &pv_command_check,  &pv_command_info,   &pv_command_doctor,   &pv_command_help,
};

const pv_command *const *pv_commands(int *n)
{
    *n = (int)(sizeof pv_table_of_commands / sizeof pv_table_of_commands[0]);
    return pv_table_of_commands;
}

const pv_command *pv_command_find(const char *name)
{
    int n;
    const pv_command *const *c = pv_commands(&n);
    for (int i = 0; i < n; i++)
        if (strcmp(c[i]->name, name) == 0) return c[i];
    return NULL;
}

static pv_status pv_no_such_command(const char *name, pv_err *err)
{
    const char *names[32];
    int n;
    const pv_command *const *c = pv_commands(&n);
    for (int i = 0; i < n && i < 32; i++) names[i] = c[i]->name;
    const char *near = pv_nearest_word(name, n, names);
    if (near != NULL) return pv_fail(err, PV_USAGE, "there is no command '%s'; did you mean '%s'?", name, near);
    return pv_fail(err, PV_USAGE, "there is no command '%s'; `papaver help` lists them", name);
}

static pv_status pv_run_command(const pv_command *c, int argc, char **argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_args args = {0};
    pv_text help = {0};
    PV_TRY(pv_args_parse(&args, c, argc, (const char *const *)argv, err));
    if (args.help) {
        pv_help_command(c, &help);
        PV_TRY(pv_say(&help, err));
    } else {
        PV_TRY(c->run(&args, err));
    }
out:
    pv_text_release(&help);
    pv_args_release(&args);
    return pv_where(err, st, "%s", c->name);
}

static pv_status pv_run_words(int argc, char **argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text text = {0};
    if (argc < 2) {
        PV_TRY(pv_fail(err, PV_USAGE, "no command was given; `papaver help` lists them"));
    } else if (strcmp(argv[1], "--version") == 0) {
        pv_text_add(&text, PV_VERSION_TEXT "\n");
        PV_TRY(pv_say(&text, err));
    } else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        pv_help_overview(&text);
        PV_TRY(pv_say(&text, err));
    } else {
        const pv_command *c = pv_command_find(argv[1]);
        PV_TRY(c != NULL ? pv_run_command(c, argc - 2, argv + 2, err) : pv_no_such_command(argv[1], err));
    }
out:
    pv_text_release(&text);
    return st;
}

int pv_app_run(int argc, char **argv)
{
    pv_err err = {0};
    pv_status st = pv_run_words(argc, argv, &err);
    /* The last write is checked too: a full disk must never end as success. */
    if (fflush(stdout) != 0 && (st == PV_OK || st == PV_PARTIAL)) st = pv_fail(&err, PV_IO, "standard output: the last write failed");
    if (st != PV_OK && !(st == PV_STOPPED && pv_reader_gone())) pv_say_failure(&err);
    return pv_exit_code(st);
}
