/* Text for pages: what comes from files and people is escaped, always.
 *
 * Threads: any. */
#ifndef PV_REPORT_HTML_H
#define PV_REPORT_HTML_H

#include <stdint.h>

#include "base/text.h"
#include "season/photos.h"

/* Text between tags or in a quoted attribute: & < > " ' are written as entities, control characters as blanks, what is not UTF-8 as U+FFFD. */
void pv_html_add(pv_text *out, const char *text);
/* <span lang="zh">..</span><span lang="en">..</span>, escaped; one text without a language where both are the same. The page's style shows one of them, or both. */
void pv_both(pv_text *out, const char *zh, const char *en);
/* Plain text for formats that escape it themselves: control characters become blanks, what is not UTF-8 U+FFFD. */
void pv_plain_add(pv_text *out, const char *text);
/* The name of a style or script in a page's policy: " 'sha256-...'". */
void pv_html_hash(pv_text *out, const void *data, size_t n);
/* 1e-4 m2 as mu (10000/15 m2) or hectares with four decimals. */
void pv_html_mu(pv_text *out, int64_t area_e4_m2);
void pv_html_ha(pv_text *out, int64_t area_e4_m2);

/* What became of a photo, in both languages. Static. */
const char *pv_html_photo_state(pv_photo_state state, const char *status, int64_t valid_e4);

#endif
