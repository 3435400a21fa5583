/* papaver init: a new season. */
#include "app/command.h"
#include "app/options.h"
#include "app/say.h"
#include "season/store.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"name", 0, PV_OPT_TEXT, 0, "TEXT", "the folder's name", 0, 0, NULL, "the season's name, as pages and tables show it"},
};

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    const char *folder = args->input[0], *name = pv_args_has(args, "name") ? pv_args_text(args, "name") : pv_path_name(folder);
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == '#') PV_TRY(pv_fail(err, PV_USAGE, "--name: line breaks and # cannot stand in a name"));
    PV_TRY(pv_season_make(folder, name, err));
    pv_note("%s is a season now: put photos into %s/inbox, look into %s/season.conf, then run `papaver night %s`", folder, folder, folder, folder);
out:
    return st;
}

const pv_command pv_command_init = {
    .name = "init",
    .line = "a new season: folders, ledger, documented settings",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text = "Makes the folder SEASON with inbox/ for photos, out/ for what nights publish, quarantine/, log/, chips/, the ledger season.gpkg and the "
            "settings season.conf, in which every "
            "setting is documented.",
    .example = "  papaver init 2026 --name \"Qin'an 2026\"\n",
    PV_OPTIONS(options),
    .run = run,
};
