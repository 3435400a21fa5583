/* Speaking to people and machines: results on stdout, words on stderr. The only place of the program that prints.
 *
 * Threads: pv_say_failure, pv_say_error and pv_note from any; pv_say from the main thread. Errors: PV_IO when stdout cannot take the bytes. */
#ifndef PV_APP_SAY_H
#define PV_APP_SAY_H

#include "base/err.h"
#include "base/text.h"

/* All of the text to stdout, flushed and checked. PV_STOPPED: whoever read it has gone (`| head -1`). */
PV_MUST pv_status pv_say(const pv_text *text, pv_err *err);
/* 1 = stdout is a pipe that nobody reads any more: not a fault, and nobody is told. */
int pv_reader_gone(void);

/* An error to stderr, one line: "papaver: <text>"; in another language "papaver: [input] <words>", where the word of the status is what
 * people can search for and scripts can rely on. */
void pv_say_failure(const pv_err *err);

/* These two are given English formats and say them in the reader's language. "papaver: <words>" to stderr, one line. */
void pv_say_error(const char *fmt, ...) PV_PRINTF(1, 2);
/* A line for people on stderr, without a prefix. */
void pv_note(const char *fmt, ...) PV_PRINTF(1, 2);

#endif
