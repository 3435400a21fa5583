/* papaver export: a kit for each crew, village or forest farm, to be opened on phones. */
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/day.h"
#include "app/export_parts.h"
#include "app/export_place.h"
#include "app/options.h"
#include "app/say.h"
#include "app/season_units.h"
#include "base/mem.h"
#include "base/tr.h"
#include "geo/gdal_door.h"
#include "report/kit_sort.h"
#include "season/findings.h"
#include "season/sheets.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FOLDER", NULL, 0, 0, NULL, "the folder in which the kits are made"},
    {"by", 0, PV_OPT_CHOICE, 0, NULL, "by village, township or farm, whichever the boundaries have", 0, 0,
     "xian|xiang|cun|lin_chang|lin_ban|xiao_ban|crew|all", "one kit for each unit of this level, for each crew, or one for all"},
    {"unit", 0, PV_OPT_TEXT, 0, "CODE", NULL, 0, 0, NULL, "only the kit of this unit (its code or name) or crew"},
    {"all", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "all plots, also those where nobody must go any more"},
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "today's date", 0, 0, NULL, "the date of the kits"},
    {"crew", 0, PV_OPT_TEXT, 0, "NAME", NULL, 0, 0, NULL, "the plots are handed to this crew: they are dispatched in the ledger"},
    {"due", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", NULL, 0, 0, NULL, "with --crew: when the answer is due"},
    {"person", 0, PV_OPT_TEXT, 0, "NAME", NULL, 0, 0, NULL, "with --crew: who is responsible"},
    {"formats", 0, PV_OPT_TEXT, 0, "LIST", "kmz,gpx,geojson,csv,ovital,gpkg,shp,flight,chips", 0, 0, NULL, "formats to write, separated by commas"},
    {"gcj02", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "also plots_GCJ02.kml, shifted for maps that show GCJ-02"},
    {"access", 0, PV_OPT_TEXT, 0, "LON,LAT[,NAME]", NULL, 0, 0, NULL, "where the visit begins; else the nearest of access_points in season.conf"},
    {"control", 0, PV_OPT_TEXT, 0, "LON,LAT[,NAME]", NULL, 0, 0, NULL,
     "a landmark to check the map by eye; else the nearest of control_points in season.conf"},
    {"flight-height", 0, PV_OPT_REAL, 0, "m", "60", 20, 500, NULL, "flights: height above the take-off point"},
    {"overlap-along", 0, PV_OPT_INT, 0, "percent", "80", 10, 95, NULL, "flights: overlap of photos along a line"},
    {"overlap-across", 0, PV_OPT_INT, 0, "percent", "70", 10, 95, NULL, "flights: overlap of neighbouring lines"},
    {"no-zip", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "folders only"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace kits that exist"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object"},
};

typedef struct job {
    const pv_args *args;
    pv_season *season;
    pv_units *units;
    pv_sheets sheets;
    pv_kits kits;
    pv_ground_report ground;
    pv_gaps gaps;
    pv_export_place place;
    pv_kit_place access[PV_EXPORT_PLACES], control[PV_EXPORT_PLACES];
    pv_kits_how how;
    char date[PV_DATE];
    unsigned formats;
    int64_t dispatched, standing, taken, to_fly; /* plots: handed over; left with this crew; taken from another; to be flown again */
} job;

static pv_status read_dates(job *j, pv_err *err)
{
    char due[PV_DATE];
    pv_status st = pv_day_read(due, j->args, "due", err);
    return st == PV_OK ? pv_day_or_today(j->date, j->args, "date", err) : st;
}

static pv_status read_formats(job *j, pv_err *err)
{
    static const char *const word[] = {"kmz", "gpx", "geojson", "csv", "ovital", "gpkg", "shp", "flight", "chips"};
    char part[32];
    for (int k = 0; pv_list_part(pv_args_text(j->args, "formats"), k, part, sizeof part); k++) {
        unsigned bit = 0;
        for (unsigned i = 0; i < sizeof word / sizeof *word; i++)
            if (strcmp(part, word[i]) == 0) bit = 1u << i;
        if (bit == 0)
            return pv_fail(err, PV_USAGE, "--formats: there is no '%s'; there are kmz, gpx, geojson, csv, ovital, gpkg, shp, flight, chips", part);
        j->formats |= bit;
    }
    if (pv_args_has(j->args, "gcj02")) j->formats |= PV_KIT_GCJ02;
    return PV_OK;
}

