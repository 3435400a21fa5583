/* The program's half: loads the module when it is needed, and passes calls on. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "vision/plug.h"

#include "base/banned.h"

static const char FOLDER[] = "../lib/papaver" /* from the program's own */, MODULE[] = "/papaver-pictures.so";
static const pv_vision_host host = {pv_failv, pv_alloc, pv_free};
static _Atomic(const pv_vision_plug *) plug; /* never unloaded */

/* In lib/papaver of an installed program; where there is no such folder, where it was built. By its whole path: a sanitizer between us and dlopen() does not know the program's
 * run path. */
static void *module_open(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof FOLDER - sizeof MODULE);
    while (n > 0 && path[n - 1] != '/') n--;
    if (n <= 0) return dlopen(PV_PICTURES_BUILT, RTLD_NOW | RTLD_LOCAL);
    memcpy(path + n, FOLDER, sizeof FOLDER);
    if (access(path, X_OK) != 0) return dlopen(PV_PICTURES_BUILT, RTLD_NOW | RTLD_LOCAL);
    memcpy(path + n + sizeof FOLDER - 1, MODULE, sizeof MODULE);
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

/* The first call is by one thread: the module sets itself up then. */
static pv_status plugged(const pv_vision_plug **out, pv_err *err)
{
    const pv_vision_plug *there = atomic_load(&plug);
    pv_vision_plug_in_function *in = NULL;
    if (there == NULL) {
        void *module = module_open();
        void *found = module != NULL ? dlsym(module, PV_VISION_PLUG_IN) : NULL;
        if (found == NULL) {
            const char *why = dlerror();
            return pv_fail(err, PV_IO, "pictures cannot be made: %s; install papaver again, with its folder lib/papaver",
                           why != NULL ? why : "no module");
        }
        memcpy(&in, &found, sizeof in);
        there = in(&host);
        atomic_store(&plug, there);
    }
    *out = there;
    return PV_OK;
}

pv_status pv_vision_load(pv_err *err)
{
    const pv_vision_plug *v = NULL;
    return plugged(&v, err);
}

const char *pv_vision_version(void)
{
    const pv_vision_plug *v = NULL;
    return plugged(&v, NULL) == PV_OK ? v->version : "no OpenCV (papaver-pictures.so is not there)";
}

pv_status pv_picture_resize(pv_picture *out, const pv_picture *in, int w, int h, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->resize(out, in, w, h, err) : st;
}

pv_status pv_picture_ring(pv_picture *p, const double *xy, int n, pv_colour colour, int thickness_px, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->ring(p, xy, n, colour, thickness_px, err) : st;
}

pv_status pv_picture_text(pv_picture *p, int x, int y, const char *ascii, double size_px, pv_colour colour, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->text(p, x, y, ascii, size_px, colour, err) : st;
}

pv_status pv_picture_box(pv_picture *p, int x, int y, int w, int h, pv_colour colour, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->box(p, x, y, w, h, colour, err) : st;
}

pv_status pv_picture_png(const pv_picture *p, uint8_t **data, size_t *n, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->png(p, data, n, err) : st;
}

pv_status pv_picture_jpeg(const pv_picture *p, size_t most_bytes, uint8_t **data, size_t *n, int size_px[2], pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->jpeg(p, most_bytes, data, n, size_px, err) : st;
}

pv_status pv_reference_train(pv_reference_forest **out, const uint16_t *const *value, int n_columns, const int16_t *class_id, const size_t *row,
                             size_t n_used, int n_classes, const pv_reference_options *options, pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->train(out, value, n_columns, class_id, row, n_used, n_classes, options, err) : st;
}

pv_status pv_reference_ask(const pv_reference_forest *forest, const uint16_t *const *value, const size_t *row, size_t n_asked, float *share,
                           pv_err *err)
{
    const pv_vision_plug *v = NULL;
    pv_status st = plugged(&v, err);
    return st == PV_OK ? v->ask(forest, value, row, n_asked, share, err) : st;
}

void pv_reference_free(pv_reference_forest *forest)
{
    const pv_vision_plug *v = atomic_load(&plug);
    if (forest != NULL && v != NULL) v->forest_free(forest);
}
