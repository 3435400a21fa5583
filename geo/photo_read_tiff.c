#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <tiffio.h>

#include "base/mem.h"
#include "geo/gdal_door.h"
#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

enum { PV_TIFF_CACHE_BYTES = 32 << 20, PV_TIFF_MAX_SLOTS = 65536, PV_TIFF_WISH_BYTES = 128 << 10 };

enum { PV_BLOCK_GOOD = 1, PV_BLOCK_BAD = 2 };

typedef struct pv_slot {
    int64_t block; /* -1 = empty */
    uint8_t *data; /* owned; NULL for a bad block that never decoded */
    int state;
    int spent;            /* 1 = all of it was taken at once: its room comes first */
    int32_t chain;        /* next slot of the same hash, -1 = last */
    int32_t older, newer; /* by last use */
} pv_slot;

struct pv_tiff {
    TIFF *tif;
    int width, height, bands, sample_bytes;
    int tiled, separate;
    int block_w, block_h, across, down;
    int64_t missing; /* blocks never written, from the gate; 0 = no need to look */
    int once;        /* 1 = a block that is taken whole will not be asked for again */
    uint64_t file_bytes;
    size_t block_bytes, pixel_bytes;
    int undo;       /* 1 = libtiff leaves the differences of predictor 2 to us */
    int complaints; /* of libtiff about the block that is being read */
    int n_slots, n_filled;
    uint32_t n_heads; /* a power of two */
    int32_t *head;
    pv_slot *slot;
    int32_t oldest, newest;
};

static int pv_tiff_error(TIFF *tif, void *user, const char *module, const char *fmt, va_list args)
{
    (void)tif, (void)module, (void)fmt, (void)args;
    ((pv_tiff *)user)->complaints++;
    return 1; /* handled: nothing goes to the handlers that all handles share */
}

static int PV_PRINTF(4, 0) pv_tiff_warning(TIFF *tif, void *user, const char *module, const char *fmt, va_list args)
{
    char text[256];
    (void)tif;
    (void)vsnprintf(text, sizeof text, fmt, args);
    if (module != NULL && strcmp(module, "JPEGLib") == 0 && pv_gdal_is_damage(text)) ((pv_tiff *)user)->complaints++;
    return 1;
}

static int pv_tiff_codec_fits(const pv_gate_facts *gate)
{
    switch (gate->compression) {
    case COMPRESSION_NONE:
    case COMPRESSION_LZW:
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ZSTD:
    case COMPRESSION_PACKBITS:
        break;
    case COMPRESSION_JPEG:
        /* Bands of a YCbCr picture are made by the decoder: three, and together. */
        if (gate->photometric == PHOTOMETRIC_YCBCR && (gate->bands != 3 || gate->separate)) return 0;
        if (gate->bits != 8) return 0;
        break;
    default:
        return 0;
    }
    return TIFFIsCODECConfigured((uint16_t)gate->compression);
}

static pv_status pv_tiff_slots(pv_tiff *t, int64_t n_blocks, pv_err *err)
{
    pv_status st = PV_OK;
    int planes = t->separate ? t->bands : 1;
    int64_t n = PV_TIFF_CACHE_BYTES / (int64_t)t->block_bytes, least = t->block_bytes <= (64u << 20) ? 4 : 1;
    if (n < least) n = least;
    if (n > PV_TIFF_MAX_SLOTS) n = PV_TIFF_MAX_SLOTS;
    if (n > n_blocks) n = n_blocks;
    if (n < planes) n = planes;
    t->n_slots = (int)n;
    t->n_heads = 1;
    while (t->n_heads < (uint32_t)n) t->n_heads *= 2;
    PV_TRY(pv_alloc(&t->slot, (size_t)n, sizeof *t->slot, "block cache", err));
    PV_TRY(pv_alloc(&t->head, t->n_heads, sizeof *t->head, "block cache", err));
    for (uint32_t i = 0; i < t->n_heads; i++) t->head[i] = -1;
    t->oldest = t->newest = -1;
out:
    return st;
}

