/* A picture's memory: in both halves of the room. */
#include "base/mem.h"
#include "vision/picture.h"

#include "base/banned.h"

enum { MAX_SIDE = 32767 };

pv_status pv_picture_new(pv_picture *p, int w, int h, pv_err *err)
{
    uint8_t *rgb = NULL;
    if (w < 1 || h < 1 || w > MAX_SIDE || h > MAX_SIDE) return pv_fail(err, PV_BUG, "a picture of %d x %d pixels cannot be made", w, h);
    pv_status st = pv_alloc(&rgb, (size_t)w * (size_t)h, 3, "picture", err);
    if (st != PV_OK) return st;
    *p = (pv_picture){w, h, rgb};
    return PV_OK;
}

void pv_picture_release(pv_picture *p)
{
    pv_free(p->rgb);
    *p = (pv_picture){0};
}