static const char *usual_level(const pv_units *units)
{
    static const pv_unit_level level[] = {PV_CUN, PV_XIANG, PV_LIN_CHANG};
    for (size_t k = 0; units != NULL && k < sizeof level / sizeof *level; k++)
        if (pv_units_facts_of(units).units[level[k]] > 0) return pv_unit_level_word(level[k]);
    return "all";
}

static pv_status read_season(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_args *args = j->args;
    PV_TRY(pv_geo_start(err));
    PV_TRY(pv_season_open(&j->season, args->input[0], pv_args_has(args, "crew"), err));
    PV_TRY(pv_season_units(&j->units, j->season, err));
    PV_TRY(pv_export_read_places(j->access, &j->how.n_access, args, j->season, "access", PV_SET_ACCESS_POINTS, err));
    PV_TRY(pv_export_read_places(j->control, &j->how.n_control, args, j->season, "control", PV_SET_CONTROL_POINTS, err));
    if (j->formats & PV_KIT_FLIGHT) {
        PV_TRY(pv_ground_report_make(&j->ground, j->season, 0, j->units, err));
        PV_TRY(pv_gaps_find(&j->gaps, &j->ground, j->units, pv_conf_real(j->season->conf, PV_SET_GAP_MIN_M2), err));
        j->how.gaps = &j->gaps;
        j->how.ground = &j->ground;
    }
    j->how.by = pv_args_has(args, "by") ? pv_args_text(args, "by") : usual_level(j->units);
    j->how.unit = pv_args_text(args, "unit");
    j->how.version = PV_VERSION_TEXT;
    j->how.access = j->access;
    j->how.control = j->control;
    j->how.height_m = pv_args_real(args, "flight-height");
    j->how.overlap_along = (int)pv_args_int(args, "overlap-along");
    j->how.overlap_across = (int)pv_args_int(args, "overlap-across");
    if (pv_args_has(args, "crew") && strcmp(j->how.by, "crew") == 0)
        PV_TRY(pv_fail(err, PV_USAGE, "--by crew is about plots that were dispatched before; --crew dispatches: choose one of them"));
out:
    return st;
}

/* What is in which kit, as the ledger stands now. */
static pv_status sort_plots(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_kits_release(&j->kits);
    pv_sheets_release(&j->sheets);
    PV_TRY(pv_sheets_read(&j->sheets, j->season, j->date, pv_args_has(j->args, "all") ? PV_SHEETS_ALL : PV_SHEETS_OPEN, j->units, err));
    PV_TRY(pv_kits_sort(&j->kits, &j->sheets, j->units, &j->how, err));
    if (j->formats & PV_KIT_GPKG) PV_TRY(pv_export_add_maps(&j->kits, j->season, j->units, err));
out:
    return st;
}

static int is_in_a_kit(const pv_kits *kits, const pv_sheet *sheet)
{
    for (size_t i = 0; i < kits->n; i++)
        for (size_t k = 0; k < kits->at[i].n; k++)
            if (kits->at[i].stop[k].sheet == sheet) return 1;
    return 0;
}

static int has_step(const pv_sheet *s, const char *code)
{
    for (int i = 0; i < s->n_steps; i++)
        if (strcmp(s->step[i], code) == 0) return 1;
    return 0;
}

/* 1 = the plot's last dispatch still stands: what became of the plot since did not end it. */
static int is_dispatched(const pv_sheet *s)
{
    const pv_plot *p = &s->plot;
    if (s->dispatched_on[0] == '\0') return 0;
    if (p->status == PV_PLOT_DISPATCHED || p->status == PV_PLOT_CHECKING) return 1;
    int since = strcmp(s->dispatched_on, p->status_date);
    return p->status == PV_PLOT_CONFIRMED || p->status == PV_PLOT_REGROWN ? since >= 0 : since > 0;
}

/* Is the plot handed to the crew now? A dispatch that stands keeps its due date, so that a kit made anew hides no delay; what could not be reached waits for its flight. */
static int must_dispatch(job *j, const pv_sheet *s)
{
    if (has_step(s, "fly_again")) {
        j->to_fly++;
        return 0;
    }
    if (!is_dispatched(s)) return 1;
    if (strcmp(s->crew, pv_args_text(j->args, "crew")) != 0) {
        j->taken += s->crew[0] != '\0';
        return 1;
    }
    if (pv_args_has(j->args, "due")) return 1;
    j->standing++;
    return 0;
}

