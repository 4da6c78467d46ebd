"""The forms in which a roster is taken away: CSV, workbook, PDF, JSON. One source of rows, one heading, one seal.

Where the heading stands: a CSV stays a table from its first line on, because programs read it; heading and seal are its
last line, which begins with "# " and which our own import passes over. A workbook has them on a second sheet, so that
the first keeps its frozen head and filter, and the seal among its properties too. In a PDF the heading stands above the
table; in JSON under "about".

``done`` is called when the last byte is on its way, with the digests that were signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import msgspec

from app import booklets
from app.rules.errors import Refused
from app.services import spreadsheets
from app.services.office import Actor, Office
from app.services.rosters import sealing
from app.services.rosters.about import About, about
from app.services.rosters.columns import Reader
from app.services.rosters.query import RosterQuery
from app.services.rosters.reading import Source
from app.services.rosters.sealing import Face, Sealed, Values
from app.services.spreadsheets import Cell, CsvWriter, csv_cell

MOST_ON_PAPER = 5_000
"""rows of a PDF: some two hundred sheets"""

PAPERS = tuple(booklets.PAPERS)
ON_PAPER = (
    "file_name", "rank", "service_number", "institution", "course", "status", "completed", "exam", "certificate",
    "certificate_state",
)  # fmt: skip
"""the columns of a PDF where none were chosen: all of them would be too small to read"""

Done = Callable[[Sealed], None]


class _Taking:
    """One roster on its way out."""

    def __init__(
        self, office: Office, actor: Actor, query: RosterQuery, reader: Reader, face: Face, done: Done | None
    ) -> None:
        self.source = Source(office, actor, query, reader)
        self.about: About = about(office, actor, query, reader)
        self.keys = office.settings.keys
        self.face, self.done = face, done

    def sealed(self, values: bytes) -> Sealed:
        """What the seal will say, but for the digest of the file."""
        return Sealed(
            self.face,
            int(self.about.made_at.timestamp()),
            self.source.reader.language,
            self.about.place,
            self.about.filters,
            self.about.day,
            self.source.rows,
            tuple(column.key for column in self.source.columns),
            values,
        )

    def lines(self, values: bytes) -> list[tuple[str, str]]:
        """The heading, once the rows are known."""
        found = self.about.lines(self.source.rows, self.source.editions)
        return [*found, (self.source.reader.say(_("Digest")), sealing.short(values))]

    def seal(self, sealed: Sealed, file: bytes) -> str:
        """The seal of a file with this digest; "" where there are no keys. The roster is then as good as sent."""
        whole = sealing.with_file(sealed, file)
        if self.done:
            self.done(whole)
        return sealing.seal(whole, self.keys) if self.keys else ""

    def titles(self) -> list[str]:
        return [heading.title for heading in self.source.headings()]


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


# CSV ------------------------------------------------------------------------------------------------------------------


def csv_file(
    office: Office, actor: Actor, query: RosterQuery, reader: Reader, done: Done | None = None, bare: bool = False
) -> Iterator[bytes]:
    """The roster as CSV (UTF-8 with a byte order mark), as it is read; *bare* without its last line.

    Raises as :func:`reading.rows`, at once.
    """
    return _csv(_Taking(office, actor, query, reader, "csv", done), bare)


def _csv(taking: _Taking, bare: bool) -> Iterator[bytes]:
    writer, digest = CsvWriter(), hashlib.sha256()
    part = writer.head(taking.titles())
    digest.update(part)
    yield part
    if len(taking.source.columns) > 1:
        parts = taking.source.csv()
    else:  # an empty cell alone in its row needs quotes
        batches = taking.source.batches(as_text=False)
        parts = (writer.rows([csv_cell(cell) for cell in row] for row in batch) for batch in batches)
    for part in parts:
        digest.update(part)
        yield part
    values = digest.digest()
    sealed = taking.sealed(values)
    if bare:
        if taking.done:
            taking.done(sealed)
        return
    words = " · ".join(f"{label}: {text}" for label, text in taking.lines(values))
    # one cell, which no separator of any country cuts
    line = ("# " + words.replace(", ", " ").translate({ord(sign): " " for sign in '",;\t\r\n|'}) + " · ").encode()
    digest.update(line + b"\r\n")
    yield line + taking.seal(sealed, digest.digest()).encode() + b"\r\n"


# Workbook -------------------------------------------------------------------------------------------------------------


def xlsx_file(
    office: Office, actor: Actor, query: RosterQuery, reader: Reader, sheet: str, done: Done | None = None
) -> Iterator[bytes]:
    """The roster as a workbook: a sheet called *sheet*, and one about it.

    Raises as :func:`reading.rows`, and ``Refused("roster-too-long")`` when there are more rows than a sheet can hold.
    """
    taking = _Taking(office, actor, query, reader, "xlsx", done)
    if taking.source.count(spreadsheets.MOST_ROWS + 1) > spreadsheets.MOST_ROWS:
        raise Refused("roster-too-long", most=spreadsheets.MOST_ROWS)
    second = _Second(taking, reader.say(_("About this roster")))
    return spreadsheets.xlsx_stream(sheet, taking.source.headings(), second.rows(), second)


class _Second:
    """The sheet about the roster; ``rows`` are those of the first."""

    def __init__(self, taking: _Taking, title: str) -> None:
        self.title = title
        self._taking = taking
        self._values = Values(taking.titles())

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The rows, while their digest is made."""
        for batch in map(list, self._taking.source.batches(as_text=False)):
            self._values.add(batch)
            yield from batch

    def lines(self) -> list[tuple[str, str]]:
        """The heading."""
        return [(self._taking.about.title, ""), *self._taking.lines(self._values.digest())]

    def seal(self, file: bytes) -> str:
        """The seal of a workbook with this digest."""
        return self._taking.seal(self._taking.sealed(self._values.digest()), file)


