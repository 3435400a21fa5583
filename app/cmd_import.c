/* papaver import: what crews send back, into the ledger. */
#include <string.h>

#include "app/command.h"
#include "app/day.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/say.h"
#include "base/tr.h"
#include "season/form.h"
#include "season/returns.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"dry-run", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "say what would happen to every row, and write nothing"},
    {"datum", 0, PV_OPT_CHOICE, 0, NULL, "auto", 0, 0, "auto|wgs84|cgcs2000|gcj02|bd09",
     "what the places are in; auto: as the file says, else by the rows with ids, else asked for"},
    {"kind", 0, PV_OPT_CHOICE, 0, NULL, "findings", 0, 0, "findings|register|tips",
     "what the files hold: findings of crews, the forest-entry register, or tip-offs"},
    {"crew", 0, PV_OPT_TEXT, 0, "NAME", NULL, 0, 0, NULL, "the crew of rows that name none"},
    {"date", 0, PV_OPT_TEXT, 0, "YYYY-MM-DD", NULL, 0, 0, NULL, "the day of rows that give none"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object"},
};

/* ---- words ---- */

static void add_status(pv_text *out, pv_plot_status status)
{
    const char *code = pv_plot_status_word(status);
    const pv_form_word *w = pv_form_word_of(PV_LIST_STATUS, code);
    pv_text_add(out, pv_tr_zh() && w != NULL ? w->zh : code);
}

static void add_line(pv_text *out, const pv_return_line *l)
{
    pv_text_addf(out, "%s:%lld: ", l->file, (long long)l->line);
    pv_text_add(out, l->plot[0] != '\0' ? l->plot : l->said[0] != '\0' ? l->said : "-");
    if (l->how == PV_RETURN_BY_DISTANCE) {
        pv_text_add(out, " (");
        pv_text_add_real(out, l->off_m, 1);
        pv_text_add(out, pv_tr(" m away)"));
    }
    if (l->how == PV_RETURN_NEW_PLACE) pv_text_add(out, pv_tr(" (a new place)"));
    pv_text_addf(out, ": %s", pv_tr(pv_return_outcome_word(l->outcome)));
    for (int i = 0; i < l->n_status; i++) {
        pv_text_add(out, i == 0 ? ": " : ", ");
        add_status(out, l->status[i]);
    }
    if (l->n_status > 0 && l->date[0] != '\0') pv_text_addf(out, " %s", l->date);
    if (l->photos > 0) pv_text_addf(out, l->photos == 1 ? pv_tr(", %d photo") : pv_tr(", %d photos"), l->photos);
    if (l->why[0] != '\0') pv_text_addf(out, ": %s", l->why_local[0] != '\0' ? l->why_local : l->why);
    pv_text_add(out, "\n");
}

static void add_source(pv_text *out, const pv_return_source *s)
{
    size_t n = strlen(s->file);
    if (s->refused.status != PV_OK) {
        const char *words = pv_err_words(&s->refused);
        if (strncmp(words, s->file, n) == 0 && strncmp(words + n, ": ", 2) == 0) words += n + 2; /* the name is said once */
        pv_text_addf(out, pv_tr("%s: refused: %s\n"), s->file, words);
        return;
    }
    pv_text_addf(out, pv_tr("%s: %s, %lld rows, %lld not checked, datum %s (%s"), s->file, s->format, (long long)s->rows, (long long)s->unchecked,
                 pv_datum_word(s->datum), pv_tr(s->known_by));
    if (s->shift_m >= 0) {
        pv_text_add(out, pv_tr(", plots lie "));
        pv_text_add_real(out, s->shift_m, 1);
        pv_text_add(out, pv_tr(" m off in it"));
    }
    pv_text_add(out, ")\n");
}

static void add_words(pv_text *out, const pv_returns *r, int dry_run)
{
    for (size_t i = 0; i < r->n_sources; i++) add_source(out, &r->source[i]);
    for (size_t i = 0; i < r->said.n; i++) pv_text_addf(out, "%s\n", pv_lines_words(&r->said, i));
    for (size_t i = 0; i < r->n; i++) add_line(out, &r->at[i]);
    if (dry_run) pv_text_add(out, pv_tr("nothing is written (--dry-run); would be: "));
    for (int k = PV_RETURN_UNCHECKED + 1; k < PV_RETURN_OUTCOMES; k++)
        pv_text_addf(out, "%lld %s, ", (long long)r->count[k], pv_tr(pv_return_outcome_word((pv_return_outcome)k)));
    pv_text_addf(out, pv_tr("%lld not checked; %lld new places, %lld photos"), (long long)r->count[PV_RETURN_UNCHECKED], (long long)r->new_places,
                 (long long)r->evidence);
    pv_text_add(out, "\n");
}

/* ---- JSON ---- */

static void add_source_json(pv_text *out, const pv_return_source *s)
{
    pv_text_add(out, "{\"file\":");
    pv_text_add_json(out, s->file);
    pv_text_addf(out, ",\"format\":\"%s\",\"datum\":\"%s\",\"known_by\":\"%s\",\"shift_m\":", s->format, pv_datum_word(s->datum), s->known_by);
    if (s->shift_m >= 0)
        pv_text_add_real(out, s->shift_m, 1);
    else
        pv_text_add(out, "null");
    pv_text_addf(out, ",\"rows\":%lld,\"unchecked\":%lld,\"refused\":", (long long)s->rows, (long long)s->unchecked);
    pv_text_add_json(out, s->refused.status != PV_OK ? s->refused.text : NULL);
    pv_text_add(out, "}");
}

