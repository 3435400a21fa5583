#include "app/exam_season.h"

#include <string.h>

#include "app/exam_taught.h"
#include "app/say.h"
#include "base/columns.h"
#include "base/text.h"
#include "base/tr.h"
#include "season/form.h"
#include "season/precision.h"

#include "base/banned.h"

static const struct {
    const char *json, *words;
} by_names[PV_PRECISION_BYS] = {
    {"month", PV_N("month of the finding")}, {"xiang", PV_N("township")}, {"cun", PV_N("village")}, {"lin_ban", PV_N("compartment")}};

static const char *const options_not_together[] = {"photo", "labels", "table", "folds", "reference"};

/* ---- JSON ---- */

static void figures_json(const pv_precision *p, pv_text *out)
{
    double low = 0, high = 1;
    int64_t n = p->confirmed + p->refused;
    pv_wilson(p->confirmed, n, &low, &high);
    pv_text_addf(out, "\"confirmed\":%lld,\"refused\":%lld,\"precision\":", (long long)p->confirmed, (long long)p->refused);
    if (n == 0)
        pv_text_add(out, "null");
    else
        pv_text_add_real(out, (double)p->confirmed / (double)n, 4);
    pv_text_add(out, ",\"low\":");
    pv_text_add_real(out, low, 4);
    pv_text_add(out, ",\"high\":");
    pv_text_add_real(out, high, 4);
}

static void reasons_json(const pv_lessons *l, pv_text *out)
{
    int n = 0, written = 0;
    const pv_form_word *word = pv_form_words(PV_LIST_VERDICT, &n);
    pv_text_add(out, ",\"reasons\":[");
    for (int k = 0; k <= n; k++) {
        int64_t count = pv_precision_refused(l, k < n ? word[k].code : "");
        if (count == 0) continue;
        pv_text_addf(out, "%s{\"verdict\":", written++ > 0 ? "," : "");
        pv_text_add_json(out, k < n ? word[k].code : NULL);
        pv_text_addf(out, ",\"refused\":%lld}", (long long)count);
    }
    pv_text_add(out, "]");
}

static void model_json(const pv_exam_taught *t, pv_text *out)
{
    pv_text lines = {0};
    pv_text_addf(out, ",\"model\":\"%s\",\"photos\":%d,\"confirmed_not_shown\":%lld,\"refused_not_shown\":%lld,\"not_asked\":%lld", t->model->id,
                 t->photos, (long long)t->confirmed_not, (long long)t->refused_not, (long long)t->unasked);
    pv_text_addf(out, ",\"learned\":{\"plots\":%lld,\"from\":", (long long)t->learned);
    pv_text_add_json(out, t->from[0] != '\0' ? t->from : NULL);
    pv_text_add(out, ",\"to\":");
    pv_text_add_json(out, t->to[0] != '\0' ? t->to : NULL);
    pv_text_add(out, "},\"left_out\":");
    for (size_t i = 0; i < t->left_out.n; i++) pv_text_addf(&lines, "%s\n", t->left_out.at[i].text);
    pv_text_add_json(out, pv_text_str(&lines));
    if (lines.failed) out->failed = 1;
    pv_text_release(&lines);
}

/* t NULL: of what was shown to crews. */
static void print_json(const pv_lessons *l, const pv_precisions *p, const pv_exam_taught *t, pv_text *out)
{
    int written = 0;
    pv_text_add(out, "{\"season\":");
    pv_text_add_json(out, l->season);
    pv_text_add(out, ",\"all\":{");
    figures_json(&p->all, out);
    pv_text_add(out, "}");
    for (int k = 0; k < PV_PRECISION_BYS; k++) {
        pv_text_addf(out, ",\"%s\":[", by_names[k].json);
        for (size_t i = 0; i < p->by[k].n; i++) {
            pv_text_addf(out, "%s{\"name\":", i > 0 ? "," : "");
            pv_text_add_json(out, p->by[k].at[i].name[0] != '\0' ? p->by[k].at[i].name : NULL);
            pv_text_add(out, ",");
            figures_json(&p->by[k].at[i], out);
            pv_text_add(out, "}");
        }
        pv_text_add(out, "]");
    }
    reasons_json(l, out);
    if (t != NULL)
        model_json(t, out);
    else
        pv_text_addf(out, ",\"missed\":%lld,\"not_flown\":%lld", (long long)p->missed, (long long)p->not_flown);
    pv_text_add(out, ",\"conflicts\":[");
    for (size_t i = 0; i < l->n_plots; i++)
        if (l->plot[i].conflict) pv_text_addf(out, "%s\"%s\"", written++ > 0 ? "," : "", l->plot[i].id);
    pv_text_add(out, "]}\n");
}

