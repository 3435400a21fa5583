/* Cells to bytes and back. One form only: whatever the decoder accepts it would write the same. */
#include <string.h>

#include "base/mem.h"
#include "geo/cells_internal.h"

#include "base/banned.h"

enum {
    SIDE = PV_CELL_BLOCK,
    MAGIC_BYTES = 16,
    HEAD_BYTES = MAGIC_BYTES + 4 + 4 + PV_SHA256_BYTES + 4,
    BLOCK_LEAST = 8 + 3 + 3, /* place, one group of all rows, one run */
    BLOCKS_MOST_ABS = PV_CELL_MOST / SIDE
};

static const char magic[MAGIC_BYTES + 1] = "papaver cells 1\n";

int pv_cells_is_file(const void *head, size_t n)
{
    return n >= MAGIC_BYTES - 2 && memcmp(head, magic, MAGIC_BYTES - 2) == 0;
}

/* ---- encoding ---- */

static void add_u16(pv_text *out, uint32_t v)
{
    const char b[2] = {(char)(v & 255), (char)(v >> 8 & 255)};
    pv_text_add_n(out, b, sizeof b);
}

static void add_u32(pv_text *out, uint32_t v)
{
    add_u16(out, v & 0xFFFF);
    add_u16(out, v >> 16);
}

static int same_rows(const pv_cell_block *b, int y, int z)
{
    uint32_t n = b->row[y + 1] - b->row[y];
    if (n != b->row[z + 1] - b->row[z]) return 0;
    for (uint32_t k = 0; k < n; k++) {
        const pv_cell_run *p = &b->run[b->row[y] + k], *q = &b->run[b->row[z] + k];
        if (p->x0 != q->x0 || p->x1 != q->x1 || p->state != q->state) return 0;
    }
    return 1;
}

void pv_cell_block_encode(const pv_cell_block *block, pv_text *out)
{
    add_u32(out, (uint32_t)block->bx);
    add_u32(out, (uint32_t)block->by);
    for (int y = 0; y < SIDE;) {
        int y0 = y;
        while (y < SIDE && same_rows(block, y0, y)) y++;
        const char rows = (char)(y - y0 - 1);
        pv_text_add_n(out, &rows, 1);
        add_u16(out, block->row[y0 + 1] - block->row[y0]);
        for (uint32_t k = block->row[y0]; k < block->row[y0 + 1]; k++) {
            const char run[3] = {(char)block->run[k].x0, (char)(block->run[k].x1 - 1), (char)block->run[k].state};
            pv_text_add_n(out, run, sizeof run);
        }
    }
}

pv_status pv_cells_encode(const pv_cells *cells, pv_text *out, pv_err *err)
{
    pv_sha256 sum;
    uint8_t digest[PV_SHA256_BYTES];
    size_t runs = 0;
    for (size_t k = 0; k < cells->n; k++) runs += cells->at[k]->row[SIDE];
    if (cells->n > PV_CELL_FILE_BLOCKS || runs > PV_CELL_FILE_RUNS)
        return pv_fail(err, PV_INPUT, "%zu blocks with %zu runs of cells are more than a coverage file holds; take larger cells", cells->n, runs);
    pv_text_reset(out);
    pv_text_add_n(out, magic, MAGIC_BYTES);
    add_u32(out, (uint32_t)cells->grid.epsg);
    add_u32(out, (uint32_t)pv_cell_grid_mm(&cells->grid));
    pv_text_add_n(out, (const char *)cells->photo, PV_SHA256_BYTES);
    add_u32(out, (uint32_t)cells->n);
    for (size_t k = 0; k < cells->n; k++) {
        pv_cell_block b = pv_cells_block(cells, k);
        pv_cell_block_encode(&b, out);
    }
    pv_status st = pv_text_status(out, err);
    if (st != PV_OK) return st;
    pv_sha256_init(&sum);
    pv_sha256_add(&sum, out->data, out->len);
    pv_sha256_done(&sum, digest);
    pv_text_add_n(out, (const char *)digest, sizeof digest);
    return pv_text_status(out, err);
}

/* ---- decoding ---- */

typedef struct pv_cell_bytes {
    const uint8_t *data;
    size_t n, at; /* n: without the checksum */
} pv_cell_bytes;

