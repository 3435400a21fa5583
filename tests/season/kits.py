"""kits.py FOLDER N: what a kit's files say, read by programs that papaver has nothing to do with. Prints what is wrong."""
import csv
import io
import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

folder, n = sys.argv[1], int(sys.argv[2])
wrong = []


def check(what, good):
    if not good:
        wrong.append(what)


def read(name):
    with open(f"{folder}/{name}", "rb") as f:
        return f.read()


geo = json.loads(read("plots.geojson"))
points = {f["id"]: f["geometry"]["coordinates"] for f in geo["features"]}
facts = {f["id"]: f["properties"] for f in geo["features"]}
check("GeoJSON: number", len(points) == n and len(geo["features"]) == n)
check("GeoJSON: no crs", "crs" not in geo and b"GCJ" not in read("plots.geojson"))
check("GeoJSON: bbox", ("bbox" in geo) == (n > 0))
check("GeoJSON: order", sorted(p["visit_order"] for p in facts.values()) == list(range(1, n + 1)))
check("GeoJSON: form", all("verdict" in p and p["verdict"] is None for p in facts.values()))


def same_place(what, id, lon, lat):
    x, y = points[id]
    check(f"{what}: {id} is more than 1 cm off", math.hypot((x - lon) * 91452, (y - lat) * 110943) < 0.01)


def by_ogr(what, file, layer, field, columns=("X", "Y")):
    """Reads a layer with ogr2ogr and compares each point with the GeoJSON."""
    out = subprocess.run(["ogr2ogr", "-f", "CSV", "/vsistdout/", "-lco", "GEOMETRY=AS_XY", f"{folder}/{file}", *layer], check=True, capture_output=True, text=True).stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    found = {}
    for r in rows:
        id = r[field].split()[-1] if r.get(field) else ""
        if id in points:
            found[id] = r
            same_place(what, id, float(r[columns[0]]), float(r[columns[1]]))
    check(f"{what}: {len(found)} of {n} plots", len(found) == n)
    return found


rows = by_ogr("GPX", "plots.gpx", ["waypoints"], "name") if n else {}
check("GPX: Chinese", all("状态 status: " in r["desc"] and "秦安县" in r["desc"] and facts[i]["photo"] in r["desc"] for i, r in rows.items()))
rows = by_ogr("GeoPackage", "field.gpkg", ["plots"], "id") if n else {}
check("GeoPackage: order", all(int(r["visit_order"]) == facts[i]["visit_order"] for i, r in rows.items()))
rows = by_ogr("Shapefile", "shp/plots.shp", [], "id") if n else {}

# KMZ: doc.kml first, pictures in one folder, all names there.
kmz = zipfile.ZipFile(f"{folder}/plots.kmz")
names = kmz.namelist()
check("KMZ: doc.kml at the root", names[0] == "doc.kml" and all(x.startswith("files/") for x in names[1:]))
check("KMZ: whole", kmz.testzip() is None)
check("KMZ: dates", all(i.date_time[:3] == (2026, 5, 20) for i in kmz.infolist()))
kml = kmz.read("doc.kml").decode("utf-8")
for href in re.findall(r'(?:<href>|src=")([^"<]*)', kml):
    check(f"KMZ: {href} is not in it", href in names)
space = {"k": "http://www.opengis.net/kml/2.2"}
root = ET.fromstring(kml)
marks = [m for m in root.iter("{%s}Placemark" % space["k"]) if m.get("id")]
check("KML: number", len(marks) == n)
for m in marks:
    data = {d.get("name"): d.text for d in m.iter("{%s}SimpleData" % space["k"])}
    lon, lat = map(float, m.find("k:Point/k:coordinates", space).text.split(","))
    same_place("KML", m.get("id"), lon, lat)
    p = facts[m.get("id")]
    check("KML: facts", data["id"] == m.get("id") and data["photo"] == p["photo"] and int(data["visit_order"]) == p["visit_order"])
    check("KML: style", root.find(f'.//k:Style[@id="{p["status"]}"]', space) is not None and m.find("k:styleUrl", space).text == "#" + p["status"])
