#include "tests/bench/components_opencv.h"

#include <chrono>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

extern "C" int cv_clean(uint8_t *mask, int w, int h)
{
    try {
        cv::Mat m(h, w, CV_8U, mask), kernel = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(3, 3)), cleaned;
        cv::morphologyEx(m, cleaned, cv::MORPH_OPEN, kernel);
        cv::morphologyEx(cleaned, cleaned, cv::MORPH_CLOSE, kernel);
        cleaned.copyTo(m);
        return 1;
    } catch (const std::exception &) {
        return 0;
    }
}

extern "C" int cv_components(const uint8_t *mask, int w, int h, int threads, int64_t *components, int64_t *pixels, double *seconds)
{
    try {
        cv::setNumThreads(threads);
        const cv::Mat m(h, w, CV_8U, const_cast<uint8_t *>(mask));
        cv::Mat labels, stats, middles;
        auto start = std::chrono::steady_clock::now();
        int n = cv::connectedComponentsWithStats(m, labels, stats, middles, 8, CV_32S);
        *seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        *components = n - 1;
        *pixels = 0;
        for (int i = 1; i < n; i++) *pixels += stats.at<int>(i, cv::CC_STAT_AREA);
        return 1;
    } catch (const std::exception &) {
        return 0;
    }
}
