"""What a reader asks and keeps: the query with the columns that they chose, and the note that a roster was taken away."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.records.past import PAST
from app.records.people import Person
from app.rules import filing
from app.services import audit, sightings
from app.services.office import Actor, Office, fold_name
from app.services.rosters.columns import COLUMNS, chosen, zone_of
from app.services.rosters.query import RosterQuery, conditions, standing
from app.services.rosters.reading import count, reach
from app.services.rosters.sealing import Face, Sealed


def ask(office: Office, actor: Actor, asked: Mapping[str, str]) -> RosterQuery:
    """What the parameters of an address ask for, with the columns that *actor* keeps where it names none.

    Raises as :meth:`RosterQuery.parse`.
    """
    query = RosterQuery.parse(asked)
    if query.columns:
        return replace(query, columns=tuple(column.key for column in chosen(query.columns)))
    kept = office.session.scalar(select(Person.roster_columns).where(Person.id == actor.person_id)) or ""
    return replace(query, columns=tuple(column.key for column in chosen(kept.split(",")))) if kept else query


def keep_columns(office: Office, actor: Actor, keys: Iterable[str]) -> None:
    """Keep the columns called *keys* for *actor*, until they choose others; none, or all, for all there are."""
    columns = chosen(keys)
    text = "" if columns == COLUMNS else ",".join(column.key for column in columns)
    with office.transaction():
        office.session.execute(update(Person).where(Person.id == actor.person_id).values(roster_columns=text))


MOST_COUNTED = 5000
"""rows counted before a roster leaves: a longer one is not kept waiting, and says how long it was when it is sealed"""


def note_download(office: Office, actor: Actor, query: RosterQuery, face: Face) -> None:
    """Write into the audit log that *actor* takes the roster away, so that those whom it covers can read it there. A name
    looked for is not repeated.
    """
    zone = zone_of(actor)
    of = standing(office, query, zone)
    rows = count(office, conditions(office, actor, query, zone, of=of), of, MOST_COUNTED + 1)
    more = {"rows": f"> {MOST_COUNTED}"} if rows > MOST_COUNTED else {}
    where = reach(office, actor, query)
    sightings.listed(office, actor, "roster.download", where, query.asked, rows, subject=face, more=more)


def sealed_note(office: Office, actor: Actor) -> Callable[[Sealed], None]:
    """What writes into the audit log, when a roster is on its way whole, how long it is and its digests.

    By then the request that asked is over: it has a session of its own.
    """
    bind = office.session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine

    def note(sealed: Sealed) -> None:
        with Session(engine) as session:
            own = replace(office, session=session)
            with own.transaction():
                detail = {"rows": sealed.rows, "values": sealed.values.hex(), "file": sealed.file.hex()}
                audit.note(own, actor, "roster.sealed", sealed.face, detail)

    return note


def forget(office: Office, person_id: uuid.UUID, name: str) -> None:
    """Call a person *name*, without rank and number, in everything kept of the past: for whoever erases them.

    Rosters of past days say so from then on; that is the one way in which they change. Inside ``office.transaction()``.
    """
    past = PAST[Person]
    said = filing.columns(name, "", "")
    values = {"name": name, "sort_name": fold_name(name), "file_name": said["file_name"], "file_key": said["file_key"]}
    office.session.execute(update(past).where(past.c.id == person_id).values(**values, rank="", service_number=""))
