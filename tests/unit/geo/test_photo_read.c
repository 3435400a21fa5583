/* Both roads give the pixels that were written, whatever the file's layout. */
#include "tests/unit/geo/photo_maker.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "base/banned.h"

enum { W = 150, H = 131, MOST = 16 };

typedef struct kind {
    GDALDataType type;
    int bands;
    const char *options;
} kind;

static const kind kinds[] = {
    {GDT_Byte, 3, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=48 COMPRESS=NONE"},
    {GDT_Byte, 3, "COMPRESS=NONE"},
    {GDT_Byte, 1, "COMPRESS=PACKBITS BLOCKYSIZE=5"},
    {GDT_Byte, 4, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32 COMPRESS=LZW PREDICTOR=2 INTERLEAVE=BAND BIGTIFF=YES"},
    {GDT_Byte, 5, "COMPRESS=DEFLATE BLOCKYSIZE=7"},
    {GDT_Byte, 3, "COMPRESS=DEFLATE BLOCKYSIZE=7 INTERLEAVE=BAND"},
    {GDT_UInt16, 3, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=ZSTD PREDICTOR=2 ENDIANNESS=BIG"},
    {GDT_Byte, 3, "COMPRESS=LZW PREDICTOR=2 BLOCKYSIZE=11"},
    {GDT_Byte, 4, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=48 COMPRESS=DEFLATE PREDICTOR=2"},
    {GDT_Byte, 9, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32 COMPRESS=ZSTD PREDICTOR=2"},
    {GDT_UInt16, 2, "COMPRESS=DEFLATE PREDICTOR=2 BLOCKYSIZE=9"},
    {GDT_UInt16, 4, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64 COMPRESS=DEFLATE PREDICTOR=2"},
    {GDT_UInt16, 5, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=LZW PREDICTOR=2"},
    {GDT_UInt16, 9, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=ZSTD PREDICTOR=2"}, /* a pixel of more than 16 bytes */
    {GDT_Int16, 8, "COMPRESS=ZSTD PREDICTOR=2 BLOCKYSIZE=10"},
    {GDT_UInt16, 16, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64 COMPRESS=LZW"},
    {GDT_UInt16, 5, "COMPRESS=DEFLATE PREDICTOR=2 BLOCKYSIZE=131 INTERLEAVE=BAND BIGTIFF=YES ENDIANNESS=BIG"},
    {GDT_UInt16, 4, "COMPRESS=NONE BLOCKYSIZE=131"},
    {GDT_Int16, 4, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=DEFLATE"},
    {GDT_Float32, 4, "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=ZSTD PREDICTOR=3"},
    {GDT_Float32, 5, "COMPRESS=DEFLATE PREDICTOR=3 BLOCKYSIZE=9 INTERLEAVE=BAND"},
    {GDT_Float32, 3, "COMPRESS=DEFLATE BLOCKYSIZE=9 ENDIANNESS=BIG"}, /* libtiff 4.5.0 itself writes PREDICTOR=3 wrongly in this order */
    {GDT_Float32, 1, "COMPRESS=LZW BLOCKYSIZE=20"},
};

static maker_fn value_of(GDALDataType type)
{
    return type == GDT_Byte ? maker_u8 : type == GDT_UInt16 ? maker_u16 : type == GDT_Int16 ? maker_i16 : maker_f32;
}

static uint16_t truth(const maker *m, double full_scale, int x, int y, int b)
{
    double v = m->value(x, y, b);
    if (m->type == GDT_Float32) return (uint16_t)(v * 65535 / full_scale + 0.5);
    if (m->type == GDT_Byte) return (uint16_t)(v * 257);
    uint64_t multiplier = (uint64_t)(65535.0 * 65536.0 / full_scale + 0.5);
    return (uint16_t)(((uint64_t)v * multiplier + 32768) >> 16);
}

static uint32_t dice(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static void check_rect(const maker *m, pv_photo *const road[2], pv_rect r)
{
    static uint16_t bands[2][MOST * 260 * 260];
    static uint8_t valid[2][260 * 260];
    size_t n = (size_t)r.w * (size_t)r.h;
    double full_scale = pv_photo_facts_of(road[0])->radiometry.full_scale;
    for (int i = 0; i < 2; i++) maker_read(road[i], r, bands[i], valid[i]);
    assert_memory_equal(bands[0], bands[1], n * (size_t)m->n * 2);
    assert_memory_equal(valid[0], valid[1], n);
    for (int y = 0; y < r.h; y++) {
        for (int x = 0; x < r.w; x++) {
            int px = r.x + x, py = r.y + y, inside = px >= 0 && py >= 0 && px < m->w && py < m->h;
            size_t at = (size_t)y * (size_t)r.w + (size_t)x;
            assert_int_equal(valid[0][at], inside ? PV_PIXEL_VALID : PV_PIXEL_NODATA);
            for (int b = 0; b < m->n; b++) assert_int_equal(bands[0][(size_t)b * n + at], inside ? truth(m, full_scale, px, py, b) : 0);
        }
    }
}

static void every_kind_reads_true_on_both_roads(void **state)
{
    uint32_t seed = 7;
    pv_radiometry first = {0};
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        char options[160];
        (void)snprintf(options, sizeof options, "%s PHOTOMETRIC=MINISBLACK ALPHA=NO", kinds[k].options);
        maker m = {.path = maker_path("kind.tif"), .w = W, .h = H, .n = kinds[k].bands, .type = kinds[k].type, .options = options};
        m.value = value_of(m.type);
        maker_write(&m);
        pv_photo *road[2];
        for (int i = 0; i < 2; i++) road[i] = maker_open(m.path, &(pv_photo_options){.road = i == 0 ? PV_ROAD_LIBTIFF : PV_ROAD_GDAL});
        const pv_photo_facts *f[2] = {pv_photo_facts_of(road[0]), pv_photo_facts_of(road[1])};
        assert_string_equal(f[0]->road, "libtiff");
        assert_string_equal(f[1]->road, "GDAL");
        assert_memory_equal(&f[0]->radiometry, &f[1]->radiometry, sizeof(pv_radiometry));
        if (k == 0) first = f[0]->radiometry;
        if (k == 1) assert_memory_equal(&f[0]->radiometry, &first, sizeof first); /* the same pixels in another layout */
        check_rect(&m, road, (pv_rect){0, 0, W, H});
        check_rect(&m, road, (pv_rect){-5, -9, W + 20, H + 30});
        for (int i = 0; i < 12; i++) {
            pv_rect r = {(int)dice(&seed, W + 40) - 20, (int)dice(&seed, H + 40) - 20, 1 + (int)dice(&seed, 90), 1 + (int)dice(&seed, 90)};
            check_rect(&m, road, r);
        }
        for (int i = 0; i < 2; i++) pv_photo_free(road[i]);
    }
}

/* Two photos of different kind see the same; the whole picture, and in single rows. */
static void check_same(const char *path, int want_bad)
{
    static uint16_t bands[2][4 * W * H], row[4 * W];
    static uint8_t valid[2][W * H], row_valid[W];
    pv_photo *road[2];
    int bad = 0;
    for (int i = 0; i < 2; i++) road[i] = maker_open(path, &(pv_photo_options){.road = i == 0 ? PV_ROAD_LIBTIFF : PV_ROAD_GDAL});
    int n = pv_photo_facts_of(road[0])->n_bands;
    for (int i = 0; i < 2; i++) maker_read(road[i], (pv_rect){0, 0, W, H}, bands[i], valid[i]);
    assert_memory_equal(valid[0], valid[1], sizeof valid[0]);
    assert_memory_equal(bands[0], bands[1], (size_t)n * W * H * 2);
    for (int i = 0; i < 2; i++) {
        for (int y = 0; y < H; y++) {
            maker_read(road[i], (pv_rect){0, y, W, 1}, row, row_valid);
            assert_memory_equal(row_valid, valid[0] + (size_t)y * W, W);
            for (int b = 0; b < n; b++) assert_memory_equal(row + b * W, bands[0] + (size_t)b * W * H + (size_t)y * W, W * 2);
        }
    }
    for (int i = 0; i < W * H; i++) bad += valid[0][i] == PV_PIXEL_UNREADABLE;
    assert_int_equal(bad, want_bad);
    for (int i = 0; i < 2; i++) pv_photo_free(road[i]);
}

static void jpeg_is_the_same_on_both_roads(void **state)
{
    (void)state;
    maker m = {.path = maker_path("jpeg.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = maker_u8};
    m.options = "COMPRESS=JPEG PHOTOMETRIC=YCBCR TILED=YES BLOCKXSIZE=48 BLOCKYSIZE=32";
    maker_write(&m);
    check_same(m.path, 0);
    m.options = "COMPRESS=JPEG PHOTOMETRIC=YCBCR BLOCKYSIZE=16";
    maker_write(&m);
    check_same(m.path, 0);
    m.options = "COMPRESS=JPEG INTERLEAVE=BAND TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32";
    maker_write(&m);
    check_same(m.path, 0);
}

static void overviews_are_ignored(void **state)
{
    (void)state;
    maker m = {.path = maker_path("ovr.tif"),
               .w = W,
               .h = H,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"};
    maker_write(&m);
    GDALDatasetH ds = GDALOpen(m.path, GA_Update);
    int factor = 2;
    assert_int_equal(GDALBuildOverviews(ds, "AVERAGE", 1, &factor, 0, NULL, NULL, NULL), CE_None);
    GDALClose(ds);
    pv_photo *road[2];
    for (int i = 0; i < 2; i++) road[i] = maker_open(m.path, &(pv_photo_options){.road = i == 0 ? PV_ROAD_LIBTIFF : PV_ROAD_GDAL});
    check_rect(&m, road, (pv_rect){0, 0, W, H});
    for (int i = 0; i < 2; i++) pv_photo_free(road[i]);
}

static void blocks_never_written_are_missing(void **state)
{
    static uint16_t bands[3 * W * H];
    static uint8_t valid[W * H];
    (void)state;
    maker m = {.path = maker_path("sparse.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = maker_u8};
    m.options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 SPARSE_OK=TRUE COMPRESS=DEFLATE";
    GDALDatasetH ds = maker_begin(&m);
    maker_fill(ds, &m, (pv_rect){32, 64, 64, 32});
    GDALClose(ds);
    check_same(m.path, 0);
    for (int i = 0; i < 2; i++) {
        pv_photo *p = maker_open(m.path, &(pv_photo_options){.road = i == 0 ? PV_ROAD_LIBTIFF : PV_ROAD_GDAL});
        assert_true(pv_photo_is_empty(p, (pv_rect){0, 0, W, 64}));
        assert_true(pv_photo_is_empty(p, (pv_rect){-50, -50, 50, 300}));
        assert_false(pv_photo_is_empty(p, (pv_rect){0, 0, 33, 65}));
        assert_int_equal(pv_photo_facts_of(p)->n_warnings, 1);
        maker_read(p, (pv_rect){0, 0, W, H}, bands, valid);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) assert_int_equal(valid[y * W + x], x >= 32 && x < 96 && y >= 64 && y < 96 ? PV_PIXEL_VALID : PV_PIXEL_NODATA);
        pv_photo_free(p);
    }
}

static void overwrite(const char *path, long at, size_t n)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    for (size_t i = 0; i < n; i++) assert_true(fputc(0xA5, f) != EOF);
    assert_int_equal(fclose(f), 0);
}

static void damaged_blocks_are_holes(void **state)
{
    static const char *const options[] = {"TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=DEFLATE",
                                          "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=LZW",
                                          "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32 COMPRESS=ZSTD INTERLEAVE=BAND"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        maker m = {.path = maker_path("damaged.tif"), .w = W, .h = H, .n = 3, .type = GDT_Byte, .value = maker_u8, .options = options[k]};
        maker_write(&m);
        GDALDatasetH ds = GDALOpen(m.path, GA_ReadOnly);
        long at = strtol(GDALGetMetadataItem(GDALGetRasterBand(ds, 2), "BLOCK_OFFSET_1_2", "TIFF"), NULL, 10);
        long bytes = strtol(GDALGetMetadataItem(GDALGetRasterBand(ds, 2), "BLOCK_SIZE_1_2", "TIFF"), NULL, 10);
        GDALClose(ds);
        overwrite(m.path, at, (size_t)bytes);
        check_same(m.path, 32 * 32);
    }
}

static void a_cut_file_is_scanned_as_far_as_it_goes(void **state)
{
    pv_err err = {0};
    pv_photo *p = NULL;
    (void)state;
    maker m = {.path = maker_path("cut.tif"),
               .w = W,
               .h = H,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"};
    maker_write(&m);
    GDALDatasetH ds = GDALOpen(m.path, GA_ReadOnly);
    long last = strtol(GDALGetMetadataItem(GDALGetRasterBand(ds, 1), "BLOCK_OFFSET_4_4", "TIFF"), NULL, 10);
    long first = strtol(GDALGetMetadataItem(GDALGetRasterBand(ds, 1), "BLOCK_OFFSET_0_0", "TIFF"), NULL, 10);
    GDALClose(ds);
    assert_int_equal(truncate(m.path, last + 100), 0);
    check_same(m.path, (W - 128) * (H - 128));
    assert_int_equal(truncate(m.path, first + 100), 0);
    assert_int_equal(pv_photo_open(&p, m.path, NULL, &err), PV_INPUT);
    assert_non_null(strstr(err.text, "half-copied"));
}

static void a_clone_reads_the_same(void **state)
{
    static uint16_t bands[2][3 * W * H];
    static uint8_t valid[2][W * H];
    pv_photo *clone = NULL;
    (void)state;
    maker m = {.path = maker_path("clone.tif"),
               .w = W,
               .h = H,
               .n = 3,
               .type = GDT_Byte,
               .value = maker_u8,
               .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"};
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    assert_int_equal(pv_photo_clone(&clone, p, NULL), PV_OK);
    maker_read(p, (pv_rect){0, 0, W, H}, bands[0], valid[0]);
    maker_read(clone, (pv_rect){0, 0, W, H}, bands[1], valid[1]);
    assert_memory_equal(bands[0], bands[1], sizeof bands[0]);
    pv_photo_free(p);
    maker_read(clone, (pv_rect){0, 0, W, H}, bands[0], valid[0]);
    assert_memory_equal(bands[0], bands[1], sizeof bands[0]);
    assert_string_equal(pv_photo_facts_of(clone)->crs_name, "WGS 84 / UTM zone 48N");
    pv_photo_free(clone);
}

/* Pages of the file that the system has in memory. */
static size_t pages_at_hand(int fd, size_t bytes)
{
    static unsigned char at_hand[1 << 12];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (bytes + page - 1) / page, n = 0;
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(map != MAP_FAILED && pages <= sizeof at_hand);
    assert_int_equal(mincore(map, bytes, at_hand), 0);
    for (size_t k = 0; k < pages; k++) n += at_hand[k] & 1;
    (void)munmap(map, bytes);
    return n;
}

/* What is expected comes from the disk before it is read. On a file system that lives in memory, which has everything from the start, this says nothing. */
static void what_is_expected_is_fetched(void **state)
{
    (void)state;
    const maker m = {.path = maker_path("expected.tif"),
                     .w = 1024,
                     .h = 1024,
                     .n = 4,
                     .type = GDT_UInt16,
                     .options = "TILED=YES COMPRESS=NONE",
                     .value = maker_u16};
    maker_write(&m);
    pv_photo *p = maker_open(m.path, NULL);
    int fd = open(m.path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fsync(fd), 0);
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    size_t bytes = 1024 * 1024 * 8, page = (size_t)sysconf(_SC_PAGESIZE), before = pages_at_hand(fd, bytes);
    pv_photo_expect(p, (pv_rect){-10, 512, 2000, 2000});
    size_t now = before;
    for (int k = 0; k < 500 && now < bytes / 2 / page; k++) {
        (void)usleep(10000);
        now = pages_at_hand(fd, bytes);
    }
    assert_true(now >= bytes / 2 / page);
    if (before < bytes / 8 / page) assert_true(now < bytes * 3 / 4 / page); /* and no more than that */
    pv_photo_expect(p, (pv_rect){5000, 0, 10, 10});
    pv_photo_expect(p, (pv_rect){0, 0, 0, 0});
    (void)close(fd);
    pv_photo_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_reads_true_on_both_roads),
        cmocka_unit_test(jpeg_is_the_same_on_both_roads),
        cmocka_unit_test(overviews_are_ignored),
        cmocka_unit_test(blocks_never_written_are_missing),
        cmocka_unit_test(damaged_blocks_are_holes),
        cmocka_unit_test(a_cut_file_is_scanned_as_far_as_it_goes),
        cmocka_unit_test(a_clone_reads_the_same),
        cmocka_unit_test(what_is_expected_is_fetched),
    };
    return cmocka_run_group_tests(tests, maker_start, maker_stop);
}
