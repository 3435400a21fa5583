/* Band texts and the --bands option: lines of the input are the option, then descriptions, colours and file names in turn. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/bands.h"

#include "base/banned.h"

enum { BANDS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *option, const pv_band_hint *hint)
{
    pv_band band[BANDS];
    int is_alpha[BANDS], skip[BANDS];
    pv_err err = {0};
    if (pv_bands_name(BANDS, hint, option, band, is_alpha, skip, &err) != PV_OK) {
        if (err.text[0] == '\0') abort();
        return;
    }
    for (int k = 0; k < BANDS; k++) {
        if (band[k].file_band != k + 1 || band[k].name[0] == '\0' || band[k].how[0] == '\0') abort();
        for (int i = 0; i < k; i++)
            if (!skip[i] && !skip[k] && !is_alpha[i] && !is_alpha[k] && strcmp(band[i].name, band[k].name) == 0) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = NULL, *at;
    const char *line[1 + 3 * BANDS] = {0};
    pv_band_hint hint[BANDS] = {0};
    if (pv_alloc(&text, size + 1, 1, "text", NULL) != PV_OK) return 0;
    if (size > 0) memcpy(text, data, size);
    at = text;
    for (int i = 0; i < 1 + 3 * BANDS && at != NULL; i++) {
        char *end = strchr(at, '\n');
        if (end != NULL) *end++ = '\0';
        line[i] = at;
        at = end;
    }
    for (int k = 0; k < BANDS; k++) hint[k] = (pv_band_hint){.description = line[1 + 3 * k], .colour = line[2 + 3 * k], .file_name = line[3 + 3 * k]};
    check(line[0], hint);
    check(NULL, hint);
    pv_free(text);
    return 0;
}
