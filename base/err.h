/* Errors as values with words.
 *
 * Every function that can fail is `PV_MUST pv_status f(..., pv_err *err)`: err is the last argument, may be NULL, and is always filled on
 * failure. The lowest layer says what is wrong; each layer above adds where with pv_where(). Results travel by out-parameters, which a
 * failing function leaves untouched. Only app/ prints and exits.
 *
 * An error has two texts: `text`, always English, is what files, ledgers and machines get; `local` is the same in the reader's language
 * (base/tr.h) and is only ever shown to people. Both are made from the same format and arguments, so formats are literals that po/ translates.
 *
 * Threads: a pv_err belongs to one caller; nothing here is global. */
#ifndef PV_BASE_ERR_H
#define PV_BASE_ERR_H

#include <stdarg.h>

#define PV_MUST              __attribute__((warn_unused_result))
#define PV_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Use in a function that has `pv_status st` and one `out:` label. */
#define PV_TRY(call)                                                                                                                                 \
    do {                                                                                                                                             \
        st = (call);                                                                                                                                 \
        if (st != PV_OK) goto out;                                                                                                                   \
    } while (0)

typedef enum pv_status {
    PV_OK = 0,
    PV_USAGE,   /* the command line is wrong */
    PV_PARTIAL, /* some inputs were refused, all others are done and recorded */
    PV_INPUT,   /* a file's content is wrong */
    PV_MODEL,   /* the model does not fit the photo */
    PV_IO,      /* disk or network */
    PV_BUSY,    /* somebody else holds the season */
    PV_NOMEM,   /* memory */
    PV_STOPPED, /* a signal was honoured; nothing is half-written */
    PV_BUG      /* we are wrong */
} pv_status;

enum { PV_ERR_TEXT = 1024 };

typedef struct pv_err {
    pv_status status;
    char text[PV_ERR_TEXT];  /* UTF-8, one line, never empty after a failure; cut with "..." when too long */
    char local[PV_ERR_TEXT]; /* the same in the reader's language; "" when that is English */
} pv_err;

/* Fills err (if not NULL) and returns st, so that `return pv_fail(...)` and `PV_TRY(pv_fail(...))` read well. st must not be PV_OK. */
pv_status pv_fail(pv_err *err, pv_status st, const char *fmt, ...) PV_PRINTF(3, 4);
pv_status pv_failv(pv_err *err, pv_status st, const char *fmt, va_list args) PV_PRINTF(3, 0);

/* Puts "<where>: " in front of the text and returns st unchanged; does nothing when st is PV_OK. */
pv_status pv_where(pv_err *err, pv_status st, const char *fmt, ...) PV_PRINTF(3, 4);

/* Hands `why` on as the caller's own error, in both languages, with the status st, and returns st. st must not be PV_OK. */
pv_status pv_pass(pv_err *err, pv_status st, const pv_err *why);

/* What a person is told: `local`, or `text` where there is none. Lives as long as *err. */
const char *pv_err_words(const pv_err *err);

/* The exit code of a status: 0, 2, 10..16, 70 (see README). */
int pv_exit_code(pv_status st);

/* A stable ASCII word for a status: "ok", "usage", "partial", "input", ... */
const char *pv_status_word(pv_status st);

#endif
