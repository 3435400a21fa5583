#include "app/plots_words.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "season/chip_names.h"
#include "season/form.h"

#include "base/banned.h"

static const char *word_of(pv_form_list list, const char *code, int zh)
{
    const pv_form_word *w = pv_form_word_of(list, code);
    return w == NULL ? code : zh ? w->zh : w->en;
}

static const char *status_of(pv_plot_status status, int zh)
{
    return word_of(PV_LIST_STATUS, pv_plot_status_word(status), zh);
}

/* The finest place that is known. */
static const char *place_of(const pv_sheet *t)
{
    static const int finest[] = {PV_CUN, PV_XIANG, PV_LIN_BAN, PV_LIN_CHANG, PV_XIAN, PV_SHI, PV_SHENG};
    for (size_t i = 0; i < sizeof finest / sizeof *finest; i++)
        if (t->place[finest[i]][0] != '\0') return t->place[finest[i]];
    return "";
}

static void add_steps(pv_text *out, const pv_sheet *t, int zh)
{
    for (int i = 0; i < t->n_steps; i++) pv_text_addf(out, "%s%s", i > 0 ? (zh ? "；" : "; ") : "", pv_sheet_step_word(t->step[i], zh));
}

static void add_reasons(pv_text *out, const pv_sheet *t, int zh)
{
    for (int i = 0; i < t->n_reasons; i++) {
        pv_text_addf(out, "%s%s ", i > 0 ? (zh ? "；" : "; ") : "", zh ? t->reason[i].zh : t->reason[i].en);
        pv_text_add_real(out, t->reason[i].points, 1);
    }
}

void pv_plots_words_list(pv_text *out, const pv_sheets *sh, int zh)
{
    pv_text_add(out, zh ? "编号\t风险\t分值\t状态\t期限\t逾期天数\t经度\t纬度\t地点\t下一步\t依据\n"
                        : "id\trisk\tpoints\tstatus\tdue\tdays overdue\tlon\tlat\tplace\tnext\treasons\n");
    for (size_t i = 0; i < sh->n; i++) {
        const pv_sheet *t = &sh->at[i];
        pv_text_addf(out, "%s\t%s\t", t->plot.id, word_of(PV_LIST_RISK, pv_risk_code(t->risk), zh));
        pv_text_add_real(out, t->points, 1);
        pv_text_addf(out, "\t%s\t%s\t%d\t", status_of(t->plot.status, zh), t->due[0] != '\0' ? t->due : "-", t->overdue_days);
        pv_text_add_real(out, t->plot.lon_deg, 7);
        pv_text_add(out, "\t");
        pv_text_add_real(out, t->plot.lat_deg, 7);
        pv_text_addf(out, "\t%s\t", place_of(t));
        add_steps(out, t, zh);
        pv_text_add(out, "\t");
        add_reasons(out, t, zh);
        pv_text_add(out, "\n");
    }
}

/* ---- a sheet ---- */

/* A fact with its name; "" = nothing is known, and nothing is said. */
static void add_fact(pv_text *out, const char *name, const char *value)
{
    if (value[0] != '\0') pv_text_addf(out, "  %s: %s\n", name, value);
}

static void add_place(pv_text *out, const pv_sheet *t, int zh)
{
    pv_text_addf(out, "  %s: ", zh ? "位置 WGS 84" : "place, WGS 84");
    pv_text_add_real(out, t->plot.lon_deg, 7);
    pv_text_add(out, " ");
    pv_text_add_real(out, t->plot.lat_deg, 7);
    if (t->gk_epsg != 0) {
        pv_text_addf(out, "; EPSG:%d ", t->gk_epsg);
        pv_text_add_real(out, t->gk_easting_m, 2);
        pv_text_add(out, " ");
        pv_text_add_real(out, t->gk_northing_m, 2);
    }
    pv_text_add(out, "\n");
    for (int k = 0; k < PV_UNIT_LEVELS; k++)
        if (t->place[k][0] != '\0')
            pv_text_addf(out, "  %s: %s %s\n", zh ? pv_unit_level_zh((pv_unit_level)k) : pv_unit_level_word((pv_unit_level)k), t->place[k],
                         t->place_code[k]);
    if (t->outside) pv_text_add(out, zh ? "  界外\n" : "  outside of all boundaries\n");
    if (t->on_border) pv_text_add(out, zh ? "  界上：属于两边\n" : "  on a border: it belongs to both sides\n");
}

