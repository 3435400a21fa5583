#include "report/night_page.h"

#include <string.h>

#include "report/html.h"

#include "base/banned.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    "body{font:16px/1.5 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif;margin:1em auto;max-width:64em;padding:0 "
    "1em;color:#111;background:#fff}\n"
    "h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.15em;margin:1.4em 0 .4em;border-bottom:1px solid #bbb}\n"
    "table{border-collapse:collapse;width:100%}.d{white-space:nowrap}th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid "
    "#ddd;vertical-align:top}\n"
    "tr:has(+.more) td{border-bottom:0}.more td{padding-top:0}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}small{color:#555}.wide{overflow-x:auto}\n"
    ".bad{background:#fde8e8;border-left:.4em solid #b00020;padding:.6em 1em;color:#7a0016}.bad a{color:#7a0016}\n"
    ".good{background:#e9f5ea;border-left:.4em solid #2e7d32;padding:.6em 1em}\n"
    "@media(max-width:44em){.plots,.plots tbody,.plots tr{display:block}.plots th{display:none}.plots tr{border-bottom:1px solid #ddd;padding:.3em 0}"
    ".plots tr:has(+.more){border:0;padding-bottom:0}.plots td{display:inline-block;border:0;padding:.1em .5em .1em 0}.plots "
    "td:empty{display:none}.plots "
    "td[data-k]::before{content:attr(data-k);color:#555}}\n"
    "@media print{body{max-width:none;font-size:11pt}tr{break-inside:avoid}}\n"
    "</style>\n";

static void add_heading(pv_text *out, const char *zh, const char *en)
{
    pv_text_addf(out, "<h2>%s <small>%s</small></h2>\n", zh, en);
}

/* ---- what was not seen ---- */

static int64_t unseen_photos(const pv_night_summary *sum)
{
    return sum->count[PV_PHOTO_REFUSED] + sum->count[PV_PHOTO_QUARANTINED] + sum->count[PV_PHOTO_NEW] + sum->blank;
}

static const char *state_words(const pv_summary_photo *p)
{
    if (p->state == PV_PHOTO_QUARANTINED) return "已隔离 <small>in quarantine</small>";
    if (p->state == PV_PHOTO_REFUSED) return "不能使用 <small>refused</small>";
    if (p->state == PV_PHOTO_SAME) return "重复 <small>the same once more</small>";
    if (p->state == PV_PHOTO_NEW) return "未处理 <small>not done</small>";
    if (strcmp(p->status, "damaged") == 0) return "部分损坏 <small>damaged in part</small>";
    if (strcmp(p->status, "coarse") == 0) return "分辨率不足 <small>too coarse</small>";
    if (pv_summary_is_blank(p)) return "无可判读的地面 <small>nothing to be seen</small>";
    return "完成 <small>done</small>";
}

static int is_bad(const pv_summary_photo *p)
{
    return p->state != PV_PHOTO_SAME && (p->state != PV_PHOTO_DONE || strcmp(p->status, "done") != 0 || pv_summary_is_blank(p));
}

static const char *reason_of(const pv_summary_photo *p)
{
    return p->reason[0] == '\0' && pv_summary_is_blank(p) ? "not one of its pixels can be judged" : p->reason;
}

static void add_reason_row(pv_text *out, const char *file, const char *state, const char *reason)
{
    pv_text_add(out, "<tr><td>");
    pv_html_add(out, file);
    pv_text_addf(out, "</td><td>%s</td><td>", state);
    pv_html_add(out, reason);
    pv_text_add(out, "</td></tr>\n");
}

static void add_bad_photos(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    size_t n = facts->n_waiting;
    for (size_t i = 0; i < sum->n_photos; i++) n += (size_t)is_bad(&sum->photo[i]);
    if (n == 0) return;
    pv_text_add(out, "<div class=\"wide\"><table>\n");
    for (size_t i = 0; i < sum->n_photos; i++)
        if (is_bad(&sum->photo[i])) add_reason_row(out, sum->photo[i].file, state_words(&sum->photo[i]), reason_of(&sum->photo[i]));
    for (size_t i = 0; i < facts->n_waiting; i++)
        add_reason_row(out, facts->waiting_file[i], facts->waiting_never[i] ? "不能使用 <small>refused</small>" : "等待 <small>waits</small>",
                       facts->waiting_reason[i]);
    pv_text_add(out, "</table></div>\n");
}

static void add_not_seen(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    int64_t not_seen_e4 = sum->unreadable_e4 + sum->unusable_e4, photos = unseen_photos(sum) + sum->damaged + (int64_t)facts->n_waiting, never = 0;
    for (size_t i = 0; i < facts->n_waiting; i++) never += facts->waiting_never[i];
    if (photos == 0 && not_seen_e4 == 0 && facts->blurred_e4 + facts->coarse_e4 == 0) {
        pv_text_add(out, "<p class=\"good\">收到的照片全部看过。<small>All photos that arrived were looked at in full.</small></p>\n");
        return;
    }
    pv_text_addf(out,
                 "<div class=\"bad\"><strong>未全部看到 <small>not all was seen</small></strong><br>%lld 张照片不能使用或未处理 "
                 "<small>photos not used</small>, %lld 张部分损坏 <small>damaged in part</small>, %lld 个文件等待下一夜 <small>files wait for the "
                 "next night</small>; ",
                 (long long)(unseen_photos(sum) + never), (long long)sum->damaged, (long long)facts->n_waiting - (long long)never);
    pv_html_mu(out, not_seen_e4);
    pv_text_add(out, " 亩无法判读 <small>mu of the photos could not be judged</small>");
    if (facts->blurred_e4 + facts->coarse_e4 > 0) {
        pv_text_add(out, "; ");
        pv_html_mu(out, facts->blurred_e4);
        pv_text_add(out, " 亩模糊 <small>mu are blurred</small>, ");
        pv_html_mu(out, facts->coarse_e4);
        pv_text_add(out, " 亩分辨率不足 <small>mu are too coarse: small patches are missed there</small>");
    }
    pv_text_add(out, "</div>\n");
    add_bad_photos(out, sum, facts);
}

