"""Fills in a kit's files as a crew would: fill_kit.py KIT FORMAT ANSWERS.json [gcj02]

KIT: the folder. FORMAT: gpkg, shp, geojson, csv, kmz, gpx or ovital: that file of the kit is changed in place; xlsx: plots.xlsx is made of the kit's table, as an office program saves it.
ANSWERS.json: {"answers": {ID: {FIELD: VALUE}}, "new": [{"lon": DEGREES, "lat": DEGREES, FIELD: VALUE}], "photos": {ID: [PATH]}}; fields by the form's names (season/form.h), in a Shapefile too.
new: places that the crew found itself, without an id. photos: in the GeoPackage only; under DCIM. GPX and the text of Ovital have no form: what is found stands in the description or remark, behind what is there.
gcj02: the file's positions are shifted afterwards, as an app does that knows the shifted map only.
Python's standard library alone: none of papaver's code, nor GDAL's."""
import csv
import io
import json
import math
import os
import re
import sqlite3
import struct
import sys
import uuid
import xml.etree.ElementTree as ET
import zipfile

KML = "http://www.opengis.net/kml/2.2"
GPX = "http://www.topografix.com/GPX/1/1"
SHP_NAME = {"plants_counted": "plants_cnt", "sample_plants": "sample_pl", "area_measured_m2": "area_meas", "area_method": "area_meth", "plants_removed": "plants_rem",
            "eradicated_at": "erad_at", "gnss_accuracy_m": "gnss_acc_m"}


