/* Names and texts that go into model files: checked in one place. Internal to the room. */
#ifndef PV_MODELS_NAMES_H
#define PV_MODELS_NAMES_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "models/table.h"

/* 1 when UTF-8 without control characters (C0, DEL, C1); with `lines`, line feeds are allowed. */
int pv_text_fine(const char *s, size_t n, int lines);

/* 1 when not empty, shorter than PV_NAME and fine. The array must hold a NUL within PV_NAME bytes or s be longer. */
int pv_name_fine(const char *s);

/* Every name fine and none twice; fails with `bad` and the name. */
PV_MUST pv_status pv_names_check(const char *what, int n, const char (*name)[PV_NAME], pv_status bad, pv_err *err);

/* Adds "a, b, c" or "none". */
void pv_names_list(pv_text *out, int n, const char (*name)[PV_NAME]);

#endif
