#include "season/conf.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/outfile.h"

#include "base/banned.h"

typedef enum conf_kind { CONF_TEXT = 0, CONF_INT, CONF_REAL, CONF_YES, CONF_CHOICE, CONF_REAL_OR_WORD } conf_kind;

typedef struct conf_row {
    const char *name;
    conf_kind kind;
    const char *unit;     /* of numbers */
    const char *standard; /* the default, as it would stand in the file */
    double low, high;
    const char *choices; /* words that are allowed: "wal|rollback"; of CONF_REAL_OR_WORD in place of a number */
    const char *help;
} conf_row;

/* In the order of pv_set. */
static const conf_row table[PV_SET_COUNT] = {
    {"name", CONF_TEXT, NULL, "", 0, 0, NULL, "the season's name, as pages and tables show it"},
    {"model", CONF_TEXT, NULL, "auto", 0, 0, NULL, "a model file (.pvm); auto: of the shipped models the one that fits a photo's bands"},
    {"min_area_m2", CONF_REAL, "m2", "0.25", 0.01, 10000, NULL, "smaller patches are left out"},
    {"object_threshold", CONF_REAL_OR_WORD, "probability", "model", 0, 1, "model",
     "patches of a lower probability are left out; model: as it was learned"},
    {"allow_coarse", CONF_YES, NULL, "no", 0, 0, "yes|no", "scan photos that are too coarse for the model too; their ground is listed as too coarse"},
    {"chips", CONF_YES, NULL, "yes", 0, 0, "yes|no",
     "make a picture of each hotspot (natural colour, false colour, probability), keep its pixels as a small GeoTIFF, and make photos small for "
     "maps"},
    {"chips_mib", CONF_INT, "MiB", "20480", 0, 1073741824, NULL,
     "the GeoTIFFs of chips/ may take this much together; of further hotspots only the pictures for the phone are kept; nothing is deleted"},
    {"boundaries", CONF_TEXT, NULL, "", 0, 0, NULL,
     "boundary files, separated by commas, relative to the season's folder: province to village, forest farm to small class"},
    {"grid_epsg", CONF_REAL_OR_WORD, "EPSG code", "auto", 1024, 99999999, "auto",
     "projected coordinate system in metres in which ground is accounted for; auto: that of the first photo's place, for the whole season"},
    {"coverage_cell_m", CONF_REAL, "m", "1", 0.25, 100, NULL, "side of a cell of ground; fixed once the season has coverage"},
    {"gap_min_m2", CONF_REAL, "m2", "100", 0, 1e6, NULL, "smaller gaps of coverage are counted, but not listed"},
    {"same_plot_m", CONF_REAL, "m", "1.5", 0, 20, NULL, "hotspots whose outlines come as near as this are one plot"},
    {"match_m", CONF_REAL, "m", "10", 0, 100, NULL, "a crew's finding without an id belongs to the only plot as near as this"},
    {"quiet_days", CONF_INT, "days", "400", 0, 36500, NULL, "a place that was ruled out stays quiet for so long"},
    {"quiet_change", CONF_REAL, "probability", "0.25", 0, 1, NULL, "it is shown again when its probability has risen by as much"},
    {"crew_place_m", CONF_REAL, "m", "10", 0, 100, NULL,
     "a place that a crew found itself is as exact as this: the nearest new hotspot of a later photo within it is the same plot"},
    {"weight_tier", CONF_REAL, "points", "20", 0, 100, NULL, "priority: so many points for 3000 plants or more, fewer (by the logarithm) for fewer"},
    {"weight_capsule", CONF_REAL, "points", "20", 0, 100, NULL,
     "priority: for plots whose capsules can be lanced within a week; none at 60 days or more, half when it is not known"},
    {"weight_probability", CONF_REAL, "points", "30", 0, 100, NULL,
     "priority: times the probability; all of it where a person confirmed the plot, half for a crew's own place"},
    {"weight_regrown", CONF_REAL, "points", "40", 0, 100, NULL,
     "priority: for a plot that grows again after it was eradicated; its risk is extreme in any case"},
    {"weight_known", CONF_REAL, "points", "15", 0, 100, NULL,
     "priority: for a known plot: confirmed or once eradicated, permanent, or seen in an earlier year"},
    {"weight_forest_edge", CONF_REAL, "points", "5", 0, 100, NULL, "priority: for a plot within forest_edge_m of the forest's edge"},
    {"weight_border", CONF_REAL, "points", "5", 0, 100, NULL, "priority: for a plot within border_m of the border of a county or township"},
    {"weight_access", CONF_REAL, "points", "5", 0, 100, NULL,
     "priority: for a plot at an access point, none at access_m or more; nobody gets any without access_points"},
    {"weight_tip_off", CONF_REAL, "points", "15", 0, 100, NULL, "priority: for a tip-off at the plot, none at context_m; never a proof"},
    {"weight_register", CONF_REAL, "points", "5", 0, 100, NULL,
     "priority: for an entry of the forest register at the plot, none at context_m; never a proof"},
    {"extreme_from", CONF_REAL, "points", "70", 0, 100, NULL, "plots of so many points or more are of extreme risk"},
    {"high_from", CONF_REAL, "points", "50", 0, 100, NULL, "of so many or more: of high risk"},
    {"middle_from", CONF_REAL, "points", "30", 0, 100, NULL, "of so many or more: of middle risk; the others of low risk"},
    {"forest_edge_m", CONF_REAL, "m", "50", 0, 5000, NULL,
     "how near to the outer border of forest farms and compartments of the boundaries is the forest's edge"},
    {"border_m", CONF_REAL, "m", "500", 0, 5000, NULL, "how near to the border of a county or township is the border strip"},
    {"access_points", CONF_TEXT, NULL, "", 0, 0, NULL,
     "where crews begin to walk: longitude and latitude, degrees WGS 84, with a blank between them, separated by commas: 105.6712 34.8634, 105.7 "
     "34.9"},
    {"control_points", CONF_TEXT, NULL, "", 0, 0, NULL,
     "landmarks by which crews check their maps by eye, in every kit: longitude, latitude and a name, with blanks between them, separated by commas: "
     "105.6712 34.8634 flagpole of the school"},
    {"access_m", CONF_REAL, "m", "5000", 1, 1000000, NULL, "farther than this from every access point a plot gets no points for access"},
    {"context_m", CONF_REAL, "m", "300", 1, 5000, NULL, "tip-offs and entries of the register that are as near as this count for a plot"},
    {"context_days", CONF_INT, "days", "60", 0, 3650, NULL, "and are no older than this at the date of the list"},
    {"due_extreme_days", CONF_INT, "days", "1", 0, 3650, NULL, "a dispatched plot of extreme risk is due after so many days"},
    {"due_high_days", CONF_INT, "days", "3", 0, 3650, NULL, "of high risk"},
    {"due_middle_days", CONF_INT, "days", "7", 0, 3650, NULL, "of middle risk"},
    {"due_low_days", CONF_INT, "days", "15", 0, 3650, NULL, "of low risk"},
    {"due_eradication_days", CONF_INT, "days", "2", 0, 3650, NULL, "a confirmed or regrown plot is to be eradicated within so many days"},
    {"due_recheck_days", CONF_INT, "days", "14", 0, 3650, NULL, "an eradicated plot is to be checked again, by another team, within so many days"},
    {"remind_letter_days", CONF_INT, "days", "1", 1, 3650, NULL, "so many days after it was due: a letter of reminder (提示函)"},
    {"remind_order_days", CONF_INT, "days", "4", 1, 3650, NULL, "so many days after it was due: a supervision order (督办单)"},
    {"remind_advice_days", CONF_INT, "days", "8", 1, 3650, NULL, "so many days after it was due: a written advice (建议书)"},
    {"season_year_from", CONF_TEXT, NULL, "01-01", 0, 0, NULL,
     "month and day on which a year of statistics begins; it is named by the calendar year in which it ends: with 09-01 the year 2026 begins on "
     "2025-09-01"},
    {"campaigns", CONF_TEXT, NULL, "", 0, 0, NULL,
     "campaigns (专项行动), separated by commas: name, first day, number of days, and the days of its rounds: 百日攻坚 2026-04-01 100 "
     "2026-04-10..2026-04-12 2026-06-20"},
    {"certificate_cover_percent", CONF_REAL, "%", "95", 0, 100, NULL,
     "a zero-find certificate needs so much of the unit's ground seen on days on which plants can be told from above; two decimals count"},
    {"certificate_days", CONF_INT, "days", "2", 1, 366, NULL, "and photos of the unit on so many of these days"},
    {"certificate_limit_m2", CONF_REAL, "m2", "0.25", 0.01, 10000, NULL,
     "and a smallest patch that is looked for (min_area_m2) of no more than this"},
    {"settle_s", CONF_INT, "s", "60", 0, 86400, NULL, "a file that was changed less than this ago is still being copied"},
    {"half_copied_h", CONF_REAL, "h", "36", 0, 8760, NULL,
     "a photo whose end is missing is waited for so long after its last change; then it is scanned as damaged"},
    {"max_side_px", CONF_INT, "pixels", "400000", 1, 2147483647, NULL, "wider or higher photos are refused"},
    {"max_megapixels", CONF_REAL, "million pixels", "50000", 0.001, 1e9, NULL, "larger photos are refused"},
    {"max_bands", CONF_INT, "bands", "16", 1, 64, NULL, "photos of more bands are refused"},
    {"max_block_mib", CONF_INT, "MiB", "256", 1, 4096, NULL, "photos with larger blocks (decoded) are refused"},
    {"max_ratio", CONF_REAL, "times", "10000", 1, 1e9, NULL, "photos that unpack to more than so many times their size are refused"},
    {"worker_cage", CONF_CHOICE, NULL, "auto", 0, 0, "auto|off",
     "auto: a worker may read its photo's folder, write its own and use neither network nor other programs, as far as the kernel can hold it to "
     "that; off: for the search for faults"},
    {"threads", CONF_INT, "threads", "0", 0, 1024, NULL, "threads that scan, shared by the workers; 0: as many as there are processors"},
    {"workers", CONF_INT, "workers", "0", 0, 16, NULL,
     "photos of up to 128 MiB that are scanned side by side; 0: as many as the processors and the memory allow, at most 4"},
    {"memory_mib", CONF_INT, "MiB", "2048", 64, 16777216, NULL, "a photo whose plan needs more is refused"},
    {"address_space_mib", CONF_INT, "MiB", "0", 0, 16777216, NULL, "limit of a worker's address space; 0: twice memory_mib and 4096 more"},
    {"time_base_s", CONF_INT, "s", "600", 1, 864000, NULL, "a worker that takes longer is ended, as hanging; this much for any photo"},
    {"time_per_gb_s", CONF_INT, "s", "600", 0, 864000, NULL, "and this much more for each 10^9 bytes of its file"},
    {"file_mib", CONF_INT, "MiB", "4096", 1, 16777216, NULL, "largest file that a worker may write"},
    {"disk_reserve_mib", CONF_INT, "MiB", "64", 0, 65536, NULL, "space that is kept to write the night's report when the disk is full"},
    {"disk_low_mib", CONF_INT, "MiB", "256", 0, 16777216, NULL, "no photo is begun with less free space"},
    {"journal", CONF_CHOICE, NULL, "wal", 0, 0, "wal|rollback", "how the ledger is kept safe: wal on a local disk, rollback on a network disk"},
};

