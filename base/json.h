/* Reading JSON: RFC 8259, strictly, into a flat list of nodes that point into the text.
 *
 * Refused with line and column: anything after the value, trailing commas, comments, bad numbers or escapes, control characters in strings, bytes that are
 * not UTF-8, surrogates without their partner, nesting deeper than PV_JSON_DEPTH, texts of 4 GiB and more. A byte-order mark is skipped.
 * A key that stands twice in an object is allowed and the last one counts, as in browsers and Python.
 *
 * Nodes deeper than keep_depth are checked but not kept (their container's slice is), so that a large GeoJSON takes little memory.
 * The text is borrowed until the document is released. The zero object is releasable. Threads: read-only after parsing. */
#ifndef PV_BASE_JSON_H
#define PV_BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { PV_JSON_DEPTH = 64 };

typedef enum pv_json_type {
    PV_JSON_NONE = 0, /* only of a node that is not there */
    PV_JSON_NULL,
    PV_JSON_FALSE,
    PV_JSON_TRUE,
    PV_JSON_NUMBER,
    PV_JSON_STRING,
    PV_JSON_ARRAY,
    PV_JSON_OBJECT
} pv_json_type;

/* In the order of the text: a container, then its content; in an object each key (a string) stands before its value. */
typedef struct pv_json_node {
    uint32_t at, end; /* the text's bytes at <= i < end */
    uint32_t next;    /* index of the first node after this one and its content */
    uint32_t type;    /* pv_json_type */
} pv_json_node;

typedef struct pv_json {
    const char *text; /* borrowed */
    size_t n, cap;
    pv_json_node *node; /* [n] owned; node[0] is the value */
} pv_json;

/* A place in the document; PV_JSON_MISSING when there is none. All questions below may be asked about a missing node. */
typedef int64_t pv_json_ref;
enum { PV_JSON_MISSING = -1 };

/* keep_depth: 0 = only the value itself, 1 = and its members, ...; < 0 = all. Fails with PV_INPUT (text is "line 3, column 7: ...") or PV_NOMEM. */
PV_MUST pv_status pv_json_parse(pv_json *out, const char *text, size_t n, int keep_depth, pv_err *err);
void pv_json_release(pv_json *j);

pv_json_type pv_json_type_of(const pv_json *j, pv_json_ref ref);
/* The value of a key (the last of that name), or PV_JSON_MISSING, also when ref is not an object. */
pv_json_ref pv_json_member(const pv_json *j, pv_json_ref ref, const char *key);
/* Walks an array's elements: for (e = pv_json_first(j, a); e >= 0; e = pv_json_after(j, a, e)). */
pv_json_ref pv_json_first(const pv_json *j, pv_json_ref array);
pv_json_ref pv_json_after(const pv_json *j, pv_json_ref array, pv_json_ref element);

/* The bytes of a value as they stand in the text, borrowed; NULL and 0 when missing. */
const char *pv_json_slice(const pv_json *j, pv_json_ref ref, size_t *n);

/* 1 = done; 0 = missing, another type or out of range; then nothing is written. */
int pv_json_bool(const pv_json *j, pv_json_ref ref, int *out);
int pv_json_int(const pv_json *j, pv_json_ref ref, int64_t lo, int64_t hi, int64_t *out);
int pv_json_real(const pv_json *j, pv_json_ref ref, double lo, double hi, double *out);
/* A number as an integer of units of 10^-decimals, exactly: "-1.25" with 3 decimals is -1250. 0 also when it has more decimals or an exponent. */
int pv_json_fixed(const pv_json *j, pv_json_ref ref, int decimals, int64_t *out);
/* A string without its escapes into buf of size bytes; 0 also when it does not fit or holds U+0000. */
int pv_json_copy(const pv_json *j, pv_json_ref ref, char *buf, size_t size);
/* The same of any length, added to text (which remembers a failure for itself). */
int pv_json_text(const pv_json *j, pv_json_ref ref, pv_text *text);

#endif
