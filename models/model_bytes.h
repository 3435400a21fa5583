/* The payload of a model file: named sections, little-endian (docs/formats/pvm.md). Internal to the room. */
#ifndef PV_MODELS_MODEL_BYTES_H
#define PV_MODELS_MODEL_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "models/model.h"

/* Appends the payload of a checked model. */
void pv_model_write(const pv_model *m, pv_text *out);

/* Reads a payload; stands any bytes. Counts and lengths are checked here, the rest by pv_model_check(). */
PV_MUST pv_status pv_model_read(pv_model **out, const uint8_t *data, size_t n, pv_err *err);

#endif
