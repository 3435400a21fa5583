#include "vision/guard.hpp"

#include "vision/reference_forest.h"

#include <algorithm>
#include <vector>

#include <opencv2/ml.hpp>

#include "base/banned.h"

struct pv_reference_forest {
    cv::Ptr<cv::ml::RTrees> trees;
    int n_columns = 0, n_classes = 0;
};

namespace
{
enum { BATCH = 4096 };

/* Rows as OpenCV wants them: float, row-major. */
cv::Mat samples_of(const uint16_t *const *value, int n_columns, const size_t *row, size_t n)
{
    cv::Mat m(int(n), n_columns, CV_32F);
    for (size_t i = 0; i < n; i++) {
        float *to = m.ptr<float>(int(i));
        for (int c = 0; c < n_columns; c++) to[c] = float(value[c][row[i]]);
    }
    return m;
}

pv_status train(pv_reference_forest *f, const uint16_t *const *value, const int16_t *class_id, const size_t *row, size_t n,
                const pv_reference_options *o, pv_err *err)
{
    cv::Mat samples = samples_of(value, f->n_columns, row, n);
    cv::Mat answers(int(n), 1, CV_32S);
    for (size_t i = 0; i < n; i++) answers.at<int>(int(i)) = class_id[row[i]];
    f->trees = cv::ml::RTrees::create();
    f->trees->setMaxDepth(o->max_depth);
    f->trees->setMinSampleCount(o->min_samples);
    f->trees->setActiveVarCount(0);
    f->trees->setCalculateVarImportance(false);
    f->trees->setTermCriteria(cv::TermCriteria(cv::TermCriteria::MAX_ITER, o->n_trees, 0));
    /* RTrees draws from the thread's own generator; 0 is a state that it never leaves. */
    cv::theRNG().state = o->seed ^ UINT64_C(0x9E3779B97F4A7C15);
    if (cv::theRNG().state == 0) cv::theRNG().state = 1;
    if (!f->trees->train(cv::ml::TrainData::create(samples, cv::ml::ROW_SAMPLE, answers)))
        return pv_fail(err, PV_BUG, "OpenCV could not train a random forest on %zu rows", n);
    return PV_OK;
}

/* votes: row 0 holds the class numbers, the others the trees' votes. */
void shares_of(const cv::Mat &votes, int n_classes, size_t n, float *share)
{
    std::fill(share, share + n * size_t(n_classes), 0.0f);
    for (size_t i = 0; i < n; i++) {
        const int *vote = votes.ptr<int>(int(i) + 1);
        int total = 0;
        for (int c = 0; c < votes.cols; c++) total += vote[c];
        for (int c = 0; c < votes.cols && total > 0; c++) {
            int id = votes.at<int>(0, c);
            if (id >= 0 && id < n_classes) share[i * size_t(n_classes) + size_t(id)] = float(vote[c]) / float(total);
        }
    }
}
} // namespace

pv_status pv_reference_train(pv_reference_forest **out, const uint16_t *const *value, int n_columns, const int16_t *class_id, const size_t *row,
                             size_t n_used, int n_classes, const pv_reference_options *options, pv_err *err)
{
    if (n_used < 2 || n_columns < 1 || n_classes < 2 || n_used > size_t(INT32_MAX) / size_t(n_columns))
        return pv_fail(err, PV_BUG, "a forest cannot be trained on %zu rows of %d columns and %d classes", n_used, n_columns, n_classes);
    pv_reference_forest *f = nullptr;
    pv_status st = pv_guard(err, "reference forest", [&] {
        f = new pv_reference_forest;
        f->n_columns = n_columns;
        f->n_classes = n_classes;
        return train(f, value, class_id, row, n_used, options, err);
    });
    if (st == PV_OK)
        *out = f;
    else
        pv_reference_free(f);
    return st;
}

pv_status pv_reference_ask(const pv_reference_forest *forest, const uint16_t *const *value, const size_t *row, size_t n_asked, float *share,
                           pv_err *err)
{
    return pv_guard(err, "reference forest", [&] {
        for (size_t at = 0; at < n_asked; at += BATCH) {
            size_t n = std::min(n_asked - at, size_t(BATCH));
            cv::Mat votes;
            forest->trees->getVotes(samples_of(value, forest->n_columns, row + at, n), votes, 0);
            shares_of(votes, forest->n_classes, n, share + at * size_t(forest->n_classes));
        }
        return PV_OK;
    });
}

void pv_reference_free(pv_reference_forest *forest)
{
    delete forest;
}
