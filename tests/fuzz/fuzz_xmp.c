/* XMP packets of cameras: any bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geo/bands.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *packet = NULL;
    pv_xmp xmp;
    if (pv_alloc(&packet, size + 1, 1, "packet", NULL) != PV_OK) return 0;
    if (size > 0) memcpy(packet, data, size);
    pv_xmp_read(packet, &xmp);
    if (memchr(xmp.band_name, 0, sizeof xmp.band_name) == NULL || memchr(xmp.taken_at, 0, sizeof xmp.taken_at) == NULL) abort();
    if (!(xmp.wavelength_nm >= 0 && xmp.wavelength_nm <= 20000)) abort();
    pv_free(packet);
    return 0;
}
