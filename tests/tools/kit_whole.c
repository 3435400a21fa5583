/* kit_whole FOLDER N [CHIPS]: the kit of N plots of tests/unit/report/kit_fixture.h in FOLDER, which is made, and FOLDER.zip; chips from the folder CHIPS. */
#include <stdlib.h>
#include <sys/stat.h>

#include "geo/gdal_door.h"
#include "tests/unit/report/kit_fixture.h"

#include "base/banned.h"

static pv_status make(int argc, char **argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_sheets sheets = {.n = 0};
    pv_kits kits = {.n = 0};
    pv_text zip = {0};
    pv_kit_place access = {1, 105.66, 34.85, "村部 & 停车场"}, control = {1, 105.671, 34.861, "学校旗杆"};
    pv_kits_how how = {.by = "all",
                       .version = "papaver test",
                       .n_access = 1,
                       .access = &access,
                       .n_control = 1,
                       .control = &control,
                       .height_m = 60,
                       .overlap_along = 80,
                       .overlap_across = 70};
    PV_TRY(pv_geo_start(err));
    PV_TRY(fixture_sheets(&sheets, (size_t)strtoul(argv[2], NULL, 10), err));
    PV_TRY(pv_kits_sort(&kits, &sheets, NULL, &how, err));
    if (mkdir(argv[1], 0755) != 0) PV_TRY(pv_fail(err, PV_IO, "%s cannot be made", argv[1]));
    PV_TRY(pv_kit_write(argv[1], &kits.at[0], PV_KIT_USUAL | PV_KIT_GCJ02, argc > 3 ? argv[3] : NULL, err));
    pv_text_addf(&zip, "%s.zip", argv[1]);
    PV_TRY(pv_text_status(&zip, err));
    PV_TRY(pv_kit_zip(argv[1], &kits.at[0], pv_text_str(&zip), err));
out:
    pv_kits_release(&kits);
    fixture_release(&sheets);
    pv_text_release(&zip);
    return st;
}

int main(int argc, char **argv)
{
    pv_err err = {.text = ""};
    if (argc < 3 || argc > 4) return 2;
    pv_status st = make(argc, argv, &err);
    if (st != PV_OK) fprintf(stderr, "kit_whole: %s\n", err.text);
    return pv_exit_code(st);
}