/* 1 when word is one of "a|b|c". */
static int is_choice(const char *choices, const char *word)
{
    size_t n = strlen(word);
    while (choices != NULL && *choices != '\0') {
        size_t k = strcspn(choices, "|");
        if (k == n && strncmp(choices, word, n) == 0) return 1;
        choices += k + (choices[k] == '|');
    }
    return 0;
}

static int conf_set(pv_conf_value *v, const conf_row *row, const char *text)
{
    pv_conf_value to = {.real = 0};
    if (strlen(text) >= sizeof to.text) return 0;
    (void)snprintf(to.text, sizeof to.text, "%s", text);
    switch (row->kind) {
    case CONF_TEXT:
        break;
    case CONF_INT:
        if (!pv_parse_int(text, (int64_t)row->low, (int64_t)row->high, &to.integer)) return 0;
        to.real = (double)to.integer;
        break;
    case CONF_REAL_OR_WORD:
        if (is_choice(row->choices, text)) break;
        /* fall through */
    case CONF_REAL:
        if (!pv_parse_real(text, row->low, row->high, &to.real)) return 0;
        to.integer = (int64_t)to.real;
        break;
    default:
        if (!is_choice(row->choices, text)) return 0;
        to.integer = strcmp(text, "yes") == 0;
    }
    *v = to;
    return 1;
}

