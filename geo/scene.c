#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "geo/bands.h"

#include "base/banned.h"

enum { PV_SCENE_NAME = 256, PV_SCENE_FILES = 200000 };

/* One TIFF of the folder: which scene it belongs to and which band of it it is; key "" = not a member of any. */
typedef struct pv_member {
    char name[PV_SCENE_NAME];
    char scene[PV_SCENE_NAME]; /* "result", "IMG_0000" */
    char key[PV_BAND_NAME];    /* "nir", "4" */
    int capture;               /* 1 = MicaSense numbering */
} pv_member;

typedef struct pv_group {
    const pv_member *first; /* borrowed */
    int n;
} pv_group;

static int pv_is_tiff_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return name[0] != '.' && dot != NULL && (pv_same_word(dot, ".tif") || pv_same_word(dot, ".tiff"));
}

/* IMG_0000_1: scene "IMG_0000", key "1". */
static int pv_member_capture(pv_member *m, const char *stem)
{
    if (strncmp(stem, "IMG_", 4) != 0) return 0;
    size_t n = strspn(stem + 4, "0123456789");
    const char *k = stem + 4 + n;
    if (n == 0 || *k != '_') return 0;
    size_t digits = strspn(k + 1, "0123456789");
    if (digits == 0 || digits > 2 || k[1 + digits] != '\0') return 0;
    (void)snprintf(m->scene, sizeof m->scene, "%.*s", (int)(k - stem), stem);
    (void)snprintf(m->key, sizeof m->key, "%.2s", k + 1);
    m->capture = 1;
    return 1;
}

/* The band is the last word of the name, or the last two ("red_edge"): what stands before it is the scene. */
static void pv_member_word(pv_member *m, const char *stem)
{
    const char *end = stem + strlen(stem);
    for (int words = 1; words <= 2 && end > stem; words++) {
        const char *at = end;
        while (at > stem && strchr("_- ", at[-1]) == NULL) at--;
        if (at == stem) return;
        char key[PV_BAND_NAME];
        pv_band_canonical(at, key);
        /* "red_edge": the shorter reading "edge" is none, and in "near_red_edge" two words win. */
        if (key[0] != '\0') {
            (void)snprintf(m->scene, sizeof m->scene, "%.*s", (int)(at - 1 - stem), stem);
            memcpy(m->key, key, sizeof key);
            return;
        }
        end = at - 1;
    }
}

static void pv_member_read(pv_member *m, const char *name)
{
    char stem[PV_SCENE_NAME];
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    (void)snprintf(stem, sizeof stem, "%s", name);
    char *dot = strrchr(stem, '.');
    if (dot != NULL) *dot = '\0';
    if (!pv_member_capture(m, stem)) pv_member_word(m, stem);
}

static int pv_member_order(const void *a, const void *b)
{
    const pv_member *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* The folder's TIFFs, sorted by name, whatever order the disk gives. */
static pv_status pv_scene_list(const char *folder, pv_member **out, size_t *n_out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_member *list = NULL;
    size_t n = 0, cap = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) return pv_fail(err, PV_IO, "%s: %s", folder, strerror(errno));
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        struct stat s;
        if (!pv_is_tiff_name(e->d_name) || fstatat(dirfd(dir), e->d_name, &s, 0) != 0 || !S_ISREG(s.st_mode)) continue;
        if (n == PV_SCENE_FILES) PV_TRY(pv_fail(err, PV_INPUT, "%s: more than %d TIFF files; give the folder of one scene", folder, PV_SCENE_FILES));
        PV_TRY(pv_grow(&list, &cap, n + 1, sizeof *list, "list of the folder", err));
        pv_member_read(&list[n++], e->d_name);
    }
    if (n > 0) qsort(list, n, sizeof *list, pv_member_order);
    *out = list;
    *n_out = n;
    list = NULL;
out:
    pv_free(list);
    (void)closedir(dir);
    return st;
}

static pv_status pv_scene_groups(const pv_member *list, size_t n, pv_group **out, size_t *n_out, pv_err *err)
{
    pv_status st = PV_OK;
    pv_group *group = NULL;
    size_t n_groups = 0, cap = 0;
    for (size_t i = 0; i < n; i++) {
        size_t g = n_groups;
        if (list[i].key[0] == '\0') continue;
        while (g > 0 && strcmp(group[g - 1].first->scene, list[i].scene) != 0) g--;
        if (g == 0) {
            PV_TRY(pv_grow(&group, &cap, n_groups + 1, sizeof *group, "scenes of the folder", err));
            g = ++n_groups;
            group[g - 1].first = &list[i];
        }
        group[g - 1].n++;
    }
    *out = group;
    *n_out = n_groups;
    group = NULL;
out:
    pv_free(group);
    return st;
}

