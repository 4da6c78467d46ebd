"""What software reads of a sheet: its structure, and the declarations that make it PDF/A-3a and PDF/UA-1.

PDF/A-3a (ISO 19005-3, level A) promises that the file can be read in fifty years with nothing but itself; PDF/UA-1
(ISO 14289-1) that a screen reader tells everything on it, in order and in the right language. Both ask that every
mark on the page is either content of a structure element or an artifact, and that the file describes itself. ReportLab
offers neither, but lets its catalogue be extended; what it writes against the standards is put right here.

:class:`Structure` collects elements while the page is written, and at the end writes the tree.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfbase.pdfdoc import PDFArray as Array  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfbase.pdfdoc import PDFDictionary as Dictionary
from reportlab.pdfbase.pdfdoc import PDFName as Name

from certificates.pen import Box, number

PROFILE = Path(__file__).parent / "assets" / "sRGB.icc"
"""what our colours mean: the standard sRGB, as Pillow writes it, without its date"""


@dataclass(eq=False)
class Element:
    """A node of the structure: a paragraph, a heading, a figure with the text that stands for it, a link, a form field."""

    tag: str
    language: str = ""
    """where it differs from the document's"""
    alt: str = ""
    actual: str = ""
    """what is read, where the letters alone would be read otherwise"""
    box: Box | None = None
    title: str = ""
    kids: list[Element | int | _Annotation] = field(default_factory=list)


@dataclass(eq=False)
class _Annotation:
    reference: Any


@dataclass(frozen=True)
class Attachment:
    """A file inside the file. The name and type are ASCII."""

    name: str
    media_type: str
    content: bytes
    description: str


class Bytes(pdfdoc.PDFObject):  # type: ignore[misc]
    """What goes into the file as it is: ReportLab would escape a name's slash and write a stranger's ``repr``."""

    def __init__(self, written: bytes) -> None:
        self.written = written

    def format(self, document: Any) -> bytes:
        return self.written


class String(pdfdoc.PDFObject):  # type: ignore[misc]
    """Text in the shortest way that a file may hold it: ReportLab writes four characters for every byte above 127."""

    def __init__(self, text: str) -> None:
        self.text = text

    def format(self, document: Any) -> bytes:
        try:
            written = self.text.encode("pdfdoc")  # ReportLab's name for PDFDocEncoding
        except UnicodeEncodeError:
            written = b"\xfe\xff" + self.text.encode("utf-16-be")
        return b"(" + re.sub(rb"[()\\\r]", lambda found: ESCAPED[found[0]], written) + b")"


ESCAPED = {b"(": b"\\(", b")": b"\\)", b"\\": b"\\\\", b"\r": b"\\r"}


