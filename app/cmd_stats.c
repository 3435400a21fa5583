/* papaver stats: the bureau's tables of a period. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/say.h"
#include "app/season_units.h"
#include "app/stats_cards.h"
#include "app/stats_frozen.h"
#include "app/stats_year.h"
#include "base/outfile.h"
#include "base/tr.h"
#include "season/against.h"
#include "season/chain.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"by", 0, PV_OPT_CHOICE, 0, NULL, NULL, 0, 0, "sheng|shi|xian|xiang|cun|lin_chang|lin_ban|crew|reason|stage",
     "rows by unit of the boundaries, with those of the levels above it, or by crew, outcome or growth stage"},
    {"each", 0, PV_OPT_CHOICE, 0, NULL, NULL, 0, 0, "xun|month|quarter|year|round", "cut the periods into such pieces, a table each"},
    {"format", 0, PV_OPT_CHOICE, 0, NULL, "by the output's name, else text", 0, 0, "csv|json|text|xlsx|html", "how it is written; xlsx needs -o"},
    {"lang", 0, PV_OPT_CHOICE, 0, NULL, "by the environment", 0, 0, "zh|en",
     "language of text and XLSX, the first of the page, and of the header and names of CSV; en has machine names there"},
    {"against", 0, PV_OPT_TEXT, 0, "PERIOD", NULL, 0, 0, NULL, "compare the one period that is given with this one, over ground that both saw"},
    {"certificate", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL,
     "which units earn a zero-find certificate (无毒林区) of the period, and what the others lack"},
    {"scorecard", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "a line a unit with its rank in each column (台账)"},
    {"freeze", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL,
     "keep the period as it is handed in: a version in SEASON/years; a later one comes with an erratum"},
    {"verify", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "work frozen periods out again, and look whether the ledger or a file was changed"},
    {"output", 'o', PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL, "write to a file in place of standard output"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace the output when it exists"},
};

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static pv_stats_format format_of(const pv_args *args)
{
    static const char *const name[PV_STATS_FORMATS] = {"text", "csv", "json", "xlsx", "html"};
    const char *path = pv_args_text(args, "output"), *word = pv_args_has(args, "format") ? pv_args_text(args, "format") : NULL;
    for (int k = PV_STATS_CSV; k < PV_STATS_FORMATS; k++) {
        char end[8];
        (void)snprintf(end, sizeof end, ".%s", name[k]);
        if (word != NULL ? strcmp(word, name[k]) == 0 : path != NULL && ends_with(path, end)) return (pv_stats_format)k;
    }
    return PV_STATS_TEXT;
}

static int in_chinese(const pv_args *args)
{
    return pv_args_has(args, "lang") ? strcmp(pv_args_text(args, "lang"), "zh") == 0 : pv_tr_zh();
}

static pv_status read_periods(const pv_args *args, const pv_season *s, const pv_figures_source *f, pv_periods *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_period_each each = pv_args_has(args, "each") ? pv_period_each_of(pv_args_text(args, "each")) : PV_EACH_NONE;
    for (int k = 1; k < args->n_inputs || k == 1; k++) {
        pv_period p;
        PV_TRY(pv_period_read(&p, s->conf, k < args->n_inputs ? args->input[k] : "all", err));
        if (f != NULL) {
            pv_figures_narrow(f, &p);
            PV_TRY(pv_period_cut(out, s->conf, &p, p.kind == PV_PERIOD_ALL && strcmp(p.from, "1970-01-01") == 0 ? PV_EACH_NONE : each, err));
        }
    }
out:
    return st;
}

static pv_status give(const pv_args *args, const pv_text *out, pv_err *err)
{
    pv_status st = pv_text_status(out, err);
    const char *path = pv_args_text(args, "output");
    if (st != PV_OK) return st;
    return path != NULL ? pv_outfile_put(path, out->data, out->len, pv_args_has(args, "overwrite"), err) : pv_say(out, err);
}

static pv_status write_table(const pv_args *args, const pv_figures *t, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    int zh = in_chinese(args);
    switch (format_of(args)) {
    case PV_STATS_CSV:
        pv_figures_csv(&out, t, zh);
        break;
    case PV_STATS_JSON:
        pv_figures_json(&out, t);
        break;
    default:
        pv_figures_words(&out, t, zh);
    }
    PV_TRY(give(args, &out, err));
out:
    pv_text_release(&out);
    return st;
}

static pv_status make_tables(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_units *units = NULL;
    pv_figures_source *source = NULL;
    pv_periods periods = {.n = 0};
    pv_figures table = {.n = 0};
    char head[PV_SHA256_HEX];
    int64_t links = 0;
    pv_figures_by by = pv_args_has(args, "by") ? pv_figures_by_of(pv_args_text(args, "by")) : PV_BY_NOTHING;
    if (format_of(args) == PV_STATS_XLSX && pv_args_text(args, "output") == NULL)
        PV_TRY(pv_fail(err, PV_USAGE, "--format xlsx needs a file: -o NAME.xlsx"));
    if (pv_args_text(args, "output") != NULL) PV_TRY(pv_output_check(args, pv_args_text(args, "output"), err));
    PV_TRY(pv_season_open(&s, args->input[0], 0, err));
    PV_TRY(read_periods(args, s, NULL, &periods, err));
    PV_TRY(pv_season_units(&units, s, err));
    PV_TRY(pv_figures_source_new(&source, s, units, err));
    PV_TRY(read_periods(args, s, source, &periods, err));
    PV_TRY(pv_figures_make(&table, source, &periods, by, err));
    PV_TRY(pv_chain_head(s->db, head, &links, err));
    pv_stats_file file = {&table, source, s, units, pv_args_text(args, "output"), pv_args_has(args, "overwrite"), in_chinese(args), head};
    if (format_of(args) == PV_STATS_XLSX)
        PV_TRY(pv_stats_xlsx(&file, err));
    else if (format_of(args) == PV_STATS_HTML)
        PV_TRY(pv_stats_page(&file, err));
    else
        PV_TRY(write_table(args, &table, err));
out:
    pv_figures_release(&table);
    pv_periods_release(&periods);
    pv_figures_source_free(source);
    pv_units_free(units);
    pv_season_close(s);
    return st;
}

static pv_status make_comparison(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_units *units = NULL;
    pv_figures_source *source = NULL;
    pv_period a, b;
    pv_against t = {.n = 0};
    pv_text out = {0};
    pv_stats_format format = format_of(args);
    if (format >= PV_STATS_XLSX) PV_TRY(pv_fail(err, PV_USAGE, "a comparison is written as text, CSV or JSON"));
    if (args->n_inputs != 2 || pv_args_has(args, "each"))
        PV_TRY(
            pv_fail(err, PV_USAGE, "--against compares one period with one other, such as `papaver stats %s 2026 --against 2025`", args->input[0]));
    if (pv_args_text(args, "output") != NULL) PV_TRY(pv_output_check(args, pv_args_text(args, "output"), err));
    PV_TRY(pv_season_open(&s, args->input[0], 0, err));
    PV_TRY(pv_period_read(&a, s->conf, pv_args_text(args, "against"), err));
    PV_TRY(pv_period_read(&b, s->conf, args->input[1], err));
    PV_TRY(pv_season_units(&units, s, err));
    PV_TRY(pv_figures_source_new(&source, s, units, err));
    PV_TRY(pv_against_make(&t, source, &a, &b, pv_args_has(args, "by") ? pv_figures_by_of(pv_args_text(args, "by")) : PV_BY_NOTHING, err));
    if (format == PV_STATS_CSV)
        pv_against_csv(&out, &t, in_chinese(args));
    else if (format == PV_STATS_JSON)
        pv_against_json(&out, &t);
    else
        pv_against_say(&out, &t, in_chinese(args));
    PV_TRY(give(args, &out, err));
out:
    pv_text_release(&out);
    pv_against_release(&t);
    pv_figures_source_free(source);
    pv_units_free(units);
    pv_season_close(s);
    return st;
}

static pv_status make_cards(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    if (pv_args_has(args, "scorecard") && pv_args_has(args, "certificate"))
        PV_TRY(pv_fail(err, PV_USAGE, "--certificate and --scorecard are two tables: ask for one after the other"));
    if (pv_args_has(args, "against") || pv_args_has(args, "each"))
        PV_TRY(pv_fail(err, PV_USAGE, "--%s does nothing with --certificate and --scorecard: they are of one period",
                       pv_args_has(args, "against") ? "against" : "each"));
    if (pv_args_text(args, "output") != NULL) PV_TRY(pv_output_check(args, pv_args_text(args, "output"), err));
    PV_TRY(pv_stats_cards(args, format_of(args), in_chinese(args), &out, err));
    PV_TRY(give(args, &out, err));
out:
    pv_text_release(&out);
    return st;
}

static pv_status run(const pv_args *args, pv_err *err)
{
    static const char *const others[] = {"against", "by", "certificate", "each", "format", "lang", "output", "overwrite", "scorecard"};
    int freeze = pv_args_has(args, "freeze"), verify = pv_args_has(args, "verify");
    if (!freeze && !verify && (pv_args_has(args, "certificate") || pv_args_has(args, "scorecard"))) return make_cards(args, err);
    if (!freeze && !verify) return pv_args_has(args, "against") ? make_comparison(args, err) : make_tables(args, err);
    if (freeze && verify) return pv_fail(err, PV_USAGE, "--freeze and --verify are two steps");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (pv_args_has(args, others[i]))
            return pv_fail(err, PV_USAGE, "--%s does nothing with --%s: all tables are frozen", others[i], freeze ? "freeze" : "verify");
    return freeze ? pv_stats_freeze(args, err) : pv_stats_verify(args, err);
}

const pv_command pv_command_stats = {
    .name = "stats",
    .line = "the bureau's tables of a year, month, 旬, campaign or any period, by unit",
    .inputs = "SEASON [PERIOD...]",
    .min_inputs = 1,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Adds up effort, finds, action and quality of each period from the ledger: photos, area flown in mu once and repeated, share seen "
            "(踏查率); suspected plots = confirmed + ruled out + "
            "not reached + not checked, in number and hectares; plants counted and estimated; eradicated, days from find to check and eradication. "
            "Text is the bureau's paragraph; CSV and JSON hold "
            "all figures; XLSX has them with formulas, definitions and notes, ready to print; HTML is one page with maps and drawings that loads "
            "nothing.\n\n"
            "A PERIOD is 2026, 2026H1, 2026Q2, 2026-05, 2026-05-x1 (or 2026-05-上旬), 2026-05-20, 2026-04-01..2026-06-15, 2022..2024, all (the "
            "default), or a campaign of season.conf: its name, or "
            "NAME/2 for its second round. Events count by their own day, and nothing later than the period's end changes its table, except returns "
            "that come late for it. Every table is checked before "
            "it is written: its sums must add up.\n\n"
            "--certificate says of each village (else township, else forest farm; --by) whether nothing was found in it that counts: enough of its "
            "ground was seen on enough days on which plants "
            "can be told from above (stage calendar), no plot is confirmed, regrown or open, every suspected plot was checked, and the smallest "
            "patch that is looked for is small enough "
            "(certificate_... in season.conf); where something is missing it says what. --scorecard ranks the same units in each column by "
            "itself.\n\n"
            "--freeze keeps one period in SEASON/years/PERIOD-vN: a copy of the ledger, the settings and the boundaries, year.json with every "
            "figure, photo hash, model, night, plot and finding, the tables as "
            "CSV, and SHA256SUMS; the ledger remembers it. When something comes in late, the next --freeze makes a new version with an erratum. "
            "--verify looks at the ledger's chain and sums, and works every "
            "frozen period out again; a frozen folder can be verified by itself on another machine. Exit code 11: something is not what it was.",
    .example = "  papaver stats 2026 2026-05-上旬 --lang zh\n  papaver stats 2026 2026 --by xiang -o 2026.csv\n  papaver stats 2026 2026 --by xiang "
               "--lang zh -o 2026.xlsx\n  papaver stats 2026 百日攻坚 --each "
               "round --format json\n  papaver stats 2026 2026 --against 2025 --by xiang --lang zh\n  papaver stats 2026 2026 --certificate --by cun "
               "-o 2026.html\n  papaver stats 2026 2026 --freeze\n  papaver "
               "stats 2026 --verify\n",
    PV_OPTIONS(options),
    .run = run,
};
