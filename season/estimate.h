/* Areas and accuracies of a map from a probability sample, with 95 % intervals. Plain arithmetic, no ledger.
 *
 * Estimators are those of Stehman 2014 (International Journal of Remote Sensing 35), in which strata need not be the map's classes: each figure is a sum over strata W_h mean_h, or a ratio of two
 *   such sums. Where strata are the map's classes, they are those of Olofsson et al. 2014 (Remote Sensing of Environment 148), figure by figure.
 * Two intervals stand beside each other. plain: value +- 1.96 standard errors, as published; it may reach below nothing and is too short when few units of a class were met, down to no length at
 *   all when a stratum gave only one answer. low, high: limits of each stratum's share (mid-P, with the finite number of its units), combined by the method of variance estimates recovery
 *   (Zou, Huang and Zhang 2009), so that a stratum in which nothing was found still adds what may have been missed. docs/notes/0037 says why this one, and how often it covers the truth.
 * A figure that has no meaning (a class that the map does not have, or that no answer named) is NaN with limits 0 and 1.
 * Threads: any. Errors: PV_INPUT (a stratum with fewer than 2 answers has no variance: it is named), PV_USAGE (sizes, shares or counts that cannot be), PV_BUG. */
#ifndef PV_SEASON_ESTIMATE_H
#define PV_SEASON_ESTIMATE_H

#include <stdint.h>

#include "base/err.h"

enum { PV_ESTIMATE_STRATA = 16, PV_ESTIMATE_CLASSES = 16 };

/* What was drawn and answered. Borrowed. */
typedef struct pv_survey {
    int n_strata, n_classes;
    const char *const *stratum; /* [n_strata] names, for messages */
    const double *area;         /* [n_strata] >= 0, of one unit of measure; a stratum without area is left out */
    const int64_t *units;       /* [n_strata] sampling units that each has; NULL or 0 = so many that it does not matter how many were drawn */
    const int64_t *count;       /* [n_strata][n_classes][n_classes]: answers by stratum, class of the map, class of the reference */
    const double *
        mapped; /* [n_strata][n_classes] what the map gives to each class, in the unit of area; NULL = not known. Where it is nothing or all, limits know it */
} pv_survey;

typedef struct pv_estimated {
    double value, se;             /* estimate, standard error as published (without the finite number of units) */
    double plain_low, plain_high; /* value -+ 1.96 se */
    double low, high;             /* never outside of what is possible */
} pv_estimated;

typedef struct pv_class_estimate {
    pv_estimated area;         /* in the unit of survey.area */
    pv_estimated users;        /* 用户精度: of what the map gives this class, the share that has it. 0..1 */
    pv_estimated producers;    /* 生产者精度: of what has this class, the share that the map gives it. 0..1 */
    int64_t mapped, reference; /* answers whose map class, reference class it is */
} pv_class_estimate;

typedef struct pv_estimate {
    int n_classes;
    double area;          /* of all strata */
    pv_estimated overall; /* 总体精度. 0..1 */
    pv_class_estimate at[PV_ESTIMATE_CLASSES];
    double share[PV_ESTIMATE_CLASSES][PV_ESTIMATE_CLASSES]; /* estimated share of the area, by class of the map, class of the reference */
} pv_estimate;

PV_MUST pv_status pv_estimate_make(pv_estimate *out, const pv_survey *in, pv_err *err);

/* 95 % limits of a share of which x of n drawn units (n >= 1) of `units` (0 = many) showed it: mid-P. */
void pv_share_limits(int64_t x, int64_t n, int64_t units, double *low, double *high);

/* How many answers it takes until the standard error of the overall accuracy is target: (sum W_h S_h / target)^2, rounded up; S_h = sqrt(p (1 - p)) of the expected accuracy p in
 * stratum h. PV_USAGE: shares outside of 0..1, target not above 0, or more than 1e9. */
PV_MUST pv_status pv_sample_size(int n_strata, const double *area, const double *expected, double target, int64_t *n, pv_err *err);

typedef enum pv_allocation { PV_ALLOCATION_FIXED = 0, PV_ALLOCATION_NEYMAN } pv_allocation;

/* Shares n out. FIXED: strata whose proportional share would be less than `rare` have `rare`, the rest is dealt by area (largest remainders; the earlier stratum at a tie). NEYMAN: by area x S_h, and
 * no stratum less than 2. In both no stratum has more than its units (0 = many), and what it cannot take goes to the others. PV_USAGE: n does not reach for 2 in each. */
PV_MUST pv_status pv_sample_allocate(int n_strata, const double *area, const int64_t *units, const double *expected, int64_t n, int64_t rare,
                                     pv_allocation how, int64_t *out, pv_err *err);

#endif