static void add_figures(pv_text *out, const pv_sheet *t, int zh)
{
    const pv_plot *p = &t->plot;
    if (t->hotspot_id[0] == '\0') {
        add_fact(out, zh ? "核查组发现" : "found by a crew on", p->found_on);
        return;
    }
    pv_text_addf(out, "  %s: ", zh ? "概率" : "probability");
    pv_text_add_real(out, p->prob, 4);
    pv_text_addf(out, "\n  %s: ", zh ? "面积 m²" : "area, m2");
    pv_text_add_real(out, p->area_m2, 2);
    pv_text_add(out, "\n");
    if (t->plants >= 0)
        pv_text_addf(out, "  %s: %.0f (%.0f - %.0f) %s\n", zh ? "估计株数" : "plants, estimated", t->plants, t->plants_low, t->plants_high, t->tier);
    add_fact(out, zh ? "生长期" : "stage", p->stage);
    add_fact(out, zh ? "可割浆自" : "capsules from", p->capsules_from);
    pv_text_addf(out, zh ? "  所见: %s 至 %s，%lld 天见，%lld 天看\n" : "  seen: %s to %s, on %lld of %lld days\n", p->first_seen, p->last_seen,
                 (long long)p->times_seen, (long long)p->times_looked);
    add_fact(out, zh ? "照片" : "photo", t->photo_name);
    add_fact(out, zh ? "图斑号" : "hotspot", t->hotspot_id);
}

/* A word with its value, when something was said. */
static void say_text(pv_text *out, const char *zh_name, const char *en_name, const char *value, int zh)
{
    if (value[0] != '\0') pv_text_addf(out, "; %s %s", zh ? zh_name : en_name, value);
}

static void say_count(pv_text *out, const char *zh_name, const char *en_name, int64_t value, int zh)
{
    if (value >= 0) pv_text_addf(out, "; %s %lld", zh ? zh_name : en_name, (long long)value);
}

static void say_real(pv_text *out, const char *zh_name, const char *en_name, double value, int zh)
{
    if (value < 0) return;
    pv_text_addf(out, "; %s ", zh ? zh_name : en_name);
    pv_text_add_real(out, value, 2);
}

static void add_finding(pv_text *out, const pv_finding *f, int zh)
{
    pv_text_addf(out, "  %s %s%s", f->at[0] != '\0' ? f->at : f->date, status_of(f->status, zh),
                 f->conflict ? (zh ? "（矛盾）" : " (conflict)") : "");
    say_text(out, "结果", "verdict", word_of(PV_LIST_VERDICT, f->verdict, zh), zh);
    say_text(out, "组", "crew", f->crew, zh);
    say_text(out, "签名", "signed", f->person1, zh);
    say_text(out, "签名", "signed", f->person2, zh);
    say_text(out, "审核", "reviewer", f->reviewer, zh);
    say_text(out, "处置", "disposal", word_of(PV_LIST_DISPOSAL, f->disposal, zh), zh);
    say_text(out, "方式", "method", word_of(PV_LIST_METHOD, f->method, zh), zh);
    say_text(out, "生长期", "stage", word_of(PV_LIST_GROWTH, f->stage, zh), zh);
    say_count(out, "清点株数", "plants counted", f->plants_counted, zh);
    say_count(out, "铲除株数", "plants removed", f->plants_removed, zh);
    say_count(out, "样方株数", "sample plants", f->sample_plants, zh);
    say_real(out, "样方 m²", "sample m2", f->sample_m2, zh);
    say_real(out, "实测 m²", "area m2", f->area_measured_m2, zh);
    say_text(out, "期限", "due", f->due, zh);
    say_text(out, "备注", "note", f->note, zh);
    say_text(out, "来源", "from", zh && strcmp(f->source, "export") == 0 ? "派发" : f->source, zh);
    pv_text_add(out, "\n");
    for (const char *p = f->photos; *p != '\0';) {
        size_t n = strcspn(p, "\n");
        pv_text_addf(out, "    %s %.*s\n", zh ? "照片" : "photo", (int)n, p);
        p += n + (p[n] == '\n');
    }
}

