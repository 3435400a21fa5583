/* The Chinese of reasons that the ledger keeps in English (why a photo was refused, waits or was put aside), for pages, which are in both languages whatever the reader's is.
 *
 * A reason is told by the message that it was made from; its arguments are those of the English text, or Chinese where they are messages themselves. The messages are those of
 * reason_table.h, which po/update.sh makes from the source and po/zh_CN.po. Threads: any. */
#ifndef PV_REPORT_REASON_WORDS_H
#define PV_REPORT_REASON_WORDS_H

#include "base/text.h"

/* Adds the Chinese and returns 1; 0 = no message is known that says so, and nothing was added. */
int pv_reason_zh(const char *reason, pv_text *out);

/* The reason in the reader's language: `keep` (emptied first) holds it where that is Chinese, and each part between semicolons counts by itself. */
const char *pv_reason_words(const char *reason, pv_text *keep);

/* Adds a reason to a page, escaped: in both languages, or in English alone. */
void pv_html_reason(pv_text *out, const char *reason);

#endif
