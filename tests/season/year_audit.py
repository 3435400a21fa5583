"""An audit sample in the year's tables: year_audit.py answers SEASON DRAW OUT.csv [from EVERY] | truth SEASON DRAW TABLE.json PERIOD... | files TABLE.json NAME.csv NAME.xlsx NAME.html TEXT

answers: a table of answers to the points of a draw, as a crew might give them (by number, so that every run has the same); from EVERY: of EVERY points the one of that number is left out; unreachable ones are said to be so.
files TABLE.json NAME.csv NAME.xlsx NAME.html TEXT: the same numbers and the same words in every format, in Chinese.
truth: the figures of the draw out of the ledger with sqlite3 and by hand, without papaver's code: counts, area after Stehman, user's, producer's and overall accuracy; the ends of intervals only as far as they must lie."""
import csv
import html
import json
import math
import os
import re
import sqlite3
import sys
import zipfile
from xml.etree import ElementTree


def points(season, draw):
    db = sqlite3.connect(season + "/season.gpkg")
    return db, db.execute("SELECT p.fid,p.id,p.number,p.lon,p.lat,p.stratum,p.map_class FROM sample_points p JOIN samples s ON s.fid=p.sample WHERE s.name=? ORDER BY p.number", (draw,)).fetchall()


def answers(season, draw, out, left_out=0, every=0):
    """Of likely ground three of four squares are poppy, of other hotspots one of three, near them one of thirty, elsewhere none; one of 17 could not be reached."""
    share = {"likely": (3, 4), "borderline": (1, 3), "near": (1, 30), "background": (0, 1)}
    with open(out, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f)
        w.writerow("id lon lat verdict how_seen visit_time crew person1 gnss_accuracy_m".split())
        for _, name, number, lon, lat, stratum, _ in points(season, draw)[1]:
            if every and number % every == left_out:
                continue
            of, per = share[stratum]
            verdict = "unreachable" if number % 17 == 5 else "confirmed_poppy" if number % per < of else "not_found"
            w.writerow([name, "%.7f" % lon, "%.7f" % lat, verdict, "on_site", "2026-12-%02d 09:00" % (1 + number % 28), "抽查组", "王五", "0.05"])


def by_hand(season, draw):
    db, rows = points(season, draw)
    strata = {r[0]: r[1:] for r in db.execute("SELECT t.stratum,t.units,t.area_e6/1e6,t.mapped_e6/1e6,t.points FROM sample_strata t JOIN samples s ON s.fid=t.sample WHERE s.name=?", (draw,))}
    n = {h: {"answered": 0, "unreachable": 0, "open": 0, "m": [[0, 0], [0, 0]]} for h in strata}
    for fid, _, _, _, _, h, on_map in rows:
        said = db.execute("SELECT verdict FROM sample_answers WHERE point=? ORDER BY date,at,verdict='confirmed_poppy'", (fid,)).fetchall()
        classes = [v for v, in said if v != "unreachable"]
        if classes:
            n[h]["answered"] += 1
            n[h]["m"][on_map != "poppy"][classes[-1] not in ("confirmed_poppy", "already_removed")] += 1
        else:
            n[h]["unreachable" if said else "open"] += 1
    return strata, n


def cut(x):
    return math.floor(round(100 * 100 * x, 6)) / 100


