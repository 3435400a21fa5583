"""What the page of `papaver report` must do in a browser: page_check.py FOLDER [AXE.js]; FOLDER has p0, p1, p50, p5000.html of tests/tools/page_made_up.

One line for each thing that is wrong; the last line counts. Exit code 1 when anything is."""
import os
import re
import sys
import time

import browser

folder, axe = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
checks, wrong = 0, 0


def ok(what, value):
    global checks, wrong
    checks += 1
    if not value:
        wrong += 1
        print("FAILED:", what, flush=True)


def rows(page):
    return page.run("document.querySelectorAll('#list tbody tr').length")


def first(page):
    return page.run("document.querySelector('#list tbody button').textContent")


def settle(page, expression, wait_s=20):
    """Until an expression is true; what it is in the end."""
    until = time.monotonic() + wait_s
    while not page.run(expression) and time.monotonic() < until:
        time.sleep(0.05)
    return page.run(expression)


def choose(page, select, value):
    page.run("(function(){var s=document.getElementById('%s');s.value='%s';s.dispatchEvent(new Event('change'));})()" % (select, value))


# Marks are drawn: pixels of their colours on the map's canvas, counted once for all four.
COLOURS = """(function(){var n=0;document.querySelectorAll('#map canvas').forEach(function(m){var c=document.createElement('canvas');c.width=m.width;c.height=m.height;
var x=c.getContext('2d',{willReadFrequently:true});x.drawImage(m,0,0);var d=x.getImageData(0,0,c.width,c.height).data;
for(var i=0;i<d.length;i+=4){if(d[i+3]<255)continue;var k=d[i]+','+d[i+1]+','+d[i+2];if(['163,0,58','194,78,0','0,98,163','89,89,89'].indexOf(k)>=0)n++;}});return n})()"""


def quiet(page, name):
    """Nothing was asked for but the page itself and what it holds; the console has nothing to say."""
    others = [r[:80] for r in page.requests if not r.startswith(("data:", "blob:")) and not (r.startswith("file:") and r.split("#")[0].endswith(name))]
    ok("%s: nothing is loaded: %s" % (name, others), not others)
    ok("%s: the console is quiet: %s" % (name, page.complaints[:3]), not page.complaints)


def look(page, name, plots, width):
    started = time.monotonic()
    page.open(os.path.join(folder, name), width)
    shown = settle(page, "document.getElementById('count').textContent.length > 0")
    took = time.monotonic() - started
    print("%s at %d px: first view after %.2f s, %.1f MiB" % (name, width, took, os.path.getsize(os.path.join(folder, name)) / 2**20), flush=True)
    ok("%s: the list is there" % name, shown and ("%d / %d" % (plots, plots)) in page.run("document.getElementById('count').textContent"))
    ok("%s: a page of the list has at most 100 plots" % name, rows(page) == min(plots, 100))
    if plots > 0:
        ok("%s: marks on the map" % name, settle(page, COLOURS + " > 20"))
        ok("%s: reduced photos are on the map" % name, settle(page, "document.querySelectorAll('#map img').length === 3"))
        ok("%s: they are whole pictures" % name, settle(page, "Array.from(document.querySelectorAll('#map img')).every(function(i){return i.naturalWidth > 0})"))
    ok("%s: plain lists give way" % name, page.run("getComputedStyle(document.querySelector('.plain')).display") == "none")
    ok("%s: nothing is wider than %d px" % (name, width), page.run("document.documentElement.scrollWidth") <= width)
    ok("%s: no text became an element: %s" % (name, page.run("document.querySelectorAll('img[src=x]').length")), page.run("document.querySelectorAll('img[src=x]').length") == 0)
    quiet(page, name)