/* The shape of the blocks as libtiff sees them (it cuts one giant uncompressed strip into small ones). 1 = as the gate saw the file. */
static int pv_tiff_shape(pv_tiff *t, const pv_gate_facts *gate)
{
    uint32_t w = 0, h = 0, bw = 0, bh = 0;
    uint16_t spp = 1, bits = 1, planar = PLANARCONFIG_CONTIG;
    if (gate->compression == COMPRESSION_JPEG && gate->photometric == PHOTOMETRIC_YCBCR &&
        !TIFFSetField(t->tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB))
        return 0;
    (void)TIFFGetField(t->tif, TIFFTAG_IMAGEWIDTH, &w);
    (void)TIFFGetField(t->tif, TIFFTAG_IMAGELENGTH, &h);
    (void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_SAMPLESPERPIXEL, &spp);
    (void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_BITSPERSAMPLE, &bits);
    (void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_PLANARCONFIG, &planar);
    t->tiled = TIFFIsTiled(t->tif) != 0;
    if (t->tiled) {
        (void)TIFFGetField(t->tif, TIFFTAG_TILEWIDTH, &bw);
        (void)TIFFGetField(t->tif, TIFFTAG_TILELENGTH, &bh);
    } else {
        bw = w;
        (void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_ROWSPERSTRIP, &bh);
        if (bh > h) bh = h;
    }
    if (w != gate->width_px || h != gate->height_px || spp != gate->bands || bits != gate->bits || t->tiled != gate->tiled || bw == 0 || bh == 0 ||
        bw != gate->block_w_px || bh > gate->block_h_px)
        return 0;
    t->width = (int)w, t->height = (int)h, t->bands = spp, t->sample_bytes = bits / 8;
    t->separate = planar == PLANARCONFIG_SEPARATE && spp > 1;
    t->block_w = (int)bw, t->block_h = (int)bh;
    t->across = (int)((w + bw - 1) / bw), t->down = (int)((h + bh - 1) / bh);
    t->pixel_bytes = (t->separate ? 1 : spp) * (bits / 8u);
    t->block_bytes = (size_t)bw * bh * t->pixel_bytes;
    tmsize_t says = t->tiled ? TIFFTileSize(t->tif) : TIFFStripSize(t->tif);
    return t->separate == gate->separate && says > 0 && (size_t)says == t->block_bytes;
}

/* libtiff adds the differences of 16 bits up sample by sample through memory, several times as slowly as pv_pixel_loops: it is told that there are none. */
static void pv_tiff_take_over(pv_tiff *t)
{
    uint16_t predictor = PREDICTOR_NONE;
    if (t->sample_bytes > 2 || t->pixel_bytes < 3 || t->pixel_bytes > 16 || !TIFFGetField(t->tif, TIFFTAG_PREDICTOR, &predictor)) return;
    t->undo = predictor == PREDICTOR_HORIZONTAL && TIFFSetField(t->tif, TIFFTAG_PREDICTOR, PREDICTOR_NONE);
}

pv_status pv_tiff_open(pv_tiff **out, const char *path, const pv_gate_facts *gate, pv_err *err)
{
    pv_status st = PV_OK;
    pv_tiff *t = NULL;
    TIFFOpenOptions *options = NULL;
    if (!pv_tiff_codec_fits(gate)) return PV_OK;
    PV_TRY(pv_alloc(&t, 1, sizeof *t, "photo handle", err));
    options = TIFFOpenOptionsAlloc();
    if (options == NULL) PV_TRY(pv_fail(err, PV_NOMEM, "photo handle: no memory"));
    TIFFOpenOptionsSetErrorHandlerExtR(options, pv_tiff_error, t);
    TIFFOpenOptionsSetWarningHandlerExtR(options, pv_tiff_warning, t);
    /* m: pread, no mmap (a file cut while it is read must not kill us); O: tables of blocks on demand; C: cut giant strips. */
    t->tif = TIFFOpenExt(path, "rmOC", options);
    if (t->tif == NULL || !pv_tiff_shape(t, gate)) goto out;
    PV_TRY(pv_tiff_slots(t, (int64_t)t->across * t->down * (t->separate ? t->bands : 1), err));
    pv_tiff_take_over(t);
    t->missing = gate->missing_blocks;
    t->file_bytes = gate->file_bytes;
    *out = t;
    t = NULL;
out:
    if (options != NULL) TIFFOpenOptionsFree(options);
    pv_tiff_free(t);
    return st;
}

void pv_tiff_free(pv_tiff *t)
{
    if (t == NULL) return;
    if (t->slot != NULL)
        for (int i = 0; i < t->n_slots; i++) pv_free(t->slot[i].data);
    pv_free(t->slot);
    pv_free(t->head);
    if (t->tif != NULL) TIFFClose(t->tif);
    pv_free(t);
}