static pv_status wrong(const pv_cell_bytes *b, const char *what, pv_err *err)
{
    return pv_fail(err, PV_INPUT, "byte %zu: %s", b->at, what);
}

static pv_status need(const pv_cell_bytes *b, size_t bytes, pv_err *err)
{
    return b->n - b->at >= bytes ? PV_OK : pv_fail(err, PV_INPUT, "byte %zu: the file ends here, in the middle: it is cut off", b->n);
}

static uint32_t take_u16(pv_cell_bytes *b)
{
    uint32_t v = (uint32_t)b->data[b->at] | (uint32_t)b->data[b->at + 1] << 8;
    b->at += 2;
    return v;
}

static uint32_t take_u32(pv_cell_bytes *b)
{
    uint32_t low = take_u16(b);
    return low | take_u16(b) << 16;
}

/* The runs of one group of rows, appended to *run. */
static pv_status take_runs(pv_cell_bytes *b, uint32_t n, pv_cell_run **run, size_t *cap, size_t used, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(need(b, (size_t)n * 3, err));
    PV_TRY(pv_grow(run, cap, used + n, sizeof **run, "cells", err));
    for (uint32_t k = 0; k < n; k++) {
        const uint8_t *p = b->data + b->at;
        const pv_cell_run *last = k > 0 ? &(*run)[used + k - 1] : NULL;
        if (p[0] > p[1]) PV_TRY(wrong(b, "a run ends before it begins", err));
        if (p[2] == PV_CELL_NONE || p[2] >= PV_CELL_STATES) PV_TRY(wrong(b, "no such state", err));
        if (last != NULL && (p[0] < last->x1 || (p[0] == last->x1 && p[2] == last->state)))
            PV_TRY(wrong(b, "runs overlap, are out of order or are one run in two", err));
        (*run)[used + k] = (pv_cell_run){p[0], (uint16_t)(p[1] + 1), p[2]};
        b->at += 3;
    }
out:
    return st;
}

static pv_status take_rows(pv_cell_bytes *b, uint32_t *row, pv_cell_run **run, pv_err *err)
{
    pv_status st = PV_OK;
    size_t cap = 0;
    pv_cell_block so_far = {.row = row};
    for (int y = 0; y < SIDE;) {
        size_t from = b->at;
        PV_TRY(need(b, 3, err));
        int rows = b->data[b->at++] + 1;
        uint32_t n = take_u16(b), first = row[y];
        if (rows > SIDE - y || n > SIDE) {
            b->at = from;
            PV_TRY(wrong(b, "a block has 256 rows, and a row no more than 256 runs", err));
        }
        PV_TRY(take_runs(b, n, run, &cap, first, err));
        row[y + 1] = first + n;
        so_far.run = *run;
        if (y > 0 && same_rows(&so_far, y - 1, y)) {
            b->at = from;
            PV_TRY(wrong(b, "equal rows are not joined", err));
        }
        PV_TRY(pv_grow(run, &cap, first + (size_t)n * (size_t)rows, sizeof **run, "cells", err));
        for (int r = 1; r < rows; r++) {
            if (n > 0) memcpy(*run + first + (size_t)r * n, *run + first, n * sizeof **run);
            row[y + r + 1] = row[y + r] + n;
        }
        y += rows;
    }
    if (row[SIDE] == 0) PV_TRY(wrong(b, "a block without a cell", err));
out:
    return st;
}

static pv_status take_block(pv_cell_bytes *b, pv_cell_block *out, pv_cell_block_owned *owner, pv_err *err)
{
    pv_status st = PV_OK;
    PV_TRY(need(b, BLOCK_LEAST, err));
    PV_TRY(pv_alloc(&owner->row, SIDE + 1, sizeof *owner->row, "cells", err));
    out->bx = (int32_t)take_u32(b);
    out->by = (int32_t)take_u32(b);
    if (out->bx < -BLOCKS_MOST_ABS || out->bx >= BLOCKS_MOST_ABS || out->by < -BLOCKS_MOST_ABS || out->by >= BLOCKS_MOST_ABS)
        PV_TRY(wrong(b, "a block lies beyond the grid", err));
    PV_TRY(take_rows(b, owner->row, &owner->run, err));
    out->row = owner->row;
    out->run = owner->run;
out:
    return st;
}

void pv_cell_block_release(pv_cell_block_owned *owner)
{
    pv_free(owner->row);
    pv_free(owner->run);
    *owner = (pv_cell_block_owned){0};
}

