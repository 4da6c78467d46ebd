"""The tree of institutions: state → service → region → post. Only administrators change it."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from app.courseware.countries import COUNTRY_CODES
from app.records.people import Institution, Person
from app.rules.errors import NotFound, Refused
from app.services import audit, certifying
from app.services.office import Actor, Office, fold_name
from app.services.scope import below

KINDS = ("state", "service", "region", "post")
"""from the root to the leaves; what stands below another is always of a later kind"""
COUNTRIES = COUNTRY_CODES
LONGEST_NAME = 120
"""as a certificate can print it"""
LONGEST_PATH = 400


@dataclass(frozen=True)
class Node:
    """An institution in its place in the tree."""

    institution: Institution
    depth: int
    """0 for a root"""
    people: int
    """active accounts here, not counting those below"""


def tree(office: Office, actor: Actor) -> list[Node]:
    """Every institution, each followed by what is below it, siblings by name. For administrators. Two queries."""
    actor.paths("administer")
    counted = select(Person.institution_id, func.count()).where(Person.active).group_by(Person.institution_id)
    counts: dict[uuid.UUID, int] = {row[0]: row[1] for row in office.session.execute(counted)}
    children: dict[uuid.UUID | None, list[Institution]] = {}
    for row in office.session.scalars(select(Institution)):
        children.setdefault(row.parent_id, []).append(row)
    found: list[Node] = []

    def visit(parent: uuid.UUID | None, depth: int) -> None:
        for row in sorted(children.get(parent, ()), key=lambda row: (row.country, fold_name(row.name))):
            found.append(Node(row, depth, counts.get(row.id, 0)))
            visit(row.id, depth + 1)

    visit(None, 0)
    return found


def get(office: Office, actor: Actor, institution_id: uuid.UUID) -> Institution:
    """One institution. For administrators. Raises ``NotFound``."""
    actor.paths("administer")
    row = office.session.get(Institution, institution_id)
    if row is None:
        raise NotFound("institution")
    return row


def add(
    office: Office,
    actor: Actor,
    parent_id: uuid.UUID | None,
    name: str,
    *,
    kind: str,
    acronym: str = "",
    country: str = "",
) -> Institution:
    """Add an institution below *parent_id*, or as a root. For administrators.

    *country* (ISO code) is asked of roots only: below, it is that of the parent. Raises ``NotFound`` for an unknown
    parent, ``Refused``: ``institution-name``, ``-letter``, ``-country``, ``-kind``, ``-deep``, or ``-known`` for a
    second of that name in the same place.
    """
    actor.paths("administer")
    name, acronym = _named(name, acronym)
    with office.transaction():
        parent = _locked(office, parent_id) if parent_id is not None else None
        _must_fit(kind, parent, ())
        country = parent.country if parent else _country(country)
        _must_be_new(office, parent_id, name)
        row = Institution(
            parent_id=parent_id,
            path=_free_path(office, parent.path if parent else "/", country if kind == "state" else acronym or name),
            name=name,
            acronym=acronym,
            country=country,
            kind=kind,
        )
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "institution.add", str(row.id), {"path": row.path, "name": name}, row.id)
    return row


def change(
    office: Office,
    actor: Actor,
    institution_id: uuid.UUID,
    name: str,
    *,
    kind: str,
    acronym: str = "",
    country: str = "",
) -> None:
    """Correct name, acronym, kind and (of a root, for all below it too) country. For administrators.

    The path stays: roles and addresses hang on it, and nobody reads it. Certificates issued keep the name they state.
    Raises as :func:`add` does.
    """
    actor.paths("administer")
    name, acronym = _named(name, acronym)
    with office.transaction():
        row = _locked(office, institution_id)
        children = list(office.session.scalars(select(Institution.kind).where(Institution.parent_id == row.id)))
        parent = office.session.get(Institution, row.parent_id) if row.parent_id else None
        _must_fit(kind, parent, children)
        country = parent.country if parent else _country(country)
        if fold_name(name) != fold_name(row.name):
            _must_be_new(office, row.parent_id, name)
        new = {"name": name, "acronym": acronym, "kind": kind, "country": country}
        changes = {key: [getattr(row, key), value] for key, value in new.items() if getattr(row, key) != value}
        if not changes:
            return
        for key, value in new.items():
            setattr(row, key, value)
        if "country" in changes:
            office.session.execute(update(Institution).where(below([row.path])).values(country=country))
        audit.note(office, actor, "institution.change", str(row.id), changes, row.id)


def _named(name: str, acronym: str) -> tuple[str, str]:
    name, acronym = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (name, acronym))
    letter = certifying.unprintable(name)
    if letter:  # found out now, or every certificate of its officers would fail
        raise Refused("institution-letter", letter=letter)
    if not name or len(name) > LONGEST_NAME or len(acronym) > 40 or not _slug(name):
        raise Refused("institution-name", longest=LONGEST_NAME)
    return name, acronym


def _country(code: str) -> str:
    code = code.strip().upper()
    if code not in COUNTRY_CODES:
        raise Refused("institution-country")
    return code


def _must_fit(kind: str, parent: Institution | None, children: Sequence[str]) -> None:
    """*kind* comes after the parent's and before those of its children. The first two may be roots: a service may stand
    for its country."""
    if kind not in KINDS:
        raise Refused("institution-kind")
    place = KINDS.index(kind)
    above = KINDS.index(parent.kind) if parent else -1
    if (parent is None and place > 1) or place <= above or any(KINDS.index(child) <= place for child in children):
        raise Refused("institution-kind")


def _locked(office: Office, institution_id: uuid.UUID) -> Institution:
    row = office.session.scalar(select(Institution).where(Institution.id == institution_id).with_for_update())
    if row is None:
        raise NotFound("institution")
    return row


def _must_be_new(office: Office, parent_id: uuid.UUID | None, name: str) -> None:
    same_place = Institution.parent_id.is_(None) if parent_id is None else Institution.parent_id == parent_id
    if fold_name(name) in {
        fold_name(known) for known in office.session.scalars(select(Institution.name).where(same_place))
    }:
        raise Refused("institution-known", name=name)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold_name(text)).strip("-")[:60].strip("-")


def _free_path(office: Office, above: str, text: str) -> str:
    """A path below *above* that nothing has yet: the slug of *text*, numbered where that is taken."""
    slug = _slug(text) or "institution"
    taken = set(office.session.scalars(select(Institution.path).where(below([above]))))
    path, number = f"{above}{slug}/", 1
    while path in taken:
        number += 1
        path = f"{above}{slug}-{number}/"
    if len(path) > LONGEST_PATH:
        raise Refused("institution-deep")
    return path
