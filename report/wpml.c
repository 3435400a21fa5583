#include "report/wpml.h"

#include <math.h>
#include <stdio.h>

#include "geo/zip.h"

#include "base/banned.h"

/* Mavic 3M, multispectral camera: 61.2 x 48.1 degrees (its manual); metres of ground for each metre of height. */
static const double ground_across = 1.183, ground_along = 0.893;
static const double speed_m_s = 5;
enum { DRONE = 77, DRONE_SUB = 2, PAYLOAD = 68, MARGIN_M = 20 };

/* A flat map of the area around its middle, metres. */
typedef struct flat {
    double lon, lat, m_lon, m_lat; /* the middle, and metres of a degree there */
    double c, s;                   /* direction of the lines: east and north */
    size_t n;
    double u[PV_FLIGHT_POINTS], v[PV_FLIGHT_POINTS]; /* along and across the lines */
} flat;

static void flatten(flat *m, const pv_kit_flight *f)
{
    const double degree = 3.14159265358979323846 / 180;
    double longest = -1, sum_lon = 0, sum_lat = 0;
    for (size_t i = 0; i < f->n; i++) {
        sum_lon += f->lon_deg[i];
        sum_lat += f->lat_deg[i];
    }
    *m = (flat){.lon = sum_lon / (double)f->n, .lat = sum_lat / (double)f->n, .c = 1, .n = f->n};
    m->m_lat = 111132.954 - 559.822 * cos(2 * m->lat * degree);
    m->m_lon = 111412.84 * cos(m->lat * degree) - 93.5 * cos(3 * m->lat * degree);
    for (size_t i = 0; i < f->n; i++) {
        size_t k = (i + 1) % f->n;
        double x = (f->lon_deg[k] - f->lon_deg[i]) * m->m_lon, y = (f->lat_deg[k] - f->lat_deg[i]) * m->m_lat, d = sqrt(x * x + y * y);
        if (d <= longest || d == 0) continue;
        longest = d;
        m->c = x / d;
        m->s = y / d;
    }
    for (size_t i = 0; i < f->n; i++) {
        double x = (f->lon_deg[i] - m->lon) * m->m_lon, y = (f->lat_deg[i] - m->lat) * m->m_lat;
        m->u[i] = x * m->c + y * m->s;
        m->v[i] = y * m->c - x * m->s;
    }
}

/* From where to where the line v crosses the ring; 0 when it does not. */
static int cross(const flat *m, double v, double *u0, double *u1)
{
    *u0 = HUGE_VAL;
    *u1 = -HUGE_VAL;
    for (size_t i = 0; i < m->n; i++) {
        size_t k = (i + 1) % m->n;
        double a = m->v[i], b = m->v[k];
        if ((a < v) == (b < v)) continue;
        double u = m->u[i] + (m->u[k] - m->u[i]) * (v - a) / (b - a);
        *u0 = fmin(*u0, u);
        *u1 = fmax(*u1, u);
    }
    return *u0 <= *u1;
}

static void add_config(pv_text *out)
{
    pv_text_addf(out,
                 "<wpml:missionConfig>\n<wpml:flyToWaylineMode>safely</wpml:flyToWaylineMode>\n<wpml:finishAction>goHome</wpml:finishAction>\n"
                 "<wpml:exitOnRCLost>executeLostAction</wpml:exitOnRCLost>\n<wpml:executeRCLostAction>goBack</wpml:executeRCLostAction>\n"
                 "<wpml:takeOffSecurityHeight>30</wpml:takeOffSecurityHeight>\n<wpml:globalTransitionalSpeed>8</wpml:globalTransitionalSpeed>\n"
                 "<wpml:droneInfo>\n<wpml:droneEnumValue>%d</wpml:droneEnumValue>\n<wpml:droneSubEnumValue>%d</wpml:droneSubEnumValue>\n"
                 "</wpml:droneInfo>\n<wpml:payloadInfo>\n<wpml:payloadEnumValue>%d</wpml:payloadEnumValue>\n"
                 "<wpml:payloadPositionIndex>0</wpml:payloadPositionIndex>\n</wpml:payloadInfo>\n</wpml:missionConfig>\n",
                 DRONE, DRONE_SUB, PAYLOAD);
}

