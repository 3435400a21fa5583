#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

#include "base/banned.h"

enum { PV_OUT_BUFFER = 1 << 16, PV_TMP_TRIES = 100 };

static int pv_is_stdout(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/fd/1") == 0;
}

/* A terminal, /dev/null, a pipe: written in place, there is nothing to rename over. */
static int pv_is_special(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && (S_ISCHR(s.st_mode) || S_ISFIFO(s.st_mode));
}

/* For targets that a file is renamed to: nothing but a regular file may ever be replaced. */
static pv_status pv_target_check(const char *path, int overwrite, pv_err *err)
{
    struct stat s;
    if (path[0] == '\0' || *pv_path_name(path) == '\0') return pv_fail(err, PV_USAGE, "'%s' does not name a file to write", path);
    if (stat(path, &s) != 0) return PV_OK;
    if (S_ISDIR(s.st_mode)) return pv_fail(err, PV_USAGE, "%s is a folder; name a file to write", path);
    if (!S_ISREG(s.st_mode)) return pv_fail(err, PV_USAGE, "%s is a device or a pipe; name a file to write", path);
    if (!overwrite) return pv_fail(err, PV_USAGE, "%s exists already; choose another name or add --overwrite", path);
    return PV_OK;
}

pv_status pv_outfile_check(const char *path, int overwrite, pv_err *err)
{
    if (pv_is_stdout(path) || pv_is_special(path)) return PV_OK;
    pv_status st = pv_target_check(path, overwrite, err);
    if (st != PV_OK) return st;
    if (strlen(pv_path_name(path)) > NAME_MAX) return pv_fail(err, PV_IO, "%s: cannot be created: %s", path, strerror(ENAMETOOLONG));
    pv_text folder = {0};
    size_t n = (size_t)(pv_path_name(path) - path);
    pv_text_addf(&folder, "%.*s", (int)n, n > 0 ? path : "");
    if (n == 0) pv_text_add(&folder, ".");
    st = pv_text_status(&folder, err);
    if (st == PV_OK && faccessat(AT_FDCWD, pv_text_str(&folder), W_OK | X_OK, AT_EACCESS) != 0)
        st = pv_fail(err, PV_IO, "%s: cannot be created: %s", path, strerror(errno));
    pv_text_release(&folder);
    return st;
}

/* Bytes of name that a temporary's name repeats: names may have 255 bytes, and no UTF-8 character is cut. */
static int pv_name_part(const char *name)
{
    enum { PV_NAME_PART = 200 };
    size_t n = strlen(name);
    if (n > PV_NAME_PART)
        for (n = PV_NAME_PART; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80;) n--;
    return (int)n;
}

/* Creates a fresh temporary beside path. */
static pv_status pv_tmp_create(const char *path, char **tmp_path, int *fd, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text name = {0};
    int made = -1;
    const char *leaf = pv_path_name(path);
    int folder = (int)(leaf - path);
    for (int k = 0; k < PV_TMP_TRIES && made < 0; k++) {
        pv_text_reset(&name);
        pv_text_addf(&name, "%.*s.%.*s.%ld-%d.tmp", folder, path, pv_name_part(leaf), leaf, (long)getpid(), k);
        PV_TRY(pv_text_status(&name, err));
        made = open(pv_text_str(&name), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0640);
        if (made < 0 && errno != EEXIST) PV_TRY(pv_fail(err, PV_IO, "%s: cannot be created: %s", path, strerror(errno)));
    }
    if (made < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %d left-over temporary files stand beside it; remove them", path, PV_TMP_TRIES));
    *tmp_path = name.data;
    *fd = made;
    name = (pv_text){0};
out:
    pv_text_release(&name);
    return st;
}

pv_status pv_folder_make(const char *path, pv_err *err)
{
    struct stat s;
    if (mkdir(path, 0750) == 0) return PV_OK;
    int why = errno;
    if (why == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode)) return PV_OK;
    return pv_fail(err, PV_IO, "%s: the folder cannot be made: %s", path, strerror(why));
}

pv_status pv_folder_sync(const char *folder, pv_err *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return pv_fail(err, PV_IO, "%s: %s", folder, strerror(errno));
    /* Some network file systems cannot sync a folder and say EINVAL; the file itself is safe by then. */
    int failed = fsync(fd) != 0 && errno != EINVAL, why = errno;
    (void)close(fd);
    return failed ? pv_fail(err, PV_IO, "%s: fsync: %s", folder, strerror(why)) : PV_OK;
}

/* The folder that a file lies in. */
static pv_status pv_folder_of_sync(const char *path, pv_err *err)
{
    pv_text dir = {0};
    size_t folder = (size_t)(pv_path_name(path) - path);
    if (folder == 0)
        pv_text_add(&dir, ".");
    else
        pv_text_add_n(&dir, path, folder);
    pv_status st = pv_text_status(&dir, err);
    if (st == PV_OK) st = pv_folder_sync(pv_text_str(&dir), err);
    pv_text_release(&dir);
    return st;
}

