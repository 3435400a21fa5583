/* The tables of the ledger: docs/formats/season.md says what every column means. */
#include <string.h>

#include "season/chain.h"
#include "season/store.h"

#include "base/banned.h"

static const char geopackage[] =
    "PRAGMA application_id=1196444487; PRAGMA user_version=10300;"
    "CREATE TABLE gpkg_spatial_ref_sys(srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined cartesian SRS',-1,'NONE',-1,'undefined','undefined cartesian coordinate reference system');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined geographic SRS',0,'NONE',0,'undefined','undefined geographic coordinate reference system');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('WGS 84 geodetic',4326,'EPSG',4326,'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS "
    "84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]','longitude/latitude coordinates in decimal "
    "degrees on the WGS 84 spheroid');"
    "CREATE TABLE gpkg_contents(table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id "
    "INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY(srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns(table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT "
    "NULL,"
    " z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY(table_name,column_name), CONSTRAINT uk_gc_table_name "
    "UNIQUE(table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY(table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY(srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));";

static const char tables[] =
    "CREATE TABLE season_facts(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE nights(fid INTEGER PRIMARY KEY, date TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('open','published')), run TEXT, folder "
    "TEXT);"
    "CREATE TABLE photos(fid INTEGER PRIMARY KEY, geom MULTIPOLYGON, night INTEGER NOT NULL REFERENCES nights(fid), file TEXT NOT NULL, bytes "
    "INTEGER NOT "
    "NULL,"
    " changed_ns INTEGER NOT NULL, state TEXT NOT NULL CHECK(state IN('new','done','refused','quarantined','same')), attempts INTEGER NOT NULL "
    "DEFAULT 0,"
    " reason TEXT, name TEXT, sha256 TEXT, status TEXT, taken_at TEXT, gsd_m REAL, model TEXT, valid_e4 INTEGER, nodata_e4 INTEGER, unreadable_e4 "
    "INTEGER,"
    " unusable_e4 INTEGER, blurred_e4 INTEGER, coarse_e4 INTEGER, hotspots INTEGER, day TEXT, UNIQUE(file,bytes,changed_ns));"
    "CREATE INDEX photos_sha256 ON photos(sha256); CREATE INDEX photos_night ON photos(night);"
    "CREATE INDEX photos_fresh ON photos(fid) WHERE state='done' AND day IS NULL;"
    "CREATE TABLE plots(fid INTEGER PRIMARY KEY, geom POINT, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL DEFAULT 'photo' CHECK(origin "
    "IN('photo','crew')),"
    " found_on TEXT, status TEXT NOT NULL DEFAULT 'suspected' CHECK(status "
    "IN('suspected',"
    "'dispatched','checking','confirmed','ruled_out','unreachable','eradicated','rechecked','regrown')), status_date TEXT, eradicated_on TEXT,"
    " kind TEXT NOT NULL DEFAULT 'new' CHECK(kind IN('new','permanent','intermittent','abandoned')), first_seen TEXT, last_seen TEXT, last_looked "
    "TEXT,"
    " times_seen INTEGER NOT NULL DEFAULT 0, times_looked INTEGER NOT NULL DEFAULT 0, lon REAL NOT NULL, lat REAL NOT NULL, cell_i INTEGER,"
    " cell_j INTEGER, cell_e INTEGER, cell_n INTEGER, area_m2 REAL, prob REAL, class TEXT, stage TEXT, capsules_from TEXT, hotspot INTEGER,"
    " merged_into INTEGER REFERENCES plots(fid), merged_on TEXT, split_from INTEGER REFERENCES plots(fid), quiet_from TEXT, quiet_until TEXT, "
    "quiet_prob REAL,"
    " quiet_class TEXT, quiet_reason TEXT, shown_again TEXT);"
    "CREATE INDEX plots_merged_into ON plots(merged_into) WHERE merged_into IS NOT NULL;"
    "CREATE INDEX plots_split_from ON plots(split_from) WHERE split_from IS NOT NULL; CREATE INDEX plots_cell ON plots(cell_e,cell_n);"
    "CREATE INDEX plots_block ON plots(cell_j>>8,cell_i>>8); CREATE INDEX plots_unplaced ON plots(fid) WHERE cell_i IS NULL AND merged_into IS NULL;"
    "CREATE INDEX plots_quiet ON plots(quiet_until) WHERE status='ruled_out';"
    "CREATE INDEX plots_crew ON plots(fid) WHERE origin='crew' AND merged_into IS NULL;"
    "CREATE TABLE plot_cells(cell_e INTEGER NOT NULL, cell_n INTEGER NOT NULL, kind TEXT NOT NULL, first_seen TEXT, last_seen TEXT, last_looked TEXT,"
    " times_seen INTEGER NOT NULL, times_looked INTEGER NOT NULL, plots INTEGER NOT NULL, PRIMARY KEY(cell_e,cell_n)) WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE plots_box USING rtree_i32(fid,west,east,south,north);"
    "CREATE VIRTUAL TABLE hotspots_box USING rtree_i32(fid,west,east,south,north);"
    "CREATE TABLE hotspots(fid INTEGER PRIMARY KEY, geom MULTIPOLYGON, photo INTEGER NOT NULL REFERENCES photos(fid), id TEXT NOT NULL, plot INTEGER "
    "REFERENCES plots(fid), part INTEGER REFERENCES plots(fid),"
    " lon REAL NOT NULL, lat REAL NOT NULL, area_m2 REAL NOT NULL, prob REAL, prob_mean REAL NOT NULL, prob_max REAL NOT NULL, class TEXT, stage "
    "TEXT,"
    " properties TEXT NOT NULL, UNIQUE(photo,id));"
    "CREATE INDEX hotspots_plot ON hotspots(plot); CREATE INDEX hotspots_lat ON hotspots(lat);"
    "CREATE TABLE looks(plot INTEGER NOT NULL REFERENCES plots(fid), photo INTEGER NOT NULL REFERENCES photos(fid), date TEXT, seen INTEGER NOT NULL,"
    " PRIMARY KEY(plot,photo)) WITHOUT ROWID;"
    "CREATE TABLE ground(by INTEGER NOT NULL, bx INTEGER NOT NULL, photo INTEGER NOT NULL REFERENCES photos(fid), cells BLOB NOT NULL, PRIMARY "
    "KEY(by,bx,photo))"
    " WITHOUT ROWID; CREATE INDEX ground_photo ON ground(photo);"
    "CREATE TABLE overviews(photo INTEGER PRIMARY KEY REFERENCES photos(fid), west REAL NOT NULL, south REAL NOT NULL, east REAL NOT NULL, north "
    "REAL NOT NULL,"
    " width_px INTEGER NOT NULL, height_px INTEGER NOT NULL);";

