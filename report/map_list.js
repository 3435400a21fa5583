/* The list of plots beside the map: filter, sort, pages, one plot in full, patrol sheets for printing, and the language of the page. */
(function () {
    var data = papaver.data, make = papaver.make, two = papaver.two, risks = papaver.risks, map = papaver.map;
    var root = document.documentElement, page = 0, pageSize = 100, mostSheets = 200, mostLabels = 80, shown = [], chosen = null;
    var level = { xian: ['县', 'county'], xiang: ['乡镇', 'township'], cun: ['村', 'village'], lin_chang: ['林场', 'forest farm'], lin_ban: ['林班', 'compartment'] };
    var by = function (id) { return document.getElementById(id); };
    var finest = ['cun', 'lin_ban', 'lin_chang', 'xiang', 'xian'];

    function english() { return root.classList.contains('en'); }
    function word(pair) { return pair ? pair[english() ? 1 : 0] : ''; }
    function status(p) { return data.status[p.status] || [p.status, p.status]; }
    function stage(p) {
        return data.growth[p.stage === 'flowering' ? 'flower' : p.stage] || [p.stage || '', p.stage || ''];
    }
    function place(p) {
        return ['xian', 'xiang', 'cun', 'lin_chang', 'lin_ban', 'xiao_ban'].map(function (k) { return p.place[k]; }).filter(Boolean).join(' ');
    }
    function shortPlace(p) {
        for (var i = 0; i < finest.length; i++) if (p.place[finest[i]]) return p.place[finest[i]];
        return '';
    }
    function fixed(v, n) { return v === undefined ? '' : v.toFixed(n); }
    function plants(p) { return p.plants_low === undefined ? '' : p.plants_low + '–' + p.plants_high; }

    /* ---- coordinates ---- */

    function degrees(v, plus, minus) {
        var s = Math.round(Math.abs(v) * 360000), d = Math.floor(s / 360000), m = Math.floor(s / 6000) % 60, r = ((s % 6000) / 100).toFixed(2);
        return d + '°' + (m < 10 ? '0' : '') + m + '′' + (r < 10 ? '0' : '') + r + '″' + (v < 0 ? minus : plus);
    }
    function decimal(p) { return p.lat.toFixed(7) + ', ' + p.lon.toFixed(7); }
    function dms(p) { return degrees(p.lat, 'N', 'S') + ' ' + degrees(p.lon, 'E', 'W'); }
    function gk(p) { return p.gk ? 'X ' + p.north.toFixed(1) + '  Y ' + p.east.toFixed(1) : ''; }
    function zone(p) { return 'EPSG:' + p.gk; }

    /* A file on a stick has no leave to write the clipboard in every browser: then the text is selected for the hand. */
    function copyButton(text, what) {
        var b = make('button', two('复制', 'copy'), { type: 'button', 'class': 'link', 'aria-label': '复制 copy: ' + what });
        b.addEventListener('click', function () {
            var field = make('textarea', text, { 'aria-hidden': 'true', tabindex: '-1' });
            document.body.appendChild(field);
            field.select();
            var said = false;
            try { said = document.execCommand('copy'); } catch (e) { said = false; }
            field.remove();
            b.replaceChildren(said ? two('已复制', 'copied') : two('请手工复制', 'copy it by hand'));
            b.focus();
        });
        return b;
    }

    /* ---- filter and sort ---- */

    var sorts = {
        risk: [['级别', 'risk'], function () { return 0; }],
        area: [['面积', 'area'], function (a, b) { return (b.area || 0) - (a.area || 0); }],
        plants: [['株数', 'plants'], function (a, b) { return (b.plants_high || 0) - (a.plants_high || 0); }],
        prob: [['概率', 'probability'], function (a, b) { return (b.prob || 0) - (a.prob || 0); }],
        last: [['末次发现', 'last seen'], function (a, b) { return (b.last || '') < (a.last || '') ? -1 : (b.last || '') > (a.last || '') ? 1 : 0; }],
        overdue: [['逾期', 'overdue'], function (a, b) { return (b.overdue || 0) - (a.overdue || 0); }],
        place: [['地点', 'place'], function (a, b) { return place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0; }],
        id: [['图斑号', 'id'], function (a, b) { return a.id < b.id ? -1 : 1; }]
    };

    function options(select, list) {
        var value = select.value;
        select.replaceChildren.apply(select, list.map(function (o) { return make('option', o[1], { value: o[0] }); }));
        if (value && list.some(function (o) { return o[0] === value; })) select.value = value;
    }

    function placeOptions() {
        var select = by('by-place'), value = select.value;
        select.replaceChildren(make('option', word(['全部', 'all']), { value: '' }));
        Object.keys(level).forEach(function (k) {
            var names = {};
            data.plots.forEach(function (p) { if (p.place[k]) p.place[k].split(' / ').forEach(function (n) { names[n] = 1; }); });
            var list = Object.keys(names).sort();
            if (list.length === 0) return;
            select.appendChild(make('optgroup', list.map(function (n) { return make('option', n, { value: k + ':' + n }); }), { label: word(level[k]) }));
        });
        select.value = value;
        if (select.selectedIndex < 0) select.value = '';
    }

    function fillSelects() {
        var some = {};
        data.plots.forEach(function (p) { some[p.status] = 1; });
        options(by('by-status'), [['', word(['全部', 'all'])], ['new', word(['本夜新增', 'new since the night before'])]].concat(
            Object.keys(data.status).filter(function (k) { return some[k]; }).map(function (k) { return [k, word(data.status[k])]; })));
        options(by('by-risk'), [['', word(['全部', 'all'])]].concat(risks.map(function (r, i) { return [String(i), word([r.zh, r.en])]; })));
        options(by('sort'), Object.keys(sorts).map(function (k) { return [k, word(sorts[k][0])]; }));
        placeOptions();
    }

    function wanted() {
        var s = by('by-status').value, r = by('by-risk').value, u = by('by-place').value, text = by('by-text').value.trim().toLowerCase();
        var k = u.slice(0, u.indexOf(':')), name = u.slice(u.indexOf(':') + 1);
        var list = data.plots.filter(function (p) {
            if (s === 'new' ? !p.fresh : s && p.status !== s) return false;
            if (r && p.risk !== Number(r)) return false;
            if (u && (p.place[k] || '').split(' / ').indexOf(name) < 0) return false;
            return !text || (p.id + ' ' + (p.former || '') + ' ' + place(p) + ' ' + (p.crew || '') + ' ' + (p.photo || '')).toLowerCase().indexOf(text) >= 0;
        });
        var order = sorts[by('sort').value][1];
        return list.map(function (p, i) { return [p, i]; }).sort(function (a, b) { return order(a[0], b[0]) || a[1] - b[1]; }).map(function (a) { return a[0]; });
    }

    /* ---- the list ---- */

    function head() {
        return make('thead', make('tr', [['序号', 'no.', 1], ['图斑号', 'id'], ['级别', 'risk'], ['状态', 'status'], ['地点', 'place'], ['m²', 'm²', 1], ['株', 'plants', 1], ['概率', 'probability', 1],
            ['生长期', 'stage'], ['末次发现', 'last seen']].map(function (w) { return make('th', two(w[0], w[1]), w[2] ? { scope: 'col', 'class': 'n' } : { scope: 'col' }); }), { 'class': 'head' }));
    }

    function tags(p) {
        var list = [];
        if (p.fresh) list.push(['新', 'new']);
        if (p.overdue) list.push(['逾期 ' + p.overdue + ' 天', p.overdue + ' days overdue']);
        if (p.recheck) list.push(['待复查', 'to be checked again']);
        if (p.conflicts) list.push(['说法不一', 'findings disagree']);
        return list.map(function (w) { return make('span', two(w[0], w[1]), { 'class': 'tag' }); });
    }

    function row(p, number) {
        var name = make('button', p.id, { type: 'button', 'class': 'link' }), r = risks[p.risk];
        name.addEventListener('click', function () { choose(p, true); });
        var tr = make('tr', [
            make('td', number, { 'class': 'n' }), make('td', [name].concat(tags(p))), make('td', [papaver.picture(p.risk, p.status), two(r.zh, r.en)], { 'class': 'd' }),
            make('td', two(status(p)[0], status(p)[1])), make('td', shortPlace(p)), make('td', fixed(p.area, 2), { 'class': 'n', 'data-k': 'm² ' }),
            make('td', plants(p), { 'class': 'n d', 'data-k': '株 ' }), make('td', fixed(p.prob, 2), { 'class': 'n', 'data-k': 'p ' }), make('td', two(stage(p)[0], stage(p)[1])),
            make('td', p.last || '', { 'class': 'd' })
        ], { id: 'row-' + p.id });
        if (p === chosen) tr.className = 'chosen';
        return tr;
    }

    function showPage() {
        var pages = Math.max(1, Math.ceil(shown.length / pageSize));
        page = Math.max(0, Math.min(page, pages - 1));
        var first = page * pageSize, table = by('list');
        table.className = 'plots';
        table.replaceChildren(head(), make('tbody', shown.slice(first, first + pageSize).map(function (p, i) { return row(p, first + i + 1); })));
        by('pages').replaceChildren();
        if (pages === 1) return;
        [[-1, '上一页', 'previous'], [1, '下一页', 'next']].forEach(function (w) {
            var b = make('button', two(w[1], w[2]), { type: 'button' });
            b.disabled = w[0] < 0 ? page === 0 : page === pages - 1;
            b.addEventListener('click', function () { page += w[0]; showPage(); by('list').scrollIntoView(); });
            by('pages').appendChild(b);
        });
        by('pages').appendChild(make('span', two('第 ' + (page + 1) + ' / ' + pages + ' 页', 'page ' + (page + 1) + ' of ' + pages)));
    }

    function apply(fit) {
        shown = wanted();
        page = 0;
        var left = data.plots_left ? two(';另有 ' + data.plots_left + ' 处在台账中', '; ' + data.plots_left + ' more stand in the ledger') : '';
        by('count').replaceChildren(two('显示 ' + shown.length + ' / ' + data.plots.length + ' 处', shown.length + ' of ' + data.plots.length + ' plots shown'), left);
        map.show(shown);
        if (fit && shown.length > 0) map.fit(shown);
        showPage();
    }

    /* ---- one plot in full ---- */

    function chip(p) {
        var of = by('chip-' + p.id);
        if (!of) return null;
        if (of.tagName !== 'IMG') return make('p', Array.from(of.cloneNode(true).childNodes), { 'class': 'chip' });
        return make('img', [], { 'class': 'chip', src: of.getAttribute('src'), alt: of.getAttribute('alt'), loading: 'lazy' });
    }

    function pairs(list) {
        return make('dl', list.filter(function (w) { return w[2] !== '' && w[2] !== undefined && w[2] !== null; }).reduce(function (all, w) {
            return all.concat([make('dt', two(w[0], w[1])), make('dd', w[2])]);
        }, []));
    }

    var ladder = [['', ''], ['提示函', 'reminder'], ['督办单', 'order'], ['建议书', 'formal advice']];

    function facts(p) {
        var r = risks[p.risk];
        return [
            ['级别', 'risk', two(r.zh + (p.points === undefined ? '' : ' ' + p.points + ' 分'), r.en + (p.points === undefined ? '' : ', ' + p.points + ' points'))],
            ['状态', 'status', two(status(p)[0] + (p.since ? ' ' + p.since : ''), status(p)[1] + (p.since ? ' ' + p.since : ''))],
            ['地点', 'place', p.outside ? two('界外', 'outside of all boundaries') : place(p)],
            ['面积', 'area', p.area === undefined ? '' : p.area.toFixed(2) + ' m²'],
            ['估算株数', 'plants, estimated', plants(p)],
            ['概率', 'probability', fixed(p.prob, 2)],
            ['生长期', 'stage', p.stage ? two(stage(p)[0], stage(p)[1]) : ''],
            ['可割日期', 'capsules from', p.capsules || ''],
            ['首次, 末次发现', 'first, last seen', p.first ? p.first + ', ' + p.last : ''],
            ['见 / 看', 'seen / looked', p.looks ? (p.seen || 0) + ' / ' + p.looks : ''],
            ['核查', 'visited', p.visited ? p.visited + ' ' + (p.visitor || '') : ''],
            ['清点株数', 'plants counted', p.counted === undefined ? '' : p.counted],
            ['铲除株数', 'plants removed', p.removed === undefined ? '' : p.removed],
            ['核查组', 'crew', p.crew || ''],
            ['期限', 'due', p.due ? (p.ladder ? two(p.due + ' 逾期 ' + p.overdue + ' 天: ' + ladder[p.ladder][0], p.due + ', ' + p.overdue + ' days overdue: ' + ladder[p.ladder][1]) : p.due) : ''],
            ['原图斑号', 'was also', p.former || ''],
            ['照片', 'photo', p.photo || '']
        ];
    }

    function words(list) { return list.map(function (w) { return two(w[0], w[1]); }); }
    function items(list) { return list.length === 0 ? null : make('ul', list.map(function (w) { return make('li', w); })); }

    function coordinates(p) {
        var link = make('a', decimal(p), { href: 'geo:' + p.lat.toFixed(7) + ',' + p.lon.toFixed(7) });
        return [
            ['纬度, 经度 WGS 84', 'latitude, longitude', [link, copyButton(decimal(p), decimal(p))]],
            ['度分秒', 'degrees, minutes', [document.createTextNode(dms(p)), copyButton(dms(p), dms(p))]],
            ['CGCS2000 高斯', 'Gauss-Krüger, m', gk(p) ? [document.createTextNode(gk(p) + ' (' + zone(p) + ')'), copyButton(gk(p), gk(p))] : '']
        ];
    }

    function choose(p, move) {
        chosen = p;
        map.select(p, move);
        Array.prototype.forEach.call(document.querySelectorAll('tr.chosen'), function (tr) { tr.className = ''; });
        var tr = by('row-' + p.id);
        if (tr) tr.className = 'chosen';
        var box = by('detail'), picture = chip(p);
        var reasons = items(p.reasons.map(function (r) { return two(r[0] + ' (+' + r[2] + ')', r[1] + ' (+' + r[2] + ')'); })), steps = items(words(p.steps));
        var parts = [make('h3', [papaver.picture(p.risk, p.status), p.id].concat(tags(p)))];
        if (picture) parts.push(picture);
        parts.push(pairs(coordinates(p)), pairs(facts(p)));
        if (steps) parts.push(make('h3', two('下一步', 'next steps')), steps);
        if (reasons) parts.push(make('h3', two('排序依据', 'why it stands here')), reasons);
        if (p.why.length > 0) parts.push(make('h3', two('影像依据', 'what the photo showed')), items(words(p.why)));
        box.replaceChildren.apply(box, parts);
        if (move) {
            box.focus({ preventScroll: true });
            by('map').scrollIntoView({ block: 'nearest' });
        }
    }

    /* ---- printing ---- */

    function blanks(list) { return make('p', list.map(function (w) { return make('span', [two(w[0], w[1]), make('span', [], { 'class': 'blank' })]); })); }

    function sheet(p, number) {
        var r = risks[p.risk], picture = chip(p), parts = [
            make('h3', [make('span', number, { 'class': 'number' }), p.id + ' · ', two(r.zh + ' · ' + status(p)[0], r.en + ' · ' + status(p)[1])]),
            make('p', [place(p) + ' · ' + decimal(p) + ' · ' + dms(p) + (gk(p) ? ' · ' + gk(p) + ' (' + zone(p) + ')' : '')]),
            make('p', [fixed(p.area, 2) + ' m² · ', plants(p) ? two(plants(p) + ' 株 · ', plants(p) + ' plants · ') : '', p.stage ? two(stage(p)[0] + ' · ', stage(p)[1] + ' · ') : '',
                (p.first || '') + ' – ' + (p.last || '')])
        ];
        if (picture) {
            picture.loading = 'eager';
            parts.push(picture);
        }
        parts.push(make('p', two('☐ 确认罂粟  ☐ 虞美人等  ☐ 其他作物  ☐ 野生植物  ☐ 裸地或误差  ☐ 已铲除  ☐ 无法到达  ☐ 未找到',
            '☐ opium poppy  ☐ ornamental poppy  ☐ other crop  ☐ wild plant  ☐ bare ground or fault  ☐ removed already  ☐ unreachable  ☐ nothing found')));
        parts.push(blanks([['清点株数', 'plants counted'], ['实测 m²', 'measured m²'], ['铲除株数', 'plants removed'], ['时间', 'time'], ['核查人一', 'signature 1'], ['核查人二', 'signature 2']]));
        parts.push(make('div', [], { 'class': 'notes' }));
        return make('article', parts, { 'class': 'sheet' });
    }

    function makeSheets() {
        var list = shown.slice(0, mostSheets), parts = [make('h2', two('踏查单', 'patrol sheets'))].concat(list.map(function (p, i) { return sheet(p, i + 1); }));
        if (shown.length > list.length) {
            parts.push(make('p', two('另有 ' + (shown.length - list.length) + ' 处未打印,请先筛选。', (shown.length - list.length) + ' more are not printed: filter the list first.')));
        }
        by('sheets').replaceChildren.apply(by('sheets'), parts);
        map.show(shown, shown.length <= mostLabels);
        map.fit(shown);
        map.redraw();
    }

    function afterPrint() {
        by('sheets').replaceChildren();
        map.show(shown);
        map.redraw();
    }

    /* ---- language, legend, start ---- */

    function speak(lang) {
        root.classList.remove('zh', 'en');
        if (lang !== 'both') root.classList.add(lang);
        root.lang = lang === 'en' ? 'en' : 'zh';
        Array.prototype.forEach.call(document.querySelectorAll('button[data-speak]'), function (b) { b.setAttribute('aria-pressed', String(b.getAttribute('data-speak') === lang)); });
        fillSelects();
    }

    function legend() {
        var rows = risks.map(function (r, i) { return [i, 'suspected', r.zh, r.en]; }).concat([[2, 'dispatched', '已派发或辨识中', 'somebody is sent'], [2, 'confirmed', '确认或复种', 'confirmed or regrown'],
            [2, 'eradicated', '已铲除、复查或排除', 'done or ruled out']]);
        by('legend').replaceChildren.apply(by('legend'), rows.map(function (w) { return make('li', [papaver.picture(w[0], w[1]), two(w[2], w[3])]); }));
    }

    function notes() {
        var list = [], without = data.photos.length - data.pictures;
        if (data.photos.length > 0 && without > 0) list.push(two(without + ' / ' + data.photos.length + ' 张照片没有缩小影像,只画范围。', without + ' of ' + data.photos.length + ' photos are drawn as outlines only: there is no reduced picture, or no room for it.'));
        if (data.chips_left) list.push(two(data.chips_left + ' 处图斑的小图因页面大小未放入，各图斑下写明其文件。', 'Pictures of ' + data.chips_left + ' plots found no room in this page; each plot names its file.'));
        if (data.units_left) list.push(two(data.units_left + ' 个单位的界线未画。', 'Boundaries of ' + data.units_left + ' units are not drawn.'));
        if (data.gaps_left) list.push(two(data.gaps_left + ' 处较小的死角未画。', data.gaps_left + ' smaller gaps are not drawn.'));
        if (data.plots.length === 0) list.push(two('没有图斑。', 'There are no plots.'));
        by('map-notes').replaceChildren.apply(by('map-notes'), list.map(function (w) { return make('small', w); }));
    }

    function start() {
        ['by-status', 'by-risk', 'by-place', 'sort'].forEach(function (id) { by(id).addEventListener('change', function () { apply(id !== 'sort'); }); });
        by('by-text').addEventListener('input', function () { apply(false); });
        by('filter').addEventListener('submit', function (e) { e.preventDefault(); });
        by('filter').addEventListener('reset', function () { setTimeout(function () { apply(true); }, 0); });
        Array.prototype.forEach.call(document.querySelectorAll('button[data-speak]'), function (b) { b.addEventListener('click', function () { speak(b.getAttribute('data-speak')); }); });
        by('print').addEventListener('click', function () { window.print(); });
        window.addEventListener('beforeprint', makeSheets);
        window.addEventListener('afterprint', afterPrint);
        window.addEventListener('hashchange', follow);
        map.onChoice(function (p) { choose(p, false); });
        speak(root.getAttribute('data-lang'));
        legend();
        notes();
        map.start();
        apply(false);
        follow();
        window.papaverRuns = true;
    }

    /* page.html#P0AB12C */
    function follow() {
        var id = location.hash.slice(1);
        data.plots.forEach(function (p) { if (p.id === id) choose(p, true); });
    }

    start();
})();
