#include <signal.h>

#include "app/command.h"
#include "app/data_find.h"
#include "app/say.h"
#include "base/err.h"
#include "base/tr.h"
#include "geo/gdal_door.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
    pv_err err = {0};
    char words[1200];
    /* A write to a pipe whose reader has gone fails, and ends no night. */
    (void)signal(SIGPIPE, SIG_IGN);
    pv_words_find(words, sizeof words);
    (void)pv_tr_start(words);
    pv_status st = pv_geo_start(&err);
    if (st != PV_OK) {
        pv_say_failure(&err);
        return pv_exit_code(st);
    }
    int code = pv_app_run(argc, argv);
    pv_geo_stop();
    return code;
}
