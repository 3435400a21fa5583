/* What nights that were killed left behind. */
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/night.h"

#include "base/banned.h"

enum { DESCRIPTORS = 8 };

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s, (void)kind, (void)where;
    (void)remove(path);
    return 0;
}

/* Links are removed, never followed. */
void pv_night_clear_folder(const char *folder)
{
    (void)nftw(folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Whole-or-absent files that were never ended (base/outfile.h). */
void pv_night_clear_temporaries(const char *folder)
{
    struct dirent **entry = NULL;
    char path[4400];
    int n = scandir(folder, &entry, NULL, NULL);
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        size_t k = strlen(name);
        int len = snprintf(path, sizeof path, "%s/%s", folder, name);
        if (name[0] == '.' && k > 4 && strcmp(name + k - 4, ".tmp") == 0 && len > 0 && (size_t)len < sizeof path) (void)unlink(path);
        free(entry[i]);
    }
    free(entry);
}

void pv_night_clear_folders(const char *parent, const char *beginning)
{
    struct dirent **entry = NULL;
    struct stat s;
    char path[4400];
    int n = scandir(parent, &entry, NULL, NULL);
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        int len = snprintf(path, sizeof path, "%s/%s", parent, name), fits = len > 0 && (size_t)len < sizeof path;
        int ours = strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strncmp(name, beginning, strlen(beginning)) == 0;
        if (fits && ours && lstat(path, &s) == 0 && S_ISDIR(s.st_mode)) pv_night_clear_folder(path);
        free(entry[i]);
    }
    free(entry);
}
