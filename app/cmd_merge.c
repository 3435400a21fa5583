/* papaver merge: the shards of one scan, joined. */
#include "app/command.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/say.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "pipeline/hotspots.h"

#include "base/banned.h"

static const pv_option options[] = {
    {"output", 'o', PV_OPT_PATH, 0, "FILE", NULL, 0, 0, NULL, "the joined hotspots file to write; - is standard output"},
    {"overwrite", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "replace the output when it exists"},
};

static const size_t PV_PART_BYTES = (size_t)4 << 30;

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    char **part = NULL;
    size_t n = (size_t)args->n_inputs, bytes = 0;
    pv_text out = {0}, missing = {0};
    const char *path = pv_args_text(args, "output");
    if (path == NULL) PV_TRY(pv_fail(err, PV_USAGE, "-o FILE is missing: where shall the joined hotspots go? (- is standard output)"));
    PV_TRY(pv_output_check(args, path, err));
    PV_TRY(pv_alloc(&part, n, sizeof *part, "parts", err));
    for (size_t i = 0; i < n; i++) PV_TRY(pv_file_read(args->input[i], PV_PART_BYTES, &part[i], &bytes, err));
    PV_TRY(pv_hotspots_merge(&out, args->n_inputs, (const char *const *)part, args->input, &missing, err));
    PV_TRY(pv_text_status(&out, err));
    PV_TRY(pv_outfile_put(path, out.data, out.len, pv_args_has(args, "overwrite"), err));
    if (missing.len > 0) PV_TRY(pv_fail(err, PV_PARTIAL, "shards are missing: %s; %s holds the others", pv_text_str(&missing), path));
out:
    for (size_t i = 0; part != NULL && i < n; i++) pv_free(part[i]);
    pv_free(part);
    pv_text_release(&out);
    pv_text_release(&missing);
    return st;
}

const pv_command pv_command_merge = {
    .name = "merge",
    .line = "the shards of one scan joined to one file",
    .inputs = "PART.geojson...",
    .min_inputs = 1,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Joins the files of `papaver scan --shard K/N` to the bytes that one run over all photos would have written. Missing shards are named, "
            "and the exit code is 10 then.",
    .example = "  papaver merge part-*.geojson -o all.geojson\n",
    PV_OPTIONS(options),
    .run = run,
};
