"""The pages of certificates and scorecards in a browser: year_cards.py FOLDER ISSUED [AXE.js [PICTURES]].

FOLDER has c.zh.html, c.en.html (certificates of 100 units, ISSUED of them issued), k.zh.html and k.en.html (scorecards). One line for each thing that is wrong; exit code 1 when anything is."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "page"))
import browser

UNITS = 100
checks, wrong = 0, 0


def ok(what, value):
    global checks, wrong
    checks += 1
    if not value:
        wrong += 1
        print("FAILED:", what, flush=True)


INSIDE = """Array.from(document.querySelectorAll('main *')).filter(function(e){
  if (e.closest('.wide')) return false;
  var r = e.getBoundingClientRect(); return r.width > 0 && (r.left < -1 || r.right > innerWidth + 1)}).length"""
# Of each pair of words the one in the page's language is the larger one; in what is small for both they are equal.
SIZES = """(function(){var l = document.documentElement.lang, bad = 0;
  document.querySelectorAll('span[lang]').forEach(function(e){ if (e.lang !== l) return;
    var o = e.lang === 'zh' ? e.nextElementSibling : e.previousElementSibling;
    if (!o || !o.lang || o.lang === l) return;
    var a = parseFloat(getComputedStyle(e).fontSize), b = parseFloat(getComputedStyle(o).fontSize);
    if (a < b || (a === b && !e.closest('.small'))) bad++; });
  return bad})()"""
# Words beside each other on one line do not touch.
TOUCH = """Array.from(document.querySelectorAll('span[lang=zh]+span[lang=en]')).filter(function(e){
  var a = Array.from(e.previousElementSibling.getClientRects()).pop(), b = e.getClientRects()[0];
  return a && b && Math.abs(a.bottom - b.bottom) < 6 && b.left - a.right < 2 && b.left >= a.left}).length"""


def look(p, folder, name, width, axe, pictures):
    what = "%s at %d px: " % (name, width)
    p.open(os.path.join(folder, name), width)
    ok(what + "asks for nothing: %s" % p.requests[1:], len(p.requests) == 1)
    ok(what + "the console is quiet: %s" % p.complaints, not p.complaints)
    ok(what + "not wider than the window", p.run("document.documentElement.scrollWidth") <= width)
    ok(what + "nothing sticks out", p.run(INSIDE) == 0)
    ok(what + "the page's language is the larger one", p.run(SIZES) == 0)
    ok(what + "words do not touch", p.run(TOUCH) == 0)
    ok(what + "letters of 11 px at the least", p.run("Math.min.apply(null, Array.from(document.querySelectorAll('main *')).filter(function(e){return e.textContent.trim()}).map(function(e){return parseFloat(getComputedStyle(e).fontSize)}))") >= 11)
    if pictures:
        p.picture(os.path.join(pictures, "%s-%d.png" % (name, width)))
        p.run("(function(){var e=document.querySelector('.bad,tbody tr:last-child'); e && e.scrollIntoView(); })()")
        p.picture(os.path.join(pictures, "%s-%d-second.png" % (name, width)))
    if axe:
        # One that is issued, one that is not; some rows: what is asked of all is the same.
        p.run("document.querySelectorAll('.card').forEach(function(c){if (c !== document.querySelector('.card:has(.good)') && c !== document.querySelector('.card:has(.bad)')) c.remove()});document.querySelectorAll('.sheet tbody tr').forEach(function(r, i){i > 4 && r.remove()})")
        with open(axe, encoding="utf-8") as f:
            p.run(f.read() + ";1")
        found = p.run("axe.run().then(function(r){return r.violations.map(function(v){return [v.impact,v.id,v.nodes.length,v.nodes[0].html.slice(0,120)]})})")
        ok(what + "axe: %s" % found, not [v for v in found if v[0] in ("serious", "critical")])


def paper(p, folder, name, pictures):
    """Number of pages and their box."""
    p.open(os.path.join(folder, name), 1280)
    pdf = p.pdf()
    if pictures:
        with open(os.path.join(pictures, name + ".pdf"), "wb") as f:
            f.write(pdf)
    return max(int(n) for n in re.findall(rb"/Count (\d+)", pdf)), {tuple(round(float(x)) for x in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)}


def main(folder, issued, axe="", pictures=""):
    p = browser.Page()
    for lang in ("zh", "en"):
        for kind in ("c", "k"):
            for width in (360, 1280):
                look(p, folder, "%s.%s.html" % (kind, lang), width, axe, pictures)
        pages, boxes = paper(p, folder, "c.%s.html" % lang, pictures)
        ok("%s: a page of A4 a certificate: %d pages" % (lang, pages), pages == UNITS)
        ok("%s: upright A4: %s" % (lang, boxes), all(abs(b[2] - 595) < 2 and abs(b[3] - 842) < 2 for b in boxes))
        pages, boxes = paper(p, folder, "k.%s.html" % lang, pictures)
        ok("%s: the scorecard on few pages: %d" % (lang, pages), pages <= 12)
        ok("%s: wide A4: %s" % (lang, boxes), all(abs(b[2] - 842) < 2 and abs(b[3] - 595) < 2 for b in boxes))
    p.open(os.path.join(folder, "c.zh.html"), 1280)
    ok("as many are issued", p.run("document.querySelectorAll('.card .good').length") == int(issued))
    ok("and the others are not", p.run("document.querySelectorAll('.card .bad').length") == UNITS - int(issued))
    ok("places to sign only where it is issued", p.run("Array.from(document.querySelectorAll('.card')).every(function(c){return !!c.querySelector('.good') === !!c.querySelector('.signs')})"))
    p.close()
    if not axe:
        print("no axe-core: accessibility is not checked (tests/run.sh installs it where npm and network are)")


main(*sys.argv[1:])
print("year_cards: %d checks, %d failed" % (checks, wrong))
sys.exit(wrong > 0)
