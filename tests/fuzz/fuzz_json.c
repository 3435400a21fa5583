/* Any bytes: the reader must answer, and what it keeps must be inside the text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_everything(const pv_json *j, size_t size)
{
    char buf[16];
    double real = 0;
    int64_t whole = 0;
    int truth = 0;
    for (size_t i = 0; i < j->n; i++) {
        pv_json_ref ref = (pv_json_ref)i;
        const pv_json_node *node = &j->node[i];
        if (node->at >= node->end || node->end > size || node->next <= i || node->next > j->n) abort();
        (void)pv_json_member(j, ref, "type");
        (void)pv_json_copy(j, ref, buf, sizeof buf);
        (void)pv_json_bool(j, ref, &truth);
        (void)pv_json_real(j, ref, -1e300, 1e300, &real);
        (void)pv_json_fixed(j, ref, 4, &whole);
        pv_text text = {0};
        (void)pv_json_text(j, ref, &text);
        pv_text_release(&text);
        int64_t elements = 0;
        for (pv_json_ref e = pv_json_first(j, ref); e >= 0; e = pv_json_after(j, ref, e)) elements++;
        if (elements > (int64_t)j->n) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err;
    static const int depths[] = {-1, 0, 2};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        pv_json j = {0};
        pv_status st = pv_json_parse(&j, (const char *)data, size, depths[i], &err);
        if (st == PV_OK)
            ask_everything(&j, size);
        else if (st != PV_INPUT || err.text[0] == '\0' || j.node != NULL)
            abort();
        pv_json_release(&j);
    }
    return 0;
}