def filters(page):
    ok("filter by status", (choose(page, "by-status", "confirmed"), rows(page))[1] == 5)
    ok("and by risk", (choose(page, "by-risk", "0"), rows(page))[1] == 1)
    choose(page, "by-status", "")
    ok("by risk alone", rows(page) == 13)
    page.run("document.getElementById('filter').reset()")
    ok("all again", settle(page, "document.querySelectorAll('#list tbody tr').length === 50"))
    choose(page, "by-place", "xiang:柳湾镇")
    ok("by place: a plot on a border belongs to both: %d" % rows(page), rows(page) == 33)
    choose(page, "by-place", "")
    page.run("(function(){var t=document.getElementById('by-text');t.value='p000042';t.dispatchEvent(new Event('input'));})()")
    ok("by id", rows(page) == 1 and first(page) == "P000042")
    page.run("document.getElementById('filter').reset()")
    settle(page, "document.querySelectorAll('#list tbody tr').length === 50")
    choose(page, "sort", "area")
    ok("sort by area", first(page) == "P000043")
    choose(page, "sort", "id")
    ok("sort by id", first(page) == "P000001")
    choose(page, "sort", "risk")


def one_plot(page):
    page.run("document.querySelectorAll('#list tbody button')[1].click()")
    text = page.run("document.getElementById('detail').textContent")
    for part in ("P000002", "34.8001000, 105.6041000", "34°48′00.36″N 105°36′14.76″E", "X 3852001.2  Y 555001.1", "EPSG:4544", "达到刑事立案株数"):
        ok("a plot in full has %s" % part, part in text)
    ok("a link that phones open", page.run("document.querySelector('#detail a').href") == "geo:34.8001000,105.6041000")
    ok("its picture", page.run("document.querySelector('#detail img.chip').src.slice(0, 15)") == "data:image/jpeg")
    page.run("location.hash = '#P000007'")
    ok("a plot by the page's address", settle(page, "document.getElementById('detail').textContent.indexOf('P000007') >= 0"))


def languages(page):
    def visible(lang):
        return page.run("Array.from(document.querySelectorAll('main [lang=%s]')).some(function(e){return e.offsetParent !== null})" % lang)
    ok("Chinese first", visible("zh") and not visible("en"))
    page.run("document.querySelector('button[data-speak=en]').click()")
    ok("English", visible("en") and not visible("zh"))
    ok("the page says its language", page.run("document.documentElement.lang") == "en")
    ok("words to choose from", page.run("document.getElementById('by-status').options[0].textContent") == "all")
    page.run("document.querySelector('button[data-speak=zh]').click()")
    ok("and back", visible("zh") and page.run("document.getElementById('by-status').options[0].textContent") == "全部")


def layers(page):
    for name in ("pictures", "plots"):
        page.run("document.getElementById('on-%s').click()" % name)
    ok("photos can be taken away", page.run("document.querySelectorAll('#map img').length") == 0)
    ok("plots can be taken away", settle(page, COLOURS + " === 0"))
    for name in ("pictures", "plots"):
        page.run("document.getElementById('on-%s').click()" % name)
    ok("and come back", settle(page, COLOURS + " > 20"))


def pages_of(pdf):
    return max([int(n) for n in re.findall(rb"/Count (\d+)", pdf)] or [0])


def printing(page):
    pdf = page.pdf()
    with open(os.path.join(folder, "p50.pdf"), "wb") as f:
        f.write(pdf)
    ok("patrol sheets on paper: %d pages" % pages_of(pdf), 8 <= pages_of(pdf) <= 40)
    ok("A4", re.search(rb"/MediaBox \[0 0 (594|595)(\.\d+)? (841|842)", pdf) is not None)
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    ok("one sheet a plot", page.run("document.querySelectorAll('.sheet').length") == 50)
    ok("with its number and boxes", page.run("document.querySelector('.sheet').textContent.indexOf('☐') > 0"))
    page.run("window.dispatchEvent(new Event('afterprint'))")
    ok("gone after printing", page.run("document.querySelectorAll('.sheet').length") == 0)


