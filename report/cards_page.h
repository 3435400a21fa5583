/* Zero-find certificates and scorecards as pages: one file without script or network, Chinese and English, made for paper: an A4 page a certificate, the scorecard on wide A4.
 *
 * What is not issued has the title 尚不能出具 and says what is missing. The policy of the page (Content-Security-Policy) lets nothing be loaded or run, and only its own styles, named by their hash.
 * The same certificates give the same bytes. Threads: any. Errors: those of out. */
#ifndef PV_REPORT_CARDS_PAGE_H
#define PV_REPORT_CARDS_PAGE_H

#include "season/certificates.h"

/* lang: "zh" or "en", which of the two languages is large. */
void pv_certificates_page(pv_text *out, const pv_certificates *c, const char *version, const char *lang);
/* card [c->n]. */
void pv_scorecard_page(pv_text *out, const pv_certificates *c, const pv_card *card, const char *version, const char *lang);

#endif