void pv_conf_default(pv_conf *out)
{
    for (int i = 0; i < PV_SET_COUNT; i++) {
        out->at[i] = (pv_conf_value){.given = 0};
        (void)conf_set(&out->at[i], &table[i], table[i].standard);
    }
}

static void add_range(pv_text *t, const conf_row *row)
{
    switch (row->kind) {
    case CONF_TEXT:
        pv_text_addf(t, "text of at most %d bytes", PV_CONF_TEXT - 1);
        return;
    case CONF_YES:
    case CONF_CHOICE:
        pv_text_addf(t, "one of %s", row->choices);
        return;
    default:
        pv_text_addf(t, "%s from %.10g to %.10g", row->kind == CONF_INT ? "a whole number" : "a number", row->low, row->high);
        if (row->kind == CONF_REAL_OR_WORD) pv_text_addf(t, ", or %s", row->choices);
    }
}

static pv_status refuse_value(const char *name, int line, const conf_row *row, const char *value, pv_err *err)
{
    pv_text range = {0};
    add_range(&range, row);
    pv_status st = pv_fail(err, PV_INPUT, "%s: line %d: %s = %.60s: it takes %s", name, line, row->name, value, pv_text_str(&range));
    pv_text_release(&range);
    return st;
}

/* Blanks and a comment behind the value do not count. from: its n bytes. */
static void trim(const char **from, size_t *n)
{
    while (*n > 0 && (**from == ' ' || **from == '\t')) {
        (*from)++;
        (*n)--;
    }
    while (*n > 0 && ((*from)[*n - 1] == ' ' || (*from)[*n - 1] == '\t' || (*from)[*n - 1] == '\r')) (*n)--;
}

