"""What the year's files must be: year_sheets.py units FILE | cells FOLDER | recalculate FOLDER | page FOLDER [AXE.js].

FOLDER has the files of tests/tools/year_made_up: a.zh.xlsx, a.en.xlsx, a-xun.zh.xlsx, a.html, a-xun.html, and what must stand in them: a.json, a-xun.json.
One line for each thing that is wrong; the last line counts. Exit code 1 when anything is."""
import csv
import glob
import json
import math
import os
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

checks, wrong = 0, 0
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PARTS = 7  # sheets of figures: the second to the eighth


def ok(what, value):
    global checks, wrong
    checks += 1
    if not value:
        wrong += 1
        if wrong < 20:
            print("FAILED:", what, flush=True)


def units(path):
    """Two counties of six and four townships with common borders, whose names are attempts."""
    names = {"秦安县": ["=1+1镇", "<柳&湾>镇", "石坪镇", "+兴丰镇", "-王尹镇", "@莲花镇"], "迭部县": ["西川镇", "郭嘉镇", "安伏镇", "五营镇"]}
    features = []
    for c, (county, towns) in enumerate(names.items()):
        for k, town in enumerate(towns):
            x0, y0, side = k % 3 + c * 3, k // 3, range(20)
            ring = [(x0 + s / 20, y0) for s in side] + [(x0 + 1, y0 + s / 20) for s in side] + [(x0 + 1 - s / 20, y0 + 1) for s in side] + [(x0, y0 + 1 - s / 20) for s in side]
            ring = [[105.4 + x * 0.1 + 0.02 * math.sin(3 * y + x), 34.8 + y * 0.08 + 0.015 * math.sin(2 * x + y)] for x, y in ring]
            features.append({"type": "Feature", "properties": {"县": county, "乡镇": town}, "geometry": {"type": "Polygon", "coordinates": [ring + ring[:1]]}})
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f, ensure_ascii=False)


# ---- what must be there ----


def truth(path):
    """Figures, and rows as (name, depth, values)."""
    with open(path, encoding="utf-8") as f:
        t = json.load(f)
    rows = [(r, p) for p in t["periods"] for r in p["rows"]]
    return [f for f in t["figures"] if f["group"] != "audit"], rows


def audits(path):
    """Figures of the audit by id, and of each period that has a draw: its words, its total's values, its estimate."""
    with open(path, encoding="utf-8") as f:
        t = json.load(f)
    return {f["id"]: f for f in t["figures"] if f["group"] == "audit"}, [(p, p["rows"][0]["values"], p["audit"]["estimate"]) for p in t["periods"] if p["audit"]]


def same(figure, cell, value):
    """A cell's text against a value of the table."""
    if value is None:
        return cell == ""
    if figure["kind"] == "date":
        return cell == value
    try:
        return round(float(cell) * 10 ** figure["decimals"]) == round(float(value) * 10 ** figure["decimals"])
    except ValueError:
        return False


def compare(what, figures, rows, sheets, zh, lead, correction):
    """sheets: lists of rows of texts, the title and the header first. Corrections make each row the sum of those below it."""
    at = {f["zh" if zh else "en"] + "|" + f["unit_zh" if zh else "unit_en"]: f for f in figures}
    seen = set()
    for sheet in sheets:
        header, body = sheet[1], sheet[2:]
        own = [r for r in body if correction not in r[:lead]]
        ok("%s: %s: %d rows, not %d" % (what, sheet[0][0], len(own), len(rows)), len(own) == len(rows))
        for c in range(lead, len(header)):
            name, _, unit = header[c].partition("\n")
            matches = [f for k, f in at.items() if k.split("|")[0] == name and (f["kind"] == "date" or unit.strip("（）()") == k.split("|")[1])]
            ok("%s: header %r" % (what, header[c]), len(matches) == 1)
            if len(matches) != 1:
                continue
            f = matches[0]
            seen.add(f["id"])
            for r, (row, _) in zip(own, rows):
                ok("%s: %s of %s is %r, not %r" % (what, f["id"], row["zh"], r[c], row["values"][f["id"]]), same(f, r[c], row["values"][f["id"]]))
            if f["kind"] in ("count", "sum") and lead > 1:
                adds_up(what, f, body, rows, c, correction)
    ok("%s: every figure once: %d" % (what, len(seen)), len(seen) == len(figures))


