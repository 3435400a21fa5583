/* papaver-samples: makes the sample survey. The only file here that prints and exits. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "samples/survey.h"

#include "base/banned.h"

static const char *const HELP =
    "usage: papaver-samples -o DIR [options]\n"
    "Makes a synthetic survey: photos of several flights, their truth, labels and boundaries. The same options give the same bytes.\n"
    "  -o, --output DIR   the folder to fill; made when it is not there\n"
    "  --size METRES      width of the landscape, 40 to 12000 (default 160); its height is three quarters of it\n"
    "  --seed N           another number, another landscape, 0 to 4294967295 (default 1)\n"
    "  --plots N          plots of opium poppy, 0 to all that the landscape has (about 32 at 160 m), the default; all else stays as it is\n"
    "  --gsd METRES       ground sampling distance of all flights, 0.01 to 0.2 (default each flight's own, 0.035 to 0.05)\n"
    "  --flights N        1 to 9 (default 3)\n"
    "  --bandset SET      native, rgb, ms or rgbre for all flights (default native: rgb, ms, rgbre in turn)\n"
    "  --threads N        0 to 1024; 0 = as many as there are (default 0)\n"
    "  --overwrite        replace the files of an earlier survey\n"
    "  --help             this text\n";

/* What is wrong with a number, in words. */
static pv_status number(const char *option, const char *text, int64_t lo, int64_t hi, int64_t *out, pv_err *err)
{
    if (pv_parse_int(text, lo, hi, out)) return PV_OK;
    return pv_fail(err, PV_USAGE, "%s takes a whole number from %lld to %lld, not '%s'", option, (long long)lo, (long long)hi, text);
}

static PV_MUST pv_status take(pv_survey_options *o, const char *option, const char *value, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t n = 0;
    if (!strcmp(option, "-o") || !strcmp(option, "--output")) {
        o->folder = value;
    } else if (!strcmp(option, "--size")) {
        if (!pv_parse_real(value, 40.0, 12000.0, &o->size_m)) st = pv_fail(err, PV_USAGE, "--size takes metres from 40 to 12000, not '%s'", value);
    } else if (!strcmp(option, "--gsd")) {
        if (!pv_parse_real(value, 0.01, 0.2, &o->gsd_m)) st = pv_fail(err, PV_USAGE, "--gsd takes metres from 0.01 to 0.2, not '%s'", value);
    } else if (!strcmp(option, "--seed")) {
        PV_TRY(number(option, value, 0, UINT32_MAX, &n, err));
        o->seed = (uint32_t)n;
    } else if (!strcmp(option, "--plots")) {
        PV_TRY(number(option, value, 0, 1000000, &n, err));
        o->plots = (int)n;
    } else if (!strcmp(option, "--flights")) {
        PV_TRY(number(option, value, 1, PV_FLIGHTS_MOST, &n, err));
        o->flights = (int)n;
    } else if (!strcmp(option, "--threads")) {
        PV_TRY(number(option, value, 0, 1024, &n, err));
        o->threads = (int)n;
    } else {
        for (int k = 0; k < 4; k++) {
            if (strcmp(value, pv_bandset_name[k]) != 0) continue;
            o->bandset = (pv_bandset)k;
            goto out;
        }
        st = pv_fail(err, PV_USAGE, "--bandset is native, rgb, ms or rgbre, not '%s'", value);
    }
out:
    return st;
}

static PV_MUST pv_status parse(pv_survey_options *o, int argc, char **argv, pv_err *err)
{
    static const char *const KNOWN[] = {"-o", "--output", "--size", "--gsd", "--seed", "--plots", "--flights", "--threads", "--bandset"};
    pv_status st = PV_OK;
    for (int i = 1; i < argc; i++) {
        int known = 0;
        if (!strcmp(argv[i], "--overwrite")) {
            o->overwrite = 1;
            continue;
        }
        for (size_t k = 0; k < sizeof KNOWN / sizeof *KNOWN; k++) known |= !strcmp(argv[i], KNOWN[k]);
        if (!known) {
            st = pv_fail(err, PV_USAGE, "unknown %s '%s'", argv[i][0] == '-' ? "option" : "argument", argv[i]);
            goto out;
        }
        if (i + 1 == argc) {
            st = pv_fail(err, PV_USAGE, "option '%s' needs a value", argv[i]);
            goto out;
        }
        PV_TRY(take(o, argv[i], argv[i + 1], err));
        i++;
    }
    if (!o->folder || !o->folder[0]) st = pv_fail(err, PV_USAGE, "-o DIR is missing: where should the survey go?");
out:
    return st;
}

int main(int argc, char **argv)
{
    pv_status st = PV_OK;
    pv_err err = {0};
    pv_survey_options o = pv_survey_options_default();
    pv_survey_facts facts = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0) continue;
        if (fputs(HELP, stdout) < 0 || fflush(stdout) != 0) return pv_exit_code(PV_IO);
        return 0;
    }
    PV_TRY(parse(&o, argc, argv, &err));
    PV_TRY(pv_survey_make(&o, &facts, &err));
    if (printf("%s: %d flights, %zu plots of opium poppy (%zu plants), %zu beds of look-alikes; see survey.json\n", o.folder, o.flights,
               facts.n_plots, facts.n_plants, facts.n_lookalikes) < 0 ||
        fflush(stdout) != 0)
        st = pv_fail(&err, PV_IO, "the last line could not be printed");
out:
    if (st != PV_OK) {
        (void)fprintf(stderr, "papaver-samples: %s\n", err.text);
        if (st == PV_USAGE) (void)fputs("papaver-samples --help tells more.\n", stderr);
    }
    return pv_exit_code(st);
}
