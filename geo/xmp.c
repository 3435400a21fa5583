#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "geo/bands.h"

#include "base/banned.h"

/* XMP is read by looking for `prefix:Key="value"` and `<prefix:Key>value</prefix:Key>`: cameras write both forms, often in packets that are
 * not quite XML, and nothing else of the packet matters here. */

static int pv_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Copies the trimmed n bytes; 0 when they do not fit, are empty or not plain text. */
static int pv_value_copy(const char *s, size_t n, char *out, size_t size)
{
    while (n > 0 && pv_is_blank(*s)) {
        s++;
        n--;
    }
    while (n > 0 && pv_is_blank(s[n - 1])) n--;
    if (n == 0 || n >= size || !pv_utf8_valid(s, n)) return 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == '<' || s[i] == 0x7F) return 0;
    memcpy(out, s, n);
    out[n] = '\0';
    return 1;
}

/* The only <rdf:li> of a list; two or more say that the file holds several bands, and then the list names none. */
static int pv_list_value(const char *s, char *out, size_t size)
{
    const char *end = strstr(s, "</rdf:Seq>");
    if (end == NULL) end = strstr(s, "</rdf:Bag>");
    const char *li = strstr(s, "<rdf:li>");
    if (end == NULL || li == NULL || li > end) return 0;
    const char *value = li + strlen("<rdf:li>");
    const char *stop = strchr(value, '<');
    const char *next = strstr(value, "<rdf:li>");
    if (stop == NULL || (next != NULL && next < end)) return 0;
    return pv_value_copy(value, (size_t)(stop - value), out, size);
}

/* Value right behind a key. */
static int pv_value_at(const char *s, char *out, size_t size)
{
    while (pv_is_blank(*s)) s++;
    if (*s == '=') {
        do s++;
        while (pv_is_blank(*s));
        if (*s != '"' && *s != '\'') return 0;
        const char *stop = strchr(s + 1, *s);
        return stop != NULL && pv_value_copy(s + 1, (size_t)(stop - s - 1), out, size);
    }
    if (*s != '>') return 0;
    s++;
    const char *stop = strchr(s, '<');
    if (stop == NULL) return 0;
    if (pv_value_copy(s, (size_t)(stop - s), out, size)) return 1;
    if (strncmp(stop, "<rdf:", 5) != 0) return 0;
    return pv_list_value(stop, out, size);
}

static int pv_xmp_find(const char *packet, const char *key, char *out, size_t size)
{
    size_t len = strlen(key);
    for (const char *at = strstr(packet, key); at != NULL; at = strstr(at + len, key))
        if (at > packet && at[-1] == ':' && pv_value_at(at + len, out, size)) return 1;
    return 0;
}

/* The number at the start of "560(+/-16)nm" or "717". */
static double pv_leading_nm(const char *s)
{
    char text[32];
    size_t len = strspn(s, "0123456789.");
    double nm = 0;
    if (len == 0 || len >= sizeof text) return 0;
    memcpy(text, s, len);
    text[len] = '\0';
    return pv_parse_real(text, 300, 20000, &nm) ? nm : 0;
}

/* "2017:10:19 20:40:39" or ISO 8601 into ISO 8601; out stays as it is when the text is neither. */
static void pv_time_read(const char *s, char out[32])
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    char iso[32] = {0};
    size_t n = strlen(s);
    if ((n != 10 && n < 19) || n >= sizeof iso) return;
    memcpy(iso, s, n + 1);
    if (n > 10 && iso[10] == ' ') iso[10] = 'T';
    if (iso[4] == ':' && iso[7] == ':') iso[4] = iso[7] = '-';
    for (size_t i = 0; i < 19 && i < n; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)iso[i]) : iso[i] != form[i]) return;
    if (n > 19 && strspn(iso + 19, "0123456789.:+-Z") != n - 19) return;
    if (memcmp(iso, "0000", 4) == 0) return;
    memcpy(out, iso, sizeof iso);
}

void pv_xmp_read(const char *packet, pv_xmp *out)
{
    static const char *const wave_keys[] = {"CentralWavelength", "CenterWavelength", "BandFreq"};
    static const char *const time_keys[] = {"DateTimeOriginal", "CreateDate", "DateCreated", "UTCAtExposure"};
    char value[64];
    memset(out, 0, sizeof *out);
    if (packet == NULL) return;
    if (pv_xmp_find(packet, "BandName", value, sizeof out->band_name)) memcpy(out->band_name, value, sizeof out->band_name);
    for (size_t i = 0; i < sizeof wave_keys / sizeof wave_keys[0] && out->wavelength_nm <= 0; i++)
        if (pv_xmp_find(packet, wave_keys[i], value, sizeof value)) out->wavelength_nm = pv_leading_nm(value);
    for (size_t i = 0; i < sizeof time_keys / sizeof time_keys[0] && out->taken_at[0] == '\0'; i++)
        if (pv_xmp_find(packet, time_keys[i], value, sizeof value)) pv_time_read(value, out->taken_at);
}