static pv_status parse_line(pv_conf *c, const char *name, int line, const char *text, size_t n, pv_err *err)
{
    char value[PV_CONF_TEXT];
    const char *hash = memchr(text, '#', n);
    if (hash != NULL) n = (size_t)(hash - text);
    trim(&text, &n);
    if (n == 0) return PV_OK;
    const char *equals = memchr(text, '=', n);
    if (equals == NULL) return pv_fail(err, PV_INPUT, "%s: line %d: '%.*s' is not `name = value`", name, line, (int)(n < 60 ? n : 60), text);
    const char *from = equals + 1;
    size_t n_value = n - (size_t)(from - text), n_name = (size_t)(equals - text);
    trim(&from, &n_value);
    trim(&text, &n_name);
    int which = 0;
    while (which < PV_SET_COUNT && (strlen(table[which].name) != n_name || memcmp(table[which].name, text, n_name) != 0)) which++;
    if (which == PV_SET_COUNT)
        return pv_fail(err, PV_INPUT, "%s: line %d: there is no setting '%.*s'; `papaver init` writes a file that lists them all", name, line,
                       (int)(n_name < 60 ? n_name : 60), text);
    if (c->at[which].given) return pv_fail(err, PV_INPUT, "%s: line %d: %s stands there twice", name, line, table[which].name);
    if (n_value >= sizeof value) return refuse_value(name, line, &table[which], "(too long)", err);
    memcpy(value, from, n_value);
    value[n_value] = '\0';
    if (!conf_set(&c->at[which], &table[which], value)) return refuse_value(name, line, &table[which], value, err);
    c->at[which].given = 1;
    return PV_OK;
}

pv_status pv_conf_parse(pv_conf *out, const char *name, const char *text, size_t n, pv_err *err)
{
    pv_status st = PV_OK;
    pv_conf *c = NULL;
    PV_TRY(pv_alloc(&c, 1, sizeof *c, "settings", err));
    pv_conf_default(c);
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        n -= 3;
    }
    if (!pv_utf8_valid(text, n)) PV_TRY(pv_fail(err, PV_INPUT, "%s: it is not text in UTF-8", name));
    for (int line = 1; n > 0; line++) {
        const char *end = memchr(text, '\n', n);
        size_t k = end != NULL ? (size_t)(end - text) : n;
        PV_TRY(parse_line(c, name, line, text, k, err));
        k += end != NULL;
        text += k;
        n -= k;
    }
    *out = *c;
out:
    pv_free(c);
    return st;
}

pv_status pv_conf_read(pv_conf *out, const char *path, pv_err *err)
{
    enum { MOST = 65536 };
    pv_status st = PV_OK;
    char *text = NULL;
    size_t n = 0;
    PV_TRY(pv_file_read(path, MOST, &text, &n, err));
    PV_TRY(pv_conf_parse(out, pv_path_name(path), text, n, err));
out:
    pv_free(text);
    return st;
}

int64_t pv_conf_int(const pv_conf *c, pv_set which)
{
    return c->at[which].integer;
}

double pv_conf_real(const pv_conf *c, pv_set which)
{
    return c->at[which].real;
}

const char *pv_conf_text(const pv_conf *c, pv_set which)
{
    return c->at[which].text;
}

int pv_conf_yes(const pv_conf *c, pv_set which)
{
    return c->at[which].integer != 0;
}

int pv_conf_part(const pv_conf *c, pv_set which, int k, char *out, size_t size)
{
    const char *text = c->at[which].text;
    for (;;) {
        size_t n = strcspn(text, ",");
        const char *from = text;
        size_t len = n;
        trim(&from, &len);
        if (len > 0 && k-- == 0) {
            if (len >= size) return 0;
            memcpy(out, from, len);
            out[len] = '\0';
            return 1;
        }
        if (text[n] == '\0') return 0;
        text += n + 1;
    }
}

void pv_conf_print(pv_text *out, const char *season)
{
    pv_text_add(out, "# Settings of a papaver season. A line is `name = value`; what is commented out has its default, which is shown.\n"
                     "# `papaver doctor SEASON` checks all of it.\n");
    for (int i = 0; i < PV_SET_COUNT; i++) {
        const conf_row *row = &table[i];
        pv_text_addf(out, "\n# %s.\n# ", row->help);
        if (row->unit != NULL) pv_text_addf(out, "Unit: %s. ", row->unit);
        pv_text_add(out, "Takes ");
        add_range(out, row);
        pv_text_add(out, ".\n");
        if (i == PV_SET_NAME)
            pv_text_addf(out, "name = %s\n", season);
        else
            pv_text_addf(out, "#%s = %s\n", row->name, row->standard);
    }
}
