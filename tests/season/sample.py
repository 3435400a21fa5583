"""A crew that knows the truth, and what the truth is: sample.py WORK crew KIT ANSWERS.json [unreachable EVERY] | truth SEASON | judge ESTIMATE.json TRUTH.json

The truth is the survey's list of plants: a square of the season's grid is poppy where a plant stands in it. Cells come from GDAL's transform and the bytes of the ledger's ground (docs/formats/coverage.md): none of papaver's code."""
import csv
import json
import math
import os
import sqlite3
import struct
import subprocess
import sys

GRID = "EPSG:4544"


def cells_of(places):
    text = "".join("%.9f %.9f\n" % p for p in places)
    out = subprocess.run(["gdaltransform", "-s_srs", "EPSG:4326", "-t_srs", GRID], input=text, capture_output=True, text=True, check=True).stdout
    return [tuple(math.floor(float(v)) for v in line.split()[:2]) for line in out.splitlines()]


def plants(work):
    with open(os.path.join(work, "survey/truth/plants.csv")) as f:
        rows = list(csv.DictReader(f))
    return set(cells_of([(float(r["lon"]), float(r["lat"])) for r in rows]))


def crew(work, kit, answers, every):
    poppy = plants(work)
    with open(os.path.join(kit, "plots.csv"), encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    visit = {"visit_time": "2026-06-05 09:12", "crew": "抽查组", "person1": "王五", "person2": "赵六", "how_seen": "on_site", "gnss_accuracy_m": "0.05"}
    said = {}
    for k, (row, cell) in enumerate(zip(rows, cells_of([(float(r["lon"]), float(r["lat"])) for r in rows]))):
        verdict = "confirmed_poppy" if cell in poppy else ("not_found" if k % 2 else "other_crop")
        said[row["id"]] = {**visit, "verdict": "unreachable" if every and k % every == 0 else verdict}
    with open(answers, "w") as f:
        json.dump({"answers": said}, f)


def seen_cells(season):
    seen = set()
    for by, bx, data in sqlite3.connect(season + "/season.gpkg").execute("SELECT by, bx, cells FROM ground"):
        at, y = 8, 0
        assert struct.unpack("<ii", data[:8]) == (bx, by)
        while y < 256:
            rows, n = data[at] + 1, struct.unpack("<H", data[at + 1:at + 3])[0]
            at += 3
            for _ in range(n):
                first, last, state = data[at:at + 3]
                at += 3
                if state == 1:
                    seen |= {(256 * bx + x, 256 * by + y + r) for x in range(first, last + 1) for r in range(rows)}
            y += rows
        assert at == len(data)
    return seen


def truth(work, season):
    seen = seen_cells(season)
    print(json.dumps({"seen": len(seen), "poppy": len(seen & plants(work))}))


def judge(estimate, truth):
    e, t = (json.load(open(f)) for f in (estimate, truth))
    assert sum(s["cells"] for s in e["strata"]) == t["seen"], (e["strata"], t)
    cell = e["area_m2"] / t["seen"]
    area, p = t["poppy"] * cell, e["poppy"]
    print("truth %.1f m2, estimate %.1f (%.1f to %.1f), user's %.3f, producer's %.3f" % (area, p["area_m2"]["value"], p["area_m2"]["low"], p["area_m2"]["high"], p["users"]["value"], p["producers"]["value"]))
    assert p["area_m2"]["low"] <= area <= p["area_m2"]["high"]
    assert 0 < p["area_m2"]["low"] < p["area_m2"]["value"] < p["area_m2"]["high"]
    # By hand from the matrices.
    by_hand = sum(s["area_m2"] * (s["matrix"][0][0] + s["matrix"][1][0]) / s["answered"] for s in e["strata"] if s["answered"])
    assert abs(by_hand - p["area_m2"]["value"]) < 1e-2, by_hand
    assert e["if_no_missing_is_poppy_m2"] <= p["area_m2"]["value"] + 1e-6 <= e["if_all_missing_are_poppy_m2"] + 2e-6
    assert all(s["drawn"] == s["answered"] + s["unreachable"] + s["open"] for s in e["strata"])


if sys.argv[2] == "crew":
    crew(sys.argv[1], sys.argv[3], sys.argv[4], int(sys.argv[6]) if len(sys.argv) > 6 else 0)
elif sys.argv[2] == "truth":
    truth(sys.argv[1], sys.argv[3])
else:
    judge(sys.argv[3], sys.argv[4])