static void add_head(pv_text *out)
{
    pv_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" "
                     "xmlns:wpml=\"http://www.dji.com/wpmz/1.0.2\">\n<Document>\n");
}

static void add_real(pv_text *out, const char *name, double v, int decimals)
{
    pv_text_addf(out, "<wpml:%s>", name);
    pv_text_add_real(out, v, decimals);
    pv_text_addf(out, "</wpml:%s>\n", name);
}

/* Degrees from north of the lines, 0..180. */
static int course(const flat *m)
{
    int d = (int)lround(90 - atan2(m->s, m->c) * 180 / 3.14159265358979323846);
    return ((d % 180) + 180) % 180;
}

static void add_template(pv_text *out, const pv_kit *kit, const pv_kit_flight *f, const flat *m)
{
    add_head(out);
    pv_text_addf(out, "<wpml:author>%s</wpml:author>\n", kit->version);
    add_config(out);
    pv_text_add(out, "<Folder>\n<wpml:templateType>mapping2d</wpml:templateType>\n<wpml:templateId>0</wpml:templateId>\n"
                     "<wpml:waylineCoordinateSysParam>\n<wpml:coordinateMode>WGS84</wpml:coordinateMode>\n"
                     "<wpml:heightMode>relativeToStartPoint</wpml:heightMode>\n");
    add_real(out, "globalShootHeight", kit->height_m, 1);
    pv_text_add(out, "</wpml:waylineCoordinateSysParam>\n");
    add_real(out, "autoFlightSpeed", speed_m_s, 1);
    pv_text_add(out, "<Placemark>\n<wpml:caliFlightEnable>0</wpml:caliFlightEnable>\n<wpml:elevationOptimizeEnable>0</wpml:elevationOptimizeEnable>\n"
                     "<wpml:smartObliqueEnable>0</wpml:smartObliqueEnable>\n<wpml:shootType>time</wpml:shootType>\n");
    pv_text_addf(out,
                 "<wpml:direction>%d</wpml:direction>\n<wpml:margin>%d</wpml:margin>\n<wpml:overlap>\n<wpml:orthoCameraOverlapH>%d"
                 "</wpml:orthoCameraOverlapH>\n<wpml:orthoCameraOverlapW>%d</wpml:orthoCameraOverlapW>\n</wpml:overlap>\n",
                 course(m), MARGIN_M, kit->overlap_along, kit->overlap_across);
    pv_text_add(out, "<Polygon><outerBoundaryIs><LinearRing><coordinates>\n");
    for (size_t i = 0; i <= f->n; i++) {
        pv_text_add_real(out, f->lon_deg[i % f->n], 7);
        pv_text_add(out, ",");
        pv_text_add_real(out, f->lat_deg[i % f->n], 7);
        pv_text_add(out, ",0\n");
    }
    pv_text_add(out, "</coordinates></LinearRing></outerBoundaryIs></Polygon>\n");
    add_real(out, "ellipsoidHeight", kit->height_m, 1);
    add_real(out, "height", kit->height_m, 1);
    pv_text_add(out, "</Placemark>\n<wpml:payloadParam>\n<wpml:payloadPositionIndex>0</wpml:payloadPositionIndex>\n"
                     "<wpml:imageFormat>visible,narrow_band</wpml:imageFormat>\n</wpml:payloadParam>\n</Folder>\n</Document>\n</kml>\n");
}

