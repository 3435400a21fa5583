/* What every command asks of a file before it begins to write it.
 *
 * Threads: main thread only. Errors: PV_USAGE (exists, is a folder, is one of the inputs), PV_IO (its folder cannot be written). */
#ifndef PV_APP_OUTPUTS_H
#define PV_APP_OUTPUTS_H

#include "app/options.h"
#include "base/err.h"

/* Called before any work, for each file that the run will write. --overwrite may replace an earlier output, never an input of the same run: neither a
 * positional argument, nor the file of an option that is read (all paths but output, prob, class, picture, coverage, chips and overview), nor a file inside a folder that is a photo. */
PV_MUST pv_status pv_output_check(const pv_args *args, const char *path, pv_err *err);

#endif