/* ---- words ---- */

enum { COUNT_COLUMNS = -9, SHARE_COLUMNS = 24 };

/* "confirmed  refused  precision", and what the rows are of. */
static void heads(const char *of, pv_text *out)
{
    pv_text_add_cell(out, pv_tr("confirmed"), COUNT_COLUMNS);
    pv_text_add(out, "  ");
    pv_text_add_cell(out, pv_tr("ruled out"), COUNT_COLUMNS);
    pv_text_add(out, "  ");
    pv_text_add_cell(out, pv_tr("precision"), of[0] != '\0' ? SHARE_COLUMNS : 0);
    pv_text_addf(out, "%s%s\n", of[0] != '\0' ? "  " : "", of);
}

static void figures_words(const pv_precision *p, const char *name, pv_text *out)
{
    pv_text share = {0};
    double low = 0, high = 1;
    int64_t n = p->confirmed + p->refused;
    pv_wilson(p->confirmed, n, &low, &high);
    if (n > 0)
        pv_text_addf(&share, pv_tr("%s  (%s to %s)"), pv_real((double)p->confirmed / (double)n, 3).text, pv_real(low, 3).text, pv_real(high, 3).text);
    pv_text_addf(out, "%9lld  %9lld  ", (long long)p->confirmed, (long long)p->refused);
    pv_text_add_cell(out, n > 0 ? pv_text_str(&share) : "–", SHARE_COLUMNS);
    pv_text_addf(out, "  %s\n", name);
    if (share.failed) out->failed = 1;
    pv_text_release(&share);
}

/* Units that no hotspot names are not worth a table. */
static int is_named(const pv_precision_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].name[0] != '\0') return 1;
    return 0;
}

static void reasons_words(const pv_lessons *l, pv_text *out)
{
    int n = 0;
    const pv_form_word *word = pv_form_words(PV_LIST_VERDICT, &n);
    pv_text_add(out, "\n");
    pv_text_add_cell(out, pv_tr("ruled out"), COUNT_COLUMNS);
    pv_text_addf(out, "  %s\n", pv_tr("reason"));
    for (int k = 0; k <= n; k++) {
        int64_t count = pv_precision_refused(l, k < n ? word[k].code : "");
        if (count > 0) pv_text_addf(out, "%9lld  %s\n", (long long)count, k == n ? pv_tr("in words only") : pv_tr_zh() ? word[k].zh : word[k].en);
    }
}

static void recall_words(const pv_precisions *p, pv_text *out)
{
    int64_t found = p->all.confirmed, known = found + p->missed;
    double low = 0, high = 1;
    pv_wilson(found, known, &low, &high);
    pv_text_addf(out, pv_tr("\nplots that crews found by themselves: %lld where photos had looked and showed nothing, %lld where none had looked\n"),
                 (long long)p->missed, (long long)p->not_flown);
    if (known == 0) return;
    pv_text_addf(out, pv_tr("shown in photos %lld of %lld known ones that were flown, at the most %s (%s to %s): nobody has searched everywhere\n"),
                 (long long)found, (long long)known, pv_real((double)found / (double)known, 3).text, pv_real(low, 3).text, pv_real(high, 3).text);
}

