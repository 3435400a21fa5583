#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/info.h"
#include "app/machine.h"
#include "base/mem.h"
#include "base/tr.h"
#include "season/form.h"
#include "season/season_facts.h"

#include "base/banned.h"

static int64_t all_of(const pv_fact_counts *c)
{
    int64_t sum = 0;
    for (int k = 0; k < c->n; k++) sum += c->at[k].n;
    return sum;
}

static const char *state_name(const char *word)
{
    const pv_form_word *w = pv_tr_zh() ? pv_form_word_of(PV_LIST_STATUS, word) : NULL;
    return w != NULL ? w->zh : pv_tr(word);
}

static const char *night_state(const char *state)
{
    return strcmp(state, "published") == 0 ? pv_tr("published") : strcmp(state, "open") == 0 ? pv_tr("open") : state;
}

/* "12: 10 done, 2 refused" */
static void counts_line(pv_text *out, const char *name, const pv_fact_counts *c, int64_t merged)
{
    pv_text list = {0};
    for (int k = 0; k < c->n; k++) pv_text_addf(&list, "%s%lld %s", k > 0 ? ", " : ": ", (long long)c->at[k].n, state_name(c->at[k].word));
    if (merged > 0) pv_text_addf(&list, pv_tr("; %lld more turned out to be parts of them"), (long long)merged);
    pv_info_line(out, name, "%lld%s", (long long)all_of(c), pv_text_str(&list));
    pv_text_release(&list);
}

static void season_words(const char *path, const pv_season_facts *f, pv_text *out)
{
    pv_text_addf(out, pv_tr("%s: a season\n"), path);
    pv_info_line(out, "name", "%s", f->name[0] != '\0' ? f->name : pv_tr("not known: no season.conf that can be read lies beside it"));
    pv_info_line(out, "schema", "%lld", (long long)f->schema);
    pv_info_line(out, "nights", "%lld, %lld of them published", (long long)f->nights, (long long)f->published);
    if (f->nights > 0)
        pv_info_line(out, "last night", "%s, %s%s%s", f->last.night.date, night_state(f->last.state), f->last.folder[0] != '\0' ? ": out/" : "",
                     f->last.folder);
    counts_line(out, PV_N("photos"), &f->photos, 0);
    pv_info_line(out, "hotspots", "%lld", (long long)f->hotspots);
    counts_line(out, PV_N("plots"), &f->plots, f->merged);
    if (f->has_grid)
        pv_info_line(out, "grid", "EPSG:%d, cells of %.10g m", f->grid.epsg, f->grid.cell_m);
    else
        pv_info_line(out, "grid", "none yet");
}

static void counts_json(const char *key, const pv_fact_counts *c, pv_text *out)
{
    pv_text_addf(out, ",\"%s\":{\"all\":%lld", key, (long long)all_of(c));
    for (int k = 0; k < c->n; k++) {
        pv_text_add(out, ",");
        pv_text_add_json(out, c->at[k].word);
        pv_text_addf(out, ":%lld", (long long)c->at[k].n);
    }
    pv_text_add(out, "}");
}

static void text_or_null(const char *key, const char *text, pv_text *out)
{
    pv_text_addf(out, ",\"%s\":", key);
    pv_text_add_json(out, text[0] != '\0' ? text : NULL);
}

static void season_json(const char *path, const pv_season_facts *f, pv_text *out)
{
    pv_text_add(out, "{\"kind\":\"season\",\"path\":");
    pv_text_add_json(out, path);
    text_or_null("name", f->name, out);
    pv_text_addf(out, ",\"schema\":%lld,\"nights\":{\"all\":%lld,\"published\":%lld},\"last_night\":", (long long)f->schema, (long long)f->nights,
                 (long long)f->published);
    if (f->nights > 0) {
        pv_text_add(out, "{\"date\":");
        pv_text_add_json(out, f->last.night.date);
        text_or_null("state", f->last.state, out);
        text_or_null("run", f->last.run, out);
        text_or_null("folder", f->last.folder, out);
        pv_text_add(out, "}");
    } else {
        pv_text_add(out, "null");
    }
    counts_json("photos", &f->photos, out);
    pv_text_addf(out, ",\"hotspots\":%lld", (long long)f->hotspots);
    counts_json("plots", &f->plots, out);
    pv_text_addf(out, ",\"merged\":%lld,\"grid\":", (long long)f->merged);
    if (f->has_grid)
        pv_text_addf(out, "{\"epsg\":%d,\"cell_mm\":%d}}", f->grid.epsg, pv_cell_grid_mm(&f->grid));
    else
        pv_text_add(out, "null}");
}

pv_status pv_info_season(const char *path, int json, int *is_one, pv_text *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text ledger = {0};
    pv_season_facts *f = NULL;
    *is_one = 0;
    pv_text_add(&ledger, path);
    if (pv_is_folder(path)) pv_text_add(&ledger, path[strlen(path) - 1] == '/' ? "season.gpkg" : "/season.gpkg");
    PV_TRY(pv_text_status(&ledger, err));
    if (access(pv_text_str(&ledger), F_OK) != 0 && errno == ENOENT) goto out;
    PV_TRY(pv_alloc(&f, 1, sizeof *f, "facts", err));
    PV_TRY(pv_where(err, pv_season_facts_read(f, pv_text_str(&ledger), is_one, err), "%s", path));
    if (!*is_one) goto out;
    if (json)
        season_json(path, f, out);
    else
        season_words(path, f, out);
out:
    pv_text_release(&ledger);
    pv_free(f);
    return st;
}