static pv_status dispatch(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    const char *person = pv_args_text(j->args, "person"), *due = pv_args_text(j->args, "due");
    pv_finding_outcome outcome;
    pv_finding *f = NULL;
    PV_TRY(pv_alloc(&f, 1, sizeof *f, "finding", err));
    for (size_t i = 0; i < j->sheets.n; i++) {
        const pv_sheet *s = &j->sheets.at[i];
        if (!is_in_a_kit(&j->kits, s) || !must_dispatch(j, s)) continue;
        pv_finding_clear(f);
        f->plot = s->plot.fid;
        f->status = PV_PLOT_DISPATCHED;
        (void)snprintf(f->date, sizeof f->date, "%s", j->date);
        (void)snprintf(f->crew, sizeof f->crew, "%s", pv_args_text(j->args, "crew"));
        (void)snprintf(f->person1, sizeof f->person1, "%s", person != NULL ? person : "");
        (void)snprintf(f->due, sizeof f->due, "%s", due != NULL ? due : "");
        (void)snprintf(f->source, sizeof f->source, "export");
        pv_finding_key(f, s->plot.id);
        PV_TRY(pv_where(err, pv_findings_add(j->season, f, &outcome, err), "%s", s->plot.id));
        j->dispatched += outcome != PV_FINDING_SAME;
    }
    PV_TRY(sort_plots(j, err));
out:
    pv_free(f);
    return st;
}

