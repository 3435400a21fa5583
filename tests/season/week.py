"""Proves a season's ledger and pages against its photos: week.py PAPAVER WORK SEASON NIGHT [NIGHT ...]

Works out once more, from single photos alone, what `papaver night` made of them: which ground they show in which state, cell by cell; sums over the season and by unit; gaps; plots with their
history. Pixels come from the class pictures and hotspots files of `papaver scan`, photo by photo; places, rasters and polygons from GDAL, PROJ and GEOS through GDAL's programs; areas from
the formula of the projection's scale. Nothing here is papaver's own arithmetic but the split of seen and blurred ground in photos that are out of focus.

WORK/plan.csv: night,file,name; WORK/pool/NAME.tif; WORK/own/NAME.{geojson,class.tif}; WORK/nights/DATE: the published folder after each night. Only the photos of the NIGHTs given are expected.
Python's standard library alone. Prints what is wrong and a count; exit code 1 when anything is."""
import csv
import json
import math
import os
import re
import sqlite3
import struct
import subprocess
import sys

EPSG = 4544
NONE, SEEN, NODATA, UNREADABLE, DARK, SATURATED, BLURRED, COARSE = range(8)
WORD = ["none", "seen", "nodata", "unreadable", "dark", "saturated", "blurred", "coarse"]
RANK = {SEEN: 0, BLURRED: 1, COARSE: 2, SATURATED: 3, DARK: 4, UNREADABLE: 5, NODATA: 6, NONE: 7}
SAME_PLOT_M = 1.5
GAP_MIN_M2 = 3

checks = wrong = 0


def check(truth, words):
    global checks, wrong
    checks += 1
    if not truth:
        wrong += 1
        print("FAILED:", words)


def near(a, b, most, words):
    check(abs(a - b) <= most, "%s: %.6f, not %.6f (most: %g)" % (words, a, b, most))


