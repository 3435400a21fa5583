#!/usr/bin/env python3
"""Counts a season of stats_make.py once more, with sqlite3 alone: stats_truth.py SEASON TABLE.json. Its ways are plainer than the program's: it knows no merged plots and no classes that wake false alarms.

stats_truth.py --document FILE TABLE.json: every figure of the table stands in the document with its names."""
import json, sqlite3, sys
from collections import defaultdict

if sys.argv[1] == "--document":
    text = open(sys.argv[2], encoding="utf-8").read()
    missing = [f["id"] for f in json.load(open(sys.argv[3], encoding="utf-8"))["figures"] if f"| `{f['id']}` | {f['zh']} | {f['en']} |" not in text]
    sys.exit(f"not in the document: {missing}" if missing else 0)

table = json.load(open(sys.argv[2], encoding="utf-8"))["periods"][0]
start, end = table["from"], table["to"]
db = sqlite3.connect(sys.argv[1] + "/season.gpkg")
QUIET_DAYS, CHANGE = 400, 0.25
STEP = {"suspected": 0, "ruled_out": 4, "regrown": 5, "confirmed": 6, "eradicated": 7, "rechecked": 8}
ACTS = ("dispatched", "checking", "unreachable")
sights, said = defaultdict(list), defaultdict(list)
for plot, day, prob in db.execute("SELECT h.plot,p.day,max(h.prob) FROM hotspots h JOIN photos p ON p.fid=h.photo GROUP BY 1,2"):
    sights[plot].append((day, prob))
for row in db.execute("SELECT plot,date,status,crew,verdict,plants_counted,plants_removed,method,area_measured_m2 FROM findings"):
    said[row[0]].append(dict(zip("plot date status crew verdict counted removed method area".split(), row)))
found = dict(db.execute("SELECT fid,found_on FROM plots WHERE origin='crew'"))


def plus(day, n):
    import datetime
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=n)).isoformat()


def verdict_of(findings):
    """The standing verdict of one day's findings, and whether it is contested."""
    some = [f for f in findings if f["status"] not in ACTS]
    positive = [f for f in some if f["status"] in ("confirmed", "eradicated", "regrown")]
    negative = [f for f in some if f["status"] == "ruled_out"]
    contested = any(a["crew"] != b["crew"] for a in positive for b in negative)
    if contested:
        some = [f for f in some if f["status"] != "ruled_out"]
    return (max(some, key=lambda f: STEP[f["status"]]) if some else None), contested


totals = defaultdict(int)
for (plot,) in db.execute("SELECT fid FROM plots"):
    days = sorted({d for d, _ in sights[plot]} | {f["date"] for f in said[plot]} | ({found[plot]} if plot in found else set()))
    days = [d for d in days if d <= end]
    state, since, prob_then, contested, counts, yes, removed, erased, regrown, rechecked = None, "", 0.0, False, False, False, 0, False, False, False
    growth_yes, gone = False, None
    acted = ""
    growth_removed, growth_erased = 0, False

    def close():
        return growth_yes and (gone is None or gone >= start)

    for d in days:
        seen = [p for day, p in sights[plot] if day == d]
        if seen or found.get(plot) == d:
            wakes = True
            if state in ("eradicated", "rechecked"):
                if close():
                    yes, removed, erased = True, removed + growth_removed, erased or growth_erased
                growth_yes, gone, growth_removed, growth_erased = False, None, 0, False
                state, since = "again", d
                regrown = regrown or d >= start
            elif state == "ruled_out":
                loud = d <= plus(since, QUIET_DAYS) and seen and round(max(seen) * 1e4) >= round(prob_then * 1e4) + round(CHANGE * 1e4)
                wakes = loud or d > plus(since, QUIET_DAYS)
                if wakes:
                    growth_yes, gone, growth_removed, growth_erased = False, None, 0, False
                    state, since = "suspected", d
            elif state is None:
                state = "suspected"
            if wakes and d >= start:
                counts = True
        today = [f for f in said[plot] if f["date"] == d]
        if any(f["status"] == "rechecked" for f in today) and d >= start:
            rechecked = True
        if any(f["status"] not in ("dispatched", "rechecked") for f in today) and d >= start:
            counts = True
        acts = [f["status"] for f in today if f["status"] in ACTS]
        v, c = verdict_of(today)
        if v is not None:
            contested = c
            before, state, since = state, v["status"], d
            if before in ("eradicated", "rechecked") and state in ("confirmed", "regrown"):
                if close():
                    yes, removed, erased = True, removed + growth_removed, erased or growth_erased
                growth_yes, gone, growth_removed, growth_erased = False, None, 0, False
                regrown = regrown or d >= start
            if state in ("confirmed", "regrown"):
                growth_yes = True
            if state == "ruled_out":
                growth_yes, growth_erased = False, False
                row = db.execute("SELECT max(coalesce(h.prob,h.prob_mean)) FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE h.plot=? AND p.day=(SELECT max(p.day) FROM hotspots h JOIN "
                                 "photos p ON p.fid=h.photo WHERE h.plot=? AND p.day<=?)", (plot, plot, d)).fetchone()
                prob_then = 0.0
                known = db.execute("SELECT prob FROM findings WHERE plot=? AND date=? AND status='ruled_out'", (plot, d)).fetchone()
                prob_then = known[0] or 0.0
            ours = [f for f in today if f["status"] == "eradicated"]
            if state in ("eradicated", "rechecked") and ours and (growth_yes or any(f["verdict"] != "already_removed" for f in ours)):
                growth_yes = True
                if d >= start:
                    growth_erased = True
                    growth_removed += max([f["removed"] if f["removed"] is not None else f["counted"] or 0 for f in ours])
            gone = (gone or d) if state in ("eradicated", "rechecked") else None
        if acts and (d >= since or not since):
            acted = acts[-1] if state in (None, "suspected", "again") else acted
        if state is None:
            state = "suspected"
    if rechecked:
        totals["rechecked"] += 1
    if not counts:
        continue
    if close():
        yes, removed, erased = True, removed + growth_removed, erased or growth_erased
    totals["suspected"] += 1
    totals["regrown"] += regrown
    totals["conflicts"] += contested
    totals["new_plots"] += days[0] >= start
    if yes:
        totals["confirmed"] += 1
        totals["eradicated"] += erased
        totals["plants_removed"] += removed
    elif state in ("ruled_out", "eradicated", "rechecked"):
        totals["ruled_out"] += 1
    else:
        last = [f for f in said[plot] if f["status"] in ACTS and f["date"] <= end and f["date"] >= (since if state != "suspected" or since else "")]
        last.sort(key=lambda f: f["date"])
        totals["unreachable" if last and last[-1]["status"] == "unreachable" else "unchecked"] += 1

photos = db.execute("SELECT count(*),count(DISTINCT day),min(day),max(day) FROM photos WHERE day BETWEEN ? AND ?", (start, end)).fetchone()
totals["photos"], totals["flights"] = photos[0], photos[1]
values = table["rows"][0]["values"]
wrong = [f"{k}: {values[k]} in the table, {v} here" for k, v in totals.items() if values[k] != v]
if values["first_image"] != photos[2] or values["last_image"] != photos[3]:
    wrong.append("days of images")
for k in ("suspected", "confirmed", "ruled_out", "unreachable", "unchecked"):
    if values[k] != totals[k]:
        wrong.append(k)
print("\n".join(wrong) if wrong else f"{totals['suspected']} suspected plots: the same")
sys.exit(bool(wrong))