/* Every sight whose picture is there. */
static pv_status add_pictures(pv_text *out, int64_t plot, pv_season *s, int zh, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_sight *sight = NULL;
    pv_text folder = {0};
    char name[PV_CHIP_NAME];
    size_t n = 0;
    PV_TRY(pv_season_path(s, &folder, "chips", err));
    PV_TRY(pv_plot_sights(s, plot, &sight, &n, err));
    for (size_t i = 0; i < n; i++)
        if (pv_chip_find(name, pv_text_str(&folder), sight[i].hotspot_id, sight[i].photo))
            pv_text_addf(out, "  %s %s: chips/%s\n", zh ? "影像" : "picture", sight[i].day, name);
out:
    pv_free(sight);
    pv_text_release(&folder);
    return st;
}

pv_status pv_plots_words_sheet(pv_text *out, const pv_sheet *t, pv_season *s, int zh, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *w = NULL;
    pv_finding f;
    pv_text_addf(out, "%s %s%s%s\n", t->plot.id, status_of(t->plot.status, zh), t->plot.status_date[0] != '\0' ? (zh ? " 自 " : " since ") : "",
                 t->plot.status_date);
    add_fact(out, zh ? "曾用编号" : "was also", t->former);
    pv_text_addf(out, "  %s: %s, ", zh ? "风险" : "risk", word_of(PV_LIST_RISK, pv_risk_code(t->risk), zh));
    pv_text_add_real(out, t->points, 1);
    if (t->n_reasons > 0) pv_text_add(out, ": ");
    add_reasons(out, t, zh);
    pv_text_add(out, "\n");
    if (t->n_steps > 0) pv_text_addf(out, "  %s: ", zh ? "下一步" : "next");
    add_steps(out, t, zh);
    if (t->n_steps > 0) pv_text_add(out, "\n");
    add_fact(out, zh ? "期限" : "due", t->due);
    add_fact(out, zh ? "屏蔽至" : "quiet until", t->plot.quiet_until);
    add_fact(out, zh ? "屏蔽原因" : "quiet because", t->plot.quiet_reason);
    add_place(out, t, zh);
    add_figures(out, t, zh);
    PV_TRY(add_pictures(out, t->plot.fid, s, zh, err));
    if (t->findings > 0) pv_text_addf(out, "%s\n", zh ? "经过" : "history");
    PV_TRY(pv_findings_list(&w, s, t->plot.fid, err));
    for (int more = 1; more;) {
        PV_TRY(pv_findings_next(w, &f, &more, err));
        if (more) add_finding(out, &f, zh);
    }
out:
    pv_findings_walk_free(w);
    return st;
}

/* ---- JSON ---- */

static void json_text(pv_text *out, const char *key, const char *value)
{
    pv_text_addf(out, ",\"%s\":", key);
    pv_text_add_json(out, value[0] != '\0' ? value : NULL);
}

static void json_int(pv_text *out, const char *key, int64_t value)
{
    if (value < 0)
        pv_text_addf(out, ",\"%s\":null", key);
    else
        pv_text_addf(out, ",\"%s\":%lld", key, (long long)value);
}