/* What people said, and what nights found to be one plot: only added to. */
#define ADDED_ONLY(table, when, what)                                                                                                                \
    "CREATE TRIGGER IF NOT EXISTS " table "_stay BEFORE UPDATE ON " table " " when "BEGIN SELECT RAISE(ABORT,'" what " are never changed'); END;"    \
    "CREATE TRIGGER IF NOT EXISTS " table "_keep BEFORE DELETE ON " table " BEGIN SELECT RAISE(ABORT,'" what " are never deleted'); END;"

static const char records[] =
    "CREATE TABLE imports(fid INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, format TEXT NOT NULL, datum TEXT NOT NULL,"
    " date TEXT NOT NULL, records INTEGER NOT NULL, added INTEGER NOT NULL, same INTEGER NOT NULL, late INTEGER NOT NULL, conflicts INTEGER NOT NULL,"
    " new_places INTEGER NOT NULL, refused INTEGER NOT NULL, ended INTEGER NOT NULL);"
    "CREATE TABLE findings(fid INTEGER PRIMARY KEY, plot INTEGER NOT NULL REFERENCES plots(fid), key TEXT NOT NULL UNIQUE, status TEXT NOT NULL "
    "CHECK(status IN('suspected','dispatched','checking','confirmed','ruled_out','unreachable','eradicated','rechecked','regrown')),"
    " date TEXT NOT NULL, at TEXT, crew TEXT, person1 TEXT, person2 TEXT, reviewer TEXT, verdict TEXT, disposal TEXT, stage TEXT, method TEXT,"
    " area_method TEXT, plants_counted INTEGER, plants_removed INTEGER, sample_plants INTEGER, sample_m2 REAL, area_measured_m2 REAL,"
    " gnss_accuracy_m REAL, lon REAL, lat REAL, due TEXT, photos TEXT, note TEXT, source TEXT, import INTEGER REFERENCES imports(fid),"
    " prob REAL, class TEXT);"
    "CREATE INDEX findings_plot ON findings(plot);"
    "CREATE TABLE context(fid INTEGER PRIMARY KEY, geom POINT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK(kind IN('register','tip_off')),"
    " lon REAL NOT NULL, lat REAL NOT NULL, date TEXT NOT NULL, at TEXT, who TEXT, text TEXT, source TEXT, import INTEGER REFERENCES imports(fid));"
    "CREATE INDEX context_date ON context(date);"
    "CREATE TABLE freezes(fid INTEGER PRIMARY KEY, period TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, version INTEGER NOT NULL,"
    " date TEXT NOT NULL, links INTEGER NOT NULL, head TEXT NOT NULL, sums TEXT NOT NULL, program TEXT NOT NULL, folder TEXT NOT NULL,"
    " UNIQUE(period,version));"
    "CREATE TABLE joins(fid INTEGER PRIMARY KEY, part INTEGER NOT NULL UNIQUE REFERENCES plots(fid), plot INTEGER NOT NULL REFERENCES plots(fid),"
    " date TEXT NOT NULL);"
    "CREATE TABLE evidence(fid INTEGER PRIMARY KEY, finding INTEGER NOT NULL REFERENCES findings(fid), name TEXT NOT NULL, file TEXT NOT NULL, "
    "source TEXT,"
    " import INTEGER REFERENCES imports(fid), UNIQUE(finding,name,file));" ADDED_ONLY("evidence", "", "photos of findings")
        ADDED_ONLY("freezes", "", "frozen years") ADDED_ONLY("joins", "", "joins of plots") ADDED_ONLY("imports", "WHEN OLD.ended<>0 ", "batches")
            ADDED_ONLY("findings", "", "findings") ADDED_ONLY("context", "", "entries of the register and tip-offs");

