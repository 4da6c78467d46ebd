"""The page: facts, languages and paper in, PDF bytes out.

One sheet, landscape. The recipient's language leads; a second one follows line by line, smaller. Above, a column: who
issues, what it is, whom it is for and what was done; it breathes or tightens with the length of names. Below it a band:
signatures by hand, the seal, and how to verify. At the foot, what the certificate does not give.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from certificates import facts as stated
from certificates import layout, ornament, qr, wording
from certificates.facts import Facts, Language, Signer
from certificates.fonts import Face
from certificates.layout import Block, Lines, Type
from certificates.page import Align, Imprint, Page
from certificates.pen import GOLD, GREY, INK, NAVY, Form, Pen
from certificates.tagging import Attachment
from certificates.wording import Sentences

SHEETS = {"a4": (841.89, 595.28), "letter": (792.0, 612.0)}
"""width and height in points, landscape"""

MM = 72 / 25.4

FACTS_FILE = "facts.json"
"""the attached file that holds what the certificate states, as :func:`certificates.facts.to_json` writes it"""

SIDE = 70.0
"""from the edge of the sheet to the column and the band"""
HEAD = 66.0
"""from the top of the sheet to the column"""
BAND_FOOT = 82.0
CLEAR = 9.0
"""between the band and the column above it"""
CONDITIONS_FOOT = 54.0

SQUARE, LEAST, MOST = 0.5, 30, 36
"""millimetres of one square of the code, if its side can be so; of the side at least and at most. An old telephone reads
half a millimetre from a worn sheet."""

SCALES = (1.0, 0.96, 0.92, 0.88, 0.84, 0.80, 0.76, 0.72, 0.68, 0.64)
"""sizes of the column's type, tried from the largest"""


