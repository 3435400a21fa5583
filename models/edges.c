#include "models/train_internal.h"

#include "base/banned.h"

int pv_edges_find(const uint32_t *count, uint16_t *edge)
{
    uint64_t left = 0; /* rows not yet in a bin */
    uint64_t in_bin = 0;
    int distinct = 0, n = 0, last = -1, bins = PV_LEARN_BINS;
    for (int v = 0; v < 65536; v++) {
        left += count[v];
        distinct += count[v] != 0;
    }
    for (int v = 0; v < 65536; v++) {
        if (count[v] == 0) continue;
        /* A new bin begins here when the last one has its share of what was left; the edge lies halfway between the two values. */
        if (last >= 0 && (distinct <= PV_LEARN_BINS || (bins > 1 && in_bin * (uint64_t)bins >= left))) {
            edge[n++] = (uint16_t)((last + v + 1) / 2);
            left -= in_bin;
            in_bin = 0;
            bins--;
        }
        in_bin += count[v];
        last = v;
    }
    return n;
}