/* Audit samples. A draw is complete when it is committed: its row says how many strata and points it has, and all of these numbers are taken. */
static const char audits[] =
    "CREATE TABLE samples(fid INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, date TEXT NOT NULL, seed TEXT NOT NULL, from_day TEXT, to_day TEXT,"
    " likely_from REAL NOT NULL, near_m REAL NOT NULL, target REAL, allocation TEXT NOT NULL CHECK(allocation IN('fixed','neyman')), rare INTEGER "
    "NOT "
    "NULL, grid TEXT NOT NULL, unseen_e6 INTEGER NOT NULL, strata INTEGER NOT NULL, points INTEGER NOT NULL);"
    "CREATE TABLE sample_strata(sample INTEGER NOT NULL REFERENCES samples(fid), stratum TEXT NOT NULL CHECK(stratum "
    "IN('likely','borderline','near','background')), units INTEGER NOT NULL, area_e6 INTEGER NOT NULL, mapped_e6 INTEGER NOT NULL, expected REAL NOT "
    "NULL, points INTEGER NOT NULL, PRIMARY KEY(sample,stratum)) WITHOUT ROWID;"
    "CREATE TABLE sample_points(fid INTEGER PRIMARY KEY, geom POINT, sample INTEGER NOT NULL REFERENCES samples(fid), number INTEGER NOT NULL, id "
    "TEXT NOT NULL UNIQUE,"
    " cell_i INTEGER NOT NULL, cell_j INTEGER NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, stratum TEXT NOT NULL, map_class TEXT NOT NULL "
    "CHECK(map_class IN('poppy','other')), inclusion REAL NOT NULL, weight_m2 REAL NOT NULL, UNIQUE(sample,number), UNIQUE(sample,cell_i,cell_j),"
    " FOREIGN KEY(sample,stratum) REFERENCES sample_strata(sample,stratum));"
    "CREATE TABLE sample_answers(fid INTEGER PRIMARY KEY, point INTEGER NOT NULL REFERENCES sample_points(fid), key TEXT NOT NULL UNIQUE, verdict "
    "TEXT "
    "NOT NULL, how_seen TEXT, date TEXT NOT NULL, at TEXT, crew TEXT, person1 TEXT, person2 TEXT, gnss_accuracy_m REAL, lon REAL, lat REAL, photos "
    "TEXT,"
    " note TEXT, source TEXT, import INTEGER REFERENCES imports(fid));"
    "CREATE INDEX sample_answers_point ON sample_answers(point);"
    "CREATE TRIGGER sample_strata_full BEFORE INSERT ON sample_strata WHEN (SELECT count(*) FROM sample_strata t WHERE t.sample=NEW.sample)>=(SELECT "
    "strata FROM samples WHERE fid=NEW.sample) BEGIN SELECT RAISE(ABORT,'draws are never added to'); END;"
    "CREATE TRIGGER sample_points_full BEFORE INSERT ON sample_points WHEN NOT(NEW.number BETWEEN 1 AND (SELECT points FROM samples WHERE "
    "fid=NEW.sample))"
    " BEGIN SELECT RAISE(ABORT,'draws are never added to'); END;" ADDED_ONLY("samples", "", "draws")
        ADDED_ONLY("sample_strata", "", "strata of draws") ADDED_ONLY("sample_points", "", "points of draws")
            ADDED_ONLY("sample_answers", "", "answers to points of draws");

