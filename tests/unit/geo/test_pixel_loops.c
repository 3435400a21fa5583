/* Every path that the machine has gives what the plain definition says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "geo/photo_internal.h"
#include "geo/pixel_loops.h"

#include "base/banned.h"

enum { MOST = 16 * 260, SPARE = 77 /* pixels between rows */ };

static uint32_t seed = 11;

static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const size_t lengths[] = {1, 2, 3, 4, 15, 16, 17, 33, 63, 64, 65, 127, 150, 260};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

/* check(loops, n) for each path and length. */
static void each(void (*check)(const pv_pixel_loops *l, size_t n))
{
    for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++)
        for (int i = 0; i < LENGTHS; i++) check(pv_pixel_loops_of((pv_cpu)cpu), lengths[i]);
}

static void check_parts(const pv_pixel_loops *l, size_t n)
{
    static uint8_t byte[MOST], bytes[16 * (260 + SPARE)];
    static uint16_t word[MOST], words[16 * (260 + SPARE)];
    for (size_t i = 0; i < MOST; i++) byte[i] = (uint8_t)chance(256), word[i] = (uint16_t)chance(65536);
    for (size_t bands = 1; bands <= 16; bands++) {
        size_t plane = n + chance(SPARE);
        memset(bytes, 7, sizeof bytes);
        memset(words, 7, sizeof words);
        l->part_bytes(byte, bands, n, bytes, plane);
        l->part_words(word, bands, n, words, plane);
        for (size_t i = 0; i < bands * plane; i++) {
            int is_pixel = i % plane < n;
            size_t from = i % plane * bands + i / plane;
            assert_int_equal(bytes[i], is_pixel ? byte[from] : 7);
            assert_int_equal(words[i], is_pixel ? word[from] : 0x0707);
        }
    }
}

static void bands_are_parted(void **state)
{
    (void)state;
    each(check_parts);
}

static void check_differences(const pv_pixel_loops *l, size_t n)
{
    static uint8_t was[16 * 260];
    for (size_t pixel = 3; pixel <= 16; pixel++) {
        for (size_t sample = 1; sample <= 2; sample++) {
            if (pixel % sample != 0) continue;
            uint8_t *row = malloc(n * pixel); /* no byte more: AddressSanitizer sees what lies behind */
            assert_non_null(row);
            for (size_t i = 0; i < n * pixel; i++) row[i] = was[i] = (uint8_t)chance(256);
            l->undo_differences(row, n, pixel, sample);
            for (size_t band = 0; band < pixel; band += sample) {
                uint32_t sum = 0;
                for (size_t x = 0; x < n; x++) {
                    size_t at = x * pixel + band;
                    sum += sample == 1 ? was[at] : (uint32_t)(was[at] | was[at + 1] << 8);
                    assert_int_equal(row[at], sum & 0xff);
                    if (sample == 2) assert_int_equal(row[at + 1], sum >> 8 & 0xff);
                }
            }
            free(row);
        }
    }
}

static void differences_are_undone(void **state)
{
    (void)state;
    each(check_differences);
}

static void check_bytes(const pv_pixel_loops *l, size_t n)
{
    uint8_t v[260] = {0}, valid[260] = {0};
    uint16_t to[260];
    for (size_t i = 0; i < n; i++) v[i] = (uint8_t)chance(256), valid[i] = (uint8_t)chance(3);
    l->scale_bytes(v, valid, n, to);
    for (size_t i = 0; i < n; i++) assert_int_equal(to[i], valid[i] == PV_PIXEL_VALID ? 257 * v[i] : 0);
    memset(valid, PV_PIXEL_VALID, n);
    assert_int_equal(l->are_valid(valid, n), 1);
    size_t hole = chance((uint32_t)n);
    valid[hole] = PV_PIXEL_UNREADABLE;
    assert_int_equal(l->are_valid(valid, n), 0);
    valid[hole] = PV_PIXEL_NODATA;
    assert_int_equal(l->are_valid(valid, n), 0);
    assert_int_equal(l->are_valid(valid, hole), 1);
}

static void bytes_are_scaled(void **state)
{
    (void)state;
    each(check_bytes);
}

/* In halves of 16 bits, against 64-bit integers, all values. */
static void words_are_scaled(void **state)
{
    (void)state;
    static const double full_scale[] = {1, 2, 3, 255, 1000, 4095, 10000, 10100, 32767, 32768, 65534, 65535, 66000, 131072};
    static uint16_t value[65536], got[65536];
    static uint8_t valid[65536];
    for (int i = 0; i < 65536; i++) valid[i] = (uint8_t)(chance(9) == 0 ? chance(3) : PV_PIXEL_VALID);
    for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
        const pv_pixel_loops *l = pv_pixel_loops_of((pv_cpu)cpu);
        for (size_t i = 0; i < sizeof full_scale / sizeof *full_scale; i++) {
            uint64_t multiplier = pv_scale_of(PV_SAMPLE_U16, full_scale[i]).multiplier;
            uint16_t top = i % 2 == 0 ? 65535 : 32767;
            for (int v = 0; v < 65536; v++) value[v] = (uint16_t)v;
            l->scale_words(multiplier, top, value, valid, 65536, got);
            l->rescale(multiplier, 65536, value);
            for (uint64_t v = 0; v < 65536; v++) {
                assert_int_equal(value[v], pv_scaled(multiplier, v));
                assert_int_equal(got[v], valid[v] == PV_PIXEL_VALID && v <= top ? value[v] : 0);
            }
        }
    }
}

static void check_means(const pv_pixel_loops *l, size_t n)
{
    static const size_t factor[][2] = {{1, 2}, {2, 1}, {2, 2}, {3, 3}, {2, 3}, {5, 4}, {16, 16}};
    static uint16_t from[16 * (16 * 260 + SPARE)];
    uint16_t to[260];
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) from[i] = (uint16_t)(chance(3) == 0 ? 65535 : chance(65536));
    for (size_t f = 0; f < sizeof factor / sizeof *factor; f++) {
        size_t fx = factor[f][0], fy = factor[f][1], row = n * fx + chance(SPARE), cell = fx * fy;
        l->means(from, row, n, fx, fy, to);
        for (size_t x = 0; x < n; x++) {
            uint64_t sum = 0;
            for (size_t y = 0; y < fy; y++)
                for (size_t i = 0; i < fx; i++) sum += from[y * row + x * fx + i];
            assert_int_equal(to[x], sum / cell + (2 * (sum % cell) >= cell));
        }
    }
}

/* The largest cell holds, filled with the largest value. */
static void means_are_exact(void **state)
{
    (void)state;
    static uint16_t full[1 << 14];
    each(check_means);
    memset(full, 255, sizeof full);
    for (int cpu = 0; cpu <= (int)pv_cpu_best(); cpu++) {
        uint16_t mean = 0;
        pv_pixel_loops_of((pv_cpu)cpu)->means(full, 128, 1, 128, 128, &mean);
        assert_int_equal(mean, 65535);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bands_are_parted), cmocka_unit_test(differences_are_undone),
                                       cmocka_unit_test(bytes_are_scaled), cmocka_unit_test(words_are_scaled), cmocka_unit_test(means_are_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
