#include "season/estimate.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include "base/banned.h"

/* Of a normal distribution, as Olofsson et al. write it. */
static const double Z95 = 1.96;
static const double TAIL = 0.025;

/* ---- limits of one stratum's share ---- */

/* log of the gamma function, v >= 1: Stirling's series from 12 on (better than 1e-12), so that every machine has the same digits as its log(). */
static double log_gamma(double v)
{
    double below = 0;
    for (; v < 12; v++) below += log(v);
    double i = 1 / (v * v);
    return (v - 0.5) * log(v) - v + 0.91893853320467274178 + (1.0 / 12 - i * (1.0 / 360 - i * (1.0 / 1260 - i / 1680))) / v - below;
}

static double log_choose(double n, double k)
{
    return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1);
}

/* P(X > x) + P(X = x) / 2, X = how many of n drawn ones show what `have` of `units` have; x is not below what is expected, so that terms fall. */
static double tail_finite(double x, double n, double units, double have)
{
    if (x > have) return 0;
    double term = exp(log_choose(have, x) + log_choose(units - have, n - x) - log_choose(units, n)), sum = term / 2;
    for (double k = x; k < n && k < have && term > sum * DBL_EPSILON; k++) {
        term *= (have - k) * (n - k) / ((k + 1) * (units - have - n + k + 1));
        sum += term;
    }
    return sum;
}

/* The same of so many units that the share p decides. */
static double tail_many(double x, double n, double p)
{
    if (p <= 0) return 0;
    double term = exp(log_choose(n, x) + x * log(p) + (n - x) * log1p(-p)), sum = term / 2;
    for (double k = x; k < n && term > sum * DBL_EPSILON; k++) {
        term *= (n - k) / (k + 1) * (p / (1 - p));
        sum += term;
    }
    return sum;
}

/* The smallest share of which x of n would not be too many. */
static double least_share(double x, double n, double units)
{
    if (x <= 0) return 0;
    if (units > 0) {
        double low = x - 1, high = ceil(x / n * units); /* of units; low is too few */
        while (high - low > 1) {
            double mid = floor((low + high) / 2);
            *(tail_finite(x, n, units, mid) < TAIL ? &low : &high) = mid;
        }
        return high / units;
    }
    double low = 0, high = x / n < 1 ? x / n : 1 - DBL_EPSILON;
    for (int k = 0; k < 60; k++) {
        double mid = (low + high) / 2;
        *(tail_many(x, n, mid) < TAIL ? &low : &high) = mid;
    }
    return (low + high) / 2;
}

void pv_share_limits(int64_t x, int64_t n, int64_t units, double *low, double *high)
{
    double share = (double)x / (double)n;
    *low = fmin(share, least_share((double)x, (double)n, (double)units));
    *high = fmax(share, 1 - least_share((double)(n - x), (double)n, (double)units));
}

/* ---- sums over strata ---- */

/* A figure's part in a stratum: of n answers a are what is counted, b are the others of what is divided by (ratios). */
typedef struct part {
    double weight; /* W_h */
    int64_t n, units, a, b;
    double most_a, most_b;         /* shares that they cannot pass, by the map's own areas */
    double pa, pb, la, ua, lb, ub; /* shares and their limits */
} part;

typedef struct parts {
    int n;
    part at[PV_ESTIMATE_STRATA];
} parts;

static void take_limits(parts *p)
{
    for (int h = 0; h < p->n; h++) {
        part *q = &p->at[h];
        q->pa = (double)q->a / (double)q->n;
        q->pb = (double)q->b / (double)q->n;
        pv_share_limits(q->a, q->n, q->units, &q->la, &q->ua);
        pv_share_limits(q->b, q->n, q->units, &q->lb, &q->ub);
        q->ua = fmax(q->pa, fmin(q->ua, q->most_a));
        q->ub = fmax(q->pb, fmin(q->ub, q->most_b));
    }
}

static void take_plain(pv_estimated *f)
{
    f->plain_low = f->value - Z95 * f->se;
    f->plain_high = f->value + Z95 * f->se;
}

