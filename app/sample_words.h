/* What `papaver sample` says of a draw and of its estimate, for people and for programs.
 *
 * Threads: any. Text errors are the text's own. */
#ifndef PV_APP_SAMPLE_WORDS_H
#define PV_APP_SAMPLE_WORDS_H

#include "base/text.h"
#include "report/kit_sort.h"
#include "season/audit.h"

/* A draw: its strata, what may be expected of it, and its kits (none: n is 0). dry: it was not kept. */
void pv_sample_draw_words(pv_text *out, const pv_audit_draw *d, const pv_kits *kits, int dry);
void pv_sample_draw_json(pv_text *out, const pv_audit_draw *d, const pv_kits *kits, int zip, int dry);

/* As JSON: pv_audit_estimate_json(). */
void pv_sample_estimate_words(pv_text *out, const pv_audit_estimate *e);

#endif
