#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "geo/units_internal.h"

#include "base/banned.h"

enum { PV_WORD_BLOCK = 65536 };

void pv_words_release(pv_words *w)
{
    for (size_t i = 0; i < w->n_blocks; i++) pv_free(w->block[i]);
    pv_free(w->block);
    pv_free(w->slot);
    *w = (pv_words){0};
}

/* FNV-1a. */
static uint64_t pv_word_hash(const char *text)
{
    uint64_t h = 14695981039346656037U;
    for (; *text != '\0'; text++) h = (h ^ (uint8_t)*text) * 1099511628211U;
    return h;
}

static const char **pv_word_slot(const char **slot, size_t n_slots, const char *text)
{
    size_t at = (size_t)pv_word_hash(text) & (n_slots - 1);
    while (slot[at] != NULL && strcmp(slot[at], text) != 0) at = (at + 1) & (n_slots - 1);
    return &slot[at];
}

static pv_status pv_words_widen(pv_words *w, pv_err *err)
{
    size_t n = w->n_slots > 0 ? w->n_slots * 2 : 1024;
    const char **slot = NULL;
    if ((w->n + 1) * 2 <= w->n_slots) return PV_OK;
    pv_status st = pv_alloc(&slot, n, sizeof *slot, "names of units", err);
    if (st != PV_OK) return st;
    for (size_t i = 0; i < w->n_slots; i++)
        if (w->slot[i] != NULL) *pv_word_slot(slot, n, w->slot[i]) = w->slot[i];
    pv_free(w->slot);
    w->slot = slot;
    w->n_slots = n;
    return PV_OK;
}

pv_status pv_words_keep(pv_words *w, const char *text, const char **out, pv_err *err)
{
    pv_status st = PV_OK;
    size_t bytes = strlen(text) + 1;
    if (bytes > PV_WORD_BLOCK) PV_TRY(pv_fail(err, PV_BUG, "a text of %zu bytes", bytes));
    PV_TRY(pv_words_widen(w, err));
    const char **slot = pv_word_slot(w->slot, w->n_slots, text);
    if (*slot == NULL) {
        if (w->n_blocks == 0 || w->used + bytes > PV_WORD_BLOCK) {
            PV_TRY(pv_grow(&w->block, &w->cap_blocks, w->n_blocks + 1, sizeof *w->block, "names of units", err));
            PV_TRY(pv_alloc(&w->block[w->n_blocks], PV_WORD_BLOCK, 1, "names of units", err));
            w->n_blocks++;
            w->used = 0;
        }
        char *copy = w->block[w->n_blocks - 1] + w->used;
        memcpy(copy, text, bytes);
        w->used += bytes;
        *slot = copy;
        w->n++;
    }
    *out = *slot;
out:
    return st;
}
