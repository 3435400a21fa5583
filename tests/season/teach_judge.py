"""teach_judge.py FOLDER SURVEY:FLIGHT...: an old and a new model on flights of sample surveys.

Reads FOLDER/{old,new}-{own,low}-SURVEYNAME-FLIGHT.geojson: hotspots by the model's own threshold, and by a low one. Prints for both models the plots found and the false hotspots by their own
threshold, and the false ones at the highest threshold by which each finds as many plots as the old one does by its own: all plots that the flight shows, and those in flower with five plants or
more; and for a few plots fewer and more, because one plot may move the threshold far.
A plot is found when a hotspot lies within 0.3 m of it; a hotspot within 0.3 m of any plot is not false."""
import json
import math
import os
import sys

from teach_plane import near, rings

folder = sys.argv[1]
KINDS = ("all plots", "in flower, 5 plants or more")


def read(which, survey, flight):
    """Falling probabilities of false hotspots, and the best one of each plot: [(probability, is judged)]."""
    truth = json.load(open(f"{survey}/truth/plots.geojson"))["features"]
    m_lon = 111412.84 * math.cos(math.radians(truth[0]["geometry"]["coordinates"][0][0][1]))
    plots = [(rings(f["geometry"], m_lon), f["properties"]) for f in truth]
    best, bad = {}, []
    for f in json.load(open(f"{folder}/{which}-{os.path.basename(survey)}-{flight}.geojson"))["features"]:
        shapes, prob = rings(f["geometry"], m_lon), f["properties"]["prob"]
        hit = [p["id"] for r, p in plots if any(near(a, b) for a in shapes for b in r)]
        if not hit:
            bad.append(prob)
        for i in hit:
            best[i] = max(best.get(i, 0), prob)
    seen = [p for _, p in plots if f"flight-{flight}" in p["flights"].split(",")]
    found = [(best[p["id"]], p["stage"] == "flowering" and p["plants"] >= 5) for p in seen if p["id"] in best]
    return found, bad, len(seen), sum(p["stage"] == "flowering" and p["plants"] >= 5 for p in seen)


sums = {}
for which in ("old-own", "new-own", "old-low", "new-low"):
    found, bad, seen, judged = [], [], 0, 0
    for case in sys.argv[2:]:
        survey, flight = case.rsplit(":", 1)
        f, b, s, j = read(which, survey, flight)
        found, bad, seen, judged = found + f, bad + b, seen + s, judged + j
    sums[which] = found, bad
    if which.endswith("own"):
        print(f"{which[:3]} by its own threshold: {len(found)} of {seen} plots, {sum(f for _, f in found)} of {judged} in flower with 5 plants or more, {len(bad)} false")
for kind, name in enumerate(KINDS):
    want = sum(1 for _, firm in sums["old-own"][0] if firm or not kind)
    for model in ("old", "new"):
        found, bad = sums[model + "-low"]
        ranked = sorted((prob for prob, firm in found if firm or not kind), reverse=True)
        if len(ranked) < want:
            print(f"{model} never finds {want} ({name})")
            continue
        at = ranked[want - 1]
        print(f"{model} at {at:.4f}, where it finds {sum(p >= at for p in ranked)} ({name}): {sum(p >= at for p in bad)} false")
        around = [sum(p >= ranked[n - 1] for p in bad) for n in range(max(want - 4, 1), min(want + 4, len(ranked)) + 1)]
        print(f"    and for four plots fewer to four more: {' '.join(map(str, around))} false")
