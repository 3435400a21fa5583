#include "geo/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { PV_GATE_PIECE = 16384, PV_GATE_MAX_ENTRIES = 4096, PV_GATE_MAX_DIRS = 64, PV_GATE_SAMPLES = 64 };

/* Where the bytes are: a file, or memory. */
typedef struct pv_gate_bytes {
    int fd;
    const uint8_t *data;
    int64_t size;
    int big_endian, big_tiff;
} pv_gate_bytes;

typedef struct pv_gate_tag {
    uint16_t tag, type;
    uint64_t count;
    int64_t at; /* where its values are in the file */
} pv_gate_tag;

/* What one image directory says. */
typedef struct pv_gate_dir {
    uint64_t subfile, width, height, spp, planar, rows, tile_w, tile_h, compression, photometric, n_bits, bits, n_formats, format;
    int mixed; /* the samples differ in bits or format */
    pv_gate_tag offsets, counts;
    int64_t next;
} pv_gate_dir;

int pv_gate_may_be_half(const pv_err *refusal)
{
    static const char *const cut[] = {"damaged TIFF", "the file is empty", "the file begins with zeros"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
        if (strncmp(refusal->text, cut[i], strlen(cut[i])) == 0) return 1;
    return 0;
}

pv_gate_limits pv_gate_limits_default(void)
{
    return (pv_gate_limits){.max_side_px = 400000, .max_pixels = 50000000000, .max_bands = 16, .max_block_bytes = 256 << 20, .max_ratio = 10000};
}

/* 1 = all n bytes are there and were read. */
static int pv_gate_get(const pv_gate_bytes *b, int64_t at, void *out, int64_t n)
{
    if (at < 0 || n < 0 || at > b->size || n > b->size - at) return 0;
    if (b->data != NULL) {
        memcpy(out, b->data + at, (size_t)n);
        return 1;
    }
    for (int64_t done = 0; done < n;) {
        ssize_t got = pread(b->fd, (char *)out + done, (size_t)(n - done), at + done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        done += got;
    }
    return 1;
}

static uint64_t pv_gate_number(const pv_gate_bytes *b, const uint8_t *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v = v << 8 | p[b->big_endian ? i : n - 1 - i];
    return v;
}

/* Bytes of one value of the integer types that a directory may use; 0 for all others. */
static int pv_gate_type_bytes(uint16_t type)
{
    switch (type) {
    case 1:
        return 1;
    case 3:
        return 2;
    case 4:
    case 13:
        return 4;
    case 16:
    case 18:
        return 8;
    default:
        return 0;
    }
}

/* The i-th value of a tag; 1 = it is there. */
static int pv_gate_value(const pv_gate_bytes *b, const pv_gate_tag *t, uint64_t i, uint64_t *out)
{
    uint8_t raw[8];
    int bytes = pv_gate_type_bytes(t->type);
    if (bytes == 0 || i >= t->count || i > INT64_MAX / 16 || !pv_gate_get(b, t->at + (int64_t)i * bytes, raw, bytes)) return 0;
    *out = pv_gate_number(b, raw, bytes);
    return 1;
}

/* A part of the file lies beyond its end. */
typedef enum gate_part { GATE_DIRECTORY, GATE_SAMPLES, GATE_BLOCKS } gate_part;

static pv_status pv_gate_cut(const pv_gate_bytes *b, gate_part part, pv_err *err)
{
    switch (part) {
    case GATE_DIRECTORY:
        return pv_fail(err, PV_INPUT,
                       "damaged TIFF: its directory lies beyond the end of the file (%" PRId64
                       " bytes); the copy was probably cut short, copy the file again",
                       b->size);
    case GATE_SAMPLES:
        return pv_fail(err, PV_INPUT,
                       "damaged TIFF: its description of a sample lies beyond the end of the file (%" PRId64
                       " bytes); the copy was probably cut short, copy the file again",
                       b->size);
    default:
        return pv_fail(err, PV_INPUT,
                       "damaged TIFF: its table of blocks lies beyond the end of the file (%" PRId64
                       " bytes); the copy was probably cut short, copy the file again",
                       b->size);
    }
}

/* Samples per pixel are at most 64 here (checked later against the limits): more are not looked at one by one. */
static pv_status pv_gate_samples(const pv_gate_bytes *b, const pv_gate_tag *t, uint64_t *n, uint64_t *value, int *mixed, pv_err *err)
{
    *n = t->count;
    for (uint64_t i = 0; i < t->count && i < PV_GATE_SAMPLES; i++) {
        uint64_t v = 0;
        if (!pv_gate_value(b, t, i, &v)) return pv_gate_cut(b, GATE_SAMPLES, err);
        if (i == 0) *value = v;
        if (v != *value) *mixed = 1;
    }
    return PV_OK;
}

static pv_status pv_gate_take(const pv_gate_bytes *b, pv_gate_dir *d, const pv_gate_tag *t, pv_err *err)
{
    uint64_t *slot = NULL;
    switch (t->tag) {
    case 254:
        slot = &d->subfile;
        break;
    case 256:
        slot = &d->width;
        break;
    case 257:
        slot = &d->height;
        break;
    case 258:
        return pv_gate_samples(b, t, &d->n_bits, &d->bits, &d->mixed, err);
    case 259:
        slot = &d->compression;
        break;
    case 262:
        slot = &d->photometric;
        break;
    case 277:
        slot = &d->spp;
        break;
    case 278:
        slot = &d->rows;
        break;
    case 284:
        slot = &d->planar;
        break;
    case 322:
        slot = &d->tile_w;
        break;
    case 323:
        slot = &d->tile_h;
        break;
    case 339:
        return pv_gate_samples(b, t, &d->n_formats, &d->format, &d->mixed, err);
    case 273:
    case 324:
        d->offsets = *t;
        return PV_OK;
    case 279:
    case 325:
        d->counts = *t;
        return PV_OK;
    default:
        return PV_OK;
    }
    if (!pv_gate_value(b, t, 0, slot)) return pv_fail(err, PV_INPUT, "damaged TIFF: tag %d of its directory cannot be read", t->tag);
    return PV_OK;
}

static pv_status pv_gate_dir_read(const pv_gate_bytes *b, int64_t at, pv_gate_dir *d, pv_err *err)
{
    uint8_t raw[20];
    int head = b->big_tiff ? 8 : 2, entry = b->big_tiff ? 20 : 12, word = b->big_tiff ? 8 : 4;
    *d = (pv_gate_dir){.spp = 1, .planar = 1, .rows = UINT32_MAX, .compression = 1, .photometric = 1, .bits = 1, .format = 1};
    if (!pv_gate_get(b, at, raw, head)) return pv_gate_cut(b, GATE_DIRECTORY, err);
    uint64_t n = pv_gate_number(b, raw, head);
    if (n == 0 || n > PV_GATE_MAX_ENTRIES) return pv_fail(err, PV_INPUT, "damaged TIFF: its directory claims %" PRIu64 " entries", n);
    for (uint64_t i = 0; i < n; i++) {
        int64_t here = at + head + (int64_t)i * entry;
        if (!pv_gate_get(b, here, raw, entry)) return pv_gate_cut(b, GATE_DIRECTORY, err);
        pv_gate_tag t = {.tag = (uint16_t)pv_gate_number(b, raw, 2), .type = (uint16_t)pv_gate_number(b, raw + 2, 2)};
        t.count = pv_gate_number(b, raw + 4, word);
        uint64_t bytes = (uint64_t)pv_gate_type_bytes(t.type), far = pv_gate_number(b, raw + 4 + word, word);
        int inside = bytes != 0 && t.count <= (uint64_t)word / bytes;
        t.at = inside ? here + 4 + word : far > INT64_MAX ? INT64_MAX : (int64_t)far;
        pv_status st = pv_gate_take(b, d, &t, err);
        if (st != PV_OK) return st;
    }
    d->next = 0;
    if (pv_gate_get(b, at + head + (int64_t)n * entry, raw, word)) {
        uint64_t next = pv_gate_number(b, raw, word);
        d->next = next > INT64_MAX ? 0 : (int64_t)next;
    }
    return PV_OK;
}

/* What a file is that does not begin like a TIFF. */
static pv_status pv_gate_stranger(const uint8_t *p, int64_t n, pv_err *err)
{
    int64_t blanks = 0, zeros = 0, letters = 0;
    while (blanks < n && (p[blanks] == ' ' || p[blanks] == '\n' || p[blanks] == '\r' || p[blanks] == '\t')) blanks++;
    if (n - blanks >= 3 && memcmp(p + blanks, "\xEF\xBB\xBF", 3) == 0) blanks += 3;
    for (int64_t i = 0; i < n; i++) zeros += p[i] == 0, letters += (p[i] >= 32 && p[i] < 127) || p[i] == '\n' || p[i] == '\r' || p[i] == '\t';
    if (n == 0) return pv_fail(err, PV_INPUT, "the file is empty; copy it again");
    if (zeros == n) return pv_fail(err, PV_INPUT, "the file begins with zeros: damaged or half-copied; copy it again");
    if (n - blanks >= 11 && memcmp(p + blanks, "<VRTDataset", 11) == 0)
        return pv_fail(err, PV_INPUT,
                       "this is a VRT (a text that points at other files), not a TIFF; give the GeoTIFF itself, or make one: "
                       "gdal_translate in.vrt out.tif");
    if (n >= 3 && memcmp(p, "\xFF\xD8\xFF", 3) == 0)
        return pv_fail(err, PV_INPUT, "this is a JPEG picture, not a GeoTIFF; make an orthophoto from the frames and export it as GeoTIFF");
    if (n >= 4 && memcmp(p, "\x89PNG", 4) == 0)
        return pv_fail(err, PV_INPUT, "this is a PNG picture, not a GeoTIFF; export the orthophoto as GeoTIFF");
    if (letters == n) return pv_fail(err, PV_INPUT, "this is a text file, not a TIFF; give the GeoTIFF that it describes");
    return pv_fail(err, PV_INPUT, "not a TIFF; export the orthophoto as GeoTIFF");
}

static pv_status pv_gate_header(pv_gate_bytes *b, int64_t *first, pv_err *err)
{
    uint8_t raw[64] = {0};
    int64_t n = b->size < (int64_t)sizeof raw ? b->size : (int64_t)sizeof raw;
    if (!pv_gate_get(b, 0, raw, n)) return pv_fail(err, PV_IO, "cannot be read: %s", strerror(errno));
    if (n < 8 || (memcmp(raw, "II", 2) != 0 && memcmp(raw, "MM", 2) != 0)) return pv_gate_stranger(raw, n, err);
    b->big_endian = raw[0] == 'M';
    uint64_t magic = pv_gate_number(b, raw + 2, 2);
    if (magic != 42 && magic != 43) return pv_gate_stranger(raw, n, err);
    b->big_tiff = magic == 43;
    if (b->big_tiff && (n < 16 || pv_gate_number(b, raw + 4, 2) != 8)) return pv_fail(err, PV_INPUT, "damaged TIFF: its BigTIFF header is wrong");
    uint64_t at = b->big_tiff ? pv_gate_number(b, raw + 8, 8) : pv_gate_number(b, raw + 4, 4);
    if (at == 0) return pv_fail(err, PV_INPUT, "damaged TIFF: it was never finished (no directory); copy or export it again");
    if (at >= (uint64_t)b->size) return pv_gate_cut(b, GATE_DIRECTORY, err);
    *first = (int64_t)at;
    return PV_OK;
}

static pv_status pv_gate_kind(const pv_gate_dir *d, const pv_gate_limits *lim, pv_err *err)
{
    if (d->spp == 0 || d->spp > (uint64_t)lim->max_bands + 1)
        return pv_fail(err, PV_INPUT, "%" PRIu64 " bands; at most %d data bands and an alpha band can be read", d->spp, lim->max_bands);
    if (d->format == 5 || d->format == 6)
        return pv_fail(err, PV_INPUT, "complex numbers are no photo; give an orthophoto of reflectances or colours");
    if (d->mixed || (d->n_bits != 0 && d->n_bits != d->spp && d->n_bits != 1))
        return pv_fail(err, PV_INPUT, "its bands have different sample types; export all bands as one type (gdal_translate -ot UInt16)");
    int good = (d->format == 1 && (d->bits == 8 || d->bits == 16)) || (d->format == 2 && d->bits == 16) || (d->format == 3 && d->bits == 32) ||
               (d->format == 4 && (d->bits == 8 || d->bits == 16));
    if (!good)
        return pv_fail(err, PV_INPUT, "%" PRIu64 "-bit %s samples cannot be read; convert them: gdal_translate -ot %s in.tif out.tif", d->bits,
                       d->format == 3   ? "float"
                       : d->format == 2 ? "signed"
                                        : "unsigned",
                       d->format == 3 ? "Float32"
                       : d->bits < 8  ? "Byte"
                                      : "UInt16");
    if (d->photometric == 3)
        return pv_fail(err, PV_INPUT, "its values are entries of a colour table; turn them into colours: gdal_translate -expand rgb in.tif out.tif");
    if (d->photometric == 5 || d->photometric == 8 || d->photometric == 9)
        return pv_fail(err, PV_INPUT, "its colours are CMYK or Lab; export the orthophoto as RGB");
    if (d->photometric == 6 && d->compression != 7) return pv_fail(err, PV_INPUT, "its colours are YCbCr without JPEG; export the orthophoto as RGB");
    if (d->compression == 6)
        return pv_fail(err, PV_INPUT, "old-style JPEG compression; rewrite it: gdal_translate -co COMPRESS=DEFLATE in.tif out.tif");
    return PV_OK;
}

static pv_status pv_gate_shape(const pv_gate_dir *d, const pv_gate_limits *lim, pv_gate_facts *f, pv_err *err)
{
    uint64_t side = (uint64_t)lim->max_side_px;
    if (d->width == 0 || d->height == 0) return pv_fail(err, PV_INPUT, "damaged TIFF: it says that it has no pixels");
    if (d->width > side || d->height > side || d->width * d->height > (uint64_t)lim->max_pixels)
        return pv_fail(err, PV_INPUT,
                       "%" PRIu64 " x %" PRIu64 " pixels are more than the limit of %" PRId64 " a side and %" PRId64 " together; cut the "
                       "photo into sheets",
                       d->width, d->height, lim->max_side_px, lim->max_pixels);
    f->tiled = d->tile_w != 0 || d->tile_h != 0;
    uint64_t rows = d->rows == 0 || d->rows > d->height ? d->height : d->rows;
    uint64_t bw = f->tiled ? d->tile_w : d->width, bh = f->tiled ? d->tile_h : rows;
    if (bw == 0 || bh == 0 || bw > 4 * side || bh > 4 * side)
        return pv_fail(err, PV_INPUT, "damaged TIFF: blocks of %" PRIu64 " x %" PRIu64 " pixels", bw, bh);
    /* libtiff reads one single uncompressed strip in small pieces: its size does no harm. */
    int chopped = !f->tiled && d->compression == 1 && rows == d->height && (d->planar != 2 || d->spp == 1);
    uint64_t bytes = bw * (chopped ? 1 : bh) * d->spp * (d->bits / 8);
    if (bytes > (uint64_t)lim->max_block_bytes)
        return pv_fail(err, PV_INPUT,
                       "one block of %" PRIu64 " x %" PRIu64 " pixels takes %" PRIu64 " MiB, the limit is %" PRId64
                       " MiB; rewrite the photo in tiles: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE -co BIGTIFF=IF_SAFER in.tif out.tif",
                       bw, bh, bytes >> 20, lim->max_block_bytes >> 20);
    f->width_px = (int64_t)d->width;
    f->height_px = (int64_t)d->height;
    f->bands = (int)d->spp;
    f->bits = (int)d->bits;
    f->compression = (int)(d->compression & 0xFFFF);
    f->sample_format = d->format == 4 ? 1 : (int)d->format;
    f->photometric = (int)(d->photometric & 0xFFFF);
    f->separate = d->planar == 2 && d->spp > 1;
    f->block_w_px = (int64_t)bw;
    f->block_h_px = (int64_t)bh;
    f->n_blocks = (int64_t)((d->width + bw - 1) / bw * ((d->height + bh - 1) / bh) * (f->separate ? d->spp : 1));
    return PV_OK;
}

/* Walks the two tables of blocks side by side, a piece at a time. */
static pv_status pv_gate_blocks(const pv_gate_bytes *b, const pv_gate_dir *d, pv_gate_facts *f, pv_err *err)
{
    uint8_t off_raw[PV_GATE_PIECE], cnt_raw[PV_GATE_PIECE];
    int off_bytes = pv_gate_type_bytes(d->offsets.type), cnt_bytes = pv_gate_type_bytes(d->counts.type);
    uint64_t n = (uint64_t)f->n_blocks;
    if (off_bytes == 0 || cnt_bytes == 0) return pv_fail(err, PV_INPUT, "damaged TIFF: it does not say where its blocks are");
    if (d->offsets.count < n || d->counts.count < n)
        return pv_fail(err, PV_INPUT, "damaged TIFF: %" PRIu64 " blocks are needed, its tables name %" PRIu64 " places and %" PRIu64 " sizes", n,
                       d->offsets.count, d->counts.count);
    uint64_t piece = (uint64_t)PV_GATE_PIECE / 8, size = (uint64_t)b->size, stored = 0;
    for (uint64_t done = 0; done < n; done += piece) {
        uint64_t m = n - done < piece ? n - done : piece;
        if (!pv_gate_get(b, d->offsets.at + (int64_t)done * off_bytes, off_raw, (int64_t)m * off_bytes) ||
            !pv_gate_get(b, d->counts.at + (int64_t)done * cnt_bytes, cnt_raw, (int64_t)m * cnt_bytes))
            return pv_gate_cut(b, GATE_BLOCKS, err);
        for (uint64_t i = 0; i < m; i++) {
            uint64_t at = pv_gate_number(b, off_raw + i * (uint64_t)off_bytes, off_bytes);
            uint64_t bytes = pv_gate_number(b, cnt_raw + i * (uint64_t)cnt_bytes, cnt_bytes);
            if (at == 0 || bytes == 0)
                f->missing_blocks++;
            else if (at > size || bytes > size - at)
                f->blocks_past_end++;
            else
                stored += bytes > (uint64_t)INT64_MAX / n ? (uint64_t)INT64_MAX / n : bytes;
        }
    }
    f->stored_bytes = (int64_t)stored;
    return PV_OK;
}

static pv_status pv_gate_verdict(const pv_gate_facts *f, const pv_gate_limits *lim, pv_err *err)
{
    int64_t written = f->n_blocks - f->missing_blocks - f->blocks_past_end;
    if (f->missing_blocks == f->n_blocks)
        return pv_fail(err, PV_INPUT,
                       "damaged TIFF: none of its %" PRId64 " blocks was ever written (a program was stopped while writing it); "
                       "export or copy it again",
                       f->n_blocks);
    if (written <= 0)
        return pv_fail(err, PV_INPUT, "damaged TIFF: all of its written blocks lie beyond the end of the file (half-copied); copy it again");
    double raw = (double)f->block_w_px * (double)f->block_h_px * (f->separate ? 1 : f->bands) * (f->bits / 8) * (double)written;
    if (raw > lim->max_ratio * (double)(f->stored_bytes > 0 ? f->stored_bytes : 1))
        return pv_fail(err, PV_INPUT, "its blocks unpack to more than %.0f times their stored size: no photo does; export it again", lim->max_ratio);
    return PV_OK;
}

/* Masks and overviews that follow are opened by the libraries too: their blocks must not be giant either. */
static pv_status pv_gate_followers(const pv_gate_bytes *b, int64_t next, const pv_gate_limits *lim, pv_err *err)
{
    pv_gate_dir d;
    for (int i = 0; next != 0 && i < PV_GATE_MAX_DIRS; i++) {
        if (pv_gate_dir_read(b, next, &d, NULL) != PV_OK) return PV_OK; /* the photo itself is whole */
        pv_gate_facts f = {0};
        if ((d.subfile & 4) != 0 && d.bits <= 8 && d.spp == 1) {
            d.bits = 8; /* a mask of one bit is unpacked to bytes */
            pv_status st = pv_gate_shape(&d, lim, &f, err);
            if (st != PV_OK) return pv_where(err, st, "its mask");
        }
        next = d.next;
    }
    return PV_OK;
}

static pv_status pv_gate_run(pv_gate_bytes *b, const pv_gate_limits *limits, pv_gate_facts *facts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_gate_limits lim = limits != NULL ? *limits : pv_gate_limits_default();
    pv_gate_facts f = {.file_bytes = b->size};
    pv_gate_dir d;
    int64_t first = 0;
    PV_TRY(pv_gate_header(b, &first, err));
    f.big_tiff = b->big_tiff;
    PV_TRY(pv_gate_dir_read(b, first, &d, err));
    PV_TRY(pv_gate_kind(&d, &lim, err));
    PV_TRY(pv_gate_shape(&d, &lim, &f, err));
    PV_TRY(pv_gate_blocks(b, &d, &f, err));
    PV_TRY(pv_gate_verdict(&f, &lim, err));
    PV_TRY(pv_gate_followers(b, d.next, &lim, err));
    *facts = f;
out:
    return st;
}

pv_status pv_gate_check_bytes(const uint8_t *data, size_t n, const pv_gate_limits *limits, pv_gate_facts *facts, pv_err *err)
{
    static const uint8_t nothing = 0;
    pv_gate_bytes b = {.fd = -1, .data = n == 0 ? &nothing : data, .size = (int64_t)n};
    return pv_gate_run(&b, limits, facts, err);
}

pv_status pv_gate_check(const char *path, const pv_gate_limits *limits, pv_gate_facts *facts, pv_err *err)
{
    struct stat info;
    pv_status st = PV_OK;
    pv_gate_bytes b = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (b.fd < 0) return pv_fail(err, PV_IO, "cannot be opened: %s", strerror(errno));
    if (fstat(b.fd, &info) != 0) PV_TRY(pv_fail(err, PV_IO, "cannot be read: %s", strerror(errno)));
    if (!S_ISREG(info.st_mode)) PV_TRY(pv_fail(err, PV_INPUT, "not a file"));
    b.size = info.st_size;
    PV_TRY(pv_gate_run(&b, limits, facts, err));
out:
    (void)close(b.fd);
    return st;
}