/* sum W a, times scale. */
static pv_estimated sum_of(parts *p, double scale)
{
    pv_estimated f = {.value = 0};
    double v = 0, below = 0, above = 0;
    take_limits(p);
    for (int h = 0; h < p->n; h++) {
        const part *q = &p->at[h];
        double w = q->weight;
        f.value += w * q->pa;
        v += w * w * q->pa * (1 - q->pa) / (double)(q->n - 1);
        below += w * w * (q->pa - q->la) * (q->pa - q->la);
        above += w * w * (q->ua - q->pa) * (q->ua - q->pa);
    }
    f.low = fmax(0, f.value - sqrt(below)) * scale;
    f.high = fmin(1, f.value + sqrt(above)) * scale;
    f.value *= scale;
    f.se = sqrt(v) * scale;
    take_plain(&f);
    return f;
}

/* Of (1 - ratio) sum W a - ratio sum W b the upper (up 1) or lower limit. The two shares of a stratum take from each other: their correlation is that of a multinomial. */
static double difference_limit(const parts *p, double ratio, int up)
{
    double value = 0, reach = 0;
    for (int h = 0; h < p->n; h++) {
        const part *q = &p->at[h];
        double a = (1 - ratio) * (up ? q->ua - q->pa : q->pa - q->la), b = ratio * (up ? q->pb - q->lb : q->ub - q->pb);
        double r = q->a + q->b == q->n ? -1 : -sqrt(q->pa * q->pb / ((1 - q->pa) * (1 - q->pb)));
        value += q->weight * ((1 - ratio) * q->pa - ratio * q->pb);
        reach += q->weight * q->weight * (a * a + b * b - 2 * r * a * b);
    }
    return value + (up ? sqrt(reach) : -sqrt(reach));
}

/* Where the limit of that difference passes nothing, between the ratio and 0 or 1. */
static double ratio_limit(const parts *p, double ratio, int up)
{
    double in = ratio, out = up;
    if (up ? difference_limit(p, 1, 1) >= 0 : difference_limit(p, 0, 0) <= 0) return up;
    for (int k = 0; k < 50; k++) {
        double mid = (in + out) / 2, limit = difference_limit(p, mid, up);
        *((up ? limit >= 0 : limit <= 0) ? &in : &out) = mid;
    }
    return (in + out) / 2;
}

/* sum W a / sum W (a + b). */
static pv_estimated ratio_of(parts *p)
{
    pv_estimated f = {.value = NAN, .se = NAN, .plain_low = NAN, .plain_high = NAN, .low = 0, .high = 1};
    double y = 0, x = 0, v = 0;
    take_limits(p);
    for (int h = 0; h < p->n; h++) {
        y += p->at[h].weight * p->at[h].pa;
        x += p->at[h].weight * (p->at[h].pa + p->at[h].pb);
    }
    if (!(x > 0)) return f;
    f.value = y / x;
    for (int h = 0; h < p->n; h++) {
        const part *q = &p->at[h];
        double px = q->pa + q->pb, r = f.value;
        v += q->weight * q->weight * (q->pa * (1 - q->pa) + r * r * px * (1 - px) - 2 * r * q->pa * (1 - px)) / (double)(q->n - 1);
    }
    f.se = sqrt(fmax(0, v)) / x;
    f.low = ratio_limit(p, f.value, 0);
    f.high = ratio_limit(p, f.value, 1);
    take_plain(&f);
    return f;
}

/* ---- the survey ---- */

static int64_t count_at(const pv_survey *s, int h, int map, int reference)
{
    return s->count[(h * s->n_classes + map) * s->n_classes + reference];
}

static pv_status check(const pv_survey *s, double *area, pv_err *err)
{
    if (s->n_strata < 1 || s->n_strata > PV_ESTIMATE_STRATA || s->n_classes < 2 || s->n_classes > PV_ESTIMATE_CLASSES)
        return pv_fail(err, PV_USAGE, "an estimate takes 1 to %d strata and 2 to %d classes", (int)PV_ESTIMATE_STRATA, (int)PV_ESTIMATE_CLASSES);
    *area = 0;
    for (int h = 0; h < s->n_strata; h++) {
        int64_t n = 0;
        if (!(s->area[h] >= 0) || !isfinite(s->area[h]))
            return pv_fail(err, PV_USAGE, "stratum %s: its area is no number that can be", s->stratum[h]);
        for (int k = 0; k < s->n_classes * s->n_classes; k++) {
            int64_t c = s->count[h * s->n_classes * s->n_classes + k];
            if (c < 0 || c > INT32_MAX) return pv_fail(err, PV_USAGE, "stratum %s: a count is no number that can be", s->stratum[h]);
            n += c;
        }
        if (s->area[h] > 0 && n < 2)
            return pv_fail(err, PV_INPUT, "stratum %s: it has %lld answer%s, and with less than 2 nothing can be said of its variance", s->stratum[h],
                           (long long)n, n == 1 ? "" : "s");
        if (s->units != NULL && s->units[h] > 0 && n > s->units[h])
            return pv_fail(err, PV_USAGE, "stratum %s: %lld answers from %lld units", s->stratum[h], (long long)n, (long long)s->units[h]);
        *area += s->area[h];
    }
    return *area > 0 ? PV_OK : pv_fail(err, PV_INPUT, "no stratum has an area");
}