def render(
    facts: Facts,
    languages: Sequence[str],
    paper: str,
    verify_url: str,
    token: str = "",
    *,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The certificate as PDF, not yet signed: ``("en",)``, ``("es",)`` or both, on ``"a4"`` or ``"letter"``.

    A click on the code leads to ``<verify_url>/<serial>``, and so does a scan; but with *token*, the signed facts
    (``token.encode``), a scan leads to ``<verify_url>#<token>`` and needs no server. Its facts travel with it as the
    first of the attached files. The same arguments give the same bytes.
    """
    if paper not in SHEETS:
        raise ValueError(f"no such paper: {paper}")
    width, height = SHEETS[paper]
    texts = [wording.compose(facts, language) for language in _in_order(languages, facts.language)]
    address = f"{verify_url.rstrip('/')}/{facts.serial}"
    code = qr.square(f"{verify_url.rstrip('/')}#", token) if token else qr.square(address)
    page = Page(width, height, _imprint(facts, texts, f"{paper} {address} {token}".rstrip()))
    with page.artifact():
        page.place(ornament.sheet(width, height))
    sheet = _Sheet(page, width, height, facts, texts, *code)
    _draw_column(sheet)
    _draw_band(sheet, address)
    _draw_conditions(sheet)
    page.leave_room_for_a_signature(texts[0].issuer, texts[0].signed)
    of_itself = Attachment(
        FACTS_FILE, "application/json", stated.to_json(facts).encode(), "The facts of this certificate"
    )
    page.attach([of_itself, *attachments])
    return page.finish()


@dataclass(frozen=True)
class _Sheet:
    """What every part of the drawing needs."""

    page: Page
    width: float
    height: float
    facts: Facts
    texts: list[Sentences]
    code: Form
    squares: int
    """of a side of the code"""

    @property
    def side(self) -> float:
        """of the code, which the band is as high as"""
        return min(MOST, max(LEAST, SQUARE * self.squares)) * MM

    @property
    def band_top(self) -> float:
        return BAND_FOOT + self.side

    @property
    def other(self) -> str:
        """the second language, or "" on a sheet in one"""
        return self.texts[1].language if len(self.texts) > 1 else ""

    @property
    def middle(self) -> float:
        return self.width / 2

    @property
    def inner(self) -> float:
        return self.width - 2 * SIDE


def _in_order(languages: Sequence[str], first: Language) -> list[Language]:
    """The languages asked for, the recipient's before the other."""
    known = [language for language in stated.LANGUAGES if language in languages]
    if not known or len(known) != len(languages):
        raise ValueError(f"no such languages: {', '.join(languages) or 'none'}")
    return sorted(known, key=lambda language: language != first)


def _imprint(facts: Facts, texts: list[Sentences], variant: str) -> Imprint:
    lead = texts[0]
    languages = " ".join(text.language for text in texts)
    return Imprint(
        title=f"{lead.title.capitalize()} – {facts.name}",
        author=lead.issuer,
        subject=f"{lead.course} – {lead.number}",
        keywords=facts.serial,
        language=lead.language,
        day=facts.issued,
        identity=f"{stated.digest(facts)} {languages} {variant}",
    )


# The column

ISSUER = Type(Face.SEMIBOLD, 13.5, NAVY, tracking=0.08)
TITLE = Type(Face.REGULAR, 33, NAVY, tracking=0.06)
TITLE_BELOW = Type(Face.REGULAR, 13.5, GOLD, tracking=0.08)
SENTENCE = Type(Face.ITALIC, 15)
RANK = Type(Face.REGULAR, 15)
NAME = Type(Face.SEMIBOLD, 36)
INSTITUTION = Type(Face.REGULAR, 13.5)
COURSE = Type(Face.SEMIBOLD, 24, NAVY)
COURSE_BELOW = Type(Face.ITALIC, 14, GREY)
BASIS = Type(Face.ITALIC, 12)
DETAIL = Type(Face.REGULAR, 12.5)
BELOW = Type(Face.ITALIC, 10.5, GREY)
"""a second language, under a line of the first"""
MICROTEXT = Type(Face.REGULAR, 2.1, GOLD)


def _draw_column(sheet: _Sheet) -> None:
    top = sheet.height - HEAD
    for block, y in layout.flow(lambda scale: _column(sheet, scale), top, sheet.band_top + CLEAR, SCALES):
        block.draw(y)


def _column(sheet: _Sheet, scale: float) -> list[Block]:
    """Everything from the issuer to the dates, with type at *scale*."""
    blocks: list[Block] = []

    def add(
        gap: float,
        text: str,
        type: Type,
        smallest_line: float = 0.0,
        tag: str = "P",
        language: str = "",
        read: str = "",
    ) -> None:
        lines = layout.fit(text, type.smaller(scale), sheet.inner, smallest_line)
        blocks.append(
            Block(
                gap,
                lines.height,
                lambda top: _set(sheet.page, lines, sheet.middle, top, tag=tag, language=language),
            )
        )

    def add_each(
        gap: float, words: list[str], type: Type, below: Type = BELOW, smallest_line: float = 0.0, tag: str = "P"
    ) -> None:
        """The same words in each language of the sheet: once, if they are the same in both or missing."""
        lead, *others = _distinct(words) or [""]
        if lead:
            add(gap, lead, type, smallest_line, tag)
        for other in others:
            add(0.35, other, below, smallest_line * below.size / type.size, language=sheet.other)

    facts, texts = sheet.facts, sheet.texts
    issuer, *issuer_below = _distinct([text.issuer for text in texts])
    add_each(0, [issuer.upper(), *issuer_below], ISSUER, smallest_line=9)
    add_each(1.5, [text.title for text in texts], TITLE, TITLE_BELOW, tag="H1")
    add_each(1.6, [text.certifies for text in texts], SENTENCE)
    if facts.rank:
        add(1.0, facts.rank, RANK)
    add(0.7 if facts.rank else 1.2, facts.name, NAME, smallest_line=22)
    blocks.append(Block(0.5, 4, lambda top: _draw_rule(sheet, top)))
    countries = " / ".join(_distinct([text.country for text in texts]))
    add(0.7, f"{facts.institution}, {countries}", INSTITUTION, smallest_line=9)
    add_each(1.2, [text.done for text in texts], SENTENCE)
    add_each(1.0, [text.course for text in texts], COURSE, COURSE_BELOW, smallest_line=17)
    add_each(0.8, [text.basis for text in texts], BASIS)
    add_each(1.2, [text.content for text in texts], DETAIL)
    add_each(0.9, [text.dates for text in texts], DETAIL)
    return blocks


def _distinct(words: Sequence[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]


def _draw_rule(sheet: _Sheet, top: float) -> None:
    """Under the name, two hairlines, and between them the name, number and date once more, too small to retouch."""
    facts, page = sheet.facts, sheet.page
    once = f"{facts.name} · {facts.serial} · {facts.issued.isoformat()} · "
    text = once * max(1, int(470 // MICROTEXT.width(once)))
    half = MICROTEXT.width(text) / 2
    pen = Pen()
    pen.stroke_with(GOLD, 0.35)
    for y in (top, top - 4):
        pen.step("move", complex(sheet.middle - half, y))
        pen.step("line", complex(sheet.middle + half, y))
        pen.stroke()
    with page.artifact():
        with page.read_as(""):
            _put(page, text, MICROTEXT, sheet.middle, top - 2.6, "centre")
        page.draw(pen)


# The band

SIGNER = Type(Face.SEMIBOLD, 11.5)
ROLE = Type(Face.ITALIC, 10, GREY)
ROLE_BELOW = Type(Face.ITALIC, 9, GREY)
VERIFY = Type(Face.SEMIBOLD, 11.5, NAVY)
VERIFY_BELOW = Type(Face.ITALIC, 9.5, GREY)
SCAN = Type(Face.REGULAR, 9.5, GREY)
ADDRESS = Type(Face.SEMIBOLD, 10.5, NAVY)
NUMBER = Type(Face.SEMIBOLD, 12.5, INK, tracking=0.04)

QUIET = 12.0
"""white left around the code: four of its squares, so that readers find its edge"""


def _draw_band(sheet: _Sheet, address: str) -> None:
    """Signatures, seal, verification. With nobody to sign, the seal takes their place and the rest spreads out."""
    reach = ornament.SEAL_RADIUS
    right = sheet.width - SIDE
    code_left = right - sheet.side
    if sheet.facts.signers:
        seal_x = sheet.middle
        _draw_signatures(sheet, SIDE, seal_x - reach - 18)
        _draw_verification(sheet, address, code_left - QUIET, code_left - QUIET - (seal_x + reach + 18), "right")
    else:
        seal_x = SIDE + reach
        room = 2 * min(sheet.middle - (seal_x + reach), code_left - sheet.middle) - 2 * QUIET
        _draw_verification(sheet, address, sheet.middle, room, "centre")
    _draw_seal(sheet, seal_x, BAND_FOOT + sheet.side / 2)
    _draw_code(sheet, address, code_left)


def _draw_seal(sheet: _Sheet, x: float, y: float) -> None:
    issuer, year = sheet.texts[0].issuer, sheet.facts.issued.year
    radius = ornament.SEAL_RADIUS
    box = (x - radius, y - radius, x + radius, y + radius)
    alt = sheet.texts[0].seal
    with sheet.page.element("Figure", alt=alt, box=box), sheet.page.content(), sheet.page.read_as(f"{issuer} · {year}"):
        sheet.page.place(ornament.seal(), x, y)
        for letter in ornament.seal_words(issuer, year):
            sheet.page.text(
                x + letter.x,
                y + letter.y,
                letter.text,
                ornament.SEAL_FACE,
                letter.size,
                NAVY,
                cosine=letter.cosine,
                sine=letter.sine,
            )


def _draw_code(sheet: _Sheet, address: str, left: float) -> None:
    box = (left, BAND_FOOT, left + sheet.side, sheet.band_top)
    lead = sheet.texts[0]
    with sheet.page.element("Link"):
        with sheet.page.element("Figure", alt=lead.code, box=box), sheet.page.content():
            sheet.page.place(sheet.code, left, BAND_FOOT, sheet.side / sheet.squares)
        sheet.page.link(address, box, f"{lead.verify}: {address}")


def _draw_verification(sheet: _Sheet, address: str, x: float, room: float, align: Align) -> None:
    """What the code is for, and how to do without it."""
    lead, *others = sheet.texts
    shown = address.removesuffix(f"/{sheet.facts.serial}").split("://")[-1]
    stack = [layout.fit(lead.verify, VERIFY, room, VERIFY.size)]
    stack += [layout.fit(other.verify, VERIFY_BELOW, room, VERIFY_BELOW.size) for other in others]
    stack.append(layout.fit(lead.scan, SCAN, room))
    stack += [layout.fit(other.scan, VERIFY_BELOW, room) for other in others]
    stack.append(layout.fit(shown, ADDRESS, room))
    stack.append(layout.fit(lead.number, NUMBER, room))
    translated = {other.verify for other in others} | {other.scan for other in others}
    gap = (sheet.side - sum(lines.height for lines in stack)) / (len(stack) + 1)
    gap = min(gap, 5.0)
    used = sum(lines.height for lines in stack) + gap * (len(stack) - 1)
    top = BAND_FOOT + (sheet.side + used) / 2
    for lines in stack:
        _set(sheet.page, lines, x, top, align, language=sheet.other if lines.text in translated else "")
        top -= lines.height + gap


def _draw_signatures(sheet: _Sheet, left: float, right: float) -> None:
    """A line to sign on for each signer, on one height, with name and office below."""
    signers = sheet.facts.signers
    space = 16.0
    room = min(190.0, (right - left - space * (len(signers) - 1)) / len(signers))
    stacks = [_signature(sheet, signer, room) for signer in signers]
    line = BAND_FOOT + max(sum(lines.height for lines in stack) for stack in stacks) + 6
    x = (left + right) / 2 if len(signers) == 1 else left + room / 2
    for stack in stacks:
        pen = Pen()
        pen.stroke_with(GREY, 0.5)
        pen.step("move", complex(x - room / 2, line))
        pen.step("line", complex(x + room / 2, line))
        pen.stroke()
        with sheet.page.artifact():
            sheet.page.draw(pen)
        top = line - 5
        for place, lines in enumerate(stack):
            _set(sheet.page, lines, x, top, language=sheet.other if place == 2 else "")
            top -= lines.height + 1
        x += room + space


def _signature(sheet: _Sheet, signer: Signer, room: float) -> list[Lines]:
    roles = _distinct([signer.role[text.language] for text in sheet.texts])
    stack = [layout.fit(signer.name, SIGNER, room, 9)]
    stack += [layout.fit(role, type, room, 8) for role, type in zip(roles, (ROLE, ROLE_BELOW), strict=False)]
    return stack


# The foot

CONDITIONS = Type(Face.REGULAR, 8.5, GREY)
CONDITIONS_BELOW = Type(Face.ITALIC, 8.5, GREY)


def _draw_conditions(sheet: _Sheet) -> None:
    """What the certificate is not, and which edition of the course it is about."""
    lines = [
        layout.fit(text.conditions, type, sheet.inner)
        for text, type in zip(sheet.texts, (CONDITIONS, CONDITIONS_BELOW), strict=False)
    ]
    top = CONDITIONS_FOOT + (20 if len(lines) > 1 else 14)
    for line, language in zip(lines, ("", sheet.other), strict=False):
        _set(sheet.page, line, sheet.middle, top, language=language)
        top -= line.height + 2


def _set(
    page: Page,
    lines: Lines,
    x: float,
    top: float,
    align: Align = "centre",
    *,
    tag: str = "P",
    language: str = "",
) -> None:
    """Draws *lines*, a paragraph or heading in *language*, with the top of their letters at *top*."""
    read_as = "" if lines.reads_back else lines.text
    with (
        page.element(tag, language=language, actual=read_as),
        page.content(),
        page.read_as(read_as) if read_as else nullcontext(),
    ):
        y = top - lines.ascent
        for place, line in enumerate(lines.lines, 1):
            # a space at the end of a line, for software that would join the words on both sides of the break
            _put(page, line + (" " if place < len(lines.lines) else ""), lines.type, x, y, align)
            y -= layout.LEADING * lines.type.size


def _put(page: Page, text: str, type: Type, x: float, y: float, align: Align) -> None:
    page.text(x, y, text, type.face, type.size, type.colour, align=align, tracking=type.tracking * type.size)
