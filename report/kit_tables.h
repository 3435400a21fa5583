/* The tables of a kit's GeoPackages, their columns and how people meet them, for the GeoPackage, its styles and the QField project.
 *
 * Threads: any. All texts are static UTF-8. */
#ifndef PV_REPORT_KIT_TABLES_H
#define PV_REPORT_KIT_TABLES_H

#include "geo/vector_out.h"
#include "report/kit.h"
#include "season/form.h"

enum { PV_KIT_COLUMNS = 80 };

/* How a column looks in a form. */
typedef enum pv_kit_look {
    PV_LOOK_LINE = 0, /* one line, a number, or by the kind: a list, a time */
    PV_LOOK_LINES,    /* text of many lines */
    PV_LOOK_PICTURE,  /* the path of a picture beside the project */
    PV_LOOK_HIDDEN
} pv_kit_look;

typedef struct pv_kit_column {
    const char *name;
    const char *shp_name; /* NULL = not in Shapefiles */
    const char *zh, *en;
    pv_form_kind kind;
    pv_form_list list; /* of PV_FIELD_LIST */
    pv_kit_look look;
    int fact;          /* index in pv_kit_facts(); < 0 = none */
    int editable;      /* 1 = the crew fills it in */
    int width;         /* of texts: most bytes; 0 = no limit */
    int decimals;      /* of reals that are told */
    double low, high;  /* of numbers to fill in, ends included; both 0 = any */
    const char *begin; /* QGIS expression of the value in a new row, or NULL */
    const char *asks;  /* QGIS expression that is true when nothing is missing, or NULL: the form reminds, and saves all the same */
} pv_kit_column;

typedef enum pv_kit_table_name {
    PV_KIT_PLOTS = 0, /* field.gpkg: points with facts and form; the crew edits it and adds to it */
    PV_KIT_PHOTOS,    /* field.gpkg: photos of plots, by uuid */
    PV_KIT_OUTLINES,  /* outlines.gpkg: outlines of the plots */
    PV_KIT_PLACES,    /* outlines.gpkg: control point and access point */
    PV_KIT_BORDERS,   /* outlines.gpkg: boundaries of townships and finer units near the plots */
    PV_KIT_TABLES
} pv_kit_table_name;

typedef struct pv_kit_table {
    const char *name, *zh, *en;
    const char *about;
    const char *file; /* "field.gpkg" */
    pv_vector_shape shape;
    int n;
    pv_kit_column column[PV_KIT_COLUMNS];
} pv_kit_table;

/* kit NULL: of a kit of plots. */
void pv_kit_table_read(pv_kit_table *out, const pv_kit *kit, pv_kit_table_name which);
/* Index of a column; < 0 = there is none. */
int pv_kit_column_of(const pv_kit_table *t, const char *name);

/* A column's fact of a stop as text, nothing when it is not known. What a person has to read (next steps, kind, stage) is told in words. */
void pv_kit_fact_of(pv_text *out, const pv_kit_column *c, const pv_kit *kit, size_t stop);
/* Sets a field of the present row from it. */
PV_MUST pv_status pv_kit_set_fact(pv_vector_out *v, int field, const pv_kit_column *c, const pv_kit *kit, size_t stop, pv_err *err);
/* With seven decimals, as every other file of the kit. */
void pv_kit_set_point(pv_vector_out *v, double lon_deg, double lat_deg);

/* Rows of PV_KIT_BORDERS. */
PV_MUST pv_status pv_kit_add_borders(pv_vector_out *v, const pv_kit *kit, pv_err *err);

/* Words of a label: Chinese, English, or both. */
typedef enum pv_kit_speech { PV_SPEECH_BOTH = 0, PV_SPEECH_ZH, PV_SPEECH_EN } pv_kit_speech;
/* Into text as it stands: "核查结果 verdict". */
void pv_kit_say(pv_text *out, pv_kit_speech speech, const char *zh, const char *en);

#endif
