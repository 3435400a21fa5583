/* What is done for each row of a tile, and how many rows of channels and sums have to be kept for it. */
#include "pipeline/features_internal.h"

#include "base/banned.h"

static void step_add(pv_feature_plan *plan, pv_step_kind kind, int index)
{
    plan->step[plan->n_steps++] = (pv_plan_step){kind, index};
}

static void steps_of_sum(pv_feature_plan *plan, int sum)
{
    const pv_plan_sum *s = &plan->sum[sum];
    step_add(plan, PV_STEP_SUM, sum);
    for (int i = 0; i < plan->n_columns; i++) {
        const pv_plan_column *c = &plan->column[i];
        if (c->plane != s->plane || c->window[0] != s->window) continue;
        if (c->op == PV_OP_MEAN) step_add(plan, PV_STEP_MEAN, i);
        if (c->op == PV_OP_SD) step_add(plan, PV_STEP_SD, i);
    }
}

static void steps_of_plane(pv_feature_plan *plan, int plane)
{
    for (int k = 0; k < plan->n_sums; k++)
        if (plan->sum[k].plane == plane) steps_of_sum(plan, k);
    for (int i = 0; i < plan->n_columns; i++) {
        const pv_plan_column *c = &plan->column[i];
        if (c->plane != plane) continue;
        if (c->op == PV_OP_POINT) step_add(plan, PV_STEP_POINT, i);
        if (c->op == PV_OP_DIFF) step_add(plan, PV_STEP_DIFF, i);
        if (c->op == PV_OP_MAX || c->op == PV_OP_MIN) step_add(plan, PV_STEP_MOST, i);
    }
}

void pv_plan_steps(pv_feature_plan *plan)
{
    plan->n_steps = 0;
    for (int c = 0; c < plan->n_channels; c++) {
        step_add(plan, PV_STEP_FEED, c);
        for (int p = 0; p < plan->n_planes; p++)
            if (plan->plane[p].channel == c) steps_of_plane(plan, p);
    }
}

/* The windows of a plane say how far its sums and its channel must reach. */
static void reach_of_planes(pv_feature_plan *plan)
{
    for (int k = 0; k < plan->n_sums; k++) {
        pv_plan_plane *p = &plan->plane[plan->sum[k].plane];
        p->half_y = pv_max(p->half_y, plan->window[plan->sum[k].window].hy);
        p->squares |= plan->sum[k].want_sd;
    }
    for (int k = 0; k < plan->n_planes; k++) {
        const pv_plan_plane *p = &plan->plane[k];
        pv_plan_channel *c = &plan->channel[p->channel];
        c->ahead = pv_max(c->ahead, p->half_y + (p->change == PV_CHANGE_EDGE));
    }
}

static void reach_of_columns(pv_feature_plan *plan)
{
    for (int i = 0; i < plan->n_columns; i++) {
        const pv_plan_column *col = &plan->column[i];
        if (col->op != PV_OP_MAX && col->op != PV_OP_MIN) continue;
        pv_plan_channel *c = &plan->channel[plan->plane[col->plane].channel];
        int half = plan->window[col->window[0]].hy;
        c->ahead = pv_max(c->ahead, half);
        c->behind = pv_max(c->behind, half);
    }
    for (int k = 0; k < plan->n_windows; k++) {
        plan->half_x = pv_max(plan->half_x, plan->window[k].hx);
        plan->half_y = pv_max(plan->half_y, plan->window[k].hy);
    }
}

void pv_plan_rows(pv_feature_plan *plan)
{
    reach_of_planes(plan);
    reach_of_columns(plan);
    for (int k = 0; k < plan->n_channels; k++) {
        pv_plan_channel *c = &plan->channel[k];
        c->rows = pv_ring_of(c->ahead + c->behind + 1);
        c->first_plane = -1;
        c->row_at = plan->n_rows;
        plan->n_rows += (size_t)c->rows.n;
    }
    for (int k = plan->n_planes - 1; k >= 0; k--) {
        pv_plan_plane *p = &plan->plane[k];
        pv_plan_channel *c = &plan->channel[p->channel];
        if (p->half_y == 0) continue;
        p->next = c->first_plane;
        c->first_plane = k;
        /* From the row above the window to the last that its channel has been fed with. */
        p->rows = pv_ring_of(p->half_y + c->ahead + 2);
        p->sum_at = plan->n_sum_rows;
        plan->n_sum_rows += (size_t)p->rows.n;
        p->square_at = plan->n_square_rows;
        plan->n_square_rows += p->squares ? (size_t)p->rows.n : 0;
    }
}
