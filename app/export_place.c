#include "app/export_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/machine.h"
#include "app/night.h"
#include "base/outfile.h"

#include "base/banned.h"

/* What an export that was ended between two renames left: a kit that was moved aside and has nothing in its place goes back. Of a ZIP the new one, which is whole: its folder is in place already. */
static void put_back(const char *folder, const char *tmp)
{
    static const char ending[] = ".old", zip[] = ".zip";
    const size_t n_ending = sizeof ending - 1, n_zip = sizeof zip - 1;
    struct dirent **entry = NULL;
    char old[4400], made[4400], place[4400];
    struct stat s;
    int n = scandir(tmp, &entry, NULL, NULL);
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        size_t k = strlen(name) > n_ending ? strlen(name) - n_ending : 0;
        int is_zip = k > n_zip && strncmp(name + k - n_zip, zip, n_zip) == 0;
        int fits = snprintf(old, sizeof old, "%s/%s", tmp, name) < (int)sizeof old &&
                   snprintf(made, sizeof made, "%s/%.*s", tmp, (int)k, name) < (int)sizeof made &&
                   snprintf(place, sizeof place, "%s/%.*s", folder, (int)k, name) < (int)sizeof place;
        if (k > 0 && fits && strcmp(name + k, ending) == 0 && lstat(place, &s) != 0 && errno == ENOENT)
            (void)rename(is_zip && lstat(made, &s) == 0 ? made : old, place);
        free(entry[i]);
    }
    free(entry);
}

pv_status pv_export_open(pv_export_place *p, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    *p = (pv_export_place){.lock_fd = -1};
    pv_text_add(&p->folder, folder);
    pv_text_addf(&p->tmp, "%s/.tmp-export", folder);
    PV_TRY(pv_text_status(&p->folder, err));
    PV_TRY(pv_text_status(&p->tmp, err));
    PV_TRY(pv_folder_make(folder, err));
    p->lock_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->lock_fd < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", folder, strerror(errno)));
    if (flock(p->lock_fd, LOCK_EX | LOCK_NB) != 0)
        PV_TRY(errno == EWOULDBLOCK ? pv_fail(err, PV_BUSY, "%s: another export writes there", folder)
                                    : pv_fail(err, PV_IO, "%s: lock: %s", folder, strerror(errno)));
    put_back(folder, pv_text_str(&p->tmp));
    pv_night_clear_folder(pv_text_str(&p->tmp));
    PV_TRY(pv_folder_make(pv_text_str(&p->tmp), err));
    p->made = 1;
out:
    return st;
}

void pv_export_close(pv_export_place *p)
{
    if (p->made) pv_night_clear_folder(pv_text_str(&p->tmp));
    if (p->lock_fd >= 0) (void)close(p->lock_fd);
    pv_text_release(&p->folder);
    pv_text_release(&p->tmp);
    *p = (pv_export_place){.lock_fd = -1};
}

static pv_status join(pv_text *out, const pv_text *folder, const pv_kit *kit, const char *ending, pv_err *err)
{
    pv_text_reset(out);
    pv_text_addf(out, "%s/%s%s", pv_text_str(folder), kit->folder, ending);
    return pv_text_status(out, err);
}

pv_status pv_export_check(const pv_export_place *p, const pv_kit *kit, int overwrite, pv_err *err)
{
    static const char *const ending[] = {"", ".zip"};
    pv_status st = PV_OK;
    pv_text path = {0};
    struct stat s;
    for (int i = 0; i < 2; i++) {
        PV_TRY(join(&path, &p->folder, kit, ending[i], err));
        if (lstat(pv_text_str(&path), &s) != 0) continue;
        if (!overwrite) PV_TRY(pv_fail(err, PV_USAGE, "%s exists; use --overwrite to replace it", pv_text_str(&path)));
        if (S_ISDIR(s.st_mode) != (i == 0)) PV_TRY(pv_fail(err, PV_USAGE, "%s is no kit; it is not replaced", pv_text_str(&path)));
    }
out:
    pv_text_release(&path);
    return st;
}

/* What is in the kit's folders is on the disk. */
static pv_status sync_kit(const pv_text *path, pv_err *err)
{
    static const char *const part[] = {"", "/chips", "/maps", "/shp"};
    pv_status st = PV_OK;
    pv_text folder = {0};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        pv_text_reset(&folder);
        pv_text_addf(&folder, "%s%s", pv_text_str(path), part[i]);
        PV_TRY(pv_text_status(&folder, err));
        if (pv_is_folder(pv_text_str(&folder))) PV_TRY(pv_folder_sync(pv_text_str(&folder), err));
    }
out:
    pv_text_release(&folder);
    return st;
}

pv_status pv_export_make(const pv_export_place *p, pv_kit *kit, unsigned formats, const char *chips, int zip, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0}, file = {0};
    PV_TRY(join(&path, &p->tmp, kit, "", err));
    PV_TRY(pv_folder_make(pv_text_str(&path), err));
    PV_TRY(pv_kit_write(pv_text_str(&path), kit, formats, chips, err));
    PV_TRY(sync_kit(&path, err));
    if (!zip) goto out;
    PV_TRY(join(&file, &p->tmp, kit, ".zip", err));
    PV_TRY(pv_kit_zip(pv_text_str(&path), kit, pv_text_str(&file), err));
out:
    pv_text_release(&path);
    pv_text_release(&file);
    return st;
}

/* from takes the place of to; what is there is moved out of the way first, and back when that fails. */
static pv_status swap(const char *from, const char *to, const char *aside, pv_err *err)
{
    if (rename(to, aside) != 0 && errno != ENOENT) return pv_fail(err, PV_IO, "%s: rename: %s", to, strerror(errno));
    if (rename(from, to) == 0) return PV_OK;
    pv_status st = pv_fail(err, PV_IO, "%s: rename: %s", to, strerror(errno));
    (void)rename(aside, to);
    return st;
}

pv_status pv_export_publish(const pv_export_place *p, const pv_kit *kit, int zip, pv_err *err)
{
    static const char *const ending[] = {"", ".zip"}, *const old[] = {".old", ".zip.old"};
    pv_status st = PV_OK;
    pv_text from = {0}, to = {0}, aside = {0};
    for (int i = 0; i < 2; i++) {
        PV_TRY(join(&from, &p->tmp, kit, ending[i], err));
        PV_TRY(join(&to, &p->folder, kit, ending[i], err));
        PV_TRY(join(&aside, &p->tmp, kit, old[i], err));
        if (i == 0 || zip)
            PV_TRY(swap(pv_text_str(&from), pv_text_str(&to), pv_text_str(&aside), err));
        else if (unlink(pv_text_str(&to)) != 0 && errno != ENOENT) /* a ZIP of an older kit says something else than the folder */
            PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&to), strerror(errno)));
    }
out:
    pv_text_release(&from);
    pv_text_release(&to);
    pv_text_release(&aside);
    return st;
}

pv_status pv_export_sync(const pv_export_place *p, pv_err *err)
{
    return pv_folder_sync(pv_text_str(&p->folder), err);
}
