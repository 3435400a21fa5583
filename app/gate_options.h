/* The limits of the gate, and the cage, on a command line: the commands that open photos share the options, and a night hands season.conf's to both of its children. */
#ifndef PV_APP_GATE_OPTIONS_H
#define PV_APP_GATE_OPTIONS_H

#include "app/options.h"
#include "geo/gate.h"
#include "season/conf.h"

/* Rows of a table of options; the defaults are those of pv_gate_limits_default(). */
#define PV_GATE_OPTIONS                                                                                                                              \
    {"cage",                                                                                                                                         \
     0,                                                                                                                                              \
     PV_OPT_FLAG,                                                                                                                                    \
     0,                                                                                                                                              \
     NULL,                                                                                                                                           \
     NULL,                                                                                                                                           \
     0,                                                                                                                                              \
     0,                                                                                                                                              \
     NULL,                                                                                                                                           \
     "give up what the work does not need before a photo is opened: other files, the network, other programs (Landlock and seccomp, as far as the "  \
     "kernel has them)"},                                                                                                                            \
        {"max-side", 0, PV_OPT_INT, 0, "pixels", "400000", 1, 2147483647, NULL, "wider or higher photos are refused"},                               \
        {"max-megapixels", 0, PV_OPT_REAL, 0, "million pixels", "50000", 0.001, 1e9, NULL, "larger photos are refused"},                             \
        {"max-bands", 0, PV_OPT_INT, 0, "bands", "16", 1, 64, NULL, "photos of more bands are refused (no more than 16 can be scanned)"},            \
        {"max-block", 0, PV_OPT_INT, 0, "MiB", "256", 1, 4096, NULL, "photos with larger blocks (decoded) are refused"},                             \
    {                                                                                                                                                \
        "max-ratio", 0, PV_OPT_REAL, 0, "times", "10000", 1, 1e9, NULL, "photos that unpack to more than so many times their size are refused"       \
    }

/* What was given, or the defaults. */
pv_gate_limits pv_gate_limits_given(const pv_args *args);

/* The same as words for a child, PV_GATE_WORDS of them into argv, whose numbers are kept in text. Returns PV_GATE_WORDS. */
enum { PV_GATE_NUMBERS = 5, PV_GATE_WORDS = 2 * PV_GATE_NUMBERS };
int pv_gate_words_of(const pv_conf *conf, char text[PV_GATE_NUMBERS][32], const char **argv);

#endif
