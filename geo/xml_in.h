/* XML from strangers, one step after the other: what KML, GPX and the parts of an XLSX need, and nothing that could be used against us. Inside geo/ only.
 *
 * Refused, with the line: DOCTYPE and everything else that begins with `<!` but comments and CDATA, entities other than the five of XML and numbers of characters, elements deeper than
 * PV_XML_DEPTH, tags that do not match, an attribute twice or without quotes, anything but blanks behind the root. Names lose their prefix ("gx:Track" is "Track").
 * Texts are UTF-8; a declared encoding is what charset.h found, whatever it says. Memory: that of one element's text. Threads: one owner. Errors: PV_INPUT, PV_NOMEM. */
#ifndef PV_GEO_XML_IN_H
#define PV_GEO_XML_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { PV_XML_DEPTH = 64, PV_XML_NAME = 64, PV_XML_ATTRIBUTES = 32 };

typedef enum pv_xml_event { PV_XML_END_OF_FILE = 0, PV_XML_OPEN, PV_XML_CLOSE } pv_xml_event;

typedef struct pv_xml {
    const char *s; /* [n] borrowed */
    size_t n, at, line_at;
    int64_t line;
    int depth;      /* of the element at hand: the root is 1 */
    int close_next; /* 1 = <a/> was opened, and is closed by the next step */
    int had_root;
    char name[PV_XML_DEPTH + 1][PV_XML_NAME]; /* of the open elements, by depth */
    pv_text text;                             /* of PV_XML_CLOSE: the characters since the last tag, without what stands in inner elements */
    int n_attributes;
    struct {
        char name[PV_XML_NAME];
        size_t at, len; /* of its raw value */
    } attribute[PV_XML_ATTRIBUTES];
    pv_text value; /* scratch */
} pv_xml;

/* text: n bytes of UTF-8. The zero object and one that failed are releasable. */
void pv_xml_init(pv_xml *x, const char *text, size_t n);
void pv_xml_release(pv_xml *x);
/* The next tag. Its name is pv_xml_name(). After PV_XML_CLOSE depth still is that of the closed element. */
PV_MUST pv_status pv_xml_next(pv_xml *x, pv_xml_event *event, pv_err *err);
const char *pv_xml_name(const pv_xml *x);
/* Name of the element around it; "" = none. */
const char *pv_xml_parent(const pv_xml *x);
/* Of PV_XML_OPEN: the value of an attribute, until the next call; "" = there is none. */
const char *pv_xml_attribute(pv_xml *x, const char *name);
/* "line 3: <why>". */
pv_status pv_xml_refuse(pv_xml *x, pv_err *err, const char *why);

#endif