static void add_line_json(pv_text *out, const pv_return_line *l)
{
    pv_text_add(out, "{\"file\":");
    pv_text_add_json(out, l->file);
    pv_text_addf(out, ",\"line\":%lld,\"said\":", (long long)l->line);
    pv_text_add_json(out, l->said);
    pv_text_addf(out, ",\"plot\":\"%s\",\"how\":\"%s\",\"off_m\":", l->plot, pv_return_how_word(l->how));
    if (l->off_m >= 0)
        pv_text_add_real(out, l->off_m, 1);
    else
        pv_text_add(out, "null");
    pv_text_addf(out, ",\"outcome\":\"%s\",\"date\":\"%s\",\"status\":[", pv_return_outcome_word(l->outcome), l->date);
    for (int i = 0; i < l->n_status; i++) pv_text_addf(out, "%s\"%s\"", i > 0 ? "," : "", pv_plot_status_word(l->status[i]));
    pv_text_addf(out, "],\"photos\":%d,\"why\":", l->photos);
    pv_text_add_json(out, l->why[0] != '\0' ? l->why : NULL);
    pv_text_add(out, "}");
}

static void add_json(pv_text *out, const pv_returns *r, int dry_run)
{
    pv_text_addf(out, "{\"dry_run\":%s,\"files\":[", dry_run ? "true" : "false");
    for (size_t i = 0; i < r->n_sources; i++) {
        if (i > 0) pv_text_add(out, ",");
        add_source_json(out, &r->source[i]);
    }
    pv_text_add(out, "],\"left_out\":[");
    for (size_t i = 0; i < r->said.n; i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_json(out, r->said.at[i].text);
    }
    pv_text_add(out, "],\"rows\":[");
    for (size_t i = 0; i < r->n; i++) {
        if (i > 0) pv_text_add(out, ",");
        add_line_json(out, &r->at[i]);
    }
    pv_text_add(out, "],\"count\":{");
    for (int k = 0; k < PV_RETURN_OUTCOMES; k++)
        pv_text_addf(out, "%s\"%s\":%lld", k > 0 ? "," : "", pv_return_outcome_word((pv_return_outcome)k), (long long)r->count[k]);
    pv_text_addf(out, "},\"new_places\":%lld,\"evidence\":%lld,\"refused_files\":%lld}\n", (long long)r->new_places, (long long)r->evidence,
                 (long long)r->refused_files);
}

/* ---- the command ---- */

/* date: where the option's day is kept. */
static pv_status read_options(const pv_args *args, pv_return_options *o, char date[PV_DATE], pv_err *err)
{
    static const char *const kind[] = {"findings", "register", "tips"};
    *o = (pv_return_options){.dry_run = pv_args_has(args, "dry-run"), .crew = pv_args_text(args, "crew")};
    if (strcmp(pv_args_text(args, "datum"), "auto") != 0) (void)pv_datum_read(pv_args_text(args, "datum"), &o->datum);
    for (int k = 0; k < 3; k++)
        if (strcmp(kind[k], pv_args_text(args, "kind")) == 0) o->kind = (pv_return_kind)k;
    o->date = pv_args_has(args, "date") ? date : NULL;
    return pv_day_read(date, args, "date", err);
}

static pv_status verdict(const pv_returns *r, pv_err *err)
{
    int64_t left = r->count[PV_RETURN_DOUBTFUL] + r->count[PV_RETURN_REFUSED], taken = -left;
    size_t usable = 0;
    for (int k = 0; k < PV_RETURN_OUTCOMES; k++) taken += r->count[k];
    for (size_t i = 0; i < r->n_sources; i++) usable += r->source[i].refused.status == PV_OK;
    if (left == 0 && r->refused_files == 0) return PV_OK;
    if (usable == 0 || (taken == 0 && r->context_added == 0))
        return pv_fail(err, PV_INPUT, "nothing in these files can be used; the reasons are listed");
    return pv_fail(err, PV_PARTIAL, "%lld rows and %lld files or parts of files were not taken; the reasons are listed", (long long)left,
                   (long long)r->refused_files);
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_returns r = {.n = 0};
    pv_return_options o;
    pv_text out = {0};
    char date[PV_DATE], day[PV_DATE];
    PV_TRY(read_options(args, &o, date, err));
    PV_TRY(pv_today(day, err));
    o.today = day;
    PV_TRY(pv_season_open(&s, args->input[0], 1, err));
    PV_TRY(pv_returns_take(&r, s, args->n_inputs - 1, args->input + 1, &o, err));
    if (pv_args_has(args, "json"))
        add_json(&out, &r, o.dry_run);
    else
        add_words(&out, &r, o.dry_run);
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_say(&out, err));
    PV_TRY(verdict(&r, err));
out:
    pv_returns_release(&r);
    pv_season_close(s);
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_import = {
    .name = "import",
    .line = "what crews send back, into the ledger",
    .inputs = "SEASON FILE...",
    .min_inputs = 2,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Takes findings of crews in: GeoPackage, Shapefile, KML, KMZ, GPX, GeoJSON, CSV, XLSX, the text of Ovital, a ZIP or a folder of these. A "
            "row belongs to the plot whose id it gives, else to "
            "the only plot within match_m of its place; a confirmed find without a plot is a new place; all else is listed and not taken. The same "
            "content once more, in whatever format, adds "
            "nothing; findings that contradict each other are kept and listed; nothing is changed or deleted. All that can be taken is taken in one "
            "transaction.\n\n"
            "Places that a map app has shifted (GCJ-02, BD-09) are recognised by the rows with ids and shifted back; where nothing shows it the file "
            "is refused until --datum says it.\n\n"
            "With --kind register or tips the files hold the forest-entry register (who, when, where) or tip-offs.",
    .example = "  papaver import 2026 returns/*.zip --dry-run\n  papaver import 2026 plots.csv --crew \"Liuwan 1\" --datum gcj02\n",
    PV_OPTIONS(options),
    .run = run,
};
