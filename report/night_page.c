#include "report/night_page.h"

#include <string.h>

#include "base/tr.h"
#include "report/html.h"
#include "report/map_page.h"
#include "report/reason_words.h"

#include "base/banned.h"

static void add_heading(pv_text *out, const char *zh, const char *en)
{
    pv_text_addf(out, "<h2><span lang=\"zh\">%s</span> <small lang=\"en\">%s</small></h2>\n", zh, en);
}

/* ---- what was not seen ---- */

static int64_t unseen_photos(const pv_night_summary *sum)
{
    return sum->count[PV_PHOTO_REFUSED] + sum->count[PV_PHOTO_QUARANTINED] + sum->count[PV_PHOTO_NEW] + sum->blank;
}

static const char *state_words(const pv_summary_photo *p)
{
    return pv_html_photo_state(p->state, p->status, p->valid_e4);
}

static int is_bad(const pv_summary_photo *p)
{
    return pv_photo_is_bad(p->state, p->status, p->valid_e4);
}

static const char *reason_of(const pv_summary_photo *p)
{
    return p->reason[0] == '\0' && pv_summary_is_blank(p) ? PV_N("not one of its pixels can be judged") : p->reason;
}

static void add_reason_row(pv_text *out, const char *file, const char *state, const char *reason)
{
    pv_text_add(out, "<tr><td>");
    pv_html_add(out, file);
    pv_text_addf(out, "</td><td>%s</td><td>", state);
    pv_html_reason(out, reason);
    pv_text_add(out, "</td></tr>\n");
}

static void add_bad_photos(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    size_t n = facts->n_waiting;
    for (size_t i = 0; i < sum->n_photos; i++) n += (size_t)is_bad(&sum->photo[i]);
    if (n == 0) return;
    pv_text_add(out, "<div class=\"wide\" tabindex=\"0\"><table>\n");
    for (size_t i = 0; i < sum->n_photos; i++)
        if (is_bad(&sum->photo[i])) add_reason_row(out, sum->photo[i].file, state_words(&sum->photo[i]), reason_of(&sum->photo[i]));
    for (size_t i = 0; i < facts->n_waiting; i++)
        add_reason_row(out, facts->waiting_file[i],
                       facts->waiting_never[i] ? "<span lang=\"zh\">不能使用</span> <small lang=\"en\">refused</small>"
                                               : "<span lang=\"zh\">等待</span> <small lang=\"en\">waits</small>",
                       facts->waiting_reason[i]);
    pv_text_add(out, "</table></div>\n");
}

static void add_not_seen(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    int64_t not_seen_e4 = sum->unreadable_e4 + sum->unusable_e4, photos = unseen_photos(sum) + sum->damaged + (int64_t)facts->n_waiting, never = 0;
    for (size_t i = 0; i < facts->n_waiting; i++) never += facts->waiting_never[i];
    if (photos == 0 && not_seen_e4 == 0 && facts->blurred_e4 + facts->coarse_e4 == 0) {
        pv_text_add(out, "<p class=\"good\"><span lang=\"zh\">收到的照片全部看过。</span><small lang=\"en\">All photos that arrived were looked at "
                         "in full.</small></p>\n");
        return;
    }
    pv_text_addf(out,
                 "<div class=\"bad\"><strong><span lang=\"zh\">未全部看到</span> <small lang=\"en\">not all was seen</small></strong><br>%lld <span "
                 "lang=\"zh\">张照片不能使用或未处理</span> "
                 "<small lang=\"en\">photos not used</small>, %lld <span lang=\"zh\">张部分损坏</span> <small lang=\"en\">damaged in part</small>, "
                 "%lld <span lang=\"zh\">个文件等待下一夜</span> <small lang=\"en\">files wait for the "
                 "next night</small>; ",
                 (long long)(unseen_photos(sum) + never), (long long)sum->damaged, (long long)facts->n_waiting - (long long)never);
    pv_html_mu(out, not_seen_e4);
    pv_text_add(out, " <span lang=\"zh\">亩无法判读</span> <small lang=\"en\">mu of the photos could not be judged</small>");
    if (facts->blurred_e4 + facts->coarse_e4 > 0) {
        pv_text_add(out, "; ");
        pv_html_mu(out, facts->blurred_e4);
        pv_text_add(out, " <span lang=\"zh\">亩模糊</span> <small lang=\"en\">mu are blurred</small>, ");
        pv_html_mu(out, facts->coarse_e4);
        pv_text_add(out, " <span lang=\"zh\">亩分辨率不足</span> <small lang=\"en\">mu are too coarse: small patches are missed there</small>");
    }
    pv_text_add(out, "</div>\n");
    add_bad_photos(out, sum, facts);
}

/* ---- where to go ---- */

