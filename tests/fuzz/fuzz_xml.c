/* Any bytes as XML: tags must match, depth and attributes stay in their bounds, and it ends. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/xml_in.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_xml x;
    pv_xml_event event = PV_XML_END_OF_FILE;
    pv_err err = {0};
    int depth = 0;
    if (!pv_utf8_valid((const char *)data, size)) return 0;
    pv_xml_init(&x, (const char *)data, size);
    for (size_t steps = 0;; steps++) {
        pv_status st = pv_xml_next(&x, &event, &err);
        if (steps > 2 * size + 2) abort();
        if (st != PV_OK && (st != PV_INPUT || strncmp(err.text, "line ", 5) != 0)) abort();
        if (st != PV_OK) break;
        if (event == PV_XML_END_OF_FILE) {
            if (depth != 0) abort();
            break;
        }
        depth += event == PV_XML_OPEN;
        if (depth != x.depth || pv_xml_name(&x)[0] == '\0' || strlen(pv_xml_parent(&x)) >= PV_XML_NAME) abort();
        depth -= event == PV_XML_CLOSE;
        for (int i = 0; event == PV_XML_OPEN && i < x.n_attributes; i++) (void)pv_xml_attribute(&x, x.attribute[i].name);
        if (!pv_utf8_valid(pv_text_str(&x.text), x.text.len)) abort();
    }
    pv_xml_release(&x);
    return 0;
}