def gcj02(lon, lat):
    """The published formula."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y = lon - 105, lat - 35
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    d_lat += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3 + (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    d_lon += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3 + (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    magic = 1 - ee * math.sin(math.radians(lat)) ** 2
    lat_shift = d_lat * 180 / (a * (1 - ee) / (magic * math.sqrt(magic)) * math.pi)
    lon_shift = d_lon * 180 / (a / math.sqrt(magic) * math.cos(math.radians(lat)) * math.pi)
    return lon + lon_shift, lat + lat_shift


def same(lon, lat):
    return lon, lat


def fields_of(place):
    return {k: v for k, v in place.items() if k not in ("lon", "lat")}


# ---- GeoPackage ----

def gpkg_point(lon, lat):
    return b"GP\0\x01" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, lon, lat)


def fill_gpkg(kit, said, shift):
    db = sqlite3.connect(os.path.join(kit, "field.gpkg"))
    known = dict(db.execute("SELECT id, uuid FROM plots WHERE id IS NOT NULL"))
    for plot, answer in said.get("answers", {}).items():
        for name, value in answer.items():
            if db.execute(f'UPDATE plots SET "{name}"=? WHERE id=?', (value, plot)).rowcount != 1:
                raise SystemExit(f"no plot {plot}")
    for place in said.get("new", []):
        row = {"uuid": "{%s}" % uuid.uuid4(), "geom": gpkg_point(place["lon"], place["lat"]), **fields_of(place)}
        db.execute("INSERT INTO plots(%s) VALUES(%s)" % (",".join(f'"{k}"' for k in row), ",".join("?" * len(row))), list(row.values()))
    for plot, paths in said.get("photos", {}).items():
        for path in paths:
            db.execute("INSERT INTO photos(uuid,parent,path) VALUES(?,?,?)", ("{%s}" % uuid.uuid4(), known[plot], path))
            os.makedirs(os.path.join(kit, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(kit, path), "wb") as f:
                f.write(b"\xff\xd8\xff\xe0 a photo \xff\xd9")
    for fid, geom in db.execute("SELECT fid, geom FROM plots").fetchall():
        db.execute("UPDATE plots SET geom=? WHERE fid=?", (gpkg_point(*shift(*struct.unpack("<dd", geom[-16:]))), fid))
    db.commit()
    db.close()


# ---- Shapefile ----

class Dbf:
    def __init__(self, path):
        with open(path, "rb") as f:
            data = f.read()
        self.n, header, self.wide = struct.unpack("<IHH", data[4:12])
        self.head, self.fields, at = data[:32], [], 1
        for i in range(32, header - 1, 32):
            name = data[i:i + 11].split(b"\0")[0].decode()
            self.fields.append((name, chr(data[i + 11]), at, data[i + 16], data[i + 17]))
            at += data[i + 16]
        self.descriptors = data[32:header]
        self.rows = [bytearray(data[header + k * self.wide:header + (k + 1) * self.wide]) for k in range(self.n)]

    def get(self, row, name):
        for field, _, at, width, _ in self.fields:
            if field.lower() == name.lower():
                return row[at:at + width].decode("utf-8").strip()
        raise SystemExit(f"no field {name}")

    def put(self, row, name, value):
        for field, kind, at, width, decimals in self.fields:
            if field.lower() == name.lower():
                if kind in "NF":
                    text = (f"%.{decimals}f" % float(value)).rjust(width).encode()
                else:
                    text = str(value).encode("utf-8")[:width].decode("utf-8", "ignore").encode("utf-8").ljust(width)
                row[at:at + width] = text[:width]
                return
        raise SystemExit(f"no field {name}")

    def save(self, path):
        head = bytearray(self.head)
        head[4:8] = struct.pack("<I", len(self.rows))
        with open(path, "wb") as f:
            f.write(head + self.descriptors + b"".join(self.rows) + b"\x1a")


def fill_shp(kit, said, shift):
    base = os.path.join(kit, "shp", "plots")
    with open(base + ".shp", "rb") as f:
        data = f.read()
    points = [struct.unpack("<dd", data[k + 12:k + 28]) for k in range(100, len(data), 28)]
    table = Dbf(base + ".dbf")
    at = {table.get(row, "id"): row for row in table.rows}
    for plot, answer in said.get("answers", {}).items():
        for name, value in answer.items():
            table.put(at[plot], SHP_NAME.get(name, name), value)
    for place in said.get("new", []):
        row = bytearray(b" " * table.wide)
        for name, value in fields_of(place).items():
            table.put(row, SHP_NAME.get(name, name), value)
        table.rows.append(row)
        points.append((place["lon"], place["lat"]))
    table.save(base + ".dbf")
    points = [shift(*p) for p in points]
    xs, ys = [p[0] for p in points] or [0], [p[1] for p in points] or [0]
    box = struct.pack("<8d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)
    shp = b"".join(struct.pack(">ii", i + 1, 10) + struct.pack("<idd", 1, x, y) for i, (x, y) in enumerate(points))
    shx = b"".join(struct.pack(">ii", 50 + 14 * i, 10) for i in range(len(points)))
    for ending, body in (("shp", shp), ("shx", shx)):
        with open(f"{base}.{ending}", "wb") as f:
            f.write(data[:24] + struct.pack(">i", (100 + len(body)) // 2) + data[28:36] + box + body)


# ---- texts ----

def fill_geojson(kit, said, shift):
    path = os.path.join(kit, "plots.geojson")
    with open(path, encoding="utf-8") as f:
        doc = json.load(f)
    at = {f["properties"]["id"]: f for f in doc["features"]}
    for plot, answer in said.get("answers", {}).items():
        at[plot]["properties"].update(answer)
    for place in said.get("new", []):
        doc["features"].append({"type": "Feature", "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]}, "properties": fields_of(place)})
    for f in doc["features"]:
        f["geometry"]["coordinates"] = list(shift(*f["geometry"]["coordinates"][:2]))
    with open(path, "w", encoding="utf-8") as f:
        json.dump(doc, f, ensure_ascii=False)


def fill_csv(kit, said, shift):
    path = os.path.join(kit, "plots.csv")
    with open(path, encoding="utf-8-sig", newline="") as f:
        table = csv.DictReader(f)
        rows, names = list(table), table.fieldnames
    at = {row["id"]: row for row in rows}
    for plot, answer in said.get("answers", {}).items():
        at[plot].update(answer)
    for place in said.get("new", []):
        rows.append(dict.fromkeys(names, "") | place)
    for row in rows:
        row["lon"], row["lat"] = shift(float(row["lon"]), float(row["lat"]))
    with open(path, "w", encoding="utf-8-sig", newline="") as f:
        out = csv.DictWriter(f, names, lineterminator="\r\n")
        out.writeheader()
        out.writerows(rows)


def fill_kmz(kit, said, shift):
    path = os.path.join(kit, "plots.kmz")
    with zipfile.ZipFile(path) as z:
        members = {name: z.read(name) for name in z.namelist()}
    ET.register_namespace("", KML)
    doc = ET.fromstring(members["doc.kml"])
    q = "{%s}" % KML
    answers = dict(said.get("answers", {}))
    for mark in doc.iter(q + "Placemark"):
        data = mark.find(f"{q}ExtendedData/{q}SchemaData")
        ids = [d.text for d in data if d.get("name") == "id"] if data is not None else []
        for name, value in answers.pop(ids[0], {}).items() if ids else ():
            ET.SubElement(data, q + "SimpleData", name=name).text = str(value)
    if answers:
        raise SystemExit(f"no plots {sorted(answers)}")
    home = doc.find(q + "Document")
    for place in said.get("new", []):
        mark = ET.SubElement(home, q + "Placemark")
        ET.SubElement(mark, q + "name").text = "new"
        data = ET.SubElement(mark, q + "ExtendedData")
        for name, value in fields_of(place).items():
            ET.SubElement(ET.SubElement(data, q + "Data", name=name), q + "value").text = str(value)
        ET.SubElement(ET.SubElement(mark, q + "Point"), q + "coordinates").text = f"{place['lon']},{place['lat']}"
    for c in doc.iter(q + "coordinates"):
        c.text = " ".join("%.9f,%.9f" % shift(*[float(v) for v in t.split(",")[:2]]) for t in c.text.split())
    members["doc.kml"] = ET.tostring(doc, encoding="utf-8", xml_declaration=True)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, data)
    with open(path, "wb") as f:
        f.write(whole.getvalue())


def remark(place):
    """As a person types it where there is no form."""
    return ";".join(f"{k}={v}" for k, v in fields_of(place).items())


def fill_ovital(kit, said, shift):
    path = os.path.join(kit, "plots_ovital.txt")
    with open(path, encoding="utf-8-sig") as f:
        rows = [line.rstrip("\r\n").split(" ", 4) for line in f if line.strip()]
    answers = dict(said.get("answers", {}))
    for row in rows:
        row[4] += ";" + remark(answers.pop(row[0])) if row[0] in answers else ""
    if answers:
        raise SystemExit(f"no plots {sorted(answers)}")
    rows += [["new", place["lon"], place["lat"], "0", remark(place)] for place in said.get("new", [])]
    with open(path, "w", encoding="utf-8") as f:
        for name, lon, lat, height, words in rows:
            f.write("%s %.7f %.7f %s %s\r\n" % (name, *shift(float(lon), float(lat)), height, words))


def cell(column, row, text):
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{letters}{row}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def fill_xlsx(kit, said, shift):
    fill_csv(kit, said, shift)
    with open(os.path.join(kit, "plots.csv"), encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "".join(f'<row r="{i + 1}">' + "".join(cell(k, i + 1, v) for k, v in enumerate(row) if v) + "</row>" for i, row in enumerate(rows))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{link}"><sheets><sheet name="核查" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(os.path.join(kit, "plots.xlsx"), "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text)


def fill_gpx(kit, said, shift):
    path = os.path.join(kit, "plots.gpx")
    ET.register_namespace("", GPX)
    doc = ET.parse(path)
    q = "{%s}" % GPX
    answers = dict(said.get("answers", {}))
    for point in doc.getroot().iter(q + "wpt"):
        plot = point.find(q + "name").text.split()[-1]
        if plot in answers:
            point.find(q + "desc").text += "\n" + remark(answers.pop(plot))
    if answers:
        raise SystemExit(f"no plots {sorted(answers)}")
    first_route = [i for i, e in enumerate(doc.getroot()) if e.tag in (q + "rte", q + "trk")]
    for place in said.get("new", []):
        point = ET.Element(q + "wpt", lat=str(place["lat"]), lon=str(place["lon"]))
        ET.SubElement(point, q + "name").text = "new"
        ET.SubElement(point, q + "desc").text = remark(place)
        doc.getroot().insert(first_route[0] if first_route else len(doc.getroot()), point)
    for e in doc.iter():
        if re.search("(wpt|rtept|trkpt)$", e.tag):
            lon, lat = shift(float(e.get("lon")), float(e.get("lat")))
            e.set("lon", "%.9f" % lon)
            e.set("lat", "%.9f" % lat)
    doc.write(path, encoding="utf-8", xml_declaration=True)


FILL = {"gpkg": fill_gpkg, "shp": fill_shp, "geojson": fill_geojson, "csv": fill_csv, "kmz": fill_kmz, "gpx": fill_gpx, "ovital": fill_ovital, "xlsx": fill_xlsx}

if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[2] not in FILL:
        sys.exit(__doc__)
    with open(sys.argv[3], encoding="utf-8") as answers:
        FILL[sys.argv[2]](sys.argv[1], json.load(answers), gcj02 if "gcj02" in sys.argv[4:] else same)