static const char layers[] =
    "INSERT INTO gpkg_contents(table_name,data_type,identifier,description,srs_id,last_change) VALUES"
    "('photos','features','photos','photos that were taken in, refused or put aside',4326,'2000-01-01T00:00:00.000Z'),"
    "('hotspots','features','hotspots','suspected patches of single photos',4326,'2000-01-01T00:00:00.000Z'),"
    "('plots','features','plots','suspected plots: one for all photos, flights and years',4326,'2000-01-01T00:00:00.000Z'),"
    "('context','features','context','entries of the forest register and tip-offs',4326,'2000-01-01T00:00:00.000Z'),"
    "('sample_points','features','sample_points','points of audit samples, with their strata: not for crews',4326,'2000-01-01T00:00:00.000Z');"
    "INSERT INTO gpkg_contents(table_name,data_type,identifier,description,srs_id,last_change) VALUES"
    "('nights','attributes','nights','runs of papaver night',NULL,'2000-01-01T00:00:00.000Z'),"
    "('looks','attributes','looks','which photo showed a plot, or looked where it is',NULL,'2000-01-01T00:00:00.000Z'),"
    "('joins','attributes','joins','plots that turned out to be parts of others',NULL,'2000-01-01T00:00:00.000Z'),"
    "('findings','attributes','findings','what crews found and offices did at plots',NULL,'2000-01-01T00:00:00.000Z'),"
    "('imports','attributes','imports','files that were taken in',NULL,'2000-01-01T00:00:00.000Z'),"
    "('freezes','attributes','freezes','frozen years',NULL,'2000-01-01T00:00:00.000Z'),"
    "('chain','attributes','chain','what was added to the ledger, link by link',NULL,'2000-01-01T00:00:00.000Z'),"
    "('evidence','attributes','evidence','photos that belong to findings',NULL,'2000-01-01T00:00:00.000Z'),"
    "('samples','attributes','samples','draws of audit samples',NULL,'2000-01-01T00:00:00.000Z'),"
    "('sample_strata','attributes','sample_strata','strata of audit samples',NULL,'2000-01-01T00:00:00.000Z'),"
    "('sample_answers','attributes','sample_answers','what people saw at points of audit samples',NULL,'2000-01-01T00:00:00.000Z');"
    "INSERT INTO gpkg_geometry_columns "
    "VALUES('photos','geom','MULTIPOLYGON',4326,0,0),('hotspots','geom','MULTIPOLYGON',4326,0,0),('plots','geom','POINT',4326,0,0),"
    "('context','geom','POINT',4326,0,0),('sample_points','geom','POINT',4326,0,0);";

pv_status pv_store_create(pv_sql *db, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text facts = {0};
    PV_TRY(pv_sql_begin(db, err));
    PV_TRY(pv_sql_exec(db, geopackage, err));
    PV_TRY(pv_sql_exec(db, tables, err));
    PV_TRY(pv_sql_exec(db, records, err));
    PV_TRY(pv_sql_exec(db, audits, err));
    PV_TRY(pv_sql_exec(db, layers, err));
    pv_text_addf(&facts, "INSERT INTO season_facts VALUES('schema','%d')", (int)PV_SEASON_SCHEMA);
    PV_TRY(pv_text_status(&facts, err));
    PV_TRY(pv_sql_exec(db, pv_text_str(&facts), err));
    PV_TRY(pv_chain_make(db, err));
    PV_TRY(pv_sql_commit(db, err));
out:
    if (st != PV_OK) pv_sql_rollback(db);
    pv_text_release(&facts);
    return st;
}

pv_status pv_store_check(pv_sql *db, const char *path, pv_err *err)
{
    pv_status st = PV_OK;
    int64_t schema = 0, there = 0;
    PV_TRY(pv_sql_number(db, "SELECT count(*) FROM sqlite_master WHERE name='season_facts'", &there, err));
    if (there == 0) PV_TRY(pv_fail(err, PV_INPUT, "%s: it is not the ledger of a season", path));
    PV_TRY(pv_sql_number(db, "SELECT value FROM season_facts WHERE name='schema'", &schema, err));
    if (schema != PV_SEASON_SCHEMA)
        PV_TRY(pv_fail(err, PV_INPUT, "%s: it has version %lld and this papaver knows %d; use the papaver that made it", path, (long long)schema,
                       (int)PV_SEASON_SCHEMA));
out:
    return st;
}
