#!/usr/bin/env python3
"""A season of made-up years for statistics: stats_make.py SEASON PLOTS YEARS [SEED].

SEASON was made by `papaver init`; rows are put into its ledger with sqlite3 alone, as nights and imports would have left them. Boundaries (units.geojson): a county of 10 townships of 10 villages
(60 x 20 km) and 4 forest farms of 10 compartments. Plots are squares of 1 to 8 m, some on borders; photos are 1 km squares, each year on some days; some of their blocks of ground are in the ledger.
Everything follows from SEED, but the order of rows and their numbers from PAPAVER_SHUFFLE."""
import json, math, os, random, sqlite3, struct, sys, hashlib

import ledger_writer

folder, plots, years = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
shuffle = random.Random(int(os.environ.get("PAPAVER_SHUFFLE", "0")))
LON, LAT, M_LON, M_LAT = 105.67, 34.86, 91452.42, 110943.5
FIRST = 2017
CREWS = ["一组", "二组", "三组"]
STAGES = ["seedling", "rosette", "bolting", "bud", "flower", "capsule", "dry"]
METHODS = ["pulled", "machine", "self", "ordered"]
REASONS = ["corn_poppy", "other_crop", "wild_plant", "bare_or_artifact", "not_found"]


def place(x, y):
    return LON + x / M_LON, LAT + y / M_LAT


def ring(x0, y0, x1, y1):
    return [place(x0, y0), place(x1, y0), place(x1, y1), place(x0, y1), place(x0, y0)]


def blob(x0, y0, x1, y1):
    """A GeoPackage MultiPolygon of one square."""
    r = ring(x0, y0, x1, y1)
    head = b"GP\x00\x03" + struct.pack("<i", 4326) + struct.pack("<4d", r[0][0], r[1][0], r[0][1], r[2][1])
    return head + struct.pack("<BIIBIII", 1, 6, 1, 1, 3, 1, 5) + b"".join(struct.pack("<2d", *p) for p in r)


