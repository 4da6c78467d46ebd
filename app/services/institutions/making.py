"""Adding to the tree, and correcting what stands in it."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence

from sqlalchemy import select, update

from app.courseware.countries import COUNTRY_CODES
from app.records.people import Institution
from app.rules.errors import Refused
from app.services import audit, certifying
from app.services.institutions.reading import PERMISSION, get, must_be_below
from app.services.office import Actor, Office, fold_name
from app.services.scope import below

KINDS = ("state", "service", "region", "post")
"""from the root to the leaves; what stands below another is always of a later kind"""
COUNTRIES = COUNTRY_CODES
LANGUAGES = ("es", "en", "fr", "pt")
"""in which an institution of the region can be called by its name"""
ENGLISH = frozenset({"BZ", "CA", "US"})
LONGEST_NAME = 120
"""as a certificate can print it"""
LONGEST_PATH = 400


def add(
    office: Office,
    actor: Actor,
    parent_id: uuid.UUID | None,
    name: str,
    *,
    kind: str,
    acronym: str = "",
    country: str = "",
    language: str = "",
) -> Institution:
    """Add an institution below *parent_id*, which is the actor's, or, for administrators, as a root.

    *country* (ISO code) is asked of roots only: below, it is that of the parent. *language* is that of the name, by
    default the parent's, else the first of the country. Raises ``NotFound`` for a parent that is not the actor's,
    ``Refused``: ``institution-name``, ``-letter``, ``-language``, ``-country``, ``-kind``, ``-deep``, ``-closed`` for a
    parent that is closed, or ``-known`` for a second of that name in the same place.
    """
    actor.paths("administer" if parent_id is None else PERMISSION)
    name, acronym = _named(name, acronym)
    with office.transaction():
        hold_tree(office)
        parent = get(office, actor, parent_id) if parent_id is not None else None
        if parent is not None and parent.closed_at is not None:
            raise Refused("institution-closed", field="parent")
        must_fit(kind, parent, ())
        country = parent.country if parent else _country(country)
        must_be_new(office, parent_id, name)
        row = Institution(
            parent_id=parent_id,
            path=free_path(office, parent.path if parent else "/", country if kind == "state" else acronym or name),
            name=name,
            acronym=acronym,
            country=country,
            kind=kind,
            language=_language(language, parent, country),
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
    language: str = "",
) -> None:
    """Correct name, its language, acronym, kind and (of a root, for all below it too) country.

    The path stays: nobody reads it. Certificates issued keep the name they state. Raises as :func:`add` does, and
    ``Refused("institution-above")`` for a coordinator's own institution.
    """
    name, acronym = _named(name, acronym)
    with office.transaction():
        hold_tree(office)
        row = get(office, actor, institution_id)
        must_be_below(actor, row)
        children = kinds_below(office, row)
        parent = office.session.get(Institution, row.parent_id) if row.parent_id else None
        must_fit(kind, parent, children)
        country = parent.country if parent else _country(country)
        if fold_name(name) != fold_name(row.name):
            must_be_new(office, row.parent_id, name)
        new = {
            "name": name,
            "language": _language(language or row.language, parent, country),
            "acronym": acronym,
            "kind": kind,
            "country": country,
        }
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


def _language(code: str, parent: Institution | None, country: str) -> str:
    """The language of a name: *code*, else that of the names around it."""
    if code and code not in LANGUAGES:
        raise Refused("institution-language")
    return code or (parent.language if parent else "en" if country in ENGLISH else "es")


def _country(code: str) -> str:
    code = code.strip().upper()
    if code not in COUNTRY_CODES:
        raise Refused("institution-country")
    return code


def must_fit(kind: str, parent: Institution | None, children: Sequence[str]) -> None:
    """Raises ``Refused("institution-kind")`` unless *kind* comes after the parent's and before those of its open
    children. The first two may be roots: a service may stand for its country.
    """
    if kind not in KINDS:
        raise Refused("institution-kind")
    place = KINDS.index(kind)
    above = KINDS.index(parent.kind) if parent else -1
    if (parent is None and place > 1) or place <= above or any(KINDS.index(child) <= place for child in children):
        raise Refused("institution-kind")


def kinds_below(office: Office, row: Institution) -> list[str]:
    """The kinds of what stands directly below *row* and is open: closed ones may stand anywhere."""
    query = select(Institution.kind).where(Institution.parent_id == row.id, Institution.closed_at.is_(None))
    return list(office.session.scalars(query))


def hold_tree(office: Office) -> None:
    """Let no other change of the tree in until this transaction ends: two moves at once could make a ring. SQLite has
    one writer anyway; PostgreSQL waits for the roots.
    """
    office.session.scalars(
        select(Institution.id)
        .where(Institution.parent_id.is_(None))
        .order_by(Institution.id)
        .with_for_update(key_share=True)
    ).all()
    office.session.expire_all()


def must_be_new(office: Office, parent_id: uuid.UUID | None, name: str) -> None:
    """Raises ``Refused("institution-known")`` for a second open institution of one name below *parent_id*."""
    same_place = Institution.parent_id.is_(None) if parent_id is None else Institution.parent_id == parent_id
    if fold_name(name) in {
        fold_name(known)
        for known in office.session.scalars(select(Institution.name).where(same_place, Institution.closed_at.is_(None)))
    }:
        raise Refused("institution-known", name=name)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold_name(text)).strip("-")[:60].strip("-")


def free_path(office: Office, above: str, text: str) -> str:
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
