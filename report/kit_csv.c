/* Tables: CSV for Excel, and lines for Ovital. */
#include <string.h>

#include "report/kit_files.h"
#include "report/kit_words.h"

#include "base/banned.h"

/* Text is in quotes, numbers are not. */
static void add_cell(pv_text *out, const char *text, int number)
{
    if (number)
        pv_text_add(out, text);
    else
        pv_text_add_csv(out, text);
}

static void add_line(pv_text *out, const pv_kit *kit, size_t i)
{
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text value = {0};
    for (int k = 0; k < n; k++) {
        pv_text_reset(&value);
        pv_kit_fact_add(&value, kit, i, &f[k]);
        if (value.failed) out->failed = 1;
        if (k > 0) pv_text_add(out, ",");
        add_cell(out, pv_text_str(&value), f[k].kind == PV_FACT_INT || f[k].kind == PV_FACT_REAL);
    }
    (void)pv_kit_form(kit, &n);
    for (int k = 0; k < n; k++) pv_text_add(out, ",");
    pv_text_add(out, "\r\n");
    pv_text_release(&value);
}

pv_status pv_kit_csv(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    int n;
    const pv_kit_fact *f = pv_kit_facts(kit, &n);
    pv_text_add(&out, "\xEF\xBB\xBF");
    for (int k = 0; k < n; k++) pv_text_addf(&out, "%s%s", k > 0 ? "," : "", f[k].name);
    const pv_form_field *g = pv_kit_form(kit, &n);
    for (int k = 0; k < n; k++) pv_text_addf(&out, ",%s", g[k].name);
    pv_text_add(&out, "\r\n");
    for (size_t i = 0; i < kit->n; i++) add_line(&out, kit, i);
    PV_TRY(pv_kit_put(folder, "plots.csv", &out, err));
out:
    pv_text_release(&out);
    return st;
}

/* One word of a line: blanks become underscores. */
static void add_word(pv_text *out, const char *text)
{
    for (; *text != '\0'; text++) pv_text_add_n(out, (unsigned char)*text <= ' ' ? "_" : text, 1);
}

/* 名称 经度 纬度 高程 备注, without a mark in front: coordinates are WGS 84 / CGCS2000. */
pv_status pv_kit_ovital(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0}, line = {0};
    for (size_t i = 0; i < kit->n; i++) {
        const pv_plot *p = &kit->stop[i].sheet->plot;
        pv_text_reset(&line);
        pv_text_addf(&line, "%zu. ", i + 1);
        pv_kit_stop_line(&line, kit, i);
        pv_text_add(&line, " ");
        pv_kit_stop_place(&line, kit, i);
        PV_TRY(pv_text_status(&line, err));
        pv_text_addf(&out, "%s ", p->id);
        pv_text_add_real(&out, p->lon_deg, 7);
        pv_text_add(&out, " ");
        pv_text_add_real(&out, p->lat_deg, 7);
        pv_text_add(&out, " 0 ");
        add_word(&out, pv_text_str(&line));
        pv_text_add(&out, "\r\n");
    }
    PV_TRY(pv_kit_put(folder, "plots_ovital.txt", &out, err));
out:
    pv_text_release(&out);
    pv_text_release(&line);
    return st;
}
