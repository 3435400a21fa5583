#include "app/data_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/machine.h"
#include "base/text.h"

#include "base/banned.h"

#ifndef PV_SHIPPED_DATA
#define PV_SHIPPED_DATA ""
#endif

#ifndef PV_SHIPPED_LOCALE
#define PV_SHIPPED_LOCALE ""
#endif

/* 1 when the file is in one of the folders; the folders are added to `where`. */
static int pv_data_in(const char *folders, const char *name, char *path, size_t size, pv_text *where)
{
    while (*folders != '\0') {
        size_t n = strcspn(folders, ":");
        if (n > 0) {
            int len = snprintf(path, size, "%.*s/%s", (int)n, folders, name);
            pv_text_addf(where, "%s%.*s", where->len > 0 ? ", " : "", (int)n, folders);
            if (len > 0 && (size_t)len < size && access(path, R_OK) == 0) return 1;
        }
        folders += n + (folders[n] == ':');
    }
    return 0;
}

pv_status pv_data_find(const char *name, char *path, size_t size, pv_err *err)
{
    char program[1024], beside[1100] = "";
    const char *named = getenv("PAPAVER_DATA");
    pv_text where = {0};
    pv_status st = PV_OK;
    if (pv_program_folder(program, sizeof program)) (void)snprintf(beside, sizeof beside, "%s/../share/papaver/data", program);
    if (!pv_data_in(named != NULL ? named : "", name, path, size, &where) && !pv_data_in(beside, name, path, size, &where) &&
        !pv_data_in(PV_SHIPPED_DATA, name, path, size, &where))
        st = pv_fail(err, PV_IO, "the data file %s was found in none of %s; name its folder with PAPAVER_DATA", name, pv_text_str(&where));
    pv_text_release(&where);
    return st;
}

void pv_words_find(char *folder, size_t size)
{
    char program[1024], beside[1100] = "";
    const char *named = getenv("PAPAVER_LOCALE");
    if (pv_program_folder(program, sizeof program)) (void)snprintf(beside, sizeof beside, "%s/../share/papaver/locale", program);
    const char *from[] = {named != NULL ? named : "", beside, PV_SHIPPED_LOCALE};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        int n = snprintf(folder, size, "%s", from[i]);
        if (n > 0 && (size_t)n < size && pv_is_folder(folder)) return;
    }
    folder[0] = '\0';
}
