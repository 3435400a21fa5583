#include "app/stages.h"

#include <math.h>

#include "app/data_find.h"

#include "base/banned.h"

static const struct {
    const char *stage, *zh;
} stages[PV_STAGES] = {{"seedling", "苗期"}, {"bolting", "抽薹期"}, {"bud", "蕾期"}, {"flowering", "花期"}, {"capsule", "蒴果期"}};

const char *pv_stage_zh(int stage)
{
    return stages[stage].zh;
}

pv_status pv_stages_read(pv_calendar *out, pv_err *err)
{
    pv_status st = PV_OK;
    char path[4096];
    PV_TRY(pv_data_find("stage_calendar.csv", path, sizeof path, err));
    PV_TRY(pv_calendar_read(out, path, err));
out:
    return st;
}

unsigned pv_stages_at(const pv_calendar *c, double lat_deg, const char *day)
{
    unsigned now = 0;
    for (int k = 0; k < PV_STAGES; k++) {
        pv_calendar_plot plot = {.lat_deg = lat_deg, .alt_m = NAN, .date = day, .stage = stages[k].stage};
        if (pv_calendar_find(c, &plot).in_season == 1) now |= 1u << k;
    }
    return now;
}

int pv_stages_clear(const pv_calendar *c, double lat_deg, const char *day)
{
    return pv_stages_at(c, lat_deg, day) >> PV_STAGE_CLEAR != 0;
}
