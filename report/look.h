/* How the bands of a photo become the three channels of a picture for people.
 *
 * Threads: any. */
#ifndef PV_REPORT_LOOK_H
#define PV_REPORT_LOOK_H

#include <stdint.h>

#include "geo/photo.h"

enum { PV_LOOK_BANDS = 4 }; /* that both looks of a photo need together, at the most */

typedef enum pv_mix {
    PV_MIX_BANDS,   /* each band is a channel */
    PV_MIX_NO_BLUE, /* of red, green, nir: near natural colours, in which plants are green */
    PV_MIX_EXCESS   /* of red, green, blue: how far each is above the mean of the three */
} pv_mix;

typedef struct pv_look {
    pv_mix how;
    int band[3];    /* indices into facts->band */
    char words[96]; /* what it is, ASCII: "NATURAL COLOUR" */
} pv_look;

/* Red, green, blue; without blue what comes nearest; else the first bands. */
pv_look pv_look_natural(const pv_photo_facts *facts);
/* Nir, red, green; without nir red edge, red, green; else what red, green and blue exceed the others by; else the first bands. */
pv_look pv_look_false(const pv_photo_facts *facts);

/* low..high becomes 0..255. */
uint8_t pv_look_stretch(uint32_t value, uint16_t low, uint16_t high);
/* v: 0..255 of the look's bands. */
void pv_look_mix(pv_mix how, const int v[3], uint8_t rgb[3]);

#endif
