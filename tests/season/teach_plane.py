"""Outlines of hotspots and plots on the ground, for teach.py and teach_judge.py: lists of rings in metres of a plane with m_lon metres a degree of longitude."""
import math

M_LAT = 110950.0


def rings(geometry, m_lon):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(lon * m_lon, lat * M_LAT) for lon, lat in polygon[0]] for polygon in polygons]


def inside(p, ring):
    hit = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        if (ay > p[1]) != (by > p[1]) and p[0] < (bx - ax) * (p[1] - ay) / (by - ay) + ax:
            hit = not hit
    return hit


def distance(p, ring):
    best = math.inf
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        dx, dy = bx - ax, by - ay
        t = max(0.0, min(1.0, ((p[0] - ax) * dx + (p[1] - ay) * dy) / ((dx * dx + dy * dy) or 1)))
        best = min(best, math.hypot(ax + t * dx - p[0], ay + t * dy - p[1]))
    return best


def near(a, b):
    if max(x for x, _ in a) + 1 < min(x for x, _ in b) or max(x for x, _ in b) + 1 < min(x for x, _ in a):
        return False
    return any(inside(p, b) or distance(p, b) <= 0.3 for p in a) or any(inside(p, a) or distance(p, a) <= 0.3 for p in b)