def without_script(page):
    page.open(os.path.join(folder, "p50.html"), 1280, script=False)
    tree = page.ask("DOM.getDocument", depth=-1)
    text = page.ask("DOM.getOuterHTML", nodeId=tree["root"]["nodeId"])["outerHTML"]
    ok("without script: the class that hides lists is not set", 'class="js' not in text[:200])
    ok("without script: tables of plots", len(re.findall(r'<tr id="P\d{6}"', text)) == 50)
    ok("without script: pictures of plots", len(re.findall(r'<img class="chip"', text)) == 50)
    for what in ("print", "map", "filter"):
        ok("without script: no %s that does nothing" % what, not page.is_shown("#" + what))
    ok("without script: the list is shown", page.is_shown(".plain"))
    ok("without script: it can be printed", pages_of(page.pdf()) > 1)
    quiet(page, "p50.html")


def changed_script(page):
    page.open(os.path.join(folder, "changed.html"), 1280)
    ok("a script that was changed does not run", any("violates" in c for c in page.complaints))
    ok("and the plain list is shown", page.is_shown(".plain") and not page.is_shown("#map"))


def no_room(page, width):
    page.open(os.path.join(folder, "few.html"), width)
    settle(page, "document.getElementById('count').textContent.length > 0")
    ok("%d px: three pictures are in the page" % width, page.run("document.querySelectorAll('img.chip[id]').length") == 3)
    page.run("location.hash = '#P000040'")
    ok("%d px: a plot without one" % width, settle(page, "document.getElementById('detail').textContent.indexOf('P000040') >= 0"))
    name = page.run("(document.querySelector('#detail .chip a') || {}).textContent") or ""
    ok("%d px: names its file: %s" % (width, name), os.path.exists(os.path.join(folder, name)) and name.startswith("chips/"))
    ok("%d px: nothing is wider than the page" % width, page.run("document.documentElement.scrollWidth <= window.innerWidth"))
    quiet(page, "few.html")
    page.run("document.querySelector('#detail .chip a').click()")
    ok("%d px: which opens" % width, settle(page, "document.contentType === 'image/jpeg'"))


def accessible(page, name, width):
    page.open(os.path.join(folder, name), width)
    settle(page, "document.getElementById('count').textContent.length > 0")
    if "p0" not in name:
        page.run("document.querySelector('#list tbody button').click()")
    with open(axe, encoding="utf-8") as f:
        page.run(f.read() + ";1")
    found = page.run("axe.run().then(function(r){return r.violations.map(function(v){return [v.impact,v.id,v.nodes.length,v.nodes[0].html.slice(0,120)]})})")
    for v in found:
        if v[0] not in ("serious", "critical"):
            print("%s at %d px, %s only: %s" % (name, width, v[0], v[1:]), flush=True)
    ok("%s at %d px: axe: %s" % (name, width, [v for v in found if v[0] in ("serious", "critical")]), not [v for v in found if v[0] in ("serious", "critical")])


p = browser.Page()
for name, plots in (("p0.html", 0), ("p1.html", 1), ("p5000.html", 5000)):
    look(p, name, plots, 360)
look(p, "p5000.html", 5000, 1280)
p.run("document.querySelector('#pages button:last-of-type').click()")
ok("the next page of the list", p.run("document.querySelector('#list tbody td').textContent") == "101")
look(p, "p50.html", 50, 1280)
for part in (filters, one_plot, languages, layers, printing):
    part(p)
quiet(p, "p50.html")
for width in (360, 1280):
    no_room(p, width)
without_script(p)
changed_script(p)
if axe:
    for name, width in (("p50.html", 1280), ("p50.html", 360), ("p0.html", 1280)):
        accessible(p, name, width)
else:
    print("no axe-core: accessibility is not checked (tests/run.sh installs it where npm and network are)")
p.close()
print("page_check: %d checks, %d failed" % (checks, wrong))
sys.exit(wrong > 0)
