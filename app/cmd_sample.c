/* papaver sample: a random audit sample, its kits, and the area that follows from its answers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "app/command.h"
#include "app/day.h"
#include "app/export_parts.h"
#include "app/export_place.h"
#include "app/options.h"
#include "app/sample_words.h"
#include "app/say.h"
#include "app/season_units.h"
#include "base/mem.h"
#include "geo/gdal_door.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"n", 'n', PV_OPT_INT, 0, "points", "from --target-error", 8, PV_AUDIT_MOST, NULL, "draw so many points"},
    {"target-error", 0, PV_OPT_REAL, 0, "share", "from -n", 1e-7, 0.5, NULL,
     "or as many as the standard error of the overall accuracy takes to be this, as 0.005"},
    {"seed", 0, PV_OPT_INT, 0, "number", "from the machine's noise", 0, 9007199254740991.0, NULL,
     "the number that decides the draw, as thrown with dice; it is kept"},
    {"name", 0, PV_OPT_TEXT, 0, "NAME", "the next number", 0, 0, NULL, "the draw's name: letters, digits, - and _"},
    {"allocation", 0, PV_OPT_CHOICE, 0, NULL, "fixed", 0, 0, "fixed|neyman",
     "fixed: small strata have --rare points, the others by area; neyman: by area and expected spread"},
    {"rare", 0, PV_OPT_INT, 0, "points", "75", 2, 10000, NULL, "the least number of a stratum; 50, 75 or 100 are usual"},
    {"expect", 0, PV_OPT_TEXT, 0, "LIST", "0.7,0.3,0.005,0.0001", 0, 0, NULL,
     "the shares of poppy that are expected in likely, borderline, near and background ground"},
    {"likely-from", 0, PV_OPT_REAL, 0, "probability", "0.5", 0, 1, NULL, "hotspots from this probability on are likely ground"},
    {"near", 0, PV_OPT_REAL, 0, "m", "10", 0, 1000, NULL, "how far near ground reaches around hotspots and plots"},
    {"from", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", NULL, 0, 0, NULL, "only photos from this day on"},
    {"to", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", NULL, 0, 0, NULL, "only photos up to this day"},
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "today's date", 0, 0, NULL, "the date of the draw and of its kits"},
    {"dry-run", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "say what the draw would be, and draw nothing"},
    {"estimate", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "the area and accuracy that the answers give so far"},
    {"output", 'o', PV_OPT_PATH, 0, "FOLDER", NULL, 0, 0, NULL, "make kits of the points in this folder"},
    {"by", 0, PV_OPT_CHOICE, 0, NULL, "all", 0, 0, "xian|xiang|cun|lin_chang|lin_ban|xiao_ban|all",
     "one kit for each unit of this level, or one for all"},
    {"gcj02", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "also plots_GCJ02.kml, shifted for maps that show GCJ-02"},
    {"access", 0, PV_OPT_TEXT, 0, "LON,LAT[,NAME]", NULL, 0, 0, NULL, "where the visit begins; else the nearest of access_points in season.conf"},
    {"control", 0, PV_OPT_TEXT, 0, "LON,LAT[,NAME]", NULL, 0, 0, NULL,
     "a landmark to check the map by eye; else the nearest of control_points in season.conf"},
    {"no-zip", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "folders only"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace kits that exist"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object"},
};

typedef struct job {
    const pv_args *args;
    const char *old; /* name of the draw that is there; NULL = draws a new one, or the last one is meant */
    pv_season *season;
    pv_units *units;
    pv_audit_design design;
    pv_audit_draw draw;
    pv_sheets sheets;
    pv_kits kits;
    pv_export_place place;
    pv_kit_place access[PV_EXPORT_PLACES], control[PV_EXPORT_PLACES];
    pv_kits_how how;
    char date[PV_DATE];
} job;

/* ---- what is asked for ---- */

static pv_status read_expected(job *j, pv_err *err)
{
    char part[32];
    int k = 0;
    const char *text = pv_args_text(j->args, "expect");
    for (; pv_list_part(text, k, part, sizeof part); k++)
        if (k >= PV_STRATA || !pv_parse_real(part, 0, 1, &j->design.expected[k])) break;
    if (k != PV_STRATA || pv_list_part(text, k, part, sizeof part))
        return pv_fail(err, PV_USAGE, "--expect %s: it is four shares of 0 to 1: likely, borderline, near, background", text);
    return PV_OK;
}