/* ---- where to go ---- */

static void add_nothing_found(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    pv_text_add(out, "<p>在看过的 ");
    pv_html_mu(out, sum->valid_e4);
    pv_text_add(out, " 亩中未发现可疑图斑(小于 ");
    pv_text_add_real(out, facts->min_area_m2, 2);
    pv_text_add(out, " m² 的不查找)。<small>Nothing was found in the ");
    pv_html_ha(out, sum->valid_e4);
    pv_text_add(out, " ha that were seen; patches below this size are not looked for. What was not seen may hold some.</small></p>\n");
}

/* ---- what was looked at ---- */

static void add_area_row(pv_text *out, const char *words, int64_t area_e4)
{
    pv_text_addf(out, "<tr><td>%s</td><td class=\"n\">", words);
    pv_html_mu(out, area_e4);
    pv_text_add(out, "</td><td class=\"n\">");
    pv_html_ha(out, area_e4);
    pv_text_add(out, "</td><td class=\"n\">");
    pv_text_add_fixed(out, (area_e4 + 50) / 100, 2);
    pv_text_add(out, "</td></tr>\n");
}

static void add_looked_at(pv_text *out, const pv_night_summary *sum)
{
    add_heading(out, "看过的面积", "ground that was looked at (photo by photo; ground on several photos counts for each: 亩次)");
    pv_text_add(out, "<table>\n<tr><th></th><th class=\"n\">亩次</th><th class=\"n\">公顷 ha</th><th class=\"n\">m²</th></tr>\n");
    add_area_row(out, "看过 <small>seen, blurred and too coarse ground with it</small>", sum->valid_e4);
    add_area_row(out, "无影像 <small>no data in the photo</small>", sum->nodata_e4);
    add_area_row(out, "文件损坏 <small>unreadable</small>", sum->unreadable_e4);
    add_area_row(out, "过暗或过曝 <small>too dark or burnt out</small>", sum->unusable_e4);
    pv_text_add(out, "</table>\n");
}

static void add_photos(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    add_heading(out, "照片", "photos");
    pv_text_add(out, "<div class=\"wide\"><table>\n<tr><th>文件 <small>file</small></th><th>状态 <small>state</small></th><th>拍摄时间 "
                     "<small>taken</small></th><th class=\"n\">图斑 "
                     "<small>hotspots</small></th><th class=\"n\">看过 亩 <small>seen</small></th></tr>\n");
    for (size_t i = 0; i < sum->n_photos; i++) {
        const pv_summary_photo *p = &sum->photo[i];
        pv_text_add(out, "<tr><td>");
        pv_html_add(out, p->file);
        pv_text_addf(out, "</td><td>%s</td><td>", state_words(p));
        pv_html_add(out, p->taken_at);
        pv_text_addf(out, "</td><td class=\"n\">%lld</td><td class=\"n\">", (long long)p->hotspots);
        pv_html_mu(out, p->valid_e4);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (facts->strangers > 0)
        pv_text_addf(out, "<p>收件箱中另有 %lld 个文件不是照片。<small>%lld other files of the inbox are no photos.</small></p>\n",
                     (long long)facts->strangers, (long long)facts->strangers);
}

pv_status pv_night_page(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts, pv_err *err)
{
    pv_text_add(out, head);
    pv_text_add(out, "<title>");
    pv_html_add(out, sum->name);
    pv_text_addf(out, " %s</title>\n</head>\n<body>\n<h1>", sum->night.date);
    pv_html_add(out, sum->name);
    pv_text_addf(out, " · %s</h1>\n<p>%lld 张照片, %zu 处疑似图斑 <small>%lld photos looked at, %zu hotspots</small></p>\n", sum->night.date,
                 (long long)sum->count[PV_PHOTO_DONE], sum->n_hotspots, (long long)sum->count[PV_PHOTO_DONE], sum->n_hotspots);
    add_not_seen(out, sum, facts);
    if (sum->n_hotspots == 0) add_nothing_found(out, sum, facts);
    pv_text_add(out, facts->plots);
    add_looked_at(out, sum);
    pv_text_add(out, facts->stages);
    pv_text_add(out, facts->ground);
    add_photos(out, sum, facts);
    pv_text_addf(out,
                 "<p><small>疑似图斑是线索,不是结论。A suspected plot is a lead, not a finding. %s · run %s · <a "
                 "href=\"hotspots.geojson\">hotspots.geojson</a></small></p>\n"
                 "</body>\n</html>\n",
                 facts->version, sum->run);
    return pv_text_status(out, err);
}
