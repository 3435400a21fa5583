"""A GeoPackage as a phone leaves it when its app is ended: the answer stands in the write-ahead log only. log_gpkg.py PLOT_ID FILE"""
import os
import shutil
import sqlite3
import struct
import sys

plot, path = sys.argv[1:]
work = path + ".work"
for name in (work, work + "-wal", work + "-shm"):
    if os.path.exists(name):
        os.remove(name)
db = sqlite3.connect(work)
db.executescript("""
PRAGMA application_id=1196444487; PRAGMA user_version=10200; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;
CREATE TABLE gpkg_spatial_ref_sys(srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
 description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES('u',-1,'NONE',-1,'undefined',NULL),('u',0,'NONE',0,'undefined',NULL),('WGS 84',4326,'EPSG',4326,
 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]',NULL);
CREATE TABLE gpkg_contents(table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT, description TEXT, last_change DATETIME NOT NULL DEFAULT '2026-01-01T00:00:00Z', min_x DOUBLE,
 min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
INSERT INTO gpkg_contents(table_name,data_type,identifier,srs_id) VALUES('plots','features','plots',4326);
CREATE TABLE gpkg_geometry_columns(table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
INSERT INTO gpkg_geometry_columns VALUES('plots','geom','POINT',4326,0,0);
CREATE TABLE plots(fid INTEGER PRIMARY KEY, geom POINT, id TEXT, verdict TEXT, visit_time TEXT, crew TEXT);
""")
point = b"GP\0\x01" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, 105.7, 34.9)
db.execute("INSERT INTO plots(geom,id,verdict) VALUES(?,?,'unchecked')", (point, plot))
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.execute("UPDATE plots SET verdict='not_found', visit_time='2026-06-20T09:00:00+08:00', crew='丙组'")
db.commit()
# Begun and never committed: it must not count.
db.execute("UPDATE plots SET visit_time='2026-06-30'")
shutil.copy(work, path)
shutil.copy(work + "-wal", path + "-wal")
db.rollback()
db.close()
os.remove(work)
