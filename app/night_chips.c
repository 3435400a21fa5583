/* What a worker made for people goes where people look: SEASON/chips. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/machine.h"
#include "app/night.h"
#include "app/say.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "season/chip_names.h"
#include "season/overviews.h"

#include "base/banned.h"

enum { JPEG_BYTES = 1 << 20, SIDECAR_BYTES = 4096 };

/* Moves a file that may be there; a former one of that name goes. What is no file, or too large for what it should be, stays. *bytes: what was moved. */
static pv_status move_one(const char *from, const char *to, int64_t most_bytes, int64_t *bytes, pv_err *err)
{
    struct stat s;
    *bytes = 0;
    if (lstat(from, &s) != 0) return errno == ENOENT ? PV_OK : pv_fail(err, PV_IO, "%s: %s", from, strerror(errno));
    if (!S_ISREG(s.st_mode) || (int64_t)s.st_size > most_bytes) return PV_OK;
    if (rename(from, to) == 0) {
        *bytes = (int64_t)s.st_size;
        return PV_OK;
    }
    return pv_fail(err, PV_IO, "%s: cannot be moved to %s: %s", from, to, strerror(errno));
}

/* What the GeoTIFFs take that former nights left. */
static pv_status count_chips(pv_night_job *job, const char *folder, pv_err *err)
{
    DIR *dir = opendir(folder);
    struct dirent *e = NULL;
    struct stat s;
    if (dir == NULL) return pv_fail(err, PV_IO, "%s: %s", folder, strerror(errno));
    job->chips_bytes = 0;
    while ((e = readdir(dir)) != NULL) {
        size_t n = strlen(e->d_name);
        if (n > 4 && strcmp(e->d_name + n - 4, ".tif") == 0 && fstatat(dirfd(dir), e->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
            job->chips_bytes += (int64_t)s.st_size;
    }
    (void)closedir(dir);
    job->chips_counted = 1;
    return PV_OK;
}

/* The picture for the phone always; the pixels as long as there is room for them. */
static pv_status move_chips(pv_night_job *job, const pv_photo_entry *e, const char *from, const char *to, const pv_worker_result *r, pv_err *err)
{
    static const char *const ending[] = {".jpg", ".tif"};
    pv_status st = PV_OK;
    pv_text a = {0}, b = {0};
    char name[PV_CHIP_NAME];
    int64_t most = pv_conf_int(job->season->conf, PV_SET_CHIPS_MIB) << 20, file_most = pv_conf_int(job->season->conf, PV_SET_FILE_MIB) << 20,
            moved = 0;
    size_t left = 0;
    if (!job->chips_counted) PV_TRY(count_chips(job, to, err));
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < 2; k++) {
            pv_text_reset(&a);
            pv_text_reset(&b);
            pv_chip_name(name, r->at[i].id, e->id, ending[k]);
            pv_text_addf(&a, "%s/%s/%s%s", from, PV_NIGHT_CHIPS, r->at[i].id, ending[k]);
            pv_text_addf(&b, "%s/%s", to, name);
            PV_TRY(pv_text_status(&a, err));
            PV_TRY(pv_text_status(&b, err));
            if (k == 1 && job->chips_bytes >= most) {
                left++;
                continue;
            }
            PV_TRY(move_one(pv_text_str(&a), pv_text_str(&b), k == 0 ? JPEG_BYTES : file_most, &moved, err));
            if (k == 1) job->chips_bytes += moved;
        }
    }
    if (left > 0)
        pv_note("%s: the GeoTIFFs in chips/ have the %lld MiB of chips_mib: of %zu hotspots only the picture for the phone is kept", e->file.file,
                (long long)(most >> 20), left);
out:
    pv_text_release(&a);
    pv_text_release(&b);
    return st;
}

/* The bounds stay in work/ until the photo is in the ledger: a night that is killed meanwhile finds them again. */
static pv_status move_overview(const char *from, const char *to, const pv_photo_entry *e, pv_map_image *image, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text a = {0}, b = {0}, sidecar = {0};
    char *text = NULL;
    size_t n = 0;
    int64_t moved = 0;
    struct stat s;
    pv_err why = {0};
    pv_text_addf(&a, "%s/%s.jpg", from, PV_NIGHT_OVERVIEW);
    pv_text_addf(&b, "%s/photo-%lld.jpg", to, (long long)e->id);
    pv_text_addf(&sidecar, "%s/%s.json", from, PV_NIGHT_OVERVIEW);
    PV_TRY(pv_text_status(&a, err));
    PV_TRY(pv_text_status(&b, err));
    PV_TRY(pv_text_status(&sidecar, err));
    if (lstat(pv_text_str(&sidecar), &s) != 0) {
        if (errno != ENOENT) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&sidecar), strerror(errno)));
        goto out;
    }
    st = pv_file_read(pv_text_str(&sidecar), SIDECAR_BYTES, &text, &n, &why);
    if (st == PV_OK) st = pv_map_image_read(image, text, n, &why);
    if (st == PV_INPUT) {
        pv_note("%s: no picture for the map: %s", e->file.file, pv_err_words(&why));
        st = PV_OK;
        goto out;
    }
    if (st != PV_OK) PV_TRY(pv_pass(err, st, &why));
    PV_TRY(move_one(pv_text_str(&a), pv_text_str(&b), JPEG_BYTES, &moved, err));
    if (lstat(pv_text_str(&b), &s) != 0) {
        if (errno != ENOENT) PV_TRY(pv_fail(err, PV_IO, "%s: %s", pv_text_str(&b), strerror(errno)));
        *image = (pv_map_image){0};
    }
out:
    pv_free(text);
    pv_text_release(&a);
    pv_text_release(&b);
    pv_text_release(&sidecar);
    return st;
}

pv_status pv_night_take_chips(pv_night_job *job, const pv_photo_entry *e, const char *folder, const pv_worker_result *r, pv_map_image *image,
                              pv_err *err)
{
    pv_status st = PV_OK;
    pv_text to = {0};
    *image = (pv_map_image){0};
    if (!pv_conf_yes(job->season->conf, PV_SET_CHIPS) || !pv_worker_result_looked(r)) return PV_OK;
    PV_TRY(pv_season_path(job->season, &to, "chips", err));
    PV_TRY(pv_folder_make(pv_text_str(&to), err));
    PV_TRY(move_chips(job, e, folder, pv_text_str(&to), r, err));
    PV_TRY(move_overview(folder, pv_text_str(&to), e, image, err));
    PV_TRY(pv_folder_sync(pv_text_str(&to), err));
out:
    pv_text_release(&to);
    return st;
}
