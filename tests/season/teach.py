"""teach.py PLOT_SET SEASON SURVEY FLIGHT DATE [NORTH]: a crew walks to every suspected plot that lies in a sample survey, and says what the truth says.

A plot is opium poppy when one of its hotspots lies within 0.3 m of a true plot; else the reason follows from what the truth raster has at its point. NORTH: degrees by which
the survey was moved to the north. Prints a line for each plot: id, confirmed or the reason."""
import json
import math
import sqlite3
import struct
import subprocess
import sys

from teach_plane import M_LAT, near, rings

plot_set, season, survey, flight, date = sys.argv[1:6]
north = float(sys.argv[6]) if len(sys.argv) > 6 else 0.0

REASONS = {"corn_poppy": ("corn_poppy", "other_flower", "flower", "rose"), "other_crop": ("wheat", "garlic", "lettuce", "cabbage", "rape"),
           "wild_plant": ("grass", "forest", "meadow", "weed", "tree")}


truth = json.load(open(f"{survey}/truth/plots.geojson"))["features"]
index = json.load(open(f"{survey}/survey.json"))
classes = [c if isinstance(c, str) else c["name"] for c in index["classes"]]
first = truth[0]["geometry"]["coordinates"][0][0]
m_lon = 111412.84 * math.cos(math.radians(first[1]))
true_rings = [r for f in truth for r in rings(f["geometry"], m_lon)]
box = (min(x for r in true_rings for x, _ in r) - 300, max(x for r in true_rings for x, _ in r) + 300, min(y for r in true_rings for _, y in r) - 300,
       max(y for r in true_rings for _, y in r) + 300)


def reason(lon, lat):
    out = subprocess.run(["gdallocationinfo", "-valonly", "-wgs84", f"{survey}/truth/classes-flight-{flight}.tif", repr(lon), repr(lat)], capture_output=True, text=True)
    value = out.stdout.strip()
    name = classes[int(value) - 1] if value.isdigit() and int(value) > 0 else ""
    return next((code for code, words in REASONS.items() if any(w in name for w in words)), "bare_or_artifact")


def outlines(blob):
    """Outer rings of a GeoPackage MultiPolygon of ours: little-endian."""
    at = 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    n = struct.unpack_from("<I", blob, at + 5)[0]
    at += 9
    for _ in range(n):
        n_rings = struct.unpack_from("<I", blob, at + 5)[0]
        at += 9
        for k in range(n_rings):
            n_points = struct.unpack_from("<I", blob, at)[0]
            points = struct.unpack_from(f"<{2 * n_points}d", blob, at + 4)
            at += 4 + 16 * n_points
            if k == 0:
                yield [(lon * m_lon, (lat - north) * M_LAT) for lon, lat in zip(points[::2], points[1::2])]


plots = {}
ledger = sqlite3.connect(f"file:{season}/season.gpkg?mode=ro", uri=True)
for plot, lon, lat, geom in ledger.execute(
        "SELECT p.id,p.lon,p.lat,h.geom FROM plots p JOIN hotspots h ON h.plot=p.fid WHERE p.status='suspected' AND p.merged_into IS NULL"):
    shapes = list(outlines(geom))
    if not (box[0] <= shapes[0][0][0] <= box[1] and box[2] <= shapes[0][0][1] <= box[3]):
        continue
    known = plots.setdefault(plot, {"true": False, "at": (lon, lat - north)})
    known["true"] = known["true"] or any(near(a, b) for a in shapes for b in true_rings)
ledger.close()

for plot, what in sorted(plots.items()):
    status, words = ("confirmed", []) if what["true"] else ("ruled_out", [reason(*what["at"])])
    subprocess.run([plot_set, season, plot, status, date, *words], check=True, stdout=subprocess.DEVNULL)
    print(plot, words[0] if words else status)
