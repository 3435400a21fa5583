/* papaver plots: the plots of a season, their history, and records by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/day.h"
#include "app/options.h"
#include "app/plots_words.h"
#include "app/say.h"
#include "app/season_units.h"
#include "base/mem.h"
#include "base/tr.h"
#include "season/form.h"

#include "base/banned.h"

#define STATUSES "suspected|dispatched|checking|confirmed|ruled_out|unreachable|eradicated|rechecked|regrown"
#define METHODS  "pulled|machine|self|ordered"

static const pv_option options[] = {
    {"id", 0, PV_OPT_TEXT, 2, "ID", NULL, 0, 0, NULL, "these plots, each with all that is known of it and its whole history"},
    {"open", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "list only plots where somebody must go"},
    {"overdue", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "list only plots whose next step is overdue, the longest first"},
    {"all", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "list false alarms that stay quiet too"},
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "today's date", 0, 0, NULL, "the day of the list; with --set the day of the finding"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object"},
    {"set", 0, PV_OPT_CHOICE, 0, NULL, NULL, 0, 0, STATUSES, "record a finding: that the plot of --id came into this status"},
    {"reason", 0, PV_OPT_TEXT, 0, "TEXT", NULL, 0, 0, NULL,
     "with --set: why; for ruled_out a word of the form's list of verdicts, or words of one's own"},
    {"person", 0, PV_OPT_TEXT, 2, "NAME", NULL, 0, 0, NULL, "with --set: who signs, at most two; confirmed and eradicated need one"},
    {"crew", 0, PV_OPT_TEXT, 0, "NAME", NULL, 0, 0, NULL, "with --set: the crew"},
    {"due", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", "by the risk, as in season.conf", 0, 0, NULL, "with --set dispatched: until when"},
    {"plants", 0, PV_OPT_INT, 0, "plants", "not counted", 0, 100000000, NULL,
     "with --set: plants that were counted; with eradicated: that were removed"},
    {"area", 0, PV_OPT_REAL, 0, "m2", "not measured", 0, 100000000, NULL, "with --set: area that was measured"},
    {"method", 0, PV_OPT_CHOICE, 0, NULL, NULL, 0, 0, METHODS, "with --set eradicated: how"},
    {"evidence", 0, PV_OPT_TEXT, 2, "FILE", NULL, 0, 0, NULL, "with --set: name of a photo of the place; it is only noted"},
};

static pv_status find_plot(pv_season *s, const char *id, const char *date, pv_plot *plot, pv_err *err)
{
    pv_status st = PV_OK;
    int found = 0;
    PV_TRY(pv_plots_find(s, id, date, plot, &found, err));
    if (!found) PV_TRY(pv_fail(err, PV_USAGE, "there is no plot '%.40s'", id));
out:
    return st;
}

/* ---- records by hand ---- */

/* A text that must fit. */
static pv_status put(char *to, size_t size, const char *option, const char *text, pv_err *err)
{
    if (text == NULL) return PV_OK;
    if (strlen(text) >= size) return pv_fail(err, PV_USAGE, "--%s takes at most %zu bytes", option, size - 1);
    memcpy(to, text, strlen(text) + 1);
    return PV_OK;
}

static pv_status put_reason(const pv_args *args, pv_finding *f, pv_err *err)
{
    const char *reason = pv_args_text(args, "reason");
    const pv_form_word *word = reason != NULL ? pv_form_word_read(PV_LIST_VERDICT, reason) : NULL;
    if (word == NULL) return put(f->note, sizeof f->note, "reason", reason, err);
    return put(f->verdict, sizeof f->verdict, "reason", word->code, err);
}

static pv_status put_evidence(const pv_args *args, pv_finding *f, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = 0;
    for (int k = 0; k < pv_args_count(args, "evidence"); k++) {
        const char *name = pv_args_at(args, "evidence", k);
        if (k > 0 && n + 1 < sizeof f->photos) f->photos[n++] = '\n';
        PV_TRY(put(f->photos + n, sizeof f->photos - n, "evidence", name, err));
        n += strlen(name);
    }
out:
    return st;
}

