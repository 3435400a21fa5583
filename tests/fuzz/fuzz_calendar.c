/* Any bytes as a file of calendar. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "models/calendar.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pv_err err = {0};
    pv_calendar t = {0};
    if (pv_calendar_parse(&t, (const char *)data, size, &err) != PV_OK) {
        if (err.text[0] == '\0' || t.at != NULL) __builtin_trap();
        return 0;
    }
    if (t.n == 0) __builtin_trap();
    pv_calendar_plot plot = {.lat_deg = 33, .alt_m = NAN, .date = "2026-05-18"};
    pv_calendar_answer a = pv_calendar_find(&t, &plot);
    if (a.row != NULL && (a.days_low < 0 || a.days_low > a.days || a.days > a.days_high)) __builtin_trap();
    pv_calendar_release(&t);
    return 0;
}