static pv_status read_seed(job *j, pv_err *err)
{
    uint64_t noise = 0;
    if (pv_args_has(j->args, "seed")) {
        j->design.seed = (uint64_t)pv_args_int(j->args, "seed");
        return PV_OK;
    }
    if (getrandom(&noise, sizeof noise, 0) != (ssize_t)sizeof noise)
        return pv_fail(err, PV_IO, "no seed from the machine: %s; give one with --seed", strerror(errno));
    j->design.seed = noise >> 11;
    return PV_OK;
}

static pv_status read_design(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    const pv_args *args = j->args;
    j->design = pv_audit_design_usual();
    j->design.likely_from = pv_args_real(args, "likely-from");
    j->design.near_m = pv_args_real(args, "near");
    j->design.rare = pv_args_int(args, "rare");
    j->design.allocation = strcmp(pv_args_text(args, "allocation"), "neyman") == 0 ? PV_ALLOCATION_NEYMAN : PV_ALLOCATION_FIXED;
    if (pv_args_has(args, "n")) j->design.n = pv_args_int(args, "n");
    if (pv_args_has(args, "target-error")) j->design.target = pv_args_real(args, "target-error");
    PV_TRY(pv_day_read(j->design.from, args, "from", err));
    PV_TRY(pv_day_read(j->design.to, args, "to", err));
    PV_TRY(read_expected(j, err));
    PV_TRY(read_seed(j, err));
out:
    return st;
}

/* Which of the three things is it: a new draw, kits of an old one, an estimate? What belongs to another is refused, not passed over. */
static pv_status check(const job *j, pv_err *err)
{
    static const char *const drawing[] = {"n",      "target-error", "seed", "name", "allocation", "rare",
                                          "expect", "likely-from",  "near", "from", "to",         "dry-run"};
    const pv_args *args = j->args;
    const int estimate = pv_args_has(args, "estimate"), sizes = pv_args_has(args, "n") + pv_args_has(args, "target-error");
    for (size_t k = 0; k < sizeof drawing / sizeof *drawing; k++)
        if ((estimate || j->old != NULL) && pv_args_has(args, drawing[k]))
            return pv_fail(err, PV_USAGE, "--%s is about a new draw, and a draw that is there is never changed", drawing[k]);
    if (estimate) return pv_args_has(args, "output") ? pv_fail(err, PV_USAGE, "-o makes kits; it does not go with --estimate") : PV_OK;
    if (j->old != NULL && !pv_args_has(args, "output"))
        return pv_fail(err, PV_USAGE, "what about draw %s? -o FOLDER makes its kits, --estimate its area", j->old);
    if (j->old == NULL && sizes != 1)
        return pv_fail(err, PV_USAGE,
                       "say how many points, with either --n or --target-error; --estimate gives the area of a draw that was answered");
    if (pv_args_has(args, "dry-run") && pv_args_has(args, "output"))
        return pv_fail(err, PV_USAGE, "--dry-run draws nothing, so there are no kits for -o");
    return PV_OK;
}

/* ---- drawing ---- */

static pv_status sort_points(job *j, pv_err *err)
{
    pv_status st = PV_OK;
    j->how.by = pv_args_text(j->args, "by");
    j->how.version = PV_VERSION_TEXT;
    j->how.access = j->access;
    j->how.control = j->control;
    j->how.audit = j->draw.name;
    j->how.audit_unit_m2 = j->draw.grid.cell_m * j->draw.grid.cell_m;
    PV_TRY(pv_export_read_places(j->access, &j->how.n_access, j->args, j->season, "access", PV_SET_ACCESS_POINTS, err));
    PV_TRY(pv_export_read_places(j->control, &j->how.n_control, j->args, j->season, "control", PV_SET_CONTROL_POINTS, err));
    PV_TRY(pv_audit_sheets(&j->sheets, j->season, &j->draw, j->date, j->units, err));
    PV_TRY(pv_kits_sort(&j->kits, &j->sheets, j->units, &j->how, err));
    PV_TRY(pv_export_add_maps(&j->kits, j->season, j->units, err));
out:
    return st;
}