# JSON -----------------------------------------------------------------------------------------------------------------


def json_file(
    office: Office, actor: Actor, query: RosterQuery, reader: Reader, done: Done | None = None
) -> Iterator[bytes]:
    """The roster as JSON, as it is read: ``{"zone": …, "columns": [{"key": …, "title": …}], "rows": [{…}], "about":
    [{"label": …, "text": …}], "count": …, "seal": …}``. Raises as :func:`reading.rows`.
    """
    return _json(_Taking(office, actor, query, reader, "json", done))


def _json(taking: _Taking) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    keys = [column.key for column in taking.source.columns]
    titles = taking.titles()
    values, digest = Values(titles), hashlib.sha256()
    heads = [{"key": key, "title": title} for key, title in zip(keys, titles, strict=True)]
    zone = encode(taking.source.reader.zone.key)
    part = b'{"zone":' + zone + b',"columns":' + encode(heads) + b',"rows":['
    digest.update(part)
    yield part
    comma = b"\n"
    for batch in map(list, taking.source.batches(as_text=False)):
        values.add(batch)
        lines = b",\n".join(encode(dict(zip(keys, row, strict=True))) for row in batch)
        part, comma = comma + lines, b",\n"
        digest.update(part)
        yield part
    sealed = taking.sealed(values.digest())
    told = [{"label": label, "text": text} for label, text in taking.lines(sealed.values)]
    part = b'\n],"about":' + encode(told) + b',"count":' + encode(taking.source.rows) + b',"seal":"'
    digest.update(part + b'"}\n')
    yield part + taking.seal(sealed, digest.digest()).encode() + b'"}\n'


# PDF ------------------------------------------------------------------------------------------------------------------


def pdf_file(
    office: Office, actor: Actor, query: RosterQuery, reader: Reader, paper: str = "letter", done: Done | None = None
) -> bytes:
    """The roster to be printed and signed: a heading, the table, lines for a signature.

    Raises as :func:`reading.rows`, and ``Refused("roster-long-for-paper")`` beyond :data:`MOST_ON_PAPER` rows.
    """
    query = query if query.columns else replace(query, columns=ON_PAPER)
    taking = _Taking(office, actor, query, reader, "pdf", done)
    if taking.source.count(MOST_ON_PAPER + 1) > MOST_ON_PAPER:
        raise Refused("roster-long-for-paper", most=MOST_ON_PAPER)
    values = Values(taking.titles())
    rows: list[Sequence[Cell]] = []
    for batch in map(list, taking.source.batches(as_text=False)):
        values.add(batch)
        rows += batch
    sealed = taking.sealed(values.digest())
    room = "-" * len(sealing.seal(sealed, taking.keys)) if taking.keys else ""
    made = booklets.roster(
        taking.about.title,
        taking.lines(sealed.values),
        taking.source.headings(),
        rows,
        taking.source.reader.language,
        paper,
        room,
    )
    if not room:
        return made
    before, mark, after = made.partition(room.encode())
    assert mark and room.encode() not in after
    seal = taking.seal(sealed, hashlib.sha256(before + after).digest())
    return before + seal.encode() + after
