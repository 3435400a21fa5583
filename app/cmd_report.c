/* papaver report: the page of a season at any time. */
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/day.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/say.h"
#include "app/season_units.h"
#include "base/outfile.h"
#include "report/ground_pages.h"
#include "report/plots_html.h"
#include "report/season_page.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FILE.html", NULL, 0, 0, NULL, "the page"},
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "that of the last night", 0, 0, NULL, "the day for which days left and overdue are counted"},
    {"lang", 0, PV_OPT_CHOICE, 0, NULL, "zh", 0, 0, "zh|en", "the language in which the page opens; it has both"},
    {"photos", 0, PV_OPT_INT, 0, "MiB", "24", 0, 1024, NULL, "most bytes of pictures: half for those of plots, half for reduced photos"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace the output when it exists"},
};

typedef struct report {
    pv_season *season;
    pv_units *units;
    pv_night night;
    pv_ground_report ground;
    pv_gaps gaps;
    pv_night_plots plots;
    pv_sheets sheets;
    pv_photo_places photos;
} report;

static void report_release(report *r)
{
    pv_photo_places_release(&r->photos);
    pv_sheets_release(&r->sheets);
    pv_night_plots_release(&r->plots);
    pv_gaps_release(&r->gaps);
    pv_ground_report_release(&r->ground);
    pv_units_free(r->units);
    pv_season_close(r->season);
}

/* The last night tells what is new; its date is the page's, if none is asked for. */
static pv_status set_date(report *r, const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    int there = 0;
    pv_night_row last;
    PV_TRY(pv_night_last(r->season->db, &last, &there, err));
    r->night = last.night;
    if (!there && !pv_args_has(args, "date"))
        PV_TRY(pv_fail(err, PV_USAGE, "%s: it had no night yet: there is nothing to report; or give --date", r->season->folder));
    PV_TRY(pv_day_read(r->night.date, args, "date", err));
out:
    return st;
}

static pv_status read_all(report *r, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_season_units(&r->units, r->season, err));
    PV_TRY(pv_ground_report_make(&r->ground, r->season, 0, r->units, err));
    PV_TRY(pv_gaps_find(&r->gaps, &r->ground, r->units, pv_conf_real(r->season->conf, PV_SET_GAP_MIN_M2), err));
    PV_TRY(pv_night_plots_read(&r->plots, r->season, &r->night, err));
    PV_TRY(pv_sheets_read(&r->sheets, r->season, r->night.date, PV_SHEETS_SHOWN, r->units, err));
    PV_TRY(pv_photo_places_read(&r->photos, r->season, err));
out:
    return st;
}

static pv_status make_page(report *r, const pv_args *args, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text plots = {0}, ground = {0}, chips = {0};
    const size_t most = (size_t)pv_args_int(args, "photos") << 20;
    PV_TRY(pv_season_path(r->season, &chips, "chips", err));
    pv_map_pictures small = {.folder = pv_text_str(&chips), .left = most / 2}, large = {.folder = pv_text_str(&chips), .left = most - most / 2};
    PV_TRY(pv_plots_html(&plots, &r->plots, &r->sheets, &small, err));
    PV_TRY(pv_text_status(&plots, err));
    pv_ground_html(&ground, &r->ground, r->units, &r->gaps);
    PV_TRY(pv_text_status(&ground, err));
    pv_map_facts map = {.season = pv_conf_text(r->season->conf, PV_SET_NAME),
                        .date = r->night.date,
                        .lang = pv_args_text(args, "lang"),
                        .sheets = &r->sheets,
                        .plots = &r->plots,
                        .gaps = &r->gaps,
                        .units = r->units,
                        .photos = &r->photos,
                        .chips = &small,
                        .pictures = &large};
    pv_season_page_facts facts = {
        .version = PV_VERSION_TEXT, .ground = &r->ground, .plots = pv_text_str(&plots), .ground_html = pv_text_str(&ground), .map = &map};
    PV_TRY(pv_season_page(out, &facts, err));
out:
    pv_text_release(&plots);
    pv_text_release(&ground);
    pv_text_release(&chips);
    return st;
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    report r = {.season = NULL};
    pv_text page = {0};
    const char *path = pv_args_text(args, "output");
    if (path == NULL) PV_TRY(pv_fail(err, PV_USAGE, "-o FILE.html is missing"));
    PV_TRY(pv_output_check(args, path, err));
    PV_TRY(pv_season_open(&r.season, args->input[0], 0, err));
    PV_TRY(set_date(&r, args, err));
    PV_TRY(read_all(&r, err));
    PV_TRY(make_page(&r, args, &page, err));
    PV_TRY(pv_outfile_put(path, page.data, page.len, pv_args_has(args, "overwrite"), err));
    pv_note("%s: %zu plots, %.1f MiB", path, r.sheets.n, (double)page.len / 1048576);
out:
    pv_text_release(&page);
    report_release(&r);
    return st;
}

const pv_command pv_command_report = {
    .name = "report",
    .line = "the page of a season, with its map: one file, no network",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text = "Writes one HTML file that opens in any browser from a USB stick: what was not seen, a map of plots by risk and status over reduced "
            "photos, boundaries, "
            "coverage and gaps, a list that can be filtered and sorted, pictures, coordinates to copy (WGS 84 and CGCS2000), and patrol sheets on A4 "
            "when it is printed. It loads nothing from "
            "anywhere and can be read without script, in Chinese and English.\n\n"
            "Pictures that find no room in --photos are left out, and the page says how many.",
    .example = "  papaver report 2026 -o page.html\n",
    PV_OPTIONS(options),
    .run = run,
};