static void add_nothing_found(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    pv_text_add(out, "<p><span lang=\"zh\">在看过的 ");
    pv_html_mu(out, pv_night_seen_e4(sum));
    pv_text_add(out, " 亩中未发现可疑图斑(小于 ");
    pv_text_add_real(out, facts->min_area_m2, 2);
    pv_text_add(out, " m² 的不查找)。</span><small lang=\"en\">Nothing was found in the ");
    pv_html_ha(out, pv_night_seen_e4(sum));
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
    pv_text_add(
        out,
        "<table>\n<tr><th><span lang=\"zh\">情况</span> <small lang=\"en\">what</small></th><th class=\"n\"><span lang=\"zh\">亩次</span> <small "
        "lang=\"en\">mu</small></th><th class=\"n\"><span lang=\"zh\">公顷</span> <small lang=\"en\">ha</small></th><th class=\"n\">m²</th></tr>\n");
    add_area_row(out, "<span lang=\"zh\">看过</span> <small lang=\"en\">seen</small>", pv_night_seen_e4(sum));
    add_area_row(out, "<span lang=\"zh\">模糊</span> <small lang=\"en\">blurred: looked at, but not counted as seen</small>", sum->blurred_e4);
    add_area_row(out, "<span lang=\"zh\">分辨率不足</span> <small lang=\"en\">too coarse: looked at, but not counted as seen</small>",
                 sum->coarse_e4);
    add_area_row(out, "<span lang=\"zh\">无影像</span> <small lang=\"en\">no data in the photo</small>", sum->nodata_e4);
    add_area_row(out, "<span lang=\"zh\">文件损坏</span> <small lang=\"en\">unreadable</small>", sum->unreadable_e4);
    add_area_row(out, "<span lang=\"zh\">过暗或过曝</span> <small lang=\"en\">too dark or burnt out</small>", sum->unusable_e4);
    pv_text_add(out, "</table>\n");
}

static void add_photos(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts)
{
    add_heading(out, "照片", "photos");
    pv_text_add(
        out, "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th><span lang=\"zh\">文件</span> <small lang=\"en\">file</small></th><th><span "
             "lang=\"zh\">状态</span> <small lang=\"en\">state</small></th><th><span lang=\"zh\">拍摄时间</span> "
             "<small lang=\"en\">taken</small></th><th class=\"n\"><span lang=\"zh\">图斑</span> "
             "<small lang=\"en\">hotspots</small></th><th class=\"n\"><span lang=\"zh\">看过 亩</span> <small lang=\"en\">seen</small></th></tr>\n");
    for (size_t i = 0; i < sum->n_photos; i++) {
        const pv_summary_photo *p = &sum->photo[i];
        pv_text_add(out, "<tr><td>");
        pv_html_add(out, p->file);
        pv_text_addf(out, "</td><td>%s</td><td>", state_words(p));
        pv_html_add(out, p->taken_at);
        pv_text_addf(out, "</td><td class=\"n\">%lld</td><td class=\"n\">", (long long)p->hotspots);
        pv_html_mu(out, pv_summary_seen_e4(p));
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (facts->strangers > 0)
        pv_text_addf(out,
                     "<p><span lang=\"zh\">收件箱中另有 %lld 个文件不是照片。</span><small lang=\"en\">%lld other files of the inbox are no "
                     "photos.</small></p>\n",
                     (long long)facts->strangers, (long long)facts->strangers);
}

pv_status pv_night_page(pv_text *out, const pv_night_summary *sum, const pv_night_page_facts *facts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text title = {0};
    pv_text_addf(&title, "%s %s", sum->name, sum->night.date);
    PV_TRY(pv_text_status(&title, err));
    pv_page_head(out, pv_text_str(&title), facts->map->lang);
    pv_text_add(out, "<h1>");
    pv_html_add(out, sum->name);
    pv_text_addf(
        out,
        " · %s</h1>\n<p><span lang=\"zh\">%lld 张照片, %zu 处疑似图斑</span> <small lang=\"en\">%lld photos looked at, %zu hotspots</small></p>\n",
        sum->night.date, (long long)sum->count[PV_PHOTO_DONE], sum->n_hotspots, (long long)sum->count[PV_PHOTO_DONE], sum->n_hotspots);
    add_not_seen(out, sum, facts);
    if (sum->n_hotspots == 0) add_nothing_found(out, sum, facts);
    pv_page_map(out);
    pv_text_add(out, facts->plots);
    add_looked_at(out, sum);
    pv_text_add(out, facts->stages);
    pv_text_add(out, facts->ground);
    add_photos(out, sum, facts);
    pv_text_addf(out,
                 "<p><small><span lang=\"zh\">疑似图斑是线索,不是结论。</span><span lang=\"en\">A suspected plot is a lead, not a finding.</span> %s "
                 "· run %s · <a "
                 "href=\"hotspots.geojson\">hotspots.geojson</a> · <a href=\"gaps.geojson\">gaps.geojson</a></small></p>\n",
                 facts->version, sum->run);
    PV_TRY(pv_page_tail(out, facts->map, err));
out:
    pv_text_release(&title);
    return st;
}
