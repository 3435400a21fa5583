/* Any words on the command line of any command: parsed or refused with words, never more. Words are separated by newlines. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/options.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { WORDS = 64 };
    const char *word[WORDS];
    int n = 0, n_commands, shard, shards;
    if (size < 1 || size > 4096) return 0;
    char *text = malloc(size);
    if (text == NULL) return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (char *p = text; n < WORDS; p++) {
        word[n++] = p;
        p += strcspn(p, "\n");
        if (*p == '\0') break;
        *p = '\0';
    }
    const pv_command *const *command = pv_commands(&n_commands);
    const pv_command *c = command[data[0] % n_commands];
    pv_args args = {0};
    pv_err err = {0};
    pv_status st = pv_args_parse(&args, c, n, word, &err);
    if (st != PV_OK && err.text[0] == '\0') abort();
    for (int i = 0; st == PV_OK && i < c->n_options; i++)
        if (pv_args_count(&args, c->option[i].name) > 0 && !pv_args_has(&args, c->option[i].name)) abort();
    if (pv_shard_parse(word[0], &shard, &shards, NULL) == PV_OK && (shard < 1 || shard > shards)) abort();
    char part[16];
    for (int k = 0; k < 8; k++) (void)pv_list_part(word[0], k, part, sizeof part);
    pv_args_release(&args);
    free(text);
    return 0;
}
