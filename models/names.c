#include "models/names.h"

#include <string.h>

#include "base/banned.h"

int pv_text_fine(const char *s, size_t n, int lines)
{
    const unsigned char *c = (const unsigned char *)s;
    if (!pv_utf8_valid(s, n)) return 0;
    for (size_t i = 0; i < n; i++) {
        if (c[i] == '\n' && lines) continue;
        if (c[i] < 0x20 || c[i] == 0x7F) return 0;
        if (c[i] == 0xC2 && c[i + 1] < 0xA0) return 0; /* U+0080..U+009F; valid UTF-8 has a byte after C2 */
    }
    return 1;
}

int pv_name_fine(const char *s)
{
    size_t n = strnlen(s, PV_NAME);
    return n > 0 && n < PV_NAME && pv_text_fine(s, n, 0);
}

pv_status pv_names_check(const char *what, int n, const char (*name)[PV_NAME], pv_status bad, pv_err *err)
{
    for (int i = 0; i < n; i++) {
        if (!pv_name_fine(name[i]))
            return pv_fail(err, bad, "the name of %s %d is empty, is too long, is not UTF-8 or has control characters", what, i + 1);
        for (int j = 0; j < i; j++)
            if (strcmp(name[i], name[j]) == 0) return pv_fail(err, bad, "the %s '%s' is there twice", what, name[i]);
    }
    return PV_OK;
}

void pv_names_list(pv_text *out, int n, const char (*name)[PV_NAME])
{
    if (n == 0) pv_text_add(out, "none");
    for (int i = 0; i < n; i++) pv_text_addf(out, "%s%s", i > 0 ? ", " : "", name[i]);
}
