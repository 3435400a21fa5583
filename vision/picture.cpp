#include "vision/guard.hpp"

#include "vision/picture.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/banned.h"

namespace
{
enum { SHIFT = 4, FAR_PX = 10000000, SMALLEST_JPEG = 8 };

/* The picture's own memory, no copy. */
cv::Mat view(const pv_picture *p)
{
    return cv::Mat(p->h, p->w, CV_8UC3, p->rgb);
}

cv::Scalar scalar(pv_colour c)
{
    return cv::Scalar(c.r, c.g, c.b);
}

/* Fixed-point position: ours counts from the outer corner of a pixel, OpenCV's from its centre. */
int fixed(double px)
{
    double v = std::isfinite(px) ? std::clamp(px - 0.5, -double(FAR_PX), double(FAR_PX)) : -double(FAR_PX);
    return int(std::lround(v * (1 << SHIFT)));
}
} // namespace

pv_status pv_picture_resize(pv_picture *out, const pv_picture *in, int w, int h, pv_err *err)
{
    pv_picture made = {};
    pv_status st = pv_picture_new(&made, w, h, err);
    if (st == PV_OK) {
        st = pv_guard(err, "resize", [&] {
            cv::Mat to = view(&made);
            cv::resize(view(in), to, to.size(), 0, 0, w <= in->w && h <= in->h ? cv::INTER_AREA : cv::INTER_NEAREST);
            CV_Assert(to.data == made.rgb);
            return PV_OK;
        });
    }
    if (st == PV_OK)
        *out = made;
    else
        pv_picture_release(&made);
    return st;
}

pv_status pv_picture_ring(pv_picture *p, const double *xy, int n, pv_colour colour, int thickness_px, pv_err *err)
{
    if (n < 1) return PV_OK;
    return pv_guard(err, "draw a ring", [&] {
        std::vector<cv::Point> at;
        at.reserve(size_t(n));
        for (int i = 0; i < n; i++) at.emplace_back(fixed(xy[2 * i]), fixed(xy[2 * i + 1]));
        cv::Mat to = view(p);
        cv::polylines(to, at, true, scalar(colour), std::clamp(thickness_px, 1, 255), cv::LINE_AA, SHIFT);
        return PV_OK;
    });
}

pv_status pv_picture_text(pv_picture *p, int x, int y, const char *ascii, double size_px, pv_colour colour, pv_err *err)
{
    return pv_guard(err, "draw text", [&] {
        const int font = cv::FONT_HERSHEY_SIMPLEX;
        double high = std::clamp(size_px, 4.0, 1000.0);
        int thick = std::max(1, int(std::lround(high / 10)));
        double scale = cv::getFontScaleFromHeight(font, int(std::lround(high)), thick);
        cv::Mat to = view(p);
        cv::putText(to, ascii, cv::Point(x, y), font, scale, cv::Scalar(0, 0, 0), thick + 2, cv::LINE_AA);
        cv::putText(to, ascii, cv::Point(x, y), font, scale, scalar(colour), thick, cv::LINE_AA);
        return PV_OK;
    });
}

pv_status pv_picture_box(pv_picture *p, int x, int y, int w, int h, pv_colour colour, pv_err *err)
{
    return pv_guard(err, "draw a box", [&] {
        cv::Rect box = cv::Rect(x, y, std::max(w, 0), std::max(h, 0)) & cv::Rect(0, 0, p->w, p->h);
        if (!box.empty()) view(p)(box).setTo(scalar(colour));
        return PV_OK;
    });
}

namespace
{
/* Bytes that the caller owns. */
pv_status hand_over(const std::vector<uchar> &from, const char *what, uint8_t **data, size_t *n, pv_err *err)
{
    uint8_t *copy = nullptr;
    pv_status st = pv_alloc(&copy, from.size(), 1, what, err);
    if (st != PV_OK) return st;
    std::copy(from.begin(), from.end(), copy);
    *data = copy;
    *n = from.size();
    return PV_OK;
}
} // namespace

pv_status pv_picture_png(const pv_picture *p, uint8_t **data, size_t *n, pv_err *err)
{
    return pv_guard(err, "write a PNG", [&] {
        cv::Mat bgr;
        cv::cvtColor(view(p), bgr, cv::COLOR_RGB2BGR);
        std::vector<uchar> png;
        if (!cv::imencode(".png", bgr, png, {cv::IMWRITE_PNG_COMPRESSION, 6}) || png.empty()) return pv_fail(err, PV_BUG, "OpenCV made no PNG");
        return hand_over(png, "PNG", data, n, err);
    });
}

pv_status pv_picture_jpeg(const pv_picture *p, size_t most_bytes, uint8_t **data, size_t *n, int size_px[2], pv_err *err)
{
    static const int qualities[] = {88, 80, 72, 62, 52};
    return pv_guard(err, "write a JPEG", [&] {
        cv::Mat bgr;
        cv::cvtColor(view(p), bgr, cv::COLOR_RGB2BGR);
        std::vector<uchar> jpeg;
        while (bgr.cols > SMALLEST_JPEG && bgr.rows > SMALLEST_JPEG) {
            for (int quality : qualities) {
                if (!cv::imencode(".jpg", bgr, jpeg, {cv::IMWRITE_JPEG_QUALITY, quality}) || jpeg.empty())
                    return pv_fail(err, PV_BUG, "OpenCV made no JPEG");
                if (jpeg.size() > most_bytes) continue;
                if (size_px != nullptr) size_px[0] = bgr.cols, size_px[1] = bgr.rows;
                return hand_over(jpeg, "JPEG", data, n, err);
            }
            cv::Mat small;
            cv::resize(bgr, small, cv::Size(bgr.cols * 4 / 5, bgr.rows * 4 / 5), 0, 0, cv::INTER_AREA);
            bgr = small;
        }
        return pv_fail(err, PV_BUG, "a picture of %d x %d pixels does not fit %zu bytes", p->w, p->h, most_bytes);
    });
}
