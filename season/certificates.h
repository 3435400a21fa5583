/* 无毒林区: which units earn a zero-find certificate of a period, and what the others lack; and the scorecard of the same units (村级台账).
 *
 * Suitable days (适查期) are those on which plants can be told from above: the caller hands them in. A certificate needs, each by itself:
 *   cover    of the unit's ground what photos of suitable days saw >= certificate_cover_percent (season.conf), by shares cut to two decimals
 *   days     >= certificate_days suitable days whose photos saw ground of the unit
 *   plots    no plot confirmed, regrown or open from before (season/figures.h)
 *   checked  no suspected plot unchecked, unreachable or in an open conflict
 *   limit    the detection limit, which is min_area_m2 or a pixel of the coarsest photo of those days, whichever is larger, <= certificate_limit_m2; photos that are called too coarse show no
 *            ground and do not count here; a photo of unknown resolution leaves the limit unknown
 * Numbers of plots are those of pv_figures of the same period. Nothing depends on the order in which anything came in.
 * Threads: the season's owner. Errors: as figures.h; PV_USAGE: no boundaries, no unit of that level. */
#ifndef PV_SEASON_CERTIFICATES_H
#define PV_SEASON_CERTIFICATES_H

#include "base/sha256.h"
#include "season/figures.h"

typedef enum pv_need { PV_NEED_COVER = 0, PV_NEED_DAYS, PV_NEED_PLOTS, PV_NEED_CHECKED, PV_NEED_LIMIT, PV_NEEDS } pv_need;

/* A unit's. */
typedef struct pv_certificate {
    size_t row;                       /* of pv_certificates.table */
    int64_t charge_mu_e4, seen_mu_e4; /* 1e-4 mu; seen: on suitable days */
    size_t n_days, cap_days;
    char (*day)[PV_DATE]; /* suitable days on which ground of it was seen, sorted; owned */
    size_t n_checkers, cap_checkers;
    char **checker;  /* who checked its suspected plots in the period, sorted, each once: "二组（王五、李四）"; owned */
    double gsd_m;    /* of the coarsest photo of suitable days; < 0: not known, or no photo */
    double limit_m2; /* < 0: not known */
    int met[PV_NEEDS];
    int issued; /* all are met */
} pv_certificate;

/* The zero object is empty and releasable. */
typedef struct pv_certificates {
    pv_figures table; /* of the one period, by the level that was asked for */
    pv_unit_level level;
    pv_periods suitable; /* as handed in */
    double cover_percent, most_limit_m2, min_area_m2;
    int64_t days;
    char head[PV_SHA256_HEX]; /* of the ledger's chain (season/chain.h) */
    int64_t links;
    size_t n, n_issued;
    pv_certificate *at; /* [n] units of the level, by path, then key; owned */
} pv_certificates;

/* by: a level of units; suitable: days of the period, borrowed. */
PV_MUST pv_status pv_certificates_make(pv_certificates *out, pv_figures_source *f, const pv_period *period, pv_figures_by by,
                                       const pv_periods *suitable, pv_err *err);
void pv_certificates_release(pv_certificates *c);

/* village, else township, else forest farm, whichever the boundaries have; NOTHING: none of them. */
pv_figures_by pv_certificates_level(const pv_units *units);

/* ---- words ---- */

/* "cover", "适查期踏查率", "share of ground seen": static. */
typedef struct pv_need_words {
    const char *id, *zh, *en;
} pv_need_words;
const pv_need_words *pv_need_word(pv_need need);
/* What is required; what is there. */
void pv_need_required(pv_text *out, const pv_certificates *c, pv_need need, int zh);
void pv_need_there(pv_text *out, const pv_certificates *c, const pv_certificate *of, pv_need need, int zh);

/* ---- scorecard ---- */

typedef enum pv_card_column {
    PV_CARD_COVER_RATE = 0,
    PV_CARD_SUSPECTED,
    PV_CARD_CHECK_RATE,
    PV_CARD_CONFIRMED,
    PV_CARD_ERADICATED,
    PV_CARD_ERADICATION_RATE,
    PV_CARD_DAYS_MEDIAN,
    PV_CARD_DAYS_P90,
    PV_CARD_REGROWN,
    PV_CARD_OPEN,        /* 未了: unchecked + unreachable + confirmed - eradicated + open_before */
    PV_CARD_CERTIFICATE, /* 1 = it is issued */
    PV_CARD_COLUMNS
} pv_card_column;

typedef struct pv_card_words {
    const char *id, *zh, *en; /* id: of the figure where it is one */
    int decimals, most;       /* most: 1 = the largest value ranks first, 0 = the smallest */
} pv_card_words;
const pv_card_words *pv_card_word(pv_card_column column);

/* A unit's value, in 10^-decimals; known 0: it does not apply. rank: 1 + how many units do better; 0 = no value. */
typedef struct pv_card_value {
    int known;
    int64_t value;
    size_t rank;
} pv_card_value;
typedef struct pv_card {
    pv_card_value column[PV_CARD_COLUMNS];
} pv_card;
/* *out [c->n] in the order of c->at; yours to pv_free(). */
PV_MUST pv_status pv_scorecard_make(pv_card **out, const pv_certificates *c, pv_err *err);

/* ---- files ---- */

void pv_certificates_json(pv_text *out, const pv_certificates *c);
/* For a terminal: a line a unit, and below it what is missing. */
void pv_certificates_say(pv_text *out, const pv_certificates *c, int zh);
void pv_scorecard_csv(pv_text *out, const pv_certificates *c, const pv_card *card, int zh);
void pv_scorecard_json(pv_text *out, const pv_certificates *c, const pv_card *card);
void pv_scorecard_say(pv_text *out, const pv_certificates *c, const pv_card *card, int zh);

#endif
