"""Passages of editions, and beside them the words to find them by: FTS5 on SQLite, a ``tsvector`` on PostgreSQL.

Both are given forms of words (rules/wordforms.py) and take them as they are, so neither's own rules for languages matter and
both find the same; only their order by weight is each one's own. The index is made of the editions, and can be made anew.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, String, Text, Uuid, bindparam, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.database import Base

WORDS = "search_words"
"""the index of words; SQLite makes tables beside it whose names begin so"""


class SearchEdition(Base):
    """An edition whose passages are in the index, and by which rule they were made."""

    __tablename__ = "search_edition"

    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    made_by: Mapped[int]
    made_at: Mapped[dt.datetime]


class SearchPassage(Base):
    """A passage of an edition (courseware/passages.py). Its id is that of its words."""

    __tablename__ = "search_passage"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(8))
    module: Mapped[str] = mapped_column(String(80))
    lesson: Mapped[str] = mapped_column(String(80))
    anchor: Mapped[str] = mapped_column(String(120))
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    countries: Mapped[str] = mapped_column(Text)
    """ISO codes between spaces; "" means everybody"""


class Match(NamedTuple):
    """A passage that has the words, without its text."""

    id: int
    edition_id: uuid.UUID
    language: str
    kind: str
    module: str
    lesson: str
    countries: str
    weight: float
    """the more the better"""


def put_words(session: Session, rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Enter the forms of heading and text of passages by their ids. Inside a transaction."""
    if session.get_bind().dialect.name == "sqlite":
        statement = f"INSERT INTO {WORDS} (rowid, heading, text) VALUES (:id, :heading, :text)"  # noqa: S608 - our name
        values = [{"id": key, "heading": " ".join(head), "text": " ".join(said)} for key, head, said in rows]
    else:
        statement = f"INSERT INTO {WORDS} (passage_id, words) VALUES (:id, CAST(:words AS tsvector))"  # noqa: S608
        values = [{"id": key, "words": _vector(head, said)} for key, head, said in rows]
    if values:
        session.execute(text(statement), values)


def _vector(heading: Sequence[str], said: Sequence[str]) -> str:
    """As PostgreSQL writes a vector: forms with their places, those of the heading with the greatest weight. A form is
    letters and digits only, so nothing in it can end the quotes.
    """
    found: dict[str, list[str]] = {}
    for place, form in enumerate((*heading, *said), 1):
        found.setdefault(form, []).append(f"{min(place, 16_383)}{'A' if place <= len(heading) else ''}")
    return " ".join(f"'{form}':{','.join(places[:255])}" for form, places in found.items())


def drop(session: Session, editions: Sequence[uuid.UUID]) -> None:
    """Take *editions* out of the index. Inside a transaction."""
    key = "rowid" if session.get_bind().dialect.name == "sqlite" else "passage_id"
    named = {"editions": list(editions)}
    which = bindparam("editions", expanding=True, type_=Uuid())
    for statement in (
        f"DELETE FROM {WORDS} WHERE {key} IN (SELECT id FROM search_passage WHERE edition_id IN :editions)",  # noqa: S608
        "DELETE FROM search_passage WHERE edition_id IN :editions",
        "DELETE FROM search_edition WHERE edition_id IN :editions",
    ):
        session.execute(text(statement).bindparams(which), named)


def matches(
    session: Session,
    editions: Sequence[uuid.UUID],
    language: str,
    forms: Sequence[tuple[str, bool]],
    every: bool,
    most: int,
) -> list[Match]:
    """The passages of *editions* in *language* that have *every* one of *forms*, or at least one; the weightiest first.

    A form is (its letters and digits, whether longer words that begin so are meant too).
    """
    if not forms or not editions:
        return []
    columns = "p.id, p.edition_id, p.language, p.kind, p.module, p.lesson, p.countries"
    narrowed = "p.language = :language AND p.edition_id IN :editions ORDER BY weight DESC, p.id LIMIT :most"
    if session.get_bind().dialect.name == "sqlite":
        query = (" AND " if every else " OR ").join(f'"{form}"{"*" if longer else ""}' for form, longer in forms)
        statement = (
            f"SELECT {columns}, -bm25({WORDS}, 6.0, 1.0) AS weight FROM {WORDS} "  # noqa: S608 - our names
            f"JOIN search_passage p ON p.id = {WORDS}.rowid WHERE {WORDS} MATCH :query AND {narrowed}"
        )
    else:
        query = (" & " if every else " | ").join(f"'{form}'{':*' if longer else ''}" for form, longer in forms)
        statement = (
            f"SELECT {columns}, ts_rank_cd(w.words, q, 1) AS weight FROM CAST(:query AS tsquery) q, {WORDS} w "  # noqa: S608
            f"JOIN search_passage p ON p.id = w.passage_id WHERE w.words @@ q AND {narrowed}"
        )
    asked: Any = text(statement).bindparams(bindparam("editions", expanding=True, type_=Uuid()))
    asked = asked.columns(edition_id=Uuid())
    named = {"query": query, "language": language, "editions": list(editions), "most": most}
    return [Match(*row) for row in session.execute(asked, named)]