static pv_status read_finding(const pv_args *args, pv_finding *f, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    const char *status = pv_args_text(args, "set");
    int k = PV_PLOT_RULED_OUT, people = pv_args_count(args, "person");
    while (k < PV_PLOT_REGROWN && strcmp(pv_plot_status_word((pv_plot_status)k), status) != 0) k++;
    pv_finding_clear(f);
    f->status = (pv_plot_status)k;
    memcpy(f->date, date, PV_DATE);
    if (people > 2) PV_TRY(pv_fail(err, PV_USAGE, "--person: at most two sign"));
    PV_TRY(put(f->person1, sizeof f->person1, "person", people > 0 ? pv_args_at(args, "person", 0) : NULL, err));
    PV_TRY(put(f->person2, sizeof f->person2, "person", people > 1 ? pv_args_at(args, "person", 1) : NULL, err));
    PV_TRY(put(f->crew, sizeof f->crew, "crew", pv_args_text(args, "crew"), err));
    if (pv_args_has(args, "due")) PV_TRY(put(f->due, sizeof f->due, "due", pv_args_text(args, "due"), err));
    PV_TRY(put(f->method, sizeof f->method, "method", pv_args_text(args, "method"), err));
    PV_TRY(put_reason(args, f, err));
    PV_TRY(put_evidence(args, f, err));
    if (pv_args_has(args, "plants")) *(f->status == PV_PLOT_ERADICATED ? &f->plants_removed : &f->plants_counted) = pv_args_int(args, "plants");
    if (pv_args_has(args, "area")) f->area_measured_m2 = pv_args_real(args, "area");
    (void)snprintf(f->source, sizeof f->source, "papaver");
out:
    return st;
}

static void say_outcome(const pv_finding *f, const pv_plot *plot, pv_finding_outcome outcome)
{
    static const char *const words[PV_FINDING_OUTCOMES] = {
        [PV_FINDING_ADDED] = PV_N("it was recorded"),
        [PV_FINDING_SAME] = PV_N("the same finding stands there: nothing was done"),
        [PV_FINDING_LATE] = PV_N("it was recorded; another finding, or a photo since, decides the status"),
        [PV_FINDING_CONFLICT] = PV_N("it was recorded; it contradicts another finding of that day: a later finding must settle it"),
    };
    pv_note("%s, %s on %s: %s", plot->id, pv_plot_status_word(f->status), f->date, words[outcome]);
}

static pv_status record(const pv_args *args, pv_season *s, const char *date, pv_err *err)
{
    pv_status st = PV_OK;
    pv_finding_outcome outcome = PV_FINDING_ADDED;
    pv_finding f;
    pv_plot plot;
    if (pv_args_count(args, "id") != 1) PV_TRY(pv_fail(err, PV_USAGE, "--set takes one plot: --id P…"));
    PV_TRY(read_finding(args, &f, date, err));
    PV_TRY(find_plot(s, pv_args_at(args, "id", 0), date, &plot, err));
    f.plot = plot.fid;
    pv_finding_key(&f, plot.id);
    PV_TRY(pv_findings_add(s, &f, &outcome, err));
    say_outcome(&f, &plot, outcome);
out:
    return st;
}

/* ---- lists and sheets ---- */

static int by_overdue(const void *a, const void *b)
{
    const pv_sheet *p = a, *q = b;
    if (p->overdue_days != q->overdue_days) return p->overdue_days > q->overdue_days ? -1 : 1;
    return strcmp(p->plot.id, q->plot.id);
}

/* Those that are overdue to the front; the others are dropped. */
static void keep_overdue(pv_sheets *sh)
{
    size_t n = 0;
    if (sh->n > 1) qsort(sh->at, sh->n, sizeof *sh->at, by_overdue);
    while (n < sh->n && sh->at[n].overdue_days > 0) n++;
    for (size_t i = n; i < sh->n; i++) {
        pv_free(sh->at[i].outline);
        pv_free(sh->at[i].properties);
    }
    sh->n = n;
}

static void begin_json(pv_text *out, const pv_season *s, const char *date)
{
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, pv_conf_text(s->conf, PV_SET_NAME));
    pv_text_addf(out, ",\"date\":\"%s\",\"plots\":[", date);
}

