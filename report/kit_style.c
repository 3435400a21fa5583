#include "report/kit_style.h"

#include <string.h>

#include "report/html.h"

#include "base/banned.h"

/* ---- pieces of QGIS' XML ---- */

static void option(pv_text *xml, const char *name, const char *type, const char *value)
{
    pv_text_addf(xml, "<Option type=\"%s\" name=\"", type);
    pv_html_add(xml, name);
    pv_text_add(xml, "\" value=\"");
    pv_html_add(xml, value);
    pv_text_add(xml, "\"/>");
}

static void attribute(pv_text *xml, const char *name, const char *value)
{
    pv_text_addf(xml, " %s=\"", name);
    pv_html_add(xml, value);
    pv_text_add(xml, "\"");
}

static void said_attribute(pv_text *xml, const char *name, pv_kit_speech speech, const char *zh, const char *en)
{
    pv_text words = {0};
    pv_kit_say(&words, speech, zh, en);
    attribute(xml, name, pv_text_str(&words));
    if (words.failed) xml->failed = 1;
    pv_text_release(&words);
}

/* ---- symbols ---- */

typedef struct look {
    const char *value, *zh, *en, *colour, *size; /* colour: red,green,blue,opacity 0..255; size in mm */
    const char *shape;                           /* of a point */
} look;

/* Told apart by brightness and size too, for eyes that do not tell red from green. */
static const look plot_looks[] = {
    {"extreme", "极端", "extreme", "165,0,38,255", "5.4", "circle"},    {"high", "高", "high", "230,85,13,255", "4.8", "circle"},
    {"middle", "中", "middle", "253,174,97,255", "4.2", "circle"},      {"low", "低", "low", "255,237,160,255", "3.6", "circle"},
    {"checked", "已核查", "checked", "26,152,80,255", "3.6", "circle"}, {"new", "新发现", "found by the crew", "69,117,180,255", "4.8", "triangle"},
};
/* Points of an audit all look the same until they are answered. */
static const look audit_looks[] = {
    {"open", "未核查", "not checked", "69,117,180,255", "4.8", "diamond"},
    {"checked", "已核查", "checked", "26,152,80,255", "3.6", "diamond"},
};
#define WHAT_AUDIT "CASE WHEN coalesce(\"verdict\",'unchecked') <> 'unchecked' THEN 'checked' ELSE 'open' END"
static const look place_looks[] = {
    {"control", "校核点", "control point", "0,0,0,255", "5", "cross2"},
    {"access", "起点", "access point", "69,117,180,255", "5", "square"},
};
#define WHAT_PLOT                                                                                                                                    \
    "CASE WHEN coalesce(\"verdict\",'unchecked') <> 'unchecked' THEN 'checked' WHEN \"id\" IS NULL THEN 'new' ELSE coalesce(\"risk\",'low') END"
/* A plot that was confirmed or grew again is a star; one that was eradicated a square. */
#define SHAPE_PLOT                                                                                                                                   \
    "CASE WHEN \"status\" IN ('confirmed','regrown') THEN 'star' WHEN \"status\" IN ('eradicated','rechecked') THEN 'square' WHEN \"id\" IS NULL "   \
    "THEN 'triangle' ELSE 'circle' END"

static void marker(pv_text *xml, const char *name, const look *l, const char *shape_expression)
{
    pv_text_addf(xml,
                 "<symbol type=\"marker\" name=\"%s\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\"><layer class=\"SimpleMarker\" enabled=\"1\" "
                 "locked=\"0\" pass=\"0\">"
                 "<Option type=\"Map\">",
                 name);
    option(xml, "color", "QString", l->colour);
    option(xml, "name", "QString", l->shape);
    option(xml, "outline_color", "QString", "0,0,0,255");
    option(xml, "outline_style", "QString", "solid");
    option(xml, "outline_width", "QString", strcmp(l->shape, "cross2") == 0 ? "0.8" : "0.3");
    option(xml, "outline_width_unit", "QString", "MM");
    option(xml, "scale_method", "QString", "diameter");
    option(xml, "size", "QString", l->size);
    option(xml, "size_unit", "QString", "MM");
    pv_text_add(xml, "</Option>");
    if (shape_expression != NULL) {
        pv_text_add(xml, "<data_defined_properties><Option type=\"Map\">");
        option(xml, "name", "QString", "");
        pv_text_add(xml, "<Option type=\"Map\" name=\"properties\"><Option type=\"Map\" name=\"name\">");
        option(xml, "active", "bool", "true");
        option(xml, "expression", "QString", shape_expression);
        option(xml, "type", "int", "3");
        pv_text_add(xml, "</Option></Option>");
        option(xml, "type", "QString", "collection");
        pv_text_add(xml, "</Option></data_defined_properties>");
    }
    pv_text_add(xml, "</layer></symbol>");
}