static void json_real(pv_text *out, const char *key, double value, int decimals, int known)
{
    pv_text_addf(out, ",\"%s\":", key);
    if (known)
        pv_text_add_real(out, value, decimals);
    else
        pv_text_add(out, "null");
}

static void json_photo(pv_text *out, const pv_sheet *t)
{
    const pv_plot *p = &t->plot;
    int shown = t->hotspot_id[0] != '\0';
    json_text(out, "hotspot", t->hotspot_id);
    json_text(out, "photo", t->photo_name);
    json_text(out, "taken_at", t->taken_at);
    json_real(out, "prob", p->prob, 4, shown);
    json_real(out, "area_m2", p->area_m2, 3, shown);
    json_text(out, "class", p->class_name);
    json_text(out, "stage", p->stage);
    json_text(out, "capsules_from", p->capsules_from);
    json_text(out, "kind", pv_plot_kind_word(p->kind));
    json_text(out, "first_seen", p->first_seen);
    json_text(out, "last_seen", p->last_seen);
    json_text(out, "last_looked", p->last_looked);
    json_int(out, "times_seen", p->times_seen);
    json_int(out, "times_looked", p->times_looked);
    json_real(out, "plants_low", t->plants_low, 0, t->plants_low >= 0);
    json_real(out, "plants", t->plants, 0, t->plants >= 0);
    json_real(out, "plants_high", t->plants_high, 0, t->plants_high >= 0);
    json_text(out, "tier", t->tier);
}

static void json_life(pv_text *out, const pv_sheet *t)
{
    json_int(out, "plants_counted", t->plants_counted);
    json_int(out, "plants_removed", t->plants_removed);
    json_text(out, "eradicated_on", t->plot.eradicated_on);
    pv_text_addf(out, ",\"regrown\":%s", t->regrown ? "true" : "false");
    json_text(out, "quiet_until", t->plot.quiet_until);
    json_text(out, "quiet_reason", t->plot.quiet_reason);
    json_text(out, "shown_again", t->plot.shown_again);
    json_text(out, "crew", t->crew);
    json_text(out, "dispatched_on", t->dispatched_on);
    json_text(out, "visited_on", t->visited_on);
    json_text(out, "visited_by", t->visited_by);
    json_text(out, "due", t->due);
    json_int(out, "overdue_days", t->overdue_days);
    json_int(out, "ladder", t->ladder);
    json_int(out, "findings", t->findings);
    json_int(out, "conflicts", t->conflicts);
    pv_text_add(out, ",\"next\":[");
    for (int i = 0; i < t->n_steps; i++) pv_text_addf(out, "%s\"%s\"", i > 0 ? "," : "", t->step[i]);
    pv_text_add(out, "],\"reasons\":[");
    for (int i = 0; i < t->n_reasons; i++) {
        pv_text_addf(out, "%s{\"code\":\"%s\",\"points\":", i > 0 ? "," : "", t->reason[i].code);
        pv_text_add_real(out, t->reason[i].points, 1);
        json_text(out, "zh", t->reason[i].zh);
        json_text(out, "en", t->reason[i].en);
        pv_text_add(out, "}");
    }
    pv_text_add(out, "]");
}

