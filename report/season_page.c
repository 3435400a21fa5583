#include "report/season_page.h"

#include <string.h>

#include "report/html.h"
#include "report/reason_words.h"

#include "base/banned.h"

enum { MOST_BAD = 200, MOST_PHOTOS = 500 };

static const char *state_words(const pv_photo_place *p)
{
    return pv_html_photo_state(p->state, p->status, p->valid_e4);
}

static int is_bad(const pv_photo_place *p)
{
    return pv_photo_is_bad(p->state, p->status, p->valid_e4);
}

static void add_more(pv_text *out, size_t n)
{
    pv_text_addf(out, "<p><small><span lang=\"zh\">另有 %zu 张在台账中。</span><span lang=\"en\">%zu more stand in the ledger.</span></small></p>\n",
                 n, n);
}

/* ---- what was not seen ---- */

/* 1e-6 m2 of the season's photos that no photo shows well enough. */
static int64_t not_judged_e6(const pv_ground_report *r)
{
    int64_t sum = 0;
    for (int k = 0; k < PV_CELL_STATES; k++)
        if (k != PV_CELL_SEEN && k != PV_CELL_NONE && k != PV_CELL_NODATA) sum += r->all.state_e6[k];
    return sum;
}

static void add_bad_photos(pv_text *out, const pv_photo_places *photos, size_t n)
{
    size_t row = 0;
    if (n == 0) return;
    pv_text_add(out,
                "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th><span lang=\"zh\">文件</span> <small lang=\"en\">file</small></th><th><span "
                "lang=\"zh\">状态</span> <small lang=\"en\">state</small></th><th><span lang=\"zh\">原因</span> <small "
                "lang=\"en\">reason</small></th></tr>\n");
    for (size_t i = 0; i < photos->n && row < MOST_BAD; i++) {
        const pv_photo_place *p = &photos->at[i];
        if (!is_bad(p)) continue;
        row++;
        pv_text_add(out, "<tr><td>");
        pv_html_add(out, p->file);
        pv_text_addf(out, "</td><td>%s</td><td>", state_words(p));
        pv_html_reason(out, p->reason);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (n > row) add_more(out, n - row);
}

static void add_not_seen(pv_text *out, const pv_season_page_facts *f)
{
    size_t bad = 0;
    int64_t not_judged = f->ground->known ? not_judged_e6(f->ground) : 0;
    for (size_t i = 0; i < f->map->photos->n; i++) bad += (size_t)is_bad(&f->map->photos->at[i]);
    if (bad == 0 && not_judged == 0) {
        pv_text_add(out,
                    "<p class=\"good\"><span lang=\"zh\">台账中的照片全部看过。</span><small lang=\"en\">All photos of the ledger were looked at in "
                    "full.</small></p>\n");
    } else {
        pv_text_addf(
            out,
            "<div class=\"bad\"><strong><span lang=\"zh\">未全部看到</span> <small lang=\"en\">not all was seen</small></strong><br>%zu <span "
            "lang=\"zh\">张照片不能使用、未处理或不完整</span> <small lang=\"en\">photos not used, or not in full</small>; ",
            bad);
        pv_html_mu(out, (not_judged + 50) / 100);
        pv_text_add(out, " <span lang=\"zh\">亩无法判读</span> <small lang=\"en\">mu of the ground in photos could not be judged</small></div>\n");
    }
    add_bad_photos(out, f->map->photos, bad);
    pv_text_add(out,
                "<p><small><span lang=\"zh\">收件箱中等待的文件不在此页。</span><span lang=\"en\">Files that wait in the inbox are not known to this "
                "page.</span></small></p>\n");
}

/* ---- photos ---- */

static void add_photos(pv_text *out, const pv_photo_places *photos)
{
    pv_text_add(out, "<h2><span lang=\"zh\">照片</span> <small lang=\"en\">photos, the latest first</small></h2>\n<div class=\"wide\" "
                     "tabindex=\"0\"><table>\n<tr><th><span "
                     "lang=\"zh\">文件</span> <small lang=\"en\">file</small></th><th><span lang=\"zh\">日期</span> <small "
                     "lang=\"en\">date</small></th><th><span lang=\"zh\">状态</span> <small lang=\"en\">state</small></th><th class=\"n\"><span "
                     "lang=\"zh\">图斑</span> <small lang=\"en\">hotspots</small></th><th class=\"n\"><span lang=\"zh\">看过 亩</span> <small "
                     "lang=\"en\">seen, mu</small></th></tr>\n");
    for (size_t i = 0; i < photos->n && i < MOST_PHOTOS; i++) {
        const pv_photo_place *p = &photos->at[i];
        pv_text_add(out, "<tr><td>");
        pv_html_add(out, p->file);
        pv_text_addf(out, "</td><td class=\"d\">%s</td><td>%s</td><td class=\"n\">%lld</td><td class=\"n\">", p->day, state_words(p),
                     (long long)p->hotspots);
        pv_html_mu(out, p->seen_e4);
        pv_text_add(out, "</td></tr>\n");
    }
    pv_text_add(out, "</table></div>\n");
    if (photos->n > MOST_PHOTOS) add_more(out, photos->n - MOST_PHOTOS);
}

pv_status pv_season_page(pv_text *out, const pv_season_page_facts *f, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text title = {0};
    const size_t n = f->map->sheets->n;
    pv_text_addf(&title, "%s %s", f->map->season, f->map->date);
    PV_TRY(pv_text_status(&title, err));
    pv_page_head(out, pv_text_str(&title), f->map->lang);
    pv_text_add(out, "<h1>");
    pv_html_add(out, f->map->season);
    pv_text_addf(out,
                 " · %s</h1>\n<p><span lang=\"zh\">本季 %zu 处疑似图斑, 台账中 %zu 张照片</span> <small lang=\"en\">%zu plots of the season, %zu "
                 "photos in the "
                 "ledger</small></p>\n",
                 f->map->date, n, f->map->photos->n, n, f->map->photos->n);
    add_not_seen(out, f);
    pv_page_map(out);
    pv_text_add(out, f->plots);
    pv_text_add(out, f->ground_html);
    add_photos(out, f->map->photos);
    pv_text_addf(out,
                 "<p><small><span lang=\"zh\">疑似图斑是线索,不是结论。</span><span lang=\"en\">A suspected plot is a lead, not a finding.</span> "
                 "%s</small></p>\n",
                 f->version);
    PV_TRY(pv_page_tail(out, f->map, err));
out:
    pv_text_release(&title);
    return st;
}
