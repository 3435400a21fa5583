/* The threshold of patches after a model was gone on from: its pixels say more or less than before, and with them its patches. */
#include <string.h>

#include "app/learn_school.h"
#include "base/mem.h"

#include "base/banned.h"

/* Labels are known ground: what is right for them is too high elsewhere. The smaller of the two rises that development surveys bore at equal recall (docs/notes/0034-findings-teach.md). */
enum { MOST_RISE = 5 };

/* best[label]: code + 1 of the best patch that the model proposes on each target label, 0 = none. */
static pv_status pv_best_codes(pv_model *m, const pv_learn *l, const pv_args *args, uint16_t *best, pv_err *err)
{
    pv_status st = PV_OK;
    pv_lines words = {.n = 0};
    pv_school s = {.model = m, .learn = l, .args = args, .report = &words};
    PV_TRY(pv_ground_init(&s.ground, l, m, err));
    PV_TRY(pv_school_propose_known(&s, err));
    PV_TRY(pv_school_codes(&s, m->objects->trees, -1, err));
    for (size_t i = 0; i < s.rows.n_rows; i++) {
        const pv_proposal *p = &s.proposal[i];
        if (p->truth != 1) continue;
        uint16_t *at = &best[s.ground.at[p->photo].first_group + p->plot];
        if (p->code + 1 > *at) *at = (uint16_t)(p->code + 1);
    }
out:
    pv_table_release(&s.rows);
    pv_free(s.proposal);
    pv_free(s.covered);
    pv_ground_release(&s.ground);
    pv_lines_release(&words);
    return st;
}

static int64_t pv_kept(const uint16_t *best, size_t n, int code)
{
    int64_t kept = 0;
    for (size_t i = 0; i < n; i++) kept += best[i] > code;
    return kept;
}

pv_status pv_learn_keep(pv_model *m, pv_model *from, const pv_learn *l, const pv_args *args, pv_lines *report, pv_err *err)
{
    pv_status st = PV_OK;
    size_t n = (size_t)l->n_groups;
    uint16_t *before = NULL, *after = NULL;
    int old = m->objects->keep_code;
    PV_TRY(pv_alloc(&before, n, sizeof *before, "labels", err));
    PV_TRY(pv_alloc(&after, n, sizeof *after, "labels", err));
    /* The old model's stage is the new one's now: borrowed for as long as it is asked. */
    from->objects = m->objects;
    st = pv_best_codes(from, l, args, before, err);
    from->objects = NULL;
    if (st != PV_OK) goto out;
    PV_TRY(pv_best_codes(m, l, args, after, err));
    int64_t want = pv_kept(before, n, old);
    int code = old + MOST_RISE < PV_OBJECT_CODES ? old + MOST_RISE : PV_OBJECT_CODES - 1;
    while (code > old && pv_kept(after, n, code) < want) code--;
    m->objects->keep_code = code;
    PV_TRY(pv_lines_addf(report, err, "patches are kept from code %d on (before: %d), where %lld labelled targets keep one (before: %lld)", code, old,
                         (long long)pv_kept(after, n, code), (long long)want));
out:
    pv_free(before);
    pv_free(after);
    return pv_where(err, st, "threshold of patches");
}
