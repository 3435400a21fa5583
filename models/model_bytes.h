/* The payload of a model file: named sections, little-endian (docs/formats/pvm.md). Internal to the room. */
#ifndef PV_MODELS_MODEL_BYTES_H
#define PV_MODELS_MODEL_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "models/model.h"

enum { PV_SECTION_NAME = 8, PV_SECTION_HEAD = PV_SECTION_NAME + 4 };

/* Appends the payload of a checked model: six sections, three more from version 2 on, two more from version 3 on and one more in version 4. */
void pv_model_write(const pv_model *m, pv_text *out);
/* The oldest version that can hold the model: 4 when it decides early, else 3 when it averages probabilities or knows the medians of its photos, else 2 when it judges patches, stages or densities, else 1. */
int pv_model_version(const pv_model *m);

/* Reads a payload; stands any bytes. Counts and lengths are checked here, the rest by pv_model_check(). */
PV_MUST pv_status pv_model_read(pv_model **out, const uint8_t *data, size_t n, int version, pv_err *err);

/* ---- shared by model_bytes.c and model_parts.c ---- */

/* Bytes that are read. Running out of them gives zeros and is remembered. */
typedef struct pv_bytes {
    const uint8_t *at, *end;
    int short_of; /* 1 = something was missing or a text did not fit */
} pv_bytes;

void pv_put(pv_text *out, uint64_t v, int bytes);
void pv_put_text(pv_text *out, const char *s);
void pv_put_real(pv_text *out, double v);
uint64_t pv_take(pv_bytes *b, int bytes);
double pv_take_real(pv_bytes *b);
/* A text of fewer than `room` bytes without NUL. */
void pv_take_text(pv_bytes *b, char *to, size_t room);
/* Writes a section's head and, once its content is there, its size. */
size_t pv_section_begin(pv_text *out, const char *name);
void pv_section_end(pv_text *out, size_t head);
/* The next section, which must have this name. */
PV_MUST pv_status pv_section_cut(pv_bytes *all, const char *name, pv_bytes *section, pv_err *err);

/* The six sections of a model or of one of its parts. */
void pv_core_write(const pv_model *m, pv_text *out);
/* Reads six sections from `all` and leaves it behind them. */
PV_MUST pv_status pv_core_read(pv_model **out, pv_bytes *all, pv_err *err);

/* model_parts.c: the three sections of version 2. */
void pv_parts_write(const pv_model *m, pv_text *out);
/* The sections of version 3. */
void pv_light_write(const pv_model *m, pv_text *out);
PV_MUST pv_status pv_light_read(pv_model *m, pv_bytes *all, pv_err *err);
PV_MUST pv_status pv_parts_read(pv_model *m, pv_bytes *all, pv_err *err);
/* The section of version 4. */
void pv_gate_write(const pv_model *m, pv_text *out);
PV_MUST pv_status pv_gate_read(pv_model *m, pv_bytes *all, pv_err *err);

#endif