void pv_tiff_read_once(pv_tiff *t, int once)
{
    t->once = once;
}

void pv_tiff_block_size(const pv_tiff *t, int *w, int *h)
{
    *w = t->block_w;
    *h = t->block_h;
}

static int64_t pv_tiff_block_at(const pv_tiff *t, int bx, int by, int band)
{
    return ((int64_t)(t->separate ? band : 0) * t->down + by) * t->across + bx;
}

static int pv_tiff_missing(pv_tiff *t, int64_t block)
{
    int failed = 0;
    if (t->missing == 0) return 0;
    uint64_t at = TIFFGetStrileOffsetWithErr(t->tif, (uint32_t)block, &failed);
    uint64_t n = failed ? 1 : TIFFGetStrileByteCountWithErr(t->tif, (uint32_t)block, &failed);
    return !failed && (at == 0 || n == 0);
}

static uint32_t pv_tiff_hash(const pv_tiff *t, int64_t block)
{
    return (uint32_t)(((uint64_t)block * UINT64_C(0x9E3779B97F4A7C15)) >> 40) & (t->n_heads - 1);
}

static void pv_tiff_unlink(pv_tiff *t, int32_t i)
{
    pv_slot *s = &t->slot[i];
    if (s->older >= 0)
        t->slot[s->older].newer = s->newer;
    else
        t->oldest = s->newer;
    if (s->newer >= 0)
        t->slot[s->newer].older = s->older;
    else
        t->newest = s->older;
}

static void pv_tiff_link_oldest(pv_tiff *t, int32_t i)
{
    t->slot[i].older = -1;
    t->slot[i].newer = t->oldest;
    if (t->oldest >= 0)
        t->slot[t->oldest].older = i;
    else
        t->newest = i;
    t->oldest = i;
}

static void pv_tiff_link_newest(pv_tiff *t, int32_t i)
{
    t->slot[i].older = t->newest;
    t->slot[i].newer = -1;
    if (t->newest >= 0)
        t->slot[t->newest].newer = i;
    else
        t->oldest = i;
    t->newest = i;
}

/* A slot for a block that is not in the cache: one that was read whole (its memory is still near), an unused one, else the one not used for the longest time. */
static int32_t pv_tiff_evict(pv_tiff *t)
{
    int32_t i = t->oldest;
    if (t->n_filled < t->n_slots && (i < 0 || !t->slot[i].spent)) return t->n_filled++;
    pv_tiff_unlink(t, i);
    int32_t *at = &t->head[pv_tiff_hash(t, t->slot[i].block)];
    while (*at != -1 && *at != i) at = &t->slot[*at].chain;
    if (*at == i) *at = t->slot[i].chain;
    return i;
}

static int pv_tiff_decode(pv_tiff *t, int64_t block, uint8_t *data)
{
    size_t want = t->block_bytes;
    t->complaints = 0;
    tmsize_t got = 0;
    if (t->tiled) {
        got = TIFFReadEncodedTile(t->tif, (uint32_t)block, data, (tmsize_t)want);
    } else {
        int rows = pv_min(t->block_h, t->height - (int)(block % t->down) * t->block_h);
        want = t->block_bytes / (size_t)t->block_h * (size_t)rows;
        got = TIFFReadEncodedStrip(t->tif, (uint32_t)block, data, (tmsize_t)want);
    }
    if (got != (tmsize_t)want || t->complaints > 0) return 0;
    for (size_t at = 0, row = (size_t)t->block_w * t->pixel_bytes; t->undo && at < want; at += row)
        pv_pixel_loops_of(pv_cpu_path())->undo_differences(data + at, (size_t)t->block_w, t->pixel_bytes, (size_t)t->sample_bytes);
    return 1;
}

