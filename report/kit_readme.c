/* README.txt: which file for which app, and what a crew must know first. Chinese, then English. */
#include <math.h>

#include "report/flights.h"
#include "report/kit_files.h"
#include "report/kit_words.h"
#include "report/wpml.h"

#include "base/banned.h"

typedef struct row {
    unsigned format;
    const char *file, *zh, *en;
} row;

static const row files[] = {
    {PV_KIT_GPKG, "papaver.qgs + field.gpkg + outlines.gpkg + maps/",
     "QField / QGIS / Mergin Maps 工程与填报表(推荐):打开 papaver.qgs,逐点填写、拍照,新发现的地块加一个点,交回 field.gpkg 与 DCIM 文件夹",
     "project and form for QField, QGIS, Mergin Maps (best): open papaver.qgs, fill in each plot, take photos, add a point for a place you found; "
     "give back field.gpkg and the folder DCIM"},
    {PV_KIT_KMZ, "plots.kmz", "奥维、Google 地球、两步路等:点开即可,气泡内有影像与资料",
     "Ovital, Google Earth, Organic Maps: opens by tapping, pictures in the balloons"},
    {PV_KIT_GPX, "plots.gpx", "OsmAnd、两步路、手持 GPS:航点与踏查路线", "OsmAnd, Garmin and other receivers: waypoints and the route"},
    {PV_KIT_SHP, "shp/plots.shp", "奥维(无偏移)、林业系统:林业字段名,编码 UTF-8",
     "Ovital (not shifted), forestry systems: forestry names of fields, UTF-8"},
    {PV_KIT_OVITAL, "plots_ovital.txt", "奥维 TXT 点文件:名称 经度 纬度 高程 备注(WGS 84 / CGCS2000,UTF-8)",
     "points for Ovital: name lon lat height remark"},
    {PV_KIT_CSV, "plots.csv", "Excel / WPS 表格:资料与空白填报栏", "table for Excel or WPS: the facts, and the form to be filled in"},
    {PV_KIT_GEOJSON, "plots.geojson", "其他程序用", "for other programs"},
    {PV_KIT_CHIPS, "chips/", "每个图斑的影像图(真彩色、假彩色、概率)", "a picture of each plot: natural colour, false colour, probability"},
    {PV_KIT_GCJ02, "plots_GCJ02.kml", "仅供以 GCJ-02 显示的地图;坐标有数百米偏移,不得用于测量或上报",
     "only for maps that show GCJ-02: shifted by hundreds of metres, never for measuring or reporting"},
};

/* The first of them in a kit of an audit sample: no place is added to it. */
static const row audit_form = {PV_KIT_GPKG, "papaver.qgs + field.gpkg + outlines.gpkg + maps/",
                               "QField / QGIS / Mergin Maps 工程与填报表(推荐):打开 papaver.qgs,逐点填写、拍照,交回 field.gpkg 与 DCIM 文件夹",
                               "project and form for QField, QGIS, Mergin Maps (best): open papaver.qgs, answer each point, take photos; give back "
                               "field.gpkg and the folder DCIM"};

static void add_files(pv_text *out, const pv_kit *kit, unsigned formats, int zh)
{
    char name[32];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const row *r = kit->audit[0] != '\0' && files[i].format == audit_form.format ? &audit_form : &files[i];
        if (formats & r->format) pv_text_addf(out, "  %s\r\n      %s\r\n", r->file, zh ? r->zh : r->en);
    }
    for (size_t i = 0; (formats & PV_KIT_FLIGHT) != 0 && i < kit->n_flights; i++) {
        const pv_kit_flight *f = &kit->flight[i];
        pv_kit_flight_name(name, i);
        pv_text_addf(out,
                     zh ? "  %s\r\n      大疆补飞航线:空缺 %d 处,待复飞图斑 %d 个," : "  %s\r\n      DJI flight: %d gaps, %d plots to fly again, ",
                     name, f->gaps, f->plots);
        pv_text_add_real(out, f->area_m2 / 10000, 2);
        pv_text_add(out, zh ? " 公顷。起飞前务必核对地形、净空与空域\r\n" : " ha. Look at terrain, obstacles and airspace before you fly\r\n");
    }
}

static void add_place(pv_text *out, const pv_kit_place *p, const char *what, const char *none)
{
    pv_text_add(out, what);
    if (!p->known) {
        pv_text_add(out, none);
    } else {
        for (const char *c = p->name; *c != '\0'; c++) pv_text_add_n(out, (unsigned char)*c < ' ' ? " " : c, 1);
        pv_text_add(out, p->name[0] != '\0' ? "  " : "");
        pv_kit_lonlat(out, p->lon_deg, p->lat_deg);
    }
    pv_text_add(out, "\r\n");
}