def units():
    features = []

    def add(box, **names):
        features.append({"type": "Feature", "properties": names, "geometry": {"type": "Polygon", "coordinates": [ring(*box)]}})

    for t in range(10):
        for v in range(10):
            x, y = t * 6000, v * 2000
            add((x, y, x + 6000, y + 2000), SHENG="甘肃省", XIAN="秦安县", XIANG=f"乡{t}镇", CUN=f"村{t}{v}村")
    for f in range(4):
        for b in range(10):
            x, y = f * 15000 + (b % 5) * 3000, (b // 5) * 5000
            add((x, y, x + 3000, y + 5000), LIN_CHANG=f"林场{f}", LIN_BAN=f"{b + 1:04d}")
    with open(os.path.join(folder, "units.geojson"), "w", encoding="utf-8") as out:
        json.dump({"type": "FeatureCollection", "features": features}, out, ensure_ascii=False)


def day_of(year, number):
    import datetime
    return (datetime.date(year, 1, 1) + datetime.timedelta(days=number)).isoformat()


units()
with open(os.path.join(folder, "season.conf"), "a", encoding="utf-8") as conf:
    conf.write("boundaries = units.geojson\ncampaigns = 百日攻坚 %d-04-01 100 %d-04-01..%d-04-20 %d-05-10..%d-05-31\n" % ((FIRST,) * 5))
db = ledger_writer.prepare(sqlite3.connect(os.path.join(folder, "season.gpkg")))
db.execute("PRAGMA synchronous=OFF")
# The ledger's chain and sums are kept by triggers, which take ten times as long here: without PAPAVER_PROOF such a season has figures, but does not verify.
for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND sql LIKE '%pv_digest%'").fetchall() if "PAPAVER_PROOF" not in os.environ else ():
    db.execute(f'DROP TRIGGER "{name}"')
ids = set()


def letters():
    while True:
        text = "P" + "".join(rng.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(6))
        if text not in ids:
            ids.add(text)
            return text


night = 1
db.execute("INSERT INTO nights(fid,date,state,run,folder) VALUES(1,'2017-01-01','published','r','f')")
photos, hotspots, plot_rows, findings, ground = [], [], [], [], []
photo_at = {}


def photo_of(x, y, day):
    key = (int(x // 1000), int(y // 1000), day)
    if key not in photo_at:
        photo_at[key] = len(photos) + 1
        box = (key[0] * 1000, key[1] * 1000, key[0] * 1000 + 1000, key[1] * 1000 + 1000)
        photos.append((blob(*box), 1, f"{day}/{key[0]:03d}-{key[1] + 10:03d}.tif", 1, 1, "done", "done", day + "T10:00:00+08:00", f"{int(day[:4]) % 3:016x}", day))
    return photo_at[key]


def say(plot, status, day, **more):
    f = {"status": status, "date": day, "crew": rng.choice(CREWS), "person1": "张三", "verdict": None, "stage": None, "method": None, "plants_counted": None,
         "plants_removed": None, "sample_plants": None, "sample_m2": None, "area_measured_m2": None, "note": None}
    f.update(more)
    f["plot"] = plot
    f["key"] = hashlib.sha256(repr(sorted(f.items(), key=str)).encode()).hexdigest()
    findings.append(f)


def live(n, x, y, side):
    """One plot: its sights and findings over the years."""
    sights = 0
    start = FIRST + rng.randrange(years)
    for year in range(start, min(start + rng.choice((1, 1, 2, 3)), FIRST + years)):
        d = rng.randrange(60, 200)
        for _ in range(rng.choice((1, 1, 2))):
            sights += 1
            plants = rng.randrange(5, 900)
            props = {"cut_by_edge": False, "plants_low": plants // 2, "plants": plants, "plants_high": plants * 2, "days_to_capsule": rng.choice((None, 5, 30))}
            day = day_of(year, d - d % 35)
            hotspots.append((blob(x, y, x + side, y + side), photo_of(x, y, day), f"{len(hotspots):016x}", n, *place(x + side / 2, y + side / 2), side * side,
                             rng.randrange(3000, 10000) / 1e4, 0.5, 1.0, "poppy", rng.choice(STAGES), json.dumps(props)))
            d += rng.randrange(1, 25)
        fate = rng.random()
        counted = rng.randrange(1, 4000) if rng.random() < 0.7 else None
        if fate < 0.35:
            say(n, "confirmed", day_of(year, d), verdict="confirmed_poppy", stage=rng.choice(STAGES), plants_counted=counted, area_measured_m2=round(side * side * 1.1, 2) if rng.random() < 0.5 else None)
            if rng.random() < 0.85:
                d += rng.randrange(0, 6)
                say(n, "eradicated", day_of(year, d), verdict="confirmed_poppy", method=rng.choice(METHODS), plants_removed=counted)
                if rng.random() < 0.5:
                    say(n, "rechecked", day_of(year, d + rng.randrange(1, 40)), verdict="not_found")
        elif fate < 0.75:
            say(n, "ruled_out", day_of(year, d), verdict=rng.choice(REASONS + [None]), note="看过了")
        elif fate < 0.8:
            say(n, "unreachable", day_of(year, d), verdict="unreachable")
        elif fate < 0.82:
            say(n, "confirmed", day_of(year, d), verdict="confirmed_poppy", crew="一组")
            say(n, "ruled_out", day_of(year, d), verdict="other_crop", crew="二组")
        elif fate < 0.85:
            say(n, "eradicated", day_of(year, d), verdict="already_removed")
        elif fate < 0.9:
            say(n, "dispatched", day_of(year, d), crew="三组")
    return sights


for n in range(1, plots + 1):
    x, y = rng.uniform(0, 60500), rng.uniform(-200, 20000)
    if n % 50 == 0:
        x = 6000 * rng.randrange(1, 10) - 1.0
    side = rng.choice((1.0, 2.0, 4.0, 8.0))
    crew = rng.random() < 0.05
    before = len(findings)
    if crew:
        day = day_of(FIRST + rng.randrange(years), rng.randrange(60, 250))
        plot_rows.append((n, letters(), "crew", day, *place(x, y)))
        say(n, "confirmed", day, verdict="confirmed_poppy", plants_counted=rng.randrange(1, 60))
    else:
        live(n, x, y, side)
        plot_rows.append((n, letters(), "photo", None, *place(x, y)))

number = list(range(1, plots + 1))
order = list(range(len(findings)))
if "PAPAVER_SHUFFLE" in os.environ:
    shuffle.shuffle(number)
    shuffle.shuffle(order)
db.executemany("INSERT INTO photos(geom,night,file,bytes,changed_ns,state,status,taken_at,model,day) VALUES(?,?,?,?,?,?,?,?,?,?)", photos)
plot_rows.sort(key=lambda r: number[r[0] - 1])
db.executemany("INSERT INTO plots(fid,id,origin,found_on,lon,lat) VALUES(?,?,?,?,?,?)", [(number[r[0] - 1], *r[1:]) for r in plot_rows])
spots = [(h[0], h[1], h[2], number[h[3] - 1], *h[4:]) for h in hotspots]
if "PAPAVER_SHUFFLE" in os.environ:
    shuffle.shuffle(spots)
db.executemany("INSERT INTO hotspots(geom,photo,id,plot,lon,lat,area_m2,prob,prob_mean,prob_max,class,stage,properties) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", spots)
db.execute("INSERT INTO looks(plot,photo,date,seen) SELECT h.plot,h.photo,p.day,1 FROM hotspots h JOIN photos p ON p.fid=h.photo WHERE 1 ON CONFLICT DO NOTHING")
# As a night would have left them: the last day's area, stage and hotspot.
db.execute("CREATE TEMP TABLE lastday AS SELECT h.plot AS plot,max(p.day) AS day FROM hotspots h JOIN photos p ON p.fid=h.photo GROUP BY h.plot")
db.execute("CREATE TEMP TABLE last AS SELECT h.plot AS plot,p.day AS day,h.area_m2 AS area,h.fid AS fid,h.stage AS stage,json_extract(h.properties,'$.days_to_capsule') AS days FROM hotspots h "
           "JOIN photos p ON p.fid=h.photo JOIN lastday l ON l.plot=h.plot AND l.day=p.day GROUP BY h.plot HAVING coalesce(h.prob,0)=max(coalesce(h.prob,0))")
db.execute("CREATE UNIQUE INDEX temp.last_plot ON last(plot)")
db.execute("UPDATE plots SET (last_seen,area_m2,hotspot,stage,capsules_from)=(SELECT day,area,fid,stage,CASE WHEN days IS NOT NULL THEN date(day,days||' days') END FROM last WHERE last.plot=plots.fid)")
if "PAPAVER_PROOF" in os.environ:
    # Boxes in 1e-7 degrees, rounded outwards: of hotspots, and of plots with their hotspots.
    def outwards(box):
        return tuple(math.floor(v * 1e7) for v in box[:2]) + tuple(math.ceil(v * 1e7) for v in box[2:])

    boxes = {}
    for fid, plot, geom in db.execute("SELECT fid,plot,geom FROM hotspots").fetchall():
        west, east, south, north = struct.unpack("<4d", geom[8:40])
        due = outwards((west, south, east, north))
        db.execute("INSERT INTO hotspots_box(fid,west,south,east,north) VALUES(?,?,?,?,?)", (fid, *due))
        boxes.setdefault(plot, []).append(due)
    for fid, lon, lat in db.execute("SELECT fid,lon,lat FROM plots").fetchall():
        all_of = boxes.get(fid, []) + [outwards((lon, lat, lon, lat))]
        db.execute("INSERT INTO plots_box(fid,west,south,east,north) VALUES(?,?,?,?,?)", (fid, *(min(b[k] for b in all_of) for k in (0, 1)), *(max(b[k] for b in all_of) for k in (2, 3))))
names = ["plot", "key", "status", "date", "crew", "person1", "verdict", "note", "stage", "method", "plants_counted", "plants_removed", "sample_plants", "sample_m2", "area_measured_m2"]
db.executemany(f"INSERT OR IGNORE INTO findings({','.join(names)}) VALUES({','.join('?' * len(names))})",
               [[number[findings[i]["plot"] - 1] if k == "plot" else findings[i][k] for k in names] for i in order])
for k in range(min(2000, plots)):
    x, y = rng.uniform(0, 60000), rng.uniform(0, 20000)
    day = day_of(FIRST + rng.randrange(years), rng.randrange(60, 250))
    text = rng.choice(["巡护", "出动人员%d人，车辆%d台" % (rng.randrange(2, 20), rng.randrange(1, 4)), "入山采药"])
    db.execute("INSERT INTO context(key,kind,lon,lat,date,who,text) VALUES(?,'register',?,?,?,?,?)", (f"{k:064x}", *place(x, y), day, "甲、乙" if k % 3 == 0 else "丙", text))
# Ground: a block of 256 m seen whole for every photo of the first 20,000.
db.execute("INSERT OR REPLACE INTO season_facts(name,value) VALUES('grid','4544,1.000')")
rows = db.execute("SELECT fid,file FROM photos ORDER BY fid LIMIT 20000").fetchall()
for fid, file in rows:
    kx, ky = (int(v) for v in file.split("/")[1][:-4].split("-"))
    bx, by = (561267 + kx * 1000 + 500) // 256, (3859266 + (ky - 10) * 1000 + 500) // 256
    db.execute("INSERT OR IGNORE INTO ground(by,bx,photo,cells) VALUES(?,?,?,?)", (by, bx, fid, struct.pack("<iiBHBBB", bx, by, 255, 1, 0, 255, int(os.environ.get("PAPAVER_SEEN", "1")))))
db.commit()
print(f"{plots} plots, {len(hotspots)} hotspots, {len(photos)} photos, {len(findings)} findings, {len(rows)} blocks of ground")
