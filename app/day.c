#include "app/day.h"

#include <string.h>

#include "app/machine.h"

#include "base/banned.h"

pv_status pv_day_read(char out[PV_DATE], const pv_args *args, const char *option, pv_err *err)
{
    if (!pv_args_has(args, option)) return PV_OK;
    const char *day = pv_args_text(args, option);
    if (!pv_date_valid(day)) return pv_fail(err, PV_USAGE, "--%s %.40s: it is YYYY-MM-DD", option, day);
    memcpy(out, day, PV_DATE);
    return PV_OK;
}

pv_status pv_day_or_today(char out[PV_DATE], const pv_args *args, const char *option, pv_err *err)
{
    return pv_args_has(args, option) ? pv_day_read(out, args, option, err) : pv_today(out, err);
}
