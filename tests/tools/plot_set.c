/* plot_set SEASON ID STATUS DATE [REASON]: what a crew found, put into the ledger as an import would: "ruled_out" with its reason, "confirmed", "eradicated" and the others of season/plots.h.
 * Prints what the plot is then: id, status, quiet until. */
#include <stdio.h>
#include <string.h>

#include "season/plots.h"

#include "base/banned.h"

static pv_status set(pv_season *s, int argc, char **argv, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot p;
    int found = 0, status = PV_PLOT_RULED_OUT;
    while (status <= PV_PLOT_REGROWN && strcmp(pv_plot_status_word((pv_plot_status)status), argv[3]) != 0) status++;
    if (status > PV_PLOT_REGROWN) return pv_fail(err, PV_USAGE, "there is no status %s", argv[3]);
    if (status == PV_PLOT_RULED_OUT)
        PV_TRY(pv_plots_rule_out(s, argv[2], argc > 5 ? argv[5] : "", argv[4], -1, err));
    else
        PV_TRY(pv_plots_set_status(s, argv[2], (pv_plot_status)status, argv[4], err));
    PV_TRY(pv_plots_find(s, argv[2], argv[4], &p, &found, err));
    if (!found) PV_TRY(pv_fail(err, PV_BUG, "the plot is gone"));
    printf("%s %s %s\n", p.id, pv_plot_status_word(p.status), p.quiet_until);
out:
    return st;
}

int main(int argc, char **argv)
{
    pv_err err = {0};
    pv_season *s = NULL;
    if (argc != 5 && argc != 6) return 2;
    pv_status st = pv_season_open(&s, argv[1], 1, &err);
    if (st == PV_OK) st = set(s, argc, argv, &err);
    pv_season_close(s);
    if (st != PV_OK) fprintf(stderr, "plot_set: %s\n", err.text);
    return st != PV_OK;
}
