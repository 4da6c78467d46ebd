"""Everything we hold of a person, for them to take away: one archive, made while it is sent.

``data.json`` for programs, a CSV of each section for spreadsheets, ``index.html`` to be read, and the certificates as they
were issued.
"""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.records.certificates import Certificate, CertificateFile
from app.services import accounts, audit, spreadsheets
from app.services.archiving import Sink
from app.services.holdings import SECTIONS, Section, plain
from app.services.office import Actor, Office
from app.services.spreadsheets import Heading

AT_ONCE = 200
"""rows written before what is ready leaves"""


@dataclass(frozen=True)
class Words:
    """What the page in the archive says, in the reader's language."""

    language: str
    title: str
    lead: str
    none: str
    sections: Mapping[str, str]
    """what each section holds"""


def archive(office: Office, actor: Actor, password: str, words: Words) -> Iterator[bytes]:
    """The archive of *actor*, who enters their *password* once more.

    It is checked, and the export written into the log, before anything is read. Raises ``Refused("password-wrong")``,
    ``TooMany``.
    """
    accounts.confirm_password(office, actor, password)
    with office.transaction():
        audit.note(office, actor, "account.export", str(actor.person_id))
    return _made(office, actor, words)


def _made(office: Office, actor: Actor, words: Words) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as files:
        for name, content in (("index.html", _page(office, actor, words)), ("data.json", _json(office, actor))):
            with files.open(name, "w") as file:
                for part in content:
                    file.write(part)
                    yield sink.take()
        for section in SECTIONS:
            with files.open(f"csv/{section.name}.csv", "w") as file:
                for part in _csv(office, actor, section):
                    file.write(part)
                    yield sink.take()
        stored = office.session.execute(
            select(Certificate.serial, CertificateFile.form, CertificateFile.content)
            .join(Certificate, Certificate.id == CertificateFile.certificate_id)
            .where(Certificate.person_id == actor.person_id)
            .order_by(Certificate.serial, CertificateFile.form)
            .execution_options(yield_per=5)
        )
        for serial, form, bytes_ in stored:
            ending = "json" if form == "credential" else "pdf"
            files.writestr(f"certificates/{serial}-{form}.{ending}", bytes_, zipfile.ZIP_STORED)
            yield sink.take()
    yield sink.take()


def _json(office: Office, actor: Actor) -> Iterator[bytes]:
    yield json.dumps({"made_at": office.now().isoformat(), "person": str(actor.person_id)})[:-1].encode()
    for section in SECTIONS:
        yield f',\n"{section.name}": ['.encode()
        comma = "\n"
        part: list[str] = []
        for row in section.rows(office, actor.person_id):
            part.append(comma + json.dumps({key: plain(value) for key, value in row.items()}, ensure_ascii=False))
            comma = ",\n"
            if len(part) == AT_ONCE:
                yield "".join(part).encode("utf-8", "replace")
                part.clear()
        yield ("".join(part) + "]").encode("utf-8", "replace")
    yield b"}\n"


def _csv(office: Office, actor: Actor, section: Section) -> Iterator[bytes]:
    rows = iter(section.rows(office, actor.person_id))
    first = next(rows, None)
    if first is None:
        return
    keys = list(first)

    def cells() -> Iterator[list[str]]:
        for row in (first, *rows):
            yield [_text(row[key]) for key in keys]

    yield from spreadsheets.csv_stream([Heading(key) for key in keys], cells())


def _page(office: Office, actor: Actor, words: Words) -> Iterator[bytes]:
    say = html.escape
    yield (
        f'<!DOCTYPE html>\n<html lang="{words.language}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{say(words.title)}</title></head>\n<body><main><h1>{say(words.title)}</h1>'
        f"<p>{say(words.lead)}</p>\n"
    ).encode()
    for section in SECTIONS:
        file = f"csv/{section.name}.csv"
        yield f'<h2>{say(words.sections[section.name])}</h2>\n<p><a href="{file}">{file}</a></p>\n'.encode()
        if section.long:
            continue
        head = ""
        for row in section.rows(office, actor.person_id):
            cells = "".join(f"<td>{say(_text(value))}</td>" for value in row.values())
            if not head:
                head = "".join(f'<th scope="col">{say(key)}</th>' for key in row)
                yield f"<table><thead><tr>{head}</tr></thead><tbody>\n".encode()
            yield f"<tr>{cells}</tr>\n".encode("utf-8", "replace")
        yield b"</tbody></table>\n" if head else f"<p>{say(words.none)}</p>\n".encode()
    yield b"</main></body></html>\n"


def _text(value: object) -> str:
    value = plain(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
