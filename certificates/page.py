"""One sheet of paper as a PDF. With ``tagging`` the only module that knows ReportLab.

ReportLab writes the file and embeds of each font the letters that were used. Text goes out through :meth:`Page.text`
with the places that HarfBuzz gave (``fonts.shape``), because ReportLab's own shaping stays off without an extra
library, and maps ligatures to made-up characters when it is on.

Nothing here reads a clock or a random number: equal calls give equal bytes, in any process and any order.
"""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from reportlab import rl_config  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfgen import canvas  # type: ignore[import-untyped, unused-ignore]

from certificates import fonts, signing, tagging
from certificates.fonts import Face, Run
from certificates.pen import Box, Colour, Form, Pen, number, resource_name

rl_config.useA85 = 0  # binary streams: ASCII armour would only make the file a quarter larger

EMBEDDING = threading.Lock()
"""Held while a file is written. ReportLab reads a font through one place in it that all threads share: two that embed
letters at the same moment read each other's. Whoever writes a PDF in these faces holds it."""

Align: TypeAlias = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the file says about itself."""

    title: str
    author: str
    subject: str
    keywords: str
    language: str
    day: date
    identity: str
    """names the content; the file's ID is made from it"""


class Page:
    """A sheet to write on. Coordinates are points from the lower left corner."""

    def __init__(self, width: float, height: float, imprint: Imprint) -> None:
        register_fonts()
        self._file = io.BytesIO()
        self._canvas: Any = canvas.Canvas(
            self._file,
            pagesize=(width, height),
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            lang=imprint.language,
            initialFontName=Face.REGULAR.value,  # else every page also names Helvetica, which is not embedded
        )
        self._document: Any = self._canvas._doc
        self._structure = tagging.Structure(self._write, imprint.language, imprint.title)
        self._forms: set[str] = set()
        self._codes: dict[tuple[Face, str], tuple[str, str]] = {}
        self._describe(imprint)
        self._tag_the_page()

    def element(
        self, tag: str, *, language: str = "", alt: str = "", actual: str = "", box: Box | None = None
    ) -> AbstractContextManager[None]:
        """A part of the page as software reads it: ``P``, ``H1``, ``Figure`` (with the text that stands for it and where
        it is), ``Link``. What it shows is drawn inside :meth:`content`. *language* where it is not the page's, *actual*
        where the letters alone would be read otherwise.
        """
        return self._structure.element(tag, language=language, alt=alt, actual=actual, box=box)

    def content(self) -> AbstractContextManager[None]:
        """What is drawn inside is content of the open element."""
        return self._structure.content()

    def artifact(self) -> AbstractContextManager[None]:
        """What is drawn inside is ornament, which nothing reads."""
        return self._structure.artifact()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: Face,
        size: float,
        colour: Colour,
        *,
        align: Align = "left",
        tracking: float = 0.0,
        cosine: float = 1.0,
        sine: float = 0.0,
    ) -> None:
        """One line of text with its baseline through (x, y), turned by cosine and sine. A space at its end shifts nothing."""
        indent = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        if indent:
            x -= indent * fonts.width(text.rstrip(), face, size, tracking)
        turn = " ".join(number(part, 5) for part in (cosine, sine, -sine, cosine))
        shade = " ".join(number(part, 3) for part in (colour.red, colour.green, colour.blue))
        self._write(f"BT {shade} rg {turn} {number(x)} {number(y)} Tm")
        for run in fonts.shape(text, face):
            self._write(*self._show(run, size * run.scale, tracking))
        self._write("ET")

    def draw(self, pen: Pen) -> None:
        """What *pen* drew, on the page itself."""
        for form in pen.parts.values():
            self._keep(form)
        self._write(*pen.operators)

    def place(self, form: Form, x: float = 0.0, y: float = 0.0, scale: float = 1.0) -> None:
        """Puts *form* with its origin at (x, y)."""
        pen = Pen()
        pen.place(form, x, y, scale)
        self.draw(pen)

    @contextmanager
    def read_as(self, text: str) -> Iterator[None]:
        """What is written inside is read, searched and copied as *text*."""
        self._write(f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC")
        yield
        self._write("EMC")

    def link(self, address: str, box: Box, says: str) -> None:
        """Makes *box* open *address*, as part of the open element; *says* tells what it does."""
        action = pdfdoc.PDFDictionary(
            {"Type": pdfdoc.PDFName("Action"), "S": pdfdoc.PDFName("URI"), "URI": tagging.String(address)}
        )
        self._annotate(
            {
                "Subtype": pdfdoc.PDFName("Link"),
                "Rect": pdfdoc.PDFArray([tagging.Bytes(number(edge).encode()) for edge in box]),
                "Border": pdfdoc.PDFArray([0, 0, 0]),
                "F": 4,
                "Contents": tagging.String(says),
                "A": action,
            }
        )

    def attach(self, attachments: Sequence[tagging.Attachment]) -> None:
        """Puts files into the file."""
        tagging.attach(self._document, attachments, self._stamp)

    def leave_room_for_a_signature(self, by: str, says: str) -> None:
        """Makes the sheet one that :func:`certificates.signing.sign` can sign, for *by*; *says* names the signature.

        It has no place on the sheet. As a certifying signature (DocMDP 1) it permits no change of the file at all.
        """
        permission = pdfdoc.PDFDictionary(
            {"Type": pdfdoc.PDFName("TransformParams"), "P": 1, "V": pdfdoc.PDFName("1.2")}
        )
        reference = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("SigRef"),
                "TransformMethod": pdfdoc.PDFName("DocMDP"),
                "TransformParams": permission,
            }
        )
        signature = self._document.Reference(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Sig"),
                    "Filter": pdfdoc.PDFName("Adobe.PPKLite"),
                    "SubFilter": pdfdoc.PDFName("ETSI.CAdES.detached"),
                    "ByteRange": tagging.Bytes(signing.RANGE),
                    "Contents": tagging.Bytes(signing.ROOM),
                    "M": tagging.String(self._stamp),
                    "Name": tagging.String(by),
                    "Reference": pdfdoc.PDFArray([reference]),
                }
            ),
            "Signature",
        )
        with self.element("Form"):
            field = self._annotate(
                {
                    "Subtype": pdfdoc.PDFName("Widget"),
                    "FT": pdfdoc.PDFName("Sig"),
                    "T": tagging.String("signature"),
                    "TU": tagging.String(says),
                    "Contents": tagging.String(says),
                    "F": 132,
                    "Rect": pdfdoc.PDFArray([0, 0, 0, 0]),
                    "P": pdfdoc.PDFObjectReference("Page1"),
                    "V": signature,
                }
            )
        catalogue = self._document.Catalog
        catalogue.AcroForm = pdfdoc.PDFDictionary({"Fields": pdfdoc.PDFArray([field]), "SigFlags": 3})
        catalogue.Perms = pdfdoc.PDFDictionary({"DocMDP": signature})

    def finish(self) -> bytes:
        """The PDF. The page takes nothing more after this."""
        self._structure.finish(self._document, pdfdoc.PDFObjectReference("Page1"))
        self._canvas.showPage()
        with EMBEDDING:
            self._canvas.save()
        return self._file.getvalue()

    def _annotate(self, entries: dict[str, Any]) -> Any:
        """Adds an annotation to the page and to the open element; the reference to it."""
        annotation = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("Annot"), **entries})
        reference = self._document.Reference(annotation, f"Annotation{len(self._canvas._annotationrefs)}")
        self._canvas._annotationrefs.append(reference)
        annotation["StructParent"] = self._structure.annotation(reference)
        return reference

    def _tag_the_page(self) -> None:
        """The page says which entry of the parent tree is its own, and that the tab key follows the structure."""
        add = self._document.addPage

        def add_tagged(page: Any) -> None:
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = 0, pdfdoc.PDFName("S")
            add(page)

        self._document.addPage = add_tagged

    def _describe(self, imprint: Imprint) -> None:
        self._canvas.setTitle(imprint.title)
        self._canvas.setAuthor(imprint.author)
        self._canvas.setSubject(imprint.subject)
        self._canvas.setKeywords(imprint.keywords)
        self._canvas.setCreator(tagging.CREATOR)
        self._canvas.setProducer(tagging.PRODUCER)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._stamp = f"D:{imprint.day:%Y%m%d}000000Z"
        self._canvas.setDateFormatter(lambda *_: self._stamp)
        # ReportLab starts its digest from a time, which the environment can set; ours starts from the content.
        identity = hashlib.md5(imprint.identity.encode(), usedforsecurity=False)
        self._document.signature = identity
        tagging.extend_catalogue(self._document)
        packet = tagging.packet(
            title=imprint.title,
            author=imprint.author,
            subject=imprint.subject,
            keywords=imprint.keywords,
            language=imprint.language,
            day=imprint.day.isoformat(),
            identity=str(uuid.UUID(bytes=identity.digest())),
        )
        tagging.describe(self._document, packet)

    def _show(self, run: Run, size: float, tracking: float) -> Iterator[str]:
        """Operators that show a run: letters, and between them by how much to move against the widths of the font."""
        current = ""
        shown = _Shown()
        owed = 0.0
        for glyph in run.glyphs:
            font, code = self._code(run.face, glyph.letter)
            if font != current or glyph.up:
                yield from shown.take()
            if font != current:
                yield f"{font} {number(size)} Tf"
                current = font
            shown.move(owed - glyph.right)
            shown.letter(code)
            if glyph.up:
                yield f"{number(glyph.up * size / 1000)} Ts"
                yield from shown.take()
                yield "0 Ts"
            owed = glyph.width - glyph.advance + glyph.right - tracking * 1000 / size
        shown.move(owed)  # the next run starts where this one says it ends
        yield from shown.take()

    def _code(self, face: Face, letter: str) -> tuple[str, str]:
        """Which embedded subset of the font has the letter, and as which byte."""
        known = self._codes.get((face, letter))
        if known is None:
            font = pdfmetrics.getFont(face.value)
            ((subset, code),) = font.splitString(letter, self._document)
            known = self._codes[face, letter] = (font.getSubsetInternalName(subset, self._document), code.hex())
        return known

    def _keep(self, form: Form) -> None:
        """Adds *form* and the forms it is made of to the file, once."""
        self._add(form)
        if form.name not in self._canvas._formsinuse:
            self._canvas._formsinuse.append(form.name)

    def _add(self, form: Form) -> None:
        if form.name in self._forms:
            return
        self._forms.add(form.name)
        for part in form.parts:
            self._add(part)
        parts = {resource_name(part): pdfdoc.PDFObjectReference(resource_name(part)) for part in form.parts}
        dictionary = {
            "Type": pdfdoc.PDFName("XObject"),
            "Subtype": pdfdoc.PDFName("Form"),
            "BBox": pdfdoc.PDFArray([number(edge) for edge in form.box]),
            "Resources": pdfdoc.PDFDictionary({"XObject": pdfdoc.PDFDictionary(parts)} if parts else {}),
            "Filter": pdfdoc.PDFName("FlateDecode"),
        }
        stream = pdfdoc.PDFStream(pdfdoc.PDFDictionary(dictionary), form.operators)
        self._document.Reference(stream, resource_name(form))

    def _write(self, *operators: str) -> None:
        for operator in operators:
            self._canvas.addLiteral(operator)


class _Shown:
    """The operand of one TJ operator: strings of letters, and moves to the left between them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._string: list[str] = []

    def letter(self, code: str) -> None:
        self._string.append(code)

    def move(self, left: float) -> None:
        written = number(left) if left else "0"
        if written != "0":
            self._end_string()
            self._pieces.append(written)

    def take(self) -> Iterator[str]:
        """The operator, if there is anything to show, and starts afresh."""
        self._end_string()
        if self._pieces:
            yield f"[{''.join(self._pieces)}] TJ"
            self._pieces = []

    def _end_string(self) -> None:
        if self._string:
            self._pieces.append(f"<{''.join(self._string)}>")
            self._string = []


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make the faces known to ReportLab, once in a process, under their PostScript names.

    ReportLab keeps one font for a face whatever it is called, so whoever sets text in these faces registers them here.
    """
    for face in Face:
        # Shaping is ours. asciiReadable would put all of ASCII into every subset.
        pdfmetrics.registerFont(ttfonts.TTFont(face.value, str(face.path), asciiReadable=0, shapable=False))