pv_status pv_cell_block_decode(pv_cell_block *out, pv_cell_block_owned *owner, const void *data, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_bytes b = {data, n, 0};
    pv_cell_block_owned own = {0};
    pv_cell_block block = {0};
    PV_TRY(take_block(&b, &block, &own, err));
    if (b.at != n) PV_TRY(wrong(&b, "bytes follow after the block's end", err));
    *out = block;
    *owner = own;
    own = (pv_cell_block_owned){0};
out:
    pv_cell_block_release(&own);
    return st;
}

static pv_status take_head(pv_cell_bytes *b, pv_cells **out, uint32_t *blocks, pv_err *err)
{
    pv_status st = PV_OK;
    if (!pv_cells_is_file(b->data, b->n)) PV_TRY(wrong(b, "this is no coverage file of papaver", err));
    PV_TRY(need(b, HEAD_BYTES, err));
    if (memcmp(b->data, magic, MAGIC_BYTES) != 0) PV_TRY(wrong(b, "a coverage file of another version; a newer papaver reads it", err));
    b->at = MAGIC_BYTES;
    uint32_t epsg = take_u32(b), mm = take_u32(b);
    if (epsg < 1024 || epsg > 999999 || mm < PV_CELL_MM_LEAST || mm > PV_CELL_MM_MOST) {
        b->at = MAGIC_BYTES;
        PV_TRY(wrong(b, "no such grid", err));
    }
    pv_cell_grid grid = {(int)epsg, mm / 1000.0};
    PV_TRY(pv_cells_new(out, &grid, err));
    pv_cells_set_photo(*out, b->data + b->at);
    b->at += PV_SHA256_BYTES;
    *blocks = take_u32(b);
    if (*blocks > PV_CELL_FILE_BLOCKS || *blocks > (b->n - b->at) / BLOCK_LEAST) PV_TRY(wrong(b, "more blocks than the file can have", err));
out:
    return st;
}

static pv_status check_sum(pv_cell_bytes *b, pv_err *err)
{
    pv_sha256 sum;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&sum);
    pv_sha256_add(&sum, b->data, b->n);
    pv_sha256_done(&sum, digest);
    if (memcmp(digest, b->data + b->n, sizeof digest) == 0) return PV_OK;
    b->at = b->n;
    return wrong(b, "the checksum does not fit: the file was changed or cut off", err);
}

pv_status pv_cells_decode(pv_cells **out, const void *data, size_t n, int check, pv_err *err)
{
    pv_status st = PV_OK;
    pv_cell_bytes b = {data, n, 0};
    pv_cells *c = NULL;
    pv_cell_block_owned own = {0};
    uint32_t blocks = 0;
    size_t runs = 0;
    if (n < MAGIC_BYTES || !pv_cells_is_file(data, n)) PV_TRY(wrong(&b, "this is no coverage file of papaver", err));
    if (n < HEAD_BYTES + PV_SHA256_BYTES) PV_TRY(need(&b, HEAD_BYTES + PV_SHA256_BYTES, err));
    b.n = n - PV_SHA256_BYTES;
    if (check) PV_TRY(check_sum(&b, err));
    PV_TRY(take_head(&b, &c, &blocks, err));
    for (uint32_t k = 0; k < blocks; k++) {
        pv_cell_block block = {0};
        pv_cell_store *s = NULL;
        size_t from = b.at;
        PV_TRY(take_block(&b, &block, &own, err));
        const pv_cell_store *last = k > 0 ? c->at[k - 1] : NULL;
        if (last != NULL && (block.by < last->by || (block.by == last->by && block.bx <= last->bx))) {
            b.at = from;
            PV_TRY(wrong(&b, "blocks are out of order or there twice", err));
        }
        runs += block.row[SIDE];
        if (runs > PV_CELL_FILE_RUNS) PV_TRY(wrong(&b, "more runs of cells than a file may have", err));
        PV_TRY(pv_cells_append(c, block.bx, block.by, &s, err));
        s->row = own.row;
        s->run = own.run;
        own = (pv_cell_block_owned){0};
    }
    if (b.at != b.n) PV_TRY(wrong(&b, "bytes follow after the last block", err));
    *out = c;
    c = NULL;
out:
    pv_cell_block_release(&own);
    pv_cells_free(c);
    return st;
}