static void json_finding(pv_text *out, const pv_finding *f)
{
    const struct {
        const char *key, *value;
    } text[] = {
        {"at", f->at},           {"crew", f->crew},         {"person1", f->person1},  {"person2", f->person2}, {"reviewer", f->reviewer},
        {"verdict", f->verdict}, {"disposal", f->disposal}, {"stage_seen", f->stage}, {"method", f->method},   {"area_method", f->area_method},
        {"due", f->due},         {"photos", f->photos},     {"note", f->note},        {"source", f->source}};
    pv_text_addf(out, "{\"date\":\"%s\",\"status\":\"%s\",\"conflict\":%s", f->date, pv_plot_status_word(f->status), f->conflict ? "true" : "false");
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) json_text(out, text[i].key, text[i].value);
    json_int(out, "plants_counted", f->plants_counted);
    json_int(out, "plants_removed", f->plants_removed);
    json_int(out, "sample_plants", f->sample_plants);
    json_real(out, "sample_m2", f->sample_m2, 3, f->sample_m2 >= 0);
    json_real(out, "area_measured_m2", f->area_measured_m2, 3, f->area_measured_m2 >= 0);
    json_real(out, "gnss_accuracy_m", f->gnss_accuracy_m, 1, f->gnss_accuracy_m >= 0);
    json_real(out, "lon", f->lon_deg, 7, f->has_place);
    json_real(out, "lat", f->lat_deg, 7, f->has_place);
    pv_text_add(out, "}");
}

/* "pictures": every sight whose picture is there. */
static pv_status json_pictures(pv_text *out, int64_t plot, pv_season *s, pv_err *err)
{
    pv_status st = PV_OK;
    pv_plot_sight *sight = NULL;
    pv_text folder = {0};
    char name[PV_CHIP_NAME];
    size_t n = 0, shown = 0;
    PV_TRY(pv_season_path(s, &folder, "chips", err));
    PV_TRY(pv_plot_sights(s, plot, &sight, &n, err));
    pv_text_add(out, ",\"pictures\":[");
    for (size_t i = 0; i < n; i++) {
        if (!pv_chip_find(name, pv_text_str(&folder), sight[i].hotspot_id, sight[i].photo)) continue;
        pv_text_addf(out, "%s{\"day\":\"%s\",\"file\":\"chips/%s\"}", shown++ > 0 ? "," : "", sight[i].day, name);
    }
    pv_text_add(out, "]");
out:
    pv_free(sight);
    pv_text_release(&folder);
    return st;
}

pv_status pv_plots_json(pv_text *out, const pv_sheet *t, pv_season *s, int history, pv_err *err)
{
    pv_status st = PV_OK;
    pv_findings_walk *w = NULL;
    pv_finding f;
    pv_text_addf(out, "{\"id\":\"%s\",\"status\":\"%s\"", t->plot.id, pv_plot_status_word(t->plot.status));
    json_text(out, "status_date", t->plot.status_date);
    pv_text_addf(out, ",\"risk\":\"%s\"", pv_risk_code(t->risk));
    json_real(out, "points", t->points, 1, 1);
    json_text(out, "origin", t->plot.by_crew ? "crew" : "photo");
    json_text(out, "found_on", t->plot.found_on);
    json_text(out, "former", t->former);
    json_real(out, "lon", t->plot.lon_deg, 7, 1);
    json_real(out, "lat", t->plot.lat_deg, 7, 1);
    json_int(out, "gk_epsg", t->gk_epsg != 0 ? t->gk_epsg : -1);
    json_real(out, "gk_easting_m", t->gk_easting_m, 2, t->gk_epsg != 0);
    json_real(out, "gk_northing_m", t->gk_northing_m, 2, t->gk_epsg != 0);
    for (int k = 0; k < PV_UNIT_LEVELS; k++) json_text(out, pv_unit_level_word((pv_unit_level)k), t->place[k]);
    json_photo(out, t);
    json_life(out, t);
    if (history) PV_TRY(json_pictures(out, t->plot.fid, s, err));
    if (history) pv_text_add(out, ",\"history\":[");
    if (history) PV_TRY(pv_findings_list(&w, s, t->plot.fid, err));
    for (int more = history, n = 0; more; n++) {
        PV_TRY(pv_findings_next(w, &f, &more, err));
        if (more && n > 0) pv_text_add(out, ",");
        if (more) json_finding(out, &f);
    }
    pv_text_add(out, history ? "]}" : "}");
out:
    pv_findings_walk_free(w);
    return st;
}
