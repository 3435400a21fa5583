"""tongue.py FILE...: reads what commands said in Chinese, a file NNN-COMMAND each; names every line with an English word that is no name, and fails for it.

A word is allowed where a person has to type or find it as it is: commands, options, files, columns and tables, machine names of classes, models and strata, names of formats and programs. In pages of
help, where options stand among the words, three English words after each other are a sentence."""
import os
import re
import sys

# What is a name by its look: `quoted`, options, paths, files, ids, hashes, names with digits or underscores, what leads an error.
LOOKS = [
    r"^papaver: \[[a-z]+\] [a-z]+: ", r"`[^`]*`", r"--[a-z][a-z0-9-]*(=\S+)?", r"\S*/\S*",
    r"[\w*<>.-]+\.(tif|part|geojson|pvm|csv|txt|json|html|xlsx|gpkg|conf|pvc|kmz|gpx|qgs|shp|jpg|zip|cpg)\b", r"\b[PS][0-9A-Z]{6}\b", r"\b[0-9a-f]{8,}\b",
    r"\b[A-Za-z-]*[0-9_][A-Za-z0-9_]*\b", r"'[^' ]*'", r"“[^”]*”",
]
NAMES = """
papaver GDAL PROJ DJI Terra MicaSense SQLite OpenCV libtiff GEOS seccomp Landlock LibTIFF
GeoJSON GeoPackage Shapefile KML CSV JSON TIFF GeoTIFF LZW DEFLATE NONE CMYK UTM zone
EPSG WGS NDVI CRS SHA MiB GiB cm Mpx kappa Olofsson Wilson Brier FeatureCollection
poppy wheat soil trees roof blue green red nir rededge ms-synthetic rgb-synthetic rgbre-synthetic synthetic rgb ms rgbre
likely borderline near background chain findings imports samples inbox out work log quarantine chips
all audit points median null text input
freezes nights photo
"""
# What a model's card says is kept in English, in the model's file.
# A hotspots file is told by its members, whose names are the contract's.
CARD = r"^  (run|模型|shard|threshold|object_threshold|seconds|coverage)  |^  (训练数据|许可|摘要) |^object stage|^gate|^no (object stage|gate)|^plants on|^growth stages"


def words_left(line, help_page):
    if help_page:
        line = re.sub(r"\\f[BIR]|\\", "", line)
        if re.search(r"^ +papaver |^\.|_arguments|^ *(local|case|if|shift|esac|fi|_describe|#compdef|compdef)\b", line):
            return []
        return re.findall(r"(?<![\w-])[A-Za-z][a-z]+ [a-z]+ [a-z]+(?![\w-])", re.sub(r"`[^`]*`|papaver [a-z]+|\([a-z_ ]+\)'|^#.*", "", line))
    for look in LOOKS:
        line = re.sub(look, " ", line)
    return [w for w in re.findall(r"[A-Za-z][A-Za-z-]*[A-Za-z]", line) if w not in NAMES.split()]


def main():
    bad = 0
    for path in sys.argv[1:]:
        what = os.path.basename(path).split("-", 1)[1]
        for line in open(path, encoding="utf-8"):
            if what == "info" and re.search(CARD, line):
                continue
            left = words_left(line, what == "help")
            if left:
                bad += 1
                print(f"{os.path.basename(path)}: {', '.join(left)}: {line.rstrip()[:200]}")
    return bad > 0


sys.exit(main())
