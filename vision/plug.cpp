/* The module's half: what it offers, and the three words of base/ that it uses, which are the program's. */
#include "vision/guard.hpp"

#include "vision/plug.h"

#include <opencv2/core/utility.hpp>

#include "base/banned.h"

namespace
{
const pv_vision_host *host;

/* OpenCV prints its errors to stderr before throwing them; the words travel in the exception, so the print is dropped. */
int silent(int, const char *, const char *, const char *, int, void *)
{
    return 0;
}
} // namespace

pv_status pv_fail(pv_err *err, pv_status st, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)host->failv(err, st, fmt, args);
    va_end(args);
    return st;
}

pv_status pv_alloc(void *out, size_t n, size_t size, const char *what, pv_err *err)
{
    return host->alloc(out, n, size, what, err);
}

void pv_free(void *p)
{
    host->release(p);
}

const pv_vision_plug *pv_vision_plug_in(const pv_vision_host *program)
{
    static const pv_vision_plug plug = {"OpenCV " CV_VERSION, pv_picture_resize, pv_picture_ring,    pv_picture_text,  pv_picture_box,
                                        pv_picture_png,       pv_picture_jpeg,   pv_reference_train, pv_reference_ask, pv_reference_free};
    host = program;
    (void)pv_guard(nullptr, "start", [] {
        cv::setNumThreads(1);
        cv::redirectError(silent);
        return PV_OK;
    });
    return &plug;
}
