#include "app/photo_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/machine.h"
#include "base/mem.h"
#include "base/text.h"

#include "base/banned.h"

void pv_photo_file_of(const char *path, char out[256])
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') n--;
    size_t start = n;
    while (start > 0 && path[start - 1] != '/') start--;
    (void)snprintf(out, 256, "%.*s", (int)(n - start), path + start);
}

void pv_photo_name_of(const char *path, char out[256])
{
    pv_photo_file_of(path, out);
    char *dot = strrchr(out, '.');
    if (dot != NULL && dot != out && !pv_is_folder(path)) *dot = '\0';
}

static int pv_by_name(const void *a, const void *b)
{
    const pv_listed_photo *p = a, *q = b;
    int order = strcmp(p->name, q->name);
    return order != 0 ? order : strcmp(p->path, q->path);
}

pv_status pv_photo_list_new(pv_photo_list *out, int n, const char *const *path, int shard, int shards, pv_err *err)
{
    pv_status st = PV_OK;
    pv_photo_list list = {.n = n};
    PV_TRY(pv_alloc(&list.at, (size_t)n, sizeof *list.at, "list of photos", err));
    for (int i = 0; i < n; i++) {
        list.at[i].path = path[i];
        pv_photo_name_of(path[i], list.at[i].name);
    }
    qsort(list.at, (size_t)n, sizeof *list.at, pv_by_name);
    for (int i = 0; i < n; i++) {
        list.at[i].mine = i % shards == shard - 1;
        if (i > 0 && strcmp(list.at[i].name, list.at[i - 1].name) == 0)
            PV_TRY(pv_fail(err, PV_USAGE,
                           "%s and %s have the same name '%s', and names identify photos in the outputs; rename one, or scan them one by one",
                           list.at[i - 1].path, list.at[i].path, list.at[i].name));
    }
    *out = list;
    list = (pv_photo_list){0};
out:
    pv_photo_list_release(&list);
    return st;
}

void pv_photo_list_release(pv_photo_list *list)
{
    pv_free(list->at);
    *list = (pv_photo_list){0};
}

double pv_photo_list_mega(pv_photo_list *list, const pv_gate_limits *limits)
{
    double sum = 0;
    int unknown = 0;
    for (int i = 0; i < list->n; i++) {
        pv_gate_facts facts = {0};
        if (!list->at[i].mine) continue;
        if (pv_is_folder(list->at[i].path))
            unknown = 1;
        else if (pv_gate_check(list->at[i].path, limits, &facts, NULL) == PV_OK)
            sum += list->at[i].mega = (double)facts.width_px * (double)facts.height_px * 1e-6;
    }
    return unknown ? 0 : sum;
}