static pv_status pv_scene_none(const char *folder, const pv_member *list, size_t n, pv_err *err)
{
    pv_text found = {0};
    for (size_t i = 0; i < n && i < 5; i++) pv_text_addf(&found, "%s%s", i > 0 ? ", " : "", list[i].name);
    if (n > 5) pv_text_addf(&found, " and %zu more", n - 5);
    pv_status st =
        n > 0 ? pv_fail(err, PV_INPUT,
                        "%s: not a folder of one scene: no two TIFFs like result_Red.tif and result_NIR.tif (DJI Terra), or IMG_0000_1.tif and "
                        "IMG_0000_2.tif (MicaSense); TIFFs found: %s; if each is a photo of its own, name the files, not the folder",
                        folder, pv_text_str(&found))
              : pv_fail(err, PV_INPUT,
                        "%s: not a folder of one scene: no two TIFFs like result_Red.tif and result_NIR.tif (DJI Terra), or IMG_0000_1.tif and "
                        "IMG_0000_2.tif (MicaSense); TIFFs found: none",
                        folder);
    pv_text_release(&found);
    return st;
}

static pv_status pv_scene_several(const char *folder, const pv_group *a, const pv_group *b, size_t n, pv_err *err)
{
    if (a->first->capture)
        return pv_fail(
            err, PV_INPUT,
            "%s: %zu captures of single frames (%s, %s%s), not one scene; stitch them to an orthophoto first, or give one capture's folder", folder,
            n, a->first->scene, b->first->scene, n > 2 ? ", ..." : "");
    return pv_fail(err, PV_INPUT, "%s: %zu scenes (%s, %s%s); put each into a folder of its own", folder, n, a->first->scene, b->first->scene,
                   n > 2 ? ", ..." : "");
}

static pv_status pv_scene_fill(pv_scene *out, const char *folder, const pv_member *list, size_t n, const pv_group *group, pv_err *err)
{
    const pv_member *taken[PV_MAX_BANDS];
    size_t folder_len = strlen(folder);
    const char *slash = folder_len > 0 && folder[folder_len - 1] == '/' ? "" : "/";
    for (size_t i = 0; i < n; i++) {
        const pv_member *m = &list[i];
        if (m->key[0] == '\0' || strcmp(m->scene, group->first->scene) != 0) continue;
        for (int k = 0; k < out->n; k++)
            if (strcmp(taken[k]->key, m->key) == 0)
                return pv_fail(err, PV_INPUT, "%s: %s and %s are both band '%s'; remove one", folder, taken[k]->name, m->name, m->key);
        if (out->n == PV_MAX_BANDS) return pv_fail(err, PV_INPUT, "%s: %d files of one scene, at most %d are read", folder, group->n, PV_MAX_BANDS);
        int len = snprintf(out->path[out->n], sizeof out->path[0], "%s%s%s", folder, slash, m->name);
        if (len < 0 || (size_t)len >= sizeof out->path[0]) return pv_fail(err, PV_INPUT, "%s: the path is too long", folder);
        taken[out->n++] = m;
    }
    return PV_OK;
}

pv_status pv_scene_find(pv_scene *out, const char *folder, pv_err *err)
{
    pv_status st = PV_OK;
    pv_member *list = NULL;
    pv_group *group = NULL;
    pv_scene *scene = NULL;
    const pv_group *chosen = NULL, *other = NULL;
    size_t n = 0, n_groups = 0, n_scenes = 0;
    PV_TRY(pv_alloc(&scene, 1, sizeof *scene, "scene", err));
    PV_TRY(pv_scene_list(folder, &list, &n, err));
    PV_TRY(pv_scene_groups(list, n, &group, &n_groups, err));
    for (size_t g = 0; g < n_groups; g++) {
        if (group[g].n < 2) continue;
        n_scenes++;
        if (chosen == NULL)
            chosen = &group[g];
        else if (other == NULL)
            other = &group[g];
    }
    if (n_scenes == 0) PV_TRY(pv_scene_none(folder, list, n, err));
    if (n_scenes > 1) PV_TRY(pv_scene_several(folder, chosen, other, n_scenes, err));
    PV_TRY(pv_scene_fill(scene, folder, list, n, chosen, err));
    *out = *scene;
out:
    pv_free(scene);
    pv_free(group);
    pv_free(list);
    return st;
}
