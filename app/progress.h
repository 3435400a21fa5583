/* Progress for people, on stderr: on a terminal one bar with speed, time left and what is being done; otherwise a line now and then
 * (every 30 seconds, and when something ends). Threads: one at a time. */
#ifndef PV_APP_PROGRESS_H
#define PV_APP_PROGRESS_H

#include <stdint.h>

typedef struct pv_progress {
    int quiet, terminal;
    char what[128];       /* what is being done now: a photo's name */
    double start_s;       /* when the work began */
    double shown_s;       /* when something was shown last */
    double total, before; /* work in all, and done before the current piece; in millions of pixels or steps */
    double done;          /* of the current piece */
    const char *unit;     /* "Mpx" */
    int bar_is_up;        /* a bar stands on the current line */
} pv_progress;

/* total 0 = not known. */
void pv_progress_start(pv_progress *p, int quiet, double total, const char *unit);
/* A new piece of work. */
void pv_progress_piece(pv_progress *p, const char *what);
void pv_progress_at(pv_progress *p, double done);
/* The piece is over: it was `done` work. line: words about it, or NULL. */
void pv_progress_end_piece(pv_progress *p, double done, const char *line);
/* Takes the bar off the line, so that words can be said. */
void pv_progress_clear(pv_progress *p);

/* The bar as text, for the given clock: kept apart for the tests. */
void pv_progress_line(const pv_progress *p, double now_s, char *out, int size);

#endif