villages = [f.find("k:name", space).text for f in root.findall("k:Document/k:Folder", space)]
check("KML: a folder for each village", n < 4 or "上柳村" in villages and "西沟 & 北沟" in villages)
check("KML: control point", "学校旗杆" in kml)

# CSV as Excel takes it.
raw = read("plots.csv")
check("CSV: byte-order mark, CR LF", raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n") == n + 1)
table = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
check("CSV: number", len(table) == n)
for r in table:
    same_place("CSV", r["id"], float(r["lon"]), float(r["lat"]))
    check("CSV: form", r["verdict"] == "" and r["note"] == "")
    for k, v in r.items():
        number = k in ("lon", "lat") or isinstance(facts[r["id"]].get(k), (int, float))
        check(f"CSV: a formula in {k}: {v}", number or not re.match(r"[=+\-@\t\r]", v))

# Ovital: name lon lat height remark, and nothing in front.
for line in read("plots_ovital.txt").decode("utf-8").splitlines():
    word = line.split(" ")
    check(f"Ovital: five words: {line}", len(word) == 5 and word[3] == "0")
    same_place("Ovital", word[0], float(word[1]), float(word[2]))

# The shifted file, and nothing else, is shifted.
shifted = ET.fromstring(read("plots_GCJ02.kml"))
moved = 0
for m in shifted.iter("{%s}Placemark" % space["k"]):
    id = m.find("k:ExtendedData/k:Data[@name='id']/k:value", space).text
    lon, lat = map(float, m.find("k:Point/k:coordinates", space).text.split(","))
    d = math.hypot((points[id][0] - lon) * 91452, (points[id][1] - lat) * 110943)
    moved += 100 < d < 700
check("GCJ-02: all are shifted by hundreds of metres", moved == n)

# Flights: a survey area and lines in it for each, DJI's elements all there.
wpml = {"w": "http://www.dji.com/wpmz/1.0.2", **space}
for name in re.findall(r"flight\S*\.kmz", read("README.txt").decode("utf-8")):
    z = zipfile.ZipFile(f"{folder}/{name}")
    check("flight: members", z.namelist() == ["wpmz/template.kml", "wpmz/waylines.wpml"])
    t, w = (ET.fromstring(z.read(x)) for x in z.namelist())
    for e in ("templateType", "templateId", "autoFlightSpeed", "shootType", "direction", "margin", "overlap", "ellipsoidHeight", "height", "elevationOptimizeEnable"):
        check(f"flight: {e}", t.find(f".//w:{e}", wpml) is not None)
    for e in ("flyToWaylineMode", "finishAction", "exitOnRCLost", "executeRCLostAction", "takeOffSecurityHeight", "globalTransitionalSpeed", "droneInfo", "payloadInfo"):
        check(f"flight: {e}", all(x.find(f".//w:missionConfig/w:{e}", wpml) is not None for x in (t, w)))
    ring = [tuple(map(float, c.split(",")))[:2] for c in t.find(".//k:Polygon//k:coordinates", wpml).text.split()]
    turn = sum((a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1]) for a, b in zip(ring, ring[1:]))
    check("flight: closed ring, counter-clockwise", ring[0] == ring[-1] and turn > 0)
    way = w.findall(".//k:Placemark", wpml)
    index = [int(p.find("w:index", wpml).text) for p in way]
    check("flight: waypoints", len(way) >= 2 and len(way) % 2 == 0 and index == list(range(len(way))))
    check("flight: last group ends at the last", [e.text for e in w.findall(".//w:actionGroupEndIndex", wpml)] == ["0", str(len(way) - 1)])
    west, east = min(p[0] for p in ring), max(p[0] for p in ring)
    for p in way:
        lon, lat = map(float, p.find("k:Point/k:coordinates", wpml).text.split(","))
        check("flight: lines over the area", west - 6e-4 < lon < east + 6e-4)
print("\n".join(sorted(set(wrong))[:20]))
sys.exit(bool(wrong))