def run(*words, text=None):
    done = subprocess.run(words, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    if done.returncode != 0:
        sys.exit("FAILED: %s\n%s" % (" ".join(words), done.stderr))
    return done.stdout


# ---- the ground ----

A, F = 6378137.0, 1 / 298.257222101
E2 = F * (2 - F)


def radii(lat):
    w = 1 - E2 * math.sin(lat) ** 2
    return A * (1 - E2) / w ** 1.5, A / math.sqrt(w)


def arc(lat):
    """Meridian arc from the equator, by Simpson's rule: micrometres."""
    n = 200
    h = lat / n
    m = [radii(k * h)[0] for k in range(n + 1)]
    return h / 3 * (m[0] + m[n] + 4 * sum(m[1:n:2]) + 2 * sum(m[2:n:2]))


def areal_scale(east, north, k0):
    """Of a transverse Mercator projection with a false easting of 500 km; north of the equator."""
    lat = north / k0 / 6367449.0
    for _ in range(6):
        lat -= (arc(lat) - north / k0) / radii(lat)[0]
    meridian, across = radii(lat)
    q = ((east - 500000) / k0) ** 2 / (meridian * across)
    return (k0 * (1 + q / 2 + q * q / 24)) ** 2


class Ground:
    """A rectangle of cells of 1 m; index = row * width + column, row 0 the northernmost."""

    def __init__(self, west, south, east, north):
        self.west, self.south, self.east, self.north = west, south, east, north
        self.width, self.height = east - west, north - south
        self.n = self.width * self.height
        self.area = [0.0] * self.n
        for k in range(self.n):
            if k % self.width == 0:
                here = areal_scale(west + 0.5, self.north_of(k), 1.0)
                there = areal_scale(east - 0.5, self.north_of(k), 1.0)
            part = (k % self.width) / max(1, self.width - 1)
            self.area[k] = 1 / (here + (there - here) * part)

    def north_of(self, k):
        return self.north - k // self.width - 0.5

    def east_of(self, k):
        return self.west + k % self.width + 0.5

    def index(self, east, north):
        i, j = math.floor(east), math.floor(north)
        return (self.north - 1 - j) * self.width + i - self.west if self.west <= i < self.east and self.south <= j < self.north else -1

    def raster(self, picture, work):
        """The code of the pixel that each cell's centre lies in; 200: out of the picture."""
        out = os.path.join(work, "cells.raw")
        run("gdalwarp", "-q", "-overwrite", "-of", "ENVI", "-r", "near", "-et", "0", "-srcnodata", "None", "-dstnodata", "200", "-t_srs", "EPSG:%d" % EPSG, "-te", str(self.west),
            str(self.south), str(self.east), str(self.north), "-tr", "1", "1", picture, out)
        with open(out, "rb") as f:
            return f.read()


def states_of(codes, coarse):
    looked = COARSE if coarse else SEEN
    return [NONE if c == 200 else NODATA if c == 255 else UNREADABLE if c == 254 else DARK if c == 253 else SATURATED if c == 252 else looked for c in codes]


def read_block(ground, blob, state):
    """Puts the cells of a block of the ledger into state: docs/formats/coverage.md."""
    bx, by = struct.unpack_from("<ii", blob, 0)
    at, y = 8, 0
    while at < len(blob):
        rows, n = blob[at] + 1, struct.unpack_from("<H", blob, at + 1)[0]
        runs = [blob[at + 3 + 3 * k:at + 6 + 3 * k] for k in range(n)]
        for row in range(y, y + rows):
            for first, last, s in runs:
                for x in range(first, last + 1):
                    k = ground.index(bx * 256 + x + 0.5, by * 256 + row + 0.5)
                    if k >= 0:
                        state[k] = s
                    else:
                        check(False, "a cell of the ledger is beyond all photos")
        at, y = at + 3 + 3 * n, y + rows
    check(y == 256 and at == len(blob), "a block of the ledger has 256 rows")


# ---- shapes, by GDAL and GEOS ----


class Shapes:
    """A GeoPackage of our own in the season's grid, to ask GEOS through."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.remove(path)

    def add(self, source, layer, *options):
        update = ["-update"] if os.path.exists(self.path) else []
        run("ogr2ogr", "-q", "-f", "GPKG", *update, "-t_srs", "EPSG:%d" % EPSG, "-nln", layer, "-nlt", "GEOMETRY", *options, self.path, source)

    def add_features(self, layer, features):
        source = "%s.%s.geojson" % (self.path, layer)
        with open(source, "w", encoding="utf-8") as f:
            json.dump(features, f)
        self.add(source, layer)

    def ask(self, sql):
        text = run("ogr2ogr", "-f", "CSV", "/vsistdout/", self.path, "-dialect", "sqlite", "-sql", sql)
        return list(csv.DictReader(text.splitlines()))


def rectangles(ground, wanted):
    """GeoJSON of runs of cells, in the grid's own metres."""
    out = []
    for row in range(ground.height):
        x = 0
        while x < ground.width:
            k = row * ground.width + x
            if not wanted(k):
                x += 1
                continue
            end = x
            while end < ground.width and wanted(row * ground.width + end):
                end += 1
            w, e, n = ground.west + x, ground.west + end, ground.north - row
            ring = [[w, n - 1], [e, n - 1], [e, n], [w, n], [w, n - 1]]
            out.append({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
            x = end
    return {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:%d" % EPSG}}, "features": out}


def in_rings(rings, x, y):
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            if (ay <= y) != (by <= y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


def border_cells(ground, rings):
    """Cells of the rectangle that the rings go through."""
    cut = set()
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            n = max(1, int(math.hypot(bx - ax, by - ay) * 20))
            cut |= {ground.index(ax + (bx - ax) * t / n, ay + (by - ay) * t / n) for t in range(n + 1)}
    cut.discard(-1)
    return cut


# ---- photos ----


class Photo:
    def __init__(self, work, row):
        self.night, self.file, self.name = row["night"], row["file"], row["name"]
        self.picture = os.path.join(work, "own", self.name + ".class.tif")
        with open(os.path.join(work, "own", self.name + ".geojson"), encoding="utf-8") as f:
            found = json.load(f)
        self.facts = found["papaver"]["photos"][0]
        self.hotspots = found["features"]
        self.status = self.facts["status"]
        self.day = self.facts["taken_at"][:10]
        self.state = []


def corners(photos):
    """West, south, east, north of all photos on the grid, in whole metres, with room around."""
    box = []
    for p in photos:
        info = json.loads(run("gdalinfo", "-json", p.picture))
        w, h = info["size"]
        text = run("gdaltransform", "-t_srs", "EPSG:%d" % EPSG, p.picture, text="0 0\n%d 0\n%d %d\n0 %d\n" % (w, w, h, h))
        box += [[float(v) for v in line.split()[:2]] for line in text.strip().splitlines()]
    x, y = [b[0] for b in box], [b[1] for b in box]
    return math.floor(min(x)) - 30, math.floor(min(y)) - 30, math.ceil(max(x)) + 30, math.ceil(max(y)) + 30


def check_photo(ledger, ground, p, work):
    row = ledger.execute("SELECT * FROM photos WHERE file=? AND state='done'", (p.file,)).fetchall()
    check(len(row) == 1, "%s stands in the ledger as done, once" % p.file)
    row = row[0]
    check((row["status"], row["day"], row["hotspots"]) == (p.status, p.day, len(p.hotspots)), "%s: status, day, hotspots" % p.file)
    codes = ground.raster(p.picture, work)
    p.state = states_of(codes, p.status == "coarse")
    told = [NONE] * ground.n
    for (blob,) in ledger.execute("SELECT cells FROM ground WHERE photo=?", (row["fid"],)).fetchall():
        read_block(ground, blob, told)
    for k in range(ground.n):
        if told[k] == BLURRED and p.state[k] == SEEN:
            p.state[k] = BLURRED
    differ = sum(a != b for a, b in zip(p.state, told))
    check(differ == 0, "%s: %d cells have another state in the ledger than in its class picture" % (p.file, differ))
    # Its areas by pixels are those of the class picture's pixels.
    info = json.loads(run("gdalinfo", "-json", p.picture))
    _, dx, _, _, _, dy = info["geoTransform"]
    x, y = info["cornerCoordinates"]["center"]
    if abs(x) <= 180:
        meridian, across = radii(math.radians(y))
        pixel = math.radians(dx) * math.radians(-dy) * meridian * across * math.cos(math.radians(y))
    else:
        pixel = dx * -dy / areal_scale(x, y, 0.9996 if "UTM zone 48N" in info["coordinateSystem"]["wkt"] else 1.0)
    raw = os.path.join(work, "class.raw")
    run("gdal_translate", "-q", "-of", "ENVI", p.picture, raw)
    with open(raw, "rb") as f:
        count = states_of(f.read(), False)
    for column, states in (("valid_e4", (SEEN,)), ("nodata_e4", (NODATA,)), ("unreadable_e4", (UNREADABLE,)), ("unusable_e4", (DARK, SATURATED))):
        near(row[column] * 1e-4, sum(count.count(s) for s in states) * pixel, 1, "%s: %s" % (p.file, column))
    return row["fid"]


# ---- coverage ----


def check_sums(told, ground, photos, inside, words):
    """told: an object of coverage.json; inside: the cells that count."""
    state, repeated = [0.0] * 8, 0.0
    for k in inside:
        best = min((p.state[k] for p in photos), key=RANK.get)
        state[best] += ground.area[k]
        repeated += sum(p.state[k] == SEEN for p in photos) * ground.area[k]
    for s in range(1, 8):
        near(told[WORD[s] + "_m2"], state[s], 1, "%s: %s" % (words, WORD[s]))
    near(told["seen_repeated_m2"], repeated, 1, words + ": repeated")
    near(told["ground_m2"], sum(told[w + "_m2"] for w in WORD[1:]) + told["not_shown_m2"], 1e-5, words + ": states add up")
    return state


def read_units(work, shapes):
    units = {}
    for layer in ("counties", "townships", "villages", "compartments"):
        shapes.add(os.path.join(work, "survey", "units", layer + ".geojson"), layer)
        text = run("ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:%d" % EPSG, "-lco", "COORDINATE_PRECISION=7", "/vsistdout/", os.path.join(work, "survey", "units", layer + ".geojson"))
        for number, f in enumerate(json.loads(text)["features"], 1):
            g = f["geometry"]
            polygons = g["coordinates"] if g["type"] == "MultiPolygon" else [g["coordinates"]]
            units[layer, number] = (f["properties"], [ring for p in polygons for ring in p])
    return units


LEVEL = {"counties": "xian", "townships": "xiang", "villages": "cun", "compartments": None}


def check_units(told, ground, photos, units, shapes):
    """Exactly, by the cells whose centres lie inside, and by GEOS, which cuts cells at the border. -> cells of the counties."""
    counties = set()
    wanted = [any(p.state[k] == SEEN for p in photos) for k in range(ground.n)]
    shapes.add_features("seen", rectangles(ground, lambda k: wanted[k]))
    for layer, level in LEVEL.items():
        clipped = {int(r["unit"]): float(r["m2"] or 0)
                   for r in shapes.ask("SELECT u.rowid+0 unit, sum(ST_Area(ST_Intersection(u.geom,s.geom))) m2 FROM %s u LEFT JOIN seen s ON ST_Intersects(u.geom,s.geom) GROUP BY 1" % layer)}
        for (its, number), (fields, rings) in units.items():
            if its != layer:
                continue
            inside = [k for k in range(ground.n) if in_rings(rings, ground.east_of(k), ground.north_of(k))]
            if layer == "counties":
                counties.update(inside)
            one = [u for u in told["units"] if same_unit(u, level, fields)]
            check(len(one) == 1, "%s %s stands in coverage.json once, not %d times" % (layer, fields.get("name"), len(one)))
            if len(one) != 1:
                continue
            words = "%s %s" % (one[0]["level"], one[0]["name"])
            state = check_sums(one[0], ground, photos, inside, words)
            near(one[0]["ground_m2"], sum(ground.area[k] for k in inside), 1, words + ": ground")
            # A cell that the border goes through counts whole or not at all: at most 1 m2 each, and by chance half of them one way.
            cut = [k for k in border_cells(ground, rings) if wanted[k]]
            near(state[SEEN], clipped[number] * ground.area[0], 0.5 * len(cut) + 0.1, words + ": seen, clipped by GEOS; %d cells at the border" % len(cut))
    return counties


def same_unit(u, level, fields):
    """By what the record says: codes of county, township, village one behind the other; of forest compartments with slashes."""
    if level is None:
        return u["level"] == "xiao_ban" and u["key"] == "/".join(fields[k] for k in ("XIAN", "LIN_CHANG", "LIN_BAN", "XIAO_BAN"))
    return u["level"] == level and u["key"] == "".join(fields[k] for k in ("XIAN", "XIANG", "CUN")[:("xian", "xiang", "cun").index(level) + 1])


def check_levels(told):
    """Units that were put together of finer ones have their sums."""
    for upper, lower in (("lin_ban", "xiao_ban"), ("lin_chang", "lin_ban"), ("sheng", "xian")):
        parts = [u for u in told["units"] if u["level"] == lower]
        for u in (u for u in told["units"] if u["level"] == upper):
            its = [v for v in parts if v["key"].startswith(u["key"])]
            for what in ("ground_m2", "seen_m2", "seen_repeated_m2", "not_shown_m2"):
                near(u[what], sum(v[what] for v in its), 1e-4, "%s %s: %s is that of its %d parts" % (upper, u["key"], what, len(its)))


def check_gaps(folder, told, ground, photos, counties, shapes):
    best = {k: min((p.state[k] for p in photos), key=RANK.get) for k in counties}
    kind = {k: 0 if s in (NONE, NODATA) else 1 for k, s in best.items() if s != SEEN}
    pieces, left = [], set(kind)
    while left:
        first = left.pop()
        todo, piece = [first], [first]
        while todo:
            k = todo.pop()
            for n in (k - 1, k + 1, k - ground.width, k + ground.width):
                if n in left and kind[n] == kind[first]:
                    left.discard(n)
                    todo.append(n)
                    piece.append(n)
        pieces.append((kind[first], len(piece), sum(ground.area[k] for k in piece)))
    listed = sorted((k, n) for k, n, m2 in pieces if m2 >= GAP_MIN_M2)
    small = [m2 for _, _, m2 in pieces if m2 < GAP_MIN_M2]
    with open(os.path.join(folder, "gaps.geojson"), encoding="utf-8") as f:
        gaps = json.load(f)
    mine = sorted((0 if g["properties"]["why"] == "not_flown" else 1, g["properties"]["cells"]) for g in gaps["features"])
    check(mine == listed, "%s: gaps by kind and cells are %s, not %s" % (folder, mine, listed))
    check((told["gaps"]["listed"], told["gaps"]["small"]) == (len(listed), len(small)), folder + ": listed and small gaps")
    near(told["gaps"]["small_m2"], sum(small), 1, folder + ": small gaps")
    whole = [u for u in told["units"] if u["level"] == "sheng"][0]
    near(told["gaps"]["listed_m2"] + told["gaps"]["small_m2"], whole["ground_m2"] - whole["seen_m2"], 1e-5, folder + ": gaps add up to what was not seen")
    if not listed:
        return
    layer = "gaps_" + os.path.basename(folder).replace("-", "_")
    shapes.add(os.path.join(folder, "gaps.geojson"), layer)
    scale = sum(ground.area) / ground.n
    rows = shapes.ask("SELECT number, cells, area_m2, ST_Area(geom) m2, ST_Perimeter(geom) round, ST_IsValid(geom) valid FROM %s" % layer)
    check(all(r["valid"] == "1" for r in rows), folder + ": GEOS finds all gaps valid")
    near(sum(float(r["m2"]) for r in rows) * scale, whole["ground_m2"] - whole["seen_m2"] - told["gaps"]["small_m2"], 1, folder + ": gaps by GEOS")
    for r in rows:
        near(float(r["m2"]), float(r["cells"]), 0.006 * float(r["round"]) + 1e-3, "%s: gap %s by GEOS" % (folder, r["number"]))


def check_no_gap_was_seen(folder, shapes):
    layer = "gaps_" + os.path.basename(folder).replace("-", "_")
    m2 = shapes.ask("SELECT sum(ST_Area(ST_Intersection(g.geom,s.geom))) m2, sum(ST_Perimeter(g.geom)) round FROM %s g JOIN seen s ON ST_Intersects(g.geom,s.geom)" % layer)[0]
    near(float(m2["m2"] or 0), 0, 1, folder + ": seen ground in the gaps")


# ---- plots ----


class Spot:
    def __init__(self, photo, feature):
        q = feature["properties"]
        self.photo, self.day, self.id = photo, photo.day, q["id"]
        self.prob = q["prob"] if q["prob"] is not None else q["prob_mean"]
        self.area, self.cut, self.lon, self.lat = q["area_m2"], q["cut_by_edge"], q["lon"], q["lat"]
        self.order = (self.day, photo.file, self.id)


def components(spots, pairs):
    root = {s.id: s.id for s in spots}

    def find(a):
        while root[a] != a:
            a = root[a]
        return a

    for a, b in pairs:
        if a in root and b in root:
            root[find(a)] = find(b)
    out = {}
    for s in spots:
        out.setdefault(find(s.id), []).append(s)
    return list(out.values())


class Plot:
    def __init__(self, first, number):
        self.first, self.number, self.spots = first, number, []

    def first_seen(self):
        return min(s.day for s in self.spots)


def remember(photos, pairs):
    """Note 0025, night by night: what hangs together is one plot; of those that are joined the one stays that was seen first."""
    plots, known, number = [], [], 0
    for night in sorted({p.night for p in photos}):
        known += [s for p in photos if p.night == night for s in p.spots]
        owner = {s.id: p for p in plots for s in p.spots}
        fresh = []
        for group in components(known, pairs):
            old = sorted({owner[s.id] for s in group if s.id in owner}, key=lambda p: (p.first_seen(), p.number))
            fresh.append((old[0] if old else None, group))
        for plot, group in sorted(fresh, key=lambda f: min(s.order for s in f[1])):
            if plot is None:
                number += 1
                plot = Plot(min(group, key=lambda s: s.order), number)
            plot.group = group
            plots.append(plot) if plot not in plots else None
        plots = [p for p, _ in ((p, p) for p in plots) if any(p.group is g for _, g in fresh)]
        for p in plots:
            p.spots = p.group
    return plots


def kind_of(days):
    """days: date -> seen; all of one crop year and month."""
    order = sorted(days)
    sights = [d for d in order if days[d]]
    if sum(d > sights[-1] for d in order) >= 2:
        return "abandoned"
    return "intermittent" if any(not days[d] and sights[0] < d < sights[-1] for d in order) else "new"


def check_plots(ledger, ground, photos, fids, pairs):
    plots = remember(photos, pairs)
    rows = ledger.execute("SELECT * FROM plots WHERE merged_into IS NULL").fetchall()
    owner = {}
    for h in ledger.execute("SELECT h.id, h.photo, p.fid plot FROM hotspots h JOIN plots p ON p.fid=h.plot"):
        owner.setdefault(h["plot"], set()).add(h["id"])
    check(sorted(map(sorted, owner.values())) == sorted(sorted(s.id for s in p.spots) for p in plots), "hotspots fall into plots as outlines say: %d plots, not %d" % (len(owner), len(plots)))
    by_spots = {frozenset(v): k for k, v in owner.items()}
    row_of = {r["fid"]: r for r in rows}
    check(len(rows) == len(plots), "%d plots, not %d" % (len(rows), len(plots)))
    places = run("gdaltransform", "-s_srs", "EPSG:4326", "-t_srs", "EPSG:%d" % EPSG, text="\n".join("%.9f %.9f" % (p.first.lon, p.first.lat) for p in plots)).strip().splitlines()
    missed = 0
    for p, place in zip(plots, places):
        fid = by_spots.get(frozenset(s.id for s in p.spots))
        if fid not in row_of:
            continue
        r = row_of[fid]
        cell = ground.index(*[float(v) for v in place.split()[:2]])
        shown = {s.photo.name for s in p.spots}
        look = {x.name: (x.day, 1 if x.name in shown else 0) for x in photos if x.name in shown or x.state[cell] == SEEN}
        told = {fids[q["photo"]]: (q["date"], q["seen"]) for q in ledger.execute("SELECT * FROM looks WHERE plot=?", (fid,))}
        check(look == told, "%s: looks are %s, not %s" % (r["id"], sorted(told.items()), sorted(look.items())))
        days = {}
        for day, seen in look.values():
            days[day] = max(seen, days.get(day, 0))
        sights = [d for d in days if days[d]]
        want = (min(sights), max(sights), max(days), len(sights), len(days), kind_of(days))
        got = tuple(r[c] for c in ("first_seen", "last_seen", "last_looked", "times_seen", "times_looked", "kind"))
        check(got == want, "%s: first and last seen, last looked, times seen and looked, kind are %s, not %s" % (r["id"], got, want))
        near(r["lon"], p.first.lon, 1e-9, r["id"] + ": lon")
        near(r["lat"], p.first.lat, 1e-9, r["id"] + ": lat")
        last = [s for s in p.spots if s.day == max(sights)]
        near(r["prob"], max(s.prob for s in last), 1e-9, r["id"] + ": probability")
        by_photo = {}
        for s in last:
            by_photo.setdefault(s.photo.name, []).append(s)
        largest = max(sum(s.area for s in v) for v in by_photo.values())
        if not any(s.cut for s in last):
            near(r["area_m2"], largest, 2e-3, r["id"] + ": area")
        else:
            check(largest - 2e-3 <= r["area_m2"] <= sum(s.area for s in last) + 2e-3, r["id"] + ": area of a plot that is cut")
        missed += len(days) > len(sights)
    check(missed > 0, "some plot was looked at without being seen, or this proves little")
    return owner


def check_truth(owner, shapes):
    """Every true plot that a hotspot meets is one plot of the ledger."""
    met = {}
    for r in shapes.ask("SELECT t.id truth, h.spot spot FROM truth t JOIN hotspots h ON ST_Distance(t.geom,h.geom) <= 0"):
        met.setdefault(r["truth"], set()).update(p for p, spots in owner.items() if r["spot"] in spots)
    all_of_them = len(shapes.ask("SELECT id FROM truth"))
    check(len(met) * 4 >= all_of_them * 3, "three quarters of the true plots are found: %d of %d" % (len(met), all_of_them))
    for truth, plots in sorted(met.items()):
        check(len(plots) == 1, "true plot %s stands in the ledger %d times" % (truth, len(plots)))
    check(len(set().union(*met.values())) == len(met), "two true plots are one in the ledger")


# ---- the whole ----


def main():
    papaver, work, season, nights = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    ledger = sqlite3.connect("file:%s?mode=ro" % os.path.join(season, "season.gpkg"), uri=True)
    ledger.row_factory = sqlite3.Row
    with open(os.path.join(work, "plan.csv"), encoding="utf-8") as f:
        photos = [Photo(work, row) for row in csv.DictReader(f) if row["night"] in nights]
    ground = Ground(*corners(photos))
    shapes = Shapes(os.path.join(work, "shapes.gpkg"))
    fids = {}
    for p in photos:
        fids[check_photo(ledger, ground, p, work)] = p.name
        p.spots = [Spot(p, h) for h in p.hotspots]
    spots = [{"type": "Feature", "properties": {"spot": h["properties"]["id"]}, "geometry": h["geometry"]} for p in photos for h in p.hotspots]
    shapes.add_features("hotspots", {"type": "FeatureCollection", "features": spots})
    units = read_units(work, shapes)
    for night in sorted({p.night for p in photos}):
        folder = os.path.join(work, "nights", night)
        here = [p for p in photos if p.night <= night]
        with open(os.path.join(folder, "coverage.json"), encoding="utf-8") as f:
            told = json.load(f)
        check(told["grid"] == {"epsg": EPSG, "cell_mm": 1000}, "the grid is that of the place")
        shown = [k for k in range(ground.n) if any(p.state[k] != NONE for p in here)]
        check_sums(told["ground"], ground, here, shown, night)
        last = night == max(nights)
        if last:
            check(told == json.loads(run(papaver, "coverage", season, "--json")), "papaver coverage says the same as the page")
            check_levels(told)
            counties = check_units(told, ground, here, units, shapes)
        else:
            counties = {k for (layer, _), (_, rings) in units.items() if layer == "counties" for k in range(ground.n) if in_rings(rings, ground.east_of(k), ground.north_of(k))}
        check_gaps(folder, told, ground, here, counties, shapes)
        if last:
            check_no_gap_was_seen(folder, shapes)
        with open(os.path.join(folder, "hotspots.geojson"), encoding="utf-8") as f:
            ids = sorted(h["id"] for h in json.load(f)["features"])
        check(ids == sorted(s.id for p in photos if p.night == night for s in p.spots), night + ": hotspots.geojson has the hotspots of the night's photos")
    pairs = [(r["a"], r["b"]) for r in shapes.ask("SELECT a.spot a, b.spot b FROM hotspots a JOIN hotspots b ON a.rowid < b.rowid AND ST_Distance(a.geom,b.geom) <= %g" % SAME_PLOT_M)]
    wide = shapes.ask("SELECT a.spot FROM hotspots a JOIN hotspots b ON a.rowid < b.rowid AND abs(ST_Distance(a.geom,b.geom) - %g) < 0.001" % SAME_PLOT_M)
    check(not wide, "no two hotspots are so far apart that a millimetre decides")
    owner = check_plots(ledger, ground, photos, fids, pairs)
    shapes.add(os.path.join(work, "survey", "truth", "plots.geojson"), "truth")
    check_truth(owner, shapes)
    print("week.py: %d photos, %d hotspots, %d plots: %d checks, %d failed" % (len(photos), sum(len(p.spots) for p in photos), len(owner), checks, wrong))
    sys.exit(wrong > 0)


main()