static void add_waypoint(pv_text *out, const pv_kit *kit, const flat *m, int index, double u, double v)
{
    double x = u * m->c - v * m->s, y = u * m->s + v * m->c;
    pv_text_add(out, "<Placemark>\n<Point><coordinates>");
    pv_text_add_real(out, m->lon + x / m->m_lon, 7);
    pv_text_add(out, ",");
    pv_text_add_real(out, m->lat + y / m->m_lat, 7);
    pv_text_addf(out, "</coordinates></Point>\n<wpml:index>%d</wpml:index>\n", index);
    add_real(out, "executeHeight", kit->height_m, 1);
    add_real(out, "waypointSpeed", speed_m_s, 1);
    pv_text_add(out, "<wpml:waypointHeadingParam>\n<wpml:waypointHeadingMode>followWayline</wpml:waypointHeadingMode>\n"
                     "<wpml:waypointHeadingPathMode>followBadArc</wpml:waypointHeadingPathMode>\n</wpml:waypointHeadingParam>\n"
                     "<wpml:waypointTurnParam>\n<wpml:waypointTurnMode>toPointAndStopWithDiscontinuityCurvature</wpml:waypointTurnMode>\n"
                     "<wpml:waypointTurnDampingDist>0</wpml:waypointTurnDampingDist>\n</wpml:waypointTurnParam>\n");
}

/* Camera down at the first point, a photo each so many metres until the last. */
static void add_actions(pv_text *out, double each_m, int last)
{
    pv_text_add(out,
                "<wpml:actionGroup>\n<wpml:actionGroupId>0</wpml:actionGroupId>\n<wpml:actionGroupStartIndex>0</wpml:actionGroupStartIndex>\n"
                "<wpml:actionGroupEndIndex>0</wpml:actionGroupEndIndex>\n<wpml:actionGroupMode>sequence</wpml:actionGroupMode>\n"
                "<wpml:actionTrigger>\n<wpml:actionTriggerType>reachPoint</wpml:actionTriggerType>\n</wpml:actionTrigger>\n<wpml:action>\n"
                "<wpml:actionId>0</wpml:actionId>\n<wpml:actionActuatorFunc>gimbalRotate</wpml:actionActuatorFunc>\n"
                "<wpml:actionActuatorFuncParam>\n<wpml:gimbalRotateMode>absoluteAngle</wpml:gimbalRotateMode>\n"
                "<wpml:gimbalPitchRotateEnable>1</wpml:gimbalPitchRotateEnable>\n<wpml:gimbalPitchRotateAngle>-90</wpml:gimbalPitchRotateAngle>\n"
                "<wpml:gimbalRollRotateEnable>0</wpml:gimbalRollRotateEnable>\n<wpml:gimbalRollRotateAngle>0</wpml:gimbalRollRotateAngle>\n"
                "<wpml:gimbalYawRotateEnable>0</wpml:gimbalYawRotateEnable>\n<wpml:gimbalYawRotateAngle>0</wpml:gimbalYawRotateAngle>\n"
                "<wpml:gimbalRotateTimeEnable>0</wpml:gimbalRotateTimeEnable>\n<wpml:gimbalRotateTime>0</wpml:gimbalRotateTime>\n"
                "<wpml:payloadPositionIndex>0</wpml:payloadPositionIndex>\n</wpml:actionActuatorFuncParam>\n</wpml:action>\n"
                "</wpml:actionGroup>\n");
    pv_text_addf(out,
                 "<wpml:actionGroup>\n<wpml:actionGroupId>1</wpml:actionGroupId>\n<wpml:actionGroupStartIndex>0</wpml:actionGroupStartIndex>\n"
                 "<wpml:actionGroupEndIndex>%d</wpml:actionGroupEndIndex>\n<wpml:actionGroupMode>sequence</wpml:actionGroupMode>\n"
                 "<wpml:actionTrigger>\n<wpml:actionTriggerType>multipleDistance</wpml:actionTriggerType>\n",
                 last);
    add_real(out, "actionTriggerParam", each_m, 2);
    pv_text_add(out, "</wpml:actionTrigger>\n<wpml:action>\n<wpml:actionId>0</wpml:actionId>\n"
                     "<wpml:actionActuatorFunc>takePhoto</wpml:actionActuatorFunc>\n<wpml:actionActuatorFuncParam>\n"
                     "<wpml:payloadPositionIndex>0</wpml:payloadPositionIndex>\n<wpml:useGlobalPayloadLensIndex>1</wpml:useGlobalPayloadLensIndex>\n"
                     "</wpml:actionActuatorFuncParam>\n</wpml:action>\n</wpml:actionGroup>\n");
}

