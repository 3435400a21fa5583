#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "geo/photo_internal.h"

#include "base/banned.h"

void pv_photo_warn(pv_photo_facts *facts, const char *fmt, ...)
{
    va_list args;
    int most = (int)(sizeof facts->warning / sizeof facts->warning[0]);
    if (facts->n_warnings >= most) return;
    pv_err said;
    va_start(args, fmt);
    (void)pv_failv(&said, PV_INPUT, fmt, args);
    va_end(args);
    (void)snprintf(facts->warning[facts->n_warnings], PV_FACT_TEXT, "%.*s", PV_FACT_TEXT - 1, said.text);
    /* Left out where it would be cut: the English one is there. */
    if (strlen(said.local) < PV_FACT_TEXT)
        (void)snprintf(facts->warning_local[facts->n_warnings], PV_FACT_TEXT, "%.*s", PV_FACT_TEXT - 1, said.local);
    facts->n_warnings++;
}

static const char *pv_codec_name(int compression, char *room, size_t n)
{
    switch (compression) {
    case 1:
        return "NONE";
    case 5:
        return "LZW";
    case 7:
        return "JPEG";
    case 8:
    case 32946:
        return "DEFLATE";
    case 32773:
        return "PACKBITS";
    case 34887:
        return "LERC";
    case 34925:
        return "LZMA";
    case 50000:
        return "ZSTD";
    case 50001:
        return "WEBP";
    default:
        (void)snprintf(room, n, "tag %d", compression);
        return room;
    }
}

void pv_photo_describe(pv_photo *p)
{
    static const char *const type[] = {[PV_SAMPLE_U8] = "UInt8", [PV_SAMPLE_U16] = "UInt16", [PV_SAMPLE_I16] = "Int16", [PV_SAMPLE_F32] = "Float32"};
    const pv_source *s = &p->source[0];
    pv_photo_facts *f = &p->facts;
    char room[16], files[24] = "";
    int64_t missing = 0, total = 0, past = 0;
    (void)snprintf(f->sample_type, sizeof f->sample_type, "%s", type[p->sample]);
    f->sample_bytes = (int)pv_sample_bytes(p->sample);
    (void)snprintf(f->codec, sizeof f->codec, "%s", pv_codec_name(s->gate.compression, room, sizeof room));
    (void)snprintf(f->road, sizeof f->road, "%s", s->tiff != NULL ? "libtiff" : "GDAL");
    f->block_w_px = s->block_w;
    f->block_h_px = s->block_h;
    int by_band = s->gate.separate || p->n_sources > 1 || s->gate.bands == 1;
    if (p->n_sources > 1) (void)snprintf(files, sizeof files, PV_N(", %d files"), p->n_sources);
    if (s->gate.tiled)
        (void)snprintf(f->layout, sizeof f->layout,
                       by_band ? PV_N("tiled %dx%d, band-interleaved%.12s") : PV_N("tiled %dx%d, pixel-interleaved%.12s"), s->block_w, s->block_h,
                       files);
    else
        (void)snprintf(f->layout, sizeof f->layout,
                       by_band ? PV_N("strips of %d row%s, band-interleaved%.12s") : PV_N("strips of %d row%s, pixel-interleaved%.12s"), s->block_h,
                       s->block_h == 1 ? "" : "s", files);
    for (int i = 0; i < p->n_sources; i++) {
        missing += p->source[i].gate.missing_blocks;
        past += p->source[i].gate.blocks_past_end;
        total += p->source[i].gate.n_blocks;
    }
    f->missing_blocks = (double)missing / (double)total;
    if (missing * 5 > total)
        pv_photo_warn(f, "%lld of %lld blocks were never written: a sparse or half-made file", (long long)missing, (long long)total);
    if (past > 0)
        pv_photo_warn(f, "%lld of %lld blocks lie beyond the end of the file: half-copied; copy it again to see them", (long long)past,
                      (long long)total);
}

static void pv_json_word(pv_text *out, const char *name, const char *value)
{
    pv_text_addf(out, "\"%s\":", name);
    pv_text_add_json(out, value);
    pv_text_add(out, ",");
}

static void pv_json_bands(const pv_photo_facts *f, pv_text *out)
{
    pv_text_add(out, "\"bands\":[");
    for (int i = 0; i < f->n_bands; i++) {
        const pv_band *b = &f->band[i];
        pv_text_add(out, i > 0 ? ",{" : "{");
        pv_json_word(out, "name", b->name);
        pv_json_word(out, "how", b->how);
        pv_text_add(out, "\"wavelength_nm\":");
        if (b->wavelength_nm > 0)
            pv_text_add_real(out, b->wavelength_nm, 1);
        else
            pv_text_add(out, "null");
        pv_text_addf(out, ",\"file_band\":%d", b->file_band);
        const pv_radiometry *r = &f->radiometry;
        pv_text_addf(out, ",\"dark\":%d,\"mid\":%d,\"bright\":%d}", r->dark[i], r->mid[i], r->bright[i]);
    }
    pv_text_add(out, "],");
}

void pv_photo_facts_json(const pv_photo_facts *f, pv_text *out)
{
    pv_json_word(out, "name", f->name);
    pv_json_word(out, "path", f->path);
    pv_text_addf(out, "\"width_px\":%d,\"height_px\":%d,\"n_bands\":%d,\"n_file_bands\":%d,", f->width_px, f->height_px, f->n_bands, f->n_file_bands);
    pv_json_bands(f, out);
    pv_json_word(out, "sample_type", f->sample_type);
    pv_json_word(out, "codec", f->codec);
    pv_json_word(out, "layout", f->layout);
    pv_text_addf(out, "\"block_w_px\":%d,\"block_h_px\":%d,", f->block_w_px, f->block_h_px);
    pv_json_word(out, "road", f->road);
    pv_text_add(out, "\"geotransform\":[");
    for (int i = 0; i < 6; i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_real(out, f->geotransform[i], 9);
    }
    pv_text_add(out, "],");
    pv_json_word(out, "crs", f->crs_name);
    pv_json_word(out, "crs_wkt", f->crs_wkt);
    if (f->epsg != 0)
        pv_text_addf(out, "\"epsg\":%d,", f->epsg);
    else
        pv_text_add(out, "\"epsg\":null,");
    pv_text_add(out, "\"gsd_x_m\":");
    pv_text_add_real(out, f->gsd_x_m, 6);
    pv_text_add(out, ",\"gsd_y_m\":");
    pv_text_add_real(out, f->gsd_y_m, 6);
    pv_text_add(out, ",\"taken_at\":");
    pv_text_add_json(out, f->taken_at[0] != '\0' ? f->taken_at : NULL);
    pv_text_add(out, ",");
    pv_json_word(out, "valid_rule", f->valid_rule);
    pv_text_add(out, "\"full_scale\":");
    pv_text_add_real(out, f->radiometry.full_scale, 3);
    pv_text_addf(out, ",\"n_sampled\":%lld,\"missing_blocks\":", (long long)f->radiometry.n_sampled);
    pv_text_add_real(out, f->missing_blocks, 6);
    pv_text_add(out, ",\"warnings\":[");
    for (int i = 0; i < f->n_warnings; i++) {
        if (i > 0) pv_text_add(out, ",");
        pv_text_add_json(out, f->warning[i]);
    }
    pv_text_add(out, "]");
}