def truth(season, draw, table, periods):
    strata, n = by_hand(season, draw)
    total = {k: sum(s[k] for s in n.values()) for k in ("answered", "unreachable", "open")}
    cell = [[sum(strata[h][1] * n[h]["m"][a][b] / n[h]["answered"] for h in strata if n[h]["answered"]) for b in (0, 1)] for a in (0, 1)]
    ground = sum(s[1] for s in strata.values())
    missing = sum(strata[h][1] / strata[h][3] * (n[h]["unreachable"] + n[h]["open"]) for h in strata)
    poppy = sum(strata[h][1] / strata[h][3] * (n[h]["m"][0][0] + n[h]["m"][1][0]) for h in strata)
    due = {"audit_draw": draw, "audit_points": sum(s[3] for s in strata.values()), "audit_answered": total["answered"], "audit_unreachable": total["unreachable"], "audit_open": total["open"],
           "audit_missing": total["unreachable"] + total["open"], "audit_mapped_m2": round(sum(s[2] for s in strata.values()), 1), "audit_ground_mu": round(ground * 15 / 10000, 4)}
    due["audit_non_response"] = math.floor(10000 * due["audit_missing"] / due["audit_points"]) / 100
    known = all(s["answered"] >= 2 for s in n.values())
    if known:
        due |= {"audit_area_m2": round(cell[0][0] + cell[1][0], 1), "audit_users": cut(cell[0][0] / (cell[0][0] + cell[0][1])), "audit_producers": cut(cell[0][0] / (cell[0][0] + cell[1][0])),
                "audit_overall": cut((cell[0][0] + cell[1][1]) / ground), "audit_if_none_m2": round(poppy, 1), "audit_if_all_m2": round(poppy + missing, 1)}
    with open(table, encoding="utf-8") as f:
        t = json.load(f)
    found = [p for p in t["periods"] if p["period"] in periods]
    assert len(found) == len(periods), [p["period"] for p in t["periods"]]
    for p in t["periods"]:
        for k, row in enumerate(p["rows"]):
            v = {i: x for i, x in row["values"].items() if i.startswith("audit_")}
            assert len(v) == 25, len(v)
            if p not in found or k > 0:
                assert not any(x is not None for x in v.values()), (p["period"], row["zh"], v)
                continue
            for i, x in due.items():
                assert v[i] == x, (i, v[i], x)
            if not known:
                assert v["audit_area_m2"] is None and v["audit_overall"] is None
                continue
            assert v["audit_area_low_m2"] < v["audit_area_m2"] < v["audit_area_high_m2"]
            for i in ("users", "producers", "overall"):
                assert v[f"audit_{i}_low"] <= v[f"audit_{i}"] <= v[f"audit_{i}_high"] <= 100, (i, v)
            # Variance recovery: never shorter than a normal interval of the strata that showed poppies, and it holds what an empty one may hide.
            e = p["audit"]["estimate"]
            assert e["draw"] == draw and e["all"]["matrix"] == [[sum(n[h]["m"][a][b] for h in n) for b in (0, 1)] for a in (0, 1)]
            for s in e["strata"]:
                if s["name"] in n:
                    assert s["matrix"] == n[s["name"]]["m"], s
            for lang in ("zh", "en"):
                for i in ("audit_area_m2", "audit_area_low_m2", "audit_area_high_m2", "audit_mapped_m2"):
                    assert "%.1f" % v[i] in p["audit"][lang], (i, v[i], p["audit"][lang])
                for i in ("audit_users", "audit_users_low", "audit_producers_high", "audit_overall", "audit_non_response"):
                    assert "%.2f" % v[i] in p["audit"][lang], (i, v[i], p["audit"][lang])
        if p not in found:
            assert p["audit"] is None
    print("by hand: area %.1f m2 of %.1f mapped, %d of %d answered" % (cell[0][0] + cell[1][0] if known else math.nan, due["audit_mapped_m2"], total["answered"], due["audit_points"]))


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path):
    """Rows of texts of every sheet: of formulas their kept result."""
    z = zipfile.ZipFile(path)
    for name in z.namelist():
        if name.startswith("xl/worksheets/"):
            for row in ElementTree.fromstring(z.read(name)).iter(MAIN + "row"):
                yield ["".join(t.text or "" for t in c.iter(MAIN + "t")) or c.findtext(MAIN + "v") or "" for c in row.iter(MAIN + "c")]


def files(table, a_csv, a_xlsx, a_html, text):
    with open(table, encoding="utf-8") as f:
        t = json.load(f)
    figures = [f for f in t["figures"] if f["group"] == "audit"]
    period = t["periods"][0]
    values, said = period["rows"][0]["values"], period["audit"]["zh"] if period["audit"] else [n["zh"] for n in period["notes"] if n["code"] == "audit_none"][0]
    with open(text, encoding="utf-8") as f:
        assert said in f.read(), said
    page = ""
    if os.path.exists(a_html):
        with open(a_html, encoding="utf-8") as f:
            page = html.unescape(f.read())
        assert said in page, said
    rows = list(sheets(a_xlsx))
    assert any(said in r for r in rows), said
    with open(a_csv, encoding="utf-8-sig") as f:
        table_csv = list(csv.DictReader(f))
    for f in figures:
        v, name = values[f["id"]], "%s（%s）" % (f["zh"], f["unit_zh"])
        shown = "" if v is None else v if isinstance(v, str) else "%.*f" % (f["decimals"], v)
        assert table_csv[0][name] == shown, (f["id"], table_csv[0][name], shown)
        assert all(r[name] == "" for r in table_csv[1:]), f["id"]
        if not period["audit"]:
            continue
        found = re.search(re.escape(f["zh"]) + r"</span>.*?<td>(.*?)</td>", page[page.index('id="audit"'):]) if page else None
        assert not page or found and found[1] == (shown or "–"), (f["id"], found and found[1], shown)
        mine = [r for r in rows if r[0] == f["zh"] and len(r) == 6]
        for r in mine:
            assert (r[1] == "–" and v is None) or round(float(r[1]), f["decimals"]) == v, (f["id"], r, v)
        assert len(mine) == (f["id"] in ("audit_mapped_m2", "audit_area_m2", "audit_if_none_m2", "audit_if_all_m2", "audit_users", "audit_producers", "audit_overall", "audit_non_response")), (f["id"], mine)


if sys.argv[1] == "files":
    files(*sys.argv[2:7])
elif sys.argv[1] == "answers":
    answers(*sys.argv[2:5], *(int(a) for a in sys.argv[5:7]))
else:
    truth(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
