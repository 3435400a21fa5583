#include "app/gate_options.h"

#include <stdio.h>

#include "base/banned.h"

pv_gate_limits pv_gate_limits_given(const pv_args *args)
{
    return (pv_gate_limits){.max_side_px = pv_args_int(args, "max-side"),
                            .max_pixels = (int64_t)(pv_args_real(args, "max-megapixels") * 1e6),
                            .max_bands = (int)pv_args_int(args, "max-bands"),
                            .max_block_bytes = pv_args_int(args, "max-block") << 20,
                            .max_ratio = pv_args_real(args, "max-ratio")};
}

int pv_gate_words_of(const pv_conf *conf, char text[PV_GATE_NUMBERS][32], const char **argv)
{
    static const struct {
        const char *option;
        pv_set which;
    } limit[PV_GATE_NUMBERS] = {{"--max-side", PV_SET_MAX_SIDE_PX},
                                {"--max-megapixels", PV_SET_MAX_MEGAPIXELS},
                                {"--max-bands", PV_SET_MAX_BANDS},
                                {"--max-block", PV_SET_MAX_BLOCK_MIB},
                                {"--max-ratio", PV_SET_MAX_RATIO}};
    for (int i = 0; i < PV_GATE_NUMBERS; i++) {
        (void)snprintf(text[i], sizeof text[i], "%.17g", pv_conf_real(conf, limit[i].which));
        argv[2 * i] = limit[i].option;
        argv[2 * i + 1] = text[i];
    }
    return PV_GATE_WORDS;
}
