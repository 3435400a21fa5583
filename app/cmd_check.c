/* papaver check: is this file a photo, whole, and within the limits? No pixel is decoded. */
#include <stdio.h>
#include <string.h>

#include "app/cage.h"
#include "app/command.h"
#include "app/gate_options.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/say.h"
#include "base/sha256.h"
#include "base/tr.h"
#include "geo/bands.h"

#include "base/banned.h"

static const pv_option options[] = {
    PV_GATE_OPTIONS,
    {"hash", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "tell the SHA-256 of each file too"},
    {"json", 0, PV_OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, "print one JSON object a line, as soon as it is known"},
};

typedef enum check_verdict { CHECK_WHOLE = 0, CHECK_HALF, CHECK_FOLDER, CHECK_REFUSED } check_verdict;

static const char *const verdict_word[] = {"whole", "half", "folder", "refused"};
static const char *const verdict_name[] = {PV_N("whole"), PV_N("half-copied"), PV_N("folder"), PV_N("refused")};

/* What is known of one input. */
typedef struct check_report {
    check_verdict verdict;
    int scene; /* 1 = a folder of one-band files */
    pv_err why;
    char sha256[PV_SHA256_HEX]; /* "" = not asked */
} check_report;

static void check_file(check_report *r, const char *path, const pv_gate_limits *limits)
{
    pv_gate_facts f = {0};
    pv_status st = pv_gate_check(path, limits, &f, &r->why);
    if (st != PV_OK)
        r->verdict = st == PV_INPUT && pv_gate_may_be_half(&r->why) ? CHECK_HALF : CHECK_REFUSED;
    else if (f.blocks_past_end > 0 || (f.n_blocks > 0 && f.missing_blocks == f.n_blocks)) {
        r->verdict = CHECK_HALF;
        (void)pv_fail(&r->why, PV_INPUT, "%lld of its %lld blocks lie past its end and %lld were never written: it is half-copied or damaged",
                      (long long)f.blocks_past_end, (long long)f.n_blocks, (long long)f.missing_blocks);
    }
}

/* A scene is as good as the worst of its files. */
static void check_folder(check_report *r, const char *path, const pv_gate_limits *limits)
{
    pv_scene scene = {0};
    if (pv_scene_find(&scene, path, &r->why) != PV_OK) {
        r->verdict = CHECK_FOLDER;
        return;
    }
    r->scene = 1;
    for (int i = 0; i < scene.n && r->verdict == CHECK_WHOLE; i++) {
        check_file(r, scene.path[i], limits);
        if (r->verdict != CHECK_WHOLE) (void)pv_where(&r->why, PV_INPUT, "%s", pv_path_name(scene.path[i]));
    }
}

static void check_one(check_report *r, const char *path, const pv_gate_limits *limits, int hash)
{
    if (pv_is_folder(path))
        check_folder(r, path, limits);
    else
        check_file(r, path, limits);
    if (hash && r->verdict == CHECK_WHOLE && !r->scene && pv_sha256_file(path, r->sha256, &r->why) != PV_OK) r->verdict = CHECK_REFUSED;
}

static void add_report(pv_text *out, const char *path, const check_report *r, int json)
{
    if (!json) {
        pv_text_addf(out, "%s: %s%s%s%s", path, pv_tr(verdict_name[r->verdict]), r->scene ? pv_tr(", a scene of one-band files") : "",
                     r->sha256[0] != '\0' ? ", sha256 " : "", r->sha256);
        if (r->verdict != CHECK_WHOLE) pv_text_addf(out, ": %s", pv_err_words(&r->why));
        pv_text_add(out, "\n");
        return;
    }
    pv_text_add(out, "{\"path\":");
    pv_text_add_json(out, path);
    pv_text_addf(out, ",\"verdict\":\"%s\",\"scene\":%s,\"sha256\":", verdict_word[r->verdict], r->scene ? "true" : "false");
    pv_text_add_json(out, r->sha256[0] != '\0' ? r->sha256 : NULL);
    pv_text_add(out, ",\"reason\":");
    pv_text_add_json(out, r->verdict != CHECK_WHOLE ? r->why.text : NULL);
    pv_text_add(out, "}\n");
}

static pv_status run(const pv_args *args, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    int whole = 0;
    pv_gate_limits limits = pv_gate_limits_given(args);
    if (pv_args_has(args, "cage")) PV_TRY(pv_cage_enter_for(args, 0, NULL, err));
    for (int i = 0; i < args->n_inputs; i++) {
        check_report r = {.verdict = CHECK_WHOLE};
        check_one(&r, args->input[i], &limits, pv_args_has(args, "hash"));
        whole += r.verdict == CHECK_WHOLE;
        pv_text_reset(&out);
        add_report(&out, args->input[i], &r, pv_args_has(args, "json"));
        PV_TRY(pv_text_status(&out, err));
        PV_TRY(pv_say(&out, err));
    }
    if (whole < args->n_inputs)
        PV_TRY(pv_fail(err, whole > 0 ? PV_PARTIAL : PV_INPUT, "%d of %d cannot be used as they are", args->n_inputs - whole, args->n_inputs));
out:
    pv_text_release(&out);
    return st;
}

const pv_command pv_command_check = {
    .name = "check",
    .line = "is a photo's file whole and harmless? no pixel is decoded",
    .inputs = "PHOTO...",
    .min_inputs = 1,
    .max_inputs = PV_ANY_NUMBER,
    .text = "Looks at the header and the list of blocks of each file: is it a TIFF, are its sizes within the limits, are all blocks there? Files in "
            "disguise, absurd sizes and files "
            "that unpack to far more than they hold are refused; a file whose end is missing is called half-copied. A folder is a scene of one-band "
            "files, or else only a folder.\n\nThe "
            "exit code is 10 when some are not whole, 11 when none is.",
    .example = "  papaver check inbox/*.tif\n",
    PV_OPTIONS(options),
    .run = run,
};
