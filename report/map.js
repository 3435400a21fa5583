/* The map of a page: marks of plots by risk and status over boundaries, photos and gaps. It needs Leaflet (L) and the page's data (report/map_data.c), and loads nothing.
 * What is text goes into the page as text, never as markup. */
'use strict';
var papaver = (function () {
    var data = JSON.parse(document.getElementById('pv-data').textContent);
    var risks = [
        { zh: '极端', en: 'extreme', colour: '#a3003a', shape: 'diamond' },
        { zh: '高', en: 'high', colour: '#c24e00', shape: 'triangle' },
        { zh: '中', en: 'middle', colour: '#0062a3', shape: 'square' },
        { zh: '低', en: 'low', colour: '#595959', shape: 'circle' }
    ];
    var done = { ruled_out: 1, eradicated: 1, rechecked: 1 }, sent = { dispatched: 1, checking: 1 }, sure = { confirmed: 1, regrown: 1 };

    /* Both languages of a text, as elements: styles show one of them. */
    function two(zh, en) {
        var both = document.createDocumentFragment();
        [[zh, 'zh'], [en, 'en']].forEach(function (w) {
            var span = document.createElement('span');
            span.lang = w[1];
            span.textContent = w[0];
            both.appendChild(span);
        });
        return both;
    }

    /* make('p', 'text' or node or a list of them, {attribute: value}) */
    function make(tag, content, attributes) {
        var e = document.createElement(tag);
        Object.keys(attributes || {}).forEach(function (k) { e.setAttribute(k, attributes[k]); });
        [].concat(content === undefined || content === null ? [] : content).forEach(function (c) {
            e.appendChild(typeof c === 'object' ? c : document.createTextNode(String(c)));
        });
        return e;
    }

    function path(ctx, shape, x, y, r) {
        ctx.beginPath();
        if (shape === 'circle') {
            ctx.arc(x, y, r, 0, 2 * Math.PI);
        } else if (shape === 'square') {
            ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
        } else {
            ctx.moveTo(x, y - r * 1.25);
            if (shape === 'diamond') {
                ctx.lineTo(x + r * 1.15, y);
                ctx.lineTo(x, y + r * 1.25);
                ctx.lineTo(x - r * 1.15, y);
            } else {
                ctx.lineTo(x + r * 1.2, y + r * 0.9);
                ctx.lineTo(x - r * 1.2, y + r * 0.9);
            }
        }
        ctx.closePath();
    }

    /* A mark: shape and colour say the risk; hollow: done; a white dot: somebody is sent; a thick black line: sure. */
    function draw(ctx, x, y, r, risk, status, label) {
        var look = risks[risk];
        path(ctx, look.shape, x, y, r);
        ctx.fillStyle = done[status] ? '#ffffff' : look.colour;
        ctx.fill();
        ctx.lineWidth = sure[status] ? 3 : done[status] ? 2.5 : 1.2;
        ctx.strokeStyle = sure[status] ? '#000000' : done[status] ? look.colour : '#ffffff';
        ctx.stroke();
        if (sent[status]) {
            ctx.beginPath();
            ctx.arc(x, y + (look.shape === 'triangle' ? r * 0.2 : 0), r * 0.4, 0, 2 * Math.PI);
            ctx.fillStyle = '#ffffff';
            ctx.fill();
        }
        if (label) {
            ctx.font = 'bold 13px sans-serif';
            ctx.lineWidth = 3;
            ctx.strokeStyle = '#ffffff';
            ctx.strokeText(label, x + r + 2, y + 4);
            ctx.fillStyle = '#000000';
            ctx.fillText(label, x + r + 2, y + 4);
        }
    }

    /* The same mark as a picture for lists. */
    function picture(risk, status) {
        var canvas = make('canvas', [], { 'class': 'mark', width: 36, height: 36, 'aria-hidden': 'true' });
        var ctx = canvas.getContext('2d');
        ctx.scale(2, 2);
        draw(ctx, 9, 9, 6, risk, status);
        return canvas;
    }

    /* [lon, lat, dlon, dlat, ...] in 1e-7 degrees. */
    function ring(steps) {
        var points = [], x = 0, y = 0;
        for (var i = 0; i < steps.length; i += 2) {
            x += steps[i];
            y += steps[i + 1];
            points.push([y / 1e7, x / 1e7]);
        }
        return points;
    }

    var map = L.map('map', {
        attributionControl: false, zoomControl: false, preferCanvas: true, maxZoom: 23, zoomSnap: 0.5, fadeAnimation: false, zoomAnimation: false, markerZoomAnimation: false
    });
    L.control.zoom({ zoomInTitle: '放大 zoom in', zoomOutTitle: '缩小 zoom out' }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    ['pictures', 'ground', 'plots'].forEach(function (name, i) { map.createPane(name).style.zIndex = 300 + 60 * i; });
    var groundCanvas = L.canvas({ pane: 'ground', padding: 0.2 }), plotCanvas = L.canvas({ pane: 'plots', padding: 0.2 });

    var Mark = L.CircleMarker.extend({
        _updatePath: function () {
            var r = this._renderer, p = this._point, o = this.options;
            if (r._drawing && !this._empty()) draw(r._ctx, p.x, p.y, o.radius, o.plot.risk, o.plot.status, o.label);
        },
        /* What is drawn anew when it changes: its label too. */
        _updateBounds: function () {
            var r = this._radius + 6, p = this._point;
            this._pxBounds = L.bounds(p.subtract([r, r]), p.add([r + (this.options.label ? 10 * this.options.label.length : 0), r]));
        }
    });
    var layer = { pictures: L.layerGroup(), units: L.layerGroup(), photos: L.layerGroup(), gaps: L.layerGroup(), plots: L.layerGroup() };
    var outlines = L.layerGroup(), shown = [], halo = null, chosen = function () { }, closeZoom = 16, mostMarks = 200, cellSize = 48;

    function ground(rings, style, group) {
        return L.polygon(rings.map(ring), Object.assign({ renderer: groundCanvas, interactive: false, smoothFactor: 1 }, style)).addTo(group);
    }

    function addGround() {
        var levels = ['sheng', 'shi', 'xian', 'xiang', 'lin_chang', 'cun'], named = 0;
        data.photos.forEach(function (p) { ground(p[2], { color: '#1d4f7c', weight: 1.5, fillColor: '#9cc4e4', fillOpacity: p[7] ? 0 : 0.25 }, layer.photos); });
        data.gaps.forEach(function (g) {
            if (g[5]) ground(g[5], { color: '#b00020', weight: 1.5, dashArray: g[0] ? null : '4 3', fillColor: '#b00020', fillOpacity: g[0] ? 0.45 : 0.25 }, layer.gaps);
            else L.circleMarker([g[3], g[2]], { renderer: groundCanvas, interactive: false, radius: 3, color: '#b00020' }).addTo(layer.gaps);
        });
        data.units.forEach(function (u) {
            var coarse = levels.indexOf(u[0]) >= 0;
            var shape = ground(u[2], { color: '#3d2b56', weight: coarse ? 2 : 1, dashArray: '6 4', fill: false }, layer.units);
            if (!coarse || u[0] === 'sheng' || u[0] === 'shi' || u[0] === 'xian' || named++ >= 60) return;
            L.marker(shape.getBounds().getCenter(), { interactive: false, keyboard: false, icon: L.divIcon({ className: 'unit-name', html: make('span', u[1]) }) }).addTo(layer.units);
        });
    }

    /* Reduced photos are black around their ground: what lies outside of their outline is cut away. */
    function addPictures() {
        data.photos.slice().reverse().forEach(function (p) {
            if (!p[7]) return;
            var nw = L.CRS.EPSG3857.project(L.latLng(p[6], p[3])), se = L.CRS.EPSG3857.project(L.latLng(p[4], p[5]));
            var overlay = L.imageOverlay(p[7], [[p[4], p[3]], [p[6], p[5]]], { pane: 'pictures', alt: '' }).addTo(layer.pictures);
            var clip = ring(p[2][0]).map(function (at) {
                var q = L.CRS.EPSG3857.project(L.latLng(at));
                return (100 * (q.x - nw.x) / (se.x - nw.x)).toFixed(2) + '% ' + (100 * (q.y - nw.y) / (se.y - nw.y)).toFixed(2) + '%';
            });
            overlay.on('add', function () { overlay.getElement().style.clipPath = 'polygon(' + clip.join(',') + ')'; });
            if (overlay.getElement()) overlay.getElement().style.clipPath = 'polygon(' + clip.join(',') + ')';
        });
    }

    /* Outlines of plots are drawn when they can be seen as such. */
    function showOutlines() {
        outlines.clearLayers();
        if (!map.hasLayer(layer.plots) || map.getZoom() < closeZoom) return;
        var view = map.getBounds().pad(0.3);
        shown.forEach(function (p) {
            if (p.outline && view.contains([p.lat, p.lon])) ground(p.outline, { color: risks[p.risk].colour, weight: 2, fill: false }, outlines);
        });
    }

    function addMark(p, label, radius, choose) {
        var mark = new Mark([p.lat, p.lon], { renderer: plotCanvas, radius: radius, plot: p, label: label });
        mark.on('click', choose).addTo(layer.plots);
    }

    /* Where many plots would hide each other, the first of each cell of the screen stands for all, with their number; a click goes nearer. */
    function addGroups(plots) {
        var cells = new Map(), zoom = map.getZoom();
        plots.forEach(function (p) {
            var at = map.project([p.lat, p.lon], zoom), key = Math.floor(at.x / cellSize) + ' ' + Math.floor(at.y / cellSize);
            if (cells.has(key)) cells.get(key).push(p);
            else cells.set(key, [p]);
        });
        Array.from(cells.values()).reverse().forEach(function (group) {
            if (group.length === 1) addMark(group[0], '', 7, function () { chosen(group[0]); });
            else addMark(group[0], String(group.length), 9, function () { map.fitBounds(bounds(group), { maxZoom: closeZoom, animate: false }); });
        });
    }

    /* The plots of the list, in its order; the first ones lie on top. labels: their numbers are drawn. */
    function show(plots, labels) {
        shown = plots;
        layer.plots.clearLayers();
        if (plots.length > mostMarks && map.getZoom() < closeZoom) addGroups(plots);
        else for (var i = plots.length - 1; i >= 0; i--) addMark(plots[i], labels ? String(i + 1) : '', 7, chosen.bind(null, plots[i]));
        showOutlines();
    }

    function bounds(plots) {
        var b = L.latLngBounds([]);
        plots.forEach(function (p) { b.extend([p.lat, p.lon]); });
        if (!b.isValid()) [data.photos, data.units].forEach(function (list) {
            list.forEach(function (p) { if (!b.isValid() || list === data.photos) p[2].forEach(function (r) { b.extend(ring(r)); }); });
        });
        return b;
    }

    function fit(plots) {
        var b = bounds(plots);
        if (b.isValid()) map.fitBounds(b, { maxZoom: 20, padding: [24, 24], animate: false });
        else map.setView([35, 104], 4, { animate: false });
    }

    function select(p, move) {
        if (halo) halo.remove();
        halo = L.layerGroup([
            new Mark([p.lat, p.lon], { renderer: plotCanvas, interactive: false, radius: 7, plot: p }),
            L.circleMarker([p.lat, p.lon], { renderer: plotCanvas, interactive: false, radius: 14, color: '#000000', weight: 3, fill: false })
        ]).addTo(map);
        if (move) map.setView([p.lat, p.lon], Math.max(map.getZoom(), 17), { animate: false });
    }

    function start() {
        fit(data.plots);
        addGround();
        Object.keys(layer).forEach(function (name) {
            var box = document.getElementById('on-' + name);
            function set() {
                if (box.checked) map.addLayer(layer[name]);
                else map.removeLayer(layer[name]);
                if (name === 'plots') showOutlines();
                if (name === 'plots' && halo) halo[box.checked ? 'addTo' : 'removeFrom'](map);
            }
            box.addEventListener('change', set);
            set();
        });
        outlines.addTo(map);
        map.on('moveend', showOutlines);
        map.on('zoomend', function () { if (shown.length > mostMarks) show(shown); });
        setTimeout(addPictures, 60);
    }

    return {
        data: data, risks: risks, two: two, make: make, picture: picture,
        map: {
            it: map, start: start, show: show, fit: fit, select: select,
            onChoice: function (f) { chosen = f; },
            /* For printing: now, not at the next frame. */
            redraw: function () {
                map.invalidateSize({ animate: false });
                [groundCanvas, plotCanvas].forEach(function (c) { if (c._ctx) { c._update(); c._redraw(); } });
            }
        }
    };
})();
