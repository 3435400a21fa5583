#include "app/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/machine.h"
#include "app/say.h"
#include "base/tr.h"

#include "base/banned.h"

enum { PV_BAR = 24 };

void pv_progress_start(pv_progress *p, int quiet, double total, const char *unit)
{
    *p = (pv_progress){.quiet = quiet, .terminal = isatty(STDERR_FILENO), .total = total, .unit = unit};
    p->start_s = p->shown_s = pv_clock();
}

/* "1:05:09" or "2:07". */
static void pv_duration(double s, char *out, size_t size)
{
    long n = s > 0 && s < 1e9 ? lround(s) : 0;
    if (n >= 3600)
        (void)snprintf(out, size, "%ld:%02ld:%02ld", n / 3600, n / 60 % 60, n % 60);
    else
        (void)snprintf(out, size, "%ld:%02ld", n / 60, n % 60);
}

void pv_progress_line(const pv_progress *p, double now_s, char *out, int size)
{
    double done = p->before + p->done, spent = now_s - p->start_s, share = p->total > 0 ? done / p->total : 0;
    char bar[PV_BAR + 1], left[32] = "?";
    if (share > 1) share = 1;
    for (int i = 0; i < PV_BAR; i++) bar[i] = i < (int)(share * PV_BAR) ? '#' : '.';
    bar[PV_BAR] = '\0';
    double speed = spent > 0 ? done / spent : 0;
    if (p->total > 0 && speed > 0) pv_duration((p->total - done) / speed, left, sizeof left);
    (void)snprintf(out, (size_t)size, pv_tr("[%s] %3d%%  %.1f %s/s  %s left  %s"), bar, (int)(share * 100), speed, p->unit, left, p->what);
}

static void pv_progress_show(pv_progress *p)
{
    char line[256];
    double now = pv_clock();
    double pause = p->terminal ? 0.2 : 30;
    if (p->quiet || now - p->shown_s < pause) return;
    p->shown_s = now;
    pv_progress_line(p, now, line, sizeof line);
    if (!p->terminal) {
        pv_note("%s", line);
        return;
    }
    (void)fprintf(stderr, "\r\033[K%s", line);
    (void)fflush(stderr);
    p->bar_is_up = 1;
}

void pv_progress_clear(pv_progress *p)
{
    if (!p->bar_is_up) return;
    (void)fputs("\r\033[K", stderr);
    p->bar_is_up = 0;
}

void pv_progress_piece(pv_progress *p, const char *what)
{
    (void)snprintf(p->what, sizeof p->what, "%s", what);
    p->done = 0;
    pv_progress_show(p);
}

void pv_progress_at(pv_progress *p, double done)
{
    p->done = done;
    pv_progress_show(p);
}

void pv_progress_end_piece(pv_progress *p, double done, const char *line)
{
    p->before += done;
    p->done = 0;
    if (p->quiet || line == NULL) return;
    pv_progress_clear(p);
    pv_note("%s", line);
    p->shown_s = pv_clock();
}
