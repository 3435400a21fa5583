/* Rows that answer points of an audit sample. */
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "season/audit.h"
#include "season/returns_internal.h"

#include "base/banned.h"

/* The kit of an audit sample says so in every row. */
static int is_of_audit(const pv_return_row *row)
{
    return row->point != 0 || pv_vector_field(row->v, row->r, "audit") != NULL;
}

static void refuse(pv_return_row *row, const char *why)
{
    if (row->says && row->line.outcome != PV_RETURN_REFUSED) pv_return_not_taken(row, PV_RETURN_REFUSED, "point of an audit sample: %s", why);
}

pv_status pv_return_point(pv_return_row *row, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_audit_point p;
    int found = 0;
    int64_t draws = 0;
    PV_TRY(pv_audit_point_find(s, row->id, &p, &found, err));
    PV_TRY(pv_sql_number(s->db, "SELECT count(*) FROM samples", &draws, err));
    /* Other systems' numbers may look like a point's. */
    if (!found && (row->id_in_name || (draws == 0 && !is_of_audit(row)))) {
        row->id[0] = '\0';
    } else if (!found) {
        refuse(row, PV_N("no draw of this season has this point; only points that papaver sample drew can be answered"));
    } else {
        row->point = p.fid;
        row->plot_lon = p.lon_deg;
        row->plot_lat = p.lat_deg;
        row->line.how = PV_RETURN_BY_ID;
        (void)snprintf(row->line.plot, sizeof row->line.plot, "%s", p.id);
        if (row->eradicated || row->counts)
            refuse(row, PV_N("plants and eradication are no answer to it: report them at a plot"));
    }
out:
    return st;
}

void pv_return_refuse_chosen(pv_return_row *row, size_t n)
{
    size_t points = 0;
    for (size_t i = 0; i < n; i++) points += (size_t)is_of_audit(&row[i]);
    for (size_t i = 0; points > 0 && i < n; i++)
        if (row[i].point == 0 && row[i].plot == 0 && row[i].id[0] == '\0')
            refuse(&row[i],
                   PV_N("a place that the crew chose cannot enter an audit sample; report it in a file of its own"));
}

pv_status pv_return_answer(pv_return_row *row, pv_season *s, pv_finding_outcome *outcome, pv_err *err)
{
    const pv_finding *f = row->f;
    pv_audit_answer a = {.point = row->point,
                         .gnss_accuracy_m = f->gnss_accuracy_m,
                         .has_place = row->has_place,
                         .lon_deg = row->lon_deg,
                         .lat_deg = row->lat_deg,
                         .import = f->import};
    const struct {
        char *to;
        size_t size;
        const char *from;
    } text[] = {
        {a.verdict, sizeof a.verdict, f->verdict}, {a.how_seen, sizeof a.how_seen, row->how_seen},
        {a.date, sizeof a.date, f->date},          {a.at, sizeof a.at, f->at},
        {a.crew, sizeof a.crew, f->crew},          {a.person1, sizeof a.person1, f->person1},
        {a.person2, sizeof a.person2, f->person2}, {a.photos, sizeof a.photos, f->photos},
        {a.note, sizeof a.note, f->note},          {a.source, sizeof a.source, row->line.file},
    };
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) (void)snprintf(text[k].to, text[k].size, "%s", text[k].from);
    return pv_audit_answer_add(s, &a, outcome, err);
}