def adds_up(what, figure, body, rows, c, correction):
    """The total is the rows of depth 1 and its correction, on paper."""
    number = iter(rows)
    total, below, depth = None, 0.0, 0
    for r in body:
        if correction not in r[:3]:
            depth = next(number)[0]["depth"]
        value = float(r[c] or 0)
        if depth == 0 and correction not in r[:3]:
            total = r[c]
        elif (depth == 1 and correction not in r[:3]) or (depth == 0 and correction in r[:3]):
            below += value
    if total:
        ok("%s: %s: rows add up to %r, the total is %s" % (what, figure["id"], below, total), abs(below - float(total)) < 1e-6 * max(1, abs(below)))


# ---- cells ----


def cell_text(c):
    return "".join(t.text or "" for t in c.iter(MAIN + "t"))


def cells(folder):
    for end, lang in ((".zh.xlsx", "zh"), (".en.xlsx", "en"), ("-xun.zh.xlsx", "zh")):
        z = zipfile.ZipFile(os.path.join(folder, "a" + end))
        names = [n for n in z.namelist() if n.startswith("xl/worksheets/sheet")]
        ok("%s: %d sheets" % (end, len(names)), len(names) == PARTS + 4)
        ok(end + ": all members have one date", len({i.date_time for i in z.infolist()}) == 1)
        ok(end + ": made on the period's last day", re.search(rb"created[^>]*>2026-(12-31|10-28)T00:00:00Z", z.read("docProps/core.xml")) is not None)
        ok(end + ": recalculated when it is opened", b'fullCalcOnLoad="1"' in z.read("xl/workbook.xml"))
        texts, formulas = set(), []
        for k, name in enumerate(sorted(names, key=lambda n: int(re.findall(r"\d+", n)[0]))):
            tree = ElementTree.fromstring(z.read(name))
            texts |= {cell_text(c) for c in tree.iter(MAIN + "c")}
            formulas += [f.text for f in tree.iter(MAIN + "f")]
            if 1 <= k <= PARTS:
                view = tree.find(".//" + MAIN + "pane")
                setup, fit = tree.find(MAIN + "pageSetup").attrib, tree.find(".//" + MAIN + "pageSetUpPr").attrib
                ok("%s %s: frozen" % (end, name), view is not None and view.get("ySplit") == "2" and view.get("state") == "frozen")
                ok("%s %s: filter" % (end, name), tree.find(MAIN + "autoFilter") is not None)
                ok("%s %s: A4 across, one page wide" % (end, name), setup.get("paperSize") == "9" and setup.get("orientation") == "landscape" and setup.get("fitToHeight") == "0" and fit.get("fitToPage") == "1")
                ok("%s %s: page x of y" % (end, name), "&P" in tree.find(".//" + MAIN + "oddFooter").text and "&N" in tree.find(".//" + MAIN + "oddFooter").text)
                ok("%s %s: & of a name is no command" % (end, name), "<2026> && 迭部" in tree.find(".//" + MAIN + "oddHeader").text)
        titles = z.read("xl/workbook.xml").decode()
        ok(end + ": header rows are repeated", titles.count("_xlnm.Print_Titles") >= PARTS)
        if "xun" not in end:
            for name in ("=1+1镇", "<柳&湾>镇", "+兴丰镇", "-王尹镇", "@莲花镇", "sha256:0123 <&>"):
                ok("%s: the text %s" % (end, name), name in texts)
            ok(end + ": formulas of all kinds", any(f.startswith("SUM(") for f in formulas) and any(f.startswith("IF(") for f in formulas) and any("+" in f and "'!" in f for f in formulas))
        ok(end + ": no text became a formula", not any("1+1镇" in f for f in formulas))
        figures = truth(os.path.join(folder, "a.json"))[0]
        own, draws = audits(os.path.join(folder, "a.json" if "xun" not in end else "a-xun.json"))
        ok(end + ": each definition", all(f[lang + "_means"] in texts and f["id"] in texts for f in figures + list(own.values())))
        ok(end + ": each draw's sentence", draws and all(p["audit"][lang] in texts for p, _, _ in draws))
        ok(end + ": the audit's numbers are formulas", sum("TRUNC(ROUND(" in f and "*10000" in f for f in formulas) > 3 and any(f.startswith("1.96*SQRT(") for f in formulas))


