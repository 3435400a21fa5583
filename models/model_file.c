#include "models/model_file.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "base/text.h"
#include "models/model_bytes.h"
#include "models/train_internal.h"
#include "models/trees.h"

#include "base/banned.h"

/* The header has one length: "papaver-model 4\npayload 0000123456\nsha256 <64 hex digits>\n\n". */
static const char magic[] = "papaver-model ";
enum { VERSION = 4, HEADER = 16 + 19 + 72 + 1, MOST_PAYLOAD = 4 << 20 };

static void pv_payload_hash(const void *data, size_t n, char hex[PV_SHA256_HEX])
{
    pv_sha256 sha;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&sha);
    pv_sha256_add(&sha, data, n);
    pv_sha256_done(&sha, digest);
    pv_sha256_hex(digest, hex);
}

static void pv_model_set_id(pv_model *m, const char *hex)
{
    memcpy(m->id, hex, PV_MODEL_ID - 1);
    m->id[PV_MODEL_ID - 1] = '\0';
}

static pv_status pv_model_payload(const pv_model *m, pv_text *payload, char hex[PV_SHA256_HEX], pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(pv_model_check(m, err));
    pv_model_write(m, payload);
    PV_TRY(pv_text_status(payload, err));
    pv_payload_hash(payload->data, payload->len, hex);
out:
    return st;
}

pv_status pv_model_identify(pv_model *m, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text payload = {0};
    char hex[PV_SHA256_HEX];
    PV_TRY(pv_model_payload(m, &payload, hex, err));
    pv_model_set_id(m, hex);
out:
    pv_text_release(&payload);
    return st;
}

pv_status pv_model_save(pv_model *m, const char *path, int overwrite, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text payload = {0}, file = {0};
    char hex[PV_SHA256_HEX];
    st = pv_model_payload(m, &payload, hex, err);
    if (st != PV_OK) PV_TRY(pv_where(err, st, "%s: not written", path));
    pv_text_addf(&file, "%s%d\npayload %010zu\nsha256 %s\n\n", magic, pv_model_version(m), payload.len, hex);
    pv_text_add_n(&file, payload.data, payload.len);
    PV_TRY(pv_text_status(&file, err));
    PV_TRY(pv_outfile_put(path, file.data, file.len, overwrite, err));
    pv_model_set_id(m, hex);
out:
    pv_text_release(&file);
    pv_text_release(&payload);
    return st;
}

/* The version after the magic, or -1 when these bytes are no model. */
static long pv_header_version(const char *data, size_t n)
{
    size_t at = sizeof magic - 1;
    long version = 0;
    if (n < at || memcmp(data, magic, at) != 0) return -1;
    size_t first = at;
    for (; at < n && at < first + 6 && data[at] >= '0' && data[at] <= '9'; at++) version = version * 10 + (data[at] - '0');
    return at > first && at < n && data[at] == '\n' ? version : -1;
}

static pv_status pv_header_check(const char *data, size_t n, int check_hash, char hex[PV_SHA256_HEX], pv_err *err)
{
    char expected[HEADER + 1];
    long version = pv_header_version(data, n);
    if (version < 0) return pv_fail(err, PV_MODEL, "this is not a model file of papaver: give a .pvm that `papaver train` has written");
    if (version < 1 || version > VERSION)
        return pv_fail(err, PV_MODEL,
                       "the model file is of version %ld and this program reads versions 1 to %d: use the papaver that wrote it, or a newer one",
                       version, VERSION);
    if (n < HEADER || n - HEADER > MOST_PAYLOAD) return pv_fail(err, PV_MODEL, "%zu bytes is no size of a model: copy it again", n);
    pv_payload_hash(data + HEADER, n - HEADER, hex);
    (void)snprintf(expected, sizeof expected, "%s%ld\npayload %010zu\nsha256 %s\n\n", magic, version, n - HEADER, hex);
    if (check_hash && memcmp(expected, data, HEADER) != 0)
        return pv_fail(err, PV_MODEL, "the model's bytes do not match its own checksum: copy it again");
    return PV_OK;
}

pv_status pv_model_parse(pv_model **out, const void *data, size_t n, int check_hash, pv_err *err)
{
    pv_status st = PV_OK;
    pv_model *m = NULL;
    char hex[PV_SHA256_HEX];
    PV_TRY(pv_header_check(data, n, check_hash, hex, err));
    PV_TRY(pv_model_read(&m, (const uint8_t *)data + HEADER, n - HEADER, (int)pv_header_version(data, n), err));
    PV_TRY(pv_model_check(m, err));
    PV_TRY(pv_trees_prepare(m, err));
    pv_model_set_id(m, hex);
    *out = m;
    m = NULL;
out:
    pv_model_free(m);
    return st;
}

pv_status pv_model_load(pv_model **out, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    char *data = NULL;
    size_t n = 0;
    st = pv_file_read(path, HEADER + MOST_PAYLOAD, &data, &n, err);
    if (st == PV_INPUT)
        PV_TRY(pv_fail(err, PV_MODEL, "%s: not a papaver model: no model has more than %d bytes", path, (int)(HEADER + MOST_PAYLOAD)));
    if (st != PV_OK) goto out;
    st = pv_model_parse(out, data, n, 1, err);
    if (st != PV_OK) PV_TRY(pv_where(err, st, "%s", path));
out:
    pv_free(data);
    return st;
}