static void add_lines(pv_text *out, const pv_kit *kit, const flat *m)
{
    double low = HUGE_VAL, high = -HUGE_VAL, apart = kit->height_m * ground_across * (100 - kit->overlap_across) / 100;
    for (size_t i = 0; i < m->n; i++) {
        low = fmin(low, m->v[i]);
        high = fmax(high, m->v[i]);
    }
    double lines = fmax(1, ceil((high - low) / apart)), step = (high - low) / lines;
    int last = 2 * (int)lines - 1, index = 0;
    add_head(out);
    add_config(out);
    pv_text_add(out, "<Folder>\n<wpml:templateId>0</wpml:templateId>\n<wpml:executeHeightMode>relativeToStartPoint</wpml:executeHeightMode>\n"
                     "<wpml:waylineId>0</wpml:waylineId>\n");
    add_real(out, "autoFlightSpeed", speed_m_s, 1);
    for (int k = 0; k < (int)lines; k++) {
        double u0 = 0, u1 = 0, v = low + (k + 0.5) * step;
        if (!cross(m, v, &u0, &u1)) u0 = u1 = m->u[0];
        u0 -= MARGIN_M;
        u1 += MARGIN_M;
        for (int end = 0; end < 2; end++, index++) {
            add_waypoint(out, kit, m, index, (end ^ (k & 1)) != 0 ? u1 : u0, v);
            if (index == 0) add_actions(out, kit->height_m * ground_along * (100 - kit->overlap_along) / 100, last);
            pv_text_add(out, "</Placemark>\n");
        }
    }
    pv_text_add(out, "</Folder>\n</Document>\n</kml>\n");
}

void pv_kit_flight_name(char out[32], size_t i)
{
    if (i == 0)
        (void)snprintf(out, 32, "flight.kmz");
    else
        (void)snprintf(out, 32, "flight_%02zu.kmz", i + 1);
}

static pv_status put_flight(const char *folder, const pv_kit *kit, size_t i, pv_err *err)
{
    pv_status st = PV_OK;
    pv_zip *z = NULL;
    pv_text file = {0}, path = {0};
    flat map;
    char name[32];
    flatten(&map, &kit->flight[i]);
    PV_TRY(pv_zip_new(&z, kit->date, err));
    add_template(&file, kit, &kit->flight[i], &map);
    PV_TRY(pv_text_status(&file, err));
    PV_TRY(pv_zip_add_bytes(z, "wpmz/template.kml", file.data, file.len, err));
    pv_text_reset(&file);
    add_lines(&file, kit, &map);
    PV_TRY(pv_text_status(&file, err));
    PV_TRY(pv_zip_add_bytes(z, "wpmz/waylines.wpml", file.data, file.len, err));
    pv_kit_flight_name(name, i);
    pv_text_addf(&path, "%s/%s", folder, name);
    PV_TRY(pv_text_status(&path, err));
    PV_TRY(pv_zip_write(z, pv_text_str(&path), 0, err));
out:
    pv_zip_free(z);
    pv_text_release(&file);
    pv_text_release(&path);
    return st;
}

pv_status pv_kit_flights(const char *folder, const pv_kit *kit, pv_err *err)
{
    pv_status st = PV_OK;
    for (size_t i = 0; i < kit->n_flights; i++) PV_TRY(put_flight(folder, kit, i, err));
out:
    return st;
}
