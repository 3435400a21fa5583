#include "app/outputs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/outfile.h"
#include "base/text.h"

#include "base/banned.h"

static int pv_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* file: the output, which exists; folder: the folder that it lies in, if known. */
static pv_status pv_not_input(const char *path, const struct stat *file, const struct stat *folder, const char *input, pv_err *err)
{
    struct stat s;
    if (stat(input, &s) != 0) return PV_OK;
    if (pv_same_file(&s, file) || (S_ISDIR(s.st_mode) && folder != NULL && pv_same_file(&s, folder)))
        return pv_fail(err, PV_USAGE, "%s is an input of this run (%s) and must not be replaced; choose another name for the output", path, input);
    return PV_OK;
}

static int pv_is_written(const char *option)
{
    static const char *const written[] = {"output", "prob", "class", "picture", "coverage", "chips", "overview"};
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
        if (strcmp(option, written[i]) == 0) return 1;
    return 0;
}

pv_status pv_output_check(const pv_args *args, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    struct stat file, beside;
    pv_text folder = {0};
    size_t n = (size_t)(pv_path_name(path) - path);
    if (stat(path, &file) == 0 && S_ISREG(file.st_mode)) {
        pv_text_addf(&folder, "%.*s.", (int)n, path);
        PV_TRY(pv_text_status(&folder, err));
        const struct stat *in = stat(pv_text_str(&folder), &beside) == 0 ? &beside : NULL;
        for (int i = 0; i < args->n_inputs; i++) PV_TRY(pv_not_input(path, &file, in, args->input[i], err));
        for (int i = 0; i < args->n_given; i++) {
            const pv_given *g = &args->given[i];
            if (g->option->kind == PV_OPT_PATH && !pv_is_written(g->option->name)) PV_TRY(pv_not_input(path, &file, in, g->text, err));
        }
    }
    PV_TRY(pv_outfile_check(path, pv_args_has(args, "overwrite"), err));
out:
    pv_text_release(&folder);
    return st;
}
