/* The reader's language: translated words for people, by GNU gettext.
 *
 * English is the language of the source, of files, ledgers and machine output, and never changes; a translation is a second text beside it
 * (pv_err.local) or takes its place only where words go to a person (notes, help). Which language: LANGUAGE, LC_ALL, LC_MESSAGES, LANG, as
 * gettext obeys them; also where the computer has no such locale. No locale of the process is ever set: numbers, strerror() and the words of
 * libraries stay as they are on every computer. Texts are UTF-8.
 *
 * A catalogue is <folder>/<language>/LC_MESSAGES/papaver.mo with its digest beside it (papaver.mo.sha256, as `sha256sum` prints it): gettext
 * trusts a catalogue blindly, so one that is not whole is not opened, and the words are English.
 *
 * Threads: pv_tr_start once, before any other thread; the rest from any. */
#ifndef PV_BASE_TR_H
#define PV_BASE_TR_H

#include <stddef.h>

/* Marks a text for po/ that reaches pv_tr() by another way; the value is the text itself. */
#define PV_N(text) text

/* Chooses the language and opens its catalogue below `folder` (may be ""). 1 when there is one; 0: all words are English. */
int pv_tr_start(const char *folder);

/* 1 when pv_tr_start found a catalogue. */
int pv_tr_on(void);

/* 1 when the reader wants Chinese, with or without a catalogue: for words that the source has in both languages. */
int pv_tr_zh(void);

/* The translation of a message, or msgid itself. It lives as long as the program. */
const char *pv_tr(const char *msgid) __attribute__((format_arg(1)));

/* The same where `local` is 1; msgid itself where it is 0: for a text that is made once in English and once in the reader's language. */
const char *pv_tr_if(int local, const char *msgid) __attribute__((format_arg(2)));

/* Translates in place what follows a colon, up to the end, a semicolon or a bracket, when all of it is a message: the words of strerror(), a
 * reason that a file keeps in English. Left as it is where the translation does not fit `size` bytes (with the NUL). */
void pv_tr_tail(char *text, size_t size);

#endif
