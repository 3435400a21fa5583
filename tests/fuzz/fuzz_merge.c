/* Any bytes as parts of a merge, cut at 0xFF bytes: refused with the part's name, or merged to something that is JSON. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "pipeline/hotspots.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_PARTS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[MAX_PARTS] = {"one", "two", "three", "four"};
    const char *part[MAX_PARTS];
    char *text = NULL;
    pv_text out = {0}, missing = {0};
    pv_json j = {0};
    pv_err err;
    int n = 1;
    if (pv_alloc(&text, size + 1, 1, "parts", NULL) != PV_OK) return 0;
    if (size > 0) memcpy(text, data, size);
    part[0] = text;
    for (size_t i = 0; i < size; i++)
        if (data[i] == 0xFF && n < MAX_PARTS) {
            text[i] = '\0';
            part[n++] = text + i + 1;
        }
    pv_status st = pv_hotspots_merge(&out, n, part, names, &missing, &err);
    if (st == PV_OK) {
        if (pv_json_parse(&j, pv_text_str(&out), out.len, -1, &err) != PV_OK) abort();
    } else if (st != PV_INPUT || err.text[0] == '\0' || out.data != NULL) {
        abort();
    }
    pv_json_release(&j);
    pv_text_release(&out);
    pv_text_release(&missing);
    pv_free(text);
    return 0;
}
