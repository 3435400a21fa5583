/* Plots as `papaver plots` prints them: a list, whole sheets with their history, JSON. Errors: PV_NOMEM by pv_text_status(); as season/findings.h where it reads. */
#ifndef PV_APP_PLOTS_WORDS_H
#define PV_APP_PLOTS_WORDS_H

#include "base/text.h"
#include "season/sheets.h"

/* One plot a line, columns separated by tabs, the first line names them. zh: words in Chinese. */
void pv_plots_words_list(pv_text *out, const pv_sheets *sh, int zh);
/* All that is known of it, a fact a line, then its findings by date. */
PV_MUST pv_status pv_plots_words_sheet(pv_text *out, const pv_sheet *t, pv_season *s, int zh, pv_err *err);
/* An object; history: with "history", all of its findings by date, and "pictures", those of chips/ of every sight. */
PV_MUST pv_status pv_plots_json(pv_text *out, const pv_sheet *t, pv_season *s, int history, pv_err *err);

#endif
