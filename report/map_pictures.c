#include "report/map_pictures.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

/* The largest picture that workers write is far below. */
enum { MOST_BYTES = 16 << 20 };

void pv_base64_add(pv_text *out, const void *data, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = data;
    char line[4 * 256];
    size_t used = 0;
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)b[i] << 16 | (i + 1 < n ? (unsigned)b[i + 1] << 8 : 0) | (i + 2 < n ? b[i + 2] : 0);
        line[used++] = digit[v >> 18];
        line[used++] = digit[v >> 12 & 63];
        line[used++] = i + 1 < n ? digit[v >> 6 & 63] : '=';
        line[used++] = i + 2 < n ? digit[v & 63] : '=';
        if (used < sizeof line && i + 3 < n) continue;
        pv_text_add_n(out, line, used);
        used = 0;
    }
}

static int is_jpeg(const char *data, size_t n)
{
    return n > 4 && memcmp(data, "\xFF\xD8\xFF", 3) == 0 && memcmp(data + n - 2, "\xFF\xD9", 2) == 0;
}

pv_status pv_map_picture(pv_text *out, pv_map_pictures *p, const char *name, int *there, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text path = {0};
    char *data = NULL;
    size_t n = 0;
    struct stat about;
    *there = 0;
    if (p->folder == NULL) goto out;
    pv_text_addf(&path, "%s/%s", p->folder, name);
    PV_TRY(pv_text_status(&path, err));
    if (lstat(pv_text_str(&path), &about) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) st = pv_fail(err, PV_IO, "%s: %s", pv_text_str(&path), strerror(errno));
        goto out;
    }
    if (!S_ISREG(about.st_mode) || about.st_size > MOST_BYTES || (size_t)about.st_size > p->left) {
        p->n_left_out++;
        goto out;
    }
    PV_TRY(pv_file_read(pv_text_str(&path), MOST_BYTES, &data, &n, err));
    if (!is_jpeg(data, n)) {
        p->n_left_out++;
        goto out;
    }
    pv_text_add(out, "data:image/jpeg;base64,");
    pv_base64_add(out, data, n);
    p->left -= n < p->left ? n : p->left;
    p->n++;
    *there = 1;
out:
    pv_free(data);
    pv_text_release(&path);
    return st;
}
