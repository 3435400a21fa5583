/* papaver coverage: what of the ground was seen. */
#include "app/command.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/say.h"
#include "app/season_units.h"
#include "base/outfile.h"
#include "report/ground_pages.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"gaps", 0, PV_OPT_PATH, 0, "FILE.geojson", NULL, 0, 0, NULL, "write the gaps as polygons"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace the output when it exists"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object, areas in m2"},
};

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_units *units = NULL;
    pv_ground_report report = {.known = 0};
    pv_gaps gaps = {.n = 0};
    pv_text out = {0}, file = {0};
    const char *path = pv_args_text(args, "gaps");
    if (path != NULL) PV_TRY(pv_output_check(args, path, err));
    PV_TRY(pv_season_open(&s, args->input[0], 0, err));
    PV_TRY(pv_season_units(&units, s, err));
    PV_TRY(pv_ground_report_make(&report, s, 0, units, err));
    PV_TRY(pv_gaps_find(&gaps, &report, units, pv_conf_real(s->conf, PV_SET_GAP_MIN_M2), err));
    if (path != NULL) {
        pv_gaps_geojson(&file, &report, &gaps);
        PV_TRY(pv_text_status(&file, err));
        PV_TRY(pv_outfile_put(path, file.data, file.len, pv_args_has(args, "overwrite"), err));
    }
    if (pv_args_has(args, "json")) {
        pv_text_add(&out, "{");
        pv_ground_json(&out, &report, units, &gaps);
        pv_text_add(&out, "}\n");
    } else {
        pv_ground_words(&out, &report, units, &gaps);
    }
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
out:
    pv_gaps_release(&gaps);
    pv_ground_report_release(&report);
    pv_units_free(units);
    pv_season_close(s);
    pv_text_release(&out);
    pv_text_release(&file);
    return st;
}

const pv_command pv_command_coverage = {
    .name = "coverage",
    .line = "what of the ground was seen, by unit, and the gaps",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text = "Adds up the ground of a season: each square metre once, whatever photos show it, in all and for each unit of the boundaries in "
            "season.conf; seen, could not be judged (unreadable, "
            "too dark, saturated, blurred, too coarse), not flown; and repeated, each photo for itself (亩次). The share that was seen is the "
            "踏查率. Columns are separated by tabs.",
    .example = "  papaver coverage 2026 --gaps gaps.geojson\n",
    PV_OPTIONS(options),
    .run = run,
};
