/* The campaigns (专项行动) of season.conf: name, first day, number of days, rounds. */
#include <stdio.h>
#include <string.h>

#include "season/period_internal.h"

#include "base/banned.h"

/* The next word of *text into out; 0 = there is none, or it is too long for any date. */
static int next_word(const char **text, char *out, size_t size)
{
    *text += strspn(*text, " \t");
    size_t n = strcspn(*text, " \t");
    if (n == 0 || n >= size) return 0;
    memcpy(out, *text, n);
    out[n] = '\0';
    *text += n;
    return 1;
}

/* The first word that is a date: the name ends before it. */
static const char *find_date(const char *text)
{
    char word[32];
    for (;;) {
        const char *from = text + strspn(text, " \t");
        if (*from == '\0') return NULL;
        const char *to = from;
        if (next_word(&to, word, sizeof word) && pv_date_valid(word)) return from;
        text = from + strcspn(from, " \t");
    }
}

static pv_status refuse(const char *part, const char *why, pv_err *err)
{
    return pv_fail(err, PV_INPUT,
                   "season.conf: campaigns: '%.80s': %s; write: name, first day, number of days, days of rounds, as 百日攻坚 2026-04-01 100 "
                   "2026-04-10..2026-04-12",
                   part, why);
}

static pv_status read_rounds(pv_campaign *c, const char *part, const char *text, pv_err *err)
{
    char word[32], from[PV_DATE], to[PV_DATE];
    while (text[strspn(text, " \t")] != '\0') {
        if (!next_word(&text, word, sizeof word) || !pv_period_dates(word, from, to)) return refuse(part, "a round is a date, or FROM..TO", err);
        if (strcmp(from, c->from) < 0 || strcmp(to, c->to) > 0) return refuse(part, "a round does not lie within the campaign", err);
        if (c->n_rounds > 0 && strcmp(from, c->round[c->n_rounds - 1].to) <= 0)
            return refuse(part, "rounds follow each other without a common day", err);
        if (c->n_rounds == PV_ROUNDS) return refuse(part, "there are more rounds than 32", err);
        memcpy(c->round[c->n_rounds].from, from, PV_DATE);
        memcpy(c->round[c->n_rounds++].to, to, PV_DATE);
    }
    return PV_OK;
}

static pv_status read_one(pv_campaign *c, const char *part, pv_err *err)
{
    char word[32];
    int64_t days = 0;
    const char *text = find_date(part);
    *c = (pv_campaign){.n_rounds = 0};
    if (text == NULL) return refuse(part, "it has no first day", err);
    size_t n = (size_t)(text - part);
    while (n > 0 && (part[n - 1] == ' ' || part[n - 1] == '\t')) n--;
    if (n == 0) return refuse(part, "it has no name", err);
    if (n >= sizeof c->name) return refuse(part, "its name is too long", err);
    memcpy(c->name, part, n);
    if (strchr(c->name, '/') != NULL) return refuse(part, "a name has no /", err);
    (void)next_word(&text, c->from, sizeof c->from);
    if (!next_word(&text, word, sizeof word) || !pv_parse_int(word, 1, 3660, &days))
        return refuse(part, "behind the first day stands the number of days", err);
    pv_date_of(pv_date_number(c->from) + days - 1, c->to);
    return read_rounds(c, part, text, err);
}

pv_status pv_campaigns_read(pv_campaign out[PV_CAMPAIGNS], int *n, const pv_conf *conf, pv_err *err)
{
    pv_status st = PV_OK;
    char part[PV_CONF_TEXT];
    *n = 0;
    for (int k = 0; pv_conf_part(conf, PV_SET_CAMPAIGNS, k, part, sizeof part); k++) {
        if (*n == PV_CAMPAIGNS) PV_TRY(refuse(part, "there are more campaigns than 16", err));
        PV_TRY(read_one(&out[*n], part, err));
        for (int i = 0; i < *n; i++)
            if (strcmp(out[i].name, out[*n].name) == 0) PV_TRY(refuse(part, "another one has that name", err));
        (*n)++;
    }
out:
    return st;
}

/* ---- 第n次 ---- */

static int digit_of(const char **s)
{
    static const char *const zh[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    for (int k = 0; k <= 10; k++)
        if (strncmp(*s, zh[k], strlen(zh[k])) == 0) {
            *s += strlen(zh[k]);
            return k;
        }
    return -1;
}

/* 1 to 99 in Chinese or Arabic digits; 0 = it is none. *s moves behind it. */
static int numeral(const char **s)
{
    int v = 0;
    if (**s >= '0' && **s <= '9') {
        while (**s >= '0' && **s <= '9' && v < 1000) v = v * 10 + (*(*s)++ - '0');
        return v <= 99 ? v : 0;
    }
    int a = digit_of(s);
    if (a < 1) return 0;
    v = a;
    const char *next = *s;
    int b = digit_of(&next);
    if (a < 10 && b == 10) {
        *s = next;
        v = a * 10;
        b = digit_of(&next);
    }
    if (v >= 10 && b >= 1 && b <= 9) {
        *s = next;
        v += b;
    }
    return v;
}

int pv_period_round(const char *text)
{
    static const char *const before[] = {"第", "/", ""}, *const behind[] = {"次", "轮", ""};
    for (int k = 0; k < 3; k++) {
        size_t n = strlen(before[k]);
        if (strncmp(text, before[k], n) != 0) continue;
        const char *s = text + n;
        int v = numeral(&s);
        for (int i = 0; v > 0 && i < 3; i++)
            if (strcmp(s, behind[i]) == 0 && (k < 2 || i < 2)) return v;
        return 0;
    }
    return 0;
}