pv_status pv_outfile_open(pv_outfile *f, const char *path, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    pv_outfile o = {.fd = -1};
    PV_TRY(pv_strdup(&o.path, path, err));
    PV_TRY(pv_alloc(&o.buffer, PV_OUT_BUFFER, 1, "output buffer", err));
    if (pv_is_stdout(path)) {
        o.fd = STDOUT_FILENO;
    } else if (pv_is_special(path)) {
        o.fd = open(path, O_WRONLY | O_CLOEXEC);
        if (o.fd < 0) PV_TRY(pv_fail(err, PV_IO, "%s: %s", path, strerror(errno)));
    } else {
        PV_TRY(pv_target_check(path, overwrite, err));
        PV_TRY(pv_tmp_create(path, &o.tmp_path, &o.fd, err));
    }
    *f = o;
    o = (pv_outfile){.fd = -1};
out:
    pv_outfile_release(&o);
    return st;
}

static pv_status pv_write_all(pv_outfile *f, const char *data, size_t n, pv_err *err)
{
    while (n > 0) {
        ssize_t done = write(f->fd, data, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno == EPIPE) return pv_fail(err, PV_STOPPED, "%s: its reader has gone", f->path);
        if (done <= 0) return pv_fail(err, PV_IO, "%s: write failed after %llu bytes: %s", f->path, (unsigned long long)f->bytes, strerror(errno));
        data += done;
        n -= (size_t)done;
        f->bytes += (uint64_t)done;
    }
    return PV_OK;
}

static pv_status pv_flush(pv_outfile *f, pv_err *err)
{
    size_t n = f->used;
    f->used = 0;
    return pv_write_all(f, f->buffer, n, err);
}

pv_status pv_outfile_write(pv_outfile *f, const void *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    if (f->used + n > PV_OUT_BUFFER) PV_TRY(pv_flush(f, err));
    if (n >= PV_OUT_BUFFER) return pv_write_all(f, data, n, err);
    memcpy(f->buffer + f->used, data, n);
    f->used += n;
out:
    return st;
}

pv_status pv_outfile_commit(pv_outfile *f, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_flush(f, err));
    if (f->tmp_path != NULL) {
        if (fsync(f->fd) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: fsync: %s", f->path, strerror(errno)));
        int fd = f->fd;
        f->fd = -1;
        if (close(fd) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: close: %s", f->path, strerror(errno)));
        if (rename(f->tmp_path, f->path) != 0) PV_TRY(pv_fail(err, PV_IO, "%s: rename: %s", f->path, strerror(errno)));
        pv_free(f->tmp_path);
        f->tmp_path = NULL;
        PV_TRY(pv_folder_of_sync(f->path, err));
    }
out:
    return st;
}

void pv_outfile_release(pv_outfile *f)
{
    if (f->path != NULL) {
        if (f->fd >= 0 && f->fd != STDOUT_FILENO) (void)close(f->fd);
        if (f->tmp_path != NULL) (void)unlink(f->tmp_path);
    }
    pv_free(f->path);
    pv_free(f->tmp_path);
    pv_free(f->buffer);
    *f = (pv_outfile){.fd = -1};
}

pv_status pv_outfile_put(const char *path, const void *data, size_t n, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    pv_outfile f = {.fd = -1};
    PV_TRY(pv_outfile_open(&f, path, overwrite, err));
    PV_TRY(pv_outfile_write(&f, data, n, err));
    PV_TRY(pv_outfile_commit(&f, err));
out:
    pv_outfile_release(&f);
    return st;
}

pv_status pv_outfile_reserve(const char *path, int overwrite, char **tmp_path, pv_err *err)
{
    pv_status st = PV_OK;
    int fd = -1;
    if (pv_is_stdout(path)) PV_TRY(pv_fail(err, PV_USAGE, "a picture cannot go to stdout; name a file to write"));
    PV_TRY(pv_target_check(path, overwrite, err));
    PV_TRY(pv_tmp_create(path, tmp_path, &fd, err));
    (void)close(fd);
out:
    return st;
}

pv_status pv_outfile_publish(const char *tmp_path, const char *path, pv_err *err)
{
    int fd = open(tmp_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return pv_fail(err, PV_IO, "%s: %s", tmp_path, strerror(errno));
    int failed = fsync(fd) != 0;
    int why = errno;
    (void)close(fd);
    if (failed) return pv_fail(err, PV_IO, "%s: fsync: %s", path, strerror(why));
    if (rename(tmp_path, path) != 0) return pv_fail(err, PV_IO, "%s: rename: %s", path, strerror(errno));
    return pv_folder_of_sync(path, err);
}

pv_status pv_file_read(const char *path, size_t max_bytes, char **data, size_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    char *bytes = NULL;
    size_t len = 0, cap = 0;
    FILE *f = fopen(path, "rb");
    if (f == NULL) return pv_fail(err, PV_IO, "%s: %s", path, strerror(errno));
    for (;;) {
        PV_TRY(pv_grow(&bytes, &cap, len + PV_OUT_BUFFER + 1, 1, "file content", err));
        size_t got = fread(bytes + len, 1, PV_OUT_BUFFER, f);
        len += got;
        if (len > max_bytes) PV_TRY(pv_fail(err, PV_INPUT, "%s: larger than the %zu bytes that such a file may have", path, max_bytes));
        if (got == 0) break;
    }
    if (ferror(f)) PV_TRY(pv_fail(err, PV_IO, "%s: %s", path, strerror(errno)));
    bytes[len] = '\0';
    *data = bytes;
    *n = len;
    bytes = NULL;
out:
    pv_free(bytes);
    (void)fclose(f);
    return st;
}