/* What of a stratum's answers is counted for a figure. */
typedef enum { AREA_OF = 0, OVERALL, USERS, PRODUCERS } what;

static parts parts_of(const pv_survey *s, double area, what of, int k)
{
    parts p = {.n = 0};
    for (int h = 0; h < s->n_strata; h++) {
        if (!(s->area[h] > 0)) continue;
        part q = {.weight = s->area[h] / area, .units = s->units != NULL ? s->units[h] : 0, .most_a = 1, .most_b = 1};
        double mapped = s->mapped != NULL && of != OVERALL ? s->mapped[h * s->n_classes + k] / s->area[h] : -1;
        if (mapped >= 0 && of != AREA_OF) q.most_a = mapped;
        if (mapped >= 0 && of != AREA_OF) q.most_b = of == USERS ? mapped : 1 - mapped;
        for (int map = 0; map < s->n_classes; map++)
            for (int ref = 0; ref < s->n_classes; ref++) {
                int64_t c = count_at(s, h, map, ref);
                int right = map == ref, in = of == AREA_OF ? ref == k : of == OVERALL ? right : right && ref == k;
                q.n += c;
                q.a += in ? c : 0;
                q.b += !in && ((of == USERS && map == k) || (of == PRODUCERS && ref == k)) ? c : 0;
            }
        p.at[p.n++] = q;
    }
    return p;
}

pv_status pv_estimate_make(pv_estimate *out, const pv_survey *in, pv_err *err)
{
    pv_status st = PV_OK;
    pv_estimate e = {.n_classes = in->n_classes};
    PV_TRY(check(in, &e.area, err));
    parts p = parts_of(in, e.area, OVERALL, 0);
    e.overall = sum_of(&p, 1);
    for (int k = 0; k < in->n_classes; k++) {
        p = parts_of(in, e.area, AREA_OF, k);
        e.at[k].area = sum_of(&p, e.area);
        p = parts_of(in, e.area, USERS, k);
        e.at[k].users = ratio_of(&p);
        p = parts_of(in, e.area, PRODUCERS, k);
        e.at[k].producers = ratio_of(&p);
    }
    for (int h = 0, of = 0; h < in->n_strata; h++) {
        if (!(in->area[h] > 0)) continue;
        int64_t n = p.at[of++].n;
        for (int map = 0; map < in->n_classes; map++)
            for (int ref = 0; ref < in->n_classes; ref++) {
                int64_t c = count_at(in, h, map, ref);
                e.at[map].mapped += c;
                e.at[ref].reference += c;
                e.share[map][ref] += in->area[h] / e.area * (double)c / (double)n;
            }
    }
    *out = e;
out:
    return st;
}

/* ---- how many, and where ---- */

static pv_status check_plan(int n_strata, const double *area, const double *expected, double *sum, pv_err *err)
{
    if (n_strata < 1 || n_strata > PV_ESTIMATE_STRATA) return pv_fail(err, PV_USAGE, "a sample takes 1 to %d strata", (int)PV_ESTIMATE_STRATA);
    *sum = 0;
    for (int h = 0; h < n_strata; h++) {
        if (!(area[h] >= 0) || !isfinite(area[h])) return pv_fail(err, PV_USAGE, "stratum %d: its area is no number that can be", h + 1);
        if (!(expected[h] >= 0 && expected[h] <= 1)) return pv_fail(err, PV_USAGE, "stratum %d: an expected share is 0 to 1", h + 1);
        *sum += area[h];
    }
    return *sum > 0 ? PV_OK : pv_fail(err, PV_USAGE, "no stratum has an area");
}

