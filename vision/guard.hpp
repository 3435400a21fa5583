/* The guard at the door: no exception of OpenCV or of the C++ library meets a C frame.
 *
 * pv_guard(err, what, work) runs work() and turns whatever it throws into a status with words. */
#ifndef PV_VISION_GUARD_HPP
#define PV_VISION_GUARD_HPP

extern "C" {
#include "base/err.h"
#include "base/mem.h"
}

#include <exception>
#include <new>

#include <opencv2/core.hpp>

template <class Work>
pv_status pv_guard(pv_err *err, const char *what, Work work) noexcept
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return pv_fail(err, PV_NOMEM, "%s: no memory", what);
    } catch (const cv::Exception &e) {
        pv_status st = e.code == cv::Error::StsNoMem ? PV_NOMEM : PV_BUG;
        return pv_fail(err, st, "%s: OpenCV: %s (%s)", what, e.err.c_str(), e.func.c_str());
    } catch (const std::exception &e) {
        return pv_fail(err, PV_BUG, "%s: %s", what, e.what());
    } catch (...) {
        return pv_fail(err, PV_BUG, "%s: an exception of an unknown kind", what);
    }
}

#endif