# ---- recalculated ----


def without_results(source, target):
    """A copy in which every formula has 99999 beside it. Gives how many there are."""
    n = 0
    with zipfile.ZipFile(source) as a, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as b:
        for name in a.namelist():
            data = a.read(name)
            if name.startswith("xl/worksheets/"):
                data = data.replace(b' t="str"><f>', b"><f>")
                data, k = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1<v>99999</v>", data)
                n += k
            b.writestr(name, data)
    return n


SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculate(folder):
    profile = os.path.join(folder, "office")
    os.makedirs(os.path.join(profile, "user"), exist_ok=True)
    with open(os.path.join(profile, "user", "registrymodifications.xcu"), "w", encoding="utf-8") as f:
        f.write(SETTINGS)
    files = [(".zh.xlsx", "a.json", 1, 2, "更正"), (".en.xlsx", "a.json", 0, 2, "correction"), ("-xun.zh.xlsx", "a-xun.json", 1, 1, "更正")]
    for end, _, _, _, _ in files:
        n = without_results(os.path.join(folder, "a" + end), os.path.join(folder, "bare" + end))
        ok("%s: %d formulas" % (end, n), n > 200)
    out = os.path.join(folder, "csv")
    # Comma, quotes, UTF-8, cells as they are shown but numbers in full, all sheets.
    how = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false,false,false,-1"
    subprocess.run(["soffice", "--headless", "--norestore", "-env:UserInstallation=file://" + profile, "--convert-to", how, "--outdir", out]
                   + [os.path.join(folder, "bare" + end) for end, _, _, _, _ in files], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    for end, table, zh, lead, correction in files:
        figures, rows = truth(os.path.join(folder, table))
        sheets = []
        for path in glob.glob(os.path.join(out, "bare" + end[:-5] + "-*.csv")):
            with open(path, encoding="utf-8", newline="") as f:
                sheet = list(csv.reader(f))
            for r in sheet[2:]:
                for c, text in enumerate(r):
                    r[c] = date_of(text)
            if any("（" in h or "(" in h for h in sheet[1]) and len(sheet[1]) > 4 and not path.endswith(("指标说明.csv", "definitions.csv", "抽样核查.csv", "audit sample.csv")):
                sheets.append(sheet)
        with open(glob.glob(os.path.join(out, "bare" + end[:-5] + "-" + ("抽样核查" if zh else "audit sample") + ".csv"))[0], encoding="utf-8", newline="") as f:
            compare_audit(end, os.path.join(folder, table), zh, list(csv.reader(f)))
        ok("%s: %d sheets of figures" % (end, len(sheets)), len(sheets) == PARTS)
        compare(end, figures, rows, sheets, zh, lead, correction)


def compare_audit(what, path, zh, sheet):
    """Strata, matrix and figures of each draw, as a spreadsheet has worked them out, against the table's."""
    figures, draws = audits(path)
    names = {f["zh" if zh else "en"]: f for f in figures.values()}
    at, wrong_strata = 0, 0
    for p, values, e in draws:
        while at < len(sheet) and not sheet[at][0].startswith(p["zh" if zh else "en"] + ("　" if zh else ": draw")):
            at += 1
        ok("%s: audit of %s is there" % (what, p["zh"]), at < len(sheet))
        strata = [s for s in e["strata"] if s["cells"]]
        sums = [0.0] * 18
        for s, r in zip(strata, sheet[at + 2:]):
            n, m = s["answered"], [c for row in s["matrix"] for c in row]
            due = [s["area_m2"], s["mapped_m2"], s["cells"], s["drawn"], n, s["unreachable"], s["open"]] + m + [s["area_m2"] * c / n if n else 0 for c in m]
            share = (m[0] + m[2]) / n if n else 0
            due += [s["area_m2"] ** 2 * share * (1 - share) / (n - 1) if n > 1 else 0, s["area_m2"] * (m[0] + m[2]) / s["drawn"], s["area_m2"] * (m[0] + m[2] + s["unreachable"] + s["open"]) / s["drawn"]]
            ok("%s: stratum %s: %s, not %s" % (what, s["name"], r[1:19], due), all(abs(float(c) - d) <= 1e-9 * max(1, abs(d)) for c, d in zip(r[1:19], due)))
            sums = [a + b for a, b in zip(sums, due)]
        total = sheet[at + 2 + len(strata)]
        ok("%s: sums %s, not %s" % (what, total[1:19], sums), all(abs(float(c) - d) <= 1e-9 * max(1, abs(d)) for c, d in zip(total[1:19], sums)))
        at += 4 + len(strata)
        known = values["audit_area_m2"] is not None
        ok("%s: a matrix only where the area is known" % what, (sheet[at][1] == ("罂粟" if zh else "poppy")) == known)
        if known:
            both, wrong, missed, neither = sums[11:15]
            for r, due in zip(sheet[at + 1:at + 4], ([both, wrong, both + wrong], [missed, neither, missed + neither], [both + missed, wrong + neither, sum(sums[11:15])])):
                ok("%s: matrix %s, not %s" % (what, r[:4], due), all(abs(float(c) - d) <= 1e-9 * max(1, abs(d)) for c, d in zip(r[1:4], due)))
            at += 5
        seen = 0
        for r in sheet[at + 1:at + 9]:
            f = names[r[0]]
            for c, i in ((r[1], f["id"]), (r[2], f["id"].replace("_m2", "_low_m2") if f["id"].endswith("_m2") else f["id"] + "_low"), (r[3], f["id"].replace("_m2", "_high_m2") if f["id"].endswith("_m2") else f["id"] + "_high")):
                if i in figures:
                    seen += 1
                    ok("%s: %s is %r, not %r" % (what, i, c, values[i]), same(figures[i], "" if c == "–" else c, values[i]))
            if f["id"] == "audit_area_m2" and known:
                ok("%s: Olofsson's interval" % what, abs(float(r[4]) - 1.96 * e["poppy"]["area_m2"]["se"]) < 1e-2)
        ok("%s: %d figures" % (what, seen), seen == 8 + 2 * 4)


def date_of(text):
    m = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    return "%s-%s-%s" % (m[3], m[1], m[2]) if m else text


# ---- the page ----


def visible(page, lang):
    return page.run("Array.from(document.querySelectorAll('main [lang=%s]')).some(function(e){return e.getClientRects().length > 0})" % lang)


def look(p, folder, name, width, axe):
    p.open(os.path.join(folder, name), width)
    what = "%s at %d px: " % (name, width)
    ok(what + "asks for nothing: %s" % p.requests[1:], len(p.requests) == 1)
    ok(what + "the console is quiet: %s" % p.complaints, not p.complaints)
    ok(what + "not wider than the window", p.run("document.documentElement.scrollWidth") <= width)
    ok(what + "eight drawings", p.run("document.querySelectorAll('svg').length") == 8)
    ok(what + "no text became an element", p.run("document.querySelectorAll('b,script').length") == 0)
    ok(what + "each drawing has a title, words and its numbers", p.run("Array.from(document.querySelectorAll('figure')).every(function(f){return f.querySelector('svg>title').textContent && f.querySelector('svg>desc').textContent && f.querySelector('details table tbody tr')})"))
    ok(what + "letters inside their drawing", p.run("Array.from(document.querySelectorAll('svg')).every(function(s){var b=s.getBoundingClientRect();return Array.from(s.querySelectorAll('text')).every(function(t){var r=t.getBoundingClientRect();return r.width===0||(r.left>=b.left-2&&r.right<=b.right+2&&r.bottom<=b.bottom+2)})})"))
    ok(what + "Chinese only", visible(p, "zh") and not visible(p, "en"))
    p.run("document.getElementById('speak-en').click()")
    ok(what + "English only", visible(p, "en") and not visible(p, "zh"))
    p.run("document.getElementById('speak-zh').click()")
    if axe:
        with open(axe, encoding="utf-8") as f:
            p.run(f.read() + ";1")
        found = p.run("axe.run().then(function(r){return r.violations.map(function(v){return [v.impact,v.id,v.nodes.length,v.nodes[0].html.slice(0,120)]})})")
        ok(what + "axe: %s" % found, not [v for v in found if v[0] in ("serious", "critical")])


def values(p, folder):
    """Every figure of the page against the table."""
    figures, rows = truth(os.path.join(folder, "a.json"))
    p.open(os.path.join(folder, "a.html"), 1280)
    tables = p.run("Array.from(document.querySelectorAll('section .wide table')).map(function(t){return [Array.from(t.tHead.rows[0].cells).slice(1).map(function(c){var a=c.querySelector('a');return a?+a.textContent:0}),Array.from(t.tBodies[0].rows).map(function(r){return Array.from(r.cells).slice(1).map(function(c){return c.textContent})})]})")
    seen = 0
    for numbers, body in tables:
        for c, k in enumerate(numbers):
            if k == 0:
                continue
            seen += 1
            f = figures[k - 1]
            for r, (row, _) in zip(body, rows):
                ok("page: %s of %s is %s" % (f["id"], row["zh"], r[c]), same(f, "" if r[c] == "–" else r[c], row["values"][f["id"]]))
            ok("page: %d rows" % len(body), len(body) == len(rows))
    ok("page: every figure once: %d" % seen, seen == len(figures))
    page_audit(p, folder)


def page_audit(p, folder):
    """The section of the audit, and its sentence in the summary."""
    for name in ("a", "a-xun"):
        figures, draws = audits(os.path.join(folder, name + ".json"))
        order = list(figures)
        p.open(os.path.join(folder, name + ".html"), 1280)
        rows = p.run("Array.from(document.querySelector('#audit table').tBodies[0].rows).map(function(r){return Array.from(r.cells).slice(1).map(function(c){return c.textContent})})")
        ok("page: %d figures of the audit" % len(rows), len(rows) == len(order))
        for i, cells in zip(order, rows):
            ok("page: %d draws" % len(cells), len(cells) == len(draws))
            for c, (_, values, _) in zip(cells, draws):
                text = values[i] if isinstance(values[i], str) else None
                ok("page: %s is %s, not %s" % (i, c, values[i]), c == text if text else same(figures[i], "" if c == "–" else c, values[i]))
        matrices = p.run("Array.from(document.querySelectorAll('#audit table')).slice(1).map(function(t){return Array.from(t.tBodies[0].rows).map(function(r){return Array.from(r.cells).slice(1).map(function(c){return +c.textContent})})})")
        ok("page: a table of strata for each draw", len(matrices) == len(draws))
        for m, (_, _, e) in zip(matrices, draws):
            due = [[s["drawn"], s["answered"], s["unreachable"], s["open"]] + [c for row in s["matrix"] for c in row] for s in [s for s in e["strata"] if s["cells"]] + [e["all"]]]
            ok("page: answers of strata: %s" % m, [r[2:] for r in m] == due)
        said = p.run("Array.from(document.querySelectorAll('.summary p')).map(function(e){return e.textContent})")
        ok("page: each draw's sentence", all(d["audit"]["zh"] + d["audit"]["en"] in said for d, _, _ in draws))


def page(folder, axe):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "page"))
    import browser
    p = browser.Page()
    for name in ("a.html", "a-xun.html"):
        for width in (360, 1280):
            look(p, folder, name, width, axe)
    values(p, folder)
    p.open(os.path.join(folder, "a.html"), 1280)
    pdf = p.pdf()
    n = max(int(n) for n in re.findall(rb"/Count (\d+)", pdf))
    ok("on paper: %d pages" % n, 4 <= n <= 20)
    ok("A4", re.search(rb"/MediaBox \[0 0 (594|595)(\.\d+)? (841|842)", pdf) is not None)
    p.close()
    if not axe:
        print("no axe-core: accessibility is not checked (tests/run.sh installs it where npm and network are)")


if sys.argv[1] == "units":
    units(sys.argv[2])
    sys.exit(0)
if sys.argv[1] == "page":
    page(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
else:
    {"cells": cells, "recalculate": recalculate}[sys.argv[1]](sys.argv[2])
print("year_sheets %s: %d checks, %d failed" % (sys.argv[1], checks, wrong))
sys.exit(wrong > 0)
