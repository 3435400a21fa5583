"""Opens a kit's project in QGIS, as a person would: kit_qgis.py KIT N [PHOTO...]
N: plots; PHOTO: those under the plots.
Layers, forms, lists and pictures are as meant; an answer, a place without an id and a photo are saved and are there again. Prints what is wrong; exit code 1 when anything is."""
import os
import re
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (QgsApplication, QgsExpressionContext, QgsExpressionContextUtils, QgsFieldConstraints, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer,  # noqa: E402
                       QgsVectorLayerUtils)

kit, n = sys.argv[1], int(sys.argv[2])
wrong = 0


def check(truth, words):
    global wrong
    if not truth:
        wrong += 1
        print("wrong:", words)


def scope(layer):
    return QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))


def widget(layer, name):
    return layer.editorWidgetSetup(layer.fields().indexOf(name))


app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
check(project.read(os.path.join(kit, "papaver.qgs")), "the project is read")
check(project.crs().authid() == "EPSG:3857", f"its system is {project.crs().authid()!r}")
layers = project.mapLayers()
pictures = {"papaver_map_" + p for p in sys.argv[3:]}
check(set(layers) == {"papaver_borders", "papaver_outlines", "papaver_photos", "papaver_places", "papaver_plots"} | pictures, f"layers {sorted(layers)}")
for name, layer in layers.items():
    check(layer.isValid(), f"{name} is valid")
    if name in pictures:
        around = layer.extent()
        check(layer.crs().authid() == "EPSG:3857" and 11.6e6 < around.xMinimum() < around.xMaximum() < 11.9e6 and layer.renderer().type() == "multibandcolor", f"{name}: {around.toString()}")
        continue
    check(layer.providerType() == "ogr" and os.path.dirname(layer.source()) == os.path.abspath(kit), f"{name}: {layer.source()}")
plots, photos, outlines = layers["papaver_plots"], layers["papaver_photos"], layers["papaver_outlines"]
check(plots.crs().authid() == "EPSG:4326" and plots.featureCount() == n, "plots")
check(outlines.readOnly() and not outlines.startEditing(), "outlines can only be looked at")
check(plots.renderer().type() == "categorizedSymbol" and len(plots.renderer().categories()) == 6 and plots.labelsEnabled(), "symbols and labels")
for name, kind in (("verdict", "ValueMap"), ("status", "ValueMap"), ("visit_time", "DateTime"), ("chip", "ExternalResource"), ("uuid", "Hidden"), ("note", "TextEdit")):
    check(widget(plots, name).type() == kind, f"{name} is a {widget(plots, name).type()}")
words = [list(w.items())[0] for w in widget(plots, "verdict").config()["map"]]
check(len(words) == 9 and ("确认罂粟 opium poppy", "confirmed_poppy") in words, f"words {words}")
check(plots.attributeAlias(plots.fields().indexOf("verdict")) == "核查结果 verdict", "alias")
form = plots.editFormConfig()
check(form.readOnly(plots.fields().indexOf("id")) and not form.readOnly(plots.fields().indexOf("verdict")), "facts are read, the form is filled in")
check([t.name() for t in form.tabs()] == ["核查 visit", "图斑 plot"], "pages")
relation = project.relationManager().relation("plot_photos")
check(relation.isValid() and relation.referencedLayer() == plots and relation.referencingLayer() == photos, "photos belong to plots")

when = plots.fields().indexOf("visit_time")
rule = plots.fields().at(when).constraints()
check(rule.constraintExpression().startswith("coalesce") and rule.constraintStrength(QgsFieldConstraints.ConstraintExpression) == QgsFieldConstraints.ConstraintStrengthSoft, "a verdict asks for its time")
check(plots.startEditing(), "plots can be changed")
first = next(plots.getFeatures()) if n else None
if first is not None:
    for name, value in (("verdict", "confirmed_poppy"), ("plants_counted", 52), ("visit_time", "2026-05-21T09:30:00"), ("note", "村民说 \"<&'")):
        check(plots.changeAttributeValue(first.id(), plots.fields().indexOf(name), value), f"{name} is changed")
new = QgsVectorLayerUtils.createFeature(plots, QgsGeometry.fromPointXY(QgsPointXY(105.7, 34.9)), {plots.fields().indexOf("verdict"): "confirmed_poppy"}, scope(plots))
check(plots.addFeature(new) and plots.commitChanges(), f"saved: {plots.commitErrors()}")
if first is not None:
    check(photos.startEditing(), "photos can be added")
    names = photos.fields().indexOf
    photo = QgsVectorLayerUtils.createFeature(photos, QgsGeometry(), {names("parent"): first["uuid"], names("path"): "DCIM/a.jpg"}, scope(photos))
    check(photos.addFeature(photo) and photos.commitChanges(), f"photo: {photos.commitErrors()}")
    check([p["path"] for p in relation.getRelatedFeatures(plots.getFeature(first.id()))] == ["DCIM/a.jpg"], "the plot has its photo")
project.clear()

again = QgsVectorLayer(os.path.join(kit, "field.gpkg") + "|layername=plots", "again", "ogr")
check(again.featureCount() == n + 1, "rows")
found = [f for f in again.getFeatures() if not f["id"]]
check(len(found) == 1 and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", found[0]["visit_time"] or ""), "the new place has its time")
check(len(found) == 1 and len(found[0]["uuid"]) == 38 and found[0].geometry().asPoint().x() == 105.7, "the new place has a key and no id")
if first is not None:
    check(again.getFeature(first.id())["note"] == "村民说 \"<&'", "the note is whole")
check(again.renderer().type() == "categorizedSymbol" and again.attributeAlias(again.fields().indexOf("verdict")) == "核查结果", "without the project: the file's own style")
count, _, styles, _, _ = again.listStylesInDatabase()
check(count == 2 and set(styles[:2]) == {"图斑", "plots"}, f"styles {styles}")
print(f"kit_qgis: {wrong} wrong")
sys.stdout.flush()
os._exit(1 if wrong else 0)  # QGIS's own end is slow, and of no interest
