/* Runs a fuzz target over the files that are named: a main for builds without libFuzzer. */
#include <stdio.h>

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int main(int argc, char **argv)
{
    pv_err err = {0};
    for (int i = 1; i < argc; i++) {
        char *data = NULL;
        size_t n = 0;
        if (pv_file_read(argv[i], 1 << 26, &data, &n, &err) != PV_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        (void)LLVMFuzzerTestOneInput((const uint8_t *)data, n);
        pv_free(data);
    }
    (void)printf("%d inputs\n", argc - 1);
    return 0;
}