/* The decoded block; *data is NULL when it is damaged. Borrowed until the next block is asked for. */
static pv_status pv_tiff_block(pv_tiff *t, int64_t block, const uint8_t **data, pv_err *err)
{
    uint32_t h = pv_tiff_hash(t, block);
    for (int32_t i = t->head[h]; i >= 0; i = t->slot[i].chain) {
        if (t->slot[i].block != block) continue;
        pv_tiff_unlink(t, i);
        pv_tiff_link_newest(t, i);
        t->slot[i].spent = 0;
        *data = t->slot[i].state == PV_BLOCK_GOOD ? t->slot[i].data : NULL;
        return PV_OK;
    }
    int32_t i = pv_tiff_evict(t);
    pv_slot *s = &t->slot[i];
    pv_status st = s->data != NULL ? PV_OK : pv_alloc(&s->data, t->block_bytes, 1, "block of the photo", err);
    s->block = st == PV_OK ? block : -1;
    s->spent = 0;
    s->state = st == PV_OK && pv_tiff_decode(t, block, s->data) ? PV_BLOCK_GOOD : PV_BLOCK_BAD;
    s->chain = t->head[h];
    t->head[h] = i;
    if (st != PV_OK) { /* still a well-formed slot, of no block */
        t->head[h] = s->chain;
        s->chain = -1;
    }
    pv_tiff_link_newest(t, i);
    *data = s->state == PV_BLOCK_GOOD ? s->data : NULL;
    return st;
}

/* The block that was asked for last will not be asked for again: the next one is decoded into its memory, which is still in the processor's cache. */
static void pv_tiff_spend(pv_tiff *t)
{
    int32_t i = t->newest;
    if (i < 0) return;
    t->slot[i].spent = 1;
    pv_tiff_unlink(t, i);
    pv_tiff_link_oldest(t, i);
}

/* 1 when the part has the last pixel of its block that lies in the photo. */
static int pv_tiff_ends_block(const pv_tiff *t, pv_rect part, int bx, int by)
{
    int x = bx * t->block_w, y = by * t->block_h;
    return part.x - x + part.w == pv_min(t->block_w, t->width - x) && part.y - y + part.h == pv_min(t->block_h, t->height - y);
}

#define PV_TIFF_PICK(T)                                                                                                                              \
    for (int y = 0; y < part.h; y++) {                                                                                                               \
        const T *from = (const T *)(const void *)data +                                                                                              \
                        ((size_t)(part.y + y - by * t->block_h) * (size_t)t->block_w + (size_t)(part.x - bx * t->block_w)) * step + first;           \
        T *to = (T *)out + (size_t)(part.y + y - r.y) * (size_t)r.w + (size_t)(part.x - r.x);                                                        \
        for (int x = 0; x < part.w; x++) to[x] = from[(size_t)x * step];                                                                             \
    }

/* Copies one band of a decoded block to its place in the plane `out` of rectangle r. */
static void pv_tiff_pick(const pv_tiff *t, const uint8_t *data, pv_rect part, pv_rect r, int band, void *out)
{
    size_t step = t->separate ? 1 : (size_t)t->bands, first = t->separate ? 0 : (size_t)band;
    int bx = part.x / t->block_w, by = part.y / t->block_h;
    if (t->sample_bytes == 1) {
        PV_TIFF_PICK(uint8_t)
    } else if (t->sample_bytes == 2) {
        PV_TIFF_PICK(uint16_t)
    } else {
        PV_TIFF_PICK(uint32_t)
    }
}

/* All bands of bytes or of 16 bits, wanted in file order: the usual photo, parted in one pass. */
static int pv_tiff_pick_all(const pv_tiff *t, const uint8_t *data, pv_rect part, pv_rect r, int n, const int *band, void *out)
{
    const pv_pixel_loops *loop = pv_pixel_loops_of(pv_cpu_path());
    size_t plane = (size_t)r.w * (size_t)r.h, step = (size_t)t->bands, w = (size_t)part.w;
    if (t->separate || t->sample_bytes > 2 || n != t->bands) return 0;
    for (int k = 0; k < n; k++)
        if (band[k] != k) return 0;
    for (int y = 0; y < part.h; y++) {
        size_t from = ((size_t)((part.y + y) % t->block_h) * (size_t)t->block_w + (size_t)(part.x % t->block_w)) * step;
        size_t to = (size_t)(part.y + y - r.y) * (size_t)r.w + (size_t)(part.x - r.x);
        if (t->sample_bytes == 1)
            loop->part_bytes(data + from, step, w, (uint8_t *)out + to, plane);
        else
            loop->part_words((const uint16_t *)(const void *)data + from, step, w, (uint16_t *)out + to, plane);
    }
    return 1;
}