static void model_words(const pv_exam_taught *t, const pv_precisions *p, pv_text *out)
{
    int64_t found = p->all.confirmed, known = found + t->confirmed_not;
    double low = 0, high = 1;
    pv_wilson(found, known, &low, &high);
    pv_text_addf(out, pv_tr("\nnot shown: %lld confirmed, %lld ruled out; shown %lld of %lld confirmed ones (95 %%: %s to %s)\n"),
                 (long long)t->confirmed_not, (long long)t->refused_not, (long long)found, (long long)known, pv_real(low, 3).text,
                 pv_real(high, 3).text);
    pv_text_addf(out, "%s\n", pv_tr("what this model shows and no other did, nobody has judged: it is not counted"));
    if (t->from[0] != '\0')
        pv_text_addf(out, pv_tr("held out: %lld plots judged from %s to %s, the days of findings that the model learned from by its card\n"),
                     (long long)t->learned, t->from, t->to);
    else
        pv_text_addf(out, "%s\n",
                     pv_tr("its card names no findings of this season; whether it learned from these photos by --photo and --labels is not known"));
    if (t->unasked > 0) pv_text_addf(out, pv_tr("%lld judged plots lie in no photo that could be asked\n"), (long long)t->unasked);
    for (size_t i = 0; i < t->left_out.n; i++) pv_text_addf(out, "%s\n", pv_lines_words(&t->left_out, i));
}

static void print_words(const pv_lessons *l, const pv_precisions *p, const pv_exam_taught *t, pv_text *out)
{
    if (t != NULL)
        pv_text_addf(out, pv_tr("%s, model %s (%s) on %d photos: of plots that it shows and people judged; intervals of 95 %% (Wilson)\n\n"),
                     l->season, t->model->name, t->model->id, t->photos);
    else
        pv_text_addf(out, pv_tr("%s: of plots that photos showed and people judged; intervals of 95 %% (Wilson)\n\n"), l->season);
    heads("", out);
    figures_words(&p->all, pv_tr("all"), out);
    for (int k = 0; k < PV_PRECISION_BYS; k++) {
        if (!is_named(&p->by[k])) continue;
        pv_text_add(out, "\n");
        heads(pv_tr(by_names[k].words), out);
        for (size_t i = 0; i < p->by[k].n; i++) figures_words(&p->by[k].at[i], p->by[k].at[i].name[0] != '\0' ? p->by[k].at[i].name : "–", out);
    }
    if (p->all.refused > 0) reasons_words(l, out);
    if (t != NULL)
        model_words(t, p, out);
    else
        recall_words(p, out);
    if (p->conflicts == 0) return;
    pv_text_addf(out, pv_tr("\nin conflict, not counted: %lld:"), (long long)p->conflicts);
    for (size_t i = 0; i < l->n_plots; i++)
        if (l->plot[i].conflict) pv_text_addf(out, " %s", l->plot[i].id);
    pv_text_add(out, "\n");
}

pv_status pv_exam_season(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_season *s = NULL;
    pv_lessons l = {0};
    pv_precisions p = {0};
    pv_exam_taught t = {.photos = 0}, *asked = NULL;
    pv_text out = {0};
    const char *folder = pv_args_text(args, "from-season");
    for (size_t i = 0; i < sizeof options_not_together / sizeof *options_not_together; i++)
        if (pv_args_has(args, options_not_together[i]))
            PV_TRY(pv_fail(err, PV_USAGE, "--from-season tells what crews found; --%s is for labels", options_not_together[i]));
    PV_TRY(pv_season_open(&s, folder, 0, err));
    PV_TRY(pv_lessons_read(&l, s, err));
    if (l.n_plots == 0) PV_TRY(pv_fail(err, PV_INPUT, "%s: nobody has judged a plot yet", folder));
    if (pv_args_has(args, "model")) {
        PV_TRY(pv_exam_taught_judge(&t, args, &l, s->folder, err));
        asked = &t;
    }
    PV_TRY(pv_precisions_of(&p, &l, err));
    if (pv_args_has(args, "json"))
        print_json(&l, &p, asked, &out);
    else
        print_words(&l, &p, asked, &out);
    PV_TRY(pv_say(&out, err));
out:
    pv_text_release(&out);
    pv_precisions_release(&p);
    pv_exam_taught_release(&t);
    pv_lessons_release(&l);
    pv_season_close(s);
    return st;
}