static void add_unseen(pv_text *out, const pv_kit *kit, int zh)
{
    if (kit->unseen_m2 < 0) {
        pv_text_add(out, zh ? "没有看到的地面未在此统计,见晨报的死角清单。" : "Ground that was not seen is not counted here: see the morning page. ");
    } else {
        pv_text_add(out, zh ? "没有看到的地面(死角):" : "Ground that was not seen: ");
        pv_text_add_real(out, kit->unseen_m2 * 3 / 2000, 2);
        pv_text_add(out, zh ? " 亩。" : " mu. ");
    }
    pv_text_add(out, zh ? "图上没有图斑,不等于没有。\r\n" : "No plot on the map does not mean that there is nothing.\r\n");
}

/* ---- the points of an audit sample ---- */

static void add_audit_zh(pv_text *out, const pv_kit *kit, unsigned formats)
{
    pv_text_addf(out, "%s  %s\r\n%s\r\n\r\n抽样核查点 %zu 个(抽样“%s”)。\r\n", kit->name, kit->date, kit->season, kit->n, kit->audit);
    pv_text_add(out, "这些点由程序随机抽取,用来估算罂粟面积。点在哪里与该处有没有罂粟无关:多数点上什么也没有,这也是结果。\r\n"
                     "1. 每个点只回答一个问题:以该点为中心、边长 ");
    pv_text_add_real(out, sqrt(kit->audit_unit_m2), 2);
    pv_text_add(out, " 米、南北向的方格内,有没有罂粟(一株也算)?有,填“确认罂粟”;已铲除的,填“已铲除”;没有,填看到的类别或“未找到”。\r\n"
                     "2. 点不得移动、增加、替换或舍去。到不了就填“无法到达”,不要改查旁边的地方。自己另外发现的罂粟用图斑资料包上报,不填在这里。\r\n"
                     "3. 尽量用 RTK,或对照底图上的田埂、树、房角找准方格;把定位精度和查看方式(到点、近处、无人机、影像)填上,写明查看人。\r\n"
                     "踏查路线长 ");
    pv_text_add_real(out, kit->route_m, 0);
    pv_text_add(out, " 米(直线,非道路里程)。\r\n\r\n");
    add_place(out, &kit->access, "起点: ", "未指定,从第一个点算起");
    add_place(out, &kit->control, "校核点: ", "未指定。出发前请用一个自己认识的地物(旗杆、路口)核对地图是否偏移");
    pv_text_add(out, "坐标均为 WGS 84 经纬度;CGCS2000 3 度带高斯坐标在表中 gk_ 各栏。\r\n\r\n文件与软件:\r\n");
    add_files(out, kit, formats, 1);
    pv_text_add(out, "\r\n交回:填好的 field.gpkg(或 csv、shp、kml)原样发回,照片放在 DCIM/ 下。编号 id 不要改。\r\n");
}

static void add_audit_en(pv_text *out, const pv_kit *kit, unsigned formats)
{
    pv_text_addf(out, "%s  %s\r\n%s\r\n\r\n%zu audit points of sample \"%s\".\r\n", kit->name, kit->date, kit->season, kit->n, kit->audit);
    pv_text_add(
        out, "Chance chose them; the area of poppies is estimated from them. Where they lie says nothing of what is there: at most of them there is "
             "nothing, and that is an answer.\r\n1. One question at each point: is there any poppy, be it one plant, in the square around it "
             "whose sides are ");
    pv_text_add_real(out, sqrt(kit->audit_unit_m2), 2);
    pv_text_add(
        out, " m long and run north and east? If so: opium poppy; already removed, if it was; if not, what is there, or nothing found.\r\n"
             "2. No point is moved, added, replaced or left out. What cannot be reached is answered so, and no other place is looked at for it. "
             "Poppies that you find elsewhere are reported with a kit of plots, not here.\r\n"
             "3. Take RTK, or find the square by what the photo shows (edges of fields, trees, corners of houses). Say how it was seen, how precise "
             "the position was, and who saw it.\r\nOrder of visit: ");
    pv_text_add_real(out, kit->route_m, 0);
    pv_text_add(out, " m along straight lines, not roads.\r\n\r\n");
    add_place(out, &kit->access, "Access point: ", "none was given; the order begins at the first point");
    add_place(out, &kit->control,
              "Control point: ", "none was given. Check with a landmark that you know (flagpole, crossing) that your map is not shifted");
    pv_text_add(out, "All coordinates are WGS 84; CGCS2000 3-degree Gauss-Krüger metres are in the fields gk_.\r\n\r\nFiles:\r\n");
    add_files(out, kit, formats, 0);
    pv_text_add(out, "\r\nGive back: field.gpkg (or csv, shp, kml) as it is, with the photos in DCIM/. Leave the field id as it is.\r\n");
}

