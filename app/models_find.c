#include "app/models_find.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/machine.h"
#include "base/mem.h"
#include "base/text.h"
#include "models/model_file.h"
#include "pipeline/tile.h"

#include "base/banned.h"

#ifndef PV_SHIPPED_MODELS
#define PV_SHIPPED_MODELS ""
#endif

static int pv_is_model_file(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && strcmp(e->d_name + n - 4, ".pvm") == 0;
}

static int pv_by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static pv_status pv_found_add(pv_found_models *f, const char *folder, const char *name, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    pv_found_model m = {.path = NULL};
    pv_text_addf(&path, "%s/%s", folder, name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_grow(&f->at, &f->cap, f->n + 1, sizeof *f->at, "models", err));
    PV_TRY(pv_strdup(&m.path, pv_text_str(&path), err));
    if (pv_model_load(&m.model, m.path, &m.reason) != PV_OK) m.model = NULL;
    f->at[f->n++] = m;
out:
    pv_text_release(&path);
    return st;
}

/* All models of one folder; a folder that is not there has none. */
static pv_status pv_found_folder(pv_found_models *f, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    struct dirent **list = NULL;
    if (folder[0] == '\0') return PV_OK;
    size_t used = strlen(f->where);
    (void)snprintf(f->where + used, sizeof f->where - used, "%s%s", used > 0 ? ", " : "", folder);
    int n = scandir(folder, &list, pv_is_model_file, pv_by_bytes);
    for (int i = 0; i < n && st == PV_OK; i++) st = pv_found_add(f, folder, list[i]->d_name, err);
    for (int i = 0; i < n; i++) free(list[i]);
    free(list);
    return st;
}

static pv_status pv_found_list(pv_found_models *f, const char *folders, pv_err *err)
{
    pv_status st = PV_OK;
    while (*folders != '\0' && st == PV_OK) {
        char one[1024];
        size_t n = strcspn(folders, ":");
        (void)snprintf(one, sizeof one, "%.*s", (int)n, folders);
        st = pv_found_folder(f, one, err);
        folders += n + (folders[n] == ':');
    }
    return st;
}

pv_status pv_models_find(pv_found_models *out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_found_models f = {0};
    char program[1024], folder[1100];
    const char *named = getenv("PAPAVER_MODELS");
    if (named != NULL && named[0] != '\0') {
        PV_TRY(pv_found_list(&f, named, err));
    } else {
        if (pv_program_folder(program, sizeof program)) {
            (void)snprintf(folder, sizeof folder, "%s/../share/papaver/models", program);
            PV_TRY(pv_found_folder(&f, folder, err));
        }
        if (f.n == 0) PV_TRY(pv_found_folder(&f, PV_SHIPPED_MODELS, err));
    }
    *out = f;
    f = (pv_found_models){0};
out:
    pv_models_release(&f);
    return st;
}

void pv_models_release(pv_found_models *f)
{
    for (size_t i = 0; i < f->n; i++) {
        pv_free(f->at[i].path);
        pv_model_free(f->at[i].model);
    }
    pv_free(f->at);
    *f = (pv_found_models){0};
}

int pv_model_fits(const pv_model *m, const pv_photo_facts *facts, pv_err *reason)
{
    pv_work_grid grid;
    if (strcmp(m->kind, "photo") != 0) return pv_fail(reason, PV_MODEL, "it is a model of spectra, not of photos") == PV_OK;
    for (int b = 0; b < m->n_bands; b++)
        if (pv_photo_find_band(facts, m->band[b]) < 0) return pv_fail(reason, PV_MODEL, "it needs band '%s'", m->band[b]) == PV_OK;
    return pv_work_grid_of(&grid, facts, m->gsd_m, reason) == PV_OK;
}

/* As pv_model_fits() for a photo that may be too coarse. */
static int pv_model_fits_coarse(const pv_model *m, const pv_photo_facts *facts)
{
    pv_work_grid grid;
    int coarse = 0, bands = strcmp(m->kind, "photo") == 0;
    for (int b = 0; b < m->n_bands; b++) bands = bands && pv_photo_find_band(facts, m->band[b]) >= 0;
    return bands && pv_work_grid_any(&grid, facts, m->gsd_m, &coarse, NULL) == PV_OK && coarse;
}

static int pv_model_is_better(const pv_model *m, const pv_model *best)
{
    return best == NULL || m->n_bands > best->n_bands || (m->n_bands == best->n_bands && strcmp(m->name, best->name) < 0);
}

/* The list in both languages. */
static pv_status say_none_fits(const char *words, const char *local, pv_err *err)
{
    pv_err other = {.status = PV_OK};
    (void)pv_fail(&other, PV_MODEL, "no model fits the photo%s; learn one with `papaver train` and name it with --model", local);
    pv_status st = pv_fail(err, PV_MODEL, "no model fits the photo%s; learn one with `papaver train` and name it with --model", words);
    if (err != NULL) memcpy(err->local, other.local, sizeof err->local);
    return st;
}

pv_status pv_models_choose(const pv_found_models *f, const pv_photo_facts *facts, size_t *chosen, pv_err *err)
{
    const pv_model *best = NULL;
    int coarse = 0;
    pv_err reason;
    pv_text words = {0}, local = {0};
    for (size_t i = 0; i < f->n; i++) {
        const pv_model *m = f->at[i].model;
        const pv_err *why = m != NULL ? &reason : &f->at[i].reason;
        if (m != NULL && pv_model_fits(m, facts, &reason)) {
            if (!pv_model_is_better(m, best)) continue;
            best = m;
            *chosen = i;
            continue;
        }
        pv_text_addf(&words, "; %s: %s", pv_path_name(f->at[i].path), why->text);
        pv_text_addf(&local, "; %s: %s", pv_path_name(f->at[i].path), pv_err_words(why));
    }
    for (size_t i = 0; i < f->n && f->allow_coarse; i++) {
        const pv_model *m = f->at[i].model;
        if (m == NULL || (best != NULL && !coarse) || !pv_model_fits_coarse(m, facts) || !pv_model_is_better(m, best)) continue;
        best = m;
        *chosen = i;
        coarse = 1;
    }
    pv_status st = PV_OK;
    if (best == NULL && f->n == 0)
        st = pv_fail(err, PV_MODEL, "no model was found in %s; name one with --model, or learn one with `papaver train`", f->where);
    else if (best == NULL)
        st = say_none_fits(pv_text_str(&words), pv_text_str(&local), err);
    pv_text_release(&words);
    pv_text_release(&local);
    return st;
}
