#include "report/map_page.h"

#include <string.h>

#include "report/html.h"
#include "report/map_assets.h"

#include "base/banned.h"

/* Before anything is shown: lists that the script replaces do not flash up. When the script did not run to its end, for whatever reason, they are shown. */
static const char first_script[] = "document.documentElement.className='js';"
                                   "addEventListener('DOMContentLoaded',function(){if(!window.papaverRuns)document.documentElement.className=''});";

static void add_asset(pv_text *out, const unsigned char *data, size_t n)
{
    pv_text_add_n(out, (const char *)data, n);
}

void pv_page_head(pv_text *out, const char *title, const char *lang)
{
    pv_text_addf(
        out,
        "<!DOCTYPE html>\n<html lang=\"zh\" data-lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src",
        lang);
    pv_html_hash(out, pv_asset_style, pv_asset_style_n);
    pv_text_add(out, "; script-src");
    pv_html_hash(out, first_script, sizeof first_script - 1);
    pv_html_hash(out, pv_asset_script, pv_asset_script_n);
    pv_text_add(
        out,
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<style>");
    add_asset(out, pv_asset_style, pv_asset_style_n);
    pv_text_addf(out, "</style>\n<script>%s</script>\n<title>", first_script);
    pv_html_add(out, title);
    pv_text_add(out, "</title>\n</head>\n<body>\n<div class=\"bar needs-script\" role=\"region\" aria-label=\"语言与打印 language and printing\">"
                     "<button type=\"button\" data-speak=\"zh\" aria-pressed=\"false\" lang=\"zh\">中文</button>"
                     "<button type=\"button\" data-speak=\"en\" aria-pressed=\"false\" lang=\"en\">English</button>"
                     "<button type=\"button\" id=\"print\">"
                     "<span lang=\"zh\">打印踏查单</span> <small lang=\"en\">print patrol sheets</small>"
                     "</button></div>\n<main>\n");
}

void pv_page_map(pv_text *out)
{
    add_asset(out, pv_asset_body, pv_asset_body_n);
}

/* '<' stands only in strings of JSON: written as an escape it can end no element and begin no comment. */
static void add_data(pv_text *out, const char *json)
{
    pv_text_add(out, "<script type=\"application/json\" id=\"pv-data\">");
    for (const char *at = json; *at != '\0';) {
        size_t n = strcspn(at, "<");
        pv_text_add_n(out, at, n);
        if (at[n] == '<') pv_text_add(out, "\\u003c");
        at += n + (at[n] == '<');
    }
    pv_text_add(out, "</script>\n");
}

pv_status pv_page_tail(pv_text *out, pv_map_facts *facts, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text data = {0};
    PV_TRY(pv_map_data(&data, facts, err));
    pv_text_add(out, "</main>\n");
    add_data(out, pv_text_str(&data));
    pv_text_add(out, "<!--\n");
    add_asset(out, pv_asset_licence, pv_asset_licence_n);
    pv_text_add(out, "-->\n<script>");
    add_asset(out, pv_asset_script, pv_asset_script_n);
    pv_text_add(out, "</script>\n</body>\n</html>\n");
    PV_TRY(pv_text_status(out, err));
out:
    pv_text_release(&data);
    return st;
}
