/* po_tables: prints the texts of the command table, and the words of the system's errors that a user can meet, as calls of pv_tr(), for
 * xgettext; see update.sh. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/help.h"

#include "base/banned.h"

static void put(const char *text, size_t n)
{
    if (n == 0) return;
    /* A help text is no format; "95 % intervals" looks like one to xgettext. */
    if (memchr(text, '%', n) != NULL) (void)fputs("/* xgettext:no-c-format */\n", stdout);
    (void)fputs("pv_tr(\"", stdout);
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n')
            (void)fputs("\\n", stdout);
        else if (text[i] == '"' || text[i] == '\\')
            (void)printf("\\%c", text[i]);
        else
            (void)putchar(text[i]);
    }
    (void)fputs("\");\n", stdout);
}

static void put_paragraphs(const char *text)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
        put(text, n);
        text += n + (end != NULL ? 2 : 0);
    }
}

/* The default of an option is words for people when it has a blank in it. */
static void put_option(const pv_option *o)
{
    put(o->help, strlen(o->help));
    if (o->standard != NULL && strchr(o->standard, ' ') != NULL) put(o->standard, strlen(o->standard));
    if ((o->kind == PV_OPT_INT || o->kind == PV_OPT_REAL) && o->unit != NULL) put(o->unit, strlen(o->unit));
}

static const int errors[] = {EPERM,     ENOENT,       EINTR,    EIO,          ENXIO,     EAGAIN,    ENOMEM,    EACCES, EBUSY,  EEXIST,
                             EXDEV,     ENOTDIR,      EISDIR,   EINVAL,       ENFILE,    EMFILE,    ETXTBSY,   EFBIG,  ENOSPC, ESPIPE,
                             EROFS,     EMLINK,       EPIPE,    ENAMETOOLONG, ENOLCK,    ELOOP,     ENOTEMPTY, ESTALE, EDQUOT, ETIMEDOUT,
                             EHOSTDOWN, EHOSTUNREACH, ENOTCONN, EOPNOTSUPP,   EREMOTEIO, ENOMEDIUM, ENODEV};

int main(void)
{
    int n, code;
    const char *meaning;
    const pv_command *const *c = pv_commands(&n);
    for (int i = 0; i < n; i++) {
        put(c[i]->line, strlen(c[i]->line));
        put_paragraphs(c[i]->text);
        for (int k = 0; k < c[i]->n_options; k++) put_option(&c[i]->option[k]);
    }
    put_option(&pv_option_help);
    for (int i = 0; pv_exit_code_row(i, &code, &meaning); i++) put(meaning, strlen(meaning));
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) put(strerror(errors[i]), strlen(strerror(errors[i])));
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