static void add_zh(pv_text *out, const pv_kit *kit, unsigned formats)
{
    pv_text_addf(out, "%s  %s\r\n%s\r\n\r\n图斑 %zu 个", kit->name, kit->date, kit->season, kit->n);
    if (kit->n_border > 0) pv_text_addf(out, ",其中 %zu 个在界上,两边的资料包里都有", kit->n_border);
    if (kit->outside) pv_text_add(out, "。这些图斑不在任何一个单位的界线内");
    pv_text_add(out, "。\r\n踏查路线长 ");
    pv_text_add_real(out, kit->route_m, 0);
    pv_text_add(out, " 米(直线,非道路里程)。\r\n疑似不等于确认:到现场辨识之后才能下结论。\r\n");
    add_unseen(out, kit, 1);
    pv_text_add(out, "\r\n");
    add_place(out, &kit->access, "起点: ", "未指定,从第一个图斑算起");
    add_place(out, &kit->control, "校核点: ", "未指定。出发前请用一个自己认识的地物(旗杆、路口)核对地图是否偏移");
    if (kit->control.known)
        pv_text_add(out, "出发前先在地图上看校核点是否落在实地位置;若偏出几百米,说明该软件按 GCJ-02 偏移,请换 shp 或换软件。\r\n");
    pv_text_add(out, "坐标均为 WGS 84 经纬度(与 CGCS2000 相差不到 1 米);CGCS2000 3 度带高斯坐标在表中 gk_ 各栏。\r\n\r\n文件与软件:\r\n");
    add_files(out, kit, formats, 1);
    if (kit->n_unseen > 0)
        pv_text_addf(out, "另有 %zu 片区域(超过 25 平方公里,或超出 %d 个航线文件)没有航线文件,见 coverage 的死角清单。\r\n", kit->n_unseen,
                     PV_MOST_FLIGHTS);
    pv_text_add(out, "\r\n交回:填好的 field.gpkg(或 csv、shp、kml、gpx)原样发回;照片放在 DCIM/ 下一并发回。编号 id 不要改。\r\n"
                     "奥维 9.3.0 以后导出的 kml/txt/csv 有偏移,请导出 shp,或者交回时注明“奥维导出”。\r\n"
                     "没有查到东西也请填:无罂粟、未找到、无法到达,都是结果。\r\n");
}

static void add_en(pv_text *out, const pv_kit *kit, unsigned formats)
{
    pv_text_addf(out, "%s  %s\r\n%s\r\n\r\n%zu plots", kit->name, kit->date, kit->season, kit->n);
    if (kit->n_border > 0) pv_text_addf(out, ", %zu of them on a border: they are in the kits of both sides", kit->n_border);
    if (kit->outside) pv_text_add(out, "; they lie in no unit's boundary");
    pv_text_add(out, ".\r\nOrder of visit: ");
    pv_text_add_real(out, kit->route_m, 0);
    pv_text_add(out, " m along straight lines, not roads.\r\nSuspected is not confirmed: only who stood there can say.\r\n");
    add_unseen(out, kit, 0);
    pv_text_add(out, "\r\n");
    add_place(out, &kit->access, "Access point: ", "none was given; the order begins at the first plot");
    add_place(out, &kit->control,
              "Control point: ", "none was given. Check with a landmark that you know (flagpole, crossing) that your map is not shifted");
    if (kit->control.known)
        pv_text_add(
            out,
            "Look at the control point on your map first; hundreds of metres off means that the app shows GCJ-02: take the shp, or another app.\r\n");
    pv_text_add(out, "All coordinates are WGS 84 (CGCS2000 agrees within a metre); CGCS2000 3-degree Gauss-Krüger metres are in the fields "
                     "gk_.\r\n\r\nFiles:\r\n");
    add_files(out, kit, formats, 0);
    if (kit->n_unseen > 0)
        pv_text_addf(
            out,
            "%zu more areas to fly (larger than 25 km2, or beyond %d flight files) have no file of their own; `papaver coverage` lists the gaps.\r\n",
            kit->n_unseen, PV_MOST_FLIGHTS);
    pv_text_add(out, "\r\nGive back: field.gpkg (or csv, shp, kml, gpx) as it is, with the photos in DCIM/. Leave the field id as it is.\r\n"
                     "What Ovital 9.3.0 and later exports as kml, txt or csv is shifted: export shp, or say that it comes from Ovital.\r\n"
                     "Nothing found, or could not get there, is an answer too.\r\n");
}

pv_status pv_kit_readme(const char *folder, const pv_kit *kit, unsigned formats, const char *lost, pv_err *err)
{
    pv_status st = PV_OK;
    pv_text out = {0};
    pv_text_add(&out, "\xEF\xBB\xBF");
    (kit->audit[0] != '\0' ? add_audit_zh : add_zh)(&out, kit, formats);
    pv_text_add(&out, "\r\n----------------------------------------------------------------\r\n\r\n");
    (kit->audit[0] != '\0' ? add_audit_en : add_en)(&out, kit, formats);
    if (lost[0] != '\0') pv_text_addf(&out, "\r\n%s", lost);
    pv_text_addf(&out, "\r\n%s\r\n", kit->version);
    PV_TRY(pv_kit_put(folder, "README.txt", &out, err));
out:
    pv_text_release(&out);
    return st;
}
