#include "base/tr.h"

#include <glob.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"

#include "base/banned.h"

#define PV_TR_DOMAIN "papaver"

enum { PV_TR_PATH = 1200 };

/* Set once by pv_tr_start, before any thread; (locale_t)0: English. The language is a fact of the process's environment, as gettext's own state is. */
static locale_t pv_tr_locale;

/* gettext's own: counted up when the language changes, so that it forgets what it kept (GNU gettext manual, "Changing the locale"). */
extern int _nl_msg_cat_cntr;

static const char *pv_tr_env(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The locale that the environment names; NULL when it is C or POSIX, for which gettext translates nothing. */
static const char *pv_tr_wish(void)
{
    const char *wish = pv_tr_env("LC_ALL");
    if (wish == NULL) wish = pv_tr_env("LC_MESSAGES");
    if (wish == NULL) wish = pv_tr_env("LANG");
    return wish == NULL || strcmp(wish, "C") == 0 || strcmp(wish, "POSIX") == 0 ? NULL : wish;
}

static const char *pv_tr_ask(const char *msgid)
{
    /* For this one call and this thread only: strerror() and the libraries follow the locale too, and their words go into files. */
    locale_t before = uselocale(pv_tr_locale);
    const char *words = dgettext(PV_TR_DOMAIN, msgid);
    (void)uselocale(before);
    return words;
}

/* 1 when the file's digest is the one that stands beside it. */
static int pv_tr_whole(const char *path)
{
    char beside[PV_TR_PATH], hex[PV_SHA256_HEX], *said = NULL;
    size_t n = 0;
    int whole = 0;
    int len = snprintf(beside, sizeof beside, "%s.sha256", path);
    if (len > 0 && (size_t)len < sizeof beside && pv_file_read(beside, 4096, &said, &n, NULL) == PV_OK && n >= PV_SHA256_HEX - 1)
        whole = pv_sha256_file(path, hex, NULL) == PV_OK && memcmp(said, hex, PV_SHA256_HEX - 1) == 0;
    pv_free(said);
    return whole;
}

/* 1 when there are catalogues below the folder and all of them are whole: which one gettext will open is its own affair. */
static int pv_tr_all_whole(const char *folder)
{
    char pattern[PV_TR_PATH];
    glob_t found = {0};
    int whole = 0;
    int len = snprintf(pattern, sizeof pattern, "%s/*/LC_MESSAGES/" PV_TR_DOMAIN ".mo", folder);
    if (len > 0 && (size_t)len < sizeof pattern && glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        whole = 1;
        for (size_t i = 0; i < found.gl_pathc && whole; i++) whole = pv_tr_whole(found.gl_pathv[i]);
    }
    globfree(&found);
    return whole;
}

int pv_tr_start(const char *folder)
{
    const char *wish = pv_tr_wish();
    if (pv_tr_locale != (locale_t)0) freelocale(pv_tr_locale);
    pv_tr_locale = (locale_t)0;
    const char *first = pv_tr_env("LANGUAGE") != NULL ? pv_tr_env("LANGUAGE") : wish;
    if (wish == NULL || folder[0] == '\0') return 0;
    /* gettext would go on to the next language of the list, for English has no catalogue. */
    if (strncmp(first, "en", 2) == 0 && strchr("_:.@", first[2]) != NULL) return 0;
    /* gettext takes the language from LANGUAGE in any locale but C; C.UTF-8 is on every computer, the wished one need not be. */
    if (pv_tr_env("LANGUAGE") == NULL && setenv("LANGUAGE", wish, 1) != 0) return 0;
    if (!pv_tr_all_whole(folder)) return 0;
    _nl_msg_cat_cntr++;
    if (bindtextdomain(PV_TR_DOMAIN, folder) == NULL || bind_textdomain_codeset(PV_TR_DOMAIN, "UTF-8") == NULL) return 0;
    pv_tr_locale = newlocale(LC_MESSAGES_MASK, "C.UTF-8", (locale_t)0);
    /* The translation of "" is the head of a catalogue. */
    if (pv_tr_locale != (locale_t)0 && *pv_tr_ask("") == '\0') {
        freelocale(pv_tr_locale);
        pv_tr_locale = (locale_t)0;
    }
    return pv_tr_on();
}

int pv_tr_zh(void)
{
    const char *wish = pv_tr_wish();
    if (pv_tr_on()) return strstr(pv_tr_ask(""), "Language: zh") != NULL;
    if (wish == NULL) return 0;
    return strncmp(pv_tr_env("LANGUAGE") != NULL ? pv_tr_env("LANGUAGE") : wish, "zh", 2) == 0;
}

int pv_tr_on(void)
{
    return pv_tr_locale != (locale_t)0;
}

const char *pv_tr(const char *msgid)
{
    return pv_tr_on() && msgid[0] != '\0' ? pv_tr_ask(msgid) : msgid;
}

const char *pv_tr_if(int local, const char *msgid)
{
    return local ? pv_tr(msgid) : msgid;
}

/* Replaces the first n bytes of a text by their translation; 0 when they have none, or it does not fit. */
static int pv_tr_put(char *text, size_t n, size_t room)
{
    char message[256];
    /* A word alone is a heading, or the name of a class or a field that looks like one. */
    if (n >= sizeof message || memchr(text, ' ', n) == NULL) return 0;
    memcpy(message, text, n);
    message[n] = '\0';
    const char *words = pv_tr(message);
    size_t rest = strlen(text + n), m = strlen(words);
    if (words == message || m + rest >= room) return 0;
    memmove(text + m, text + n, rest + 1);
    memcpy(text, words, m);
    return 1;
}

/* Where a shorter part of a sentence ends: before the last semicolon or bracket of the first n bytes; 0 when there is none. */
static size_t pv_tr_part(const char *text, size_t n)
{
    static const char *const ends[] = {";", ")", "；", "）"};
    while (n > 0) {
        n--;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (strncmp(text + n, ends[i], strlen(ends[i])) == 0) return n;
    }
    return 0;
}

/* The next place after a colon, ASCII with a blank or full width; NULL when there is none. */
static char *pv_tr_after_colon(char *text)
{
    char *ascii = strstr(text, ": "), *wide = strstr(text, "：");
    if (ascii != NULL && (wide == NULL || ascii < wide)) return ascii + 2;
    return wide != NULL ? wide + strlen("：") : NULL;
}

void pv_tr_tail(char *text, size_t size)
{
    if (!pv_tr_on()) return;
    for (char *tail = pv_tr_after_colon(text); tail != NULL && *tail != '\0'; tail = pv_tr_after_colon(tail)) {
        size_t room = size - (size_t)(tail - text);
        for (size_t n = strlen(tail); n > 0; n = pv_tr_part(tail, n))
            if (pv_tr_put(tail, n, room)) return;
    }
}