static pv_status print_list(const pv_args *args, pv_season *s, const char *date, const pv_units *units, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets sh = {.n = 0};
    int json = pv_args_has(args, "json");
    PV_TRY(pv_sheets_read(&sh, s, date,
                          pv_args_has(args, "all")    ? PV_SHEETS_ALL
                          : pv_args_has(args, "open") ? PV_SHEETS_OPEN
                                                      : PV_SHEETS_SHOWN,
                          units, err));
    if (pv_args_has(args, "overdue")) keep_overdue(&sh);
    if (json) begin_json(out, s, date);
    for (size_t i = 0; json && i < sh.n; i++) {
        pv_text_add(out, i > 0 ? ",\n" : "\n");
        PV_TRY(pv_plots_json(out, &sh.at[i], s, 0, err));
    }
    if (!json) pv_plots_words_list(out, &sh, pv_tr_zh());
out:
    pv_sheets_release(&sh);
    return st;
}

static pv_status print_sheets(const pv_args *args, pv_season *s, const char *date, const pv_units *units, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets sh = {.n = 0};
    pv_plot plot;
    int json = pv_args_has(args, "json");
    if (json) begin_json(out, s, date);
    for (int k = 0; k < pv_args_count(args, "id"); k++) {
        PV_TRY(find_plot(s, pv_args_at(args, "id", k), date, &plot, err));
        PV_TRY(pv_sheets_read_plot(&sh, s, date, plot.fid, units, err));
        if (json) {
            pv_text_add(out, k > 0 ? ",\n" : "\n");
            PV_TRY(pv_plots_json(out, sh.at, s, 1, err));
        } else {
            PV_TRY(pv_plots_words_sheet(out, sh.at, s, pv_tr_zh(), err));
        }
        pv_sheets_release(&sh);
    }
out:
    pv_sheets_release(&sh);
    return st;
}

static pv_status check_options(const pv_args *args, pv_err *err)
{
    static const char *const with_set[] = {"reason", "person", "crew", "due", "plants", "area", "method", "evidence"};
    int sets = pv_args_has(args, "set");
    for (size_t i = 0; i < sizeof with_set / sizeof *with_set; i++)
        if (!sets && pv_args_count(args, with_set[i]) > 0) return pv_fail(err, PV_USAGE, "--%s goes with --set", with_set[i]);
    return PV_OK;
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_units *units = NULL;
    pv_text out = {0};
    char date[PV_DATE];
    int sets = pv_args_has(args, "set"), json = pv_args_has(args, "json");
    PV_TRY(check_options(args, err));
    PV_TRY(pv_day_or_today(date, args, "date", err));
    PV_TRY(pv_season_open(&s, args->input[0], sets, err));
    PV_TRY(pv_season_units(&units, s, err));
    if (sets) PV_TRY(record(args, s, date, err));
    if (pv_args_count(args, "id") > 0)
        PV_TRY(print_sheets(args, s, date, units, &out, err));
    else
        PV_TRY(print_list(args, s, date, units, &out, err));
    if (json) pv_text_add(&out, "\n]}\n");
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
    if (sets) PV_TRY(pv_sql_settle(s->db, err));
out:
    pv_units_free(units);
    pv_season_close(s);
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_plots = {
    .name = "plots",
    .line = "the plots of a season: where to go first, what comes next, and their history",
    .inputs = "SEASON",
    .min_inputs = 1,
    .max_inputs = 1,
    .text =
        "Lists the plots by risk and points, with the reasons for these, when the next step is due and what it is; columns are separated by tabs. "
        "Weights, "
        "thresholds and days are settings of season.conf. With --id: all that is known of a plot (一斑一档), with every finding there ever was.\n\n"
        "With --set an office records a finding by hand. Nothing is ever changed or deleted: the status of a plot follows from all of its findings "
        "and from what "
        "photos showed since, so that a finding that comes late, or twice, does no harm. Words are Chinese when the environment says so "
        "(LANG=zh_CN.UTF-8).",
    .example = "  papaver plots 2026 --overdue\n  papaver plots 2026 --id P0AB12C\n"
               "  papaver plots 2026 --id P0AB12C --set ruled_out --reason corn_poppy --person 张三 --date 2026-05-20\n",
    PV_OPTIONS(options),
    .run = run,
};
