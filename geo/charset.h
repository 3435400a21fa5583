/* Texts of unknown origin to UTF-8. Inside geo/ only. Threads: any. */
#ifndef PV_GEO_CHARSET_H
#define PV_GEO_CHARSET_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

/* Replaces out. By its mark UTF-8 or UTF-16; else UTF-8 where all of it is valid, else GB18030 (which holds GBK and GB2312). *gb (NULL is fine): 1 = it was.
 * PV_INPUT: none of these, or a NUL in it. */
PV_MUST pv_status pv_charset_utf8(pv_text *out, const void *bytes, size_t n, int *gb, pv_err *err);

#endif
