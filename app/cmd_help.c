/* papaver help: the tables of commands, options and features in words. */
#include <string.h>

#include "app/command.h"
#include "app/help.h"
#include "app/options.h"
#include "app/say.h"
#include "pipeline/features.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"man", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print the man page (troff)"},
    {"completion", 0, PV_OPT_CHOICE, 0, NULL, NULL, 0, 0, "bash|zsh", "print the completion script of a shell"},
};

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    const char *topic = args->n_inputs > 0 ? args->input[0] : NULL, *shell = pv_args_text(args, "completion");
    const pv_command *c = topic != NULL ? pv_command_find(topic) : NULL;
    int man = pv_args_has(args, "man");
    if (shell != NULL)
        pv_completion(shell, &out);
    else if (topic == NULL && man)
        pv_man_overview(&out);
    else if (topic == NULL)
        pv_help_overview(&out);
    else if (c != NULL && man)
        pv_man_command(c, &out);
    else if (c != NULL)
        pv_help_command(c, &out);
    else if (strcmp(topic, "features") == 0)
        pv_feature_table_print(&out);
    else
        PV_TRY(pv_fail(err, PV_USAGE, "there is no command '%s'; `papaver help` lists them", topic));
    PV_TRY(pv_say(&out, err));
out:
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_help = {
    .name = "help",
    .line = "what a command does and which options it has",
    .inputs = "[COMMAND]",
    .min_inputs = 0,
    .max_inputs = 1,
    .text = "Without COMMAND: all commands. `papaver help features` prints the table of channels that columns are made of.",
    .example = "  papaver help scan\n  papaver help --man scan | man -l -\n  papaver help --completion bash > /etc/bash_completion.d/papaver\n",
    PV_OPTIONS(options),
    .run = run,
};
