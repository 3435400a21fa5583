#include "report/html.h"

#include <string.h>

#include "base/sha256.h"
#include "report/map_pictures.h"

#include "base/banned.h"

/* Bytes of the UTF-8 character that text begins with; 0 = it is none. */
static size_t character(const char *text)
{
    const unsigned char c = (unsigned char)text[0];
    size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (n == 0 || strnlen(text, n) < n) return 0;
    return pv_utf8_valid(text, n) ? n : 0;
}

static void add(pv_text *out, const char *text, const char *special)
{
    static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    while (*text != '\0') {
        const char *at = strchr(special, *text);
        size_t n = character(text);
        if (at != NULL)
            pv_text_add(out, entity[at - special]);
        else if (n == 0)
            pv_text_add(out, "\xEF\xBF\xBD");
        else if ((unsigned char)*text < ' ' || *text == 0x7F)
            pv_text_add(out, " ");
        else
            pv_text_add_n(out, text, n);
        text += n > 0 ? n : 1;
    }
}

void pv_html_add(pv_text *out, const char *text)
{
    add(out, text, "&<>\"'");
}

void pv_both(pv_text *out, const char *zh, const char *en)
{
    if (strcmp(zh, en) == 0) {
        pv_html_add(out, zh);
        return;
    }
    pv_text_add(out, "<span lang=\"zh\">");
    pv_html_add(out, zh);
    pv_text_add(out, "</span><span lang=\"en\">");
    pv_html_add(out, en);
    pv_text_add(out, "</span>");
}

void pv_plain_add(pv_text *out, const char *text)
{
    add(out, text, "");
}

/* value / divisor, rounded half up, with four decimals. */
static void add_area(pv_text *out, int64_t area_e4_m2, int64_t divisor_m2_by_3)
{
    pv_text_add_fixed(out, (area_e4_m2 * 3 + divisor_m2_by_3 / 2) / divisor_m2_by_3, 4);
}

void pv_html_mu(pv_text *out, int64_t area_e4_m2)
{
    add_area(out, area_e4_m2, 2000);
}

void pv_html_ha(pv_text *out, int64_t area_e4_m2)
{
    add_area(out, area_e4_m2, 30000);
}

const char *pv_html_photo_state(pv_photo_state state, const char *status, int64_t valid_e4)
{
    if (state == PV_PHOTO_QUARANTINED) return "<span lang=\"zh\">已隔离</span> <small lang=\"en\">in quarantine</small>";
    if (state == PV_PHOTO_REFUSED) return "<span lang=\"zh\">不能使用</span> <small lang=\"en\">refused</small>";
    if (state == PV_PHOTO_SAME) return "<span lang=\"zh\">重复</span> <small lang=\"en\">the same once more</small>";
    if (state == PV_PHOTO_NEW) return "<span lang=\"zh\">未处理</span> <small lang=\"en\">not done</small>";
    if (strcmp(status, "damaged") == 0) return "<span lang=\"zh\">部分损坏</span> <small lang=\"en\">damaged in part</small>";
    if (strcmp(status, "coarse") == 0) return "<span lang=\"zh\">分辨率不足</span> <small lang=\"en\">too coarse</small>";
    if (pv_photo_is_blank(state, status, valid_e4)) return "<span lang=\"zh\">无可判读的地面</span> <small lang=\"en\">nothing to be seen</small>";
    return "<span lang=\"zh\">完成</span> <small lang=\"en\">done</small>";
}

void pv_html_hash(pv_text *out, const void *data, size_t n)
{
    pv_sha256 h;
    uint8_t digest[PV_SHA256_BYTES];
    pv_sha256_init(&h);
    pv_sha256_add(&h, data, n);
    pv_sha256_done(&h, digest);
    pv_text_add(out, " 'sha256-");
    pv_base64_add(out, digest, sizeof digest);
    pv_text_add(out, "'");
}