static pv_status make(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text chips = {0};
    const int overwrite = pv_args_has(j->args, "overwrite"), zip = !pv_args_has(j->args, "no-zip"), send = pv_args_has(j->args, "crew");
    PV_TRY(pv_export_open(&j->place, pv_args_text(j->args, "output"), err));
    PV_TRY(pv_season_path(j->season, &chips, "chips", err));
    if (send) PV_TRY(pv_sql_begin(j->season->db, err));
    PV_TRY(sort_plots(j, err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_check(&j->place, &j->kits.at[i], overwrite, err));
    if (send) PV_TRY(dispatch(j, err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_make(&j->place, &j->kits.at[i], j->formats, pv_text_str(&chips), zip, err));
    if (send) PV_TRY(pv_sql_commit(j->season->db, err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_publish(&j->place, &j->kits.at[i], zip, err));
    PV_TRY(pv_export_sync(&j->place, err));
out:
    if (st != PV_OK && send && j->season != NULL) pv_sql_rollback(j->season->db);
    pv_text_release(&chips);
    return st;
}

/* ---- what it says ---- */

static void add_kit_json(pv_text *out, const pv_kit *k, int zip)
{
    pv_text_addf(out, "{\"folder\":\"%s\",\"zip\":", k->folder);
    if (zip)
        pv_text_addf(out, "\"%s.zip\"", k->folder);
    else
        pv_text_add(out, "null");
    pv_text_addf(out, ",\"by\":\"%s\",\"code\":", k->by);
    pv_text_add_json(out, k->code[0] != '\0' ? k->code : NULL);
    pv_text_add(out, ",\"name\":");
    pv_text_add_json(out, k->name);
    pv_text_addf(out, ",\"outside\":%s,\"plots\":%zu,\"on_border\":%zu,\"route_m\":", k->outside ? "true" : "false", k->n, k->n_border);
    pv_text_add_real(out, k->route_m, 1);
    pv_text_addf(out, ",\"flights\":%zu}", k->n_flights);
}

static void add_dispatched(pv_text *out, const job *j)
{
    const char *crew = pv_args_text(j->args, "crew");
    if (j->dispatched > 0) pv_text_addf(out, pv_tr("%lld plots dispatched to %s\n"), (long long)j->dispatched, crew);
    if (j->taken > 0) pv_text_addf(out, pv_tr("%lld of them were with another crew before\n"), (long long)j->taken);
    if (j->standing > 0)
        pv_text_addf(out, pv_tr("%lld plots were with %s before and stay due when they were; --due sets another date\n"), (long long)j->standing,
                     crew);
    if (j->to_fly > 0) pv_text_addf(out, pv_tr("%lld plots could not be reached and are to be flown again: not dispatched\n"), (long long)j->to_fly);
}

static pv_status say(const job *j, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    const int zip = !pv_args_has(j->args, "no-zip"), json = pv_args_has(j->args, "json");
    if (json)
        pv_text_addf(
            &out, "{\"date\":\"%s\",\"plots\":%zu,\"dispatched\":%lld,\"taken_over\":%lld,\"still_dispatched\":%lld,\"to_fly_again\":%lld,\"kits\":[",
            j->date, j->sheets.n, (long long)j->dispatched, (long long)j->taken, (long long)j->standing, (long long)j->to_fly);
    for (size_t i = 0; i < j->kits.n; i++) {
        const pv_kit *k = &j->kits.at[i];
        if (json) {
            pv_text_add(&out, i > 0 ? ",\n" : "\n");
            add_kit_json(&out, k, zip);
            continue;
        }
        pv_text_addf(&out, pv_tr("%s%s\t%zu plots\t"), k->folder, zip ? ".zip" : "", k->n);
        pv_text_add_real(&out, k->route_m, 0);
        pv_text_addf(&out, " m\t%s", k->name);
        if (k->n_border > 0) pv_text_addf(&out, pv_tr("\t%zu on a border, in the kits of both sides"), k->n_border);
        pv_text_add(&out, "\n");
    }
    if (json) pv_text_add(&out, "\n]}\n");
    if (!json) add_dispatched(&out, j);
    if (!json && j->kits.n == 0) pv_text_add(&out, pv_tr("no plots: no kits\n"));
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
out:
    pv_text_release(&out);
    return st;
}

static void job_release(job *j)
{
    pv_export_close(&j->place);
    pv_kits_release(&j->kits);
    pv_sheets_release(&j->sheets);
    pv_gaps_release(&j->gaps);
    pv_ground_report_release(&j->ground);
    pv_units_free(j->units);
    pv_season_close(j->season);
    pv_free(j);
}

/* Names that go into the ledger. */
static pv_status check_name(const pv_args *args, const char *option, pv_err *err)
{
    enum { MOST = 120 };
    const char *text = pv_args_text(args, option);
    if (text == NULL || (text[0] != '\0' && strlen(text) <= MOST && pv_utf8_valid(text, strlen(text)))) return PV_OK;
    return pv_fail(err, PV_USAGE, "--%s: it is a name in UTF-8 of at most %d bytes", option, MOST);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    job *j = NULL;
    if (!pv_args_has(args, "output")) return pv_fail(err, PV_USAGE, "-o FOLDER is missing: where the kits are made");
    if (!pv_args_has(args, "crew") && (pv_args_has(args, "due") || pv_args_has(args, "person")))
        return pv_fail(err, PV_USAGE, "--due and --person go with --crew");
    PV_TRY(check_name(args, "crew", err));
    PV_TRY(check_name(args, "person", err));
    PV_TRY(pv_alloc(&j, 1, sizeof *j, "export", err));
    j->args = args;
    j->place.lock_fd = -1;
    PV_TRY(read_dates(j, err));
    PV_TRY(read_formats(j, err));
    PV_TRY(read_season(j, err));
    PV_TRY(make(j, err));
    PV_TRY(say(j, err));
out:
    if (j != NULL) job_release(j);
    return st;
}

const pv_command pv_command_export = {
    .name = "export",
    .line = "maps and forms for crews: a kit for each village, forest farm or crew",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text =
        "Makes one kit for each unit in FOLDER, as a folder and as one ZIP: KMZ, GPX, a GeoPackage with its QField project, Shapefile, Ovital text, "
        "CSV, GeoJSON, pictures of the plots, flights over gaps (DJI), and README.txt that says which file is for which app. Plots are those where "
        "somebody must go (or --all), in an order of visit. Coordinates are WGS 84; only --gcj02 writes a shifted file.\n\n"
        "A plot on a border is in the kits of both sides; plots outside of all units have a kit of their own. Nothing changes in the ledger unless "
        "--crew hands the plots over. All kits are there, or none.",
    .example = "  papaver export 2026 -o kits --by cun\n"
               "  papaver export 2026 -o kits --by all --crew 一组 --due 2026-05-20 --person 张三\n",
    PV_OPTIONS(options),
    .run = run,
};
