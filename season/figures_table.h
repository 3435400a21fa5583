/* The one table of figures: what each is called, how it is counted, from what. figures_internal.h makes their numbers of it, figures_list.c their texts.
 *
 * FIGURE(id, group, kind, decimals, zh, en, unit_zh, unit_en, of, per, parts, zh_means, en_means). */
#ifndef PV_SEASON_FIGURES_TABLE_H
#define PV_SEASON_FIGURES_TABLE_H

/* clang-format off */
#define PV_FIGURE_TABLE(FIGURE) \
    /* ---- effort ---- */ \
    FIGURE(photos, EFFORT, COUNT, 0, "照片数", "photos", "张", "photos", "", "", "", "期内拍摄且已处理的正射照片；单位行为其范围触及该单位的照片", \
           "orthophotos taken in the period that were looked at; of a unit those whose outline touches it") \
    FIGURE(flights, EFFORT, COUNT, 0, "飞行架次", "flights", "架次", "flights", "", "", "", \
           "同一天、inbox 下同一文件夹的照片算一架次；每架次的照片放一个文件夹", \
           "photos of one day in one folder of the inbox are one flight: give each flight a folder of its own") \
    FIGURE(flown_mu, EFFORT, SUM, 4, "飞行面积", "area flown", "亩", "mu", "", "", "", \
           "期内照片看清的地面，每平方米只计一次；模糊、过暗、过曝、过粗、读不出的不计；合计含责任区外", \
           "ground that photos of the period saw, each square metre once; blurred, dark, saturated, coarse and unreadable ground does not count; the " \
           "total includes ground outside of all units") \
    FIGURE(flown_repeated_mu, EFFORT, SUM, 4, "累计飞行面积", "area flown, repeated", "亩次", "mu, each photo", "", "", "", "同上，每张照片各计一次", \
           "the same, once for each photo that saw it") \
    FIGURE(charge_mu, EFFORT, SUM, 4, "责任面积", "area in charge", "亩", "mu", "", "", "seen_mu unseen_mu", \
           "单位的全部地面；合计为界线中最高一级单位之和", \
           "all ground of the unit; of the total that of the units of the highest level in the boundaries") \
    FIGURE(seen_mu, EFFORT, SUM, 4, "责任区内看清面积", "area seen in charge", "亩", "mu", "", "", "", "责任面积中期内看清的地面，每平方米只计一次", \
           "of the area in charge what photos of the period saw, each square metre once") \
    FIGURE(cover_rate, EFFORT, RATIO, 2, "踏查率", "share seen", "%", "%", "seen_mu", "charge_mu", "", "责任区内看清面积 ÷ 责任面积", \
           "area seen in charge / area in charge") \
    FIGURE(lin_ban, EFFORT, COUNT, 0, "踏查林班数", "compartments flown", "个", "units", "", "", "", "有地面被看清的林班；林班计入其面积过半所在的单位", \
           "compartments of which some ground was seen; each counts in the unit that has more than half of it") \
    FIGURE(xiang, EFFORT, COUNT, 0, "踏查乡镇数", "townships flown", "个", "units", "", "", "", "有地面被看清的乡镇；计法同林班", \
           "townships of which some ground was seen; counted like compartments") \
    FIGURE(cun, EFFORT, COUNT, 0, "踏查村数", "villages flown", "个", "units", "", "", "", "有地面被看清的村；计法同林班", \
           "villages of which some ground was seen; counted like compartments") \
    FIGURE( \
        people, EFFORT, COUNT, 0, "出动人员", "people", "人次", "person-turns", "", "", "", \
        "入山登记中期内的人次：登记内容写明的人数（如“6人”“1380人次”），否则为姓名个数，否则每条1人次；单位按登记地点", \
        "from the forest register: the number that an entry's text states (\"6 people\"), else its names, else one an entry; units by the entry's place") \
    FIGURE(vehicles, EFFORT, COUNT, 0, "出动车辆", "vehicles", "台次", "vehicle-turns", "", "", "", "入山登记内容写明的车辆（如“车辆1台”“143台次”）", \
           "vehicles that entries of the forest register state") \
    FIGURE(drones, EFFORT, COUNT, 0, "出动无人机", "drones", "架次", "drone-turns", "", "", "", "入山登记内容写明的无人机（如“无人机1架”）", \
           "drones that entries of the forest register state") \
    /* ---- finds ---- */ \
    FIGURE(suspected, FINDS, COUNT, 0, "疑似图斑", "suspected plots", "处", "plots", "", "", \
           "confirmed ruled_out unreachable unchecked;new_plots known_before", \
           "期内照片发现（已知误报屏蔽期内的除外）、人员发现，或期内有疑似、辨识、确认、排除、无法到达、铲除、复种记录的图斑；每处只计一次", \
           "plots that in the period a photo showed (not while a known false alarm is quiet), a crew found, or a finding calls suspected, checking, " \
           "confirmed, ruled out, unreachable, eradicated or regrown; each once") \
    FIGURE(new_plots, FINDS, COUNT, 0, "其中新发现", "of these new", "处", "plots", "", "", "", "此前没有任何照片或记录的图斑", \
           "plots without any sight or finding before the period") \
    FIGURE(known_before, FINDS, COUNT, 0, "其中旧地块", "of these known before", "处", "plots", "", "", "", "期前已有照片或记录的图斑", \
           "plots with a sight or finding before the period") \
    FIGURE(xiang_found, FINDS, COUNT, 0, "涉及乡镇", "townships with plots", "个", "units", "", "", "", "疑似图斑所在的乡镇数", \
           "townships in which suspected plots lie") \
    FIGURE(cun_found, FINDS, COUNT, 0, "涉及村", "villages with plots", "个", "units", "", "", "", "疑似图斑所在的村数", \
           "villages in which suspected plots lie") \
    FIGURE(checked, FINDS, COUNT, 0, "已核查", "checked", "处", "plots", "", "", "confirmed ruled_out", "期末已确认或已排除的疑似图斑", \
           "suspected plots that were confirmed or ruled out by the period's end") \
    FIGURE(check_rate, FINDS, RATIO, 2, "核查率", "share checked", "%", "%", "checked", "suspected", "", "已核查 ÷ 疑似图斑", "checked / suspected plots") \
    FIGURE(confirmed, FINDS, COUNT, 0, "确认", "confirmed", "处", "plots", "", "", \
           "stage_seedling stage_rosette stage_bolting stage_bud stage_flower stage_capsule stage_dry stage_unknown", \
           "期内有人见到罂粟，或期前已确认、期初仍在的；其后的核查没有否定同一茬。铲除的也在内；各组记录矛盾而未裁定的按较重者", \
           "people found poppies in the period, or before it and they still stood when it began, and no later check of the same growth took it back; " \
           "eradicated ones too; of findings in conflict the graver stands") \
    FIGURE(ruled_out, FINDS, COUNT, 0, "排除", "ruled out", "处", "plots", "", "", \
           "ruled_out_corn_poppy ruled_out_other_crop ruled_out_wild_plant ruled_out_bare_or_artifact ruled_out_already_removed ruled_out_not_found " \
           "ruled_out_words", \
           "期末最后的核查说不是的疑似图斑，按原因分", "suspected plots of which the last check by the period's end says that it is none, by reason") \
    FIGURE(ruled_out_corn_poppy, FINDS, COUNT, 0, "排除：虞美人等观赏罂粟", "ruled out: ornamental poppy", "处", "plots", "", "", "", \
           "核查结果：虞美人等观赏罂粟", "verdict: ornamental poppy") \
    FIGURE(ruled_out_other_crop, FINDS, COUNT, 0, "排除：其他作物", "ruled out: other crop", "处", "plots", "", "", "", "核查结果：其他作物", \
           "verdict: other crop") \
    FIGURE(ruled_out_wild_plant, FINDS, COUNT, 0, "排除：野生植物", "ruled out: wild plant", "处", "plots", "", "", "", "核查结果：野生植物", \
           "verdict: wild plant") \
    FIGURE(ruled_out_bare_or_artifact, FINDS, COUNT, 0, "排除：裸地或影像误差", "ruled out: bare ground or image fault", "处", "plots", "", "", "", \
           "核查结果：裸地或影像误差", "verdict: bare ground or image fault") \
    FIGURE(ruled_out_already_removed, FINDS, COUNT, 0, "排除：到场前已铲除", "ruled out: removed before", "处", "plots", "", "", "", \
           "到场时已被铲除，无人见到是什么；不计入精度", "removed before a crew came, so that nobody saw what it was; no part of the precision") \
    FIGURE(ruled_out_not_found, FINDS, COUNT, 0, "排除：未找到", "ruled out: nothing found", "处", "plots", "", "", "", \
           "到场未见；铲除后照片再现而复查未见的也在内", "nothing was there; also where a photo showed regrowth and a check found none") \
    FIGURE(ruled_out_words, FINDS, COUNT, 0, "排除：其他", "ruled out: in other words", "处", "plots", "", "", "", "只写了文字的原因", \
           "reasons given in words only") \
    FIGURE(unreachable, FINDS, COUNT, 0, "无法到达", "could not be reached", "处", "plots", "", "", "", "期末最后的去向是无法到达，此后没有核查", \
           "the last that is known of the check by the period's end is that nobody could get there") \
    FIGURE(unchecked, FINDS, COUNT, 0, "未核查", "not checked", "处", "plots", "", "", "", "其余疑似图斑：未派发、已派发、辨识中，或复种未经人核实", \
           "all other suspected plots: not dispatched, dispatched, being checked, or seen to regrow and not checked since") \
    FIGURE(shown_judged, FINDS, COUNT, 0, "照片图斑已判定", "shown plots judged", "处", "plots", "", "", "", \
           "照片发现、已确认或已排除的；到场前已铲除的和记录矛盾未裁定的除外", \
           "plots that photos showed and people confirmed or ruled out; without those removed before and those in an open conflict") \
    FIGURE(shown_confirmed, FINDS, COUNT, 0, "照片图斑属实", "shown plots confirmed", "处", "plots", "", "", "", "其中确认的", \
           "of these the confirmed ones") \
    FIGURE(precision, FINDS, RATIO, 2, "精度", "precision", "%", "%", "shown_confirmed", "shown_judged", "", "照片图斑属实 ÷ 照片图斑已判定", \
           "shown plots confirmed / shown plots judged") \
    FIGURE(suspected_ha, FINDS, SUM, 4, "疑似面积", "area of suspected plots", "公顷", "ha", "", "", \
           "confirmed_ha ruled_out_ha unreachable_ha unchecked_ha", "图斑面积：期末前最后一次实测，否则照片最后一次所见；各类取整到 1 平方米后相加", \
           "area of a plot: as last measured by people by the period's end, else as photos last showed it; classes are rounded to 1 m2 and added") \
    FIGURE(confirmed_ha, FINDS, SUM, 4, "确认面积", "area confirmed, ha", "公顷", "ha", "", "", "", "确认图斑的面积", "area of confirmed plots") \
    FIGURE(ruled_out_ha, FINDS, SUM, 4, "排除面积", "area ruled out", "公顷", "ha", "", "", "", "排除图斑的面积", "area of plots that were ruled out") \
    FIGURE(unreachable_ha, FINDS, SUM, 4, "无法到达面积", "area not reached", "公顷", "ha", "", "", "", "无法到达图斑的面积", \
           "area of plots that could not be reached") \
    FIGURE(unchecked_ha, FINDS, SUM, 4, "未核查面积", "area not checked", "公顷", "ha", "", "", "", "未核查图斑的面积", \
           "area of plots that were not checked") \
    FIGURE(area_unknown, FINDS, COUNT, 0, "面积不明", "area not known", "处", "plots", "", "", "", "既无实测也无照片面积的疑似图斑，面积按 0 计", \
           "suspected plots that nobody measured and no photo showed: their area counts as 0") \
    FIGURE(confirmed_m2, FINDS, SUM, 4, "确认面积", "area confirmed, m2", "平方米", "m2", "", "", "", "确认图斑面积之和，不取整", \
           "areas of confirmed plots, added without rounding") \
    FIGURE(confirmed_mu, FINDS, SUM, 4, "确认面积", "area confirmed, mu", "亩", "mu", "", "", "", "同上，1 亩 = 10000/15 平方米", \
           "the same; 1 mu = 10000/15 m2") \
    FIGURE(plants_counted, FINDS, COUNT, 0, "清点株数", "plants counted", "株", "plants", "", "", "", \
           "确认图斑每茬最后一次清点（一天内取最大），无清点的取铲除株数；未点数的为 0", \
           "of each growth of confirmed plots the last count (of one day the largest), else the plants removed; 0 where nobody counted") \
    FIGURE(plots_counted, FINDS, COUNT, 0, "已清点图斑", "plots counted", "处", "plots", "", "", "", "有清点株数或铲除株数的确认图斑", \
           "confirmed plots with a count of plants or of plants removed") \
    FIGURE(plants_low, FINDS, COUNT, 0, "估算株数下限", "plants estimated, low", "株", "plants", "", "", "", \
           "各确认图斑下限之和。已清点的即清点数；有样方的为样方密度 × 面积，样方株数 ± 1.96 倍平方根；否则照片估算 5% 至 " \
           "95%。各处误差同向，上下限线性相加（JCGM 100:2008 5.2.2 注 1）", \
           "sum of the low ends of confirmed plots: the count itself where there is one; density of the sample x area, its plants +- 1.96 roots of them; " \
           "else the photo's 5 % to 95 %. Errors of plots go " \
           "together, so ends add linearly (JCGM 100:2008, 5.2.2 note 1)") \
    FIGURE(plants, FINDS, COUNT, 0, "估算株数", "plants estimated", "株", "plants", "", "", "", "同上，中值之和", "the same, sum of the middle values") \
    FIGURE(plants_high, FINDS, COUNT, 0, "估算株数上限", "plants estimated, high", "株", "plants", "", "", "", "同上，上限之和", \
           "the same, sum of the high ends") \
    FIGURE(plots_estimated, FINDS, COUNT, 0, "有株数的图斑", "plots with an estimate", "处", "plots", "", "", "", "进入估算的确认图斑；其余株数不明", \
           "confirmed plots that are part of the estimate; of the others nothing is known") \
    FIGURE(stage_seedling, FINDS, COUNT, 0, "苗期", "seedling", "处", "plots", "", "", "", "确认图斑按生长期：人员所见，否则照片判读", \
           "confirmed plots by growth stage: as people saw it, else as judged from the photo") \
    FIGURE(stage_rosette, FINDS, COUNT, 0, "莲座期", "rosette", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_bolting, FINDS, COUNT, 0, "抽薹期", "bolting", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_bud, FINDS, COUNT, 0, "蕾期", "bud", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_flower, FINDS, COUNT, 0, "花期", "flowering", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_capsule, FINDS, COUNT, 0, "蒴果期", "capsule", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_dry, FINDS, COUNT, 0, "枯熟期", "dry", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(stage_unknown, FINDS, COUNT, 0, "生长期不明", "stage not known", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(plants_max, FINDS, ORDER, 0, "单处最大株数", "largest plot", "株", "plants", "", "", "", "确认图斑中株数（清点，否则估算中值）最大者", \
           "the largest number of plants of a confirmed plot: counted, else the middle estimate") \
    FIGURE(plants_median, FINDS, ORDER, 0, "单处中位株数", "median plot", "株", "plants", "", "", "", "同上，中位数；偶数时取两中间值的较小者", \
           "the same, the median; of two middle values the lower") \
    FIGURE(plots_500, FINDS, COUNT, 0, "500 株及以上", "500 plants and more", "处", "plots", "", "", "", \
           "株数（同上）500 及以上的确认图斑，含 3000 及以上", "confirmed plots of 500 plants or more, those of 3,000 or more among them") \
    FIGURE(plots_3000, FINDS, COUNT, 0, "3000 株及以上", "3,000 plants and more", "处", "plots", "", "", "", "株数 3000 及以上的确认图斑", \
           "confirmed plots of 3,000 plants or more") \
    FIGURE(regrown, FINDS, COUNT, 0, "复种", "regrown", "处", "plots", "", "", "", "期内在铲除或复查之后的日子又被照片或人员发现的疑似图斑", \
           "suspected plots that in the period a photo or people found again on a day after they were eradicated or rechecked") \
    FIGURE(conflicts, FINDS, COUNT, 0, "记录矛盾未裁定", "in an open conflict", "处", "plots", "", "", "", "期末仍有相互矛盾记录的疑似图斑", \
           "suspected plots whose findings contradict each other at the period's end") \
    FIGURE(open_before, FINDS, COUNT, 0, "期前未了", "open from before", "处", "plots", "", "", "", \
           "不计入疑似：期前已知、期末仍未核查、无法到达或确认未铲，而期内无照片无记录的图斑", \
           "not among the suspected: known before the period, still unchecked, unreachable or standing at its end, and not seen or spoken of in it") \
    /* ---- action ---- */ \
    FIGURE(eradicated, ACTION, COUNT, 0, "铲除", "eradicated", "处", "plots", "", "", \
           "method_pulled method_machine method_self method_ordered method_unknown", "确认图斑中期内有铲除记录的", \
           "confirmed plots that were eradicated in the period") \
    FIGURE(plants_removed, ACTION, COUNT, 0, "铲除株数", "plants removed", "株", "plants", "", "", "", \
           "期内各次铲除之和：铲除株数，否则该次清点株数；同处同日取最大", \
           "sum over eradications of the period: plants removed, else those counted at it; of one plot and day the largest") \
    FIGURE(eradication_rate, ACTION, RATIO, 2, "铲除率", "share eradicated", "%", "%", "eradicated", "confirmed", "", "铲除 ÷ 确认（处）", \
           "eradicated / confirmed plots") \
    FIGURE(method_pulled, ACTION, COUNT, 0, "人工拔除", "pulled by hand", "处", "plots", "", "", "", "铲除图斑按期内最后一次铲除方式", \
           "eradicated plots by the method of the last eradication in the period") \
    FIGURE(method_machine, ACTION, COUNT, 0, "机械铲除", "by machine", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(method_self, ACTION, COUNT, 0, "自行铲除", "by the grower", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(method_ordered, ACTION, COUNT, 0, "责令铲除", "by the grower on order", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(method_unknown, ACTION, COUNT, 0, "方式不明", "method not known", "处", "plots", "", "", "", "同上", "the same") \
    FIGURE(first_eradication, ACTION, DATE, 0, "最早铲除日期", "first eradication", "日期", "date", "", "", "", "期内最早的铲除日期", \
           "date of the first eradication in the period") \
    FIGURE(last_eradication, ACTION, DATE, 0, "最晚铲除日期", "last eradication", "日期", "date", "", "", "", "期内最晚的铲除日期", \
           "date of the last eradication in the period") \
    FIGURE(stage_at_eradication, ACTION, COUNT, 0, "铲除时生长期已知", "eradicated, stage known", "处", "plots", "", "", "", \
           "铲除图斑中铲除时生长期已知的：人员所见，否则照片推算的结果日", \
           "eradicated plots whose stage at that time is known: as people saw it, else by the day of capsules worked out from the photo") \
    FIGURE(before_capsule, ACTION, COUNT, 0, "蒴果期前铲除", "eradicated before capsules", "处", "plots", "", "", "", "其中苗期至花期铲除的", \
           "of these from seedling to flower") \
    FIGURE(before_capsule_rate, ACTION, RATIO, 2, "蒴果期前铲除比例", "share before capsules", "%", "%", "before_capsule", "stage_at_eradication", "", \
           "蒴果期前铲除 ÷ 铲除时生长期已知（零产量的度量）", "eradicated before capsules / eradicated with known stage") \
    FIGURE(days_check_median, ACTION, ORDER, 0, "发现至核查天数中位", "days from find to check, median", "天", "days", "", "", "", \
           "期内首次核查（确认、排除、铲除、复查）的茬：核查日减发现日；偶数时取较小者", \
           "growths first checked in the period: day of the check less day of the find; of two middle values the lower") \
    FIGURE(days_check_p90, ACTION, ORDER, 0, "发现至核查天数九成", "days from find to check, 90 %", "天", "days", "", "", "", "同上，第 ⌈0.9n⌉ 个", \
           "the same, the ceil(0.9 n)-th") \
    FIGURE(days_action_median, ACTION, ORDER, 0, "核查至铲除天数中位", "days from check to eradication, median", "天", "days", "", "", "", \
           "期内铲除的图斑：最后铲除日减首次核查日", "plots eradicated in the period: day of the last eradication less day of the first check") \
    FIGURE(days_action_p90, ACTION, ORDER, 0, "核查至铲除天数九成", "days from check to eradication, 90 %", "天", "days", "", "", "", "同上", "the same") \
    FIGURE(days_eradication_median, ACTION, ORDER, 0, "发现至铲除天数中位", "days from find to eradication, median", "天", "days", "", "", "", \
           "期内铲除的图斑：最后铲除日减发现日", "plots eradicated in the period: day of the last eradication less day of the find") \
    FIGURE(days_eradication_p90, ACTION, ORDER, 0, "发现至铲除天数九成", "days from find to eradication, 90 %", "天", "days", "", "", "", "同上", \
           "the same") \
    FIGURE(rechecked, ACTION, COUNT, 0, "复查", "rechecked", "处", "plots", "", "", "", "期内有复查记录的图斑，不论何时铲除", \
           "plots with a recheck dated in the period, whenever they were eradicated") \
    FIGURE(eradicated_rechecked, ACTION, COUNT, 0, "铲除后已复查", "eradicated and rechecked", "处", "plots", "", "", "", \
           "期内铲除的图斑中期末前已复查的", "plots eradicated in the period that were rechecked by its end") \
    FIGURE(recheck_rate, ACTION, RATIO, 2, "复查率", "share rechecked", "%", "%", "eradicated_rechecked", "eradicated", "", "铲除后已复查 ÷ 铲除", \
           "eradicated and rechecked / eradicated") \
    /* ---- quality ---- */ \
    FIGURE(unseen_mu, QUALITY, SUM, 4, "未看清面积", "area not seen", "亩", "mu", "", "", \
           "not_flown_mu unreadable_mu dark_mu saturated_mu blurred_mu coarse_mu", "责任面积中期内没有看清的（死角）", \
           "of the area in charge what was not seen in the period") \
    FIGURE(not_flown_mu, QUALITY, SUM, 4, "未航摄", "not flown", "亩", "mu", "", "", "", "没有照片的", "no photo shows it") \
    FIGURE(unreadable_mu, QUALITY, SUM, 4, "读不出", "unreadable", "亩", "mu", "", "", "", "照片损坏", "damaged photos") \
    FIGURE(dark_mu, QUALITY, SUM, 4, "过暗", "too dark", "亩", "mu", "", "", "", "阴影过深", "deep shade") \
    FIGURE(saturated_mu, QUALITY, SUM, 4, "过曝", "saturated", "亩", "mu", "", "", "", "过曝", "light that burns out") \
    FIGURE(blurred_mu, QUALITY, SUM, 4, "模糊", "blurred", "亩", "mu", "", "", "", "模糊", "blurred") \
    FIGURE(coarse_mu, QUALITY, SUM, 4, "过粗", "too coarse", "亩", "mu", "", "", "", "像元过大，看不出最小图斑", \
           "pixels too large for the smallest patch") \
    FIGURE(first_image, QUALITY, DATE, 0, "最早影像日期", "first image", "日期", "date", "", "", "", "期内最早的照片日期", \
           "day of the first photo in the period") \
    FIGURE(last_image, QUALITY, DATE, 0, "最晚影像日期", "last image", "日期", "date", "", "", "", "期内最晚的照片日期", \
           "day of the last photo in the period") \
    FIGURE(models, QUALITY, COUNT, 0, "模型数", "models", "个", "models", "", "", "", "期内照片用过的模型；编号（文件 SHA-256 前 16 位）列在附注", \
           "models that judged photos of the period; their ids (first 16 digits of the file's SHA-256) are in the notes") \
    /* ---- audit ---- */ \
    FIGURE(audit_draw, AUDIT, TEXT, 0, "抽样名称", "draw", "名称", "name", "", "", "", \
           "本期的抽样核查：所用照片全部拍摄于本期的抽样；有几次的取已有估计的，其中照片最多的，再取最后抽的，其余列在附注", \
           "the period's audit sample: a draw all of whose photos were taken in the period; of several one that has an estimate, of these that of the most " \
           "photos, then the last; the others are in the notes") \
    FIGURE(audit_date, AUDIT, DATE, 0, "抽样日期", "date of the draw", "日期", "date", "", "", "", "抽取的日期；地图是当天的", \
           "the day on which it was drawn; the map is that of this day") \
    FIGURE(audit_photos, AUDIT, COUNT, 0, "抽样所用照片", "photos drawn from", "张", "photos", "", "", "", \
           "抽样时台账中已有的、抽样日期范围内的照片；此后飞的不在内", "photos of the draw's days that the ledger had when it was made; not those flown since") \
    FIGURE(audit_points, AUDIT, COUNT, 0, "核查点", "points", "个", "points", "", "", "audit_answered audit_missing", "随机抽出的点，抽定后不增不减", \
           "points drawn by chance; none is added or taken away afterwards") \
    FIGURE(audit_answered, AUDIT, COUNT, 0, "已答", "answered", "个", "points", "", "", "", "有人到点判明有无罂粟的点", "points of which somebody said what is there") \
    FIGURE(audit_missing, AUDIT, COUNT, 0, "无应答", "without an answer", "个", "points", "", "", "audit_unreachable audit_open", \
           "没有结果的点，不得用别的点替换；同层其他点代表它们", "points without a class; none is replaced, the others of their strata stand for them") \
    FIGURE(audit_unreachable, AUDIT, COUNT, 0, "无应答：无法到达", "not reached", "个", "points", "", "", "", "去过但到不了的点", "points that nobody could get to") \
    FIGURE(audit_open, AUDIT, COUNT, 0, "无应答：未答", "not answered yet", "个", "points", "", "", "", "还没有答案的点；有未答的点时估计是初步的", \
           "points without any answer; while there are some, the estimate is a preliminary one") \
    FIGURE(audit_non_response, AUDIT, RATIO, 2, "无应答率", "non-response", "%", "%", "audit_missing", "audit_points", "", "无应答 ÷ 核查点", \
           "without an answer / points") \
    FIGURE(audit_ground_mu, AUDIT, ESTIMATE, 4, "抽样总体", "ground drawn from", "亩", "mu", "", "", "", \
           "抽样所用照片看清的地面，每平方米一次；对没看清的地面什么也没说", "ground that these photos saw, each square metre once; of other ground nothing is said") \
    FIGURE(audit_mapped_m2, AUDIT, ESTIMATE, 1, "图上罂粟面积", "poppy on the map", "平方米", "m2", "", "", "", \
           "抽样总体中图斑触及、未被人排除的方格；是判图结果，不是实有面积", \
           "squares of that ground into which an outline of a hotspot reaches that people have not ruled out: what the map says, not what stands there") \
    FIGURE(audit_area_m2, AUDIT, ESTIMATE, 1, "罂粟面积（抽样校正）", "area of poppy, adjusted", "平方米", "m2", "", "", "", \
           "由核查点的答案推算的抽样总体中罂粟面积（Olofsson 等 2014、Stehman 2014）。引用面积时用它和它的区间，不用图上面积", \
           "area of poppy on that ground as it follows from the answers (Olofsson et al. 2014, Stehman 2014). Quote it with its interval, not the mapped area") \
    FIGURE(audit_area_low_m2, AUDIT, ESTIMATE, 1, "罂粟面积 95% 下限", "area of poppy, 95 % low", "平方米", "m2", "", "", "", \
           "95% 置信区间：照这样抽一百次，约九十五次的区间包含真值；无应答造成的偏差不在内", \
           "95 % interval: of a hundred samples drawn like this about 95 have an interval that holds the truth; what non-response may hide is not in it") \
    FIGURE(audit_area_high_m2, AUDIT, ESTIMATE, 1, "罂粟面积 95% 上限", "area of poppy, 95 % high", "平方米", "m2", "", "", "", "同上", "the same") \
    FIGURE(audit_if_none_m2, AUDIT, ESTIMATE, 1, "无应答点全无罂粟", "area if none of the missing had poppy", "平方米", "m2", "", "", "", \
           "假如所有无应答的点都没有罂粟，估计面积会是多少", "what the area would be if no point without an answer had poppy") \
    FIGURE(audit_if_all_m2, AUDIT, ESTIMATE, 1, "无应答点全有罂粟", "area if all of the missing had poppy", "平方米", "m2", "", "", "", \
           "假如都有，会是多少", "and if all of them had") \
    FIGURE(audit_users, AUDIT, ESTIMATE, 2, "用户精度", "user's accuracy", "%", "%", "", "", "", \
           "图上罂粟面积中真是罂粟的比例；100 减去它是误判。截去两位小数以后", "of the area that is poppy on the map, the share that is poppy; cut to two decimals") \
    FIGURE(audit_users_low, AUDIT, ESTIMATE, 2, "用户精度 95% 下限", "user's accuracy, 95 % low", "%", "%", "", "", "", "下限舍、上限入到两位小数", \
           "low ends are rounded down, high ends up") \
    FIGURE(audit_users_high, AUDIT, ESTIMATE, 2, "用户精度 95% 上限", "user's accuracy, 95 % high", "%", "%", "", "", "", "同上", "the same") \
    FIGURE(audit_producers, AUDIT, ESTIMATE, 2, "生产者精度", "producer's accuracy", "%", "%", "", "", "", \
           "罂粟实有面积中图上判出的比例；100 减去它是漏判", "of the area of poppy, the share that the map has; 100 less it is what the map missed") \
    FIGURE(audit_producers_low, AUDIT, ESTIMATE, 2, "生产者精度 95% 下限", "producer's accuracy, 95 % low", "%", "%", "", "", "", "同上", "the same") \
    FIGURE(audit_producers_high, AUDIT, ESTIMATE, 2, "生产者精度 95% 上限", "producer's accuracy, 95 % high", "%", "%", "", "", "", "同上", "the same") \
    FIGURE(audit_overall, AUDIT, ESTIMATE, 2, "总体精度", "overall accuracy", "%", "%", "", "", "", \
           "地图说对了的地面的比例；罂粟稀少时总接近 100，说明不了什么", "share of the ground of which the map is right: always near 100 where poppies are rare, so it says little") \
    FIGURE(audit_overall_low, AUDIT, ESTIMATE, 2, "总体精度 95% 下限", "overall accuracy, 95 % low", "%", "%", "", "", "", "同上", "the same") \
    FIGURE(audit_overall_high, AUDIT, ESTIMATE, 2, "总体精度 95% 上限", "overall accuracy, 95 % high", "%", "%", "", "", "", "同上", "the same")
/* clang-format on */

#endif