static void categories(pv_text *xml, const char *expression, const look *l, int n, const char *shape_expression, pv_kit_speech speech)
{
    pv_text_add(xml, "<renderer-v2 type=\"categorizedSymbol\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\" referencescale=\"-1\"");
    attribute(xml, "attr", expression);
    pv_text_add(xml, "><categories>");
    for (int i = 0; i < n; i++) {
        pv_text_addf(xml, "<category render=\"true\" symbol=\"%d\"", i);
        attribute(xml, "value", l[i].value);
        said_attribute(xml, "label", speech, l[i].zh, l[i].en);
        pv_text_add(xml, "/>");
    }
    pv_text_add(xml, "</categories><symbols>");
    for (int i = 0; i < n; i++) {
        char name[8] = {(char)('0' + i), '\0'};
        marker(xml, name, &l[i], shape_expression);
    }
    pv_text_add(xml, "</symbols></renderer-v2>\n");
}

static void outline(pv_text *xml)
{
    pv_text_add(
        xml,
        "<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\" referencescale=\"-1\"><symbols><symbol "
        "type=\"fill\" name=\"0\" "
        "alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\"><layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">");
    option(xml, "color", "QString", "230,85,13,48");
    option(xml, "outline_color", "QString", "230,85,13,255");
    option(xml, "outline_style", "QString", "solid");
    option(xml, "outline_width", "QString", "0.5");
    option(xml, "outline_width_unit", "QString", "MM");
    option(xml, "style", "QString", "solid");
    pv_text_add(xml, "</Option></layer></symbol></symbols></renderer-v2>\n");
}

/* Coarser units have broader lines. */
static void border_lines(pv_text *xml, pv_kit_speech speech)
{
    static const struct {
        const char *level, *zh, *en, *colour, *width, *style;
    } line[] = {
        {"xiang", "乡镇", "township", "90,60,140,255", "0.9", "solid"},
        {"lin_chang", "林场", "forest farm", "0,100,60,255", "0.9", "solid"},
        {"cun", "村", "village", "90,60,140,255", "0.5", "dash"},
        {"lin_ban", "林班", "compartment", "0,100,60,255", "0.5", "dash"},
        {"xiao_ban", "小班", "sub-compartment", "0,100,60,255", "0.25", "dot"},
    };
    int n = (int)(sizeof line / sizeof *line);
    pv_text_add(xml, "<renderer-v2 type=\"categorizedSymbol\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\" referencescale=\"-1\" "
                     "attr=\"level\"><categories>");
    for (int i = 0; i < n; i++) {
        pv_text_addf(xml, "<category render=\"true\" symbol=\"%d\" value=\"%s\"", i, line[i].level);
        said_attribute(xml, "label", speech, line[i].zh, line[i].en);
        pv_text_add(xml, "/>");
    }
    pv_text_add(xml, "</categories><symbols>");
    for (int i = 0; i < n; i++) {
        pv_text_addf(xml,
                     "<symbol type=\"line\" name=\"%d\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\"><layer class=\"SimpleLine\" enabled=\"1\" "
                     "locked=\"0\" pass=\"0\">"
                     "<Option type=\"Map\">",
                     i);
        option(xml, "line_color", "QString", line[i].colour);
        option(xml, "line_style", "QString", line[i].style);
        option(xml, "line_width", "QString", line[i].width);
        option(xml, "line_width_unit", "QString", "MM");
        pv_text_add(xml, "</Option></layer></symbol>");
    }
    pv_text_add(xml, "</symbols></renderer-v2>\n");
}

static void labels(pv_text *xml, const char *expression)
{
    pv_text_add(
        xml,
        "<labeling type=\"simple\"><settings calloutType=\"simple\"><text-style isExpression=\"1\" fontSize=\"10\" "
        "fontSizeUnit=\"Point\" fontWeight=\"63\" "
        "fontFamily=\"Noto Sans\" namedStyle=\"\" textColor=\"0,0,0,255\" textOpacity=\"1\" textOrientation=\"horizontal\" multilineHeight=\"1\" "
        "blendMode=\"0\"");
    attribute(xml, "fieldName", expression);
    pv_text_add(xml, "><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"1\" "
                     "bufferNoFill=\"1\" "
                     "bufferJoinStyle=\"128\" bufferBlendMode=\"0\"/></text-style>"
                     "<text-format wrapChar=\"\" multilineAlign=\"3\" useMaxLineLengthForAutoWrap=\"1\" autoWrapLength=\"0\"/>"
                     "<placement placement=\"6\" predefinedPositionOrder=\"TR,R,BR,TL,L,BL,TSR,BSR\" dist=\"1\" distUnits=\"MM\" offsetType=\"1\" "
                     "priority=\"5\" quadOffset=\"4\" "
                     "rotationUnit=\"AngleDegrees\" preserveRotation=\"1\"/>"
                     "<rendering drawLabels=\"1\" obstacle=\"1\" obstacleFactor=\"1\" obstacleType=\"1\" maxNumLabels=\"2000\" "
                     "fontMinPixelSize=\"0\" fontMaxPixelSize=\"10000\" "
                     "upsidedownLabels=\"0\" zIndex=\"0\"/></settings></labeling>\n");
}

static int is_audit(const pv_kit_table *t)
{
    return pv_kit_column_of(t, "audit") >= 0;
}

static void symbols(pv_text *xml, const pv_kit_table *t, pv_kit_table_name which, pv_kit_speech speech)
{
    const int audit = is_audit(t);
    if (audit) categories(xml, WHAT_AUDIT, audit_looks, sizeof audit_looks / sizeof *audit_looks, NULL, speech);
    if (which == PV_KIT_PLOTS && !audit) categories(xml, WHAT_PLOT, plot_looks, sizeof plot_looks / sizeof *plot_looks, SHAPE_PLOT, speech);
    if (which == PV_KIT_PLACES) categories(xml, "\"kind\"", place_looks, sizeof place_looks / sizeof *place_looks, NULL, speech);
    if (which == PV_KIT_OUTLINES) outline(xml);
    if (which == PV_KIT_BORDERS) border_lines(xml, speech);
    if (which == PV_KIT_PLOTS) labels(xml, "concat(\"visit_order\",' ',\"id\")");
    if (which == PV_KIT_PLACES) labels(xml, "\"name\"");
}

/* ---- forms ---- */

static void list_widget(pv_text *xml, pv_form_list list, pv_kit_speech speech)
{
    int n = 0;
    const pv_form_word *word = pv_form_words(list, &n);
    pv_text_add(xml, "<Option type=\"Map\"><Option type=\"List\" name=\"map\">");
    for (int i = 0; i < n; i++) {
        pv_text_add(xml, "<Option type=\"Map\"><Option type=\"QString\"");
        said_attribute(xml, "name", speech, word[i].zh, word[i].en);
        attribute(xml, "value", word[i].code);
        pv_text_add(xml, "/></Option>");
    }
    pv_text_add(xml, "</Option></Option>");
}

static void picture_widget(pv_text *xml, int editable)
{
    pv_text_add(xml, "<Option type=\"Map\">");
    option(xml, "DocumentViewer", "int", "1");
    option(xml, "DocumentViewerHeight", "int", "0");
    option(xml, "DocumentViewerWidth", "int", "0");
    option(xml, "FileWidget", "bool", "true");
    option(xml, "FileWidgetButton", "bool", editable ? "true" : "false");
    option(xml, "FileWidgetFilter", "QString", "");
    option(xml, "RelativeStorage", "int", "1");
    option(xml, "StorageMode", "int", "0");
    pv_text_add(xml, "</Option>");
}

static void widget(pv_text *xml, const pv_kit_column *c, pv_kit_speech speech)
{
    const char *type = "TextEdit";
    if (c->kind == PV_FIELD_LIST) type = "ValueMap";
    if (c->kind == PV_FIELD_TIME) type = "DateTime";
    if (c->look == PV_LOOK_PICTURE) type = "ExternalResource";
    if (c->look == PV_LOOK_HIDDEN) type = "Hidden";
    pv_text_addf(xml, "<field name=\"%s\" configurationFlags=\"None\"><editWidget type=\"%s\"><config>", c->name, type);
    if (strcmp(type, "ValueMap") == 0) list_widget(xml, c->list, speech);
    if (strcmp(type, "ExternalResource") == 0) picture_widget(xml, c->editable);
    if (strcmp(type, "DateTime") == 0) {
        pv_text_add(xml, "<Option type=\"Map\">");
        option(xml, "allow_null", "bool", "true");
        option(xml, "calendar_popup", "bool", "true");
        option(xml, "display_format", "QString", "yyyy-MM-dd HH:mm");
        option(xml, "field_format", "QString", "yyyy-MM-ddTHH:mm:ss");
        option(xml, "field_iso_format", "bool", "false");
        pv_text_add(xml, "</Option>");
    }
    if (strcmp(type, "TextEdit") == 0) {
        pv_text_add(xml, "<Option type=\"Map\">");
        option(xml, "IsMultiline", "bool", c->look == PV_LOOK_LINES ? "true" : "false");
        option(xml, "UseHtml", "bool", "false");
        pv_text_add(xml, "</Option>");
    }
    pv_text_add(xml, "</config></editWidget></field>\n");
}

static void fields(pv_text *xml, const pv_kit_table *t, pv_kit_speech speech)
{
    pv_text_add(xml,
                "<fieldConfiguration><field name=\"fid\" configurationFlags=\"None\"><editWidget type=\"Hidden\"><config/></editWidget></field>\n");
    for (int i = 0; i < t->n; i++) widget(xml, &t->column[i], speech);
    pv_text_add(xml, "</fieldConfiguration>\n<aliases>");
    for (int i = 0; i < t->n; i++) {
        pv_text_addf(xml, "<alias index=\"%d\" field=\"%s\"", i + 1, t->column[i].name);
        said_attribute(xml, "name", speech, t->column[i].zh, t->column[i].en);
        pv_text_add(xml, "/>");
    }
    pv_text_add(xml, "</aliases>\n<defaults>");
    for (int i = 0; i < t->n; i++) {
        pv_text_addf(xml, "<default applyOnUpdate=\"0\" field=\"%s\"", t->column[i].name);
        attribute(xml, "expression", t->column[i].begin != NULL ? t->column[i].begin : "");
        pv_text_add(xml, "/>");
    }
    pv_text_add(xml, "</defaults>\n");
}

static int has_range(const pv_kit_column *c)
{
    return c->editable && (c->kind == PV_FIELD_INT || c->kind == PV_FIELD_REAL) && c->high > c->low;
}

/* As QGIS counts: a rule that forbids saving, one that warns. */
enum { BY_EXPRESSION = 4, FORBIDS = 1, WARNS = 2 };

static void rule(pv_text *xml, const pv_kit_column *c, pv_kit_speech speech)
{
    pv_text exp = {0}, zh = {0}, en = {0};
    if (has_range(c)) {
        pv_text_addf(&exp, "\"%s\" IS NULL OR (\"%s\" >= %.0f AND \"%s\" <= %.0f)", c->name, c->name, c->low, c->name, c->high);
        pv_text_addf(&zh, "%.0f 到 %.0f", c->low, c->high);
        pv_text_addf(&en, "%.0f to %.0f", c->low, c->high);
    } else if (c->asks != NULL) {
        pv_text_add(&exp, c->asks);
        pv_text_add(&zh, "有核查结果时请填写");
        pv_text_add(&en, "please fill in with a verdict");
    }
    pv_text_addf(xml, "<constraint field=\"%s\"", c->name);
    attribute(xml, "exp", pv_text_str(&exp));
    said_attribute(xml, "desc", speech, pv_text_str(&zh), pv_text_str(&en));
    pv_text_add(xml, "/>");
    if (exp.failed || zh.failed || en.failed) xml->failed = 1;
    pv_text_release(&exp);
    pv_text_release(&zh);
    pv_text_release(&en);
}

/* A number out of its range cannot be saved; a verdict without time or name can. */
static void constraints(pv_text *xml, const pv_kit_table *t, pv_kit_speech speech)
{
    pv_text_add(xml, "<constraints>");
    for (int i = 0; i < t->n; i++) {
        const pv_kit_column *c = &t->column[i];
        int strength = has_range(c) ? FORBIDS : c->asks != NULL ? WARNS : 0;
        pv_text_addf(xml, "<constraint field=\"%s\" constraints=\"%d\" notnull_strength=\"0\" unique_strength=\"0\" exp_strength=\"%d\"/>", c->name,
                     strength > 0 ? BY_EXPRESSION : 0, strength);
    }
    pv_text_add(xml, "</constraints>\n<constraintExpressions>");
    for (int i = 0; i < t->n; i++) rule(xml, &t->column[i], speech);
    pv_text_add(xml, "</constraintExpressions>\n");
}

/* The fields of one page of the form: those that are filled in, or those that are only read. */
static void page(pv_text *xml, const pv_kit_table *t, int editable, int relation, pv_kit_speech speech)
{
    const int audit = is_audit(t);
    pv_text_add(
        xml,
        "<attributeEditorContainer showLabel=\"1\" groupBox=\"0\" columnCount=\"1\" visibilityExpressionEnabled=\"0\" visibilityExpression=\"\"");
    said_attribute(xml, "name", speech, editable ? "核查" : audit ? "位置" : "图斑", editable ? "visit" : audit ? "place" : "plot");
    pv_text_add(xml, ">");
    for (int picture = 1; picture >= 0; picture--)
        for (int i = 0; i < t->n; i++) {
            const pv_kit_column *c = &t->column[i];
            if (c->editable != editable || c->look == PV_LOOK_HIDDEN || (c->look == PV_LOOK_PICTURE) != picture) continue;
            pv_text_addf(xml, "<attributeEditorField showLabel=\"1\" index=\"%d\" name=\"%s\"/>", i + 1, c->name);
        }
    if (relation) {
        pv_text_add(xml, "<attributeEditorRelation showLabel=\"1\" relation=\"" PV_KIT_RELATION "\" name=\"" PV_KIT_RELATION
                         "\" nmRelationId=\"\" relationWidgetTypeId=\"relation_editor\" forceSuppressFormPopup=\"0\"");
        said_attribute(xml, "label", speech, "照片", "photos");
        pv_text_add(xml, "><editor_configuration/></attributeEditorRelation>");
    }
    pv_text_add(xml, "</attributeEditorContainer>\n");
}

static void form(pv_text *xml, const pv_kit_table *t, pv_kit_table_name which, pv_kit_speech speech, int project)
{
    if (which == PV_KIT_PLOTS) {
        pv_text_add(xml, "<editorlayout>tablayout</editorlayout>\n<attributeEditorForm>");
        page(xml, t, 1, project, speech);
        page(xml, t, 0, 0, speech);
        pv_text_add(xml, "</attributeEditorForm>\n");
    } else {
        pv_text_add(xml, "<editorlayout>generatedlayout</editorlayout>\n");
    }
    pv_text_add(xml, "<editable>");
    for (int i = 0; i < t->n; i++) pv_text_addf(xml, "<field name=\"%s\" editable=\"%d\"/>", t->column[i].name, t->column[i].editable);
    pv_text_add(xml, "</editable>\n<previewExpression>");
    if (which == PV_KIT_PLOTS) pv_html_add(xml, "concat(\"visit_order\",' ',\"id\")");
    if (which == PV_KIT_PHOTOS) pv_html_add(xml, "\"path\"");
    if (which == PV_KIT_OUTLINES) pv_html_add(xml, "\"id\"");
    if (which == PV_KIT_PLACES || which == PV_KIT_BORDERS) pv_html_add(xml, "\"name\"");
    pv_text_add(xml, "</previewExpression>\n");
}

void pv_kit_style_add(pv_text *xml, const pv_kit_table *table, pv_kit_table_name which, pv_kit_speech speech, int project)
{
    symbols(xml, table, which, speech);
    fields(xml, table, speech);
    constraints(xml, table, speech);
    form(xml, table, which, speech, project);
}

void pv_kit_style_qml(pv_text *xml, const pv_kit_table *table, pv_kit_table_name which, pv_kit_speech speech)
{
    int labelled = which == PV_KIT_PLOTS || which == PV_KIT_PLACES;
    pv_text_addf(xml, "<qgis version=\"3.22.16\" styleCategories=\"Symbology|Labeling|Fields|Forms\" labelsEnabled=\"%d\">\n", labelled);
    pv_kit_style_add(xml, table, which, speech, 0);
    pv_text_add(xml, "</qgis>\n");
}
