#include "app/learn_objects.h"

#include <stdatomic.h>

#include "app/learn_school.h"
#include "app/machine.h"
#include "base/mem.h"

#include "base/banned.h"

int pv_school_stop(void *user, int done, int total)
{
    (void)user;
    (void)done;
    (void)total;
    return atomic_load(pv_stop_flag()) != 0;
}

pv_status pv_learn_objects(pv_model *m, const pv_learn *l, const pv_args *args, pv_lines *report, pv_err *err)
{
    pv_status st = PV_OK;
    pv_school s = {.model = m, .learn = l, .args = args, .report = report};
    PV_TRY(pv_ground_init(&s.ground, l, m, err));
    PV_TRY(pv_school_propose(&s, err));
    PV_TRY(pv_school_patches(&s, err));
    PV_TRY(pv_school_stages(&s, err));
    if (m->objects != NULL) PV_TRY(pv_school_densities(&s, err));
out:
    pv_table_release(&s.rows);
    pv_free(s.proposal);
    pv_free(s.use);
    pv_free(s.fold_of);
    pv_free(s.covered);
    pv_ground_release(&s.ground);
    return pv_where(err, st, "object stage");
}