static pv_status pv_tiff_part(pv_tiff *t, pv_rect part, pv_rect r, int n, const int *band, void *out, uint8_t *state, pv_err *err)
{
    int bx = part.x / t->block_w, by = part.y / t->block_h, planes = t->separate ? n : 1;
    int spend = t->once && pv_tiff_ends_block(t, part, bx, by);
    size_t plane = (size_t)r.w * (size_t)r.h * (size_t)t->sample_bytes;
    for (int k = 0; k < planes; k++) {
        if (!pv_tiff_missing(t, pv_tiff_block_at(t, bx, by, band[k]))) continue;
        pv_state_mark(part, r, state, PV_PIXEL_NODATA);
        return PV_OK;
    }
    for (int k = 0; k < n; k++) {
        const uint8_t *data = NULL;
        pv_status st = pv_tiff_block(t, pv_tiff_block_at(t, bx, by, band[k]), &data, err);
        if (st != PV_OK) return st;
        if (data == NULL) {
            pv_state_mark(part, r, state, PV_PIXEL_UNREADABLE);
            return PV_OK;
        }
        if (k == 0 && pv_tiff_pick_all(t, data, part, r, n, band, out)) break;
        pv_tiff_pick(t, data, part, r, band[k], (uint8_t *)out + (size_t)k * plane);
        if (t->separate && spend) pv_tiff_spend(t);
    }
    if (!t->separate && spend) pv_tiff_spend(t);
    return PV_OK;
}

pv_status pv_tiff_read(pv_tiff *t, pv_rect r, int n, const int *band, void *out, uint8_t *state, pv_err *err)
{
    for (int by = r.y / t->block_h; by * t->block_h < r.y + r.h; by++) {
        for (int bx = r.x / t->block_w; bx * t->block_w < r.x + r.w; bx++) {
            pv_rect part = pv_rect_intersect(r, (pv_rect){bx * t->block_w, by * t->block_h, t->block_w, t->block_h});
            pv_status st = pv_tiff_part(t, part, r, n, band, out, state, err);
            if (st != PV_OK) return st;
        }
    }
    return PV_OK;
}

/* Where the bytes of a block lie; 0 = nowhere in the file, or they cannot be those of a block. */
static int pv_tiff_bytes_of(pv_tiff *t, int64_t block, uint64_t *from, uint64_t *to)
{
    int failed = 0;
    *from = TIFFGetStrileOffsetWithErr(t->tif, (uint32_t)block, &failed);
    uint64_t n = failed ? 0 : TIFFGetStrileByteCountWithErr(t->tif, (uint32_t)block, &failed);
    if (failed || *from == 0 || *from >= t->file_bytes || n == 0 || n > 2 * t->block_bytes) return 0;
    *to = *from + n;
    return 1;
}

/* Linux takes no more of one wish than what it reads ahead by itself, which is this by default. */
static void pv_tiff_wish(int fd, uint64_t from, uint64_t to)
{
    for (; from < to; from += PV_TIFF_WISH_BYTES) {
        uint64_t n = to - from < PV_TIFF_WISH_BYTES ? to - from : PV_TIFF_WISH_BYTES;
        (void)posix_fadvise(fd, (off_t)from, (off_t)n, POSIX_FADV_WILLNEED);
    }
}

void pv_tiff_expect(pv_tiff *t, pv_rect r, int n, const int *band)
{
    int fd = TIFFFileno(t->tif);
    uint64_t from = 0, to = 0;
    for (int k = 0; k < (t->separate ? n : 1); k++) {
        for (int by = r.y / t->block_h; by * t->block_h < r.y + r.h; by++) {
            for (int bx = r.x / t->block_w; bx * t->block_w < r.x + r.w; bx++) {
                uint64_t first = 0, end = 0;
                if (!pv_tiff_bytes_of(t, pv_tiff_block_at(t, bx, by, band[k]), &first, &end)) continue;
                if (first != to) { /* blocks that follow each other are one wish */
                    pv_tiff_wish(fd, from, to);
                    from = first;
                }
                to = end;
            }
        }
    }
    pv_tiff_wish(fd, from, to);
}

int pv_tiff_is_empty(pv_tiff *t, pv_rect r, int n, const int *band)
{
    if (t->missing == 0) return 0;
    for (int by = r.y / t->block_h; by * t->block_h < r.y + r.h; by++) {
        for (int bx = r.x / t->block_w; bx * t->block_w < r.x + r.w; bx++) {
            int missing = 0;
            for (int k = 0; k < (t->separate ? n : 1) && !missing; k++) missing = pv_tiff_missing(t, pv_tiff_block_at(t, bx, by, band[k]));
            if (!missing) return 0;
        }
    }
    return 1;
}
