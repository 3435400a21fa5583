/* The model file (.pvm): portable, versioned, checksummed. docs/formats/pvm.md describes it.
 *
 * A text header (magic and version, payload size, SHA-256 of the payload), then the payload: named sections, little-endian. A file whose bytes do
 * not match its own hash is refused before anything of it is parsed; an unknown version or section is refused, never guessed.
 * Saving the same model gives the same bytes. Errors: PV_MODEL (not a model, damaged, newer version), PV_IO, PV_NOMEM. */
#ifndef PV_MODELS_MODEL_FILE_H
#define PV_MODELS_MODEL_FILE_H

#include <stddef.h>

#include "base/err.h"
#include "models/model.h"

/* Sets m->id. */
PV_MUST pv_status pv_model_save(pv_model *m, const char *path, int overwrite, pv_err *err);
PV_MUST pv_status pv_model_load(pv_model **out, const char *path, pv_err *err);

/* From bytes in memory. check_hash 0 is for the fuzz target only: the parser itself must stand any bytes. */
PV_MUST pv_status pv_model_parse(pv_model **out, const void *data, size_t n, int check_hash, pv_err *err);

#endif