static double spread(double p)
{
    return sqrt(p * (1 - p));
}

pv_status pv_sample_size(int n_strata, const double *area, const double *expected, double target, int64_t *n, pv_err *err)
{
    pv_status st = PV_OK;
    double sum = 0, s = 0;
    PV_TRY(check_plan(n_strata, area, expected, &sum, err));
    if (!(target > 0)) PV_TRY(pv_fail(err, PV_USAGE, "the standard error to be reached is above 0"));
    for (int h = 0; h < n_strata; h++) s += area[h] / sum * spread(expected[h]);
    double size = ceil(s * s / (target * target) - 1e-9);
    if (!(size <= 1e9)) PV_TRY(pv_fail(err, PV_USAGE, "a standard error of %g would take more than 1e9 points", target));
    *n = (int64_t)size;
out:
    return st;
}

/* Deals n to strata by weight, each at most room[h]: largest remainders. What is left when all are full stays undealt. */
static void deal(int n_strata, const double *weight, const int64_t *room, int64_t n, int64_t *out)
{
    int full[PV_ESTIMATE_STRATA] = {0};
    for (;;) {
        double sum = 0, rest[PV_ESTIMATE_STRATA];
        int64_t left = n;
        int more = 0;
        for (int h = 0; h < n_strata; h++) {
            if (full[h]) left -= room[h];
            sum += full[h] ? 0 : weight[h];
            rest[h] = -1;
        }
        for (int h = 0, given = (int)(sum > 0); h < n_strata; h++) {
            if (full[h]) continue;
            double share = given ? (double)left * weight[h] / sum : 0;
            out[h] = (int64_t)floor(share);
            rest[h] = weight[h] > 0 ? share - floor(share) : -1;
        }
        for (int h = 0; h < n_strata; h++)
            if (!full[h] && out[h] >= room[h]) {
                out[h] = room[h];
                full[h] = more = 1;
            }
        if (more) continue;
        for (int h = 0; h < n_strata; h++) left -= full[h] ? 0 : out[h];
        for (; left > 0; left--) {
            int best = -1;
            for (int h = 0; h < n_strata; h++)
                if (!full[h] && rest[h] >= 0 && (best < 0 || rest[h] > rest[best])) best = h;
            if (best < 0) return;
            out[best]++;
            rest[best] = -1;
        }
        return;
    }
}

pv_status pv_sample_allocate(int n_strata, const double *area, const int64_t *units, const double *expected, int64_t n, int64_t rare,
                             pv_allocation how, int64_t *out, pv_err *err)
{
    pv_status st = PV_OK;
    double sum = 0, weight[PV_ESTIMATE_STRATA];
    int64_t least[PV_ESTIMATE_STRATA], room[PV_ESTIMATE_STRATA], more[PV_ESTIMATE_STRATA];
    int settled = 0;
    PV_TRY(check_plan(n_strata, area, expected, &sum, err));
    for (int h = 0; h < n_strata; h++) {
        weight[h] = area[h] * (how == PV_ALLOCATION_NEYMAN ? spread(expected[h]) : 1);
        least[h] = 0;
        out[h] = 0;
    }
    /* A stratum that would get less has its least, which leaves less for the others: until none falls below. */
    int64_t floor_of = how == PV_ALLOCATION_NEYMAN ? 2 : rare < 2 ? 2 : rare;
    while (!settled) {
        int64_t left = n;
        settled = 1;
        for (int h = 0; h < n_strata; h++) {
            int64_t most = units[h] > 0 ? units[h] : INT64_MAX;
            room[h] = area[h] > 0 && least[h] == 0 ? most : 0;
            left -= least[h];
        }
        if (left < 0)
            PV_TRY(pv_fail(err, PV_USAGE, "%lld points do not reach for %lld in each small stratum: give more, or a smaller least number",
                           (long long)n, (long long)floor_of));
        deal(n_strata, weight, room, left, more);
        for (int h = 0; h < n_strata; h++) {
            int64_t least_here = units[h] > 0 && units[h] < floor_of ? units[h] : floor_of;
            if (area[h] > 0 && least[h] == 0 && more[h] < least_here) {
                least[h] = least_here;
                settled = 0;
            }
        }
    }
    for (int h = 0; h < n_strata; h++) out[h] = least[h] > 0 ? least[h] : more[h];
out:
    return st;
}