class Structure:
    """The structure of one page. ``write`` takes operators of the page's content."""

    def __init__(self, write: Callable[[str], None], language: str, title: str) -> None:
        self._write = write
        self._document = Element("Document", language=language, title=title)
        self._open = [self._document]
        self._marked: list[Element] = []
        """the element of each marked content, by its number"""
        self._annotated: list[Element] = []
        """the element of each annotation, by its key in the parent tree (from 1; the page is 0)"""

    @contextmanager
    def element(
        self, tag: str, *, language: str = "", alt: str = "", actual: str = "", box: Box | None = None
    ) -> Iterator[None]:
        """What is written inside belongs to a new element of the one that is open."""
        made = Element(tag, language, alt, actual, box)
        self._open[-1].kids.append(made)
        self._open.append(made)
        yield
        self._open.pop()

    @contextmanager
    def content(self) -> Iterator[None]:
        """What is drawn inside is content of the open element."""
        element = self._open[-1]
        self._write(f"/{element.tag} <</MCID {len(self._marked)}>> BDC")
        element.kids.append(len(self._marked))
        self._marked.append(element)
        yield
        self._write("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside is ornament: nothing reads it."""
        self._write("/Artifact BMC")
        yield
        self._write("EMC")

    def annotation(self, reference: Any) -> int:
        """Makes an annotation part of the open element; its key in the parent tree."""
        self._open[-1].kids.append(_Annotation(reference))
        self._annotated.append(self._open[-1])
        return len(self._annotated)

    def finish(self, document: Any, page: Any) -> None:
        """Writes the tree into *document*. *page* refers to its only page."""
        references: dict[int, Any] = {}
        root = Dictionary({"Type": Name("StructTreeRoot")})
        root_reference = document.Reference(root, "StructureRoot")

        def node(element: Element, parent: Any) -> Any:
            entries: dict[str, Any] = {"Type": Name("StructElem"), "S": Name(element.tag), "P": parent, "Pg": page}
            texts = {"Lang": element.language, "Alt": element.alt, "ActualText": element.actual, "T": element.title}
            entries |= {key: String(text) for key, text in texts.items() if text}
            if element.box:
                box = Array([Bytes(number(edge).encode()) for edge in element.box])
                entries["A"] = Dictionary({"O": Name("Layout"), "BBox": box, "Placement": Name("Block")})
            made = Dictionary(entries)
            reference = references[id(element)] = document.Reference(made, f"Structure{len(references)}")
            made["K"] = Array([kid(one, reference) for one in element.kids])
            return reference

        def kid(one: Element | int | _Annotation, parent: Any) -> Any:
            if isinstance(one, Element):
                return node(one, parent)
            if isinstance(one, _Annotation):
                return Dictionary({"Type": Name("OBJR"), "Obj": one.reference, "Pg": page})
            return one

        root["K"] = Array([node(self._document, root_reference)])
        marked = document.Reference(Array([references[id(one)] for one in self._marked]), "StructureOfPage")
        numbers: list[Any] = [0, marked]
        for key, element in enumerate(self._annotated, 1):
            numbers += [key, references[id(element)]]
        root["ParentTree"] = Dictionary({"Nums": Array(numbers)})
        root["ParentTreeNextKey"] = len(self._annotated) + 1
        document.Catalog.StructTreeRoot = root_reference
        document.Catalog.MarkInfo = Dictionary({"Marked": Bytes(b"true")})


def extend_catalogue(document: Any) -> None:
    """Lets the catalogue of *document* hold what the standards ask for."""
    document.Catalog.__NoDefault__ = [*document.Catalog.__NoDefault__, "OutputIntents", "AF", "Perms"]


def describe(document: Any, packet: str) -> None:
    """Puts the description of the file (XMP) and the meaning of its colours (output intent) into *document*."""
    metadata = pdfdoc.PDFStream(Dictionary({"Type": Name("Metadata"), "Subtype": Name("XML")}), packet.encode(), [])
    document.Catalog.Metadata = document.Reference(metadata, "Metadata")
    profile = pdfdoc.PDFStream(Dictionary({"N": 3}), _profile(), [pdfdoc.PDFZCompress])
    intent = Dictionary(
        {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": String("sRGB IEC61966-2.1"),
            "Info": String("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile, "Profile"),
        }
    )
    document.Catalog.OutputIntents = Array([intent])


def attach(document: Any, attachments: Sequence[Attachment], stamp: str) -> None:
    """Puts *attachments* into *document*, as data of the same facts (PDF/A-3: ``/AFRelationship /Data``)."""
    attached: dict[str, Any] = {}
    for place, one in enumerate(attachments):
        kind = Bytes(b"/" + one.media_type.replace("/", "#2F").replace("+", "#2B").encode("ascii"))
        check = Bytes(b"<" + hashlib.md5(one.content, usedforsecurity=False).hexdigest().encode() + b">")
        parameters = Dictionary({"Size": len(one.content), "ModDate": String(stamp), "CheckSum": check})
        entries = {"Type": Name("EmbeddedFile"), "Subtype": kind, "Params": parameters}
        stream = pdfdoc.PDFStream(Dictionary(entries), one.content, [pdfdoc.PDFZCompress])
        file = document.Reference(stream, f"AttachedFile{place}")
        specification = Dictionary(
            {
                "Type": Name("Filespec"),
                "F": String(one.name),
                "UF": String(one.name),
                "Desc": String(one.description),
                "AFRelationship": Name("Data"),
                "EF": Dictionary({"F": file, "UF": file}),
            }
        )
        attached[one.name] = document.Reference(specification, f"Attachment{place}")
    if attached:
        # readers look names up by halves (ISO 32000-1, 7.9.6): they stand in order
        names = [part for name in sorted(attached) for part in (String(name), attached[name])]
        document.Catalog.AF = Array(list(attached.values()))
        document.Catalog.Names = Dictionary({"EmbeddedFiles": Dictionary({"Names": Array(names)})})


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return PROFILE.read_bytes()


def packet(*, title: str, author: str, subject: str, keywords: str, language: str, day: str, identity: str) -> str:
    """The description of the file as XMP, with its claims to PDF/A-3a and PDF/UA-1. *day* is ``YYYY-MM-DD``.

    The second part declares the one property that PDF/A does not know (``pdfuaid:part``), as PDF/A asks.
    """
    title, author, subject, keywords = map(escape, (title, author, subject, keywords))
    moment = f"{day}T00:00:00Z"
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{keywords}</pdf:Keywords><pdf:Producer>{PRODUCER}</pdf:Producer>
<xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmpMM:DocumentID>uuid:{identity}</xmpMM:DocumentID>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


CREATOR = "Paso Seguro"
PRODUCER = "Paso Seguro, ReportLab"


def _with_line_end(format: Callable[[Any, Any], bytes]) -> Callable[[Any, Any], bytes]:
    """PDF/A-3, 6.1.7.1: a line ends before ``endstream``. ReportLab 5.1 lets the data run into it."""

    def written(stream: Any, document: Any) -> bytes:
        return format(stream, document).removesuffix(b"endstream\n") + b"\nendstream\n"

    return written


pdfdoc.PDFStream.format = _with_line_end(pdfdoc.PDFStream.format)
