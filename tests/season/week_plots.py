"""week_plots.py LEDGER: what a season remembers of its plots, without what tells nights apart (row numbers): a line a plot, sorted."""
import sqlite3
import sys

ledger = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
columns = "id,status,kind,first_seen,last_seen,last_looked,times_seen,times_looked,lon,lat,area_m2,prob,class,stage,capsules_from,cell_i,cell_j"
lines = []
for row in ledger.execute("SELECT fid,%s FROM plots WHERE merged_into IS NULL" % columns):
    spots = [h[0] for h in ledger.execute("SELECT id FROM hotspots WHERE plot=? ORDER BY id", row[:1])]
    looks = list(ledger.execute("SELECT p.file,l.date,l.seen FROM looks l JOIN photos p ON p.fid=l.photo WHERE l.plot=? ORDER BY 1", row[:1]))
    lines.append("%s %s %s" % (row[1:], spots, looks))
print("\n".join(sorted(lines)))
