/* Moved copies of few rows: each spreads along the ways in which its class varies. */
#include <math.h>

#include "base/mem.h"
#include "models/train_internal.h"

#include "base/banned.h"

void pv_origin_release(pv_origin *o)
{
    pv_free(o->row);
    pv_free(o->plus);
    pv_free(o->minus);
    *o = (pv_origin){0};
}

pv_status pv_origin_copy(pv_origin *o, int copies, double move, uint64_t seed, const uint8_t *class_id, int n_classes, pv_err *err)
{
    pv_status st = PV_OK;
    size_t begin[PV_MAX_CLASSES + 1] = {0}, filled[PV_MAX_CLASSES] = {0}, n = o->n_real * (size_t)copies;
    size_t *member = NULL; /* numbers of the rows, class by class */
    o->move = (int32_t)lround(256 * move);
    if (n == 0) return PV_OK;
    PV_TRY(pv_alloc(&member, o->n_real, sizeof *member, "rows of a class", err));
    PV_TRY(pv_alloc(&o->plus, n, sizeof *o->plus, "copies of rows", err));
    PV_TRY(pv_alloc(&o->minus, n, sizeof *o->minus, "copies of rows", err));
    for (size_t i = 0; i < o->n_real; i++) begin[class_id[i] + 1]++;
    for (int k = 0; k < n_classes; k++) begin[k + 1] += begin[k];
    for (size_t i = 0; i < o->n_real; i++) member[begin[class_id[i]] + filled[class_id[i]]++] = i;
    for (size_t c = 0; c < n; c++) {
        int k = class_id[c % o->n_real];
        uint64_t among = begin[k + 1] - begin[k];
        o->plus[c] = member[begin[k] + pv_learn_hash(seed, UINT64_C(1) << 40, 2 * c) % among];
        o->minus[c] = member[begin[k] + pv_learn_hash(seed, UINT64_C(1) << 40, 2 * c + 1) % among];
    }
    o->n = o->n_real + n;
out:
    pv_free(member);
    return st;
}

uint16_t pv_origin_value(const pv_origin *o, const uint16_t *column, size_t i)
{
    if (i < o->n_real) return column[o->row[i]];
    size_t c = i - o->n_real;
    int32_t step = (int32_t)column[o->row[o->plus[c]]] - (int32_t)column[o->row[o->minus[c]]];
    int32_t v = column[o->row[c % o->n_real]] + step * o->move / 256; /* towards zero, so that forward and back are alike */
    return (uint16_t)(v < 0 ? 0 : v > 65535 ? 65535 : v);
}