/* Kits are whole before the draw is kept, and renamed after that: no crew holds points that the ledger does not know. */
static pv_status make(job *j, pv_err *err)
{
    enum { FORMATS = PV_KIT_KMZ | PV_KIT_GPX | PV_KIT_GEOJSON | PV_KIT_CSV | PV_KIT_OVITAL | PV_KIT_GPKG | PV_KIT_SHP };
    pv_status st = PV_OK;
    pv_text chips = {0};
    const int kits = pv_args_has(j->args, "output"), zip = !pv_args_has(j->args, "no-zip"), dry = pv_args_has(j->args, "dry-run");
    const unsigned formats = FORMATS | (pv_args_has(j->args, "gcj02") ? PV_KIT_GCJ02 : 0u);
    PV_TRY(pv_season_path(j->season, &chips, "chips", err));
    if (kits) PV_TRY(pv_export_open(&j->place, pv_args_text(j->args, "output"), err));
    if (j->old == NULL) PV_TRY(pv_sql_begin(j->season->db, err));
    PV_TRY(j->old != NULL ? pv_audit_read(&j->draw, j->season, j->old, err)
                          : pv_audit_make(&j->draw, j->season, pv_args_text(j->args, "name"), j->date, &j->design, err));
    if (kits) PV_TRY(sort_points(j, err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_check(&j->place, &j->kits.at[i], pv_args_has(j->args, "overwrite"), err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_make(&j->place, &j->kits.at[i], formats, pv_text_str(&chips), zip, err));
    if (dry)
        pv_sql_rollback(j->season->db);
    else if (j->old == NULL)
        PV_TRY(pv_sql_commit(j->season->db, err));
    for (size_t i = 0; i < j->kits.n; i++) PV_TRY(pv_export_publish(&j->place, &j->kits.at[i], zip, err));
    if (kits) PV_TRY(pv_export_sync(&j->place, err));
out:
    if (st != PV_OK && j->old == NULL) pv_sql_rollback(j->season->db);
    pv_text_release(&chips);
    return st;
}

static pv_status draw(job *j, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    const int dry = pv_args_has(j->args, "dry-run");
    PV_TRY(pv_day_or_today(j->date, j->args, "date", err));
    PV_TRY(read_design(j, err));
    PV_TRY(pv_geo_start(err));
    PV_TRY(pv_season_open(&j->season, j->args->input[0], j->old == NULL, err));
    PV_TRY(pv_season_units(&j->units, j->season, err));
    PV_TRY(make(j, err));
    if (pv_args_has(j->args, "json"))
        pv_sample_draw_json(out, &j->draw, &j->kits, !pv_args_has(j->args, "no-zip"), dry);
    else
        pv_sample_draw_words(out, &j->draw, &j->kits, dry);
out:
    return st;
}

static pv_status estimate(job *j, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_estimate e = {.unit_m2 = 0};
    PV_TRY(pv_season_open(&j->season, j->args->input[0], 0, err));
    PV_TRY(pv_audit_estimate_make(&e, j->season, j->old, err));
    if (pv_args_has(j->args, "json")) {
        pv_audit_estimate_json(out, &e);
        pv_text_add(out, "\n");
    } else {
        pv_sample_estimate_words(out, &e);
    }
out:
    pv_audit_estimate_release(&e);
    return st;
}

static void job_release(job *j)
{
    pv_export_close(&j->place);
    pv_kits_release(&j->kits);
    pv_sheets_release(&j->sheets);
    pv_audit_draw_release(&j->draw);
    pv_units_free(j->units);
    pv_season_close(j->season);
    pv_free(j);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    job *j = NULL;
    PV_TRY(pv_alloc(&j, 1, sizeof *j, "sample", err));
    j->args = args;
    j->place.lock_fd = -1;
    j->old = args->n_inputs > 1 ? args->input[1] : NULL;
    PV_TRY(check(j, err));
    PV_TRY(pv_args_has(args, "estimate") ? estimate(j, &out, err) : draw(j, &out, err));
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
out:
    if (j != NULL) job_release(j);
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_sample = {
    .name = "sample",
    .line = "a random audit sample, and the area of poppies that its answers give",
    .inputs = "SEASON [DRAW]",
    .min_inputs = 1,
    .max_inputs = 2,
    .text =
        "Draws points by chance from the ground that photos saw, in four strata: under likely hotspots, under other hotspots, near hotspots and "
        "plots, and all "
        "else. The draw is kept in the ledger under a name and is never changed; the same seed and season give the same points. With -o the points "
        "become kits as those of export, marked 抽样核查点, that do not tell crews which stratum a point is from; with a DRAW that is there its kits "
        "are made again.\n\n"
        "Crews' answers come back with `papaver import`. --estimate gives the area of poppies, user's, producer's and overall accuracy with 95 % "
        "intervals, and the plain ones after Olofsson et al. 2014 beside them. Points that could not be reached are told and never replaced; what "
        "a crew chose by itself is refused.",
    .example = "  papaver sample 2026 --target-error 0.002 --dry-run\n  papaver sample 2026 --n 600 --seed 4711 -o audit --by xiang\n  papaver "
               "sample 2026 --estimate\n",
    PV_OPTIONS(options),
    .run = run,
};
