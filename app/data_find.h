/* The data files that ship beside the models: legal tiers, the stage calendar.
 *
 * Looked for, like the models, in PAPAVER_DATA (folders separated by ':'; a file that is not there is looked for further on, so that a bureau may
 * replace one table and keep the others), in <program>/../share/papaver/data, and in the source folder that the program was built from.
 * Threads: main thread only. */
#ifndef PV_APP_DATA_FIND_H
#define PV_APP_DATA_FIND_H

#include <stddef.h>

#include "base/err.h"

/* The path of "legal_tiers.csv" or "stage_calendar.csv" into path. PV_IO with the folders that were looked into. */
PV_MUST pv_status pv_data_find(const char *name, char *path, size_t size, pv_err *err);

/* The folder of catalogues for base/tr.h into `folder`: PAPAVER_LOCALE, else <program>/../share/papaver/locale, else that of the build tree; ""
 * when there is none. */
void pv_words_find(char *folder, size_t size);

#endif
